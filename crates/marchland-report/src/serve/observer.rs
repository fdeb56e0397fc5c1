//! The page of an observer: what everybody may know, and remarks on the moments at which they are made.

use marchland_session::Table;
use marchland_sim::scenario::Scenario;
use maud::{Markup, html};

use super::forms::{hidden, words};
use super::{PageContext, screen};
use crate::visible::line;

/// Where the page is.
pub const PATH: &str = "/observer";

/// The part of an observer's page that changes.
#[must_use]
pub fn live(table: &Table, beside: &PageContext) -> Markup {
    let course = table.course();
    let scenario = &course.source.scenario;
    html! {
        (screen::strip(scenario, &table.public_view(), beside.paused))
        section.card.desk #notes { h2 { "Notes" }
            p.quiet { "The chair reads them, and the review has them by month. No seat does." }
            form.stack method="post" action=(PATH) { (hidden("note"))
                (words(beside, "note", "text", "What you see now", 3)) button.main type="submit" { "Note" } }
            @let own: Vec<_> = course.notes.iter().filter(|note| !note.by.is_empty()).collect();
            @if !own.is_empty() { ul.letters { @for note in own.into_iter().rev().take(30) {
                li { p.small.quiet { (line(&note.by)) " · " (moment(scenario, note.moment)) } (screen::paragraphs(&note.text)) }
            } } }
        }
        (screen::around(table, PATH, beside))
    }
}

/// A moment as everybody may know it: not by its stage, which may be one of votes that not everybody is told of.
pub(super) fn moment(scenario: &Scenario, moment: marchland_game::Moment) -> String {
    let month = screen::month(scenario, moment.turn.0);
    if moment.round.0 > 0 { format!("{month}, week {}", moment.round.0 + 1) } else { month }
}
