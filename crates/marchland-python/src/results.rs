//! Results of many games, in memory or in a folder.

use std::path::{Path, PathBuf};

use marchland::sessions;
use marchland_experiments::run::{self, Folder, GameRow, Plan, RunError};
use marchland_experiments::table::Table as Columns;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::error::{input, of_failure};
use crate::table::Table;

/// Results of many games.
#[pyclass(frozen, module = "marchland", subclass)]
pub struct Results {
    /// Games, and turns where indicators were kept; of a folder that was just written, read when first asked for.
    tables: PyOnceLock<Tables>,
    /// Where they lie; none in memory.
    folder: Option<PathBuf>,
    /// What they were played by; none where they were read.
    played: Option<(Plan, Vec<GameRow>, PathBuf)>,
    missing: u64,
}

/// One row per game, and one per game and turn where indicators were kept.
struct Tables {
    games: Py<Table>,
    turns: Option<Py<Table>>,
}

impl Tables {
    fn new(py: Python<'_>, games: &Columns, turns: Option<&Columns>) -> PyResult<Self> {
        Ok(Self {
            games: Py::new(py, Table::new(games))?,
            turns: turns.map(|turns| Py::new(py, Table::new(turns))).transpose()?,
        })
    }

    /// Of a results folder, with how many games are missing there.
    fn read(py: Python<'_>, path: &Path) -> PyResult<(Self, u64)> {
        let read = py.detach(|| {
            let results = run::Results::read(path)?;
            let turns = results.turns()?;
            Ok((results, turns))
        });
        let (results, turns) = read.map_err(refused)?;
        Ok((Self::new(py, &results.games, turns.as_ref())?, results.missing))
    }
}

fn held(py: Python<'_>, tables: Tables) -> PyOnceLock<Tables> {
    let held = PyOnceLock::new();
    // A new one holds nothing.
    let _ = held.set(py, tables);
    held
}

fn refused(error: RunError) -> PyErr {
    of_failure(&sessions::refused(error))
}

impl Results {
    /// Of games in memory.
    pub fn of_games(py: Python<'_>, plan: Plan, rows: Vec<GameRow>, scenario: PathBuf) -> PyResult<Self> {
        let (games, turns) = run::tables_of(&plan, &rows);
        let missing = plan.games() - rows.len() as u64;
        Ok(Self {
            tables: held(py, Tables::new(py, &games, turns.as_ref())?),
            folder: None,
            played: Some((plan, rows, scenario)),
            missing,
        })
    }

    /// Of a folder that holds no game of a plan.
    pub fn empty(py: Python<'_>, plan: &Plan, folder: PathBuf) -> PyResult<Self> {
        let (games, turns) = run::tables_of(plan, &[]);
        Ok(Self {
            tables: held(py, Tables::new(py, &games, turns.as_ref())?),
            folder: Some(folder),
            played: None,
            missing: plan.games(),
        })
    }

    /// Of a folder in which every game was just played: nothing is read until somebody asks for it.
    pub fn written(folder: PathBuf) -> Self {
        Self { tables: PyOnceLock::new(), folder: Some(folder), played: None, missing: 0 }
    }

    fn tables(&self, py: Python<'_>) -> PyResult<&Tables> {
        self.tables.get_or_try_init(py, || {
            let folder = self.folder.as_deref().expect("results in memory have their tables");
            Ok(Tables::read(py, folder)?.0)
        })
    }
}

#[pymethods]
impl Results {
    /// Reads a results folder.
    #[staticmethod]
    pub fn read(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let (tables, missing) = Tables::read(py, &path)?;
        Ok(Self { tables: held(py, tables), folder: Some(path), played: None, missing })
    }

    /// One row per game, by row and replication.
    #[getter]
    fn games(&self, py: Python<'_>) -> PyResult<Py<Table>> {
        Ok(self.tables(py)?.games.clone_ref(py))
    }

    /// One row per game and turn, where indicators were kept.
    #[getter]
    fn turns(&self, py: Python<'_>) -> PyResult<Option<Py<Table>>> {
        Ok(self.tables(py)?.turns.as_ref().map(|turns| turns.clone_ref(py)))
    }

    /// The folder that holds them; none where they are in memory.
    #[getter]
    fn folder(&self) -> Option<PathBuf> {
        self.folder.clone()
    }

    /// Games asked for that are not there.
    #[getter]
    fn missing(&self) -> u64 {
        self.missing
    }

    /// Writes the games of memory into a new folder: the bytes that the command line would have written.
    fn write(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        let Some((plan, rows, scenario)) = &self.played else {
            return Err(input("these results lie in a folder already"));
        };
        if self.missing > 0 {
            return Err(input(format!(
                "{} games were not played; play into a folder from the start, which may be resumed",
                self.missing
            )));
        }
        py.detach(|| {
            let session = sessions::session(scenario, 0);
            let mut folder = Folder::open(&path, plan, &session, None, false)?;
            run::keep(plan, &mut folder, rows)?;
            folder.manifest.ended_unix_s = Some(sessions::now());
            folder.save()
        })
        .map_err(refused)
    }
}
