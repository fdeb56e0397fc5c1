//! Exit and succession: how office is lost, who takes it, and what the newcomer inherits.

use marchland_game::number::{clamp, logistic, min};

use crate::world::{Field, SeenBy};
use crate::{columns, constants};

/// Ways out of office: the labels of `exit_mode`.
pub const EXIT_MODES: &[&str] = &["none", "uprising", "coup", "insurgents", "negotiated", "elected", "natural"];

/// Irregular ways out of office: the labels of `first_irregular_exit`.
pub const IRREGULAR_EXITS: &[&str] = &["none", "uprising", "coup", "insurgents", "negotiated"];

columns! {
    /// How office was lost, and what is on the table.
    pub struct Fall for "country" {
        /// The last way in which office was lost.
        exit_mode = Field::state(EXIT_MODES),
        /// The turn of the last loss of office; 0 before one.
        exit_turn = Field::stock("turn", 0.0, 1000.0).starts(0.0).rests(0.0),
        /// The first irregular way in which office was lost.
        first_irregular_exit = Field::state(IRREGULAR_EXITS),
        /// The turn of that loss; 0 before it.
        irregular_exit_turn = Field::stock("turn", 0.0, 1000.0).starts(0.0).rests(0.0),
        /// Whether the ruling group of the start has lost power.
        regime_failed = Field::flag(),
        /// Whether the leader of the start has lost office.
        leader_exited = Field::flag(),
        /// Months that an interim government still has.
        interim_months = Field::stock("months", 0.0, 24.0).starts(0.0).rests(0.0),
        /// Credibility of guarantees to those who would leave office.
        exit_guarantee_old = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0),
        /// Credibility of guarantees to officials in the next government.
        guarantee_new = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0),
        /// Talks between government and opposition: how serious they are.
        dialogue = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0),
        /// Attempts at a coup since the start.
        coup_attempts = Field::stock("attempts", 0.0, 100.0).starts(0.0).rests(0.0),
        /// Chance within a month that the ruling group loses power.
        fall_risk = Field::derived("probability a month", 0.0, 1.0, &["uprising_risk", "coup_risk", "insurgent_victory_risk", "elected_risk"]).seen(SeenBy::Estimated { sd: 0.01 }),
        /// Chance within a month that the street brings the government down.
        uprising_risk = Field::derived("probability a month", 0.0, 1.0, &["capital_unrest", "loyal_force", "defected_weight"]).seen(SeenBy::Estimated { sd: 0.01 }),
        /// Chance within a month that talks end in a handover.
        handover_risk = Field::derived("probability a month", 0.0, 1.0, &["dialogue", "exit_guarantee_old", "capital_unrest"]).seen(SeenBy::Estimated { sd: 0.01 }),
    }
}

constants! {
    /// Constants of exit and succession.
    pub struct ExitConstants {
        /// Size of the crowd in the capital that brings down a government without loyal force, even odds within a month.
        crowd = "exit_crowd",
        /// What full loyal force adds to that size.
        force = "exit_force",
        /// What the leaving of all elites takes off it.
        defection = "exit_defection",
        /// Width of the step.
        width = "exit_width",
        /// Chance within a month of a handover by serious talks under a full guarantee and a great crowd.
        handover = "exit_handover",
        /// Chance that a leader without guarantee, beaten by the street, leaves by agreement.
        agreement = "exit_agreement",
        /// What a full guarantee and serious talks add to it.
        agreement_guarantee = "exit_agreement_guarantee",
        /// Chance that a coup leaves the ruling group in power.
        insider = "exit_insider",
        /// Months of an interim.
        interim = "exit_interim",
        /// Legitimacy that a newcomer gains of what is missing.
        honeymoon = "exit_honeymoon",
        /// Share of the crowd that stays out after a fall.
        crowd_left = "exit_crowd_left",
        /// Loyalty of elites to a newcomer.
        loyalty = "exit_loyalty",
        /// Share of a guarantee's credibility that fades in a month.
        guarantee_decay = "exit_guarantee_decay",
        /// Share of the seriousness of talks that fades in a month.
        dialogue_decay = "exit_dialogue_decay",
    }
}

/// Chance within a month that the street brings the government down: logistic in the crowd of the
/// capital against what loyal force withstands. No campaign past 3.5 % of the population failed
/// (Chenoweth & Stephan 2011), which is an all-out crowd of a mobilisable pool of 2–5 %.
#[must_use]
pub fn uprising(crowd: f64, loyal_force: f64, defected: f64, c: &ExitConstants) -> f64 {
    // Where nobody is out, nothing falls to the street.
    if crowd < 0.02 {
        return 0.0;
    }
    logistic((crowd - c.crowd - c.force * loyal_force + c.defection * defected) / c.width)
}

/// Chance within a month that talks end in a handover; a guarantee lowers what the leader loses by
/// it (Escribà-Folch & Krcmaric 2017; Walter 1997).
#[must_use]
pub fn handover(dialogue: f64, guarantee: f64, crowd: f64, c: &ExitConstants) -> f64 {
    c.handover * dialogue * (0.2 + 0.8 * guarantee) * min(1.0, crowd / 0.3)
}

/// Chance that a leader beaten by the street leaves by agreement instead of fleeing.
#[must_use]
pub fn agreement(dialogue: f64, guarantee: f64, c: &ExitConstants) -> f64 {
    clamp(c.agreement + c.agreement_guarantee * guarantee * (0.5 + 0.5 * dialogue), 0.0, 1.0)
}
