//! The bootstrap of an empirical game: everything computed anew under random weights of the replications.

use std::collections::BTreeMap;

use marchland_equilibria::alpharank::{self, Alpha, POPULATION};
use marchland_equilibria::deviation::relative_regret;
use marchland_equilibria::game::Game;
use marchland_equilibria::profile::Profile;
use marchland_equilibria::solution::Solver;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::EmpiricalError;
use super::combination::Combination;
use super::resample::{Rows, Spread, exponential_weights, name_of};
use super::solve::{Concepts, Ranked, Resolver, Solved};
use crate::number::max;
use crate::statistics::{Proportion, wilson};
use crate::tournament::Sample;

/// Options of [`bootstrap`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BootstrapOptions {
    /// Number of resamples, usually 1,000 to 10,000.
    pub resamples: u32,
    /// Seed of the weights.
    pub seed: u64,
    /// Confidence of the intervals, in (0, 1).
    pub level: f64,
    /// What is computed.
    pub concepts: Concepts,
    /// Selection pressure of α-Rank, in 1/payoff; none for the α at which the ranking of the point estimate
    /// settles, kept for all resamples.
    pub alpha: Option<f64>,
}

impl Default for BootstrapOptions {
    fn default() -> Self {
        BootstrapOptions { resamples: 10_000, seed: 1, level: 0.95, concepts: Concepts::default(), alpha: None }
    }
}

/// Resamples that are solved in the memory of one solver.
const CHUNK: u32 = 25;
/// Elementary steps that all rankings together may take: about a minute on two cores.
const RANKING_BUDGET: f64 = 1.2e10;
/// Fewest resamples that are ranked, however large the game.
const FEWEST_RANKED: u32 = 100;
/// The largest regret, as a share of the payoff scale, of a profile that is followed.
const EQUILIBRIUM: f64 = 1e-6;
/// A deviation to a strategy outside the game solved refutes an equilibrium from this gain on, as a share
/// of the largest payoff.
const GAIN: f64 = 1e-9;

/// How an equilibrium of the point estimate fares over the resamples.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EquilibriumStability {
    /// The equilibrium, over all strategies of the sample.
    pub profile: Profile,
    /// Resamples to which it was followed on its support.
    pub kept: Proportion,
    /// Resamples in which the path left its support.
    pub lost: u32,
    /// Resamples to which it was followed, but in which a strategy outside the game solved gains.
    pub refuted: u32,
    /// Each probability over the resamples that kept it: players × strategies, none outside the support.
    pub probabilities: Vec<Vec<Option<Spread>>>,
    /// Each player's payoff in it, over the resamples that kept it.
    pub payoffs: Vec<Option<Spread>>,
    /// The regret that *this* profile has under resampled payoffs, over all resamples and all deviations
    /// sampled (Wiedenbeck, Cassell and Wellman 2014).
    pub regret: Option<Spread>,
}

/// How often a support carries an equilibrium.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SupportFrequency {
    /// The support: players × strategies of the sample.
    pub supports: Vec<Vec<usize>>,
    /// Resamples with an equilibrium on it, among those found.
    pub frequency: Proportion,
    /// Which of the equilibria given has it, if one does.
    pub equilibrium: Option<usize>,
}

/// What the resamples say of a strategy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StrategyStability {
    /// The player, by its place.
    pub player: usize,
    /// The strategy, by its place in the sample.
    pub strategy: usize,
    /// Resamples in which it is in the support of an equilibrium found.
    pub in_support: Proportion,
    /// Resamples in which a pure strategy strictly dominates it; none outside the game solved.
    pub dominated_by_pure: Option<Proportion>,
    /// Resamples in which a mixture strictly dominates it.
    pub dominated: Option<Proportion>,
    /// α-Rank mass of all profiles that contain it.
    pub mass: Option<Spread>,
    /// For each equilibrium given, what the best reply to it earns more than this strategy; none where a
    /// profile that is needed was not played.
    pub regrets: Vec<Option<Spread>>,
}

