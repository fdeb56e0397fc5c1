//! Why an indicator stands where it does, as far as a seat can tell: from the scenario, which is public, and
//! from what the seat saw.

use marchland_game::{Catalogue, Cause, IndicatorId, Order, PlayerId, Turn};
use marchland_session::{Knowledge, Table};
use marchland_sim::scenario::{Effect, Scenario};
use serde::Serialize;

use super::show;
use crate::number::number;
use crate::wording::{Wording, lower_first, upper_first};

/// Months back in which orders and events may still matter.
const MONTHS: u32 = 3;
/// Inputs that are listed, at most.
const INPUTS: usize = 8;

/// What a seat can say about an indicator.
#[derive(Serialize)]
pub struct Why {
    /// What is known of it.
    pub known: Knowledge,
    /// What is known of what it is computed from.
    pub inputs: Vec<Knowledge>,
    /// Orders and events of the last months that the seat knows of and that act on it or on its inputs:
    /// turn, cause, and what it acts on.
    pub causes: Vec<(u32, String, String)>,
}

/// What a seat can say about an indicator.
pub fn seen(table: &Table, player: PlayerId, id: IndicatorId) -> Why {
    let course = table.course();
    let scenario = &course.source.scenario;
    let catalogue = &scenario.catalogue;
    let inputs = inputs(catalogue, id);
    let wording = Wording::new(scenario);
    let mut causes = Vec::new();
    let state = course.game.state();
    let since = state.turn.saturating_sub(MONTHS).max(1);
    let touched = |effects: &[Effect]| {
        effects.iter().flat_map(|effect| effect.kind.moves()).find(|moved| *moved == id || inputs.contains(moved))
    };
    for given in state.orders.iter().filter(|given| given.turn >= since) {
        if given.player != player && !given.seen_by.contains(player) {
            continue;
        }
        let plan = &scenario.actions[given.action.index()].options[usize::from(given.option)];
        let acts = touched(&plan.success).or_else(|| touched(&plan.failure)).or_else(|| touched(&plan.leak));
        if let Some(on) = acts {
            let order = Order { action: given.action, option: given.option };
            let cause = Cause::Order(given.player, order);
            causes.push((given.turn, wording.cause(cause), wording.indicator(on)));
        }
    }
    for (at, event) in catalogue.events.iter().enumerate() {
        let turn = state.last_event[at];
        if turn >= since
            && event.seen_by.contains(player)
            && let Some(on) = touched(&scenario.events[at].effects)
        {
            causes.push((turn, format!("\u{201c}{}\u{201d}", event.title), wording.indicator(on)));
        }
    }
    causes.sort();
    Why {
        known: table.knowledge(player, id),
        inputs: inputs.iter().map(|input| table.knowledge(player, *input)).collect(),
        causes,
    }
}

/// The same, as text.
pub fn text(scenario: &Scenario, id: IndicatorId, why: &Why) -> String {
    let wording = Wording::new(scenario);
    let info = &scenario.catalogue.indicators[id.index()];
    let mut text = show::paragraph(&format!(
        "{}: {}. Unit: {}; from {} to {}.",
        upper_first(&wording.indicator(id)),
        info.meaning.trim().trim_end_matches('.'),
        info.unit,
        number(info.range.0),
        number(info.range.1)
    ));
    text += &show::knowledge(scenario, std::slice::from_ref(&why.known), "What you know");
    if !why.inputs.is_empty() {
        text += &show::knowledge(scenario, &why.inputs, "It is computed from");
    }
    if why.causes.is_empty() {
        text += &show::paragraph("You know of no order and no event of the last three months that acts on it.");
    } else {
        text += "What you know of that acts on it\n";
        for (turn, cause, on) in &why.causes {
            let date = scenario.calendar.start.of(Turn(*turn));
            text += &show::paragraph(&format!("{}: {}, on {}.", date.month_name(), lower_first(cause), on));
        }
    }
    text
}

/// The indicators that a derived one is computed from: its entity's own fields first, then those of other
/// entities.
fn inputs(catalogue: &Catalogue, id: IndicatorId) -> Vec<IndicatorId> {
    let info = &catalogue.indicators[id.index()];
    let mut found: Vec<IndicatorId> = Vec::new();
    for field in &info.inputs {
        if let Some(own) = catalogue.indicator(&format!("{}.{field}", info.entity)) {
            found.push(own);
        } else {
            let others = catalogue.indicators.iter().enumerate().filter(|(_, other)| other.field == *field);
            found.extend(others.take(3).map(|(at, _)| IndicatorId::from_index(at)));
        }
    }
    found.retain(|input| *input != id);
    found.truncate(INPUTS);
    found
}
