//! How much of the spread between games is chance.

use serde::{Deserialize, Serialize};

use super::independence::{Independence, Refusal};
use super::interval::moments;
use super::number::{max, sum};

/// The variance of a game's value, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Components {
    /// Between rows: what was varied, in squared units.
    pub rows: f64,
    /// Between games of one row: chance, shared shocks and all.
    pub chance: f64,
}

impl Components {
    /// The share of chance, in `[0, 1]`; `None` where nothing varies.
    #[must_use]
    pub fn chance_share(&self) -> Option<f64> {
        let all = self.rows + self.chance;
        (all > 0.0).then(|| self.chance / all)
    }
}

/// Takes the variance apart by the analysis of variance with random effects (Searle, Casella & McCulloch
/// 1992, chapters 3 and 4). Where rows share their shocks, a shock moves all their means alike: only what
/// it does differently from row to row inflates the variance between them.
///
/// # Errors
/// [`Refusal`] where games of one row cannot be told from rows: one game a row.
///
/// # Panics
/// If there are not `how.games_count()` values.
pub fn components(values: &[f64], how: &Independence) -> Result<Components, Refusal> {
    assert_eq!(values.len(), how.games_count(), "one value per game of the grid");
    let rows: Vec<(u64, f64, f64)> = values
        .chunks_exact(how.replications)
        .map(|games| {
            let (n, mean, variance, _) = moments(games);
            (n, mean, variance)
        })
        .filter(|(n, ..)| *n > 0)
        .collect();
    if rows.is_empty() {
        return Err(Refusal::NoResult);
    }
    let several: Vec<f64> = rows.iter().filter(|(n, ..)| *n > 1).map(|(_, _, variance)| *variance).collect();
    if several.is_empty() {
        return Err(match (values.len(), how.by_replication()) {
            (1, _) => Refusal::OneGame,
            (_, true) => Refusal::OneShock { rows: how.rows },
            (_, false) => Refusal::OneGameARow,
        });
    }
    let chance = sum(several.iter().copied()) / several.len() as f64;
    if rows.len() < 2 {
        return Ok(Components { rows: 0.0, chance });
    }
    let means: Vec<f64> = rows.iter().map(|(_, mean, _)| *mean).collect();
    let size = rows.iter().map(|(n, ..)| *n as f64).sum::<f64>() / rows.len() as f64;
    let unshared = if how.by_replication() { interaction(values, how) } else { chance };
    Ok(Components { rows: max(moments(&means).2 - unshared / size, 0.0), chance })
}

/// The mean square of what neither row nor replication explains.
fn interaction(values: &[f64], how: &Independence) -> f64 {
    let columns = how.replications;
    let mut by_column = vec![(0.0, 0usize); columns];
    let mut centred = values.to_vec();
    let mut rows = 0usize;
    for games in centred.chunks_exact_mut(columns) {
        let (n, mean, ..) = moments(games);
        rows += usize::from(n > 0);
        for (v, of) in games.iter_mut().zip(&mut by_column) {
            *v -= mean;
            if v.is_finite() {
                of.0 += *v;
                of.1 += 1;
            }
        }
    }
    let rest = centred.iter().enumerate().filter(|(_, v)| v.is_finite()).map(|(at, v)| {
        let (total, n) = by_column[at % columns];
        let d = v - total / n as f64;
        d * d
    });
    let (mut squares, mut used) = (0.0, 0usize);
    for d in rest {
        squares += d;
        used += 1;
    }
    let free = used as f64 - rows as f64 - columns as f64 + 1.0;
    if free > 0.0 { squares / free } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws;

    /// Rows of variance 4, shocks of variance 1, shared by all rows or not.
    fn share(shared: bool, seed: u64) -> f64 {
        let z = |what: &str, at: u64| draws::normal(draws::key(seed, what, &[at]));
        let (rows, replications) = (400usize, 20usize);
        let value = |at: usize| {
            let (row, replication) = (at / replications, at % replications);
            let shock = if shared { z("shared", replication as u64) } else { z("own", at as u64) };
            2.0 * z("row", row as u64) + shock
        };
        let values: Vec<f64> = (0..rows * replications).map(value).collect();
        let how =
            if shared { Independence::common(rows, replications) } else { Independence::fresh(rows, replications) };
        components(&values, &how).unwrap().chance_share().unwrap()
    }

    #[test]
    fn chance_is_a_fifth_whoever_shares_it() {
        // 1 / (1 + 4) on average; 20 shared shocks leave it uncertain by about a third.
        let mean = |shared: bool| (0..40).map(|seed| share(shared, seed)).sum::<f64>() / 40.0;
        assert!((mean(false) - 0.2).abs() < 0.01, "{}", mean(false));
        assert!((mean(true) - 0.2).abs() < 0.03, "{}", mean(true));
    }

    #[test]
    fn one_game_a_row_tells_nothing() {
        let values = [1.0, 2.0, 3.0];
        assert_eq!(components(&values, &Independence::common(3, 1)), Err(Refusal::OneShock { rows: 3 }));
        assert_eq!(components(&values, &Independence::fresh(3, 1)), Err(Refusal::OneGameARow));
        assert_eq!(components(&values[..1], &Independence::games(1)), Err(Refusal::OneGame));
    }
}
