//! Whether two columns of independent units go together.

use serde::{Deserialize, Serialize};

use super::independence::{Independence, LEAST_UNITS};
use super::interval::Interval;
use super::spearman::{GameGrid, Ranks, centred_ranks};

/// Spearman's rank correlation of two columns.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RankAssociation {
    /// The correlation, in `[-1, 1]`.
    pub correlation: f64,
    /// Its two-sided interval; none where the ranks agree entirely.
    pub interval: Option<Interval>,
}

impl RankAssociation {
    /// Whether the columns are shown to rise together (1), or one to fall as the other rises (−1): the interval lies on
    /// one side of 0, or the ranks agree entirely. 0 where neither is shown.
    #[must_use]
    pub fn sign(&self) -> i8 {
        let low = self.interval.map_or(self.correlation, |interval| interval.low);
        let high = self.interval.map_or(self.correlation, |interval| interval.high);
        i8::from(low > 0.0) - i8::from(high < 0.0)
    }
}

/// The rank correlation of two columns whose equal places are one of so many independent units ([`GameGrid`] of one game
/// a row). A pair counts only if both values are finite. None with fewer than sixteen, or where one column does not vary.
///
/// # Panics
/// If the columns differ in length.
#[must_use]
pub fn rank_association(x: &[f64], y: &[f64], level: f64) -> Option<RankAssociation> {
    assert_eq!(x.len(), y.len(), "pairs need columns of one length");
    let (x, y): (Vec<f64>, Vec<f64>) =
        x.iter().copied().zip(y.iter().copied()).filter(|(x, y)| x.is_finite() && y.is_finite()).unzip();
    let units = x.len();
    if units < LEAST_UNITS {
        return None;
    }
    let (x, y) = (centred_ranks(&x), centred_ranks(&y));
    let (x, y) = (Ranks::new(&x), Ranks::new(&y));
    let how = Independence::fresh(units, 1);
    let places: Vec<usize> = (0..units).collect();
    let grid = GameGrid::new(&y, &places, &how);
    let correlation = grid.correlation(&x)?;
    Some(RankAssociation { correlation, interval: grid.interval(correlation, &x, level) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws;

    fn normals(n: usize, key: u64) -> Vec<f64> {
        (0..n).map(|at| draws::normal(draws::key(key, "association", &[at as u64]))).collect()
    }

    #[test]
    fn signs_are_shown_or_not() {
        let (x, noise) = (normals(400, 1), normals(400, 2));
        let mixed = |by: f64| -> Vec<f64> { x.iter().zip(&noise).map(|(x, z)| by * x + z).collect() };
        let sign = |y: &[f64]| rank_association(&x, y, 0.99).expect("both vary").sign();
        assert_eq!((sign(&mixed(1.0)), sign(&mixed(-1.0)), sign(&noise)), (1, -1, 0));
        let same = rank_association(&x, &x, 0.99).expect("both vary");
        assert_eq!((same.correlation, same.interval, same.sign()), (1.0, None, 1));
        assert_eq!(rank_association(&x, &[0.5; 400], 0.99), None);
        assert_eq!(rank_association(&x[..15], &x[..15], 0.99), None);
    }

    #[test]
    fn independent_columns_are_rarely_called_associated() {
        // 600 studies at 95 %: 5 % ± 4 standard errors of .9 %.
        let wrong = (0..600)
            .filter(|study| {
                let (x, y) = (normals(60, 100 + 2 * study), normals(60, 101 + 2 * study));
                rank_association(&x, &y, 0.95).expect("both vary").sign() != 0
            })
            .count();
        assert!((9..=52).contains(&wrong), "{wrong} of 600");
    }
}
