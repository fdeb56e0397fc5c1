//! Shapes of a scenario's regions: GeoJSON or TopoJSON beside its files. People look at them; no law reads them.

use marchland_game::{Diagnostic, Span};
use serde::Deserialize;

use super::files::{Layer, MAP_ENDINGS};

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

/// Shapes whose borders are stored once each: TopoJSON, format specification 1.0.
#[derive(Deserialize)]
struct Topology {
    objects: std::collections::BTreeMap<String, Object>,
    arcs: Vec<Vec<Vec<f64>>>,
    #[serde(default)]
    transform: Option<Transform>,
}

/// Where positions are whole numbers: how they become degrees.
#[derive(Deserialize)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

#[derive(Deserialize)]
struct Object {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    properties: Option<Properties>,
    #[serde(default)]
    arcs: serde_json::Value,
    #[serde(default)]
    geometries: Vec<Object>,
}

impl Topology {
    /// The topology as the features of GeoJSON.
    fn features(&self) -> Result<Vec<Feature>, String> {
        let arcs: Vec<Vec<[f64; 2]>> = self.arcs.iter().map(|arc| self.placed(arc)).collect::<Result<_, _>>()?;
        let mut features = Vec::new();
        for (name, object) in &self.objects {
            let members =
                if object.kind == "GeometryCollection" { &object.geometries[..] } else { std::slice::from_ref(object) };
            for one in members {
                let Some(properties) = &one.properties else {
                    return Err(format!("a geometry of `{name}` has no property `id`"));
                };
                let polygon = |rings: Vec<Vec<i64>>| -> Result<Vec<Vec<[f64; 2]>>, String> {
                    rings.iter().map(|ring| ring_of(ring, &arcs)).collect()
                };
                let wrong = |error: serde_json::Error| format!("the geometry `{}`: {error}", properties.id);
                let coordinates = match one.kind.as_str() {
                    "Polygon" => serde_json::json!(polygon(serde_json::from_value(one.arcs.clone()).map_err(wrong)?)?),
                    "MultiPolygon" => {
                        let polygons: Vec<Vec<Vec<i64>>> = serde_json::from_value(one.arcs.clone()).map_err(wrong)?;
                        serde_json::json!(polygons.into_iter().map(polygon).collect::<Result<Vec<_>, _>>()?)
                    }
                    other => return Err(format!("the geometry `{}` is a {other}", properties.id)),
                };
                features.push(Feature {
                    properties: Properties { id: properties.id.clone(), name: properties.name.clone() },
                    geometry: Geometry { kind: one.kind.clone(), coordinates },
                });
            }
        }
        Ok(features)
    }

    /// An arc in degrees: where there is a transform, each position is the step from the one before.
    fn placed(&self, arc: &[Vec<f64>]) -> Result<Vec<[f64; 2]>, String> {
        let mut at = [0.0, 0.0];
        let place = |point: &Vec<f64>| match (&point[..], &self.transform) {
            ([x, y, ..], None) => Ok([*x, *y]),
            ([x, y, ..], Some(transform)) => {
                at = [at[0] + x, at[1] + y];
                let axis = |axis: usize| at[axis] * transform.scale[axis] + transform.translate[axis];
                Ok([axis(0), axis(1)])
            }
            _ => Err("an arc has a position of fewer than two numbers".to_owned()),
        };
        arc.iter().map(place).collect()
    }
}

/// A ring of arcs, end to end; the one's complement of a number means its arc backwards.
fn ring_of(numbers: &[i64], arcs: &[Vec<[f64; 2]>]) -> Result<Vec<[f64; 2]>, String> {
    let mut ring: Vec<[f64; 2]> = Vec::new();
    for number in numbers {
        let backwards = *number < 0;
        let at = if backwards { !number } else { *number };
        let arc = usize::try_from(at).ok().and_then(|at| arcs.get(at));
        let Some(arc) = arc else { return Err(format!("there is no arc {at}")) };
        // The first position of an arc is the last of the one before.
        let shared = usize::from(!ring.is_empty());
        if backwards { ring.extend(arc.iter().rev().skip(shared)) } else { ring.extend(arc.iter().skip(shared)) }
    }
    Ok(ring)
}

/// Whether a file holds shapes, and no record of the scenario.
pub(super) fn is_map(layer: &Layer) -> bool {
    MAP_ENDINGS.iter().any(|ending| layer.name.ends_with(ending))
}

/// The shapes of a file.
///
/// # Errors
/// It is neither GeoJSON nor TopoJSON: features or geometries, each with a property `id` and a polygon or several.
pub(super) fn read(layer: &Layer) -> Result<Vec<Shape>, Diagnostic> {
    let wrong = |what: String| {
        let message = format!("`{}` is not a map: {what}", layer.name);
        Diagnostic::error("bad-map", message)
            .at(Span { file: layer.name.clone(), start: 0, end: 0 })
            .hint("a map is a GeoJSON FeatureCollection or a TopoJSON Topology; each feature has a property `id`, and is a Polygon or a MultiPolygon")
    };
    let json: serde_json::Value = serde_json::from_str(&layer.text).map_err(|error| wrong(error.to_string()))?;
    let features = if json["type"] == "Topology" {
        let topology: Topology = serde_json::from_value(json).map_err(|error| wrong(error.to_string()))?;
        topology.features().map_err(wrong)?
    } else {
        let collection: Collection = serde_json::from_value(json).map_err(|error| wrong(error.to_string()))?;
        collection.features
    };
    let mut shapes = Vec::with_capacity(features.len());
    for feature in features {
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
        Layer { name: format!("a/map{}", MAP_ENDINGS[0]), text: text.to_owned(), own: true, hashed: false }
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

    #[test]
    fn borders_that_two_regions_share_are_read_from_arcs() {
        // Two unit squares side by side, as the specification's transform and one's complements write them.
        let topology = |arcs: &str| {
            format!(
                r#"{{"type": "Topology", "transform": {{"scale": [0.5, 1], "translate": [10, 20]}},
                "arcs": [[[2, 0], [0, 1]], [[2, 1], [-2, 0], [0, -1], [2, 0]], [[2, 0], [2, 0], [0, 1], [-2, 0]]],
                "objects": {{"land": {{"type": "GeometryCollection", "geometries": [
                    {{"type": "Polygon", "properties": {{"id": "west"}}, "arcs": [[0, 1]]}},
                    {{"type": "MultiPolygon", "properties": {{"id": "east", "name": "The east"}}, "arcs": {arcs}}}]}}}}}}"#
            )
        };
        let shapes = read(&layer(&topology("[[[2, -1]]]"))).expect("a map");
        assert_eq!(shapes[0].rings, [vec![(11.0, 20.0), (11.0, 21.0), (10.0, 21.0), (10.0, 20.0), (11.0, 20.0)]]);
        assert_eq!(shapes[1].rings, [vec![(11.0, 20.0), (12.0, 20.0), (12.0, 21.0), (11.0, 21.0), (11.0, 20.0)]]);
        assert_eq!((shapes[1].name.as_str(), shapes[1].title.as_str()), ("east", "The east"));
        for arcs in ["[[[7]]]", "[[[-9]]]", "[[0]]", "null"] {
            assert_eq!(read(&layer(&topology(arcs))).expect_err(arcs).code, "bad-map", "{arcs}");
        }
    }
}
