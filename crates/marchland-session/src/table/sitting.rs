//! What stands at a table beside the game: a pause, rulings that were let stand, the clock, PINs.

use std::collections::BTreeMap;
use std::time::Duration;

use sha2::{Digest, Sha256};

use super::{Receipt, Table};
use crate::entry::{ClockEvent, Entry, Party, Pin};
use crate::error::{SessionError, refused};
use crate::log::Row;
use crate::opening::hex;

/// The fewest and the most characters of a PIN.
const PIN_LENGTH: std::ops::RangeInclusive<usize> = 4..=32;
/// Hashes that a PIN goes through: our choice, some milliseconds, so that trying all of four digits takes a while.
const PIN_ROUNDS: u32 = 2_000;

/// What outlives a sitting and belongs to no branch: it follows entries in the order in which they were made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sitting {
    /// Whether the facilitator holds the seats and the clock.
    pub paused: bool,
    /// Rulings of the stage that is decided which the facilitator lets stand, by position, ascending.
    pub accepted: Vec<usize>,
    /// The clock, where one is set.
    pub clock: Option<ClockState>,
    pins: BTreeMap<String, Pin>,
    /// Rows that were followed.
    rows: usize,
}

/// A clock as the log tells it. Whether it runs is the front's to say: after a sitting it stands until somebody opens
/// the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockState {
    /// What each stage has, in seconds.
    pub seconds: u32,
    /// What was left of the stage when the log last heard of it, in seconds.
    pub left: u32,
    /// Whether the stage's end was announced.
    pub warned: bool,
}

impl ClockState {
    /// How long before its end a stage of so many seconds is warned of it: a minute, or a fifth of a shorter one.
    #[must_use]
    pub fn notice(seconds: u32) -> Duration {
        Duration::from_secs(60).min(Duration::from_secs(u64::from(seconds)) / 5)
    }

    fn fresh(seconds: u32) -> Self {
        Self { seconds, left: seconds, warned: false }
    }
}

impl Sitting {
    /// What stands after these rows of a log.
    #[must_use]
    pub fn of(rows: &[Row]) -> Self {
        let mut sitting = Self::default();
        sitting.follow(rows);
        sitting
    }

    /// Follows the rows that are new since the last call.
    pub(super) fn follow(&mut self, rows: &[Row]) {
        for row in rows.get(self.rows..).unwrap_or_default() {
            self.take(&row.entry);
        }
        self.rows = rows.len();
    }

    fn take(&mut self, entry: &Entry) {
        match entry {
            Entry::Clock(ClockEvent::Set(seconds)) => self.clock = Some(ClockState::fresh(*seconds)),
            Entry::Clock(ClockEvent::Stopped) => self.clock = None,
            Entry::Clock(ClockEvent::Left(seconds)) => {
                if let Some(clock) = &mut self.clock {
                    clock.left = clock.left.min(*seconds);
                }
            }
            Entry::Clock(ClockEvent::Warned) => {
                if let Some(clock) = &mut self.clock {
                    clock.warned = true;
                    clock.left = clock.left.min(ClockState::notice(clock.seconds).as_secs_f64().ceil() as u32);
                }
            }
            Entry::Paused { paused } => self.paused = *paused,
            Entry::Accepted { rulings } => self.accepted.clone_from(rulings),
            Entry::Pinned { party, pin } => {
                match pin {
                    Some(pin) => self.pins.insert(key(party), pin.clone()),
                    None => self.pins.remove(&key(party)),
                };
            }
            // A stage that is decided has no use for its clock, and the next one has its own.
            Entry::Given(_) | Entry::Clock(ClockEvent::Expired) => self.rest(),
            Entry::StageEnded(_) | Entry::Branched { .. } | Entry::Turned { .. } => {
                self.accepted.clear();
                self.rest();
            }
            _ => {}
        }
    }

    fn rest(&mut self) {
        if let Some(clock) = &mut self.clock {
            *clock = ClockState::fresh(clock.seconds);
        }
    }

    /// Whether a party has a PIN.
    #[must_use]
    pub fn has_pin(&self, party: &Party) -> bool {
        self.pins.contains_key(&key(party))
    }

    /// Whether this is a party's PIN; of one that has none, anything is.
    #[must_use]
    pub fn admits(&self, party: &Party, pin: &str) -> bool {
        self.pins.get(&key(party)).is_none_or(|kept| alike(&kept.hash, &hashed(&kept.salt, pin)))
    }
}

/// `chair` is no player's name: a scenario's players are named by letters, digits and low lines, and a seat is told apart here.
fn key(party: &Party) -> String {
    match party {
        Party::Chair => "chair".into(),
        Party::Seat(name) => format!("seat {name}"),
    }
}

/// Whether two texts are equal, in a time that tells nothing of where they differ.
fn alike(a: &str, b: &str) -> bool {
    a.len() == b.len() && a.bytes().zip(b.bytes()).fold(0, |differs, (x, y)| differs | (x ^ y)) == 0
}

fn hashed(salt: &str, pin: &str) -> String {
    let mut hash = Sha256::new().chain_update(salt).chain_update([0]).chain_update(pin.trim()).finalize();
    for _ in 0..PIN_ROUNDS {
        hash = Sha256::digest(hash);
    }
    hex(&hash)
}

impl Table {
    /// What stands beside the game.
    #[must_use]
    pub fn sitting(&self) -> &Sitting {
        &self.sitting
    }

    /// Holds the seats and the clock, or lets them go on.
    ///
    /// # Errors
    /// That is how they stand already, or the disk refuses.
    pub fn pause(&mut self, paused: bool) -> Result<Receipt, SessionError> {
        if self.sitting.paused == paused {
            return refused(if paused { "the game is paused already" } else { "the game is not paused" });
        }
        self.commit(vec![Entry::Paused { paused }])
    }

    /// Notes which rulings of the stage that is decided the facilitator lets stand, by position.
    ///
    /// # Errors
    /// The stage is not decided, there is no such ruling, or the disk refuses.
    pub fn accept(&mut self, mut rulings: Vec<usize>) -> Result<Receipt, SessionError> {
        self.writable()?;
        let proposed = self.course.proposed().len();
        if self.course.decided.is_empty() || rulings.iter().any(|at| *at >= proposed) {
            return refused("there is no such ruling");
        }
        rulings.sort_unstable();
        rulings.dedup();
        if rulings == self.sitting.accepted {
            return Ok(Receipt { entry: self.tip });
        }
        self.commit(vec![Entry::Accepted { rulings }])
    }

    /// Gives a party a PIN, or takes its own away. It keeps people at one keyboard apart; whoever may read the file
    /// reads everything in it.
    ///
    /// # Errors
    /// The PIN is too short, too long or blank, there is no such player or nothing to take away, or the disk refuses.
    pub fn set_pin(&mut self, party: Party, pin: Option<&str>) -> Result<Receipt, SessionError> {
        if let Party::Seat(name) = &party {
            self.course.player(name)?;
        }
        let pin = match pin.map(str::trim) {
            None if !self.sitting.has_pin(&party) => return refused("no PIN is set there"),
            None => None,
            Some(pin) if PIN_LENGTH.contains(&pin.chars().count()) && !pin.contains(char::is_whitespace) => {
                // The head is another for every entry: equal PINs of two seats do not look alike.
                let salt = self.log.head();
                Some(Pin { hash: hashed(&salt, pin), salt })
            }
            Some(_) => {
                let (low, high) = PIN_LENGTH.into_inner();
                return refused(format!("a PIN is {low} to {high} characters without a blank"));
            }
        };
        self.commit(vec![Entry::Pinned { party, pin }])
    }
}
