//! Events, institutions, motions and populations.

use std::collections::BTreeSet;

use marchland_game::{
    Diagnostic, Event, EventId, Expression, Institution, InstitutionId, Member, MotionKind, Op, Population, Rule,
    Variable,
};

use super::{Builder, Item, Places};
use crate::scenario::expression::Scope;
use crate::scenario::keys;
use crate::scenario::model::{CauseGroup, EventPlan, MotionPlan, Trigger};
use crate::scenario::node::{Kind, Node};
use crate::scenario::reader::Record;
use crate::scenario::uses::Role;

impl<'n> Builder<'n> {
    pub(super) fn declare_events(&mut self, places: &mut Places) -> Vec<Item<'n>> {
        let mut kept = Vec::new();
        let mut seen = BTreeSet::new();
        for item in self.items("events", &keys::EVENT) {
            let Some((name, place)) = item.record.name("id") else { continue };
            self.sink.identifier(name, place, false);
            if !self.first("event", name, place, &mut seen) {
                continue;
            }
            let title = item.record.text("title");
            let event = Event {
                id: name.to_owned(),
                title: if title.is_empty() { name.replace('_', " ") } else { title },
                seen_by: self.audience(item.record.get("seen_by")),
                rows: item.record.texts("rows"),
            };
            self.catalogue.events.push(event);
            places.events.push((place, item.own));
            kept.push(item);
        }
        kept
    }

    pub(super) fn finish_events(&self, items: &[Item<'n>], groups: &[CauseGroup]) -> Vec<EventPlan> {
        let plans = items.iter().enumerate().map(|(index, item)| {
            let id = EventId::from_index(index);
            EventPlan {
                trigger: item
                    .record
                    .get("trigger")
                    .and_then(|node| self.trigger(node, id, item.own))
                    .unwrap_or(Trigger::Manual),
                repeats: item.record.flag("repeats", false),
                effects: self.effects(item.record.list("effects"), self.state(), groups, item.own),
            }
        });
        plans.collect()
    }

    fn trigger(&self, node: &Node, id: EventId, own: bool) -> Option<Trigger> {
        let word = self.sink.one_of(node, &["Scheduled", "When", "Hazard", "Manual"], "trigger")?;
        let inner = match &node.kind {
            Kind::Tuple(_, items) if items.len() == 1 => Some(&items[0]),
            _ => None,
        };
        match (word, inner) {
            ("Manual", _) => Some(Trigger::Manual),
            ("Scheduled", Some(turn)) => Some(Trigger::Scheduled(self.sink.integer(turn, 1, super::HORIZON)? as u32)),
            ("When", Some(inner)) => {
                Some(Trigger::When(self.expression(inner, self.state(), Role::Trigger(id), own)?))
            }
            ("Hazard", Some(inner)) => {
                Some(Trigger::Hazard(self.expression(inner, self.state(), Role::Hazard(id), own)?))
            }
            _ => {
                self.refuse("wrong-type", "write Scheduled(turn), When(\"…\"), Hazard(\"…\") or Manual", node.place);
                None
            }
        }
    }

    pub(super) fn declare_institutions(&mut self) -> Vec<Item<'n>> {
        let mut kept = Vec::new();
        let mut seen = BTreeSet::new();
        for item in self.items("institutions", &keys::INSTITUTION) {
            let record = item.record;
            let Some((name, place)) = record.name("id") else { continue };
            if !self.first("institution", name, place, &mut seen) {
                continue;
            }
            if self.catalogue.institutions.len() >= 250 {
                self.refuse("too-many", "a scenario has at most 250 institutions", place);
                break;
            }
            let members = self.members(&record);
            let rule = record.get("rule").and_then(|node| self.rule(node, members.len())).unwrap_or(Rule::Consensus);
            let mut chairs = Vec::new();
            for node in record.list("chairs") {
                let Some(items) = self.sink.items(node, 2, "a term `(turn, \"member\")`") else { continue };
                let turn = self.sink.integer(&items[0], 1, super::HORIZON);
                let Some(member) = self.sink.text(&items[1]) else { continue };
                let at = members.iter().position(|other: &Member| other.id == member.value);
                if at.is_none() {
                    let found =
                        Diagnostic::error("unknown-member", format!("`{}` is no member of `{name}`", member.value))
                            .choose(&member.value, members.iter().map(|member| member.id.as_str()));
                    self.sink.push(found, items[1].place);
                }
                if let (Some(turn), Some(at)) = (turn, at) {
                    chairs.push((turn as u32, at));
                }
            }
            chairs.sort_unstable();
            let title = record.text("title");
            self.catalogue.institutions.push(Institution {
                id: name.to_owned(),
                title: if title.is_empty() { name.replace('_', " ") } else { title },
                members,
                rule,
                chairs,
            });
            kept.push(item);
        }
        kept
    }

    fn members(&self, record: &Record<'_>) -> Vec<Member> {
        let mut members: Vec<Member> = Vec::new();
        let mut seen = BTreeSet::new();
        for node in record.list("members") {
            let Some(member) = Record::of(node, &keys::MEMBER, self.sink) else { continue };
            let Some((name, place)) = member.name("id") else { continue };
            self.sink.identifier(name, place, false);
            if !self.first("member", name, place, &mut seen) {
                continue;
            }
            let ideal = member.get("ideal").and_then(|node| self.sink.number_within(node, -1.0, 1.0, "an ideal point"));
            let player = self.catalogue.player(name);
            let title = match (member.text("title"), player) {
                (title, _) if !title.is_empty() => title,
                (_, Some(player)) => self.catalogue.players[player.index()].title.clone(),
                _ => {
                    let words = name.replace('_', " ");
                    let mut letters = words.chars();
                    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
                }
            };
            members.push(Member {
                id: name.to_owned(),
                title,
                player,
                ideal: ideal.unwrap_or(0.0),
                veto: member.flag("veto", false),
            });
        }
        members
    }

    fn rule(&self, node: &Node, members: usize) -> Option<Rule> {
        let word = self.sink.one_of(node, &["Consensus", "Majority", "MajorityWithVeto"], "rule")?;
        let yes = match &node.kind {
            Kind::Tuple(_, items) if items.len() == 1 => self.sink.integer(&items[0], 1, members.clamp(1, 255) as u64),
            _ => None,
        };
        match (word, yes) {
            ("Consensus", _) => Some(Rule::Consensus),
            ("Majority", Some(yes)) => Some(Rule::Majority { yes: yes as u8 }),
            ("MajorityWithVeto", Some(yes)) => Some(Rule::MajorityWithVeto { yes: yes as u8 }),
            _ => {
                self.refuse("wrong-type", format!("write {word}(yes), with the yes votes needed"), node.place);
                None
            }
        }
    }

    pub(super) fn declare_motions(&mut self) -> Vec<Item<'n>> {
        let mut kept = Vec::new();
        let mut seen = BTreeSet::new();
        for item in self.items("motions", &keys::MOTION) {
            let record = item.record;
            let Some((name, place)) = record.name("id") else { continue };
            self.sink.identifier(name, place, false);
            if !self.first("motion", name, place, &mut seen) {
                continue;
            }
            let Some((body, body_place)) = record.name("institution") else { continue };
            let Some(institution) = self.catalogue.institution(body) else {
                let found = Diagnostic::error("unknown-institution", format!("no institution is called `{body}`"))
                    .choose(body, self.catalogue.institutions.iter().map(|body| body.id.as_str()));
                self.sink.push(found, body_place);
                continue;
            };
            let of: &Institution = &self.catalogue.institutions[InstitutionId::index(institution)];
            let rule = record.get("rule").and_then(|node| self.rule(node, of.members.len())).unwrap_or(of.rule);
            let title = record.text("title");
            let seen_by = self.audience(record.get("seen_by"));
            self.catalogue.motions.push(MotionKind {
                id: name.to_owned(),
                title: if title.is_empty() { name.replace('_', " ") } else { title },
                institution,
                rule,
                appeal: Expression::constant(0.0),
                seen_by,
            });
            kept.push(item);
        }
        kept
    }

    pub(super) fn finish_motions(&mut self, items: &[Item<'n>], groups: &[CauseGroup]) -> Vec<MotionPlan> {
        let mut plans = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let scope = Scope { ideal: true, ..self.state() };
            let appeal = match item.record.get("appeal") {
                Some(node) => self.expression(node, scope, Role::Amount, item.own),
                None => Expression::new(vec![Op::Variable(Variable::Ideal)], Vec::new()).ok(),
            };
            let condition = item.record.get("condition");
            plans.push(MotionPlan {
                condition: condition.and_then(|node| self.expression(node, self.state(), Role::Condition, item.own)),
                passed: self.effects(item.record.list("passed"), self.state(), groups, item.own),
                failed: self.effects(item.record.list("failed"), self.state(), groups, item.own),
            });
            if let Some(appeal) = appeal {
                self.catalogue.motions[index].appeal = appeal;
            }
        }
        plans
    }

    /// Populations, and the nodes that name their rules.
    pub(super) fn declare_populations(&self, mechanisms: &[String]) -> (Vec<Population>, Vec<&'n Node>) {
        let (mut populations, mut rules) = (Vec::new(), Vec::new());
        for item in self.items("populations", &keys::POPULATION) {
            let (Some((name, place)), Some(rule)) = (item.record.name("id"), item.record.get("rule")) else { continue };
            let Some((decides, asked)) = item.record.name("decides") else { continue };
            self.sink.identifier(name, place, false);
            if populations.iter().any(|other: &Population| other.id == name) {
                self.twice("population", name, place);
                continue;
            }
            let title = item.record.text("title");
            self.decides(decides, asked, &populations, mechanisms);
            populations.push(Population {
                id: name.to_owned(),
                decides: decides.to_owned(),
                title: if title.is_empty() { name.to_owned() } else { title },
            });
            rules.push(rule);
        }
        (populations, rules)
    }
}
