//! The chain of causes behind an indicator, followed to its beginning through the ledger of a traced
//! game.

use std::collections::{BTreeMap, BTreeSet};

use marchland_game::{Booking, Cause, IndicatorId, Nature, TurnRecord};
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

/// The chain behind an indicator, at most `longest` links: the shortest that ends at something which somebody did or
/// suffered, an order, an event, a vote or a facilitator's hand, and that moved its link by a fair part; of equals the one
/// whose links moved most. Where there is none, each next link is the input that moved most among those that the largest
/// cause, or else the next one, read. A link without shares ends it.
#[must_use]
pub fn chain(scenario: &Scenario, records: &[TurnRecord], indicator: IndicatorId, longest: usize) -> Vec<Link> {
    let all = BookingIndex::of(records);
    let link = |id: IndicatorId| {
        let (before, after) = ends(scenario, records, id);
        Link { indicator: id, before, after, shares: shares(scenario, &all, id) }
    };
    // Breadth first, so that the first to be found is the nearest; inputs that moved most go first.
    let mut paths: Vec<Vec<IndicatorId>> = vec![vec![indicator]];
    let mut seen: BTreeSet<IndicatorId> = BTreeSet::from([indicator]);
    for _ in 0..longest {
        let mut next: Vec<Vec<IndicatorId>> = Vec::new();
        for path in paths {
            let Some(id) = path.last().copied() else { continue };
            let shares = shares(scenario, &all, id);
            if done(&shares) {
                return path.into_iter().map(link).collect();
            }
            let told = |share: &&CauseShare| share.amount.abs() >= FAIR * shares[0].amount.abs();
            let mut inputs: Vec<(IndicatorId, f64)> = Vec::new();
            for input in shares.iter().filter(told).flat_map(|share| &share.inputs) {
                let moved = moved(scenario, &all, *input);
                if moved > 0.0 && seen.insert(*input) {
                    inputs.push((*input, moved));
                }
            }
            inputs.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            next.extend(inputs.into_iter().map(|(input, _)| [path.as_slice(), &[input]].concat()));
        }
        paths = next;
    }
    greedy(scenario, (records, &all), indicator, longest)
}

/// A game's bookings by indicator, each with its turn.
struct BookingIndex<'r>(BTreeMap<IndicatorId, Vec<(u32, &'r Booking)>>);

impl<'r> BookingIndex<'r> {
    fn of(records: &'r [TurnRecord]) -> Self {
        let mut all: BTreeMap<IndicatorId, Vec<(u32, &Booking)>> = BTreeMap::new();
        for record in records {
            for booking in record.rounds.iter().flat_map(|round| &round.bookings) {
                all.entry(booking.indicator).or_default().push((record.turn, booking));
            }
        }
        Self(all)
    }

