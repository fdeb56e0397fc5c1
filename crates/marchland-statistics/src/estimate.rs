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
/// confidence `level`, by the binomial number of games below it. Its ends lie between order statistics, in
/// proportion (fractional order statistics: Hutson 1999), where values differ; beside a value that several games gave
/// they are that value, or the next one outward.
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
            let n = spread.effective_games(p, level);
            // Shocks that all rows share and that make more than a tenth of the variance must reach so far themselves.
            let crossed = how.rows > 1 && how.by_replication();
            let by_shocks = spread.replication_variance > 0.1 * (spread.row_variance + spread.replication_variance);
            let shocks = (crossed && by_shocks).then_some(how.replications);
            let few = [spread.carried_by_few, shocks].into_iter().flatten().min();
            match plain.or(few) {
                Some(units) if units < least => (None, Some(Refusal::FarQuantile { units, least }), 0),
                _ => {
                    let of = sorted.len() as f64;
                    // The k-th of n counts from the middle of its step, so that of n games it stands in place k - 1,
                    // from 0; not where shocks are shared, whose number a variance of few tells badly.
                    let step = if crossed { 0.0 } else { of / n };
                    let place = |share: f64| if share < 1.0 { share * of - 0.5 * step - 0.5 } else { of - 1.0 };
                    let low = between(&sorted, of - 1.0 - place(reached(1.0 - p, n, error)), f64::floor);
                    let high = between(&sorted, place(reached(p, n, error)), f64::ceil);
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

/// The value in a place, from 0, of a rising slice that is not empty: between its two neighbours in proportion, or the
/// one that `outward` chooses where either stands there more than once, since a quantile may lie on it.
fn between(sorted: &[f64], place: f64, outward: fn(f64) -> f64) -> f64 {
    let last = sorted.len() - 1;
    let place = super::number::clamp(place, 0.0, last as f64);
    let below = place.floor() as usize;
    let above = if below < last { below + 1 } else { last };
    let again = |at: usize| at > 0 && sorted[at - 1] == sorted[at] || at < last && sorted[at + 1] == sorted[at];
    if again(below) || again(above) {
        return sorted[outward(place) as usize];
    }
    let share = place - below as f64;
    sorted[below] * (1.0 - share) + sorted[above] * share
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
        // P(N >= 372) = 2.35 % and P(N < 348) = 2.17 % for a binomial N of 400, of the next ones inward more than 2.5 %:
        // the ends lie between them.
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let e = estimate_quantile(&values, 0.9, &Independence::games(400), 0.95);
        let found = e.interval.unwrap();
        assert!(sorted[347] < found.low && found.low < sorted[348], "{found:?}");
        assert!(sorted[370] < found.high && found.high < sorted[371], "{found:?}");
        // Beside values that stand twice a quantile may lie on them: outward to an order statistic.
        let coarse: Vec<f64> = values.iter().map(|v| (10.0 * v).round()).collect();
        let mut sorted = coarse.clone();
        sorted.sort_by(f64::total_cmp);
        let found = estimate_quantile(&coarse, 0.9, &Independence::games(400), 0.95).interval.unwrap();
        assert_eq!((found.low, found.high), (sorted[347], sorted[371]));
        // .9^35 is 2.503 %.
        let few = estimate_quantile(&values[..35], 0.9, &Independence::games(35), 0.95);
        assert_eq!((few.interval, few.refusal), (None, Some(Refusal::FarQuantile { units: 35, least: 36 })));
        let (i, q) = (e.interval.unwrap(), e.value.unwrap());
        assert!(i.low < q && q < i.high && i.contains(1.2816), "{e:?}");
    }
}
