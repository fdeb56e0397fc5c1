//! LU factors of the small dense systems of Newton's method and path following.

/// `P·A = L·U` of a square row-major matrix, by Gaussian elimination with partial pivoting.
#[derive(Debug, Clone, Default)]
pub(crate) struct Lu {
    size: usize,
    entries: Vec<f64>,
    swaps: Vec<usize>,
    sign: f64,
}

impl Lu {
    /// Factors the matrix, reusing the memory. Returns false if a pivot is zero or not a number.
    pub(crate) fn factor(&mut self, matrix: &[f64], size: usize) -> bool {
        self.room(size).copy_from_slice(matrix);
        self.eliminate()
    }

    /// Room for the entries of a matrix, all to be written before [`Self::eliminate`] factors it in place.
    pub(crate) fn room(&mut self, size: usize) -> &mut [f64] {
        self.size = size;
        self.entries.resize(size * size, 0.0);
        &mut self.entries
    }

    /// Factors the matrix written into [`Self::room`]. Returns false if a pivot is zero or not a number.
    pub(crate) fn eliminate(&mut self) -> bool {
        let size = self.size;
        self.swaps.clear();
        self.sign = 1.0;
        let a = &mut self.entries;
        for k in 0..size {
            let mut pivot = k;
            for row in k + 1..size {
                if a[row * size + k].abs() > a[pivot * size + k].abs() {
                    pivot = row;
                }
            }
            self.swaps.push(pivot);
            if pivot != k {
                self.sign = -self.sign;
                let (above, below) = a.split_at_mut(pivot * size);
                above[k * size..(k + 1) * size].swap_with_slice(&mut below[..size]);
            }
            let head = a[k * size + k];
            if head == 0.0 || !head.is_finite() {
                return false;
            }
            let (above, below) = a.split_at_mut((k + 1) * size);
            let top = &above[k * size..];
            for row in below.chunks_exact_mut(size) {
                if row[k] == 0.0 {
                    continue;
                }
                let factor = row[k] / head;
                row[k] = factor;
                for (x, t) in row[k + 1..].iter_mut().zip(&top[k + 1..]) {
                    *x -= factor * t;
                }
            }
        }
        true
    }

    /// Solves `A·x = b` in place.
    pub(crate) fn solve(&self, b: &mut [f64]) {
        let n = self.size;
        for (k, &pivot) in self.swaps.iter().enumerate() {
            b.swap(k, pivot);
        }
        for row in 1..n {
            let (done, rest) = b.split_at_mut(row);
            let factors = &self.entries[row * n..row * n + row];
            rest[0] -= dot(factors, done);
        }
        for row in (0..n).rev() {
            let (rest, done) = b.split_at_mut(row + 1);
            let upper = &self.entries[row * n + row + 1..(row + 1) * n];
            rest[row] = (rest[row] - dot(upper, done)) / self.entries[row * n + row];
        }
    }

    /// The sign of the determinant and the logarithm of its size.
    pub(crate) fn determinant(&self) -> (f64, f64) {
        let mut sign = self.sign;
        let mut log = 0.0;
        for k in 0..self.size {
            let pivot = self.entries[k * self.size + k];
            if pivot < 0.0 {
                sign = -sign;
            }
            log += libm::log(pivot.abs());
        }
        (sign, log)
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_and_knows_the_determinant() {
        let matrix = [0.0, 2.0, 1.0, 1.0, -1.0, 0.5, 3.0, 1.0, 4.0];
        let mut lu = Lu::default();
        assert!(lu.factor(&matrix, 3));
        // det = 0·(…) − 2·(4 − 1.5) + 1·(1 + 3) = −1.
        let (sign, log) = lu.determinant();
        assert_eq!(sign, -1.0);
        assert!(log.abs() < 1e-14);
        let mut x = [2.0 * 2.0 - 1.0, 1.0 - 2.0 - 0.5, 3.0 + 2.0 - 4.0];
        lu.solve(&mut x);
        for (got, want) in x.iter().zip([1.0, 2.0, -1.0]) {
            assert!((got - want).abs() < 1e-14, "{x:?}");
        }
        assert!(!lu.factor(&[1.0, 2.0, 2.0, 4.0], 2));
    }
}
