//! Checks over a whole scenario: what its parts say together.

mod finite;
mod lint;
mod payoffs;
mod probability;
mod ranges;
mod sets;
mod sight;

use super::assembly::BuildOutput;
use super::model::Scenario;
use super::sink::Sink;
use ranges::DeclaredRanges;

/// Adds every finding on a scenario that could be built.
pub(crate) fn check(built: &BuildOutput, sink: &Sink) {
    let ranges = DeclaredRanges::of(&built.scenario);
    payoffs::check(built, &ranges, sink);
    probability::check(built, &ranges, sink);
    finite::check(built, &ranges, sink);
    sight::check(built, sink);
    sets::check(built, sink);
    lint::check(built, &ranges, sink);
}

/// Marks what has to be looked at while a game runs, because no check can answer for it beforehand.
pub(crate) fn mark(scenario: &mut Scenario) {
    finite::mark(scenario);
}
