//! Effects.

use marchland_game::{DealId, Diagnostic, EventId, Expression, IndicatorId, MotionId, Nature};

use super::Builder;
use super::world::derived;
use crate::scenario::expression::Scope;
use crate::scenario::keys;
use crate::scenario::model::{CauseGroup, Effect};
use crate::scenario::node::{Entry, Kind, Node};
use crate::scenario::reader::Record;
use crate::scenario::sink::Place;
use crate::scenario::uses::Role;

/// An effect as it is written, for its kind to read: values by key. What is wrong is reported at its
/// place, and nothing comes back then.
pub struct EffectReader<'a> {
    builder: &'a Builder<'a>,
    record: Record<'a>,
    scope: Scope<'a>,
    own: bool,
}

impl EffectReader<'_> {
    /// A stock: what is derived cannot be moved.
    #[must_use]
    pub fn stock(&self, key: &str) -> Option<IndicatorId> {
        let node = self.record.get(key)?;
        let id = self.builder.path(node, self.scope)?;
        let declared = &self.builder.catalogue.indicators[id.index()];
        if declared.nature == Nature::Derived {
            self.builder.sink.push(derived(declared), node.place);
            return None;
        }
        Some(id)
    }

    /// A number or an expression over the state at the start of the stage, the order's `level` included.
    #[must_use]
    pub fn amount(&self, key: &str) -> Option<Expression> {
        self.builder.expression(self.record.get(key)?, self.scope, Role::Amount, self.own)
    }

    /// A deal, and the indicators in which it is remembered.
    #[must_use]
    pub fn deal(&self, key: &str) -> Option<(DealId, Vec<IndicatorId>)> {
        let node = self.record.get(key)?;
        let name = self.scope.fill(&self.builder.sink.text(node)?.value);
        let catalogue = &self.builder.catalogue;
        let Some(id) = catalogue.deal(&name) else {
            let found = Diagnostic::error("unknown-deal", format!("no deal is called `{name}`"))
                .choose(&name, catalogue.deals.iter().map(|deal| deal.id.as_str()));
            self.builder.sink.push(found, node.place);
            return None;
        };
        Some((id, crate::effects::deals::tracks_of(&catalogue.deals[id.index()])))
    }

    /// A motion.
    #[must_use]
    pub fn motion(&self, key: &str) -> Option<MotionId> {
        self.builder.motion(self.record.get(key)?, self.scope)
    }

    /// An event.
    #[must_use]
    pub fn event(&self, key: &str) -> Option<EventId> {
        self.builder.event(self.record.get(key)?, self.scope)
    }

    /// Reports a key's value that lies outside the range of an indicator.
    pub fn within_range(&self, key: &str, value: f64, of: IndicatorId) {
        let declared = &self.builder.catalogue.indicators[of.index()];
        let (low, high) = declared.range;
        if value < low || value > high {
            let message = format!("{value} lies outside the range [{low}, {high}] of `{}`", declared.path);
            self.refuse(key, "out-of-range", message);
        }
    }

    /// Reports that a key's value is wrong: a code such as `out-of-range`, and what is wrong with it.
    pub fn refuse(&self, key: &str, code: &'static str, message: impl Into<String>) {
        self.builder.refuse(code, message, self.record.place_of(key));
    }
}

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
        let kinds: Vec<&str> = self.registry.effects().iter().map(|kind| kind.name).collect();
        let name = self.sink.one_of(node, &kinds, "effect")?;
        let schema = self.registry.effects().iter().find(|kind| kind.name == name)?;
        // The short form is the long one with the keys left out.
        let spelled;
        let node = match &node.kind {
            Kind::Tuple(name, items) if items.len() == schema.keys.len() => {
                let entries = schema.keys.iter().zip(items).map(|(key, value)| Entry {
                    key: key.name.to_owned(),
                    place: value.place,
                    value: value.clone(),
                });
                spelled = Node { place: node.place, kind: Kind::Record(name.clone(), entries.collect()) };
                &spelled
            }
            Kind::Record(..) => node,
            _ => {
                let needs: Vec<&str> = schema.keys.iter().map(|key| key.name).collect();
                self.refuse("wrong-type", format!("`{name}` takes {}", needs.join(" and ")), node.place);
                return None;
            }
        };
        let record = Record::with_keys(node, &keys::EFFECT, schema.keys, self.sink)?;
        for key in schema.keys.iter().filter(|key| record.get(key.name).is_none()) {
            self.refuse("missing-key", format!("`{name}` needs the key `{}`", key.name), node.place);
        }
        let kind = (schema.read)(&EffectReader { builder: self, record, scope, own })?;
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

    pub(super) fn motion(&self, node: &Node, scope: Scope<'_>) -> Option<MotionId> {
        let name = scope.fill(&self.sink.text(node)?.value);
        let found = self.catalogue.motion(&name);
        if found.is_none() {
            self.unknown_motion(&name, node.place);
        }
        found
    }

    fn event(&self, node: &Node, scope: Scope<'_>) -> Option<EventId> {
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
