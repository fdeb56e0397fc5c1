//! The notice stands in every story, every manifest and the JSON of every game and result.

use std::path::{Path, PathBuf};
use std::process::Command;

const NOTICE: &str = "Analytical and educational model of public roles. Simulated conduct and odds are hypothetical; not \
                      evidence about any person, group or future event.";

fn scenario(name: &str) -> String {
    let path: PathBuf = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios")).join(name);
    path.to_str().expect("a path of text").to_owned()
}

#[track_caller]
fn done(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_marchland")).args(arguments).output().expect("the program starts");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// The words of a text, whatever its line breaks.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn bears(arguments: &[&str]) {
    let text = done(arguments);
    assert!(words(&text).contains(NOTICE), "{arguments:?} bears no notice:\n{text}");
}

#[track_caller]
fn bears_in_json(arguments: &[&str]) {
    let text = done(arguments);
    let object: serde_json::Value = serde_json::from_str(&text).expect("one object");
    assert_eq!(object["notice"], NOTICE, "{arguments:?}");
}

#[test]
fn every_story_and_game_bears_the_notice() {
    for name in
        ["tajikistan-2010", "kyrgyzstan-2010", "tajikistan-2008", "quiet-autocracy", "deterrence.ron", "chicken.ron"]
    {
        let path = scenario(name);
        // The horizon of chicken is one turn.
        let turns = if name == "chicken.ron" { "1" } else { "2" };
        bears(&["run", &path, "--turns", turns]);
        bears_in_json(&["run", &path, "--turns", turns, "--json"]);
    }
}

#[test]
fn every_manifest_and_result_bears_the_notice() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("results");
    let out = out.to_str().expect("a path of text");
    let path = scenario("deterrence.ron");
    done(&["batch", &path, "--games", "40", "--seed", "1", "--out", out]);
    let manifest = std::fs::read_to_string(Path::new(out).join("manifest.json")).expect("a manifest");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("an object");
    assert_eq!(manifest["notice"], NOTICE);
    bears(&["summarise", out]);
    bears_in_json(&["summarise", out, "--json"]);
    bears(&["explain", out, "--row", "0", "--replication", "3"]);
    bears_in_json(&["explain", out, "--row", "0", "--replication", "3", "--json"]);
}
