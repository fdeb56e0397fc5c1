//! The results folder: made, found again, refused.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::blocks::{Block, Part, parts};
use super::experiment::Experiment;
use super::manifest::{Host, Manifest, StatusCounts};
use super::plan::Plan;
use super::runner::Shard;
use super::whole::{text_if_there, write_whole};
use crate::table::{Column, PartError, PartInfo, part_file_name, read_part, seal};

/// Why an experiment cannot run, or its results cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The folder holds something else.
    #[error("the folder {path} is not empty and holds no results of Marchland; name another, or a new one")]
    Foreign {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds results already.
    #[error("the folder {path} holds results already; --resume continues them")]
    Taken {
        /// The folder.
        path: PathBuf,
    },
    /// The folder holds results of another experiment.
    #[error("the folder {path} holds results of another experiment: {what}")]
    Other {
        /// The folder.
        path: PathBuf,
        /// What differs.
        what: String,
    },
    /// No results there.
    #[error("{path} is no results folder: it has no manifest.json")]
    NoResults {
        /// The folder.
        path: PathBuf,
    },
    /// The folder of something else than what was asked for.
    #[error("{path} is the folder of {kind}, {remedy}")]
    OtherKind {
        /// The folder.
        path: PathBuf,
        /// What it is the folder of.
        kind: &'static str,
        /// What to do.
        remedy: String,
    },
    /// A manifest that cannot be read.
    #[error("{path} cannot be read: {reason}")]
    Manifest {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A part that cannot be written or read.
    #[error(transparent)]
    Part(#[from] PartError),
    /// Another program plays games into the folder.
    #[error("another program is writing to {path}; wait for it, or name another folder")]
    Busy {
        /// The folder.
        path: PathBuf,
    },
    /// Nothing to merge, or nothing to read.
    #[error("{0}")]
    Nothing(String),
    /// The worker threads could not be started.
    #[error("the worker threads could not be started: {0}")]
    Threads(String),
}

/// Who runs, and where: what a manifest says beside the experiment.
#[derive(Clone, Debug, Default)]
pub struct Session {
    /// What every result bears.
    pub notice: String,
    /// The command.
    pub command: Vec<String>,
    /// Where the scenario lies.
    pub scenario_path: String,
    /// SHA-256 of the program's file.
    pub program_hash: String,
    /// Where it runs.
    pub host: Host,
    /// Threads.
    pub threads: u64,
    /// Now, in seconds since 1970.
    pub now_unix_s: u64,
}

/// A results folder that games may be written to.
#[derive(Debug)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// What it says of itself.
    pub manifest: Manifest,
    /// Numbers of the parts that are finished.
    pub done: BTreeSet<u64>,
    /// Held while games are played into it: two programs would undo one another's work.
    _lock: Option<fs::File>,
}

/// The name of the manifest.
pub const MANIFEST: &str = "manifest.json";
/// What a manifest's seal follows.
pub(crate) const SEAL_MARK: &[u8] = b"\"seal\": \"";
/// What else tells that it is sealed.
pub(crate) const SEALED_MARK: &[u8] = b"\"sealed\": true";
/// The manifest while it is being written.
const UNFINISHED: &str = ".manifest.json.unfinished";

impl Folder {
    /// Makes a folder for a plan; or, with `resume`, finds its results there, and appends blocks where
    /// more is asked for than before. Every finished part is read and held against what it should be.
    ///
    /// # Errors
    /// [`RunError`] for a folder that cannot be made, is not empty, holds other results, or holds a part
    /// that is cut off, damaged or foreign. Nothing in it is changed then.
    pub fn open(
        path: &Path,
        plan: &Plan,
        session: &Session,
        shard: Option<Shard>,
        resume: bool,
    ) -> Result<Self, RunError> {
        let io = |source| RunError::Io { path: path.to_owned(), source };
        let asked = (plan.rows(), plan.experiment.replications);
        let lock = lock(path)?;
        let manifest = match read_manifest(path)? {
            Some(_) if !resume => return Err(RunError::Taken { path: path.to_owned() }),
            Some(found) => {
                let other = |what: String| RunError::Other { path: path.to_owned(), what };
                plan.experiment.extends(&found.experiment).map_err(other)?;
                if found.shard != shard.map(|shard| shard.to_string()) {
                    let name = |shard: Option<String>| shard.map_or("the whole".to_owned(), |s| format!("shard {s}"));
                    return Err(other(format!("it is {} of it", name(found.shard))));
                }
                let had = extent(&found.blocks);
                if asked.0 < had.0 || asked.1 < had.1 {
                    return Err(other(format!("it has {} rows and {} replications already", had.0, had.1)));
                }
                let mut blocks = found.blocks.clone();
                blocks.extend(Block::extension(had, asked));
                Manifest { blocks, experiment: plan.experiment.clone(), ended_unix_s: None, ..found }
            }
            None => {
                if path.exists() && occupied(path).map_err(io)? {
                    return Err(RunError::Foreign { path: path.to_owned() });
                }
                Manifest {
                    marchland: GAMES.into(),
                    notice: session.notice.clone(),
                    version: plan.experiment.version.clone(),
                    program_hash: String::new(),
                    scenario_path: String::new(),
                    scenario_hash: plan.experiment.scenario_hash.clone(),
                    experiment_hash: plan.experiment.hash(),
                    experiment: plan.experiment.clone(),
                    blocks: Block::extension((0, 0), asked),
                    shard: shard.map(|shard| shard.to_string()),
                    command: Vec::new(),
                    host: Host::default(),
                    threads: 0,
                    games: 0,
                    finished: StatusCounts::default(),
                    started_unix_s: session.now_unix_s,
                    ended_unix_s: None,
                    seconds: 0.0,
                    sealed: true,
                    seal: String::new(),
                }
            }
        };
        let manifest = Manifest {
            program_hash: session.program_hash.clone(),
            scenario_path: session.scenario_path.clone(),
            command: session.command.clone(),
            host: session.host.clone(),
            threads: session.threads,
            games: plan.games(),
            ..manifest
        };
        let (done, finished) = finished_parts(path, &manifest)?;
        let columns = super::columns::games(plan, &[]);
        for part in parts_of(&manifest).filter(|part| done.contains(&part.number)).take(1) {
            let (_, found) = read_part(&path.join("games").join(part_file_name(part.number)), None)?;
            if found.fields().iter().map(|field| &field.name).ne(columns.fields().iter().map(|field| &field.name)) {
                let what = "its tables have other columns, of an earlier version of this program; they can be read, \
                            and not continued"
                    .to_owned();
                return Err(RunError::Other { path: path.to_owned(), what });
            }
        }
        let folder = Self { path: path.to_owned(), manifest: Manifest { finished, ..manifest }, done, _lock: lock };
        for table in folder.tables() {
            let below = path.join(table);
            fs::create_dir_all(&below).map_err(|source| RunError::Io { path: below.clone(), source })?;
            remove_unfinished(&below)?;
        }
        folder.save()?;
        Ok(folder)
    }

    /// The folders of parts: `games`, and `turns` where indicators are kept by turn.
    #[must_use]
    pub fn tables(&self) -> &'static [&'static str] {
        tables(&self.manifest.experiment)
    }

    /// The parts of this folder's shard, finished or not.
    pub fn parts(&self) -> impl Iterator<Item = Part> + '_ {
        parts_of(&self.manifest)
    }

    /// What a part's file says of itself.
    #[must_use]
    pub fn info(&self, table: &str, part: &Part) -> PartInfo {
        info(&self.manifest, table, part)
    }

    /// Writes the manifest anew, whole or not at all.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn save(&self) -> Result<(), RunError> {
        save_manifest(&self.path, &self.manifest)
    }
}

