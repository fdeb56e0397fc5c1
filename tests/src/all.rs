//! Tests that cross crates, in one binary.

#![allow(clippy::print_stdout, reason = "tests print the figures that they measure")]

mod analytic;
mod architecture;
mod claims;
mod diagnostics;
mod engine;
mod equilibria;
mod experiments_statistics;
mod extension;
mod playthroughs;
mod scenarios;
mod strategies;
mod validation_economy;
mod validation_politics;
