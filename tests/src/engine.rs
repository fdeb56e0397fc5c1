//! What holds for every scenario: bytes, bookings, snapshots, secrets.

use marchland_experiments::play::{Players, Status};
use marchland_game::{Future, IndicatorId, Lookahead, Observation, Order, Outcome, Plan, PlayerId, Sight, View};
use marchland_sim::turn::Game;
use proptest::prelude::*;
use rayon::prelude::*;

use crate::scenarios::{Stage, names};

#[test]
fn games_do_not_depend_on_the_thread_that_plays_them() {
    for name in names() {
        let stage = Stage::of(&name);
        let players = Players::new(&stage.scenario, None);
        let play = |threads: usize| -> Vec<(Status, Outcome)> {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
            pool.install(|| {
                (0..24u64)
                    .into_par_iter()
                    .map(|seed| {
                        let mut outcome = Outcome::default();
                        (players.play(&stage.setup(seed, 12, false), &mut outcome, |_| {}), outcome)
                    })
                    .collect()
            })
        };
        let one = play(1);
        assert!(one.iter().all(|(status, _)| *status == Status::Ok), "{name}: {one:?}");
        assert_eq!(one, play(2), "{name}");
    }
}

#[test]
fn tracing_changes_nothing_and_bookings_join_bit_for_bit() {
    for name in names() {
        let stage = Stage::of(&name);
        let records = |tracing: bool| {
            let mut game = stage.game();
            game.set_recording(true);
            game.start(&stage.setup(11, 12, tracing));
            let mut records = Vec::new();
            while !game.is_over() {
                game.step();
                records.push(game.last_record().clone());
            }
            records
        };
        let (plain, traced) = (records(false), records(true));
        let mut before: Option<Vec<f64>> = None;
        for (plain, traced) in plain.iter().zip(&traced) {
            assert_eq!(plain.indicators, traced.indicators, "{name}, turn {}", plain.turn);
            assert_eq!(plain.payoffs, traced.payoffs, "{name}");
            let mut value: Vec<Option<f64>> = match &before {
                Some(before) => before.iter().copied().map(Some).collect(),
                None => vec![None; traced.indicators.len()],
            };
            let mut shares = vec![0.0; traced.indicators.len()];
            for booking in traced.rounds.iter().flat_map(|round| &round.bookings) {
                let at = booking.indicator.index();
                if let Some(value) = value[at] {
                    let path = &stage.scenario.catalogue.indicators[at].path;
                    assert_eq!(value.to_bits(), booking.before.to_bits(), "{name}: {path} at {booking:?}");
                }
                value[at] = Some(booking.after);
                shares[at] += booking.after - booking.before;
            }
            for (at, info) in stage.scenario.catalogue.indicators.iter().enumerate() {
                if let Some(value) = value[at] {
                    assert_eq!(value.to_bits(), traced.indicators[at].to_bits(), "{name}: {}", info.path);
                }
                if let Some(before) = &before {
                    let moved = traced.indicators[at] - before[at];
                    let span = info.range.1 - info.range.0;
                    assert!((moved - shares[at]).abs() <= 1e-9 * span, "{name}: {} shares", info.path);
                }
            }
            before = Some(traced.indicators.clone());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_snapshot_of_any_turn_continues_with_the_same_bytes(seed in 0u64..1 << 53, stop in 1u32..10) {
        for name in names() {
            let stage = Stage::of(&name);
            let mut game = stage.game();
            game.start(&stage.setup(seed, 12, false));
            for _ in 0..stop {
                game.step();
            }
            let text = serde_json::to_string(&game.snapshot()).expect("a plain value");
            let mut other = stage.game();
            other.start(&stage.setup(seed ^ 1, 12, false));
            other.restore(&serde_json::from_str(&text).expect("what was written")).expect("the same shape");
            prop_assert_eq!(game.snapshot(), other.snapshot());
            game.finish();
            other.finish();
            prop_assert_eq!(game.snapshot(), other.snapshot(), "{}", name);
            prop_assert_eq!(game.outcome(), other.outcome());
        }
    }

    #[test]
    fn what_is_hidden_from_a_viewer_changes_nothing_that_it_sees_or_imagines(
        seed in 0u64..1 << 53, turns in 1u32..6, share in 0.0f64..1.0, viewer in 0usize..32,
    ) {
        for name in names() {
            let stage = Stage::of(&name);
            let catalogue = &stage.scenario.catalogue;
            let viewer = PlayerId::from_index(viewer % catalogue.players.len());
            let mut game = stage.game();
            game.start(&stage.setup(seed, 12, false));
            for _ in 0..turns {
                game.step();
            }
            if game.is_over() {
                continue;
            }
            let before = seen(&game, viewer);
            for (at, info) in catalogue.indicators.iter().enumerate() {
                if matches!(info.sight[viewer.index()], Sight::Hidden { .. }) && info.nature == marchland_game::Nature::Stock {
                    let value = info.range.0 + share * (info.range.1 - info.range.0);
                    game.inject(IndicatorId::from_index(at), value).expect("a stock");
                }
            }
            prop_assert_eq!(before, seen(&game, viewer), "{}", name);
        }
    }
}

/// Everything that a viewer may read, and a future that it imagines.
fn seen(game: &Game, viewer: PlayerId) -> (Vec<u64>, Vec<String>, Vec<u64>, Vec<u64>) {
    let catalogue = &game.scenario().catalogue;
    let view = game.view(viewer);
    let mut numbers = Vec::new();
    for at in 0..catalogue.indicators.len() {
        let id = IndicatorId::from_index(at);
        let estimate = view.estimate(id);
        numbers.extend([estimate.value.to_bits(), estimate.sd.to_bits(), view.estimate_ago(id, 2).to_bits()]);
    }
    let mut legal = Vec::new();
    for (at, action) in catalogue.actions.iter().enumerate() {
        for option in 0..action.options.len() as u8 {
            let order = Order { action: marchland_game::ActionId::from_index(at), option };
            legal.push(format!("{:?}", view.legality(order)));
        }
    }
    let observation = Observation::new(&view);
    let stakes = (0..catalogue.motions.len())
        .map(|at| observation.stake(marchland_game::MotionId::from_index(at)).to_bits())
        .collect();
    let mut future = Future::default();
    game.at_decision(viewer, |at| {
        let lookahead: &dyn Lookahead = at.lookahead.expect("an assumed lineup");
        let wanted: Vec<IndicatorId> = (0..catalogue.indicators.len()).map(IndicatorId::from_index).collect();
        lookahead.play(&Plan { sample: 3, turns: 2, forced: &[] }, &wanted, &mut future);
    });
    let imagined = future.payoffs.iter().chain(&future.readings).map(|x| x.to_bits()).collect();
    (numbers, legal, stakes, imagined)
}
