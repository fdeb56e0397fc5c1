//! History matching: which values of a scenario's constants leave the model within reach of what is on record, and what the
//! model says over all of them, instead of at one point that was fitted.
//!
//! Start with [`Plan`]; [`read`] makes one of a file, [`play`] plays it. After Craig, Goldstein, Seheult & Smith (1997),
//! Vernon, Goldstein & Bower (2010) and Andrianakis et al. (2015):
//!
//! 1. **Targets.** A [`Target`] is a figure of the record with its discrepancy: by how much a model of this kind may miss it,
//!    stated beforehand. The *implausibility* of a point is |model − figure| / √(discrepancy² + simulation error²).
//! 2. **A first wave.** A Latin hypercube over the declared ranges of the constants that are varied; every point plays every
//!    arm with shocks of its own.
//! 3. **A second wave**, where asked for. A linear emulator of every target ([`Emulator`]) rules out points of a large random
//!    sample of the same ranges; the first that it cannot rule out are played. It proposes and does not judge: whether a point
//!    is matched is decided by its own games alone.
//! 4. **The region** is the points of which no target, or at most so many as the plan forgives, is implausible. It may be
//!    empty, and is then reported as that.
//! 5. **Answers** are played at every point of the region, with shocks that no target has met, so that a point which was
//!    matched by luck is not asked with the same luck.
//!
//! The constants that are varied are those of the plan's own scenario; an arm of another scenario takes each that it declares
//! alike (same name, value and distribution) and keeps its own of the others.

mod emulator;
mod figure;
pub mod keys;
mod play;
mod read;
mod report;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use marchland_game::{Expression, MeasureId, ParameterId, PlayerId};
use marchland_sim::scenario::Scenario;

pub use emulator::Emulator;
pub use figure::{Figure, PlayedGame, Scale, figure};
pub use play::{Stage, Watch, play};
pub use read::{Load, read};
pub use report::{
    Answer, ClaimShares, Contrast, MatchReport, MatchedPoint, PointReport, Region, Shift, Standing, TargetReport, Wave,
};

use crate::claims::{Change, Claim};
use crate::design::Factor;

/// Above this a target is implausible (Pukelsheim 1994: 95 % of any unimodal distribution lie within three standard
/// deviations), unless the file has another bound.
pub const IMPLAUSIBLE_ABOVE: f64 = 3.0;

/// The most points of a wave.
pub const MOST_POINTS: u32 = 1 << 20;

/// Confidence of the intervals.
pub const LEVEL: f64 = 0.95;

/// What is matched, every name resolved.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Title.
    pub title: String,
    /// The scenario whose constants are varied.
    pub scenario: Arc<Scenario>,
    /// The constants that are varied, over their declared ranges.
    pub factors: Vec<Factor>,
    /// Constants of the scenario that have a range and are held.
    pub held: usize,
    /// Games that are alike but for their shocks and the point.
    pub arms: Vec<Arm>,
    /// What points are held against.
    pub targets: Vec<Target>,
    /// Above which a target is implausible.
    pub implausible_above: f64,
    /// How many implausible targets a point of the region may have.
    pub forgiven: usize,
    /// What is asked of the region.
    pub questions: Vec<Question>,
    /// Contestable claims that are held at every point of the region.
    pub claims: Vec<Claim>,
}

/// Games of one scenario.
#[derive(Clone, Debug)]
pub struct Arm {
    /// Name.
    pub id: String,
    /// The scenario, its horizon as long as the games.
    pub scenario: Arc<Scenario>,
    /// Which of the plan's constants it takes, and as which of its own: position in [`Plan::factors`] and parameter.
    pub takes: Vec<(usize, ParameterId)>,
    /// Position of the belief set.
    pub belief: Option<usize>,
    /// What makes the games differ from the default one.
    pub changes: Vec<Change>,
    /// Months.
    pub turns: u32,
    /// Positions of outcome events of which the first ends a game.
    pub until: Vec<usize>,
    /// What is read of every game at its end.
    pub readings: Vec<Reading>,
}

/// What is read of a game.
#[derive(Clone, Debug)]
pub enum Reading {
    /// A measure.
    Measure(MeasureId),
    /// An expression at the end of the last month.
    Expression(Expression),
    /// A player's payoff.
    Payoff(PlayerId),
}

/// What is measured of an arm's games. Shares, hazards, fractions and rates are in per cent.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Quantity {
    /// Games in which an outcome event has happened within so many months.
    Share {
        /// Position of the event.
        event: usize,
        /// Months.
        months: u32,
    },
    /// Games in which it happens in a year of the game, among those in which neither it nor another event that ends what is
    /// counted has happened before.
    Hazard {
        /// Position of the event.
        event: usize,
        /// Year, from 1.
        year: u32,
        /// Positions of events after which nothing is counted.
        unless: Vec<usize>,
    },
    /// The part of a count: the sum of one reading over the sum of another, of which it is never more.
    Fraction {
        /// Position of the reading that is counted.
        of: usize,
        /// Of that it is counted among.
        among: usize,
    },
    /// Games in which a reading is not 0, in a hundred years played.
    Rate {
        /// Position of the reading.
        of: usize,
    },
    /// The mean of a reading.
    Mean {
        /// Position of the reading.
        of: usize,
    },
}

/// A figure on record.
#[derive(Clone, Debug)]
pub struct Target {
    /// Name.
    pub id: String,
    /// Position of its arm.
    pub arm: usize,
    /// What is measured.
    pub quantity: Quantity,
    /// The figure.
    pub figure: f64,
    /// By how much a model may miss it, in its unit; above 0.
    pub discrepancy: f64,
    /// Where both come from.
    pub source: String,
}

impl Target {
    /// How far a figure of the model lies from the record; none where the games do not say.
    #[must_use]
    pub fn implausibility(&self, of: &Figure) -> Option<f64> {
        let spread = (self.discrepancy * self.discrepancy + of.error * of.error).sqrt();
        of.value.map(|value| (value - self.figure).abs() / spread)
    }
}

/// What is asked of the region.
#[derive(Clone, Debug)]
pub struct Question {
    /// Name.
    pub id: String,
    /// In words.
    pub title: String,
    /// Position of the arm.
    pub arm: usize,
    /// What is measured.
    pub quantity: Quantity,
    /// The same of another arm of the same scenario, which is subtracted, shock by shock.
    pub against: Option<(usize, Quantity)>,
}

/// How much is played.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    /// Points of the first wave.
    pub points: u32,
    /// Points of the second wave; 0 for none.
    pub second: u32,
    /// Random points that the emulator looks at for the second wave.
    pub candidates: u32,
    /// Games of each arm at a point that is not ruled out by the first ones.
    pub games: u64,
    /// Games of each arm at every point.
    pub first_games: u64,
    /// Games of each arm of a question at a point of the region.
    pub answer_games: u64,
    /// Seed.
    pub seed: u64,
    /// Threads; 0 for one per processor.
    pub threads: usize,
}
