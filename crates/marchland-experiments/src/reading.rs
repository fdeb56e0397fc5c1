//! What files of experiments and of tournaments have in common: a tree read whole, parameters set by hand, belief
//! sets, lists of names.

use marchland_game::Diagnostic;
use marchland_sim::scenario::Scenario;
use marchland_sim::scenario::keys::Topic;
use marchland_sim::scenario::node::{self, Entry, Kind, Node};
use marchland_sim::scenario::reader::Record;
use marchland_sim::scenario::sink::{Place, Sink};
use marchland_sim::turn::{parameter_value, unknown_belief};

/// Reads text as a record of `keys` and hands it to `take`; `file` names it in findings.
///
/// # Errors
/// Every mistake that reading, or `take`, reports.
pub fn whole<T>(
    text: &str,
    file: &str,
    keys: &'static Topic,
    take: impl FnOnce(&Sink, &Record<'_>) -> T,
) -> Result<T, Vec<Diagnostic>> {
    changed(text, file, &[], keys, take)
}

/// As [`whole`], with the values of some keys given beside the text, each as it would be written in it:
/// they take the place of the text's own, and are named `--KEY` in findings.
///
/// # Errors
/// Every mistake that reading, or `take`, reports.
pub fn changed<T>(
    text: &str,
    file: &str,
    changes: &[(&str, &str)],
    keys: &'static Topic,
    take: impl FnOnce(&Sink, &Record<'_>) -> T,
) -> Result<T, Vec<Diagnostic>> {
    let sink = Sink::of(file);
    let read = node::read(text, 0, &sink).and_then(|mut tree| {
        for (key, text) in changes {
            let value = node::read(text, sink.file(&format!("--{key}")), &sink)?;
            let entry = Entry { key: (*key).to_owned(), place: value.place, value };
            match &mut tree.kind {
                Kind::Record(_, entries) => match entries.iter_mut().find(|entry| entry.key == *key) {
                    Some(own) => *own = entry,
                    None => entries.push(entry),
                },
                Kind::Tuple(None, items) if items.is_empty() => tree.kind = Kind::Record(None, vec![entry]),
                _ => {}
            }
        }
        let record = Record::of(&tree, keys, &sink)?;
        Some(take(&sink, &record))
    });
    match read {
        Some(read) if !sink.failed() => Ok(read),
        _ => Err(sink.finish()),
    }
}

/// A parameter's value, as a command would write it, where the scenario accepts it.
pub fn parameter(sink: &Sink, scenario: &Scenario, name: &str, place: Place, node: &Node) -> Option<String> {
    let text = match &node.kind {
        Kind::Number(x) => format!("{x:?}"),
        Kind::Flag(flag) => u8::from(*flag).to_string(),
        Kind::Text(text) => text.value.clone(),
        _ => {
            sink.wrong_type(node, "a number, a flag or the name of a choice");
            return None;
        }
    };
    match parameter_value(scenario, name, &text) {
        Ok(_) => Some(text),
        Err(found) => {
            let at = if found.code == "unknown-parameter" { place } else { node.place };
            sink.push(found, at);
            None
        }
    }
}

/// The key `set`: parameters held at a value.
pub fn set(sink: &Sink, scenario: &Scenario, record: &Record<'_>) -> Vec<(String, String)> {
    let pairs = record.pairs("set").into_iter();
    pairs
        .filter_map(|(name, place, node)| Some((name.to_owned(), parameter(sink, scenario, name, place, node)?)))
        .collect()
}

/// The key `beliefs`: `All` or a list; the scenario's default where it is absent or empty.
pub fn beliefs(sink: &Sink, scenario: &Scenario, record: &Record<'_>) -> Vec<String> {
    let default = || vec![scenario.default_belief.map_or("", |at| &scenario.beliefs[at].id).to_owned()];
    let all = || scenario.beliefs.iter().map(|belief| belief.id.clone()).collect::<Vec<_>>();
    let Some(node) = record.get("beliefs") else { return default() };
    if let Some(word) = node.word() {
        if word != "All" {
            // Whoever writes a name bare means a list of it.
            let message = format!("belief sets are `All`, or a list of names, and not `{word}`");
            let list = if all().iter().any(|name| name == word) { vec![word.to_owned()] } else { all() };
            let found = Diagnostic::error("unknown-word", message);
            sink.push(if list.is_empty() { found } else { found.hint(format!("write `{list:?}`")) }, node.place);
        }
        return if word == "All" && !all().is_empty() { all() } else { default() };
    }
    let mut names: Vec<String> = Vec::new();
    for item in sink.list(node).unwrap_or_default() {
        let Some(text) = sink.text(item) else { continue };
        if !all().contains(&text.value) {
            sink.push(unknown_belief(scenario, &text.value), item.place);
        } else if !names.contains(&text.value) {
            names.push(text.value.clone());
        }
    }
    if names.is_empty() { default() } else { names }
}

/// The key `measures`: a list of names, each once; all of the scenario's where it is absent.
pub fn measures(sink: &Sink, scenario: &Scenario, record: &Record<'_>) -> Vec<String> {
    let known: Vec<&str> = scenario.catalogue.measures.iter().map(|measure| measure.id.as_str()).collect();
    match record.get("measures") {
        None => known.into_iter().map(str::to_owned).collect(),
        Some(node) => names(sink, node, &known, "measure", "unknown-measure"),
    }
}

/// A list of names of something that is known, each once.
pub fn names(sink: &Sink, node: &Node, known: &[&str], what: &str, code: &'static str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for item in sink.list(node).unwrap_or_default() {
        let Some(text) = sink.text(item) else { continue };
        if !known.contains(&text.value.as_str()) {
            let found = Diagnostic::error(code, format!("there is no {what} `{}`", text.value));
            sink.push(found.choose(&text.value, known.iter().copied()), item.place);
        } else if names.contains(&text.value) {
            let found = Diagnostic::error("duplicate-key", format!("`{}` stands twice", text.value));
            sink.push(found, item.place);
        } else {
            names.push(text.value.clone());
        }
    }
    names
}
