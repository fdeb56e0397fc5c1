//! Strategy sets compared as an empirical game: which strategies are stable against which, and how sure
//! that is.
//!
//! Start with [`Tournament`] (what is asked), then [`Store`] (its games, played as they are asked for),
//! [`explore()`] (which profiles are worth playing) and [`Sample`] (what was played, seed by seed):
//! everything that is said about the game is a function of it.

mod arena;
mod explore;
pub mod keys;
mod question;
mod read;
mod sample;
mod store;
mod symmetry;

pub use arena::{Arena, FRESH, Played, Setting};
pub use explore::{Deviation, Equilibrium, Exploration, Profiles, Search, equilibria, explore};
pub use question::{Along, Mode, Tournament};
pub use read::read_tournament;
pub use sample::{Games, Sample, Term};
pub use store::{Engine, Stop, Store};
pub use symmetry::Symmetry;
