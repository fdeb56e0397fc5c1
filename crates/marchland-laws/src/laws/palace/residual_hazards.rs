//! Residual hazards: ways out of office that no other law works out, as competing risks.

use bevy_ecs::prelude::*;
use marchland_game::number::max;
use marchland_sim::constants;
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::world::RowsMut;

use crate::kernels::adjustment::saturating;
use crate::state::country::{Legitimacy, Residual, Support, War};
use crate::state::reading::row;

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

/// Saturated fighters and legitimacy of an ordinary country: the hazard that is declared is one of there. Moving them is the
/// same as another hazard.
const FIGHTERS: f64 = 0.5;
const LEGITIMACY: f64 = 0.45;

/// A proportional hazard as a chance within a month: 1 − exp(−h0·exp(β'x)).
#[must_use]
pub fn chance(baseline: f64, exponent: f64) -> f64 {
    -libm::expm1(-baseline * libm::exp(exponent))
}

/// The law of residual hazards.
pub(crate) const RESIDUAL_HAZARDS: Mechanism = Mechanism {
    name: "residual_hazards",
    called: "the ordinary risks of office",
    meaning: "Gives the chances of ways out of office that no other law works out: insurgents, other states, and death.",
    equations: "λ_insurgents = λ0·exp(β·(I/(I + half) − ½) − γ·(L − .45)), at least what the war itself gives; λ_foreign = λ1·exp(−δ·backing); \
                p = 1 − e^(−h) for death",
    source: "competing risks after Prentice et al. 1978; support and not numbers decides: Atkinson, Gutfraind & Kress; baselines from Geddes, \
             Wright & Frantz 2014 and Archigos 4.1",
    parameters: ResidualConstants::NAMES,
    populations: &[],
    terms: &[],
    columns: |set| set.add::<Residual>(),
    needs: |_| {},
    build: |build| {
        build.system(hazards);
        build.start(hazards);
    },
    constants: ResidualConstants::read,
    start: |_| {},
};

/// Columns of a country that hazards depend on.
type Exposed = (&'static mut Residual, Option<&'static Legitimacy>, Option<&'static War>, Option<&'static Support>);

fn hazards(c: Res<ResidualConstants>, mut countries: Query<Exposed>) {
    let (residuals, legitimacies, wars, supports) = countries.rows_mut();
    for (country, own) in residuals.iter_mut().enumerate() {
        // Where no war is worked out, fighters are as many as half do harm.
        let (fighters, victory) = wars.get(country).map_or((FIGHTERS, 0.0), |war| {
            (saturating(war.militant_strength, c.insurgents_half), war.insurgent_victory_risk)
        });
        let legitimacy = row(legitimacies, country).legitimacy;
        let armed = chance(
            c.insurgents,
            c.insurgents_strength * (fighters - FIGHTERS) + c.insurgents_legitimacy * (LEGITIMACY - legitimacy),
        );
        own.insurgent_risk = max(armed, victory);
        own.foreign_risk = chance(c.foreign, -c.foreign_patron * row(supports, country).patron_support);
        own.natural_risk = chance(c.natural, 0.0);
    }
}
