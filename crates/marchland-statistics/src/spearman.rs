//! Spearman's rank correlation with the interval that its games' independence allows.

use super::independence::Independence;
use super::interval::Interval;
use super::number::clamp;
use super::spread::spread;
use super::student::student_quantile;

/// Ranks with ties averaged, their mean taken off.
#[must_use]
pub fn centred_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut out = vec![0.0; values.len()];
    let centre = 0.5 * (values.len() as f64 - 1.0);
    let mut from = 0;
    for same in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = from as f64 + 0.5 * (same.len() as f64 - 1.0) - centre;
        for &i in same {
            out[i] = rank;
        }
        from += same.len();
    }
    out
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The correlation of two columns of mean 0, in `[-1, 1]`; `None` where one does not vary.
#[must_use]
pub fn centred_correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let scale = (dot(a, a) * dot(b, b)).sqrt();
    (scale > 0.0).then(|| clamp(dot(a, b) / scale, -1.0, 1.0))
}

/// Centred ranks with the order they stand in.
pub struct Ranked<'a> {
    ranks: &'a [f64],
    order: Vec<u32>,
    /// Mean of their squares.
    square: f64,
    /// What each value adds to that mean as one of those that the ranks count.
    of_square: Vec<f64>,
}

impl<'a> Ranked<'a> {
    /// Ranks as [`centred_ranks`] gives them.
    #[must_use]
    pub fn new(ranks: &'a [f64]) -> Self {
        let mut order: Vec<u32> = (0..ranks.len() as u32).collect();
        order.sort_by(|&a, &b| ranks[a as usize].total_cmp(&ranks[b as usize]));
        let mut out = Self { ranks, order, square: dot(ranks, ranks) / ranks.len() as f64, of_square: Vec::new() };
        out.of_square = out.above(ranks);
        out
    }

    /// For each value the mean over all of `w` at values above it, those equal to it by half: how the mean
    /// of rank × `w` answers to one more value there.
    fn above(&self, w: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; w.len()];
        let mut beyond = 0.0;
        for same in self.order.chunk_by(|&a, &b| self.ranks[a as usize] == self.ranks[b as usize]).rev() {
            let here: f64 = same.iter().map(|&i| w[i as usize]).sum();
            for &i in same {
                out[i as usize] = beyond + 0.5 * here;
            }
            beyond += here;
        }
        out
    }
}

/// Fisher's interval of Spearman's correlation, its variance from the influence of each game: the Hájek
/// projection of the correlation of ranks (Hoeffding 1948), ties and all. `games` are the places in the grid
/// that the ranks are of. `None` where the grid has too few units, or the ranks agree entirely.
#[must_use]
pub fn spearman_interval(
    r: f64,
    x: &Ranked<'_>,
    y: &Ranked<'_>,
    games: &[usize],
    how: &Independence,
    level: f64,
) -> Option<Interval> {
    if r.abs() >= 1.0 {
        return None;
    }
    let scale = (x.square * y.square).sqrt();
    let (by_x, by_y) = (x.above(y.ranks), y.above(x.ranks));
    let mut influence = vec![f64::NAN; how.games_count()];
    for (at, &game) in games.iter().enumerate() {
        let product = x.ranks[at] * y.ranks[at] + by_x[at] + by_y[at];
        let square = |of: &Ranked<'_>| (of.ranks[at] * of.ranks[at] + 2.0 * of.of_square[at]) / of.square;
        influence[game] = product / scale - 0.5 * r * (square(x) + square(y));
    }
    let spread = spread(&influence, how).ok()?;
    let error = spread.variance.sqrt() / (1.0 - r * r);
    let t = student_quantile(0.5 + 0.5 * level, spread.degrees);
    let end = |s: f64| libm::tanh(libm::atanh(r) + s * t * error);
    Some(Interval { low: end(-1.0), high: end(1.0), level })
}
