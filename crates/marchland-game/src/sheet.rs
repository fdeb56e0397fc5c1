//! Expressions that are alike but for their plain numbers, worked out together.
//!
//! What each offer of a deal is worth is one formula with the offer's terms in it: what does not depend on the terms is
//! worked out once, every other operation for several offers in a row. The values are those of each expression by itself,
//! to the bit.

use std::ops::Deref;

use crate::expression::Expression;
use crate::instruction::Readings;
use crate::machine::{Binary, Program, Step, Unary};
use crate::number::clamp;

/// Expressions worked out at a time.
const LANES: usize = 8;
/// The deepest stack of expressions that are worked out together.
const DEPTH: usize = 8;
/// The most common parts of expressions that are worked out together.
const COMMON: usize = 32;

type Lanes = [f64; LANES];

/// A list of expressions of one formula.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sheet {
    expressions: Vec<Expression>,
    /// The formula of all, where they are alike.
    formula: Option<Formula>,
}

/// What expressions have in common, and the plain numbers in which they differ.
#[derive(Clone, Debug, Default, PartialEq)]
struct Formula {
    /// Parts that are the same in every expression: worked out once.
    common: Vec<Program>,
    /// What is left, for several expressions at a time.
    steps: Vec<LaneStep>,
    /// Plain numbers that differ, by group of [`LANES`] expressions, then in the order in which the steps take them.
    numbers: Vec<Lanes>,
    /// Such numbers in one expression.
    each: usize,
}

/// What the machine over lanes does next. Positions are those of common parts.
#[derive(Clone, Copy, PartialEq, Debug)]
enum LaneStep {
    /// Pushes a common part.
    Common(u8),
    /// Pushes the next numbers.
    Numbers,
    /// Replaces the top.
    Unary(Unary),
    /// Replaces the two on top.
    Binary(Binary),
    /// Replaces the top by the operation on it and the next numbers.
    WithNumbers(Binary),
    /// Replaces the top by the operation on it and a common part.
    WithCommon(Binary, u8),
    /// Limits the third from the top to the two above it.
    Clamp,
    /// Limits the top to two common parts.
    ClampTo(u8, u8),
}

impl From<Vec<Expression>> for Sheet {
    fn from(expressions: Vec<Expression>) -> Self {
        let formula = Formula::of(&expressions);
        Self { expressions, formula }
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
        let (Some(formula), Some(first)) = (&self.formula, self.expressions.first()) else {
            for (position, expression) in self.expressions.iter().enumerate().take(count) {
                tell(position, expression.value(at));
            }
            return;
        };
        let mut common = [0.0; COMMON];
        for (value, part) in common.iter_mut().zip(&formula.common) {
            *value = part.value(first.lists(), at);
        }
        if let [LaneStep::Common(all)] = formula.steps[..] {
            let value = common[usize::from(all) % COMMON];
            (0..count).for_each(|position| tell(position, value));
            return;
        }
        for from in (0..count).step_by(LANES) {
            let group = from / LANES;
            let numbers = &formula.numbers[group * formula.each..(group + 1) * formula.each];
            let values = Group { steps: &formula.steps, common: &common, numbers }.run();
            for (lane, value) in values.into_iter().enumerate().take(count - from) {
                tell(from + lane, value);
            }
        }
    }
}

/// A value on the stack of a formula in the making.
struct Part {
    /// The step with which it begins.
    from: usize,
    /// Whether it is the same in every expression; then no step of lanes was made for it yet.
    common: bool,
    /// The step of lanes before which it belongs.
    place: usize,
}

