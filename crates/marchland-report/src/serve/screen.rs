//! What everybody may see: the projector's page, and parts that other pages share with it.

use marchland_game::{IndicatorId, PlayerId, Stage, Turn};
use marchland_session::{PublicView, Table};
use marchland_sim::scenario::Scenario;
use maud::{Markup, html};

use super::{Beside, known};
use crate::visible::line;
use crate::wording::upper_first;

/// The part of the projector's page that changes.
#[must_use]
pub fn live(table: &Table, beside: &Beside) -> Markup {
    let scenario = &table.course().source.scenario;
    let public = table.public_view();
    html! {
        (strip(scenario, &public, beside.paused))
        div.columns {
            div.left { (map(scenario, table, None))
            }
            div.right {
                section.card.bulletin { h2 { "Bulletin" }
                    @match &public.bulletin {
                        Some((turn, text)) => { p.quiet { (month(scenario, *turn)) } (paragraphs(text)) }
                        None => p.quiet { "No bulletin yet." }
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

fn shown(scenario: &Scenario, public: &PublicView) -> Vec<marchland_session::Knowledge> {
    let wanted = |path: &str| scenario.shown.iter().any(|id| scenario.catalogue.indicators[id.index()].path == path);
    public.knowledge.iter().filter(|one| wanted(&one.indicator)).cloned().collect()
}

/// When it is, and who has submitted.
pub(super) fn strip(scenario: &Scenario, public: &PublicView, paused: bool) -> Markup {
    let moment = public.moment;
    html! {
        section.strip aria-label="Where the game stands" {
            h1 { (month(scenario, moment.turn.0)) }
            p { "Month " (moment.turn.0) " of " (public.turns)
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

/// The map of what is known of regions, one indicator at a time; nothing where the scenario has no regions.
pub(super) fn map(scenario: &Scenario, table: &Table, viewer: Option<PlayerId>) -> Markup {
    let regions = crate::map::regions(scenario);
    let infos = &scenario.catalogue.indicators;
    let known: Vec<marchland_session::Knowledge> = match viewer {
        Some(player) => (0..infos.len())
            .filter(|at| infos[*at].kind == "region")
            .map(|at| table.knowledge(player, IndicatorId::from_index(at)))
            .collect(),
        None => table.public_view().knowledge,
    };
    let fields = crate::map::fields(scenario, &known);
    if regions.is_empty() || fields.is_empty() {
        return html! {};
    }
    html! {
        section.card.map #map { h2 { "Map" }
            (crate::map::shapes(scenario))
            div.tabs { @for (at, field) in fields.iter().enumerate() {
                input type="radio" name="field" id={ "f-" (field.name) } checked[at == 0] data-keep-choice="map";
                label for={ "f-" (field.name) } { (field.label) }
            }
            @for field in &fields { figure data-field=(field.name) { (crate::map::choropleth(scenario, field)) figcaption.small.quiet { (field.caption) } } } }
        }
    }
}
