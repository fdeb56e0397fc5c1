//! Nash equilibria of games with any number of players.
//!
//! [`one`] looks for one equilibrium, [`all`] for all of them, and [`Follower`] follows one that is known
//! into a game nearby. All return profiles whose regret has been recomputed by an independent function;
//! lists say how far they may be trusted.

mod follow;
mod forms;
mod isolate;
mod newton;
mod one;
mod supports;

pub use follow::Follower;
pub use one::one;

use std::collections::VecDeque;
use std::ops::ControlFlow;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::deviation::relative_regret;
use crate::game::Game;
use crate::number::max;
use crate::profile::Profile;
use crate::solution::{Answer, Solution, Solver, Status, Stop};

use forms::Forms;
use isolate::{Isolated, isolate};
use newton::Newton;

/// The largest regret, as a share of the payoff scale, of a profile that is returned.
pub const REGRET: f64 = 1e-9;
/// Below this a probability, or a loss from deviating, counts as zero.
const ZERO: f64 = 1e-9;
/// Inverse Jacobians above this size make an equilibrium singular to double precision.
const SINGULAR: f64 = 1e9;
/// Pieces a support may take in the first pass over all supports; each later pass takes ten times more.
const FIRST_BUDGET: usize = 200;
/// Random starts of Newton's method in a support that the first pass leaves undecided.
const STARTS: usize = 100;
/// Numbers a support's forms may hold; larger supports are left undecided.
const MOST_CORNERS: usize = 1 << 22;
/// The passes.
const PASSES: u32 = 5;

/// All Nash equilibria of a game of any number of players.
///
/// Walks through the supports that conditional dominance leaves (Porter, Nudelman and Shoham 2008) and
/// decides each by branch and prune, which proves that nothing was missed (see the status):
///
/// * [`Status::Complete`]: every support was decided; the list is all there is.
/// * [`Status::Consistent`]: some supports were given up, but the indices sum to +1.
/// * [`Status::Incomplete`]: supports were given up, or solutions are singular or hang together.
///
/// The index is the sign of det(−J) of the indifference equations' Jacobian, for equilibria that are
/// regular: the equations nonsingular and every unused strategy strictly worse. Indices of the
/// equilibria of a regular game sum to +1 (Wilson 1971; Ritzberger 1994). Others are given index 0, and the
/// sum is then left out. Two-player games are listed exactly by [`crate::bimatrix::all`], with components.
///
/// ```
/// use marchland_equilibria::{game::Game, nash, solution::Solver};
///
/// // Three players who each want to be with the majority.
/// let game = Game::unnamed(&[2, 2, 2], vec![vec![1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]; 3])?;
/// let answer = nash::all(&game, &mut Solver::new());
/// let pure = answer.solutions.iter().filter(|s| s.profile.0[0].contains(&1.0)).count();
/// assert_eq!(pure, 2);
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
pub fn all(game: &Game, solver: &mut Solver<'_>) -> Answer {
    // Two players' equations are linear, so that exact arithmetic can list them with their components.
    if game.player_count() == 2
        && let Ok(list) = crate::bimatrix::all(game, solver)
    {
        return list.answer;
    }
    by_supports(game, solver)
}

/// [`all`] for any number of players, two included.
fn by_supports(game: &Game, solver: &mut Solver<'_>) -> Answer {
    let (normal, _) = game.normalised();
    let mut census = Census::new(game);
    let mut waiting: VecDeque<Vec<Vec<usize>>> = VecDeque::new();
    let walked = supports::walk(&normal, |supports| {
        let Some(supports) = supports else {
            return match solver.big_step(census.solutions.len(), None) {
                Ok(()) => ControlFlow::Continue(()),
                Err(stop) => ControlFlow::Break(stop),
            };
        };
        match census.decide(&normal, supports, FIRST_BUDGET, solver) {
            Ok(true) => {}
            Ok(false) => waiting.push_back(supports.to_vec()),
            Err(stop) => return ControlFlow::Break(stop),
        }
        ControlFlow::Continue(())
    });
    let mut stopped = match walked {
        ControlFlow::Break(stop) => Some(stop),
        ControlFlow::Continue(()) => None,
    };
    let mut budget = FIRST_BUDGET;
    for _ in 1..PASSES {
        budget *= 10;
        for _ in 0..waiting.len() {
            if stopped.is_some() {
                break;
            }
            let supports = waiting.pop_front().expect("counted");
            match census.decide(&normal, &supports, budget, solver) {
                Ok(true) => {}
                Ok(false) => waiting.push_back(supports),
                Err(stop) => stopped = Some(stop),
            }
        }
    }
    census.answer(solver, stopped, waiting.len())
}

/// What has been found over all supports.
struct Census<'g> {
    game: &'g Game,
    newton: Newton,
    rng: Pcg64Mcg,
    solutions: Vec<Solution>,
    /// Supports with a singular or continuous solution set.
    singular: usize,
    irregular: usize,
}

