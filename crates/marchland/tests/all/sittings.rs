//! What outlives a sitting: the clock, a pause, rulings that were let stand, PINs; and what the clock may not do.

use std::time::{Duration, Instant};

use marchland_session::{Entry, Log};
use serde_json::{Value as Json, json};

use crate::program::{done, marchland, refused, scenario, text};
use crate::room::Room;

fn chaired(path: &std::path::Path) -> Room {
    let from = scenario("deterrence.ron");
    Room::start(&["play", text(&from), "--people", "2", "--facilitator", "--file", text(path)])
}

/// Two stages run out one after the other; between them are rulings, and a stage that nobody has opened yet: there the
/// clock stands, and nothing ends the program.
#[test]
fn the_clock_runs_out_twice_and_stands_between() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut room = chaired(&path);
    room.ok("chair", "clock 1s");
    for expiry in 0..2 {
        let expired = loop {
            let clock = room.of("clock");
            if clock["event"] != "warned" {
                break clock;
            }
        };
        assert_eq!(expired["event"], "expired", "{expired}");
        assert_eq!(expired["seats"], json!(["challenger", "defender"]), "expiry {expiry} lists who defaulted");
        // During rulings nothing runs: a second passes, and the clock has all its time.
        std::thread::sleep(Duration::from_millis(1_200));
        let stands = room.ok("chair", "clock");
        assert_eq!(stands["data"], json!({"seconds": 1, "runs": false}), "{stands}");
        room.ok("chair", "rulings");
        room.ok("chair", "step");
        // The next stage is nobody's yet.
        std::thread::sleep(Duration::from_millis(1_200));
        assert_eq!(room.ok("chair", "clock")["data"]["runs"], false);
        room.ok("challenger", "look");
    }
    room.ok("chair", "clock stop");
    room.end();
    let log = Log::read(&path).expect("a game");
    let late = log.rows().iter().filter(|row| matches!(&row.entry, Entry::Given(given) if given.timed_out)).count();
    assert_eq!(late, 4);
    let verified: Json = serde_json::from_str(&done(&["verify", text(&path), "--json"])).expect("JSON");
    assert_eq!(verified["ok"], true, "{verified}");
}

/// Without a facilitator a clock that ran out ends its stage, and no other: a table that everybody left does not play on.
#[test]
fn a_table_that_everybody_left_plays_no_second_stage() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let from = scenario("deterrence.ron");
    let mut room = Room::start(&["play", text(&from), "--people", "2", "--file", text(&path)]);
    room.ok("challenger", "clock 1s");
    while room.of("clock")["event"] != "expired" {}
    std::thread::sleep(Duration::from_millis(2_500));
    room.end();
    let log = Log::read(&path).expect("a game");
    assert_eq!(log.rows().iter().filter(|row| matches!(row.entry, Entry::StageEnded(_))).count(), 1);
}

#[test]
fn clock_pause_and_accepted_rulings_outlive_the_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut room = chaired(&path);
    room.ok("chair", "clock 1h");
    room.ok("chair", "pause");
    assert_eq!(room.ask("challenger", "order 1")["ok"], false, "seats are held");
    assert_eq!(room.ask("chair", "pause")["ok"], false, "it is paused already");
    // Killed.
    room.child.kill().expect("it can be killed");
    room.child.wait().expect("it has ended");
    let mut room = Room::start(&["resume", text(&path)]);
    let opened = room.of("game");
    assert_eq!(opened["paused"], true, "{opened}");
    assert_eq!(opened["clock"]["runs"], false, "{opened}");
    let left = opened["clock"]["seconds"].as_u64().expect("seconds");
    assert!((3_590..=3_600).contains(&left), "{left} s are left");
    assert_eq!(room.ask("chair", "step")["ok"], false, "a paused game goes on by `go` alone");
    room.ok("chair", "go");
    room.ok("challenger", "order 1");
    assert_eq!(room.ok("chair", "clock")["data"]["runs"], true, "a seat has the keyboard");
    room.ok("challenger", "submit");
    room.ok("defender", "submit");
    room.ok("chair", "accept 1");
    room.end();
    let mut room = Room::start(&["resume", text(&path)]);
    let rulings = room.ok("chair", "rulings");
    assert!(rulings["text"].as_str().expect("text").contains("accepted"), "{rulings}");
    room.ok("chair", "step");
    room.end();
}

