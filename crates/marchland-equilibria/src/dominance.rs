//! Dominated strategies and their iterated elimination.

use crate::error::Error;
use crate::game::Game;
use crate::linear::{Kind, Outcome, Program, Row};
use crate::solution::{Solver, Stop};

/// How much worse a dominated strategy must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dominance {
    /// Worse whatever the others do.
    Strict,
    /// Never better, and worse against something the others may do.
    Weak,
}

/// What may dominate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dominator {
    /// A pure strategy. Payoffs are compared exactly.
    Pure,
    /// Any mixture, found by a linear program (Osborne and Rubinstein 1994, section 4.2) and accepted
    /// from a margin of [`MARGIN`].
    Mixed,
}

/// A mixture must beat a strategy by this share of the payoffs' range, everywhere or (weakly) on average,
/// to dominate it.
pub const MARGIN: f64 = 1e-9;

/// What iterated elimination leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Elimination {
    /// The strategies of each player that survive, in order, by their numbers in the game.
    pub survivors: Vec<Vec<usize>>,
    /// What each round removes: rounds × players × strategies.
    pub rounds: Vec<Vec<Vec<usize>>>,
    /// Why elimination stopped early, if it did.
    pub stopped: Option<Stop>,
}

impl Elimination {
    /// The one profile that is left; a game of which strict dominance leaves one is dominance-solvable (Moulin 1979),
    /// and the profile is its only equilibrium.
    #[must_use]
    pub fn solution(&self) -> Option<Vec<usize>> {
        let single = |left: &Vec<usize>| match left[..] {
            [only] => Some(only),
            _ => None,
        };
        self.survivors.iter().map(single).collect()
    }
}

/// The dominated strategies of each player.
///
/// Undominated are exactly the never-inferior: by mixtures and strictly, what is left are the strategies
/// that are best against some belief over the others' joint play (Pearce 1984, lemma 3).
///
/// # Errors
/// [`Error::Program`] if a linear program fails; the inner [`Stop`] if time runs out.
pub fn dominated(
    game: &Game,
    dominance: Dominance,
    by: Dominator,
    solver: &mut Solver<'_>,
) -> Result<Result<Vec<Vec<usize>>, Stop>, Error> {
    let mut all = Vec::new();
    for player in 0..game.player_count() {
        let mut of_player = Vec::new();
        for strategy in 0..game.counts()[player] {
            if let Err(stop) = solver.big_step(0, None) {
                return Ok(Err(stop));
            }
            let yes = match by {
                Dominator::Pure => by_pure(game, player, strategy, dominance),
                Dominator::Mixed => {
                    // A pure dominator settles it exactly and cheaply.
                    by_pure(game, player, strategy, dominance)
                        || match by_mixture(game, player, strategy, dominance, solver)? {
                            Ok(yes) => yes,
                            Err(stop) => return Ok(Err(stop)),
                        }
                }
            };
            if yes {
                of_player.push(strategy);
            }
        }
        all.push(of_player);
    }
    Ok(Ok(all))
}

