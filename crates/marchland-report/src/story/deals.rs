//! Happenings of deals between players. The engine's deals have a place here: whoever adds them to the record turns
//! them into [`DealHappening`]s in [`gather`], and nothing else of the story changes.

use marchland_game::{PlayerId, PlayerSet, TurnRecord};
use marchland_sim::scenario::Scenario;

/// A step of a deal between two players.
#[derive(Clone, Debug, PartialEq)]
pub struct DealHappening {
    /// Who took the step.
    pub by: PlayerId,
    /// The other side.
    pub with: PlayerId,
    /// Which step.
    pub step: DealStep,
    /// What it is about, as a noun phrase: `the lease of the airfield`.
    pub terms: String,
    /// Who knows of it.
    pub seen_by: PlayerSet,
}

/// Which step of a deal was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DealStep {
    /// An offer was made.
    Offered,
    /// It was answered by another.
    Countered,
    /// Both sides agreed.
    Agreed,
    /// It was refused.
    Refused,
    /// One side broke what was agreed.
    Broken,
}

impl DealStep {
    /// How much news the step is, 0 to 100.
    #[must_use]
    pub fn weight(self) -> f64 {
        match self {
            Self::Offered => 24.0,
            Self::Countered => 22.0,
            Self::Refused => 30.0,
            Self::Agreed => 44.0,
            Self::Broken => 56.0,
        }
    }
}

/// The steps of deals of a month. The record holds none today.
#[must_use]
pub fn gather(scenario: &Scenario, record: &TurnRecord) -> Vec<DealHappening> {
    let _ = (scenario, record);
    Vec::new()
}

/// A step as a sentence, without its full stop.
#[must_use]
pub fn sentence(deal: &DealHappening, by: &str, with: &str) -> String {
    let terms = &deal.terms;
    match deal.step {
        DealStep::Offered => format!("{by} offered {with} terms on {terms}"),
        DealStep::Countered => format!("{by} answered {with} with other terms on {terms}"),
        DealStep::Agreed => format!("{by} and {with} agreed on {terms}"),
        DealStep::Refused => format!("{by} refused the terms that {with} offered on {terms}"),
        DealStep::Broken => format!("{by} broke what it had agreed with {with} on {terms}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_breach_outweighs_an_agreement_and_an_agreement_an_offer() {
        let deal = |step| DealHappening {
            by: PlayerId::from_index(0),
            with: PlayerId::from_index(1),
            step,
            terms: "the railway".into(),
            seen_by: PlayerSet::EVERYBODY,
        };
        assert!(DealStep::Broken.weight() > DealStep::Agreed.weight());
        assert!(DealStep::Agreed.weight() > DealStep::Offered.weight());
        let text = sentence(&deal(DealStep::Broken), "the north", "the south");
        assert_eq!(text, "the north broke what it had agreed with the south on the railway");
    }
}
