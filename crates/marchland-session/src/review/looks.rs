//! How long a decision and its alternatives are played: looks at what there is so far, each of which may end it.
//!
//! Whoever looks at an ordinary interval again and again, and stops when it says something, is wrong more often than it
//! says. So the doubt that all looks may have together is spent among them, in proportion to the futures played since
//! the look before (Lan & DeMets 1983, with a linear spending function), and added up (Bonferroni): whenever an
//! alternative is left, all intervals of its decision hold together at [`LEVEL`](super::LEVEL).

use std::ops::Range;

use marchland_statistics::{Interval, LEAST_UNITS, PairedDifference, student_quantile};

use super::marks::{BLUNDER, MARGIN, together};

/// A look at what there is so far.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Look {
    /// Futures played by then.
    pub futures: u64,
    /// The share of all doubt that it spends.
    pub spent: f64,
}

impl Look {
    /// The level of the interval of each of so many alternatives.
    pub fn level(&self, alternatives: usize) -> f64 {
        together(alternatives, self.spent)
    }
}

/// The looks at a comparison in at most `futures` futures: after an eighth, a quarter, a half, and all of them; none
/// before there is an interval.
pub(super) fn looks(futures: u64) -> Vec<Look> {
    let mut looks = Vec::new();
    let mut before = 0;
    for part in [8, 4, 2, 1] {
        let at = futures / part;
        if part == 1 || (at >= LEAST_UNITS as u64 && at > before) {
            looks.push(Look { futures: at, spent: (at - before) as f64 / futures.max(1) as f64 });
            before = at;
        }
    }
    looks
}

/// Follows `alternatives` alternatives of a decision through at most `futures` futures. `play` plays those that are still
/// open in futures of so many numbers, the decision beside them, and says which of them are worth playing on, at this look
/// and before the last. Returns the level at which each was left.
pub(super) fn in_looks(
    alternatives: usize,
    futures: u64,
    mut play: impl FnMut(&[usize], Range<u64>, [Look; 2]) -> Vec<usize>,
) -> Vec<f64> {
    let mut levels = vec![0.0; alternatives];
    let mut open: Vec<usize> = (0..alternatives).collect();
    let mut from = 0;
    let looks = looks(futures);
    let Some(last) = looks.last().copied() else { return levels };
    for look in looks {
        for at in &open {
            levels[*at] = look.level(alternatives);
        }
        open = play(&open, from..look.futures, [look, last]);
        if open.is_empty() {
            break;
        }
        from = look.futures;
    }
    levels
}

