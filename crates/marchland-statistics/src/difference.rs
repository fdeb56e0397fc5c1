//! Paired differences under common random numbers.

use super::estimate::{Estimate, estimate_mean};
use super::independence::{Independence, LEAST_UNITS, Refusal};
use super::interval::{Interval, moments};
use super::spread::spread;
use super::student::student_distribution;
use crate::number::sum;
use serde::{Deserialize, Serialize};

/// The difference of two levers over the same replications, first minus second.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairedDifference {
    /// Pairs used.
    pub used: u64,
    /// Pairs left out because one of the two values is not finite.
    pub left_out: u64,
    /// Pairs with no difference at all.
    pub zero: u64,
    /// Mean of the first.
    pub first_mean: Option<f64>,
    /// Mean of the second.
    pub second_mean: Option<f64>,
    /// Mean difference.
    pub mean: Option<f64>,
    /// Standard error of the mean difference, from two pairs on.
    pub standard_error: Option<f64>,
    /// Two-sided interval of the mean difference, as [`estimate_mean`] has it, from sixteen pairs on.
    pub interval: Option<Interval>,
    /// Why there is neither an interval nor a bound, where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Refusal>,
    /// One-sided lower bound at the same level: the difference is above it with that confidence.
    pub lower_bound: Option<f64>,
    /// One-sided upper bound at the same level.
    pub upper_bound: Option<f64>,
    /// One-sided p-value of "the difference is not above 0", Student's, which knows nothing of skewness.
    pub p_value: Option<f64>,
    /// Correlation between the two: what common random numbers achieved. `None` if one does not vary.
    pub correlation: Option<f64>,
    /// Variance of the difference under independent draws over that under common ones: how many times
    /// fewer games the pairing needs. `None` if the difference does not vary.
    pub games_saved: Option<f64>,
}

impl PairedDifference {
    /// Whether the one-sided lower bound lies above 0: "the first is better", at the level asked for.
    pub fn first_is_larger(&self) -> bool {
        self.lower_bound.is_some_and(|bound| bound > 0.0)
    }

    /// Whether the one-sided upper bound lies below 0.
    pub fn first_is_smaller(&self) -> bool {
        self.upper_bound.is_some_and(|bound| bound < 0.0)
    }
}

/// Compares two columns whose equal places are the same replication, with confidence `level` for the
/// interval (two-sided) and the bounds (one-sided), from sixteen pairs on. A pair counts only if both values are
/// finite. A difference that never varies has bounds equal to it, unless it is 0 in every pair: that no pair
/// differs is no proof that none would.
///
/// # Panics
/// If the columns differ in length.
pub fn paired_difference(first: &[f64], second: &[f64], level: f64) -> PairedDifference {
    assert_eq!(first.len(), second.len(), "pairs need columns of one length");
    let pairs: Vec<(f64, f64)> =
        first.iter().copied().zip(second.iter().copied()).filter(|(a, b)| a.is_finite() && b.is_finite()).collect();
    let differences: Vec<f64> = pairs.iter().map(|(a, b)| a - b).collect();
    let (used, mean, variance, _) = moments(&differences);
    let (_, first_mean, first_variance, _) = moments(&pairs.iter().map(|p| p.0).collect::<Vec<_>>());
    let (_, second_mean, second_variance, _) = moments(&pairs.iter().map(|p| p.1).collect::<Vec<_>>());
    let some = (used > 0).then_some(());
    let standard_error = (used > 1).then(|| (variance / used as f64).sqrt());
    let degrees = used.saturating_sub(1) as f64;
    let least = LEAST_UNITS;
    let refusal = match used {
        0 => Some(Refusal::NoResult),
        1 => Some(Refusal::OneGame),
        games if games < least as u64 => Some(Refusal::FewGames { games: games as usize, least }),
        _ if differences.iter().all(|d| *d == 0.0) => Some(Refusal::Constant),
        _ => None,
    };
    let tested = standard_error.filter(|_| refusal.is_none());
    // Skewed differences have one long side, which Student's quantile alone does not know.
    let spread = tested.and_then(|_| spread(&differences, &Independence::games(differences.len())).ok());
    let covariance = sum(pairs.iter().map(|(a, b)| (a - first_mean) * (b - second_mean))) / degrees;
    let correlation = (used > 1 && first_variance > 0.0 && second_variance > 0.0)
        .then(|| covariance / (first_variance * second_variance).sqrt());
    PairedDifference {
        used,
        left_out: first.len() as u64 - used,
        zero: differences.iter().filter(|&&d| d == 0.0).count() as u64,
        first_mean: some.map(|()| first_mean),
        second_mean: some.map(|()| second_mean),
        mean: some.map(|()| mean),
        standard_error,
        interval: spread.map(|spread| spread.interval(level)),
        refusal,
        lower_bound: spread.map(|spread| spread.lower(level)),
        upper_bound: spread.map(|spread| spread.upper(level)),
        p_value: tested.map(|se| {
            if se > 0.0 {
                student_distribution(-mean / se, degrees)
            } else if mean > 0.0 {
                0.0
            } else {
                1.0
            }
        }),
        correlation,
        games_saved: games_saved(first_variance, second_variance, variance),
    }
}

