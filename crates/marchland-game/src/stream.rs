//! Named streams of chance.
//!
//! Every draw of a game is a pure function of the game's seed and of *what* is drawn: the domain,
//! the moment, the entity's name and a purpose. Names, not dense ids, so that adding an entity
//! shifts nobody else's draws, and two lineups under one seed meet the same weather. Seeds are
//! mixed before a generator sees them: sequential states correlate neighbouring PCG streams.

use rand::Rng;
use rand_pcg::Pcg32;
use serde::{Deserialize, Serialize};

use crate::time::Moment;

/// Seeds lie below this bound, so that every tool that reads numbers as doubles reads them exactly.
pub const SEED_BOUND: u64 = 1 << 53;

/// The 64-bit finaliser of SplitMix64 (Steele, Lea & Flood 2014): a bijection in which every input
/// bit moves every output bit.
#[must_use]
#[inline]
pub const fn mix(x: u64) -> u64 {
    let mut z = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Two words into one, order mattering.
#[must_use]
pub const fn mix2(a: u64, b: u64) -> u64 {
    mix(a.rotate_left(25) ^ mix(b))
}

/// The hash of a name (64-bit FNV-1a, then mixed): computed once, at load or at compile time.
#[must_use]
pub const fn name_hash(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    mix(hash)
}

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
    pub fn uniform(self) -> f64 {
        unit(mix(self.0 ^ 0x756e_6966_6f72_6d00))
    }

    /// One standard normal draw.
    #[must_use]
    pub fn normal(self) -> f64 {
        // The centre of the draw's cell keeps the argument inside (0, 1).
        standard_normal_quantile(self.uniform() + 0.5 / (1u64 << 53) as f64)
    }
}

/// A word as a number in [0, 1), from its upper 53 bits.
#[must_use]
#[inline]
pub const fn unit(word: u64) -> f64 {
    (word >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// One uniform draw in [0, 1) from a generator, with 53 bits.
pub fn uniform(rng: &mut impl Rng) -> f64 {
    unit(rng.next_u64())
}

/// The standard normal quantile of `p` in (0, 1): Wichura's AS 241 (1988), relative error < 1e-15.
/// Inversion keeps the draw monotone in its uniform, so that common random numbers stay common.
#[must_use]
pub fn standard_normal_quantile(p: f64) -> f64 {
    let q = p - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * polynomial(&CENTRE_TOP, r) / polynomial(&CENTRE_BOTTOM, r);
    }
    let tail = if q < 0.0 { p } else { 1.0 - p };
    let r = libm::sqrt(-libm::log(tail));
    let x = if r <= 5.0 {
        polynomial(&MIDDLE_TOP, r - 1.6) / polynomial(&MIDDLE_BOTTOM, r - 1.6)
    } else {
        polynomial(&FAR_TOP, r - 5.0) / polynomial(&FAR_BOTTOM, r - 5.0)
    };
    if q < 0.0 { -x } else { x }
}

fn polynomial(coefficients: &[f64; 8], x: f64) -> f64 {
    let mut sum = coefficients[7];
    for at in (0..7).rev() {
        sum = sum * x + coefficients[at];
    }
    sum
}

#[rustfmt::skip]
const CENTRE_TOP: [f64; 8] = [3.387_132_872_796_366_5, 133.141_667_891_784_38, 1_971.590_950_306_551_3, 13_731.693_765_509_46, 45_921.953_931_549_87, 67_265.770_927_008_7, 33_430.575_583_588_13, 2_509.080_928_730_122_7];
#[rustfmt::skip]
const CENTRE_BOTTOM: [f64; 8] = [1.0, 42.313_330_701_600_91, 687.187_007_492_057_9, 5_394.196_021_424_751, 21_213.794_301_586_597, 39_307.895_800_092_71, 28_729.085_735_721_943, 5_226.495_278_852_854];
#[rustfmt::skip]
const MIDDLE_TOP: [f64; 8] = [1.423_437_110_749_683_5, 4.630_337_846_156_546, 5.769_497_221_460_691, 3.647_848_324_763_204_5, 1.270_458_252_452_368_4, 0.241_780_725_177_450_6, 0.022_723_844_989_269_184, 0.000_774_545_014_278_341_4];
#[rustfmt::skip]
const MIDDLE_BOTTOM: [f64; 8] = [1.0, 2.053_191_626_637_759, 1.676_384_830_183_803_8, 0.689_767_334_985_1, 0.148_103_976_427_480_08, 0.015_198_666_563_616_457, 0.000_547_593_808_499_534_5, 1.050_750_071_644_416_9e-9];
#[rustfmt::skip]
const FAR_TOP: [f64; 8] = [6.657_904_643_501_103, 5.463_784_911_164_114, 1.784_826_539_917_291_3, 0.296_560_571_828_504_87, 0.026_532_189_526_576_124, 0.001_242_660_947_388_078_4, 2.711_555_568_743_487_6e-5, 2.010_334_399_292_288_1e-7];
#[rustfmt::skip]
const FAR_BOTTOM: [f64; 8] = [1.0, 0.599_832_206_555_888, 0.136_929_880_922_735_8, 0.014_875_361_290_850_615, 0.000_786_869_131_145_613_2, 1.846_318_317_510_054_8e-5, 1.421_511_758_316_446e-7, 2.044_263_103_389_939_8e-15];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::{Round, Stage, Turn};

    #[test]
    fn quantiles_match_published_values() {
        // Wichura's own test values.
        assert!((standard_normal_quantile(0.25) - -0.674_489_750_196_081_7).abs() < 1e-14);
        assert!((standard_normal_quantile(0.001) - -3.090_232_306_167_813_5).abs() < 1e-14);
        assert!((standard_normal_quantile(1e-20) - -9.262_340_089_798_408).abs() < 1e-13);
        assert!(standard_normal_quantile(0.5).abs() < 1e-16);
    }

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
