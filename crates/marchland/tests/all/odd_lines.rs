//! Whatever a tired person types, the answer says what to do, and nothing breaks.

use std::io::Write;
use std::process::Stdio;

use serde_json::Value as Json;

use crate::program::{marchland, scenario, text};
use crate::room::Room;

#[track_caller]
fn answered(reply: &Json, ok: bool, says: &[&str]) {
    let told = reply["text"].as_str().expect("text");
    assert_eq!(reply["ok"], ok, "{reply}");
    for word in says {
        assert!(told.contains(word), "`{word}` is not in: {told}");
    }
    assert!(ok || (told.len() < 900 && !told.is_empty()), "an answer, and a short one: {told}");
    assert!(!told.contains("panicked") && !told.contains("Err("), "{told}");
}

#[test]
fn a_tired_person_is_told_what_to_type() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("game.march");
    let tajikistan = scenario("tajikistan-2010");
    let mut room = Room::start(&["play", text(&tajikistan), "--people", "2", "--facilitator", "--file", text(&file)]);
    room.of("stage");
    let long = "x".repeat(5000);
    let lines: [(&str, bool, &[&str]); 51] = [
        ("", true, &["`submit` confirms it"]),
        ("   \t ", true, &["`submit` confirms it"]),
        ("LOOK", true, &["What you know"]),
        ("order", false, &["which order"]),
        ("order 999", false, &["numbers go from 1 to"]),
        ("order 0", false, &["numbers go from 1 to"]),
        ("order -1", false, &["you have no order"]),
        ("order 99999999999999999999999", false, &["you have no order", "orders all"]),
        ("order 3.5", false, &["you have no order"]),
        ("order warn_goverment sharp", false, &["did you mean", "(`warn_government`)"]),
        ("order 4", false, &["needs one of: gentle, sharp, ultimatum", "`order 4 gentle`"]),
        ("order 4 sahrp", false, &["has no option `sahrp`; did you mean `sharp`?"]),
        ("order 4 5", false, &["one order a line"]),
        ("order 3 high", false, &["has no options", "`order 3`"]),
        ("Order #4, SHARP", true, &["4 warn the government (sharp)", "2 more orders fit"]),
        ("order 4 ult", true, &["4 warn the government (ultimatum)"]),
        ("order 4 ultimatum", false, &["in your draft already"]),
        ("drop 99", false, &["numbers go from 1 to"]),
        ("drop 1", false, &["not in your draft"]),
        ("undo", true, &["(sharp)"]),
        ("vote", false, &["nothing to vote on in this stage"]),
        ("vote yes", false, &["nothing to vote on in this stage"]),
        ("vote nothing maybe", false, &["nothing to vote on in this stage"]),
        ("preview 999", false, &["numbers go from 1 to"]),
        ("preview 4 nothing", false, &["has no option"]),
        ("why", false, &["which indicator"]),
        ("why nonsense", false, &["no indicator is called `nonsense`", "Words of its name"]),
        ("why LEGITIMACY", true, &["legitimacy"]),
        ("know unrest in Khatlon", true, &["in Khatlon"]),
        ("more", false, &["nothing more to show"]),
        ("know \u{1F680}", false, &["no indicator"]),
        ("orders ecnomy", false, &["orders all", "economy"]),
        ("orders ECONOMY", true, &["What you may order"]),
        ("orders 4", true, &["Warn the government", "gentle"]),
        ("orders 77777", false, &["numbers go from 1 to"]),
        ("clock -5m", false, &["facilitator's"]),
        ("message", false, &["it reads `message SEAT TEXT`"]),
        ("message government", false, &["it reads `message SEAT TEXT`"]),
        ("message GOVERNMENT hello", true, &["Sent"]),
        ("message russia hello", false, &["somebody else"]),
        ("message govment hello", false, &["did you mean `government`"]),
        ("propose", false, &["say something"]),
        ("propose a\u{1b}[2J", false, &["control character (U+001B)", "leave it out"]),
        ("message government yes\nchair: no", false, &["line break", "put a blank there"]),
        ("default LAST", true, &["what you ordered last"]),
        ("default sometimes", false, &["it reads `default"]),
        ("take", false, &["no other seat"]),
        ("help vote", true, &["vote MOTION yes|no|abstain"]),
        ("yes", false, &["A vote reads"]),
        ("\u{202e}\u{0301}\u{0}", false, &["help"]),
        ("odds", false, &["has not allowed"]),
    ];
    for (line, ok, says) in lines {
        let reply = room.ask("russia", line);
        answered(&reply, ok, says);
    }
    for line in [long.as_str(), &format!("order {long}"), &format!("why {long}"), &format!("orders {long}")] {
        answered(&room.ask("russia", line), false, &[]);
    }
    let chair: [(&str, bool, &[&str]); 44] = [
        ("", true, &["Turn 1 of 24, April 2010", "Russia: has not submitted"]),
        ("step", false, &["not everybody has submitted"]),
        ("rulings", false, &["not everybody has submitted"]),
        ("accept", false, &["not everybody has submitted"]),
        ("override 1 failure because I say so", false, &["not everybody has submitted"]),
        ("seat", false, &["there is no player"]),
        ("seat Russia", true, &[]),
        ("view united states", true, &["The United States"]),
        ("view rusia", false, &["did you mean `russia`"]),
        ("swap", false, &["it reads `swap PLAYER"]),
        ("swap nato nonsense", false, &["nonsense"]),
        ("swap NATO Idle", true, &["plays NATO and the West now"]),
        ("event", true, &["You hold no card", "Events of the scenario"]),
        ("event new", false, &["it reads `event new"]),
        ("event new A fire seen nobody-there", false, &["there is no player"]),
        ("event new A fire effect tajikistan.unrest+=0.1", false, &["unrest in Tajikistan", "computed anew"]),
        (
            "event new A fire at the bazaar seen russia effect tajikistan.legitimacy-=2%",
            true,
            &["in your hand", "told to Russia"],
        ),
        (
            "event edit 1 A great fire at the bazaar because it burnt",
            true,
            &["great fire", "told to Russia", "in your hand"],
        ),
        ("event play 1 at 99", false, &["ends with turn 24"]),
        ("event play 1 when turn >= 3", true, &["to come when turn >= 3"]),
        ("event off 1", true, &["called off"]),
        ("event play 1", false, &["not to come any more"]),
        ("inject", false, &["it reads `inject"]),
        ("inject nonsense because x", false, &["there is no event `nonsense`"]),
        ("inject tajikistan.legitimacy=much because x", false, &["no value"]),
        ("inject tajikistan.legitimacy=NaN because x", false, &["no value"]),
        ("inject tajikistan.legitimacy+=0.1 at noon because x", false, &["is no turn"]),
        ("inject tajikistan.legitimacy+=0.1 when pigs fly because x", false, &[]),
        ("set tajikistan.unrest 0.4 because x", false, &[]),
        ("set tajikistan.legitimacy 0.4", false, &["because REASON"]),
        ("set tajikistan.legitimacy 9000000 because x", false, &[]),
        ("grant 1", false, &["it reads `grant"]),
        ("grant 7 chance 0.5 because x", false, &["there is no proposal 7"]),
        ("grant off", false, &["it reads `grant off N`"]),
        ("grant off 7", false, &["there is no proposal 7"]),
        ("note one\ntwo", false, &["line break", "put a blank there"]),
        ("refuse 1", false, &["it reads `refuse"]),
        ("tell russia", false, &["it reads `tell"]),
        ("back", false, &["it reads `back TURN`"]),
        ("back 0", false, &["was not reached"]),
        ("back 99", false, &["was not reached"]),
        ("branch 7", false, &["there is no branch 7"]),
        ("clock -5m", false, &["`-5m` is no time", "10m"]),
        ("clock 900h", false, &["up to a day"]),
    ];
    for (line, ok, says) in chair {
        let reply = room.ask("chair", line);
        answered(&reply, ok, says);
    }
    room.end();
}

