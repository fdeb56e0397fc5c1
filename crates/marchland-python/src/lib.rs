//! Marchland as a Python extension module: the scenarios, games, batches, environments and solvers of the other crates,
//! as values of Python.
//!
//! Start reading at `scenario` (what `marchland.load` returns), then at `observation` and `strategy` (what a
//! strategy written in Python sees, and how it is called), `game` (one game step by step), `environments` (many of
//! them for learners), `results` (batches). The Python half lies in `python/marchland`; `README.md` shows both at
//! work.
//!
//! Invariants:
//! - No rules, no statistics, no sentences: those of the other crates are called, and errors are the command line's.
//! - The same seed gives the same numbers as the command line, at any number of threads.
//! - Whatever takes long releases the interpreter's lock, and an interrupt ends it (`interrupt`); games that were
//!   finished by then are kept.
//! - A strategy is handed its observation and its memory, and nothing else.
//!
//! Deliberately absent: unsafe code of ours; whatever can be written in Python over this without losing speed.

#![forbid(unsafe_code)]
// What Python sees is documented in the stubs and docstrings beside it; the crate has no other readers.
#![allow(missing_docs)]

mod command;
mod environments;
mod error;
mod game;
mod interrupt;
mod observation;
mod orders;
mod results;
mod scenario;
mod solver;
mod story;
mod strategy;
mod table;

use pyo3::prelude::*;

/// The extension module behind the package `marchland`.
#[pymodule]
fn _marchland(module: &Bound<'_, PyModule>) -> PyResult<()> {
    strategy::install();
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("NOTICE", marchland::open::NOTICE)?;
    let error = module.py().get_type::<error::MarchlandError>();
    // What is raised from Python bears it too; errors of commands have their own.
    error.setattr("exit_code", 1)?;
    module.add("MarchlandError", error)?;
    module.add("StrategyError", module.py().get_type::<error::StrategyError>())?;
    module.add_class::<scenario::Scenario>()?;
    module.add_class::<story::PlayedGame>()?;
    module.add_class::<table::Table>()?;
    module.add_class::<results::Results>()?;
    module.add_class::<observation::Observation>()?;
    module.add_class::<game::Game>()?;
    module.add_class::<game::Snapshot>()?;
    module.add_class::<environments::Environments>()?;
    module.add_class::<solver::NormalForm>()?;
    module.add_function(wrap_pyfunction!(strategy::strategy_text, module)?)?;
    module.add_function(wrap_pyfunction!(command::main, module)?)?;
    module.add_function(wrap_pyfunction!(command::answer, module)?)?;
    Ok(())
}
