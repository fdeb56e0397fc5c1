//! The engine by hand: `cargo bench -p marchland-tests --bench engine [-- SCENARIO]`.
//!
//! Prints medians of several rounds on one core: the standard game's rate, where a turn's time
//! goes, snapshots, allocations, and a turn of a two-power scenario.

#![allow(unsafe_code, reason = "a counting allocator can be had in no other way")]
#![allow(clippy::print_stdout, reason = "a bench prints")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use marchland_experiments::compose;
use marchland_game::{Future, Lookahead, Outcome, Plan, PlayerId, Stage};
use marchland_sim::scenario::{self, LoadOptions};
use marchland_sim::turn::{Engine, Game, Setup, Snapshot, Variant};
use marchland_strategies::Registry;

struct CountingAllocator;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for CountingAllocator {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        unsafe { System.dealloc(at, layout) }
    }
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        unsafe { System.realloc(at, layout, size) }
    }
}

#[global_allocator]
static COUNTING: CountingAllocator = CountingAllocator;

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Seconds of each of `rounds` runs of `work`, the median.
fn seconds(rounds: usize, mut work: impl FnMut()) -> f64 {
    median(
        (0..rounds)
            .map(|_| {
                let start = Instant::now();
                work();
                start.elapsed().as_secs_f64()
            })
            .collect(),
    )
}

fn load(name: &str) -> (Game, Setup) {
    let registry = Registry::standard();
    let schemas = registry.schemas();
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios")).join(name);
    let loaded = match scenario::load(&path, &LoadOptions::new(marchland_laws::standard(), &schemas)) {
        Ok(loaded) => loaded,
        Err(findings) => panic!("{name} does not load: {findings:#?}"),
    };
    let scenario = Arc::new(loaded.scenario);
    let lineup = compose::compose(&scenario, &registry, &[]).expect("a lineup").lineup;
    let assumed = compose::assumed(&scenario, &registry).expect("an assumed lineup");
    let variant = Arc::new(Variant::new(&scenario, None, &[]).expect("a default variant"));
    let setup = Setup { variant, lineup, seed: 1, turns: scenario.calendar.horizon, tracing: false };
    (Engine::new(&scenario).with_assumed(assumed).start(&setup), setup)
}

