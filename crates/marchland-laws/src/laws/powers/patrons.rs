//! Patrons: backing, what it binds them to, and what it costs to leave or to stay.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, max, min};
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::{Build, Mechanism};
use marchland_sim::world::{Clock, Ids, OptionalIds, RowsMut};

use crate::kernels::adjustment::{saturating, towards};
use crate::state::country::{Alignment, CountryWelfare, DrugTrade, Fall, Legitimacy, Support, Tension, Votes, War};
use crate::state::player::Patron;
use crate::state::reading::{input, row};

constants! {
    /// Constants of patronage.
    pub struct PatronConstants {
        /// Share of the distance to its disposition that backing closes in a month.
        drift = "patrons_drift",
        /// Share of a public engagement forgotten in a month.
        forgetting = "patrons_forgetting",
        /// Cost of full withdrawal from a full engagement.
        audience = "patrons_audience_cost",
        /// Cost of full backing in full instability.
        staying = "patrons_staying_cost",
        /// Share of the distance to its level that outside pressure closes in a month.
        pressure_adjustment = "patrons_pressure_adjustment",
        /// Drugs passing a month that make half of the drug pressure, tonnes.
        pressure_drugs = "patrons_pressure_half_t",
        /// Fighters that make half of the militants' pressure.
        pressure_fighters = "patrons_pressure_half_fighters",
        /// Share of a newcomer's standing that counts for nothing abroad until a vote confirms it.
        unconfirmed = "patrons_unconfirmed",
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        PATRONS_DISPOSITION = "the patron's disposition",
        FADING_MEMORY = "fading memory",
        WORD_IT_HAS_GIVEN = "the word it has given",
        WHAT_OTHERS_ASK = "what others ask of it",
    }
}

/// The law of patronage.
pub(crate) const PATRONS: Mechanism = Mechanism {
    name: "patrons",
    called: "the reckoning of the patrons",
    meaning: "Lets backing drift home, engages a patron's word, and prices leaving and staying.",
    equations: "backing → disposition; commitment' = max(commitment · (1 − forgetting), backing⁺); \
                cost of leaving = α · max(0, commitment − backing⁺); cost of staying = κ · backing⁺ · instability; \
                support = Σ reach·backing / Σ reach; pressure → answerable · min(1, ½(T/(T + half) + I/(I + half)) + u·(1 − legitimacy)·unconfirmed); \
                demand for support: 1 − legitimacy·(1 − u·unconfirmed), hardship, the larger of unrest and I/(I + half)",
    source: "audience costs: Fearon 1994; alignment of patrons: Altfeld & Bueno de Mesquita 1979; entrapment: Snyder 1984; \
             forms our choice",
    parameters: PatronConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Patron>();
        set.add::<Support>();
    },
    needs: |_| {},
    build,
    constants: PatronConstants::read,
    start: |_| {},
};

fn build(build: &mut Build<'_>) {
    build.system(reckon);
    build.start(settle);
}

/// What going back on one's word costs, in [0, 1].
#[must_use]
pub fn withdrawal_cost(commitment: f64, backing: f64, c: &PatronConstants) -> f64 {
    clamp(c.audience * max(0.0, commitment - max(0.0, backing)), 0.0, 1.0)
}

/// What standing by costs, in [0, 1]; it rises with the incumbent's trouble.
#[must_use]
pub fn staying_cost(backing: f64, instability: f64, c: &PatronConstants) -> f64 {
    clamp(c.staying * max(0.0, backing) * instability, 0.0, 1.0)
}

/// Backing weighed by dependence, in [−1, 1]; 0 where the country depends on nobody.
#[must_use]
pub fn support(patrons: &[Patron]) -> f64 {
    let (mut sum, mut reach) = (0.0, 0.0);
    for patron in patrons {
        sum += patron.reach * patron.backing;
        reach += patron.reach;
    }
    if reach > 0.0 { sum / reach } else { 0.0 }
}

