//! How a crisis unfolds: scenarios, the world, what a law of motion is, and the one loop of turns.
//!
//! Start reading at [`scenario::Scenario`], then [`turn::Game`], [`world`] and [`mechanisms`].
//!
//! Invariants: `resolve` writes nothing; `apply` and nature are the only writers; every draw comes
//! from a named stream; nothing depends on the order of a hash, a query or a thread; entities are
//! spawned once and keep their rows.
//!
//! Deliberately absent: laws of motion (`marchland-laws`) but for the three that the engine needs,
//! strategies, threads, clocks, printing. Files are read in `scenario::load` only.

extern crate self as marchland_sim;

pub mod effects;
pub mod ledger;
pub mod mechanisms;
pub mod scenario;
pub mod turn;
pub mod world;
