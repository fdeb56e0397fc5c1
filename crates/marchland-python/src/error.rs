//! Errors of the other crates as Python's.

use marchland::failure::Failure;
use marchland_game::Diagnostic;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::{PyErr, create_exception};

create_exception!(
    marchland,
    MarchlandError,
    PyValueError,
    "What was asked for is wrong, or cannot be done: the message is the command line's, with place and remedy.\n\n\
     `exit_code` is what the command line would have ended with: 1 for a wrong input, 2 for a wrong question, 3 for a \
     file that is damaged or cannot be written."
);
create_exception!(
    marchland,
    StrategyError,
    MarchlandError,
    "A strategy written in Python raised an exception, which is the cause of this one, or chose what cannot be read."
);

/// An error with its exit code.
pub fn raise(message: &str, code: u8) -> PyErr {
    let error = MarchlandError::new_err(message.trim_end().to_owned());
    Python::attach(|py| {
        // The attribute is a convenience; an error that cannot bear it is raised all the same.
        let _ = error.value(py).setattr("exit_code", code);
    });
    error
}

/// A failure of a command as an exception.
pub fn of_failure(failure: &Failure) -> PyErr {
    raise(&failure.text(), failure.code())
}

/// Findings as an exception.
pub fn of_findings(findings: Vec<Diagnostic>) -> PyErr {
    of_failure(&Failure::Findings(findings))
}

/// A wrong input: a sentence, lower case, no full stop.
pub fn input(message: impl Into<String>) -> PyErr {
    of_failure(&Failure::Input(message.into()))
}
