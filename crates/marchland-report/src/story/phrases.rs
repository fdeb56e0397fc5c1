//! Acts, events, motions and causes in the words that the scenario declares for them, or in a general form.

use marchland_game::{Cause, DealMove, EventId, MotionId, Order, PlayerId, TurnRecord};
use marchland_session::Fact;
use marchland_sim::scenario::Scenario;

use super::because::TellableCause;
use super::sentence::by_way;
use crate::wording::{Wording, lower_first, upper_first};

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
        self.wording().named(id)
    }

    /// What somebody did or failed to do, without who: `sent security aid`. Where it is not known how an order came out,
    /// one that nothing can thwart is told as done and any other as given, so that the words follow from the order alone.
    pub fn act(self, order: Order, success: Option<bool>) -> String {
        let certain = || self.scenario.actions[order.action.index()].is_certain();
        let phrase = self.scenario.telling.actions.get(&order.action);
        // What failure is told by adds to the deed where it holds it: that much was done either way.
        let either_way = || phrase.is_some_and(|phrase| phrase.failed.contains("{done}"));
        let Some(success) = success.or_else(|| (certain() || either_way()).then_some(true)) else {
            return format!("decided to {}", self.to_do(order));
        };
        if let Some(text) = self.dealt(order).filter(|_| success) {
            return text;
        }
        let action = &self.scenario.catalogue.actions[order.action.index()];
        let option = &action.options[usize::from(order.option)].id;
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

    /// What somebody did by the name of an order, for those who do not learn how it came out: `held up trains`, `decided to
    /// hold up trains` where that may fail.
    pub fn named(self, name: &str) -> String {
        let catalogue = &self.scenario.catalogue;
        let told = |order: &Order| {
            self.scenario.telling.actions.contains_key(&order.action) || catalogue.deal_move(order.action).is_some()
        };
        match marchland_session::order_named(catalogue, name).ok().filter(told) {
            Some(order) => self.act(order, None),
            None => format!("decided to {}", self.wording().decision(name)),
        }
    }

    /// A step in talks as it is told: `offered terms on transit (rail)`; none of any other order.
    fn dealt(self, order: Order) -> Option<String> {
        let catalogue = &self.scenario.catalogue;
        let (_, step) = catalogue.deal_move(order.action)?;
        let decision = self.wording().decision(&catalogue.order_name(order));
        let rest = decision.strip_prefix(step.word())?;
        let verb = match step {
            DealMove::Offer => "offered",
            DealMove::Accept => "accepted",
            DealMove::Reject => "rejected",
            DealMove::Break => "broke",
        };
        Some(format!("{verb}{rest}"))
    }

    /// The same where it succeeded before, in words of its own; none where the scenario has none.
    pub fn act_again(self, order: Order, success: Option<bool>) -> Option<String> {
        let certain = || self.scenario.actions[order.action.index()].is_certain();
        let again = self.scenario.telling.actions.get(&order.action).map(|phrase| phrase.again.as_str())?;
        let told = success.unwrap_or_else(certain) && !again.is_empty();
        told.then(|| again.replace("{option}", &self.option(order)))
    }

    /// An act as what somebody is told to do: `send security aid (high)`.
    pub fn to_do(self, order: Order) -> String {
        if let Some(phrase) = self.scenario.telling.actions.get(&order.action).filter(|phrase| !phrase.to_do.is_empty())
        {
            return phrase.to_do.replace("{option}", &self.option(order));
        }
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

    /// What is told of a fact that reached somebody: a sentence, its full stop left to whoever sets it.
    pub fn fact(self, fact: Fact) -> String {
        upper_first(&match fact {
            Fact::Event(event) => self.event(event),
            Fact::Fall(way) => by_way(way, "the government", "insiders", "the capital"),
            Fact::Deal(end) => {
                let wording = Wording::new(self.scenario);
                let players = &self.scenario.catalogue.players;
                let [by, with] = [end.by, end.with].map(|one| wording.short_player(&players[one.index()].id));
                let title = &self.scenario.catalogue.deals[end.deal.index()].title;
                super::deals::phrased(super::deals::DealStep::of_end(end), &by, &with, title, false)
            }
        })
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

    /// A cause as the end of a sentence, `after Russia withdrew its backing`, which does not say again what the sentence
    /// `of` says. Empty where an order of an earlier month
    /// is all there is: what it set off comes and goes.
    pub fn clause(self, because: TellableCause, record: &TurnRecord, of: &str) -> String {
        match because {
            TellableCause::Act(Cause::Order(player, order) | Cause::Cost(player, order)) => {
                let rulings = record.rounds.iter().flat_map(|round| &round.rulings);
                match rulings.into_iter().rev().find(|ruling| ruling.player == player && ruling.order == order) {
                    Some(ruling) => {
                        let act = self.act(order, Some(ruling.success));
                        let who = self.player(player);
                        match says_the_same(&act, of) {
                            // Who acts in the sentence needs no orders of its own.
                            true if of.to_lowercase().contains(&who.to_lowercase()) => String::new(),
                            true => format!("on the orders of {who}"),
                            false => format!("after {who} {act}"),
                        }
                    }
                    None => String::new(),
                }
            }
            TellableCause::Act(Cause::Leak(player, order)) => {
                format!("after {}{} {}", super::sentence::LEAKED, self.player(player), self.act(order, Some(true)))
            }
            TellableCause::Act(Cause::Event(event)) => format!("after {}", self.event(event)),
            TellableCause::Act(Cause::Motion(motion)) => {
                let votes = record.rounds.iter().flat_map(|round| &round.votes);
                let passed = votes.into_iter().rev().find(|vote| vote.motion == motion).is_none_or(|vote| vote.passed);
                format!("after {}", self.motion(motion, passed))
            }
            TellableCause::Act(Cause::Inject) => "by the facilitator's hand".to_owned(),
            TellableCause::Act(_) => String::new(),
            TellableCause::Law(law, term, rises) => {
                let told = self.scenario.telling.causes.get(&(law, term));
                told.map(|told| told[usize::from(!rises)].clone()).unwrap_or_default()
            }
        }
    }
}

/// Whether an act's words are those of the sentence that it is the cause of: two that carry the meaning stand in both.
fn says_the_same(act: &str, of: &str) -> bool {
    let carry = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphabetic()).map(str::to_lowercase);
        let stems = words.filter(|word| word.len() > 4).map(|word| word.trim_end_matches("ed").to_owned());
        stems.collect()
    };
    let of = carry(of);
    carry(act).iter().filter(|word| of.contains(word)).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::says_the_same;

    #[test]
    fn a_cause_that_says_the_same_is_known() {
        assert!(says_the_same("ordered police to clear the streets", "police cleared the streets of the capital"));
        assert!(!says_the_same("took back the tariffs", "life eased in the valley"));
    }
}
