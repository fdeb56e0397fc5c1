//! Composing a game: which strategy plays whom.

use std::sync::Arc;

use marchland_game::{Diagnostic, Lineup, PopulationSeat, Seat, StrategySpec};
use marchland_sim::scenario::Scenario;
use marchland_strategies::Registry;

/// Who plays what, by name, beside the lineup itself.
#[derive(Clone)]
pub struct NamedLineup {
    /// The strategies.
    pub lineup: Lineup,
    /// Players, then populations, each with its strategy's name, in the catalogue's order.
    pub names: Vec<(String, String)>,
}

/// The scenario's default lineup with some strategies exchanged: `changes` names players or
/// populations.
///
/// # Errors
/// An unknown player, one named twice, a strategy that its player may not play, or one that its
/// family refuses.
pub fn compose(
    scenario: &Scenario,
    registry: &Registry,
    changes: &[(String, StrategySpec)],
) -> Result<NamedLineup, Vec<Diagnostic>> {
    lineup(scenario, registry, &scenario.lineup, changes)
}

/// The scenario's public `assumed` lineup: what strategies that look ahead imagine others to play.
///
/// # Errors
/// As [`compose`].
pub fn assumed(scenario: &Scenario, registry: &Registry) -> Result<Lineup, Vec<Diagnostic>> {
    lineup(scenario, registry, &scenario.assumed, &[]).map(|composed| composed.lineup)
}

fn lineup(
    scenario: &Scenario,
    registry: &Registry,
    defaults: &[usize],
    changes: &[(String, StrategySpec)],
) -> Result<NamedLineup, Vec<Diagnostic>> {
    let catalogue = &scenario.catalogue;
    let mut wrong = unknown_names(scenario, changes);
    let mut names = Vec::new();
    let changed = |id: &str| changes.iter().rev().find(|(name, _)| name == id).map(|(_, spec)| spec);
    let mut players = Vec::with_capacity(catalogue.players.len());
    for (at, player) in catalogue.players.iter().enumerate() {
        let spec = changed(&player.id).unwrap_or_else(|| &scenario.strategies[defaults[at]]);
        let may = spec.players.is_empty() || spec.players.iter().any(|id| id.index() == at);
        if !may {
            wrong.push(Diagnostic::error(
                "wrong-player",
                format!("player `{}` may not play the strategy `{}`", player.id, spec.name),
            ));
            continue;
        }
        match registry.build(spec, catalogue) {
            Ok(strategy) => {
                names.push((player.id.clone(), spec.name.clone()));
                players.push(Seat { name: spec.name.clone(), strategy: Arc::from(strategy) });
            }
            Err(findings) => wrong.extend(findings),
        }
    }
    let mut populations = Vec::with_capacity(catalogue.populations.len());
    for (at, population) in catalogue.populations.iter().enumerate() {
        let spec = changed(&population.id).unwrap_or_else(|| &scenario.strategies[scenario.population_rules[at]]);
        match registry.build_cohort_rule(spec, catalogue) {
            Ok(rule) => {
                names.push((population.id.clone(), spec.name.clone()));
                populations.push(PopulationSeat { name: spec.name.clone(), rule: Arc::from(rule) });
            }
            Err(findings) => wrong.extend(findings),
        }
    }
    if wrong.is_empty() { Ok(NamedLineup { lineup: Lineup { players, populations }, names }) } else { Err(wrong) }
}

fn unknown_names(scenario: &Scenario, changes: &[(String, StrategySpec)]) -> Vec<Diagnostic> {
    let catalogue = &scenario.catalogue;
    let mut valid: Vec<&str> = catalogue.players.iter().map(|player| player.id.as_str()).collect();
    valid.extend(catalogue.populations.iter().map(|population| population.id.as_str()));
    let mut wrong = Vec::new();
    for (at, (name, _)) in changes.iter().enumerate() {
        if !valid.contains(&name.as_str()) {
            let message = format!("there is no player or population `{name}`");
            wrong.push(Diagnostic::error("unknown-player", message).choose(name, valid.iter().copied()));
        } else if changes[..at].iter().any(|(other, _)| other == name) {
            wrong.push(Diagnostic::error("set-twice", format!("the strategy of `{name}` is given twice")));
        }
    }
    wrong
}
