//! What a seat is shown: computed from its decision alone, so that equal observations give equal views.

use marchland_game::{
    ActionId, Budget, EventId, IndicatorId, Moment, MotionId, Order, PlayerId, PlayerSet, Readings, Sight, Stage,
    TurnRecord, Visibility, Vote,
};
use marchland_laws::state::country::ExitMode;
use marchland_sim::turn::Game;
use marchland_sim::world::CodedState;
use serde::Serialize;

use crate::course::{Course, DraftBeside, Letter, ProposalState};
use crate::entry::Party;
use crate::names::order_names;
use crate::table::Table;
use crate::talks::{DealEnd, TalkView, deals_ended, talks};

/// Everything that a seat may look at in one stage.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeatView {
    /// The player.
    pub player: String,
    /// Its display.
    pub title: String,
    /// When, and on what.
    pub moment: Moment,
    /// The month: `2010-04`.
    pub date: String,
    /// Turns of the game.
    pub turns: u32,
    /// Whether the game is over.
    pub over: bool,
    /// Whether the player is in office.
    pub in_office: bool,
    /// What everybody may know of the role.
    pub briefing: String,
    /// What only the seat is told.
    pub private_briefing: String,
    /// What it plays for: indicator, and whether more of it is better.
    pub aims: Vec<(String, bool)>,
    /// What is left in each budget, less what the draft costs and what is set aside for free actions that are granted.
    pub budgets: Vec<(String, f64)>,
    /// Orders that may still be added in this turn.
    pub orders_left: u8,
    /// What it knows: what it plays for, then what the scenario shows.
    pub knowledge: Vec<Knowledge>,
    /// Its actions, grouped by instrument; numbers hold for the whole game.
    pub actions: Vec<OrderView>,
    /// Its offers, offers to it and its agreements.
    pub talks: Vec<TalkView>,
    /// Motions on which it votes.
    pub motions: Vec<MotionView>,
    /// Orders of its draft.
    pub draft: Vec<String>,
    /// Whether it has confirmed.
    pub submitted: bool,
    /// Whether the stage is decided and waits for the facilitator.
    pub decided: bool,
    /// What reached it since the last month began.
    pub news: Vec<News>,
    /// The seat that its person may move to, where its office fell.
    pub offered: Option<String>,
}

/// What a seat knows of an indicator.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Knowledge {
    /// Its path.
    pub indicator: String,
    /// The value seen, or believed.
    pub value: f64,
    /// The value's name, where it is a coded state.
    pub label: Option<String>,
    /// Standard deviation of its error.
    pub sd: f64,
    /// Its age in months; none where it was never seen and this is the public expectation.
    pub age: Option<u32>,
    /// Unit.
    pub unit: String,
    /// One sentence.
    pub meaning: String,
    /// What was known of it month by month, oldest first, at most twelve.
    pub trend: Vec<f64>,
}

/// An action of a seat.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OrderView {
    /// Its number.
    pub number: usize,
    /// Its name.
    pub action: String,
    /// Display.
    pub title: String,
    /// What it does.
    pub meaning: String,
    /// The instrument it belongs to.
    pub instrument: String,
    /// Who learns of it: public, private, covert.
    pub visibility: &'static str,
    /// Its options.
    pub options: Vec<OptionView>,
}

/// An option of an action.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OptionView {
    /// Its name.
    pub option: String,
    /// What it costs, by budget; what costs nothing is left out.
    pub cost: Vec<(String, f64)>,
    /// Why it may not be ordered beside the draft; none where it may.
    pub refusal: Option<String>,
    /// The legal order nearest to it, where it may not be ordered and there is one.
    pub near: Option<String>,
}

/// A motion on which a seat votes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MotionView {
    /// Its name.
    pub motion: String,
    /// The question.
    pub title: String,
    /// The body that votes.
    pub institution: String,
    /// Who tabled it; none where an event did.
    pub by: Option<String>,
    /// What a yes rather than a no is worth to the player, as a share of its payoff range.
    pub stake_share: f64,
    /// The vote entered.
    pub vote: Option<Vote>,
}

