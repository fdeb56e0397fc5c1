//! One equilibrium, by the logit path.

use std::ops::ControlFlow;

use crate::deviation::relative_regret;
use crate::game::Game;
use crate::number::max;
use crate::profile::Profile;
use crate::qre::{Corrector, End, Point, System, walk};
use crate::solution::{Answer, Solution, Solver, Status, Stop};

use super::forms::Forms;
use super::newton::Newton;
use super::sample::Sampler;
use super::{Census, Decision, FIRST_BUDGET, MOST_CORNERS, REGRET, supports};

/// Probabilities below this share of a player's largest are guessed to vanish; tried in turn.
const CUTS: [f64; 3] = [0.1, 0.01, 1e-3];
/// Scaled λ at which the branch is left: the profile itself is then an equilibrium to 1e-10.
const FARTHEST: f64 = 1e11;
/// Steps between two attempts with the same guess.
const PATIENCE: usize = 6;

/// One Nash equilibrium of a game of any number of players.
///
/// Follows the principal branch of the logit correspondence towards large λ, whose limit is a Nash
/// equilibrium for almost all games (McKelvey and Palfrey 1995; Turocy 2005). On the way it guesses
/// which strategies will vanish, solves the indifference equations of the rest by Newton's method and
/// stops at the first solution without regret: usually, not always, the branch's limit. If the branch
/// leads nowhere, supports are searched as by [`super::all`] until one equilibrium is found.
///
/// The status is [`Status::Complete`] once an equilibrium is verified.
///
/// ```
/// use marchland_equilibria::{game::Game, nash, solution::Solver};
///
/// let game = Game::bimatrix(
///     &[vec![9.0, 0.0], vec![0.0, 1.0]],
///     &[vec![0.0, 1.0], vec![1.0, 0.0]],
/// )?;
/// let answer = nash::one(&game, &mut Solver::new());
/// assert!(answer.status.is_complete());
/// assert!((answer.solutions[0].profile.0[1][0] - 0.1).abs() < 1e-12);
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
pub fn one(game: &Game, solver: &mut Solver<'_>) -> Answer {
    let (normal, _) = game.normalised();
    let mut guesser =
        Guesser { game, normal: &normal, newton: Newton::default(), tried: Vec::new(), steps: 0, found: None };
    // The normalised game has the same equilibria, and players of very different stakes move together.
    let mut corrector = Corrector::new(System::new(&normal));
    let end = walk(&mut corrector, solver, 1.0, |_, _, next| guesser.look(next));
    if let Some(solution) = guesser.found {
        return Answer::new(vec![solution], Status::Complete, solver);
    }
    if let End::Stopped(stop) = end {
        return Answer::new(Vec::new(), stop.status(), solver);
    }
    search(game, &normal, solver)
}

/// Supports in turn until one carries an equilibrium.
fn search(game: &Game, normal: &Game, solver: &mut Solver<'_>) -> Answer {
    let mut census = Census::new(game);
    let mut sampler = Sampler::new(game, normal);
    let mut budget = FIRST_BUDGET;
    for _ in 0..super::PASSES {
        let end = supports::walk(normal, |supports| {
            let decided = match supports {
                Some(supports) => census.decide(normal, supports, budget, solver).map(|decision| {
                    if let Decision::Degenerate(centres) = decision {
                        let near = |centre: &Vec<f64>| sampler.equilibrium_near(supports, centre);
                        let found = centres.iter().find_map(near);
                        census.solutions.extend(found.map(|profile| Solution::certify(game, profile, Some(0))));
                    }
                }),
                None => solver.big_step(0, None),
            };
            match decided {
                Err(stop) => ControlFlow::Break(Some(stop)),
                Ok(()) if !census.solutions.is_empty() => ControlFlow::Break(None),
                Ok(()) => ControlFlow::Continue(()),
            }
        });
        if let Some(first) = census.solutions.pop() {
            return Answer::new(vec![first], Status::Complete, solver);
        }
        if let ControlFlow::Break(Some(stop)) = end {
            let stop: Stop = stop;
            return Answer::new(Vec::new(), stop.status(), solver);
        }
        budget *= 10;
    }
    let status = Status::Incomplete("every equilibrium is singular to double precision".into());
    Answer::new(Vec::new(), status, solver)
}

