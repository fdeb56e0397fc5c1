//! A logistic regression with a ridge penalty: the fair rival of a simulation, its recalibration, and its stack.

use crate::number::{clamp, max, sum};
use serde::{Deserialize, Serialize};

/// A fitted regression.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Logit {
    /// Log odds where every regressor is at its mean over the cases that it was fitted on.
    pub intercept: f64,
    /// One per regressor.
    pub coefficients: Vec<LogitCoefficient>,
}

/// What a regressor does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogitCoefficient {
    /// Its mean where the regression was fitted.
    pub mean: f64,
    /// Its standard deviation there; 0 where it does not vary, and then it counts for nothing.
    pub deviation: f64,
    /// Log odds of a standard deviation more.
    pub slope: f64,
}

impl Logit {
    /// The log odds of a case.
    #[must_use]
    pub fn log_odds(&self, of: &[f64]) -> f64 {
        let terms = self
            .coefficients
            .iter()
            .zip(of)
            .map(|(own, x)| if own.deviation > 0.0 { own.slope * (x - own.mean) / own.deviation } else { 0.0 });
        self.intercept + sum(terms)
    }

    /// The probability of a case.
    #[must_use]
    pub fn probability(&self, of: &[f64]) -> f64 {
        1.0 / (1.0 + libm::exp(-self.log_odds(of)))
    }

    /// The slope of a regressor in its own unit.
    #[must_use]
    pub fn slope_in_unit(&self, at: usize) -> f64 {
        let own = &self.coefficients[at];
        if own.deviation > 0.0 { own.slope / own.deviation } else { 0.0 }
    }

    /// The intercept where every regressor is 0.
    #[must_use]
    pub fn intercept_at_zero(&self) -> f64 {
        self.log_odds(&vec![0.0; self.coefficients.len()])
    }
}

/// The log odds of a probability, held `floor` away from 0 and 1.
#[must_use]
pub fn log_odds(probability: f64, floor: f64) -> f64 {
    let p = clamp(probability, floor, 1.0 - floor);
    libm::log(p / (1.0 - p))
}

/// The most steps of Newton's method; it ends after about ten.
const STEPS: usize = 60;

