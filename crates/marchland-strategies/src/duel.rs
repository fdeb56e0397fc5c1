//! A two-power matrix game for tests: a world small enough that every answer is known.
//!
//! Each turn both players move at once. Giving no order is move 0; the action `move` has an option
//! for each further move. A turn's payoff is an entry of the matrix plus, where wanted, normal noise.

use marchland_game::number::clamp;
use marchland_game::{
    Action, ActionId, ActionOption, Budget, Catalogue, Choice, Decision, Domain, EventId, Expression, ForcedMove,
    Future, Indicator, IndicatorId, Lookahead, Memory, Moment, MotionId, Nature, Observation, Order, Package,
    ParameterId, PayoffTable, Plan, Player, PlayerId, PlayerSet, Refusal, Root, Round, Sight, Stage, Strategy,
    StrategySpec, Turn, Value, View, Visibility,
};

use crate::Registry;

/// The game.
pub struct Duel {
    pub catalogue: Catalogue,
    /// Payoffs by own move and the other's: moves × moves, by player.
    pub payoffs: [Vec<Vec<f64>>; 2],
    /// Probability of each move of each player under the assumed lineup.
    pub assumed: [Vec<f64>; 2],
    /// Standard deviation of the noise on each turn's payoffs, imagined and real.
    pub noise: f64,
}

impl Duel {
    /// A game from the payoffs of each player by its own move (rows) and the other's.
    pub fn new(first: &[&[f64]], second: &[&[f64]], range: (f64, f64)) -> Self {
        let moves = first.len();
        let rows = |matrix: &[&[f64]]| matrix.iter().map(|row| row.to_vec()).collect::<Vec<_>>();
        let player = |id: &str| Player {
            id: id.into(),
            draw_key: id.into(),
            title: id.into(),
            kind: "state".into(),
            briefing: String::new(),
            private_briefing: String::new(),
            payoffs: PayoffTable { terms: Vec::new(), range },
            stakes: Vec::new(),
            orders_per_turn: 1,
            in_office: None,
            succeeds: None,
            budgets: [None; 4],
        };
        let indicator = |path: &str| {
            let (entity, field) = path.split_once('.').expect("a path");
            Indicator {
                path: path.into(),
                draw_key: path.into(),
                kind: "power".into(),
                entity: entity.into(),
                field: field.into(),
                unit: "share".into(),
                range: (0.0, moves as f64),
                meaning: "the last move".into(),
                title: String::new(),
                plural: false,
                nature: Nature::Stock,
                inputs: Vec::new(),
                resting: None,
                labels: Vec::new(),
                sight: vec![Sight::Exact { delay: 0 }; 2],
                prior: 0.0,
            }
        };
        let option = |at: usize| ActionOption { id: at.to_string(), level: at as f64, cost: [0.0; 4] };
        let action = Action {
            id: "move".into(),
            draw_key: "move".into(),
            title: "Move".into(),
            meaning: "Moves.".into(),
            instrument: "posture".into(),
            owners: PlayerSet::NOBODY.with(PlayerId(0)).with(PlayerId(1)),
            options: (1..moves).map(option).collect(),
            visibility: Visibility::Public,
            condition: None,
            refusal: String::new(),
            public_position: false,
            rows: Vec::new(),
        };
        let catalogue = Catalogue {
            scenario: "duel".into(),
            horizon: 24,
            indicators: vec![indicator("north.move"), indicator("south.move")],
            players: vec![player("north"), player("south")],
            actions: vec![action],
            ..Catalogue::default()
        };
        let even = vec![1.0 / moves as f64; moves];
        Self { catalogue, payoffs: [rows(first), rows(second)], assumed: [even.clone(), even], noise: 0.0 }
    }

    /// Chicken: 0 swerves, 1 dares. Payoffs in the range −10 to 1.
    pub fn chicken() -> Self {
        let matrix: &[&[f64]] = &[&[0.0, -1.0], &[1.0, -10.0]];
        Self::new(matrix, matrix, (-10.0, 1.0))
    }

    /// The prisoners' dilemma: 0 cooperates, 1 defects. Payoffs 5, 3, 1, 0.
    pub fn dilemma() -> Self {
        let matrix: &[&[f64]] = &[&[3.0, 0.0], &[5.0, 1.0]];
        Self::new(matrix, matrix, (0.0, 5.0))
    }

    /// The order that makes a move; none for move 0.
    pub fn package(&self, at: usize) -> Package {
        (at > 0).then(|| Order { action: ActionId(0), option: at as u8 - 1 }).into_iter().collect()
    }

    /// The expected payoff of each move of the first player against a mixture of the second.
    pub fn against(&self, mix: &[f64]) -> Vec<f64> {
        self.payoffs[0].iter().map(|row| row.iter().zip(mix).map(|(u, p)| u * p).sum()).collect()
    }

    /// A strategy of the standard registry.
    pub fn build(&self, family: &str, arguments: Vec<Value>) -> Box<dyn Strategy> {
        let spec = spec(family, arguments);
        Registry::standard().build(&spec, &self.catalogue).unwrap_or_else(|wrong| panic!("{family}: {wrong:?}"))
    }

    /// Plays `turns` turns and returns the moves of both players in each.
    pub fn play(&self, strategies: [&dyn Strategy; 2], turns: u32, seed: u64) -> Vec<[usize; 2]> {
        let mut memories = strategies.map(Strategy::memory);
        let mut history = Vec::new();
        for _ in 0..turns {
            let moves = [0, 1].map(|player| {
                let choice = self.decide(strategies[player], &mut memories[player], player, &history, seed, false);
                move_of(&choice.orders)
            });
            history.push(moves);
        }
        history
    }

