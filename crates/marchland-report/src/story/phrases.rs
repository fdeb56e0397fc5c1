//! Acts, events, motions and causes in the words that the scenario declares for them, or in a general form.

use marchland_game::{Cause, EventId, MotionId, Order, PlayerId, TurnRecord};
use marchland_sim::scenario::Scenario;

use super::because::Because;
use crate::visible::line;
use crate::wording::{Wording, lower_first};

/// Puts typed facts into phrases.
#[derive(Clone, Copy)]
pub struct Phrases<'a> {
    pub scenario: &'a Scenario,
}

impl<'a> Phrases<'a> {
    fn wording(self) -> Wording<'a> {
        Wording::new(self.scenario)
    }

    /// A player, in few words.
    pub fn player(self, player: PlayerId) -> String {
        self.wording().short_player(&self.scenario.catalogue.players[player.index()].id)
    }

    /// An option as it reads in a sentence: the title of what it names, or its name.
    fn option(self, order: Order) -> String {
        let id = &self.scenario.catalogue.actions[order.action.index()].options[usize::from(order.option)].id;
        if let Some(player) = self.scenario.catalogue.player(id) {
            return self.player(player);
        }
        let plans = self.scenario.entities.values().flatten();
        let title = plans.into_iter().find(|plan| plan.name == *id).map(|plan| plan.title.clone());
        line(&title.unwrap_or_else(|| id.replace('_', " "))).into_owned()
    }

    /// What somebody did or failed to do, without who: `sent security aid`. Where it is not known how an order came out,
    /// one that nothing can thwart is told as done and any other as given, so that the words follow from the order alone.
    pub fn act(self, order: Order, success: Option<bool>) -> String {
        let certain =
            || self.scenario.actions[order.action.index()].chance.as_constant().is_some_and(|chance| chance >= 1.0);
        let Some(success) = success.or_else(|| certain().then_some(true)) else {
            return format!("decided to {}", self.to_do(order));
        };
        let action = &self.scenario.catalogue.actions[order.action.index()];
        let option = &action.options[usize::from(order.option)].id;
        let phrase = self.scenario.telling.actions.get(&order.action);
        let told = phrase.map(|phrase| {
            let own = phrase.options.iter().find(|(name, _)| name == option);
            let done = own.map_or(phrase.done.as_str(), |(_, text)| text.as_str());
            // A phrase for failure may hold that for success.
            match success || phrase.failed.is_empty() {
                true => (done.to_owned(), success),
                false => (phrase.failed.replace("{done}", done), true),
            }
        });
        match told {
            Some((text, true)) => text.replace("{option}", &self.option(order)),
            _ => {
                let what = self.to_do(order);
                match success {
                    true => format!("decided to {what}"),
                    false => format!("tried to {what}, without success"),
                }
            }
        }
    }

    /// An act as what somebody is told to do: `send security aid (high)`.
    pub fn to_do(self, order: Order) -> String {
        let action = &self.scenario.catalogue.actions[order.action.index()];
        let of = if action.options.len() > 1 { format!(" ({})", self.option(order)) } else { String::new() };
        format!("{}{of}", lower_first(&action.title))
    }

    /// What happened, as a sentence without its full stop.
    pub fn event(self, event: EventId) -> String {
        match self.scenario.telling.events.get(&event) {
            Some(phrase) => phrase.done.clone(),
            None => lower_first(&self.scenario.catalogue.events[event.index()].title),
        }
    }

    /// What a body decided, as a sentence without its full stop.
    pub fn motion(self, motion: MotionId, passed: bool) -> String {
        let info = &self.scenario.catalogue.motions[motion.index()];
        match self.scenario.telling.motions.get(&motion) {
            Some(phrase) if passed => phrase.done.clone(),
            Some(phrase) if !phrase.failed.is_empty() => phrase.failed.clone(),
            _ => {
                let body = &self.scenario.catalogue.institutions[info.institution.index()].title;
                let answer = if passed { "yes" } else { "no" };
                format!("{body} said {answer} to \u{201c}{}\u{201d}", info.title)
            }
        }
    }

    /// A cause as the end of a sentence: `after Russia withdrew its backing`. Empty where an order of an earlier month
    /// is all there is: what it set off comes and goes.
    pub fn clause(self, because: Because, record: &TurnRecord) -> String {
        match because {
            Because::Act(Cause::Order(player, order) | Cause::Cost(player, order)) => {
                let rulings = record.rounds.iter().flat_map(|round| &round.rulings);
                match rulings.into_iter().rev().find(|ruling| ruling.player == player && ruling.order == order) {
                    Some(ruling) => format!("after {} {}", self.player(player), self.act(order, Some(ruling.success))),
                    None => String::new(),
                }
            }
            Because::Act(Cause::Leak(player, order)) => {
                format!("after {}{} {}", super::sentence::LEAKED, self.player(player), self.act(order, Some(true)))
            }
            Because::Act(Cause::Event(event)) => format!("after {}", self.event(event)),
            Because::Act(Cause::Motion(motion)) => {
                let votes = record.rounds.iter().flat_map(|round| &round.votes);
                let passed = votes.into_iter().rev().find(|vote| vote.motion == motion).is_none_or(|vote| vote.passed);
                format!("after {}", self.motion(motion, passed))
            }
            Because::Act(Cause::Inject) => "by the facilitator's hand".to_owned(),
            Because::Act(_) => String::new(),
            Because::Law(law, term, rises) => {
                let told = self.scenario.telling.causes.get(&(law, term));
                told.map(|told| told[usize::from(!rises)].clone()).unwrap_or_default()
            }
        }
    }
}
