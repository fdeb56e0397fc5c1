//! Cases as rows of a design, the frozen record, and the odds that games give.

use std::path::Path;

use marchland_game::Diagnostic;
use marchland_sim::scenario::Scenario;
use serde::{Deserialize, Serialize};

use super::cases::{Cases, SealedOutcomes};
use super::input::Input;
use super::rule::{Rule, Setting};
use crate::design::{Design, Shocks, Value};
use crate::run::{Experiment, FrozenRule, Lever, RunError, Tally, factor_value, text_if_there, write_whole};
use crate::table::GAMES_PER_PART;

/// The most findings about settings.
const MOST_FINDINGS: usize = 8;

/// What was frozen before any outcome was looked at: `frozen.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FreezeRecord {
    /// SHA-256 of the rule's text.
    pub rule_hash: String,
    /// What the rule is called.
    pub title: String,
    /// SHA-256 of what it reads of the cases.
    pub cases_hash: String,
    /// How many cases there are.
    pub cases: u64,
    /// Identity of the scenario.
    pub scenario_hash: String,
    /// Version of the program.
    pub version: String,
    /// Seed of the games.
    pub seed: u64,
    /// Constants that train rows may move.
    pub to_fit: Vec<String>,
    /// Events, each with the column in which it stands whether it happened.
    pub outcomes: Vec<(String, String)>,
    /// Events, each with a column of probabilities that the hindcast is held against.
    pub baselines: Vec<(String, String)>,
}

impl FreezeRecord {
    /// The record of a rule, its cases and columns; `to_fit` are positions of constants.
    #[must_use]
    pub fn new(
        rule: &Rule,
        cases: &Cases,
        sealed: &SealedOutcomes,
        scenario: &Scenario,
        seed: u64,
        to_fit: &[usize],
    ) -> Self {
        Self {
            rule_hash: rule.hash.clone(),
            title: rule.title.clone(),
            cases_hash: cases.hash.clone(),
            cases: cases.len() as u64,
            scenario_hash: scenario.hash.clone(),
            version: env!("CARGO_PKG_VERSION").into(),
            seed,
            to_fit: to_fit.iter().map(|at| rule.constants[*at].id.clone()).collect(),
            outcomes: sealed.outcome_columns(rule),
            baselines: sealed.baseline_columns(rule),
        }
    }
}

/// That a rule and its cases are frozen in a folder, which [`freeze`] alone can say: outcomes are opened to nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commitment {
    rule_hash: String,
    cases_hash: String,
}

impl Commitment {
    /// Refuses another rule, and other cases.
    pub(super) fn covers(&self, rule: &Rule, cases: &Cases) -> Result<(), Diagnostic> {
        let what = match (self.rule_hash == rule.hash, self.cases_hash == cases.hash) {
            (true, true) => return Ok(()),
            (false, _) => "rule",
            (true, false) => "cases",
        };
        let message = format!("outcomes stay sealed: the {what} to be scored are not those that were frozen");
        Err(Diagnostic::error("not-frozen", message).hint("freeze the rule and its cases first"))
    }
}

/// Writes the frozen record into a folder, or finds the same one there; then outcomes may be opened.
///
/// # Errors
/// It cannot be written; or the folder holds another record: rules are not changed after a look.
pub fn freeze(folder: &Path, frozen: &FreezeRecord) -> Result<Commitment, RunError> {
    let commitment = Commitment { rule_hash: frozen.rule_hash.clone(), cases_hash: frozen.cases_hash.clone() };
    let path = folder.join("frozen.json");
    let text = serde_json::to_string_pretty(frozen).expect("plain data") + "\n";
    match text_if_there(&path)? {
        Some(found) if found == text => Ok(commitment),
        Some(found) => {
            let what = match serde_json::from_str::<FreezeRecord>(&found) {
                Ok(other) if other.rule_hash != frozen.rule_hash => "its rule is another one",
                Ok(other) if other.cases_hash != frozen.cases_hash => "its cases are others",
                Ok(other) if other.scenario_hash != frozen.scenario_hash => "its scenario is another one",
                Ok(other) if other.to_fit != frozen.to_fit => "other constants are fitted",
                Ok(other) if other.seed != frozen.seed => "its seed is another one",
                Ok(other) if other.outcomes != frozen.outcomes => "its outcomes stand in other columns",
                Ok(other) if other.baselines != frozen.baselines => "it is held against other baselines",
                _ => "its record differs",
            };
            let what = format!("{what}; a frozen rule is not changed: choose another --out");
            Err(RunError::Other { path: folder.to_owned(), what })
        }
        None => {
            std::fs::create_dir_all(folder).map_err(|source| RunError::Io { path: folder.to_owned(), source })?;
            write_whole(&path, text.as_bytes())?;
            Ok(commitment)
        }
    }
}

/// The value of every setting of every case: by case, in the order of the rule's settings.
///
/// # Errors
/// A value outside the range of its parameter or indicator, or no choice of it, with the case.
pub fn settings(
    rule: &Rule,
    cases: &Cases,
    constants: &[f64],
    scenario: &Scenario,
) -> Result<Vec<Vec<f64>>, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let mut all = Vec::with_capacity(cases.len());
    for (case, columns) in cases.values.iter().enumerate() {
        let values = rule.settings_of(columns, constants);
        for (setting, x) in rule.settings.iter().zip(&values) {
            let fine = if setting.choices.is_empty() {
                factor_value(scenario, &setting.of, &Value::Number(*x)).is_ok()
            } else {
                x.fract() == 0.0 && *x >= 0.0 && (*x as usize) < setting.choices.len()
            };
            if !fine && wrong.len() < MOST_FINDINGS {
                let (low, high) = setting.range;
                let range = match setting.choices.len() {
                    0 => format!("its range is {low} to {high}"),
                    n => format!("its choices are numbered 0 to {}", n - 1),
                };
                let message = format!("by the rule, `{}` of {} is {x}; {range}", setting.of, cases.labels[case]);
                let found = Diagnostic::error("out-of-range", message);
                wrong.push(found.hint("write the expression so that it stays inside, or declare a clip"));
            }
        }
        all.push(values);
    }
    if wrong.is_empty() { Ok(all) } else { Err(wrong) }
}

