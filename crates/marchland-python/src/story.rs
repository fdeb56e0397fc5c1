//! A game that was played to its end, as tables and as a story.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use marchland::game_json::{self, GameInputs};
use marchland::open::{NOTICE, OpenScenario};
use marchland_experiments::run::AddedStrategies;
use marchland_experiments::table::{Column, Field, Table as Columns};
use marchland_game::{Catalogue, Diagnostic, Outcome, PlayerId, RoundRecord, Ruling, Stage, Turn, TurnRecord, Vote};
use marchland_report::screen::Screen;
use marchland_report::story::{Heading, whole};
use marchland_report::why;
use marchland_session::story::turning_point;
use marchland_sim::turn::{Engine, Setup, Variant};
use pyo3::prelude::*;

use crate::error::{input, of_findings};
use crate::scenario::json_of;
use crate::table::Table;

/// A game that was played to its end.
#[pyclass(frozen, module = "marchland", subclass)]
pub struct PlayedGame {
    variant: Arc<Variant>,
    names: Vec<(String, String)>,
    added: Option<AddedStrategies>,
    seed: u64,
    traced: bool,
    records: Vec<TurnRecord>,
    outcome: Outcome,
}

/// Rows in the making.
pub struct Rows {
    fields: Vec<Field>,
    columns: Vec<Column>,
}

impl Rows {
    /// No rows of these columns: name, meaning and an empty column.
    pub fn new(columns: &[(&str, &str, Column)]) -> Self {
        let fields = columns.iter().map(|(name, description, column)| Field {
            name: (*name).to_owned(),
            kind: column.kind(),
            unit: String::new(),
            description: (*description).to_owned(),
        });
        Self { fields: fields.collect(), columns: columns.iter().map(|(.., column)| column.clone()).collect() }
    }

    fn text(&mut self, at: usize, value: impl Into<String>) {
        if let Column::Text(values) = &mut self.columns[at] {
            values.push(value.into());
        }
    }

    fn number(&mut self, at: usize, value: f64) {
        if let Column::Number(values) = &mut self.columns[at] {
            values.push(value);
        }
    }

    fn count(&mut self, at: usize, value: u64) {
        if let Column::Unsigned(values) = &mut self.columns[at] {
            values.push(value);
        }
    }

    fn flag(&mut self, at: usize, value: bool) {
        if let Column::Flag(values) = &mut self.columns[at] {
            values.push(value);
        }
    }

    /// The table.
    pub fn table(self) -> Table {
        Table::new(&Columns::new(self.fields, self.columns).expect("every row fills every column"))
    }
}

fn count() -> Column {
    Column::Unsigned(Vec::new())
}

fn text() -> Column {
    Column::Text(Vec::new())
}

fn number() -> Column {
    Column::Number(Vec::new())
}

fn flag() -> Column {
    Column::Flag(Vec::new())
}

impl PlayedGame {
    /// Plays a game until it is over or told to stop.
    pub fn play(opened: &OpenScenario, seed: u64, traced: bool, stop: &AtomicBool) -> Self {
        let mut game = Engine::new(&opened.scenario).with_assumed(opened.assumed.clone()).start(&Setup {
            variant: opened.variant.clone(),
            lineup: opened.composed.lineup.clone(),
            seed,
            turns: opened.turns,
            tracing: traced,
        });
        game.set_recording(true);
        let mut records = Vec::new();
        while !game.is_over() && !stop.load(Ordering::Relaxed) {
            game.step();
            records.push(game.last_record().clone());
        }
        Self {
            variant: Arc::clone(&opened.variant),
            names: opened.composed.names.clone(),
            added: opened.added.clone(),
            seed,
            traced,
            outcome: game.outcome(),
            records,
        }
    }

    /// Of a game that was played step by step.
    pub fn of(
        variant: Arc<Variant>,
        names: Vec<(String, String)>,
        seed: u64,
        traced: bool,
        records: Vec<TurnRecord>,
        outcome: Outcome,
    ) -> Self {
        Self { variant, names, added: None, seed, traced, records, outcome }
    }

    fn catalogue(&self) -> &Catalogue {
        &self.variant.scenario.catalogue
    }

    fn player(&self, id: PlayerId) -> &str {
        &self.catalogue().players[id.index()].id
    }

    fn rounds(&self) -> impl Iterator<Item = (u32, usize, &RoundRecord)> {
        self.records
            .iter()
            .flat_map(|record| record.rounds.iter().enumerate().map(move |(round, what)| (record.turn, round, what)))
    }

    /// Fills the columns that name an order: turn, round, player, action, option.
    fn order_columns(&self, rows: &mut Rows, turn: u32, round: usize, ruling: &Ruling) {
        let action = &self.catalogue().actions[ruling.order.action.index()];
        rows.count(0, u64::from(turn));
        rows.count(1, round as u64);
        rows.text(2, self.player(ruling.player));
        rows.text(3, action.id.as_str());
        rows.text(4, action.options[usize::from(ruling.order.option)].id.as_str());
    }

