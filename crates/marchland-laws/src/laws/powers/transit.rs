//! Transit: supplies for forces abroad that go round their main road, link by link.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, max, min};
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::{Build, Mechanism};
use marchland_sim::world::{Clock, Ids, RowsMut};

use crate::kernels::adjustment::towards;
use crate::state::base::BaseLinks;
use crate::state::country::Branch;
use crate::state::market::Supply;
use crate::state::neighbour::Theatre;
use crate::state::player::TransitState;
use crate::state::reading::row;

constants! {
    /// Constants of the supply network.
    pub struct TransitConstants {
        /// Containers a week that a thousand troops need on the ground.
        need = "transit_need_week",
        /// Share of that sent by the main road.
        main_share = "transit_main_share",
        /// Share of the distance to demand that traffic closes in a month.
        build = "transit_build",
        /// Fee for a container, million US dollars.
        fee = "transit_fee_musd",
        /// Share of the distance to its level that security closes in a month.
        security_adjustment = "transit_security_adjustment",
        /// Security lost where nothing arrives, at full pressure.
        shortage = "transit_shortage",
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        WHAT_TROOPS_NEED = "what troops need",
        CLOSED_ROUTES = "closed routes",
    }
}

/// The law of the supply network.
pub(crate) const TRANSIT: Mechanism = Mechanism {
    name: "transit",
    called: "the state of the supply routes",
    meaning: "Fills the transit network up to what troops need and transit states let through; shortage costs security.",
    equations: "N → need · troops · (1 − s_P·route) · max(0, 1 − Σ share_i · (1 − transit_i)); \
                dependence = N / (N + main road's); fees = fee · containers; security falls by shortage · pressure · (1 − supplied)",
    source: "network shares and growth: RFE/RL, EDM 2012; linear links our choice: what a closed link carried \
             finds no other way within a month",
    parameters: TransitConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Supply>();
        set.add::<Branch>();
        set.add::<TransitState>();
    },
    needs: |_| {},
    build,
    constants: TransitConstants::read,
    start: |_| {},
};

fn build(build: &mut Build<'_>) {
    build.system(supply);
    build.start(settle);
}

/// Share of the network that is open, in [0, 1].
#[must_use]
pub fn open(states: &[TransitState], branches: &[Branch]) -> f64 {
    let mut open = 1.0;
    for state in states {
        open -= state.transit_share * (1.0 - state.transit);
    }
    for branch in branches {
        open -= branch.transit_branch_share * (1.0 - branch.transit_permission);
    }
    max(open, 0.0)
}

/// Traffic that the transit network would carry in the long run, containers a week.
#[must_use]
pub fn demand(supply: &Supply, open: f64, c: &TransitConstants) -> f64 {
    c.need * supply.foreign_troops_k * (1.0 - c.main_share * supply.main_route) * open
}

/// Weeks in a month, by which weekly traffic becomes monthly fees.
const WEEKS: f64 = 52.0 / 12.0;

/// Security that a theatre loses to shortage of supplies, in [0, 1].
#[must_use]
pub fn lost_to_shortage(supplied: f64, pressure: f64, c: &TransitConstants) -> f64 {
    c.shortage * pressure * (1.0 - supplied)
}

fn supply(
    (clock, c, links): (Res<Clock>, Res<TransitConstants>, Option<Res<BaseLinks>>),
    ids: Local<Ids<Supply>>,
    mut ledger: ResMut<Ledger>,
    mut supplies: Query<&mut Supply>,
    mut states: Query<&mut TransitState>,
    mut branches: Query<&mut Branch>,
    mut theatres: Query<&mut Theatre>,
) {
    let (supplies, states, branches) = (supplies.rows_mut(), states.rows_mut(), branches.rows_mut());
    carry(&clock, &c, &ids, &mut ledger, supplies, open(states, branches));
    share_out(&c, supplies, branches, states);
    if let Some(at) = links.and_then(|links| links.theatre)
        && let Some(theatre) = theatres.rows_mut().get_mut(at)
    {
        secure(&clock, &c, row(supplies, 0).supplied, theatre);
    }
}

/// Shares as the game begins.
fn settle(
    c: Res<TransitConstants>,
    mut supplies: Query<&mut Supply>,
    mut states: Query<&mut TransitState>,
    mut branches: Query<&mut Branch>,
) {
    share_out(&c, supplies.rows_mut(), branches.rows_mut(), states.rows_mut());
}

