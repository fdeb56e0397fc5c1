use std::sync::Arc;

use marchland_sim::scenario::{LoadOptions, Scenario, load_text};
use marchland_strategies::Registry;

use super::{Claim, Verdict, examine, read};

/// A world in which rain fills a lake, and a dike keeps some of the water out.
const VALLEY: &str = r#"(
    title: "Valley", calendar: (start: "2010-04", horizon: 6), mechanisms: ["tracks"],
    tracks: [
        (id: "lake", range: (0, 100), initial: 10), (id: "dike", range: (0, 9), initial: 0), (id: "fear", range: (0, 9), initial: 0),
    ],
    players: [(id: "reeve", orders_per_turn: 1)],
    actions: [(id: "build", owners: ["reeve"], success: [Add("dike", 1)])],
    events: [
        (id: "rain", trigger: Hazard("wetness"), repeats: true, effects: [Add("lake", "3 - dike")]),
        (id: "panic", trigger: Manual, effects: [Set("fear", 5)]),
    ],
    parameters: [
        (id: "wetness", value: 0.5, distribution: Uniform(0, 1), unit: "probability", meaning: "of rain", source: Judgement("a test")),
    ],
    beliefs: [
        (name: "wet", meaning: "rain", parameters: {"wetness": 0.9}), (name: "dry", meaning: "none", parameters: {"wetness": 0}),
    ],
    default_belief: "wet",
    measures: [(id: "flood", meaning: "Highest water", over: Max, value: "lake")],
)"#;

fn valley() -> Arc<Scenario> {
    let schemas = Registry::standard().schemas();
    Arc::new(
        load_text("valley", VALLEY, &LoadOptions::new(marchland_laws::standard(), &schemas))
            .expect("a scenario")
            .scenario,
    )
}

fn claims(rows: &str) -> Result<Vec<Claim>, Vec<&'static str>> {
    let text = format!("(claims: [{rows}])");
    let found = read(&valley(), &Registry::standard(), "claims.ron", &text);
    found.map_err(|found| found.iter().map(|finding| finding.code).collect())
}

#[test]
fn claims_come_to_what_the_world_does() {
    let rows = claims(
        r#"
        (id: "1", kind: X, meaning: "", objects: ["reeve", "lake", "wet", "tracks"], check: Exists),
        (id: "2", kind: P, meaning: "", objects: ["wetness"], check: Constant(of: "wetness", value: 0.9)),
        (id: "3", kind: P, meaning: "", objects: ["wetness"], check: Constant(of: "wetness", value: 0.9, belief: "dry")),
        (id: "4", kind: A, meaning: "", objects: ["build"], check: Moves(change: [Order("reeve", "build", 1, 2)], of: "flood", direction: Down)),
        (id: "5", kind: R, meaning: "", objects: ["rain"], check: Moves(change: [Set("wetness", 0.4)], instead: [Set("wetness", 0.6)], of: "lake - 1", direction: Up, turn: 4)),
        (id: "6", kind: E, meaning: "", objects: ["rain"], check: Moves(base: [Stock("dike", 2, 1)], change: [Event("rain", 2)], of: "flood * 0 + fear", direction: Up)),
        (id: "7", kind: S, meaning: "", objects: ["lake"], check: Contestable(change: [], of: "lake - 11", direction: Up)),
        "#,
    );
    // Row 6 compares what its own change sets, through the measure's expression of the lake.
    assert!(rows.is_err());
    let rows = claims(
        r#"
        (id: "1", kind: X, meaning: "", objects: ["reeve", "lake", "wet", "tracks"], check: Exists),
        (id: "2", kind: P, meaning: "", objects: ["wetness"], check: Constant(of: "wetness", value: 0.9)),
        (id: "3", kind: P, meaning: "", objects: ["wetness"], check: Constant(of: "wetness", value: 0.9, belief: "dry")),
        (id: "4", kind: A, meaning: "", objects: ["build"], check: Moves(change: [Order("reeve", "build", 1, 2)], of: "flood", direction: Down)),
        (id: "5", kind: R, meaning: "", objects: ["rain"], check: Moves(change: [Set("wetness", 0.4)], instead: [Set("wetness", 0.6)], of: "lake - 1", direction: Up, turn: 4)),
        (id: "6", kind: E, meaning: "", objects: ["panic"], check: Moves(change: [Event("panic", 2)], of: "lake", direction: Up)),
        (id: "7", kind: S, meaning: "", objects: ["lake"], check: Contestable(change: [], of: "lake - 11", direction: Up)),
        "#,
    )
    .expect("claims");
    let reports = examine(&valley(), &Registry::standard(), &rows, None, true).expect("games");
    let verdicts: Vec<Verdict> = reports.iter().map(|report| report.verdict).collect();
    use Verdict::{Fails, Holds, NotSupported, Supported};
    assert_eq!(verdicts, [Holds, Holds, Fails, Holds, Fails, Fails, Supported, NotSupported]);
    // Four turns of rain at 0.4 rather than 0.6 are 4 · 3 · 0.2 less water, and paired draws only ever
    // take rain away.
    let five = &reports[4];
    assert!((five.effect.expect("a mean") + 2.4).abs() < 0.6, "{five:?}");
    assert!(five.interval.expect("bounds").high < 0.0);
    assert_eq!(reports[5].effect, Some(0.0));
    assert_eq!(reports[6].belief.as_deref(), Some("wet"));
    let dry = examine(&valley(), &Registry::standard(), &rows, Some(1), false).expect("games");
    assert_eq!(dry.len(), 6);
    assert_eq!(dry[3].verdict, Fails, "without rain a dike keeps nothing out");
}

