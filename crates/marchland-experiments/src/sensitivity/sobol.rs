//! Sobol' indices by Saltelli's design, with the noise of replications set apart.
//!
//! First order: Saltelli et al. (2010), table 2 (b): V_i = mean of f_B (f_ABi − f_A). Total order: Jansen
//! (1999), table 2 (f): T_i = half the mean of (f_A − f_ABi)². Second order: Saltelli (2002).
//!
//! **Chance.** A measure is f(x, ω), x the factors and ω the replication's shocks. What a factor can
//! explain is the variance of the expected measure m(x) = E f(x, ω). With one replication the indices
//! are those of f under that one sequence of shocks. With two or more, every product of two outputs is
//! taken between *different* replications and averaged over all such pairs: products of independent
//! shocks have the expectation of products of m, so the noise drops out of numerators and variance
//! alike instead of inflating the total indices (our choice; the estimator is the U-statistic of
//! order 2 that belongs to each formula). What is left between replications at the same point is
//! reported as the share of chance.

use super::{SensitivityError, length};
use crate::draws;
use crate::number::sum;
use crate::statistics::Interval;
use crate::statistics::quantile_of_sorted;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// Options of [`sobol`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SobolOptions {
    /// Bootstrap resamples of base rows; 0 gives no intervals.
    pub resamples: u32,
    /// Confidence of the intervals, in (0, 1).
    pub level: f64,
    /// Seed of the resamples.
    pub seed: u64,
    /// Whether the design holds the rows for second order.
    pub second_order: bool,
}

impl Default for SobolOptions {
    fn default() -> Self {
        SobolOptions { resamples: 1000, level: 0.95, seed: 1, second_order: false }
    }
}

/// The indices of a factor. `None` where the expected measure does not vary.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SobolIndex {
    /// The factor.
    pub factor: String,
    /// First order: the share of the variance of the expected measure that knowing the factor removes.
    pub first: Option<f64>,
    /// Percentile bootstrap interval of it.
    pub first_interval: Option<Interval>,
    /// Total order: the share that remains while only this factor is unknown.
    pub total: Option<f64>,
    /// Percentile bootstrap interval of it.
    pub total_interval: Option<Interval>,
}

/// The joint index of two factors beyond their first orders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SecondOrder {
    /// One factor.
    pub first: String,
    /// The other.
    pub second: String,
    /// Share of the variance of the expected measure.
    pub index: Option<f64>,
    /// Percentile bootstrap interval of it.
    pub interval: Option<Interval>,
}

/// Sobol' indices of a measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SobolReport {
    /// Base rows used.
    pub used: u64,
    /// Base rows left out whole because a game of theirs has no finite result: the estimators need
    /// every point of a row in every replication.
    pub left_out: u64,
    /// Replications per point.
    pub replications: u64,
    /// Mean of the measure over the rows of `A` and `B`.
    pub mean: Option<f64>,
    /// Variance of the expected measure over the factors, in squared units. With one replication: of
    /// the measure under that replication's shocks.
    pub variance: Option<f64>,
    /// Mean variance between replications of one point, from two replications on.
    pub chance_variance: Option<f64>,
    /// Share of chance in all variance, in `[0, 1]`, from two replications on.
    pub chance_share: Option<f64>,
    /// A row per factor, in design order.
    pub indices: Vec<SobolIndex>,
    /// A row per pair of factors, if asked for.
    pub second_order: Vec<SecondOrder>,
}

impl SobolReport {
    /// The report as a table of text, most influential factor first.
    pub fn text(&self) -> String {
        let mut order: Vec<&SobolIndex> = self.indices.iter().collect();
        order.sort_by(|a, b| b.total.unwrap_or(-1.0).total_cmp(&a.total.unwrap_or(-1.0)));
        let width = order.iter().map(|i| i.factor.chars().count()).fold(6, usize::max);
        let mut text = format!(
            "{} base rows used, {} left out, {} replications a point\n",
            self.used, self.left_out, self.replications
        );
        if let Some(share) = self.chance_share {
            text += &format!("chance carries {:.1} % of the variance, the factors the rest\n", 100.0 * share);
        }
        if order.iter().all(|index| index.total.is_none()) {
            text += "The expected measure varies no more over the base rows than chance explains: no index is defined. \
                     More base rows or replications may tell, or a measure with more grades than 0 and 1.\n";
            return text;
        }
        text += &format!("{:width$}  {:>25}  {:>25}\n", "factor", "first order", "total order");
        let cell = |value: Option<f64>, interval: Option<Interval>| match (value, interval) {
            (Some(v), Some(i)) => format!("{v:.3} [{:.3}, {:.3}]", i.low, i.high),
            (Some(v), None) => format!("{v:.3}"),
            (None, _) => "undefined".to_owned(),
        };
        for i in order {
            text += &format!(
                "{:width$}  {:>25}  {:>25}\n",
                i.factor,
                cell(i.first, i.first_interval),
                cell(i.total, i.total_interval)
            );
        }
        text
    }
}

