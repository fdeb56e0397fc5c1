//! Sheets to write on: orders, and the public tracks.

use marchland_game::{Budget, Decision, IndicatorId, Sight, Stage, Turn};
use marchland_sim::scenario::Scenario;

use marchland_session::review::scale;
use maud::{Markup, html};

use super::past;
use crate::number::{bare, headed, number};
use crate::page::{Page, cell, table};
use crate::picture::{Track, track};
use crate::wording::{Wording, upper_first};

/// Order sheets for two months on one page of A4, to be copied.
pub(super) fn orders(page: &mut Page, at: &Decision<'_>, scenario: &Scenario) {
    let catalogue = &scenario.catalogue;
    let player = &catalogue.players[at.player.index()];
    let votes =
        catalogue.institutions.iter().any(|body| body.members.iter().any(|member| member.player == Some(at.player)));
    let empty = |columns: usize| (0..columns).map(|_| cell("")).collect::<Vec<Markup>>();
    // The first is headed with the month being decided; the other is left open.
    let half = |first: bool| {
        let date = scenario.calendar.start.of(Turn(at.moment.turn.0));
        let dated = first && at.moment.stage == Stage::Orders;
        let rows: Vec<Vec<Markup>> =
            (1..=player.orders_per_turn).map(|line| [vec![cell(line.to_string())], empty(4)].concat()).collect();
        let budgets: Vec<Vec<Markup>> = Budget::ALL
            .into_iter()
            .zip(player.budgets)
            .filter_map(|(budget, id)| id.map(|id| (budget, id)))
            .map(|(budget, id)| {
                let has = if first { number(at.observation.estimate(id).value) } else { String::new() };
                [vec![cell(upper_first(&budget.name().replace('_', " "))), cell(has)], empty(2)].concat()
            })
            .collect();
        let ballots = vec![vec![cell(""), cell("yes / no / abstain"), cell("")]; 2];
        html! {
            div.half {
                p {
                    b { (upper_first(&player.title)) }
                    " \u{a0} Turn "
                    @if dated { (at.moment.turn.0) } @else { span.blank { "\u{a0}" } }
                    " \u{a0} Month "
                    @if dated { (date.month_name()) " " (date.year) } @else { span.blank { "\u{a0}" } }
                }
                (table("form", &["Order", "No.", "What", "Option", "Cost"], &rows))
                @if !budgets.is_empty() {
                    (table("form", &["Budget", "I have", "I spend", "Left"], &budgets))
                }
                @if votes { (table("form", &["Motion", "My vote", "Remark"], &ballots)) }
            }
        }
    };
    page.add(html! {
        section.sheet {
            h2 { "Order sheets" }
            (half(true))
            (half(false))
        }
    });
}

/// The tracks: what all players see exactly, then what else the scenario shows as this seat sees it, month
/// by month as far as it is known, with room for what comes.
pub(super) fn tracks(page: &mut Page, at: &Decision<'_>, scenario: &Scenario, turns: u32) {
    let (public, own): (Vec<IndicatorId>, Vec<IndicatorId>) = shown(scenario).into_iter().partition(|id| {
        let info = &scenario.catalogue.indicators[id.index()];
        info.sight.iter().all(|sight| matches!(sight, Sight::Exact { .. }))
    });
    if public.is_empty() && own.is_empty() {
        return;
    }
    let lists = [
        (public, "Public tracks", "What everybody sees alike. Turn 0 is how the game began; fill in what comes."),
        (own, "Your own tracks", "What else matters to all, as reports reach you: others may be told otherwise."),
    ];
    page.add(html! {
        section.sheet {
            @for (list, title, note) in lists.iter().filter(|(list, ..)| !list.is_empty()) {
                h2 { (title) }
                p.small.quiet { (note) }
                (sheet(at, scenario, turns, list))
            }
        }
    });
}

/// Grids and a table of months for some indicators.
#[allow(clippy::type_complexity, reason = "a title, a unit, a range and points by turn")]
fn sheet(at: &Decision<'_>, scenario: &Scenario, turns: u32, list: &[IndicatorId]) -> Markup {
    let wording = Wording::new(scenario);
    let rows: Vec<(String, &str, (f64, f64), Vec<(u32, f64)>)> = list
        .iter()
        .map(|id| {
            let info = &scenario.catalogue.indicators[id.index()];
            let age = at.observation.estimate(*id).age.unwrap_or(0);
            let trend = past(at, *id);
            let last = at.moment.turn.0.saturating_sub(1).saturating_sub(age);
            let back = |at: usize| last.saturating_sub((trend.len() - 1 - at) as u32);
            let known: Vec<(u32, f64)> = trend.iter().enumerate().map(|(at, value)| (back(at), *value)).collect();
            (upper_first(&wording.indicator(*id)), info.unit.as_str(), scale(info.range, &trend), known)
        })
        .collect();
    let months = |block: u32| block * 12 + 1..=turns.min(block * 12 + 12);
    html! {
        div.cards {
            @for (title, unit, scale, known) in &rows {
                (track(&Track { title, unit, scale: *scale, turns, values: known, beliefs: &[], marks: &[] }))
            }
        }
        @for block in 0..turns.div_ceil(12) {
            table.months {
                thead {
                    tr { th scope="col" { "End of turn" } @for turn in months(block) { th scope="col" { (turn) } } }
                }
                tbody {
                    @for (name, unit, _, known) in &rows {
                        tr {
                            th scope="row" { (headed(name, unit)) }
                            @for turn in months(block) {
                                td { @if let Some((_, value)) = known.iter().find(|(of, _)| *of == turn) { (bare(*value, unit)) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The quantities that the scenario shows, its main one included, each once.
fn shown(scenario: &Scenario) -> Vec<IndicatorId> {
    let mut list: Vec<IndicatorId> = Vec::new();
    for id in scenario.shown.iter().copied().chain(scenario.main_indicator) {
        if scenario.catalogue.indicators[id.index()].labels.is_empty() && !list.contains(&id) {
            list.push(id);
        }
    }
    list
}
