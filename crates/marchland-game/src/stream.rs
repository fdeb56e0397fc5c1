//! Named streams of chance.
//!
//! Every draw of a game is a pure function of the game's seed and of *what* is drawn: the domain,
//! the moment, the entity's name and a purpose. Names, not dense ids, so that adding an entity
//! shifts nobody else's draws, and two lineups under one seed meet the same weather. Seeds are
//! mixed before a generator sees them: sequential states correlate neighbouring PCG streams.

use marchland_statistics::draws;
use rand::Rng;
use rand_pcg::Pcg32;
use serde::{Deserialize, Serialize};

pub use marchland_statistics::draws::{mix, mix2, name_hash, unit};
pub use marchland_statistics::normal::quantile as standard_normal_quantile;

use crate::time::Moment;

/// Seeds lie below this bound, so that every tool that reads numbers as doubles reads them exactly.
pub const SEED_BOUND: u64 = 1 << 53;

/// The seed of one game under common shocks: an experiment's seed and a replication, and never the
/// design point, the lineup or a parameter, so that whatever is compared meets the same shocks. The
/// result is below [`SEED_BOUND`].
#[must_use]
pub const fn game_seed(experiment: u64, replication: u64) -> u64 {
    mix2(mix(experiment), replication) & (SEED_BOUND - 1)
}

/// The seed of one game under fresh shocks: as [`game_seed`], and of the design point's unit of
/// independence too, so that units are independent while the lineups compared at one point still meet
/// the same shocks. The result is below [`SEED_BOUND`].
#[must_use]
pub const fn fresh_game_seed(experiment: u64, replication: u64, unit: u64) -> u64 {
    mix2(mix2(mix(experiment), replication), unit) & (SEED_BOUND - 1)
}

/// What a draw is for, at the coarsest: each domain has streams of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u64)]
pub enum Domain {
    /// Initial values drawn by nature.
    Start = 1,
    /// Laws of motion, exogenous paths, events.
    Nature = 2,
    /// Whether an order succeeds, whether a covert one leaks.
    Ruling = 3,
    /// The error of an observation.
    Observation = 4,
    /// A strategy's own randomness.
    Strategy = 5,
    /// Ballots of members that are no players, and of strategies silent on a motion.
    Ballot = 6,
    /// Draws of cohorts.
    Cohort = 7,
    /// A viewer's belief about what it cannot see.
    Belief = 8,
    /// The noise that a matrix game adds to payoffs.
    Payoff = 9,
}

/// The root of all streams of one game, real or imagined.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Root(u64);

impl Root {
    /// The streams of the game with this seed.
    #[must_use]
    pub const fn of_game(seed: u64) -> Self {
        Self(mix(seed ^ 0x6d61_7263_686c_616e))
    }

    /// The streams of an imagined future: keyed by who imagines, when, and the sample's number,
    /// equal across the candidates compared, and disjoint from the game's own.
    #[must_use]
    pub const fn imagined(self, viewer: u64, moment: Moment, sample: u64) -> Self {
        Self(mix2(mix2(mix2(self.0 ^ 0x696d_6167_696e_6564, viewer), moment_word(moment)), sample))
    }

    /// The stream of one purpose at one moment for one named entity.
    #[must_use]
    #[inline]
    pub const fn stream(self, domain: Domain, moment: Moment, entity: u64, purpose: u64) -> Stream {
        Stream(mix2(mix2(mix2(mix2(self.0, domain as u64), moment_word(moment)), entity), purpose))
    }

    /// The stream of something drawn once a game.
    #[must_use]
    pub const fn once(self, domain: Domain, entity: u64, purpose: u64) -> Stream {
        Stream(mix2(mix2(mix2(self.0, domain as u64), entity), purpose))
    }

    /// The word behind the root, for a seed handed to an outside program.
    #[must_use]
    pub const fn word(self) -> u64 {
        self.0
    }
}

const fn moment_word(moment: Moment) -> u64 {
    (moment.turn.0 as u64) << 16 | (moment.round.0 as u64) << 8 | moment.stage as u64
}

/// The key of one stream. A stream is a value: the same key gives the same draws, always.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Stream(u64);

impl Stream {
    /// The stream whose key is this word.
    #[must_use]
    pub const fn from_word(word: u64) -> Self {
        Self(word)
    }

    /// The key's word.
    #[must_use]
    pub const fn word(self) -> u64 {
        self.0
    }

    /// The `n`-th stream under this one.
    #[must_use]
    #[inline]
    pub const fn at(self, n: u64) -> Self {
        Self(mix2(self.0, n))
    }

    /// A generator for a stream of several draws.
    #[must_use]
    pub fn rng(self) -> Pcg32 {
        Pcg32::new(mix(self.0), mix(self.0 ^ 0x7374_7265_616d))
    }

    /// One uniform draw in [0, 1), with 53 bits.
    #[must_use]
    #[inline]
    pub fn uniform(self) -> f64 {
        unit(mix(self.0 ^ 0x756e_6966_6f72_6d00))
    }

    /// One standard normal draw.
    #[must_use]
    #[inline]
    pub fn normal(self) -> f64 {
        draws::normal(mix(self.0 ^ 0x756e_6966_6f72_6d00))
    }
}

/// One uniform draw in [0, 1) from a generator, with 53 bits.
pub fn uniform(rng: &mut impl Rng) -> f64 {
    unit(rng.next_u64())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Round, Stage, Turn};

    #[test]
    fn draws_of_neighbouring_keys_are_uncorrelated() {
        let moment = Moment { turn: Turn(3), round: Round(0), stage: Stage::Orders };
        let root = Root::of_game(0);
        let n = 20_000u64;
        let draw = |i: u64| root.stream(Domain::Nature, moment, i, 1).normal();
        let (mut sum, mut square, mut product) = (0.0, 0.0, 0.0);
        for i in 0..n {
            let (x, y) = (draw(i), draw(i + 1));
            sum += x;
            square += x * x;
            product += x * y;
        }
        let n = n as f64;
        // Four standard errors of each.
        assert!((sum / n).abs() < 4.0 / n.sqrt(), "mean {}", sum / n);
        assert!((square / n - 1.0).abs() < 4.0 * (2.0 / n).sqrt(), "variance {}", square / n);
        assert!((product / n).abs() < 4.0 / n.sqrt(), "covariance {}", product / n);
    }

    #[test]
    fn moments_and_names_separate_streams() {
        let root = Root::of_game(7);
        let at = |turn, round, stage| Moment { turn: Turn(turn), round: Round(round), stage };
        let a = root.stream(Domain::Nature, at(1, 0, Stage::Orders), name_hash("khatlon"), 0);
        assert_ne!(a, root.stream(Domain::Nature, at(1, 1, Stage::Orders), name_hash("khatlon"), 0));
        assert_ne!(a, root.stream(Domain::Nature, at(1, 0, Stage::Ballots), name_hash("khatlon"), 0));
        assert_ne!(a, root.stream(Domain::Nature, at(1, 0, Stage::Orders), name_hash("sughd"), 0));
        assert_ne!(Root::of_game(7).imagined(1, at(1, 0, Stage::Orders), 0), root);
        assert!(game_seed(0, 0) < SEED_BOUND);
    }
}
