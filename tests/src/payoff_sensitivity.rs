//! Whether every payoff weight of the great scenario matters to somebody who optimises.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use marchland_game::{Choice, Decision, ForcedMove, Future, Plan, PlayerId, Root, Strategy, number, packages};
use marchland_sim::turn::{Game, Setup, Snapshot, Variant};
use rayon::prelude::*;

use crate::scenarios::Stage;

/// Payoff terms that change no choice of `Quantal`, because the player's own orders hardly move them within
/// the six months that it looks ahead, with the reason.
const INERT: &[(&str, &str)] = &[
    ("opposition.change", "a fall is drawn: six months of one imagined future seldom hold one"),
    ("capital_mayor.weight", "weights in the ruling group stand; none of the mayor's orders moves one"),
    ("capital_mayor.acting", "whoever acts is named by the constitution, and by weights after a coup"),
    ("capital_mayor.streets", "the mayor has no orders for the streets, and reaches them by the rulers' split alone"),
    ("deputy_premier.acting", "the constitution names the other network, and weights decide after a coup"),
    ("russia.fighters", "its orders move the number of fighters by less than six months show"),
    ("russia.pressure", "it follows heroin and fighters, which its orders move by less than six months show"),
    ("russia.bases", "the fate of its base hangs on falls and treaties, which six months seldom hold"),
    ("united_states.haven", "a haven grows and goes slower than six months show"),
    ("china.bases", "the bases of others are others' to give"),
    ("kazakhstan.eurasec", "the common space grows where Russia pays in"),
    ("kazakhstan.recognition", "it is Moscow's to give, for what Moscow has asked for"),
    ("kazakhstan.respect", "it is Moscow's to give, for what Moscow has asked for"),
    ("uzbekistan.dam", "the levy for the dam is the government's"),
    ("nato.supplies", "transit is bargained over by others"),
    ("nato.haven", "a haven grows and goes slower than six months show"),
    ("taliban.pressure", "the campaign beyond the border is NATO's"),
    ("new_administration.aid", "aid is for others to give"),
];

/// A share of the payoff range below which a change of choices is not looked for: at λ = 1000 it moves odds by a
/// factor of e^0.5 at most.
const LITTLE: f64 = 5e-4;

/// States in which a term that changed no choice is looked at again: those in which orders move it most.
const STATES: usize = 8;

/// The most by which orders may move a term that changes no choice: more, and it is dead, not slow.
const SLIGHT: f64 = 1e-3;

/// Draws under which a doubled weight has to change a choice at each λ, where it weighs most: with eight states and three λ
/// a change that one look in fifty shows is missed in one run of eighteen.
const DRAWS: u64 = 6;

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
        ("tajikistan.foreign_base_status", 2.0),
    ],
    &[("tajikistan.regime_failed", 1.0), ("government.in_office", 0.0), ("new_administration.in_office", 1.0)],
];

/// λ of the choices that are looked at in each state, each under chance of its own: where one package leads
/// by far a small λ still mixes, and where many are nearly equal a large one tells them apart.
const LAMBDAS: [f64; 4] = [100.0, 300.0, 1000.0, 3000.0];

/// A state, and what each player chooses there, by λ, as far as it was asked.
struct State {
    snapshot: Snapshot,
    choices: Vec<[OnceLock<Choice>; LAMBDAS.len()]>,
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
    let states: Vec<State> =
        TURNS_OF_FATE.par_iter().enumerate().flat_map_iter(|(seed, fate)| states(&stage, seed as u64, fate)).collect();
    let terms: Vec<(usize, usize)> = (0..catalogue.players.len())
        .flat_map(|player| (0..catalogue.players[player].payoffs.terms.len()).map(move |term| (player, term)))
        .collect();
    let name = |(player, term): &(usize, usize)| {
        let of = &catalogue.players[*player];
        format!("{}.{}", of.id, of.payoffs.terms[*term].id)
    };
    let silent: Vec<(usize, usize)> = terms
        .par_iter()
        .copied()
        .filter(|(player, term)| {
            // What is listed as inert is looked at below alone, where it weighs most.
            if INERT.iter().any(|(listed, _)| *listed == name(&(*player, *term))) {
                return true;
            }
            let mut weights = stage.variant.weights.to_vec();
            weights[*player][*term] *= 2.0;
            let variant = Arc::new(Variant { weights: weights.into(), ..(*stage.variant).clone() });
            let mut game = stage.engine().start(&Setup { variant, ..stage.setup(0, 24, false) });
            let mut as_it_is = stage.engine().start(&stage.setup(0, 24, false));
            !states.iter().any(|state| {
                game.restore(&state.snapshot).expect("the same shape");
                let id = PlayerId::from_index(*player);
                game.in_office(id)
                    && (0..LAMBDAS.len()).any(|at| {
                        let usual = state.choices[*player][at].get_or_init(|| {
                            as_it_is.restore(&state.snapshot).expect("the same shape");
                            choice(&mut as_it_is, id, &quantals[*player], at)
                        });
                        choice(&mut game, id, &quantals[*player], at) != *usual
                    })
            })
        })
        .collect();
    // What is rare is looked for where it weighs most.
    let players: Vec<usize> =
        (0..catalogue.players.len()).filter(|at| silent.iter().any(|(player, _)| player == at)).collect();
    let moved: Vec<(usize, Vec<Vec<f64>>)> =
        players.par_iter().map(|player| (*player, moved(&stage, &states, *player))).collect();
    let by_state = |(player, term): (usize, usize)| -> Vec<(f64, usize)> {
        let of = &moved.iter().find(|(at, _)| *at == player).expect("it was looked at").1;
        let mut list: Vec<(f64, usize)> = of.iter().enumerate().map(|(state, terms)| (terms[term], state)).collect();
        list.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        list
    };
    let inert: Vec<(String, f64)> = silent
        .par_iter()
        .filter_map(|term| {
            let spread = by_state(*term);
            let found = spread[0].0 > LITTLE
                && spread[..STATES].iter().any(|(_, state)| tells(&stage, &states[*state].snapshot, *term));
            (!found).then(|| (name(term), spread[0].0))
        })
        .collect();
    println!("{} weights in {} states; inert, with how far orders move them: {inert:?}", terms.len(), states.len());
    for (name, moved) in &inert {
        assert!(*moved <= SLIGHT, "{name} moves by {moved} and yet changes no choice");
    }
    // One that has come to matter leaves the list.
    let listed: BTreeSet<&str> = INERT.iter().map(|(name, _)| *name).collect();
    let found: BTreeSet<&str> = inert.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(found, listed, "what changes no choice, and the list of it");
}

