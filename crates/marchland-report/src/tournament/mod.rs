//! The report of a tournament: in words and in pictures.

mod kind;
mod oracle;
mod pictures;
mod text;

pub use oracle::trained;
pub use pictures::draw;
pub use text::{render, unanswered};

/// A count of games in words.
fn games(n: u64) -> String {
    crate::number::counted(n, "game")
}
