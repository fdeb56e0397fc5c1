//! How cost grows with size: cohorts, players, regions, turns and actions. `cargo bench -p marchland-tests --bench growth`,
//! or one of them by name: `… --bench growth -- cohorts`; with `--picture FILE.svg` it draws what it measured.
//!
//! For each size: the time of a turn, of starting a game and of loading the scenario, and the order of growth of a turn
//! since the size before (1 is linear). Absolute times belong to the machine; the orders do not.

#![allow(clippy::print_stdout, reason = "a bench prints")]

mod common;

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use marchland_experiments::compose;
use marchland_report::picture::{DotSeries, Labels, lines};
use marchland_sim::scenario::{self, LoadOptions};
use marchland_sim::turn::{Engine, Setup, Variant};
use marchland_strategies::Registry;

/// The least time a figure rests on, seconds.
const LONG_ENOUGH: f64 = 0.5;

/// What grows.
struct Growth {
    what: &'static str,
    of: &'static str,
    sizes: &'static [usize],
    /// The scenario of a size.
    scenario: fn(usize) -> String,
}

const GROWTHS: &[Growth] = &[
    Growth {
        what: "cohorts",
        of: "`tajikistan-2010` as it is, with so many cohorts of migrants; a million are one to one",
        sizes: &[100, 1_000, 10_000, 100_000, 1_000_000],
        scenario: cohorts,
    },
    Growth {
        what: "players",
        of: "players in a ring, each of whom answers its neighbour's order of the month before",
        sizes: &[2, 5, 10, 20, 40],
        scenario: players,
    },
    Growth {
        what: "regions",
        of: "`quiet-autocracy` with so many regions more",
        sizes: &[5, 20, 50, 200, 500],
        scenario: regions,
    },
    Growth {
        what: "turns",
        of: "`tajikistan-2010` as it is, with so long a calendar",
        sizes: &[24, 120, 600, 2_400, 5_000],
        scenario: turns,
    },
    Growth {
        what: "actions",
        of: "one player with so many actions, who picks one at random among those that are legal",
        sizes: &[100, 1_000, 10_000],
        scenario: actions,
    },
];

fn cohorts(count: usize) -> String {
    format!(r#"(base: "tajikistan-2010", cohorts: (count: {count}, spread: 0.6))"#)
}

fn turns(horizon: usize) -> String {
    format!(
        r#"(base: "tajikistan-2010", calendar: (start: "2010-04", horizon: {horizon}, crisis_clock: "tajikistan.regime_status == 2"))"#
    )
}

fn regions(count: usize) -> String {
    let mut text = String::from("(base: \"quiet-autocracy\", entities: {\"region\": [\n");
    for at in 0..count {
        let _ = writeln!(
            text,
            r#"(id: "region{at}", title: "Region {at}", links: {{"country": "country"}}, values: {{"population_k": 100, "police": 0.08, "reference_income": 1, "resentment": 0}}),"#
        );
    }
    text + "]})"
}

/// Tracks of a flag each.
fn tracks(count: usize, owner: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut text, at| {
        let _ = writeln!(
            text,
            r#"(id: "flag{at}", title: "Flag {at}", meaning: "1 while it is up", unit: "flag", range: (0, 1), initial: 0, rests: 0, owner: "{}"),"#,
            owner(at)
        );
        text
    })
}

/// A player who is paid for the flag of its own number.
fn player(at: usize) -> String {
    format!(
        r#"(id: "player{at}", title: "Player {at}", orders_per_turn: 1, payoffs: [(id: "flag", indicator: "flag{at}", weight: 1, why: "to have a payoff")], payoff_range: (0, 1)),"#
    )
}

fn action(id: &str, owner: &str, flag: usize) -> String {
    format!(
        r#"(id: "{id}", title: "Raise {id}", meaning: "Raises a flag for a month", owners: ["{owner}"], success: [Add(indicator: "flag{flag}", amount: 1, lasts: 1)]),"#
    )
}

fn players(count: usize) -> String {
    let list = |line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<Vec<_>>().join("\n");
    format!(
        r#"(title: "A ring", calendar: (start: "1960-01", horizon: 120),
            tracks: [{}], players: [{}], actions: [{}], strategies: [{}], lineup: {{{}}},
            measures: [(id: "first", meaning: "Share of months with the first flag up", unit: "share", over: Mean, value: "flag0")])"#,
        tracks(count, |at| format!("player{at}")),
        list(&player),
        list(&|at| action(&format!("raise{at}"), &format!("player{at}"), at)),
        list(&|at| {
            let other = (at + 1) % count;
            format!(
                r#"(name: "answer{at}", intent: "Answers its neighbour", players: ["player{at}"], play: Rules(blocks: [(name: "answer", all: ["ordered(player{other}, raise{other}, 2) == 0"], orders: ["raise{at}"], every: 1)])),"#
            )
        }),
        list(&|at| format!(r#""player{at}": "answer{at}","#)),
    )
}

fn actions(count: usize) -> String {
    let list = |line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<Vec<_>>().join("\n");
    format!(
        r#"(title: "A choice", calendar: (start: "1960-01", horizon: 120),
            tracks: [{}], players: [{}], actions: [{}],
            strategies: [(name: "any", intent: "Anything", play: Random())], lineup: {{"player0": "any"}},
            measures: [(id: "first", meaning: "Share of months with the first flag up", unit: "share", over: Mean, value: "flag0")])"#,
        tracks(count, |_| "player0".into()),
        player(0),
        list(&|at| action(&format!("raise{at}"), "player0", at)),
    )
}

