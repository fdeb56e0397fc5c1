mod ways;

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use marchland_sim::scenario::{LoadOptions, Scenario, load_text};
use marchland_strategies::Registry;

use super::response::{course, saturated};
use super::*;
use crate::ablation::Contrast;
use crate::run::{Plan, play};
use crate::statistics::draws;
use crate::table::{Table, read_csv};

/// A fort that falls to raids; a wall keeps raiders out, a feast keeps nobody out.
const FORT: &str = r#"(
    title: "Fort", calendar: (start: "2010-04", horizon: 12), mechanisms: ["exogenous", "tracks"],
    tracks: [
        (id: "fallen", range: (0, 1), initial: 0), (id: "wall", range: (0, 1), initial: Uniform(0, 1)),
        (id: "feast", range: (0, 1), initial: 0),
    ],
    events: [(id: "raid", trigger: Hazard("raids * (1 - wall)"), effects: [Set("fallen", 1)])],
    parameters: [
        (id: "raids", value: 0.02, distribution: Uniform(0, 1), unit: "probability a month", meaning: "of a raid", source: Judgement("a test")),
        (id: "season", value: "dry", choices: ["dry", "wet"], unit: "season", meaning: "the season", source: Judgement("a test")),
    ],
    outcome_events: [(id: "fall", title: "fall of the fort", when: "fallen > 0")],
    measures: [(id: "how", meaning: "1 where it fell", unit: "flag", over: Last, value: "fallen")],
)"#;

/// Raids rise with `x`; the wall stands half-way.
const RULE: &str = r#"(
    title: "Forts", months: 12, outcomes: [(event: "fall", column: "fell")],
    columns: [(name: "x", missing: Refuse)],
    constants: [
        (id: "basis", value: 0, sd: 1, source: "a test"),
        (id: "slope", value: 0, sd: 1, source: "a test"),
    ],
    settings: [
        (of: "raids", value: "0.01 * exp(basis + slope * x)", clip: (0, 1), source: "a test"),
        (of: "wall", value: 0.5, source: "a test"),
    ],
)"#;

static NEVER: AtomicBool = AtomicBool::new(false);

fn fort() -> Arc<Scenario> {
    let schemas = Registry::standard().schemas();
    let options = LoadOptions::new(marchland_laws::standard(), &schemas);
    Arc::new(load_text("fort", FORT, &options).expect("a scenario").scenario)
}

fn rule(text: &str) -> Rule {
    read_rule(&fort(), "rule.ron", text).unwrap_or_else(|found| panic!("{found:#?}"))
}

fn table(text: &str) -> Table {
    read_csv(text).expect("a table")
}

/// A folder of its own, gone with what names it.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("marchland-frozen-{}-{number}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn frozen(rule: &Rule, cases: &Cases, sealed: &SealedOutcomes) -> Commitment {
    let folder = Folder::new();
    freeze(&folder.0, &FreezeRecord::new(rule, cases, sealed, &fort(), 1, &[])).expect("it is frozen")
}

/// What happened, all of it.
fn opened(rule: &Rule, cases: &Cases, sealed: &SealedOutcomes) -> Outcomes {
    sealed.open(&frozen(rule, cases, sealed), rule, cases, false).unwrap_or_else(|found| panic!("{found:#?}"))
}

/// Events in the games of each case.
fn counts(rule: &Rule, cases: &Cases, constants: &[f64], games: u64, seed: u64, threads: usize) -> Vec<u64> {
    let scenario = fort();
    let rows = settings(rule, cases, constants, &scenario).expect("settings in range");
    let asked = experiment(rule, cases, &rows, constants, None, &scenario, (games, seed));
    let plan = Plan::new(asked, &scenario, &Registry::standard()).expect("a plan");
    let mut events = vec![0; cases.len()];
    for game in play(&plan, threads, &NEVER, &()).expect("games") {
        events[game.run.row as usize] += u64::from(game.outcome.events[0].is_some());
    }
    events
}

/// Cases in groups of ten, the first half of groups train rows, whose outcome is one game of the engine under these
/// constants.
fn simulated(truth: &[f64], groups: u64, seed: u64, shuffled: bool) -> String {
    let mut rng = draws::stream(draws::key(seed, "simulated cases", &[]));
    let mut bare = "country,year,train,x\n".to_owned();
    for group in 0..groups {
        for year in 0..10 {
            let x = -1.0 + 2.5 * draws::uniform(&mut rng);
            let _ = writeln!(bare, "c{group},{},{},{x:?}", 2000 + year, u8::from(group < groups / 2));
        }
    }
    let rule = rule(RULE);
    let (cases, _) = take(&rule, &table(&bare), &roles()).expect("cases");
    let mut fell = counts(&rule, &cases, truth, 1, 9_000 + seed, 2);
    if shuffled {
        draws::shuffle(&mut rng, &mut fell);
    }
    let mut lines = bare.lines();
    let mut text = format!("{},fell\n", lines.next().expect("a head"));
    lines.zip(fell).for_each(|(line, fell)| {
        let _ = writeln!(text, "{line},{fell}");
    });
    text
}

fn roles() -> Roles {
    Roles { train: Some("train".into()), ..Roles::default() }
}

fn fitted(text: &str, seed: u64) -> (Cases, Outcomes, Vec<f64>, FitReport) {
    let rule = rule(RULE);
    let (cases, sealed) = take(&rule, &table(text), &roles()).expect("cases");
    let frozen = frozen(&rule, &cases, &sealed);
    let seen = sealed.open(&frozen, &rule, &cases, true).expect("outcomes of train rows");
    // Nothing is seen of test rows.
    assert!((0..cases.len()).all(|case| cases.is_train(case) == seen.happened[0][case].is_some()));
    let options = FitOptions { points: 300, games: 40, seed, threads: 2 };
    let (scenario, registry) = (fort(), Registry::standard());
    let done = fit(&scenario, &registry, &rule, &cases, &seen, &[0, 1], &options, &NEVER, &());
    let (constants, report) = done.unwrap_or_else(|found| panic!("{found:#?}")).expect("not stopped");
    let outcomes = sealed.open(&frozen, &rule, &cases, false).expect("outcomes");
    (cases, outcomes, constants, report)
}

