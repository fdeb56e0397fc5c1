//! What a person needs to know before it can play: what happened, the country in figures, who holds which office, which
//! bodies vote, and a map. All of it as the seat may know it.

use marchland_game::{Decision, IndicatorId, PlayerId, Rule};
use marchland_session::Knowledge;
use marchland_sim::scenario::Scenario;
use marchland_sim::turn::Game;
use maud::{Markup, html};

use super::Past;
use crate::map;
use crate::page::{Page, cell, table};
use crate::story::audience::Audience;
use crate::story::month::Teller;
use crate::story::scale::listed;
use crate::story::seat_report;
use crate::wording::upper_first;

/// What reached the seat of the last month.
pub(super) fn news(page: &mut Page, game: &Game, past: &Past<'_>, viewer: PlayerId) {
    let Some(report) = seat_report(game, past.records, viewer) else { return };
    let cards = past.cards.iter().filter(|(turn, _)| *turn >= report.turn).map(|(_, text)| text);
    page.add(html! {
        h2 { "What you heard of " (report.date) }
        div.box {
            p { b { (report.headline) } }
            @if !report.sentences.is_empty() { p { (report.sentences.join(" ")) } }
            @for text in cards { p { (text) } }
            @for (title, list) in [("Votes", &report.votes), ("The dead", &report.deaths), ("Offices", &report.offices)] {
                @if !list.is_empty() { p.small { b { (title) } " – " (list.join(" ")) } }
            }
        }
    });
}

/// The background: dates, facts with their sources, offices, bodies, a map.
pub(super) fn write(page: &mut Page, game: &Game, past: &Past<'_>, at: &Decision<'_>) {
    let scenario = game.scenario();
    let dates: Vec<Vec<Markup>> = Teller::to(Audience::Seat(at.player), game)
        .months(past.records)
        .into_iter()
        .map(|month| vec![cell(month.turn.to_string()), cell(&month.date), cell(&month.headline)])
        .collect();
    let facts = facts(scenario);
    let known: Vec<Knowledge> = regional(scenario).map(|id| knowledge(at, scenario, id)).collect();
    let fields = map::fields(scenario, &known);
    page.add(html! {
        h2.break { "Background" }
        @if !dates.is_empty() {
            h3 { "What has happened, as you heard of it" }
            (table("", &["Turn", "Month", "What headed it"], &dates))
        }
        h3 { "Who holds which office" }
        (table("", &["Office", "What its seat is told in public"], &offices(scenario, at.player)))
        @let bodies = bodies(scenario);
        @if !bodies.is_empty() {
            h3 { "Bodies that vote" }
            (table("", &["Body", "Members", "It decides"], &bodies))
        }
        @if let Some(field) = fields.first() {
            h3 { "The map" }
            (map::shapes(scenario))
            figure { (map::choropleth(scenario, field, &[], "pack-")) figcaption.small.quiet { (field.label) ". " (field.caption) } }
        }
        @if !facts.is_empty() {
            h3 { "Facts, and where they come from" }
            (table("", &["Fact", "Source"], &facts))
        }
        @if !scenario.sources.is_empty() {
            p.small.quiet { "Further sources: " (scenario.sources.join("; ")) "." }
        }
    });
}

/// What everybody may know when the game begins.
fn facts(scenario: &Scenario) -> Vec<Vec<Markup>> {
    scenario.background.iter().map(|one| vec![cell(&one.fact), cell(&one.source)]).collect()
}

/// Everybody but the seat, in the words that all may read.
fn offices(scenario: &Scenario, own: PlayerId) -> Vec<Vec<Markup>> {
    let others = scenario.catalogue.players.iter().enumerate().filter(|(at, _)| *at != own.index());
    others.map(|(_, other)| vec![cell(upper_first(&other.title)), cell(&other.briefing)]).collect()
}

fn bodies(scenario: &Scenario) -> Vec<Vec<Markup>> {
    let catalogue = &scenario.catalogue;
    let bodies = catalogue.institutions.iter().map(|body| {
        let name = |member: &marchland_game::Member| {
            if member.veto { format!("{} (veto)", member.title) } else { member.title.clone() }
        };
        let members: Vec<String> = body.members.iter().map(name).collect();
        let rule = match body.rule {
            Rule::Consensus => "where nobody says no".to_owned(),
            Rule::Majority { yes } => format!("by {yes} votes"),
            Rule::MajorityWithVeto { yes } => format!("by {yes} votes, where no member with a veto says no"),
        };
        vec![cell(upper_first(&body.title)), cell(listed(&members)), cell(rule)]
    });
    bodies.collect()
}

/// Indicators of regions.
fn regional(scenario: &Scenario) -> impl Iterator<Item = IndicatorId> {
    let infos = scenario.catalogue.indicators.iter().enumerate();
    infos.filter(|(_, info)| info.kind == "region").map(|(at, _)| IndicatorId::from_index(at))
}

fn knowledge(at: &Decision<'_>, scenario: &Scenario, id: IndicatorId) -> Knowledge {
    let (info, estimate) = (&scenario.catalogue.indicators[id.index()], at.observation.estimate(id));
    Knowledge {
        indicator: info.path.clone(),
        value: estimate.value,
        label: info.label(estimate.value).map(str::to_owned),
        sd: estimate.sd,
        age: estimate.age,
        unit: info.unit.clone(),
        meaning: info.meaning.clone(),
        trend: Vec::new(),
    }
}