#[test]
fn a_seat_with_a_pin_is_nobody_elses() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut room = chaired(&path);
    assert!(room.ask("challenger", "pin 12")["text"].as_str().expect("text").contains("4 to 32"));
    room.ok("challenger", "pin 4711");
    room.ok("chair", "pin 0815");
    let with = |room: &mut Room, seat: &str, pin: &str| {
        let line = json!({"seat": seat, "pin": pin, "command": "look"});
        std::io::Write::write_all(&mut room.to, format!("{line}\n").as_bytes()).expect("it listens");
        room.of("reply")["ok"] == true
    };
    room.end();
    // They hold after a resume.
    let mut room = Room::start(&["resume", text(&path)]);
    for (seat, pin, fits) in [
        ("challenger", "", false),
        ("challenger", "0815", false),
        ("challenger", "4711", true),
        ("chair", "4711", false),
    ] {
        assert_eq!(with(&mut room, seat, pin), fits, "{seat} with `{pin}`");
    }
    assert!(with(&mut room, "defender", ""), "a seat without a PIN asks for none");
    room.end();
    let whole = std::fs::read(&path).expect("a file");
    assert!(!whole.windows(4).any(|four| four == b"4711"), "the PIN itself is not kept");
    // A forgotten one is taken away, and the log says so.
    let mut room = Room::start(&["resume", text(&path), "--forget-pins"]);
    room.ok("chair", "look");
    room.ok("challenger", "look");
    room.end();
    let log = Log::read(&path).expect("a game");
    assert_eq!(log.rows().iter().filter(|row| matches!(row.entry, Entry::Pinned { .. })).count(), 4);
}

/// At a terminal: what was typed ahead is not taken for the next seat's, and a PIN stays off the screen.
#[test]
fn the_keyboard_changes_hands_without_what_was_typed_ahead() {
    // A terminal that can do nothing, and one where lines are edited.
    for kind in ["dumb", "xterm"] {
        changes_hands(kind);
    }
}

fn changes_hands(kind: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let from = scenario("deterrence.ron");
    let mut command = marchland();
    command.args(["play", text(&from), "--people", "2", "--no-clear", "--file", text(&path)]).env("TERM", kind);
    let mut terminal = rexpect::session::spawn_command(command, Some(30_000)).expect("a pseudo-terminal");
    let wait = |terminal: &mut rexpect::session::PtySession, what: &str| {
        terminal.exp_string(what).unwrap_or_else(|error| panic!("waiting for `{what}`: {error}"))
    };
    wait(&mut terminal, "Press Enter");
    terminal.send_line("").expect("it listens");
    wait(&mut terminal, "challenger> ");
    terminal.send_line("pin 4711").expect("it listens");
    wait(&mut terminal, "challenger> ");
    // Everything at once: the second seat's orders and its confirmation are typed by the first.
    terminal.send("submit\n\norder 1\nsubmit\n").expect("it listens");
    terminal.flush().expect("it listens");
    wait(&mut terminal, "The keyboard goes to");
    wait(&mut terminal, "Press Enter");
    std::thread::sleep(Duration::from_millis(300));
    terminal.send_line("").expect("it listens");
    wait(&mut terminal, "defender> ");
    terminal.send_line("draft").expect("it listens");
    let draft = wait(&mut terminal, "defender> ");
    assert!(!draft.contains("Confirmed"), "{draft}");
    terminal.send_line("submit").expect("it listens");
    wait(&mut terminal, "Press Enter");
    terminal.send_line("").expect("it listens");
    wait(&mut terminal, "PIN of");
    terminal.send_line("0000").expect("it listens");
    let since = Instant::now();
    wait(&mut terminal, "not the PIN");
    assert!(since.elapsed() > Duration::from_millis(900), "trying takes a while");
    wait(&mut terminal, "PIN of");
    std::thread::sleep(Duration::from_millis(200));
    terminal.send_line("4711").expect("it listens");
    let shown = wait(&mut terminal, "challenger> ");
    assert!(!shown.contains("4711"), "{shown}");
    terminal.send_line("quit").expect("it listens");
    terminal.exp_eof().expect("it ends");
    let log = Log::read(&path).expect("a game");
    let drafts =
        log.rows().iter().filter(|row| matches!(&row.entry, Entry::Drafted { player, .. } if player == "defender"));
    assert_eq!(drafts.count(), 0, "nobody drafted for the second seat");
}

