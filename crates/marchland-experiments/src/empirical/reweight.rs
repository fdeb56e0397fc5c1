//! The conclusions under other weights of the payoff terms, from the games already played.

use marchland_equilibria::profile::Profile;
use serde::{Deserialize, Serialize};

use super::EmpiricalError;
use super::bootstrap::{BootstrapOptions, inside, ranked_resamples, ranking};
use super::resample::{Rows, Spread};
use super::solve::{Concepts, GameSolution, Resolver};
use crate::draws;
use crate::number::sum;
use crate::parallel;
use crate::statistics::{Proportion, wilson};
use crate::tournament::Sample;

/// Options of [`reweight`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReweightOptions {
    /// Draws of all weights, at least 2.
    pub draws: u32,
    /// Each weight is multiplied by a factor between 1/spread and spread, uniform in its logarithm; above 1.
    pub spread: f64,
    /// Seed of the draws.
    pub seed: u64,
    /// Confidence of the intervals.
    pub level: f64,
}

impl Default for ReweightOptions {
    fn default() -> Self {
        ReweightOptions { draws: 1_000, spread: 2.0, seed: 1, level: 0.95 }
    }
}

/// How a strategy fares over the draws.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StrategyShare {
    /// The player, by its place.
    pub player: usize,
    /// The strategy, by its place in the sample.
    pub strategy: usize,
    /// Draws in which it is in the support of an equilibrium found. The interval speaks of the number of
    /// draws, not of games.
    pub in_support: Proportion,
    /// Its α-Rank mass over the draws.
    pub mass: Option<Spread>,
    /// Whether it is in the support of an equilibrium given.
    pub in_point: bool,
}

/// What other weights change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reweighting {
    /// The options used.
    pub options: ReweightOptions,
    /// For each equilibrium given, the draws in which it was followed on its support.
    pub kept: Vec<Proportion>,
    /// Draws in which no equilibrium was found.
    pub without: u32,
    /// Draws that were ranked by α-Rank.
    pub ranked: u32,
    /// Players, then strategies, in order.
    pub strategies: Vec<StrategyShare>,
}

/// Draws all payoff weights anew, `draws` times, and solves the game among `keep` each time.
///
/// A payoff is Σ weight × term + noise, so that another weighting changes a profile's mean by
/// Σ (new − old) × mean term: the shocks stay, no game is played. Each player's new weights are scaled to
/// the old sum of absolute weights, so that λ and α keep their meaning. Factors are our choice: log-uniform
/// is symmetric between halving and doubling and never changes a sign.
///
/// # Errors
/// As [`bootstrap`](super::bootstrap()).
pub fn reweight(
    sample: &Sample,
    keep: &[Vec<usize>],
    equilibria: &[Profile],
    options: &ReweightOptions,
) -> Result<Reweighting, EmpiricalError> {
    let refuse = |name, value: String, expected| Err(EmpiricalError::Option { name, value, expected });
    if options.draws < 2 {
        return refuse("draws", options.draws.to_string(), "2 or more");
    }
    if !(options.spread > 1.0 && options.spread.is_finite()) {
        return refuse("spread", options.spread.to_string(), "above 1");
    }
    let rows = Rows::new(sample);
    let means = rows.means();
    let base = rows.game(keep, &means)?;
    let points = inside(&base, keep, &sample.counts(), equilibria)?;
    let concepts = Concepts { search: true, ranking: true, dominance: false, quantal: None, programs: false };
    let (ranked, masses) = ranking(&base, &BootstrapOptions { concepts, ..BootstrapOptions::default() })?;
    let limit = if masses.is_empty() { 0 } else { ranked_resamples(base.profile_count(), options.draws) };
    let terms = mean_terms(sample);
    let solved: Vec<GameSolution> = parallel::each(options.draws as usize, |draw| {
        let draw = draw as u32;
        let changes: Vec<Vec<f64>> =
            (0..sample.players.len()).map(|player| weight_changes(sample, options, draw, player)).collect();
        let mut moved = means.clone();
        for (row, of_row) in terms.iter().enumerate() {
            for (player, (values, changes)) in of_row.iter().zip(&changes).enumerate() {
                let change: f64 = values.iter().zip(changes).map(|(value, change)| value * change).sum();
                moved[row * sample.players.len() + player] += change;
            }
        }
        let game = rows.game(keep, &moved).expect("the point estimate had every profile");
        Resolver::new(&base, &points, concepts, ranked).solve(&game, draw < limit)
    });
    let share = |happened: &dyn Fn(&GameSolution) -> bool| {
        let hits = solved.iter().filter(|one| happened(one)).count() as u64;
        wilson(hits, solved.len() as u64, options.level)
    };
    let profiles = |one: &GameSolution| one.followed.iter().flatten().chain(&one.others).cloned().collect::<Vec<_>>();
    let found: Vec<Vec<Profile>> = solved.iter().map(profiles).collect();
    let mut strategies = Vec::new();
    for (player, count) in sample.counts().into_iter().enumerate() {
        for strategy in 0..count {
            let place = keep[player].iter().position(|a| *a == strategy);
            let used = |all: &Vec<Profile>| place.is_some_and(|a| all.iter().any(|one| one.0[player][a] > 0.0));
            let hits = found.iter().filter(|all| used(all)).count() as u64;
            let mass = |masses: &Vec<f64>| {
                let (stride, count) = (base.strides()[player], base.counts()[player]);
                let own = masses.iter().enumerate().filter(|(at, _)| Some(at / stride % count) == place);
                own.map(|(_, mass)| mass).sum::<f64>()
            };
            let ranked = solved.iter().map(|one| &one.masses).filter(|masses| !masses.is_empty() && place.is_some());
            strategies.push(StrategyShare {
                player,
                strategy,
                in_support: wilson(hits, solved.len() as u64, options.level),
                mass: Spread::of(ranked.map(mass).collect(), options.level),
                in_point: equilibria.iter().any(|profile| profile.0[player][strategy] > 0.0),
            });
        }
    }
    Ok(Reweighting {
        options: *options,
        kept: (0..points.len()).map(|at| share(&|one| one.followed[at].is_some())).collect(),
        without: found.iter().filter(|all| all.is_empty()).count() as u32,
        ranked: limit,
        strategies,
    })
}

