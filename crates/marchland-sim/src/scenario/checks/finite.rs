//! Numbers that overflow: sums and products beyond what a number holds.

use marchland_game::{ActionId, Diagnostic, Op};

use super::probability::outside;
use super::ranges::DeclaredRanges;
use crate::scenario::assembly::BuildOutput;
use crate::scenario::expression::interval;
use crate::scenario::model::Scenario;
use crate::scenario::sink::Sink;

/// Reports expressions that overflow for readings within their ranges.
pub(super) fn check(built: &BuildOutput, ranges: &DeclaredRanges, sink: &Sink) {
    for used in &built.uses {
        // What reads the past may be related to the present in ways that ranges do not show.
        let past = |op: &Op| matches!(op, Op::Ago(..) | Op::Change(..) | Op::Since(_) | Op::Ordered(..));
        if !used.expression.ops().iter().any(past) && outside(used, ranges, -f64::MAX, f64::MAX).is_some() {
            let message = "the number grows beyond what a number can hold (1.8e308)";
            let found = Diagnostic::error("not-finite", message).hint("wrap what grows in clamp(…, low, high)");
            sink.push(found, used.place);
        }
    }
}

/// Marks the options of actions of which an effect cannot be shown to stay finite.
pub(super) fn mark(scenario: &mut Scenario) {
    let declared = DeclaredRanges::of(scenario);
    for at in 0..scenario.actions.len() {
        let ranges = declared.of_action(scenario, ActionId::from_index(at));
        for option in &mut scenario.actions[at].options {
            let effects = option.success.iter().chain(&option.failure).chain(&option.leak);
            let mut amounts = effects.flat_map(|effect| effect.kind.expressions());
            option.unbounded = amounts.any(|amount| {
                let range = interval(amount, &ranges);
                !(range.low.is_finite() && range.high.is_finite())
            });
        }
    }
}
