//! `Satisficing`: only those whose aspiration is not met look for something better.

use marchland_game::number::{clamp, fast_logistic};
use marchland_game::vector::wide;
use marchland_game::{ArgumentKind, ArgumentSchema, CohortRule, CohortView, FamilySchema};

use crate::registry::{Build, Family};

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "Satisficing",
        meaning: "Members search only as far as what they have falls short of their aspiration: the share that \
                  searches rises evenly from 0 at the aspiration to everybody `band` below it, and chooses by logit.",
        source: "Simon 1955",
        arguments: &[
            ArgumentSchema {
                name: "aspiration",
                kind: ArgumentKind::Number { low: 0.0, high: 2.0, default: Some(1.0) },
                meaning: "satisfaction at which nobody searches, as a share of what was expected",
            },
            ArgumentSchema {
                name: "band",
                kind: ArgumentKind::Number { low: 0.01, high: 2.0, default: Some(0.25) },
                meaning: "shortfall at which everybody searches, as a share of what was expected",
            },
        ],
        cohorts: true,
    },
    build: Build::Cohorts(|from| {
        Ok(Box::new(Satisficing { aspiration: from.number("aspiration"), per_shortfall: 1.0 / from.number("band") }))
    }),
};

struct Satisficing {
    aspiration: f64,
    per_shortfall: f64,
}

impl CohortRule for Satisficing {
    fn choose(&self, view: &CohortView<'_>, going: &mut [f64]) {
        let (attention, sensitivity) = (view.attention, view.sensitivity);
        wide(|| {
            for ((going, advantage), satisfaction) in going.iter_mut().zip(view.advantage).zip(view.satisfaction) {
                let searching = clamp((self.aspiration - *satisfaction) * self.per_shortfall, 0.0, 1.0);
                *going += attention * searching * (fast_logistic(sensitivity * *advantage) - *going);
            }
        });
    }
}