/// Twelve studies of 400 train rows drawn from the engine itself, log hazard .5 + x over the level of the rule: the 95 %
/// intervals of both constants hold the truth in at least nine (less has a chance of 2 in 10,000 each).
#[test]
fn fitting_recovers_the_constants_of_simulated_cases() {
    let (mut level, mut slope) = (0, 0);
    for seed in 0..12 {
        let (.., report) = fitted(&simulated(&[0.5, 1.0], 80, seed, false), seed);
        assert!(report.after < report.before, "{report:?}");
        // The emulator leaves less than a tenth of the variance over the whole prior unexplained.
        let (distance, spread) = (report.emulator.distance, report.emulator.spread);
        assert!(distance * distance < 0.1 * spread * spread, "{:?}", report.emulator);
        let held = |at: usize, truth: f64| {
            let own = &report.constants[at];
            // An interval that holds everything holds nothing.
            assert!(own.sd < 0.4, "{own:?}");
            u32::from((own.interval.0..=own.interval.1).contains(&truth))
        };
        level += held(0, 0.5);
        slope += held(1, 1.0);
    }
    assert!(level >= 9 && slope >= 9, "{level} and {slope} of 12");
}

/// Rows that stand four times in their group tell no more than once: intervals by groups are as wide as of the rows
/// themselves, where rows taken as independent would halve them.
#[test]
fn intervals_of_fitted_constants_are_by_groups() {
    let once = simulated(&[0.5, 1.0], 80, 46, false);
    let mut lines = once.lines();
    let mut often = format!("{}\n", lines.next().expect("a head"));
    lines.for_each(|line| often += &format!("{line}\n").repeat(4));
    let ((.., one), (.., four)) = (fitted(&once, 46), fitted(&often, 46));
    assert_eq!((one.by_groups, one.groups, four.groups, four.cases), (true, 40, 40, 4 * one.cases));
    for (one, four) in one.constants.iter().zip(&four.constants) {
        // The prior, of deviation 1, narrows the single rows a little more.
        assert!((0.85..1.3).contains(&(four.sd / one.sd)), "{one:?} {four:?}");
    }
    // With few groups rows are taken as independent, and it is said.
    let (.., few) = fitted(&simulated(&[0.5, 1.0], 20, 47, false), 47);
    assert!(!few.by_groups && few.groups == 10, "{few:?}");
}

fn scored(text: &str, seed: u64) -> EventScores {
    let (cases, outcomes, constants, _) = fitted(text, seed);
    let rule = rule(RULE);
    let rows = settings(&rule, &cases, &constants, &fort()).expect("settings in range");
    let events = counts(&rule, &cases, &constants, 200, seed, 2);
    let odds: Vec<CaseOdds> =
        events.iter().map(|events| CaseOdds { events: vec![Odds::new(*events, 200)], modes: Vec::new() }).collect();
    let options = ScoreOptions { resamples: 300, ..ScoreOptions::default() };
    let (mut events, modes) = score(&rule, &cases, &rows, &odds, &outcomes, &options);
    assert_eq!((events.len(), modes), (1, None));
    events.swap_remove(0)
}

fn of<'a>(scores: &'a EventScores, model: &Model) -> &'a ModelScores {
    scores.models.iter().find(|own| own.model == *model).expect("it is scored")
}

/// Cases drawn from the engine, 600 to fit and 600 to score: probabilities are calibrated within three and a half standard errors,
/// skill against climatology is above 0, and no rival is better.
#[test]
fn scores_of_simulated_cases_are_calibrated() {
    let scores = scored(&simulated(&[0.5, 1.0], 120, 40, false), 40);
    assert_eq!((scores.cases, scores.groups, scores.groups_in_train), (600, 60, 0));
    let (said, seen) = (scores.mean_probability.unwrap(), scores.share.unwrap());
    let error = (seen * (1.0 - seen) / 600.0).sqrt();
    assert!((said - seen).abs() < 3.5 * error, "{said} said, {seen} seen");
    // Nobody calls it too sure, or not sure enough.
    let slope = scores.recalibration.unwrap().slope;
    assert!(slope.interval.unwrap().contains(1.0), "{slope:?}");
    let engine = of(&scores, &Model::Engine);
    assert!(engine.log_skill.interval.unwrap().low > 0.0, "{engine:?}");
    assert!(engine.roc.interval.unwrap().low > 0.55, "{engine:?}");
    let rival = scores.differences.iter().find(|row| row.against == Model::Rival && row.of == Model::Engine).unwrap();
    // Two hundred games cost a log score of a four-hundredth, which the rival does not pay.
    assert!(rival.log.value.unwrap() > -0.01, "{rival:?}");
    let parts = scores.reliability.as_ref().unwrap();
    assert!(parts.reliability < parts.resolution, "{parts:?}");
}

/// The same cases with their outcomes dealt out at random: no skill, no rank, no slope.
#[test]
fn shuffled_outcomes_have_no_skill() {
    let text = simulated(&[0.5, 1.0], 120, 41, true);
    let (.., report) = fitted(&text, 41);
    let slope = &report.constants[1];
    assert!((slope.interval.0..=slope.interval.1).contains(&0.0), "{slope:?}");
    let engine = of(&scored(&text, 41), &Model::Engine).clone();
    assert!(engine.roc.interval.unwrap().contains(0.5), "{engine:?}");
    assert!(engine.log_skill.interval.unwrap().low <= 0.0, "{engine:?}");
    assert!(engine.log_skill.value.unwrap() < 0.02, "{engine:?}");
}

/// Scores without train rows of an engine that says so many events in a thousand games of each case.
fn unmarked(text: &str, said: impl Fn(&[f64]) -> u64) -> EventScores {
    let rule = rule(RULE);
    let (cases, sealed) = take(&rule, &table(text), &Roles::default()).expect("cases");
    let outcomes = opened(&rule, &cases, &sealed);
    let rows = settings(&rule, &cases, &[0.5, 1.0], &fort()).expect("settings in range");
    let odds: Vec<CaseOdds> =
        rows.iter().map(|row| CaseOdds { events: vec![Odds::new(said(row), 1000)], modes: Vec::new() }).collect();
    let options = ScoreOptions { resamples: 400, ..ScoreOptions::default() };
    score(&rule, &cases, &rows, &odds, &outcomes, &options).0.swap_remove(0)
}

