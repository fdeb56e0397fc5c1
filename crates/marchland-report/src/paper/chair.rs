//! The chair's pack: the whole game at a glance.

use marchland_sim::scenario::{Scenario, Trigger};
use marchland_sim::turn::Variant;

use maud::{Markup, html};

use super::LOGGED;
use crate::number::number;
use crate::page::{Page, cell, closing, table};
use crate::wording::{Wording, upper_first};

/// The facilitator's pack of a scenario: sequence of a month, seats and presets, what will happen, what
/// can be made to happen. It holds secrets of every seat.
#[must_use]
pub fn chair(variant: &Variant, notice: &str) -> String {
    let scenario = &variant.scenario;
    let catalogue = &scenario.catalogue;
    let wording = Wording::new(scenario);
    let mut page = Page::new(
        &format!("{} – facilitator", scenario.title),
        &format!("{} · facilitator: holds secrets of every seat", scenario.title),
    );
    page.add(html! {
        p.kicker { (scenario.title) }
        h1 { "The facilitator" }
        p { (scenario.description) }
        div.box.secret { p { "Keep this from the seats: it tells what each of them wants, and what will happen." } }
        h2 { "How a month runs" }
        ol {
            li { b { "Brief." } " Hand every seat what it may know: " code { "marchland print FILE" } " writes it again each month." }
            li { b { "Orders." } " Collect the sheets at the same time. Enter them seat by seat." }
            li { b { "Rulings." } " Read chance and draw of each order, and of each free action that you granted. Accept, or override with a reason: it is kept beside the machine's result. Until the stage ends a grant may be made otherwise or taken back." }
            li { b { "Ballots." } " Where a motion was tabled, members vote." }
            li { b { "The world moves." } " Tell what everybody may know, then what each may know." }
        }
    });
    if !scenario.presets.is_empty() {
        let rows: Vec<Vec<Markup>> = scenario
            .presets
            .iter()
            .map(|preset| {
                let seats: Vec<&str> =
                    preset.seats.iter().map(|id| catalogue.players[id.index()].title.as_str()).collect();
                vec![
                    cell(preset.people.to_string()),
                    cell(seats.join("; ")),
                    cell(format!("{} min", preset.minutes)),
                    html! { ul { @for aim in &preset.aims { li { (aim) } } } },
                ]
            })
            .collect();
        page.add(html! {
            h2 { "For how many people" }
            (table("", &["People", "Seats", "A month", "To learn"], &rows))
        });
    }
    let rows: Vec<Vec<Markup>> = catalogue
        .players
        .iter()
        .enumerate()
        .map(|(at, player)| {
            let weights = variant.weights[at].iter().map(|weight| weight.abs());
            let mut terms: Vec<(&str, f64)> =
                player.payoffs.terms.iter().map(|term| term.id.as_str()).zip(weights).collect();
            terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
            let first: Vec<String> = terms.iter().take(4).map(|(id, _)| id.replace('_', " ")).collect();
            vec![
                cell(upper_first(&player.title)),
                html! { (player.briefing) " " span.quiet { (player.private_briefing) } },
                cell(first.join(", ")),
                cell(&scenario.strategies[scenario.lineup[at]].name),
            ]
        })
        .collect();
    page.add(html! {
        h2.break { "Seats" }
        (table("", &["Seat", "Role, and what it alone is told", "Plays above all for", "Without a person"], &rows))
    });
    events(&mut page, scenario, &wording);
    page.add(closing(&[LOGGED, notice]));
    page.finish()
}

fn events(page: &mut Page, scenario: &Scenario, wording: &Wording<'_>) {
    let catalogue = &scenario.catalogue;
    let mut scheduled: Vec<(u32, usize)> = Vec::new();
    let mut others: Vec<Vec<Markup>> = Vec::new();
    for (at, plan) in scenario.events.iter().enumerate() {
        let event = &catalogue.events[at];
        let trigger = match &plan.trigger {
            Trigger::Scheduled(turn) => {
                scheduled.push((*turn, at));
                continue;
            }
            Trigger::When(_) => "when its condition holds",
            Trigger::Hazard(_) => "by chance, month by month",
            Trigger::Manual => "when you or an order make it",
        };
        others.push(vec![cell(&event.title), cell(trigger), html! { code { (event.id) } }]);
    }
    scheduled.sort_unstable();
    if !scheduled.is_empty() {
        let rows: Vec<Vec<Markup>> = scheduled
            .iter()
            .map(|(turn, at)| {
                let date = scenario.calendar.start.of(marchland_game::Turn(*turn));
                let event = &catalogue.events[*at];
                vec![
                    cell(turn.to_string()),
                    cell(format!("{} {}", date.month_name(), date.year)),
                    cell(&event.title),
                    html! { code { (event.id) } },
                ]
            })
            .collect();
        page.add(html! {
            h2 { "What will happen" }
            (table("", &["Turn", "Month", "Event", "Name"], &rows))
        });
    }
    if !others.is_empty() {
        page.add(html! {
            h2 { "What may happen, and what you can inject" }
            (table("", &["Event", "It comes", "Name"], &others))
        });
    }
    if let Some(main) = scenario.main_indicator {
        let info = &catalogue.indicators[main.index()];
        page.add(html! {
            p {
                "The game turns on " (wording.indicator(main)) ", from " (number(info.range.0)) " to "
                (number(info.range.1)) ": " (info.meaning)
            }
        });
    }
}
