//! What the sample says: the parts of a report that are functions of it.

use std::collections::BTreeMap;

use marchland_equilibria::profile::Profile;

use super::report::{Correlation, Gain, Reply, ReplyGraph, StrategyReport};
use super::sample::Sample;
use crate::empirical::{Combination, exponential_weights};
use crate::number::sum;
use crate::statistics::{LEAST_UNITS, MeanEstimate, Refusal, moments};

/// Nodes of a best-response graph, so that it can be read.
const NODES: usize = 24;
/// Pairs of profiles that enter the mean correlation.
const PAIRS: usize = 4_000;
/// Resamples behind the confidence of a dominance.
const RESAMPLES: u64 = 400;

/// A combination of means with its interval.
pub(super) fn estimate(sample: &Sample, combination: &Combination, level: f64) -> Option<MeanEstimate> {
    let found = combination.estimate(sample)?;
    let interval = found.interval(level);
    let refusal = Refusal::FewGames { games: found.replications, least: LEAST_UNITS };
    Some(MeanEstimate {
        used: found.replications as u64,
        left_out: 0,
        mean: Some(found.value),
        standard_deviation: None,
        interval,
        refusal: interval.is_none().then_some(refusal),
    })
}

/// What a strategy gains against a mixed profile.
pub(super) fn gain(sample: &Sample, profile: &Profile, player: usize, strategy: usize, level: f64) -> Gain {
    let combination = Combination::deviation(sample, profile, player, strategy);
    let found = combination.estimate(sample);
    Gain {
        player: sample.players[player].clone(),
        strategy: sample.strategies[player][strategy].clone(),
        gain: found.map(|found| found.value),
        interval: found.and_then(|found| found.interval(level)),
    }
}

/// For every strategy, what the best sampled reply to each profile earns more than it.
pub(super) fn strategies(sample: &Sample, profiles: &[Profile], level: f64, seed: u64) -> Vec<StrategyReport> {
    let mut reports = Vec::new();
    for (player, set) in sample.strategies.iter().enumerate() {
        for strategy in 0..set.len() {
            let regrets = profiles.iter().map(|profile| regret(sample, profile, player, strategy, level)).collect();
            let dominator = dominated(sample, player, strategy, seed);
            reports.push(StrategyReport {
                player: sample.players[player].clone(),
                strategy: set[strategy].clone(),
                regrets,
                dominated_by: dominator.as_ref().map(|(by, ..)| set[*by].clone()),
                dominated_confidence: dominator.as_ref().map(|(_, confidence, _)| *confidence),
                compared: dominator.map_or(0, |(.., compared)| compared),
            });
        }
    }
    reports
}

fn regret(sample: &Sample, profile: &Profile, player: usize, strategy: usize, level: f64) -> Option<MeanEstimate> {
    let against = |own: usize| Combination::deviation(sample, profile, player, own);
    let own = against(strategy).estimate(sample)?.value;
    let replies = (0..sample.strategies[player].len()).filter_map(|at| Some((at, against(at).estimate(sample)?.value)));
    let (best, value) = replies.fold((strategy, own), |best, one| if one.1 > best.1 { one } else { best });
    if best == strategy || value <= own {
        return Some(MeanEstimate::exact(0.0, level));
    }
    // The best reply's payoff less the strategy's: the gain of the first against a profile that plays the second.
    let mut instead = profile.clone();
    instead.0[player] = vec![0.0; sample.strategies[player].len()];
    instead.0[player][strategy] = 1.0;
    estimate(sample, &Combination::deviation(sample, &instead, player, best), level)
}

/// The profiles in which a player's strategy meets each play of the others.
fn columns(sample: &Sample, player: usize) -> BTreeMap<usize, BTreeMap<usize, usize>> {
    let stride: usize = sample.strategies[player + 1..].iter().map(Vec::len).product();
    let mut columns: BTreeMap<usize, BTreeMap<usize, usize>> = BTreeMap::new();
    for &place in sample.profiles.keys() {
        let own = sample.profile_at(place)[player];
        columns.entry(place - own * stride).or_default().insert(own, place);
    }
    columns
}

/// Another strategy that earned more against every play of the others with which both were sampled, at
/// least three quarters of the plays with which the dominated one was; how sure that is; and against how many.
fn dominated(sample: &Sample, player: usize, strategy: usize, seed: u64) -> Option<(usize, f64, usize)> {
    let columns = columns(sample, player);
    let own: Vec<&BTreeMap<usize, usize>> = columns.values().filter(|column| column.contains_key(&strategy)).collect();
    let mut best: Option<(usize, f64, usize)> = None;
    for other in (0..sample.strategies[player].len()).filter(|other| *other != strategy) {
        let both: Vec<(usize, usize)> =
            own.iter().filter_map(|column| Some((column[&strategy], *column.get(&other)?))).collect();
        let more = |(a, b): &(usize, usize)| sample.difference(*b, *a, player).is_some_and(|gain| gain > 0.0);
        if both.is_empty() || 4 * both.len() < 3 * own.len() || !both.iter().all(more) {
            continue;
        }
        let confidence = jointly_better(sample, player, &both, seed);
        if best.is_none_or(|(_, sure, _)| confidence > sure) {
            best = Some((other, confidence, both.len()));
        }
    }
    best
}

