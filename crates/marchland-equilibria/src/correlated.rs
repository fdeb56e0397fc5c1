//! Correlated and coarse correlated equilibria.

use std::time::Duration;

use crate::deviation::payoffs_of;
use crate::error::Error;
use crate::game::Game;
use crate::linear::{Kind, Outcome, Program, Row};
use crate::number::{Sum, max, min};
use crate::solution::{Solver, Status};

/// The most incentive coefficients of a linear program that is attempted: two gigabytes of them.
const MOST_COEFFICIENTS: usize = 1 << 27;
/// The largest gain from deviating, as a share of the payoff scale, at which an answer counts as verified.
pub const VERIFIED: f64 = 1e-8;

/// Which deviations a distribution must withstand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concept {
    /// Deviations that depend on the recommended strategy: correlated equilibrium (Aumann 1974, 1987).
    Correlated,
    /// Deviations chosen before the recommendation: coarse correlated equilibrium (Moulin and Vial 1978).
    Coarse,
}

impl Concept {
    /// What it is called in messages.
    const fn name(self) -> &'static str {
        match self {
            Self::Correlated => "correlated equilibrium",
            Self::Coarse => "coarse correlated equilibrium",
        }
    }
}

/// What to maximise over the equilibria.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// The total payoff.
    MaxWelfare,
    /// The negative of the total payoff.
    MinWelfare,
    /// The smallest payoff of any player.
    MaxMin,
    /// The payoff of one player, by its number.
    Player(usize),
    /// The entropy of the distribution (Ortiz, Schapire and Kakade 2007).
    MaxEntropy,
}

/// A distribution over pure profiles with its certificate.
#[derive(Debug, Clone, PartialEq)]
pub struct CorrelatedEquilibrium {
    /// The probability of each pure profile in the order of [`Game::profiles`]; empty if none was found in time.
    pub distribution: Vec<f64>,
    /// Each player's expected payoff.
    pub payoffs: Vec<f64>,
    /// Total payoff, smallest payoff, the player's payoff, or entropy in nats, by the objective; NaN
    /// without a distribution.
    pub value: f64,
    /// The largest expected gain from any deviation, recomputed by [`gains`], in the game's units.
    pub regret: f64,
    /// Complete if the program was solved and the regret is at most [`VERIFIED`] of the payoff scale.
    pub status: Status,
    /// Wall-clock time.
    pub elapsed: Duration,
}

