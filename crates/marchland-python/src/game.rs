//! One game, step by step.

use std::sync::{Arc, Mutex, MutexGuard};

use marchland_experiments::table::{Column, Field, Kind, Table as Columns};
use marchland_game::{Catalogue, Choice, Diagnostic, Outcome, PlayerId, Stage, TurnRecord};
use marchland_sim::turn::{Engine, Game as SimGame, Setup};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use rayon::prelude::*;

use crate::error::{input, of_findings};
use crate::interrupt::watched;
use crate::observation::{Observation, judged};
use crate::orders;
use crate::scenario::{Composition, Scenario, checked_seed, json_of, named};
use crate::story::PlayedGame;
use crate::strategy::Objects;
use crate::table::Table;

/// One game, played step by step.
#[pyclass(frozen, module = "marchland", subclass)]
pub struct Game {
    inner: Mutex<Inner>,
    catalogue: Arc<Catalogue>,
    engine: Engine,
    names: Vec<(String, String)>,
    objects: Objects,
}

struct Inner {
    game: SimGame,
    setup: Setup,
    /// Seats that are played by hand, by `PlayerId`.
    held: Vec<bool>,
    /// What was said for the coming stage.
    given: Vec<Option<Choice>>,
    records: Vec<Arc<TurnRecord>>,
}

/// A game between two stages, to go back to.
#[pyclass(frozen, module = "marchland")]
pub struct Snapshot {
    state: marchland_sim::turn::Snapshot,
    given: Vec<Option<Choice>>,
    records: Vec<Arc<TurnRecord>>,
}

#[pymethods]
impl Snapshot {
    /// The turn that the game stood in.
    #[getter]
    fn turn(&self) -> u32 {
        self.state.state().map_or(0, |state| state.turn)
    }
}

/// The player of a name.
pub fn player(catalogue: &Catalogue, name: &str) -> PyResult<PlayerId> {
    catalogue.player(name).ok_or_else(|| {
        let found = Diagnostic::error("unknown-player", format!("there is no player `{name}`"));
        of_findings(vec![found.choose(name, catalogue.players.iter().map(|player| player.id.as_str()))])
    })
}

impl Inner {
    fn step(&mut self) {
        let turn = self.game.state().turn;
        let choices: Vec<Choice> = (0..self.held.len())
            .map(|at| {
                let player = PlayerId::from_index(at);
                if let Some(choice) = self.given[at].take() {
                    choice
                } else if self.held[at] || !self.game.decides(player) {
                    Choice::default()
                } else {
                    self.game.decide(player)
                }
            })
            .collect();
        self.game.play_stage(&choices);
        if self.game.is_over() || self.game.state().turn != turn {
            self.records.push(Arc::new(self.game.last_record().clone()));
        }
    }
}

impl Game {
    fn inner(&self) -> PyResult<MutexGuard<'_, Inner>> {
        self.inner.try_lock().map_err(|_| input("the game is in the middle of a step"))
    }

    /// Plays a stage; where a strategy raises an exception, the game stands as it stood before.
    fn play_stage(&self, py: Python<'_>, inner: &mut Inner) -> PyResult<()> {
        self.objects.forget_failures();
        if self.objects.is_empty() {
            py.detach(|| inner.step());
            return Ok(());
        }
        let before = (inner.game.snapshot(), inner.given.clone(), inner.records.len());
        py.detach(|| inner.step());
        let Some(error) = self.objects.take_failure() else { return Ok(()) };
        inner.game.restore(&before.0).map_err(|error| input(error.to_string()))?;
        inner.given = before.1;
        inner.records.truncate(before.2);
        Err(error)
    }
}

#[pymethods]
impl Game {
    #[new]
    #[pyo3(signature = (scenario, seed, composition, seats, trace))]
    fn new(
        scenario: PyRef<'_, Scenario>,
        seed: u64,
        composition: Composition,
        seats: Vec<String>,
        trace: bool,
    ) -> PyResult<Self> {
        let opened = scenario.compose(&composition)?;
        let catalogue = Arc::clone(&scenario.catalogue);
        let mut held = vec![false; catalogue.players.len()];
        for seat in &seats {
            held[player(&catalogue, seat)?.index()] = true;
        }
        let setup = Setup {
            variant: opened.variant.clone(),
            lineup: opened.composed.lineup.clone(),
            seed: checked_seed(seed)?,
            turns: opened.turns,
            tracing: trace,
        };
        let engine = Engine::new(&opened.scenario).with_assumed(opened.assumed.clone());
        let mut game = engine.start(&setup);
        game.set_recording(true);
        let given = vec![None; held.len()];
        let inner = Mutex::new(Inner { game, setup, held, given, records: Vec::new() });
        let objects = composition.objects();
        Ok(Self { inner, catalogue, engine, names: opened.composed.names, objects })
    }

