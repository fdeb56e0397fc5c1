//! What strategies achieve in the project's scenarios.

use marchland_experiments::compose;
use marchland_experiments::play::{Players, Status};
use marchland_game::number::logistic;
use marchland_game::{Lineup, Outcome, Seat};
use rayon::prelude::*;

use crate::scenarios::{Stage, registry};

impl Stage {
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
        println!("λ {lambda}, noise {noise}: dares in {found}, the logit equilibrium in {expected:.4}");
        assert!((found - expected).abs() < 0.03, "λ {lambda}, noise {noise}: {found}, {expected}");
    }
}
