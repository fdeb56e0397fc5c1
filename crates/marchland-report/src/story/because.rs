//! Why: from an effect along the ledger's chain to the nearest thing that somebody did or suffered.

use marchland_game::{Cause, IndicatorId, LawId, LawStep, TermId};
use marchland_session::story::{CauseInMonth, Change};
use marchland_sim::scenario::Scenario;

/// A cause that may be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TellableCause {
    /// An order, its leak, an event, a motion or a facilitator's hand.
    Act(Cause),
    /// A term of a law, or a whole law, that has a clause, and whether it raised something.
    Law(LawId, Option<TermId>, bool),
}

/// Links that are followed, at most.
const LONGEST: usize = 4;
/// Links within which an act is near enough to be the cause.
const NEAR: usize = 2;
/// Changes too small to pass a cause on.
const LEAST: f64 = 0.004;

/// The cause of a month's change of an indicator. `changes` are all of the month.
pub fn because(scenario: &Scenario, changes: &[Change], id: IndicatorId) -> Option<TellableCause> {
    let infos = &scenario.catalogue.indicators;
    let mut visited: Vec<&str> = Vec::new();
    let (mut nearest, mut vague) = (None, None);
    let mut next = Some(id);
    let mut up = None;
    for link in 0..LONGEST {
        let Some(id) = next.take() else { break };
        let field = infos[id.index()].field.as_str();
        visited.push(field);
        let Some(change) = changes.iter().find(|change| change.indicator == id) else { break };
        let rises = change.after > change.before;
        // What moved the other way may have helped or hindered: the ledger does not say which.
        let effect_rises = *up.get_or_insert(rises);
        if rises != effect_rises {
            break;
        }
        let helped = |cause: &&CauseInMonth| cause.amount != 0.0 && (cause.amount > 0.0) == rises;
        let Some(cause) = change.causes.iter().find(helped) else { break };
        match cause.cause {
            Cause::Order(..) | Cause::Leak(..) | Cause::Event(_) | Cause::Motion(_) | Cause::Inject if link < NEAR => {
                return Some(TellableCause::Act(cause.cause));
            }
            Cause::Law(law, step) => {
                let term = match step {
                    LawStep::Term(term) => Some(term),
                    LawStep::Whole => None,
                    LawStep::Anew | LawStep::Limits => break,
                };
                let own = if scenario.telling.vague.contains(&(law, term)) { &mut vague } else { &mut nearest };
                if own.is_none()
                    && scenario
                        .telling
                        .causes
                        .get(&(law, term))
                        .is_some_and(|told| !told[usize::from(!rises)].is_empty())
                {
                    *own = Some(TellableCause::Law(law, term, rises));
                }
            }
            _ => break,
        }
        let effect =
            |id: &IndicatorId| changes.iter().find(|other| other.indicator == *id).map_or(0.0, |other| other.effect);
        let fresh = |id: &&IndicatorId| !visited.contains(&infos[id.index()].field.as_str()) && effect(id) > LEAST;
        next = cause.inputs.iter().filter(fresh).max_by(|a, b| effect(a).total_cmp(&effect(b)).then(b.cmp(a))).copied();
    }
    nearest.or(vague)
}
