//! Playing a tournament and saying what it found.

use std::path::Path;
use std::sync::Arc;

use marchland_equilibria::profile::Profile;
use marchland_game::Diagnostic;
use marchland_sim::scenario::Scenario;
use marchland_strategies::Registry;

use super::analysis;
use super::arena::{Arena, Setting};
use super::attribution::{Contrast, Pair, contrast};
use super::explore::{Equilibrium, Exploration, Search, explore, rests_on};
use super::question::{Mode, Tournament};
use super::report::{BeliefReport, Gain, TournamentReport, VariationReport, mixture};
use super::sample::Sample;
use super::store::{Engine, Stop, Store};
use super::summary::{ReportContext, SearchResult};
use crate::compose;
use crate::draws;
use crate::empirical::{
    Allocation, AllocationOptions, Combination, EmpiricalError, RegretBound, allocate, regret_bound,
};
use crate::play::Players;
use crate::run::RunError;

/// Rounds in which games are added.
const ROUNDS: usize = 60;
/// Equilibria that are certified with fresh seeds, and judged under other circumstances.
const CERTIFIED: usize = 6;
/// Pairs of games that are traced for a contrast.
const TRACED: u64 = 24;
/// Rounds in which the gain of the strategy asked about is told more finely.
const SHARPENED: usize = 6;

/// Why a tournament ended early.
#[derive(Debug, thiserror::Error)]
pub enum TournamentError {
    /// Names that the scenario does not know.
    #[error("the tournament does not fit the scenario")]
    Findings(Vec<Diagnostic>),
    /// No more games could be played.
    #[error(transparent)]
    Stop(#[from] Stop),
    /// A file could not be written.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A statistic was refused.
    #[error(transparent)]
    Empirical(#[from] EmpiricalError),
}

/// A tournament in hand.
pub struct TournamentSession<'a> {
    pub(super) root: &'a Path,
    pub(super) tournament: Arc<Tournament>,
    scenario: &'a Arc<Scenario>,
    registry: &'a Registry,
    pub(super) engine: &'a Engine<'a>,
    workers: Arc<Players>,
    max_games: Option<u64>,
    say: &'a dyn Fn(&str),
}

impl<'a> TournamentSession<'a> {
    /// For a tournament whose folder was opened. `say` is told, in a line, what is going on.
    ///
    /// # Errors
    /// The scenario's `assumed` line-up is wrong.
    pub fn new(
        root: &'a Path,
        tournament: &Tournament,
        scenario: &'a Arc<Scenario>,
        registry: &'a Registry,
        engine: &'a Engine<'a>,
        max_games: Option<u64>,
        say: &'a dyn Fn(&str),
    ) -> Result<Self, TournamentError> {
        let assumed = compose::assumed(scenario, registry).map_err(TournamentError::Findings)?;
        let workers = Arc::new(Players::new(scenario, Some(assumed)));
        let tournament = Arc::new(tournament.clone());
        Ok(Self { root, tournament, scenario, registry, engine, workers, max_games, say })
    }

    /// Plays what is missing and reports. Games of earlier sessions are read and not played again.
    ///
    /// # Errors
    /// [`TournamentError`]. Every part finished before is kept.
    pub fn run(&self) -> Result<TournamentReport, TournamentError> {
        let tournament = &self.tournament;
        let mut beliefs = Vec::new();
        let mut waiting = None;
        for belief in &tournament.beliefs {
            match self.belief(belief) {
                Ok(report) => beliefs.push(report),
                // A shard goes on with the next belief set.
                Err(TournamentError::Stop(Stop::Waiting)) => waiting = Some(Stop::Waiting),
                Err(error) => return Err(error),
            }
        }
        if let Some(stop) = waiting {
            return Err(stop.into());
        }
        let span = |player: &String| {
            let id = self.scenario.catalogue.player(player);
            id.map_or(1.0, |id| self.scenario.catalogue.players[id.index()].payoffs.span())
        };
        Ok(TournamentReport {
            name: tournament.name.clone(),
            title: tournament.title.clone(),
            question: tournament.question.clone(),
            scenario: tournament.scenario.clone(),
            mode: tournament.mode.word().into(),
            players: tournament.players.iter().map(|(player, _)| player.clone()).collect(),
            spans: tournament.players.iter().map(|(player, _)| span(player)).collect(),
            asked: tournament.asked.map(|(player, strategy)| {
                let (name, set) = &tournament.players[player];
                (name.clone(), set[strategy].clone())
            }),
            epsilon: tournament.epsilon,
            level: tournament.level,
            beliefs,
        })
    }

