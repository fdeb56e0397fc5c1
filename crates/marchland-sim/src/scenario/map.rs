//! Shapes of a scenario's regions: GeoJSON beside its files. People look at them; no law reads them.

use marchland_game::{Diagnostic, Span};
use serde::Deserialize;

use super::files::{Layer, MAP_ENDING};

/// The outline of a region, or of a land around.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// A region's name; of a land around, any other.
    pub name: String,
    /// Display.
    pub title: String,
    /// Closed rings of longitude and latitude in degrees; where two of them overlap is a hole.
    pub rings: Vec<Vec<(f64, f64)>>,
}

#[derive(Deserialize)]
struct Collection {
    features: Vec<Feature>,
}

#[derive(Deserialize)]
struct Feature {
    properties: Properties,
    geometry: Geometry,
}

#[derive(Deserialize)]
struct Properties {
    id: String,
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: String,
    coordinates: serde_json::Value,
}

/// Whether a file holds shapes, and no record of the scenario.
pub(super) fn is_map(layer: &Layer) -> bool {
    layer.name.ends_with(MAP_ENDING)
}

/// The shapes of a file.
///
/// # Errors
/// It is not GeoJSON: a collection of features, each with a property `id` and a polygon or several.
pub(super) fn read(layer: &Layer) -> Result<Vec<Shape>, Diagnostic> {
    let wrong = |what: String| {
        let message = format!("`{}` is not a map: {what}", layer.name);
        Diagnostic::error("bad-map", message)
            .at(Span { file: layer.name.clone(), start: 0, end: 0 })
            .hint("a map is a GeoJSON FeatureCollection; each feature has a property `id`, and is a Polygon or a MultiPolygon")
    };
    let collection: Collection = serde_json::from_str(&layer.text).map_err(|error| wrong(error.to_string()))?;
    let mut shapes = Vec::with_capacity(collection.features.len());
    for feature in collection.features {
        let id = feature.properties.id;
        let coordinates = feature.geometry.coordinates;
        let polygons: Result<Vec<Vec<Vec<Vec<f64>>>>, serde_json::Error> = match feature.geometry.kind.as_str() {
            "Polygon" => serde_json::from_value(coordinates).map(|polygon| vec![polygon]),
            "MultiPolygon" => serde_json::from_value(coordinates),
            other => return Err(wrong(format!("the feature `{id}` is a {other}"))),
        };
        let polygons = polygons.map_err(|error| wrong(format!("the feature `{id}`: {error}")))?;
        let mut rings = Vec::new();
        for ring in polygons.into_iter().flatten() {
            let mut points = Vec::with_capacity(ring.len());
            for point in ring {
                match point[..] {
                    [x, y, ..] if x.abs() <= 180.0 && y.abs() <= 90.0 => points.push((x, y)),
                    _ => {
                        return Err(wrong(format!(
                            "the feature `{id}` has a point that is not a longitude and a latitude"
                        )));
                    }
                }
            }
            rings.push(points);
        }
        let title = if feature.properties.name.is_empty() { id.clone() } else { feature.properties.name };
        shapes.push(Shape { name: id, title, rings });
    }
    Ok(shapes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(text: &str) -> Layer {
        Layer { name: format!("a/map{MAP_ENDING}"), text: text.to_owned(), own: true, hashed: false }
    }

    #[test]
    fn polygons_are_read_and_what_is_none_is_refused() {
        let feature = |geometry: &str| {
            format!("{{\"features\": [{{\"properties\": {{\"id\": \"north\"}}, \"geometry\": {geometry}}}]}}")
        };
        let one = feature("{\"type\": \"Polygon\", \"coordinates\": [[[1, 2], [3, 2], [3, 4], [1, 2]]]}");
        let shapes = read(&layer(&one)).expect("a map");
        assert_eq!(shapes[0].name, "north");
        assert_eq!(shapes[0].rings, [vec![(1.0, 2.0), (3.0, 2.0), (3.0, 4.0), (1.0, 2.0)]]);
        let wrong = [
            "no json".to_owned(),
            "{\"features\": [{}]}".to_owned(),
            feature("{\"type\": \"Point\", \"coordinates\": [1, 2]}"),
            feature("{\"type\": \"Polygon\", \"coordinates\": [[[1]]]}"),
            feature("{\"type\": \"Polygon\", \"coordinates\": [[[1, 200]]]}"),
        ];
        for text in wrong {
            assert_eq!(read(&layer(&text)).expect_err(&text).code, "bad-map", "{text}");
        }
    }
}
