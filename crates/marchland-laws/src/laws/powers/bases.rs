//! Bases: the patron's garrison and its reliability, and how long others mean to stay.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, max, probability_over};
use marchland_game::stream;
use marchland_sim::constants;
use marchland_sim::ledger::Ledger;
use marchland_sim::mechanisms::{Build, Mechanism};
use marchland_sim::world::{Clock, CodedState, Ids, Rows, RowsMut};

use crate::kernels::adjustment::towards;
use crate::state::base::{BaseLinks, Garrison, Posture};
use crate::state::country::{Alignment, Fall, ForeignBases, Norms};
use crate::state::market::{Stay, Supply};
use crate::state::neighbour::Theatre;
use crate::state::reading::row;

constants! {
    /// Constants of bases.
    pub struct BaseConstants {
        /// Share of the distance to its base that reliability closes in a month.
        wear = "bases_reliability_wear",
        /// Deterrence of a neutral garrison, as a share of a supporting one.
        neutral = "bases_neutral_deterrence",
        /// Years of stay at full insecurity for each hundred thousand troops.
        stay = "bases_stay_years",
        /// Monthly probability that a status rises, at ten years of stay and with a willing host.
        growth = "bases_growth",
        /// How much more likely it rises where the state has failed.
        collapse = "bases_collapse_factor",
        /// Monthly probability that a status falls where the theatre is secure.
        decline = "bases_decline",
        /// Share of public objections and offers forgotten in a month.
        forgetting = "bases_objection_forgetting",
        /// How far full objection holds growth back.
        objection = "bases_objection",
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        INSECURITY_AND_A_WILLING_HOST = "insecurity and a willing host",
        WANT_OF_A_REASON_TO_STAY = "the want of a reason to stay",
    }
}

/// The law of bases.
pub(crate) const BASES: Mechanism = Mechanism {
    name: "bases",
    called: "the pull of bases",
    meaning: "Wears the garrison's reliability, and lets foreign bases grow with insecurity and collapse.",
    equations: "deterrence = strength · reliability · (neutral, or 1 in support) while the treaty runs; \
                stay = k · troops · (1 − security); growth = h · stay/10 · (willing + offer) · (1 + k·failed) · \
                (1 − w·objection); decline = d · security",
    source: "memo rows 52, 53, 86; coup-proofing by foreign garrisons after Belkin & Schofer 2003; forms our choice",
    parameters: BaseConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Garrison>();
        set.add::<ForeignBases>();
        set.add::<Stay>();
    },
    needs: |_| {},
    build,
    constants: BaseConstants::read,
    start: |_| {},
};

fn build(build: &mut Build<'_>) {
    let theatre = build.topology.links("market", "theatre").one(0);
    let countries = build.scenario.entities.get("country").into_iter().flatten();
    let countries = countries.map(|entity| stream::name_hash(&entity.draw_key)).collect();
    build.world.insert_resource(BaseLinks { theatre, countries });
    build.system(stand);
    build.start(settle);
}

/// The longest stay that is foreseen, years: the range of its column.
const STAY_MOST: f64 = 30.0;

/// Years of stay at which growth has the probability that is declared.
const STAY_REFERENCE: f64 = 10.0;

/// The most that a host's will counts, where one that stands between the powers counts a half and one wholly with the
/// patron's rival one: an offer adds, up to half again.
const WILLING_MOST: f64 = 1.5;

/// How far a garrison deters, in [0, 1].
#[must_use]
pub fn deterrence(garrison: &Garrison, c: &BaseConstants) -> f64 {
    let stance = match garrison.posture.get() {
        Posture::Support => 1.0,
        Posture::Neutral => c.neutral,
    };
    let stays = if garrison.treaty_years > 0.0 { 1.0 } else { 0.0 };
    clamp(garrison.strength * garrison.reliability * stance * stays, 0.0, 1.0)
}

/// Years that foreign forces are expected to stay.
#[must_use]
pub fn stay_years(troops_k: f64, security: f64, c: &BaseConstants) -> f64 {
    clamp(c.stay * troops_k / 100.0 * (1.0 - security), 0.0, STAY_MOST)
}

/// What decides whether a foreign base grows.
#[derive(Clone, Copy, Debug, Default)]
pub struct BaseSetting {
    /// Expected stay, years.
    pub stay_years: f64,
    /// Alignment of the host: −1 with the rival power, 1 with the patron.
    pub alignment: f64,
    /// Land and rights offered, in [0, 1].
    pub offer: f64,
    /// 1 where the regime has failed.
    pub collapsed: f64,
    /// Public objection and norms against it, in [0, 1].
    pub objection: f64,
}

/// Monthly probability that the status rises by one step.
#[must_use]
pub fn growth(s: &BaseSetting, c: &BaseConstants) -> f64 {
    // Alignment in [−1, 1] as a share in [0, 1], turned about.
    let willing = clamp(0.5 - 0.5 * s.alignment + s.offer, 0.0, WILLING_MOST);
    let free = max(0.0, 1.0 - c.objection * s.objection);
    clamp(c.growth * s.stay_years / STAY_REFERENCE * willing * (1.0 + c.collapse * s.collapsed) * free, 0.0, 1.0)
}

/// Columns of a country where foreign bases may grow.
type Hosts = (&'static mut ForeignBases, Option<&'static Alignment>, Option<&'static Fall>, Option<&'static Norms>);

