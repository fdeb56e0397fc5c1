//! One game: its world, its state, and the parts of a turn.

use std::sync::Arc;

use marchland_game::{
    Choice, Decision, Domain, EventId, Lineup, Memory, Moment, Observation, PlayerId, Root, RoundRecord, Ruling, Seat,
    Stage, Turn, TurnRecord, View, VoteRecord, stream,
};

use super::deals::DealNews;
use super::effects::Caps;
use super::engine::Engine;
use super::glance::{Glance, Index, PlayerWindow};
use super::history::History;
use super::laws::Laws;
use super::lookahead::Imagination;
use super::state::{GatheredMeasure, GatheredPayoff, IssuedOrder, QueuedEffect, State};
use super::variant::{Setup, Variant};
use crate::effects::Deed;
use crate::ledger::Ledger;
use crate::mechanisms::CohortRules;
use crate::scenario::Scenario;
use crate::world::{Clock, ColumnSet, CrisisWorld};

/// One game, started: made by [`Engine::start`](super::Engine::start). Kept by whoever plays many:
/// [`Self::start`] starts another in its place, and allocates nothing once every buffer has grown.
pub struct Game {
    pub(crate) scenario: Arc<Scenario>,
    pub(crate) index: Arc<Index>,
    /// What it was started with; `turns` are those that the scenario allows.
    pub(crate) setup: Setup,
    pub(crate) world: CrisisWorld,
    pub(crate) laws: Laws,
    pub(crate) state: State,
    pub(crate) history: History,
    /// The last turn in which anybody ordered each action, 0 for never, by `ActionId`: told by the state's orders, so that
    /// nobody looks through them for what nobody ordered.
    last_ordered: Vec<u32>,
    pub(crate) scratch: Scratch,
    pub(crate) recorder: Recorder,
    work: Work,
    imagination: Option<Box<Imagination>>,
}

/// Room for what a stage works with; nothing here lasts from one stage to the next.
#[derive(Default)]
pub(crate) struct Scratch {
    /// The world as it was at the start of the stage: what everything reads.
    pub board: Vec<f64>,
    /// What effects have written since the board was filled: position and value.
    pub written: Vec<(u32, f64)>,
    /// A flat copy of the world as the variant starts it, draws left out.
    pub initial: Vec<f64>,
    /// Room for a flat copy of the world.
    pub flat: Vec<f64>,
    pub caps: Caps,
    /// Events set off and not yet happened.
    pub fired: Vec<EventId>,
    /// Room for what is due of the queue.
    pub due: Vec<QueuedEffect>,
    /// Room for what an effect does.
    pub deeds: Vec<Deed>,
    /// What has happened to deals and has not yet taken effect.
    pub deal_news: Vec<DealNews>,
    /// Room for what is being told of deals.
    pub told_news: Vec<DealNews>,
    /// Room for beliefs about types before and after a month.
    pub posteriors: Vec<([f64; 3], [f64; 3])>,
    pub choices: Vec<Choice>,
    pub rulings: Vec<Ruling>,
    pub votes: Vec<VoteRecord>,
    pub turn_payoffs: Vec<f64>,
}

/// What is written down of the turns.
#[derive(Default)]
pub(crate) struct Recorder {
    /// Whether turns are recorded whole; batches do without.
    pub recording: bool,
    /// The last turn completed.
    pub record: TurnRecord,
    /// The round being played.
    pub round: RoundRecord,
}

/// Stages played since the game was started, imagined ones included, and the most there may be.
struct Work {
    done: u64,
    limit: u64,
}

impl Game {
    /// A game of an engine, started.
    pub(crate) fn started(engine: &Engine, setup: &Setup, root: Root) -> Self {
        let scenario = Arc::clone(engine.scenario());
        let mut world = world_of(&scenario);
        let laws = Laws::new(&scenario, &mut world.ecs);
        let players = scenario.catalogue.players.len();
        let mut game = Self {
            index: Arc::new(Index::new(&scenario, world.positions())),
            setup: setup.clone(),
            laws,
            state: State::of(&scenario),
            history: History::new(world.indicator_width(), engine.records()),
            last_ordered: vec![0; scenario.catalogue.actions.len()],
            scratch: Scratch {
                board: vec![0.0; world.indicator_width()],
                initial: vec![0.0; world.width()],
                flat: vec![0.0; world.width()],
                choices: vec![Choice::default(); players],
                turn_payoffs: vec![0.0; players],
                ..Scratch::default()
            },
            recorder: Recorder::default(),
            work: Work { done: 0, limit: u64::MAX },
            imagination: engine.assumed().map(|assumed| Box::new(Imagination::new(&scenario, assumed.clone()))),
            world,
            scenario,
        };
        game.start_with(setup, root);
        game
    }

