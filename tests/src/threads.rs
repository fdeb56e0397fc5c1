//! Strategies of every kind play the same games at any number of threads, programs included.

use marchland_experiments::compose;
use marchland_experiments::play::{Players, Status};
use marchland_game::Outcome;
use rayon::prelude::*;

use crate::scenarios::{Stage, registry};

/// Strategies of a seat: those that draw, remember, look ahead, or ask a program.
fn texts(player: &str, other: &str) -> Vec<String> {
    let bot = concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/marchland-strategies/examples/bot.py");
    let focal = format!("players: [\"{player}\", \"{other}\"], packages: 3, samples: 2, horizon: 3");
    vec![
        "Random()".into(),
        "Mixture(strategies: [(Idle(), 1), (Random(), 2)])".into(),
        "Switch(first: Random(), then: Idle(), when: \"turn > 2\")".into(),
        "Quantal(packages: 6, horizon: 3, samples: 2, against: observed)".into(),
        format!("LevelK({focal})"),
        format!("CognitiveHierarchy({focal})"),
        "BestReply(packages: 6, horizon: 3, samples: 8)".into(),
        format!("StageGame({focal})"),
        format!("StageGame(solver: regret_matching, {focal})"),
        "Search(iterations: 20, depth: 3)".into(),
        format!("External(command: \"python3 '{bot}'\", fallback: Random())"),
    ]
}

#[test]
fn strategies_play_the_same_games_at_any_thread_count() {
    for (name, player, other) in
        [("deterrence.ron", "challenger", "defender"), ("tajikistan-2010", "russia", "united_states")]
    {
        let stage = Stage::of(name);
        let assumed = compose::assumed(&stage.scenario, &registry()).expect("an assumed lineup");
        let players = Players::new(&stage.scenario, Some(assumed));
        for text in texts(player, other) {
            let lineup = stage.seated(player, &stage.strategy(player, &text));
            let play = |threads: usize| -> Vec<(Status, Outcome)> {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
                pool.install(|| {
                    (0..8u64)
                        .into_par_iter()
                        .map(|seed| {
                            let setup =
                                marchland_sim::turn::Setup { lineup: lineup.clone(), ..stage.setup(seed, 4, false) };
                            let mut outcome = Outcome::default();
                            (players.play(&setup, &mut outcome, |_| {}), outcome)
                        })
                        .collect()
                })
            };
            let one = play(1);
            assert!(one.iter().all(|(status, _)| *status == Status::Ok), "{text}");
            assert!(one.iter().all(|(_, outcome)| outcome.forfeits.iter().all(|lost| *lost == 0)), "{text}");
            assert_eq!(format!("{one:?}"), format!("{:?}", play(3)), "{text}");
        }
    }
}