/// Sums of the products of a base row, each averaged over pairs of replications. The indices are ratios
/// of weighted sums of these, so that a resample only reweights rows.
struct RowTerms {
    /// Products of the values at A and at B between replications, centred; half their sum.
    variance: f64,
    /// Mean of the values at A and B, centred.
    mean: f64,
    /// Per factor: f_B (f_ABi − f_A).
    first: Vec<f64>,
    /// Per factor: (f_A − f_ABi)² / 2.
    total: Vec<f64>,
    /// Per pair of factors i < j: f_BAi f_ABj − f_A f_B.
    pairs: Vec<f64>,
}

/// Sobol' indices from the outputs of a Saltelli design in its row order (see
/// [`Design::Saltelli`](crate::design::Design::Saltelli)): `outputs[row × replications + replication]`.
///
/// # Errors
/// [`SensitivityError`] without factors or replications, or if there are not rows × replications
/// outputs, rows a multiple of the block length.
pub fn sobol(
    factors: &[String],
    outputs: &[f64],
    replications: usize,
    options: &SobolOptions,
) -> Result<SobolReport, SensitivityError> {
    if factors.is_empty() {
        return Err(SensitivityError::Count { what: "the number of factors", least: 1 });
    }
    if replications == 0 {
        return Err(SensitivityError::Count { what: "the number of replications", least: 1 });
    }
    let k = factors.len();
    let block = if options.second_order { 2 * k + 2 } else { k + 2 };
    let base = outputs.len() / (block * replications);
    length("outputs", base * block * replications, outputs.len())?;

    let blocks: Vec<&[f64]> = outputs.chunks_exact(block * replications).collect();
    let usable: Vec<&[f64]> = blocks.iter().copied().filter(|b| b.iter().all(|v| v.is_finite())).collect();
    let used = usable.len();
    // Centring first: the estimators are exact for any constant taken off, and far less noisy near 0.
    let ends = |b: &&[f64]| {
        let last = (block - 1) * replications;
        sum(b[..replications].iter().chain(&b[last..]).copied()) / (2 * replications) as f64
    };
    let mean = sum(usable.iter().map(ends)) / used as f64;
    let rows: Vec<RowTerms> =
        usable.iter().map(|b| row_terms(b, k, replications, mean, options.second_order)).collect();

    let estimate = estimates(&rows, &vec![1.0; used], k);
    let resampled: Vec<Estimates> = (0..u64::from(options.resamples))
        .into_par_iter()
        .map(|b| {
            let mut rng = draws::stream(draws::key(options.seed, "sobol indices", &[b]));
            let mut weights = vec![0.0; used];
            for _ in 0..used {
                weights[draws::below(&mut rng, used as u64) as usize] += 1.0;
            }
            estimates(&rows, &weights, k)
        })
        .collect();
    let interval = |pick: &dyn Fn(&Estimates) -> Option<f64>| {
        let mut values: Vec<f64> = resampled.iter().filter_map(pick).filter(|v| v.is_finite()).collect();
        if values.is_empty() || values.len() * 2 < options.resamples as usize {
            return None;
        }
        values.sort_by(f64::total_cmp);
        let tail = 0.5 * (1.0 - options.level);
        Some(Interval {
            low: quantile_of_sorted(&values, tail)?,
            high: quantile_of_sorted(&values, 1.0 - tail)?,
            level: options.level,
        })
    };
    let share = |e: &Estimates, part: f64| e.variance.map(|v| part / v);
    let indices = (0..k)
        .map(|i| SobolIndex {
            factor: factors[i].clone(),
            first: share(&estimate, estimate.first[i]),
            first_interval: interval(&|e| share(e, e.first[i])),
            total: share(&estimate, estimate.total[i]),
            total_interval: interval(&|e| share(e, e.total[i])),
        })
        .collect();
    let mut second_order = Vec::new();
    if options.second_order {
        let mut place = 0;
        for i in 0..k {
            for j in i + 1..k {
                let at = place;
                let joint = move |e: &Estimates| e.variance.map(|v| (e.pairs[at] - e.first[i] - e.first[j]) / v);
                second_order.push(SecondOrder {
                    first: factors[i].clone(),
                    second: factors[j].clone(),
                    index: joint(&estimate),
                    interval: interval(&joint),
                });
                place += 1;
            }
        }
    }
    let chance = chance_variance(&usable, replications);
    let chance_share = match (chance, estimate.raw_variance) {
        // The unbiased variance of the factors can fall below 0, where chance is all there is.
        (Some(c), Some(v)) => {
            let v = if v > 0.0 { v } else { 0.0 };
            (c + v > 0.0).then(|| c / (c + v))
        }
        _ => None,
    };
    Ok(SobolReport {
        used: used as u64,
        left_out: (blocks.len() - used) as u64,
        replications: replications as u64,
        mean: (used > 0).then_some(mean),
        variance: estimate.raw_variance,
        chance_variance: chance,
        chance_share,
        indices,
        second_order,
    })
}

