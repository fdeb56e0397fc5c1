//! Borders: how many of those who try to cross do, segment by segment.

use bevy_ecs::prelude::*;
use marchland_game::number::clamp;
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::{Build, Mechanism};
use marchland_sim::world::{Clock, Ids, RowsMut};

use crate::kernels::adjustment::{saturating, towards};
use crate::state::border::Border;
use crate::state::country::{Corruption, Legitimacy, SecurityAid};
use crate::state::reading::row;

constants! {
    /// Constants of border control.
    pub struct BorderConstants {
        /// Share of crossings that a fully watched segment stops.
        hold = "border_hold",
        /// Watch added by aid without limit, share of the segment.
        aid_reach = "border_aid_reach",
        /// Aid a month and segment that gives half of that, million US dollars.
        aid_half = "border_aid_half_musd",
        /// Share of the watch that full corruption opens.
        bribery = "border_bribery",
        /// Share of the distance to the present hold closed in a month.
        adjustment = "border_adjustment",
        /// Share of the distance between posts and garrison closed in a month.
        wear = "border_post_wear",
        /// Change of manned posts, as a share of the garrison, for a unit of the leader's attention.
        attention = "border_attention",
        /// Share of an aid programme that runs out in a month.
        aid_fade = "border_aid_fade",
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        WATCH_ON_THE_BORDER = "the watch on the border",
    }
}

/// The law of borders.
pub(crate) const BORDER: Mechanism = Mechanism {
    name: "border",
    called: "the state of the border",
    meaning: "Watches each border segment with posts and aid, less what corruption opens.",
    equations: "watch = min(1, posts + reach · A/(A + half)) · (1 − bribery · corruption); \
                permeability → terrain · (1 − hold · watch) · (1 − closure); posts → garrison · (1 + q·(attention − ½)); aid fades",
    source: "our choice of partial adjustment; diminishing returns of border aid and corruption's part after UNODC 2010 \
             on Afghan opiates",
    parameters: BorderConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Border>();
        set.add::<SecurityAid>();
    },
    needs: |_| {},
    build,
    constants: BorderConstants::read,
    start: |_| {},
};

fn build(build: &mut Build<'_>) {
    build.system(guard);
}

/// Attention at which posts are the garrison: half of a leader's. Moving it is the same as another garrison.
const HALF_ATTENTION: f64 = 0.5;

/// Share of a segment that is really watched, in [0, 1].
///
/// `aid` is this segment's part, million US dollars a month; `corruption` in [0, 1].
#[must_use]
pub fn watch(posts: f64, aid: f64, corruption: f64, c: &BorderConstants) -> f64 {
    clamp(posts + c.aid_reach * saturating(aid, c.aid_half), 0.0, 1.0) * (1.0 - c.bribery * corruption)
}

/// Share of a segment that posts watch in the long run: the garrison at half the leader's attention.
#[must_use]
pub fn manned(garrison: f64, attention: f64, c: &BorderConstants) -> f64 {
    clamp(garrison * (1.0 + c.attention * (attention - HALF_ATTENTION)), 0.0, 1.0)
}

/// The permeability that a watch holds in the long run, in [0, 1].
#[must_use]
pub fn held(border: &Border, watch: f64, c: &BorderConstants) -> f64 {
    clamp(border.terrain * (1.0 - c.hold * watch) * (1.0 - border.closure), 0.0, 1.0)
}

fn guard(
    clock: Res<Clock>,
    c: Res<BorderConstants>,
    ids: Local<Ids<Border>>,
    mut ledger: ResMut<Ledger>,
    mut borders: Query<&mut Border>,
    mut countries: Query<(&mut SecurityAid, Option<&Corruption>, Option<&Legitimacy>)>,
) {
    let borders = borders.rows_mut();
    let (aid, corruption, legitimacies) = countries.rows_mut();
    let corruption = row(corruption, 0).corruption;
    let attention = row(legitimacies, 0).attention_border;
    let segments = borders.len() as f64;
    let spent = aid.first().map_or(0.0, |aid| aid.security_aid);
    for (at, border) in borders.iter_mut().enumerate() {
        let watched = watch(border.posts, spent / segments, corruption, &c);
        let before = *border;
        border.permeability = towards(before.permeability, held(&before, watched, &c), c.adjustment, clock.months);
        border.posts = towards(before.posts, manned(before.garrison, attention, &c), c.wear, clock.months);
        if ledger.on() {
            let inputs = [ids.at(at, Border::posts), ids.at(at, Border::terrain), ids.at(at, Border::closure)];
            let moved = border.permeability - before.permeability;
            ledger.terms(
                ids.at(at, Border::permeability),
                border.permeability,
                &[Term { name: Terms::WATCH_ON_THE_BORDER, amount: moved, inputs: &inputs }],
            );
        }
    }
    for aid in aid {
        aid.security_aid = towards(aid.security_aid, 0.0, c.aid_fade, clock.months);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::throughout;

    #[test]
    fn aid_has_diminishing_returns() {
        throughout(|value| {
            let c = BorderConstants::from_parameters(value);
            let gain = |aid: f64| watch(0.3, aid, 0.4, &c) - watch(0.3, 0.0, 0.4, &c);
            assert!(gain(1.0) > gain(2.0) - gain(1.0), "{c:?}");
            assert!(gain(1e9) < c.aid_reach, "{c:?}");
            assert!((gain(c.aid_half) / gain(1e12) - 0.5).abs() < 1e-9, "{c:?}");
        });
    }

    #[test]
    fn posts_close_a_border_and_corruption_opens_it() {
        throughout(|value| {
            let c = BorderConstants::from_parameters(value);
            let border = Border { terrain: 0.9, ..Border::default() };
            let open = held(&border, watch(0.2, 0.0, 0.2, &c), &c);
            assert!(held(&border, watch(0.6, 0.0, 0.2, &c), &c) < open, "{c:?}");
            assert!(held(&border, watch(0.2, 0.0, 0.8, &c), &c) > open, "{c:?}");
            assert_eq!(held(&Border { closure: 1.0, ..border }, 0.0, &c), 0.0);
        });
    }

    #[test]
    fn a_leader_who_looks_away_loses_posts() {
        throughout(|value| {
            let c = BorderConstants::from_parameters(value);
            assert_eq!(manned(0.4, 0.5, &c), 0.4);
            assert!(manned(0.4, 0.1, &c) < 0.4 && manned(0.4, 0.9, &c) > 0.4, "{c:?}");
        });
    }
}
