//! Spill-over: unrest and falls travel between neighbours.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, logistic, max, probability_over};
use marchland_game::stream::name_hash;
use marchland_sim::constants;
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::world::{Clock, Fixed, Rows, RowsMut};

use crate::kernels::adjustment::towards;
use crate::state::country::Tension;
use crate::state::neighbour::NextDoor;
use crate::state::polity::Polity;
use crate::state::reading::row;

constants! {
    /// Constants of spill-over.
    pub struct SpillOverConstants {
        /// Whether unrest travels between countries: 0 off, 1 on.
        on = "spill_over_on",
        /// Share of the distance to its level that a neighbour's unrest closes in a month.
        drift = "spill_over_drift",
        /// What the country's own unrest adds to a neighbour's in a month.
        contagion = "spill_over_contagion",
        /// Standard deviation of a month's shock to a neighbour's unrest.
        shock = "spill_over_shock",
        /// Share of the memory of a fall that fades in a month.
        forgetting = "spill_over_forgetting",
        /// Unrest at which a neighbour's regime falls within a month as often as not.
        fall = "spill_over_fall",
        /// Width of that step.
        fall_width = "spill_over_fall_width",
        /// What an all-out neighbour across the border takes off the threshold of a border region.
        contact = "spill_over_contact",
        /// Share of a neighbour's unrest that outlives the fall of its regime.
        calmed = "spill_over_calmed",
    }
}

/// The most falls of a neighbour that are counted: the range of the column.
const FALLS_MOST: f64 = 10.0;

/// A neighbour's unrest after a step: drift, contagion, shock (Braha 2012: contact with neighbours).
#[must_use]
pub fn unrest_next_door(own: &NextDoor, abroad: f64, shock: f64, months: f64, c: &SpillOverConstants) -> f64 {
    clamp(
        own.unrest
            + months * (c.drift * (own.unrest_natural - own.unrest) + c.on * c.contagion * abroad)
            + libm::sqrt(months) * c.shock * shock,
        0.0,
        1.0,
    )
}

/// Chance within a month that a neighbour's regime falls.
#[must_use]
pub fn fall_next_door(unrest: f64, c: &SpillOverConstants) -> f64 {
    logistic((unrest - c.fall) / c.fall_width)
}

/// The law of spill-over.
pub(crate) const SPILL_OVER: Mechanism = Mechanism {
    name: "spill_over",
    called: "contagion across borders",
    meaning: "Moves unrest next door, lets neighbours' regimes fall, and carries both over the border.",
    equations: "u' = u + δ·(ū − u) + κ·unrest + σε; P(fall) = logit⁻¹((u − u0)/s); memory of a fall fades by a share a month; \
                border regions' thresholds fall by contact·u, all regions' by the example of a fall",
    source: "Braha 2012 (contact between neighbours); Beissinger 2007 (example of success); coefficients judgement",
    parameters: SpillOverConstants::NAMES,
    populations: &[],
    terms: &[],
    columns: |set| set.add::<NextDoor>(),
    needs: |_| {},
    build: |build| {
        Polity::insert(build);
        build.system(travel);
        build.start(carry);
    },
    constants: SpillOverConstants::read,
    start: |_| {},
};

const SHOCK: u64 = name_hash("spill_over.shock");
const FALL: u64 = name_hash("spill_over.fall");

fn travel(
    clock: Res<Clock>,
    c: Res<SpillOverConstants>,
    polity: Local<Fixed<Polity>>,
    mut neighbours: Query<&mut NextDoor>,
    tensions: Query<&Tension>,
) {
    let abroad = row(tensions.rows(), 0).unrest;
    for (at, own) in neighbours.rows_mut().iter_mut().enumerate() {
        let name = polity.neighbour_names[at];
        let before = own.unrest;
        own.unrest = unrest_next_door(own, abroad, clock.stream(name, SHOCK).normal(), clock.months, &c);
        own.fell_recently = towards(own.fell_recently, 0.0, c.forgetting, clock.months);
        if clock.stream(name, FALL).uniform() < probability_over(fall_next_door(before, &c), clock.months) {
            own.fell_recently = 1.0;
            own.falls = clamp(own.falls + 1.0, 0.0, FALLS_MOST);
            own.unrest *= c.calmed;
        }
        show(own, &c);
    }
}

fn carry(c: Res<SpillOverConstants>, mut neighbours: Query<&mut NextDoor>) {
    for own in neighbours.rows_mut() {
        show(own, &c);
    }
}

fn show(own: &mut NextDoor, c: &SpillOverConstants) {
    own.example = c.on * own.fell_recently;
    own.pull = c.on * c.contact * max(0.0, own.unrest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::{declared, throughout};

    #[test]
    fn unrest_travels_only_where_switched_on() {
        throughout(|value| {
            let c = SpillOverConstants { on: 1.0, ..SpillOverConstants::from_parameters(value) };
            let off = SpillOverConstants { on: 0.0, ..c };
            let calm = NextDoor { unrest: 0.05, unrest_natural: 0.05, fell_recently: 1.0, ..NextDoor::default() };
            let next = |abroad: f64, c: &SpillOverConstants| unrest_next_door(&calm, abroad, 0.0, 1.0, c);
            assert_eq!((next(0.0, &c), next(0.5, &off)), (0.05, 0.05));
            assert!((next(1.0, &c) - 0.05 - c.contagion).abs() < 1e-12, "{c:?}");
            assert!(next(0.5, &c) > next(0.2, &c), "{c:?}");
            let mut shown = calm;
            show(&mut shown, &off);
            assert_eq!((shown.example, shown.pull), (0.0, 0.0));
            show(&mut shown, &c);
            assert_eq!(shown.example, 1.0);
        });
    }

    #[test]
    fn a_quiet_neighbour_falls_about_as_often_as_an_autocracy() {
        throughout(|value| {
            let c = SpillOverConstants::from_parameters(value);
            assert!((fall_next_door(c.fall, &c) - 0.5).abs() < 1e-12, "{c:?}");
            assert!(fall_next_door(0.05, &c) < fall_next_door(0.3, &c), "{c:?}");
        });
        // In a year at rest, as declared: 25 of 666 autocracy-years end a regime, 3.75 % (Geddes, Wright & Frantz 2014).
        let monthly = fall_next_door(0.05, &SpillOverConstants::from_parameters(&declared));
        let year = probability_over(monthly, 12.0);
        assert!((0.02..0.06).contains(&year), "{year}");
    }
}
