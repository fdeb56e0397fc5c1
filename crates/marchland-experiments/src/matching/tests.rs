use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use marchland_game::Diagnostic;
use marchland_sim::scenario::{LoadOptions, Scenario, load, load_text};
use marchland_strategies::Registry;
use serde::Deserialize;

use super::play::most_between;
use super::{Emulator, Figure, MatchReport, Plan, PlayedGame, Quantity, Scale, Size, Standing, figure, play, read};
use crate::claims;

/// A fort that falls to raids, half of which a wall keeps out: the chance of a fall within a year is known in closed form.
/// `paint` does nothing.
const FORT: &str = r#"(
    title: "Fort", calendar: (start: "2010-04", horizon: 12), mechanisms: ["exogenous", "tracks"],
    tracks: [
        (id: "fallen", range: (0, 1), initial: 0), (id: "wall", range: (0, 1), initial: 0.5), (id: "paint_here", range: (0, 1), initial: "paint"),
    ],
    events: [(id: "raid", trigger: Hazard("raids * (1 - wall)"), effects: [Set("fallen", 1)])],
    parameters: [
        (id: "raids", value: 0.1, distribution: Uniform(0, 0.2), unit: "probability a month", meaning: "of a raid", source: Judgement("a test")),
        (id: "paint", value: 0.5, distribution: Uniform(0, 1), unit: "share", meaning: "of paint", source: Judgement("a test")),
    ],
    outcome_events: [(id: "fall", title: "fall of the fort", when: "fallen > 0")],
)"#;

/// Another fort of the same laws: its `raids` are declared alike, its `paint` is not.
const OTHER: &str = r#"(
    title: "Other fort", calendar: (start: "2010-04", horizon: 12), mechanisms: ["exogenous", "tracks"],
    tracks: [(id: "fallen", range: (0, 1), initial: 0)],
    events: [(id: "raid", trigger: Hazard("raids"), effects: [Set("fallen", 1)])],
    parameters: [
        (id: "raids", value: 0.1, distribution: Uniform(0, 0.2), unit: "probability a month", meaning: "of a raid", source: Judgement("a test")),
        (id: "paint", value: 0.1, distribution: Uniform(0, 1), unit: "share", meaning: "of paint", source: Judgement("a test")),
    ],
    outcome_events: [(id: "fall", title: "fall of the fort", when: "fallen > 0")],
)"#;

fn scenario(name: &str, text: &str) -> Arc<Scenario> {
    let schemas = Registry::standard().schemas();
    let options = LoadOptions::new(marchland_laws::standard(), &schemas);
    Arc::new(load_text(name, text, &options).expect("a scenario").scenario)
}

fn plan_of(text: &str, rows: &str) -> Result<Plan, Vec<Diagnostic>> {
    let (registry, fort) = (Registry::standard(), scenario("fort", FORT));
    let claims = format!("(claims: [{rows}])");
    let claims = claims::read(&fort, &registry, "claims.ron", &claims).expect("claims");
    let mut load = |path: &str| match path {
        "../other" => Ok(scenario("other", OTHER)),
        other => Err(format!("cannot open `{other}`")),
    };
    read(&fort, &registry, "matching.ron", text, &mut load, &claims)
}

fn size(points: u32, second: u32, games: u64) -> Size {
    Size { points, second, candidates: 400, games, first_games: games / 4, answer_games: 100, seed: 7, threads: 2 }
}

fn matched(plan: &Plan, size: Size) -> MatchReport {
    play(plan, &Registry::standard(), size, &AtomicBool::new(false), &()).expect("games").expect("an end")
}

/// The chance, in per cent, of a fall within a year behind a wall of one half.
fn falls(raids: f64) -> f64 {
    100.0 * (1.0 - libm::pow(1.0 - 0.5 * raids, 12.0))
}

fn raids(report: &MatchReport) -> Vec<f64> {
    let of = |constants: &Vec<(String, f64)>| constants.iter().find(|(name, _)| name == "raids").expect("raids").1;
    report.matched.iter().map(|point| of(&point.constants)).collect()
}

