//! Whether every payoff weight of the great scenario matters to somebody who optimises.

use std::sync::Arc;

use marchland_game::{Choice, Forced, Future, Plan, PlayerId, Root, Strategy, number, packages};
use marchland_sim::turn::{Game, Setup, Snapshot, Variant};
use rayon::prelude::*;

use crate::scenarios::Stage;

/// Payoff terms that change no choice of `Quantal`, with the reason.
const INERT: &[(&str, &str)] = &[];

/// Months between two states of a game.
const EVERY: u32 = 4;

/// Games from which states are taken, by what happens in their second month: nothing; a crisis of the
/// government; slights between powers, and an American base; a fall of the government. Without the last
/// three, several terms have nothing to measure.
const TURNS_OF_FATE: [&[(&str, f64)]; 4] = [
    &[],
    &[
        ("tajikistan.legitimacy", 0.1),
        ("tajikistan.legitimacy_natural", 0.15),
        ("mayor_network.loyalty", 0.2),
        ("finance_network.loyalty", 0.2),
        ("tajikistan.counterbalance", 0.2),
    ],
    &[
        ("russia.united_states.consultation", 0.0),
        ("russia.united_states.granted", 0.1),
        ("united_states.russia.granted", 0.1),
        ("china.russia.granted", 0.1),
        ("kazakhstan.russia.granted", 0.1),
        ("uzbekistan.russia.granted", 0.1),
        ("government.russia.granted", 0.1),
        ("tajikistan.us_base_status", 2.0),
    ],
    &[("tajikistan.regime_failed", 1.0), ("government.in_office", 0.0), ("new_administration.in_office", 1.0)],
];

/// λ of the choices that are looked at in each state, each under chance of its own: where one package leads
/// by far a small λ still mixes, and where many are nearly equal a large one tells them apart.
const LAMBDAS: [f64; 4] = [100.0, 300.0, 1000.0, 3000.0];

/// A state, and what each player chose there, by λ.
struct State {
    snapshot: Snapshot,
    choices: Vec<[Choice; LAMBDAS.len()]>,
}

/// `Quantal` of every player, by λ.
type Quantals = Vec<[Arc<dyn Strategy>; LAMBDAS.len()]>;

/// Every payoff weight of every player, doubled, changes a choice of `Quantal` in some state. States are
/// taken every four months from four games of 24 months, seeds 0 to 3, in the default lineup.
#[test]
fn every_payoff_weight_changes_choices_somewhere() {
    let stage = Stage::of("tajikistan-2010");
    let catalogue = &stage.scenario.catalogue;
    let quantal = |player: &str, lambda: f64| {
        stage.strategy(player, &format!("Quantal(lambda: {lambda}, horizon: 6, samples: 1, packages: 96)"))
    };
    let quantals: Quantals =
        catalogue.players.iter().map(|player| LAMBDAS.map(|lambda| quantal(&player.id, lambda))).collect();
    let states: Vec<State> = TURNS_OF_FATE
        .par_iter()
        .enumerate()
        .flat_map_iter(|(seed, fate)| states(&stage, seed as u64, fate, &quantals))
        .collect();
    let terms: Vec<(usize, usize)> = (0..catalogue.players.len())
        .flat_map(|player| (0..catalogue.players[player].payoffs.terms.len()).map(move |term| (player, term)))
        .collect();
    let name = |(player, term): &(usize, usize)| {
        let of = &catalogue.players[*player];
        format!("{}.{}", of.id, of.payoffs.terms[*term].id)
    };
    let inert: Vec<String> = terms
        .par_iter()
        .filter(|(player, term)| {
            let mut weights = stage.variant.weights.to_vec();
            weights[*player][*term] *= 2.0;
            let variant = Arc::new(Variant { weights: weights.into(), ..(*stage.variant).clone() });
            let mut game = stage.game();
            game.start(&Setup { variant, ..stage.setup(0, 24, false) });
            !states.iter().any(|state| {
                game.restore(&state.snapshot).expect("the same shape");
                let id = PlayerId::from_index(*player);
                game.in_office(id)
                    && (0..LAMBDAS.len())
                        .any(|at| choice(&mut game, id, &quantals[*player], at) != state.choices[*player][at])
            })
        })
        .map(name)
        .collect();
    println!("{} weights in {} states; inert: {inert:?}", terms.len(), states.len());
    let listed = |name: &String| INERT.iter().any(|(known, _)| known == name);
    let unexpected: Vec<&String> = inert.iter().filter(|name| !listed(name)).collect();
    if !unexpected.is_empty() {
        for term in terms.iter().filter(|term| unexpected.contains(&&name(term))) {
            println!("{}: moved by {:.6} at most", name(term), moved(&stage, &states, *term));
        }
    }
    assert!(unexpected.is_empty(), "inert: {unexpected:?}");
    let stale: Vec<&str> =
        INERT.iter().map(|(name, _)| *name).filter(|name| inert.iter().all(|found| found != name)).collect();
    assert!(stale.is_empty(), "listed as inert, and they are not: {stale:?}");
}

