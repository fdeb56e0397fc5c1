//! What a kind of attack tried and found.

use std::collections::BTreeMap;
use std::time::Duration;

/// Failures that are told in full; more are counted.
const TOLD: usize = 40;

#[derive(Default)]
pub struct Tally {
    /// Things done to the program.
    pub tries: u64,
    /// What did not hold.
    pub failures: Vec<String>,
    /// What is worth knowing beside.
    pub notes: Vec<String>,
    counts: BTreeMap<&'static str, u64>,
}

impl Tally {
    /// One more thing was done; `found` says what did not hold.
    pub fn tried(&mut self, found: Result<(), String>) {
        self.tries += 1;
        if let Err(what) = found {
            self.fail(what);
        }
    }

    /// Something did not hold.
    pub fn fail(&mut self, what: String) {
        if self.failures.len() < TOLD {
            self.failures.push(what);
        } else {
            self.notes.push("more failures of this kind are not told".into());
            self.notes.dedup();
        }
    }

    /// One more of these, told at the end.
    pub fn count(&mut self, what: &'static str, more: u64) {
        *self.counts.entry(what).or_default() += more;
    }

    /// Its line of the table.
    pub fn row(&mut self, name: &str, what: &str, took: Duration) -> String {
        let counts: Vec<String> = self.counts.iter().map(|(what, count)| format!("{count} {what}")).collect();
        let beside = if counts.is_empty() { String::new() } else { format!(" ({})", counts.join(", ")) };
        let (tries, failures) = (self.tries, self.failures.len());
        format!("| {name} | {tries} | {what}{beside} | {failures} | {:.0} |", took.as_secs_f64())
    }
}
