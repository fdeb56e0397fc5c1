//! An ablation out of a file, every name resolved.

use marchland_game::Diagnostic;
use marchland_sim::scenario::node::{self, Node};
use marchland_sim::scenario::reader::Record;
use marchland_sim::scenario::sink::Sink;
use marchland_sim::scenario::{Scenario, keys};
use marchland_strategies::Registry;

use super::{Driver, Family, Plan};
use crate::claims::{Change, Reading, names};

/// Reads what a scenario's file of ablations asks for; `file` is its name in findings.
///
/// # Errors
/// The text's first mistake of syntax; or every mistake of meaning: unknown or missing keys, names of what there is
/// not, values out of range, a name that stands twice, months that do not ascend or lie beyond the horizon, a stated
/// range of a ratio that is not one.
pub fn read(scenario: &Scenario, registry: &Registry, file: &str, text: &str) -> Result<Plan, Vec<Diagnostic>> {
    let sink = Sink::of(file);
    let plan = node::read(text, 0, &sink).and_then(|tree| {
        let reading = Reading { scenario, registry, sink: &sink, names: names(scenario) };
        plan(&reading, &tree)
    });
    match plan {
        Some(plan) if !sink.failed() => Ok(plan),
        _ => Err(sink.finish()),
    }
}

fn plan(reading: &Reading<'_>, tree: &Node) -> Option<Plan> {
    let (sink, catalogue) = (reading.sink, &reading.scenario.catalogue);
    let file = Record::of(tree, &keys::ABLATION, sink)?;
    if catalogue.outcome_events.is_empty() {
        let message = "an ablation asks for an outcome event, and the scenario declares none".to_owned();
        let found = Diagnostic::error("no-outcome-event", message);
        sink.push(found.hint("declare one: outcome_events: [(id: \"…\", when: \"…\")]"), file.place_of("event"));
        return None;
    }
    let event = match file.name("event") {
        None => 0,
        Some((name, place)) => {
            let at = catalogue.outcome_events.iter().position(|event| event.id == name);
            if at.is_none() {
                let found = Diagnostic::error("unknown-event", format!("no outcome event is called `{name}`"));
                sink.push(found.choose(name, catalogue.outcome_events.iter().map(|event| event.id.as_str())), place);
            }
            at?
        }
    };
    let horizon = u64::from(reading.scenario.calendar.horizon);
    let months = match file.get("months") {
        None => vec![12.min(horizon as u32), 24.min(horizon as u32)],
        Some(node) => {
            let list = file.list("months").iter().filter_map(|node| sink.integer(node, 1, horizon));
            let list: Vec<u32> = list.map(|months| months as u32).collect();
            if list.is_empty() || !list.is_sorted_by(|a, b| a < b) {
                reading.refuse("unordered", "`months` names at least one month, ascending".to_owned(), node.place);
            }
            list
        }
    };
    let families: Vec<Family> = file.list("families").iter().filter_map(|node| family(reading, node)).collect();
    let drivers: Vec<Driver> = file.list("drivers").iter().filter_map(|node| driver(reading, node)).collect();
    let mut seen = std::collections::BTreeSet::new();
    for id in families.iter().map(|family| &family.id).chain(drivers.iter().map(|driver| &driver.id)) {
        if !seen.insert(id) {
            reading.refuse("duplicate-id", format!("two rows are called `{id}`"), tree.place);
        }
    }
    let mut pairs = Vec::new();
    for node in file.list("pairs") {
        let Some(items) = sink.items(node, 2, "`(\"driver\", \"driver\")`") else { continue };
        let at: Vec<usize> = items
            .iter()
            .filter_map(|item| {
                let name = sink.text(item)?.value.as_str();
                let at = drivers.iter().position(|driver| driver.id == name);
                if at.is_none() {
                    let found = Diagnostic::error("unknown-driver", format!("no driver is called `{name}`"));
                    sink.push(found.choose(name, drivers.iter().map(|driver| driver.id.as_str())), item.place);
                }
                at
            })
            .collect();
        match at[..] {
            [first, second] if first != second => pairs.push((first, second)),
            [_, _] => reading.refuse("duplicate-id", "a driver does not interact with itself".to_owned(), node.place),
            _ => {}
        }
    }
    Some(Plan { event, months, families, drivers, pairs })
}

fn changes(reading: &Reading<'_>, record: &Record<'_>, key: &str) -> Option<Vec<Change>> {
    let all: Vec<Option<Change>> = record.list(key).iter().map(|node| reading.change(node)).collect();
    all.into_iter().collect()
}

fn titled(record: &Record<'_>) -> (String, String) {
    let (id, title) = (record.text("id"), record.text("title"));
    let title = if title.is_empty() { id.clone() } else { title };
    (id, title)
}

fn family(reading: &Reading<'_>, node: &Node) -> Option<Family> {
    let record = Record::of(node, &keys::FAMILY, reading.sink)?;
    let (id, title) = titled(&record);
    Some(Family { id, title, off: changes(reading, &record, "off")? })
}

fn driver(reading: &Reading<'_>, node: &Node) -> Option<Driver> {
    let record = Record::of(node, &keys::DRIVER, reading.sink)?;
    let (id, title) = titled(&record);
    let stated = match (record.number("low"), record.number("high")) {
        (Some(low), Some(high)) if 0.0 < low && low < high => Some((low, high)),
        (None, None) => None,
        _ => {
            let message = format!("the stated range of `{id}` needs `low` and `high`, 0 < low < high");
            reading.refuse("bad-range", message, node.place);
            None
        }
    };
    let (calm, worst) = (changes(reading, &record, "calm"), changes(reading, &record, "worst"));
    Some(Driver { id, title, calm: calm?, worst: worst?, stated, source: record.text("source") })
}
