//! α-Rank: how often evolution with rare mutations plays each pure profile.
//!
//! Omidshafiei et al. (2019), multi-population model: each player is a population of `m` individuals
//! who all play one strategy; now and then a mutant appears in one of them and either dies out or
//! takes over. The chain over pure profiles moves from σ to τ, which differ in player i's strategy,
//! with probability `η·ρ`, `ρ = (1 − e^−u) / (1 − e^−mu)`, `u = α·(u_i(τ) − u_i(σ))`, `η = 1 / Σ(s_i − 1)`
//! (equations 9–12); its stationary distribution ranks the profiles.
//!
//! Probabilities are kept with separate exponents and the distribution is found by elimination without
//! subtractions, so that any α works: the usual eigensolver fails once some ρ leave the range of
//! doubles. For α → ∞ the same elimination runs on leading terms and gives the exact limit.

mod response_graph;
mod stationary;
mod weight;

pub use response_graph::sink_components;

use std::time::Duration;

use crate::error::Error;
use crate::game::Game;
use crate::number::max;
use crate::solution::{Solver, Status, Stop};

use stationary::{stationary, stationary_in_doubles};
use weight::{LeadingTerm, ScaledNumber, Weight};

/// The most states of a chain that is solved; above, only the sink components are given.
pub const MAX_STATES: usize = 1_200;
/// The most profiles of a response graph that is searched for sinks.
pub const MAX_GRAPH: usize = 1 << 22;
/// The population size of the paper's experiments.
pub const POPULATION: u32 = 50;
/// Largest total-variation distance from the limit at which [`Alpha::Auto`] is content.
pub const AUTO_DISTANCE: f64 = 1e-3;

/// Selection pressure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Alpha {
    /// This α, in units of 1/payoff, positive.
    Finite(f64),
    /// The limit α → ∞ at a fixed population.
    Infinite,
    /// The smallest α of a doubling sequence whose distribution is within [`AUTO_DISTANCE`] of the limit:
    /// large enough for the ranking to have settled, as the paper's sweep over α looks for by eye.
    Auto,
}

/// A ranking of pure profiles.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    /// The α used; none for the limit.
    pub alpha: Option<f64>,
    /// The population size m.
    pub population: u32,
    /// One stationary mass per profile, in the order of the tensors; empty if the status says why.
    pub masses: Vec<f64>,
    /// The sink components of the response graph; see [`sink_components`].
    pub sinks: Vec<Vec<usize>>,
    /// Complete when the masses are given: they are exact to about 1e-11.
    pub status: Status,
    /// States eliminated.
    pub iterations: u64,
    /// Wall-clock time.
    pub elapsed: Duration,
}

impl Ranking {
    /// The profiles from the largest mass to the smallest; ties in the order of the tensors.
    pub fn order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.masses.len()).collect();
        order.sort_by(|&a, &b| self.masses[b].total_cmp(&self.masses[a]).then(a.cmp(&b)));
        order
    }
}

