//! All that happened as comma-separated values.

use marchland_session::review::Review;
use marchland_sim::scenario::Scenario;

use super::page::{Words, kind};
use crate::csv::Table;

/// The heading row.
const HEAD: [&str; 17] = [
    "turn",
    "date",
    "month",
    "week",
    "kind",
    "player",
    "player_title",
    "to",
    "to_title",
    "what",
    "what_title",
    "outcome",
    "chance",
    "draw",
    "success",
    "leaked",
    "overruled",
];

/// Everything that happened as comma-separated values, a row each in the order of the game: events, orders with their
/// rulings, ballots, overrides, injects, free actions, messages and notes, by name and by title. Chances and draws are in
/// [0, 1]; an order succeeded where its draw lay below its chance, unless it was overruled.
#[must_use]
pub fn happened(review: &Review, scenario: &Scenario) -> String {
    let words = Words::new(scenario);
    let title = |id: &str| if id.is_empty() { String::new() } else { words.player(id) };
    let mut table = Table::new(&HEAD);
    for one in &review.timeline {
        let figure = |x: Option<f64>| x.map_or_else(String::new, |x| x.to_string());
        let flag = |x: Option<bool>| x.map_or_else(String::new, |x| x.to_string());
        let ruling = one.ruling.as_ref();
        table.row([
            one.turn.to_string(),
            one.date.clone(),
            words.month(one.turn),
            (one.round + 1).to_string(),
            kind(one.kind).to_owned(),
            one.who.clone(),
            title(&one.who),
            one.to.clone(),
            title(&one.to),
            one.what.clone(),
            words.what(one),
            one.result.clone(),
            figure(ruling.map(|ruling| ruling.chance)),
            figure(ruling.and_then(|ruling| ruling.draw)),
            flag(ruling.map(|ruling| ruling.success)),
            flag(ruling.map(|ruling| ruling.leaked)),
            one.overruled.to_string(),
        ]);
    }
    table.finish()
}
