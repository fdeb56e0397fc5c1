//! A review month by month: one month shown at a time, chosen without a script; on paper all of them.

use std::fmt::Write;

use marchland_game::PlayerId;
use marchland_session::Course;
use marchland_session::review::Review;
use marchland_sim::scenario::Scenario;
use maud::{Markup, html};

use crate::map;
use crate::story::audience::Audience;
use crate::story::evening::at_the_table;
use crate::story::month::Teller;

/// A month of a played game as its review tells it.
#[derive(Clone, Debug, PartialEq)]
pub struct PlayedMonth {
    turn: u32,
    date: String,
    headline: String,
    paragraphs: Vec<String>,
    gauges: Vec<(String, String)>,
    /// What the table did: injects, overrides, grants, words, notes.
    table: Vec<String>,
}

/// The months of a played game: with everything in them, or as a seat heard of them. `table` says whether what people did
/// at the table stands there too.
#[must_use]
pub fn months(course: &Course, seat: Option<PlayerId>, table: bool) -> Vec<PlayedMonth> {
    let audience = seat.map_or(Audience::Everything, Audience::Seat);
    let told = Teller::to(audience, &course.game).months(&course.records);
    told.into_iter()
        .map(|month| PlayedMonth {
            turn: month.turn,
            date: month.date,
            headline: month.headline,
            paragraphs: month
                .paragraphs
                .iter()
                .map(|one| one.sentences.iter().map(|told| told.text.as_str()).collect::<Vec<_>>().join(" "))
                .collect(),
            gauges: month.gauges,
            table: if table { at_the_table(course, seat, month.turn) } else { Vec::new() },
        })
        .collect()
}

/// The part of the page.
pub(super) fn part(review: &Review, scenario: &Scenario, months: &[PlayedMonth]) -> Markup {
    if months.is_empty() {
        return html! {};
    }
    let last = months.len();
    let field = map::fields(scenario, &review.regions).into_iter().next();
    let reach = map::reach(&review.regions);
    let pictured = |turn: u32| {
        let (back, field) = (review.turns_played.checked_sub(turn)? as usize, field.as_ref()?);
        let field = (back <= reach).then(|| map::months_ago(scenario, &review.regions, &field.name, back))??;
        (!field.values.is_empty()).then(|| {
            html! { figure { (map::choropleth(scenario, &field, &[], &format!("month-{turn}-"))) figcaption.small.quiet { (field.label) ". " (field.caption) } } }
        })
    };
    html! {
        h2.break { "Month by month" }
        fieldset.played {
            legend.small.quiet.screen { "Choose a month; arrow keys go on and back." }
            @for month in months {
                input type="radio" name="month" id={ "month-" (month.turn) } checked[month.turn == 1];
                label for={ "month-" (month.turn) } { (month.date) }
            }
            @for (at, month) in months.iter().enumerate() {
                section class={ "month-" (month.turn) } {
                    h3 { (month.date) " – " (month.headline) }
                    div.cards {
                        div {
                            @for text in &month.paragraphs { p { (text) } }
                            @if !month.gauges.is_empty() {
                                p.small.quiet { @for (place, (what, value)) in month.gauges.iter().enumerate() {
                                    @if place > 0 { " · " } (what) ": " (value) } }
                            }
                            @for text in &month.table { p.small.box { (text) } }
                        }
                        @if let Some(figure) = pictured(month.turn) { (figure) }
                    }
                    p.screen {
                        @if at > 0 { label.turn for={ "month-" (months[at - 1].turn) } { "‹ " (months[at - 1].date) } }
                        @if at + 1 < last { label.turn for={ "month-" (months[at + 1].turn) } { (months[at + 1].date) " ›" } }
                    }
                }
            }
        }
    }
}

/// The rules that show the month which is chosen.
pub(super) fn style(months: &[PlayedMonth]) -> String {
    let mut rules = String::new();
    for (at, month) in months.iter().enumerate() {
        let comma = if at == 0 { "" } else { ",\n" };
        let _ = write!(rules, "{comma}#month-{0}:checked ~ .month-{0}", month.turn);
    }
    if rules.is_empty() { rules } else { format!("{rules} {{ display: block; }}\n") }
}
