//! Futures at the table: previews, odds, and trials of injects. Labelled a model's odds wherever they are
//! shown.

use marchland_game::{Choice, IndicatorId, PlayerId};
use marchland_session::forecast::{Forecaster, GAMES, Odds, Position};
use marchland_session::{SessionError, Table, What, stand_ins};
use serde_json::json;

use super::reply::{Reply, or_refused};
use marchland_report::forecast;

/// Plays futures for one table.
pub struct LookAhead {
    forecaster: Forecaster,
}

/// Games of each side of a trial.
const TRIALS: u64 = 300;

impl LookAhead {
    /// For a table's scenario.
    ///
    /// # Errors
    /// A strategy of the public `assumed` lineup cannot be built.
    pub fn new(table: &Table) -> Result<Self, SessionError> {
        let source = &table.course().source;
        Ok(Self { forecaster: Forecaster::new(&source.scenario, &source.registry)? })
    }

    /// What a package is expected to change against another, as far as its seat can tell.
    pub fn preview(&self, table: &Table, player: PlayerId, base: &Choice, package: &Choice) -> Reply {
        let Some(position) = here(table) else { return over() };
        if base == package {
            return Reply::refused("there is nothing to preview: your draft is empty; `preview N` tries an order");
        }
        let preview = self.forecaster.preview(&position, player, base, package);
        Reply::told(forecast::preview(self.forecaster.scenario(), &preview)).with(&preview)
    }

    /// The odds as far as a seat can tell; those at the end of a turn in one line, where one is named.
    pub fn seat_odds(&self, table: &Table, player: PlayerId, wanted: &[IndicatorId], by: Option<u32>) -> Reply {
        let Some(position) = until(table, by) else { return over() };
        let odds = self.forecaster.odds_for_seat(&position, player, wanted, GAMES);
        self.told(&odds, by)
    }

    fn told(&self, odds: &Odds, by: Option<u32>) -> Reply {
        let line = forecast::line(self.forecaster.scenario(), odds);
        let text = match by {
            Some(_) if line.is_empty() => forecast::fans(self.forecaster.scenario(), odds),
            Some(_) => line,
            None => line + &forecast::odds(self.forecaster.scenario(), odds),
        };
        Reply::told(text).with(odds)
    }

    /// The odds from the truth.
    pub fn true_odds(&self, table: &Table, wanted: &[IndicatorId], by: Option<u32>) -> Reply {
        let Some(position) = until(table, by) else { return over() };
        let told = || -> Result<Reply, SessionError> {
            let odds = self.forecaster.odds_from_truth(&position, &stand_ins(table.course())?, wanted, GAMES);
            Ok(self.told(&odds, by))
        };
        or_refused(told())
    }

    /// What changes would bring: the same futures from the truth, without and with them.
    ///
    /// # Errors
    /// A change is impossible.
    pub fn trial(&self, table: &Table, changes: &[What]) -> Result<Reply, SessionError> {
        let Some(before) = here(table) else { return Ok(over()) };
        let after = Position::of(&table.tried(changes)?);
        let scenario = self.forecaster.scenario();
        let mut wanted = scenario.shown.clone();
        for change in changes {
            if let What::Set(path, _) | What::Add(path, _) = change
                && let Some(id) = scenario.catalogue.indicator(path)
                && !wanted.contains(&id)
            {
                wanted.push(id);
            }
        }
        let stand_ins = stand_ins(table.course())?;
        let without = self.forecaster.odds_from_truth(&before, &stand_ins, &wanted, TRIALS);
        let with = self.forecaster.odds_from_truth(&after, &stand_ins, &wanted, TRIALS);
        let text = forecast::trial(scenario, &wanted, &without, &with);
        Ok(Reply::told(text).with(&json!({"without": without, "with": with})))
    }
}

fn here(table: &Table) -> Option<Position> {
    let game = &table.course().game;
    (!game.is_over()).then(|| Position::of(game))
}

/// The same, with futures that end with a turn.
fn until(table: &Table, by: Option<u32>) -> Option<Position> {
    let mut position = here(table)?;
    position.setup.turns = by.map_or(position.setup.turns, |turn| turn.min(position.setup.turns));
    Some(position)
}

fn over() -> Reply {
    Reply::refused("the game is over: there is no future to look at")
}
