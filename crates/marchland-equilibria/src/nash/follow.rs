//! Following one equilibrium from a game to another with the same strategies.

use crate::derivatives::Derivatives;
use crate::deviation::relative_regret;
use crate::game::Game;
use crate::lu::Lu;
use crate::number::{max, min};
use crate::profile::Profile;

use super::{REGRET, ZERO};

/// Newton's iterations at one point of the path.
const ROUNDS: usize = 12;
/// The last Newton step of a converged point is below this.
const CONVERGED: f64 = 1e-12;
/// How far from the last point, in probability, a step along the path may lead.
const REACH: f64 = 0.25;
/// The shortest step along the path, as a share of it; a path that needs a shorter one is given up.
const SHORTEST: f64 = 1.0 / 64.0;

/// Follows equilibria of one game to others: the games `(1 − t)·from + t·to`, t from 0 to 1, have a path of
/// equilibria with the same support for as long as the indifference equations stay regular, every
/// probability positive and every unused strategy worse (implicit function theorem; Harsanyi 1973 on
/// regular equilibria). Newton's method tries the whole way at once and halves the step where it fails.
///
/// ```
/// use marchland_equilibria::{game::Game, nash::Follower, profile::Profile};
///
/// let pennies = |win: f64| {
///     Game::bimatrix(&[vec![win, 0.0], vec![0.0, 1.0]], &[vec![0.0, 1.0], vec![1.0, 0.0]])
/// };
/// let (from, to) = (pennies(1.0)?, pennies(4.0)?);
/// let start: Profile = "0.5,0.5;0.5,0.5".parse()?;
/// let end = Follower::new(&from).follow(&to, &start).expect("the support stays");
/// // The first player is indifferent at 4 y = 1 − y.
/// assert!((end.0[1][0] - 0.2).abs() < 1e-12);
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
#[derive(Debug)]
pub struct Follower<'g> {
    from: &'g Game,
    old: Derivatives,
    new: Derivatives,
    lu: Lu,
    matrix: Vec<f64>,
    step: Vec<f64>,
}

