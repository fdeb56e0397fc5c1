//! Deals and beliefs in a turn: what moves about a deal do, what agreements do while they are in force,
//! what is remembered of promises, and how deeds change what players think of each other.

use std::sync::Arc;

use marchland_game::{
    Cause, Deal, DealId, DealMove, DealRefusal, DealStatus, IndicatorId, Observation, Order, PlayerId, PlayerSet,
    Readings, Ruling, TALKS, number, talks_of,
};

use super::effects::Source;
use super::game::Game;
use super::glance::{Glance, PlayerWindow};
use crate::scenario::{Effect, TypePlan};

/// What has happened to a deal and still has effects to come.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DealNews {
    deal: DealId,
    what: DealEvent,
    cause: Cause,
}

#[derive(Clone, Copy, Debug)]
enum DealEvent {
    Agreed,
    Broken(usize),
    Ended,
}

/// Whether a player may do this about a deal now, as it sees the state: of its own deals it sees everything.
pub(crate) fn refusal(at: &PlayerWindow<'_>, id: DealId, what: DealMove) -> Option<DealRefusal> {
    let deal = &at.truth.catalogue.deals[id.index()];
    let Some(side) = at.truth.catalogue.deal_side(deal, at.viewer) else { return Some(DealRefusal::Closed) };
    // Who speaks for another speaks once that one's seat has fallen.
    if deal.parties[side] != at.viewer && at.truth.in_office(deal.parties[side]) {
        return Some(DealRefusal::Closed);
    }
    let status = deal.status(&at.truth);
    let theirs = status == DealStatus::Offered && deal.proposer(&at.truth) == Some(1 - side);
    match what {
        DealMove::Accept | DealMove::Reject => (!theirs).then_some(DealRefusal::NoOffer),
        DealMove::Break => {
            (!matches!(status, DealStatus::Waiting | DealStatus::InForce)).then_some(DealRefusal::NoAgreement)
        }
        DealMove::Offer => match status {
            DealStatus::Waiting | DealStatus::InForce => Some(DealRefusal::Bound),
            // An offer that was not answered at once may be bettered.
            DealStatus::Offered if !theirs && at.truth.now(deal.tracks.moved) >= at.truth.turn() => {
                Some(DealRefusal::Unanswered)
            }
            _ if deal.deadline.is_some_and(|last| at.truth.state.turn > last) => Some(DealRefusal::TooLate),
            _ if deal.open.as_ref().is_some_and(|open| !open.holds(&Observation::new(at))) => Some(DealRefusal::Closed),
            DealStatus::Open if Deal::floor(at.truth.state.turn) != side => Some(DealRefusal::OthersFloor),
            DealStatus::Open if talks(&at.truth, deal.parties[side]) >= TALKS => Some(DealRefusal::TalksFull),
            _ => None,
        },
    }
}

/// What the world forbids though the player could not know: a side leads as many talks as it can, those
/// included that orders ruled on before in this stage have opened.
pub(crate) fn world_refusal(
    at: &Glance<'_>,
    player: PlayerId,
    (id, what): (DealId, DealMove),
    before: &[Ruling],
) -> Option<DealRefusal> {
    let deal = &at.catalogue.deals[id.index()];
    let side = at.catalogue.deal_side(deal, player)?;
    if what != DealMove::Offer || deal.status(at) != DealStatus::Open {
        return None;
    }
    let opened = |party: PlayerId| {
        let opens = |ruling: &&Ruling| match at.catalogue.deal_move(ruling.order.action) {
            Some((id, DealMove::Offer)) if ruling.legal() => {
                let deal = &at.catalogue.deals[id.index()];
                deal.parties.contains(&party) && deal.status(at) == DealStatus::Open
            }
            _ => false,
        };
        talks(at, party) + before.iter().filter(opens).count() >= TALKS
    };
    if opened(deal.parties[side]) {
        Some(DealRefusal::TalksFull)
    } else if opened(deal.parties[1 - side]) {
        Some(DealRefusal::OtherTalksFull)
    } else {
        None
    }
}

/// Talks that a party leads by now.
fn talks(at: &Glance<'_>, party: PlayerId) -> usize {
    talks_of(&at.catalogue.deals, party, |deal| deal.status(at))
}

impl Game {
    fn track(&mut self, id: IndicatorId, value: f64, cause: Cause) {
        self.write(id, value, cause, &[]);
    }

    fn status_now(&self, deal: &Deal) -> DealStatus {
        DealStatus::of(self.world.get(deal.tracks.status))
    }

