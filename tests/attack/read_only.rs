//! Folders and files that may only be read.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;

use crate::flips;
use crate::program::{Random, finish, folder, limited, scenario};
use crate::tally::Tally;

/// A user that owns nothing here, for whom permissions hold where this one is above them.
const NOBODY: u32 = 65_534;

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).expect("a mode");
}

/// Every path of a folder, with its length and time: what must be the same afterwards.
fn listed(folder: &Path) -> Vec<(String, u64, Option<std::time::SystemTime>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let about = entry.metadata().ok();
        let length = about.as_ref().map_or(0, std::fs::Metadata::len);
        found.push((entry.path().display().to_string(), length, about.and_then(|about| about.modified().ok())));
        if entry.path().is_dir() {
            found.extend(listed(&entry.path()));
        }
    }
    found.sort();
    found
}

fn set(folder: &Path, files: u32, folders: u32) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            set(&entry.path(), files, folders);
        } else {
            allow(&entry.path(), files);
        }
    }
    allow(folder, folders);
}

pub fn read_only(tries: u64, random: &mut Random, tally: &mut Tally) {
    let folder = folder();
    allow(folder.path(), 0o755);
    let shut = folder.path().join("shut");
    std::fs::create_dir(&shut).expect("a folder");
    let (game, results) = (flips::closed_game(&shut), flips::results(&shut));
    std::fs::copy(scenario("deterrence.ron"), shut.join("deterrence.ron")).expect("copied");
    let above = std::fs::write(shut.join("probe"), "").is_ok() && is_above(&shut);
    let _ = std::fs::remove_file(shut.join("probe"));
    set(&shut, 0o444, 0o555);
    let before = listed(&shut);
    let (game, results) = (game.to_string_lossy().into_owned(), results.to_string_lossy().into_owned());
    let from = shut.join("deterrence.ron").to_string_lossy().into_owned();
    let log = format!("challenger=log:{game}");
    let inside = |name: &str| shut.join(name).to_string_lossy().into_owned();
    let (page, copy, out) = (inside("a.html"), inside("a.march"), inside("out"));
    let calls: Vec<(Vec<&str>, &[i32])> = vec![
        (vec!["verify", &game], &[0]),
        (vec!["branches", &game], &[0]),
        (vec!["divergence", &game, &game], &[0]),
        (vec!["story", &game], &[0]),
        (vec!["review", &game, "--futures", "8"], &[0]),
        (vec!["run", &from, "--strategy", &log], &[0]),
        (vec!["summarise", &results], &[0]),
        (vec!["sensitivity", &results], &[0, 1]),
        (vec!["check", &from], &[0]),
        (vec!["resume", &game], &[1, 3]),
        (vec!["branch", &copy], &[1, 2]),
        (vec!["play", &from, "--file", &copy], &[1, 3]),
        (vec!["convert", &game, &copy], &[1, 3]),
        (vec!["review", &game, "--futures", "8", "--html", &page], &[1, 3]),
        (vec!["batch", &from, "--games", "8", "--quiet", "--out", &out], &[1, 3]),
        (vec!["batch", &from, "--games", "80", "--quiet", "--resume", "--out", &results], &[1, 3]),
        (vec!["plot", &results], &[1, 3]),
    ];
    for number in 0..tries {
        // All of them first; then again at random, beside one another's traces.
        let at =
            if (number as usize) < calls.len() { number as usize } else { random.below(calls.len() as u64) as usize };
        let (words, codes) = &calls[at];
        let mut command = limited(None);
        command.args(words).current_dir("/");
        if above {
            command.uid(NOBODY).gid(NOBODY);
        }
        let ended = finish(&mut command, b"");
        let mut found = ended.sound();
        if found.is_ok() && !ended.code.is_some_and(|code| codes.contains(&code)) {
            found = Err(format!("it ends with {:?}, not one of {codes:?}: {}", ended.code, ended.err));
        }
        if found.is_ok() && listed(&shut) != before {
            found = Err("it left something behind, or changed it".into());
        }
        tally.tried(found.map_err(|why| format!("{words:?}: {why}")));
    }
    set(&shut, 0o644, 0o755);
}

/// Whether permissions do not hold for this user.
fn is_above(folder: &Path) -> bool {
    allow(folder, 0o555);
    let written = std::fs::write(folder.join("above"), "").is_ok();
    allow(folder, 0o755);
    let _ = std::fs::remove_file(folder.join("above"));
    written
}
