//! Influence: powers bid for a country, and the country leans.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, max};
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::{Build, Mechanism};
use marchland_sim::world::{Clock, CodedState, Fixed, Ids, Rows, RowsMut};

use crate::kernels::adjustment::{saturating, towards};
use crate::state::country::{Alignment, Branch, Fall, RegimeStatus, Status, Tension, Umbrella, War};
use crate::state::neighbour::NextDoor;
use crate::state::pair::Relation;
use crate::state::player::{Patron, Power};
use crate::state::polity::successor;
use crate::state::reading::{linked, row};
use crate::state::region::Front;

constants! {
    /// Constants of influence.
    pub struct InfluenceConstants {
        /// Weight of presence in a power's bid.
        presence = "influence_presence",
        /// Weight of the country's relation to the power.
        relation = "influence_relation",
        /// Weight of backing for the incumbent.
        backing = "influence_backing",
        /// Weight of transit traffic, for the power that it serves.
        transit = "influence_transit",
        /// Traffic that gives half of it, containers a week.
        transit_half = "influence_transit_half",
        /// Bids that the country can refuse: its own weight.
        autonomy = "influence_autonomy",
        /// Share of the distance to its bid that influence closes in a month.
        adjustment = "influence_adjustment",
        /// Share of the distance to its base that presence closes in a month.
        presence_drift = "influence_presence_drift",
        /// Share of the distance that alignment closes in a month.
        leaning = "influence_leaning",
        /// Lean to the rival power of a full overture.
        outreach = "influence_outreach",
        /// Share of overtures that lapse in a month.
        lapse = "influence_outreach_lapse",
        /// Share of the distance to its base that a relation closes in a month.
        relation_drift = "influence_relation_drift",
        /// Relation lost to full instability where strain is full.
        strain = "influence_strain",
        /// Weight of unrest in regional instability.
        unrest = "instability_unrest",
        /// Weight of militants.
        militants = "instability_militants",
        /// Weight of neighbours.
        neighbours = "instability_neighbours",
        /// Weight of a regime in trouble.
        regime = "instability_regime",
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        HABIT_AND_STRAIN = "habit and strain",
        WHAT_IT_HAS_TO_OFFER = "what it has to offer",
        WHAT_POWERS_OFFER = "what powers offer",
        OVERTURES_TO_THE_RIVAL_POWER = "overtures to the rival power",
    }
}

/// The law of influence.
pub(crate) const INFLUENCE: Mechanism = Mechanism {
    name: "influence",
    called: "the contest for influence",
    meaning: "Powers bid with presence, relations, backing and transit; the country leans to what it is offered.",
    equations: "bid = w·(presence, relation, backing⁺, transit); influence → bid / (autonomy + Σ bids), a fall damped by \
                institutions; alignment → Σ pole·influence / Σ influence − w·outreach; relation → base − strain · instability",
    source: "multivector bidding: memo row 81, after Cooley 2012; contest success in the form of Tullock 1980",
    parameters: InfluenceConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Power>();
        set.add::<Relation>();
        set.add::<Alignment>();
    },
    needs: |needs| {
        needs.head();
    },
    build,
    constants: InfluenceConstants::read,
    start: |_| {},
};

/// By player, the rows of the pairs in which the incumbent and the new administration look at it.
struct Regards {
    incumbent: Vec<Option<usize>>,
    successor: Vec<Option<usize>>,
}

fn build(build: &mut Build<'_>) {
    let topology = build.topology;
    let (from, to) = (topology.links("pair", "from"), topology.links("pair", "to"));
    let find = |viewer: Option<usize>| -> Vec<Option<usize>> {
        (0..topology.count("player"))
            .map(|player| {
                (0..topology.count("pair"))
                    .find(|pair| viewer.is_some() && from.one(*pair) == viewer && to.one(*pair) == Some(player))
            })
            .collect()
    };
    // Powers bid for the first country.
    let head = topology.links("country", "head").one(0);
    let successor = head.and_then(|head| successor(build.scenario, head));
    let regards = Regards { incumbent: find(head), successor: find(successor) };
    Fixed::insert(build.world, regards);
    build.system(contend);
    build.start(settle);
}

/// What a power offers.
#[must_use]
pub fn bid_of(power: &Power, relation: f64, backing: f64, transit: f64, c: &InfluenceConstants) -> f64 {
    c.presence * power.presence
        + c.relation * power.presence * relation
        + c.backing * max(0.0, backing)
        + c.transit * transit * max(0.0, -power.pole)
}

