//! The Pareto set.

use super::Better;

/// Which points no other point dominates: at least as good in every coordinate and better in one. Equal
/// points do not dominate each other. A point with a coordinate that is NaN is never in the set and
/// dominates nothing.
///
/// # Panics
/// If a point has another number of coordinates than `better`.
pub fn pareto_set(points: &[Vec<f64>], better: &[Better]) -> Vec<bool> {
    let good: Vec<Option<Vec<f64>>> = points
        .iter()
        .map(|p| {
            assert_eq!(p.len(), better.len(), "a point has a coordinate per measure");
            if p.iter().any(|x| x.is_nan()) {
                return None;
            }
            Some(p.iter().zip(better).map(|(&x, b)| b.good(x)).collect())
        })
        .collect();
    let dominates = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| a >= b) && a.iter().zip(b).any(|(a, b)| a > b);
    good.iter()
        .map(|p| match p {
            None => false,
            Some(p) => !good.iter().flatten().any(|other| dominates(other, p)),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dominated_points_fall_out() {
        let points = [[1.0, 5.0], [2.0, 5.0], [2.0, 5.0], [3.0, 9.0], [0.0, 9.0], [f64::NAN, 0.0]].map(|p| p.to_vec());
        let set = pareto_set(&points, &[Better::Higher, Better::Lower]);
        assert_eq!(set, [false, true, true, true, false, false]);
    }
}
