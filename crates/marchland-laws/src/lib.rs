//! The laws of motion of a crisis: how money, people, war, streets, the palace and powers move in a month.
//!
//! Start reading at [`laws`], which lists them in the order in which they run, then at any one law: its
//! constants, its kernel, its system with the booking of its terms, and its tests stand in one file, in
//! that order. [`state`] holds the columns that laws read and move, by the kind of entity that bears
//! them; [`kernels`] holds functions of numbers that several laws use.
//!
//! # Invariants
//! - Laws share state and kernels and never import each other; a constant that two laws need is read by
//!   each from the parameter. A test of the workspace reads the `use` lines.
//! - A law is a function of the world's columns and its own constants, takes its step in months, and
//!   draws from named streams only.
//! - Every named term of an equation is booked with the indicators that it reads.
//!
//! # What cannot be forgotten
//! - A law that stands in no list does not compile: its declaration is private to the crate, and unused
//!   code is an error here.
//! - A misspelt column, field or state does not compile; nor does the field of one column where another
//!   is asked for. A misspelt name in a scenario is refused when it loads.
//! - A column that a law's system touches and no law declares stops the game before its first turn.
//!
//! # Deliberately absent
//! The loop of turns, the language of scenarios and what a law is (`marchland-sim`); strategies; words
//! for readers other than labels and phrases beside what they name.

#![deny(dead_code)]
#![forbid(unsafe_code)]

pub mod kernels;
pub mod laws;
pub mod state;

#[cfg(test)]
mod declared;

pub use laws::standard;
