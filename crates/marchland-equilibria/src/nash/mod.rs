//! Nash equilibria of games with any number of players.
//!
//! [`one`] looks for one equilibrium, [`all`] for all of them, and [`Follower`] follows one that is known
//! into a game nearby. All return profiles whose regret has been recomputed by an independent function;
//! lists say how far they may be trusted.

mod cover;
mod follow;
mod forms;
mod gather;
mod isolate;
mod newton;
mod one;
mod sample;
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
use gather::{PlacedRegion, RegionContents};
use isolate::{SupportRoots, isolate};
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
/// The pass after which supports of a game with degenerate ones are enclosed as these are.
const LAST_OF_DEGENERATE: u32 = 1;
/// Regions that enclose the equilibria of all degenerate supports together, about.
const MOST_REGIONS: usize = 12_000;
/// Regions that every degenerate support may take at least.
const FEWEST_REGIONS: usize = 48;
/// How long past a deadline components are still sampled for a partial answer.
const GRACE: std::time::Duration = std::time::Duration::from_millis(500);

/// All Nash equilibria of a game of any number of players.
///
/// Walks through the supports that conditional dominance leaves (Porter, Nudelman and Shoham 2008) and
/// decides each by branch and prune, which proves that nothing was missed (see the status):
///
/// * [`Status::Complete`]: every support was decided; the list is all there is.
/// * [`Status::Consistent`]: some supports were given up, but the indices sum to +1.
/// * [`Status::Enclosed`]: every support was decided, but solutions are singular or hang together: the rest
///   is enclosed, sampled and listed as components.
/// * [`Status::Incomplete`]: supports were given up, or an enclosure in which no equilibrium was found is left.
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
            Ok(Decision::Settled) => {}
            Ok(Decision::Degenerate(_)) => census.degenerate.push(supports.to_vec()),
            Ok(Decision::Undecided) => waiting.push_back(supports.to_vec()),
            Err(stop) => return ControlFlow::Break(stop),
        }
        ControlFlow::Continue(())
    });
    let mut stopped = match walked {
        ControlFlow::Break(stop) => Some(stop),
        ControlFlow::Continue(()) => None,
    };
    let mut budget = FIRST_BUDGET;
    for pass in 0..PASSES {
        if pass > 0 {
            budget *= 10;
            for _ in 0..waiting.len() {
                if stopped.is_some() {
                    break;
                }
                let supports = waiting.pop_front().expect("counted");
                match census.decide(&normal, &supports, budget, solver) {
                    Ok(Decision::Settled) => {}
                    Ok(Decision::Degenerate(_)) => census.degenerate.push(supports),
                    Ok(Decision::Undecided) => waiting.push_back(supports),
                    Err(stop) => {
                        waiting.push_back(supports);
                        stopped = Some(stop);
                    }
                }
            }
        }
        // Enclosing is bounded where the passes to come are long.
        if pass > 0 && stopped.is_none() {
            if pass == LAST_OF_DEGENERATE && !census.degenerate.is_empty() {
                // Supports around singular solutions are seldom decided by yet more pieces of any one of them.
                census.degenerate.extend(waiting.drain(..));
            }
            stopped = census.enclose(&normal, solver).err();
        }
    }
    census.answer(&normal, solver, stopped, waiting.len())
}

/// What is known of a support.
enum Decision {
    /// All its equilibria are listed.
    Settled,
    /// It has pieces that stay undecided however small; the centres of some.
    Degenerate(Vec<Vec<f64>>),
    /// The budget did not suffice.
    Undecided,
}

/// What has been found over all supports.
struct Census<'g> {
    game: &'g Game,
    newton: Newton,
    rng: Pcg64Mcg,
    solutions: Vec<Solution>,
    /// Supports with a singular or continuous solution set, not yet enclosed.
    degenerate: Vec<Vec<Vec<usize>>>,
    /// Enclosures of the solutions of degenerate supports.
    regions: Vec<PlacedRegion>,
    irregular: usize,
}