/// The record is what the model makes of raids at .1, with a discrepancy of 3 points: of 64 points of 400 games, of which no
/// error exceeds 2.5 points, those within 3 points are matched, those farther than 3 √(9 + 6.25) + 4 × 2.5 are not.
#[test]
fn the_truth_lies_in_the_region_and_what_is_wrong_does_not() {
    let text = r#"(
        arms: [(id: "here")],
        targets: [(id: "falls", arm: "here", of: Share("fall", 12), figure: 45.96, discrepancy: 3, source: "a test")],
        answers: [(id: "half", arm: "here", of: Share("fall", 6))],
    )"#;
    assert!((falls(0.1) - 45.96).abs() < 0.01);
    let report = matched(&plan_of(text, "").expect("a plan"), size(64, 0, 400));
    assert_eq!((report.varied, report.declared.missed, report.left_out), (2, 0, 0));
    let raids = raids(&report);
    assert!(!raids.is_empty() && raids.iter().all(|raids| (falls(*raids) - 45.96).abs() < 21.8), "{raids:?}");
    // A Latin hypercube of 64 has one point in each slice of .2/64.
    let near = raids.iter().filter(|raids| (falls(**raids) - 45.96).abs() < 3.0).count();
    let slices = (0..64).filter(|at| (falls(0.2 * (f64::from(*at) + 0.5) / 64.0) - 45.96).abs() < 2.0).count();
    assert!(near >= slices && slices > 2, "{near} of {slices}");
    assert!(report.points.iter().any(|point| point.missed == 1 && point.games == 400), "the edge is played in full");
    // What is asked of the region is what the truth says, about: 1 − .95^6 at the middle.
    let answer = &report.regions[0].answers[0];
    let middle = answer.mean.mean.expect("a mean");
    assert!((middle - 26.5).abs() < 5.0 && answer.standing.is_none(), "{middle}");
    assert_eq!(report.shifts.len(), 0, "a region about the middle of a range shifts nothing");
}

/// The same region from the corner: only there do raids lie elsewhere than over their range, and an emulator of 32 points finds
/// it among random ones.
#[test]
fn a_second_wave_looks_where_the_first_left_it() {
    let text = r#"(
        arms: [(id: "here")],
        targets: [(id: "falls", arm: "here", of: Share("fall", 12), figure: 10, discrepancy: 2, source: "a test")],
    )"#;
    let report = matched(&plan_of(text, "").expect("a plan"), size(32, 32, 400));
    let [first, second] = report.waves[..] else { panic!("two waves") };
    assert_eq!((first.points, second.points, second.looked_at), (32, 32, 400));
    assert!(second.kept < 300, "{second:?}");
    assert!(second.by_misses[0] > first.by_misses[0], "{first:?}, {second:?}");
    assert!(report.targets[0].foretold.is_some_and(|share| share > 0.7), "{:?}", report.targets[0].foretold);
    let shift = &report.shifts[0];
    assert_eq!((report.shifts.len(), shift.parameter.as_str()), (1, "raids"));
    assert!(shift.mean_rank < 0.3 && shift.z < -4.0, "{shift:?}");
}

#[test]
fn an_empty_region_is_empty_and_one_target_may_be_forgiven() {
    let text = |forgiven: u32| {
        format!(
            r#"(
                forgiven: {forgiven},
                arms: [(id: "here"), (id: "walled", changes: [Initial("wall", 0.75)])],
                targets: [
                    (id: "seldom", arm: "here", of: Share("fall", 12), figure: 20, discrepancy: 2, source: "a test"),
                    (id: "often", arm: "walled", of: Share("fall", 12), figure: 60, discrepancy: 2, source: "a test"),
                ],
                answers: [(id: "wall", arm: "walled", against: "here", of: Share("fall", 12))],
            )"#
        )
    };
    let strict = matched(&plan_of(&text(0), "").expect("a plan"), size(32, 0, 200));
    assert_eq!((strict.regions.len(), strict.regions[0].points, strict.matched.len()), (1, 0, 0));
    assert!(strict.regions[0].answers.is_empty() && strict.targets.iter().all(|target| target.misses > 0.5));
    let lenient = matched(&plan_of(&text(1), "").expect("a plan"), size(32, 0, 200));
    assert_eq!(lenient.regions[0].points, 0);
    assert!(lenient.regions[1].points > 0);
    let answer = &lenient.regions[1].answers[0];
    assert!(answer.contrast && answer.below > 0 && answer.above == 0, "a higher wall keeps raiders out: {answer:?}");
    assert_ne!(answer.standing, Some(Standing::Up));
}

