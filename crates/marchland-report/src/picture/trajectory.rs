//! The peeling trajectory of PRIM: density against coverage.

use super::chart::{Chart, Labels, Layer, Mark};
use marchland_experiments::discover::PrimBox;

/// A trajectory with one colour per number of restricted factors; the box at `chosen` is ringed and
/// numbered.
pub fn trajectory(title: &str, boxes: &[PrimBox], chosen: Option<usize>) -> String {
    let mut chart = Chart {
        labels: Labels {
            title: title.to_owned(),
            x: "coverage: share of all games of interest".to_owned(),
            y: "density: share of the box that is of interest".to_owned(),
        },
        layers: Vec::new(),
        legend: Vec::new(),
        reach_x: vec![0.0, 1.0],
        reach_y: vec![0.0, 1.0],
    };
    let mut counts: Vec<u64> = boxes.iter().map(|b| b.restricted).collect();
    counts.sort_unstable();
    counts.dedup();
    for (i, &count) in counts.iter().enumerate() {
        let points: Vec<(f64, f64)> =
            boxes.iter().filter(|b| b.restricted == count).map(|b| (b.coverage, b.density)).collect();
        chart.layers.push(Layer::Dots { series: i, points, radius: 4.0, hollow: i % 2 == 1 });
        let mark = if i % 2 == 1 { Mark::Hollow } else { Mark::Dot };
        let plural = if count == 1 { "" } else { "s" };
        chart.legend.push((i, mark, format!("{count} factor{plural}")));
    }
    if let Some(b) = chosen.and_then(|i| boxes.get(i)) {
        let at = (b.coverage, b.density);
        chart.layers.insert(0, Layer::Dots { series: 6, points: vec![at], radius: 8.0, hollow: true });
        let text = format!("box {}: {:.2}, {:.2}", chosen.unwrap_or_default(), b.coverage, b.density);
        chart.layers.push(Layer::Note { at, text });
    }
    chart.svg()
}
