//! Small drawings within pages.

use marchland_game::number::{clamp, max, min};
use maud::{Markup, PreEscaped};

use super::svg::{Anchor, Svg};
use crate::number::{bare, headed};

const INK: &str = "#1c1c1c";
const GRID: &str = "#cfcfcf";
const BELIEF: &str = "#0b5a8a";
const MARK: &str = "#9a3412";

/// A trend line as high as text, its last value a dot; nothing where fewer than two values are known.
pub(crate) fn sparkline(values: &[f64], label: &str) -> Markup {
    const WIDTH: f64 = 90.0;
    const HEIGHT: f64 = 18.0;
    let finite = || values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (finite().fold(f64::INFINITY, min), finite().fold(f64::NEG_INFINITY, max));
    if values.len() < 2 || low > high {
        return PreEscaped(String::new());
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
    let mut svg = Svg::new(WIDTH, HEIGHT);
    svg.polyline(&points, INK, 1.3, "");
    if let Some(last) = points.last() {
        svg.circle(*last, 1.5, INK, false);
    }
    PreEscaped(svg.within_page("spark", label))
}

/// What is drawn on a track.
pub(crate) struct Track<'a> {
    /// What it shows.
    pub title: &'a str,
    /// The unit of its values.
    pub unit: &'a str,
    /// The ends of its scale.
    pub scale: (f64, f64),
    /// Turns it has room for, from 0.
    pub turns: u32,
    /// Values by turn: a line through dots.
    pub values: &'a [(u32, f64)],
    /// What somebody believed, by turn: value and standard deviation; hollow dots with whiskers of two
    /// standard deviations.
    pub beliefs: &'a [(u32, f64, f64)],
    /// What happened, by turn: a letter above a dashed line at its end.
    pub marks: &'a [(u32, char)],
}

/// A ruled grid by turn, to be read or to be filled in by hand.
pub(crate) fn track(of: &Track<'_>) -> Markup {
    const WIDTH: f64 = 340.0;
    const HEIGHT: f64 = 150.0;
    const LEFT: f64 = 46.0;
    const TOP: f64 = 24.0;
    const BOTTOM: f64 = 22.0;
    const SIZE: f64 = 9.0;
    let (low, high) = of.scale;
    let span = if high > low { high - low } else { 1.0 };
    let turns = f64::from(of.turns.max(1));
    let x = |turn: u32| LEFT + f64::from(turn) / turns * (WIDTH - LEFT - 8.0);
    let y = |value: f64| {
        let share = clamp((value - low) / span, 0.0, 1.0);
        HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
    };
    let mut svg = Svg::new(WIDTH, HEIGHT);
    svg.bold(LEFT, 12.0, 11.0, &headed(of.title, of.unit));
    svg.text(LEFT - 5.0, HEIGHT - 9.0, SIZE, Anchor::End, false, "turn");
    for part in 0..=4u32 {
        let value = low + span * f64::from(part) / 4.0;
        let at = y(value);
        svg.line((LEFT, at), (WIDTH - 8.0, at), GRID, 0.7);
        svg.text(LEFT - 5.0, at + 3.0, SIZE, Anchor::End, false, &bare(value, of.unit));
    }
    let every = if of.turns > 36 { 12 } else { 3 };
    for turn in 0..=of.turns {
        let at = x(turn);
        let strong = turn.is_multiple_of(every);
        svg.line((at, HEIGHT - BOTTOM), (at, TOP), GRID, if strong { 0.7 } else { 0.25 });
        if strong {
            svg.text(at, HEIGHT - 9.0, SIZE, Anchor::Middle, false, &turn.to_string());
        }
    }
    for (turn, letter) in of.marks {
        let at = x(*turn);
        svg.polyline(&[(at, HEIGHT - BOTTOM), (at, TOP)], MARK, 1.0, "3 2");
        svg.text(at, TOP - 1.0, SIZE, Anchor::Middle, false, &letter.to_string());
    }
    let points: Vec<(f64, f64)> = of.values.iter().map(|(turn, value)| (x(*turn), y(*value))).collect();
    if points.len() > 1 {
        svg.polyline(&points, INK, 1.4, "");
    }
    for point in points {
        svg.circle(point, 1.2, INK, false);
    }
    for (turn, value, sd) in of.beliefs {
        let at = x(*turn);
        if *sd > 0.0 {
            svg.line((at, y(value + 2.0 * sd)), (at, y(value - 2.0 * sd)), BELIEF, 0.9);
        }
        svg.circle((at, y(*value)), 2.4, BELIEF, true);
    }
    PreEscaped(svg.within_page("", of.title))
}
