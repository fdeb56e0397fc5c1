//! Ablation: what becomes of an outcome event when a family of mechanisms is switched off, and when a driver goes from
//! calm to its worst documented value.
//!
//! Start with [`Plan`]; [`read`] makes one of a file, [`play`] plays it. All arms meet the same shocks, so that a pair
//! of games is the unit of independence; a change is told on the scale of the log hazard, on which proportional effects
//! add up, and in points of probability.
//!
//! ```
//! # use std::path::Path;
//! # use std::sync::Arc;
//! use marchland_sim::scenario::{LoadOptions, load};
//! use marchland_strategies::Registry;
//!
//! let registry = Registry::standard();
//! let schemas = registry.schemas();
//! let options = LoadOptions::new(marchland_laws::standard(), &schemas);
//! let scenario = Arc::new(load(Path::new("../../scenarios/quiet-autocracy"), &options)?.scenario);
//! use marchland_experiments::ablation::{Size, play, read};
//!
//! let text = r#"(event: "regime_failure", months: [12], families: [],
//!     drivers: [(id: "force", title: "police", calm: [Set("force", 0)], worst: [Set("force", 1)])])"#;
//! let plan = read(&scenario, &registry, "ablation.ron", text)?;
//! let report = play(&scenario, &registry, &plan, Size { games: 8, seed: 1 })?;
//! assert_eq!((report.games, report.drivers[0].id.as_str()), (8, "force"));
//! # Ok::<(), Vec<marchland_game::Diagnostic>>(())
//! ```

mod play;
mod read;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use play::play;
pub use read::read;

use crate::claims::Change;
use crate::statistics::{LogHazardContrast, NoContrast, Proportion};

/// The most games that an arm may ask for.
pub const MOST_GAMES: u64 = 200_000;

/// Confidence of the intervals.
pub const LEVEL: f64 = 0.95;

/// What is played.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Position of the outcome event.
    pub event: usize,
    /// Within how many months it is counted, ascending; the last is the length of the games.
    pub months: Vec<u32>,
    /// Families of mechanisms that are switched off, one at a time.
    pub families: Vec<Family>,
    /// Drivers that go from calm to worst, one at a time.
    pub drivers: Vec<Driver>,
    /// Positions of drivers whose interaction is asked for.
    pub pairs: Vec<(usize, usize)>,
}

/// Mechanisms that are switched off together.
#[derive(Clone, Debug)]
pub struct Family {
    /// Name in tables.
    pub id: String,
    /// What it is.
    pub title: String,
    /// What switches it off.
    pub off: Vec<Change>,
}

/// A driver with its calm and its worst documented value.
#[derive(Clone, Debug)]
pub struct Driver {
    /// Name in tables.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Calm; where it is empty, the scenario as it is.
    pub calm: Vec<Change>,
    /// Its worst.
    pub worst: Vec<Change>,
    /// The range of the ratio of hazards that was stated before it was played.
    pub stated: Option<(f64, f64)>,
    /// Where the values and the range come from.
    pub source: String,
}

/// How many games of each arm, and which.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size {
    /// Games an arm.
    pub games: u64,
    /// Seed of the first; the others follow.
    pub seed: u64,
}

/// What came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AblationReport {
    /// Identifier of the outcome event.
    pub event: String,
    /// The same in words.
    pub event_title: String,
    /// Within how many months.
    pub months: Vec<u32>,
    /// Games an arm.
    pub games: u64,
    /// Seed of the first.
    pub seed: u64,
    /// The scenario as it is, by months.
    pub baseline: Vec<Proportion>,
    /// Families off, against the scenario as it is.
    pub families: Vec<Row>,
    /// Drivers from calm to worst.
    pub drivers: Vec<Row>,
    /// Interactions of drivers.
    pub interactions: Vec<Interaction>,
}

/// Two arms and how they differ.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Name.
    pub id: String,
    /// What it is.
    pub title: String,
    /// Shares of games with the event in the first arm (as it is, or calm), by months.
    pub before: Vec<Proportion>,
    /// In the second (off, or worst).
    pub after: Vec<Proportion>,
    /// Change of the log hazard, by months, or why there is none.
    pub log_hazard: Vec<Contrast>,
    /// The range of the ratio of hazards stated beforehand.
    pub stated: Option<(f64, f64)>,
    /// Whether the interval of the first horizon meets that range; none without a range or an interval.
    pub meets: Option<bool>,
    /// Whether no game at all differed between the arms.
    pub inert: bool,
    /// Where the values and the range come from.
    pub source: String,
}

/// What two drivers do together beyond what they do one by one, on the log hazard of the first horizon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Interaction {
    /// The drivers.
    pub drivers: [String; 2],
    /// Positive where each makes the other worse.
    pub log_hazard: Contrast,
}

/// A contrast, or why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Contrast {
    /// It was estimated.
    Estimated(LogHazardContrast),
    /// It was not.
    Refused(NoContrast),
}

impl From<Result<LogHazardContrast, NoContrast>> for Contrast {
    fn from(from: Result<LogHazardContrast, NoContrast>) -> Self {
        from.map_or_else(Self::Refused, Self::Estimated)
    }
}
