//! Contrasts of log hazards between arms of paired games.

use serde::{Deserialize, Serialize};

use super::interval::Interval;
use super::normal;

/// The fewest games with and without the event, in every arm, from which a contrast is estimated: below it the
/// normal approximation of a log hazard does not cover.
pub const LEAST_EVENTS: usize = 10;

/// A contrast of log hazards.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogHazardContrast {
    /// Σ w·ln(−ln(1 − p)): for weights 1 and −1 the logarithm of a ratio of hazards.
    pub value: f64,
    /// Standard error by the delta method, pairs as units.
    pub standard_error: f64,
    /// Two-sided interval.
    pub interval: Interval,
}

/// Why a contrast is not estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoContrast {
    /// There is no game, or the arms are of different lengths.
    Unmatched,
    /// An arm has too few games with the event, or too few without.
    FewEvents {
        /// The fewest of either.
        events: usize,
        /// Those needed.
        least: usize,
    },
}

/// The contrast Σ w·ln(−ln(1 − p)) over arms, each a weight and whether the event happened, by game. Games of equal
/// position share their shocks, so that the unit of independence is a position across all arms.
///
/// ln(−ln(1 − p)) is the logarithm of the hazard that is summed up over the games' length; four arms with weights
/// 1, −1, −1, 1 give an interaction. Delta method with the influence of each position:
/// Σ w·(y − p)/((1 − p)·(−ln(1 − p))).
///
/// # Errors
/// No games, arms of different lengths, or fewer than [`LEAST_EVENTS`] with or without the event in an arm.
pub fn log_hazard_contrast(arms: &[(f64, &[bool])], level: f64) -> Result<LogHazardContrast, NoContrast> {
    let games = arms.first().map_or(0, |(_, arm)| arm.len());
    if games == 0 || arms.iter().any(|(_, arm)| arm.len() != games) {
        return Err(NoContrast::Unmatched);
    }
    let n = games as f64;
    let (mut value, mut influence) = (0.0, vec![0.0; games]);
    for (weight, arm) in arms {
        let hits = arm.iter().filter(|hit| **hit).count();
        let events = hits.min(games - hits);
        if events < LEAST_EVENTS {
            return Err(NoContrast::FewEvents { events, least: LEAST_EVENTS });
        }
        let p = hits as f64 / n;
        let hazard = -libm::log1p(-p);
        value += weight * libm::log(hazard);
        for (own, hit) in influence.iter_mut().zip(*arm) {
            *own += weight * (if *hit { 1.0 } else { 0.0 } - p) / ((1.0 - p) * hazard);
        }
    }
    let variance = influence.iter().map(|own| own * own).sum::<f64>() / (n - 1.0);
    let standard_error = (variance / n).sqrt();
    let half = normal::quantile(0.5 + 0.5 * level) * standard_error;
    let interval = Interval { low: value - half, high: value + half, level };
    Ok(LogHazardContrast { value, standard_error, interval })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws;

    fn uniform(seed: u64, game: u64, which: u64) -> f64 {
        draws::uniform(&mut draws::stream(draws::key(seed, "log hazard", &[game, which])))
    }

    /// Games of four arms that share half of their chance: with probability one half a game meets the arms' common
    /// draw, else each arm its own.
    fn arms(seed: u64, games: u64, p: [f64; 4]) -> [Vec<bool>; 4] {
        std::array::from_fn(|arm| {
            (0..games)
                .map(|game| {
                    let common = uniform(seed, game, 0) < 0.5;
                    uniform(seed, game, if common { 1 } else { 2 + arm as u64 }) < p[arm]
                })
                .collect()
        })
    }

    #[test]
    fn intervals_of_ratios_and_interactions_cover() {
        // Two hazards of 4 and 9 %, and an interaction over four arms; 1,000 games, 600 seeds. The standard error of
        // a coverage of .95 over 600 seeds is .009.
        let p = [0.04, 0.09, 0.06, 0.2];
        let log = |p: f64| libm::log(-libm::log1p(-p));
        let ratio = log(p[1]) - log(p[0]);
        let interaction = log(p[3]) - log(p[2]) - log(p[1]) + log(p[0]);
        let (mut first, mut second) = (0, 0);
        for seed in 1..=600 {
            let [a, b, c, d] = arms(seed, 1_000, p);
            let of = log_hazard_contrast(&[(1.0, &b), (-1.0, &a)], 0.95).expect("enough events");
            first += u32::from(of.interval.contains(ratio));
            let of = log_hazard_contrast(&[(1.0, &d), (-1.0, &c), (-1.0, &b), (1.0, &a)], 0.95).expect("enough");
            second += u32::from(of.interval.contains(interaction));
        }
        assert!((552..=588).contains(&first) && (552..=588).contains(&second), "{first} and {second}");
    }

    #[test]
    fn what_cannot_be_estimated_is_refused() {
        let none = vec![false; 50];
        let some: Vec<bool> = (0..50).map(|at| at < 20).collect();
        assert_eq!(
            log_hazard_contrast(&[(1.0, &some), (-1.0, &none)], 0.95),
            Err(NoContrast::FewEvents { events: 0, least: LEAST_EVENTS })
        );
        assert_eq!(log_hazard_contrast(&[(1.0, &some), (-1.0, &some[..9])], 0.95), Err(NoContrast::Unmatched));
        assert_eq!(log_hazard_contrast(&[], 0.95), Err(NoContrast::Unmatched));
        let same = log_hazard_contrast(&[(1.0, &some), (-1.0, &some)], 0.95).expect("enough");
        assert_eq!((same.value, same.standard_error), (0.0, 0.0));
    }
}
