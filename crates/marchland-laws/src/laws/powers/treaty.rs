//! Treaties: support, adoption, and the force that a norm has before it is law.

use bevy_ecs::prelude::*;
use marchland_game::number::clamp;
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::{Build, Mechanism};
use marchland_sim::world::{Clock, Ids, RowsMut};

use crate::kernels::adjustment::towards;
use crate::state::country::Norms;
use crate::state::treaty::Treaty;

constants! {
    /// Constants of treaties.
    pub struct TreatyConstants {
        /// Share of the distance to its base that support closes in a month.
        drift = "treaty_support_drift",
        /// Force of acquiescence: what full support is worth without adoption.
        acquiescence = "treaty_acquiescence",
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        WANT_OF_A_PROMOTER = "the want of a promoter",
    }
}

/// The law of treaties.
pub(crate) const TREATY: Mechanism = Mechanism {
    name: "treaty",
    called: "the treaty's supporters",
    meaning: "Lets support drift home, and gives a treaty force by support and by adoption.",
    equations: "support → base; force = support · (q + (1 − q) · adopted); cost of unilateral acts = Σ restrains · force",
    source: "memo rows 63, 103, 123–126; norms before law after Finnemore & Sikkink 1998, form our choice",
    parameters: TreatyConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Treaty>();
        set.add::<Norms>();
    },
    needs: |_| {},
    build,
    constants: TreatyConstants::read,
    start: |_| {},
};

fn build(build: &mut Build<'_>) {
    build.system(drift);
    build.start(settle);
}

/// Force of a treaty as a norm, in [0, 1].
#[must_use]
pub fn force(treaty: &Treaty, c: &TreatyConstants) -> f64 {
    treaty.support * (c.acquiescence + (1.0 - c.acquiescence) * treaty.adopted.number())
}

fn drift(
    clock: Res<Clock>,
    c: Res<TreatyConstants>,
    ids: Local<Ids<Treaty>>,
    mut ledger: ResMut<Ledger>,
    mut treaties: Query<&mut Treaty>,
    mut norms: Query<&mut Norms>,
) {
    let treaties = treaties.rows_mut();
    for (at, treaty) in treaties.iter_mut().enumerate() {
        let before = treaty.support;
        treaty.support = towards(before, treaty.support_base, c.drift, clock.months);
        if ledger.on() {
            let inputs = [ids.at(at, Treaty::support_base)];
            let terms = [Term { name: Terms::WANT_OF_A_PROMOTER, amount: treaty.support - before, inputs: &inputs }];
            ledger.terms(ids.at(at, Treaty::support), treaty.support, &terms);
        }
    }
    bind(&c, treaties, norms.rows_mut());
}

/// Norms as the game begins.
fn settle(c: Res<TreatyConstants>, mut treaties: Query<&mut Treaty>, mut norms: Query<&mut Norms>) {
    bind(&c, treaties.rows_mut(), norms.rows_mut());
}

fn bind(c: &TreatyConstants, treaties: &mut [Treaty], norms: &mut [Norms]) {
    let mut cost = 0.0;
    for treaty in treaties {
        treaty.force = force(treaty, c);
        cost += treaty.restrains * treaty.force;
    }
    for norm in norms {
        norm.unilateral_cost = clamp(cost, 0.0, 1.0);
    }
}

#[cfg(test)]
mod tests {
    use marchland_sim::world::StateCode;

    use super::*;
    use crate::declared::throughout;

    #[test]
    fn acquiescence_has_some_force_and_adoption_all() {
        throughout(|value| {
            let c = TreatyConstants::from_parameters(value);
            let draft = Treaty { support: 0.4, ..Treaty::default() };
            let adopted = Treaty { adopted: StateCode::new(true), ..draft };
            assert!((force(&adopted, &c) - 0.4).abs() < 1e-15);
            assert!((force(&draft, &c) / force(&adopted, &c) - c.acquiescence).abs() < 1e-12, "{c:?}");
            assert_eq!(force(&Treaty { support: 0.0, ..adopted }, &c), 0.0);
        });
    }
}
