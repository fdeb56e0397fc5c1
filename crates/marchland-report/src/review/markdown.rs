//! The review as Markdown, which word processors' converters take as it is: headings, paragraphs, lists, pipe tables.

use std::fmt::Write;

use marchland_session::review::{DecisionReview, Review};
use marchland_sim::scenario::Scenario;

use super::page::{Words, best_alternative, counts, how_to_read, kind};
use super::plain;
use crate::number::number;
use crate::visible::line;
use crate::wording::upper_first;

/// A review as Markdown: how it ended, what mattered most, every decision with its best alternative, beliefs against the
/// truth, causes, and all that happened.
#[must_use]
pub fn markdown(review: &Review, scenario: &Scenario, notice: &str) -> String {
    let words = Words::new(scenario);
    let whose = review.seat.as_ref().map_or_else(String::new, |seat| format!(" for {}", words.noun_of(seat)));
    let seed = review.seed.map_or_else(String::new, |seed| format!(", seed {seed}"));
    let mut text = format!("# {}\n\n", safe(&review.title));
    let _ = writeln!(text, "Review{}: {} of {} turns played{seed}.\n", safe(&whose), review.turns_played, review.turns);
    let _ = writeln!(text, "{}\n", safe(&plain::ending(review, &words)));
    seats(&mut text, review);
    first(&mut text, review, &words);
    tracks(&mut text, review, &words);
    decisions(&mut text, review, &words);
    beliefs(&mut text, review, &words);
    causes(&mut text, review, &words);
    happened(&mut text, review, &words);
    let _ = writeln!(text, "## How to read this\n\n{}\n\n{}", safe(&how_to_read(review)), safe(notice));
    text
}

/// A text on one line, in which nothing is markup.
fn safe(text: &str) -> String {
    let mut out = String::new();
    for c in line(&text.replace(['\n', '\t'], " ")).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '$' | '~' | '^' | '@') {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

fn table(text: &mut String, heads: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
    let _ = writeln!(text, "| {} |", heads.join(" | "));
    let _ = writeln!(text, "|{}", " --- |".repeat(heads.len()));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.iter().map(|cell| safe(cell)).collect::<Vec<_>>().join(" | "));
    }
    text.push('\n');
}

fn seats(text: &mut String, review: &Review) {
    let held = review.seats.iter().filter(|seat| !seat.holders.is_empty());
    let rows = held.map(|seat| {
        let holders: Vec<&str> =
            seat.holders.iter().map(|name| if name == "human" { "a person" } else { name.as_str() }).collect();
        let payoff = seat.payoff.map_or_else(
            || "no whole month in office".to_owned(),
            |payoff| format!("{} of {} to {}", number(payoff), number(seat.range.0), number(seat.range.1)),
        );
        vec![upper_first(&seat.title), holders.join(", then "), payoff]
    });
    table(text, &["Seat", "Held by", "Payoff"], rows);
}

fn first(text: &mut String, review: &Review, words: &Words<'_>) {
    let told = plain::decisions(review, words);
    if told.is_empty() {
        return;
    }
    let _ = writeln!(text, "## What mattered most\n\n{}\n", safe(&plain::key(review.turns)));
    for (title, mark, told) in &told {
        let _ = writeln!(text, "**{}** ({})\n\n{}\n", safe(title), plain::word(*mark), safe(told));
    }
}

/// What the scenario shows, at the end of every third month and of the last.
fn tracks(text: &mut String, review: &Review, words: &Words<'_>) {
    if review.tracks.is_empty() || review.turns_played == 0 {
        return;
    }
    let turns = || (1..=review.turns_played).filter(|turn| turn % 3 == 0 || *turn == review.turns_played);
    let _ = writeln!(text, "## How it went\n");
    let heads: Vec<String> =
        std::iter::once("Indicator".to_owned()).chain(turns().map(|turn| words.month(turn))).collect();
    let rows = review.tracks.iter().map(|track| {
        let at = |turn: u32| {
            let value = track.values.iter().find(|(of, _)| *of == turn);
            value.map_or_else(String::new, |(_, value)| words.value(&track.indicator, *value))
        };
        std::iter::once(words.indicator(&track.indicator)).chain(turns().map(at)).collect()
    });
    table(text, &heads.iter().map(String::as_str).collect::<Vec<_>>(), rows);
    if !review.falls.is_empty() {
        let falls: Vec<String> = review.falls.iter().map(|turn| words.month(*turn)).collect();
        let _ = writeln!(text, "Office was lost in {}.\n", crate::story::scale::listed(&falls));
    }
}

