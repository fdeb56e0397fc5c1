//! What heads a month.

use marchland_game::{IndicatorId, TurnRecord};
use marchland_session::story::{Change, TurningPoint};
use marchland_sim::scenario::Scenario;

use super::forms::Forms;
use crate::wording::{Wording, lower_first};

/// The headline of a month, the first of: turning point, regime, event, vote, the largest of
/// the changes `worth` telling.
pub fn headline(
    scenario: &Scenario,
    wording: &Wording<'_>,
    so_far: &[TurnRecord],
    worth: &[&Change],
    changes: &[Change],
    turning: Option<&TurningPoint<'_>>,
    forms: &mut Forms,
) -> String {
    let catalogue = &scenario.catalogue;
    let Some(record) = so_far.last() else { return String::new() };
    if let Some(point) = turning {
        let booking = point.booking;
        return format!(
            "Turning point: {} {} by {}, through {}",
            wording.indicator(booking.indicator),
            if booking.after > booking.before { "up" } else { "down" },
            wording.size(booking.indicator, booking.after - booking.before),
            wording.cause(booking.cause),
        );
    }
    if let Some(text) = regime(scenario, wording, so_far, changes) {
        return text;
    }
    if let Some(event) = record.rounds.iter().flat_map(|round| &round.events).next() {
        return catalogue.events[event.index()].title.clone();
    }
    if let Some(vote) = record.rounds.iter().flat_map(|round| &round.votes).next() {
        let motion = &catalogue.motions[vote.motion.index()];
        let body = &catalogue.institutions[motion.institution.index()].title;
        let answer = if vote.passed { "Yes" } else { "No" };
        return format!("{answer} from {}: \u{201c}{}\u{201d}", lower_first(body), motion.title);
    }
    let quantity = |id: IndicatorId| catalogue.indicators[id.index()].labels.is_empty();
    let great = worth.iter().copied().filter(|change| change.effect > 0.02 && quantity(change.indicator));
    forms.headline(wording, great).unwrap_or_else(|| "A quiet month".into())
}

/// What became of the regime this month, where anything did.
fn regime(scenario: &Scenario, wording: &Wording<'_>, so_far: &[TurnRecord], changes: &[Change]) -> Option<String> {
    let regime = scenario.regime?;
    let record = so_far.last()?;
    let last = so_far.len().checked_sub(2).map(|at| &so_far[at]);
    let start = |id: IndicatorId, now: f64| {
        changes.iter().find(|change| change.indicator == id).map_or(now, |change| change.before)
    };
    let step = |id: IndicatorId| {
        let now = record.indicators[id.index()];
        (last.map_or_else(|| start(id, now), |last| last.indicators[id.index()]), now)
    };
    let (before, now) = step(regime.status);
    let (exit_before, exit) = step(regime.exit);
    let none = scenario.catalogue.indicators[regime.exit.index()].is_first(exit);
    let lost = (exit != exit_before && !none).then(|| way(&wording.value(regime.exit, exit)));
    let status = status(&wording.value(regime.status, now));
    match (now != before, lost) {
        (true, Some(way)) => Some(format!("The government loses office through {way}; the regime is {status}")),
        (false, Some(way)) => Some(format!("The government loses office through {way}")),
        (true, None) => Some(format!("The regime is now {status}")),
        (false, None) => None,
    }
}

/// A regime status as it reads after "is".
pub fn status(label: &str) -> String {
    if label == "transition" { "in transition".into() } else { label.replace('_', " ") }
}

/// A way of exit as a noun phrase.
pub fn way(exit: &str) -> String {
    match exit {
        "uprising" => "an uprising".into(),
        "coup" => "a coup".into(),
        "insurgents" => "a victory of insurgents".into(),
        "negotiated" => "a negotiated exit".into(),
        "palace" => "its removal by insiders".into(),
        "resignation" => "a resignation".into(),
        "foreign" => "its removal from abroad".into(),
        "elected" => "an election".into(),
        "natural" => "death or illness".into(),
        other => other.replace('_', " "),
    }
}