    fn screen(&self) -> Screen {
        let heading = Heading { seed: self.seed, belief: self.variant.belief_name(), strategies: &self.names };
        whole(&self.variant.scenario, &self.records, &self.outcome, &heading, NOTICE)
    }

    fn needs_causes(&self) -> PyResult<()> {
        if self.traced { Ok(()) } else { Err(input("the game was played without its causes; play it with trace=True")) }
    }
}

#[pymethods]
impl PlayedGame {
    /// Its seed.
    #[getter]
    fn seed(&self) -> u64 {
        self.seed
    }

    /// Player or population, and the strategy it played.
    #[getter]
    fn lineup(&self) -> Vec<(String, String)> {
        self.names.clone()
    }

    /// One row per turn: the turn, its date, and every indicator at its end.
    #[getter]
    fn turns(&self) -> Table {
        let catalogue = self.catalogue();
        let field = |name: &str, column: &Column, unit: &str, description: &str| Field {
            name: name.to_owned(),
            kind: column.kind(),
            unit: unit.to_owned(),
            description: description.to_owned(),
        };
        let (mut fields, mut columns) = (Vec::new(), Vec::new());
        let turns = Column::Unsigned(self.records.iter().map(|record| u64::from(record.turn)).collect());
        let start = self.variant.scenario.calendar.start;
        let dates = Column::Text(self.records.iter().map(|record| start.of(Turn(record.turn)).to_string()).collect());
        fields.push(field("turn", &turns, "months", "the turn, from 1"));
        fields.push(field("date", &dates, "", "its month"));
        columns.extend([turns, dates]);
        for (at, info) in catalogue.indicators.iter().enumerate() {
            let column = Column::Number(self.records.iter().map(|record| record.indicators[at]).collect());
            fields.push(field(&info.path, &column, &info.unit, &info.meaning));
            columns.push(column);
        }
        Table::new(&Columns::new(fields, columns).expect("indicators have names of their own"))
    }

    /// One row per order: turn, round, player, action, option, legal, reason.
    #[getter]
    fn orders(&self) -> Table {
        let catalogue = self.catalogue();
        let mut rows = Rows::new(&[
            ("turn", "the turn, from 1", count()),
            ("round", "the round of the month, from 0", count()),
            ("player", "who ordered", text()),
            ("action", "what", text()),
            ("option", "with which option", text()),
            ("legal", "whether it was legal", flag()),
            ("reason", "why it was not; reads after because", text()),
        ]);
        for (turn, round, what) in self.rounds() {
            for ruling in &what.rulings {
                self.order_columns(&mut rows, turn, round, ruling);
                rows.flag(5, ruling.legal());
                let reason = ruling.refusal.map(|refusal| refusal.text(ruling.order.action, catalogue));
                rows.text(6, reason.unwrap_or_default());
            }
        }
        rows.table()
    }

    /// One row per legal order: turn, round, player, action, option, probability, draw, success, leaked.
    #[getter]
    fn rulings(&self) -> Table {
        let mut rows = Rows::new(&[
            ("turn", "the turn, from 1", count()),
            ("round", "the round of the month, from 0", count()),
            ("player", "who ordered", text()),
            ("action", "what", text()),
            ("option", "with which option", text()),
            ("probability", "chance of success", number()),
            ("draw", "the draw in [0, 1): success where it is below the chance", number()),
            ("success", "whether it succeeded", flag()),
            ("leaked", "whether it leaked", flag()),
        ]);
        for (turn, round, what) in self.rounds() {
            for ruling in what.rulings.iter().filter(|ruling| ruling.legal()) {
                self.order_columns(&mut rows, turn, round, ruling);
                rows.number(5, ruling.probability);
                rows.number(6, ruling.draw);
                rows.flag(7, ruling.success);
                rows.flag(8, ruling.leaked);
            }
        }
        rows.table()
    }

    /// One row per ballot: turn, round, motion, by, member, vote, passed.
    #[getter]
    fn votes(&self) -> Table {
        let catalogue = self.catalogue();
        let mut rows = Rows::new(&[
            ("turn", "the turn, from 1", count()),
            ("round", "the round of the month, from 0", count()),
            ("motion", "the question", text()),
            ("by", "who tabled it; absent where an event did", text()),
            ("member", "who voted", text()),
            ("vote", "yes, no or abstain", text()),
            ("passed", "whether the motion passed", flag()),
        ]);
        for (turn, round, what) in self.rounds() {
            for vote in &what.votes {
                let motion = &catalogue.motions[vote.motion.index()];
                let members = &catalogue.institutions[motion.institution.index()].members;
                for (member, ballot) in members.iter().zip(vote.votes.iter()) {
                    rows.count(0, u64::from(turn));
                    rows.count(1, round as u64);
                    rows.text(2, motion.id.as_str());
                    rows.text(3, vote.by.map(|by| self.player(by)).unwrap_or_default());
                    rows.text(4, member.id.as_str());
                    rows.text(
                        5,
                        match ballot {
                            Vote::Yes => "yes",
                            Vote::No => "no",
                            Vote::Abstain => "abstain",
                        },
                    );
                    rows.flag(6, vote.passed);
                }
            }
        }
        rows.table()
    }

