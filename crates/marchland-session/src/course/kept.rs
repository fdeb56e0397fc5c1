//! A game at the start of a turn as bytes, for the cache beside a log.

use std::borrow::Cow;

use marchland_game::{Moment, Ruling, Stage, TurnRecord, VoteRecord};
use marchland_sim::scenario;
use marchland_sim::turn::Snapshot;
use serde::{Deserialize, Serialize};

use super::{Course, Due, Held, Letter, Proposal};
use crate::entry::{Amended, Opening, StageEnd, When};
use crate::opening::{Source, hex};

/// A snapshot is kept at the start of every turn of which this many were played since the last.
const EVERY: u32 = 4;

/// Everything of a course that is not in its opening, but the causes of past changes: they would be most of the
/// bytes, are asked for seldom, and are found again by a replay.
#[derive(Serialize, Deserialize)]
struct Kept<'a> {
    game: Snapshot,
    seats: Cow<'a, [Held]>,
    records: Cow<'a, [TurnRecord]>,
    injects: Cow<'a, [Due]>,
    proposals: Cow<'a, [Proposal]>,
    letters: Cow<'a, [Letter]>,
    notes: Cow<'a, [(Moment, String)]>,
    amendments: Cow<'a, [(Moment, Amended)]>,
    rulings: Cow<'a, [Ruling]>,
    votes: Cow<'a, [VoteRecord]>,
    odds_allowed: bool,
}

/// Whether a snapshot is kept after a stage that ended so.
pub(crate) fn is_due(end: &StageEnd) -> bool {
    let next = end.next;
    !end.over
        && next.turn != end.moment.turn
        && next.round.0 == 0
        && next.stage == Stage::Orders
        && next.turn.0 % EVERY == 1
}

/// A turn's record without its bookings.
fn uncaused(record: &TurnRecord) -> TurnRecord {
    let mut record = record.clone();
    for round in &mut record.rounds {
        round.bookings.clear();
    }
    record
}

impl Course {
    /// The course as bytes, at the start of a turn: what a turn gathers while it is played is not among them.
    pub(crate) fn keep(&self) -> Option<Vec<u8>> {
        let kept = Kept {
            game: self.game.snapshot(),
            seats: Cow::Borrowed(&self.seats),
            records: self.records.iter().map(uncaused).collect::<Vec<_>>().into(),
            injects: Cow::Borrowed(&self.injects),
            proposals: Cow::Borrowed(&self.proposals),
            letters: Cow::Borrowed(&self.letters),
            notes: Cow::Borrowed(&self.notes),
            amendments: Cow::Borrowed(&self.amendments),
            rulings: Cow::Borrowed(&self.rulings),
            votes: Cow::Borrowed(&self.votes),
            odds_allowed: self.odds_allowed,
        };
        serde_json::to_vec(&kept).ok()
    }

    /// The course that such bytes hold, strategies built where they are to be `asked`; none where they do not
    /// fit the opening, or the state that the log says the stage ended in.
    pub(crate) fn recall(
        source: &Source,
        opening: &Opening,
        asked: bool,
        bytes: &[u8],
        end: &StageEnd,
    ) -> Option<Self> {
        let kept: Kept<'static> = serde_json::from_slice(bytes).ok()?;
        let mut course = Self::open(source, opening, asked).ok()?;
        if kept.seats.len() != course.seats.len() {
            return None;
        }
        for (at, held) in kept.seats.iter().enumerate() {
            if held.holder != course.seats[at].holder {
                let player = marchland_game::PlayerId::from_index(at);
                let seat = source.seat(course.name(player), &held.holder, asked).ok()?;
                course.game.seat(player, seat);
            }
        }
        course.game.restore(&kept.game).ok()?;
        if course.game.moment() != end.next || hex(&course.game.state_hash()) != end.state {
            return None;
        }
        course.seats = kept.seats.into_owned();
        course.records = kept.records.into_owned();
        course.uncaused = course.records.len();
        course.injects = kept.injects.into_owned();
        for due in &mut course.injects {
            if let When::Condition(text) = &due.inject.when {
                due.condition = Some(scenario::parse_expression(&source.scenario.catalogue, text).ok()?);
            }
        }
        course.proposals = kept.proposals.into_owned();
        course.letters = kept.letters.into_owned();
        course.notes = kept.notes.into_owned();
        course.amendments = kept.amendments.into_owned();
        course.rulings = kept.rulings.into_owned();
        course.votes = kept.votes.into_owned();
        course.odds_allowed = kept.odds_allowed;
        Some(course)
    }
}
