//! What kind of game was sampled: what moves payoffs, what is dominated, what answers what, where replies lead.
//!
//! The game is that of mean payoffs over a product of strategies all of whose profiles were played. Shares of variance
//! come from products of different replications, so that noise does not count as an effect; the unit of independence
//! is the replication, which all profiles share. What is a yes or no of the mean game has the share of resamples in
//! which it stays.

use marchland_equilibria::best_reply::{self, Dynamics};
use marchland_equilibria::constant_sum;
use marchland_equilibria::dominance::{self, Dominance, Dominator};
use marchland_equilibria::effects;
use marchland_equilibria::game::Game;
use marchland_equilibria::potential;
use marchland_equilibria::solution::Solver;
use marchland_equilibria::supermodular::{self, Supermodularity};
use serde::{Deserialize, Serialize};

use super::report::Gain;
use super::sample::Sample;
use crate::empirical::{Combination, exponential_weights};
use crate::number::sum;
use crate::statistics::{Interval, LEAST_UNITS, PartsReport, difference_sums, product_sums, variance_parts};

/// Replications behind shares of variance, at most: as many pairs say enough.
const MOST_REPLICATIONS: usize = 400;
/// Resamples behind the stability of a kind.
const RESAMPLES: u64 = 200;
/// Profiles of a game whose kind is looked at, at most.
pub(super) const MOST_PROFILES: usize = 1_024;

/// What kind of game it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GameKind {
    /// The strategies of each player in the game that is looked at.
    pub strategies: Vec<Vec<String>>,
    /// Whether these are all.
    pub whole: bool,
    /// What moves each player's payoff.
    pub variance: Vec<PayoffVariance>,
    /// Strictly dominated strategies.
    pub dominated: Vec<DominatedStrategy>,
    /// What iterated elimination of strictly dominated strategies removes: rounds × players × strategies.
    pub eliminated: Vec<Vec<Vec<String>>>,
    /// The profile that it leaves, where it leaves one: the game is dominance-solvable.
    pub solution: Option<Vec<String>>,
    /// What each player answers.
    pub replies: Vec<ReplyMap>,
    /// Equilibria in pure strategies.
    pub pure_equilibria: Vec<Vec<String>>,
    /// Cycles of best replies.
    pub cycles: Vec<ReplyCycle>,
    /// Whether from every profile a path of best replies leads to an equilibrium in pure strategies.
    pub weakly_acyclic: bool,
    /// How far it is from a potential game; none of too many players.
    pub potential: Option<PotentialFit>,
    /// How far payoffs go together.
    pub interest: InterestFit,
    /// Orders of strategies along which differences increase: the game is supermodular in them.
    pub supermodular: Option<Vec<Vec<String>>>,
    /// Whether that could not be told.
    pub supermodular_undecided: bool,
    /// How often that comes out over resamples of the replications; none where these are too few to resample.
    pub stability: Option<KindStability>,
}

/// What moves a player's payoff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PayoffVariance {
    /// The player.
    pub player: String,
    /// Shares of all variance: own strategy, the others', own × others', noise between games of one profile.
    pub shares: PartsReport,
    /// Shares of what the player can decide: own strategy, own × others'.
    pub decided: PartsReport,
}

/// A strictly dominated strategy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DominatedStrategy {
    /// The player.
    pub player: String,
    /// The strategy.
    pub strategy: String,
    /// A strategy that earns more against every play of the others; none where only a mixture does.
    pub by: Option<String>,
    /// The share of resamples in which a single strategy dominates it; none without resamples.
    pub stays: Option<f64>,
}

/// What a player answers to each play of the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplyMap {
    /// The player.
    pub player: String,
    /// A row per play of the others.
    pub rows: Vec<ReplyRow>,
    /// In how many of them each strategy is a best reply, in the order of the game's strategies.
    pub best_in: Vec<usize>,
    /// What reacting is worth: the most that the best reply earns above the strategy that is best most often.
    pub reacting: Option<ReactionGain>,
}

/// A best reply.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplyRow {
    /// What the others play, in the order of players.
    pub against: Vec<String>,
    /// Best replies.
    pub best: Vec<String>,
    /// How much more it earns than the best of the others, in payoff.
    pub margin: Option<f64>,
    /// The interval of that, for the two strategies by themselves.
    pub interval: Option<Interval>,
}

