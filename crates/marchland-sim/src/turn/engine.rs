//! What games of a scenario are started from.

use std::sync::Arc;

use marchland_game::{Lineup, Root};

use super::game::Game;
use super::variant::Setup;
use crate::scenario::{Scenario, records};

/// What games of a scenario are started from: nothing of it changes while they are played. There is no
/// game that was not started.
///
/// ```
/// # use std::sync::Arc;
/// # use marchland_game::Lineup;
/// # use marchland_sim::mechanisms::Registry;
/// # use marchland_sim::scenario::{LoadOptions, load_text};
/// use marchland_sim::turn::{Engine, Setup, Variant};
///
/// let text = r#"(title: "Quiet", calendar: (start: "2010-04", horizon: 3))"#;
/// let loaded = load_text("quiet", text, &LoadOptions::new(Registry::engine(), &[])).expect("a scenario");
/// let scenario = Arc::new(loaded.scenario);
/// let variant = Arc::new(Variant::new(&scenario, None, &[]).expect("no settings"));
/// let lineup = Lineup { players: Vec::new(), populations: Vec::new() };
/// let mut game = Engine::new(&scenario).start(&Setup { variant, lineup, seed: 1, turns: 3, tracing: false });
/// game.finish();
/// assert!(game.is_over());
/// ```
#[derive(Clone)]
pub struct Engine {
    scenario: Arc<Scenario>,
    assumed: Option<Lineup>,
    records: usize,
}

impl Engine {
    /// For a scenario. Strategies that look ahead find nothing to look with; see [`Self::with_assumed`].
    #[must_use]
    pub fn new(scenario: &Arc<Scenario>) -> Self {
        Self { scenario: Arc::clone(scenario), assumed: None, records: records::kept(scenario) }
    }

    /// The same, with the scenario's public `assumed` lineup: what strategies that look ahead
    /// imagine the others to play.
    #[must_use]
    pub fn with_assumed(mut self, assumed: Lineup) -> Self {
        self.assumed = Some(assumed);
        self
    }

    /// The same, with records that reach at least so many months back: for whatever is read beside the
    /// scenario's own content, which its records are as deep as.
    #[must_use]
    pub fn with_records(mut self, months: u32) -> Self {
        self.records = records::kept_for(&self.scenario, months);
        self
    }

    /// Starts a game: initial values by the variant and the seed's draws, memories fresh. Whoever plays
    /// many starts the others with [`Game::start`], in the place of the first.
    #[must_use]
    pub fn start(&self, setup: &Setup) -> Game {
        Game::started(self, setup, Root::of_game(setup.seed))
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// The lineup that is imagined.
    pub(crate) fn assumed(&self) -> Option<&Lineup> {
        self.assumed.as_ref()
    }

    /// Records of every indicator that a game keeps.
    pub(crate) fn records(&self) -> usize {
        self.records
    }
}
