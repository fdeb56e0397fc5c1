//! A review in a screenful.

use std::fmt::Write;

use marchland_session::review::{Mark, Review, clear};
use marchland_sim::scenario::Scenario;

use super::plain::word;
use crate::figures::Words as _;
use crate::number::{counted, number};
use crate::table::show::paragraph;
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
            "The game is not finished: it stands in turn {}, and what follows is of what was played.",
            review.turns_played + 1
        );
    }
    text += &review.lost.words();
    let words = super::page::Words::new(scenario);
    text += &paragraph(&super::plain::ending(review, &words));
    text.push('\n');
    for seat in &review.seats {
        let own: Vec<_> = review.decisions.iter().filter(|one| one.player == seat.player).collect();
        if own.is_empty() {
            continue;
        }
        let words = [Some(Mark::Best), Some(Mark::Good), Some(Mark::Inaccurate), Some(Mark::Blunder), None].map(word);
        let parts: Vec<String> = words
            .into_iter()
            .map(|name| (own.iter().filter(|one| word(one.known.mark) == name).count(), name))
            .filter(|(count, _)| *count > 0)
            .map(|(count, name)| format!("{count} {name}"))
            .collect();
        let decisions = counted(own.len() as u64, "decision");
        let _ = writeln!(text, "{}: {decisions}: {}", upper_first(&seat.title), parts.join(", "));
    }
    if review.decisions.is_empty() {
        let _ = writeln!(text, "No person took a decision; --all reviews those of strategies.");
    }
    let told = super::plain::decisions(review, &words);
    if !told.is_empty() {
        text += "\nWhat mattered most\n";
    }
    for (title, mark, body) in &told {
        let _ = writeln!(text, "  {title} \u{2013} {}", word(*mark));
        text += &indented(&paragraph(body));
    }
    // What no future tells apart from its alternatives is no turning point worth a line of its own.
    let apart = |at: &&usize| {
        let best = review.decisions[**at].known.alternatives.first();
        best.is_some_and(|best| clear(&best.payoff))
    };
    let further: Vec<&usize> = review.turning_points.iter().skip(told.len()).filter(apart).collect();
    if !further.is_empty() {
        text += "\nFurther turning points (payoff in hundredths of its range, decision less best alternative)\n";
    }
    for at in further {
        let one = &review.decisions[*at];
        let catalogue = &scenario.catalogue;
        let span = catalogue.player(&one.player).map_or(1.0, |id| catalogue.players[id.index()].payoffs.span());
        let _ = writeln!(
            text,
            "  {}, {}: {} \u{2013} {}",
            words.month(one.turn),
            upper_first(&wording.player(&one.player)),
            wording.decisions(&one.chosen),
            word(one.known.mark)
        );
        if !one.overruled.is_empty() {
            let _ = writeln!(text, "    overruled by the facilitator: {}", wording.decisions(&one.overruled));
        }
        if let Some(best) = one.known.alternatives.first()
            && let (Some(mean), Some(interval)) = (best.payoff.mean, best.payoff.interval)
        {
            let _ = writeln!(
                text,
                "    against {}: {} [{} to {}]",
                wording.decisions(&best.orders),
                number(100.0 * mean / span),
                number(100.0 * interval.low / span),
                number(100.0 * interval.high / span)
            );
        }
    }
    if !review.decisions.is_empty() {
        text += "\n";
        text += &paragraph(&super::plain::key(review.turns));
    }
    let _ = writeln!(text, "\n{} Judged by what each seat knew at the time.", review.notice);
    text
}

/// Lines set in by two more columns.
fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}
