//! Quiescence search: restricted games grow along the deviations that gain, until none does.
//!
//! Phelps, Cai, McBurney, Niu, Parsons and Sklar (2007); Wellman, Kim and Duong (2013), section 4: a
//! candidate equilibrium of a restricted game is confirmed when no deviation outside gains; where one does,
//! the best for each player joins the game that is solved next, and the others are kept as backups, tried
//! only while nothing is confirmed.

use std::collections::BTreeSet;

use super::{Equilibrium, Profiles, best_deviations, confirm, product, solved};
use crate::tournament::store::Stop;

/// Restricted games that are solved in all.
const MOST_GAMES: usize = 20_000;
/// Profiles of the largest restricted game.
const LARGEST: usize = 1 << 16;

type RestrictedGame = Vec<Vec<usize>>;

/// Searches from each start; every candidate met, with its deviations, goes to `candidates`. Restricted
/// games of one generation are played together: which are played does not depend on their order.
pub(super) fn quiesce(
    game: &mut dyn Profiles,
    starts: &[Vec<usize>],
    candidates: &mut Vec<Equilibrium>,
) -> Result<(), Stop> {
    let counts = game.counts();
    let mut open: Vec<RestrictedGame> =
        starts.iter().map(|start| start.iter().map(|&strategy| vec![strategy]).collect()).collect();
    let mut seen: BTreeSet<RestrictedGame> = BTreeSet::new();
    // Largest gain first.
    let mut backups: Vec<(f64, RestrictedGame)> = Vec::new();
    let mut solved_games = 0;
    while solved_games < MOST_GAMES {
        let mut generation: Vec<RestrictedGame> = Vec::new();
        for restricted in open.drain(..) {
            if seen.insert(restricted.clone()) {
                generation.push(restricted);
            }
        }
        if generation.is_empty() {
            if candidates.iter().any(Equilibrium::stands) {
                return Ok(());
            }
            backups.sort_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)));
            match backups.pop() {
                Some((_, restricted)) => {
                    open.push(restricted);
                    continue;
                }
                None => return Ok(()),
            }
        }
        solved_games += generation.len();
        let wanted: BTreeSet<usize> = generation.iter().flat_map(|one| product(&counts, one)).collect();
        // Where a limit ends the search, what was played is still judged.
        let played = game.ensure(&wanted.into_iter().collect::<Vec<_>>());
        let ended = match played {
            Ok(()) => false,
            Err(Stop::Budget) => true,
            Err(stop) => return Err(stop),
        };
        let mut found: Vec<(RestrictedGame, Equilibrium)> = Vec::new();
        for restricted in generation {
            let Ok((equilibria, ..)) = solved(game, &restricted) else { continue };
            found.extend(equilibria.into_iter().map(|one| (restricted.clone(), one)));
        }
        let (games, mut equilibria): (Vec<RestrictedGame>, Vec<Equilibrium>) = found.into_iter().unzip();
        let confirmed = confirm(game, &mut equilibria);
        for (restricted, equilibrium) in games.into_iter().zip(equilibria) {
            let best = best_deviations(&equilibrium);
            for deviation in &equilibrium.deviations {
                let Some(gain) = deviation.gain.filter(|gain| *gain > super::GAIN) else { continue };
                let mut wider = restricted.clone();
                let own = &mut wider[deviation.player];
                if own.contains(&deviation.strategy) {
                    continue;
                }
                own.push(deviation.strategy);
                own.sort_unstable();
                if product(&counts, &wider).len() > LARGEST || seen.contains(&wider) {
                    continue;
                }
                if best.contains(&(deviation.player, deviation.strategy)) {
                    open.push(wider);
                } else {
                    backups.push((gain, wider));
                }
            }
            let known = |other: &Equilibrium| other.profile.distance(&equilibrium.profile) < 1e-9;
            if !candidates.iter().any(known) {
                candidates.push(equilibrium);
            }
        }
        confirmed?;
        if ended {
            return Err(Stop::Budget);
        }
    }
    Ok(())
}