/// Removes dominated strategies of all players at once, round after round, until none is left.
///
/// For strict dominance the order of removal is irrelevant; for weak dominance it is not, and removing
/// all at once is the convention kept here (Luce and Raiffa 1957).
///
/// ```
/// use marchland_equilibria::dominance::{Dominance, Dominator, iterated};
/// use marchland_equilibria::{game::Game, solution::Solver};
///
/// let dilemma = Game::bimatrix(
///     &[vec![3.0, 0.0], vec![5.0, 1.0]],
///     &[vec![3.0, 5.0], vec![0.0, 1.0]],
/// )?;
/// let left = iterated(&dilemma, Dominance::Strict, Dominator::Pure, &mut Solver::new())?;
/// assert_eq!(left.survivors, [[1], [1]]);
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::Program`] if a linear program fails.
pub fn iterated(
    game: &Game,
    dominance: Dominance,
    by: Dominator,
    solver: &mut Solver<'_>,
) -> Result<Elimination, Error> {
    let mut survivors: Vec<Vec<usize>> = game.counts().iter().map(|&n| (0..n).collect()).collect();
    let mut rounds = Vec::new();
    let mut rest = game.clone();
    // Every round but the last removes a strategy.
    for _ in 0..game.strategy_count() {
        let found = match dominated(&rest, dominance, by, solver)? {
            Ok(found) => found,
            Err(stop) => {
                return Ok(Elimination { survivors, rounds, stopped: Some(stop) });
            }
        };
        if found.iter().all(Vec::is_empty) {
            break;
        }
        let keep: Vec<Vec<usize>> = (found.iter().zip(rest.counts()))
            .map(|(gone, &n)| (0..n).filter(|a| !gone.contains(a)).collect())
            .collect();
        let named = |gone: &Vec<usize>, left: &Vec<usize>| gone.iter().map(|&a| left[a]).collect();
        rounds.push((found.iter().zip(&survivors)).map(|(g, s)| named(g, s)).collect());
        survivors = (keep.iter().zip(&survivors)).map(|(k, s)| named(k, s)).collect();
        rest = rest.restricted(&keep);
    }
    Ok(Elimination { survivors, rounds, stopped: None })
}

fn by_pure(game: &Game, player: usize, strategy: usize, dominance: Dominance) -> bool {
    let (count, stride) = (game.counts()[player], game.strides()[player]);
    (0..count).filter(|&other| other != strategy).any(|other| {
        let mut better = false;
        for base in game.lines(player) {
            let order = game.compare(player, base + other * stride, base + strategy * stride);
            let fails = match dominance {
                Dominance::Strict => order.is_le(),
                Dominance::Weak => order.is_lt(),
            };
            if fails {
                return false;
            }
            better |= order.is_gt();
        }
        better
    })
}

/// Strict: maximise ε with Σ x_b u(b, c) − ε ≥ u(a, c) for every c. Weak: maximise the total surplus
/// with each surplus non-negative. The mixture leaves `strategy` out.
fn by_mixture(
    game: &Game,
    player: usize,
    strategy: usize,
    dominance: Dominance,
    solver: &mut Solver<'_>,
) -> Result<Result<bool, Stop>, Error> {
    let (count, stride) = (game.counts()[player], game.strides()[player]);
    if count < 3 {
        // Mixtures of one other strategy are pure.
        return Ok(Ok(false));
    }
    let tensor = game.tensor(player);
    let (low, high) = game.payoff_bounds(player);
    let range = high - low;
    if range == 0.0 {
        return Ok(Ok(false));
    }
    let others: Vec<usize> = (0..count).filter(|&other| other != strategy).collect();
    let surplus =
        |base: usize, other: usize| (tensor[base + other * stride] - tensor[base + strategy * stride]) / range;
    let epsilon = others.len();
    let strict = dominance == Dominance::Strict;
    let mut objective = vec![0.0; others.len() + usize::from(strict)];
    let mut rows =
        vec![Row { coefficients: (0..others.len()).map(|v| (v, 1.0)).collect(), kind: Kind::Equal, bound: 1.0 }];
    for base in game.lines(player) {
        let mut coefficients: Vec<(usize, f64)> =
            (others.iter().enumerate()).map(|(v, &other)| (v, -surplus(base, other))).collect();
        if strict {
            coefficients.push((epsilon, 1.0));
        } else {
            for (total, (_, c)) in objective.iter_mut().zip(&coefficients) {
                *total -= c;
            }
        }
        rows.push(Row { coefficients, kind: Kind::AtMost, bound: 0.0 });
    }
    let mut free = Vec::new();
    if strict {
        objective[epsilon] = 1.0;
        free.push(epsilon);
    } else if objective.iter().all(|&total| total <= 0.0) {
        return Ok(Ok(false));
    }
    let program = Program { name: "dominance by a mixed strategy", objective: objective.clone(), free, rows };
    match program.solve(solver.remaining())? {
        Outcome::Optimal(x) => {
            // The verdict is read off the mixture itself, not off the solver's objective.
            let mass: f64 = x[..others.len()].iter().map(|p| clip(*p)).sum();
            let gains = game.lines(player).map(|base| {
                let gain = (others.iter().enumerate()).map(|(v, &b)| clip(x[v]) * surplus(base, b));
                gain.sum::<f64>() / mass
            });
            let (mut least, mut total, mut lines) = (f64::INFINITY, 0.0, 0.0);
            for gain in gains {
                least = crate::number::min(least, gain);
                total += gain;
                lines += 1.0;
            }
            Ok(Ok(match dominance {
                Dominance::Strict => least > MARGIN,
                Dominance::Weak => least > -MARGIN && total > MARGIN * lines,
            }))
        }
        // No mixture does as well everywhere.
        Outcome::Infeasible => Ok(Ok(false)),
        Outcome::OutOfTime => Ok(Err(Stop::Deadline)),
    }
}

fn clip(p: f64) -> f64 {
    crate::number::max(0.0, p)
}
