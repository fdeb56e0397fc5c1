//! Whether the great scenario is a game: what a power gains by its strategy depends on what others play, and powers
//! answer what others do.
//!
//! The bounds were set before anything was played: own × others' at least 15 % of what a player can decide (own
//! strategy, and own × others'), at least 10 % after any one of its strategies is dropped; opposite acts of another
//! change a power's orders in at least 70 % of paired games, its own dice alone in at most 10 %, an act that is none of
//! its business in at most 15 %; and without the answer somebody's payoff moves by .01 of its range in half of the pairs.
//!
//! What is missed is listed in [`MISSED`], with why. A bound that has come to hold leaves the list, and one that no longer
//! holds fails the test.

use std::sync::Arc;

use marchland_equilibria::effects::moved;
use marchland_equilibria::game::Game;
use marchland_game::{Choice, Decision, Lineup, Memory, Order, Outcome, PlayerId, Seat, Stage as Step, Strategy};
use marchland_sim::scenario::Scenario;
use rayon::prelude::*;

use crate::contests::Contest;
use crate::scenarios::{Stage, changed, folder};

const SCENARIO: &str = "tajikistan-2010";

/// Bounds that the game misses, each with why. A bound is never changed to fit.
const MISSED: &[(&str, &str)] = &[
    (
        "own dice",
        "they decide whether an act of chance succeeds and what a noisy report says, and rules that answer the state \
         answer that too: of Russia's 33 pairs 11 are of leverage, whose acts succeed or fail by them, 14 of the hedge, \
         whose threshold lies amid its reports of the regime's strength, and 8 of backing, by reports of fighters",
    ),
    ("the answer", "some answers are words or small loans, and a year is short"),
];

/// Holds a figure against the bound that was stated for it, or against being missed.
fn held(what: &str, holds: bool, figure: f64) {
    let missed = MISSED.iter().find(|(name, _)| *name == what);
    if let Some((_, why)) = missed {
        println!("missed: {what}: {figure:.3}: {why}");
    }
    assert!(holds != missed.is_some(), "{what}: {figure}, listed as missed: {}", missed.is_some());
}

/// The named strategies of a player, those whose name begins with a letter and a digit from 1.
fn set(scenario: &Scenario, player: &str) -> Vec<String> {
    let id = scenario.catalogue.player(player).expect("a player");
    let numbered = |name: &str| name.as_bytes().get(1).is_some_and(|digit| (b'1'..=b'9').contains(digit));
    let own = scenario.strategies.iter().filter(|spec| spec.players.contains(&id) && numbered(&spec.name));
    own.map(|spec| spec.name.clone()).collect()
}

/// Payoffs of a product of three players' strategies, by replication: games of one seed each.
fn product(stage: &Stage, players: [&str; 3], replications: u64) -> (Vec<Vec<String>>, Vec<Game>) {
    let sets: Vec<Vec<String>> = players.iter().map(|player| set(&stage.scenario, player)).collect();
    let counts: Vec<usize> = sets.iter().map(Vec::len).collect();
    let seats: Vec<Vec<Arc<dyn Strategy>>> = players
        .iter()
        .zip(&sets)
        .map(|(player, set)| set.iter().map(|name| stage.strategy(player, name)).collect())
        .collect();
    let contest = Contest::new(stage, players[0], 24, &[]);
    let ids = players.map(|player| stage.player(player));
    let profiles: usize = counts.iter().product();
    let outcomes: Vec<Vec<Outcome>> = (0..profiles)
        .into_par_iter()
        .map(|place| {
            let at = [place / (counts[1] * counts[2]), place / counts[2] % counts[1], place % counts[2]];
            let mut lineup: Lineup = stage.composed.lineup.clone();
            for (side, id) in ids.iter().enumerate() {
                let strategy = Arc::clone(&seats[side][at[side]]);
                lineup.players[id.index()] = Seat { name: "tested".into(), strategy };
            }
            contest.outcomes_of(&lineup, 0..replications)
        })
        .collect();
    let games = (0..replications as usize)
        .map(|replication| {
            let payoffs = |id: &PlayerId| -> Vec<f64> {
                outcomes.iter().map(|games| games[replication].payoffs[id.index()].unwrap_or(0.0)).collect()
            };
            Game::unnamed(&counts, ids.iter().map(payoffs).collect()).expect("a full table")
        })
        .collect();
    (sets, games)
}

/// The mean square of an effect of which every replication has an unbiased estimate: products of different ones.
fn mean_square(effects: &[Vec<f64>]) -> f64 {
    let (n, cells) = (effects.len() as f64, effects[0].len());
    let cell = |at: usize| {
        let (sum, squares) = effects.iter().map(|effect| effect[at]).fold((0.0, 0.0), |(s, q), x| (s + x, q + x * x));
        (sum * sum - squares) / (n * (n - 1.0))
    };
    (0..cells).map(cell).sum::<f64>() / cells as f64
}

