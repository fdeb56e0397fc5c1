//! The machine that works expressions out.
//!
//! An [`Expression`](crate::Expression) is read every turn of every game and made once. What can be done when it is
//! made is done there, without a change of any bit of its value: operations between plain numbers are carried out; an
//! operand that is a plain number, an indicator or a parameter goes into the operation that takes it; and the depth is
//! known, so that short programs clear a short stack.

use crate::ids::{IndicatorId, ParameterId};
use crate::instruction::{Aggregate, Op, Readings, Relation, STACK};
use crate::number::{clamp, logistic, max, min};

/// Steps of a program whose stack is no deeper than this run on a stack of this size.
const SHALLOW: usize = 8;

/// An operation on two numbers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Min,
    Max,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Equal,
    Different,
}

impl Binary {
    fn of_op(op: Op) -> Option<Self> {
        Some(match op {
            Op::Add => Self::Add,
            Op::Subtract => Self::Subtract,
            Op::Multiply => Self::Multiply,
            Op::Divide => Self::Divide,
            Op::Min => Self::Min,
            Op::Max => Self::Max,
            Op::Compare(relation) => match relation {
                Relation::Less => Self::Less,
                Relation::AtMost => Self::AtMost,
                Relation::Greater => Self::Greater,
                Relation::AtLeast => Self::AtLeast,
                Relation::Equal => Self::Equal,
                Relation::Different => Self::Different,
            },
            _ => return None,
        })
    }

    #[inline(always)]
    pub(crate) fn of(self, x: f64, y: f64) -> f64 {
        match self {
            Self::Add => x + y,
            Self::Subtract => x - y,
            Self::Multiply => x * y,
            Self::Divide => {
                if y == 0.0 {
                    0.0
                } else {
                    x / y
                }
            }
            Self::Min => min(x, y),
            Self::Max => max(x, y),
            Self::Less => truth(x < y),
            Self::AtMost => truth(x <= y),
            Self::Greater => truth(x > y),
            Self::AtLeast => truth(x >= y),
            Self::Equal => truth(x == y),
            Self::Different => truth(x != y),
        }
    }
}

/// An operation on one number.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Unary {
    Negate,
    Not,
    Abs,
    Exp,
    Ln,
    Logistic,
    Truth,
}

impl Unary {
    fn of_op(op: Op) -> Option<Self> {
        Some(match op {
            Op::Negate => Self::Negate,
            Op::Not => Self::Not,
            Op::Abs => Self::Abs,
            Op::Exp => Self::Exp,
            Op::Ln => Self::Ln,
            Op::Logistic => Self::Logistic,
            Op::Truth => Self::Truth,
            _ => return None,
        })
    }

    pub(crate) fn of(self, x: f64) -> f64 {
        match self {
            Self::Negate => -x,
            Self::Not => truth(x == 0.0),
            Self::Abs => x.abs(),
            // Beyond 700 the result would not be finite.
            Self::Exp => libm::exp(min(x, 700.0)),
            Self::Ln => libm::log(max(x, 1e-300)),
            Self::Logistic => logistic(x),
            Self::Truth => truth(x != 0.0),
        }
    }
}

#[inline(always)]
fn truth(x: bool) -> f64 {
    if x { 1.0 } else { 0.0 }
}

/// What the machine does next.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Step {
    /// Pushes a number.
    Number(f64),
    /// Pushes an indicator now.
    Now(IndicatorId),
    /// Pushes a parameter.
    Parameter(ParameterId),
    /// Pushes what another instruction without operands reads.
    Read(Op),
    /// Replaces the top.
    Unary(Unary),
    /// Replaces the two on top.
    Binary(Binary),
    /// Replaces the top by the operation on it and a number.
    WithNumber(Binary, f64),
    /// Replaces the top by the operation on it and an indicator now.
    WithNow(Binary, IndicatorId),
    /// Replaces the top by the operation on it and a parameter.
    WithParameter(Binary, ParameterId),
    /// Limits the third from the top to the two above it.
    Clamp,
    /// As [`Op::AndThen`], counted in steps.
    AndThen(u16),
    /// As [`Op::OrElse`], counted in steps.
    OrElse(u16),
}

/// The steps of an expression.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Program {
    steps: Vec<Step>,
    depth: usize,
}

