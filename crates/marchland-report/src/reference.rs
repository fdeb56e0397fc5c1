//! The scenario language, from the tables that the reader itself uses.

use std::fmt::Write as _;

use marchland_experiments::hindcast::keys::TOPICS as RULE_TOPICS;
use marchland_experiments::matching::keys::TOPICS as MATCHING_TOPICS;
use marchland_experiments::run::keys::TOPICS as EXPERIMENT_TOPICS;
use marchland_experiments::tournament::keys::TOPICS as TOURNAMENT_TOPICS;
use marchland_game::{ArgumentKind, nearest};
use marchland_sim::effects;
use marchland_sim::scenario::keys::{self, DISTRIBUTIONS, FUNCTIONS, Function, Key, LONG_EFFECT, TOPICS, Topic};
use marchland_strategies::Registry;

use crate::screen::{BOLD, Screen};

/// Every key, effect, function and distribution of the scenario language, or those of one topic: `action`, `effect`,
/// `effects`, `expressions`, `distributions`, `strategies`, `laws` …
///
/// # Errors
/// There is no such topic; the text names the nearest and all of them.
pub fn reference(wanted: Option<&str>) -> Result<Screen, String> {
    let all =
        || TOPICS.iter().chain(EXPERIMENT_TOPICS).chain(TOURNAMENT_TOPICS).chain(RULE_TOPICS).chain(MATCHING_TOPICS);
    let mut names: Vec<&str> = all().map(|topic| topic.name).collect();
    names.extend(["expressions", "effects", "distributions", "strategies", "laws"]);
    let wanted: Vec<&str> = match wanted {
        None => names.clone(),
        Some(name) => match names
            .iter()
            .find(|known| **known == name)
            .or_else(|| names.iter().find(|known| format!("{known}s") == name))
        {
            Some(known) => vec![*known],
            None => {
                let near = nearest(name, &names).map_or(String::new(), |near| format!("; did you mean `{near}`?"));
                return Err(format!("there is no topic `{name}`{near}\ntopics: {}", names.join(", ")));
            }
        },
    };
    let mut text = Screen::new();
    for name in wanted {
        match name {
            "expressions" => functions(
                &mut text,
                "expressions",
                "What may stand between double quotes where an expression or a condition is wanted.",
                FUNCTIONS,
            ),
            "effects" => {
                let mut forms: Vec<Function> = effects::STANDARD.iter().map(|kind| kind.form).collect();
                forms.push(LONG_EFFECT);
                functions(&mut text, "effects", "What may stand in a list of effects.", &forms);
            }
            "distributions" => {
                functions(&mut text, "distributions", "What may stand where a distribution is wanted.", DISTRIBUTIONS)
            }
            "strategies" => strategies(&mut text),
            "laws" => laws(&mut text),
            _ => all().filter(|topic| topic.name == name).for_each(|known| topic(&mut text, known)),
        }
    }
    Ok(text)
}

fn heading(text: &mut Screen, name: &str) {
    text.styled(BOLD, name).end();
}

fn topic(text: &mut Screen, topic: &Topic) {
    heading(text, &format!("{}  –  {}", topic.name, topic.section));
    let _ = writeln!(text, "  {}\n", topic.meaning);
    if topic.name == keys::EFFECT.name {
        for kind in effects::STANDARD {
            let _ = writeln!(text, "  The keys of {}:", kind.name);
            kind.keys.iter().for_each(|known| key(text, known));
        }
        let _ = writeln!(text, "  The keys of every effect:");
    }
    topic.keys.iter().for_each(|known| key(text, known));
    text.end();
}

fn key(text: &mut Screen, key: &Key) {
    let unit = if key.unit.is_empty() { String::new() } else { format!(", in {}", key.unit) };
    let default = match key.default {
        "required" => "required".to_owned(),
        default => format!("default {default}"),
    };
    let _ = writeln!(text, "  {}: {}{unit}; {default}", key.name, key.kind);
    let _ = writeln!(text, "      {}.", key.meaning);
    let _ = writeln!(text, "      {}: {}", key.name, key.example);
}

fn functions(text: &mut Screen, name: &str, meaning: &str, list: &[Function]) {
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
    text.end();
}

fn strategies(text: &mut Screen) {
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
    text.end();
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
        ArgumentKind::Numbers => "numbers, [0.5, -1]; required".into(),
    }
}

fn laws(text: &mut Screen) {
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
    text.end();
}
