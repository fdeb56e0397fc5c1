//! What train rows say of settings, through an emulator: whether the outcome came about, or how as well.

use super::emulator::Emulator;
use super::ways::WayEmulator;
use crate::number::clamp;

/// How far from 0 and 1 probabilities of the emulator are held.
const FLOOR: f64 = 1e-6;

/// A train row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TrainRow {
    /// Its case.
    pub(super) case: usize,
    /// Whether the outcome came about.
    pub(super) happened: bool,
    /// The code of the way in which it did, where it is known and fitted to.
    pub(super) way: Option<u32>,
}

/// An emulator, and so a likelihood of train rows.
pub(super) enum Learned {
    /// Of whether the outcome came about.
    Event(Emulator),
    /// Of how it did.
    Ways(WayEmulator),
}

impl Learned {
    /// Log odds of what may come about at settings, each against nothing coming about.
    pub(super) fn log_odds(&self, settings: &[f64]) -> Vec<f64> {
        match self {
            Self::Event(emulator) => vec![emulator.log_odds(settings)],
            Self::Ways(emulator) => emulator.log_odds(settings),
        }
    }

    /// Log likelihood of a row under its log odds.
    pub(super) fn likelihood(&self, odds: &[f64], row: &TrainRow) -> f64 {
        match self {
            Self::Event(_) => {
                let p = held(probability(odds));
                libm::log(if row.happened { p } else { 1.0 - p })
            }
            Self::Ways(emulator) => emulator.likelihood(odds, row),
        }
    }

    /// Its slope in each of them.
    pub(super) fn residual(&self, odds: &[f64], row: &TrainRow) -> Vec<f64> {
        match self {
            Self::Event(_) => vec![f64::from(u8::from(row.happened)) - probability(odds)],
            Self::Ways(emulator) => emulator.residual(odds, row),
        }
    }

    /// Its expected curvature in them, times a weight.
    pub(super) fn information(&self, odds: &[f64], weight: f64) -> Vec<Vec<f64>> {
        match self {
            Self::Event(_) => {
                let p = probability(odds);
                vec![vec![weight * p * (1.0 - p)]]
            }
            Self::Ways(emulator) => emulator.information(odds, weight),
        }
    }
}

/// A probability, held away from 0 and 1.
pub(super) fn held(p: f64) -> f64 {
    clamp(p, FLOOR, 1.0 - FLOOR)
}

fn probability(odds: &[f64]) -> f64 {
    1.0 / (1.0 + libm::exp(-odds[0]))
}
