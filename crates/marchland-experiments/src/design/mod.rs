//! Designs: which points of the space of factors are played.
//!
//! A design is a rule that gives row `i` its coordinates in the unit cube; each [`Factor`] turns its
//! coordinate into a value by the quantile function of its distribution. One file per design; every
//! one computes a row from its number alone (a Latin hypercube from its permutations), so that memory
//! does not grow with the number of games.
//!
//! **Extension.** More rows keep the earlier rows as they are, to the bit: a run's identity is
//! (row, replication), and finished runs stay good. For [`Design::Sobol`], [`Design::Saltelli`],
//! [`Design::Morris`] and [`Design::MonteCarlo`] a larger count simply appends. A Latin hypercube is
//! extended in stated steps (see [`latin_hypercube`]), in independent copies (see [`copies`]). One-at-a-time, factorial and zip designs are
//! complete; they grow by replications only. Adding or renaming factors makes another experiment.

pub mod copies;
mod factor;
mod full_factorial;
pub mod latin_hypercube;
mod monte_carlo;
mod morris;
mod one_at_a_time;
mod run_order;
mod saltelli;
mod shocks;
mod sobol;
mod table;
mod zip;

pub use factor::{Distribution, Factor, Options, Value};
pub use run_order::{Run, RunOrder};
pub use shocks::Shocks;
pub use sobol::sobol_unit;
pub use table::values_of_table;

use crate::table::Table;
use serde::{Deserialize, Serialize};

/// Which points are played.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Design {
    /// The base point, then each varied factor in turn through its levels, the others at their base.
    /// Rows: 1 + the sum of the levels.
    OneAtATime {
        /// Evenly spaced quantiles of a continuous factor, ends included; at least 2. A choice takes
        /// its options.
        levels: u32,
    },
    /// Every combination of levels; the last factor varies fastest.
    FullFactorial {
        /// As for one at a time.
        levels: u32,
    },
    /// A Latin hypercube (McKay, Beckman & Conover 1979), extendable.
    LatinHypercube {
        /// Total rows after the first draw and after each extension, rising: `[512]`, later `[512, 1024]`.
        sizes: Vec<u32>,
        /// How many candidate hypercubes compete for the largest smallest distance (Johnson, Moore &
        /// Ylvisaker 1990); 1 takes the first.
        maximin_candidates: u32,
        /// Independent hypercubes that the rows are dealt to, see [`copies`]; 1 in results of versions that
        /// knew no others.
        #[serde(default = "copies::one", skip_serializing_if = "copies::is_one")]
        copies: u32,
    },
    /// An Owen-scrambled Sobol' sequence.
    Sobol {
        /// Rows; powers of two of at least the copies are balanced in every factor.
        rows: u32,
        /// Independent scrambles that the rows are dealt to, see [`copies`]; 1 in results of versions that
        /// knew no others.
        #[serde(default = "copies::one", skip_serializing_if = "copies::is_one")]
        copies: u32,
    },
    /// The points of Saltelli's estimators of Sobol' indices: per base row `A`, then `A` with each
    /// column in turn from `B`, then `B` with each column from `A` (second order only), then `B`.
    /// Rows: base × (varied factors + 2), or base × (2 × varied factors + 2).
    Saltelli {
        /// Base rows, a power of two for balance.
        base: u32,
        /// Whether second-order indices are wanted.
        second_order: bool,
    },
    /// Morris (1991) trajectories. Rows: trajectories × (varied factors + 1).
    Morris {
        /// Number of trajectories.
        trajectories: u32,
        /// Levels of the grid, even, at least 2; usually 4.
        levels: u32,
    },
    /// All factors move together: row `i` takes level `i` of every varied factor.
    Zip {
        /// Rows; a choice must have as many options.
        rows: u32,
    },
    /// Independent draws from the factors' own distributions.
    MonteCarlo {
        /// Rows.
        rows: u32,
    },
    /// Values as listed by the caller, one row each; see [`values_of_table`].
    Listed {
        /// Row by row, in the order of the factors.
        rows: Vec<Vec<Value>>,
    },
}

