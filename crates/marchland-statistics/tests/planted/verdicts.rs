//! How often verdicts on differences are wrong, on planted differences of pairs.

use marchland_statistics::{DifferenceVerdict, Independence, draws, estimate_difference, paired_difference, wilson};
use rayon::prelude::*;

/// The distribution of pairs' differences around their mean, each with variance 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Noise {
    Normal,
    /// A lognormal with σ = ½, to the right.
    SkewedUp,
    /// The same to the left.
    SkewedDown,
    /// Student's t of three degrees of freedom.
    HeavyTail,
}

/// A verdict whose error is counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PlantedVerdict {
    /// "Larger" of a difference that is 0: stated ½ (1 − level), 2.5 %.
    Larger,
    /// "Smaller" of a difference that is 0.
    Smaller,
    /// "No difference" of a difference as large as the margin: stated 1 − level, 5 %.
    Equivalent,
    /// "Supported" of a claim about a difference that is 0: one-sided at 99 %, stated 1 %.
    Supported,
}

impl PlantedVerdict {
    /// The rate of error that is stated.
    pub fn stated(self) -> f64 {
        match self {
            Self::Larger | Self::Smaller => 0.025,
            Self::Equivalent => 0.05,
            Self::Supported => 0.01,
        }
    }
}

/// A verdict's errors.
#[derive(Clone, Copy, Debug)]
pub struct Errors {
    pub said: PlantedVerdict,
    pub noise: Noise,
    #[allow(dead_code, reason = "the bench alone prints it by itself")]
    pub pairs: usize,
    pub wrong: u64,
    pub seeds: u64,
}

impl Errors {
    /// Whether the rate is above twice what is stated, beyond the error of the bench: skewness and few pairs leave a
    /// one-sided end less exact than an interval.
    pub fn above_twice(&self) -> bool {
        wilson(self.wrong, self.seeds, 0.99).interval.low > 2.0 * self.said.stated()
    }
}

fn difference(noise: Noise, seed: u64, pair: u64) -> f64 {
    let normal = |part: u64| draws::normal(draws::key(seed, "pair", &[pair, part]));
    // Mean e^(1/8) and variance e^(1/4) (e^(1/4) − 1).
    let lognormal = |z: f64| {
        let variance = libm::exp(0.25) * (libm::exp(0.25) - 1.0);
        (libm::exp(0.5 * z) - libm::exp(0.125)) / variance.sqrt()
    };
    match noise {
        Noise::Normal => normal(0),
        Noise::SkewedUp => lognormal(normal(0)),
        Noise::SkewedDown => -lognormal(normal(0)),
        Noise::HeavyTail => {
            let squares: f64 = (1..4).map(|part| normal(part) * normal(part)).sum();
            normal(0) / squares.sqrt()
        }
    }
}

/// Plays every verdict on every noise and number of pairs.
pub fn errors(seeds: u64) -> Vec<Errors> {
    let mut all = Vec::new();
    for noise in [Noise::Normal, Noise::SkewedUp, Noise::SkewedDown, Noise::HeavyTail] {
        for pairs in [16usize, 64, 256] {
            for said in
                [PlantedVerdict::Larger, PlantedVerdict::Smaller, PlantedVerdict::Equivalent, PlantedVerdict::Supported]
            {
                // Just wider than an interval, so that one that lies within it is not off 0 as well.
                let margin = 2.6 / (pairs as f64).sqrt();
                let truth = if said == PlantedVerdict::Equivalent { margin } else { 0.0 };
                let wrong = (0..seeds)
                    .into_par_iter()
                    .filter(|seed| {
                        let first: Vec<f64> =
                            (0..pairs as u64).map(|pair| truth + difference(noise, *seed, pair)).collect();
                        let second = vec![0.0; pairs];
                        if said == PlantedVerdict::Supported {
                            return paired_difference(&first, &second, 0.99).first_is_larger();
                        }
                        let how = Independence::games(pairs);
                        let found = estimate_difference(&first, &second, &how, 0.95, Some(margin)).verdict;
                        match said {
                            PlantedVerdict::Larger => found == DifferenceVerdict::FirstLarger,
                            PlantedVerdict::Smaller => found == DifferenceVerdict::FirstSmaller,
                            _ => found == DifferenceVerdict::Equivalent,
                        }
                    })
                    .count() as u64;
                all.push(Errors { said, noise, pairs, wrong, seeds });
            }
        }
    }
    all
}
