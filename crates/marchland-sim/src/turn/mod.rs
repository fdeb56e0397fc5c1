//! The turn: observe, decide, resolve, apply, nature, record, in the one loop there is.

mod effects;
mod game;
mod glance;
mod history;
mod inject;
mod lookahead;
mod nature;
mod outcome;
mod snapshot;
mod stages;
mod state;
mod variant;

use marchland_game::{Op, Sight};

use crate::scenario::{EffectKind, Scenario, Trigger};

pub use game::Game;
pub use inject::InjectError;
pub use snapshot::{Snapshot, SnapshotError};
pub use stages::passes;
pub use state::{Cause, Gathered, GatheredPayoff, Given, Queued, QueuedEffect, State};
pub use variant::{Setup, Variant, parameter_value, unknown_belief};

/// The most records that history keeps.
const DEEPEST: usize = 61;

/// How many records a scenario's expressions and sights look back, the present one included.
fn depth(scenario: &Scenario) -> usize {
    let mut back = 1u32;
    let mut see = |expression: &marchland_game::Expression| {
        for op in expression.ops() {
            if let Op::Ago(_, months) | Op::Change(_, months) = op {
                back = back.max(*months);
            }
        }
    };
    let catalogue = &scenario.catalogue;
    catalogue.actions.iter().filter_map(|action| action.condition.as_ref()).for_each(&mut see);
    catalogue.motions.iter().for_each(|motion| see(&motion.appeal));
    catalogue.measures.iter().for_each(|measure| see(&measure.value));
    catalogue.players.iter().flat_map(|player| &player.stakes).for_each(|(_, stake)| see(stake));
    scenario.motions.iter().filter_map(|motion| motion.condition.as_ref()).for_each(&mut see);
    scenario.end.iter().chain(&scenario.calendar.crisis_clock).for_each(&mut see);
    for event in &scenario.events {
        if let Trigger::When(expression) | Trigger::Hazard(expression) = &event.trigger {
            see(expression);
        }
    }
    let actions = scenario.actions.iter().flat_map(|action| &action.options);
    let of_actions = actions.flat_map(|option| option.success.iter().chain(&option.failure).chain(&option.leak));
    let of_events = scenario.events.iter().flat_map(|event| &event.effects);
    let of_motions = scenario.motions.iter().flat_map(|motion| motion.passed.iter().chain(&motion.failed));
    for effect in of_actions.chain(of_events).chain(of_motions) {
        effect.when.iter().for_each(&mut see);
        if let EffectKind::Add { amount: expression, .. }
        | EffectKind::Set { value: expression, .. }
        | EffectKind::Scale { factor: expression, .. } = &effect.kind
        {
            see(expression);
        }
    }
    for action in &scenario.actions {
        see(&action.chance);
        action.leak.iter().for_each(&mut see);
    }
    strategies(&scenario.strategies, &mut see);
    let delay = catalogue
        .indicators
        .iter()
        .flat_map(|indicator| &indicator.sight)
        .map(|sight| match sight {
            Sight::Exact { delay } | Sight::Noisy { delay, .. } => u32::from(*delay),
            Sight::Hidden { .. } => 0,
        })
        .max()
        .unwrap_or(0);
    ((back + delay) as usize + 1).min(DEEPEST)
}

fn strategies(list: &[marchland_game::StrategySpec], see: &mut impl FnMut(&marchland_game::Expression)) {
    use marchland_game::Value;
    for value in list.iter().flat_map(|spec| &spec.arguments) {
        match value {
            Value::Expression(expression) => see(expression),
            Value::Blocks(blocks) => {
                for block in blocks {
                    block.all.iter().chain(&block.any).for_each(&mut *see);
                    see(&block.chance);
                }
            }
            Value::Strategy(inner) => strategies(std::slice::from_ref(&**inner), see),
            Value::Strategies(inner) => {
                for (spec, _) in inner {
                    strategies(std::slice::from_ref(spec), see);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
