//! `--why`: the chain of causes behind an indicator, followed to its beginning.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use anstyle::Style;
use marchland_game::{Booking, IndicatorId, Turn, TurnRecord};
use marchland_sim::scenario::Scenario;

use crate::chronicle::wrap;
use crate::wording::{Wording, upper_first};

/// Links of a chain, at most.
const LONGEST: usize = 10;

/// What a cause added to an indicator over a game.
struct Share<'a> {
    cause: &'a str,
    amount: f64,
    inputs: BTreeSet<IndicatorId>,
    /// The month in which it added most, with its size.
    peak: (u32, f64),
}

/// Writes why an indicator stands where it does at the end of a traced game.
///
/// # Errors
/// Where it cannot be written.
pub fn write(
    to: &mut dyn Write,
    scenario: &Scenario,
    records: &[TurnRecord],
    indicator: IndicatorId,
) -> io::Result<()> {
    let wording = Wording::new(scenario);
    let bold = Style::new().bold();
    let mut told = BTreeSet::new();
    let mut next = Some(indicator);
    writeln!(to)?;
    for depth in 0..LONGEST {
        let Some(id) = next.take() else { break };
        told.insert(id);
        let (before, after) = ends(records, id);
        let shares = shares(records, id);
        let what = upper_first(&wording.indicator(id));
        let lead = if depth == 0 { "Why: " } else { "  \u{21b3} " };
        writeln!(
            to,
            "{lead}{bold}{what}{bold:#} went from {} to {}.",
            wording.value(id, before),
            wording.value(id, after)
        )?;
        if shares.is_empty() {
            let info = &scenario.catalogue.indicators[id.index()];
            wrap(to, &format!("Nothing moved it: {}", info.meaning.trim()), "    ", Style::new())?;
            break;
        }
        for share in shares.iter().take(if depth == 0 { 6 } else { 3 }) {
            let sign = if share.amount >= 0.0 { '+' } else { '\u{2212}' };
            let date = scenario.calendar.start.of(Turn(share.peak.0));
            let text = format!(
                "{sign}{}  {} (most in {} {})",
                wording.size(id, share.amount),
                wording.cause(share.cause),
                date.month_name(),
                date.year
            );
            wrap(to, &text, "    ", Style::new())?;
        }
        next = shares.iter().find_map(|share| {
            share
                .inputs
                .iter()
                .filter(|input| !told.contains(input))
                .map(|input| (*input, moved(scenario, records, *input)))
                .filter(|(_, moved)| *moved > 0.0)
                .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))
                .map(|(input, _)| input)
        });
    }
    Ok(())
}

fn bookings(records: &[TurnRecord], id: IndicatorId) -> impl Iterator<Item = (u32, &Booking)> {
    records.iter().flat_map(move |record| {
        let of_turn = record.rounds.iter().flat_map(|round| &round.bookings);
        of_turn.filter(move |booking| booking.indicator == id).map(|booking| (record.turn, booking))
    })
}

fn ends(records: &[TurnRecord], id: IndicatorId) -> (f64, f64) {
    let after = records.last().map_or(0.0, |record| record.indicators[id.index()]);
    let before = bookings(records, id).next().map_or(after, |(_, booking)| booking.before);
    (before, after)
}

fn shares(records: &[TurnRecord], id: IndicatorId) -> Vec<Share<'_>> {
    let mut by_cause: BTreeMap<&str, Share<'_>> = BTreeMap::new();
    for (turn, booking) in bookings(records, id) {
        let share = by_cause.entry(&booking.cause).or_insert_with(|| Share {
            cause: &booking.cause,
            amount: 0.0,
            inputs: BTreeSet::new(),
            peak: (turn, 0.0),
        });
        let amount = booking.after - booking.before;
        share.amount += amount;
        share.inputs.extend(booking.inputs.iter().copied());
        if amount.abs() > share.peak.1 {
            share.peak = (turn, amount.abs());
        }
    }
    let mut list: Vec<Share<'_>> = by_cause.into_values().collect();
    list.sort_by(|a, b| b.amount.abs().total_cmp(&a.amount.abs()).then(a.cause.cmp(b.cause)));
    list
}

/// How much an indicator moved over the game, as the chronicle weighs it.
fn moved(scenario: &Scenario, records: &[TurnRecord], id: IndicatorId) -> f64 {
    bookings(records, id).map(|(_, booking)| crate::story::effect(scenario, id, booking.before, booking.after)).sum()
}
