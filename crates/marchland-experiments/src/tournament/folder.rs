//! A tournament's folder: made, found again, refused; shards gathered.

use std::fs;
use std::path::{Path, PathBuf};

use marchland_sim::scenario::files;
use serde::{Deserialize, Serialize};

use super::question::Tournament;
use crate::run::{GAMES, Host, Label, RunError, SEAL_MARK, SEALED_MARK, Session, Shard, TOURNAMENT};
use crate::run::{empty_or_absent, text_if_there, write_whole};
use crate::table::{MOST_BYTES, seal};

/// `manifest.json` of a tournament.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TournamentManifest {
    /// What kind of folder this is: `tournament`.
    pub marchland: String,
    /// What these numbers are, and are not.
    pub notice: String,
    /// The program's version.
    pub version: String,
    /// SHA-256 of the program's file, where it could be read.
    pub program_hash: String,
    /// Where the scenario lay.
    pub scenario_path: String,
    /// SHA-256 of the scenario's files.
    pub scenario_hash: String,
    /// [`Tournament::hash`].
    pub tournament_hash: String,
    /// What was asked.
    pub tournament: Tournament,
    /// Which shard this is, `I/N`; none for the whole.
    pub shard: Option<String>,
    /// The command of the last session.
    pub command: Vec<String>,
    /// Where it ran.
    pub host: Host,
    /// Threads of the last session.
    pub threads: u64,
    /// Begin of the first session, in seconds since 1970.
    pub started_unix_s: u64,
    /// End of the last session, in seconds since 1970; none while it runs, or where it was killed.
    pub ended_unix_s: Option<u64>,
    /// Whether it is sealed; manifests from before there were seals are not.
    #[serde(default)]
    pub sealed: bool,
    /// SHA-256 of this file with zeros in the place of these digits.
    #[serde(default)]
    pub seal: String,
}

const MANIFEST: &str = "manifest.json";

/// The manifest of a tournament's folder; none where the folder holds no tournament.
///
/// # Errors
/// It cannot be read.
pub fn read_tournament_manifest(folder: &Path) -> Result<Option<TournamentManifest>, RunError> {
    let path = folder.join(MANIFEST);
    let Some(text) = text_if_there(&path)? else { return Ok(None) };
    let object = text.trim_start().starts_with('{');
    if let Some(problem) = object.then(|| seal::problem(text.as_bytes(), SEAL_MARK, SEALED_MARK)).flatten() {
        return Err(RunError::Manifest { path, reason: problem.into() });
    }
    let label: Label = serde_json::from_str(&text)
        .map_err(|error| RunError::Manifest { path: path.clone(), reason: error.to_string() })?;
    match label.marchland.as_deref() {
        Some(TOURNAMENT) => {}
        Some(GAMES) => {
            let remedy = "not of a tournament: name another, or a new one".to_owned();
            return Err(RunError::OtherKind {
                path: folder.to_owned(),
                kind: "a batch, a sweep or a hindcast",
                remedy,
            });
        }
        _ => return Ok(None),
    }
    // A manifest of another version may have other fields: that is what is said then, not which.
    let version = label.version.unwrap_or_default();
    serde_json::from_str(&text)
        .map(Some)
        .map_err(|error| RunError::Manifest { path, reason: format!("{error} (it is of version {version})") })
}

/// Makes a tournament's folder, or, with `resume`, finds it.
///
/// # Errors
/// [`RunError`] for a folder that cannot be made, is not empty, holds results of something else, or a
/// tournament of another scenario, version or content. Nothing in it is changed then.
pub fn open_tournament(
    root: &Path,
    tournament: &Tournament,
    session: &Session,
    shard: Option<Shard>,
    resume: bool,
) -> Result<TournamentManifest, RunError> {
    let found = read_tournament_manifest(root)?;
    let shard = shard.map(|shard| shard.to_string());
    let started = match found {
        Some(_) if !resume => return Err(RunError::Taken { path: root.to_owned() }),
        Some(found) => {
            let other = |what: String| RunError::Other { path: root.to_owned(), what };
            tournament.same(&found.tournament).map_err(other)?;
            found.started_unix_s
        }
        None => {
            let io = |source| RunError::Io { path: root.to_owned(), source };
            if root.exists() {
                for entry in fs::read_dir(root).map_err(io)? {
                    // What a session leaves that was killed before it had a manifest.
                    if !unfinished(&entry.map_err(io)?.path()) {
                        return Err(RunError::Foreign { path: root.to_owned() });
                    }
                }
            }
            fs::create_dir_all(root).map_err(io)?;
            session.now_unix_s
        }
    };
    remove_unfinished(root)?;
    let manifest = TournamentManifest {
        marchland: TOURNAMENT.into(),
        notice: session.notice.clone(),
        version: tournament.version.clone(),
        program_hash: session.program_hash.clone(),
        scenario_path: session.scenario_path.clone(),
        scenario_hash: tournament.scenario_hash.clone(),
        tournament_hash: tournament.hash(),
        tournament: tournament.clone(),
        shard,
        command: session.command.clone(),
        host: session.host.clone(),
        threads: session.threads,
        started_unix_s: started,
        ended_unix_s: None,
        sealed: true,
        seal: String::new(),
    };
    save_tournament_manifest(root, &manifest)?;
    Ok(manifest)
}

