//! The map on pages: what somebody knows of regions, some indicators at a glance, and any of them month by month.

use marchland_game::{EventId, IndicatorId, PlayerId, PlayerSet};
use marchland_session::{Knowledge, Table};
use maud::{Markup, html};

use super::forms::choice;
use super::screen;
use crate::map::{self, EventMark};

/// Whose knowledge a map shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Eyes {
    /// A player's.
    Player(PlayerId),
    /// What everybody may know.
    Everybody,
    /// The truth.
    Truth,
}

impl Eyes {
    /// What is known of regions, in the catalogue's order.
    fn known(self, table: &Table) -> Vec<Knowledge> {
        let course = table.course();
        let infos = &course.source.scenario.catalogue.indicators;
        let regional = (0..infos.len()).filter(|at| infos[*at].kind == "region").map(IndicatorId::from_index);
        match self {
            Self::Player(player) => regional.map(|id| table.knowledge(player, id)).collect(),
            Self::Truth => regional.map(|id| marchland_session::truth(&course.game, &course.records, id)).collect(),
            Self::Everybody => table.public_view().knowledge,
        }
    }

    fn learns(self, players: usize, set: PlayerSet) -> bool {
        match self {
            Self::Player(player) => set.contains(player),
            Self::Everybody => (0..players).all(|at| set.contains(PlayerId::from_index(at))),
            Self::Truth => true,
        }
    }

    /// Events that led to how a month began, with those of the month itself where it is being played.
    fn marks(self, table: &Table, months: usize) -> Vec<EventMark> {
        let course = table.course();
        let catalogue = &course.source.scenario.catalogue;
        let told = |event: &EventId| self.learns(course.seats.len(), catalogue.events[event.index()].seen_by);
        let turn = course.game.moment().turn.0.saturating_sub(months as u32);
        let events: Vec<EventId> = if months == 0 {
            let last = &course.game.state().last_event;
            let since = |at: &usize| last[*at] >= turn.saturating_sub(1).max(1);
            (0..last.len()).filter(since).map(EventId::from_index).filter(told).collect()
        } else {
            let record = course.records.iter().filter(|record| record.turn + 1 == turn);
            record.flat_map(|record| &record.rounds).flat_map(|round| &round.events).copied().filter(told).collect()
        };
        map::marks(&course.source.scenario, &events)
    }
}

/// The map of a page, one indicator at a time, with the way to every other and to the months before; nothing where the
/// scenario has no regions, or nothing is known of them.
pub(super) fn card(table: &Table, eyes: Eyes, path: &str) -> Markup {
    let scenario = &table.course().source.scenario;
    let known = eyes.known(table);
    let offered = map::offered(scenario, &known);
    if offered.is_empty() {
        return html! {};
    }
    let fields = map::fields(scenario, &known);
    let marks = eyes.marks(table, 0);
    let first = fields.first().or(offered.first()).map_or("", |field| field.name.as_str());
    let names: Vec<(String, String)> = offered.iter().map(|one| (one.name.clone(), one.label.clone())).collect();
    html! {
        section.card.map #map { h2 { "Map" }
            (map::shapes(scenario))
            div.tabs { @for (at, field) in fields.iter().enumerate() {
                input type="radio" name="field" id={ "f-" (field.name) } checked[at == 0] data-keep-choice="map";
                label for={ "f-" (field.name) } { (field.label) }
            }
            @for field in &fields { figure data-field=(field.name) { (map::choropleth(scenario, field, &marks, "")) figcaption.small.quiet { (field.caption) } } } }
            (map::marked(scenario, &marks))
            details.more #months { summary { "Any indicator, month by month" }
                form.bar method="get" action={ (path) "/map" } {
                    (choice("field", "Indicator", &names, first))
                    label.field { span { "Months back" } input type="range" name="back" min="0" max=(map::reach(&known)) step="1" value="0"; }
                    button type="submit" formaction={ (path) "/map" } data-inline="month" { "Show" }
                }
                div #month aria-live="polite" {}
            }
        }
    }
}

/// An indicator of regions as it was known some months ago, as a part of a page that has a map; none where nothing is known
/// by that name.
#[must_use]
pub fn month(table: &Table, eyes: Eyes, name: &str, months: usize) -> Option<Markup> {
    let course = table.course();
    let scenario = &course.source.scenario;
    let field = map::months_ago(scenario, &eyes.known(table), name, months)?;
    let turn = course.game.moment().turn.0.saturating_sub(months as u32).max(1);
    let marks = eyes.marks(table, months);
    Some(html! {
        figure { h3 { (field.label) ", " (screen::month(scenario, turn)) }
            @if field.values.is_empty() { p.empty { "Nothing was known of it then." } }
            @else { (map::choropleth(scenario, &field, &marks, "then-")) figcaption.small.quiet { (field.caption) } }
            (map::marked(scenario, &marks)) }
    })
}

/// The same as a page of its own.
#[must_use]
pub fn alone(table: &Table, part: &Markup) -> Markup {
    html! { section.card.map { (map::shapes(&table.course().source.scenario)) (part) } }
}
