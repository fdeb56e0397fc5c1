//! Dictionaries in doubles, with bounds on their errors: they decide what is clear and say what is not.

use super::exact::weight;
use super::polytope::Polytope;
use crate::number::max;

/// Half a unit in the last place of 1.
const ROUNDING: f64 = f64::EPSILON / 2.0;
/// Propagated error bounds up to this are good enough for nearly every decision.
const LOOSE: f64 = 1e-10;

/// As [`super::exact::Exact`], over det and in doubles; every decision is none where rounding might matter.
#[derive(Debug, Clone)]
pub(super) struct Approximate {
    rows: usize,
    columns: usize,
    /// rows × (columns + 1), the right-hand sides last.
    table: Vec<f64>,
    /// The objective row, over the cobasis.
    objective: Vec<f64>,
    /// Bounds on the error of each row, and of the objective.
    errors: Vec<f64>,
    objective_error: f64,
    /// Whether the bounds come from the residual, rather than from those of the dictionary before.
    tight: bool,
    pub(super) basis: Vec<usize>,
    pub(super) cobasis: Vec<usize>,
}

impl Approximate {
    /// The dictionary at z = 0.
    pub(super) fn origin(polytope: &Polytope) -> Approximate {
        let (rows, columns) = (polytope.rows, polytope.columns);
        let lines = polytope.doubles.chunks_exact(columns);
        let mut dictionary = Approximate {
            rows,
            columns,
            table: lines.flat_map(|row| row.iter().copied().chain([1.0])).collect(),
            objective: vec![0.0; columns],
            errors: vec![0.0; rows],
            objective_error: 0.0,
            tight: false,
            basis: (columns..columns + rows).collect(),
            cobasis: (0..columns).collect(),
        };
        dictionary.bound_errors(polytope);
        dictionary
    }

    /// Takes over the values of an exact dictionary in the same order of variables.
    pub(super) fn refresh(&mut self, polytope: &Polytope, table: Vec<f64>, basis: &[usize], cobasis: &[usize]) {
        self.table = table;
        self.basis = basis.to_vec();
        self.cobasis = cobasis.to_vec();
        self.bound_errors(polytope);
    }

    /// The dictionary after one exchange.
    pub(super) fn pivoted(&self, polytope: &Polytope, row: usize, column: usize) -> Approximate {
        let mut next = self.clone();
        let width = self.columns + 1;
        let pivot = self.table[row * width + column];
        let mut scaled: Vec<f64> = self.table[row * width..(row + 1) * width].iter().map(|u| u / pivot).collect();
        scaled[column] = 1.0 / pivot;
        // First-order error propagation with every second-order term kept, all bounded from above.
        let own = self.errors[row];
        let largest = scaled.iter().fold(0.0, |most, s| max(most, s.abs()));
        let sure = pivot - own;
        let scaled_error =
            if sure > 0.0 { own * (1.0 + largest) / sure + 4.0 * ROUNDING * largest } else { f64::INFINITY };
        for (i, line) in next.table.chunks_exact_mut(width).enumerate() {
            if i == row {
                line.copy_from_slice(&scaled);
                next.errors[i] = scaled_error;
                continue;
            }
            let factor = line[column];
            line[column] = 0.0;
            let mut most = 0.0;
            for (entry, s) in line.iter_mut().zip(&scaled) {
                *entry -= factor * s;
                most = max(most, entry.abs());
            }
            let size = factor.abs();
            next.errors[i] = 1.01
                * (self.errors[i] * (1.0 + largest + scaled_error)
                    + size * scaled_error
                    + 4.0 * ROUNDING * (most + size * largest));
        }
        std::mem::swap(&mut next.basis[row], &mut next.cobasis[column]);
        next.tight = false;
        if next.errors.iter().copied().fold(0.0, max) < LOOSE {
            next.price();
        } else {
            next.tighten(polytope);
        }
        next
    }

    /// Recomputes the error bounds from the equations themselves; whether that was any use.
    pub(super) fn tighten(&mut self, polytope: &Polytope) -> bool {
        if self.tight {
            return false;
        }
        self.bound_errors(polytope);
        true
    }

