//! Where more games would decide what is undecided.

use std::collections::BTreeMap;

use marchland_equilibria::profile::Profile;
use serde::{Deserialize, Serialize};

use super::combination::{Combination, Estimate};
use crate::number::{max, sum, sum_of, sum_of_products};
use crate::parallel;
use crate::statistics::{LEAST_UNITS, student_quantile};
use crate::tournament::Sample;

/// Options of [`allocate`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct AllocationOptions {
    /// The regret that does not matter, ε, in payoff; above 0.
    pub epsilon: f64,
    /// Confidence of each one-sided comparison.
    pub level: f64,
    /// Replications that a profile starts with.
    pub first: usize,
    /// Replications by which a profile grows.
    pub block: usize,
    /// Games that one round of requests may ask for.
    pub games: u64,
    /// The most replications of a profile.
    pub most: usize,
}

impl Default for AllocationOptions {
    fn default() -> Self {
        AllocationOptions { epsilon: 0.01, level: 0.95, first: 25, block: 25, games: 2_000, most: 5_000 }
    }
}

/// What is known of a deviation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// It gains at most ε: no more games are spent on it.
    Bad,
    /// It gains more than ε: the profile is no ε-equilibrium.
    Good,
    /// Neither is sure.
    Undecided,
    /// A profile that it needs was not played.
    Unsampled,
}

/// One deviation from one candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// The candidate, by its place in the list.
    pub candidate: usize,
    /// The player, by its place.
    pub player: usize,
    /// The strategy deviated to.
    pub strategy: usize,
    /// What it gains, if sampled.
    pub gain: Option<Estimate>,
    /// What is known.
    pub verdict: Verdict,
    /// More games that would decide it, all its profiles growing together, if the estimates hold; none
    /// where the gain is too near ε for any number that could be played.
    pub games_needed: Option<u64>,
}

/// Play a profile until it has so many replications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The number of the profile.
    pub profile: usize,
    /// How many replications it shall have in all.
    pub replications: usize,
}

/// What is decided, and what to play next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Allocation {
    /// Candidates, players, strategies, in order; strategies that change nothing are left out.
    pub comparisons: Vec<Comparison>,
    /// For each candidate, the largest upper bound of any deviation, at least 0; none while one is unsampled.
    /// Only a guide for stopping: the certified bound comes from fresh seeds.
    pub bounds: Vec<Option<f64>>,
    /// What to play next, by profile; empty once nothing is undecided or nothing may grow.
    pub requests: Vec<Request>,
    /// More games that would decide all that is undecided; none where no number would.
    pub games_needed: Option<u64>,
}

impl Allocation {
    /// Whether every deviation is decided.
    #[must_use]
    pub fn settled(&self) -> bool {
        self.comparisons.iter().all(|one| matches!(one.verdict, Verdict::Bad | Verdict::Good))
    }

    /// The comparisons that more games would decide.
    pub fn undecided(&self) -> impl Iterator<Item = &Comparison> {
        self.comparisons.iter().filter(|one| matches!(one.verdict, Verdict::Undecided | Verdict::Unsampled))
    }
}

/// More games than this decide nothing that matters.
const TOO_MANY: f64 = 1e9;

