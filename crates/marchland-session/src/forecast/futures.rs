//! Choices of one seat compared in the same imagined futures.

use marchland_game::{Choice, ForcedMove, IndicatorId, Plan, PlayerId, Readings, Stage};
use marchland_sim::scenario::{RegimePlan, Scenario};
use marchland_sim::turn::{Game, Snapshot};
use rayon::prelude::*;

use super::Forecaster;
use super::position::Position;
use super::stand_in::StandIns;

/// What came of one choice in one imagined future.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FutureOf {
    /// The player's payoff terms, weighted: the mean over the imagined turns, and of a term that counts at
    /// the game's end the value at the end of the future.
    pub terms: Vec<f64>,
    /// The indicators asked for, at the future's end.
    pub readings: Vec<f64>,
    /// The coded regime status at the future's end; 0 without a regime.
    pub status: f64,
    /// Whether the head of government had left office irregularly by then.
    pub exit: bool,
}

impl FutureOf {
    /// The player's payoff.
    #[must_use]
    pub fn payoff(&self) -> f64 {
        self.terms.iter().sum()
    }
}

/// What came of several choices in the same futures.
#[derive(Clone, PartialEq, Debug)]
pub struct Futures {
    /// By choice, then by future; every choice in the same futures.
    pub of: Vec<Vec<FutureOf>>,
    /// Futures that were stopped by a broken invariant; in none of the lists.
    pub failed: u64,
}

impl Futures {
    /// A figure of a choice over the futures.
    #[must_use]
    pub fn column(&self, choice: usize, figure: impl Fn(&FutureOf) -> f64) -> Vec<f64> {
        self.of[choice].iter().map(figure).collect()
    }
}

/// Futures that one task plays.
const CHUNK: u64 = 8;

impl Forecaster {
    /// Plays each of `choices`, in place of what the seat would do in the present stage, in the imagined
    /// futures numbered `samples`, over at most `turns` turns, this one included. Draws of beliefs and
    /// chance are equal across choices (common random numbers). Afterwards all seats, this one too, are
    /// played by the public `assumed` lineup. In the stage *Orders* a choice without ballots votes by the
    /// seat's stakes.
    #[must_use]
    pub fn futures(
        &self,
        from: &Position,
        viewer: PlayerId,
        choices: &[Choice],
        samples: std::ops::Range<u64>,
        turns: u32,
        wanted: &[IndicatorId],
    ) -> Futures {
        let turns = turns.min(from.turns_left()).max(1);
        let ballots = from.state().stage == Stage::Ballots;
        let all = samples.end.saturating_sub(samples.start);
        let tasks: Vec<Vec<FutureOf>> = (0..all.div_ceil(CHUNK))
            .into_par_iter()
            .map(|task| {
                let first = samples.start + task * CHUNK;
                let numbers = first..samples.end.min(first + CHUNK);
                let played = self.imagining.with_game(&from.setup, |game| {
                    from.bring(game);
                    let mut rows = Vec::new();
                    for sample in numbers {
                        for choice in choices {
                            let cast = ballots || !choice.ballots.is_empty();
                            let forced = [ForcedMove {
                                player: viewer,
                                ahead: 0,
                                orders: choice.orders,
                                ballots: cast.then_some(choice.ballots),
                            }];
                            let plan = Plan { sample, turns, forced: &forced };
                            rows.push(self.future(game, from, viewer, &plan, wanted));
                        }
                    }
                    rows
                });
                played.unwrap_or_default()
            })
            .collect();
        gathered(tasks, choices.len(), all)
    }

    /// The same from the true state, in hindsight: every other seat does in the present stage what it did
    /// (`done`, by `PlayerId`), and later plays its own strategy, with stand-ins for those who cannot be
    /// asked. For the facilitator.
    #[must_use]
    pub fn futures_from_truth(
        &self,
        from: &Position,
        stand_ins: &StandIns,
        done: &[Choice],
        viewer: PlayerId,
        choices: &[Choice],
        samples: std::ops::Range<u64>,
        wanted: &[IndicatorId],
    ) -> Futures {
        let all = samples.end.saturating_sub(samples.start);
        let tasks: Vec<Vec<FutureOf>> = (0..all.div_ceil(CHUNK))
            .into_par_iter()
            .map(|task| {
                let first = samples.start + task * CHUNK;
                let numbers = first..samples.end.min(first + CHUNK);
                let played = self.plain.with_game(&from.setup, |game| {
                    from.bring_with(stand_ins, game);
                    let mut start = Snapshot::default();
                    game.save(&mut start);
                    let mut stage = done.to_vec();
                    let mut rows = Vec::new();
                    for sample in numbers {
                        for choice in choices {
                            game.restore(&start).expect("a snapshot of this very game");
                            game.set_root(from.root("hindsight", sample));
                            stage[viewer.index()].clone_from(choice);
                            rows.push(self.true_future(game, from, viewer, &stage, wanted));
                        }
                    }
                    rows
                });
                played.unwrap_or_default()
            })
            .collect();
        gathered(tasks, choices.len(), all)
    }

