//! A strategy of every family for a seat, small enough for many games: what holds for all of them
//! is tested with these.

use std::sync::Arc;

use marchland_game::Strategy;

use crate::scenarios::{Stage, registry};

/// A seat of a scenario, and what strategies for it are made of.
pub struct Place {
    /// The scenario.
    pub scenario: &'static str,
    /// Who plays.
    pub player: &'static str,
    /// Another player.
    pub other: &'static str,
    /// An order of the player; its first in the catalogue where empty.
    pub order: &'static str,
    /// When the others act badly.
    pub theirs: &'static str,
    /// An indicator that the player sees.
    pub seen: &'static str,
}

/// A game of two powers, and the great one.
pub const PLACES: [Place; 2] = [
    Place {
        scenario: "deterrence.ron",
        player: "challenger",
        other: "defender",
        order: "challenge_order",
        theirs: "ordered(defender, resist, 2) > 0",
        seen: "contest",
    },
    Place {
        scenario: "tajikistan-2010",
        player: "russia",
        other: "united_states",
        order: "",
        theirs: "ordered(taliban, taliban_infiltrate, 2) > 0",
        seen: "tajikistan.legitimacy",
    },
];

/// The rules of populations; only migrants' scenarios have any.
pub const COHORTS: [&str; 4] = ["Habit()", "Satisficing()", "Imitation()", "Logit()"];

/// This repository's program in Rust, built with these tests.
pub fn rust_bot() -> String {
    format!("External(\"'{}'\")", env!("CARGO_BIN_EXE_marchland-bot"))
}

/// This repository's program in Python, where there is a Python to run it.
pub fn python_bot() -> Option<String> {
    let there = std::process::Command::new("python3").arg("--version").output().is_ok();
    let bot = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/marchland-strategies/examples/bot.py");
    there.then(|| format!("External(\"python3 '{bot}'\")"))
}

/// Strategies of every family for a place, as they are written on a command line.
pub fn texts(stage: &Stage, place: &Place) -> Vec<String> {
    let Place { player, other, theirs, seen, .. } = place;
    let order = if place.order.is_empty() { first_order(stage, player) } else { place.order.to_owned() };
    let (action, option) = order.split_once(' ').unwrap_or((&order, "do"));
    let small = "horizon: 3, samples: 2";
    let focal = format!("players: [\"{player}\", \"{other}\"], packages: 3, {small}");
    let mut list = vec![
        "Idle()".into(),
        "Random()".into(),
        format!("Script(orders: [(2, [\"{order}\"])])"),
        format!("Rules(blocks: [(name: \"often\", orders: [\"{order}\"], chance: 0.5, every: 2)])"),
        format!("Reciprocal(variant: generous, theirs: \"{theirs}\", kind: [], hard: [\"{order}\"])"),
        "Mixture(strategies: [(Idle(), 1), (Random(), 2)])".into(),
        format!("Switch(first: Random(), then: Idle(), when: \"{theirs}\", lasting: while)"),
        format!("Linear(indicators: [\"{seen}\"], weights: [(\"{action}\", \"{option}\", [1, -0.5])])"),
        format!(
            "Perceptron(indicators: [\"{seen}\"], hidden: [1, -0.5, -2, 0.25], weights: [(\"{action}\", \"{option}\", [1, 0.5, -0.25])])"
        ),
        format!("Quantal(packages: 6, {small})"),
        format!("Quantal(packages: 6, against: observed, {small})"),
        format!("LevelK({focal})"),
        format!("CognitiveHierarchy({focal})"),
        "BestReply(packages: 6, horizon: 3, samples: 8, against: observed)".into(),
        format!("StageGame({focal})"),
        format!("StageGame(solver: regret_matching, {focal})"),
        "Search(iterations: 20, depth: 3)".into(),
        "Bargainer(play: Random())".into(),
        rust_bot(),
    ];
    list.extend(python_bot());
    list
}

/// The same, built.
pub fn built(stage: &Stage, place: &Place) -> Vec<(String, Arc<dyn Strategy>)> {
    let build = |text: String| {
        let strategy = stage.strategy(place.player, &text);
        (text, strategy)
    };
    texts(stage, place).into_iter().map(build).collect()
}

/// The first order of a player in the catalogue, as strategies write it.
fn first_order(stage: &Stage, player: &str) -> String {
    let id = stage.player(player);
    let catalogue = &stage.scenario.catalogue;
    let action = catalogue.actions.iter().find(|action| action.owners.contains(id)).expect("it may act");
    if action.options.len() == 1 { action.id.clone() } else { format!("{} {}", action.id, action.options[0].id) }
}

#[test]
fn there_is_one_of_every_family() {
    for place in &PLACES {
        let stage = Stage::of(place.scenario);
        let mut texts = texts(&stage, place);
        texts.extend(COHORTS.map(str::to_owned));
        for family in registry().schemas() {
            let of = |text: &String| text.split('(').next() == Some(family.name);
            assert!(texts.iter().any(of), "{} has no entry in this list", family.name);
        }
    }
}