/// Judges every deviation from the candidates and asks for the games that decide most.
///
/// Profiles that a deviation needs and that were not played are asked for first. The rest of a round's
/// games goes, block by block, to the undecided comparison with the largest predicted upper bound, and
/// there to the profiles whose growth lowers the variance of its gain most per game. The variance of a
/// gain is Σ w_p w_q C_pq / max(n_p, n_q): optimal computing budget allocation (Chen, Lin, Yücesan and Chick
/// 2000; Fu, Hu, Chen and Xiong 2007 for correlated samples) with Neyman's weights, |w| × standard deviation,
/// as its special case without correlation. Since pairing pays only where profiles meet the same
/// replications, letting all the least-played profiles of a comparison grow together is weighed as one move.
///
/// # Panics
/// If a candidate's shape is not the sample's.
#[must_use]
pub fn allocate(sample: &Sample, candidates: &[Profile], options: &AllocationOptions) -> Allocation {
    let counts = sample.counts();
    let all: Vec<(usize, usize, usize)> = (0..candidates.len())
        .flat_map(|c| counts.iter().enumerate().flat_map(move |(i, &n)| (0..n).map(move |a| (c, i, a))))
        .collect();
    let judged = parallel::each_of(&all, |&(candidate, player, strategy)| {
        let combination = Combination::deviation(sample, &candidates[candidate], player, strategy);
        // A pure strategy compared with itself.
        if combination.weights.is_empty() {
            return None;
        }
        let gain = combination.estimate(sample);
        let verdict = gain.map_or(Verdict::Unsampled, |gain| verdict(&gain, options));
        let games_needed = match verdict {
            Verdict::Bad | Verdict::Good => Some(0),
            Verdict::Unsampled => Some((combination.missing(sample).len() * options.first) as u64),
            Verdict::Undecided => {
                needed(sample, &combination, gain.as_ref(), options).map(|target| growth(sample, &combination, target))
            }
        };
        Some((Comparison { candidate, player, strategy, gain, verdict, games_needed }, combination))
    });
    let judged: Vec<(Comparison, Combination)> = judged.into_iter().flatten().collect();
    let bound = |candidate: usize| {
        let mut of = judged.iter().map(|(one, _)| one).filter(|one| one.candidate == candidate);
        of.try_fold(0.0, |most, one| Some(max(most, one.gain?.upper(options.level)?)))
    };
    Allocation {
        bounds: (0..candidates.len()).map(bound).collect(),
        requests: requests(sample, &judged, options),
        games_needed: all_needed(sample, &judged, options),
        comparisons: judged.into_iter().map(|(comparison, _)| comparison).collect(),
    }
}

fn verdict(gain: &Estimate, options: &AllocationOptions) -> Verdict {
    match (gain.lower(options.level), gain.upper(options.level)) {
        (_, Some(upper)) if upper <= options.epsilon => Verdict::Bad,
        (Some(lower), _) if lower > options.epsilon => Verdict::Good,
        _ => Verdict::Undecided,
    }
}

/// Replications of every profile in the sum that would decide it, if mean and spread stay as estimated: at least as many
/// as an interval takes.
fn needed(
    sample: &Sample,
    combination: &Combination,
    gain: Option<&Estimate>,
    options: &AllocationOptions,
) -> Option<f64> {
    let spread = Spreads::of(sample, combination)?;
    let distance = (gain?.value - options.epsilon).abs();
    let n = spread.total() * square(student_quantile(options.level, TOO_MANY) / distance);
    (n.is_finite() && n < TOO_MANY).then(|| max(n.ceil() + 1.0, LEAST_UNITS as f64))
}

/// Games until every profile in the sum has so many replications.
fn growth(sample: &Sample, combination: &Combination, target: f64) -> u64 {
    let more = |place: usize| max(0.0, target - sample.replications(place) as f64) as u64;
    // At least one game: what is undecided now needs some.
    combination.weights.iter().map(|(place, _)| more(*place)).sum::<u64>().max(1)
}

/// Games until every comparison is decided, each profile counted once.
fn all_needed(sample: &Sample, judged: &[(Comparison, Combination)], options: &AllocationOptions) -> Option<u64> {
    let mut targets: BTreeMap<usize, f64> = BTreeMap::new();
    for (comparison, combination) in judged {
        let target = match comparison.verdict {
            Verdict::Bad | Verdict::Good => continue,
            Verdict::Unsampled => options.first as f64,
            Verdict::Undecided => needed(sample, combination, comparison.gain.as_ref(), options)?,
        };
        for (place, _) in &combination.weights {
            let held = targets.entry(*place).or_default();
            *held = max(*held, target);
        }
    }
    Some(targets.iter().map(|(place, target)| max(0.0, target - sample.replications(*place) as f64) as u64).sum())
}

