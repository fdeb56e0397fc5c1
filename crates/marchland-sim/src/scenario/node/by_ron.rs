//! A file as a tree by `ron`, which knows every form of the language and what is wrong with a file.
//!
//! Every value is read as a `RawValue` borrowed from the file's text, so that its place is the
//! difference of two pointers. The syntax of the whole file is checked first, with a bound on
//! nesting, so that what follows cannot fail or run deep.

use std::fmt;

use marchland_game::Diagnostic;
use ron::value::RawValue;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::value::{Entry, Kind, NESTING, Node, string};
use crate::scenario::sink::{Place, Sink};
use crate::scenario::slips;

/// The tree of a file. The first syntax error goes to the sink.
pub(super) fn read(text: &str, file: u16, sink: &Sink) -> Option<Node> {
    // `ron` counts a raw value and what it is as a level each.
    let options = ron::Options::default().with_recursion_limit(2 * NESTING);
    let checked: Result<&RawValue, _> = options.from_str(text);
    match checked {
        Ok(_) => Tree { text, file, sink }.node(slips::after_attributes(skip_blank(text))),
        Err(error) => {
            let start = offset(text, error.span.start.line, error.span.start.col);
            let end = offset(text, error.span.end.line, error.span.end.col).max(start);
            let message = match error.code {
                ron::Error::ExceededRecursionLimit => format!("nested more than {NESTING} deep"),
                code => code.to_string().to_lowercase(),
            };
            let place = |start: usize, end: usize| Place { file, start: start as u32, end: end as u32 };
            match slips::at(text, start) {
                Some((range, slip, cure)) => {
                    sink.push(Diagnostic::error("syntax", slip).hint(cure), place(range.start, range.end));
                }
                None => sink.push(Diagnostic::error("syntax", message), place(start, end)),
            }
            None
        }
    }
}

/// The byte of a line and column, both from 1; columns count characters.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let mut start = 0;
    for _ in 1..line {
        match text[start..].find('\n') {
            Some(at) => start += at + 1,
            None => return text.len(),
        }
    }
    text[start..].char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(at, _)| start + at)
}

struct Tree<'a> {
    text: &'a str,
    file: u16,
    sink: &'a Sink,
}

impl<'a> Tree<'a> {
    fn position(&self, part: &str) -> u32 {
        (part.as_ptr() as usize - self.text.as_ptr() as usize) as u32
    }

    fn place(&self, part: &str) -> Place {
        let start = self.position(part);
        Place { file: self.file, start, end: start + part.len() as u32 }
    }

    fn refuse(&self, part: &str, message: &str) -> Option<Node> {
        self.sink.push(Diagnostic::error("syntax", message), self.place(part));
        None
    }

    fn not_finite(&self, part: &str) -> Option<Node> {
        let found = Diagnostic::error("syntax", "not a finite number");
        self.sink
            .push(found.hint("write a number such as 0.5, or leave the key out where it may be"), self.place(part));
        None
    }

    /// A part of a larger value. One that is refused keeps its place, so that nobody says that it is missing.
    fn kept(&self, raw: &'a str) -> Node {
        let refused = || Node { place: self.place(skip_blank(raw).trim_end()), kind: Kind::Refused };
        self.node(raw).unwrap_or_else(refused)
    }

    fn node(&self, raw: &'a str) -> Option<Node> {
        let part = skip_blank(raw).trim_end();
        let place = self.place(part);
        let kind = match part.chars().next()? {
            '"' => self.text_kind(part)?,
            'r' if part[1..].starts_with(['"', '#']) => self.text_kind(part)?,
            '[' => Kind::List(self.sequence(part, true)?.into_iter().map(|item| self.kept(item)).collect()),
            '{' => Kind::Map(
                self.pairs(part)?.into_iter().map(|(key, value)| (self.kept(key), self.kept(value))).collect(),
            ),
            '(' => self.parenthesis(None, part)?,
            '0'..='9' | '+' | '-' | '.' => match ron::from_str::<f64>(part) {
                Ok(number) if number.is_finite() => Kind::Number(number),
                _ => return self.not_finite(part),
            },
            first if first.is_alphabetic() || first == '_' => {
                let length = part.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(part.len());
                let (word, rest) = (&part[..length], skip_blank(&part[length..]));
                match word {
                    "true" => Kind::Flag(true),
                    "false" => Kind::Flag(false),
                    "NaN" | "inf" | "NaNf32" | "NaNf64" | "inff32" | "inff64" => {
                        return self.not_finite(part);
                    }
                    _ if rest.starts_with('(') => self.parenthesis(Some(word), rest)?,
                    _ if rest.trim().is_empty() => Kind::Word(word.to_owned()),
                    _ => return self.refuse(part, "not a value of the scenario language"),
                }
            }
            '\'' => return self.refuse(part, "texts stand in double quotes"),
            _ => return self.refuse(part, "not a value of the scenario language"),
        };
        Some(Node { place, kind })
    }

