//! Maps: what is known of regions, as areas shaded by value.
//!
//! Where the scenario brings no shapes, regions are laid out as tiles. Doubt is hatching, old knowledge is faded, so
//! that a map never looks surer than its reader may be.

use marchland_game::number::{clamp, max, min};
use marchland_game::{EventId, IndicatorId, TurnRecord};
use marchland_session::Knowledge;
use marchland_sim::scenario::Scenario;
use marchland_sim::scenario::map::Shape;
use marchland_sim::turn::Game;
use maud::{Markup, PreEscaped, html};

use crate::number::{is_share, number};
use crate::picture::svg::Svg;
use crate::screen::Screen;
use crate::visible::line;
use crate::wording::{Wording, upper_first};

/// Maps that a page offers, at most.
const FIELDS: usize = 6;
/// Shades.
const SHADES: usize = 5;
/// Share of a map's scale from which on doubt (two standard deviations) is hatched.
const HATCHED: f64 = 0.25;
/// Age in months from which on knowledge is faded.
const OLD: u32 = 3;
/// Width of a map, in pixels.
const WIDTH: f64 = 640.0;
/// The colour of a mark.
const MARK: &str = "#b3261e";
/// Fills of the shades, where no style sheet says otherwise.
const FILLS: [&str; SHADES] = ["#e8eef4", "#b9cfe3", "#86abcd", "#4f83b2", "#1f5a91"];

/// One indicator of every region, as somebody knows it.
pub struct Field {
    /// Its name below a region: `unrest`.
    pub name: String,
    /// What a reader calls it: `Unrest`.
    pub label: String,
    /// The region's position and what is known of it.
    pub values: Vec<(usize, Knowledge)>,
    /// The ends of its shades.
    pub scale: (f64, f64),
    /// What the shades mean.
    pub caption: String,
}

/// The regions of a scenario: name and display.
#[must_use]
pub fn regions(scenario: &Scenario) -> Vec<(&str, &str)> {
    let plans = scenario.entities.get("region").into_iter().flatten();
    plans.map(|plan| (plan.name.as_str(), plan.title.as_str())).collect()
}

/// Indicators of regions that somebody knows something of, those that are shares first; at most six.
#[must_use]
pub fn fields(scenario: &Scenario, known: &[Knowledge]) -> Vec<Field> {
    let mut fields = offered(scenario, known);
    // What is the same everywhere, or known of one region only, is no map.
    fields.retain(|field| {
        is_share(&field.values[0].1.unit)
            && field.values.len() > 1
            && field.values.iter().any(|(_, one)| one.value != field.values[0].1.value)
    });
    let spread = |field: &Field| {
        let values = || field.values.iter().map(|(_, one)| one.value);
        values().fold(f64::NEG_INFINITY, max) - values().fold(f64::INFINITY, min)
    };
    // First what the scenario shows of the country; then where regions differ most.
    let shown = |field: &Field| {
        scenario.shown.iter().position(|id| scenario.catalogue.indicators[id.index()].field == field.name)
    };
    let order = |field: &Field| shown(field).unwrap_or(usize::MAX);
    fields.sort_by(|a, b| order(a).cmp(&order(b)).then(spread(b).total_cmp(&spread(a))));
    fields.truncate(FIELDS);
    for field in &mut fields {
        scaled(scenario, field, |one| vec![one.value]);
    }
    fields
}

/// Every indicator of regions that somebody knows something of, in the catalogue's order.
#[must_use]
pub fn offered(scenario: &Scenario, known: &[Knowledge]) -> Vec<Field> {
    let regions = regions(scenario);
    let mut fields: Vec<Field> = Vec::new();
    for one in known.iter().filter(|one| one.age.is_some()) {
        let Some((entity, field)) = one.indicator.split_once('.') else { continue };
        let Some(at) = regions.iter().position(|(name, _)| *name == entity) else { continue };
        match fields.iter_mut().find(|known| known.name == field) {
            Some(found) => found.values.push((at, one.clone())),
            None => fields.push(Field {
                name: field.to_owned(),
                label: label(scenario, &one.indicator, regions[at].1),
                values: vec![(at, one.clone())],
                scale: (0.0, 1.0),
                caption: String::new(),
            }),
        }
    }
    fields
}

