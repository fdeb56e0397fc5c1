use std::sync::Arc;

use marchland_sim::scenario::{LoadOptions, Scenario, load_text};
use marchland_strategies::Registry;

use super::{
    Claim, Constants, Examination, PathReport, PathVerdict, Scale, Standing, StateReport, Verdict, examine,
    examine_told, read,
};

/// A world in which rain fills a lake, and a dike keeps some of the water out.
const VALLEY: &str = r#"(
    title: "Valley", calendar: (start: "2010-04", horizon: 6), mechanisms: ["tracks"],
    tracks: [
        (id: "lake", range: (0, 100), initial: 10), (id: "dike", range: (0, 9), initial: 0), (id: "fear", range: (0, 9), initial: 0),
        (id: "ark", range: (0, 1), initial: 0, unit: "flag"), (id: "trout", range: (0, 1000), initial: 0, unit: "fish"),
    ],
    players: [(id: "reeve", orders_per_turn: 1)],
    actions: [(id: "build", owners: ["reeve"], success: [Add("dike", 1)])],
    events: [
        (id: "rain", trigger: Hazard("wetness"), repeats: true, effects: [Add("lake", "3 - dike")]),
        (id: "panic", trigger: Manual, effects: [Set("fear", 5)]),
        (id: "launch", trigger: Hazard("0.1 * wetness"), effects: [Set("ark", 1)]),
        (id: "spawning", trigger: Hazard("wetness"), repeats: true, effects: [Add("trout", 1)]),
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

fn world(name: &str, text: &str) -> Arc<Scenario> {
    let schemas = Registry::standard().schemas();
    let loaded = load_text(name, text, &LoadOptions::new(marchland_laws::standard(), &schemas));
    Arc::new(loaded.expect("a scenario").scenario)
}

fn valley() -> Arc<Scenario> {
    world("valley", VALLEY)
}

fn claims(rows: &str) -> Result<Vec<Claim>, Vec<&'static str>> {
    with_scales("", rows)
}

fn with_scales(scales: &str, rows: &str) -> Result<Vec<Claim>, Vec<&'static str>> {
    let text = format!("(scales: [{scales}], claims: [{rows}])");
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
        (id: "5", kind: R, meaning: "", objects: ["rain"], check: Moves(change: [Set("wetness", 0.4)], instead: [Set("wetness", 0.6)], of: "lake", direction: Up, turn: 4)),
        (id: "6", kind: E, meaning: "", objects: ["rain"], check: Moves(base: [Stock("dike", 2, 1)], change: [Event("rain", 2)], of: "flood", direction: Up)),
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
        (id: "5", kind: R, meaning: "", objects: ["rain"], check: Moves(change: [Set("wetness", 0.4)], instead: [Set("wetness", 0.6)], of: "lake", direction: Up, turn: 4)),
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

