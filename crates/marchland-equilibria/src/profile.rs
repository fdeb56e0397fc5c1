//! Mixed strategy profiles.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::game::Game;

/// How far from 1 the probabilities of a player may sum.
pub const SUM_TOLERANCE: f64 = 1e-9;

/// A mixed strategy for every player: players × strategies, probabilities.
///
/// Written `0.2,0.8;0.5,0.5`: players apart by semicolons, probabilities by commas.
///
/// ```
/// use marchland_equilibria::profile::Profile;
///
/// let profile: Profile = "0.2,0.8;0.5,0.5".parse()?;
/// assert_eq!(profile.0[0], [0.2, 0.8]);
/// assert_eq!(profile.to_string(), "0.2,0.8;0.5,0.5");
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Profile(pub Vec<Vec<f64>>);

impl Profile {
    /// Every player mixes all strategies equally.
    pub fn centroid(game: &Game) -> Profile {
        let mix = |&count: &usize| vec![1.0 / count as f64; count];
        Profile(game.counts().iter().map(mix).collect())
    }

    /// Every player plays one strategy.
    ///
    /// # Panics
    /// If a strategy is out of range.
    pub fn pure(game: &Game, strategies: &[usize]) -> Profile {
        assert_eq!(strategies.len(), game.player_count(), "one strategy per player");
        let mut mixes: Vec<Vec<f64>> = game.counts().iter().map(|&n| vec![0.0; n]).collect();
        for (mix, &strategy) in mixes.iter_mut().zip(strategies) {
            mix[strategy] = 1.0;
        }
        Profile(mixes)
    }

    /// A profile from all players' probabilities in one row, cut at [`Game::offsets`].
    ///
    /// # Panics
    /// If the row has not [`Game::strategy_count`] entries.
    pub fn from_flat(game: &Game, flat: &[f64]) -> Profile {
        assert_eq!(flat.len(), game.strategy_count());
        let cut = |pair: &[usize]| flat[pair[0]..pair[1]].to_vec();
        Profile(game.offsets().windows(2).map(cut).collect())
    }

    /// All players' probabilities in one row.
    pub fn flat(&self) -> Vec<f64> {
        self.0.concat()
    }

    /// Checks that this is a profile of the game.
    ///
    /// # Errors
    /// [`Error::Profile`] if the numbers of players or strategies differ from the game's, a probability
    /// is negative or not finite, or a player's probabilities miss 1 by more than [`SUM_TOLERANCE`].
    pub fn validate(&self, game: &Game) -> Result<(), Error> {
        let fail = |message: String| Err(Error::Profile(message));
        if self.0.len() != game.player_count() {
            return fail(format!("{} players, but the game has {}", self.0.len(), game.player_count()));
        }
        for ((mix, &count), name) in self.0.iter().zip(game.counts()).zip(game.players()) {
            if mix.len() != count {
                return fail(format!("{} probabilities for player {name}, who has {count} strategies", mix.len()));
            }
            if let Some(p) = mix.iter().find(|p| !(p.is_finite() && **p >= 0.0)) {
                return fail(format!("{p} for player {name} is not a probability"));
            }
            let sum: f64 = mix.iter().sum();
            if (sum - 1.0).abs() > SUM_TOLERANCE {
                return fail(format!("player {name}'s probabilities sum to {sum}, not to 1"));
            }
        }
        Ok(())
    }

    /// The largest difference of any probability; infinite if the shapes differ.
    pub fn distance(&self, other: &Profile) -> f64 {
        let same_shape = self.0.len() == other.0.len() && self.0.iter().zip(&other.0).all(|(a, b)| a.len() == b.len());
        if !same_shape {
            return f64::INFINITY;
        }
        let pairs = self.0.iter().flatten().zip(other.0.iter().flatten());
        pairs.fold(0.0, |far, (a, b)| crate::number::max(far, (a - b).abs()))
    }

    /// The strategies each player uses with positive probability.
    pub fn supports(&self) -> Vec<Vec<usize>> {
        let support = |mix: &Vec<f64>| (0..mix.len()).filter(|&a| mix[a] > 0.0).collect();
        self.0.iter().map(support).collect()
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (player, mix) in self.0.iter().enumerate() {
            if player > 0 {
                f.write_str(";")?;
            }
            for (strategy, p) in mix.iter().enumerate() {
                let comma = if strategy > 0 { "," } else { "" };
                write!(f, "{comma}{p}")?;
            }
        }
        Ok(())
    }
}

impl FromStr for Profile {
    type Err = Error;

    /// Reads `0.2,0.8;0.5,0.5`, and fractions such as `1/3`. The shape is checked by [`Profile::validate`].
    fn from_str(text: &str) -> Result<Profile, Error> {
        let number = |word: &str| {
            let word = word.trim();
            let value = match word.split_once('/') {
                Some((above, below)) => {
                    above.trim().parse::<f64>().and_then(|above| below.trim().parse::<f64>().map(|below| above / below))
                }
                None => word.parse(),
            };
            match value {
                Ok(p) if (0.0..=1.0).contains(&p) => Ok(p),
                _ => Err(Error::Profile(format!(
                    "'{word}' is not a probability; a profile is written '0.2,0.8;0.5,0.5'"
                ))),
            }
        };
        text.split(';').map(|mix| mix.split(',').map(number).collect()).collect::<Result<_, _>>().map(Profile)
    }
}
