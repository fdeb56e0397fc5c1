//! What everybody may know: what a projector shows, and an observer reads.

use marchland_game::{Indicator, IndicatorId, Moment, MotionId, Order, PlayerId, PlayerSet, Sight, Stage};
use serde::Serialize;

use crate::course::{Course, ProposalState};
use crate::seat_view::{Knowledge, News, card_news, event_news, fall_news, vote_news};
use crate::table::Table;

/// What everybody may know of a game.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PublicView {
    /// When, and on what.
    pub moment: Moment,
    /// The month: `2010-04`.
    pub date: String,
    /// Turns of the game.
    pub turns: u32,
    /// Whether the game is over.
    pub over: bool,
    /// Whether the stage is decided and waits for the facilitator.
    pub decided: bool,
    /// People and whether they have submitted, in the players' order.
    pub people: Vec<PersonState>,
    /// Indicators that every player sees exactly, at the age at which the last of them does: what the scenario
    /// shows first, then those of regions.
    pub knowledge: Vec<Knowledge>,
    /// What everybody learnt, this month and the one before.
    pub news: Vec<News>,
    /// The last bulletin that was released: its turn and its text.
    pub bulletin: Option<(u32, String)>,
}

/// Whether a person has submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonState {
    /// The player.
    pub player: String,
    /// Its display.
    pub title: String,
    /// Whether it has submitted in this stage.
    pub submitted: bool,
    /// Whether it has anything to decide in this stage.
    pub decides: bool,
}

impl Table {
    /// What everybody may know now.
    #[must_use]
    pub fn public_view(&self) -> PublicView {
        let course = self.course();
        let catalogue = &course.source.scenario.catalogue;
        // A vote that not everybody is told of is none for the room.
        let told = |motion: MotionId| everybody(course, catalogue.motions[motion.index()].seen_by);
        let (moment, secret) = course.moment_told(told);
        let votes = |player| course.motions_of(player).into_iter().any(told);
        let people = course.people().into_iter().map(|player| {
            let decides = !secret
                && !course.game.is_over()
                && course.game.decides(player)
                && (moment.stage == Stage::Orders || votes(player));
            PersonState {
                player: course.name(player).to_owned(),
                title: catalogue.players[player.index()].title.clone(),
                submitted: secret || (decides && course.held(player).submitted),
                decides,
            }
        });
        PublicView {
            moment,
            date: course.source.scenario.calendar.start.of(moment.turn).to_string(),
            turns: course.opening.turns,
            over: course.game.is_over(),
            decided: course.waits(secret),
            people: people.collect(),
            knowledge: self.public_knowledge(),
            news: news(course, moment.turn.0.saturating_sub(1)),
            bulletin: course.bulletins.last().map(|(at, text)| (at.turn.0, text.clone())),
        }
    }

    fn public_knowledge(&self) -> Vec<Knowledge> {
        let scenario = &self.course().source.scenario;
        let infos = &scenario.catalogue.indicators;
        let regional = (0..infos.len()).map(IndicatorId::from_index).filter(|id| infos[id.index()].kind == "region");
        let mut list: Vec<IndicatorId> = Vec::new();
        for id in scenario.shown.iter().copied().chain(regional) {
            if public(&infos[id.index()]) && !list.contains(&id) {
                list.push(id);
            }
        }
        list.into_iter().filter_map(|id| self.oldest(id)).collect()
    }

    /// An indicator as the player sees it who sees it last.
    fn oldest(&self, id: IndicatorId) -> Option<Knowledge> {
        let sight = &self.course().source.scenario.catalogue.indicators[id.index()].sight;
        let last = sight.iter().enumerate().max_by_key(|(at, sight)| match sight {
            Sight::Exact { delay } => (*delay, std::cmp::Reverse(*at)),
            Sight::Noisy { .. } | Sight::Hidden { .. } => (0, std::cmp::Reverse(*at)),
        });
        last.map(|(at, _)| self.knowledge(PlayerId::from_index(at), id))
    }
}

/// Whether a set holds every player of a scenario.
fn everybody(course: &Course, set: PlayerSet) -> bool {
    (0..course.seats.len()).all(|at| set.contains(PlayerId::from_index(at)))
}

/// What everybody learnt since a turn.
fn news(course: &Course, since: u32) -> Vec<News> {
    let catalogue = &course.source.scenario.catalogue;
    let at_once = |id: IndicatorId| {
        catalogue.indicators[id.index()].sight.iter().all(|sight| matches!(sight, Sight::Exact { delay: 0 }))
    };
    let mut news: Vec<News> = fall_news(course, since, &at_once).into_iter().collect();
    for given in course.game.state().orders.iter().filter(|given| given.turn >= since) {
        let others = given.seen_by.with(given.player);
        if everybody(course, others) {
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
    news.extend(event_news(course, since, &|seen| everybody(course, seen)));
    news.extend(card_news(course, since, None));
    news.extend(vote_news(course, since, &|motion| everybody(course, catalogue.motions[motion.index()].seen_by)));
    for proposal in &course.proposals {
        if let ProposalState::Granted(action, _, success) = &proposal.state
            && action.seen_by.is_none()
            && proposal.moment().turn.0 >= since
        {
            news.push(News {
                turn: proposal.moment().turn.0,
                kind: "proposal",
                who: course.name(proposal.player).to_owned(),
                what: proposal.text.clone(),
                result: if *success { "succeeded".into() } else { "failed".into() },
                fact: None,
            });
        }
    }
    news.sort_by_key(|item| item.turn);
    news
}

/// Whether everybody sees an indicator exactly, sooner or later.
pub(crate) fn public(info: &Indicator) -> bool {
    info.sight.iter().all(|sight| matches!(sight, Sight::Exact { .. }))
}