/// The profiles of a sum with the weighted covariances of their payoffs.
struct Spreads {
    places: Vec<usize>,
    /// w_p w_q C_pq, row-major.
    covariances: Vec<f64>,
}

impl Spreads {
    /// None unless every profile has two replications.
    fn of(sample: &Sample, combination: &Combination) -> Option<Spreads> {
        let mut columns = Vec::new();
        for &(place, weight) in &combination.weights {
            let values = &sample.games(place)?.payoffs[combination.player];
            let mean = sum_of(values) / values.len() as f64;
            columns.push((place, values.iter().map(|u| weight * (u - mean)).collect::<Vec<f64>>()));
        }
        let mut covariances = Vec::new();
        for (_, a) in &columns {
            for (_, b) in &columns {
                let n = a.len().min(b.len());
                if n < 2 {
                    return None;
                }
                covariances.push(sum_of_products(a, b) / (n - 1) as f64);
            }
        }
        Some(Spreads { places: columns.into_iter().map(|(place, _)| place).collect(), covariances })
    }

    /// The variance of the sum over one replication of all its profiles.
    fn total(&self) -> f64 {
        max(0.0, sum_of(&self.covariances))
    }

    /// The variance of the sum of means at so many replications of each profile.
    fn variance(&self, replications: &[usize]) -> f64 {
        let n = replications.len();
        let entry = |at: usize| {
            let larger = replications[at / n].max(replications[at % n]);
            self.covariances[at] / larger as f64
        };
        max(0.0, sum((0..n * n).map(entry)))
    }
}

/// An undecided comparison while games are given out.
struct OpenComparison {
    spreads: Spreads,
    value: f64,
}

impl OpenComparison {
    fn counts(&self, plan: &BTreeMap<usize, usize>) -> Vec<usize> {
        self.spreads.places.iter().map(|place| plan[place]).collect()
    }

    /// How far the upper bound is expected to stay above what decides it; at most 0 once decided.
    fn excess(&self, plan: &BTreeMap<usize, usize>, options: &AllocationOptions) -> f64 {
        let counts = self.counts(plan);
        let fewest = counts.iter().copied().min().unwrap_or(2);
        let reach = student_quantile(options.level, (fewest - 1) as f64) * self.spreads.variance(&counts).sqrt();
        reach - (self.value - options.epsilon).abs()
    }

    /// The move that lowers the variance most per game: the profiles that grow, and to how much.
    fn best_move(&self, plan: &BTreeMap<usize, usize>, options: &AllocationOptions) -> Option<Vec<(usize, usize)>> {
        let counts = self.counts(plan);
        let now = self.spreads.variance(&counts);
        let fewest = counts.iter().copied().min()?;
        let mut moves: Vec<Vec<usize>> = (0..counts.len()).map(|at| vec![at]).collect();
        moves.push((0..counts.len()).filter(|&at| counts[at] < fewest + options.block).collect());
        moves.push((0..counts.len()).collect());
        let mut best: Option<(f64, Vec<(usize, usize)>)> = None;
        for members in moves {
            let mut after = counts.clone();
            let mut games = 0;
            for &at in &members {
                // A group meets at one level, so that its profiles share their replications.
                let level = if members.len() > 1 && counts[at] < fewest + options.block { fewest } else { counts[at] };
                let target = (level + options.block).min(options.most).max(counts[at]);
                games += target - counts[at];
                after[at] = target;
            }
            if games == 0 {
                continue;
            }
            let rate = (now - self.spreads.variance(&after)) / games as f64;
            if rate > best.as_ref().map_or(0.0, |(rate, _)| *rate) {
                let grown = members.iter().map(|&at| (self.spreads.places[at], after[at]));
                best = Some((rate, grown.collect()));
            }
        }
        best.map(|(_, grown)| grown)
    }
}

