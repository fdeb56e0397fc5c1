//! The verbs of a seat.

use marchland_game::{Order, PlayerId, Refusal, Stage, Vote};

use super::said::said;
use super::{Receipt, Table};
use crate::course::DraftBeside;
use crate::entry::{Ballots, Default as StatedDefault, Entry, Holder, Party};
use crate::error::{SessionError, refused};
use crate::names::{motion_told, order_named, order_names, order_told};

impl Table {
    /// Adds an order to a seat's draft; another option of an action in the draft takes its place.
    ///
    /// # Errors
    /// The order is not legal beside those of the draft: the text says why, and names what is legal and
    /// nearest.
    pub fn order(&mut self, player: PlayerId, text: &str) -> Result<Receipt, SessionError> {
        self.entering(player, Stage::Orders)?;
        let catalogue = std::sync::Arc::clone(&self.course.source.scenario.catalogue);
        let order = order_named(&catalogue, text)?;
        let mut orders: Vec<Order> = self.course.held(player).orders.clone();
        if orders.contains(&order) {
            return refused(format!("{} is in your draft already", order_told(&catalogue, order)));
        }
        match orders.iter_mut().find(|other| other.action == order.action) {
            Some(other) => *other = order,
            None => orders.push(order),
        }
        if let Err((refusal, on)) = self.fits(player, &orders) {
            let near = self.nearest_legal(player, on);
            let near =
                near.map_or_else(String::new, |order| format!("; legal and near: {}", order_told(&catalogue, order)));
            let name = order_told(&catalogue, on);
            return refused(format!("{name} is not legal, because {}{near}", refusal.text(on.action, &catalogue)));
        }
        self.revise(player, &orders, None)
    }

    /// Takes an order out of a seat's draft.
    ///
    /// # Errors
    /// It is not there.
    pub fn drop_order(&mut self, player: PlayerId, text: &str) -> Result<Receipt, SessionError> {
        self.entering(player, Stage::Orders)?;
        let catalogue = std::sync::Arc::clone(&self.course.source.scenario.catalogue);
        let mut orders = self.course.held(player).orders.clone();
        let name = text.split_whitespace().next().unwrap_or_default();
        match orders.iter().position(|order| catalogue.actions[order.action.index()].id == name) {
            Some(at) => orders.remove(at),
            None => {
                let action = catalogue.action(name).map(|id| &catalogue.actions[id.index()].title);
                let told = action.map_or_else(|| format!("`{name}`"), |title| format!("\u{201c}{title}\u{201d}"));
                return refused(format!("{told} is not in your draft"));
            }
        };
        self.revise(player, &orders, None)
    }

    /// Takes back the last thing that a seat did in this stage: its confirmation, or else the last change of
    /// its draft.
    ///
    /// # Errors
    /// There is nothing to take back, the stage is decided, or the draft before does not fit beside a free action that has
    /// been granted since.
    pub fn undo(&mut self, player: PlayerId) -> Result<Receipt, SessionError> {
        self.person(player)?;
        if !self.course.decided.is_empty() {
            return refused("the stage is decided; only the facilitator can go back from here");
        }
        self.open_to(player)?;
        let held = self.course.held(player);
        if held.submitted {
            return self.commit(vec![Entry::Withdrawn { player: self.course.name(player).to_owned() }]);
        }
        let Some((orders, ballots)) = held.before().cloned() else {
            return refused("there is nothing to take back in this stage");
        };
        // What has been set aside for a free action meanwhile is not spent again.
        if self.course.set_aside(player).iter().any(|amount| *amount > 0.0)
            && let Err((refusal, on)) = self.fits(player, &orders)
        {
            let why = refusal.text(on.action, &self.course.source.scenario.catalogue);
            return refused(format!(
                "what you had entered before does not fit beside the free action that is granted, because {why}; `drop` \
                 takes single orders out"
            ));
        }
        let catalogue = &self.course.source.scenario.catalogue;
        let ballots = ballots.iter().map(|ballot| (catalogue.motions[ballot.motion.index()].id.clone(), ballot.vote));
        let entry = Entry::Drafted {
            player: self.course.name(player).to_owned(),
            orders: order_names(catalogue, &orders),
            ballots: ballots.collect(),
        };
        self.commit(vec![entry])
    }

