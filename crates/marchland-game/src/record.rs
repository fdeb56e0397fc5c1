//! What a game leaves behind: rulings, the record of each turn, the outcome.

use serde::{Deserialize, Serialize};

use crate::cause::Cause;
use crate::decision::Refusal;
use crate::ids::{EventId, IndicatorId, MotionId, PlayerId};
use crate::order::{MEMBERS, Note, Order, Short, Vote};
use crate::time::Moment;

/// How one order came out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ruling {
    /// When.
    pub moment: Moment,
    /// Whose order.
    pub player: PlayerId,
    /// What was ordered.
    pub order: Order,
    /// Why it was refused; none where it was legal.
    pub refusal: Option<Refusal>,
    /// Chance of success.
    pub probability: f64,
    /// The draw in [0, 1) that decided: success where it is below the chance.
    pub draw: f64,
    /// Whether it succeeded; false where refused.
    pub success: bool,
    /// Chance that a covert order leaks; 0 where it is not covert.
    pub leak_probability: f64,
    /// Whether it leaked.
    pub leaked: bool,
}

impl Ruling {
    /// Whether the order was legal.
    #[must_use]
    pub fn legal(&self) -> bool {
        self.refusal.is_none()
    }
}

/// How a motion came out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VoteRecord {
    /// When.
    pub moment: Moment,
    /// The question.
    pub motion: MotionId,
    /// Who tabled it.
    pub by: Option<PlayerId>,
    /// Votes of the members, in roll-call order.
    pub votes: Short<Vote, MEMBERS>,
    /// Whether it passed.
    pub passed: bool,
}

/// A step of an indicator with its cause.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Booking {
    /// When.
    pub moment: Moment,
    /// What changed.
    pub indicator: IndicatorId,
    /// What brought it about.
    pub cause: Cause,
    /// The value before.
    pub before: f64,
    /// The value after.
    pub after: f64,
    /// Indicators that the cause read.
    pub inputs: Vec<IndicatorId>,
}

/// Everything that happened in one round (a month, or a week of it on the crisis clock).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RoundRecord {
    /// Orders with their rulings, in the order in which they resolved.
    pub rulings: Vec<Ruling>,
    /// Votes taken.
    pub votes: Vec<VoteRecord>,
    /// Events.
    pub events: Vec<EventId>,
    /// Remarks of strategies on their choices, where the game is traced.
    pub notes: Vec<(PlayerId, Note)>,
    /// Decisions lost by outside programs.
    pub forfeits: Vec<(PlayerId, crate::order::Forfeit)>,
    /// Steps of indicators, where the game is traced.
    pub bookings: Vec<Booking>,
}

/// Everything that happened in one turn.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TurnRecord {
    /// The turn, from 1.
    pub turn: u32,
    /// Value of every indicator at its end, by `IndicatorId`.
    pub indicators: Vec<f64>,
    /// One round, or four on the crisis clock.
    pub rounds: Vec<RoundRecord>,
    /// Payoff of the turn by player, terms `at_end` left out.
    pub payoffs: Vec<f64>,
}

/// How a game ended.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// Regime status at the end; `ended` in a scenario without a regime.
    pub status: String,
    /// The first irregular way in which the head of government lost office.
    pub exit: Option<String>,
    /// The turn of that exit.
    pub turn: Option<u32>,
    /// Turns played.
    pub turns: u32,
    /// By `MeasureId`; not a number where the game ended before the turn that a measure is of.
    pub measures: Vec<f64>,
    /// The turn in which each outcome event first had happened; none where it never did. By position in
    /// `Catalogue::outcome_events`.
    #[serde(default)]
    pub events: Vec<Option<u32>>,
    /// By `PlayerId`; none for a player never in the game.
    pub payoffs: Vec<Option<f64>>,
    /// Decisions lost by outside programs, by `PlayerId`.
    pub forfeits: Vec<u32>,
    /// Decisions that there were to take, by `PlayerId`.
    #[serde(default)]
    pub decisions: Vec<u32>,
}
