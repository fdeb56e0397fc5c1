//! What a tournament found, as plain data: the report that the program prints, draws and writes as JSON.

use marchland_equilibria::profile::Profile;
use marchland_play::LostDecisions;
use serde::{Deserialize, Serialize};

use super::attribution::Contrast;
use super::kind::GameKind;
use crate::empirical::{Bootstrap, RegretBound, Reweighting, Risk};
use crate::statistics::{Interval, MeanEstimate};

/// One strategy of a mixture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Share {
    /// The strategy.
    pub strategy: String,
    /// Its probability.
    pub probability: f64,
    /// The interval of the probability, over the resamples in which the equilibrium stays.
    pub interval: Option<Interval>,
}

/// A number with its interval.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gain {
    /// The player who deviates.
    pub player: String,
    /// To which strategy.
    pub strategy: String,
    /// What it gains, in payoff; none where a profile that it needs was not played.
    pub gain: Option<f64>,
    /// The interval of the gain.
    pub interval: Option<Interval>,
}

/// A measure in an equilibrium.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureRisk {
    /// The measure.
    pub measure: String,
    /// Its mean, worst case, and mean of the worst tenth where large values are bad.
    pub high: Option<Risk>,
    /// The same where small values are bad.
    pub low: Option<Risk>,
}

/// An equilibrium of `game.nfg`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EquilibriumReport {
    /// The mixtures: players × strategies used.
    pub mixture: Vec<Vec<Share>>,
    /// The same as probabilities over all strategies: players × strategies.
    pub probabilities: Vec<Vec<f64>>,
    /// Each player's payoff with its interval.
    pub payoffs: Vec<MeanEstimate>,
    /// Whether every unilateral deviation was sampled, none gains, and no game behind it is forfeited.
    pub confirmed: bool,
    /// How many games that it and the deviations from it rest on are forfeited, of how many.
    #[serde(default)]
    pub forfeited: (u64, u64),
    /// Every deviation to a strategy that its player does not use, the largest gain first; those not
    /// sampled last.
    pub deviations: Vec<Gain>,
    /// The bound of its regret from fresh seeds; none where they were not played.
    pub certified: Option<RegretBound>,
    /// Measures in it.
    pub risks: Vec<MeasureRisk>,
}

/// What one strategy is worth.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StrategyReport {
    /// The player.
    pub player: String,
    /// The strategy.
    pub strategy: String,
    /// For each equilibrium: what the best reply to it earns more, in payoff; none where not sampled.
    pub regrets: Vec<Option<MeanEstimate>>,
    /// Sampled profiles of the others against which it can be compared with another strategy that is at
    /// least as good everywhere, and that strategy: it is dominated in the mean of what was sampled.
    pub dominated_by: Option<String>,
    /// How sure that is: over those profiles, the smallest share of resamples in which the other is better.
    pub dominated_confidence: Option<f64>,
    /// Against how many profiles of the others the two were compared.
    pub compared: usize,
}

/// The equilibrium under other circumstances.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VariationReport {
    /// What is different: a line-up or a parameter's value.
    pub name: String,
    /// The equilibria there, confirmed ones only, each as mixtures.
    pub equilibria: Vec<Vec<Vec<Share>>>,
    /// Whether the strategy asked about is in the support of one.
    pub asked_in_support: Option<bool>,
    /// What the strategy asked about gains against the first of them, with its interval.
    pub asked_gain: Option<Gain>,
    /// Games played there.
    pub games: u64,
    /// How many of them are forfeited.
    #[serde(default)]
    pub forfeited: u64,
    /// Why the search there stopped before its end.
    pub stopped: Option<String>,
}

/// What is undecided after the games played.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UndecidedGain {
    /// The equilibrium, by its number from 1.
    pub equilibrium: usize,
    /// The player who may gain.
    pub player: String,
    /// By which strategy.
    pub strategy: String,
    /// The estimate of the gain.
    pub gain: Option<f64>,
    /// How many more games would decide it, if the estimates hold.
    pub games_needed: Option<u64>,
}

/// A profile of `game.nfg`, or on the way there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProfileReport {
    /// Its strategies.
    pub strategies: Vec<String>,
    /// Games played.
    pub replications: u64,
    /// How many of them are forfeited.
    #[serde(default)]
    pub forfeited: u64,
    /// Each player's payoff, forfeited games among them.
    pub payoffs: Vec<MeanEstimate>,
    /// The same without them; empty where no game is forfeited.
    #[serde(default)]
    pub payoffs_kept: Vec<MeanEstimate>,
    /// Its α-Rank mass, where it was ranked.
    pub mass: Option<f64>,
    /// The interval of the mass.
    pub mass_interval: Option<Interval>,
}

/// An arrow of the best-response graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reply {
    /// From this node.
    pub from: usize,
    /// To this one.
    pub to: usize,
    /// Who moves, by position.
    pub player: usize,
    /// What it gains.
    pub gain: f64,
}

/// The best-response graph among profiles whose every deviation was sampled.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ReplyGraph {
    /// The profiles.
    pub nodes: Vec<Vec<String>>,
    /// Whether nobody gains by leaving it; false too where that was not sampled.
    pub stable: Vec<bool>,
    /// Best responses.
    pub replies: Vec<Reply>,
}