fn carry(
    clock: &Clock,
    c: &TransitConstants,
    ids: &Ids<Supply>,
    ledger: &mut Ledger,
    supplies: &mut [Supply],
    open: f64,
) {
    for (at, supply) in supplies.iter_mut().enumerate() {
        let before = supply.transit_traffic;
        supply.transit_open = open;
        supply.transit_traffic = towards(before, demand(supply, open, c), c.build, clock.months);
        if ledger.on() {
            let full = towards(before, demand(supply, 1.0, c), c.build, clock.months);
            let inputs = [ids.at(at, Supply::foreign_troops_k), ids.at(at, Supply::main_route)];
            let terms = [
                Term { name: Terms::WHAT_TROOPS_NEED, amount: full - before, inputs: &inputs },
                Term {
                    name: Terms::CLOSED_ROUTES,
                    amount: supply.transit_traffic - full,
                    inputs: &[ids.at(at, Supply::transit_open)],
                },
            ];
            ledger.terms(ids.at(at, Supply::transit_traffic), supply.transit_traffic, &terms);
        }
    }
}

fn share_out(c: &TransitConstants, supplies: &mut [Supply], branches: &mut [Branch], states: &mut [TransitState]) {
    let mut total = 0.0;
    for supply in supplies {
        let need = c.need * supply.foreign_troops_k;
        let south = c.main_share * need * supply.main_route;
        let arrived = supply.transit_traffic + south;
        supply.transit_dependence = if arrived > 0.0 { supply.transit_traffic / arrived } else { 0.0 };
        supply.supplied = if need > 0.0 { min(arrived / need, 1.0) } else { 1.0 };
        total += supply.transit_traffic;
    }
    for branch in branches {
        branch.transit_volume = total * branch.transit_branch_share * branch.transit_permission;
        branch.transit_fees_musd = c.fee * WEEKS * branch.transit_volume;
    }
    for state in states {
        state.transit_rents_musd = c.fee * WEEKS * total * state.transit_share * state.transit;
    }
}

fn secure(clock: &Clock, c: &TransitConstants, supplied: f64, theatre: &mut Theatre) {
    let lost = lost_to_shortage(supplied, theatre.coalition_pressure, c);
    theatre.security =
        clamp(towards(theatre.security, theatre.security - lost, c.security_adjustment, clock.months), 0.0, 1.0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::{declared, throughout};

    fn state(transit_share: f64, transit: f64) -> TransitState {
        TransitState { transit_share, transit, transit_rents_musd: 0.0 }
    }

    fn branch(transit_permission: f64) -> Branch {
        Branch { transit_permission, transit_branch_share: 0.05, ..Branch::default() }
    }

    #[test]
    fn one_branch_is_small_and_the_trunk_is_not() {
        // V25, identity: shares of links are inputs.
        let all = [state(1.0, 1.0), state(0.7, 1.0), state(0.8, 1.0)];
        assert_eq!(open(&all, &[branch(1.0)]), 1.0);
        assert!(open(&all, &[branch(0.0)]) >= 0.95);
        assert_eq!(open(&[state(1.0, 0.0), all[1], all[2]], &[branch(1.0)]), 0.0);
        assert!(open(&[all[0], state(0.7, 0.0), all[2]], &[branch(1.0)]) <= 0.3 + 1e-12);
    }

    #[test]
    fn traffic_grows_as_it_did_in_2009() {
        // V25, fitted (need, build): 108 containers a week in June 2009, 350 in December.
        let c = TransitConstants::from_parameters(&declared);
        let mut supply =
            Supply { foreign_troops_k: 68.0, main_route: 0.6, transit_traffic: 108.0, ..Supply::default() };
        for _ in 0..6 {
            supply.transit_traffic = towards(supply.transit_traffic, demand(&supply, 1.0, &c), c.build, 1.0);
        }
        assert!((300.0..=400.0).contains(&supply.transit_traffic), "{}", supply.transit_traffic);
    }

    #[test]
    fn what_the_main_road_carries_the_network_need_not() {
        throughout(|value| {
            let c = TransitConstants::from_parameters(value);
            let wanted = |main_route: f64, open: f64| {
                demand(&Supply { foreign_troops_k: 68.0, main_route, ..Supply::default() }, open, &c)
            };
            assert!(wanted(0.2, 1.0) > wanted(0.8, 1.0), "{c:?}");
            assert!((wanted(0.5, 0.4) / wanted(0.5, 1.0) - 0.4).abs() < 1e-12, "{c:?}");
            assert_eq!(wanted(0.5, 0.0), 0.0);
        });
    }

    #[test]
    fn shortage_costs_security_where_troops_fight() {
        throughout(|value| {
            let c = TransitConstants::from_parameters(value);
            assert!(lost_to_shortage(0.5, 0.8, &c) > lost_to_shortage(0.9, 0.8, &c), "{c:?}");
            assert_eq!(lost_to_shortage(0.5, 0.0, &c), 0.0);
            assert_eq!(lost_to_shortage(1.0, 0.8, &c), 0.0);
        });
    }
}