/// Months back to which somebody's knowledge of regions reaches.
#[must_use]
pub fn reach(known: &[Knowledge]) -> usize {
    known.iter().map(|one| one.trend.len()).max().unwrap_or(1).saturating_sub(1)
}

/// An indicator of regions as somebody knew it some months ago; on one scale for all months, so that they compare. None
/// where nothing is known by that name.
#[must_use]
pub fn months_ago(scenario: &Scenario, known: &[Knowledge], name: &str, months: usize) -> Option<Field> {
    let mut field = offered(scenario, known).into_iter().find(|field| field.name == name)?;
    scaled(scenario, &mut field, |one| one.trend.iter().copied().chain([one.value]).collect());
    if months > 0 {
        field.values.retain_mut(|(_, one)| {
            let then = one.trend.len().checked_sub(1 + months).map(|at| one.trend[at]);
            one.value = then.unwrap_or(one.value);
            then.is_some()
        });
    }
    Some(field)
}

/// Gives a field its scale, and says what its shades mean.
fn scaled(scenario: &Scenario, field: &mut Field, values: impl Fn(&Knowledge) -> Vec<f64>) {
    let all: Vec<f64> = field.values.iter().flat_map(|(_, one)| values(one)).collect();
    let (low, high) = (all.iter().copied().fold(f64::INFINITY, min), all.iter().copied().fold(f64::NEG_INFINITY, max));
    field.scale = if is_share(&field.values[0].1.unit) {
        ((low * 20.0).floor() / 20.0, (high * 20.0).ceil() / 20.0)
    } else {
        (low, high)
    };
    let wording = Wording::new(scenario);
    let id = scenario.catalogue.indicator(&field.values[0].1.indicator);
    let said = |x: f64| id.map_or_else(|| number(x), |id| wording.value(id, x));
    field.caption = if field.scale.0 < field.scale.1 {
        format!("Faint is {}, strong is {}. Hatched: in doubt. Faded: old.", said(field.scale.0), said(field.scale.1))
    } else {
        "The same wherever it is known. Hatched: in doubt. Faded: old.".to_owned()
    };
}

/// An event that somebody learnt of, where it names a region or acts on one.
pub struct EventMark {
    /// The region's position.
    pub region: usize,
    /// Its headline.
    pub title: String,
}

/// Events as marks, region by region.
#[must_use]
pub fn marks(scenario: &Scenario, events: &[EventId]) -> Vec<EventMark> {
    let regions = regions(scenario);
    let mut marks = Vec::new();
    for event in events {
        let title = &scenario.catalogue.events[event.index()].title;
        let moved = scenario.events.get(event.index()).map_or_else(Vec::new, |plan| {
            plan.effects.iter().flat_map(|effect| effect.kind.moves()).collect::<Vec<IndicatorId>>()
        });
        for (at, (name, shown)) in regions.iter().enumerate() {
            let acts = || {
                moved.iter().any(|id| {
                    let info = &scenario.catalogue.indicators[id.index()];
                    info.kind == "region" && info.path.split_once('.').is_some_and(|(entity, _)| entity == *name)
                })
            };
            if title.contains(shown.strip_prefix("the ").unwrap_or(shown)) || acts() {
                marks.push(EventMark { region: at, title: title.clone() });
            }
        }
    }
    marks
}

fn label(scenario: &Scenario, path: &str, region: &str) -> String {
    let mut phrase =
        scenario.catalogue.indicator(path).map_or_else(|| path.to_owned(), |id| Wording::new(scenario).indicator(id));
    for place in [" in ", " of ", " from ", " to "] {
        phrase = phrase.replace(&format!("{place}{region}"), "");
    }
    upper_first(phrase.strip_prefix("the ").unwrap_or(&phrase))
}

/// A closed line.
type Ring = Vec<(f64, f64)>;

/// Where a region is drawn: its rings, and where its label stands.
struct Area {
    rings: Vec<Ring>,
    label: (f64, f64),
}

