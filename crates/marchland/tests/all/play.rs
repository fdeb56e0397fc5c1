//! Play with people: at a terminal, by JSON Lines, killed and resumed, on damaged files.
//!
//! The program is the real one, so that it can be killed.

#![allow(clippy::print_stdout, reason = "tests may print what they measure")]

use std::io::Write;
use std::process::Stdio;
use std::time::{Duration, Instant};

use marchland_session::{Entry, Log};
use serde_json::{Value as Json, json};

use crate::program::{done, marchland, run, scenario, text};
use crate::room::{Random, Room};

/// Kills at two hundred moments; whatever was acknowledged before is found.
#[test]
fn two_hundred_kills_lose_nothing_acknowledged() {
    const KILLS: u32 = 200;
    let folder = tempfile::tempdir().expect("a folder");
    let mut random = Random(20_100_408);
    let mut acknowledged = 0usize;
    let mut kept = 0u64;
    let mut game = 0;
    let mut path = folder.path().join("none");
    for kill in 0..KILLS {
        // A game is resumed until it is over, then another one begins.
        let fresh = kill % 25 == 0;
        if fresh {
            game += 1;
            path = folder.path().join(format!("{game}.march"));
            kept = 0;
        }
        let scenario = scenario("deterrence.ron");
        let mut room = if fresh {
            Room::start(&["play", text(&scenario), "--people", "2", "--facilitator", "--file", text(&path)])
        } else {
            Room::start(&["resume", text(&path)])
        };
        let opened = room.of("game");
        let found = opened["entry"].as_u64().expect("a number");
        assert!(found >= kept, "kill {kill}: {found} entries are found, and {kept} were acknowledged");
        assert!(opened["read_only"].is_null(), "{opened}");
        let people = ["challenger", "defender"];
        // Everything at once: the kill falls into the middle of it.
        for n in 0..24u64 {
            let who = people[(n % 2) as usize];
            let mark = format!("{kill}-{n}");
            match random.below(6) {
                0 => room.say(who, &format!("order {}", 1 + random.below(3))),
                1 => room.say(who, "undo"),
                2 => room.say(who, &format!("message chair {mark}")),
                3 => room.say("chair", &format!("note {mark}")),
                4 => {
                    room.say("challenger", "submit");
                    room.say("defender", "submit");
                    room.say("chair", "step");
                }
                _ => room.say(who, "default last"),
            }
        }
        std::thread::sleep(Duration::from_micros(random.below(30_000)));
        room.child.kill().expect("it can be killed");
        room.child.wait().expect("it has ended");
        let mut seats = [0u64; 2];
        while let Ok(line) = room.lines.recv_timeout(Duration::from_secs(5)) {
            let Some(entry) = line["entry"].as_u64().filter(|_| line["type"] == "reply" && line["ok"] == true) else {
                continue;
            };
            acknowledged += 1;
            match people.iter().position(|seat| line["seat"] == *seat) {
                // A seat is told the number of its own inputs.
                Some(at) => seats[at] = entry,
                None => kept = kept.max(entry),
            }
        }
        let log = Log::read(&path).expect("a game, whatever happened");
        assert_eq!(log.broken(), None, "kill {kill}");
        assert!(log.rows().len() as u64 >= kept, "kill {kill}: {} of {kept} entries", log.rows().len());
        kept = log.rows().len() as u64;
        for (seat, inputs) in people.iter().zip(seats) {
            let found = log.inputs_of(seat);
            assert!(found >= inputs, "kill {kill}: {seat} was told of {inputs} inputs, and {found} are found");
        }
    }
    assert!(acknowledged > 200, "something was acknowledged before the kills: {acknowledged}");
    for game in 1..=game {
        let path = folder.path().join(format!("{game}.march"));
        let verified: Json = serde_json::from_str(&done(&["verify", text(&path), "--json"])).expect("JSON");
        assert_eq!(verified["ok"], true, "{verified}");
    }
    println!("{acknowledged} inputs acknowledged before {KILLS} kills, all found");
}

