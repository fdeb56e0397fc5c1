//! What an experiment asks, by name: enough to play any of its games again beside the scenario.

use super::whole::text_hash;
use crate::design::{Design, Factor, Shocks};
use serde::{Deserialize, Serialize};

/// A named portfolio: which strategies take the place of the scenario's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lever {
    /// Its name in tables and pictures.
    pub name: String,
    /// Player or population, and the strategy's name or the strategy written in place.
    pub strategies: Vec<(String, String)>,
}

/// A file of strategies that was added to a scenario's own, whole: games are played again without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddedStrategies {
    /// The file, as it was named.
    pub file: String,
    /// SHA-256 of its text.
    pub hash: String,
    /// Its text.
    pub text: String,
}

impl AddedStrategies {
    /// A file with its hash.
    #[must_use]
    pub fn new(file: &str, text: &str) -> Self {
        Self { file: file.to_owned(), hash: text_hash(text), text: text.to_owned() }
    }
}

/// The rule by which the cases of a hindcast became points of a design, frozen before any outcome was looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FrozenRule {
    /// SHA-256 of the rule's text.
    pub rule: String,
    /// SHA-256 of what the rule reads of the cases: no outcomes.
    pub cases: String,
    /// The rule's constants, as played.
    pub constants: Vec<(String, f64)>,
    /// SHA-256 of the cases and outcomes that constants were fitted on; none where none were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fitted_on: Option<String>,
}

/// An experiment, or a plain batch: one point without factors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Experiment {
    /// Its name: the file's, or `batch`.
    pub name: String,
    /// The scenario's name.
    pub scenario: String,
    /// The scenario's identity, [`Scenario::hash`](marchland_sim::scenario::Scenario::hash); in results of
    /// versions that knew no other, the hash of its files.
    pub scenario_hash: String,
    /// SHA-256 of the scenario's files as they lay.
    #[serde(default)]
    pub scenario_text_hash: String,
    /// Strategies from outside the scenario, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub added: Option<AddedStrategies>,
    /// The program's version.
    pub version: String,
    /// The experiment's seed, of games and of the design alike.
    pub seed: u64,
    /// Turns a game.
    pub turns: u32,
    /// The design; none where nothing varies.
    pub design: Option<Design>,
    /// The rule that made points of cases; none but in a hindcast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<FrozenRule>,
    /// Which rows meet the same shocks; common ones in results of versions that did not say.
    #[serde(default)]
    pub shocks: Shocks,
    /// The parameters that the design varies.
    pub factors: Vec<Factor>,
    /// Parameters held at a value, by hand.
    pub set: Vec<(String, String)>,
    /// The levers, at least one.
    pub levers: Vec<Lever>,
    /// The belief sets, at least one; the empty name is none.
    pub beliefs: Vec<String>,
    /// Games of every row.
    pub replications: u64,
    /// Measures kept, in the scenario's order.
    pub measures: Vec<String>,
    /// Indicators kept by turn; without any there is no table of turns.
    pub keep: Vec<String>,
    /// Games of a part.
    pub games_per_part: u64,
}