/// Raids of the two forts are declared alike, paint is not: the other fort keeps its own.
#[test]
fn another_scenario_takes_what_it_declares_alike() {
    let text = r#"(
        vary: ["ra*", "paint"],
        arms: [(id: "here"), (id: "there", scenario: "../other", turns: 24)],
        targets: [(id: "falls", arm: "there", of: Share("fall", 24), figure: 92.02, discrepancy: 1, source: "a test")],
    )"#;
    let plan = plan_of(text, "").expect("a plan");
    let takes = |arm: usize| plan.arms[arm].takes.len();
    assert_eq!((plan.factors.len(), takes(0), takes(1), plan.held), (2, 2, 1, 0));
    assert_eq!(plan.arms[1].scenario.calendar.horizon, 24, "games may outlast the horizon");
    let report = matched(&plan, size(32, 0, 200));
    // 1 − .9^24 = 92.02 %.
    assert!(report.declared.missed == 0 && !raids(&report).is_empty(), "{:?}", report.declared);
    assert!(raids(&report).iter().all(|raids| (0.05..0.2).contains(raids)), "{:?}", raids(&report));
}

#[test]
fn claims_are_held_at_points_and_say_what_constants_decide() {
    let text = r#"(
        claims: 100,
        arms: [(id: "here")],
        targets: [(id: "falls", arm: "here", of: Share("fall", 12), figure: 45, discrepancy: 40, source: "a test")],
    )"#;
    let rows = r#"
        (id: "1", kind: P, meaning: "walls help", objects: ["wall"], check: Contestable(change: [Initial("wall", 0.9)], of: "fallen", direction: Down)),
        (id: "2", kind: P, meaning: "most forts fall", objects: ["wall"], check: Contestable(change: [], of: "fallen - 0.46", direction: Up)),
        (id: "3", kind: P, meaning: "a wall is there", objects: ["wall"], check: Exists),
    "#;
    let report = matched(&plan_of(text, rows).expect("a plan"), size(16, 0, 40));
    let region = &report.regions[0];
    let [walls, most] = &region.claims[..] else { panic!("the contestable rows alone") };
    assert_eq!((region.points, walls.pairs, walls.no), (16, 100, 0));
    assert!(walls.yes > 10 && most.yes > 2 && most.no > 2, "{walls:?} {most:?}");
}

#[test]
fn threads_and_reruns_give_the_same_bytes() {
    let text = r#"(
        forgiven: 1,
        arms: [(id: "here")],
        targets: [
            (id: "falls", arm: "here", of: Share("fall", 12), figure: 40, discrepancy: 5, source: "a test"),
            (id: "year", arm: "here", of: Hazard("fall", 1, []), figure: 40, discrepancy: 5, source: "a test"),
        ],
        answers: [(id: "half", arm: "here", of: Mean("fallen"))],
    )"#;
    let plan = plan_of(text, "").expect("a plan");
    let bytes =
        |threads: usize| serde_json::to_string(&matched(&plan, Size { threads, ..size(24, 8, 40) })).expect("JSON");
    let one = bytes(1);
    assert_eq!(one, bytes(3));
    assert_eq!(one, bytes(1));
}

