//! The loop on a tiny two-power scenario built by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use marchland_game::{
    Action, ActionId, ActionOption, Budget, Catalogue, Cause, Choice, Date, Decision, Distribution, EventId,
    Expression, ForcedMove, Future, Indicator, IndicatorId, LawId, LawStep, Lineup, Measure, Memory, Nature, Op, Order,
    PayoffTable, PayoffTerm, Plan, Player, PlayerId, PlayerSet, Reduction, Seat, Sight, Strategy, TermId, Visibility,
};

use super::{Engine, Setup, Variant};
use crate::effects::{Deed, EffectKind, Situation};
use crate::mechanisms::Registry;
use crate::scenario::{ActionPlan, Calendar, CauseGroup, Effect, Initial, OptionPlan, Scenario};
use crate::world::EntityPlan;

#[derive(Debug)]
struct Adds(IndicatorId, f64);

impl EffectKind for Adds {
    fn deeds(&self, _: &Situation<'_>, deeds: &mut Vec<Deed>) {
        deeds.push(Deed::Add(self.0, self.1));
    }
}

fn add(indicator: u32, amount: f64, delay: u32, lasts: Option<u32>, group: Option<u16>) -> Effect {
    let kind = Arc::new(Adds(IndicatorId(indicator), amount));
    Effect { kind, delay, lasts, group, when: None }
}