/// Weighted estimates of the variances.
struct Estimates {
    /// Variance of the expected measure, if above what rounding leaves.
    variance: Option<f64>,
    /// The same whatever its sign; `None` without rows.
    raw_variance: Option<f64>,
    first: Vec<f64>,
    total: Vec<f64>,
    pairs: Vec<f64>,
}

fn estimates(rows: &[RowTerms], weights: &[f64], k: usize) -> Estimates {
    let n = sum(weights.iter().copied());
    let pairs = rows.first().map_or(0, |r| r.pairs.len());
    let mut out = Estimates {
        variance: None,
        raw_variance: None,
        first: vec![0.0; k],
        total: vec![0.0; k],
        pairs: vec![0.0; pairs],
    };
    if n <= 0.0 {
        return out;
    }
    let (mut mean, mut square) = (0.0, 0.0);
    for (row, &w) in rows.iter().zip(weights) {
        if w == 0.0 {
            continue;
        }
        mean += w * row.mean;
        square += w * row.variance;
        for (acc, v) in out.first.iter_mut().zip(&row.first) {
            *acc += w * v;
        }
        for (acc, v) in out.total.iter_mut().zip(&row.total) {
            *acc += w * v;
        }
        for (acc, v) in out.pairs.iter_mut().zip(&row.pairs) {
            *acc += w * v;
        }
    }
    for v in out.first.iter_mut().chain(&mut out.total).chain(&mut out.pairs) {
        *v /= n;
    }
    let (mean, square) = (mean / n, square / n);
    let variance = square - mean * mean;
    out.raw_variance = Some(variance);
    // A constant measure leaves rounding noise of this size.
    let scale = rows.iter().map(|r| r.variance.abs()).fold(0.0, crate::number::max);
    out.variance = (variance > 1e-14 * scale && variance > 0.0).then_some(variance);
    out
}

fn row_terms(block: &[f64], k: usize, replications: usize, mean: f64, second_order: bool) -> RowTerms {
    let at = |point: usize| -> Vec<f64> {
        block[point * replications..(point + 1) * replications].iter().map(|v| v - mean).collect()
    };
    let last = block.len() / replications - 1;
    let (a, b) = (at(0), at(last));
    let ab: Vec<Vec<f64>> = (0..k).map(|i| at(1 + i)).collect();
    let minus = |x: &[f64], y: &[f64]| -> Vec<f64> { x.iter().zip(y).map(|(x, y)| x - y).collect() };
    let mut pairs = Vec::new();
    if second_order {
        let ab_product = product(&a, &b);
        for i in 0..k {
            let ba = at(1 + k + i);
            for other in &ab[i + 1..] {
                pairs.push(product(&ba, other) - ab_product);
            }
        }
    }
    RowTerms {
        variance: 0.5 * (product(&a, &a) + product(&b, &b)),
        mean: 0.5 * (sum(a.iter().copied()) + sum(b.iter().copied())) / replications as f64,
        first: ab.iter().map(|x| product(&b, &minus(x, &a))).collect(),
        total: ab
            .iter()
            .map(|x| {
                let d = minus(&a, x);
                0.5 * product(&d, &d)
            })
            .collect(),
        pairs,
    }
}

