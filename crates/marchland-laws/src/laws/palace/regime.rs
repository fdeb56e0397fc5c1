//! The regime's status, an explicit state, and the failure of the state.

use bevy_ecs::prelude::*;
use marchland_game::number::{logistic, max, probability_over};
use marchland_game::stream::name_hash;
use marchland_sim::constants;
use marchland_sim::ledger::Ledger;
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::world::{Clock, Ids, Rows, RowsMut};

use crate::state::country::{Fall, Palace, RegimeStatus, Status, Tension, War};
use crate::state::polity::Polity;
use crate::state::reading::row;

constants! {
    /// Constants of the regime's status.
    pub struct RegimeConstants {
        /// Strain above which a regime is strained.
        strained = "regime_strained",
        /// Crowd in the capital above which power is at stake.
        contested = "regime_contested",
        /// Share of a level below which a regime leaves a state that it entered there.
        relief = "regime_relief",
        /// Strength at which authority in an interim dissolves within a month as often as not.
        collapse = "regime_collapse",
        /// Width of that step.
        collapse_width = "regime_collapse_width",
        /// Strength above which a collapsed state is governed again.
        recovery = "regime_recovery",
        /// Strain of an all-out crowd, where a regime of no strength is strained by 1.
        strain_crowd = "regime_strain_crowd",
        /// Strain of a certain coup or defeat within the month, on the same scale.
        strain_risk = "regime_strain_risk",
        /// Crowd that is as much at stake as the leaving of all elites.
        stake_defected = "regime_stake_defected",
        /// Crowd that is as much at stake as insurgents certain to win within the month.
        stake_insurgents = "regime_stake_insurgents",
    }
}

/// What a regime's status follows from.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Signs {
    /// Strength of the regime.
    pub strength: f64,
    /// Active share of the mobilisable in the capital.
    pub capital_unrest: f64,
    /// Active share in the country.
    pub unrest: f64,
    /// Weight of elites that have left.
    pub defected: f64,
    /// Chance within a month of a coup attempt.
    pub coup_risk: f64,
    /// Chance within a month that insurgents win.
    pub insurgent_risk: f64,
    /// Whether a coup was attempted in this step.
    pub attempted: bool,
    /// Months left to an interim.
    pub interim_months: f64,
}

/// How strained a regime is: weakness, crowds, plots and insurgents, each on a scale on which 1 is
/// worst.
#[must_use]
pub fn strain(signs: &Signs, c: &RegimeConstants) -> f64 {
    let crowd = max(signs.unrest, signs.capital_unrest);
    (1.0 - signs.strength)
        + c.strain_crowd * crowd
        + c.strain_risk * (signs.coup_risk + signs.insurgent_risk)
        + signs.defected
}

/// How much power is at stake: the crowd in the capital, the weight of those who have left, the
/// insurgents' chance.
#[must_use]
pub fn stake(signs: &Signs, c: &RegimeConstants) -> f64 {
    max(max(signs.capital_unrest, c.stake_defected * signs.defected), c.stake_insurgents * signs.insurgent_risk)
}

/// Chance within a month that authority dissolves where power is at stake or an interim governs.
#[must_use]
pub fn dissolution(strength: f64, c: &RegimeConstants) -> f64 {
    logistic((c.collapse - strength) / c.collapse_width)
}

/// The next status, with hysteresis; `dissolves` says whether authority dissolves in this step.
#[must_use]
pub fn next_status(before: RegimeStatus, signs: &Signs, dissolves: bool, c: &RegimeConstants) -> RegimeStatus {
    let level = |limit: f64, held: bool| if held { c.relief * limit } else { limit };
    let collapsed = before == RegimeStatus::Collapsed;
    if collapsed && signs.strength < c.recovery || dissolves {
        return RegimeStatus::Collapsed;
    }
    if signs.interim_months > 0.0 || collapsed {
        return RegimeStatus::Transition;
    }
    let contested = before == RegimeStatus::Contested;
    if signs.attempted || stake(signs, c) > level(c.contested, contested) {
        return RegimeStatus::Contested;
    }
    if strain(signs, c) > level(c.strained, before == RegimeStatus::Strained || contested) {
        RegimeStatus::Strained
    } else {
        RegimeStatus::Stable
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        SIGNS_OF_TROUBLE = "the signs of trouble",
    }
}

