//! What a game leaves behind: reviews in every form, and paper.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use marchland_session::Source;
use marchland_sim::scenario::{Scenario, files};
use marchland_strategies::Registry;
use serde_json::{Value as Json, json};

use crate::program::{done, refused, scenario, text};
use crate::room::Room;

const TYPED: [&str; 3] = ["a word between us", "the room was loud", "the minister argued it well"];

/// A game of three months with two people and a facilitator, everything in it that a review may tell of.
fn played(path: &Path) {
    let tajikistan = scenario("tajikistan-2010");
    let mut room = Room::start(&[
        "play",
        text(&tajikistan),
        "--people",
        "2",
        "--facilitator",
        "--turns",
        "3",
        "--seed",
        "5",
        "--file",
        text(path),
    ]);
    room.of("stage");
    room.ok("russia", &format!("message government {}", TYPED[0]));
    room.ok("chair", &format!("note {}", TYPED[1]));
    for stage in 0..24 {
        let stands = room.ok("chair", "look")["data"].clone();
        if stands["over"] == true {
            break;
        }
        for who in stands["waiting"].as_array().expect("a list") {
            let who = who.as_str().expect("a name");
            let view = room.ok(who, "look")["data"].clone();
            let open = view["actions"].as_array().expect("a list").iter().find_map(|action| {
                let options = action["options"].as_array()?;
                let option = options.iter().find(|option| option["refusal"].is_null())?;
                let option = if options.len() > 1 { option["option"].as_str()? } else { "" };
                Some(format!("order {} {option}", action["number"]))
            });
            if stands["stage"] == "orders" {
                room.ok(who, &open.expect("something is legal"));
            }
            room.ok(who, "submit");
        }
        if stage == 0 {
            let proposed = room.ok("chair", "rulings")["data"].clone();
            let list = proposed.as_array().expect("a list");
            let own = list.iter().find(|item| item["player"] == "russia").expect("it ordered");
            room.ok("chair", &format!("override {} failure {}", own["number"], TYPED[2]));
        }
        room.ok("chair", "step");
    }
    room.end();
}

/// A page needs nothing but itself, and prints to A4.
#[track_caller]
fn assert_self_contained(page: &str) {
    assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
    // A drawing may name the language that it is written in.
    let page = page.replace("http://www.w3.org/2000/svg", "");
    // The hatching of a map is a part of the page.
    let page = page.replace("url(#", "");
    for outside in ["http:", "https:", "//", "<script", "<link", "<iframe", "<img", "@import", "url(", "src=", "onload"]
    {
        assert!(!page.contains(outside), "the page holds `{outside}`");
    }
    assert!(page.contains("@page { size: A4"), "it prints to A4");
}

fn ours(name: &str) -> Arc<Scenario> {
    let files = files::read(&scenario(name)).expect("ours");
    Source::load(files, &Registry::standard()).expect("ours").scenario
}

/// The cells of a line of comma-separated values, by RFC 4180.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().expect("one at least").push(c),
        }
    }
    cells
}

fn as_json(arguments: &[&str]) -> Json {
    serde_json::from_str(&done(arguments)).expect("JSON")
}