    /// Bounds every entry's error by its row's |B⁻¹| times the residual of B · table = N (Rump 2010).
    fn bound_errors(&mut self, polytope: &Polytope) {
        let (rows, columns, width) = (self.rows, self.columns, self.columns + 1);
        // Residuals of the original equations, one per row; `sizes` bounds their own rounding.
        let mut residual = vec![0.0; width];
        let mut sizes = vec![1.0; width];
        let mut slack_row = vec![None; rows];
        let mut structural = Vec::new();
        for (row, &variable) in self.basis.iter().enumerate() {
            let line = &self.table[row * width..(row + 1) * width];
            match variable.checked_sub(columns) {
                Some(slack) => {
                    slack_row[slack] = Some(row);
                }
                None => structural.push((variable, row)),
            }
            for (size, u) in sizes.iter_mut().zip(line) {
                *size += 2.0 * u.abs();
            }
        }
        let mut largest = 0.0;
        for (i, (original, slack)) in polytope.doubles.chunks_exact(columns).zip(&slack_row).enumerate() {
            for (k, r) in residual[..columns].iter_mut().enumerate() {
                let variable = self.cobasis[k];
                *r = if variable < columns {
                    original[variable]
                } else if variable - columns == i {
                    1.0
                } else {
                    0.0
                };
            }
            residual[columns] = 1.0;
            for &(variable, row) in &structural {
                let factor = original[variable];
                for (r, u) in residual.iter_mut().zip(&self.table[row * width..]) {
                    *r -= factor * u;
                }
            }
            if let &Some(row) = slack {
                for (r, u) in residual.iter_mut().zip(&self.table[row * width..]) {
                    *r -= u;
                }
            }
            for r in &residual {
                largest = max(largest, r.abs());
            }
        }
        // Each residual sums at most structural + 3 terms, whose payoffs carry two roundings.
        let terms = structural.len() as f64 + 6.0;
        largest += sizes.iter().copied().fold(0.0, max) * terms * ROUNDING * 2.0;
        let mut most = 0.0;
        for row in 0..rows {
            let line = &self.table[row * width..(row + 1) * width];
            let slacks = (0..columns).filter(|&k| self.cobasis[k] >= columns);
            let mut inverse: f64 = slacks.map(|k| line[k].abs()).sum();
            if self.basis[row] >= columns {
                inverse += 1.0;
            }
            most = max(most, inverse);
            self.errors[row] = 2.0 * inverse * largest;
        }
        if most * largest * rows as f64 > 0.25 {
            // B⁻¹ itself is in doubt, so nothing is clear.
            self.errors.fill(f64::INFINITY);
        }
        self.tight = true;
        self.price();
    }

    /// The objective row and its error bound, from the table.
    fn price(&mut self) {
        let (columns, width) = (self.columns, self.columns + 1);
        for (objective, &variable) in self.objective.iter_mut().zip(&self.cobasis) {
            *objective = if variable < columns { weight(variable) as f64 } else { 0.0 };
        }
        let mut error = 0.0;
        let mut size = 2000.0;
        let mut terms = 6.0;
        for (row, &variable) in self.basis.iter().enumerate().filter(|(_, variable)| **variable < columns) {
            let w = weight(variable) as f64;
            let line = &self.table[row * width..row * width + columns];
            let mut most = 0.0;
            for (o, u) in self.objective.iter_mut().zip(line) {
                *o -= w * u;
                most = max(most, u.abs());
            }
            error += w * self.errors[row];
            size += w * most;
            terms += 1.0;
        }
        self.objective_error = error + terms * ROUNDING * size;
    }

    /// As [`super::exact::Exact::leaving`] where the rule is clear.
    fn leaving(&self, column: usize) -> Option<usize> {
        let width = self.columns + 1;
        let entry = |row: usize| self.table[row * width + column];
        let rhs = |row: usize| self.table[row * width + self.columns];
        let mut best: Option<usize> = None;
        for row in (0..self.rows).filter(|&row| entry(row) > self.errors[row]) {
            if best.is_none_or(|best| rhs(row) * entry(best) < rhs(best) * entry(row)) {
                best = Some(row);
            }
        }
        let best = best?;
        let (b, t, e) = (rhs(best), entry(best), self.errors[best]);
        if t - e <= 0.0 {
            return None;
        }
        let bound = (b + e) / (t - e);
        for row in (0..self.rows).filter(|&row| row != best && entry(row) >= -self.errors[row]) {
            // The least this row's ratio can be must exceed the most the best one's can be.
            if rhs(row) - self.errors[row] <= bound * (entry(row) + self.errors[row]) * (1.0 + 8.0 * ROUNDING) {
                return None;
            }
        }
        Some(best)
    }

    /// As [`super::exact::Exact::children`] where every decision is clear.
    pub(super) fn children(&self) -> Option<Vec<(usize, usize)>> {
        let width = self.columns + 1;
        let mut children = Vec::new();
        for column in 0..self.columns {
            let slope = self.objective[column];
            if slope.abs() <= self.objective_error {
                return None;
            }
            if slope < 0.0 {
                continue;
            }
            let row = self.leaving(column)?;
            let line = &self.table[row * width..(row + 1) * width];
            let (pivot, error) = (line[column], self.errors[row]);
            let mut back = true;
            for k in (0..self.columns).filter(|&k| k != column && self.cobasis[k] < self.basis[row]) {
                let (o, u) = (self.objective[k], line[k]);
                let value = o * pivot - slope * u;
                let slack = (self.objective_error + ROUNDING * (o.abs() + slope)) * (pivot + u.abs() + 2.0 * error)
                    + error * (o.abs() + slope);
                if value.abs() <= 2.0 * slack {
                    return None;
                }
                if value < 0.0 {
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

    /// The variables that are zero, as bits, if no basic one might be.
    pub(super) fn zeros(&self) -> Option<u128> {
        let width = self.columns + 1;
        let positive = (0..self.rows).all(|row| self.table[row * width + self.columns] > self.errors[row]);
        positive.then(|| self.cobasis_bits())
    }

    /// The cobasis as bits.
    pub(super) fn cobasis_bits(&self) -> u128 {
        self.cobasis.iter().fold(0, |bits, &v| bits | 1 << v)
    }
}
