//! Deals: issues on which two players bargain by alternating offers, and what a scenario says of them.
//!
//! A deal is played by four actions (offer, accept, reject, break) and remembered in indicators, so that
//! whoever may order and observe may bargain. Its model is Rubinstein (1982, Econometrica 50:97): who has
//! the floor offers terms, the other accepts, rejects or offers others; Binmore, Shaked & Sutton (1989,
//! Quarterly Journal of Economics 104:753) give outside options their place, as the least that is accepted.

use serde::{Deserialize, Serialize};

use crate::expression::Expression;
use crate::ids::{DealId, IndicatorId, PlayerId, PlayerSet};
use crate::instruction::Readings;
use crate::number::nearest_whole;
use crate::sheet::Sheet;

/// An issue on which two players may come to terms.
#[derive(Clone, Debug)]
pub struct Deal {
    /// Identifier: `base_lease`.
    pub id: String,
    /// What is bargained over, a noun phrase: `the rent and term of the base`.
    pub title: String,
    /// One sentence.
    pub meaning: String,
    /// The two sides. The first has the floor in odd turns while nothing is on the table.
    pub parties: [PlayerId; 2],
    /// Who knows of offers, terms and agreements.
    pub seen_by: PlayerSet,
    /// What has to be settled.
    pub terms: Vec<Term>,
    /// Other deals on which an offer may be made to depend.
    pub links: Vec<DealId>,
    /// What may be offered: every combination of the terms' options, alone and, where there are links,
    /// on condition of each. By option of the action that offers.
    pub offers: Vec<Offer>,
    /// When offers may be made; none where always.
    pub open: Option<Expression>,
    /// Why not where that does not hold; a clause that reads after "because".
    pub refusal: String,
    /// The last turn in which an offer may be made.
    pub deadline: Option<u32>,
    /// Months for which an offer stands: the other side answers in one of them.
    pub stands: u32,
    /// Months for which an agreement is in force; none where for good.
    pub lasts: Option<u32>,
    /// The term that says for how many months instead.
    pub duration: Option<usize>,
    /// What the agreement is worth to each side in its payoff's unit, by offer: interests alone.
    pub worth: [Sheet; 2],
    /// What it says of each side's standing, in the same unit, by offer; empty where nothing.
    pub honour: [Sheet; 2],
    /// What each side has without an agreement, in the same unit.
    pub outside: [Expression; 2],
    /// What breaking the agreement costs each side, in the same unit, once.
    pub penalty: [Expression; 2],
    /// What next month is worth to each side beside this one, in [0, 1].
    pub patience: [Expression; 2],
    /// Where its state is remembered.
    pub tracks: DealTracks,
}

/// One thing to settle.
#[derive(Clone, Debug)]
pub struct Term {
    /// Identifier: `rent`.
    pub id: String,
    /// What a reader calls it: `the yearly rent`.
    pub title: String,
    /// Unit.
    pub unit: String,
    /// Name and value of each option, in order.
    pub options: Vec<(String, f64)>,
}

/// One combination of terms.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The option of each term.
    pub options: Vec<u8>,
    /// The value of each term.
    pub values: Vec<f64>,
    /// The deal on which it depends: position in [`Deal::links`].
    pub link: Option<u8>,
}

/// The indicators in which a deal is remembered.
#[derive(Clone, Debug, Default)]
pub struct DealTracks {
    /// A [`DealStatus`].
    pub status: IndicatorId,
    /// Who made the last offer: 0 nobody, else 1 plus the side.
    pub proposer: IndicatorId,
    /// The turn of the last offer.
    pub moved: IndicatorId,
    /// The offer on the table, or last on it: the option of the action that offers.
    pub table: IndicatorId,
    /// The terms on the table, by term.
    pub table_terms: Vec<IndicatorId>,
    /// The terms agreed last, by term.
    pub terms: Vec<IndicatorId>,
    /// The link of the agreement: 0 none, else 1 plus the position in [`Deal::links`].
    pub link: IndicatorId,
    /// The turn in which the agreement was made, 0 where none was.
    pub since: IndicatorId,
    /// The last turn in which it is in force; 0 where it has no end.
    pub until: IndicatorId,
    /// How often each side broke an agreement.
    pub broken: [IndicatorId; 2],
    /// Offers made so far.
    pub offers: IndicatorId,
    /// Agreements made so far.
    pub agreements: IndicatorId,
    /// Offers rejected or left to lapse that both sides' interests would have taken.
    pub spurned: IndicatorId,
}

