//! What a tournament asks, by name: enough to play any of its games again beside the scenario.

use serde::{Deserialize, Serialize};

use crate::run::{AddedStrategies, Lever};

/// How profiles are chosen for play.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Every profile.
    All,
    /// From small restricted games outwards, along the deviations that gain (Phelps, Cai, McBurney, Niu,
    /// Parsons and Sklar 2007; Wellman 2016).
    Quiesce,
    /// One restricted game a start, to which best responses are added until none gains (McMahan, Gordon
    /// and Blum 2003).
    DoubleOracle,
}

impl Mode {
    /// Its name in a file.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Quiesce => "Quiesce",
            Self::DoubleOracle => "DoubleOracle",
        }
    }
}

/// One parameter at several values, the equilibrium found anew at each.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParameterSweep {
    /// The parameter.
    pub parameter: String,
    /// Its values, as `--set` reads them.
    pub values: Vec<String>,
}

/// A tournament.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tournament {
    /// Its name: the file's.
    pub name: String,
    /// Its title.
    pub title: String,
    /// What it is to answer.
    pub question: String,
    /// The scenario's name.
    pub scenario: String,
    /// SHA-256 of the scenario's files.
    pub scenario_hash: String,
    /// Strategies from outside the scenario, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added: Option<AddedStrategies>,
    /// The program's version.
    pub version: String,
    /// Seed of the games and of every resample.
    pub seed: u64,
    /// Turns a game.
    pub turns: u32,
    /// The players compared with their strategies, by name or written in place.
    pub players: Vec<(String, Vec<String>)>,
    /// Strategies of others in place of the scenario's line-up.
    pub fixed: Vec<(String, String)>,
    /// Other line-ups of the fixed players, under which conclusions are repeated.
    pub lineups: Vec<Lever>,
    /// Groups of players, by position, whose payoffs depend on their own strategy and on how often each
    /// strategy is played, and not on who plays it: the k-th strategies of a group are the same.
    pub interchangeable: Vec<Vec<usize>>,
    /// Parameters held at a value.
    pub set: Vec<(String, String)>,
    /// The belief sets, at least one; the empty name is none.
    pub beliefs: Vec<String>,
    /// How profiles are chosen.
    pub mode: Mode,
    /// Profiles from which the search starts.
    pub starts: u64,
    /// The strategy whose place in equilibrium is the question: player and strategy, by position.
    pub asked: Option<(usize, usize)>,
    /// Games of every profile at first; also the games of a block.
    pub replications: u64,
    /// The most games of a profile.
    pub most_replications: u64,
    /// The largest regret that is acceptable, in payoff, and half the width of the interval of what the
    /// strategy asked about gains; games are added until both are shown, or [`Self::most_replications`] is
    /// reached. 0 adds none.
    pub epsilon: f64,
    /// Measures kept beside payoffs.
    pub measures: Vec<String>,
    /// A parameter along which the equilibrium is followed.
    pub along: Option<ParameterSweep>,
    /// Draws of all payoff weights.
    pub weight_draws: u64,
    /// Each weight is multiplied by a factor between one over this and this, log-uniform.
    pub weight_spread: f64,
    /// Bootstrap resamples.
    pub resamples: u64,
    /// Confidence of intervals.
    pub level: f64,
    /// Games of one file of results.
    pub games_per_part: u64,
}

impl Tournament {
    /// SHA-256 of all of it: a store belongs to one tournament of one scenario and version.
    #[must_use]
    pub fn hash(&self) -> String {
        let text = serde_json::to_string(self).expect("a tournament is plain data");
        crate::run::text_hash(&text)
    }

    /// How many strategies each player has.
    #[must_use]
    pub fn counts(&self) -> Vec<usize> {
        self.players.iter().map(|(_, strategies)| strategies.len()).collect()
    }

    /// Whether another asks the same.
    ///
    /// # Errors
    /// What differs, as a sentence in lower case.
    pub fn same(&self, other: &Self) -> Result<(), String> {
        let fields = [
            ("its scenario differs", self.scenario == other.scenario && self.scenario_hash == other.scenario_hash),
            ("its file of strategies differs", self.added == other.added),
            ("its version of the program differs", self.version == other.version),
            ("its seed differs", self.seed == other.seed),
            ("its number of turns differs", self.turns == other.turns),
            ("its players and their strategies differ", self.players == other.players),
            ("its fixed strategies differ", self.fixed == other.fixed && self.lineups == other.lineups),
            ("its values set by hand differ", self.set == other.set),
            ("its belief sets differ", self.beliefs == other.beliefs),
            ("its mode differs", self.mode == other.mode && self.starts == other.starts),
            ("its number of replications differs", self.replications == other.replications),
            ("its name differs", self.name == other.name),
        ];
        match fields.iter().find(|(_, equal)| !equal) {
            Some((what, _)) => Err((*what).into()),
            None if self == other => Ok(()),
            None => Err("what it asks differs".into()),
        }
    }
}
