//! Which share of the mobilisable wants to be in the street, given how many are.

use marchland_game::number::{clamp, fast_exp, max};

use crate::kernels::normal::normal_pair;

/// Epstein's (2002) constant: arrest is .9 likely at one policeman per active.
pub const ARREST: f64 = 2.3;

/// ∫ Φ from −∞ to `x`: x·Φ(x) + φ(x).
#[inline(always)]
fn normal_integral(x: f64) -> f64 {
    let (density, below) = normal_pair(x);
    x * below + density
}

/// The chance of arrest of someone who joins: 1 − exp(−k·c/a), Epstein (2002). One where nobody is
/// out and there is any force.
#[must_use]
#[inline(always)]
pub fn arrest(force: f64, active: f64) -> f64 {
    let chance = 1.0 - fast_exp(-ARREST * force / active);
    let among = if active <= 0.0 { 1.0 } else { chance };
    if force <= 0.0 { 0.0 } else { among }
}

/// What decides whether people of one region join.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Mood {
    /// Mean grievance.
    pub grievance: f64,
    /// Spread of grievance between people.
    pub spread: f64,
    /// Worth of not being alone.
    pub coordination: f64,
    /// Net grievance needed to act.
    pub threshold: f64,
    /// Loyal force present per mobilisable person.
    pub force: f64,
}

/// The threshold rule: Pr[G + ψ·a − R·P(a) > T] with G normal, R uniform on [0, 1] and P the chance
/// of arrest. Coordination after Granovetter (1978) and Kuran (1989), risk after Epstein (2002).
/// In closed form: (s/P)·[M(u) − M(u − P/s)] with u = (g + ψa − T)/s and M(x) = xΦ(x) + φ(x).
///
/// Without a branch, so that the weeks of several regions become vector code.
#[must_use]
#[inline(always)]
pub fn threshold_share(mood: &Mood, active: f64) -> f64 {
    let risk = arrest(mood.force, active);
    let u = (mood.grievance + mood.coordination * active - mood.threshold) / mood.spread;
    let width = risk / mood.spread;
    let averse = clamp((normal_integral(u) - normal_integral(u - width)) / width, 0.0, 1.0);
    // Where there is no risk to speak of, the width has no digits left.
    if risk < 1e-6 { normal_pair(u).1 } else { averse }
}

