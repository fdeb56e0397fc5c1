//! Reading values out of a tree: each reader takes a value or says, at its place, what it is
//! instead.

use std::collections::BTreeSet;

use marchland_game::Diagnostic;

use super::keys::{Key, Topic};
use super::node::{Entry, Kind, Node, Text};
use super::sink::{Place, Sink};
use super::slips;

/// A record whose keys were held against a topic's.
#[derive(Clone, Copy)]
pub struct Record<'n> {
    /// Where it stands.
    pub place: Place,
    entries: &'n [Entry],
    topic: &'static Topic,
    /// Keys that it may have beside its topic's.
    own: &'static [Key],
    sink: &'n Sink,
}

fn article(topic: &Topic) -> &'static str {
    if topic.name.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" }
}

impl<'n> Record<'n> {
    /// Reads a value as a record of a topic: unknown, duplicate and missing keys are findings.
    pub fn of(node: &'n Node, topic: &'static Topic, sink: &'n Sink) -> Option<Self> {
        Self::with_keys(node, topic, &[], sink)
    }

    /// The same, where the record may have keys of its own beside the topic's.
    pub fn with_keys(node: &'n Node, topic: &'static Topic, own: &'static [Key], sink: &'n Sink) -> Option<Self> {
        let record = Self::checked(node, topic, own, sink)?;
        for key in topic.keys.iter().filter(|key| key.default == "required") {
            if record.get(key.name).is_none() {
                let message = format!("{} {} needs the key `{}`", article(topic), topic.name, key.name);
                let hint = format!("{}, such as {}", key.meaning, key.example);
                sink.push(Diagnostic::error("missing-key", message).hint(hint), opening(node.place));
            }
        }
        Some(record)
    }

    /// Reads a value as part of a record of a topic: keys may be missing.
    pub fn part(node: &'n Node, topic: &'static Topic, sink: &'n Sink) -> Option<Self> {
        Self::checked(node, topic, &[], sink)
    }

    fn checked(node: &'n Node, topic: &'static Topic, own: &'static [Key], sink: &'n Sink) -> Option<Self> {
        let entries: &[Entry] = match &node.kind {
            Kind::Record(_, entries) => entries,
            Kind::Tuple(_, items) if items.is_empty() => &[],
            _ => {
                sink.wrong_type(node, &format!("{} {} `(key: value, …)`", article(topic), topic.name));
                return None;
            }
        };
        for (at, entry) in entries.iter().enumerate() {
            let known = || own.iter().chain(topic.keys).map(|key| key.name);
            if !known().any(|key| key == entry.key) {
                let message = format!("unknown key `{}` in {} {}", entry.key, article(topic), topic.name);
                let found = Diagnostic::error("unknown-key", message).choose(&entry.key, known());
                sink.push(found, entry.place);
            } else if entries[..at].iter().any(|other| other.key == entry.key) {
                let message = format!("key `{}` stands twice in this {}", entry.key, topic.name);
                sink.push(Diagnostic::error("duplicate-key", message), entry.place);
            }
        }
        Some(Self { place: node.place, entries, topic, own, sink })
    }