/// Something that reached a seat.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct News {
    /// When.
    pub turn: u32,
    /// What kind of thing: fall, order, ruling, deal, event, vote, message, proposal.
    pub kind: &'static str,
    /// Who, by name; empty where nobody.
    pub who: String,
    /// What, by name or in words; of a fall, the way by the label of `exit_mode`.
    pub what: String,
    /// How it came out, where that is known.
    pub result: String,
    /// What a teller has words of its own for.
    #[serde(skip)]
    pub fact: Option<Fact>,
}

/// News that the scenario, or the engine, has words for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fact {
    /// An event happened.
    Event(EventId),
    /// Office was lost in this way.
    Fall(ExitMode),
    /// A deal of the seat's own came to nothing, or to its end, without anybody's move.
    Deal(DealEnd),
}

/// What a seat is told of a free action of its own that is promised: no chance, and no dice before they have fallen.
const GRANTED: &str = "granted; the dice fall with the rulings";

/// What a seat is answered that would enter something while others vote on what it is not told of.
pub(crate) const CLOSED: &str = "your part of this stage is done, and the others' is not";

/// Months of a trend, at most.
const TREND: u32 = 12;

impl Table {
    /// What a seat is shown now.
    #[must_use]
    pub fn view(&self, player: PlayerId) -> SeatView {
        let course = self.course();
        let scenario = &course.source.scenario;
        let catalogue = &scenario.catalogue;
        let info = &catalogue.players[player.index()];
        let game = &course.game;
        let (moment, hidden) = course.moment_of(player);
        let held = course.held(player);
        let weights = &game.variant().weights[player.index()];
        let aims = info.payoffs.terms.iter().zip(weights).map(|(term, weight)| {
            let up = term.scale.is_none_or(|(zero, one)| one > zero);
            (catalogue.indicators[term.indicator.index()].path.clone(), up == (*weight > 0.0))
        });
        let mut known: Vec<IndicatorId> = info.payoffs.terms.iter().map(|term| term.indicator).collect();
        known.extend(scenario.shown.iter().copied());
        let mut listed = Vec::new();
        known.retain(|id| {
            !listed.contains(id) && {
                listed.push(*id);
                true
            }
        });
        // Who has lost office knows what everybody knows.
        if !game.in_office(player) {
            known.retain(|id| crate::public_view::public(&catalogue.indicators[id.index()]));
        }
        let spent = self.cost(&held.orders);
        let draft: Vec<Order> = held.orders.clone();
        let spent = spent.into_iter().zip(course.set_aside(player));
        let budgets =
            Budget::ALL.into_iter().zip(info.budgets).zip(spent).filter_map(|((budget, id), (spent, aside))| {
                let left = game.at_decision(player, |at| id.map(|id| at.observation.estimate(id).value));
                left.map(|left| (budget.name().to_owned(), left - spent - aside))
            });
        let given = usize::from(game.state().orders_this_turn[player.index()]) + catalogue.orders_counted(&draft);
        SeatView {
            player: info.id.clone(),
            title: info.title.clone(),
            moment,
            date: scenario.calendar.start.of(moment.turn).to_string(),
            turns: course.opening.turns,
            over: game.is_over(),
            in_office: game.in_office(player),
            briefing: info.briefing.clone(),
            private_briefing: info.private_briefing.clone(),
            aims: aims.collect(),
            budgets: budgets.collect(),
            orders_left: (usize::from(info.orders_per_turn)).saturating_sub(given) as u8,
            knowledge: known.into_iter().map(|id| self.knowledge(player, id)).collect(),
            actions: self.actions(player),
            talks: if game.in_office(player) { talks(game, player) } else { Vec::new() },
            motions: self.motions(player),
            draft: order_names(catalogue, &draft),
            submitted: held.submitted || hidden,
            decided: course.waits(hidden),
            news: news(course, player),
            offered: course.offered(player).map(|heir| course.name(heir).to_owned()),
        }
    }

    /// What a seat knows of an indicator.
    #[must_use]
    pub fn knowledge(&self, player: PlayerId, id: IndicatorId) -> Knowledge {
        known(&self.course().game, player, id)
    }

