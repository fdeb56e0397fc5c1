//! All factors move together.

use super::{DesignError, Factor, UnitRows, count};

pub(super) struct Zip {
    rows: u32,
    /// Coordinates of each factor's levels.
    levels: Vec<Vec<f64>>,
}

impl Zip {
    pub(super) fn new(rows: u32, factors: &[&Factor]) -> Result<Zip, DesignError> {
        count("rows", rows, 1, "at least 1")?;
        let mut levels = Vec::with_capacity(factors.len());
        for f in factors {
            if let Some(options) = f.distribution.count()
                && options != rows as usize
            {
                return Err(DesignError::ZipLength { factor: f.name.clone(), options, rows });
            }
            levels.push((0..u64::from(rows)).map(|l| f.distribution.level(l, u64::from(rows))).collect());
        }
        Ok(Zip { rows, levels })
    }
}

impl UnitRows for Zip {
    fn write(&self, row: u64, out: &mut [f64]) {
        for (u, levels) in out.iter_mut().zip(&self.levels) {
            *u = levels[row as usize];
        }
    }

    fn rows(&self) -> u64 {
        u64::from(self.rows)
    }
}