    fn arena(&self, setting: Setting) -> Result<Arena, TournamentError> {
        Arena::new(&self.tournament, setting, self.scenario, self.registry, &self.workers)
            .map_err(TournamentError::Findings)
    }

    fn open<'s>(&'s self, arena: &'s Arena, most_games: Option<u64>) -> Result<Store<'s>, TournamentError> {
        Ok(Store::open(self.root, arena, self.engine, &self.tournament.hash(), most_games)?)
    }

    /// The scenario's own line-up, as far as it is among the strategies compared; first strategies else.
    fn own_profile(&self) -> Vec<usize> {
        let catalogue = &self.scenario.catalogue;
        let place = |(player, set): &(String, Vec<String>)| {
            let id = catalogue.player(player)?;
            let own = &self.scenario.strategies[self.scenario.lineup[id.index()]].name;
            set.iter().position(|name| name == own)
        };
        self.tournament.players.iter().map(|one| place(one).unwrap_or(0)).collect()
    }

    fn belief(&self, belief: &str) -> Result<BeliefReport, TournamentError> {
        let tournament = &*self.tournament;
        let level = tournament.level;
        // Belief sets share a limit evenly; within one, finding equilibria goes before certifying them.
        let budget = self.max_games.map(|games| games / tournament.beliefs.len() as u64);
        let arena = self.arena(Setting::of(belief))?;
        let mut store = self.open(&arena, budget)?;
        let counts = tournament.counts();
        let own = self.own_profile();
        let search = Search::spread(tournament.mode, &counts, &own, tournament.starts);
        (self.say)(&format!("{}: searching", name_of(belief)));
        let (mut found, allocation) = self.settle(&mut store, &search)?;
        let reported = candidate_numbers(&found);
        // What stands on forfeited games is not worth fresh ones, nor a place to judge other circumstances from.
        let whole = reported.iter().copied().filter(|&at| found.equilibria[at].forfeited.0 == 0);
        let certified: Vec<usize> = whole.take(CERTIFIED).collect();
        (self.say)(&format!("{}: fresh seeds", name_of(belief)));
        let fresh_arena = self.arena(Setting { fresh: true, ..Setting::of(belief) })?;
        let left = budget.map(|games| games - store.games());
        let mut fresh = self.open(&fresh_arena, left)?;
        // Later games follow from earlier ones: where those are cut short, these are not begun.
        let (bounds, mut cut) = match found.stopped {
            Some(_) => (Vec::new(), true),
            None => self.certify(&store, &mut fresh, &found, &certified)?,
        };
        for &at in &certified {
            let one = &mut found.equilibria[at];
            let (lost, of) = fresh.sample().forfeited(&rests_on(&counts, &one.profile));
            one.forfeited = (one.forfeited.0 + lost, one.forfeited.1 + of);
        }
        let spent = store.games() + fresh.games();
        (self.say)(&format!("{}: other line-ups and values", name_of(belief)));
        let mut other_games = 0;
        let mut elsewhere = |setting: Setting, name: String| -> Result<Option<VariationReport>, TournamentError> {
            if cut {
                return Ok(None);
            }
            let left = budget.map(|games| games.saturating_sub(spent + other_games));
            let one = self.elsewhere(setting, name, &found, &certified, &own, left)?;
            other_games += one.games;
            cut = one.stopped.is_some();
            Ok(Some(one))
        };
        let mut lineups = Vec::new();
        for (at, lineup) in tournament.lineups.iter().enumerate() {
            lineups.extend(elsewhere(Setting { lineup: Some(at), ..Setting::of(belief) }, lineup.name.clone())?);
        }
        let mut along = Vec::new();
        if let Some(parameter) = &tournament.along {
            for (at, value) in parameter.values.iter().enumerate() {
                let name = format!("{} = {value}", parameter.parameter);
                along.extend(elsewhere(Setting { along: Some(at), ..Setting::of(belief) }, name)?);
            }
        }
        (self.say)(&format!("{}: what carries the gains", name_of(belief)));
        let sample = store.sample();
        let profiles: Vec<Profile> = found.equilibria.iter().map(|one| one.profile.clone()).collect();
        let from_lineup = self.leaving_lineup(sample, &own);
        let contrasts = self.contrasts(&arena, sample, &profiles, &certified, &own, &from_lineup);
        (self.say)(&format!("{}: statistics", name_of(belief)));
        self.report(
            belief,
            &store,
            SearchResult { found: &found, allocation, bounds, reported, certified, profiles },
            ReportContext { fresh: &fresh, other_games, lineups, along, from_lineup, contrasts, own },
            level,
        )
    }