/// How much the same shocks in every profile help.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Correlation {
    /// Mean correlation, over replications, of a player's payoffs under two of its strategies.
    pub mean: f64,
    /// Pairs of profiles it is a mean of.
    pub pairs: u64,
    /// The variance of paired differences as a share of what independent seeds would give.
    pub variance_share: f64,
}

/// What was found under one belief set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BeliefReport {
    /// The belief set; empty for none.
    pub belief: String,
    /// Profiles played, interchangeable ones once.
    pub profiles_played: u64,
    /// Of how many.
    pub profiles: u64,
    /// Games played to find the equilibria.
    pub games: u64,
    /// Games with fresh seeds.
    pub fresh_games: u64,
    /// Games under other line-ups and parameter values.
    pub other_games: u64,
    /// Fewest and most games of a profile.
    pub replications: (u64, u64),
    /// Why the search stopped before its end; none where it did not.
    pub stopped: Option<String>,
    /// Whether the equilibria are proved to be all of `game.nfg`.
    pub complete: bool,
    /// Connected sets of equilibria of `game.nfg`, by their numbers from 0: what lies between them is in
    /// equilibrium too.
    #[serde(default)]
    pub components: Vec<Vec<usize>>,
    /// The correlation that common seeds achieved.
    pub correlation: Option<Correlation>,
    /// Strategies of each player in `game.nfg`.
    pub keep: Vec<Vec<String>>,
    /// Strategies of each player in the game that was ranked and resampled.
    pub ranked: Vec<Vec<String>>,
    /// The profiles of that game.
    pub table: Vec<ProfileReport>,
    /// The equilibria of `game.nfg`.
    pub equilibria: Vec<EquilibriumReport>,
    /// All strategies.
    pub strategies: Vec<StrategyReport>,
    /// The whole computation under random weights of the replications; none where it could not be run.
    pub bootstrap: Option<Bootstrap>,
    /// Why there is no bootstrap.
    pub bootstrap_missing: Option<String>,
    /// The equilibria among those given to the bootstrap and to the re-weighting, by their numbers from 0.
    pub resampled: Vec<usize>,
    /// The conclusions under other payoff weights.
    pub reweighting: Option<Reweighting>,
    /// What kind of game it is among the strategies that were sampled together; none where no product of them was.
    #[serde(default)]
    pub kind: Option<GameKind>,
    /// Decisions that outside programs lost, in the games that were played to find the equilibria and to certify them.
    #[serde(default)]
    pub lost: LostDecisions,
    /// The best-response graph.
    pub graph: ReplyGraph,
    /// What deviating from the scenario's own line-up gains: each player's best deviation.
    pub from_lineup: Vec<Gain>,
    /// What the strategy asked about gains against each equilibrium.
    pub asked: Vec<Gain>,
    /// Who gains, and what carries it.
    pub contrasts: Vec<Contrast>,
    /// The equilibrium along a parameter.
    pub along: Vec<VariationReport>,
    /// The equilibrium under other line-ups.
    pub lineups: Vec<VariationReport>,
    /// What more games would decide.
    pub undecided: Vec<UndecidedGain>,
    /// How many more games would decide all of it; none where no number would.
    pub games_needed: Option<u64>,
}

impl BeliefReport {
    /// The equilibria that nothing sampled speaks against.
    pub fn confirmed(&self) -> impl Iterator<Item = &EquilibriumReport> {
        self.equilibria.iter().filter(|one| one.confirmed)
    }

    /// How many games, at most, an equilibrium that is not confirmed for forfeited ones rests on, and how many of them
    /// are forfeited; none where that is not why.
    #[must_use]
    pub fn forfeited(&self) -> Option<(u64, u64)> {
        self.equilibria.iter().map(|one| one.forfeited).filter(|(lost, _)| *lost > 0).max_by_key(|(_, of)| *of)
    }
}

/// The whole report.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TournamentReport {
    /// The tournament's name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its question.
    pub question: String,
    /// The scenario.
    pub scenario: String,
    /// The mode.
    pub mode: String,
    /// The players.
    pub players: Vec<String>,
    /// The payoff range of each.
    pub spans: Vec<f64>,
    /// The strategy asked about: player and strategy.
    pub asked: Option<(String, String)>,
    /// The acceptable regret.
    pub epsilon: f64,
    /// Confidence of intervals.
    pub level: f64,
    /// One report per belief set.
    pub beliefs: Vec<BeliefReport>,
}

/// Mixtures by name, with the intervals of their probabilities where there are any.
#[must_use]
pub fn mixture(
    strategies: &[Vec<String>],
    profile: &Profile,
    interval: impl Fn(usize, usize) -> Option<Interval>,
) -> Vec<Vec<Share>> {
    profile
        .0
        .iter()
        .enumerate()
        .map(|(player, mixture)| {
            let used = mixture.iter().enumerate().filter(|(_, probability)| **probability > 0.0);
            used.map(|(strategy, &probability)| Share {
                strategy: strategies[player][strategy].clone(),
                probability,
                interval: interval(player, strategy),
            })
            .collect()
        })
        .collect()
}
