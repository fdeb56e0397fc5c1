//! Imagined futures: a second world, filled from what one viewer sees and believes.
//!
//! An imagined world never copies the true state: every indicator is written from the viewer's
//! estimate (or a draw of its belief), cohorts and derived columns are rebuilt from indicators by
//! the laws' own start, of orders, events and queued effects only those are carried over that the
//! viewer knows of, memories are fresh ones of the public `assumed` lineup, and chance comes from
//! streams of its own.

use std::cell::{RefCell, RefMut};
use std::sync::Arc;

use marchland_game::{
    Choice, Decision, Domain, Estimate, ForcedMove, Future, IndicatorId, Lineup, Lookahead, Observation, Package, Plan,
    PlayerId, Readings, Root, Sight, Stage, View, number,
};

use super::engine::Engine;
use super::game::Game;
use super::glance::PlayerWindow;
use super::history::History;
use super::snapshot::Snapshot;
use super::variant::Setup;
use crate::scenario::Scenario;

/// Worlds to imagine in; one per game, reused by every viewer, and none before somebody imagines.
pub(crate) struct Imagination {
    engine: Engine,
    assumed: Lineup,
    imagined: RefCell<Option<ImaginedGame>>,
}

struct ImaginedGame {
    game: Game,
    /// Imagined worlds of the present decision, by sample.
    samples: Vec<(u64, Snapshot)>,
    free: Vec<Snapshot>,
    /// Whose decision they belong to.
    key: Option<(Root, PlayerId, marchland_game::Moment)>,
    choices: Vec<Choice>,
    /// What the viewer believes of every indicator: value, and the spread that samples draw from.
    estimates: Vec<(f64, f64)>,
    /// What the viewer saw in earlier months; equal in all samples.
    past: History,
    work: u64,
}

/// Samples of one decision that are kept ready.
const KEPT: usize = 64;

impl Imagination {
    pub fn new(scenario: &Arc<Scenario>, assumed: Lineup) -> Self {
        Self { engine: Engine::new(scenario), assumed, imagined: RefCell::new(None) }
    }

    /// What the imagined games of a true one are started with.
    fn setup(&self, truth: &Game) -> Setup {
        Setup {
            variant: Arc::clone(&truth.setup.variant),
            lineup: self.assumed.clone(),
            seed: 0,
            turns: truth.setup.turns,
            tracing: false,
        }
    }

    /// Forgets what was imagined: the state that it was imagined from is another one now.
    pub fn forget(&mut self) {
        if let Some(imagined) = self.imagined.get_mut() {
            imagined.key = None;
        }
    }

    /// Stages imagined since the last call.
    pub fn take_work(&self) -> u64 {
        self.imagined.borrow_mut().as_mut().map_or(0, |imagined| std::mem::take(&mut imagined.work))
    }

    pub fn for_viewer<'a>(&'a self, truth: &'a Game, viewer: PlayerId) -> ViewerLookahead<'a> {
        ViewerLookahead { imagination: self, truth, viewer }
    }
}

/// One viewer's look-ahead at one decision.
pub(crate) struct ViewerLookahead<'a> {
    imagination: &'a Imagination,
    truth: &'a Game,
    viewer: PlayerId,
}

