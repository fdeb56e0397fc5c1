//! A seat's instruments on paper: what it may order, at what cost, seen by whom.

use marchland_game::{Budget, Catalogue, Decision, Order, PlayerId, Visibility};
use marchland_sim::scenario::Scenario;

use marchland_session::numbered;
use maud::{Markup, html};

use crate::number::{money, number};
use crate::page::{Page, cell, table};
use crate::wording::{Wording, upper_first};

/// The seat's instruments, with what they cost and whether they are open now.
pub(super) fn write(page: &mut Page, at: &Decision<'_>, scenario: &Scenario) {
    let catalogue = &scenario.catalogue;
    let wording = Wording::new(scenario);
    let mut groups: Vec<(&str, Vec<Vec<Markup>>)> = Vec::new();
    for (number_of, id) in numbered(catalogue, at.player).into_iter().enumerate() {
        let action = &catalogue.actions[id.index()];
        if groups.last().is_none_or(|(instrument, _)| *instrument != action.instrument) {
            groups.push((&action.instrument, Vec::new()));
        }
        let options = html! {
            @for (option, plan) in action.options.iter().enumerate() {
                @if option > 0 { br; }
                @if action.options.len() > 1 { b { (plan.id.replace('_', " ")) } ": " }
                @if let Some(terms) = wording.offered(&action.id, &plan.id) { (terms) "; " }
                (cost(&plan.cost))
                @if let Err(refusal) = at.observation.legality(Order { action: id, option: option as u8 }) {
                    " " span.quiet { "(not now: " (refusal.text(id, catalogue)) ")" }
                }
            }
        };
        if let Some((_, rows)) = groups.last_mut() {
            rows.push(vec![
                cell((number_of + 1).to_string()),
                html! { b { (action.title) } br; (action.meaning) },
                options,
                cell(seen_by(catalogue, &action.visibility, at.player)),
            ]);
        }
    }
    let motions: Vec<Vec<Markup>> =
        votes(catalogue, at.player).iter().map(|(body, questions)| vec![cell(body), cell(questions)]).collect();
    page.add(html! {
        section.sheet {
            h2 { "Your instruments" }
            @for (instrument, rows) in &groups {
                h3 { (upper_first(&instrument.replace('_', " "))) }
                (table("instruments", &["No.", "Order", "Cost", "Who learns of it"], rows))
            }
            @if !motions.is_empty() {
                h3 { "Where you vote" }
                (table("", &["Body", "Questions that may be put"], &motions))
            }
        }
    });
}

/// A cost in words: `US$ 20 m, 1 attention`.
fn cost(cost: &[f64; Budget::ALL.len()]) -> String {
    let parts: Vec<String> = Budget::ALL
        .into_iter()
        .zip(cost)
        .filter(|(_, amount)| **amount != 0.0)
        .map(|(budget, amount)| match budget {
            Budget::Money => money(*amount),
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
                .map(|(_, player)| player.title.clone())
                .collect();
            if names.is_empty() { "you alone".into() } else { format!("you, {}", crate::story::scale::listed(&names)) }
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
