//! Free actions: promised, promised otherwise, taken back, refused; and what the facilitator rules of their dice.

use marchland_game::PlayerId;

use super::chair::{or_none, reasoned};
use super::{Receipt, Table};
use crate::course::ProposalState;
use crate::entry::{Amendment, Entry, FreeAction, What};
use crate::error::{SessionError, refused};
use crate::names;

impl Table {
    /// Promises a free action, or makes another of what was promised. Its price is set aside at once, beside what its seat
    /// orders; its dice fall with the rulings of the stage, among [`Course::proposed`](crate::Course::proposed) once that is
    /// decided; at the stage's end it takes place. Until then it may be promised otherwise, taken back or refused. What was
    /// ruled of its dice before is void.
    ///
    /// # Errors
    /// There is no such proposal, or it took place or was refused; the game is over; cost, chance or effects are
    /// impossible; no reason is given; or that is what is promised already.
    pub fn promise(&mut self, proposal: u32, mut action: FreeAction) -> Result<Receipt, SessionError> {
        self.writable()?;
        let player = self.pending(proposal)?;
        if self.course.game.is_over() {
            return refused("the game is over: no dice fall any more");
        }
        action.reason = reasoned(&action.reason)?;
        self.grantable(player, proposal, &action)?;
        if self.course.proposals[proposal as usize - 1].state == ProposalState::Promised(action.clone()) {
            return refused("that is what is promised already: nothing would change");
        }
        let entry = Entry::Promised { proposal, action };
        self.commit_free(entry, proposal, true)
    }

    /// Takes a promise back: the proposal is open again, and its price set aside no longer.
    ///
    /// # Errors
    /// There is no such proposal, or it is not promised.
    pub fn take_back(&mut self, proposal: u32) -> Result<Receipt, SessionError> {
        self.writable()?;
        self.pending(proposal)?;
        if self.course.proposals[proposal as usize - 1].state == ProposalState::Open {
            return refused(format!("proposal {proposal} is not granted yet: there is nothing to take back"));
        }
        self.commit_free(Entry::TakenBack { proposal }, proposal, false)
    }

    /// Refuses a free action; where it was promised, the promise goes.
    ///
    /// # Errors
    /// There is no such proposal, or it took place or was refused; or no reason is given.
    pub fn refuse(&mut self, proposal: u32, reason: &str) -> Result<Receipt, SessionError> {
        self.writable()?;
        let reason = reasoned(reason)?;
        self.pending(proposal)?;
        self.commit_free(Entry::Refused { proposal, reason }, proposal, false)
    }

    /// Amends how the dice of a free action fell, in the stage that is decided. The machine's result is kept beside it.
    ///
    /// # Errors
    /// The stage is not decided, no such free action is promised, its seat cannot pay it, nothing changes, or no reason is
    /// given.
    pub fn amend_free(&mut self, proposal: u32, success: bool, reason: &str) -> Result<Receipt, SessionError> {
        let reason = reasoned(reason)?;
        let proposed = self.proposed()?;
        let free = |item: &crate::course::ProposedRuling| item.free.as_ref().map(|free| free.proposal);
        let found = proposed.iter().find(|item| free(item) == Some(proposal));
        let Some((item, ruling)) = found.and_then(|item| Some((item, item.free.as_ref()?))) else {
            let all = proposed.iter().filter_map(free).map(|number| number.to_string()).collect();
            return refused(format!("no free action {proposal} is promised; promised are: {}", or_none(all)));
        };
        if let Some(unpaid) = &ruling.unpaid {
            return refused(format!(
                "a free action that cannot be paid takes no effect, and {unpaid}: grant it again at a lower price, or \
                 refuse it"
            ));
        }
        let before = item.amended.as_ref();
        let same = before.and_then(|amended| amended.success).unwrap_or(ruling.success) == success;
        super::chair::stands_already(same, before, &reason)?;
        let (player, on) = (item.player.clone(), item.on.clone());
        let machine = (ruling.success, false);
        self.commit(vec![Entry::Amended(Amendment {
            player,
            on,
            success: Some(success),
            leaked: None,
            reason,
            machine,
        })])
    }