/// Where it pays most to answer otherwise than usual.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReactionGain {
    /// The strategy that is a best reply most often.
    pub usual: String,
    /// What the others play where it is worst.
    pub against: Vec<String>,
    /// What the best reply there gains on it.
    pub gain: Gain,
}

/// Profiles that best replies lead around in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplyCycle {
    /// How many profiles lead to one another.
    pub profiles: usize,
    /// Whether no best reply leads out.
    pub closed: bool,
    /// A shortest way around.
    pub way: Vec<Vec<String>>,
}

/// How far a game is from a potential game.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PotentialFit {
    /// Shares of the deviations' squared gains: explained by the nearest potential, and not.
    pub shares: PartsReport,
    /// The most by which a deviation's mean gain differs from the potential's, in payoff.
    pub largest_difference: f64,
    /// The largest mean gain of any deviation.
    pub largest_gain: f64,
    /// Whether the game of means is a potential game, but for rounding.
    pub exact: bool,
}

/// How far payoffs go together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InterestFit {
    /// Shares of the players' payoff variance over profiles: common to all, and against each other.
    pub shares: PartsReport,
    /// Whether mean payoffs add up to a constant, but for rounding.
    pub constant_sum: bool,
}

/// How often a kind comes out over resamples.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct KindStability {
    /// Resamples of the replications.
    pub resamples: u64,
    /// Those that are dominance-solvable.
    pub solvable: u64,
    /// Those that have the same solution.
    pub same_solution: u64,
    /// Those with the same equilibria in pure strategies.
    pub same_equilibria: u64,
    /// Those that are weakly acyclic.
    pub weakly_acyclic: u64,
    /// Those that are supermodular.
    pub supermodular: u64,
    /// Those of which that could not be told.
    #[serde(default)]
    pub supermodular_undecided: u64,
}

/// The kind of the game among some strategies of each player; none where a profile of their product was not played.
pub(super) fn kind(sample: &Sample, keep: &[Vec<usize>], level: f64, seed: u64) -> Option<GameKind> {
    let game = sample.game("", keep)?;
    let places = sample.product(keep);
    let named = |profile: &[usize]| -> Vec<String> {
        profile.iter().zip(game.strategies()).map(|(&at, names)| names[at].clone()).collect()
    };
    let common = places.iter().map(|place| sample.replications(*place)).min().unwrap_or(0);
    let used = if common < MOST_REPLICATIONS { common } else { MOST_REPLICATIONS };
    // The game of each replication.
    let games: Vec<Game> =
        (0..used).filter_map(|r| of_replication(sample, &game, &places, |values| values[r])).collect();
    let (found, dynamics) = Answers::of(&game);
    let stability = (common >= LEAST_UNITS).then(|| stability(sample, &game, &places, &found, seed));
    let orders = match supermodular::orders(&game, 0.0) {
        Supermodularity::Along(orders) => Ok(Some(orders)),
        Supermodularity::None => Ok(None),
        Supermodularity::Undecided => Err(()),
    };
    let supermodular = orders.as_ref().ok().and_then(|found| {
        let of = |(order, names): (&Vec<usize>, &Vec<String>)| order.iter().map(|&at| names[at].clone()).collect();
        Some(found.as_ref()?.iter().zip(game.strategies()).map(of).collect())
    });
    // A linear program that fails leaves what single strategies dominate.
    let by = |dominator| dominance::iterated(&game, Dominance::Strict, dominator, &mut Solver::new());
    let elimination = by(Dominator::Mixed).or_else(|_| by(Dominator::Pure)).ok()?;
    Some(GameKind {
        strategies: game.strategies().to_vec(),
        whole: keep.iter().zip(&sample.strategies).all(|(kept, set)| kept.len() == set.len()),
        variance: (0..game.player_count()).map(|player| moved(&game, &games, player, level)).collect(),
        dominated: dominated(&game, &elimination, stability.as_ref()),
        eliminated: elimination
            .rounds
            .iter()
            .map(|round| {
                let of = |(gone, names): (&Vec<usize>, &Vec<String>)| gone.iter().map(|&a| names[a].clone()).collect();
                round.iter().zip(game.strategies()).map(of).collect()
            })
            .collect(),
        solution: elimination.solution().map(|profile| named(&profile)),
        replies: (0..game.player_count()).map(|player| replies(sample, &game, &places, player, level)).collect(),
        pure_equilibria: dynamics.equilibria.iter().map(|&place| named(&game.profile_at(place))).collect(),
        cycles: dynamics
            .cycles
            .iter()
            .map(|cycle| ReplyCycle {
                profiles: cycle.profiles.len(),
                closed: cycle.closed,
                way: cycle.way.iter().map(|&place| named(&game.profile_at(place))).collect(),
            })
            .collect(),
        weakly_acyclic: dynamics.is_weakly_acyclic(),
        potential: fit(&game, &games, level),
        interest: interest(&game, &games, level),
        supermodular,
        supermodular_undecided: orders.is_err(),
        stability: stability.map(|(found, _)| found),
    })
}