/// Writes a manifest anew, whole or not at all.
///
/// # Errors
/// It cannot be written.
pub fn save_tournament_manifest(root: &Path, manifest: &TournamentManifest) -> Result<(), RunError> {
    let blank = TournamentManifest { sealed: true, seal: seal::blank(), ..manifest.clone() };
    let mut text = serde_json::to_string_pretty(&blank).expect("a manifest is plain data").into_bytes();
    text.push(b'\n');
    assert!(seal::write(&mut text, SEAL_MARK), "a manifest has a place for its seal");
    write_whole(&root.join(MANIFEST), &text)
}

/// Whether a file is one that was being written when its session was killed.
fn unfinished(path: &Path) -> bool {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    name.starts_with('.') && name.ends_with(".unfinished")
}

/// Removes what a killed session left half-written in a folder.
pub(super) fn remove_unfinished(folder: &Path) -> Result<(), RunError> {
    let io = |source| RunError::Io { path: folder.to_owned(), source };
    for entry in fs::read_dir(folder).map_err(io)? {
        let path = entry.map_err(io)?.path();
        if unfinished(&path) {
            fs::remove_file(&path).map_err(io)?;
        }
    }
    Ok(())
}

/// Copies the parts of shards of one tournament into a new folder; `--resume` goes on there. Returns the
/// number of parts.
///
/// # Errors
/// [`RunError`] for folders that hold no tournament or different ones, parts that two hold with different
/// bytes, and an output folder that is not empty or cannot be written.
pub fn merge_tournaments(from: &[PathBuf], out: &Path) -> Result<u64, RunError> {
    let mut first: Option<TournamentManifest> = None;
    for path in from {
        let manifest = read_tournament_manifest(path)?.ok_or_else(|| RunError::NoResults { path: path.to_owned() })?;
        if let Some(first) = &first {
            let other = |what: String| RunError::Other { path: path.to_owned(), what };
            manifest.tournament.same(&first.tournament).map_err(other)?;
        }
        first.get_or_insert(manifest);
    }
    let Some(first) = first else {
        return Err(RunError::Nothing("there are no results to merge".into()));
    };
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| RunError::Io { path, source }
    };
    empty_or_absent(out)?;
    let mut gathered = 0;
    for path in from {
        for part in parts_below(path)? {
            let below = part.strip_prefix(path).unwrap_or(&part);
            let target = out.join(below);
            let bytes = files::bytes_of(&part, MOST_BYTES).map_err(io(&part))?;
            if target.exists() {
                if files::bytes_of(&target, MOST_BYTES).map_err(io(&target))? != bytes {
                    let what = format!("{} has other bytes in another folder", below.display());
                    return Err(RunError::Other { path: path.to_owned(), what });
                }
                continue;
            }
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder).map_err(io(folder))?;
            }
            write_whole(&target, &bytes)?;
            gathered += 1;
        }
    }
    fs::create_dir_all(out).map_err(io(out))?;
    save_tournament_manifest(out, &TournamentManifest { shard: None, ended_unix_s: None, ..first })?;
    Ok(gathered)
}

/// Every part beneath a folder, in order of their paths.
fn parts_below(folder: &Path) -> Result<Vec<PathBuf>, RunError> {
    let mut folders = vec![folder.to_owned()];
    let mut parts = Vec::new();
    while let Some(folder) = folders.pop() {
        let io = |source| RunError::Io { path: folder.clone(), source };
        for entry in fs::read_dir(&folder).map_err(io)? {
            let entry = entry.map_err(io)?;
            let path = entry.path();
            let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            // A link may lead back up.
            if entry.file_type().map_err(io)?.is_dir() {
                folders.push(path);
            } else if name.starts_with("part-") && name.ends_with(".parquet") {
                parts.push(path);
            }
        }
    }
    parts.sort();
    Ok(parts)
}
