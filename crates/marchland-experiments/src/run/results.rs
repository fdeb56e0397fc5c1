//! Results read back for analysis.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::folder::{RunError, info, parts_of, read_manifest, tables};
use super::manifest::{Manifest, StatusCounts};
use super::plan::{Place, place};
use marchland_play::LostDecisions;
use serde::{Deserialize, Serialize};

use crate::table::{Column, FactorColumn, Table, part_file_name, read_part};

/// The games of a results folder, sorted by row and replication.
#[derive(Clone, Debug)]
pub struct Results {
    /// Where they lie.
    pub path: PathBuf,
    /// What the folder says of itself.
    pub manifest: Manifest,
    /// One row per game, by (row, replication).
    pub games: Table,
    /// Games by status.
    pub counts: StatusCounts,
    /// Games asked for that are not there.
    pub missing: u64,
}

/// An event whose occurrence is a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultEvent {
    /// Its name.
    pub id: String,
    /// What happens, as a noun.
    pub title: String,
    /// The column of the turn in which it first had happened.
    pub column: String,
}

/// What names of columns of events begin with.
const EVENT: &str = "event.";

impl Results {
    /// Reads a results folder.
    ///
    /// # Errors
    /// [`RunError`] where it holds none, a part is damaged or foreign, or no game is finished.
    pub fn read(path: &Path) -> Result<Self, RunError> {
        let manifest = read_manifest(path)?.ok_or_else(|| RunError::NoResults { path: path.to_owned() })?;
        let games = read_table(path, &manifest, "games")?;
        let Some(games) = games else {
            return Err(RunError::Nothing(format!("{} holds no finished game yet", path.display())));
        };
        let games = sorted(&games);
        let mut counts = StatusCounts::default();
        if let Some(Column::Text(statuses)) = games.column("status") {
            statuses.iter().for_each(|status| counts.add_named(status));
        }
        let missing = manifest.games.saturating_sub(games.rows() as u64);
        Ok(Self { path: path.to_owned(), manifest, games, counts, missing })
    }

