//! The elements of a drawing: the one writer of SVG, for pictures on their own and for those within pages.

use std::fmt::Write;

use crate::visible::line;

/// Colours of series, in order of use.
const COLOURS: [&str; 7] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#333333"];

/// Dashes of series, in order of use; the first is unbroken.
const DASHES: [&str; 5] = ["", "7 3", "2 3", "9 3 2 3", "12 4"];

/// The colour of a series.
pub(crate) fn colour(series: usize) -> &'static str {
    COLOURS[series % COLOURS.len()]
}

/// The dash of a series.
pub(crate) fn dash(series: usize) -> &'static str {
    DASHES[series % DASHES.len()]
}

/// Where a text is held.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A drawing under construction; lengths in pixels, y downwards.
pub(crate) struct Svg {
    body: String,
    width: f64,
    height: f64,
}

impl Svg {
    pub(crate) fn new(width: f64, height: f64) -> Svg {
        Svg { body: String::new(), width, height }
    }

    /// Text of a size, upright or turned to read upwards.
    pub(crate) fn text(&mut self, x: f64, y: f64, size: f64, anchor: Anchor, turned: bool, text: &str) {
        let turn = if turned { format!(" transform=\"rotate(-90 {x:.2} {y:.2})\"") } else { String::new() };
        self.words(x, y, size, anchor, &turn, text);
    }

    /// Text of a size, upright, around its middle, with the class that a page's style sheet may size it by.
    pub(crate) fn label(&mut self, x: f64, y: f64, size: f64, class: &str, text: &str) {
        let halo = " paint-order=\"stroke\" stroke=\"#ffffff\" stroke-width=\"3.5\" stroke-linejoin=\"round\"";
        self.words(x, y, size, Anchor::Middle, &format!(" class=\"{class}\"{halo}"), text);
    }

    /// Text of a size in bold, upright, from its start.
    pub(crate) fn bold(&mut self, x: f64, y: f64, size: f64, text: &str) {
        self.words(x, y, size, Anchor::Start, " font-weight=\"600\"", text);
    }

    /// Text with attributes of ours.
    fn words(&mut self, x: f64, y: f64, size: f64, anchor: Anchor, more: &str, text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let _ = writeln!(
            self.body,
            "<text x=\"{x:.2}\" y=\"{y:.2}\" font-size=\"{size}\" text-anchor=\"{anchor}\"{more}>{}</text>",
            escaped(text)
        );
    }

    pub(crate) fn line(&mut self, from: (f64, f64), to: (f64, f64), colour: &str, width: f64) {
        let _ = writeln!(
            self.body,
            "<line x1=\"{:.2}\" y1=\"{:.2}\" x2=\"{:.2}\" y2=\"{:.2}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>",
            from.0, from.1, to.0, to.1
        );
    }

