//! Equilibria in pure strategies, welfare, and comparisons among them.

use num_rational::BigRational;

use crate::deviation::best_responses;
use crate::error::Error;
use crate::game::Game;
use crate::number::{max, min};
use crate::profile::Profile;
use crate::solution::{Answer, Solution, Solver, Status, Stop};

/// All equilibria in pure strategies (Nash 1951), in the order of [`Game::profiles`].
///
/// One strided scan of each player's tensor; payoffs are compared exactly, ties count as best responses.
/// The index of a strict equilibrium is +1; of others it is not computed.
///
/// ```
/// use marchland_equilibria::{game::Game, pure, solution::Solver};
///
/// let stag_hunt = Game::bimatrix(
///     &[vec![4.0, 0.0], vec![3.0, 3.0]],
///     &[vec![4.0, 3.0], vec![0.0, 3.0]],
/// )?;
/// let answer = pure::equilibria(&stag_hunt, &mut Solver::new());
/// assert!(answer.status.is_complete());
/// assert_eq!(answer.solutions.len(), 2);
/// assert_eq!(answer.solutions[0].payoffs, [4.0, 4.0]);
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
pub fn equilibria(game: &Game, solver: &mut Solver<'_>) -> Answer {
    let mut status = Status::Complete;
    let places = match best_everywhere(game, solver) {
        Ok(places) => places,
        Err(stop) => {
            // Profiles best for some players only are no answer.
            status = stop.status();
            Vec::new()
        }
    };
    let mut solutions = Vec::new();
    for &place in &places {
        solutions.push(certify(game, &game.profile_at(place)));
        if let Err(stop) = solver.step(solutions.len(), None) {
            status = stop.status();
            break;
        }
    }
    let mut answer = Answer::new(solutions, status, solver);
    // Mixed equilibria are left out, so the sum says nothing.
    answer.index_sum = None;
    answer
}

/// Places of the profiles at which every player's strategy is a best response.
fn best_everywhere(game: &Game, solver: &mut Solver<'_>) -> Result<Vec<usize>, Stop> {
    let mut stable = vec![true; game.profile_count()];
    for player in 0..game.player_count() {
        let (count, stride) = (game.counts()[player], game.strides()[player]);
        for base in game.lines(player) {
            let line = (0..count).map(|a| base + a * stride);
            let best = line
                .clone()
                .reduce(|best, place| match game.compare(player, place, best) {
                    std::cmp::Ordering::Greater => place,
                    _ => best,
                })
                .expect("every player has a strategy");
            for place in line {
                if game.compare(player, place, best).is_lt() {
                    stable[place] = false;
                }
            }
            solver.step(0, None)?;
        }
    }
    Ok((0..stable.len()).filter(|&place| stable[place]).collect())
}

/// A pure profile with its regret, read off the deviations one by one.
fn certify(game: &Game, profile: &[usize]) -> Solution {
    let mut regret = 0.0;
    let mut strict = true;
    let mut at = profile.to_vec();
    for player in 0..game.player_count() {
        let own = game.payoff(player, profile);
        for a in (0..game.counts()[player]).filter(|&a| a != profile[player]) {
            at[player] = a;
            let other = game.payoff(player, &at);
            regret = max(regret, other - own);
            strict &= other < own;
        }
        at[player] = profile[player];
    }
    Solution {
        profile: Profile::pure(game, profile),
        payoffs: (0..game.player_count()).map(|player| game.payoff(player, profile)).collect(),
        regret,
        index: strict.then_some(1),
    }
}

/// The largest total payoff over pure profiles, and every profile that attains it; ties are judged exactly.
pub fn best_welfare(game: &Game) -> (f64, Vec<Vec<usize>>) {
    let totals = welfare(game);
    let best = totals.iter().copied().fold(f64::NEG_INFINITY, max);
    // Doubles round: whatever comes near the best in them may equal or beat it.
    let size: f64 = (0..game.player_count()).map(|player| largest(game, player)).sum();
    let near: Vec<usize> = (0..totals.len()).filter(|&place| totals[place] >= best - 1e-12 * size).collect();
    let exact: Vec<BigRational> = near
        .iter()
        .map(|&place| (0..game.player_count()).map(|player| game.exact_payoff(player, place)).sum())
        .collect();
    let most = exact.iter().max().expect("the best is among them");
    let at = near.iter().zip(&exact).filter(|(_, total)| *total == most);
    (best, at.map(|(&place, _)| game.profile_at(place)).collect())
}

/// The largest |payoff| of a player.
fn largest(game: &Game, player: usize) -> f64 {
    let (low, high) = game.payoff_bounds(player);
    max(low.abs(), high.abs())
}

/// The total payoff at each pure profile.
pub fn welfare(game: &Game) -> Vec<f64> {
    let total = |place| {
        let mut sum = crate::number::Sum::default();
        for player in 0..game.player_count() {
            sum.add(game.tensor(player)[place]);
        }
        sum.value()
    };
    (0..game.profile_count()).map(total).collect()
}

/// What equilibrium costs against the best total payoff.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prices {
    /// The largest total payoff of any pure profile.
    pub optimum: f64,
    /// The smallest total payoff among the equilibria.
    pub worst: f64,
    /// The largest total payoff among the equilibria.
    pub best: f64,
    /// optimum / worst, the price of anarchy (Koutsoupias and Papadimitriou 1999); none unless both are positive.
    pub anarchy: Option<f64>,
    /// optimum / best, the price of stability (Anshelevich et al. 2004); none unless both are positive.
    pub stability: Option<f64>,
}

