//! Drugs: flows over routes that compete, what is seized, and whom the rents corrupt.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, fast_exp};
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::{Build, Mechanism};
use marchland_sim::world::{Clock, Fixed, Ids, Rows, RowsMut};

use crate::kernels::adjustment::{saturating, towards};
use crate::state::border::{Border, Traffic};
use crate::state::country::{Corruption, DrugTrade, SecurityAid};
use crate::state::neighbour::Poppy;
use crate::state::reading::{linked, row};

constants! {
    /// Constants of the drug trade.
    pub struct DrugConstants {
        /// Sensitivity 1/ν of routes to cost.
        route_sensitivity = "drugs_route_sensitivity",
        /// Cost of the way round the country, as a share of the value.
        outside_cost = "drugs_outside_cost",
        /// Weight of seizure against stopped crossings in the cost of a route.
        seizure_cost = "drugs_seizure_cost",
        /// Seizure gained by aid without limit, as a share of the effort.
        aid_gain = "drugs_aid_gain",
        /// Aid a month that gives half of it, million US dollars.
        aid_half = "drugs_aid_half_musd",
        /// Share of seizures that full corruption prevents.
        bribery = "drugs_bribery",
        /// Share of rents that officials take.
        officials = "drugs_officials_share",
        /// Share of rents that fighters tax.
        fighters = "drugs_fighters_share",
        /// Corruption added by rents without limit.
        corruption_gain = "drugs_corruption_gain",
        /// Officials' rents a month that add half of it, million US dollars.
        corruption_half = "drugs_corruption_half_musd",
        /// Share of the distance to that level closed in a month.
        corruption_adjustment = "drugs_corruption_adjustment",
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        DRUG_RENTS = "drug rents",
        COURTS_AND_PAY = "courts and pay",
    }
}

/// The law of the drug trade.
pub(crate) const DRUGS: Mechanism = Mechanism {
    name: "drugs",
    called: "the drug trade",
    meaning: "Splits the flow of heroin over routes by cost, seizes some, and lets the rents corrupt officials.",
    equations: "F_b = F · e^(−cost_b/ν) / Σ e^(−cost/ν), the way round the country among them; \
                cost_b = 1 − permeability_b + w·s; s = effort · (1 + gain · A/(A + half)) · (1 − bribery · corruption); \
                seized = s·F; rents = π · (1 − s) · F; corruption → floor + gain · R/(R + half), R the officials' part",
    source: "routes by logit of cost, the balloon effect of UNODC 2010; corruption by rents after \
             Angrist & Kugler 2008 in spirit, functional form our choice",
    parameters: DrugConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Traffic>();
        set.add::<DrugTrade>();
        set.add::<Corruption>();
        set.add::<Poppy>();
        set.add::<SecurityAid>();
    },
    needs: |_| {},
    build,
    constants: DrugConstants::read,
    start: |_| {},
};

/// The neighbour at the far side of each border.
struct Routes {
    neighbour: Vec<Option<usize>>,
}

fn build(build: &mut Build<'_>) {
    let links = build.topology.links("border", "neighbour");
    let neighbour = (0..build.topology.count("border")).map(|row| links.one(row)).collect();
    Fixed::insert(build.world, Routes { neighbour });
    build.system(trade);
    build.start(settle);
}

/// Share of a flow that is seized, in [0, 1].
#[must_use]
pub fn seized_share(interdiction: f64, aid: f64, corruption: f64, c: &DrugConstants) -> f64 {
    clamp(interdiction * (1.0 + c.aid_gain * saturating(aid, c.aid_half)) * (1.0 - c.bribery * corruption), 0.0, 1.0)
}

/// The attraction of a route, e^(−cost/ν), before it is divided by the sum over routes.
#[must_use]
pub fn attraction(permeability: f64, seized: f64, c: &DrugConstants) -> f64 {
    fast_exp(-c.route_sensitivity * (1.0 - permeability + c.seizure_cost * seized))
}

/// Corruption that rents hold up in the long run, in [0, 1].
#[must_use]
pub fn corruption_held(floor: f64, rents_musd: f64, c: &DrugConstants) -> f64 {
    clamp(floor + c.corruption_gain * saturating(c.officials * rents_musd, c.corruption_half), 0.0, 1.0)
}