/// Profiles of the closed cycles, then of the open ones, by their strategies' numbers in the sample: for a picture.
pub(super) fn cycling(sample: &Sample, kind: &GameKind, most: usize) -> Vec<Vec<usize>> {
    let mut cycles: Vec<&ReplyCycle> = kind.cycles.iter().collect();
    cycles.sort_by_key(|cycle| !cycle.closed);
    let outer = |profile: &Vec<String>| -> Option<Vec<usize>> {
        profile.iter().zip(&sample.strategies).map(|(name, set)| set.iter().position(|other| other == name)).collect()
    };
    cycles.iter().flat_map(|cycle| &cycle.way).take(most).filter_map(outer).collect()
}

/// The game of some number of each profile's payoffs.
fn of_replication(sample: &Sample, game: &Game, places: &[usize], of: impl Fn(&[f64]) -> f64) -> Option<Game> {
    let tensors: Option<Vec<Vec<f64>>> = (0..game.player_count())
        .map(|player| places.iter().map(|place| Some(of(&sample.games(*place)?.payoffs[player]))).collect())
        .collect();
    Game::unnamed(game.counts(), tensors?).ok()
}

/// What moves a player's payoff: the effects of each replication, multiplied across replications.
fn moved(game: &Game, games: &[Game], player: usize, level: f64) -> PayoffVariance {
    let (count, profiles) = (game.counts()[player], game.profile_count());
    let contexts = profiles / count;
    let (mut own, mut others, mut both, mut all) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for one in games {
        let parts = effects::moved(one, player);
        own.push(parts.own);
        others.push(parts.others);
        both.push(parts.interaction);
        all.push(one.tensor(player).to_vec());
    }
    let own = product_sums(&own, 1.0 / count as f64);
    let both = product_sums(&both, 1.0 / profiles as f64);
    let decided = variance_parts(&[own.clone(), both.clone()], level);
    let others = product_sums(&others, 1.0 / contexts as f64);
    let noise = difference_sums(&all, 1.0 / profiles as f64);
    PayoffVariance {
        player: game.players()[player].clone(),
        shares: variance_parts(&[own, others, both, noise], level),
        decided,
    }
}

/// Shares of the deviations' squared gains that the nearest potential explains, and does not.
fn fit(game: &Game, games: &[Game], level: f64) -> Option<PotentialFit> {
    let near = potential::nearest(game)?;
    let (mut explained, mut missed) = (Vec::new(), Vec::new());
    for one in games {
        let of = potential::nearest(one)?.potential;
        let (mut rises, mut errors) = (Vec::new(), Vec::new());
        for (gain, rise) in potential::deviations(one, &of) {
            rises.push(rise);
            errors.push(gain - rise);
        }
        explained.push(rises);
        missed.push(errors);
    }
    let weight = 1.0 / explained.first().map_or(1, Vec::len).max(1) as f64;
    Some(PotentialFit {
        shares: variance_parts(&[product_sums(&explained, weight), product_sums(&missed, weight)], level),
        exact: near.is_exact(),
        largest_difference: near.largest_difference,
        largest_gain: near.largest_gain,
    })
}

/// Shares of the payoffs' variance that all players have in common, and that stand against each other.
fn interest(game: &Game, games: &[Game], level: f64) -> InterestFit {
    let (players, profiles) = (game.player_count(), game.profile_count());
    let (mut common, mut against) = (Vec::new(), Vec::new());
    for one in games {
        let (shared, apart) = constant_sum::interests(one);
        common.push(shared);
        against.push(apart);
    }
    let weight = 1.0 / profiles as f64;
    let parts = [product_sums(&common, players as f64 * weight), product_sums(&against, weight)];
    InterestFit {
        shares: variance_parts(&parts, level),
        constant_sum: constant_sum::common_interest(game).is_constant_sum(),
    }
}

