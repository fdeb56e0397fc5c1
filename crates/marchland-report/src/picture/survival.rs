//! Survival curves.

use super::chart::{Chart, Labels, Layer, Mark};
use marchland_statistics::Survival;

/// The survival curve of one lever.
#[derive(Clone, Debug, PartialEq)]
pub struct SurvivalSeries {
    /// The lever.
    pub label: String,
    /// Its curve.
    pub curve: Survival,
}

/// Survival curves as steps with their pointwise intervals as bands.
pub fn survival(labels: &Labels, series: &[SurvivalSeries]) -> String {
    let mut chart = Chart { reach_x: vec![0.0], reach_y: vec![0.0, 1.0], ..Chart::new(labels.clone()) };
    for (i, s) in series.iter().enumerate() {
        let (mut line, mut band) = (vec![(0.0, 1.0)], vec![(0.0, 1.0, 1.0)]);
        let mut before = (1.0, 1.0, 1.0);
        for step in &s.curve.steps {
            // Without an interval the band has no width.
            let (low, high) = step.interval.map_or((step.survival, step.survival), |i| (i.low, i.high));
            let after = (step.survival, low, high);
            line.extend([(step.time, before.0), (step.time, after.0)]);
            band.extend([(step.time, before.1, before.2), (step.time, after.1, after.2)]);
            before = after;
        }
        chart.layers.push(Layer::Band { series: i, points: band, opacity: 0.15 });
        chart.layers.push(Layer::Line { series: i, points: line });
        let games = s.curve.used;
        chart.legend.push((i, Mark::Line, format!("{} ({games} games)", s.label)));
    }
    chart.svg()
}
