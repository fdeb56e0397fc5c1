//! Fitting named constants of a rule to train rows: maximum a posteriori, through an emulator of the engine.
//!
//! Points are train cases under constants drawn from their priors; the engine plays each a few times with fresh seeds,
//! and an [`Emulator`] is fitted to what came out. The posterior is climbed by Fisher scoring on it, then points are drawn
//! again about where it peaks, and it is climbed once more. Intervals are from the curvature at the peak and, where there
//! are enough groups, from how scores vary between these (the sandwich of White 1982 by clusters, Liang & Zeger 1986,
//! equation 6 of the latter). They take the emulator as if it were the engine: its own error is not in them.
//!
//! A rule may be fitted to whether an outcome came about, or to how it did as well. Then the likelihood of a train row is
//! multinomial over no outcome and each of its ways; a row with the outcome whose way is not known counts by the sum of
//! the ways, which is the outcome alone.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use marchland_game::Diagnostic;
use marchland_sim::scenario::Scenario;
use marchland_strategies::Registry;
use serde::{Deserialize, Serialize};

use super::cases::{Cases, Outcomes};
use super::emulator::{Emulator, EmulatorError};
use super::likelihood::{Learned, TrainRow};
use super::play::design_of;
use super::rule::{Modes, Rule};
use super::ways::{FittedWay, PointGames, WayEmulator};
use crate::number::{max, min, sum};
use crate::run::{Plan, Watch, play};
use crate::statistics::{LEAST_UNITS, draws, normal};

/// How constants are fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FitOptions {
    /// Points of each of the two rounds.
    pub points: usize,
    /// Games of each point.
    pub games: u64,
    /// Seed.
    pub seed: u64,
    /// Threads; 0 for one per processor.
    pub threads: usize,
}

impl Default for FitOptions {
    fn default() -> Self {
        Self { points: 2500, games: 16, seed: 1, threads: 0 }
    }
}

/// A constant, fitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedConstant {
    /// Its name.
    pub id: String,
    /// Where the mean of its prior comes from.
    pub source: String,
    /// Mean of its prior.
    pub prior: f64,
    /// Standard deviation of its prior.
    pub prior_sd: f64,
    /// Where the posterior peaks.
    pub value: f64,
    /// Its standard error there.
    pub sd: f64,
    /// The interval of 95 %, inside the bounds of the rule; see [`FitReport::by_groups`].
    pub interval: (f64, f64),
    /// Whether it stands at a bound, so that the interval says little.
    pub at_bound: bool,
}

/// What fitting to ways saw of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaysReport {
    /// The measure that says the way of a game.
    pub measure: String,
    /// Train rows with the outcome whose way is known; the others count by the outcome alone.
    pub known: u64,
    /// By way that the emulator tells apart. Rows of ways that hardly a game took are in none, and count by the outcome
    /// alone.
    pub ways: Vec<FittedWay>,
}

/// What fitting came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FitReport {
    /// The outcome fitted to.
    pub event: String,
    /// Train rows used.
    pub cases: u64,
    /// Of which it happened.
    pub events: u64,
    /// Groups among them.
    pub groups: u64,
    /// Whether intervals are by groups; else they are those of a posterior that takes rows as independent.
    pub by_groups: bool,
    /// The constants.
    pub constants: Vec<FittedConstant>,
    /// Mean log score of train rows under the rule's own constants, by the emulator: of whether the outcome came about,
    /// or, where ways are fitted to, of these.
    pub before: f64,
    /// Under the fitted ones, by the emulator.
    pub after: f64,
    /// How good the emulator of the outcome is.
    pub emulator: EmulatorError,
    /// The ways, where they were fitted to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ways: Option<WaysReport>,
}

/// The most steps of Fisher scoring.
const STEPS: usize = 50;

/// By how much the spread of the posterior is widened when points are drawn about its peak.
const WIDER: f64 = 2.0;

/// The fewest train rows with the outcome and as many without, and the fewest with a known way where these are fitted to.
const LEAST_ROWS: usize = 5;

