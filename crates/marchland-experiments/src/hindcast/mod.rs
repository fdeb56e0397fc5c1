//! Held against history: cases as a table, a rule that makes games of them, and scores of what came out.
//!
//! Start with [`read_rule`] and [`take`], which gives [`Cases`] and seals their outcomes; [`experiment`] makes one row of
//! a design of each case; [`freeze`] writes the rule's hash down, and only then [`SealedOutcomes::open`] shows what
//! happened. [`fit`] moves named constants by train rows, to whether an outcome came about or to how, [`score`] scores test rows, [`respond`] drives parameters from
//! calm to worst before anything is scored.
//!
//! **Invariants.** A rule is the same for every case and reads no outcome. Fitting sees train rows, scoring test rows.
//! Intervals of scores are by groups, and are refused below [`LEAST_UNITS`](crate::statistics::LEAST_UNITS) of them or
//! below [`LEAST_EVENTS`](crate::statistics::LEAST_EVENTS) cases with the event or without it; those of fitted constants
//! are by groups where there are as many, and say so. Equal inputs give equal bytes at any thread count.
//!
//! **Absent.** Data: cases are brought by whoever asks.

mod cases;
mod emulator;
mod fit;
mod input;
pub mod keys;
mod likelihood;
mod play;
mod range;
mod response;
mod rule;
mod scores;
mod simulation;
#[cfg(test)]
mod tests;
mod ways;

pub use cases::{Cases, ColumnUse, LEAST_REFERENCES, Outcomes, Roles, SealedOutcomes, take};
pub use emulator::{Emulator, EmulatorError, EmulatorVerdict, Terms};
pub use fit::{FitOptions, FitReport, FittedConstant, WaysReport, fit};
pub use play::{CaseOdds, Commitment, FreezeRecord, Odds, experiment, freeze, odds, settings};
pub use range::{DrawnRange, EventRange, drawn_experiment, range};
pub use response::{
    Course, DriverResponse, JointResponse, LEAST_LEVELS, PairResponse, ResponseOptions, ResponseReport, respond,
};
pub use rule::{CaseColumn, Constant, FitTarget, Modes, Outcome, Rule, Setting, read_rule};
pub use scores::{
    DifferenceRow, EventScores, HindcastReport, ModeScores, Model, ModelScores, NoInterval, Recalibration,
    ScoreEstimate, ScoreOptions, score,
};

pub use simulation::{SimulatedCase, simulate, simulated_table};
pub use ways::FittedWay;

/// Confidence of the intervals.
pub const LEVEL: f64 = 0.95;
