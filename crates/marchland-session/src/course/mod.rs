//! A game as its log tells it: entries go in, a game with its seats comes out, and no strategy is asked.

mod free;
mod injects;
mod stage;

pub(crate) use free::DraftBeside;
pub use free::{FreeRuling, Shortfall};
pub(crate) use injects::{inject, within_records};
pub(crate) use stage::{bytes, readings_hash};

use marchland_game::{Ballot, Choice, Moment, Order, PlayerId, Ruling, Stage, TurnRecord, Vote, VoteRecord};
use marchland_sim::turn::{Engine, Game};
use serde::{Deserialize, Serialize};

use crate::entry::{
    Amendment, DecisionRecord, Default as StatedDefault, Entry, FreeAction, Holder, Inject, Opening, Party, StateHash,
    What, When,
};
use crate::error::{SessionError, refused};
use crate::names;
use crate::opening::Source;

/// A game between two entries of its log.
pub struct Course {
    /// The scenario it plays.
    pub source: Source,
    /// How it was opened.
    pub opening: Opening,
    /// The game.
    pub game: Game,
    /// Seats, by `PlayerId`.
    pub seats: Vec<SeatState>,
    /// Records of the turns completed, with the causes of changes.
    pub records: Vec<TurnRecord>,
    /// Injects, by their number less one.
    pub injects: Vec<Due>,
    /// Free actions offered, by their number less one.
    pub proposals: Vec<Proposal>,
    /// Private words, in order.
    pub letters: Vec<Letter>,
    /// Requests for information, by their number less one.
    pub requests: Vec<Request>,
    /// Bulletins released, in order.
    pub bulletins: Vec<(Moment, String)>,
    /// The facilitator's remarks, in order.
    pub notes: Vec<Remark>,
    /// Amendments of all stages, in order.
    pub amendments: Vec<(Moment, Amendment)>,
    /// Rulings of all stages, as amended, in order.
    pub rulings: Vec<Ruling>,
    /// Votes of all stages, as amended, in order.
    pub votes: Vec<VoteRecord>,
    /// Whether seats may ask for their odds: in a game without a facilitator they may.
    pub odds_allowed: bool,
    /// Decisions of the stage that is decided and has not taken effect.
    pub decided: Vec<DecisionRecord>,
    choices: Vec<Choice>,
    /// Free actions that were promised and take place with the end of the stage: whose, what, and whether they succeed.
    falling: Vec<(PlayerId, FreeAction, bool)>,
    asked: bool,
    /// What the last stage's end says of the state; empty before any.
    state: StateHash,
}

/// A seat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SeatState {
    /// Who holds it.
    pub holder: Holder,
    /// Orders of the draft.
    pub orders: Vec<Order>,
    /// Ballots of the draft.
    pub ballots: Vec<Ballot>,
    /// Whether the draft is confirmed.
    pub submitted: bool,
    /// What it does where the clock runs out.
    pub default: StatedDefault,
    /// What it ordered in its last stage *Orders*.
    pub last: Vec<Order>,
    /// The player from which its person came, where its office fell.
    pub from: Option<PlayerId>,
    /// Drafts before the present one, in this stage.
    revisions: Vec<(Vec<Order>, Vec<Ballot>)>,
}

impl SeatState {
    fn new(holder: Holder) -> Self {
        Self {
            holder,
            orders: Vec::new(),
            ballots: Vec::new(),
            submitted: false,
            default: StatedDefault::default(),
            last: Vec::new(),
            from: None,
            revisions: Vec::new(),
        }
    }

    /// The draft before the present one; none where nothing was entered in this stage.
    #[must_use]
    pub fn before(&self) -> Option<&(Vec<Order>, Vec<Ballot>)> {
        self.revisions.last()
    }

    fn clear(&mut self) {
        self.orders.clear();
        self.ballots.clear();
        self.submitted = false;
        self.revisions.clear();
    }
}

/// An inject with what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Due {
    /// The inject.
    pub inject: Inject,
    /// When it was entered.
    pub entered: Moment,
    /// What became of it.
    pub state: InjectState,
    /// Read from the inject's text.
    #[serde(skip)]
    condition: Option<marchland_game::Expression>,
}

/// What became of an inject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InjectState {
    /// It is to come.
    Waiting,
    /// It took effect at this place.
    Happened(Moment),
    /// It was called off at this place.
    CalledOff(Moment),
}

