//! Residual hazards: ways out of office that no other law works out, as competing risks.

use bevy_ecs::prelude::*;
use marchland_sim::constants;
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::world::{Rows, RowsMut};

use crate::state::country::{Legitimacy, RegimeStatus, Residual, Status};
use crate::state::reading::row;

constants! {
    /// Constants of the residual hazards.
    pub struct ResidualConstants {
        /// Hazard a month of an elected exit at middling openness and legitimacy.
        elected = "residual_elected",
        /// What full openness adds to its logarithm.
        elected_reform = "residual_elected_reform",
        /// What full legitimacy takes off its logarithm.
        elected_legitimacy = "residual_elected_legitimacy",
        /// Hazard a month of a leader's natural death.
        natural = "residual_natural",
    }
}

/// A proportional hazard as a chance within a month: 1 − exp(−h0·exp(β'x)).
#[must_use]
pub fn chance(baseline: f64, exponent: f64) -> f64 {
    -libm::expm1(-baseline * libm::exp(exponent))
}

/// The law of residual hazards.
pub(crate) const RESIDUAL_HAZARDS: Mechanism = Mechanism {
    name: "residual_hazards",
    called: "the ordinary risks of office",
    meaning: "Gives the chances of ways out of office that no other law works out: elections and natural death.",
    equations: "p = 1 − e^(−h0·e^(β·(reform − ½) − γ·(L − ½))) for elections, outside crises; p = 1 − e^(−h1) for death",
    source: "competing risks after Prentice et al. 1978; baselines from Geddes, Wright & Frantz 2014 and Archigos 4.1",
    parameters: ResidualConstants::NAMES,
    populations: &[],
    terms: &[],
    columns: |set| set.add::<Residual>(),
    needs: |_| {},
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
    statuses: Query<&Status>,
) {
    for (country, own) in residuals.rows_mut().iter_mut().enumerate() {
        let standing = row(legitimacies.rows(), country);
        // Where power is at stake or nobody holds it, no election decides who does.
        let quiet = row(statuses.rows(), country).regime_status.get() < RegimeStatus::Contested;
        own.elected_risk = if quiet {
            chance(
                c.elected,
                c.elected_reform * (standing.reform - 0.5) - c.elected_legitimacy * (standing.legitimacy - 0.5),
            )
        } else {
            0.0
        };
        own.natural_risk = chance(c.natural, 0.0);
    }
}
