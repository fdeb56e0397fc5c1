//! Times the statistics of empirical games: `cargo bench -p marchland-experiments --bench empirical`.
//!
//! The standard is a game of three players with five strategies each and 100 replications of every
//! profile. `resamples_100` times 100 resamples by concept, `resamples_10_000` the whole number once.

use std::collections::BTreeMap;

use marchland_equilibria::nash;
use marchland_equilibria::profile::Profile;
use marchland_equilibria::solution::Solver;
use marchland_experiments::draws;
use marchland_experiments::empirical::{BootstrapOptions, Concepts, allocate, bootstrap, regret_bound};
use marchland_experiments::statistics::normal;
use marchland_experiments::tournament::{Games, Sample};

fn main() {
    divan::main();
}

const NONE: Concepts = Concepts { search: false, ranking: false, dominance: false, quantal: None, programs: false };

/// Payoffs uniform from 0 to 1 with standard normal noise.
fn game(counts: &[usize], replications: u64) -> Sample {
    let profile = |place: usize| {
        let payoff = |player: usize| {
            let u = draws::uniform(&mut draws::stream(draws::key(1, "payoff", &[place as u64, player as u64])));
            let noise = move |r: u64| {
                let key = draws::key(1, "noise", &[place as u64, player as u64, r]);
                u + normal::quantile(draws::uniform(&mut draws::stream(key)))
            };
            (0..replications).map(noise).collect()
        };
        Games { payoffs: (0..counts.len()).map(payoff).collect(), ..Games::default() }
    };
    let names = |n: usize| (0..n).map(|at| at.to_string()).collect::<Vec<String>>();
    let profiles: BTreeMap<usize, Games> = (0..counts.iter().product()).map(|place| (place, profile(place))).collect();
    Sample {
        players: names(counts.len()),
        strategies: counts.iter().map(|&n| names(n)).collect(),
        terms: vec![Vec::new(); counts.len()],
        profiles,
        ..Sample::default()
    }
}

struct Standard {
    sample: Sample,
    keep: Vec<Vec<usize>>,
    points: Vec<Profile>,
}

fn standard() -> Standard {
    let sample = game(&[5, 5, 5], 100);
    let keep: Vec<Vec<usize>> = sample.counts().iter().map(|&n| (0..n).collect()).collect();
    let solved = sample.game("", &keep).expect("every profile was played");
    let points = nash::one(&solved, &mut Solver::new()).solutions.into_iter().map(|one| one.profile).collect();
    Standard { sample, keep, points }
}

#[divan::bench(args = ["follow", "search", "ranking", "dominance", "quantal", "programs", "all"], sample_count = 3)]
fn resamples_100(bencher: divan::Bencher<'_, '_>, which: &str) {
    let standard = standard();
    let concepts = match which {
        "search" => Concepts { search: true, ..NONE },
        "ranking" => Concepts { ranking: true, ..NONE },
        "dominance" => Concepts { dominance: true, ..NONE },
        "quantal" => Concepts { quantal: Some(2.0), ..NONE },
        "programs" => Concepts { programs: true, ..NONE },
        "all" => Concepts { quantal: Some(2.0), ..Concepts::default() },
        _ => NONE,
    };
    let options = BootstrapOptions { resamples: 100, concepts, alpha: Some(50.0), ..BootstrapOptions::default() };
    bencher.bench(|| bootstrap(&standard.sample, &standard.keep, &standard.points, &options).expect("sampled"));
}

/// The whole number that a report may ask for, once.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn resamples_10_000(bencher: divan::Bencher<'_, '_>) {
    let standard = standard();
    let concepts = Concepts { quantal: Some(2.0), ..Concepts::default() };
    let options = BootstrapOptions { resamples: 10_000, concepts, alpha: Some(50.0), ..BootstrapOptions::default() };
    bencher.bench(|| bootstrap(&standard.sample, &standard.keep, &standard.points, &options).expect("sampled"));
}

#[divan::bench(sample_count = 3)]
fn certify(bencher: divan::Bencher<'_, '_>) {
    let standard = standard();
    bencher.bench(|| regret_bound(&standard.sample, &standard.points[0], 0.95));
}

#[divan::bench(sample_count = 3)]
fn allocation(bencher: divan::Bencher<'_, '_>) {
    let standard = standard();
    let options = marchland_experiments::empirical::AllocationOptions::default();
    bencher.bench(|| allocate(&standard.sample, &standard.points, &options));
}
