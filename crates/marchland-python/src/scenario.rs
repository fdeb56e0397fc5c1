//! A scenario, and what is asked of it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use marchland::open::{self, GameFlags, OpenScenario};
use marchland::sessions;
use marchland_experiments::design::{Run, Shocks};
use marchland_experiments::run::{
    AddedStrategies, Experiment, Folder, Lever, Plan, RunError, Shard, play, points_of_table, run,
};
use marchland_experiments::table::{Column, Field, GAMES_PER_PART, Kind, Table as Columns};
use marchland_game::Catalogue;
use marchland_game::stream::SEED_BOUND;
use marchland_sim::scenario::Scenario as SimScenario;
use marchland_strategies::Registry;
use numpy::{PyArray2, PyReadonlyArray2, ndarray};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::error::{input, of_failure, of_findings};
use crate::interrupt::watched;
use crate::results::Results;
use crate::story::PlayedGame;
use crate::strategy::Objects;

/// A scenario that was loaded and checked.
#[pyclass(frozen, module = "marchland", subclass)]
pub struct Scenario {
    pub loaded: Arc<SimScenario>,
    pub catalogue: Arc<Catalogue>,
    pub path: PathBuf,
    added: Option<AddedStrategies>,
    strategies_file: Option<PathBuf>,
    allow_external: bool,
}

/// How a game is composed, as flags of the command line.
#[derive(Clone, Default, FromPyObject)]
#[pyo3(from_item_all)]
pub struct Composition {
    /// Player and strategy.
    pub strategies: Vec<(String, String)>,
    /// Parameter and value.
    pub set: Vec<(String, String)>,
    pub belief: Option<String>,
    pub turns: Option<u32>,
}

/// A batch or a sweep over listed points.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
struct Batch {
    games: u64,
    seed: u64,
    /// Name, then player and strategy.
    levers: Vec<(String, Vec<(String, String)>)>,
    beliefs: Vec<String>,
    indicators: Vec<String>,
    shocks: Option<String>,
    threads: usize,
    games_per_part: Option<u64>,
    out: Option<PathBuf>,
    resume: bool,
    shard: Option<String>,
}

impl Composition {
    /// Strategies in Python that take part.
    pub fn objects(&self) -> Objects {
        Objects::named_in(self.strategies.iter().map(|(_, text)| text.as_str()))
    }
}

impl Scenario {
    fn registry(&self) -> Registry {
        open::registry(Duration::from_secs(10))
    }

    /// Composes a game.
    pub fn compose(&self, with: &Composition) -> PyResult<OpenScenario> {
        let flags = GameFlags {
            scenario: self.path.clone(),
            turns: with.turns,
            belief: with.belief.clone(),
            strategies: with.strategies.iter().map(|(player, text)| (player.clone(), written_out(text))).collect(),
            more_strategies: self.strategies_file.clone(),
            allow_external: self.allow_external,
            set: with.set.clone(),
            timeout: 10.0,
        };
        let opened = flags.compose(Arc::clone(&self.loaded), self.registry(), self.added.clone());
        opened.map_err(|failure| of_failure(&failure))
    }

