//! Happenings of deals between players: offers, answers, agreements, breaches.

use marchland_game::{DealId, DealMove, DealStatus, PlayerId, PlayerSet, TurnRecord};
use marchland_session::{DealEnd, deals_ended, spoke};
use marchland_sim::scenario::Scenario;

use super::scale::listed;
use crate::number::with_unit;

/// A step of a deal between two players.
#[derive(Clone, Debug, PartialEq)]
pub struct DealHappening {
    /// The deal.
    pub deal: DealId,
    /// Who took the step; whose offer lapsed; one side of what came to an end.
    pub by: PlayerId,
    /// The other side.
    pub with: PlayerId,
    /// Which step.
    pub step: DealStep,
    /// The offer that was made or agreed to: position in the deal's; none where the step is about no terms.
    pub offer: Option<usize>,
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
    /// It was left without an answer for as long as it stood.
    Lapsed,
    /// An agreement ran out, or what it rested on did.
    Ended,
}

impl DealStep {
    /// The step that an end without anybody's move is.
    pub(crate) fn of_end(end: DealEnd) -> Self {
        if end.agreed { Self::Ended } else { Self::Lapsed }
    }

    /// How much news the step is, 0 to 100.
    #[must_use]
    pub fn weight(self) -> f64 {
        match self {
            Self::Offered => 24.0,
            Self::Countered => 22.0,
            Self::Lapsed => 20.0,
            Self::Refused | Self::Ended => 30.0,
            Self::Agreed => 44.0,
            Self::Broken => 56.0,
        }
    }
}

/// The steps of deals of the last of these months: offers, answers and breaches that took place, offers that lapsed and
/// agreements that ended.
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
        let on_table = before
            .filter(|record| DealStatus::of(record.indicators[deal.tracks.status.index()]) == DealStatus::Offered);
        let of_other =
            |record: &&TurnRecord| record.indicators[deal.tracks.proposer.index()].round() as usize == 2 - side;
        let step = match what {
            DealMove::Offer if on_table.filter(of_other).is_some() => DealStep::Countered,
            DealMove::Offer => DealStep::Offered,
            DealMove::Accept => DealStep::Agreed,
            DealMove::Reject => DealStep::Refused,
            DealMove::Break => DealStep::Broken,
        };
        let offer = match step {
            DealStep::Offered | DealStep::Countered => Some(usize::from(ruling.order.option)),
            DealStep::Agreed => {
                let table = on_table.unwrap_or(record).indicators[deal.tracks.table.index()];
                (table >= 0.0).then_some(table.round() as usize)
            }
            DealStep::Refused | DealStep::Broken | DealStep::Lapsed | DealStep::Ended => None,
        };
        let (by, with) = (ruling.player, spoke(scenario, deal.parties[1 - side], before.unwrap_or(record)));
        found.push(DealHappening { deal: id, by, with, step, offer, seen_by: deal.seen_by.with(ruling.player) });
    }
    found.extend(before.into_iter().flat_map(|before| deals_ended(scenario, before, record)).map(|end| {
        let DealEnd { deal, by, with, .. } = end;
        let step = DealStep::of_end(end);
        let seen_by = catalogue.deals[deal.index()].seen_by.with(by).with(with);
        DealHappening { deal, by, with, step, offer: None, seen_by }
    }));
    found
}

/// The terms of an offer as the scenario words them, `a monthly fee of US$ 4 m`, or each with its value, `the monthly fee
/// (US$ 4 m)`; empty where there are none.
pub(crate) fn terms(scenario: &Scenario, deal: DealId, offer: Option<usize>) -> Vec<String> {
    let id = deal;
    let deal = &scenario.catalogue.deals[id.index()];
    let Some(offer) = offer.and_then(|at| deal.offers.get(at)) else { return Vec::new() };
    let each = deal.terms.iter().enumerate().zip(&offer.options).filter_map(|((at, term), option)| {
        let (name, value) = term.options.get(usize::from(*option))?;
        if let Some(phrase) = scenario.telling.terms.get(&(id, at)) {
            let own = phrase.options.iter().find(|(of, _)| of == name).map_or(&phrase.done, |(_, text)| text);
            // A term may be to have nothing of it.
            return (!own.is_empty()).then(|| own.replace("{value}", &with_unit(*value, &term.unit, 0)));
        }
        // An option that was given as a number has that number for a name.
        let shown = match name.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
            true => with_unit(*value, &term.unit, 0),
            false => name.replace('_', " "),
        };
        Some(if term.title.contains(&shown) { term.title.clone() } else { format!("{} ({shown})", term.title) })
    });
    each.collect()
}

/// The terms of a step, to stand after its sentence, or, where that heads the month, apart from it; without full stop.
/// None where it is about no terms.
#[must_use]
pub fn on_terms(scenario: &Scenario, happening: &DealHappening, apart: bool) -> Option<String> {
    let deal = &scenario.catalogue.deals[happening.deal.index()];
    let terms = terms(scenario, happening.deal, happening.offer);
    let of = if apart { format!(" on {}", deal.title) } else { String::new() };
    let link = happening.offer.and_then(|at| deal.links.get(usize::from(deal.offers.get(at)?.link?)));
    let given = link.map_or_else(String::new, |other| {
        format!(", on condition of {}", scenario.catalogue.deals[other.index()].title)
    });
    (!terms.is_empty()).then(|| format!("the terms{of}: {}{given}", listed(&terms)))
}

/// A step as a sentence, without its full stop; `again` where it was told of the same two not long ago.
#[must_use]
pub fn sentence(scenario: &Scenario, deal: &DealHappening, by: &str, with: &str, again: bool) -> String {
    phrased(deal.step, by, with, &scenario.catalogue.deals[deal.deal.index()].title, again)
}

pub(crate) fn phrased(step: DealStep, by: &str, with: &str, terms: &str, again: bool) -> String {
    let adverb = if again { "again " } else { "" };
    match step {
        DealStep::Offered => format!("{by} {adverb}offered {with} terms on {terms}"),
        DealStep::Countered => format!("{by} {adverb}made {with} a counter-offer on {terms}"),
        DealStep::Agreed => format!("{by} and {with} {adverb}agreed on {terms}"),
        DealStep::Refused => format!("{by} {adverb}rejected what {with} had offered on {terms}"),
        DealStep::Broken => format!("{by} {adverb}broke its agreement with {with} on {terms}"),
        DealStep::Lapsed => format!("what {by} had offered {with} on {terms} {adverb}lapsed without an answer"),
        DealStep::Ended => format!("the agreement between {by} and {with} on {terms} {adverb}came to an end"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_breach_outweighs_an_agreement_and_an_agreement_an_offer() {
        assert!(DealStep::Broken.weight() > DealStep::Agreed.weight());
        assert!(DealStep::Agreed.weight() > DealStep::Offered.weight());
        let text = phrased(DealStep::Broken, "the north", "the south", "the railway", false);
        assert_eq!(text, "the north broke its agreement with the south on the railway");
        let text = phrased(DealStep::Agreed, "the north", "the south", "the railway", true);
        assert_eq!(text, "the north and the south again agreed on the railway");
    }
}
