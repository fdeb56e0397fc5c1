//! Nash averaging: evaluation that repeated agents or tasks cannot sway.

use crate::error::Error;
use crate::game::Game;
use crate::linear::{Kind, Outcome, Program, Row};
use crate::number::max;
use crate::profile::Profile;
use crate::security;
use crate::solution::{Solver, Stop};

/// By how much of the payoffs' range the value may be missed where entropy is maximised; the solver's accuracy.
const SLACK: f64 = 1e-9;

/// The maximum-entropy equilibrium of a two-player zero-sum game, and how each strategy fares against it.
#[derive(Debug, Clone, PartialEq)]
pub struct Averaging {
    /// The equilibrium with the largest entropy, player by player.
    pub profile: Profile,
    /// The value to the first player.
    pub value: f64,
    /// The payoff of each strategy of each player against the other's mix: the Nash average.
    pub skills: Vec<Vec<f64>>,
}

/// Nash averaging (Balduzzi, Tuyls, Pérolat and Graepel 2018): agents as one player's strategies, tasks or
/// agents as the other's. Copies of a strategy share its weight and change no skill.
///
/// # Errors
/// As [`security::zero_sum`]. The inner [`Stop`] if time runs out.
pub fn nash_averaging(game: &Game, solver: &mut Solver<'_>) -> Result<Result<Averaging, Stop>, Error> {
    let security = match security::zero_sum(game, solver)? {
        Ok(security) => security,
        Err(stop) => return Ok(Err(stop)),
    };
    let mut mixes = Vec::new();
    for player in 0..2 {
        let (count, stride) = (game.counts()[player], game.strides()[player]);
        let tensor = game.tensor(player);
        let (low, high) = game.payoff_bounds(player);
        if high == low {
            mixes.push(vec![1.0 / count as f64; count]);
            continue;
        }
        let level = (security.levels[player] - low) / (high - low);
        let mut rows =
            vec![Row { coefficients: (0..count).map(|a| (a, 1.0)).collect(), kind: Kind::Equal, bound: 1.0 }];
        rows.extend(game.lines(player).map(|base| Row {
            coefficients: (0..count).map(|a| (a, -(tensor[base + a * stride] - low) / (high - low))).collect(),
            kind: Kind::AtMost,
            bound: SLACK - level,
        }));
        let program = Program { name: "Nash averaging", objective: vec![0.0; count], free: Vec::new(), rows };
        let mut mix = match program.with_entropy(count, solver.remaining())? {
            Outcome::Optimal(mix) => mix,
            Outcome::OutOfTime => return Ok(Err(Stop::Deadline)),
            Outcome::Infeasible => {
                return Err(Error::Program { program: "Nash averaging", reason: "no optimal strategy found".into() });
            }
        };
        mix.iter_mut().for_each(|p| *p = max(0.0, *p));
        let mass: f64 = mix.iter().sum();
        mix.iter_mut().for_each(|p| *p /= mass);
        mixes.push(mix);
    }
    let profile = Profile(mixes);
    let skills = crate::deviation::deviation_payoffs(game, &profile);
    Ok(Ok(Averaging { profile, value: security.levels[0], skills }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rock, paper, scissors with rock twice: the copies share a third (Balduzzi et al. 2018, section 3).
    #[test]
    fn copies_share_their_weight() {
        let beats = [[0.0, 0.0, -1.0, 1.0], [0.0, 0.0, -1.0, 1.0], [1.0, 1.0, 0.0, -1.0], [-1.0, -1.0, 1.0, 0.0]];
        let first: Vec<Vec<f64>> = beats.iter().map(|row| row.to_vec()).collect();
        let second: Vec<Vec<f64>> = beats.iter().map(|row| row.iter().map(|u| -u).collect()).collect();
        let game = Game::bimatrix(&first, &second).expect("a valid game");
        let averaging = nash_averaging(&game, &mut Solver::new()).expect("zero-sum").expect("no limit");
        assert!(averaging.value.abs() < 1e-8);
        for mix in &averaging.profile.0 {
            let expected = [1.0 / 6.0, 1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0];
            for (p, q) in mix.iter().zip(expected) {
                assert!((p - q).abs() < 1e-5, "{mix:?}");
            }
        }
        assert!(averaging.skills.iter().flatten().all(|skill| skill.abs() < 1e-5));
    }
}