/// Fits constants, of which `which` are the positions, to the train rows of the rule's chosen outcome. Returns all
/// constants with those in their fitted place, and the report; none where `stop` was set.
///
/// # Errors
/// No train rows, none in which the outcome is known, too few with it or without it; of a rule that is fitted to ways,
/// too few train rows with a known one, or one that the rule gives no code; no setting depends on the constants; the plan
/// is refused; threads cannot be started.
#[allow(clippy::too_many_arguments, reason = "a study is of these parts")]
pub fn fit(
    scenario: &Arc<Scenario>,
    registry: &Registry,
    rule: &Rule,
    cases: &Cases,
    outcomes: &Outcomes,
    which: &[usize],
    options: &FitOptions,
    stop: &AtomicBool,
    watch: &dyn Watch,
) -> Result<Option<(Vec<f64>, FitReport)>, Vec<Diagnostic>> {
    let refuse = |code: &'static str, text: String, hint: &str| vec![Diagnostic::error(code, text).hint(hint)];
    let outcome = rule.fit_to.outcome();
    let (event, ways) = (&rule.outcomes[outcome].event, rule.fitted_modes());
    let way = |case: usize| outcomes.modes[case].filter(|code| *code > 0 && ways.is_some());
    let train: Vec<TrainRow> = (0..cases.len())
        .filter(|case| cases.is_train(*case) && cases.weights[*case] > 0.0)
        .filter_map(|case| {
            let happened = outcomes.happened[outcome][case]?;
            Some(TrainRow { case, happened, way: way(case).filter(|_| happened) })
        })
        .collect();
    let events = train.iter().filter(|row| row.happened).count();
    let known = train.iter().filter(|row| row.way.is_some()).count();
    if cases.train.is_none() {
        let hint = "mark train rows in a column, and name it: --train COLUMN";
        return Err(refuse("no-train", "constants are fitted to train rows, and none are marked".into(), hint));
    }
    if events < LEAST_ROWS || train.len() - events < LEAST_ROWS {
        let n = train.len();
        let text = format!("`{event}` happened in {events} of {n} train rows; fitting needs 5 with it and 5 without");
        return Err(refuse("few-events", text, "mark more train rows, or fit to another outcome: fit_to"));
    }
    if let Some(modes) = ways {
        wrong_ways(modes, event, outcomes, (known, events))?;
    }
    let fitter = Fitter { scenario, registry, rule, cases, train: &train, which, options };
    let prior: Vec<(f64, f64)> =
        which.iter().map(|at| (rule.constants[*at].value, rule.constants[*at].sd.unwrap_or(1.0))).collect();
    let start: Vec<f64> = prior.iter().map(|(mean, _)| *mean).collect();
    let (mut points, mut counts) = (Vec::new(), Vec::new());
    let (mut centre, mut spread) = (start.clone(), diagonal(&prior.iter().map(|(_, sd)| *sd).collect::<Vec<_>>()));
    let mut found = None;
    for round in 0..2u64 {
        let drawn = fitter.draw(round, &centre, &spread);
        let Some(came) = fitter.play(round, &drawn, stop, watch)? else { return Ok(None) };
        points.extend(drawn);
        counts.extend(came);
        let Some((emulator, error)) = fitter.learn(&points, &counts) else {
            let text = format!("`{event}` does not depend on the settings of the rule in the games played");
            return Err(refuse("inert", text, "does any setting read the constants to be fitted?"));
        };
        let peak = fitter.climb(&emulator, &prior, &centre);
        let curvature = fitter.curvature(&emulator, &prior, &peak);
        let Some(covariance) = inverse(&curvature) else {
            let text = format!("the train rows and priors do not tell the constants of `{event}` apart");
            return Err(refuse("unidentified", text, "state narrower priors, or fit fewer constants"));
        };
        centre = peak;
        spread = root(&covariance).unwrap_or(spread);
        spread.iter_mut().flatten().for_each(|x| *x *= WIDER);
        found = Some((emulator, error, covariance));
    }
    let Some((emulator, error, mut covariance)) = found else { return Ok(None) };
    let mut groups: Vec<usize> = train.iter().map(|row| cases.groups[row.case]).collect();
    groups.sort_unstable();
    groups.dedup();
    let by_groups = cases.grouped && groups.len() >= LEAST_UNITS;
    if by_groups {
        covariance = fitter.by_groups(&emulator, &prior, &centre, &groups, &covariance);
    }
    let mut constants = rule.defaults();
    which.iter().zip(&centre).for_each(|(at, value)| constants[*at] = *value);
    let z = normal::quantile(0.5 + 0.5 * super::LEVEL);
    let fitted = which.iter().enumerate().map(|(at, of)| {
        let (own, value, sd) = (&rule.constants[*of], centre[at], covariance[at][at].sqrt());
        let (low, high) = own.bounds;
        FittedConstant {
            id: own.id.clone(),
            source: own.source.clone(),
            prior: prior[at].0,
            prior_sd: prior[at].1,
            value,
            sd,
            interval: (max(low, value - z * sd), min(high, value + z * sd)),
            at_bound: value <= low || value >= high,
        }
    });
    let ways = match (&emulator, ways) {
        (Learned::Ways(emulator), Some(modes)) => {
            let weights: Vec<f64> = train.iter().map(|row| cases.weights[row.case]).collect();
            let odds = |theta: &[f64]| -> Vec<Vec<f64>> {
                train.iter().map(|row| emulator.log_odds(&fitter.settings(row.case, theta))).collect()
            };
            let ways = emulator.report(modes, &train, &weights, (&odds(&start), &odds(&centre)));
            Some(WaysReport { measure: modes.measure.clone(), known: known as u64, ways })
        }
        _ => None,
    };
    let report = FitReport {
        event: event.clone(),
        cases: train.len() as u64,
        events: events as u64,
        groups: groups.len() as u64,
        by_groups,
        constants: fitted.collect(),
        before: -fitter.likelihood(&emulator, &start) / fitter.weight(),
        after: -fitter.likelihood(&emulator, &centre) / fitter.weight(),
        emulator: error,
        ways,
    };
    Ok(Some((constants, report)))
}

