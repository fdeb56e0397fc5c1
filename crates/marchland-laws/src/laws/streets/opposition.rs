//! Organised opposition: a movement that can call people out, coordinates the discontented, and
//! talks when it is strong.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, min};
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::world::{Clock, Fixed, Ids, OptionalIds, Rows, RowsMut};

use crate::kernels::adjustment::towards;
use crate::state::country::{Coercion, Tension};
use crate::state::movement::Movement;
use crate::state::polity::Polity;
use crate::state::reading::{input, row};

constants! {
    /// Constants of the law of organised opposition.
    pub struct OppositionConstants {
        /// Share of its base that a full campaign of a perfect organisation brings out.
        call = "opposition_call",
        /// The base in the capital at which organisation counts in full.
        full_base = "opposition_full_base",
        /// Share of a campaign that ebbs in a month.
        ebb = "opposition_ebb",
        /// Share of the distance of liberty to its level under the present repression closed in a month.
        release = "opposition_release",
        /// Share of leaders that full repression keeps from acting.
        arrests = "opposition_arrests",
        /// Unrest in the capital above which it offers talks.
        talks = "opposition_talks",
        /// What an organisation without any media is worth, as a share of one that everybody hears.
        unheard = "opposition_unheard",
    }
}

/// The quality of organisation, l·(n + (1 − n)·m)·u, after Kuran (1991) on coordination and Tarrow (1994)
/// on resources; the product is our choice: each factor is a bottleneck.
#[must_use]
pub fn quality(own: &Movement, constants: &OppositionConstants) -> f64 {
    own.liberty * (constants.unheard + (1.0 - constants.unheard) * own.media_reach) * own.unity
}

/// Moves a movement by a step and reads its derived numbers.
pub fn move_on(own: &mut Movement, repression: f64, capital_unrest: f64, months: f64, constants: &OppositionConstants) {
    let at_liberty = 1.0 - constants.arrests * repression;
    // Prisons fill by orders and empty by themselves: liberty moves to its level from below only.
    if own.liberty < at_liberty {
        own.liberty += months * constants.release * (at_liberty - own.liberty);
    }
    own.liberty = clamp(own.liberty, 0.0, 1.0);
    own.organisation = quality(own, constants) * min(1.0, own.capital_base / constants.full_base);
    own.offers_talks.set(capital_unrest > constants.talks && own.organisation > 0.0);
}

/// The share of the mobilisable that a campaign brings out of a base: ω·b·l·(n + (1 − n)·m)·u, times its
/// intensity, of those whom earlier ones have not wearied.
#[must_use]
pub fn called_out(base: f64, weariness: f64, own: &Movement, constants: &OppositionConstants) -> f64 {
    clamp(constants.call * base * (1.0 - weariness) * quality(own, constants) * own.mobilising, 0.0, 1.0)
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        RELEASES = "releases",
        EBBING_OF_THE_CAMPAIGN = "the ebbing of the campaign",
    }
}

/// The law of organised opposition.
pub(crate) const OPPOSITION: Mechanism = Mechanism {
    name: "opposition",
    called: "the opposition's campaign",
    meaning: "Turns an opposition's base, leaders at liberty, media and unity into crowds, coordination and talks.",
    equations: "quality = l·(n + (1 − n)·m)·u; called = ω·b·(1 − weariness)·quality·mobilising; organisation = quality·min(1, b/b_full); \
                l' = l + ρ·(1 − κ·repression − l) while below; offers talks where a > a_talk",
    source: "Kuran 1989, 1991 (coordination); resources after McCarthy & Zald 1977; product form our choice: each is a bottleneck",
    parameters: OppositionConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| set.add::<Movement>(),
    needs: |_| {},
    build: |build| {
        Polity::insert(build);
        build.system(organise);
        build.start(muster);
    },
    constants: OppositionConstants::read,
    start: |_| {},
};

