//! Tests that cross crates, in one binary.

#![allow(clippy::print_stdout, reason = "tests print the figures that they measure")]

mod accounts;
mod analytic;
mod architecture;
mod claims;
mod contests;
mod crisis;
mod deals;
mod diagnostics;
mod draw_keys;
mod effects;
mod engine;
mod equilibria;
mod experiments_statistics;
mod extension;
mod facts;
mod families;
mod interplay;
mod life;
mod look_backs;
mod modules;
mod mutations;
mod named_strategies;
mod needs;
mod own_payoff;
mod payoff_sensitivity;
mod place_names;
mod playthroughs;
mod questions;
mod recognition;
mod responsible_use;
mod rows;
mod scenario_text;
mod scenarios;
mod secrets;
mod snapshots;
mod strategies;
mod threads;
mod validation_economy;
mod validation_politics;
mod validation_security;
