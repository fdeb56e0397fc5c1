//! Which profiles are worth playing, and what is an equilibrium of those played.

mod double_oracle;
mod quiesce;
mod solve;

use std::collections::BTreeSet;

use marchland_equilibria::game::Game;
use marchland_equilibria::profile::Profile;
use serde::{Deserialize, Serialize};

use super::question::Mode;
use super::sample::Sample;
use super::store::{Stop, Store};

pub use solve::{SolvedGame, equilibria};

/// A game whose payoffs are found out as they are asked for.
pub trait Profiles {
    /// How many strategies each player has.
    fn counts(&self) -> Vec<usize>;

    /// Finds out the payoffs of these profiles, by their numbers (row-major, the first player slowest).
    ///
    /// # Errors
    /// No more can be found out now.
    fn ensure(&mut self, places: &[usize]) -> Result<(), Stop>;

    /// A player's payoff at a profile; none where it was not found out.
    fn payoff(&self, place: usize, player: usize) -> Option<f64>;

    /// How many games of these profiles are forfeited, of how many; none unless programs play.
    fn forfeited(&self, _places: &[usize]) -> (u64, u64) {
        (0, 0)
    }
}

impl Profiles for Store<'_> {
    fn counts(&self) -> Vec<usize> {
        self.sample().counts()
    }

    fn ensure(&mut self, places: &[usize]) -> Result<(), Stop> {
        let first = self.arena().tournament.replications;
        let wants: Vec<(usize, u64)> = places.iter().map(|place| (*place, first)).collect();
        Store::ensure(self, &wants)
    }

    fn payoff(&self, place: usize, player: usize) -> Option<f64> {
        self.sample().mean(place, player)
    }

    fn forfeited(&self, places: &[usize]) -> (u64, u64) {
        self.sample().forfeited(places)
    }
}

/// A sample as it is: nothing more is found out.
impl Profiles for &Sample {
    fn counts(&self) -> Vec<usize> {
        Sample::counts(self)
    }

    fn ensure(&mut self, places: &[usize]) -> Result<(), Stop> {
        if places.iter().all(|place| self.games(*place).is_some()) { Ok(()) } else { Err(Stop::Budget) }
    }

    fn payoff(&self, place: usize, player: usize) -> Option<f64> {
        self.mean(place, player)
    }

    fn forfeited(&self, places: &[usize]) -> (u64, u64) {
        Sample::forfeited(self, places)
    }
}

/// How profiles are searched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    /// How they are chosen.
    pub mode: Mode,
    /// Profiles from which the search starts, at least one.
    pub starts: Vec<Vec<usize>>,
}

impl Search {
    /// A search from so many profiles that between them, where there are enough, play every strategy:
    /// first `own`, then diagonals of the table.
    #[must_use]
    pub fn spread(mode: Mode, counts: &[usize], own: &[usize], starts: u64) -> Self {
        let most = counts.iter().copied().max().unwrap_or(1);
        let mut all = vec![own.to_vec()];
        let mut seen: BTreeSet<Vec<usize>> = all.iter().cloned().collect();
        let starts = usize::try_from(starts).unwrap_or(usize::MAX);
        // Evenly spaced strategies first; every further diagonal shifts the players against each other.
        for round in 0..most {
            let spaced = if starts < most { starts } else { most };
            for k in 0..spaced {
                if all.len() >= starts {
                    return Self { mode, starts: all };
                }
                let profile: Vec<usize> = counts
                    .iter()
                    .enumerate()
                    .map(|(player, &n)| (own[player] + k * n / spaced + round * player) % n)
                    .collect();
                if seen.insert(profile.clone()) {
                    all.push(profile);
                }
            }
        }
        Self { mode, starts: all }
    }
}

/// What one player gains by a strategy against an equilibrium.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Deviation {
    /// The player.
    pub player: usize,
    /// The strategy.
    pub strategy: usize,
    /// What it gains on what the player has; none where a profile that it needs was not played.
    pub gain: Option<f64>,
}

/// An equilibrium of the game that was solved, and what speaks against it outside.
#[derive(Clone, Debug, PartialEq)]
pub struct Equilibrium {
    /// Over all strategies of every player.
    pub profile: Profile,
    /// Each player's payoff.
    pub payoffs: Vec<f64>,
    /// Every deviation to a strategy that the player does not use.
    pub deviations: Vec<Deviation>,
    /// How many games that it and the deviations from it rest on are forfeited, of how many.
    pub forfeited: (u64, u64),
}

