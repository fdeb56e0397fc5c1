//! Choosing the best of several options from paired samples, at a stated risk.

use marchland_game::number::max;

/// What a selection found.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Selection {
    /// The option chosen.
    pub(crate) best: usize,
    /// Whether the procedure ended by its own rule; else its samples ran out, and the risk is not
    /// bounded.
    pub(crate) clear: bool,
    /// Samples of the option that was sampled most.
    pub(crate) rounds: u64,
}

/// How a selection is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Procedure {
    /// δ, the largest probability of a wrong choice, in (0, 1).
    pub(crate) risk: f64,
    /// ε, the smallest difference worth detecting, above 0. Options within ε of the best may be
    /// chosen instead of it.
    pub(crate) indifference: f64,
    /// Samples of each option before any is dropped, at least 2.
    pub(crate) first: u64,
    /// The most samples of an option.
    pub(crate) most: u64,
}

/// The fully sequential procedure of Kim & Nelson (2001) with c = 1: options that fall behind another
/// by more than the sampling error of their paired difference allows are dropped round by round. With
/// normal samples that are common across options in each round, and a best option that is at least ε
/// better than any other, the best is chosen with probability at least 1 − δ.
///
/// `sample(option, round)` is drawn under common random numbers: the same round, the same weather.
pub(crate) fn select(options: usize, procedure: Procedure, mut sample: impl FnMut(usize, u64) -> f64) -> Selection {
    if options <= 1 {
        return Selection { best: 0, clear: true, rounds: 0 };
    }
    let Procedure { risk, indifference, first, most } = procedure;
    let first = first.min(most).max(1);
    let mut sums: Vec<f64> = vec![0.0; options];
    let mut drawn: Vec<Vec<f64>> = vec![Vec::with_capacity(first as usize); options];
    for round in 0..first {
        for option in 0..options {
            let value = sample(option, round);
            sums[option] += value;
            drawn[option].push(value);
        }
    }
    let degrees = first as f64 - 1.0;
    let others = (options - 1) as f64;
    // η = ½ ((2δ/(k−1))^(−2/(n₀−1)) − 1) and h² = 2 η (n₀ − 1).
    let eta = 0.5 * (libm::pow(2.0 * risk / others, -2.0 / degrees) - 1.0);
    let h2 = 2.0 * max(eta, 0.0) * degrees;
    // a[i][l] = h² S²(i, l) / ε, the room that a pair's difference of sums has at round 0.
    let mut room = vec![0.0; options * options];
    if first >= 2 {
        for i in 0..options {
            for l in 0..i {
                let mean = (sums[i] - sums[l]) / first as f64;
                let spread = drawn[i].iter().zip(&drawn[l]).map(|(x, y)| (x - y - mean) * (x - y - mean)).sum::<f64>();
                room[i * options + l] = h2 * spread / degrees / indifference;
                room[l * options + i] = room[i * options + l];
            }
        }
    }
    let mut alive: Vec<usize> = (0..options).collect();
    let mut round = first;
    loop {
        let behind = |i: usize, l: usize| {
            // W = max(0, (ε/2r)(h² S²/ε² − r)), here times r.
            let allowed = max(0.0, 0.5 * (room[i * options + l] - indifference * round as f64));
            sums[i] < sums[l] - allowed
        };
        let stays: Vec<usize> =
            alive.iter().copied().filter(|i| !alive.iter().any(|l| l != i && behind(*i, *l))).collect();
        alive = stays;
        // With no room left between any two, those that remain are within the sampling error.
        let settled = first >= 2
            && alive
                .iter()
                .all(|i| alive.iter().all(|l| i == l || room[i * options + l] <= indifference * round as f64));
        if alive.len() == 1 || settled || round >= most {
            let mut best = alive[0];
            for option in &alive {
                if sums[*option] > sums[best] {
                    best = *option;
                }
            }
            return Selection { best, clear: first >= 2 && (alive.len() == 1 || settled), rounds: round };
        }
        for option in &alive {
            sums[*option] += sample(*option, round);
        }
        round += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use marchland_game::Stream;

    /// Ten options, the best exactly ε better than all the rest (the least favourable case), normal
    /// noise that is half common. n = 2,000 selections, δ = 0.1, seeds 0 to 1,999.
    #[test]
    fn the_best_is_chosen_at_the_stated_risk() {
        let procedure = Procedure { risk: 0.1, indifference: 0.02, first: 10, most: 100_000 };
        let mut right = 0;
        let mut rounds = 0;
        for seed in 0..2_000u64 {
            let stream = Stream::from_word(seed);
            let best = (seed % 10) as usize;
            let found = select(10, procedure, |option, round| {
                let common = stream.at(round).normal();
                let own = stream.at(round).at(1 + option as u64).normal();
                0.05 * (common + own) + if option == best { 0.02 } else { 0.0 }
            });
            assert!(found.clear);
            right += usize::from(found.best == best);
            rounds += found.rounds;
        }
        assert!(right as f64 / 2_000.0 >= 0.9, "{right} of 2,000");
        // It stops early: a selection by a fixed number would need the largest of all.
        assert!(rounds / 2_000 < 1_000, "{}", rounds / 2_000);
    }

    #[test]
    fn clear_cases_need_the_first_samples_only() {
        let procedure = Procedure { risk: 0.05, indifference: 0.01, first: 8, most: 64 };
        let found = select(3, procedure, |option, _| option as f64);
        assert_eq!(found, Selection { best: 2, clear: true, rounds: 8 });
        // Ties go to the first.
        assert_eq!(select(3, procedure, |_, _| 0.5).best, 0);
        assert_eq!(select(1, procedure, |_, _| 0.5).rounds, 0);
    }

    #[test]
    fn samples_that_run_out_are_admitted() {
        let procedure = Procedure { risk: 0.05, indifference: 1e-6, first: 8, most: 20 };
        let found = select(2, procedure, |option, round| Stream::from_word(round).at(option as u64).normal());
        assert!(!found.clear && found.rounds == 20);
    }
}
