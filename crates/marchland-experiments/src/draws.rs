//! Keyed random draws of designs and resampling.
//!
//! Every draw is a function of (seed, purpose, counters): which factor, which row, which resample.
//! Nothing depends on the order in which draws are made, so that a design can be extended, a
//! bootstrap run on any number of threads, and a factor added without moving the rest.

use rand::Rng;
use rand_pcg::Pcg64;
use rand_pcg::rand_core::SeedableRng;

/// The finaliser of SplitMix64 (Steele, Lea & Flood 2014): a bijection of 64 bits that leaves no
/// visible trace of consecutive inputs.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A 64-bit key of a seed, a purpose and counters, in that order.
///
/// The purpose is a name (`"latin hypercube/price_aluminium"`), so that equal counters of different
/// purposes never meet.
pub fn key(seed: u64, purpose: &str, counters: &[u64]) -> u64 {
    const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut state = mix(seed.wrapping_add(GOLDEN));
    for byte in purpose.bytes() {
        state = mix(state.wrapping_add(GOLDEN) ^ u64::from(byte));
    }
    // The length separates ("a", [98]) from ("ab", []).
    state = mix(state.wrapping_add(GOLDEN) ^ ((purpose.len() as u64) << 32 | counters.len() as u64));
    for &counter in counters {
        state = mix(state.wrapping_add(GOLDEN) ^ counter);
    }
    state
}

/// A generator of its own for a key.
pub fn stream(key: u64) -> Pcg64 {
    let mut seed = [0u8; 32];
    for (i, chunk) in seed.chunks_exact_mut(8).enumerate() {
        let word = mix(key.wrapping_add((i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        chunk.copy_from_slice(&word.to_le_bytes());
    }
    Pcg64::from_seed(seed)
}

/// A number strictly between 0 and 1 from 64 bits: the midpoint of one of 2^53 equal cells, so that a
/// quantile function never meets 0 or 1.
pub fn unit(bits: u64) -> f64 {
    const CELL: f64 = 1.0 / 9_007_199_254_740_992.0;
    let x = (bits >> 11) as f64 * CELL + 0.5 * CELL;
    // In the topmost cell the midpoint rounds up to 1.
    if x < 1.0 { x } else { 1.0 - CELL }
}

/// A uniform draw strictly between 0 and 1.
pub fn uniform(rng: &mut Pcg64) -> f64 {
    unit(rng.next_u64())
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
    fn unit_never_touches_its_ends() {
        assert!(unit(0) > 0.0);
        assert!(unit(u64::MAX) < 1.0);
    }
}
