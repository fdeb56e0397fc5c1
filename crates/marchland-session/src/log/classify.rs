//! What a file is, by its first bytes; and what a database's error means to a person.

use std::io::Read;
use std::path::Path;

use rusqlite::{Error, ErrorCode};

use crate::error::SessionError;
use crate::opening::{APPLICATION_ID, FORMAT};

/// Judges a file by its first hundred bytes, without opening it as a database: nothing is written.
///
/// # Errors
/// It is missing, no game, or newer than this program.
pub fn header(path: &Path) -> Result<(), SessionError> {
    let mut head = [0u8; 100];
    let read = std::fs::File::open(path).and_then(|mut file| {
        if file.metadata()?.is_dir() {
            return Err(std::io::Error::other("it is a folder"));
        }
        let mut held = 0;
        // A read may give less than asked for; nothing ends the file.
        while held < head.len() {
            match file.read(&mut head[held..])? {
                0 => break,
                n => held += n,
            }
        }
        Ok(held)
    });
    let held = read.map_err(|error| SessionError::Unreadable { path: path.to_owned(), why: error.to_string() })?;
    let word = |at: usize| u32::from_be_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    if held < head.len() || !head.starts_with(b"SQLite format 3\0") || word(68) != APPLICATION_ID {
        return Err(SessionError::Foreign { path: path.to_owned() });
    }
    let found = word(60);
    if found > FORMAT {
        return Err(SessionError::Newer { path: path.to_owned(), found, known: FORMAT });
    }
    Ok(())
}

/// What an error of the database means.
pub fn of(path: &Path, error: Error) -> SessionError {
    let path = path.to_owned();
    match &error {
        Error::SqliteFailure(code, _) => match code.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => SessionError::Locked { path },
            ErrorCode::NotADatabase => SessionError::Foreign { path },
            ErrorCode::DatabaseCorrupt => SessionError::Damaged { path, why: reason(&error) },
            _ => SessionError::Unreadable { path, why: reason(&error) },
        },
        _ => SessionError::Damaged { path, why: reason(&error) },
    }
}

/// An error's reason in words.
pub fn reason(error: &Error) -> String {
    match error {
        Error::SqliteFailure(code, _) if code.code == ErrorCode::DiskFull => "the disk is full".into(),
        Error::SqliteFailure(_, Some(text)) => text.clone(),
        other => other.to_string(),
    }
}
