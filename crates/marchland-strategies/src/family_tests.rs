//! What every family must hold, whatever it does.

use marchland_game::{ArgumentKind, Block, Expression, IndicatorId, Order, Strategy, StrategySpec, Value};

use crate::duel::{Duel, always, spec};
use crate::registry::Build;
use crate::{Family, Registry};

/// A family with its defaults, and something sensible where it has none.
fn sample(family: &Family) -> StrategySpec {
    let dare = Order::default();
    let script = || spec("Script", vec![Value::Script(vec![(1, vec![dare])])]);
    let value = |argument: &marchland_game::ArgumentSchema| match argument.kind {
        // Where two of a kind stand side by side they should differ.
        ArgumentKind::Orders if argument.name == "kind" => Value::Orders(vec![]),
        ArgumentKind::Strategy if argument.name == "then" => {
            Value::Strategy(Box::new(spec("Random", vec![Value::Integer(0), Value::Integer(64)])))
        }
        ArgumentKind::Number { low, default, .. } => Value::Number(default.unwrap_or(low)),
        // Fewer futures than people would want, so that the tests are quick.
        ArgumentKind::Integer { low, default, .. } => Value::Integer(default.unwrap_or(low).min(24)),
        ArgumentKind::Word { choices, default } => Value::Text(default.unwrap_or(choices[0]).into()),
        ArgumentKind::Text { default } => Value::Text(default.unwrap_or_default().into()),
        ArgumentKind::Indicator => Value::Indicator(IndicatorId(1)),
        ArgumentKind::Action => Value::Action(dare.action),
        ArgumentKind::Players => Value::Players(vec![]),
        ArgumentKind::Indicators => Value::Indicators(vec![IndicatorId(1)]),
        ArgumentKind::Expression { default: Some(x) } => Value::Expression(always(x)),
        ArgumentKind::Expression { default: None } => Value::Expression(Expression::indicator(IndicatorId(1))),
        ArgumentKind::Strategy => Value::Strategy(Box::new(script())),
        ArgumentKind::Strategies => Value::Strategies(vec![(script(), 1.0), (spec("Idle", vec![]), 1.0)]),
        ArgumentKind::Blocks => Value::Blocks(vec![Block {
            name: "reply".into(),
            intent: "replies".into(),
            window: (1, 24),
            all: vec![Expression::indicator(IndicatorId(1))],
            any: vec![],
            orders: vec![dare],
            ballots: vec![],
            chance: always(0.5),
            every: Some(1),
        }]),
        ArgumentKind::Script => Value::Script(vec![(1, vec![dare])]),
        ArgumentKind::Orders => Value::Orders(vec![dare]),
        ArgumentKind::Weights => Value::Weights(vec![(dare, vec![1.0, -0.5])]),
        // One unit that reads the one indicator: tanh of it is the indicator itself at both of its values, 0 and 1/2.
        ArgumentKind::Numbers => Value::Numbers(vec![2.0 * libm::atanh(0.5), 0.0]),
    };
    spec(family.schema.name, family.schema.arguments.iter().map(value).collect())
}

/// Every family that plays a player and needs no program.
fn families(duel: &Duel) -> Vec<(&'static str, Box<dyn Strategy>)> {
    let registry = Registry::standard();
    registry
        .schemas()
        .iter()
        .filter_map(|schema| registry.family(schema.name))
        .filter(|family| matches!(family.build, Build::Player(_)) && family.schema.name != "External")
        .map(|family| {
            let built = registry.build(&sample(family), &duel.catalogue);
            (family.schema.name, built.unwrap_or_else(|wrong| panic!("{}: {wrong:?}", family.schema.name)))
        })
        .collect()
}

#[test]
fn equal_decisions_and_memories_give_equal_choices() {
    let duel = Duel::chicken();
    let other = duel.build("Random", vec![Value::Integer(1), Value::Integer(64)]);
    for (name, strategy) in families(&duel) {
        for seed in 0..4 {
            let first = duel.play([&*strategy, &*other], 8, seed);
            assert_eq!(first, duel.play([&*strategy, &*other], 8, seed), "{name}");
        }
    }
}

