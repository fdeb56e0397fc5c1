//! The decisions as comma-separated values.

use std::fmt::Write;

use marchland_game::Stage;
use marchland_statistics::PairedDifference;

use super::decisions::Judgement;
use super::{DecisionReview, Review};

/// The heading row.
const HEAD: &str = "turn,date,round,stage,player,holder,timed_out,judged_by,chosen,mark,weight,turning_point,\
                    expected_payoff,exit_chance,alternative,payoff_change,payoff_low,payoff_high,exit_change,\
                    exit_low,exit_high,main_change,main_low,main_high,futures";

/// A row an alternative, of every decision and every kind of future; a decision without alternatives has
/// one row with empty cells. Changes are decision less alternative.
pub(super) fn csv(review: &Review) -> String {
    let mut text = format!("{HEAD}\n");
    for (at, decision) in review.decisions.iter().enumerate() {
        let rank = review.turning_points.iter().position(|point| *point == at).map(|rank| rank + 1);
        rows(&mut text, decision, rank, "known", &decision.known);
        if let Some(hindsight) = &decision.hindsight {
            rows(&mut text, decision, rank, "hindsight", hindsight);
        }
    }
    text
}

fn rows(text: &mut String, decision: &DecisionReview, rank: Option<usize>, by: &str, judgement: &Judgement) {
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
        judgement.mark.map_or("", super::Mark::name).to_owned(),
        judgement.weight.to_string(),
        rank.map_or(String::new(), |rank| rank.to_string()),
        judgement.expected.mean.map_or(String::new(), |mean| mean.to_string()),
        judgement.exit_chance.map_or(String::new(), |chance| chance.to_string()),
    ];
    let head: Vec<String> = head.iter().map(|cell| quoted(cell)).collect();
    let head = head.join(",");
    if judgement.alternatives.is_empty() {
        let _ = writeln!(text, "{head},,,,,,,,,,,{}", judgement.futures);
    }
    for other in &judgement.alternatives {
        let orders = if other.orders.is_empty() { "(nothing)".to_owned() } else { other.orders.join("; ") };
        let _ = writeln!(
            text,
            "{head},{},{},{},{},{}",
            quoted(&orders),
            cells(Some(&other.payoff)),
            cells(other.exit.as_ref()),
            cells(other.main.as_ref()),
            judgement.futures
        );
    }
}

fn cells(change: Option<&PairedDifference>) -> String {
    let number = |x: Option<f64>| x.map_or(String::new(), |x| x.to_string());
    let interval = change.and_then(|change| change.interval);
    format!(
        "{},{},{}",
        number(change.and_then(|change| change.mean)),
        number(interval.map(|interval| interval.low)),
        number(interval.map(|interval| interval.high))
    )
}

/// A cell, quoted where it must be (RFC 4180).
fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n', '\r']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}
