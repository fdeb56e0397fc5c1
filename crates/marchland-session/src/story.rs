//! What mattered in a recorded game: changes with their causes, and the turning point.

use marchland_game::{Booking, Budget, Cause, IndicatorId, TurnRecord};
use marchland_sim::scenario::Scenario;

/// What happened to one indicator in one month.
pub struct Change {
    /// Which.
    pub indicator: IndicatorId,
    /// Its value at the month's start.
    pub before: f64,
    /// Its value at the month's end.
    pub after: f64,
    /// Its causes, that which moved most first.
    pub causes: Vec<CauseInMonth>,
    /// How much it matters: the change as a share of what is a great change of it.
    pub effect: f64,
}

/// What one cause added to an indicator in one month.
pub struct CauseInMonth {
    /// The cause, as it was booked.
    pub cause: Cause,
    /// What it added, in the indicator's unit.
    pub amount: f64,
    /// What it added when it was last booked.
    pub level: f64,
    /// Indicators that it read.
    pub inputs: Vec<IndicatorId>,
}

/// The changes of a month, those that matter most first; ties by id. `last` is the month before.
#[must_use]
pub fn changes(scenario: &Scenario, last: Option<&TurnRecord>, record: &TurnRecord) -> Vec<Change> {
    let mut found = gathered(record);
    let levels = last.map(gathered);
    for change in &mut found {
        if change.causes.iter().any(|cause| cause.cause.is_anew()) {
            let last = levels.as_ref().and_then(|levels| find(levels, change.indicator));
            by_difference(change, last);
        }
        let name = |cause: &CauseInMonth| cause.cause.name(&scenario.catalogue);
        change.causes.sort_by(|a, b| b.amount.abs().total_cmp(&a.amount.abs()).then_with(|| name(a).cmp(&name(b))));
        change.effect = effect(scenario, change.indicator, change.before, change.after);
    }
    found.sort_by(|a, b| b.effect.total_cmp(&a.effect).then(a.indicator.cmp(&b.indicator)));
    found
}

/// The changes of a month by indicator, causes as booked.
fn gathered(record: &TurnRecord) -> Vec<Change> {
    let mut found: Vec<Change> = Vec::new();
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
        let at = match change.causes.iter().position(|cause| cause.cause == booking.cause) {
            Some(at) => at,
            None => {
                let cause = booking.cause;
                change.causes.push(CauseInMonth { cause, amount: 0.0, level: 0.0, inputs: Vec::new() });
                change.causes.len() - 1
            }
        };
        let cause = &mut change.causes[at];
        cause.amount += amount;
        cause.level = amount;
        for input in &booking.inputs {
            if !cause.inputs.contains(input) {
                cause.inputs.push(*input);
            }
        }
    }
    found
}

fn find(changes: &[Change], id: IndicatorId) -> Option<&Change> {
    changes.binary_search_by_key(&id, |change| change.indicator).ok().map(|at| &changes[at])
}

/// Turns booked levels into what they moved since the month before. Without such a month the levels
/// stand, and only the taking to zero goes.
fn by_difference(change: &mut Change, last: Option<&Change>) {
    change.causes.retain(|cause| !cause.cause.is_anew());
    for cause in &mut change.causes {
        let before = last.and_then(|last| last.causes.iter().find(|other| other.cause == cause.cause));
        cause.amount = cause.level - before.map_or(0.0, |before| before.level);
    }
}

/// The input of a cause that moved most in the month, where any moved enough to be told.
#[must_use]
pub fn moved_input(scenario: &Scenario, changes: &[Change], cause: &CauseInMonth) -> Option<IndicatorId> {
    let moved = |id: &IndicatorId| changes.iter().find(|change| change.indicator == *id).map(|change| change.effect);
    let mut best: Option<(f64, IndicatorId)> = None;
    for id in &cause.inputs {
        let told = scenario.catalogue.indicators[id.index()].labels.is_empty();
        if let Some(effect) = moved(id).filter(|effect| told && *effect > 0.004)
            && best.is_none_or(|(most, _)| effect > most)
        {
            best = Some((effect, *id));
        }
    }
    best.map(|(_, id)| id)
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
        let budget = info.kind == "player" && Budget::ALL.iter().any(|budget| budget.name() == info.field);
        *told = quantity && !budget && (*told || sister);
    }
    told
}

/// The largest booking against the scenario's main indicator.
#[derive(Clone, PartialEq, Debug)]
pub struct TurningPoint {
    /// Its turn.
    pub turn: u32,
    /// The booking.
    pub booking: Booking,
}

/// The turning point of a traced game; none where nothing moved the main indicator.
#[must_use]
pub fn turning_point(scenario: &Scenario, records: &[TurnRecord]) -> Option<TurningPoint> {
    let mut best = None;
    for record in records {
        look_for_turning_point(&mut best, scenario, record);
    }
    best
}

/// Takes one more turn of a traced game into account: the turning point of a game of which no records are kept.
pub fn look_for_turning_point(best: &mut Option<TurningPoint>, scenario: &Scenario, record: &TurnRecord) {
    let Some(main) = scenario.main_indicator else { return };
    for booking in record.rounds.iter().flat_map(|round| &round.bookings) {
        let size = (booking.after - booking.before).abs();
        let larger = best.as_ref().is_none_or(|best| size > (best.booking.after - best.booking.before).abs());
        if booking.indicator == main && larger {
            *best = Some(TurningPoint { turn: record.turn, booking: booking.clone() });
        }
    }
}
