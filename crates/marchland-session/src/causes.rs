//! The chain of causes behind an indicator, followed to its beginning through the ledger of a traced
//! game.

use std::collections::{BTreeMap, BTreeSet};

use marchland_game::{Booking, Cause, IndicatorId, TurnRecord};
use marchland_sim::scenario::Scenario;

use crate::story;

/// One indicator of a chain.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Which.
    pub indicator: IndicatorId,
    /// Where it stood at its first step.
    pub before: f64,
    /// Where it stood at the end.
    pub after: f64,
    /// What moved it, largest first.
    pub shares: Vec<CauseShare>,
}

/// What a cause added to an indicator over a game.
#[derive(Clone, Debug, PartialEq)]
pub struct CauseShare {
    /// The cause, as it was booked.
    pub cause: Cause,
    /// What it added, in the indicator's unit.
    pub amount: f64,
    /// The turn in which it added most.
    pub peak_turn: u32,
    /// Indicators that it read.
    pub inputs: BTreeSet<IndicatorId>,
}

/// The chain behind an indicator, at most `longest` links: each next link is the input that moved most
/// among those that the largest cause, or else the next one, read. A link without shares ends it.
#[must_use]
pub fn chain(scenario: &Scenario, records: &[TurnRecord], indicator: IndicatorId, longest: usize) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let mut next = Some(indicator);
    while links.len() < longest {
        let Some(id) = next.take() else { break };
        let (before, after) = ends(records, id);
        let shares = shares(scenario, records, id);
        let told = |input: &IndicatorId| *input == id || links.iter().any(|link| link.indicator == *input);
        next = shares.iter().find_map(|share| {
            share
                .inputs
                .iter()
                .filter(|input| !told(input))
                .map(|input| (*input, moved(scenario, records, *input)))
                .filter(|(_, moved)| *moved > 0.0)
                .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
                .map(|(input, _)| input)
        });
        links.push(Link { indicator: id, before, after, shares });
    }
    links
}

/// Where an indicator stood at its first step and where it stands at the end.
#[must_use]
pub fn ends(records: &[TurnRecord], id: IndicatorId) -> (f64, f64) {
    let after = records.last().map_or(0.0, |record| record.indicators[id.index()]);
    let before = bookings(records, id).next().map_or(after, |(_, booking)| booking.before);
    (before, after)
}

fn bookings(records: &[TurnRecord], id: IndicatorId) -> impl Iterator<Item = (u32, &Booking)> {
    records.iter().flat_map(move |record| {
        let of_turn = record.rounds.iter().flat_map(|round| &round.bookings);
        of_turn.filter(move |booking| booking.indicator == id).map(|booking| (record.turn, booking))
    })
}

fn shares(scenario: &Scenario, records: &[TurnRecord], id: IndicatorId) -> Vec<CauseShare> {
    let mut by_cause: BTreeMap<Cause, (CauseShare, f64)> = BTreeMap::new();
    // What each cause added when it was first and when it was last booked.
    let mut levels: BTreeMap<Cause, (f64, f64)> = BTreeMap::new();
    for (turn, booking) in bookings(records, id) {
        let (share, peak) = by_cause.entry(booking.cause).or_insert_with(|| {
            (CauseShare { cause: booking.cause, amount: 0.0, peak_turn: turn, inputs: BTreeSet::new() }, 0.0)
        });
        let amount = booking.after - booking.before;
        levels.entry(booking.cause).or_insert((amount, amount)).1 = amount;
        share.amount += amount;
        share.inputs.extend(booking.inputs.iter().copied());
        if amount.abs() > *peak {
            (share.peak_turn, *peak) = (turn, amount.abs());
        }
    }
    let mut list: Vec<CauseShare> = by_cause.into_values().map(|(share, _)| share).collect();
    // In the order of names, so that sums and ties do not depend on how a scenario lists things.
    list.sort_by_cached_key(|share| share.cause.name(&scenario.catalogue));
    // Terms of an indicator that is computed anew book whole levels: over the game they added the last
    // less the first, and what is left is the step from the start to the first.
    if let Some(anew) = list.iter().position(|share| share.cause.is_anew()) {
        let total: f64 = list.iter().map(|share| share.amount).sum();
        for share in &mut list {
            let (first, last) = levels.get(&share.cause).copied().unwrap_or_default();
            share.amount = last - first;
        }
        list[anew].amount = 0.0;
        let told: f64 = list.iter().map(|share| share.amount).sum();
        list[anew].amount = total - told;
        list.retain(|share| share.amount != 0.0);
    }
    list.sort_by(|a, b| b.amount.abs().total_cmp(&a.amount.abs()));
    list
}

/// How much an indicator moved over the game, as a story weighs it.
fn moved(scenario: &Scenario, records: &[TurnRecord], id: IndicatorId) -> f64 {
    bookings(records, id).map(|(_, booking)| story::effect(scenario, id, booking.before, booking.after)).sum()
}
