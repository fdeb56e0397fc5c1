//! Words for levels, and phrases.

use marchland_game::{ActionId, DealId, Diagnostic, EventId, IndicatorId, LawId, MotionId, TermId};

use super::{Builder, Item, Record};
use crate::scenario::keys;
use crate::scenario::node::{Kind, Node};
use crate::scenario::sink::Place;
use crate::scenario::telling::{Phrase, Scale, Step, Telling, Theme};

impl<'n> Builder<'n> {
    /// How the scenario is told. What a base has words for need not be in the scenario; a later word replaces an
    /// earlier one.
    pub(super) fn telling(&self) -> Telling {
        let mut telling = Telling::default();
        for item in self.items("words", &keys::WORDS) {
            self.scale(&item, &mut telling);
        }
        for item in self.items("phrases", &keys::PHRASE) {
            self.phrase(&item, &mut telling);
        }
        telling
    }

    fn scale(&self, item: &Item<'n>, telling: &mut Telling) {
        let record = &item.record;
        let Some((of, place)) = record.name("of") else { return };
        let path = self.state().fill(of);
        let ids: Vec<IndicatorId> = match self.catalogue.indicator(&path) {
            Some(id) => vec![id],
            None => {
                let infos = self.catalogue.indicators.iter().enumerate();
                let fits = |kind: &str, field: &str| path.split_once('.') == Some((kind, field));
                infos
                    .filter(|(_, info)| fits(&info.kind, &info.field))
                    .map(|(at, _)| IndicatorId::from_index(at))
                    .collect()
            }
        };
        if ids.is_empty() && item.own {
            self.sink.push(self.state().unknown_path(&path), place);
            return;
        }
        let mut steps: Vec<Step> = record.list("steps").iter().filter_map(|node| self.step(node)).collect();
        if steps.windows(2).any(|pair| pair[1].from <= pair[0].from) {
            let found = Diagnostic::error("bad-steps", "steps rise from the first to the last");
            self.sink.push(found, record.place_of("steps"));
            steps.clear();
        }
        let scale = Scale {
            of: of.to_owned(),
            theme: self.theme(record.get("theme")).unwrap_or_default(),
            steps,
            says: record.text("says"),
            weight: self.weight(record.get("weight")).unwrap_or(25.0),
            better: self.better(record),
        };
        let at = telling.scales.len();
        telling.scales.push(scale);
        telling.of.extend(ids.into_iter().map(|id| (id, at)));
    }

    fn step(&self, node: &Node) -> Option<Step> {
        let wanted = "a step `(from, \"word\")`, with sentences for reaching it from below and from above";
        let items = match &node.kind {
            Kind::Tuple(None, items) if (2..=4).contains(&items.len()) => items,
            _ => {
                self.sink.wrong_type(node, wanted);
                return None;
            }
        };
        let text = |at: usize| match items.get(at) {
            Some(node) => self.sink.text(node).map(|text| text.value.clone()),
            None => Some(String::new()),
        };
        Some(Step { from: self.sink.number(&items[0])?, word: text(1)?, rising: text(2)?, falling: text(3)? })
    }

    fn theme(&self, node: Option<&Node>) -> Option<Theme> {
        self.sink.one_of(node?, &Theme::WORDS, "theme").map(Theme::of_word)
    }

    fn weight(&self, node: Option<&Node>) -> Option<f64> {
        self.sink.number_within(node?, 0.0, 100.0, "a weight")
    }

    /// Refuses what stands in braces in a phrase and is filled in by nothing.
    fn holes(&self, record: &Record<'n>) {
        let filled: &[&str] = match (record.get("action"), record.get("deal")) {
            (Some(_), _) => &["{option}", "{done}"],
            (None, Some(_)) => &["{value}"],
            (None, None) => &[],
        };
        let check = |text: &str, place: Place| {
            for hole in text.split('{').skip(1).filter_map(|rest| rest.split_once('}')) {
                let hole = format!("{{{}}}", hole.0);
                if !filled.contains(&hole.as_str()) {
                    let what = match filled {
                        [] => "nothing is filled in here".to_owned(),
                        known => format!("what is filled in here is `{}`", known.join("` and `")),
                    };
                    self.refuse("bad-phrase", format!("`{hole}` would stand as it is in what is told: {what}"), place);
                }
            }
        };
        for key in ["done", "failed", "again", "to_do"] {
            check(&record.text(key), record.place_of(key));
        }
        for (_, _, node) in record.pairs("options") {
            if let Kind::Text(text) = &node.kind {
                check(&text.value, node.place);
            }
        }
    }

