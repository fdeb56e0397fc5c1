//! Stationary distributions by elimination without subtractions.

use crate::number::min;
use crate::solution::{Solver, Stop};

use super::weight::Weight;

/// The smallest number that products in doubles may reach: a hundred digits of room to the end of their range.
const SMALLEST: f64 = 1e-200;

/// The stationary weights, up to a common factor, of an irreducible chain given by its rates off the
/// diagonal, row-major; destroys the rates.
///
/// Grassmann, Taksar and Heyman (1985): states are eliminated one by one, and since nothing is ever
/// subtracted every weight keeps its relative accuracy, whatever the rates (O'Cinneide 1993).
///
/// # Errors
/// When the solver must stop.
pub(crate) fn stationary<W: Weight>(rates: &mut [W], states: usize, solver: &mut Solver<'_>) -> Result<Vec<W>, Stop> {
    let mut out = Vec::with_capacity(states);
    for n in (1..states).rev() {
        solver.big_step(0, Some(1.0 - n as f64 / states as f64))?;
        let (above, below) = rates.split_at_mut(n * states);
        let row = &below[..n];
        out.clear();
        out.extend((0..n).filter(|&j| !row[j].is_zero()));
        let total = out.iter().fold(W::ZERO, |sum, &j| sum.add(row[j]));
        for (i, other) in above.chunks_exact_mut(states).enumerate() {
            if other[n].is_zero() {
                continue;
            }
            let share = other[n].div(total);
            other[n] = share;
            for &j in &out {
                if j != i {
                    other[j] = other[j].add(share.mul(row[j]));
                }
            }
        }
    }
    let mut weights = vec![W::ONE];
    for n in 1..states {
        let into = weights.iter().enumerate();
        let weight = into.fold(W::ZERO, |sum, (i, w)| sum.add(w.mul(rates[i * states + n])));
        weights.push(weight);
    }
    Ok(weights)
}

/// As [`stationary`] in doubles, while nothing leaves their range by the way; none where something does.
///
/// The same sums and products, some five times as fast.
///
/// # Errors
/// When the solver must stop.
pub(crate) fn stationary_in_doubles(
    mut rates: Vec<f64>,
    states: usize,
    solver: &mut Solver<'_>,
) -> Result<Option<Vec<f64>>, Stop> {
    for n in (1..states).rev() {
        solver.big_step(0, Some(1.0 - n as f64 / states as f64))?;
        let (above, below) = rates.split_at_mut(n * states);
        let row = &below[..n];
        let total: f64 = row.iter().sum();
        let least = row.iter().copied().filter(|&rate| rate > 0.0).fold(f64::INFINITY, min);
        for other in above.chunks_exact_mut(states) {
            if other[n] == 0.0 {
                continue;
            }
            let share = other[n] / total;
            if share * least < SMALLEST {
                return Ok(None);
            }
            other[n] = share;
            for (rate, step) in other.iter_mut().zip(row) {
                *rate += share * step;
            }
        }
    }
    let mut weights = vec![1.0];
    for n in 1..states {
        let into = weights.iter().zip(rates[n..].iter().step_by(states));
        let weight: f64 = into.map(|(weight, rate)| weight * rate).sum();
        if !(SMALLEST..1.0 / SMALLEST).contains(&weight) {
            return Ok(None);
        }
        weights.push(weight);
    }
    Ok(Some(weights))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alpharank::weight::ScaledNumber;

    /// Rates of a chain of 12 states between `low` and 1, some of them missing.
    fn chain(low: f64) -> Vec<f64> {
        let rate = |k: usize| libm::pow(low, ((k * 37) % 101) as f64 / 100.0);
        (0..144).map(|k| if k % 5 == 3 { 0.0 } else { rate(k) }).collect()
    }

    #[test]
    fn doubles_and_separate_exponents_agree_where_doubles_suffice() {
        let rates = chain(1e-12);
        let mut scaled: Vec<ScaledNumber> = rates.iter().map(|&rate| ScaledNumber::new(rate)).collect();
        let want = stationary(&mut scaled, 12, &mut Solver::new()).unwrap();
        let got = stationary_in_doubles(rates, 12, &mut Solver::new()).unwrap().expect("within range");
        for (got, want) in got.iter().zip(&want) {
            assert!((got / want.relative_to(0) - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn doubles_give_up_rather_than_lose_a_state() {
        assert_eq!(stationary_in_doubles(chain(1e-180), 12, &mut Solver::new()).unwrap(), None);
    }
}
