//! Everything of a game that is not in the world's columns: a plain value, part of every snapshot.

use marchland_game::{ActionId, Cause, Memory, PlayerId, PlayerSet, Root, Stage, TabledMotion};
use serde::{Deserialize, Serialize};

use crate::effects::Deed;
use crate::scenario::Scenario;

/// The state of a game beside its columns.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The game's seed; of an imagined game, the word of its root.
    pub seed: u64,
    /// The game's streams.
    pub root: Root,
    /// The turn being played, from 1; one past the last one where the game is over.
    pub turn: u32,
    /// The round being played, from 0.
    pub round: u8,
    /// Rounds in this turn.
    pub rounds: u8,
    /// The stage to be decided next.
    pub stage: Stage,
    /// Whether no turn is left to play.
    pub over: bool,
    /// What strategies remember, by `PlayerId`.
    pub memories: Vec<Memory>,
    /// Effects that are still to come.
    pub queue: Vec<QueuedEffect>,
    /// Every legal order given, in order.
    pub orders: Vec<IssuedOrder>,
    /// Orders given this turn, by `PlayerId`.
    pub orders_this_turn: Vec<u8>,
    /// The last turn in which each event happened, 0 for never, by `EventId`.
    pub last_event: Vec<u32>,
    /// Motions that stand tabled.
    pub tabled: Vec<TabledMotion>,
    /// What measures have gathered, by `MeasureId`.
    pub measures: Vec<GatheredMeasure>,
    /// What payoffs have gathered, by `PlayerId`.
    pub payoffs: Vec<GatheredPayoff>,
    /// Decisions lost by outside programs, by `PlayerId`.
    pub forfeits: Vec<u32>,
    /// Decisions that there were to take, by `PlayerId`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<u32>,
    /// The turn at whose end each outcome event first had happened, 0 for never; by position in
    /// `Catalogue::outcome_events`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub first_events: Vec<u32>,
}

/// An effect that is still to come.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct QueuedEffect {
    /// The turn at whose start of nature it happens.
    pub turn: u32,
    /// What happens.
    pub what: Deed,
    /// What brought it about.
    pub cause: Cause,
    /// Who knows of it.
    pub seen_by: PlayerSet,
}

/// A legal order that was given.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct IssuedOrder {
    /// When.
    pub turn: u32,
    /// By whom.
    pub player: PlayerId,
    /// What.
    pub action: ActionId,
    /// With which option.
    pub option: u8,
    /// Who knows of it.
    pub seen_by: PlayerSet,
}

/// What a measure has gathered over the turns.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct GatheredMeasure {
    /// The value at the end of the last turn.
    pub last: f64,
    /// The sum.
    pub sum: f64,
    /// The largest.
    pub max: f64,
    /// The smallest.
    pub min: f64,
    /// The value at the end of the turn asked for, or of the last turn before it until then.
    pub at: f64,
    /// Turns gathered.
    pub turns: u32,
}

/// What a payoff has gathered over the turns.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct GatheredPayoff {
    /// The sum of the turns' payoffs.
    pub sum: f64,
    /// Turns since the player came into the game.
    pub turns: u32,
}

impl State {
    /// The state of a game that is about to be started.
    pub(crate) fn of(scenario: &Scenario) -> Self {
        let catalogue = &scenario.catalogue;
        let players = catalogue.players.len();
        Self {
            seed: 0,
            root: Root::of_game(0),
            turn: 1,
            round: 0,
            rounds: 1,
            stage: Stage::Orders,
            over: true,
            memories: Vec::new(),
            queue: Vec::new(),
            orders: Vec::new(),
            orders_this_turn: vec![0; players],
            last_event: vec![0; catalogue.events.len()],
            tabled: Vec::new(),
            measures: vec![GatheredMeasure::default(); catalogue.measures.len()],
            payoffs: vec![GatheredPayoff::default(); players],
            forfeits: vec![0; players],
            decisions: vec![0; players],
            first_events: vec![0; catalogue.outcome_events.len()],
        }
    }

    /// Copies `from` into this state without giving up its allocations.
    pub fn assign(&mut self, from: &Self) {
        self.seed = from.seed;
        self.root = from.root;
        self.turn = from.turn;
        self.round = from.round;
        self.rounds = from.rounds;
        self.stage = from.stage;
        self.over = from.over;
        self.memories.truncate(from.memories.len());
        for (at, memory) in from.memories.iter().enumerate() {
            match self.memories.get_mut(at) {
                Some(own) => own.assign(memory),
                None => self.memories.push(memory.clone()),
            }
        }
        self.queue.clone_from(&from.queue);
        self.orders.clone_from(&from.orders);
        self.orders_this_turn.clone_from(&from.orders_this_turn);
        self.last_event.clone_from(&from.last_event);
        self.tabled.clone_from(&from.tabled);
        self.measures.clone_from(&from.measures);
        self.payoffs.clone_from(&from.payoffs);
        self.forfeits.clone_from(&from.forfeits);
        self.decisions.clone_from(&from.decisions);
        self.first_events.clone_from(&from.first_events);
    }
}
