//! What mattered in a recorded game: changes with their causes, and the turning point.

use marchland_game::{Booking, IndicatorId, TurnRecord};
use marchland_sim::scenario::Scenario;

/// What happened to one indicator in one month.
pub struct Change<'a> {
    /// Which.
    pub indicator: IndicatorId,
    /// Its value at the month's start.
    pub before: f64,
    /// Its value at the month's end.
    pub after: f64,
    /// Its causes with what each added, largest first.
    pub causes: Vec<(&'a str, f64)>,
    /// How much it matters: the change as a share of what is a great change of it.
    pub effect: f64,
}

/// The changes of a month, those that matter most first; ties by id.
pub fn changes<'a>(scenario: &Scenario, record: &'a TurnRecord) -> Vec<Change<'a>> {
    let mut found: Vec<Change<'a>> = Vec::new();
    for booking in record.rounds.iter().flat_map(|round| &round.bookings) {
        let at = match found.binary_search_by_key(&booking.indicator, |change| change.indicator) {
            Ok(at) => at,
            Err(at) => {
                let new = Change {
                    indicator: booking.indicator,
                    before: booking.before,
                    after: booking.after,
                    causes: Vec::new(),
                    effect: 0.0,
                };
                found.insert(at, new);
                at
            }
        };
        let change = &mut found[at];
        change.after = booking.after;
        let amount = booking.after - booking.before;
        match change.causes.iter_mut().find(|(cause, _)| *cause == booking.cause) {
            Some((_, sum)) => *sum += amount,
            None => change.causes.push((&booking.cause, amount)),
        }
    }
    for change in &mut found {
        change.causes.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(b.0)));
        change.effect = effect(scenario, change.indicator, change.before, change.after);
    }
    found.sort_by(|a, b| b.effect.total_cmp(&a.effect).then(a.indicator.cmp(&b.indicator)));
    found
}

/// How much a step matters: its share of the indicator's range where that is a scale of its own
/// (a share, an index), else half its relative change.
pub fn effect(scenario: &Scenario, id: IndicatorId, before: f64, after: f64) -> f64 {
    let info = &scenario.catalogue.indicators[id.index()];
    let span = info.range.1 - info.range.0;
    let step = (after - before).abs();
    if span <= 10.0 { step / span } else { 0.5 * step / (before.abs() + after.abs() + 1.0) }
}

/// Whether an indicator is worth a sentence: a quantity of the world, not a budget, a flag, a code
/// or a pure input.
pub fn worth_telling(scenario: &Scenario, id: IndicatorId) -> bool {
    let info = &scenario.catalogue.indicators[id.index()];
    let budget = info.kind == "player"
        && ["money", "attention", "capital", "forces"].iter().any(|name| info.field.contains(name));
    info.labels.is_empty()
        && info.unit != "flag"
        && !budget
        && !info.field.ends_with("_turn")
        && !info.field.contains("months")
}

/// The largest booking against the scenario's main indicator.
pub struct TurningPoint<'a> {
    /// Its turn.
    pub turn: u32,
    /// The booking.
    pub booking: &'a Booking,
}

/// The turning point of a traced game; none where nothing moved the main indicator.
pub fn turning_point<'a>(scenario: &Scenario, records: &'a [TurnRecord]) -> Option<TurningPoint<'a>> {
    let main = scenario.main_indicator?;
    let mut best: Option<TurningPoint<'a>> = None;
    for record in records {
        for booking in record.rounds.iter().flat_map(|round| &round.bookings) {
            let size = (booking.after - booking.before).abs();
            let larger = best.as_ref().is_none_or(|best| size > (best.booking.after - best.booking.before).abs());
            if booking.indicator == main && larger {
                best = Some(TurningPoint { turn: record.turn, booking });
            }
        }
    }
    best
}
