//! What a file is, by its first bytes.

use std::io::Read;
use std::path::Path;

use super::{frames, old};
use crate::error::SessionError;
use crate::opening::{APPLICATION_ID, FORMAT};

/// What a game's file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A game of today's format.
    Game,
    /// A game of format 1, an SQLite database.
    Old,
}

/// Whether a file begins as a game of any format does.
#[must_use]
pub fn is_game(path: &Path) -> bool {
    matches!(of(path), Ok(_) | Err(SessionError::Newer { .. }))
}

/// Judges a file by its first hundred bytes; nothing is written.
///
/// # Errors
/// It is missing, no game, or newer than this program.
pub(super) fn of(path: &Path) -> Result<What, SessionError> {
    let mut head = Vec::new();
    // What is no file – a pipe, a device – is not opened: reading it might never end.
    let read = std::fs::metadata(path).and_then(|about| match about.is_file() {
        true => std::fs::File::open(path)?.take(100).read_to_end(&mut head),
        false if about.is_dir() => Err(std::io::Error::other("it is a folder")),
        false => Err(std::io::Error::other("it is not a file")),
    });
    read.map_err(|error| SessionError::Unreadable { path: path.to_owned(), why: super::file::reason(&error) })?;
    let newer = |found: u32| SessionError::Newer { path: path.to_owned(), found, known: FORMAT };
    if head.starts_with(frames::FIRST_LINE) {
        return Ok(What::Game);
    }
    if let Some(rest) = head.strip_prefix(frames::MARK) {
        let digits: Vec<u8> = rest.iter().copied().take_while(u8::is_ascii_digit).take(9).collect();
        let number = String::from_utf8_lossy(&digits).parse().unwrap_or(0);
        if number > FORMAT && rest.get(digits.len()) == Some(&b'\n') {
            return Err(newer(number));
        }
        return Err(SessionError::Damaged {
            path: path.to_owned(),
            why: "its first line is not what was written".into(),
        });
    }
    let word = |at: usize| Some(u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?));
    if !head.starts_with(old::MARK) || word(68) != Some(APPLICATION_ID) {
        return Err(SessionError::Foreign { path: path.to_owned() });
    }
    match word(60) {
        Some(found) if found > 1 => Err(newer(found)),
        _ => Ok(What::Old),
    }
}
