//! Error rates by simulation, and the rules of stopping.

use super::*;
use crate::draws;
use crate::statistics::normal;
use rayon::prelude::*;

fn options(effect: f64, max_pairs: u64) -> SequentialOptions {
    SequentialOptions { alpha: 0.05, beta: 0.05, effect, range: None, max_pairs }
}

fn run(options: SequentialOptions, seed: u64, mut draw: impl FnMut(&mut rand_pcg::Pcg64) -> f64) -> SequentialReport {
    let mut test = Comparison::new(options).unwrap();
    let mut rng = draws::stream(draws::key(seed, "sequential test", &[]));
    while test.report().decision.is_none() {
        let block: Vec<f64> = (0..BLOCK).map(|_| draw(&mut rng)).collect();
        test.push(&block);
    }
    test.report().clone()
}

/// Shares of each decision, and mean number of pairs, over 2,000 simulated comparisons.
fn rates(options: SequentialOptions, draw: impl Fn(&mut rand_pcg::Pcg64) -> f64 + Sync) -> ([f64; 4], f64) {
    const STUDIES: u64 = 2000;
    let reports: Vec<SequentialReport> = (0..STUDIES).into_par_iter().map(|seed| run(options, seed, &draw)).collect();
    let share = |d| reports.iter().filter(|r| r.decision == Some(d)).count() as f64 / STUDIES as f64;
    (
        [Decision::FirstBetter, Decision::NotBetter, Decision::NoDifference, Decision::Undecided].map(share),
        reports.iter().map(|r| r.pairs as f64).sum::<f64>() / STUDIES as f64,
    )
}

/// The nominal rate itself: Wald's boundaries are conservative, because a block overshoots them.
const ALLOWED: f64 = 0.05;

#[test]
fn error_rates_hold_for_normal_differences() {
    let draw = |mean: f64| move |rng: &mut rand_pcg::Pcg64| mean + normal::quantile(draws::uniform(rng));
    let (null, pairs) = rates(options(0.1, 100_000), draw(0.0));
    assert!(null[0] <= ALLOWED, "false positives {null:?}");
    // A fixed sample with both errors at 5 % takes ((1.645 + 1.645) / 0.1)² = 1,082 pairs.
    assert!(pairs < 750.0, "{pairs} pairs");
    let (effect, _) = rates(options(0.1, 100_000), draw(0.1));
    assert!(1.0 - effect[0] <= ALLOWED, "misses {effect:?}");
    let (worse, _) = rates(options(0.1, 100_000), draw(-0.1));
    assert!(worse[0] <= 0.005, "a worse first is hardly ever called better: {worse:?}");
}

#[test]
fn error_rates_hold_with_95_percent_zeros() {
    // One pair in twenty differs, by ±1; under H1 the mean is 0.02.
    let draw = |mean: f64| {
        move |rng: &mut rand_pcg::Pcg64| {
            let u = draws::uniform(rng);
            let up = 0.025 + 0.5 * mean;
            if u < up {
                1.0
            } else if u < 0.05 {
                -1.0
            } else {
                0.0
            }
        }
    };
    for range in [None, Some(1.0)] {
        let options = SequentialOptions { range, ..options(0.02, 200_000) };
        let (null, _) = rates(options, draw(0.0));
        assert!(null[0] <= ALLOWED, "false positives {null:?}");
        let (effect, _) = rates(options, draw(0.02));
        assert!(1.0 - effect[0] <= ALLOWED, "misses {effect:?}");
    }
}

#[test]
fn error_rates_hold_for_skewed_differences() {
    // Exponential with its mean taken off: skewness 2.
    let draw = |mean: f64| move |rng: &mut rand_pcg::Pcg64| mean - 1.0 - libm::log(draws::uniform(rng));
    let (null, _) = rates(options(0.1, 100_000), draw(0.0));
    assert!(null[0] <= ALLOWED, "false positives {null:?}");
    let (effect, _) = rates(options(0.1, 100_000), draw(0.1));
    assert!(1.0 - effect[0] <= ALLOWED, "misses {effect:?}");
}

