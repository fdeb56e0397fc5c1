//! One shape for the answers of all concepts.

use std::time::Duration;

use marchland_equilibria::dominance::{Dominance, Dominator, Elimination};
use marchland_equilibria::dynamics::Flow;
use marchland_equilibria::solution::{self, Component, Solution, Status};
use marchland_equilibria::{alpharank, correlated, qre, security};

/// What was found, whatever the concept.
#[derive(Debug, Clone)]
pub struct Answer {
    /// How far the solver came.
    pub status: Status,
    /// The sum of indices, which tells whether all were found.
    pub index_sum: Option<i32>,
    /// Sets of equilibria that are not single points.
    pub components: Vec<Component>,
    /// The profiles found.
    pub solutions: Vec<Solution>,
    /// What the concept adds.
    pub extra: Extra,
    /// Steps of the solver.
    pub iterations: u64,
    /// The time it took.
    pub elapsed: Duration,
}

/// What some concepts give beyond profiles.
#[derive(Debug, Clone)]
pub enum Extra {
    /// Nothing.
    None,
    /// The principal branch.
    Qre(qre::QreReport),
    /// A distribution over profiles.
    Correlated(correlated::CorrelatedEquilibrium),
    /// Masses and sinks.
    Ranking(alpharank::Ranking),
    /// Where a flow ended.
    Flow(Flow),
    /// What each kind of elimination leaves.
    Dominance(Vec<(Dominance, Dominator, Elimination)>),
    /// What players can guarantee themselves; none where time ran out.
    Security(Option<security::Security>),
}

impl Answer {
    /// An answer with these solutions.
    #[must_use]
    pub fn with(solutions: Vec<Solution>, status: Status, extra: Extra) -> Answer {
        Answer {
            status,
            index_sum: None,
            components: Vec::new(),
            solutions,
            extra,
            iterations: 0,
            elapsed: Duration::ZERO,
        }
    }

    /// The answer of a solver that had nothing to show when its time was up.
    #[must_use]
    pub fn none_in_time(elapsed: Duration) -> Answer {
        Answer { elapsed, ..Answer::with(Vec::new(), Status::TimeLimit, Extra::None) }
    }

    /// The largest regret of any profile or of the distribution, recomputed independently; none without either.
    #[must_use]
    pub fn regret(&self) -> Option<f64> {
        if let Extra::Correlated(found) = &self.extra {
            return (!found.distribution.is_empty()).then_some(found.regret);
        }
        self.solutions.iter().map(|solution| solution.regret).reduce(|a, b| if b > a { b } else { a })
    }
}

impl From<solution::Answer> for Answer {
    fn from(answer: solution::Answer) -> Answer {
        Answer {
            index_sum: answer.index_sum,
            components: answer.components,
            ..Answer::with(answer.solutions, answer.status, Extra::None)
        }
    }
}