    fn plan(&self, with: &Composition, batch: &Batch, design: Option<&Columns>) -> PyResult<Plan> {
        let opened = self.compose(&Composition { strategies: Vec::new(), ..with.clone() })?;
        let scenario = &opened.scenario;
        let (factors, design) = match design {
            None => (Vec::new(), None),
            Some(table) => {
                let found = points_of_table(table, scenario).map_err(|found| of_findings(vec![found]))?;
                (found.0, Some(found.1))
            }
        };
        let shocks = match &batch.shocks {
            None => Shocks::default_of(design.as_ref()),
            Some(text) => text.parse().map_err(input)?,
        };
        let beliefs = match batch.beliefs.as_slice() {
            [] => vec![opened.variant.belief_name().unwrap_or_default().to_owned()],
            named => named.to_vec(),
        };
        let levers = batch.levers.iter().map(|(name, strategies)| Lever {
            name: name.clone(),
            // What stands for every lever comes first, unless the lever has its own.
            strategies: with
                .strategies
                .iter()
                .filter(|(player, _)| strategies.iter().all(|(own, _)| own != player))
                .chain(strategies)
                .map(|(player, text)| (player.clone(), written_out(text)))
                .collect(),
        });
        let experiment = Experiment {
            rule: None,
            name: "batch".into(),
            scenario: scenario.catalogue.scenario.clone(),
            scenario_hash: scenario.hash.clone(),
            scenario_text_hash: scenario.text_hash.clone(),
            added: opened.added.clone(),
            version: env!("CARGO_PKG_VERSION").into(),
            seed: batch.seed,
            turns: opened.turns,
            shocks,
            design,
            factors,
            set: with.set.clone(),
            levers: levers.collect(),
            beliefs,
            replications: batch.games,
            measures: scenario.catalogue.measures.iter().map(|measure| measure.id.clone()).collect(),
            keep: batch.indicators.clone(),
            games_per_part: batch.games_per_part.unwrap_or(GAMES_PER_PART),
        };
        Plan::new(experiment, scenario, &opened.registry).map_err(of_findings)
    }

    fn threads(asked: usize) -> usize {
        if asked == 0 { sessions::processors() } else { asked }
    }
}

fn written_out(strategy: &str) -> String {
    marchland_session::written_out(strategy)
}

/// A seed that games may have.
pub fn checked_seed(seed: u64) -> PyResult<u64> {
    if seed < SEED_BOUND {
        Ok(seed)
    } else {
        Err(input(format!("a seed is a whole number from 0 to {}", SEED_BOUND - 1)))
    }
}