    fn phrase(&self, item: &Item<'n>, telling: &mut Telling) {
        let record = &item.record;
        let options = record
            .pairs("options")
            .into_iter()
            .filter_map(|(name, _, node)| Some((name.to_owned(), self.sink.text(node)?.value.clone())));
        let phrase = Phrase {
            done: record.text("done"),
            failed: record.text("failed"),
            options: options.collect(),
            again: record.text("again"),
            to_do: record.text("to_do"),
            weight: self.weight(record.get("weight")),
            theme: self.theme(record.get("theme")),
        };
        self.holes(record);
        let mut named = 0;
        if let Some((name, place)) = record.name("action") {
            named += 1;
            let ids = self.actions_named(name);
            if ids.is_empty() {
                self.no_such(item, "action", name, place);
            }
            telling.actions.extend(ids.into_iter().map(|id| (id, phrase.clone())));
        }
        if let Some((name, place)) = record.name("event") {
            named += 1;
            match self.catalogue.events.iter().position(|event| event.id == name) {
                Some(at) => drop(telling.events.insert(EventId::from_index(at), phrase.clone())),
                None => self.no_such(item, "event", name, place),
            }
        }
        if let Some((name, place)) = record.name("motion") {
            named += 1;
            match self.catalogue.motions.iter().position(|motion| motion.id == name) {
                Some(at) => drop(telling.motions.insert(MotionId::from_index(at), phrase.clone())),
                None => self.no_such(item, "motion", name, place),
            }
        }
        if let Some((name, place)) = record.name("law") {
            named += 1;
            let down = if phrase.failed.is_empty() { &phrase.done } else { &phrase.failed };
            let both = [phrase.done.clone(), down.clone()];
            let law = self.catalogue.laws.iter().position(|law| law.id == name);
            match (law, record.name("term")) {
                (None, _) => self.no_such(item, "law", name, place),
                (Some(law), None) => {
                    telling.causes.insert((LawId::from_index(law), None), both);
                }
                (Some(law), Some((term, place))) => {
                    match self.catalogue.laws[law].terms.iter().position(|other| other == term) {
                        Some(at) => {
                            let key = (LawId::from_index(law), Some(TermId::from_index(at)));
                            telling.causes.insert(key, both);
                            if phrase.weight == Some(0.0) {
                                telling.vague.insert(key);
                            }
                        }
                        None => self.refuse("unknown-term", format!("the law `{name}` has no term `{term}`"), place),
                    }
                }
            }
        }
        if let Some((name, place)) = record.name("deal") {
            named += 1;
            let at = self.catalogue.deals.iter().position(|deal| deal.id == name);
            match (at, record.name("term")) {
                (None, _) => self.no_such(item, "deal", name, place),
                (Some(_), None) => {
                    self.refuse(
                        "bad-phrase",
                        format!("the phrase of the deal `{name}` names none of its terms"),
                        place,
                    );
                }
                (Some(at), Some((term, place))) => {
                    match self.catalogue.deals[at].terms.iter().position(|other| other.id == term) {
                        Some(position) => {
                            drop(telling.terms.insert((DealId::from_index(at), position), phrase.clone()))
                        }
                        None => self.refuse("unknown-term", format!("the deal `{name}` has no term `{term}`"), place),
                    }
                }
            }
        }
        if named != 1 {
            let found = Diagnostic::error("bad-phrase", "a phrase is of one action, event, motion, law or deal");
            self.sink.push(found, record.place);
        }
    }

    /// Actions of this name; `{owner}` stands for any player.
    fn actions_named(&self, name: &str) -> Vec<ActionId> {
        let fits = |id: &str| match name.split_once("{owner}") {
            None => id == name,
            Some((before, after)) => {
                let owner = id.strip_prefix(before).and_then(|rest| rest.strip_suffix(after));
                owner.is_some_and(|owner| self.catalogue.player(owner).is_some())
            }
        };
        let all = self.catalogue.actions.iter().enumerate();
        all.filter(|(_, action)| fits(&action.id)).map(|(at, _)| ActionId::from_index(at)).collect()
    }

    /// A base may have words for what a scenario does without.
    fn no_such(&self, item: &Item<'n>, what: &str, name: &str, place: Place) {
        if item.own {
            self.refuse("unknown-name", format!("no {what} is called `{name}`"), place);
        }
    }
}
