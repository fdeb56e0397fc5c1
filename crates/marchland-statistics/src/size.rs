//! Whether a paired difference is as large as was asked for before anybody looked at it.

use serde::{Deserialize, Serialize};

use super::difference::PairedDifference;
use super::independence::Independence;
use super::interval::moments;
use super::number::max;
use super::spread::spread;

/// How large a difference has to be: both parts of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SizeRule {
    /// At least so many standard deviations of the unchanged column between games, 0 or more.
    pub deviations: f64,
    /// At least so much in the column's own unit, above 0.
    pub amount: f64,
}

/// A paired difference held against a [`SizeRule`], in the direction that was claimed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SizedDifference {
    /// Standard deviation of the unchanged column between games.
    pub deviation: f64,
    /// The mean difference in such deviations, above 0 the claimed way; none where no game of the unchanged column
    /// differs from another.
    pub deviations: Option<f64>,
    /// What the mean difference has to come to, in the column's unit: the larger part of the rule.
    pub size: f64,
    /// Whether the one-sided bound lies above 0 the claimed way.
    pub shown: bool,
    /// Whether that is so and the mean comes to the size.
    pub reached: bool,
    /// Whether the bounds tell the difference from the size: it is above both parts of the rule, or below one of them.
    pub told: bool,
}