    fn text_kind(&self, part: &str) -> Option<Kind> {
        match string(part, self.position(part)) {
            Some(text) => Some(Kind::Text(text)),
            None => self.refuse(part, "not a text").map(|node| node.kind),
        }
    }

    fn parenthesis(&self, name: Option<&str>, part: &'a str) -> Option<Kind> {
        let name = name.map(str::to_owned);
        let inner = skip_blank(&part[1..]);
        let length = inner.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(inner.len());
        let keyed = length > 0 && skip_blank(&inner[length..]).starts_with(':');
        if !keyed {
            let items = self.sequence(part, false)?;
            return Some(Kind::Tuple(name, items.into_iter().map(|item| self.kept(item)).collect()));
        }
        let entries = self.entries(part)?;
        let entries = entries.into_iter().map(|(key, value)| Entry {
            key: key.to_owned(),
            place: self.place(key),
            value: self.kept(value),
        });
        Some(Kind::Record(name, entries.collect()))
    }

    fn sequence(&self, part: &'a str, list: bool) -> Option<Vec<&'a str>> {
        let mut found = Vec::new();
        self.drive(part, Sequence { found: &mut found, list })?;
        Some(found)
    }

    fn pairs(&self, part: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
        let mut found = Vec::new();
        self.drive(part, Pairs { found: &mut found })?;
        Some(found)
    }

    fn entries(&self, part: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
        let mut found = Vec::new();
        self.drive(part, Entries { found: &mut found })?;
        Some(found)
    }

    fn drive<S: DeserializeSeed<'a, Value = ()>>(&self, part: &'a str, seed: S) -> Option<()> {
        match ron::Options::default().from_str_seed(part, seed) {
            Ok(()) => Some(()),
            Err(error) => {
                let start = self.position(part) as usize
                    + offset(part, error.span.start.line, error.span.start.col).min(part.len());
                let place = Place { file: self.file, start: start as u32, end: start as u32 };
                self.sink.push(Diagnostic::error("syntax", error.code.to_string().to_lowercase()), place);
                None
            }
        }
    }
}

/// The text after white space and comments.
fn skip_blank(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        if let Some(comment) = rest.strip_prefix("//") {
            rest = comment.find('\n').map_or("", |end| &comment[end..]).trim_start();
        } else if rest.starts_with("/*") {
            let (mut depth, mut at) = (0usize, 0usize);
            while at < rest.len() {
                if rest[at..].starts_with("/*") {
                    depth += 1;
                    at += 2;
                } else if rest[at..].starts_with("*/") {
                    depth -= 1;
                    at += 2;
                    if depth == 0 {
                        break;
                    }
                } else {
                    at += rest[at..].chars().next().map_or(1, char::len_utf8);
                }
            }
            rest = rest[at..].trim_start();
        } else {
            return rest;
        }
    }
}

struct Sequence<'f, 'a> {
    found: &'f mut Vec<&'a str>,
    list: bool,
}

impl<'a> DeserializeSeed<'a> for Sequence<'_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, from: D) -> Result<(), D::Error> {
        if self.list { from.deserialize_seq(self) } else { from.deserialize_tuple(0, self) }
    }
}

impl<'a> Visitor<'a> for Sequence<'_, 'a> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("values")
    }
    fn visit_seq<A: SeqAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(item) = items.next_element::<&RawValue>()? {
            self.found.push(item.get_ron());
        }
        Ok(())
    }
}

struct Pairs<'f, 'a> {
    found: &'f mut Vec<(&'a str, &'a str)>,
}

impl<'a> DeserializeSeed<'a> for Pairs<'_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'a> Visitor<'a> for Pairs<'_, 'a> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("pairs")
    }
    fn visit_map<A: MapAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some((key, value)) = items.next_entry::<&RawValue, &RawValue>()? {
            self.found.push((key.get_ron(), value.get_ron()));
        }
        Ok(())
    }
}

struct Entries<'f, 'a> {
    found: &'f mut Vec<(&'a str, &'a str)>,
}

impl<'a> DeserializeSeed<'a> for Entries<'_, 'a> {
    type Value = ();
    fn deserialize<D: Deserializer<'a>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_struct("", &[], self)
    }
}

impl<'a> Visitor<'a> for Entries<'_, 'a> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("keys with values")
    }
    fn visit_map<A: MapAccess<'a>>(self, mut items: A) -> Result<(), A::Error> {
        while let Some(key) = items.next_key_seed(Key)? {
            let value = items.next_value::<&RawValue>()?;
            self.found.push((key, value.get_ron()));
        }
        Ok(())
    }
}

struct Key;

impl<'a> DeserializeSeed<'a> for Key {
    type Value = &'a str;
    fn deserialize<D: Deserializer<'a>>(self, from: D) -> Result<&'a str, D::Error> {
        from.deserialize_identifier(self)
    }
}

impl<'a> Visitor<'a> for Key {
    type Value = &'a str;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }
    fn visit_borrowed_str<E: serde::de::Error>(self, key: &'a str) -> Result<&'a str, E> {
        Ok(key)
    }
}