/// How far two sides have come.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DealStatus {
    /// Nothing is on the table.
    Open,
    /// An offer stands.
    Offered,
    /// Agreed on condition of another deal that is not in force yet.
    Waiting,
    /// Agreed and in force.
    InForce,
}

impl DealStatus {
    /// The statuses in the order of their codes.
    pub const ALL: [Self; 4] = [Self::Open, Self::Offered, Self::Waiting, Self::InForce];

    /// Its code in the indicator of the status.
    #[must_use]
    pub const fn code(self) -> f64 {
        self as u8 as f64
    }

    /// The status of a code.
    #[must_use]
    #[inline]
    pub fn of(code: f64) -> Self {
        Self::ALL[nearest_whole(code).min(3)]
    }

    /// Names, in the order of codes.
    pub const LABELS: [&'static str; 4] = ["open", "offered", "waiting", "in_force"];
}

/// What a player does about a deal.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DealMove {
    /// Puts terms on the table.
    Offer,
    /// Takes what is on the table.
    Accept,
    /// Refuses what is on the table.
    Reject,
    /// Breaks the agreement.
    Break,
}

impl DealMove {
    /// The moves in the order of their actions.
    pub const ALL: [Self; 4] = [Self::Offer, Self::Accept, Self::Reject, Self::Break];

    /// The word before the deal's name in the action's: `offer`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Offer => "offer",
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Break => "break",
        }
    }
}

/// Why a player may not do that about a deal now.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DealRefusal {
    /// The scenario does not allow offers now: the deal's own reason.
    Closed,
    /// The last turn for offers is over.
    TooLate,
    /// An agreement binds the two already.
    Bound,
    /// The player's own offer waits for an answer.
    Unanswered,
    /// While nothing is on the table, the other side has the floor this month.
    OthersFloor,
    /// The player has as many talks open as it can lead.
    TalksFull,
    /// The other side has as many talks open as it can lead.
    OtherTalksFull,
    /// There is no offer of the other side to answer.
    NoOffer,
    /// There is no agreement to break.
    NoAgreement,
    /// The orders of this decision hold the other answer to the offer already.
    Answered,
}

impl DealRefusal {
    /// A clause that reads after "because".
    #[must_use]
    pub fn text(self, deal: &Deal) -> String {
        match self {
            Self::Closed => return deal.refusal.clone(),
            Self::TooLate => "the last month for offers is over",
            Self::Bound => "an agreement binds both sides already",
            Self::Unanswered => "its own offer waits for an answer",
            Self::OthersFloor => "it is for the other side to speak first this month",
            Self::TalksFull => "it has two other talks open already",
            Self::OtherTalksFull => "the other side has two other talks open already",
            Self::NoOffer => "no offer of the other side is on the table",
            Self::NoAgreement => "there is no agreement to break",
            Self::Answered => "an answer to that offer is among its orders already",
        }
        .into()
    }
}

/// The most talks that a player leads at once: issues with an offer on the table. Our choice, from what a small
/// foreign ministry can negotiate in a month; a bound keeps offers from crowding out every other order.
pub const TALKS: usize = 2;

/// What next month is worth beside this one where a deal says nothing, as a share in [0, 1]. Our choice: Rubinstein
/// (1982) leaves it open, and a tenth a month is what governments of uncertain tenure are taken to discount.
pub const PATIENCE: f64 = 0.9;

