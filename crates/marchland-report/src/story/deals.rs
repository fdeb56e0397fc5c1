//! Happenings of deals between players: offers, answers, agreements, breaches.

use crate::number::{number, percent};
use marchland_game::{Deal, DealMove, DealStatus, PlayerId, PlayerSet, TurnRecord};
use marchland_sim::scenario::Scenario;

/// A step of a deal between two players.
#[derive(Clone, Debug, PartialEq)]
pub struct DealHappening {
    /// Who took the step.
    pub by: PlayerId,
    /// The other side.
    pub with: PlayerId,
    /// Which step.
    pub step: DealStep,
    /// What it is about, as a noun phrase: `the lease of the airfield`.
    pub terms: String,
    /// Who knows of it.
    pub seen_by: PlayerSet,
}

/// Which step of a deal was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DealStep {
    /// An offer was made.
    Offered,
    /// It was answered by another.
    Countered,
    /// Both sides agreed.
    Agreed,
    /// It was refused.
    Refused,
    /// One side broke what was agreed.
    Broken,
}

impl DealStep {
    /// How much news the step is, 0 to 100.
    #[must_use]
    pub fn weight(self) -> f64 {
        match self {
            Self::Offered => 24.0,
            Self::Countered => 22.0,
            Self::Refused => 30.0,
            Self::Agreed => 44.0,
            Self::Broken => 56.0,
        }
    }
}

/// The steps of deals of the last of these months: offers, answers and breaches that took place.
#[must_use]
pub fn gather(scenario: &Scenario, records: &[TurnRecord]) -> Vec<DealHappening> {
    let catalogue = &scenario.catalogue;
    let Some(record) = records.last() else { return Vec::new() };
    let before = records.len().checked_sub(2).map(|at| &records[at]);
    let mut found = Vec::new();
    for ruling in record.rounds.iter().flat_map(|round| &round.rulings).filter(|ruling| ruling.success) {
        let Some((id, what)) = catalogue.deal_move(ruling.order.action) else { continue };
        let deal = &catalogue.deals[id.index()];
        let Some(side) = catalogue.deal_side(deal, ruling.player) else { continue };
        // An offer that meets one of the other side is an answer to it.
        let answers = before.is_some_and(|record| {
            let at = |id: marchland_game::IndicatorId| record.indicators[id.index()];
            DealStatus::of(at(deal.tracks.status)) == DealStatus::Offered
                && at(deal.tracks.proposer).round() as usize == 2 - side
        });
        let step = match what {
            DealMove::Offer if answers => DealStep::Countered,
            DealMove::Offer => DealStep::Offered,
            DealMove::Accept => DealStep::Agreed,
            DealMove::Reject => DealStep::Refused,
            DealMove::Break => DealStep::Broken,
        };
        found.push(DealHappening {
            by: ruling.player,
            with: deal.parties[1 - side],
            step,
            terms: terms(deal, (what == DealMove::Offer).then_some(usize::from(ruling.order.option))),
            seen_by: deal.seen_by.with(ruling.player),
        });
    }
    found
}

/// What a deal is about, with the terms of an offer.
fn terms(deal: &Deal, offer: Option<usize>) -> String {
    let Some(offer) = offer.and_then(|at| deal.offers.get(at)) else { return deal.title.clone() };
    let each = deal.terms.iter().zip(&offer.options).filter_map(|(term, option)| {
        let (name, value) = term.options.get(usize::from(*option))?;
        // A name that is a number in letters is told as the number.
        let shown = if name.starts_with(|c: char| c.is_ascii_digit()) {
            match term.unit.as_str() {
                "share" => percent(*value, 0),
                "" => number(*value),
                unit => format!("{} {unit}", number(*value)),
            }
        } else {
            name.replace('_', " ")
        };
        Some(format!("{}: {shown}", term.title))
    });
    let each: Vec<String> = each.collect();
    if each.is_empty() { deal.title.clone() } else { format!("{} ({})", deal.title, each.join("; ")) }
}

/// A step as a sentence, without its full stop.
#[must_use]
pub fn sentence(deal: &DealHappening, by: &str, with: &str) -> String {
    let terms = &deal.terms;
    match deal.step {
        DealStep::Offered => format!("{by} offered {with} terms on {terms}"),
        DealStep::Countered => format!("{by} answered {with} with other terms on {terms}"),
        DealStep::Agreed => format!("{by} and {with} agreed on {terms}"),
        DealStep::Refused => format!("{by} refused the terms that {with} offered on {terms}"),
        DealStep::Broken => format!("{by} broke what it had agreed with {with} on {terms}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_breach_outweighs_an_agreement_and_an_agreement_an_offer() {
        let deal = |step| DealHappening {
            by: PlayerId::from_index(0),
            with: PlayerId::from_index(1),
            step,
            terms: "the railway".into(),
            seen_by: PlayerSet::EVERYBODY,
        };
        assert!(DealStep::Broken.weight() > DealStep::Agreed.weight());
        assert!(DealStep::Agreed.weight() > DealStep::Offered.weight());
        let text = sentence(&deal(DealStep::Broken), "the north", "the south");
        assert_eq!(text, "the north broke what it had agreed with the south on the railway");
    }
}
