//! Playing many games: each thread keeps one game and resets it.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use marchland_game::{Lineup, Outcome};
use marchland_sim::scenario::Scenario;
use marchland_sim::turn::{Engine, Game, Setup};
use serde::{Deserialize, Serialize};

/// How a game of a batch came out, as a game: a result table's `status`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Played to its end, every result finite.
    Ok,
    /// Could not be started.
    Error,
    /// Stopped by a broken invariant; its worker was built anew.
    Panic,
    /// Stopped by its limit of counted work.
    OverLimit,
    /// Played to its end with a result that is not a finite number.
    NonFinite,
    /// Played to its end, and the program of some seat lost more than [`FORFEIT_SHARE`] of its decisions.
    Forfeited,
}

impl Status {
    /// Every status.
    pub const ALL: [Self; 6] = [Self::Ok, Self::Error, Self::Panic, Self::OverLimit, Self::NonFinite, Self::Forfeited];

    /// The name in result tables.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Panic => "panic",
            Self::OverLimit => "over_limit",
            Self::NonFinite => "non_finite",
            Self::Forfeited => "forfeited",
        }
    }
}

/// A game of which a seat lost a larger share of its decisions is forfeited. Our choice: a program that is
/// slow once in a while still plays its own strategy, and one in ten moves of another is another strategy.
pub const FORFEIT_SHARE: f64 = 0.1;

/// Stages that a game may play, imagined ones included, unless told otherwise.
pub const WORK_LIMIT: u64 = 50_000_000;

/// Plays games of one scenario on whatever thread asks; each thread keeps a game of its own.
pub struct Players {
    engine: Engine,
    work_limit: u64,
    /// What games said that panicked: the first few in the order of text, whichever thread heard them.
    panics: Mutex<BTreeSet<String>>,
    id: u64,
}

thread_local! {
    /// The games of this thread, each with the id of the [`Players`] it was built for, the one used last
    /// at the end. Thread-local and not per task: rayon would build one per split.
    static WORKERS: RefCell<Vec<(u64, Game)>> = const { RefCell::new(Vec::new()) };
}

/// Games that a thread keeps: a session forecasts with two kinds in turn, with and without look-ahead.
const KEPT: usize = 2;

/// Panics that are kept to be told.
const PANICS: usize = 3;

static NEXT: AtomicU64 = AtomicU64::new(1);

impl Players {
    /// For a scenario, with its `assumed` lineup for strategies that look ahead.
    #[must_use]
    pub fn new(scenario: &Arc<Scenario>, assumed: Option<Lineup>) -> Self {
        let engine = Engine::new(scenario);
        Self {
            engine: match assumed {
                Some(assumed) => engine.with_assumed(assumed),
                None => engine,
            },
            work_limit: WORK_LIMIT,
            panics: Mutex::default(),
            id: NEXT.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// With another limit of stages a game, imagined ones included.
    #[must_use]
    pub fn with_work_limit(mut self, stages: u64) -> Self {
        self.work_limit = stages;
        self
    }

    /// With records that reach at least so many months back: for what is read beside the scenario's own
    /// content.
    #[must_use]
    pub fn with_records(mut self, months: u32) -> Self {
        self.engine = self.engine.with_records(months);
        self
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> &Arc<Scenario> {
        self.engine.scenario()
    }

    /// Starts this thread's game, without records, and lends it. What panics in `f` drops the game; the
    /// next call builds another.
    ///
    /// # Errors
    /// The panic's message.
    pub fn with_game<R>(&self, setup: &Setup, f: impl FnOnce(&mut Game) -> R) -> Result<R, String> {
        let kept = WORKERS.with(|workers| {
            let mut workers = workers.borrow_mut();
            let at = workers.iter().position(|(id, _)| *id == self.id);
            at.map(|at| workers.remove(at))
        });
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let mut game = match kept {
                Some((_, mut game)) => {
                    game.set_recording(false);
                    game.start(setup);
                    game
                }
                None => self.engine.start(setup),
            };
            game.set_work_limit(self.work_limit);
            let result = f(&mut game);
            (game, result)
        }));
        match outcome {
            Ok((game, result)) => {
                WORKERS.with(|workers| {
                    let mut workers = workers.borrow_mut();
                    if workers.len() == KEPT {
                        workers.remove(0);
                    }
                    workers.push((self.id, game));
                });
                Ok(result)
            }
            Err(panic) => {
                let said = message(&*panic);
                let mut panics = self.panics.lock().unwrap_or_else(PoisonError::into_inner);
                panics.insert(said.clone());
                if panics.len() > PANICS {
                    panics.pop_last();
                }
                Err(said)
            }
        }
    }

    /// What games said that panicked, at most three of them; a law of motion is named.
    #[must_use]
    pub fn panics(&self) -> Vec<String> {
        self.panics.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// Plays one game to its end. `each_turn` sees the game after every turn.
    pub fn play(&self, setup: &Setup, outcome: &mut Outcome, mut each_turn: impl FnMut(&Game)) -> Status {
        let played = self.with_game(setup, |game| {
            while !game.is_over() {
                game.step();
                each_turn(game);
            }
            game.outcome_into(outcome);
            game.over_limit()
        });
        match played {
            Err(_) => Status::Panic,
            Ok(true) => Status::OverLimit,
            Ok(false) if !finite(self.engine.scenario(), outcome) => Status::NonFinite,
            Ok(false) if forfeited(outcome) => Status::Forfeited,
            Ok(false) => Status::Ok,
        }
    }
}

/// Whether a seat lost more of its decisions than [`FORFEIT_SHARE`].
#[must_use]
pub fn forfeited(outcome: &Outcome) -> bool {
    let seats = outcome.forfeits.iter().zip(&outcome.decisions);
    seats.into_iter().any(|(&lost, &of)| f64::from(lost) > FORFEIT_SHARE * f64::from(of))
}

/// Whether every result is a finite number; measures of a turn that the game did not reach have none.
fn finite(scenario: &Scenario, outcome: &Outcome) -> bool {
    let measures = scenario.catalogue.measures.iter().zip(&outcome.measures);
    measures.into_iter().all(|(measure, value)| value.is_finite() || !measure.reached(outcome.turns))
        && outcome.payoffs.iter().flatten().all(|value| value.is_finite())
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown".into())
}