    /// The value of a key.
    ///
    /// # Panics
    /// In debug builds, where the topic does not list the key: its table is then incomplete.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        debug_assert!(
            self.own.iter().chain(self.topic.keys).any(|known| known.name == key),
            "{} lacks key {key}",
            self.topic.name
        );
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The place of a key's value, or of the record.
    #[must_use]
    pub fn place_of(&self, key: &str) -> Place {
        self.get(key).map_or_else(|| opening(self.place), |node| node.place)
    }

    /// A text; empty where the key is missing.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.get(key).and_then(|node| self.sink.text(node)).map_or_else(String::new, |text| text.value.clone())
    }

    /// A name.
    #[must_use]
    pub fn name(&self, key: &str) -> Option<(&'n str, Place)> {
        let node = self.get(key)?;
        Some((self.sink.text(node)?.value.as_str(), node.place))
    }

    /// A number.
    #[must_use]
    pub fn number(&self, key: &str) -> Option<f64> {
        self.get(key).and_then(|node| self.sink.number(node))
    }

    /// A whole number in a closed range.
    #[must_use]
    pub fn integer(&self, key: &str, low: u64, high: u64) -> Option<u64> {
        self.get(key).and_then(|node| self.sink.integer(node, low, high))
    }

    /// `true` or `false`; the default where the key is missing.
    #[must_use]
    pub fn flag(&self, key: &str, default: bool) -> bool {
        self.get(key).and_then(|node| self.sink.flag(node)).unwrap_or(default)
    }

    /// A list; empty where the key is missing.
    #[must_use]
    pub fn list(&self, key: &str) -> &'n [Node] {
        self.get(key).and_then(|node| self.sink.list(node)).unwrap_or_default()
    }

    /// A list of texts.
    #[must_use]
    pub fn texts(&self, key: &str) -> Vec<String> {
        self.list(key).iter().filter_map(|node| self.sink.text(node)).map(|text| text.value.clone()).collect()
    }

    /// A map from names.
    #[must_use]
    pub fn pairs(&self, key: &str) -> Vec<(&'n str, Place, &'n Node)> {
        self.get(key).map(|node| self.sink.pairs(node)).unwrap_or_default()
    }
}

/// The first byte of a place: findings about a whole record point at its beginning.
#[must_use]
pub fn opening(place: Place) -> Place {
    Place { end: (place.start + 1).min(place.end), ..place }
}

impl Sink {
    /// Says that a value is of another type; of one that was refused before, nothing more.
    pub fn wrong_type(&self, node: &Node, wanted: &str) {
        if matches!(node.kind, Kind::Refused) {
            return;
        }
        let message = format!("expected {wanted}, found {}", node.describe());
        let mut found = Diagnostic::error("wrong-type", message);
        if matches!(node.kind, Kind::Word(_)) && wanted.starts_with("a text") {
            found = found.hint("names and texts stand in double quotes");
        }
        self.push(found, node.place);
    }

