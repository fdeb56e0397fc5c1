//! The regime's status, an explicit state, and the failure of the state.

use marchland_game::number::{logistic, max};

use crate::world::Field;
use crate::{columns, constants};

/// The labels of `regime_status`.
pub const STATUSES: &[&str] = &["stable", "strained", "contested", "transition", "collapsed"];

columns! {
    /// The state that a regime is in.
    pub struct Status for "country" {
        /// stable; strained: signs of trouble; contested: power is at stake; transition: an interim
        /// governs; collapsed: nobody does.
        regime_status = Field::state(STATUSES),
        /// Whether the state has ever collapsed.
        state_failed = Field::flag(),
        /// Chance within a month that authority dissolves.
        collapse_risk = Field::derived("probability a month", 0.0, 1.0, &["regime_strength", "unrest", "regime_status"]),
    }
}

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
pub fn strain(signs: &Signs) -> f64 {
    let crowd = max(signs.unrest, signs.capital_unrest);
    (1.0 - signs.strength) + 2.0 * crowd + 10.0 * (signs.coup_risk + signs.insurgent_risk) + signs.defected
}

/// How much power is at stake: the crowd in the capital, the weight of those who have left, the
/// insurgents' chance.
#[must_use]
pub fn stake(signs: &Signs) -> f64 {
    max(max(signs.capital_unrest, 0.6 * signs.defected), 3.0 * signs.insurgent_risk)
}

/// Chance within a month that authority dissolves where power is at stake or an interim governs.
#[must_use]
pub fn dissolution(strength: f64, c: &RegimeConstants) -> f64 {
    logistic((c.collapse - strength) / c.collapse_width)
}

/// The next status, with hysteresis; `dissolves` says whether authority dissolves in this step.
#[must_use]
pub fn next_status(before: f64, signs: &Signs, dissolves: bool, c: &RegimeConstants) -> f64 {
    let level = |limit: f64, held: bool| if held { c.relief * limit } else { limit };
    if before == 4.0 && signs.strength < c.recovery || dissolves {
        return 4.0;
    }
    if signs.interim_months > 0.0 || before == 4.0 {
        return 3.0;
    }
    if signs.attempted || stake(signs) > level(c.contested, before == 2.0) {
        return 2.0;
    }
    if strain(signs) > level(c.strained, before == 1.0 || before == 2.0) { 1.0 } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONSTANTS: RegimeConstants = RegimeConstants {
        strained: 0.6,
        contested: 0.15,
        relief: 0.85,
        collapse: 0.12,
        collapse_width: 0.03,
        recovery: 0.35,
    };

    #[test]
    fn status_has_hysteresis() {
        let signs = |capital_unrest| Signs { strength: 0.6, capital_unrest, ..Signs::default() };
        assert_eq!(next_status(0.0, &signs(0.16), false, &CONSTANTS), 2.0);
        assert_eq!(next_status(2.0, &signs(0.14), false, &CONSTANTS), 2.0);
        assert_eq!(next_status(1.0, &signs(0.14), false, &CONSTANTS), 1.0);
        assert_eq!(next_status(0.0, &signs(0.0), false, &CONSTANTS), 0.0);
    }

    #[test]
    fn a_collapsed_state_stays_so_until_somebody_governs() {
        let weak = Signs { strength: 0.1, ..Signs::default() };
        assert_eq!(next_status(3.0, &weak, true, &CONSTANTS), 4.0);
        assert_eq!(next_status(4.0, &weak, false, &CONSTANTS), 4.0);
        assert_eq!(next_status(4.0, &Signs { strength: 0.5, ..weak }, false, &CONSTANTS), 3.0);
    }
}