/// Tracks `hidden` (seen by `a` alone), `tension` and `wealth`; action `press` raises tension by 1
/// for two months and wealth by 0.5 a month later; `hide` adds to the hidden track.
fn scenario() -> Arc<Scenario> {
    let track = |name: &str, sight: Vec<Sight>| Indicator {
        path: name.into(),
        draw_key: name.into(),
        kind: "track".into(),
        entity: name.into(),
        field: "value".into(),
        unit: "points".into(),
        range: (0.0, 10.0),
        meaning: String::new(),
        title: String::new(),
        plural: false,
        nature: Nature::Stock,
        inputs: Vec::new(),
        resting: None,
        labels: Vec::new(),
        sight,
        prior: 3.0,
    };
    let open = Sight::Exact { delay: 0 };
    let player = |id: &str, indicator: u32| Player {
        id: id.into(),
        draw_key: id.into(),
        title: id.to_uppercase(),
        kind: "great_power".into(),
        briefing: String::new(),
        private_briefing: String::new(),
        payoffs: PayoffTable {
            terms: vec![PayoffTerm {
                id: "term".into(),
                indicator: IndicatorId(indicator),
                weight: Expression::constant(2.0),
                scale: None,
                at_end: false,
                why: String::new(),
            }],
            range: (0.0, 20.0),
        },
        stakes: Vec::new(),
        orders_per_turn: 2,
        in_office: None,
        succeeds: None,
        budgets: [None; Budget::ALL.len()],
    };
    let action = |id: &str, owners: PlayerSet, visibility: Visibility| Action {
        id: id.into(),
        draw_key: id.into(),
        title: id.into(),
        meaning: String::new(),
        instrument: "diplomacy".into(),
        owners,
        options: vec![ActionOption { id: "do".into(), level: 1.0, cost: [0.0; 4] }],
        visibility,
        condition: None,
        refusal: String::new(),
        public_position: false,
        rows: Vec::new(),
    };
    let plan = |success: Vec<Effect>| ActionPlan {
        chance: Expression::constant(1.0),
        leak: None,
        options: vec![OptionPlan::new(success, Vec::new(), Vec::new())],
        chance_shown: true,
    };
    let catalogue = Catalogue {
        scenario: "test".into(),
        start: Some(Date { year: 2010, month: 4 }),
        horizon: 6,
        indicators: vec![
            track("hidden", vec![open, Sight::Hidden { sd: 0.5 }]),
            track("tension", vec![open, open]),
            track("wealth", vec![open, Sight::Noisy { delay: 1, sd: 0.25 }]),
        ],
        players: vec![player("a", 1), player("b", 2)],
        actions: vec![
            action("press", PlayerSet::EVERYBODY, Visibility::Public),
            action("hide", PlayerSet::NOBODY.with(PlayerId(0)), Visibility::Covert),
        ],
        measures: vec![Measure {
            id: "tension_sum".into(),
            meaning: String::new(),
            unit: "points".into(),
            over: Reduction::Sum,
            value: Expression::indicator(IndicatorId(1)),
            better: None,
        }],
        ..Catalogue::default()
    };
    let entity = |name: &str| EntityPlan {
        name: name.into(),
        title: name.into(),
        draw_key: name.into(),
        owner: None,
        links: Vec::new(),
    };
    let tracks = ["hidden", "tension", "wealth"].map(entity).to_vec();
    Arc::new(Scenario {
        catalogue: Arc::new(catalogue),
        title: "Test".into(),
        description: String::new(),
        sources: Vec::new(),
        background: Vec::new(),
        hash: String::new(),
        text_hash: String::new(),
        files: Vec::new(),
        calendar: Calendar { start: Date { year: 2010, month: 4 }, horizon: 6, crisis_clock: None },
        entities: BTreeMap::from([("track".to_owned(), tracks)]),
        initial: vec![
            Initial::Draw(Distribution::Uniform { low: 2.0, high: 4.0 }),
            Initial::Value(Expression::constant(1.0)),
            Initial::Value(Expression::constant(2.0)),
        ],
        paths: Vec::new(),
        cohorts: None,
        mechanisms: vec!["tracks".into()],
        registry: Registry::engine(),
        actions: vec![
            plan(vec![add(1, 1.0, 0, Some(2), Some(0)), add(2, 0.5, 1, None, None)]),
            plan(vec![add(0, 1.0, 1, None, None)]),
        ],
        events: Vec::new(),
        motions: Vec::new(),
        deals: Vec::new(),
        types: Vec::new(),
        promises: crate::scenario::PromisePlan { fades: 0.0, ..crate::scenario::PromisePlan::USUAL },
        words: Vec::new(),
        groups: vec![CauseGroup { id: "pressure".into(), cap: 1.5 }],
        strategies: Vec::new(),
        lineup: Vec::new(),
        assumed: Vec::new(),
        population_rules: Vec::new(),
        beliefs: Vec::new(),
        default_belief: None,
        regime: None,
        main_indicator: Some(IndicatorId(1)),
        shown: Vec::new(),
        end: None,
        payoff_noise: None,
        vote_sensitivity: None,
        shapes: Vec::new(),
        presets: Vec::new(),
        observed: Vec::new(),
        telling: crate::scenario::telling::Telling::default(),
    })
}

/// Orders `press` in odd turns, and counts its decisions in memory.
struct Odd;

impl Strategy for Odd {
    fn decide(&self, at: &Decision<'_>, memory: &mut Memory) -> Choice {
        memory.words[0] += 1;
        let mut choice = Choice::default();
        if memory.words[0] % 2 == 1 {
            choice.orders.push(Order { action: ActionId(0), option: 0 });
        }
        if at.player.0 == 0 {
            choice.orders.push(Order { action: ActionId(1), option: 0 });
        }
        choice
    }
    fn memory(&self) -> Memory {
        Memory { words: vec![0], ..Memory::default() }
    }
}

fn lineup() -> Lineup {
    let seat = || Seat { name: "odd".into(), strategy: Arc::new(Odd) };
    Lineup { players: vec![seat(), seat()], populations: Vec::new() }
}

fn setup(scenario: &Arc<Scenario>, seed: u64, tracing: bool) -> Setup {
    let variant = Arc::new(Variant::new(scenario, None, &[]).expect("no parameters"));
    Setup { variant, lineup: lineup(), seed, turns: 6, tracing }
}