/// Locks a folder, made where it is missing; none where folders cannot be locked. No file is left behind.
fn lock(path: &Path) -> Result<Option<fs::File>, RunError> {
    fs::create_dir_all(path).map_err(|source| RunError::Io { path: path.to_owned(), source })?;
    let Ok(folder) = fs::File::open(path) else { return Ok(None) };
    match folder.try_lock() {
        Ok(()) => Ok(Some(folder)),
        Err(fs::TryLockError::WouldBlock) => Err(RunError::Busy { path: path.to_owned() }),
        Err(fs::TryLockError::Error(_)) => Ok(None),
    }
}

/// Rows and replications that blocks reach to.
pub(super) fn extent(blocks: &[Block]) -> (u64, u64) {
    let rows = blocks.iter().map(|block| block.first_row + block.rows).fold(0, u64::max);
    let replications = blocks.iter().map(|block| block.first_replication + block.replications).fold(0, u64::max);
    (rows, replications)
}

pub(super) fn tables(experiment: &Experiment) -> &'static [&'static str] {
    if experiment.keep.is_empty() { &["games"] } else { &["games", "turns"] }
}

pub(super) fn parts_of(manifest: &Manifest) -> impl Iterator<Item = Part> + '_ {
    let shard = manifest.shard.as_deref().and_then(|text| text.parse::<Shard>().ok());
    parts(&manifest.blocks, manifest.experiment.games_per_part)
        .filter(move |part| shard.is_none_or(|shard| shard.holds(part.number)))
}

