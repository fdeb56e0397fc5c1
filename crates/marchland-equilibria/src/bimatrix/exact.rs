//! Dictionaries in exact integers.

use std::cmp::Ordering;

use num_bigint::BigInt;
use num_rational::BigRational;

use super::integer::Integer;
use super::polytope::{Polytope, ratio};

/// The weights of the objective that reverse search descends: −Σ weight · z, all different so that ties are rare.
pub(super) fn weight(column: usize) -> i64 {
    // Multiples of the golden ratio spread evenly.
    1000 + (column as i64 * 618) % 1000
}

/// The equations of a polytope solved for a basis, fraction-free (Edmonds 1967):
/// det · x_basis\[i\] = rhs\[i\] − Σ t\[i\]\[k\] · x_cobasis\[k\], all integers, det > 0.
///
/// Degeneracy is resolved lexicographically: slack k's right-hand side counts as increased by ε^(k+1).
/// The last row is the objective.
#[derive(Debug, Clone)]
pub(super) struct Exact<I> {
    rows: usize,
    columns: usize,
    /// (rows + 1) × (columns + 1), the right-hand sides in the last column.
    table: Vec<I>,
    det: I,
    pub(super) basis: Vec<usize>,
    pub(super) cobasis: Vec<usize>,
}

impl<I: Integer> Exact<I> {
    /// The dictionary at z = 0; none if the payoffs do not fit.
    pub(super) fn origin(polytope: &Polytope) -> Option<Exact<I>> {
        let (rows, columns) = (polytope.rows, polytope.columns);
        let mut table = Vec::with_capacity((rows + 1) * (columns + 1));
        let bound = I::of(&polytope.bound)?;
        for row in polytope.integers.chunks_exact(columns) {
            for entry in row {
                table.push(I::of(entry)?);
            }
            table.push(bound.clone());
        }
        for column in 0..columns {
            table.push(I::of(&BigInt::from(weight(column)))?);
        }
        table.push(I::zero());
        Some(Exact {
            rows,
            columns,
            table,
            det: I::one(),
            basis: (columns..columns + rows).collect(),
            cobasis: (0..columns).collect(),
        })
    }

    /// The dictionary with the given cobasis, a set of variables as bits; none if it does not fit.
    ///
    /// # Panics
    /// If the complement is not a basis.
    pub(super) fn at(polytope: &Polytope, cobasis: u128) -> Option<Exact<I>> {
        let mut exact = Exact::<I>::origin(polytope)?;
        let leaves = |variable: usize| cobasis >> variable & 1 == 1;
        for column in 0..exact.columns {
            if leaves(column) {
                continue;
            }
            let place = exact.cobasis.iter().position(|&v| v == column).expect("structural not yet in the basis");
            let row = (0..exact.rows)
                .find(|&row| leaves(exact.basis[row]) && exact.entry(row, place).sign() != 0)
                .expect("the complement of the cobasis is a basis");
            exact.pivot(row, place)?;
        }
        Some(exact)
    }

    fn entry(&self, row: usize, column: usize) -> &I {
        &self.table[row * (self.columns + 1) + column]
    }

    fn rhs(&self, row: usize) -> &I {
        self.entry(row, self.columns)
    }

    /// Exchanges a basic and a non-basic variable; none if the result does not fit.
    pub(super) fn pivot(&mut self, row: usize, column: usize) -> Option<()> {
        let width = self.columns + 1;
        let pivot_row: Vec<I> = self.table[row * width..(row + 1) * width].to_vec();
        let pivot = pivot_row[column].clone();
        for (i, line) in self.table.chunks_exact_mut(width).enumerate() {
            if i == row {
                continue;
            }
            let factor = line[column].clone();
            for (k, entry) in line.iter_mut().enumerate() {
                if k != column {
                    *entry = I::cross(entry, &pivot, &factor, &pivot_row[k], &self.det)?;
                }
            }
            line[column] = factor.negated();
        }
        self.table[row * width + column] = self.det.clone();
        self.det = pivot;
        std::mem::swap(&mut self.basis[row], &mut self.cobasis[column]);
        if self.det.sign() < 0 {
            self.det = self.det.negated();
            for entry in &mut self.table {
                *entry = entry.negated();
            }
        }
        Some(())
    }

