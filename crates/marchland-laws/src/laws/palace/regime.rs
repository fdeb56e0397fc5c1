//! The regime's status, an explicit state, and the failure of the state.

use bevy_ecs::prelude::*;
use marchland_game::number::{max, probability_over};
use marchland_game::stream::name_hash;
use marchland_sim::constants;
use marchland_sim::ledger::Ledger;
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::world::{Clock, Fixed, Ids, OptionalIds, RowsMut};

use crate::state::country::{
    Conspiracy, Fall, Palace, RegimeStatus, Residual, Status, Support, Tension, Umbrella, War,
};
use crate::state::polity::Polity;
use crate::state::reading::{input, row};

constants! {
    /// Constants of the regime's status.
    pub struct RegimeConstants {
        /// Strain above which a regime is strained.
        strained = "regime_strained",
        /// Crowd in the capital above which power is at stake.
        contested = "regime_contested",
        /// Share of a level below which a regime leaves a state that it entered there.
        relief = "regime_relief",
        /// Hazard a month that authority dissolves where power is at stake or an order has fallen, at the references.
        collapse = "regime_collapse",
        /// What disobedience of all the forces adds to its logarithm, over an ordinary obedience.
        collapse_force = "regime_collapse_force",
        /// What full division adds, over an ordinary one.
        collapse_split = "regime_collapse_split",
        /// What a hold of insurgents over all the country adds.
        collapse_haven = "regime_collapse_haven",
        /// What a full backing by patrons takes off.
        collapse_patron = "regime_collapse_patron",
        /// Chance within a month that a collapsed state is governed again.
        recovery = "regime_recovery",
        /// By how much peacekeepers at full strength multiply it, beyond 1.
        recovery_peacekeeping = "regime_recovery_peacekeeping",
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

/// What keeps or breaks authority while power is at stake.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Authority {
    /// Share of the force that obeys.
    pub loyal_force: f64,
    /// Division at the top.
    pub split: f64,
    /// Haven that fighters have in the country.
    pub haven: f64,
    /// Net backing by patrons.
    pub patron: f64,
}

/// An ordinary regime: the hazard that is declared is one of there. Moving it is the same as another hazard.
pub const ORDINARY: Authority = Authority { loyal_force: 0.65, split: 0.15, haven: 0.0, patron: 0.0 };

/// Chance within a month that authority dissolves where power is at stake or an order has fallen: a proportional hazard
/// from [`ORDINARY`]. Complete collapse begins in well under one of 200 country-years (Polity
/// IV, interregnum and interruption).
#[must_use]
pub fn dissolution(on: &Authority, c: &RegimeConstants) -> f64 {
    let drive = c.collapse_force * (ORDINARY.loyal_force - on.loyal_force)
        + c.collapse_split * (on.split - ORDINARY.split)
        + c.collapse_haven * on.haven
        - c.collapse_patron * on.patron;
    -libm::expm1(-c.collapse * libm::exp(drive))
}

/// The next status, with hysteresis; `collapsed` says whether authority is dissolved in this step.
#[must_use]
pub fn next_status(before: RegimeStatus, signs: &Signs, collapsed: bool, c: &RegimeConstants) -> RegimeStatus {
    let level = |limit: f64, held: bool| if held { c.relief * limit } else { limit };
    if collapsed {
        return RegimeStatus::Collapsed;
    }
    if signs.interim_months > 0.0 || before == RegimeStatus::Collapsed {
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
    equations: "collapsed from λ = λ0·exp(β1(.65 − loyal force) + β2(split − .15) + β3·haven − β4·backing) while contested or after a \
                fall from outside, until P(recovery) = r·(1 + k·peacekeepers) a month; transition \
                while an interim governs; contested where max(a_capital, d·defected, i·P(insurgents win)) > c; strained where \
                (1 − θ) + k·a + r·(P(coup) + P(insurgents)) + defected > s; leaving a state takes 1 − relief less",
    source: "our choice of states; onset and length of collapses after Polity IV (codes −66 and −77): Marshall, Gurr & Jaggers 2016; \
             peacekeeping: Fortna 2008",
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

/// Columns of a country by which its regime is judged.
type Judged = (
    &'static mut Status,
    Option<&'static Palace>,
    Option<&'static Tension>,
    Option<&'static Fall>,
    Option<&'static Conspiracy>,
    Option<&'static War>,
    Option<&'static Residual>,
    Option<&'static Support>,
    Option<&'static Umbrella>,
);

fn judge(
    (clock, c, polity): (Res<Clock>, Res<RegimeConstants>, Local<Fixed<Polity>>),
    ids: Local<Ids<Status>>,
    palace_ids: Local<OptionalIds<Palace>>,
    tension_ids: Local<OptionalIds<Tension>>,
    mut ledger: ResMut<Ledger>,
    mut countries: Query<Judged>,
) {
    let (statuses, palaces, tensions, falls, conspiracies, wars, residuals, supports, umbrellas) = countries.rows_mut();
    for (country, own) in statuses.iter_mut().enumerate() {
        let palace = row(palaces, country);
        let tension = row(tensions, country);
        let fall = row(falls, country);
        let signs = Signs {
            strength: palace.regime_strength,
            capital_unrest: tension.capital_crowd,
            unrest: tension.unrest,
            defected: palace.defected_weight,
            coup_risk: row(conspiracies, country).coup_risk,
            insurgent_risk: row(residuals, country).insurgent_risk,
            attempted: row(conspiracies, country).coup_attempted.get(),
            interim_months: fall.interim_months,
        };
        let authority = Authority {
            loyal_force: palace.loyal_force,
            split: palace.elite_split,
            haven: row(wars, country).haven,
            patron: row(supports, country).patron_support,
        };
        // A lawful succession inside the coalition leaves authority where it was.
        let fallen = fall.interim_months > 0.0 && fall.broken.get();
        let status = own.regime_status.get();
        let at_stake = status == RegimeStatus::Contested || fallen && status != RegimeStatus::Collapsed;
        own.collapse_risk = if at_stake { dissolution(&authority, &c) } else { 0.0 };
        let draw = clock.stream(polity.country_names[country], DISSOLUTION).uniform();
        let collapsed = if status == RegimeStatus::Collapsed {
            let again = c.recovery * (1.0 + c.recovery_peacekeeping * row(umbrellas, country).protection);
            draw >= probability_over(again, clock.months)
        } else {
            draw < probability_over(own.collapse_risk, clock.months)
        };
        own.regime_status.set(next_status(status, &signs, collapsed, &c));
        if own.regime_status.get() == RegimeStatus::Collapsed {
            own.state_failed.set(true);
        }
        if ledger.on() {
            let inputs: Vec<_> = input(&palace_ids, country, Palace::regime_strength)
                .into_iter()
                .chain(input(&tension_ids, country, Tension::capital_crowd))
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
    use super::RegimeStatus::{Contested, Stable, Strained};
    use super::*;
    use crate::declared::throughout;

    #[test]
    fn a_contest_has_hysteresis() {
        throughout(|value| {
            let c = RegimeConstants::from_parameters(value);
            let status = |before, crowd: f64| {
                let signs = Signs { strength: 0.6, capital_unrest: crowd, ..Signs::default() };
                next_status(before, &signs, false, &c)
            };
            // Above the limit power is at stake; between it and what relieves, only where it was already.
            let between = 0.5 * (1.0 + c.relief) * c.contested;
            assert_eq!(status(Stable, 1.01 * c.contested), Contested, "{c:?}");
            assert_eq!(status(Contested, between), Contested, "{c:?}");
            assert_ne!(status(Stable, between), Contested, "{c:?}");
            assert_ne!(status(Strained, between), Contested, "{c:?}");
            assert_ne!(status(Contested, 0.99 * c.relief * c.contested), Contested, "{c:?}");
        });
    }

    #[test]
    fn strain_has_hysteresis() {
        throughout(|value| {
            let c = RegimeConstants::from_parameters(value);
            let status = |before, strain: f64| {
                next_status(before, &Signs { strength: 1.0 - strain, ..Signs::default() }, false, &c)
            };
            let between = 0.5 * (1.0 + c.relief) * c.strained;
            assert_eq!(status(Stable, 1.01 * c.strained), Strained, "{c:?}");
            assert_eq!(status(Stable, between), Stable, "{c:?}");
            assert_eq!(status(Strained, between), Strained, "{c:?}");
            assert_eq!(status(Contested, between), Strained, "{c:?}");
            assert_eq!(status(Strained, 0.99 * c.relief * c.strained), Stable, "{c:?}");
        });
    }

    #[test]
    fn a_collapsed_state_stays_so_until_somebody_governs() {
        throughout(|value| {
            let c = RegimeConstants::from_parameters(value);
            let weak = Signs { strength: 0.1, ..Signs::default() };
            assert_eq!(next_status(RegimeStatus::Transition, &weak, true, &c), RegimeStatus::Collapsed);
            assert_eq!(next_status(RegimeStatus::Collapsed, &weak, true, &c), RegimeStatus::Collapsed);
            assert_eq!(next_status(RegimeStatus::Collapsed, &weak, false, &c), RegimeStatus::Transition);
        });
    }

    #[test]
    fn authority_dissolves_sooner_without_force_and_backing() {
        throughout(|value| {
            let c = RegimeConstants::from_parameters(value);
            let at = |own: Authority| dissolution(&own, &c);
            // An ordinary obedience and division have the hazard that is declared.
            assert!((-libm::log1p(-at(ORDINARY)) - c.collapse).abs() < 1e-12, "{c:?}");
            assert!(at(Authority { loyal_force: 0.2, ..ORDINARY }) > at(ORDINARY), "{c:?}");
            assert!(at(Authority { split: 0.5, ..ORDINARY }) > at(ORDINARY), "{c:?}");
            assert!(at(Authority { haven: 0.5, ..ORDINARY }) > at(ORDINARY), "{c:?}");
            assert!(at(Authority { patron: 0.8, ..ORDINARY }) < at(ORDINARY), "{c:?}");
        });
    }
}