#[test]
fn bad_files_are_refused_with_place_and_remedy() {
    let target = |of: &str| {
        format!(
            r#"(arms: [(id: "here")], targets: [(id: "a", arm: "here", of: {of}, figure: 1, discrepancy: 1, source: "s")])"#
        )
    };
    let good = r#"targets: [(id: "a", arm: "here", of: Share("fall", 12), figure: 1, discrepancy: 1, source: "s")]"#;
    for (text, code) in [
        (target(r#"Share("flood", 12)"#), "unknown-event"),
        (target(r#"Share("fall", 13)"#), "out-of-range"),
        (target(r#"Hazard("fall", 2, [])"#), "out-of-range"),
        (target(r#"Odds("fall")"#), "unknown-word"),
        (target(r#"Payoff("nobody")"#), "unknown-player"),
        (target(r#"Mean("gold")"#), "unknown-path"),
        (r#"(arms: [(id: "here")], targets: [])"#.to_owned(), "no-target"),
        (format!(r#"(vary: ["gold*"], arms: [(id: "here")], {good})"#), "unknown-parameter"),
        (format!(r#"(hold: ["raids", "paint"], arms: [(id: "here")], {good})"#), "no-factor"),
        (format!(r#"(arms: [(id: "here"), (id: "here")], {good})"#), "duplicate-id"),
        (format!(r#"(arms: [(id: "here", scenario: "../nowhere")], {good})"#), "unusable-scenario"),
        (format!(r#"(arms: [(id: "here", belief: "none")], {good})"#), "unknown-belief"),
        (format!(r#"(arms: [(id: "there")], {good})"#), "unknown-arm"),
        (format!(r#"(claims: 100, arms: [(id: "here")], {good})"#), "no-claims"),
        (
            format!(
                r#"(arms: [(id: "here"), (id: "there", scenario: "../other")], {good}, answers: [(id: "b", arm: "here", against: "there", of: Share("fall", 12))])"#
            ),
            "unlike-arms",
        ),
        (
            format!(
                r#"(arms: [(id: "here")], {good}, answers: [(id: "b", arm: "here", against: "here", of: Rate("fallen"))])"#
            ),
            "unpaired",
        ),
        (good.replace("discrepancy: 1", "discrepancy: 0"), "out-of-range"),
    ] {
        let text = if text.starts_with('(') { text } else { format!(r#"(arms: [(id: "here")], {text})"#) };
        let found = plan_of(&text, "").expect_err(&text);
        let one = found.iter().find(|finding| finding.code == code).unwrap_or_else(|| panic!("{code}: {found:?}"));
        let span = one.span.as_ref().expect("a place");
        assert!(span.file == "matching.ron" && span.start > 0 && span.end <= text.len(), "{one:?}");
    }
}

/// Hazards, by hand: of four games one falls in month 3, one in month 15, one is lost to another end in month 5, one stands.
#[test]
fn hazards_count_those_still_at_risk() {
    let game = |own: u32, other: u32| PlayedGame { months: 24, events: vec![own, other], readings: vec![] };
    let games = [game(3, 0), game(15, 0), game(20, 5), game(0, 0)];
    let hazard = |year: u32, unless: Vec<usize>| figure(&Quantity::Hazard { event: 0, year, unless }, &games);
    assert_eq!(hazard(1, vec![1]).scale, Scale::Share { hits: 1.0, of: 4.0 });
    assert_eq!(hazard(2, vec![1]).scale, Scale::Share { hits: 1.0, of: 2.0 });
    assert_eq!(hazard(2, vec![]).scale, Scale::Share { hits: 2.0, of: 3.0 });
    assert_eq!(hazard(1, vec![]).value, Some(25.0));
    // A year in which nobody is left says nothing, and is no miss.
    let short = [PlayedGame { months: 12, events: vec![0, 0], readings: vec![] }];
    assert_eq!(figure(&Quantity::Hazard { event: 0, year: 2, unless: vec![] }, &short).value, None);
}

/// A plane with noise is found, with an error that covers: of 200 points not seen, 95 % lie within two errors, give or take five
/// standard errors.
#[test]
fn an_emulator_covers_what_it_did_not_see() {
    let of = |seed: u64, at: u64| crate::draws::unit(crate::draws::key(seed, "emulator", &[at]));
    let point = |row: u64| (0..20).map(|at| of(row, at)).collect::<Vec<f64>>();
    let plane = |point: &[f64]| 3.0 + 4.0 * point[0] - 2.0 * point[7];
    let points: Vec<Vec<f64>> = (0..120).map(point).collect();
    let noisy =
        |row: usize| plane(&points[row]) + 0.5 * crate::draws::normal(crate::draws::key(row as u64, "noise", &[]));
    let figures: Vec<Figure> =
        (0..points.len()).map(|row| Figure { value: Some(noisy(row)), error: 0.5, scale: Scale::Plain }).collect();
    let emulator = Emulator::fit(&points, &figures).expect("an emulator");
    assert!(emulator.foretold > 0.6, "{}", emulator.foretold);
    let within = (1000..1200).filter(|row| {
        let point = point(*row);
        let (value, error) = emulator.at(&point);
        (value - plane(&point)).abs() <= 2.0 * error
    });
    let within = within.count();
    assert!(within >= 175, "{within} of 200");
    assert!(Emulator::fit(&points[..8], &figures[..8]).is_none());
}

/// Twenty points that differ by a standard deviation of 1, each with games that add as much: the bound lies above 1 in 95 of
/// 100 regions. Of 400 at least 362, four standard errors below.
#[test]
fn the_most_that_points_may_differ_covers() {
    let normal = |region: u64, of: u64| crate::draws::normal(crate::draws::key(region, "between", &[of]));
    let covered = (0..400).filter(|region| {
        let values: Vec<f64> =
            (0..20).map(|point| normal(*region, 2 * point) + normal(*region, 2 * point + 1)).collect();
        let (n, _, variance, _) = crate::statistics::moments(&values);
        most_between(n, variance, 1.0) >= 1.0
    });
    let covered = covered.count();
    assert!((362..=398).contains(&covered), "{covered} of 400");
    assert_eq!(most_between(1, f64::NAN, 1.0), f64::INFINITY);
}

/// What the scenario's own file holds against what was frozen before the hazards were fitted.
#[test]
fn the_matching_of_a_scenario_is_the_frozen_one() {
    #[derive(Deserialize)]
    struct FrozenTargets {
        implausible_above: f64,
        hazards: Vec<Hazard>,
        modes: Vec<Mode>,
        coups: Coups,
        tajikistan_uprising_share: Range,
        kyrgyzstan: Country,
        second_within_12_tajikistan: Range,
        state_failure: Onset,
    }
    #[derive(Deserialize)]
    struct Hazard {
        id: String,
        figure: f64,
        discrepancy: f64,
    }
    #[derive(Deserialize)]
    struct Mode {
        id: String,
        share: f64,
        tolerance: f64,
    }
    #[derive(Deserialize)]
    struct Coups {
        successful_low: f64,
        successful_high: f64,
        success_low: f64,
        success_high: f64,
    }
    #[derive(Deserialize)]
    struct Range {
        low: f64,
        high: f64,
        figure: Option<f64>,
        discrepancy: Option<f64>,
    }
    #[derive(Deserialize)]
    struct High {
        high: f64,
    }
    #[derive(Deserialize)]
    struct Country {
        fall_by_june: Range,
        placebo_year: High,
        second_within_12: Range,
    }
    #[derive(Deserialize)]
    struct Onset {
        onset_low: f64,
        onset_high: f64,
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = |path: PathBuf| std::fs::read_to_string(path).expect("a file");
    let options = ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    let frozen: FrozenTargets =
        options.from_str(&text(root.join("tests/data/crisis/targets.ron"))).expect("frozen targets");
    let registry = Registry::standard();
    let schemas = registry.schemas();
    let folder = root.join("scenarios/tajikistan-2010");
    let open = |path: &Path| {
        let options = LoadOptions::new(marchland_laws::standard(), &schemas);
        load(path, &options).map(|loaded| Arc::new(loaded.scenario)).map_err(|found| format!("{found:?}"))
    };
    let scenario = open(&folder).expect("the scenario");
    let claims = claims::read(&scenario, &registry, "claims.ron", &text(folder.join("claims.ron"))).expect("claims");
    let mut other = |path: &str| open(&folder.join(path));
    let plan = read(&scenario, &registry, "matching.ron", &text(folder.join("matching.ron")), &mut other, &claims);
    let plan = plan.expect("a plan");
    assert_eq!(plan.implausible_above, frozen.implausible_above);
    let middle = |low: f64, high: f64| (0.5 * (low + high), 0.25 * (high - low));
    let ranged = |range: &Range| match (range.figure, range.discrepancy) {
        (Some(figure), Some(discrepancy)) => (figure, discrepancy),
        _ => middle(range.low, range.high),
    };
    let mut used = 0;
    for target in &plan.targets {
        let (what, which) = target.source.split_once(": ").unwrap_or((target.source.as_str(), ""));
        let expected = match (what, which) {
            ("hazards", id) => {
                let id = if id == "tajikistan" { id } else { which };
                let of = frozen.hazards.iter().find(|hazard| hazard.id == id).expect("a hazard");
                (of.figure, of.discrepancy)
            }
            ("modes", id) => {
                let of = frozen.modes.iter().find(|mode| mode.id == id).expect("a mode");
                middle(of.share - of.tolerance, of.share + of.tolerance)
            }
            ("coups", "successful") => middle(frozen.coups.successful_low, frozen.coups.successful_high),
            ("coups", "success") => middle(100.0 * frozen.coups.success_low, 100.0 * frozen.coups.success_high),
            ("state_failure", "onset") => middle(frozen.state_failure.onset_low, frozen.state_failure.onset_high),
            ("tajikistan_uprising_share", _) => ranged(&frozen.tajikistan_uprising_share),
            ("second_within_12_tajikistan", _) => ranged(&frozen.second_within_12_tajikistan),
            ("kyrgyzstan", "fall_by_june") => ranged(&frozen.kyrgyzstan.fall_by_june),
            ("kyrgyzstan", "second_within_12") => ranged(&frozen.kyrgyzstan.second_within_12),
            ("kyrgyzstan", "placebo_year") => middle(0.0, frozen.kyrgyzstan.placebo_year.high),
            other => panic!("nothing frozen is called {other:?}"),
        };
        let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(close(target.figure, expected.0) && close(target.discrepancy, expected.1), "{target:?}: {expected:?}");
        used += 1;
    }
    // Three hazards of six years, six modes, two of coups, one of collapses, uprisings, second exits twice, a fall, two years.
    assert_eq!(used, 18 + 6 + 2 + 1 + 1 + 2 + 1 + 2);
    assert_eq!(plan.claims.len(), 17);
}