/// Ranks the pure profiles of a game.
///
/// ```
/// use marchland_equilibria::{alpharank::{self, Alpha}, game::Game, solution::Solver};
///
/// // Rock, paper, scissors is a cycle, so every profile is visited as often as its mirror images.
/// let beats = [vec![0.0, -1.0, 1.0], vec![1.0, 0.0, -1.0], vec![-1.0, 1.0, 0.0]];
/// let loses = beats.clone().map(|row| row.iter().map(|u| -u).collect::<Vec<f64>>());
/// let game = Game::bimatrix(&beats, &loses)?;
/// let ranking = alpharank::rank(&game, Alpha::Finite(100.0), 50, &mut Solver::new())?;
/// assert!((ranking.masses[0] - ranking.masses[4]).abs() < 1e-12);
/// assert!((ranking.masses.iter().sum::<f64>() - 1.0).abs() < 1e-12);
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Parameter`] if α is not a finite positive number, α times the largest gain times the
/// population overflows, or the population is below 2.
pub fn rank(game: &Game, alpha: Alpha, population: u32, solver: &mut Solver<'_>) -> Result<Ranking, Error> {
    if population < 2 {
        return Err(Error::Parameter {
            name: "population",
            value: population.to_string(),
            expected: "a whole number, 2 or more",
        });
    }
    if let Alpha::Finite(alpha) = alpha {
        let strongest = alpha * largest_gain(game) * f64::from(population);
        // Beyond this even the exponents of doubles would not be whole numbers any more.
        if !(alpha > 0.0 && strongest < 1e15) {
            return Err(Error::Parameter {
                name: "alpha",
                value: alpha.to_string(),
                expected: "a positive number whose product with the largest gain and the population stays below 1e15",
            });
        }
    }
    if game.profile_count() > MAX_GRAPH {
        let why = format!("{} profiles are more than the {MAX_GRAPH} a response graph may have", game.profile_count());
        return Ok(Ranking {
            alpha: None,
            population,
            masses: Vec::new(),
            sinks: Vec::new(),
            status: Status::Incomplete(why),
            iterations: 0,
            elapsed: solver.elapsed(),
        });
    }
    let sinks = sink_components(game);
    let outcome = match alpha {
        Alpha::Finite(alpha) => finite(game, alpha, population, solver).map(|m| (Some(alpha), m)),
        Alpha::Infinite => limit(game, &sinks, population, solver).map(|m| (None, m)),
        Alpha::Auto => automatic(game, &sinks, population, solver),
    };
    let (alpha, masses, status) = match outcome {
        Ok((alpha, Some(masses))) => (alpha, masses, Status::Complete),
        Ok((alpha, None)) => {
            let why = format!(
                "{} profiles are more than the {MAX_STATES} a chain may have; sink components only",
                game.profile_count()
            );
            (alpha, Vec::new(), Status::Incomplete(why))
        }
        Err(stop) => {
            let alpha = match alpha {
                Alpha::Finite(alpha) => Some(alpha),
                _ => None,
            };
            (alpha, Vec::new(), stop.status())
        }
    };
    Ok(Ranking { alpha, population, masses, sinks, status, iterations: solver.iterations(), elapsed: solver.elapsed() })
}

/// Ranks at several α, in the order given, stopping early only at a deadline.
///
/// # Errors
/// As [`rank`].
pub fn sweep(game: &Game, alphas: &[f64], population: u32, solver: &mut Solver<'_>) -> Result<Vec<Ranking>, Error> {
    let one = |&alpha: &f64| rank(game, Alpha::Finite(alpha), population, solver);
    alphas.iter().map(one).collect()
}

/// The probability that a single mutant takes over a population of `m`, with `u` = α times its gain:
/// `(1 − e^−u) / (1 − e^−mu)`, and `1/m` at 0 (Fudenberg and Imhof 2006).
///
/// Underflows to 0 where the true value is below the range of doubles.
pub fn fixation_probability(u: f64, population: u32) -> f64 {
    fixation(u, population).relative_to(0)
}

fn fixation(u: f64, population: u32) -> ScaledNumber {
    let m = f64::from(population);
    if u == 0.0 {
        return ScaledNumber::new(1.0 / m);
    }
    let size = u.abs();
    let ratio = libm::expm1(-size) / libm::expm1(-m * size);
    if u > 0.0 {
        return ScaledNumber::new(ratio);
    }
    let decay = (m - 1.0) * size;
    ScaledNumber::decayed(ratio, decay, libm::fma(m - 1.0, size, -decay))
}

/// The largest difference of payoffs any switch can make.
fn largest_gain(game: &Game) -> f64 {
    (0..game.player_count()).fold(0.0, |largest, player| {
        let (low, high) = game.payoff_bounds(player);
        max(largest, high - low)
    })
}

/// The rates between pure profiles, row-major over the given states.
fn rates<W: Weight>(game: &Game, states: &[usize], rate: impl Fn(f64) -> W) -> Vec<W> {
    let count = states.len();
    let mut rates = vec![W::ZERO; count * count];
    for (row, &place) in states.iter().enumerate() {
        for player in 0..game.player_count() {
            let (size, stride) = (game.counts()[player], game.strides()[player]);
            let tensor = game.tensor(player);
            let first = place - place / stride % size * stride;
            for to in (0..size).map(|b| first + b * stride).filter(|&to| to != place) {
                if let Ok(column) = states.binary_search(&to) {
                    rates[row * count + column] = rate(tensor[to] - tensor[place]);
                }
            }
        }
    }
    rates
}

fn finite(game: &Game, alpha: f64, population: u32, solver: &mut Solver<'_>) -> Result<Option<Vec<f64>>, Stop> {
    let count = game.profile_count();
    if count > MAX_STATES {
        return Ok(None);
    }
    let states: Vec<usize> = (0..count).collect();
    let mut rates = rates(game, &states, |gain| fixation(alpha * gain, population));
    let doubles: Vec<f64> = rates.iter().map(|rate| rate.relative_to(0)).collect();
    let lost = rates.iter().zip(&doubles).any(|(rate, double)| *double == 0.0 && !rate.is_zero());
    if !lost && let Some(weights) = stationary_in_doubles(doubles, count, solver)? {
        return Ok(Some(share(weights)));
    }
    let weights = stationary(&mut rates, count, solver)?;
    let top = weights.iter().map(|w| w.exponent()).max().unwrap_or(0);
    Ok(Some(share(weights.iter().map(|w| w.relative_to(top)).collect())))
}

/// The limit of the distribution as α → ∞ at a fixed population.
fn limit(
    game: &Game,
    sinks: &[Vec<usize>],
    population: u32,
    solver: &mut Solver<'_>,
) -> Result<Option<Vec<f64>>, Stop> {
    // With a single sink all mass ends there, and the rates out of it vanish.
    let all: Vec<usize> = (0..game.profile_count()).collect();
    let states = match sinks {
        [sink] => sink,
        _ => &all,
    };
    if states.len() > MAX_STATES {
        return Ok(None);
    }
    let unit = largest_gain(game);
    let unit = if unit > 0.0 { unit } else { 1.0 };
    let mut rates = rates(game, states, |gain| match gain {
        g if g > 0.0 => LeadingTerm::ONE,
        0.0 => LeadingTerm { coefficient: 1.0 / f64::from(population), decay: 0.0 },
        // The common factor m − 1 of all decays is left out.
        g => LeadingTerm { coefficient: 1.0, decay: -g / unit },
    });
    let weights = stationary(&mut rates, states.len(), solver)?;
    let total = weights.iter().fold(LeadingTerm::ZERO, |sum, w| sum.add(*w));
    let mut masses = vec![0.0; game.profile_count()];
    for (&place, weight) in states.iter().zip(&weights) {
        // A term that decays faster than the sum contributes nothing.
        if total.add(*weight) != total {
            masses[place] = weight.coefficient;
        }
    }
    Ok(Some(share(masses)))
}

fn automatic(
    game: &Game,
    sinks: &[Vec<usize>],
    population: u32,
    solver: &mut Solver<'_>,
) -> Result<(Option<f64>, Option<Vec<f64>>), Stop> {
    let Some(goal) = limit(game, sinks, population, solver)? else {
        return Ok((None, None));
    };
    let unit = largest_gain(game);
    if unit == 0.0 || game.profile_count() > MAX_STATES {
        return Ok((None, Some(goal)));
    }
    // From selection too weak to matter to selection that no gain above a millionth of the largest escapes.
    let mut alpha = 1.0 / (unit * f64::from(population));
    for _ in 0..30 {
        let Some(masses) = finite(game, alpha, population, solver)? else {
            break;
        };
        let distance: f64 = masses.iter().zip(&goal).map(|(a, b)| (a - b).abs()).sum();
        if 0.5 * distance <= AUTO_DISTANCE {
            return Ok((Some(alpha), Some(masses)));
        }
        alpha *= 2.0;
    }
    Ok((None, Some(goal)))
}

/// Weights as shares of their sum.
fn share(weights: Vec<f64>) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    weights.iter().map(|w| w / total).collect()
}