    /// A text.
    pub fn text<'n>(&self, node: &'n Node) -> Option<&'n Text> {
        match &node.kind {
            Kind::Text(text) => Some(text),
            _ => {
                self.wrong_type(node, "a text \"…\"");
                None
            }
        }
    }

    /// A number.
    pub fn number(&self, node: &Node) -> Option<f64> {
        match node.kind {
            Kind::Number(number) => Some(number),
            _ => {
                self.wrong_type(node, "a number");
                None
            }
        }
    }

    /// A number in a closed range.
    pub fn number_within(&self, node: &Node, low: f64, high: f64, what: &str) -> Option<f64> {
        let number = self.number(node)?;
        if number < low || number > high {
            let message = format!("{what} must lie in [{low}, {high}], and {number} does not");
            self.push(Diagnostic::error("out-of-range", message), node.place);
            return None;
        }
        Some(number)
    }

    /// A whole number in a closed range.
    pub fn integer(&self, node: &Node, low: u64, high: u64) -> Option<u64> {
        let number = self.number(node)?;
        if number.fract() != 0.0 || number < low as f64 || number > high as f64 {
            let message = format!("expected a whole number from {low} to {high}, found {number}");
            self.push(Diagnostic::error("out-of-range", message), node.place);
            return None;
        }
        Some(number as u64)
    }

    /// `true` or `false`.
    pub fn flag(&self, node: &Node) -> Option<bool> {
        match node.kind {
            Kind::Flag(flag) => Some(flag),
            _ => {
                self.wrong_type(node, "`true` or `false`");
                None
            }
        }
    }

    /// A list.
    pub fn list<'n>(&self, node: &'n Node) -> Option<&'n [Node]> {
        match &node.kind {
            Kind::List(items) => Some(items),
            _ => {
                self.wrong_type(node, "a list `[…]`");
                None
            }
        }
    }

    /// The items of a tuple `(…)` or list of this many items.
    pub fn items<'n>(&self, node: &'n Node, count: usize, what: &str) -> Option<&'n [Node]> {
        match &node.kind {
            Kind::Tuple(_, items) | Kind::List(items) if items.len() == count => Some(items),
            _ => {
                let numbers = match &node.kind {
                    Kind::Tuple(_, items) | Kind::List(items)
                        if items.iter().all(|item| matches!(item.kind, Kind::Number(_))) =>
                    {
                        items.len()
                    }
                    _ => 0,
                };
                match slips::too_many_numbers(numbers, count) {
                    Some(cure) => {
                        let message = format!("expected {what}, found {}", node.describe());
                        self.push(Diagnostic::error("wrong-type", message).hint(cure), node.place);
                    }
                    None => self.wrong_type(node, what),
                }
                None
            }
        }
    }

    /// A map `{"name": value}`; a name that stands twice is a finding.
    pub fn pairs<'n>(&self, node: &'n Node) -> Vec<(&'n str, Place, &'n Node)> {
        let Kind::Map(pairs) = &node.kind else {
            self.wrong_type(node, "a map `{\"name\": value, …}`");
            return Vec::new();
        };
        let mut seen = BTreeSet::new();
        let mut found = Vec::new();
        for (key, value) in pairs {
            let Some(name) = self.text(key) else { continue };
            if seen.insert(name.value.as_str()) {
                found.push((name.value.as_str(), key.place, value));
            } else {
                let message = format!("`{}` stands twice in this map", name.value);
                self.push(Diagnostic::error("duplicate-key", message), key.place);
            }
        }
        found
    }

    /// One of a few words.
    pub fn one_of<'c>(&self, node: &Node, choices: &[&'c str], what: &str) -> Option<&'c str> {
        let Some(word) = node.word() else {
            self.wrong_type(node, &format!("{what}: {}", choices.join(", ")));
            return None;
        };
        let known = choices.iter().find(|choice| **choice == word).copied();
        if known.is_none() {
            let found = Diagnostic::error("unknown-word", format!("no {what} is called `{word}`"));
            self.push(found.choose(word, choices.iter().copied()), node.place);
        }
        known
    }

    /// Whether a name is a plain identifier: `[a-z][a-z0-9_]*`, joined by dots where `dotted`.
    pub fn identifier(&self, name: &str, place: Place, dotted: bool) -> bool {
        let plain = |part: &str| {
            part.starts_with(|c: char| c.is_ascii_lowercase())
                && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        };
        let fine = name.len() <= 96 && if dotted { name.split('.').all(plain) } else { plain(name) };
        if !fine {
            let message =
                format!("`{name}` is not a name: lower-case letters, digits and `_`, beginning with a letter");
            self.push(Diagnostic::error("bad-name", message), place);
        }
        fine
    }

    /// Whether a name, or a strategy written in place, stands on one line: it is shown within sentences and tables, where
    /// a line feed would forge a line, and other characters that are not shown would be obeyed.
    pub fn one_line(&self, text: &str, place: Place) -> bool {
        let fine = !text.contains(marchland_game::text::obeyed);
        if !fine {
            let found = Diagnostic::error("bad-name", "this has a line feed or another character that is not shown");
            self.push(found.hint("write it on one line, in characters that are seen"), place);
        }
        fine
    }

    /// Whether a name of a strategy, belief set or scenario is fine: hyphens are allowed.
    pub fn hyphenated(&self, name: &str, place: Place) -> bool {
        let fine = name.len() <= 96
            && name.starts_with(|c: char| c.is_ascii_lowercase())
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-');
        if !fine {
            let message =
                format!("`{name}` is not a name: lower-case letters, digits, `_` and `-`, beginning with a letter");
            self.push(Diagnostic::error("bad-name", message), place);
        }
        fine
    }
}
