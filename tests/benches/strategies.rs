//! Strategies by hand: `cargo bench -p marchland-tests --bench strategies -- [payoffs|full|pairs|speed] [GAMES]`.
//!
//! `payoffs` prints what each family and each rule set of three players earns in Tajikistan, 2010, as the
//! README shows it, `full` the same with the families' default sizes too; `pairs` the pairs of named strategies with the measures in which they differ; `speed`
//! imagined futures, decisions of `Search`, and rules of all players. One table unless one is named.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a bench prints")]
#![allow(dead_code, reason = "modules of the tests are shared")]

#[path = "../src/contests.rs"]
mod contests;
#[path = "../src/named_strategies.rs"]
mod named_strategies;
#[path = "../src/scenarios.rs"]
mod scenarios;

use std::hint::black_box;
use std::time::Instant;

use marchland_experiments::statistics::paired_difference;
use marchland_game::{Future, Lookahead, Plan};

use contests::Contest;
use scenarios::Stage;

fn main() {
    let mut wanted = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let table = wanted.next();
    let games = wanted.next().and_then(|games| games.parse().ok()).unwrap_or(64);
    let stage = Stage::of("tajikistan-2010");
    match table.as_deref() {
        Some("pairs") => pairs(),
        Some("speed") => speed(&stage),
        Some("payoffs") => payoffs(&stage, games, false),
        Some("full") => payoffs(&stage, games, true),
        _ => {
            payoffs(&stage, games, false);
            speed(&stage);
        }
    }
}

/// Every pair of a player's named strategies, with the measures in which they differ.
fn pairs() {
    println!("| player | strategies | measures that differ | such as, second less first |\n|---|---|---|---|");
    for pair in named_strategies::pairs() {
        let [first, second] = &pair.names;
        let such = pair.measures.first().map_or("–".into(), |(measure, by)| format!("{measure} {by:+.3}"));
        let place = ["", " (Russia stays out)", " (in Kyrgyzstan)"][pair.place];
        println!("| {} | `{first}`, `{second}` | {}{place} | {such} |", pair.player, pair.measures.len());
    }
}

/// Own payoffs over 12 months, in shares of the player's range, with paired differences at 95 %.
fn payoffs(stage: &Stage, games: u64, full: bool) {
    println!("| player | strategy | payoff | less Random | less Idle |\n|---|---|---|---|---|");
    for (player, other) in [("russia", "united_states"), ("government", "russia"), ("united_states", "russia")] {
        let contest = Contest::new(stage, player, 12, &[]);
        let id = stage.player(player);
        let focal = format!("players: [\"{player}\", \"{other}\"]");
        let small = "packages: 4, samples: 2";
        let mut families = vec![
            "Idle()".into(),
            "Random()".into(),
            "Search(iterations: 50)".into(),
            "BestReply(packages: 24, samples: 2)".into(),
            "Quantal(packages: 24, samples: 2)".into(),
            format!("StageGame({focal}, {small})"),
            format!("LevelK({focal}, {small})"),
            format!("CognitiveHierarchy({focal}, {small})"),
        ];
        if full {
            families.extend(["Search()".into(), "BestReply()".into(), "Quantal()".into()]);
            families.extend(["StageGame", "LevelK", "CognitiveHierarchy"].map(|family| format!("{family}({focal})")));
        }
        let named = stage.scenario.strategies.iter().filter(|spec| spec.players.contains(&id));
        let named = named.map(|spec| spec.name.clone());
        let (random, idle) = (contest.payoffs("Random()", 0..games), contest.payoffs("Idle()", 0..games));
        for text in families.into_iter().chain(named) {
            let from = Instant::now();
            let own = contest.payoffs(&text, 0..games);
            let spent = from.elapsed().as_secs_f64();
            let mean = own.iter().sum::<f64>() / games as f64;
            let less = |other: &[f64]| {
                let found = paired_difference(&own, other, 0.95);
                match (found.mean, found.interval) {
                    (Some(mean), Some(interval)) => {
                        format!("{mean:+.4} ({:+.4} to {:+.4})", interval.low, interval.high)
                    }
                    _ => String::new(),
                }
            };
            println!("| {player} | `{text}` | {mean:.4} | {} | {} |", less(&random), less(&idle));
            eprintln!("{player} {text}: {spent:.1} s");
        }
    }
}

/// The median seconds of `rounds` runs.
fn seconds(rounds: usize, mut work: impl FnMut()) -> f64 {
    let mut each: Vec<f64> = (0..rounds)
        .map(|_| {
            let from = Instant::now();
            work();
            from.elapsed().as_secs_f64()
        })
        .collect();
    each.sort_by(f64::total_cmp);
    each[each.len() / 2]
}

fn speed(stage: &Stage) {
    let horizon = stage.scenario.calendar.horizon;
    let mut game = stage.engine().start(&stage.setup(1, horizon, false));
    for _ in 0..horizon / 2 {
        game.step();
    }
    for player in ["russia", "government"] {
        let id = stage.player(player);
        let mut future = Future::default();
        let mut turn = 0;
        let each = seconds(15, || {
            game.at_decision(id, |at| {
                let look: &dyn Lookahead = at.lookahead.expect("an assumed lineup");
                for sample in 0..100 {
                    // Worlds that were not drawn before: numbers go up from round to round.
                    look.play(&Plan { sample: turn * 100 + sample, turns: 6, forced: &[] }, &[], &mut future);
                }
                turn += 1;
            });
        }) / 100.0;
        println!("imagined futures of six turns, {player}, belief drawn anew: {:.0} a second", 1.0 / each);
        let search = stage.strategy(player, "Search(iterations: 500, depth: 6)");
        let each = seconds(9, || {
            game.at_decision(id, |at| {
                black_box(search.decide(at, &mut search.memory()));
            });
        });
        println!("Search, 500 iterations of depth 6, {player}: {:.0} ms a decision", each * 1e3);
    }
    let mut deciding = 0.0;
    let mut turns = 0;
    for seed in 0..200 {
        game.start(&stage.setup(seed, horizon, false));
        while !game.is_over() {
            let from = Instant::now();
            let choices = game.choose();
            deciding += from.elapsed().as_secs_f64();
            game.play_stage(&choices);
            game.give_back(choices);
        }
        turns += u64::from(game.outcome().turns);
    }
    println!("rules of all players: {:.2} µs a turn", deciding / turns as f64 * 1e6);
}
