//! The file of a game: one SQLite database, its entries chained by their hashes.
//!
//! Every row's hash covers the one before it, its number, its parent, its branch and its text. The
//! parent is the entry before it in its own branch's history, so that one list holds every branch.

mod cache;
mod classify;

use std::path::{Path, PathBuf};

use marchland_sim::scenario::files::{Files, Layer};
use rusqlite::{Connection, ErrorCode, OpenFlags, params};
use sha2::{Digest, Sha256};

use crate::entry::{Entry, Party};
use crate::error::SessionError;
use crate::opening::{APPLICATION_ID, FORMAT, hex};

/// The tables of a game. Triggers keep the list append-only, whoever writes to it.
const SCHEMA: &str = "BEGIN;
CREATE TABLE file(position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, text TEXT NOT NULL,
                  own INTEGER NOT NULL, hashed INTEGER NOT NULL) STRICT;
CREATE TABLE entry(number INTEGER PRIMARY KEY, parent INTEGER NOT NULL, branch INTEGER NOT NULL,
                   text TEXT NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE TABLE reading(entry INTEGER PRIMARY KEY REFERENCES entry(number), bytes BLOB NOT NULL) STRICT;
CREATE TRIGGER entry_stays BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER entry_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER entry_last BEFORE INSERT ON entry
WHEN NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM entry)
BEGIN SELECT RAISE(ABORT, 'entries are numbered without a gap'); END;
COMMIT;";

/// A row of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Its number, from 1.
    pub number: u64,
    /// The entry before it in its branch's history, 0 for the first.
    pub parent: u64,
    /// The branch it belongs to.
    pub branch: u32,
    /// What it says.
    pub entry: Entry,
}

/// An open game file.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    database: Connection,
    rows: Vec<Row>,
    last_hash: [u8; 32],
    broken: Option<String>,
}

impl Log {
    /// Creates the file of a new game, with the scenario's files in it. Nothing else is in it yet.
    ///
    /// # Errors
    /// The file exists, or cannot be written.
    pub fn create(path: &Path, files: &Files) -> Result<Self, SessionError> {
        if path.exists() {
            return Err(SessionError::Exists { path: path.to_owned() });
        }
        let fail = |error: rusqlite::Error| SessionError::Unreadable { path: path.to_owned(), why: error.to_string() };
        let mut database = Connection::open(path).map_err(fail)?;
        let write = |database: &mut Connection| -> rusqlite::Result<()> {
            // Both numbers are written to the file itself before the write-ahead log is begun, so that
            // anyone can tell what it is by its first hundred bytes.
            database.execute_batch(&format!(
                "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {FORMAT}; {SCHEMA}"
            ))?;
            settings(database)?;
            let transaction = database.transaction()?;
            for (position, layer) in files.layers.iter().enumerate() {
                transaction.execute(
                    "INSERT INTO file VALUES (?1, ?2, ?3, ?4, ?5)",
                    params![position as i64, layer.name, layer.text, layer.own, layer.hashed],
                )?;
            }
            transaction.commit()
        };
        if let Err(error) = write(&mut database) {
            drop(database);
            // A game that was never opened is no game: what was begun goes.
            let _ = std::fs::remove_file(path);
            return Err(fail(error));
        }
        Ok(Self { path: path.to_owned(), database, rows: Vec::new(), last_hash: first_hash(), broken: None })
    }

    /// Opens a game to be played on: no other program can open it meanwhile.
    ///
    /// # Errors
    /// The file is missing, foreign, newer, locked or damaged; it is left as it is.
    pub fn open(path: &Path) -> Result<Self, SessionError> {
        let Self { database, rows, last_hash, broken, .. } = Self::read(path)?;
        if let Some(why) = broken {
            return Err(SessionError::Damaged { path: path.to_owned(), why });
        }
        // The reader's hold is given up before the writer asks for its own.
        drop(database);
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = connect(path, flags)?;
        settings(&database).map_err(|error| classify::of(path, error))?;
        let last: i64 = database
            .query_row("SELECT coalesce(max(number), 0) FROM entry", [], |row| row.get(0))
            .map_err(|error| classify::of(path, error))?;
        if last as usize != rows.len() {
            return Err(SessionError::Locked { path: path.to_owned() });
        }
        Ok(Self { path: path.to_owned(), database, rows, last_hash, broken: None })
    }