fn difference<'a>(scores: &'a EventScores, of: &Model, against: &Model) -> &'a DifferenceRow {
    scores.differences.iter().find(|row| row.of == *of && row.against == *against).expect("it is compared")
}

/// Without train rows what is fitted is fitted on other groups, and ranks are compared within folds: climatology ranks
/// nothing, and a logit that knows the driver ranks as it should.
#[test]
fn folds_keep_groups_together() {
    let scores = unmarked(&simulated(&[0.5, 1.0], 40, 42, false), |row| (1000.0 * row[0]) as u64);
    let climatology = of(&scores, &Model::Climatology);
    assert_eq!((climatology.cases, climatology.log_skill.value), (400, Some(0.0)));
    assert_eq!((climatology.roc.value, climatology.pr.value), (Some(0.5), scores.share));
    let rival = of(&scores, &Model::Rival);
    assert!(rival.roc.value.unwrap() > 0.6, "{rival:?}");
    assert_eq!((rival.pr.value, rival.pr.refused), (None, Some(NoInterval::Refitted)));
    // The engine and its recalibration have one order in a fold.
    let recalibrated = of(&scores, &Model::Recalibrated);
    assert_eq!(recalibrated.roc.value, of(&scores, &Model::Engine).roc.value);
}

/// An engine that says the same of every case ranks nothing better than anybody, whether its rival knows anything (first
/// half) or outcomes are dealt out at random: the interval of a difference of ranks leaves out 0 at most thrice in 12 such
/// tables, of which 2.5 % each are to be expected. Nor does it beat the share by log score, whatever it says.
#[test]
fn a_constant_engine_is_never_better() {
    let mut ranked_better = 0;
    for seed in 0..12 {
        let shuffled = seed >= 6;
        let text = simulated(&[0.5, 1.0], 40, 100 + seed, shuffled);
        let scores = unmarked(&text, |_| 20 * (1 + seed));
        let against = |model: &Model| difference(&scores, &Model::Engine, model);
        let climatology = against(&Model::Climatology);
        assert_eq!(climatology.roc.value, Some(0.0));
        assert!(climatology.roc.interval.unwrap().contains(0.0), "{climatology:?}");
        assert!(climatology.log.value.unwrap() <= 0.0 && climatology.log.interval.unwrap().low <= 0.0);
        let rival = against(&Model::Rival);
        if shuffled {
            ranked_better += u32::from(rival.roc.interval.unwrap().low > 0.0);
        } else {
            assert!(rival.roc.interval.unwrap().low <= 0.0 && rival.log.interval.unwrap().low <= 0.0, "{rival:?}");
        }
        // What is alike for all has no slope.
        assert_eq!(scores.recalibration, None);
    }
    assert!(ranked_better <= 3, "{ranked_better} of 6");
}

/// Scores of an engine that plays these constants where the truth is a slope of 1.
fn against_truth(constants: &[f64], seed: u64) -> EventScores {
    let text = simulated(&[0.5, 1.0], 120, seed, false);
    let rule = rule(RULE);
    let (cases, sealed) = take(&rule, &table(&text), &roles()).expect("cases");
    let outcomes = opened(&rule, &cases, &sealed);
    let rows = settings(&rule, &cases, constants, &fort()).expect("settings in range");
    let odds: Vec<CaseOdds> = counts(&rule, &cases, constants, 200, 700 + seed, 2)
        .iter()
        .map(|events| CaseOdds { events: vec![Odds::new(*events, 200)], modes: Vec::new() })
        .collect();
    let options = ScoreOptions { resamples: 400, ..ScoreOptions::default() };
    score(&rule, &cases, &rows, &odds, &outcomes, &options).0.swap_remove(0)
}

/// Where the truth is another rule the engine is told worse: cases drawn under a slope of 1, played under −1, which ranks
/// the wrong way round.
#[test]
fn an_engine_with_wrong_slopes_is_told_worse() {
    let wrong = against_truth(&[0.5, -1.0], 44);
    for model in [Model::Climatology, Model::Rival] {
        let row = difference(&wrong, &Model::Engine, &model);
        assert!(row.log.interval.unwrap().high < 0.0, "{row:?}");
    }
    let ranks = of(&wrong, &Model::Engine).roc;
    assert!(ranks.interval.unwrap().high < 0.5, "{ranks:?}");
    let slope = wrong.recalibration.unwrap().slope;
    assert!(slope.interval.unwrap().high < 0.0, "{slope:?}");
}

/// An engine that knows nothing of the driver, whose cases differ by the chance of its games alone: in eight tables it is
/// told better than the share at most twice (each by 2.5 % of chance, in ranks or by log score), and always worse than the
/// logit that reads the driver.
#[test]
fn an_engine_without_slopes_is_not_told_better() {
    let mut better = 0;
    for seed in 50..58 {
        let flat = against_truth(&[0.5, 0.0], seed);
        let share = difference(&flat, &Model::Engine, &Model::Climatology);
        let above = |of: &ScoreEstimate| u32::from(of.interval.unwrap().low > 0.0);
        better += above(&share.roc).max(above(&share.log));
        let rival = difference(&flat, &Model::Engine, &Model::Rival);
        assert!(rival.log.interval.unwrap().low <= 0.0 && rival.roc.interval.unwrap().low <= 0.0, "{rival:?}");
    }
    assert!(better <= 2, "{better} of 8");
}

