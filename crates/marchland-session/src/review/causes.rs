//! The largest changes of a game, each with the chain of causes behind it.

use marchland_game::{IndicatorId, NamedCause, TurnRecord};
use marchland_sim::scenario::Scenario;
use serde::Serialize;

use crate::causes::{chain, ends};
use crate::story;

/// A change with the chain behind it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct CausedChange {
    /// The indicator.
    pub indicator: String,
    /// The chain: the indicator itself first, then what drove it.
    pub links: Vec<CauseLink>,
}

/// One indicator of a chain.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct CauseLink {
    /// The indicator.
    pub indicator: String,
    /// Where it began.
    pub before: f64,
    /// Where it ended.
    pub after: f64,
    /// What moved it, largest first.
    pub causes: Vec<CauseOf>,
}

/// What one cause added.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct CauseOf {
    /// The cause's name.
    pub cause: String,
    /// The cause by its parts.
    pub cause_parts: NamedCause,
    /// What it added over the game, in the indicator's unit.
    pub amount: f64,
    /// The turn in which it added most.
    pub peak_turn: u32,
}

/// Changes that are followed.
const CHANGES: usize = 4;
/// Links of a chain, at most.
const LINKS: usize = 5;
/// Causes of a link, at most.
const CAUSES: usize = 5;

/// The main indicator and those that changed most over the game, of those worth telling; one of each
/// field, since five regions tell the same story.
pub(super) fn largest(scenario: &Scenario, records: &[TurnRecord]) -> Vec<CausedChange> {
    let catalogue = &scenario.catalogue;
    let telling = story::worth_telling(scenario);
    let mut sized: Vec<(IndicatorId, f64)> = (0..catalogue.indicators.len())
        .map(IndicatorId::from_index)
        .filter(|id| telling[id.index()] && Some(*id) != scenario.main_indicator)
        .map(|id| {
            let (before, after) = ends(scenario, records, id);
            (id, story::effect(scenario, id, before, after))
        })
        .filter(|(_, size)| *size > 0.0)
        .collect();
    sized.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut chosen: Vec<IndicatorId> = scenario.main_indicator.into_iter().collect();
    for (id, _) in sized {
        let field = |id: &IndicatorId| catalogue.indicators[id.index()].field.as_str();
        if chosen.len() <= CHANGES && chosen.iter().all(|other| field(other) != field(&id) || field(&id) == "value") {
            chosen.push(id);
        }
    }
    let path = |id: IndicatorId| catalogue.indicators[id.index()].path.clone();
    chosen
        .into_iter()
        .map(|id| CausedChange {
            indicator: path(id),
            links: chain(scenario, records, id, LINKS)
                .into_iter()
                .map(|link| CauseLink {
                    indicator: path(link.indicator),
                    before: link.before,
                    after: link.after,
                    causes: link
                        .shares
                        .into_iter()
                        .take(CAUSES)
                        .map(|share| {
                            let cause_parts = share.cause.named(catalogue);
                            CauseOf {
                                cause: cause_parts.to_string(),
                                cause_parts,
                                amount: share.amount,
                                peak_turn: share.peak_turn,
                            }
                        })
                        .collect(),
                })
                .collect(),
        })
        .collect()
}
