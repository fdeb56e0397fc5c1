//! The command line within the module.

use pyo3::prelude::*;

use crate::error::raise;
use crate::interrupt::watched;
use crate::strategy::Objects;

/// A file that names strategies is not longer, in bytes.
const SCANNED: u64 = 1 << 20;

/// Runs the command `marchland` with these words, its own name first, and returns its exit code.
#[pyfunction]
pub fn main(py: Python<'_>, args: Vec<String>) -> u8 {
    py.detach(|| marchland::main(args))
}

/// What a command says on standard output. `words` begin with the command's name.
///
/// # Errors
/// The command's own failure.
#[pyfunction]
pub fn answer(py: Python<'_>, words: Vec<String>) -> PyResult<String> {
    // Strategies are named in words, or in a file that one of them names: a tournament's. What an object raises that is
    // named elsewhere, as in a file that is found by its name in a scenario's folder, is its seat's forfeit and no more.
    let file = |word: &String| {
        let path = std::path::Path::new(word);
        let short = std::fs::metadata(path).is_ok_and(|about| about.is_file() && about.len() <= SCANNED);
        short.then(|| std::fs::read_to_string(path).ok()).flatten()
    };
    let files: Vec<String> = words.iter().filter_map(file).collect();
    let objects = Objects::named_in(words.iter().chain(&files).map(String::as_str));
    let (said, raised) = watched(py, objects, None, |work| marchland::answer(words, work.stop))?;
    if let Some(raised) = raised {
        return Err(raised);
    }
    if said.code == 0 || said.error.is_empty() {
        return Ok(said.out);
    }
    Err(raise(&said.error, said.code))
}