/// The share of resamples in which every second profile is better than its first.
fn jointly_better(sample: &Sample, player: usize, pairs: &[(usize, usize)], seed: u64) -> f64 {
    let most = pairs.iter().map(|pair| sample.replications(pair.0).max(sample.replications(pair.1))).max().unwrap_or(0);
    let values = |place: usize| sample.games(place).map_or(&[][..], |games| &games.payoffs[player]);
    // Weights are positive: the sign of a weighted sum over shared replications is that of the mean.
    let gain = |first: usize, second: usize, weights: &[f64]| {
        let pairs = values(second).iter().zip(values(first)).zip(weights);
        sum(pairs.map(|((other, own), weight)| (other - own) * weight))
    };
    let better = (0..RESAMPLES)
        .filter(|&resample| {
            let weights = exponential_weights(seed, resample, most);
            pairs.iter().all(|(first, second)| gain(*first, *second, &weights) > 0.0)
        })
        .count();
    better as f64 / RESAMPLES as f64
}

/// The correlation that common seeds achieved between a player's payoffs under two of its strategies.
pub(super) fn correlation(sample: &Sample) -> Option<Correlation> {
    let (mut correlations, mut paired, mut independent) = (Vec::new(), 0.0, 0.0);
    for player in 0..sample.players.len() {
        for column in columns(sample, player).values() {
            let places: Vec<usize> = column.values().copied().collect();
            for (at, first) in places.iter().enumerate() {
                for second in &places[at + 1..] {
                    if correlations.len() >= PAIRS {
                        break;
                    }
                    let (Some(a), Some(b)) = (sample.games(*first), sample.games(*second)) else { continue };
                    let n = a.replications().min(b.replications());
                    let (a, b) = (&a.payoffs[player][..n], &b.payoffs[player][..n]);
                    let differences: Vec<f64> = a.iter().zip(b).map(|(x, y)| x - y).collect();
                    let variance = |values: &[f64]| moments(values).2;
                    let (va, vb, vd) = (variance(a), variance(b), variance(&differences));
                    if va > 0.0 && vb > 0.0 {
                        correlations.push(0.5 * (va + vb - vd) / (va * vb).sqrt());
                        paired += vd;
                        independent += va + vb;
                    }
                }
            }
        }
    }
    let mean = crate::statistics::mean(&correlations)?;
    Some(Correlation { mean, pairs: correlations.len() as u64, variance_share: paired / independent })
}

/// The best-response graph from some profiles on: each player's best reply, as far as all were sampled.
pub(super) fn graph(sample: &Sample, from: &[Vec<usize>]) -> ReplyGraph {
    let mut nodes: Vec<Vec<usize>> = Vec::new();
    for profile in from {
        if !nodes.contains(profile) && nodes.len() < NODES {
            nodes.push(profile.clone());
        }
    }
    let mut graph = ReplyGraph::default();
    let mut at = 0;
    while at < nodes.len() {
        let profile = nodes[at].clone();
        let mut stable = true;
        for (player, set) in sample.strategies.iter().enumerate() {
            let mut best: Option<(f64, Vec<usize>)> = None;
            let own = sample.place(&profile);
            for strategy in 0..set.len() {
                let mut other = profile.clone();
                other[player] = strategy;
                match sample.difference(sample.place(&other), own, player) {
                    Some(gain) if gain > best.as_ref().map_or(0.0, |(most, _)| *most) => best = Some((gain, other)),
                    Some(_) => {}
                    None => stable = false,
                }
            }
            let Some((gain, target)) = best else { continue };
            stable = false;
            let place = nodes.iter().position(|node| *node == target);
            if place.is_none() && nodes.len() >= NODES {
                continue;
            }
            let to = place.unwrap_or_else(|| {
                nodes.push(target);
                nodes.len() - 1
            });
            graph.replies.push(Reply { from: at, to, player, gain });
        }
        graph.stable.push(stable);
        at += 1;
    }
    let named = |profile: &Vec<usize>| {
        profile.iter().zip(&sample.strategies).map(|(&strategy, set)| set[strategy].clone()).collect()
    };
    graph.nodes = nodes.iter().map(named).collect();
    graph
}

/// The largest product of strategies around `keep` all of whose profiles were played, up to so many: one
/// strategy after another joins, those that lose least against the equilibria first.
pub(super) fn widest(sample: &Sample, keep: &[Vec<usize>], order: &[(usize, usize)], most: usize) -> Vec<Vec<usize>> {
    let mut wide = keep.to_vec();
    for &(player, strategy) in order {
        if wide[player].contains(&strategy) {
            continue;
        }
        let mut wider = wide.clone();
        wider[player].push(strategy);
        wider[player].sort_unstable();
        let places = sample.product(&wider);
        if places.len() <= most && places.iter().all(|place| sample.games(*place).is_some()) {
            wide = wider;
        }
    }
    wide
}

/// Pure profiles of an equilibrium's support, the most probable first, up to `most`.
pub(super) fn likely(profile: &Profile, most: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<(f64, Vec<usize>)> = vec![(1.0, Vec::new())];
    for mixture in &profile.0 {
        let used: Vec<(usize, f64)> = mixture.iter().copied().enumerate().filter(|(_, p)| *p > 0.0).collect();
        all = all
            .iter()
            .flat_map(|(chance, head)| {
                used.iter().map(move |(strategy, p)| {
                    let mut one = head.clone();
                    one.push(*strategy);
                    (chance * p, one)
                })
            })
            .collect();
    }
    all.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    all.truncate(most);
    all.into_iter().map(|(_, profile)| profile).collect()
}

/// The pure profile of a mixed one at a uniform draw for each player.
pub(super) fn drawn(profile: &Profile, draws: &[f64]) -> Vec<usize> {
    profile
        .0
        .iter()
        .zip(draws)
        .map(|(mixture, draw)| {
            let mut left = *draw;
            let mut last = 0;
            for (strategy, probability) in mixture.iter().enumerate().filter(|(_, p)| **p > 0.0) {
                last = strategy;
                left -= probability;
                if left < 0.0 {
                    break;
                }
            }
            last
        })
        .collect()
}
