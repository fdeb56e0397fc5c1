//! `Bargainer`: bargains over every deal of its player as the subgame-perfect equilibrium of alternating
//! offers says, beside whatever else it plays.
//!
//! What each side makes of terms is read from the deal, as far as the player sees: of offers with `k` rounds
//! left, side i proposes the best for itself of those that j takes, and j takes what is worth at least
//! `max(outside_j, patience_j × what j would get by proposing with k − 1 rounds left)`. With one round left
//! that is an ultimatum; with many it approaches Rubinstein's division, and an outside option counts only
//! where it is better than bargaining on (Binmore, Shaked & Sutton 1989).

use std::cell::Cell;

use marchland_game::{
    ArgumentKind, ArgumentSchema, Catalogue, Choice, Deal, DealId, DealMove, DealStatus, Decision, Draft, FamilySchema,
    Memory, Note, Order, PlayerId, Readings, Stage, Strategy, TALKS, talks_of,
};

use crate::arguments::Arguments;
use crate::registry::{Build, BuildResult, Family};

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "Bargainer",
        meaning: "Plays another strategy and bargains over the deals of its player: offers the best terms that the \
                  other side would take, takes what is worth as much as bargaining on, else answers with an offer of \
                  its own, and breaks an agreement that costs more than its penalty.",
        source: "Rubinstein 1982, Econometrica 50:97; Binmore, Shaked & Sutton 1989, Quarterly Journal of Economics 104:753",
        arguments: &[
            ArgumentSchema {
                name: "rounds",
                kind: ArgumentKind::Integer { low: 1, high: 200, default: Some(Way::USUAL.rounds as u64) },
                meaning: "how many rounds of offers it thinks ahead, where no deadline comes first",
            },
            ArgumentSchema {
                name: "pause",
                kind: ArgumentKind::Integer { low: 1, high: 120, default: Some(Way::USUAL.pause as u64) },
                meaning: "months after an offer of its own before it opens the same talks again",
            },
            ArgumentSchema {
                name: "play",
                kind: ArgumentKind::Strategy,
                meaning: "what it plays besides: its orders come first, and a deal about which it makes a move is left to it",
            },
        ],
        cohorts: false,
    },
    build: Build::Player(build),
};

fn build(from: &Arguments<'_>) -> BuildResult<dyn Strategy> {
    let inner = from.strategy("play")?;
    let way = Way { rounds: from.integer("rounds") as u32, pause: from.integer("pause") as u32 };
    Ok(Box::new(Bargainer { way, sides: Sides::of(from.catalogue), inner }))
}

struct Bargainer {
    way: Way,
    sides: Sides,
    inner: Box<dyn Strategy>,
}

impl Strategy for Bargainer {
    fn decide(&self, at: &Decision<'_>, memory: &mut Memory) -> Choice {
        let mut choice = self.inner.decide(at, memory);
        if at.moment.stage == Stage::Orders {
            let mut draft = Draft::default();
            draft.add_all(&choice.orders, at, &mut choice.notes);
            self.way.bargain(at, &self.sides, |_| Own::default(), &mut draft, &mut choice.notes);
            choice.orders = draft.package();
        }
        choice
    }

    fn memory(&self) -> Memory {
        self.inner.memory()
    }

    fn looks_ahead(&self) -> bool {
        self.inner.looks_ahead()
    }
}

/// How far ahead, and how often.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Way {
    pub rounds: u32,
    pub pause: u32,
}

/// What a strategy does about a deal by rules of its own, so that nothing is done for it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Own {
    pub offers: bool,
    pub answers: bool,
    pub breaks: bool,
}

/// The deals in which each player has a side, in the scenario's order.
#[derive(Clone, Debug)]
pub(crate) struct Sides(Vec<Vec<(DealId, usize)>>);

impl Sides {
    pub fn of(catalogue: &Catalogue) -> Self {
        let of_player = |player: usize| {
            let side = |(at, deal)| {
                let side = catalogue.deal_side(deal, PlayerId::from_index(player))?;
                Some((DealId::from_index(at), side))
            };
            catalogue.deals.iter().enumerate().filter_map(side).collect()
        };
        Self((0..catalogue.players.len()).map(of_player).collect())
    }

    fn of_player(&self, player: PlayerId) -> impl Iterator<Item = (DealId, usize)> {
        self.0.get(player.index()).into_iter().flatten().copied()
    }
}

/// The most offers that are weighed.
const OFFERS: usize = 128;
/// Months ahead over which a breach is weighed against its penalty.
const FORESEEN: u32 = 12;
/// Months for which a refusal is remembered.
const REMEMBERED: u32 = 12;
const HAIR: f64 = 1e-9;

impl Way {
    /// How anybody bargains of whom nothing else is said. Our choice: beyond forty rounds a patience of 0.9 leaves
    /// 0.9⁴⁰ = 1.5 % of what is divided, less than a step between offers; a season between two openings of the same
    /// talks is what diplomacy takes to bring new instructions.
    pub const USUAL: Self = Self { rounds: 40, pause: 4 };