    /// One row per event: turn, round, event, title.
    #[getter]
    fn events(&self) -> Table {
        let mut rows = Rows::new(&[
            ("turn", "the turn, from 1", count()),
            ("round", "the round of the month, from 0", count()),
            ("event", "what happened", text()),
            ("title", "its headline", text()),
        ]);
        for (turn, round, what) in self.rounds() {
            for event in &what.events {
                let event = &self.catalogue().events[event.index()];
                rows.count(0, u64::from(turn));
                rows.count(1, round as u64);
                rows.text(2, event.id.as_str());
                rows.text(3, event.title.as_str());
            }
        }
        rows.table()
    }

    /// One row per step of an indicator: turn, round, stage, indicator, cause, before, after, inputs.
    #[getter]
    fn causes(&self) -> PyResult<Table> {
        self.needs_causes()?;
        let catalogue = self.catalogue();
        let mut rows = Rows::new(&[
            ("turn", "the turn, from 1", count()),
            ("round", "the round of the month, from 0", count()),
            ("stage", "orders or ballots", text()),
            ("indicator", "what changed", text()),
            ("cause", "what brought it about", text()),
            ("before", "the value before, in the indicator's unit", number()),
            ("after", "the value after", number()),
            ("inputs", "indicators that the cause read, separated by commas", text()),
        ]);
        for (turn, round, what) in self.rounds() {
            for booking in &what.bookings {
                let path = |id: &marchland_game::IndicatorId| catalogue.indicators[id.index()].path.as_str();
                rows.count(0, u64::from(turn));
                rows.count(1, round as u64);
                rows.text(2, if booking.moment.stage == Stage::Ballots { "ballots" } else { "orders" });
                rows.text(3, path(&booking.indicator));
                rows.text(4, booking.cause.named(catalogue).to_string());
                rows.number(5, booking.before);
                rows.number(6, booking.after);
                rows.text(7, booking.inputs.iter().map(path).collect::<Vec<_>>().join(","));
            }
        }
        Ok(rows.table())
    }

    /// How it ended: status, exit, measures, payoffs, events, the turning point.
    #[getter]
    fn outcome<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let scenario = &self.variant.scenario;
        let turning_point = turning_point(scenario, &self.records);
        json_of(py, &game_json::outcome_object(scenario, turning_point.as_ref(), &self.outcome))
    }

    /// The game as the object that `marchland run --json` prints.
    fn to_json(&self) -> String {
        let played =
            GameInputs { variant: &self.variant, seed: self.seed, strategies: &self.names, added: self.added.as_ref() };
        game_json::text(&played, Vec::new(), &self.records, &self.outcome, self.traced, NOTICE)
    }

    /// The game told, as `text`, `markdown` or `html`.
    #[pyo3(signature = (format="text"))]
    fn story(&self, format: &str) -> PyResult<String> {
        self.needs_causes()?;
        let screen = self.screen();
        let title = &self.variant.scenario.title;
        match format {
            "text" => Ok(screen.text()),
            "markdown" => Ok(screen.markdown()),
            "html" => Ok(screen.html(title, title)),
            other => Err(input(format!("a story is told as text, markdown or html, and not `{other}`"))),
        }
    }

    /// Why an indicator stands where it does at the end of a turn: its causes, followed to their beginning.
    #[pyo3(signature = (indicator, turn=None))]
    fn why(&self, indicator: &str, turn: Option<u32>) -> PyResult<String> {
        self.needs_causes()?;
        let catalogue = self.catalogue();
        let suffix = format!(".{indicator}");
        let by_field = || {
            let mut found = catalogue.indicators.iter().filter(|info| info.path.ends_with(&suffix));
            let first = found.next()?;
            if found.next().is_none() { catalogue.indicator(&first.path) } else { None }
        };
        let main = self.variant.scenario.main_indicator;
        let main = main.filter(|id| catalogue.indicators[id.index()].field == indicator);
        let Some(id) = catalogue.indicator(indicator).or(main).or_else(by_field) else {
            let found = Diagnostic::error("unknown-indicator", format!("there is no indicator `{indicator}`"));
            let paths = catalogue.indicators.iter().map(|info| info.path.as_str());
            return Err(of_findings(vec![found.choose(indicator, paths)]));
        };
        let turns = turn.unwrap_or(self.records.len() as u32);
        if turns == 0 || turns as usize > self.records.len() {
            return Err(input(format!("the game has the turns 1 to {}, and no {turns}", self.records.len())));
        }
        let mut screen = Screen::new();
        why::write(&mut screen, &self.variant.scenario, &self.records[..turns as usize], id);
        Ok(screen.text())
    }

    fn _repr_markdown_(&self) -> Option<String> {
        self.traced.then(|| self.screen().markdown())
    }

    fn __repr__(&self) -> String {
        format!(
            "<PlayedGame of {}: seed {}, {} turns, {}>",
            self.catalogue().scenario,
            self.seed,
            self.outcome.turns,
            self.outcome.status
        )
    }
}