#[test]
fn json_lines_play_a_game_and_any_line_gets_an_answer() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut room = Room::start(&["play", text(&scenario("deterrence.ron")), "--people", "2", "--file", text(&path)]);
    assert_eq!(room.of("game")["people"], json!(["challenger", "defender"]));
    assert_eq!(room.of("stage")["waiting"], json!(["challenger", "defender"]));
    for line in ["", "{", "null", "[]", "{\"seat\": 3}", "\u{0}\u{1}", "ärger"] {
        writeln!(room.to, "{line}").expect("it listens");
        if !line.trim().is_empty() {
            let reply = room.of("reply");
            assert_eq!(reply["ok"], false, "{line}: {reply}");
        }
    }
    for (command, hint) in [
        ("sumbit", "`submit`"),
        ("order", "which order"),
        ("order 99", "numbers go from 1"),
        ("order -3", "you have no order"),
        ("vote x yes", "this stage"),
        ("message nobody hello", "there is no player"),
        ("message chair", "it reads"),
        ("undo", "nothing to take back"),
        ("take", "no other seat"),
        ("propose a thing", "facilitator"),
        ("clock soon", "no time"),
        ("why nonsense", "no indicator"),
        ("default maybe", "it reads"),
        ("drop 1", "not in your draft"),
        ("🚀", "help"),
    ] {
        let reply = room.ask("challenger", command);
        assert_eq!(reply["ok"], false, "{command}: {reply}");
        let said = reply["text"].as_str().expect("text");
        assert!(said.contains(hint), "{command}: {said}");
    }
    assert!(room.ask("nobody", "look")["text"].as_str().expect("text").contains("there is no player"));
    assert!(room.ask("chair", "look")["text"].as_str().expect("text").contains("no facilitator"));
    let view = room.ok("challenger", "look");
    assert_eq!(view["data"]["player"], "challenger");
    let first = view["data"]["actions"][0]["action"].as_str().expect("an action").to_owned();
    assert_eq!(room.ok("challenger", "order 1")["data"]["draft"], json!([first]));
    room.ok("challenger", "submit");
    room.ok("defender", "submit");
    // Nobody has to be asked between: the stage resolves by itself.
    let mut last = Json::Null;
    for _ in 0..200 {
        let stage = room.of("stage");
        last = stage.clone();
        if stage["over"] == true {
            break;
        }
        for who in stage["waiting"].as_array().expect("a list") {
            room.say(who.as_str().expect("a name"), "submit");
        }
        if stage["waiting"].as_array().is_some_and(|waiting| waiting.len() == 2) {
            // The first confirmation moves nothing, and says so.
            room.of("stage");
        }
    }
    assert_eq!(last["over"], true, "{last}");
    assert!(last["outcome"]["status"].is_string());
    room.end();
    let verified: Json = serde_json::from_str(&done(&["verify", text(&path), "--json"])).expect("JSON");
    assert_eq!(verified["ok"], true, "{verified}");
    assert!(verified["first_difference"].is_null() && verified["turns"].as_u64() > Some(1));
}