/// What the game of means is, in short.
#[derive(PartialEq)]
struct Answers {
    solution: Option<Vec<usize>>,
    equilibria: Vec<usize>,
    weakly_acyclic: bool,
    /// None where it could not be told.
    supermodular: Option<bool>,
}

impl Answers {
    fn of(game: &Game) -> (Self, Dynamics) {
        let left = dominance::iterated(game, Dominance::Strict, Dominator::Pure, &mut Solver::new());
        let dynamics = best_reply::dynamics(game);
        let answers = Self {
            solution: left.ok().and_then(|left| left.solution()),
            weakly_acyclic: dynamics.is_weakly_acyclic(),
            equilibria: dynamics.equilibria.clone(),
            supermodular: match supermodular::orders(game, 0.0) {
                Supermodularity::Along(_) => Some(true),
                Supermodularity::None => Some(false),
                Supermodularity::Undecided => None,
            },
        };
        (answers, dynamics)
    }
}

/// The kind over resamples, and of each strategy in how many of them a single one dominates it: players × strategies.
fn stability(
    sample: &Sample,
    game: &Game,
    places: &[usize],
    found: &Answers,
    seed: u64,
) -> (KindStability, Vec<Vec<u64>>) {
    let most = places.iter().map(|place| sample.replications(*place)).max().unwrap_or(0);
    let mut all = KindStability {
        resamples: 0,
        solvable: 0,
        same_solution: 0,
        same_equilibria: 0,
        weakly_acyclic: 0,
        supermodular: 0,
        supermodular_undecided: 0,
    };
    let mut stays: Vec<Vec<u64>> = game.counts().iter().map(|&count| vec![0; count]).collect();
    for resample in 0..RESAMPLES {
        let weights = exponential_weights(seed, resample, most);
        let weighted = |values: &[f64]| {
            let of = sum(values.iter().zip(&weights).map(|(value, weight)| value * weight));
            of / sum(weights[..values.len()].iter().copied())
        };
        let Some(one) = of_replication(sample, game, places, weighted) else { continue };
        let (answers, _) = Answers::of(&one);
        all.resamples += 1;
        all.solvable += u64::from(answers.solution.is_some());
        all.same_solution += u64::from(answers.solution.is_some() && answers.solution == found.solution);
        all.same_equilibria += u64::from(answers.equilibria == found.equilibria);
        all.weakly_acyclic += u64::from(answers.weakly_acyclic);
        all.supermodular += u64::from(answers.supermodular == Some(true));
        all.supermodular_undecided += u64::from(answers.supermodular.is_none());
        if let Ok(Ok(gone)) = dominance::dominated(&one, Dominance::Strict, Dominator::Pure, &mut Solver::new()) {
            for (of, gone) in stays.iter_mut().zip(gone) {
                gone.into_iter().for_each(|strategy| of[strategy] += 1);
            }
        }
    }
    (all, stays)
}

/// The strictly dominated strategies: what the first round of elimination removes.
fn dominated(
    game: &Game,
    elimination: &dominance::Elimination,
    stability: Option<&(KindStability, Vec<Vec<u64>>)>,
) -> Vec<DominatedStrategy> {
    let Some(first) = elimination.rounds.first() else { return Vec::new() };
    let mut all = Vec::new();
    for (player, gone) in first.iter().enumerate() {
        let (stride, count, tensor) = (game.strides()[player], game.counts()[player], game.tensor(player));
        for &strategy in gone {
            // The strategy that beats it by most where it beats it least.
            let least = |other: usize| {
                let gaps =
                    game.lines(player).map(|base| tensor[base + other * stride] - tensor[base + strategy * stride]);
                gaps.fold(f64::INFINITY, crate::number::min)
            };
            let by = (0..count)
                .filter(|other| *other != strategy)
                .map(|other| (least(other), other))
                .fold((0.0, None), |best, (gap, other)| if gap > best.0 { (gap, Some(other)) } else { best });
            all.push(DominatedStrategy {
                player: game.players()[player].clone(),
                strategy: game.strategies()[player][strategy].clone(),
                by: by.1.map(|other| game.strategies()[player][other].clone()),
                stays: stability
                    .filter(|(found, _)| found.resamples > 0)
                    .map(|(found, stays)| stays[player][strategy] as f64 / found.resamples as f64),
            });
        }
    }
    all
}

