//! Maps: what is known of regions, as areas shaded by value.
//!
//! Where the scenario brings no shapes, regions are laid out as tiles. Doubt is hatching, old knowledge is faded, so
//! that a map never looks surer than its reader may be.

use marchland_game::number::{clamp, max, min};
use marchland_session::Knowledge;
use marchland_sim::scenario::Scenario;
use marchland_sim::scenario::map::Shape;
use maud::{Markup, PreEscaped, html};

use crate::number::is_share;
use crate::picture::svg::{Anchor, Svg};
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
    let regions = regions(scenario);
    let mut fields: Vec<Field> = Vec::new();
    for one in known {
        let Some((entity, field)) = one.indicator.split_once('.') else { continue };
        let Some(at) = regions.iter().position(|(name, _)| *name == entity) else { continue };
        if !is_share(&one.unit) || one.age.is_none() {
            continue;
        }
        match fields.iter_mut().find(|known| known.name == field) {
            Some(found) => found.values.push((at, one.clone())),
            None => {
                let label = label(scenario, &one.indicator, regions[at].1);
                fields.push(Field {
                    name: field.to_owned(),
                    label,
                    values: vec![(at, one.clone())],
                    scale: (0.0, 1.0),
                    caption: String::new(),
                });
            }
        }
    }
    // What is the same everywhere, or known of one region only, is no map.
    fields.retain(|field| {
        field.values.len() > 1 && field.values.iter().any(|(_, one)| one.value != field.values[0].1.value)
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
        let values = || field.values.iter().map(|(_, one)| one.value);
        let (low, high) = (values().fold(f64::INFINITY, min), values().fold(f64::NEG_INFINITY, max));
        field.scale = ((low * 20.0).floor() / 20.0, (high * 20.0).ceil() / 20.0);
        let wording = Wording::new(scenario);
        let said = |x: f64| {
            scenario
                .catalogue
                .indicator(&field.values[0].1.indicator)
                .map_or_else(String::new, |id| wording.value(id, x))
        };
        field.caption = format!(
            "Light is {}, dark is {}. Hatched: in doubt. Faded: old.",
            said(field.scale.0),
            said(field.scale.1)
        );
    }
    fields
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

/// The map of a field: areas with their names and values. Their [`shapes`] stand elsewhere on the page.
#[must_use]
pub fn choropleth(scenario: &Scenario, field: &Field) -> Markup {
    let regions = regions(scenario);
    let wording = Wording::new(scenario);
    let said = |one: &Knowledge| {
        let id = scenario.catalogue.indicator(&one.indicator);
        id.map_or_else(String::new, |id| wording.value(id, one.value))
    };
    let (areas, around, height) = laid_out(scenario, &regions);
    let mut svg = Svg::new(WIDTH, height);
    let hatch = format!("hatch-{}", field.name);
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
    for (at, area) in areas.iter().enumerate() {
        let (x, y) = area.label;
        svg.text(x, y - 1.0, 14.0, Anchor::Middle, false, &short(regions[at].1));
        svg.text(x, y + 17.0, 17.0, Anchor::Middle, false, &of(at).map_or_else(|| "unknown".to_owned(), said));
    }
    let words: Vec<String> = field.values.iter().map(|(at, one)| format!("{} {}", regions[*at].1, said(one))).collect();
    let label = format!("{}: {}", field.label, words.join("; "));
    // A picture of ours: its writer escaped every text.
    html! { (PreEscaped(svg.within_page("choropleth", &label))) }
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
