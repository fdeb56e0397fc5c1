//! Probabilities and other bounded numbers that leave their bounds.

use marchland_game::{ActionId, Diagnostic, Expression, IndicatorId, Op, ParameterId, Variable};

use super::ranges::DeclaredRanges;
use crate::scenario::assembly::BuildOutput;
use crate::scenario::expression::{Interval, Ranges, interval};
use crate::scenario::sink::Sink;
use crate::scenario::uses::{Role, Use};

/// The most inputs of an expression whose corners are tried one by one.
const CORNERS: usize = 10;

pub(super) fn check(built: &BuildOutput, ranges: &DeclaredRanges, sink: &Sink) {
    for used in &built.uses {
        let (low, high, what, own): (f64, f64, &str, Option<ActionId>) = match used.role {
            Role::Chance(action, _) => (0.0, 1.0, "the probability", Some(action)),
            Role::Probability | Role::Hazard(_) => (0.0, 1.0, "the probability", None),
            Role::Within(low, high) => (low, high, "the number", None),
            Role::Initial(id) => {
                let range = built.scenario.catalogue.indicators[id.index()].range;
                (range.0, range.1, "the initial value", None)
            }
            _ => continue,
        };
        let ranges = match own {
            Some(action) => &ranges.of_action(&built.scenario, action),
            None => ranges,
        };
        if let Some(value) = outside(used, ranges, low, high) {
            let message = format!("{what} can be {value}, outside [{low}, {high}]");
            let found = Diagnostic::error("out-of-range", message).hint(format!("wrap it in clamp(…, {low}, {high})"));
            sink.push(found, used.place);
        }
    }
}

/// A value outside the bounds that the expression takes for readings within their ranges; none where
/// there is none, or none was found among the corners of the ranges.
pub(super) fn outside(used: &Use, ranges: &DeclaredRanges, low: f64, high: f64) -> Option<f64> {
    let leaves = |range: Interval| {
        if range.low < low - 1e-12 {
            Some(range.low)
        } else if range.high > high + 1e-12 {
            Some(range.high)
        } else {
            None
        }
    };
    let whole = interval(&used.expression, ranges);
    leaves(whole)?;
    // The range may be too wide where one reading stands twice: only a corner that really leaves the
    // bounds counts.
    let inputs = inputs(&used.expression);
    if inputs.len() > CORNERS || !used.expression.lists().is_empty() {
        return None;
    }
    (0..1u32 << inputs.len())
        .find_map(|bits| leaves(interval(&used.expression, &Corner { inputs: &inputs, bits, ranges })))
}

#[derive(Clone, Copy, PartialEq)]
enum Input {
    Indicator(IndicatorId),
    Parameter(ParameterId),
    Level,
    Turn,
}

fn inputs(expression: &Expression) -> Vec<Input> {
    let mut inputs = Vec::new();
    for op in expression.ops() {
        let input = match *op {
            Op::Indicator(id) => Input::Indicator(id),
            Op::Parameter(id) => Input::Parameter(id),
            Op::Variable(Variable::Level) => Input::Level,
            Op::Turn => Input::Turn,
            _ => continue,
        };
        if !inputs.contains(&input) {
            inputs.push(input);
        }
    }
    inputs
}

/// A corner of the ranges: every input at one of its ends.
struct Corner<'a> {
    inputs: &'a [Input],
    bits: u32,
    ranges: &'a DeclaredRanges,
}

impl Corner<'_> {
    fn end(&self, input: Input, range: Interval) -> Interval {
        match self.inputs.iter().position(|other| *other == input) {
            Some(at) => Interval::point(if self.bits >> at & 1 == 1 { range.high } else { range.low }),
            None => range,
        }
    }
}

impl Ranges for Corner<'_> {
    fn indicator(&self, id: IndicatorId) -> Interval {
        self.end(Input::Indicator(id), self.ranges.indicator(id))
    }
    fn parameter(&self, id: ParameterId) -> Interval {
        self.end(Input::Parameter(id), self.ranges.parameter(id))
    }
    fn variable(&self, variable: Variable) -> Interval {
        match variable {
            Variable::Level => self.end(Input::Level, self.ranges.variable(variable)),
            Variable::Ideal => self.ranges.variable(variable),
        }
    }
    fn turn(&self) -> Interval {
        self.end(Input::Turn, self.ranges.turn())
    }
}