    /// Adds moves about the player's deals to a draft.
    pub fn bargain(
        self,
        at: &Decision<'_>,
        sides: &Sides,
        own: impl Fn(DealId) -> Own,
        draft: &mut Draft,
        notes: &mut Vec<Note>,
    ) {
        let talks = Talks { at, known: Cell::new(None) };
        for (id, side) in sides.of_player(at.player) {
            let deal = &at.catalogue.deals[id.index()];
            let about = |order: &Order| at.catalogue.deal_move(order.action).is_some_and(|(known, _)| known == id);
            if draft.package().iter().any(about) {
                continue;
            }
            let busy = || talks.of(deal.parties[side], draft) >= TALKS;
            let Some((what, option)) = self.choose(deal, side, own(id), at, busy) else { continue };
            let order = Order { action: at.catalogue.deal_action(id, what), option };
            draft.add_all(&[order], at, notes);
        }
    }

    fn choose(
        self,
        deal: &Deal,
        side: usize,
        own: Own,
        at: &Decision<'_>,
        busy: impl FnOnce() -> bool,
    ) -> Option<(DealMove, u8)> {
        let view = &at.observation;
        let turn = at.moment.turn.0;
        // Who answers stands one round deeper than who offers, unless the deadline counts the rounds for both.
        let full = deal.deadline.map_or(u32::MAX, |last| (last + 1).saturating_sub(turn));
        let left = full.min(self.rounds);
        match deal.status(view) {
            DealStatus::Waiting => None,
            DealStatus::InForce => (!own.breaks && breach_pays(deal, side, at)).then_some((DealMove::Break, 0)),
            DealStatus::Offered if deal.proposer(view) == Some(side) => None,
            DealStatus::Offered => {
                if own.answers {
                    return None;
                }
                let table = Table::of(deal, at);
                let offered = deal.table(view);
                let next = table.propose(side, full.min(self.rounds - 1));
                let on = next.map_or(f64::NEG_INFINITY, |next| table.patience[side] * table.values[side][next]);
                let least = marchland_game::number::max(table.outside[side], on);
                if table.values[side][offered] >= least - HAIR {
                    return Some((DealMove::Accept, 0));
                }
                let counter = if own.offers { None } else { table.propose(side, left) };
                Some(counter.map_or((DealMove::Reject, 0), |best| (DealMove::Offer, best as u8)))
            }
            DealStatus::Open => {
                if own.offers || left == 0 || Deal::floor(turn) != side {
                    return None;
                }
                let mine = deal.proposer(view) == Some(side);
                if mine && turn < view.now(deal.tracks.moved) as u32 + self.pause {
                    return None;
                }
                if deal.open.as_ref().is_some_and(|open| !open.holds(view)) || busy() {
                    return None;
                }
                let table = Table::of(deal, at);
                let best = table.propose(side, left)?;
                // What was refused is not offered again within the year, nor what is no better for the other.
                let fresh = turn < view.now(deal.tracks.moved) as u32 + REMEMBERED;
                if mine && fresh && deal.agreed_after_last_offer(view) == Some(false) {
                    return table.concede(side, deal.table(view), best).map(|next| (DealMove::Offer, next as u8));
                }
                Some((DealMove::Offer, best as u8))
            }
        }
    }
}

/// The talks that parties lead at one decision. What stands is counted once: a player speaks for the same party in
/// most of its deals.
struct Talks<'a> {
    at: &'a Decision<'a>,
    known: Cell<Option<(PlayerId, usize)>>,
}

impl Talks<'_> {
    /// Talks that a party leads as far as the player sees, and those that its draft would open.
    fn of(&self, party: PlayerId, draft: &Draft) -> usize {
        let Self { at, known } = self;
        let opens = |order: &&Order| match at.catalogue.deal_move(order.action) {
            Some((id, DealMove::Offer)) => {
                let deal = &at.catalogue.deals[id.index()];
                deal.parties.contains(&party) && deal.status(&at.observation) == DealStatus::Open
            }
            _ => false,
        };
        let stands = match known.get() {
            Some((counted, talks)) if counted == party => talks,
            _ => {
                let talks = talks_of(&at.catalogue.deals, party, |deal| deal.status(&at.observation));
                known.set(Some((party, talks)));
                talks
            }
        };
        stands + draft.package().iter().filter(opens).count()
    }
}

/// Whether what a side loses by its agreement is more than breaking it costs.
fn breach_pays(deal: &Deal, side: usize, at: &Decision<'_>) -> bool {
    let view = &at.observation;
    let loss = deal.outside[side].value(view) - deal.value(side, deal.table(view), view);
    if loss <= HAIR {
        return false;
    }
    let until = view.now(deal.tracks.until) as u32;
    let months = if until == 0 { FORESEEN } else { (until + 1).saturating_sub(at.moment.turn.0).min(FORESEEN) };
    let patience = deal.patience(side, view);
    let mut sum = 0.0;
    for _ in 0..months {
        sum = 1.0 + patience * sum;
    }
    loss * sum > deal.penalty[side].value(view) + HAIR
}

