//! War: borders and those who fight across them.

pub mod border;
pub mod insurgency;
