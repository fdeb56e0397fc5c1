//! Cases whose outcomes are drawn from the engine itself: a table with a known truth behind every score.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use marchland_game::Diagnostic;
use marchland_sim::scenario::Scenario;
use marchland_strategies::Registry;

use super::cases::Cases;
use super::play::{design_of, settings};
use super::rule::Rule;
use crate::play::Status;
use crate::run::{Plan, Watch, play};
use crate::statistics::draws;

/// What happened in one game of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulatedCase {
    /// Whether each outcome of the rule came about; none where the game came to no result.
    pub happened: Vec<Option<bool>>,
    /// How the first of them did, by the first of the rule's labels of that way.
    pub mode: Option<String>,
}

/// Plays one game of every case under constants. Its seed is a stream of its own, so that no game of a hindcast with any
/// seed is the game that its outcome was drawn from. None where `stop` was set.
///
/// # Errors
/// A setting out of range; the plan is refused; threads cannot be started.
#[allow(clippy::too_many_arguments, reason = "a study is of these parts")]
pub fn simulate(
    scenario: &Arc<Scenario>,
    registry: &Registry,
    rule: &Rule,
    cases: &Cases,
    constants: &[f64],
    (seed, threads): (u64, usize),
    stop: &AtomicBool,
    watch: &dyn Watch,
) -> Result<Option<Vec<SimulatedCase>>, Vec<Diagnostic>> {
    let rows = settings(rule, cases, constants, scenario)?;
    // Seeds are below 2^53.
    let own = draws::key(seed, "hindcast/simulated", &[]) >> 11;
    let plan = Plan::new(design_of(rule, &rows, scenario, 1, own, None), scenario, registry)?;
    let refuse = |error: crate::run::RunError| vec![Diagnostic::error("threads", error.to_string())];
    let games = play(&plan, threads, stop, watch).map_err(refuse)?;
    if stop.load(Ordering::Relaxed) {
        return Ok(None);
    }
    let catalogue = &scenario.catalogue;
    let place = |id: &str| catalogue.outcome_events.iter().position(|event| event.id == id);
    let events: Vec<Option<usize>> = rule.outcomes.iter().map(|outcome| place(&outcome.event)).collect();
    let measure = rule.modes.as_ref().and_then(|of| catalogue.measures.iter().position(|own| own.id == of.measure));
    let mut found = vec![SimulatedCase { happened: vec![None; rule.outcomes.len()], mode: None }; cases.len()];
    for game in games.iter().filter(|game| game.status == Status::Ok) {
        let own = &mut found[game.run.row as usize];
        own.happened =
            events.iter().map(|at| at.map(|at| game.outcome.events.get(at).copied().flatten().is_some())).collect();
        if let (Some(modes), Some(at), Some(Some(true))) = (&rule.modes, measure, own.happened.first()) {
            let code = game.outcome.measures.get(at).map(|code| code.round() as u32);
            own.mode = modes.labels.iter().find(|(_, own)| Some(**own) == code).map(|(label, _)| label.clone());
        }
    }
    Ok(Some(found))
}

/// A table of comma-separated values without quotes, its columns of outcomes, modes and simulated cases in place of any
/// that it has.
#[must_use]
pub fn simulated_table(rule: &Rule, text: &str, drawn: &[SimulatedCase]) -> String {
    let mode = rule.modes.as_ref().map(|of| of.column.as_str());
    let own: Vec<&str> =
        rule.outcomes.iter().map(|of| of.column.as_str()).chain(mode).chain([&*rule.simulated]).collect();
    let mut lines = text.lines();
    let heads: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let kept: Vec<usize> = (0..heads.len()).filter(|at| !own.contains(&heads[*at])).collect();
    let mut out = kept.iter().map(|at| heads[*at]).chain(own.iter().copied()).collect::<Vec<_>>().join(",") + "\n";
    for (line, case) in lines.zip(drawn) {
        let cells: Vec<&str> = line.split(',').collect();
        let flag = |happened: &Option<bool>| happened.map_or("", |of| if of { "1" } else { "0" });
        let way = mode.map(|_| case.mode.as_deref().unwrap_or_default());
        let all = kept.iter().map(|at| cells[*at]).chain(case.happened.iter().map(flag)).chain(way).chain(["1"]);
        out += &(all.collect::<Vec<_>>().join(",") + "\n");
    }
    out
}