/// Whether more futures may yet say what a decision less its alternative is: whether its interval at a look holds a
/// bound that the last look's would not hold, if that lay around the mean so far and the futures differed as
/// much as so far. The bounds are those of marks, of a payoff with a range of `span`; of the chance of an exit, none.
pub(super) fn worth_playing_on(
    payoff: &PairedDifference,
    exit: Option<&PairedDifference>,
    span: f64,
    [look, last]: [Look; 2],
) -> bool {
    if look == last {
        return false;
    }
    let undecided = |one: &PairedDifference, bounds: &[f64]| {
        let (Some(now), Some(mean)) = (one.interval, one.mean) else { return None };
        let width = |doubt: f64, n: f64| student_quantile(1.0 - doubt / 2.0, n - 1.0) / n.sqrt();
        let doubt = 1.0 - now.level;
        let narrower = width(doubt * last.spent / look.spent, last.futures as f64) / width(doubt, look.futures as f64);
        let around = |end: f64| mean + narrower * (end - mean);
        let then = Interval { low: around(now.low), high: around(now.high), ..now };
        Some(bounds.iter().any(|bound| now.contains(*bound) && !then.contains(*bound)))
    };
    // Where no future so far tells two payoffs apart, few futures do not show that none does; half of them do: of what
    // differs in one future of twenty, which is about as seldom as all futures can tell of, 1.7 % would be left. Exits are
    // seldom: that none has come either way is no reason to wait for one.
    undecided(payoff, &[-BLUNDER * span, -MARGIN * span, 0.0]).unwrap_or(2 * look.futures < last.futures)
        || exit.is_some_and(|exit| undecided(exit, &[0.0]).unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use marchland_statistics::{draws, paired_difference};

    use super::*;
    use crate::review::marks::{Mark, mark};

    #[test]
    fn looks_spend_all_the_doubt_there_is() {
        let at = |futures| looks(futures).iter().map(|look| look.futures).collect::<Vec<_>>();
        assert_eq!(at(160), [20, 40, 80, 160]);
        assert_eq!(at(64), [16, 32, 64]);
        assert_eq!(at(24), [24]);
        assert_eq!(at(8), [8]);
        for futures in [8, 24, 40, 64, 160, 1000] {
            let spent: f64 = looks(futures).iter().map(|look| look.spent).sum();
            assert!((spent - 1.0).abs() < 1e-12, "{futures}: {spent}");
        }
    }

    /// A decision against `k` alternatives whose payoffs lie `better` above its own: its mark, and futures played of all.
    fn followed(seed: u64, better: f64, k: usize, futures: u64, skewed: bool) -> (Option<Mark>, u64) {
        let draw = |of: u64, future: u64| {
            let z = draws::normal(draws::key(seed, "mark", &[of, future]));
            // Mean 0: a lognormal of σ = ½ less its mean, or a normal.
            0.01 * if skewed { libm::exp(0.5 * z) - libm::exp(0.125) } else { z }
        };
        let mut taken: Vec<f64> = Vec::new();
        let mut others: Vec<Vec<f64>> = vec![Vec::new(); k];
        let against = |taken: &[f64], other: &[f64], level| paired_difference(&taken[..other.len()], other, level);
        let levels = in_looks(k, futures, |open, samples, looks| {
            taken.extend(samples.clone().map(|at| 0.5 + draw(0, at)));
            for of in open {
                others[*of].extend(samples.clone().map(|at| 0.5 + better + draw(1 + *of as u64, at)));
            }
            let worth =
                |of: &usize| worth_playing_on(&against(&taken, &others[*of], looks[0].level(k)), None, 1.0, looks);
            open.iter().copied().filter(worth).collect()
        });
        let differences: Vec<PairedDifference> =
            others.iter().zip(levels).map(|(other, level)| against(&taken, other, level)).collect();
        (mark(&differences, 1.0), taken.len() as u64 + others.iter().map(|other| other.len() as u64).sum::<u64>())
    }

    /// How many of `decisions` get a mark.
    fn marked(said: Mark, better: f64, k: usize, futures: u64, skewed: bool, decisions: u64) -> usize {
        (0..decisions).filter(|seed| followed(*seed, better, k, futures, skewed).0 == Some(said)).count()
    }

    #[test]
    fn marks_are_wrong_as_seldom_as_they_say() {
        // Each at the very edge of what would make it right: one alternative is as good, better by the margin, or by a
        // blunder. 5 % of 1,000 with four standard errors of 0.7 %.
        const MOST: usize = 78;
        for k in [1, 4] {
            for futures in [16, 160] {
                for skewed in [false, true] {
                    for (said, better) in
                        [(Mark::Best, 0.0), (Mark::Good, MARGIN), (Mark::Inaccurate, MARGIN), (Mark::Blunder, BLUNDER)]
                    {
                        let found = marked(said, better, k, futures, skewed, 1000);
                        assert!(found <= MOST, "{said:?} in {found} of 1000: {k}, {futures}, {skewed}");
                    }
                }
            }
        }
        // And they are given where they are right: twice a blunder is seen in nearly every decision.
        assert!(marked(Mark::Blunder, 2.0 * BLUNDER, 1, 160, false, 1000) > 950);
    }

    /// Futures played of an alternative that differs in so large a share of them, and whether it has differed in any.
    fn until_left(seed: u64, share: f64) -> (u64, bool) {
        let mut differences: Vec<f64> = Vec::new();
        in_looks(1, 160, |_, samples, looks| {
            let differs = |at: u64| draws::unit(draws::key(seed, "differs", &[at])) < share;
            differences.extend(samples.map(|at| if differs(at) { -0.1 } else { 0.0 }));
            let against = vec![0.0; differences.len()];
            let payoff = paired_difference(&differences, &against, looks[0].level(1));
            if worth_playing_on(&payoff, None, 1.0, looks) { vec![0] } else { Vec::new() }
        });
        (differences.len() as u64, differences.iter().any(|one| *one != 0.0))
    }

    #[test]
    fn what_never_differs_is_left_at_the_half_and_what_seldom_does_is_not() {
        assert!((0..10).all(|seed| until_left(seed, 0.0) == (80, false)));
        // .95^80 is .0165; 1,000 with four standard errors.
        let left = (0..1000).filter(|seed| !until_left(*seed, 0.05).1).count();
        assert!((1..=33).contains(&left), "{left}");
    }

    #[test]
    fn what_is_plain_is_left_early() {
        let futures =
            |better: f64| -> u64 { (0..200).map(|seed| followed(seed, better, 4, 160, false).1).sum::<u64>() / 200 };
        // Of 800: five times a blunder is plain at the first look; what lies at a bound is left where only that bound is open.
        assert!(futures(5.0 * BLUNDER) <= 110, "{}", futures(5.0 * BLUNDER));
        assert!(futures(MARGIN) <= 500, "{}", futures(MARGIN));
    }
}
