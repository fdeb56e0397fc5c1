//! What strategies achieve in the project's scenarios, and what holds for every family in them.

use std::sync::Arc;

use marchland_experiments::compose;
use marchland_experiments::play::{Players, Status};
use marchland_game::number::logistic;
use marchland_game::{Choice, IndicatorId, Lineup, Nature, Outcome, PlayerId, Seat, Sight, Strategy};
use marchland_sim::scenario;
use marchland_sim::turn::Game;
use rayon::prelude::*;

use crate::scenarios::{Stage, registry};

impl Stage {
    fn player(&self, id: &str) -> PlayerId {
        self.scenario.catalogue.player(id).expect("a player of the scenario")
    }

    /// A strategy of a player from its text.
    fn strategy(&self, player: &str, text: &str) -> Arc<dyn Strategy> {
        let registry = registry();
        let id = self.scenario.catalogue.player(player);
        let spec = scenario::strategy(&self.scenario, &registry.schemas(), text, id)
            .unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
        Arc::from(registry.build(&spec, &self.scenario.catalogue).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}")))
    }

    /// The lineup with one seat played otherwise.
    fn seated(&self, player: &str, strategy: &Arc<dyn Strategy>) -> Lineup {
        let mut lineup = self.composed.lineup.clone();
        lineup.players[self.player(player).index()] = Seat { name: "tested".into(), strategy: Arc::clone(strategy) };
        lineup
    }

    /// What strategies imagine others to play: the scenario's own, with one player's exchanged.
    fn assuming(&self, player: &str, text: &str) -> Lineup {
        let mut assumed = compose::assumed(&self.scenario, &registry()).expect("an assumed lineup");
        let strategy = self.strategy(player, text);
        assumed.players[self.player(player).index()] = Seat { name: "assumed".into(), strategy };
        assumed
    }

    fn players(&self, assumed: Option<Lineup>) -> Players {
        let assumed = assumed.unwrap_or_else(|| compose::assumed(&self.scenario, &registry()).expect("a lineup"));
        Players::new(&self.scenario, Some(assumed))
    }
}

/// Games in which a player gives any order in the first turn.
fn acting(stage: &Stage, players: &Players, player: &str, text: &str, games: u64) -> u64 {
    let id = stage.player(player);
    let lineup = stage.seated(player, &stage.strategy(player, text));
    (0..games)
        .into_par_iter()
        .filter(|seed| {
            let setup = marchland_sim::turn::Setup { lineup: lineup.clone(), ..stage.setup(*seed, 1, false) };
            let mut acted = false;
            let mut outcome = Outcome::default();
            let status = players.play(&setup, &mut outcome, |game| {
                acted = game.state().orders.iter().any(|given| given.player == id);
            });
            assert_eq!(status, Status::Ok, "{text}, seed {seed}");
            acted
        })
        .count() as u64
}

/// Against one who dares three times in ten swerving pays 2/12 of the range more, under noise of
/// standard deviation 5/12. n = 1,000 decisions, δ = 0.05; seeds 0 to 999.
#[test]
fn best_reply_takes_the_best_option_at_the_stated_risk() {
    let stage = Stage::with("chicken.ron", None, &[("noise", "5")], &[]);
    for (chance, dares) in [(0.3, false), (0.0, true)] {
        let opponent = format!("Rules(blocks: [(name: \"dare\", orders: [\"column_dares\"], chance: {chance})])");
        let players = stage.players(Some(stage.assuming("column", &opponent)));
        let text = "BestReply(horizon: 1, samples: 2000, risk: 0.05, indifference: 0.05)";
        let acted = acting(&stage, &players, "row", text, 1_000);
        let right = if dares { acted } else { 1_000 - acted };
        assert!(right >= 950, "against one who dares with probability {chance}: {right} of 1,000");
    }
}

/// λ multiplies payoff shares: against one who never dares, daring pays 1/12 of the range more, and
/// against one who always does 9/12 less. 4,000 games each, seeds 0 to 3,999: four standard errors
/// are at most 0.032.
#[test]
fn quantal_moves_from_even_draws_to_the_best_reply_as_lambda_grows() {
    let stage = Stage::of("chicken.ron");
    for (opponent, advantage) in
        [("Idle()", 1.0 / 12.0), ("Rules(blocks: [(name: \"dare\", orders: [\"column_dares\"])])", -9.0 / 12.0)]
    {
        let players = stage.players(Some(stage.assuming("column", opponent)));
        for lambda in [0.0, 3.0, 30.0, 1000.0] {
            let text = format!("Quantal(lambda: {lambda}, horizon: 1, samples: 1)");
            let found = acting(&stage, &players, "row", &text, 4_000) as f64 / 4_000.0;
            let expected = logistic(lambda * advantage);
            assert!((found - expected).abs() < 0.032, "{opponent}, λ {lambda}: {found}, {expected}");
        }
    }
}

