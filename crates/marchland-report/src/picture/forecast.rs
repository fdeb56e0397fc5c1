//! How forecasts of what happens or does not came out: reliability, the ROC curve, and cases by rising probability.

use super::chart::{Chart, Labels, Layer, Mark};

/// Cases of which about the same was said.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SaidAndSeen {
    /// Mean probability said.
    pub said: f64,
    /// Share in which it happened.
    pub seen: f64,
    /// Between what the share may lie, as far as so few cases tell.
    pub interval: (f64, f64),
}

/// A model's ROC curve.
#[derive(Clone, Debug, PartialEq)]
pub struct RocCurve {
    /// The model.
    pub label: String,
    /// Share of false alarms and share of hits at every threshold, from (0, 0) to (1, 1).
    pub points: Vec<(f64, f64)>,
}

/// What was seen over what was said, with the diagonal on which they agree.
pub fn reliability(labels: &Labels, groups: &[SaidAndSeen]) -> String {
    let most = groups.iter().map(|group| group.said).fold(0.0, marchland_game::number::max);
    let mut chart = Chart { reach_x: vec![0.0], reach_y: vec![0.0], ..Chart::new(labels.clone()) };
    chart.layers.push(Layer::Line { series: 1, points: vec![(0.0, 0.0), (most, most)] });
    for group in groups {
        let (low, high) = group.interval;
        chart.layers.push(Layer::Line { series: 0, points: vec![(group.said, low), (group.said, high)] });
    }
    let dots = groups.iter().map(|group| (group.said, group.seen)).collect();
    chart.layers.push(Layer::Dots { series: 0, points: dots, radius: 4.0, hollow: false });
    chart.legend.push((0, Mark::Dot, "seen, with 95 %".into()));
    chart.legend.push((1, Mark::Line, "as said".into()));
    chart.svg()
}

/// ROC curves, with the diagonal of whoever knows nothing.
pub fn roc(labels: &Labels, curves: &[RocCurve]) -> String {
    let mut chart = Chart { reach_x: vec![0.0, 1.0], reach_y: vec![0.0, 1.0], ..Chart::new(labels.clone()) };
    for (series, curve) in curves.iter().enumerate() {
        chart.layers.push(Layer::Line { series, points: curve.points.clone() });
        chart.legend.push((series, Mark::Line, curve.label.clone()));
    }
    let last = curves.len();
    chart.layers.push(Layer::Line { series: last, points: vec![(0.0, 0.0), (1.0, 1.0)] });
    chart.legend.push((last, Mark::Line, "chance".into()));
    chart.svg()
}

/// Probabilities from the lowest to the highest, with a dot where it happened: the separation plot of Greenhill, Ward &
/// Sacks (2011). None of what happened where that is not known.
pub fn separation(labels: &Labels, cases: &[(f64, Option<bool>)]) -> String {
    let mut sorted: Vec<(f64, Option<bool>)> = cases.iter().copied().filter(|case| case.0.is_finite()).collect();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let at = |(place, case): (usize, &(f64, Option<bool>))| ((place + 1) as f64, case.0);
    let mut chart = Chart { reach_x: vec![0.0], reach_y: vec![0.0], ..Chart::new(labels.clone()) };
    chart.layers.push(Layer::Line { series: 0, points: sorted.iter().enumerate().map(at).collect() });
    chart.legend.push((0, Mark::Line, "said".into()));
    let happened: Vec<(f64, f64)> =
        sorted.iter().enumerate().filter(|(_, case)| case.1 == Some(true)).map(at).collect();
    if cases.iter().any(|case| case.1.is_some()) {
        chart.layers.push(Layer::Dots { series: 1, points: happened, radius: 4.0, hollow: true });
        chart.legend.push((1, Mark::Hollow, "it happened".into()));
    }
    chart.svg()
}