/// A free action with what became of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposal {
    /// Who offered it.
    pub player: PlayerId,
    /// The offer.
    pub text: String,
    /// When.
    pub offered: Moment,
    /// When it took place or was refused; none before.
    pub answered: Option<Moment>,
    /// What became of it.
    pub state: ProposalState,
}

impl Proposal {
    /// The moment to which it belongs in what is told of a game: that of its answer, or else of its offer.
    #[must_use]
    pub fn moment(&self) -> Moment {
        self.answered.unwrap_or(self.offered)
    }

    /// Whether the facilitator still has to answer it, or may answer otherwise.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        matches!(self.state, ProposalState::Open | ProposalState::Promised(_))
    }
}

/// What became of a free action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ProposalState {
    /// Nothing yet.
    Open,
    /// It is promised: its dice fall with the rulings of the stage, and until the stage ends it may be promised otherwise,
    /// taken back or refused.
    Promised(FreeAction),
    /// It took place: what it was, the draw, whether it succeeded.
    Granted(FreeAction, f64, bool),
    /// It was refused, for a reason.
    Refused(String),
}

/// A request for information.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// Who asks.
    pub player: PlayerId,
    /// What it wants to know.
    pub text: String,
    /// When.
    pub asked: Moment,
    /// When and what the facilitator answered; none where it has not.
    pub answer: Option<(Moment, String)>,
}

/// A remark on a moment of the game.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Remark {
    /// The moment.
    pub moment: Moment,
    /// The observer who made it; empty where it is the facilitator's.
    pub by: String,
    /// The remark.
    pub text: String,
}

/// Private words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    /// When.
    pub moment: Moment,
    /// From whom.
    pub from: Party,
    /// To whom.
    pub to: Party,
    /// The words.
    pub text: String,
}

/// What the machine proposes for one order, one motion or one free action, and how it stands amended.
#[derive(Clone, Debug, PartialEq)]
pub struct ProposedRuling {
    /// The ruling on an order.
    pub ruling: Option<Ruling>,
    /// The count of a vote.
    pub vote: Option<VoteRecord>,
    /// The dice of a free action that is promised.
    pub free: Option<FreeRuling>,
    /// The player of the order or of the free action; empty for a vote.
    pub player: String,
    /// The order's or the motion's name, or `free action 2`.
    pub on: String,
    /// The amendment, where there is one.
    pub amended: Option<Amendment>,
}

impl Course {
    /// The game of an opening, before anything happened. Where nobody is to be `asked`, no strategy is
    /// built: every seat is played by the log.
    ///
    /// # Errors
    /// The opening does not fit the scenario's files.
    pub fn open(source: &Source, opening: &Opening, asked: bool) -> Result<Self, SessionError> {
        let setup = source.setup(opening, asked)?;
        let mut game = Engine::new(&source.scenario).with_assumed(source.assumed()?).start(&setup);
        game.set_recording(true);
        let catalogue = &source.scenario.catalogue;
        let mut seats = Vec::with_capacity(catalogue.players.len());
        for (at, player) in catalogue.players.iter().enumerate() {
            match opening.seats.get(at) {
                Some((name, holder)) if *name == player.id => seats.push(SeatState::new(holder.clone())),
                _ => return refused(format!("the opening names no holder for `{}`", player.id)),
            }
        }
        Ok(Self {
            source: source.clone(),
            opening: opening.clone(),
            game,
            choices: vec![Choice::default(); seats.len()],
            seats,
            records: Vec::new(),
            injects: Vec::new(),
            proposals: Vec::new(),
            letters: Vec::new(),
            requests: Vec::new(),
            bulletins: Vec::new(),
            notes: Vec::new(),
            amendments: Vec::new(),
            rulings: Vec::new(),
            votes: Vec::new(),
            odds_allowed: !opening.facilitator,
            decided: Vec::new(),
            falling: Vec::new(),
            asked,
            state: StateHash::new(),
        })
    }

