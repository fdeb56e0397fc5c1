//! The oracle of a tournament: its equilibrium, policies trained against it, and the game with them.

use std::ops::Range;
use std::sync::Arc;

use marchland_equilibria::profile::Profile;
use marchland_game::{Outcome, Seat};
use marchland_sim::scenario::Scenario;
use marchland_strategies::Registry;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::improve::{OracleReport, improve};
use super::policy::PolicyShape;
use super::respond::{BestResponse, Seeds, best_response, opponents};
use super::train::TrainingOptions;
use crate::parallel;
use crate::play::{Players, Status};
use crate::tournament::{
    Arena, Equilibrium, Games, Profiles, Sample, Search, Setting, Stop, Tournament, TournamentError, explore,
};

/// Options of [`train_tournament`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OracleOptions {
    /// Players to train, by name; empty for every player compared who is no militant. A militant is trained
    /// only when it is named.
    pub players: Vec<String>,
    /// Rounds at most.
    pub rounds: u32,
    /// The most indicators of a policy.
    pub indicators: usize,
    /// How each response is trained and tested.
    pub training: TrainingOptions,
}

impl Default for OracleOptions {
    fn default() -> Self {
        OracleOptions { players: Vec::new(), rounds: 4, indicators: 4, training: TrainingOptions::default() }
    }
}

/// A policy that was admitted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainedPolicy {
    /// Its name: `trained-russia-1`.
    pub name: String,
    /// Who plays it.
    pub player: String,
    /// The strategy as a scenario or tournament file is written.
    pub text: String,
}

/// A player's mixture by name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NamedMixture {
    /// The player.
    pub player: String,
    /// Strategies with positive probability.
    pub strategies: Vec<(String, f64)>,
    /// The player's payoff.
    pub payoff: f64,
}

/// What training brought to a tournament under one belief set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TournamentOracle {
    /// The belief set; empty for the scenario's own.
    pub belief: String,
    /// Who was trained.
    pub trained: Vec<String>,
    /// The rounds, with how exploitable the hand-written strategies were.
    pub report: OracleReport,
    /// The policies admitted, in order.
    pub policies: Vec<TrainedPolicy>,
    /// The equilibrium that the first round trained against.
    pub before: Vec<NamedMixture>,
    /// The equilibrium of the set with the policies.
    pub after: Vec<NamedMixture>,
    /// Whether every sampled deviation from the last equilibrium loses, all of them having been sampled.
    pub confirmed: bool,
    /// Games of the tournament's profiles, those of training not counted.
    pub games: u64,
}

impl TournamentOracle {
    /// The policies as a file that `--strategies` reads.
    #[must_use]
    pub fn strategies_file(&self) -> String {
        let mut text = String::from(
            "// Policies found by training. Read by `--strategies` of run, batch and tournament.\n(\n    strategies: [\n",
        );
        for policy in &self.policies {
            text += &format!(
                "        (name: {:?}, intent: \"A policy found by training\", players: [{:?}], play: {}),\n",
                policy.name, policy.player, policy.text
            );
        }
        text + "    ],\n)\n"
    }
}

