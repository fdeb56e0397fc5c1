//! How far what a rule says may be off by its constants: the same cases under constants drawn from their stated doubt.
//!
//! The odds of a case vary between draws by the constants and by dice. What dice do is known, since they are binomial;
//! it is taken off, over all cases together: a case alone has too few games a draw. What is left is told as a share of
//! p (1 − p), the intraclass correlation ρ of games that share a draw (Ridout, Demétrio & Firth 1999 on its moments), and a
//! case's range is that of the beta distribution with its odds as mean and that spread.

use std::path::Path;

use marchland_sim::scenario::Scenario;
use marchland_statistics::{binomial_tail, draws, normal};
use serde::{Deserialize, Serialize};

use super::LEVEL;
use super::cases::Cases;
use super::play::{design_of, event_columns, frozen_rule};
use super::rule::{Constant, Rule};
use crate::number::{clamp, max, min, sum};
use crate::run::{Experiment, RunError, Tally};

/// The largest share of p (1 − p) that constants may explain.
const MOST_SHARE: f64 = 0.9;

/// What draws of constants came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrawnRange {
    /// Draws.
    pub draws: u64,
    /// Games of every case in each.
    pub games: u64,
    /// Constants that were drawn: those in doubt.
    pub drawn: u64,
    /// By outcome of the rule.
    pub events: Vec<EventRange>,
}

/// How far the odds of an outcome vary with the constants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EventRange {
    /// Identifier of the event.
    pub event: String,
    /// Its variance between draws as a share of p (1 − p), 0 to 0.9: dice taken off.
    pub share: f64,
}

impl EventRange {
    /// The range of 95 % of a case of these odds.
    #[must_use]
    pub fn interval(&self, p: f64) -> (f64, f64) {
        if self.share <= 0.0 || p <= 0.0 || p >= 1.0 {
            return (p, p);
        }
        let sure = 1.0 / self.share - 1.0;
        let tail = 0.5 * (1.0 - LEVEL);
        (beta_quantile(tail, p * sure, (1.0 - p) * sure), beta_quantile(1.0 - tail, p * sure, (1.0 - p) * sure))
    }
}

