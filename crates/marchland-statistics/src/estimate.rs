//! A measure's mean, or the share of a flag, with the interval that its independence allows.

use serde::{Deserialize, Serialize};

use super::independence::{Independence, Refusal};
use super::interval::{Interval, moments};
use super::quantile::{quantile_of_sorted, sorted_finite};
use super::spread::spread;

/// An estimate over a grid of games.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Games used.
    pub used: u64,
    /// Games left out because their value is not finite.
    pub left_out: u64,
    /// The estimate: a mean, a share, a quantile.
    pub value: Option<f64>,
    /// Standard deviation between games, from two on.
    pub standard_deviation: Option<f64>,
    /// The two-sided interval, which holds `value`.
    pub interval: Option<Interval>,
    /// Why there is no interval, where there is none.
    pub refusal: Option<Refusal>,
    /// Units of independence behind the interval.
    pub units: u64,
    /// Whether every value is 0 or 1, so that the mean is a share.
    pub flag: bool,
}

/// Whether there are finite values and all of them are 0 or 1.
#[must_use]
pub fn is_flag(values: &[f64]) -> bool {
    let mut finite = values.iter().filter(|v| v.is_finite()).peekable();
    finite.peek().is_some() && finite.all(|v| *v == 0.0 || *v == 1.0)
}

/// The mean of the finite values of a grid of games, with an interval of confidence `level`: Wilson's for
/// flags, else Student's stretched for skewness (see [`Spread`](super::Spread)).
///
/// # Panics
/// If there are not `how.games_count()` values.
#[must_use]
pub fn estimate_mean(values: &[f64], how: &Independence, level: f64) -> Estimate {
    let (used, mean, variance, left_out) = moments(values);
    let flag = is_flag(values);
    let (interval, refusal, units) = match spread(values, how) {
        Err(refusal) => (None, Some(refusal), 0),
        Ok(spread) if flag => (Some(spread.share_interval(level)), None, spread.units),
        Ok(spread) if spread.variance > 0.0 => (Some(spread.interval(level)), None, spread.units),
        Ok(spread) if variance == 0.0 => (None, Some(Refusal::Constant), spread.units),
        // Units that do not differ while their games do: an exactly balanced design without chance.
        Ok(spread) => (Some(Interval { low: mean, high: mean, level }), None, spread.units),
    };
    Estimate {
        used,
        left_out,
        value: (used > 0).then_some(mean),
        standard_deviation: (used > 1).then(|| variance.sqrt()),
        interval,
        refusal,
        units: units as u64,
        flag,
    }
}

/// The quantile `p` of the finite values, with the interval of Woodruff (1952): the interval of the share of
/// games at or below the estimate, read off as quantiles.
///
/// # Panics
/// If there are not `how.games_count()` values.
#[must_use]
pub fn estimate_quantile(values: &[f64], p: f64, how: &Independence, level: f64) -> Estimate {
    let sorted = sorted_finite(values);
    let value = quantile_of_sorted(&sorted, p);
    let below: Vec<f64> = match value {
        Some(q) => values.iter().map(|v| if v.is_finite() { f64::from(u8::from(*v <= q)) } else { f64::NAN }).collect(),
        None => values.to_vec(),
    };
    let (interval, refusal, units) = match spread(&below, how) {
        Err(refusal) => (None, Some(refusal), 0),
        Ok(_) if sorted.first() == sorted.last() => (None, Some(Refusal::Constant), 0),
        Ok(mut spread) => {
            // The share asked for stands in the place of the share found, which ties may move.
            spread.mean = p;
            let shares = spread.share_interval(level);
            let n = sorted.len() as f64;
            // Order statistics outward, so that rounding to one of them cannot lose coverage.
            let at = |share: f64, outward: f64| {
                let place = super::number::clamp(share * n + outward, 0.0, n - 1.0);
                sorted[place as usize]
            };
            let interval = Interval { low: at(shares.low, -1.0), high: at(shares.high, 0.0), level };
            (Some(interval), None, spread.units)
        }
    };
    let (used, _, variance, left_out) = moments(values);
    Estimate {
        used,
        left_out,
        value,
        standard_deviation: (used > 1).then(|| variance.sqrt()),
        interval,
        refusal,
        units: units as u64,
        flag: is_flag(values),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws;

    #[test]
    fn one_shared_shock_gives_a_mean_and_no_interval() {
        let values: Vec<f64> = (0..256).map(f64::from).collect();
        let e = estimate_mean(&values, &Independence::common(256, 1), 0.95);
        assert_eq!((e.value, e.interval), (Some(127.5), None));
        assert_eq!(e.refusal, Some(Refusal::OneShock { rows: 256 }));
    }

    #[test]
    fn constants_and_single_games_are_told_as_such() {
        assert_eq!(estimate_mean(&[3.0; 40], &Independence::games(40), 0.95).refusal, Some(Refusal::Constant));
        assert_eq!(estimate_mean(&[3.0], &Independence::games(1), 0.95).refusal, Some(Refusal::OneGame));
        assert_eq!(estimate_mean(&[f64::NAN; 20], &Independence::games(20), 0.95).refusal, Some(Refusal::NoResult));
        // A flag that never rose still has an upper end.
        let flag = estimate_mean(&[0.0; 40], &Independence::games(40), 0.95);
        assert!(flag.flag && flag.interval.is_some_and(|i| i.low == 0.0 && i.high > 0.08));
    }

    #[test]
    fn a_quantile_lies_between_its_order_statistics() {
        let values: Vec<f64> = (0..400).map(|i| draws::normal(draws::key(4, "quantile", &[i]))).collect();
        let e = estimate_quantile(&values, 0.9, &Independence::games(400), 0.95);
        let (i, q) = (e.interval.unwrap(), e.value.unwrap());
        assert!(i.low < q && q < i.high && i.contains(1.2816), "{e:?}");
    }
}