    /// The row that leaves when the variable in `column` enters, unique by the lexicographic rule.
    ///
    /// The inner none says that no row bounds the variable; the outer that a product does not fit.
    #[allow(clippy::option_option)]
    pub(super) fn leaving(&self, column: usize) -> Option<Option<usize>> {
        let mut best: Option<usize> = None;
        for row in 0..self.rows {
            if self.entry(row, column).sign() <= 0 {
                continue;
            }
            best = match best {
                Some(best) if self.compare_ratios(row, best, column)?.is_ge() => Some(best),
                _ => Some(row),
            };
        }
        Some(best)
    }

    fn compare_ratios(&self, left: usize, right: usize, column: usize) -> Option<Ordering> {
        let (a, b) = (self.entry(left, column), self.entry(right, column));
        let order = I::compare_products(self.rhs(left), b, self.rhs(right), a)?;
        if order.is_ne() {
            return Some(order);
        }
        for slack in self.columns..self.columns + self.rows {
            let order = match self.cobasis.iter().position(|&v| v == slack) {
                Some(k) => I::compare_products(self.entry(left, k), b, self.entry(right, k), a)?,
                // A basic slack's column is a unit vector.
                None if self.basis[left] == slack => Ordering::Greater,
                None if self.basis[right] == slack => Ordering::Less,
                None => Ordering::Equal,
            };
            if order.is_ne() {
                return Some(order);
            }
        }
        Some(Ordering::Equal)
    }

    /// The pivots (row, column) to the vertices whose own pivot by Bland's rule leads here.
    pub(super) fn children(&self) -> Option<Vec<(usize, usize)>> {
        let mut children = Vec::new();
        let objective = |k: usize| self.entry(self.rows, k);
        for column in 0..self.columns {
            if objective(column).sign() <= 0 {
                continue;
            }
            let Some(row) = self.leaving(column)? else { continue };
            let pivot = self.entry(row, column);
            let mut back = true;
            for k in (0..self.columns).filter(|&k| k != column && self.cobasis[k] < self.basis[row]) {
                let order = I::compare_products(objective(k), pivot, objective(column), self.entry(row, k))?;
                if order.is_lt() {
                    back = false;
                    break;
                }
            }
            if back {
                children.push((row, column));
            }
        }
        Some(children)
    }

    /// The variables that are zero, as bits: all of the cobasis, and basic ones by degeneracy.
    pub(super) fn zeros(&self) -> u128 {
        let nonbasic = self.cobasis.iter().fold(0, |bits, &v| bits | 1 << v);
        let basic = (0..self.rows).filter(|&row| self.rhs(row).sign() == 0);
        basic.fold(nonbasic, |bits, row| bits | 1 << self.basis[row])
    }

    /// The mixed strategy at this vertex: z over its sum.
    pub(super) fn mix(&self) -> Vec<BigRational> {
        let mut z = vec![BigInt::from(0); self.columns];
        for row in (0..self.rows).filter(|&row| self.basis[row] < self.columns) {
            z[self.basis[row]] = self.rhs(row).big();
        }
        let sum: BigInt = z.iter().sum();
        z.into_iter().map(|z| BigRational::new(z, sum.clone())).collect()
    }

    /// The table over det in doubles, rows × (columns + 1), for slacks measured as shares of `bound`.
    pub(super) fn doubles(&self, bound: &BigInt) -> Vec<f64> {
        let det = self.det.big();
        let scaled = &det * bound;
        let mut doubles = Vec::with_capacity(self.rows * (self.columns + 1));
        for row in 0..self.rows {
            let basic_slack = self.basis[row] >= self.columns;
            for column in 0..=self.columns {
                let entry = self.entry(row, column).big();
                let free_slack = self.cobasis.get(column).is_some_and(|&v| v >= self.columns);
                doubles.push(match (basic_slack, free_slack) {
                    (true, false) => ratio(&entry, &scaled),
                    (false, true) => ratio(&(entry * bound), &det),
                    _ => ratio(&entry, &det),
                });
            }
        }
        doubles
    }
}
