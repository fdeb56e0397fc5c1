//! The room: the table, the clock, who is here, and what is kept beside the game. One thread owns it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use marchland_game::PlayerId;
use marchland_report::serve::{self, Mate, PageContext};
use marchland_report::story::{self, Bulletin};
use marchland_session::forecast::{Forecaster, Position, StandIns};
use marchland_session::{ClockEvent, SessionError, Table};
use tokio::sync::watch;

use crate::access::{self, Role};
use crate::kept::{Device, KeptClock, SideRecords};
use crate::presence::Presence;

/// What somebody sent: fields by name.
pub type Fields = BTreeMap<String, String>;

/// Where a page stands: what a stream of events tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stands {
    /// Identifies what the page shows.
    pub tag: String,
    /// When the clock ends, and whether it runs; none where there is no clock.
    pub clock: Option<(Instant, Duration, bool)>,
}

impl Stands {
    /// Seconds left on the clock, and whether it runs.
    #[must_use]
    pub fn left(&self) -> Option<(u64, bool)> {
        let (ends, held, runs) = self.clock?;
        let left = if runs { ends.saturating_duration_since(Instant::now()) } else { held };
        Some((left.as_secs_f64().round() as u64, runs))
    }
}

/// What a clock that was to end while the program did not run has left, so that everybody may come back first.
const GRACE: Duration = Duration::from_secs(30);

#[derive(Clone)]
struct Clock {
    ends: Instant,
    warned: bool,
    /// What was left when it was held.
    held: Option<Duration>,
    seconds: u32,
}

/// A game with everything around it.
pub struct Room {
    /// The game.
    pub table: Table,
    /// What is kept beside it.
    pub kept: SideRecords,
    /// Plays imagined futures.
    pub forecaster: Arc<Forecaster>,
    /// Links in the clear, of this run of the program only.
    pub links: BTreeMap<String, Role>,
    /// What a device is told on its next page.
    said: BTreeMap<u32, (bool, String)>,
    /// Who is here.
    pub presence: Presence,
    watchers: BTreeMap<Role, watch::Sender<Stands>>,
    clock: Option<Clock>,
    path: PathBuf,
    /// What seats and the room were told of the last month of a branch, by the months that have passed.
    reports: RefCell<Reports>,
    /// Wrong PINs of a role in a row, and when the last one came.
    wrong_pins: BTreeMap<Role, (u32, Instant)>,
    /// What the pages of a role show, until the room is changed.
    shown: RefCell<BTreeMap<Role, Arc<RolePages>>>,
}

/// What the pages of a role show to a device that has typed nothing, and what identifies it.
struct RolePages {
    html: String,
    tag: String,
}

/// Wrong PINs of one role in a row that cost nothing.
const WRONG_PINS: u32 = 5;
/// What each further one costs, so that trying all of four digits takes days: our choice.
const PIN_WAIT: Duration = Duration::from_secs(30);

type Reports = ((u32, usize), BTreeMap<Option<PlayerId>, Option<Arc<Bulletin>>>);

/// Why somebody is not let in.
#[derive(Debug, PartialEq, Eq)]
pub enum NoEntry {
    /// The link is unknown, or was closed.
    Stale,
    /// The seat is closed to new devices.
    Closed,
    /// It has as many devices as it may.
    Full,
    /// It has a PIN, which was not given, or another one was.
    Pin {
        /// Whether one was given.
        given: bool,
    },
    /// Its PIN was guessed at too often; whole seconds to wait.
    Guessed(u64),
    /// What is kept could not be written.
    Disk(String),
}

impl Room {
    /// A room around a table; fresh links for every role.
    ///
    /// # Errors
    /// What is kept beside the game cannot be read or written, a strategy cannot be built, or a stage for which
    /// everybody had submitted cannot be ended.
    pub fn new(table: Table) -> Result<Self, String> {
        let path = SideRecords::path(table.path());
        let kept = SideRecords::read(&path)?;
        let source = &table.course().source;
        let forecaster = Forecaster::new(&source.scenario, &source.registry)
            .map_err(|found| SessionError::Findings(found).to_string())?;
        let mut room = Self {
            table,
            kept,
            forecaster: Arc::new(forecaster),
            links: BTreeMap::new(),
            said: BTreeMap::new(),
            presence: Presence::default(),
            watchers: BTreeMap::new(),
            clock: None,
            path,
            reports: RefCell::default(),
            wrong_pins: BTreeMap::new(),
            shown: RefCell::default(),
        };
        room.settle_keys();
        room.restore();
        for role in room.roles() {
            room.link(&role)?;
        }
        room.keep()?;
        // The program may have ended between the last submit of a stage and the stage's end.
        room.advance().map_err(|error| error.to_string())?;
        Ok(room)
    }