/// Trains policies against the equilibrium of a tournament under a belief set, admits those that gain and
/// goes on with the equilibrium of the larger set, see [`improve`].
///
/// The tournament's own mode of search finds the equilibria, with its own numbers of games; of several, the
/// one with the smallest largest deviation gain is trained against. Games are played on the threads of the
/// pool that it is called in and are not kept. `say` is told in a line what is going on; a round ends early
/// once `stopped` says so.
///
/// # Errors
/// [`TournamentError::Findings`] for a player to be trained that is not compared, or has no orders to weigh;
/// [`TournamentError::Stop`] where a game has no result or a stop was asked for.
pub fn train_tournament(
    tournament: &Tournament,
    belief: &str,
    scenario: &Arc<Scenario>,
    registry: &Registry,
    workers: &Arc<Players>,
    options: &OracleOptions,
    say: &(dyn Fn(&str) + Sync),
    stopped: &(dyn Fn() -> bool + Sync),
) -> Result<TournamentOracle, TournamentError> {
    let trained = players(tournament, scenario, options)?;
    let mut tournament = tournament.clone();
    // A policy belongs to one player: from then on no two are interchangeable.
    tournament.interchangeable = Vec::new();
    let shapes = shapes(&tournament, scenario, &trained, options)?;
    let mut field = Field::new(tournament, belief, scenario, registry, workers)?;
    say("oracle: the equilibrium to train against");
    field.solve(None)?;
    let before = field.named();
    let report = improve(
        &mut field,
        &trained,
        options.rounds,
        |field, round, player| {
            if stopped() {
                return Err(TournamentError::Stop(Stop::Interrupted));
            }
            let name = &field.tournament.players[player].0;
            say(&format!("oracle: round {}, training {name}", round + 1));
            let shape = shapes[player].as_ref().expect("every trained player has a shape");
            let seeds = Seeds { round, player };
            let training = TrainingOptions { seed: options.training.seed ^ u64::from(round), ..options.training };
            let policy = |weights: &[f64], replications: Range<u64>| {
                field.payoffs(player, Some((shape, weights)), training.seed, replications)
            };
            let own = |replications| field.payoffs(player, None, training.seed, replications);
            Ok(best_response(shape.dimension(), seeds, &training, &policy, own)?)
        },
        |field, better| {
            let names = field.admit(better, &shapes)?;
            say("oracle: the equilibrium with the policies admitted");
            field.solve(Some(field.equilibrium.profile.clone()))?;
            Ok(names)
        },
    )?;
    Ok(TournamentOracle {
        belief: belief.to_owned(),
        trained: trained.iter().map(|&at| field.tournament.players[at].0.clone()).collect(),
        report,
        before,
        after: field.named(),
        confirmed: field.equilibrium.confirmed(),
        games: field.games,
        policies: field.policies,
    })
}

/// Who is trained, by place.
fn players(
    tournament: &Tournament,
    scenario: &Scenario,
    options: &OracleOptions,
) -> Result<Vec<usize>, TournamentError> {
    use marchland_game::Diagnostic;
    let compared: Vec<&str> = tournament.players.iter().map(|(player, _)| player.as_str()).collect();
    if options.players.is_empty() {
        let civil = |name: &&str| {
            let id = scenario.catalogue.player(name);
            id.is_none_or(|id| scenario.catalogue.players[id.index()].kind != "militant")
        };
        return Ok((0..compared.len()).filter(|&at| civil(&compared[at])).collect());
    }
    let (mut places, mut wrong) = (Vec::new(), Vec::new());
    for name in &options.players {
        match compared.iter().position(|player| player == name) {
            Some(at) => places.push(at),
            None => {
                let message = format!("`{name}` cannot be trained: the tournament does not compare it");
                wrong.push(Diagnostic::error("unknown-player", message).choose(name, compared.iter().copied()));
            }
        }
    }
    places.sort_unstable();
    places.dedup();
    if wrong.is_empty() { Ok(places) } else { Err(TournamentError::Findings(wrong)) }
}

fn shapes(
    tournament: &Tournament,
    scenario: &Scenario,
    trained: &[usize],
    options: &OracleOptions,
) -> Result<Vec<Option<PolicyShape>>, TournamentError> {
    let mut shapes = vec![None; tournament.players.len()];
    let mut wrong = Vec::new();
    for &at in trained {
        let name = &tournament.players[at].0;
        let id = scenario.catalogue.player(name);
        shapes[at] = id.and_then(|id| PolicyShape::of(&scenario.catalogue, id, options.indicators));
        if shapes[at].is_none() {
            let message = format!("`{name}` cannot be trained: it has no orders, or more than a policy can weigh");
            wrong.push(marchland_game::Diagnostic::error("not-trainable", message));
        }
    }
    if wrong.is_empty() { Ok(shapes) } else { Err(TournamentError::Findings(wrong)) }
}

/// The strategies, their games and their equilibrium.
struct Field<'a> {
    scenario: &'a Arc<Scenario>,
    registry: &'a Registry,
    workers: &'a Arc<Players>,
    tournament: Arc<Tournament>,
    arena: Arena,
    sample: Sample,
    equilibrium: Equilibrium,
    policies: Vec<TrainedPolicy>,
    games: u64,
}

