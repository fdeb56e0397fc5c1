//! What a game is opened from, and how scenario, variant and lineup come out of it again.

use std::sync::Arc;

use marchland_game::{Lineup, StrategySpec};
use marchland_play::compose::{self, NamedLineup};
use marchland_sim::scenario::files::Files;
use marchland_sim::scenario::{self, LoadOptions, Scenario};
use marchland_sim::turn::{Setup, Variant};
use marchland_strategies::Registry;
use sha2::{Digest, Sha256};

use crate::entry::{Holder, Opening};
use crate::error::{SessionError, refused};

/// Marks a database of format 1 as a game of this program: "mrch".
pub const APPLICATION_ID: u32 = u32::from_be_bytes(*b"mrch");
/// The newest format of log that this program reads, and the one that it writes.
pub const FORMAT: u32 = 2;

/// A game's scenario, from the bytes that its file holds.
#[derive(Clone)]
pub struct Source {
    /// The scenario's files.
    pub files: Files,
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// The families of strategies.
    pub registry: Registry,
}

impl Source {
    /// Loads the scenario of some files.
    ///
    /// # Errors
    /// Everything that is wrong with the files.
    pub fn load(files: Files, registry: &Registry) -> Result<Self, SessionError> {
        let schemas = registry.schemas();
        let loaded = scenario::load_files(&files, &LoadOptions::new(marchland_laws::standard(), &schemas))?;
        Ok(Self { files, scenario: Arc::new(loaded.scenario), registry: registry.clone() })
    }

    /// The hash of the files that do not enter the scenario's hash; empty where there are none.
    #[must_use]
    pub fn strategies_hash(&self) -> String {
        let mut hash = Sha256::new();
        let mut any = false;
        let map = |name: &str| scenario::files::MAP_ENDINGS.iter().any(|ending| name.ends_with(ending));
        for layer in self.files.layers.iter().filter(|layer| !layer.hashed && !map(&layer.name)) {
            any = true;
            hash.update((layer.text.len() as u64).to_le_bytes());
            hash.update(&layer.text);
        }
        if any { hex(&hash.finalize()) } else { String::new() }
    }

    /// The opening of a game of this scenario: every seat as the scenario's default lineup has it.
    #[must_use]
    pub fn opening(&self, seed: u64) -> Opening {
        let scenario = &self.scenario;
        let catalogue = &scenario.catalogue;
        let named = |at: usize| scenario.strategies[at].name.clone();
        Opening {
            scenario: catalogue.scenario.clone(),
            scenario_hash: scenario.hash.clone(),
            strategies_hash: self.strategies_hash(),
            seed,
            belief: scenario.default_belief.map(|at| scenario.beliefs[at].id.clone()),
            parameters: Vec::new(),
            turns: scenario.calendar.horizon,
            seats: catalogue
                .players
                .iter()
                .zip(&scenario.lineup)
                .map(|(player, at)| (player.id.clone(), Holder::Strategy(named(*at))))
                .collect(),
            populations: catalogue
                .populations
                .iter()
                .zip(&scenario.population_rules)
                .map(|(population, at)| (population.id.clone(), named(*at)))
                .collect(),
            facilitator: false,
            minutes: 0,
            aims: Vec::new(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// The strategy of a text, for a player.
    ///
    /// # Errors
    /// The text names none, or one that this player may not play.
    pub fn strategy(&self, player: &str, text: &str) -> Result<StrategySpec, SessionError> {
        let id = self.scenario.catalogue.player(player);
        Ok(scenario::strategy(&self.scenario, &self.registry.schemas(), text, id)?)
    }

    /// The lineup of some holders, asked or not: a replay asks no strategy, and builds none.
    pub(crate) fn compose(&self, opening: &Opening, asked: bool) -> Result<NamedLineup, SessionError> {
        let mut changes = Vec::new();
        for (player, holder) in &opening.seats {
            let spec = match holder {
                Holder::Strategy(text) if asked => self.strategy(player, text)?,
                other => idle(other.name()),
            };
            changes.push((player.clone(), spec));
        }
        for (population, text) in &opening.populations {
            changes
                .push((population.clone(), scenario::strategy(&self.scenario, &self.registry.schemas(), text, None)?));
        }
        Ok(compose::compose(&self.scenario, &self.registry, &changes)?)
    }

    /// The public expectation of who plays what.
    pub(crate) fn assumed(&self) -> Result<Lineup, SessionError> {
        Ok(compose::assumed(&self.scenario, &self.registry)?)
    }

    /// What starts the game of an opening.
    pub(crate) fn setup(&self, opening: &Opening, asked: bool) -> Result<Setup, SessionError> {
        if !self.scenario.has_hash(&opening.scenario_hash) {
            return refused("the scenario's files are not those that the game was opened with");
        }
        if opening.strategies_hash != self.strategies_hash() {
            return refused("the file of strategies is not the one that the game was opened with");
        }
        let variant = Variant::new(&self.scenario, opening.belief.as_deref(), &opening.parameters)?;
        Ok(Setup {
            variant: Arc::new(variant),
            lineup: self.compose(opening, asked)?.lineup,
            seed: opening.seed,
            turns: opening.turns,
            tracing: true,
        })
    }

    /// A seat of a lineup.
    pub(crate) fn seat(
        &self,
        player: &str,
        holder: &Holder,
        asked: bool,
    ) -> Result<marchland_game::Seat, SessionError> {
        let spec = match holder {
            Holder::Strategy(text) if asked => self.strategy(player, text)?,
            other => idle(other.name()),
        };
        let id = crate::names::player(&self.scenario.catalogue, player)?;
        if !spec.players.is_empty() && !spec.players.contains(&id) {
            return refused(format!("player `{player}` may not play the strategy `{}`", spec.name));
        }
        let strategy = self.registry.build(&spec, &self.scenario.catalogue)?;
        Ok(marchland_game::Seat { name: spec.name.clone(), strategy: Arc::from(strategy) })
    }
}

/// What stands in a lineup for somebody whose choices come from elsewhere.
fn idle(name: &str) -> StrategySpec {
    StrategySpec { name: name.to_owned(), intent: "decides elsewhere".into(), ..StrategySpec::of("Idle", Vec::new()) }
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
