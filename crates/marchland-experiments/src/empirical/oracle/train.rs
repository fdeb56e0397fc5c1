//! Training: CMA-ES under common random numbers.

use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};

use cmaes::{CMAESOptions, DVector, Mode};
use serde::{Deserialize, Serialize};

use crate::empirical::EmpiricalError;
use crate::statistics::mean;

/// Options of [`train`] and [`best_response`](super::best_response()).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingOptions {
    /// Generations of the optimiser.
    pub generations: u32,
    /// Candidates of a generation; none for the optimiser's own, 4 + ⌊3 ln dimension⌋.
    pub candidates: Option<usize>,
    /// Games by which a candidate is judged in a generation.
    pub games: u64,
    /// Games by which the last candidates are compared.
    pub validation: u64,
    /// Fresh games on which the winner's gain is tested.
    pub test: u64,
    /// First standard deviation of the weights. Scores are in units of log-odds, indicators count as a
    /// share of their range.
    pub step: f64,
    /// Confidence at which a gain counts, one-sided.
    pub level: f64,
    /// The gain, in payoff, above which a policy is worth admitting.
    pub gain: f64,
    /// Seed of the optimiser and of which opponents are drawn.
    pub seed: u64,
}

impl Default for TrainingOptions {
    fn default() -> Self {
        TrainingOptions {
            generations: 30,
            candidates: None,
            games: 16,
            validation: 100,
            test: 400,
            step: 1.0,
            level: 0.95,
            gain: 0.0,
            seed: 1,
        }
    }
}

/// Finalists: the mean of the last distribution and the best of this many last generations.
const FINALISTS: usize = 4;
/// What a candidate without a single finished game is worth: less than any payoff.
const WORTHLESS: f64 = -1e300;

/// What training found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrainingResult {
    /// The weights.
    pub weights: Vec<f64>,
    /// The best candidate's mean payoff in each generation; generations meet different shocks.
    pub history: Vec<f64>,
    /// Games played.
    pub games: u64,
}

/// Searches for weights of the largest mean payoff.
///
/// `evaluate` gives the payoff of the policy with some weights in each of a range of replications, NaN where
/// a game has no result; it must be a function of its arguments. All candidates of a generation meet the
/// same replications, each generation meets new ones, so that nothing is fitted to particular shocks. The
/// covariance matrix adaptation of Hansen and Ostermeier (2001) starts from zero weights, which play every
/// package alike. The finalists are compared on replications of their own.
///
/// Uses `generations × games + validation` replications from `first` on.
///
/// # Errors
/// [`EmpiricalError::Option`] for no dimension, fewer than 2 candidates, no games, or a step that is not
/// positive.
pub fn train(
    dimension: usize,
    first: u64,
    options: &TrainingOptions,
    evaluate: &(impl Fn(&[f64], Range<u64>) -> Vec<f64> + Sync),
) -> Result<TrainingResult, EmpiricalError> {
    let refuse = |name, value: String, expected| Err(EmpiricalError::Option { name, value, expected });
    if dimension == 0 {
        return refuse("dimension", "0".into(), "at least one weight");
    }
    if options.games == 0 || options.validation == 0 || options.generations == 0 {
        return refuse("games", "0".into(), "1 or more of generations, games and validation games");
    }
    if options.candidates.is_some_and(|candidates| candidates < 2) {
        return refuse("candidates", format!("{:?}", options.candidates), "2 or more");
    }
    if !(options.step > 0.0 && options.step.is_finite()) {
        return refuse("step", options.step.to_string(), "a positive number");
    }
    let generation = AtomicU64::new(0);
    let worth = |weights: &[f64], replications: Range<u64>| mean(&evaluate(weights, replications)).unwrap_or(WORTHLESS);
    let objective = |weights: &DVector<f64>| {
        let start = first + generation.load(Ordering::Relaxed) * options.games;
        worth(weights.as_slice(), start..start + options.games)
    };
    // Noise in the values must not read as convergence.
    let mut settings = CMAESOptions::new(vec![0.0; dimension], options.step)
        .mode(Mode::Maximize)
        .seed(options.seed)
        .tol_fun(0.0)
        .tol_fun_hist(0.0)
        .tol_stagnation(usize::MAX);
    if let Some(candidates) = options.candidates {
        settings = settings.population_size(candidates);
    }
    let candidates = settings.population_size as u64;
    let mut optimiser = settings.build(&objective).map_err(|error| EmpiricalError::Option {
        name: "training",
        value: format!("{error:?}"),
        expected: "options that the optimiser accepts",
    })?;
    let (mut history, mut finalists) = (Vec::new(), Vec::new());
    for at in 0..u64::from(options.generations) {
        generation.store(at, Ordering::Relaxed);
        let ended = optimiser.next_parallel();
        if let Some(best) = optimiser.current_best_individual() {
            history.push(best.value);
            finalists.push(best.point.as_slice().to_vec());
        }
        if ended.is_some() {
            break;
        }
    }
    let last = finalists.len().saturating_sub(FINALISTS);
    let mut finalists = finalists.split_off(last);
    finalists.insert(0, optimiser.mean().as_slice().to_vec());
    let start = first + u64::from(options.generations) * options.games;
    let values: Vec<f64> = finalists.iter().map(|weights| worth(weights, start..start + options.validation)).collect();
    let winner = (0..values.len()).fold(0, |best, at| if values[at] > values[best] { at } else { best });
    Ok(TrainingResult {
        games: history.len() as u64 * candidates * options.games + finalists.len() as u64 * options.validation,
        weights: finalists.swap_remove(winner),
        history,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws;
    use crate::statistics::normal;

    /// A noisy bowl: the payoff falls with the squared distance from (1, −2, 0.5).
    fn bowl(weights: &[f64], replications: Range<u64>) -> Vec<f64> {
        let miss: f64 = weights.iter().zip([1.0, -2.0, 0.5]).map(|(w, to)| (w - to) * (w - to)).sum();
        let noise = |r| normal::quantile(draws::uniform(&mut draws::stream(draws::key(1, "bowl", &[r]))));
        replications.map(|r| noise(r) - miss).collect()
    }

    #[test]
    fn finds_the_top_of_a_noisy_bowl_whatever_the_threads() {
        let options = TrainingOptions { generations: 60, games: 4, ..TrainingOptions::default() };
        let run = |threads: usize| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| train(3, 0, &options, &bowl).unwrap())
        };
        let found = run(1);
        assert!(bowl(&found.weights, 0..1_000).iter().sum::<f64>() / 1_000.0 > -0.15, "{:?}", found.weights);
        assert_eq!(found, run(3));
        assert_eq!(found.games, 60 * 7 * 4 + 5 * 100);
    }

    #[test]
    fn games_without_a_result_are_the_worst_of_all() {
        let options = TrainingOptions { generations: 15, games: 2, ..TrainingOptions::default() };
        let cliff = |weights: &[f64], replications: Range<u64>| {
            let value = if weights[0] > 0.5 { f64::NAN } else { weights[0] };
            replications.map(|_| value).collect()
        };
        let found = train(1, 0, &options, &cliff).unwrap();
        assert!(found.weights[0] <= 0.5 && found.weights[0] > 0.2, "{:?}", found.weights);
        assert!(train(0, 0, &options, &cliff).is_err());
    }
}
