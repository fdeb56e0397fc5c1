//! How indicators, causes and numbers are put into words, for every front.

use marchland_game::{Catalogue, IndicatorId};
use marchland_sim::scenario::Scenario;

use marchland_session::story::ANEW;

use crate::number::{is_share, number, percent, with_unit};

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

    /// An indicator as a noun phrase: `hardship in Khatlon`.
    #[must_use]
    pub fn indicator(&self, id: IndicatorId) -> String {
        let info = &self.catalogue().indicators[id.index()];
        // A track's title stands alone, and begins with a capital letter.
        if info.field == "value" { lower_first(&info.title) } else { info.title.clone() }
    }

    /// Whether that phrase is plural.
    #[must_use]
    pub fn plural(&self, id: IndicatorId) -> bool {
        self.catalogue().indicators[id.index()].plural
    }

    /// An indicator as the label of a figure: without the article and without the country, of which a
    /// scenario has one.
    #[must_use]
    pub fn label(&self, id: IndicatorId) -> String {
        let mut phrase = self.indicator(id);
        for country in self.scenario.entities.get("country").into_iter().flatten() {
            for place in [" in ", " to ", " of ", " through ", " around "] {
                if let Some(short) = phrase.strip_suffix(&format!("{place}{}", country.title)) {
                    phrase = short.to_owned();
                }
            }
        }
        upper_first(phrase.strip_prefix("the ").unwrap_or(&phrase))
    }

    /// A player's display by its identifier.
    #[must_use]
    pub fn player(&self, id: &str) -> String {
        match self.catalogue().player(id) {
            Some(player) => self.catalogue().players[player.index()].title.clone(),
            None => id.replace('_', " "),
        }
    }

    /// An option of an action, where it needs telling: ` (high)`, ` (Khatlon)`.
    #[must_use]
    pub fn option(&self, option: &str) -> String {
        let kinds = self.scenario.entities.values().flatten();
        let entity = kinds.into_iter().find(|plan| plan.name == option).map(|plan| plan.title.clone());
        format!(" ({})", entity.unwrap_or_else(|| option.replace('_', " ")))
    }

    /// A player in few words: its title without what describes it further.
    #[must_use]
    pub fn short_player(&self, id: &str) -> String {
        let title = self.player(id);
        title.split(", ").next().unwrap_or(&title).to_owned()
    }

    /// An order or a vote by its name, as what somebody decides to do: `warn the government (sharp)`,
    /// `yes to “Shall the northern network be widened?”`.
    #[must_use]
    pub fn decision(&self, name: &str) -> String {
        let catalogue = self.catalogue();
        if let Some(rest) = name.strip_prefix("vote ") {
            let (motion, vote) = rest.split_once(' ').unwrap_or((rest, ""));
            let title = catalogue.motion(motion).map(|id| catalogue.motions[id.index()].title.as_str());
            return format!("{vote} to \u{201c}{}\u{201d}", title.unwrap_or(motion));
        }
        let (action, option) = name.split_once(' ').unwrap_or((name, ""));
        let title = match catalogue.action(action) {
            Some(id) => lower_first(&catalogue.actions[id.index()].title),
            None => action.replace('_', " "),
        };
        if option.is_empty() { title } else { format!("{title} ({})", option.replace('_', " ")) }
    }

    /// Several of them; `nothing` where there is none.
    #[must_use]
    pub fn decisions(&self, names: &[String]) -> String {
        if names.is_empty() {
            return "nothing".into();
        }
        names.iter().map(|name| self.decision(name)).collect::<Vec<_>>().join(", ")
    }

    /// A booking's cause as a noun phrase.
    #[must_use]
    pub fn cause(&self, cause: &str) -> String {
        let Some((head, rest)) = cause.split_once(": ") else {
            return match cause {
                "exogenous path" => "the course of events abroad".into(),
                "facilitator" => "the facilitator".into(),
                law => self.law(law),
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
            _ if catalogue.player(head).is_some() => self.order(head, rest),
            _ if cause.ends_with(ANEW) => "the level that it started from".into(),
            law if rest == "limits" => format!("the limits of {}", self.law(law)),
            _ => rest.to_owned(),
        }
    }

    /// A law of motion as a noun phrase.
    fn law(&self, name: &str) -> String {
        match self.scenario.laws().find(|law| law.name == name) {
            Some(law) if !law.called.is_empty() => law.called.to_owned(),
            _ => name.replace('_', " "),
        }
    }

    /// What an order brought about, or cost, or its leak.
    fn order(&self, player: &str, words: &str) -> String {
        let who = self.short_player(player);
        let (words, lead) = match (words.strip_suffix(" leaks"), words.strip_prefix("cost of ")) {
            (Some(words), _) => (words, format!("the leak of the decision of {who} to ")),
            (None, Some(words)) => (words, format!("what it cost {who} to ")),
            (None, None) => (words, format!("the decision of {who} to ")),
        };
        let (action, option) = words.split_once(' ').unwrap_or((words, ""));
        let title = match self.catalogue().action(action) {
            Some(id) => lower_first(&self.catalogue().actions[id.index()].title),
            None => action.replace('_', " "),
        };
        let option = if option.is_empty() { String::new() } else { self.option(option) };
        format!("{lead}{title}{option}")
    }

    /// A value in the indicator's unit: `42%`, `US$ 161 m`, `contested`.
    #[must_use]
    pub fn value(&self, id: IndicatorId, x: f64) -> String {
        let info = &self.catalogue().indicators[id.index()];
        if !info.labels.is_empty() {
            return info.label(x).map_or_else(|| number(x), str::to_owned);
        }
        with_unit(x, &info.unit, 0)
    }

    /// Two values in the indicator's unit, with digits enough to tell them apart.
    #[must_use]
    pub fn values(&self, id: IndicatorId, before: f64, after: f64) -> (String, String) {
        let pair = (self.value(id, before), self.value(id, after));
        if pair.0 != pair.1 || before == after {
            return pair;
        }
        let unit = &self.catalogue().indicators[id.index()].unit;
        (with_unit(before, unit, 1), with_unit(after, unit, 1))
    }

    /// The size of a change in the indicator's unit, without sign; of a share in percentage points.
    #[must_use]
    pub fn size(&self, id: IndicatorId, change: f64) -> String {
        let unit = &self.catalogue().indicators[id.index()].unit;
        if is_share(unit) {
            let points = percent(change.abs(), 0);
            let one = points == "1";
            return format!("{points} point{}", if one { "" } else { "s" });
        }
        with_unit(change.abs(), unit, 0)
    }

    /// A measure's value in its unit.
    #[must_use]
    pub fn measured(x: f64, unit: &str) -> String {
        match unit {
            "flag" => if x == 0.0 { "no" } else { "yes" }.into(),
            "state" => format!("{x:.0}"),
            _ => with_unit(x, unit, 0),
        }
    }
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
