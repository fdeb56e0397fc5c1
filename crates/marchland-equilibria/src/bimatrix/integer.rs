//! Integers for fraction-free pivoting: machine integers while they suffice, big ones after.

use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive, Zero};

/// An integer in which pivoting either is exact or says that it cannot be.
pub(super) trait Integer: Clone + Ord {
    fn of(value: &BigInt) -> Option<Self>;
    fn zero() -> Self;
    fn one() -> Self;
    /// −1, 0 or 1.
    fn sign(&self) -> i32;
    fn negated(&self) -> Self;
    /// (a·d − b·c) / p, known to divide; none if it does not fit.
    fn cross(a: &Self, d: &Self, b: &Self, c: &Self, p: &Self) -> Option<Self>;
    /// a·d compared with b·c; none if it does not fit.
    fn compare_products(a: &Self, d: &Self, b: &Self, c: &Self) -> Option<std::cmp::Ordering>;
    fn big(&self) -> BigInt;
}

impl Integer for i128 {
    fn of(value: &BigInt) -> Option<i128> {
        value.to_i128()
    }
    fn zero() -> i128 {
        0
    }
    fn one() -> i128 {
        1
    }
    fn sign(&self) -> i32 {
        // The sign of an i128 always fits.
        self.signum() as i32
    }
    fn negated(&self) -> i128 {
        -self
    }
    fn cross(a: &i128, d: &i128, b: &i128, c: &i128, p: &i128) -> Option<i128> {
        let value = a.checked_mul(*d)?.checked_sub(b.checked_mul(*c)?)?;
        debug_assert_eq!(value % p, 0, "fraction-free pivoting divides");
        // Most determinants fit a machine word, whose division is ten times faster.
        match (i64::try_from(value), i64::try_from(*p)) {
            (Ok(value), Ok(p)) => Some(i128::from(value.checked_div(p)?)),
            _ => value.checked_div(*p),
        }
    }
    fn compare_products(a: &i128, d: &i128, b: &i128, c: &i128) -> Option<std::cmp::Ordering> {
        Some(a.checked_mul(*d)?.cmp(&b.checked_mul(*c)?))
    }
    fn big(&self) -> BigInt {
        BigInt::from(*self)
    }
}

impl Integer for BigInt {
    fn of(value: &BigInt) -> Option<BigInt> {
        Some(value.clone())
    }
    fn zero() -> BigInt {
        Zero::zero()
    }
    fn one() -> BigInt {
        One::one()
    }
    fn sign(&self) -> i32 {
        i32::from(self.is_positive()) - i32::from(self.is_negative())
    }
    fn negated(&self) -> BigInt {
        -self
    }
    fn cross(a: &BigInt, d: &BigInt, b: &BigInt, c: &BigInt, p: &BigInt) -> Option<BigInt> {
        Some((a * d - b * c) / p)
    }
    fn compare_products(a: &BigInt, d: &BigInt, b: &BigInt, c: &BigInt) -> Option<std::cmp::Ordering> {
        Some((a * d).cmp(&(b * c)))
    }
    fn big(&self) -> BigInt {
        self.clone()
    }
}