/// Whether a doubled weight changes a choice in a state, of many draws at three λ.
fn tells(stage: &Stage, snapshot: &Snapshot, (player, term): (usize, usize)) -> bool {
    let id = PlayerId::from_index(player);
    let mut weights = stage.variant.weights.to_vec();
    weights[player][term] *= 2.0;
    let doubled = Arc::new(Variant { weights: weights.into(), ..(*stage.variant).clone() });
    let mut games = [Arc::clone(&stage.variant), doubled].map(|variant| {
        let mut game = stage.engine().start(&Setup { variant, ..stage.setup(0, 24, false) });
        game.restore(snapshot).expect("the same shape");
        game
    });
    [10.0, 100.0, 1000.0].into_iter().any(|lambda| {
        let text = format!("Quantal(lambda: {lambda}, horizon: 6, samples: 2, packages: 96)");
        let strategy = stage.strategy(&stage.scenario.catalogue.players[player].id, &text);
        (0..DRAWS).any(|draw| {
            let [one, other] = games.each_mut().map(|game| {
                game.at_decision(id, |at| {
                    let at = Decision { stream: at.stream.at(draw), ..*at };
                    strategy.decide(&at, &mut strategy.memory())
                })
            });
            one != other
        })
    })
}

/// States of one game.
fn states(stage: &Stage, seed: u64, fate: &[(&str, f64)]) -> Vec<State> {
    let mut game = stage.engine().start(&stage.setup(seed, 24, false));
    let mut states = Vec::new();
    for turn in 1..=24 {
        if game.is_over() {
            break;
        }
        if turn == 2 {
            strike(&mut game, fate);
        }
        if turn % EVERY == 2 {
            let choices = game.lineup().players.iter().map(|_| Default::default()).collect();
            states.push(State { snapshot: game.snapshot(), choices });
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

/// How far a player's own orders of this turn move each of its terms within six turns, as a share of its
/// payoff range: the largest difference between two packages under equal chance, states × terms.
fn moved(stage: &Stage, states: &[State], player: usize) -> Vec<Vec<f64>> {
    let id = PlayerId::from_index(player);
    let table = &stage.scenario.catalogue.players[player].payoffs;
    let wanted: Vec<_> = table.terms.iter().map(|term| term.indicator).collect();
    let mut game = stage.engine().start(&stage.setup(0, 24, false));
    let of_state = |state: &State| {
        let mut largest = vec![0.0; wanted.len()];
        game.restore(&state.snapshot).expect("the same shape");
        if !game.in_office(id) {
            return largest;
        }
        let mut future = Future::default();
        game.at_decision(id, |at| {
            let look = at.lookahead.expect("an assumed lineup");
            let packages = packages(at, 96);
            for sample in 0..2 {
                let (mut low, mut high) = (vec![f64::INFINITY; wanted.len()], vec![f64::NEG_INFINITY; wanted.len()]);
                for package in &packages {
                    let forced = [ForcedMove { player: id, ahead: 0, orders: *package, ballots: None }];
                    look.play(&Plan { sample, turns: 6, forced: &forced }, &wanted, &mut future);
                    for (at_term, term) in table.terms.iter().enumerate() {
                        let value = term.scaled(future.readings[at_term]) * term.weight.value(&at.observation);
                        low[at_term] = number::min(low[at_term], value);
                        high[at_term] = number::max(high[at_term], value);
                    }
                }
                for (largest, (low, high)) in largest.iter_mut().zip(low.into_iter().zip(high)) {
                    *largest = number::max(*largest, (high - low) / table.span());
                }
            }
        });
        largest
    };
    states.iter().map(of_state).collect()
}

/// Sets what fate has in store.
fn strike(game: &mut Game, fate: &[(&str, f64)]) {
    for (path, value) in fate {
        let id = game.scenario().catalogue.indicator(path).unwrap_or_else(|| panic!("no {path}"));
        game.inject(id, *value).unwrap_or_else(|wrong| panic!("{path}: {wrong}"));
    }
}
