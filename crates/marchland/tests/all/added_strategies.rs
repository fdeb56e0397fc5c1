//! `--strategies FILE`: strategies from outside the scenario in every command that plays; in manifests, in
//! rows told again, and refused where they should be.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::program::{done, refused, text};

fn deterrence() -> &'static str {
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/deterrence.ron")
}

fn write(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a file");
    path
}

const PATIENT: &str = r#"(strategies: [
    (name: "patient", intent: "Challenges every fourth month", players: ["challenger"],
        play: Rules(blocks: [(name: "now and then", orders: ["challenge_order"], every: 4)])),
])"#;

#[test]
fn added_strategies_play_everywhere_and_are_remembered() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = write(folder.path(), "more.ron", PATIENT);
    let more = ["--strategies", text(&file)];
    let told = done(&[&["run", deterrence(), "--json", "--strategy", "challenger=patient"], &more[..]].concat());
    let game: Json = serde_json::from_str(&told).expect("an object");
    assert_eq!(game["strategies"]["challenger"], "patient");
    let hash = game["strategies_added"]["hash"].as_str().expect("its hash").to_owned();
    assert_eq!(hash.len(), 64);
    assert!(done(&["run", deterrence(), "--json"]).contains(r#""strategies_added":null"#));

    let versus =
        ["versus", deterrence(), "patient", "always-challenge", "--player", "challenger", "--max-games", "256"];
    assert!(done(&[&versus[..], &more].concat()).contains("`patient` is better"));

    // A batch remembers the text: its rows are told again where the file is gone.
    let out = folder.path().join("batch");
    let batch = ["batch", deterrence(), "--games", "8", "--strategy", "challenger=patient", "--out", text(&out)];
    done(&[&batch[..], &more].concat());
    let manifest: Json =
        serde_json::from_str(&std::fs::read_to_string(out.join("manifest.json")).expect("a manifest")).expect("JSON");
    assert_eq!(manifest["experiment"]["added"]["hash"], hash.as_str());
    let elsewhere = write(folder.path(), "moved.ron", PATIENT);
    std::fs::remove_file(&file).expect("it was there");
    let row = done(&["explain", text(&out), "--row", "0", "--replication", "3", "--json"]);
    let row: Json = serde_json::from_str(&row).expect("an object");
    assert_eq!(row["strategies"]["challenger"], "patient");
    assert_eq!(row["strategies_added"]["hash"], hash.as_str());
    // The same text elsewhere goes on; another is another experiment.
    let batch =
        ["batch", deterrence(), "--games", "12", "--strategy", "challenger=patient", "--out", text(&out), "--resume"];
    done(&[&batch[..], &["--strategies", text(&elsewhere)]].concat());
    let other = write(folder.path(), "other.ron", &PATIENT.replace("every: 4", "every: 5"));
    refused(1, &["its file of strategies differs"], &[&batch[..], &["--strategies", text(&other)]].concat());

    let sweep = ["--levers", r#"{"challenger": ["patient", "wait"]}"#, "--replications", "4", "--out"];
    let out = folder.path().join("sweep");
    done(&[&["sweep", deterrence(), "--strategies", text(&elsewhere)], &sweep[..], &[text(&out)]].concat());
    done(&["difference", text(&out), "patient", "wait"]);

    let described = done(&["describe", deterrence(), "strategies", "--json", "--strategies", text(&elsewhere)]);
    let described: Vec<Json> = serde_json::from_str(&described).expect("rows");
    let patient = described.iter().find(|row| row["id"] == "patient").expect("it is listed");
    assert_eq!(patient["arguments"]["blocks"][0]["every"], 4);
    assert_eq!(patient["arguments"]["blocks"][0]["orders"][0], "challenge_order");
}

#[test]
fn what_does_not_belong_in_a_file_of_strategies_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let refuse = |says: &str, text_of: &str| {
        let file = write(folder.path(), "wrong.ron", text_of);
        refused(1, &[says], &["run", deterrence(), "--strategies", text(&file)]);
    };
    refuse("nothing but `strategies`", r#"(strategies: [], tracks: [])"#);
    refuse("no action is called `invade`", &PATIENT.replace("challenge_order", "invade"));
    refuse("lambda", r#"(strategies: [(name: "q", intent: "None", play: Quantal(lambda: -1))])"#);
    refuse("`wait`", r#"(strategies: [(name: "wait", intent: "Twice", play: Idle())])"#);
    refused(1, &["none.ron"], &["run", deterrence(), "--strategies", "none.ron"]);
}

/// A file names a program only where the user says so, and a scenario never.
#[test]
fn files_name_programs_only_with_permission() {
    let folder = tempfile::tempdir().expect("a folder");
    let bot = concat!(env!("CARGO_MANIFEST_DIR"), "/../marchland-strategies/examples/bot.py");
    let external = format!(r#"External(command: "python3 '{bot}'")"#);
    let entry = format!(r#"(name: "bot", intent: "A program", players: ["challenger"], play: {external})"#);
    let file = write(folder.path(), "bot.ron", &format!("(strategies: [{entry}])"));
    let game = ["run", deterrence(), "--strategy", "challenger=bot", "--strategies", text(&file)];
    refused(1, &["names a program to run"], &game);
    done(&[&game[..], &["--allow-external"]].concat());

    let own = std::fs::read_to_string(deterrence()).expect("a scenario");
    let own = write(
        folder.path(),
        "own.ron",
        &own.replacen("strategies: [", &format!("strategies: [{},", entry.replace("\"bot\"", "\"own-bot\"")), 1),
    );
    refused(1, &["names a program to run"], &["run", text(&own), "--allow-external"]);
    refused(1, &["names a program to run"], &["run", text(&own), "--strategies", text(&file), "--allow-external"]);

    // An experiment's file, and the results of a program's games.
    let levers = format!(r#"(levers: {{"challenger": ["{}"]}})"#, external.replace('"', "\\\""));
    let experiment = write(folder.path(), "experiment.ron", &levers);
    let out = folder.path().join("out");
    let sweep = ["sweep", deterrence(), text(&experiment), "--out", text(&out)];
    refused(1, &["names a program to run"], &sweep);
    done(&[&sweep[..], &["--allow-external"]].concat());
    let explain = ["explain", text(&out), "--row", "0"];
    refused(1, &["names a program to run"], &explain);
    done(&[&explain[..], &["--allow-external"]].concat());
}

#[test]
fn a_strategy_that_looks_further_back_than_the_scenario_is_refused_in_words_and_kept_in_a_file() {
    let play =
        "Rules(blocks: [(name: \"long memory\", all: [\"prev(contest, 40) >= 0\"], orders: [\"challenge_order\"])])";
    let inline = format!("challenger={play}");
    let says = ["--strategy:1:12", "looks 39 months back", "--strategies"];
    refused(1, &says, &["run", deterrence(), "--strategy", &inline]);
    let folder = tempfile::tempdir().expect("a folder");
    let declared = format!(
        "(strategies: [(name: \"remembering\", intent: \"Looks far back\", players: [\"challenger\"], play: {play})])"
    );
    let file = write(folder.path(), "far.ron", &declared);
    let told = done(&["run", deterrence(), "--strategies", text(&file), "--strategy", "challenger=remembering"]);
    assert!(told.contains("remembering"), "{told}");
}
