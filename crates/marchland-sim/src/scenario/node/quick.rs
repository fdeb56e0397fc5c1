//! A file as a tree in one pass, for files without a slip.
//!
//! `ron` tells what is wrong and where, and reads every value once for each level that it lies below. What is written in the common forms of RON is read here at once, and whatever else there may
//! be — a slip, an attribute, an underscore in a number — is left to it: this reader says nothing about a file but its tree.

use super::value::{Entry, Kind, NESTING, Node, Text, string};
use crate::scenario::sink::Place;

/// The tree of a file, or nothing where the other reader has to look.
pub(super) fn read(text: &str, file: u16) -> Option<Node> {
    let mut quick = Quick { text, bytes: text.as_bytes(), at: 0, file, depth: 0 };
    let node = quick.node()?;
    quick.skip_blank()?;
    (quick.at == quick.bytes.len()).then_some(node)
}

struct Quick<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    file: u16,
    depth: usize,
}

impl<'a> Quick<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    /// Whether the next byte is this one, which is passed then.
    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn place(&self, start: usize) -> Place {
        Place { file: self.file, start: start as u32, end: self.at as u32 }
    }

    /// Passes white space and comments; nothing where a comment does not end.
    fn skip_blank(&mut self) -> Option<()> {
        loop {
            match self.peek() {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                Some(b'/') => match self.bytes.get(self.at + 1)? {
                    b'/' => self.at += self.text[self.at..].find('\n')?,
                    b'*' => {
                        // Comments within comments are left to the other reader.
                        let inside = &self.text[self.at + 2..];
                        let end = inside.find("*/")?;
                        if inside[..end].contains("/*") {
                            return None;
                        }
                        self.at += 2 + end + 2;
                    }
                    _ => return None,
                },
                _ => return Some(()),
            }
        }
    }

    /// A word of plain letters, digits and underscores, which something else follows than a sign that words may hold.
    fn word(&mut self) -> Option<&'a str> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            self.at += 1;
        }
        let word = &self.text[start..self.at];
        (!word.is_empty() && self.ends()).then_some(word)
    }

    /// Whether a word or number may end here.
    fn ends(&self) -> bool {
        matches!(
            self.peek(),
            None | Some(b' ' | b'\n' | b'\t' | b'\r' | b',' | b':' | b'(' | b')' | b']' | b'}' | b'/')
        )
    }

    fn node(&mut self) -> Option<Node> {
        self.skip_blank()?;
        let start = self.at;
        self.depth += 1;
        // At the bound it is the other reader that counts.
        if self.depth > NESTING {
            return None;
        }
        let kind = match self.peek()? {
            b'"' => self.text()?,
            b'[' => Kind::List(self.items(b']')?),
            b'{' => self.map()?,
            b'(' => self.parenthesis(None)?,
            b'0'..=b'9' | b'-' => self.number()?,
            b'r' if matches!(self.bytes.get(self.at + 1), Some(b'"' | b'#')) => return None,
            byte if byte.is_ascii_alphabetic() || byte == b'_' => match self.word()? {
                "true" => Kind::Flag(true),
                "false" => Kind::Flag(false),
                "NaN" | "inf" | "NaNf32" | "NaNf64" | "inff32" | "inff64" => return None,
                word if self.peek() == Some(b'(') => self.parenthesis(Some(word))?,
                word => {
                    let kind = Kind::Word(word.to_owned());
                    let node = Node { place: self.place(start), kind };
                    self.depth -= 1;
                    // A bracket behind a blank may or may not belong to the word.
                    self.skip_blank()?;
                    return (self.peek() != Some(b'(')).then_some(node);
                }
            },
            _ => return None,
        };
        self.depth -= 1;
        Some(Node { place: self.place(start), kind })
    }

    /// A decimal number as everybody writes it: `-12`, `0.5`, `1e-3`.
    fn number(&mut self) -> Option<Kind> {
        let start = self.at;
        let digits = |quick: &mut Self| {
            let from = quick.at;
            while quick.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                quick.at += 1;
            }
            quick.at > from
        };
        self.take(b'-');
        if !digits(self) || self.take(b'.') && !digits(self) {
            return None;
        }
        if self.take(b'e') || self.take(b'E') {
            let _ = self.take(b'-') || self.take(b'+');
            if !digits(self) {
                return None;
            }
        }
        if !self.ends() {
            return None;
        }
        let number: f64 = self.text[start..self.at].parse().ok()?;
        number.is_finite().then_some(Kind::Number(number))
    }

    /// A string in double quotes.
    fn text(&mut self) -> Option<Kind> {
        let start = self.at;
        self.at += 1;
        let mut plain = true;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => {
                    plain = false;
                    self.at += 2;
                }
                _ => self.at += 1,
            }
        }
        self.at += 1;
        let whole = self.text.get(start..self.at)?;
        let opening = start as u32 + 1;
        if plain {
            return Some(Kind::Text(Text::plain(whole[1..whole.len() - 1].to_owned(), opening)));
        }
        string(whole, opening - 1).map(Kind::Text)
    }

    /// Values up to a closing bracket, with commas between them and perhaps behind the last.
    fn items(&mut self, close: u8) -> Option<Vec<Node>> {
        self.at += 1;
        let mut found = Vec::new();
        loop {
            self.skip_blank()?;
            if self.take(close) {
                return Some(found);
            }
            found.push(self.node()?);
            self.skip_blank()?;
            if !self.take(b',') {
                return self.take(close).then_some(found);
            }
        }
    }

    fn map(&mut self) -> Option<Kind> {
        self.at += 1;
        let mut found = Vec::new();
        loop {
            self.skip_blank()?;
            if self.take(b'}') {
                return Some(Kind::Map(found));
            }
            let key = self.node()?;
            self.skip_blank()?;
            if !self.take(b':') {
                return None;
            }
            found.push((key, self.node()?));
            self.skip_blank()?;
            if !self.take(b',') {
                return self.take(b'}').then_some(Kind::Map(found));
            }
        }
    }

    /// What stands in round brackets: keys with values, or values alone.
    fn parenthesis(&mut self, name: Option<&str>) -> Option<Kind> {
        let name = name.map(str::to_owned);
        let open = self.at;
        self.at += 1;
        self.skip_blank()?;
        let keyed = self.peek().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_') && {
            let word = self.word().is_some();
            word && {
                self.skip_blank()?;
                self.peek() == Some(b':')
            }
        };
        self.at = open;
        if !keyed {
            return Some(Kind::Tuple(name, self.items(b')')?));
        }
        self.at += 1;
        let mut found = Vec::new();
        loop {
            self.skip_blank()?;
            if self.take(b')') {
                return Some(Kind::Record(name, found));
            }
            let start = self.at;
            if self.peek()?.is_ascii_digit() {
                return None;
            }
            let key = self.word()?.to_owned();
            let place = self.place(start);
            self.skip_blank()?;
            if !self.take(b':') {
                return None;
            }
            found.push(Entry { key, place, value: self.node()? });
            self.skip_blank()?;
            if !self.take(b',') {
                return self.take(b')').then_some(Kind::Record(name, found));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::*;
    use crate::scenario::sink::Sink;

    fn by_ron(text: &str) -> Option<Node> {
        super::super::by_ron::read(text, 0, &Sink::of("test.ron"))
    }

    /// Both readers read the same: kinds, values and where everything begins. What ends where may differ by a comment.
    fn same(quick: &Node, slow: &Node) -> bool {
        let all = |a: &[Node], b: &[Node]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b));
        let kinds = match (&quick.kind, &slow.kind) {
            (Kind::Number(a), Kind::Number(b)) => a.to_bits() == b.to_bits(),
            (Kind::Flag(a), Kind::Flag(b)) => a == b,
            (Kind::Text(a), Kind::Text(b)) => {
                a.value == b.value && (0..a.value.len()).all(|byte| a.origin(byte) == b.origin(byte))
            }
            (Kind::Word(a), Kind::Word(b)) => a == b,
            (Kind::List(a), Kind::List(b)) => all(a, b),
            (Kind::Tuple(one, a), Kind::Tuple(other, b)) => one == other && all(a, b),
            (Kind::Map(a), Kind::Map(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(&a.0, &b.0) && same(&a.1, &b.1))
            }
            (Kind::Record(one, a), Kind::Record(other, b)) => {
                let entry = |(a, b): (&Entry, &Entry)| {
                    a.key == b.key
                        && (a.place.start, a.place.end) == (b.place.start, b.place.end)
                        && same(&a.value, &b.value)
                };
                one == other && a.len() == b.len() && a.iter().zip(b).all(entry)
            }
            _ => false,
        };
        kinds && quick.place.start == slow.place.start && quick.place.end <= slow.place.end
    }

    #[test]
    fn every_scenario_is_read_here_and_as_ron_reads_it() {
        let mut files = 0;
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|end| end == "ron") {
                    let text = std::fs::read_to_string(&path).expect("a text");
                    let quick = read(&text, 0).unwrap_or_else(|| panic!("{} is left to ron", path.display()));
                    let slow = by_ron(&text).expect("it has no slip");
                    assert!(same(&quick, &slow), "{}", path.display());
                    files += 1;
                }
            }
        }
        assert!(files > 40, "{files}");
    }

    #[test]
    fn uncommon_forms_are_read_as_ron_reads_them_or_left_to_it() {
        for text in [
            "()",
            "(a: 1)",
            "(a: ())",
            "Idle()",
            "Idle ( )",
            "Idle",
            "[1, 2,]",
            "[]",
            "{}",
            "{\"a\": 1,}",
            "(1, 2)",
            "(1,)",
            "r\"raw\"",
            "r#\"raw \"#",
            "\"a\\n\\u{e9}\\x41z\"",
            "\"a\nb\"",
            "1_000",
            "+1",
            ".5",
            "5.",
            "0x10",
            "1e400",
            "-0",
            "1e5",
            "1E+5",
            "-",
            "--1",
            "1.2.3",
            "1f64",
            "NaN",
            "inf",
            "-inf",
            "'c'",
            "b\"x\"",
            "Some(1)",
            "None",
            "r#if",
            "(r#if: 1)",
            "(1: 2)",
            "(a b)",
            "(a: 1 b: 2)",
            "(a: 1,, b: 2)",
            "[,]",
            "(,)",
            "[1 2]",
            "{1 2}",
            "{a: 1}",
            "(a: b: c)",
            "Word(a: 1)",
            "Word (a: 1)",
            "Word /* x */ (1)",
            "// c\n1 // d",
            "/* a /* b */ c */ 1",
            "/* a",
            "1 /",
            "",
            "#![enable(implicit_some)]\n1",
            "(a: 1 /* x */, b: 2 // y\n)",
            "\u{a0}1",
            "(é: 1)",
            "é",
            "a-b",
            "a.b",
            "a#b",
            "(a:1,b:2)",
            "(a:Word,b:2)",
            "[Word, Word()]",
            "1 2",
            "(a: true)",
            "[true(1)]",
            "true ",
            "truex",
            "(((1)))",
            "\"",
            "\"\\",
            "\"a\\\"",
            "(a: \"x\\\"y\")",
            "u::v",
            "(a::b: 1)",
            "\u{feff}1",
            "(a: 1)\u{0}",
        ] {
            if let Some(quick) = read(text, 0) {
                let slow = by_ron(text).unwrap_or_else(|| panic!("{text:?} is a slip, and was read"));
                assert!(same(&quick, &slow), "{text:?}: {quick:?} for {slow:?}");
            }
        }
        let nested = |levels: usize| "[".repeat(levels) + "1" + &"]".repeat(levels);
        for (levels, here, there) in [(NESTING - 1, true, true), (NESTING, false, true), (NESTING + 1, false, false)] {
            let text = nested(levels);
            assert_eq!((read(&text, 0).is_some(), by_ron(&text).is_some()), (here, there), "{levels}");
        }
        assert!(read(&"[".repeat(100_000), 0).is_none());
    }

    proptest! {
        /// Scraps of the language, put together anyhow: whatever is read here, `ron` reads, and alike.
        #[test]
        fn scraps_are_read_as_ron_reads_them_or_left_to_it(scraps in prop::collection::vec(prop::sample::select(vec![
            "(", ")", "[", "]", "{", "}", ",", ":", " ", "\n", "a", "Word", "true", "r", "1", "-", "0.5", "1e3", "_", "\"x\"",
            "\"\\n\"", "\"", "\\", "/*", "*/", "//", "#", "é", ".", "a: ", "(a: 1)", "Idle()", "'",
        ]), 0..14)) {
            let text = scraps.concat();
            if let Some(quick) = read(&text, 0) {
                let slow = by_ron(&text);
                prop_assert!(slow.as_ref().is_some_and(|slow| same(&quick, slow)), "{text:?}: {quick:?} for {slow:?}");
            }
        }
    }
}
