//! Expressions of the scenario language, resolved to ids, and their evaluator.
//!
//! The parser lives with the scenario format; what comes out of it is this flat program for a
//! small stack machine, which `machine` brings into the shape it runs in. Truth is 1 and falsehood 0;
//! any number but 0 counts as true.

use crate::ids::IndicatorId;
use crate::instruction::{Op, Readings, STACK};
use crate::machine::Program;

/// A resolved expression.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Expression {
    ops: Vec<Op>,
    lists: Vec<IndicatorId>,
    program: Program,
}

/// Why instructions are no expression: a defect of the parser, never of a scenario.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ProgramError {
    /// An instruction needs more than the stack holds, or the end leaves other than one value.
    #[error("the instructions do not balance")]
    Unbalanced,
    /// The stack would grow beyond [`STACK`].
    #[error("the expression is nested too deeply")]
    TooDeep,
}

impl Expression {
    /// The expression that is this number.
    #[must_use]
    pub fn constant(x: f64) -> Self {
        Self::plain(vec![Op::Constant(x)], Vec::new(), 1)
    }

    /// The expression that is this indicator.
    #[must_use]
    pub fn indicator(id: IndicatorId) -> Self {
        Self::plain(vec![Op::Indicator(id)], Vec::new(), 1)
    }

    fn plain(ops: Vec<Op>, lists: Vec<IndicatorId>, depth: usize) -> Self {
        Self { program: Program::of(&ops, depth), ops, lists }
    }

    /// An expression from instructions and the list that its aggregates index.
    ///
    /// # Errors
    /// Where the instructions do not leave exactly one value, or need a stack beyond [`STACK`].
    pub fn new(ops: Vec<Op>, lists: Vec<IndicatorId>) -> Result<Self, ProgramError> {
        let (mut depth, mut deepest) = (0usize, 0usize);
        for op in &ops {
            let (takes, leaves) = match op {
                Op::Negate | Op::Not | Op::Abs | Op::Exp | Op::Ln | Op::Logistic | Op::Truth => (1, 1),
                Op::Add | Op::Subtract | Op::Multiply | Op::Divide | Op::Min | Op::Max | Op::Compare(_) => (2, 1),
                Op::Clamp => (3, 1),
                Op::AndThen(_) | Op::OrElse(_) => (1, 0),
                Op::Aggregate(_, from, count) => {
                    if usize::from(*from) + usize::from(*count) > lists.len() {
                        return Err(ProgramError::Unbalanced);
                    }
                    (0, 1)
                }
                _ => (0, 1),
            };
            if depth < takes {
                return Err(ProgramError::Unbalanced);
            }
            depth = depth - takes + leaves;
            deepest = deepest.max(depth);
            if depth > STACK {
                return Err(ProgramError::TooDeep);
            }
        }
        if depth == 1 { Ok(Self::plain(ops, lists, deepest)) } else { Err(ProgramError::Unbalanced) }
    }

    /// The instructions, for those who ask what an expression reads.
    #[must_use]
    pub fn ops(&self) -> &[Op] {
        &self.ops
    }

    /// The steps in which it is worked out.
    pub(crate) fn program(&self) -> &Program {
        &self.program
    }

    /// The list that aggregates index.
    #[must_use]
    pub fn lists(&self) -> &[IndicatorId] {
        &self.lists
    }

    /// The number, where the expression is but one.
    #[must_use]
    pub fn as_constant(&self) -> Option<f64> {
        match self.ops[..] {
            [Op::Constant(x)] => Some(x),
            _ => None,
        }
    }

    /// How many months back the expression looks; 0 where it reads the present alone.
    #[must_use]
    pub fn looks_back(&self) -> u32 {
        let months = self.ops.iter().map(|op| match op {
            Op::Ago(_, months) | Op::Change(_, months) => *months,
            _ => 0,
        });
        months.max().unwrap_or(0)
    }

