//! The verbs of the facilitator.

use marchland_game::PlayerId;
use marchland_sim::turn::{Engine, Game, Setup};

use super::said::{breaks, paragraphs, said};
use super::{Receipt, Table};
use crate::course::{InjectState, inject, within_records};
use crate::entry::{Amendment, Card, Entry, Holder, Inject, What, When};
use crate::error::{SessionError, refused};
use crate::names;

impl Table {
    /// Amends the ruling on an order of the stage that is decided: success, leak, or both. The machine's
    /// result is kept beside it.
    ///
    /// # Errors
    /// The stage is not decided, there is no such legal order, nothing changes, or no reason is given.
    pub fn amend_ruling(
        &mut self,
        player: PlayerId,
        order: &str,
        success: Option<bool>,
        leaked: Option<bool>,
        reason: &str,
    ) -> Result<Receipt, SessionError> {
        let reason = reasoned(reason)?;
        let name = self.course.name(player).to_owned();
        let proposed = self.proposed()?;
        let found = proposed.iter().find(|item| item.player == name && item.on == order);
        let Some(ruling) = found.and_then(|item| item.ruling) else {
            let catalogue = &self.course.source.scenario.catalogue;
            let told = |text: &str| names::text_told(catalogue, text);
            let own = proposed.iter().filter(|item| item.player == name && item.ruling.is_some());
            let own = own.map(|item| told(&item.on)).collect();
            let who = names::player_told(catalogue, player);
            return refused(format!("{who} has no ruling on {}; it has: {}", told(order), or_none(own)));
        };
        if !ruling.legal() {
            return refused("an order that is not legal takes no effect, and cannot be overridden; inject instead");
        }
        if leaked.is_some() && ruling.leak_probability == 0.0 {
            let catalogue = &self.course.source.scenario.catalogue;
            return refused(format!("{} cannot leak", names::text_told(catalogue, order)));
        }
        let standing = |amended: Option<&Amendment>| {
            let success = amended.and_then(|amended| amended.success).unwrap_or(ruling.success);
            (success, amended.and_then(|amended| amended.leaked).unwrap_or(ruling.leaked))
        };
        let before = found.and_then(|item| item.amended.as_ref());
        let now = standing(before);
        stands_already((success.unwrap_or(now.0), leaked.unwrap_or(now.1)) == now, before, &reason)?;
        // What was overridden before of the same ruling stays so.
        let success = success.or(before.and_then(|before| before.success));
        let leaked = leaked.or(before.and_then(|before| before.leaked));
        let on = order.to_owned();
        let machine = (ruling.success, ruling.leaked);
        self.commit(vec![Entry::Amended(Amendment { player: name, on, success, leaked, reason, machine })])
    }

    /// Amends the result of a vote of the stage that is decided.
    ///
    /// # Errors
    /// The stage is not decided, nothing is voted on by that name, or no reason is given.
    pub fn amend_vote(&mut self, motion: &str, passed: bool, reason: &str) -> Result<Receipt, SessionError> {
        let reason = reasoned(reason)?;
        let proposed = self.proposed()?;
        let found = proposed.iter().find(|item| item.on == motion);
        let Some((item, vote)) = found.and_then(|item| Some((item, item.vote.as_ref()?))) else {
            let catalogue = &self.course.source.scenario.catalogue;
            let told = |name: &str| {
                catalogue.motion(name).map_or_else(|| format!("`{name}`"), |id| names::motion_told(catalogue, id))
            };
            let votes = proposed.iter().filter(|item| item.vote.is_some()).map(|item| told(&item.on)).collect();
            return refused(format!("no vote on {} is being counted; there are: {}", told(motion), or_none(votes)));
        };
        let before = item.amended.as_ref();
        let same = before.and_then(|amended| amended.success).unwrap_or(vote.passed) == passed;
        stands_already(same, before, &reason)?;
        let machine = (vote.passed, false);
        let (player, on) = (String::new(), motion.to_owned());
        let amended = Amendment { player, on, success: Some(passed), leaked: None, reason, machine };
        self.commit(vec![Entry::Amended(amended)])
    }