fn organise(
    clock: Res<Clock>,
    c: Res<OppositionConstants>,
    polity: Local<Fixed<Polity>>,
    ids: Local<Ids<Movement>>,
    repression: Local<OptionalIds<Coercion>>,
    mut ledger: ResMut<Ledger>,
    mut movements: Query<&mut Movement>,
    countries: Query<AnyOf<(&Coercion, &Tension)>>,
) {
    let (coercions, tensions) = countries.rows();
    for (at, own) in movements.rows_mut().iter_mut().enumerate() {
        let country = polity.movement_country[at];
        let before = *own;
        move_on(own, row(coercions, country).repression, row(tensions, country).capital_unrest, clock.months, &c);
        let weariness = row(tensions, country).weariness;
        own.called_capital = called_out(own.capital_base, weariness, own, &c);
        own.called_regions = called_out(own.regional_base, weariness, own, &c);
        // The campaign works through the step that begins, and ebbs by its end.
        own.mobilising = towards(own.mobilising, 0.0, c.ebb, clock.months);
        if ledger.on() {
            let policy: Vec<_> = input(&repression, country, Coercion::repression).into_iter().collect();
            ledger.terms(
                ids.at(at, Movement::liberty),
                own.liberty,
                &[Term { name: Terms::RELEASES, amount: own.liberty - before.liberty, inputs: &policy }],
            );
            ledger.book(Terms::EBBING_OF_THE_CAMPAIGN, ids.at(at, Movement::mobilising), own.mobilising, &[]);
        }
    }
}

fn muster(c: Res<OppositionConstants>, mut movements: Query<&mut Movement>) {
    for own in movements.rows_mut() {
        own.organisation = quality(own, &c) * min(1.0, own.capital_base / c.full_base);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::throughout;

    fn whole() -> Movement {
        Movement {
            capital_base: 0.3,
            liberty: 1.0,
            media_reach: 1.0,
            unity: 1.0,
            mobilising: 1.0,
            ..Movement::default()
        }
    }

    #[test]
    fn every_part_of_organisation_is_a_bottleneck() {
        throughout(|value| {
            let c = OppositionConstants::from_parameters(value);
            let called = |own: &Movement| called_out(own.capital_base, 0.0, own, &c);
            // A full campaign of a perfect organisation brings out the declared share of its base.
            let all = called(&whole());
            assert!((all / 0.3 - c.call).abs() < 1e-12, "{c:?}");
            // Half of any part brings out half, and none of it nobody; but media are replaced in part.
            for part in [0.5, 0.0] {
                for broken in [
                    Movement { liberty: part, ..whole() },
                    Movement { unity: part, ..whole() },
                    Movement { capital_base: part * 0.3, ..whole() },
                    Movement { mobilising: part, ..whole() },
                ] {
                    assert!((called(&broken) - part * all).abs() < 1e-12, "{broken:?} {c:?}");
                }
                assert!((called_out(0.3, 1.0 - part, &whole(), &c) - part * all).abs() < 1e-12, "{c:?}");
            }
            let unheard = Movement { media_reach: 0.0, ..whole() };
            assert!((called(&unheard) / all - c.unheard).abs() < 1e-12, "{c:?}");
        });
    }

    #[test]
    fn prisons_empty_to_the_level_of_repression() {
        throughout(|value| {
            let c = OppositionConstants::from_parameters(value);
            let after = |liberty: f64, repression: f64| {
                let mut own = Movement { liberty, ..whole() };
                for _ in 0..2_000 {
                    move_on(&mut own, repression, 0.0, 1.0, &c);
                }
                own.liberty
            };
            assert!((after(0.1, 0.0) - 1.0).abs() < 1e-6, "{c:?}");
            assert!((1.0 - after(0.0, 1.0) - c.arrests).abs() < 1e-6, "{c:?}");
            assert!(after(0.1, 0.8) < after(0.1, 0.3), "{c:?}");
            // Prisons fill by orders alone.
            assert_eq!(after(1.0, 1.0), 1.0);
        });
    }

    #[test]
    fn talks_are_offered_from_a_crowd_on() {
        throughout(|value| {
            let c = OppositionConstants::from_parameters(value);
            let offers = |crowd: f64, liberty: f64| {
                let mut own = Movement { liberty, ..whole() };
                move_on(&mut own, 1.0, crowd, 0.0, &c);
                own.offers_talks.get()
            };
            assert!(offers(1.1 * c.talks, 1.0) && !offers(0.9 * c.talks, 1.0), "{c:?}");
            assert!(!offers(1.1 * c.talks, 0.0), "whom nobody leads nobody talks for: {c:?}");
        });
    }
}