    /// Starts another game in this one's place: initial values by the variant and the seed's draws,
    /// memories fresh.
    pub fn start(&mut self, setup: &Setup) {
        self.start_with(setup, Root::of_game(setup.seed));
    }

    pub(crate) fn start_with(&mut self, setup: &Setup, root: Root) {
        self.forget_imagined();
        let turns = setup.turns.min(self.scenario.calendar.horizon).max(1);
        self.setup = Setup { turns, ..setup.clone() };
        self.work.done = 0;
        let state = &mut self.state;
        state.seed = setup.seed;
        state.root = root;
        state.turn = 1;
        state.round = 0;
        state.rounds = 1;
        state.stage = Stage::Orders;
        state.over = false;
        state.queue.clear();
        state.orders.clear();
        self.last_ordered.fill(0);
        state.tabled.clear();
        state.orders_this_turn.fill(0);
        state.last_event.fill(0);
        state.measures.fill(GatheredMeasure::default());
        state.payoffs.fill(GatheredPayoff::default());
        state.forfeits.clear();
        state.forfeits.resize(setup.lineup.players.len(), 0);
        state.decisions.clear();
        state.decisions.resize(setup.lineup.players.len(), 0);
        state.first_events.clear();
        state.first_events.resize(self.scenario.catalogue.outcome_events.len(), 0);
        state.memories.resize_with(setup.lineup.players.len(), Default::default);
        for (memory, seat) in state.memories.iter_mut().zip(&setup.lineup.players) {
            memory.assign(&seat.strategy.memory());
        }
        for choice in &mut self.scratch.choices {
            *choice = Choice::default();
        }
        self.scratch.deal_news.clear();
        let variant = Arc::clone(&self.setup.variant);
        if !self.laws.hold(&variant) {
            self.scratch.initial.fill(0.0);
            for (at, value) in variant.start.iter().enumerate() {
                self.world.place(marchland_game::IndicatorId::from_index(at), *value, &mut self.scratch.initial);
            }
        }
        self.scratch.flat.copy_from_slice(&self.scratch.initial);
        for (id, distribution) in variant.draws.iter() {
            let draw = root.once(Domain::Start, self.index.indicator_hash[id.index()], 0).uniform();
            self.world.place(*id, distribution.quantile(draw), &mut self.scratch.flat);
        }
        self.world.restore(&self.scratch.flat);
        self.prepare_world(&setup.lineup);
        self.set_clock();
        // A traced game before this one may have left the ledger on; nothing is booked before the first turn.
        self.world.ecs.resource_mut::<Ledger>().switch(false, Vec::new(), 0);
        self.laws.start(&mut self.world.ecs);
        self.history.clear();
        self.refresh_board();
        self.history.push(&self.scratch.board);
        let positions = if setup.tracing { self.index.positions.clone() } else { Vec::new() };
        let width = self.world.indicator_width();
        self.world.ecs.resource_mut::<Ledger>().switch(setup.tracing, positions, width);
        self.open_turn();
    }

    /// Hands the variant's constants and the cohort rules to the laws of motion.
    fn prepare_world(&mut self, lineup: &Lineup) {
        self.laws.reread(&mut self.world.ecs, &self.setup.variant);
        self.world.ecs.resource_mut::<CohortRules>().take(&self.scenario.catalogue.populations, lineup);
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// The scenario with its parameters.
    #[must_use]
    pub fn variant(&self) -> &Arc<Variant> {
        &self.setup.variant
    }

    /// The state beside the columns.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The world.
    #[must_use]
    pub fn world(&self) -> &CrisisWorld {
        &self.world
    }

    /// Turns of the game in all, unless it ends before.
    #[must_use]
    pub fn turns(&self) -> u32 {
        self.setup.turns
    }

    /// Whether no turn is left to play.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.state.over
    }

    /// Ends the game at the start of a stage: the turns that have passed are all that are counted, and no decision is asked
    /// for any more.
    pub fn end_here(&mut self) {
        self.state.over = true;
        self.state.stage = Stage::Orders;
        self.state.round = 0;
    }

    /// The place of the next decision.
    #[must_use]
    pub fn moment(&self) -> Moment {
        self.glance().moment()
    }

