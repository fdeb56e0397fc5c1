//! What brings a change about: a small value by ids, and the same by names.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::catalogue::Catalogue;
use crate::ids::{EventId, LawId, MotionId, PlayerId, TermId};
use crate::order::Order;

/// What brings a change about. Reports that leave the game give [`NamedCause`] instead, which
/// needs no catalogue to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// An order of a player.
    Order(PlayerId, Order),
    /// A leak of a player's covert order.
    Leak(PlayerId, Order),
    /// What an order cost the player who gave it.
    Cost(PlayerId, Order),
    /// An event.
    Event(EventId),
    /// A motion that was voted on.
    Motion(MotionId),
    /// An exogenous path.
    Path,
    /// A facilitator.
    Inject,
    /// A law of motion.
    Law(LawId, LawStep),
    /// Nothing that was booked: a broken invariant made visible.
    Unexplained,
}

/// Which part of a law of motion a step comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LawStep {
    /// A term that the law declares.
    Term(TermId),
    /// The step that takes a derived number to zero, after which every term books its whole level.
    /// What such a term did in a month is its level less that of the month before.
    Anew,
    /// What the terms do not account for: a limit of the range, or rounding.
    Limits,
    /// Whatever the law changed without naming a term.
    Whole,
}

impl Cause {
    /// Whether this is the step to zero of a number whose terms book whole levels.
    #[must_use]
    pub fn is_anew(self) -> bool {
        matches!(self, Self::Law(_, LawStep::Anew))
    }

    /// The same by names.
    ///
    /// # Panics
    /// Where an id is not the catalogue's.
    #[must_use]
    pub fn named(self, catalogue: &Catalogue) -> NamedCause {
        let player = |id: PlayerId| catalogue.players[id.index()].id.clone();
        let action = |order: Order| catalogue.actions[order.action.index()].id.clone();
        let option = |order: Order| {
            let options = &catalogue.actions[order.action.index()].options;
            (options.len() > 1).then(|| options[usize::from(order.option)].id.clone())
        };
        match self {
            Self::Order(by, order) => {
                NamedCause::Order { player: player(by), action: action(order), option: option(order) }
            }
            Self::Leak(by, order) => {
                NamedCause::Leak { player: player(by), action: action(order), option: option(order) }
            }
            Self::Cost(by, order) => {
                NamedCause::Cost { player: player(by), action: action(order), option: option(order) }
            }
            Self::Event(event) => NamedCause::Event { event: catalogue.events[event.index()].id.clone() },
            Self::Motion(motion) => NamedCause::Motion { motion: catalogue.motions[motion.index()].id.clone() },
            Self::Path => NamedCause::Path,
            Self::Inject => NamedCause::Inject,
            Self::Law(law, step) => {
                let declared = &catalogue.laws[law.index()];
                let law = declared.id.clone();
                match step {
                    LawStep::Term(term) => NamedCause::Term { law, term: declared.terms[term.index()].clone() },
                    LawStep::Anew => NamedCause::Anew { law },
                    LawStep::Limits => NamedCause::Limits { law },
                    LawStep::Whole => NamedCause::Law { law },
                }
            }
            Self::Unexplained => NamedCause::Unexplained,
        }
    }

    /// Its name as results give it: `unrest: a spark`, `russia: security_aid high`.
    ///
    /// # Panics
    /// Where an id is not the catalogue's.
    #[must_use]
    pub fn name(self, catalogue: &Catalogue) -> String {
        self.named(catalogue).to_string()
    }
}

/// A [`Cause`] by names: an object of results, told apart by its `kind`. Its `Display` is the one
/// place where a cause's name is written; nothing reads it back out of that name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NamedCause {
    /// An order of a player.
    Order {
        /// Who gave it.
        player: String,
        /// What was ordered.
        action: String,
        /// With which option; none where the action has but one.
        option: Option<String>,
    },
    /// A leak of a player's covert order.
    Leak {
        /// Who gave it.
        player: String,
        /// What was ordered.
        action: String,
        /// With which option; none where the action has but one.
        option: Option<String>,
    },
    /// What an order cost the player who gave it.
    Cost {
        /// Who gave it.
        player: String,
        /// What was ordered.
        action: String,
        /// With which option; none where the action has but one.
        option: Option<String>,
    },
    /// An event.
    Event {
        /// Which.
        event: String,
    },
    /// A motion that was voted on.
    Motion {
        /// Which.
        motion: String,
    },
    /// An exogenous path.
    Path,
    /// A facilitator.
    Inject,
    /// A term of a law of motion.
    Term {
        /// Which law.
        law: String,
        /// Which term, as the law declares it.
        term: String,
    },
    /// The step to zero of a number that a law computes anew.
    Anew {
        /// Which law.
        law: String,
    },
    /// What the terms of a law do not account for.
    Limits {
        /// Which law.
        law: String,
    },
    /// A law of motion that named no term.
    Law {
        /// Which.
        law: String,
    },
    /// Nothing that was booked.
    Unexplained,
}

impl fmt::Display for NamedCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = |action: &str, option: &Option<String>| match option {
            Some(option) => format!("{action} {option}"),
            None => action.to_owned(),
        };
        match self {
            Self::Order { player, action, option } => write!(f, "{player}: {}", order(action, option)),
            Self::Leak { player, action, option } => write!(f, "{player}: {} leaks", order(action, option)),
            Self::Cost { player, action, option } => write!(f, "{player}: cost of {}", order(action, option)),
            Self::Event { event } => write!(f, "event: {event}"),
            Self::Motion { motion } => write!(f, "motion: {motion}"),
            Self::Path => f.write_str("exogenous path"),
            Self::Inject => f.write_str("facilitator"),
            Self::Term { law, term } => write!(f, "{law}: {term}"),
            Self::Anew { law } => write!(f, "{law}: computed anew"),
            Self::Limits { law } => write!(f, "{law}: limits"),
            Self::Law { law } => f.write_str(law),
            Self::Unexplained => f.write_str("unexplained"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Law;

    #[test]
    fn a_cause_is_small() {
        assert!(size_of::<Cause>() <= 8, "a booking holds one: {}", size_of::<Cause>());
    }

    #[test]
    fn a_law_is_named_by_its_term() {
        let laws = vec![Law { id: "unrest".into(), called: "unrest".into(), terms: vec!["a spark".into()] }];
        let catalogue = Catalogue { laws, ..Catalogue::default() };
        let name = |step| Cause::Law(LawId(0), step).name(&catalogue);
        let steps = [LawStep::Term(TermId(0)), LawStep::Anew, LawStep::Limits, LawStep::Whole];
        assert_eq!(steps.map(name), ["unrest: a spark", "unrest: computed anew", "unrest: limits", "unrest"]);
    }
}