fn decisions(text: &mut String, review: &Review, words: &Words<'_>) {
    let _ = writeln!(text, "## Every decision\n");
    if review.decisions.is_empty() {
        let _ = writeln!(text, "No person took a decision in this game.\n");
    }
    for seat in &review.seats {
        let own: Vec<(usize, &DecisionReview)> =
            review.decisions.iter().enumerate().filter(|(_, one)| one.player == seat.player).collect();
        if own.is_empty() {
            continue;
        }
        let _ = writeln!(text, "### {}\n\n{}.\n", safe(&upper_first(&seat.title)), counts(&own));
        let rows = own.iter().map(|(at, one)| {
            let week = if one.round > 0 { format!(", week {}", one.round + 1) } else { String::new() };
            let star = if review.is_turning_point(*at) { " (turning point)" } else { "" };
            let mut chosen = upper_first(&words.decisions(&one.chosen));
            if one.timed_out {
                chosen += " (time ran out)";
            }
            if !one.overruled.is_empty() {
                chosen += &format!(" (overruled by the facilitator: {})", words.decisions(&one.overruled));
            }
            vec![
                format!("{}{week}{star}", words.month(one.turn)),
                chosen,
                plain::word(one.known.mark).to_owned(),
                best_alternative(words, one, &one.known),
            ]
        });
        table(
            text,
            &[
                "Month",
                "What it did",
                "Judged",
                "Decision less its best alternative: payoff in hundredths of its range",
            ],
            rows,
        );
    }
}

fn beliefs(text: &mut String, review: &Review, words: &Words<'_>) {
    let astray: Vec<_> = review.beliefs.iter().filter(|one| one.months.iter().any(plain::mistaken)).collect();
    if astray.is_empty() {
        return;
    }
    let _ = writeln!(text, "## What was believed, and what was true\n");
    let rows = astray.iter().map(|one| {
        let worst = one.months.iter().find(|month| month.turn == one.furthest_turn);
        let value = |of: Option<f64>| of.map_or_else(String::new, |value| words.value(&one.indicator, value));
        vec![
            words.player(&one.player),
            words.indicator(&one.indicator),
            words.value(&one.indicator, one.error),
            words.month(one.furthest_turn),
            value(worst.map(|month| month.believed)),
            value(worst.map(|month| month.truth)),
        ]
    });
    table(text, &["Seat", "Indicator", "Off by, on average", "Most in", "Believed then", "True then"], rows);
}

fn causes(text: &mut String, review: &Review, words: &Words<'_>) {
    if review.causes.is_empty() {
        return;
    }
    let _ = writeln!(text, "## Why: the largest changes, followed to their causes\n");
    for change in &review.causes {
        for (depth, link) in change.links.iter().enumerate() {
            let before = words.value(&link.indicator, link.before);
            let after = words.value(&link.indicator, link.after);
            let went = format!("{} went from {before} to {after}", words.indicator(&link.indicator));
            match depth {
                0 => drop(writeln!(text, "### {}\n", safe(&went))),
                _ => drop(writeln!(text, "Behind it: {}.\n", safe(&went))),
            }
            for cause in link.causes.iter().take(if depth == 0 { 5 } else { 3 }) {
                let _ = writeln!(text, "- {}", safe(&words.cause(link, cause)));
            }
            text.push('\n');
        }
    }
}

fn happened(text: &mut String, review: &Review, words: &Words<'_>) {
    let _ = writeln!(text, "## What happened\n");
    let rows = review.timeline.iter().map(|one| {
        let who = if one.who.is_empty() { String::new() } else { words.player(&one.who) };
        let overruled = if one.overruled { " \u{2013} overruled by the facilitator" } else { "" };
        vec![
            words.month(one.turn),
            kind(one.kind).to_owned(),
            who,
            words.what(one),
            format!("{}{overruled}", one.result),
        ]
    });
    table(text, &["Month", "Kind", "Who", "What", "How it came out, or why"], rows);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_people_typed_is_markup() {
        let mut text = String::new();
        table(&mut text, &["a"], [vec!["x | <b>y</b>\n# z *w* _v_ [l](u)".to_owned()]]);
        assert_eq!(text.lines().count(), 4, "{text}");
        assert!(text.contains("x \\| \\<b\\>y\\</b\\> \\# z \\*w\\* \\_v\\_ \\[l\\](u)"), "{text}");
    }
}