#[test]
fn a_review_tells_the_same_in_every_form() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    played(&path);
    let game = text(&path);
    let review = ["review", game, "--futures", "8"];
    let with = |more: &[&'static str]| -> Vec<&str> { review.iter().copied().chain(more.iter().copied()).collect() };

    let told = done(&review);
    for seen in
        ["3 of 3 turns played", "The president's government: ", "Russia: ", "not a prophecy", "knew at the time"]
    {
        assert!(told.contains(seen), "{seen}: {told}");
    }
    assert!(!told.contains('_'), "people read titles: {told}");

    let json = as_json(&with(&["--json"]));
    let decisions = json["decisions"].as_array().expect("a list");
    assert!(decisions.len() >= 6, "two people, three months: {}", decisions.len());
    let players = |decisions: &[Json]| -> BTreeSet<String> {
        decisions.iter().map(|one| one["player"].as_str().expect("a name").to_owned()).collect()
    };
    assert_eq!(players(decisions), BTreeSet::from(["government".to_owned(), "russia".to_owned()]));
    assert!(decisions.iter().all(|one| one["holder"] == "human" && one["hindsight"].is_null()), "{json}");
    assert_eq!(json["seed"], 5);
    for (kind, what) in [("note", TYPED[1]), ("message", TYPED[0])] {
        let happened = json["timeline"].as_array().expect("a list");
        assert!(happened.iter().any(|one| one["kind"] == kind && one["what"].to_string().contains(what)), "{kind}");
    }

    let csv = done(&with(&["--csv"]));
    let rows: Vec<Vec<String>> = csv.lines().map(cells).collect();
    let alternatives: usize =
        decisions.iter().map(|one| one["known"]["alternatives"].as_array().expect("a list").len().max(1)).sum();
    assert_eq!(rows.len(), 1 + alternatives, "a head, and a row an alternative");
    assert!(rows.iter().all(|row| row.len() == rows[0].len()), "{csv}");
    let player = rows[0].iter().position(|name| name == "player").expect("a column");
    assert!(rows[1..].iter().all(|row| matches!(row[player].as_str(), "russia" | "government")));

    let page = folder.path().join("review.html");
    done(&with(&["--html"]).into_iter().chain([text(&page)]).collect::<Vec<_>>());
    let html = std::fs::read_to_string(&page).expect("a page");
    assert_self_contained(&html);
    for seen in ["The president's government", "Russia", "The facilitator", "<svg", TYPED[0], TYPED[1], TYPED[2]] {
        assert!(html.contains(seen), "{seen}");
    }

    let all = as_json(&with(&["--json", "--all"]));
    let everybody = players(all["decisions"].as_array().expect("a list"));
    assert!(everybody.len() > 8 && everybody.contains("uzbekistan"), "{everybody:?}");

    let wise = as_json(&with(&["--json", "--hindsight"]));
    let wise = wise["decisions"].as_array().expect("a list");
    assert!(wise.iter().all(|one| one["hindsight"]["futures"] == 8), "judged by the truth too");
    assert!(done(&with(&["--csv", "--hindsight"])).contains(",hindsight,"));

    let nameless = folder.path().join("nameless.html");
    let nameless = text(&nameless);
    let mut everything = done(&["review", game, "--futures", "8", "--anonymise", "--html", nameless]);
    everything += &std::fs::read_to_string(nameless).expect("a page");
    everything += &done(&with(&["--csv", "--anonymise"]));
    let json = as_json(&with(&["--json", "--anonymise"]));
    assert_eq!(json["seed"], Json::Null);
    everything += &json.to_string();
    for typed in TYPED {
        assert!(!everything.contains(typed), "what people typed is left out: {typed}");
    }

    let own = as_json(&with(&["--json", "--seat", "government"]));
    assert_eq!(players(own["decisions"].as_array().expect("a list")), BTreeSet::from(["government".to_owned()]));
    assert!(own.to_string().contains(TYPED[0]), "it was told so");
    assert!(!own.to_string().contains(TYPED[1]) && !own.to_string().contains(TYPED[2]), "the facilitator's own words");
    assert_eq!((&own["beliefs"], &own["causes"], &own["seed"]), (&json!([]), &json!([]), &Json::Null));

    refused(2, &["--hindsight"], &with(&["--seat", "russia", "--hindsight"]));
    refused(1, &["there is no player `rusia`", "did you mean `russia`"], &with(&["--seat", "rusia"]));
    refused(1, &["there is no branch 9"], &with(&["--branch", "9"]));
    refused(1, &["cannot open"], &["review", text(&folder.path().join("none.march"))]);
    refused(2, &["--turn 99", "no such turn", "turn"], &["story", game, "--turn", "99"]);
    refused(2, &["--seed", "has begun", "leave it out"], &["serve", game, "--seed", "3"]);
    refused(2, &["--no-chair", "a scenario to start", "the lobby"], &["serve", "--no-chair"]);
}

/// Where a president who does nothing loses office in a week of a month that is not over: the month, by its turn.
fn fallen_within_a_month(seed: u64, path: &Path) -> Option<u64> {
    let (kyrgyzstan, seed) = (scenario("kyrgyzstan-2010"), seed.to_string());
    let game = ["play", text(&kyrgyzstan), "--seat", "government=human", "--turns", "8", "--seed", &seed, "--file"];
    let mut room = Room::start(&[&game[..], &[text(path)]].concat());
    let found = loop {
        let stands = room.of("stage");
        if stands["over"] == true {
            break None;
        }
        if stands["offered"].as_array().is_some_and(|offered| !offered.is_empty()) {
            // No order and no event says it: it is told by itself.
            let view = room.ok("government", "look");
            let falls = view["data"]["news"].as_array().expect("a list").iter().filter(|item| item["kind"] == "fall");
            assert_eq!(falls.count(), 1, "{view}");
            break stands["turn"].as_u64().filter(|_| stands["round"] != 0);
        }
        room.ok("government", "submit");
    };
    room.end();
    found
}

