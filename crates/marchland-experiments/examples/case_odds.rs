//! Cases by a rule, without a folder: what a rule makes of a table before anything is frozen.
//!
//!     cargo run --release --example case_odds -- SCENARIO RULE CASES.csv GAMES [TRAIN]
//!
//! Prints mean, spread and speed of each outcome's share of games, and how it came about. TRAIN is the column of train
//! rows, by which columns are ranked, as the command does.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use marchland_experiments::hindcast::{self, Odds, Roles};
use marchland_experiments::run::{Plan, play, read_points};
use marchland_strategies::Registry;

mod opened;

#[allow(clippy::print_stdout, clippy::print_stderr, reason = "the example prints its figures")]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [scenario, rule, cases, games, rest @ ..] = &arguments[..] else {
        eprintln!("case_odds SCENARIO RULE CASES.csv GAMES [TRAIN]");
        return;
    };
    let registry = Registry::standard();
    let (scenario, rule) = match opened::opened(&registry, scenario, rule) {
        Ok(found) => found,
        Err(why) => return eprintln!("{why}"),
    };
    let table = read_points(Path::new(cases)).expect("a table");
    let roles = Roles { train: rest.first().cloned(), ..Roles::default() };
    let (cases_of, _) = match hindcast::take(&rule, &table, &roles) {
        Ok(cases) => cases,
        Err(found) => return eprintln!("{found:#?}"),
    };
    let games: u64 = games.parse().expect("a number of games");
    let constants = rule.defaults();
    let settings =
        hindcast::settings(&rule, &cases_of, &constants, &scenario).unwrap_or_else(|found| panic!("{found:#?}"));
    let asked = hindcast::experiment(&rule, &cases_of, &settings, &constants, None, &scenario, (games, 1));
    let plan = Plan::new(asked, &scenario, &registry).unwrap_or_else(|found| panic!("{found:#?}"));
    static NEVER: AtomicBool = AtomicBool::new(false);
    let begun = Instant::now();
    let played = play(&plan, 0, &NEVER, &()).expect("games");
    let seconds = begun.elapsed().as_secs_f64();
    println!("{} games in {seconds:.1} s, {:.0} a second", played.len(), played.len() as f64 / seconds);
    for (at, setting) in rule.settings.iter().enumerate() {
        let mut values: Vec<f64> = settings.iter().map(|row| row[at]).collect();
        values.sort_by(f64::total_cmp);
        let n = values.len() - 1;
        let of = |share: f64| values[(share * n as f64) as usize];
        println!("  {:20} {:9.5} {:9.5} {:9.5}", setting.of, of(0.05), of(0.5), of(0.95));
    }
    let catalogue = &scenario.catalogue;
    let event = |id: &str| catalogue.outcome_events.iter().position(|event| event.id == id).expect("an event");
    let mut rows: Vec<Vec<u64>> = vec![vec![0; cases_of.len()]; rule.outcomes.len()];
    for (outcome, counts) in rule.outcomes.iter().zip(&mut rows) {
        let at = event(&outcome.event);
        let mut modes: BTreeMap<i64, u64> = BTreeMap::new();
        let mode = rule.modes.as_ref().and_then(|of| catalogue.measures.iter().position(|own| own.id == of.measure));
        for game in &played {
            if game.outcome.events[at].is_some() {
                counts[game.run.row as usize] += 1;
                if let Some(mode) = mode {
                    *modes.entry(game.outcome.measures[mode] as i64).or_default() += 1;
                }
            }
        }
        let mut odds: Vec<f64> = counts.iter().map(|count| Odds::new(*count, games).share()).collect();
        odds.sort_by(f64::total_cmp);
        let n = odds.len() - 1;
        let of = |share: f64| 100.0 * odds[(share * n as f64) as usize];
        let mean = 100.0 * odds.iter().sum::<f64>() / odds.len() as f64;
        println!(
            "{}: mean {mean:.2} %, quantiles 1, 10, 50, 90, 99 % {:.2} {:.2} {:.2} {:.2} {:.2}, ways {modes:?}",
            outcome.event,
            of(0.01),
            of(0.1),
            of(0.5),
            of(0.9),
            of(0.99)
        );
    }
}
