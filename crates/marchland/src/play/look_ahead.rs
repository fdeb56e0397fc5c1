//! Futures at the table: previews, odds, and trials of injects. Labelled a model's odds wherever they are
//! shown.

use marchland_game::{Choice, IndicatorId, PlayerId};
use marchland_session::forecast::{Forecaster, GAMES, NOTICE, Odds, Position, StandIns};
use marchland_session::{Holder, SessionError, Table, What};
use serde_json::json;

use super::reply::{Reply, or_refused};
use crate::forecast_view;
use crate::wording::{Wording, number};

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
        Reply::told(forecast_view::preview(self.forecaster.scenario(), &preview)).with(&preview)
    }

    /// The odds as far as a seat can tell.
    pub fn seat_odds(&self, table: &Table, player: PlayerId, wanted: &[IndicatorId]) -> Reply {
        let Some(position) = here(table) else { return over() };
        let odds = self.forecaster.odds_for_seat(&position, player, wanted, GAMES);
        Reply::told(forecast_view::odds(self.forecaster.scenario(), &odds)).with(&odds)
    }

    /// The odds from the truth.
    pub fn true_odds(&self, table: &Table, wanted: &[IndicatorId]) -> Reply {
        let Some(position) = here(table) else { return over() };
        let told = || -> Result<Reply, SessionError> {
            let odds = self.forecaster.odds_from_truth(&position, &stand_ins(table)?, wanted, GAMES);
            Ok(Reply::told(forecast_view::odds(self.forecaster.scenario(), &odds)).with(&odds))
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
        let stand_ins = stand_ins(table)?;
        let without = self.forecaster.odds_from_truth(&before, &stand_ins, &wanted, TRIALS);
        let with = self.forecaster.odds_from_truth(&after, &stand_ins, &wanted, TRIALS);
        let text = compared(&Wording::new(scenario), &wanted, &without, &with);
        Ok(Reply::told(text).with(&json!({"without": without, "with": with})))
    }
}

fn compared(wording: &Wording<'_>, wanted: &[IndicatorId], without: &Odds, with: &Odds) -> String {
    let mut text = format!("{NOTICE} The same {TRIALS} futures from the truth, without and with it.\n");
    for (before, after) in without.statuses.iter().zip(&with.statuses) {
        let (a, b) = (before.odds.share.unwrap_or(0.0), after.odds.share.unwrap_or(0.0));
        if a > 0.0 || b > 0.0 {
            text += &format!("  {} at the end: {:.0} % and {:.0} %\n", before.outcome, 100.0 * a, 100.0 * b);
        }
    }
    text += "Medians at once, after three months, and at the end\n";
    for (id, (before, after)) in wanted.iter().zip(without.fans.iter().zip(&with.fans)) {
        let at = |months: usize| {
            let last = before.turns.len().min(after.turns.len()).checked_sub(1)?;
            let at = months.min(last);
            Some(format!("{} and {}", number(before.turns[at].median), number(after.turns[at].median)))
        };
        let cells: Vec<String> = [at(0), at(3), at(usize::MAX)].into_iter().flatten().collect();
        text += &format!("  {}: {}\n", wording.indicator(*id), cells.join("; "));
    }
    text
}

fn here(table: &Table) -> Option<Position> {
    let game = &table.course().game;
    (!game.is_over()).then(|| Position::of(game))
}

fn over() -> Reply {
    Reply::refused("the game is over: there is no future to look at")
}

/// Who plays on where a seat cannot be asked.
fn stand_ins(table: &Table) -> Result<StandIns, SessionError> {
    let course = table.course();
    let source = &course.source;
    let players = source.scenario.catalogue.players.iter().zip(&course.seats);
    let holders = players
        .map(|(player, held)| match &held.holder {
            Holder::Human => Ok(None),
            Holder::Strategy(text) => source.strategy(&player.id, text).map(Some),
        })
        .collect::<Result<Vec<_>, SessionError>>()?;
    Ok(StandIns::new(&source.scenario, &source.registry, &holders)?)
}