/// Rows of settings as an experiment: row `i` is case `i`, with seeds of its own.
pub(super) fn design_of(
    rule: &Rule,
    rows: &[Vec<f64>],
    scenario: &Scenario,
    games: u64,
    seed: u64,
    frozen: Option<FrozenRule>,
) -> Experiment {
    let catalogue = &scenario.catalogue;
    let factor = |setting: &Setting| Input::of(scenario, &setting.of).ok().map(|input| input.factor());
    let factors = rule.settings.iter().filter_map(factor);
    let listed = rows.iter().map(|row| rule.settings.iter().zip(row).map(|(own, x)| own.value_of(*x)).collect());
    Experiment {
        name: "hindcast".into(),
        scenario: catalogue.scenario.clone(),
        scenario_hash: scenario.hash.clone(),
        scenario_text_hash: scenario.text_hash.clone(),
        added: None,
        version: env!("CARGO_PKG_VERSION").into(),
        seed,
        turns: rule.months,
        design: Some(Design::Listed { rows: listed.collect() }),
        rule: frozen,
        shocks: Shocks::Fresh,
        factors: factors.collect(),
        set: Vec::new(),
        levers: vec![Lever { name: "default".into(), strategies: Vec::new() }],
        beliefs: vec![scenario.default_belief.map_or_else(String::new, |at| scenario.beliefs[at].id.clone())],
        replications: games,
        measures: rule.modes.iter().map(|modes| modes.measure.clone()).collect(),
        keep: Vec::new(),
        games_per_part: GAMES_PER_PART,
    }
}

/// The experiment of a hindcast: one row a case, `games` of each.
#[must_use]
pub fn experiment(
    rule: &Rule,
    cases: &Cases,
    settings: &[Vec<f64>],
    constants: &[f64],
    fitted_on: Option<String>,
    scenario: &Scenario,
    (games, seed): (u64, u64),
) -> Experiment {
    design_of(rule, settings, scenario, games, seed, Some(frozen_rule(rule, cases, constants, fitted_on)))
}

/// What a manifest keeps of a rule and its cases.
pub(super) fn frozen_rule(rule: &Rule, cases: &Cases, constants: &[f64], fitted_on: Option<String>) -> FrozenRule {
    let names = rule.constants.iter().map(|constant| constant.id.clone());
    FrozenRule {
        rule: rule.hash.clone(),
        cases: cases.hash.clone(),
        constants: names.zip(constants.iter().copied()).collect(),
        fitted_on,
    }
}

/// The columns of results that say whether each outcome of a rule came about.
pub(super) fn event_columns(rule: &Rule) -> Vec<String> {
    rule.outcomes.iter().map(|outcome| format!("event.{}", outcome.event)).collect()
}

/// How often an event happened in the games of a case.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Odds {
    /// Games in which it did.
    pub events: u64,
    /// Games.
    pub games: u64,
    /// The probability that scores take, (events + ½)/(games + 1): what a thousand games did not show is not impossible.
    /// With few games it lies above the share where the event is rare; means and ranges are told of [`Self::share`].
    pub probability: f64,
    /// Its standard error by the number of games.
    pub error: f64,
}

impl Odds {
    /// The odds by counts.
    #[must_use]
    pub fn new(events: u64, games: u64) -> Self {
        let probability = (events as f64 + 0.5) / (games as f64 + 1.0);
        Self { events, games, probability, error: (probability * (1.0 - probability) / (games as f64 + 1.0)).sqrt() }
    }

    /// The share of games in which it did.
    #[must_use]
    pub fn share(&self) -> f64 {
        self.events as f64 / crate::number::max(1.0, self.games as f64)
    }
}

/// What games say of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseOdds {
    /// By outcome of the rule.
    pub events: Vec<Odds>,
    /// Of games in which the first outcome did: how often each mode came about, by rising code.
    pub modes: Vec<(u32, u64)>,
}

impl CaseOdds {
    /// Games with a result.
    #[must_use]
    pub fn games(&self) -> u64 {
        self.events.first().map_or(0, |odds| odds.games)
    }
}

/// The odds of every case by the games of a results folder; games without a result are left out.
///
/// # Errors
/// The folder cannot be read; or a case has no game with a result.
pub fn odds(rule: &Rule, cases: &Cases, results: &Path) -> Result<Vec<CaseOdds>, RunError> {
    let mode = rule.modes.as_ref().map(|modes| format!("measure.{}", modes.measure));
    let tally = Tally::read(results, &event_columns(rule), mode.as_deref().map(|mode| (mode, 0)))?;
    cases
        .labels
        .iter()
        .enumerate()
        .map(|(case, label)| match tally.rows.get(case) {
            Some(row) if row.games > 0 => Ok(CaseOdds {
                events: row.events.iter().map(|events| Odds::new(*events, row.games)).collect(),
                modes: row.coded.iter().map(|(code, games)| (*code, *games)).collect(),
            }),
            _ => Err(RunError::Nothing(format!("{} has no game with a result for {label}", results.display()))),
        })
        .collect()
}
