//! Games of known payoffs with correlated noise, for tests.

use crate::draws;
use crate::statistics::normal;
use crate::tournament::{Games, Sample, Term};
use marchland_equilibria::game::Game;

/// How noise is distributed around the true payoff.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Noise {
    /// Standard normal.
    Normal,
    /// Exponential less 1: skewness 2.
    Skewed,
}

/// A game whose true mean payoffs are known.
pub(crate) struct Synthetic {
    pub(crate) game: Game,
    pub(crate) noise: Noise,
    /// The share of a game's noise that all profiles of a replication have in common.
    pub(crate) common: f64,
    pub(crate) key: u64,
}

impl Synthetic {
    /// Payoffs drawn uniformly from 0 to 1, noise of standard deviation 1.
    pub(crate) fn new(counts: &[usize], seed: u64) -> Synthetic {
        let size: usize = counts.iter().product();
        let mut rng = draws::stream(draws::key(seed, "synthetic game", &[]));
        let payoffs = (0..counts.len()).map(|_| (0..size).map(|_| draws::uniform(&mut rng)).collect()).collect();
        Synthetic::of(Game::unnamed(counts, payoffs).unwrap(), seed)
    }

    pub(crate) fn of(game: Game, key: u64) -> Synthetic {
        Synthetic { game, noise: Noise::Normal, common: 0.5, key }
    }
}

/// `replications` games of every profile from a replication on. Payoff = true + noise, where the noise is
/// shared in part within a replication; one term "main" with weight 1 and one measure, the noise itself.
pub(crate) fn sample(of: &Synthetic, replications: usize, first: u64) -> Sample {
    let game = &of.game;
    let players = game.player_count();
    let draw = |counters: &[u64]| {
        let u = draws::uniform(&mut draws::stream(draws::key(of.key, "synthetic noise", counters)));
        match of.noise {
            Noise::Normal => normal::quantile(u),
            Noise::Skewed => -libm::log(u) - 1.0,
        }
    };
    let (shared, own) = (of.common.sqrt(), (1.0 - of.common).sqrt());
    let noise = |place: usize, player: usize, r: u64| {
        shared * draw(&[r, player as u64]) + own * draw(&[r, player as u64, 1 + place as u64])
    };
    let range = || first..first + replications as u64;
    let profiles = (0..game.profile_count()).map(|place| {
        let payoff = |player: usize| range().map(|r| game.tensor(player)[place] + noise(place, player, r)).collect();
        let payoffs: Vec<Vec<f64>> = (0..players).map(payoff).collect();
        let terms = payoffs.iter().map(|row| vec![row.clone()]).collect();
        let measures = vec![range().map(|r| noise(place, 0, r)).collect()];
        (place, Games { payoffs, measures, terms, forfeited: Vec::new() })
    });
    Sample {
        players: game.players().to_vec(),
        strategies: game.strategies().to_vec(),
        measures: vec!["noise".into()],
        terms: vec![vec![Term { id: "main".into(), weight: 1.0 }]; players],
        first_replication: first,
        profiles: profiles.collect(),
    }
}