/// The α-Rank mass of a profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileMass {
    /// The number of the profile in the sample.
    pub profile: usize,
    /// Its mass at the point estimate.
    pub estimate: f64,
    /// Its mass over the resamples.
    pub spread: Option<Spread>,
}

/// What the bootstrap found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bootstrap {
    /// The options used.
    pub options: BootstrapOptions,
    /// Most and fewest replications of the profiles solved.
    pub replications: (usize, usize),
    /// The equilibria given, in order.
    pub equilibria: Vec<EquilibriumStability>,
    /// Resamples in which an equilibrium was found that none given leads to.
    pub with_new: Proportion,
    /// How many such equilibria were found in all.
    pub new: u64,
    /// Resamples in which no equilibrium was found.
    pub without: u32,
    /// The supports met, the most frequent first.
    pub supports: Vec<SupportFrequency>,
    /// Resamples that were ranked: all, unless the game is large.
    pub ranked: u32,
    /// The α used; none for the limit.
    pub alpha: Option<f64>,
    /// Masses in the order of the game's profiles; empty if it was not ranked.
    pub masses: Vec<ProfileMass>,
    /// Players, then strategies, in order.
    pub strategies: Vec<StrategyStability>,
    /// The logit equilibrium's probabilities: players × strategies of the sample.
    pub quantal: Vec<Vec<Option<Spread>>>,
    /// The largest total payoff of a correlated equilibrium.
    pub correlated: Option<Spread>,
    /// The largest total payoff of a coarse correlated equilibrium.
    pub coarse: Option<Spread>,
    /// Each player's security level.
    pub security: Vec<Option<Spread>>,
}

/// Reruns the whole computation on `keep` (strategies of each player, all of whose profiles were played)
/// under random weights of the replications, see [`exponential_weights`].
///
/// Each of the `equilibria` of the point estimate, given over all strategies of the sample, is followed to
/// each resample on its support and verified there; what is not reached is lost, and equilibria found
/// besides are new. Sampled strategies outside `keep` enter the regrets.
///
/// # Errors
/// [`EmpiricalError::Unsampled`] where a profile of `keep` was not played, [`EmpiricalError::Replications`]
/// where one has a single replication, [`EmpiricalError::Profile`] where a profile of the list has another
/// shape, plays outside `keep` or is no equilibrium of the game of means, and
/// [`EmpiricalError::Option`] for options out of range.
pub fn bootstrap(
    sample: &Sample,
    keep: &[Vec<usize>],
    equilibria: &[Profile],
    options: &BootstrapOptions,
) -> Result<Bootstrap, EmpiricalError> {
    check(options)?;
    let rows = Rows::new(sample);
    let replications = replications(sample, keep)?;
    let base = rows.game(keep, &rows.means())?;
    let points = inside(&base, keep, &sample.counts(), equilibria)?;
    let (ranked, masses) = ranking(&base, options)?;
    let rank = options.concepts.ranking && !masses.is_empty();
    let limit = if rank { ranked_resamples(base.profile_count(), options.resamples) } else { 0 };
    let deviations = Deviations::new(sample, &rows, equilibria);
    let chunks = options.resamples.div_ceil(CHUNK);
    let draws: Vec<Vec<Draw>> = (0..chunks)
        .into_par_iter()
        .map(|chunk| {
            let mut resolver = Resolver::new(&base, &points, options.concepts, ranked);
            let mut means = Vec::new();
            let last = if (chunk + 1) * CHUNK < options.resamples { (chunk + 1) * CHUNK } else { options.resamples };
            (chunk * CHUNK..last)
                .map(|b| {
                    let weights = exponential_weights(options.seed, u64::from(b), rows.most);
                    rows.weighted(&weights, &mut means);
                    let game = rows.game(keep, &means).expect("the point estimate had every profile");
                    let solved = resolver.solve(&game, b < limit);
                    deviations.judge(sample, &rows, keep, &means, solved)
                })
                .collect()
        })
        .collect();
    let draws: Vec<Draw> = draws.into_iter().flatten().collect();
    let gathered = Gathered { sample, keep, equilibria, points: &points, draws: &draws, options };
    Ok(Bootstrap {
        options: *options,
        replications,
        equilibria: (0..equilibria.len()).map(|at| gathered.equilibrium(at)).collect(),
        with_new: gathered.share(|draw| !draw.solved.others.is_empty()),
        new: draws.iter().map(|draw| draw.solved.others.len() as u64).sum(),
        without: draws.iter().filter(|draw| draw.profiles().next().is_none()).count() as u32,
        supports: gathered.supports(),
        ranked: limit,
        alpha: match ranked.alpha {
            Alpha::Finite(alpha) if rank => Some(alpha),
            _ => None,
        },
        masses: gathered.masses(&masses),
        strategies: gathered.strategies(&base),
        quantal: gathered.quantal(),
        correlated: gathered.spread(|draw| draw.solved.correlated.first().copied()),
        coarse: gathered.spread(|draw| draw.solved.correlated.get(1).copied()),
        security: (0..sample.players.len())
            .map(|player| gathered.spread(|draw| draw.solved.security.get(player).copied()))
            .collect(),
    })
}