/// The shapes that the maps of a page are made of, which are drawn once for all of them; nothing of it is seen.
#[must_use]
pub fn shapes(scenario: &Scenario) -> Markup {
    let (areas, around, _) = laid_out(scenario, &regions(scenario));
    let mut svg = Svg::new(0.0, 0.0);
    for (at, rings) in around.iter().enumerate() {
        svg.shape(&format!("around-{at}"), rings);
    }
    for (at, area) in areas.iter().enumerate() {
        svg.shape(&format!("region-{at}"), &area.rings);
    }
    html! { div.shapes aria-hidden="true" { (PreEscaped(svg.within_page("", ""))) } }
}

/// The map of a field: areas with their names and values, and marks where something happened. Their [`shapes`] stand
/// elsewhere on the page. `place` tells maps of one page apart.
#[must_use]
pub fn choropleth(scenario: &Scenario, field: &Field, marks: &[EventMark], place: &str) -> Markup {
    let regions = regions(scenario);
    let wording = Wording::new(scenario);
    let said = |one: &Knowledge| {
        let id = scenario.catalogue.indicator(&one.indicator);
        id.map_or_else(|| number(one.value), |id| wording.value(id, one.value))
    };
    let (areas, around, height) = laid_out(scenario, &regions);
    let mut svg = Svg::new(WIDTH, height);
    let hatch = format!("hatch-{place}{}", field.name);
    svg.hatching(&hatch);
    for at in 0..around.len() {
        svg.placed(&format!("around-{at}"), "around", "#efeeea", 1.0);
    }
    let of = |at: usize| field.values.iter().find(|(region, _)| *region == at).map(|(_, one)| one);
    let span = max(field.scale.1 - field.scale.0, 1e-9);
    for at in 0..areas.len() {
        let known = of(at);
        let name = format!("region-{at}");
        let shade = known.map(|one| (clamp((one.value - field.scale.0) / span, 0.0, 0.999) * SHADES as f64) as usize);
        let old = known.is_none_or(|one| one.age.is_none_or(|age| age >= OLD));
        let class = shade.map_or_else(|| "unknown".to_owned(), |shade| format!("shade-{shade}"));
        let fill = shade.map_or("#ffffff", |shade| FILLS[shade]);
        svg.placed(&name, &class, fill, if old { 0.45 } else { 1.0 });
        if known.is_some_and(|one| 2.0 * one.sd > HATCHED * span) {
            svg.placed(&name, "hatched", &format!("url(#{hatch})"), 1.0);
        }
    }
    // Names above all areas, so that no neighbour covers one.
    let names: Vec<(String, String)> =
        (0..areas.len()).map(|at| (short(regions[at].1), of(at).map_or_else(|| "unknown".to_owned(), said))).collect();
    let places: Vec<(f64, f64)> = areas.iter().map(|area| area.label).collect();
    let places = apart(&places, &names, height);
    for (at, (x, y)) in places.into_iter().enumerate() {
        svg.label(x, y - 1.0, 14.0, "name", &names[at].0);
        svg.label(x, y + 17.0, 17.0, "value", &names[at].1);
        let here = marks.iter().filter(|mark| mark.region == at).count();
        for nth in 0..here {
            let across = x + 11.0 * (nth as f64 - 0.5 * (here as f64 - 1.0));
            svg.circle((across, y - 22.0), 4.5, MARK, false);
        }
    }
    let mut words: Vec<String> =
        field.values.iter().map(|(at, one)| format!("{} {}", regions[*at].1, said(one))).collect();
    words.extend(marks.iter().map(|mark| format!("{}: {}", regions[mark.region].1, mark.title)));
    let label = format!("{}: {}", field.label, words.join("; "));
    // A picture of ours: its writer escaped every text.
    html! { (PreEscaped(svg.within_page("choropleth", &label))) }
}

/// What marks mean, in words; nothing where there is none.
#[must_use]
pub fn marked(scenario: &Scenario, marks: &[EventMark]) -> Markup {
    let regions = regions(scenario);
    html! {
        @if !marks.is_empty() { ul.marks { @for mark in marks {
            li { b { (upper_first(regions[mark.region].1)) } ": " (line(&mark.title)) }
        } } }
    }
}

