//! Secrecy: whatever is hidden from a viewer – another's state, orders, memory, strategy, and what is
//! still to come of them – changes nothing that the viewer sees, imagines or does.

use marchland_game::{
    ActionId, Budget, Choice, Future, IndicatorId, Lookahead, Memory, MotionId, Observation, Order, Plan, PlayerId,
    PlayerSet, Sight, View, Visibility,
};
use marchland_sim::turn::{Game, Snapshot};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::families::{self, PLACES};
use crate::scenarios::{Stage, names};

/// A game at a stage, and one that differs from it in what is hidden from `viewer` alone: its
/// indicators and their records, what is delayed and not yet there, cohorts, covert orders, the
/// effects that these will have, secret events, payoffs, the memories of others and their strategies.
fn pair(stage: &Stage, viewer: PlayerId, seed: u64, stages: u32, share: f64) -> Option<(Game, Game)> {
    let mut game = stage.engine().start(&stage.setup(seed, 12, false));
    for _ in 0..stages {
        game.step_stage();
    }
    if game.is_over() {
        return None;
    }
    let mut others = stage.setup(seed, 12, false);
    let idle = stage.strategy(&stage.scenario.catalogue.players[viewer.index()].id, "Idle()");
    for (at, seat) in others.lineup.players.iter_mut().enumerate() {
        if at != viewer.index() {
            seat.strategy = std::sync::Arc::clone(&idle);
        }
    }
    let mut other = stage.engine().start(&others);
    other.restore(&perturbed(&game, viewer, share)).expect("the same shape");
    Some((game, other))
}

/// A snapshot in which everything that `viewer` may not know is another.
fn perturbed(game: &Game, viewer: PlayerId, share: f64) -> Snapshot {
    let catalogue = &game.scenario().catalogue;
    let mut value = serde_json::to_value(game.snapshot()).expect("a plain value");
    let width = game.world().indicator_width();
    let depth = value["history"]["depth"].as_u64().expect("a number") as usize;
    let newest = value["history"]["newest"].as_u64().expect("a number") as usize;
    // Before there are records enough, the oldest stands for all that are older, and is seen.
    let oldest = (value["history"]["held"].as_u64().expect("a number") as usize).saturating_sub(1);
    for (at, info) in catalogue.indicators.iter().enumerate() {
        let at = game.world().flat(IndicatorId::from_index(at));
        // What stands now, and how many of the newest records are not there yet.
        let (now, records) = match info.sight[viewer.index()] {
            Sight::Exact { delay } => (delay > 0, usize::from(delay).min(oldest)),
            Sight::Noisy { delay, .. } => (true, usize::from(delay).min(oldest)),
            Sight::Hidden { .. } => (true, depth),
        };
        let secret = info.range.0 + share * (info.range.1 - info.range.0);
        if now {
            value["columns"][at] = json!(secret);
        }
        for back in 0..records.min(depth) {
            value["history"]["records"][(newest + depth - back) % depth * width + at] = json!(secret);
        }
    }
    for at in width..game.world().width() {
        value["columns"][at] = json!(share * value["columns"][at].as_f64().expect("a number"));
    }
    let unseen =
        |seen_by: &Value| !serde_json::from_value::<PlayerSet>(seen_by.clone()).expect("a set").contains(viewer);
    let state = &mut value["state"];
    let turn = game.state().turn;
    let mut orders: Vec<Value> = state["orders"].as_array().expect("a list").clone();
    orders.retain(|given| given["player"] == json!(viewer) || !unseen(&given["seen_by"]));
    let mut queue: Vec<Value> = state["queue"].as_array().expect("a list").clone();
    queue.retain(|queued| !unseen(&queued["seen_by"]));
    for (at, action) in catalogue.actions.iter().enumerate() {
        let hidden = match &action.visibility {
            Visibility::Public => false,
            Visibility::Private(players) => !players.contains(viewer),
            Visibility::Covert => true,
        };
        let owner = (0..catalogue.players.len()).map(PlayerId::from_index);
        let mut owner = owner.filter(|player| action.owners.contains(*player) && *player != viewer);
        if let (true, Some(owner)) = (hidden, owner.next()) {
            let known = PlayerSet::NOBODY.with(owner);
            orders.push(json!({
                "turn": turn, "player": owner, "action": ActionId::from_index(at), "option": 0, "seen_by": known,
            }));
            let player = &mut state["orders_this_turn"][owner.index()];
            *player = json!((player.as_u64().expect("a count") + 1).min(200));
            let order = Order { action: ActionId::from_index(at), option: 0 };
            queue.push(json!({
                "turn": turn + 1, "what": { "add": [IndicatorId(0), share] },
                "cause": { "order": [owner, order] }, "seen_by": known,
            }));
        }
    }
    state["orders"] = Value::Array(orders);
    state["queue"] = Value::Array(queue);
    for (at, event) in catalogue.events.iter().enumerate() {
        if !event.seen_by.contains(viewer) {
            state["last_event"][at] = json!(turn.saturating_sub(1));
        }
    }
    for at in (0..catalogue.players.len()).filter(|at| *at != viewer.index()) {
        let another = Memory { numbers: vec![share; 7], words: vec![7; 7], text: "{}".into(), inner: Vec::new() };
        state["memories"][at] = json!(another);
        state["payoffs"][at]["sum"] = json!(share);
        state["forfeits"][at] = json!(3);
    }
    serde_json::from_value(value).expect("the same shape")
}

