//! How much a row of `Moves` has to move: one rule for every such row.

use marchland_game::{Catalogue, Indicator, Op, Reduction};
use serde::{Deserialize, Serialize};

use super::{Comparison, LEVEL, Probe};
use crate::statistics::{PairedDifference, SizeRule, SizedDifference, sized_difference};

/// A mean difference has to come to this many standard deviations of the unchanged games: .2 is Cohen's (1988) small
/// effect.
pub const LEAST_DEVIATIONS: f64 = 0.2;

/// and to this share of the scale of what is compared.
pub const LEAST_SHARE: f64 = 0.01;

/// Of a flag or a probability it has to come to this much, two points, and to nothing else.
pub const LEAST_POINTS: f64 = 0.02;

/// Units whose range is their scale; the range of any other only keeps numbers from running away.
const UNITS_WITH_SCALE: [&str; 4] = ["share", "index", "state", "points"];

/// Units of what is or is not the case, or is so with some probability.
const UNITS_OF_CHANCE: [&str; 2] = ["flag", "probability"];

/// What a difference is large or small beside.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// A flag, or a probability: differences are points of a hundred.
    Points,
    /// A scale of this width, above 0, in the unit of what is compared.
    Width(f64),
}

impl Scale {
    /// The scale that something has of its own: points of a flag or a probability, the declared range of a share, an
    /// index, a coded state or a track in points. None of an amount (people, money, containers), of a sum over turns, or of an
    /// expression of several indicators.
    #[must_use]
    pub fn of(catalogue: &Catalogue, probe: &Probe) -> Option<Self> {
        let read = match probe {
            Probe::Measure(id) => {
                let measure = &catalogue.measures[id.index()];
                (measure.over != Reduction::Sum).then_some(&measure.value)?
            }
            Probe::Expression(expression) => expression,
            Probe::First(_) => return None,
        };
        let [Op::Indicator(id)] = read.ops() else { return None };
        let Indicator { unit, range: (low, high), .. } = &catalogue.indicators[id.index()];
        if UNITS_OF_CHANCE.contains(&unit.as_str()) {
            Some(Self::Points)
        } else if UNITS_WITH_SCALE.contains(&unit.as_str()) {
            Some(Self::Width(high - low))
        } else {
            None
        }
    }

    /// What a mean difference has to come to; `least` is what its row asks beyond the rule, or 0.
    fn rule(self, least: f64) -> SizeRule {
        let (deviations, amount) = match self {
            Self::Points => (0.0, LEAST_POINTS),
            Self::Width(width) => (LEAST_DEVIATIONS, LEAST_SHARE * width),
        };
        SizeRule { deviations, amount: if least > amount { least } else { amount } }
    }
}

/// How large the effect of a row of `Moves` is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EffectSize {
    /// The difference, held against what it has to come to.
    #[serde(flatten)]
    pub difference: SizedDifference,
    /// What it is large or small beside.
    pub scale: Scale,
    /// The mean difference as a share of the scale, or, of a flag or a probability, the difference itself; above 0 the
    /// claimed way.
    pub share: f64,
    /// Why the row is listed as slight in the file; none where it is declared to reach its size.
    pub listed: Option<String>,
}

impl EffectSize {
    /// Holds a comparison's difference, of its changed and its unchanged column, against the rule; none of a contestable row, or without a usable game.
    #[must_use]
    pub(super) fn of(of: &Comparison, difference: &PairedDifference, columns: (&[f64], &[f64])) -> Option<Self> {
        let scale = of.scale?;
        let sized = sized_difference(difference, columns, of.rises, LEVEL, &scale.rule(of.least))?;
        let mean = if of.rises { difference.mean? } else { -difference.mean? };
        let share = match scale {
            Scale::Points => mean,
            Scale::Width(width) => mean / width,
        };
        Some(Self { difference: sized, scale, share, listed: of.slight.clone() })
    }

    /// Whether the row is shown not to be what the file says: declared to reach its size, and told to be below it; or
    /// listed as slight, and told to reach it.
    #[must_use]
    pub fn contradicts_the_file(&self) -> bool {
        self.difference.shown && self.difference.told && self.difference.reached == self.listed.is_some()
    }
}