impl Equilibrium {
    /// Whether it [stands](Self::stands), and on no forfeited game: of what played in a program's place nothing
    /// is confirmed.
    #[must_use]
    pub fn confirmed(&self) -> bool {
        self.stands() && self.forfeited.0 == 0
    }

    /// Whether every deviation was sampled, and none gains.
    #[must_use]
    pub fn stands(&self) -> bool {
        self.sampled() && !self.refuted()
    }

    /// Whether every deviation was sampled.
    #[must_use]
    pub fn sampled(&self) -> bool {
        self.deviations.iter().all(|one| one.gain.is_some())
    }

    /// Whether a deviation that was sampled gains.
    #[must_use]
    pub fn refuted(&self) -> bool {
        let scale = self.payoffs.iter().fold(1.0, |most, payoff| crate::number::max(most, payoff.abs()));
        self.deviations.iter().any(|one| one.gain.is_some_and(|gain| gain > GAIN * scale))
    }

    /// Its support.
    #[must_use]
    pub fn supports(&self) -> Vec<Vec<usize>> {
        self.profile.supports()
    }
}

/// A smaller gain, as a share of the larger of 1 and the payoff, is rounding.
pub(super) const GAIN: f64 = 1e-9;

/// What a search found.
#[derive(Debug)]
pub struct Exploration {
    /// The strategies of each player in the game that was solved: the product of the reported supports, and the
    /// nearest alternative of a player whose support is one strategy; all of its profiles were played.
    pub keep: Vec<Vec<usize>>,
    /// All equilibria found of the game among them.
    pub equilibria: Vec<Equilibrium>,
    /// Connected sets of more than one of them, by their numbers from 0.
    pub components: Vec<Vec<usize>>,
    /// Whether these are proved to be all of it.
    pub complete: bool,
    /// Why the search stopped before its end; none where it did not.
    pub stopped: Option<Stop>,
}

/// Rounds of closing a product of supports.
const ROUNDS: usize = 64;

/// Searches a game for equilibria, then plays the product of the supports found and lists the equilibria
/// of the game among them, each with every deviation from it.
///
/// # Errors
/// [`Stop`], except for its [`Stop::Budget`], which ends the search with what was found.
pub fn explore(game: &mut dyn Profiles, search: &Search) -> Result<Exploration, Stop> {
    let mut candidates = Vec::new();
    let searched = match search.mode {
        Mode::All => {
            let all: Vec<usize> = (0..game.counts().iter().product()).collect();
            game.ensure(&all).and_then(|()| {
                let counts = game.counts();
                if solve::affordable(&counts) {
                    let keep = everything(&counts);
                    let (found, ..) = solved(game, &keep)?;
                    candidates = found;
                    return Ok(());
                }
                // The whole table is there: searching it costs no games.
                let all_starts = Search::spread(Mode::All, &counts, &search.starts[0], u64::from(u16::MAX));
                quiesce::quiesce(game, &all_starts.starts, &mut candidates)
            })
        }
        Mode::Quiesce => quiesce::quiesce(game, &search.starts, &mut candidates),
        Mode::DoubleOracle => double_oracle::double_oracle(game, &search.starts, &mut candidates),
    };
    let mut stopped = match searched {
        Ok(()) => None,
        Err(Stop::Budget) => Some(Stop::Budget),
        Err(stop) => return Err(stop),
    };
    // Only equilibria that nothing speaks against are reported, where there are any.
    let good: Vec<&Equilibrium> = candidates.iter().filter(|one| one.stands()).collect();
    let reported: Vec<Vec<Vec<usize>>> = if good.is_empty() {
        least_regret(&candidates).map(Equilibrium::supports).into_iter().collect()
    } else {
        good.iter().map(|one| one.supports()).collect()
    };
    let counts = game.counts();
    let mut keep = union(&counts, &reported);
    if reported.is_empty() {
        // Not even one profile's deviations were played: what is there is the first start.
        keep = search.starts[0].iter().map(|&strategy| vec![strategy]).collect();
    }
    for _ in 0..ROUNDS {
        match game.ensure(&product(&counts, &keep)) {
            Ok(()) => {}
            Err(Stop::Budget) => {
                // The best single candidate's own product was played.
                stopped = Some(Stop::Budget);
                match least_regret(&candidates) {
                    Some(best) => keep = union(&counts, &[best.supports()]),
                    None => break,
                }
            }
            Err(stop) => return Err(stop),
        }
        let Ok((mut found, components, complete)) = solved(game, &keep) else { break };
        match confirm(game, &mut found) {
            Ok(()) => {}
            Err(Stop::Budget) => stopped = Some(Stop::Budget),
            Err(stop) => return Err(stop),
        }
        // Where deviations refute all of them, the answers to them join the game.
        let hopeless = found.iter().all(Equilibrium::refuted) && stopped.is_none();
        let mut wider = keep.clone();
        if hopeless {
            for (player, strategy) in found.iter().flat_map(best_deviations) {
                if !wider[player].contains(&strategy) {
                    wider[player].push(strategy);
                    wider[player].sort_unstable();
                }
            }
        }
        if wider == keep && stopped.is_none() {
            // A game is one where everybody has a choice: whoever has a single strategy left is given the one
            // that loses least against what was found, if there are games left to play its profiles.
            for (player, strategy) in alternatives(&counts, &keep, &found) {
                wider[player].push(strategy);
                wider[player].sort_unstable();
            }
            match game.ensure(&product(&counts, &wider)) {
                Ok(()) => {}
                Err(Stop::Budget) => wider.clone_from(&keep),
                Err(stop) => return Err(stop),
            }
        }
        if wider == keep {
            return Ok(Exploration { keep, equilibria: found, components, complete, stopped });
        }
        keep = wider;
    }
    Ok(Exploration { keep, equilibria: Vec::new(), components: Vec::new(), complete: false, stopped })
}