/// A table of points: columns of numbers or of names.
fn points(columns: &Bound<'_, PyList>) -> PyResult<Columns> {
    let (mut fields, mut values) = (Vec::new(), Vec::new());
    for pair in columns {
        let (name, column): (String, Bound<'_, PyAny>) = pair.extract()?;
        let column = match column.extract::<Vec<f64>>() {
            Ok(numbers) => Column::Number(numbers),
            Err(_) => Column::Text(column.extract::<Vec<String>>().map_err(|_| {
                input(format!("the column `{name}` of the design holds neither numbers nor names throughout"))
            })?),
        };
        let kind = column.kind();
        fields.push(Field { name, kind, unit: String::new(), description: String::new() });
        values.push(column);
    }
    Columns::new(fields, values).map_err(|error| input(error.to_string()))
}

#[pymethods]
impl Scenario {
    #[new]
    #[pyo3(signature = (path, strategies=None, allow_external=false))]
    fn new(py: Python<'_>, path: PathBuf, strategies: Option<PathBuf>, allow_external: bool) -> PyResult<Self> {
        let registry = open::registry(Duration::from_secs(10));
        let read = || match &strategies {
            None => open::scenario(&path, &registry).map(|scenario| (scenario, None)),
            Some(file) => open::scenario_and_file(&path, file, &registry, allow_external)
                .map(|(scenario, added)| (scenario, Some(added))),
        };
        let (loaded, added) = py.detach(read).map_err(|failure| of_failure(&failure))?;
        let catalogue = Arc::clone(&loaded.catalogue);
        Ok(Self { loaded, catalogue, path, added, strategies_file: strategies, allow_external })
    }

    /// Where it lies.
    #[getter]
    fn path(&self) -> PathBuf {
        self.path.clone()
    }

    /// Its name: its folder's or file's.
    #[getter]
    fn name(&self) -> &str {
        &self.catalogue.scenario
    }

    /// What it is called.
    #[getter]
    fn title(&self) -> &str {
        &self.loaded.title
    }

    /// Its identity: equal hashes, equal games.
    #[getter]
    fn hash(&self) -> &str {
        &self.loaded.hash
    }

    /// Turns (months) of a full game.
    #[getter]
    fn horizon(&self) -> u32 {
        self.loaded.calendar.horizon
    }

    /// Names of the players, in the order in which their orders resolve.
    #[getter]
    fn players(&self) -> Vec<&str> {
        self.catalogue.players.iter().map(|player| player.id.as_str()).collect()
    }

    /// Names of the belief sets.
    #[getter]
    fn beliefs(&self) -> Vec<&str> {
        self.loaded.beliefs.iter().map(|belief| belief.id.as_str()).collect()
    }

    /// Names of the measures.
    #[getter]
    fn measures(&self) -> Vec<&str> {
        self.catalogue.measures.iter().map(|measure| measure.id.as_str()).collect()
    }

    /// Parameters that have a range to vary over: (name, low, high, kind of distribution, its arguments, choices).
    fn varying(&self) -> Vec<(&str, f64, f64, Vec<&str>)> {
        self.catalogue
            .parameters
            .iter()
            .filter_map(|parameter| {
                let (low, high) = parameter.distribution.bounds();
                let choices: Vec<&str> = parameter.choices.iter().map(String::as_str).collect();
                (low < high || choices.len() > 1).then_some((parameter.id.as_str(), low, high, choices))
            })
            .collect()
    }

    /// Plays one game to its end.
    #[pyo3(signature = (seed, composition, trace))]
    fn play(&self, py: Python<'_>, seed: u64, composition: Composition, trace: bool) -> PyResult<PlayedGame> {
        let opened = self.compose(&composition)?;
        let seed = checked_seed(seed)?;
        let (game, raised) =
            watched(py, composition.objects(), None, |work| PlayedGame::play(&opened, seed, trace, work.stop))?;
        match raised {
            Some(raised) => Err(raised),
            None => Ok(game),
        }
    }

    /// Plays many games: in memory, or into a folder.
    #[pyo3(signature = (composition, batch, design, progress))]
    fn play_many(
        &self,
        py: Python<'_>,
        composition: Composition,
        batch: Batch,
        design: Option<Bound<'_, PyList>>,
        progress: Option<Bound<'_, PyAny>>,
    ) -> PyResult<(Results, Option<Py<PyAny>>)> {
        checked_seed(batch.seed)?;
        if batch.out.is_none() && (batch.resume || batch.shard.is_some()) {
            let flag = if batch.resume { "resume" } else { "shard" };
            return Err(input(format!("`{flag}` is of results in a folder: name one with `out`")));
        }
        let design = design.as_ref().map(points).transpose()?;
        let levers = batch.levers.iter().flat_map(|(_, strategies)| strategies);
        let objects = Objects::named_in(composition.strategies.iter().chain(levers).map(|(_, text)| text.as_str()));
        let plan = self.plan(&composition, &batch, design.as_ref())?;
        let threads = Self::threads(batch.threads);
        sessions::quiet_panics_once();
        let error = |error: RunError| of_failure(&sessions::refused(error));
        let Some(out) = &batch.out else {
            let (played, raised) =
                watched(py, objects, progress.as_ref(), |work| play(&plan, threads, work.stop, work))?;
            let rows = played.map_err(error)?;
            let results = Results::of_games(py, plan, rows, self.path.clone())?;
            return Ok((results, raised.map(|raised| raised.into_value(py).into_any())));
        };
        let shard = batch.shard.as_deref().map(str::parse::<Shard>).transpose().map_err(input)?;
        let session = sessions::session(&self.path, threads);
        let mut folder = Folder::open(out, &plan, &session, shard, batch.resume).map_err(error)?;
        let (ran, raised) =
            watched(py, objects, progress.as_ref(), |work| run(&plan, &mut folder, threads, work.stop, work))?;
        folder.manifest.ended_unix_s = Some(sessions::now());
        folder.save().map_err(error)?;
        ran.map_err(error)?;
        drop(folder);
        if let (true, Some(raised)) = (shard.is_some(), &raised) {
            return Err(raised.clone_ref(py));
        }
        // More shards than parts: some have none to play, and their folders are empty and whole.
        if shard.is_some() && !std::fs::read_dir(out.join("games")).is_ok_and(|mut parts| parts.next().is_some()) {
            return Ok((Results::empty(py, &plan, out.clone())?, None));
        }
        // Nothing is missing where nothing stopped it: what was written is read when somebody asks for it.
        if shard.is_none() && raised.is_none() {
            return Ok((Results::written(out.clone()), None));
        }
        match (Results::read(py, out.clone()), raised) {
            (Ok(results), raised) => Ok((results, raised.map(|raised| raised.into_value(py).into_any()))),
            (Err(_), Some(raised)) => Err(raised),
            (Err(error), None) => Err(error),
        }
    }

    /// Mean results at points in memory: for samplers that ask for one number, or a few, a row. Shape (rows, outputs).
    #[pyo3(signature = (composition, names, x, outputs, games, seed, threads, common))]
    fn evaluate_points<'py>(
        &self,
        py: Python<'py>,
        composition: Composition,
        names: Vec<String>,
        x: PyReadonlyArray2<'py, f64>,
        outputs: Vec<String>,
        games: u64,
        seed: u64,
        threads: usize,
        common: bool,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        checked_seed(seed)?;
        let x = x.as_array();
        if x.ncols() != names.len() {
            return Err(input(format!("X has {} columns, and there are {} factors", x.ncols(), names.len())));
        }
        let field = |name: &String| Field {
            name: name.clone(),
            kind: Kind::Number,
            unit: String::new(),
            description: String::new(),
        };
        let mut columns = Vec::new();
        let mut fields = Vec::new();
        for (name, column) in names.iter().zip(x.columns()) {
            let choices = self.catalogue.parameter(name).map(|id| &self.catalogue.parameters[id.index()].choices);
            match choices {
                // Samplers know numbers alone: a choice is its position, rounded down.
                Some(choices) if !choices.is_empty() => {
                    // The end of the range is no position of its own: samplers draw it as others draw what is below.
                    let most = choices.len() as f64;
                    let of = |(row, value): (usize, &f64)| match *value {
                        value if (0.0..=most).contains(&value) => {
                            Ok(choices[(value as usize).min(choices.len() - 1)].clone())
                        }
                        value => Err(input(format!(
                            "row {row} of X: `{name}` is {value}, and is the position of a choice, from 0 to below {most}"
                        ))),
                    };
                    columns.push(Column::Text(column.iter().enumerate().map(of).collect::<PyResult<_>>()?));
                    fields.push(Field { kind: Kind::Text, ..field(name) });
                }
                _ => {
                    if let Some(row) = column.iter().position(|value| !value.is_finite()) {
                        let value = column[row];
                        return Err(input(format!("row {row} of X: `{name}` is {value}, and should be a number")));
                    }
                    columns.push(Column::Number(column.to_vec()));
                    fields.push(field(name));
                }
            }
        }
        let design = Columns::new(fields, columns).map_err(|error| input(error.to_string()))?;
        let batch = Batch {
            games,
            seed,
            levers: vec![("default".into(), Vec::new())],
            beliefs: Vec::new(),
            indicators: Vec::new(),
            shocks: common.then(|| "Common".to_owned()),
            threads,
            games_per_part: None,
            out: None,
            resume: false,
            shard: None,
        };
        let plan = self.plan(&composition, &batch, Some(&design))?;
        let readers = outputs.iter().map(|name| self.reader(name)).collect::<PyResult<Vec<_>>>()?;
        sessions::quiet_panics_once();
        let rows = plan.rows();
        let ((values, failed), raised) = watched(py, composition.objects(), None, |work| {
            let failed = AtomicU64::new(0);
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(Self::threads(threads))
                .thread_name(|at| format!("games-{at}"))
                .build();
            let one = |row: u64| {
                let mut sums = vec![0.0; readers.len()];
                let mut counted = 0u64;
                for replication in 0..games {
                    if work.stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let game = plan.play(Run { row, replication });
                    if game.status != marchland_experiments::play::Status::Ok {
                        failed.fetch_add(1, Ordering::Relaxed);
                        continue;
                    }
                    counted += 1;
                    for (sum, reader) in sums.iter_mut().zip(&readers) {
                        *sum += reader.read(&game.outcome);
                    }
                }
                sums.iter().map(|sum| if counted == 0 { f64::NAN } else { sum / counted as f64 }).collect::<Vec<f64>>()
            };
            let all: Vec<Vec<f64>> = match pool {
                Ok(pool) => pool.install(|| {
                    use rayon::prelude::*;
                    (0..rows).into_par_iter().map(one).collect()
                }),
                Err(_) => (0..rows).map(one).collect(),
            };
            (all.concat(), failed.into_inner())
        })?;
        if let Some(raised) = raised {
            return Err(raised);
        }
        if failed > 0 {
            let warning = format!("{failed} games have no result, and count in no mean");
            py.import("warnings")?.call_method1("warn", (warning,))?;
        }
        let shape = (rows as usize, readers.len());
        let array = ndarray::Array2::from_shape_vec(shape, values).expect("a value for every row and output");
        Ok(PyArray2::from_owned_array(py, array))
    }
}