/// A recorded person's orders replay as a strategy: the same game comes out.
#[test]
fn recorded_orders_play_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let tajikistan = scenario("tajikistan-2010");
    let seats = ["--seat", "russia=human", "--turns", "6", "--seed", "11"];
    let mut arguments = vec!["play", text(&tajikistan), "--file", text(&path)];
    arguments.extend(seats);
    let mut room = Room::start(&arguments);
    let mut stage = room.of("stage");
    let mut random = Random(5);
    for _ in 0..100 {
        if stage["over"] == true {
            break;
        }
        for _ in 0..2 {
            room.ask("russia", &format!("order {}", 1 + random.below(12)));
        }
        room.ok("russia", "submit");
        stage = room.of("stage");
    }
    assert_eq!(stage["over"], true);
    room.end();
    let log = format!("russia=log:{}", text(&path));
    let told =
        done(&["run", text(&tajikistan), "--turns", "6", "--seed", "11", "--strategy", &log, "--json", "--no-trace"]);
    let again: Json = serde_json::from_str(&told).expect("JSON");
    let given = |turn: usize| -> Vec<String> {
        let orders = again["turns"][turn]["orders"].as_array().expect("a list");
        let own = orders.iter().filter(|order| order["player"] == "russia" && order["legal"] == true);
        own.map(|order| order["action"].as_str().expect("a name").to_owned()).collect()
    };
    let mut compared = 0;
    let rows = Log::read(&path).expect("a game");
    for row in rows.rows() {
        if let Entry::Given(recorded) = &row.entry
            && recorded.player == "russia"
            && recorded.moment.stage == marchland_game::Stage::Orders
            && recorded.moment.round.0 == 0
        {
            let recorded_orders: Vec<&str> =
                recorded.orders.iter().map(|order| order.split(' ').next().unwrap_or(order)).collect();
            assert_eq!(given(recorded.moment.turn.0 as usize - 1), recorded_orders);
            compared += recorded_orders.len();
        }
    }
    assert!(compared > 3, "orders were given: {compared}");
    // The same state to the last bit, by every indicator after the last turn.
    let end = rows.rows().iter().rev().find(|row| matches!(row.entry, Entry::StageEnded(_))).expect("an end").number;
    let kept = rows.readings(end).expect("a table").expect("values");
    let indicators = again["turns"][5]["indicators"].as_object().expect("an object");
    assert_eq!(indicators.len(), kept.len());
    let mut paths: Vec<&String> = indicators.keys().collect();
    paths.sort();
    for (path, kept) in paths.into_iter().zip(kept) {
        assert_eq!(indicators[path].as_f64().map(f64::to_bits), Some(kept.to_bits()), "{path}");
    }
    let out = folder.path().join("batch");
    done(&[
        "batch",
        text(&tajikistan),
        "--games",
        "4",
        "--turns",
        "6",
        "--strategy",
        &log,
        "--out",
        text(&out),
        "--quiet",
    ]);
    let wrong = run(&["run", text(&tajikistan), "--strategy", "russia=log:nowhere.march"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("nowhere.march"));
}

#[test]
fn files_that_are_none_are_named_and_left_untouched() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let deterrence = scenario("deterrence.ron");
    let mut room = Room::start(&["play", text(&deterrence), "--people", "2", "--facilitator", "--file", text(&path)]);
    room.of("stage");
    let locked = run(&["resume", text(&path)]);
    assert_eq!(locked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&locked.stderr).contains("open in another program"));
    for _ in 0..4 {
        room.ok("challenger", "submit");
        room.ok("defender", "submit");
        room.ok("chair", "step");
    }
    room.ok("chair", "note a sentence to be found");
    room.end();
    let again = run(&["play", text(&deterrence), "--people", "2", "--file", text(&path)]);
    assert!(String::from_utf8_lossy(&again.stderr).contains("exists already"));
    assert!(done(&["verify", text(&path)]).starts_with("It holds: 4 turns"));
    let good = std::fs::read(&path).expect("a file");
    let broken = folder.path().join("broken.march");
    let tried = |bytes: &[u8], expect: &str, code: i32| {
        std::fs::write(&broken, bytes).expect("a file");
        for command in [vec!["resume", text(&broken)], vec!["verify", text(&broken)], vec!["branches", text(&broken)]] {
            let output = run(&command);
            let said =
                format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(said.contains(expect), "{command:?}: {said}");
            assert_eq!(std::fs::read(&broken).expect("a file"), bytes, "{command:?} left it untouched");
            if command[0] == "verify" {
                assert_eq!(output.status.code(), Some(code), "{said}");
            }
        }
    };
    tried(b"dear diary", "not a game of Marchland", 1);
    tried(b"Marchland game 99\nwhatever", "newer", 1);
    let mut flipped = good.clone();
    flipped[good.len() / 3] ^= 1;
    tried(&flipped, "damaged", 3);
    // A changed word is found, wherever it stands.
    let at = good.windows(8).position(|bytes| bytes == b"sentence").expect("the note");
    let mut forged = good.clone();
    forged[at] = b'S';
    std::fs::write(&broken, &forged).expect("a file");
    let output = run(&["verify", text(&broken), "--json"]);
    assert_eq!(output.status.code(), Some(3));
    let verified: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(&verified["ok"], &json!(false), "{verified}");
    assert_eq!(run(&["resume", text(&broken)]).status.code(), Some(3));
    assert_eq!(std::fs::read(&broken).expect("a file"), forged);
    assert_eq!(run(&["verify", text(&folder.path().join("none.march"))]).status.code(), Some(1));
}