    /// Does what a player does about a deal. Reads the world as it is by now, so that of two moves in one
    /// stage the later one finds what the earlier one has left.
    pub(crate) fn move_deal(&mut self, id: DealId, what: DealMove, by: PlayerId, option: u8, cause: Cause) {
        let scenario = Arc::clone(&self.scenario);
        let deal = &scenario.catalogue.deals[id.index()];
        let Some(side) = scenario.catalogue.deal_side(deal, by) else { return };
        let tracks = &deal.tracks;
        let status = self.status_now(deal);
        let theirs = number::nearest_whole(self.world.get(tracks.proposer)) == 2 - side;
        match (what, status) {
            (DealMove::Offer, DealStatus::Open | DealStatus::Offered) => {
                if status == DealStatus::Open {
                    let deals = &scenario.catalogue.deals;
                    let talks = |party: &PlayerId| talks_of(deals, *party, |other| self.status_now(other));
                    if deal.parties.iter().any(|party| talks(party) >= TALKS) {
                        return;
                    }
                } else if theirs {
                    // A counter-offer refuses what was on the table.
                    self.count_spurned(deal, cause);
                }
                self.track(tracks.status, DealStatus::Offered.code(), cause);
                self.track(tracks.proposer, (side + 1) as f64, cause);
                self.track(tracks.moved, f64::from(self.state.turn), cause);
                self.track(tracks.table, f64::from(option), cause);
                let offer = &deal.offers[usize::from(option)];
                for (id, value) in tracks.table_terms.iter().zip(&offer.values) {
                    self.track(*id, *value, cause);
                }
                let made = self.world.get(tracks.offers) + 1.0;
                self.track(tracks.offers, made, cause);
            }
            (DealMove::Accept, DealStatus::Offered) if theirs => self.agree(deal, id, cause),
            (DealMove::Reject, DealStatus::Offered) if theirs => {
                self.count_spurned(deal, cause);
                self.track(tracks.status, DealStatus::Open.code(), cause);
            }
            (DealMove::Break, DealStatus::Waiting | DealStatus::InForce) => {
                self.track(tracks.status, DealStatus::Open.code(), cause);
                let broken = self.world.get(tracks.broken[side]) + 1.0;
                self.track(tracks.broken[side], broken, cause);
                if deal.seen_by == PlayerSet::EVERYBODY {
                    let of = &scenario.words[deal.parties[side].index()];
                    if let Some(word) = of {
                        let broken = self.world.get(word.broken) + 1.0;
                        self.track(word.broken, broken, cause);
                    }
                }
                self.scratch.deal_news.push(DealNews { deal: id, what: DealEvent::Broken(side), cause });
            }
            _ => {}
        }
    }

    fn agree(&mut self, deal: &Deal, id: DealId, cause: Cause) {
        let tracks = &deal.tracks;
        // What was on the table when the answer was given, and not what it was bettered to meanwhile.
        let option = deal.table(&self.glance());
        let offer = &deal.offers[option];
        self.track(tracks.table, option as f64, cause);
        for ((table, agreed), value) in tracks.table_terms.iter().zip(&tracks.terms).zip(&offer.values) {
            self.track(*table, *value, cause);
            self.track(*agreed, *value, cause);
        }
        let turn = self.state.turn;
        self.track(tracks.link, offer.link.map_or(0.0, |link| f64::from(link) + 1.0), cause);
        self.track(tracks.since, f64::from(turn), cause);
        let until = deal.months(option).map_or(0.0, |months| f64::from(turn + months - 1));
        self.track(tracks.until, until, cause);
        let made = self.world.get(tracks.agreements) + 1.0;
        self.track(tracks.agreements, made, cause);
        if offer.link.is_some() {
            self.track(tracks.status, DealStatus::Waiting.code(), cause);
        } else {
            self.track(tracks.status, DealStatus::InForce.code(), cause);
            self.scratch.deal_news.push(DealNews { deal: id, what: DealEvent::Agreed, cause });
        }
    }

    /// Ends an offer or an agreement without blame.
    pub(crate) fn void_deal(&mut self, id: DealId, cause: Cause) {
        let scenario = Arc::clone(&self.scenario);
        let deal = &scenario.catalogue.deals[id.index()];
        let status = self.status_now(deal);
        if status == DealStatus::Open {
            return;
        }
        self.track(deal.tracks.status, DealStatus::Open.code(), cause);
        if status == DealStatus::InForce {
            self.scratch.deal_news.push(DealNews { deal: id, what: DealEvent::Ended, cause });
        }
    }

    /// Counts an offer that both sides' interests would have taken.
    fn count_spurned(&mut self, deal: &Deal, cause: Cause) {
        let glance = self.glance();
        let option = deal.table(&glance);
        if deal.pays_both(option, &glance) {
            let spurned = self.world.get(deal.tracks.spurned) + 1.0;
            self.track(deal.tracks.spurned, spurned, cause);
        }
    }

