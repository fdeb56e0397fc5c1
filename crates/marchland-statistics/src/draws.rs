//! Keyed draws: the mixing, the hashes and the generators behind every draw of the project.
//!
//! Every draw is a function of (seed, purpose, counters): which entity, which factor, which row, which
//! resample. Nothing depends on the order in which draws are made, so that a design can be extended, a
//! bootstrap run on any number of threads, and an entity or a factor added without moving the rest.
//!
//! The words and constants here are frozen: changing one changes every game.

use rand::Rng;
use rand_pcg::Pcg64;
use rand_pcg::rand_core::SeedableRng;

use crate::normal;

/// The increment of SplitMix64: 2^64 over the golden ratio, made odd.
pub const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// One cell of the 2^53 into which a draw cuts the unit interval.
const CELL: f64 = 1.0 / (1u64 << 53) as f64;

/// The finaliser of SplitMix64 alone (Steele, Lea & Flood 2014): a bijection of 64 bits in which every
/// input bit moves every output bit, and which leaves 0 where it is.
#[must_use]
#[inline]
pub const fn finalize(word: u64) -> u64 {
    let mut z = word;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The output of SplitMix64 at the state `word`: [`finalize`] one increment further on.
#[must_use]
#[inline]
pub const fn mix(word: u64) -> u64 {
    finalize(word.wrapping_add(GOLDEN))
}

/// Two words into one, order mattering.
#[must_use]
#[inline]
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

/// A 64-bit key of a seed, a purpose and counters, in that order.
///
/// The purpose is a name (`"latin hypercube/price_aluminium"`), so that equal counters of different
/// purposes never meet.
pub fn key(seed: u64, purpose: &str, counters: &[u64]) -> u64 {
    let mut state = mix(seed);
    for byte in purpose.bytes() {
        state = finalize(state.wrapping_add(GOLDEN) ^ u64::from(byte));
    }
    // The length separates ("a", [98]) from ("ab", []).
    state = finalize(state.wrapping_add(GOLDEN) ^ ((purpose.len() as u64) << 32 | counters.len() as u64));
    for &counter in counters {
        state = finalize(state.wrapping_add(GOLDEN) ^ counter);
    }
    state
}

/// A generator of its own for a key.
pub fn stream(key: u64) -> Pcg64 {
    let mut seed = [0u8; 32];
    for (i, chunk) in seed.chunks_exact_mut(8).enumerate() {
        let word = finalize(key.wrapping_add((i as u64 + 1).wrapping_mul(GOLDEN)));
        chunk.copy_from_slice(&word.to_le_bytes());
    }
    Pcg64::from_seed(seed)
}

/// A word as a number in `[0, 1)`, from its upper 53 bits: the lower end of one of 2^53 equal cells.
#[must_use]
#[inline]
pub const fn unit(word: u64) -> f64 {
    (word >> 11) as f64 * CELL
}

/// A word as a number strictly between 0 and 1: the middle of its cell, so that a quantile function
/// never meets 0 or 1.
#[must_use]
#[inline]
pub const fn open_unit(word: u64) -> f64 {
    let x = unit(word) + 0.5 * CELL;
    // In the topmost cell the middle rounds up to 1.
    if x < 1.0 { x } else { 1.0 - CELL }
}

/// A word as a standard normal number, by inversion: monotone in the word, so that common random
/// numbers stay common.
#[must_use]
#[inline]
pub fn normal(word: u64) -> f64 {
    normal::quantile(open_unit(word))
}

/// A uniform draw strictly between 0 and 1.
pub fn uniform(rng: &mut Pcg64) -> f64 {
    open_unit(rng.next_u64())
}

/// A uniform integer in `0 .. n` without bias (Lemire 2019).
///
/// # Panics
/// If `n` is 0.
pub fn below(rng: &mut Pcg64, n: u64) -> u64 {
    assert!(n > 0, "no integer lies below 0");
    loop {
        let product = u128::from(rng.next_u64()) * u128::from(n);
        let low = product as u64;
        // Rejected with a probability below n / 2^64.
        if low >= n || low >= n.wrapping_neg() % n {
            return (product >> 64) as u64;
        }
    }
}

/// Shuffles a slice in place (Fisher & Yates; Knuth, TAOCP 3.4.2 P).
pub fn shuffle<T>(rng: &mut Pcg64, items: &mut [T]) {
    for i in (1..items.len()).rev() {
        let j = below(rng, i as u64 + 1) as usize;
        items.swap(i, j);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_behind_every_draw_are_frozen() {
        // SplitMix64 seeded with 1234567, first output (the reference implementation of Vigna).
        assert_eq!(mix(1_234_567), 6_457_827_717_110_365_317);
        assert_eq!([mix2(1, 2), name_hash("khatlon"), key(7, "test", &[3])], FROZEN);
        assert_eq!(normal(mix(3)).to_bits(), FROZEN_NORMAL);
    }

    // Worked out apart, by integer arithmetic in Python.
    const FROZEN: [u64; 3] = [11_120_073_951_104_305_212, 16_515_475_638_204_043_019, 11_560_058_556_427_728_788];
    const FROZEN_NORMAL: u64 = 13_831_492_920_958_419_398;

    #[test]
    fn keys_separate_purpose_and_counters() {
        let keys = [
            key(0, "", &[]),
            key(1, "", &[]),
            key(0, "a", &[]),
            key(0, "a", &[98]),
            key(0, "ab", &[]),
            key(0, "a", &[0]),
            key(0, "a", &[0, 0]),
            key(0, "a", &[1, 0]),
            key(0, "a", &[0, 1]),
        ];
        for (i, a) in keys.iter().enumerate() {
            assert!(keys[i + 1..].iter().all(|b| a != b));
        }
    }

    #[test]
    fn consecutive_keys_are_uncorrelated_and_uniform() {
        let draws: Vec<f64> = (0..20_000).map(|i| uniform(&mut stream(key(7, "test", &[i])))).collect();
        let n = draws.len() as f64;
        let mean = draws.iter().sum::<f64>() / n;
        let lag: f64 = draws.windows(2).map(|w| (w[0] - 0.5) * (w[1] - 0.5)).sum::<f64>() / (n - 1.0) * 12.0;
        // Standard errors: 0.0020 for the mean, 0.0071 for the correlation; four of each.
        assert!((mean - 0.5).abs() < 0.0082, "{mean}");
        assert!(lag.abs() < 0.0284, "{lag}");
    }

    #[test]
    fn integers_below_cover_their_range_evenly() {
        let mut rng = stream(key(3, "below", &[]));
        let mut counts = [0u32; 7];
        for _ in 0..70_000 {
            counts[below(&mut rng, 7) as usize] += 1;
        }
        assert!(counts.iter().all(|&c| (9_600..10_400).contains(&c)), "{counts:?}");
    }

    #[test]
    fn an_open_unit_never_touches_its_ends() {
        assert!(open_unit(0) > 0.0 && unit(0) == 0.0);
        assert!(open_unit(u64::MAX) < 1.0 && unit(u64::MAX) < 1.0);
        assert!(normal(0).is_finite() && normal(u64::MAX).is_finite());
    }
}