#[test]
fn what_is_wrong_with_claims_is_found() {
    let row = |check: &str| format!(r#"(id: "1", kind: R, meaning: "", objects: ["lake"], check: {check})"#);
    let codes = |rows: &str| claims(rows).expect_err("a finding");
    assert_eq!(codes(&row("Exists")), ["unmoved-claim"]);
    assert_eq!(codes(&row(r#"Moves(change: [], of: "lake", direction: Up)"#)), ["unmoved-claim"]);
    assert_eq!(
        codes(&row(r#"Moves(change: [Order("reeve", "build", 1, 1)], of: "dike", direction: Up)"#)),
        ["direct-claim"]
    );
    assert_eq!(
        codes(&row(r#"Moves(change: [Order("reeve", "dig", 1, 1)], of: "lake", direction: Up)"#)),
        ["unknown-action"]
    );
    assert_eq!(codes(&row(r#"Moves(change: [Event("snow", 1)], of: "lake", direction: Up)"#)), ["unknown-event"]);
    assert_eq!(codes(&row(r#"Moves(change: [Set("wetness", 3)], of: "lake", direction: Up)"#)), ["out-of-range"]);
    assert_eq!(codes(&row(r#"Moves(change: [Set("wetness", 1)], of: "pond", direction: Up)"#)).len(), 1);
    assert_eq!(
        codes(&row(r#"Moves(change: [Set("wetness", 1)], of: "lake", direction: Up, n: 2001)"#)),
        ["out-of-range"]
    );
    assert_eq!(
        codes(
            r#"(id: "1", kind: X, meaning: "", objects: ["sea"], check: Exists), (id: "1", kind: X, meaning: "", objects: ["lake"], check: Exists)"#
        ),
        ["unknown-object", "duplicate-id"]
    );
    assert_eq!(codes(r#"(id: "1", kind: X, meaning: "", check: Exists)"#), ["missing-key"]);
    assert_eq!(
        codes(&row(r#"Moves(change: [Set("wetness", 1)], of: "lake", direction: Up, least: -1)"#)),
        ["out-of-range"]
    );
    let worlds = r#"yes_world: [], no_world: [Set("wetness", 0)]"#;
    assert_eq!(
        codes(&row(&format!(r#"Moves(change: [Set("wetness", 1)], of: "lake", direction: Up, {worlds})"#))),
        ["worlds-of-moves"]
    );
    assert_eq!(codes(&row(r#"Contestable(change: [], of: "lake", direction: Up, no_world: [])"#)), ["lone-world"]);
    assert_eq!(
        codes(&row(
            r#"Contestable(change: [], of: "lake", direction: Up, yes_world: [], no_world: [Set("wetness", 3)])"#
        )),
        ["out-of-range"]
    );
}

/// Six turns of rain at .9 fill the lake by 16.2: more than 12 and less than 20. Without rain it stays, and a world that was
/// named for the wrong answer is seen to give the other.
#[test]
fn a_threshold_is_held_and_worlds_witness_both_answers() {
    let row = |least: u32, yes: &str, no: &str| {
        let worlds = format!("yes_world: [{yes}], no_world: [{no}]");
        format!(
            r#"(id: "{least}", kind: S, meaning: "", objects: ["lake"], check: Contestable(change: [], of: "lake - 10", direction: Up, least: {least}, {worlds}))"#
        )
    };
    let dry = r#"Set("wetness", 0.1)"#;
    let rows = claims(&[row(12, "", dry), row(20, dry, "")].join(", ")).expect("claims");
    let reports = examine(&valley(), &Registry::standard(), &rows, None, true).expect("games");
    use Verdict::{NotSupported, Supported};
    let verdicts: Vec<Verdict> = reports.iter().map(|report| report.verdict).collect();
    // Under `dry` nothing moves in any pair, and what has to move by 12 has not.
    assert_eq!(verdicts, [Supported, NotSupported, NotSupported, NotSupported]);
    for report in &reports {
        let (effect, interval) = (report.effect.expect("a mean"), report.interval.expect("bounds"));
        assert!(interval.low <= effect && effect <= interval.high, "{report:?}");
        let rain = if report.belief.as_deref() == Some("dry") { 0.0 } else { 16.2 };
        assert!((effect - rain).abs() < 0.5, "{report:?}");
    }
    let of = |id: &str| {
        reports.iter().find(|report| report.id == id).and_then(|report| report.worlds.clone()).expect("worlds")
    };
    assert_eq!(of("12").map(|world| (world.verdict, world.n)), [(Supported, 400), (NotSupported, 400)]);
    assert_eq!(of("20").map(|world| world.verdict), [NotSupported, NotSupported]);
}

/// A claim looks back as far as it says, though the scenario itself looks back no further than a month: the
/// lake of five months ago is not that of last month.
#[test]
fn a_claim_looks_back_as_far_as_it_says() {
    let row = |of: &str, direction: &str, turn: u32| {
        format!(
            "(id: \"1\", kind: O, meaning: \"m\", objects: [\"lake\"], check: Contestable(change: [], of: \"{of}\", \
             direction: {direction}, turn: {turn}, n: 40, belief: \"wet\"))"
        )
    };
    let effect = |of: &str| {
        let claims = claims(&row(of, "Up", 6)).expect("claims");
        let reports = examine(&valley(), &Registry::standard(), &claims, None, true).expect("games");
        reports[0].effect.expect("an effect")
    };
    // Of months in which it rains with 0.9 and by 3: five of them, and one.
    let (five, one) = (effect("change(lake, 5)"), effect("change(lake, 1)"));
    assert!((five - 13.5).abs() < 1.0 && (one - 2.7).abs() < 0.6, "{five} and {one}");
    let now = effect("lake - prev(lake, 6)");
    assert!((now - five).abs() < 1e-9, "{now} and {five}");
    assert_eq!(claims(&row("change(lake, 5)", "Up", 4)).err(), Some(vec!["beyond-records"]));
}