impl ViewerLookahead<'_> {
    /// The imagined game, made when first asked for.
    fn imagined(&self) -> RefMut<'_, ImaginedGame> {
        RefMut::map(self.imagination.imagined.borrow_mut(), |imagined| {
            imagined.get_or_insert_with(|| ImaginedGame {
                game: Game::started(&self.imagination.engine, &self.imagination.setup(self.truth), Root::of_game(0)),
                samples: Vec::new(),
                free: Vec::new(),
                key: None,
                choices: vec![Choice::default(); self.truth.scenario.catalogue.players.len()],
                estimates: Vec::new(),
                past: History::default(),
                work: 0,
            })
        })
    }

    /// Brings the imagined game to the viewer's belief in sample `sample`.
    fn begin(&self, imagined: &mut ImaginedGame, sample: u64) {
        let key = (self.truth.state.root, self.viewer, self.truth.moment());
        if imagined.key != Some(key) {
            imagined.key = Some(key);
            imagined.free.extend(imagined.samples.drain(..).map(|(_, snapshot)| snapshot));
            let setup = self.imagination.setup(self.truth);
            imagined.game.start_with(&setup, Root::of_game(0));
            self.look(imagined);
        }
        if let Some((_, snapshot)) = imagined.samples.iter().find(|(kept, _)| *kept == sample) {
            imagined.game.restore(snapshot).expect("a snapshot of this very game");
            return;
        }
        self.draw_world(imagined, sample);
        if imagined.samples.len() < KEPT {
            let mut snapshot = imagined.free.pop().unwrap_or_default();
            imagined.game.save(&mut snapshot);
            imagined.samples.push((sample, snapshot));
        }
    }

    /// Reads the viewer's observation once for all samples of a decision.
    fn look(&self, imagined: &mut ImaginedGame) {
        let truth = self.truth;
        let view = PlayerWindow { truth: truth.glance(), viewer: self.viewer };
        let catalogue = &truth.scenario.catalogue;
        imagined.estimates.clear();
        imagined.estimates.extend(catalogue.indicators.iter().enumerate().map(|(at, info)| {
            let Estimate { value, sd, .. } = view.estimate(IndicatorId::from_index(at));
            let exact = matches!(info.sight[self.viewer.index()], Sight::Exact { .. });
            (value, if exact { 0.0 } else { sd })
        }));
        let game = &mut imagined.game;
        game.history.clear();
        // Oldest first.
        for months in (1..game.history.depth() as u32).rev() {
            if truth.history.held() > months as usize {
                for (at, position) in truth.index.positions.iter().enumerate() {
                    game.scratch.board[*position as usize] = view.remembered(IndicatorId::from_index(at), months);
                }
                game.history.push(&game.scratch.board);
            }
        }
        imagined.past.assign(&game.history);
    }

    fn draw_world(&self, imagined: &mut ImaginedGame, sample: u64) {
        let ImaginedGame { game, estimates, past, .. } = imagined;
        let truth = self.truth;
        let moment = truth.moment();
        let root = truth.state.root.imagined(truth.player_hash(self.viewer.index()), moment, sample);
        let catalogue = &truth.scenario.catalogue;
        game.scratch.flat.fill(0.0);
        for (at, (value, sd)) in estimates.iter().enumerate() {
            let mut value = *value;
            if *sd > 0.0 {
                let info = &catalogue.indicators[at];
                let draw = root.once(Domain::Belief, truth.index.indicator_hash[at], 0).normal();
                value = number::clamp(value + sd * draw, info.range.0, info.range.1);
                if !info.labels.is_empty() {
                    value = libm::round(value);
                }
            }
            game.world.place(IndicatorId::from_index(at), value, &mut game.scratch.flat);
        }
        game.world.restore(&game.scratch.flat);
        game.laws.start(&mut game.world.ecs);
        let state = &mut game.state;
        state.root = root;
        state.turn = truth.state.turn;
        state.round = truth.state.round;
        state.rounds = truth.state.rounds;
        state.stage = truth.state.stage;
        state.over = false;
        for (memory, seat) in state.memories.iter_mut().zip(&game.setup.lineup.players) {
            memory.assign(&seat.strategy.memory());
        }
        state.queue.clear();
        state.queue.extend(truth.state.queue.iter().filter(|queued| queued.seen_by.contains(self.viewer)));
        state.orders.clear();
        let viewer = self.viewer;
        state
            .orders
            .extend(truth.state.orders.iter().filter(|given| given.player == viewer || given.seen_by.contains(viewer)));
        // How many orders others gave is known as far as the orders are.
        state.orders_this_turn.fill(0);
        for given in state.orders.iter().rev().take_while(|given| given.turn == state.turn) {
            if catalogue.deal_move(given.action).is_none() {
                state.orders_this_turn[given.player.index()] += 1;
            }
        }
        for (at, last) in state.last_event.iter_mut().enumerate() {
            let known = catalogue.events[at].seen_by.contains(viewer);
            *last = if known { truth.state.last_event[at] } else { 0 };
        }
        state.tabled.clear();
        state.tabled.extend(truth.state.tabled.iter().filter(|tabled| truth.told_of(viewer, tabled.motion)));
        state.measures.fill(Default::default());
        state.payoffs.fill(Default::default());
        game.reread_orders();
        game.history.assign(past);
        game.refresh_board();
        game.history.push(&game.scratch.board);
        game.open_imagined();
    }

    /// Plays one future and lends the imagined game to `watch`: at its start and after every turn.
    pub fn watch(&self, plan: &Plan<'_>, watch: &mut dyn FnMut(&Game)) {
        let mut imagined = self.imagined();
        self.begin(&mut imagined, plan.sample);
        watch(&imagined.game);
        self.run(&mut imagined, plan, watch);
    }

    fn run(&self, imagined: &mut ImaginedGame, plan: &Plan<'_>, watch: &mut dyn FnMut(&Game)) {
        let ImaginedGame { game, choices, work, .. } = imagined;
        let first = game.state.turn;
        let last = first + plan.turns.max(1);
        // Four rounds of two stages to a turn, at most.
        for _ in 0..plan.turns.max(1) * 8 {
            if game.state.over || game.state.turn >= last {
                break;
            }
            let ahead = game.state.turn - first;
            for (at, choice) in choices.iter_mut().enumerate() {
                let player = PlayerId::from_index(at);
                *choice = match forced(plan.forced, player, ahead) {
                    // An order forced on a month is given in its first round.
                    Some(forced) if game.state.stage == Stage::Orders && game.in_office(player) => {
                        let already = game.state.orders_this_turn[at] > 0 && game.state.round > 0;
                        Choice { orders: if already { Package::default() } else { forced.orders }, ..Choice::default() }
                    }
                    Some(ForcedMove { ballots: Some(ballots), .. }) if game.decides(player) => {
                        Choice { ballots: *ballots, ..Choice::default() }
                    }
                    Some(_) => Choice::default(),
                    None if game.decides(player) => game.decide(player),
                    None => Choice::default(),
                };
            }
            let turn = game.state.turn;
            game.play_stage(choices);
            *work += 1;
            if game.state.turn != turn {
                watch(game);
            }
        }
    }
}