    /// A seat's actions, grouped by instrument, in the catalogue's order within each.
    fn actions(&self, player: PlayerId) -> Vec<OrderView> {
        let course = self.course();
        let catalogue = &course.source.scenario.catalogue;
        let draft = &course.held(player).orders;
        let (moment, hidden) = course.moment_of(player);
        self.numbered(player)
            .into_iter()
            .enumerate()
            .map(|(at, id)| {
                let action = &catalogue.actions[id.index()];
                let options = action.options.iter().enumerate().map(|(option, plan)| {
                    let order = Order { action: id, option: option as u8 };
                    let others: Vec<Order> = draft.iter().copied().filter(|other| other.action != id).collect();
                    let refusal = match moment.stage {
                        _ if hidden => Some(CLOSED.to_owned()),
                        Stage::Ballots => Some("this stage is for votes".to_owned()),
                        Stage::Orders => course.game.at_decision(player, |at| {
                            let mut with = DraftBeside::new(course, player);
                            for other in &others {
                                // A draft that an inject made illegal is judged order by order.
                                let _ = with.add(*other, at);
                            }
                            with.add(order, at).err().map(|refusal| refusal.text(id, catalogue))
                        }),
                    };
                    let cost = Budget::ALL.into_iter().zip(plan.cost).filter(|(_, cost)| *cost != 0.0);
                    let near = match moment.stage {
                        _ if hidden => None,
                        // Nothing is near a move about a deal but the deal's own moves, which stand beside it.
                        Stage::Orders if refusal.is_some() && catalogue.deal_move(order.action).is_none() => {
                            self.nearest_legal(player, order)
                        }
                        _ => None,
                    };
                    OptionView {
                        option: plan.id.clone(),
                        cost: cost.map(|(budget, cost)| (budget.name().to_owned(), cost)).collect(),
                        refusal,
                        near: near.map(|order| catalogue.order_name(order)),
                    }
                });
                OrderView {
                    number: at + 1,
                    action: action.id.clone(),
                    title: action.title.clone(),
                    meaning: action.meaning.clone(),
                    instrument: action.instrument.clone(),
                    visibility: match action.visibility {
                        Visibility::Public => "public",
                        Visibility::Private(_) => "private",
                        Visibility::Covert => "covert",
                    },
                    options: options.collect(),
                }
            })
            .collect()
    }

    /// The actions of a player in the order of their numbers, from 1: grouped by instrument as the
    /// catalogue first names them.
    #[must_use]
    pub fn numbered(&self, player: PlayerId) -> Vec<ActionId> {
        crate::names::numbered(&self.course().source.scenario.catalogue, player)
    }

    fn motions(&self, player: PlayerId) -> Vec<MotionView> {
        let course = self.course();
        let catalogue = &course.source.scenario.catalogue;
        if course.game.moment().stage != Stage::Ballots {
            return Vec::new();
        }
        let span = catalogue.players[player.index()].payoffs.span();
        course
            .motions_of(player)
            .into_iter()
            .map(|id| {
                let motion = &catalogue.motions[id.index()];
                let tabled = course.game.state().tabled.iter().find(|tabled| tabled.motion == id);
                let vote = course.held(player).ballots.iter().find(|ballot| ballot.motion == id);
                MotionView {
                    motion: motion.id.clone(),
                    title: motion.title.clone(),
                    institution: catalogue.institutions[motion.institution.index()].title.clone(),
                    by: tabled.and_then(|tabled| tabled.by).map(|by| course.name(by).to_owned()),
                    stake_share: course.game.at_decision(player, |at| at.observation.stake(id)) / span,
                    vote: vote.map(|ballot| ballot.vote),
                }
            })
            .collect()
    }

    fn cost(&self, orders: &[Order]) -> [f64; Budget::ALL.len()] {
        let catalogue = &self.course().source.scenario.catalogue;
        let mut sum = [0.0; Budget::ALL.len()];
        for order in orders {
            let cost = catalogue.actions[order.action.index()].options[usize::from(order.option)].cost;
            for (sum, cost) in sum.iter_mut().zip(cost) {
                *sum += cost;
            }
        }
        sum
    }
}