/// Every strategy of every player.
pub(super) fn everything(counts: &[usize]) -> Vec<Vec<usize>> {
    counts.iter().map(|&n| (0..n).collect()).collect()
}

/// The numbers of the profiles of a product.
pub(super) fn product(counts: &[usize], keep: &[Vec<usize>]) -> Vec<usize> {
    let mut places = vec![0];
    for (kept, n) in keep.iter().zip(counts) {
        places = places.iter().flat_map(|place| kept.iter().map(move |a| place * n + a)).collect();
    }
    places
}

fn union(counts: &[usize], supports: &[Vec<Vec<usize>>]) -> Vec<Vec<usize>> {
    (0..counts.len())
        .map(|player| {
            let all: BTreeSet<usize> = supports.iter().flat_map(|one| one[player].iter().copied()).collect();
            all.into_iter().collect()
        })
        .collect()
}

fn least_regret(candidates: &[Equilibrium]) -> Option<&Equilibrium> {
    let regret = |one: &Equilibrium| {
        let gains = one.deviations.iter().filter_map(|deviation| deviation.gain);
        // Sampled deviations before unknown ones.
        (!one.sampled(), gains.fold(0.0, crate::number::max))
    };
    candidates.iter().min_by(|a, b| {
        let (a, b) = (regret(a), regret(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    })
}

/// For each player with one strategy left of several, the deviation that gains most, or loses least, against any
/// of the equilibria.
fn alternatives(counts: &[usize], keep: &[Vec<usize>], found: &[Equilibrium]) -> Vec<(usize, usize)> {
    let single = (0..counts.len()).filter(|&player| keep[player].len() == 1 && counts[player] > 1);
    single
        .filter_map(|player| {
            let own = found.iter().flat_map(|one| &one.deviations).filter(|one| one.player == player);
            let gains = own.filter_map(|one| Some((one.gain?, one.strategy)));
            gains.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1))).map(|(_, strategy)| (player, strategy))
        })
        .collect()
}

/// Each player's best deviation that gains.
fn best_deviations(equilibrium: &Equilibrium) -> Vec<(usize, usize)> {
    (0..equilibrium.payoffs.len())
        .filter_map(|player| {
            let own = equilibrium.deviations.iter().filter(|one| one.player == player);
            let gains = own.filter_map(|one| Some((one.gain?, one.strategy)));
            let best = gains.fold(
                (0.0, None),
                |best, (gain, strategy)| {
                    if gain > best.0 { (gain, Some(strategy)) } else { best }
                },
            );
            let scale = crate::number::max(1.0, equilibrium.payoffs[player].abs());
            best.1.filter(|_| best.0 > GAIN * scale).map(|strategy| (player, strategy))
        })
        .collect()
}