/// One result of a game, by its name in result tables.
enum Reader {
    Measure(usize),
    Payoff(usize),
    Event(usize),
}

impl Reader {
    fn read(&self, outcome: &marchland_game::Outcome) -> f64 {
        match *self {
            Self::Measure(at) => outcome.measures[at],
            Self::Payoff(at) => outcome.payoffs[at].unwrap_or(f64::NAN),
            Self::Event(at) => f64::from(u8::from(outcome.events[at].is_some())),
        }
    }
}

impl Scenario {
    fn reader(&self, name: &str) -> PyResult<Reader> {
        let catalogue = &self.catalogue;
        let measure = |id: &str| catalogue.measures.iter().position(|measure| measure.id == id).map(Reader::Measure);
        let payoff = |id: &str| catalogue.players.iter().position(|player| player.id == id).map(Reader::Payoff);
        let event = |id: &str| catalogue.outcome_events.iter().position(|event| event.id == id).map(Reader::Event);
        let found = match name.split_once('.') {
            Some(("measure", id)) => measure(id),
            Some(("payoff", id)) => payoff(id),
            Some(("event", id)) => event(id),
            _ => measure(name).or_else(|| payoff(name)).or_else(|| event(name)),
        };
        found.ok_or_else(|| {
            let known = catalogue.measures.iter().map(|measure| format!("measure.{}", measure.id));
            let known = known.chain(catalogue.players.iter().map(|player| format!("payoff.{}", player.id)));
            let known: Vec<String> =
                known.chain(catalogue.outcome_events.iter().map(|event| format!("event.{}", event.id))).collect();
            let found = marchland_game::Diagnostic::error("unknown-result", format!("there is no result `{name}`"));
            of_findings(vec![found.choose(name, known.iter().map(String::as_str))])
        })
    }
}

/// A dictionary of text, number and so on from JSON text is Python's to make; this is how it is handed over.
pub fn json_of<'py>(py: Python<'py>, value: &serde_json::Value) -> PyResult<Bound<'py, PyAny>> {
    py.import("json")?.call_method1("loads", (value.to_string(),))
}

/// A dictionary of names and numbers.
pub fn named<'py>(py: Python<'py>, pairs: impl IntoIterator<Item = (String, f64)>) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, value) in pairs {
        dict.set_item(name, value)?;
    }
    Ok(dict)
}
