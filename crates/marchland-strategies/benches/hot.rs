//! The strategies that run in every game of a batch: rules of 12 players, and cohort rules of 500
//! cohorts. Budgets: 6 µs a turn for the rules, 6 to 7 µs for the cohorts.

use marchland_game::{
    Action, ActionId, ActionOption, Block, Budget, Catalogue, CohortView, Decision, Estimate, EventId, Expression,
    Indicator, IndicatorId, Moment, MotionId, Nature, Observation, Op, Order, ParameterId, PayoffTable, Player,
    PlayerId, PlayerSet, Refusal, Relation, Round, Sight, Stage, StrategySpec, Stream, Turn, Value, View, Visibility,
};
use marchland_strategies::{build, build_cohort_rule};

fn main() {
    divan::main();
}

const PLAYERS: usize = 12;
const BLOCKS: usize = 8;

struct Flat(Vec<f64>);

impl View for Flat {
    fn estimate(&self, indicator: IndicatorId) -> Estimate {
        Estimate { value: self.0[indicator.index()], sd: 0.0, age: Some(0) }
    }
    fn estimate_ago(&self, indicator: IndicatorId, _: u32) -> f64 {
        self.0[indicator.index()]
    }
    fn looks_back(&self, _: IndicatorId) -> u32 {
        u32::MAX
    }
    fn parameter(&self, _: ParameterId) -> f64 {
        0.0
    }
    fn calendar(&self) -> (u32, u32) {
        (6, 9)
    }
    fn since(&self, _: EventId) -> f64 {
        0.0
    }
    fn ordered(&self, _: PlayerId, _: ActionId, _: u32) -> f64 {
        0.0
    }
    fn legality(&self, _: Order) -> Result<[f64; Budget::ALL.len()], Refusal> {
        Ok([1.0, 1.0, 0.0, 0.0])
    }
    fn stake(&self, _: MotionId) -> f64 {
        0.0
    }
}

fn catalogue() -> Catalogue {
    let indicator = |at: usize| Indicator {
        path: format!("country.i{at:03}"),
        draw_key: format!("country.i{at:03}"),
        kind: "country".into(),
        entity: "country".into(),
        field: format!("i{at:03}"),
        unit: "share".into(),
        range: (0.0, 1.0),
        meaning: "a share".into(),
        title: String::new(),
        plural: false,
        nature: Nature::Stock,
        inputs: Vec::new(),
        resting: None,
        labels: Vec::new(),
        sight: vec![Sight::Exact { delay: 0 }; PLAYERS],
        prior: 0.5,
    };
    let player = |at: usize| Player {
        id: format!("p{at}"),
        draw_key: format!("p{at}"),
        title: format!("p{at}"),
        kind: "state".into(),
        briefing: String::new(),
        private_briefing: String::new(),
        payoffs: PayoffTable { terms: Vec::new(), range: (0.0, 1.0) },
        stakes: Vec::new(),
        orders_per_turn: 3,
        in_office: None,
        succeeds: None,
        budgets: [Some(IndicatorId(0)), Some(IndicatorId(1)), None, None],
    };
    let action = |at: usize| Action {
        id: format!("a{at}"),
        draw_key: format!("a{at}"),
        title: format!("a{at}"),
        meaning: "acts".into(),
        instrument: "economy".into(),
        owners: PlayerSet::EVERYBODY,
        options: vec![ActionOption { id: "do".into(), level: 1.0, cost: [1.0, 1.0, 0.0, 0.0] }],
        visibility: Visibility::Public,
        condition: None,
        refusal: String::new(),
        public_position: false,
        rows: Vec::new(),
    };
    Catalogue {
        horizon: 24,
        indicators: (0..64).map(indicator).collect(),
        players: (0..PLAYERS).map(player).collect(),
        actions: (0..80).map(action).collect(),
        ..Catalogue::default()
    }
}

fn below(id: u32, x: f64) -> Expression {
    let ops = vec![Op::Indicator(IndicatorId(id)), Op::Constant(x), Op::Compare(Relation::Less)];
    Expression::new(ops, Vec::new()).expect("balanced")
}

/// One turn of rules for 12 players: 8 blocks each, three conditions a block, two blocks that act.
#[divan::bench]
fn rules_of_twelve_players(bencher: divan::Bencher) {
    let catalogue = catalogue();
    let block = |at: usize| Block {
        name: format!("b{at}"),
        intent: String::new(),
        window: (1, 24),
        all: vec![below(2 + at as u32, 0.9), below(12, 0.9), below(20, if at < 2 { 0.9 } else { 0.1 })],
        any: Vec::new(),
        orders: vec![Order { action: ActionId(at as u16), option: 0 }],
        ballots: Vec::new(),
        chance: Expression::constant(1.0),
        every: Some(1),
    };
    let rules: Vec<_> = (0..PLAYERS)
        .map(|_| {
            let blocks = Value::Blocks((0..BLOCKS).map(block).collect());
            build(&StrategySpec::of("Rules", vec![blocks]), &catalogue).unwrap_or_else(|wrong| panic!("{wrong:?}"))
        })
        .collect();
    let mut memories: Vec<_> = rules.iter().map(|rules| rules.memory()).collect();
    let view = Flat((0..64).map(|at| if at < 2 { 10.0 } else { 0.5 }).collect());
    let mut turn = 0;
    bencher.bench_local(|| {
        turn += 1;
        let moment = Moment { turn: Turn(1 + turn % 24), round: Round(0), stage: Stage::Orders };
        let mut orders = 0;
        for (at, (rules, memory)) in rules.iter().zip(&mut memories).enumerate() {
            memory.words.fill(0);
            let choice = rules.decide(
                &Decision {
                    player: PlayerId(at as u8),
                    moment,
                    observation: Observation::new(&view),
                    catalogue: &catalogue,
                    tabled: &[],
                    lookahead: None,
                    stream: Stream::from_word(u64::from(turn)),
                    tracing: false,
                },
                memory,
            );
            orders += choice.orders.len();
        }
        assert_eq!(orders, 2 * PLAYERS);
        orders
    });
}

/// One step of 500 cohorts, by rule.
#[divan::bench(args = ["Logit", "Imitation", "Satisficing", "Habit"])]
fn cohorts_of_five_hundred(bencher: divan::Bencher, family: &str) {
    let arguments = match family {
        "Satisficing" => vec![Value::Number(1.0), Value::Number(0.25)],
        "Habit" => vec![Value::Number(0.8)],
        _ => Vec::new(),
    };
    let rule = build_cohort_rule(&StrategySpec::of(family, arguments), &Catalogue::default())
        .unwrap_or_else(|w| panic!("{w:?}"));
    let column =
        |purpose: u64| -> Vec<f64> { (0..500).map(|at| Stream::from_word(purpose).at(at).uniform()).collect() };
    let (advantage, network, habit, satisfaction) = (column(1), column(2), column(3), column(4));
    let mut going = habit.clone();
    bencher.bench_local(move || {
        going.copy_from_slice(&habit);
        let view = CohortView {
            advantage: &advantage,
            network: &network,
            habit: &habit,
            satisfaction: &satisfaction,
            sensitivity: 1.5,
            attention: 0.3,
        };
        rule.choose(divan::black_box(&view), &mut going);
        going[499]
    });
}