    /// What stood when the program ended.
    fn restore(&mut self) {
        self.clock = self.kept.clock.take().map(|kept| {
            let left = Duration::from_millis(kept.ends_unix_ms).saturating_sub(since_1970());
            let ends = Instant::now() + if left > GRACE { left } else { GRACE };
            Clock { ends, warned: kept.warned, held: kept.held_ms.map(Duration::from_millis), seconds: kept.seconds }
        });
    }

    /// Whether the disk refused: the game in memory may be ahead of what is kept, and nobody is shown it.
    #[must_use]
    pub fn closed(&self) -> bool {
        self.table.is_closed()
    }

    /// Rulings that the chair has looked at, by position.
    #[must_use]
    pub fn accepted(&self) -> &[usize] {
        &self.table.sitting().accepted
    }

    /// Whether the chair holds the seats and the clock.
    #[must_use]
    pub fn paused(&self) -> bool {
        self.table.sitting().paused
    }

    /// An input whose answer is missing was done where the log grew after it was begun: this thread is the only one
    /// that writes it, and begins one input at a time.
    fn settle_keys(&mut self) {
        let rows = self.table.log().rows().len() as u64;
        for done in &mut self.kept.keys {
            if done.answer.is_none() && rows > done.before {
                done.answer = Some((true, "Done.".into()));
            }
        }
        self.kept.keys.retain(|done| done.answer.is_some());
    }

    /// Every role that there is: chair, screen, observer, and the seats of people.
    #[must_use]
    pub fn roles(&self) -> Vec<Role> {
        let course = self.table.course();
        let seats = course.people().into_iter().map(|player| Role::Seat(course.name(player).to_owned()));
        [Role::Chair, Role::Screen, Role::Observer].into_iter().chain(seats).collect()
    }

    /// A new link for a role; those handed out before hold on.
    ///
    /// # Errors
    /// The system has no randomness.
    pub fn link(&mut self, role: &Role) -> Result<String, String> {
        let secret = access::secret().map_err(|error| error.to_string())?;
        self.kept.links.insert(access::hash(&secret), role.clone());
        self.links.insert(secret.clone(), role.clone());
        Ok(secret)
    }