/// Few groups, few events, and events in few groups are told apart, and none of them has an interval.
#[test]
fn what_has_no_interval_says_why() {
    let text = |groups: usize, fell: &dyn Fn(usize, usize) -> bool| {
        let mut text = "country,year,train,x,fell\n".to_owned();
        for group in 0..groups {
            for year in 0..10 {
                let x = (group * 7 + year * 3) % 11;
                let _ = writeln!(text, "c{group},{},0,{},{}", 2000 + year, x, u8::from(fell(group, year)));
            }
        }
        text
    };
    let refused = |text: &str| of(&unmarked(text, |_| 100), &Model::Engine).log.refused;
    assert_eq!(refused(&text(8, &|_, year| year < 2)), Some(NoInterval::FewGroups { groups: 8, least: 16 }));
    let few = refused(&text(20, &|group, year| group < 9 && year == 0));
    assert_eq!(few, Some(NoInterval::FewEvents { events: 9, least: 10 }));
    assert_eq!(refused(&text(20, &|group, year| group < 10 && year == 0)), None);
    // Ten events in one group of twenty: a third of the resamples has none, and nothing to rank.
    let one = unmarked(&text(20, &|group, _| group == 0), |row| (row[0] * 1000.0) as u64);
    let ranks = of(&one, &Model::Engine).pr;
    assert!(matches!(ranks.refused, Some(NoInterval::Undrawn { .. })), "{ranks:?}");
}

/// Ways are counted in games in which the outcome came about, and the table says what the games say.
#[test]
fn modes_are_of_games_with_the_outcome() {
    let text = RULE.replace(
        "months: 12",
        "months: 12, modes: (measure: \"how\", column: \"mode\", labels: {\"raid\": 1, \"fire\": 2, \"none\": 0})",
    );
    let rule = rule(&text);
    let mut cases = "country,year,x,fell,mode\n".to_owned();
    for row in 0..20 {
        let (fell, mode) = if row % 2 == 0 { (1, if row == 0 { "fire" } else { "raid" }) } else { (0, "") };
        let _ = writeln!(cases, "c{row},2000,1,{fell},{mode}");
    }
    let (cases, sealed) = take(&rule, &table(&cases), &Roles::default()).expect("cases");
    let outcomes = opened(&rule, &cases, &sealed);
    let (scenario, registry) = (fort(), Registry::standard());
    let constants = [2.0, 1.0];
    let rows = settings(&rule, &cases, &constants, &scenario).expect("settings in range");
    let asked = experiment(&rule, &cases, &rows, &constants, None, &scenario, (40, 3));
    let plan = Plan::new(asked, &scenario, &registry).expect("a plan");
    let folder = Folder::new();
    std::fs::create_dir_all(&folder.0).expect("a folder");
    let games = folder.0.join("games");
    let mut kept = crate::run::Folder::open(&games, &plan, &crate::run::Session::default(), None, false)
        .expect("a folder of games");
    crate::run::run(&plan, &mut kept, 2, &NEVER, &()).expect("games");
    let odds = odds(&rule, &cases, &games).expect("odds");
    // The measure is 0 where the fort stands, and 1 where it fell: only the latter are ways.
    for own in &odds {
        assert_eq!(own.modes, [(1, own.events[0].events)]);
        assert!(own.events[0].events < own.games());
    }
    let (_, modes) = score(&rule, &cases, &rows, &odds, &outcomes, &ScoreOptions::default());
    let modes = modes.expect("modes");
    assert_eq!((modes.cases, modes.unplayed, modes.measure.as_str()), (10, 0, "how"));
    assert_eq!(modes.table, [("raid".to_owned(), 9, 10.0), ("fire".to_owned(), 1, 0.0)]);
}

/// No game of a hindcast is the one that an outcome was drawn from, whatever its seed.
#[test]
fn outcomes_are_drawn_by_a_stream_of_their_own() {
    let (scenario, registry, rule) = (fort(), Registry::standard(), rule(RULE));
    let (cases, _) = take(&rule, &table(&simulated(&[0.5, 1.0], 20, 45, false)), &roles()).expect("cases");
    let drawn = |seed| {
        let drawn = simulate(&scenario, &registry, &rule, &cases, &[2.0, 1.0], (seed, 2), &NEVER, &());
        let drawn = drawn.unwrap_or_else(|found| panic!("{found:#?}")).expect("not stopped");
        drawn.iter().map(|case| u64::from(case.happened[0] == Some(true))).collect::<Vec<_>>()
    };
    let own = drawn(7);
    assert_eq!(own, drawn(7));
    assert_ne!(own, drawn(8));
    // The game of a hindcast with that seed is another one.
    assert_ne!(own, counts(&rule, &cases, &[2.0, 1.0], 1, 7, 2));
}

#[test]
fn equal_seeds_give_equal_counts_at_any_thread_count() {
    let text = simulated(&[0.5, 1.0], 8, 43, false);
    let rule = rule(RULE);
    let (cases, _) = take(&rule, &table(&text), &roles()).expect("cases");
    let one = counts(&rule, &cases, &[0.5, 1.0], 20, 5, 1);
    assert_eq!(one, counts(&rule, &cases, &[0.5, 1.0], 20, 5, 3));
    assert_ne!(one, counts(&rule, &cases, &[0.5, 1.0], 20, 6, 1));
}

/// A start that a rule sets is where the indicator starts, though nature would draw it: the wall decides.
#[test]
fn rules_set_where_indicators_start() {
    let text =
        |wall: &str| RULE.replace("value: 0.5,", &format!("value: {wall},")).replace("0.01 * exp", "0.9 + 0 * exp");
    let cases = "country,year,x\na,2000,0\na,2001,0\n";
    for (wall, expected) in [("1", 0), ("0", 40)] {
        let rule = rule(&text(wall));
        let (cases, _) = take(&rule, &table(cases), &Roles::default()).expect("cases");
        assert_eq!(counts(&rule, &cases, &[0.0, 0.0], 20, 1, 1).iter().sum::<u64>(), expected);
    }
}

fn wrong_rule(text: &str) -> Vec<&'static str> {
    let found = read_rule(&fort(), "rule.ron", text).expect_err("it is wrong");
    found.iter().map(|finding| finding.code).collect()
}