/// Indicators of other laws that decide what others ask of a patron.
type PressureIds<'w> = (
    Local<'w, OptionalIds<DrugTrade>>,
    Local<'w, OptionalIds<War>>,
    Local<'w, OptionalIds<Legitimacy>>,
    Local<'w, OptionalIds<Fall>>,
    Local<'w, OptionalIds<Votes>>,
);

/// Columns of a country that patrons support, and by which they reckon.
type Supported = (
    &'static mut Support,
    Option<&'static Alignment>,
    Option<&'static Legitimacy>,
    Option<&'static CountryWelfare>,
    Option<&'static Tension>,
    Option<&'static War>,
    Option<&'static DrugTrade>,
    Option<&'static Fall>,
    Option<&'static Votes>,
);

/// The slices of [`Supported`] that are read.
struct Around<'a> {
    alignments: &'a [Alignment],
    legitimacy: &'a [Legitimacy],
    welfare: &'a [CountryWelfare],
    tension: &'a [Tension],
    wars: &'a [War],
    trade: &'a [DrugTrade],
    falls: &'a [Fall],
    votes: &'a [Votes],
}

fn reckon(
    (clock, c): (Res<Clock>, Res<PatronConstants>),
    ids: Local<Ids<Patron>>,
    foreign: PressureIds,
    mut ledger: ResMut<Ledger>,
    mut patrons: Query<&mut Patron>,
    mut countries: Query<Supported>,
) {
    let (supports, alignments, legitimacy, welfare, tension, wars, trade, falls, votes) = countries.rows_mut();
    let around = Around { alignments, legitimacy, welfare, tension, wars, trade, falls, votes };
    let patrons = patrons.rows_mut();
    bind(&clock, &c, &ids, &foreign, &mut ledger, patrons, &around);
    weigh(&c, patrons, supports, &around);
    demand(&c, supports, &around);
}

/// Costs and demand as the game begins.
fn settle(c: Res<PatronConstants>, mut patrons: Query<&mut Patron>, mut countries: Query<Supported>) {
    let (supports, alignments, legitimacy, welfare, tension, wars, trade, falls, votes) = countries.rows_mut();
    let around = Around { alignments, legitimacy, welfare, tension, wars, trade, falls, votes };
    weigh(&c, patrons.rows_mut(), supports, &around);
    demand(&c, supports, &around);
}

fn bind(
    clock: &Clock,
    c: &PatronConstants,
    ids: &Ids<Patron>,
    foreign: &PressureIds,
    ledger: &mut Ledger,
    patrons: &mut [Patron],
    &Around { legitimacy, wars, trade, falls, votes, .. }: &Around<'_>,
) {
    let drugs = saturating(row(trade, 0).drug_transit_t, c.pressure_drugs);
    let fighters = saturating(row(wars, 0).militant_strength, c.pressure_fighters);
    let asking = if unconfirmed(row(falls, 0), row(votes, 0)) { 1.0 } else { 0.0 };
    for (at, patron) in patrons.iter_mut().enumerate() {
        let before = *patron;
        patron.backing = towards(before.backing, before.disposition, c.drift, clock.months);
        let kept = towards(before.commitment, 0.0, c.forgetting, clock.months);
        patron.commitment = max(kept, max(0.0, before.backing));
        // A newcomer whom no vote has confirmed yet presses its patron for support.
        let asked = c.unconfirmed * asking * (1.0 - row(legitimacy, 0).legitimacy);
        // Drugs and fighters press alike: their mean.
        let level = before.answerable * min(1.0, 0.5 * (drugs + fighters) + asked);
        patron.external_pressure = towards(before.external_pressure, level, c.pressure_adjustment, clock.months);
        if ledger.on() {
            ledger.terms(
                ids.at(at, Patron::backing),
                patron.backing,
                &[Term {
                    name: Terms::PATRONS_DISPOSITION,
                    amount: patron.backing - before.backing,
                    inputs: &[ids.at(at, Patron::disposition)],
                }],
            );
            ledger.terms(
                ids.at(at, Patron::commitment),
                patron.commitment,
                &[
                    Term { name: Terms::FADING_MEMORY, amount: kept - before.commitment, inputs: &[] },
                    Term {
                        name: Terms::WORD_IT_HAS_GIVEN,
                        amount: patron.commitment - kept,
                        inputs: &[ids.at(at, Patron::backing)],
                    },
                ],
            );
            let mut inputs = vec![ids.at(at, Patron::answerable)];
            inputs.extend(input(&foreign.0, 0, DrugTrade::drug_transit_t));
            inputs.extend(input(&foreign.1, 0, War::militant_strength));
            inputs.extend(input(&foreign.2, 0, Legitimacy::legitimacy));
            inputs.extend(input(&foreign.3, 0, Fall::interim_months));
            inputs.extend(input(&foreign.4, 0, Votes::referendum_in));
            let pressure = ids.at(at, Patron::external_pressure);
            ledger.book(Terms::WHAT_OTHERS_ASK, pressure, patron.external_pressure, &inputs);
        }
    }
}

