//! Institutions: cohesion, capability and agenda between their votes.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, max};
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::{Build, Mechanism};
use marchland_sim::world::{Clock, Ids, Rows, RowsMut};

use crate::kernels::adjustment::towards;
use crate::state::country::{Alignment, Fall, Umbrella};
use crate::state::institution::Body;
use crate::state::reading::row;

constants! {
    /// Constants of institutions.
    pub struct InstitutionConstants {
        /// Share of the distance to its base that cohesion closes in a month.
        cohesion_drift = "institutions_cohesion_drift",
        /// Share of the distance to its base that capability closes in a month.
        capability_drift = "institutions_capability_drift",
        /// Cohesion and capability that a full exercise adds to their levels.
        drill = "institutions_drill",
        /// Share of an exercise forgotten in a month.
        forgetting = "institutions_exercise_forgetting",
        /// Share of the distance to its level that the agenda closes in a month.
        agenda_adjustment = "institutions_agenda_adjustment",
        /// Trouble that a monthly probability of a fall counts for, per unit.
        alarm = "institutions_alarm",
        /// Capability that a standing mission adds to its level.
        mission_gain = "institutions_mission_gain",
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        HABIT_DRILL_AND_MISSION = "habit, drill and mission",
    }
}

/// The law of institutions.
pub(crate) const INSTITUTIONS: Mechanism = Mechanism {
    name: "institutions",
    called: "the life of institutions",
    meaning: "Lets cohesion and capability drift to what habit and budget keep up, exercises and missions raise them, and \
              trouble set the agenda.",
    equations: "cohesion → base + d·exercise; capability → base + d·exercise + m·mission; \
                agenda → attention · max(instability, alarm · fall risk); protection = Σ mission·capability; damping = Σ dampens·cohesion",
    source: "institutions as absorbers of decline: memo rows 67–68, after Keohane 1984; peacekeeping: Fortna 2004; forms our choice",
    parameters: InstitutionConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Body>();
        set.add::<Umbrella>();
    },
    needs: |_| {},
    build,
    constants: InstitutionConstants::read,
    start: |_| {},
};

fn build(build: &mut Build<'_>) {
    build.system(meet);
    build.start(cover);
}

/// Strength of peacekeepers, damping of lost influence and deterrence by exercises, each in [0, 1].
#[must_use]
pub fn umbrella(bodies: &[Body]) -> Umbrella {
    let mut umbrella = Umbrella::default();
    for body in bodies {
        umbrella.protection += body.mission.number() * body.capability;
        umbrella.damping += body.dampens * body.cohesion;
        umbrella.exercise_deterrence += body.exercise * body.capability;
    }
    Umbrella {
        protection: clamp(umbrella.protection, 0.0, 1.0),
        damping: clamp(umbrella.damping, 0.0, 1.0),
        exercise_deterrence: clamp(umbrella.exercise_deterrence, 0.0, 1.0),
    }
}

fn meet(
    clock: Res<Clock>,
    c: Res<InstitutionConstants>,
    ids: Local<Ids<Body>>,
    mut ledger: ResMut<Ledger>,
    mut bodies: Query<&mut Body>,
    mut countries: Query<(&mut Umbrella, Option<&Alignment>, Option<&Fall>)>,
) {
    let (umbrellas, alignments, falls) = countries.rows_mut();
    let bodies = bodies.rows_mut();
    // An impending fall weighs as much as the trouble that is there.
    let threatened = clamp(c.alarm * row(falls, 0).fall_risk, 0.0, 1.0);
    let trouble = max(row(alignments, 0).regional_instability, threatened);
    for (at, body) in bodies.iter_mut().enumerate() {
        let before = *body;
        let drilled = c.drill * before.exercise;
        let cohesion = clamp(before.cohesion_base + drilled, 0.0, 1.0);
        let capability = clamp(before.capability_base + drilled + c.mission_gain * before.mission.number(), 0.0, 1.0);
        body.cohesion = towards(before.cohesion, cohesion, c.cohesion_drift, clock.months);
        body.capability = towards(before.capability, capability, c.capability_drift, clock.months);
        body.agenda = towards(before.agenda, before.attention * trouble, c.agenda_adjustment, clock.months);
        body.exercise = towards(before.exercise, 0.0, c.forgetting, clock.months);
        if ledger.on() {
            for (field, after, amount) in [
                (Body::cohesion, body.cohesion, body.cohesion - before.cohesion),
                (Body::capability, body.capability, body.capability - before.capability),
            ] {
                let inputs = [ids.at(at, Body::exercise), ids.at(at, Body::mission)];
                let terms = [Term { name: Terms::HABIT_DRILL_AND_MISSION, amount, inputs: &inputs }];
                ledger.terms(ids.at(at, field), after, &terms);
            }
        }
    }
    umbrellas.fill(umbrella(bodies));
}

/// What institutions cover as the game begins.
fn cover(bodies: Query<&Body>, mut umbrellas: Query<&mut Umbrella>) {
    umbrellas.rows_mut().fill(umbrella(bodies.rows()));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_missions_protect_and_only_binding_bodies_damp() {
        let csto = Body { cohesion: 0.5, capability: 0.4, dampens: 0.4, exercise: 0.5, ..Body::default() };
        let un = Body {
            cohesion: 0.6,
            capability: 0.7,
            mission: marchland_sim::world::StateCode::new(true),
            ..Body::default()
        };
        let cover = umbrella(&[csto, un]);
        assert!((cover.protection - 0.7).abs() < 1e-15);
        assert!((cover.damping - 0.2).abs() < 1e-15);
        assert!((cover.exercise_deterrence - 0.2).abs() < 1e-15);
    }
}