    /// Sets a player's strategy from the next decision on; its memory starts afresh.
    pub fn seat(&mut self, player: PlayerId, seat: Seat) {
        self.state.memories[player.index()].assign(&seat.strategy.memory());
        self.setup.lineup.players[player.index()] = seat;
    }

    /// Gives a player's strategy the memory it had: how a replay, which runs no strategy, leaves a game
    /// that can be played on.
    pub fn remember(&mut self, player: PlayerId, memory: &Memory) {
        self.state.memories[player.index()].assign(memory);
    }

    /// Who plays whom.
    #[must_use]
    pub fn lineup(&self) -> &Lineup {
        &self.setup.lineup
    }

    /// Ends a game that has played more stages than this, imagined ones included. A count, and not a
    /// time: bytes must not depend on the clock.
    pub fn set_work_limit(&mut self, stages: u64) {
        self.work.limit = stages;
    }

    /// Stages played since the game was started, imagined ones included.
    #[must_use]
    pub fn work(&self) -> u64 {
        self.work.done
    }

    /// Whether the game ended because it played more stages than its limit.
    #[must_use]
    pub fn over_limit(&self) -> bool {
        self.work.done > self.work.limit
    }

    /// Whether turns are recorded whole; batches do without.
    pub fn set_recording(&mut self, recording: bool) {
        self.recorder.recording = recording;
    }

    /// Reads the world back after laws of motion, into the board that a stage reads too.
    pub(crate) fn refresh_board(&mut self) {
        self.scratch.written.clear();
        self.world.read_back(&mut self.scratch.board);
    }

    /// Brings the board up to date after effects, which are all that has moved the world since it
    /// was filled.
    pub(crate) fn settle_board(&mut self) {
        for (at, value) in self.scratch.written.drain(..) {
            self.scratch.board[at as usize] = value;
        }
    }

    pub(crate) fn calendar_month(&self) -> u32 {
        match self.index.months.get(self.state.turn as usize) {
            Some(month) => u32::from(*month),
            None => u32::from(self.scenario.calendar.start.of(Turn(self.state.turn)).month),
        }
    }

