//! The ways in which an outcome comes about, which exclude each other: an emulator of them, and what train rows say by it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::emulator::{EmulatorError, Regressors, Terms, distance, parted};
use super::likelihood::{TrainRow, held};
use super::rule::{Modes, Setting};
use crate::number::{max, sum};
use crate::statistics::Logit;

/// The fewest games in which a way came about that an emulator of it is fitted to.
const LEAST_GAMES: u64 = 30;

/// What came of the games of a point.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PointGames {
    /// Games in which the outcome came about.
    pub(super) events: u64,
    /// Games.
    pub(super) games: u64,
    /// Of those in which it came about, how many by each code of the measure of ways.
    pub(super) ways: BTreeMap<u32, u64>,
}

/// A way in which the outcome came about, as fitting saw it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FittedWay {
    /// What the rule calls it; empty for all ways together that are too rare in the games to be told apart, or that the
    /// rule does not name.
    pub label: String,
    /// Train rows in which it came about.
    pub rows: u64,
    /// Train rows in which it would under the rule's own constants, by the emulator.
    pub before: f64,
    /// Under the fitted ones, by the emulator.
    pub after: f64,
    /// Games of the emulator in which it came about.
    pub games: u64,
    /// Terms of its emulator: those that foretell best the points kept back.
    pub terms: Terms,
    /// How good its emulator is.
    pub emulator: EmulatorError,
}

/// A way of the emulator.
#[derive(Clone, Debug, PartialEq)]
struct Way {
    /// Its code; none for all others together.
    code: Option<u32>,
    terms: Terms,
    model: Logit,
    games: u64,
    error: EmulatorError,
}

/// The probability of each way as a function of the settings: a logit of each against the outcome not coming about,
/// fitted to those games alone, which estimates the multinomial one (Begg & Gray 1984), and their softmax.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WayEmulator {
    regressors: Regressors,
    ways: Vec<Way>,
    /// The share of rows with the outcome of which the way is known, by which the expected curvature is weighted.
    known: f64,
}

impl WayEmulator {
    /// Fits the emulator to what came of the games of points. Codes without a label, and those of fewer games than
    /// `LEAST_GAMES`, are one way together; where they are too few even so, their games are left out, and rows of them
    /// count by the outcome alone.
    ///
    /// None where no setting varies, no way has games enough, or the outcome never or always came about.
    pub(super) fn fit(
        settings: &[Setting],
        modes: &Modes,
        known: f64,
        points: &[Vec<f64>],
        games: &[PointGames],
    ) -> Option<(Self, EmulatorError)> {
        let of = |code: u32| games.iter().map(|own| own.ways.get(&code).copied().unwrap_or(0)).sum::<u64>();
        let own: Vec<u32> = modes.codes().into_iter().filter(|code| of(*code) >= LEAST_GAMES).collect();
        let rest = |point: &PointGames| point.events - own.iter().filter_map(|code| point.ways.get(code)).sum::<u64>();
        let told = games.iter().map(rest).sum::<u64>() >= LEAST_GAMES;
        let codes: Vec<Option<u32>> = own.iter().map(|code| Some(*code)).chain(told.then_some(None)).collect();
        let (kept, back) = parted(points.len());
        let all: Vec<usize> = (0..points.len()).collect();
        let counts: Vec<Vec<u64>> = codes
            .iter()
            .map(|code| {
                let count = |point: &PointGames| {
                    code.map_or_else(|| rest(point), |code| point.ways.get(&code).copied().unwrap_or(0))
                };
                games.iter().map(count).collect()
            })
            .collect();
        let against: Vec<Vec<(u64, u64)>> = counts
            .iter()
            .map(|own| own.iter().zip(games).map(|(way, point)| (*way, way + point.games - point.events)).collect())
            .collect();
        let part = Regressors::of(settings, points, &kept)?;
        let chosen: Option<Vec<(Terms, Logit)>> =
            against.iter().map(|counts| best(&part, points, counts, &kept, &back)).collect();
        let chosen = chosen.filter(|ways| !ways.is_empty())?;
        let by_part: Vec<Vec<f64>> = back
            .iter()
            .map(|at| {
                shares(
                    &chosen.iter().map(|(terms, model)| odds(&part, model, *terms, &points[*at])).collect::<Vec<_>>(),
                )
                .1
            })
            .collect();
        let played = |point: &PointGames| if told { point.games } else { point.games - rest(point) };
        let error = |counts: &[u64], own: &[f64]| {
            let counts: Vec<(u64, u64)> = counts.iter().zip(games).map(|(way, point)| (*way, played(point))).collect();
            distance(&counts, &back, own)
        };
        let regressors = Regressors::of(settings, points, &all)?;
        let mut ways = Vec::new();
        for (at, (terms, _)) in chosen.iter().enumerate() {
            ways.push(Way {
                code: codes[at],
                terms: *terms,
                model: regressors.logit(points, &against[at], &all, *terms)?,
                games: counts[at].iter().sum(),
                error: error(&counts[at], &by_part.iter().map(|own| own[at]).collect::<Vec<_>>()),
            });
        }
        let together: Vec<u64> = (0..points.len()).map(|at| counts.iter().map(|own| own[at]).sum()).collect();
        let error = error(&together, &by_part.iter().map(|own| sum(own.iter().copied())).collect::<Vec<_>>());
        Some((Self { regressors, ways, known }, error))
    }

