//! The room: the table, the clock, and how stages follow one another.

use std::time::{Duration, Instant};

use marchland_game::{Moment, PlayerId, Stage};
use marchland_report::number::counted;
use marchland_report::visible::line;
use marchland_session::{ClockEvent, ClockState, Receipt, SessionError, Table};
use serde::Serialize;

use super::look_ahead::LookAhead;

/// A table with what a front knows beside it.
pub struct Room {
    /// The game.
    pub table: Table,
    /// Futures, for previews and odds.
    pub ahead: LookAhead,
    /// People whose office fell and who would not move to the seat offered.
    pub declined: Vec<PlayerId>,
    /// Whether screens are cleared between secrets.
    pub clears: bool,
    /// What of the last answer was too long for the screen, and waits for `more`.
    pub rest: String,
    /// What the facilitator is being asked, question by question.
    pub questions: Option<super::questions::Questions>,
    clock: Option<Clock>,
}

/// A clock. It belongs to one stage, and runs from when somebody opened that stage until its decisions are taken.
struct Clock {
    /// What each stage has, in seconds.
    seconds: u32,
    /// What was left when it last began to run, or stood still.
    left: Duration,
    /// Since when it runs; none while it stands still.
    since: Option<Instant>,
    /// Whether somebody opened the stage.
    opened: bool,
    /// Whether the stage's end was announced.
    warned: bool,
    /// What is left as the log has it.
    kept: Duration,
    /// The stage that it belongs to.
    stage: StageKey,
}

/// Names a stage: branch, moment, and whether its decisions are taken.
type StageKey = (u32, Moment, bool);

impl Clock {
    fn left(&self) -> Duration {
        self.left.saturating_sub(self.since.map_or(Duration::ZERO, |since| since.elapsed()))
    }

    fn run(&mut self, runs: bool) {
        self.left = self.left();
        self.since = runs.then(Instant::now);
    }

    fn notice(&self) -> Duration {
        ClockState::notice(self.seconds)
    }

    /// What runs down between two notes of it in the log: a tenth of the stage, so that a killed program gives no more
    /// than that back.
    fn beat(&self) -> Duration {
        Duration::from_secs(u64::from(self.seconds / 10).max(5))
    }
}

/// What the clock brought.
pub enum Tick {
    /// This long is left.
    Warned(Duration),
    /// Time is up, and the seats that had not submitted took their defaults.
    Expired(Vec<PlayerId>),
    /// Time is up, and defaults could not be taken; why.
    Failed(String),
    /// Nothing.
    Nothing,
}

/// A stage that took effect, as programs read it.
#[derive(Clone, Debug, Serialize)]
pub struct StageReport {
    /// Always `stage`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// The turn that is now played.
    pub turn: u32,
    /// Its round.
    pub round: u8,
    /// The stage that is now decided.
    pub stage: Stage,
    /// The month.
    pub date: String,
    /// Whether the game is over.
    pub over: bool,
    /// People who have to submit.
    pub waiting: Vec<String>,
    /// People whose office fell and who are offered another seat.
    pub offered: Vec<String>,
    /// The branch that is played.
    pub branch: u32,
}

impl Room {
    /// A room around a table. A clock that was set in an earlier sitting stands until somebody opens the stage.
    pub fn new(table: Table, ahead: LookAhead, clears: bool) -> Self {
        let mut room =
            Self { table, ahead, declined: Vec::new(), clears, rest: String::new(), questions: None, clock: None };
        let stage = room.stage();
        room.clock = room.table.sitting().clock.filter(|_| room.table.difference().is_none()).map(|kept| {
            let left = Duration::from_secs(u64::from(kept.left));
            let (seconds, warned) = (kept.seconds, kept.warned);
            Clock { seconds, left, since: None, opened: false, warned, kept: left, stage }
        });
        room
    }

    /// Whether the facilitator holds the seats.
    pub fn paused(&self) -> bool {
        self.table.sitting().paused
    }

    fn stage(&self) -> StageKey {
        let course = self.table.course();
        (self.table.branch(), course.game.moment(), !course.decided.is_empty())
    }

    /// Whether a facilitator sits at the table.
    pub fn chaired(&self) -> bool {
        self.table.course().opening.facilitator
    }