/// The share of own × others' in what a player can decide.
fn interplay(games: &[Game], player: usize) -> f64 {
    let parts: Vec<_> = games.iter().map(|game| moved(game, player)).collect();
    let of = |pick: &dyn Fn(&marchland_equilibria::effects::MovedParts) -> Vec<f64>| {
        mean_square(&parts.iter().map(pick).collect::<Vec<_>>())
    };
    let (own, both) = (of(&|parts| parts.own.clone()), of(&|parts| parts.interaction.clone()));
    both / (own + both)
}

/// A game without one strategy of one player.
fn without(game: &Game, player: usize, strategy: usize) -> Game {
    let counts: Vec<usize> =
        game.counts().iter().enumerate().map(|(at, count)| count - usize::from(at == player)).collect();
    let kept: Vec<usize> =
        (0..game.profile_count()).filter(|place| game.profile_at(*place)[player] != strategy).collect();
    let tensors =
        (0..game.player_count()).map(|side| kept.iter().map(|place| game.tensor(side)[*place]).collect()).collect();
    Game::unnamed(&counts, tensors).expect("a full table")
}

/// All profiles of Russia, the government and the United States, seeds 0 to 3.
#[test]
fn what_a_strategy_is_worth_depends_on_what_others_play() {
    let stage = Stage::of(SCENARIO);
    let players = ["russia", "government", "united_states"];
    let (sets, games) = product(&stage, players, 4);
    for (player, name) in players.iter().enumerate() {
        let share = interplay(&games, player);
        let (mut least, mut dropped) = (share, "none");
        for (strategy, dropped_name) in sets[player].iter().enumerate() {
            let rest: Vec<Game> = games.iter().map(|game| without(game, player, strategy)).collect();
            let left = interplay(&rest, player);
            if left < least {
                (least, dropped) = (left, dropped_name);
            }
        }
        println!("{name}: own × others' is {share:.3} of what it decides, {least:.3} without {dropped}");
        assert!(share >= 0.15, "{name}: {share}");
        assert!(least >= 0.10, "{name} without {dropped}: {least}");
    }
}

/// Orders given in fixed months, whatever happens.
struct FixedOrders(Vec<(u32, Order)>);

impl Strategy for FixedOrders {
    fn decide(&self, at: &Decision<'_>, _: &mut Memory) -> Choice {
        let mut choice = Choice::default();
        if at.moment.stage == Step::Orders && at.moment.round.0 == 0 {
            for (_, order) in self.0.iter().filter(|(turn, _)| *turn == at.moment.turn.0) {
                if at.observation.legality(*order).is_ok() {
                    choice.orders.push(*order);
                }
            }
        }
        choice
    }
}

/// Months of a paired game.
const MONTHS: u32 = 12;

/// What a power ordered, and what everybody's payoff was, as shares of the ranges.
fn played(
    stage: &Stage,
    power: &str,
    own: Arc<dyn Strategy>,
    other: (&str, &str),
    seed: u64,
) -> (Vec<(u32, Order)>, Vec<f64>) {
    let (of, act) = other;
    let rules = format!("Rules(blocks: [(name: \"act\", orders: [\"{act}\"])])");
    let mut lineup = stage.seated(of, &stage.strategy(of, &rules));
    let id = stage.player(power);
    lineup.players[id.index()] = Seat { name: "tested".into(), strategy: own };
    let setup = marchland_sim::turn::Setup { lineup, ..stage.setup(seed, MONTHS, false) };
    let mut game = stage.engine().start(&setup);
    game.set_recording(true);
    let mut orders = Vec::new();
    for _ in 0..MONTHS {
        if game.is_over() {
            break;
        }
        game.step();
        let record = game.last_record();
        let rulings = record.rounds.iter().flat_map(|round| &round.rulings);
        orders.extend(rulings.filter(|ruling| ruling.player == id).map(|ruling| (record.turn, ruling.order)));
    }
    let outcome = game.outcome();
    let players = stage.scenario.catalogue.players.iter().enumerate();
    let share = |(at, player): (usize, &marchland_game::Player)| {
        let table = &player.payoffs;
        outcome.payoffs[at].map_or(0.0, |payoff| (payoff - table.range.0) / table.span())
    };
    (orders, players.map(share).collect())
}

/// Powers, and acts of another that are opposite to each.
const OPPOSITE: [(&str, &str, [&str; 2]); 6] = [
    ("russia", "united_states", ["united_states_consults russia", "seek_base"]),
    ("russia", "government", ["honour_conditions_government", "auction airfield"]),
    ("united_states", "russia", ["open_ndn air", "restrict_ndn delay"]),
    ("united_states", "government", ["auction transit", "curb_opposition harass"]),
    ("china", "united_states", ["united_states_consults china", "seek_base"]),
    ("china", "russia", ["russia_consults china", "open_ndn rail"]),
];

