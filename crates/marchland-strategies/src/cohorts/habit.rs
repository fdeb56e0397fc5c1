//! `Habit`: what was done before is mostly done again.

use marchland_game::number::fast_logistic;
use marchland_game::vector::wide;
use marchland_game::{ArgumentKind, ArgumentSchema, CohortRule, CohortView, FamilySchema};

use crate::registry::{Build, Family};

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "Habit",
        meaning: "Members repeat what they did with weight `strength` and choose by logit with the rest.",
        source: "partial adjustment: Nerlove 1958; habit as persistence of choice: Heckman 1981",
        arguments: &[ArgumentSchema {
            name: "strength",
            kind: ArgumentKind::Number { low: 0.0, high: 1.0, default: Some(0.8) },
            meaning: "weight of the last choice; 0 is Logit, 1 never changes",
        }],
        cohorts: true,
    },
    build: Build::Cohorts(|from| Ok(Box::new(Habit { yields: 1.0 - from.number("strength") }))),
};

struct Habit {
    yields: f64,
}

impl CohortRule for Habit {
    fn choose(&self, view: &CohortView<'_>, going: &mut [f64]) {
        let (weight, sensitivity) = (view.attention * self.yields, view.sensitivity);
        wide(|| {
            for (going, advantage) in going.iter_mut().zip(view.advantage) {
                *going += weight * (fast_logistic(sensitivity * *advantage) - *going);
            }
        });
    }
}