/// Trouble in a country and around it, in [0, 1]: the weighted mean of its parts.
#[must_use]
pub fn instability(unrest: f64, militants: f64, neighbours: f64, regime: f64, c: &InfluenceConstants) -> f64 {
    let weight = c.unrest + c.militants + c.neighbours + c.regime;
    if weight <= 0.0 {
        return 0.0;
    }
    clamp(
        (c.unrest * unrest + c.militants * militants + c.neighbours * neighbours + c.regime * regime) / weight,
        0.0,
        1.0,
    )
}

/// Columns of a country that powers contend for.
type Prize = (
    &'static mut Alignment,
    Option<&'static War>,
    Option<&'static Tension>,
    Option<&'static Status>,
    Option<&'static Branch>,
    Option<&'static Umbrella>,
    Option<&'static Fall>,
);

fn contend(
    (clock, c, regards): (Res<Clock>, Res<InfluenceConstants>, Local<Fixed<Regards>>),
    (relation_ids, power_ids): (Local<Ids<Relation>>, Local<Ids<Power>>),
    alignment_ids: Local<Ids<Alignment>>,
    mut ledger: ResMut<Ledger>,
    mut countries: Query<Prize>,
    mut players: Query<(&mut Power, Option<&Patron>)>,
    mut relations: Query<&mut Relation>,
    fronts: Query<&Front>,
    neighbours: Query<&NextDoor>,
) {
    let (alignments, wars, tension, statuses, branches, umbrellas, falls) = countries.rows_mut();
    let ((powers, patrons), relations) = (players.rows_mut(), relations.rows_mut());
    sense(&c, alignments, (wars, tension, statuses), fronts.rows(), neighbours.rows());
    relate(&clock, &c, &relation_ids, &mut ledger, relations, alignments);
    let offer = Offer {
        fallen: row(falls, 0).regime_failed.get(),
        transit: saturating(row(branches, 0).transit_volume, c.transit_half),
        damping: row(umbrellas, 0).damping,
    };
    bid(&clock, &c, &regards, &power_ids, &mut ledger, powers, (relations, patrons), &offer);
    lean(&clock, &c, &alignment_ids, &mut ledger, alignments, powers);
}

/// Trouble as the game begins.
fn settle(
    c: Res<InfluenceConstants>,
    mut countries: Query<Prize>,
    fronts: Query<&Front>,
    neighbours: Query<&NextDoor>,
) {
    let (alignments, wars, tension, statuses, ..) = countries.rows_mut();
    sense(&c, alignments, (wars, tension, statuses), fronts.rows(), neighbours.rows());
}

fn sense(
    c: &InfluenceConstants,
    alignments: &mut [Alignment],
    (wars, tension, statuses): (&[War], &[Tension], &[Status]),
    fronts: &[Front],
    neighbours: &[NextDoor],
) {
    let held = fronts.iter().map(|front| front.militant_threat).sum::<f64>() / max(1.0, fronts.len() as f64);
    let next = neighbours.iter().map(|next| next.unrest).sum::<f64>() / max(1.0, neighbours.len() as f64);
    for (at, alignment) in alignments.iter_mut().enumerate() {
        let militants = max(held, row(wars, at).haven);
        let regime = row(statuses, at).regime_status.number() / RegimeStatus::Collapsed.code();
        alignment.regional_instability = instability(row(tension, at).unrest, militants, next, regime, c);
    }
}

fn relate(
    clock: &Clock,
    c: &InfluenceConstants,
    ids: &Ids<Relation>,
    ledger: &mut Ledger,
    relations: &mut [Relation],
    alignments: &[Alignment],
) {
    let trouble = row(alignments, 0).regional_instability;
    for (at, relation) in relations.iter_mut().enumerate() {
        let before = *relation;
        let strained = c.strain * before.strain * trouble;
        let level = clamp(before.relation_base - strained, 0.0, 1.0);
        relation.relation = towards(before.relation, level, c.relation_drift, clock.months);
        relation.trust = towards(before.trust, before.trust_base, c.relation_drift, clock.months);
        if ledger.on() {
            for (field, after, amount) in [
                (Relation::relation, relation.relation, relation.relation - before.relation),
                (Relation::trust, relation.trust, relation.trust - before.trust),
            ] {
                let terms = [Term { name: Terms::HABIT_AND_STRAIN, amount, inputs: &[ids.at(at, Relation::strain)] }];
                ledger.terms(ids.at(at, field), after, &terms);
            }
        }
    }
}

/// What powers bid for, beside what each has.
struct Offer {
    /// Whether the regime has failed, so that the new administration's regard counts.
    fallen: bool,
    /// Traffic through the country, in [0, 1].
    transit: f64,
    /// Share by which institutions slow the loss of influence.
    damping: f64,
}

