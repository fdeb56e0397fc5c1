//! Paper: what a seat needs at a table without a screen. A briefing pack with what happened last month, a background of
//! facts, offices, dates and a map, its instruments, order sheets and the public tracks, as one page that prints to A4.
//!
//! A seat's pack holds what the seat knows, read through its own decision, and nothing else: equal
//! observations give equal bytes. The chair's pack holds everything.

mod background;
mod chair;
mod instruments;
mod sheets;

use marchland_game::{Decision, IndicatorId, PlayerId, Readings, TurnRecord};
use marchland_sim::scenario::Scenario;
use marchland_sim::turn::Game;

use maud::{Markup, html};

use crate::number::{DOUBT, number, percent};
use crate::page::{Page, cell, closing, table};
use crate::picture::sparkline;
use crate::story::scale::{gauge, in_percent};
use crate::wording::{Wording, upper_first};

pub use chair::chair;

/// What people are told of the log.
pub const LOGGED: &str = "What is kept: every order, vote, message, proposal and note of this game, by turn and by office, so \
                          that it can be replayed and reviewed. Not kept: who you are.";

/// What has happened in a game, to be told with a pack.
#[derive(Default)]
pub struct Past<'r> {
    /// Months that have passed.
    pub records: &'r [TurnRecord],
    /// What the facilitator told this seat in words of their own, by turn.
    pub cards: Vec<(u32, String)>,
}

/// The pack of one seat, at the game's present moment.
#[must_use]
pub fn seat(game: &Game, viewer: PlayerId, notice: &str) -> String {
    reprint(game, &Past::default(), viewer, notice)
}

/// The same, with what the seat was told of the months that have passed.
#[must_use]
pub fn reprint(game: &Game, past: &Past<'_>, viewer: PlayerId, notice: &str) -> String {
    let scenario = game.scenario();
    let player = &scenario.catalogue.players[viewer.index()];
    let title = upper_first(&player.title);
    let mut page = Page::new(&format!("{} – {title}", scenario.title), &format!("{} · {title}", scenario.title));
    game.at_decision(viewer, |at| {
        let weights = &game.variant().weights[viewer.index()];
        briefing(&mut page, scenario, at, weights, &|page| background::news(page, game, past, viewer), game.turns());
        background::write(&mut page, game, past, at);
        instruments::write(&mut page, at, scenario);
        sheets::orders(&mut page, at, scenario);
        sheets::tracks(&mut page, at, scenario, game.turns());
    });
    page.add(closing(&[LOGGED, notice]));
    page.finish()
}

fn briefing(
    page: &mut Page,
    scenario: &Scenario,
    at: &Decision<'_>,
    weights: &[f64],
    news: &dyn Fn(&mut Page),
    turns: u32,
) {
    let catalogue = &scenario.catalogue;
    let player = &catalogue.players[at.player.index()];
    let wording = Wording::new(scenario);
    let date = scenario.calendar.start.of(at.moment.turn);
    page.add(html! {
        p.kicker { (scenario.title) }
        h1 { (upper_first(&player.title)) }
        p.kicker { "Turn " (at.moment.turn.0) " of " (turns) ": " (date.month_name()) " " (date.year) }
        p { (scenario.description) }
        h2 { "Your role" }
        p { (player.briefing) }
        @if !player.private_briefing.trim().is_empty() {
            div.box.secret {
                p.small.quiet { "For you alone" }
                p { (player.private_briefing) }
            }
        }
    });
    news(page);
    let terms = &player.payoffs.terms;
    if !terms.is_empty() {
        let total: f64 = weights.iter().map(|weight| weight.abs()).sum();
        let rows: Vec<Vec<Markup>> = terms
            .iter()
            .zip(weights)
            .filter(|(_, weight)| **weight != 0.0)
            .map(|(term, weight)| {
                let rising = term.scale.is_none_or(|(zero, one)| one > zero) == (*weight > 0.0);
                let share = if total > 0.0 { 100.0 * weight.abs() / total } else { 0.0 };
                vec![
                    cell(format!("{} {}", if rising { "More" } else { "Less" }, wording.indicator(term.indicator))),
                    cell(format!("{share:.0} %")),
                    cell(if term.at_end { "at the end" } else { "every month" }),
                ]
            })
            .collect();
        page.add(html! {
            h2 { "What you play for" }
            (table("", &["You want", "Weight", "It counts"], &rows))
        });
    }
    knowledge(page, scenario, at, &wording);
    page.add(html! {
        h2 { "How a month runs" }
        ol {
            li { "Everybody writes orders at the same time, as many as fit; nobody sees the others' sheets." }
            li { "Orders resolve in a fixed order of players. Some have a chance to fail; covert ones may leak." }
            li { "Where a motion was tabled, members vote. A ballot that is not cast is an abstention." }
            li { "The world moves on by a month, and everybody is told what they may know." }
        }
    });
}

