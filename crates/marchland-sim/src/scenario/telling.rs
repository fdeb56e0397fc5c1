//! How a scenario is told: words for levels, and phrases for what happens. Read by people alone: nothing here
//! moves a number.

use std::collections::{BTreeMap, BTreeSet};

use marchland_game::{ActionId, Better, Catalogue, DealId, Diagnostic, EventId, IndicatorId, LawId, MotionId, TermId};
use serde::{Deserialize, Serialize};

/// What a paragraph of a story is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// Who governs, and who would.
    #[default]
    Power,
    /// People in the streets, and force against them.
    Streets,
    /// Money, prices, work, light.
    Purse,
    /// Fighters, soldiers, frontiers.
    Border,
    /// Other powers.
    Abroad,
}

impl Theme {
    /// All themes, in the order in which a month tells them.
    pub const ALL: [Self; 5] = [Self::Power, Self::Streets, Self::Border, Self::Purse, Self::Abroad];
    /// Their words in scenario files, in declaration order.
    pub const WORDS: [&'static str; 5] = ["Power", "Streets", "Purse", "Border", "Abroad"];

    pub(crate) fn of_word(word: &str) -> Self {
        match word {
            "Streets" => Self::Streets,
            "Purse" => Self::Purse,
            "Border" => Self::Border,
            "Abroad" => Self::Abroad,
            _ => Self::Power,
        }
    }
}

/// One step of a scale.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The level from which it holds.
    pub from: f64,
    /// What people call the level.
    pub word: String,
    /// The sentence told when it is reached from below; empty where that is no news.
    pub rising: String,
    /// The sentence told when it is reached from above; empty where that is no news.
    pub falling: String,
}

/// Words for the levels of one indicator, or of one field of every entity of a kind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scale {
    /// What it is of: a path, or a kind and a field.
    pub of: String,
    /// What a paragraph on it is about.
    pub theme: Theme,
    /// Steps, from the lowest up.
    pub steps: Vec<Step>,
    /// How a person says a value, with one of the slots `{percent}`, `{one_in}`, `{whole}`, `{number}`; empty where
    /// the unit says it.
    pub says: String,
    /// How much news a step is, 0 to 100.
    pub weight: f64,
    /// Which way is better; none where nobody says.
    pub better: Option<Better>,
}

impl Scale {
    /// Whether going from one step to another is for the worse; none where nobody says which way is better.
    #[must_use]
    pub fn worsens(&self, from: usize, to: usize) -> Option<bool> {
        self.better.map(|better| (to > from) == (better == Better::Lower))
    }

    /// How near a step is to the worst, 0 at the best to 1; 0 where nobody says which way is better.
    #[must_use]
    pub fn gravity(&self, step: usize) -> f64 {
        let last = self.steps.len().saturating_sub(1);
        match self.better {
            Some(_) if last == 0 => 0.0,
            Some(Better::Lower) => step as f64 / last as f64,
            Some(Better::Higher) => (last - step.min(last)) as f64 / last as f64,
            None => 0.0,
        }
    }

    /// The step that holds at a value.
    #[must_use]
    pub fn step(&self, value: f64) -> Option<usize> {
        self.steps.iter().rposition(|step| value >= step.from).or((!self.steps.is_empty()).then_some(0))
    }

    /// What people call a value.
    #[must_use]
    pub fn word(&self, value: f64) -> Option<&str> {
        self.step(value).map(|at| self.steps[at].word.as_str())
    }
}

/// How something that was done or that happened is told, in the past tense.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Phrase {
    /// Of an action, what follows whoever did it; of an event, the sentence; of a motion that passed, the sentence.
    pub done: String,
    /// The same where it failed, with `{done}` for what it would have been; empty where a general form will do.
    pub failed: String,
    /// `done` by option, where options read differently.
    pub options: Vec<(String, String)>,
    /// `done` of an action that succeeded before; empty where `again` before `done` will do.
    pub again: String,
    /// What somebody could not do or did no longer, with `{option}`; empty where the action's title will do.
    pub to_do: String,
    /// How much news it is, 0 to 100; none where the general weight will do.
    pub weight: Option<f64>,
    /// What a paragraph on it is about; none where its instrument says that.
    pub theme: Option<Theme>,
}