/// At a terminal that can do it, a line is edited and the arrow recalls what the same seat typed, and nothing of another;
/// the clock ends a line that is being typed.
#[test]
fn a_line_is_edited_and_only_its_own_seat_recalls_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let from = scenario("deterrence.ron");
    let mut command = marchland();
    command.args(["play", text(&from), "--people", "2", "--no-clear", "--file", text(&path)]).env("TERM", "xterm");
    let mut terminal = rexpect::session::spawn_command(command, Some(30_000)).expect("a pseudo-terminal");
    let wait = |terminal: &mut rexpect::session::PtySession, what: &str| {
        terminal.exp_string(what).unwrap_or_else(|error| panic!("waiting for `{what}`: {error}"))
    };
    let keys = |terminal: &mut rexpect::session::PtySession, keys: &str| {
        terminal.send(keys).expect("it listens");
        terminal.flush().expect("it listens");
    };
    wait(&mut terminal, "Press Enter");
    terminal.send_line("").expect("it listens");
    wait(&mut terminal, "challenger> ");
    // Two to the left, one taken away, one put in.
    keys(&mut terminal, "drxft\u{1b}[D\u{1b}[D\u{7f}a\r");
    wait(&mut terminal, "Your draft");
    wait(&mut terminal, "challenger> ");
    terminal.send_line("why zebra").expect("it listens");
    wait(&mut terminal, "no indicator");
    wait(&mut terminal, "challenger> ");
    terminal.send_line("pin 4711").expect("it listens");
    wait(&mut terminal, "asks for its PIN");
    wait(&mut terminal, "challenger> ");
    // The line before the PIN: that is never recalled.
    keys(&mut terminal, "\u{1b}[A");
    wait(&mut terminal, "why zebra");
    keys(&mut terminal, "\u{15}pin off\r");
    wait(&mut terminal, "No PIN is asked for");
    wait(&mut terminal, "challenger> ");
    terminal.send_line("submit").expect("it listens");
    wait(&mut terminal, "Press Enter");
    terminal.send_line("").expect("it listens");
    wait(&mut terminal, "defender> ");
    keys(&mut terminal, "\u{1b}[A\u{1b}[A\u{15}draft\r");
    let shown = wait(&mut terminal, "Your draft");
    assert!(!shown.contains("zebra") && !shown.contains("4711"), "{shown}");
    wait(&mut terminal, "defender> ");
    terminal.send_line("clock 2s").expect("it listens");
    wait(&mut terminal, "defender> ");
    keys(&mut terminal, "order 1");
    wait(&mut terminal, "Time is up");
    wait(&mut terminal, "Press Enter");
    std::thread::sleep(Duration::from_millis(300));
    terminal.send_line("").expect("it listens");
    wait(&mut terminal, "challenger> ");
    terminal.send_line("clock stop").expect("it listens");
    wait(&mut terminal, "challenger> ");
    terminal.send_line("quit").expect("it listens");
    terminal.exp_eof().expect("it ends");
    let log = Log::read(&path).expect("a game");
    let drafts = log.rows().iter().filter(|row| matches!(row.entry, Entry::Drafted { .. }));
    assert_eq!(drafts.count(), 0, "what was being typed when the time was up is nobody's order");
}