fn forced(list: &[ForcedMove], player: PlayerId, ahead: u32) -> Option<&ForcedMove> {
    list.iter().find(|forced| forced.player == player && forced.ahead == ahead)
}

impl Lookahead for ViewerLookahead<'_> {
    fn play(&self, plan: &Plan<'_>, wanted: &[IndicatorId], future: &mut Future) {
        let mut imagined = self.imagined();
        self.begin(&mut imagined, plan.sample);
        self.run(&mut imagined, plan, &mut |_| {});
        let game = &imagined.game;
        future.payoffs.clear();
        future.payoffs.extend((0..game.state.payoffs.len()).map(|at| {
            let gathered = game.state.payoffs[at];
            let mean = if gathered.turns == 0 { 0.0 } else { gathered.sum / f64::from(gathered.turns) };
            let ended = game.state.over;
            mean + if ended { game.payoff_terms(PlayerId::from_index(at), true) } else { 0.0 }
        }));
        future.readings.clear();
        let glance = game.glance();
        future.readings.extend(wanted.iter().map(|id| glance.now(*id)));
    }

    fn candidates(&self, player: PlayerId, at_most: usize) -> Vec<Package> {
        let list = |game: &Game, viewer: PlayerId| {
            let view = PlayerWindow { truth: game.glance(), viewer };
            let moment = game.moment();
            let decision = Decision {
                player: viewer,
                moment,
                observation: Observation::new(&view),
                catalogue: &game.scenario.catalogue,
                tabled: &game.state.tabled,
                lookahead: None,
                stream: game.state.root.stream(Domain::Strategy, moment, game.player_hash(viewer.index()), 1),
                tracing: false,
            };
            marchland_game::packages(&decision, at_most)
        };
        if player == self.viewer {
            return list(self.truth, player);
        }
        let mut imagined = self.imagined();
        self.begin(&mut imagined, 0);
        list(&imagined.game, player)
    }
}
