use std::sync::Arc;

use marchland_sim::mechanisms::Registry as Laws;
use marchland_sim::scenario::{LoadOptions, Scenario, load_text};

use super::*;

/// A cup that is filled by two in each of two months, wind in a quarter of Aprils and a flood next door in half of them.
fn rain() -> (Arc<Scenario>, Registry) {
    let text = r#"(
        title: "Two months of rain", calendar: (start: "2010-04", horizon: 2),
        tracks: [
            (id: "cup", range: (0, 10), initial: 0),
            (id: "neighbour", range: (0, 1), initial: 0),
            (id: "wind", range: (0, 1), initial: 0),
        ],
        events: [
            (id: "gust", title: "Wind rises", trigger: Hazard("0.25"), effects: [Add("wind", 1)]),
            (id: "flood", title: "The neighbour's river rises", trigger: Hazard("0.5"), effects: [Add("neighbour", 1)]),
        ],
        players: [(id: "host", payoffs: [(indicator: "cup", weight: 1, scale: (0, 10), why: "an example")])],
        actions: [(id: "pour", owners: ["host"], success: [Add(indicator: "cup", amount: 2)])],
        strategies: [(name: "twice", intent: "Pours in both months", play: Script(orders: [(1, ["pour"]), (2, ["pour"])]))],
        lineup: {"host": "twice"},
    )"#;
    let registry = Registry::standard();
    let loaded = load_text("rain", text, &LoadOptions::new(Laws::engine(), &registry.schemas()));
    (Arc::new(loaded.unwrap_or_else(|found| panic!("{found:#?}")).scenario), registry)
}

fn facts(text: &str) -> Result<(Vec<Fact>, Option<usize>), Vec<Diagnostic>> {
    let (scenario, registry) = rain();
    read(&scenario, &registry, "facts.ron", text)
}

const FACTS: &str = r#"(facts: [
    (id: "poured", meaning: "two in April", role: Input, of: "cup", turn: 1, value: 2, low: 2, high: 2, source: "the script"),
    (id: "full", meaning: "four in May", role: Fitted, of: "cup", turn: 2, value: 4, low: 4, high: 4, source: "the script"),
    (id: "windy", meaning: "wind", role: Emergent, of: "wind", turn: 1, value: 1, low: 1, high: 1, source: "a record"),
    (id: "flood", meaning: "a flood next door", role: Emergent, of: "neighbour", turn: 1, value: 1, low: 1, high: 1, source: "a record"),
    (id: "river", meaning: "the neighbour's river rose", role: Condition, of: "neighbour", turn: 1, value: 1, low: 1, high: 1, source: "a record"),
])"#;

#[test]
fn shares_are_those_of_the_draws_and_a_condition_conditions() {
    let (scenario, registry) = rain();
    let (facts, belief) = facts(FACTS).expect("facts");
    let report = examine(&scenario, &registry, &facts, belief, 4000, 1).expect("games");
    assert_eq!((report.lost, report.belief.as_deref()), (0, None));
    let of = |id: &str| report.facts.iter().find(|fact| fact.id == id).expect("a fact");
    // What the script pours is there at the end of the month that was asked for.
    assert_eq!(of("poured").band, Some([2.0; 3]));
    assert_eq!(of("full").met.share, Some(1.0));
    // .25, .5 and their product, each within four standard errors at 4,000 games.
    let near = |share: Option<f64>, truth: f64, n: f64| {
        let error = 4.0 * (truth * (1.0 - truth) / n).sqrt();
        assert!((share.expect("a share") - truth).abs() < error, "{share:?} for {truth}");
    };
    near(of("windy").met.share, 0.25, 4000.0);
    near(report.emergent.all.share, 0.125, 4000.0);
    let given = report.emergent.given.as_ref().expect("a condition");
    near(given.share, 0.25, given.trials as f64);
    assert_eq!(report.with_fitted, report.emergent, "what always holds takes nothing away");
    // Without the wind, what is left is the neighbour.
    assert_eq!(of("windy").without.as_ref().map(|share| share.successes), Some(of("flood").met.successes));
    assert_eq!(of("poured").without, None);
    assert!((report.apart.expect("shares") - 0.125).abs() < 0.02);
}

#[test]
fn equal_seeds_give_equal_reports_and_others_do_not() {
    let (scenario, registry) = rain();
    let (facts, belief) = facts(FACTS).expect("facts");
    let at = |seed| examine(&scenario, &registry, &facts, belief, 64, seed).expect("games");
    assert_eq!(at(1), at(1));
    assert_ne!(at(1).facts[2].met, at(1001).facts[2].met);
}

#[test]
fn what_cannot_be_a_record_is_refused_at_its_place() {
    for (bad, code) in [
        (FACTS.replace("turn: 2, value: 4", "turn: 9, value: 4"), "out-of-range"),
        (FACTS.replace("value: 4, low: 4", "value: 4, low: 5"), "out-of-range"),
        (FACTS.replace("Emergent", "Fitted"), "nothing-emergent"),
        (FACTS.replace("\"windy\"", "\"flood\""), "duplicate-id"),
        (FACTS.replace("of: \"wind\"", "of: \"winds\""), "unknown"),
        (FACTS.replace("of: \"wind\", turn: 1", "of: \"change(wind, 3)\", turn: 1"), "beyond-records"),
        (FACTS.replacen("source: \"the script\"", "source: \" \"", 1), "missing-value"),
    ] {
        let found = facts(&bad).expect_err("refused");
        assert!(found.iter().any(|finding| finding.code.starts_with(code)), "{code}: {found:#?}");
        assert!(found.iter().all(|finding| finding.span.is_some()), "{found:#?}");
    }
}
