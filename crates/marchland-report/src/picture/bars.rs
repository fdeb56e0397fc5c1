//! Horizontal bars with intervals: sensitivity indices, payoffs by lever.

use super::axis::Scale;
use super::chart::{Labels, Mark, WIDTH, legend};
use super::svg::{Anchor, Svg, colour, text_width};
use marchland_statistics::Interval;

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Its length; a bar that is not known leaves a gap.
    pub value: Option<f64>,
    /// The whisker on it.
    pub interval: Option<Interval>,
}

/// The bars of one thing: one per series.
#[derive(Clone, Debug, PartialEq)]
pub struct BarGroup {
    /// The thing.
    pub label: String,
    /// One bar per series.
    pub bars: Vec<Bar>,
}

/// Groups of horizontal bars from 0, one bar per series, in the order given. The vertical label of
/// `labels` is not drawn: the groups name themselves.
pub fn bars(labels: &Labels, series: &[String], groups: &[BarGroup]) -> String {
    const THICKNESS: f64 = 14.0;
    const GAP: f64 = 10.0;
    let left = groups.iter().map(|g| text_width(&g.label)).fold(60.0, marchland_game::number::max) + 24.0;
    let left = marchland_game::number::min(left, 0.5 * WIDTH);
    let per_group = THICKNESS * series.len() as f64 + GAP;
    let mut svg_legend = Svg::new(WIDTH, 0.0);
    let entries: Vec<(usize, Mark, &str)> =
        series.iter().enumerate().map(|(i, s)| (i, Mark::Dot, s.as_str())).collect();
    let entries: &[(usize, Mark, &str)] = if series.len() > 1 { &entries } else { &[] };
    // Laid out once to learn its height.
    let top = legend(&mut svg_legend, entries, left, 46.0) + 16.0;
    let bottom = top + per_group * groups.len() as f64 + GAP;
    let height = bottom + 58.0;

    let mut svg = Svg::new(WIDTH, height);
    svg.text(16.0, 24.0, 16.0, Anchor::Start, false, &labels.title);
    legend(&mut svg, entries, left, 46.0);
    let values = groups.iter().flat_map(|g| &g.bars).flat_map(|b| {
        let ends = b.interval.map_or([f64::NAN; 2], |i| [i.low, i.high]);
        [b.value.unwrap_or(f64::NAN), ends[0], ends[1]]
    });
    let x = Scale::around(values.chain([0.0]), left, WIDTH - 24.0);
    for (value, label) in x.ticks() {
        svg.line((x.at(value), top), (x.at(value), bottom), "#E2E2E2", 1.0);
        svg.text(x.at(value), bottom + 18.0, 12.0, Anchor::Middle, false, &label);
    }
    for (g, group) in groups.iter().enumerate() {
        let y = top + GAP + per_group * g as f64;
        let middle = y + 0.5 * THICKNESS * series.len() as f64;
        svg.text(left - 10.0, middle + 4.0, 12.0, Anchor::End, false, &group.label);
        for (i, bar) in group.bars.iter().enumerate() {
            let y = y + THICKNESS * i as f64;
            if let Some(value) = bar.value.filter(|v| v.is_finite()) {
                let (a, b) = (x.at(0.0), x.at(value));
                let (from, width) = if a < b { (a, b - a) } else { (b, a - b) };
                svg.rect(from, y + 1.0, width, THICKNESS - 2.0, colour(i), if i % 2 == 0 { 0.8 } else { 0.45 });
            }
            if let Some(w) = bar.interval.filter(|w| w.low.is_finite() && w.high.is_finite()) {
                let y = y + 0.5 * THICKNESS;
                svg.line((x.at(w.low), y), (x.at(w.high), y), "#222222", 1.5);
                for end in [w.low, w.high] {
                    svg.line((x.at(end), y - 4.0), (x.at(end), y + 4.0), "#222222", 1.5);
                }
            }
        }
    }
    svg.line((x.at(0.0), top), (x.at(0.0), bottom), "#222222", 1.0);
    svg.text(0.5 * (x.from + x.to), height - 14.0, 13.0, Anchor::Middle, false, &labels.x);
    svg.finish()
}
