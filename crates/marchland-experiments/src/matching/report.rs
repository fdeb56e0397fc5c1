//! What a matching came to.

use serde::{Deserialize, Serialize};

use super::figure::Figure;
use crate::statistics::{MeanEstimate, Summary};

/// A matching.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatchReport {
    /// Title.
    pub title: String,
    /// Constants that are varied.
    pub varied: u64,
    /// Constants with a range that are held.
    pub held: u64,
    /// Games of every arm at every point.
    pub first_games: u64,
    /// Games of every arm at a point that the first did not rule out.
    pub games: u64,
    /// Games of each arm of a question at a point of the region.
    pub answer_games: u64,
    /// Seed.
    pub seed: u64,
    /// Above which a target is implausible.
    pub implausible_above: f64,
    /// How many implausible targets a point of the region may have.
    pub forgiven: u64,
    /// Arms: name, months, and how many of the constants each takes.
    pub arms: Vec<(String, u32, u64)>,
    /// Target by target.
    pub targets: Vec<TargetReport>,
    /// Wave by wave.
    pub waves: Vec<Wave>,
    /// Points with no implausible target, with at most one, and so on up to as many as are forgiven.
    pub regions: Vec<Region>,
    /// The constants whose values differ most between the region and the ranges, most first.
    pub shifts: Vec<Shift>,
    /// The scenario as it is declared.
    pub declared: PointReport,
    /// Every point, in order.
    pub points: Vec<PointReport>,
    /// Points of the region.
    pub matched: Vec<MatchedPoint>,
    /// Games that came to no result and were left out.
    pub left_out: u64,
}

/// A target over the points.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetReport {
    /// Name.
    pub id: String,
    /// Its arm.
    pub arm: String,
    /// Whether figures are per cent.
    pub per_cent: bool,
    /// The figure on record.
    pub figure: f64,
    /// Its discrepancy.
    pub discrepancy: f64,
    /// Where both come from.
    pub source: String,
    /// The model's figure at the values that the scenario declares.
    pub declared: Figure,
    /// Its implausibility there; none where the games do not say.
    pub declared_implausibility: Option<f64>,
    /// The model's figures over the first wave.
    pub first_wave: Summary,
    /// Over the region.
    pub region: Summary,
    /// Share of the first wave's points at which it is implausible.
    pub misses: f64,
    /// Share of these at which no other is.
    pub alone: Option<f64>,
    /// What the emulator foretold of its variance over points, games and all, at points left out; none where there was none.
    pub foretold: Option<f64>,
}

/// A wave of points.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Wave {
    /// Points played.
    pub points: u64,
    /// Random points that the emulator looked at to find them; 0 in the first wave.
    pub looked_at: u64,
    /// Those it could not rule out.
    pub kept: u64,
    /// Points of which no target is implausible, exactly one is, exactly two are.
    pub by_misses: [u64; 3],
}

/// The points with at most so many implausible targets, and what they answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Region {
    /// How many targets may be implausible.
    pub missed: u64,
    /// Its points.
    pub points: u64,
    /// Answers, in the plan's order; empty where the region is.
    pub answers: Vec<Answer>,
    /// Contestable claims, in the file's order.
    pub claims: Vec<ClaimShares>,
}

/// What a question came to over a region.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Name.
    pub id: String,
    /// In words.
    pub title: String,
    /// Whether it is in per cent, or points of a per cent.
    pub per_cent: bool,
    /// Whether it is a difference of two arms.
    pub contrast: bool,
    /// The scenario as it is declared.
    pub declared: Contrast,
    /// Over points: each one's own figure, games and all.
    pub spread: Summary,
    /// The mean over points.
    pub mean: MeanEstimate,
    /// Standard deviation over points once what games add is taken off.
    pub between: Option<f64>,
    /// Points at which the 95 % interval lies above 0.
    pub above: u64,
    /// Points at which it lies below 0.
    pub below: u64,
    /// What that says of the sign; none of what is no difference.
    pub standing: Option<Standing>,
}

/// Whether the sign of a difference is settled over a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Above 0 in about 95 % of points or more: the mean is told to be, and lies 1.645 standard deviations between points from
    /// 0, with what games add taken off and the rest at its upper 95 % bound.
    Up,
    /// Below 0 in the same way.
    Down,
    /// Told to be above 0 at some points and below at others, each at one in twenty at least: constants decide.
    Differs,
    /// Neither: whatever the mean is, too few games tell single points from 0, or the points lie about it.
    Open,
}

/// A figure of one point with its standard error.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contrast {
    /// The figure.
    pub value: Option<f64>,
    /// Its standard error.
    pub error: f64,
}

/// How a contestable claim comes out over a region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimShares {
    /// Number of the row.
    pub id: String,
    /// What it says.
    pub meaning: String,
    /// Pairs of games at each point.
    pub pairs: u64,
    /// Points at which it is supported.
    pub yes: u64,
    /// Points at which the opposite is.
    pub no: u64,
    /// Points at which neither is.
    pub undecided: u64,
}

/// A constant that lies elsewhere in the region than over its range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shift {
    /// Its name.
    pub parameter: String,
    /// Mean over the region as a share of its range's distribution: a half where targets say nothing of it.
    pub mean_rank: f64,
    /// By how many standard errors that lies from a half.
    pub z: f64,
}

/// A point that was played.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointReport {
    /// Wave, from 1; 0 for the values that the scenario declares.
    pub wave: u32,
    /// Number of its shocks.
    pub number: u64,
    /// Games of each arm.
    pub games: u64,
    /// Figures, by target.
    pub figures: Vec<Figure>,
    /// Implausibilities, by target; none where the games do not say.
    pub implausibility: Vec<Option<f64>>,
    /// How many targets are implausible.
    pub missed: u64,
}

/// A point of the region: its constants and what it answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatchedPoint {
    /// Number of its shocks.
    pub number: u64,
    /// How many targets are implausible.
    pub missed: u64,
    /// The constants, by name.
    pub constants: Vec<(String, f64)>,
    /// Answers, by question.
    pub answers: Vec<Contrast>,
}