impl<'g> Census<'g> {
    fn new(game: &'g Game) -> Census<'g> {
        // Always the same draws: the same game gives the same answer.
        let rng = Pcg64Mcg::seed_from_u64(0);
        Census {
            game,
            newton: Newton::default(),
            rng,
            solutions: Vec::new(),
            degenerate: Vec::new(),
            regions: Vec::new(),
            irregular: 0,
        }
    }

    /// Looks for all equilibria with exactly this support.
    fn decide(
        &mut self,
        normal: &Game,
        supports: &[Vec<usize>],
        budget: usize,
        solver: &mut Solver<'_>,
    ) -> Result<Decision, Stop> {
        if Forms::size(normal, supports) > MOST_CORNERS {
            return Ok(Decision::Undecided);
        }
        let forms = Forms::new(normal, supports);
        if forms.equations() == 0 {
            solver.step(self.solutions.len(), None)?;
            self.take(&forms, supports, &vec![1.0; supports.len()], false);
            return Ok(Decision::Settled);
        }
        let mut isolated = SupportRoots::default();
        let found = self.solutions.len();
        let end = isolate(forms.clone(), budget, solver, found, &mut isolated);
        for root in &isolated.roots {
            self.take(&forms, supports, root, false);
        }
        end?;
        if !isolated.singular.is_empty() {
            return Ok(Decision::Degenerate(isolated.singular));
        }
        if !isolated.exhausted && budget == FIRST_BUDGET {
            // What will be decided later, if time allows, may well be found now.
            for _ in 0..STARTS {
                solver.step(self.solutions.len(), None)?;
                let mut x = self.start(supports);
                if self.newton.settle(&forms, &mut x, 20) && x.iter().all(|p| *p >= -ZERO) {
                    self.take(&forms, supports, &x, true);
                }
            }
        }
        Ok(if isolated.exhausted { Decision::Settled } else { Decision::Undecided })
    }

    /// Encloses the solutions of the degenerate supports that wait, small ones first.
    fn enclose(&mut self, normal: &Game, solver: &mut Solver<'_>) -> Result<(), Stop> {
        let mut left = std::mem::take(&mut self.degenerate);
        left.sort_by_key(|supports| std::cmp::Reverse(supports.iter().map(Vec::len).sum::<usize>()));
        while let Some(supports) = left.pop() {
            let share = MOST_REGIONS.saturating_sub(self.regions.len()) / (left.len() + 1);
            let forms = Forms::new(normal, &supports);
            let cover = match cover::cover(forms.clone(), share.max(FEWEST_REGIONS), solver, self.solutions.len()) {
                Ok(cover) => cover,
                Err(stop) => {
                    left.push(supports);
                    self.degenerate = left;
                    return Err(stop);
                }
            };
            for root in &cover.roots {
                self.take(&forms, &supports, root, false);
            }
            self.regions
                .extend(cover.regions.into_iter().map(|region| PlacedRegion::new(self.game, &supports, region)));
        }
        Ok(())
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

    /// Adds a solution of a support's equations if it is an equilibrium not yet known, and regular if asked.
    fn take(&mut self, forms: &Forms, supports: &[Vec<usize>], root: &[f64], regular: bool) {
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
            if regular {
                return;
            }
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

    fn answer(mut self, normal: &Game, solver: &mut Solver<'_>, stopped: Option<Stop>, undecided: usize) -> Answer {
        let sum: i32 = self.solutions.iter().filter_map(|s| s.index).sum();
        let mut gathered = RegionContents::default();
        let sampled = match stopped {
            None => gather::gather(self.game, normal, &self.regions, &mut self.solutions, solver, &mut gathered),
            Some(_) => {
                let mut grace = Solver::new().time_limit(GRACE);
                gather::gather(self.game, normal, &self.regions, &mut self.solutions, &mut grace, &mut gathered)
            }
        };
        let stopped = stopped.or(sampled.err());
        let RegionContents { mut components, barren, barren_width } = gathered;
        let inside = |number: usize| components.iter().any(|component| component.members.contains(&number));
        let regular = (0..self.solutions.len()).all(|k| self.solutions[k].index != Some(0) || inside(k));
        let unknown = undecided + self.degenerate.len();
        let status = if let Some(stop) = stopped {
            stop.status()
        } else if barren > 0 {
            Status::Incomplete(format!(
                "{barren} parts of the space of profiles, at most {barren_width:.1e} wide a piece, are undecided: \
                 no equilibrium was found there"
            ))
        } else if unknown == 0 && components.is_empty() {
            Status::Complete
        } else if unknown == 0 {
            let width = components.iter().filter_map(|c| c.width).fold(0.0, max);
            Status::Enclosed { components: components.len(), width }
        } else if regular && components.is_empty() && sum == 1 {
            Status::Consistent
        } else {
            Status::Incomplete(format!("{unknown} supports were too large to decide"))
        };
        if let ([only], Status::Enclosed { .. }, true) = (&mut components[..], &status, regular) {
            // Indices of all components sum to +1.
            only.index = Some(1 - sum);
        }
        let mut answer = Answer::new(self.solutions, status, solver);
        if !regular || !components.is_empty() {
            answer.index_sum = None;
        }
        answer.components = components;
        answer
    }
}

#[cfg(test)]
mod tests;