    fn on(&self, id: IndicatorId) -> &[(u32, &'r Booking)] {
        self.0.get(&id).map_or(&[], Vec::as_slice)
    }
}

/// What a cause has to add beside the largest of an indicator to be followed, or to end a chain. Our choice.
const FAIR: f64 = 0.2;

/// Whether something that somebody did or suffered has a fair part in an indicator.
fn done(shares: &[CauseShare]) -> bool {
    let act = |cause: &Cause| {
        matches!(cause, Cause::Order(..) | Cause::Leak(..) | Cause::Event(_) | Cause::Motion(_) | Cause::Inject)
    };
    let largest = shares.first().map_or(0.0, |share| share.amount.abs());
    shares.iter().any(|share| act(&share.cause) && share.amount.abs() >= FAIR * largest && share.amount != 0.0)
}

fn greedy(
    scenario: &Scenario,
    (records, all): (&[TurnRecord], &BookingIndex<'_>),
    indicator: IndicatorId,
    longest: usize,
) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    let mut next = Some(indicator);
    while links.len() < longest {
        let Some(id) = next.take() else { break };
        let (before, after) = ends(scenario, records, id);
        let shares = shares(scenario, all, id);
        let told = |input: &IndicatorId| *input == id || links.iter().any(|link| link.indicator == *input);
        next = shares.iter().find_map(|share| {
            share
                .inputs
                .iter()
                .filter(|input| !told(input))
                .map(|input| (*input, moved(scenario, all, *input)))
                .filter(|(_, moved)| *moved > 0.0)
                .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
                .map(|(input, _)| input)
        });
        links.push(Link { indicator: id, before, after, shares });
    }
    links
}

/// Where an indicator stood before its first step and where it stands at the end; of one whose causes book whole levels,
/// at the end of the first month, from which what they added is counted: before that it stood at nothing.
#[must_use]
pub fn ends(scenario: &Scenario, records: &[TurnRecord], id: IndicatorId) -> (f64, f64) {
    let after = records.last().map_or(0.0, |record| record.indicators[id.index()]);
    let rounds = records.iter().flat_map(|record| &record.rounds);
    let mut own = rounds.flat_map(|round| &round.bookings).filter(|booking| booking.indicator == id).peekable();
    let first = own.peek().map(|booking| booking.before);
    let computed = scenario.catalogue.indicators[id.index()].nature == Nature::Derived;
    let before = match first {
        Some(before) if !computed || own.all(|booking| !booking.cause.is_anew()) => before,
        None if !computed => after,
        _ => records.first().map_or(after, |record| record.indicators[id.index()]),
    };
    (before, after)
}

fn shares(scenario: &Scenario, all: &BookingIndex<'_>, id: IndicatorId) -> Vec<CauseShare> {
    let mut by_cause: BTreeMap<Cause, (CauseShare, f64)> = BTreeMap::new();
    // Of an indicator that is computed anew, what each cause stood for at the end of the first month and of the last: nothing
    // where it was not booked there.
    let (mut first, mut last): (Option<BTreeMap<Cause, f64>>, BTreeMap<Cause, f64>) = (None, BTreeMap::new());
    let mut begun = None;
    for &(turn, booking) in all.on(id) {
        let (share, peak) = by_cause.entry(booking.cause).or_insert_with(|| {
            (CauseShare { cause: booking.cause, amount: 0.0, peak_turn: turn, inputs: BTreeSet::new() }, 0.0)
        });
        let amount = booking.after - booking.before;
        if booking.cause.is_anew() {
            if begun.is_some_and(|begun| turn > begun) && first.is_none() {
                first = Some(std::mem::take(&mut last));
            }
            last.clear();
            begun = begun.or(Some(turn));
        }
        *last.entry(booking.cause).or_default() += amount;
        share.amount += amount;
        share.inputs.extend(booking.inputs.iter().copied());
        if amount.abs() > *peak {
            (share.peak_turn, *peak) = (turn, amount.abs());
        }
    }
    let mut list: Vec<CauseShare> = by_cause.into_values().map(|(share, _)| share).collect();
    // In the order of names, so that sums and ties do not depend on how a scenario lists things.
    list.sort_by_cached_key(|share| share.cause.name(&scenario.catalogue));
    // Terms of an indicator that is computed anew book whole levels: over the game they added the last less the first.
    // The step from nothing to the first is how the world began, and nobody's doing.
    if list.iter().any(|share| share.cause.is_anew()) {
        let first = first.as_ref().unwrap_or(&last);
        let level = |of: &BTreeMap<Cause, f64>, cause: Cause| of.get(&cause).copied().unwrap_or_default();
        for share in &mut list {
            share.amount = level(&last, share.cause) - level(first, share.cause);
        }
        list.retain(|share| share.amount != 0.0 && !share.cause.is_anew());
    }
    list.sort_by(|a, b| b.amount.abs().total_cmp(&a.amount.abs()));
    list
}

/// How much an indicator moved over the game, as a story weighs it.
fn moved(scenario: &Scenario, all: &BookingIndex<'_>, id: IndicatorId) -> f64 {
    all.on(id).iter().map(|(_, booking)| story::effect(scenario, id, booking.before, booking.after)).sum()
}