/// A facilitator at the other end of a pipe cannot start programs that the command line did not name.
/// A log that was written anew by somebody who chained its entries again "holds"; the head that was written down and the
/// signature that was made before do not fit it.
#[test]
fn a_head_and_a_signature_tell_a_log_that_was_written_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let (path, key, other_key) = (at("game.march"), at("key"), at("other key"));
    std::fs::write(&key, "a secret of the umpire\n").expect("written");
    std::fs::write(&other_key, "a secret of somebody\n").expect("written");
    let mut room = chaired(&path);
    for text in ["note The first.", "note The second.", "note The third."] {
        room.ok("chair", text);
    }
    room.end();
    let json = |arguments: &[&str]| -> Json { serde_json::from_str(&done(arguments)).expect("JSON") };
    let before = json(&["verify", text(&path), "--key", text(&key), "--json"]);
    let (head, signature) = (before["head"].as_str().expect("a head"), before["signature"].as_str().expect("signed"));
    assert_ne!(json(&["verify", text(&path), "--key", text(&other_key), "--json"])["signature"], before["signature"]);
    // Written anew: with another text, and without its end.
    let log = Log::read(&path).expect("a game");
    for (name, kept) in [("changed", log.rows().len()), ("cut", log.rows().len() - 1)] {
        let mut forged = Log::create(&at(name), &log.files("deterrence.ron")).expect("a new file");
        for row in &log.rows()[..kept] {
            let mut entry = row.entry.clone();
            match &mut entry {
                Entry::Noted { text, .. } if name == "changed" && text.contains("second") => *text = "Another.".into(),
                _ => {}
            }
            forged.append(row.parent, row.branch, &[(entry, None)]).expect("kept");
        }
        drop(forged);
        let forged = at(name);
        assert!(done(&["verify", text(&forged)]).starts_with("It holds"), "{name}");
        refused(3, &[], &["verify", text(&forged), "--head", &head[..12]]);
        refused(3, &[], &["verify", text(&forged), "--key", text(&key), "--signature", &signature[..16]]);
        let told = json_of_refused(&["verify", text(&forged), "--key", text(&key), "--signature", signature, "--json"]);
        assert_eq!((told["ok"].clone(), told["signature_found_at"].clone()), (json!(true), Json::Null), "{told}");
    }
    // The game itself, played on since, still has both.
    let mut room = Room::start(&["resume", text(&path)]);
    room.ok("chair", "note The fourth.");
    room.end();
    let after = json(&["verify", text(&path), "--head", head, "--key", text(&key), "--signature", signature, "--json"]);
    let entries = json!(log.rows().len());
    assert_eq!((&after["head_found_at"], &after["signature_found_at"]), (&entries, &entries), "{after}");
    refused(3, &[], &["verify", text(&path), "--key", text(&other_key), "--signature", signature]);
    std::fs::write(&key, "short\n").expect("written");
    refused(1, &["at least 16"], &["verify", text(&path), "--key", text(&key)]);
    refused(2, &["--key"], &["verify", text(&path), "--signature", signature]);
}

/// What a command prints that ends with 3.
fn json_of_refused(arguments: &[&str]) -> Json {
    let output = crate::program::run(arguments);
    assert_eq!(output.status.code(), Some(3), "{output:?}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn programs_are_started_by_the_command_line_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, trace) = (folder.path().join("game.march"), folder.path().join("trace"));
    let program = format!("External(command: \"touch {}\", fallback: Idle())", trace.display());
    let mut room = chaired(&path);
    let swapped = room.ask("chair", &format!("swap defender {program}"));
    assert_eq!(swapped["ok"], false, "{swapped}");
    assert!(swapped["text"].as_str().expect("text").contains("command line"), "{swapped}");
    room.ok("chair", "swap defender yield");
    room.end();
    std::thread::sleep(Duration::from_millis(300));
    assert!(!trace.exists(), "the program was started");
    // What the command line names may be swapped away and back.
    let named = folder.path().join("named.march");
    let from = scenario("deterrence.ron");
    let seat = format!("defender={program}");
    let seats = ["--seat", "challenger=human", "--seat", &seat, "--facilitator"];
    let words: Vec<&str> = ["play", text(&from), "--file", text(&named)].into_iter().chain(seats).collect();
    let mut room = Room::start(&words);
    room.ok("chair", "swap defender yield");
    room.ok("chair", &format!("swap defender {program}"));
    room.end();
    assert!(trace.exists(), "the program was not started");
}

/// The number of a seat's proposal does not tell it how many others have made.
#[test]
fn proposals_are_numbered_by_seat() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut room = chaired(&path);
    room.ok("challenger", "propose a feint");
    room.ok("challenger", "propose a parade");
    let first = room.ok("defender", "propose a wall");
    assert_eq!(first["data"], json!({"proposal": 1}), "{first}");
    assert!(first["text"].as_str().expect("text").contains("proposal 1"), "{first}");
    assert_eq!(room.ok("chair", "proposals")["data"].as_array().map(Vec::len), Some(3));
    room.end();
}

