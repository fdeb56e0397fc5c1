//! Survival: Kaplan & Meier (1958), with intervals that know which games are independent.

use super::independence::{Independence, Refusal};
use super::interval::Interval;
use super::proportion::score_interval;
use super::spread::spread;
use serde::{Deserialize, Serialize};

/// One step of a survival curve.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SurvivalStep {
    /// Time of the step, in turns.
    pub time: f64,
    /// Games still observed and without the event just before it.
    pub at_risk: u64,
    /// Events at this time.
    pub events: u64,
    /// Games whose observation ends at this time without the event.
    pub censored: u64,
    /// Share surviving beyond this time.
    pub survival: f64,
    /// Interval of that share: Wilson's for the effective number of games (Rothman 1978), from the variance
    /// between units of independence; it stays within `[0, 1]` and has a width even before the first
    /// event and once none survives.
    pub interval: Option<Interval>,
}

/// A survival curve.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Survival {
    /// Games used.
    pub used: u64,
    /// Games left out because their time is not a finite number from 0 on.
    pub left_out: u64,
    /// A step per time at which something ended, in rising order.
    pub steps: Vec<SurvivalStep>,
    /// The first time at which survival is at most one half, if it is reached.
    pub median: Option<f64>,
    /// Why there are no intervals, where there are none.
    pub refusal: Option<Refusal>,
}

impl Survival {
    /// The share that survives beyond `time`.
    pub fn at(&self, time: f64) -> f64 {
        let reached = self.steps.iter().take_while(|s| s.time <= time).last();
        reached.map_or(1.0, |s| s.survival)
    }
}

/// The product-limit estimate from times and whether each ended in the event (collapse) or was merely
/// observed until then (censored: the horizon, or another exit), one per game of the grid. At equal times
/// events come before censoring. `level` is the confidence of the pointwise intervals.
///
/// The variance is that of the sums over units of each game's influence on log S(t), ∫ dM / Y: with games
/// for units it is Greenwood's; over rows and replications it is the crossed one of
/// [`Spread`](super::Spread).
///
/// # Panics
/// If the slices differ in length or do not fill the grid.
#[must_use]
pub fn kaplan_meier(times: &[f64], event: &[bool], how: &Independence, level: f64) -> Survival {
    assert_eq!(times.len(), event.len(), "every time needs to say how it ended");
    assert_eq!(times.len(), how.games_count(), "one time per game of the grid");
    let usable = |t: f64| t.is_finite() && t >= 0.0;
    let mut order: Vec<usize> = (0..times.len()).filter(|&i| usable(times[i])).collect();
    order.sort_by(|&a, &b| times[a].total_cmp(&times[b]));
    let used = order.len();
    let refusal = match used {
        0 => Some(Refusal::NoResult),
        _ => how.suffices().err(),
    };
    // Each game's influence on log S so far; it stays put once the game has ended.
    let mut influence: Vec<f64> = times.iter().map(|&t| if usable(t) { 0.0 } else { f64::NAN }).collect();
    let mut steps = Vec::new();
    let (mut survival, mut median, mut hazard, mut ended) = (1.0, None, 0.0, 0);
    for same in order.chunk_by(|&a, &b| times[a] == times[b]) {
        let at_risk = used - ended;
        let events = same.iter().filter(|&&i| event[i]).count();
        if events > 0 {
            let (d, n) = (events as f64, at_risk as f64);
            survival *= (n - d) / n;
            // Greenwood's denominator: exact for binomial games, and 0 survivors have no variance.
            let rest = if at_risk > events { n - d } else { n };
            for &i in same.iter().filter(|&&i| event[i]) {
                influence[i] = 1.0 / rest;
            }
            hazard += d / (n * rest);
        }
        for &i in same {
            // The martingale: what happened less what was expected while at risk.
            influence[i] -= hazard;
        }
        ended += same.len();
        if median.is_none() && survival <= 0.5 {
            median = Some(times[same[0]]);
        }
        let interval = match refusal {
            Some(_) => None,
            None => pointwise(&influence, &order[ended..], hazard, survival, how, level),
        };
        steps.push(SurvivalStep {
            time: times[same[0]],
            at_risk: at_risk as u64,
            events: events as u64,
            censored: (same.len() - events) as u64,
            survival,
            interval,
        });
    }
    Survival { used: used as u64, left_out: (times.len() - used) as u64, steps, median, refusal }
}