/// What equal shocks saved: the variance of a difference of independent games over that of pairs. `None`
/// where either is no more than rounding.
fn games_saved(first: f64, second: f64, difference: f64) -> Option<f64> {
    let apart = first + second;
    (difference > ROUNDING * apart && apart > 0.0).then(|| apart / difference)
}

/// A variance below this share of another is rounding.
const ROUNDING: f64 = 1e-12;

/// What the interval of a difference says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DifferenceVerdict {
    /// The interval lies above 0: wrong in at most half of 1 − level of cases in which there is no difference.
    FirstLarger,
    /// It lies below 0, likewise.
    FirstSmaller,
    /// It lies within the declared margin of equivalence: wrong in at most 1 − level of cases in which the
    /// difference is as large as the margin (two one-sided tests, Schuirmann 1987).
    Equivalent,
    /// None of these; it is not "no difference".
    Undecided,
}

/// The difference of two levers over a grid of games, first minus second, pairs with equal shocks.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Difference {
    /// Pairs used.
    pub used: u64,
    /// Pairs left out because one of the two values is not finite.
    pub left_out: u64,
    /// The mean difference.
    pub mean: Option<f64>,
    /// Its two-sided interval.
    pub interval: Option<Interval>,
    /// Why there is no interval, where there is none.
    pub refusal: Option<Refusal>,
    /// Units of independence behind the interval.
    pub units: u64,
    /// The first lever's mean over the pairs used.
    pub first_mean: Option<f64>,
    /// The second's.
    pub second_mean: Option<f64>,
    /// Pairs without any difference.
    pub zero: u64,
    /// What the interval says.
    pub verdict: DifferenceVerdict,
    /// The margin of equivalence, where one was declared.
    pub margin: Option<f64>,
    /// How many times fewer games the pairing needs; `None` where that is not defined.
    pub games_saved: Option<f64>,
}