    /// The table of turns; none where no indicators were kept.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn turns(&self) -> Result<Option<Table>, RunError> {
        if tables(&self.manifest.experiment).contains(&"turns") {
            read_table(&self.path, &self.manifest, "turns")
        } else {
            Ok(None)
        }
    }

    /// Whether a game counts: its status is `ok`.
    #[must_use]
    pub fn ok(&self, game: usize) -> bool {
        self.counting()(game)
    }

    /// Which games count, the column of their statuses looked up once.
    fn counting(&self) -> impl Fn(usize) -> bool {
        let statuses: &[String] = match self.games.column("status") {
            Some(Column::Text(statuses)) => statuses,
            _ => &[],
        };
        move |game| statuses.get(game).is_some_and(|status| status == "ok")
    }

    /// The row and replication of a game.
    #[must_use]
    pub fn run(&self, game: usize) -> (u64, u64) {
        let cell = |name: &str| match self.games.column(name) {
            Some(Column::Unsigned(values)) => values[game],
            _ => 0,
        };
        (cell("row"), cell("replication"))
    }

    /// What a row stands for.
    #[must_use]
    pub fn place(&self, row: u64) -> Place {
        place(&self.manifest.experiment, row)
    }

    /// The row of a place.
    #[must_use]
    pub fn row(&self, place: Place) -> u64 {
        let experiment = &self.manifest.experiment;
        (place.point * experiment.levers.len() as u64 + place.lever as u64) * experiment.beliefs.len() as u64
            + place.belief as u64
    }

    /// A column of results as numbers, NaN for games without a result. Of an event, 1 where it happened and
    /// 0 where it did not.
    #[must_use]
    pub fn numbers(&self, column: &str) -> Option<Vec<f64>> {
        let found = self.games.column(column)?;
        let event = column.starts_with(EVENT);
        let value = |game: usize| match found.number(game) {
            turn if event => f64::from(u8::from(turn.is_finite())),
            value => value,
        };
        let ok = self.counting();
        Some((0..self.games.rows()).map(|game| if ok(game) { value(game) } else { f64::NAN }).collect())
    }

    /// The same results with forfeited games as games with a result, which every figure otherwise leaves out;
    /// none where no game is forfeited.
    #[must_use]
    pub fn with_forfeited(&self) -> Option<Self> {
        let Some(Column::Text(statuses)) = self.games.column("status") else { return None };
        if self.counts.forfeited == 0 {
            return None;
        }
        let statuses = statuses.iter().map(|status| if status == "forfeited" { "ok" } else { status }.to_owned());
        let status = Column::Text(statuses.collect());
        let columns = self.games.fields().iter().zip(self.games.columns());
        let columns = columns.map(|(field, own)| if field.name == "status" { status.clone() } else { own.clone() });
        let games = Table::new(self.games.fields().to_vec(), columns.collect()).ok()?;
        Some(Self { games, ..self.clone() })
    }

    /// The events whose occurrence is a result, the scenario's first one first. Results of versions that
    /// knew no events have the first irregular exit of the head of government, where there is a regime.
    #[must_use]
    pub fn events(&self) -> Vec<ResultEvent> {
        let fields = self.games.fields().iter();
        let declared: Vec<ResultEvent> = fields
            .filter_map(|field| {
                let id = field.name.strip_prefix(EVENT)?.to_owned();
                Some(ResultEvent { id, title: field.description.clone(), column: field.name.clone() })
            })
            .collect();
        let regime = matches!(self.games.column("outcome"), Some(Column::Text(outcomes))
            if outcomes.iter().any(|outcome| !outcome.is_empty() && outcome != "ended"));
        if declared.is_empty() && regime {
            let title = "irregular exit of the head of government".to_owned();
            return vec![ResultEvent { id: "irregular_exit".into(), title, column: "turn".into() }];
        }
        declared
    }

    /// Whether an event happened in each game: 1 or 0, NaN for games without a result.
    #[must_use]
    pub fn happened(&self, event: &ResultEvent) -> Vec<f64> {
        self.lifetimes(event)
            .into_iter()
            .map(|time| time.map_or(f64::NAN, |(_, happened)| f64::from(u8::from(happened))))
            .collect()
    }

    /// Of each game, the turn of an event and true, or the turns played without it and false; none for
    /// games without a result.
    #[must_use]
    pub fn lifetimes(&self, event: &ResultEvent) -> Vec<Option<(f64, bool)>> {
        let turns = self.games.column(&event.column).map_or_else(Vec::new, Column::numbers);
        // Results of versions that did not say how many turns were played were as long as was asked.
        let asked = f64::from(self.manifest.experiment.turns);
        let played = self.games.column("turns").map(Column::numbers);
        let lifetime = |game: usize, turn: f64| match turn.is_finite() {
            true => (turn, true),
            false => (played.as_ref().map_or(asked, |played| played[game]), false),
        };
        let ok = self.counting();
        let games = turns.into_iter().enumerate();
        games.map(|(game, turn)| ok(game).then(|| lifetime(game, turn))).collect()
    }

    /// Decisions that outside programs lost. Of results of versions that did not count decisions it is known
    /// how many were lost, and not of how many.
    #[must_use]
    pub fn lost(&self) -> LostDecisions {
        let games = &self.games;
        let mut all = LostDecisions { games: games.rows() as u64, ..LostDecisions::default() };
        all.forfeited = self.counts.forfeited;
        for field in games.fields() {
            let Some(player) = field.name.strip_prefix("forfeits.") else { continue };
            let Some(Column::Unsigned(lost)) = games.column(&field.name) else { continue };
            let of = match games.column(&format!("decisions.{player}")) {
                Some(Column::Unsigned(of)) => of.clone(),
                _ => vec![0; lost.len()],
            };
            lost.iter().zip(of).for_each(|(lost, of)| all.add_seat(player, *lost, of));
        }
        all
    }

    /// The factors, one value per game.
    #[must_use]
    pub fn factors(&self) -> Vec<FactorColumn> {
        let factors = &self.manifest.experiment.factors;
        factors
            .iter()
            .filter_map(|factor| {
                Some(FactorColumn::new(&factor.name, self.games.column(&format!("set.{}", factor.name))?))
            })
            .collect()
    }

    /// How many points, and replications, there are.
    #[must_use]
    pub fn extent(&self) -> (u64, u64) {
        let experiment = &self.manifest.experiment;
        let (rows, replications) = super::folder::extent(&self.manifest.blocks);
        (rows / (experiment.levers.len() as u64 * experiment.beliefs.len() as u64), replications)
    }

    /// A column of results under one lever and belief set in design order: `[point × replications +
    /// replication]`, NaN for games without a result and for games not there.
    #[must_use]
    pub fn design_order(&self, column: &str, lever: usize, belief: usize) -> Option<Vec<f64>> {
        let values = self.numbers(column)?;
        let (points, replications) = self.extent();
        let mut out = vec![f64::NAN; (points * replications) as usize];
        for (game, value) in values.into_iter().enumerate() {
            let (row, replication) = self.run(game);
            let at = self.place(row);
            if at.lever == lever && at.belief == belief {
                out[(at.point * replications + replication) as usize] = value;
            }
        }
        Some(out)
    }
}

