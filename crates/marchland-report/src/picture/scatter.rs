//! Dots of two quantities, and lines through dots.

use super::chart::{Chart, Labels, Layer, Mark};

/// Dots of one kind.
#[derive(Clone, Debug, PartialEq)]
pub struct DotSeries {
    /// What they have in common.
    pub label: String,
    /// The points.
    pub points: Vec<(f64, f64)>,
}

/// A line through the dots of each kind, in their order.
pub fn lines(labels: &Labels, series: &[DotSeries]) -> String {
    let mut chart = Chart::new(labels.clone());
    for (i, s) in series.iter().enumerate() {
        chart.layers.push(Layer::Line { series: i, points: s.points.clone() });
        chart.layers.push(Layer::Dots { series: i, points: s.points.clone(), radius: 3.0, hollow: false });
        chart.legend.push((i, Mark::Line, s.label.clone()));
    }
    chart.svg()
}

/// A scatter of one or more kinds of dots; every second kind is hollow.
pub fn scatter(labels: &Labels, series: &[DotSeries]) -> String {
    let mut chart = Chart::new(labels.clone());
    for (i, s) in series.iter().enumerate() {
        let hollow = i % 2 == 1;
        // Crowds of dots are drawn smaller.
        let radius = if s.points.len() > 500 { 1.5 } else { 3.0 };
        chart.layers.push(Layer::Dots { series: i, points: s.points.clone(), radius, hollow });
        chart.legend.push((i, if hollow { Mark::Hollow } else { Mark::Dot }, s.label.clone()));
    }
    chart.svg()
}
