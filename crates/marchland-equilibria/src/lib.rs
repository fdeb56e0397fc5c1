//! Finite games in strategic form and their solution concepts, each answer with its certificate.

pub mod deviation;
pub mod error;
pub mod game;
mod number;
pub mod profile;
pub mod solution;