    /// The game's seed.
    #[getter]
    fn seed(&self) -> PyResult<u64> {
        Ok(self.inner()?.setup.seed)
    }

    /// The turn to be played next, from 1; one past the last where the game is over.
    #[getter]
    fn turn(&self) -> PyResult<u32> {
        Ok(self.inner()?.game.state().turn)
    }

    /// The round of the month, from 0.
    #[getter]
    fn round(&self) -> PyResult<u8> {
        Ok(self.inner()?.game.state().round)
    }

    /// `"orders"` or `"ballots"`.
    #[getter]
    fn stage(&self) -> PyResult<&'static str> {
        Ok(match self.inner()?.game.state().stage {
            Stage::Orders => "orders",
            Stage::Ballots => "ballots",
        })
    }

    /// Whether no turn is left to play.
    #[getter]
    fn over(&self) -> PyResult<bool> {
        Ok(self.inner()?.game.is_over())
    }

    /// Seats that are played by hand.
    #[getter]
    fn seats(&self) -> PyResult<Vec<&str>> {
        let inner = self.inner()?;
        let players = self.catalogue.players.iter().zip(&inner.held);
        Ok(players.filter(|(_, held)| **held).map(|(player, _)| player.id.as_str()).collect())
    }

    /// Seats played by hand that have something to decide in the coming stage.
    #[getter]
    fn deciding(&self) -> PyResult<Vec<&str>> {
        let inner = self.inner()?;
        let game = &inner.game;
        let decides = |at: usize| !game.is_over() && inner.held[at] && game.decides(PlayerId::from_index(at));
        let players = self.catalogue.players.iter().enumerate();
        Ok(players.filter(|(at, _)| decides(*at)).map(|(_, player)| player.id.as_str()).collect())
    }

    /// What a seat sees now.
    fn observe(&self, seat: &str) -> PyResult<Observation> {
        let player = player(&self.catalogue, seat)?;
        Ok(self.inner()?.game.at_decision(player, |at| Observation::of(&self.catalogue, at)))
    }

    /// A seat's own orders, as (action, option, legal, reason): the reason reads after "because", and is empty where
    /// the order is legal.
    fn legal(&self, seat: &str) -> PyResult<Vec<(String, String, bool, String)>> {
        let player = player(&self.catalogue, seat)?;
        let (legal, illegal) = self.inner()?.game.at_decision(player, judged);
        let row = |order: marchland_game::Order, reason: Option<String>| {
            let action = &self.catalogue.actions[order.action.index()];
            let option = action.options[usize::from(order.option)].id.clone();
            (order, (action.id.clone(), option, reason.is_none(), reason.unwrap_or_default()))
        };
        let mut rows: Vec<_> = legal.into_iter().map(|(order, _)| row(order, None)).collect();
        rows.extend(illegal.into_iter().map(|(order, why)| row(order, Some(why.text(order.action, &self.catalogue)))));
        rows.sort_by_key(|(order, _)| *order);
        Ok(rows.into_iter().map(|(_, row)| row).collect())
    }

    /// Says what a seat does in the coming stage, whoever else would decide for it: orders, or ballots.
    #[pyo3(signature = (seat, orders=None, ballots=None))]
    fn act(&self, seat: &str, orders: Option<Bound<'_, PyAny>>, ballots: Option<Bound<'_, PyAny>>) -> PyResult<()> {
        let player = player(&self.catalogue, seat)?;
        let wanted = match &orders {
            Some(orders) => orders::orders(&self.catalogue, orders)?,
            None => Vec::new(),
        };
        let mut inner = self.inner()?;
        if inner.game.is_over() {
            return Err(input("the game is over"));
        }
        let choice = inner.game.at_decision(player, |at| {
            let mut choice = orders::strict_choice(at, &wanted)?;
            if let Some(ballots) = &ballots {
                orders::ballots(at, ballots, &mut choice)?;
            }
            Ok::<Choice, PyErr>(choice)
        })?;
        inner.given[player.index()] = Some(choice);
        Ok(())
    }

    /// Plays the coming stage: seats that acted do as they said, seats by hand that did not do nothing, and the
    /// strategies decide for the rest.
    fn step(&self, py: Python<'_>) -> PyResult<()> {
        let mut inner = self.inner()?;
        if inner.game.is_over() {
            return Err(input("the game is over"));
        }
        self.play_stage(py, &mut inner)
    }

    /// Plays on to the end of a turn; to the game's end unless one is given.
    #[pyo3(signature = (turn=None))]
    fn play(&self, py: Python<'_>, turn: Option<u32>) -> PyResult<()> {
        let mut inner = self.inner()?;
        while !inner.game.is_over() && turn.is_none_or(|turn| inner.game.state().turn <= turn) {
            self.play_stage(py, &mut inner)?;
            py.check_signals()?;
        }
        Ok(())
    }

    /// The game as it stands, to go back to.
    fn snapshot(&self) -> PyResult<Snapshot> {
        let inner = self.inner()?;
        Ok(Snapshot { state: inner.game.snapshot(), given: inner.given.clone(), records: inner.records.clone() })
    }

    /// Goes back to a snapshot of this game, or of one that it was forked from.
    fn restore(&self, snapshot: PyRef<'_, Snapshot>) -> PyResult<()> {
        let mut inner = self.inner()?;
        inner.game.restore(&snapshot.state).map_err(|error| input(error.to_string()))?;
        inner.given.clone_from(&snapshot.given);
        inner.records.clone_from(&snapshot.records);
        Ok(())
    }

    /// Copies of the game as it stands, which go on under chances of their own; with `same_chance`, under its own.
    #[pyo3(signature = (n, same_chance=false))]
    fn fork(&self, py: Python<'_>, n: usize, same_chance: bool) -> PyResult<Vec<Game>> {
        let inner = self.inner()?;
        let moment = inner.game.moment();
        let root = inner.game.state().root;
        let start = inner.game.snapshot();
        let (setup, held) = (inner.setup.clone(), inner.held.clone());
        let (given, records) = (inner.given.clone(), inner.records.clone());
        drop(inner);
        let copy = |at: usize| {
            let mut game = self.engine.start(&setup);
            game.set_recording(true);
            game.restore(&start).expect("a snapshot of a game of the same engine");
            if !same_chance {
                game.set_root(root.imagined(SimGame::name_hash("fork"), moment, at as u64));
            }
            let (setup, held) = (setup.clone(), held.clone());
            Game {
                inner: Mutex::new(Inner { game, setup, held, given: given.clone(), records: records.clone() }),
                catalogue: Arc::clone(&self.catalogue),
                engine: self.engine.clone(),
                names: self.names.clone(),
                objects: self.objects.clone(),
            }
        };
        Ok(py.detach(|| (0..n).map(copy).collect()))
    }

    /// Plays many futures from here to the end on all cores, each under a chance of its own: future i is fork i. What was
    /// said for the coming stage is done in each of them; afterwards every seat plays its strategy, those by hand too.
    /// One row a future: status, exit and its turn, events, measures, payoffs.
    #[pyo3(signature = (n, threads=0))]
    fn futures(&self, py: Python<'_>, n: u64, threads: usize) -> PyResult<Table> {
        let inner = self.inner()?;
        let start = inner.game.snapshot();
        let (setup, given, held) = (inner.setup.clone(), inner.given.clone(), inner.held.clone());
        let moment = inner.game.moment();
        drop(inner);
        let root = start.state().map_or_else(|| marchland_game::Root::of_game(setup.seed), |state| state.root);
        let threads = if threads == 0 { marchland::sessions::processors() } else { threads };
        let (outcomes, raised) = watched(py, self.objects.clone(), None, |work| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build();
            let least = (n as usize / threads / 4).max(1);
            let future = |game: &mut SimGame, at: usize| {
                game.restore(&start).expect("a snapshot of a game of the same engine");
                game.set_root(root.imagined(SimGame::name_hash("fork"), moment, at as u64));
                let choices: Vec<Choice> = given
                    .iter()
                    .enumerate()
                    .map(|(at, given)| {
                        let player = PlayerId::from_index(at);
                        match given {
                            Some(choice) => choice.clone(),
                            None if held[at] || !game.decides(player) => Choice::default(),
                            None => game.decide(player),
                        }
                    })
                    .collect();
                if !game.is_over() {
                    game.play_stage(&choices);
                }
                while !game.is_over() && !work.stop.load(std::sync::atomic::Ordering::Relaxed) {
                    game.step();
                }
                game.outcome()
            };
            let all = || {
                (0..n as usize)
                    .into_par_iter()
                    .with_min_len(least)
                    .map_init(|| self.engine.start(&setup), future)
                    .collect::<Vec<Outcome>>()
            };
            match pool {
                Ok(pool) => pool.install(all),
                Err(_) => all(),
            }
        })?;
        match raised {
            Some(raised) => Err(raised),
            None => Ok(Table::new(&outcome_columns(&self.catalogue, &outcomes))),
        }
    }

    /// The true value of an indicator now: for whoever runs the game, and never for a strategy.
    fn truth(&self, path: &str) -> PyResult<f64> {
        let Some(id) = self.catalogue.indicator(path) else {
            let found = Diagnostic::error("unknown-indicator", format!("there is no indicator `{path}`"));
            let paths = self.catalogue.indicators.iter().map(|info| info.path.as_str());
            return Err(of_findings(vec![found.choose(path, paths)]));
        };
        Ok(self.inner()?.game.world().get(id))
    }

    /// The true value of every indicator now, in the order of `paths`.
    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let inner = self.inner()?;
        let world = inner.game.world();
        let values = (0..self.catalogue.indicators.len()).map(marchland_game::IndicatorId::from_index);
        Ok(PyArray1::from_iter(py, values.map(|id| world.get(id))))
    }

    /// Every indicator's path.
    #[getter]
    fn paths<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.catalogue.indicators.iter().map(|info| info.path.as_str()))
    }

    /// Every player's payoff over the turns played so far, what counts at the end as of now.
    #[getter]
    fn payoffs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let inner = self.inner()?;
        let payoff = |at: usize| inner.game.payoff_so_far(PlayerId::from_index(at)).unwrap_or(f64::NAN);
        named(py, self.catalogue.players.iter().enumerate().map(|(at, player)| (player.id.clone(), payoff(at))))
    }

    /// What a seat's strategy remembers, as JSON reads it.
    fn memory<'py>(&self, py: Python<'py>, seat: &str) -> PyResult<Bound<'py, PyAny>> {
        let player = player(&self.catalogue, seat)?;
        let text = self.inner()?.game.state().memories[player.index()].text.clone();
        json_of(py, &serde_json::from_str(&text).unwrap_or(serde_json::Value::Null))
    }

    /// The turns played so far, as a game that was played.
    #[getter]
    fn played(&self) -> PyResult<PlayedGame> {
        let inner = self.inner()?;
        Ok(PlayedGame::of(
            Arc::clone(&inner.setup.variant),
            self.names.clone(),
            inner.setup.seed,
            inner.setup.tracing,
            inner.records.iter().map(|record| (**record).clone()).collect(),
            inner.game.outcome(),
        ))
    }

    /// SHA-256 of the whole state but memories: equal for equal games.
    #[getter]
    fn state_hash(&self) -> PyResult<String> {
        Ok(self.inner()?.game.state_hash().iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn __repr__(&self) -> PyResult<String> {
        let inner = self.inner()?;
        let state = inner.game.state();
        Ok(format!(
            "<Game of {}: seed {}, turn {} of {}{}>",
            self.catalogue.scenario,
            inner.setup.seed,
            state.turn,
            inner.game.turns(),
            if state.over { ", over" } else { "" }
        ))
    }
}

/// Outcomes as columns, named as in result tables.
fn outcome_columns(catalogue: &Catalogue, outcomes: &[Outcome]) -> Columns {
    let (mut fields, mut columns) = (Vec::new(), Vec::new());
    let mut push = |name: String, unit: &str, description: &str, column: Column| {
        let kind: Kind = column.kind();
        fields.push(Field { name, kind, unit: unit.to_owned(), description: description.to_owned() });
        columns.push(column);
    };
    let texts = |of: &dyn Fn(&Outcome) -> String| Column::Text(outcomes.iter().map(of).collect());
    let numbers = |of: &dyn Fn(&Outcome) -> f64| Column::Number(outcomes.iter().map(of).collect());
    push("outcome".into(), "", "the regime's status at the end", texts(&|outcome| outcome.status.clone()));
    push(
        "exit".into(),
        "",
        "the first irregular way of exit",
        texts(&|outcome| outcome.exit.clone().unwrap_or_default()),
    );
    let turn = |turn: Option<u32>| turn.map_or(f64::NAN, f64::from);
    push("turn".into(), "months", "the turn of that exit", numbers(&|outcome| turn(outcome.turn)));
    for (at, event) in catalogue.outcome_events.iter().enumerate() {
        let column = numbers(&|outcome| turn(outcome.events[at]));
        push(format!("event.{}", event.id), "months", &event.title, column);
    }
    for (at, measure) in catalogue.measures.iter().enumerate() {
        let column = numbers(&|outcome| outcome.measures[at]);
        push(format!("measure.{}", measure.id), &measure.unit, &measure.meaning, column);
    }
    for (at, player) in catalogue.players.iter().enumerate() {
        let column = numbers(&|outcome| outcome.payoffs[at].unwrap_or(f64::NAN));
        push(format!("payoff.{}", player.id), "payoff", "mean over turns, with what counts at the end", column);
    }
    Columns::new(fields, columns).expect("names of results are unique")
}
