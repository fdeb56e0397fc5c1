//! Two settings of one indicator in one stage.

use std::collections::BTreeMap;

use marchland_game::{Diagnostic, Expression, IndicatorId};

use crate::scenario::assembly::BuildOutput;
use crate::scenario::model::Effect;
use crate::scenario::sink::{Place, Sink};

pub(super) fn check(built: &BuildOutput, sink: &Sink) {
    let scenario = &built.scenario;
    let catalogue = &scenario.catalogue;
    let path = |id: IndicatorId| &catalogue.indicators[id.index()].path;
    // Who sets what at once, action by action.
    let mut setters: BTreeMap<IndicatorId, Vec<(usize, &Expression)>> = BTreeMap::new();
    for (index, plan) in scenario.actions.iter().enumerate() {
        let (place, own) = built.places.actions[index];
        for option in &plan.options {
            for list in [&option.success, &option.failure, &option.leak] {
                twice(list, place, &catalogue.actions[index].id, &path, sink);
            }
            let at_once = option.success.iter().filter(|effect| effect.delay == 0 && own);
            for (id, value) in at_once.filter_map(|effect| effect.kind.sets()) {
                let all = setters.entry(id).or_default();
                if !all.iter().any(|(other, _)| *other == index) {
                    all.push((index, value));
                }
            }
        }
    }
    for (index, plan) in scenario.events.iter().enumerate() {
        twice(&plan.effects, built.places.events[index].0, &catalogue.events[index].id, &path, sink);
    }
    for (id, all) in setters {
        let [(first, value), rest @ ..] = &all[..] else { continue };
        // Two that set the same constant agree.
        let agree = |other: &Expression| value.as_constant().is_some() && other == *value;
        // One player who gives both orders means them in the order in which it gives them.
        let owners = |action: usize| catalogue.actions[action].owners;
        let alone = |other: usize| owners(other) == owners(*first) && owners(other).0.count_ones() == 1;
        let Some((second, _)) = rest.iter().find(|(at, other)| !agree(other) && !alone(*at)) else { continue };
        let message = format!(
            "`{}` and `{}` both set `{}`: where both are ordered in one stage, the later player's holds",
            catalogue.actions[*first].id,
            catalogue.actions[*second].id,
            path(id)
        );
        let found =
            Diagnostic::warning("two-sets", message).hint("effects that Add do not depend on the order of players");
        sink.push(found, built.places.actions[*second].0);
    }
}

/// One list that sets an indicator twice at one time.
fn twice<'a>(effects: &[Effect], place: Place, name: &str, path: &impl Fn(IndicatorId) -> &'a String, sink: &Sink) {
    for (at, effect) in effects.iter().enumerate() {
        let Some((id, _)) = effect.kind.sets() else { continue };
        let again = |other: &&Effect| {
            other.kind.sets().is_some_and(|(other_id, _)| other_id == id)
                && other.delay == effect.delay
                && (other.when.is_none() || effect.when.is_none() || other.when == effect.when)
        };
        if effects[..at].iter().any(|other| again(&other)) {
            let message = format!("`{name}` sets `{}` twice at once", path(id));
            sink.push(Diagnostic::error("two-sets", message), place);
        }
    }
}
