//! The columns of `games/` and `turns/`.

use super::plan::{GameRow, Place, Plan, text_of};
use crate::design::Value;
use crate::table::{Column, Field, Kind, Table};

fn field(name: impl Into<String>, kind: Kind, unit: &str, description: &str) -> Field {
    Field { name: name.into(), kind, unit: unit.to_owned(), description: description.to_owned() }
}

/// Games as a table, one row each.
pub(super) fn games(plan: &Plan, games: &[GameRow]) -> Table {
    let catalogue = &plan.scenario().catalogue;
    let experiment = &plan.experiment;
    let places: Vec<_> = games.iter().map(|game| plan.place(game.run.row)).collect();
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    let mut push = |field: Field, column: Column| {
        fields.push(field);
        columns.push(column);
    };
    push(
        field("row", Kind::Unsigned, "", "design point under a lever and a belief set, from 0"),
        Column::Unsigned(games.iter().map(|game| game.run.row).collect()),
    );
    push(
        field("replication", Kind::Unsigned, "", "replication of the row, from 0"),
        Column::Unsigned(games.iter().map(|game| game.run.replication).collect()),
    );
    push(
        field("seed", Kind::Unsigned, "", "the game's seed: `run --seed` with the row's values plays it again"),
        Column::Unsigned(games.iter().map(|game| game.seed).collect()),
    );
    push(
        field("shocks", Kind::Text, "", "Fresh: every point has seeds of its own; Common: all points share them"),
        Column::Text(vec![experiment.shocks.name().to_owned(); games.len()]),
    );
    for (field, column) in labels(plan, &places) {
        push(field, column);
    }
    let values: Vec<Vec<Value>> = places.iter().map(|place| plan.values(place.point)).collect();
    for (at, factor) in experiment.factors.iter().enumerate() {
        let parameter = catalogue.parameter(&factor.name).map(|id| &catalogue.parameters[id.index()]);
        let start = catalogue.indicator(&factor.name).map(|id| &catalogue.indicators[id.index()]);
        let (unit, meaning) = match (parameter, start) {
            (Some(p), _) => (p.unit.as_str(), p.meaning.as_str()),
            (None, Some(indicator)) => (indicator.unit.as_str(), indicator.meaning.as_str()),
            (None, None) => ("", ""),
        };
        let name = format!("set.{}", factor.name);
        if factor.distribution.is_named() {
            let names = values.iter().map(|row| text_of(&row[at])).collect();
            push(field(name, Kind::Text, unit, meaning), Column::Text(names));
        } else {
            let number = |value: &Value| match value {
                Value::Number(x) => *x,
                Value::Name(_) => f64::NAN,
            };
            let numbers = values.iter().map(|row| number(&row[at])).collect();
            push(field(name, Kind::Number, unit, meaning), Column::Number(numbers));
        }
    }
    for player in plan.strategy_columns() {
        let names = places.iter().map(|place| plan.strategy(place.lever, player).to_owned()).collect();
        push(field(format!("strategy.{player}"), Kind::Text, "", "the strategy played"), Column::Text(names));
    }
    push(
        field(
            "status",
            Kind::Text,
            "",
            "ok, error, panic, over_limit, non_finite, or forfeited: a seat lost too many of its decisions",
        ),
        Column::Text(games.iter().map(|game| game.status.name().to_owned()).collect()),
    );
    push(
        field("outcome", Kind::Text, "", "the regime's status at the end"),
        Column::Text(games.iter().map(|game| game.outcome.status.clone()).collect()),
    );
    push(
        field("exit", Kind::Text, "", "the first irregular way of exit, absent without one"),
        Column::Text(games.iter().map(|game| game.outcome.exit.clone().unwrap_or_default()).collect()),
    );
    push(
        field("turn", Kind::Number, "months", "the turn of that exit"),
        Column::Number(games.iter().map(|game| game.outcome.turn.map_or(f64::NAN, f64::from)).collect()),
    );
    push(
        field("turns", Kind::Unsigned, "months", "turns played"),
        Column::Unsigned(games.iter().map(|game| u64::from(game.outcome.turns)).collect()),
    );
    for (at, event) in catalogue.outcome_events.iter().enumerate() {
        let turn = |game: &GameRow| game.outcome.events.get(at).copied().flatten().map_or(f64::NAN, f64::from);
        push(
            field(format!("event.{}", event.id), Kind::Number, "months", &event.title),
            Column::Number(games.iter().map(turn).collect()),
        );
    }
    for &at in plan.measures() {
        let measure = &catalogue.measures[at];
        let numbers = games.iter().map(|game| game.outcome.measures.get(at).copied().unwrap_or(f64::NAN)).collect();
        let name = format!("measure.{}", measure.id);
        push(field(name, Kind::Number, &measure.unit, &measure.meaning), Column::Number(numbers));
    }
    for (at, player) in catalogue.players.iter().enumerate() {
        let payoff = |game: &GameRow| game.outcome.payoffs.get(at).copied().flatten().unwrap_or(f64::NAN);
        push(
            field(
                format!("payoff.{}", player.id),
                Kind::Number,
                "payoff",
                "mean over turns, with what counts at the end",
            ),
            Column::Number(games.iter().map(payoff).collect()),
        );
    }
    for (at, player) in catalogue.players.iter().enumerate() {
        let forfeits = |game: &GameRow| game.outcome.forfeits.get(at).map_or(0, |&n| u64::from(n));
        push(
            field(format!("forfeits.{}", player.id), Kind::Unsigned, "decisions", "decisions lost by its program"),
            Column::Unsigned(games.iter().map(forfeits).collect()),
        );
        let decisions = |game: &GameRow| game.outcome.decisions.get(at).map_or(0, |&n| u64::from(n));
        push(
            field(format!("decisions.{}", player.id), Kind::Unsigned, "decisions", "decisions that there were to take"),
            Column::Unsigned(games.iter().map(decisions).collect()),
        );
    }
    Table::new(fields, columns).expect("columns were built from the same games, under names of their own")
}