    /// Searches, and adds games where they decide most, until every deviation from what was found is
    /// decided and the gain of the strategy asked about is known finely enough, or none may be added; then brings the
    /// profiles among which the game is solved to as many games each.
    fn settle(
        &self,
        store: &mut Store<'_>,
        search: &Search,
    ) -> Result<(Exploration, Option<Allocation>), TournamentError> {
        let tournament = &*self.tournament;
        let options = AllocationOptions {
            epsilon: tournament.epsilon,
            level: tournament.level,
            first: tournament.replications as usize,
            block: tournament.replications as usize,
            games: tournament.games_per_part * 4,
            most: tournament.most_replications as usize,
        };
        for round in 0.. {
            let mut found = explore(store, search)?;
            let candidates = candidates(&found);
            // More games of a program that fails tell nothing more.
            let forfeited = !found.equilibria.is_empty() && found.equilibria.iter().all(|one| one.forfeited.0 > 0);
            if candidates.is_empty() || tournament.epsilon <= 0.0 || forfeited {
                return Ok((found, None));
            }
            let allocation = self.engine.pool().install(|| allocate(store.sample(), &candidates, &options));
            if found.stopped.is_some() || round == ROUNDS {
                return Ok((found, Some(allocation)));
            }
            let mut wants: Vec<(usize, u64)> =
                allocation.requests.iter().map(|one| (one.profile, one.replications as u64)).collect();
            if wants.is_empty() {
                wants = candidates.first().map_or(Vec::new(), |profile| self.finer(store.sample(), profile));
            }
            if wants.is_empty() {
                wants = levelling(store.sample(), &found.keep, store.games());
            }
            if wants.is_empty() {
                return Ok((found, Some(allocation)));
            }
            match store.ensure(&wants) {
                Ok(()) => {}
                Err(Stop::Budget) => {
                    found = explore(store, search)?;
                    found.stopped = Some(Stop::Budget);
                    let allocation = allocate(store.sample(), &self::candidates(&found), &options);
                    return Ok((found, Some(allocation)));
                }
                Err(stop) => return Err(stop.into()),
            }
        }
        unreachable!("the last round returns")
    }

    /// The games that bring the interval of what the strategy asked about gains within ±ε, at most four
    /// times as many as there are; none where it is, or where no more may be played.
    fn finer(&self, sample: &Sample, profile: &Profile) -> Vec<(usize, u64)> {
        let tournament = &*self.tournament;
        let Some((player, strategy)) = tournament.asked else { return Vec::new() };
        let combination = Combination::deviation(sample, profile, player, strategy);
        let Some(estimate) = combination.estimate(sample) else { return Vec::new() };
        let Some(interval) = estimate.interval(tournament.level) else { return Vec::new() };
        let times = interval.half_width() / tournament.epsilon;
        if times <= 1.0 || !times.is_finite() {
            return Vec::new();
        }
        let factor = crate::number::min(times * times, 4.0);
        let wanted = (estimate.replications as f64 * factor).ceil() as u64;
        let wanted = wanted.min(tournament.most_replications);
        let places = combination.weights.iter().map(|(place, _)| *place);
        places.filter(|place| (sample.replications(*place) as u64) < wanted).map(|place| (place, wanted)).collect()
    }

    /// Plays what the certificates need with fresh seeds, as often as the search played the most-played of
    /// it, and bounds the regret of each equilibrium; and whether a limit of games cut that short.
    fn certify(
        &self,
        store: &Store<'_>,
        fresh: &mut Store<'_>,
        found: &Exploration,
        certified: &[usize],
    ) -> Result<(Vec<(usize, RegretBound)>, bool), TournamentError> {
        let sample = store.sample();
        let mut bounds = Vec::new();
        for &at in certified {
            let profile = &found.equilibria[at].profile;
            let needed = rests_on(&sample.counts(), profile);
            let most = needed.iter().map(|place| sample.replications(*place)).max().unwrap_or(0) as u64;
            let wants: Vec<(usize, u64)> = needed.iter().map(|place| (*place, most)).collect();
            let played = fresh.ensure(&wants);
            let fresh_games = fresh.sample();
            let whole = fresh_games.forfeited(&needed).0 == 0;
            if whole && needed.iter().all(|place| fresh_games.games(*place).is_some()) {
                bounds.push((at, regret_bound(fresh.sample(), profile, self.tournament.level)));
            }
            match played {
                Ok(()) => {}
                Err(Stop::Budget) => return Ok((bounds, true)),
                Err(stop) => return Err(stop.into()),
            }
        }
        Ok((bounds, false))
    }

