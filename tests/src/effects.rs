//! Nothing idle: every parameter, order and event of the crises changes what some game leaves behind.
//!
//! Paired games: both arms play the same seed and lineup and differ in one parameter, one order or one
//! event. What a game leaves behind is its measures, payoffs, end and ballots; the question is whether any of
//! it differs, not in which direction. Seeds 1 to [`SEEDS`], each in a calm, a stressed and a fallen state,
//! with strategies drawn at random; every second seed with all other parameters drawn too.

use std::collections::BTreeSet;
use std::sync::Arc;

use marchland_experiments::compose;
use marchland_game::{ActionId, Choice, EventId, Lineup, Order, Outcome, ParameterId, PlayerId, Seat, Vote};
use marchland_sim::scenario::{Scenario, strategy};
use marchland_sim::turn::{Engine, Game, Setup, Variant};
use marchland_strategies::Registry;
use rayon::prelude::*;

use crate::accounts::{random_lineup, random_parameters};
use crate::scenarios::load;

/// Seeds tried before something is called idle.
const SEEDS: u64 = 40;

/// How a country stands when a game begins.
#[derive(Clone, Copy, PartialEq, Debug)]
enum State {
    Calm,
    Stressed,
    Fallen,
}

const STATES: [State; 3] = [State::Calm, State::Stressed, State::Fallen];

/// What a game leaves behind.
#[derive(PartialEq)]
struct GameTrace {
    numbers: Vec<u64>,
    end: (String, Option<String>, Option<u32>),
    ballots: Vec<Vote>,
}

/// Plays games of one scenario.
struct Bench {
    scenario: Arc<Scenario>,
    country: Option<String>,
}

impl Bench {
    fn of(name: &str) -> Self {
        let scenario = load(name);
        let country = scenario.entities.get("country").map(|countries| countries[0].name.clone());
        Self { scenario, country }
    }

    /// The parameters of a seed, with one set by hand.
    fn variant(&self, seed: u64, set: Option<(ParameterId, f64)>) -> Arc<Variant> {
        let mut values = if seed.is_multiple_of(2) { random_parameters(&self.scenario, seed) } else { Vec::new() };
        if let Some((id, value)) = set {
            values.retain(|(other, _)| *other != id);
            values.push((id, value));
        }
        Arc::new(Variant::with_values(&self.scenario, self.scenario.default_belief, &values))
    }

    /// The strategies of a seed, with one player's seat idle.
    fn lineup(&self, seed: u64, idle: Option<PlayerId>) -> Lineup {
        let registry = Registry::standard();
        let mut lineup = random_lineup(&self.scenario, seed);
        if let Some(player) = idle {
            let spec = strategy(&self.scenario, &registry.schemas(), "Idle()", Some(player)).expect("a family");
            let strategy = registry.build(&spec, &self.scenario.catalogue).expect("a family");
            lineup.players[player.index()] = Seat { name: "idle".into(), strategy: Arc::from(strategy) };
        }
        lineup
    }