fn stand(
    (clock, c, links): (Res<Clock>, Res<BaseConstants>, Res<BaseLinks>),
    ids: Local<Ids<ForeignBases>>,
    mut ledger: ResMut<Ledger>,
    mut garrisons: Query<&mut Garrison>,
    mut markets: Query<(&mut Stay, Option<&Supply>)>,
    theatres: Query<&Theatre>,
    mut countries: Query<Hosts>,
) {
    let (garrisons, (stays, supply)) = (garrisons.rows_mut(), markets.rows_mut());
    for garrison in garrisons.iter_mut() {
        garrison.reliability = towards(garrison.reliability, garrison.reliability_base, c.wear, clock.months);
        garrison.treaty_years = max(0.0, garrison.treaty_years - clock.months / 12.0);
    }
    let security = security(&links, theatres.rows());
    deter(&c, garrisons, stays, supply, security);
    let stay = row(stays, 0).foreign_stay_years;
    let (bases, alignments, falls, norms) = countries.rows_mut();
    spread(&clock, &c, (&links, &ids), &mut ledger, bases, (alignments, falls, norms), (stay, security));
}

/// Deterrence and stay as the game begins.
fn settle(
    (c, links): (Res<BaseConstants>, Res<BaseLinks>),
    mut garrisons: Query<&mut Garrison>,
    mut markets: Query<(&mut Stay, Option<&Supply>)>,
    theatres: Query<&Theatre>,
) {
    let (stays, supply) = markets.rows_mut();
    deter(&c, garrisons.rows_mut(), stays, supply, security(&links, theatres.rows()));
}

/// Security of the theatre that keeps foreign forces.
fn security(links: &BaseLinks, theatres: &[Theatre]) -> f64 {
    links.theatre.map_or(1.0, |at| row(theatres, at).security)
}

fn deter(c: &BaseConstants, garrisons: &mut [Garrison], stays: &mut [Stay], supply: &[Supply], security: f64) {
    for garrison in garrisons {
        garrison.deterrence = deterrence(garrison, c);
    }
    for (at, stay) in stays.iter_mut().enumerate() {
        stay.foreign_stay_years = stay_years(row(supply, at).foreign_troops_k, security, c);
    }
}

const BASE_STEP: u64 = stream::name_hash("foreign base");

fn spread(
    clock: &Clock,
    c: &BaseConstants,
    (links, ids): (&BaseLinks, &Ids<ForeignBases>),
    ledger: &mut Ledger,
    bases: &mut [ForeignBases],
    (alignments, falls, norms): (&[Alignment], &[Fall], &[Norms]),
    (stay, security): (f64, f64),
) {
    for (at, base) in bases.iter_mut().enumerate() {
        let setting = BaseSetting {
            stay_years: stay,
            alignment: row(alignments, at).alignment,
            offer: base.base_offer,
            collapsed: row(falls, at).regime_failed.number(),
            objection: max(base.base_objection, row(norms, at).unilateral_cost),
        };
        base.base_growth = growth(&setting, c);
        base.base_objection = towards(base.base_objection, 0.0, c.forgetting, clock.months);
        base.base_offer = towards(base.base_offer, 0.0, c.forgetting, clock.months);
        let draw = clock.stream(links.countries[at], BASE_STEP).uniform();
        let before = base.foreign_base_status.get();
        let rise = probability_over(base.base_growth, clock.months);
        let fall = probability_over(c.decline * security, clock.months);
        if draw < rise {
            base.foreign_base_status.set(before.next());
        } else if draw > 1.0 - fall {
            base.foreign_base_status.set(before.previous());
        }
        if ledger.on() {
            ledger.book(
                if base.foreign_base_status.get() > before {
                    Terms::INSECURITY_AND_A_WILLING_HOST
                } else {
                    Terms::WANT_OF_A_REASON_TO_STAY
                },
                ids.at(at, ForeignBases::foreign_base_status),
                base.foreign_base_status.number(),
                &[ids.at(at, ForeignBases::base_growth), ids.at(at, ForeignBases::base_objection)],
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use marchland_sim::world::StateCode;

    use super::*;
    use crate::declared::throughout;

    #[test]
    fn presence_times_reliability_deters() {
        throughout(|value| {
            let c = BaseConstants::from_parameters(value);
            let base = Garrison { strength: 1.0, reliability: 0.6, treaty_years: 4.0, ..Garrison::default() };
            let supporting = Garrison { posture: StateCode::new(Posture::Support), ..base };
            assert!((deterrence(&supporting, &c) - 0.6).abs() < 1e-15);
            assert!((deterrence(&base, &c) / deterrence(&supporting, &c) - c.neutral).abs() < 1e-12, "{c:?}");
            assert_eq!(deterrence(&Garrison { treaty_years: 0.0, ..base }, &c), 0.0);
        });
    }

    #[test]
    fn collapse_and_insecurity_make_bases_last_and_objection_holds_them_back() {
        throughout(|value| {
            let c = BaseConstants::from_parameters(value);
            let quiet = BaseSetting { stay_years: stay_years(98.0, 0.4, &c), alignment: 0.3, ..BaseSetting::default() };
            let fallen = BaseSetting { collapsed: 1.0, ..quiet };
            assert!((growth(&fallen, &c) / growth(&quiet, &c) - 1.0 - c.collapse).abs() < 1e-12, "{c:?}");
            assert!(growth(&BaseSetting { objection: 1.0, ..fallen }, &c) < growth(&fallen, &c), "{c:?}");
            assert!(growth(&BaseSetting { alignment: -0.3, ..quiet }, &c) > growth(&quiet, &c), "{c:?}");
            assert!(stay_years(98.0, 0.2, &c) > stay_years(98.0, 0.6, &c), "{c:?}");
        });
    }
}