    /// Lets an entry take effect. A stage's end is played; see [`Self::end_stage`], which says whether it
    /// came out as the entry has it.
    ///
    /// # Errors
    /// The entry does not fit the game as it stands.
    pub fn follow(&mut self, entry: &Entry) -> Result<(), SessionError> {
        let moment = self.game.moment();
        match entry {
            Entry::Opened(_) => return refused("a game is opened once"),
            Entry::Seated { player, holder, from } => {
                let id = self.player(player)?;
                let seat = self.source.seat(player, holder, self.asked)?;
                let from = from.as_ref().map(|from| self.player(from)).transpose()?;
                self.game.seat(id, seat);
                let held = &mut self.seats[id.index()];
                held.clear();
                held.holder = holder.clone();
                held.from = from;
            }
            Entry::Drafted { player, orders, ballots } => self.draft(player, orders, ballots)?,
            Entry::Submitted { player } => self.held_mut(player)?.submitted = true,
            Entry::Withdrawn { player } => self.held_mut(player)?.submitted = false,
            Entry::Stated { player, default } => self.held_mut(player)?.default = *default,
            Entry::Given(given) => self.give(given)?,
            Entry::Amended(amended) => self.amendments.push((moment, amended.clone())),
            Entry::StageEnded(end) => {
                self.end_stage_like(end);
            }
            Entry::Injected(inject) => self.enter(inject)?,
            Entry::Revised(inject) => self.revise(inject)?,
            Entry::Happened { inject } => self.happen(*inject)?,
            Entry::Noted { text, by } => self.notes.push(Remark { moment, by: by.clone(), text: text.clone() }),
            Entry::Message { from, to, text } => {
                self.letters.push(Letter { moment, from: from.clone(), to: to.clone(), text: text.clone() });
            }
            Entry::Proposed { player, text, .. } => {
                let player = self.player(player)?;
                let state = ProposalState::Open;
                let answered = None;
                self.proposals.push(Proposal { player, text: text.clone(), offered: moment, answered, state });
            }
            Entry::Promised { proposal, action } => self.promise(*proposal, action)?,
            Entry::TakenBack { proposal } => self.take_back(*proposal)?,
            Entry::Granted { proposal, action, draw, success } => self.grant(*proposal, action, *draw, *success)?,
            Entry::Refused { proposal, reason } => self.refuse(*proposal, reason)?,
            Entry::Requested { player, text, .. } => {
                let player = self.player(player)?;
                self.requests.push(Request { player, text: text.clone(), asked: moment, answer: None });
            }
            Entry::Answered { request, text } => {
                let at = (*request as usize).checked_sub(1);
                match at.and_then(|at| self.requests.get_mut(at)) {
                    Some(asked) => asked.answer = Some((moment, text.clone())),
                    None => return refused(format!("there is no request {request}")),
                }
            }
            Entry::Released { text } => self.bulletins.push((moment, text.clone())),
            Entry::CalledOff { inject } => {
                let at = (*inject as usize).checked_sub(1);
                match at.and_then(|at| self.injects.get_mut(at)) {
                    Some(due) => due.state = InjectState::CalledOff(moment),
                    None => return refused(format!("there is no inject {inject}")),
                }
            }
            Entry::Allowed { odds } => self.odds_allowed = *odds,
            Entry::Ended { .. } => self.game.end_here(),
            Entry::Clock(_)
            | Entry::Paused { .. }
            | Entry::Accepted { .. }
            | Entry::Pinned { .. }
            | Entry::Branched { .. }
            | Entry::Turned { .. } => {}
        }
        Ok(())
    }

    /// The player of a name.
    ///
    /// # Errors
    /// There is none.
    pub fn player(&self, name: &str) -> Result<PlayerId, SessionError> {
        names::player(&self.source.scenario.catalogue, name)
    }

    /// The name of a player.
    #[must_use]
    pub fn name(&self, player: PlayerId) -> &str {
        &self.source.scenario.catalogue.players[player.index()].id
    }

    /// The seat of a player.
    #[must_use]
    pub fn held(&self, player: PlayerId) -> &SeatState {
        &self.seats[player.index()]
    }

    fn held_mut(&mut self, player: &str) -> Result<&mut SeatState, SessionError> {
        let id = self.player(player)?;
        Ok(&mut self.seats[id.index()])
    }

    /// People who have something to decide in this stage and have not confirmed, in the players' order.
    #[must_use]
    pub fn waiting(&self) -> Vec<PlayerId> {
        if self.game.is_over() {
            return Vec::new();
        }
        let ids = (0..self.seats.len()).map(PlayerId::from_index);
        ids.filter(|id| self.held(*id).holder.is_human() && !self.held(*id).submitted && self.game.decides(*id))
            .collect()
    }

    /// People, in the players' order.
    #[must_use]
    pub fn people(&self) -> Vec<PlayerId> {
        (0..self.seats.len()).map(PlayerId::from_index).filter(|id| self.held(*id).holder.is_human()).collect()
    }