/// Holds the difference of two columns, first less second, against the size that it was to have: upwards where `rises`,
/// else downwards. The second column is the unchanged one; `difference` is that of [`paired_difference`] at this `level`,
/// and so are the one-sided bounds here. The deviation is estimated from the same games, and whether the difference is told
/// from the size takes that into account: the bounds are those of the mean difference less the deviations asked for, the
/// deviation linearised by its influence on each game (delta method; Serfling 1980, chapter 3).
///
/// None where the difference has no mean, or the unchanged column fewer than two usable games.
///
/// [`paired_difference`]: crate::paired_difference
///
/// # Panics
/// If the columns differ in length.
#[must_use]
pub fn sized_difference(
    difference: &PairedDifference,
    (first, second): (&[f64], &[f64]),
    rises: bool,
    level: f64,
    rule: &SizeRule,
) -> Option<SizedDifference> {
    assert_eq!(first.len(), second.len(), "pairs need columns of one length");
    let (_, centre, variance, _) = moments(second);
    let deviation = variance.is_finite().then(|| variance.sqrt())?;
    let sign = if rises { 1.0 } else { -1.0 };
    let mean = sign * difference.mean?;
    let size = max(rule.deviations * deviation, rule.amount);
    let bounds = difference.lower_bound.zip(difference.upper_bound);
    let bounds = bounds.map(|(low, high)| if rises { (low, high) } else { (-high, -low) });
    let shown = bounds.is_some_and(|(low, _)| low > 0.0);
    let beyond = |(a, b): (&f64, &f64)| {
        let influence = if deviation > 0.0 {
            deviation + ((b - centre) * (b - centre) - variance) / (2.0 * deviation)
        } else {
            0.0
        };
        sign * (a - b) - rule.deviations * influence
    };
    let told = bounds.is_some_and(|(low, high)| {
        let beyond: Vec<f64> = first.iter().zip(second).map(beyond).collect();
        spread(&beyond, &Independence::games(beyond.len())).is_ok_and(|beyond| {
            let over = low >= rule.amount && beyond.lower(level) >= 0.0;
            over || high < rule.amount || beyond.upper(level) < 0.0
        })
    });
    Some(SizedDifference {
        deviation,
        deviations: (deviation > 0.0).then(|| mean / deviation),
        size,
        shown,
        reached: shown && mean >= size,
        told,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paired_difference;

    /// A column that is 0 and 2 by turns has a standard deviation of √(n/(n−1)), and one that is `by` more differs by
    /// `by` in every pair.
    fn moved(by: f64, rises: bool, rule: &SizeRule) -> SizedDifference {
        let unchanged: Vec<f64> = (0..100).map(|at| f64::from(at % 2) * 2.0).collect();
        let changed: Vec<f64> = unchanged.iter().map(|x| x + by).collect();
        let difference = paired_difference(&changed, &unchanged, 0.99);
        sized_difference(&difference, (&changed, &unchanged), rises, 0.99, rule).expect("a mean")
    }

    #[test]
    fn the_larger_part_of_the_rule_decides() {
        let by_spread = SizeRule { deviations: 0.2, amount: 0.1 };
        let found = moved(0.25, true, &by_spread);
        let deviation = (100.0_f64 / 99.0).sqrt();
        assert!((found.deviation - deviation).abs() < 1e-12 && (found.size - 0.2 * deviation).abs() < 1e-12);
        assert!((found.deviations.expect("games differ") - 0.25 / deviation).abs() < 1e-9);
        assert!(found.shown && found.reached && found.told);
        let short = moved(0.15, true, &by_spread);
        assert!(short.shown && !short.reached && short.told, "enough of the scale, but not between games: {short:?}");
        let by_amount = SizeRule { deviations: 0.2, amount: 0.3 };
        assert!(!moved(0.25, true, &by_amount).reached && moved(0.35, true, &by_amount).reached);
    }

    #[test]
    fn the_direction_is_that_of_the_claim() {
        let rule = SizeRule { deviations: 0.2, amount: 0.1 };
        let down = moved(-0.25, false, &rule);
        assert!(down.reached && down.deviations.expect("games differ") > 0.0);
        let against = moved(-0.25, true, &rule);
        assert!(!against.shown && !against.reached && against.told, "{against:?}");
    }

    /// Differences of 1 and −.6 by turns have a mean of .2 and bounds that reach well beyond it.
    #[test]
    fn a_noisy_mean_at_its_size_is_not_told_from_it() {
        let unchanged: Vec<f64> = (0..400).map(|at| f64::from(at % 2) * 2.0).collect();
        let changed: Vec<f64> = (0..400).map(|at| unchanged[at] + if at % 4 < 2 { 1.0 } else { -0.6 }).collect();
        let difference = paired_difference(&changed, &unchanged, 0.99);
        let rule = SizeRule { deviations: 0.0, amount: 0.19 };
        let found = sized_difference(&difference, (&changed, &unchanged), true, 0.99, &rule).expect("a mean");
        assert!(found.shown && found.reached && !found.told, "{found:?}");
        let none = SizeRule { deviations: 0.0, amount: 0.5 };
        assert!(sized_difference(&difference, (&changed, &unchanged), true, 0.99, &none).expect("a mean").told);
    }

    /// Of rare large values a deviation is known badly: ten games of a hundred carry it here, and a shift that is exactly
    /// known is not told from a size that is a third larger.
    #[test]
    fn the_deviation_is_no_more_known_than_its_games_allow() {
        let unchanged: Vec<f64> = (0..100).map(|at| if at % 10 == 0 { f64::from(at) } else { 0.0 }).collect();
        let by = |shift: f64| {
            let changed: Vec<f64> = unchanged.iter().map(|x| x + shift).collect();
            let difference = paired_difference(&changed, &unchanged, 0.99);
            let rule = SizeRule { deviations: 0.2, amount: 0.01 };
            sized_difference(&difference, (&changed, &unchanged), true, 0.99, &rule).expect("a mean")
        };
        let size = by(1.0).size;
        let (near, far) = (by(0.75 * size), by(0.1 * size));
        assert!(near.shown && !near.reached && !near.told, "{near:?}");
        assert!(far.shown && !far.reached && far.told, "{far:?}");
    }

    /// What never varies has no deviations to be counted in, and is held against the amount alone.
    #[test]
    fn an_unchanged_column_that_does_not_vary_leaves_the_amount() {
        let (changed, unchanged) = ([0.5; 20], [0.2; 20]);
        let difference = paired_difference(&changed, &unchanged, 0.99);
        let rule = SizeRule { deviations: 0.2, amount: 0.01 };
        let found = sized_difference(&difference, (&changed, &unchanged), true, 0.99, &rule).expect("a mean");
        assert_eq!((found.deviation, found.deviations, found.size), (0.0, None, 0.01));
        assert!(found.reached && found.told);
        let same = paired_difference(&unchanged, &unchanged, 0.99);
        let none = sized_difference(&same, (&unchanged, &unchanged), true, 0.99, &rule).expect("a mean");
        assert!(!none.shown && !none.reached && !none.told, "no pair differs: no bound, and nothing told");
    }
}
