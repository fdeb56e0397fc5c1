//! `marchland describe`: what a scenario holds, as text or as JSON.

mod arguments;
mod lists;
mod odd;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use marchland_sim::scenario::{self, LoadOptions};
use marchland_strategies::Registry;
use serde_json::Value;

use crate::diagnostics;
use crate::failure::{self, Failure};

/// Print what a scenario holds.
#[derive(Args)]
pub struct Options {
    /// The scenario: a folder with a scenario.ron, or a single .ron file.
    scenario: PathBuf,
    /// Which list; an overview unless given.
    #[arg(value_enum)]
    list: Option<List>,
    /// A file that adds strategies to the scenario's, as for `run`.
    #[arg(long, value_name = "FILE")]
    strategies: Option<PathBuf>,
    /// Print JSON: an array of objects with an `id`, or for `odd` and the overview one object.
    #[arg(long)]
    json: bool,
}

/// What may be described.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum List {
    /// Who decides.
    Players,
    /// What each player plays for.
    Payoffs,
    /// What may be ordered.
    Actions,
    /// What happens.
    Events,
    /// Every number of the world.
    Indicators,
    /// Every uncertain number with its source.
    Parameters,
    /// Named ways to play.
    Strategies,
    /// Bodies that vote, and what they may be asked.
    Institutions,
    /// Results of a game.
    Measures,
    /// Claims that the scenario checks against itself.
    Claims,
    /// The ODD protocol.
    Odd,
}

/// One row of a list: keys with values, in the order in which they are shown.
pub struct Row(pub Vec<(&'static str, Value)>);

impl serde::Serialize for Row {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

/// Runs the command.
///
/// # Errors
/// The scenario is wrong, or the output cannot be written.
pub fn run(options: &Options) -> Result<(), Failure> {
    let registry = Registry::standard();
    let schemas = registry.schemas();
    let mut files = scenario::files::read(&options.scenario).map_err(Failure::Findings)?;
    if let Some(more) = &options.strategies {
        files.add_strategies(more).map_err(Failure::Findings)?;
    }
    let loaded = scenario::load_files(&files, &LoadOptions::new(marchland_laws::standard(), &schemas))
        .map_err(|found| diagnostics::unusable(&found, &files))?;
    let scenario = &loaded.scenario;
    let rows = match options.list {
        None => {
            let row = lists::overview(scenario);
            let text = if options.json { json(&row)? } else { as_text(&[row]) };
            return failure::print(text.as_bytes());
        }
        Some(List::Odd) => {
            let protocol = odd::protocol(scenario);
            let text = if options.json {
                json(&Row(protocol.iter().map(|(key, _, text)| (*key, Value::from(text.as_str()))).collect()))?
            } else {
                odd::text(&protocol)
            };
            return failure::print(text.as_bytes());
        }
        Some(List::Players) => lists::players(scenario),
        Some(List::Payoffs) => lists::payoffs(scenario),
        Some(List::Actions) => lists::actions(scenario),
        Some(List::Events) => lists::events(scenario),
        Some(List::Indicators) => lists::indicators(scenario),
        Some(List::Parameters) => lists::parameters(scenario),
        Some(List::Strategies) => lists::strategies(scenario, &schemas),
        Some(List::Institutions) => lists::institutions(scenario),
        Some(List::Measures) => lists::measures(scenario),
        Some(List::Claims) => lists::claims(&options.scenario, scenario, &registry)?,
    };
    let text = if options.json { json(&rows)? } else { as_text(&rows) };
    failure::print(text.as_bytes())
}

fn json(value: &impl serde::Serialize) -> Result<String, Failure> {
    serde_json::to_string_pretty(value)
        .map(|text| text + "\n")
        .map_err(|error| Failure::Output(std::io::Error::other(error)))
}

/// Rows as text: the id as a heading, the rest below it.
fn as_text(rows: &[Row]) -> String {
    let mut text = String::new();
    for row in rows {
        for (at, (key, value)) in row.0.iter().enumerate() {
            if at == 0 {
                let bold = anstyle::Style::new().bold();
                let _ = writeln!(text, "{bold}{}{bold:#}", plain(value));
            } else if !empty(value) {
                let _ = write!(text, "    {}:", key.replace('_', " "));
                indented(&mut text, value, 8);
            }
        }
    }
    if text.is_empty() { "none\n".into() } else { text }
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
