//! The decisions as comma-separated values.

use marchland_game::Stage;
use marchland_session::review::{DecisionReview, Judgement, Mark, Review};
use marchland_statistics::PairedDifference;

use crate::csv::Table;

/// The heading row.
const HEAD: [&str; 25] = [
    "turn",
    "date",
    "round",
    "stage",
    "player",
    "holder",
    "timed_out",
    "judged_by",
    "chosen",
    "mark",
    "weight",
    "turning_point",
    "expected_payoff",
    "exit_chance",
    "alternative",
    "payoff_change",
    "payoff_low",
    "payoff_high",
    "exit_change",
    "exit_low",
    "exit_high",
    "main_change",
    "main_low",
    "main_high",
    "futures",
];

/// The decisions of a review as comma-separated values: a row an alternative, of every decision and every kind of
/// future; a decision without alternatives has one row with empty cells. Changes are decision less alternative.
#[must_use]
pub fn csv(review: &Review) -> String {
    let mut table = Table::new(&HEAD);
    for (at, decision) in review.decisions.iter().enumerate() {
        let rank = review.turning_points.iter().position(|point| *point == at).map(|rank| rank + 1);
        rows(&mut table, decision, rank, "known", &decision.known);
        if let Some(hindsight) = &decision.hindsight {
            rows(&mut table, decision, rank, "hindsight", hindsight);
        }
    }
    table.finish()
}

fn rows(table: &mut Table, decision: &DecisionReview, rank: Option<usize>, by: &str, judgement: &Judgement) {
    let stage = if decision.stage == Stage::Orders { "orders" } else { "ballots" };
    let head = [
        decision.turn.to_string(),
        decision.date.clone(),
        decision.round.to_string(),
        stage.to_owned(),
        decision.player.clone(),
        decision.holder.clone(),
        decision.timed_out.to_string(),
        by.to_owned(),
        decision.chosen.join("; "),
        judgement.mark.map_or("", Mark::name).to_owned(),
        judgement.weight.to_string(),
        rank.map_or(String::new(), |rank| rank.to_string()),
        judgement.expected.mean.map_or(String::new(), |mean| mean.to_string()),
        judgement.exit_chance.map_or(String::new(), |chance| chance.to_string()),
    ];
    if judgement.alternatives.is_empty() {
        let futures = judgement.futures.to_string();
        table.row(head.iter().cloned().chain(std::iter::repeat_n(String::new(), 10)).chain([futures]));
    }
    for other in &judgement.alternatives {
        let orders = if other.orders.is_empty() { "(nothing)".to_owned() } else { other.orders.join("; ") };
        let changes = [Some(&other.payoff), other.exit.as_ref(), other.main.as_ref()].into_iter().flat_map(cells);
        let futures = other.payoff.used.to_string();
        table.row(head.iter().cloned().chain([orders]).chain(changes).chain([futures]));
    }
}

fn cells(change: Option<&PairedDifference>) -> [String; 3] {
    let number = |x: Option<f64>| x.map_or(String::new(), |x| x.to_string());
    let interval = change.and_then(|change| change.interval);
    [
        number(change.and_then(|change| change.mean)),
        number(interval.map(|interval| interval.low)),
        number(interval.map(|interval| interval.high)),
    ]
}