/// The game among some strategies; none where a profile was not played.
fn game_of(game: &dyn Profiles, keep: &[Vec<usize>]) -> Option<Game> {
    let counts = game.counts();
    let places = product(&counts, keep);
    let tensors: Option<Vec<Vec<f64>>> =
        (0..counts.len()).map(|player| places.iter().map(|&place| game.payoff(place, player)).collect()).collect();
    let kept: Vec<usize> = keep.iter().map(Vec::len).collect();
    Game::unnamed(&kept, tensors?).ok()
}

/// Equilibria, the connected sets that they lie in, and whether they are all.
type RestrictedSolution = (Vec<Equilibrium>, Vec<Vec<usize>>, bool);

/// The equilibria of the game among some strategies, without deviations to others yet.
fn solved(game: &dyn Profiles, keep: &[Vec<usize>]) -> Result<RestrictedSolution, Stop> {
    let counts = game.counts();
    let restricted = game_of(game, keep).ok_or(Stop::Budget)?;
    let SolvedGame { solutions, components, complete } = equilibria(&restricted);
    let components = components.into_iter().map(|component| component.members).filter(|members| members.len() > 1);
    let components = components.collect();
    let found = solutions
        .into_iter()
        .map(|solution| {
            let mut profile: Vec<Vec<f64>> = counts.iter().map(|&n| vec![0.0; n]).collect();
            for ((whole, part), kept) in profile.iter_mut().zip(&solution.profile.0).zip(keep) {
                for (&strategy, &probability) in kept.iter().zip(part) {
                    whole[strategy] = probability;
                }
            }
            Equilibrium {
                profile: Profile(profile),
                payoffs: solution.payoffs,
                deviations: Vec::new(),
                forfeited: (0, 0),
            }
        })
        .collect();
    Ok((found, components, complete))
}

/// Plays every deviation from the equilibria, and says what each gains; what was not played stays unknown.
fn confirm(game: &mut dyn Profiles, equilibria: &mut [Equilibrium]) -> Result<(), Stop> {
    let counts = game.counts();
    let wanted: BTreeSet<usize> = equilibria.iter().flat_map(|one| rests_on(&counts, &one.profile)).collect();
    let wanted: Vec<usize> = wanted.into_iter().collect();
    let played = game.ensure(&wanted);
    for one in equilibria.iter_mut() {
        one.deviations = deviations(game, &one.profile, &one.payoffs);
        one.forfeited = game.forfeited(&rests_on(&counts, &one.profile));
    }
    played
}

/// The numbers of the profiles that an equilibrium's certificate needs: its support's product, and every
/// deviation from it.
pub(super) fn rests_on(counts: &[usize], profile: &Profile) -> Vec<usize> {
    let supports = profile.supports();
    let mut places = BTreeSet::new();
    for (player, &n) in counts.iter().enumerate() {
        let mut against = supports.clone();
        against[player] = (0..n).collect();
        places.extend(product(counts, &against));
    }
    places.into_iter().collect()
}

/// What every strategy that a player does not use gains against a profile.
pub(super) fn deviations(game: &dyn Profiles, profile: &Profile, payoffs: &[f64]) -> Vec<Deviation> {
    let counts = game.counts();
    let supports = profile.supports();
    let mut found = Vec::new();
    for (player, &n) in counts.iter().enumerate() {
        for strategy in (0..n).filter(|strategy| !supports[player].contains(strategy)) {
            let mut against = supports.clone();
            against[player] = vec![strategy];
            let mut expected = Some(0.0);
            for place in product(&counts, &against) {
                let mut rest = place;
                let mut chance = 1.0;
                for (other, &m) in counts.iter().enumerate().rev() {
                    if other != player {
                        chance *= profile.0[other][rest % m];
                    }
                    rest /= m;
                }
                expected = expected.and_then(|sum: f64| Some(sum + chance * game.payoff(place, player)?));
            }
            let gain = expected.map(|expected| expected - payoffs[player]);
            found.push(Deviation { player, strategy, gain });
        }
    }
    found
}

#[cfg(test)]
mod tests;
