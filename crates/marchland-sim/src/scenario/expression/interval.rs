//! The range of an expression, from the ranges of what it reads: interval arithmetic
//! (Moore 1966). The range given holds every value that the expression can take, and may be wider.

use marchland_game::number::{clamp, logistic, max, min};
use marchland_game::{Aggregate, Expression, IndicatorId, NEVER, Op, ParameterId, Relation, Variable};

/// A closed range of numbers.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Interval {
    /// Smallest.
    pub low: f64,
    /// Largest.
    pub high: f64,
}

impl Interval {
    /// Between two numbers.
    #[must_use]
    pub fn new(low: f64, high: f64) -> Self {
        Self { low, high }
    }

    /// One number.
    #[must_use]
    pub fn point(x: f64) -> Self {
        Self { low: x, high: x }
    }

    /// Whether every number of it is 0.
    #[must_use]
    pub fn never(self) -> bool {
        self.low == 0.0 && self.high == 0.0
    }

    /// Whether no number of it is 0.
    #[must_use]
    pub fn always(self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }

    /// The smallest range that holds both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self { low: min(self.low, other.low), high: max(self.high, other.high) }
    }

    fn truth(self) -> Self {
        if self.never() {
            Self::point(0.0)
        } else if self.always() {
            Self::point(1.0)
        } else {
            Self::new(0.0, 1.0)
        }
    }

    /// Where arithmetic overflowed, every number.
    fn sound(self) -> Self {
        let low = if self.low.is_nan() { f64::NEG_INFINITY } else { self.low };
        let high = if self.high.is_nan() { f64::INFINITY } else { self.high };
        Self { low, high }
    }
}

/// The ranges of what expressions read.
pub trait Ranges {
    /// Of an indicator.
    fn indicator(&self, id: IndicatorId) -> Interval;
    /// Of a parameter.
    fn parameter(&self, id: ParameterId) -> Interval;
    /// Of a variable.
    fn variable(&self, variable: Variable) -> Interval;
    /// Of the turn.
    fn turn(&self) -> Interval;
}

