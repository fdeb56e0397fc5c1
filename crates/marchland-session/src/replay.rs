//! Walking a game stage by stage, as its log has it.

use std::path::Path;

use marchland_game::{Choice, Moment};
use marchland_strategies::Registry;

use crate::course::Course;
use crate::entry::{DecisionRecord, Entry, Opening, StageEnd};
use crate::error::{SessionError, refused};
use crate::log::Log;
use crate::opening::Source;
use crate::verify::Difference;

/// A walk through one branch of a game. No strategy is asked; the file is only read.
///
/// ```no_run
/// # fn main() -> Result<(), marchland_session::SessionError> {
/// use marchland_session::Replay;
/// use marchland_strategies::Registry;
///
/// let mut replay = Replay::open("game.march".as_ref(), None, &Registry::standard())?;
/// while let Some(stage) = replay.next_stage()? {
///     // The game stands before the stage takes effect: it may be saved and played on elsewhere.
///     let before = stage.course.game.snapshot();
///     for given in stage.decisions() {
///         println!("turn {}: {} orders {:?}", stage.moment.turn.0, given.player, given.orders);
///     }
///     drop(before);
/// }
/// // Here the game stands where the branch ends.
/// println!("{} turns were played", replay.course().records.len());
/// # Ok(())
/// # }
/// ```
pub struct Replay {
    log: Log,
    course: Course,
    /// Numbers of the branch's entries.
    path: Vec<u64>,
    /// The next of them.
    at: usize,
    /// The end of a stage before which the walk stopped.
    reached: u64,
}

/// A stage that is decided and has not taken effect.
pub struct UpcomingStage<'a> {
    /// The game with its seats, drafts and amendments.
    pub course: &'a mut Course,
    /// When, and on what.
    pub moment: Moment,
    /// The number of the log's entry that ends the stage.
    pub entry: u64,
    /// What the log says of its end.
    pub end: &'a StageEnd,
}

impl UpcomingStage<'_> {
    /// The decisions, in the players' order; players with nothing to decide are left out.
    #[must_use]
    pub fn decisions(&self) -> &[DecisionRecord] {
        &self.course.decided
    }

    /// The choices, by `PlayerId`.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        self.course.choices()
    }
}

impl Replay {
    /// Opens a game's file to walk one of its branches; the one that play goes on in where none is named.
    ///
    /// # Errors
    /// The file is missing, foreign, newer, locked or damaged, or has no such branch.
    pub fn open(path: &Path, branch: Option<u32>, registry: &Registry) -> Result<Self, SessionError> {
        Self::of(Log::read(path)?, branch, registry)
    }

    /// The same, of a log that is open.
    ///
    /// # Errors
    /// The log is broken, or has no such branch.
    pub fn of(log: Log, branch: Option<u32>, registry: &Registry) -> Result<Self, SessionError> {
        if let Some(why) = log.broken() {
            return Err(SessionError::Damaged { path: log.path().to_owned(), why: why.to_owned() });
        }
        let source = source(&log, registry)?;
        Self::with(log, branch, &source)
    }

    pub(crate) fn with(log: Log, branch: Option<u32>, source: &Source) -> Result<Self, SessionError> {
        let branch = branch.unwrap_or_else(|| log.current());
        let Some(tip) = log.tip(branch) else {
            return refused(format!("there is no branch {branch}"));
        };
        let course = Course::open(source, opening(&log)?, false)?;
        let path = log.history(tip);
        Ok(Self { log, course, path, at: 1, reached: 0 })
    }

    /// Goes on to the next stage that took effect; none where the branch ends. The stage before it has
    /// taken effect then.
    ///
    /// # Errors
    /// The replay differs from what the log says; the text names the turn.
    pub fn next_stage(&mut self) -> Result<Option<UpcomingStage<'_>>, SessionError> {
        while self.at < self.path.len() {
            let number = self.path[self.at];
            let row = &self.log.rows()[number as usize - 1];
            if let Entry::StageEnded(end) = &row.entry
                && self.reached != number
                && self.course.game.moment() == end.moment
            {
                // Stops before the stage; the next call plays it.
                self.reached = number;
                return Ok(Some(UpcomingStage { moment: end.moment, entry: number, end, course: &mut self.course }));
            }
            self.at += 1;
            if let Some(difference) = step(&mut self.course, &self.log, number, &row.entry)? {
                return Err(SessionError::ReadOnly(difference.to_string()));
            }
        }
        Ok(None)
    }

    /// The game as far as it was walked.
    #[must_use]
    pub fn course(&self) -> &Course {
        &self.course
    }

    /// The log.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The entries of the branch, in order, with their numbers.
    pub fn entries(&self) -> impl Iterator<Item = (u64, &Entry)> {
        self.path.iter().map(|number| (*number, &self.log.rows()[*number as usize - 1].entry))
    }
}

/// Follows one entry; says what differs where a stage or the dice of a free action came out otherwise than the log has it.
pub(crate) fn step(
    course: &mut Course,
    log: &Log,
    number: u64,
    entry: &Entry,
) -> Result<Option<Difference>, SessionError> {
    let Entry::StageEnded(end) = entry else {
        if let Some(what) = course.belied(entry) {
            return Ok(Some(Difference::at(number, course.game.moment(), what)));
        }
        course.follow(entry)?;
        return Ok(None);
    };
    if course.game.moment() != end.moment {
        return Ok(Some(Difference::of_moment(number, end, course)));
    }
    let (now, readings) = course.end_stage_like(end);
    if now == *end { Ok(None) } else { Difference::of_stage(number, end, &now, &readings, course, log).map(Some) }
}

/// The scenario that a log holds.
pub(crate) fn source(log: &Log, registry: &Registry) -> Result<Source, SessionError> {
    Source::load(log.files(&opening(log)?.scenario), registry)
}

/// How a log was opened.
pub(crate) fn opening(log: &Log) -> Result<&Opening, SessionError> {
    match log.rows().first().map(|row| &row.entry) {
        Some(Entry::Opened(opening)) => Ok(opening),
        _ => Err(SessionError::Damaged {
            path: log.path().to_owned(),
            why: "its first entry does not open a game".into(),
        }),
    }
}
