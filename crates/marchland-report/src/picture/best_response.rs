//! A best-response graph: profiles or strategies, and where a player would rather go.

use super::svg::{Anchor, Svg, colour};
use std::f64::consts::PI;

/// A node of the graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The profile or strategy.
    pub label: String,
    /// Whether nobody gains by leaving it; drawn filled.
    pub stable: bool,
}

/// Nodes on a circle, clockwise from the top, with an arrow for each edge (from, to, kind); the kind, a
/// player, chooses the colour, `kinds` names them. Edges that name no node, and edges from a node to
/// itself, are not drawn.
pub fn best_response(title: &str, nodes: &[Node], edges: &[(usize, usize, usize)], kinds: &[String]) -> String {
    const SIZE: f64 = 560.0;
    const RADIUS: f64 = 180.0;
    const DISC: f64 = 9.0;
    let height = SIZE + 20.0 * kinds.len() as f64;
    let mut svg = Svg::new(720.0, height);
    svg.text(16.0, 24.0, 16.0, Anchor::Start, false, title);
    let centre = (360.0, 0.5 * SIZE + 14.0);
    let angle = |i: usize| 2.0 * PI * i as f64 / nodes.len() as f64 - 0.5 * PI;
    let at = |i: usize, radius: f64| (centre.0 + radius * libm::cos(angle(i)), centre.1 + radius * libm::sin(angle(i)));
    for &(from, to, kind) in edges {
        if from == to || from >= nodes.len() || to >= nodes.len() {
            continue;
        }
        let (a, b) = (at(from, RADIUS), at(to, RADIUS));
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length = (dx * dx + dy * dy).sqrt();
        let (ux, uy) = (dx / length, dy / length);
        // Set off to the left of its direction, so that a pair of opposite arrows does not coincide.
        let (ox, oy) = (4.0 * uy, -4.0 * ux);
        let point = |along: f64, aside: f64| (a.0 + ux * along + ox + uy * aside, a.1 + uy * along + oy - ux * aside);
        let end = length - DISC - 3.0;
        svg.line(point(DISC + 2.0, 0.0), point(end - 8.0, 0.0), colour(kind), 1.6);
        svg.polygon(&[point(end, 0.0), point(end - 10.0, 4.5), point(end - 10.0, -4.5)], colour(kind), 1.0);
    }
    for (i, node) in nodes.iter().enumerate() {
        svg.circle(at(i, RADIUS), DISC, "#222222", !node.stable);
        let (x, y) = at(i, RADIUS + 22.0);
        let side = libm::cos(angle(i));
        let anchor = if side > 0.2 {
            Anchor::Start
        } else if side < -0.2 {
            Anchor::End
        } else {
            Anchor::Middle
        };
        svg.text(x, y + 4.0, 12.0, anchor, false, &node.label);
    }
    for (i, kind) in kinds.iter().enumerate() {
        let y = SIZE + 20.0 * i as f64;
        svg.line((24.0, y), (56.0, y), colour(i), 2.0);
        svg.text(64.0, y + 4.0, 12.0, Anchor::Start, false, &format!("{kind} gains"));
    }
    svg.text(704.0, height - 14.0, 12.0, Anchor::End, false, "filled: nobody gains by leaving");
    svg.finish()
}