impl<'g> Follower<'g> {
    /// Memory for paths that start at equilibria of `from`.
    pub fn new(from: &'g Game) -> Follower<'g> {
        Follower {
            from,
            old: Derivatives::new(from),
            new: Derivatives::new(from),
            lu: Lu::default(),
            matrix: Vec::new(),
            step: Vec::new(),
        }
    }

    /// The equilibrium of `to` at the end of the path that starts at `start`, an equilibrium of the first
    /// game; none where the path leaves its support. What is returned has a regret of at most
    /// [`REGRET`] of the payoff scale, by the same function that certifies every solver.
    ///
    /// # Panics
    /// If the shapes of the games or of the profile differ.
    pub fn follow(&mut self, to: &Game, start: &Profile) -> Option<Profile> {
        assert_eq!(self.from.counts(), to.counts(), "games of one shape");
        assert_eq!(start.flat().len(), to.strategy_count(), "a profile of the games");
        // One of a component of many has no path of its own, but may stand as it is.
        let stands = || (relative_regret(to, start) <= REGRET).then(|| start.clone());
        self.path(to, start).or_else(stands)
    }

    fn path(&mut self, to: &Game, start: &Profile) -> Option<Profile> {
        let supports = start.supports();
        let mut x = start.flat();
        self.new.load(to);
        let scales: Vec<f64> =
            (0..to.player_count()).map(|i| max(self.from.payoff_scale(i), to.payoff_scale(i))).collect();
        let (mut t, mut step) = (0.0, 1.0);
        // Each round either advances or halves; steps grow again, so the sum bounds both.
        for _ in 0..(4.0 / SHORTEST) as usize {
            let target = min(1.0, t + step);
            match self.settle(to, &supports, &x, &scales, target) {
                Some(next) if target == 1.0 => {
                    let profile = cleaned(to, &next);
                    return (relative_regret(to, &profile) <= REGRET).then_some(profile);
                }
                Some(next) => {
                    x = next;
                    t = target;
                    step *= 2.0;
                }
                None if step <= SHORTEST => return None,
                None => step *= 0.5,
            }
        }
        None
    }

    /// The equilibrium at `t` near `x` with the given supports, if Newton's method finds it.
    fn settle(&mut self, to: &Game, supports: &[Vec<usize>], x: &[f64], scales: &[f64], t: f64) -> Option<Vec<f64>> {
        let mut at = x.to_vec();
        let width: usize = supports.iter().map(|support| support.len() - 1).sum();
        let mut length = if width == 0 { 0.0 } else { f64::INFINITY };
        self.evaluate(&at, t);
        for _ in 0..ROUNDS {
            if length <= CONVERGED {
                break;
            }
            length = self.newton(to, supports, &mut at, width)?;
            let far = at.iter().zip(x).fold(0.0, |far, (a, b)| max(far, (a - b).abs()));
            if far.is_nan() || far > REACH {
                return None;
            }
            self.evaluate(&at, t);
        }
        (length <= CONVERGED && self.is_equilibrium(to, supports, &at, scales)).then_some(at)
    }

    /// Leaves in `new` the deviation payoffs and slopes of the game at `t`.
    fn evaluate(&mut self, at: &[f64], t: f64) {
        self.new.evaluate(at);
        if t < 1.0 {
            self.old.evaluate(at);
            let blend = |new: &mut f64, old: &f64| *new = t * *new + (1.0 - t) * old;
            self.new.payoffs.iter_mut().zip(&self.old.payoffs).for_each(|(new, old)| blend(new, old));
            self.new.slopes.iter_mut().zip(&self.old.slopes).for_each(|(new, old)| blend(new, old));
        }
    }

    /// One Newton step on the indifference equations; its length in probability, or none if singular.
    fn newton(&mut self, to: &Game, supports: &[Vec<usize>], at: &mut [f64], width: usize) -> Option<f64> {
        let offsets = to.offsets();
        let all = to.strategy_count();
        let slopes = &self.new.slopes;
        self.matrix.clear();
        self.step.clear();
        for (player, support) in supports.iter().enumerate() {
            let (last, rest) = support.split_last().expect("a support is not empty");
            let base = offsets[player] + last;
            for a in rest {
                let row = offsets[player] + a;
                self.step.push(self.new.payoffs[base] - self.new.payoffs[row]);
                for (other, columns) in supports.iter().enumerate() {
                    // The last probability of a support makes up for what the others gain.
                    let (end, columns) = columns.split_last().expect("a support is not empty");
                    let slope = |column: usize| slopes[row * all + column] - slopes[base * all + column];
                    let fall = slope(offsets[other] + end);
                    self.matrix.extend(columns.iter().map(|b| slope(offsets[other] + b) - fall));
                }
            }
        }
        if !self.lu.factor(&self.matrix, width) {
            return None;
        }
        self.lu.solve(&mut self.step);
        let mut steps = self.step.iter();
        let mut length = 0.0;
        for (player, support) in supports.iter().enumerate() {
            let (last, rest) = support.split_last().expect("a support is not empty");
            let mut moved = 0.0;
            for (a, step) in rest.iter().zip(&mut steps) {
                at[offsets[player] + a] += step;
                moved += step;
                length = max(length, step.abs());
            }
            at[offsets[player] + last] -= moved;
            length = max(length, moved.abs());
        }
        length.is_finite().then_some(length)
    }

    /// Whether every probability of the supports is positive and no other strategy gains, at the point
    /// evaluated last.
    fn is_equilibrium(&self, to: &Game, supports: &[Vec<usize>], at: &[f64], scales: &[f64]) -> bool {
        supports.iter().enumerate().all(|(player, support)| {
            let block = to.offsets()[player]..to.offsets()[player + 1];
            let payoffs = &self.new.payoffs[block.clone()];
            let own = payoffs[support[0]];
            let slack = ZERO * scales[player];
            support.iter().all(|&a| at[block.start + a] > 0.0) && payoffs.iter().all(|u| *u <= own + slack)
        })
    }
}

/// The profile with each player's probabilities summing to 1.
fn cleaned(game: &Game, flat: &[f64]) -> Profile {
    let mut profile = Profile::from_flat(game, flat);
    for mix in &mut profile.0 {
        let total: f64 = mix.iter().sum();
        mix.iter_mut().for_each(|p| *p /= total);
    }
    profile
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::solution::Solver;
    use rand::{RngExt as _, SeedableRng as _};

    /// Games of three players, each a little away from the other: whatever is followed is an equilibrium
    /// with its support, and support enumeration of the second game lists it.
    #[test]
    fn what_is_followed_is_in_the_complete_list() {
        let mut rng = rand_pcg::Pcg64::seed_from_u64(5);
        let mut followed = 0;
        for _ in 0..12 {
            let tensor = |rng: &mut rand_pcg::Pcg64| (0..12).map(|_| rng.random::<f64>()).collect::<Vec<f64>>();
            let payoffs: Vec<Vec<f64>> = (0..3).map(|_| tensor(&mut rng)).collect();
            let near: Vec<Vec<f64>> = payoffs
                .iter()
                .map(|row| row.iter().map(|u| u + 0.04 * (rng.random::<f64>() - 0.5)).collect())
                .collect();
            let from = Game::unnamed(&[2, 3, 2], payoffs).expect("a valid game");
            let to = Game::unnamed(&[2, 3, 2], near).expect("a valid game");
            let list = super::super::by_supports(&to, &mut Solver::new());
            let mut follower = Follower::new(&from);
            for start in super::super::by_supports(&from, &mut Solver::new()).solutions {
                let Some(end) = follower.follow(&to, &start.profile) else { continue };
                followed += 1;
                assert_eq!(end.supports(), start.profile.supports());
                let near = list.solutions.iter().any(|known| known.profile.distance(&end) < 1e-7);
                assert!(near || !list.status.is_complete(), "{end}");
            }
        }
        assert!(followed >= 12, "{followed}");
    }

    #[test]
    fn a_path_that_leaves_its_support_is_lost() {
        let coordination = |reward: f64| {
            Game::bimatrix(&[vec![reward, 0.0], vec![0.0, 1.0]], &[vec![reward, 0.0], vec![0.0, 1.0]])
                .expect("a valid game")
        };
        let (from, to) = (coordination(1.0), coordination(-0.5));
        let mut follower = Follower::new(&from);
        let mixed = Profile(vec![vec![0.5, 0.5], vec![0.5, 0.5]]);
        assert_eq!(follower.follow(&to, &mixed), None);
        assert_eq!(follower.follow(&to, &Profile::pure(&from, &[0, 0])), None);
        let stays = Profile::pure(&from, &[1, 1]);
        assert_eq!(follower.follow(&to, &stays), Some(stays.clone()));
    }

    /// The second player is indifferent whatever it does: its mixture is one of many, and no path leads from it, but in a
    /// game that is the same it is an equilibrium still.
    #[test]
    fn one_of_many_stands_where_the_game_is_the_same() {
        let game =
            Game::bimatrix(&[vec![1.0, 0.0], vec![0.5, 0.5]], &[vec![2.0, 2.0], vec![0.0, 1.0]]).expect("a game");
        let one = Profile(vec![vec![1.0, 0.0], vec![6.0 / 7.0, 1.0 / 7.0]]);
        assert_eq!(Follower::new(&game).follow(&game, &one), Some(one.clone()));
        let other =
            Game::bimatrix(&[vec![1.0, 0.0], vec![0.5, 0.5]], &[vec![2.0, 2.1], vec![0.0, 1.0]]).expect("a game");
        assert_eq!(Follower::new(&game).follow(&other, &one), None);
    }
}