#[test]
fn effects_last_are_delayed_and_are_capped_together() {
    let scenario = scenario();
    let mut game = Engine::new(&scenario).start(&setup(&scenario, 1, false));
    game.set_recording(true);
    let tension = IndicatorId(1);
    let mut path = Vec::new();
    while !game.is_over() {
        game.step();
        path.push((game.last_record().indicators[tension.index()], game.last_record().indicators[2]));
    }
    // Both press in turns 1, 3 and 5: +2, capped at +1.5, undone two months later (before the
    // month's end); wealth grows by 1 in turns 2, 4 and 6.
    assert_eq!(path, [(2.5, 2.0), (2.5, 3.0), (2.5, 3.0), (2.5, 4.0), (2.5, 4.0), (2.5, 5.0)]);
    let outcome = game.outcome();
    assert_eq!(outcome.measures, [15.0]);
    assert_eq!(outcome.payoffs, [Some(5.0), Some(2.0 * (2.0 + 3.0 + 3.0 + 4.0 + 4.0 + 5.0) / 6.0)]);
    assert_eq!((outcome.status.as_str(), outcome.turns), ("ended", 6));
}

#[test]
fn tracing_changes_nothing_and_bookings_join() {
    let scenario = scenario();
    let play = |tracing: bool| {
        let mut game = Engine::new(&scenario).start(&setup(&scenario, 7, tracing));
        game.set_recording(true);
        let mut records = Vec::new();
        while !game.is_over() {
            game.step();
            records.push(game.last_record().clone());
        }
        records
    };
    let (plain, traced) = (play(false), play(true));
    let mut last: Option<Vec<f64>> = None;
    for (plain, traced) in plain.iter().zip(&traced) {
        assert_eq!(plain.indicators, traced.indicators);
        let mut value = last.clone();
        for booking in traced.rounds.iter().flat_map(|round| &round.bookings) {
            if let Some(value) = &mut value {
                let at = &mut value[booking.indicator.index()];
                assert_eq!(at.to_bits(), booking.before.to_bits(), "{booking:?}");
                *at = booking.after;
            }
        }
        if let Some(value) = value {
            assert_eq!(value, traced.indicators);
        }
        last = Some(traced.indicators.clone());
    }
    assert!(traced.iter().flat_map(|record| &record.rounds).any(|round| !round.bookings.is_empty()));
}

#[test]
fn a_snapshot_continues_with_the_same_bytes_in_another_world() {
    let scenario = scenario();
    let mut game = Engine::new(&scenario).start(&setup(&scenario, 3, false));
    game.step();
    game.step();
    let text = ron::to_string(&game.snapshot()).expect("a plain value");
    let mut other = Engine::new(&scenario).start(&setup(&scenario, 99, false));
    other.step();
    other.restore(&ron::from_str(&text).expect("what was written")).expect("the same shape");
    game.finish();
    other.finish();
    assert_eq!(game.state_hash(), other.state_hash());
    assert_eq!(game.outcome(), other.outcome());
}

#[test]
fn a_hash_that_follows_another_covers_it_and_what_came_since() {
    let scenario = scenario();
    let played = |turns: u32| {
        let mut game = Engine::new(&scenario).start(&setup(&scenario, 3, false));
        for _ in 0..turns {
            game.step();
        }
        game
    };
    let (game, same) = (played(2), played(2));
    let turn = |turn| marchland_game::Turn(turn);
    assert_eq!(game.hash_after("a", turn(2)), same.hash_after("a", turn(2)));
    assert_ne!(game.hash_after("a", turn(2)), game.hash_after("b", turn(2)), "it covers the hash before");
    assert_ne!(game.hash_after("a", turn(2)), played(3).hash_after("a", turn(2)), "and the state");
    let mut other = played(2);
    let mut forged = other.snapshot();
    forged.forge_last_order();
    other.restore(&forged).expect("the same shape");
    assert_ne!(game.state_hash(), other.state_hash(), "an order was forged");
    let last = game.state().orders.last().expect("orders are given").turn;
    assert_ne!(
        game.hash_after("a", turn(last)),
        other.hash_after("a", turn(last)),
        "orders since the turn are covered"
    );
    assert_eq!(
        game.hash_after("a", turn(last + 1)),
        other.hash_after("a", turn(last + 1)),
        "those before by the hash before"
    );
}