/// A step of the standard game is shown within 50 ms.
#[test]
fn a_step_is_shown_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut room = Room::start(&[
        "play",
        text(&scenario("tajikistan-2010")),
        "--people",
        "2",
        "--facilitator",
        "--file",
        text(&path),
    ]);
    room.of("stage");
    let mut spans = Vec::new();
    for _ in 0..16 {
        let waiting = room.ok("chair", "look")["data"]["waiting"].clone();
        for who in waiting.as_array().expect("a list") {
            room.ok(who.as_str().expect("a name"), "submit");
        }
        let begun = Instant::now();
        room.say("chair", "step");
        assert_eq!(room.of("reply")["ok"], true);
        room.ok("russia", "look");
        spans.push(begun.elapsed());
    }
    spans.sort();
    let median = spans[spans.len() / 2];
    println!("a step with the view after it: median {median:?}, longest {:?}", spans[spans.len() - 1]);
    assert!(median < Duration::from_millis(50), "{spans:?}");
    room.end();
}

/// A whole game at a terminal: two people, a facilitator, an override, an inject, a branch, a
/// review.
#[test]
fn a_whole_game_at_a_terminal() {
    /// Nothing is typed.
    const WAIT: &str = "\u{0}";
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut command = marchland();
    command.args([
        "play",
        text(&scenario("tajikistan-2010")),
        "--people",
        "2",
        "--facilitator",
        "--seed",
        "3",
        "--turns",
        "9",
        "--file",
        text(&path),
    ]);
    command.env("TERM", "dumb");
    let mut terminal = rexpect::session::spawn_command(command, Some(60_000)).expect("a pseudo-terminal");
    let mut hand = |line: &str, expect: &str| -> String {
        if line != WAIT {
            terminal.send_line(line).expect("it listens");
        }
        match terminal.exp_string(expect) {
            Ok(before) => before,
            Err(error) => panic!("after `{line}`, waiting for `{expect}`: {error}"),
        }
    };
    hand(WAIT, "hypothetical");
    hand(WAIT, "chair> ");
    let (mut overridden, mut injected, mut branched) = (false, false, false);
    for round in 0..400 {
        let looked = hand("look", "chair> ");
        if looked.contains("turn of") || looked.contains("has not submitted") {
            for (who, title) in [("russia", "Russia"), ("government", "The president's government")] {
                if !looked.contains(&format!("{title}: has not submitted")) {
                    continue;
                }
                hand(&format!("seat {who}"), "Press Enter");
                hand("", &format!("{who}> "));
                if round < 2 {
                    // A newcomer's first minutes.
                    hand("help", &format!("{who}> "));
                    hand("orders all", &format!("{who}> "));
                    hand("why legitimacy", &format!("{who}> "));
                    hand("sumbit", "did you mean `submit`?");
                    hand(WAIT, &format!("{who}> "));
                }
                if looked.contains(", orders") {
                    hand("order 1", &format!("{who}> "));
                    hand("undo", &format!("{who}> "));
                    hand("order 2", &format!("{who}> "));
                }
                hand("submit", "Press Enter");
                hand("", "chair> ");
            }
        }
        let proposed = hand("rulings", "chair> ");
        if !overridden && proposed.contains("  1 ") && !proposed.contains("refused") {
            let verdict = if proposed.contains("vote on") { "carried" } else { "failure" };
            let said = hand(&format!("override 1 {verdict} the room found an argument"), "chair> ");
            overridden = said.contains("OVERRIDDEN");
        }
        let stepped = hand("step", "chair> ");
        if !injected {
            let said = hand("inject tajikistan.legitimacy-=0.05 because a scandal breaks", "chair> ");
            injected = said.contains("has taken effect");
            hand("inject tajikistan.legitimacy+=0.02 at 6 because it is forgotten", "is to come");
            hand(WAIT, "chair> ");
        }
        if stepped.contains("Turn 4 of") && !branched {
            let said = hand("back 3", "chair> ");
            branched = said.contains("in branch 2");
        }
        if stepped.contains("The game is over") {
            break;
        }
    }
    assert!(overridden && injected && branched, "{overridden} {injected} {branched}");
    terminal.send_line("quit").expect("it listens");
    terminal.exp_string("is kept in").expect("a last word");
    terminal.exp_eof().expect("it ends");
    let verified: Json = serde_json::from_str(&done(&["verify", text(&path), "--json"])).expect("JSON");
    assert_eq!(
        (&verified["ok"], &verified["turns"], &verified["branches"]),
        (&json!(true), &json!(9), &json!(2)),
        "{verified}"
    );
    let listed = done(&["branches", text(&path)]);
    assert!(listed.contains("left branch 1 at the start of turn 3"), "{listed}");
    let game = text(&path);
    let parted: Json =
        serde_json::from_str(&done(&["divergence", &format!("{game}@1"), &format!("{game}@2"), "--json"]))
            .expect("JSON");
    assert!(parted["indicators"].as_array().is_some_and(|list| !list.is_empty()), "{parted}");
    // Looked back on: few futures, since what is tried here is the way from the table to the page.
    let page = folder.path().join("review.html");
    let told = done(&["review", game, "--futures", "8", "--html", text(&page)]);
    assert!(told.contains("9 of 9 turns played"), "{told}");
    let html = std::fs::read_to_string(&page).expect("a page");
    for seen in ["the room found an argument", "a scandal breaks"] {
        assert!(html.contains(seen), "the review tells of it: {seen}");
    }
}

