//! A seat's instruments on paper: what it may order, at what cost, seen by whom.

use marchland_game::{Budget, Catalogue, Decision, Order, PlayerId, Visibility};
use marchland_sim::scenario::Scenario;

use crate::html::{Page, escaped};
use crate::names::numbered;
use crate::wording::{number, upper_first};

/// The seat's instruments, with what they cost and whether they are open now.
pub(super) fn write(page: &mut Page, at: &Decision<'_>, scenario: &Scenario) {
    let catalogue = &scenario.catalogue;
    page.raw("<section class=\"sheet\">").element("h2", "", "Your instruments");
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut instrument = "";
    for (number_of, id) in numbered(catalogue, at.player).into_iter().enumerate() {
        let action = &catalogue.actions[id.index()];
        if action.instrument != instrument {
            flush(page, instrument, &mut rows);
            instrument = &action.instrument;
        }
        let options: Vec<String> = action
            .options
            .iter()
            .enumerate()
            .map(|(option, plan)| {
                let name = if action.options.len() > 1 {
                    format!("<b>{}</b>: ", escaped(&plan.id.replace('_', " ")))
                } else {
                    String::new()
                };
                let refusal = at.observation.legality(Order { action: id, option: option as u8 }).err();
                let closed = refusal.map_or_else(String::new, |refusal| {
                    format!(" <span class=\"quiet\">(not now: {})</span>", escaped(&refusal.text(id, catalogue)))
                });
                format!("{name}{}{closed}", cost(&plan.cost))
            })
            .collect();
        rows.push(vec![
            (number_of + 1).to_string(),
            format!("<b>{}</b><br>{}", escaped(&action.title), escaped(&action.meaning)),
            options.join("<br>"),
            seen_by(catalogue, &action.visibility, at.player),
        ]);
    }
    flush(page, instrument, &mut rows);
    let motions = votes(catalogue, at.player);
    if !motions.is_empty() {
        let rows: Vec<Vec<String>> =
            motions.iter().map(|motion| vec![escaped(&motion.0), escaped(&motion.1)]).collect();
        page.element("h3", "", "Where you vote").table("", &["Body", "Questions that may be put"], &rows);
    }
    page.raw("</section>");
}

fn flush(page: &mut Page, instrument: &str, rows: &mut Vec<Vec<String>>) {
    if !rows.is_empty() {
        page.element("h3", "", &upper_first(&instrument.replace('_', " "))).table(
            "instruments",
            &["No.", "Order", "Cost", "Who learns of it"],
            rows,
        );
        rows.clear();
    }
}

/// A cost in words: `US$ 20 m, 1 attention`.
pub(super) fn cost(cost: &[f64; Budget::ALL.len()]) -> String {
    let parts: Vec<String> = Budget::ALL
        .into_iter()
        .zip(cost)
        .filter(|(_, amount)| **amount != 0.0)
        .map(|(budget, amount)| match budget {
            Budget::Money => format!("US$ {} m", number(*amount)),
            other => format!("{} {}", short(*amount), other.name().replace('_', " ")),
        })
        .collect();
    if parts.is_empty() { "free".into() } else { parts.join(", ") }
}

/// A small number as people write it: `2`, `1.5`.
fn short(amount: f64) -> String {
    if amount == amount.floor() { format!("{amount:.0}") } else { number(amount) }
}

fn seen_by(catalogue: &Catalogue, visibility: &Visibility, owner: PlayerId) -> String {
    match visibility {
        Visibility::Public => "everybody".into(),
        Visibility::Covert => "you alone, unless it leaks".into(),
        Visibility::Private(players) => {
            let names: Vec<String> = catalogue
                .players
                .iter()
                .enumerate()
                .filter(|(at, _)| *at != owner.index() && players.contains(PlayerId::from_index(*at)))
                .map(|(_, player)| escaped(&player.title))
                .collect();
            if names.is_empty() { "you alone".into() } else { format!("you and {}", names.join(", ")) }
        }
    }
}

/// Bodies in which a player votes, with their questions.
fn votes(catalogue: &Catalogue, player: PlayerId) -> Vec<(String, String)> {
    catalogue
        .institutions
        .iter()
        .enumerate()
        .filter(|(_, body)| body.members.iter().any(|member| member.player == Some(player)))
        .filter_map(|(at, body)| {
            let questions: Vec<&str> = catalogue
                .motions
                .iter()
                .filter(|motion| motion.institution.index() == at)
                .map(|motion| motion.title.as_str())
                .collect();
            (!questions.is_empty()).then(|| (upper_first(&body.title), questions.join(" ")))
        })
        .collect()
}