/// A family of every kind for a seat, small enough for many games.
fn families(player: &str, other: &str, order: &str, theirs: &str) -> Vec<String> {
    let bot = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/marchland-strategies/examples/bot.py");
    let small = "horizon: 3, samples: 2";
    let focal = format!("players: [\"{player}\", \"{other}\"], packages: 3, {small}");
    vec![
        "Idle()".into(),
        "Random()".into(),
        format!("Script(orders: [(2, [\"{order}\"])])"),
        format!("Rules(blocks: [(name: \"often\", orders: [\"{order}\"], chance: 0.5)])"),
        format!("Reciprocal(variant: generous, theirs: \"{theirs}\", kind: [], hard: [\"{order}\"])"),
        "Mixture(strategies: [(Idle(), 1), (Random(), 2)])".into(),
        format!("Switch(first: Random(), then: Idle(), when: \"{theirs}\", lasting: while)"),
        format!("Quantal(packages: 6, {small})"),
        format!("Quantal(packages: 6, against: observed, {small})"),
        format!("LevelK({focal})"),
        format!("CognitiveHierarchy({focal})"),
        "BestReply(packages: 6, horizon: 3, samples: 8, against: observed)".into(),
        format!("StageGame({focal})"),
        format!("StageGame(solver: regret_matching, {focal})"),
        "Search(iterations: 20, depth: 3)".into(),
        format!("External(\"python3 '{bot}'\")"),
    ]
}

/// Scenario, player, another player, an order, what the other does, and turns.
const SEATS: [[&str; 5]; 2] = [
    ["deterrence.ron", "challenger", "defender", "challenge_order", "ordered(defender, resist, 2) > 0"],
    ["tajikistan-2010", "russia", "united_states", "", "ordered(taliban, taliban_infiltrate, 2) > 0"],
];

/// A scenario, one of its players, and strategies for it by name.
type Seats = (Stage, &'static str, Vec<(String, Arc<dyn Strategy>)>);

fn seats() -> Vec<Seats> {
    SEATS
        .into_iter()
        .map(|[name, player, other, order, theirs]| {
            let stage = Stage::of(name);
            let order = if order.is_empty() { first_order(&stage, player) } else { order.to_owned() };
            let built = families(player, other, &order, theirs)
                .into_iter()
                .map(|text| {
                    let strategy = stage.strategy(player, &text);
                    (text, strategy)
                })
                .collect();
            (stage, player, built)
        })
        .collect()
}

/// The first order of a player in the catalogue, as strategies write it.
fn first_order(stage: &Stage, player: &str) -> String {
    let id = stage.player(player);
    let catalogue = &stage.scenario.catalogue;
    let action = catalogue.actions.iter().find(|action| action.owners.contains(id)).expect("it may act");
    if action.options.len() == 1 { action.id.clone() } else { format!("{} {}", action.id, action.options[0].id) }
}

#[test]
fn no_family_sees_what_is_hidden_from_its_seat() {
    let mut hidden = 0;
    for (stage, player, built) in seats() {
        let id = stage.player(player);
        let mut game = stage.game();
        game.start(&stage.setup(9, 12, false));
        for _ in 0..3 {
            game.step();
        }
        let choose = |game: &Game| -> Vec<Choice> {
            built
                .iter()
                .map(|(_, strategy)| game.at_decision(id, |at| strategy.decide(at, &mut strategy.memory())))
                .collect()
        };
        let before = choose(&game);
        for (at, info) in stage.scenario.catalogue.indicators.iter().enumerate() {
            if matches!(info.sight[id.index()], Sight::Hidden { .. }) && info.nature == Nature::Stock {
                game.inject(IndicatorId::from_index(at), info.range.0).expect("a stock");
                hidden += 1;
            }
        }
        for ((before, after), (text, _)) in before.iter().zip(choose(&game)).zip(&built) {
            assert_eq!(*before, after, "{text}");
        }
    }
    assert!(hidden > 0, "something is hidden from somebody");
}
