//! The file of a game: entries chained by their hashes, in one file that only grows.
//!
//! Every entry's hash covers the one before it, its number, its parent, its branch and its text. The parent
//! is the entry before it in its own branch's history, so that one list holds every branch. How entries lie
//! in the file, and why a copy at any moment is a whole game, is told in [`frames`].
//!
//! Neither a kept copy-on-write store nor a database with a rollback journal holds that: both write to pages
//! that a copy has yet to reach. Of 184 copies taken of a `redb` file of growing size while it was written to,
//! 3 could not be opened, and no reader is let in beside its writer. A commit here takes what appending and
//! synchronising takes, 6 ms at the median and 16 at the 99th of 100 where `redb` was measured with 0.5 and 12;
//! it needs no crate, and both others cost a first build half a minute.
//!
//! Games of format 1, SQLite databases, are read by [`old`] and never written to.

mod classify;
mod file;
mod frames;
mod old;
mod signature;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use marchland_sim::scenario::files::{self, Files, Layer};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::entry::{Entry, Party};
use crate::error::SessionError;
use crate::opening::hex;
use file::GameFile;
use frames::{Item, Kind, Next};

pub use classify::is_game;
pub use file::sync_folder;
pub use signature::KEY_BYTES;

/// The most entries that a game holds: our choice, some ten times those of 5,000 months. All of them stand in memory.
const MOST_ENTRIES: usize = 1 << 20;
/// The most that their texts hold together, in bytes: our choice, some times those of 5,000 months.
const MOST_TEXT: usize = 128 << 20;
/// The largest file of format 1 that is read, in bytes, with what lies beside it: all of it stands in memory.
const MOST_OLD: u64 = 400 << 20;

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

/// How a game's file ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// Its last sitting was closed.
    Closed,
    /// Another program plays it at the moment.
    Played,
    /// Its last sitting was not closed: the program was ended, or the end of the file is missing. Bytes of an
    /// entry that was not acknowledged may follow.
    Open {
        /// How many.
        bytes: u64,
    },
    /// The file is of format 1, which closes no sitting.
    Old,
}

/// An open game file.
#[derive(Debug)]
pub struct Log {
    path: PathBuf,
    store: Store,
    layers: Vec<Layer>,
    rows: Vec<Row>,
    /// The hash of each entry.
    hashes: Vec<[u8; 32]>,
    /// Bytes of all entries' texts.
    text: usize,
    broken: Option<String>,
    ending: Ending,
}

/// Where readings lie.
#[derive(Debug)]
enum Store {
    File(GameFile),
    /// A game of format 1: its readings by entry, and the texts that its hashes cover.
    Old {
        readings: BTreeMap<u64, Vec<u8>>,
        texts: Vec<String>,
    },
}

/// An entry to be kept.
struct Draft<'a> {
    parent: u64,
    branch: u32,
    text: String,
    entry: Entry,
    readings: Option<&'a [u8]>,
}

impl Log {
    /// Begins the file of a new game, with the scenario's files in it. It takes its place with its first
    /// entry; until then it has a hidden name, and is gone when this is dropped.
    ///
    /// # Errors
    /// The file exists, or cannot be written.
    pub fn create(path: &Path, files: &Files) -> Result<Self, SessionError> {
        let mut file = GameFile::create(path)?;
        file.append(Kind::Files, &frames::layers(&files.layers))?;
        Ok(Self {
            path: path.to_owned(),
            store: Store::File(file),
            layers: files.layers.clone(),
            rows: Vec::new(),
            hashes: Vec::new(),
            text: 0,
            broken: None,
            ending: Ending::Open { bytes: 0 },
        })
    }

    /// Opens a game to be played on: no other program can write to it meanwhile.
    ///
    /// # Errors
    /// The file is missing, foreign, of an older or newer format, locked or damaged; it is left as it is.
    pub fn open(path: &Path) -> Result<Self, SessionError> {
        if classify::of(path)? == classify::What::Old {
            return Err(SessionError::Old { path: path.to_owned() });
        }
        let log = Self::gather(path, GameFile::open(path, true)?)?;
        match log.broken {
            Some(why) => Err(SessionError::Damaged { path: path.to_owned(), why }),
            None => Ok(log),
        }
    }

    /// Opens a game to be looked at, beside whoever plays it: nothing is written, to it or beside it. A chain
    /// that is broken is found and reported by [`Self::broken`]; the rows before the break can be read.
    ///
    /// # Errors
    /// The file is missing, foreign, newer, or damaged before its first entry.
    pub fn read(path: &Path) -> Result<Self, SessionError> {
        match classify::of(path)? {
            classify::What::Old => Self::gather_old(path),
            classify::What::Game => Self::gather(path, GameFile::open(path, false)?),
        }
    }

