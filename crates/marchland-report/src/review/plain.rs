//! The first page of a review in plain words: how it ended, and the three decisions that mattered most.

use marchland_laws::state::country::{ExitMode, RegimeStatus};
use marchland_session::review::{
    Alternative, BLUNDER, Belief, BeliefMonth, DecisionReview, MARGIN, Mark, Review, clear,
};
use marchland_sim::world::CodedState;

use super::page::Words;
use crate::number::{number, percent};
use crate::story::{self, scale::listed};
use crate::wording::upper_first;

/// Decisions that the first page tells.
const TOLD: usize = 3;

/// The word for a decision.
#[must_use]
pub(super) fn word(mark: Option<Mark>) -> &'static str {
    match mark {
        Some(Mark::Best) => "strong",
        Some(Mark::Good) => "sound",
        Some(Mark::Inaccurate) => "costly",
        Some(Mark::Blunder) => "very costly",
        None => "too close to call",
    }
}

/// What the words mean, once, in a game of so many months.
#[must_use]
pub(super) fn key(months: u32) -> String {
    let of_a_month = |share: f64| percent(share * f64::from(months), 0);
    let game = match months {
        1 => "which is the whole game".to_owned(),
        _ => format!("in a game of {months}"),
    };
    format!(
        "Each decision is set beside others that its seat could have taken, in the same imagined futures. Strong: every \
         other one compared would have left it worse off. Sound: none would have left it better off by more than {}% of the \
         way from its worst outcome to its best, {}% of what a single month counts, {game}. Costly: one would have left it \
         better off by more; very costly: by more than {}%, {}% of what a month counts. Too close to call: the futures \
         differ so much among themselves that they do not tell.",
        number(100.0 * MARGIN),
        of_a_month(MARGIN),
        percent(BLUNDER, 0),
        of_a_month(BLUNDER),
    )
}

/// How the game ended or stands, in a sentence or two.
pub(super) fn ending(review: &Review, words: &Words<'_>) -> String {
    if review.turns_played == 0 {
        return "No month has passed yet.".to_owned();
    }
    // Office may be lost in a month that is not over yet.
    let within = !review.over && review.exit.as_ref().is_some_and(|(_, turn)| *turn > review.turns_played);
    let game = match () {
        () if review.over => "ended in",
        () if within => "stands in",
        () => "stands after",
    };
    let last = words.month(review.turns_played + u32::from(within));
    if !words.has_regime() {
        return format!("The game {game} {last}.");
    }
    let stands = coded::<RegimeStatus>(&review.status).map(story::stands);
    let end = match (stands, review.over) {
        (Some(stands), true) => format!("; at the end {stands}"),
        (Some(stands), false) => format!(", when {stands}"),
        (None, _) => String::new(),
    };
    let Some((way, turn)) = &review.exit else {
        let calm = if review.over { " without an irregular change of power" } else { "" };
        return format!("The game {game} {last}{calm}{end}.");
    };
    let fall = words.fallen(coded(way).unwrap_or(ExitMode::None));
    format!("{fall} in {}. The game {game} {last}{end}.", words.month(*turn))
}

/// The state of a label.
fn coded<S: CodedState>(label: &str) -> Option<S> {
    S::LABELS.iter().position(|one| *one == label).map(|at| S::ALL[at])
}

/// The decisions that mattered most, each a paragraph: what was decided, what was believed and what was true, what the
/// best alternative would have changed.
pub(super) fn decisions(review: &Review, words: &Words<'_>) -> Vec<(String, Option<Mark>, String)> {
    let told = review.turning_points.iter().take(TOLD).map(|at| &review.decisions[*at]);
    told.map(|one| {
        let title = format!("{}: {}", words.month(one.turn), words.player(&one.player));
        let mut text = format!("{} {}.", words.player(&one.player), decided(words, &one.chosen));
        if !one.overruled.is_empty() {
            text += &format!(
                " The facilitator overruled how it came out ({}); it is judged as it was taken.",
                words.decisions(&one.overruled)
            );
        }
        text += &believed(review, words, one).map(|told| format!(" {told}")).unwrap_or_default();
        if let Some(best) = one.known.alternatives.first() {
            text += &format!(" {}", against(words, one, best));
        }
        if let Some(cost) = idleness(words, one) {
            text += &format!(" {cost}");
        }
        (title, one.known.mark, text)
    })
    .collect()
}

fn decided(words: &Words<'_>, chosen: &[String]) -> String {
    match chosen {
        [] => "chose to do nothing".to_owned(),
        _ => match votes(words, chosen) {
            Some(votes) => format!("voted {votes}"),
            None => {
                format!("decided to {}", listed(&chosen.iter().map(|name| words.decision(name)).collect::<Vec<_>>()))
            }
        },
    }
}

/// How votes were cast: `yes on “Send peacekeepers?”`; none of orders.
fn votes(words: &Words<'_>, chosen: &[String]) -> Option<String> {
    let cast = |name: &String| {
        let told = words.decision(name.strip_prefix("vote ").map(|_| name.as_str())?);
        let (vote, on) = told.split_once(" to ")?;
        Some(match vote {
            "abstain" => format!("neither way on {on}"),
            vote => format!("{vote} on {on}"),
        })
    };
    Some(listed(&chosen.iter().map(cast).collect::<Option<Vec<_>>>()?)).filter(|_| !chosen.is_empty())
}