#[test]
fn a_memory_saved_in_the_middle_goes_on_as_the_game_did() {
    let duel = Duel::chicken();
    let history = [[0, 1], [1, 1], [0, 0], [1, 0], [0, 1]];
    for (name, strategy) in families(&duel) {
        let mut memory = strategy.memory();
        for turn in 0..3 {
            duel.decide(&*strategy, &mut memory, 0, &history[..turn], 5, false);
        }
        let text = serde_json::to_string(&memory).expect("a memory");
        let mut restored: marchland_game::Memory = serde_json::from_str(&text).expect("a memory");
        let size = |memory: &marchland_game::Memory| (memory.numbers.len(), memory.words.len(), memory.inner.len());
        assert_eq!(size(&memory), size(&strategy.memory()), "{name}: sized at the start");
        for turn in 3..5 {
            let went_on = duel.decide(&*strategy, &mut memory, 0, &history[..turn], 5, false);
            let came_back = duel.decide(&*strategy, &mut restored, 0, &history[..turn], 5, false);
            assert_eq!(went_on, came_back, "{name}");
        }
        assert_eq!(memory, restored, "{name}");
    }
}

#[test]
fn tracing_changes_no_orders() {
    let duel = Duel::chicken();
    for (name, strategy) in families(&duel) {
        for seed in 0..4 {
            let history = [[0, 1], [1, 1]];
            let quiet = duel.decide(&*strategy, &mut strategy.memory(), 0, &history, seed, false);
            let traced = duel.decide(&*strategy, &mut strategy.memory(), 0, &history, seed, true);
            assert_eq!(quiet.orders, traced.orders, "{name}");
            assert!(quiet.notes.is_empty(), "{name}");
        }
    }
}

#[test]
fn only_those_that_say_so_look_ahead_and_all_play_blind() {
    let duel = Duel::chicken();
    for (name, strategy) in families(&duel) {
        let looks = ["Quantal", "LevelK", "CognitiveHierarchy", "BestReply", "StageGame", "Search"].contains(&name);
        assert_eq!(strategy.looks_ahead(), looks, "{name}");
        let blind = duel.decide_blind(&*strategy, &mut strategy.memory());
        if looks {
            // The stand-in dares in its first turn.
            assert_eq!(blind.orders.len(), 1, "{name}");
        }
    }
}

/// What each family plays in eight turns of chicken against fixed opponents that never dare, always dare
/// and dare in every other turn: D dares, s swerves. The arguments are those of `sample`; seed 1.
const ORDER_TABLE: &[(&str, [&str; 3])] = &[
    ("Idle", ["ssssssss", "ssssssss", "ssssssss"]),
    ("Random", ["DDsssDss", "DDsssDss", "DDsssDss"]),
    ("Script", ["Dsssssss", "Dsssssss", "Dsssssss"]),
    ("Rules", ["ssssssss", "ssDDDsDD", "ssDsDsDs"]),
    // Tit-for-tat, kind by swerving.
    ("Reciprocal", ["ssssssss", "sDDDDDDD", "ssDsDsDs"]),
    ("Bargainer", ["Dsssssss", "Dsssssss", "Dsssssss"]),
    ("Mixture", ["Dsssssss", "Dsssssss", "Dsssssss"]),
    ("Switch", ["Dsssssss", "DDsssDss", "DssssDss"]),
    ("Linear", ["DssssDDs", "DssssDDD", "DssssDDs"]),
    // Its one unit reads what the linear policy reads, and its scores are the same.
    ("Perceptron", ["DssssDDs", "DssssDDD", "DssssDDs"]),
    ("Quantal", ["sssssDDs", "sssssDDs", "sssssDDs"]),
    // Level 1 swerves before a coin's throw, level 2 dares before it.
    ("LevelK", ["DDDDDDDD", "DDDDDDDD", "DDDDDDDD"]),
    ("CognitiveHierarchy", ["ssssssss", "ssssssss", "ssssssss"]),
    // Against the assumed coin's throw swerving is best, whatever the other was seen to do.
    ("BestReply", ["ssssssss", "ssssssss", "ssssssss"]),
    ("StageGame", ["DssssDDs", "DssssDDs", "DssssDDs"]),
    ("Search", ["ssssssss", "ssssssss", "ssssssss"]),
];

#[test]
fn order_tables_against_fixed_opponents() {
    let duel = Duel::chicken();
    let script = |turns: &dyn Fn(u32) -> bool| {
        let dares = (1..=8).filter(|turn| turns(*turn)).map(|turn| (turn, vec![Order::default()])).collect();
        duel.build("Script", vec![Value::Script(dares)])
    };
    let opponents = [script(&|_| false), script(&|_| true), script(&|turn| turn % 2 == 0)];
    let mut found = Vec::new();
    for (name, strategy) in families(&duel) {
        let played = opponents.each_ref().map(|other| -> String {
            duel.play([&*strategy, &**other], 8, 1).iter().map(|moves| if moves[0] == 1 { 'D' } else { 's' }).collect()
        });
        found.push((name, played));
    }
    let found: Vec<(&str, [&str; 3])> =
        found.iter().map(|(name, played)| (*name, played.each_ref().map(String::as_str))).collect();
    assert_eq!(found, ORDER_TABLE);
}