fn check(options: &BootstrapOptions) -> Result<(), EmpiricalError> {
    let refuse = |name, value: String, expected| Err(EmpiricalError::Option { name, value, expected });
    if options.resamples < 2 {
        return refuse("resamples", options.resamples.to_string(), "2 or more");
    }
    if !(options.level > 0.0 && options.level < 1.0) {
        return refuse("level", options.level.to_string(), "between 0 and 1");
    }
    if let Some(alpha) = options.alpha.filter(|alpha| !(*alpha > 0.0 && alpha.is_finite())) {
        return refuse("alpha", alpha.to_string(), "a positive number");
    }
    Ok(())
}

/// Most and fewest replications among the profiles of `keep`.
fn replications(sample: &Sample, keep: &[Vec<usize>]) -> Result<(usize, usize), EmpiricalError> {
    let (mut most, mut fewest) = (0, usize::MAX);
    for place in sample.product(keep) {
        let found = sample.replications(place);
        if found == 0 {
            return Err(EmpiricalError::Unsampled { profile: name_of(sample, place) });
        }
        if found < 2 {
            return Err(EmpiricalError::Replications { profile: name_of(sample, place), found, needed: 2 });
        }
        most = most.max(found);
        fewest = fewest.min(found);
    }
    Ok((most, fewest))
}

/// The profiles over the kept strategies alone, each checked to be an equilibrium there.
pub(crate) fn inside(
    base: &Game,
    keep: &[Vec<usize>],
    counts: &[usize],
    equilibria: &[Profile],
) -> Result<Vec<Profile>, EmpiricalError> {
    let one = |(at, profile): (usize, &Profile)| {
        let refuse = |reason: String| Err(EmpiricalError::Profile { at, reason });
        let same = profile.0.len() == counts.len() && profile.0.iter().zip(counts).all(|(mix, n)| mix.len() == *n);
        if !same {
            return refuse("its shape is not the sample's".into());
        }
        let kept = |(mix, kept): (&Vec<f64>, &Vec<usize>)| kept.iter().map(|&a| mix[a]).collect();
        let part = Profile(profile.0.iter().zip(keep).map(kept).collect());
        if let Err(error) = part.validate(base) {
            return refuse(format!("within the strategies kept, {error}"));
        }
        let regret = relative_regret(base, &part);
        if regret > EQUILIBRIUM {
            return refuse(format!("it has a regret of {regret:.2e} of the payoff scale in the game of means"));
        }
        Ok(part)
    };
    equilibria.iter().enumerate().map(one).collect()
}

