//! What a facilitator does to a game from outside.

use marchland_game::{Budget, Expression, IndicatorId, Readings};
use marchland_sim::scenario;
use marchland_sim::turn::Game;

use super::{Course, Due, InjectState};
use crate::entry::{Inject, What, When};
use crate::error::{SessionError, refused};
use crate::names;

/// Refuses a condition that looks further back than a game's records reach.
pub(crate) fn within_records(condition: &Expression, game: &Game) -> Result<(), SessionError> {
    let (asked, kept) = (condition.looks_back(), game.looks_back());
    if asked <= kept {
        return Ok(());
    }
    refused(format!("the condition looks {asked} months back; the records of this game reach {kept}"))
}

impl Course {
    /// Enters an inject; one for now takes effect.
    pub(super) fn enter(&mut self, inject: &Inject) -> Result<(), SessionError> {
        if inject.inject as usize != self.injects.len() + 1 {
            return refused(format!("inject {} is out of its place", inject.inject));
        }
        let condition = self.condition(&inject.when)?;
        let entered = self.game.moment();
        self.injects.push(Due { inject: inject.clone(), entered, state: InjectState::Waiting, condition });
        if inject.when == When::Now { self.happen(inject.inject) } else { Ok(()) }
    }

    /// Puts another in the place of an inject that is to come; one for now takes effect.
    pub(super) fn revise(&mut self, inject: &Inject) -> Result<(), SessionError> {
        let condition = self.condition(&inject.when)?;
        match (inject.inject as usize).checked_sub(1).and_then(|at| self.injects.get_mut(at)) {
            Some(due) if due.state == InjectState::Waiting => {
                due.inject = inject.clone();
                due.condition = condition;
            }
            _ => return refused(format!("there is no inject {} to come", inject.inject)),
        }
        if inject.when == When::Now { self.happen(inject.inject) } else { Ok(()) }
    }

    fn condition(&self, when: &When) -> Result<Option<Expression>, SessionError> {
        let When::Condition(text) = when else { return Ok(None) };
        let condition = scenario::parse_expression(&self.source.scenario.catalogue, text)?;
        within_records(&condition, &self.game)?;
        Ok(Some(condition))
    }

    /// Lets an inject take effect.
    pub(super) fn happen(&mut self, number: u32) -> Result<(), SessionError> {
        let moment = self.game.moment();
        let what = match (number as usize).checked_sub(1).and_then(|at| self.injects.get_mut(at)) {
            Some(due) if due.state == InjectState::Waiting => {
                due.state = InjectState::Happened(moment);
                due.inject.what.clone()
            }
            _ => return refused(format!("there is no inject {number} to come")),
        };
        inject(&mut self.game, &what)
    }

    /// The indicator of a player's budget, by the budget's name.
    pub(crate) fn budget(&self, player: usize, name: &str) -> Result<IndicatorId, SessionError> {
        let player = &self.source.scenario.catalogue.players[player];
        let at = Budget::ALL.iter().position(|budget| budget.name() == name);
        match at.and_then(|at| player.budgets[at]) {
            Some(id) => Ok(id),
            None => {
                let has = Budget::ALL.iter().zip(player.budgets).filter(|(_, id)| id.is_some());
                let names: Vec<&str> = has.map(|(budget, _)| budget.name()).collect();
                refused(format!("{} has no budget `{name}`; it has: {}", player.title, names.join(", ")))
            }
        }
    }
}

/// Lets something take effect in a game: the log's own, or one that only tries it.
pub(crate) fn inject(game: &mut Game, what: &What) -> Result<(), SessionError> {
    let scenario = std::sync::Arc::clone(game.scenario());
    match what {
        What::Event(name) => {
            game.inject_event(names::event(&scenario.catalogue, name)?);
            Ok(())
        }
        What::Set(path, value) => set(game, names::indicator(&scenario.catalogue, path)?, *value),
        What::Add(path, by) => shift(game, names::indicator(&scenario.catalogue, path)?, *by),
        What::Card(card) => {
            for effect in &card.effects {
                shift(game, names::indicator(&scenario.catalogue, &effect.indicator)?, effect.by)?;
            }
            Ok(())
        }
    }
}

/// Changes a stock.
pub(crate) fn shift(game: &mut Game, id: IndicatorId, by: f64) -> Result<(), SessionError> {
    let now = game.truth().now(id);
    set(game, id, now + by)
}

fn set(game: &mut Game, id: IndicatorId, value: f64) -> Result<(), SessionError> {
    match game.inject(id, value) {
        Ok(_) => Ok(()),
        Err(error) => refused(error.to_string()),
    }
}