    /// Casts a seat's vote on a motion that stands tabled.
    ///
    /// # Errors
    /// The motion does not stand tabled, or the seat has no vote on it.
    pub fn vote(&mut self, player: PlayerId, motion: &str, vote: Vote) -> Result<Receipt, SessionError> {
        self.entering(player, Stage::Ballots)?;
        let catalogue = std::sync::Arc::clone(&self.course.source.scenario.catalogue);
        let own = self.course.motions_of(player);
        let names: Vec<&str> = own.iter().map(|motion| catalogue.motions[motion.index()].id.as_str()).collect();
        if !names.contains(&motion) {
            let near = marchland_game::nearest(motion, &names)
                .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
            let told = |id: &marchland_game::MotionId| motion_told(&catalogue, *id);
            let which = catalogue.motion(motion).map_or_else(|| format!("`{motion}`"), |id| told(&id));
            let all: Vec<String> = own.iter().map(told).collect();
            return refused(format!("you have no vote on {which} now{near}; you vote on: {}", all.join(", ")));
        }
        let held = self.course.held(player);
        let mut ballots: Ballots = held
            .ballots
            .iter()
            .map(|ballot| (catalogue.motions[ballot.motion.index()].id.clone(), ballot.vote))
            .collect();
        match ballots.iter_mut().find(|(name, _)| name == motion) {
            Some((_, cast)) if *cast == vote => {
                let told = catalogue.motion(motion).map(|id| motion_told(&catalogue, id));
                return refused(format!("your vote on {} is that already", told.unwrap_or_else(|| motion.to_owned())));
            }
            Some((_, cast)) => *cast = vote,
            None => ballots.push((motion.to_owned(), vote)),
        }
        let orders = held.orders.clone();
        self.revise(player, &orders, Some(ballots))
    }

    /// Confirms a seat's draft for this stage, whatever is in it.
    ///
    /// # Errors
    /// It is confirmed already, or the seat has nothing to decide.
    pub fn submit(&mut self, player: PlayerId) -> Result<Receipt, SessionError> {
        self.entering(player, self.course.game.moment().stage)?;
        self.commit(vec![Entry::Submitted { player: self.course.name(player).to_owned() }])
    }

    /// States what a seat does where the clock runs out.
    ///
    /// # Errors
    /// No person holds the seat.
    pub fn state_default(&mut self, player: PlayerId, default: StatedDefault) -> Result<Receipt, SessionError> {
        self.person(player)?;
        self.commit(vec![Entry::Stated { player: self.course.name(player).to_owned(), default }])
    }

    /// Sends private words.
    ///
    /// # Errors
    /// They are empty, too long or not on one line, hold a control character, or go to nobody.
    pub fn message(&mut self, from: Party, to: Party, text: &str) -> Result<Receipt, SessionError> {
        self.messages(&from, vec![to], text)
    }

    /// Sends the same words to several: all of them get it, or none.
    ///
    /// # Errors
    /// As of [`Self::message`]; or it goes to nobody.
    pub fn messages(&mut self, from: &Party, to: Vec<Party>, text: &str) -> Result<Receipt, SessionError> {
        for party in to.iter().chain([from]) {
            if let Party::Seat(name) = party {
                self.course.player(name)?;
            }
        }
        if to.is_empty() {
            return refused("there is nobody to send it to");
        }
        if to.contains(from) {
            return refused("a message goes to somebody else");
        }
        let text = said(text)?;
        self.commit(to.into_iter().map(|to| Entry::Message { from: from.clone(), to, text: text.clone() }).collect())
    }

    /// Offers a free action; the facilitator grants or refuses it. Returns its number too.
    ///
    /// # Errors
    /// There is no facilitator, no person holds the seat, or the text is empty, too long or not on one line.
    pub fn propose(&mut self, player: PlayerId, text: &str) -> Result<(u32, Receipt), SessionError> {
        self.person(player)?;
        if !self.course.opening.facilitator {
            return refused("a free action needs a facilitator, and this game has none");
        }
        if !self.course.game.in_office(player) {
            return refused("a player out of office offers no free action");
        }
        let number = self.course.proposals.len() as u32 + 1;
        let player = self.course.name(player).to_owned();
        let done = self.commit(vec![Entry::Proposed { proposal: number, player, text: said(text)? }])?;
        Ok((number, done))
    }

    /// Asks the facilitator for information. Returns the request's number too.
    ///
    /// # Errors
    /// There is no facilitator, no person holds the seat, or the text is empty, too long or not on one line.
    pub fn request(&mut self, player: PlayerId, text: &str) -> Result<(u32, Receipt), SessionError> {
        self.person(player)?;
        if !self.course.opening.facilitator {
            return refused("a request for information needs a facilitator, and this game has none");
        }
        let request = self.course.requests.len() as u32 + 1;
        let player = self.course.name(player).to_owned();
        let done = self.commit(vec![Entry::Requested { request, player, text: said(text)? }])?;
        Ok((request, done))
    }