/// A map that stands alone on a page made to be kept: its shapes, its shades and what they mean. None where there is
/// nothing to show.
#[must_use]
pub fn figure(scenario: &Scenario, known: &[Knowledge], most: usize) -> Option<Markup> {
    let fields = fields(scenario, known);
    (!fields.is_empty() && !regions(scenario).is_empty()).then(|| {
        html! {
            (shapes(scenario))
            @for field in fields.iter().take(most) {
                figure { (choropleth(scenario, field, &[], "kept-")) figcaption.small.quiet { (field.label) ". " (field.caption) } }
            }
        }
    })
}

/// A told game as a page, with the maps of where it stands at its end.
#[must_use]
pub fn chronicle(told: &Screen, game: &Game, records: &[TurnRecord]) -> String {
    let scenario = game.scenario();
    let infos = &scenario.catalogue.indicators;
    let regional = (0..infos.len()).filter(|at| infos[*at].kind == "region").map(IndicatorId::from_index);
    let known: Vec<Knowledge> = regional.map(|id| marchland_session::truth(game, records, id)).collect();
    let maps = html! {
        @if let Some(figure) = figure(scenario, &known, FIELDS) { h2 { "The regions" } div.cards { (figure) } }
    };
    told.html_before(&scenario.title, &scenario.title, maps)
}

/// Where labels stand so that none covers another: where two would, the lower one goes down, or the upper one up where the
/// picture ends.
fn apart(places: &[(f64, f64)], names: &[(String, String)], height: f64) -> Vec<(f64, f64)> {
    /// Of two lines, as large as a projector has them.
    const TALL: f64 = 46.0;
    /// Half a character's width there.
    const HALF: f64 = 6.0;
    let half = |at: usize| {
        let (name, value) = &names[at];
        HALF * name.chars().count().max(value.chars().count()) as f64
    };
    let mut places = places.to_vec();
    let mut order: Vec<usize> = (0..places.len()).collect();
    order.sort_by(|a, b| places[*a].1.total_cmp(&places[*b].1).then(a.cmp(b)));
    for (nth, at) in order.iter().enumerate() {
        for above in &order[..nth] {
            let beside = (places[*at].0 - places[*above].0).abs() < half(*at) + half(*above);
            let gap = places[*at].1 - places[*above].1;
            if beside && gap < TALL {
                let room = max(0.0, height - 24.0 - places[*at].1);
                let down = min(TALL - gap, room);
                places[*at].1 += down;
                places[*above].1 -= TALL - gap - down;
            }
        }
    }
    places
}

/// A region's name in few letters: the capitals of a long one.
fn short(title: &str) -> String {
    const LONG: usize = 18;
    let title = title.strip_prefix("the ").unwrap_or(title);
    if title.chars().count() <= LONG {
        return upper_first(title);
    }
    let capitals: String =
        title.split_whitespace().filter_map(|word| word.chars().next()).filter(|c| c.is_uppercase()).collect();
    if capitals.chars().count() > 1 { capitals } else { upper_first(title) }
}

