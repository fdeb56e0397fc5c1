//! A measure's mean, or the share of a flag, with the interval that its independence allows.

use serde::{Deserialize, Serialize};

use super::independence::{Independence, Refusal};
use super::interval::{Interval, moments};
use super::number::{clamp, max, min};
use super::quantile::{quantile_of_sorted, quantile_over, sample_quantile, sorted_finite};
use super::spread::{Spread, spread};
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
        let lowest = finite().fold(f64::INFINITY, min);
        let highest = finite().fold(f64::NEG_INFINITY, max);
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

/// The quantile `p` of the distribution behind the finite values, with the interval of order statistics.
///
/// The estimate is median-unbiased: it lies above the quantile as often as below it, whatever the distribution. Of
/// independent games that is Hyndman & Fan's (1996) type 8; where games are not, their units of independence tell how
/// skewed the share of games below the quantile is, and how many games say the same. The estimate's mean over samples
/// follows the bend of the distribution, by a tenth of its standard deviation or less (bench). Without enough units for
/// an interval it is type 8 of the games.
///
/// The interval (Thompson 1936; for games that are not independent by their effective number, as Woodruff 1952 has it)
/// says between which order statistics the quantile lies with confidence `level`, by the binomial number of games below
/// it. Its ends lie between them, in proportion (fractional order statistics: Hutson 1999), where values differ; beside
/// a value that several games gave they are that value, or the next one outward. It holds the estimate.
///
/// Where too few independent games reach beyond a far quantile, the largest or smallest may fall short of it:
/// there is no interval then ([`Refusal::FarQuantile`]).
///
/// # Panics
/// If there are not `how.games_count()` values.
#[must_use]
pub fn estimate_quantile(values: &[f64], p: f64, how: &Independence, level: f64) -> Estimate {
    let sorted = sorted_finite(values);
    let plain = sample_quantile(&sorted, p);
    // Games on its near side, of which the share is p as nearly as it can be.
    let below: Vec<f64> = match quantile_of_sorted(&sorted, p) {
        Some(q) => values.iter().map(|v| if v.is_finite() { f64::from(u8::from(*v <= q)) } else { f64::NAN }).collect(),
        None => values.to_vec(),
    };
    let spread = spread(&below, how);
    let value = match &spread {
        Ok(spread) if spread.units != spread.used => by_units(&sorted, p, spread, how),
        _ => plain,
    };
    let error = 0.5 * (1.0 - level);
    let (interval, refusal, units) = match spread {
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
                    // Between values that stand more than once an end is one of them, and the estimate may lie beyond it.
                    let at = value.unwrap_or(low);
                    (Some(Interval { low: min(low, at), high: max(high, at), level }), None, spread.units)
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

/// The quantile `p` of games that are not independent one by one, from the spread of those at or below it.
fn by_units(sorted: &[f64], p: f64, below: &Spread, how: &Independence) -> Option<f64> {
    // The middle of a mean lies a sixth of its skewness, in standard deviations, to its short side (Cornish & Fisher
    // 1938): that share of the games lies at or below the quantile as often as not. Of independent games it is type 8.
    let most = 0.5 / below.units as f64;
    let middle = p - clamp(below.skewness * below.variance.sqrt() / 6.0, -most, most);
    // As many independent games as would tell the share as well; those of one row may all be alike.
    let rows = if how.by_row() { how.rows } else { sorted.len() };
    let varies = below.variance > 0.0 && p > 0.0 && p < 1.0;
    let units = if varies { max(p * (1.0 - p) / below.variance, 1.0) } else { rows as f64 };
    quantile_over(sorted, middle, min(units, rows as f64))
}

/// The value in a place, from 0, of a rising slice that is not empty: between its two neighbours in proportion, or the
/// one that `outward` chooses where either stands there more than once, since a quantile may lie on it.
fn between(sorted: &[f64], place: f64, outward: fn(f64) -> f64) -> f64 {
    let last = sorted.len() - 1;
    let place = clamp(place, 0.0, last as f64);
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
    let inner = max(p, 1.0 - p);
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
    use crate::independence::Rows;

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

    #[test]
    fn a_quantile_lies_in_its_own_interval_whatever_the_design() {
        for seed in 0..40u64 {
            for coarse in [0.0, 0.5, 2.0, 40.0] {
                for how in [
                    Independence::games(400),
                    Independence::fresh(100, 4),
                    Independence::common(20, 20),
                    Independence { of_rows: Rows::Copies { block: 1, copies: 16 }, ..Independence::fresh(80, 5) },
                    Independence { of_rows: Rows::Fixed, ..Independence::fresh(4, 100) },
                ] {
                    let z = |part: u64, at: usize| draws::normal(draws::key(seed, "own", &[part, at as u64]));
                    let values: Vec<f64> = (0..400)
                        .map(|at| {
                            let x = z(0, at / how.replications) + z(1, at % how.replications) + 0.3 * z(2, at);
                            if coarse == 0.0 { x } else { (coarse * x).round() / coarse }
                        })
                        .collect();
                    for p in [0.0, 0.05, 0.25, 0.5, 0.9, 0.95, 1.0] {
                        let e = estimate_quantile(&values, p, &how, 0.95);
                        let (lowest, highest) =
                            (min_of(&values), -min_of(&values.iter().map(|v| -v).collect::<Vec<_>>()));
                        let value = e.value.unwrap();
                        assert!((lowest..=highest).contains(&value), "{p} {how:?} {e:?}");
                        assert!(e.interval.is_none_or(|i| i.contains(value)), "{p} {how:?} {e:?}");
                    }
                }
            }
        }
    }

    fn min_of(values: &[f64]) -> f64 {
        values.iter().copied().fold(f64::INFINITY, min)
    }
}
