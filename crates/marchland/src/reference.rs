//! `marchland reference`: the scenario language.

use clap::Args;

use crate::failure::{self, Failure};

/// Print every key, effect, function and distribution of the scenario language.
#[derive(Args)]
pub struct Options {
    /// One topic: `action`, `effect`, `effects`, `expressions`, `distributions`, `strategies`, `laws` …; all
    /// of them unless given.
    topic: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// There is no such topic.
pub fn run(options: &Options) -> Result<(), Failure> {
    failure::print(marchland_report::reference::reference(options.topic.as_deref()).map_err(Failure::Usage)?)
}