    /// Opens a game to be looked at: nothing is written to it. A chain that is broken is found and
    /// reported by [`Self::broken`]; the rows before the break can be read.
    ///
    /// # Errors
    /// The file is missing, foreign, newer, locked or damaged as a database.
    pub fn read(path: &Path) -> Result<Self, SessionError> {
        classify::header(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let database = connect(path, flags)?;
        let mut log = Self { path: path.to_owned(), database, rows: Vec::new(), last_hash: first_hash(), broken: None };
        log.check_pages()?;
        log.gather()?;
        Ok(log)
    }

    fn check_pages(&self) -> Result<(), SessionError> {
        let said: String = self
            .database
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(|error| classify::of(&self.path, error))?;
        if said == "ok" { Ok(()) } else { Err(SessionError::Damaged { path: self.path.clone(), why: said }) }
    }

    /// Reads all rows as far as the chain holds.
    fn gather(&mut self) -> Result<(), SessionError> {
        let path = self.path.clone();
        let fail = |error: rusqlite::Error| classify::of(&path, error);
        let mut rows = Vec::new();
        let mut hash = first_hash();
        let mut broken = None;
        {
            let mut statement = self
                .database
                .prepare("SELECT number, parent, branch, text, hash FROM entry ORDER BY number")
                .map_err(fail)?;
            let mut found = statement.query([]).map_err(fail)?;
            while let Some(row) = found.next().map_err(fail)? {
                let number: i64 = row.get(0).map_err(fail)?;
                let parent: i64 = row.get(1).map_err(fail)?;
                let branch: i64 = row.get(2).map_err(fail)?;
                let text: String = row.get(3).map_err(fail)?;
                let kept: Vec<u8> = row.get(4).map_err(fail)?;
                let (number, parent, branch) = (number as u64, parent as u64, branch as u32);
                let next = chained(&hash, number, parent, branch, &text);
                if number != rows.len() as u64 + 1 || parent >= number {
                    broken = Some(format!("entry {number} is out of its place"));
                    break;
                }
                if kept != next {
                    broken = Some(format!("entry {number} is not what was written: its hash does not follow"));
                    break;
                }
                let entry = match serde_json::from_str(&text) {
                    Ok(entry) => entry,
                    Err(error) => {
                        broken = Some(format!("entry {number} cannot be read: {error}"));
                        break;
                    }
                };
                hash = next;
                rows.push(Row { number, parent, branch, entry });
            }
        }
        self.rows = rows;
        self.last_hash = hash;
        self.broken = broken;
        if self.rows.is_empty() && self.broken.is_none() {
            return Err(SessionError::Damaged { path, why: "it holds no entries".into() });
        }
        Ok(())
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// All rows, as far as the chain holds.
    #[must_use]
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// What is wrong with the chain, where something is.
    #[must_use]
    pub fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// The hash of the last entry, in hexadecimal: two games with equal ones are equal.
    #[must_use]
    pub fn head(&self) -> String {
        hex(&self.last_hash)
    }

    /// The scenario's files, as they were when the game was opened.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn files(&self, name: &str) -> Result<Files, SessionError> {
        let fail = |error: rusqlite::Error| classify::of(&self.path, error);
        let mut statement =
            self.database.prepare("SELECT name, text, own, hashed FROM file ORDER BY position").map_err(fail)?;
        let layers = statement
            .query_map([], |row| {
                Ok(Layer { name: row.get(0)?, text: row.get(1)?, own: row.get(2)?, hashed: row.get(3)? })
            })
            .and_then(Iterator::collect::<rusqlite::Result<Vec<Layer>>>)
            .map_err(fail)?;
        Ok(Files { name: name.to_owned(), layers, ..Files::default() })
    }

    /// The values of all indicators after the stage that an entry ended, in the catalogue's order.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn readings(&self, entry: u64) -> Result<Option<Vec<f64>>, SessionError> {
        use rusqlite::OptionalExtension;
        let bytes: Option<Vec<u8>> = self
            .database
            .query_row("SELECT bytes FROM reading WHERE entry = ?1", [entry as i64], |row| row.get(0))
            .optional()
            .map_err(|error| classify::of(&self.path, error))?;
        Ok(bytes.map(|bytes| {
            bytes.chunks_exact(8).map(|eight| f64::from_le_bytes(eight.try_into().unwrap_or_default())).collect()
        }))
    }

    /// Commits entries in one transaction, each the child of the one before it, the first that of
    /// `parent`. Where this returns, they are on the disk; where it fails, none of them is.
    ///
    /// # Errors
    /// The disk is full or refuses.
    pub fn append(
        &mut self,
        parent: u64,
        branch: u32,
        entries: &[(Entry, Option<Vec<u8>>)],
    ) -> Result<u64, SessionError> {
        let mut rows = Vec::with_capacity(entries.len());
        let mut hash = self.last_hash;
        let mut write = || -> Result<(), String> {
            let transaction = self.database.transaction().map_err(|error| classify::reason(&error))?;
            let mut parent = parent;
            for (at, (entry, readings)) in entries.iter().enumerate() {
                let number = (self.rows.len() + at + 1) as u64;
                let text = serde_json::to_string(entry).map_err(|error| error.to_string())?;
                hash = chained(&hash, number, parent, branch, &text);
                transaction
                    .prepare_cached("INSERT INTO entry VALUES (?1, ?2, ?3, ?4, ?5)")
                    .and_then(|mut insert| {
                        insert.execute(params![number as i64, parent as i64, branch, text, hash.as_slice()])
                    })
                    .map_err(|error| classify::reason(&error))?;
                if let Some(bytes) = readings {
                    transaction
                        .prepare_cached("INSERT INTO reading VALUES (?1, ?2)")
                        .and_then(|mut insert| insert.execute(params![number as i64, bytes]))
                        .map_err(|error| classify::reason(&error))?;
                }
                rows.push(Row { number, parent, branch, entry: entry.clone() });
                parent = number;
            }
            transaction.commit().map_err(|error| classify::reason(&error))
        };
        write().map_err(|why| SessionError::NotKept { path: self.path.clone(), why })?;
        self.last_hash = hash;
        self.rows.append(&mut rows);
        Ok(self.rows.len() as u64)
    }