    pub(crate) fn polyline(&mut self, points: &[(f64, f64)], colour: &str, width: f64, dash: &str) {
        if points.is_empty() {
            return;
        }
        let dash = if dash.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dash}\"") };
        let _ = writeln!(
            self.body,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"{dash} stroke-linejoin=\"round\"/>",
            list(points)
        );
    }

    pub(crate) fn polygon(&mut self, points: &[(f64, f64)], colour: &str, opacity: f64) {
        if points.is_empty() {
            return;
        }
        let _ =
            writeln!(self.body, "<polygon points=\"{}\" fill=\"{colour}\" fill-opacity=\"{opacity}\"/>", list(points));
    }

    /// A shape of one or more rings, to be placed by its name: in this picture, or in others of the page.
    pub(crate) fn shape(&mut self, name: &str, rings: &[Vec<(f64, f64)>]) {
        let mut path = String::new();
        for ring in rings {
            for (at, (x, y)) in ring.iter().enumerate() {
                path.push(if at == 0 { 'M' } else { 'L' });
                push_tenths(&mut path, *x);
                path.push(' ');
                push_tenths(&mut path, *y);
            }
            path.push('Z');
        }
        let _ = writeln!(self.body, "<defs><path id=\"{}\" d=\"{path}\" fill-rule=\"evenodd\"/></defs>", escaped(name));
    }

    /// A shape by its name, with the class that a page's style sheet may colour it by.
    pub(crate) fn placed(&mut self, name: &str, class: &str, fill: &str, opacity: f64) {
        let _ = writeln!(
            self.body,
            "<use href=\"#{}\" class=\"{class}\" fill=\"{fill}\" fill-opacity=\"{opacity}\" stroke=\"#ffffff\" stroke-width=\"1.5\"/>",
            escaped(name)
        );
    }

    /// A filling of slanted lines, to be named by areas.
    pub(crate) fn hatching(&mut self, name: &str) {
        let _ = writeln!(
            self.body,
            "<defs><pattern id=\"{}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><line x1=\"0\" y1=\"0\" x2=\"0\" y2=\"8\" stroke=\"#1c1c1c\" stroke-opacity=\"0.45\" stroke-width=\"2.2\"/></pattern></defs>",
            escaped(name)
        );
    }

    pub(crate) fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, colour: &str, opacity: f64) {
        let _ = writeln!(
            self.body,
            "<rect x=\"{x:.2}\" y=\"{y:.2}\" width=\"{width:.2}\" height=\"{height:.2}\" fill=\"{colour}\" fill-opacity=\"{opacity}\"/>"
        );
    }

    /// A disc; hollow ones are white inside.
    pub(crate) fn circle(&mut self, at: (f64, f64), radius: f64, colour: &str, hollow: bool) {
        let fill = if hollow { "#FFFFFF" } else { colour };
        let _ = writeln!(
            self.body,
            "<circle cx=\"{:.2}\" cy=\"{:.2}\" r=\"{radius}\" fill=\"{fill}\" stroke=\"{colour}\" stroke-width=\"1.5\"/>",
            at.0, at.1
        );
    }

    /// The drawing as a file of its own, on white.
    pub(crate) fn finish(self) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" font-family=\"DejaVu Sans, Helvetica, Arial, sans-serif\" fill=\"#222222\">\n<rect width=\"{w}\" height=\"{h}\" fill=\"#FFFFFF\"/>\n{}</svg>\n",
            self.body,
            w = self.width,
            h = self.height
        )
    }

    /// The drawing as a part of a page, with the words for those who do not see it; `class` names its style there.
    pub(crate) fn within_page(self, class: &str, label: &str) -> String {
        let class = if class.is_empty() { String::new() } else { format!("class=\"{class}\" ") };
        format!(
            "<svg {class}width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" role=\"img\" aria-label=\"{}\" font-family=\"DejaVu Sans, Helvetica, Arial, sans-serif\" fill=\"#1c1c1c\">\n{}</svg>\n",
            escaped(label),
            self.body,
            w = self.width,
            h = self.height
        )
    }
}

/// The width a text of 12 pixels is likely to take: a fixed mean per character, as no font is at hand.
pub(crate) fn text_width(text: &str) -> f64 {
    7.0 * text.chars().count() as f64
}

fn list(points: &[(f64, f64)]) -> String {
    let points: Vec<String> = points.iter().map(|(x, y)| format!("{x:.2},{y:.2}")).collect();
    points.join(" ")
}

/// Text with what markup would take for its own written out, and what a viewer would obey made visible.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in line(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // XML has no way to write the noncharacters.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A number to the nearest tenth: outlines hold thousands, which exact decimals would make most of a page's time.
fn push_tenths(out: &mut String, x: f64) {
    let tenths = (10.0 * x).round() as i64;
    let (sign, size) = (if tenths < 0 { "-" } else { "" }, tenths.unsigned_abs());
    let _ = write!(out, "{sign}{}.{}", size / 10, size % 10);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_the_markup() {
        let mut svg = Svg::new(10.0, 10.0);
        svg.text(0.0, 0.0, 12.0, Anchor::Start, false, "a < b & \"c\" \u{1}\u{202e}\u{ffff}");
        let text = svg.finish();
        assert!(text.contains("a &lt; b &amp; &quot;c&quot; ␁⟨U+202E⟩\u{fffd}</text>"), "{text}");
    }
}