#[test]
fn wrong_rules_are_told_what_is_wrong() {
    for (from, to, code) in [
        ("name: \"x\"", "name: \"fell\"", "leak"),
        ("missing: Refuse", "missing: Refuse, dated: Within", "leak"),
        ("event: \"fall\"", "event: \"fal\"", "unknown-event"),
        ("of: \"raids\"", "of: \"raid\"", "unknown-path"),
        ("slope * x", "slope * y", "unknown-path"),
        ("slope * x", "slope * ", "bad-expression"),
        ("of: \"wall\"", "of: \"raids\"", "set-twice"),
        ("id: \"slope\"", "id: \"x\"", "duplicate-id"),
        ("id: \"slope\"", "id: \"turn\"", "bad-name"),
        ("sd: 1,", "sd: 0,", "bad-range"),
        ("clip: (0, 1)", "clip: (1, 0)", "bad-range"),
        ("missing: Refuse", "missing: Perhaps", "unknown-word"),
        ("missing: Refuse", "scale: Rank, choices: [\"a\"]", "wrong-type"),
        ("missing: Refuse", "scale: Span(0.4, 0.1)", "bad-range"),
        ("missing: Refuse", "choices: [\"a\"], missing: Default(\"b\", \"why\")", "unknown-choice"),
        ("months: 12", "months: 13", "out-of-range"),
        ("months: 12", "month: 12", "unknown-key"),
        ("columns: [(name: \"x\", missing: Refuse)],", "", "missing-key"),
        ("(of: \"wall\", value: 0.5,", "(of: \"wall\", value: true,", "wrong-type"),
        ("months: 12", "months: 12, modes: (measure: \"who\", column: \"mode\", labels: {})", "unknown-measure"),
        ("months: 12", "months: 12, fit_to: \"rise\"", "unknown-event"),
        ("months: 12", "months: 12, fit_to: \"how\"", "unknown-event"),
        ("sd: 1, source: \"a test\"", "sd: 1", "missing-key"),
        ("value: 0.5, source: \"a test\"", "value: 0.5", "missing-key"),
        ("value: 0.5, source: \"a test\"", "value: 0.5, source: \" \"", "missing-source"),
    ] {
        let text = RULE.replace(from, to);
        assert_ne!(text, RULE, "{from}");
        let found = wrong_rule(&text);
        assert!(found.contains(&code), "{from} → {to}: {found:?}");
    }
    let found = read_rule(&fort(), "rule.ron", &RULE.replace("slope * x", "slope * y")).expect_err("it is wrong");
    assert!(found[0].message.contains("no column or constant of the rule is called `y`"), "{}", found[0].message);
}

fn wrong_cases(rule_text: &str, text: &str, roles: &Roles) -> Vec<marchland_game::Diagnostic> {
    take(&rule(rule_text), &table(text), roles).expect_err("they are wrong")
}

#[test]
fn leaks_are_refused() {
    // A value of the case's own year, by its own column of years; a schedule of that year is none, of the next it is.
    let dated = "country,year,x,x_year\na,2000,1,1999\nb,2000,1,2000\n";
    let found = wrong_cases(RULE, dated, &Roles::default());
    assert_eq!(found[0].code, "leak");
    assert!(found[0].message.contains("`x` of b 2000 is of 2000"), "{}", found[0].message);
    let schedule = RULE.replace("missing: Refuse", "missing: Refuse, dated: Schedule(\"law\")");
    assert!(take(&rule(&schedule), &table(dated), &Roles::default()).is_ok());
    let later = dated.replace("1,2000\n", "1,2001\n");
    assert_eq!(wrong_cases(&schedule, &later, &Roles::default())[0].code, "leak");
    // A train row as a test row.
    let twice = "country,year,train,x\na,2000,1,1\na,2000,0,1\n";
    let found = wrong_cases(RULE, twice, &roles());
    assert!(found.iter().any(|one| one.code == "leak" && one.message.contains("a 2000 stands among")), "{found:?}");
    // An outcome that a flag names, and the rule reads.
    let of = Roles { outcomes: vec![("fall".into(), "x".into())], ..Roles::default() };
    assert_eq!(wrong_cases(RULE, "country,year,x\na,2000,1\n", &of)[0].code, "leak");
    // An outcome under another name: as it is, with holes, the other way round, in other numbers, in words.
    let words = RULE.replace("missing: Refuse", "choices: [\"no\", \"so\"], missing: Default(\"no\", \"why\")");
    let words = words.replace("slope * x", "slope * is(x, so)");
    let holes = RULE.replace("missing: Refuse", "missing: Default(0, \"why\")");
    let copies: [(&str, &dyn Fn(usize) -> String); 5] = [
        (RULE, &|row| format!("{}", row % 2)),
        (&holes, &|row| if row % 7 == 3 { String::new() } else { format!("{}", row % 2) }),
        (RULE, &|row| format!("{}", 1 - row % 2)),
        (RULE, &|row| format!("{}", 3 + 4 * (row % 2))),
        (&words, &|row| if row % 2 == 0 { "no".into() } else { "so".into() }),
    ];
    for (text, cell) in copies {
        let rule = rule(text);
        let mut copy = "country,year,x,fell\n".to_owned();
        (0..20).for_each(|row| {
            let _ = writeln!(copy, "a,{},{},{}", 2000 + row, cell(row), row % 2);
        });
        let (cases, sealed) = take(&rule, &table(&copy), &Roles::default()).expect("cases");
        let found = sealed.open(&frozen(&rule, &cases, &sealed), &rule, &cases, false).expect_err("a copy");
        assert!(found[0].code == "leak" && found[0].message.contains("`x` tells the outcome `fall`"), "{found:?}");
        // One case to the contrary is chance.
        let other = copy.replacen(",0\n", ",1\n", 1);
        let (cases, sealed) = take(&rule, &table(&other), &Roles::default()).expect("cases");
        assert!(sealed.open(&frozen(&rule, &cases, &sealed), &rule, &cases, false).is_ok());
    }
}