/// The review says in which month the game stands, and not that it stood so after the month before.
#[test]
fn a_review_knows_of_a_fall_in_the_month_that_goes_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |seed: u64| folder.path().join(format!("{seed}.march"));
    let mut seeds = (1..=12).map(|seed| (seed, fallen_within_a_month(seed, &path(seed))));
    let (seed, turn) = seeds.find_map(|(seed, turn)| Some((seed, turn?))).expect("a fall within a month");
    let month = ["April", "May", "June", "July", "August", "September", "October", "November"][turn as usize - 1];
    let told = done(&["review", text(&path(seed))]);
    let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains(&format!("in {month} 2010. The game stands in {month} 2010, when")), "{told}");
}

#[test]
fn paper_holds_a_pack_a_seat_and_nobody_elses_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let game = folder.path().join("game.march");
    played(&game);
    let tajikistan = scenario("tajikistan-2010");
    let catalogue = &ours("tajikistan-2010").catalogue;
    let markup =
        |text: &str| text.trim().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let check = |out: &Path, expected: &[&str]| {
        let mut found: Vec<String> = std::fs::read_dir(out)
            .expect("a folder")
            .map(|file| file.expect("a file").file_name().into_string().expect("a name"))
            .collect();
        found.sort();
        let mut wanted: Vec<String> = expected.iter().map(|seat| format!("{seat}.html")).collect();
        wanted.sort();
        assert_eq!(found, wanted);
        for seat in expected {
            let page = std::fs::read_to_string(out.join(format!("{seat}.html"))).expect("a page");
            assert_self_contained(&page);
            for player in &catalogue.players {
                let secret = markup(&player.private_briefing);
                let may = *seat == "facilitator" || *seat == player.id;
                assert!(secret.is_empty() || page.contains(&secret) == may, "{seat}: {}", player.id);
                assert!(*seat != player.id || page.contains(&markup(&player.title[1..])), "{seat} is addressed");
            }
            if *seat != "facilitator" {
                assert!(TYPED.iter().all(|typed| !page.contains(typed)), "{seat}: what others said");
            }
        }
    };
    let out = |name: &str| folder.path().join(name);
    let all = out("all");
    assert!(done(&["print", text(&tajikistan), "--out", text(&all)]).contains("print them"));
    let mut everybody: Vec<&str> = catalogue.players.iter().map(|player| player.id.as_str()).collect();
    everybody.push("facilitator");
    check(&all, &everybody);
    let four = out("four");
    done(&["print", text(&tajikistan), "--people", "4", "--out", text(&four)]);
    assert_eq!(std::fs::read_dir(&four).expect("a folder").count(), 5, "four seats and the facilitator");
    let one = out("one");
    done(&["print", text(&tajikistan), "--seat", "russia", "--out", text(&one)]);
    check(&one, &["russia", "facilitator"]);
    // Of a game: its people's seats, as the game stands.
    let stood = out("stood");
    done(&["print", text(&game), "--out", text(&stood)]);
    check(&stood, &["russia", "government", "facilitator"]);
    let page = |folder: &Path| std::fs::read_to_string(folder.join("russia.html")).expect("a page");
    assert_ne!(page(&stood), page(&one), "three months have passed");

    assert!(page(&stood).contains("What you heard of June 2010") && !page(&one).contains("What you heard of"));
    for text in ["Background", "Who holds which office", "Bodies that vote", "Facts, and where they come from"] {
        assert!(page(&one).contains(text), "{text}");
    }
    refused(1, &["no preset for 9 people", "2, 3, 4, 5, 6, 7, 8"], &["print", text(&tajikistan), "--people", "9"]);
    refused(1, &["there is no player `chian`", "`china`"], &["print", text(&tajikistan), "--seat", "chian"]);
    refused(2, &["holds its turns"], &["print", text(&game), "--turns", "3"]);
    refused(1, &["nowhere"], &["print", text(&folder.path().join("nowhere"))]);
}
