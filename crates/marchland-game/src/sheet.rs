//! Expressions that are alike but for their plain numbers, worked out together.
//!
//! What each offer of a deal is worth is one formula with the offer's terms in it: every operation is done for several
//! offers in a row, and every indicator is read once for them. The values are those of each expression by itself, to
//! the bit.

use std::ops::Deref;

use crate::expression::Expression;
use crate::instruction::Readings;
use crate::machine::{Binary, Step, read};
use crate::number::clamp;

/// Expressions worked out at a time.
const LANES: usize = 8;
/// The deepest stack of expressions that are worked out together.
const DEPTH: usize = 8;

type Lanes = [f64; LANES];

/// A list of expressions of one formula.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    expressions: Vec<Expression>,
    /// The plain numbers of all, where they are alike.
    numbers: Option<Numbers>,
}

/// Plain numbers by group of [`LANES`] expressions, then in the order in which the steps take them.
#[derive(Clone, Debug, Default, PartialEq)]
struct Numbers {
    lanes: Vec<Lanes>,
    /// Plain numbers in one expression.
    each: usize,
}

impl From<Vec<Expression>> for Sheet {
    fn from(expressions: Vec<Expression>) -> Self {
        let numbers = Numbers::of(&expressions);
        Self { expressions, numbers }
    }
}

impl Deref for Sheet {
    type Target = [Expression];
    fn deref(&self) -> &[Expression] {
        &self.expressions
    }
}

impl Sheet {
    /// Tells the values of the first `count` expressions under these readings, each with its position.
    pub fn each<R: Readings + ?Sized>(&self, count: usize, at: &R, mut tell: impl FnMut(usize, f64)) {
        let count = count.min(self.expressions.len());
        let (Some(numbers), Some(first)) = (&self.numbers, self.expressions.first()) else {
            for (position, expression) in self.expressions.iter().enumerate().take(count) {
                tell(position, expression.value(at));
            }
            return;
        };
        for from in (0..count).step_by(LANES) {
            let group = from / LANES;
            let values = run(first, &numbers.lanes[group * numbers.each..(group + 1) * numbers.each], at);
            for (lane, value) in values.into_iter().enumerate().take(count - from) {
                tell(from + lane, value);
            }
        }
    }
}

impl Numbers {
    /// The numbers of expressions that are alike, have no jumps and need no deep stack; none of others.
    fn of(expressions: &[Expression]) -> Option<Self> {
        let first = expressions.first()?;
        let steps = first.program().steps();
        let jumps = steps.iter().any(|step| matches!(step, Step::AndThen(_) | Step::OrElse(_)));
        if jumps || !first.program().is_shallow() || expressions.iter().any(|other| !alike(first, other)) {
            return None;
        }
        let of = |expression: &Expression| -> Vec<f64> {
            let numbers = expression.program().steps().iter().filter_map(|step| match *step {
                Step::Number(x) | Step::WithNumber(_, x) => Some(x),
                _ => None,
            });
            numbers.collect()
        };
        let all: Vec<Vec<f64>> = expressions.iter().map(of).collect();
        let each = all[0].len();
        let mut lanes = Vec::with_capacity(each * all.len().div_ceil(LANES));
        for group in all.chunks(LANES) {
            for number in 0..each {
                // Lanes without an expression repeat the first: what comes of them is left out.
                lanes.push(std::array::from_fn(|lane| group.get(lane).unwrap_or(&group[0])[number]));
            }
        }
        Some(Self { lanes, each })
    }
}

/// Whether two expressions differ in plain numbers alone.
fn alike(one: &Expression, other: &Expression) -> bool {
    let blank = |step: Step| match step {
        Step::Number(_) => Step::Number(0.0),
        Step::WithNumber(binary, _) => Step::WithNumber(binary, 0.0),
        step => step,
    };
    let (these, those) = (one.program().steps(), other.program().steps());
    one.lists() == other.lists()
        && these.len() == those.len()
        && these.iter().zip(those).all(|(this, that)| blank(*this) == blank(*that))
}

