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
#[must_use]
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
#[must_use]
pub fn effect(scenario: &Scenario, id: IndicatorId, before: f64, after: f64) -> f64 {
    let info = &scenario.catalogue.indicators[id.index()];
    let span = info.range.1 - info.range.0;
    let step = (after - before).abs();
    if span <= 10.0 { step / span } else { 0.5 * step / (before.abs() + after.abs() + 1.0) }
}

/// The indicators worth a sentence, by `IndicatorId`: what players play for, what is measured and
/// what the scenario shows; quantities only, no budgets, flags or codes. Everything, in a scenario
/// that has no such list.
#[must_use]
pub fn worth_telling(scenario: &Scenario) -> Vec<bool> {
    let catalogue = &scenario.catalogue;
    let mut told = vec![false; catalogue.indicators.len()];
    let terms = catalogue.players.iter().flat_map(|player| &player.payoffs.terms).map(|term| term.indicator);
    let measured = catalogue.measures.iter().flat_map(|measure| measure.value.indicators());
    for id in terms.chain(measured).chain(scenario.shown.iter().copied()).chain(scenario.main_indicator) {
        told[id.index()] = true;
    }
    // The same fields of sister entities: hardship of the country is told by region too.
    let fields: Vec<(String, String)> = catalogue
        .indicators
        .iter()
        .zip(&told)
        .filter(|(_, told)| **told)
        .map(|(info, _)| (info.kind.clone(), info.field.clone()))
        .collect();
    for (told, info) in told.iter_mut().zip(&catalogue.indicators) {
        let sister =
            info.kind != "player" && info.kind != "pair" && fields.iter().any(|(_, field)| *field == info.field);
        let quantity = info.labels.is_empty() && info.unit != "flag" && !info.field.ends_with("_turn");
        *told = quantity && (*told || sister);
    }
    told
}

/// The largest booking against the scenario's main indicator.
pub struct TurningPoint<'a> {
    /// Its turn.
    pub turn: u32,
    /// The booking.
    pub booking: &'a Booking,
}

/// The turning point of a traced game; none where nothing moved the main indicator.
#[must_use]
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