/// A dike is built as high as a number says that stands at .25 and is as likely anywhere from 0 to 1. Water is then kept
/// out in nine months of ten by that much, on average twice as much over worlds as in the one that is declared.
#[test]
fn numbers_are_drawn_but_for_what_is_set() {
    let text = VALLEY.replace("Add(\"dike\", 1)", "Add(\"dike\", \"height\")").replace(
        "    parameters: [",
        r#"    parameters: [
        (id: "height", value: 0.25, distribution: Uniform(0, 1), unit: "m", meaning: "of a dike", source: Judgement("a test")),"#,
    );
    let (scenario, registry) = (world("dikes", &text), Registry::standard());
    let rows = r#"(claims: [
        (id: "1", kind: A, meaning: "", objects: ["build"], check: Moves(change: [Order("reeve", "build", 1, 1)], of: "flood", direction: Down, n: 1000)),
        (id: "2", kind: A, meaning: "", objects: ["build"], check: Moves(base: [Set("height", 0.25)], change: [Order("reeve", "build", 1, 1)], of: "flood", direction: Down, n: 1000)),
        (id: "3", kind: A, meaning: "", objects: ["build"], check: Moves(change: [Order("reeve", "build", 1, 1)], of: "flood", direction: Down, belief: "dry")),
    ])"#;
    let claims = read(&scenario, &registry, "claims.ron", rows).expect("claims");
    let effects = |constants: Constants| -> Vec<f64> {
        let how = Examination { constants, ..Examination::default() };
        let reports = examine_told(&scenario, &registry, &claims, how, |_, _| {}).expect("games");
        reports.iter().map(|report| report.effect.expect("a mean")).collect()
    };
    let (declared, drawn) = (effects(Constants::Declared), effects(Constants::Drawn));
    assert_eq!(declared[0], declared[1]);
    assert_eq!(drawn[1], declared[1], "what a row sets stays");
    assert_eq!((declared[2], drawn[2]), (0.0, 0.0), "what a belief set sets stays: it never rains");
    let ratio = drawn[0] / declared[0];
    // The standard error of the mean of 1,000 heights, of .5, is .009.
    assert!((ratio - 2.0).abs() < 0.15, "{ratio}: {declared:?}, {drawn:?}");
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
    let fish = r#"Moves(change: [Set("wetness", 1)], of: "trout", direction: Up)"#;
    assert_eq!(codes(&row(fish)), ["no-scale"], "what is counted in fish has no hundredth");
    let scaled = |of: &str, width: i32| {
        let scale = format!(r#"(of: "{of}", width: {width}, why: "a test")"#);
        with_scales(&scale, &row(fish)).expect_err("a finding")
    };
    assert_eq!(scaled("trout", 0), ["out-of-range"]);
    assert_eq!(scaled("lake", 5), ["needless-scale", "no-scale"], "a range cannot be narrowed");
    let both = r#"(of: "trout", width: 6, why: "a test"), (of: "trout + 1", width: 6, why: "a test")"#;
    assert_eq!(with_scales(both, &row(fish)).err(), Some(vec!["unused-scale"]));
    let more = |key: &str| format!(r#"Moves(change: [Set("wetness", 1)], of: "lake", direction: Up, {key})"#);
    assert_eq!(codes(&row(&more("least: 3"))), ["unexplained-least"]);
    assert_eq!(codes(&row(&more(r#"slight: """#))), ["missing-value"]);
    let contestable = r#"Contestable(change: [], of: "lake", direction: Up, slight: "a test")"#;
    assert_eq!(codes(&row(contestable)), ["slight-contestable"]);
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

/// Six turns of rain fill the lake by 18 times the chance of rain: .1 more of it is a hundredth of the lake's 100 and half a
/// standard deviation, .03 more is neither shown to be nothing nor as much as either. The ark is launched in 6 turns with
/// 1 − (1 − wetness/10)⁶.
#[test]
fn a_row_that_moves_by_little_is_slight() {
    let row = |id: &str, of: &str, change: f64, instead: f64, more: &str, why: &str| {
        format!(
            r#"(id: "{id}", kind: R, meaning: "", objects: ["lake"], why: "{why}", check: Moves(change: [Set("wetness", {change})], instead: [Set("wetness", {instead})], of: "{of}", direction: Up, n: 2000{more}))"#
        )
    };
    let listed = r#", slight: "a little rain""#;
    let rows = [
        row("much", "lake", 0.6, 0.5, "", ""),
        row("little", "lake", 0.53, 0.5, "", ""),
        row("listed", "lake", 0.53, 0.5, listed, ""),
        row("wrongly", "lake", 0.6, 0.5, listed, ""),
        row("more", "lake", 0.6, 0.5, ", least: 3", "the text says a flood"),
        row("against", "lake", 0.5, 0.6, "", ""),
        row("points", "ark", 0.6, 0.2, "", ""),
        row("point", "ark", 0.5, 0.48, "", ""),
        row("fish", "trout", 0.53, 0.5, "", ""),
        row("same", "lake", 0.5, 0.5, "", ""),
    ];
    let narrow = r#"(of: "trout", width: 6, why: "a test")"#;
    let rows = with_scales(narrow, &rows.join(", ")).expect("claims");
    let reports = examine(&valley(), &Registry::standard(), &rows, None, true).expect("games");
    use Verdict::{Fails, Holds, Slight};
    let verdicts: Vec<Verdict> = reports.iter().map(|report| report.verdict).collect();
    assert_eq!(verdicts, [Holds, Slight, Slight, Holds, Slight, Fails, Holds, Slight, Slight, Fails], "{reports:#?}");
    let errors: Vec<&str> =
        reports.iter().filter(|report| report.is_error()).map(|report| report.id.as_str()).collect();
    assert_eq!(errors, ["little", "more", "against", "point", "fish", "same"]);
    let contradicts = |at: usize| reports[at].size.as_ref().expect("a size").contradicts_the_file();
    assert!(
        contradicts(3) && !contradicts(0) && !contradicts(2),
        "one that is listed and holds is no error, and is told"
    );
    let size = |at: usize| reports[at].size.clone().expect("a size");
    let spread = 3.0 * (6.0 * 0.25_f64).sqrt();
    assert!((size(0).difference.deviation - spread).abs() < 0.2, "{:?}", size(0));
    assert_eq!((size(0).scale, size(0).difference.size), (Scale::Width(100.0), 1.0));
    assert!((size(0).share - 0.018).abs() < 0.003 && size(0).difference.deviations.expect("games differ") > 0.4);
    assert_eq!((size(4).difference.size, size(6).difference.size), (3.0, 0.02));
    assert!(size(5).share < -0.01, "above 0 the claimed way");
    // Fish have a narrow scale, so that deviations decide.
    assert!((size(8).difference.size - 0.2 * size(8).difference.deviation).abs() < 1e-12);
    let standing = Standing::of(&reports);
    assert_eq!(standing.holds, ["much", "wrongly", "points"]);
    assert_eq!(standing.slight, ["little", "listed", "more", "point", "fish"]);
    assert_eq!((standing.fails.len(), standing.listed_and_holds), (2, vec!["wrongly".to_owned()]));
    assert_eq!(standing.slight_not_listed, ["little", "more", "point", "fish"]);
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

/// A mill: rain and a spring that the sluice lets in fill the pond, the pond turns the wheel. The echo is the sluice by
/// another name, and clouds pass whatever anybody does.
const MILL: &str = r#"(
    title: "Mill", calendar: (start: "2010-04", horizon: 8), mechanisms: ["tracks"],
    tracks: [
        (id: "sluice", range: (0, 1), initial: 0), (id: "echo", range: (0, 1), initial: 0),
        (id: "pond", range: (0, 100), initial: 0), (id: "flour", range: (0, 100), initial: 0),
        (id: "clouds", range: (0, 100), initial: 0), (id: "bell", range: (0, 9), initial: 0),
        (id: "mud", range: (0, 9), initial: "3 * wetness"), (id: "vote", range: (0, 9), initial: 0),
    ],
    players: [(id: "miller", orders_per_turn: 1)],
    institutions: [(id: "guild", rule: Majority(1), members: [(id: "miller", ideal: 0)])],
    motions: [(id: "leave", title: "Shall the sluice be opened?", institution: "guild", appeal: "1", passed: [Add("vote", 1)])],
    actions: [
        (id: "open", owners: ["miller"], chance: 0.9, success: [Set("sluice", 1)], failure: [Add("bell", 1)]),
        (id: "ask", owners: ["miller"], success: [Table("leave")]),
        (id: "shout", owners: ["miller"], success: [Fire("alarm")]),
    ],
    events: [
        (id: "rain", trigger: Hazard("wetness"), repeats: true, effects: [Add("pond", 3)]),
        (id: "spring", trigger: Hazard("0.5 * sluice"), repeats: true, effects: [Add("pond", 4)]),
        (id: "milling", trigger: Hazard("1"), repeats: true, effects: [Add("flour", "0.1 * pond"), Set("echo", "sluice")]),
        (id: "weather", trigger: Hazard("0.5"), repeats: true, effects: [Add("clouds", 1)]),
        (id: "alarm", trigger: Manual, effects: [Add("bell", 1)]),
    ],
    parameters: [
        (id: "wetness", value: 0.5, distribution: Uniform(0, 1), unit: "probability", meaning: "of rain", source: Judgement("a test")),
    ],
    strategies: [
        (name: "opener", players: ["miller"], intent: "Opens", play: Rules(blocks: [(name: "open", intent: "Open", orders: ["open"])])),
    ],
)"#;

/// One row of `Moves` about the mill.
fn mill_row(change: &str, of: &str, more: &str) -> Result<Vec<Claim>, Vec<&'static str>> {
    let text = format!(
        r#"(claims: [(id: "1", kind: R, meaning: "", objects: ["pond"], check: Moves(change: [{change}], of: "{of}", direction: Up, n: 400{more}))])"#
    );
    let found = read(&world("mill", MILL), &Registry::standard(), "claims.ron", &text);
    found.map_err(|found| found.iter().map(|finding| finding.code).collect())
}

const OPEN: &str = r#"Order("miller", "open", 1, 1)"#;

#[test]
fn a_path_names_what_lies_between() {
    let codes = |change: &str, more: &str| mill_row(change, "flour", more).expect_err("a finding");
    assert_eq!(codes(OPEN, r#", through: "pound""#).len(), 1);
    assert_eq!(codes(OPEN, r#", through: ["pond", "flour"]"#), ["state-is-measure"]);
    assert_eq!(codes(OPEN, r#", through: "sluice""#), ["written-state"]);
    assert_eq!(codes(OPEN, r#", through: "pond + bell""#), ["written-state"], "where it fails");
    assert_eq!(codes(r#"Order("miller", "ask", 1, 1)"#, r#", through: "vote""#), ["written-state"], "by a motion");
    assert_eq!(codes(r#"Order("miller", "shout", 1, 1)"#, r#", through: "bell""#), ["written-state"], "by an event");
    assert_eq!(codes(r#"Strategy("miller", "opener")"#, r#", through: "sluice""#), ["written-state"], "by a strategy");
    assert_eq!(codes(r#"Initial("sluice", 1)"#, r#", through: "sluice""#), ["written-state"]);
    assert_eq!(codes(r#"Event("alarm", 1)"#, r#", through: "bell""#), ["written-state"]);
    assert_eq!(codes(r#"Set("wetness", 0.9)"#, r#", through: "mud""#), ["written-state"], "a parameter's own");
    let other = r#", instead: [Stock("pond", 9, 2)], through: "pond""#;
    assert_eq!(codes(OPEN, other), ["written-state"], "by what the other game has");
    assert_eq!(codes(OPEN, r#", through: "0.5""#), ["no-state"]);
    assert_eq!(codes(OPEN, r#", through: "change(pond, 2)""#), ["beyond-records"]);
    assert_eq!(codes(OPEN, r#", through: []"#), ["missing-value"]);
    assert_eq!(codes(OPEN, r#", direct: """#), ["missing-value"]);
    assert_eq!(codes(OPEN, r#", through: "pond", direct: "a test""#), ["two-paths"]);
    let contestable = r#"(id: "1", kind: S, meaning: "", objects: ["lake"], check: Contestable(change: [], of: "lake", direction: Up, direct: "a test"))"#;
    assert_eq!(claims(contestable).err(), Some(vec!["path-of-contestable"]));
    assert!(mill_row(r#"Set("wetness", 0.9)"#, "flour", r#", through: "pond""#).is_ok());
}

/// What the sluice does to the flour goes through the pond, which rain fills as well; the echo is the change by another name
/// (share 0), and the clouds are not moved at all.
#[test]
fn a_path_holds_through_what_something_else_moves_too() {
    let play = |more: &str| -> PathReport {
        let rows = mill_row(OPEN, "flour", more).expect("a claim");
        let reports = examine(&world("mill", MILL), &Registry::standard(), &rows, None, false).expect("games");
        let standing = Standing::of(&reports).paths;
        let path = reports[0].path.clone().expect("a path");
        let of = |verdict: PathVerdict| path.verdict() == verdict;
        assert_eq!(
            [standing.holds.len(), standing.fails.len(), standing.direct.len(), standing.not_stated.len()],
            [PathVerdict::Holds, PathVerdict::Fails, PathVerdict::Direct, PathVerdict::NotStated]
                .map(|v| usize::from(of(v)))
        );
        path
    };
    let states = |more: &str| -> Vec<StateReport> {
        match play(more) {
            PathReport::Through(states) => states,
            other => panic!("no states: {other:?}"),
        }
    };
    let pond = states(r#", through: "pond""#).remove(0);
    assert!(pond.holds() && pond.told, "{pond:?}");
    // The mean over the seven turns before the last of what .5 · 4 a turn, in nine games of ten, adds from the first or the
    // second turn on.
    assert!(pond.difference.is_some_and(|difference| (5.0..8.0).contains(&difference)), "{pond:?}");
    assert!(pond.other_share.is_some_and(|share| (0.3..0.9).contains(&share)), "{pond:?}");
    let rows =
        mill_row(r#"Initial("sluice", 1)"#, "flour", r#", through: ["pond", "echo", "clouds"]"#).expect("a claim");
    let reports = examine(&world("mill", MILL), &Registry::standard(), &rows, None, false).expect("games");
    let Some(PathReport::Through(found)) = &reports[0].path else { panic!("states: {reports:#?}") };
    let told: Vec<(bool, bool, bool)> =
        found.iter().map(|state| (state.moved, state.moved_by_others, state.carries)).collect();
    assert_eq!(told, [(true, true, true), (true, false, false), (false, true, false)], "{found:#?}");
    assert_eq!((found[1].other_share, found[1].association), (Some(0.0), None));
    assert_eq!(found[2].difference, Some(0.0));
    let standing = Standing::of(&reports).paths;
    assert_eq!([&standing.hardly_by_others, &standing.not_moved, &standing.not_carried], [&["1"]; 3]);
    assert_eq!(play(r#", direct: "a test""#), PathReport::Direct("a test".to_owned()));
    assert_eq!(play(""), PathReport::NotStated);
}