/// The machine of expressions over lanes: the steps of `first` with these numbers in the places of its own.
fn run<R: Readings + ?Sized>(first: &Expression, numbers: &[Lanes], at: &R) -> Lanes {
    let mut below = [[0.0; LANES]; DEPTH];
    let mut depth = 0usize;
    let mut top = [0.0; LANES];
    let mut numbers = numbers.iter();
    let mut number = || numbers.next().copied().unwrap_or_default();
    for step in first.program().steps() {
        let pushed = match *step {
            Step::Number(_) => number(),
            Step::Now(id) => [at.now(id); LANES],
            Step::Parameter(id) => [at.parameter(id); LANES],
            Step::Read(op) => [read(op, first.lists(), at); LANES],
            Step::Unary(unary) => {
                top = top.map(|x| unary.of(x));
                continue;
            }
            Step::Binary(binary) => {
                depth -= 1;
                top = each(binary, &below[depth % DEPTH], &top);
                continue;
            }
            Step::WithNumber(binary, _) => {
                top = each(binary, &top, &number());
                continue;
            }
            Step::WithNow(binary, id) => {
                top = each(binary, &top, &[at.now(id); LANES]);
                continue;
            }
            Step::WithParameter(binary, id) => {
                top = each(binary, &top, &[at.parameter(id); LANES]);
                continue;
            }
            Step::Clamp => {
                depth -= 2;
                let (x, low) = (below[depth % DEPTH], below[(depth + 1) % DEPTH]);
                top = std::array::from_fn(|lane| clamp(x[lane], low[lane], top[lane]));
                continue;
            }
            // Expressions with jumps are not worked out together.
            Step::AndThen(_) | Step::OrElse(_) => continue,
        };
        below[depth % DEPTH] = top;
        depth += 1;
        top = pushed;
    }
    top
}

/// An operation in every lane. The operation is told apart once, outside the loop over lanes.
fn each(binary: Binary, x: &Lanes, y: &Lanes) -> Lanes {
    #[inline(always)]
    fn lanes(x: &Lanes, y: &Lanes, of: impl Fn(f64, f64) -> f64) -> Lanes {
        std::array::from_fn(|lane| of(x[lane], y[lane]))
    }
    match binary {
        Binary::Add => lanes(x, y, |x, y| x + y),
        Binary::Subtract => lanes(x, y, |x, y| x - y),
        Binary::Multiply => lanes(x, y, |x, y| x * y),
        other => lanes(x, y, |x, y| other.of(x, y)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{IndicatorId, ParameterId};
    use crate::instruction::{OnlyParameters, Op};

    fn worth(rent: f64, deep: bool) -> Expression {
        let mut ops = vec![
            Op::Parameter(ParameterId(0)),
            Op::Constant(rent),
            Op::Constant(0.1),
            Op::Multiply,
            Op::Multiply,
            Op::Indicator(IndicatorId(0)),
            Op::Constant(rent),
            Op::Subtract,
            Op::Constant(-2.0),
            Op::Constant(1.5),
            Op::Clamp,
            Op::Add,
        ];
        if deep {
            ops.extend([Op::Logistic, Op::Constant(rent), Op::Divide]);
        }
        Expression::new(ops, Vec::new()).expect("balanced")
    }

    #[test]
    fn together_they_are_worth_what_each_is_worth() {
        let at = OnlyParameters(&[0.7]);
        for deep in [false, true] {
            let sheet = Sheet::from((0..19).map(|rent| worth(f64::from(rent) * 0.37, deep)).collect::<Vec<_>>());
            assert!(sheet.numbers.is_some());
            let mut told = 0;
            sheet.each(usize::MAX, &at, |position, value| {
                assert_eq!(value.to_bits(), sheet[position].value(&at).to_bits());
                told += 1;
            });
            assert_eq!(told, 19);
        }
    }

    #[test]
    fn what_is_not_alike_is_worked_out_one_by_one() {
        let sheet = Sheet::from(vec![worth(1.0, false), worth(1.0, true), Expression::constant(4.0)]);
        assert!(sheet.numbers.is_none());
        let mut values = Vec::new();
        sheet.each(3, &OnlyParameters(&[0.7]), |_, value| values.push(value));
        assert_eq!((values.len(), values[2]), (3, 4.0));
        Sheet::default().each(3, &OnlyParameters(&[]), |_, _| unreachable!("there is none"));
    }
}