    /// Writes what is kept, so that it outlives a loss of power too.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn keep(&mut self) -> Result<(), String> {
        self.write(true)
    }

    fn write(&mut self, durable: bool) -> Result<(), String> {
        self.kept.clock = self.clock.as_ref().map(|clock| {
            let ends = since_1970() + clock.ends.saturating_duration_since(Instant::now());
            KeptClock {
                ends_unix_ms: ends.as_millis() as u64,
                held_ms: clock.held.map(|held| held.as_millis() as u64),
                warned: clock.warned,
                seconds: clock.seconds,
            }
        });
        self.kept.write(&self.path, durable).map_err(|error| {
            format!(
                "cannot write `{}`: {error}. What the game's file holds is safe; make room on the disk",
                self.path.display()
            )
        })
    }

    /// The role that a link lets in.
    ///
    /// # Errors
    /// The link is stale, or its seat is closed.
    pub fn behind(&self, secret: &str) -> Result<Role, NoEntry> {
        let role = self.kept.links.get(&access::hash(secret)).cloned().ok_or(NoEntry::Stale)?;
        // A seat that a strategy holds lets nobody in.
        if !self.roles().contains(&role) {
            return Err(NoEntry::Stale);
        }
        if self.kept.closed.contains(role.name()) {
            return Err(NoEntry::Closed);
        }
        Ok(role)
    }

    /// Lets a device in by a link; returns its role and its token. One that bears a token of that role already stays
    /// the device that it is.
    ///
    /// # Errors
    /// The link is stale, its seat closed or full, its PIN another one, or the disk refuses.
    pub fn join(&mut self, secret: &str, name: &str, pin: &str, borne: &[String]) -> Result<(Role, String), NoEntry> {
        let role = self.behind(secret)?;
        if let Some(token) = borne.iter().find(|token| self.kept.device(&role, token).is_some()) {
            return Ok((role, token.clone()));
        }
        if self.kept.devices.iter().filter(|device| device.role == role).count() >= crate::kept::DEVICES {
            return Err(NoEntry::Full);
        }
        self.ask_pin(&role, pin)?;
        let token = access::secret().map_err(|error| NoEntry::Disk(error.to_string()))?;
        let number = self.kept.next;
        self.kept.next += 1;
        let name: String = name.trim().chars().take(40).collect();
        let name = if name.is_empty() { format!("device {number}") } else { name };
        self.kept.devices.push(Device {
            number,
            role: role.clone(),
            name,
            hash: access::hash(&token),
            came_from: None,
        });
        if let Err(why) = self.keep() {
            self.kept.devices.pop();
            return Err(NoEntry::Disk(why));
        }
        Ok((role, token))
    }

    /// Whether a role has a PIN, which its door asks for.
    #[must_use]
    pub fn has_pin(&self, role: &Role) -> bool {
        role.party().is_some_and(|party| self.table.sitting().has_pin(&party))
    }

    /// Holds a PIN against a role's own, where it has one.
    fn ask_pin(&mut self, role: &Role, pin: &str) -> Result<(), NoEntry> {
        let Some(party) = role.party().filter(|_| self.has_pin(role)) else { return Ok(()) };
        if pin.trim().is_empty() {
            return Err(NoEntry::Pin { given: false });
        }
        let (wrong, last) = self.wrong_pins.get(role).copied().unwrap_or((0, Instant::now()));
        let left = PIN_WAIT.saturating_sub(last.elapsed());
        if wrong >= WRONG_PINS && !left.is_zero() {
            return Err(NoEntry::Guessed(left.as_secs() + 1));
        }
        if self.table.sitting().admits(&party, pin) {
            self.wrong_pins.remove(role);
            return Ok(());
        }
        self.wrong_pins.insert(role.clone(), (wrong.saturating_add(1), Instant::now()));
        Err(NoEntry::Pin { given: true })
    }

    /// Closes the links of a role: those handed out let nobody in any more.
    pub fn unlink(&mut self, role: &Role) {
        self.kept.links.retain(|_, known| known != role);
        self.links.retain(|_, known| known != role);
    }

    /// A seat goes from its people to a strategy: their devices are sent away, and their links closed.
    pub fn vacate(&mut self, role: &Role) {
        self.unlink(role);
        self.kept.send_away(|device| device.role == *role);
    }

    /// The device of a role that holds a token.
    #[must_use]
    pub fn admitted(&self, role: &Role, token: &str) -> Option<u32> {
        self.kept.device(role, token).map(|device| device.number)
    }

    /// Sends a device away; whether there was one.
    pub fn revoke(&mut self, number: u32) -> bool {
        let before = self.kept.devices.len();
        self.kept.send_away(|device| device.number == number);
        before != self.kept.devices.len()
    }

    /// The name of a device.
    #[must_use]
    pub fn name_of(&self, number: u32) -> String {
        self.kept
            .devices
            .iter()
            .find(|device| device.number == number)
            .map_or_else(String::new, |device| device.name.clone())
    }

    /// What a device is told on its next page.
    pub fn tell(&mut self, device: u32, answer: (bool, String)) {
        self.said.insert(device, answer);
    }

    /// What a device is told on this page.
    pub fn told(&mut self, device: u32) -> Option<(bool, String)> {
        self.said.remove(&device)
    }

    /// The player of a seat.
    #[must_use]
    pub fn player(&self, role: &Role) -> Option<PlayerId> {
        match role {
            Role::Seat(name) => self.table.course().player(name).ok(),
            _ => None,
        }
    }

    /// What the pages of a role show beside the game.
    #[must_use]
    pub fn beside(&self, role: &Role, device: Option<u32>) -> PageContext {
        let here = |number: u32| self.presence.streams(number) > 0;
        let own = self.kept.devices.iter().filter(|one| one.role == *role);
        let mut beside = PageContext {
            drafts: device.and_then(|device| self.kept.drafts.get(&device)).cloned().unwrap_or_default(),
            changes: self.kept.changes.get(&role.to_string()).cloned().unwrap_or_default(),
            paused: self.paused(),
            report: self.report(role),
            ..PageContext::default()
        };
        match role {
            Role::Seat(_) => {
                beside.mates = own
                    .map(|one| Mate { name: one.name.clone(), here: here(one.number), number: one.number })
                    .collect();
            }
            Role::Chair => {
                beside.accepted = self.accepted().to_vec();
                beside.closed = self.kept.closed.iter().cloned().collect();
                beside.devices = self
                    .kept
                    .devices
                    .iter()
                    .map(|one| serve::Device {
                        number: one.number,
                        name: one.name.clone(),
                        role: one.role.name().to_owned(),
                        here: here(one.number),
                    })
                    .collect();
            }
            Role::Screen => beside.drafts.clear(),
            Role::Observer => {}
        }
        beside
    }

    /// What a seat, or the room, is told of the last month: composed once a month, for it takes the whole game.
    fn report(&self, role: &Role) -> Option<Arc<Bulletin>> {
        let player = self.player(role);
        let course = self.table.course();
        // Where a chair releases bulletins, other pages show those.
        let shows = match role {
            Role::Seat(_) => player.is_some(),
            Role::Chair => true,
            Role::Screen | Role::Observer => !course.opening.facilitator,
        };
        if !shows {
            return None;
        }
        let stands = (self.table.branch(), course.records.len());
        let mut known = self.reports.borrow_mut();
        if known.0 != stands {
            *known = (stands, BTreeMap::new());
        }
        let told = || {
            let told = match player {
                Some(player) => story::seat_report(&course.game, &course.records, player),
                None => story::bulletin(&course.game, &course.records),
            };
            told.map(Arc::new)
        };
        known.1.entry(player).or_insert_with(told).clone()
    }

    /// The room may have changed: what its pages show is written again.
    pub fn moved(&mut self) {
        self.shown.get_mut().clear();
        // No stage of a game that is over has a time.
        if self.table.course().game.is_over() {
            self.clock = None;
        }
    }

    /// The part of a role's page that changes.
    #[must_use]
    pub fn live(&self, role: &Role, device: Option<u32>) -> String {
        let typed = device.and_then(|device| self.kept.drafts.get(&device)).is_some_and(|drafts| !drafts.is_empty());
        let text = if typed {
            marchland_report::visible::visible(&self.rendered(role, &self.beside(role, device))).into_owned()
        } else {
            self.shown(role).html.clone()
        };
        serve::seat::marked(&text, device)
    }

    /// What pages of a role show, written once for all of its devices: sixty of them ask at the same moment.
    fn shown(&self, role: &Role) -> Arc<RolePages> {
        if let Some(shown) = self.shown.borrow().get(role) {
            return Arc::clone(shown);
        }
        let text = self.rendered(role, &self.beside(role, None));
        let tag = access::hash(&text)[..16].to_owned();
        let shown = Arc::new(RolePages { html: marchland_report::visible::visible(&text).into_owned(), tag });
        self.shown.borrow_mut().insert(role.clone(), Arc::clone(&shown));
        shown
    }

    fn rendered(&self, role: &Role, beside: &PageContext) -> String {
        let markup = match (role, self.player(role)) {
            _ if self.closed() => serve::doors::refusal(DISK, DISK_REMEDY),
            (Role::Chair, _) => serve::chair::live(&self.table, beside),
            (Role::Seat(_), Some(player)) => serve::seat::live(&self.table, player, beside),
            (Role::Observer, _) => serve::observer::live(&self.table, beside),
            _ => serve::screen::live(&self.table, beside),
        };
        markup.into_string()
    }

    /// Identifies what a role's pages show; half-typed texts do not count.
    #[must_use]
    pub fn tag(&self, role: &Role) -> String {
        self.shown(role).tag.clone()
    }

    /// Where a role's pages stand.
    #[must_use]
    pub fn stands(&self, role: &Role) -> Stands {
        let clock = self.clock.as_ref().map(|clock| (clock.ends, clock.held.unwrap_or_default(), clock.held.is_none()));
        Stands { tag: self.tag(role), clock }
    }

    /// A stream of where a role's pages stand: it begins with how they stand now.
    pub fn watch(&mut self, role: &Role) -> watch::Receiver<Stands> {
        let stands = self.stands(role);
        let sender = self.watchers.entry(role.clone()).or_insert_with(|| watch::channel(Stands::default()).0);
        let receiver = sender.subscribe();
        sender.send_if_modified(|old| {
            let moved = *old != stands;
            *old = stands;
            moved
        });
        receiver
    }

    /// The roles whose pages somebody watches.
    pub fn watched(&mut self) -> Vec<Role> {
        self.watchers.retain(|_, sender| sender.receiver_count() > 0);
        self.watchers.keys().cloned().collect()
    }

    /// Tells a role's streams where its pages changed; those of others stay silent.
    pub fn publish(&self, role: &Role) {
        let Some(sender) = self.watchers.get(role) else { return };
        let stands = self.stands(role);
        sender.send_if_modified(|old| {
            let moved = *old != stands;
            *old = stands;
            moved
        });
    }

    /// Does an input once: one whose key was seen before is answered as it was then.
    pub fn once(
        &mut self,
        device: u32,
        fields: &Fields,
        act: impl FnOnce(&mut Self) -> Result<String, SessionError>,
    ) -> (bool, String) {
        // Typing the same again changes nothing.
        let typed = fields.get("do").is_some_and(|verb| verb == "type");
        let key = (!typed).then(|| key_of(fields)).flatten();
        if let Some(answer) =
            key.as_ref().and_then(|key| self.kept.done(device, key)).and_then(|done| done.answer.clone())
        {
            return answer;
        }
        let rows = |room: &Self| room.table.log().rows().len();
        let before = rows(self);
        let (kept, clock, links) = (self.kept.clone(), self.clock.clone(), self.links.clone());
        if let Some(key) = &key {
            self.kept.begin(device, key, before as u64);
            // It outlives the end of the program. A loss of power may take it, between here and the answer: an input that
            // was never acknowledged is then done again where it is sent again.
            if let Err(why) = self.write(false) {
                self.kept = kept;
                return (false, why);
            }
        }
        let mut answer = match act(self) {
            Ok(text) => (true, text),
            Err(error) => (false, upper(&error.to_string())),
        };
        if let Some(key) = &key {
            match self.kept.done(device, key) {
                Some(done) if answer.0 => done.answer = Some(answer.clone()),
                // What was refused may be tried again.
                _ => self.kept.undone(device, key),
            }
        }
        if answer.0 {
            self.kept.forget(device, |field| sends(fields, field));
        }
        if let Err(why) = self.write(!typed) {
            if rows(self) == before {
                // Nothing of it lies in the log either: it is not done, and is not acknowledged.
                (self.kept, self.clock, self.links) = (kept, clock, links);
                return (false, why);
            }
            answer.1 = format!("{} {}", answer.1, upper(&why));
        }
        answer
    }

    /// Without a facilitator, ends stages for as long as nobody has to be asked.
    ///
    /// # Errors
    /// The log could not be written.
    pub fn advance(&mut self) -> Result<(), SessionError> {
        let bound = self.table.course().opening.turns as usize * 8;
        let mut ended = 0;
        while !self.table.course().opening.facilitator
            && self.table.ready()
            && ended < bound
            && self.table.difference().is_none()
            && !self.table.course().people().is_empty()
        {
            let course = self.table.course();
            let people = course.people();
            let waits = people.iter().any(|player| course.offered(*player).is_some());
            if waits && !people.iter().any(|player| course.game.in_office(*player)) {
                break;
            }
            self.table.step()?;
            ended += 1;
        }
        Ok(())
    }

    /// Who plays on in imagined futures where a seat cannot be asked.
    ///
    /// # Errors
    /// A strategy cannot be built.
    pub fn stand_ins(&self) -> Result<StandIns, SessionError> {
        marchland_session::stand_ins(self.table.course())
    }

    /// Where the game stands; none where it is over.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        let game = &self.table.course().game;
        (!game.is_over()).then(|| Position::of(game))
    }

    /// Starts the clock.
    ///
    /// # Errors
    /// The log could not be written.
    pub fn start_clock(&mut self, seconds: u32) -> Result<(), SessionError> {
        self.table.clock(ClockEvent::Set(seconds))?;
        let ends = Instant::now() + Duration::from_secs(u64::from(seconds));
        self.clock = Some(Clock { ends, warned: false, held: None, seconds });
        if self.paused() {
            self.hold(true);
        }
        Ok(())
    }

    /// Lets the clock run longer.
    ///
    /// # Errors
    /// There is no clock, or the log could not be written.
    pub fn extend_clock(&mut self, seconds: u32) -> Result<(), SessionError> {
        let Some(clock) = &mut self.clock else {
            return Err(SessionError::Refused("the clock does not run".into()));
        };
        clock.ends += Duration::from_secs(u64::from(seconds));
        if let Some(held) = &mut clock.held {
            *held += Duration::from_secs(u64::from(seconds));
        }
        clock.warned = false;
        let left = clock.held.unwrap_or_else(|| clock.ends.saturating_duration_since(Instant::now()));
        self.table.clock(ClockEvent::Set(left.as_secs() as u32)).map(drop)
    }

    /// Stops the clock.
    ///
    /// # Errors
    /// The log could not be written.
    pub fn stop_clock(&mut self) -> Result<(), SessionError> {
        if self.clock.take().is_none() {
            return Err(SessionError::Refused("the clock does not run".into()));
        }
        self.table.clock(ClockEvent::Stopped).map(drop)
    }

    /// Holds the clock, or lets it go on.
    pub fn hold(&mut self, hold: bool) {
        let now = Instant::now();
        if let Some(clock) = &mut self.clock {
            if hold {
                clock.held.get_or_insert(clock.ends.saturating_duration_since(now));
            } else if let Some(left) = clock.held.take() {
                clock.ends = now + left;
            }
        }
    }

    /// The next moment at which the clock wants attention.
    #[must_use]
    pub fn attention(&self) -> Option<Instant> {
        let clock = self.clock.as_ref().filter(|clock| clock.held.is_none())?;
        let notice = Duration::from_secs(60).min(Duration::from_secs(u64::from(clock.seconds)) / 5);
        Some(if clock.warned { clock.ends } else { clock.ends.checked_sub(notice).unwrap_or(clock.ends) })
    }

    /// Whether the clock wants attention now.
    #[must_use]
    pub fn due(&self) -> bool {
        self.attention().is_some_and(|at| Instant::now() >= at)
    }

    /// Lets the clock do what its time has come for; it starts anew with every stage that it ends.
    ///
    /// # Errors
    /// The log could not be written.
    pub fn tick(&mut self) -> Result<(), SessionError> {
        let told = self.struck();
        // The clock is kept for a restart's sake alone; the next input says what the disk refuses.
        let _ = self.keep();
        told
    }

    fn struck(&mut self) -> Result<(), SessionError> {
        let now = Instant::now();
        let Some(at) = self.attention() else { return Ok(()) };
        let Some(clock) = self.clock.as_mut().filter(|_| now >= at) else { return Ok(()) };
        if now < clock.ends {
            clock.warned = true;
            return self.table.clock(ClockEvent::Warned).map(drop);
        }
        let seconds = clock.seconds;
        self.clock = None;
        if self.table.course().waiting().is_empty() {
            return Ok(());
        }
        self.table.time_out()?;
        if !self.table.course().opening.facilitator {
            self.table.step()?;
            self.advance()?;
            return self.start_clock(seconds);
        }
        Ok(())
    }
}