/// The prices of anarchy and stability over a list of equilibria; none for an empty list.
pub fn prices(game: &Game, equilibria: &[Solution]) -> Option<Prices> {
    let totals = equilibria.iter().map(|e| e.payoffs.iter().sum::<f64>());
    let worst = totals.clone().reduce(min)?;
    let best = totals.reduce(max)?;
    let (optimum, _) = best_welfare(game);
    let ratio = |welfare: f64| (optimum > 0.0 && welfare > 0.0).then(|| optimum / welfare);
    Some(Prices { optimum, worst, best, anarchy: ratio(worst), stability: ratio(best) })
}

/// The pure profiles that no other pure profile dominates: none gives every player at least as much and
/// one of them more. In the order of [`Game::profiles`].
pub fn pareto_set(game: &Game) -> Vec<Vec<usize>> {
    let totals = welfare(game);
    let mut order: Vec<usize> = (0..totals.len()).collect();
    // Whoever dominates has a larger total, or by rounding an equal one.
    order.sort_by(|&a, &b| totals[b].total_cmp(&totals[a]).then(a.cmp(&b)));
    let dominates = |a: usize, b: usize| {
        let orders = (0..game.player_count()).map(|player| game.compare(player, a, b));
        let mut more = false;
        for order in orders {
            if order.is_lt() {
                return false;
            }
            more |= order.is_gt();
        }
        more
    };
    let mut front: Vec<usize> = Vec::new();
    for place in order {
        if !front.iter().any(|&better| dominates(better, place)) {
            front.retain(|&worse| !dominates(place, worse));
            front.push(place);
        }
    }
    front.sort_unstable();
    front.into_iter().map(|place| game.profile_at(place)).collect()
}

/// Which of two strict equilibria risk-dominates the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RiskDominance {
    /// The first named.
    First,
    /// The second named.
    Second,
    /// Their Nash products are equal.
    Neither,
}

/// Compares two strict pure equilibria of a two-player game by the products of the losses from deviating
/// to the other (Harsanyi and Selten 1988, section 3.9).
///
/// # Errors
/// [`Error::NotDefined`] unless there are two players, the equilibria differ in both strategies, and each
/// is strict in the 2×2 game they span.
pub fn risk_dominance(game: &Game, first: [usize; 2], second: [usize; 2]) -> Result<RiskDominance, Error> {
    let undefined = Error::NotDefined {
        concept: "risk dominance",
        needs: "two strict equilibria of a two-player game that differ in both strategies",
    };
    if game.player_count() != 2 {
        return Err(undefined);
    }
    let product = |at: [usize; 2], to: [usize; 2]| {
        let losses = [
            game.payoff(0, &at) - game.payoff(0, &[to[0], at[1]]),
            game.payoff(1, &at) - game.payoff(1, &[at[0], to[1]]),
        ];
        (losses[0] > 0.0 && losses[1] > 0.0).then(|| losses[0] * losses[1])
    };
    let differ = first[0] != second[0] && first[1] != second[1];
    match (product(first, second), product(second, first)) {
        (Some(a), Some(b)) if differ => Ok(match a.total_cmp(&b) {
            std::cmp::Ordering::Greater => RiskDominance::First,
            std::cmp::Ordering::Less => RiskDominance::Second,
            std::cmp::Ordering::Equal => RiskDominance::Neither,
        }),
        _ => Err(undefined),
    }
}

/// The best responses of every player to a pure profile, ties included.
///
/// # Panics
/// If the profile has too few entries or one out of range.
pub fn pure_best_responses(game: &Game, profile: &[usize]) -> Vec<Vec<usize>> {
    best_responses(game, &Profile::pure(game, profile), 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stag_hunt() -> Game {
        Game::bimatrix(&[vec![4.0, 0.0], vec![3.0, 3.0]], &[vec![4.0, 3.0], vec![0.0, 3.0]]).expect("a valid game")
    }

    /// Hunting hares is the safer choice: 3·3 against 1·1.
    #[test]
    fn hares_dominate_in_risk() {
        let game = stag_hunt();
        assert_eq!(risk_dominance(&game, [0, 0], [1, 1]), Ok(RiskDominance::Second));
        assert_eq!(risk_dominance(&game, [1, 1], [0, 0]), Ok(RiskDominance::First));
        assert!(risk_dominance(&game, [0, 0], [0, 1]).is_err());
    }

    #[test]
    fn prices_and_the_pareto_set() {
        let game = stag_hunt();
        let found = equilibria(&game, &mut Solver::new());
        let prices = prices(&game, &found.solutions).expect("two equilibria");
        assert_eq!((prices.optimum, prices.worst, prices.best), (8.0, 6.0, 8.0));
        assert_eq!((prices.anarchy, prices.stability), (Some(8.0 / 6.0), Some(1.0)));
        assert_eq!(pareto_set(&game), [[0, 0]]);
        let dilemma =
            Game::bimatrix(&[vec![3.0, 0.0], vec![5.0, 1.0]], &[vec![3.0, 5.0], vec![0.0, 1.0]]).expect("a valid game");
        assert_eq!(pareto_set(&dilemma), [[0, 0], [0, 1], [1, 0]]);
    }

    /// 0.1 + 0.2 and 0.3 differ in doubles; as written in a file they are one total.
    #[test]
    fn ties_of_welfare_are_exact() {
        let text = "NFG 1 R \"t\" { \"A\" \"B\" } { 2 2 } 0.1 0.2  0.3 0  0 0  0 0.3";
        let game = crate::nfg::read(text).expect("a game");
        assert_eq!(best_welfare(&game).1, [[0, 0], [1, 0], [1, 1]]);
    }
}
