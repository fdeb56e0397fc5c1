//! Response, before anything is scored: what becomes of an outcome event when each driver goes from one end of its range
//! to the other, when two do, when all do; and how well an emulator follows.
//!
//! One at a time and in pairs, all points meet the same shocks, so that a pair of games is the unit of independence; a
//! shock under which any point came to no result is left out of all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use marchland_game::Diagnostic;
use marchland_sim::scenario::Scenario;
use marchland_strategies::Registry;
use serde::{Deserialize, Serialize};

use super::LEVEL;
use super::emulator::{Emulator, EmulatorError};
use super::input::Input;
use super::rule::Setting;
use crate::ablation::Contrast;
use crate::design::{Design, Distribution, Factor, Points, Shocks, Value};
use crate::play::Status;
use crate::run::{Experiment, Lever, Plan, RunError, Watch, play};
use crate::statistics::{Proportion, binomial_at_least, log_hazard_contrast, wilson};
use crate::table::GAMES_PER_PART;

/// By row and game, whether the event happened; none where the game came to no result.
type Fates = Vec<Vec<Option<bool>>>;

/// By row and shock, whether the event happened; and how many shocks are left out.
type ShockOutcomes = (Vec<Vec<bool>>, u64);

/// The fewest values of a driver: two ends do not say where between them anything happens.
pub const LEAST_LEVELS: usize = 3;

/// How a response is taken.
#[derive(Clone, Debug, PartialEq)]
pub struct ResponseOptions {
    /// Parameters, or paths of indicators, that are driven, each with ends in place of its own.
    pub over: Vec<(String, Option<(f64, f64)>)>,
    /// The outcome event: position in the scenario's list.
    pub event: usize,
    /// Months of a game.
    pub months: u32,
    /// Values of each driver, ends included: at least [`LEAST_LEVELS`].
    pub levels: usize,
    /// Games of each point.
    pub games: u64,
    /// Points of the emulator, each of a sixteenth of the games; 0 for none.
    pub emulated: u32,
    /// Whether pairs are driven.
    pub pairs: bool,
    /// Seed.
    pub seed: u64,
    /// Threads; 0 for one per processor.
    pub threads: usize,
}

/// How shares go over a driver's values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Course {
    /// Not one game differs.
    Inert,
    /// No step is told from none, nor the last value from the first.
    Undecided,
    /// Some step rises, or the last value lies above the first, and none is told to fall: not that every step rises.
    Rising,
    /// The same downwards.
    Falling,
    /// Some are told to rise and some to fall.
    Mixed,
}

/// A driver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriverResponse {
    /// Parameter or path.
    pub id: String,
    /// What it is.
    pub meaning: String,
    /// Its values.
    pub values: Vec<f64>,
    /// Shares of games with the event at each.
    pub shares: Vec<Proportion>,
    /// Log hazard of the last value against the first.
    pub ends: Contrast,
    /// How they go: each step, and the last value against the first, at such a level that a driver without effect is
    /// called anything but undecided at most once in twenty times (Bonferroni). By the log hazard; where too few games had
    /// the event, or had it not, by the sign test of games that differ.
    pub course: Course,
    /// Whether the half of the range farther from calm is told to move less than a tenth of what the whole range moves, on
    /// the log hazard; none where the ends are not told apart, or too few games say anything.
    pub saturated: Option<bool>,
}

/// Two drivers: what they do together beyond what each does, on the log hazard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairResponse {
    /// The drivers.
    pub drivers: [String; 2],
    /// Above 0 where they make each other worse.
    pub log_hazard: Contrast,
}

/// All drivers together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JointResponse {
    /// Each one's value where the event is rarest, driven alone: the first of equals.
    pub calm: Vec<(String, f64)>,
    /// Where it is most frequent: the last of equals.
    pub worst: Vec<(String, f64)>,
    /// Share with all at calm.
    pub at_calm: Proportion,
    /// With all at worst.
    pub at_worst: Proportion,
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResponseReport {
    /// The event.
    pub event: String,
    /// The same in words.
    pub title: String,
    /// Months of a game.
    pub months: u32,
    /// Games of each point.
    pub games: u64,
    /// Shocks left out, since a point came to no result under them.
    pub left_out: u64,
    /// Seed.
    pub seed: u64,
    /// The scenario as it is.
    pub baseline: Proportion,
    /// One at a time.
    pub drivers: Vec<DriverResponse>,
    /// In pairs.
    pub pairs: Vec<PairResponse>,
    /// All.
    pub joint: JointResponse,
    /// The emulator's error; none where it was not asked for, or there is nothing to follow.
    pub emulator: Option<EmulatorError>,
}

