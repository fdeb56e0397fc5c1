//! The pictures of a tournament.

use marchland_experiments::tournament::{BeliefReport, TournamentReport};

use crate::picture::{Bar, BarGroup, Labels, Node, bars, best_response};

/// Bars of a picture, so that it can be read.
const BARS: usize = 32;

/// The pictures of a belief set, by file name: the best-response graph, and what each strategy loses.
#[must_use]
pub fn draw(report: &TournamentReport, belief: &BeliefReport) -> Vec<(&'static str, String)> {
    let under = if belief.belief.is_empty() { String::new() } else { format!(", belief {}", belief.belief) };
    let nodes: Vec<Node> = belief
        .graph
        .nodes
        .iter()
        .zip(&belief.graph.stable)
        .map(|(profile, stable)| {
            let short: Vec<&str> = profile.iter().map(|name| short(name)).collect();
            Node { label: short.join(" · "), stable: *stable }
        })
        .collect();
    let edges: Vec<(usize, usize, usize)> =
        belief.graph.replies.iter().map(|reply| (reply.from, reply.to, reply.player)).collect();
    let title = format!("Best responses{under}");
    let mut drawn = vec![("best-responses.svg", best_response(&title, &nodes, &edges, &report.players))];
    let groups: Vec<BarGroup> = belief
        .strategies
        .iter()
        .filter_map(|one| {
            let regret = one.regrets.first()?.as_ref()?;
            let bar = Bar { value: regret.mean, interval: regret.interval };
            Some(BarGroup { label: format!("{} {}", one.player, one.strategy), bars: vec![bar] })
        })
        .take(BARS)
        .collect();
    if !groups.is_empty() {
        let labels = Labels {
            title: format!("What each strategy loses against the first equilibrium{under}"),
            x: "payoff of the best reply less the strategy's".into(),
            y: String::new(),
        };
        drawn.push(("regret.svg", bars(&labels, &["regret".to_owned()], &groups)));
    }
    drawn
}

/// A strategy's letter and number where its name begins with them: `r1-memo-portfolio` is `r1`.
fn short(name: &str) -> &str {
    match name.split_once('-') {
        Some((head, _)) if head.len() <= 3 && head.ends_with(|c: char| c.is_ascii_digit()) => head,
        _ => name,
    }
}
