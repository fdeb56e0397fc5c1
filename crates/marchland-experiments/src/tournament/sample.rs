//! What was played of an empirical game, seed by seed.

use std::collections::BTreeMap;

use marchland_equilibria::game::Game;
use serde::{Deserialize, Serialize};

use crate::statistics::mean;

/// A term of a player's payoff: `payoff = Σ weight × value of the term + payoff noise`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Term {
    /// Its name within the player's payoff.
    pub id: String,
    /// Its weight under the belief set that was played.
    pub weight: f64,
}

/// The games of one profile in the order of their replications, without gaps: entry `k` of every list is
/// replication `first_replication + k` of the [`Sample`]. Every number is finite.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Games {
    /// Payoffs: players × replications, in the sample's order of players.
    pub payoffs: Vec<Vec<f64>>,
    /// Measures: measures × replications.
    pub measures: Vec<Vec<f64>>,
    /// Values of payoff terms before their weights: players × terms × replications. A term that counts at
    /// the end has its value there; any other its mean over the turns in which the player was in the game.
    pub terms: Vec<Vec<Vec<f64>>>,
    /// Whether a game is forfeited, by replication: the program of a seat lost so many of its decisions that what
    /// played in its place is another strategy. Empty where no game is.
    pub forfeited: Vec<bool>,
}

impl Games {
    /// How many replications were played.
    #[must_use]
    pub fn replications(&self) -> usize {
        self.payoffs.first().map_or(0, Vec::len)
    }

    /// How many of them are forfeited.
    #[must_use]
    pub fn forfeited_count(&self) -> u64 {
        self.forfeited.iter().filter(|forfeited| **forfeited).count() as u64
    }

    /// A player's payoffs in the games that are not forfeited.
    #[must_use]
    pub fn payoffs_kept(&self, player: usize) -> Vec<f64> {
        let kept = |at: usize| !self.forfeited.get(at).copied().unwrap_or(false);
        self.payoffs[player].iter().enumerate().filter(|(at, _)| kept(*at)).map(|(_, payoff)| *payoff).collect()
    }
}

/// The games played of an empirical game.
///
/// Replications are nested: a profile that was played n times was played with replications 0 to n − 1 (plus
/// [`Self::first_replication`]), and a replication's seed is the same in every profile, so that entry k of
/// one profile and entry k of another met the same shocks. Profiles are numbered as in
/// [`Game`]: row-major, the first player's strategy slowest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sample {
    /// The players, in order.
    pub players: Vec<String>,
    /// Their strategies: players × strategies.
    pub strategies: Vec<Vec<String>>,
    /// The measures kept.
    pub measures: Vec<String>,
    /// The terms of each player's payoff: players × terms.
    pub terms: Vec<Vec<Term>>,
    /// The number of the first replication: 0, and more in a sample of fresh seeds.
    pub first_replication: u64,
    /// The profiles played, by their number; none of them without games.
    pub profiles: BTreeMap<usize, Games>,
}

impl Sample {
    /// How many strategies each player has.
    #[must_use]
    pub fn counts(&self) -> Vec<usize> {
        self.strategies.iter().map(Vec::len).collect()
    }

    /// How many profiles there are, played or not.
    #[must_use]
    pub fn profile_count(&self) -> usize {
        self.strategies.iter().map(Vec::len).product()
    }

    /// The number of a profile.
    ///
    /// # Panics
    /// If it has not one strategy per player, each within its range.
    #[must_use]
    pub fn place(&self, profile: &[usize]) -> usize {
        assert_eq!(profile.len(), self.strategies.len(), "one strategy per player");
        profile.iter().zip(&self.strategies).fold(0, |place, (&strategy, strategies)| {
            assert!(strategy < strategies.len(), "strategy {strategy} of {}", strategies.len());
            place * strategies.len() + strategy
        })
    }

    /// The profile of a number.
    #[must_use]
    pub fn profile_at(&self, place: usize) -> Vec<usize> {
        let mut rest = place;
        let mut profile = vec![0; self.strategies.len()];
        for (strategy, strategies) in profile.iter_mut().zip(&self.strategies).rev() {
            *strategy = rest % strategies.len();
            rest /= strategies.len();
        }
        profile
    }

    /// The games of a profile; none where it was not played.
    #[must_use]
    pub fn games(&self, place: usize) -> Option<&Games> {
        self.profiles.get(&place)
    }

    /// How often a profile was played.
    #[must_use]
    pub fn replications(&self, place: usize) -> usize {
        self.games(place).map_or(0, Games::replications)
    }

    /// How many games of some profiles are forfeited, of how many.
    #[must_use]
    pub fn forfeited(&self, places: &[usize]) -> (u64, u64) {
        let games = places.iter().filter_map(|place| self.games(*place));
        games.fold((0, 0), |(lost, of), games| (lost + games.forfeited_count(), of + games.replications() as u64))
    }