impl<'g> Census<'g> {
    fn new(game: &'g Game) -> Census<'g> {
        // Always the same draws: the same game gives the same answer.
        let rng = Pcg64Mcg::seed_from_u64(0);
        Census { game, newton: Newton::default(), rng, solutions: Vec::new(), singular: 0, irregular: 0 }
    }

    /// Looks for all equilibria with exactly this support; false if the budget did not suffice.
    fn decide(
        &mut self,
        normal: &Game,
        supports: &[Vec<usize>],
        budget: usize,
        solver: &mut Solver<'_>,
    ) -> Result<bool, Stop> {
        if Forms::size(normal, supports) > MOST_CORNERS {
            return Ok(false);
        }
        let forms = Forms::new(normal, supports);
        if forms.equations() == 0 {
            solver.step(self.solutions.len(), None)?;
            self.take(&forms, supports, &vec![1.0; supports.len()]);
            return Ok(true);
        }
        let mut isolated = Isolated::default();
        let found = self.solutions.len();
        let end = isolate(forms.clone(), budget, solver, found, &mut isolated);
        for root in &isolated.roots {
            self.take(&forms, supports, root);
        }
        end?;
        let settled = isolated.exhausted || isolated.continuum;
        if settled && !isolated.singular.is_empty() {
            self.singular += 1;
            for centre in &isolated.singular {
                let mut x = centre.clone();
                if self.newton.settle(&forms, &mut x, 60) && x.iter().all(|p| *p >= -ZERO) {
                    self.take(&forms, supports, &x);
                }
            }
        }
        if !settled && budget == FIRST_BUDGET {
            // What will be decided later, if time allows, may well be found now.
            for _ in 0..STARTS {
                solver.step(self.solutions.len(), None)?;
                let mut x = self.start(supports);
                if self.newton.settle(&forms, &mut x, 20) && x.iter().all(|p| *p >= -ZERO) {
                    self.take(&forms, supports, &x);
                }
            }
        }
        Ok(settled)
    }

    /// A point drawn uniformly from a support's simplices.
    fn start(&mut self, supports: &[Vec<usize>]) -> Vec<f64> {
        let mut x = Vec::new();
        for support in supports {
            let first = x.len();
            // Exponential variables divided by their sum are uniform on the simplex.
            x.extend(support.iter().map(|_| -libm::log(1.0 - self.rng.random::<f64>())));
            let total: f64 = x[first..].iter().sum();
            for p in &mut x[first..] {
                *p /= total;
            }
        }
        x
    }

    /// Adds a solution of a support's equations if it is an equilibrium not yet known.
    fn take(&mut self, forms: &Forms, supports: &[Vec<usize>], root: &[f64]) {
        let mut profile: Vec<Vec<f64>> = self.game.counts().iter().map(|&c| vec![0.0; c]).collect();
        let mut least = 1.0;
        let mut rest = root;
        for (mix, support) in profile.iter_mut().zip(supports) {
            for (&a, &p) in support.iter().zip(rest) {
                least = crate::number::min(least, p);
                mix[a] = if p < ZERO { 0.0 } else { p };
            }
            let total: f64 = mix.iter().sum();
            for p in mix.iter_mut() {
                *p /= total;
            }
            rest = &rest[support.len()..];
        }
        let profile = Profile(profile);
        if relative_regret(self.game, &profile) > REGRET {
            return;
        }
        if self.solutions.iter().any(|known| known.profile.distance(&profile) < 1e-7) {
            return;
        }
        let index = self.index(forms, root).filter(|_| least >= ZERO);
        if index.is_none() {
            self.irregular += 1;
        }
        self.solutions.push(Solution::certify(self.game, profile, Some(index.unwrap_or(0))));
    }

    /// The index of a regular equilibrium.
    fn index(&mut self, forms: &Forms, root: &[f64]) -> Option<i32> {
        let (sign, norm) = self.newton.index(forms, root)?;
        let mut first = 0;
        let mut tie = f64::NEG_INFINITY;
        for (&rows, &count) in forms.rows.iter().zip(&forms.counts) {
            for value in &self.newton.evaluation.values[first + count - 1..first + rows] {
                tie = max(tie, *value);
            }
            first += rows;
        }
        (norm < SINGULAR && tie < -ZERO).then_some(sign)
    }

    fn answer(self, solver: &Solver<'_>, stopped: Option<Stop>, undecided: usize) -> Answer {
        let sum: i32 = self.solutions.iter().filter_map(|s| s.index).sum();
        let regular = self.irregular == 0 && self.singular == 0;
        let status = if let Some(stop) = stopped {
            stop.status()
        } else if undecided == 0 && self.singular == 0 {
            Status::Complete
        } else if self.singular > 0 {
            Status::Incomplete(format!("{} supports hold singular solutions or a continuum of them", self.singular))
        } else if regular && sum == 1 {
            Status::Consistent
        } else {
            Status::Incomplete(format!("{undecided} supports were too large to decide"))
        };
        let mut answer = Answer::new(self.solutions, status, solver);
        if !regular {
            answer.index_sum = None;
        }
        answer
    }
}

#[cfg(test)]
mod tests;
