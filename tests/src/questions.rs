//! What tests ask of many games, and how they judge the answers.

use std::ops::Range;

use marchland_sim::turn::Engine;
use rayon::prelude::*;

use crate::scenarios::Stage;

/// What games are asked: a stage, how long it is played, and what is set before the first turn.
pub struct Question<'a> {
    /// The scenario with its default game.
    pub stage: &'a Stage,
    /// Turns to play.
    pub turns: u32,
    /// Stocks set before the first turn, by path.
    pub inject: &'a [(&'a str, f64)],
}

impl Question<'_> {
    /// Mean over turns and last value of an indicator, by game, over seeds 1 to `n`.
    pub fn ask(&self, n: u64, path: &str) -> Vec<(f64, f64)> {
        self.ask_all(n, &[path]).into_iter().map(|answers| answers[0]).collect()
    }

    /// The same for several indicators: by game, then by path.
    pub fn ask_all(&self, n: u64, paths: &[&str]) -> Vec<Vec<(f64, f64)>> {
        self.ask_of(1..n + 1, paths)
    }

    /// The same over these seeds.
    pub fn ask_of(&self, seeds: Range<u64>, paths: &[&str]) -> Vec<Vec<(f64, f64)>> {
        let indicator = |path: &str| {
            self.stage.scenario.catalogue.indicator(path).unwrap_or_else(|| panic!("no indicator `{path}`"))
        };
        let asked: Vec<_> = paths.iter().map(|path| indicator(path)).collect();
        let engine = Engine::new(&self.stage.scenario);
        seeds
            .into_par_iter()
            .map(|seed| {
                let mut game = engine.start(&self.stage.setup(seed, self.turns, false));
                for (path, value) in self.inject {
                    game.inject(indicator(path), *value).expect("a stock");
                }
                let mut sums = vec![0.0; asked.len()];
                let mut turns = 0.0;
                while !game.is_over() {
                    game.step();
                    for (sum, id) in sums.iter_mut().zip(&asked) {
                        *sum += game.world().get(*id);
                    }
                    turns += 1.0;
                }
                sums.iter().zip(&asked).map(|(sum, id)| (sum / turns, game.world().get(*id))).collect()
            })
            .collect()
    }
}

/// The means over turns, by game.
pub fn means(answers: &[(f64, f64)]) -> Vec<f64> {
    answers.iter().map(|answer| answer.0).collect()
}

/// The last values, by game.
pub fn lasts(answers: &[(f64, f64)]) -> Vec<f64> {
    answers.iter().map(|answer| answer.1).collect()
}

/// Wilson's 95 % interval.
pub fn wilson(hits: f64, n: f64) -> (f64, f64) {
    let z = 1.96;
    let (p, d) = (hits / n, 1.0 + z * z / n);
    let middle = (p + z * z / (2.0 * n)) / d;
    let half = z / d * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
    (middle - half, middle + half)
}

/// Mean and half-width of its 95 % interval.
pub fn interval(numbers: &[f64]) -> (f64, f64) {
    let n = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / n;
    let variance = numbers.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    (mean, 1.96 * (variance / n).sqrt())
}

/// Holds that the second arm lies above the first: the paired one-sided 99 % bound is past zero.
pub fn rises(what: &str, low: &[f64], high: &[f64]) {
    let n = low.len();
    let steps: Vec<f64> = low.iter().zip(high).map(|(low, high)| high - low).collect();
    let (mean, half) = interval(&steps);
    let bound = mean - half * 2.326 / 1.96;
    println!("sign: {what}: {mean:.5}, 99 % bound {bound:.5}, n {n}, seeds 1 to {n}");
    assert!(bound > 0.0, "{what}: mean {mean}, bound {bound}");
}