/// Drives and reports; none where `stop` was set.
///
/// # Errors
/// No driver, or too few levels; no shock under which every point came to a result; a name of neither parameter nor indicator; an indicator that a law computes; a choice; a parameter that has
/// one value only; ends outside of its range.
pub fn respond(
    scenario: &Arc<Scenario>,
    registry: &Registry,
    options: &ResponseOptions,
    stop: &AtomicBool,
    watch: &dyn Watch,
) -> Result<Option<ResponseReport>, Vec<Diagnostic>> {
    let drivers = drivers(scenario, options)?;
    let study = Study { scenario, registry, options, drivers: &drivers, stop, watch };
    let base: Vec<f64> = drivers.iter().map(|driver| driver.base).collect();
    let mut rows = vec![base.clone()];
    for (at, driver) in drivers.iter().enumerate() {
        rows.extend(driver.values.iter().map(|x| with(&base, &[(at, *x)])));
    }
    let mut pairs = Vec::new();
    if options.pairs {
        for a in 0..drivers.len() {
            for b in a + 1..drivers.len() {
                pairs.push((a, b));
                for (x, y) in [(true, true), (true, false), (false, true), (false, false)] {
                    rows.push(with(&base, &[(a, drivers[a].end(x)), (b, drivers[b].end(y))]));
                }
            }
        }
    }
    let Some((came, left_out)) = study.play(&rows)? else { return Ok(None) };
    let at = |driver: usize, value: usize| &came[1 + driver * options.levels + value];
    let mut found = Vec::new();
    for (driver, of) in drivers.iter().enumerate() {
        let hits: Vec<&Vec<bool>> = (0..options.levels).map(|value| at(driver, value)).collect();
        let shares: Vec<Proportion> = hits.iter().map(|hits| share(hits)).collect();
        found.push(DriverResponse {
            id: of.id.clone(),
            meaning: of.meaning.clone(),
            values: of.values.clone(),
            ends: contrast(hits[options.levels - 1], hits[0], LEVEL),
            course: course(&hits),
            saturated: saturated(&hits),
            shares,
        });
    }
    let first = 1 + drivers.len() * options.levels;
    let pairs = pairs.iter().enumerate().map(|(pair, (a, b))| {
        let corner = |which: usize| came[first + 4 * pair + which].as_slice();
        let parts = [(1.0, corner(0)), (-1.0, corner(1)), (-1.0, corner(2)), (1.0, corner(3))];
        let log_hazard = Contrast::from(log_hazard_contrast(&parts, LEVEL));
        PairResponse { drivers: [drivers[*a].id.clone(), drivers[*b].id.clone()], log_hazard }
    });
    let extreme = |worst: bool| -> Vec<f64> {
        let value = |(own, driver): (&DriverResponse, &Driver)| {
            let events = |at: &usize| own.shares[*at].successes;
            let all = 0..own.shares.len();
            driver.values[if worst { all.max_by_key(events) } else { all.min_by_key(events) }.unwrap_or(0)]
        };
        found.iter().zip(&drivers).map(value).collect()
    };
    let (calm, worst) = (extreme(false), extreme(true));
    let Some((joint, joint_left_out)) = study.play(&[calm.clone(), worst.clone()])? else { return Ok(None) };
    let named = |of: Vec<f64>| drivers.iter().map(|driver| driver.id.clone()).zip(of).collect();
    let emulator = if options.emulated > 0 { study.emulate()? } else { None };
    if stop.load(Ordering::Relaxed) {
        return Ok(None);
    }
    let event = &scenario.catalogue.outcome_events[options.event];
    Ok(Some(ResponseReport {
        event: event.id.clone(),
        title: event.title.clone(),
        months: options.months,
        games: options.games,
        left_out: left_out.max(joint_left_out),
        seed: options.seed,
        baseline: share(&came[0]),
        pairs: pairs.collect(),
        drivers: found,
        joint: JointResponse {
            calm: named(calm),
            worst: named(worst),
            at_calm: share(&joint[0]),
            at_worst: share(&joint[1]),
        },
        emulator,
    }))
}

struct Driver {
    id: String,
    meaning: String,
    factor: Factor,
    base: f64,
    values: Vec<f64>,
}

impl Driver {
    /// The last value, or the first.
    fn end(&self, last: bool) -> f64 {
        if last { self.values[self.values.len() - 1] } else { self.values[0] }
    }
}

fn with(base: &[f64], changes: &[(usize, f64)]) -> Vec<f64> {
    let mut row = base.to_vec();
    changes.iter().for_each(|(at, x)| row[*at] = *x);
    row
}

