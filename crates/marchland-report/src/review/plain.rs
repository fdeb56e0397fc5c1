//! The first page of a review in plain words: how it ended, and the three decisions that mattered most.

use marchland_session::review::{Alternative, DecisionReview, Mark, Review};
use marchland_statistics::PairedDifference;

use super::page::Words;
use crate::story::scale::listed;
use crate::wording::upper_first;

/// Decisions that the first page tells.
const TOLD: usize = 3;

/// The word for a decision.
#[must_use]
pub(super) fn word(mark: Option<Mark>) -> &'static str {
    match mark {
        Some(Mark::Best) => "strong",
        Some(Mark::Good) => "sound",
        Some(Mark::Inaccurate | Mark::Blunder) => "costly",
        None => "unclear",
    }
}

/// How the game ended or stands, in a sentence.
pub(super) fn ending(review: &Review, words: &Words<'_>) -> String {
    let fall = review.exit.as_ref().map(|(way, turn)| {
        format!("the head of government had lost office in {} ({})", words.month(*turn), way.replace('_', " "))
    });
    let status = review.status.replace('_', " ");
    let last = words.month(review.turns_played.max(1));
    match (review.turns_played, review.over, fall) {
        (0, ..) => "No month has passed yet.".to_owned(),
        (_, true, Some(fall)) => format!("The game ended in {last}. By then {fall}; the country stood {status}."),
        (_, true, None) => {
            format!("The game ended in {last} without an irregular change of power; the country stood {status}.")
        }
        (_, false, Some(fall)) => format!("The game stands after {last}. By then {fall}; the country stood {status}."),
        (_, false, None) => format!("The game stands after {last}; the country stood {status}."),
    }
}

/// The decisions that mattered most, each a paragraph: what was decided, what was believed and what was true, what the
/// best alternative would have changed.
pub(super) fn decisions(review: &Review, words: &Words<'_>) -> Vec<(String, Option<Mark>, String)> {
    let told = review.turning_points.iter().take(TOLD).map(|at| &review.decisions[*at]);
    told.map(|one| {
        let title = format!("{}: {}", words.month(one.turn), words.player(&one.player));
        let mut text = format!("{} {}.", words.player(&one.player), decided(words, &one.chosen));
        text += &believed(review, words, one).map(|told| format!(" {told}")).unwrap_or_default();
        if let Some(best) = one.known.alternatives.first() {
            text += &format!(" {}", against(words, one, best));
        }
        (title, one.known.mark, text)
    })
    .collect()
}

fn decided(words: &Words<'_>, chosen: &[String]) -> String {
    match chosen {
        [] => "chose to do nothing".to_owned(),
        _ => format!("decided to {}", listed(&chosen.iter().map(|name| words.decision(name)).collect::<Vec<_>>())),
    }
}

/// What the seat was most wrong about when it decided, where a reader would see the difference.
fn believed(review: &Review, words: &Words<'_>, one: &DecisionReview) -> Option<String> {
    let own = review.beliefs.iter().filter(|belief| belief.player == one.player);
    let apart = own.filter_map(|belief| {
        let month = belief.months.iter().find(|month| month.turn == one.turn)?;
        let (believed, truth) =
            (words.value(&belief.indicator, month.believed), words.value(&belief.indicator, month.truth));
        let range = belief.months.iter().map(|month| month.truth.abs()).fold(1e-9, marchland_game::number::max);
        (believed != truth).then(|| ((month.believed - month.truth).abs() / range, &belief.indicator, believed, truth))
    });
    let (_, indicator, believed, truth) = apart.max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(format!("It took {} to be {believed}; in truth it was {truth}.", words.noun(indicator)))
}

/// What the best of the alternatives would have changed, as far as the futures tell it apart.
fn against(words: &Words<'_>, one: &DecisionReview, other: &Alternative) -> String {
    let what = match &other.orders[..] {
        [] => "do nothing".to_owned(),
        orders => listed(&orders.iter().map(|name| words.decision(name)).collect::<Vec<_>>()),
    };
    let span = words.span(&one.player);
    let clear =
        |change: &PairedDifference| change.interval.is_some_and(|interval| interval.low > 0.0 || interval.high < 0.0);
    let hundredths = |x: f64| {
        let text = crate::number::percent(x.abs(), 0);
        format!("{text}%")
    };
    let payoff = other.payoff.mean.unwrap_or(0.0) / span;
    let mut text = match (clear(&other.payoff), payoff < 0.0) {
        (true, true) => format!(
            "To {what} would have served it better, by {} of the way from its worst outcome to its best.",
            hundredths(payoff)
        ),
        (true, false) => format!(
            "The best other choice compared, to {what}, would have cost it {} of the way from its worst outcome to its \
             best.",
            hundredths(payoff)
        ),
        (false, _) => format!("For its own aims, to {what} would have made no difference that the futures show."),
    };
    if let Some(exit) = other.exit.as_ref().filter(|exit| clear(exit)) {
        let change = exit.mean.unwrap_or(0.0);
        let way = if change > 0.0 { "lower" } else { "higher" };
        text += &format!(
            " The chance that the head of government loses office irregularly would have been {way} by {} in a hundred.",
            (100.0 * change.abs()).round()
        );
    }
    upper_first(&text)
}
