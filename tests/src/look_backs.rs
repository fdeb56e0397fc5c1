//! However far back an expression of a scenario looks, the months that it reads are kept, whatever it stands in.

use crate::scenarios::Stage;

/// A scenario in which every kind of expression that a game evaluates reads a level.
const SCENARIO: &str = r#"(
    title: "Looking back",
    calendar: (start: "2000-01", horizon: 90),
    tracks: [(id: "level", title: "the level", range: (0, 1000), initial: 1)],
    players: [
        (id: "left", title: "the left", orders_per_turn: 1, payoffs: [(indicator: "level", weight: 1, why: "judgement")], payoff_range: (0, 1000)),
        (id: "right", title: "the right", orders_per_turn: 1, payoffs: [(indicator: "level", weight: 1, why: "judgement")], payoff_range: (0, 1000)),
    ],
    actions: [
        (id: "push", title: "Push", owners: ["left"], condition: "<condition> >= 0", refusal: "it cannot be", chance: "1 - 0 * <chance>",
            success: [Add("level", "1 + 0 * <amount>"), Add(indicator: "level", amount: 1, when: "<when> < 0")]),
    ],
    events: [
        (id: "due", title: "It is due", trigger: When("<trigger> < 0"), effects: []),
        (id: "drawn", title: "It is drawn", trigger: Hazard("0 * <hazard>"), repeats: true, effects: []),
    ],
    deals: [
        (
            id: "pact", title: "the pact", parties: ["left", "right"], open: "<open> >= 0", refusal: "it cannot be",
            terms: [(id: "rent", title: "the rent", options: [0, 1])],
            worth: {"left": "1 + {rent} + 0 * <worth>", "right": "1 - {rent} / 2"},
            agreed: [Add("level", "0 * <agreed>")], in_force: [Add("level", "0 * <in_force>")], ends: "<ends> < 0",
            lasts: 6, why: "judgement",
        ),
    ],
    type_beliefs: [
        (holders: ["right"], of: "left", types: {"firm": 0.5, "soft": 0.5}, fades: 0.1, why: "judgement",
            evidence: [(sees: "<sees> >= 0", chance: {"firm": 0.5, "soft": 0.5})]),
    ],
    strategies: [
        (name: "pushes", intent: "Pushes", players: ["left"], play: Rules(blocks: [(name: "push", all: ["<rule> >= 0"], orders: ["push"])])),
        (name: "bargains", intent: "Bargains", play: Bargainer()),
    ],
    lineup: {"left": "pushes", "right": "bargains"},
    measures: [(id: "read", meaning: "What is read", over: Last, value: "<measure>")],
    outcome_events: [(id: "seen", title: "It is seen", when: "<outcome> < 0")],
    end: "<end> < 0",
)"#;

/// Whatever stands between angle brackets.
fn places() -> Vec<&'static str> {
    SCENARIO
        .split('<')
        .skip(1)
        .filter_map(|after| after.split_once('>'))
        .map(|(name, _)| name)
        .filter(|name| name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'))
        .collect()
}

#[test]
fn every_expression_may_look_back_as_far_as_a_game_is_long() {
    let places = places();
    assert!(places.len() >= 15, "{places:?}");
    for far in &places {
        let text = places.iter().fold(SCENARIO.to_owned(), |text, place| {
            let months = if place == far { 80 } else { 1 };
            text.replace(&format!("<{place}>"), &format!("prev(level, {months})"))
        });
        let stage = Stage::of_text("looking-back", &text);
        let mut game = stage.engine().start(&stage.setup(1, 90, false));
        game.finish();
        assert_eq!(game.outcome().turns, 90, "{far}");
    }
}