    /// A player's display.
    pub fn title(&self, player: PlayerId) -> std::borrow::Cow<'_, str> {
        line(&self.table.course().source.scenario.catalogue.players[player.index()].title)
    }

    /// People whose office fell and who have not said whether they take the seat offered.
    pub fn fallen(&self) -> Vec<PlayerId> {
        let course = self.table.course();
        let mut people = course.people();
        people.retain(|player| course.offered(*player).is_some() && !self.declined.contains(player));
        people
    }

    /// Ends stages for as long as nobody has to be asked: without a facilitator, a stage resolves when every
    /// person has submitted. Somebody who is offered another seat is waited for where nobody else plays, so
    /// that the game does not run out meanwhile; `patient`, always. Returns how many it ended.
    ///
    /// # Errors
    /// The log could not be written.
    pub fn advance(&mut self, patient: bool) -> Result<usize, SessionError> {
        let mut ended = 0;
        // A turn has at most four rounds of two stages.
        let bound = self.table.course().opening.turns as usize * 8;
        while !self.chaired() && self.table.ready() && ended < bound && self.table.difference().is_none() {
            let course = self.table.course();
            let alone = !course.people().into_iter().any(|player| course.game.in_office(player));
            if (patient || alone) && !self.fallen().is_empty() {
                break;
            }
            self.table.step()?;
            ended += 1;
        }
        Ok(ended)
    }

    /// Where the game stands.
    pub fn stands(&self) -> StageReport {
        let course = self.table.course();
        let moment = course.game.moment();
        StageReport {
            kind: "stage",
            turn: moment.turn.0,
            round: moment.round.0,
            stage: moment.stage,
            date: course.source.scenario.calendar.start.of(moment.turn).to_string(),
            over: course.game.is_over(),
            waiting: course.waiting().into_iter().map(|player| course.name(player).to_owned()).collect(),
            offered: self.fallen().into_iter().map(|player| course.name(player).to_owned()).collect(),
            branch: self.table.branch(),
        }
    }

    /// Sets the clock: it runs at once where somebody has to decide, and otherwise from the next stage on.
    ///
    /// # Errors
    /// The game is over or cannot be played on, or the log could not be written.
    pub fn start_clock(&mut self, seconds: u32) -> Result<Receipt, SessionError> {
        if self.table.course().game.is_over() {
            return Err(SessionError::Refused("the game is over: there is nothing left to decide".into()));
        }
        let done = self.table.clock(ClockEvent::Set(seconds))?;
        let left = Duration::from_secs(u64::from(seconds));
        let stage = self.stage();
        self.clock = Some(Clock { seconds, left, since: None, opened: false, warned: false, kept: left, stage });
        self.open_stage();
        Ok(done)
    }

    /// Stops the clock; none where there is none.
    ///
    /// # Errors
    /// The log could not be written.
    pub fn stop_clock(&mut self) -> Result<Option<Receipt>, SessionError> {
        if self.clock.take().is_none() {
            return Ok(None);
        }
        self.table.clock(ClockEvent::Stopped).map(Some)
    }

    /// Somebody is there who decides: the clock runs, where one is set and anything is left to decide.
    pub fn open_stage(&mut self) {
        self.turn_clock();
        let paused = self.paused();
        let decides = !self.stage().2 && !self.table.course().waiting().is_empty();
        if let Some(clock) = self.clock.as_mut().filter(|clock| !clock.opened && decides) {
            clock.opened = true;
            clock.run(!paused);
        }
    }

    /// Holds the seats and the clock, or lets them go on.
    ///
    /// # Errors
    /// That is how they stand already, or the log could not be written.
    pub fn pause(&mut self, paused: bool) -> Result<Receipt, SessionError> {
        if paused {
            self.keep_clock()?;
        }
        let done = self.table.pause(paused)?;
        if let Some(clock) = &mut self.clock {
            clock.run(!paused && clock.opened);
        }
        Ok(done)
    }

    /// Notes in the log what is left on a clock that runs.
    ///
    /// # Errors
    /// The log could not be written.
    pub fn keep_clock(&mut self) -> Result<(), SessionError> {
        self.turn_clock();
        let Some(clock) = self.clock.as_mut().filter(|clock| clock.since.is_some()) else { return Ok(()) };
        let seconds = clock.left().as_secs_f64().ceil() as u32;
        let kept = Duration::from_secs(u64::from(seconds));
        if kept < clock.kept {
            clock.kept = kept;
            self.table.clock(ClockEvent::Left(seconds))?;
        }
        Ok(())
    }

    /// A clock belongs to its stage: in another one it stands, with all its time, until somebody opens that.
    fn turn_clock(&mut self) {
        let stage = self.stage();
        if let Some(clock) = self.clock.as_mut().filter(|clock| clock.stage != stage) {
            let left = Duration::from_secs(u64::from(clock.seconds));
            *clock =
                Clock { seconds: clock.seconds, left, since: None, opened: false, warned: false, kept: left, stage };
        }
    }

    /// The next moment at which the clock wants attention: none while it stands, or nobody is left to wait for.
    pub fn attention(&mut self) -> Option<Instant> {
        self.turn_clock();
        let clock = self.clock.as_ref()?;
        let since = clock.since?;
        if self.table.course().waiting().is_empty() {
            return None;
        }
        let notice = if clock.warned { Duration::ZERO } else { clock.notice() };
        let next = notice.max(clock.kept.saturating_sub(clock.beat()));
        Some(since + clock.left.saturating_sub(next))
    }

    /// What is left on the clock, and whether it runs.
    pub fn left(&mut self) -> Option<(Duration, bool)> {
        self.turn_clock();
        self.clock.as_ref().map(|clock| (clock.left(), clock.since.is_some()))
    }

    /// Lets the clock do what its time has come for. Where that cannot be done the clock stands, and the game goes on
    /// without it.
    ///
    /// # Errors
    /// The log could not be written.
    pub fn tick(&mut self) -> Result<Tick, SessionError> {
        if self.attention().is_none_or(|at| Instant::now() < at) {
            return Ok(Tick::Nothing);
        }
        let Some(clock) = self.clock.as_mut() else { return Ok(Tick::Nothing) };
        let left = clock.left();
        let done = if left.is_zero() {
            let late = self.table.course().waiting();
            let chaired = self.chaired();
            let expire = |table: &mut Table| {
                table.time_out()?;
                if chaired { Ok(()) } else { table.step().map(drop) }
            };
            expire(&mut self.table).map(|()| Tick::Expired(late))
        } else if !clock.warned && left <= clock.notice() {
            clock.warned = true;
            self.table.clock(ClockEvent::Warned).map(|_| Tick::Warned(left))
        } else {
            self.keep_clock().map(|()| Tick::Nothing)
        };
        match done {
            Err(error) if !self.table.is_closed() => {
                if let Some(clock) = &mut self.clock {
                    clock.run(false);
                }
                Ok(Tick::Failed(error.to_string()))
            }
            done => done,
        }
    }
}

/// A span as people say it.
pub fn spoken(span: Duration) -> String {
    let seconds = span.as_secs_f64().ceil() as u64;
    if seconds >= 120 { counted(seconds / 60, "minute") } else { counted(seconds, "second") }
}
