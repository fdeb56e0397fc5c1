//! Coverage of shares of payoff variance on planted tables whose cells share their replications.

use marchland_statistics::{difference_sums, draws, moments, normal, product_sums, variance_parts};
use rayon::prelude::*;

/// A table of 4 × 4 cells with a row effect and an interaction, and how much replications vary.
#[derive(Clone, Copy, Debug)]
pub struct Parts {
    #[allow(dead_code, reason = "the bench alone prints it by itself")]
    pub replications: usize,
    /// Variance between replications, of which half is common to all cells.
    #[allow(dead_code, reason = "the bench alone prints it by itself")]
    pub noise: f64,
    pub outcome: (usize, usize),
    /// Mean width over an oracle's that knows the estimate's standard deviation.
    pub width: f64,
    /// Bias of the interaction's variance in standard errors of its mean.
    pub bias: f64,
    pub seeds: u64,
}

/// The row effect's and the interaction's variance.
const ROW: f64 = 0.8;
const BOTH: f64 = 0.2;

/// Cell values: rows ±√ROW, interaction ±√BOTH in a checkerboard, both with mean 0 over rows and columns.
fn cell(row: usize, column: usize) -> f64 {
    let sign = |at: usize| if at.is_multiple_of(2) { 1.0 } else { -1.0 };
    ROW.sqrt() * sign(row) + BOTH.sqrt() * sign(row) * sign(column)
}

/// The interaction's share of the decided variance over seeds.
pub fn coverage(seeds: u64) -> Vec<Parts> {
    let mut all = Vec::new();
    for replications in [16usize, 64, 256] {
        for noise in [0.5f64, 4.0] {
            #[allow(clippy::type_complexity, reason = "an estimate, its variance and its interval")]
            let played: Vec<(f64, f64, Option<(f64, f64)>)> = (0..seeds)
                .into_par_iter()
                .map(|seed| {
                    let z = |at: u64, r: usize| draws::normal(draws::key(seed, "parts", &[at, r as u64]));
                    let (mut rows, mut both, mut values) = (Vec::new(), Vec::new(), Vec::new());
                    for r in 0..replications {
                        let shared = (0.5 * noise).sqrt() * z(99, r);
                        let own = |at: usize| (0.5 * noise).sqrt() * z(at as u64, r);
                        let x: Vec<f64> = (0..16).map(|at| cell(at / 4, at % 4) + shared + own(at)).collect();
                        let grand = x.iter().sum::<f64>() / 16.0;
                        let of_row: Vec<f64> =
                            (0..4).map(|i| x[4 * i..4 * i + 4].iter().sum::<f64>() / 4.0 - grand).collect();
                        let of_column: Vec<f64> =
                            (0..4).map(|j| (0..4).map(|i| x[4 * i + j]).sum::<f64>() / 4.0 - grand).collect();
                        both.push((0..16).map(|at| x[at] - of_row[at / 4] - of_column[at % 4] - grand).collect());
                        rows.push(of_row);
                        values.push(x);
                    }
                    let parts = [product_sums(&rows, 0.25), product_sums(&both, 1.0 / 16.0)];
                    let decided = variance_parts(&parts, 0.95);
                    // The noise is a part as well; it does not enter what is looked at.
                    let whole = variance_parts(&[difference_sums(&values, 1.0 / 16.0)], 0.95);
                    assert!(whole.parts[0].variance.is_some_and(|variance| variance > 0.0));
                    let part = decided.parts[1];
                    (
                        part.variance.unwrap_or(f64::NAN),
                        part.share.unwrap_or(f64::NAN),
                        part.interval.map(|i| (i.low, i.high)),
                    )
                })
                .collect();
            let truth = BOTH / (ROW + BOTH);
            let printed: Vec<(f64, f64)> = played.iter().filter_map(|one| one.2).collect();
            let hits = printed.iter().filter(|(low, high)| *low <= truth && truth <= *high).count();
            let variances: Vec<f64> = played.iter().map(|one| one.0).collect();
            let (n, mean, variance, _) = moments(&variances);
            let spread = moments(&played.iter().map(|one| one.1).collect::<Vec<f64>>()).2;
            let widths: Vec<f64> = printed.iter().map(|(low, high)| high - low).collect();
            all.push(Parts {
                replications,
                noise,
                outcome: (hits, printed.len()),
                width: moments(&widths).1 / (2.0 * normal::quantile(0.975) * spread.sqrt()),
                bias: (mean - BOTH) / (variance / n as f64).sqrt(),
                seeds,
            });
        }
    }
    all
}
