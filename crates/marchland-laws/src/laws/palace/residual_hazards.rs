//! Residual hazards: ways out of office that no other law works out, as competing risks.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, max};

use marchland_sim::mechanisms::Mechanism;
use crate::laws::war::insurgency::War;
use crate::laws::people::legitimacy::Legitimacy;
use crate::laws::powers::patrons::Support;
use crate::reading::{row, saturating};

use marchland_sim::world::{Field, Rows, RowsMut, SeenBy};
use marchland_sim::{columns, constants};

columns! {
    /// Monthly chances of exits that no other law works out.
    pub struct Residual for "country" {
        /// Chance within a month that insurgents take the capital.
        insurgent_risk = Field::derived("probability a month", 0.0, 1.0, &["insurgent_victory_risk", "militant_strength", "legitimacy"]).seen(SeenBy::Estimated { sd: 0.001 }).called("the risk that insurgents win"),
        /// Chance within a month that another state removes the government.
        foreign_risk = Field::derived("probability a month", 0.0, 1.0, &["patron_support"]).seen(SeenBy::Estimated { sd: 0.001 }).called("the risk of removal from abroad"),
        /// Chance within a month that the leader dies in office.
        natural_risk = Field::derived("probability a month", 0.0, 1.0, &[]).called("the risk of a natural end in office"),
    }
}

constants! {
    /// Constants of the residual hazards.
    pub struct ResidualConstants {
        /// Hazard a month that insurgents win, in a country with as many fighters as half do harm.
        insurgents = "residual_insurgents",
        /// What fighters without number add to its logarithm, over none.
        insurgents_strength = "residual_insurgents_strength",
        /// Fighters that do half of it.
        insurgents_half = "residual_insurgents_half",
        /// What illegitimacy adds to its logarithm, from none to all.
        insurgents_legitimacy = "residual_insurgents_legitimacy",
        /// Hazard a month that another state removes the government, where no patron leans either way.
        foreign = "residual_foreign",
        /// What full backing by patrons takes off its logarithm, and full hostility adds.
        foreign_patron = "residual_foreign_patron",
        /// Hazard a month of a leader's natural death.
        natural = "residual_natural",
    }
}

/// A proportional hazard as a chance within a month: 1 − exp(−h0·exp(β'x)).
#[must_use]
pub fn chance(baseline: f64, exponent: f64) -> f64 {
    -libm::expm1(-baseline * libm::exp(exponent))
}

/// Which of several competing risks strikes within a step, if any, by one uniform draw. Monthly
/// chances become hazards −ln(1 − p), which add up over causes and over time, so that steps of any
/// length compose.
#[must_use]
pub fn competing<const N: usize>(monthly: &[f64; N], months: f64, draw: f64) -> Option<usize> {
    let mut hazards = [0.0; N];
    let mut total = 0.0;
    for (hazard, chance) in hazards.iter_mut().zip(monthly) {
        // A certain event has a hazard so large that it happens within any step.
        *hazard = if *chance <= 0.0 { 0.0 } else { -libm::log1p(-clamp(*chance, 0.0, 1.0 - 1e-15)) };
        total += *hazard;
    }
    if total <= 0.0 {
        return None;
    }
    let strikes = -libm::expm1(-total * months);
    if draw >= strikes {
        return None;
    }
    // Given that something strikes, the draw is uniform below `strikes`: it also says what.
    let mut left = draw / strikes * total;
    for (at, hazard) in hazards.iter().enumerate() {
        if left < *hazard {
            return Some(at);
        }
        left -= hazard;
    }
    hazards.iter().rposition(|hazard| *hazard > 0.0)
}

/// The law of residual hazards.
pub const RESIDUAL_HAZARDS: Mechanism = Mechanism {
    name: "residual_hazards",
    called: "the ordinary risks of office",
    meaning: "Gives the chances of ways out of office that no other law works out: insurgents, other states, and death.",
    equations: "λ_insurgents = λ0·exp(β·(I/(I + half) − ½) − γ·(L − .45)), at least what the war itself gives; λ_foreign = λ1·exp(−δ·backing); \
                p = 1 − e^(−h) for death",
    source: "competing risks after Prentice et al. 1978; support and not numbers decides: Atkinson, Gutfraind & Kress; baselines from Geddes, \
             Wright & Frantz 2014 and Archigos 4.1",
    parameters: ResidualConstants::NAMES,
    populations: &[],
    columns: |set| set.add::<Residual>(),
    build: |build| build.system(hazards),
    constants: ResidualConstants::read,
    start: |world| {
        world.run_system_cached(hazards).expect("the system's resources stand");
    },
};

fn hazards(
    c: Res<ResidualConstants>,
    mut residuals: Query<&mut Residual>,
    legitimacies: Query<&Legitimacy>,
    (wars, supports): (Query<&War>, Query<&Support>),
) {
    for (country, own) in residuals.rows_mut().iter_mut().enumerate() {
        // Where no war is worked out, fighters are as many as half do harm.
        let (fighters, victory) = wars.rows().get(country).map_or((0.5, 0.0), |war| {
            (saturating(war.militant_strength, c.insurgents_half), war.insurgent_victory_risk)
        });
        let legitimacy = row(legitimacies.rows(), country).legitimacy;
        let armed = chance(
            c.insurgents,
            c.insurgents_strength * (fighters - 0.5) + c.insurgents_legitimacy * (0.45 - legitimacy),
        );
        own.insurgent_risk = max(armed, victory);
        own.foreign_risk = chance(c.foreign, -c.foreign_patron * row(supports.rows(), country).patron_support);
        own.natural_risk = chance(c.natural, 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use marchland_game::Stream;

    #[test]
    fn causes_strike_in_proportion_to_their_hazards() {
        let monthly = [0.05, 0.0, 0.2];
        let n = 100_000;
        let mut counts = [0.0_f64; 4];
        for i in 0..n {
            let draw = (f64::from(i) + 0.5) / f64::from(n);
            counts[competing(&monthly, 1.0, draw).unwrap_or(3)] += 1.0;
        }
        let (first, third) = (-libm::log1p(-0.05), -libm::log1p(-0.2));
        let any = 1.0 - 0.95 * 0.8;
        assert!((counts[0] / f64::from(n) - any * first / (first + third)).abs() < 1e-4);
        assert_eq!(counts[1], 0.0);
        assert!((counts[3] / f64::from(n) - 0.95 * 0.8).abs() < 1e-4);
    }

    #[test]
    fn four_weeks_are_a_month() {
        // 40,000 months by weeks, seed 1: the share without an exit within four standard errors.
        let monthly = [0.03, 0.1];
        let n = 40_000_u64;
        let quiet = (0..n)
            .filter(|i| {
                (0..4).all(|week| competing(&monthly, 0.25, Stream::from_word(1).at(4 * i + week).uniform()).is_none())
            })
            .count();
        let (expected, n) = (0.97 * 0.9, n as f64);
        let error = libm::sqrt(expected * (1.0 - expected) / n);
        assert!((quiet as f64 / n - expected).abs() < 4.0 * error);
    }

    #[test]
    fn a_certain_exit_happens() {
        assert_eq!(competing(&[0.0, 1.0], 1.0, 0.999_999), Some(1));
        assert_eq!(competing(&[0.0, 0.0], 1.0, 0.0), None);
    }
}
