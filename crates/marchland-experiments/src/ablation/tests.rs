use std::sync::Arc;

use marchland_sim::scenario::{LoadOptions, Scenario, load_text};
use marchland_strategies::Registry;

use super::{Contrast, Plan, Size, play, read};
use crate::statistics::NoContrast;

/// A fort that falls to raids; a wall keeps raiders out, a feast keeps nobody out.
const FORT: &str = r#"(
    title: "Fort", calendar: (start: "2010-04", horizon: 12), mechanisms: ["exogenous", "tracks"],
    tracks: [
        (id: "fallen", range: (0, 1), initial: 0), (id: "wall", range: (0, 1), initial: 0.5), (id: "feast", range: (0, 1), initial: 0),
        (id: "gold", range: (0, 1), initial: 0),
    ],
    events: [
        (id: "raid", trigger: Hazard("raids * (1 - wall) * (1 + gold)"), effects: [Set("fallen", 1)]),
    ],
    parameters: [
        (id: "raids", value: 0.02, distribution: Uniform(0, 0.2), unit: "probability a month", meaning: "of a raid", source: Judgement("a test")),
    ],
    outcome_events: [(id: "fall", title: "fall of the fort", when: "fallen > 0")],
)"#;

fn fort() -> Arc<Scenario> {
    let schemas = Registry::standard().schemas();
    let options = LoadOptions::new(marchland_laws::standard(), &schemas);
    Arc::new(load_text("fort", FORT, &options).expect("a scenario").scenario)
}

fn plan(text: &str) -> Result<Plan, Vec<&'static str>> {
    read(&fort(), &Registry::standard(), "ablation.ron", text)
        .map_err(|found| found.iter().map(|finding| finding.code).collect())
}

/// The monthly hazard is .01 as it is, .02 without the wall, .04 with gold beside that: known ratios, known to be
/// proportional, so that there is no interaction on the log hazard.
#[test]
fn known_hazards_are_found() {
    let plan = plan(
        r#"(months: [6, 12],
            families: [(id: "raiders", off: [Set("raids", 0)])],
            drivers: [
                (id: "wall", calm: [Initial("wall", 0.5)], worst: [Initial("wall", 0)], low: 1.5, high: 2.5),
                (id: "gold", worst: [Initial("gold", 1)], low: 3, high: 9),
                (id: "feast", worst: [Initial("feast", 1)]),
            ],
            pairs: [("wall", "gold")])"#,
    )
    .expect("a plan");
    let report = play(&fort(), &Registry::standard(), &plan, Size { games: 6_000, seed: 1 }).expect("games");
    assert_eq!((report.event.as_str(), report.months.as_slice()), ("fall", &[6, 12][..]));
    // 1 − .99^12 is .1136, with a standard error of .004.
    let share = report.baseline[1].share.expect("games");
    assert!((0.099..0.128).contains(&share), "{share}");
    assert_eq!(report.families[0].after[1].successes, 0);
    assert!(matches!(report.families[0].log_hazard[0], Contrast::Refused(NoContrast::FewEvents { events: 0, .. })));
    let [wall, gold, feast] = &report.drivers[..] else { panic!("three drivers") };
    let value = |of: &Contrast| match of {
        Contrast::Estimated(of) => (of.value, of.interval),
        Contrast::Refused(why) => panic!("{why:?}"),
    };
    let doubled = libm::log(2.0);
    for row in [wall, gold] {
        let (value, interval) = value(&row.log_hazard[1]);
        assert!((value - doubled).abs() < 0.2 && interval.contains(doubled), "{}: {value}, {interval:?}", row.id);
    }
    // The range that was stated for gold is wrong, and the table says so.
    assert_eq!((wall.meets, gold.meets, feast.meets), (Some(true), Some(false), None));
    assert!(feast.inert && !wall.inert);
    let (interaction, interval) = value(&report.interactions[0].log_hazard);
    assert!(interaction.abs() < 0.3 && interval.contains(0.0), "{interaction}, {interval:?}");
    let again = play(&fort(), &Registry::standard(), &plan, Size { games: 6_000, seed: 1 }).expect("games");
    assert_eq!(report, again);
}

#[test]
fn bad_plans_are_refused_with_their_reasons() {
    for (text, code) in [
        (r#"(event: "flood")"#, "unknown-event"),
        (r#"(months: [12, 6])"#, "unordered"),
        (r#"(months: [13])"#, "out-of-range"),
        (r#"(families: [(id: "a", off: [Off("gravity")])])"#, "unknown-law"),
        (r#"(drivers: [(id: "a", worst: [Initial("wall", 2)])])"#, "out-of-range"),
        (r#"(drivers: [(id: "a", worst: [], low: 3, high: 2)])"#, "bad-range"),
        (r#"(drivers: [(id: "a", worst: []), (id: "a", worst: [])])"#, "duplicate-id"),
        (r#"(drivers: [(id: "a", worst: [])], pairs: [("a", "b")])"#, "unknown-driver"),
        (r#"(drivers: [(id: "a", worst: [])], pairs: [("a", "a")])"#, "duplicate-id"),
    ] {
        let found = plan(text).expect_err(text);
        assert!(found.contains(&code), "{text}: {found:?}");
    }
}
