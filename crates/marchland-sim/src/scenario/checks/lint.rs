//! What a scenario declares that never matters. Lints judge what the scenario itself declares, not
//! what it inherits.

use std::collections::BTreeSet;

use marchland_game::{
    ActionId, Budget, Diagnostic, IndicatorId, Op, Order, ParameterId, PlayerId, StrategySpec, Value,
};

use super::ranges::DeclaredRanges;
use crate::scenario::assembly::BuildOutput;
use crate::scenario::expression::interval;
use crate::scenario::model::{Effect, Trigger};
use crate::scenario::sink::Sink;
use crate::scenario::uses::Role;

pub(super) fn check(built: &BuildOutput, ranges: &DeclaredRanges, sink: &Sink) {
    let illegal = actions(built, ranges, sink);
    events(built, ranges, sink);
    indicators(built, sink);
    parameters(built, sink);
    strategies(built, sink);
    players(built, &illegal, sink);
}

/// Actions that can never be legal.
fn actions(built: &BuildOutput, ranges: &DeclaredRanges, sink: &Sink) -> BTreeSet<ActionId> {
    let catalogue = &built.scenario.catalogue;
    let mut illegal = BTreeSet::new();
    for used in &built.uses {
        if let Role::Legality(action) = used.role
            && interval(&used.expression, ranges).never()
        {
            illegal.insert(action);
            if used.own {
                let message = format!("`{}` can never be legal", catalogue.actions[action.index()].id);
                sink.push(Diagnostic::warning("never-legal", message).label("never holds"), used.place);
            }
        }
    }
    for (index, action) in catalogue.actions.iter().enumerate() {
        let (place, own) = built.places.actions[index];
        for (at, budget) in Budget::ALL.into_iter().enumerate() {
            let costs = action.options.iter().any(|option| option.cost[at] > 0.0);
            let missing =
                catalogue.players.iter().enumerate().find(|(player, of)| {
                    action.owners.contains(PlayerId::from_index(*player)) && of.budgets[at].is_none()
                });
            if costs && let Some((_, player)) = missing {
                let message =
                    format!("`{}` costs {}, and `{}` has no such budget", action.id, budget.name(), player.id);
                sink.push(
                    Diagnostic::error("no-budget", message).hint("budgets come with the law of motion `means`"),
                    place,
                );
            }
            // Dearer than the budget can ever hold.
            let dear = |player: usize| {
                catalogue.players[player].budgets[at].is_some_and(|id| {
                    let most = catalogue.indicators[id.index()].range.1;
                    action.options.iter().all(|option| option.cost[at] > most)
                })
            };
            let owners: Vec<usize> = (0..catalogue.players.len())
                .filter(|player| action.owners.contains(PlayerId::from_index(*player)))
                .collect();
            if !owners.is_empty() && owners.iter().all(|player| dear(*player)) {
                illegal.insert(ActionId::from_index(index));
                if own {
                    let message = format!("`{}` can never be legal: no owner can hold its cost", action.id);
                    sink.push(Diagnostic::warning("never-legal", message), place);
                }
            }
        }
    }
    illegal
}

/// Events that can never happen.
fn events(built: &BuildOutput, ranges: &DeclaredRanges, sink: &Sink) {
    let scenario = &built.scenario;
    for (index, plan) in scenario.events.iter().enumerate() {
        let (place, own) = built.places.events[index];
        let never = match &plan.trigger {
            Trigger::Scheduled(turn) => *turn > scenario.calendar.horizon,
            Trigger::When(expression) | Trigger::Hazard(expression) => interval(expression, ranges).never(),
            Trigger::Manual => false,
        };
        if own && never && !fired(built, index) {
            let message = format!("`{}` can never happen", scenario.catalogue.events[index].id);
            sink.push(Diagnostic::warning("never-fires", message), place);
        }
    }
}

fn all_effects(built: &BuildOutput) -> impl Iterator<Item = &Effect> {
    let scenario = &built.scenario;
    let options = scenario.actions.iter().flat_map(|plan| &plan.options);
    let of_actions = options.flat_map(|option| option.success.iter().chain(&option.failure).chain(&option.leak));
    let of_events = scenario.events.iter().flat_map(|plan| &plan.effects);
    let of_motions = scenario.motions.iter().flat_map(|plan| plan.passed.iter().chain(&plan.failed));
    let of_deals = scenario.deals.iter().flat_map(|plan| {
        plan.agreed.iter().chain(&plan.in_force).chain(&plan.ended).chain(plan.broken.iter().flatten())
    });
    of_actions.chain(of_events).chain(of_motions).chain(of_deals)
}

fn fired(built: &BuildOutput, event: usize) -> bool {
    all_effects(built).any(|effect| effect.kind.fires().is_some_and(|id| id.index() == event))
}