/// Areas of the regions, lands around, and the height of the whole. A region without a shape is a tile below.
fn laid_out(scenario: &Scenario, regions: &[(&str, &str)]) -> (Vec<Area>, Vec<Vec<Ring>>, f64) {
    const EDGE: f64 = 14.0;
    const TILE: f64 = 56.0;
    let shape = |name: &str| scenario.shapes.iter().find(|shape| shape.name == name);
    let own = || regions.iter().filter_map(|(name, _)| shape(name));
    let points = || own().flat_map(|shape| shape.rings.iter().flatten());
    let (west, east) =
        (points().map(|p| p.0).fold(f64::INFINITY, min), points().map(|p| p.0).fold(f64::NEG_INFINITY, max));
    let (south, north) =
        (points().map(|p| p.1).fold(f64::INFINITY, min), points().map(|p| p.1).fold(f64::NEG_INFINITY, max));
    if west >= east || south >= north {
        let places = tiles(regions.len());
        let height = places.iter().map(|ring| ring[2].1).fold(0.0, max) + 3.0;
        let area = |ring: Vec<(f64, f64)>| Area {
            label: (0.5 * (ring[0].0 + ring[2].0), 0.5 * (ring[0].1 + ring[2].1)),
            rings: vec![ring],
        };
        return (places.into_iter().map(area).collect(), Vec::new(), height);
    }
    // Degrees of longitude are as long as those of latitude in the middle of the map.
    let narrow = libm::cos((0.5 * (south + north)).to_radians());
    let scale = (WIDTH - 2.0 * EDGE) / ((east - west) * narrow);
    let drawn = (north - south) * scale + 2.0 * EDGE;
    let place = |p: &(f64, f64)| (EDGE + (p.0 - west) * narrow * scale, EDGE + (north - p.1) * scale);
    let rings = |shape: &Shape| -> Vec<Vec<(f64, f64)>> {
        shape.rings.iter().map(|ring| ring.iter().map(place).collect()).collect()
    };
    let without = regions.iter().filter(|(name, _)| shape(name).is_none()).count();
    let wide = WIDTH / without.max(1) as f64;
    let mut tile = 0;
    let areas = regions
        .iter()
        .map(|(name, _)| match shape(name) {
            Some(found) => {
                let rings = rings(found);
                Area { label: middle(&rings), rings }
            }
            None => {
                let (left, right) = (wide * f64::from(tile) + 3.0, wide * f64::from(tile + 1) - 3.0);
                tile += 1;
                let (top, bottom) = (drawn + 3.0, drawn + TILE - 3.0);
                let ring = vec![(left, top), (right, top), (right, bottom), (left, bottom)];
                Area { label: (0.5 * (left + right), 0.5 * (top + bottom) - 2.0), rings: vec![ring] }
            }
        })
        .collect();
    let around = scenario.shapes.iter().filter(|shape| !regions.iter().any(|(name, _)| *name == shape.name));
    // What lies far out is cut off, so that the picture stays small.
    let near = |ring: &Vec<(f64, f64)>| -> Vec<(f64, f64)> {
        ring.iter().map(|(x, y)| (clamp(*x, -40.0, WIDTH + 40.0), clamp(*y, -40.0, drawn))).collect()
    };
    let around = around.map(|shape| rings(shape).iter().map(near).collect()).collect();
    (areas, around, if without > 0 { drawn + TILE } else { drawn })
}

/// The middle of the largest ring, by area.
fn middle(rings: &[Vec<(f64, f64)>]) -> (f64, f64) {
    let mut best = (0.0, (0.0, 0.0));
    for ring in rings {
        let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
        for (a, b) in ring.iter().zip(ring.iter().cycle().skip(1)) {
            let cross = a.0 * b.1 - b.0 * a.1;
            area += cross;
            x += (a.0 + b.0) * cross;
            y += (a.1 + b.1) * cross;
        }
        if area.abs() > best.0 {
            best = (area.abs(), (x / (3.0 * area), y / (3.0 * area)));
        }
    }
    best.1
}

/// Squares in rows, as many a row as make the whole about as wide as a screen.
fn tiles(count: usize) -> Vec<Vec<(f64, f64)>> {
    let across = if count <= 4 { 2 } else { 3 };
    let (wide, high) = (WIDTH / across as f64, 96.0);
    (0..count)
        .map(|at| {
            let (x, y) = ((at % across) as f64 * wide, (at / across) as f64 * high);
            vec![
                (x + 3.0, y + 3.0),
                (x + wide - 3.0, y + 3.0),
                (x + wide - 3.0, y + high - 3.0),
                (x + 3.0, y + high - 3.0),
            ]
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn labels_stand_apart() {
        let names = |count: usize| vec![("Bishkek".to_owned(), "12%".to_owned()); count];
        let apart = |places: &[(f64, f64)]| super::apart(places, &names(places.len()), 300.0);
        assert_eq!(apart(&[(50.0, 50.0), (200.0, 60.0)]), [(50.0, 50.0), (200.0, 60.0)], "side by side");
        assert_eq!(apart(&[(60.0, 60.0), (50.0, 50.0)]), [(60.0, 96.0), (50.0, 50.0)], "the lower one goes down");
        let low = apart(&[(50.0, 250.0), (60.0, 260.0)]);
        assert!(low[1].1 <= 276.0 && low[1].1 - low[0].1 >= 45.999, "{low:?}");
    }
}
