//! Facts out of a file, every name resolved.

use marchland_game::Diagnostic;
use marchland_sim::scenario::node::{self, Node};
use marchland_sim::scenario::reader::Record;
use marchland_sim::scenario::sink::Sink;
use marchland_sim::scenario::{Scenario, keys};
use marchland_strategies::Registry;

use super::{Fact, Role};
use crate::claims::{Reading, names};

/// Reads a file of facts about a scenario, and the position of the belief set that it is to be played under; `file` is
/// its name in findings.
///
/// # Errors
/// The text's first mistake of syntax; or every mistake of meaning: unknown or missing keys, a fact that stands twice,
/// names of what there is not, a turn beyond the horizon, a record outside its own tolerance, nothing emergent.
pub fn read(
    scenario: &Scenario,
    registry: &Registry,
    file: &str,
    text: &str,
) -> Result<(Vec<Fact>, Option<usize>), Vec<Diagnostic>> {
    let sink = Sink::of(file);
    let facts = node::read(text, 0, &sink).and_then(|tree| {
        let reading = Reading { scenario, registry, sink: &sink, names: names(scenario) };
        facts(&reading, &tree)
    });
    match facts {
        Some(facts) if !sink.failed() => Ok(facts),
        _ => Err(sink.finish()),
    }
}

fn facts(reading: &Reading<'_>, tree: &Node) -> Option<(Vec<Fact>, Option<usize>)> {
    let file = Record::of(tree, &keys::FACTS, reading.sink)?;
    let belief = reading.belief(&file);
    let mut facts: Vec<Fact> = Vec::new();
    for node in file.list("facts") {
        let Some(fact) = fact(reading, node) else { continue };
        if facts.iter().any(|other| other.id == fact.id) {
            reading.refuse("duplicate-id", format!("another fact is called `{}` already", fact.id), node.place);
        }
        facts.push(fact);
    }
    if !reading.sink.failed() && facts.iter().all(|fact| fact.role != Role::Emergent) {
        let message = "no fact is emergent: what the model was given or fitted to says nothing about it";
        reading.refuse("nothing-emergent", message, file.place_of("facts"));
    }
    Some((facts, belief?.or(reading.scenario.default_belief)))
}

fn fact(reading: &Reading<'_>, node: &Node) -> Option<Fact> {
    let sink = reading.sink;
    let record = Record::of(node, &keys::FACT, sink)?;
    let id = record.text("id");
    let role = record.get("role").and_then(|node| sink.one_of(node, &Role::NAMES, "role")).map(Role::of);
    let of = record.name("of").and_then(|(text, place)| Some((reading.probe(text, place)?, text.to_owned())));
    let turn = record.integer("turn", 1, u64::from(reading.scenario.calendar.horizon));
    let (value, low, high) = (record.number("value"), record.number("low"), record.number("high"));
    if record.text("source").trim().is_empty() && record.get("source").is_some() {
        let message = format!("the fact `{id}` does not say where it is from");
        reading.refuse("missing-value", message, record.place_of("source"));
    }
    let (of, of_text) = of?;
    let (turn, value, within) = (turn? as u32, value?, (low?, high?));
    if !(within.0 <= value && value <= within.1) {
        let message =
            format!("the record of `{id}`, {value}, lies outside its own tolerance, {} to {}", within.0, within.1);
        reading.refuse("out-of-range", message, record.place_of("low"));
    }
    if of.looks_back() > turn {
        let message = format!("`{of_text}` looks {} months back after {turn} turns", of.looks_back());
        reading.refuse("beyond-records", message, record.place_of("of"));
    }
    Some(Fact {
        id,
        meaning: record.text("meaning"),
        role: role?,
        of,
        of_text,
        turn,
        value,
        within,
        known: record.text("known"),
        source: record.text("source"),
    })
}