#[test]
fn the_clock_warns_and_then_applies_stated_defaults() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut room = Room::start(&["play", text(&scenario("deterrence.ron")), "--people", "2", "--file", text(&path)]);
    room.of("stage");
    room.ok("challenger", "order 1");
    room.ok("challenger", "default nothing");
    room.ok("defender", "clock 1s");
    assert_eq!(room.of("clock")["event"], "warned");
    let expired = room.of("clock");
    assert_eq!((&expired["event"], &expired["seats"]), (&json!("expired"), &json!(["challenger", "defender"])));
    room.of("stage");
    room.ok("defender", "clock stop");
    room.end();
    let log = Log::read(&path).expect("a game");
    let given = log.rows().iter().find_map(|row| match &row.entry {
        Entry::Given(given) if given.player == "challenger" => Some(given.clone()),
        _ => None,
    });
    let given = given.expect("a decision");
    assert!(given.timed_out && given.orders.is_empty(), "{given:?}");
}

#[test]
fn presets_seat_two_four_and_seven_and_the_end_of_input_is_no_failure() {
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["tajikistan-2010", "kyrgyzstan-2010"] {
        for people in ["2", "3", "8"] {
            let path = folder.path().join(format!("{name}-{people}.march"));
            let room = Room::start(&["play", text(&scenario(name)), "--people", people, "--file", text(&path)]);
            let seated = room.of("game")["people"].as_array().expect("a list").len();
            assert_eq!(seated.to_string(), people, "{name}");
            room.end();
            // The line front, whose input ends at once.
            let output =
                marchland().args(["resume", text(&path)]).stdin(Stdio::null()).output().expect("the program starts");
            assert_eq!(output.status.code(), Some(0));
            let told = String::from_utf8_lossy(&output.stdout);
            assert!(told.contains("minutes a turn") && told.contains("goes on"), "{told}");
        }
        let wrong = run(&["play", text(&scenario(name)), "--people", "9"]);
        assert_eq!(wrong.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&wrong.stderr).contains("it has: 2, 3, 4, 5, 6, 7, 8"));
    }
    let wrong = run(&["play", text(&scenario("tajikistan-2010")), "--seat", "rusia=human"]);
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("did you mean `russia`"));
}

/// A newcomer reaches `submit` in six commands, and sees at most twelve actions before asking for more.
#[test]
fn a_newcomer_submits_soon() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut child = marchland()
        .args(["play", text(&scenario("tajikistan-2010")), "--turns", "2", "--file", text(&path)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut to = child.stdin.take().expect("its input");
    to.write_all(b"help\norders economy\npreview 68 wheat\norder 68 wheat\ndraft\nsubmit\nsubmit\n")
        .expect("it listens");
    drop(to);
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    let told = String::from_utf8_lossy(&output.stdout);
    let first = told.split("Your draft").next().expect("text");
    let listed = first.lines().filter(|line| line.trim_start().starts_with(|c: char| c.is_ascii_digit())).count();
    assert!((1..=12).contains(&listed), "{listed} actions are shown first");
    assert!(told.contains("Confirmed.") && told.contains("Turn 2 of 2"), "{told}");
    assert!(told.contains("imagined futures") && told.contains("not a prophecy"), "{told}");
}