fn drivers(scenario: &Scenario, options: &ResponseOptions) -> Result<Vec<Driver>, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let mut drivers: Vec<Driver> = Vec::new();
    if options.levels < LEAST_LEVELS {
        let text = format!("a driver needs at least {LEAST_LEVELS} values, and has {}", options.levels);
        return Err(vec![Diagnostic::error("few-levels", text).hint("two ends do not say where between them it acts")]);
    }
    if options.over.is_empty() {
        wrong.push(Diagnostic::error("no-drivers", "no driver is named").hint("name some: --over PARAMETER,PARAMETER"));
    }
    for (name, ends) in &options.over {
        let input = match Input::of(scenario, name) {
            Ok(input) => input,
            Err(found) => {
                wrong.push(found);
                continue;
            }
        };
        if !input.choices().is_empty() {
            let text = format!("`{name}` is a choice: it goes from nowhere to nowhere");
            wrong.push(Diagnostic::error("choice", text).hint("play each with `batch --set`, and compare them"));
            continue;
        }
        let (factor, base, own, meaning) = (input.factor(), input.value(), input.range(), input.meaning().to_owned());
        let (low, high) = ends.unwrap_or(own);
        if low >= high || low < own.0 || high > own.1 {
            let text = format!("`{name}` cannot go from {low} to {high}; its range is {} to {}", own.0, own.1);
            wrong.push(Diagnostic::error("bad-range", text).hint("write NAME=LOW..HIGH, inside that range"));
            continue;
        }
        if drivers.iter().any(|driver| driver.id == *name) {
            wrong.push(Diagnostic::error("duplicate-driver", format!("`{name}` stands twice")));
            continue;
        }
        let last = (options.levels - 1) as f64;
        let values = (0..options.levels)
            .map(|at| if at + 1 == options.levels { high } else { low + (high - low) * at as f64 / last });
        drivers.push(Driver { id: name.clone(), meaning, factor, base, values: values.collect() });
    }
    if wrong.is_empty() { Ok(drivers) } else { Err(wrong) }
}

fn share(hits: &[bool]) -> Proportion {
    wilson(hits.iter().filter(|hit| **hit).count() as u64, hits.len() as u64, LEVEL)
}

fn contrast(of: &[bool], against: &[bool], level: f64) -> Contrast {
    log_hazard_contrast(&[(1.0, of), (-1.0, against)], level).into()
}

/// Whether games that differ between two arms have the event more often in the first, or less often, than a fair coin
/// would have it at this level (exact: McNemar 1947).
fn signs(of: &[bool], against: &[bool], level: f64) -> (bool, bool) {
    let count = |here: bool| of.iter().zip(against).filter(|(a, b)| **a == here && **b != here).count() as u64;
    let (more, less) = (count(true), count(false));
    let unlikely = |k: u64| binomial_at_least(k, more + less, 0.5) <= 0.5 * (1.0 - level);
    (unlikely(more), unlikely(less))
}

pub(super) fn course(hits: &[&Vec<bool>]) -> Course {
    if hits.windows(2).all(|two| two[0] == two[1]) {
        return Course::Inert;
    }
    // The steps, and the last value against the first: small steps may sum to one that is told.
    let steps = hits.windows(2).map(|two| (two[1], two[0])).chain([(hits[hits.len() - 1], hits[0])]);
    let level = 1.0 - (1.0 - LEVEL) / hits.len() as f64;
    let (mut rises, mut falls) = (false, false);
    for (of, against) in steps {
        let (rose, fell) = match contrast(of, against, level) {
            Contrast::Estimated(of) => (of.interval.low > 0.0, of.interval.high < 0.0),
            // Too few games with or without the event for a hazard: those that differ, by the sign test.
            _ => signs(of, against, level),
        };
        rises |= rose;
        falls |= fell;
    }
    match (rises, falls) {
        (true, true) => Course::Mixed,
        (true, false) => Course::Rising,
        (false, true) => Course::Falling,
        (false, false) => Course::Undecided,
    }
}

pub(super) fn saturated(hits: &[&Vec<bool>]) -> Option<bool> {
    let told = |arms: &[(f64, &[bool])]| log_hazard_contrast(arms, LEVEL).ok().map(|of| of.interval);
    let (first, last) = (hits[0].as_slice(), hits[hits.len() - 1].as_slice());
    let ends = told(&[(1.0, last), (-1.0, first)]).filter(|ends| !ends.contains(0.0))?;
    let (calm, worst) = if ends.low > 0.0 { (first, last) } else { (last, first) };
    // The middle of the range lies at a level, or half-way between two.
    let (below, above) = (hits[(hits.len() - 1) / 2].as_slice(), hits[hits.len() / 2].as_slice());
    // The farther half less a tenth of the whole: (worst − middle) − (worst − calm)/10.
    let arms = [(0.9, worst), (-0.5, below), (-0.5, above), (0.1, calm)];
    Some(told(&arms)?.high < 0.0)
}

struct Study<'a> {
    scenario: &'a Arc<Scenario>,
    registry: &'a Registry,
    options: &'a ResponseOptions,
    drivers: &'a [Driver],
    stop: &'a AtomicBool,
    watch: &'a dyn Watch,
}

