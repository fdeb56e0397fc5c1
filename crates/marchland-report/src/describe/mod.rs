//! What a scenario holds: lists of rows, and their text.

mod arguments;
mod lists;
mod odd;

use std::fmt::Write as _;

use serde_json::Value;

use crate::screen::{BOLD, Screen};

pub use lists::{
    actions, claims, events, indicators, institutions, measures, overview, parameters, payoffs, players, strategies,
};
pub use odd::{Evidence, protocol, text as protocol_text};

/// One row of a list: keys with values, in the order in which they are shown.
pub struct Row(pub Vec<(&'static str, Value)>);

impl serde::Serialize for Row {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// Rows as text: the id as a heading, the rest below it.
#[must_use]
pub fn text(rows: &[Row]) -> Screen {
    let mut screen = Screen::new();
    for row in rows {
        for (at, (key, value)) in row.0.iter().enumerate() {
            if at == 0 {
                screen.styled(BOLD, &plain(value)).end();
            } else if !empty(value) {
                let mut text = format!("    {}:", key.replace('_', " "));
                indented(&mut text, value, 8);
                screen.plain(&text);
            }
        }
    }
    if rows.is_empty() { Screen::from("none\n") } else { screen }
}

/// Rows as comma-separated values: a column a key, values as the text has them.
#[must_use]
pub fn csv(rows: &[Row]) -> String {
    let mut keys: Vec<&str> = Vec::new();
    for (key, _) in rows.iter().flat_map(|row| &row.0) {
        if !keys.contains(key) {
            keys.push(key);
        }
    }
    let mut table = crate::csv::Table::new(&keys);
    for row in rows {
        let value = |key: &&str| row.0.iter().find(|(own, _)| own == key).map(|(_, value)| value);
        table.row(keys.iter().map(|key| value(key).filter(|value| !empty(value)).map_or_else(String::new, plain)));
    }
    table.finish()
}

/// A value after its key; an object that holds lists of objects a line for each.
fn indented(text: &mut String, value: &Value, by: usize) {
    let parts = |value: &Value| value.as_array().is_some_and(|items| items.iter().any(Value::is_object));
    match value {
        Value::Object(items) if items.values().any(parts) => {
            text.push('\n');
            for (key, item) in items.iter().filter(|(_, item)| !empty(item)) {
                let _ = write!(text, "{:by$}{key}:", "");
                match item {
                    Value::Array(list) if parts(item) => {
                        text.push('\n');
                        for one in list {
                            let _ = writeln!(text, "{:1$}{2}", "", by + 4, named(one));
                        }
                    }
                    item => {
                        let _ = writeln!(text, " {}", plain(item));
                    }
                }
            }
        }
        value => {
            let _ = writeln!(text, " {}", plain(value));
        }
    }
}

/// A block after its name; any other value plainly.
fn named(value: &Value) -> String {
    match (value.get("block"), value.as_object()) {
        (Some(name), Some(items)) => {
            let mut rest = items.clone();
            rest.remove("block");
            format!("{}: {}", plain(name), plain(&Value::Object(rest)))
        }
        _ => plain(value),
    }
}

fn empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(items) => items.is_empty(),
        _ => false,
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::Null => "none".into(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Object(items) => items
            .iter()
            .filter(|(_, value)| !empty(value))
            .map(|(key, value)| format!("{key} {}", plain(value)))
            .collect::<Vec<_>>()
            .join(" · "),
        other => other.to_string(),
    }
}
