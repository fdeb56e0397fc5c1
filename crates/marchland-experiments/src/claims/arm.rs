//! One side of a comparison: how its games are set up and played.

use std::sync::Arc;

use marchland_game::stream::Root;
use marchland_game::{Diagnostic, Expression, Outcome, ParameterId, Strategy};
use marchland_sim::scenario::Scenario;
use marchland_sim::turn::{Game, Setup, Variant};
use marchland_strategies::Registry;

use super::{Change, Constants, Probe};
use crate::compose;
use crate::extra_orders::ExtraOrders;
use crate::parallel;
use crate::plausible;
use crate::play::Players;

/// What is read of a game.
#[derive(Clone, Copy)]
pub(crate) enum Sample<'c> {
    /// This at its end.
    AtEnd(&'c Probe),
    /// The mean of this over the turns before the last; over the last where it is the only one.
    MeanBefore(&'c Expression),
}

/// Games that differ by their seeds alone, and by what is drawn from these.
pub(crate) struct Arm<'c> {
    /// Position of the belief set.
    pub belief: Option<usize>,
    /// What makes them differ from the default game; of two changes of one thing the later holds.
    pub changes: Vec<&'c Change>,
    /// At what the scenario's numbers stand.
    pub constants: Constants,
    /// Turns.
    pub turns: u32,
    /// Seed of the first game.
    pub seed: u64,
    /// How many games.
    pub games: u64,
    /// What is read of each.
    pub samples: Vec<Sample<'c>>,
}

impl Arm<'_> {
    /// What two arms have in common that are one: everything but how many games and what is read.
    pub fn key(&self) -> String {
        let mut key = format!("{:?} {} {}", self.belief, self.turns, self.seed);
        for change in &self.changes {
            match change {
                Change::Strategy { of, spec } => key += &format!(" {of}={}", spec.name),
                other => key += &format!(" {other:?}"),
            }
        }
        key
    }

    /// Plays them: by sample, then by seed; NaN where a game did not end well.
    ///
    /// # Errors
    /// A strategy that its player may not play, or that its family refuses.
    pub fn play(
        &self,
        scenario: &Arc<Scenario>,
        registry: &Registry,
        players: &Players,
    ) -> Result<Vec<Vec<f64>>, Vec<Diagnostic>> {
        let setup = self.setup(scenario, registry)?;
        let game = |at: u64| {
            let seed = self.seed + at;
            match self.constants {
                Constants::Declared => self.game(players, &setup, seed),
                Constants::Drawn => self.game(players, &self.at_drawn(scenario, &setup, seed), seed),
            }
        };
        let games: Vec<Vec<f64>> = parallel::each(self.games as usize, |at| game(at as u64));
        Ok((0..self.samples.len()).map(|at| games.iter().map(|game| game[at]).collect()).collect())
    }

    /// What starts its games, but for their seeds.
    ///
    /// # Errors
    /// As [`Arm::play`].
    pub fn setup(&self, scenario: &Arc<Scenario>, registry: &Registry) -> Result<Setup, Vec<Diagnostic>> {
        let (mut set, mut strategies, mut stopped) = (Vec::new(), Vec::new(), Vec::new());
        for change in &self.changes {
            match change {
                Change::Set { parameter, value } => set.push((*parameter, *value)),
                Change::Strategy { of, spec } => {
                    strategies.retain(|(other, _)| other != of);
                    strategies.push((of.clone(), spec.clone()));
                }
                Change::Off { law } => stopped.push(*law),
                _ => {}
            }
        }
        let mut variant = Variant::with_values(scenario, self.belief, &set);
        for change in &self.changes {
            if let Change::Initial { indicator, value } = change {
                variant = variant.starting_at(*indicator, *value);
            }
        }
        let variant = variant.stopping(&stopped);
        let mut lineup = compose::compose(scenario, registry, &strategies)?.lineup;
        for (at, seat) in lineup.players.iter_mut().enumerate() {
            let orders: Vec<_> = self
                .changes
                .iter()
                .filter_map(|change| match change {
                    Change::Order { player, order, first, last } if player.index() == at => {
                        Some((*first, *last, *order))
                    }
                    _ => None,
                })
                .collect();
            if !orders.is_empty() {
                let own: Arc<dyn Strategy> = Arc::clone(&seat.strategy);
                seat.strategy = Arc::new(ExtraOrders { own, orders });
            }
        }
        Ok(Setup { variant: Arc::new(variant), lineup, seed: self.seed, turns: self.turns, tracing: false })
    }

    /// The same with every number drawn that neither the belief set nor a change sets. Choices stay: another rule is
    /// another model.
    fn at_drawn(&self, scenario: &Scenario, setup: &Setup, seed: u64) -> Setup {
        let believed = self.belief.map_or(&[][..], |at| &scenario.beliefs[at].parameters);
        let is_set = |id: ParameterId| {
            believed.iter().any(|(other, _)| *other == id)
                || self.changes.iter().any(|change| matches!(change, Change::Set { parameter, .. } if *parameter == id))
        };
        let drawn = plausible::drawn(&scenario.catalogue, Root::of_game(seed), |id, parameter| {
            parameter.choices.is_empty() && !is_set(id)
        });
        Setup { variant: Arc::new(setup.variant.with_parameters(&drawn)), ..setup.clone() }
    }

    /// What its changes do at the beginning of a turn.
    pub fn begin_turn(&self, game: &mut Game) {
        let turn = game.moment().turn.0;
        for change in &self.changes {
            match change {
                Change::Stock { indicator, value, turn: when } if *when == turn => {
                    // Derived ones were refused when the claims were read.
                    let _ = game.inject(*indicator, *value);
                }
                Change::Event { event, turn: when } if *when == turn => game.inject_event(*event),
                _ => {}
            }
        }
    }

    fn game(&self, players: &Players, setup: &Setup, seed: u64) -> Vec<f64> {
        let mut outcome = Outcome::default();
        let played = players.with_game(&Setup { seed, ..setup.clone() }, |game| {
            let (mut sums, mut counted) = (vec![0.0; self.samples.len()], 0.0);
            while !game.is_over() {
                let turn = game.moment().turn.0;
                self.begin_turn(game);
                game.step();
                if turn < self.turns || self.turns == 1 {
                    counted += 1.0;
                    for (sum, sample) in sums.iter_mut().zip(&self.samples) {
                        if let Sample::MeanBefore(expression) = sample {
                            *sum += expression.value(&game.truth());
                        }
                    }
                }
            }
            game.outcome_into(&mut outcome);
            let value = |(sample, sum): (&Sample<'_>, f64)| match sample {
                Sample::AtEnd(probe) => probe.value(game, &outcome),
                Sample::MeanBefore(_) => sum / counted,
            };
            self.samples.iter().zip(sums).map(value).collect()
        });
        played.unwrap_or_else(|_| vec![f64::NAN; self.samples.len()])
    }
}
