//! A chart: axes, layers and a legend.

use super::axis::Scale;
use super::svg::{Anchor, Svg, colour, dash, text_width};

/// The words around a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Labels {
    /// What it shows.
    pub title: String,
    /// The horizontal quantity with its unit.
    pub x: String,
    /// The vertical quantity with its unit.
    pub y: String,
}

/// Something drawn between the axes; `series` chooses colour and dash.
pub(super) enum Layer {
    /// A line through points.
    Line { series: usize, points: Vec<(f64, f64)> },
    /// The area between two lines: x, lower and upper y.
    Band { series: usize, points: Vec<(f64, f64, f64)>, opacity: f64 },
    /// Dots; hollow ones are white inside.
    Dots { series: usize, points: Vec<(f64, f64)>, radius: f64, hollow: bool },
    /// A note right of a point.
    Note { at: (f64, f64), text: String },
}

/// How a legend entry is drawn.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Line,
    Dot,
    Hollow,
}

pub(super) struct Chart {
    pub(super) labels: Labels,
    pub(super) layers: Vec<Layer>,
    pub(super) legend: Vec<(usize, Mark, String)>,
    /// Values that the axes must reach.
    pub(super) reach_x: Vec<f64>,
    pub(super) reach_y: Vec<f64>,
}

pub(super) const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 440.0;
const LEFT: f64 = 84.0;
const RIGHT: f64 = 24.0;
const BOTTOM: f64 = 58.0;

impl Chart {
    /// Nothing drawn yet, and nothing that the axes must reach.
    pub(super) fn new(labels: Labels) -> Self {
        Self { labels, layers: Vec::new(), legend: Vec::new(), reach_x: Vec::new(), reach_y: Vec::new() }
    }

    pub(super) fn svg(&self) -> String {
        let mut svg = Svg::new(WIDTH, HEIGHT);
        svg.text(LEFT, 24.0, 16.0, Anchor::Start, false, &self.labels.title);
        let top = self.draw_legend(&mut svg, 46.0) + 14.0;
        let x = Scale::around(self.xs(), LEFT, WIDTH - RIGHT);
        let y = Scale::around(self.ys(), HEIGHT - BOTTOM, top);
        for (value, label) in y.ticks() {
            svg.line((x.from, y.at(value)), (x.to, y.at(value)), "#E2E2E2", 1.0);
            svg.text(x.from - 8.0, y.at(value) + 4.0, 12.0, Anchor::End, false, &label);
        }
        for (value, label) in x.ticks() {
            svg.line((x.at(value), y.from), (x.at(value), y.from + 5.0), "#222222", 1.0);
            svg.text(x.at(value), y.from + 20.0, 12.0, Anchor::Middle, false, &label);
        }
        for layer in &self.layers {
            draw(&mut svg, layer, &x, &y);
        }
        svg.line((x.from, y.from), (x.to, y.from), "#222222", 1.0);
        svg.line((x.from, y.from), (x.from, y.to), "#222222", 1.0);
        svg.text(0.5 * (x.from + x.to), HEIGHT - 14.0, 13.0, Anchor::Middle, false, &self.labels.x);
        svg.text(20.0, 0.5 * (y.from + y.to), 13.0, Anchor::Middle, true, &self.labels.y);
        svg.finish()
    }

    fn xs(&self) -> impl Iterator<Item = f64> {
        self.layers
            .iter()
            .flat_map(|layer| -> Vec<f64> {
                match layer {
                    Layer::Line { points, .. } | Layer::Dots { points, .. } => points.iter().map(|p| p.0).collect(),
                    Layer::Band { points, .. } => points.iter().map(|p| p.0).collect(),
                    Layer::Note { .. } => Vec::new(),
                }
            })
            .chain(self.reach_x.iter().copied())
    }

    fn ys(&self) -> impl Iterator<Item = f64> {
        self.layers
            .iter()
            .flat_map(|layer| -> Vec<f64> {
                match layer {
                    Layer::Line { points, .. } | Layer::Dots { points, .. } => points.iter().map(|p| p.1).collect(),
                    Layer::Band { points, .. } => points.iter().flat_map(|p| [p.1, p.2]).collect(),
                    Layer::Note { .. } => Vec::new(),
                }
            })
            .chain(self.reach_y.iter().copied())
    }

    fn draw_legend(&self, svg: &mut Svg, top: f64) -> f64 {
        let entries: Vec<(usize, Mark, &str)> = self.legend.iter().map(|(s, m, t)| (*s, *m, t.as_str())).collect();
        legend(svg, &entries, LEFT, top)
    }
}

/// Draws a legend in as many rows as it needs, and returns where it ends.
pub(super) fn legend(svg: &mut Svg, entries: &[(usize, Mark, &str)], left: f64, top: f64) -> f64 {
    if entries.is_empty() {
        return top - 16.0;
    }
    let (mut x, mut y) = (left, top);
    for (series, mark, text) in entries {
        let width = 40.0 + text_width(text) + 12.0;
        if x > left && x + width > WIDTH {
            x = left;
            y += 18.0;
        }
        match mark {
            Mark::Line => {
                svg.polyline(&[(x, y - 4.0), (x + 32.0, y - 4.0)], colour(*series), 2.0, dash(*series));
            }
            Mark::Dot | Mark::Hollow => {
                svg.circle((x + 16.0, y - 4.0), 4.0, colour(*series), *mark == Mark::Hollow);
            }
        }
        svg.text(x + 38.0, y, 12.0, Anchor::Start, false, text);
        x += width;
    }
    y
}

fn draw(svg: &mut Svg, layer: &Layer, x: &Scale, y: &Scale) {
    match layer {
        Layer::Line { series, points } => {
            for run in points.split(|p| !p.0.is_finite() || !p.1.is_finite()) {
                let pixels: Vec<(f64, f64)> = run.iter().map(|p| (x.at(p.0), y.at(p.1))).collect();
                svg.polyline(&pixels, colour(*series), 2.0, dash(*series));
            }
        }
        Layer::Band { series, points, opacity } => {
            for run in points.split(|p| !(p.0.is_finite() && p.1.is_finite() && p.2.is_finite())) {
                let lower = run.iter().map(|p| (x.at(p.0), y.at(p.1)));
                let upper = run.iter().rev().map(|p| (x.at(p.0), y.at(p.2)));
                let pixels: Vec<(f64, f64)> = lower.chain(upper).collect();
                svg.polygon(&pixels, colour(*series), *opacity);
            }
        }
        Layer::Dots { series, points, radius, hollow } => {
            for p in points.iter().filter(|p| p.0.is_finite() && p.1.is_finite()) {
                svg.circle((x.at(p.0), y.at(p.1)), *radius, colour(*series), *hollow);
            }
        }
        Layer::Note { at, text } => {
            let (px, py) = (x.at(at.0), y.at(at.1));
            // Near the right edge a note stands left of and below its point.
            if px + 10.0 + text_width(text) > WIDTH - RIGHT {
                svg.text(px - 12.0, py + 18.0, 12.0, Anchor::End, false, text);
            } else {
                svg.text(px + 9.0, py - 7.0, 12.0, Anchor::Start, false, text);
            }
        }
    }
}
