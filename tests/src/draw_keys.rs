//! What keys draws: names may change, and where the keys stay, no number does.

use std::collections::BTreeMap;
use std::sync::Arc;

use marchland_game::stream::{mix2, name_hash};
use marchland_sim::scenario::files::{self, Files};
use marchland_sim::scenario::{LoadOptions, Scenario, load_files};
use marchland_sim::turn::Engine;
use marchland_strategies::Registry;

use crate::scenario_text::{items, map, pair, rename, string, value};
use crate::scenarios::{Stage, folder, names};

/// Sections, and kinds of entities, whose names are exchanged.
const SECTIONS: &[&str] = &["players", "populations"];
const KINDS: &[&str] = &["region", "elite"];

/// New names for the players, populations, regions and elites of a scenario, drawn from `seed`: none where a name is
/// also another thing's, so that only these things are renamed.
fn new_names(read: &Files, seed: u64) -> BTreeMap<String, String> {
    let mut found = Vec::new();
    for layer in &read.layers {
        for range in items(&layer.text) {
            match pair(&layer.text[range]) {
                Some((section, list)) if SECTIONS.contains(&section) => {
                    found.extend(items(list).into_iter().filter_map(|range| value(&list[range], "id")));
                }
                Some(("entities", kinds)) => {
                    for range in items(kinds) {
                        let (kind, list) = pair(&kinds[range]).expect("a kind with its entities");
                        if KINDS.contains(&kind) {
                            found.extend(items(list).into_iter().filter_map(|range| value(&list[range], "id")));
                        }
                    }
                }
                _ => {}
            }
        }
    }
    let new = |name: &str| format!("n{:x}_{}", mix2(seed, name_hash(name)) % 0xffff_ffff, name.len());
    let names = found.into_iter().map(string).filter(|name| !WORDS.contains(name));
    let own: BTreeMap<String, String> = names.map(|name| (name.to_owned(), new(name))).collect();
    let mut all = own.clone();
    // Whatever is called after one of them is called after its new name.
    for layer in &read.layers {
        for section in ["tracks", "entities"] {
            let Some(text) = value(&layer.text, section) else { continue };
            let ones: Vec<&str> = match section {
                "tracks" => list(text),
                _ => list(text)
                    .into_iter()
                    .flat_map(|kind| pair(kind).map(|(_, text)| list(text)).unwrap_or_default())
                    .collect(),
            };
            for id in ones.into_iter().filter_map(|one| value(one, "id")).map(string) {
                let after = after(id, &own);
                if after != id && !own.contains_key(id) {
                    all.insert(id.to_owned(), after);
                }
            }
        }
    }
    // Actions that hold their owner's name have other names then, too.
    for layer in &read.layers {
        for action in value(&layer.text, "actions").map(list).into_iter().flatten() {
            let id = value(action, "id").map(string).unwrap_or_default();
            if !id.contains("{owner}") {
                continue;
            }
            for owner in value(action, "owners").map(list).into_iter().flatten().map(string) {
                if let Some(other) = own.get(owner) {
                    all.insert(id.replace("{owner}", owner), id.replace("{owner}", other));
                }
            }
        }
    }
    all
}

/// A name with the names that it holds, between underscores, exchanged: the longest first.
fn after(name: &str, new: &BTreeMap<String, String>) -> String {
    let parts: Vec<&str> = name.split('_').collect();
    let (mut at, mut found) = (0, Vec::new());
    while at < parts.len() {
        let longest = (at + 1..=parts.len()).rev().find_map(|end| Some((end, new.get(&parts[at..end].join("_"))?)));
        match longest {
            Some((end, other)) => {
                found.push(other.clone());
                at = end;
            }
            None => {
                found.push(parts[at].to_owned());
                at += 1;
            }
        }
    }
    found.join("_")
}

/// The items of a list, as texts.
fn list(text: &str) -> Vec<&str> {
    items(text).into_iter().map(|range| &text[range]).collect()
}

/// Names of players, regions and elites that are words of the format, of laws or of parameters too: a text cannot be
/// told from a name by its letters alone, and these keep theirs.
const WORDS: &[&str] = &["capital", "opposition", "people"];

