//! The program as its users meet it: every command, its answers, its exit codes, and what it says of bad input.

mod added_strategies;
mod batch;
mod hindcast;
mod looking_back;
mod matching;
mod notice;
mod odd_lines;
mod play;
mod program;
mod results;
mod room;
mod run;
mod seat_secrets;
mod served;
mod shown;
mod sittings;
mod solve;
mod tournament;
mod units_of_independence;
