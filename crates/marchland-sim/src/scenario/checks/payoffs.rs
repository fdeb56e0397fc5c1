//! The proof that a payoff stays in its declared range.

use std::collections::BTreeSet;

use marchland_game::number::{max, min};
use marchland_game::{Diagnostic, Expression, Op, ParameterId, PayoffTable, PlayerId};

use super::ranges::DeclaredRanges;
use crate::scenario::assembly::BuildOutput;
use crate::scenario::expression::{Interval, interval};
use crate::scenario::sink::Sink;

/// The most parameters whose corners are tried.
const CORNERS: usize = 12;

/// A rounding of sums of decimal weights, as a share of the range.
const ROUNDING: f64 = 1e-9;

pub(super) fn check(built: &BuildOutput, ranges: &DeclaredRanges, sink: &Sink) {
    labels(built, sink);
    for (index, player) in built.scenario.catalogue.players.iter().enumerate() {
        if player.payoffs.terms.is_empty() {
            continue;
        }
        let (worst, best) = player.payoffs.range;
        let two = |id: ParameterId| built.scenario.catalogue.parameters[id.index()].choices.len() == 2;
        let proved = bounds(&player.payoffs, ranges, two);
        let slack = ROUNDING * max(1.0, best - worst);
        if proved.low < worst - slack || proved.high > best + slack {
            let message = format!(
                "the terms allow payoffs from {} to {}, outside the declared ({worst}, {best})",
                tidy(proved.low),
                tidy(proved.high)
            );
            let found = Diagnostic::error("payoff-range", message)
                .hint("widen payoff_range, or give terms a smaller weight or a `scale`");
            sink.push(found, built.places.ranges[index]);
        }
    }
}

/// No term rewards a player for its own label: a coded state that the player itself owns – its posture,
/// its stance – says what it is called, not what comes of it.
fn labels(built: &BuildOutput, sink: &Sink) {
    let scenario = &built.scenario;
    for (index, player) in scenario.catalogue.players.iter().enumerate() {
        for (term, place) in player.payoffs.terms.iter().zip(&built.places.payoffs[index]) {
            let info = &scenario.catalogue.indicators[term.indicator.index()];
            let entities = scenario.entities.get(&info.kind).into_iter().flatten();
            let owner = entities.into_iter().find(|plan| plan.name == info.entity).and_then(|plan| plan.owner);
            if !info.labels.is_empty() && owner == Some(PlayerId::from_index(index)) {
                let message = format!("`{}` is paid for `{}`, a label of its own", player.id, info.path);
                let found = Diagnostic::error("own-label", message)
                    .hint("value what follows from it in the world, and not what the player calls itself");
                sink.push(found, *place);
            }
        }
    }
}

/// A number without the dust of its last digits.
fn tidy(x: f64) -> f64 {
    let scaled = x * 1e9;
    if scaled.abs() < 1e15 { scaled.round() / 1e9 } else { x }
}

/// The bounds of a table's payoff: of the mean over turns as of the end, since a mean stays within
/// the bounds of its turns.
fn bounds(table: &PayoffTable, ranges: &DeclaredRanges, two_values: impl Fn(ParameterId) -> bool) -> Interval {
    let parameters: BTreeSet<ParameterId> = table
        .terms
        .iter()
        .flat_map(|term| term.weight.ops())
        .filter_map(|op| match op {
            Op::Parameter(id) => Some(*id),
            _ => None,
        })
        .collect();
    let parameters: Vec<ParameterId> = parameters.into_iter().collect();
    // Of weights that are affine in each parameter the largest sum is convex in each and the
    // smallest concave, so that both lie in corners of the parameters' box. Interval arithmetic on
    // each term alone would forget that ω and 1 − ω move together.
    if parameters.len() > CORNERS || !table.terms.iter().all(|term| affine(&term.weight, &two_values)) {
        return sum(table, ranges);
    }
    let mut corner = ranges.clone();
    let mut all: Option<Interval> = None;
    for bits in 0..1u32 << parameters.len() {
        for (at, id) in parameters.iter().enumerate() {
            let range = ranges.parameters[id.index()];
            corner.parameters[id.index()] = Interval::point(if bits >> at & 1 == 1 { range.high } else { range.low });
        }
        let here = sum(table, &corner);
        all = Some(all.map_or(here, |all| all.hull(here)));
    }
    all.unwrap_or(Interval::point(0.0))
}

fn sum(table: &PayoffTable, ranges: &DeclaredRanges) -> Interval {
    let mut total = Interval::point(0.0);
    for term in &table.terms {
        let weight = interval(&term.weight, ranges);
        let of = ranges.indicators[term.indicator.index()];
        let ends = [term.scaled(of.low), term.scaled(of.high)];
        let value = Interval::new(min(ends[0], ends[1]), max(ends[0], ends[1]));
        let corners =
            [weight.low * value.low, weight.low * value.high, weight.high * value.low, weight.high * value.high];
        total.low += corners.iter().copied().fold(corners[0], min);
        total.high += corners.iter().copied().fold(corners[0], max);
    }
    total
}

/// Whether an expression of parameters is affine in each of them while the others stand still. Whatever is made of a
/// parameter that has two values is affine in it.
fn affine(expression: &Expression, two_values: impl Fn(ParameterId) -> bool) -> bool {
    // The parameters that each value on the stack depends on.
    let mut stack: Vec<BTreeSet<ParameterId>> = Vec::new();
    for op in expression.ops() {
        let mut pop = || stack.pop().unwrap_or_default();
        let of = match op {
            Op::Constant(_) => BTreeSet::new(),
            Op::Parameter(id) => BTreeSet::from([*id]),
            Op::Negate => pop(),
            Op::Add | Op::Subtract => &pop() | &pop(),
            Op::Multiply => {
                let (a, b) = (pop(), pop());
                if !a.is_disjoint(&b) {
                    return false;
                }
                &a | &b
            }
            Op::Divide => {
                let (divisor, dividend) = (pop(), pop());
                if !divisor.is_empty() {
                    return false;
                }
                dividend
            }
            Op::Compare(_) => {
                let of = &pop() | &pop();
                if of.len() > 1 || !of.iter().all(|id| two_values(*id)) {
                    return false;
                }
                of
            }
            _ => return false,
        };
        stack.push(of);
    }
    true
}