    /// Lets what has just happened to deals take effect. The board is brought up to date first: effects of an
    /// agreement read its terms.
    pub(crate) fn tell_deals(&mut self) {
        if self.scratch.deal_news.is_empty() {
            return;
        }
        let scenario = Arc::clone(&self.scenario);
        // What effects set off in turn is bounded: no effect makes an agreement, and each ends a deal at most once.
        for _ in 0..=scenario.deals.len() {
            if self.scratch.deal_news.is_empty() {
                break;
            }
            self.settle_board();
            let mut news = std::mem::take(&mut self.scratch.told_news);
            std::mem::swap(&mut news, &mut self.scratch.deal_news);
            for one in &news {
                let plan = &scenario.deals[one.deal.index()];
                let effects = match one.what {
                    DealEvent::Agreed => &plan.agreed,
                    DealEvent::Broken(side) => &plan.broken[side],
                    DealEvent::Ended => &plan.ended,
                };
                self.take_deal_effects(one.deal, effects, one.cause);
            }
            news.clear();
            self.scratch.told_news = news;
            self.fire_events();
        }
        self.settle_board();
    }

    fn take_deal_effects(&mut self, id: DealId, effects: &[Effect], cause: Cause) {
        if effects.is_empty() {
            return;
        }
        let seen_by = self.scenario.catalogue.deals[id.index()].seen_by;
        self.take_effect(effects, Source { cause, level: 1.0, seen_by, by: None });
    }

    /// What causes are booked to what an agreement does: the order of the side that took the offer.
    fn cause_of(&self, deal: &Deal, id: DealId) -> Cause {
        let proposer = number::nearest_whole(self.world.get(deal.tracks.proposer));
        let taker = deal.parties[if proposer == 1 { 1 } else { 0 }];
        Cause::Order(taker, Order { action: self.scenario.catalogue.deal_action(id, DealMove::Accept), option: 0 })
    }

    /// What causes are booked to what an offer does: the order of the side that made it.
    fn cause_of_offer(&self, deal: &Deal, id: DealId) -> Cause {
        let proposer = number::nearest_whole(self.world.get(deal.tracks.proposer));
        // An indicator may have been written by other hands, and an order has one of the deal's offers.
        let last = deal.offers.len().saturating_sub(1);
        let option = number::nearest_whole(self.world.get(deal.tracks.table)).min(last) as u8;
        let action = self.scenario.catalogue.deal_action(id, DealMove::Offer);
        Cause::Order(deal.parties[usize::from(proposer == 2)], Order { action, option })
    }

    /// Once a month, after orders and ballots: offers lapse, agreements begin, work and end, promises are
    /// remembered, and beliefs follow what was seen. The board is up to date before and after.
    pub(crate) fn keep_deals(&mut self) {
        let scenario = Arc::clone(&self.scenario);
        if scenario.deals.is_empty() && scenario.types.is_empty() {
            return;
        }
        self.believe();
        let turn = self.state.turn;
        let mut kept = PlayerSet::NOBODY;
        for (index, deal) in scenario.catalogue.deals.iter().enumerate() {
            let id = DealId::from_index(index);
            let plan = &scenario.deals[index];
            match self.status_now(deal) {
                DealStatus::Open => {}
                DealStatus::Offered => {
                    let moved = self.world.get(deal.tracks.moved) as u32;
                    if turn >= moved + deal.stands {
                        let cause = self.cause_of_offer(deal, id);
                        self.count_spurned(deal, cause);
                        self.track(deal.tracks.status, DealStatus::Open.code(), cause);
                    }
                }
                DealStatus::Waiting => self.wait_for_link(deal, id),
                DealStatus::InForce => {
                    let until = self.world.get(deal.tracks.until) as u32;
                    let over = until > 0 && turn > until
                        || plan.ends.as_ref().is_some_and(|ends| ends.holds(&self.glance()))
                        || self.link_of(deal).is_some_and(|other| {
                            let status = self.status_now(&scenario.catalogue.deals[other.index()]);
                            !matches!(status, DealStatus::Waiting | DealStatus::InForce)
                        });
                    if over {
                        self.void_deal(id, self.cause_of(deal, id));
                    } else {
                        if deal.seen_by == PlayerSet::EVERYBODY {
                            kept = deal.parties.iter().fold(kept, |set, party| set.with(*party));
                        }
                        if !plan.in_force.is_empty() {
                            self.take_deal_effects(id, &plan.in_force, self.cause_of(deal, id));
                        }
                    }
                }
            }
        }
        self.tell_deals();
        self.remember_promises(kept);
        self.fire_events();
        self.settle_board();
    }