/// Outcomes are opened to the rule and the cases that were frozen, and to no others.
#[test]
fn outcomes_stay_sealed_to_what_was_not_frozen() {
    let (rule, other) = (rule(RULE), rule(&RULE.replace("Forts", "Castles")));
    let text = "country,year,x,fell\na,2000,1,1\nb,2000,2,0\n";
    let (cases, sealed) = take(&rule, &table(text), &Roles::default()).expect("cases");
    let (others, _) = take(&rule, &table(&text.replace("2,0", "3,0")), &Roles::default()).expect("cases");
    let commitment = frozen(&rule, &cases, &sealed);
    assert!(sealed.open(&commitment, &rule, &cases, false).is_ok());
    for (rule, cases) in [(&other, &cases), (&rule, &others)] {
        let found = sealed.open(&commitment, rule, cases, false).expect_err("not what was frozen");
        assert_eq!(found[0].code, "not-frozen");
    }
}

#[test]
fn wrong_cases_are_told_what_is_wrong() {
    let none = Roles::default();
    for (text, roles, code) in [
        ("country,year,x\n", &none, "no-cases"),
        ("country,year,y\na,2000,1\n", &none, "missing-value"),
        ("country,year,x\na,2000,\nb,2000,1\n", &none, "missing-value"),
        ("country,year,x\na,2000,much\n", &none, "not-a-number"),
        ("country,year,x\na,2000.5,1\n", &none, "bad-year"),
        ("country,year,x\na,2000,1\n", &roles(), "unknown-column"),
        ("country,year,x,x_year\na,2000,1,lately\n", &none, "bad-year"),
        ("country,year,x,simulated\na,2000,1,perhaps\n", &none, "bad-mark"),
        ("country,year,train,x\na,2000,perhaps,1\nb,2000,0,1\n", &roles(), "bad-mark"),
        ("country,year,train,x\na,2000,1,1\nb,2000,1,1\n", &roles(), "bad-mark"),
    ] {
        let found = wrong_cases(RULE, text, roles);
        assert!(found.iter().any(|one| one.code == code), "{text}: {found:?}");
    }
    let weighted = RULE.replace("months: 12", "months: 12, weight: \"w\"");
    assert_eq!(wrong_cases(&weighted, "country,year,x,w\na,2000,1,-1\n", &none)[0].code, "bad-weight");
    let logged = RULE.replace("missing: Refuse", "transform: Ln");
    assert_eq!(wrong_cases(&logged, "country,year,x\na,2000,0\n", &none)[0].code, "out-of-range");
    let rule = rule(RULE);
    let odd = table("country,year,x,fell\na,2000,1,2\n");
    let (cases, sealed) = take(&rule, &odd, &none).expect("cases");
    let found = sealed.open(&frozen(&rule, &cases, &sealed), &rule, &cases, false).expect_err("no outcome");
    assert_eq!(found[0].code, "bad-outcome");
    // A baseline: of train rows too, and it says something.
    let with = Roles { baselines: vec![("fall".into(), "p".into())], ..roles() };
    for p in ["47,0.1", "0.1,47", "much,0.1", ","] {
        let (train, test) = p.split_once(',').expect("two");
        let text = format!("country,year,train,x,fell,p\na,2000,1,1,1,{train}\nb,2000,0,1,0,{test}\n");
        let (cases, sealed) = take(&rule, &table(&text), &with).expect("cases");
        let found = sealed.open(&frozen(&rule, &cases, &sealed), &rule, &cases, false).expect_err("no probability");
        assert_eq!(found[0].code, "bad-probability", "{p}");
    }
    // A setting out of its range names the case and the remedy.
    let bare = self::rule(&RULE.replace(", clip: (0, 1)", ""));
    let (cases, _) = take(&bare, &table("country,year,x\na,2000,9\n"), &none).expect("cases");
    let found = settings(&bare, &cases, &[0.0, 1.0], &fort()).expect_err("out of range");
    assert!(found[0].message.contains("`raids` of a 2000") && found[0].hint.contains("clip"), "{found:?}");
}

#[test]
fn blind_cases_have_odds_and_no_scores() {
    let rule = rule(RULE);
    let (cases, sealed) = take(&rule, &table("country,year,x\na,2000,1\n"), &Roles::default()).expect("cases");
    assert!(sealed.blind());
    // A column of outcomes without a value is as good as none.
    let (_, empty) = take(&rule, &table("country,year,x,fell\na,2000,1,\n"), &Roles::default()).expect("cases");
    assert!(empty.blind());
    let (_, known) = take(&rule, &table("country,year,x,fell\na,2000,1,0\n"), &Roles::default()).expect("cases");
    assert!(!known.blind());
    let outcomes = opened(&rule, &cases, &sealed);
    let odds = vec![CaseOdds { events: vec![Odds::new(1, 10)], modes: Vec::new() }];
    let rows = settings(&rule, &cases, &[0.0, 0.0], &fort()).expect("settings in range");
    assert_eq!(score(&rule, &cases, &rows, &odds, &outcomes, &ScoreOptions::default()), (Vec::new(), None));
}