    pub(super) fn proposed(&self) -> Result<Vec<crate::course::ProposedRuling>, SessionError> {
        self.writable()?;
        if self.course.decided.is_empty() {
            return refused("there are no rulings yet: they are proposed once the stage is decided");
        }
        Ok(self.course.proposed())
    }

    /// Injects an event or a change of a stock: now, at the start of a turn, or at the start of the first
    /// round at which a condition holds. Returns its number too.
    ///
    /// # Errors
    /// It names what there is not, sets what cannot be set, lies in the past, or has no reason.
    pub fn inject(&mut self, what: What, when: When, reason: &str) -> Result<(u32, Receipt), SessionError> {
        self.writable()?;
        let reason = reasoned(reason)?;
        self.timely(&what, &when)?;
        let what = written(what)?;
        let number = self.course.injects.len() as u32 + 1;
        let done = self.commit(vec![Entry::Injected(Inject { inject: number, what, when, reason })])?;
        Ok((number, done))
    }

    /// Makes another of an inject that is to come: what, when or why. It keeps its number.
    ///
    /// # Errors
    /// There is no such inject, or it took effect or was called off already; or as of [`Self::inject`].
    pub fn revise_inject(&mut self, revised: Inject) -> Result<Receipt, SessionError> {
        self.writable()?;
        self.to_come(revised.inject)?;
        let reason = reasoned(&revised.reason)?;
        self.timely(&revised.what, &revised.when)?;
        let what = written(revised.what)?;
        self.commit(vec![Entry::Revised(Inject { what, reason, ..revised })])
    }

    /// Whether an inject is to come.
    fn to_come(&self, inject: u32) -> Result<(), SessionError> {
        match (inject as usize).checked_sub(1).and_then(|at| self.course.injects.get(at)) {
            Some(due) if due.state == InjectState::Waiting => Ok(()),
            Some(_) => refused(format!("inject {inject} is not to come any more")),
            None => refused(format!("there is no inject {inject}")),
        }
    }