/// Epstein's (2002) rule as published, in mean field: Pr[(1 − L)·H − R·P > T], H uniform about the
/// region's hardship (on [0, 1] where that is ½) and R uniform on [0, 1].
#[must_use]
pub fn epstein_share(hardship: f64, legitimacy: f64, force: f64, threshold: f64, active: f64) -> f64 {
    let illegitimacy = 1.0 - legitimacy;
    let (low, high) = (max(0.0, 2.0 * hardship - 1.0), if hardship < 0.5 { 2.0 * hardship } else { 1.0 });
    let (low, high) = (illegitimacy * low, illegitimacy * high);
    let half_square = |z: f64| if z > 0.0 { 0.5 * z * z } else { 0.0 };
    let risk = max(arrest(force, active), 1e-9);
    let spread = max(high - low, 1e-9);
    let (top, bottom) = (high - threshold, low - threshold);
    let area = half_square(top) - half_square(top - risk) - half_square(bottom) + half_square(bottom - risk);
    clamp(area / (spread * risk), 0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mood(grievance: f64, coordination: f64, force: f64) -> Mood {
        Mood { grievance, spread: 0.15, coordination, threshold: 0.5, force }
    }

    /// Where adjustment ends from a start.
    fn settle(mood: &Mood, start: f64) -> f64 {
        let mut active = start;
        for _ in 0..20_000 {
            active += 0.2 * (threshold_share(mood, active) - active);
        }
        active
    }

    #[test]
    fn the_fast_normal_keeps_its_published_error() {
        for step in -800..=800 {
            let x = f64::from(step) / 100.0;
            let exact = 0.5 * libm::erfc(-x / std::f64::consts::SQRT_2);
            assert!((normal_pair(x).1 - exact).abs() < 7.5e-8, "at {x}");
        }
    }

    #[test]
    fn the_closed_form_is_the_integral_over_risk_aversion() {
        // Midpoint rule with 20,000 nodes against the closed form, over a grid of moods.
        for grievance in [0.1, 0.45, 0.8] {
            for active in [0.01, 0.3, 0.9] {
                let mood = mood(grievance, 0.3, 0.08);
                let risk = arrest(mood.force, active);
                let n = 20_000;
                let sum: f64 = (0..n)
                    .map(|i| {
                        let aversion = (f64::from(i) + 0.5) / f64::from(n);
                        let u = (grievance + 0.3 * active - aversion * risk - 0.5) / 0.15;
                        0.5 * libm::erfc(-u / std::f64::consts::SQRT_2)
                    })
                    .sum();
                assert!((sum / f64::from(n) - threshold_share(&mood, active)).abs() < 1e-6);
            }
        }
    }

    /// Grievances between which the quiet state is lost, as computed when the rule was chosen.
    #[test]
    fn the_quiet_state_is_lost_where_it_was_computed_to_be() {
        for (coordination, force, quiet, lost) in [
            (0.3, 0.04, 0.45, 0.50),
            (0.3, 0.08, 0.50, 0.60),
            (0.5, 0.04, 0.45, 0.50),
            (0.5, 0.08, 0.50, 0.60),
            (0.5, 0.16, 0.50, 0.60),
        ] {
            let (below, above) =
                (settle(&mood(quiet, coordination, force), 0.0), settle(&mood(lost, coordination, force), 0.0));
            assert!(below < 0.4, "psi {coordination}, c {force}: {below} at grievance {quiet}");
            assert!(above > 0.7, "psi {coordination}, c {force}: {above} at grievance {lost}");
        }
        assert!(settle(&mood(0.60, 0.3, 0.16), 0.0) < 0.4);
    }

    #[test]
    fn strong_coordination_has_hysteresis() {
        let mood = mood(0.30, 0.5, 0.04);
        assert!(settle(&mood, 0.0) < 0.1 && settle(&mood, 1.0) > 0.8);
    }

    #[test]
    fn without_coordination_there_is_no_tipping() {
        // One end whatever the start, and a smooth rise with grievance: no step of .01 moves it by
        // more than .1.
        let mut before = settle(&mood(0.2, 0.0, 0.08), 0.0);
        for step in 1..=60 {
            let mood = mood(0.2 + f64::from(step) / 100.0, 0.0, 0.08);
            let (low, high) = (settle(&mood, 0.0), settle(&mood, 1.0));
            assert!((low - high).abs() < 1e-6, "two ends at step {step}: {low} and {high}");
            assert!((low - before).abs() < 0.1);
            before = low;
        }
    }

    /// Granovetter (1978): thresholds normal with mean 25 of 100 people; the cascade jumps from a
    /// few to nearly all as the spread passes about 12.2. The rule without risk is that model with
    /// net grievance ψ·a − threshold.
    #[test]
    fn granovetter_s_cascade_jumps_at_the_critical_spread() {
        let riot = |spread: f64| {
            let mood = Mood { grievance: 0.0, spread: spread / 100.0, coordination: 1.0, threshold: 0.25, force: 0.0 };
            settle(&mood, 0.0)
        };
        assert!(riot(11.5) < 0.10, "{}", riot(11.5));
        assert!(riot(13.0) > 0.95, "{}", riot(13.0));
    }

    #[test]
    fn epstein_s_rule_matches_its_published_mean_field() {
        // At L = .8 and H uniform on [0, 1] without force: Pr[.2·H > .1] = ½.
        assert!((epstein_share(0.5, 0.8, 0.0, 0.1, 0.3) - 0.5).abs() < 1e-6);
        // Raw mean field puts 40–80 % of all on the street once legitimacy is .6 or less.
        let mut active = 0.0;
        for _ in 0..5_000 {
            active += 0.2 * (epstein_share(0.5, 0.4, 0.05, 0.1, active) - active);
        }
        assert!(active > 0.4 && active < 0.9, "{active}");
    }
}