    /// Reads all frames as far as the chain holds.
    fn gather(path: &Path, file: GameFile) -> Result<Self, SessionError> {
        let ending = if file.is_played() { Ending::Played } else { Ending::Open { bytes: 0 } };
        let mut log = Self {
            path: path.to_owned(),
            store: Store::File(file),
            layers: Vec::new(),
            rows: Vec::new(),
            hashes: Vec::new(),
            text: 0,
            broken: None,
            ending,
        };
        log.follow_frames()
            .map_err(|error| SessionError::Unreadable { path: path.to_owned(), why: file::reason(&error) })?;
        match &log.broken {
            Some(why) if log.rows.is_empty() => Err(SessionError::Damaged { path: path.to_owned(), why: why.clone() }),
            None if log.rows.is_empty() => {
                Err(SessionError::Damaged { path: path.to_owned(), why: "it holds no entries".into() })
            }
            _ => Ok(log),
        }
    }

    fn follow_frames(&mut self) -> std::io::Result<()> {
        let Store::File(game) = &mut self.store else { return Ok(()) };
        let length = game.length;
        let mut end = game.end;
        let mut chain = game.chain;
        let mut places = BTreeMap::new();
        let mut closed = false;
        let mut unfinished = false;
        let mut why: Option<String> = None;
        {
            let mut reader = game.reader()?;
            std::io::copy(&mut std::io::Read::take(&mut reader, end), &mut std::io::sink())?;
            loop {
                let (kind, payload, next) = match frames::next(chain, &mut reader, length.saturating_sub(end))? {
                    Next::Frame(kind, payload, next) => (kind, payload, next),
                    Next::End => break,
                    Next::Unfinished => {
                        unfinished = true;
                        break;
                    }
                    Next::Damaged(what) => {
                        why = Some(what);
                        break;
                    }
                };
                let first = end == frames::FIRST_LINE.len() as u64;
                closed = kind == Kind::Closed;
                why = match kind {
                    Kind::Files if first => match frames::layers_of(&payload) {
                        Some(layers) => {
                            self.layers = layers;
                            None
                        }
                        None => Some("the scenario's files in it cannot be read".into()),
                    },
                    Kind::Files => Some("it holds a second scenario".into()),
                    _ if first => Some("it holds no scenario".into()),
                    Kind::Closed => None,
                    Kind::Entries => match frames::items(&payload) {
                        None => Some("entries in it cannot be read".into()),
                        Some(items) => items.into_iter().find_map(|(item, place)| {
                            let number = self.rows.len() as u64 + 1;
                            self.text += item.text.len();
                            if let Err(why) = fits(number as usize, self.text) {
                                return Some(why);
                            }
                            if let Some(readings) = item.readings {
                                let at = end + (frames::HEAD + place) as u64;
                                places.insert(number, (at, readings.len() as u32));
                            }
                            let before = self.hashes.last().copied().unwrap_or_else(first_hash);
                            let hash = chained(&before, number, item.parent, item.branch, item.text);
                            take(&mut self.rows, &mut self.hashes, number, item.parent, item.branch, item.text, hash)
                        }),
                    },
                };
                if why.is_some() {
                    break;
                }
                end += (frames::HEAD + payload.len() + frames::SEAL) as u64;
                chain = next;
            }
        }
        game.end = end;
        game.chain = chain;
        game.places = places;
        self.broken = why.map(|why| {
            format!(
                "after entry {} {why}; {} of {length} bytes from byte {end} on are not trusted, and whatever was entered there is lost",
                self.rows.len(),
                length - end
            )
        });
        if self.ending != Ending::Played {
            self.ending = match closed && !unfinished {
                true => Ending::Closed,
                false => Ending::Open { bytes: length - end },
            };
        }
        Ok(())
    }