impl Program {
    /// The steps of instructions that leave one value on a stack which grows to `depth` at most: [`crate::Expression::new`]
    /// has seen to both.
    pub(crate) fn of(ops: &[Op], depth: usize) -> Self {
        let mut made = StepBuilder { ops, steps: Vec::with_capacity(ops.len()), began: Vec::with_capacity(ops.len()) };
        let mut places = Vec::with_capacity(ops.len() + 1);
        for at in 0..ops.len() {
            places.push(made.steps.len());
            made.take(at);
        }
        places.push(made.steps.len());
        let StepBuilder { mut steps, began, .. } = made;
        for (at, step) in steps.iter_mut().enumerate() {
            if let Step::AndThen(skip) | Step::OrElse(skip) = step {
                let target = target_of(began[at], *skip).min(ops.len());
                *skip = (places[target] - at - 1) as u16;
            }
        }
        steps.shrink_to_fit();
        Self { steps, depth }
    }

    pub(crate) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Some of its steps as a program of their own: they leave one value, and no jump leads into them or out of them.
    pub(crate) fn part(&self, steps: &[Step]) -> Self {
        Self { steps: steps.to_vec(), depth: self.depth }
    }

    pub(crate) fn is_shallow(&self) -> bool {
        self.depth <= SHALLOW
    }

    /// The value under these readings; `lists` are what aggregates index.
    #[inline]
    pub(crate) fn value<R: Readings + ?Sized>(&self, lists: &[IndicatorId], at: &R) -> f64 {
        match self.steps[..] {
            // The commonest programs skip the machine.
            [Step::Number(x)] => x,
            [Step::Now(id)] => at.now(id),
            [Step::Now(id), Step::WithNumber(binary, x)] => binary.of(at.now(id), x),
            _ if self.is_shallow() => run::<R, SHALLOW>(&self.steps, lists, at),
            _ => run::<R, STACK>(&self.steps, lists, at),
        }
    }
}

/// The instruction to which a jump leads.
fn target_of(from: usize, skip: u16) -> usize {
    from + 1 + usize::from(skip)
}

/// Steps in the making.
struct StepBuilder<'a> {
    ops: &'a [Op],
    steps: Vec<Step>,
    /// The instruction with which each step began.
    began: Vec<usize>,
}

impl StepBuilder<'_> {
    fn take(&mut self, at: usize) {
        let op = self.ops[at];
        let step = if let Some(unary) = Unary::of_op(op) {
            if let Some(Step::Number(x)) = self.joined(1, at) {
                return self.replace(1, Step::Number(unary.of(x)));
            }
            Step::Unary(unary)
        } else if let Some(binary) = Binary::of_op(op) {
            let with = match self.joined(1, at) {
                Some(Step::Number(y)) => {
                    if let Some(Step::Number(x)) = self.joined(2, at) {
                        return self.replace(2, Step::Number(binary.of(x, y)));
                    }
                    Step::WithNumber(binary, y)
                }
                Some(Step::Now(id)) => Step::WithNow(binary, id),
                Some(Step::Parameter(id)) => Step::WithParameter(binary, id),
                _ => Step::Binary(binary),
            };
            if with != Step::Binary(binary) {
                return self.replace(1, with);
            }
            with
        } else {
            match op {
                Op::Constant(x) => Step::Number(x),
                Op::Indicator(id) => Step::Now(id),
                Op::Parameter(id) => Step::Parameter(id),
                Op::Clamp => Step::Clamp,
                Op::AndThen(skip) => Step::AndThen(skip),
                Op::OrElse(skip) => Step::OrElse(skip),
                read => Step::Read(read),
            }
        };
        self.steps.push(step);
        self.began.push(at);
    }

    /// The step so many from the end, where it may be joined with the instruction at `at`: where no jump leads in between.
    fn joined(&self, back: usize, at: usize) -> Option<Step> {
        let step = self.steps.len().checked_sub(back)?;
        let jumped = self.ops.iter().enumerate().any(|(from, op)| match *op {
            Op::AndThen(skip) | Op::OrElse(skip) => (self.began[step] + 1..=at).contains(&target_of(from, skip)),
            _ => false,
        });
        (!jumped).then(|| self.steps[step])
    }

    /// Puts one step in the place of the last ones.
    fn replace(&mut self, last: usize, step: Step) {
        let at = self.steps.len() - last;
        self.steps.truncate(at + 1);
        self.began.truncate(at + 1);
        self.steps[at] = step;
    }
}