impl<'a> Field<'a> {
    fn new(
        tournament: Tournament,
        belief: &str,
        scenario: &'a Arc<Scenario>,
        registry: &'a Registry,
        workers: &'a Arc<Players>,
    ) -> Result<Field<'a>, TournamentError> {
        let tournament = Arc::new(tournament);
        let arena = Arena::new(&tournament, Setting::of(belief), scenario, registry, workers)
            .map_err(TournamentError::Findings)?;
        let nothing = Equilibrium {
            profile: Profile(Vec::new()),
            payoffs: Vec::new(),
            deviations: Vec::new(),
            forfeited: (0, 0),
        };
        Ok(Field {
            sample: arena.empty_sample(),
            scenario,
            registry,
            workers,
            tournament,
            arena,
            equilibrium: nothing,
            policies: Vec::new(),
            games: 0,
        })
    }

    /// Finds the equilibrium, from the likeliest profile of a known one where there is one.
    fn solve(&mut self, known: Option<Profile>) -> Result<(), TournamentError> {
        let counts = self.sample.counts();
        let likeliest = |mix: &Vec<f64>| (0..mix.len()).fold(0, |best, a| if mix[a] > mix[best] { a } else { best });
        let own = known.map_or_else(|| vec![0; counts.len()], |profile| profile.0.iter().map(likeliest).collect());
        let search = Search::spread(self.tournament.mode, &counts, &own, self.tournament.starts);
        let found = explore(self, &search)?;
        // The largest gain sampled; what was not sampled counts as unknown, after everything else.
        let worst = |one: &Equilibrium| {
            let gains = one.deviations.iter().map(|deviation| deviation.gain.unwrap_or(f64::INFINITY));
            gains.fold(0.0, crate::number::max)
        };
        let best = found.equilibria.into_iter().fold(None, |best: Option<Equilibrium>, one| match best {
            Some(best) if worst(&best) <= worst(&one) => Some(best),
            _ => Some(one),
        });
        // A product of supports always holds an equilibrium; none is found only where solvers gave up.
        self.equilibrium = best.ok_or(TournamentError::Stop(Stop::Budget))?;
        Ok(())
    }

    /// The payoff of a player in games of the equilibrium, playing a policy or its own mixture; NaN where a
    /// game has no result.
    fn payoffs(
        &self,
        player: usize,
        policy: Option<(&PolicyShape, &[f64])>,
        seed: u64,
        replications: Range<u64>,
    ) -> Vec<f64> {
        let id = self.arena.players()[player];
        let seat = policy.map(|(shape, weights)| {
            let spec = shape.spec("policy in training", weights);
            self.registry
                .build(&spec, &self.scenario.catalogue)
                .map(|strategy| Seat { name: spec.name.clone(), strategy: Arc::from(strategy) })
        });
        // Weights that are no numbers make no policy, and so no payoff.
        let seat = match seat {
            None => None,
            Some(Ok(seat)) => Some(seat),
            Some(Err(_)) => return replications.map(|_| f64::NAN).collect(),
        };
        let first = replications.start;
        parallel::each(replications.count(), |at| {
            let replication = first + at as u64;
            let profile = opponents(&self.equilibrium.profile, seed, replication);
            let mut setup = self.arena.setup(&profile, replication, false);
            if let Some(seat) = &seat {
                setup.lineup.players[id.index()] = seat.clone();
            }
            let mut outcome = Outcome::default();
            match self.workers.play(&setup, &mut outcome, |_| {}) {
                Status::Ok => outcome.payoffs[id.index()].unwrap_or(f64::NAN),
                _ => f64::NAN,
            }
        })
    }

    /// Adds policies to their players' sets, and keeps the games played.
    fn admit(
        &mut self,
        better: &[&BestResponse],
        shapes: &[Option<PolicyShape>],
    ) -> Result<Vec<String>, TournamentError> {
        let mut tournament = (*self.tournament).clone();
        let mut names = Vec::new();
        for response in better {
            let shape = shapes[response.player].as_ref().expect("every trained player has a shape");
            let (player, set) = &mut tournament.players[response.player];
            let before = self.policies.iter().filter(|one| one.player == *player).count();
            let text = shape.text(&self.scenario.catalogue, &response.trained.weights);
            let name = format!("trained-{player}-{}", before + 1);
            set.push(text.clone());
            self.policies.push(TrainedPolicy { name: name.clone(), player: player.clone(), text });
            names.push(name);
        }
        let tournament = Arc::new(tournament);
        let arena = Arena::new(&tournament, self.arena.setting.clone(), self.scenario, self.registry, self.workers)
            .map_err(TournamentError::Findings)?;
        let mut sample = arena.empty_sample();
        let old = std::mem::take(&mut self.sample);
        for (place, games) in &old.profiles {
            sample.profiles.insert(sample.place(&old.profile_at(*place)), games.clone());
        }
        let widen = |(mix, set): (&Vec<f64>, &Vec<String>)| {
            let mut wide = mix.clone();
            wide.resize(set.len(), 0.0);
            wide
        };
        self.equilibrium.profile =
            Profile(self.equilibrium.profile.0.iter().zip(&sample.strategies).map(widen).collect());
        (self.tournament, self.arena, self.sample) = (tournament, arena, sample);
        Ok(names)
    }

    /// The equilibrium by name.
    fn named(&self) -> Vec<NamedMixture> {
        let name = |player: &str, text: &str| {
            let policy = self.policies.iter().find(|one| one.player == player && one.text == text);
            policy.map_or_else(|| text.to_owned(), |one| one.name.clone())
        };
        let mixture = |at: usize| {
            let (player, set) = &self.tournament.players[at];
            let used = set.iter().zip(&self.equilibrium.profile.0[at]).filter(|(_, p)| **p > 0.0);
            NamedMixture {
                player: player.clone(),
                strategies: used.map(|(text, p)| (name(player, text), *p)).collect(),
                payoff: self.equilibrium.payoffs[at],
            }
        };
        (0..self.tournament.players.len()).map(mixture).collect()
    }
}