impl Study<'_> {
    fn experiment(&self, design: Design, shocks: Shocks, games: u64) -> Experiment {
        let (scenario, catalogue) = (self.scenario, &self.scenario.catalogue);
        // Ends of the drivers bound what a design draws.
        let factors = self.drivers.iter().map(|driver| {
            let distribution = Distribution::Uniform { low: driver.end(false), high: driver.end(true) };
            Factor { distribution, ..driver.factor.clone() }
        });
        Experiment {
            name: "response".into(),
            scenario: catalogue.scenario.clone(),
            scenario_hash: scenario.hash.clone(),
            scenario_text_hash: scenario.text_hash.clone(),
            added: None,
            version: env!("CARGO_PKG_VERSION").into(),
            seed: self.options.seed,
            turns: self.options.months,
            design: Some(design),
            rule: None,
            shocks,
            factors: factors.collect(),
            set: Vec::new(),
            levers: vec![Lever { name: "default".into(), strategies: Vec::new() }],
            beliefs: vec![scenario.default_belief.map_or_else(String::new, |at| scenario.beliefs[at].id.clone())],
            replications: games,
            measures: Vec::new(),
            keep: Vec::new(),
            games_per_part: GAMES_PER_PART,
        }
    }

    /// By row, whether the event happened in each game; none where it came to no result.
    fn games(&self, plan: &Plan) -> Result<Option<Fates>, Vec<Diagnostic>> {
        let refuse = |error: RunError| vec![Diagnostic::error("threads", error.to_string())];
        let games = play(plan, self.options.threads, self.stop, self.watch).map_err(refuse)?;
        if self.stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let mut rows = vec![Vec::new(); plan.rows() as usize];
        for game in &games {
            let happened = || game.outcome.events.get(self.options.event).copied().flatten().is_some();
            rows[game.run.row as usize].push((game.status == Status::Ok).then(happened));
        }
        Ok(Some(rows))
    }

    /// By row, whether the event happened under each shock; and how many shocks are left out of every row, since a row
    /// came to no result under them.
    fn play(&self, rows: &[Vec<f64>]) -> Result<Option<ShockOutcomes>, Vec<Diagnostic>> {
        let listed = rows.iter().map(|row| row.iter().map(|x| Value::Number(*x)).collect()).collect();
        let asked = self.experiment(Design::Listed { rows: listed }, Shocks::Common, self.options.games);
        let Some(games) = self.games(&Plan::new(asked, self.scenario, self.registry)?)? else { return Ok(None) };
        let whole = |shock: &usize| games.iter().all(|row| row[*shock].is_some());
        let shocks: Vec<usize> = (0..self.options.games as usize).filter(whole).collect();
        if shocks.is_empty() {
            let text = "under every shock some point came to no result";
            return Err(vec![
                Diagnostic::error("no-result", text).hint("drive fewer drivers, or within narrower ends"),
            ]);
        }
        let left_out = self.options.games - shocks.len() as u64;
        let kept = |row: &Vec<Option<bool>>| shocks.iter().map(|shock| row[*shock] == Some(true)).collect();
        Ok(Some((games.iter().map(kept).collect(), left_out)))
    }

    fn emulate(&self) -> Result<Option<EmulatorError>, Vec<Diagnostic>> {
        let games = (self.options.games / 16).max(4);
        let design = Design::Sobol { rows: self.options.emulated, copies: 1 };
        let asked = self.experiment(design, Shocks::Fresh, games);
        let points: Option<Vec<Vec<f64>>> = Points::new(
            asked.design.clone().unwrap_or(Design::Listed { rows: Vec::new() }),
            asked.factors.clone(),
            asked.seed,
        )
        .ok()
        .map(|points| {
            let number = |value: Value| if let Value::Number(x) = value { x } else { 0.0 };
            (0..points.rows()).map(|row| points.values(row).into_iter().map(number).collect()).collect()
        });
        let Some(points) = points else { return Ok(None) };
        let Some(rows) = self.games(&Plan::new(asked, self.scenario, self.registry)?)? else { return Ok(None) };
        let counts =
            rows.iter().map(|row| (row.iter().flatten().filter(|hit| **hit).count(), row.iter().flatten().count()));
        let counts: Vec<(u64, u64)> = counts.map(|(events, games)| (events as u64, games as u64)).collect();
        let settings: Vec<Setting> = self
            .drivers
            .iter()
            .map(|driver| Setting {
                of: driver.id.clone(),
                value: marchland_game::Expression::default(),
                clip: None,
                choices: Vec::new(),
                range: (driver.end(false), driver.end(true)),
            })
            .collect();
        Ok(Emulator::fit(&settings, &points, &counts).map(|(_, error)| error))
    }
}