/// The mean of x_r · y_s over all pairs of different replications r ≠ s; with one replication, x · y.
fn product(x: &[f64], y: &[f64]) -> f64 {
    let n = x.len();
    if n == 1 {
        return x[0] * y[0];
    }
    let (sx, sy) = (x.iter().sum::<f64>(), y.iter().sum::<f64>());
    let same: f64 = x.iter().zip(y).map(|(x, y)| x * y).sum();
    (sx * sy - same) / (n * (n - 1)) as f64
}

/// The mean over points of the sample variance between replications.
fn chance_variance(usable: &[&[f64]], replications: usize) -> Option<f64> {
    if replications < 2 || usable.is_empty() {
        return None;
    }
    let points = usable.iter().flat_map(|b| b.chunks_exact(replications));
    let count = points.clone().count();
    Some(sum(points.map(|p| crate::statistics::moments(p).2)) / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Design, Distribution, Factor, Points, Value};
    use std::f64::consts::PI;

    fn factors(k: usize, low: f64, high: f64) -> Vec<Factor> {
        (0..k)
            .map(|i| Factor {
                name: format!("x{}", i + 1),
                draw_key: None,
                distribution: Distribution::Uniform { low, high },
                base: None,
            })
            .collect()
    }

    fn rows(design: Design, factors: &[Factor]) -> Vec<Vec<f64>> {
        let points = Points::new(design, factors.to_vec(), 2024).unwrap();
        let number = |v: Value| {
            if let Value::Number(x) = v { x } else { f64::NAN }
        };
        (0..points.rows()).map(|r| points.values(r).into_iter().map(number).collect()).collect()
    }

    fn ishigami(x: &[f64]) -> f64 {
        let (s1, s2) = (libm::sin(x[0]), libm::sin(x[1]));
        s1 + 7.0 * s2 * s2 + 0.1 * x[2] * x[2] * x[2] * x[2] * s1
    }

    fn names(factors: &[Factor]) -> Vec<String> {
        factors.iter().map(|f| f.name.clone()).collect()
    }

    #[test]
    fn ishigami_within_two_hundredths() {
        let f = factors(3, -PI, PI);
        let x = rows(Design::Saltelli { base: 4096, second_order: true }, &f);
        let y: Vec<f64> = x.iter().map(|x| ishigami(x)).collect();
        let options = SobolOptions { second_order: true, resamples: 200, ..Default::default() };
        let report = sobol(&names(&f), &y, 1, &options).unwrap();
        // Ishigami & Homma 1990 with a = 7, b = 0.1.
        let (p4, p8) = (PI * PI * PI * PI, PI * PI * PI * PI * PI * PI * PI * PI);
        let v = 49.0 / 8.0 + 0.1 * p4 / 5.0 + 0.01 * p8 / 18.0 + 0.5;
        let v1 = 0.5 * (1.0 + 0.1 * p4 / 5.0) * (1.0 + 0.1 * p4 / 5.0);
        let v13 = 0.01 * p8 * (1.0 / 18.0 - 1.0 / 50.0);
        let first = [v1 / v, 49.0 / 8.0 / v, 0.0];
        let total = [(v1 + v13) / v, 49.0 / 8.0 / v, v13 / v];
        for (i, index) in report.indices.iter().enumerate() {
            assert!((index.first.unwrap() - first[i]).abs() < 0.02, "{index:?}");
            assert!((index.total.unwrap() - total[i]).abs() < 0.02, "{index:?}");
            assert!(index.total_interval.unwrap().half_width() < 0.1);
        }
        let joint: Vec<f64> = report.second_order.iter().map(|p| p.index.unwrap()).collect();
        assert!(joint[0].abs() < 0.02 && (joint[1] - v13 / v).abs() < 0.02 && joint[2].abs() < 0.02, "{joint:?}");
        assert!((report.variance.unwrap() - v).abs() < 0.02 * v);
    }

    #[test]
    fn g_function_within_two_hundredths() {
        // Sobol' 1993: ∏ (|4x − 2| + a) / (1 + a), V_i = 1 / (3 (1 + a)²), a = 0, 1, 4.5, 9, 99, 99, 99, 99.
        let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
        let f = factors(8, 0.0, 1.0);
        let x = rows(Design::Saltelli { base: 8192, second_order: false }, &f);
        let y: Vec<f64> = x
            .iter()
            .map(|x| x.iter().zip(&a).map(|(x, a)| ((4.0 * x - 2.0).abs() + a) / (1.0 + a)).product())
            .collect();
        let report = sobol(&names(&f), &y, 1, &SobolOptions { resamples: 50, ..Default::default() }).unwrap();
        let part = |a: f64| 1.0 / (3.0 * (1.0 + a) * (1.0 + a));
        let whole: f64 = a.iter().map(|&a| 1.0 + part(a)).product();
        let v = whole - 1.0;
        for (index, &a) in report.indices.iter().zip(&a) {
            let total = part(a) * whole / (1.0 + part(a)) / v;
            assert!((index.first.unwrap() - part(a) / v).abs() < 0.02, "{index:?}");
            assert!((index.total.unwrap() - total).abs() < 0.02, "{index:?}");
        }
    }

    #[test]
    fn replication_noise_is_set_apart() {
        // y = 2 x1 + x2 + noise, x uniform on [0, 1]: the factors' variance is 5/12, shares 0.8 and 0.2;
        // the noise has variance 1.
        let f = factors(2, 0.0, 1.0);
        let x = rows(Design::Saltelli { base: 4096, second_order: false }, &f);
        let y = |replications: u64| -> Vec<f64> {
            x.iter()
                .enumerate()
                .flat_map(|(row, x)| {
                    let mean = 2.0 * x[0] + x[1];
                    (0..replications).map(move |r| {
                        let key = draws::key(1, "noise", &[row as u64, r]);
                        mean + crate::statistics::normal::quantile(draws::uniform(&mut draws::stream(key)))
                    })
                })
                .collect()
        };
        let options = SobolOptions { resamples: 0, ..Default::default() };
        let four = sobol(&names(&f), &y(4), 4, &options).unwrap();
        assert!((four.indices[0].total.unwrap() - 0.8).abs() < 0.06, "{four:?}");
        assert!((four.indices[1].total.unwrap() - 0.2).abs() < 0.06, "{four:?}");
        assert!((four.variance.unwrap() - 5.0 / 12.0).abs() < 0.03, "{four:?}");
        assert!((four.chance_share.unwrap() - 1.0 / (1.0 + 5.0 / 12.0)).abs() < 0.02, "{four:?}");
        // With one replication the noise sits in every total index: (0.2 · 5/12 + 1) / (5/12 + 1).
        let one = sobol(&names(&f), &y(1), 1, &options).unwrap();
        assert!(one.indices[1].total.unwrap() > 0.6, "{one:?}");
        assert_eq!(one.chance_share, None);
    }

    #[test]
    fn failed_rows_are_left_out_whole() {
        let f = factors(2, 0.0, 1.0);
        let x = rows(Design::Saltelli { base: 512, second_order: false }, &f);
        let mut y: Vec<f64> = x.iter().map(|x| x[0]).collect();
        y[5] = f64::NAN;
        y[6] = f64::INFINITY;
        y[40] = f64::NAN;
        let report = sobol(&names(&f), &y, 1, &SobolOptions::default()).unwrap();
        assert_eq!((report.used, report.left_out), (510, 2));
        assert!((report.indices[0].first.unwrap() - 1.0).abs() < 0.05);
        let none = sobol(&names(&f), &vec![f64::NAN; y.len()], 1, &SobolOptions::default()).unwrap();
        assert_eq!((none.used, none.mean, none.indices[0].first), (0, None, None));
        assert!(none.text().contains("no index is defined"));
    }

    #[test]
    fn a_constant_measure_has_no_shares() {
        let f = factors(2, 0.0, 1.0);
        let report = sobol(&names(&f), &[0.1; 4 * 64], 1, &SobolOptions::default()).unwrap();
        assert_eq!(report.indices[0].first, None);
        assert_eq!(report.indices[0].total_interval, None);
        assert!(sobol(&names(&f), &[0.1; 5], 1, &SobolOptions::default()).is_err());
        assert!(sobol(&[], &[], 1, &SobolOptions::default()).is_err());
    }
}