/// Columns on their scales, by hand: ranks among train rows, standard values, words, and what is missing.
#[test]
fn columns_are_scaled_by_reference_rows() {
    let text = r#"(
        outcomes: [(event: "fall", column: "fell")],
        columns: [
            (name: "r", scale: Rank, missing: Default(0.5, "in the middle")),
            (name: "s", scale: Standard, clip: (-1, 1), missing: Mean),
            (name: "kind", choices: ["a", "b"], missing: Mean),
            (name: "gone", missing: Default(7, "the table lacks it")),
            (name: "few", scale: Rank, missing: Default(0.25, "hardly known")),
            (name: "lies", scale: Span(0.1, 0.4), clip: (0, 1), missing: Default(0.5, "half-way")),
        ],
        settings: [(of: "raids", value: "clamp(r * is(kind, b) + 0 * (s + gone + few + lies), 0, 1)", source: "a test"), (of: "season", value: "is(kind, b)", source: "a test")],
    )"#;
    let rule = rule(text);
    let mut cases = "country,year,train,r,s,kind,few,lies\n".to_owned();
    for row in 0..20 {
        let train = u8::from(row < 10);
        let kind = if row % 3 == 0 { "a" } else { "b" };
        let few = if row < 3 { "1" } else { "" };
        let lies = ["0.05", "0.25", "0.9"].get(row).copied().unwrap_or_default();
        let _ = writeln!(cases, "c{row},2000,{train},{},{row},{kind},{few},{lies}", row % 10);
    }
    cases += "c20,2000,0,,,NA,,\n";
    let (cases, _) = take(&rule, &table(&cases), &roles()).expect("cases");
    // Train rows have r = 0 to 9: a value of 4 has four below it and itself by half.
    assert_eq!(cases.values[4][0], 0.45);
    assert_eq!(cases.values[14][0], 0.45);
    // s of train rows: mean 4.5, deviation √8.25; case 5 is (5 − 4.5)/√8.25, case 19 is held at 1.
    assert!((cases.values[5][1] - 0.5 / 8.25_f64.sqrt()).abs() < 1e-12);
    assert_eq!(cases.values[19][1], 1.0);
    let last = &cases.values[20];
    // The mean of held values of train rows; the most frequent word.
    assert_eq!((last[0], last[2], last[3], last[4]), (0.5, 1.0, 7.0, 0.25));
    assert!(last[1].abs() < 1e-12);
    // Where it lies between .1 and .4, held within; three known values are enough.
    assert_eq!([0, 2, 3].map(|row: usize| cases.values[row][5]), [0.0, 1.0, 0.5]);
    assert!((cases.values[1][5] - 0.5).abs() < 1e-12);
    let used = |name: &str| cases.columns.iter().find(|of| of.name == name).expect("a column");
    assert_eq!((used("gone").present, used("few").too_few, used("r").missing), (false, true, 1));
    let rows = settings(&rule, &cases, &[], &fort()).expect("settings in range");
    assert_eq!((rows[4][0], rows[4][1], rows[3][0], rows[3][1]), (0.45, 1.0, 0.0, 0.0));
}

fn public() -> (Arc<Scenario>, Rule, &'static std::path::Path) {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/autocracy"));
    let schemas = Registry::standard().schemas();
    let options = LoadOptions::new(marchland_laws::standard(), &schemas);
    let scenario =
        marchland_sim::scenario::load(folder, &options).unwrap_or_else(|found| panic!("{found:#?}")).scenario;
    let text = std::fs::read_to_string(folder.join("rules/public.ron")).expect("a rule");
    let rule = read_rule(&scenario, "public.ron", &text).unwrap_or_else(|found| panic!("{found:#?}"));
    (Arc::new(scenario), rule, folder)
}

/// The rule that is shipped reads, whatever columns a table has, and sets what the scenario can be set to: of a case
/// without any column, and of all simulated cases.
#[test]
fn the_public_rule_reads_any_table() {
    let (scenario, rule, folder) = public();
    let simulated = std::fs::read_to_string(folder.join("cases/simulated.csv")).expect("cases");
    for (table, roles, rows) in
        [("country,year\na,2000\n", Roles::default(), 1), (simulated.as_str(), roles(), simulated.lines().count() - 1)]
    {
        let table = self::table(table);
        let (cases, sealed) = take(&rule, &table, &roles).unwrap_or_else(|found| panic!("{found:#?}"));
        let found = settings(&rule, &cases, &rule.defaults(), &scenario).unwrap_or_else(|found| panic!("{found:#?}"));
        assert_eq!((cases.len(), found.len(), sealed.blind()), (rows, rows, rows == 1));
    }
    // Every constant may be fitted, and says why it is what it is: the direction from somebody, the size judgement.
    for constant in &rule.constants {
        assert!(constant.sd.is_some() && constant.source.contains("judgement"), "{constant:?}");
    }
    // What is named is read.
    let unread: Vec<&str> =
        (0..rule.columns.len()).filter(|at| !rule.reads(*at)).map(|at| rule.columns[at].name.as_str()).collect();
    assert_eq!(unread, [""; 0]);
}

/// The table that is shipped is what `simulated_cases` makes of its own columns with seed 7. Laws that change change it;
/// with MARCHLAND_UPDATE_SIMULATED set it is written again, and the figures of the walk in the scenario's README with it.
#[test]
fn the_simulated_table_is_what_the_engine_draws() {
    let (scenario, rule, folder) = public();
    let path = folder.join("cases/simulated.csv");
    let text = std::fs::read_to_string(&path).expect("cases");
    let (cases, _) = take(&rule, &table(&text), &roles()).unwrap_or_else(|found| panic!("{found:#?}"));
    let registry = Registry::standard();
    let drawn = simulate(&scenario, &registry, &rule, &cases, &rule.defaults(), (7, 2), &NEVER, &());
    let drawn = drawn.unwrap_or_else(|found| panic!("{found:#?}")).expect("not stopped");
    let made = simulated_table(&rule, &text, &drawn);
    if std::env::var_os("MARCHLAND_UPDATE_SIMULATED").is_some() {
        return std::fs::write(&path, made).expect("a table");
    }
    assert!(cases.simulated.iter().all(|mark| *mark));
    let other = text.lines().zip(made.lines()).position(|(shipped, made)| shipped != made);
    assert!(other.is_none() && text.len() == made.len(), "line {other:?} of the shipped table is another one");
}

#[test]
fn a_frozen_rule_is_not_changed() {
    let (folder, rule) = (Folder::new(), rule(RULE));
    let text = table("country,year,x,fell,p\na,2000,1,1,0.5\n");
    let (cases, sealed) = take(&rule, &text, &Roles::default()).expect("cases");
    let first = FreezeRecord::new(&rule, &cases, &sealed, &fort(), 1, &[]);
    freeze(&folder.0, &first).expect("it is frozen");
    freeze(&folder.0, &first).expect("the same again");
    let refuse = |other: &FreezeRecord, says: &str| {
        let error = freeze(&folder.0, other).expect_err("another record").to_string();
        assert!(error.contains(says) && error.contains("not changed: choose another --out"), "{error}");
    };
    refuse(&FreezeRecord { rule_hash: "another".into(), ..first.clone() }, "its rule is another one");
    // The same cases, held against other columns.
    let roles = Roles { outcomes: vec![("fall".into(), "p".into())], ..Roles::default() };
    let (_, other) = take(&rule, &text, &roles).expect("cases");
    refuse(&FreezeRecord::new(&rule, &cases, &other, &fort(), 1, &[]), "its outcomes stand in other columns");
    let roles = Roles { baselines: vec![("fall".into(), "p".into())], ..Roles::default() };
    let (_, other) = take(&rule, &text, &roles).expect("cases");
    refuse(&FreezeRecord::new(&rule, &cases, &other, &fort(), 1, &[]), "it is held against other baselines");
}