/// How to rank, and the masses of the point estimate; no masses where the game is too large.
pub(crate) fn ranking(base: &Game, options: &BootstrapOptions) -> Result<(Ranked, Vec<f64>), EmpiricalError> {
    let alpha = options.alpha.map_or(Alpha::Auto, Alpha::Finite);
    if !options.concepts.ranking {
        return Ok((Ranked { alpha: Alpha::Infinite, population: POPULATION }, Vec::new()));
    }
    let found = alpharank::rank(base, alpha, POPULATION, &mut Solver::new())?;
    let alpha = found.alpha.map_or(Alpha::Infinite, Alpha::Finite);
    Ok((Ranked { alpha, population: POPULATION }, found.masses))
}

/// How many of the resamples are ranked: elimination takes about profiles³ / 3 steps.
pub(crate) fn ranked_resamples(profiles: usize, resamples: u32) -> u32 {
    let steps = profiles as f64 * profiles as f64 * profiles as f64 / 3.0;
    let affordable = RANKING_BUDGET / steps;
    if affordable >= f64::from(resamples) {
        return resamples;
    }
    resamples.min(FEWEST_RANKED.max(affordable as u32))
}

/// One resample.
struct Draw {
    solved: Solved,
    /// For each equilibrium given: every strategy's payoff against it, flat; NaN where not sampled.
    against: Vec<Vec<f64>>,
    /// For each equilibrium given: its own regret.
    regrets: Vec<f64>,
    /// For each equilibrium given: whether where it was followed to, an outside strategy gains.
    refuted: Vec<bool>,
}

impl Draw {
    /// The equilibria found.
    fn profiles(&self) -> impl Iterator<Item = &Profile> {
        self.solved.followed.iter().flatten().chain(&self.solved.others)
    }
}

/// The deviations from each equilibrium that the sample can speak of.
struct Deviations {
    /// Equilibria × strategies of all players, flat: payoff of the strategy against the others' mixtures.
    payoffs: Vec<Vec<Option<Combination>>>,
    equilibria: Vec<Profile>,
}

impl Deviations {
    fn new(sample: &Sample, rows: &Rows<'_>, equilibria: &[Profile]) -> Deviations {
        let payoffs = equilibria.iter().map(|profile| against(sample, rows, profile)).collect();
        Deviations { payoffs, equilibria: equilibria.to_vec() }
    }

    fn judge(&self, sample: &Sample, rows: &Rows<'_>, keep: &[Vec<usize>], means: &[f64], solved: Solved) -> Draw {
        let players = sample.players.len();
        let value = |combination: &Option<Combination>| {
            combination.as_ref().map_or(f64::NAN, |one| one.value(&rows.row_of, means, players))
        };
        let against: Vec<Vec<f64>> = self.payoffs.iter().map(|all| all.iter().map(value).collect()).collect();
        let counts = sample.counts();
        let regrets = self.equilibria.iter().zip(&against).map(|(profile, payoffs)| regret(profile, payoffs)).collect();
        let whole = counts.iter().zip(keep).all(|(count, kept)| *count == kept.len());
        let refuted = solved.followed.iter().map(|end| {
            end.as_ref()
                .is_some_and(|end| !whole && outside_gains(sample, rows, keep, means, &outer(end, keep, &counts)))
        });
        Draw { refuted: refuted.collect(), against, regrets, solved }
    }
}

/// Each strategy's payoff against the others' mixtures, as a sum of means; none where one is missing.
fn against(sample: &Sample, rows: &Rows<'_>, profile: &Profile) -> Vec<Option<Combination>> {
    let mut all = Vec::new();
    for (player, mix) in profile.0.iter().enumerate() {
        for strategy in 0..mix.len() {
            let mut pure = profile.clone();
            pure.0[player] = (0..mix.len()).map(|a| if a == strategy { 1.0 } else { 0.0 }).collect();
            let payoff = Combination::payoff(sample, &pure, player);
            all.push(Some(payoff).filter(|sum| sum.weights.iter().all(|(place, _)| rows.row_of.contains_key(place))));
        }
    }
    all
}

