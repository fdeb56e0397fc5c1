//! `marchland new`: a commented scenario to begin with.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::failure::{self, Failure};

/// Write a commented scenario NAME/scenario.ron into the current folder.
#[derive(Args)]
pub struct Options {
    /// Its name: lower-case letters, digits, `_` and `-`.
    name: String,
    /// The scenario to begin with.
    #[arg(long, value_enum, default_value_t = BuiltInScenario::Chicken)]
    from: BuiltInScenario,
}

/// Scenarios that are built into the program.
#[derive(Clone, Copy, ValueEnum)]
enum BuiltInScenario {
    /// Two drivers on one road, once.
    Chicken,
    /// A challenger and a defender, month after month.
    Deterrence,
}

/// Runs the command.
///
/// # Errors
/// The name is none, something of that name exists, or the file cannot be written.
pub fn run(options: &Options) -> Result<(), Failure> {
    let name = &options.name;
    let fine = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-');
    if !fine {
        let message =
            format!("`{name}` is not a name: lower-case letters, digits, `_` and `-`, beginning with a letter");
        return Err(Failure::Usage(message));
    }
    let text = match options.from {
        BuiltInScenario::Chicken => include_str!("../../../scenarios/chicken.ron"),
        BuiltInScenario::Deterrence => include_str!("../../../scenarios/deterrence.ron"),
    };
    let folder = PathBuf::from(name);
    if folder.exists() {
        return Err(Failure::Input(format!("`{name}` exists already")));
    }
    std::fs::create_dir(&folder)?;
    std::fs::write(folder.join("scenario.ron"), text)?;
    failure::print(format!(
        "wrote {name}/scenario.ron\n\n    marchland check {name}\n    marchland run {name}\n    marchland reference\n"
    ))
}