fn requests(sample: &Sample, judged: &[(Comparison, Combination)], options: &AllocationOptions) -> Vec<Request> {
    let mut targets: BTreeMap<usize, usize> = BTreeMap::new();
    let mut open = Vec::new();
    let mut plan: BTreeMap<usize, usize> = BTreeMap::new();
    // Fewer than an interval takes decide nothing.
    let least = options.first.max(LEAST_UNITS.min(options.most));
    for (comparison, combination) in judged {
        for (place, _) in &combination.weights {
            let played = sample.replications(*place);
            plan.insert(*place, played);
            let wanted = match comparison.verdict {
                Verdict::Undecided => least,
                // Fewer than two replications say nothing of a spread.
                Verdict::Unsampled if played < 2 => options.first,
                _ => continue,
            };
            if played < wanted {
                let held = targets.entry(*place).or_default();
                *held = wanted.max(*held);
            }
        }
        if comparison.verdict == Verdict::Undecided
            && let (Some(spreads), Some(gain)) = (Spreads::of(sample, combination), comparison.gain)
        {
            open.push(OpenComparison { spreads, value: gain.value });
        }
    }
    let mut spent: u64 = targets.iter().map(|(place, target)| (target - plan[place]) as u64).sum();
    for (place, target) in &targets {
        plan.insert(*place, *target);
    }
    // Each pass gives at least one game or closes a comparison, so that both bounds end the loop.
    while spent < options.games && !open.is_empty() {
        let excesses: Vec<f64> = open.iter().map(|one| one.excess(&plan, options)).collect();
        let widest = (0..open.len()).fold(0, |best, at| if excesses[at] > excesses[best] { at } else { best });
        if excesses[widest] <= 0.0 {
            break;
        }
        match open[widest].best_move(&plan, options) {
            None => {
                open.remove(widest);
            }
            Some(grown) => {
                for (place, target) in grown {
                    spent += (target - plan[&place]) as u64;
                    plan.insert(place, target);
                }
            }
        }
    }
    plan.into_iter()
        .filter(|(place, target)| *target > sample.replications(*place))
        .map(|(profile, replications)| Request { profile, replications })
        .collect()
}

