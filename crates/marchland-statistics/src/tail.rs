//! The bad end of a distribution.

use super::quantile::sorted_finite;
use crate::number::{clamp, sum};
use serde::{Deserialize, Serialize};

/// Which end of a measure is the bad one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tail {
    /// Small values are bad: payoffs, legitimacy.
    Low,
    /// Large values are bad: deaths, debts.
    High,
}

/// The conditional value at risk: the mean of the worst share `share`, in (0, 1], of the finite values.
/// The value at the edge counts with the fraction that fills the share exactly (Rockafellar & Uryasev
/// 2002), so that it is defined, and moves smoothly, whatever the number of games. `None` without
/// finite values.
pub fn conditional_value_at_risk(values: &[f64], share: f64, tail: Tail) -> Option<f64> {
    let mut sorted = sorted_finite(values);
    if sorted.is_empty() || share.is_nan() || share <= 0.0 {
        return None;
    }
    if tail == Tail::High {
        sorted.reverse();
    }
    let mass = clamp(share, 0.0, 1.0) * sorted.len() as f64;
    let whole = mass.floor() as usize;
    let whole = if whole < sorted.len() { whole } else { sorted.len() };
    let edge = sorted.get(whole).map_or(0.0, |v| v * (mass - whole as f64));
    Some((sum(sorted[..whole].iter().copied()) + edge) / mass)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_share_is_averaged() {
        let values = [4.0, 1.0, f64::NAN, 3.0, 2.0];
        let cvar = |share, tail| conditional_value_at_risk(&values, share, tail).unwrap();
        assert_eq!(cvar(0.5, Tail::Low), 1.5);
        assert_eq!(cvar(0.5, Tail::High), 3.5);
        // 1.5 of four values: (1 + 0.5 · 2) / 1.5.
        assert!((cvar(0.375, Tail::Low) - 2.0 / 1.5).abs() < 1e-12);
        assert_eq!(cvar(0.01, Tail::Low), 1.0);
        assert_eq!(cvar(1.0, Tail::High), 2.5);
        assert_eq!(conditional_value_at_risk(&[f64::NAN], 0.1, Tail::Low), None);
    }
}
