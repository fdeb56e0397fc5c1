//! Exogenous paths and belief sets.

use std::collections::BTreeSet;

use marchland_game::{Diagnostic, Expression};

use super::{Builder, Item};
use crate::scenario::keys;
use crate::scenario::model::{BeliefSet, Initial, PathPlan};
use crate::scenario::reader::Record;
use crate::scenario::uses::Role;

impl<'n> Builder<'n> {
    pub(super) fn paths_of(&self, items: &[Item<'n>]) -> Vec<PathPlan> {
        let mut plans: Vec<PathPlan> = Vec::new();
        for item in items {
            let Some(plan) = self.path_plan(&item.record, item.own) else { continue };
            if plans.iter().any(|other| other.indicator == plan.indicator) {
                let path = &self.catalogue.indicators[plan.indicator.index()].path;
                self.twice("path", path, item.record.place_of("indicator"));
            }
            plans.push(plan);
        }
        plans
    }

    fn path_plan(&self, record: &Record<'_>, own: bool) -> Option<PathPlan> {
        let target = record.get("indicator")?;
        let indicator = self.path(target, self.state());
        let mut values = Vec::new();
        for node in record.list("values") {
            let Some(value) = self.sink.number(node) else { continue };
            if let Some(id) = indicator {
                let of = &self.catalogue.indicators[id.index()];
                let (low, high) = of.range;
                if value < low || value > high {
                    let message = format!("{value} lies outside the range [{low}, {high}] of `{}`", of.path);
                    self.refuse("out-of-range", message, node.place);
                }
            }
            values.push(value);
        }
        if values.is_empty() && record.get("values").is_some() {
            self.refuse("missing-value", "a path needs at least one value", record.place_of("values"));
            return None;
        }
        let amount = |key: &str, high: f64| match record.get(key) {
            None => Some(Expression::constant(0.0)),
            Some(node) => self.expression(node, self.constants(), Role::Within(0.0, high), own),
        };
        let (sd, persistence) = (amount("sd", 10.0), amount("persistence", 0.9999));
        let indicator = indicator?;
        let of = &self.catalogue.indicators[indicator.index()];
        if of.nature == marchland_game::Nature::Derived {
            self.sink.push(super::world::derived(of), target.place);
            return None;
        }
        if values.is_empty() {
            return None;
        }
        Some(PathPlan { indicator, values, sd: sd?, persistence: persistence? })
    }

    /// Belief sets, and the one in force unless told otherwise.
    pub(super) fn beliefs(&mut self, initial: &[Initial]) -> (Vec<BeliefSet>, Option<usize>) {
        let mut sets: Vec<BeliefSet> = Vec::new();
        let mut seen = BTreeSet::new();
        for item in self.items("beliefs", &keys::BELIEF) {
            let record = item.record;
            let Some((name, place)) = record.name("name") else { continue };
            self.sink.hyphenated(name, place);
            if !self.first("belief set", name, place, &mut seen) {
                continue;
            }
            let mut set = BeliefSet {
                id: name.to_owned(),
                meaning: record.text("meaning"),
                parameters: Vec::new(),
                initial: Vec::new(),
                paths: Vec::new(),
            };
            for (name, place, node) in record.pairs("parameters") {
                match self.catalogue.parameter(name) {
                    Some(id) => {
                        let parameter = &self.catalogue.parameters[id.index()];
                        if let Some(value) = self.parameter_value(node, parameter) {
                            set.parameters.push((id, value));
                        }
                    }
                    None => {
                        let found = Diagnostic::error("unknown-parameter", format!("no parameter is called `{name}`"))
                            .choose(name, self.catalogue.parameters.iter().map(|parameter| parameter.id.as_str()));
                        self.sink.push(found, place);
                    }
                }
            }
            for (name, place, node) in record.pairs("initial") {
                let path = self.state().fill(name);
                match self.catalogue.indicator(&path) {
                    Some(id) => {
                        if let Some(value) = self.initial_value(node, id, item.own) {
                            set.initial.push((id, value));
                        }
                    }
                    None => self.sink.push(self.state().unknown_path(&path), place),
                }
            }
            for node in record.list("paths") {
                if let Some(path) = Record::of(node, &keys::PATH, self.sink) {
                    set.paths.extend(self.path_plan(&path, item.own));
                }
            }
            sets.push(set);
        }
        let mut default = None;
        if let Some((name, place)) = self.last_text("default_belief") {
            default = sets.iter().position(|set| set.id == name);
            if default.is_none() {
                let found = Diagnostic::error("unknown-belief", format!("no belief set is called `{name}`"))
                    .choose(name, sets.iter().map(|set| set.id.as_str()));
                self.sink.push(found, place);
            }
        }
        // What is publicly expected is what the default belief says.
        if let Some(at) = default {
            let mut expected = initial.to_vec();
            for (id, value) in &sets[at].initial {
                expected[id.index()] = value.clone();
            }
            self.priors(&expected);
        }
        (sets, default)
    }
}
