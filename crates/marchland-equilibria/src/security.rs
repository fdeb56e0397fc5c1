//! Security levels: what a player can guarantee itself.

use crate::error::Error;
use crate::game::Game;
use crate::linear::{Kind, Program, Row};
use crate::number::{max, min};
use crate::profile::Profile;
use crate::solution::{Solver, Stop};

/// What each player can guarantee by mixing, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Security {
    /// The guaranteed payoff of each player.
    pub levels: Vec<f64>,
    /// The mixed strategy of each player that guarantees it.
    pub strategies: Profile,
}

/// The security level of every player against opponents who may correlate their play: the value of
/// max over mixtures x of min over the others' pure profiles c of Σ x_a u(a, c), by linear programming
/// (von Neumann 1928; against several opponents, Aumann 1974).
///
/// Each level is recomputed from the mixture by walking through the others' profiles, so it is what the
/// mixture really guarantees.
///
/// # Errors
/// [`Error::Program`] if the linear program fails, or payoffs are too large for one. The inner [`Stop`] if time runs out.
pub fn levels(game: &Game, solver: &mut Solver<'_>) -> Result<Result<Security, Stop>, Error> {
    game.workable("security level")?;
    let mut levels = Vec::new();
    let mut strategies = Vec::new();
    for player in 0..game.player_count() {
        if let Err(stop) = solver.big_step(player, None) {
            return Ok(Err(stop));
        }
        match maxmin(game, player, solver)? {
            Ok((level, mix)) => {
                levels.push(level);
                strategies.push(mix);
            }
            Err(stop) => return Ok(Err(stop)),
        }
    }
    Ok(Ok(Security { levels, strategies: Profile(strategies) }))
}

/// The value of a two-player zero-sum game to its first player, with optimal strategies of both.
///
/// ```
/// use marchland_equilibria::{game::Game, security, solution::Solver};
///
/// let pennies = Game::bimatrix(
///     &[vec![1.0, -1.0], vec![-1.0, 1.0]],
///     &[vec![-1.0, 1.0], vec![1.0, -1.0]],
/// )?;
/// let security = security::zero_sum(&pennies, &mut Solver::new())?.expect("no time limit");
/// assert!(security.levels[0].abs() < 1e-9);
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
///
/// `levels[0]` is the value, `levels[1]` its negative up to rounding, or the constant sum less the value.
///
/// # Errors
/// [`Error::NotDefined`] unless there are two players whose payoffs sum to one constant within 1e-12 of
/// the payoff scale; otherwise as [`levels`].
pub fn zero_sum(game: &Game, solver: &mut Solver<'_>) -> Result<Result<Security, Stop>, Error> {
    if !is_constant_sum(game) {
        return Err(Error::NotDefined {
            concept: "the value of a zero-sum game",
            needs: "two players whose payoffs always sum to the same number",
        });
    }
    levels(game, solver)
}

/// Whether there are two players whose payoffs sum to one constant, within 1e-12 of the larger |payoff|.
pub fn is_constant_sum(game: &Game) -> bool {
    if game.player_count() != 2 {
        return false;
    }
    let (a, b) = (game.tensor(0), game.tensor(1));
    let sum = a[0] + b[0];
    let largest = a.iter().chain(b).fold(0.0, |m, u| max(m, u.abs()));
    a.iter().zip(b).all(|(a, b)| (a + b - sum).abs() <= 1e-12 * largest)
}

fn maxmin(game: &Game, player: usize, solver: &mut Solver<'_>) -> Result<Result<(f64, Vec<f64>), Stop>, Error> {
    let (count, stride) = (game.counts()[player], game.strides()[player]);
    let tensor = game.tensor(player);
    let (low, high) = game.payoff_bounds(player);
    let range = high - low;
    if range == 0.0 {
        return Ok(Ok((low, vec![1.0 / count as f64; count])));
    }
    // Payoffs in [0, 1], so that the level is non-negative as well.
    let mut rows = vec![Row { coefficients: (0..count).map(|a| (a, 1.0)).collect(), kind: Kind::Equal, bound: 1.0 }];
    for base in game.lines(player) {
        let mut coefficients: Vec<(usize, f64)> =
            (0..count).map(|a| (a, -(tensor[base + a * stride] - low) / range)).collect();
        coefficients.push((count, 1.0));
        rows.push(Row { coefficients, kind: Kind::AtMost, bound: 0.0 });
    }
    let mut objective = vec![0.0; count + 1];
    objective[count] = 1.0;
    let program = Program { name: "security level", objective, free: Vec::new(), rows };
    let Some(x) = program.optimum(solver.remaining())? else {
        return Ok(Err(Stop::Deadline));
    };
    let mut mix: Vec<f64> = x[..count].iter().map(|&p| max(0.0, p)).collect();
    let mass: f64 = mix.iter().sum();
    mix.iter_mut().for_each(|p| *p /= mass);
    let level = game
        .lines(player)
        .map(|base| {
            let terms = (mix.iter().enumerate()).map(|(a, p)| p * (tensor[base + a * stride] - low));
            terms.sum::<f64>()
        })
        .fold(f64::INFINITY, min);
    // Beside payoffs that are larger by many orders of magnitude a mixture may come out worse than a pure strategy.
    let pure = (0..count)
        .map(|a| (game.lines(player).map(|base| tensor[base + a * stride]).fold(f64::INFINITY, min), a))
        .fold((f64::NEG_INFINITY, 0), |best, one| if one.0 > best.0 { one } else { best });
    if pure.0 > low + level {
        let mix = (0..count).map(|a| if a == pure.1 { 1.0 } else { 0.0 }).collect();
        return Ok(Ok((pure.0, mix)));
    }
    Ok(Ok((low + level, mix)))
}