    /// Whether something can be injected then.
    fn timely(&self, what: &What, when: &When) -> Result<(), SessionError> {
        self.possible(what)?;
        match when {
            When::Now if self.course.game.is_over() => return refused("the game is over"),
            When::Now => self.stays_within(what)?,
            When::Turn(turn) if *turn <= self.turn() => {
                return refused(format!("turn {turn} has begun already; leave out the turn to inject now"));
            }
            When::Turn(turn) if *turn > self.course.opening.turns => {
                return refused(format!("the game ends with turn {}", self.course.opening.turns));
            }
            When::Condition(text) => {
                let condition =
                    marchland_sim::scenario::parse_expression(&self.course.source.scenario.catalogue, text)?;
                within_records(&condition, &self.course.game)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Calls off an inject that is to come.
    ///
    /// # Errors
    /// There is no such inject, or it took effect or was called off already.
    pub fn call_off(&mut self, inject: u32) -> Result<Receipt, SessionError> {
        self.writable()?;
        self.to_come(inject)?;
        self.commit(vec![Entry::CalledOff { inject }])
    }

    /// Answers a request for information: its seat alone learns the answer.
    ///
    /// # Errors
    /// There is no such open request, or the answer is empty, too long or not on one line.
    pub fn answer(&mut self, request: u32, text: &str) -> Result<Receipt, SessionError> {
        self.writable()?;
        let text = said(text)?;
        match (request as usize).checked_sub(1).and_then(|at| self.course.requests.get(at)) {
            Some(asked) if asked.answer.is_none() => self.commit(vec![Entry::Answered { request, text }]),
            Some(_) => refused(format!("request {request} is answered already")),
            None => refused(format!("there is no request {request}")),
        }
    }

    /// Releases a bulletin, for everybody to read. It may have paragraphs: line breaks of any kind become line feeds.
    ///
    /// # Errors
    /// It is empty or too long, or holds a control character.
    pub fn release(&mut self, text: &str) -> Result<Receipt, SessionError> {
        let text = paragraphs(text)?;
        self.commit(vec![Entry::Released { text }])
    }

    /// Whether something can be injected.
    pub(crate) fn possible(&self, what: &What) -> Result<(), SessionError> {
        let catalogue = &self.course.source.scenario.catalogue;
        let (path, number) = match what {
            What::Event(name) => {
                names::event(catalogue, name)?;
                return Ok(());
            }
            What::Card(card) => {
                paragraphs(&card.text)?;
                for name in card.seen_by.iter().flatten() {
                    self.course.player(name)?;
                }
                for effect in &card.effects {
                    self.possible(&What::Add(effect.indicator.clone(), effect.by))?;
                }
                return Ok(());
            }
            What::Set(path, value) | What::Add(path, value) => (path, *value),
        };
        if !number.is_finite() {
            return refused("that is not a number");
        }
        let id = names::indicator(catalogue, path)?;
        let (info, told) = (&catalogue.indicators[id.index()], names::indicator_told(catalogue, id));
        if info.nature == marchland_game::Nature::Derived {
            let stocks = names::stocks_behind(catalogue, id);
            let named: Vec<String> = stocks.iter().take(6).map(|id| names::indicator_told(catalogue, *id)).collect();
            let remedy = match stocks.len() {
                0 => "no stock moves it".to_owned(),
                1..=6 => format!("set what it follows from: {}", named.join(", ")),
                more => format!("set what it follows from: {}, or one of {} more", named.join(", "), more - 6),
            };
            return refused(format!("{told} is computed anew each step and cannot be set; {remedy}"));
        }
        let (low, high) = info.range;
        let lies = || format!("{told} lies between {low} and {high} {}", info.unit);
        match what {
            What::Set(_, value) if !(low..=high).contains(value) => refused(lies()),
            What::Add(_, by) if by.abs() > high - low => {
                let share = if low == 0.0 && high == 1.0 { "; 5 points are written 0.05 or 5%" } else { "" };
                refused(format!("{}: it cannot change by {by}{share}", lies()))
            }
            _ => Ok(()),
        }
    }

    /// Refuses changes that would go beyond a stock's range as it stands: what is told of them would not be what happened.
    fn stays_within(&self, what: &What) -> Result<(), SessionError> {
        use marchland_game::Readings as _;
        let catalogue = &self.course.source.scenario.catalogue;
        let moves: Vec<(&str, f64)> = match what {
            What::Add(path, by) => vec![(path, *by)],
            What::Card(card) => card.effects.iter().map(|effect| (effect.indicator.as_str(), effect.by)).collect(),
            What::Event(_) | What::Set(..) => Vec::new(),
        };
        for (path, by) in moves {
            let id = names::indicator(catalogue, path)?;
            let ((low, high), now) = (catalogue.indicators[id.index()].range, self.course.game.truth().now(id));
            if !(low - 1e-9..=high + 1e-9).contains(&(now + by)) {
                let (way, room) = if by > 0.0 { ("rise", high - now) } else { ("fall", now - low) };
                let told = names::indicator_told(catalogue, id);
                return refused(format!(
                    "{told} stands at {now:.3} {} and can {way} by {room:.3} at most; change it by less, or set it",
                    catalogue.indicators[id.index()].unit
                ));
            }
        }
        Ok(())
    }

    /// The game as it would stand with some changes made now, beside the one at the table.
    ///
    /// # Errors
    /// A change is impossible.
    pub fn tried(&self, changes: &[What]) -> Result<Game, SessionError> {
        let game = &self.course.game;
        let mut tried = Engine::new(game.scenario()).start(&Setup {
            variant: std::sync::Arc::clone(game.variant()),
            lineup: game.lineup().clone(),
            seed: self.course.opening.seed,
            turns: self.course.opening.turns,
            tracing: false,
        });
        if let Err(error) = tried.restore(&game.snapshot()) {
            return refused(error.to_string());
        }
        for change in changes {
            self.possible(change)?;
            inject(&mut tried, change)?;
        }
        Ok(tried)
    }

    /// Gives a seat to a person or to a strategy, from the next decision on.
    ///
    /// # Errors
    /// The stage is decided, nothing changes, or the player may not play the strategy.
    pub fn seat(&mut self, player: PlayerId, holder: Holder) -> Result<Receipt, SessionError> {
        self.writable()?;
        if !self.course.decided.is_empty() {
            return refused("the stage is decided; step first, then change seats");
        }
        if self.course.held(player).holder == holder {
            let told = names::player_told(&self.course.source.scenario.catalogue, player);
            return refused(match &holder {
                Holder::Human => format!("a person plays {told} already"),
                Holder::Strategy(name) => format!("the strategy `{name}` plays {told} already"),
            });
        }
        // Built once before it is written, so that the log holds no seat that cannot be filled.
        self.course.source.seat(self.course.name(player), &holder, true)?;
        self.commit(vec![Entry::Seated { player: self.course.name(player).to_owned(), holder, from: None }])
    }

    /// Lets seats ask for their odds, or not.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn allow_odds(&mut self, odds: bool) -> Result<Receipt, SessionError> {
        self.commit(vec![Entry::Allowed { odds }])
    }

    /// A remark of the facilitator's.
    ///
    /// # Errors
    /// It is empty, too long or not on one line.
    pub fn note(&mut self, text: &str) -> Result<Receipt, SessionError> {
        let text = said(text)?;
        self.commit(vec![Entry::Noted { text, by: String::new() }])
    }

    /// A remark of somebody who observes, by the name that the facilitator knows it by.
    ///
    /// # Errors
    /// It is empty, too long or not on one line, or bears no name.
    pub fn observe(&mut self, by: &str, text: &str) -> Result<Receipt, SessionError> {
        // What a device is called is no reason to refuse what is said from it.
        let (by, text) = (said(&by.replace(|c: char| c.is_control() || breaks(c), " "))?, said(text)?);
        self.commit(vec![Entry::Noted { text, by }])
    }

    /// Ends the game at the start of a stage, before its last turn: reviews open, and no stage follows.
    ///
    /// # Errors
    /// The game is over, the stage is decided, or no reason is given.
    pub fn end(&mut self, reason: &str) -> Result<Receipt, SessionError> {
        self.writable()?;
        let reason = reasoned(reason)?;
        if self.course.game.is_over() {
            return refused("the game is over already");
        }
        if !self.course.decided.is_empty() {
            return refused("the stage is decided: end the stage first, then the game");
        }
        self.commit(vec![Entry::Ended { reason }])
    }
}

/// What is injected, as it is kept: a card's paragraphs are parted by line feeds.
fn written(what: What) -> Result<What, SessionError> {
    Ok(match what {
        What::Card(card) => What::Card(Card { text: paragraphs(&card.text)?, ..card }),
        what => what,
    })
}

/// A reason, which must be given.
pub(super) fn reasoned(text: &str) -> Result<String, SessionError> {
    if text.trim().is_empty() {
        return refused("give a reason: it stands in the log beside what you do");
    }
    said(text)
}

pub(super) fn or_none(names: Vec<String>) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// Refuses to override what stands so already, unless it was overridden for another reason.
pub(super) fn stands_already(same: bool, before: Option<&Amendment>, reason: &str) -> Result<(), SessionError> {
    if same && before.is_none_or(|before| before.reason == reason) {
        return refused("that is how it stands already: nothing would change");
    }
    Ok(())
}