/// Refuses train rows by whose ways nothing can be fitted: `known` of so many with the event.
fn wrong_ways(
    modes: &Modes,
    event: &str,
    outcomes: &Outcomes,
    (known, events): (usize, usize),
) -> Result<(), Vec<Diagnostic>> {
    let Modes { measure, column, labels, .. } = modes;
    if let Some(label) = outcomes.unread.first() {
        let text = format!("constants are fitted to `{measure}`, and the rule gives `{label}` of `{column}` no code");
        let found = Diagnostic::error("unknown-way", text);
        return Err(vec![found.choose(label, labels.keys().map(String::as_str))]);
    }
    if known < LEAST_ROWS {
        let text = format!(
            "constants are fitted to `{measure}`, and how `{event}` came about is known in {known} of {events} train \
             rows in which it did; fitting needs {LEAST_ROWS}"
        );
        let hint = format!("say how in the column `{column}`, or fit to whether it came about: fit_to: \"{event}\"");
        return Err(vec![Diagnostic::error("few-ways", text).hint(hint)]);
    }
    Ok(())
}

struct Fitter<'a> {
    scenario: &'a Arc<Scenario>,
    registry: &'a Registry,
    rule: &'a Rule,
    cases: &'a Cases,
    train: &'a [TrainRow],
    which: &'a [usize],
    options: &'a FitOptions,
}

