//! What holds for every scenario: bytes and bookings.

use marchland_experiments::play::{Players, Status};
use marchland_game::Outcome;
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
        // As text: a measure of a month that was not played is not a number, and equals nothing.
        assert_eq!(format!("{one:?}"), format!("{:?}", play(2)), "{name}");
    }
}

#[test]
fn tracing_changes_nothing_and_bookings_join_bit_for_bit() {
    for name in names() {
        let stage = Stage::of(&name);
        let records = |tracing: bool| {
            let mut game = stage.engine().start(&stage.setup(11, 12, tracing));
            game.set_recording(true);
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
