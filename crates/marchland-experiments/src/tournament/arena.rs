//! A tournament under one belief set, one line-up and one setting of its parameters: any of its games,
//! ready to be played.

use std::sync::Arc;

use marchland_game::stream::game_seed;
use marchland_game::{Diagnostic, Lineup, Outcome, PlayerId, Readings, Seat, StrategySpec};
use marchland_sim::scenario::{self, Scenario};
use marchland_sim::turn::{Setup, Variant};
use marchland_strategies::Registry;

use super::question::Tournament;
use super::sample::{Sample, Term};
use super::symmetry::Symmetry;
use crate::compose;
use crate::number::sum;
use crate::play::{Players, Status};

/// Which of a tournament's games: each setting is a game of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The belief set; the empty name is none.
    pub belief: String,
    /// A line-up of the fixed players, by position; none for the tournament's own.
    pub lineup: Option<usize>,
    /// A value of the parameter along which the equilibrium is followed, by position.
    pub along: Option<usize>,
    /// Whether the games are played with fresh seeds, which no choice of profiles has seen.
    pub fresh: bool,
}

impl Setting {
    /// The setting of a belief set itself.
    #[must_use]
    pub fn of(belief: &str) -> Self {
        Self { belief: belief.to_owned(), lineup: None, along: None, fresh: false }
    }

    /// Where its games lie beneath the tournament's folder.
    #[must_use]
    pub fn folder(&self, tournament: &Tournament) -> String {
        let belief = if self.belief.is_empty() { "default" } else { self.belief.as_str() };
        match (self.lineup, self.along) {
            (Some(at), _) => format!("{belief}/lineups/{}/games", tournament.lineups[at].name),
            (None, Some(at)) => format!("{belief}/along/{at}/games"),
            (None, None) if self.fresh => format!("{belief}/fresh"),
            (None, None) => format!("{belief}/games"),
        }
    }
}

/// Replications of fresh seeds are numbered from here: no profile has as many games.
pub const FRESH: u64 = 1 << 32;

/// A setting resolved against its scenario.
pub struct Arena {
    /// What is asked.
    pub tournament: Arc<Tournament>,
    /// Which of its games.
    pub setting: Setting,
    /// Which profiles count as the same.
    pub symmetry: Symmetry,
    scenario: Arc<Scenario>,
    variant: Arc<Variant>,
    players: Vec<PlayerId>,
    seats: Vec<Vec<Seat>>,
    base: Lineup,
    measures: Vec<usize>,
    workers: Arc<Players>,
}

/// One game played.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GameResult {
    /// Payoffs of the players compared.
    pub payoffs: Vec<f64>,
    /// Measures kept.
    pub measures: Vec<f64>,
    /// Values of payoff terms before their weights, players' terms one after another.
    pub terms: Vec<f64>,
    /// Decisions lost by each player's outside program, and those that there were to take, in the catalogue's order;
    /// empty where they were not kept.
    pub lost: Vec<(u32, u32)>,
}

impl GameResult {
    /// Decisions lost and decisions there were, as a game's outcome has them.
    #[must_use]
    pub fn losses(&self) -> Outcome {
        let (forfeits, decisions) = self.lost.iter().copied().unzip();
        Outcome { forfeits, decisions, ..Outcome::default() }
    }

    /// Whether the game is forfeited.
    #[must_use]
    pub fn forfeited(&self) -> bool {
        marchland_play::forfeited(&self.losses())
    }
}