/// Everything that a viewer may read and imagine, to the bit.
#[derive(PartialEq, Debug)]
struct VisibleState {
    numbers: Vec<u64>,
    words: Vec<String>,
    imagined: Vec<u64>,
}

fn seen(game: &Game, viewer: PlayerId) -> VisibleState {
    let catalogue = &game.scenario().catalogue;
    let view = game.view(viewer);
    let mut numbers = Vec::new();
    for id in (0..catalogue.indicators.len()).map(IndicatorId::from_index) {
        let estimate = view.estimate(id);
        numbers.extend([estimate.value.to_bits(), estimate.sd.to_bits()]);
        numbers.extend((0..=view.looks_back(id).min(3)).map(|months| view.estimate_ago(id, months).to_bits()));
    }
    let mut words = vec![format!("{:?} {:?}", view.calendar(), game.moment())];
    for (at, action) in catalogue.actions.iter().enumerate() {
        let action_id = ActionId::from_index(at);
        for option in 0..action.options.len() as u8 {
            let legal: Result<[f64; Budget::ALL.len()], _> = view.legality(Order { action: action_id, option });
            words.push(format!("{legal:?}"));
        }
        for player in (0..catalogue.players.len()).map(PlayerId::from_index) {
            numbers.extend([1, 2, 12].map(|months| view.ordered(player, action_id, months).to_bits()));
        }
    }
    for at in 0..catalogue.events.len() {
        numbers.push(view.since(marchland_game::EventId::from_index(at)).to_bits());
    }
    let observation = Observation::new(&view);
    for at in 0..catalogue.motions.len() {
        numbers.push(observation.stake(MotionId::from_index(at)).to_bits());
    }
    let mut imagined = Vec::new();
    let mut future = Future::default();
    game.at_decision(viewer, |at| {
        words.push(format!("{:?} {:?}", at.tabled, at.stream));
        let lookahead: &dyn Lookahead = at.lookahead.expect("an assumed lineup");
        let wanted: Vec<IndicatorId> = (0..catalogue.indicators.len()).map(IndicatorId::from_index).collect();
        for sample in [0, 3] {
            lookahead.play(&Plan { sample, turns: 2, forced: &[] }, &wanted, &mut future);
            imagined.extend(future.payoffs.iter().chain(&future.readings).map(|x| x.to_bits()));
        }
        for player in (0..catalogue.players.len()).map(PlayerId::from_index) {
            words.push(format!("{:?}", lookahead.candidates(player, 6)));
        }
    });
    VisibleState { numbers, words, imagined }
}

/// What every family of strategy does at the place, and what it then remembers.
fn chosen(
    game: &Game,
    viewer: PlayerId,
    built: &[(String, std::sync::Arc<dyn marchland_game::Strategy>)],
) -> Vec<(Choice, Memory)> {
    let decide = |strategy: &dyn marchland_game::Strategy| {
        let mut memory = strategy.memory();
        let choice = game.at_decision(viewer, |at| strategy.decide(at, &mut memory));
        (choice, memory)
    };
    built.iter().map(|(_, strategy)| decide(&**strategy)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_hidden_from_a_viewer_changes_nothing_that_it_sees_or_imagines(
        seed in 0u64..1 << 53, stages in 0u32..9, share in 0.0f64..1.0, viewer in 0usize..32,
    ) {
        for name in names() {
            let stage = Stage::of(&name);
            let viewer = PlayerId::from_index(viewer % stage.scenario.catalogue.players.len());
            if let Some((game, other)) = pair(&stage, viewer, seed, stages, share) {
                prop_assert_eq!(seen(&game, viewer), seen(&other, viewer), "{}", name);
            }
        }
    }
}

#[test]
fn no_family_decides_by_what_is_hidden_from_its_seat() {
    for place in &PLACES {
        let stage = Stage::of(place.scenario);
        let viewer = stage.player(place.player);
        let built = families::built(&stage, place);
        for (seed, stages, share) in [(1, 0, 0.9), (2, 3, 0.1), (3, 5, 0.6), (4, 8, 1.0)] {
            let (game, other) = pair(&stage, viewer, seed, stages, share).expect("a game of twelve months");
            assert_ne!(game.snapshot(), other.snapshot(), "{}: something is hidden", place.scenario);
            let (here, there) = (chosen(&game, viewer, &built), chosen(&other, viewer, &built));
            for ((here, there), (text, _)) in here.into_iter().zip(there).zip(&built) {
                assert_eq!(here, there, "{}: {text}, seed {seed}, stage {stages}", place.scenario);
            }
        }
    }
}
