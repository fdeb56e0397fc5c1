//! What a strategy is given to decide on. It sees this, and never the world.

use serde::{Deserialize, Serialize};

use crate::catalogue::{Budget, Catalogue};
use crate::deal::DealRefusal;
use crate::ids::{ActionId, EventId, IndicatorId, MotionId, ParameterId, PlayerId};
use crate::instruction::{Readings, Variable};
use crate::lookahead::Lookahead;
use crate::order::{Order, TabledMotion};
use crate::stream::Stream;
use crate::time::Moment;

/// What a viewer knows of an indicator.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Estimate {
    /// The value seen, or believed.
    pub value: f64,
    /// Standard deviation of its error, in the indicator's unit; 0 where it is exact.
    pub sd: f64,
    /// Its age in months; none where it was never seen and this is belief.
    pub age: Option<u32>,
}

/// How a world shows itself to one viewer. Implemented by the simulation; lazily, so that noise is
/// drawn only for what is read. There is no way from a view back to the world behind it.
pub trait View {
    /// What the viewer knows of the indicator now.
    fn estimate(&self, indicator: IndicatorId) -> Estimate;
    /// The value alone of what the viewer knows of the indicator now: all that expressions read.
    fn value(&self, indicator: IndicatorId) -> f64 {
        self.estimate(indicator).value
    }
    /// What the viewer knew of it `months` records ago (0: at the last record; the first one's where that
    /// is longer ago than the game has lasted). No more than [`View::looks_back`].
    fn estimate_ago(&self, indicator: IndicatorId, months: u32) -> f64;
    /// How many records back the viewer's estimates of an indicator reach.
    fn looks_back(&self, indicator: IndicatorId) -> u32;
    /// The parameter's value; parameters are public.
    fn parameter(&self, parameter: ParameterId) -> f64;
    /// The current turn and calendar month.
    fn calendar(&self) -> (u32, u32);
    /// Months since an event that the viewer may know of.
    fn since(&self, event: EventId) -> f64;
    /// How often the player ordered the action in the last `months` turns, as far as the viewer knows.
    fn ordered(&self, player: PlayerId, action: ActionId, months: u32) -> f64;
    /// What the order would cost, or why the viewer may not give it now.
    ///
    /// # Errors
    /// The reason, where it is not legal.
    fn legality(&self, order: Order) -> Result<[f64; Budget::ALL.len()], Refusal>;
    /// U(yes) − U(no) of a motion to the viewer, in its payoff's unit.
    fn stake(&self, motion: MotionId) -> f64;
}

/// Why an order is not legal. Its text is [`Refusal::text`].
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The player does not own the action.
    NotYours,
    /// The player is not in office.
    OutOfOffice,
    /// The action's condition does not hold.
    Condition,
    /// A budget does not suffice.
    Budget {
        /// Which.
        budget: Budget,
        /// What the order costs.
        needs: f64,
        /// What is left.
        has: f64,
    },
    /// No more orders this turn.
    TooManyOrders,
    /// The same action was ordered already this turn.
    AlreadyOrdered,
    /// Another public position was taken already this turn.
    SecondPosition,
    /// No such action or option.
    Unknown,
    /// The world forbids it: the motion that it would table cannot be tabled now.
    CannotTable(MotionId),
    /// The state of a deal forbids it.
    Deal(DealRefusal),
    /// What it would do to this indicator is beyond what a number holds.
    NotFinite(IndicatorId),
}

impl Refusal {
    /// A clause that reads after "because".
    #[must_use]
    pub fn text(self, action: ActionId, catalogue: &Catalogue) -> String {
        match self {
            Self::NotYours => "the action belongs to other players".into(),
            Self::OutOfOffice => "the player is not in office".into(),
            Self::Condition => catalogue.actions[action.index()].refusal.clone(),
            Self::Budget { budget, needs, has } => {
                let left = format!("{has:.3}");
                let left = left.trim_end_matches('0').trim_end_matches('.');
                format!("it costs {needs} {} and {left} is left", budget.name().replace('_', " "))
            }
            Self::TooManyOrders => "no more orders fit this turn".into(),
            Self::AlreadyOrdered => "it was ordered already this turn".into(),
            Self::SecondPosition => "another public position was taken already this turn".into(),
            Self::Unknown => "there is no such action or option".into(),
            Self::Deal(refusal) => match catalogue.deal_move(action) {
                Some((deal, _)) => refusal.text(&catalogue.deals[deal.index()]),
                None => "it is not about a deal".into(),
            },
            Self::NotFinite(indicator) => {
                let title = &catalogue.indicators[indicator.index()].title;
                format!("what it would do to \u{201c}{title}\u{201d} is not a finite number")
            }
            Self::CannotTable(motion) => {
                format!("\u{201c}{}\u{201d} cannot be put to the vote now", catalogue.motions[motion.index()].title)
            }
        }
    }
}

/// A viewer's window on a game, and its only one.
#[derive(Clone, Copy)]
pub struct Observation<'a> {
    view: &'a dyn View,
}

impl<'a> Observation<'a> {
    /// The observation that a view gives.
    #[must_use]
    pub fn new(view: &'a dyn View) -> Self {
        Self { view }
    }

    /// What is known of an indicator.
    #[must_use]
    pub fn estimate(&self, indicator: IndicatorId) -> Estimate {
        self.view.estimate(indicator)
    }

    /// How many records back what is known of an indicator reaches.
    #[must_use]
    pub fn looks_back(&self, indicator: IndicatorId) -> u32 {
        self.view.looks_back(indicator)
    }

    /// What an order would cost, by [`Budget`], or why it may not be given.
    ///
    /// # Errors
    /// The reason, where it is not legal.
    pub fn legality(&self, order: Order) -> Result<[f64; Budget::ALL.len()], Refusal> {
        self.view.legality(order)
    }

    /// U(yes) − U(no) of a motion to the viewer, in its payoff's unit.
    #[must_use]
    pub fn stake(&self, motion: MotionId) -> f64 {
        self.view.stake(motion)
    }
}

impl Readings for Observation<'_> {
    fn now(&self, indicator: IndicatorId) -> f64 {
        self.view.value(indicator)
    }
    fn ago(&self, indicator: IndicatorId, months: u32) -> f64 {
        self.view.estimate_ago(indicator, months)
    }
    fn parameter(&self, parameter: ParameterId) -> f64 {
        self.view.parameter(parameter)
    }
    fn turn(&self) -> f64 {
        f64::from(self.view.calendar().0)
    }
    fn month(&self) -> f64 {
        f64::from(self.view.calendar().1)
    }
    fn since(&self, event: EventId) -> f64 {
        self.view.since(event)
    }
    fn ordered(&self, player: PlayerId, action: ActionId, months: u32) -> f64 {
        self.view.ordered(player, action, months)
    }
    fn variable(&self, _: Variable) -> f64 {
        0.0
    }
}

/// One decision of one player.
#[derive(Clone, Copy)]
pub struct Decision<'a> {
    /// Who decides.
    pub player: PlayerId,
    /// When, and on what.
    pub moment: Moment,
    /// What is known.
    pub observation: Observation<'a>,
    /// What there is.
    pub catalogue: &'a Catalogue,
    /// Motions that stand tabled, for the stage *Ballots*.
    pub tabled: &'a [TabledMotion],
    /// Imagined futures; none where the game affords none, as for imagined players.
    pub lookahead: Option<&'a dyn Lookahead>,
    /// The strategy's own randomness at this decision.
    pub stream: Stream,
    /// Whether the game is traced, and notes are wanted.
    pub tracing: bool,
}
