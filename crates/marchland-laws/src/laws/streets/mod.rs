//! Streets: movements, crowds, and the force used on them.

pub mod opposition;
pub mod repression;
pub mod spill_over;
pub mod triggers;
pub mod unrest;
