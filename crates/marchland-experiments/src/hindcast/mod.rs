//! Held against history: cases as a table, a rule that makes games of them, and scores of what came out.
//!
//! Start with [`read_rule`] and [`take`], which gives [`Cases`] and seals their outcomes; [`experiment`] makes one row of
//! a design of each case; [`freeze`] writes the rule's hash down, and only then [`Sealed::open`] shows what happened.
//! [`fit`] moves named constants by train rows, [`score`] scores test rows, [`respond`] drives parameters from calm to
//! worst before anything is scored.
//!
//! **Invariants.** A rule is the same for every case and reads no outcome. Fitting sees train rows, scoring test rows.
//! Intervals are by groups, and are refused below [`LEAST_UNITS`](crate::statistics::LEAST_UNITS) of them. Equal inputs
//! give equal bytes at any thread count.
//!
//! **Absent.** Data: cases are brought by whoever asks.

mod cases;
mod emulator;
mod fit;
pub mod keys;
mod play;
mod response;
mod rule;
mod scores;
#[cfg(test)]
mod tests;

pub use cases::{Cases, ColumnUse, LEAST_REFERENCES, Outcomes, Roles, Sealed, take};
pub use emulator::{Emulator, EmulatorError};
pub use fit::{FitOptions, FitReport, FittedConstant, fit};
pub use play::{CaseOdds, Frozen, Odds, experiment, freeze, odds, settings};
pub use response::{Course, DriverResponse, JointResponse, PairResponse, ResponseOptions, ResponseReport, respond};
pub use rule::{CaseColumn, Constant, Modes, Outcome, Rule, Setting, read_rule};
pub use scores::{
    DifferenceRow, EventScores, HindcastReport, Measured, ModeScores, Model, ModelScores, Recalibration, ScoreOptions,
    score,
};

/// Confidence of the intervals.
pub const LEVEL: f64 = 0.95;