/// The scenario with other names, with or without what keys its draws.
fn renamed(name: &str, seed: u64, keyed: bool) -> (Arc<Scenario>, BTreeMap<String, String>) {
    let mut read = files::read(&folder().join(name)).expect("the scenario is there");
    let new = new_names(&read, seed);
    for layer in read.layers.iter_mut().filter(|layer| layer.name.ends_with(".ron")) {
        layer.text = map(&layer.text, |item| match pair(item) {
            // Prose, sources, names that lie in other spaces and the base's name are left alone.
            Some((
                "title" | "description" | "sources" | "base" | "include" | "parameters" | "draw_keys" | "called"
                | "phrases",
                _,
            )) => item.to_owned(),
            Some((section @ ("players" | "tracks" | "entities"), list)) if keyed => {
                let with_key = |record: &str| {
                    let id = value(record, "id").map(string).unwrap_or_default();
                    match new.get(id) {
                        Some(_) if value(record, "draw_key").is_none() => {
                            record.replacen('(', &format!("(draw_key: \"@{id}\", "), 1)
                        }
                        _ => record.to_owned(),
                    }
                };
                let text = if section != "entities" {
                    map(list, with_key)
                } else {
                    map(list, |kind| {
                        let (of, entities) = pair(kind).expect("a kind with its entities");
                        format!("\"{of}\": {}", map(entities, with_key))
                    })
                };
                format!("{section}: {text}")
            }
            _ => item.to_owned(),
        });
        let text = std::mem::take(&mut layer.text);
        layer.text = map(&text, |item| match pair(item) {
            Some((
                "title" | "description" | "sources" | "base" | "include" | "parameters" | "draw_keys" | "called"
                | "phrases",
                _,
            )) => item.to_owned(),
            _ => {
                // A key is written with a mark, so that it is no name to be exchanged.
                let marked = item.replace("\"@", "\"@@_");
                let text = rename(&marked, |word| {
                    // `cell_{option}`: what stands before a placeholder is called after one of them, too.
                    new.get(word).cloned().or_else(|| {
                        // Paths of a deal hold the name of a party.
                        let party = word.starts_with("broken_by_");
                        (word.ends_with('_') || party).then(|| after(word, &new))
                    })
                });
                text.replace("\"@@_", "\"@")
            }
        });
        layer.text = unmark(&layer.text);
    }
    let registry = Registry::standard();
    match load_files(&read, &LoadOptions::new(marchland_laws::standard(), &registry.schemas())) {
        Ok(loaded) => (Arc::new(loaded.scenario), new),
        Err(findings) => panic!("{name} under other names does not load: {findings:#?}"),
    }
}

/// Takes the marks off draw keys: `"@russia"` is the key `russia`.
fn unmark(text: &str) -> String {
    text.replace("\"@", "\"")
}

/// Every indicator and payoff of a game at its end, under the old names, and its measures.
fn numbers(scenario: &Arc<Scenario>, old: &BTreeMap<String, String>, seed: u64, turns: u32) -> BTreeMap<String, u64> {
    let stage = Stage::around(scenario);
    let mut game = Engine::new(scenario).start(&stage.setup(seed, turns, false));
    while !game.is_over() {
        game.step();
    }
    let named = |name: &str| {
        rename(name, |word| {
            let party = || word.strip_prefix("broken_by_").and_then(|party| old.get(party));
            old.get(word).cloned().or_else(|| party().map(|party| format!("broken_by_{party}")))
        })
    };
    let outcome = game.outcome();
    let catalogue = &scenario.catalogue;
    let mut found = BTreeMap::new();
    for (at, indicator) in catalogue.indicators.iter().enumerate() {
        let id = marchland_game::IndicatorId::from_index(at);
        found.insert(named(&indicator.path), game.world().get(id).to_bits());
    }
    for (measure, value) in catalogue.measures.iter().zip(&outcome.measures) {
        found.insert(format!("measure {}", measure.id), value.to_bits());
    }
    found
}

#[test]
fn names_may_change_and_with_their_keys_kept_no_number_does() {
    for name in names() {
        let turns = 6;
        let plain = crate::scenarios::load(&name);
        for round in 0..3 {
            let (other, new) = renamed(&name, round, true);
            let old: BTreeMap<String, String> = new.iter().map(|(old, new)| (new.clone(), old.clone())).collect();
            assert!(new.len() >= 2, "{name}: too few names were changed to show anything");
            for seed in [1 + 2 * round, 2 + 2 * round] {
                let before = numbers(&plain, &BTreeMap::new(), seed, turns);
                let after = numbers(&other, &old, seed, turns);
                let differ: Vec<_> =
                    before.iter().filter(|(key, bits)| after.get(*key) != Some(bits)).take(5).collect();
                assert!(differ.is_empty() && before.len() == after.len(), "{name}, seed {seed}: {differ:?}");
            }
        }
    }
}

/// Games of the comparison without keys: with 1,000 pairs a difference of .16 standard deviations is found nine times
/// in ten at the level used (.001, two-sided: 3.29 + 1.28 standard errors of the difference, each of √(2/1000)).
const GAMES: u64 = 1000;

#[test]
fn without_the_keys_measures_agree_within_their_errors() {
    let name = "quiet-autocracy";
    let plain = crate::scenarios::load(name);
    let (other, _) = renamed(name, 7, false);
    let sums = |scenario: &Arc<Scenario>| -> Vec<(f64, f64)> {
        let stage = Stage::around(scenario);
        let engine = Engine::new(scenario);
        let mut sums = vec![(0.0, 0.0); scenario.catalogue.measures.len()];
        for seed in 1..=GAMES {
            let mut game = engine.start(&stage.setup(seed, 12, false));
            while !game.is_over() {
                game.step();
            }
            for (sum, value) in sums.iter_mut().zip(game.outcome().measures) {
                sum.0 += value;
                sum.1 += value * value;
            }
        }
        sums
    };
    let n = GAMES as f64;
    let (first, second) = (sums(&plain), sums(&other));
    let mut moved = 0;
    for (measure, (a, b)) in plain.catalogue.measures.iter().zip(first.iter().zip(&second)) {
        let variance = |(sum, squares): &(f64, f64)| (squares / n - (sum / n) * (sum / n)) / n;
        let (difference, error) = ((a.0 - b.0) / n, libm::sqrt(variance(a) + variance(b)));
        assert!(difference.abs() <= 3.29 * error, "{}: {difference} ± {error}", measure.id);
        moved += u32::from(difference != 0.0);
    }
    assert!(moved > 0, "other names without keys change no draw: the test shows nothing");
}
