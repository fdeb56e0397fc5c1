//! Recognition: what states claim of each other, what they are granted, and what falls short.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, max};
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::{Build, Mechanism};
use marchland_sim::world::{Clock, Fixed, Ids, Rows, RowsMut};

use crate::kernels::adjustment::towards;
use crate::state::country::Fall;
use crate::state::pair::Regard;
use crate::state::player::{Patron, Power, Standing};
use crate::state::reading::row;

constants! {
    /// Constants of recognition.
    pub struct RecognitionConstants {
        /// Share of the distance to its level that a claim closes in a month.
        claim_drift = "recognition_claim_drift",
        /// Claim added by a rival's full influence.
        rivalry = "recognition_rivalry",
        /// Share of the distance to its level that what is granted closes in a month.
        granting = "recognition_granting",
        /// Standing that full consultation adds.
        consulted = "recognition_consulted",
        /// Share of consultation forgotten in a month.
        forgetting = "recognition_forgetting",
        /// Weight of standing by one's own word.
        consistency = "recognition_consistency",
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        CONSULTATION_AND_HABIT = "consultation and habit",
        RIVALS_AND_AMBITION = "rivals and ambition",
    }
}

/// The law of recognition.
pub(crate) const RECOGNITION: Mechanism = Mechanism {
    name: "recognition",
    called: "standing among states",
    meaning: "Moves claims and grants between states, and measures what falls short.",
    equations: "Rec_i = −Σ_j z_ij · max(0, claim_ij − granted_ij)² − s · (commitment_i − backing_i⁺)²; \
                D_i = Σ_j z_ij · max(0, claim_ij − granted_ij) / Σ_j z_ij; claim → base + r · rival's influence + ambition · failed; \
                granted → base + g · consultation; consultation fades",
    source: "Ringmar 2002 (a recognition game); Honneth 1992; Wolf 2011 on respect; quadratic loss and slow claims \
             (2–5 % a month) our choice",
    parameters: RecognitionConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Regard>();
        set.add::<Standing>();
    },
    needs: |_| {},
    build,
    constants: RecognitionConstants::read,
    start: |_| {},
};

/// The players of each pair.
struct Sides {
    from: Vec<usize>,
    to: Vec<usize>,
}

fn build(build: &mut Build<'_>) {
    let topology = build.topology;
    let (from, to) = (topology.links("pair", "from"), topology.links("pair", "to"));
    let ends = |links: &marchland_sim::world::Links| {
        (0..topology.count("pair")).map(|pair| links.one(pair).unwrap_or(0)).collect()
    };
    Fixed::insert(build.world, Sides { from: ends(&from), to: ends(&to) });
    build.system(regard);
    build.start(settle);
}

/// Respect that a claim misses, in [0, 1].
#[must_use]
pub fn shortfall(claim: f64, granted: f64) -> f64 {
    max(0.0, claim - granted)
}

/// The level that a claim drifts to.
#[must_use]
pub fn claimed(base: f64, rival_influence: f64, ambition: f64, failed: f64, c: &RecognitionConstants) -> f64 {
    clamp(base + c.rivalry * rival_influence + ambition * failed, 0.0, 1.0)
}

/// The level that a grant drifts to.
#[must_use]
pub fn granted(base: f64, consultation: f64, c: &RecognitionConstants) -> f64 {
    clamp(base + c.consulted * consultation, 0.0, 1.0)
}