    /// A player's mean payoff at a profile, forfeited games among them; none where it was not played.
    #[must_use]
    pub fn mean(&self, place: usize, player: usize) -> Option<f64> {
        mean(&self.games(place)?.payoffs[player])
    }

    /// What a player earns more at the first profile than at the second, in the mean of the replications that both have:
    /// the same shocks; none where one was not played.
    #[must_use]
    pub fn difference(&self, first: usize, second: usize, player: usize) -> Option<f64> {
        let (first, second) = (&self.games(first)?.payoffs[player], &self.games(second)?.payoffs[player]);
        let shared = first.len().min(second.len());
        Some(mean(&first[..shared])? - mean(&second[..shared])?)
    }

    /// The numbers of the profiles in the product of some strategies of each player, in the order of the
    /// restricted game's tensor.
    #[must_use]
    pub fn product(&self, keep: &[Vec<usize>]) -> Vec<usize> {
        let mut places = vec![0];
        for (kept, strategies) in keep.iter().zip(&self.strategies) {
            places = places.iter().flat_map(|place| kept.iter().map(move |a| place * strategies.len() + a)).collect();
        }
        places
    }

    /// The game of mean payoffs among some strategies of each player; none where a profile of their product
    /// was not played: no payoff is invented.
    #[must_use]
    pub fn game(&self, title: &str, keep: &[Vec<usize>]) -> Option<Game> {
        let places = self.product(keep);
        let tensors: Option<Vec<Vec<f64>>> = (0..self.players.len())
            .map(|player| places.iter().map(|place| self.mean(*place, player)).collect())
            .collect();
        let names = keep
            .iter()
            .zip(&self.strategies)
            .map(|(kept, names)| kept.iter().map(|&a| names[a].clone()).collect())
            .collect();
        Game::new(title, self.players.clone(), names, tensors?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Sample {
        let names = |n: usize| (0..n).map(|at| at.to_string()).collect();
        Sample {
            players: vec!["a".into(), "b".into(), "c".into()],
            strategies: vec![names(2), names(3), names(2)],
            ..Sample::default()
        }
    }

    #[test]
    fn profiles_are_numbered_as_in_a_game() {
        let mut sample = sample();
        for place in 0..12 {
            assert_eq!(sample.place(&sample.profile_at(place)), place);
            let payoffs = vec![vec![place as f64, place as f64 + 2.0]; 3];
            sample.profiles.insert(place, Games { payoffs, ..Games::default() });
        }
        let all: Vec<Vec<usize>> = sample.counts().iter().map(|&n| (0..n).collect()).collect();
        let game = sample.game("all", &all).expect("complete");
        for place in 0..12 {
            assert_eq!(game.payoff(1, &sample.profile_at(place)), place as f64 + 1.0);
        }
        let keep = [vec![1], vec![0, 2], vec![1]];
        assert_eq!(sample.product(&keep), [7, 11]);
        assert_eq!(sample.game("part", &keep).expect("complete").tensor(0), [8.0, 12.0]);
        sample.profiles.remove(&7);
        assert!(sample.game("part", &keep).is_none());
    }

    /// Two profiles that are alike game by game are alike, however often each was played.
    #[test]
    fn profiles_differ_by_the_games_they_share() {
        let mut sample = sample();
        let games = |payoffs: &[f64]| Games { payoffs: vec![payoffs.to_vec(); 3], ..Games::default() };
        sample.profiles.insert(0, games(&[1.0, 2.0]));
        sample.profiles.insert(1, games(&[1.0, 2.0, 9.0, 9.0]));
        assert!(sample.mean(0, 0) < sample.mean(1, 0));
        assert_eq!((sample.difference(0, 1, 0), sample.difference(1, 0, 2)), (Some(0.0), Some(0.0)));
        assert_eq!(sample.difference(0, 2, 0), None);
    }

    #[test]
    fn forfeited_games_are_counted_and_left_out() {
        let mut sample = sample();
        let payoffs = vec![vec![1.0, 2.0, 4.0]; 3];
        let forfeited = vec![false, true, false];
        sample.profiles.insert(3, Games { payoffs: payoffs.clone(), forfeited, ..Games::default() });
        sample.profiles.insert(4, Games { payoffs, ..Games::default() });
        assert_eq!((sample.forfeited(&[3, 4, 5]), sample.forfeited(&[4])), ((1, 6), (0, 3)));
        assert_eq!(sample.games(3).expect("played").payoffs_kept(0), [1.0, 4.0]);
        assert_eq!(sample.games(4).expect("played").payoffs_kept(0), [1.0, 2.0, 4.0]);
    }
}