    /// The seat that a person whose office fell may move to: that of the player who succeeds it, where
    /// that one is in office and no person holds it.
    #[must_use]
    pub fn offered(&self, fallen: PlayerId) -> Option<PlayerId> {
        if !self.held(fallen).holder.is_human() || self.game.in_office(fallen) {
            return None;
        }
        let players = &self.source.scenario.catalogue.players;
        let heir = players.iter().position(|player| player.succeeds == Some(fallen)).map(PlayerId::from_index)?;
        (self.game.in_office(heir) && !self.held(heir).holder.is_human()).then_some(heir)
    }

    fn draft(&mut self, player: &str, orders: &[String], ballots: &[(String, Vote)]) -> Result<(), SessionError> {
        let catalogue = &self.source.scenario.catalogue;
        let orders =
            orders.iter().map(|text| names::order_named(catalogue, text)).collect::<Result<Vec<Order>, _>>()?;
        let ballots = ballots
            .iter()
            .map(|(name, vote)| Ok(Ballot { motion: names::motion(catalogue, name)?, vote: *vote }))
            .collect::<Result<Vec<Ballot>, SessionError>>()?;
        let held = self.held_mut(player)?;
        let new = (orders, ballots);
        if held.revisions.last() == Some(&new) {
            // Only taking something back leads to the draft before.
            held.revisions.pop();
        } else {
            held.revisions.push((held.orders.clone(), held.ballots.clone()));
        }
        (held.orders, held.ballots) = new;
        Ok(())
    }

    fn give(&mut self, given: &DecisionRecord) -> Result<(), SessionError> {
        if given.moment != self.game.moment() {
            return refused(format!(
                "a decision of turn {} stands where the game is in turn {}",
                given.moment.turn.0,
                self.game.moment().turn.0
            ));
        }
        let catalogue = &self.source.scenario.catalogue;
        let id = names::player(catalogue, &given.player)?;
        let mut choice = Choice { notes: given.notes.clone(), forfeit: given.forfeit, ..Choice::default() };
        for text in &given.orders {
            choice.orders.push(names::order_named(catalogue, text)?);
        }
        for (name, vote) in &given.ballots {
            choice.ballots.push(Ballot { motion: names::motion(catalogue, name)?, vote: *vote });
        }
        if given.moment.stage == Stage::Orders {
            self.seats[id.index()].last = choice.orders.to_vec();
        }
        self.choices[id.index()] = choice;
        if let Some(memory) = &given.memory {
            self.game.remember(id, memory);
        }
        self.decided.push(given.clone());
        Ok(())
    }

    fn proposal_mut(&mut self, number: u32) -> Result<&mut Proposal, SessionError> {
        match (number as usize).checked_sub(1).and_then(|at| self.proposals.get_mut(at)) {
            Some(proposal) => Ok(proposal),
            None => refused(format!("there is no proposal {number}")),
        }
    }

    /// Choices of the stage that is decided, by `PlayerId`.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        &self.choices
    }

    /// Cards that happened in a turn or after it and that a player was told of, with their turns; for none, those that
    /// everybody was told of. Each on one line.
    pub fn cards(&self, since: u32, player: Option<PlayerId>) -> impl Iterator<Item = (u32, String)> {
        let name = player.map(|player| self.name(player));
        self.injects.iter().filter_map(move |due| match (&due.inject.what, due.state) {
            (What::Card(card), InjectState::Happened(moment)) if moment.turn.0 >= since && card.tells(name) => {
                Some((moment.turn.0, card.on_one_line()))
            }
            _ => None,
        })
    }

    /// Injects that are due at the start of the round that the game stands at, by number.
    #[must_use]
    pub fn due(&self) -> Vec<u32> {
        let moment = self.game.moment();
        if self.game.is_over() || moment.stage != Stage::Orders {
            return Vec::new();
        }
        let due = self.injects.iter().filter(|due| due.state == InjectState::Waiting);
        due.filter(|due| match &due.inject.when {
            When::Now | When::Held => false,
            When::Turn(turn) => moment.round.0 == 0 && moment.turn.0 >= *turn,
            When::Condition(_) => due.condition.as_ref().is_some_and(|condition| condition.holds(&self.game.truth())),
        })
        .map(|due| due.inject.inject)
        .collect()
    }
}