/// The mean of every payoff term: rows × players × terms.
fn mean_terms(sample: &Sample) -> Vec<Vec<Vec<f64>>> {
    let mean = |row: &Vec<f64>| sum(row.iter().copied()) / row.len() as f64;
    let of_player = |terms: &Vec<Vec<f64>>| terms.iter().map(mean).collect();
    sample.profiles.values().map(|games| games.terms.iter().map(of_player).collect()).collect()
}

/// New weights less old ones, for one player in one draw.
fn weight_changes(sample: &Sample, options: &ReweightOptions, draw: u32, player: usize) -> Vec<f64> {
    let old: Vec<f64> = sample.terms[player].iter().map(|term| term.weight).collect();
    let reach = libm::log(options.spread);
    let drawn: Vec<f64> = (sample.terms[player].iter().zip(&old))
        .map(|(term, weight)| {
            // Keyed by name: a term more does not move the others' draws.
            let purpose = format!("payoff weight/{}/{}", sample.players[player], term.id);
            let u = draws::uniform(&mut draws::stream(draws::key(options.seed, &purpose, &[u64::from(draw)])));
            weight * libm::exp(reach * (2.0 * u - 1.0))
        })
        .collect();
    let size = |weights: &[f64]| weights.iter().map(|w| w.abs()).sum::<f64>();
    let scale = if size(&drawn) > 0.0 { size(&old) / size(&drawn) } else { 1.0 };
    drawn.iter().zip(&old).map(|(new, old)| scale * new - old).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tournament::{Games, Term};

    /// One player of two strategies, worth (1, 0) and (0, 1) in two terms of weights 2 and 1; the other
    /// player has one strategy. The first strategy is best as long as its weight is the larger.
    fn two_terms() -> Sample {
        let names = |n: usize| (0..n).map(|at| at.to_string()).collect::<Vec<_>>();
        let games = |a: f64, b: f64| Games {
            payoffs: vec![vec![2.0 * a + b; 4], vec![0.0; 4]],
            measures: vec![],
            terms: vec![vec![vec![a; 4], vec![b; 4]], vec![]],
            forfeited: vec![],
        };
        let term = |id: &str, weight: f64| Term { id: id.into(), weight };
        Sample {
            players: vec!["row".into(), "column".into()],
            strategies: vec![names(2), names(1)],
            measures: vec![],
            terms: vec![vec![term("first", 2.0), term("second", 1.0)], vec![]],
            first_replication: 0,
            profiles: [(0, games(1.0, 0.0)), (1, games(0.0, 1.0))].into(),
        }
    }

    /// The weights swap their order where the factors' ratio falls below 1/2. With both uniform in their
    /// logarithm over ±ln 4, that has the probability (1 − 1/4)² / 2 = 9/32.
    #[test]
    fn the_share_of_draws_is_the_probability_of_the_weights() {
        let sample = two_terms();
        let point = Profile(vec![vec![1.0, 0.0], vec![1.0]]);
        let options = ReweightOptions { draws: 4_000, spread: 4.0, ..ReweightOptions::default() };
        let found = reweight(&sample, &[vec![0, 1], vec![0]], std::slice::from_ref(&point), &options).unwrap();
        // Four standard errors are 0.028.
        let stays = found.strategies[0].in_support.share.unwrap();
        assert!((stays - 23.0 / 32.0).abs() < 0.029, "{stays}");
        assert_eq!(found.kept[0].share, Some(stays));
        assert!((found.strategies[1].in_support.share.unwrap() + stays - 1.0).abs() < 1e-12);
        assert!((found.strategies[0].mass.unwrap().mean - stays).abs() < 0.1);
        assert!(found.strategies[0].in_point && !found.strategies[1].in_point);
        assert_eq!(found.without, 0);
    }

    #[test]
    fn one_term_alone_cannot_change_anything() {
        let mut sample = two_terms();
        sample.terms[0].truncate(1);
        for games in sample.profiles.values_mut() {
            games.terms[0].truncate(1);
        }
        let changes = weight_changes(&sample, &ReweightOptions::default(), 7, 0);
        assert!(changes[0].abs() < 1e-15);
    }
}