fn regard(
    clock: Res<Clock>,
    c: Res<RecognitionConstants>,
    sides: Local<Fixed<Sides>>,
    ids: Local<Ids<Regard>>,
    mut ledger: ResMut<Ledger>,
    mut regards: Query<&mut Regard>,
    mut players: Query<(&mut Standing, Option<&Power>, Option<&Patron>)>,
    falls: Query<&Fall>,
) {
    let failed = row(falls.rows(), 0).regime_failed.number();
    let (standings, powers, patrons) = players.rows_mut();
    let regards = regards.rows_mut();
    for (at, regard) in regards.iter_mut().enumerate() {
        let before = *regard;
        let (own, other) = (row(powers, sides.from[at]), row(powers, sides.to[at]));
        let rival = if own.pole * other.pole < 0.0 { other.influence } else { 0.0 };
        let ambition = row(standings, sides.from[at]).ambition;
        let claim = claimed(before.claim_base, rival, ambition, failed, &c);
        regard.claim = towards(before.claim, claim, c.claim_drift, clock.months);
        let level = granted(before.granted_base, before.consultation, &c);
        regard.granted = towards(before.granted, level, c.granting, clock.months);
        regard.consultation = towards(before.consultation, 0.0, c.forgetting, clock.months);
        if ledger.on() {
            let terms = [Term {
                name: Terms::CONSULTATION_AND_HABIT,
                amount: regard.granted - before.granted,
                inputs: &[ids.at(at, Regard::consultation), ids.at(at, Regard::granted_base)],
            }];
            ledger.terms(ids.at(at, Regard::granted), regard.granted, &terms);
            let terms = [Term {
                name: Terms::RIVALS_AND_AMBITION,
                amount: regard.claim - before.claim,
                inputs: &[ids.at(at, Regard::claim_base)],
            }];
            ledger.terms(ids.at(at, Regard::claim), regard.claim, &terms);
        }
    }
    stand(&c, &sides, regards, standings, patrons);
}

/// Standing as the game begins.
fn settle(
    (c, sides): (Res<RecognitionConstants>, Local<Fixed<Sides>>),
    regards: Query<&Regard>,
    mut players: Query<(&mut Standing, Option<&Patron>)>,
) {
    let (standings, patrons) = players.rows_mut();
    stand(&c, &sides, regards.rows(), standings, patrons);
}

fn stand(c: &RecognitionConstants, sides: &Sides, regards: &[Regard], standings: &mut [Standing], patrons: &[Patron]) {
    for standing in standings.iter_mut() {
        (standing.recognition, standing.respect_deficit) = (0.0, 0.0);
    }
    let mut weights = [0.0; PLAYERS];
    for (at, regard) in regards.iter().enumerate() {
        let from = sides.from[at];
        let missing = shortfall(regard.claim, regard.granted);
        standings[from].recognition -= regard.weight * missing * missing;
        standings[from].respect_deficit += regard.weight * missing;
        weights[from.min(PLAYERS - 1)] += regard.weight;
    }
    for (at, standing) in standings.iter_mut().enumerate() {
        let patron = row(patrons, at);
        let word = shortfall(patron.commitment, max(0.0, patron.backing));
        let weight = weights[at.min(PLAYERS - 1)];
        standing.recognition = clamp(standing.recognition - c.consistency * word * word, -1.0, 0.0);
        standing.respect_deficit = if weight > 0.0 { clamp(standing.respect_deficit / weight, 0.0, 1.0) } else { 0.0 };
    }
}

/// The most players that stand in pairs.
const PLAYERS: usize = marchland_game::PlayerSet::CAPACITY;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::throughout;

    #[test]
    fn only_what_falls_short_counts() {
        assert_eq!(shortfall(0.5, 0.8), 0.0);
        assert!((shortfall(0.8, 0.5) - 0.3).abs() < 1e-15);
    }

    #[test]
    fn consultation_raises_what_is_granted_and_rivals_raise_claims() {
        // V27, sign: consultation ↑ → recognition ↑.
        throughout(|value| {
            let c = RecognitionConstants::from_parameters(value);
            let missing = |consultation: f64| shortfall(0.9, granted(0.4, consultation, &c));
            assert!(missing(0.8) < missing(0.1), "{c:?}");
            assert!(claimed(0.6, 0.5, 0.0, 0.0, &c) > claimed(0.6, 0.1, 0.0, 0.0, &c), "{c:?}");
            // Ambition counts where the order next door has failed, and nowhere else.
            assert!((claimed(0.6, 0.0, 0.2, 1.0, &c) - 0.8).abs() < 1e-15);
            assert_eq!(claimed(0.6, 0.0, 0.2, 0.0, &c), 0.6);
        });
    }
}
