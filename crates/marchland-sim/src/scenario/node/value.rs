//! Values of a file that know their place.

use crate::scenario::sink::Place;

/// The deepest nesting that a file may have.
pub const NESTING: usize = 32;

/// A value of a file.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where it stands.
    pub place: Place,
    /// What it is.
    pub kind: Kind,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Flag(bool),
    /// A string.
    Text(Text),
    /// `[…]`
    List(Vec<Node>),
    /// `{…}`, as a list of pairs.
    Map(Vec<(Node, Node)>),
    /// `(key: value, …)` or `Name(key: value, …)`.
    Record(Option<String>, Vec<Entry>),
    /// `(…)` or `Name(…)` without keys.
    Tuple(Option<String>, Vec<Node>),
    /// A bare word: `Public`.
    Word(String),
    /// What was refused, and said so of, when the file was read.
    Refused,
}

/// A string, and where each of its bytes stands in the file.
#[derive(Clone, Debug)]
pub struct Text {
    /// The string.
    pub value: String,
    /// Place of its first byte.
    pub start: u32,
    /// Where each byte stands, where escapes shift them; the end included.
    origins: Option<Vec<u32>>,
}

impl Text {
    /// A string in which every byte stands for itself.
    pub(super) fn plain(value: String, start: u32) -> Self {
        Self { value, start, origins: None }
    }

    /// The place in the file of a byte of the string.
    #[must_use]
    pub fn origin(&self, byte: usize) -> u32 {
        match &self.origins {
            None => self.start + byte as u32,
            Some(origins) => origins[byte.min(origins.len() - 1)],
        }
    }
}

/// A key with its value.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The key.
    pub key: String,
    /// Where the key stands.
    pub place: Place,
    /// The value.
    pub value: Node,
}

impl Node {
    /// What the value is, for messages: `a list`.
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match self.kind {
            Kind::Number(_) => "a number",
            Kind::Flag(_) => "`true` or `false`",
            Kind::Text(_) => "a text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a map",
            Kind::Record(..) => "a record `(key: …)`",
            Kind::Tuple(..) => "a tuple `(…)`",
            Kind::Word(_) => "a word",
            Kind::Refused => "what is no value",
        }
    }

    /// The leading word: of `Uniform(0, 1)` it is `Uniform`, of `Public` it is `Public`.
    #[must_use]
    pub fn word(&self) -> Option<&str> {
        match &self.kind {
            Kind::Word(word) | Kind::Record(Some(word), _) | Kind::Tuple(Some(word), _) => Some(word),
            _ => None,
        }
    }
}

/// A string as it is written, at a position of the file; nothing where it is none.
pub(super) fn string(written: &str, position: u32) -> Option<Text> {
    let value = ron::from_str::<String>(written).ok()?;
    let opening = written.find('"').unwrap_or(0) + 1;
    let start = position + opening as u32;
    let plain = written.starts_with('r') || !written.contains('\\');
    let origins = (!plain).then(|| origins(&written[opening..], start, value.len()));
    Some(Text { value, start, origins })
}

/// Where each byte of a text with escapes stands. `inside` begins after the opening quote.
fn origins(inside: &str, start: u32, length: usize) -> Vec<u32> {
    let mut origins = Vec::with_capacity(length + 1);
    let mut rest = inside.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        if origins.len() >= length {
            break;
        }
        let mut decoded = c.len_utf8();
        if c == '\\' {
            match rest.next() {
                Some((_, 'x')) => {
                    let digits: String = rest.by_ref().take(2).map(|(_, digit)| digit).collect();
                    decoded = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).map_or(1, char::len_utf8);
                }
                Some((_, 'u')) => {
                    let digits: String = rest
                        .by_ref()
                        .map(|(_, digit)| digit)
                        .take_while(|digit| *digit != '}')
                        .filter(char::is_ascii_hexdigit)
                        .collect();
                    decoded = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).map_or(1, char::len_utf8);
                }
                _ => decoded = 1,
            }
        }
        origins.extend(std::iter::repeat_n(start + at as u32, decoded));
    }
    origins.resize(length, start);
    origins.push(start + inside.len().saturating_sub(1) as u32);
    origins
}