/// The range of an expression.
#[must_use]
pub fn interval<R: Ranges + ?Sized>(expression: &Expression, ranges: &R) -> Interval {
    let lists = expression.lists();
    let mut stack: Vec<Interval> = Vec::new();
    // Second operands under way of `and` and `or`: where they end, whether `and`, the first operand.
    let mut open: Vec<(usize, bool, Interval)> = Vec::new();
    let none = Interval::new(f64::NEG_INFINITY, f64::INFINITY);
    for (at, op) in expression.ops().iter().enumerate() {
        let mut pop = || stack.pop().unwrap_or(none);
        let pushed = match *op {
            Op::Constant(x) => Interval::point(x),
            Op::Indicator(id) | Op::Ago(id, _) => ranges.indicator(id),
            Op::Change(id, _) => {
                let range = ranges.indicator(id);
                Interval::new(range.low - range.high, range.high - range.low)
            }
            Op::Parameter(id) => ranges.parameter(id),
            Op::Turn => ranges.turn(),
            Op::Month => Interval::new(1.0, 12.0),
            Op::Since(_) => Interval::new(0.0, NEVER),
            Op::Ordered(_, _, months) => Interval::new(0.0, f64::from(months) * 4.0),
            Op::Variable(variable) => ranges.variable(variable),
            Op::Aggregate(aggregate, from, count) => {
                let (from, count) = (usize::from(from), usize::from(count));
                let mut each = lists[from..from + count].iter().map(|id| ranges.indicator(*id));
                let first = each.next().unwrap_or(Interval::point(0.0));
                let n = count.max(1) as f64;
                let total = |each: &mut dyn Iterator<Item = Interval>| {
                    each.fold(first, |sum, x| Interval::new(sum.low + x.low, sum.high + x.high))
                };
                match aggregate {
                    Aggregate::Sum => total(&mut each),
                    Aggregate::Mean => {
                        let sum = total(&mut each);
                        Interval::new(sum.low / n, sum.high / n)
                    }
                    Aggregate::Largest => {
                        each.fold(first, |best, x| Interval::new(max(best.low, x.low), max(best.high, x.high)))
                    }
                    Aggregate::Smallest => {
                        each.fold(first, |best, x| Interval::new(min(best.low, x.low), min(best.high, x.high)))
                    }
                }
            }
            Op::AndThen(skip) | Op::OrElse(skip) => {
                let first = pop();
                open.push((at + usize::from(skip), matches!(op, Op::AndThen(_)), first));
                continue;
            }
            Op::Negate => {
                let x = pop();
                Interval::new(-x.high, -x.low)
            }
            Op::Not => {
                let x = pop().truth();
                Interval::new(1.0 - x.high, 1.0 - x.low)
            }
            Op::Abs => {
                let x = pop();
                let (a, b) = (x.low.abs(), x.high.abs());
                let low = if x.low <= 0.0 && x.high >= 0.0 { 0.0 } else { min(a, b) };
                Interval::new(low, max(a, b))
            }
            Op::Exp => monotone(pop(), |x| libm::exp(min(x, 700.0))),
            Op::Ln => monotone(pop(), |x| libm::log(max(x, 1e-300))),
            Op::Logistic => monotone(pop(), logistic),
            Op::Truth => pop().truth(),
            Op::Clamp => {
                let (high, low, x) = (pop(), pop(), pop());
                Interval::new(clamp(x.low, low.low, high.low), clamp(x.high, low.high, high.high))
            }
            Op::Add => {
                let (b, a) = (pop(), pop());
                Interval::new(a.low + b.low, a.high + b.high)
            }
            Op::Subtract => {
                let (b, a) = (pop(), pop());
                Interval::new(a.low - b.high, a.high - b.low)
            }
            Op::Multiply => {
                let (b, a) = (pop(), pop());
                product(a, b)
            }
            Op::Divide => {
                let (b, a) = (pop(), pop());
                quotient(a, b)
            }
            Op::Min => {
                let (b, a) = (pop(), pop());
                Interval::new(min(a.low, b.low), min(a.high, b.high))
            }
            Op::Max => {
                let (b, a) = (pop(), pop());
                Interval::new(max(a.low, b.low), max(a.high, b.high))
            }
            Op::Compare(relation) => {
                let (b, a) = (pop(), pop());
                compare(relation, a, b)
            }
        };
        stack.push(pushed.sound());
        while let Some((end, and, first)) = open.last().copied() {
            if end != at {
                break;
            }
            open.pop();
            let second = stack.pop().unwrap_or(none).truth();
            let first = first.truth();
            let decided = if and { first.never() || second.never() } else { first.always() || second.always() };
            let both = Interval::new(
                if and { min(first.low, second.low) } else { max(first.low, second.low) },
                if and { min(first.high, second.high) } else { max(first.high, second.high) },
            );
            stack.push(if decided { Interval::point(if and { 0.0 } else { 1.0 }) } else { both });
        }
    }
    stack.pop().unwrap_or(none)
}

fn monotone(x: Interval, f: impl Fn(f64) -> f64) -> Interval {
    Interval::new(f(x.low), f(x.high))
}

fn product(a: Interval, b: Interval) -> Interval {
    // 0 times a bound that is infinite counts as 0: the bound is never reached.
    let times = |x: f64, y: f64| if x == 0.0 || y == 0.0 { 0.0 } else { x * y };
    let corners = [times(a.low, b.low), times(a.low, b.high), times(a.high, b.low), times(a.high, b.high)];
    let low = corners.iter().copied().fold(corners[0], min);
    let high = corners.iter().copied().fold(corners[0], max);
    Interval::new(low, high)
}

fn quotient(a: Interval, b: Interval) -> Interval {
    if b.low > 0.0 || b.high < 0.0 {
        return product(a, Interval::new(1.0 / b.high, 1.0 / b.low));
    }
    if b.never() {
        return Interval::point(0.0);
    }
    if a.never() { a } else { Interval::new(f64::NEG_INFINITY, f64::INFINITY) }
}

fn compare(relation: Relation, a: Interval, b: Interval) -> Interval {
    let (surely, never) = match relation {
        Relation::Less => (a.high < b.low, a.low >= b.high),
        Relation::AtMost => (a.high <= b.low, a.low > b.high),
        Relation::Greater => (a.low > b.high, a.high <= b.low),
        Relation::AtLeast => (a.low >= b.high, a.high < b.low),
        Relation::Equal => (a.low == a.high && a == b, a.high < b.low || a.low > b.high),
        Relation::Different => (a.high < b.low || a.low > b.high, a.low == a.high && a == b),
    };
    if surely {
        Interval::point(1.0)
    } else if never {
        Interval::point(0.0)
    } else {
        Interval::new(0.0, 1.0)
    }
}