/// What is shown where the disk refused.
pub const DISK: &str = "The disk refused";
/// What to do about it.
pub const DISK_REMEDY: &str =
    "What was acknowledged is safe. Make room on the disk, then end the server and start it again.";

fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// The key of an input, which is that of its form and of what was sent by it: forms of one page may bear one key, and
/// a page from before may be gone back to.
fn key_of(fields: &Fields) -> Option<String> {
    let key = fields.get("key")?;
    let sent: Vec<_> = fields.iter().filter(|(name, _)| *name != "key").collect();
    Some(format!("{key}:{}", &access::hash(&format!("{sent:?}"))[..16]))
}

/// Whether an input sends the half-typed text of a field, or makes it needless.
fn sends(fields: &Fields, field: &str) -> bool {
    let number = fields.get("number").map_or("", String::as_str);
    match fields.get("do").map_or("", String::as_str) {
        "type" => false,
        "answer" => field == format!("answer-{number}"),
        "refuse" | "grant" | "take_back" => {
            field == format!("refuse-{number}") || field.starts_with(&format!("grant-{number}-"))
        }
        "override" => field == format!("override-{number}"),
        "release" => field == "bulletin",
        "inject" => field.starts_with("inject-"),
        "clock" => field == "minutes",
        // Rulings are numbered afresh in every stage.
        "step" | "back" | "branch" => field.starts_with("override-"),
        verb => field == verb,
    }
}

/// A text with a capital first letter and a full stop.
#[must_use]
pub fn upper(text: &str) -> String {
    let text = marchland_report::wording::upper_first(text);
    if text.ends_with(['.', '!', '?']) { text } else { format!("{text}.") }
}
