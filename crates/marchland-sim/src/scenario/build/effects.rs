//! Effects.

use marchland_game::{Diagnostic, Nature};

use super::Builder;
use super::world::derived;
use crate::scenario::expression::Scope;
use crate::scenario::keys;
use crate::scenario::model::{CauseGroup, Effect, EffectKind};
use crate::scenario::node::{Entry, Kind, Node};
use crate::scenario::reader::Record;
use crate::scenario::sink::Place;
use crate::scenario::uses::Role;

const KINDS: [&str; 5] = ["Add", "Set", "Scale", "Table", "Fire"];

impl Builder<'_> {
    pub(super) fn groups(&self) -> Vec<CauseGroup> {
        let mut groups: Vec<CauseGroup> = Vec::new();
        for item in self.items("groups", &keys::GROUP) {
            let (Some((name, place)), Some(cap)) = (item.record.name("id"), item.record.number("cap")) else {
                continue;
            };
            self.sink.identifier(name, place, false);
            if groups.iter().any(|group| group.id == name) {
                self.twice("group", name, place);
            }
            if cap <= 0.0 {
                self.refuse("out-of-range", "a cap is above 0", item.record.place_of("cap"));
            }
            groups.push(CauseGroup { id: name.to_owned(), cap });
        }
        groups
    }

    /// A list of effects.
    pub(super) fn effects(&self, nodes: &[Node], scope: Scope<'_>, groups: &[CauseGroup], own: bool) -> Vec<Effect> {
        nodes.iter().filter_map(|node| self.effect(node, scope, groups, own)).collect()
    }

    fn effect(&self, node: &Node, scope: Scope<'_>, groups: &[CauseGroup], own: bool) -> Option<Effect> {
        let kind = self.sink.one_of(node, &KINDS, "effect")?;
        let needs: &[&str] = match kind {
            "Table" => &["motion"],
            "Fire" => &["event"],
            _ => &["indicator", "amount"],
        };
        // The short form is the long one with the keys left out.
        let spelled;
        let node = match &node.kind {
            Kind::Tuple(name, items) if items.len() == needs.len() => {
                let entries = needs.iter().zip(items).map(|(key, value)| Entry {
                    key: (*key).to_owned(),
                    place: value.place,
                    value: value.clone(),
                });
                spelled = Node { place: node.place, kind: Kind::Record(name.clone(), entries.collect()) };
                &spelled
            }
            Kind::Record(..) => node,
            _ => {
                self.refuse("wrong-type", format!("`{kind}` takes {}", needs.join(" and ")), node.place);
                return None;
            }
        };
        let record = Record::of(node, &keys::EFFECT, self.sink)?;
        for key in ["indicator", "amount", "motion", "event"] {
            if needs.contains(&key) && record.get(key).is_none() {
                self.refuse("missing-key", format!("`{kind}` needs the key `{key}`"), node.place);
            } else if !needs.contains(&key) && record.get(key).is_some() {
                self.refuse("unknown-key", format!("`{kind}` takes no key `{key}`"), record.place_of(key));
            }
        }
        let kind = match kind {
            "Table" => EffectKind::Table { motion: self.motion(record.get("motion")?, scope)? },
            "Fire" => EffectKind::Fire { event: self.event(record.get("event")?, scope)? },
            _ => {
                let target = record.get("indicator")?;
                let indicator = self.path(target, scope);
                let amount = self.expression(record.get("amount")?, scope, Role::Amount, own);
                let (indicator, amount) = (indicator?, amount?);
                let declared = &self.catalogue.indicators[indicator.index()];
                if declared.nature == Nature::Derived {
                    self.sink.push(derived(declared), target.place);
                    return None;
                }
                let (low, high) = declared.range;
                if kind == "Set"
                    && let Some(x) = amount.as_constant()
                    && (x < low || x > high)
                {
                    let message = format!("{x} lies outside the range [{low}, {high}] of `{}`", declared.path);
                    self.refuse("out-of-range", message, record.place_of("amount"));
                }
                match kind {
                    "Add" => EffectKind::Add { indicator, amount },
                    "Set" => EffectKind::Set { indicator, value: amount },
                    _ => EffectKind::Scale { indicator, factor: amount },
                }
            }
        };
        let group = match record.name("group") {
            None => None,
            Some((name, place)) => {
                let at = groups.iter().position(|group| group.id == name);
                if at.is_none() {
                    let found = Diagnostic::error("unknown-group", format!("no group is called `{name}`"))
                        .choose(name, groups.iter().map(|group| group.id.as_str()));
                    self.sink.push(found, place);
                }
                at.map(|at| at as u16)
            }
        };
        Some(Effect {
            kind,
            delay: record.integer("delay", 0, super::HORIZON).unwrap_or(0) as u32,
            lasts: record.integer("lasts", 1, super::HORIZON).map(|months| months as u32),
            group,
            when: record.get("when").and_then(|node| self.expression(node, scope, Role::Condition, own)),
        })
    }

    pub(super) fn motion(&self, node: &Node, scope: Scope<'_>) -> Option<marchland_game::MotionId> {
        let name = scope.fill(&self.sink.text(node)?.value);
        let found = self.catalogue.motion(&name);
        if found.is_none() {
            self.unknown_motion(&name, node.place);
        }
        found
    }

    fn event(&self, node: &Node, scope: Scope<'_>) -> Option<marchland_game::EventId> {
        let name = scope.fill(&self.sink.text(node)?.value);
        let found = self.catalogue.event(&name);
        if found.is_none() {
            let unknown = Diagnostic::error("unknown-event", format!("no event is called `{name}`"))
                .choose(&name, self.catalogue.events.iter().map(|event| event.id.as_str()));
            self.sink.push(unknown, node.place);
        }
        found
    }

    /// Says that an action is unknown.
    pub(super) fn unknown_action(&self, name: &str, place: Place) {
        let found = Diagnostic::error("unknown-action", format!("no action is called `{name}`"))
            .choose(name, self.catalogue.actions.iter().map(|action| action.id.as_str()));
        self.sink.push(found, place);
    }
}