#[test]
fn peeking_at_ordinary_intervals_is_worse() {
    // 100 looks at a 95 % interval, no difference: what the sequential test replaces.
    let false_positives = (0..500u64)
        .filter(|&seed| {
            let mut rng = draws::stream(draws::key(seed, "peeking", &[]));
            let mut values = Vec::new();
            (0..100).any(|_| {
                values.extend((0..BLOCK).map(|_| normal::quantile(draws::uniform(&mut rng))));
                let i = crate::statistics::mean_interval(&values, 0.95).interval.unwrap();
                !i.contains(0.0)
            })
        })
        .count();
    assert!(false_positives > 150, "{false_positives} of 500");
}

#[test]
fn equal_pairs_stop_with_no_difference() {
    let zeros = |options| {
        let report = run(options, 0, |_| 0.0);
        (report.decision, report.pairs)
    };
    assert_eq!(zeros(options(0.02, 10_000)), (Some(Decision::NoDifference), 256));
    // ln 0.05 / ln 0.98 = 148.3, looked at after 192.
    let ranged = SequentialOptions { range: Some(1.0), ..options(0.02, 10_000) };
    assert_eq!(zeros(ranged), (Some(Decision::NoDifference), 192));
    // An effect that is tiny beside the range: the maximum decides.
    let tiny = SequentialOptions { range: Some(1e6), ..options(0.02, 640) };
    assert_eq!(zeros(tiny), (Some(Decision::NoDifference), 640));
}

#[test]
fn constant_differences_and_the_maximum_are_handled() {
    assert_eq!(run(options(0.02, 1000), 0, |_| 0.02).decision, Some(Decision::FirstBetter));
    assert_eq!(run(options(0.02, 1000), 0, |_| -0.5).decision, Some(Decision::NotBetter));
    let noisy = run(options(0.001, 100), 0, |rng| draws::uniform(rng) - 0.5);
    assert_eq!((noisy.decision, noisy.pairs), (Some(Decision::Undecided), 100));
}

#[test]
fn failed_pairs_are_counted_and_never_decide() {
    let report = run(options(0.02, 640), 0, |_| f64::NAN);
    assert_eq!((report.decision, report.left_out), (Some(Decision::Undecided), 640));
    assert_eq!(report.mean_difference, None);
    let half = run(options(0.1, 100_000), 0, |rng| {
        if draws::uniform(rng) < 0.5 { f64::NAN } else { 0.1 + normal::quantile(draws::uniform(rng)) }
    });
    assert!(half.left_out > 0 && half.decision.is_some());
}

#[test]
fn what_comes_after_the_decision_changes_nothing() {
    let mut test = Comparison::new(options(0.02, 10_000)).unwrap();
    test.push(&[0.02; 64]);
    let before = test.report().clone();
    test.push(&[-9.0; 64]);
    assert_eq!(*test.report(), before);
}

#[test]
fn impossible_options_are_refused() {
    let good = options(0.02, 1000);
    for bad in [
        SequentialOptions { alpha: 0.0, ..good },
        SequentialOptions { alpha: f64::NAN, ..good },
        SequentialOptions { beta: 0.5, ..good },
        SequentialOptions { effect: 0.0, ..good },
        SequentialOptions { range: Some(0.01), ..good },
        SequentialOptions { max_pairs: 63, ..good },
    ] {
        assert!(Comparison::new(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn an_effect_that_never_shows_ends_without_waiting_for_more() {
    // One pair in 2,000 differs while an effect of 0.02 of the range would move one in fifty: after
    // 6 · 192 pairs the ratio may decide although hardly any pair differs.
    let options = SequentialOptions { range: Some(1.0), ..options(0.02, 100_000) };
    let mut count = 0u64;
    let report = run(options, 0, |_| {
        count += 1;
        if count % 2000 == 100 { 0.5 } else { 0.0 }
    });
    assert_eq!(report.decision, Some(Decision::NotBetter));
    assert!(report.pairs <= 1024, "{}", report.pairs);
}
