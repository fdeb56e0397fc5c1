//! Numbers of a game file, as doubles and exactly.

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{ToPrimitive, Zero};

/// The longest number accepted, in characters; more digits than any double needs.
const MAX_LENGTH: usize = 400;
/// The largest power of ten accepted: beyond it every double is zero or infinite.
const MAX_EXPONENT: i32 = 400;
/// Digits of the longest integers that every double holds: below 10¹⁵ < 2⁵³.
const SHORT: usize = 15;

/// A payoff: the nearest double, and the exact value if that differs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Number {
    pub(super) value: f64,
    pub(super) exact: Option<BigRational>,
}

/// Reads an integer, a decimal (with or without exponent) or a fraction of integers.
pub(super) fn parse(word: &str) -> Result<Number, String> {
    if word.len() > MAX_LENGTH {
        return Err(format!("a number of more than {MAX_LENGTH} characters"));
    }
    if let Some(value) = short_integer(word) {
        return Ok(Number { value, exact: None });
    }
    if let Some((above, below)) = word.split_once('/') {
        return fraction(above, below).ok_or_else(|| format!("'{word}' is not a fraction of two integers"))?;
    }
    decimal(word).ok_or_else(|| format!("'{word}' is not a number"))?
}

/// An integer of few digits, as most payoffs are: doubles hold it exactly.
fn short_integer(word: &str) -> Option<f64> {
    let (negative, digits) = sign(word);
    if digits.is_empty() || digits.len() > SHORT {
        return None;
    }
    let mut whole = 0i64;
    for byte in digits.as_bytes() {
        if !byte.is_ascii_digit() {
            return None;
        }
        whole = whole * 10 + i64::from(byte - b'0');
    }
    // -0 and 0 are one payoff.
    Some(if negative { -whole } else { whole } as f64)
}

fn integer(digits: &str) -> Option<BigInt> {
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

fn fraction(above: &str, below: &str) -> Option<Result<Number, String>> {
    let (negative, above) = sign(above);
    let (above, below) = (integer(above)?, integer(below)?);
    if below.is_zero() {
        return Some(Err("a fraction with denominator 0".into()));
    }
    let exact = BigRational::new(if negative { -above } else { above }, below);
    let value = exact.to_f64().unwrap_or(f64::INFINITY);
    Some(finish(value, exact))
}

fn decimal(word: &str) -> Option<Result<Number, String>> {
    let (negative, unsigned) = sign(word);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{part}");
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    if exponent.abs() > MAX_EXPONENT {
        return Some(Err(format!("an exponent beyond ±{MAX_EXPONENT}")));
    }
    let value: f64 = word.parse().ok()?;
    let power = exponent - i32::try_from(part.len()).ok()?;
    let scale = BigInt::from(10).pow(power.unsigned_abs());
    let digits = integer(&digits)?;
    let signed = if negative { -digits } else { digits };
    let exact = if power < 0 { BigRational::new(signed, scale) } else { BigRational::from_integer(signed * scale) };
    Some(finish(value, exact))
}

fn sign(word: &str) -> (bool, &str) {
    match word.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, word.strip_prefix('+').unwrap_or(word)),
    }
}

fn finish(value: f64, exact: BigRational) -> Result<Number, String> {
    if !value.is_finite() {
        return Err("a number too large for a double".into());
    }
    // -0 and 0 are one payoff.
    let value = value + 0.0;
    let same = BigRational::from_float(value).is_some_and(|double| double == exact);
    let exact = (!same).then_some(exact);
    Ok(Number { value, exact })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_and_exact_values() {
        let whole = parse("-12").expect("an integer");
        assert_eq!((whole.value, whole.exact), (-12.0, None));
        let long = parse("-999999999999999").expect("fifteen digits");
        assert_eq!((long.value, long.exact), (-999_999_999_999_999.0, None));
        assert!(parse("-0").expect("a zero").value.is_sign_positive());
        assert_eq!(parse("0.5").expect("a half").exact, None);
        let tenth = parse("0.1").expect("a tenth");
        assert_eq!(tenth.exact, Some(BigRational::new(1.into(), 10.into())));
        let third = parse("-1/3").expect("a third");
        assert_eq!(third.value, -1.0 / 3.0);
        assert_eq!(third.exact, Some(BigRational::new((-1).into(), 3.into())));
        assert_eq!(parse("1.5e2").expect("with exponent").value, 150.0);
        assert_eq!(parse(".5").expect("no leading digit").value, 0.5);
    }

    #[test]
    fn refusals() {
        for word in ["", "-", "+", "1-", "-1x", ".", "1/0", "1.5/2", "nan", "inf", "1e999", "1e500000000", "--1", "0x1"]
        {
            assert!(parse(word).is_err(), "{word}");
        }
        assert!(parse(&"9".repeat(401)).is_err());
    }
}
