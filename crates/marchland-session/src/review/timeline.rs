//! What happened, in order, and who may know of it.

use marchland_game::{EventId, Moment, Order, PlayerId, PlayerSet, Round, Stage, Turn, Vote};
use serde::Serialize;

use crate::course::{Course, InjectState, ProposalState};
use crate::entry::{Entry, Party, What, When, free_action};

/// What kind of thing happened.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A branch began.
    Branch,
    /// A seat changed hands.
    Seat,
    /// The facilitator set something or made something happen.
    Inject,
    /// Private words.
    Message,
    /// A free action offered.
    Proposal,
    /// An order.
    Order,
    /// A ballot of a body.
    Vote,
    /// A ruling or a vote overridden by the facilitator.
    Override,
    /// Time ran out on a seat.
    Clock,
    /// An event.
    Event,
    /// The facilitator's remark.
    Note,
}

/// How an order or a free action was decided, in figures.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct RulingFigures {
    /// The chance it had, in [0, 1].
    pub chance: f64,
    /// The draw, in [0, 1): it succeeds below the chance. None where the reader may not know it.
    pub draw: Option<f64>,
    /// Whether it succeeded.
    pub success: bool,
    /// Whether others learnt of it.
    pub leaked: bool,
}

/// One thing that happened.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Happening {
    /// The turn.
    pub turn: u32,
    /// The month: `2010-04`.
    pub date: String,
    /// The round, from 0.
    pub round: u8,
    /// What kind.
    pub kind: Kind,
    /// Who; empty for nobody in particular.
    pub who: String,
    /// What, by name or in words.
    pub what: String,
    /// How it came out, or why; empty where there is nothing to say.
    pub result: String,
    /// Of a message, whom it was for; empty for anything else.
    pub to: String,
    /// Of an order that was legal and of a free action that was granted, how it was decided, for whoever may know that.
    pub ruling: Option<RulingFigures>,
    /// Whether the facilitator overruled how it came out: of an order or a free action, for the facilitator's eyes alone.
    pub overruled: bool,
    /// Whether `what` or `result` holds words that people typed.
    #[serde(skip)]
    pub typed: bool,
    #[serde(skip)]
    moment: Moment,
    #[serde(skip)]
    known: PlayerSet,
}

/// Everything that happened, in order; what the facilitator alone knows included.
pub(super) fn timeline<'a>(course: &Course, entries: impl Iterator<Item = &'a Entry>) -> Vec<Happening> {
    let mut writer = Writer { course, list: Vec::new() };
    writer.entries(entries);
    writer.orders();
    writer.votes();
    writer.events();
    writer.table();
    let mut list = writer.list;
    list.sort_by_key(|one| (one.moment, one.kind));
    list
}

/// What one seat may know of a timeline.
pub(super) fn for_seat(timeline: &[Happening], viewer: PlayerId, name: &str) -> Vec<Happening> {
    let known = timeline.iter().filter(|one| one.known.contains(viewer)).cloned();
    known
        .map(|mut one| {
            // How another's order came out is that one's to know.
            if one.kind == Kind::Order && one.who != name {
                one.result.clear();
            }
            if one.who != name {
                one.ruling = None;
            }
            if let Some(ruling) = &mut one.ruling {
                // What a seat is told of its own is the chance and how it came out.
                ruling.draw = None;
            }
            // Others hear what came of a free action, and not on which terms it was granted.
            if one.kind == Kind::Proposal && one.who != name {
                one.result.truncate(one.result.find(", at a chance").unwrap_or(one.result.len()));
            }
            // A vote's count shows it to everybody who hears it; nothing shows it of an order.
            one.overruled &= one.kind == Kind::Vote;
            one
        })
        .collect()
}

struct Writer<'a> {
    course: &'a Course,
    list: Vec<Happening>,
}

