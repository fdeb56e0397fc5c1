//! On which terms the facilitator grants an action of somebody's own.

use marchland_session::{Course, FreeAction, Shift};

use crate::number::{money, number, percent};
use crate::story::scale::listed;
use crate::visible::line;
use crate::wording::Wording;

/// What it costs: `US$ 10 m and 1 of attention`, or `no price`.
#[must_use]
pub fn price(cost: &[(String, f64)]) -> String {
    let each = |(budget, cost): &(String, f64)| match budget.as_str() {
        // The one budget with a unit.
        "money" => money(*cost),
        budget => format!("{} of {}", number(*cost), budget.replace('_', " ")),
    };
    if cost.is_empty() { "no price".to_owned() } else { listed(&cost.iter().map(each).collect::<Vec<_>>()) }
}

/// How far effects move stocks: `the legitimacy of the government down by 5 points`; none where none.
#[must_use]
pub fn moves(course: &Course, effects: &[Shift]) -> Vec<String> {
    let scenario = &course.source.scenario;
    let wording = Wording::new(scenario);
    let moved = |effect: &Shift| {
        let id = scenario.catalogue.indicator(&effect.indicator)?;
        let way = if effect.by < 0.0 { "down" } else { "up" };
        Some(format!("{} {way} by {}", wording.indicator(id), wording.size(id, effect.by)))
    };
    effects.iter().filter_map(moved).collect()
}

/// What is granted, in a sentence or two: chance, price, effects, who learns of it, why.
#[must_use]
pub fn terms(course: &Course, action: &FreeAction) -> String {
    let wording = Wording::new(&course.source.scenario);
    let moves = moves(course, &action.effects);
    let moves = if moves.is_empty() { "no number changes".to_owned() } else { listed(&moves) };
    let seen = match &action.seen_by {
        None => "everybody learns of it".to_owned(),
        Some(seen) if seen.is_empty() => "nobody else learns of it".to_owned(),
        Some(seen) => {
            let who: Vec<String> = seen.iter().map(|name| wording.short_player(name)).collect();
            format!("told to {}", listed(&who))
        }
    };
    format!(
        "At a chance of {}%, for {}: {moves}; {seen}. Because {}.",
        percent(action.chance, 0),
        price(&action.cost),
        line(action.reason.trim_end_matches('.'))
    )
}