/// What is wrong with a design or its factors.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum DesignError {
    /// No factor was given, or none of them varies.
    #[error("the design has no factor to vary")]
    NoFactors,
    /// Two factors share a name.
    #[error("the factor {0} stands twice")]
    DuplicateFactor(String),
    /// A distribution without a meaning.
    #[error("factor {factor}: {what}")]
    Distribution {
        /// The factor's name.
        factor: String,
        /// What is wrong.
        what: String,
    },
    /// A count outside what the design allows.
    #[error("{what} must be {allowed}, not {found}")]
    Count {
        /// Which count.
        what: &'static str,
        /// The rule.
        allowed: &'static str,
        /// What was given.
        found: u64,
    },
    /// A zip whose factors have different numbers of options.
    #[error("factor {factor} has {options} options, but the zip has {rows} rows")]
    ZipLength {
        /// The factor.
        factor: String,
        /// Its options.
        options: usize,
        /// The zip's rows.
        rows: u32,
    },
    /// More rows than can be numbered.
    #[error("the design would have more than {limit} rows")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// A table that does not fit the factors.
    #[error("{0}")]
    Table(String),
}

/// The largest number of rows a design may have.
pub const MAX_ROWS: u64 = 1 << 32;

/// A rule that gives row `i` its coordinates.
trait UnitRows: Send + Sync {
    /// Writes the coordinates of `row` for the varied factors; NaN stands for a factor's base value.
    fn write(&self, row: u64, out: &mut [f64]);
    /// The number of rows.
    fn rows(&self) -> u64;
}

/// A design ready to give its rows.
///
/// ```
/// use marchland_experiments::design::{Design, Distribution, Factor, Points, Value};
/// let factors = vec![
///     Factor { name: "quota".into(), draw_key: None, distribution: Distribution::Uniform { low: 0.0, high: 1.0 }, base: None },
///     Factor { name: "price".into(), draw_key: None, distribution: Distribution::LogUniform { low: 900.0, high: 3300.0 }, base: None },
/// ];
/// let points = Points::new(Design::Sobol { rows: 256, copies: 16 }, factors, 7)?;
/// assert_eq!(points.rows(), 256);
/// assert!(matches!(points.values(3)[1], Value::Number(p) if (900.0..=3300.0).contains(&p)));
/// # Ok::<(), marchland_experiments::design::DesignError>(())
/// ```
pub struct Points {
    factors: Vec<Factor>,
    /// Positions of the factors that vary.
    varied: Vec<usize>,
    design: Design,
    unit: Option<Box<dyn UnitRows>>,
}

impl Points {
    /// Prepares a design over factors. Equal designs, factors and seeds give equal rows; factors that
    /// do not vary keep their value in every row.
    ///
    /// # Errors
    /// [`DesignError`] for factors that are absent, doubled, without meaning or all constant, and for
    /// counts that the design does not allow.
    pub fn new(design: Design, factors: Vec<Factor>, seed: u64) -> Result<Points, DesignError> {
        for (i, factor) in factors.iter().enumerate() {
            if factors[..i].iter().any(|other| other.name == factor.name) {
                return Err(DesignError::DuplicateFactor(factor.name.clone()));
            }
            factor.distribution.check(&factor.name)?;
        }
        let varied: Vec<usize> = (0..factors.len()).filter(|&i| factors[i].distribution.varies()).collect();
        if let Design::Listed { rows } = &design {
            table::check(rows, &factors)?;
            return Ok(Points { factors, varied, design, unit: None });
        }
        if varied.is_empty() {
            return Err(DesignError::NoFactors);
        }
        let of: Vec<&Factor> = varied.iter().map(|&i| &factors[i]).collect();
        let unit: Box<dyn UnitRows> = match &design {
            Design::OneAtATime { levels } => Box::new(one_at_a_time::OneAtATime::new(*levels, &of)?),
            Design::FullFactorial { levels } => Box::new(full_factorial::FullFactorial::new(*levels, &of)?),
            Design::LatinHypercube { sizes, maximin_candidates, copies } => {
                let of_copy = |sizes: &[u32], seed| {
                    latin_hypercube::LatinHypercube::new(sizes, *maximin_candidates, &of, seed).map(boxed)
                };
                Box::new(copies::Copies::of_sizes(*copies, sizes, seed, of_copy)?)
            }
            Design::Sobol { rows, copies } => {
                let of_copy = |sizes: &[u32], seed| sobol::Sobol::new(sizes[0], seed).map(boxed);
                Box::new(copies::Copies::of_sizes(*copies, &[*rows], seed, of_copy)?)
            }
            Design::Saltelli { base, second_order } => {
                Box::new(saltelli::Saltelli::new(*base, *second_order, of.len(), seed)?)
            }
            Design::Morris { trajectories, levels } => {
                Box::new(morris::Morris::new(*trajectories, *levels, of.len(), seed)?)
            }
            Design::Zip { rows } => Box::new(zip::Zip::new(*rows, &of)?),
            Design::MonteCarlo { rows } => Box::new(monte_carlo::MonteCarlo::new(*rows, &of, seed)?),
            Design::Listed { .. } => unreachable!("handled above"),
        };
        if unit.rows() > MAX_ROWS {
            return Err(DesignError::TooLarge { limit: MAX_ROWS });
        }
        Ok(Points { factors, varied, design, unit: Some(unit) })
    }

