//! Gathering the parts of shards.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::folder::{RunError, finished_parts, info, parts_of, read_manifest, save_manifest, tables};
use super::manifest::Manifest;
use super::whole::empty_or_absent;
use crate::table::{part_file_name, read_part};

/// What a merge gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MergeSummary {
    /// Parts gathered.
    pub parts: u64,
    /// Parts that none of the folders holds.
    pub missing: u64,
    /// Games gathered.
    pub games: u64,
}

/// Copies the parts of results folders of one experiment into a new folder. Parts are copied as they are,
/// each whole or not at all. What is missing may be played there with `--resume`.
///
/// # Errors
/// [`RunError`] without folders, for a folder that holds no results, other results, or other blocks than
/// the first; for a part that is damaged, or that two folders hold with different bytes; and for an
/// output folder that is not empty or cannot be written.
pub fn merge(from: &[PathBuf], out: &Path) -> Result<MergeSummary, RunError> {
    let mut manifests: Vec<(&PathBuf, Manifest)> = Vec::new();
    for path in from {
        let manifest = read_manifest(path)?.ok_or_else(|| RunError::NoResults { path: path.clone() })?;
        if let Some((_, first)) = manifests.first() {
            let other = |what: String| RunError::Other { path: path.clone(), what };
            manifest.experiment.extends(&first.experiment).map_err(other)?;
            first.experiment.extends(&manifest.experiment).map_err(other)?;
            if manifest.blocks != first.blocks {
                return Err(other("it was extended in other steps".into()));
            }
        }
        manifests.push((path, manifest));
    }
    let Some((_, first)) = manifests.first() else {
        return Err(RunError::Nothing("there are no results to merge".into()));
    };
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| RunError::Io { path, source }
    };
    empty_or_absent(out)?;
    let mut whole = Manifest { shard: None, seconds: 0.0, ..first.clone() };
    for table in tables(&whole.experiment) {
        fs::create_dir_all(out.join(table)).map_err(io(out))?;
    }
    let mut there: BTreeSet<u64> = BTreeSet::new();
    for (path, manifest) in &manifests {
        whole.seconds += manifest.seconds;
        for part in parts_of(manifest) {
            let name = part_file_name(part.number);
            let names = tables(&manifest.experiment);
            if !names.iter().all(|table| path.join(table).join(&name).exists()) {
                continue;
            }
            for table in names {
                let source = path.join(table).join(&name);
                read_part(&source, Some(&info(manifest, table, &part)))?;
                let target = out.join(table).join(&name);
                let bytes = fs::read(&source).map_err(io(&source))?;
                if target.exists() {
                    if fs::read(&target).map_err(io(&target))? != bytes {
                        let what = format!("{table}/{name} differs from that of another folder");
                        return Err(RunError::Other { path: (*path).clone(), what });
                    }
                    continue;
                }
                let temporary = out.join(table).join(format!(".{name}.unfinished"));
                let copied = fs::File::create(&temporary).and_then(|mut file| {
                    std::io::Write::write_all(&mut file, &bytes)?;
                    file.sync_all()
                });
                if let Err(error) = copied {
                    let _ = fs::remove_file(&temporary);
                    return Err(io(&temporary)(error));
                }
                fs::rename(&temporary, &target).map_err(io(&target))?;
            }
            there.insert(part.number);
        }
    }
    let all = parts_of(&whole).count() as u64;
    whole.finished = finished_parts(out, &whole)?.1;
    save_manifest(out, &whole)?;
    let parts = there.len() as u64;
    Ok(MergeSummary { parts, missing: all - parts, games: whole.finished.games() })
}