struct Guesser<'g> {
    game: &'g Game,
    normal: &'g Game,
    newton: Newton,
    /// Supports tried, and when.
    tried: Vec<(Vec<Vec<usize>>, usize)>,
    steps: usize,
    found: Option<Solution>,
}

impl Guesser<'_> {
    /// Looks at one more point of the branch; false to stop.
    fn look(&mut self, point: &Point) -> bool {
        self.steps += 1;
        let logs = &point.at[..self.game.strategy_count()];
        let mix: Vec<f64> = logs.iter().map(|y| libm::exp(*y)).collect();
        for cut in CUTS {
            let supports = self.supports(&mix, cut);
            let again = |tried: &(Vec<Vec<usize>>, usize)| tried.0 == supports && self.steps < tried.1 + PATIENCE;
            if self.tried.iter().any(again) {
                continue;
            }
            self.tried.retain(|tried| tried.0 != supports);
            if self.polish(&mix, &supports) {
                return false;
            }
            self.tried.push((supports, self.steps));
        }
        if point.lambda() > 1e6 {
            // A continuum of equilibria has no regular support, but the branch itself gets there.
            let profile = self.profile(&mix, |p| if p < 1e-300 { 0.0 } else { p });
            if self.accept(profile) {
                return false;
            }
        }
        point.lambda() < FARTHEST
    }

    fn supports(&self, mix: &[f64], cut: f64) -> Vec<Vec<usize>> {
        let keep = |block: &[usize]| {
            let own = &mix[block[0]..block[1]];
            let most = own.iter().copied().fold(0.0, max);
            (0..own.len()).filter(|&a| own[a] >= cut * most).collect()
        };
        self.game.offsets().windows(2).map(keep).collect()
    }

    /// Newton's method on a support, from the branch.
    fn polish(&mut self, mix: &[f64], supports: &[Vec<usize>]) -> bool {
        if Forms::size(self.normal, supports) > MOST_CORNERS {
            return false;
        }
        let forms = Forms::new(self.normal, supports);
        let mut x = Vec::new();
        for (support, &start) in supports.iter().zip(self.game.offsets()) {
            let total: f64 = support.iter().map(|a| mix[start + a]).sum();
            x.extend(support.iter().map(|a| mix[start + a] / total));
        }
        if !self.newton.settle(&forms, &mut x, 12) || x.iter().any(|p| *p < -1e-12) {
            return false;
        }
        let mut flat = vec![0.0; self.game.strategy_count()];
        let places = supports
            .iter()
            .zip(self.game.offsets())
            .flat_map(|(support, &start)| support.iter().map(move |a| start + a));
        for (place, p) in places.zip(x) {
            flat[place] = p;
        }
        let profile = self.profile(&flat, |p| max(p, 0.0));
        self.accept(profile)
    }

    /// A profile from weights, each player's made to sum to 1.
    fn profile(&self, weights: &[f64], clean: impl Fn(f64) -> f64) -> Profile {
        let mut profile = Profile::from_flat(self.game, weights);
        for mix in &mut profile.0 {
            for p in mix.iter_mut() {
                *p = clean(*p);
            }
            let total: f64 = mix.iter().sum();
            for p in mix.iter_mut() {
                *p /= total;
            }
        }
        profile
    }

    fn accept(&mut self, profile: Profile) -> bool {
        if relative_regret(self.game, &profile) > REGRET {
            return false;
        }
        self.found = Some(Solution::certify(self.game, profile, None));
        true
    }
}
