//! A quantity of games, with its simulation error.

use serde::{Deserialize, Serialize};

use super::Quantity;
use crate::statistics::moments;

/// What is kept of a game.
#[derive(Clone, PartialEq, Debug)]
pub struct PlayedGame {
    /// Months played.
    pub months: u32,
    /// The month in which each outcome event first had happened; 0 where it never did.
    pub events: Vec<u32>,
    /// The arm's readings at the end.
    pub readings: Vec<f64>,
}

/// On what scale a figure's error does not depend on the figure, so that an emulator may take it for one number.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub enum Scale {
    /// The arc sine of the root, of so many in so many (Anscombe 1948).
    Share {
        /// That count.
        hits: f64,
        /// That are counted.
        of: f64,
    },
    /// The root, of so many in so many years.
    Rate {
        /// That happened.
        hits: f64,
        /// Years.
        years: f64,
    },
    /// The figure itself.
    Plain,
}

/// A quantity of so many games.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Figure {
    /// The figure; none where no game says anything.
    pub value: Option<f64>,
    /// Standard error of the simulation. Of a share it is that of Agresti & Coull (1998), of a rate that of a Poisson count
    /// with one more than was seen: neither is 0 where nothing, or everything, was seen.
    pub error: f64,
    /// What it is taken from.
    pub scale: Scale,
}

/// A share in per cent.
fn share(hits: f64, of: f64) -> Figure {
    let adjusted = (hits + 2.0) / (of + 4.0);
    Figure {
        value: (of > 0.0).then(|| 100.0 * hits / of),
        error: 100.0 * (adjusted * (1.0 - adjusted) / (of + 4.0)).sqrt(),
        scale: Scale::Share { hits, of },
    }
}

fn count(games: &[PlayedGame], holds: impl Fn(&PlayedGame) -> bool) -> f64 {
    games.iter().filter(|game| holds(game)).count() as f64
}

/// What one game adds to a quantity that is a mean over games; none of hazards, fractions and rates, which are not.
pub(super) fn of_game(quantity: &Quantity, game: &PlayedGame) -> Option<f64> {
    match quantity {
        Quantity::Share { event, months } => {
            let turn = game.events[*event];
            Some(100.0 * f64::from(u8::from(turn > 0 && turn <= *months)))
        }
        Quantity::Mean { of } => Some(game.readings[*of]),
        Quantity::Hazard { .. } | Quantity::Fraction { .. } | Quantity::Rate { .. } => None,
    }
}

/// The mean of numbers with its standard error; none of fewer than two.
pub(super) fn mean(values: &[f64]) -> Figure {
    let (n, mean, variance, _) = moments(values);
    Figure {
        value: (n > 1).then_some(mean),
        error: if n > 1 { (variance / n as f64).sqrt() } else { 0.0 },
        scale: Scale::Plain,
    }
}

/// A quantity of games.
#[must_use]
pub fn figure(quantity: &Quantity, games: &[PlayedGame]) -> Figure {
    match quantity {
        Quantity::Share { event, months } => {
            let hit = |game: &PlayedGame| (1..=*months).contains(&game.events[*event]);
            share(count(games, hit), games.len() as f64)
        }
        Quantity::Hazard { event, year, unless } => {
            let (from, to) = (12 * (year - 1), 12 * year);
            let never = |turn: u32| if turn == 0 { u32::MAX } else { turn };
            let other = |game: &PlayedGame| unless.iter().map(|at| never(game.events[*at])).min().unwrap_or(u32::MAX);
            let own = |game: &PlayedGame| never(game.events[*event]);
            let at_risk = count(games, |game| game.months > from && own(game) > from && other(game) > from);
            let hits = count(games, |game| own(game) > from && own(game) <= to && other(game) >= own(game));
            share(hits, at_risk)
        }
        Quantity::Fraction { of, among } => {
            let total = |at: usize| games.iter().map(|game| game.readings[at]).sum::<f64>();
            share(total(*of), total(*among))
        }
        Quantity::Rate { of } => {
            let hits = count(games, |game| game.readings[*of] != 0.0);
            let years: f64 = games.iter().map(|game| f64::from(game.months) / 12.0).sum();
            Figure {
                value: (years > 0.0).then(|| 100.0 * hits / years),
                error: if years > 0.0 { 100.0 * (hits + 1.0).sqrt() / years } else { 0.0 },
                scale: Scale::Rate { hits, years },
            }
        }
        Quantity::Mean { of } => mean(&games.iter().map(|game| game.readings[*of]).collect::<Vec<f64>>()),
    }
}
