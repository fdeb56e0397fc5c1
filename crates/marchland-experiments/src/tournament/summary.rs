//! What was played, made into a report: intervals, resamples, other weights, `game.nfg`.

use marchland_equilibria::game::Game;
use marchland_equilibria::nfg::{self, LeftOut, Names};
use marchland_equilibria::profile::Profile;
use marchland_equilibria::tensor;

use super::analysis;
use super::attribution::Contrast;
use super::explore::{Equilibrium, Exploration};
use super::kind;
use super::report::{
    BeliefReport, EquilibriumReport, Gain, MeasureRisk, ProfileReport, UndecidedGain, VariationReport, mixture,
};
use super::sample::Sample;
use super::session::{TournamentError, TournamentSession, candidate_numbers, name_of};
use super::store::Store;
use crate::empirical::{
    Allocation, BootstrapOptions, Combination, Concepts, RegretBound, ReweightOptions, RiskOptions, Verdict, bootstrap,
    mixture_risk, reweight,
};
use crate::run::write_whole;
use crate::statistics::{Interval, MeanEstimate, Refusal, Tail, mean_interval};

/// Profiles of the largest game that is ranked and resampled.
const RANKED: usize = 320;
/// Share of games that counts as the bad end of a measure.
const BAD_END: f64 = 0.1;

/// Profiles of cycles that join the picture of best replies.
const CYCLING: usize = 12;

/// What the search found, and what was made of it.
pub(super) struct SearchResult<'f> {
    pub found: &'f Exploration,
    pub allocation: Option<Allocation>,
    pub bounds: Vec<(usize, RegretBound)>,
    pub reported: Vec<usize>,
    pub certified: Vec<usize>,
    pub profiles: Vec<Profile>,
}

/// What was played around it.
pub(super) struct ReportContext<'s> {
    pub fresh: &'s Store<'s>,
    pub other_games: u64,
    pub lineups: Vec<VariationReport>,
    pub along: Vec<VariationReport>,
    pub from_lineup: Vec<Gain>,
    pub contrasts: Vec<Contrast>,
    pub own: Vec<usize>,
}