/// The largest gain of any player, by the payoffs of its strategies; those not sampled are passed over.
fn regret(profile: &Profile, payoffs: &[f64]) -> f64 {
    let (mut worst, mut first) = (0.0, 0);
    for mix in &profile.0 {
        let payoffs = &payoffs[first..first + mix.len()];
        let own: f64 = mix.iter().zip(payoffs).filter(|(p, _)| **p > 0.0).map(|(p, u)| p * u).sum();
        let best = payoffs.iter().filter(|u| u.is_finite()).fold(f64::NEG_INFINITY, |best, u| max(best, *u));
        worst = max(worst, best - own);
        first += mix.len();
    }
    worst
}

fn outside_gains(sample: &Sample, rows: &Rows<'_>, keep: &[Vec<usize>], means: &[f64], profile: &Profile) -> bool {
    let players = sample.players.len();
    let scale = means.iter().fold(0.0, |most, u| max(most, u.abs()));
    (0..players).any(|player| {
        (0..profile.0[player].len()).filter(|a| !keep[player].contains(a)).any(|strategy| {
            let gain = Combination::deviation(sample, profile, player, strategy);
            gain.weights.iter().all(|(place, _)| rows.row_of.contains_key(place))
                && gain.value(&rows.row_of, means, players) > GAIN * scale
        })
    })
}

/// A profile over the kept strategies, over all of them.
pub(crate) fn outer(profile: &Profile, keep: &[Vec<usize>], counts: &[usize]) -> Profile {
    let widen = |((mix, kept), &count): ((&Vec<f64>, &Vec<usize>), &usize)| {
        let mut all = vec![0.0; count];
        kept.iter().zip(mix).for_each(|(&a, &p)| all[a] = p);
        all
    };
    Profile(profile.0.iter().zip(keep).zip(counts).map(widen).collect())
}

/// The resamples, for reading statistics off them.
struct Gathered<'a> {
    sample: &'a Sample,
    keep: &'a [Vec<usize>],
    equilibria: &'a [Profile],
    points: &'a [Profile],
    draws: &'a [Draw],
    options: &'a BootstrapOptions,
}

