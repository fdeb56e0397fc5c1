//! Maps: what is known of regions, as areas shaded by value.
//!
//! Where the scenario brings no shapes, regions are laid out as tiles. Doubt is hatching, old knowledge is faded, so
//! that a map never looks surer than its reader may be.

use marchland_game::number::{clamp, max, min};
use marchland_session::Knowledge;
use marchland_sim::scenario::Scenario;
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
    let phrase =
        scenario.catalogue.indicator(path).map_or_else(|| path.to_owned(), |id| Wording::new(scenario).indicator(id));
    let short = [" in ", " of ", " from ", " to "]
        .iter()
        .find_map(|place| phrase.strip_suffix(&format!("{place}{region}")).map(str::to_owned));
    upper_first(&short.unwrap_or(phrase))
}

/// The map of a field: areas, and below them the same in words.
#[must_use]
pub fn choropleth(scenario: &Scenario, field: &Field) -> Markup {
    let regions = regions(scenario);
    let wording = Wording::new(scenario);
    let places = tiles(regions.len());
    let height = places.iter().map(|ring| ring[2].1).fold(0.0, max) + 10.0;
    let mut svg = Svg::new(WIDTH, height);
    let hatch = format!("hatch-{}", field.name);
    svg.hatching(&hatch);
    for (at, ring) in places.iter().enumerate() {
        let known = field.values.iter().find(|(region, _)| *region == at).map(|(_, one)| one);
        let span = max(field.scale.1 - field.scale.0, 1e-9);
        let shade = known.map(|one| (clamp((one.value - field.scale.0) / span, 0.0, 0.999) * SHADES as f64) as usize);
        let old = known.is_none_or(|one| one.age.is_none_or(|age| age >= OLD));
        let class = shade.map_or_else(|| "unknown".to_owned(), |shade| format!("shade-{shade}"));
        let fill = shade.map_or("#ffffff", |shade| FILLS[shade]);
        svg.area(std::slice::from_ref(ring), &class, fill, if old { 0.45 } else { 1.0 });
        if known.is_some_and(|one| 2.0 * one.sd > HATCHED * span) {
            svg.area(std::slice::from_ref(ring), "hatched", &format!("url(#{hatch})"), 1.0);
        }
        let (x, y) = (0.5 * (ring[0].0 + ring[2].0), 0.5 * (ring[0].1 + ring[2].1));
        svg.text(x, y - 2.0, 17.0, Anchor::Middle, false, regions[at].1.split(" (").next().unwrap_or_default());
        let said = known.map_or_else(
            || "unknown".to_owned(),
            |one| {
                scenario.catalogue.indicator(&one.indicator).map_or_else(String::new, |id| wording.value(id, one.value))
            },
        );
        svg.text(x, y + 22.0, 20.0, Anchor::Middle, false, &said);
    }
    let words: Vec<String> = field
        .values
        .iter()
        .map(|(at, one)| {
            format!(
                "{} {}",
                regions[*at].1,
                scenario
                    .catalogue
                    .indicator(&one.indicator)
                    .map_or_else(String::new, |id| wording.value(id, one.value))
            )
        })
        .collect();
    let label = format!("{}: {}", field.label, words.join("; "));
    // A picture of ours: its writer escaped every text.
    html! { (PreEscaped(svg.within_page("choropleth", &label))) }
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