    /// Starts a game and brings its country into a state.
    fn start(&self, variant: &Arc<Variant>, lineup: &Lineup, seed: u64, state: State) -> Game {
        let turns = self.scenario.calendar.horizon.min(24);
        let setup = Setup { variant: Arc::clone(variant), lineup: lineup.clone(), seed, turns, tracing: false };
        let mut game = Engine::new(&self.scenario).start(&setup);
        game.set_recording(true);
        let mut set: Vec<(String, f64)> = Vec::new();
        // What is rare by itself: a truce, one network that has left a regime that is liked, an army of fighters,
        // empty coffers, a vote on the head of state soon and talks under a guarantee before crowds, where dear tariffs,
        // no fear and no war in memory let a stolen vote bring people out.
        let rare: &[(&str, &str, f64)] = match seed % 6 {
            0 => &[("cell", "truce", 1.0), ("elite", "loyalty", 0.9)],
            1 => &[("elite", "defected", 1.0), ("elite", "loyalty", 0.9), ("country", "legitimacy", 0.9)],
            5 => &[
                ("country", "president_in", 3.0),
                ("country", "stolen", 1.0),
                ("country", "tariff_shock", 1.0),
                ("country", "fear", 0.0),
                ("country", "war_memory", 0.0),
                ("country", "exit_guarantee_old", 0.9),
                ("country", "dialogue", 0.4),
                ("region", "unrest", 0.6),
            ],
            2 => &[("cell", "fighters", 30_000.0), ("cell", "tempo", 1.0)],
            _ => &[("country", "reserves_musd", 50.0), ("country", "tariff_shock", 1.0)],
        };
        let stress = [
            ("country", "legitimacy", 0.15),
            ("country", "regime_status", 2.0),
            ("country", "elite_split", 0.7),
            ("country", "dialogue", 0.6),
            ("country", "purge", 0.5),
            ("country", "disruption", 0.2),
            ("country", "levy_musd", 10.0),
            ("region", "unrest", 0.5),
            ("elite", "loyalty", 0.35),
            ("cell", "fighters", 400.0),
            ("cell", "tempo", 0.7),
            ("movement", "mobilising", 0.6),
        ];
        let stress = if state == State::Calm { &stress[..0] } else { &stress[..] };
        for (kind, field, value) in stress.iter().chain(rare).copied() {
            let mut entities = self.scenario.entities.get(kind).map_or(&[][..], Vec::as_slice);
            if field == "defected" {
                entities = &entities[..entities.len().min(1)];
            }
            set.extend(entities.iter().map(|entity| (format!("{}.{field}", entity.name), value)));
        }
        if let (State::Fallen, Some(country)) = (state, &self.country) {
            set.extend([
                (format!("{country}.regime_failed"), 1.0),
                (format!("{country}.state_failed"), 1.0),
                (format!("{country}.leader_exited"), 1.0),
                (format!("{country}.exit_turn"), 1.0),
                ("government.in_office".into(), 0.0),
                ("new_administration.in_office".into(), 1.0),
            ]);
        }
        for (path, value) in set {
            if let Some(id) = self.scenario.catalogue.indicator(&path) {
                game.inject(id, value).expect("a stock");
            }
        }
        game
    }

    fn left(&self, game: &mut Game) -> GameTrace {
        let mut ballots = Vec::new();
        while !game.is_over() {
            game.step();
            for vote in game.last_record().rounds.iter().flat_map(|round| &round.votes) {
                ballots.extend(vote.votes.iter().copied());
            }
        }
        let Outcome { status, exit, turn, measures, payoffs, .. } = game.outcome();
        let numbers = measures.iter().copied().chain(payoffs.into_iter().flatten()).map(f64::to_bits).collect();
        GameTrace { numbers, end: (status, exit, turn), ballots }
    }

    /// Whether any pair of games, one arm of `arms` each, differs.
    fn tells<A>(&self, arms: [A; 2], play: impl Fn(&A, u64, State) -> Option<GameTrace>) -> bool {
        (1..=SEEDS).any(|seed| {
            STATES.into_iter().any(|state| {
                let first = play(&arms[0], seed, state);
                first.is_some_and(|first| play(&arms[1], seed, state).is_some_and(|second| first != second))
            })
        })
    }

    fn parameter_tells(&self, at: usize) -> bool {
        let (id, range) = (ParameterId::from_index(at), &self.scenario.catalogue.parameters[at].distribution);
        self.tells([0.02, 0.98], |share, seed, state| {
            let variant = self.variant(seed, Some((id, range.quantile(*share))));
            let game = &mut self.start(&variant, &self.lineup(seed, None), seed, state);
            Some(self.left(game))
        })
    }

    fn order_tells(&self, owner: PlayerId, order: Order) -> bool {
        let catalogue = &self.scenario.catalogue;
        self.tells([true, false], |ordered, seed, state| {
            let game = &mut self.start(&self.variant(seed, None), &self.lineup(seed, Some(owner)), seed, state);
            for _ in 0..seed % 4 {
                game.step();
            }
            for budget in catalogue.players[owner.index()].budgets.into_iter().flatten() {
                game.inject(budget, 100.0).expect("a budget");
            }
            let asked = game.choose();
            let mut choices = asked.clone();
            game.give_back(asked);
            choices[owner.index()] = Choice::default();
            if *ordered {
                choices[owner.index()].orders.push(order);
                let mut rulings = Vec::new();
                game.resolve(&choices, &mut rulings);
                if !rulings.iter().any(|ruling| ruling.player == owner && ruling.legal()) {
                    return None;
                }
            }
            game.play_stage(&choices);
            Some(self.left(game))
        })
    }

    fn event_tells(&self, at: usize) -> bool {
        self.tells([true, false], |happens, seed, state| {
            let game = &mut self.start(&self.variant(seed, None), &self.lineup(seed, None), seed, state);
            if *happens {
                game.inject_event(EventId::from_index(at));
            }
            Some(self.left(game))
        })
    }