/// Everything that a scenario declares for its own telling.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Telling {
    /// Words for levels.
    pub scales: Vec<Scale>,
    /// The scale of an indicator: position in `scales`.
    pub of: BTreeMap<IndicatorId, usize>,
    /// Phrases of actions.
    pub actions: BTreeMap<ActionId, Phrase>,
    /// Phrases of events.
    pub events: BTreeMap<EventId, Phrase>,
    /// Phrases of motions.
    pub motions: BTreeMap<MotionId, Phrase>,
    /// What is told of an agreed term, by deal and position of the term: a noun phrase with `{value}`.
    pub terms: BTreeMap<(DealId, usize), Phrase>,
    /// Clauses that tell a law, or a term of it, as a cause: where it raises something, and where it lowers it.
    pub causes: BTreeMap<(LawId, Option<TermId>), [String; 2]>,
    /// Those of them that say little: what lies behind them is told instead, where there is something.
    pub vague: BTreeSet<(LawId, Option<TermId>)>,
}

impl Telling {
    /// The scale of an indicator.
    #[must_use]
    pub fn scale(&self, id: IndicatorId) -> Option<&Scale> {
        self.of.get(&id).map(|at| &self.scales[*at])
    }

    /// What the scenario does without words for, each as a finding: actions, events, motions and terms of deals without a
    /// phrase, actions that may fail without one for that, indicators that it shows without words for levels, laws and terms without a
    /// clause. `fails` says of every action whether it may.
    #[must_use]
    pub fn missing(&self, catalogue: &Catalogue, shown: &[IndicatorId], fails: &[bool]) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        let mut miss = |what: &str, name: &str, hint: String| {
            let message = format!("the {what} `{name}` has no words for a story");
            found.push(Diagnostic::warning("no-words", message).hint(hint));
        };
        for (at, action) in catalogue.actions.iter().enumerate() {
            let id = ActionId::from_index(at);
            if !self.actions.contains_key(&id) && catalogue.deal_move(id).is_none() {
                miss("action", &action.id, format!("phrases: [(action: \"{}\", done: \"sent aid\")]", action.id));
            }
        }
        for (id, phrase) in self.actions.iter().filter(|(id, phrase)| phrase.failed.is_empty() && fails[id.index()]) {
            let name = &catalogue.actions[id.index()].id;
            let hint = format!("phrases: [(action: \"{name}\", done: \"{}\", failed: \"tried in vain\")]", phrase.done);
            miss("failure of the action", name, hint);
        }
        for (at, event) in catalogue.events.iter().enumerate() {
            if !self.events.contains_key(&EventId::from_index(at)) {
                miss("event", &event.id, format!("phrases: [(event: \"{}\", done: \"the river rose\")]", event.id));
            }
        }
        for (at, motion) in catalogue.motions.iter().enumerate() {
            if !self.motions.contains_key(&MotionId::from_index(at)) {
                miss(
                    "motion",
                    &motion.id,
                    format!("phrases: [(motion: \"{}\", done: \"the forum agreed\")]", motion.id),
                );
            }
        }
        for (at, deal) in catalogue.deals.iter().enumerate() {
            for (position, term) in deal.terms.iter().enumerate() {
                if !self.terms.contains_key(&(DealId::from_index(at), position)) {
                    let hint = format!(
                        "phrases: [(deal: \"{}\", term: \"{}\", done: \"a rent of {{value}}\")]",
                        deal.id, term.id
                    );
                    miss("term of the deal", &format!("{}.{}", deal.id, term.id), hint);
                }
            }
        }
        for id in shown {
            let info = &catalogue.indicators[id.index()];
            if info.labels.is_empty() && !self.of.contains_key(id) {
                let of = if info.kind == "track" { info.path.clone() } else { format!("{}.{}", info.kind, info.field) };
                miss(
                    "indicator",
                    &info.path,
                    format!("words: [(of: \"{of}\", steps: [(0, \"low\"), (0.5, \"high\")])]"),
                );
            }
        }
        for (at, law) in catalogue.laws.iter().enumerate() {
            let id = LawId::from_index(at);
            if law.terms.is_empty() && !law.called.is_empty() && !self.causes.contains_key(&(id, None)) {
                miss("law", &law.id, format!("phrases: [(law: \"{}\", done: \"as prices rose\")]", law.id));
            }
            for (term, name) in law.terms.iter().enumerate() {
                if !self.causes.contains_key(&(id, Some(TermId::from_index(term)))) {
                    let hint = format!("phrases: [(law: \"{}\", term: \"{name}\", done: \"as prices rose\")]", law.id);
                    miss("term", &format!("{}: {name}", law.id), hint);
                }
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_has_the_word_of_the_last_step_that_it_reaches() {
        let step = |from, word: &str| Step { from, word: word.into(), rising: String::new(), falling: String::new() };
        let scale = Scale { steps: vec![step(0.0, "calm"), step(0.1, "crowds")], ..Scale::default() };
        assert_eq!(scale.word(-1.0), Some("calm"));
        assert_eq!(scale.word(0.1), Some("crowds"));
        assert_eq!(Scale::default().word(0.0), None);
    }
}
