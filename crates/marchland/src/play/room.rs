//! The room: the table, the clock, and how stages follow one another.

use std::time::{Duration, Instant};

use marchland_game::{PlayerId, Stage};
use marchland_report::visible::line;
use marchland_session::{ClockEvent, SessionError, Table};
use serde::Serialize;

use super::look_ahead::LookAhead;

/// A table with what a front knows beside it.
pub struct Room {
    /// The game.
    pub table: Table,
    /// Futures, for previews and odds.
    pub ahead: LookAhead,
    /// Whether the facilitator holds the seats.
    pub paused: bool,
    /// Rulings that the facilitator has looked at, by number.
    pub accepted: Vec<usize>,
    /// People whose office fell and who would not move to the seat offered.
    pub declined: Vec<PlayerId>,
    /// Whether screens are cleared between secrets.
    pub clears: bool,
    /// What of the last answer was too long for the screen, and waits for `more`.
    pub rest: String,
    clock: Option<Clock>,
}

struct Clock {
    ends: Instant,
    warns: Instant,
    warned: bool,
    /// What was left when the room was paused.
    held: Option<Duration>,
    seconds: u32,
}

/// What the clock brought.
pub enum Tick {
    /// This long is left.
    Warned(Duration),
    /// Time is up, and the seats that had not submitted took their defaults.
    Expired(Vec<PlayerId>),
    /// Nothing.
    Nothing,
}

/// A stage that took effect, as programs read it.
#[derive(Clone, Debug, Serialize)]
pub struct Advanced {
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
    /// A room around a table.
    pub fn new(table: Table, ahead: LookAhead, clears: bool) -> Self {
        Self {
            table,
            ahead,
            paused: false,
            accepted: Vec::new(),
            declined: Vec::new(),
            clears,
            rest: String::new(),
            clock: None,
        }
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
            self.accepted.clear();
            ended += 1;
        }
        Ok(ended)
    }

    /// Where the game stands.
    pub fn stands(&self) -> Advanced {
        let course = self.table.course();
        let moment = course.game.moment();
        Advanced {
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

    /// Starts the clock.
    ///
    /// # Errors
    /// The log could not be written.
    pub fn start_clock(&mut self, seconds: u32) -> Result<marchland_session::Acknowledged, SessionError> {
        let done = self.table.clock(ClockEvent::Set(seconds))?;
        let span = Duration::from_secs(u64::from(seconds));
        let now = Instant::now();
        // A minute before the end, or a fifth of a shorter span.
        let notice = Duration::from_secs(60).min(span / 5);
        self.clock = Some(Clock { ends: now + span, warns: now + span - notice, warned: false, held: None, seconds });
        Ok(done)
    }

    /// Stops the clock; none where it does not run.
    ///
    /// # Errors
    /// The log could not be written.
    pub fn stop_clock(&mut self) -> Result<Option<marchland_session::Acknowledged>, SessionError> {
        if self.clock.take().is_none() {
            return Ok(None);
        }
        self.table.clock(ClockEvent::Stopped).map(Some)
    }

    /// Holds the clock, or lets it go on.
    pub fn hold_clock(&mut self, hold: bool) {
        let now = Instant::now();
        if let Some(clock) = &mut self.clock {
            if hold {
                clock.held = Some(clock.ends.saturating_duration_since(now));
            } else if let Some(left) = clock.held.take() {
                let shift = clock.ends - clock.warns;
                clock.ends = now + left;
                clock.warns = clock.ends.checked_sub(shift).unwrap_or(now);
            }
        }
    }

    /// The next moment at which the clock wants attention.
    pub fn attention(&self) -> Option<Instant> {
        let clock = self.clock.as_ref().filter(|clock| clock.held.is_none())?;
        Some(if clock.warned { clock.ends } else { clock.warns })
    }

    /// What is left on the clock.
    pub fn left(&self) -> Option<Duration> {
        let clock = self.clock.as_ref()?;
        Some(clock.held.unwrap_or_else(|| clock.ends.saturating_duration_since(Instant::now())))
    }

    /// Lets the clock do what its time has come for. It starts anew with every stage that it ends.
    ///
    /// # Errors
    /// The log could not be written.
    pub fn tick(&mut self) -> Result<Tick, SessionError> {
        let now = Instant::now();
        let Some(clock) = self.clock.as_mut().filter(|clock| clock.held.is_none()) else { return Ok(Tick::Nothing) };
        if now >= clock.ends {
            let seconds = clock.seconds;
            self.clock = None;
            let late = self.table.course().waiting();
            if late.is_empty() {
                return Ok(Tick::Nothing);
            }
            self.table.time_out()?;
            if !self.chaired() {
                self.table.step()?;
            }
            self.start_clock(seconds)?;
            return Ok(Tick::Expired(late));
        }
        if now >= clock.warns && !clock.warned {
            clock.warned = true;
            let left = clock.ends - now;
            self.table.clock(ClockEvent::Warned)?;
            return Ok(Tick::Warned(left));
        }
        Ok(Tick::Nothing)
    }
}

/// A span as people say it.
pub fn spoken(span: Duration) -> String {
    let seconds = span.as_secs_f64().ceil() as u64;
    if seconds >= 120 { format!("{} minutes", seconds / 60) } else { format!("{seconds} seconds") }
}
