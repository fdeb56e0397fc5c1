//! The laws of motion of a crisis: how money, people, war, streets, the palace and powers move in a month.
//!
//! Start reading at [`laws`], which lists them in the order in which they run, then at any one law:
//! its constants, its kernel, its system, its booking and its tests stand in one file.
//!
//! Invariants: a law is a function of the world's columns and its own constants, takes its step in
//! months, and draws from named streams only; it books every named term of its equation.
//!
//! Deliberately absent: the loop of turns, scenarios and their language (`marchland-sim`), and
//! strategies.

pub mod laws;
pub mod state;

mod reading;

pub use laws::standard;