/// Runs a program whose stack is at most `N` deep, a power of two. The top is kept apart; what is below it lies in an array,
/// indexed modulo its size so that no step can leave it.
fn run<R: Readings + ?Sized, const N: usize>(steps: &[Step], lists: &[IndicatorId], at: &R) -> f64 {
    let mut below = [0.0f64; N];
    let mut depth = 0usize;
    let mut top = 0.0;
    let mut next = 0usize;
    while let Some(step) = steps.get(next) {
        next += 1;
        let pushed = match *step {
            Step::Number(x) => x,
            Step::Now(id) => at.now(id),
            Step::Parameter(id) => at.parameter(id),
            Step::Read(op) => read(op, lists, at),
            Step::Unary(unary) => {
                top = unary.of(top);
                continue;
            }
            Step::Binary(binary) => {
                depth -= 1;
                top = binary.of(below[depth % N], top);
                continue;
            }
            Step::WithNumber(binary, y) => {
                top = binary.of(top, y);
                continue;
            }
            Step::WithNow(binary, id) => {
                top = binary.of(top, at.now(id));
                continue;
            }
            Step::WithParameter(binary, id) => {
                top = binary.of(top, at.parameter(id));
                continue;
            }
            Step::Clamp => {
                depth -= 2;
                top = clamp(below[depth % N], below[(depth + 1) % N], top);
                continue;
            }
            Step::AndThen(skip) => {
                if top == 0.0 {
                    // A false −0.0 or 0.0 leaves 0.
                    top = 0.0;
                    next += usize::from(skip);
                } else {
                    depth -= 1;
                    top = below[depth % N];
                }
                continue;
            }
            Step::OrElse(skip) => {
                if top != 0.0 {
                    top = 1.0;
                    next += usize::from(skip);
                } else {
                    depth -= 1;
                    top = below[depth % N];
                }
                continue;
            }
        };
        below[depth % N] = top;
        depth += 1;
        top = pushed;
    }
    top
}

/// What an instruction without operands reads.
fn read<R: Readings + ?Sized>(op: Op, lists: &[IndicatorId], at: &R) -> f64 {
    match op {
        Op::Ago(id, months) => at.ago(id, months),
        Op::Change(id, months) => at.now(id) - at.ago(id, months),
        Op::Turn => at.turn(),
        Op::Month => at.month(),
        Op::Since(event) => at.since(event),
        Op::Ordered(player, action, months) => at.ordered(player, action, months),
        Op::Variable(variable) => at.variable(variable),
        Op::Aggregate(aggregate, from, count) => {
            let from = usize::from(from);
            aggregate_value(aggregate, &lists[from..from + usize::from(count)], at)
        }
        Op::Constant(x) => x,
        Op::Indicator(id) => at.now(id),
        Op::Parameter(id) => at.parameter(id),
        // Every instruction with operands is a step of its own.
        _ => 0.0,
    }
}

fn aggregate_value<R: Readings + ?Sized>(aggregate: Aggregate, list: &[IndicatorId], at: &R) -> f64 {
    let Some((first, rest)) = list.split_first() else { return 0.0 };
    let first = at.now(*first);
    match aggregate {
        Aggregate::Sum => rest.iter().fold(first, |sum, id| sum + at.now(*id)),
        Aggregate::Mean => rest.iter().fold(first, |sum, id| sum + at.now(*id)) / list.len() as f64,
        Aggregate::Largest => rest.iter().fold(first, |best, id| max(best, at.now(*id))),
        Aggregate::Smallest => rest.iter().fold(first, |best, id| min(best, at.now(*id))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_are_worked_out_once_and_operands_join_their_operation() {
        let x = IndicatorId(3);
        // 2 * 3 + x < 7
        let less = Op::Compare(Relation::Less);
        let ops =
            [Op::Constant(2.0), Op::Constant(3.0), Op::Multiply, Op::Indicator(x), Op::Add, Op::Constant(7.0), less];
        let steps = [Step::Number(6.0), Step::WithNow(Binary::Add, x), Step::WithNumber(Binary::Less, 7.0)];
        assert_eq!(Program::of(&ops, 2).steps(), steps);
    }

    #[test]
    fn nothing_is_joined_across_a_jump() {
        // x and 2, as a number: the jump leads to the last operation, whose operand may thus be another.
        let x = Op::Indicator(IndicatorId(0));
        let ops = [Op::Constant(1.0), x, Op::AndThen(1), Op::Constant(2.0), Op::Add];
        let steps = [
            Step::Number(1.0),
            Step::Now(IndicatorId(0)),
            Step::AndThen(1),
            Step::Number(2.0),
            Step::Binary(Binary::Add),
        ];
        assert_eq!(Program::of(&ops, 2).steps(), steps);
    }
}
