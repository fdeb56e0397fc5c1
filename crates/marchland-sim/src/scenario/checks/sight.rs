//! What players would be shown, or judged by, that they may not see.

use marchland_game::{Catalogue, Diagnostic, Expression, Op, PlayerId, Sight};

use crate::scenario::assembly::BuildOutput;
use crate::scenario::sink::Sink;
use crate::scenario::uses::Role;

pub(super) fn check(built: &BuildOutput, sink: &Sink) {
    let catalogue = &*built.scenario.catalogue;
    for (index, player) in catalogue.players.iter().enumerate() {
        for (at, term) in player.payoffs.terms.iter().enumerate() {
            let indicator = &catalogue.indicators[term.indicator.index()];
            if matches!(indicator.sight[index], Sight::Hidden { .. }) {
                let message = format!("`{}` plays for `{}`, which is hidden from it", player.id, indicator.path);
                sink.push(Diagnostic::error("hidden-payoff", message), built.places.payoffs[index][at]);
            }
        }
    }
    for used in &built.uses {
        let (owners, what) = match used.role {
            Role::Legality(action) => (catalogue.actions[action.index()].owners, "the condition"),
            Role::Chance(action, true) => (catalogue.actions[action.index()].owners, "the chance shown"),
            _ => continue,
        };
        for (index, player) in catalogue.players.iter().enumerate() {
            let id = PlayerId::from_index(index);
            if owners.contains(id)
                && let Some(secret) = secret(&used.expression, catalogue, id)
            {
                let message = format!("{what} reads {secret}, which `{}` may not see", player.id);
                let hint = match used.role {
                    Role::Chance(..) => "set chance_shown: false, or read what it sees",
                    _ => "what its owner cannot know cannot decide whether it may order",
                };
                sink.push(Diagnostic::error("hidden-reading", message).hint(hint), used.place);
            }
        }
    }
}

/// The first thing that an expression reads and a player may not see.
fn secret(expression: &Expression, catalogue: &Catalogue, viewer: PlayerId) -> Option<String> {
    let hidden = expression
        .indicators()
        .find(|id| matches!(catalogue.indicators[id.index()].sight[viewer.index()], Sight::Hidden { .. }));
    if let Some(id) = hidden {
        return Some(format!("`{}`", catalogue.indicators[id.index()].path));
    }
    expression.ops().iter().find_map(|op| match *op {
        Op::Since(id) => {
            let event = &catalogue.events[id.index()];
            (!event.seen_by.contains(viewer)).then(|| format!("the event `{}`", event.id))
        }
        Op::Ordered(player, action, _) if player != viewer => {
            let of = &catalogue.actions[action.index()];
            (!of.visibility.seen_by(false).contains(viewer)).then(|| format!("orders of `{}`", of.id))
        }
        _ => None,
    })
}
