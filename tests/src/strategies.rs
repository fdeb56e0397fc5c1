//! What strategies achieve in the project's scenarios, and what holds for every family in them.

use std::sync::Arc;

use marchland_experiments::compose;
use marchland_experiments::play::{Players, Status};
use marchland_game::number::logistic;
use marchland_game::{Choice, Decision, IndicatorId, Lineup, Memory, Nature, Outcome, PlayerId, Seat, Sight, Strategy};
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

/// The symmetric logit equilibrium of chicken in shares of the payoff range, which spans 12: daring
/// pays 1 − 10 p more than swerving where the other dares with probability p.
fn chicken_equilibrium(lambda: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..200 {
        let p = 0.5 * (low + high);
        if logistic(lambda * (1.0 - 10.0 * p) / 12.0) > p { low = p } else { high = p }
    }
    0.5 * (low + high)
}

/// 10,000 games each: four standard errors are at most 0.02. Seeds 0 to 9,999.
#[test]
fn stage_game_plays_the_logit_equilibrium_of_chicken() {
    // Without noise every future of a pair of orders is the same, and one shows it.
    for (lambda, noise, samples) in [(1.0, "0", 1), (8.0, "0", 1), (30.0, "0", 1), (8.0, "2", 16)] {
        let stage = Stage::with("chicken.ron", None, &[("noise", noise)], &[]);
        let players = stage.players(None);
        let text = format!("StageGame(lambda: {lambda}, horizon: 1, samples: {samples})");
        let found = acting(&stage, &players, "row", &text, 10_000) as f64 / 10_000.0;
        let expected = chicken_equilibrium(lambda);
        assert!((found - expected).abs() < 0.03, "λ {lambda}, noise {noise}: {found}, {expected}");
    }
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

/// A seat with its strategies.
fn seats() -> Vec<(Stage, &'static str, Vec<(String, Arc<dyn Strategy>)>)> {
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
fn every_family_plays_the_same_game_at_any_thread_count() {
    for (stage, player, built) in seats() {
        let players = stage.players(None);
        for (text, strategy) in &built {
            let lineup = stage.seated(player, strategy);
            let play = |threads: usize| -> Vec<(Status, Outcome)> {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
                pool.install(|| {
                    (0..6u64)
                        .into_par_iter()
                        .map(|seed| {
                            let setup =
                                marchland_sim::turn::Setup { lineup: lineup.clone(), ..stage.setup(seed, 5, false) };
                            let mut outcome = Outcome::default();
                            (players.play(&setup, &mut outcome, |_| {}), outcome)
                        })
                        .collect()
                })
            };
            let one = play(1);
            assert!(one.iter().all(|(status, _)| *status == Status::Ok), "{text}");
            assert!(one.iter().all(|(_, outcome)| outcome.forfeits.iter().all(|lost| *lost == 0)), "{text}");
            assert_eq!(one, play(3), "{text}");
        }
    }
}

#[test]
fn a_snapshot_under_every_family_continues_with_the_same_bytes() {
    for (stage, player, built) in seats() {
        for (text, strategy) in &built {
            let setup = |seed| marchland_sim::turn::Setup {
                lineup: stage.seated(player, strategy),
                ..stage.setup(seed, 6, false)
            };
            let (mut game, mut other) = (stage.game(), stage.game());
            game.start(&setup(5));
            for _ in 0..3 {
                game.step();
            }
            let written = serde_json::to_string(&game.snapshot()).expect("a plain value");
            other.start(&setup(6));
            // The other game has a past of its own, which must not shine through.
            other.step();
            other.restore(&serde_json::from_str(&written).expect("what was written")).expect("the same shape");
            game.finish();
            other.finish();
            assert_eq!(game.snapshot(), other.snapshot(), "{text}");
            assert_eq!(game.outcome(), other.outcome(), "{text}");
        }
    }
}

/// Thinks as another strategy does, and orders nothing.
struct Daydream(Arc<dyn Strategy>);

impl Strategy for Daydream {
    fn decide(&self, at: &Decision<'_>, _: &mut Memory) -> Choice {
        self.0.decide(at, &mut self.0.memory());
        Choice::default()
    }

    fn looks_ahead(&self) -> bool {
        self.0.looks_ahead()
    }
}

#[test]
fn thinking_leaves_the_games_own_draws_untouched() {
    for (stage, player, built) in seats() {
        let outcome = |strategy: &Arc<dyn Strategy>| {
            let mut game = stage.game();
            game.start(&marchland_sim::turn::Setup {
                lineup: stage.seated(player, strategy),
                ..stage.setup(8, 6, false)
            });
            game.finish();
            (game.outcome(), game.truth_bits())
        };
        let idle = outcome(&stage.strategy(player, "Idle()"));
        for (text, strategy) in &built {
            let dreaming: Arc<dyn Strategy> = Arc::new(Daydream(Arc::clone(strategy)));
            assert_eq!(outcome(&dreaming), idle, "{text}");
        }
    }
}

/// Bits of every true indicator.
trait Truth {
    fn truth_bits(&self) -> Vec<u64>;
}

impl Truth for Game {
    fn truth_bits(&self) -> Vec<u64> {
        let count = self.scenario().catalogue.indicators.len();
        (0..count).map(|at| self.world().get(IndicatorId::from_index(at)).to_bits()).collect()
    }
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
