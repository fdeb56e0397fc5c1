//! Survival of the regime: Kaplan & Meier (1958).

use super::interval::Interval;
use super::normal;
use crate::number::clamp;
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
    /// Interval of that share, on the log(−log) scale with Greenwood's variance (Kalbfleisch & Prentice
    /// 1980); it stays within `[0, 1]`. `[1, 1]` before the first event and `[0, 0]` once none survives.
    pub interval: Interval,
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
}

impl Survival {
    /// The share that survives beyond `time`.
    pub fn at(&self, time: f64) -> f64 {
        let reached = self.steps.iter().take_while(|s| s.time <= time).last();
        reached.map_or(1.0, |s| s.survival)
    }

    /// The curve as a table of text, a line per time at which the event happened.
    pub fn text(&self) -> String {
        let mut text = format!("{} games used, {} left out\n", self.used, self.left_out);
        text += &format!("{:>6}  {:>8}  {:>6}  {:>24}\n", "time", "at risk", "events", "survival");
        for s in self.steps.iter().filter(|s| s.events > 0) {
            let cell = format!("{:.3} [{:.3}, {:.3}]", s.survival, s.interval.low, s.interval.high);
            text += &format!("{:>6}  {:>8}  {:>6}  {cell:>24}\n", s.time, s.at_risk, s.events);
        }
        text += &match self.median {
            Some(median) => format!("half are gone by {median}\n"),
            None => "more than half survive as long as they were observed\n".to_owned(),
        };
        text
    }
}

/// The product-limit estimate from times and whether each ended in the event (collapse) or was merely
/// observed until then (censored: the horizon, or another exit). At equal times events come before
/// censoring. `level` is the confidence of the pointwise intervals.
///
/// # Panics
/// If the slices differ in length.
pub fn kaplan_meier(times: &[f64], event: &[bool], level: f64) -> Survival {
    assert_eq!(times.len(), event.len(), "every time needs to say how it ended");
    let mut games: Vec<(f64, bool)> =
        times.iter().copied().zip(event.iter().copied()).filter(|(t, _)| t.is_finite() && *t >= 0.0).collect();
    games.sort_by(|a, b| a.0.total_cmp(&b.0));
    let z = normal::quantile(0.5 + 0.5 * level);
    let mut at_risk = games.len() as u64;
    let (mut survival, mut greenwood) = (1.0, 0.0);
    let mut steps = Vec::new();
    let mut median = None;
    for same in games.chunk_by(|a, b| a.0 == b.0) {
        let events = same.iter().filter(|g| g.1).count() as u64;
        let censored = same.len() as u64 - events;
        if events > 0 {
            let (d, n) = (events as f64, at_risk as f64);
            survival *= (n - d) / n;
            greenwood += d / (n * (n - d));
        }
        if median.is_none() && survival <= 0.5 {
            median = Some(same[0].0);
        }
        steps.push(SurvivalStep {
            time: same[0].0,
            at_risk,
            events,
            censored,
            survival,
            interval: interval(survival, greenwood, z, level),
        });
        at_risk -= same.len() as u64;
    }
    let used = games.len() as u64;
    Survival { used, left_out: times.len() as u64 - used, steps, median }
}

fn interval(survival: f64, greenwood: f64, z: f64, level: f64) -> Interval {
    if survival >= 1.0 || survival <= 0.0 {
        return Interval { low: survival, high: survival, level };
    }
    let log = libm::log(survival);
    let half = z * greenwood.sqrt() / log.abs();
    let end = |shift: f64| clamp(libm::exp(log * libm::exp(shift)), 0.0, 1.0);
    Interval { low: end(half), high: end(-half), level }
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
        let s = kaplan_meier(&times, &event, 0.95);
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
        assert!(s.text().contains("half are gone by 23"), "{}", s.text());
        // R: survfit(..., conf.type = "log-log") gives 0.620 and 0.952 at time 6.
        let at_six = s.steps[0];
        assert_eq!((at_six.at_risk, at_six.events, at_six.censored), (21, 3, 1));
        assert!((at_six.interval.low - 0.6197).abs() < 5e-4, "{at_six:?}");
        assert!((at_six.interval.high - 0.9516).abs() < 5e-4, "{at_six:?}");
    }

    #[test]
    fn without_censoring_it_is_the_share_still_there() {
        let times: Vec<f64> = (1..=10).map(f64::from).collect();
        let s = kaplan_meier(&times, &[true; 10], 0.95);
        assert!((s.at(3.5) - 0.7).abs() < 1e-12);
        assert_eq!((s.at(10.0), s.median), (0.0, Some(5.0)));
    }

    #[test]
    fn unusable_games_are_counted() {
        let s = kaplan_meier(&[f64::NAN, -1.0, 2.0], &[true, true, false], 0.95);
        assert_eq!((s.used, s.left_out, s.median), (1, 2, None));
        assert_eq!(kaplan_meier(&[], &[], 0.95).steps, []);
    }
}
