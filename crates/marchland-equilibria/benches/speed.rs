//! Times this crate's side of the comparison that `speed.py` makes; run by it, or by hand:
//! `cargo bench -p marchland-equilibria --bench speed -- FOLDER`.
//!
//! The name of each `.nfg` file in the folder begins with its task. One line per file: task, name,
//! median seconds of a run, the quality reached.
#![allow(clippy::print_stdout)]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs};

use marchland_equilibria::alpharank::{self, Alpha};
use marchland_equilibria::deviation::relative_regret;
use marchland_equilibria::dynamics::replicator;
use marchland_equilibria::game::Game;
use marchland_equilibria::profile::Profile;
use marchland_equilibria::solution::Solver;
use marchland_equilibria::{bimatrix, nash, nfg, qre};

/// The λ of the logit task, in 1/payoff; `speed.py` asks Gambit for the same.
const LAMBDAS: [f64; 4] = [0.5, 1.0, 2.0, 5.0];
/// The α of the ranking task.
const ALPHA: f64 = 0.1;
/// The time of the replicator task: 10,000 steps of 0.01.
const TIME: f64 = 100.0;

fn main() {
    // Cargo passes `--bench` along.
    let Some(folder) = env::args().skip(1).find(|argument| !argument.starts_with("--")) else {
        println!("speed: give the folder of games that speed.py makes");
        return;
    };
    let mut paths: Vec<PathBuf> = fs::read_dir(Path::new(&folder))
        .expect("a folder of games")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "nfg"));
    paths.sort();
    for path in paths {
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a plain name");
        let text = fs::read_to_string(&path).expect("a text file");
        let game = nfg::read(&text).expect("a game that speed.py wrote");
        let (task, _) = name.split_once('-').expect("TASK-NAME.nfg");
        let (seconds, quality) = median(|| solve(task, &game));
        println!("{task} {name} {seconds:e} {quality}");
    }
}

/// Runs the task once and says how good its result is.
fn solve(task: &str, game: &Game) -> String {
    let solver = &mut Solver::new();
    match task {
        "all" => {
            let found = bimatrix::all(game, solver).expect("two players");
            format!("{} equilibria, {}, index sum {:?}", found.exact.len(), found.answer.status, found.answer.index_sum)
        }
        "one" => {
            let found = nash::one(game, solver);
            let regret = found.solutions.first().map(|solution| relative_regret(game, &solution.profile));
            format!("regret {regret:?}")
        }
        "qre" => {
            let report = qre::solve(game, &LAMBDAS, solver).expect("λ are positive");
            let residuals = report.points.iter().map(|point| point.residual);
            format!(
                "{} points, residual {:e}",
                report.points.len(),
                residuals.fold(0.0, |a, b| if b > a { b } else { a })
            )
        }
        "alpharank" => {
            let ranking = alpharank::rank(game, Alpha::Finite(ALPHA), 50, solver).expect("α is positive");
            let total: f64 = ranking.masses.iter().sum();
            format!("mass {total}")
        }
        "replicator" => {
            let start: Vec<Vec<f64>> = game.counts().iter().map(|&n| leaning(n)).collect();
            let flow = replicator::run(game, &Profile(start), TIME, solver).expect("a time");
            let end: Vec<String> = flow.solution.profile.flat().iter().map(|p| format!("{p:.9}")).collect();
            format!("{} at {}", end.join(" "), flow.time)
        }
        _ => panic!("no task {task}"),
    }
}

/// Weights 1, 2, … over their sum; `speed.py` starts there too.
fn leaning(count: usize) -> Vec<f64> {
    let total = (count * (count + 1) / 2) as f64;
    (1..=count).map(|a| a as f64 / total).collect()
}

/// The median time of at least three runs, up to a second of them.
fn median(mut run: impl FnMut() -> String) -> (f64, String) {
    let begin = Instant::now();
    let mut times = Vec::new();
    let mut quality = String::new();
    while times.len() < 3 || (begin.elapsed() < Duration::from_secs(1) && times.len() < 1000) {
        let start = Instant::now();
        quality = run();
        times.push(start.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], quality)
}