    /// Every order with everybody who may give it.
    fn orders(&self) -> Vec<(PlayerId, Order)> {
        let catalogue = &self.scenario.catalogue;
        let mut orders = Vec::new();
        for (at, action) in catalogue.actions.iter().enumerate() {
            for owner in (0..catalogue.players.len()).map(PlayerId::from_index).filter(|id| action.owners.contains(*id))
            {
                let action_id = ActionId::from_index(at);
                let options = 0..action.options.len() as u8;
                orders.extend(options.map(|option| (owner, Order { action: action_id, option })));
            }
        }
        orders
    }
}

/// A constant of the base tells in one of the crises, the back-test or the quiet country; a scenario's own
/// parameter tells there.
#[test]
fn every_parameter_tells() {
    let mut idle: Option<BTreeSet<String>> = None;
    for name in ["tajikistan-2010", "kyrgyzstan-2010", "tajikistan-2008", "quiet-autocracy"] {
        let bench = Bench::of(name);
        let parameters = &bench.scenario.catalogue.parameters;
        let asked = |at: &usize| {
            let own = parameters[*at].own && idle.as_ref().is_some_and(|idle| !idle.contains(&parameters[*at].id));
            idle.as_ref().is_none_or(|idle| idle.contains(&parameters[*at].id)) || own
        };
        let silent: Vec<usize> =
            (0..parameters.len()).into_par_iter().filter(|at| asked(at) && !bench.parameter_tells(*at)).collect();
        let own: Vec<&str> =
            silent.iter().filter(|at| parameters[**at].own).map(|at| parameters[*at].id.as_str()).collect();
        assert!(own.is_empty(), "{name}: {own:?} tell nothing in their own scenario");
        let silent: BTreeSet<String> = silent.iter().map(|at| parameters[*at].id.clone()).collect();
        let known = |id: &String| parameters.iter().any(|parameter| parameter.id == *id);
        idle = Some(match idle {
            None => silent,
            Some(before) => before.into_iter().filter(|id| silent.contains(id) || !known(id)).collect(),
        });
    }
    let idle = idle.unwrap_or_default();
    assert!(idle.is_empty(), "{idle:#?} tell nothing");
}

#[test]
fn every_order_tells() {
    for name in ["tajikistan-2010", "kyrgyzstan-2010"] {
        let bench = Bench::of(name);
        let catalogue = &bench.scenario.catalogue;
        let idle: Vec<String> = bench
            .orders()
            .into_par_iter()
            // An answer needs an offer on the table, a breach an agreement: what deals do is told by their own tests.
            .filter(|(_, order)| catalogue.deal_move(order.action).is_none())
            .filter(|(owner, order)| !bench.order_tells(*owner, *order))
            .map(|(owner, order)| format!("{} {}", catalogue.players[owner.index()].id, catalogue.order_name(order)))
            .collect();
        assert!(idle.is_empty(), "{name}: {idle:#?} tell nothing");
    }
}

#[test]
fn every_event_tells() {
    for name in ["tajikistan-2010", "kyrgyzstan-2010"] {
        let bench = Bench::of(name);
        let events = &bench.scenario.catalogue.events;
        let idle: Vec<&str> = (0..events.len())
            .into_par_iter()
            .filter(|at| !bench.event_tells(*at))
            .map(|at| events[at].id.as_str())
            .collect();
        assert!(idle.is_empty(), "{name}: {idle:#?} tell nothing");
    }
}

/// Populations choose by a rule named in the lineup, and every rule leads to another game.
#[test]
fn every_cohort_rule_tells() {
    let bench = Bench::of("tajikistan-2010");
    let rules = ["logit", "imitation", "satisficing", "habit"];
    for population in &bench.scenario.catalogue.populations {
        let play = |rule: &str| {
            let spec = bench.scenario.strategies.iter().find(|spec| spec.name == rule).expect("a rule");
            let changes = [(population.id.clone(), spec.clone())];
            let composed = compose::compose(&bench.scenario, &Registry::standard(), &changes).expect("a lineup");
            let mut game = bench.start(&bench.variant(1, None), &composed.lineup, 1, State::Calm);
            bench.left(&mut game).numbers
        };
        let left = rules.map(play);
        for (at, one) in left.iter().enumerate() {
            for (other, two) in left.iter().enumerate().skip(at + 1) {
                assert!(one != two, "{}: {} and {} lead to the same game", population.id, rules[at], rules[other]);
            }
        }
    }
}