/// Compares two columns of a grid of games whose equal places met the same shocks. A pair counts only if
/// both values are finite. `margin`, in the measure's unit, is what would count as no difference; without
/// one nothing is called equivalent.
///
/// # Panics
/// If the columns do not fill the grid.
#[must_use]
pub fn estimate_difference(
    first: &[f64],
    second: &[f64],
    how: &Independence,
    level: f64,
    margin: Option<f64>,
) -> Difference {
    assert_eq!(first.len(), second.len(), "pairs need columns of one length");
    let whole = |at: usize| first[at].is_finite() && second[at].is_finite();
    let both = |pick: &dyn Fn(usize) -> f64| -> Vec<f64> {
        (0..first.len()).map(|at| if whole(at) { pick(at) } else { f64::NAN }).collect()
    };
    let differences = both(&|at| first[at] - second[at]);
    let mut estimate: Estimate = estimate_mean(&differences, how, level);
    // A difference of 0 and 1 alone is a difference of flags, not a flag: its values could be −1.
    if estimate.flag
        && estimate.refusal.is_none()
        && let Ok(spread) = spread(&differences, how)
    {
        estimate.interval = (spread.variance > 0.0).then(|| spread.interval(level));
        estimate.refusal = estimate.interval.is_none().then_some(Refusal::Constant);
    }
    let (used, first_mean, first_variance, _) = moments(&both(&|at| first[at]));
    let (_, second_mean, second_variance, _) = moments(&both(&|at| second[at]));
    let variance = moments(&differences).2;
    let verdict = match (estimate.interval, margin) {
        (Some(i), _) if i.low > 0.0 => DifferenceVerdict::FirstLarger,
        (Some(i), _) if i.high < 0.0 => DifferenceVerdict::FirstSmaller,
        (Some(i), Some(margin)) if -margin < i.low && i.high < margin => DifferenceVerdict::Equivalent,
        _ => DifferenceVerdict::Undecided,
    };
    Difference {
        used: estimate.used,
        left_out: estimate.left_out,
        mean: estimate.value,
        interval: estimate.interval,
        refusal: estimate.refusal,
        units: estimate.units,
        first_mean: (used > 0).then_some(first_mean),
        second_mean: (used > 0).then_some(second_mean),
        zero: differences.iter().filter(|d| **d == 0.0).count() as u64,
        verdict,
        margin,
        games_saved: games_saved(first_variance, second_variance, variance),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_textbook_pair() {
        // Differences 1, 2, 3, 2, four times: mean 2, s² = 8/15, standard error √(8/15) / 4 = 0.182574; t(15) at
        // 95 % two-sided 2.131450, one-sided 1.753050.
        let mut first = [2.0, 4.0, 6.0, 5.0].repeat(4);
        let mut second = [1.0, 2.0, 3.0, 3.0].repeat(4);
        let few = paired_difference(&first[..15], &second[..15], 0.95);
        assert_eq!((few.interval, few.lower_bound, few.p_value), (None, None, None));
        assert_eq!(few.refusal, Some(Refusal::FewGames { games: 15, least: 16 }));
        first.extend([f64::NAN, 1.0]);
        second.extend([1.0, f64::INFINITY]);
        let d = paired_difference(&first, &second, 0.95);
        assert_eq!((d.used, d.left_out, d.zero, d.mean), (16, 2, 0, Some(2.0)));
        let i = d.interval.unwrap();
        assert!((i.low - (2.0 - 2.131_449_5 * 0.182_574_19)).abs() < 1e-6);
        assert!((d.lower_bound.unwrap() - (2.0 - 1.753_050_4 * 0.182_574_19)).abs() < 1e-6);
        assert!(d.p_value.unwrap() < 1e-7, "{:?}", d.p_value);
        assert!(d.first_is_larger() && !d.first_is_smaller());
        let none = paired_difference(&[1.0; 40], &[1.0; 40], 0.95);
        assert_eq!((none.zero, none.interval, none.refusal), (40, None, Some(Refusal::Constant)));
    }

    #[test]
    fn common_noise_is_credited() {
        // Second = first + 1 exactly: correlation 1, nothing left to estimate.
        let a = [1.0, 5.0, 2.0, 7.0].repeat(4);
        let b: Vec<f64> = a.iter().map(|x| x + 1.0).collect();
        let d = paired_difference(&a, &b, 0.99);
        assert!((d.correlation.unwrap() - 1.0).abs() < 1e-12);
        assert_eq!((d.games_saved, d.lower_bound, d.upper_bound), (None, Some(-1.0), Some(-1.0)));
        assert!(d.first_is_smaller());
    }

    #[test]
    fn nothing_to_compare_stays_defined() {
        let d = paired_difference(&[f64::NAN], &[1.0], 0.95);
        assert_eq!((d.used, d.left_out, d.mean, d.interval, d.p_value), (0, 1, None, None, None));
        assert!(!d.first_is_larger());
        let one = paired_difference(&[3.0], &[1.0], 0.95);
        assert_eq!((one.mean, one.lower_bound), (Some(2.0), None));
    }

    #[test]
    fn pairs_of_one_shared_shock_have_no_interval() {
        let first: Vec<f64> = (0..64).map(f64::from).collect();
        let second: Vec<f64> = first.iter().map(|x| x - 6.0).collect();
        let d = estimate_difference(&first, &second, &Independence::common(64, 1), 0.95, Some(100.0));
        assert_eq!((d.mean, d.interval, d.verdict), (Some(6.0), None, DifferenceVerdict::Undecided));
        assert!(matches!(d.refusal, Some(Refusal::OneShock { .. })), "{d:?}");
        assert_eq!(d.games_saved, None);
    }

    #[test]
    fn equivalence_needs_a_margin() {
        let first: Vec<f64> = (0..200).map(|i| f64::from(i * 37 % 101) / 101.0).collect();
        let second: Vec<f64> =
            (0..200).map(|i| f64::from(i * 37 % 101) / 101.0 + f64::from(i % 2) * 0.02 - 0.01).collect();
        let how = Independence::games(200);
        let without = estimate_difference(&first, &second, &how, 0.95, None);
        assert_eq!(without.verdict, DifferenceVerdict::Undecided);
        let within = estimate_difference(&first, &second, &how, 0.95, Some(0.05));
        assert_eq!(within.verdict, DifferenceVerdict::Equivalent);
        assert!(within.games_saved.is_some_and(|times| times > 1000.0), "{within:?}");
    }
}
