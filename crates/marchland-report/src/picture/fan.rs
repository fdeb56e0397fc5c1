//! A fan: how an indicator spreads over the turns.

use super::chart::{Chart, Labels, Layer, Mark};

/// The distribution of an indicator at one turn; NaN where there was no game left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FanPoint {
    /// The turn.
    pub turn: f64,
    /// 5 % quantile.
    pub q05: f64,
    /// Lower quartile.
    pub q25: f64,
    /// Median.
    pub median: f64,
    /// Upper quartile.
    pub q75: f64,
    /// 95 % quantile.
    pub q95: f64,
}

/// The fan of one lever.
#[derive(Clone, Debug, PartialEq)]
pub struct FanSeries {
    /// The lever.
    pub label: String,
    /// One point per turn, in order.
    pub points: Vec<FanPoint>,
}

/// Fans of one or more levers: median as a line, quartiles and the 5–95 % range as bands, and the path that
/// was `observed`, if there is one, as dots.
pub fn fan(labels: &Labels, series: &[FanSeries], observed: &[(f64, f64)]) -> String {
    let mut chart = Chart::new(labels.clone());
    for (i, s) in series.iter().enumerate() {
        let band = |pick: &dyn Fn(&FanPoint) -> (f64, f64), opacity| Layer::Band {
            series: i,
            points: s.points.iter().map(|p| (p.turn, pick(p).0, pick(p).1)).collect(),
            opacity,
        };
        chart.layers.push(band(&|p| (p.q05, p.q95), 0.13));
        chart.layers.push(band(&|p| (p.q25, p.q75), 0.22));
        chart.legend.push((i, Mark::Line, format!("{}: median, 50 %, 90 %", s.label)));
    }
    for (i, s) in series.iter().enumerate() {
        let points = s.points.iter().map(|p| (p.turn, p.median)).collect();
        chart.layers.push(Layer::Line { series: i, points });
    }
    if !observed.is_empty() {
        let points = observed.to_vec();
        chart.layers.push(Layer::Dots { series: 6, points, radius: 3.5, hollow: true });
        chart.legend.push((6, Mark::Hollow, "observed".to_owned()));
    }
    chart.svg()
}
