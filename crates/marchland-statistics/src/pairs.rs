//! Parts of a variance without the bias of noise, from replications that all cells of a table share.
//!
//! The mean square of an effect that is estimated with noise is too large by the noise's own. The product of two
//! independent estimates is not: a part is the mean, over all pairs of different replications, of a kernel K(r, r') that
//! is unbiased for it, which is every split into halves at once (a U-statistic of order two: Hoeffding 1948). Noise
//! is one as well: half of the squared difference of two replications.
//!
//! A replication that all cells share is the unit of independence, whatever it does to them alike. Shares of the sum of
//! the parts have the interval of the jackknife over replications: Student's over its pseudo-values (Arvesen 1969 for
//! U-statistics; Tukey 1958), made one-sidedly longer for skewness as means are.

use serde::{Deserialize, Serialize};

use super::independence::{Independence, Refusal};
use super::interval::Interval;
use super::number::sum;
use super::spread::spread;

/// One part of a variance.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct VariancePart {
    /// Its estimate, in squared units; may be below 0 where the part is small, as an unbiased one must. None of one
    /// replication.
    pub variance: Option<f64>,
    /// Its share of the sum of the parts; none where that is not above 0.
    pub share: Option<f64>,
    /// The interval of the share, from sixteen replications on; it is not cut off at 0 and 1.
    pub interval: Option<Interval>,
}

/// Parts of a variance and their shares.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PartsReport {
    /// Replications behind them.
    pub replications: u64,
    /// The parts, in the order given.
    pub parts: Vec<VariancePart>,
    /// Why there are no intervals, where there are none.
    pub refusal: Option<Refusal>,
}

/// Shares of parts from their kernels' sums: `sums[part][r]` = Σ K(r, r') over all r' but r, with the same replications
/// in all parts.
///
/// # Panics
/// If parts differ in their number of replications.
#[must_use]
pub fn variance_parts(sums: &[Vec<f64>], level: f64) -> PartsReport {
    let n = sums.first().map_or(0, Vec::len);
    assert!(sums.iter().all(|of| of.len() == n), "every part has the same replications");
    let how = Independence::games(n);
    let refusal = match n {
        0 => Some(Refusal::NoResult),
        _ => how.suffices().err(),
    };
    let r = n as f64;
    let pairs = r * (r - 1.0);
    let totals: Vec<f64> = sums.iter().map(|of| sum(of.iter().copied())).collect();
    let values: Vec<f64> = totals.iter().map(|total| if n > 1 { total / pairs } else { f64::NAN }).collect();
    let whole = sum(values.iter().copied());
    // Rounding leaves something of parts that are nothing.
    let scale = sum(sums.iter().flatten().map(|x| x.abs())) / if n > 1 { pairs } else { 1.0 };
    let varies = whole > 1e-12 * scale;
    // Without replication r: each of its pairs counts twice in the total.
    let less = |part: usize, at: usize| (totals[part] - 2.0 * sums[part][at]) / ((r - 1.0) * (r - 2.0));
    let parts = (0..sums.len())
        .map(|part| {
            let share = varies.then(|| values[part] / whole);
            let interval = share.filter(|_| refusal.is_none()).and_then(|share| {
                let pseudo: Vec<f64> = (0..n)
                    .map(|at| {
                        let rest = sum((0..sums.len()).map(|other| less(other, at)));
                        r * share - (r - 1.0) * less(part, at) / rest
                    })
                    .collect();
                let mut spread = spread(&pseudo, &how).ok()?;
                spread.mean = share;
                Some(spread.interval(level))
            });
            VariancePart { variance: (n > 1).then_some(values[part]), share, interval }
        })
        .collect();
    PartsReport { replications: n as u64, parts, refusal }
}

/// Sums of the kernel Σ_c x_r(c) x_r'(c) × `weight` over all r' but r, of `effects[r][c]`: the mean square of an effect of
/// which every replication has an unbiased estimate.
///
/// # Panics
/// If replications differ in length.
#[must_use]
pub fn product_sums(effects: &[Vec<f64>], weight: f64) -> Vec<f64> {
    let total = totals(effects);
    effects.iter().map(|own| weight * sum(own.iter().zip(&total).map(|(x, all)| x * (all - x)))).collect()
}

