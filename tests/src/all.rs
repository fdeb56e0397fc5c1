//! Tests that cross crates, in one binary.

mod experiments_statistics;
mod architecture;
