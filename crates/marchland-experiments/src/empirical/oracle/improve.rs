//! Trained responses admitted until none gains.

use serde::{Deserialize, Serialize};

use super::respond::BestResponse;
use crate::statistics::PairedDifference;

/// What one player's training brought in one round.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Improvement {
    /// The round, from 0.
    pub round: u32,
    /// The response.
    pub response: BestResponse,
    /// The name under which it was admitted; none where it does not gain.
    pub admitted: Option<String>,
}

/// How exploitable the strategies were before any was trained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Exploit {
    /// The player, by its place.
    pub player: usize,
    /// What its trained policy gains against the first equilibrium, on fresh seeds.
    pub gain: PairedDifference,
    /// Whether the gain is significant.
    pub gains: bool,
}

/// What training brought.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct OracleReport {
    /// The first round: how exploitable the hand-written strategies were. A trained gain is a lower bound.
    pub exploits: Vec<Exploit>,
    /// Every round and player, in order.
    pub improvements: Vec<Improvement>,
    /// Whether the last round admitted nothing; false where the rounds were used up.
    pub settled: bool,
    /// Games played for training and tests.
    pub games: u64,
}

/// Trains every player in turn against the current equilibrium and admits all responses that gain, round
/// after round, until a round admits none or `rounds` are played.
///
/// `state` holds the strategies and their equilibrium. `respond` trains one player against it; `admit` adds
/// the responses that gained, finds the equilibrium anew and returns the names it gave them. All players of
/// a round train against one equilibrium, so that the first round measures the set as it was.
///
/// # Errors
/// The first error of either.
pub fn improve<S, E>(
    state: &mut S,
    players: &[usize],
    rounds: u32,
    mut respond: impl FnMut(&S, u32, usize) -> Result<BestResponse, E>,
    mut admit: impl FnMut(&mut S, &[&BestResponse]) -> Result<Vec<String>, E>,
) -> Result<OracleReport, E> {
    let mut report = OracleReport::default();
    for round in 0..rounds {
        let mut responses = Vec::new();
        for &player in players {
            let response = respond(state, round, player)?;
            // The test plays the response and the player's own strategy.
            report.games += response.trained.games + 2 * (response.gain.used + response.gain.left_out);
            responses.push(response);
        }
        if round == 0 {
            let exploit = |one: &BestResponse| Exploit { player: one.player, gain: one.gain, gains: one.gains };
            report.exploits = responses.iter().map(exploit).collect();
        }
        let better: Vec<&BestResponse> = responses.iter().filter(|one| one.gains).collect();
        report.settled = better.is_empty();
        let mut names = if better.is_empty() { Vec::new() } else { admit(state, &better)? }.into_iter();
        for response in responses {
            let admitted = if response.gains { names.next() } else { None };
            report.improvements.push(Improvement { round, response, admitted });
        }
        if report.settled {
            break;
        }
    }
    Ok(report)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::empirical::EmpiricalError;
    use crate::empirical::oracle::TrainingResult;
    use crate::statistics::paired_difference;

    fn response(player: usize, gain: f64) -> BestResponse {
        let trained = TrainingResult { weights: vec![gain], history: vec![], games: 10 };
        let gain = paired_difference(&[gain; 16], &[0.0; 16], 0.95);
        BestResponse { player, trained, gains: gain.first_is_larger(), gain }
    }

    #[test]
    fn rounds_go_on_until_nobody_gains() {
        // The second player can gain twice, the first never.
        let mut left = 2;
        let report = improve(
            &mut left,
            &[0, 1],
            10,
            |left, _, player| {
                let gain = if player == 1 && *left > 0 { 0.5 } else { 0.0 };
                Ok::<_, EmpiricalError>(response(player, gain))
            },
            |left, better| {
                *left -= better.len();
                Ok(better.iter().map(|one| format!("trained-{}", one.player)).collect())
            },
        )
        .unwrap();
        assert!(report.settled);
        assert_eq!(report.improvements.len(), 6);
        assert_eq!(report.improvements[3].admitted.as_deref(), Some("trained-1"));
        assert_eq!(report.improvements[2].admitted, None);
        assert_eq!(report.games, 6 * (10 + 2 * 16));
        assert_eq!(report.exploits.iter().map(|one| one.gains).collect::<Vec<_>>(), [false, true]);
        let endless = improve(
            &mut 0,
            &[0],
            3,
            |_, _, _| Ok::<_, EmpiricalError>(response(0, 1.0)),
            |_, better| Ok(better.iter().map(|_| "more".into()).collect()),
        );
        assert!(!endless.unwrap().settled);
    }
}
