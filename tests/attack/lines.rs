//! What is typed, and what programs send, bent: whole evenings of it.

use std::path::Path;

use marchland_session::Log;
use serde_json::json;

use crate::mutant::{bent, mutant};
use crate::program::{Random, Room, call, finish, folder, limited, scenario};
use crate::tally::Tally;

/// Lines of one game.
const OF_A_GAME: u64 = 400;

/// What people type at a seat.
const SEAT: &[&str] = &[
    "look",
    "briefing",
    "news",
    "story",
    "story 1",
    "know contest",
    "why contest",
    "orders",
    "orders all",
    "orders 1",
    "order 1",
    "order 2",
    "order 99",
    "drop 1",
    "undo",
    "draft",
    "motions",
    "vote x yes",
    "submit",
    "submit",
    "submit",
    "message chair hello",
    "message defender a word",
    "propose a dam",
    "propose a dam\nand a road",
    "message defender a\u{7}b",
    "default last",
    "default nothing",
    "clock",
    "take",
    "leave",
    "help",
    "more",
    "help order",
    "\u{1b}[2J",
    "😀",
    "3",
    "?",
    "pin",
];

/// What the facilitator types.
const CHAIR: &[&str] = &[
    "look",
    "rulings",
    "accept all",
    "accept 1",
    "override 1 failure because late",
    "override 9 leak x",
    "step",
    "step",
    "step",
    "bulletin",
    "news",
    "story",
    "story 2",
    "truth",
    "truth contest",
    "view challenger",
    "why contest",
    "inject contest=1 because a test",
    "inject contest+=1 at 3 because later",
    "inject contest=1 when contest > 0 because x",
    "inject a fire breaks out",
    "set contest 1 because so",
    "injects",
    "proposals",
    "grant 1 chance 50% cost money=1 seen nobody effect contest+=0.1 because well",
    "grant 1 chance 5% because otherwise",
    "grant off 1",
    "refuse 1 no",
    "swap challenger wait",
    "swap challenger human",
    "note a remark",
    "tell challenger words",
    "tell everybody words",
    "back 1",
    "back 2",
    "branches",
    "branch 1",
    "branch 2",
    "clock 2s",
    "clock stop",
    "clock 1h",
    "pause",
    "go",
    "odds on",
    "odds off",
    "help",
    "more",
    "pin",
    "swap defender External(command: \"true\", fallback: Idle())",
];

/// Verbs that end a game; a line that holds one is not sent.
fn ends(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["quit", "qui", "exit", "ex", "bye", "by", "q", "pin "].iter().any(|word| {
        lower.split(|c: char| !c.is_alphanumeric()).any(|part| part == word.trim())
            && (*word != "pin " || lower.contains("pin "))
    })
}

fn words(game: u64, file: &Path) -> Vec<String> {
    let from = scenario(if game.is_multiple_of(2) { "deterrence.ron" } else { "chicken.ron" });
    let seats: &[&str] = if game.is_multiple_of(2) {
        &["--seat", "challenger=human", "--seat", "defender=human"]
    } else {
        &["--seat", "row=human", "--seat", "column=human"]
    };
    let from = from.to_string_lossy().into_owned();
    let mut words = vec!["play".to_owned(), from, "--file".to_owned(), file.to_string_lossy().into_owned()];
    words.extend(seats.iter().map(|word| (*word).to_owned()));
    if game % 4 < 3 {
        words.push("--facilitator".to_owned());
    }
    words
}

pub fn json(lines: u64, random: &mut Random, tally: &mut Tally) {
    let folder = folder();
    let mut sent = 0;
    for game in 0u64.. {
        if sent >= lines {
            break;
        }
        let file = folder.path().join(format!("{game}.march"));
        let mut room = Room::start(&words(game, &file), None);
        if room.of("game").is_none() {
            return tally.fail(format!("game {game} does not open"));
        }
        let people = if game.is_multiple_of(2) { ["challenger", "defender"] } else { ["row", "column"] };
        for _ in 0..OF_A_GAME.min(lines - sent) {
            let line = asked(&people, random);
            let expected = u64::from(!String::from_utf8_lossy(&line).trim().is_empty());
            room.raw(&line);
            let mut found = Ok(());
            for _ in 0..expected {
                if room.of("reply").is_none() {
                    found = Err(format!("no answer to {}", String::from_utf8_lossy(&line)));
                }
            }
            sent += 1;
            let lost = found.is_err();
            tally.tried(found);
            if lost {
                break;
            }
        }
        let ended = room.end();
        let held = ended.with(0).and_then(|()| whole(&file));
        if let Err(why) = held {
            tally.fail(format!("game {game}: {why}"));
        }
        tally.count("games", 1);
    }
}

/// A line for the program: mostly sense, bent one way or the other.
fn asked(people: &[&str; 2], random: &mut Random) -> Vec<u8> {
    loop {
        let chair = random.below(3) == 0;
        let (seat, list) = if chair { ("chair", CHAIR) } else { (*random.of(people), SEAT) };
        let mut command = (*random.of(list)).to_owned();
        if random.below(3) == 0 {
            command = mutant(&command, random.word());
        }
        let line = json!({"seat": seat, "command": command, "id": random.below(100)}).to_string();
        let line = match random.below(8) {
            0 => bent(line.as_bytes(), random.word()),
            1 if random.below(40) == 0 => vec![b'a'; 1 << 20],
            _ => line.into_bytes(),
        };
        // A line feed within makes two lines of one.
        if !line.iter().any(|byte| matches!(byte, b'\n' | b'\r')) && !ends(&String::from_utf8_lossy(&line)) {
            return line;
        }
    }
}

pub fn typed(lines: u64, random: &mut Random, tally: &mut Tally) {
    let folder = folder();
    let mut sent = 0;
    for game in 0u64.. {
        if sent >= lines {
            break;
        }
        let file = folder.path().join(format!("{game}.march"));
        let mut text = Vec::new();
        for _ in 0..OF_A_GAME.min(lines - sent) {
            let list = if random.below(2) == 0 { CHAIR } else { SEAT };
            let mut line = (*random.of(list)).to_owned();
            match random.below(8) {
                0 | 1 => line = mutant(&line, random.word()),
                2 => line = format!("seat {}", if game.is_multiple_of(2) { "challenger" } else { "row" }),
                3 => line = String::new(),
                _ => {}
            }
            let line = line.replace(['\n', '\r'], " ");
            if !ends(&line) {
                text.extend(line.bytes());
            }
            text.push(b'\n');
            sent += 1;
            tally.tries += 1;
        }
        let ended = finish(limited(None).args(words(game, &file)), &text);
        if let Err(why) = ended.with(0).and_then(|()| whole(&file)) {
            let kept = std::env::temp_dir().join(format!("attack-lines-{game}.txt"));
            let _ = std::fs::write(&kept, &text);
            tally.fail(format!("game {game} ({}): {why}", kept.display()));
        }
        tally.count("games", 1);
    }
}

fn whole(file: &Path) -> Result<(), String> {
    let log = Log::read(file).map_err(|error| error.to_string())?;
    if let Some(why) = log.broken() {
        return Err(why.to_owned());
    }
    call(&[Path::new("verify"), file]).with(0)
}