fn bid(
    clock: &Clock,
    c: &InfluenceConstants,
    regards: &Regards,
    ids: &Ids<Power>,
    ledger: &mut Ledger,
    powers: &mut [Power],
    (relations, patrons): (&[Relation], &[Patron]),
    &Offer { fallen, transit, damping }: &Offer,
) {
    let mut bids = [0.0; PLAYERS];
    let mut total = c.autonomy;
    for (at, power) in powers.iter().enumerate().take(PLAYERS) {
        let pair = if fallen { regards.successor[at].or(regards.incumbent[at]) } else { regards.incumbent[at] };
        let relation = linked(relations, pair).relation;
        bids[at] = bid_of(power, relation, row(patrons, at).backing, transit, c);
        total += bids[at];
    }
    for (at, power) in powers.iter_mut().enumerate().take(PLAYERS) {
        let before = power.influence;
        let level = if total > 0.0 { bids[at] / total } else { 0.0 };
        let pace = if level < before { c.adjustment * (1.0 - damping * max(0.0, power.pole)) } else { c.adjustment };
        power.influence = towards(before, level, pace, clock.months);
        power.presence = towards(power.presence, power.presence_base, c.presence_drift, clock.months);
        if ledger.on() {
            let inputs = [ids.at(at, Power::presence)];
            let terms = [Term { name: Terms::WHAT_IT_HAS_TO_OFFER, amount: power.influence - before, inputs: &inputs }];
            ledger.terms(ids.at(at, Power::influence), power.influence, &terms);
        }
    }
}

/// The most players that bid.
const PLAYERS: usize = marchland_game::PlayerSet::CAPACITY;

fn lean(
    clock: &Clock,
    c: &InfluenceConstants,
    ids: &Ids<Alignment>,
    ledger: &mut Ledger,
    alignments: &mut [Alignment],
    powers: &[Power],
) {
    let (mut pull, mut weight) = (0.0, 0.0);
    for power in powers {
        pull += power.pole * power.influence;
        weight += power.pole.abs() * power.influence;
    }
    for (at, alignment) in alignments.iter_mut().enumerate() {
        let before = *alignment;
        let offered = if weight > 0.0 { pull / weight } else { 0.0 };
        let level = clamp(offered - c.outreach * before.rival_outreach, -1.0, 1.0);
        alignment.alignment = towards(before.alignment, level, c.leaning, clock.months);
        alignment.rival_outreach = towards(before.rival_outreach, 0.0, c.lapse, clock.months);
        if ledger.on() {
            let by_outreach = -clock.months * c.leaning * c.outreach * before.rival_outreach;
            let moved = alignment.alignment - before.alignment;
            let terms = [
                Term { name: Terms::WHAT_POWERS_OFFER, amount: moved - by_outreach, inputs: &[] },
                Term {
                    name: Terms::OVERTURES_TO_THE_RIVAL_POWER,
                    amount: by_outreach,
                    inputs: &[ids.at(at, Alignment::rival_outreach)],
                },
            ];
            ledger.terms(ids.at(at, Alignment::alignment), alignment.alignment, &terms);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::throughout;

    #[test]
    fn transit_serves_the_power_whose_troops_it_feeds() {
        throughout(|value| {
            let c = InfluenceConstants::from_parameters(value);
            let rival = Power { presence: 0.2, pole: -1.0, ..Power::default() };
            let patron = Power { pole: 1.0, ..rival };
            assert!(bid_of(&rival, 0.5, 0.0, 0.8, &c) > bid_of(&rival, 0.5, 0.0, 0.1, &c), "{c:?}");
            assert_eq!(bid_of(&patron, 0.5, 0.0, 0.8, &c), bid_of(&patron, 0.5, 0.0, 0.1, &c));
            assert!(bid_of(&patron, 0.5, 0.8, 0.0, &c) > bid_of(&patron, 0.5, -0.8, 0.0, &c), "{c:?}");
        });
    }

    #[test]
    fn instability_is_a_weighted_mean() {
        throughout(|value| {
            let c = InfluenceConstants::from_parameters(value);
            let of = |parts: [f64; 4]| instability(parts[0], parts[1], parts[2], parts[3], &c);
            // Of equal parts it is the part; one part alone weighs less than all and more than none; weights add up.
            for level in [0.0, 0.3, 1.0] {
                assert!((of([level; 4]) - level).abs() < 1e-12, "{c:?}");
            }
            let alone: Vec<f64> =
                (0..4).map(|at| of(core::array::from_fn(|part| f64::from(u8::from(part == at))))).collect();
            assert!(alone.iter().all(|share| *share > 0.0), "{alone:?} {c:?}");
            assert!((alone.iter().sum::<f64>() - 1.0).abs() < 1e-12, "{alone:?} {c:?}");
        });
    }
}
