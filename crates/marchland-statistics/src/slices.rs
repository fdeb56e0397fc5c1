//! Samples cut into slices by a factor, and how far the distribution of an output in each is from that of all.

use super::number::max;
use super::quantile::{quantile_of_sorted, sorted_finite};

/// Positions of values from the smallest to the largest; of equal ones the first comes first.
#[must_use]
pub fn rising_order(values: &[f64]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..values.len() as u32).collect();
    order.sort_by(|&a, &b| values[a as usize].total_cmp(&values[b as usize]));
    order
}

/// The slice of each value, from 0: of so many slices of equal frequency, or of the distinct values where there are no
/// more of them.
#[must_use]
pub fn equal_slices(values: &[f64], slices: usize) -> Vec<u32> {
    let sorted = sorted_finite(values);
    let mut distinct = sorted.clone();
    distinct.dedup();
    // Left edges of all slices but the first.
    let edges: Vec<f64> = if distinct.len() <= slices {
        distinct.into_iter().skip(1).collect()
    } else {
        (1..slices).filter_map(|s| quantile_of_sorted(&sorted, s as f64 / slices as f64)).collect()
    };
    values.iter().map(|v| edges.partition_point(|edge| edge <= v) as u32).collect()
}

/// The Kolmogorov–Smirnov distance between the outputs of each slice that has any and all outputs. `games` are outputs
/// in their order, each with its row; `sliced` is the slice of each row.
#[must_use]
pub fn slice_distances(games: &[(f64, usize)], sliced: &[u32]) -> Vec<f64> {
    let count = sliced.iter().map(|&s| s as usize + 1).max().unwrap_or(0);
    let mut totals = vec![0.0; count];
    for &(_, row) in games {
        totals[sliced[row] as usize] += 1.0;
    }
    let all = games.len() as f64;
    let mut reached = vec![0.0; count];
    let mut distances = vec![0.0; count];
    let mut before = 0.0;
    for same in games.chunk_by(|a, b| a.0 == b.0) {
        let after = before + same.len() as f64;
        // Between its own games a slice's step function is flat, so that the distance is largest just
        // before or at one of them.
        for &(_, row) in same {
            let s = sliced[row] as usize;
            let gap = (reached[s] / totals[s] - before / all).abs();
            distances[s] = max(distances[s], gap);
        }
        for &(_, row) in same {
            reached[sliced[row] as usize] += 1.0;
        }
        for &(_, row) in same {
            let s = sliced[row] as usize;
            let gap = (reached[s] / totals[s] - after / all).abs();
            distances[s] = max(distances[s], gap);
        }
        before = after;
    }
    distances.into_iter().zip(totals).filter(|(_, t)| *t > 0.0).map(|(d, _)| d).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slices_are_of_equal_frequency_or_of_distinct_values() {
        let values: Vec<f64> = (0..10).map(f64::from).collect();
        assert_eq!(equal_slices(&values, 5), [0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
        assert_eq!(equal_slices(&[2.0, 7.0, 2.0], 5), [0, 1, 0]);
        assert_eq!(rising_order(&[2.0, 7.0, -1.0, 2.0]), [2, 0, 3, 1]);
    }

    #[test]
    fn distances_are_those_of_step_functions() {
        // Outputs 1 to 4; the lower two and the upper two: each reaches 1 or 0 where all have reached a half.
        let games: Vec<(f64, usize)> = (0..4).map(|row| (row as f64, row)).collect();
        assert_eq!(slice_distances(&games, &[0, 0, 1, 1]), [0.5, 0.5]);
        // Equal outputs tell nothing, and a slice without games is left out.
        assert_eq!(slice_distances(&[(1.0, 0), (1.0, 1)], &[0, 2]), [0.0, 0.0]);
        assert!(slice_distances(&[], &[]).is_empty());
    }
}
