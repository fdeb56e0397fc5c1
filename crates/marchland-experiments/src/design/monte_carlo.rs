//! Independent draws from the factors' own distributions.

use super::{DesignError, Factor, UnitRows, count};
use crate::draws;

pub(super) struct MonteCarlo {
    rows: u32,
    /// One key per factor, from its name: another factor added or removed leaves the rest in place.
    keys: Vec<u64>,
}

impl MonteCarlo {
    pub(super) fn new(rows: u32, factors: &[&Factor], seed: u64) -> Result<MonteCarlo, DesignError> {
        count("rows", rows, 1, "at least 1")?;
        let keys = factors.iter().map(|f| draws::key(seed, &format!("monte carlo/{}", f.draw_key()), &[])).collect();
        Ok(MonteCarlo { rows, keys })
    }
}

impl UnitRows for MonteCarlo {
    fn write(&self, row: u64, out: &mut [f64]) {
        for (u, &key) in out.iter_mut().zip(&self.keys) {
            *u = draws::uniform(&mut draws::stream(draws::key(key, "row", &[row])));
        }
    }

    fn rows(&self) -> u64 {
        u64::from(self.rows)
    }
}