impl Profiles for Field<'_> {
    fn counts(&self) -> Vec<usize> {
        self.sample.counts()
    }

    fn ensure(&mut self, places: &[usize]) -> Result<(), Stop> {
        let mut missing: Vec<usize> = places.iter().copied().filter(|at| self.sample.games(*at).is_none()).collect();
        missing.sort_unstable();
        missing.dedup();
        let replications = self.tournament.replications;
        let runs: Vec<(usize, u64)> =
            missing.iter().flat_map(|&place| (0..replications).map(move |r| (place, r))).collect();
        let played: Result<Vec<_>, Stop> = runs
            .into_par_iter()
            .map(|(place, replication)| {
                let profile = self.sample.profile_at(place);
                let failed = |how: &'static str| Stop::Failed {
                    profile: super::super::resample::name_of(&self.sample, place),
                    replication,
                    seed: self.arena.seed(replication),
                    how,
                };
                let played = self.arena.play(&profile, replication).map_err(|status| failed(status.name()))?;
                // No policy is trained against what played in a program's place.
                if played.forfeited() { Err(failed(Status::Forfeited.name())) } else { Ok(played) }
            })
            .collect();
        let played = played?;
        self.games += played.len() as u64;
        let terms: Vec<usize> = self.sample.terms.iter().map(Vec::len).collect();
        for (place, games) in missing.into_iter().zip(played.chunks_exact(replications as usize)) {
            let column = |read: &dyn Fn(&crate::tournament::GameResult) -> f64| games.iter().map(read).collect();
            let mut first = 0;
            let mut of_terms = Vec::new();
            for &count in &terms {
                of_terms.push((first..first + count).map(|at| column(&|one| one.terms[at])).collect());
                first += count;
            }
            let games = Games {
                payoffs: (0..terms.len()).map(|player| column(&|one| one.payoffs[player])).collect(),
                measures: (0..self.sample.measures.len()).map(|at| column(&|one| one.measures[at])).collect(),
                terms: of_terms,
                forfeited: Vec::new(),
            };
            self.sample.profiles.insert(place, games);
        }
        Ok(())
    }

    fn payoff(&self, place: usize, player: usize) -> Option<f64> {
        self.sample.mean(place, player)
    }
}
