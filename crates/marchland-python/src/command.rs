//! The command line within the module.

use pyo3::prelude::*;

use crate::error::raise;
use crate::interrupt::watched;

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
    let (said, raised) = watched(py, None, |work| marchland::answer(words, work.stop))?;
    if let Some(raised) = raised {
        return Err(raised);
    }
    if said.code == 0 || said.error.is_empty() {
        return Ok(said.out);
    }
    Err(raise(&said.error, said.code))
}