    /// The deal on which the agreement depends.
    fn link_of(&self, deal: &Deal) -> Option<DealId> {
        let link = number::nearest_whole(self.world.get(deal.tracks.link)).checked_sub(1)?;
        deal.links.get(link).copied()
    }

    /// An agreement that waits comes into force with what it waits for, or lapses like an offer. Two that wait
    /// for each other come into force together; one that waits for a third stays in waiting with it.
    fn wait_for_link(&mut self, deal: &Deal, id: DealId) {
        let Some(link) = self.link_of(deal) else { return };
        let other = &self.scenario.catalogue.deals[link.index()];
        let ready = match self.status_now(other) {
            DealStatus::InForce => true,
            DealStatus::Waiting => self.link_of(other) == Some(id),
            DealStatus::Open | DealStatus::Offered => false,
        };
        let since = self.world.get(deal.tracks.since) as u32;
        let late = self.state.turn > since + deal.stands;
        let cause = self.cause_of(deal, id);
        if ready {
            self.track(deal.tracks.status, DealStatus::InForce.code(), cause);
            self.scratch.deal_news.push(DealNews { deal: id, what: DealEvent::Agreed, cause });
        } else if late {
            self.track(deal.tracks.status, DealStatus::Open.code(), cause);
        }
    }

    /// The record of kept and broken promises, which fades, and the word that is read from it: the mean of a
    /// beta distribution (Jøsang & Ismail 2002). It stays with the office, whoever holds it.
    fn remember_promises(&mut self, kept: PlayerSet) {
        let scenario = Arc::clone(&self.scenario);
        let plan = scenario.promises;
        for (index, word) in scenario.words.iter().enumerate() {
            let Some(word) = word else { continue };
            let cause = word.cause;
            let keeps = f64::from(u8::from(kept.contains(PlayerId::from_index(index))));
            let (good_before, bad_before) = (self.world.get(word.kept), self.world.get(word.broken));
            let good = good_before * (1.0 - plan.fades) + keeps;
            let bad = bad_before * (1.0 - plan.fades);
            if good == good_before && bad == bad_before {
                continue;
            }
            self.track(word.kept, good, cause);
            self.track(word.broken, bad, cause);
            // A month kept counts as a twelfth of a promise.
            let (for_it, against) = (plan.kept + good / 12.0, plan.broken + plan.breach * bad);
            self.track(word.value, for_it / (for_it + against), cause);
        }
    }

    /// Bayes' rule on what each holder of beliefs saw this month.
    fn believe(&mut self) {
        if self.scenario.types.is_empty() {
            return;
        }
        let scenario = Arc::clone(&self.scenario);
        let mut posteriors = std::mem::take(&mut self.scratch.posteriors);
        let at = self.glance();
        posteriors.clear();
        posteriors.extend(scenario.types.iter().map(|plan| posterior(&at, plan)));
        for (plan, (before, after)) in scenario.types.iter().zip(&posteriors) {
            for ((id, before), after) in plan.types.iter().zip(before).zip(after) {
                if before != after {
                    self.track(*id, *after, plan.cause);
                }
            }
        }
        self.scratch.posteriors = posteriors;
    }
}

/// The least chance that evidence is given of any type, and the least that it does not come (Cromwell's rule:
/// Lindley 1985, Making Decisions, § 6.7). The key `chance` of evidence says so to authors.
const LEAST_CHANCE: f64 = 0.01;

/// Beliefs about a player's types before and after a month: fading towards the prior, then the odds of what
/// the holder saw, of each piece of evidence that could have come.
fn posterior(at: &Glance<'_>, plan: &TypePlan) -> ([f64; 3], [f64; 3]) {
    let seen = PlayerWindow { truth: *at, viewer: plan.holder };
    let view = Observation::new(&seen);
    let mut before = [0.0; 3];
    let mut now = [0.0; 3];
    for (k, id) in plan.types.iter().enumerate() {
        before[k] = at.now(*id);
        let prior = at.catalogue.indicators[id.index()].prior;
        now[k] = before[k] + plan.fades * (prior - before[k]);
    }
    for evidence in &plan.evidence {
        if evidence.given.as_ref().is_some_and(|given| !given.holds(&view)) {
            continue;
        }
        let came = evidence.sees.holds(&view);
        for (k, chance) in evidence.chances.iter().enumerate() {
            // Nothing is impossible: a belief of 0 could never return.
            let chance = number::clamp(chance.value(&view), LEAST_CHANCE, 1.0 - LEAST_CHANCE);
            now[k] *= if came { chance } else { 1.0 - chance };
        }
    }
    let sum: f64 = now.iter().sum();
    if sum > 0.0 {
        now.iter_mut().for_each(|p| *p /= sum);
        (before, now)
    } else {
        (before, before)
    }
}