    /// Reads a game of format 1.
    fn gather_old(path: &Path) -> Result<Self, SessionError> {
        let read = |path: &Path| files::bytes_of(path, MOST_OLD);
        let unreadable =
            |error: std::io::Error| SessionError::Unreadable { path: path.to_owned(), why: file::reason(&error) };
        let bytes = read(path).map_err(unreadable)?;
        let mut beside = path.as_os_str().to_owned();
        beside.push("-wal");
        let beside = PathBuf::from(beside);
        let wal = match read(&beside) {
            Ok(wal) => Some(wal),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(unreadable(error)),
        };
        let damaged = |why: String| SessionError::Damaged { path: path.to_owned(), why };
        let game = old::read(&bytes, wal.as_deref()).map_err(damaged)?;
        if game.rows.is_empty() {
            let name = beside.file_name().unwrap_or_default().to_string_lossy();
            return Err(damaged(format!(
                "it holds no entries: an older Marchland kept them in `{name}` beside it while it ran; put that file \
                 back beside it"
            )));
        }
        let (mut rows, mut hashes, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        let mut broken = game.lost;
        for row in game.rows {
            let before = hashes.last().copied().unwrap_or_else(first_hash);
            let hash = chained(&before, row.number, row.parent, row.branch, &row.text);
            if row.hash != hash {
                broken = Some(format!("entry {} is not what was written: its hash does not follow", row.number));
                break;
            }
            if let Some(why) = take(&mut rows, &mut hashes, row.number, row.parent, row.branch, &row.text, hash) {
                broken = Some(why);
                break;
            }
            texts.push(row.text);
        }
        if rows.is_empty() {
            return Err(damaged(broken.unwrap_or_default()));
        }
        let text = texts.iter().map(String::len).sum();
        let store = Store::Old { readings: game.readings, texts };
        let (path, layers) = (path.to_owned(), game.layers);
        Ok(Self { path, store, layers, rows, hashes, text, broken, ending: Ending::Old })
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

    /// How the file ended when it was opened.
    #[must_use]
    pub fn ending(&self) -> &Ending {
        &self.ending
    }

    /// The hash of the last entry, in hexadecimal: two games with equal ones are equal.
    #[must_use]
    pub fn head(&self) -> String {
        hex(&self.last_hash())
    }

    fn last_hash(&self) -> [u8; 32] {
        self.hashes.last().copied().unwrap_or_else(first_hash)
    }

    /// The last entry whose hash begins with these hexadecimal digits.
    #[must_use]
    pub fn entry_with_head(&self, digits: &str) -> Option<u64> {
        let begins = |hash: &[u8; 32]| hex(hash).starts_with(&digits.to_ascii_lowercase());
        self.hashes.iter().rposition(begins).map(|at| at as u64 + 1)
    }

    /// The scenario's files, as they were when the game was opened.
    #[must_use]
    pub fn files(&self, name: &str) -> Files {
        Files { name: name.to_owned(), layers: self.layers.clone(), ..Files::default() }
    }

    /// The values of all indicators after the stage that an entry ended, in the catalogue's order.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn readings(&self, entry: u64) -> Result<Option<Vec<f64>>, SessionError> {
        Ok(self.bytes_of(entry)?.map(|bytes| {
            bytes.chunks_exact(8).map(|eight| f64::from_le_bytes(eight.try_into().unwrap_or_default())).collect()
        }))
    }

    fn bytes_of(&self, entry: u64) -> Result<Option<Vec<u8>>, SessionError> {
        let game = match &self.store {
            Store::Old { readings, .. } => return Ok(readings.get(&entry).cloned()),
            Store::File(game) => game,
        };
        let Some((at, length)) = game.places.get(&entry).copied() else { return Ok(None) };
        game.bytes(at, length)
            .map(Some)
            .map_err(|error| SessionError::Unreadable { path: self.path.clone(), why: file::reason(&error) })
    }

    /// Commits entries in one frame, each the child of the one before it, the first that of `parent`. Where
    /// this returns, they are on the disk, in the file that stands at [`Self::path`]; where it fails, none of
    /// them is acknowledged.
    ///
    /// # Errors
    /// The disk is full or refuses, the file was moved, deleted or written to by another program, or, for the
    /// first entry, another file took its place.
    pub fn append(
        &mut self,
        parent: u64,
        branch: u32,
        entries: &[(Entry, Option<Vec<u8>>)],
    ) -> Result<u64, SessionError> {
        let mut drafts = Vec::with_capacity(entries.len());
        let mut parent = parent;
        for (at, (entry, readings)) in entries.iter().enumerate() {
            let text = serde_json::to_string(entry)
                .map_err(|error| SessionError::NotKept { path: self.path.clone(), why: error.to_string() })?;
            drafts.push(Draft { parent, branch, text, entry: entry.clone(), readings: readings.as_deref() });
            parent = (self.rows.len() + at + 1) as u64;
        }
        self.append_drafts(drafts)
    }

    fn append_drafts(&mut self, drafts: Vec<Draft<'_>>) -> Result<u64, SessionError> {
        let Store::File(game) = &mut self.store else {
            return Err(SessionError::Old { path: self.path.clone() });
        };
        let text = self.text + drafts.iter().map(|draft| draft.text.len()).sum::<usize>();
        fits(self.rows.len() + drafts.len(), text)
            .map_err(|why| SessionError::NotKept { path: self.path.clone(), why })?;
        let mut payload = Vec::new();
        let (mut rows, mut hashes, mut places) = (Vec::new(), Vec::new(), Vec::new());
        let mut hash = self.hashes.last().copied().unwrap_or_else(first_hash);
        for draft in drafts {
            let number = (self.rows.len() + rows.len() + 1) as u64;
            hash = chained(&hash, number, draft.parent, draft.branch, &draft.text);
            let item = Item { parent: draft.parent, branch: draft.branch, text: &draft.text, readings: draft.readings };
            let place = frames::add(&mut payload, &item);
            places.extend(draft.readings.map(|readings| (number, place as u64, readings.len() as u32)));
            hashes.push(hash);
            rows.push(Row { number, parent: draft.parent, branch: draft.branch, entry: draft.entry });
        }
        let kept = game.append(Kind::Entries, &payload).and_then(|begins| game.publish().map(|()| begins));
        let begins = match kept {
            Ok(begins) => begins,
            Err(error) => {
                game.give_up();
                return Err(error);
            }
        };
        game.places.extend(places.into_iter().map(|(number, place, length)| (number, (begins + place, length))));
        game.sits(hash);
        self.rows.append(&mut rows);
        self.hashes.append(&mut hashes);
        self.text = text;
        Ok(self.rows.len() as u64)
    }

    /// Writes a copy of the game as it stands to another file, in today's format, while this one stays as it
    /// is. Entries keep their texts and hashes.
    ///
    /// # Errors
    /// The copy exists, or cannot be written; or this game is damaged.
    pub fn copy(&self, to: &Path) -> Result<(), SessionError> {
        match &self.broken {
            Some(why) => Err(SessionError::Damaged { path: self.path.clone(), why: why.clone() }),
            None => self.salvage(to),
        }
    }

    /// The same of a game that is damaged: a copy of the entries before the damage, which can be played on.
    ///
    /// # Errors
    /// The copy exists, or cannot be written.
    pub fn salvage(&self, to: &Path) -> Result<(), SessionError> {
        let mut copy = Self::create(to, &self.files(""))?;
        let readings: Vec<Option<Vec<u8>>> =
            self.rows.iter().map(|row| self.bytes_of(row.number)).collect::<Result<_, _>>()?;
        let mut drafts = Vec::with_capacity(self.rows.len());
        for (row, readings) in self.rows.iter().zip(&readings) {
            let text = match &self.store {
                Store::Old { texts, .. } => texts[row.number as usize - 1].clone(),
                Store::File(_) => serde_json::to_string(&row.entry)
                    .map_err(|error| SessionError::NotKept { path: to.to_owned(), why: error.to_string() })?,
            };
            let (parent, branch, entry) = (row.parent, row.branch, row.entry.clone());
            drafts.push(Draft { parent, branch, text, entry, readings: readings.as_deref() });
        }
        copy.append_drafts(drafts)?;
        match copy.head() == self.head() {
            true => Ok(()),
            false => Err(SessionError::NotKept { path: to.to_owned(), why: "the copy has another hash".into() }),
        }
    }

    /// The most bytes, in pages of 4 KiB, that the file may take: for rooms with little disk, and to try what
    /// happens where it is full.
    pub fn limit_pages(&mut self, pages: u32) {
        if let Store::File(game) = &mut self.store {
            game.limit = Some(u64::from(pages) * 4096);
        }
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
            | Entry::Requested { player: seat, .. }
            | Entry::Seated { from: Some(seat), .. }
            | Entry::Pinned { party: Party::Seat(seat), .. }
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

/// Refuses more than a game holds.
fn fits(entries: usize, text: usize) -> Result<(), String> {
    if entries > MOST_ENTRIES {
        return Err(format!("a game holds at most {MOST_ENTRIES} entries"));
    }
    match text <= MOST_TEXT {
        true => Ok(()),
        false => Err(format!("a game holds at most {} MiB of text", MOST_TEXT >> 20)),
    }
}

/// Takes an entry into a list that it continues; what is wrong with it, where something is.
fn take(
    rows: &mut Vec<Row>,
    hashes: &mut Vec<[u8; 32]>,
    number: u64,
    parent: u64,
    branch: u32,
    text: &str,
    hash: [u8; 32],
) -> Option<String> {
    if number != rows.len() as u64 + 1 || parent >= number {
        return Some(format!("entry {number} is out of its place"));
    }
    match serde_json::from_str(text) {
        Ok(entry) => {
            rows.push(Row { number, parent, branch, entry });
            hashes.push(hash);
            None
        }
        Err(error) => Some(format!("entry {number} cannot be read: {error}")),
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
