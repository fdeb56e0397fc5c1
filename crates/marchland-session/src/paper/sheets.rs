//! Sheets to write on: orders, and the public tracks.

use std::fmt::Write;

use marchland_game::{Budget, Decision, IndicatorId, Sight, Stage, Turn};
use marchland_sim::scenario::Scenario;

use super::past;
use crate::html::{Page, Track, escaped, track};
use crate::wording::{Wording, number, upper_first};

/// Order sheets for two months on one page of A4, to be copied.
pub(super) fn orders(page: &mut Page, at: &Decision<'_>, scenario: &Scenario) {
    let catalogue = &scenario.catalogue;
    let player = &catalogue.players[at.player.index()];
    page.raw("<section class=\"sheet\">").element("h2", "", "Order sheets");
    let votes =
        catalogue.institutions.iter().any(|body| body.members.iter().any(|member| member.player == Some(at.player)));
    for half in 0..2u32 {
        // The first is headed with the month being decided; the other is left open.
        let (turn, month) = if half == 0 && at.moment.stage == Stage::Orders {
            let date = scenario.calendar.start.of(Turn(at.moment.turn.0));
            (at.moment.turn.0.to_string(), format!("{} {}", date.month_name(), date.year))
        } else {
            ("<span class=\"blank\">&nbsp;</span>".into(), "<span class=\"blank\">&nbsp;</span>".into())
        };
        page.raw("<div class=\"half\">").raw(&format!(
            "<p><b>{}</b> &nbsp; Turn {turn} &nbsp; Month {month}</p>",
            escaped(&upper_first(&player.title))
        ));
        let rows: Vec<Vec<String>> = (1..=player.orders_per_turn)
            .map(|line| vec![line.to_string(), String::new(), String::new(), String::new(), String::new()])
            .collect();
        page.table("form", &["Order", "No.", "What", "Option", "Cost"], &rows);
        let budgets: Vec<Vec<String>> = Budget::ALL
            .into_iter()
            .zip(player.budgets)
            .filter_map(|(budget, id)| id.map(|id| (budget, id)))
            .map(|(budget, id)| {
                let has = at.observation.estimate(id).value;
                let has = if half == 0 { number(has) } else { String::new() };
                vec![upper_first(&budget.name().replace('_', " ")), has, String::new(), String::new()]
            })
            .collect();
        if !budgets.is_empty() {
            page.table("form", &["Budget", "I have", "I spend", "Left"], &budgets);
        }
        if votes {
            let rows = vec![vec![String::new(), "yes / no / abstain".into(), String::new()]; 2];
            page.table("form", &["Motion", "My vote", "Remark"], &rows);
        }
        page.raw("</div>");
    }
    page.raw("</section>");
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
    page.raw("<section class=\"sheet\">");
    let lists = [
        (public, "Public tracks", "What everybody sees alike. Turn 0 is how the game began; fill in what comes."),
        (own, "Your own tracks", "What else matters to all, as reports reach you: others may be told otherwise."),
    ];
    for (list, title, note) in lists.into_iter().filter(|(list, ..)| !list.is_empty()) {
        page.element("h2", "", title).element("p", "small quiet", note);
        sheet(page, at, scenario, turns, &list);
    }
    page.raw("</section>");
}

/// Grids and a table of months for some indicators.
fn sheet(page: &mut Page, at: &Decision<'_>, scenario: &Scenario, turns: u32, list: &[IndicatorId]) {
    let wording = Wording::new(scenario);
    page.raw("<div class=\"cards\">");
    let mut rows: Vec<(String, Vec<(u32, f64)>)> = Vec::new();
    for id in list {
        let info = &scenario.catalogue.indicators[id.index()];
        let age = at.observation.estimate(*id).age.unwrap_or(0);
        let trend = past(at, *id);
        let last = at.moment.turn.0.saturating_sub(1).saturating_sub(age);
        let back = |at: usize| last.saturating_sub((trend.len() - 1 - at) as u32);
        let known: Vec<(u32, f64)> = trend.iter().enumerate().map(|(at, value)| (back(at), *value)).collect();
        let name = upper_first(&wording.indicator(*id));
        page.raw(&track(&Track {
            title: &name,
            scale: scale(info.range, &trend),
            turns,
            values: &known,
            beliefs: &[],
        }));
        rows.push((name, known));
    }
    page.raw("</div>");
    for block in 0..turns.div_ceil(12) {
        let months: Vec<u32> = (block * 12 + 1..=turns.min(block * 12 + 12)).collect();
        let mut heads = String::from("<th scope=\"col\">End of turn</th>");
        for turn in &months {
            let _ = write!(heads, "<th scope=\"col\">{turn}</th>");
        }
        page.raw(&format!("<table class=\"months\"><thead><tr>{heads}</tr></thead><tbody>"));
        for (name, known) in &rows {
            let cells: String = months
                .iter()
                .map(|turn| {
                    let value = known.iter().find(|(of, _)| of == turn).map_or(String::new(), |(_, v)| number(*v));
                    format!("<td>{value}</td>")
                })
                .collect();
            page.raw(&format!("<tr><th scope=\"row\">{}</th>{cells}</tr>", escaped(name)));
        }
        page.raw("</tbody></table>");
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

/// The ends of a scale that has room for what comes: the indicator's range where that is a scale of its
/// own, else from nothing to twice the largest value known.
pub(crate) fn scale(range: (f64, f64), known: &[f64]) -> (f64, f64) {
    if range.1 - range.0 <= 10.0 {
        return range;
    }
    let largest = known.iter().map(|value| value.abs()).fold(0.0, marchland_game::number::max);
    if largest == 0.0 {
        (0.0, 1.0)
    } else {
        (if known.iter().any(|v| *v < 0.0) { -2.0 * largest } else { 0.0 }, 2.0 * largest)
    }
}
