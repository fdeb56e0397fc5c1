//! Tests that cross crates, in one binary.

mod architecture;
mod experiments_statistics;