    /// The equilibrium under other circumstances, searched from the equilibria found and the own line-up.
    fn elsewhere(
        &self,
        setting: Setting,
        name: String,
        found: &Exploration,
        certified: &[usize],
        own: &[usize],
        left: Option<u64>,
    ) -> Result<VariationReport, TournamentError> {
        let tournament = &*self.tournament;
        let arena = self.arena(setting)?;
        let mut store = self.open(&arena, left)?;
        let mut starts: Vec<Vec<usize>> =
            certified.iter().flat_map(|at| analysis::likely(&found.equilibria[*at].profile, 1)).collect();
        starts.push(own.to_vec());
        starts.dedup();
        let search = Search { mode: Mode::Quiesce, starts };
        let mut there = explore(&mut store, &search)?;
        for _ in 0..SHARPENED {
            let first = there.equilibria.iter().find(|one| one.confirmed());
            let wants = first.map_or(Vec::new(), |first| self.finer(store.sample(), &first.profile));
            if wants.is_empty() || there.stopped.is_some() || tournament.epsilon <= 0.0 {
                break;
            }
            let played = store.ensure(&wants);
            there = explore(&mut store, &search)?;
            match played {
                Ok(()) => {}
                Err(Stop::Budget) => there.stopped = Some(Stop::Budget),
                Err(stop) => return Err(stop.into()),
            }
        }
        let sample = store.sample();
        let confirmed: Vec<&Equilibrium> = there.equilibria.iter().filter(|one| one.confirmed()).collect();
        let asked_gain = tournament.asked.and_then(|(player, strategy)| {
            let first = confirmed.first()?;
            Some(analysis::gain(sample, &first.profile, player, strategy, tournament.level))
        });
        Ok(VariationReport {
            name,
            equilibria: confirmed.iter().map(|one| mixture(&sample.strategies, &one.profile, |_, _| None)).collect(),
            asked_in_support: tournament
                .asked
                .map(|(player, strategy)| confirmed.iter().any(|one| one.profile.0[player][strategy] > 0.0)),
            asked_gain,
            games: store.games(),
            forfeited: store.lost().forfeited,
            stopped: there.stopped.map(|stop| stop.to_string()),
        })
    }

    /// Each player's best deviation from the own line-up, where all were sampled.
    fn leaving_lineup(&self, sample: &Sample, own: &[usize]) -> Vec<Gain> {
        let profile = pure(sample, own);
        let mut gains = Vec::new();
        for (player, set) in sample.strategies.iter().enumerate() {
            let all = (0..set.len()).map(|strategy| {
                let one = Combination::deviation(sample, &profile, player, strategy).estimate(sample)?;
                Some((strategy, one.value))
            });
            let Some(all) = all.collect::<Option<Vec<_>>>() else { continue };
            let best = all.into_iter().fold((own[player], 0.0), |best, one| if one.1 > best.1 { one } else { best });
            gains.push(analysis::gain(sample, &profile, player, best.0, self.tournament.level));
        }
        gains
    }

