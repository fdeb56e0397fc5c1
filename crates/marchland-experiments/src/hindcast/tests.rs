use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use marchland_sim::scenario::{LoadOptions, Scenario, load_text};
use marchland_strategies::Registry;

use super::*;
use crate::ablation::Contrast;
use crate::run::{Plan, Watch, play};
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
        (of: "raids", value: "0.01 * exp(basis + slope * x)", clip: (0, 1)),
        (of: "wall", value: 0.5),
    ],
)"#;

struct Silent;

impl Watch for Silent {
    fn game(&self) {}
    fn part(&self, _: u64) {}
}

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

fn frozen(rule: &Rule, cases: &Cases) -> Frozen {
    Frozen {
        rule_hash: rule.hash.clone(),
        title: rule.title.clone(),
        cases_hash: cases.hash.clone(),
        cases: cases.len() as u64,
        scenario_hash: fort().hash.clone(),
        version: "0".into(),
        seed: 1,
        to_fit: Vec::new(),
    }
}

/// Events in the games of each case.
fn counts(rule: &Rule, cases: &Cases, constants: &[f64], games: u64, seed: u64, threads: usize) -> Vec<u64> {
    let scenario = fort();
    let rows = settings(rule, cases, constants, &scenario).expect("settings in range");
    let asked = experiment(rule, cases, &rows, constants, None, &scenario, (games, seed));
    let plan = Plan::new(asked, &scenario, &Registry::standard()).expect("a plan");
    let mut events = vec![0; cases.len()];
    for game in play(&plan, threads, &NEVER, &Silent).expect("games") {
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
    let frozen = frozen(&rule, &cases);
    let seen = sealed.open(&frozen, &rule, &cases, true).expect("outcomes of train rows");
    // Nothing is seen of test rows.
    assert!((0..cases.len()).all(|case| cases.is_train(case) == seen.happened[0][case].is_some()));
    let options = FitOptions { points: 300, games: 40, seed, threads: 2 };
    let (scenario, registry) = (fort(), Registry::standard());
    let done = fit(&scenario, &registry, &rule, &cases, &seen, &[0, 1], &options, &NEVER, &Silent);
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

/// Cases drawn from the engine, 600 to fit and 600 to score: probabilities are calibrated within three standard errors,
/// skill against climatology is above 0, and no rival is better.
#[test]
fn scores_of_simulated_cases_are_calibrated() {
    let scores = scored(&simulated(&[0.5, 1.0], 120, 40, false), 40);
    assert_eq!((scores.cases, scores.groups, scores.groups_in_train), (600, 60, 0));
    let (said, seen) = (scores.mean_probability.unwrap(), scores.share.unwrap());
    let error = (seen * (1.0 - seen) / 600.0).sqrt();
    assert!((said - seen).abs() < 3.5 * error, "{said} said, {seen} seen");
    let slope = scores.recalibration.unwrap().slope;
    assert!((0.6..1.5).contains(&slope), "{slope}");
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

/// Without train rows what is fitted is fitted on other groups: climatology has no skill against itself, and leaks
/// nothing of a case's own group.
#[test]
fn folds_keep_groups_together() {
    let text = simulated(&[0.5, 1.0], 40, 42, false);
    let rule = rule(RULE);
    let (cases, sealed) = take(&rule, &table(&text), &Roles::default()).expect("cases");
    let outcomes = sealed.open(&frozen(&rule, &cases), &rule, &cases, false).expect("outcomes");
    let rows = settings(&rule, &cases, &[0.5, 1.0], &fort()).expect("settings in range");
    let odds: Vec<CaseOdds> = counts(&rule, &cases, &[0.5, 1.0], 100, 3, 2)
        .iter()
        .map(|events| CaseOdds { events: vec![Odds::new(*events, 100)], modes: Vec::new() })
        .collect();
    let options = ScoreOptions { resamples: 100, ..ScoreOptions::default() };
    let (events, _) = score(&rule, &cases, &rows, &odds, &outcomes, &options);
    let climatology = of(&events[0], &Model::Climatology);
    assert_eq!((climatology.cases, climatology.log_skill.value), (400, Some(0.0)));
    // The share elsewhere falls where the own share rises: out of fold it ranks worse than chance, if anything.
    assert!(climatology.roc.value.unwrap() <= 0.52, "{climatology:?}");
    assert!(of(&events[0], &Model::Rival).roc.value.unwrap() > 0.6);
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
        |wall: &str| RULE.replace("value: 0.5)", &format!("value: {wall})")).replace("0.01 * exp", "0.9 + 0 * exp");
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
        ("missing: Refuse", "choices: [\"a\"], missing: Default(\"b\", \"why\")", "unknown-choice"),
        ("months: 12", "months: 13", "out-of-range"),
        ("months: 12", "month: 12", "unknown-key"),
        ("columns: [(name: \"x\", missing: Refuse)],", "", "missing-key"),
        ("(of: \"wall\", value: 0.5),", "(of: \"wall\", value: true),", "wrong-type"),
        ("months: 12", "months: 12, modes: (measure: \"who\", column: \"mode\", labels: {})", "unknown-measure"),
        ("months: 12", "months: 12, fit_to: \"rise\"", "unknown-event"),
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
    // An outcome under another name.
    let mut copy = "country,year,x,fell\n".to_owned();
    (0..20).for_each(|row| {
        let _ = writeln!(copy, "a,{},{},{}", 2000 + row, row % 2, row % 2);
    });
    let rule = rule(RULE);
    let (cases, sealed) = take(&rule, &table(&copy), &Roles::default()).expect("cases");
    let found = sealed.open(&frozen(&rule, &cases), &rule, &cases, false).expect_err("a copy");
    assert!(found[0].code == "leak" && found[0].message.contains("`x` equals the outcome `fall`"), "{found:?}");
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
    let found = sealed.open(&frozen(&rule, &cases), &rule, &cases, false).expect_err("no outcome");
    assert_eq!(found[0].code, "bad-outcome");
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
    let outcomes = sealed.open(&frozen(&rule, &cases), &rule, &cases, false).expect("nothing to open");
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
        ],
        settings: [(of: "raids", value: "clamp(r * is(kind, b) + 0 * (s + gone + few), 0, 1)"), (of: "season", value: "is(kind, b)")],
    )"#;
    let rule = rule(text);
    let mut cases = "country,year,train,r,s,kind,few\n".to_owned();
    for row in 0..20 {
        let train = u8::from(row < 10);
        let kind = if row % 3 == 0 { "a" } else { "b" };
        let few = if row < 3 { "1" } else { "" };
        let _ = writeln!(cases, "c{row},2000,{train},{},{row},{kind},{few}", row % 10);
    }
    cases += "c20,2000,0,,,NA,\n";
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
    let used = |name: &str| cases.columns.iter().find(|of| of.name == name).expect("a column");
    assert_eq!((used("gone").present, used("few").too_few, used("r").missing), (false, true, 1));
    let rows = settings(&rule, &cases, &[], &fort()).expect("settings in range");
    assert_eq!((rows[4][0], rows[4][1], rows[3][0], rows[3][1]), (0.45, 1.0, 0.0, 0.0));
}

/// The rule that is shipped reads, whatever columns a table has, and sets what the scenario can be set to: of a case
/// without any column, and of all simulated cases.
#[test]
fn the_public_rule_reads_any_table() {
    let folder = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/autocracy"));
    let schemas = Registry::standard().schemas();
    let options = LoadOptions::new(marchland_laws::standard(), &schemas);
    let scenario =
        marchland_sim::scenario::load(folder, &options).unwrap_or_else(|found| panic!("{found:#?}")).scenario;
    let text = std::fs::read_to_string(folder.join("rules/public.ron")).expect("a rule");
    let rule = read_rule(&scenario, "public.ron", &text).unwrap_or_else(|found| panic!("{found:#?}"));
    let simulated = std::fs::read_to_string(folder.join("cases/simulated.csv")).expect("cases");
    for (table, roles, rows) in
        [("country,year\na,2000\n", Roles::default(), 1), (simulated.as_str(), roles(), simulated.lines().count() - 1)]
    {
        let table = self::table(table);
        let (cases, sealed) = take(&rule, &table, &roles).unwrap_or_else(|found| panic!("{found:#?}"));
        let found = settings(&rule, &cases, &rule.defaults(), &scenario).unwrap_or_else(|found| panic!("{found:#?}"));
        assert_eq!((cases.len(), found.len(), sealed.blind()), (rows, rows, rows == 1));
    }
    // Every constant may be fitted, and says why it is what it is.
    assert!(rule.constants.iter().all(|constant| constant.sd.is_some()));
}

#[test]
fn a_frozen_rule_is_not_changed() {
    let folder = std::env::temp_dir().join(format!("marchland-frozen-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    let rule = rule(RULE);
    let (cases, _) = take(&rule, &table("country,year,x\na,2000,1\n"), &Roles::default()).expect("cases");
    let first = frozen(&rule, &cases);
    freeze(&folder, &first).expect("it is frozen");
    freeze(&folder, &first).expect("the same again");
    let other = Frozen { rule_hash: "another".into(), ..first };
    let error = freeze(&folder, &other).expect_err("another rule").to_string();
    assert!(error.contains("its rule is another one") && error.contains("not changed"), "{error}");
    let _ = std::fs::remove_dir_all(&folder);
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
    let report = respond(&scenario, &registry, &options, &NEVER, &Silent).expect("a response").expect("not stopped");
    let courses: Vec<Course> = report.drivers.iter().map(|driver| driver.course).collect();
    assert_eq!(courses, [Course::Rising, Course::Falling, Course::Inert]);
    assert_eq!(report.drivers[0].values, [0.0, 0.05, 0.1]);
    // 1 − (1 − .1)^12 with the wall down is .72.
    let worst = report.joint.at_worst.share.unwrap();
    assert!((0.64..0.79).contains(&worst), "{worst}");
    assert_eq!(report.joint.at_calm.successes, 0);
    assert_eq!(report.pairs.len(), 3);
    assert!(matches!(report.pairs[1].log_hazard, Contrast::Estimated(_) | Contrast::Refused(_)));
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
        let found = respond(&scenario, &registry, &other, &NEVER, &Silent).expect_err("it is wrong");
        assert_eq!(found[0].code, code);
    }
}