    /// Writes a copy of the game as it stands to another file, while this one stays open.
    ///
    /// # Errors
    /// The copy exists, or cannot be written.
    pub fn copy(&self, to: &Path) -> Result<(), SessionError> {
        if to.exists() {
            return Err(SessionError::Exists { path: to.to_owned() });
        }
        let Some(name) = to.to_str() else {
            return Err(SessionError::Unreadable { path: to.to_owned(), why: "its name cannot be read".into() });
        };
        self.database.execute("VACUUM INTO ?1", [name]).map(drop).map_err(|error| classify::of(to, error))
    }

    /// The most pages of 4 KiB that the file may take: for rooms with little disk, and to try what
    /// happens where it is full.
    ///
    /// # Errors
    /// The database refuses.
    pub fn limit_pages(&self, pages: u32) -> Result<(), SessionError> {
        self.database
            .pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))
            .map_err(|error| classify::of(&self.path, error))
    }

    /// The numbers of the entries that lead to this one, from the first, itself included.
    #[must_use]
    pub fn history(&self, of: u64) -> Vec<u64> {
        let mut path = Vec::new();
        let mut at = of;
        // A parent is smaller than its child: this ends.
        while at > 0 {
            path.push(at);
            at = self.rows[at as usize - 1].parent;
        }
        path.reverse();
        path
    }

    /// The last entry of a branch; none where there is no such branch.
    #[must_use]
    pub fn tip(&self, branch: u32) -> Option<u64> {
        self.rows.iter().rev().find(|row| row.branch == branch).map(|row| row.number)
    }

    /// How many inputs of a player's seat the log holds, in all branches: what a seat may be told of its
    /// own, where the number of an entry would tell it how much others have entered.
    #[must_use]
    pub fn inputs_of(&self, player: &str) -> u64 {
        let own = |row: &&Row| match &row.entry {
            Entry::Drafted { player: seat, .. }
            | Entry::Submitted { player: seat }
            | Entry::Withdrawn { player: seat }
            | Entry::Stated { player: seat, .. }
            | Entry::Proposed { player: seat, .. }
            | Entry::Seated { from: Some(seat), .. }
            | Entry::Message { from: Party::Seat(seat), .. } => seat == player,
            _ => false,
        };
        self.rows.iter().filter(own).count() as u64
    }

    /// The branch that play goes on in.
    #[must_use]
    pub fn current(&self) -> u32 {
        self.rows.last().map_or(1, |row| row.branch)
    }
}

/// What every writer's connection is set to: durable at every commit, and alone.
fn settings(database: &Connection) -> rusqlite::Result<()> {
    // Alone first: the write-ahead index then lives in this program's memory, and another program is
    // told that the file is locked.
    database.execute_batch(
        "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         BEGIN IMMEDIATE; COMMIT;",
    )
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, SessionError> {
    let database = Connection::open_with_flags(path, flags).map_err(|error| classify::of(path, error))?;
    database.busy_timeout(std::time::Duration::ZERO).map_err(|error| classify::of(path, error))?;
    let reason = database.query_row(
        "SELECT count(*) FROM sqlite_master WHERE name IN ('file', 'entry', 'reading')",
        [],
        |row| row.get::<_, i64>(0),
    );
    match reason {
        Ok(3) => Ok(database),
        Ok(_) => Err(SessionError::Damaged { path: path.to_owned(), why: "a table of it is missing".into() }),
        Err(rusqlite::Error::SqliteFailure(code, _)) if code.code == ErrorCode::DatabaseBusy => {
            Err(SessionError::Locked { path: path.to_owned() })
        }
        Err(error) => Err(classify::of(path, error)),
    }
}

fn first_hash() -> [u8; 32] {
    Sha256::digest(b"a game of Marchland").into()
}

fn chained(before: &[u8; 32], number: u64, parent: u64, branch: u32, text: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(before);
    hash.update(number.to_le_bytes());
    hash.update(parent.to_le_bytes());
    hash.update(branch.to_le_bytes());
    // The length keeps apart what would read the same when joined.
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text);
    hash.finalize().into()
}

#[cfg(test)]
mod tests;
