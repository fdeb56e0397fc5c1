//! A scenario that lacks what its laws need is refused with a reason, or plays.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use marchland_experiments::compose;
use marchland_game::Severity;
use marchland_game::stream::{mix2, name_hash};
use marchland_sim::scenario::files::{self, Files};
use marchland_sim::scenario::{LoadOptions, load_files};
use marchland_sim::turn::{Engine, Setup, Variant};
use marchland_strategies::Registry;

use crate::scenario_text::{filter, items, map, pair, string, value};
use crate::scenarios::{folder, names};

/// Sections without which the laws of motion still have all they work on.
const BARE: &[&str] = &[
    "title",
    "base",
    "calendar",
    "mechanisms",
    "names",
    "entities",
    "tracks",
    "players",
    "pairs",
    "cohorts",
    "populations",
    "parameters",
    "strategies",
    "draw_keys",
    "called",
];
/// What a bare player says.
const BARE_PLAYER: &[&str] = &["id", "draw_key", "title", "kind", "succeeds", "links", "values"];

/// A scenario's files, cut down to what laws of motion work on: nothing else can be a reason to refuse it.
fn bare(name: &str) -> Files {
    let mut read = files::read(&folder().join(name)).expect("the scenario is there");
    for layer in read.layers.iter_mut().filter(|layer| layer.name.ends_with(".ron")) {
        let kept = filter(&layer.text, |item| pair(item).is_some_and(|(key, _)| BARE.contains(&key)));
        layer.text = map(&kept, |item| match pair(item) {
            Some(("players", players)) => {
                let own =
                    |player: &str| filter(player, |item| pair(item).is_some_and(|(key, _)| BARE_PLAYER.contains(&key)));
                format!("players: {}", map(players, own))
            }
            // Rules of populations only: the others order what is no longer there.
            Some(("strategies", strategies)) => {
                let rule = |one: &str| {
                    value(one, "play")
                        .is_some_and(|play| ["Logit(", "Habit(", "Idle("].iter().any(|family| play.starts_with(family)))
                };
                format!("strategies: {}", filter(strategies, rule))
            }
            Some(("calendar", calendar)) => {
                format!(
                    "calendar: {}",
                    filter(calendar, |item| pair(item).is_some_and(|(key, _)| key != "crisis_clock"))
                )
            }
            _ => item.to_owned(),
        });
    }
    read
}

/// Leaves out laws and entities: those that `out` names.
fn without(read: &Files, out: &dyn Fn(&str) -> bool) -> Files {
    let mut read = read.clone();
    for layer in read.layers.iter_mut().filter(|layer| layer.name.ends_with(".ron")) {
        layer.text = map(&layer.text, |item| match pair(item) {
            Some(("mechanisms", laws)) => format!("mechanisms: {}", filter(laws, |law| !out(string(law)))),
            Some(("entities", kinds)) => {
                let entities = |kind: &str| {
                    let (name, list) = pair(kind).expect("a kind with its entities");
                    format!("\"{name}\": {}", filter(list, |one| !value(one, "id").is_some_and(|id| out(string(id)))))
                };
                format!("entities: {}", map(kinds, entities))
            }
            _ => item.to_owned(),
        });
    }
    read
}

/// Names of the laws and entities that the files list.
fn parts(read: &Files) -> (Vec<String>, Vec<String>) {
    let (mut laws, mut entities) = (Vec::new(), Vec::new());
    for layer in &read.layers {
        if let Some(list) = value(&layer.text, "mechanisms") {
            laws = items(list).into_iter().map(|range| string(&list[range]).to_owned()).collect();
        }
        for kind in value(&layer.text, "entities")
            .map(|kinds| items(kinds).into_iter().map(move |range| &kinds[range]))
            .into_iter()
            .flatten()
        {
            let (_, list) = pair(kind).expect("a kind with its entities");
            let ids =
                items(list).into_iter().filter_map(|range| value(&list[range], "id")).map(|id| string(id).to_owned());
            entities.extend(ids);
        }
    }
    entities.sort();
    entities.dedup();
    (laws, entities)
}

/// What became of a scenario.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Fate {
    Played,
    Refused,
}

