//! How indicators, causes and numbers are put into words, for every front.

use marchland_game::{Catalogue, IndicatorId};
use marchland_sim::scenario::Scenario;

/// Puts a scenario's names into words.
pub struct Wording<'a> {
    scenario: &'a Scenario,
}

impl<'a> Wording<'a> {
    /// For a scenario.
    #[must_use]
    pub fn new(scenario: &'a Scenario) -> Self {
        Self { scenario }
    }

    fn catalogue(&self) -> &Catalogue {
        &self.scenario.catalogue
    }

    /// An entity's display, or its name.
    #[must_use]
    pub fn entity(&self, kind: &str, name: &str) -> String {
        let plans = self.scenario.entities.get(kind).into_iter().flatten();
        let title = plans.into_iter().find(|plan| plan.name == name).map(|plan| plan.title.as_str());
        title.filter(|title| !title.is_empty()).unwrap_or(name).to_owned()
    }

    /// An indicator as a noun phrase: `hardship in Khatlon`.
    #[must_use]
    pub fn indicator(&self, id: IndicatorId) -> String {
        let info = &self.catalogue().indicators[id.index()];
        if info.field == "value" {
            return self.entity(&info.kind, &info.entity).to_lowercase();
        }
        let mut field = info.field.clone();
        for unit in ["_musd", "_k", "_usd", "_gwh", "_km3", "_kt", "_t", "_annual"] {
            if let Some(short) = field.strip_suffix(unit) {
                field = short.to_owned();
                break;
            }
        }
        let field = field.replace('_', " ");
        let entity = self.entity(&info.kind, &info.entity);
        match info.kind.as_str() {
            "region" => format!("{field} in {entity}"),
            "border" | "market" | "host" | "neighbour" | "cell" | "institution" | "treaty" | "base" => {
                format!("{field} of {}", article(&entity))
            }
            "pair" => match info.entity.split_once('.') {
                Some((from, to)) => {
                    let (from, to) = (self.player(from), self.player(to));
                    format!("{field} of {from} towards {to}")
                }
                None => format!("{field} of {entity}"),
            },
            _ => format!("{field} of {entity}"),
        }
    }

    /// A player's display by its identifier.
    #[must_use]
    pub fn player(&self, id: &str) -> String {
        match self.catalogue().player(id) {
            Some(player) => self.catalogue().players[player.index()].title.clone(),
            None => id.replace('_', " "),
        }
    }

    /// A booking's cause as a noun phrase.
    #[must_use]
    pub fn cause(&self, cause: &str) -> String {
        let Some((head, rest)) = cause.split_once(": ") else {
            return match cause {
                "exogenous path" => "the course of events abroad".into(),
                "facilitator" => "the facilitator".into(),
                law => law.replace('_', " "),
            };
        };
        let catalogue = self.catalogue();
        match head {
            "event" => match catalogue.event(rest) {
                Some(event) => format!("\u{201c}{}\u{201d}", catalogue.events[event.index()].title),
                None => rest.replace('_', " "),
            },
            "motion" => match catalogue.motion(rest) {
                Some(motion) => format!("the vote on \u{201c}{}\u{201d}", catalogue.motions[motion.index()].title),
                None => rest.replace('_', " "),
            },
            _ if catalogue.player(head).is_some() => {
                let who = self.player(head);
                let (words, leaked) = match rest.strip_suffix(" leaks") {
                    Some(words) => (words, true),
                    None => (rest, false),
                };
                let (action, option) = words.split_once(' ').unwrap_or((words, ""));
                let title = match catalogue.action(action) {
                    Some(id) => lower_first(&catalogue.actions[id.index()].title),
                    None => words.replace('_', " "),
                };
                let option = if option.is_empty() { String::new() } else { format!(" ({})", option.replace('_', " ")) };
                let leak = if leaked { "the leak of " } else { "" };
                format!("{leak}{title}{option} by {who}")
            }
            law => {
                let law = law.replace('_', " ");
                if rest == "limits" { format!("the limits of {law}") } else { format!("{rest} ({law})") }
            }
        }
    }

    /// A value in the indicator's unit: `0.42`, `US$ 161 m`, `contested`.
    #[must_use]
    pub fn value(&self, id: IndicatorId, x: f64) -> String {
        let info = &self.catalogue().indicators[id.index()];
        if !info.labels.is_empty() {
            return info.labels.get(x.round().clamp(0.0, 1e3) as usize).cloned().unwrap_or_else(|| number(x));
        }
        with_unit(x, &info.unit)
    }

    /// The size of a change in the indicator's unit, without sign.
    #[must_use]
    pub fn size(&self, id: IndicatorId, change: f64) -> String {
        with_unit(change.abs(), &self.catalogue().indicators[id.index()].unit)
    }
}

fn with_unit(x: f64, unit: &str) -> String {
    if let Some(rest) = unit.strip_prefix("million US dollars") {
        return format!("US$ {} m{rest}", number(x));
    }
    match unit {
        "share" | "points" | "index" | "flag" | "state" | "" => number(x),
        "thousand people" | "thousand" | "thousands" => format!("{} thousand", number(x)),
        _ if unit.len() <= 24 => format!("{} {unit}", number(x)),
        _ => number(x),
    }
}

/// A number with three significant digits, or two decimals below 1, never in exponents.
#[must_use]
pub fn number(x: f64) -> String {
    let size = x.abs();
    let text = if size >= 100.0 {
        format!("{x:.0}")
    } else if size >= 10.0 {
        format!("{x:.1}")
    } else if size >= 0.095 || size == 0.0 {
        format!("{x:.2}")
    } else if size >= 0.000_95 {
        format!("{x:.3}")
    } else {
        format!("{x:.5}")
    };
    // Minus zero is nobody's number.
    if text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.') { "0".into() } else { text }
}

fn article(name: &str) -> String {
    name.to_owned()
}

/// With a capital first letter.
#[must_use]
pub fn upper_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// With a small first letter, unless the second is a capital too.
#[must_use]
pub fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => text.to_owned(),
    }
}

/// Small trend line of the last values, as one character a value.
#[must_use]
pub fn trend(values: &[f64]) -> String {
    const STEPS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let low = values.iter().copied().fold(f64::INFINITY, marchland_game::number::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, marchland_game::number::max);
    let width = high - low;
    values
        .iter()
        .map(|x| {
            if width <= 1e-12 * (low.abs() + high.abs()) || !width.is_finite() {
                STEPS[3]
            } else {
                STEPS[(((x - low) / width * 7.0).round() as usize).min(7)]
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_at_a_glance() {
        assert_eq!(number(1234.4), "1234");
        assert_eq!(number(12.34), "12.3");
        assert_eq!(number(0.5), "0.50");
        assert_eq!(number(0.0123), "0.012");
        assert_eq!(number(-0.000_000_1), "0");
        assert_eq!(trend(&[0.0, 0.5, 1.0]), "▁▅█");
        assert_eq!(trend(&[2.0, 2.0]), "▄▄");
    }
}
