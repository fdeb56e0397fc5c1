//! Stationary distributions by elimination without subtractions.

use crate::solution::{Solver, Stop};

use super::weight::Weight;

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