/// Games of a row with a result, and what happened in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RowTally {
    /// Games.
    pub games: u64,
    /// In how many each event happened, in the order asked for.
    pub events: Vec<u64>,
    /// How often a coded column had each value, in the games in which the event that it is of happened.
    pub coded: BTreeMap<u32, u64>,
}

/// Counts by row of a results folder, read part by part: millions of games are never in memory together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// By row.
    pub rows: Vec<RowTally>,
}

impl Tally {
    /// Counts columns of events; and the values of one coded column, rounded, in the games in which the event at a
    /// position of `events` happened.
    ///
    /// # Errors
    /// As [`Results::read`]; or there is no such column.
    pub fn read(path: &Path, events: &[String], coded: Option<(&str, usize)>) -> Result<Self, RunError> {
        let manifest = read_manifest(path)?.ok_or_else(|| RunError::NoResults { path: path.to_owned() })?;
        let (rows, _) = super::folder::extent(&manifest.blocks);
        let empty = RowTally { events: vec![0; events.len()], ..RowTally::default() };
        let mut tally = Self { rows: vec![empty; rows as usize] };
        for part in parts_of(&manifest) {
            let file = path.join("games").join(part_file_name(part.number));
            if !file.exists() {
                continue;
            }
            let (_, table) = read_part(&file, Some(&info(&manifest, "games", &part)))?;
            let lacking = |name: &str| RunError::Nothing(format!("{} has no column `{name}`", file.display()));
            let column = |name: &str| table.column(name).ok_or_else(|| lacking(name));
            let (Column::Unsigned(rows), Column::Text(statuses)) = (column("row")?, column("status")?) else {
                return Err(lacking("row"));
            };
            let events = events.iter().map(|name| column(name)).collect::<Result<Vec<_>, _>>()?;
            let coded = coded.map(|(name, of)| Ok::<_, RunError>((column(name)?, events[of]))).transpose()?;
            for game in (0..rows.len()).filter(|game| statuses[*game] == "ok") {
                let Some(row) = tally.rows.get_mut(rows[game] as usize) else { continue };
                row.games += 1;
                for (count, column) in row.events.iter_mut().zip(&events) {
                    *count += u64::from(column.number(game).is_finite());
                }
                let code = coded.filter(|(_, event)| event.number(game).is_finite()).map(|(code, _)| code.number(game));
                if let Some(code) = code.filter(|code| code.is_finite()) {
                    *row.coded.entry(code.round() as u32).or_default() += 1;
                }
            }
        }
        Ok(tally)
    }
}

fn read_table(path: &Path, manifest: &Manifest, table: &str) -> Result<Option<Table>, RunError> {
    let mut all: Option<Table> = None;
    for part in parts_of(manifest) {
        let file = path.join(table).join(part_file_name(part.number));
        if !file.exists() {
            continue;
        }
        let (_, found) = read_part(&file, Some(&info(manifest, table, &part)))?;
        match &mut all {
            None => all = Some(found),
            Some(all) => {
                all.append(found).map_err(|source| crate::table::PartError::Table { path: file.clone(), source })?
            }
        }
    }
    Ok(all)
}

/// By row, then replication.
fn sorted(table: &Table) -> Table {
    let key = |name: &str| match table.column(name) {
        Some(Column::Unsigned(values)) => values.clone(),
        _ => vec![0; table.rows()],
    };
    let (rows, replications) = (key("row"), key("replication"));
    let mut order: Vec<usize> = (0..table.rows()).collect();
    order.sort_by_key(|&at| (rows[at], replications[at]));
    let columns = table
        .columns()
        .iter()
        .map(|column| match column {
            Column::Unsigned(v) => Column::Unsigned(order.iter().map(|&at| v[at]).collect()),
            Column::Integer(v) => Column::Integer(order.iter().map(|&at| v[at]).collect()),
            Column::Number(v) => Column::Number(order.iter().map(|&at| v[at]).collect()),
            Column::Text(v) => Column::Text(order.iter().map(|&at| v[at].clone()).collect()),
            Column::Flag(v) => Column::Flag(order.iter().map(|&at| v[at]).collect()),
        })
        .collect();
    Table::new(table.fields().to_vec(), columns).expect("the same columns in another order")
}
