//! How long `summarise` and `sensitivity` take on 100,000 rows × 20 measures × 20 factors, without reading
//! files: `cargo bench -p marchland-experiments --bench analysis`. Asked: 3 and 10 seconds on two cores. `summarise`
//! tells all measures, `sensitivity` one at a time: it is timed for one, and for all of them one after another.

#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::hint::black_box;
use std::time::Instant;

use marchland_experiments::analysis::{Subject, drivers, slices, summarise};
use marchland_experiments::design::{Design, Distribution, Factor, Shocks};
use marchland_experiments::draws;
use marchland_experiments::run::{Block, Experiment, Host, Lever, Manifest, Results, StatusCounts};
use marchland_experiments::table::{Column, Field, Kind, Table};

const WIDTH: usize = 20;

fn results(design: Design, rows: u64, replications: u64, shocks: Shocks) -> Results {
    let factors: Vec<Factor> = (0..WIDTH)
        .map(|f| Factor {
            name: format!("factor_{f}"),
            distribution: Distribution::Uniform { low: 0.0, high: 1.0 },
            base: None,
            draw_key: None,
        })
        .collect();
    let experiment = Experiment {
        rule: None,
        name: "speed".into(),
        scenario: "planted".into(),
        scenario_hash: String::new(),
        scenario_text_hash: String::new(),
        added: None,
        version: "0".into(),
        seed: 1,
        turns: 24,
        design: Some(design),
        shocks,
        factors,
        set: Vec::new(),
        levers: vec![Lever { name: "default".into(), strategies: Vec::new() }],
        beliefs: vec![String::new()],
        replications,
        measures: (0..WIDTH).map(|m| format!("m{m}")).collect(),
        keep: Vec::new(),
        games_per_part: 5000,
    };
    let games = rows * replications;
    let u = |what: &str, at: u64| draws::unit(draws::key(7, what, &[at]));
    let field = |name: String, kind| Field { name, kind, unit: String::new(), description: String::new() };
    let (mut fields, mut columns) = (Vec::new(), Vec::new());
    let mut push = |name: String, kind, column: Column| {
        fields.push(field(name, kind));
        columns.push(column);
    };
    push("row".into(), Kind::Unsigned, Column::Unsigned((0..games).map(|g| g / replications).collect()));
    push("replication".into(), Kind::Unsigned, Column::Unsigned((0..games).map(|g| g % replications).collect()));
    push("status".into(), Kind::Text, Column::Text(vec!["ok".into(); games as usize]));
    let exits = |g: u64| if u("exit", g) < 0.3 { "coup".to_owned() } else { String::new() };
    push("outcome".into(), Kind::Text, Column::Text((0..games).map(|_| "in_office".to_owned()).collect()));
    push("exit".into(), Kind::Text, Column::Text((0..games).map(exits).collect()));
    let turn = |g: u64| if u("exit", g) < 0.3 { 1.0 + (24.0 * u("turn", g)).floor() } else { f64::NAN };
    push("turn".into(), Kind::Number, Column::Number((0..games).map(turn).collect()));
    for f in 0..WIDTH {
        let name = format!("factor {f}");
        let values = (0..games).map(|g| u(&name, g / replications)).collect();
        push(format!("set.factor_{f}"), Kind::Number, Column::Number(values));
    }
    for m in 0..WIDTH {
        let name = format!("measure {m}");
        push(format!("measure.m{m}"), Kind::Number, Column::Number((0..games).map(|g| u(&name, g)).collect()));
    }
    let manifest = Manifest {
        marchland: "results".into(),
        notice: String::new(),
        version: "0".into(),
        program_hash: String::new(),
        scenario_path: String::new(),
        scenario_hash: String::new(),
        experiment_hash: String::new(),
        experiment,
        blocks: vec![Block { first_row: 0, rows, first_replication: 0, replications }],
        shard: None,
        command: Vec::new(),
        host: Host::default(),
        threads: 2,
        games,
        finished: StatusCounts::default(),
        started_unix_s: 0,
        ended_unix_s: None,
        seconds: 0.0,
        sealed: true,
        seal: String::new(),
    };
    let games = Table::new(fields, columns).expect("columns of one length");
    let counts = StatusCounts { ok: games.rows() as u64, ..StatusCounts::default() };
    Results { path: "synthetic".into(), manifest, games, counts, missing: 0 }
}

fn main() {
    let saltelli = Design::Saltelli { base: 100_000 / (WIDTH as u32 + 2), second_order: false };
    let base = u64::from(100_000 / (WIDTH as u32 + 2)) * (WIDTH as u64 + 2);
    for (name, design, rows, replications, shocks) in [
        ("Sobol', fresh, one game a row", Design::Sobol { rows: 100_000, copies: 16 }, 100_000, 1, Shocks::Fresh),
        ("Sobol', common, 16 games a row", Design::Sobol { rows: 6_250, copies: 16 }, 6_250, 16, Shocks::Common),
        ("Saltelli, fresh", saltelli, base, 1, Shocks::Fresh),
    ] {
        let results = results(design, rows, replications, shocks);
        let start = Instant::now();
        let event = results.events().into_iter().next();
        black_box(summarise(&results, event.as_ref(), 0.95));
        let summary = start.elapsed().as_secs_f64();
        let start = Instant::now();
        let slice = &slices(&results, None, None)[0];
        let mut one = 0.0;
        for measure in 0..WIDTH {
            let subject = Subject::Column(format!("measure.m{measure}"));
            black_box(drivers(&results, slice, &subject, false).expect("a design"));
            if measure == 0 {
                one = start.elapsed().as_secs_f64();
            }
        }
        let all = start.elapsed().as_secs_f64();
        println!("{name}: summarise {summary:.2} s, sensitivity {one:.2} s, of all {WIDTH} measures {all:.2} s");
    }
}
