//! Actions: one for all its owners, or one per owner where it says `{owner}`.

use std::collections::BTreeSet;

use marchland_game::{Action, ActionId, ActionOption, Budget, Diagnostic, PlayerId, PlayerSet, Visibility};

use super::{Builder, Item, Places};
use crate::scenario::expression::Scope;
use crate::scenario::keys;
use crate::scenario::model::{ActionPlan, CauseGroup, OptionPlan};
use crate::scenario::node::{Kind, Node};
use crate::scenario::reader::Record;
use crate::scenario::uses::Role;

/// An action of the catalogue and what it is made from.
pub(crate) struct Variant<'n> {
    item: Item<'n>,
    /// The owner that `{owner}` stands for.
    owner: Option<String>,
}

impl<'n> Builder<'n> {
    pub(super) fn declare_actions(&mut self, places: &mut Places) -> Vec<Variant<'n>> {
        let mut variants = Vec::new();
        let mut seen = BTreeSet::new();
        for item in self.items("actions", &keys::ACTION) {
            let record = item.record;
            let Some((written, place)) = record.name("id") else { continue };
            let owners = self.players(record.list("owners"));
            if owners.is_empty() && record.get("owners").is_some() {
                self.refuse("no-owner", format!("nobody owns the action `{written}`"), record.place_of("owners"));
            }
            let each: Vec<(Option<PlayerId>, Vec<PlayerId>)> = if written.contains("{owner}") {
                owners.iter().map(|owner| (Some(*owner), vec![*owner])).collect()
            } else {
                vec![(None, owners)]
            };
            for (owner, owners) in each {
                let owner_name = owner.map(|owner| self.catalogue.players[owner.index()].id.clone());
                let owner_title = owner.map(|owner| self.catalogue.players[owner.index()].title.clone());
                let fill = |text: &str, owner: Option<&String>| {
                    let filled = self.state().fill(text);
                    owner.map_or(filled.clone(), |owner| filled.replace("{owner}", owner))
                };
                let name = fill(written, owner_name.as_ref());
                if !self.sink.identifier(&name, place, false) {
                    continue;
                }
                if !self.first("action", &name, place, &mut seen) {
                    continue;
                }
                let options = self.options(&record, owner_name.as_deref());
                let title = fill(&record.text("title"), owner_title.as_ref());
                let or = |key: &str, default: &str| {
                    let text = record.text(key);
                    if text.is_empty() { default.to_owned() } else { fill(&text, owner_title.as_ref()) }
                };
                let visibility = record.get("visibility").map_or(Visibility::Public, |node| self.visibility(node));
                let owner_key = owner.map(|owner| self.catalogue.players[owner.index()].draw_key.clone());
                let action = Action {
                    draw_key: fill(written, owner_key.as_ref()),
                    title: if title.is_empty() { name.replace('_', " ") } else { title },
                    meaning: or("meaning", ""),
                    instrument: or("instrument", "posture"),
                    owners: owners.iter().fold(PlayerSet::NOBODY, |set, owner| set.with(*owner)),
                    options,
                    visibility,
                    condition: None,
                    refusal: or("refusal", "its condition does not hold"),
                    public_position: record.flag("public_position", false),
                    rows: record.texts("rows"),
                    id: name,
                };
                self.catalogue.actions.push(action);
                places.actions.push((place, item.own));
                variants.push(Variant { item, owner: owner_name });
            }
        }
        variants
    }

    fn visibility(&self, node: &Node) -> Visibility {
        match (self.sink.one_of(node, &["Public", "Private", "Covert"], "visibility"), &node.kind) {
            (Some("Covert"), _) => Visibility::Covert,
            (Some("Private"), Kind::Tuple(_, items)) if items.len() == 1 => {
                let players = self.sink.list(&items[0]).map(|items| self.players(items)).unwrap_or_default();
                Visibility::Private(players.into_iter().fold(PlayerSet::NOBODY, PlayerSet::with))
            }
            (Some("Private"), _) => {
                self.refuse("wrong-type", "write Private([players])", node.place);
                Visibility::Public
            }
            _ => Visibility::Public,
        }
    }

    pub(super) fn costs(&self, record: &Record<'_>) -> [f64; Budget::ALL.len()] {
        let mut costs = [0.0; Budget::ALL.len()];
        for (name, place, node) in record.pairs("cost") {
            match Budget::ALL.iter().position(|budget| budget.name() == name) {
                Some(at) => costs[at] = self.sink.number_within(node, 0.0, 1e9, "a cost").unwrap_or(0.0),
                None => {
                    let found = Diagnostic::error("unknown-budget", format!("no budget is called `{name}`"))
                        .choose(name, Budget::ALL.map(Budget::name));
                    self.sink.push(found, place);
                }
            }
        }
        costs
    }

    /// The options; of an owner's own variant, without the one that is the owner itself.
    fn options(&self, record: &Record<'_>, owner: Option<&str>) -> Vec<ActionOption> {
        let common = self.costs(record);
        let mut options: Vec<ActionOption> = Vec::new();
        let mut seen = BTreeSet::new();
        for (at, node) in record.list("options").iter().enumerate() {
            let (name, place, level, cost) = match &node.kind {
                Kind::Text(text) => (text.value.as_str(), node.place, None, common),
                _ => {
                    let Some(option) = Record::of(node, &keys::OPTION, self.sink) else { continue };
                    let Some((name, place)) = option.name("id") else { continue };
                    let cost = if option.get("cost").is_some() { self.costs(&option) } else { common };
                    (name, place, option.number("level"), cost)
                }
            };
            self.sink.identifier(name, place, true);
            if !self.first("option", name, place, &mut seen) {
                continue;
            }
            if owner == Some(name) {
                continue;
            }
            options.push(ActionOption { id: name.to_owned(), level: level.unwrap_or((at + 1) as f64), cost });
        }
        if options.len() > 250 {
            self.refuse("too-many", "an action has at most 250 options", record.place_of("options"));
            options.truncate(250);
        }
        if options.is_empty() {
            options.push(ActionOption { id: "do".into(), level: 1.0, cost: common });
        }
        options
    }

    pub(super) fn finish_actions(&mut self, variants: &[Variant<'n>], groups: &[CauseGroup]) -> Vec<ActionPlan> {
        let mut plans = Vec::with_capacity(variants.len());
        for (index, variant) in variants.iter().enumerate() {
            let (plan, condition) = self.plan(ActionId::from_index(index), variant, groups);
            self.catalogue.actions[index].condition = condition;
            plans.push(plan);
        }
        plans
    }

    fn plan(
        &self,
        id: ActionId,
        variant: &Variant<'n>,
        groups: &[CauseGroup],
    ) -> (ActionPlan, Option<marchland_game::Expression>) {
        let (record, own) = (variant.item.record, variant.item.own);
        let mut names: Vec<(&str, &str)> = self.names.clone();
        if let Some(owner) = &variant.owner {
            names.push(("owner", owner));
        }
        let state = Scope { placeholders: &names, ..self.state() };
        let level = Scope { level: true, ..state };
        let shown = record.flag("chance_shown", true);
        let condition = record.get("condition").and_then(|node| self.expression(node, state, Role::Legality(id), own));
        let chance = record.get("chance").and_then(|node| self.expression(node, level, Role::Chance(id, shown), own));
        let leak = record.get("leak").and_then(|node| self.expression(node, level, Role::Chance(id, false), own));
        let mut options = Vec::new();
        for option in &self.catalogue.actions[id.index()].options {
            let mut names = names.clone();
            names.push(("option", &option.id));
            let scope = Scope { placeholders: &names, ..level };
            let effects = |key: &str| self.effects(record.list(key), scope, groups, own);
            options.push(OptionPlan::new(effects("success"), effects("failure"), effects("leaked")));
        }
        let chance = chance.unwrap_or_else(|| marchland_game::Expression::constant(1.0));
        (ActionPlan { chance, leak, options, chance_shown: shown }, condition)
    }
}
