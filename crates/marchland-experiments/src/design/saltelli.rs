//! The points of Saltelli's estimators of Sobol' indices (Saltelli 2002; Saltelli et al. 2010).

use super::sobol::sobol_unit;
use super::{DesignError, MAX_ROWS, UnitRows, count};

/// Base row `i` occupies the rows `i·m .. (i + 1)·m`, m the block length, so that a larger base appends.
/// `A` takes the first k dimensions of one Sobol' sequence and `B` the next k.
pub(super) struct Saltelli {
    base: u32,
    second_order: bool,
    factors: u64,
    seed: u64,
}

/// The rows of one base row: `A`, `A` with each column from `B`, `B` with each from `A` where second-order
/// indices are wanted, and `B`.
pub(super) const fn block(factors: u64, second_order: bool) -> u64 {
    factors * if second_order { 2 } else { 1 } + 2
}

impl Saltelli {
    pub(super) fn new(base: u32, second_order: bool, factors: usize, seed: u64) -> Result<Saltelli, DesignError> {
        count("base", base, 1, "at least 1")?;
        let design = Saltelli { base, second_order, factors: factors as u64, seed };
        if u64::from(base).checked_mul(design.block()).is_none_or(|rows| rows > MAX_ROWS) {
            return Err(DesignError::TooLarge { limit: MAX_ROWS });
        }
        Ok(design)
    }

    fn block(&self) -> u64 {
        block(self.factors, self.second_order)
    }
}

impl UnitRows for Saltelli {
    fn write(&self, row: u64, out: &mut [f64]) {
        let (base, step) = (row / self.block(), row % self.block());
        // Whether factor f comes from B in this step.
        let from_b = |f: u64| {
            if step == 0 {
                false
            } else if step <= self.factors {
                f == step - 1
            } else if step == self.block() - 1 {
                true
            } else {
                f != step - 1 - self.factors
            }
        };
        for (f, u) in out.iter_mut().enumerate() {
            let f = f as u64;
            let dimension = if from_b(f) { self.factors + f } else { f };
            *u = sobol_unit(base, dimension, self.seed);
        }
    }

    fn rows(&self) -> u64 {
        u64::from(self.base) * self.block()
    }
}
