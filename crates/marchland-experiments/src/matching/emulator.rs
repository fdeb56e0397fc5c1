//! A stand-in for a target's games at points that are not played: linear in the constants.
//!
//! With as many constants as points, what can be learnt is which of them push a figure and how far. The emulator is a Bayes
//! linear regression with one prior variance for all slopes (Goldstein & Wooff 2007; as a Gaussian process, the linear kernel),
//! its ridge chosen by leaving each point out in turn, and its error that of the points left out less what their games alone
//! make of it.

use nalgebra::{Cholesky, DMatrix, DVector};

use super::figure::{Figure, Scale};
use crate::number::{clamp, max};
use crate::statistics::number::sum;

/// Ridges that are tried: noise over prior variance of a slope, from hardly any to nearly all.
const RIDGES: [f64; 7] = [0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0];

/// The fewest points that are fitted.
pub const LEAST_POINTS: usize = 16;

/// The least share of the squared misses that is taken for the emulator's own: what games add is overestimated where hardly
/// anything happens in them.
const LEAST_OWN: f64 = 0.5;

/// A figure as a linear function of the constants.
#[derive(Clone, PartialEq, Debug)]
pub struct Emulator {
    scale: Scale,
    mean: f64,
    slopes: Vec<f64>,
    /// Its own variance, on the scale.
    variance: f64,
    /// Share of the figures' variance, games and all, that it foretells at points left out; 0 where it foretells none.
    pub foretold: f64,
}

/// A figure on its scale, with the variance of its games there.
fn scaled(figure: &Figure) -> Option<(f64, f64)> {
    match figure.scale {
        Scale::Share { hits, of } if of > 0.0 => {
            let adjusted = clamp((hits + 0.375) / (of + 0.75), 0.0, 1.0);
            Some((libm::asin(adjusted.sqrt()), 0.25 / (of + 0.5)))
        }
        Scale::Rate { hits, years } if years > 0.0 => Some((((hits + 0.375) / years).sqrt(), 0.25 / years)),
        Scale::Plain => figure.value.map(|value| (value, figure.error * figure.error)),
        _ => None,
    }
}

/// From the scale to per cent, or the figure itself; and how fast it goes there.
fn unscaled(scale: Scale, at: f64) -> (f64, f64) {
    match scale {
        Scale::Share { .. } => {
            let at = clamp(at, 0.0, 0.5 * std::f64::consts::PI);
            let sine = libm::sin(at);
            (100.0 * sine * sine, 100.0 * libm::sin(2.0 * at))
        }
        Scale::Rate { .. } => {
            let at = max(at, 0.0);
            (100.0 * at * at, 200.0 * at)
        }
        Scale::Plain => (at, 1.0),
    }
}

impl Emulator {
    /// Fits figures at points, which have coordinates from 0 to 1; none of too few points, or where they do not differ.
    #[must_use]
    pub fn fit(points: &[Vec<f64>], figures: &[Figure]) -> Option<Self> {
        let rows: Vec<(&Vec<f64>, f64, f64)> = points
            .iter()
            .zip(figures)
            .filter_map(|(point, figure)| scaled(figure).map(|(value, noise)| (point, value, noise)))
            .collect();
        let n = rows.len();
        if n < LEAST_POINTS {
            return None;
        }
        let scale = figures.first()?.scale;
        let inputs = rows[0].0.len();
        let mean = sum(rows.iter().map(|row| row.1)) / n as f64;
        let noise = sum(rows.iter().map(|row| row.2)) / n as f64;
        let spread = sum(rows.iter().map(|row| (row.1 - mean) * (row.1 - mean))) / n as f64;
        if spread <= 0.0 {
            return None;
        }
        // Deviations of a uniform number from its middle, in its standard deviations, over the root of how many there are:
        // the kernel of a point with itself is then about 1.
        let unit = (12.0 / inputs as f64).sqrt();
        let x = DMatrix::from_fn(n, inputs, |row, at| unit * (rows[row].0[at] - 0.5));
        let y = DVector::from_fn(n, |row, _| rows[row].1 - mean);
        let kernel = &x * x.transpose();
        let mut best: Option<(f64, DVector<f64>)> = None;
        for ridge in RIDGES {
            let Some(factored) = Cholesky::new(&kernel + DMatrix::identity(n, n) * ridge) else { continue };
            let inverse = factored.inverse();
            let weights = &inverse * &y;
            // A point left out is missed by its weight over its own entry of the inverse.
            let missed = sum((0..n).map(|row| {
                let miss = weights[row] / inverse[(row, row)];
                miss * miss
            })) / n as f64;
            if best.as_ref().is_none_or(|(least, _)| missed < *least) {
                best = Some((missed, weights));
            }
        }
        let (missed, weights) = best?;
        let slopes = x.transpose() * weights * unit;
        let own = max(missed - noise, LEAST_OWN * missed);
        let foretold = max(1.0 - missed / spread, 0.0);
        Some(Self { scale, mean, slopes: slopes.iter().copied().collect(), variance: own, foretold })
    }

    /// The figure at a point, with its standard error, in the figure's unit.
    #[must_use]
    pub fn at(&self, point: &[f64]) -> (f64, f64) {
        let at = self.mean + sum(self.slopes.iter().zip(point).map(|(slope, x)| slope * (x - 0.5)));
        let (value, speed) = unscaled(self.scale, at);
        (value, self.variance.sqrt() * speed)
    }
}
