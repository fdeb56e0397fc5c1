//! One factor at a time, the others at their base.

use super::{DesignError, Factor, UnitRows, count};

pub(super) struct OneAtATime {
    /// Coordinates of each factor's levels.
    levels: Vec<Vec<f64>>,
}

impl OneAtATime {
    pub(super) fn new(levels: u32, factors: &[&Factor]) -> Result<OneAtATime, DesignError> {
        count("levels", levels, 2, "at least 2")?;
        let levels = factors
            .iter()
            .map(|f| {
                let n = f.distribution.count().map_or(u64::from(levels), |n| n as u64);
                (0..n).map(|l| f.distribution.level(l, n)).collect()
            })
            .collect();
        Ok(OneAtATime { levels })
    }
}

impl UnitRows for OneAtATime {
    fn write(&self, row: u64, out: &mut [f64]) {
        out.fill(f64::NAN);
        let Some(mut rest) = row.checked_sub(1) else {
            return;
        };
        for (factor, levels) in self.levels.iter().enumerate() {
            if let Some(&u) = levels.get(rest as usize) {
                out[factor] = u;
                return;
            }
            rest -= levels.len() as u64;
        }
    }

    fn rows(&self) -> u64 {
        1 + self.levels.iter().map(|l| l.len() as u64).sum::<u64>()
    }
}
