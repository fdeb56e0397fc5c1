//! Copies of a game's file, taken while it is played.

use std::path::Path;
use std::time::Duration;

use marchland_session::Log;

use crate::program::{Random, Room, call, folder, scenario};
use crate::tally::Tally;

/// Copies of one game before another begins.
const OF_A_GAME: u64 = 50;

pub fn copies(copies: u64, random: &mut Random, tally: &mut Tally) {
    let folder = folder();
    let from = scenario("deterrence.ron");
    let mut taken = 0;
    while taken < copies {
        let file = folder.path().join(format!("{taken}.march"));
        let words =
            ["play", &from.to_string_lossy(), "--people", "2", "--facilitator", "--file", &file.to_string_lossy()];
        let mut room = Room::start(&words, None);
        if room.of("game").is_none() {
            return tally.fail("it does not open".into());
        }
        let mut kept = 0u64;
        let mut copy = folder.path().join("copy.march");
        for n in 0..OF_A_GAME.min(copies - taken) {
            for m in 0..3 {
                room.say("chair", &format!("note {n}-{m}"));
            }
            room.say("challenger", "submit");
            room.say("defender", "submit");
            room.say("chair", "step");
            std::thread::sleep(Duration::from_micros(random.below(8_000)));
            // What had been answered when the copy was begun.
            while let Ok(line) = room.lines.try_recv() {
                if line["seat"] == "chair" && line["ok"] == true {
                    kept = kept.max(line["entry"].as_u64().unwrap_or(0));
                }
            }
            copy = folder.path().join(format!("copy {n} of {taken}.march"));
            let found = std::fs::copy(&file, &copy).map_err(|error| error.to_string()).and_then(|_| whole(&copy, kept));
            tally.tried(found.map_err(|why| format!("copy {n}, {kept} acknowledged: {why}")));
        }
        taken += OF_A_GAME;
        tally.count("inputs acknowledged before a copy", kept);
        // The last one is played on.
        if let Err(why) = call(&[Path::new("verify"), &copy]).with(0) {
            tally.fail(format!("a copy does not verify: {why}"));
        }
        room.kill();
    }
}

fn whole(copy: &Path, kept: u64) -> Result<(), String> {
    let log = Log::read(copy).map_err(|error| error.to_string())?;
    match log.broken() {
        Some(why) => Err(why.to_owned()),
        None if (log.rows().len() as u64) < kept => Err(format!("{} entries are in it", log.rows().len())),
        None => Ok(()),
    }
}
