//! A measure's mean, or the share of a flag, with the interval that its independence allows.

use serde::{Deserialize, Serialize};

use super::independence::{Independence, Refusal};
use super::interval::{Interval, moments};
use super::quantile::{quantile_of_sorted, sorted_finite};
use super::spread::spread;
use super::student::binomial_tail;

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

impl Estimate {
    /// The interval without what lies beyond every value: no mean of `values` lies there. An end is left where more than
    /// one value in twenty lies at the extreme: beyond such a heap rare values may just not have been met, and the
    /// interval is what allows for them.
    #[must_use]
    pub fn within(mut self, values: &[f64]) -> Self {
        let finite = || values.iter().copied().filter(|v| v.is_finite());
        let heap = |end: f64| {
            let there = finite().filter(|v| *v == end).count();
            there > 1 && HEAP * there > finite().count()
        };
        let lowest = finite().fold(f64::INFINITY, super::number::min);
        let highest = finite().fold(f64::NEG_INFINITY, super::number::max);
        if let Some(interval) = &mut self.interval {
            if interval.low < lowest && !heap(lowest) {
                interval.low = lowest;
            }
            if interval.high > highest && !heap(highest) {
                interval.high = highest;
            }
        }
        self
    }
}

/// One value in so many at an extreme is a heap (our choice).
const HEAP: usize = 20;

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
        Ok(spread) if variance == 0.0 => (None, Some(Refusal::Constant), spread.units),
        Ok(spread) if spread.variance > 0.0 => (Some(spread.interval(level)), None, spread.units),
        // Units that do not differ while their games do: an exactly balanced design without chance.
        Ok(spread) => (Some(Interval { low: mean, high: mean, level }), None, spread.units),
    };
    // Games without a result are no games to count.
    let refusal = refusal.map(|refusal| match refusal {
        Refusal::FewGames { games, least } if (used as usize) < games => {
            Refusal::FewGames { games: used as usize, least }
        }
        other => other,
    });
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

/// The quantile `p` of the finite values, with the interval of order statistics (Thompson 1936; for games that are
/// not independent by their effective number, as Woodruff 1952 has it): between which of them the quantile lies with
/// confidence `level`, by the binomial number of games below it.
///
/// Where too few independent games reach beyond a far quantile, the largest or smallest may fall short of it:
/// there is no interval then ([`Refusal::FarQuantile`]).
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
    let error = 0.5 * (1.0 - level);
    let (interval, refusal, units) = match spread(&below, how) {
        Err(refusal) => (None, Some(refusal), 0),
        Ok(_) if sorted.first() == sorted.last() => (None, Some(Refusal::Constant), 0),
        Ok(spread) => {
            let least = reaching(p, error);
            // Units of one game each, or few that carry what lies beyond the quantile.
            let plain = (spread.units == spread.used).then_some(spread.units);
            match plain.or(spread.carried_by_few) {
                Some(units) if units < least => (None, Some(Refusal::FarQuantile { units, least }), 0),
                _ => {
                    let n = spread.effective_games(p, level);
                    let of = sorted.len() as f64;
                    // Outward to an order statistic, so that rounding cannot lose coverage.
                    let at = |share: f64| sorted[super::number::clamp(share * of, 0.0, of - 1.0) as usize];
                    let low = at(1.0 - reached(1.0 - p, n, error) + 1e-12);
                    let high = at(reached(p, n, error) - 1e-12);
                    (Some(Interval { low, high, level }), None, spread.units)
                }
            }
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

/// Independent games from which the largest of them lies beyond the quantile `p`, or the smallest below it, but
/// for a probability `error`.
fn reaching(p: f64, error: f64) -> usize {
    let inner = super::number::max(p, 1.0 - p);
    if inner < 1.0 { (libm::log(error) / libm::log(inner)).ceil() as usize } else { usize::MAX }
}

/// The share k / n of games, n not necessarily whole, from which at least k of n lie at or below the quantile `p`
/// with no more than the probability `error`; at most 1.
fn reached(p: f64, n: f64, error: f64) -> f64 {
    let (mut low, mut high) = (p * n, n);
    if binomial_tail(high, n, p) > error {
        return 1.0;
    }
    for _ in 0..50 {
        let mid = 0.5 * (low + high);
        if binomial_tail(mid, n, p) > error { low = mid } else { high = mid }
    }
    // A number of games: the next whole one where they are whole.
    high / n
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
    fn an_interval_ends_with_the_values_unless_they_are_heaped_there() {
        // One value of 40 far off: the short side of the interval would end below every value.
        let skewed: Vec<f64> = (0..40).map(|i| if i == 7 { 9.0 } else { 1.0 + 1e-3 * f64::from(i) }).collect();
        let plain = estimate_mean(&skewed, &Independence::games(40), 0.95);
        assert!(plain.interval.is_some_and(|i| i.low < 1.0), "{plain:?}");
        let within = plain.within(&skewed).interval.unwrap();
        assert_eq!((within.low, within.high), (1.0, plain.interval.unwrap().high));
        let heaped: Vec<f64> = skewed.iter().map(|x| if *x < 2.0 { 1.0 } else { *x }).collect();
        let plain = estimate_mean(&heaped, &Independence::games(40), 0.95);
        assert_eq!(plain.within(&heaped), plain);
    }

    #[test]
    fn a_quantile_lies_between_its_order_statistics() {
        let values: Vec<f64> = (0..400).map(|i| draws::normal(draws::key(4, "quantile", &[i]))).collect();
        // Order statistics 348 and 372 of 400: P(N >= 372) = 2.35 % and P(N < 348) = 2.17 % for a binomial N.
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let e = estimate_quantile(&values, 0.9, &Independence::games(400), 0.95);
        let found = e.interval.unwrap();
        assert_eq!((found.low, found.high), (sorted[347], sorted[371]));
        // .9^35 is 2.503 %.
        let few = estimate_quantile(&values[..35], 0.9, &Independence::games(35), 0.95);
        assert_eq!((few.interval, few.refusal), (None, Some(Refusal::FarQuantile { units: 35, least: 36 })));
        let (i, q) = (e.interval.unwrap(), e.value.unwrap());
        assert!(i.low < q && q < i.high && i.contains(1.2816), "{e:?}");
    }
}
