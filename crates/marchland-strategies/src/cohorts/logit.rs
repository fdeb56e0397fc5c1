//! `Logit`: each member weighs the advantage with an error of its own.

use marchland_game::number::fast_logistic;
use marchland_game::vector::wide;
use marchland_game::{CohortRule, CohortView, FamilySchema};

use crate::registry::{Build, Family};

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "Logit",
        meaning: "Of those who reconsider, the share 1/(1 + e^(−λ·advantage)) goes.",
        source: "McFadden 1974",
        arguments: &[],
        cohorts: true,
    },
    build: Build::Cohorts(|_| Ok(Box::new(Logit))),
};

struct Logit;

impl CohortRule for Logit {
    fn choose(&self, view: &CohortView<'_>, going: &mut [f64]) {
        let (attention, sensitivity) = (view.attention, view.sensitivity);
        wide(|| {
            for (going, advantage) in going.iter_mut().zip(view.advantage) {
                *going += attention * (fast_logistic(sensitivity * *advantage) - *going);
            }
        });
    }
}
