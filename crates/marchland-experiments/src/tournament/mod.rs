//! Strategy sets compared as an empirical game: which strategies are stable against which, and how sure
//! that is.
//!
//! Start with [`Sample`]: what was played of the game, seed by seed. Everything that is said about the
//! game is a function of it.

mod sample;

pub use sample::{Games, Sample, Term};