    /// What carries the gains: of the strategy asked about against the best other at the first equilibrium,
    /// and of each player's best deviation from the own line-up.
    fn contrasts(
        &self,
        arena: &Arena,
        sample: &Sample,
        profiles: &[Profile],
        certified: &[usize],
        own: &[usize],
        from_lineup: &[Gain],
    ) -> Vec<Contrast> {
        let mut wanted: Vec<(Profile, usize, usize, usize)> = Vec::new();
        if let (Some((player, strategy)), Some(&first)) = (self.tournament.asked, certified.first()) {
            let profile = &profiles[first];
            let gain = |at: usize| Some(Combination::deviation(sample, profile, player, at).estimate(sample)?.value);
            let others = (0..sample.strategies[player].len()).filter(|at| *at != strategy);
            let best =
                others.filter_map(|at| Some((at, gain(at)?))).fold(
                    None,
                    |best: Option<(usize, f64)>, one| match best {
                        Some(best) if best.1 >= one.1 => Some(best),
                        _ => Some(one),
                    },
                );
            if let Some((best, _)) = best {
                wanted.push((profile.clone(), player, strategy, best));
            }
        }
        for gain in from_lineup {
            let Some(player) = sample.players.iter().position(|name| *name == gain.player) else { continue };
            let Some(to) = sample.strategies[player].iter().position(|name| *name == gain.strategy) else { continue };
            if to != own[player] && gain.interval.is_some_and(|interval| interval.low > 0.0) {
                wanted.push((pure(sample, own), player, own[player], to));
            }
        }
        let (seed, level) = (self.tournament.seed, self.tournament.level);
        self.engine.pool().install(|| {
            wanted
                .iter()
                .map(|(profile, player, from, to)| {
                    let pairs: Vec<Pair> = (0..TRACED)
                        .map(|replication| {
                            let key = draws::key(seed, "traced pairs", &[replication]);
                            let mut rng = draws::stream(key);
                            let uniform: Vec<f64> = profile.0.iter().map(|_| draws::uniform(&mut rng)).collect();
                            let mut first = analysis::drawn(profile, &uniform);
                            let mut second = first.clone();
                            (first[*player], second[*player]) = (*from, *to);
                            (first, second, replication)
                        })
                        .collect();
                    let names = |player: usize, strategy: usize| sample.strategies[player][strategy].clone();
                    let others = mixture(&sample.strategies, profile, |_, _| None);
                    let against: Vec<String> = others
                        .iter()
                        .enumerate()
                        .filter(|(at, _)| at != player)
                        .map(|(at, shares)| {
                            let used: Vec<&str> = shares.iter().map(|share| share.strategy.as_str()).collect();
                            format!("{} {}", sample.players[at], used.join(" or "))
                        })
                        .collect();
                    Contrast {
                        from: names(*player, *from),
                        to: names(*player, *to),
                        against: against.join(", "),
                        ..contrast(arena, *player, &pairs, level)
                    }
                })
                .collect()
        })
    }
}

/// A belief set's folder.
pub(super) fn name_of(belief: &str) -> &str {
    if belief.is_empty() { "default" } else { belief }
}

fn pure(sample: &Sample, profile: &[usize]) -> Profile {
    let mixture = |(&strategy, set): (&usize, &Vec<String>)| {
        (0..set.len()).map(|at| f64::from(u8::from(at == strategy))).collect()
    };
    Profile(profile.iter().zip(&sample.strategies).map(mixture).collect())
}

/// The numbers of the equilibria whose deviations are judged: those that stand, all where none does.
pub(super) fn candidate_numbers(found: &Exploration) -> Vec<usize> {
    let all = 0..found.equilibria.len();
    let standing: Vec<usize> = all.clone().filter(|&at| found.equilibria[at].stands()).collect();
    if standing.is_empty() { all.collect() } else { standing }
}

/// What brings the profiles among some strategies to as many games each, so that what two of them differ by rests on the
/// same shocks; nothing where that takes more games than were played so far.
fn levelling(sample: &Sample, keep: &[Vec<usize>], played: u64) -> Vec<(usize, u64)> {
    let places = sample.product(keep);
    let most = places.iter().map(|place| sample.replications(*place)).max().unwrap_or(0);
    let fewer = places.into_iter().filter(|place| sample.replications(*place) < most);
    let wants: Vec<(usize, u64)> = fewer.map(|place| (place, most as u64)).collect();
    let games: u64 = wants.iter().map(|(place, to)| to - sample.replications(*place) as u64).sum();
    if games <= played { wants } else { Vec::new() }
}

fn candidates(found: &Exploration) -> Vec<Profile> {
    candidate_numbers(found).into_iter().map(|at| found.equilibria[at].profile.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tournament::Games;

    #[test]
    fn profiles_are_levelled_where_that_is_cheap() {
        let games = |count: usize| Games { payoffs: vec![vec![0.0; count]; 2], ..Games::default() };
        let names = || vec!["a".to_owned(), "b".to_owned()];
        let mut sample = Sample { players: names(), strategies: vec![names(), names()], ..Sample::default() };
        for (place, count) in [(0, 16), (1, 8), (2, 16), (3, 12)] {
            sample.profiles.insert(place, games(count));
        }
        let all = [vec![0, 1], vec![0, 1]];
        assert_eq!(levelling(&sample, &all, 52), [(1, 16), (3, 16)]);
        assert_eq!(levelling(&sample, &all, 11), [], "twelve games are more than were played");
        assert_eq!(levelling(&sample, &[vec![0, 1], vec![0]], 52), [], "those two are level");
    }
}
