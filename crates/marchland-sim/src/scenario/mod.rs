//! Scenarios: the RON language, its checks, and what comes out of them.
mod model;
pub use model::*;