#[test]
fn an_imagined_future_knows_only_what_the_viewer_sees() {
    let scenario = scenario();
    let imagine = |hidden: f64| {
        let mut game = Engine::new(&scenario).with_assumed(lineup()).start(&setup(&scenario, 5, false));
        game.world.set(IndicatorId(0), hidden);
        game.step();
        game.step();
        let before = game.state_hash();
        let mut futures = Vec::new();
        for sample in 0..3 {
            let mut future = Future::default();
            let forced = [ForcedMove { player: PlayerId(1), ..ForcedMove::default() }];
            let plan = Plan { sample, turns: 3, forced: &forced };
            game.at_decision(PlayerId(1), |at| {
                let wanted = [IndicatorId(0), IndicatorId(1), IndicatorId(2)];
                at.lookahead.expect("assumed").play(&plan, &wanted, &mut future);
            });
            futures.push((future.payoffs.clone(), future.readings.clone()));
        }
        assert_eq!(before, game.state_hash(), "imagining leaves the game as it was");
        (futures, game.at_decision(PlayerId(1), |at| at.observation.estimate(IndicatorId(0)).value))
    };
    let (low, high) = (imagine(0.0), imagine(9.0));
    assert_eq!(low, high, "b cannot tell what is hidden from it");
    assert_ne!(low.0[0], low.0[1], "samples differ");
    assert_eq!(low.1, 3.0, "belief starts from the public prior");
}

#[test]
fn rulings_refuse_what_is_not_the_players_or_does_not_fit() {
    let scenario = scenario();
    let game = Engine::new(&scenario).start(&setup(&scenario, 1, false));
    let press = Order { action: ActionId(0), option: 0 };
    let hide = Order { action: ActionId(1), option: 0 };
    let unknown = Order { action: ActionId(9), option: 0 };
    let choose = |orders: &[Order]| Choice { orders: orders.iter().copied().collect(), ..Choice::default() };
    let mut rulings = Vec::new();
    game.resolve(&[choose(&[press, press, hide]), choose(&[hide, unknown])], &mut rulings);
    let refused: Vec<Option<String>> =
        rulings.iter().map(|ruling| ruling.refusal.map(|refusal| format!("{refusal:?}"))).collect();
    let expect = [None, Some("AlreadyOrdered"), None, Some("NotYours"), Some("Unknown")];
    assert_eq!(refused, expect.map(|text: Option<&str>| text.map(str::to_owned)));
    assert_eq!(Expression::new(vec![Op::Turn], vec![]).expect("one value").value(&game.truth()), 1.0);
}

/// Hashes of states that are on disk depend on how a queued effect's cause is written.
#[test]
fn a_cause_is_written_as_it_was_and_read_back() {
    let order = Order { action: ActionId(3), option: 1 };
    let causes = [
        (Cause::Order(PlayerId(2), order), "order((2),(action:(3),option:1))"),
        (Cause::Leak(PlayerId(0), order), "leak((0),(action:(3),option:1))"),
        (Cause::Event(EventId(7)), "event((7))"),
        (Cause::Path, "path"),
        (Cause::Inject, "inject"),
        (Cause::Law(LawId(5), LawStep::Term(TermId(1))), "law((5),term((1)))"),
    ];
    for (cause, written) in causes {
        let text = ron::to_string(&cause).expect("a plain value");
        assert_eq!(text, written);
        assert_eq!(ron::from_str::<Cause>(&text).expect("what was written"), cause);
    }
}
