//! The chair's pack: the whole game at a glance.

use marchland_sim::scenario::{Scenario, Trigger};
use marchland_sim::turn::Variant;

use super::LOGGED;
use crate::html::{Page, escaped};
use crate::wording::{Wording, number, upper_first};

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
    page.element("p", "kicker", &scenario.title)
        .element("h1", "", "The facilitator")
        .element("p", "", &scenario.description)
        .raw("<div class=\"box secret\">")
        .element("p", "", "Keep this from the seats: it tells what each of them wants, and what will happen.")
        .raw("</div>")
        .element("h2", "", "How a month runs")
        .raw(
            "<ol><li><b>Brief.</b> Hand every seat what it may know: <code>marchland print FILE</code> writes it anew each month.</li>\
             <li><b>Orders.</b> Collect the sheets at the same time. Enter them seat by seat.</li>\
             <li><b>Rulings.</b> Read chance and draw of each order. Accept, or override with a reason: it is kept beside the machine's result.</li>\
             <li><b>Ballots.</b> Where a motion was tabled, members vote.</li>\
             <li><b>The world moves.</b> Tell what everybody may know, then what each may know.</li></ol>",
        );
    if !scenario.presets.is_empty() {
        let rows: Vec<Vec<String>> = scenario
            .presets
            .iter()
            .map(|preset| {
                let seats: Vec<String> =
                    preset.seats.iter().map(|id| escaped(&catalogue.players[id.index()].title)).collect();
                let aims: String = preset.aims.iter().map(|aim| format!("<li>{}</li>", escaped(aim))).collect();
                vec![
                    preset.people.to_string(),
                    seats.join("; "),
                    format!("{} min", preset.minutes),
                    format!("<ul>{aims}</ul>"),
                ]
            })
            .collect();
        page.element("h2", "", "For how many people").table("", &["People", "Seats", "A month", "To learn"], &rows);
    }
    let rows: Vec<Vec<String>> = catalogue
        .players
        .iter()
        .enumerate()
        .map(|(at, player)| {
            let weights = variant.weights[at].iter().map(|weight| weight.abs());
            let mut terms: Vec<(&str, f64)> =
                player.payoffs.terms.iter().map(|term| term.id.as_str()).zip(weights).collect();
            terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
            let first: Vec<String> = terms.iter().take(4).map(|(id, _)| escaped(&id.replace('_', " "))).collect();
            vec![
                escaped(&upper_first(&player.title)),
                format!(
                    "{} <span class=\"quiet\">{}</span>",
                    escaped(&player.briefing),
                    escaped(&player.private_briefing)
                ),
                first.join(", "),
                escaped(&scenario.strategies[scenario.lineup[at]].name),
            ]
        })
        .collect();
    page.element("h2", "break", "Seats").table(
        "",
        &["Seat", "Role, and what it alone is told", "Plays above all for", "Without a person"],
        &rows,
    );
    events(&mut page, scenario, &wording);
    page.element("p", "small quiet", LOGGED).element("p", "small quiet", notice);
    page.finish()
}

fn events(page: &mut Page, scenario: &Scenario, wording: &Wording<'_>) {
    let catalogue = &scenario.catalogue;
    let mut scheduled: Vec<(u32, usize)> = Vec::new();
    let mut others: Vec<Vec<String>> = Vec::new();
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
        others.push(vec![escaped(&event.title), trigger.to_owned(), format!("<code>{}</code>", escaped(&event.id))]);
    }
    scheduled.sort_unstable();
    if !scheduled.is_empty() {
        let rows: Vec<Vec<String>> = scheduled
            .iter()
            .map(|(turn, at)| {
                let date = scenario.calendar.start.of(marchland_game::Turn(*turn));
                vec![
                    turn.to_string(),
                    format!("{} {}", date.month_name(), date.year),
                    escaped(&catalogue.events[*at].title),
                    format!("<code>{}</code>", escaped(&catalogue.events[*at].id)),
                ]
            })
            .collect();
        page.element("h2", "", "What will happen").table("", &["Turn", "Month", "Event", "Name"], &rows);
    }
    if !others.is_empty() {
        page.element("h2", "", "What may happen, and what you can inject").table(
            "",
            &["Event", "It comes", "Name"],
            &others,
        );
    }
    if let Some(main) = scenario.main_indicator {
        let info = &catalogue.indicators[main.index()];
        let text = format!(
            "The game turns on {}, from {} to {}: {}",
            wording.indicator(main),
            number(info.range.0),
            number(info.range.1),
            info.meaning
        );
        page.element("p", "", &text);
    }
}