/// The law of the regime's status.
pub(crate) const REGIME: Mechanism = Mechanism {
    name: "regime",
    called: "the state of the regime",
    meaning: "Keeps the regime's status as an explicit state with hysteresis; says when the state fails.",
    equations: "collapsed where authority dissolves, P = logit⁻¹((θ0 − θ)/s) while contested or in transition; transition \
                while an interim governs; contested where max(a_capital, d·defected, i·P(insurgents win)) > c; strained where \
                (1 − θ) + k·a + r·(P(coup) + P(insurgents)) + defected > s; leaving a state takes 1 − relief less",
    source: "our choice of states; failure of authority as a step in strength after Goldstone et al. 2010",
    parameters: RegimeConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| set.add::<Status>(),
    needs: |_| {},
    build: |build| {
        Polity::insert(build);
        build.system(judge);
    },
    constants: RegimeConstants::read,
    start: |_| {},
};

const DISSOLUTION: u64 = name_hash("regime.dissolution");

#[allow(clippy::too_many_arguments, reason = "each is a column that the equations read")]
fn judge(
    (clock, c, polity): (Res<Clock>, Res<RegimeConstants>, Res<Polity>),
    ids: Res<Ids<Status>>,
    palace_ids: Option<Res<Ids<Palace>>>,
    tension_ids: Option<Res<Ids<Tension>>>,
    mut ledger: ResMut<Ledger>,
    mut statuses: Query<&mut Status>,
    palaces: Query<&Palace>,
    tensions: Query<&Tension>,
    falls: Query<&Fall>,
    wars: Query<&War>,
) {
    for (country, own) in statuses.rows_mut().iter_mut().enumerate() {
        let palace = row(palaces.rows(), country);
        let tension = row(tensions.rows(), country);
        let fall = row(falls.rows(), country);
        let signs = Signs {
            strength: palace.regime_strength,
            capital_unrest: tension.capital_crowd,
            unrest: tension.unrest,
            defected: palace.defected_weight,
            coup_risk: palace.coup_risk,
            insurgent_risk: row(wars.rows(), country).insurgent_victory_risk,
            attempted: fall.coup_attempted.get(),
            interim_months: fall.interim_months,
        };
        own.collapse_risk =
            if own.regime_status.get() >= RegimeStatus::Contested { dissolution(signs.strength, &c) } else { 0.0 };
        let draw = clock.stream(polity.country_names[country], DISSOLUTION).uniform();
        let dissolves = draw < probability_over(own.collapse_risk, clock.months);
        own.regime_status.set(next_status(own.regime_status.get(), &signs, dissolves, &c));
        if own.regime_status.get() == RegimeStatus::Collapsed {
            own.state_failed.set(true);
        }
        if ledger.on() {
            let inputs: Vec<_> = crate::state::reading::input(&palace_ids, country, Palace::regime_strength)
                .into_iter()
                .chain(crate::state::reading::input(&tension_ids, country, Tension::capital_crowd))
                .collect();
            ledger.book(
                Terms::SIGNS_OF_TROUBLE,
                ids.at(country, Status::regime_status),
                own.regime_status.number(),
                &inputs,
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RegimeStatus::{Collapsed, Contested, Stable, Strained, Transition};
    use super::*;

    const CONSTANTS: RegimeConstants = RegimeConstants {
        strained: 0.6,
        contested: 0.15,
        relief: 0.85,
        collapse: 0.12,
        collapse_width: 0.03,
        recovery: 0.35,
        strain_crowd: 2.0,
        strain_risk: 10.0,
        stake_defected: 0.6,
        stake_insurgents: 3.0,
    };

    #[test]
    fn status_has_hysteresis() {
        let signs = |capital_unrest| Signs { strength: 0.6, capital_unrest, ..Signs::default() };
        assert_eq!(next_status(Stable, &signs(0.16), false, &CONSTANTS), Contested);
        assert_eq!(next_status(Contested, &signs(0.14), false, &CONSTANTS), Contested);
        assert_eq!(next_status(Strained, &signs(0.14), false, &CONSTANTS), Strained);
        assert_eq!(next_status(Stable, &signs(0.0), false, &CONSTANTS), Stable);
    }

    #[test]
    fn a_collapsed_state_stays_so_until_somebody_governs() {
        let weak = Signs { strength: 0.1, ..Signs::default() };
        assert_eq!(next_status(Transition, &weak, true, &CONSTANTS), Collapsed);
        assert_eq!(next_status(Collapsed, &weak, false, &CONSTANTS), Collapsed);
        assert_eq!(next_status(Collapsed, &Signs { strength: 0.5, ..weak }, false, &CONSTANTS), Transition);
    }
}
