//! Independent copies of a design whose rows fill each other's gaps.
//!
//! The rows of a Latin hypercube or of a Sobol' sequence are no independent draws: an average over them is
//! surer than their spread tells, by how much is not in them. The classical remedy is a few independent
//! randomisations of the same rule (randomised quasi-Monte Carlo: Owen 1995; L'Ecuyer & Lemieux 2002;
//! replicated Latin hypercubes: McKay, Beckman & Conover 1979). Rows are **dealt** to the copies: row `r` is row
//! `r / copies` of copy `r mod copies`, so that every copy has its share whatever the number of rows, and more
//! rows leave the earlier ones as they are. Intervals are taken between copies. Each copy is balanced in
//! itself, the whole is their average: about as sure as one rule of all rows where the rule gains little, and
//! somewhat less where it gains much; that is the price of knowing how sure.

use super::{DesignError, MAX_ROWS, UnitRows, count};
use crate::draws;
use crate::statistics::LEAST_UNITS;

/// The copies of a design that does not say: as many as an interval needs.
pub const COPIES: u32 = LEAST_UNITS as u32;

/// The copies of a design in results that do not say: one.
pub(super) const fn one() -> u32 {
    1
}

/// Whether there is one copy, as in results of versions that knew no others.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
pub(super) const fn is_one(copies: &u32) -> bool {
    *copies == 1
}

/// The rows of a design dealt to its copies. One copy has the design's own seed.
pub(super) struct Copies {
    copies: Vec<Box<dyn UnitRows>>,
    rows: u64,
}

impl Copies {
    /// Copies of a rule whose rows grow through `sizes`, counted over all of them; `of_copy` makes one from its
    /// own sizes and its own seed. Copies beyond the last size have no row.
    pub(super) fn of_sizes(
        copies: u32,
        sizes: &[u32],
        seed: u64,
        of_copy: impl Fn(&[u32], u64) -> Result<Box<dyn UnitRows>, DesignError>,
    ) -> Result<Self, DesignError> {
        count("copies", copies, 1, "at least 1")?;
        if copies == 1 {
            let only = of_copy(sizes, seed)?;
            return Ok(Self { rows: only.rows(), copies: vec![only] });
        }
        let mut last = 0;
        for &size in sizes {
            if size <= last {
                let found = u64::from(size);
                return Err(match sizes.len() {
                    1 => DesignError::Count { what: "rows", allowed: "at least 1", found },
                    _ => DesignError::Count { what: "sizes", allowed: "positive and rising", found },
                });
            }
            last = size;
        }
        if last == 0 {
            return Err(DesignError::Count { what: "sizes", allowed: "at least one number", found: 0 });
        }
        if u64::from(last) > MAX_ROWS {
            return Err(DesignError::TooLarge { limit: MAX_ROWS });
        }
        let mut made = Vec::new();
        for copy in 0..if copies < last { copies } else { last } {
            // Of `size` rows dealt in turn this copy has every `copies`-th, beginning with its own number.
            let mut own: Vec<u32> =
                sizes.iter().filter(|&&size| size > copy).map(|&size| (size - copy).div_ceil(copies)).collect();
            own.dedup();
            made.push(of_copy(&own, draws::key(seed, "copy of a design", &[u64::from(copy)]))?);
        }
        Ok(Self { copies: made, rows: u64::from(last) })
    }
}

impl UnitRows for Copies {
    fn write(&self, row: u64, out: &mut [f64]) {
        let copies = self.copies.len() as u64;
        self.copies[(row % copies) as usize].write(row / copies, out);
    }

    fn rows(&self) -> u64 {
        self.rows
    }
}
