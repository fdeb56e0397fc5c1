//! Words for levels, and values as a person says them.

use marchland_game::IndicatorId;
use marchland_sim::scenario::Scenario;

use crate::number::{is_share, number, percent};
use crate::wording::Wording;

/// What people call a level of an indicator; none where it has no scale.
#[must_use]
pub fn word(scenario: &Scenario, id: IndicatorId, value: f64) -> Option<&str> {
    let info = &scenario.catalogue.indicators[id.index()];
    match info.labels.is_empty() {
        true => scenario.telling.scale(id)?.word(value),
        false => info.label(value),
    }
}

/// A value as a person says it: `one household in six goes short`, else in its unit.
#[must_use]
pub fn said(scenario: &Scenario, wording: &Wording<'_>, id: IndicatorId, value: f64) -> String {
    match scenario.telling.scale(id) {
        Some(scale) if !scale.says.is_empty() => fill(&scale.says, value),
        _ => wording.value(id, value),
    }
}

/// Whether levels of an indicator are told in per cent, and what they are off by in points.
#[must_use]
pub fn in_percent(scenario: &Scenario, id: IndicatorId) -> bool {
    let says = scenario.telling.scale(id).map(|scale| scale.says.as_str()).filter(|says| !says.is_empty());
    says.map_or_else(|| is_share(&scenario.catalogue.indicators[id.index()].unit), |says| says.contains("{percent}"))
}

/// A level as a gauge has it: the word first, the figure behind.
#[must_use]
pub fn gauge(scenario: &Scenario, wording: &Wording<'_>, id: IndicatorId, value: f64) -> String {
    let figure = said(scenario, wording, id, value);
    // A state is told by its word alone.
    if let Some(label) = scenario.catalogue.indicators[id.index()].label(value) {
        let own = scenario.telling.scale(id).and_then(|scale| scale.word(value));
        return own.map_or_else(|| label.replace('_', " "), str::to_owned);
    }
    match scenario.telling.scale(id).and_then(|scale| scale.word(value)) {
        Some(word) => format!("{word} ({figure})"),
        None => figure.replace('_', " "),
    }
}

fn fill(says: &str, value: f64) -> String {
    let one_in = if value > 0.0 { whole((1.0 / value).round()) } else { 0 };
    says.replace("{percent}", &format!("{}%", percent(value, 0)))
        .replace("{one_in}", &spelled(one_in))
        .replace("{whole}", &whole(value).to_string())
        .replace("{number}", &number(value))
}

/// People are counted whole.
#[must_use]
pub fn whole(x: f64) -> u64 {
    if x > 0.0 { x.floor() as u64 } else { 0 }
}

/// A small number in words, a larger one in digits.
#[must_use]
pub fn spelled(n: u64) -> String {
    const WORDS: [&str; 13] =
        ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    match WORDS.get(n as usize) {
        Some(word) => (*word).to_owned(),
        None => thousands(n),
    }
}

/// A number below a hundred in words, as a sentence begins with it.
fn in_words(n: u64) -> Option<String> {
    const TEENS: [&str; 7] = ["thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"];
    const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
    Some(match n {
        0..=12 => spelled(n),
        13..=19 => TEENS[n as usize - 13].to_owned(),
        20..=99 if n.is_multiple_of(10) => TENS[n as usize / 10 - 2].to_owned(),
        20..=99 => format!("{}-{}", TENS[n as usize / 10 - 2], spelled(n % 10)),
        _ => return None,
    })
}

/// A text as it begins a sentence: no figure stands first.
#[must_use]
pub fn opened(text: &str) -> String {
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = text.split_at(digits);
    match number.parse().ok().and_then(in_words).filter(|_| rest.is_empty() || rest.starts_with(' ')) {
        Some(words) => format!("{words}{rest}"),
        None => text.to_owned(),
    }
}

/// A span: `one month`, `five months`.
#[must_use]
pub fn months(n: u64) -> String {
    format!("{} month{}", spelled(n), if n == 1 { "" } else { "s" })
}

/// A number in digits, thousands set apart by a comma.
#[must_use]
pub fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `second`, `third`, `13th`.
#[must_use]
pub fn ordinal(n: u64) -> String {
    const WORDS: [&str; 11] =
        ["first", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
    match WORDS.get(n as usize) {
        Some(word) => (*word).to_owned(),
        None => {
            let ending = match (n % 10, n % 100) {
                (_, 11..=13) => "th",
                (1, _) => "st",
                (2, _) => "nd",
                (3, _) => "rd",
                _ => "th",
            };
            format!("{n}{ending}")
        }
    }
}

/// `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., last] => format!("{} and {last}", head.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_said_as_people_say_them() {
        assert_eq!(fill("one household in {one_in} goes short", 0.166), "one household in six goes short");
        assert_eq!(fill("{percent} of the force obeys", 0.6), "60% of the force obeys");
        assert_eq!([spelled(8), spelled(1682)], ["eight", "1,682"]);
        assert_eq!(opened("37 people"), "thirty-seven people");
        assert_eq!(opened("40 people"), "forty people");
        assert_eq!([opened("137 people"), opened("3rd")], ["137 people", "3rd"]);
        assert_eq!([ordinal(3), ordinal(22), ordinal(112)], ["third", "22nd", "112th"]);
        assert_eq!(listed(&["a".into(), "b".into(), "c".into()]), "a, b and c");
        assert_eq!(whole(7.99), 7);
    }
}
