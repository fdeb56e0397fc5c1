//! A game being played: what seats and the facilitator ask for is checked, committed, and then done.

mod chair;
mod decide;
mod free;
mod said;
mod seat;
mod sitting;

use std::path::Path;

use marchland_game::PlayerId;
use marchland_strategies::Registry;

use crate::branches::{Branch, branches, fork};
use crate::course::Course;
use crate::entry::{Entry, Opening};
use crate::error::{SessionError, refused};
use crate::log::Log;
use crate::opening::Source;
use crate::replay::{opening, source, step};
use crate::verify::Difference;

pub use sitting::{ClockState, Sitting};

/// The running game: a file, the game that it tells, and every verb of a front.
///
/// A verb returns after its entries are on the disk. Where the disk refuses, the verb fails, nothing of
/// it is kept, and the table takes no more.
///
/// ```
/// # use std::path::Path;
/// use marchland_session::{Source, Table, verify};
/// use marchland_sim::scenario::files;
/// use marchland_strategies::Registry;
///
/// let registry = Registry::standard();
/// let files = files::read(Path::new("../../scenarios/deterrence.ron")).expect("a scenario");
/// let source = Source::load(files, &registry).expect("a scenario that plays");
/// let folder = tempfile::tempdir()?;
/// let game = folder.path().join("evening.march");
/// let table = Table::create(&game, &source, &source.opening(7))?;
/// drop(table);
/// // Whoever opens it again finds every acknowledged input.
/// let again = Table::open(&game, &registry)?;
/// assert_eq!(again.branch(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Table {
    log: Log,
    course: Course,
    tip: u64,
    branch: u32,
    closed: bool,
    asked: bool,
    difference: Option<Difference>,
    sitting: Sitting,
}

/// The proof that something is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The number of its last entry.
    pub entry: u64,
}

impl Table {
    /// Opens a new game in a new file.
    ///
    /// # Errors
    /// The file exists or cannot be written, or the opening does not fit the scenario.
    pub fn create(path: &Path, source: &Source, opening: &Opening) -> Result<Self, SessionError> {
        // The game is tried before a file is made for it.
        let course = Course::open(source, opening, true)?;
        let not_begun = |error: SessionError| match error {
            SessionError::NotKept { why, .. } => {
                let path = path.display();
                SessionError::Refused(format!("`{path}` cannot be written: {why}; make room, or name another file"))
            }
            other => other,
        };
        let mut log = Log::create(path, &source.files).map_err(not_begun)?;
        let tip = log.append(0, 1, &[(Entry::Opened(opening.clone()), None)]).map_err(not_begun)?;
        let sitting = Sitting::of(log.rows());
        Ok(Self { log, course, tip, branch: 1, closed: false, asked: true, difference: None, sitting })
    }

    /// Continues a game: its log is replayed from the start, some milliseconds a turn, and nothing else is
    /// believed. A file whose replay differs from what it says opens all the same, to be looked at, branched
    /// before the difference, and not played on: see [`Self::difference`].
    ///
    /// # Errors
    /// The file is missing, foreign, newer, locked or damaged, or a strategy in it cannot be built.
    pub fn open(path: &Path, registry: &Registry) -> Result<Self, SessionError> {
        Self::opened(path, registry, true)
    }

    fn opened(path: &Path, registry: &Registry, asked: bool) -> Result<Self, SessionError> {
        let log = Log::open(path)?;
        let source = source(&log, registry)?;
        let tip = log.rows().len() as u64;
        let WalkResult { course, difference } = walk(&log, &source, tip, asked)?;
        let branch = log.current();
        let sitting = Sitting::of(log.rows());
        Ok(Self { log, course, tip, branch, closed: false, asked, difference, sitting })
    }