/// What every offer is worth to each side, as one player sees it.
struct Table {
    values: [[f64; OFFERS]; 2],
    count: usize,
    outside: [f64; 2],
    patience: [f64; 2],
}

impl Table {
    fn of(deal: &Deal, at: &Decision<'_>) -> Self {
        let view = &at.observation;
        let count = deal.offers.len().min(OFFERS);
        let mut table = Self {
            values: [[0.0; OFFERS]; 2],
            count,
            outside: [0, 1].map(|side: usize| deal.outside[side].value(view)),
            patience: [0, 1].map(|side: usize| deal.patience(side, view)),
        };
        for side in 0..2 {
            deal.values(side, view, &mut table.values[side][..count]);
        }
        table
    }

    /// The best offer of a side with so many rounds left; none where the other takes nothing that is worth
    /// more than having no agreement.
    fn propose(&self, side: usize, rounds: u32) -> Option<usize> {
        // What the proposer of the round after gets; the last round's responder has the outside option alone.
        let mut next: Option<f64> = None;
        let mut best = None;
        let mut before: [Option<(Option<usize>, Option<f64>)>; 2] = [None, None];
        // Whose turn the last round is follows from whose the first one is.
        for left in 1..=rounds {
            let proposer = if (rounds - left).is_multiple_of(2) { side } else { 1 - side };
            let responder = 1 - proposer;
            let on = next.map_or(f64::NEG_INFINITY, |next| self.patience[responder] * next);
            let least = marchland_game::number::max(self.outside[responder], on);
            best = self.best(proposer, least);
            // Without an offer to make, a round is lost.
            let worth = best.map(|best| self.values[proposer][best]);
            next = Some(worth.unwrap_or(self.outside[proposer]));
            // A round hands on one number alone: where it comes back, all rounds before it repeat.
            if before[0].is_some_and(|(_, known)| known == next) {
                return if proposer == side { best } else { before[1].and_then(|(known, _)| known) };
            }
            before = [before[1], Some((best, next))];
        }
        best
    }

    /// The best offer for a side of those that give the other more than what it has just refused.
    fn concede(&self, side: usize, refused: usize, best: usize) -> Option<usize> {
        let other = 1 - side;
        if self.values[other][best] > self.values[other][refused] + HAIR {
            return Some(best);
        }
        self.best(side, self.values[other][refused] + 2.0 * HAIR)
    }

    /// The offer that is best for a side of those worth at least so much to the other, and more than nothing to
    /// itself; of equals, the one better for the other.
    fn best(&self, side: usize, least: f64) -> Option<usize> {
        let mut best: Option<usize> = None;
        for offer in 0..self.count {
            let (own, other) = (self.values[side][offer], self.values[1 - side][offer]);
            if other < least - HAIR || own <= self.outside[side] + HAIR {
                continue;
            }
            let better = best.is_none_or(|best| {
                let (known, theirs) = (self.values[side][best], self.values[1 - side][best]);
                own > known + HAIR || own >= known - HAIR && other > theirs + HAIR
            });
            if better {
                best = Some(offer);
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A pie of 100 slices, the first side's share by offer.
    fn pie(outside: [f64; 2], patience: [f64; 2]) -> Table {
        let mut values = [[0.0; OFFERS]; 2];
        let [first, second] = &mut values;
        for (slice, (first, second)) in first.iter_mut().zip(second).enumerate().take(101) {
            *first = slice as f64 / 100.0;
            *second = 1.0 - *first;
        }
        Table { values, count: 101, outside, patience }
    }

    #[test]
    fn many_rounds_divide_as_rubinstein_does() {
        for (first, second) in [(0.9, 0.9), (0.95, 0.8), (0.7, 0.9)] {
            let share = pie([0.0, 0.0], [first, second]).propose(0, 150).expect("an offer") as f64 / 100.0;
            let divided = (1.0 - second) / (1.0 - first * second);
            assert!((share - divided).abs() <= 0.05, "{first}, {second}: {share} for {divided}");
        }
    }

    #[test]
    fn one_round_is_an_ultimatum() {
        assert_eq!(pie([0.0, 0.0], [0.9, 0.9]).propose(0, 1), Some(100));
        assert_eq!(pie([0.1, 0.3], [0.9, 0.9]).propose(0, 1), Some(70));
        assert_eq!(pie([0.6, 0.5], [0.9, 0.9]).propose(0, 1), None);
    }

    #[test]
    fn an_outside_option_counts_only_where_it_beats_bargaining_on() {
        let without = pie([0.0, 0.0], [0.9, 0.9]).propose(0, 150);
        assert_eq!(pie([0.0, 0.3], [0.9, 0.9]).propose(0, 150), without);
        assert_eq!(pie([0.0, 0.7], [0.9, 0.9]).propose(0, 150), Some(30));
    }
}
