//! What every expression of a scenario is for, for the checks that follow loading.

use marchland_game::{ActionId, EventId, Expression, IndicatorId, PlayerId};

use super::sink::Place;

/// An expression in its place.
#[derive(Clone, Debug)]
pub(crate) struct Use {
    pub expression: Expression,
    pub place: Place,
    pub role: Role,
    /// Whether the scenario itself declares it, and not its base.
    pub own: bool,
}

/// What an expression is for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Role {
    /// A condition of no one in particular.
    Condition,
    /// When an action may be ordered.
    Legality(ActionId),
    /// A chance of an action, shown to its owner or not.
    Chance(ActionId, bool),
    /// A probability.
    Probability,
    /// When an event happens.
    Trigger(EventId),
    /// An event's monthly probability.
    Hazard(EventId),
    /// An amount.
    Amount,
    /// What a player reads when it decides or values: a stake, a strategy.
    Player(PlayerId),
    /// An initial value of an indicator.
    Initial(IndicatorId),
    /// A factor of an effect, a weight and the like, bounded: lowest and highest.
    Within(f64, f64),
}