/// An equilibrium of the given kind that is best by the objective, by a linear (or entropy) program over
/// distributions; incentive rows are scaled to their largest coefficient.
///
/// ```
/// use marchland_equilibria::correlated::{Concept, Objective, solve};
/// use marchland_equilibria::{game::Game, solution::Solver};
///
/// let chicken = Game::bimatrix(
///     &[vec![6.0, 2.0], vec![7.0, 0.0]],
///     &[vec![6.0, 7.0], vec![2.0, 0.0]],
/// )?;
/// let best = solve(&chicken, Concept::Correlated, Objective::MaxWelfare, &mut Solver::new())?;
/// assert!((best.value - 10.5).abs() < 1e-8);
/// assert!(best.status.is_complete());
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Parameter`] if the objective names a player the game has not; [`Error::Program`] if both
/// solvers fail, or the program would be too large.
pub fn solve(
    game: &Game,
    concept: Concept,
    objective: Objective,
    solver: &mut Solver<'_>,
) -> Result<CorrelatedEquilibrium, Error> {
    if let Objective::Player(player) = objective
        && player >= game.player_count()
    {
        return Err(Error::Parameter {
            name: "player",
            value: player.to_string(),
            expected: "the number of a player of the game, from 0",
        });
    }
    game.workable(concept.name())?;
    let program = program(game, concept, objective)?;
    let outcome = match objective {
        Objective::MaxEntropy => program.with_entropy(game.profile_count(), solver.remaining())?,
        _ => program.solve(solver.remaining())?,
    };
    let point = match outcome {
        Outcome::Optimal(point) => point,
        Outcome::OutOfTime => return Ok(unsolved(Status::TimeLimit, solver)),
        // Nash equilibria are correlated, so a point always exists.
        Outcome::Infeasible => {
            return Err(Error::Program {
                program: concept.name(),
                reason: "no feasible point, by the solver's rounding".into(),
            });
        }
    };
    let mut distribution: Vec<f64> = point[..game.profile_count()].iter().map(|&p| max(0.0, p)).collect();
    let mut mass = Sum::default();
    distribution.iter().for_each(|&p| mass.add(p));
    distribution.iter_mut().for_each(|p| *p /= mass.value());
    let payoffs = payoffs_of(game, &distribution);
    let gains = gains(game, concept, &distribution);
    let share = |(player, &gain): (usize, &f64)| match game.payoff_scale(player) {
        0.0 => 0.0,
        scale => gain / scale,
    };
    let worst = gains.iter().enumerate().map(share).fold(0.0, max);
    let status = match worst <= VERIFIED {
        true => Status::Complete,
        false => Status::Incomplete(format!("a deviation gains {worst:e} of the payoff scale")),
    };
    let value = match objective {
        Objective::MaxWelfare | Objective::MinWelfare => payoffs.iter().sum(),
        Objective::MaxMin => payoffs.iter().copied().fold(f64::INFINITY, min),
        Objective::Player(player) => payoffs[player],
        Objective::MaxEntropy => {
            let term = |&p: &f64| if p > 0.0 { -p * libm::log(p) } else { 0.0 };
            distribution.iter().map(term).sum()
        }
    };
    let regret = gains.into_iter().fold(0.0, max);
    Ok(CorrelatedEquilibrium { distribution, payoffs, value, regret, status, elapsed: solver.elapsed() })
}

fn unsolved(status: Status, solver: &Solver<'_>) -> CorrelatedEquilibrium {
    CorrelatedEquilibrium {
        distribution: Vec::new(),
        payoffs: Vec::new(),
        value: f64::NAN,
        regret: f64::NAN,
        status,
        elapsed: solver.elapsed(),
    }
}

fn program(game: &Game, concept: Concept, objective: Objective) -> Result<Program, Error> {
    let profiles = game.profile_count();
    let deviations: usize = game.counts().iter().map(|n| n - usize::from(concept == Concept::Correlated)).sum();
    if profiles.saturating_mul(deviations) > MOST_COEFFICIENTS {
        return Err(Error::Program {
            program: concept.name(),
            reason: format!("{profiles} profiles times {deviations} deviations are too many for a linear program"),
        });
    }
    let (normal, _) = game.normalised();
    let mut rows = vec![Row { coefficients: (0..profiles).map(|v| (v, 1.0)).collect(), kind: Kind::Equal, bound: 1.0 }];
    for player in 0..game.player_count() {
        let (count, stride) = (game.counts()[player], game.strides()[player]);
        // As they stand: beside a large payoff a small one would be lost in shares of the range.
        let tensor = game.tensor(player);
        let gain = |base: usize, from: usize, to: usize| tensor[base + to * stride] - tensor[base + from * stride];
        for to in 0..count {
            let from_each = |from: usize| {
                let column = move |base: usize| (base + from * stride, gain(base, from, to));
                game.lines(player).map(column).filter(|(_, gain)| *gain != 0.0).collect::<Vec<_>>()
            };
            let others = (0..count).filter(|&from| from != to);
            let lists: Vec<Vec<(usize, f64)>> = match concept {
                Concept::Correlated => others.map(from_each).collect(),
                Concept::Coarse => vec![others.flat_map(from_each).collect()],
            };
            rows.extend(lists.into_iter().map(|coefficients| Row { coefficients, kind: Kind::AtMost, bound: 0.0 }));
        }
    }
    let mut weights = vec![0.0; profiles];
    match objective {
        Objective::MaxWelfare => weights = unit(crate::pure::welfare(game)),
        Objective::MinWelfare => {
            weights = unit(crate::pure::welfare(game));
            weights.iter_mut().for_each(|w| *w = -*w);
        }
        Objective::Player(player) => weights = normal.tensor(player).to_vec(),
        Objective::MaxEntropy => {}
        Objective::MaxMin => {
            // One more variable, at most each player's payoff, all on one scale.
            let bounds = (0..game.player_count()).map(|player| game.payoff_bounds(player));
            let (low, high) = bounds.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), (a, b)| (min(l, a), max(h, b)));
            let range = if high > low { high - low } else { 1.0 };
            for player in 0..game.player_count() {
                let payoffs = game.tensor(player).iter().enumerate();
                let mut coefficients: Vec<_> = payoffs.map(|(v, u)| (v, -(u - low) / range)).collect();
                coefficients.push((profiles, 1.0));
                rows.push(Row { coefficients, kind: Kind::AtMost, bound: 0.0 });
            }
            weights.push(1.0);
        }
    }
    Ok(Program { name: concept.name(), objective: weights, free: Vec::new(), rows })
}

/// Numbers mapped to [0, 1].
fn unit(mut numbers: Vec<f64>) -> Vec<f64> {
    let low = numbers.iter().copied().fold(f64::INFINITY, min);
    let high = numbers.iter().copied().fold(f64::NEG_INFINITY, max);
    let range = if high > low { high - low } else { 1.0 };
    numbers.iter_mut().for_each(|u| *u = (*u - low) / range);
    numbers
}

/// The largest expected gain of each player from a deviation of the given kind, at least 0.
///
/// Walks through all profiles and sums each deviation's gain with compensation; shares no code with the
/// programs, so it is the certificate of their answers.
///
/// # Panics
/// If the distribution has not one probability per profile.
pub fn gains(game: &Game, concept: Concept, distribution: &[f64]) -> Vec<f64> {
    assert_eq!(distribution.len(), game.profile_count(), "one probability per profile");
    let mut all = Vec::new();
    for player in 0..game.player_count() {
        let count = game.counts()[player];
        let mut sums = vec![Sum::default(); count * count];
        for (place, &p) in distribution.iter().enumerate().filter(|(_, p)| **p != 0.0) {
            let mut at = game.profile_at(place);
            let (from, own) = (at[player], game.tensor(player)[place]);
            for to in 0..count {
                at[player] = to;
                let row = if concept == Concept::Correlated { from } else { 0 };
                sums[row * count + to].add(p * (game.payoff(player, &at) - own));
            }
        }
        all.push(sums.iter().map(|sum| sum.value()).fold(0.0, max));
    }
    all
}
