//! `Imitation`: members meet others of their network and copy those who seem to do better.

use marchland_game::number::fast_logistic;
use marchland_game::vector::wide;
use marchland_game::{CohortRule, CohortView, FamilySchema};

use crate::registry::{Build, Family};

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "Imitation",
        meaning: "Each member who reconsiders meets one other of its network; a stayer who meets a goer follows with \
                  probability 1/(1 + e^(−λ·advantage)), and a goer who meets a stayer returns with the complement.",
        source: "pairwise comparison with the Fermi function: Szabó & Tőke 1998; Traulsen, Nowak & Pacheco 2006",
        arguments: &[],
        cohorts: true,
    },
    build: Build::Cohorts(|_| Ok(Box::new(Imitation))),
};

struct Imitation;

impl CohortRule for Imitation {
    fn choose(&self, view: &CohortView<'_>, going: &mut [f64]) {
        let (attention, sensitivity) = (view.attention, view.sensitivity);
        wide(|| {
            for ((going, advantage), network) in going.iter_mut().zip(view.advantage).zip(view.network) {
                let follows = fast_logistic(sensitivity * *advantage);
                let joins = (1.0 - *going) * *network * follows;
                let returns = *going * (1.0 - *network) * (1.0 - follows);
                *going += attention * (joins - returns);
            }
        });
    }
}
