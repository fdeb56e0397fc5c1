//! `marchland reference`: the scenario language, from the tables that the reader itself uses.

use std::fmt::Write as _;

use clap::Args;
use marchland_experiments::run::keys::TOPICS as EXPERIMENT_TOPICS;
use marchland_experiments::tournament::keys::TOPICS as TOURNAMENT_TOPICS;
use marchland_game::{ArgumentKind, nearest};
use marchland_sim::scenario::keys::{DISTRIBUTIONS, EFFECTS, FUNCTIONS, Function, TOPICS, Topic};
use marchland_strategies::Registry;

use crate::failure::{self, Failure};

/// Print every key, effect, function and distribution of the scenario language.
#[derive(Args)]
pub struct Options {
    /// One topic: `action`, `effect`, `effects`, `expressions`, `distributions`, `strategies`, `laws` …; all
    /// of them unless given.
    topic: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// There is no such topic.
pub fn run(options: &Options) -> Result<(), Failure> {
    let all = || TOPICS.iter().chain(EXPERIMENT_TOPICS).chain(TOURNAMENT_TOPICS);
    let mut names: Vec<&str> = all().map(|topic| topic.name).collect();
    names.extend(["expressions", "effects", "distributions", "strategies", "laws"]);
    let wanted: Vec<&str> = match &options.topic {
        None => names.clone(),
        Some(name) => match names
            .iter()
            .find(|known| **known == name.as_str())
            .or_else(|| names.iter().find(|known| format!("{known}s") == *name))
        {
            Some(known) => vec![*known],
            None => {
                let near = nearest(name, &names).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
                return Err(Failure::Usage(format!("there is no topic `{name}`{near}\ntopics: {}", names.join(", "))));
            }
        },
    };
    let mut text = String::new();
    for name in wanted {
        match name {
            "expressions" => functions(
                &mut text,
                "expressions",
                "What may stand between double quotes where an expression or a condition is wanted.",
                FUNCTIONS,
            ),
            "effects" => functions(&mut text, "effects", "What may stand in a list of effects.", EFFECTS),
            "distributions" => {
                functions(&mut text, "distributions", "What may stand where a distribution is wanted.", DISTRIBUTIONS)
            }
            "strategies" => strategies(&mut text),
            "laws" => laws(&mut text),
            _ => all().filter(|topic| topic.name == name).for_each(|known| topic(&mut text, known)),
        }
    }
    failure::print(text.as_bytes())
}

fn heading(text: &mut String, name: &str) {
    let bold = anstyle::Style::new().bold();
    let _ = writeln!(text, "{bold}{name}{bold:#}");
}

fn topic(text: &mut String, topic: &Topic) {
    heading(text, &format!("{}  –  {}", topic.name, topic.section));
    let _ = writeln!(text, "  {}\n", topic.meaning);
    for key in topic.keys {
        let unit = if key.unit.is_empty() { String::new() } else { format!(", in {}", key.unit) };
        let _ = writeln!(
            text,
            "  {}: {}{unit}; {}",
            key.name,
            key.kind,
            match key.default {
                "required" => "required".to_owned(),
                default => format!("default {default}"),
            }
        );
        let _ = writeln!(text, "      {}.", key.meaning);
        let _ = writeln!(text, "      {}: {}", key.name, key.example);
    }
    text.push('\n');
}

fn functions(text: &mut String, name: &str, meaning: &str, list: &[Function]) {
    heading(text, name);
    let _ = writeln!(text, "  {meaning}\n");
    for function in list {
        let unit = if function.unit.is_empty() { String::new() } else { format!(", in {}", function.unit) };
        let default = match function.default {
            "" => String::new(),
            default => format!("; default {default}"),
        };
        let _ = writeln!(text, "  {}: {}{unit}{default}", function.form, function.kind);
        let _ = writeln!(text, "      {}.\n      {}", function.meaning, function.example);
    }
    text.push('\n');
}

fn strategies(text: &mut String) {
    heading(text, "strategies  –  strategies: [(name: \"…\", intent: \"…\", play: Family(argument: …))]");
    for family in Registry::standard().schemas() {
        let of = if family.cohorts { " (for populations)" } else { "" };
        let _ = writeln!(text, "\n  {}{of}\n      {}\n      Source: {}.", family.name, family.meaning, family.source);
        for argument in family.arguments {
            let _ = writeln!(
                text,
                "      {}: {}\n          {}.",
                argument.name,
                argument_kind(argument.kind),
                argument.meaning
            );
        }
    }
    text.push('\n');
}

/// What may be written for an argument, and its default.
pub fn argument_kind(kind: ArgumentKind) -> String {
    fn or<T: std::fmt::Display>(default: Option<T>) -> String {
        default.map_or_else(|| "required".to_owned(), |value| format!("default {value}"))
    }
    match kind {
        ArgumentKind::Number { low, high, default } => format!("number in [{low}, {high}]; {}", or(default)),
        ArgumentKind::Integer { low, high, default } => format!("whole number in [{low}, {high}]; {}", or(default)),
        ArgumentKind::Word { choices, default } => format!("one of {}; {}", choices.join(", "), or(default)),
        ArgumentKind::Text { default } => format!("text; {}", or(default)),
        ArgumentKind::Indicator => "path of an indicator; required".into(),
        ArgumentKind::Action => "name of an action; required".into(),
        ArgumentKind::Players => "list of players; default []".into(),
        ArgumentKind::Indicators => "list of paths; default []".into(),
        ArgumentKind::Expression { default } => format!("number or expression; {}", or(default)),
        ArgumentKind::Strategy => "name of a strategy, or one written in place; default Idle()".into(),
        ArgumentKind::Strategies => "list of strategies with weights, [(\"name\", 0.5)]; required".into(),
        ArgumentKind::Blocks => "list of blocks, see `marchland reference block`; required".into(),
        ArgumentKind::Script => "orders by turn, [(1, [\"action option\"])]; required".into(),
        ArgumentKind::Orders => "orders given together, [\"action option\"]; default []".into(),
        ArgumentKind::Weights => "rows (\"action\", \"option\", [numbers]); required".into(),
    }
}

fn laws(text: &mut String) {
    heading(text, "laws  –  mechanisms: [ … ]");
    for law in marchland_laws::standard().mechanisms() {
        let _ = writeln!(
            text,
            "\n  {}\n      {}\n      Equations: {}\n      Source: {}.",
            law.name, law.meaning, law.equations, law.source
        );
        if !law.parameters.is_empty() {
            let _ = writeln!(text, "      Parameters: {}.", law.parameters.join(", "));
        }
        let mut set = marchland_sim::world::ColumnSet::default();
        (law.columns)(&mut set);
        for kind in set.kinds() {
            for field in set.fields(kind) {
                let nature = if field.inputs.is_empty() { "" } else { ", derived" };
                let _ = writeln!(
                    text,
                    "      {kind}.{}: {} in [{}, {}]{nature}{}",
                    field.name,
                    field.unit,
                    field.low,
                    field.high,
                    match field.initial {
                        Some(x) => format!("; starts at {x}"),
                        None => "; a scenario gives its start".to_owned(),
                    }
                );
                let _ = writeln!(text, "          {}", field.meaning.trim());
            }
        }
    }
    text.push('\n');
}