/// A grant waits for the stage's dice, through a kill too; until the step it is granted otherwise, overruled, taken back.
#[test]
fn a_grant_is_reconsidered_until_the_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut room = chaired(&path);
    let told = |reply: &Json, word: &str| {
        // A line is broken between words.
        let text = reply["text"].as_str().expect("text").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(word), "`{word}`: {reply}");
    };
    room.ok("challenger", "propose a feint");
    room.ok("challenger", "propose a parade");
    let granted = room.ok("chair", "grant 1 chance 30% seen nobody because it is dark");
    told(&granted, "dice fall with the rulings");
    assert_eq!(granted["data"], json!({"granted": 1, "rulings": null}), "{granted}");
    told(&room.ok("chair", "look"), "1 free action is granted");
    told(&room.ok("chair", "proposals"), "its dice fall with the rulings. At a chance of 30%, for no price");
    told(&room.ok("chair", "proposals"), "nobody else learns of it. Because it is dark.");
    let news = room.ok("challenger", "news");
    told(&news, "granted; the dice fall with the rulings");
    assert!(!news["text"].as_str().expect("text").contains("0.3"), "{news}");
    assert!(!room.ok("defender", "news")["text"].as_str().expect("text").contains("feint"));
    told(&room.ok("chair", "grant off 1"), "open again");
    assert_eq!(room.ask("chair", "grant off 1")["ok"], false, "nothing is granted");
    room.child.kill().expect("it can be killed");
    room.child.wait().expect("it has ended");
    // At a keyboard question by question, and again: Enter leaves what is granted as it is.
    let mut command = marchland();
    command.args(["resume", text(&path)]).env("TERM", "dumb");
    let mut terminal = rexpect::session::spawn_command(command, Some(30_000)).expect("a pseudo-terminal");
    terminal.exp_string("chair> ").expect("the chair's turn");
    for (answer, asks) in [
        ("grant 1", "How likely"),
        ("40%", "What does it cost"),
        ("", "Who learns"),
        ("everybody", "What does it change"),
        ("", "Why?"),
        ("it is dark", "Is that right"),
        ("yes", "dice fall with the rulings"),
        ("grant 1", "It is granted already"),
        ("60%", "`nothing`, or as"),
        ("", "`nobody`"),
        ("", "as it stands"),
        ("", "as it stands"),
        ("", "because it is dark"),
        ("yes", "dice fall with the rulings"),
    ] {
        terminal.send_line(answer).expect("it listens");
        terminal.exp_string(asks).unwrap_or_else(|error| panic!("after `{answer}`, waiting for `{asks}`: {error}"));
    }
    terminal.send_line("quit").expect("it listens");
    terminal.exp_eof().expect("it ends");
    let mut room = Room::start(&["resume", text(&path)]);
    told(&room.ok("chair", "proposals"), "At a chance of 60%, for no price");
    room.ok("challenger", "submit");
    room.ok("defender", "submit");
    let rulings = room.ok("chair", "rulings");
    told(&rulings, "on a free action");
    told(&rulings, "free action 1, \u{201c}a feint\u{201d}: chance 0.60, draw 0.");
    // What is granted now is among them at once.
    let granted = room.ok("chair", "grant 2 chance 100% seen everybody because why not");
    told(&granted, "of them on free actions");
    told(&granted, "free action 2, \u{201c}a parade\u{201d}: succeeds, as it is certain");
    let list = granted["data"]["rulings"].as_array().expect("rulings").clone();
    let at = |number: u64| {
        let own = list.iter().find(|item| item["free_action"]["proposal"] == number).expect("among them");
        own["number"].to_string()
    };
    told(&room.ask("chair", &format!("override {} leak x", at(2))), "nothing to leak");
    let overruled = room.ok("chair", &format!("override {} failure because the band is ill", at(2)));
    told(&overruled, "OVERRIDDEN to failure: the band is ill");
    told(&room.ask("chair", &format!("override {} failure because the band is ill", at(2))), "stands already");
    // A reason may be put right.
    let put_right = room.ok("chair", &format!("override {} failure because of the rain", at(2)));
    told(&put_right, "OVERRIDDEN to failure: the rain");
    room.ok("chair", &format!("accept {}", at(2)));
    told(&room.ok("chair", "rulings"), "1 accepted");
    room.ok("chair", &format!("override {} failure because the band is ill", at(2)));
    assert!(!room.ok("defender", "news")["text"].as_str().expect("text").contains("parade"));
    room.ok("chair", "step");
    told(&room.ok("defender", "news"), "The challenger: a free action, \u{201c}a parade\u{201d} \u{2013} failed.");
    told(&room.ok("chair", "story"), "overruled the machine on the free action");
    room.end();
    let csv = folder.path().join("happened.csv");
    done(&["review", text(&path), "--futures", "8", "--happened", text(&csv)]);
    let csv = std::fs::read_to_string(&csv).expect("written");
    let row = csv.lines().find(|row| row.contains("a parade")).expect("a row");
    assert!(row.contains("free action") && row.contains(",1,0.") && row.ends_with("false,false,true"), "{row}");
    assert!(done(&["verify", text(&path)]).starts_with("It holds"));
}

#[test]
fn threads_are_bounded_by_sense() {
    let from = scenario("chicken.ron");
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("out");
    refused(2, &["--threads"], &["batch", text(&from), "--games", "8", "--threads", "60000", "--out", text(&out)]);
}