fn weigh(c: &PatronConstants, patrons: &mut [Patron], supports: &mut [Support], around: &Around<'_>) {
    let trouble = row(around.alignments, 0).regional_instability;
    for patron in patrons.iter_mut() {
        patron.withdrawal_cost = withdrawal_cost(patron.commitment, patron.backing, c);
        patron.staying_cost = staying_cost(patron.backing, trouble, c);
    }
    let weighed = support(patrons);
    for own in supports {
        own.patron_support = weighed;
    }
}

/// Whether whoever governs waits for voters' word: after a fall the referendum, after a succession the next vote.
fn unconfirmed(fall: Fall, votes: Votes) -> bool {
    fall.interim_months > 0.0 && (!fall.broken.get() || votes.referendum_in > 0.0)
}

fn demand(
    c: &PatronConstants,
    supports: &mut [Support],
    &Around { legitimacy, welfare, tension, wars, falls, votes, .. }: &Around<'_>,
) {
    for (at, own) in supports.iter_mut().enumerate() {
        // Recognition abroad waits for voters' word.
        let (fall, vote) = (row(falls, at), row(votes, at));
        let counts = if unconfirmed(fall, vote) { 1.0 - c.unconfirmed } else { 1.0 };
        own.demand_political = 1.0 - counts * row(legitimacy, at).legitimacy;
        own.demand_economic = row(welfare, at).hardship;
        let fighters = saturating(row(wars, at).militant_strength, c.pressure_fighters);
        own.demand_military = max(fighters, row(tension, at).unrest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::throughout;

    #[test]
    fn the_commitment_trap() {
        // Withdrawing costs what the word was worth, staying costs more with trouble: in trouble
        // both cost something, and neither did before the word was given.
        throughout(|value| {
            let c = PatronConstants::from_parameters(value);
            assert_eq!(withdrawal_cost(0.0, 0.0, &c), 0.0);
            assert!(withdrawal_cost(0.8, 0.2, &c) > withdrawal_cost(0.8, 0.6, &c), "{c:?}");
            assert!(staying_cost(0.8, 0.9, &c) > staying_cost(0.8, 0.2, &c), "{c:?}");
            assert_eq!(staying_cost(0.8, 0.0, &c), 0.0);
            assert_eq!(staying_cost(-0.5, 0.9, &c), 0.0);
        });
    }

    #[test]
    fn support_weighs_patrons_by_reach() {
        let patron = |reach: f64, backing: f64| Patron { reach, backing, ..Patron::default() };
        assert!((support(&[patron(0.8, 0.5), patron(0.2, -1.0)]) - 0.2).abs() < 1e-15);
        assert_eq!(support(&[patron(0.0, 1.0)]), 0.0);
    }
}