impl Formula {
    /// The formula of expressions that are alike, have no jumps, need no deep stack and have few common parts; none of
    /// others.
    fn of(expressions: &[Expression]) -> Option<Self> {
        let first = expressions.first()?;
        let steps = first.program().steps();
        let jumps = steps.iter().any(|step| matches!(step, Step::AndThen(_) | Step::OrElse(_)));
        if jumps || !first.program().is_shallow() || expressions.iter().any(|other| !alike(first, other)) {
            return None;
        }
        let number = |expression: &Expression, at: usize| match expression.program().steps()[at] {
            Step::Number(x) | Step::WithNumber(_, x) => Some(x),
            _ => None,
        };
        let differs = |at: usize| {
            let bits = |expression: &Expression| number(expression, at).map(f64::to_bits);
            expressions.iter().any(|other| bits(other) != bits(first))
        };
        let mut made = Self::default();
        let mut stack: Vec<Part> = Vec::new();
        for (at, step) in steps.iter().enumerate() {
            match *step {
                Step::Number(_) | Step::Now(_) | Step::Parameter(_) | Step::Read(_) => {
                    let common = !differs(at);
                    stack.push(Part { from: at, common, place: made.steps.len() });
                    if !common {
                        made.steps.push(LaneStep::Numbers);
                    }
                }
                Step::Unary(unary) => {
                    if !stack.last()?.common {
                        made.steps.push(LaneStep::Unary(unary));
                    }
                }
                Step::WithNumber(binary, _) if differs(at) => {
                    let top = stack.last_mut()?;
                    if std::mem::take(&mut top.common) {
                        let part = made.part(first, &steps[top.from..at])?;
                        made.steps.insert(top.place, LaneStep::Common(part));
                    }
                    made.steps.push(LaneStep::WithNumbers(binary));
                }
                Step::WithNumber(binary, _) | Step::WithNow(binary, _) | Step::WithParameter(binary, _) => {
                    if !stack.last()?.common {
                        let operand = match *step {
                            Step::WithNow(_, id) => Step::Now(id),
                            Step::WithParameter(_, id) => Step::Parameter(id),
                            _ => Step::Number(number(first, at)?),
                        };
                        let part = made.part(first, &[operand])?;
                        made.steps.push(LaneStep::WithCommon(binary, part));
                    }
                }
                Step::Binary(binary) => {
                    let top = stack.pop()?;
                    let below = stack.last_mut()?;
                    match (below.common, top.common) {
                        (true, true) => {}
                        (false, true) => {
                            let part = made.part(first, &steps[top.from..at])?;
                            made.steps.push(LaneStep::WithCommon(binary, part));
                        }
                        (below_common, false) => {
                            if below_common {
                                let part = made.part(first, &steps[below.from..top.from])?;
                                made.steps.insert(below.place, LaneStep::Common(part));
                            }
                            below.common = false;
                            made.steps.push(LaneStep::Binary(binary));
                        }
                    }
                }
                Step::Clamp => {
                    let (high, low) = (stack.pop()?, stack.pop()?);
                    let x = stack.last_mut()?;
                    match (x.common, low.common && high.common) {
                        (true, true) => {}
                        (false, true) => {
                            let bounds = (&steps[low.from..high.from], &steps[high.from..at]);
                            let (low, high) = (made.part(first, bounds.0)?, made.part(first, bounds.1)?);
                            made.steps.push(LaneStep::ClampTo(low, high));
                        }
                        (_, false) => {
                            // From the last to the first, so that no place has moved.
                            let parts = [(&high, high.from..at), (&low, low.from..high.from), (x, x.from..low.from)];
                            for (value, range) in parts {
                                if value.common {
                                    let part = made.part(first, &steps[range])?;
                                    made.steps.insert(value.place, LaneStep::Common(part));
                                }
                            }
                            stack.last_mut()?.common = false;
                            made.steps.push(LaneStep::Clamp);
                        }
                    }
                }
                Step::AndThen(_) | Step::OrElse(_) => return None,
            }
        }
        if stack.first()?.common {
            let part = made.part(first, steps)?;
            made.steps.push(LaneStep::Common(part));
        }
        let numbers: Vec<usize> = (0..steps.len()).filter(|at| differs(*at)).collect();
        made.each = numbers.len();
        for group in expressions.chunks(LANES) {
            for at in &numbers {
                // Lanes without an expression repeat the first: what comes of them is left out.
                let of = |lane: usize| number(group.get(lane).unwrap_or(&group[0]), *at);
                made.numbers.push(std::array::from_fn(|lane| of(lane).unwrap_or_default()));
            }
        }
        Some(made)
    }

