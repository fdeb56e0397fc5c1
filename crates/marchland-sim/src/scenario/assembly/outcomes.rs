//! What a game comes to: measures, the regime, presets and the observed path.

use std::collections::BTreeSet;

use marchland_game::{Better, IndicatorId, Measure, OutcomeEvent, Reduction};

use super::{Builder, Item, Places};
use crate::scenario::keys;
use crate::scenario::model::{KnownFact, Preset, RegimePlan};
use crate::scenario::node::{Kind, Node};
use crate::scenario::reader::Record;
use crate::scenario::uses::Role;

impl Builder<'_> {
    pub(super) fn declare_measures(&mut self, places: &mut Places) {
        let mut seen = BTreeSet::new();
        for item in self.items("measures", &keys::MEASURE) {
            let record = item.record;
            let Some((name, place)) = record.name("id") else { continue };
            self.sink.identifier(name, place, false);
            if !self.first("measure", name, place, &mut seen) {
                continue;
            }
            let over = record.get("over").and_then(|node| self.over(node)).unwrap_or(Reduction::Last);
            let Some(node) = record.get("value") else { continue };
            let Some(value) = self.expression(node, self.state(), Role::Amount, item.own) else { continue };
            self.catalogue.measures.push(Measure {
                id: name.to_owned(),
                meaning: record.text("meaning"),
                unit: record.text("unit"),
                over,
                value,
                better: self.better(&record),
            });
            places.measures.push((place, item.own));
        }
    }

    pub(super) fn declare_outcome_events(&mut self) {
        let mut seen = BTreeSet::new();
        for item in self.items("outcome_events", &keys::OUTCOME_EVENT) {
            let record = item.record;
            let Some((name, place)) = record.name("id") else { continue };
            self.sink.identifier(name, place, false);
            if !self.first("outcome event", name, place, &mut seen) {
                continue;
            }
            let Some(node) = record.get("when") else { continue };
            let Some(when) = self.expression(node, self.state(), Role::Condition, item.own) else { continue };
            let title = record.text("title");
            let title = if title.is_empty() { name.replace('_', " ") } else { title };
            let better = self.better(&record);
            self.catalogue.outcome_events.push(OutcomeEvent { id: name.to_owned(), title, when, better });
        }
    }

    pub(super) fn better(&self, record: &Record<'_>) -> Option<Better> {
        let node = record.get("better")?;
        match self.sink.one_of(node, &["Higher", "Lower"], "direction")? {
            "Higher" => Some(Better::Higher),
            _ => Some(Better::Lower),
        }
    }

    fn over(&self, node: &Node) -> Option<Reduction> {
        let word = self.sink.one_of(node, &["Last", "Sum", "Mean", "Max", "Min", "At"], "way to sum up turns")?;
        Some(match (word, &node.kind) {
            ("Last", _) => Reduction::Last,
            ("Sum", _) => Reduction::Sum,
            ("Mean", _) => Reduction::Mean,
            ("Max", _) => Reduction::Max,
            ("Min", _) => Reduction::Min,
            (_, Kind::Tuple(_, items)) if items.len() == 1 => {
                let turn = self.sink.integer(&items[0], 1, super::HORIZON)? as u32;
                if turn > self.catalogue.horizon {
                    let message = format!("turn {turn} is never played: the horizon is {}", self.catalogue.horizon);
                    self.refuse("out-of-range", message, items[0].place);
                }
                Reduction::At(turn)
            }
            _ => {
                self.refuse("wrong-type", "write At(turn)", node.place);
                return None;
            }
        })
    }

    pub(super) fn regime(&self) -> Option<RegimePlan> {
        let record = Record::of(self.last("regime")?, &keys::REGIME, self.sink)?;
        let path = |key: &str| record.get(key).and_then(|node| self.path(node, self.state()));
        let plan = RegimePlan { status: path("status")?, exit: path("exit")?, exit_turn: path("exit_turn")? };
        for (key, id) in [("status", plan.status), ("exit", plan.exit)] {
            if self.catalogue.indicators[id.index()].labels.is_empty() {
                let message = format!("`{}` is no coded state", self.catalogue.indicators[id.index()].path);
                self.refuse("wrong-type", message, record.place_of(key));
            }
        }
        Some(plan)
    }

    pub(super) fn background(&self) -> Vec<KnownFact> {
        let read = |item: Item<'_>| KnownFact { fact: item.record.text("fact"), source: item.record.text("source") };
        self.items("background", &keys::KNOWN_FACT).into_iter().map(read).collect()
    }

    pub(super) fn presets(&self) -> Vec<Preset> {
        let read = |item: Item<'_>| {
            let people = item.record.integer("people", 1, 100).unwrap_or(1) as u32;
            let seats = self.players(item.record.list("seats"));
            if seats.len() != people as usize && item.record.list("seats").len() == seats.len() {
                let message = format!("a preset for {people} people seats {}", seats.len());
                self.refuse("wrong-seats", message, item.record.place_of("seats"));
            }
            if let Some(at) = (1..seats.len()).find(|at| seats[..*at].contains(&seats[*at])) {
                let name = &self.catalogue.players[seats[at].index()].id;
                let message = format!("a preset gives the seat of `{name}` to two people");
                self.refuse("wrong-seats", message, item.record.place_of("seats"));
            }
            let minutes = item.record.integer("minutes", 1, 600).unwrap_or(10) as u32;
            Preset { people, seats, minutes, aims: item.record.texts("aims") }
        };
        self.items("presets", &keys::PRESET).into_iter().map(read).collect()
    }

    pub(super) fn observed(&self) -> Vec<(IndicatorId, Vec<Option<f64>>)> {
        let mut observed = Vec::new();
        for (name, place, node) in self.pairs("observed") {
            let path = self.state().fill(name);
            let Some(id) = self.catalogue.indicator(&path) else {
                self.sink.push(self.state().unknown_path(&path), place);
                continue;
            };
            let items = self.sink.list(node).unwrap_or_default();
            let values = items.iter().map(|node| match &node.kind {
                Kind::Word(word) if word == "None" => None,
                _ => self.sink.number(node),
            });
            observed.push((id, values.collect()));
        }
        observed
    }
}