impl Experiment {
    /// The names in it that reports show.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let levers = self.levers.iter().map(|lever| &lever.name);
        let factors = self.factors.iter().map(|factor| &factor.name);
        let played = self.levers.iter().flat_map(|lever| &lever.strategies).flat_map(|(player, text)| [player, text]);
        let set = self.set.iter().flat_map(|(parameter, value)| [parameter, value]);
        let columns = self.beliefs.iter().chain(&self.measures).chain(&self.keep);
        levers.chain(factors).chain(played).chain(set).chain(columns).map(String::as_str)
    }

    /// SHA-256 of all that an extension leaves as it is: everything but the number of points and of
    /// replications. What the experiment and its scenario are called, and where they lie, does not enter.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut kept = self.clone();
        kept.replications = 0;
        kept.name = String::new();
        kept.scenario = String::new();
        kept.scenario_text_hash = String::new();
        // The same strategies from a file that lies elsewhere are the same.
        if let Some(added) = &mut kept.added {
            added.file = String::new();
        }
        kept.design = kept.design.map(without_counts);
        let text = serde_json::to_string(&kept).expect("an experiment is plain data");
        text_hash(&text)
    }

    /// Whether this experiment is `earlier` with at least as many points and replications.
    ///
    /// # Errors
    /// What differs, as a sentence in lower case.
    pub fn extends(&self, earlier: &Experiment) -> Result<(), String> {
        let fields = [
            ("its scenario differs", self.same_scenario(earlier)),
            ("its file of strategies differs", hash_of(&self.added) == hash_of(&earlier.added)),
            ("its version of the program differs", self.version == earlier.version),
            ("its seed differs", self.seed == earlier.seed),
            ("its number of turns differs", self.turns == earlier.turns),
            ("its rule, its constants or its cases differs", self.rule == earlier.rule),
            ("its choice of shocks differs", self.shocks == earlier.shocks),
            ("its factors differ", self.factors == earlier.factors),
            ("its values set by hand differ", self.set == earlier.set),
            ("its levers differ", self.levers == earlier.levers),
            ("its belief sets differ", self.beliefs == earlier.beliefs),
            ("its measures differ", self.measures == earlier.measures),
            ("its indicators kept by turn differ", self.keep == earlier.keep),
            ("its number of games a part differs", self.games_per_part == earlier.games_per_part),
        ];
        if let Some((what, _)) = fields.iter().find(|(_, equal)| !equal) {
            return Err((*what).into());
        }
        let grows = match (&earlier.design, &self.design) {
            (None, None) => true,
            (Some(Design::LatinHypercube { sizes: a, .. }), Some(Design::LatinHypercube { sizes: b, .. })) => {
                b.starts_with(a)
            }
            (Some(Design::Listed { rows: a }), Some(Design::Listed { rows: b })) => b.starts_with(a),
            (Some(a), Some(b)) => points(a) <= points(b),
            _ => false,
        };
        if !grows || self.design.clone().map(without_counts) != earlier.design.clone().map(without_counts) {
            return Err("its design differs, or has fewer points".into());
        }
        if self.replications < earlier.replications {
            return Err(format!(
                "it has {} replications, and {} are asked for",
                earlier.replications, self.replications
            ));
        }
        Ok(())
    }
}

impl Experiment {
    /// Whether both are of one scenario, whichever of its hashes the older one bears.
    fn same_scenario(&self, other: &Self) -> bool {
        let known = |a: &Self, b: &Self| !a.scenario_text_hash.is_empty() && a.scenario_text_hash == b.scenario_hash;
        self.scenario_hash == other.scenario_hash || known(self, other) || known(other, self)
    }
}

fn hash_of(added: &Option<AddedStrategies>) -> Option<&str> {
    added.as_ref().map(|added| added.hash.as_str())
}

/// A design's count that an extension may raise.
fn points(design: &Design) -> u32 {
    match design {
        Design::Sobol { rows, .. } | Design::MonteCarlo { rows } => *rows,
        Design::Saltelli { base, .. } => *base,
        Design::Morris { trajectories, .. } => *trajectories,
        _ => 0,
    }
}

fn without_counts(design: Design) -> Design {
    match design {
        Design::LatinHypercube { maximin_candidates, copies, .. } => {
            Design::LatinHypercube { sizes: Vec::new(), maximin_candidates, copies }
        }
        Design::Sobol { copies, .. } => Design::Sobol { rows: 0, copies },
        Design::Saltelli { second_order, .. } => Design::Saltelli { base: 0, second_order },
        Design::Morris { levels, .. } => Design::Morris { trajectories: 0, levels },
        Design::MonteCarlo { .. } => Design::MonteCarlo { rows: 0 },
        Design::Listed { .. } => Design::Listed { rows: Vec::new() },
        complete => complete,
    }
}