    /// Every indicator the expression reads, in order of first use, aggregates spelled out.
    pub fn indicators(&self) -> impl Iterator<Item = IndicatorId> + '_ {
        self.ops
            .iter()
            .filter_map(|op| match *op {
                Op::Indicator(id) | Op::Ago(id, _) | Op::Change(id, _) => Some(id),
                _ => None,
            })
            .chain(self.lists.iter().copied())
    }

    /// The value under these readings.
    #[must_use]
    pub fn value<R: Readings + ?Sized>(&self, at: &R) -> f64 {
        self.program.value(&self.lists, at)
    }

    /// Whether the value under these readings is true.
    #[must_use]
    pub fn holds<R: Readings + ?Sized>(&self, at: &R) -> bool {
        self.value(at) != 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{ActionId, EventId, ParameterId, PlayerId};
    use crate::instruction::{Aggregate, NEVER, Relation, Variable};

    struct Flat(Vec<f64>);

    impl Readings for Flat {
        fn now(&self, id: IndicatorId) -> f64 {
            self.0[id.index()]
        }
        fn ago(&self, id: IndicatorId, months: u32) -> f64 {
            self.0[id.index()] - f64::from(months)
        }
        fn parameter(&self, _: ParameterId) -> f64 {
            2.5
        }
        fn turn(&self) -> f64 {
            3.0
        }
        fn month(&self) -> f64 {
            6.0
        }
        fn since(&self, _: EventId) -> f64 {
            NEVER
        }
        fn ordered(&self, _: PlayerId, _: ActionId, _: u32) -> f64 {
            1.0
        }
        fn variable(&self, _: Variable) -> f64 {
            0.5
        }
    }

    fn value(ops: Vec<Op>, lists: Vec<IndicatorId>) -> f64 {
        Expression::new(ops, lists).expect("balanced").value(&Flat(vec![0.2, 0.8, 5.0]))
    }

    #[test]
    fn short_circuits_skip_the_second_operand() {
        let less = Op::Compare(Relation::Less);
        let x = Op::Indicator(IndicatorId(0));
        // x < 0.5 and turn >= 3
        let and = vec![
            x,
            Op::Constant(0.5),
            less,
            Op::AndThen(4),
            Op::Turn,
            Op::Constant(3.0),
            Op::Compare(Relation::AtLeast),
            Op::Truth,
        ];
        assert_eq!(value(and.clone(), vec![]), 1.0);
        let mut and_false = and;
        and_false[1] = Op::Constant(0.1);
        assert_eq!(value(and_false, vec![]), 0.0);
        assert_eq!(value(vec![Op::Constant(2.0), Op::OrElse(2), Op::Constant(0.0), Op::Truth], vec![]), 1.0);
    }

    #[test]
    fn aggregates_and_history() {
        let list = vec![IndicatorId(0), IndicatorId(1), IndicatorId(2)];
        assert_eq!(value(vec![Op::Aggregate(Aggregate::Sum, 0, 3)], list.clone()), 6.0);
        assert_eq!(value(vec![Op::Aggregate(Aggregate::Mean, 1, 2)], list.clone()), 2.9);
        assert_eq!(value(vec![Op::Aggregate(Aggregate::Largest, 0, 2)], list), 0.8);
        assert_eq!(value(vec![Op::Change(IndicatorId(2), 3)], vec![]), 3.0);
        assert_eq!(value(vec![Op::Constant(4.0), Op::Constant(0.0), Op::Constant(1.0), Op::Clamp], vec![]), 1.0);
    }

    #[test]
    fn unbalanced_and_deep_programs_are_refused() {
        assert_eq!(Expression::new(vec![Op::Add], vec![]), Err(ProgramError::Unbalanced));
        assert_eq!(Expression::new(vec![Op::Turn, Op::Turn], vec![]), Err(ProgramError::Unbalanced));
        assert_eq!(Expression::new(vec![Op::Turn; STACK + 1], vec![]), Err(ProgramError::TooDeep));
        assert_eq!(Expression::new(vec![Op::Aggregate(Aggregate::Sum, 0, 1)], vec![]), Err(ProgramError::Unbalanced));
    }
}
