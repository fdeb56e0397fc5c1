//! What players play for.

use crate::expression::Expression;
use crate::ids::IndicatorId;

/// A player's payoff: a table of weighted indicators.
///
/// The payoff of a game is the mean, over the turns played, of the sum of the terms not marked
/// `at_end`, plus the terms marked so at the end of the last turn. A look-ahead over h turns uses
/// the mean over those h.
#[derive(Clone, Debug, Default)]
pub struct PayoffTable {
    /// The terms, in the scenario's order.
    pub terms: Vec<PayoffTerm>,
    /// The worst and the best payoff that the terms allow; strategies measure payoff as a share
    /// of the distance.
    pub range: (f64, f64),
}

/// One term of a payoff.
#[derive(Clone, Debug)]
pub struct PayoffTerm {
    /// Name within the table, of the term's indicator where the scenario gives none.
    pub id: String,
    /// What is valued.
    pub indicator: IndicatorId,
    /// Its weight; a constant, or an expression of parameters only.
    pub weight: Expression,
    /// The values that count as 0 and as 1 (in either order), beyond which it is limited; none
    /// where the indicator counts by its own unit.
    pub scale: Option<(f64, f64)>,
    /// Whether only the end of the game counts.
    pub at_end: bool,
    /// Source or judgement.
    pub why: String,
}

impl PayoffTerm {
    /// The term's value before its weight, for an indicator at `x`.
    #[must_use]
    pub fn scaled(&self, x: f64) -> f64 {
        match self.scale {
            None => x,
            Some((zero, one)) => crate::number::clamp((x - zero) / (one - zero), 0.0, 1.0),
        }
    }
}

impl PayoffTable {
    /// Distance from the worst to the best payoff, never 0.
    #[must_use]
    pub fn span(&self) -> f64 {
        let span = self.range.1 - self.range.0;
        if span > 0.0 { span } else { 1.0 }
    }
}
