//! Equal observations, own inputs and grants give a seat equal bytes, down to what the program prints: two
//! games that differ in others' secrets alone answer a seat's every command alike.

use std::path::Path;

use marchland_game::{Nature, Sight};
use marchland_session::Source;
use marchland_sim::scenario::files;
use marchland_strategies::Registry;
use serde_json::Value as Json;

use crate::program::{marchland, scenario, text};
use crate::room::{Random, Room};

/// Everything that a seat may type, things that are refused too.
const LINES: [&str; 40] = [
    "",
    "look",
    "briefing",
    "news",
    "know",
    "know tajikistan",
    "know insurgency",
    "why legitimacy",
    "why unrest",
    "why money",
    "why influence",
    "why fighters",
    "orders all",
    "orders 1",
    "order 1",
    "order 2",
    "order 3",
    "draft",
    "preview 2",
    "preview 3",
    "preview",
    "motions",
    "vote yes",
    "undo",
    "drop 1",
    "default last",
    "clock",
    "clock 10m",
    "message chair how do we stand",
    "message nobody hello",
    "propose a meeting of ministers",
    "odds",
    "take",
    "help",
    "help order",
    "nonsense",
    "submit",
    "submit",
    "undo",
    "submit",
];

/// A game of the Tajik scenario with two people and a facilitator, some stages into it.
fn begun(folder: &Path, seed: u64, seats: [&str; 2], stages: u64) -> Room {
    let held = seats.map(|seat| format!("{seat}=human"));
    let (tajikistan, file, seed) = (scenario("tajikistan-2010"), folder.join("game.march"), seed.to_string());
    let mut room = Room::start(&[
        "play",
        text(&tajikistan),
        "--seat",
        &held[0],
        "--seat",
        &held[1],
        "--facilitator",
        "--turns",
        "8",
        "--seed",
        &seed,
        "--file",
        text(&file),
    ]);
    room.of("stage");
    room.ok("chair", "odds on");
    for _ in 0..stages {
        for who in room.ok("chair", "look")["data"]["waiting"].clone().as_array().expect("a list") {
            let who = who.as_str().expect("a name");
            room.ask(who, "order 1");
            room.ok(who, "submit");
        }
        room.ok("chair", "step");
    }
    room
}

/// What the facilitator and another seat do behind the viewer's back.
fn secrets(room: &mut Room, random: &mut Random, other: &str, hidden: &[String]) {
    let mut done = 0;
    for _ in 0..8 {
        let at = random.below(hidden.len() as u64) as usize;
        let reply = match random.below(11) {
            0 => room.ask("chair", "note nobody suspects anything"),
            1 => room.ask("chair", &format!("tell {other} they suspect nothing")),
            2 => room.ask(other, &format!("order {}", 1 + random.below(12))),
            3 => room.ask(other, "message kazakhstan between us"),
            4 => room.ask(other, "propose a secret meeting"),
            5 => room.ask(other, "default last"),
            6 => room.ask("chair", "swap nato Idle"),
            8 => {
                room.ask(other, "propose another secret meeting");
                room.ask("chair", "grant 1 chance 50% cost attention=1 because they asked")
            }
            9 => room.ask("chair", "grant off 1"),
            7 => room.ask("chair", "inject tajikistan.legitimacy-=0.2 at 8 because it will come out"),
            _ => room.ask("chair", &format!("inject {}={} because unseen", hidden[at], random.below(3) as f64 / 8.0)),
        };
        done += u32::from(reply["ok"] == true);
    }
    room.ok("chair", "note something happened");
    assert!(done > 0, "something is secret");
    if random.below(2) == 0 {
        room.ok(other, "submit");
    }
}

/// Everything that a command prints, run in a folder so that paths are the same.
fn printed(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = marchland().current_dir(folder).args(arguments).output().expect("the program starts");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn others_secrets_change_no_byte_that_a_seat_is_answered() {
    let source =
        Source::load(files::read(&scenario("tajikistan-2010")).expect("ours"), &Registry::standard()).expect("ours");
    let catalogue = &source.scenario.catalogue;
    let mut random = Random(43);
    for (case, seats) in
        [["united_states", "government"], ["government", "russia"], ["china", "russia"]].iter().enumerate()
    {
        let [viewer, other] = *seats;
        let player = catalogue.player(viewer).expect("a player");
        let unseen = catalogue
            .indicators
            .iter()
            .filter(|info| info.nature == Nature::Stock && matches!(info.sight[player.index()], Sight::Hidden { .. }));
        let hidden: Vec<String> = unseen.map(|info| info.path.clone()).collect();
        let (seed, stages) = (random.below(100), random.below(4));
        let folders = [tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder")];
        let mut rooms = [0, 1].map(|at| begun(folders[at].path(), seed, *seats, stages));
        secrets(&mut rooms[1], &mut random, other, &hidden);
        for line in LINES {
            let [plain, secret] = &mut rooms;
            let (plain, secret): (Json, Json) = (plain.ask(viewer, line), secret.ask(viewer, line));
            assert!(plain == secret, "case {case}, seed {seed}, {viewer}: `{line}`\n{plain}\n{secret}");
        }
        let told: Vec<u64> =
            rooms.iter_mut().map(|room| room.ok("chair", "note last")["entry"].as_u64().expect("a number")).collect();
        assert_ne!(told[0], told[1], "the logs differ");
        for room in rooms {
            room.end();
        }
        let review = ["review", "game.march", "--seat", viewer, "--futures", "8"];
        for form in [&["--html", "page.html"][..], &["--json"], &["--csv"], &["--anonymise"]] {
            let arguments: Vec<&str> = review.iter().chain(form).copied().collect();
            let [plain, secret] = [0, 1].map(|at| printed(folders[at].path(), &arguments));
            assert!(plain == secret, "case {case}: {arguments:?}");
        }
        let [plain, secret] =
            [0, 1].map(|at| printed(folders[at].path(), &["print", "game.march", "--seat", viewer, "--out", "paper"]));
        assert!(plain == secret);
        for file in ["page.html".to_owned(), format!("paper/{viewer}.html")] {
            let [plain, secret] = [0, 1].map(|at| std::fs::read(folders[at].path().join(&file)).expect("a page"));
            assert!(plain == secret, "case {case}: {file}");
        }
    }
}
