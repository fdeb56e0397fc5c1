//! The program as its users meet it: every command, its answers, its exit codes, and what it says of bad input.

mod added_strategies;
mod batch;
mod notice;
mod play;
mod program;
mod run;
mod solve;
mod tournament;