/// Sums of the kernel Σ_c ½ (x_r(c) − x_r'(c))² × `weight` over all r' but r: the variance between replications.
///
/// # Panics
/// If replications differ in length.
#[must_use]
pub fn difference_sums(values: &[Vec<f64>], weight: f64) -> Vec<f64> {
    let cells = values.first().map_or(0, Vec::len);
    // About the mean, or large values would cancel.
    let means: Vec<f64> = totals(values).iter().map(|all| all / values.len() as f64).collect();
    let centred = |own: &[f64]| -> Vec<f64> { own.iter().zip(&means).map(|(x, mean)| x - mean).collect() };
    let centred: Vec<Vec<f64>> = values.iter().map(|own| centred(own)).collect();
    let squares: Vec<f64> = (0..cells).map(|c| sum(centred.iter().map(|own| own[c] * own[c]))).collect();
    let n = values.len() as f64;
    // Σ ½ (x − x')² = ½ (n x² + Σ x'²), the sum of all x' being 0.
    centred.iter().map(|own| weight * sum(own.iter().zip(&squares).map(|(x, all)| 0.5 * (n * x * x + all)))).collect()
}

fn totals(values: &[Vec<f64>]) -> Vec<f64> {
    let cells = values.first().map_or(0, Vec::len);
    (0..cells).map(|c| sum(values.iter().map(|own| own[c]))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws;

    #[test]
    fn sums_are_those_of_the_pairs() {
        let values: Vec<Vec<f64>> = (0..5).map(|r| (0..3).map(|c| f64::from((r * 7 + c * 5) % 11)).collect()).collect();
        let (products, differences) = (product_sums(&values, 0.5), difference_sums(&values, 0.5));
        for (r, own) in values.iter().enumerate() {
            let (mut product, mut difference) = (0.0, 0.0);
            for other in values.iter().enumerate().filter(|(at, _)| *at != r).map(|(_, other)| other) {
                for (x, y) in own.iter().zip(other) {
                    product += 0.5 * x * y;
                    difference += 0.25 * (x - y) * (x - y);
                }
            }
            assert!((products[r] - product).abs() < 1e-9 && (differences[r] - difference).abs() < 1e-9);
        }
    }

    #[test]
    fn few_replications_give_estimates_without_intervals() {
        let values: Vec<Vec<f64>> = (0..15).map(|r| vec![f64::from(r), 1.0]).collect();
        let report = variance_parts(&[difference_sums(&values, 0.5), product_sums(&values, 0.0)], 0.95);
        assert_eq!(report.refusal, Some(Refusal::FewGames { games: 15, least: 16 }));
        // The variance of 0 to 14 is 20; of two cells one does not vary.
        assert!((report.parts[0].variance.unwrap() - 10.0).abs() < 1e-12);
        assert_eq!((report.parts[0].share, report.parts[0].interval), (Some(1.0), None));
        assert_eq!(report.parts[1].share, Some(0.0));
        assert_eq!(variance_parts(&[vec![0.0; 20]], 0.95).parts[0].share, None);
        let one = variance_parts(&[vec![0.0]], 0.95);
        assert_eq!((one.parts[0].variance, one.parts[0].share, one.refusal), (None, None, Some(Refusal::OneGame)));
    }

    /// A cell's effect ±1 and noise of variance 3, of which two thirds are common to all cells: shares 1/4 and 3/4. The
    /// mean square of the cells' means would have given the effect 1 + 1/n and more.
    #[test]
    fn shares_are_unbiased_and_covered() {
        let (mut hits, mut estimates) = (0, Vec::new());
        for seed in 0..400u64 {
            let normal = |of: u64, r: u64| draws::normal(draws::key(seed, "pairs", &[of, r]));
            let values: Vec<Vec<f64>> = (0..24)
                .map(|r| {
                    let shared = 2.0f64.sqrt() * normal(9, r);
                    (0..4).map(|c| if c < 2 { 1.0 } else { -1.0 } + shared + normal(c, r)).collect()
                })
                .collect();
            let mean = |own: &Vec<f64>| own.iter().sum::<f64>() / 4.0;
            let effects: Vec<Vec<f64>> = values.iter().map(|own| own.iter().map(|x| x - mean(own)).collect()).collect();
            let report = variance_parts(&[product_sums(&effects, 0.25), difference_sums(&values, 0.25)], 0.95);
            estimates.push(report.parts[0].variance.unwrap());
            hits += usize::from(report.parts[0].interval.is_some_and(|i| i.contains(0.25)));
        }
        let (n, mean, variance, _) = crate::moments(&estimates);
        assert!((mean - 1.0).abs() < 3.0 * (variance / n as f64).sqrt(), "{mean}");
        // 95 % of 400 with four standard errors of 1.1 %.
        assert!((362..=397).contains(&hits), "{hits} of 400");
    }
}