/// What a player knows of an indicator at its decision.
#[must_use]
pub fn known(game: &Game, player: PlayerId, id: IndicatorId) -> Knowledge {
    game.at_decision(player, |at| {
        let estimate = at.observation.estimate(id);
        // What lies further back than the game's records, or before its start, is no trend.
        let back = at.observation.looks_back(id).min(at.moment.turn.0.saturating_sub(1)).min(TREND - 1);
        let trend = match estimate.age {
            None => Vec::new(),
            Some(_) => (0..=back).rev().map(|months| at.observation.ago(id, months)).collect(),
        };
        knowledge_of(game, id, estimate.value, (estimate.sd, estimate.age), trend)
    })
}

/// An indicator as it is, with the months that were played: for whoever may see the truth.
#[must_use]
pub fn truth(game: &Game, records: &[TurnRecord], id: IndicatorId) -> Knowledge {
    let now = game.truth().now(id);
    let from = records.len().saturating_sub(TREND as usize);
    let mut trend: Vec<f64> =
        records[from..].iter().filter_map(|record| record.indicators.get(id.index()).copied()).collect();
    // The record of the month that has ended is where this one begins; an inject may have moved it since.
    match trend.last_mut() {
        Some(last) => *last = now,
        None => trend.push(now),
    }
    knowledge_of(game, id, now, (0.0, Some(0)), trend)
}

fn knowledge_of(game: &Game, id: IndicatorId, value: f64, (sd, age): (f64, Option<u32>), trend: Vec<f64>) -> Knowledge {
    let info = &game.scenario().catalogue.indicators[id.index()];
    Knowledge {
        indicator: info.path.clone(),
        value,
        label: info.label(value).map(str::to_owned),
        sd,
        age,
        unit: info.unit.clone(),
        meaning: info.meaning.clone(),
        trend,
    }
}

/// Events since a turn that whoever asks has seen: `told` of a set of players.
pub(crate) fn event_news(course: &Course, since: u32, told: &dyn Fn(PlayerSet) -> bool) -> Vec<News> {
    let events = course.source.scenario.catalogue.events.iter().enumerate();
    let last = &course.game.state().last_event;
    let seen = events.filter(|(at, event)| last[*at] >= since.max(1) && told(event.seen_by));
    let news = |(at, event): (usize, &marchland_game::Event)| News {
        turn: last[at],
        kind: "event",
        who: String::new(),
        what: event.title.clone(),
        result: String::new(),
        fact: Some(Fact::Event(EventId::from_index(at))),
    };
    seen.map(news).collect()
}

/// The loss of office since a turn, where `told` says that the indicators of when and how are seen at once: no order and
/// no event, and more news than any.
pub(crate) fn fall_news(course: &Course, since: u32, told: &dyn Fn(IndicatorId) -> bool) -> Option<News> {
    let scenario = &course.source.scenario;
    let catalogue = &scenario.catalogue;
    let country = &catalogue.indicators[scenario.regime?.status.index()].entity;
    let own = |field: &str| catalogue.indicator(&format!("{country}.{field}")).filter(|id| told(*id));
    let (turn, way) = (own("exit_turn")?, own("exit_mode")?);
    let truth = course.game.truth();
    let when = truth.now(turn) as u32;
    let what = catalogue.indicators[way.index()].label(truth.now(way))?.to_owned();
    (when >= since.max(1)).then(|| News {
        turn: when,
        kind: "fall",
        who: String::new(),
        what,
        result: String::new(),
        fact: Some(Fact::Fall(ExitMode::nearest(truth.now(way)))),
    })
}

/// Cards since a turn, as a seat was told of them; as everybody was, for none.
pub(crate) fn card_news(course: &Course, since: u32, viewer: Option<PlayerId>) -> Vec<News> {
    let news = |(turn, what): (u32, String)| News {
        turn,
        kind: "event",
        who: String::new(),
        what,
        result: String::new(),
        fact: None,
    };
    course.cards(since, viewer).map(news).collect()
}

/// Votes since a turn that whoever asks has seen: `told` of a motion.
pub(crate) fn vote_news(course: &Course, since: u32, told: &dyn Fn(MotionId) -> bool) -> Vec<News> {
    let motions = &course.source.scenario.catalogue.motions;
    let votes = course.votes.iter().filter(|vote| vote.moment.turn.0 >= since);
    votes
        .filter(|vote| told(vote.motion))
        .map(|vote| News {
            turn: vote.moment.turn.0,
            kind: "vote",
            who: vote.by.map_or_else(String::new, |by| course.name(by).to_owned()),
            what: motions[vote.motion.index()].title.clone(),
            result: if vote.passed { "carried".into() } else { "not carried".into() },
            fact: None,
        })
        .collect()
}

