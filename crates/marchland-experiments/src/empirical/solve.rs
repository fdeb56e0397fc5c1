//! The solution concepts of one resampled game.

use marchland_equilibria::alpharank::{self, Alpha};
use marchland_equilibria::correlated::{self, Concept, Objective};
use marchland_equilibria::dominance::{Dominance, Dominator, dominated};
use marchland_equilibria::game::Game;
use marchland_equilibria::nash::{self, Follower};
use marchland_equilibria::profile::Profile;
use marchland_equilibria::solution::Solver;
use marchland_equilibria::{bimatrix, deviation, pure, qre, security};
use serde::{Deserialize, Serialize};

/// How near two equilibria must be, in probability, to be the same.
const SAME: f64 = 1e-6;

/// What is computed anew for each resample, beside following the equilibria given.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Concepts {
    /// Look for equilibria that were not followed: all of a two-player game; of others those in pure
    /// strategies and, where neither these nor the followed ones are there, the one at the end of the logit
    /// path. New mixed equilibria of three and more players are therefore undercounted.
    pub search: bool,
    /// α-Rank.
    pub ranking: bool,
    /// Strict dominance, by pure strategies and by mixtures.
    pub dominance: bool,
    /// Logit equilibrium at this λ, in 1/payoff.
    pub quantal: Option<f64>,
    /// Correlated and coarse correlated equilibria of the largest total payoff, and security levels.
    pub programs: bool,
}

impl Default for Concepts {
    fn default() -> Self {
        Concepts { search: true, ranking: true, dominance: true, quantal: None, programs: true }
    }
}

/// What one game's concepts say. Parts not asked for, or that a solver could not finish, are empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct GameSolution {
    /// Where each followed equilibrium went.
    pub(crate) followed: Vec<Option<Profile>>,
    /// The players' payoffs in each of them.
    pub(crate) payoffs: Vec<Option<Vec<f64>>>,
    /// Other equilibria found.
    pub(crate) others: Vec<Profile>,
    /// α-Rank masses by profile.
    pub(crate) masses: Vec<f64>,
    /// For each strategy, flat over players: dominated by a pure strategy, dominated at all.
    pub(crate) dominated: Vec<(bool, bool)>,
    /// The logit equilibrium, flat over players.
    pub(crate) quantal: Vec<f64>,
    /// The largest total payoff of correlated and of coarse correlated equilibria.
    pub(crate) correlated: Vec<f64>,
    /// Security levels by player.
    pub(crate) security: Vec<f64>,
}

/// How α-Rank is computed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RankingParameters {
    pub(crate) alpha: Alpha,
    pub(crate) population: u32,
}

/// Solves games of one shape, one after another, in memory that is kept.
pub(crate) struct Resolver<'a> {
    points: &'a [Profile],
    follower: Follower<'a>,
    concepts: Concepts,
    ranked: RankingParameters,
}

impl<'a> Resolver<'a> {
    /// For games near `base`, of which `points` are equilibria.
    pub(crate) fn new(
        base: &'a Game,
        points: &'a [Profile],
        concepts: Concepts,
        ranked: RankingParameters,
    ) -> Resolver<'a> {
        Resolver { points, follower: Follower::new(base), concepts, ranked }
    }

    /// Solves a game; α-Rank only if `rank`.
    pub(crate) fn solve(&mut self, game: &Game, rank: bool) -> GameSolution {
        let concepts = self.concepts;
        let followed: Vec<Option<Profile>> =
            self.points.iter().map(|point| self.follower.follow(game, point)).collect();
        let payoffs = followed.iter().map(|end| end.as_ref().map(|end| deviation::payoffs(game, end))).collect();
        let mut solved = GameSolution { followed, payoffs, ..GameSolution::default() };
        if concepts.search {
            for found in search(game, &solved) {
                let known = solved.followed.iter().flatten().chain(&solved.others);
                if known.into_iter().all(|profile| profile.distance(&found) > SAME) {
                    solved.others.push(found);
                }
            }
        }
        if concepts.ranking && rank {
            let RankingParameters { alpha, population } = self.ranked;
            solved.masses = alpharank::rank(game, alpha, population, &mut Solver::new())
                .map(|ranking| ranking.masses)
                .unwrap_or_default();
        }
        if concepts.dominance {
            solved.dominated = dominance(game);
        }
        if let Some(lambda) = concepts.quantal
            && let Ok(report) = qre::solve(game, &[lambda], &mut Solver::new())
            && let Some(point) = report.points.first()
        {
            solved.quantal = point.solution.profile.flat();
        }
        if concepts.programs {
            let best = |concept| {
                let found = correlated::solve(game, concept, Objective::MaxWelfare, &mut Solver::new()).ok()?;
                found.status.is_complete().then_some(found.value)
            };
            if let (Some(tight), Some(coarse)) = (best(Concept::Correlated), best(Concept::Coarse)) {
                solved.correlated = vec![tight, coarse];
            }
            if let Ok(Ok(levels)) = security::levels(game, &mut Solver::new()) {
                solved.security = levels.levels;
            }
        }
        solved
    }
}

fn search(game: &Game, solved: &GameSolution) -> Vec<Profile> {
    let profiles = |answer: marchland_equilibria::solution::Answer| {
        answer.solutions.into_iter().map(|solution| solution.profile).collect::<Vec<_>>()
    };
    if game.player_count() == 2
        && let Ok(all) = bimatrix::all(game, &mut Solver::new())
    {
        return profiles(all.answer);
    }
    let mut found = profiles(pure::equilibria(game, &mut Solver::new()));
    // The logit path costs more than all else; where equilibria are known already it adds little.
    if found.is_empty() && solved.followed.iter().all(Option::is_none) {
        found.extend(profiles(nash::one(game, &mut Solver::new())));
    }
    found
}

fn dominance(game: &Game) -> Vec<(bool, bool)> {
    let by = |dominator| dominated(game, Dominance::Strict, dominator, &mut Solver::new());
    let (Ok(Ok(pure)), Ok(Ok(mixed))) = (by(Dominator::Pure), by(Dominator::Mixed)) else {
        return Vec::new();
    };
    let of_player = |player: usize| {
        let (pure, mixed) = (&pure[player], &mixed[player]);
        (0..game.counts()[player]).map(move |a| (pure.contains(&a), mixed.contains(&a)))
    };
    (0..game.player_count()).flat_map(of_player).collect()
}