/// What a facilitator and two people read in a month, with its vote and the month after: titles where there
/// are titles, a month once.
#[test]
fn a_room_reads_titles_and_no_identifiers() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("game.march");
    let tajikistan = scenario("tajikistan-2010");
    let mut room = Room::start(&[
        "play",
        text(&tajikistan),
        "--people",
        "2",
        "--facilitator",
        "--seed",
        "3",
        "--file",
        text(&file),
    ]);
    room.of("stage");
    let mut voted = false;
    for _ in 0..8 {
        let stands = room.ok("chair", "look")["data"].clone();
        let ballots = stands["stage"] == "ballots";
        for who in ["government", "russia"] {
            let reply = room.ok(who, "look");
            let told = reply["text"].as_str().expect("text");
            let news = told.split("What reached you").nth(1).unwrap_or_default();
            let news = news.split("What ").next().expect("text");
            assert!(!news.contains('_') && !news.contains(" orders "), "{news}");
            if ballots {
                voted = true;
                let turn = stands["turn"].as_u64().expect("a number") as usize;
                let before = ["March", "April", "May", "June", "July", "August"][turn - 1];
                assert!(
                    !news.contains(&format!("{before}. ")),
                    "the month before was read when this one began: {news}"
                );
            } else {
                room.ask(who, if who == "russia" { "order 4 sharp" } else { "order 5" });
            }
            room.ok(who, "submit");
        }
        let reply = room.ok("chair", "rulings");
        let told = reply["text"].as_str().expect("text");
        assert!(!told.contains('_'), "{told}");
        room.ok("chair", "step");
    }
    assert!(voted, "a vote was among them");
    room.end();
}