fn square(x: f64) -> f64 {
    x * x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::empirical::synthetic::{Synthetic, sample};
    use marchland_equilibria::game::Game;

    /// The first player's strategy 0 is best by 2 and by 0.05; the second player has one strategy.
    fn ladder() -> Synthetic {
        let game = Game::unnamed(&[3, 1], vec![vec![2.0, 1.95, 0.0], vec![0.0; 3]]).unwrap();
        Synthetic::of(game, 21)
    }

    fn first() -> Profile {
        Profile(vec![vec![1.0, 0.0, 0.0], vec![1.0]])
    }

    fn options() -> AllocationOptions {
        AllocationOptions { epsilon: 0.05, games: 100, ..AllocationOptions::default() }
    }

    #[test]
    fn what_is_decided_gets_no_games() {
        let sample = sample(&ladder(), 25, 0);
        let allocation = allocate(&sample, &[first()], &options());
        let verdicts: Vec<Verdict> = allocation.comparisons.iter().map(|one| one.verdict).collect();
        assert_eq!(verdicts, [Verdict::Undecided, Verdict::Bad]);
        assert!(!allocation.settled());
        // Pairing pays: both profiles of the open comparison grow together, the decided one's does not.
        let grown: Vec<usize> = allocation.requests.iter().map(|one| one.profile).collect();
        assert_eq!(grown, [0, 1]);
        assert_eq!(allocation.requests[0].replications, allocation.requests[1].replications);
        // z² S² / d² replications of each decide it, S² being the variance of the paired difference.
        let (a, b) = (&sample.profiles[&0].payoffs[0], &sample.profiles[&1].payoffs[0]);
        let pairs: Vec<f64> = a.iter().zip(b).map(|(a, b)| b - a).collect();
        let (_, mean, variance, _) = crate::statistics::moments(&pairs);
        let distance = (mean - 0.05) / crate::statistics::normal::quantile(0.95);
        let each = (variance / (distance * distance)).ceil() + 1.0;
        let needed = if each > 25.0 { 2 * (each as u64 - 25) } else { 1 };
        assert!(allocation.games_needed.unwrap().abs_diff(needed) <= 2, "{:?} {needed}", allocation.games_needed);
    }

    #[test]
    fn following_the_requests_settles_the_game() {
        let of = ladder();
        let full = sample(&of, 5_000, 0);
        let mut played = sample(&of, 25, 0);
        for _ in 0..200 {
            let allocation = allocate(&played, &[first()], &options());
            if allocation.settled() {
                assert_eq!((allocation.requests.len(), allocation.games_needed), (0, Some(0)));
                assert!(allocation.bounds[0].unwrap() <= 0.05);
                return;
            }
            assert!(!allocation.requests.is_empty());
            for request in allocation.requests {
                let games = played.profiles.get_mut(&request.profile).unwrap();
                for (row, whole) in games.payoffs.iter_mut().zip(&full.profiles[&request.profile].payoffs) {
                    *row = whole[..request.replications].to_vec();
                }
            }
        }
        panic!("not settled");
    }

    /// However plain a difference, fewer games than an interval takes leave it undecided: so many are said to be needed, and
    /// asked for.
    #[test]
    fn an_interval_takes_its_games() {
        let played = sample(&ladder(), 8, 0);
        let options = AllocationOptions { first: 8, block: 8, ..options() };
        let allocation = allocate(&played, &[first()], &options);
        assert!(allocation.comparisons.iter().all(|one| one.verdict == Verdict::Undecided));
        assert!(allocation.games_needed.unwrap() >= 3 * (LEAST_UNITS as u64 - 8), "{:?}", allocation.games_needed);
        let to = |profile: usize| allocation.requests.iter().find(|one| one.profile == profile).unwrap().replications;
        assert!((0..3).all(|profile| to(profile) >= LEAST_UNITS), "{:?}", allocation.requests);
        // Where so many may not be played, those that may be.
        let few = allocate(&played, &[first()], &AllocationOptions { most: 12, ..options });
        assert!(few.requests.iter().all(|one| one.replications == 12), "{:?}", few.requests);
    }

    #[test]
    fn profiles_not_played_are_asked_for_first() {
        let mut sample = sample(&ladder(), 25, 0);
        sample.profiles.remove(&2);
        let allocation = allocate(&sample, &[first()], &options());
        assert_eq!(allocation.comparisons[1].verdict, Verdict::Unsampled);
        assert_eq!(allocation.bounds, [None]);
        assert!(allocation.requests.contains(&Request { profile: 2, replications: 25 }));
    }

    /// Independent profiles with unequal weights and spreads: Neyman's ratio n ∝ |w| s.
    #[test]
    fn without_correlation_games_go_by_weight_and_spread() {
        let covariances = vec![9.0, 0.0, 0.0, 1.0];
        let open = OpenComparison { spreads: Spreads { places: vec![0, 1], covariances }, value: 0.0 };
        let options = AllocationOptions { epsilon: 0.01, block: 1, most: 1_000_000, ..AllocationOptions::default() };
        let mut plan: BTreeMap<usize, usize> = [(0, 10), (1, 10)].into();
        for _ in 0..400 {
            for (place, target) in open.best_move(&plan, &options).unwrap() {
                plan.insert(place, target);
            }
        }
        let ratio = plan[&0] as f64 / plan[&1] as f64;
        assert!((ratio - 3.0).abs() < 0.1, "{ratio}");
    }
}