impl Arena {
    /// Resolves a setting. `workers` may be shared by all settings of a scenario.
    ///
    /// # Errors
    /// Whatever names nothing in the scenario; interchangeable players whose payoffs have other terms.
    pub fn new(
        tournament: &Arc<Tournament>,
        setting: Setting,
        scenario: &Arc<Scenario>,
        registry: &Registry,
        workers: &Arc<Players>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let catalogue = &scenario.catalogue;
        let schemas = registry.schemas();
        let mut wrong = Vec::new();
        let mut spec = |player: &str, text: &str| -> Option<StrategySpec> {
            match scenario::strategy(scenario, &schemas, text, catalogue.player(player)) {
                Ok(spec) => Some(spec),
                Err(found) => {
                    wrong.extend(found);
                    None
                }
            }
        };
        let mut changes: Vec<(String, StrategySpec)> = Vec::new();
        let lineup = setting.lineup.map_or(&[][..], |at| &tournament.lineups[at].strategies);
        // A line-up goes before the tournament's own fixed strategies.
        let others = tournament.fixed.iter().filter(|(player, _)| lineup.iter().all(|(other, _)| other != player));
        for (player, text) in lineup.iter().chain(others) {
            changes.extend(spec(player, text).map(|spec| (player.clone(), spec)));
        }
        let sets: Vec<Vec<StrategySpec>> = tournament
            .players
            .iter()
            .map(|(player, texts)| texts.iter().filter_map(|text| spec(player, text)).collect())
            .collect();
        let mut set = tournament.set.clone();
        if let (Some(along), Some(at)) = (&tournament.along, setting.along) {
            set.push((along.parameter.clone(), along.values[at].clone()));
        }
        let belief = Some(setting.belief.as_str()).filter(|name| !name.is_empty());
        let variant = Variant::new(scenario, belief, &set).map_err(|found| wrong.extend(found)).ok();
        let mut players = Vec::new();
        let mut seats: Vec<Vec<Seat>> = Vec::new();
        for ((player, _), specs) in tournament.players.iter().zip(sets) {
            let Some(id) = catalogue.player(player) else {
                wrong.push(Diagnostic::error("unknown-player", format!("there is no player `{player}`")));
                continue;
            };
            players.push(id);
            let mut built = Vec::new();
            for spec in specs {
                let mut with = changes.clone();
                with.push((player.clone(), spec));
                match compose::compose(scenario, registry, &with) {
                    Ok(mut composed) => built.push(composed.lineup.players.swap_remove(id.index())),
                    Err(found) => wrong.extend(found),
                }
            }
            seats.push(built);
        }
        let base = compose::compose(scenario, registry, &changes).map_err(|found| wrong.extend(found)).ok();
        let measures = tournament
            .measures
            .iter()
            .filter_map(|id| catalogue.measures.iter().position(|measure| measure.id == *id))
            .collect();
        for group in &tournament.interchangeable {
            let terms = |at: usize| catalogue.players[players[at].index()].payoffs.terms.len();
            if players.len() == tournament.players.len() && group.windows(2).any(|two| terms(two[0]) != terms(two[1])) {
                let message = "interchangeable players must have the same payoff terms";
                wrong.push(Diagnostic::error("bad-group", message));
            }
        }
        match (variant, base) {
            (Some(variant), Some(base)) if wrong.is_empty() => Ok(Self {
                symmetry: Symmetry::new(&tournament.counts(), &tournament.interchangeable),
                tournament: Arc::clone(tournament),
                setting,
                scenario: Arc::clone(scenario),
                variant: Arc::new(variant),
                players,
                seats,
                base: base.lineup,
                measures,
                workers: Arc::clone(workers),
            }),
            _ => Err(wrong),
        }
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// The workers.
    #[must_use]
    pub fn workers(&self) -> &Players {
        &self.workers
    }

    /// The players compared.
    #[must_use]
    pub fn players(&self) -> &[PlayerId] {
        &self.players
    }

    /// The weights of a player's payoff terms.
    #[must_use]
    pub fn weights(&self, player: usize) -> &[f64] {
        &self.variant.weights[self.players[player].index()]
    }

    /// The number of the first replication.
    #[must_use]
    pub fn first_replication(&self) -> u64 {
        if self.setting.fresh { FRESH } else { 0 }
    }

    /// A sample without games.
    #[must_use]
    pub fn empty_sample(&self) -> Sample {
        let catalogue = &self.scenario.catalogue;
        let terms = (0..self.players.len())
            .map(|player| {
                let table = &catalogue.players[self.players[player].index()].payoffs;
                let terms = table.terms.iter().zip(self.weights(player));
                terms.map(|(term, weight)| Term { id: term.id.clone(), weight: *weight }).collect()
            })
            .collect();
        Sample {
            players: self.tournament.players.iter().map(|(player, _)| player.clone()).collect(),
            strategies: self.tournament.players.iter().map(|(_, strategies)| strategies.clone()).collect(),
            measures: self.tournament.measures.clone(),
            terms,
            first_replication: self.first_replication(),
            profiles: std::collections::BTreeMap::new(),
        }
    }

    /// The seed of a replication: of it and of the tournament's seed alone.
    #[must_use]
    pub fn seed(&self, replication: u64) -> u64 {
        game_seed(self.tournament.seed, replication)
    }

    /// What starts a game of a profile.
    #[must_use]
    pub fn setup(&self, profile: &[usize], replication: u64, tracing: bool) -> Setup {
        let mut lineup = self.base.clone();
        for ((id, seats), &strategy) in self.players.iter().zip(&self.seats).zip(profile) {
            lineup.players[id.index()] = seats[strategy].clone();
        }
        Setup {
            variant: Arc::clone(&self.variant),
            lineup,
            seed: self.seed(replication),
            turns: self.tournament.turns,
            tracing,
        }
    }

    /// Plays a game on this thread. A player that was never in the game, because it lost office before the
    /// first turn was over, has the payoff of all turns of the world that went on without it: our choice, so
    /// that losing at once is no better than losing.
    ///
    /// A forfeited game has a result too, of what played in place of a program ([`GameResult::forfeited`]).
    ///
    /// # Errors
    /// How it came out where it has no result.
    pub fn play(&self, profile: &[usize], replication: u64) -> Result<GameResult, Status> {
        let setup = self.setup(profile, replication, false);
        let tables: Vec<_> =
            self.players.iter().map(|id| &self.scenario.catalogue.players[id.index()].payoffs.terms).collect();
        let mut terms = vec![0.0; tables.iter().map(|terms| terms.len()).sum()];
        let (mut turns, mut absent) = (vec![0u32; self.players.len()], vec![0u32; self.players.len()]);
        let mut outcome = Outcome::default();
        let status = self.workers.play(&setup, &mut outcome, |game| {
            let truth = game.truth();
            let mut at = 0;
            for (player, table) in tables.iter().enumerate() {
                let counted = game.state().payoffs[self.players[player].index()].turns;
                let counts = counted > turns[player] || counted == 0;
                if counted == 1 && turns[player] == 0 {
                    // Now it is in the game: what was gathered before is not its own.
                    terms[at..at + table.len()].fill(0.0);
                }
                turns[player] = counted;
                absent[player] += u32::from(counted == 0);
                for term in *table {
                    // The last record: what the world was when this turn's payoff was gathered.
                    let value = term.scaled(truth.ago(term.indicator, 0));
                    if term.at_end {
                        terms[at] = value;
                    } else if counts {
                        terms[at] += value;
                    }
                    at += 1;
                }
            }
        });
        if !matches!(status, Status::Ok | Status::Forfeited) {
            return Err(status);
        }
        let mut at = 0;
        for ((table, turns), absent) in tables.iter().zip(&turns).zip(&absent) {
            for term in *table {
                if !term.at_end {
                    terms[at] /= f64::from(if *turns > 0 { *turns } else { *absent });
                }
                at += 1;
            }
        }
        let mut at = 0;
        let mut payoffs = Vec::with_capacity(self.players.len());
        for (player, table) in tables.iter().enumerate() {
            let own = &terms[at..at + table.len()];
            at += table.len();
            let left = || sum(own.iter().zip(self.weights(player)).map(|(value, weight)| value * weight));
            payoffs.push(outcome.payoffs[self.players[player].index()].unwrap_or_else(left));
        }
        let measures = self.measures.iter().map(|&at| outcome.measures[at]).collect();
        let lost = outcome.forfeits.iter().zip(&outcome.decisions).map(|(&lost, &of)| (lost, of)).collect();
        Ok(GameResult { payoffs, measures, terms, lost })
    }
}
