//! Reading the game.

use std::fs;
use std::path::Path;

use marchland_equilibria::game::Game;
use marchland_equilibria::nfg::{self, Names};
use marchland_equilibria::tensor;
use marchland_sim::scenario::slips;

use crate::failure::Failure;

/// The largest file read, in bytes: payoffs at the library's bound take less.
const MAX_BYTES: u64 = 4 << 30;

/// Reads a game file, and the names beside it if there are any.
pub(super) fn read(path: &Path) -> Result<Game, Failure> {
    let wrong = |path: &Path, problem: &dyn std::fmt::Display| {
        Failure::Input(format!("failed to read {}: {problem}", path.display()))
    };
    let size = fs::metadata(path).map_err(|error| wrong(path, &error))?.len();
    if size > MAX_BYTES {
        return Err(wrong(path, &format!("{size} bytes are more than any accepted game takes")));
    }
    let bytes = fs::read(path).map_err(|error| wrong(path, &error))?;
    let is_array = path.extension().is_some_and(|extension| extension == "npy");
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
    let text = slips::read(&sidecar).map_err(|error| wrong(&sidecar, &error))?;
    Names::from_json(&text).and_then(|names| names.apply(&game)).map_err(|error| wrong(&sidecar, &error))
}
