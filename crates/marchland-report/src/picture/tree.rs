//! Branches of a game, as lines by turn.

use marchland_session::Branch;
use maud::{Markup, PreEscaped};

use super::svg::{Anchor, Svg, colour};

/// Every branch as a line from where it left another to where it stands; the one that is played is thick.
pub(crate) fn tree(branches: &[Branch], turns: u32) -> Markup {
    const WIDTH: f64 = 480.0;
    const ROW: f64 = 26.0;
    const LEFT: f64 = 26.0;
    let last = f64::from(turns.max(1));
    let x = |turn: u32| LEFT + f64::from(turn.saturating_sub(1)) / last * (WIDTH - LEFT - 20.0);
    let y = |branch: u32| 14.0 + ROW * f64::from(branch.saturating_sub(1));
    let mut svg = Svg::new(WIDTH, y(branches.len() as u32) + 16.0);
    let mut words: Vec<String> = Vec::new();
    for branch in branches {
        let (start, at) = (branch.turn.unwrap_or(1), y(branch.branch));
        let ink = colour(branch.branch as usize - 1);
        if let Some(from) = branch.from {
            svg.polyline(&[(x(start), y(from)), (x(start), at)], ink, 1.2, "3 3");
            words.push(format!("branch {} leaves branch {from} in turn {start}", branch.branch));
        }
        svg.line(
            (x(start), at),
            (x(branch.stands_in.max(start)) + 8.0, at),
            ink,
            if branch.current { 4.5 } else { 2.0 },
        );
        svg.circle((x(branch.stands_in.max(start)) + 8.0, at), 5.0, ink, !branch.current);
        svg.text(4.0, at + 5.0, 15.0, Anchor::Start, false, &branch.branch.to_string());
    }
    let label = if words.is_empty() { "one branch".to_owned() } else { words.join("; ") };
    PreEscaped(svg.within_page("tree", &label))
}
