//! The normal distribution, fast and the same everywhere.

use marchland_game::number::fast_exp;

/// The standard normal density and distribution at `x`, from one exponential: Abramowitz & Stegun
/// (1964) 26.2.17, absolute error of the distribution below 7.5e-8. For hot loops only.
#[must_use]
#[inline(always)]
pub fn normal_pair(x: f64) -> (f64, f64) {
    const SCALE: f64 = 0.398_942_280_401_432_7;
    let size = x.abs();
    let density = SCALE * fast_exp(-0.5 * size * size);
    let t = 1.0 / (1.0 + 0.231_641_9 * size);
    let tail = density
        * t
        * (0.319_381_53 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    (density, if x < 0.0 { tail } else { 1.0 - tail })
}