pub(super) fn info(manifest: &Manifest, table: &str, part: &Part) -> PartInfo {
    PartInfo {
        experiment: manifest.experiment_hash.clone(),
        table: table.to_owned(),
        part: part.number,
        first_run: part.first_run,
        runs: part.runs,
    }
}

/// The parts of which every table is there, each held against what it should be; and the games in them.
pub(super) fn finished_parts(path: &Path, manifest: &Manifest) -> Result<(BTreeSet<u64>, StatusCounts), RunError> {
    let mut done = BTreeSet::new();
    let mut counts = StatusCounts::default();
    for part in parts_of(manifest) {
        let name = part_file_name(part.number);
        let names = tables(&manifest.experiment);
        if !names.iter().all(|table| path.join(table).join(&name).exists()) {
            continue;
        }
        for table in names {
            let (_, found) = read_part(&path.join(table).join(&name), Some(&info(manifest, table, &part)))?;
            if let Some(Column::Text(statuses)) = found.column("status") {
                statuses.iter().for_each(|status| counts.add_named(status));
            }
        }
        done.insert(part.number);
    }
    Ok((done, counts))
}

/// Whether a folder without a manifest holds anything but what a session leaves that was killed
/// before it had written one: empty folders of parts, and half a manifest.
fn occupied(folder: &Path) -> io::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let parts = name == "games" || name == "turns";
        let empty = parts && entry.file_type()?.is_dir() && fs::read_dir(entry.path())?.next().is_none();
        if !empty && name != UNFINISHED {
            return Ok(true);
        }
    }
    Ok(false)
}

fn remove_unfinished(folder: &Path) -> Result<(), RunError> {
    let io = |source| RunError::Io { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(".part-") && name.ends_with(".unfinished") {
            fs::remove_file(entry.path()).map_err(io)?;
        }
    }
    Ok(())
}

/// What manifests of folders say they are of.
pub(crate) const GAMES: &str = "results";
/// See [`GAMES`].
pub(crate) const TOURNAMENT: &str = "tournament";

/// What tells the kind of a manifest. Only that is kept of it at first: as a tree, a foreign file of 64 MiB takes a GiB.
#[derive(Deserialize)]
pub(crate) struct Label {
    /// What it is of.
    #[serde(default)]
    pub marchland: Option<String>,
    /// The version of the program that wrote it.
    #[serde(default)]
    pub version: Option<String>,
}

/// The manifest of a folder; none where there is no such file.
pub(super) fn read_manifest(folder: &Path) -> Result<Option<Manifest>, RunError> {
    let path = folder.join(MANIFEST);
    let Some(text) = text_if_there(&path)? else { return Ok(None) };
    // What is another kind of file altogether is not looked through for a seal.
    if !text.trim_start().starts_with('{') {
        return Err(RunError::Manifest { path, reason: "it is no JSON object".into() });
    }
    if let Some(problem) = seal::problem(text.as_bytes(), SEAL_MARK, SEALED_MARK) {
        return Err(RunError::Manifest { path, reason: problem.into() });
    }
    let label = serde_json::from_str::<Label>(&text).ok();
    if label.and_then(|label| label.marchland).as_deref() == Some(TOURNAMENT) {
        let path = folder.to_owned();
        let remedy = format!(
            "not of a batch, a sweep or a hindcast: read {}, or give `marchland solve` a game.nfg of its belief sets",
            folder.join("report.txt").display()
        );
        return Err(RunError::OtherKind { path, kind: "a tournament", remedy });
    }
    match serde_json::from_str::<Manifest>(&text) {
        Ok(manifest) if manifest.marchland == GAMES => {
            if let Some(reason) = manifest.problem() {
                return Err(RunError::Manifest { path, reason });
            }
            // Another version may count other keys of an experiment into its hash.
            let own = manifest.sealed && manifest.version == env!("CARGO_PKG_VERSION");
            if own && manifest.experiment_hash != manifest.experiment.hash() {
                let reason = "its experiment is not the one that its hash names".into();
                return Err(RunError::Manifest { path, reason });
            }
            Ok(Some(manifest))
        }
        Ok(_) => Err(RunError::Manifest { path, reason: "it is of no results folder".into() }),
        Err(error) => Err(RunError::Manifest { path, reason: error.to_string() }),
    }
}

pub(super) fn save_manifest(folder: &Path, manifest: &Manifest) -> Result<(), RunError> {
    let blank = Manifest { sealed: true, seal: seal::blank(), ..manifest.clone() };
    let mut text = serde_json::to_string_pretty(&blank).expect("a manifest is plain data").into_bytes();
    text.push(b'\n');
    assert!(seal::write(&mut text, SEAL_MARK), "a manifest has a place for its seal");
    write_whole(&folder.join(MANIFEST), &text)
}
