//! Double oracle: best responses to the equilibria of a restricted game join it until none gains.
//!
//! McMahan, Gordon and Blum (2003) for two players and zero sums; Lanctot et al. (2017), policy-space
//! response oracles, for more. Here the responses to *all* equilibria of the restricted game join it.

use std::collections::BTreeSet;

use super::{Equilibrium, Profiles, best_deviations, confirm, product, solved};
use crate::tournament::store::Stop;

/// Searches from each start; the equilibria of each last restricted game, with their deviations, go to
/// `candidates`.
pub(super) fn double_oracle(
    game: &mut dyn Profiles,
    starts: &[Vec<usize>],
    candidates: &mut Vec<Equilibrium>,
) -> Result<(), Stop> {
    let counts = game.counts();
    let mut growing: BTreeSet<Vec<Vec<usize>>> =
        starts.iter().map(|start| start.iter().map(|&strategy| vec![strategy]).collect()).collect();
    let mut seen = BTreeSet::new();
    // Every round but the last adds a strategy to each game that goes on.
    for _ in 0..=counts.iter().sum::<usize>() {
        growing.retain(|restricted| seen.insert(restricted.clone()));
        if growing.is_empty() {
            break;
        }
        let wanted: BTreeSet<usize> = growing.iter().flat_map(|one| product(&counts, one)).collect();
        // Where a limit ends the search, what was played is still judged.
        let ended = match game.ensure(&wanted.into_iter().collect::<Vec<_>>()) {
            Ok(()) => false,
            Err(Stop::Budget) => true,
            Err(stop) => return Err(stop),
        };
        let mut next = BTreeSet::new();
        for mut restricted in std::mem::take(&mut growing) {
            let Ok((mut equilibria, ..)) = solved(game, &restricted) else { continue };
            let confirmed = confirm(game, &mut equilibria);
            let before = restricted.clone();
            for (player, strategy) in equilibria.iter().flat_map(best_deviations) {
                let own = &mut restricted[player];
                if !own.contains(&strategy) {
                    own.push(strategy);
                    own.sort_unstable();
                }
            }
            for equilibrium in equilibria {
                let known = |other: &Equilibrium| other.profile.distance(&equilibrium.profile) < 1e-9;
                if !candidates.iter().any(known) {
                    candidates.push(equilibrium);
                }
            }
            confirmed?;
            if restricted != before {
                next.insert(restricted);
            }
        }
        if ended {
            return Err(Stop::Budget);
        }
        growing = next;
    }
    Ok(())
}
