//! Boxes: a range for some factors, a set of options for others.

use crate::table::{FactorColumn, FactorValues};
use serde::{Deserialize, Serialize};

/// The limits of one factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Limits {
    /// Numbers within both ends, ends included. An end equal to the data's is no restriction.
    Range {
        /// Lower end.
        low: f64,
        /// Upper end.
        high: f64,
    },
    /// Allowed places among the factor's options.
    Options(Vec<bool>),
}

impl Limits {
    /// The limits that hold everything a factor takes in the named rows.
    pub(super) fn whole(factor: &FactorColumn, rows: &[usize]) -> Limits {
        match &factor.values {
            FactorValues::Numbers(values) => {
                let mut ends = rows.iter().map(|&r| values[r]);
                let first = ends.next().unwrap_or(0.0);
                let (low, high) = ends
                    .fold((first, first), |(low, high), v| (crate::number::min(low, v), crate::number::max(high, v)));
                Limits::Range { low, high }
            }
            FactorValues::Names { options, codes } => {
                let mut present = vec![false; options.len()];
                for &r in rows {
                    present[codes[r] as usize] = true;
                }
                Limits::Options(present)
            }
        }
    }

    /// Whether a row of the factor lies within.
    pub(super) fn holds(&self, factor: &FactorColumn, row: usize) -> bool {
        match (self, &factor.values) {
            (Limits::Range { low, high }, FactorValues::Numbers(values)) => (*low..=*high).contains(&values[row]),
            (Limits::Options(allowed), FactorValues::Names { codes, .. }) => allowed[codes[row] as usize],
            // Limits are made from the factor they are asked about.
            _ => false,
        }
    }
}

/// A restricted factor of a box, for people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Restriction {
    /// The factor.
    pub factor: String,
    /// Lower end, if it is above the data's.
    pub low: Option<f64>,
    /// Upper end, if it is below the data's.
    pub high: Option<f64>,
    /// The options that remain, for a factor of names.
    pub options: Vec<String>,
}

impl Restriction {
    /// The restriction that limits put on a factor compared with the whole, if any.
    pub(super) fn between(factor: &FactorColumn, limits: &Limits, whole: &Limits) -> Option<Restriction> {
        if limits == whole {
            return None;
        }
        let mut out = Restriction { factor: factor.name.clone(), low: None, high: None, options: Vec::new() };
        match (limits, whole, &factor.values) {
            (Limits::Range { low, high }, Limits::Range { low: l, high: h }, _) => {
                out.low = (low > l).then_some(*low);
                out.high = (high < h).then_some(*high);
            }
            (Limits::Options(allowed), _, FactorValues::Names { options, .. }) => {
                out.options = options.iter().zip(allowed).filter(|(_, a)| **a).map(|(o, _)| o.clone()).collect();
            }
            _ => return None,
        }
        Some(out)
    }
}

/// Which rows lie in a box given by restrictions: every restriction must name one of the factors; others
/// are free.
pub fn in_box(factors: &[FactorColumn], restrictions: &[Restriction], row: usize) -> bool {
    restrictions.iter().all(|restriction| {
        let Some(factor) = factors.iter().find(|f| f.name == restriction.factor) else {
            return false;
        };
        match &factor.values {
            FactorValues::Numbers(values) => {
                restriction.low.is_none_or(|low| values[row] >= low)
                    && restriction.high.is_none_or(|high| values[row] <= high)
            }
            FactorValues::Names { options, codes } => restriction.options.contains(&options[codes[row] as usize]),
        }
    })
}