/// How many of these deals have an offer on the table and this player as a party, by what `status` says of each.
pub fn talks_of(deals: &[Deal], party: PlayerId, status: impl Fn(&Deal) -> DealStatus) -> usize {
    deals.iter().filter(|deal| deal.parties.contains(&party) && status(deal) == DealStatus::Offered).count()
}

impl Deal {
    /// How far the two have come, as far as these readings tell.
    #[must_use]
    pub fn status<R: Readings + ?Sized>(&self, at: &R) -> DealStatus {
        DealStatus::of(at.now(self.tracks.status))
    }

    /// The side whose offer was the last one.
    #[must_use]
    pub fn proposer<R: Readings + ?Sized>(&self, at: &R) -> Option<usize> {
        match nearest_whole(at.now(self.tracks.proposer)) {
            1 => Some(0),
            2 => Some(1),
            _ => None,
        }
    }

    /// The side that has the floor in a turn while nothing is on the table.
    #[must_use]
    pub const fn floor(turn: u32) -> usize {
        (turn as usize + 1) % 2
    }

    /// Whether the last offer was agreed to; none where there was none.
    #[must_use]
    pub fn agreed_after_last_offer<R: Readings + ?Sized>(&self, at: &R) -> Option<bool> {
        let moved = at.now(self.tracks.moved);
        (moved > 0.0).then(|| at.now(self.tracks.since) >= moved)
    }

    /// The offer on the table: the option of the action that offers.
    #[must_use]
    pub fn table<R: Readings + ?Sized>(&self, at: &R) -> usize {
        nearest_whole(at.now(self.tracks.table)).min(self.offers.len().saturating_sub(1))
    }

    /// What next month is worth to a side beside this one: what is worked out to lie outside [0, 1] counts as the nearer
    /// end.
    pub fn patience(&self, side: usize, at: &(impl Readings + ?Sized)) -> f64 {
        crate::number::clamp(self.patience[side].value(at), 0.0, 1.0)
    }

    /// What an offer is worth to a side in interests alone.
    #[must_use]
    pub fn interest<R: Readings + ?Sized>(&self, side: usize, offer: usize, at: &R) -> f64 {
        self.worth[side].get(offer).map_or(0.0, |worth| worth.value(at))
    }

    /// What an offer is worth to a side, its standing included.
    #[must_use]
    pub fn value<R: Readings + ?Sized>(&self, side: usize, offer: usize, at: &R) -> f64 {
        self.interest(side, offer, at) + self.honour[side].get(offer).map_or(0.0, |honour| honour.value(at))
    }

    /// Writes what each of the first offers is worth to a side, as [`Self::value`] tells it of each.
    pub fn values<R: Readings + ?Sized>(&self, side: usize, at: &R, values: &mut [f64]) {
        values.fill(0.0);
        let count = values.len();
        self.worth[side].each(count, at, |offer, worth| values[offer] = worth);
        self.honour[side].each(count, at, |offer, honour| values[offer] += honour);
        // An offer that says nothing of standing adds nothing to it, which makes a 0.0 of a −0.0.
        values.iter_mut().skip(self.honour[side].len()).for_each(|value| *value += 0.0);
    }

    /// Whether both sides' interests would take an offer: each is worth more than what the side has without.
    #[must_use]
    pub fn pays_both<R: Readings + ?Sized>(&self, offer: usize, at: &R) -> bool {
        (0..2).all(|side| self.interest(side, offer, at) > self.outside[side].value(at) + 1e-9)
    }

    /// For how many months an agreement on these terms is in force; none where for good.
    #[must_use]
    pub fn months(&self, offer: usize) -> Option<u32> {
        match self.duration {
            Some(term) => Some(self.offers[offer].values[term].round() as u32).filter(|months| *months > 0),
            None => self.lasts,
        }
    }
}
