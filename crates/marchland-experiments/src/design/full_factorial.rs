//! Every combination of levels.

use super::{DesignError, Factor, MAX_ROWS, UnitRows, count};

pub(super) struct FullFactorial {
    /// Coordinates of each factor's levels.
    levels: Vec<Vec<f64>>,
    rows: u64,
}

impl FullFactorial {
    pub(super) fn new(levels: u32, factors: &[&Factor]) -> Result<FullFactorial, DesignError> {
        count("levels", levels, 2, "at least 2")?;
        let mut rows = 1u64;
        let mut all = Vec::with_capacity(factors.len());
        for f in factors {
            let n = f.distribution.count().map_or(u64::from(levels), |n| n as u64);
            rows = rows.checked_mul(n).filter(|&r| r <= MAX_ROWS).ok_or(DesignError::TooLarge { limit: MAX_ROWS })?;
            all.push((0..n).map(|l| f.distribution.level(l, n)).collect());
        }
        Ok(FullFactorial { levels: all, rows })
    }
}

impl UnitRows for FullFactorial {
    fn write(&self, row: u64, out: &mut [f64]) {
        let mut rest = row;
        for (u, levels) in out.iter_mut().zip(&self.levels).rev() {
            let n = levels.len() as u64;
            *u = levels[(rest % n) as usize];
            rest /= n;
        }
    }

    fn rows(&self) -> u64 {
        self.rows
    }
}