    fn true_future(
        &self,
        game: &mut Game,
        from: &Position,
        viewer: PlayerId,
        stage: &[Choice],
        wanted: &[IndicatorId],
    ) -> FutureOf {
        let mut gather = Gather::new(&self.scenario, from, viewer);
        let mut turn = game.state().turn;
        game.play_stage(stage);
        // Four rounds of two stages to a turn, at most.
        for _ in 0..from.turns_left() * 8 {
            if game.state().turn != turn {
                turn = game.state().turn;
                gather.turn(game);
            }
            if game.is_over() {
                break;
            }
            game.step_stage();
        }
        let truth = game.truth();
        FutureOf {
            terms: gather.terms(),
            readings: wanted.iter().map(|id| truth.now(*id)).collect(),
            status: self.scenario.regime.map_or(0.0, |regime| truth.now(regime.status)),
            exit: self.scenario.regime.is_some_and(|regime| self.has_fallen(regime, truth.now(regime.exit))),
        }
    }

    /// Whether the value of the way out of office is one.
    fn has_fallen(&self, regime: RegimePlan, exit: f64) -> bool {
        !self.scenario.catalogue.indicators[regime.exit.index()].is_first(exit)
    }

    fn future(
        &self,
        game: &Game,
        from: &Position,
        viewer: PlayerId,
        plan: &Plan<'_>,
        wanted: &[IndicatorId],
    ) -> FutureOf {
        let mut gather = Gather::new(&self.scenario, from, viewer);
        let mut future = FutureOf::default();
        let mut started = false;
        game.imagine(viewer, plan, &mut |imagined| {
            if started {
                gather.turn(imagined);
            }
            started = true;
            let truth = imagined.truth();
            future.readings.clear();
            future.readings.extend(wanted.iter().map(|id| truth.now(*id)));
            if let Some(regime) = self.scenario.regime {
                future.status = truth.now(regime.status);
                future.exit = self.has_fallen(regime, truth.now(regime.exit));
            }
        });
        future.terms = gather.terms();
        future
    }
}

/// Rows that run through the choices of each future in turn.
fn gathered(tasks: Vec<Vec<FutureOf>>, choices: usize, all: u64) -> Futures {
    let mut of: Vec<Vec<FutureOf>> = vec![Vec::with_capacity(all as usize); choices];
    if choices > 0 {
        for (at, row) in tasks.into_iter().flatten().enumerate() {
            of[at % choices].push(row);
        }
    }
    let played = of.first().map_or(0, Vec::len) as u64;
    Futures { failed: all - played, of }
}

/// Gathers the payoff terms of one player over imagined turns.
pub(super) struct Gather<'a> {
    scenario: &'a Scenario,
    weights: &'a [f64],
    viewer: PlayerId,
    sums: Vec<f64>,
    last: Vec<f64>,
    turns: u32,
}

impl<'a> Gather<'a> {
    pub(super) fn new(scenario: &'a Scenario, from: &'a Position, viewer: PlayerId) -> Self {
        let weights = from.setup.variant.weights[viewer.index()].as_slice();
        Self { scenario, weights, viewer, sums: vec![0.0; weights.len()], last: vec![0.0; weights.len()], turns: 0 }
    }

    /// Takes in the end of a turn.
    pub(super) fn turn(&mut self, game: &Game) {
        let truth = game.truth();
        let terms = &self.scenario.catalogue.players[self.viewer.index()].payoffs.terms;
        for (at, (term, weight)) in terms.iter().zip(self.weights).enumerate() {
            let value = weight * term.scaled(truth.now(term.indicator));
            self.sums[at] += value;
            self.last[at] = value;
        }
        self.turns += 1;
    }

    /// By term: the mean over the turns, or the last value where only the end counts.
    pub(super) fn terms(&self) -> Vec<f64> {
        let terms = &self.scenario.catalogue.players[self.viewer.index()].payoffs.terms;
        let turns = f64::from(self.turns.max(1));
        terms
            .iter()
            .enumerate()
            .map(|(at, term)| if term.at_end { self.last[at] } else { self.sums[at] / turns })
            .collect()
    }

    pub(super) fn payoff(&self) -> f64 {
        self.terms().iter().sum()
    }
}