impl Fitter<'_> {
    fn weight(&self) -> f64 {
        sum(self.train.iter().map(|row| self.cases.weights[row.case]))
    }

    /// The settings of a case under constants, inside their ranges: the final constants are held against them later.
    fn settings(&self, case: usize, theta: &[f64]) -> Vec<f64> {
        let mut constants = self.rule.defaults();
        self.which.iter().zip(theta).for_each(|(at, value)| constants[*at] = *value);
        self.rule.held_settings_of(&self.cases.values[case], &constants)
    }

    fn bounded(&self, at: usize, x: f64) -> f64 {
        let (low, high) = self.rule.constants[self.which[at]].bounds;
        max(low, min(high, x))
    }

    /// Points: train cases in turn, under constants drawn about a centre.
    fn draw(&self, round: u64, centre: &[f64], spread: &[Vec<f64>]) -> Vec<Vec<f64>> {
        (0..self.options.points)
            .map(|point| {
                let mut rng = draws::stream(draws::key(self.options.seed, "hindcast/fit", &[round, point as u64]));
                let z: Vec<f64> = centre.iter().map(|_| normal::quantile(draws::uniform(&mut rng))).collect();
                let theta: Vec<f64> = (0..centre.len())
                    .map(|i| self.bounded(i, centre[i] + (0..=i).fold(0.0, |sum, j| sum + spread[i][j] * z[j])))
                    .collect();
                self.settings(self.train[point % self.train.len()].case, &theta)
            })
            .collect()
    }

    /// What came of the games of each point; none where it was stopped.
    fn play(
        &self,
        round: u64,
        points: &[Vec<f64>],
        stop: &AtomicBool,
        watch: &dyn Watch,
    ) -> Result<Option<Vec<PointGames>>, Vec<Diagnostic>> {
        let seed = self.options.seed.wrapping_add(round + 1);
        let asked = design_of(self.rule, points, self.scenario, self.options.games, seed, None);
        let plan = Plan::new(asked, self.scenario, self.registry)?;
        let refuse = |error: crate::run::RunError| vec![Diagnostic::error("threads", error.to_string())];
        let games = play(&plan, self.options.threads, stop, watch).map_err(refuse)?;
        if stop.load(std::sync::atomic::Ordering::Relaxed) {
            return Ok(None);
        }
        let id = &self.rule.outcomes[self.rule.fit_to.outcome()].event;
        let catalogue = &self.scenario.catalogue;
        let event = catalogue.outcome_events.iter().position(|event| event.id == *id).unwrap_or(0);
        let modes = self.rule.fitted_modes();
        let measure = modes.and_then(|modes| catalogue.measures.iter().position(|own| own.id == modes.measure));
        let mut counts = vec![PointGames::default(); points.len()];
        for game in games.iter().filter(|game| game.status == crate::play::Status::Ok) {
            let point = &mut counts[game.run.row as usize];
            point.games += 1;
            if game.outcome.events.get(event).copied().flatten().is_none() {
                continue;
            }
            point.events += 1;
            if let Some(code) = measure.and_then(|at| game.outcome.measures.get(at)) {
                *point.ways.entry(code.round() as u32).or_default() += 1;
            }
        }
        Ok(Some(counts))
    }

    /// The emulator of what constants are fitted to, and its error; none where nothing moves it.
    fn learn(&self, points: &[Vec<f64>], counts: &[PointGames]) -> Option<(Learned, EmulatorError)> {
        let settings = &self.rule.settings;
        let Some(modes) = self.rule.fitted_modes() else {
            let counts: Vec<(u64, u64)> = counts.iter().map(|point| (point.events, point.games)).collect();
            let (emulator, error) = Emulator::fit(settings, points, &counts)?;
            return Some((Learned::Event(emulator), error));
        };
        let weight = |of: &dyn Fn(&TrainRow) -> bool| {
            sum(self.train.iter().filter(|row| of(row)).map(|row| self.cases.weights[row.case]))
        };
        let known = weight(&|row| row.way.is_some()) / weight(&|row| row.happened);
        let (emulator, error) = WayEmulator::fit(settings, modes, known, points, counts)?;
        Some((Learned::Ways(emulator), error))
    }

    fn odds(&self, emulator: &Learned, theta: &[f64]) -> Vec<Vec<f64>> {
        self.train.iter().map(|row| emulator.log_odds(&self.settings(row.case, theta))).collect()
    }

    fn likelihood(&self, emulator: &Learned, theta: &[f64]) -> f64 {
        let odds = self.odds(emulator, theta);
        sum(self
            .train
            .iter()
            .zip(&odds)
            .map(|(row, odds)| self.cases.weights[row.case] * emulator.likelihood(odds, row)))
    }

    fn posterior(&self, emulator: &Learned, prior: &[(f64, f64)], theta: &[f64]) -> f64 {
        let away = prior.iter().zip(theta).map(|((mean, sd), x)| (x - mean) * (x - mean) / (sd * sd));
        self.likelihood(emulator, theta) - 0.5 * sum(away)
    }

    /// By train row the log odds; and how each of them moves with each constant.
    fn slopes(&self, emulator: &Learned, prior: &[(f64, f64)], theta: &[f64]) -> (Vec<Vec<f64>>, Vec<Vec<Vec<f64>>>) {
        let here = self.odds(emulator, theta);
        let mut slopes: Vec<Vec<Vec<f64>>> = here.iter().map(|odds| vec![vec![0.0; theta.len()]; odds.len()]).collect();
        for at in 0..theta.len() {
            let step = 0.02 * prior[at].1;
            let moved = |by: f64| {
                let mut other = theta.to_vec();
                other[at] = self.bounded(at, theta[at] + by);
                (other[at], self.odds(emulator, &other))
            };
            let ((up, above), (down, below)) = (moved(step), moved(-step));
            if up > down {
                for (row, (above, below)) in slopes.iter_mut().zip(above.iter().zip(&below)) {
                    for (slope, (a, b)) in row.iter_mut().zip(above.iter().zip(below)) {
                        slope[at] = (a - b) / (up - down);
                    }
                }
            }
        }
        (here, slopes)
    }

    fn curvature(&self, emulator: &Learned, prior: &[(f64, f64)], theta: &[f64]) -> Vec<Vec<f64>> {
        self.equations(emulator, prior, theta).1
    }

    /// The sandwich about an inverse curvature `bread`: within it the covariance of the gradient, rows summed up by group,
    /// and the precision of the priors, which is knowledge and no noise. Where rows are independent it is the bread.
    fn by_groups(
        &self,
        emulator: &Learned,
        prior: &[(f64, f64)],
        theta: &[f64],
        groups: &[usize],
        bread: &[Vec<f64>],
    ) -> Vec<Vec<f64>> {
        let (odds, slopes) = self.slopes(emulator, prior, theta);
        let (k, n) = (theta.len(), groups.len() as f64);
        let mut scores = vec![vec![0.0; k]; groups.len()];
        for ((row, odds), slopes) in self.train.iter().zip(&odds).zip(&slopes) {
            let w = self.cases.weights[row.case];
            let of = &mut scores[groups.binary_search(&self.cases.groups[row.case]).unwrap_or(0)];
            for (residual, slope) in emulator.residual(odds, row).iter().zip(slopes) {
                for i in 0..k {
                    of[i] += w * residual * slope[i];
                }
            }
        }
        let mut meat = diagonal(&prior.iter().map(|(_, sd)| 1.0 / (sd * sd)).collect::<Vec<_>>());
        for of in &scores {
            for i in 0..k {
                for j in 0..k {
                    meat[i][j] += n / (n - 1.0) * of[i] * of[j];
                }
            }
        }
        let product = |a: &[Vec<f64>], b: &[Vec<f64>]| -> Vec<Vec<f64>> {
            let cell = |i: usize, j: usize| sum((0..k).map(|l| a[i][l] * b[l][j]));
            (0..k).map(|i| (0..k).map(|j| cell(i, j)).collect()).collect()
        };
        product(&product(bread, &meat), bread)
    }

    /// Gradient of the posterior, and its expected curvature.
    fn equations(&self, emulator: &Learned, prior: &[(f64, f64)], theta: &[f64]) -> (Vec<f64>, Vec<Vec<f64>>) {
        let (odds, slopes) = self.slopes(emulator, prior, theta);
        let k = theta.len();
        let mut gradient: Vec<f64> = prior.iter().zip(theta).map(|((mean, sd), x)| (mean - x) / (sd * sd)).collect();
        let mut curvature = diagonal(&prior.iter().map(|(_, sd)| 1.0 / (sd * sd)).collect::<Vec<_>>());
        for ((row, odds), slopes) in self.train.iter().zip(&odds).zip(&slopes) {
            let w = self.cases.weights[row.case];
            let (residuals, information) = (emulator.residual(odds, row), emulator.information(odds, w));
            for ((residual, slope), information) in residuals.iter().zip(slopes).zip(&information) {
                for i in 0..k {
                    gradient[i] += w * residual * slope[i];
                    for (known, other) in information.iter().zip(slopes) {
                        for j in 0..k {
                            curvature[i][j] += known * slope[i] * other[j];
                        }
                    }
                }
            }
        }
        (gradient, curvature)
    }

    fn climb(&self, emulator: &Learned, prior: &[(f64, f64)], from: &[f64]) -> Vec<f64> {
        let mut theta = from.to_vec();
        let mut best = self.posterior(emulator, prior, &theta);
        for _ in 0..STEPS {
            let (gradient, curvature) = self.equations(emulator, prior, &theta);
            let Some(inverse) = inverse(&curvature) else { break };
            let step: Vec<f64> = inverse.iter().map(|row| sum(row.iter().zip(&gradient).map(|(a, b)| a * b))).collect();
            let mut length = 1.0;
            let mut gained = 0.0;
            for _ in 0..20 {
                let other: Vec<f64> = (0..theta.len()).map(|i| self.bounded(i, theta[i] + length * step[i])).collect();
                let value = self.posterior(emulator, prior, &other);
                if value > best {
                    gained = value - best;
                    (theta, best) = (other, value);
                    break;
                }
                length *= 0.5;
            }
            if gained < 1e-8 {
                break;
            }
        }
        theta
    }
}

fn diagonal(of: &[f64]) -> Vec<Vec<f64>> {
    (0..of.len()).map(|i| (0..of.len()).map(|j| if i == j { of[i] } else { 0.0 }).collect()).collect()
}

fn inverse(of: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = of.len();
    let matrix = nalgebra::DMatrix::from_fn(n, n, |i, j| of[i][j]);
    let inverse = matrix.cholesky()?.inverse();
    let rows: Vec<Vec<f64>> = (0..n).map(|i| (0..n).map(|j| inverse[(i, j)]).collect()).collect();
    rows.iter().flatten().all(|x| x.is_finite()).then_some(rows)
}

/// Lower triangular root of a covariance.
fn root(of: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let n = of.len();
    let lower = nalgebra::DMatrix::from_fn(n, n, |i, j| of[i][j]).cholesky()?.l();
    Some((0..n).map(|i| (0..n).map(|j| lower[(i, j)]).collect()).collect())
}