/// Loads and plays three months, traced and not; a panic is the test's failure.
fn fate(what: &str, read: &Files) -> Fate {
    let registry = Registry::standard();
    let schemas = registry.schemas();
    let options = LoadOptions::new(marchland_laws::standard(), &schemas);
    let loaded = match catch_unwind(AssertUnwindSafe(|| load_files(read, &options))) {
        Err(_) => panic!("{what}: loading panics"),
        Ok(Err(findings)) => {
            let reason = findings.iter().any(|found| found.severity == Severity::Error && !found.message.is_empty());
            assert!(reason, "{what} is refused without a reason");
            let first = findings.iter().find(|found| found.severity == Severity::Error);
            println!("{what}: {}", first.map_or("", |found| &found.message));
            return Fate::Refused;
        }
        Ok(Ok(loaded)) => Arc::new(loaded.scenario),
    };
    let played = catch_unwind(AssertUnwindSafe(|| {
        let composed = compose::compose(&loaded, &registry, &[]).expect("its own lineup");
        let variant = Arc::new(Variant::new(&loaded, None, &[]).expect("its own parameters"));
        for tracing in [false, true] {
            let engine = Engine::new(&loaded);
            let lineup = composed.lineup.clone();
            let mut game = engine.start(&Setup { variant: Arc::clone(&variant), lineup, seed: 1, turns: 3, tracing });
            while !game.is_over() {
                game.step();
            }
        }
    }));
    assert!(played.is_ok(), "{what} is accepted by the loader and panics in play");
    Fate::Played
}

/// Samples of each scenario.
fn samples() -> u64 {
    std::env::var("MARCHLAND_SUBSETS").ok().and_then(|text| text.parse().ok()).unwrap_or(60)
}

#[test]
fn every_subset_of_laws_and_entities_is_refused_with_a_reason_or_plays() {
    let mut fates: BTreeMap<(String, Fate), u64> = BTreeMap::new();
    for name in names() {
        let whole = bare(&name);
        assert_eq!(fate(&format!("{name}, cut down"), &whole), Fate::Played);
        let (laws, entities) = parts(&whole);
        for one in laws.iter().chain(&entities) {
            let fate = fate(&format!("{name} without {one}"), &without(&whole, &|part| part == one));
            *fates.entry((name.clone(), fate)).or_default() += 1;
        }
        for sample in 0..samples() {
            // From one part in twenty to nine in ten is left out; entities stay in half of the samples.
            let share = 0.05 + 0.85 * (sample / 2) as f64 / (samples() / 2).max(1) as f64;
            let word = |part: &str| mix2(mix2(name_hash(&name), sample), name_hash(part));
            let drawn = |part: &str| marchland_game::stream::unit(word(part)) < share;
            let out = |part: &str| drawn(part) && (sample % 2 == 0 || laws.iter().any(|law| law == part));
            let left: Vec<&String> = laws.iter().chain(&entities).filter(|part| out(part)).collect();
            let fate = fate(&format!("{name} without {left:?}"), &without(&whole, &out));
            *fates.entry((name.clone(), fate)).or_default() += 1;
        }
    }
    println!("{fates:?}");
    // Of the scenarios with laws to leave out, some subsets play and some are refused.
    for name in ["quiet-autocracy", "tajikistan-2010"] {
        for fate in [Fate::Played, Fate::Refused] {
            assert!(fates.get(&(name.to_owned(), fate)).is_some_and(|n| *n > 0), "{name}: {fates:?}");
        }
    }
}

/// The findings on a scenario with one text for another in its own files.
fn findings(name: &str, from: &str, to: &str) -> Vec<marchland_game::Diagnostic> {
    let mut read = files::read(&folder().join(name)).expect("the scenario is there");
    let mut changed = 0;
    for layer in read.layers.iter_mut().filter(|layer| layer.own) {
        changed += layer.text.matches(from).count();
        layer.text = layer.text.replace(from, to);
    }
    assert!(changed > 0, "{name} holds no {from}");
    let registry = Registry::standard();
    let schemas = registry.schemas();
    match load_files(&read, &LoadOptions::new(marchland_laws::standard(), &schemas)) {
        Ok(loaded) => loaded.warnings,
        Err(findings) => findings,
    }
}