/// What the seat was most wrong about when it decided, where a reader would see the difference.
fn believed(review: &Review, words: &Words<'_>, one: &DecisionReview) -> Option<String> {
    let own = review.beliefs.iter().filter(|belief| belief.player == one.player);
    let said = |belief: &Belief, month: &BeliefMonth| {
        (words.value(&belief.indicator, month.believed), words.value(&belief.indicator, month.truth))
    };
    let (belief, month) = furthest(own, one.turn, |belief, month| {
        let (believed, truth) = said(belief, month);
        believed != truth && mistaken(month)
    })?;
    let (believed, truth) = said(belief, month);
    Some(format!("It took {} to be {believed}; in truth it was {truth}.", words.noun(&belief.indicator)))
}

/// Whether a belief was off by more than the doubt that it was told with.
pub(super) fn mistaken(month: &BeliefMonth) -> bool {
    (month.believed - month.truth).abs() > crate::number::DOUBT * month.sd
}

/// The belief of a turn that lay furthest from the truth, as a share of what is a great change of its indicator, among
/// those where a reader `sees` the difference; of equals the last.
fn furthest<'b>(
    beliefs: impl Iterator<Item = &'b Belief>,
    turn: u32,
    sees: impl Fn(&Belief, &BeliefMonth) -> bool,
) -> Option<(&'b Belief, &'b BeliefMonth)> {
    let of_turn = beliefs.filter_map(|belief| Some((belief, belief.months.iter().find(|month| month.turn == turn)?)));
    let share = |belief: &Belief, month: &BeliefMonth| (month.believed - month.truth).abs() / belief.scale;
    let apart = of_turn.filter(|(belief, month)| belief.scale > 0.0 && sees(belief, month));
    apart.max_by(|a, b| share(a.0, a.1).total_cmp(&share(b.0, b.1)))
}

/// What doing nothing would have cost, where a seat did something, doing nothing was not the best else, and it tells.
fn idleness(words: &Words<'_>, one: &DecisionReview) -> Option<String> {
    let nothing = one.known.alternatives.iter().skip(1).find(|other| other.orders.is_empty())?;
    let cost = nothing.payoff.mean.filter(|mean| *mean > 0.0 && clear(&nothing.payoff))?;
    Some(format!("To do nothing would have cost it {}.", hundredths(cost / words.span(&one.player))))
}

fn hundredths(x: f64) -> String {
    format!("{}%", percent(x.abs(), 0))
}

/// What the best of the alternatives would have changed, as far as the futures tell it apart.
fn against(words: &Words<'_>, one: &DecisionReview, other: &Alternative) -> String {
    let what = match (&other.orders[..], votes(words, &other.orders)) {
        ([], _) => "do nothing".to_owned(),
        (_, Some(votes)) => format!("vote {votes}"),
        (orders, None) => listed(&orders.iter().map(|name| words.decision(name)).collect::<Vec<_>>()),
    };
    let span = words.span(&one.player);
    let payoff = other.payoff.mean.unwrap_or(0.0) / span;
    let through = other.most.as_ref().map(|most| format!(", most of it through {}", words.noun(&most.indicator)));
    let through = through.unwrap_or_default();
    let mut text = match (clear(&other.payoff), payoff < 0.0) {
        (true, true) if one.known.mark.is_none() => format!(
            "To {what} would have served it better, by {} of the way from its worst outcome to its best{through}; whether by \
             enough to matter, the futures do not tell.",
            hundredths(payoff)
        ),
        (true, true) => format!(
            "To {what} would have served it better, by {} of the way from its worst outcome to its best{through}.",
            hundredths(payoff)
        ),
        (true, false) => format!(
            "The best other choice compared, to {what}, would have cost it {} of the way from its worst outcome to its \
             best{through}.",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_truly_nothing_is_not_the_furthest_from_the_truth_for_that() {
        let belief = |indicator: &str, scale: f64, truth: f64, believed: f64| Belief {
            player: "north".into(),
            indicator: indicator.into(),
            unit: "share".into(),
            months: vec![BeliefMonth { turn: 3, truth, believed, sd: 0.1, age: Some(1) }],
            error: (believed - truth).abs(),
            error_share: (believed - truth).abs() / scale,
            scale,
            furthest_turn: 3,
        };
        let all =
            [belief("plot", 1.0, 0.0, 0.05), belief("unrest", 1.0, 0.2, 0.6), belief("reserves", 500.0, 400.0, 300.0)];
        let found = |sees: &dyn Fn(&Belief) -> bool| {
            furthest(all.iter(), 3, |belief, _| sees(belief)).map(|(belief, _)| belief.indicator.as_str())
        };
        assert_eq!(found(&|_| true), Some("unrest"));
        assert_eq!(found(&|belief| belief.indicator != "unrest"), Some("reserves"));
        assert_eq!(found(&|_| false), None);
        assert!(furthest(all.iter(), 4, |_, _| true).is_none(), "of another month");
    }
}