/// What a player answers, and what it is worth to answer otherwise than usual.
fn replies(sample: &Sample, game: &Game, places: &[usize], player: usize, level: f64) -> ReplyMap {
    let (stride, count, tensor) = (game.strides()[player], game.counts()[player], game.tensor(player));
    let names = &game.strategies()[player];
    let map = best_reply::map(game, player);
    let against = |base: usize| -> Vec<String> {
        let profile = game.profile_at(base);
        let others = profile.iter().zip(game.strategies()).enumerate().filter(|(at, _)| *at != player);
        others.map(|(_, (&at, names))| names[at].clone()).collect()
    };
    let difference = |base: usize, first: usize, second: usize| {
        Combination::difference(player, places[base + first * stride], places[base + second * stride]).estimate(sample)
    };
    let mut best_in = vec![0; count];
    let rows = map
        .iter()
        .map(|reply| {
            reply.best.iter().for_each(|&a| best_in[a] += 1);
            let best = reply.best[0];
            let second = (0..count).filter(|a| !reply.best.contains(a)).fold(None, |second: Option<usize>, a| {
                let better = |b: usize| tensor[reply.base + b * stride] >= tensor[reply.base + a * stride];
                if second.is_some_and(better) { second } else { Some(a) }
            });
            ReplyRow {
                against: against(reply.base),
                best: reply.best.iter().map(|&a| names[a].clone()).collect(),
                margin: reply.margin,
                interval: second.and_then(|second| difference(reply.base, best, second)?.interval(level)),
            }
        })
        .collect();
    let usual = (0..count).fold(0, |usual, a| if best_in[a] > best_in[usual] { a } else { usual });
    let worst = map.iter().fold(None, |worst: Option<(f64, usize, usize)>, reply| {
        let loss = tensor[reply.base + reply.best[0] * stride] - tensor[reply.base + usual * stride];
        if loss > worst.map_or(0.0, |worst| worst.0) { Some((loss, reply.base, reply.best[0])) } else { worst }
    });
    let reacting = worst.map(|(loss, base, best)| ReactionGain {
        usual: names[usual].clone(),
        against: against(base),
        gain: Gain {
            player: game.players()[player].clone(),
            strategy: names[best].clone(),
            gain: Some(loss),
            interval: difference(base, best, usual).and_then(|found| found.interval(level)),
        },
    });
    ReplyMap { player: game.players()[player].clone(), rows, best_in, reacting }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::statistics::{Refusal, draws};
    use crate::tournament::Games;

    /// A sample of two players whose payoffs are `of(player, profile)` plus a shock that all profiles share plus noise.
    fn sample(
        counts: [usize; 2],
        games: usize,
        noise: f64,
        seed: u64,
        of: impl Fn(usize, [usize; 2]) -> f64,
    ) -> Sample {
        let names = |letter: &str, count: usize| (0..count).map(|at| format!("{letter}{at}")).collect();
        let mut sample = Sample {
            players: vec!["a".into(), "b".into()],
            strategies: vec![names("a", counts[0]), names("b", counts[1])],
            terms: vec![Vec::new(), Vec::new()],
            ..Sample::default()
        };
        for place in 0..counts[0] * counts[1] {
            let profile = [place / counts[1], place % counts[1]];
            let payoff = |player: usize, r: usize| {
                let normal = |what: &str, at: usize| {
                    draws::normal(draws::key(seed, what, &[player as u64, r as u64, at as u64]))
                };
                of(player, profile) + noise * (normal("shock", 0) + 0.5 * normal("own", place + 1))
            };
            let payoffs = (0..2).map(|player| (0..games).map(|r| payoff(player, r)).collect()).collect();
            sample.profiles.insert(place, Games { payoffs, ..Games::default() });
        }
        sample
    }

    fn all(sample: &Sample) -> Vec<Vec<usize>> {
        sample.counts().iter().map(|&count| (0..count).collect()).collect()
    }

    #[test]
    fn a_dilemma_is_announced_as_dominance_solvable() {
        let dilemma = |player: usize, p: [usize; 2]| [[3.0, 0.0], [4.0, 1.0]][p[player]][p[1 - player]];
        let sample = sample([2, 2], 40, 0.2, 7, dilemma);
        let kind = kind(&sample, &all(&sample), 0.95, 1).unwrap();
        assert_eq!(kind.solution, Some(vec!["a1".to_owned(), "b1".to_owned()]));
        assert_eq!(kind.pure_equilibria.len(), 1);
        assert!(kind.cycles.is_empty() && kind.weakly_acyclic && kind.whole);
        assert_eq!(kind.dominated.len(), 2);
        assert_eq!((kind.dominated[0].by.as_deref(), kind.dominated[0].stays), (Some("a1"), Some(1.0)));
        let stability = kind.stability.unwrap();
        assert_eq!((stability.solvable, stability.same_solution), (RESAMPLES, RESAMPLES));
        // Gains from defecting are 1 whatever the other does: a potential game, and no interaction to speak of.
        let missed = &kind.potential.as_ref().unwrap().shares.parts[1];
        assert!(missed.share.unwrap() < 0.02, "{missed:?}");
        // Own ¼, others 2¼, and noise .04 + .01.
        let parts: Vec<f64> = kind.variance[0].shares.parts.iter().map(|part| part.variance.unwrap()).collect();
        for (found, expected) in parts.iter().zip([0.25, 2.25, 0.0, 0.05]) {
            assert!((found - expected).abs() < 0.08, "{parts:?}");
        }
        assert_eq!(kind.replies[0].best_in, [0, 2]);
        assert_eq!(kind.replies[0].reacting, None);
    }

    #[test]
    fn pennies_cycle_and_are_zero_sum() {
        let pennies = |player: usize, p: [usize; 2]| if (p[0] == p[1]) == (player == 0) { 1.0 } else { -1.0 };
        let sample = sample([2, 2], 40, 0.2, 3, pennies);
        let kind = kind(&sample, &all(&sample), 0.95, 1).unwrap();
        assert_eq!((kind.solution.clone(), kind.pure_equilibria.len(), kind.weakly_acyclic), (None, 0, false));
        assert_eq!((kind.cycles.len(), kind.cycles[0].way.len(), kind.cycles[0].closed), (1, 4, true));
        assert!(kind.interest.shares.parts[0].share.unwrap().abs() < 0.05, "{:?}", kind.interest);
        assert!(kind.potential.as_ref().unwrap().shares.parts[1].share.unwrap() > 0.95);
        let decided = &kind.variance[0].decided.parts[1];
        assert!(decided.share.unwrap() > 0.97 && decided.interval.is_some(), "{decided:?}");
        let reacting = kind.replies[0].reacting.as_ref().unwrap();
        assert!(reacting.gain.gain.unwrap() > 1.5 && reacting.gain.interval.unwrap().low > 1.0);
        assert_eq!(cycling(&sample, &kind, 24).len(), 4);
        assert_eq!(kind.supermodular, None);
    }

    #[test]
    fn few_replications_are_refused() {
        let sample = sample([2, 2], 15, 0.2, 3, |player, p| p[player] as f64);
        let kind = kind(&sample, &all(&sample), 0.95, 1).unwrap();
        assert_eq!(kind.stability, None);
        assert_eq!(kind.variance[0].shares.refusal, Some(Refusal::FewGames { games: 15, least: 16 }));
        assert!(kind.variance[0].shares.parts.iter().all(|part| part.interval.is_none() && part.share.is_some()));
        let mut sample = sample;
        sample.profiles.remove(&3);
        assert_eq!(super::kind(&sample, &all(&sample), 0.95, 1), None);
    }

    /// Noise that dwarfs a small interaction leaves its share unbiased, where squares of means would not.
    #[test]
    fn shares_are_unbiased_and_covered_over_seeds() {
        let truth = |player: usize, p: [usize; 2]| p[player] as f64 + if p[0] == p[1] { 0.5 } else { 0.0 };
        let (mut hits, mut estimates) = (0, Vec::new());
        // Of 3 × 3: own 2/3, own × others' .25 × 2/9, others' 0.
        let (own, both) = (2.0 / 3.0, 0.25 * 2.0 / 9.0);
        for seed in 0..200 {
            let sample = sample([3, 3], 24, 1.5, 1000 + seed, truth);
            let game = sample.game("", &all(&sample)).unwrap();
            let places = sample.product(&all(&sample));
            let games: Vec<Game> =
                (0..24).filter_map(|r| of_replication(&sample, &game, &places, |values| values[r])).collect();
            let found = moved(&game, &games, 0, 0.95);
            estimates.push(found.shares.parts[2].variance.unwrap());
            let interval = found.decided.parts[1].interval.unwrap();
            hits += usize::from(interval.contains(both / (own + both)));
        }
        let (n, mean, variance, _) = crate::statistics::moments(&estimates);
        assert!((mean - both).abs() < 3.0 * (variance / n as f64).sqrt(), "{mean} for {both}");
        assert!((178..=200).contains(&hits), "{hits} of 200");
    }
}
