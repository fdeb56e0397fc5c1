//! What everybody may see: the projector's page, and parts that other pages share with it.

use std::sync::Arc;

use marchland_game::{Stage, Turn};
use marchland_session::{PublicView, Table};
use marchland_sim::scenario::Scenario;
use maud::{Markup, html};

use super::map::Eyes;
use super::{PageContext, known};
use crate::story::Bulletin;
use crate::visible::line;
use crate::wording::upper_first;

/// The part of the projector's page that changes.
#[must_use]
pub fn live(table: &Table, beside: &PageContext) -> Markup {
    let scenario = &table.course().source.scenario;
    html! {
        (strip(scenario, &table.public_view(), beside.paused))
        (around(table, "/screen", beside))
    }
}

/// What everybody may know, below the strip of a page.
pub(super) fn around(table: &Table, path: &str, beside: &PageContext) -> Markup {
    let scenario = &table.course().source.scenario;
    let public = table.public_view();
    html! {
        div.columns {
            div.left { (super::map::card(table, Eyes::Everybody, path)) }
            div.right {
                section.card.bulletin { h2 { "Bulletin" }
                    @match &public.bulletin {
                        Some((turn, text)) => { p.quiet { (month(scenario, *turn)) } (headed(text)) }
                        // Nobody releases one where nobody sits in the chair.
                        None => @match unreleased(table, beside) {
                            Some((date, text)) => { p.quiet { (date) } (headed(&text)) }
                            None => p.quiet { "No bulletin yet." }
                        }
                    }
                }
                section.card { h2 { "Public indicators" }
                    @if public.knowledge.iter().any(|one| scenario.shown.iter().any(|id| scenario.catalogue.indicators[id.index()].path == one.indicator)) {
                        (known::table(scenario, &shown(scenario, &public), &[]))
                    } @else { p.quiet { "No indicator of this scenario is public." } }
                }
                section.card { h2 { "What everybody knows" } (known::news(scenario, &public.news, "")) }
            }
        }
    }
}

/// The last month in the words of a bulletin, where no chair releases one.
fn unreleased(table: &Table, beside: &PageContext) -> Option<(String, String)> {
    if table.course().opening.facilitator {
        return None;
    }
    let told = last_month(table, beside)?;
    Some((told.date.clone(), lines(&told)))
}

/// The bulletin of the last month, where it is kept; else it is composed.
pub(super) fn last_month(table: &Table, beside: &PageContext) -> Option<Arc<Bulletin>> {
    let course = table.course();
    beside.report.clone().or_else(|| crate::story::bulletin(&course.game, &course.records).map(Arc::new))
}

/// A bulletin, a line for each of its sentences.
pub(super) fn lines(told: &Bulletin) -> String {
    let rest = [&told.sentences, &told.votes, &told.deaths, &told.offices].into_iter().flatten();
    std::iter::once(&told.headline).chain(rest).map(String::as_str).collect::<Vec<_>>().join("\n")
}

/// A bulletin in its paragraphs; the first of several is its headline.
pub(super) fn headed(text: &str) -> Markup {
    let (first, rest) = text.trim().split_once('\n').unwrap_or((text.trim(), ""));
    html! { @if rest.trim().is_empty() { (paragraphs(first)) } @else { p.headline { (line(first.trim())) } (paragraphs(rest)) } }
}

fn shown(scenario: &Scenario, public: &PublicView) -> Vec<marchland_session::Knowledge> {
    let wanted = |path: &str| scenario.shown.iter().any(|id| scenario.catalogue.indicators[id.index()].path == path);
    public.knowledge.iter().filter(|one| wanted(&one.indicator)).cloned().collect()
}

/// When it is, and who has submitted.
pub(super) fn strip(scenario: &Scenario, public: &PublicView, paused: bool) -> Markup {
    let moment = public.moment;
    html! {
        section.strip aria-label="Where the game stands" {
            // A game that is over stands before a month that is never played.
            h1 { (month(scenario, moment.turn.0 - u32::from(public.over))) }
            p { "Month " (moment.turn.0 - u32::from(public.over)) " of " (public.turns)
                @if moment.round.0 > 0 { ", week " (moment.round.0 + 1) } " · "
                @if public.over { "the game is over" } @else { (match moment.stage { Stage::Orders => "orders", Stage::Ballots => "votes" }) }
                @if public.decided && !public.over { ", waiting for the chair" } @if paused { " · paused" }
            }
            ul.chips aria-label="Who has submitted" { @for person in &public.people {
                @let ready = person.submitted || !person.decides;
                li.done[ready] { (upper_first(person.title.split(", ").next().unwrap_or(&person.title)))
                    span.unseen { (if person.submitted { ", has submitted" } else if ready { ", nothing to decide" } else { ", has not submitted" }) } }
            } }
        }
    }
}

/// A turn's month: `April 2010`.
pub(super) fn month(scenario: &Scenario, turn: u32) -> String {
    let date = scenario.calendar.start.of(Turn(turn.max(1)));
    format!("{} {}", date.month_name(), date.year)
}

/// A text in its paragraphs.
pub(super) fn paragraphs(text: &str) -> Markup {
    html! { @for part in text.lines().filter(|part| !part.trim().is_empty()) { p { (line(part.trim())) } } }
}