/// Every strategy of three powers but the controls, seeds 1 to 8, twelve months: of 304 pairs the standard error of a tenth
/// is a hundredth and three quarters. (Of 76, by seeds 1 and 2, own dice came to 9 %, and by the next three pairs of seeds to
/// 14, 9 and 13.)
#[test]
fn powers_answer_what_others_do_and_nothing_else() {
    let stage = Stage::of(SCENARIO);
    let reseeded: Vec<(&str, Stage)> = ["russia", "united_states", "china"]
        .map(|power| {
            let text = std::fs::read_to_string(folder().join(SCENARIO).join("players.ron")).expect("a file");
            let begins = format!("id: \"{power}\",");
            let line = text.lines().map(str::trim).find(|line| line.starts_with(&begins)).expect("a player");
            let to = line.replacen(&begins, &format!("{begins} draw_key: \"{power}_reseeded\","), 1);
            (power, Stage::around(&changed(SCENARIO, &[(line, &to)])))
        })
        .into();
    // Changed orders, by what changed: another's act, own dice, a third party's act; and payoffs that the answer moves.
    let mut cases = Vec::new();
    for (power, of, acts) in OPPOSITE {
        for name in set(&stage.scenario, power) {
            // A control that never acts, and one that only waits to be asked, answer nobody's orders.
            if !name.starts_with("r9") && !name.starts_with("c1") {
                cases.extend((1..=8).map(|seed| (power, of, acts, name.clone(), seed)));
            }
        }
    }
    let found: Vec<[bool; 4]> = cases
        .par_iter()
        .map(|(power, of, acts, name, seed)| {
            let own = || stage.strategy(power, name);
            let (first, payoffs) = played(&stage, power, own(), (of, acts[0]), *seed);
            let (second, _) = played(&stage, power, own(), (of, acts[1]), *seed);
            let (_, other) = reseeded.iter().find(|(known, _)| known == power).expect("one of the powers");
            let (diced, _) = played(other, power, other.strategy(power, name), (of, acts[0]), *seed);
            // The same game but that Kazakhstan deepens the common space, on which nobody's strategy turns.
            let third = |act: &str| {
                let mut lineup = stage.composed.lineup.clone();
                let rules = format!("Rules(blocks: [(name: \"act\", orders: [\"{act}\"])])");
                let strategy = stage.strategy("kazakhstan", &rules);
                lineup.players[stage.player("kazakhstan").index()] = Seat { name: "third".into(), strategy };
                Stage {
                    scenario: Arc::clone(&stage.scenario),
                    variant: Arc::clone(&stage.variant),
                    composed: marchland_experiments::compose::NamedLineup { lineup, ..stage.composed.clone() },
                }
            };
            let acting = third("integrate_eurasec");
            let (with, _) = played(&acting, power, own(), (of, acts[0]), *seed);
            let idle = third("set_osce_agenda region");
            let (beside, _) = played(&idle, power, own(), (of, acts[0]), *seed);
            // Without the answer it does under the first act what it does under the second.
            let deaf: Arc<dyn Strategy> = Arc::new(FixedOrders(second.clone()));
            let (_, unanswered) = played(&stage, power, deaf, (of, acts[0]), *seed);
            let moves = payoffs.iter().zip(&unanswered).any(|(a, b)| (a - b).abs() >= 0.01);
            [first != second, first != diced, with != beside, moves]
        })
        .collect();
    let share = |at: usize| found.iter().filter(|one| one[at]).count() as f64 / found.len() as f64;
    let (acts, dice, third, moves) = (share(0), share(1), share(2), share(3));
    println!(
        "of {} pairs: another's act changes orders in {acts:.3}, own dice in {dice:.3}, a third party's act in {third:.3}; \
         without the answer a payoff moves in {moves:.3}",
        found.len()
    );
    for power in ["russia", "united_states", "china"] {
        let own = || cases.iter().zip(&found).filter(|(case, _)| case.0 == power);
        let count = |at: usize| own().filter(|(_, one)| one[at]).count();
        println!("  {power}, {} pairs: own dice in {}, a payoff moves in {}", own().count(), count(1), count(3));
        for name in set(&stage.scenario, power) {
            let of = |at: usize| own().filter(|(case, one)| case.3 == name && one[at]).count();
            println!("    {name}: own dice in {}, a payoff moves in {}", of(1), of(3));
        }
    }
    held("another's act", acts >= 0.70, acts);
    held("own dice", dice <= 0.10, dice);
    held("a third party's act", third <= 0.15, third);
    held("the answer", moves >= 0.50, moves);
}