    /// Moves the person of a seat whose office fell to the seat of the player who succeeds it. The old
    /// seat keeps its record.
    ///
    /// # Errors
    /// No such seat is offered.
    pub fn take_over(&mut self, fallen: PlayerId) -> Result<(PlayerId, Receipt), SessionError> {
        let Some(heir) = self.course.offered(fallen) else {
            return refused("no other seat is offered to you now");
        };
        let done = self.commit(vec![Entry::Seated {
            player: self.course.name(heir).to_owned(),
            holder: Holder::Human,
            from: Some(self.course.name(fallen).to_owned()),
        }])?;
        Ok((heir, done))
    }

    /// The legal order nearest to one that is not: another option of the same action, else another action
    /// of the same instrument, as the catalogue has them.
    #[must_use]
    pub fn nearest_legal(&self, player: PlayerId, to: Order) -> Option<Order> {
        let catalogue = &self.course.source.scenario.catalogue;
        let orders = &self.course.held(player).orders;
        let kept: Vec<Order> = orders.iter().copied().filter(|other| other.action != to.action).collect();
        let legal = |order: &Order| {
            let mut with = kept.clone();
            with.push(*order);
            !orders.contains(order) && self.fits(player, &with).is_ok()
        };
        let options = &catalogue.actions[to.action.index()].options;
        let mut own: Vec<u8> = (0..options.len() as u8).filter(|option| *option != to.option).collect();
        own.sort_by_key(|option| option.abs_diff(to.option));
        let own = own.into_iter().map(|option| Order { option, ..to });
        let instrument = &catalogue.actions[to.action.index()].instrument;
        let mut others: Vec<usize> = (0..catalogue.actions.len())
            .filter(|at| {
                let action = &catalogue.actions[*at];
                *at != to.action.index() && action.instrument == *instrument && action.owners.contains(player)
            })
            .collect();
        others.sort_by_key(|at| at.abs_diff(to.action.index()));
        let others = others.into_iter().map(|at| Order { action: marchland_game::ActionId::from_index(at), option: 0 });
        own.chain(others).find(legal)
    }

    /// Whether orders are legal together for a seat now; if not, why.
    ///
    /// # Errors
    /// A clause that reads after "because".
    pub fn legal_together(&self, player: PlayerId, orders: &[Order]) -> Result<(), String> {
        let catalogue = &self.course.source.scenario.catalogue;
        self.fits(player, orders).map_err(|(refusal, on)| refusal.text(on.action, catalogue))
    }

    /// Whether a seat's orders fit together; if not, why, and at which order.
    pub(crate) fn fits(&self, player: PlayerId, orders: &[Order]) -> Result<(), (Refusal, Order)> {
        self.course.game.at_decision(player, |at| {
            let mut draft = DraftBeside::new(&self.course, player);
            for order in orders {
                draft.add(*order, at).map_err(|refusal| (refusal, *order))?;
            }
            Ok(())
        })
    }

    /// Whether a seat may enter something in this stage.
    fn entering(&self, player: PlayerId, stage: Stage) -> Result<(), SessionError> {
        self.writable()?;
        self.person(player)?;
        if self.course.game.is_over() {
            return refused("the game is over");
        }
        if !self.course.decided.is_empty() {
            return refused("the stage is decided, and waits for the facilitator");
        }
        if self.course.held(player).submitted {
            return refused("you have confirmed this stage: take the confirmation back first (`undo` at a keyboard)");
        }
        if !self.course.game.in_office(player) {
            return refused("your office has fallen; you have nothing to decide");
        }
        self.open_to(player)?;
        let now = self.course.game.moment().stage;
        if now != stage {
            return refused(match now {
                Stage::Orders => "there is nothing to vote on in this stage: give orders, then submit",
                Stage::Ballots => "this stage is for votes alone: vote, then submit",
            });
        }
        if !self.course.game.decides(player) {
            return refused("you have no vote on what stands tabled");
        }
        Ok(())
    }

    /// Whether the stage is one that a seat is told of: if not, it is answered as where it waits for the facilitator,
    /// or for others.
    fn open_to(&self, player: PlayerId) -> Result<(), SessionError> {
        match self.course.moment_of(player) {
            (_, true) if self.course.opening.facilitator => {
                refused("the stage is decided, and waits for the facilitator")
            }
            (_, true) => refused(crate::seat_view::CLOSED),
            _ => Ok(()),
        }
    }

    fn revise(
        &mut self,
        player: PlayerId,
        orders: &[Order],
        ballots: Option<Ballots>,
    ) -> Result<Receipt, SessionError> {
        let catalogue = &self.course.source.scenario.catalogue;
        let held = self.course.held(player);
        let ballots = ballots.unwrap_or_else(|| {
            let of = held.ballots.iter();
            of.map(|ballot| (catalogue.motions[ballot.motion.index()].id.clone(), ballot.vote)).collect()
        });
        let player = self.course.name(player).to_owned();
        let orders = order_names(catalogue, orders);
        self.commit(vec![Entry::Drafted { player, orders, ballots }])
    }
}
