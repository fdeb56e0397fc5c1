//! `marchland solve` as its users meet it: answers, exit codes, time limits.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::{marchland, refused, scenario, text};

fn game(id: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/games").join(format!("{id}.nfg"))
}

fn solve(file: &Path, arguments: &[&str]) -> Output {
    marchland().arg("solve").arg(file).args(arguments).output().expect("the program starts")
}

fn json(file: &Path, arguments: &[&str]) -> Value {
    let output = solve(file, &[arguments, &["--json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("one JSON object")
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().expect("a list").iter().map(|number| number.as_f64().expect("a number")).collect()
}

#[test]
fn every_concept_answers_in_one_shape() {
    let chicken = game("2p_chicken");
    let questions: [&[&str]; 11] = [
        &["--concept", "pure"],
        &["--concept", "nash"],
        &["--concept", "nash", "--all"],
        &["--concept", "qre", "--lambda", "0.25,1"],
        &["--concept", "correlated", "--objective", "min-welfare"],
        &["--concept", "coarse", "--objective", "player:Red"],
        &["--concept", "correlated", "--objective", "max-entropy"],
        &["--concept", "alpharank", "--alpha", "1", "--population", "50"],
        &["--concept", "replicator", "--from", "0.6,0.4;1/2,1/2", "--time", "2"],
        &["--concept", "dominance"],
        &["--concept", "security"],
    ];
    for question in questions {
        let answer = json(&chicken, question);
        assert_eq!(answer["game"]["players"], serde_json::json!(["Blue", "Red"]), "{question:?}");
        assert_eq!(answer["game"]["strategies"][0], serde_json::json!(["Swerve", "Straight"]));
        assert_eq!(answer["concept"], question[1]);
        assert_eq!(answer["status"], "complete", "{question:?}");
        assert_eq!(answer["complete"], true);
        assert!(answer["components"].is_array() && answer["solutions"].is_array());
        assert!(answer["index_sum"].is_null() || answer["index_sum"].is_i64());
        let text = solve(&chicken, question);
        let text = String::from_utf8(text.stdout).expect("text");
        assert!(text.contains("status       complete"), "{text}");
    }
}

#[test]
fn answers_of_chicken() {
    let chicken = game("2p_chicken");
    let all = json(&chicken, &["--concept", "nash", "--all"]);
    assert_eq!(all["index_sum"], 1);
    assert_eq!(all["solutions"].as_array().expect("a list").len(), 3);
    assert_eq!(all["solutions"][1]["profile"], serde_json::json!([[0.9, 0.1], [0.9, 0.1]]));
    assert_eq!(all["solutions"][1]["index"], -1);
    assert!(all["solutions"][1]["regret"].as_f64().expect("a number") < 1e-12);
    let least = json(&chicken, &["--concept", "correlated", "--objective", "min-welfare"]);
    assert!((least["value"].as_f64().expect("a number") + 1.0526315789473686).abs() < 1e-6);
    assert!((numbers(&least["distribution"]).iter().sum::<f64>() - 1.0).abs() < 1e-12);
    assert_eq!(numbers(&json(&chicken, &["--concept", "security"])["levels"]), [-1.0, -1.0]);
    let ranking = numbers(&json(&chicken, &["--concept", "alpharank", "--alpha", "0.1"])["ranking"]);
    assert!((ranking[1] - 0.49814525997012266).abs() < 1e-9);
    let qre = json(&chicken, &["--concept", "qre", "--lambda", "0.25,1"]);
    assert_eq!(qre["solutions"][1]["lambda"], 1.0);
    assert!(qre["solutions"][0]["residual"].as_f64().expect("a number") < 1e-8);
    assert_eq!(qre["solutions"][0]["before_first_bifurcation"], true);
    assert_eq!(qre["solutions"][1]["before_first_bifurcation"], false);
    assert!((numbers(&qre["bifurcations"])[0] - 0.4891817910707523).abs() < 1e-6);
    assert!(qre["turning_points"].is_array());
    let survivors = json(&game("2p_prisoners_dilemma"), &["--concept", "dominance"]);
    assert_eq!(survivors["survivors"][0].as_array().expect("a list").len(), 1);
}

#[test]
fn components_of_a_degenerate_game() {
    let answer = json(&game("2p_degenerate_3x3"), &["--concept", "nash", "--all"]);
    assert!(answer["index_sum"].is_null());
    assert_eq!(answer["components"][0]["members"].as_array().expect("a list").len(), 4);
}

#[test]
fn wrong_commands_end_with_two() {
    let chicken = game("2p_chicken");
    let questions: [&[&str]; 9] = [
        &[],
        &["--concept", "luck"],
        &["--concept", "nash", "--lambda", "1"],
        &["--concept", "qre"],
        &["--concept", "qre", "--lambda", "many"],
        &["--concept", "replicator", "--time", "1"],
        &["--concept", "alpharank", "--alpha", "most"],
        &["--concept", "coarse", "--objective", "best"],
        &["--concept", "nash", "--time-limit", "-1"],
    ];
    for question in questions {
        let output = solve(&chicken, question);
        assert_eq!(output.status.code(), Some(2), "{question:?}");
        assert!(!output.stderr.is_empty() && output.stdout.is_empty(), "{question:?}");
    }
}

#[test]
fn bad_inputs_end_with_one() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let head = "NFG 1 R \"t\" { \"A\" \"B\" }";
    let files = [
        (String::new(), "line 1, column 1"),
        (format!("{head} {{ 2 2 }} 1 2 3"), "needs 8 payoffs"),
        (format!("{head} {{ 2 2 }} 1 2 3 4 5 6 7 nan"), "'nan'"),
        (format!("{head} {{ 2 2 }} 1 2 3 4 5 6 7 1e999"), "exponent"),
        (format!("{head} {{ 100000 10000 }} 1 2 3 4"), "payoffs"),
    ];
    for (text, part) in files {
        let path = folder.path().join("game.nfg");
        fs::write(&path, &text).expect("a writable folder");
        let output = solve(&path, &["--concept", "nash"]);
        let message = String::from_utf8(output.stderr).expect("text");
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(message.contains(part), "{text}: {message}");
    }
    let chicken = game("2p_chicken");
    let questions: [&[&str]; 3] = [
        &["--concept", "coarse", "--objective", "player:Green"],
        &["--concept", "replicator", "--from", "0.2,0.8", "--time", "1"],
        &["--concept", "replicator", "--from", "0.2,0.9;0.5,0.5", "--time", "1"],
    ];
    for question in questions {
        assert_eq!(solve(&chicken, question).status.code(), Some(1), "{question:?}");
    }
    assert_eq!(solve(Path::new("absent.nfg"), &["--concept", "pure"]).status.code(), Some(1));
}

#[test]
fn names_beside_the_file_are_used() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let path = folder.path().join("game.nfg");
    fs::write(&path, "NFG 1 R \"\" { \"1\" \"2\" } { 2 2 } 1 1 0 0 0 0 1 1").expect("a writable folder");
    let names = r#"{"title": "Meeting", "players": ["Ann", "Bob"], "strategies": [["opera", "fight"], ["a", "b"]]}"#;
    fs::write(folder.path().join("game.names.json"), names).expect("a writable folder");
    assert_eq!(json(&path, &["--concept", "pure"])["game"]["strategies"][0][1], "fight");
    fs::write(folder.path().join("game.names.json"), "{}").expect("a writable folder");
    assert_eq!(solve(&path, &["--concept", "pure"]).status.code(), Some(1));
}

/// A game far too large to finish: what was found comes within five seconds of the limit.
#[test]
fn a_time_limit_gives_what_was_found() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let cases: [(&str, &[usize], &[&str]); 3] = [
        ("two players", &[30, 30], &["--concept", "nash", "--all"]),
        ("six players", &[4, 4, 4, 4, 4, 4], &["--concept", "nash", "--all"]),
        ("a large program", &[90, 90], &["--concept", "correlated"]),
    ];
    for (what, counts, question) in cases {
        let path = folder.path().join("game.nfg");
        fs::write(&path, noise(counts)).expect("a writable folder");
        let start = Instant::now();
        let answer = json(&path, &[question, &["--time-limit", "1"]].concat());
        assert!(start.elapsed() < Duration::from_secs(8), "{what}: {:?}", start.elapsed());
        assert_eq!(answer["status"], "time limit", "{what}");
        assert_eq!(answer["complete"], false);
        if question.contains(&"--all") {
            assert!(!answer["solutions"].as_array().expect("a list").is_empty(), "{what}");
        }
    }
}

/// A game of pseudo-random payoffs (multiplicative congruence), the same every time.
fn noise(counts: &[usize]) -> String {
    let players = vec!["\"P\""; counts.len()].join(" ");
    let sizes = counts.iter().map(usize::to_string).collect::<Vec<_>>().join(" ");
    let mut text = format!("NFG 1 R \"noise\" {{ {players} }} {{ {sizes} }}\n");
    let mut state = 12345u64;
    for _ in 0..counts.iter().product::<usize>() * counts.len() {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        text.push_str(&format!("{} ", state >> 44));
    }
    text
}

/// A pipe might never end: wherever a file is read, it is refused at once.
#[test]
#[cfg(unix)]
fn pipes_and_devices_are_no_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let pipe = folder.path().join("pipe.nfg");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
    let (pipe, from) = (text(&pipe).to_owned(), scenario("deterrence.ron"));
    for file in [pipe.as_str(), "/dev/zero"] {
        refused(1, &["not a file"], &["solve", file, "--concept", "nash"]);
        refused(1, &[], &["tournament", text(&from), file, "--out", text(&folder.path().join("out"))]);
        refused(1, &[], &["sweep", text(&from), file, "--out", text(&folder.path().join("out"))]);
    }
}
