//! A batch beside what it is made of: `cargo bench -p marchland-tests --bench batch`.
//!
//! Plays the standard game in interleaved rounds: the engine alone on one thread; then, on one thread and on two, a
//! batch's rows without writing them, and the whole batch with its folder. Writing has a thread of its own, so that
//! what it costs shows where every processor plays. Prints the medians and their ratios.

#![allow(clippy::print_stdout, reason = "a bench prints")]

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use marchland_experiments::compose;
use marchland_experiments::design::Shocks;
use marchland_experiments::run::{self, Experiment, Folder, GameRow, Lever, Plan, Session, Watch, parts};
use marchland_game::Outcome;
use marchland_sim::scenario::{self, LoadOptions};
use marchland_sim::turn::{Engine, Setup, Variant};
use marchland_strategies::Registry;
use rayon::prelude::*;

const GAMES: u64 = 4096;
const ROUNDS: usize = 7;

struct SilentWatch;

impl Watch for SilentWatch {
    fn game(&self) {}
    fn part(&self, _: u64) {}
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn main() {
    let registry = Registry::standard();
    let schemas = registry.schemas();
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/tajikistan-2010"));
    let loaded = scenario::load(path, &LoadOptions::new(marchland_laws::standard(), &schemas))
        .unwrap_or_else(|found| panic!("{found:#?}"));
    let scenario = Arc::new(loaded.scenario);
    let turns = scenario.calendar.horizon;
    let belief = scenario.default_belief.map_or("", |at| &scenario.beliefs[at].id).to_owned();
    let experiment = Experiment {
        rule: None,
        name: "batch".into(),
        scenario: scenario.catalogue.scenario.clone(),
        scenario_hash: scenario.hash.clone(),
        scenario_text_hash: scenario.text_hash.clone(),
        shocks: Shocks::Common,
        added: None,
        version: env!("CARGO_PKG_VERSION").into(),
        seed: 1,
        turns,
        design: None,
        factors: Vec::new(),
        set: Vec::new(),
        levers: vec![Lever { name: "default".into(), strategies: Vec::new() }],
        beliefs: vec![belief],
        replications: GAMES,
        measures: scenario.catalogue.measures.iter().map(|measure| measure.id.clone()).collect(),
        keep: Vec::new(),
        games_per_part: 1024,
    };
    let plan = Plan::new(experiment, &scenario, &registry).expect("a plan");
    let lineup = compose::compose(&scenario, &registry, &[]).expect("a lineup").lineup;
    let assumed = compose::assumed(&scenario, &registry).expect("an assumed lineup");
    let variant = Arc::new(Variant::new(&scenario, None, &[]).expect("a default variant"));
    let mut setup = Setup { variant, lineup, seed: 0, turns, tracing: false };
    let mut game = Engine::new(&scenario).with_assumed(assumed).start(&setup);
    let folder = tempfile::tempdir().expect("a folder");
    let mut outcome = Outcome::default();
    let mut alone = Vec::new();
    let mut batches = [1, 2].map(|threads| (threads, Vec::new(), Vec::new()));
    for round in 0..=ROUNDS {
        let begun = Instant::now();
        for seed in 1..=GAMES {
            setup.seed = seed;
            game.start(&setup);
            game.finish();
            game.outcome_into(&mut outcome);
            black_box(&outcome);
        }
        // The first round warms memory and caches.
        let counts = round > 0;
        alone.extend(counts.then(|| begun.elapsed().as_secs_f64()));
        for (threads, unwritten, written) in &mut batches {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(*threads).build().expect("threads");
            let out = folder.path().join(format!("{round}-{threads}"));
            let mut kept = Folder::open(&out, &plan, &Session::default(), None, false).expect("a folder");
            let begun = Instant::now();
            for part in parts(&kept.manifest.blocks, 1024) {
                let rows: Vec<GameRow> = pool.install(|| {
                    (0..part.runs as usize).into_par_iter().map(|at| plan.play(part.run(at as u64))).collect()
                });
                black_box(rows);
            }
            unwritten.extend(counts.then(|| begun.elapsed().as_secs_f64()));
            let begun = Instant::now();
            run::run(&plan, &mut kept, *threads, &AtomicBool::new(false), &SilentWatch).expect("games");
            written.extend(counts.then(|| begun.elapsed().as_secs_f64()));
            assert_eq!(kept.manifest.finished.ok, GAMES, "a game without a result");
        }
    }
    let alone = median(alone);
    let rate = |seconds: f64| GAMES as f64 / seconds;
    println!("{GAMES} standard games, medians of {ROUNDS} interleaved rounds");
    println!("the engine alone, one thread: {:.0} games a second", rate(alone));
    let mut one = None;
    for (threads, unwritten, written) in batches {
        let (unwritten, written) = (median(unwritten), median(written));
        let one = *one.get_or_insert(written);
        println!(
            "a batch, {threads} thread(s): {:.0} a second written, {:.0} not written (writing costs {:+.1} %); \
             {:.3} of the engine a thread; {:.2} times one thread",
            rate(written),
            rate(unwritten),
            100.0 * (written / unwritten - 1.0),
            alone / written / threads as f64,
            one / written,
        );
    }
}
