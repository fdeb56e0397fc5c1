//! Morris trajectories (Morris 1991): walks through a grid that move each factor once.

use super::{DesignError, UnitRows, count};
use crate::draws;

/// Trajectory `t` occupies the rows `t·(k + 1) .. (t + 1)·(k + 1)` and is drawn from its own key, so that
/// more trajectories append.
///
/// On a grid of p levels (p even) the step is Δ = p / (2 (p − 1)), which gives every level the same
/// chance (Morris 1991, section 3).
pub(super) struct Morris {
    trajectories: u32,
    levels: u32,
    factors: usize,
    seed: u64,
}

impl Morris {
    pub(super) fn new(trajectories: u32, levels: u32, factors: usize, seed: u64) -> Result<Morris, DesignError> {
        count("trajectories", trajectories, 1, "at least 1")?;
        if levels < 2 || !levels.is_multiple_of(2) {
            return Err(DesignError::Count {
                what: "levels",
                allowed: "even and at least 2",
                found: u64::from(levels),
            });
        }
        Ok(Morris { trajectories, levels, factors, seed })
    }
}

impl UnitRows for Morris {
    fn write(&self, row: u64, out: &mut [f64]) {
        let length = self.factors as u64 + 1;
        let (trajectory, step) = (row / length, (row % length) as usize);
        let mut rng = draws::stream(draws::key(self.seed, "morris", &[trajectory]));
        let half = u64::from(self.levels / 2);
        let top = f64::from(self.levels - 1);
        let mut order: Vec<usize> = (0..self.factors).collect();
        draws::shuffle(&mut rng, &mut order);
        let moves: Vec<(u64, bool)> =
            (0..self.factors).map(|_| (draws::below(&mut rng, half), draws::below(&mut rng, 2) == 1)).collect();
        // A factor lies at `low` before its move and at `low + half` after it, or the other way round.
        for (f, (u, &(low, down))) in out.iter_mut().zip(&moves).enumerate() {
            let moved = order[..step].contains(&f);
            *u = (low + if moved != down { half } else { 0 }) as f64 / top;
        }
    }

    fn rows(&self) -> u64 {
        u64::from(self.trajectories) * (self.factors as u64 + 1)
    }
}
