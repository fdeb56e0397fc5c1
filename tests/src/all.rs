//! Tests that cross crates, in one binary.

mod architecture;
mod equilibria;
mod experiments_statistics;