impl Gathered<'_> {
    fn spread(&self, value: impl Fn(&Draw) -> Option<f64>) -> Option<Spread> {
        let values = self.draws.iter().filter_map(value).filter(|v| v.is_finite()).collect();
        Spread::of(values, self.options.level)
    }

    fn share(&self, happened: impl Fn(&Draw) -> bool) -> Proportion {
        let hits = self.draws.iter().filter(|draw| happened(draw)).count() as u64;
        wilson(hits, self.draws.len() as u64, self.options.level)
    }

    fn equilibrium(&self, at: usize) -> EquilibriumStability {
        let profile = &self.equilibria[at];
        let kept = self.share(|draw| draw.solved.followed[at].is_some());
        let probability = |player: usize, strategy: usize| {
            let place = self.keep[player].iter().position(|a| *a == strategy)?;
            if self.points[at].0[player][place] == 0.0 {
                return None;
            }
            self.spread(|draw| Some(draw.solved.followed[at].as_ref()?.0[player][place]))
        };
        let payoff = |player: usize| self.spread(|draw| Some(draw.solved.payoffs[at].as_ref()?[player]));
        EquilibriumStability {
            kept,
            lost: (kept.trials - kept.successes) as u32,
            refuted: self.draws.iter().filter(|draw| draw.refuted[at]).count() as u32,
            probabilities: (profile.0.iter().enumerate())
                .map(|(player, mix)| (0..mix.len()).map(|a| probability(player, a)).collect())
                .collect(),
            payoffs: (0..profile.0.len()).map(payoff).collect(),
            regret: self.spread(|draw| Some(draw.regrets[at])),
            profile: profile.clone(),
        }
    }

    fn supports(&self) -> Vec<SupportFrequency> {
        let mut counts: BTreeMap<Vec<Vec<usize>>, u64> = BTreeMap::new();
        for draw in self.draws {
            let mut met: Vec<Vec<Vec<usize>>> = draw.profiles().map(Profile::supports).collect();
            met.sort_unstable();
            met.dedup();
            for supports in met {
                *counts.entry(supports).or_default() += 1;
            }
        }
        let own: Vec<Vec<Vec<usize>>> = self.points.iter().map(Profile::supports).collect();
        let named = |supports: &[Vec<usize>]| {
            let outer = |(support, kept): (&Vec<usize>, &Vec<usize>)| support.iter().map(|&a| kept[a]).collect();
            supports.iter().zip(self.keep).map(outer).collect()
        };
        let trials = self.draws.len() as u64;
        let mut all: Vec<SupportFrequency> = counts
            .iter()
            .map(|(supports, &hits)| SupportFrequency {
                supports: named(supports),
                frequency: wilson(hits, trials, self.options.level),
                equilibrium: own.iter().position(|one| one == supports),
            })
            .collect();
        // A stable sort: supports of one frequency keep their order.
        all.sort_by_key(|one| std::cmp::Reverse(one.frequency.successes));
        all
    }

    fn masses(&self, estimates: &[f64]) -> Vec<ProfileMass> {
        let places = self.sample.product(self.keep);
        (places.into_iter().zip(estimates).enumerate())
            .map(|(at, (profile, &estimate))| ProfileMass {
                profile,
                estimate,
                spread: self.spread(|draw| draw.solved.masses.get(at).copied()),
            })
            .collect()
    }

    fn strategies(&self, base: &Game) -> Vec<StrategyStability> {
        let mut all = Vec::new();
        let mut flat = 0;
        for (player, count) in self.sample.counts().into_iter().enumerate() {
            for strategy in 0..count {
                let place = self.keep[player].iter().position(|a| *a == strategy);
                all.push(self.strategy(base, player, strategy, place, flat));
                flat += 1;
            }
        }
        all
    }

    fn strategy(
        &self,
        base: &Game,
        player: usize,
        strategy: usize,
        place: Option<usize>,
        flat: usize,
    ) -> StrategyStability {
        let used = |draw: &Draw| place.is_some_and(|a| draw.profiles().any(|profile| profile.0[player][a] > 0.0));
        let row = place.map(|a| base.offsets()[player] + a).filter(|_| self.options.concepts.dominance);
        let dominated = |pick: fn(&(bool, bool)) -> bool| {
            row.map(|row| self.share(|draw| draw.solved.dominated.get(row).is_some_and(pick)))
        };
        let mass = |draw: &Draw| {
            let (stride, count) = (base.strides()[player], base.counts()[player]);
            let masses = draw.solved.masses.iter().enumerate();
            let own = masses.filter(|(at, _)| Some(at / stride % count) == place);
            (!draw.solved.masses.is_empty() && place.is_some()).then(|| own.map(|(_, mass)| mass).sum())
        };
        let first = flat - strategy;
        let count = self.sample.strategies[player].len();
        let regret = |at: usize| {
            self.spread(|draw| {
                let payoffs = &draw.against[at];
                let own = payoffs[flat];
                let block = payoffs[first..first + count].iter();
                let best = block.filter(|u| u.is_finite()).fold(f64::NEG_INFINITY, |best, u| max(best, *u));
                own.is_finite().then_some(best - own)
            })
        };
        StrategyStability {
            player,
            strategy,
            in_support: self.share(used),
            dominated_by_pure: dominated(|(pure, _)| *pure),
            dominated: dominated(|(_, mixed)| *mixed),
            mass: self.spread(mass),
            regrets: (0..self.equilibria.len()).map(regret).collect(),
        }
    }

    fn quantal(&self) -> Vec<Vec<Option<Spread>>> {
        let mut first = 0;
        let mut all = Vec::new();
        for (kept, count) in self.keep.iter().zip(self.sample.counts()) {
            let one = |strategy: usize| {
                let place = kept.iter().position(|a| *a == strategy)?;
                self.spread(|draw| draw.solved.quantal.get(first + place).copied())
            };
            all.push((0..count).map(one).collect());
            first += kept.len();
        }
        all
    }
}
