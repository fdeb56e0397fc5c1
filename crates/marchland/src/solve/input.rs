//! Reading the game.

use std::path::Path;

use marchland_equilibria::game::Game;
use marchland_equilibria::nfg::{self, Names};
use marchland_equilibria::tensor;
use marchland_sim::scenario::{files, slips};

use crate::failure::Failure;

/// The largest array read, in bytes: payoffs at the library's bound as doubles, and a header.
const MOST_ARRAY: u64 = (8 << 24) + (64 << 10);
/// The largest text read, in bytes: payoffs at the library's bound of three characters each; an array holds those of more.
const MOST_TEXT: u64 = 64 << 20;

/// Reads a game file, and the names beside it if there are any.
pub(super) fn read(path: &Path) -> Result<Game, Failure> {
    let wrong = |path: &Path, problem: &dyn std::fmt::Display| {
        Failure::Input(format!("failed to read {}: {problem}", path.display()))
    };
    let is_array = path.extension().is_some_and(|extension| extension == "npy");
    let most = if is_array { MOST_ARRAY } else { MOST_TEXT };
    let bytes = files::bytes_of(path, most).map_err(|error| wrong(path, &error))?;
    let game = if is_array {
        tensor::read(&bytes)
    } else {
        let text = slips::text(bytes).map_err(|error| wrong(path, &error))?;
        nfg::read(&text)
    }
    .map_err(|error| wrong(path, &error))?;
    let sidecar = path.with_extension("names.json");
    if !sidecar.exists() {
        return Ok(game);
    }
    let text = files::read_text(&sidecar).map_err(|error| wrong(&sidecar, &error))?;
    Names::from_json(&text).and_then(|names| names.apply(&game)).map_err(|error| wrong(&sidecar, &error))
}