/// Seconds for a size.
struct Cost {
    load: f64,
    start: f64,
    turn: f64,
    /// Turns that the games had, at the most.
    turns: u32,
    /// Numbers that the world holds.
    numbers: usize,
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn cost(growth: &Growth, size: usize, scenarios: &Path) -> Cost {
    let file = scenarios.join("grown.ron");
    std::fs::write(&file, (growth.scenario)(size)).expect("a file");
    let registry = Registry::standard();
    let schemas = registry.schemas();
    let begun = Instant::now();
    let loaded = match scenario::load(&file, &LoadOptions::new(marchland_laws::standard(), &schemas)) {
        Ok(loaded) => loaded,
        Err(findings) => panic!("{} {size}: the scenario does not load: {findings:#?}", growth.what),
    };
    let load = begun.elapsed().as_secs_f64();
    let scenario = Arc::new(loaded.scenario);
    let lineup = compose::compose(&scenario, &registry, &[]).expect("a lineup").lineup;
    let variant = Arc::new(Variant::new(&scenario, None, &[]).expect("a default variant"));
    let mut setup = Setup { variant, lineup, seed: 1, turns: scenario.calendar.horizon, tracing: false };
    // The first game grows every buffer.
    let mut game = Engine::new(&scenario).start(&setup);
    while !game.is_over() {
        game.step();
    }
    let (mut starts, mut of_turns, mut most, mut all) = (Vec::new(), Vec::new(), 0, 0.0);
    while all < LONG_ENOUGH || of_turns.len() < 3 {
        setup.seed += 1;
        let begun = Instant::now();
        game.start(&setup);
        starts.push(begun.elapsed().as_secs_f64());
        let (begun, mut turns) = (Instant::now(), 0u32);
        while !game.is_over() {
            game.step();
            turns += 1;
        }
        let took = begun.elapsed().as_secs_f64();
        of_turns.push(took / f64::from(turns));
        most = most.max(turns);
        all += took;
    }
    Cost { load, start: median(starts), turn: median(of_turns), turns: most, numbers: game.world().width() }
}

/// A time with the unit that suits it.
fn time(seconds: f64) -> String {
    match seconds {
        s if s < 1e-3 => format!("{:.2} µs", 1e6 * s),
        s if s < 1.0 => format!("{:.2} ms", 1e3 * s),
        s => format!("{s:.2} s"),
    }
}

/// Time of a turn over size, each from its smallest size on, in powers of ten; one line is linear growth.
fn picture(drawn: &[(&str, Vec<(f64, f64)>)]) -> String {
    let labels = Labels {
        title: "How the time of a turn grows with size".into(),
        x: "size over the smallest, powers of ten".into(),
        y: "time of a turn over that of the smallest size, powers of ten".into(),
    };
    let mut series: Vec<DotSeries> = drawn
        .iter()
        .map(|(name, points)| {
            let over = |value: f64, first: f64| libm::log10(value / first);
            let points = points.iter().map(|(s, t)| (over(*s, points[0].0), over(*t, points[0].1))).collect();
            DotSeries { label: (*name).into(), points }
        })
        .collect();
    series.push(DotSeries { label: "linear".into(), points: vec![(0.0, 0.0), (4.0, 4.0)] });
    lines(&labels, &series)
}

fn main() {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let file = words.iter().position(|word| word == "--picture").and_then(|at| words.get(at + 1)).cloned();
    let wanted = |what: &str| {
        GROWTHS.iter().all(|one| !words.iter().any(|word| word == one.what)) || words.iter().any(|word| word == what)
    };
    let folder = tempfile::tempdir().expect("a folder");
    common::copy(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios")), folder.path());
    let mut drawn = Vec::new();
    for growth in GROWTHS.iter().filter(|growth| wanted(growth.what)) {
        println!("\n## {}: {}\n", growth.what, growth.of);
        println!(
            "| {} | a turn | order | starting a game | loading | turns played | numbers in the world |",
            growth.what
        );
        println!("|---:|---:|---:|---:|---:|---:|---:|");
        let mut points: Vec<(f64, f64)> = Vec::new();
        for &size in growth.sizes {
            let cost = cost(growth, size, folder.path());
            let order = points.last().map_or_else(String::new, |(before, turn)| {
                format!("{:.2}", libm::log(cost.turn / turn) / libm::log(size as f64 / before))
            });
            println!(
                "| {size} | {} | {order} | {} | {} | {} | {} |",
                time(cost.turn),
                time(cost.start),
                time(cost.load),
                cost.turns,
                cost.numbers
            );
            points.push((size as f64, cost.turn));
        }
        drawn.push((growth.what, points));
    }
    if let Some(file) = file {
        std::fs::write(&file, picture(&drawn)).unwrap_or_else(|wrong| panic!("{file}: {wrong}"));
    }
}
