//! A review in a screenful.

use std::fmt::Write;

use marchland_session::review::{Mark, Review};
use marchland_sim::scenario::Scenario;

use super::plain::word;
use crate::figures::Words as _;
use crate::number::number;
use crate::wording::{Wording, upper_first};

/// The review in a screenful.
#[must_use]
pub fn summary(review: &Review, scenario: &Scenario) -> String {
    let wording = Wording::new(scenario);
    let mut text = String::new();
    let _ = writeln!(text, "{}: {} of {} turns played", review.title, review.turns_played, review.turns);
    if !review.over {
        let _ = writeln!(
            text,
            "The game is not finished: it stands in turn {}, and what follows is of the turns played.",
            review.turns_played + 1
        );
    }
    text += &review.lost.words();
    let exit =
        review.exit.as_ref().map_or_else(String::new, |(way, turn)| format!("; irregular exit ({way}) in turn {turn}"));
    // A scenario without a regime has no word for its state.
    if scenario.regime.is_some() {
        let _ = writeln!(text, "Regime: {}{exit}", review.status);
    }
    text.push('\n');
    for seat in &review.seats {
        let own: Vec<_> = review.decisions.iter().filter(|one| one.player == seat.player).collect();
        if own.is_empty() {
            continue;
        }
        let words = [Some(Mark::Best), Some(Mark::Good), Some(Mark::Blunder), None].map(word);
        let parts: Vec<String> = words
            .into_iter()
            .map(|name| (own.iter().filter(|one| word(one.known.mark) == name).count(), name))
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| format!("{count} {name}"))
            .collect();
        let _ = writeln!(text, "{}: {} decisions: {}", upper_first(&seat.title), own.len(), parts.join(", "));
    }
    if !review.decisions.is_empty() {
        text += "\n";
        text += &crate::table::show::paragraph(&super::plain::key());
    }
    if review.decisions.is_empty() {
        let _ = writeln!(text, "No person took a decision; --all reviews those of strategies.");
    }
    if !review.turning_points.is_empty() {
        let _ = writeln!(text, "\nTurning points (payoff in hundredths of its range, decision less best alternative):");
    }
    for (rank, at) in review.turning_points.iter().enumerate() {
        let one = &review.decisions[*at];
        let catalogue = &scenario.catalogue;
        let span = catalogue.player(&one.player).map_or(1.0, |id| catalogue.players[id.index()].payoffs.span());
        let mark = word(one.known.mark);
        let _ = writeln!(
            text,
            "{:>3}. turn {:>2} {}: {} – {mark}",
            rank + 1,
            one.turn,
            upper_first(&wording.player(&one.player)),
            wording.decisions(&one.chosen)
        );
        if !one.overruled.is_empty() {
            let _ = writeln!(text, "     overruled by the facilitator: {}", wording.decisions(&one.overruled));
        }
        if let Some(best) = one.known.alternatives.first()
            && let (Some(mean), Some(interval)) = (best.payoff.mean, best.payoff.interval)
        {
            let _ = writeln!(
                text,
                "     against {}: {} [{} to {}]",
                wording.decisions(&best.orders),
                number(100.0 * mean / span),
                number(100.0 * interval.low / span),
                number(100.0 * interval.high / span)
            );
        } else if let Some(refusal) = one.known.alternatives.first().and_then(|best| best.payoff.refusal) {
            let _ = writeln!(text, "     no interval: {refusal}");
        }
    }
    let _ = writeln!(text, "\n{} Judged by what each seat knew at the time.", review.notice);
    text
}