/// Fits a logistic regression: the weighted log-likelihood less `ridge`/2 times the sum of squared slopes of
/// standardised regressors (le Cessie & van Houwelingen 1992); the intercept is not penalised. `regressors` holds a row
/// of equal length for every outcome. By Newton's method with halved steps, so that the likelihood never falls.
///
/// None where all outcomes are alike, nothing has weight, a regressor is not finite, or the equations have no solution
/// (without a ridge: where a regressor tells the outcomes apart without error).
#[must_use]
pub fn fit_logit(regressors: &[Vec<f64>], outcomes: &[bool], weights: &[f64], ridge: f64) -> Option<Logit> {
    let width = regressors.first()?.len();
    if regressors.iter().any(|row| row.len() != width || row.iter().any(|x| !x.is_finite())) {
        return None;
    }
    let all = sum(weights.iter().copied());
    let happened = sum(outcomes.iter().zip(weights).map(|(y, w)| if *y { *w } else { 0.0 }));
    if !(happened > 0.0 && happened < all) {
        return None;
    }
    let scale: Vec<(f64, f64)> = (0..width)
        .map(|at| {
            let mean = sum(regressors.iter().zip(weights).map(|(row, w)| w * row[at])) / all;
            let square = |row: &Vec<f64>| (row[at] - mean) * (row[at] - mean);
            let variance = sum(regressors.iter().zip(weights).map(|(row, w)| w * square(row))) / all;
            (mean, if variance > 1e-18 * (1.0 + mean * mean) { variance.sqrt() } else { 0.0 })
        })
        .collect();
    let rows: Vec<Vec<f64>> = regressors
        .iter()
        .map(|row| {
            let scaled = row.iter().zip(&scale).map(|(x, (mean, sd))| if *sd > 0.0 { (x - mean) / sd } else { 0.0 });
            std::iter::once(1.0).chain(scaled).collect()
        })
        .collect();
    let size = width + 1;
    // A regressor that does not vary has no slope; the ridge of 1 keeps the equations regular.
    let penalty: Vec<f64> = std::iter::once(0.0)
        .chain(scale.iter().map(|(_, sd)| if *sd > 0.0 { ridge } else { max(ridge, 1.0) }))
        .collect();
    let objective = |beta: &[f64]| {
        let likelihood = sum(rows.iter().zip(outcomes).zip(weights).map(|((row, y), w)| {
            let eta = product(row, beta);
            // ln p of what happened, without overflow.
            let signed = if *y { eta } else { -eta };
            -w * (max(-signed, 0.0) + libm::log1p(libm::exp(-signed.abs())))
        }));
        likelihood - 0.5 * sum(penalty.iter().zip(beta).map(|(p, b)| p * b * b))
    };
    let mut beta = vec![0.0; size];
    beta[0] = libm::log(happened / (all - happened));
    let mut best = objective(&beta);
    for _ in 0..STEPS {
        let mut gradient: Vec<f64> = beta.iter().zip(&penalty).map(|(b, p)| -p * b).collect();
        let mut hessian = vec![0.0; size * size];
        for ((row, y), w) in rows.iter().zip(outcomes).zip(weights) {
            if *w <= 0.0 {
                continue;
            }
            let p = 1.0 / (1.0 + libm::exp(-product(row, &beta)));
            let (error, curvature) = (w * (f64::from(u8::from(*y)) - p), w * p * (1.0 - p));
            for i in 0..size {
                gradient[i] += error * row[i];
                for j in 0..=i {
                    hessian[i * size + j] += curvature * row[i] * row[j];
                }
            }
        }
        for i in 0..size {
            hessian[i * size + i] += penalty[i];
        }
        let step = solve(&mut hessian, &gradient, size)?;
        let mut length = 1.0;
        let mut moved = false;
        for _ in 0..30 {
            let candidate: Vec<f64> = beta.iter().zip(&step).map(|(b, s)| b + length * s).collect();
            let value = objective(&candidate);
            if value.is_finite() && value >= best {
                moved = value - best > 1e-12 * (1.0 + best.abs());
                (beta, best) = (candidate, value);
                break;
            }
            length *= 0.5;
        }
        if !moved {
            break;
        }
    }
    // A slope that runs away says that there is none to be had.
    if beta.iter().any(|b| !b.is_finite() || b.abs() > 50.0) {
        return None;
    }
    let coefficients = scale.iter().zip(&beta[1..]);
    let coefficients = coefficients.map(|((mean, sd), slope)| LogitCoefficient {
        mean: *mean,
        deviation: *sd,
        slope: if *sd > 0.0 { *slope } else { 0.0 },
    });
    Some(Logit { intercept: beta[0], coefficients: coefficients.collect() })
}

fn product(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).fold(0.0, |sum, (x, y)| sum + x * y)
}

/// Solves a symmetric positive definite system, of which the lower half is given, by Cholesky's method.
fn solve(matrix: &mut [f64], right: &[f64], size: usize) -> Option<Vec<f64>> {
    for j in 0..size {
        for i in j..size {
            let mut value = matrix[i * size + j];
            for k in 0..j {
                value -= matrix[i * size + k] * matrix[j * size + k];
            }
            if i == j {
                if value.is_nan() || value <= 1e-14 {
                    return None;
                }
                matrix[j * size + j] = value.sqrt();
            } else {
                matrix[i * size + j] = value / matrix[j * size + j];
            }
        }
    }
    let mut x = right.to_vec();
    for i in 0..size {
        for k in 0..i {
            x[i] -= matrix[i * size + k] * x[k];
        }
        x[i] /= matrix[i * size + i];
    }
    for i in (0..size).rev() {
        for k in i + 1..size {
            x[i] -= matrix[k * size + i] * x[k];
        }
        x[i] /= matrix[i * size + i];
    }
    Some(x)
}
