//! A cheap stand-in for the engine: the log odds of an event as a quadratic of the settings, with its error.

use serde::{Deserialize, Serialize};

use super::rule::Setting;
use crate::number::{max, min, sum};
use crate::statistics::{Logit, fit_logit};

/// Ridge of the regression: small against the thousands of games behind it.
const RIDGE: f64 = 2.0;

/// Above so many regressors products are left out, and squares kept.
const MOST_WITH_PRODUCTS: usize = 24;

/// Every so many points, one is kept back to measure the error.
const KEPT_BACK: usize = 5;

/// Settings above 0 whose largest value is so many times the least are read by their logarithm, as hazards are.
const WIDE: f64 = 5.0;

/// How a setting becomes regressors.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Reading {
    /// As it is.
    Plain,
    /// Its logarithm, of at least this value.
    Log(f64),
    /// A mark for each of so many choices but the first.
    Choice(usize),
}

/// Which terms of the regressors an emulator has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Terms {
    /// The regressors themselves.
    Linear,
    /// And their squares.
    Squares,
    /// And their products.
    Products,
}

/// How settings become regressors, by the points that were played.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Regressors {
    /// Which settings vary, and how each is read.
    varied: Vec<(usize, Reading)>,
    /// Mean and deviation of each plain regressor.
    scale: Vec<(f64, f64)>,
}

/// A fitted emulator.
#[derive(Clone, Debug, PartialEq)]
pub struct Emulator {
    regressors: Regressors,
    model: Logit,
}

/// How far an emulator is from the engine, measured at points that it was not fitted on.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EmulatorError {
    /// Points played.
    pub points: u64,
    /// Games played.
    pub games: u64,
    /// Points kept back.
    pub kept_back: u64,
    /// Root mean square distance of its probability from the engine's there, beyond what the number of games explains.
    pub distance: f64,
    /// The same with what the number of games explains: what was measured.
    #[serde(default)]
    pub apart: f64,
    /// Standard deviation of its probabilities there: what there is to tell apart.
    pub spread: f64,
    /// Mean of its probabilities less the share in the games there.
    pub bias: f64,
}

/// What is known of how far an emulator is from the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmulatorVerdict {
    /// It was held against too few points to say.
    TooFewPoints,
    /// It is no further from what was played than chance in so many games explains.
    WithinChance,
    /// It is so far away as [`EmulatorError::distance`] says.
    Away,
}

/// The fewest points kept back by which an emulator is judged: of two, both lie to one side of it as often as not. Our choice.
const FEWEST_KEPT_BACK: u64 = 3;

impl EmulatorError {
    /// What may be said of it.
    #[must_use]
    pub fn verdict(&self) -> EmulatorVerdict {
        match self.kept_back {
            0..FEWEST_KEPT_BACK => EmulatorVerdict::TooFewPoints,
            _ if self.distance == 0.0 => EmulatorVerdict::WithinChance,
            _ => EmulatorVerdict::Away,
        }
    }
}

impl Emulator {
    /// Fits the emulator to points and what came of their games: events and games of each.
    ///
    /// None where no setting varies, or the event happened in every game or in none.
    #[must_use]
    pub fn fit(settings: &[Setting], points: &[Vec<f64>], counts: &[(u64, u64)]) -> Option<(Self, EmulatorError)> {
        let (kept, back) = parted(points.len());
        let part = Self::of(settings, points, counts, &kept)?;
        let own: Vec<f64> = back.iter().map(|at| part.probability(&points[*at])).collect();
        let error = distance(counts, &back, &own);
        let all: Vec<usize> = (0..points.len()).collect();
        Some((Self::of(settings, points, counts, &all)?, error))
    }

    fn of(settings: &[Setting], points: &[Vec<f64>], counts: &[(u64, u64)], rows: &[usize]) -> Option<Self> {
        let regressors = Regressors::of(settings, points, rows)?;
        let model = regressors.logit(points, counts, rows, regressors.most())?;
        Some(Self { regressors, model })
    }

    /// The log odds of the event at settings.
    #[must_use]
    pub fn log_odds(&self, settings: &[f64]) -> f64 {
        self.model.log_odds(&self.regressors.read(settings, self.regressors.most()))
    }

    /// Its probability.
    #[must_use]
    pub fn probability(&self, settings: &[f64]) -> f64 {
        1.0 / (1.0 + libm::exp(-self.log_odds(settings)))
    }
}

/// Points that emulators are fitted on, and those kept back.
pub(super) fn parted(points: usize) -> (Vec<usize>, Vec<usize>) {
    (0..points).partition(|at| at % KEPT_BACK != KEPT_BACK - 1)
}