/// What reached a seat since the last month began.
fn news(course: &Course, viewer: PlayerId) -> Vec<News> {
    let catalogue = &course.source.scenario.catalogue;
    let game = &course.game;
    let since = game.moment().turn.0.saturating_sub(1);
    let name = course.name(viewer);
    let at_once = |id: IndicatorId, viewer: PlayerId| {
        matches!(catalogue.indicators[id.index()].sight[viewer.index()], Sight::Exact { delay: 0 })
    };
    let mut news: Vec<News> = fall_news(course, since, &|id| at_once(id, viewer)).into_iter().collect();
    for given in game.state().orders.iter().filter(|given| given.turn >= since && given.player != viewer) {
        if given.seen_by.contains(viewer) {
            news.push(News {
                turn: given.turn,
                kind: "order",
                who: course.name(given.player).to_owned(),
                what: catalogue.order_name(Order { action: given.action, option: given.option }),
                result: String::new(),
                fact: None,
            });
        }
    }
    for ruling in course.rulings.iter().filter(|ruling| ruling.player == viewer && ruling.moment.turn.0 >= since) {
        let result = match ruling.refusal {
            Some(refusal) => format!("refused, because {}", refusal.text(ruling.order.action, catalogue)),
            None => {
                let success = if ruling.success { "succeeded" } else { "failed" };
                format!("{success}{}", if ruling.leaked { ", and leaked" } else { "" })
            }
        };
        let what = catalogue.order_name(ruling.order);
        news.push(News { turn: ruling.moment.turn.0, kind: "ruling", who: name.to_owned(), what, result, fact: None });
    }
    for months in course.records.windows(2).filter(|months| months[1].turn >= since) {
        let own = |end: &DealEnd| [end.by, end.with].contains(&viewer);
        for end in deals_ended(&course.source.scenario, &months[0], &months[1]).filter(own) {
            news.push(News {
                turn: months[1].turn,
                kind: "deal",
                who: course.name(end.by).to_owned(),
                what: catalogue.deals[end.deal.index()].id.clone(),
                result: if end.agreed { "ended" } else { "lapsed" }.to_owned(),
                fact: Some(Fact::Deal(end)),
            });
        }
    }
    news.extend(event_news(course, since, &|seen| seen.contains(viewer)));
    news.extend(card_news(course, since, Some(viewer)));
    news.extend(vote_news(course, since, &|motion| game.told_of(viewer, motion)));
    // Its own are counted by themselves: the table's numbers would tell it how many others have made.
    let mut number = 0;
    for proposal in &course.proposals {
        let own = proposal.player == viewer;
        number += u32::from(own);
        let result = match &proposal.state {
            ProposalState::Open if own => "offered".to_owned(),
            ProposalState::Promised(_) if own => GRANTED.to_owned(),
            ProposalState::Refused(reason) if own => format!("refused: {reason}"),
            ProposalState::Granted(action, _, success) => {
                let told = own || action.seen_by.as_ref().is_none_or(|seen| seen.iter().any(|seat| seat == name));
                if !told {
                    continue;
                }
                if *success { "succeeded".into() } else { "failed".into() }
            }
            _ => continue,
        };
        let turn = proposal.moment().turn.0;
        if turn >= since || matches!(proposal.state, ProposalState::Promised(_)) {
            let who = course.name(proposal.player).to_owned();
            let what = if own { format!("({number}) {}", proposal.text) } else { proposal.text.clone() };
            news.push(News { turn, kind: "proposal", who, what, result, fact: None });
        }
    }
    let seat = Party::Seat(name.to_owned());
    for Letter { moment, from, text, .. } in
        course.letters.iter().filter(|letter| letter.to == seat && letter.moment.turn.0 >= since)
    {
        let who = match from {
            Party::Chair => "facilitator".to_owned(),
            Party::Seat(name) => name.clone(),
        };
        news.push(News {
            turn: moment.turn.0,
            kind: "message",
            who,
            what: text.clone(),
            result: String::new(),
            fact: None,
        });
    }
    news
}
