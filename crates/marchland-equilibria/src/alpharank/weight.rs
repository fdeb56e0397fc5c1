//! Positive numbers beyond the range of doubles, for sums, products and quotients without subtraction.

/// A number of a semifield: everything elimination without subtractions needs.
pub(crate) trait Weight: Copy {
    const ZERO: Self;
    const ONE: Self;
    fn is_zero(self) -> bool;
    fn add(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn div(self, other: Self) -> Self;
}

/// `mantissa · 2^exponent` with the mantissa in [1, 2), or zero.
///
/// Fixation probabilities reach e^−50,000 and below, and all of them matter to a stationary
/// distribution, whose entries are ratios of their products.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ScaledNumber {
    mantissa: f64,
    exponent: i64,
}

impl ScaledNumber {
    /// A positive double.
    pub(crate) fn new(value: f64) -> ScaledNumber {
        if value == 0.0 {
            return ScaledNumber::ZERO;
        }
        let (fraction, exponent) = libm::frexp(value);
        ScaledNumber { mantissa: 2.0 * fraction, exponent: i64::from(exponent) - 1 }
    }

    /// `factor · exp(−(high + low))`, where `low` is what rounding took from `high`.
    pub(crate) fn decayed(factor: f64, high: f64, low: f64) -> ScaledNumber {
        // The high part of ln 2 has 20 zero bits at its end, so that its product with a whole number
        // below 2^20 is exact.
        const LN2_HIGH: f64 = 0.693_147_180_369_123_8;
        const LN2_LOW: f64 = 1.908_214_929_270_587_7e-10;
        let halvings = (high / std::f64::consts::LN_2).floor();
        let rest = (high - halvings * LN2_HIGH) - halvings * LN2_LOW + low;
        let number = ScaledNumber::new(factor * libm::exp(-rest));
        ScaledNumber { exponent: number.exponent - halvings as i64, ..number }
    }

    /// The binary exponent; the smallest number for zero.
    pub(crate) fn exponent(self) -> i64 {
        if self.mantissa == 0.0 { i64::MIN } else { self.exponent }
    }

    /// The double nearest to `self / 2^exponent`, zero where that underflows.
    pub(crate) fn relative_to(self, exponent: i64) -> f64 {
        if self.mantissa == 0.0 || self.exponent - exponent < -1000 {
            return 0.0;
        }
        libm::scalbn(self.mantissa, (self.exponent - exponent) as i32)
    }

    fn normal(mantissa: f64, exponent: i64) -> ScaledNumber {
        if mantissa >= 2.0 {
            ScaledNumber { mantissa: 0.5 * mantissa, exponent: exponent + 1 }
        } else {
            ScaledNumber { mantissa, exponent }
        }
    }
}

impl Weight for ScaledNumber {
    const ZERO: ScaledNumber = ScaledNumber { mantissa: 0.0, exponent: 0 };
    const ONE: ScaledNumber = ScaledNumber { mantissa: 1.0, exponent: 0 };

    #[inline]
    fn is_zero(self) -> bool {
        self.mantissa == 0.0
    }

    #[inline]
    fn add(self, other: ScaledNumber) -> ScaledNumber {
        if self.mantissa == 0.0 {
            return other;
        }
        if other.mantissa == 0.0 {
            return self;
        }
        let (large, small) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        let apart = large.exponent - small.exponent;
        if apart > 60 {
            return large;
        }
        let shift = f64::from_bits(((1023 - apart) as u64) << 52);
        ScaledNumber::normal(large.mantissa + small.mantissa * shift, large.exponent)
    }

    #[inline]
    fn mul(self, other: ScaledNumber) -> ScaledNumber {
        if self.mantissa == 0.0 || other.mantissa == 0.0 {
            return ScaledNumber::ZERO;
        }
        ScaledNumber::normal(self.mantissa * other.mantissa, self.exponent + other.exponent)
    }

    #[inline]
    fn div(self, other: ScaledNumber) -> ScaledNumber {
        if self.mantissa == 0.0 {
            return ScaledNumber::ZERO;
        }
        ScaledNumber::normal(2.0 * (self.mantissa / other.mantissa), self.exponent - other.exponent - 1)
    }
}

/// The leading term `coefficient · e^(−α·decay)` of a quantity as α → ∞.
///
/// Sums keep the slowest decay, so that elimination with these numbers gives the exact limit of the
/// stationary distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct LeadingTerm {
    /// The factor in front; zero for zero.
    pub(crate) coefficient: f64,
    /// The rate, in units of the game's largest gain.
    pub(crate) decay: f64,
}

/// Rates closer than this are one rate, told apart only by the rounding of payoffs.
const SAME_DECAY: f64 = 1e-9;

impl Weight for LeadingTerm {
    const ZERO: LeadingTerm = LeadingTerm { coefficient: 0.0, decay: 0.0 };
    const ONE: LeadingTerm = LeadingTerm { coefficient: 1.0, decay: 0.0 };

    fn is_zero(self) -> bool {
        self.coefficient == 0.0
    }

    fn add(self, other: LeadingTerm) -> LeadingTerm {
        if self.is_zero() {
            return other;
        }
        if other.is_zero() || self.decay < other.decay - SAME_DECAY {
            return self;
        }
        if other.decay < self.decay - SAME_DECAY {
            return other;
        }
        LeadingTerm {
            coefficient: self.coefficient + other.coefficient,
            decay: crate::number::min(self.decay, other.decay),
        }
    }

    fn mul(self, other: LeadingTerm) -> LeadingTerm {
        if self.is_zero() || other.is_zero() {
            return LeadingTerm::ZERO;
        }
        LeadingTerm { coefficient: self.coefficient * other.coefficient, decay: self.decay + other.decay }
    }

    fn div(self, other: LeadingTerm) -> LeadingTerm {
        if self.is_zero() {
            return LeadingTerm::ZERO;
        }
        LeadingTerm { coefficient: self.coefficient / other.coefficient, decay: self.decay - other.decay }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scaled_numbers_agree_with_doubles_in_their_range() {
        let values = [1.0, 3.5, 1e-3, 7.25e12, 1.999_999_999, 0.1];
        for a in values {
            for b in values {
                let (x, y) = (ScaledNumber::new(a), ScaledNumber::new(b));
                for (got, want) in [(x.add(y), a + b), (x.mul(y), a * b), (x.div(y), a / b)] {
                    let back = got.relative_to(0);
                    assert!((back - want).abs() <= 4e-16 * want, "{a} {b}: {back} {want}");
                }
            }
        }
    }

    #[test]
    fn decay_beyond_doubles_keeps_its_digits() {
        // e^−50,000 · e^50,000·(1 − 2⁻¹⁰) = e^−(50,000/1024) exactly in the exponent.
        let high = 50_000.0;
        let less = high * (1.0 - 1.0 / 1024.0);
        let ratio = ScaledNumber::decayed(1.0, high, 0.0).div(ScaledNumber::decayed(1.0, less, 0.0));
        let want = libm::exp(-50_000.0 / 1024.0);
        assert!((ratio.relative_to(0) / want - 1.0).abs() < 1e-14);
    }
}