/// How far probabilities `own` of points kept back are from what came of their games.
pub(super) fn distance(counts: &[(u64, u64)], back: &[usize], own: &[f64]) -> EmulatorError {
    let games = |at: &usize| counts[*at].1 as f64;
    let weight = max(1.0, sum(back.iter().map(games)));
    let seen = |at: usize| counts[at].0 as f64 / max(1.0, counts[at].1 as f64);
    let mean =
        |of: &dyn Fn(usize, f64) -> f64| sum(back.iter().zip(own).map(|(at, p)| games(at) * of(*at, *p))) / weight;
    let (centre, bias) = (mean(&|_, p| p), mean(&|at, p| p - seen(at)));
    let apart = mean(&|at, p| (p - seen(at)) * (p - seen(at)));
    let squared = apart - mean(&|at, p| p * (1.0 - p) / max(1.0, counts[at].1 as f64));
    EmulatorError {
        points: counts.len() as u64,
        games: counts.iter().map(|(_, games)| games).sum(),
        kept_back: back.len() as u64,
        distance: max(0.0, squared).sqrt(),
        apart: apart.sqrt(),
        spread: mean(&|_, p| (p - centre) * (p - centre)).sqrt(),
        bias,
    }
}

impl Regressors {
    /// How the settings of these rows of points are read; none where none of them varies.
    pub(super) fn of(settings: &[Setting], points: &[Vec<f64>], rows: &[usize]) -> Option<Self> {
        let first = points.get(*rows.first()?)?;
        let column = |at: usize| rows.iter().map(move |row| points[*row][at]);
        let read = |at: usize| {
            let (low, high) =
                column(at).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (min(low, x), max(high, x)));
            match settings[at].choices.len() {
                0 if low > 0.0 && high > WIDE * low => Reading::Log(low),
                0 => Reading::Plain,
                n => Reading::Choice(n),
            }
        };
        let varied: Vec<(usize, Reading)> =
            (0..first.len()).filter(|at| column(*at).any(|x| x != first[*at])).map(|at| (at, read(at))).collect();
        if varied.is_empty() {
            return None;
        }
        let plain: Vec<Vec<f64>> = rows.iter().map(|row| plain(&varied, &points[*row])).collect();
        let n = plain.len() as f64;
        let scale: Vec<(f64, f64)> = (0..plain[0].len())
            .map(|at| {
                let mean = sum(plain.iter().map(|row| row[at])) / n;
                let variance = sum(plain.iter().map(|row| (row[at] - mean) * (row[at] - mean))) / n;
                (mean, if variance > 0.0 { variance.sqrt() } else { 1.0 })
            })
            .collect();
        Some(Self { varied, scale })
    }

    /// The most terms that so many regressors may have.
    pub(super) fn most(&self) -> Terms {
        if self.scale.len() <= MOST_WITH_PRODUCTS { Terms::Products } else { Terms::Squares }
    }

    /// The terms of settings.
    pub(super) fn read(&self, settings: &[f64], terms: Terms) -> Vec<f64> {
        features(&self.scale, &plain(&self.varied, settings), terms)
    }

    /// A logit of the event, by events and games of each point, fitted to these rows.
    pub(super) fn logit(
        &self,
        points: &[Vec<f64>],
        counts: &[(u64, u64)],
        rows: &[usize],
        terms: Terms,
    ) -> Option<Logit> {
        let (mut regressors, mut outcomes, mut weights) = (Vec::new(), Vec::new(), Vec::new());
        for row in rows {
            let features = self.read(&points[*row], terms);
            let (events, games) = counts[*row];
            for (happened, count) in [(true, events), (false, games - events)] {
                if count > 0 {
                    regressors.push(features.clone());
                    outcomes.push(happened);
                    weights.push(count as f64);
                }
            }
        }
        fit_logit(&regressors, &outcomes, &weights, RIDGE)
    }
}

/// The settings that vary as regressors; a choice is a mark for each of its values but the first.
fn plain(varied: &[(usize, Reading)], settings: &[f64]) -> Vec<f64> {
    let mut out = Vec::with_capacity(varied.len());
    for (at, read) in varied {
        let x = settings[*at];
        match read {
            Reading::Plain => out.push(x),
            // Half of the least that was played: below it nothing is known.
            Reading::Log(least) => out.push(libm::log(max(x, 0.5 * least))),
            Reading::Choice(n) => out.extend((1..*n).map(|choice| f64::from(u8::from(x == choice as f64)))),
        }
    }
    out
}

/// The terms of regressors.
fn features(scale: &[(f64, f64)], plain: &[f64], terms: Terms) -> Vec<f64> {
    // Beyond three deviations a square would run away with what few points say.
    let z: Vec<f64> = plain.iter().zip(scale).map(|(x, (mean, sd))| max(-4.0, min(4.0, (x - mean) / sd))).collect();
    let mut out = z.clone();
    if terms == Terms::Linear {
        return out;
    }
    for i in 0..z.len() {
        out.push(z[i] * z[i]);
        if terms == Terms::Products {
            out.extend(z[..i].iter().map(|other| z[i] * other));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_that_chance_explains_is_no_distance_and_few_points_say_nothing() {
        let counts = [(10, 100); 12];
        let told = |own: f64, back: &[usize]| distance(&counts, back, &vec![own; back.len()]);
        let near = told(0.12, &[3, 7, 11]);
        assert_eq!((near.verdict(), near.distance), (EmulatorVerdict::WithinChance, 0.0));
        assert!(near.apart >= near.bias.abs() - 1e-12 && near.bias > 0.0199, "{near:?}");
        assert_eq!(told(0.5, &[3, 7, 11]).verdict(), EmulatorVerdict::Away);
        assert_eq!(told(0.5, &[3, 7]).verdict(), EmulatorVerdict::TooFewPoints);
    }
}