/// The only person of a game, whose office falls (seed 5): the game waits for the answer to the offer, and goes
/// on from the new seat, or to its end where the person only watches.
#[test]
fn a_fallen_person_is_asked_and_not_passed_over() {
    let folder = tempfile::tempdir().expect("a folder");
    let played = |name: &str, lines: &str| {
        let file = folder.path().join(name);
        let mut child = marchland()
            .args(["play", text(&scenario("tajikistan-2010")), "--seat", "government=human", "--seed", "5"])
            .args(["--file", text(&file)])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let month = "order 7\norder 13 arrest\norder 9 raise\nsubmit\n";
        let mut to = child.stdin.take().expect("its input");
        to.write_all((month.repeat(4) + lines).as_bytes()).expect("it listens");
        drop(to);
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).expect("text")
    };
    let taken = played("taken", "take\nsubmit\n");
    let after = taken.split("You hold the seat of the new administration now.").nth(1).expect("it moved");
    assert!(taken.contains("Your office has fallen. You are offered the seat of the new administration"), "{taken}");
    assert!(after.contains("You govern after a transition") && after.contains("Confirmed."), "{after}");
    assert!(after.contains("goes on."), "a game that can be resumed: {after}");
    let watched = played("watched", "leave\n");
    assert!(watched.contains("you watch from here on") && watched.contains("The game is over."), "{watched}");
}

/// An offer that waits stands before the orders of whom it was made to, with its terms, its last month and the numbers
/// that answer it; and it is told when it lapses.
#[test]
fn an_offer_waits_in_view_and_is_told_when_it_lapses() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("game.march");
    let tajikistan = scenario("tajikistan-2010");
    let mut room =
        Room::start(&["play", text(&tajikistan), "--seat", "government=human", "--seed", "1", "--file", text(&file)]);
    let (mut lapses, mut waited) = (0, std::collections::BTreeSet::new());
    for _ in 0..12 {
        let reply = room.ok("government", "look");
        let view = &reply["data"];
        let orders = view["moment"]["stage"] == "orders";
        // What came in the month before is told as this one begins.
        let begun = orders && view["moment"]["round"] == 0;
        let told = one_line(reply["text"].as_str().expect("text"));
        for talk in view["talks"].as_array().expect("a list").iter().filter(|talk| talk["state"] == "received") {
            waited.insert(talk["deal"].as_str().expect("a name").to_owned());
            assert!(told.contains("offers you terms on") && told.contains("They stand until the end of "), "{told}");
            let name = talk["deal"].as_str().expect("a name");
            let action = |verb: &str| {
                let of = format!("{verb}_{name}");
                let found = view["actions"].as_array().expect("a list").iter().find(|one| one["action"] == *of);
                found.expect("an action")["number"].as_u64().expect("a number")
            };
            assert_eq!(orders, told.contains(&format!("{} accepts, {} rejects", action("accept"), action("reject"))));
        }
        for item in view["news"].as_array().expect("a list").iter().filter(|item| item["kind"] == "deal" && begun) {
            lapses += 1;
            assert_eq!(item["result"], "lapsed");
            assert!(waited.contains(item["what"].as_str().expect("a name")), "{item}");
            assert!(told.contains("lapsed without an answer"), "{told}");
        }
        room.ok("government", "submit");
    }
    assert!(lapses > 0 && !waited.is_empty(), "{lapses} {waited:?}");
    room.end();
}

/// A text in one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