    /// The file.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.log.path()
    }

    /// The log.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The game with its seats.
    #[must_use]
    pub fn course(&self) -> &Course {
        &self.course
    }

    /// The branch that is played.
    #[must_use]
    pub fn branch(&self) -> u32 {
        self.branch
    }

    /// Every branch.
    #[must_use]
    pub fn branches(&self) -> Vec<Branch> {
        branches(&self.log)
    }

    /// Where the replay differed from the log, if it did: the game can then only be looked at, and stands
    /// where it differed.
    #[must_use]
    pub fn difference(&self) -> Option<&Difference> {
        self.difference.as_ref()
    }

    /// Whether the disk refused an input: the table takes no more, and its course may be ahead of what is kept, so
    /// that nobody should be shown it.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// The most pages of 4 KiB that the file may take.
    pub fn limit_pages(&mut self, pages: u32) {
        self.log.limit_pages(pages);
    }

    /// Begins a branch at the start of a turn already reached, and plays on in it. The branch that is left
    /// stays as it is.
    ///
    /// # Errors
    /// The turn was not reached, or the disk refuses.
    pub fn back(&mut self, turn: u32) -> Result<Receipt, SessionError> {
        self.unclosed()?;
        let Some(at) = fork(&self.log, self.tip, turn) else {
            return refused(format!("turn {turn} was not reached in this branch; it stands in turn {}", self.turn()));
        };
        let WalkResult { course, difference } = walk(&self.log, &self.course.source, at, self.asked)?;
        if let Some(difference) = difference {
            return Err(SessionError::ReadOnly(difference.to_string()));
        }
        let last = self.log.rows().iter().map(|row| row.branch).max().unwrap_or(1);
        let Some(branch) = last.checked_add(1) else {
            return refused("this game has no number left for a further branch");
        };
        let entry = Entry::Branched { branch, from: self.branch, turn };
        self.move_to(course, at, branch, entry)
    }

    /// Plays on in another branch, where it ended.
    ///
    /// # Errors
    /// There is no such branch, or the disk refuses.
    pub fn turn_to(&mut self, branch: u32) -> Result<Receipt, SessionError> {
        self.writable()?;
        let Some(tip) = self.log.tip(branch) else {
            return refused(format!("there is no branch {branch}; there are 1 to {}", self.branches().len()));
        };
        if branch == self.branch {
            return refused(format!("branch {branch} is the one that is played"));
        }
        let WalkResult { course, difference } = walk(&self.log, &self.course.source, tip, self.asked)?;
        if let Some(difference) = difference {
            return Err(SessionError::ReadOnly(difference.to_string()));
        }
        self.move_to(course, tip, branch, Entry::Turned { branch })
    }

    fn move_to(&mut self, course: Course, at: u64, branch: u32, entry: Entry) -> Result<Receipt, SessionError> {
        match self.log.append(at, branch, &[(entry, None)]) {
            Ok(tip) => {
                self.tip = tip;
                self.branch = branch;
                self.course = course;
                self.sitting.follow(self.log.rows());
                // What differed lies in the branch that is left.
                self.difference = None;
                Ok(Receipt { entry: tip })
            }
            Err(error) => {
                self.closed = true;
                Err(error)
            }
        }
    }

    /// The turn that is played.
    fn turn(&self) -> u32 {
        self.course.game.moment().turn.0
    }

    fn writable(&self) -> Result<(), SessionError> {
        if let Some(difference) = &self.difference {
            return Err(SessionError::ReadOnly(difference.to_string()));
        }
        self.unclosed()
    }

    fn unclosed(&self) -> Result<(), SessionError> {
        if self.closed {
            let why = "an earlier input could not be written".to_owned();
            return Err(SessionError::NotKept { path: self.log.path().to_owned(), why });
        }
        Ok(())
    }

    /// Commits entries, then lets the game follow them.
    fn commit(&mut self, entries: Vec<Entry>) -> Result<Receipt, SessionError> {
        self.writable()?;
        let rows: Vec<(Entry, Option<Vec<u8>>)> = entries.into_iter().map(|entry| (entry, None)).collect();
        match self.log.append(self.tip, self.branch, &rows) {
            Ok(tip) => self.tip = tip,
            Err(error) => {
                self.closed = true;
                return Err(error);
            }
        }
        self.sitting.follow(self.log.rows());
        for (entry, _) in &rows {
            self.course.follow(entry)?;
        }
        Ok(Receipt { entry: self.tip })
    }

    /// The seat of a person.
    fn person(&self, player: PlayerId) -> Result<(), SessionError> {
        if !self.course.held(player).holder.is_human() {
            return refused(format!("no person holds the seat of {}", self.course.name(player)));
        }
        Ok(())
    }
}

/// Begins a branch of a game's file at the start of a turn that was reached, and lets play go on in it. No
/// strategy is built, and no program started. Returns the branch's number.
///
/// # Errors
/// The file is missing, foreign, newer, locked or damaged, its replay differs from what it says, the turn
/// was not reached, or the disk refuses.
pub fn begin_branch(path: &Path, turn: u32, registry: &Registry) -> Result<u32, SessionError> {
    let mut table = Table::opened(path, registry, false)?;
    table.back(turn)?;
    Ok(table.branch)
}

/// A game walked to an entry.
struct WalkResult {
    course: Course,
    /// Where its replay differed, if it did; the game stands there.
    difference: Option<Difference>,
}

/// The game at an entry, its strategies built where they are to be `asked`.
fn walk(log: &Log, source: &Source, to: u64, asked: bool) -> Result<WalkResult, SessionError> {
    let mut course = Course::open(source, opening(log)?, asked)?;
    for number in log.history(to).into_iter().skip(1) {
        let difference = step(&mut course, log, number, &log.rows()[number as usize - 1].entry)?;
        if difference.is_some() {
            return Ok(WalkResult { course, difference });
        }
    }
    Ok(WalkResult { course, difference: None })
}

#[cfg(test)]
mod free_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod resume_tests;
#[cfg(test)]
mod tests;