#[test]
fn what_is_missing_is_named_with_the_ways_out() {
    let says = |name: &str, from: &str, to: &str, code: &str, texts: &[&str]| {
        let found = findings(name, from, to);
        let told = found.iter().any(|one| {
            one.code == code
                && one.span.is_some()
                && texts.iter().all(|text| one.message.contains(text) || one.hint.contains(text))
        });
        assert!(told, "{name}, `{from}` for `{to}`: {found:#?}");
    };
    for (law, by) in [
        ("prices", "hardship"),
        ("migration", "host_economy"),
        ("remittances", "hardship"),
        ("host_economy", "migration"),
    ] {
        let texts = [format!("`{by}`"), format!("add `{law}`"), format!("take `{by}` out of `mechanisms`")];
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        // In the list of laws alone: an entity may bear a law's name.
        let listed = if law == "host_economy" { "\"host_economy\", \"migration\"" } else { &format!("\"{law}\", ") };
        let left = if law == "host_economy" { "\"migration\"" } else { "" };
        says("quiet-autocracy", listed, left, "missing-law", &texts);
    }
    let quiet = "quiet-autocracy";
    says(quiet, "\"head\": \"government\"", "", "missing-link", &["`head`", "`exit`", "a player"]);
    says(quiet, "\"head\": \"government\"", "\"head\": \"north\"", "wrong-kind", &["`north`, a region"]);
    says(quiet, "succeeds: \"government\", ", "", "missing-successor", &["`government`", "succeeds: \"government\""]);
    says(
        quiet,
        "\"host\": [(id: \"host_economy\", title: \"the host economy\")],",
        "",
        "missing-entity",
        &["`host`", "declare one"],
    );
    let farmers =
        "cohorts: (count: 500, spread: 0.5),\n    populations: [\n        (id: \"farmers\", rule: \"logit\"),";
    let back = "tajikistan-2008";
    says(back, "cohorts: (count: 500, spread: 0.5),\n    populations: [", farmers, "missing-key", &["decides"]);
    let farmers = farmers.replace("rule:", "decides: \"harvest\", rule:");
    says(
        back,
        "cohorts: (count: 500, spread: 0.5),\n    populations: [",
        &farmers,
        "unasked-population",
        &["`harvest`"],
    );
    says(
        back,
        "decides: \"voice\"",
        "decides: \"migration\"",
        "missing-population",
        &["`voice`", "declare a population"],
    );
}

#[test]
fn a_government_by_any_name_loses_its_office() {
    let exits = |rename: &dyn Fn(&str) -> Option<String>, player: &str| -> Vec<(bool, bool)> {
        let mut read = files::read(&folder().join("quiet-autocracy")).expect("the scenario is there");
        for layer in read.layers.iter_mut().filter(|layer| layer.own) {
            layer.text = crate::scenario_text::rename(&layer.text, rename);
        }
        let registry = Registry::standard();
        let schemas = registry.schemas();
        let loaded = load_files(&read, &LoadOptions::new(marchland_laws::standard(), &schemas)).expect("sound");
        let stage = crate::scenarios::Stage::around(&Arc::new(loaded.scenario));
        let catalogue = &stage.scenario.catalogue;
        let at = |path: String| catalogue.indicator(&path).expect("there");
        let (office, exited) = (at(format!("{player}.in_office")), at("country.leader_exited".into()));
        let engine = Engine::new(&stage.scenario);
        (1..=60)
            .map(|seed| {
                let mut game = engine.start(&stage.setup(seed, 12, false));
                while !game.is_over() {
                    game.step();
                }
                (game.world().get(exited) == 1.0, game.world().get(office) == 0.0)
            })
            .collect()
    };
    let first = exits(&|_| None, "government");
    assert!(first.iter().any(|(exited, _)| *exited), "nobody falls in sixty years: the test shows nothing");
    assert!(first.iter().all(|(exited, out)| exited == out));
    assert_eq!(first, exits(&|name| (name == "government").then(|| "cabinet".into()), "cabinet"));
}
