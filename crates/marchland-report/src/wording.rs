//! How indicators, causes and numbers are put into words, for every front.

use marchland_game::{Catalogue, Cause, DealMove, IndicatorId, NamedCause};
use marchland_sim::scenario::Scenario;

use crate::number::{is_share, number, percent, with_unit};
use crate::visible::line;

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
        if info.field == "value" { lower_first(&info.title) } else { line(&info.title).into_owned() }
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
            Some(player) => line(&self.catalogue().players[player.index()].title).into_owned(),
            None => id.replace('_', " "),
        }
    }

    /// An option of an action, where it needs telling: ` (high)`, ` (Khatlon)`.
    #[must_use]
    pub fn option(&self, option: &str) -> String {
        format!(" ({})", self.named(option))
    }

    /// What an option names, in words: the title of a player or an entity, else its own name.
    #[must_use]
    pub fn named(&self, option: &str) -> String {
        if self.catalogue().player(option).is_some() {
            return line(&self.short_player(option)).into_owned();
        }
        let kinds = self.scenario.entities.values().flatten();
        let entity = kinds.into_iter().find(|plan| plan.name == option).map(|plan| plan.title.clone());
        line(&entity.unwrap_or_else(|| option.replace('_', " "))).into_owned()
    }

    /// An order whose phrase says what it is to be done to: `consult China`; none of any other.
    fn to_do(&self, action: &str, option: &str) -> Option<String> {
        let id = self.catalogue().action(action)?;
        let phrase = self.scenario.telling.actions.get(&id).filter(|phrase| phrase.to_do.contains("{option}"))?;
        Some(phrase.to_do.replace("{option}", &self.named(option)))
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
            return format!("{vote} to \u{201c}{}\u{201d}", line(title.unwrap_or(motion)));
        }
        let (action, option) = name.split_once(' ').unwrap_or((name, ""));
        let title = match catalogue.action(action) {
            Some(id) => lower_first(&catalogue.actions[id.index()].title),
            None => action.replace('_', " "),
        };
        match self.terms(action, option) {
            Some(terms) => format!("{title} ({terms})"),
            None if option.is_empty() => title,
            None => self.to_do(action, option).unwrap_or_else(|| format!("{title}{}", self.option(option))),
        }
    }

    /// What an offer of a deal says, in words, where an option of an action is one; none of anything else.
    #[must_use]
    pub fn offered(&self, action: &str, option: &str) -> Option<String> {
        self.terms(action, option)
    }

    /// The terms that an offer of a deal names, where an option of an action is one; none of anything else.
    fn terms(&self, action: &str, option: &str) -> Option<String> {
        let catalogue = self.catalogue();
        let id = catalogue.action(action)?;
        let (deal, DealMove::Offer) = catalogue.deal_move(id)? else { return None };
        let at = catalogue.actions[id.index()].options.iter().position(|own| own.id == option)?;
        let terms = crate::story::deals::terms(self.scenario, deal, Some(at));
        (!terms.is_empty()).then(|| line(&crate::story::scale::listed(&terms)).into_owned())
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
    pub fn cause(&self, cause: Cause) -> String {
        self.named_cause(&cause.named(self.catalogue()))
    }

    /// A cause of a report as a noun phrase.
    #[must_use]
    pub fn named_cause(&self, cause: &NamedCause) -> String {
        let catalogue = self.catalogue();
        match cause {
            NamedCause::Order { player, action, option } => {
                format!("the decision of {} to {}", self.short_player(player), self.order(action, option.as_deref()))
            }
            NamedCause::Leak { player, action, option } => {
                let who = self.short_player(player);
                format!("the leak of the decision of {who} to {}", self.order(action, option.as_deref()))
            }
            NamedCause::Cost { player, action, option } => {
                format!("what it cost {} to {}", self.short_player(player), self.order(action, option.as_deref()))
            }
            NamedCause::Event { event } => match catalogue.event(event) {
                Some(event) => format!("\u{201c}{}\u{201d}", line(&catalogue.events[event.index()].title)),
                None => event.replace('_', " "),
            },
            NamedCause::Motion { motion } => match catalogue.motion(motion) {
                Some(motion) => {
                    format!("the vote on \u{201c}{}\u{201d}", line(&catalogue.motions[motion.index()].title))
                }
                None => motion.replace('_', " "),
            },
            NamedCause::Path => "the course of events abroad".into(),
            NamedCause::Inject => "the facilitator".into(),
            NamedCause::Term { term, .. } => term.clone(),
            NamedCause::Anew { .. } => "the level that it started from".into(),
            NamedCause::Limits { law } => format!("the limits of {}", self.law(law)),
            NamedCause::Law { law } => self.law(law),
            NamedCause::Unexplained => "a change that no law explains".into(),
        }
    }

    /// A law of motion as a noun phrase.
    fn law(&self, name: &str) -> String {
        match self.catalogue().laws.iter().find(|law| law.id == name) {
            Some(law) if !law.called.is_empty() => law.called.clone(),
            _ => name.replace('_', " "),
        }
    }

    /// An order as what somebody decides to do.
    fn order(&self, action: &str, option: Option<&str>) -> String {
        let title = match self.catalogue().action(action) {
            Some(id) => lower_first(&self.catalogue().actions[id.index()].title),
            None => action.replace('_', " "),
        };
        match option.and_then(|option| self.terms(action, option)) {
            Some(terms) => format!("{title} ({terms})"),
            None => match option {
                Some(option) => self.to_do(action, option).unwrap_or_else(|| title + &self.option(option)),
                None => title,
            },
        }
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
            // What a difference of logarithms is as a change of the thing itself.
            "log points" => format!("{}%", percent(libm::expm1(x), 0)),
            _ => with_unit(x, unit, 0),
        }
    }
}

/// A name with a capital first letter, on one line.
#[must_use]
pub fn upper_first(text: &str) -> String {
    let text = line(text);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A name with a small first letter, unless the second is a capital too, on one line.
#[must_use]
pub fn lower_first(text: &str) -> String {
    let text = line(text);
    let mut letters = text.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => first.to_lowercase().chain(letters).collect(),
        _ => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use marchland_game::Order;

    use super::*;

    /// Causes are told apart by what they are, never by how their names read.
    #[test]
    fn a_player_called_event_can_be_told() {
        let text =
            include_str!("../../../scenarios/chicken.ron").replace("\"row\"", "\"event\"").replace("row_", "event_");
        let families = marchland_strategies::Registry::standard().schemas();
        let options =
            marchland_sim::scenario::LoadOptions::new(marchland_sim::mechanisms::Registry::engine(), &families);
        let loaded = marchland_sim::scenario::load_text("chicken", &text, &options);
        let scenario = loaded.unwrap_or_else(|found| panic!("{found:?}")).scenario;
        let catalogue = &scenario.catalogue;
        let player = catalogue.player("event").expect("renamed");
        let order = Order { action: catalogue.action("event_dares").expect("renamed"), option: 0 };
        let wording = Wording::new(&scenario);
        let told = |cause: Cause| (cause.name(catalogue), wording.cause(cause));
        assert_eq!(
            told(Cause::Order(player, order)),
            ("event: event_dares".into(), "the decision of Row to dare".into())
        );
        assert_eq!(
            told(Cause::Cost(player, order)),
            ("event: cost of event_dares".into(), "what it cost Row to dare".into())
        );
        assert_eq!(
            told(Cause::Leak(player, order)),
            ("event: event_dares leaks".into(), "the leak of the decision of Row to dare".into())
        );
    }
}
