//! A player for Marchland in Rust, standard library only, with a reader of JSON of its own.
//!
//! Run it as `--strategy 'russia=External("target/release/examples/bot")'`. It gives the first legal
//! order in every second decision, and counts its decisions in its memory.

use std::io::{self, BufRead, Write};

/// A value of JSON, as far as this program reads any.
enum Json {
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
    Other,
}

impl Json {
    fn get(&self, key: &str) -> &Json {
        match self {
            Json::Object(entries) => {
                entries.iter().find(|(name, _)| name == key).map_or(&Json::Other, |(_, value)| value)
            }
            _ => &Json::Other,
        }
    }

    fn number(&self) -> f64 {
        if let Json::Number(x) = self { *x } else { 0.0 }
    }

    fn text(&self) -> &str {
        if let Json::Text(text) = self { text } else { "" }
    }
}

/// Reads well-formed JSON.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn skip(&mut self, c: char) -> bool {
        self.rest = self.rest.trim_start();
        let found = self.rest.strip_prefix(c);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn value(&mut self) -> Json {
        if self.skip('"') {
            return Json::Text(self.string());
        }
        if self.skip('[') {
            let mut items = Vec::new();
            while !self.skip(']') {
                items.push(self.value());
                self.skip(',');
            }
            return Json::List(items);
        }
        if self.skip('{') {
            let mut entries = Vec::new();
            while !self.skip('}') {
                self.skip('"');
                let key = self.string();
                self.skip(':');
                entries.push((key, self.value()));
                self.skip(',');
            }
            return Json::Object(entries);
        }
        let end = self.rest.find([',', ']', '}']).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.trim().parse().map_or(Json::Other, Json::Number)
    }

    /// The rest of a string whose opening quote is read. Escapes are kept as written: names of
    /// actions have none.
    fn string(&mut self) -> String {
        let mut escaped = false;
        for (at, c) in self.rest.char_indices() {
            match c {
                '"' if !escaped => {
                    let text = self.rest[..at].to_owned();
                    self.rest = &self.rest[at + 1..];
                    return text;
                }
                '\\' => escaped = !escaped,
                _ => escaped = false,
            }
        }
        String::new()
    }
}

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let message = Reader { rest: &line? }.value();
        match message.get("type").text() {
            "decide" => {
                let decisions = message.get("memory").get("decisions").number();
                let order = match message.get("legal") {
                    Json::List(legal) if decisions % 2.0 == 0.0 => legal.first().map(|first| {
                        let (action, option) = (first.get("action").text(), first.get("option").text());
                        format!(r#"{{"action":"{action}","option":"{option}"}}"#)
                    }),
                    _ => None,
                };
                let (id, count) = (message.get("id").number(), decisions + 1.0);
                let orders = order.unwrap_or_default();
                writeln!(out, r#"{{"id":{id},"orders":[{orders}],"memory":{{"decisions":{count}}}}}"#)?;
                out.flush()?;
            }
            "bye" => break,
            _ => {}
        }
    }
    Ok(())
}