    /// The factors, in the order of [`Points::values`].
    pub fn factors(&self) -> &[Factor] {
        &self.factors
    }

    /// The design.
    pub fn design(&self) -> &Design {
        &self.design
    }

    /// Positions of the factors that vary: the columns of [`Points::unit`].
    pub fn varied(&self) -> &[usize] {
        &self.varied
    }

    /// The number of rows.
    pub fn rows(&self) -> u64 {
        match (&self.unit, &self.design) {
            (Some(unit), _) => unit.rows(),
            (None, Design::Listed { rows }) => rows.len() as u64,
            (None, _) => 0,
        }
    }

    /// The coordinates in `[0, 1]` of the varied factors in `row`; NaN stands for a factor's base
    /// value. `None` for a listed design, which has no coordinates.
    ///
    /// # Panics
    /// If `row` is not below [`Points::rows`].
    pub fn unit(&self, row: u64) -> Option<Vec<f64>> {
        assert!(row < self.rows(), "row {row} of a design of {} rows", self.rows());
        let unit = self.unit.as_ref()?;
        let mut out = vec![f64::NAN; self.varied.len()];
        unit.write(row, &mut out);
        Some(out)
    }

    /// The value of every factor in `row`.
    ///
    /// # Panics
    /// If `row` is not below [`Points::rows`].
    pub fn values(&self, row: u64) -> Vec<Value> {
        let Some(unit) = self.unit(row) else {
            let Design::Listed { rows } = &self.design else { unreachable!("only a list has no rule") };
            return rows[row as usize].clone();
        };
        let mut coordinates = vec![0.5; self.factors.len()];
        for (&factor, &u) in self.varied.iter().zip(&unit) {
            coordinates[factor] = u;
        }
        self.factors
            .iter()
            .zip(coordinates)
            .map(|(factor, u)| match &factor.base {
                Some(base) if u.is_nan() => base.clone(),
                _ => factor.distribution.quantile(if u.is_nan() { 0.5 } else { u }),
            })
            .collect()
    }

    /// The unit of independence that a row belongs to under [`Shocks::Fresh`]: the row itself; in a
    /// [`Design::Saltelli`] its block, of which `A`, `B` and the points between them share their shocks.
    #[must_use]
    pub fn unit_of_shocks(&self, row: u64) -> u64 {
        match &self.design {
            Design::Saltelli { second_order, .. } => row / saltelli::block(self.varied.len() as u64, *second_order),
            _ => row,
        }
    }

    /// The rows of `from..to` as a table with one column per factor.
    ///
    /// # Panics
    /// If `to` exceeds [`Points::rows`].
    pub fn table(&self, from: u64, to: u64) -> Table {
        table::of_points(self, from, to)
    }
}

fn boxed(rows: impl UnitRows + 'static) -> Box<dyn UnitRows> {
    Box::new(rows)
}

/// A count within stated bounds.
fn count(what: &'static str, found: u32, least: u32, allowed: &'static str) -> Result<(), DesignError> {
    if found < least {
        return Err(DesignError::Count { what, allowed, found: u64::from(found) });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
