//! One bit of a file turned round, anywhere in it.

use std::path::{Path, PathBuf};

use marchland_session::Log;

use crate::program::{Random, Room, call, folder, scenario};
use crate::tally::Tally;

/// A closed game of some turns, made by the program.
pub fn closed_game(folder: &Path) -> PathBuf {
    let (file, from) = (folder.join("game.march"), scenario("deterrence.ron"));
    let words = ["play", &from.to_string_lossy(), "--people", "2", "--facilitator", "--file", &file.to_string_lossy()];
    let mut room = Room::start(&words, None);
    for turn in 0..6 {
        room.say("challenger", &format!("order {}", 1 + turn % 2));
        room.say("chair", &format!("note of turn {turn}"));
        room.say("challenger", "submit");
        room.say("defender", "submit");
        room.say("chair", "step");
    }
    room.end();
    file
}

/// A results folder with two tables, made by the program.
pub fn results(folder: &Path) -> PathBuf {
    let (out, from) = (folder.join("results"), scenario("deterrence.ron"));
    let levers = r#"{"defender": ["always-resist", "yield"]}"#;
    let words = ["sweep", &from.to_string_lossy(), "--levers", levers, "--replications", "40", "--quiet"];
    let more = ["--games-per-part", "32", "--turns-table", "contest,challenge", "--out", &out.to_string_lossy()];
    let all: Vec<&str> = words.into_iter().chain(more).collect();
    let made = call(&all);
    assert_eq!(made.code, Some(0), "{}", made.err);
    out
}

/// The bytes with one bit turned, and where.
pub fn flipped(bytes: &[u8], random: &mut Random) -> (Vec<u8>, u64, u32) {
    let (at, bit) = (random.below(bytes.len() as u64), random.below(8) as u32);
    let mut bytes = bytes.to_vec();
    bytes[at as usize] ^= 1 << bit;
    (bytes, at, bit)
}

pub fn game(flips: u64, random: &mut Random, tally: &mut Tally) {
    /// Every so many go through the program too.
    const THROUGH_THE_PROGRAM: u64 = 8;
    let folder = folder();
    let file = closed_game(folder.path());
    if let Err(why) = call(&[Path::new("verify"), &file]).with(0) {
        return tally.fail(format!("unflipped it is refused: {why}"));
    }
    let bytes = std::fs::read(&file).expect("a game");
    let bent = folder.path().join("bent.march");
    for flip in 0..flips {
        let (flipped, at, bit) = flipped(&bytes, random);
        std::fs::write(&bent, flipped).expect("written");
        let found = match Log::read(&bent) {
            Err(_) => Ok(()),
            Ok(log) if log.broken().is_some() => Ok(()),
            Ok(_) => Err("the reader takes it for whole".to_owned()),
        };
        let found = found.and_then(|()| match flip % THROUGH_THE_PROGRAM {
            0 => {
                tally.count("through the program", 1);
                let ended = call(&[Path::new("verify"), &bent]);
                ended.sound()?;
                match ended.code {
                    // A first byte that is another's makes it a file of another kind.
                    Some(3) => Ok(()),
                    Some(1) if at < 64 => Ok(()),
                    code => Err(format!("verify ends with {code:?}: {} {}", ended.out, ended.err)),
                }
            }
            _ => Ok(()),
        });
        tally.tried(found.map_err(|why| format!("bit {bit} of byte {at} of {}: {why}", bytes.len())));
    }
}

/// What readers of a results folder say: it must be what they said before, or a refusal.
fn told(out: &Path) -> Vec<crate::program::CallResult> {
    let out = out.to_string_lossy();
    let pictures = format!("{out}-pictures");
    vec![
        call(&["summarise", &out, "--json"]),
        call(&["plot", &out, "--out", &pictures]),
        call(&["sensitivity", &out, "--json"]),
    ]
}

fn flip_and_read(
    out: &Path,
    name: &Path,
    before: &[crate::program::CallResult],
    random: &mut Random,
    readers: usize,
) -> Result<(), String> {
    let bytes = std::fs::read(name).map_err(|error| error.to_string())?;
    let (bent, at, bit) = flipped(&bytes, random);
    std::fs::write(name, bent).map_err(|error| error.to_string())?;
    let after = if readers == 1 { vec![call(&["summarise", &out.to_string_lossy(), "--json"])] } else { told(out) };
    std::fs::write(name, bytes).map_err(|error| error.to_string())?;
    for (was, is) in before.iter().zip(after) {
        is.sound().map_err(|why| format!("bit {bit} of byte {at} of {}: {why}", name.display()))?;
        if is.code == Some(0) && (was.code != Some(0) || was.out != is.out) {
            return Err(format!("bit {bit} of byte {at} of {} changes what is told", name.display()));
        }
    }
    Ok(())
}

pub fn parts(flips: u64, random: &mut Random, tally: &mut Tally) {
    of_results(flips, random, tally, |out| {
        let parts = |table: &str| {
            let entries = std::fs::read_dir(out.join(table)).into_iter().flatten().flatten();
            entries.map(|entry| entry.path()).collect::<Vec<_>>()
        };
        let mut all = [parts("games"), parts("turns")].concat();
        all.retain(|path| path.extension().is_some_and(|ending| ending == "parquet"));
        all.sort();
        all
    });
}

pub fn manifest(flips: u64, random: &mut Random, tally: &mut Tally) {
    of_results(flips, random, tally, |out| vec![out.join("manifest.json")]);
}

fn of_results(flips: u64, random: &mut Random, tally: &mut Tally, files: fn(&Path) -> Vec<PathBuf>) {
    let folder = folder();
    let out = results(folder.path());
    let before = told(&out);
    for ended in before.iter().take(2) {
        if let Err(why) = ended.with(0) {
            return tally.fail(format!("unflipped it is refused: {why}"));
        }
    }
    let files = files(&out);
    for flip in 0..flips {
        let file = random.of(&files).clone();
        // Every fourth is read by all that read results.
        let readers = if flip % 4 == 0 { 3 } else { 1 };
        tally.tried(flip_and_read(&out, &file, &before, random, readers));
    }
    for (was, is) in before.iter().zip(told(&out)) {
        if was.code != is.code || was.out != is.out {
            tally.fail("unflipped again it is told otherwise".into());
        }
    }
}
