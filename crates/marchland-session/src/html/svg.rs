//! Small drawings within pages.

use std::fmt::Write;

use marchland_game::number::{clamp, max, min};

use super::escaped;
use crate::wording::number;

/// A trend line as high as text, its last value a dot.
pub(crate) fn sparkline(values: &[f64], label: &str) -> String {
    const WIDTH: f64 = 90.0;
    const HEIGHT: f64 = 18.0;
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (finite().fold(f64::INFINITY, min), finite().fold(f64::NEG_INFINITY, max));
    if values.len() < 2 || low > high {
        return String::new();
    }
    let step = (WIDTH - 6.0) / (values.len() - 1) as f64;
    let height = |value: f64| {
        if high > low { HEIGHT - 3.0 - (value - low) / (high - low) * (HEIGHT - 6.0) } else { 0.5 * HEIGHT }
    };
    let points: Vec<(f64, f64)> = values
        .iter()
        .enumerate()
        .filter(|(_, value)| value.is_finite())
        .map(|(at, value)| (3.0 + step * at as f64, height(*value)))
        .collect();
    let list: Vec<String> = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let last = points.last().map_or(String::new(), |(x, y)| format!("<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"2\"/>"));
    format!(
        "<svg class=\"spark\" width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
         aria-label=\"{}\"><polyline points=\"{}\" fill=\"none\" stroke=\"#1c1c1c\" stroke-width=\"1.3\"/>{last}</svg>",
        escaped(label),
        list.join(" ")
    )
}

/// What is drawn on a track.
pub(crate) struct Track<'a> {
    /// What it shows.
    pub title: &'a str,
    /// The ends of its scale.
    pub scale: (f64, f64),
    /// Turns it has room for, from 0.
    pub turns: u32,
    /// Values by turn: a line through dots.
    pub values: &'a [(u32, f64)],
    /// What somebody believed, by turn: value and standard deviation; hollow dots with whiskers of two
    /// standard deviations.
    pub beliefs: &'a [(u32, f64, f64)],
}

/// A ruled grid by turn, to be read or to be filled in by hand.
pub(crate) fn track(of: &Track<'_>) -> String {
    const WIDTH: f64 = 340.0;
    const HEIGHT: f64 = 150.0;
    const LEFT: f64 = 46.0;
    const TOP: f64 = 24.0;
    const BOTTOM: f64 = 22.0;
    let (low, high) = of.scale;
    let span = if high > low { high - low } else { 1.0 };
    let turns = f64::from(of.turns.max(1));
    let x = |turn: u32| LEFT + f64::from(turn) / turns * (WIDTH - LEFT - 8.0);
    let y = |value: f64| {
        let share = clamp((value - low) / span, 0.0, 1.0);
        HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
    };
    let mut svg = format!(
        "<svg width=\"{WIDTH}\" height=\"{HEIGHT}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{title}\" \
         font-family=\"DejaVu Sans, Helvetica, Arial, sans-serif\" font-size=\"9\" fill=\"#1c1c1c\">\
         <text x=\"{LEFT}\" y=\"12\" font-size=\"11\" font-weight=\"600\">{title}</text>",
        title = escaped(of.title)
    );
    for part in 0..=4u32 {
        let value = low + span * f64::from(part) / 4.0;
        let (at, text) = (y(value), number(value));
        let _ = write!(
            svg,
            "<line x1=\"{LEFT}\" y1=\"{at:.1}\" x2=\"{:.1}\" y2=\"{at:.1}\" stroke=\"#cfcfcf\" stroke-width=\"0.7\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
            WIDTH - 8.0,
            LEFT - 5.0,
            at + 3.0
        );
    }
    let every = if of.turns > 36 { 12 } else { 3 };
    for turn in 0..=of.turns {
        let at = x(turn);
        let strong = turn.is_multiple_of(every);
        let _ = write!(
            svg,
            "<line x1=\"{at:.1}\" y1=\"{:.1}\" x2=\"{at:.1}\" y2=\"{TOP}\" stroke=\"#cfcfcf\" stroke-width=\"{}\"/>",
            HEIGHT - BOTTOM,
            if strong { 0.7 } else { 0.25 }
        );
        if strong {
            let _ = write!(svg, "<text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{turn}</text>", HEIGHT - 9.0);
        }
    }
    let line: Vec<String> = of.values.iter().map(|(turn, value)| format!("{:.1},{:.1}", x(*turn), y(*value))).collect();
    if line.len() > 1 {
        let _ = write!(
            svg,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"#1c1c1c\" stroke-width=\"1.4\"/>",
            line.join(" ")
        );
    }
    for (turn, value) in of.values {
        let _ = write!(svg, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"1.8\"/>", x(*turn), y(*value));
    }
    for (turn, value, sd) in of.beliefs {
        let (at, top, bottom) = (x(*turn), y(value + 2.0 * sd), y(value - 2.0 * sd));
        if *sd > 0.0 {
            let _ = write!(
                svg,
                "<line x1=\"{at:.1}\" y1=\"{top:.1}\" x2=\"{at:.1}\" y2=\"{bottom:.1}\" stroke=\"#0b5a8a\" stroke-width=\"0.9\"/>"
            );
        }
        let _ = write!(
            svg,
            "<circle cx=\"{at:.1}\" cy=\"{:.1}\" r=\"2.4\" fill=\"#fff\" stroke=\"#0b5a8a\" stroke-width=\"1.1\"/>",
            y(*value)
        );
    }
    svg + "</svg>"
}
