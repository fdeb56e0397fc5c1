//! Newton's method on the indifference equations of a support.

use crate::lu::Lu;

use super::forms::{Evaluation, Forms};

/// Memory for Newton's method.
#[derive(Debug, Clone, Default)]
pub(crate) struct Newton {
    pub(crate) evaluation: Evaluation,
    lu: Lu,
    matrix: Vec<f64>,
    step: Vec<f64>,
}

/// How far outside the simplex an iterate may wander before it is given up.
const FAR: f64 = 3.0;

impl Newton {
    /// Improves `x`, barycentric coordinates flat over players, until the step is lost in rounding.
    ///
    /// Returns whether it settled, within `rounds` iterations and not far from the simplices.
    pub(crate) fn settle(&mut self, forms: &Forms, x: &mut [f64], rounds: usize) -> bool {
        let mut before = f64::INFINITY;
        for _ in 0..rounds {
            if !self.linearise(forms, x) {
                return false;
            }
            let mut length = 0.0;
            let (mut column, mut start) = (0, 0);
            for &count in &forms.counts {
                let mut moved = 0.0;
                for (p, s) in x[start..].iter_mut().zip(&self.step[column..column + count - 1]) {
                    *p += s;
                    moved += s;
                    length = crate::number::max(length, s.abs());
                    if p.is_nan() || p.abs() > FAR {
                        return false;
                    }
                }
                x[start + count - 1] -= moved;
                start += count;
                column += count - 1;
            }
            if length < 1e-15 || (length < 1e-10 && length >= before) {
                return true;
            }
            before = length;
        }
        before < 1e-12
    }

    /// Evaluates at `x`, factors the equations' Jacobian and solves for the Newton step.
    fn linearise(&mut self, forms: &Forms, x: &[f64]) -> bool {
        self.evaluation.at(forms, x);
        let width = forms.equations();
        gather(forms, &self.evaluation, &mut self.matrix, &mut self.step);
        for s in &mut self.step {
            *s = -*s;
        }
        if !self.lu.factor(&self.matrix, width) {
            return false;
        }
        self.lu.solve(&mut self.step);
        true
    }

    /// The inverse of the equations' Jacobian at `x`, row-major; none if singular in doubles.
    ///
    /// Leaves the values and slopes of all rows in `evaluation`.
    pub(crate) fn inverse(&mut self, forms: &Forms, x: &[f64], inverse: &mut Vec<f64>) -> bool {
        if !self.linearise(forms, x) {
            return false;
        }
        let width = forms.equations();
        inverse.clear();
        inverse.resize(width * width, 0.0);
        for column in 0..width {
            self.step.clear();
            self.step.resize(width, 0.0);
            self.step[column] = 1.0;
            self.lu.solve(&mut self.step);
            for (row, value) in self.step.iter().enumerate() {
                inverse[row * width + column] = *value;
            }
        }
        inverse.iter().all(|value| value.is_finite())
    }

    /// The sign of det(−J) at `x`, and the size of J⁻¹ (row-sum norm): the index of a quasi-strict
    /// equilibrium, and how far from singular it is. None if J is singular in doubles.
    pub(crate) fn index(&mut self, forms: &Forms, x: &[f64]) -> Option<(i32, f64)> {
        let width = forms.equations();
        let mut inverse = Vec::new();
        if !self.inverse(forms, x, &mut inverse) {
            return None;
        }
        let (sign, _) = self.lu.determinant();
        let sign = if width.is_multiple_of(2) { sign } else { -sign };
        let norm = inverse
            .chunks_exact(width.max(1))
            .map(|row| row.iter().map(|v| v.abs()).sum::<f64>())
            .fold(0.0, crate::number::max);
        Some((if sign > 0.0 { 1 } else { -1 }, norm))
    }
}

/// Collects the equations' Jacobian and values from those of all rows.
fn gather(forms: &Forms, evaluation: &Evaluation, matrix: &mut Vec<f64>, values: &mut Vec<f64>) {
    let width = forms.equations();
    matrix.clear();
    values.clear();
    let mut first = 0;
    for (&rows, &count) in forms.rows.iter().zip(&forms.counts) {
        values.extend_from_slice(&evaluation.values[first..first + count - 1]);
        matrix.extend_from_slice(&evaluation.slopes[first * width..(first + count - 1) * width]);
        first += rows;
    }
}