/// The interval at one time. Games still at risk, `left`, have met the hazard so far.
fn pointwise(
    influence: &[f64],
    left: &[usize],
    hazard: f64,
    survival: f64,
    how: &Independence,
    level: f64,
) -> Option<Interval> {
    let mut values = influence.to_vec();
    for &i in left {
        values[i] = -hazard;
    }
    let mut spread = spread(&values, how).ok()?;
    // Influences sum to log S's error; as the mean's variance they lack the square of the number of games.
    let n = spread.used as f64;
    spread.variance *= n * n * survival * survival;
    spread.mean = survival;
    // Influences are not flags.
    spread.carried_by_few = None;
    // Games independent one by one have Greenwood's variance here, not the plain share's, once some are censored.
    if spread.units == spread.used && spread.variance > 0.0 && survival > 0.0 && survival < 1.0 {
        let effective = survival * (1.0 - survival) / spread.variance;
        return Some(score_interval(survival, effective, level));
    }
    Some(spread.share_interval(level))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_leukaemia_trial_of_freireich() {
        // Remission times of the 6-MP group (Freireich et al. 1963), survival as tabulated in Kleinbaum &
        // Klein, chapter 2: 0.8571 at 6, 0.8067 at 7, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482.
        let times: [f64; 21] =
            [6., 6., 6., 7., 10., 13., 16., 22., 23., 6., 9., 10., 11., 17., 19., 20., 25., 32., 32., 34., 35.];
        let event: Vec<bool> = (0..21).map(|i| i < 9).collect();
        let s = kaplan_meier(&times, &event, &Independence::games(21), 0.95);
        for (time, expected) in [
            (5., 1.0),
            (6., 0.8571),
            (7., 0.8067),
            (10., 0.7529),
            (13., 0.6902),
            (16., 0.6275),
            (22., 0.5378),
            (40., 0.4482),
        ] {
            assert!((s.at(time) - expected).abs() < 5e-5, "{time}: {}", s.at(time));
        }
        assert_eq!(s.median, Some(23.0));
        // Greenwood at 6: S² · 3 / (21 · 18), hence 21 games' worth and Wilson's interval of 18 in 21.
        let at_six = s.steps[0];
        assert_eq!((at_six.at_risk, at_six.events, at_six.censored), (21, 3, 1));
        let (found, wilson) = (at_six.interval.unwrap(), crate::wilson(18, 21, 0.95).interval);
        // The sample variance divides by 20 where Greenwood divides by 21.
        assert!((found.low - wilson.low).abs() < 0.006 && (found.high - wilson.high).abs() < 0.006, "{found:?}");
    }

    #[test]
    fn without_censoring_it_is_the_share_still_there() {
        let times: Vec<f64> = (1..=10).map(f64::from).collect();
        let s = kaplan_meier(&times, &[true; 10], &Independence::games(10), 0.95);
        assert!((s.at(3.5) - 0.7).abs() < 1e-12);
        assert_eq!((s.at(10.0), s.median), (0.0, Some(5.0)));
    }

    #[test]
    fn unusable_games_are_counted() {
        let s = kaplan_meier(&[f64::NAN, -1.0, 2.0], &[true, true, false], &Independence::games(3), 0.95);
        assert_eq!((s.used, s.left_out, s.median), (1, 2, None));
        assert_eq!(s.refusal, Some(Refusal::FewGames { games: 3, least: 16 }));
    }
}