/// The quantile of a beta distribution, by bisection of its distribution function.
fn beta_quantile(at: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if binomial_tail(a, a + b - 1.0, middle) < at {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// The experiment of a range: of every case one row a draw, each with games of its own. `doubts` has the standard
/// deviation of each constant, none where it is not in doubt. Constants are drawn independently of each other from normal
/// distributions, inside their bounds; a value outside of its setting's range is taken at the end of it.
#[must_use]
pub fn drawn_experiment(
    rule: &Rule,
    cases: &Cases,
    (constants, doubts): (&[f64], &[Option<f64>]),
    scenario: &Scenario,
    draws_of: u64,
    (games, seed): (u64, u64),
) -> Experiment {
    let drawn: Vec<Vec<f64>> = (0..draws_of)
        .map(|draw| {
            let mut rng = draws::stream(draws::key(seed, "hindcast/range", &[draw]));
            let of = |((constant, value), sd): ((&Constant, &f64), &Option<f64>)| {
                let z = normal::quantile(draws::uniform(&mut rng));
                sd.map_or(*value, |sd| clamp(value + sd * z, constant.bounds.0, constant.bounds.1))
            };
            rule.constants.iter().zip(constants).zip(doubts).map(of).collect()
        })
        .collect();
    let of_case = |columns: &Vec<f64>| -> Vec<Vec<f64>> {
        drawn.iter().map(|constants| rule.held_settings_of(columns, constants)).collect()
    };
    let rows: Vec<Vec<f64>> = cases.values.iter().flat_map(of_case).collect();
    design_of(rule, &rows, scenario, games, seed, Some(frozen_rule(rule, cases, constants, None)))
}

/// What the games of a range say.
///
/// # Errors
/// The folder cannot be read.
pub fn range(
    rule: &Rule,
    cases: &Cases,
    doubts: &[Option<f64>],
    draws_of: u64,
    games: u64,
    results: &Path,
) -> Result<DrawnRange, RunError> {
    let tally = Tally::read(results, &event_columns(rule), None)?;
    let share = |event: usize| {
        let of_case = |case: usize| {
            let from = case * draws_of as usize;
            let rows = tally.rows.get(from..from + draws_of as usize).unwrap_or_default();
            let counts: Vec<(u64, u64)> = rows.iter().map(|row| (row.events[event], row.games)).collect();
            moments(&counts)
        };
        let parts: Vec<(f64, f64)> = (0..cases.len()).filter_map(of_case).collect();
        let (between, most) = (sum(parts.iter().map(|part| part.0)), sum(parts.iter().map(|part| part.1)));
        if most > 0.0 { min(max(between / most, 0.0), MOST_SHARE) } else { 0.0 }
    };
    Ok(DrawnRange {
        draws: draws_of,
        games,
        drawn: doubts.iter().flatten().count() as u64,
        events: rule
            .outcomes
            .iter()
            .enumerate()
            .map(|(at, outcome)| EventRange { event: outcome.event.clone(), share: share(at) })
            .collect(),
    })
}

/// The variance of a case's odds between draws, dice taken off, and p (1 − p): both without bias. None of a draw with
/// fewer than two games, or of fewer than two draws.
fn moments(counts: &[(u64, u64)]) -> Option<(f64, f64)> {
    let draws_of = counts.len() as f64;
    if counts.len() < 2 || counts.iter().any(|(_, games)| *games < 2) {
        return None;
    }
    let p = |(events, games): &(u64, u64)| *events as f64 / *games as f64;
    let mean = sum(counts.iter().map(p)) / draws_of;
    let variance = sum(counts.iter().map(|count| (p(count) - mean) * (p(count) - mean))) / (draws_of - 1.0);
    let dice = sum(counts.iter().map(|count| p(count) * (1.0 - p(count)) / (count.1 as f64 - 1.0))) / draws_of;
    Some((variance - dice, mean * (1.0 - mean) + variance / draws_of))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Draws of a beta distribution of mean .06 and a tenth of the greatest variance, 40 games each.
    #[test]
    fn what_dice_do_is_taken_off() {
        let mut parts = (0.0, 0.0);
        let (mut only_dice, mut most) = (0.0, 0.0);
        for case in 0..400u64 {
            let mut rng = draws::stream(draws::key(3, "range", &[case]));
            let mut played = |p: f64| (0..40).filter(|_| draws::uniform(&mut rng) < p).count() as u64;
            let spread: Vec<(u64, u64)> = (0..20u64)
                .map(|draw| {
                    let own = draws::uniform(&mut draws::stream(draws::key(4, "range", &[case, draw])));
                    (played(beta_quantile(own, 0.06 * 9.0, 0.94 * 9.0)), 40)
                })
                .collect();
            let same: Vec<(u64, u64)> = (0..20).map(|_| (played(0.06), 40)).collect();
            let (found, none) = (moments(&spread).unwrap(), moments(&same).unwrap());
            parts = (parts.0 + found.0, parts.1 + found.1);
            (only_dice, most) = (only_dice + none.0, most + none.1);
        }
        let share = parts.0 / parts.1;
        assert!((share - 0.1).abs() < 0.01, "{share}");
        assert!((only_dice / most).abs() < 0.002, "{}", only_dice / most);
    }

    #[test]
    fn a_range_holds_its_share_of_a_beta_distribution() {
        // Beta(2, 2): 3x² − 2x³ at the ends.
        let range = EventRange { event: "failure".into(), share: 0.2 };
        let (low, high) = range.interval(0.5);
        let of = |x: f64| 3.0 * x * x - 2.0 * x * x * x;
        assert!((of(low) - 0.025).abs() < 1e-9 && (of(high) - 0.975).abs() < 1e-9, "{low} {high}");
        assert_eq!(EventRange { share: 0.0, ..range }.interval(0.3), (0.3, 0.3));
    }

    #[test]
    fn too_few_games_say_nothing() {
        assert_eq!(moments(&[(1, 4)]), None);
        assert_eq!(moments(&[(1, 1), (0, 1)]), None);
    }
}