fn main() {
    let name = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let name = name.unwrap_or_else(|| "tajikistan-2010".into());
    let (mut game, mut setup) = load(&name);
    let catalogue = Arc::clone(&game.scenario().catalogue);
    let (mut expressions, mut numbers) = (0, 0);
    game.scenario()
        .each_expression(|one| *if one.as_constant().is_some() { &mut numbers } else { &mut expressions } += 1);
    println!(
        "{name}: {} players, {} indicators, {} actions, {} events, {} motions, {} parameters, {} expressions and {} \
         plain numbers in their places, {} cohorts, {} laws",
        catalogue.players.len(),
        catalogue.indicators.len(),
        catalogue.actions.len(),
        catalogue.events.len(),
        catalogue.motions.len(),
        catalogue.parameters.len(),
        expressions,
        numbers,
        game.scenario().cohorts.as_ref().map_or(0, |cohorts| cohorts.count),
        game.scenario().laws().count(),
    );

    // Whole games, outcomes included.
    let mut outcome = Outcome::default();
    let (mut turns, mut games) = (0u64, 0u64);
    let mut play = |game: &mut Game, seed: u64| {
        setup.seed = seed;
        game.start(&setup);
        game.finish();
        game.outcome_into(&mut outcome);
        black_box(&outcome);
        u64::from(outcome.turns)
    };
    for seed in 0..20 {
        play(&mut game, seed);
    }
    let per_game = seconds(9, || {
        turns = 0;
        games = 0;
        for seed in 0..100 {
            turns += play(&mut game, seed);
            games += 1;
        }
    }) / games as f64;
    let per_turn = per_game * games as f64 / turns as f64;
    println!("whole games: {:.0} a second, {:.2} µs a turn", 1.0 / per_game, per_turn * 1e6);

    // Where the time goes. The laws run twice more than they need to, first to warm the caches that the
    // snapshot has emptied, and are taken back.
    let (mut deciding, mut ruling, mut laws, mut rest, mut rounds) = (0.0, 0.0, 0.0, 0.0, 0u64);
    let (mut rulings, mut votes, mut before) = (Vec::new(), Vec::new(), Snapshot::default());
    for seed in 0..100 {
        setup.seed = seed;
        game.start(&setup);
        while !game.is_over() {
            let start = Instant::now();
            let choices = game.choose();
            deciding += start.elapsed().as_secs_f64();
            let start = Instant::now();
            match game.moment().stage {
                Stage::Orders => game.resolve(&choices, &mut rulings),
                Stage::Ballots => game.count(&choices, &mut votes),
            }
            let rules = start.elapsed().as_secs_f64();
            game.save(&mut before);
            game.run_nature();
            let start = Instant::now();
            game.run_nature();
            let moving = start.elapsed().as_secs_f64();
            game.restore(&before).expect("the same shape");
            let start = Instant::now();
            game.play_stage(&choices);
            rest += start.elapsed().as_secs_f64() - rules;
            ruling += rules;
            // A stage that opened the ballots has moved nothing yet.
            if game.moment().stage == Stage::Orders {
                laws += moving;
                rest -= moving;
                rounds += 1;
            }
            game.give_back(choices);
        }
    }
    let starting = seconds(9, || {
        for seed in 0..100 {
            setup.seed = seed;
            game.start(black_box(&setup));
        }
    }) / 100.0;
    let turn = |total: f64| total / turns as f64 * 1e6;
    println!(
        "a turn, of {:.2} rounds: deciding {:.2} µs, rulings and ballots {:.2} µs, laws of motion {:.2} µs, effects, \
         events and record {:.2} µs; starting a game {:.1} µs",
        rounds as f64 / turns as f64,
        turn(deciding),
        turn(ruling),
        turn(laws),
        turn(rest),
        starting * 1e6
    );

    // Allocations after the first games.
    setup.seed = 3;
    game.start(&setup);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    game.finish();
    let after = ALLOCATIONS.load(Ordering::Relaxed);
    println!("allocations in the turns of a game: {}", after - before);

    // Snapshots.
    game.start(&setup);
    game.step();
    let mut columns = vec![0.0; game.world().width()];
    let world = seconds(9, || {
        for _ in 0..1000 {
            game.world().save(black_box(&mut columns));
            game.restore_columns(black_box(&columns));
        }
    }) / 1000.0;
    let mut snapshot = Snapshot::default();
    game.save(&mut snapshot);
    let whole = seconds(9, || {
        for _ in 0..1000 {
            game.save(black_box(&mut snapshot));
            game.restore(black_box(&snapshot)).expect("the same shape");
        }
    }) / 1000.0;
    println!(
        "snapshot and restore: world {:.2} µs ({} numbers), with rings, memories and queue {:.2} µs",
        world * 1e6,
        columns.len(),
        whole * 1e6
    );

    // Imagined futures from mid-game: belief, fork, six turns.
    if game.scenario().calendar.horizon >= 12 {
        game.start(&setup);
        for _ in 0..game.scenario().calendar.horizon / 2 {
            game.step();
        }
        let mut future = Future::default();
        let each = seconds(9, || {
            game.at_decision(PlayerId(0), |at| {
                let lookahead: &dyn Lookahead = at.lookahead.expect("an assumed lineup");
                for sample in 0..50 {
                    lookahead.play(&Plan { sample, turns: 6, forced: &[] }, &[], &mut future);
                }
            });
        }) / 50.0;
        println!("imagined futures of six turns: {:.0} a second", 1.0 / each);
    }
}
