//! Disks that take no more: by a limit on the size of a file, and on a small disk of its own where one may be mounted.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use marchland_session::Log;

use crate::flips;
use crate::program::{Random, Room, finish, folder, limited, scenario};
use crate::tally::Tally;

/// A small disk, unmounted again.
struct Disk(PathBuf);

impl Disk {
    /// A disk of so many KiB; none where this user may not mount one.
    fn of(kib: u64, at: &Path) -> Option<Self> {
        std::fs::create_dir_all(at).ok()?;
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", &format!("size={kib}k"), "tmpfs"]).arg(at);
        let done = command.stderr(Stdio::null()).status().ok()?;
        done.success().then(|| Self(at.to_owned()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

pub fn full(tries: u64, random: &mut Random, tally: &mut Tally) {
    let folder = folder();
    let game = flips::closed_game(folder.path());
    for number in 0..tries {
        let at = folder.path().join(format!("try {number}"));
        std::fs::create_dir(&at).expect("a folder");
        let size = 4 * (1 + random.below(16));
        // Every third on a disk of its own.
        let disk = if number % 3 == 0 { Disk::of(size, &at) } else { None };
        let blocks = if disk.is_none() { Some(2 * size) } else { None };
        let found = match number % 5 {
            0 => playing(&at, blocks),
            1 => batch(&at, blocks, &[]),
            2 => file(&at, blocks, &["review", &game.to_string_lossy(), "--futures", "8", "--html"], "page.html"),
            3 => file(&at, blocks, &["convert", &game.to_string_lossy()], "copy.march"),
            _ => batch(&at, blocks, &["--csv"]),
        };
        tally.count(if disk.is_some() { "on small disks" } else { "by limits" }, 1);
        tally.tried(found.map_err(|why| format!("try {number}, {size} KiB: {why}")));
        drop(disk);
        let _ = std::fs::remove_dir_all(&at);
    }
}

/// What was acknowledged is kept, and the rest is refused.
fn playing(at: &Path, blocks: Option<u64>) -> Result<(), String> {
    let (game, from) = (at.join("game.march"), scenario("chicken.ron"));
    let words =
        ["play", &from.to_string_lossy(), "--facilitator", "--seat", "row=human", "--file", &game.to_string_lossy()];
    let mut room = Room::start(&words, blocks);
    for n in 0..60 {
        room.say("chair", &format!("note {n} {}", "x".repeat(1_000)));
    }
    let mut kept = 0u64;
    drop(room.to.take());
    while let Some(line) = room.next() {
        if line["type"] == "reply" && line["ok"] == true {
            kept = kept.max(line["entry"].as_u64().unwrap_or(0));
        }
    }
    let ended = room.end();
    ended.sound()?;
    if !game.exists() {
        // A scenario that does not fit is no game.
        return if kept == 0 && ended.code != Some(0) { Ok(()) } else { Err("the game is gone".into()) };
    }
    let log = Log::read(&game).map_err(|error| error.to_string())?;
    match log.broken() {
        Some(why) => Err(why.to_owned()),
        None if (log.rows().len() as u64) < kept => Err(format!("{} of {kept} entries are kept", log.rows().len())),
        None if kept < 60 && ended.code != Some(3) => Err(format!("it ends with {:?} and not 3", ended.code)),
        None => Ok(()),
    }
}

/// Finished parts are whole, and the batch goes on once there is room.
fn batch(at: &Path, blocks: Option<u64>, more: &[&str]) -> Result<(), String> {
    let (out, from) = (at.join("results"), scenario("deterrence.ron"));
    let words = ["batch", &from.to_string_lossy(), "--games", "900", "--games-per-part", "300", "--quiet", "--out"];
    let call = |blocks, resume: bool| {
        let mut command = limited(blocks);
        command.args(words).arg(&out).args(more);
        if resume {
            command.arg("--resume");
        }
        finish(&mut command, b"")
    };
    let first = call(blocks, false);
    first.sound()?;
    if first.code == Some(0) {
        return Ok(());
    }
    if first.code != Some(3) {
        return Err(format!("it ends with {:?} and not 3: {}", first.code, first.err));
    }
    let half = std::fs::read_dir(&out).into_iter().flatten().flatten().map(|entry| entry.path());
    if let Some(left) = half.into_iter().find(|path| path.extension().is_some_and(|ending| ending == "csv")) {
        return Err(format!("half a table is left: {}", left.display()));
    }
    // Where the limit was one of files there is room now.
    match blocks {
        Some(_) => call(None, out.join("manifest.json").exists()).with(0),
        None => Ok(()),
    }
}

/// A file is written whole, or not at all.
fn file(at: &Path, blocks: Option<u64>, words: &[&str], name: &str) -> Result<(), String> {
    let ended = finish(limited(blocks).args(words).arg(at.join(name)), b"");
    ended.sound()?;
    match (ended.code, at.join(name).exists()) {
        (Some(0), true) => Ok(()),
        (Some(0), false) => Err("it says that it is done, and nothing is there".into()),
        (Some(3), false) => match std::fs::read_dir(at).map(|mut left| left.next().is_some()) {
            Ok(false) => Ok(()),
            _ => Err("something half is left behind".into()),
        },
        (code, there) => Err(format!("it ends with {code:?}; there is a file: {there}; {}", ended.err)),
    }
}
