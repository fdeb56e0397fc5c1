//! `marchland match`, as its users meet it.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::program::{done, refused, text};

/// A fort that falls to raids, in a folder of its own, with targets.
fn fort(folder: &Path, targets: &str) -> PathBuf {
    let scenario = r#"(
        title: "Fort", calendar: (start: "2010-04", horizon: 12), mechanisms: ["exogenous", "tracks"],
        tracks: [(id: "fallen", range: (0, 1), initial: 0)],
        events: [(id: "raid", trigger: Hazard("raids"), effects: [Set("fallen", 1)])],
        parameters: [
            (id: "raids", value: 0.05, distribution: Uniform(0, 0.1), unit: "probability a month", meaning: "of a raid", source: Judgement("a test")),
        ],
        outcome_events: [(id: "fall", title: "fall of the fort", when: "fallen > 0")],
    )"#;
    let fort = folder.join("fort");
    fs::create_dir_all(&fort).expect("a folder");
    fs::write(fort.join("scenario.ron"), scenario).expect("a scenario");
    fs::write(fort.join("matching.ron"), targets).expect("targets");
    fort
}

fn target(id: &str, figure: f64) -> String {
    format!(r#"(id: "{id}", arm: "here", of: Share("fall", 12), figure: {figure}, discrepancy: 2, source: "a test")"#)
}

const SIZE: [&str; 7] = ["--points", "24", "--games", "100", "--answer-games", "40", "--quiet"];

#[test]
fn the_page_says_what_matches_and_what_it_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    let targets = format!(
        r#"(arms: [(id: "here")], targets: [{}], answers: [(id: "half", title: "falls in half a year, %", arm: "here", of: Share("fall", 6))])"#,
        target("falls", 46.0)
    );
    let fort = fort(folder.path(), &targets);
    let page = done(&[&["match", text(&fort)], &SIZE[..]].concat());
    for words in ["1 constant over", "falls", "The region where no target is implausible:", "falls in half a year, %"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let out = folder.path().join("match.json");
    let json = done(&[&["match", text(&fort), "--json", "--threads", "1", "--out", text(&out)], &SIZE[..]].concat());
    let report: Json = serde_json::from_str(&json).expect("JSON");
    let matched = report["match"]["matched"].as_array().expect("points").len() as u64;
    assert_eq!(Some(matched), report["match"]["regions"][0]["points"].as_u64());
    assert_eq!(fs::read_to_string(&out).expect("a file"), json);
}

#[test]
fn an_empty_region_is_said_to_be_empty() {
    let folder = tempfile::tempdir().expect("a folder");
    let targets = format!(r#"(arms: [(id: "here")], targets: [{}, {}])"#, target("seldom", 5.0), target("often", 70.0));
    let page = done(&[&["match", text(&fort(folder.path(), &targets))], &SIZE[..]].concat());
    assert!(page.contains("The region where no target is implausible is empty"), "{page}");
    assert!(page.contains("What rules out most points: "), "{page}");
}

#[test]
fn bad_targets_are_shown_with_place_and_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    let fort = fort(folder.path(), &format!(r#"(arms: [(id: "there")], targets: [{}])"#, target("falls", 46.0)));
    refused(1, &["no arm is called `here`", "matching.ron", "there"], &["match", text(&fort)]);
    fs::remove_file(fort.join("matching.ron")).expect("removed");
    refused(1, &["matching.ron"], &["match", text(&fort)]);
    let more = ["match", text(&fort), "--games", "10", "--first-games", "20"];
    fs::write(fort.join("matching.ron"), format!(r#"(arms: [(id: "here")], targets: [{}])"#, target("falls", 46.0)))
        .expect("targets");
    refused(2, &["--first-games"], &more);
}