    /// The mean payoff of a player over a history, without noise.
    pub fn payoff(&self, history: &[[usize; 2]], player: usize) -> f64 {
        let sum: f64 = history.iter().map(|moves| self.payoffs[player][moves[player]][moves[1 - player]]).sum();
        sum / history.len() as f64
    }

    /// One decision after a history.
    pub fn decide(
        &self,
        strategy: &dyn Strategy,
        memory: &mut Memory,
        player: usize,
        history: &[[usize; 2]],
        seed: u64,
        tracing: bool,
    ) -> Choice {
        self.decide_with(strategy, memory, player, history, seed, (tracing, true))
    }

    /// The first decision of the first player where no future can be imagined.
    pub fn decide_blind(&self, strategy: &dyn Strategy, memory: &mut Memory) -> Choice {
        self.decide_with(strategy, memory, 0, &[], 1, (false, false))
    }

    fn decide_with(
        &self,
        strategy: &dyn Strategy,
        memory: &mut Memory,
        player: usize,
        history: &[[usize; 2]],
        seed: u64,
        (tracing, foresight): (bool, bool),
    ) -> Choice {
        let moment = Moment { turn: Turn(history.len() as u32 + 1), round: Round(0), stage: Stage::Orders };
        let root = Root::of_game(seed);
        let window = Window { duel: self, history, player, moment, root };
        strategy.decide(
            &Decision {
                player: PlayerId(player as u8),
                moment,
                observation: Observation::new(&window),
                catalogue: &self.catalogue,
                tabled: &[],
                lookahead: foresight.then_some(&window as &dyn Lookahead),
                stream: root.stream(Domain::Strategy, moment, player as u64, 0),
                tracing,
            },
            memory,
        )
    }
}

/// A spec with a name of its own.
pub fn spec(family: &str, arguments: Vec<Value>) -> StrategySpec {
    StrategySpec { name: family.to_lowercase(), intent: "a test".into(), ..StrategySpec::of(family, arguments) }
}

/// The move that a package makes.
pub fn move_of(package: &Package) -> usize {
    package.first().map_or(0, |order| usize::from(order.option) + 1)
}

/// The position of the largest value, the first of equals.
pub fn best(values: &[f64]) -> usize {
    let mut best = 0;
    for (at, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = at;
        }
    }
    best
}

/// What one player sees of a duel, and imagines.
struct Window<'a> {
    duel: &'a Duel,
    history: &'a [[usize; 2]],
    player: usize,
    moment: Moment,
    root: Root,
}

impl View for Window<'_> {
    fn estimate(&self, indicator: IndicatorId) -> marchland_game::Estimate {
        let value = self.history.last().map_or(0.0, |moves| moves[indicator.index()] as f64);
        marchland_game::Estimate { value, sd: 0.0, age: Some(0) }
    }
    fn estimate_ago(&self, indicator: IndicatorId, months: u32) -> f64 {
        let at = self.history.len().checked_sub(1 + months as usize);
        at.map_or(0.0, |at| self.history[at][indicator.index()] as f64)
    }
    fn looks_back(&self, _: IndicatorId) -> u32 {
        u32::MAX
    }
    fn parameter(&self, _: ParameterId) -> f64 {
        0.0
    }
    fn calendar(&self) -> (u32, u32) {
        (self.moment.turn.0, (self.moment.turn.0 - 1) % 12 + 1)
    }
    fn since(&self, _: EventId) -> f64 {
        marchland_game::NEVER
    }
    fn ordered(&self, player: PlayerId, _: ActionId, months: u32) -> f64 {
        // The turn being decided counts as the first, and nothing is ordered in it yet.
        let past = self.history.iter().rev().take(months.saturating_sub(1) as usize);
        past.filter(|moves| moves[player.index()] > 0).count() as f64
    }
    fn legality(&self, _: Order) -> Result<[f64; Budget::ALL.len()], Refusal> {
        Ok([0.0; 4])
    }
    fn stake(&self, _: MotionId) -> f64 {
        0.0
    }
}

impl Lookahead for Window<'_> {
    fn play(&self, plan: &Plan<'_>, wanted: &[IndicatorId], future: &mut Future) {
        let root = self.root.imagined(self.player as u64, self.moment, plan.sample);
        future.payoffs.clear();
        future.payoffs.resize(2, 0.0);
        let mut moves = [0, 0];
        for ahead in 0..plan.turns {
            let moment = Moment { turn: Turn(self.moment.turn.0 + ahead), ..self.moment };
            for (player, at) in moves.iter_mut().enumerate() {
                let forced = |forced: &&ForcedMove| forced.player.index() == player && forced.ahead == ahead;
                *at = plan.forced.iter().find(forced).map_or_else(
                    || {
                        let draw = root.stream(Domain::Strategy, moment, player as u64, 0).uniform();
                        crate::choice::at_draw(&self.duel.assumed[player], draw)
                    },
                    |forced| move_of(&forced.orders),
                );
            }
            for player in 0..2 {
                let noise = root.stream(Domain::Payoff, moment, player as u64, 0).normal() * self.duel.noise;
                let turn = self.duel.payoffs[player][moves[player]][moves[1 - player]] + noise;
                future.payoffs[player] += turn / f64::from(plan.turns);
            }
        }
        future.readings.clear();
        future.readings.extend(wanted.iter().map(|id| clamp(moves[id.index()] as f64, 0.0, 100.0)));
    }

    fn candidates(&self, _: PlayerId, at_most: usize) -> Vec<Package> {
        (0..self.duel.payoffs[0].len()).take(at_most.max(1)).map(|at| self.duel.package(at)).collect()
    }
}

/// A condition that is this constant.
pub fn always(x: f64) -> Expression {
    Expression::constant(x)
}