/// Whether the farther half of a range moves less than a tenth of the whole, on the log hazard, is told of paired games:
/// upwards, downwards, and where the middle lies between two values; not where nothing is told to move.
#[test]
fn saturation_is_judged_by_contrasts() {
    let arms = |shares: &[f64]| -> Vec<Vec<bool>> {
        let draw = |game: u64| draws::uniform(&mut draws::stream(draws::key(game, "saturation", &[])));
        shares.iter().map(|share| (0..1000).map(|game| draw(game) < *share).collect()).collect()
    };
    let judged = |shares: &[f64]| saturated(&arms(shares).iter().collect::<Vec<_>>());
    for (shares, told) in [
        (&[0.1, 0.5, 0.51][..], Some(true)),
        (&[0.51, 0.5, 0.1], Some(true)),
        (&[0.1, 0.49, 0.5, 0.51], Some(true)),
        (&[0.1, 0.3, 0.5], Some(false)),
        (&[0.5, 0.3, 0.1], Some(false)),
        (&[0.1, 0.2, 0.35, 0.5], Some(false)),
        (&[0.5, 0.5, 0.5], None),
        (&[0.001, 0.5, 0.51], None),
    ] {
        assert_eq!(judged(shares), told, "{shares:?}");
    }
}

/// Where an event never comes or always does there is no hazard to compare, and the games that differ tell the course.
#[test]
fn a_course_is_told_where_an_event_is_sure() {
    let judged = |counts: &[usize]| {
        let arms: Vec<Vec<bool>> = counts.iter().map(|count| (0..64).map(|game| game < *count).collect()).collect();
        course(&arms.iter().collect::<Vec<_>>())
    };
    assert_eq!(judged(&[0, 64, 64]), Course::Rising);
    assert_eq!(judged(&[64, 64, 40]), Course::Falling);
    assert_eq!(judged(&[0, 64, 0]), Course::Mixed);
    // Three games of 64 could all lie that way by chance: 1 in 8 of fair coins.
    assert_eq!(judged(&[0, 1, 3]), Course::Undecided);
    assert_eq!(judged(&[0, 0, 0]), Course::Inert);
}

#[test]
fn responses_name_what_is_inert() {
    let options = ResponseOptions {
        over: vec![("raids".into(), Some((0.0, 0.1))), ("wall".into(), None), ("feast".into(), None)],
        event: 0,
        months: 12,
        levels: 3,
        games: 400,
        emulated: 64,
        pairs: true,
        seed: 1,
        threads: 2,
    };
    let (scenario, registry) = (fort(), Registry::standard());
    let report = respond(&scenario, &registry, &options, &NEVER, &()).expect("a response").expect("not stopped");
    let courses: Vec<Course> = report.drivers.iter().map(|driver| driver.course).collect();
    assert_eq!(courses, [Course::Rising, Course::Falling, Course::Inert]);
    assert_eq!(report.drivers[0].values, [0.0, 0.05, 0.1]);
    // 1 − (1 − .1)^12 with the wall down is .72.
    let worst = report.joint.at_worst.share.unwrap();
    assert!((0.64..0.79).contains(&worst), "{worst}");
    assert_eq!(report.joint.at_calm.successes, 0);
    assert_eq!(report.pairs.len(), 3);
    // A wall takes the same share of any raids: on the log hazard they do not interact, and the ends without any raid or
    // without any fall cannot be compared.
    let refused = |pair: usize| matches!(report.pairs[pair].log_hazard, Contrast::Refused(_));
    assert_eq!([refused(0), refused(1), refused(2)], [true, true, true], "{:?}", report.pairs);
    let driven = |over: &[(&str, f64, f64)], levels, pairs| {
        let over = over.iter().map(|(name, low, high)| ((*name).to_owned(), Some((*low, *high)))).collect();
        let other = ResponseOptions { over, levels, pairs, emulated: 0, games: 1000, ..options.clone() };
        respond(&scenario, &registry, &other, &NEVER, &()).expect("a response").expect("not stopped")
    };
    let both = driven(&[("raids", 0.02, 0.1), ("wall", 0.0, 0.5)], 3, true);
    let Contrast::Estimated(together) = &both.pairs[0].log_hazard else { panic!("{:?}", both.pairs) };
    assert!(together.interval.contains(0.0), "{together:?}");
    // Half of the raids is half of the hazard: neither rises nor falls out by the middle.
    assert_eq!([both.drivers[0].saturated, both.drivers[1].saturated], [Some(false), Some(false)]);
    // From a raid in a hundred months to nearly one a month everything falls long before the middle, at five levels and
    // at four, whose middle lies between two of them.
    for levels in [4, 5] {
        let steep = driven(&[("raids", 0.002, 0.9)], levels, false);
        assert_eq!((steep.drivers[0].course, steep.drivers[0].values.len()), (Course::Rising, levels));
    }
    let two = ResponseOptions { levels: 2, ..options.clone() };
    assert_eq!(respond(&scenario, &registry, &two, &NEVER, &()).expect_err("two ends")[0].code, "few-levels");
    let error = report.emulator.expect("an emulator");
    assert!(error.distance < error.spread, "{error:?}");
    for (over, code) in [
        (vec![], "no-drivers"),
        (vec![("rates".into(), None)], "unknown-path"),
        (vec![("season".into(), None)], "choice"),
        (vec![("raids".into(), Some((0.2, 0.1)))], "bad-range"),
        (vec![("raids".into(), Some((0.0, 3.0)))], "bad-range"),
        (vec![("wall".into(), None), ("wall".into(), None)], "duplicate-driver"),
    ] {
        let other = ResponseOptions { over, ..options.clone() };
        let found = respond(&scenario, &registry, &other, &NEVER, &()).expect_err("it is wrong");
        assert_eq!(found[0].code, code);
    }
}