impl Writer<'_> {
    fn push(&mut self, moment: Moment, kind: Kind, known: PlayerSet, who: &str, what: String, result: String) {
        let date = self.course.source.scenario.calendar.start.of(moment.turn).to_string();
        self.list.push(Happening {
            turn: moment.turn.0,
            date,
            round: moment.round.0,
            kind,
            who: who.to_owned(),
            what,
            result,
            to: String::new(),
            ruling: None,
            overruled: false,
            typed: false,
            moment,
            known,
        });
    }

    /// Marks what was pushed last where the facilitator overruled it: the order or free action of a player, or a motion.
    fn overruled(&mut self, moment: Moment, player: &str, on: &str) {
        let course = self.course;
        let overruled = course.amendments.iter().any(|(at, amended)| {
            *at == moment && amended.player == player && amended.on == on && course.overruled(at, amended)
        });
        if let Some(last) = self.list.last_mut() {
            last.overruled = overruled;
        }
    }

    /// Notes of what was pushed last how it was decided.
    fn decided(&mut self, chance: f64, draw: f64, success: bool, leaked: bool) {
        if let Some(last) = self.list.last_mut() {
            last.ruling = Some(RulingFigures { chance, draw: Some(draw), success, leaked });
        }
    }

    fn typed(&mut self) {
        if let Some(last) = self.list.last_mut() {
            last.typed = true;
        }
    }

    /// What the entries alone hold: seats that changed hands, branches, time that ran out.
    fn entries<'b>(&mut self, entries: impl Iterator<Item = &'b Entry>) {
        let mut moment = Moment { turn: Turn(1), round: Round(0), stage: Stage::Orders };
        for entry in entries {
            match entry {
                Entry::StageEnded(end) => moment = end.next,
                Entry::Seated { player, holder, from } => {
                    let mut known = PlayerSet::NOBODY;
                    let from = from.as_deref().map(|name| format!("its person comes from {name}, whose office fell"));
                    for name in std::iter::once(player.as_str()) {
                        if let Ok(id) = self.course.player(name) {
                            known = known.with(id);
                        }
                    }
                    let what = format!("held by {}", holder.name());
                    self.push(moment, Kind::Seat, known, player, what, from.unwrap_or_default());
                }
                Entry::Branched { branch, from, turn } => {
                    let what = format!("branch {branch} leaves branch {from} at the start of turn {turn}");
                    let moment = Moment { turn: Turn(*turn), round: Round(0), stage: Stage::Orders };
                    self.push(moment, Kind::Branch, PlayerSet::NOBODY, "", what, String::new());
                }
                Entry::Given(given) if given.timed_out => {
                    let known =
                        self.course.player(&given.player).map_or(PlayerSet::NOBODY, |id| PlayerSet::NOBODY.with(id));
                    let what = "time ran out: the stated default was played".to_owned();
                    self.push(given.moment, Kind::Clock, known, &given.player, what, String::new());
                }
                _ => {}
            }
        }
    }

    fn orders(&mut self) {
        let course = self.course;
        let catalogue = &course.source.scenario.catalogue;
        for ruling in &course.rulings {
            let action = &catalogue.actions[ruling.order.action.index()];
            let mut known = action.visibility.seen_by(ruling.leaked);
            let result = match ruling.refusal {
                Some(refusal) => {
                    // A refused order never took place: its owner alone knows of it.
                    known = PlayerSet::NOBODY;
                    format!("refused, because {}", refusal.text(ruling.order.action, catalogue))
                }
                None => {
                    let success = if ruling.success { "succeeded" } else { "failed" };
                    let chance = format!("{success}, at a chance of {:.0} %", 100.0 * ruling.probability);
                    format!("{chance}{}", if ruling.leaked { ", and leaked" } else { "" })
                }
            };
            let what = catalogue.order_name(Order { ..ruling.order });
            let who = course.name(ruling.player).to_owned();
            self.push(ruling.moment, Kind::Order, known.with(ruling.player), &who, what.clone(), result);
            if ruling.legal() {
                self.decided(ruling.probability, ruling.draw, ruling.success, ruling.leaked);
            }
            self.overruled(ruling.moment, &who, &what);
        }
    }

    fn votes(&mut self) {
        let course = self.course;
        let catalogue = &course.source.scenario.catalogue;
        for vote in &course.votes {
            let motion = &catalogue.motions[vote.motion.index()];
            let body = &catalogue.institutions[motion.institution.index()];
            let members = body.members.iter().filter_map(|member| member.player);
            let known = members.fold(motion.seen_by, PlayerSet::with);
            let count = |wanted: Vote| vote.votes.iter().filter(|vote| **vote == wanted).count();
            let result = format!(
                "{}: {} yes, {} no, {} abstaining",
                if vote.passed { "carried" } else { "not carried" },
                count(Vote::Yes),
                count(Vote::No),
                count(Vote::Abstain)
            );
            let what = format!("{}: {}", body.title, motion.title);
            let by = vote.by.map_or_else(String::new, |by| course.name(by).to_owned());
            self.push(vote.moment, Kind::Vote, known, &by, what, result);
            self.overruled(vote.moment, "", &motion.id);
        }
    }

    fn events(&mut self) {
        let course = self.course;
        let catalogue = &course.source.scenario.catalogue;
        let happened: Vec<(Moment, EventId)> = course
            .records
            .iter()
            .flat_map(|record| {
                record.rounds.iter().enumerate().flat_map(move |(round, of)| {
                    // Events come last in a round.
                    let moment = Moment { turn: Turn(record.turn), round: Round(round as u8), stage: Stage::Ballots };
                    of.events.iter().map(move |event| (moment, *event))
                })
            })
            .collect();
        for (moment, event) in happened {
            let event = &catalogue.events[event.index()];
            self.push(moment, Kind::Event, event.seen_by, "", event.title.clone(), String::new());
        }
    }

    /// What people did around the game.
    fn table(&mut self) {
        let course = self.course;
        for (moment, amended) in &course.amendments {
            let mut what = format!("{} {}", amended.player, amended.on).trim().to_owned();
            if let Some(success) = amended.success {
                what += &format!(
                    ": {}, where the machine had {}",
                    amended.outcome(success),
                    amended.outcome(amended.machine.0)
                );
            }
            if let Some(leaked) = amended.leaked {
                what += if leaked { ": leaks" } else { ": does not leak" };
            }
            self.push(*moment, Kind::Override, PlayerSet::NOBODY, "facilitator", what, amended.reason.clone());
            self.typed();
        }
        let catalogue = &course.source.scenario.catalogue;
        let told = |path: &str| match catalogue.indicator(path) {
            Some(id) => catalogue.indicators[id.index()].title.clone(),
            None => path.to_owned(),
        };
        for due in &course.injects {
            let what = match &due.inject.what {
                What::Event(event) => match catalogue.event(event) {
                    Some(id) => format!("the event \u{201c}{}\u{201d}", catalogue.events[id.index()].title),
                    None => format!("the event {event}"),
                },
                What::Set(indicator, value) => format!("{} set to {value}", told(indicator)),
                What::Add(indicator, by) => format!("{} changed by {by}", told(indicator)),
                What::Card(card) => {
                    let moves = card
                        .effects
                        .iter()
                        .map(|effect| format!("{} changed by {}", told(&effect.indicator), effect.by));
                    let moves: Vec<String> = moves.collect();
                    let moves = if moves.is_empty() { String::new() } else { format!(" ({})", moves.join("; ")) };
                    format!("the card \u{201c}{}\u{201d}{moves}", card.on_one_line())
                }
            };
            let when = match &due.inject.when {
                When::Now => String::new(),
                When::Turn(turn) => format!(" at turn {turn}"),
                When::Condition(condition) => format!(" once {condition}"),
                When::Held => String::new(),
            };
            let (moment, state) = match due.state {
                InjectState::Happened(moment) => (moment, ""),
                InjectState::Waiting => (due.entered, " (did not come to pass)"),
                InjectState::CalledOff(moment) => (moment, " (called off)"),
            };
            let what = format!("{what}{when}{state}");
            self.push(moment, Kind::Inject, PlayerSet::NOBODY, "facilitator", what, due.inject.reason.clone());
            self.typed();
            // A card is told in its own words to those whom it names.
            if let (What::Card(card), InjectState::Happened(_)) = (&due.inject.what, due.state) {
                let players = (0..course.seats.len()).map(PlayerId::from_index);
                let told = players.filter(|player| card.tells(Some(course.name(*player))));
                let known = told.fold(PlayerSet::NOBODY, PlayerSet::with);
                self.push(moment, Kind::Event, known, "", card.on_one_line(), String::new());
                self.typed();
            }
        }
        for note in &course.notes {
            // An observer notes in its own name.
            let by = if note.by.is_empty() { "facilitator" } else { note.by.as_str() };
            self.push(note.moment, Kind::Note, PlayerSet::NOBODY, by, note.text.clone(), String::new());
            self.typed();
        }
        for letter in &course.letters {
            let name = |party: &Party| match party {
                Party::Chair => "facilitator".to_owned(),
                Party::Seat(name) => name.clone(),
            };
            let mut known = PlayerSet::NOBODY;
            for party in [&letter.from, &letter.to] {
                if let Party::Seat(name) = party
                    && let Ok(id) = course.player(name)
                {
                    known = known.with(id);
                }
            }
            let catalogue = &course.source.scenario.catalogue;
            let to = match &letter.to {
                Party::Chair => "the facilitator".to_owned(),
                Party::Seat(name) => match catalogue.player(name) {
                    Some(id) => {
                        let title = &catalogue.players[id.index()].title;
                        title.split(", ").next().unwrap_or(title).to_owned()
                    }
                    None => name.clone(),
                },
            };
            let what = format!("to {to}: {}", letter.text);
            self.push(letter.moment, Kind::Message, known, &name(&letter.from), what, String::new());
            if let Some(last) = self.list.last_mut() {
                last.to = name(&letter.to);
            }
            self.typed();
        }
        for (number, proposal) in (1..).zip(&course.proposals) {
            let own = PlayerSet::NOBODY.with(proposal.player);
            let (known, result) = match &proposal.state {
                ProposalState::Open => (own, "not decided".to_owned()),
                ProposalState::Promised(_) => (own, "granted; its dice had not fallen".to_owned()),
                ProposalState::Refused(reason) => (own, format!("refused: {reason}")),
                ProposalState::Granted(action, _, success) => {
                    let success = if *success { "succeeded" } else { "failed" };
                    let known = match &action.seen_by {
                        None => PlayerSet::EVERYBODY,
                        Some(names) => names.iter().fold(own, |known, name| match course.player(name) {
                            Ok(id) => known.with(id),
                            Err(_) => known,
                        }),
                    };
                    let price: Vec<String> = action
                        .cost
                        .iter()
                        .map(|(budget, cost)| {
                            let id = course.budget(proposal.player.index(), budget).ok();
                            let unit = id.map_or("", |id| catalogue.indicators[id.index()].unit.as_str());
                            format!("{cost} {unit} of {}", budget.replace('_', " "))
                        })
                        .collect();
                    let price = if price.is_empty() { "no price".to_owned() } else { price.join(", ") };
                    let chance = 100.0 * action.chance;
                    (known, format!("{success}, at a chance of {chance:.0} % and {price}, because {}", action.reason))
                }
            };
            let who = course.name(proposal.player).to_owned();
            self.push(proposal.moment(), Kind::Proposal, known, &who, proposal.text.clone(), result);
            if let ProposalState::Granted(action, draw, success) = &proposal.state {
                self.decided(action.chance, *draw, *success, false);
                self.overruled(proposal.moment(), &who, &free_action(number));
            }
            self.typed();
        }
    }
}

/// Takes out what people typed.
pub(super) fn anonymise(timeline: &mut [Happening]) {
    for one in timeline.iter_mut().filter(|one| one.typed) {
        match one.kind {
            // What was done stays; why, in somebody's words, goes.
            Kind::Inject if one.what.starts_with("card ") => {
                one.what = "a card".into();
                one.result.clear();
            }
            Kind::Override | Kind::Inject => one.result.clear(),
            Kind::Message => {
                let to = one.what.split(':').next().unwrap_or_default().to_owned();
                one.what = to;
            }
            Kind::Proposal => {
                one.what = "a free action".into();
                if one.result.starts_with("refused") {
                    one.result = "refused".into();
                }
                one.result.truncate(one.result.find(", because ").unwrap_or(one.result.len()));
            }
            _ => {
                one.what = "(words left out)".into();
                one.result.clear();
            }
        }
    }
}
