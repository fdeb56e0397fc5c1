//! The instructions of an expression, and where they find their numbers.

use crate::ids::{ActionId, EventId, IndicatorId, ParameterId, PlayerId};

/// Where an expression finds its numbers. The world and every observation are one.
pub trait Readings {
    /// The indicator now.
    fn now(&self, indicator: IndicatorId) -> f64;
    /// The indicator `months` records ago: 0 is the last record (the end of the last turn completed,
    /// or the start of the game), 1 the month before. The start of the game where that is earlier.
    fn ago(&self, indicator: IndicatorId, months: u32) -> f64;
    /// The parameter's value in this game.
    fn parameter(&self, parameter: ParameterId) -> f64;
    /// The current turn, from 1.
    fn turn(&self) -> f64;
    /// The current calendar month, 1 to 12.
    fn month(&self) -> f64;
    /// Months since the event last happened (0 in its own turn); a large number where it never did.
    fn since(&self, event: EventId) -> f64;
    /// How often the player ordered the action in the last `months` turns, this one included.
    fn ordered(&self, player: PlayerId, action: ActionId, months: u32) -> f64;
    /// The variable of this index that the caller supplies: see [`Variable`].
    fn variable(&self, variable: Variable) -> f64;
}

/// Readings of parameters at their values, by position, for expressions that read nothing else: everything else is 0,
/// and no event ever happened.
#[derive(Clone, Copy, Debug)]
pub struct OnlyParameters<'a>(pub &'a [f64]);

impl Readings for OnlyParameters<'_> {
    fn now(&self, _: IndicatorId) -> f64 {
        0.0
    }
    fn ago(&self, _: IndicatorId, _: u32) -> f64 {
        0.0
    }
    fn parameter(&self, parameter: ParameterId) -> f64 {
        self.0[parameter.index()]
    }
    fn turn(&self) -> f64 {
        0.0
    }
    fn month(&self) -> f64 {
        0.0
    }
    fn since(&self, _: EventId) -> f64 {
        NEVER
    }
    fn ordered(&self, _: PlayerId, _: ActionId, _: u32) -> f64 {
        0.0
    }
    fn variable(&self, _: Variable) -> f64 {
        0.0
    }
}

/// What `since` gives for an event that never happened.
pub const NEVER: f64 = 1e6;

/// Names that only some expressions may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Variable {
    /// `level`: the value of the option ordered, within an action.
    Level,
    /// `ideal`: a member's ideal point, within a motion's `appeal`.
    Ideal,
}

/// One instruction of the stack machine.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Op {
    /// Pushes a number.
    Constant(f64),
    /// Pushes an indicator.
    Indicator(IndicatorId),
    /// Pushes an indicator of so many records ago: `prev(x)` is 1, `prev(x, n)` is n. Players decide
    /// on the last record, so that for them `change(x, n)` is `x - prev(x, n)`.
    Ago(IndicatorId, u32),
    /// Pushes the indicator now less its value n months ago: `change(x, n)`.
    Change(IndicatorId, u32),
    /// Pushes a parameter.
    Parameter(ParameterId),
    /// Pushes the turn.
    Turn,
    /// Pushes the month.
    Month,
    /// Pushes the months since an event.
    Since(EventId),
    /// Pushes how often a player ordered an action in the last n turns.
    Ordered(PlayerId, ActionId, u32),
    /// Pushes a variable of the context.
    Variable(Variable),
    /// Negates the top.
    Negate,
    /// 1 where the top is 0, else 0.
    Not,
    /// Absolute value.
    Abs,
    /// e to the top.
    Exp,
    /// Natural logarithm; of a number not above 0, a large negative number.
    Ln,
    /// 1 / (1 + e^−x).
    Logistic,
    /// Replaces two by their sum.
    Add,
    /// Replaces two by their difference.
    Subtract,
    /// Replaces two by their product.
    Multiply,
    /// Replaces two by their quotient; by 0 gives 0.
    Divide,
    /// The smaller of two.
    Min,
    /// The larger of two.
    Max,
    /// Limits the third from the top to the two above it.
    Clamp,
    /// Replaces two by 1 where the relation holds, else 0.
    Compare(Relation),
    /// Where the top is false, leaves 0 and jumps so many instructions ahead; else drops it.
    AndThen(u16),
    /// Where the top is true, leaves 1 and jumps so many instructions ahead; else drops it.
    OrElse(u16),
    /// Makes the top 0 or 1.
    Truth,
    /// Pushes an aggregate over the next so many entries of the expression's list.
    Aggregate(Aggregate, u16, u16),
}

/// A comparison.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Relation {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
    /// `==`
    Equal,
    /// `!=`
    Different,
}

/// What becomes of several indicators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Aggregate {
    /// `sum(region.x)`
    Sum,
    /// `mean(region.x)`
    Mean,
    /// `largest(region.x)`
    Largest,
    /// `smallest(region.x)`
    Smallest,
}

/// The deepest stack an expression may need. The loader refuses deeper ones.
pub const STACK: usize = 32;