/// What a row is, in words that join tables: point, lever and belief set.
fn labels(plan: &Plan, places: &[Place]) -> [(Field, Column); 3] {
    let experiment = &plan.experiment;
    [
        (
            field("point", Kind::Unsigned, "", "design point, from 0"),
            Column::Unsigned(places.iter().map(|place| place.point).collect()),
        ),
        (
            field("lever", Kind::Text, "", "the lever: which strategies take the place of the scenario's own"),
            Column::Text(places.iter().map(|place| experiment.levers[place.lever].name.clone()).collect()),
        ),
        (
            field("belief", Kind::Text, "", "the belief set in force"),
            Column::Text(places.iter().map(|place| experiment.beliefs[place.belief].clone()).collect()),
        ),
    ]
}

/// The indicators kept, one row per game and turn.
pub(super) fn turns(plan: &Plan, games: &[GameRow]) -> Table {
    let catalogue = &plan.scenario().catalogue;
    let width = plan.keep().len();
    let mut heads = [Vec::new(), Vec::new(), Vec::new(), Vec::new()];
    let mut places = Vec::new();
    let mut values: Vec<Vec<f64>> = vec![Vec::new(); width];
    for game in games {
        let place = plan.place(game.run.row);
        for (turn, row) in game.turns.chunks_exact(width).enumerate() {
            places.push(place);
            heads[0].push(game.run.row);
            heads[1].push(game.run.replication);
            heads[2].push(u64::from(game.outcome.turns));
            heads[3].push(turn as u64 + 1);
            for (column, value) in values.iter_mut().zip(row) {
                column.push(*value);
            }
        }
    }
    let mut fields = vec![
        field("row", Kind::Unsigned, "", "design point under a lever and a belief set, from 0"),
        field("replication", Kind::Unsigned, "", "replication of the row, from 0"),
        field("turns", Kind::Unsigned, "months", "turns played by the game in all"),
        field("turn", Kind::Unsigned, "months", "the turn, from 1; values are those at its end"),
    ];
    let mut columns: Vec<Column> = heads.into_iter().map(Column::Unsigned).collect();
    for (at, (field, column)) in labels(plan, &places).into_iter().enumerate() {
        fields.insert(2 + at, field);
        columns.insert(2 + at, column);
    }
    for (id, numbers) in plan.keep().iter().zip(values) {
        let info = &catalogue.indicators[id.index()];
        fields.push(field(info.path.clone(), Kind::Number, &info.unit, &info.meaning));
        columns.push(Column::Number(numbers));
    }
    Table::new(fields, columns).expect("columns were built from the same turns, under names of their own")
}