/// States of one game with what everybody would choose there.
fn states(stage: &Stage, seed: u64, fate: &[(&str, f64)], quantals: &Quantals) -> Vec<State> {
    let mut game = stage.game();
    game.start(&stage.setup(seed, 24, false));
    let mut states = Vec::new();
    for turn in 1..=24 {
        if game.is_over() {
            break;
        }
        if turn == 2 {
            strike(&mut game, fate);
        }
        if turn % EVERY == 2 {
            let snapshot = game.snapshot();
            let choices = (0..quantals.len())
                .map(|at| {
                    let id = PlayerId::from_index(at);
                    core::array::from_fn(|lambda| choice(&mut game, id, &quantals[at], lambda))
                })
                .collect();
            // What was chosen changed the chance.
            game.restore(&snapshot).expect("its own state");
            states.push(State { snapshot, choices });
        }
        game.step();
    }
    states
}

/// What a player chooses at a λ, under that λ's own chance.
fn choice(game: &mut Game, player: PlayerId, by_lambda: &[Arc<dyn Strategy>; LAMBDAS.len()], at: usize) -> Choice {
    game.set_root(Root::of_game(at as u64));
    let strategy = &by_lambda[at];
    game.at_decision(player, |decision| strategy.decide(decision, &mut strategy.memory()))
}

/// How far a player's own orders of this turn can move a term within six turns, in its payoff: the largest
/// difference between two packages in any state.
fn moved(stage: &Stage, states: &[State], (player, term): (usize, usize)) -> f64 {
    let id = PlayerId::from_index(player);
    let term = &stage.scenario.catalogue.players[player].payoffs.terms[term];
    let mut game = stage.game();
    game.start(&stage.setup(0, 24, false));
    let mut largest = 0.0;
    for state in states {
        game.restore(&state.snapshot).expect("the same shape");
        if !game.in_office(id) {
            continue;
        }
        let mut future = Future::default();
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        game.at_decision(id, |at| {
            let look = at.lookahead.expect("an assumed lineup");
            for package in packages(at, 96) {
                let forced = [Forced { player: id, ahead: 0, orders: package, ballots: None }];
                look.play(&Plan { sample: 0, turns: 6, forced: &forced }, &[term.indicator], &mut future);
                let value = term.scaled(future.readings[0]) * term.weight.value(&at.observation);
                low = number::min(low, value);
                high = number::max(high, value);
            }
        });
        largest = number::max(largest, high - low);
    }
    largest
}

/// Sets what fate has in store.
fn strike(game: &mut Game, fate: &[(&str, f64)]) {
    for (path, value) in fate {
        let id = game.scenario().catalogue.indicator(path).unwrap_or_else(|| panic!("no {path}"));
        game.inject(id, *value).unwrap_or_else(|wrong| panic!("{path}: {wrong}"));
    }
}