    /// The position of a common part, which is added if it is new; none where there are too many.
    fn part(&mut self, of: &Expression, steps: &[Step]) -> Option<u8> {
        let at = self.common.iter().position(|known| known.steps() == steps).unwrap_or(self.common.len());
        if at == COMMON {
            return None;
        }
        if at == self.common.len() {
            self.common.push(of.program().part(steps));
        }
        Some(at as u8)
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

/// A formula for a group of expressions: the machine of expressions over lanes.
struct Group<'a> {
    steps: &'a [LaneStep],
    common: &'a [f64; COMMON],
    numbers: &'a [Lanes],
}

impl Group<'_> {
    fn run(&self) -> Lanes {
        let mut below = [[0.0; LANES]; DEPTH];
        let mut depth = 0usize;
        let mut top = [0.0; LANES];
        let mut numbers = self.numbers.iter();
        let part = |at: u8| [self.common[usize::from(at) % COMMON]; LANES];
        for step in self.steps {
            let pushed = match *step {
                LaneStep::Common(at) => part(at),
                LaneStep::Numbers => numbers.next().copied().unwrap_or_default(),
                LaneStep::Unary(unary) => {
                    top = top.map(|x| unary.of(x));
                    continue;
                }
                LaneStep::Binary(binary) => {
                    depth -= 1;
                    top = each(binary, &below[depth % DEPTH], &top);
                    continue;
                }
                LaneStep::WithNumbers(binary) => {
                    top = each(binary, &top, &numbers.next().copied().unwrap_or_default());
                    continue;
                }
                LaneStep::WithCommon(binary, at) => {
                    top = each(binary, &top, &part(at));
                    continue;
                }
                LaneStep::Clamp => {
                    depth -= 2;
                    let (x, low) = (below[depth % DEPTH], below[(depth + 1) % DEPTH]);
                    top = std::array::from_fn(|lane| clamp(x[lane], low[lane], top[lane]));
                    continue;
                }
                LaneStep::ClampTo(low, high) => {
                    let (low, high) = (part(low), part(high));
                    top = std::array::from_fn(|lane| clamp(top[lane], low[lane], high[lane]));
                    continue;
                }
            };
            below[depth % DEPTH] = top;
            depth += 1;
            top = pushed;
        }
        top
    }
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
            assert!(sheet.formula.is_some());
            let mut told = 0;
            sheet.each(usize::MAX, &at, |position, value| {
                assert_eq!(value.to_bits(), sheet[position].value(&at).to_bits());
                told += 1;
            });
            assert_eq!(told, 19);
        }
    }

    /// A formula of so many levels at most: its plain numbers are `rent` at some of their places, decided by `dice`.
    fn formula(dice: &mut u64, levels: u32, rent: f64, ops: &mut Vec<Op>) {
        let mut roll = |sides: u64| {
            *dice = crate::stream::mix(*dice);
            *dice % sides
        };
        match roll(if levels == 0 { 4 } else { 9 }) {
            0 => ops.push(Op::Constant(rent)),
            1 => ops.push(Op::Constant(0.5)),
            2 => ops.push(Op::Parameter(ParameterId(0))),
            3 => ops.push(Op::Indicator(IndicatorId(0))),
            4 => {
                formula(dice, levels - 1, rent, ops);
                ops.push(Op::Logistic);
            }
            5 => {
                (0..3).for_each(|_| formula(dice, levels - 1, rent, ops));
                ops.push(Op::Clamp);
            }
            two => {
                (0..2).for_each(|_| formula(dice, levels - 1, rent, ops));
                ops.push([Op::Add, Op::Multiply, Op::Divide][two as usize - 6]);
            }
        }
    }

    #[test]
    fn whatever_offers_have_in_common_changes_no_bit() {
        let at = OnlyParameters(&[0.7]);
        let (mut together, mut in_part) = (0, 0);
        for seed in 0..2000u64 {
            let of = |rent: f64| {
                let mut ops = Vec::new();
                formula(&mut crate::stream::mix(seed), 4, rent, &mut ops);
                Expression::new(ops, Vec::new())
            };
            let offers: Result<Vec<_>, _> = (0..9).map(|rent| of(f64::from(rent) * 0.4 - 1.3)).collect();
            let Ok(offers) = offers else { continue };
            let sheet = Sheet::from(offers);
            together += u32::from(sheet.formula.is_some());
            in_part +=
                u32::from(sheet.formula.as_ref().is_some_and(|formula| !formula.common.is_empty() && formula.each > 0));
            sheet.each(9, &at, |position, value| {
                assert_eq!(value.to_bits(), sheet[position].value(&at).to_bits(), "formula {seed}, offer {position}");
            });
        }
        assert!(together > 1000 && in_part > 300, "{together} formulas worked out together, {in_part} of them in part");
    }

    #[test]
    fn what_is_not_alike_is_worked_out_one_by_one() {
        let sheet = Sheet::from(vec![worth(1.0, false), worth(1.0, true), Expression::constant(4.0)]);
        assert!(sheet.formula.is_none());
        let mut values = Vec::new();
        sheet.each(3, &OnlyParameters(&[0.7]), |_, value| values.push(value));
        assert_eq!((values.len(), values[2]), (3, 4.0));
        Sheet::default().each(3, &OnlyParameters(&[]), |_, _| unreachable!("there is none"));
    }
}