/// Columns of a country that drugs pass through.
type Passed = (&'static mut DrugTrade, &'static mut Corruption, &'static SecurityAid);

fn trade(
    (clock, c, routes): (Res<Clock>, Res<DrugConstants>, Local<Fixed<Routes>>),
    (ids, trade_ids): (Local<Ids<Corruption>>, Local<Ids<DrugTrade>>),
    mut ledger: ResMut<Ledger>,
    poppy: Query<&Poppy>,
    mut borders: Query<(&mut Traffic, Option<&Border>)>,
    mut countries: Query<Passed>,
) {
    let (trade, corruption, aid) = countries.rows_mut();
    let (traffic, borders) = borders.rows_mut();
    flow(&c, &routes, poppy.rows(), (traffic, borders), (trade, corruption, aid));
    corrupt(&clock, &c, (&ids, &trade_ids), &mut ledger, trade, corruption);
}

/// Flows and rents as the game begins.
fn settle(
    (c, routes): (Res<DrugConstants>, Local<Fixed<Routes>>),
    poppy: Query<&Poppy>,
    mut borders: Query<(&mut Traffic, Option<&Border>)>,
    mut countries: Query<Passed>,
) {
    let (trade, corruption, aid) = countries.rows_mut();
    flow(&c, &routes, poppy.rows(), borders.rows_mut(), (trade, corruption, aid));
}

fn flow(
    c: &DrugConstants,
    routes: &Routes,
    poppy: &[Poppy],
    (traffic, borders): (&mut [Traffic], &[Border]),
    (trade, corruption, aid): (&mut [DrugTrade], &[Corruption], &[SecurityAid]),
) {
    let Some(trade) = trade.first_mut() else { return };
    let corruption = row(corruption, 0).corruption;
    let seized = seized_share(trade.interdiction, row(aid, 0).security_aid, corruption, c);
    let outside = fast_exp(-c.route_sensitivity * c.outside_cost);
    let mut total = outside;
    for (at, traffic) in traffic.iter_mut().enumerate() {
        let supplied = linked(poppy, routes.neighbour[at]).drug_supply_t > 0.0;
        traffic.flow_t = if supplied { attraction(row(borders, at).permeability, seized, c) } else { 0.0 };
        total += traffic.flow_t;
    }
    let mut entering = 0.0;
    for (at, traffic) in traffic.iter_mut().enumerate() {
        traffic.flow_t = linked(poppy, routes.neighbour[at]).drug_supply_t * traffic.flow_t / total;
        entering += traffic.flow_t;
    }
    trade.drug_flow_t = entering;
    trade.drug_seized_t = seized * entering;
    trade.drug_transit_t = entering - trade.drug_seized_t;
    trade.drug_rents_musd = trade.drug_rent_musd_t * trade.drug_transit_t;
}

fn corrupt(
    clock: &Clock,
    c: &DrugConstants,
    (ids, trade_ids): (&Ids<Corruption>, &Ids<DrugTrade>),
    ledger: &mut Ledger,
    trade: &[DrugTrade],
    corruption: &mut [Corruption],
) {
    for (at, corruption) in corruption.iter_mut().enumerate() {
        let before = *corruption;
        let held = corruption_held(before.corruption_floor, row(trade, at).drug_rents_musd, c);
        corruption.corruption = towards(before.corruption, held, c.corruption_adjustment, clock.months);
        if ledger.on() {
            let by_rents = clock.months * c.corruption_adjustment * (held - before.corruption_floor);
            let moved = corruption.corruption - before.corruption;
            ledger.terms(
                ids.at(at, Corruption::corruption),
                corruption.corruption,
                &[
                    Term {
                        name: Terms::DRUG_RENTS,
                        amount: by_rents,
                        inputs: &[trade_ids.at(at, DrugTrade::drug_rents_musd)],
                    },
                    Term {
                        name: Terms::COURTS_AND_PAY,
                        amount: moved - by_rents,
                        inputs: &[ids.at(at, Corruption::corruption_floor)],
                    },
                ],
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::{declared, throughout};

    #[test]
    fn interdiction_shifts_routes() {
        // V24, sign: closing one segment sends part of its flow over the other, and less in all.
        throughout(|value| {
            let c = DrugConstants::from_parameters(value);
            let share = |first: f64, second: f64| {
                let (a, b) = (attraction(first, 0.03, &c), attraction(second, 0.03, &c));
                let total = a + b + fast_exp(-c.route_sensitivity * c.outside_cost);
                (a / total, b / total)
            };
            let (open, shut) = (share(0.7, 0.7), share(0.3, 0.7));
            assert!(shut.0 < open.0 && shut.1 > open.1, "{open:?} {shut:?} {c:?}");
            assert!(shut.0 + shut.1 < open.0 + open.1, "{open:?} {shut:?} {c:?}");
        });
    }

    #[test]
    fn seizures_at_the_starting_values_are_about_three_in_a_hundred() {
        let share = seized_share(0.05, 0.0, 0.5, &DrugConstants::from_parameters(&declared));
        assert!((0.02..0.045).contains(&share), "{share}");
    }

    #[test]
    fn aid_seizes_more_and_corruption_less() {
        throughout(|value| {
            let c = DrugConstants::from_parameters(value);
            let share = seized_share(0.05, 0.0, 0.5, &c);
            assert!(seized_share(0.05, 5.0, 0.5, &c) > share, "{c:?}");
            assert!(seized_share(0.05, 0.0, 0.8, &c) < share, "{c:?}");
            // No aid gains more than its limit, and its half gives half of that.
            let gained = |aid: f64| seized_share(0.05, aid, 0.5, &c) / share - 1.0;
            assert!(gained(1e9) < c.aid_gain + 1e-12, "{c:?}");
            assert!((gained(c.aid_half) / gained(1e12) - 0.5).abs() < 1e-9, "{c:?}");
        });
    }

    #[test]
    fn rents_corrupt_with_diminishing_returns() {
        throughout(|value| {
            let c = DrugConstants::from_parameters(value);
            let held = |rents: f64| corruption_held(0.3, rents, &c);
            assert!(held(100.0) > held(50.0) && held(50.0) - held(0.0) > held(100.0) - held(50.0), "{c:?}");
            assert_eq!(held(0.0), 0.3);
        });
    }
}