    /// By way, its log odds against the outcome not coming about.
    pub(super) fn log_odds(&self, settings: &[f64]) -> Vec<f64> {
        self.ways.iter().map(|way| odds(&self.regressors, &way.model, way.terms, settings)).collect()
    }

    /// The way of a row in which the outcome came about; none where it is not known, or not told by the games.
    fn place(&self, row: &TrainRow) -> Option<usize> {
        let code = row.way?;
        let of = |code: Option<u32>| self.ways.iter().position(|way| way.code == code);
        of(Some(code)).or_else(|| of(None))
    }

    /// Log likelihood of a row under log odds.
    pub(super) fn likelihood(&self, odds: &[f64], row: &TrainRow) -> f64 {
        let (none, ways) = shares(odds);
        libm::log(held(match (row.happened, self.place(row)) {
            (false, _) => none,
            (true, Some(way)) => ways[way],
            (true, None) => sum(ways),
        }))
    }

    /// Its slope in each of them: 1 for what came about, or what is expected of it, less the probability.
    pub(super) fn residual(&self, odds: &[f64], row: &TrainRow) -> Vec<f64> {
        let (_, ways) = shares(odds);
        let (place, all) = (self.place(row), sum(ways.iter().copied()));
        let seen = |way: usize| match (row.happened, place) {
            (false, _) => 0.0,
            (true, Some(own)) => f64::from(u8::from(own == way)),
            (true, None) => ways[way] / all,
        };
        (0..ways.len()).map(|way| seen(way) - ways[way]).collect()
    }

    /// Its expected curvature in them: that of the ways and that of the outcome alone, as often as ways are known.
    pub(super) fn information(&self, odds: &[f64], weight: f64) -> Vec<Vec<f64>> {
        let (none, ways) = shares(odds);
        let all = sum(ways.iter().copied());
        let cell = |i: usize, j: usize| {
            let both = ways[i] * ways[j];
            let of_ways = if i == j { ways[i] - both } else { -both };
            weight * (self.known * of_ways + (1.0 - self.known) * both * none / all)
        };
        (0..ways.len()).map(|i| (0..ways.len()).map(|j| cell(i, j)).collect()).collect()
    }

    /// What fitting saw of each way; `before` and `after` are the log odds of every row.
    pub(super) fn report(
        &self,
        modes: &Modes,
        rows: &[TrainRow],
        weights: &[f64],
        (before, after): (&[Vec<f64>], &[Vec<f64>]),
    ) -> Vec<FittedWay> {
        let expected =
            |odds: &[Vec<f64>], at: usize| sum(odds.iter().zip(weights).map(|(own, w)| w * shares(own).1[at]));
        self.ways
            .iter()
            .enumerate()
            .map(|(at, way)| FittedWay {
                label: way.code.map_or_else(String::new, |code| modes.called(code)),
                rows: rows.iter().filter(|row| row.happened && self.place(row) == Some(at)).count() as u64,
                before: expected(before, at),
                after: expected(after, at),
                games: way.games,
                terms: way.terms,
                emulator: way.error,
            })
            .collect()
    }
}

/// The probability that the outcome does not come about, and that of each way.
fn shares(odds: &[f64]) -> (f64, Vec<f64>) {
    let top = odds.iter().fold(0.0, |top, x| max(top, *x));
    let (none, ways) = (libm::exp(-top), odds.iter().map(|x| libm::exp(x - top)).collect::<Vec<_>>());
    let all = none + sum(ways.iter().copied());
    (none / all, ways.iter().map(|x| x / all).collect())
}

fn odds(regressors: &Regressors, model: &Logit, terms: Terms, settings: &[f64]) -> f64 {
    model.log_odds(&regressors.read(settings, terms))
}

/// The logit whose terms foretell best what came of the points kept back.
fn best(
    regressors: &Regressors,
    points: &[Vec<f64>],
    counts: &[(u64, u64)],
    kept: &[usize],
    back: &[usize],
) -> Option<(Terms, Logit)> {
    let mut found: Option<(f64, Terms, Logit)> = None;
    let most = regressors.most();
    for terms in [Terms::Linear, Terms::Squares, Terms::Products] {
        if terms == Terms::Products && most != Terms::Products {
            continue;
        }
        let Some(model) = regressors.logit(points, counts, kept, terms) else { continue };
        let score = sum(back.iter().map(|at| {
            let p = held(1.0 / (1.0 + libm::exp(-odds(regressors, &model, terms, &points[*at]))));
            let (events, games) = counts[*at];
            events as f64 * libm::log(p) + (games - events) as f64 * libm::log(1.0 - p)
        }));
        if found.as_ref().is_none_or(|(other, ..)| score > *other) {
            found = Some((score, terms, model));
        }
    }
    found.map(|(_, terms, model)| (terms, model))
}