/// What the seat knows of what matters to it, with age and uncertainty.
fn knowledge(page: &mut Page, scenario: &Scenario, at: &Decision<'_>, wording: &Wording<'_>) {
    let rows: Vec<Vec<Markup>> = known(scenario, at.player)
        .into_iter()
        .map(|id| {
            let estimate = at.observation.estimate(id);
            // Shares are told in points, as on screens.
            let within = || match in_percent(scenario, id) {
                true => format!("± {} points", percent(DOUBT * estimate.sd, 0)),
                false => format!("± {}", number(DOUBT * estimate.sd)),
            };
            let (doubt, age) = match estimate.age {
                None if estimate.sd > 0.0 => (within(), "never seen: the public expectation".to_owned()),
                None => (String::new(), "never seen: the public expectation".to_owned()),
                Some(age) => {
                    let doubt = if estimate.sd > 0.0 { within() } else { "exact".into() };
                    let age = match age {
                        0 => "now".to_owned(),
                        1 => "a month ago".to_owned(),
                        months => format!("{months} months ago"),
                    };
                    (doubt, age)
                }
            };
            let name = upper_first(&wording.indicator(id));
            let trend = past(at, id);
            vec![
                cell(&name),
                cell(match (scenario.catalogue.indicators[id.index()].unit.as_str(), estimate.value) {
                    ("flag", 0.0) => "no".to_owned(),
                    ("flag", 1.0) => "yes".to_owned(),
                    _ => gauge(scenario, wording, id, estimate.value),
                }),
                cell(doubt),
                cell(age),
                sparkline(&trend, &format!("{name}, the last {} months", trend.len())),
            ]
        })
        .collect();
    page.add(html! {
        h2 { "What you know" }
        (table("", &["Indicator", "Value", "Doubt", "As of", "Trend"], &rows))
        p.small.quiet { "Doubt: nineteen reports in twenty lie within it, here and wherever ± stands." }
    });
}

/// What a seat watches: what the scenario shows, then what it is paid for, each once.
fn known(scenario: &Scenario, player: PlayerId) -> Vec<IndicatorId> {
    let terms = scenario.catalogue.players[player.index()].payoffs.terms.iter().map(|term| term.indicator);
    let mut list: Vec<IndicatorId> = Vec::new();
    for id in scenario.shown.iter().copied().chain(terms) {
        if !list.contains(&id) {
            list.push(id);
        }
    }
    list
}

/// What a seat knew of an indicator month by month, oldest first, at most twelve months and no more than
/// records reach; empty where it never saw it.
fn past(at: &Decision<'_>, id: IndicatorId) -> Vec<f64> {
    let Some(age) = at.observation.estimate(id).age else { return Vec::new() };
    let months = at.moment.turn.0.saturating_sub(1).saturating_sub(age).min(11).min(at.observation.looks_back(id));
    (0..=months).rev().map(|months| at.observation.ago(id, months)).collect()
}

#[cfg(test)]
mod tests;