/// Tracks that nothing changes: other indicators are the business of laws of motion.
fn indicators(built: &BuildOutput, sink: &Sink) {
    let scenario = &built.scenario;
    let mut moved: BTreeSet<IndicatorId> = scenario.paths.iter().map(|path| path.indicator).collect();
    moved.extend(scenario.beliefs.iter().flat_map(|belief| &belief.paths).map(|path| path.indicator));
    moved.extend(all_effects(built).flat_map(|effect| effect.kind.moves()));
    moved.extend(scenario.types.iter().flat_map(|plan| plan.types.iter().copied()));
    moved.extend(scenario.words.iter().flatten().flat_map(|word| [word.kept, word.broken, word.value]));
    for (index, indicator) in scenario.catalogue.indicators.iter().enumerate() {
        let (place, own) = built.places.indicators[index];
        if own && indicator.kind == "track" && !moved.contains(&IndicatorId::from_index(index)) {
            let message = format!("nothing changes `{}`", indicator.path);
            sink.push(Diagnostic::warning("never-changes", message), place);
        }
    }
}

/// Parameters that nothing reads.
fn parameters(built: &BuildOutput, sink: &Sink) {
    let scenario = &built.scenario;
    let catalogue = &scenario.catalogue;
    let mut read: BTreeSet<ParameterId> = BTreeSet::new();
    read.extend(scenario.laws().flat_map(|law| law.parameters).filter_map(|name| catalogue.parameter(name)));
    read.extend(built.uses.iter().flat_map(|used| used.expression.ops()).filter_map(|op| match op {
        Op::Parameter(id) => Some(*id),
        _ => None,
    }));
    for (index, parameter) in catalogue.parameters.iter().enumerate() {
        let (place, own) = built.places.parameters[index];
        if own && !read.contains(&ParameterId::from_index(index)) {
            let message = format!("nothing reads the parameter `{}`", parameter.id);
            sink.push(Diagnostic::warning("never-read", message), place);
        }
    }
}

/// Strategies that order what their player may not.
fn strategies(built: &BuildOutput, sink: &Sink) {
    let scenario = &built.scenario;
    let catalogue = &scenario.catalogue;
    for (spec, (place, own)) in scenario.strategies.iter().zip(&built.places.strategies) {
        if !own {
            continue;
        }
        let mut ordered = BTreeSet::new();
        orders(spec, &mut ordered);
        for action in ordered {
            let of = &catalogue.actions[action.index()];
            for player in spec.players.iter().filter(|player| !of.owners.contains(**player)) {
                let message = format!(
                    "`{}` orders `{}`, which `{}` may not",
                    spec.name,
                    of.id,
                    catalogue.players[player.index()].id
                );
                sink.push(Diagnostic::warning("foreign-order", message), *place);
            }
        }
    }
}

/// Every action that a strategy may order.
fn orders(spec: &StrategySpec, found: &mut BTreeSet<ActionId>) {
    let mut add = |list: &[Order]| found.extend(list.iter().map(|order| order.action));
    for value in &spec.arguments {
        match value {
            Value::Orders(list) => add(list),
            Value::Script(turns) => turns.iter().for_each(|(_, list)| add(list)),
            Value::Blocks(blocks) => blocks.iter().for_each(|block| add(&block.orders)),
            Value::Weights(rows) => rows.iter().for_each(|(order, _)| add(&[*order])),
            _ => {}
        }
    }
    for value in &spec.arguments {
        match value {
            Value::Strategy(inner) => orders(inner, found),
            Value::Strategies(inner) => inner.iter().for_each(|(inner, _)| orders(inner, found)),
            _ => {}
        }
    }
}

/// Players without a legal order. A role that only laws of motion read says so: it gives 0 orders a turn.
fn players(built: &BuildOutput, illegal: &BTreeSet<ActionId>, sink: &Sink) {
    let catalogue = &built.scenario.catalogue;
    for (index, player) in catalogue.players.iter().enumerate() {
        let (place, own) = built.places.players[index];
        let id = PlayerId::from_index(index);
        let acts = catalogue
            .actions
            .iter()
            .enumerate()
            .any(|(at, action)| action.owners.contains(id) && !illegal.contains(&ActionId::from_index(at)));
        if !own {
            continue;
        }
        let (message, hint) = match (acts, player.orders_per_turn) {
            (false, 1..) => (
                format!("`{}` never has a legal order", player.id),
                "give it an action, or write `orders_per_turn: 0` for a role that gives none",
            ),
            (true, 0) => (
                format!("`{}` may never order what it owns", player.id),
                "`orders_per_turn` is 0: leave it out, or take the player out of its actions' owners",
            ),
            _ => continue,
        };
        sink.push(Diagnostic::warning("no-legal-order", message).hint(hint), place);
    }
}