impl TournamentSession<'_> {
    /// The report of a belief set; writes `game.nfg` beside it.
    pub(super) fn report(
        &self,
        belief: &str,
        store: &Store<'_>,
        found: SearchResult<'_>,
        around: ReportContext<'_>,
        level: f64,
    ) -> Result<BeliefReport, TournamentError> {
        let tournament = &*self.tournament;
        let sample = store.sample();
        let SearchResult { found, allocation, bounds, reported, certified, profiles } = found;
        let keep = &found.keep;
        let names = |keep: &[Vec<usize>]| -> Vec<Vec<String>> {
            let of = |(kept, set): (&Vec<usize>, &Vec<String>)| kept.iter().map(|&at| set[at].clone()).collect();
            keep.iter().zip(&sample.strategies).map(of).collect()
        };
        let resampled: Vec<Profile> = reported.iter().map(|&at| profiles[at].clone()).collect();
        let standing = reported.iter().all(|&at| found.equilibria[at].stands()) && !reported.is_empty();
        // Others are no equilibria of a wider game: then the game of the supports is what is resampled.
        let wide =
            if standing { analysis::widest(sample, keep, &nearest(sample, &resampled), RANKED) } else { keep.clone() };
        let options = BootstrapOptions {
            resamples: tournament.resamples as u32,
            seed: tournament.seed,
            level,
            concepts: Concepts { programs: false, ..Concepts::default() },
            alpha: None,
        };
        let strapped = self.engine.pool().install(|| bootstrap(sample, &wide, &resampled, &options));
        let (bootstrap, bootstrap_missing) = match strapped {
            Ok(bootstrap) => (Some(bootstrap), None),
            Err(error) => (None, Some(error.to_string())),
        };
        let reweighting = (tournament.weight_draws >= 2).then(|| {
            let options = ReweightOptions {
                draws: tournament.weight_draws as u32,
                spread: tournament.weight_spread,
                seed: tournament.seed,
                level,
            };
            self.engine.pool().install(|| reweight(sample, &wide, &resampled, &options)).ok()
        });
        let masses = |place: usize| {
            let all = bootstrap.as_ref().map_or(&[][..], |found| &found.masses);
            all.iter().find(|one| one.profile == place)
        };
        let table = sample
            .product(&wide)
            .into_iter()
            .filter_map(|place| {
                let games = sample.games(place)?;
                let mass = masses(place);
                Some(ProfileReport {
                    strategies: named(sample, &sample.profile_at(place)),
                    replications: games.replications() as u64,
                    payoffs: games.payoffs.iter().map(|values| payoff(values, level)).collect(),
                    forfeited: games.forfeited_count(),
                    payoffs_kept: (games.forfeited_count() > 0)
                        .then(|| (0..games.payoffs.len()).map(|at| payoff(&games.payoffs_kept(at), level)))
                        .map_or_else(Vec::new, Iterator::collect),
                    mass: mass.map(|one| one.estimate),
                    mass_interval: mass.and_then(|one| one.spread).map(|spread| spread.interval),
                })
            })
            .collect();
        let equilibria = found
            .equilibria
            .iter()
            .enumerate()
            .map(|(at, one)| {
                let stability = bootstrap.as_ref().and_then(|all| {
                    let place = reported.iter().position(|other| *other == at)?;
                    all.equilibria.get(place)
                });
                let interval = |player: usize, strategy: usize| -> Option<Interval> {
                    stability?.probabilities[player][strategy].map(|spread| spread.interval)
                };
                let bound = bounds.iter().find(|(other, _)| *other == at).map(|(_, bound)| bound.clone());
                self.equilibrium(sample, one, interval, bound, certified.contains(&at))
            })
            .collect();
        let replications = sample.profiles.values().map(|games| games.replications() as u64);
        let fewest = replications.clone().min().unwrap_or(0);
        let mut nodes: Vec<Vec<usize>> = profiles.iter().flat_map(|one| analysis::likely(one, 4)).collect();
        nodes.push(around.own.clone());
        let asked = tournament.asked.map_or(Vec::new(), |(player, strategy)| {
            profiles.iter().map(|profile| analysis::gain(sample, profile, player, strategy, level)).collect()
        });
        let certified_profiles: Vec<Profile> = certified.iter().map(|&at| profiles[at].clone()).collect();
        let undecided = allocation.as_ref().map_or(Vec::new(), |allocation| {
            let order = candidate_numbers(found);
            allocation
                .comparisons
                .iter()
                .filter(|one| matches!(one.verdict, Verdict::Undecided | Verdict::Unsampled))
                .map(|one| UndecidedGain {
                    equilibrium: order.get(one.candidate).map_or(0, |at| at + 1),
                    player: sample.players[one.player].clone(),
                    strategy: sample.strategies[one.player][one.strategy].clone(),
                    gain: one.gain.map(|gain| gain.value),
                    games_needed: one.games_needed,
                })
                .collect()
        });
        let together = analysis::widest(sample, keep, &nearest(sample, &resampled), kind::MOST_PROFILES);
        // Cycles of best replies join the picture.
        let kind = kind::kind(sample, &together, level, tournament.seed);
        nodes.extend(kind.iter().flat_map(|kind| kind::cycling(sample, kind, CYCLING)));
        let mut lost = store.lost().clone();
        lost.add_all(around.fresh.lost());
        let report = BeliefReport {
            belief: belief.to_owned(),
            profiles_played: store.profiles() as u64,
            profiles: store.arena().symmetry.profile_count() as u64,
            games: store.games(),
            fresh_games: around.fresh.games(),
            other_games: around.other_games,
            replications: (fewest, replications.max().unwrap_or(0)),
            stopped: found.stopped.as_ref().map(ToString::to_string),
            complete: found.complete,
            components: found.components.clone(),
            correlation: analysis::correlation(sample),
            keep: names(keep),
            ranked: names(&wide),
            table,
            equilibria,
            strategies: analysis::strategies(sample, &certified_profiles, level, tournament.seed),
            bootstrap,
            bootstrap_missing,
            resampled: reported,
            reweighting: reweighting.flatten(),
            kind,
            lost,
            graph: analysis::graph(sample, &nodes),
            from_lineup: around.from_lineup,
            asked,
            contrasts: around.contrasts,
            along: around.along,
            lineups: around.lineups,
            undecided,
            games_needed: allocation.and_then(|allocation| allocation.games_needed),
        };
        self.write_game(belief, sample, found)?;
        Ok(report)
    }

    fn equilibrium(
        &self,
        sample: &Sample,
        one: &Equilibrium,
        interval: impl Fn(usize, usize) -> Option<Interval>,
        certified: Option<RegretBound>,
        judged: bool,
    ) -> EquilibriumReport {
        let level = self.tournament.level;
        let mut deviations: Vec<Gain> = one
            .deviations
            .iter()
            .map(|deviation| analysis::gain(sample, &one.profile, deviation.player, deviation.strategy, level))
            .collect();
        deviations.sort_by(|a, b| match (a.gain, b.gain) {
            (Some(a), Some(b)) => b.total_cmp(&a),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (None, None) => std::cmp::Ordering::Equal,
        });
        let risk = |measure: usize, tail: Tail| {
            let options = RiskOptions {
                share: BAD_END,
                tail,
                resamples: self.tournament.resamples.min(400) as u32,
                level,
                seed: self.tournament.seed,
            };
            judged.then(|| mixture_risk(sample, &one.profile, measure, &options)).flatten()
        };
        let payoff = |player: usize| {
            let combination = Combination::payoff(sample, &one.profile, player);
            analysis::estimate(sample, &combination, level).unwrap_or_else(|| mean_interval(&[], level))
        };
        EquilibriumReport {
            mixture: mixture(&sample.strategies, &one.profile, interval),
            probabilities: one.profile.0.clone(),
            payoffs: (0..sample.players.len()).map(payoff).collect(),
            confirmed: one.confirmed(),
            forfeited: one.forfeited,
            deviations,
            certified,
            risks: sample
                .measures
                .iter()
                .enumerate()
                .map(|(at, measure)| MeasureRisk {
                    measure: measure.clone(),
                    high: risk(at, Tail::High),
                    low: risk(at, Tail::Low),
                })
                .collect(),
        }
    }

    /// `game.nfg` with its sidecar and the tensor, of the game among the supports reported.
    fn write_game(&self, belief: &str, sample: &Sample, found: &Exploration) -> Result<(), TournamentError> {
        let folder = self.root.join(name_of(belief));
        let title = match belief {
            "" => format!("{} {}", self.tournament.scenario, self.tournament.name),
            belief => format!("{} {}, {belief}", self.tournament.scenario, self.tournament.name),
        };
        let title = match sample.forfeited(&sample.product(&found.keep)) {
            (0, _) => title,
            (lost, of) => format!("{title}; {lost} of {of} games forfeited, payoffs with them"),
        };
        let Some(game): Option<Game> = sample.game(&title, &found.keep) else { return Ok(()) };
        let mut left_out = Vec::new();
        for (player, set) in sample.strategies.iter().enumerate() {
            for strategy in (0..set.len()).filter(|strategy| !found.keep[player].contains(strategy)) {
                let gain = |one: &Equilibrium| {
                    let estimate = Combination::deviation(sample, &one.profile, player, strategy).estimate(sample);
                    estimate.map(|found| found.value)
                };
                left_out.push(LeftOut {
                    player: sample.players[player].clone(),
                    strategy: set[strategy].clone(),
                    gains: found.equilibria.iter().map(gain).collect(),
                });
            }
        }
        let names = Names { left_out, ..Names::of(&game) };
        write_whole(&folder.join("game.nfg"), nfg::write(&game).as_bytes())?;
        write_whole(&folder.join("game.names.json"), names.to_json().as_bytes())?;
        write_whole(&folder.join("game.npy"), &tensor::write(&game))?;
        Ok(())
    }
}

/// A mean payoff; one that was the same in every game has no interval, and is no flag that never rose.
fn payoff(values: &[f64], level: f64) -> MeanEstimate {
    let found = mean_interval(values, level);
    match found.standard_deviation {
        Some(0.0) => MeanEstimate { interval: None, refusal: Some(Refusal::Constant), ..found },
        _ => found,
    }
}

fn named(sample: &Sample, profile: &[usize]) -> Vec<String> {
    profile.iter().zip(&sample.strategies).map(|(&strategy, set)| set[strategy].clone()).collect()
}

/// Strategies by what they lose against some equilibrium, the least first.
fn nearest(sample: &Sample, profiles: &[Profile]) -> Vec<(usize, usize)> {
    let mut order: Vec<(f64, usize, usize)> = Vec::new();
    for (player, set) in sample.strategies.iter().enumerate() {
        for strategy in 0..set.len() {
            let gains = profiles.iter().filter_map(|profile| {
                Combination::deviation(sample, profile, player, strategy).estimate(sample).map(|one| one.value)
            });
            order.push((gains.fold(f64::NEG_INFINITY, crate::number::max), player, strategy));
        }
    }
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    order.into_iter().map(|(_, player, strategy)| (player, strategy)).collect()
}
