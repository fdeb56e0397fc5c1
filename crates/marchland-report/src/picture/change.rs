//! A change with its interval, as a bar about nothing.

use marchland_game::number::max;
use marchland_statistics::PairedDifference;
use maud::{Markup, PreEscaped};

use super::svg::Svg;

/// The interval of a change as a bar, its mean as a dot, nothing as a line in the middle; each bar to its own scale.
pub(crate) fn change(change: &PairedDifference, label: &str) -> Markup {
    const WIDTH: f64 = 160.0;
    const HEIGHT: f64 = 18.0;
    let Some(mean) = change.mean else { return PreEscaped(String::new()) };
    let (low, high) = change.interval.map_or((mean, mean), |interval| (interval.low, interval.high));
    let most = max(max(low.abs(), high.abs()), mean.abs());
    let most = if most > 0.0 { most } else { 1.0 };
    let x = |value: f64| 0.5 * WIDTH + value / most * (0.5 * WIDTH - 5.0);
    let colour = if low > 0.0 {
        "#0072B2"
    } else if high < 0.0 {
        "#D55E00"
    } else {
        "#8a8a8a"
    };
    let mut svg = Svg::new(WIDTH, HEIGHT);
    svg.line((0.5 * WIDTH, 1.0), (0.5 * WIDTH, HEIGHT - 1.0), "#8a8a8a", 1.0);
    svg.rect(x(low), 6.0, max(x(high) - x(low), 1.0), 6.0, colour, 0.45);
    svg.circle((x(mean), 0.5 * HEIGHT), 3.0, colour, false);
    PreEscaped(svg.within_page("change", &format!("{label}: from {low:.3} to {high:.3}")))
}
