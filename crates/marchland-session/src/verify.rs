//! Checking a game: its chain, and that replaying it gives what it says.

use std::path::Path;

use marchland_game::{Moment, Stage};
use marchland_strategies::Registry;
use serde::Serialize;

use crate::branches::{Branch, branches};
use crate::course::Course;
use crate::entry::{Entry, StageEnd};
use crate::error::SessionError;
use crate::log::{Ending, Log};
use crate::replay::{opening, source, step};

/// What came of checking a game.
#[derive(Clone, Debug, Serialize)]
pub struct Verification {
    /// Whether chain and replay hold.
    pub ok: bool,
    /// Turns completed in the branch that play goes on in.
    pub turns: usize,
    /// Decisions in all branches.
    pub decisions: usize,
    /// Entries in all.
    pub entries: usize,
    /// Branches.
    pub branches: u32,
    /// Hash of the last entry.
    pub head: String,
    /// How the file ends.
    pub ending: Ending,
    /// Where it first differs; none where it holds.
    pub first_difference: Option<Difference>,
}

/// Where a game differs from what it says.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The entry.
    pub entry: u64,
    /// The turn; none where the chain breaks before any stage.
    pub turn: Option<u32>,
    /// The round in the turn, from 0.
    pub round: Option<u8>,
    /// The stage.
    pub stage: Option<Stage>,
    /// What differs, in words.
    pub what: String,
    /// Indicators that differ: path, what the log has, what the replay has; at most twelve.
    pub indicators: Vec<(String, f64, f64)>,
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(turn) = self.turn {
            write!(f, "in turn {turn}: ")?;
        }
        f.write_str(&self.what)?;
        for (at, (path, was, is)) in self.indicators.iter().enumerate() {
            write!(f, "{} {path} was {was} and is {is}", if at == 0 { ":" } else { ";" })?;
        }
        Ok(())
    }
}

impl Difference {
    pub(crate) fn at(entry: u64, moment: Moment, what: String) -> Self {
        Self {
            entry,
            turn: Some(moment.turn.0),
            round: Some(moment.round.0),
            stage: Some(moment.stage),
            what,
            indicators: Vec::new(),
        }
    }

    pub(crate) fn of_moment(entry: u64, end: &StageEnd, course: &Course) -> Self {
        let now = course.game.moment();
        let what = format!("the log ends turn {} where the replay stands in turn {}", end.moment.turn.0, now.turn.0);
        Self::at(entry, end.moment, what)
    }

    pub(crate) fn of_stage(
        entry: u64,
        end: &StageEnd,
        now: &StageEnd,
        readings: &[f64],
        course: &Course,
        log: &Log,
    ) -> Result<Self, SessionError> {
        let mut found = Self::at(entry, end.moment, "the state after the stage is another".into());
        if now.next != end.next || now.over != end.over {
            found.what = format!("the stage led to turn {} and leads to turn {}", end.next.turn.0, now.next.turn.0);
        }
        let kept = log.readings(entry)?.unwrap_or_default();
        if crate::course::readings_hash(&kept) != end.readings {
            found.what = "the values kept beside the log are not those that it was written with".into();
            return Ok(found);
        }
        let catalogue = &course.source.scenario.catalogue;
        let differing = catalogue.indicators.iter().zip(kept.iter().zip(readings));
        found.indicators = differing
            .filter(|(_, (was, is))| was.to_bits() != is.to_bits())
            .map(|(info, (was, is))| (info.path.clone(), *was, *is))
            .take(12)
            .collect();
        if found.indicators.is_empty() {
            found.what += ", though every indicator is the same: effects still to come, or what cohorts do";
        }
        Ok(found)
    }
}

/// Checks the chain of a game and replays all its branches. Nothing is written.
///
/// # Errors
/// The file is missing, foreign, newer, locked, or damaged as a database: then there is nothing to
/// check.
pub fn verify(path: &Path, registry: &Registry) -> Result<Verification, SessionError> {
    let log = Log::read(path)?;
    let rows = log.rows();
    let branches = branches(&log);
    let mut verified = Verification {
        ok: true,
        turns: 0,
        decisions: rows.iter().filter(|row| matches!(row.entry, Entry::Given(_))).count(),
        entries: rows.len(),
        branches: branches.len() as u32,
        head: log.head(),
        ending: log.ending().clone(),
        first_difference: None,
    };
    if rows.is_empty() {
        verified.first_difference = Some(chain(&log, None));
        verified.ok = false;
        return Ok(verified);
    }
    let source = match source(&log, registry) {
        Ok(source) if source.scenario.has_hash(&opening(&log)?.scenario_hash) => source,
        Ok(_) => {
            return Ok(failed(verified, "the scenario's files are not those that the game was opened with".into()));
        }
        Err(error @ SessionError::Findings(_)) => {
            return Ok(failed(verified, format!("the scenario cannot be used: {error}")));
        }
        Err(error) => return Err(error),
    };
    let mut first: Option<Difference> = None;
    for Branch { branch, tip, .. } in branches {
        let mut course = Course::open(&source, opening(&log)?, false)?;
        for number in log.history(tip).into_iter().skip(1) {
            let row = &rows[number as usize - 1];
            let found = match step(&mut course, &log, number, &row.entry) {
                Ok(found) => found,
                Err(error) => Some(Difference::at(number, course.game.moment(), error.to_string())),
            };
            if let Some(found) = found {
                if first.as_ref().is_none_or(|first| found.entry < first.entry) {
                    first = Some(found);
                }
                break;
            }
        }
        if branch == log.current() {
            verified.turns = course.records.len();
        }
    }
    if first.is_none() && log.broken().is_some() {
        let last = rows.iter().rev().find_map(|row| match &row.entry {
            Entry::StageEnded(end) => Some(end.next),
            _ => None,
        });
        first = Some(chain(&log, last));
    }
    verified.ok = first.is_none();
    verified.first_difference = first;
    Ok(verified)
}

fn chain(log: &Log, at: Option<Moment>) -> Difference {
    Difference {
        entry: log.rows().len() as u64 + 1,
        turn: at.map_or(Some(1), |moment| Some(moment.turn.0)),
        round: at.map(|moment| moment.round.0),
        stage: at.map(|moment| moment.stage),
        what: log.broken().unwrap_or("it holds no entries").to_owned(),
        indicators: Vec::new(),
    }
}

fn failed(verified: Verification, what: String) -> Verification {
    let first_difference =
        Some(Difference { entry: 1, turn: None, round: None, stage: None, what, indicators: Vec::new() });
    Verification { ok: false, first_difference, ..verified }
}
