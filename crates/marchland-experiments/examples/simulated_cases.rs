//! A table of cases whose outcomes are one game each of the scenario under the rule, so that a hindcast of it has a known
//! truth behind every score.
//!
//!     cargo run --release --example simulated_cases -- SCENARIO RULE CASES.csv TRAIN SEED OUT.csv
//!
//! The columns of CASES.csv stay as they are but for those of outcomes and modes, which are drawn, and the mark that the
//! rule names for simulated cases, which is set. TRAIN is the column of train rows, by which columns are ranked, as the
//! command does. The games' seeds are a stream of their own: no hindcast plays the game that an outcome was drawn from.

use std::sync::atomic::AtomicBool;

use marchland_experiments::hindcast::{self, Roles, simulated_table};
use marchland_experiments::table::read_csv;
use marchland_strategies::Registry;

mod opened;

#[allow(clippy::print_stdout, clippy::print_stderr, reason = "the example prints its figures")]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [scenario, rule, cases, train, seed, out] = &arguments[..] else {
        eprintln!("simulated_cases SCENARIO RULE CASES.csv TRAIN SEED OUT.csv");
        return;
    };
    let registry = Registry::standard();
    let (scenario, rule) = match opened::opened(&registry, scenario, rule) {
        Ok(found) => found,
        Err(why) => return eprintln!("{why}"),
    };
    let text = std::fs::read_to_string(cases).expect("a table");
    let table = read_csv(&text).expect("a table");
    let roles = Roles { train: Some(train.clone()), ..Roles::default() };
    let cases = match hindcast::take(&rule, &table, &roles) {
        Ok((cases, _)) => cases,
        Err(found) => return eprintln!("{found:#?}"),
    };
    static NEVER: AtomicBool = AtomicBool::new(false);
    let seed: u64 = seed.parse().expect("a seed");
    let drawn = hindcast::simulate(&scenario, &registry, &rule, &cases, &rule.defaults(), (seed, 0), &NEVER, &());
    let drawn = drawn.unwrap_or_else(|found| panic!("{found:#?}")).expect("not stopped");
    for (at, outcome) in rule.outcomes.iter().enumerate() {
        let happened = drawn.iter().filter(|case| case.happened[at] == Some(true)).count();
        println!("{}: {happened} of {}", outcome.event, drawn.len());
    }
    std::fs::write(out, simulated_table(&rule, &text, &drawn)).expect("a table");
}
