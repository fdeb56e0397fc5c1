//! `marchland merge`: shards into one folder.

use std::path::PathBuf;

use clap::Args;
use marchland_experiments::run::merge;
use marchland_experiments::tournament::{merge_tournaments, read_tournament_manifest};
use marchland_report::number::counted;

use crate::failure::{self, Failure};
use crate::sessions::refused;

/// Gather the parts of shards in one results folder, of an experiment or of a tournament.
#[derive(Args)]
pub struct Options {
    /// Results folders of one experiment or tournament.
    #[arg(required = true, value_name = "RESULTS")]
    results: Vec<PathBuf>,
    /// The folder to make.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

/// Runs the command.
///
/// # Errors
/// The folders belong to different experiments, a part is damaged, or the output cannot be written.
pub fn run(options: &Options) -> Result<(), Failure> {
    let tournament =
        options.results.first().is_some_and(|path| read_tournament_manifest(path).is_ok_and(|found| found.is_some()));
    if tournament {
        let parts = merge_tournaments(&options.results, &options.out).map_err(refused)?;
        let text = format!("{} in {}; --resume goes on there\n", counted(parts, "part"), options.out.display());
        return failure::print(text);
    }
    let merged = merge(&options.results, &options.out).map_err(refused)?;
    let mut text =
        format!("{} of {} in {}", counted(merged.games, "game"), counted(merged.parts, "part"), options.out.display());
    if merged.missing > 0 {
        text += &match merged.missing {
            1 => "; 1 part is missing, and --resume plays it".to_owned(),
            parts => format!("; {} are missing, and --resume plays them", counted(parts, "part")),
        };
    }
    text.push('\n');
    failure::print(text)
}