    /// Amends what stands at a position of [`Course::proposed`](crate::Course::proposed): the ruling on an order, the
    /// result of a vote, or the dice of a free action.
    ///
    /// # Errors
    /// As of [`Self::amend_ruling`], [`Self::amend_vote`] or [`Self::amend_free`]; or nothing stands there, or a vote or a
    /// free action is to leak.
    pub fn amend(
        &mut self,
        at: usize,
        success: Option<bool>,
        leaked: Option<bool>,
        reason: &str,
    ) -> Result<Receipt, SessionError> {
        let proposed = self.proposed()?;
        let Some(item) = proposed.get(at) else {
            return refused(format!("rulings are numbered from 1 to {}", proposed.len()));
        };
        match (&item.ruling, &item.vote, &item.free, success) {
            (Some(ruling), ..) => self.amend_ruling(ruling.player, &item.on, success, leaked, reason),
            (None, Some(_), _, Some(passed)) => self.amend_vote(&item.on, passed, reason),
            (None, Some(_), _, None) => refused("a vote is carried or not carried"),
            (None, None, Some(free), Some(success)) => self.amend_free(free.proposal, success, reason),
            (None, None, Some(_), None) => refused("a free action succeeds or fails: it has nothing to leak"),
            (None, None, None, _) => refused("there is no such ruling"),
        }
    }

    /// Lets what stands at a position of [`Course::proposed`](crate::Course::proposed) stand as the machine has it: an
    /// amendment is taken back, and the ruling noted as one that the facilitator has looked at.
    ///
    /// # Errors
    /// Nothing stands there, or the disk refuses.
    pub fn let_stand(&mut self, at: usize) -> Result<Receipt, SessionError> {
        let proposed = self.proposed()?;
        let Some(item) = proposed.get(at) else {
            return refused(format!("rulings are numbered from 1 to {}", proposed.len()));
        };
        if let Some(amended) = item.amended.as_ref().filter(|amended| amended.overrules()) {
            let (success, leaked) = amended.machine;
            let leaked = amended.leaked.map(|_| leaked);
            self.amend(at, Some(success), leaked, "the machine's result stands after all")?;
        }
        let mut accepted = self.sitting.accepted.clone();
        accepted.push(at);
        self.accept(accepted)
    }

    /// Who offered a proposal that the facilitator may still answer.
    fn pending(&self, number: u32) -> Result<PlayerId, SessionError> {
        match (number as usize).checked_sub(1).and_then(|at| self.course.proposals.get(at)) {
            Some(proposal) if proposal.is_pending() => Ok(proposal.player),
            Some(_) => refused(format!("proposal {number} is answered already")),
            None => refused(format!("there is no proposal {number}")),
        }
    }

    /// Commits what becomes of a proposal: `promised` afterwards or not. Where the stage is decided, rulings stand at other
    /// positions then, and which of them the facilitator has looked at goes with them, in the same commit; what is promised
    /// otherwise wants to be looked at again.
    fn commit_free(&mut self, entry: Entry, proposal: u32, promised: bool) -> Result<Receipt, SessionError> {
        let mut entries = vec![entry];
        if !self.course.decided.is_empty() {
            let proposed = self.course.proposed();
            let free: Vec<u32> = proposed.iter().filter_map(|item| Some(item.free.as_ref()?.proposal)).collect();
            let orders = proposed.len() - free.len();
            let mut after: Vec<u32> = free.iter().copied().filter(|number| *number != proposal).collect();
            if promised {
                after.push(proposal);
                after.sort_unstable();
            }
            let moved = |at: usize| match at.checked_sub(orders) {
                None => Some(at),
                Some(at) => {
                    let number = free.get(at).filter(|number| **number != proposal)?;
                    after.iter().position(|other| other == number).map(|at| orders + at)
                }
            };
            let rulings: Vec<usize> = self.sitting.accepted.iter().filter_map(|at| moved(*at)).collect();
            if rulings != self.sitting.accepted {
                entries.push(Entry::Accepted { rulings });
            }
        }
        self.commit(entries)
    }

    fn grantable(&self, player: PlayerId, proposal: u32, action: &FreeAction) -> Result<(), SessionError> {
        if !(0.0..=1.0).contains(&action.chance) {
            return refused("a chance lies between 0 and 1");
        }
        for name in action.seen_by.iter().flatten() {
            self.course.player(name)?;
        }
        let left = self.course.payable(proposal);
        for (at, (budget, amount)) in action.cost.iter().enumerate() {
            self.course.budget(player.index(), budget)?;
            if !(amount.is_finite() && *amount >= 0.0) {
                return refused(format!("a cost in {budget} is a number from 0"));
            }
            if action.cost[..at].iter().any(|(other, _)| other == budget) {
                return refused(format!("the cost in {budget} is named twice: name it once, in all"));
            }
            let left = left.iter().find(|(name, _)| name == budget).map_or(0.0, |(_, left)| *left);
            if *amount > left + 1e-9 {
                let who = names::player_told(&self.course.source.scenario.catalogue, player);
                return refused(format!(
                    "it costs {amount} {budget}, and {who} has {:.3} left beside its orders and what else is granted: make \
                     it cheaper, or let the seat drop an order",
                    marchland_game::number::max(left, 0.0)
                ));
            }
        }
        for effect in &action.effects {
            self.possible(&What::Add(effect.indicator.clone(), effect.by))?;
        }
        Ok(())
    }
}
