//! All equilibria of a small game, within a bound of steps and never of time.

use std::ops::ControlFlow;

use marchland_equilibria::game::Game;
use marchland_equilibria::solution::{Component, Solution, Solver};
use marchland_equilibria::{nash, pure};

/// The most supports of a game of two players whose equilibria are all listed, in exact arithmetic.
const MOST_SUPPORTS_OF_TWO: f64 = 2e6;
/// The most supports of a game of more, whose equations are no longer linear.
const MOST_SUPPORTS: f64 = 4_000.0;
/// Steps after which the list of equilibria is given up.
const MOST_STEPS: u64 = 200_000;

/// Whether a game of so many strategies is small enough for a list of all its equilibria.
pub(super) fn affordable(counts: &[usize]) -> bool {
    let supports = counts.iter().fold(1.0, |all, &n| all * (libm::exp2(n as f64) - 1.0));
    supports <= if counts.len() <= 2 { MOST_SUPPORTS_OF_TWO } else { MOST_SUPPORTS }
}

/// Equilibria of a game.
#[derive(Debug)]
pub struct SolvedGame {
    /// The equilibria.
    pub solutions: Vec<Solution>,
    /// The connected sets that some of them lie in, by their numbers from 0.
    pub components: Vec<Component>,
    /// Whether they are proved to be all.
    pub complete: bool,
}

/// The equilibria of a game: every one where the game is small enough; else those in pure strategies and
/// one besides.
#[must_use]
pub fn equilibria(game: &Game) -> SolvedGame {
    let limit = |steps: u64| {
        Solver::new().listener(move |progress| {
            if progress.iterations > steps { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
    };
    if affordable(game.counts()) {
        let answer = nash::all(game, &mut limit(MOST_STEPS));
        if !answer.solutions.is_empty() {
            let complete = answer.status.is_complete();
            return SolvedGame { solutions: answer.solutions, components: answer.components, complete };
        }
    }
    let mut found = pure::equilibria(game, &mut limit(MOST_STEPS)).solutions;
    for solution in nash::one(game, &mut limit(MOST_STEPS)).solutions {
        if found.iter().all(|other| other.profile.distance(&solution.profile) > 1e-6) {
            found.push(solution);
        }
    }
    SolvedGame { solutions: found, components: Vec::new(), complete: false }
}