    pub(crate) fn glance(&self) -> Glance<'_> {
        Glance {
            scenario: &self.scenario,
            variant: &self.setup.variant,
            catalogue: &self.scenario.catalogue,
            index: &self.index,
            board: &self.scratch.board,
            history: &self.history,
            state: &self.state,
            last_ordered: &self.last_ordered,
            calendar_month: self.calendar_month(),
            level: 1.0,
            ideal: 0.0,
        }
    }

    /// Notes an order that was given.
    pub(crate) fn issue(&mut self, order: IssuedOrder) {
        self.last_ordered[order.action.index()] = order.turn;
        self.state.orders.push(order);
    }

    /// Reads from the state's orders when each action was last ordered: where they are another game's.
    pub(crate) fn reread_orders(&mut self) {
        self.last_ordered.fill(0);
        for order in &self.state.orders {
            // A snapshot from a file may name an action that is none.
            if let Some(last) = self.last_ordered.get_mut(order.action.index()) {
                *last = order.turn;
            }
        }
    }

    /// How many months back the game's records reach, where that many were played.
    #[must_use]
    pub fn looks_back(&self) -> u32 {
        self.history.depth() as u32 - 1
    }

    /// The true state at the start of the stage, to be read by expressions.
    #[must_use]
    pub fn truth(&self) -> impl marchland_game::Readings + '_ {
        self.glance()
    }

    /// What a player sees at the start of the stage: its only window.
    #[must_use]
    pub fn view(&self, viewer: PlayerId) -> impl View + '_ {
        PlayerWindow { truth: self.glance(), viewer }
    }

    /// What a player was shown of an indicator's value `truth` at the end of a turn, once that reached it: the same that
    /// [`Self::view`] tells then. None of what it is never shown.
    #[must_use]
    pub fn shown(
        &self,
        viewer: PlayerId,
        indicator: marchland_game::IndicatorId,
        turn: u32,
        truth: f64,
    ) -> Option<f64> {
        PlayerWindow { truth: self.glance(), viewer }.shown(indicator, turn, truth)
    }

    /// Whether the player is in office; players without an office always are.
    #[must_use]
    pub fn in_office(&self, player: PlayerId) -> bool {
        self.glance().in_office(player)
    }

    /// Whether the player has anything to decide in the coming stage.
    #[must_use]
    pub fn decides(&self, player: PlayerId) -> bool {
        let asked = match self.state.stage {
            Stage::Orders => true,
            Stage::Ballots => self.state.tabled.iter().any(|tabled| self.votes_on(player, tabled.motion)),
        };
        asked && self.in_office(player)
    }

    fn votes_on(&self, player: PlayerId, motion: marchland_game::MotionId) -> bool {
        let catalogue = &self.scenario.catalogue;
        let institution = catalogue.motions[motion.index()].institution;
        catalogue.institutions[institution.index()].members.iter().any(|member| member.player == Some(player))
    }

    /// Whether a player may know that a motion stands tabled: as one who is told of it, or who votes.
    #[must_use]
    pub fn told_of(&self, player: PlayerId, motion: marchland_game::MotionId) -> bool {
        self.scenario.catalogue.motions[motion.index()].seen_by.contains(player) || self.votes_on(player, motion)
    }

    /// Asks the player's strategy. Imagined players get no look-ahead.
    pub fn decide(&mut self, player: PlayerId) -> Choice {
        let strategy = Arc::clone(&self.setup.lineup.players[player.index()].strategy);
        let mut memory = std::mem::take(&mut self.state.memories[player.index()]);
        let imagination = self.imagination.take();
        let choice = self.with_decision(player, imagination.as_deref(), |at| strategy.decide(at, &mut memory));
        self.work.done += imagination.as_ref().map_or(0, |imagination| imagination.take_work());
        self.imagination = imagination;
        self.state.memories[player.index()] = memory;
        choice
    }

    /// Builds the player's decision and hands it to `ask`: for strategies, seats and previews alike.
    fn with_decision<R>(
        &self,
        player: PlayerId,
        imagination: Option<&Imagination>,
        ask: impl FnOnce(&Decision<'_>) -> R,
    ) -> R {
        let view = PlayerWindow { truth: self.glance(), viewer: player };
        let looking = imagination.map(|imagination| imagination.for_viewer(self, player));
        let moment = self.moment();
        let decision = Decision {
            player,
            moment,
            observation: Observation::new(&view),
            catalogue: &self.scenario.catalogue,
            tabled: &self.state.tabled,
            lookahead: looking.as_ref().map(|looking| looking as &dyn marchland_game::Lookahead),
            stream: self.state.root.stream(Domain::Strategy, moment, self.index.player_hash[player.index()], 0),
            tracing: self.setup.tracing,
        };
        ask(&decision)
    }

    /// Hands the player's present decision to `ask`, with look-ahead where the game affords it.
    pub fn at_decision<R>(&self, player: PlayerId, ask: impl FnOnce(&Decision<'_>) -> R) -> R {
        self.with_decision(player, self.imagination.as_deref(), ask)
    }

    /// Plays a future that `viewer` imagines at its present decision: filled from what it sees, draws of
    /// its belief and the public `assumed` lineup, as its own look-ahead would be, and never a copy of the
    /// true state. Lends the imagined game to `watch` at its start and after every turn. False, and
    /// nothing played, where the game has no `assumed` lineup to imagine with.
    pub fn imagine(&self, viewer: PlayerId, plan: &marchland_game::Plan<'_>, watch: &mut dyn FnMut(&Self)) -> bool {
        match self.imagination.as_deref() {
            None => false,
            Some(imagination) => {
                imagination.for_viewer(self, viewer).watch(plan, watch);
                true
            }
        }
    }

    /// Forgets imagined worlds kept for the present decision: the state behind them has changed.
    pub(crate) fn forget_imagined(&mut self) {
        if let Some(imagination) = self.imagination.as_deref_mut() {
            imagination.forget();
        }
    }

    /// Asks every player that has something to decide; the others choose nothing.
    pub fn decide_all(&mut self) {
        let mut choices = std::mem::take(&mut self.scratch.choices);
        for (at, choice) in choices.iter_mut().enumerate() {
            let player = PlayerId::from_index(at);
            *choice = if self.decides(player) { self.decide(player) } else { Choice::default() };
        }
        self.scratch.choices = choices;
    }

    /// Asks every player and lends the choices, by `PlayerId`; give them back with
    /// [`Self::give_back`], so that the next stage allocates nothing.
    pub fn choose(&mut self) -> Vec<Choice> {
        self.decide_all();
        std::mem::take(&mut self.scratch.choices)
    }

    /// Takes back what [`Self::choose`] lent.
    pub fn give_back(&mut self, choices: Vec<Choice>) {
        self.scratch.choices = choices;
    }

    /// Copies columns of a world of this scenario into this one's.
    pub fn restore_columns(&mut self, columns: &[f64]) {
        self.forget_imagined();
        self.world.restore(columns);
        self.refresh_board();
    }

    /// Plays the next turn to its end with the lineup's strategies; nothing where the game is over.
    pub fn step(&mut self) {
        if self.state.over {
            return;
        }
        let turn = self.state.turn;
        // A turn has at most four rounds of two stages.
        for _ in 0..8 {
            self.step_stage();
            if self.state.over || self.state.turn != turn {
                break;
            }
        }
    }

    /// Plays the next stage with the lineup's strategies, and nature where it ends the round.
    pub fn step_stage(&mut self) {
        let choices = self.choose();
        self.play_stage(&choices);
        self.give_back(choices);
    }

    /// Plays the next stage with these choices, by `PlayerId`.
    pub fn play_stage(&mut self, choices: &[Choice]) {
        self.work.done += 1;
        if self.work.done > self.work.limit {
            self.state.over = true;
            return;
        }
        match self.state.stage {
            Stage::Orders => {
                let mut rulings = std::mem::take(&mut self.scratch.rulings);
                self.resolve(choices, &mut rulings);
                self.apply(choices, &rulings);
                self.scratch.rulings = rulings;
            }
            Stage::Ballots => {
                let mut votes = std::mem::take(&mut self.scratch.votes);
                self.count(choices, &mut votes);
                self.enact(choices, &votes);
                self.scratch.votes = votes;
            }
        }
    }

    /// Plays all turns that are left.
    pub fn finish(&mut self) {
        for _ in 0..self.setup.turns {
            self.step();
        }
    }

    /// The record of the last turn completed, where turns are recorded.
    #[must_use]
    pub fn last_record(&self) -> &TurnRecord {
        &self.recorder.record
    }

    /// Opens the turn in `state.turn`: how many rounds it has is read from the board, which holds the
    /// world as the last turn, or the start, left it.
    pub(crate) fn open_turn(&mut self) {
        let crisis = self.scenario.calendar.crisis_clock.as_ref().is_some_and(|clock| clock.holds(&self.glance()));
        self.state.rounds = if crisis { 4 } else { 1 };
        self.state.round = 0;
        self.state.orders_this_turn.fill(0);
        self.open_round();
    }

    pub(crate) fn open_round(&mut self) {
        self.state.stage = Stage::Orders;
        let moment = self.moment();
        self.set_clock();
        if self.setup.tracing {
            let mut ledger = self.world.ecs.resource_mut::<Ledger>();
            ledger.open(moment, &self.scratch.board);
        }
    }

    /// Tells the laws of motion what step they are in.
    fn set_clock(&mut self) {
        let (moment, calendar_month, rounds) = (self.moment(), self.calendar_month(), self.state.rounds);
        let clock = Clock { moment, months: 1.0 / f64::from(rounds), rounds, calendar_month, root: self.state.root };
        *self.world.ecs.resource_mut::<Clock>() = clock;
    }

    /// Opens an imagined game where the true one stands.
    pub(crate) fn open_imagined(&mut self) {
        let stage = self.state.stage;
        self.open_round();
        self.state.stage = stage;
    }

    /// Runs the laws of motion once, as the end of a round does, and nothing else of it: for benches that
    /// time them, which restore a snapshot afterwards.
    pub fn run_nature(&mut self) {
        self.world.hand_over();
        self.laws.run(&mut self.world.ecs, self.setup.tracing);
    }

    /// The seed of an outside program or of a stand-in: the root's word.
    #[must_use]
    pub fn root_word(&self) -> u64 {
        self.state.root.word()
    }

    pub(crate) fn player_hash(&self, player: usize) -> u64 {
        self.index.player_hash[player]
    }

    /// The hash of a name in this game's streams.
    #[must_use]
    pub fn name_hash(name: &str) -> u64 {
        stream::name_hash(name)
    }
}

/// A world with the scenario's entities, at zero, and the columns of its laws of motion.
fn world_of(scenario: &Scenario) -> CrisisWorld {
    let mut set = ColumnSet::default();
    for law in scenario.laws() {
        (law.columns)(&mut set);
    }
    let cohorts = scenario.cohorts.as_ref().map_or(0, |cohorts| cohorts.count);
    let mut world = CrisisWorld::new(set, &scenario.entities, cohorts, &scenario.catalogue);
    world.ecs.insert_resource(Ledger::default());
    world.ecs.insert_resource(CohortRules::new(scenario.laws()));
    world
}
