//! `marchland hindcast` and `marchland response`, as their users meet them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::program::{done, refused, scenario, text};

/// A table of cases of the public columns, of which most are absent: two of each of twenty groups, half of them train
/// rows; every third failed.
fn table(folder: &Path, outcomes: bool) -> PathBuf {
    let mut lines = vec!["country,year,train,growth,gdp_pc,regime_type,coup_attempts_10y,election_due".to_owned()];
    if outcomes {
        lines[0] += ",failure,irregular_exit";
    }
    for row in 0..40 {
        let kind = ["party", "military", "personal", "monarchy", ""][row % 5];
        let growth = if row == 7 { String::new() } else { format!("{}.5", row % 9) };
        let mut line = format!(
            "c{},{},{},{growth},{},{kind},{},{}",
            row / 2,
            2000 + row % 2,
            u8::from(row / 2 < 10),
            100 * (row + 1),
            row % 3,
            u8::from(row % 4 == 0)
        );
        if outcomes {
            line += &format!(",{},{}", u8::from(row % 3 == 0), u8::from(row % 5 == 0));
        }
        lines.push(line);
    }
    let path = folder.join(if outcomes { "cases.csv" } else { "blind.csv" });
    fs::write(&path, lines.join("\n") + "\n").expect("a table");
    path
}

fn call<'a>(scenario: &'a Path, cases: &'a Path, out: &'a Path, more: &[&'a str]) -> Vec<&'a str> {
    let start = ["hindcast", text(scenario), "--cases", text(cases), "--rule", "public", "--games", "4"];
    [&start[..], &["--out", text(out), "--quiet"], more].concat()
}

fn read(path: PathBuf) -> String {
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn cases_are_played_frozen_scored_and_continued() {
    let folder = tempfile::tempdir().expect("a folder");
    let (scenario, cases) = (scenario("autocracy"), table(folder.path(), true));
    let one = folder.path().join("one");
    let page = folder.path().join("one.html");
    let said = done(&call(&scenario, &cases, &one, &["--train", "train", "--threads", "1", "--html", text(&page)]));
    // The page: each outcome's pictures, what was said of cases, and the ways; whole and without a script.
    let page = read(page);
    for words in [
        "40 cases, of which 20 train rows",
        "<h2>Failure of the regime</h2>",
        "Of a case in which it happened and one in which it did not",
        "Failure of the regime: cases by what was said",
        "What was said and what was seen",
        "ROC curve of the engine, AUC 0.",
        "Where it said most",
        "Train rows are not scored, and not drawn.",
        "A hindcast is not a forecast",
    ] {
        assert!(page.contains(words), "{words}:\n{page}");
    }
    assert!(!page.contains("<script") && !page.contains("NaN") && page.trim_end().ends_with("</html>"), "{page}");
    assert_eq!(page.matches("<svg").count(), page.matches("</svg>").count());
    // Twenty cases are scored: no train row is listed among those of which most was said.
    let listed = page.split("Where it said most").nth(1).and_then(|rest| rest.split("</table>").next());
    assert_eq!(listed.map(|table| table.matches("<tr>").count()), Some(11), "{page}");
    for words in [
        "40 cases, of which 20 train rows; 12 months and 4 games each",
        "Outcomes of this folder have been looked at once.",
        "Columns that the table lacks, filled as the rule says: growth_3y_mean",
        "Missing values, filled as the rule says: growth 1, regime_type 8.",
        "Failure of the regime",
        "20 cases scored in 10 groups; it happened in",
        "No intervals: 10 groups are too few, 16 are needed.",
        "logit on the rule's settings",
        "A hindcast is not a forecast",
    ] {
        assert!(said.contains(words), "{words}:\n{said}");
    }
    // The same bytes at another number of threads; the rule is frozen before anything else.
    let two = folder.path().join("two");
    let json = done(&call(&scenario, &cases, &two, &["--train", "train", "--threads", "2", "--format", "json"]));
    for file in ["frozen.json", "odds.csv", "scores.json"] {
        assert_eq!(read(one.join(file)), read(two.join(file)), "{file}");
    }
    let report: Json = serde_json::from_str(&json).expect("JSON");
    let frozen: Json = serde_json::from_str(&read(one.join("frozen.json"))).expect("JSON");
    assert_eq!(report["hindcast"]["rule_hash"], frozen["rule_hash"]);
    let manifest: Json = serde_json::from_str(&read(one.join("games/manifest.json"))).expect("JSON");
    assert_eq!(manifest["experiment"]["rule"]["rule"], frozen["rule_hash"]);
    assert_eq!(manifest["experiment"]["rule"]["cases"], frozen["cases_hash"]);
    // More games are appended, and a second look is counted.
    let more = call(&scenario, &cases, &one, &["--train", "train", "--resume", "--format", "csv"]);
    let more: Vec<&str> = more.iter().map(|word| if *word == "4" { "6" } else { word }).collect();
    let odds = done(&more);
    assert!(odds.starts_with("case,group,year,train,regime_failure.probability,"), "{odds}");
    assert!(odds.lines().nth(1).is_some_and(|line| line.contains(",6,")), "{odds}");
    assert!(read(one.join("looks.json")).contains('2'));
    // A folder keeps one rule, and its cases.
    refused(
        1,
        &["its cases are others", "a frozen rule is not changed", "choose another --out"],
        &call(&scenario, &cases, &one, &["--resume"]),
    );
    refused(1, &["holds results already", "--resume"], &call(&scenario, &cases, &one, &["--train", "train"]));
}

#[test]
fn blind_cases_are_played_and_not_scored() {
    let folder = tempfile::tempdir().expect("a folder");
    let (scenario, cases) = (scenario("autocracy"), table(folder.path(), false));
    let out = folder.path().join("out");
    let said = done(&call(&scenario, &cases, &out, &["--format", "markdown"]));
    assert!(said.contains("the hindcast is blind, and nothing is scored"), "{said}");
    assert!(!said.contains("AUC ROC") && !out.join("looks.json").exists(), "{said}");
    for words in
        ["Calibration, by the rule's file: ", "How far odds may be off by the rule's constants: under 20 draws"]
    {
        assert!(said.contains(words), "{words}:\n{said}");
    }
    // Every case has a range about its odds, by draws of the constants.
    let odds = read(out.join("odds.csv"));
    let mut rows = odds.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let heads = rows.next().expect("heads");
    let at = |name: &str| heads.iter().position(|head| *head == name).unwrap_or_else(|| panic!("{name}: {odds}"));
    let (p, low, high) = (at("regime_failure.probability"), at("regime_failure.low"), at("regime_failure.high"));
    let mut ranged = 0;
    for row in rows {
        let of = |at: usize| row[at].parse::<f64>().expect("a number");
        assert!(of(low) < of(p) && of(p) < of(high), "{row:?}");
        ranged += 1;
    }
    assert_eq!(ranged, 40);
    let page = done(&call(&scenario, &cases, &out, &["--resume", "--format", "html"]));
    assert!(page.contains("Nothing is known of what happened") && page.matches("<svg").count() == 2, "{page}");
    assert!(!page.contains("it happened</text>") && !page.contains("Where it said most"), "{page}");
}

#[test]
fn wrong_hindcasts_are_told_what_is_wrong() {
    let folder = tempfile::tempdir().expect("a folder");
    let (scenario, cases) = (scenario("autocracy"), table(folder.path(), true));
    let out = folder.path().join("out");
    let no = |says: &[&str], more: &[&str]| refused(1, says, &call(&scenario, &cases, &out, more));
    no(&["no column `trained`", "did you mean `train`?"], &["--train", "trained"]);
    no(&["the rule has no constant `coup`"], &["--train", "train", "--fit", "coup"]);
    no(&["`fall` is none of the rule's outcomes"], &["--outcome", "fall=failure"]);
    no(&["the column `growth` holds an outcome, and the rule reads it"], &["--outcome", "regime_failure=growth"]);
    refused(2, &["--train"], &call(&scenario, &cases, &out, &["--fit", "all"]));
    refused(2, &["one draw says nothing of a range"], &call(&scenario, &cases, &out, &["--draws", "1"]));
    let missing = ["hindcast", text(&scenario), "--cases", text(&cases), "--rule", "private", "--out", text(&out)];
    refused(1, &["there is no rule `private`; there are public"], &missing);
    let absent = folder.path().join("absent.csv");
    refused(1, &["absent.csv"], &call(&scenario, &absent, &out, &[]));
    // A rule of one's own that reads what happened.
    let rule = folder.path().join("leak.ron");
    let leak = r#"(outcomes: [(event: "regime_failure", column: "failure")], columns: [(name: "failure")], settings: [(of: "opp", value: "failure", source: "a leak")])"#;
    fs::write(&rule, leak).expect("a rule");
    let call = ["hindcast", text(&scenario), "--cases", text(&cases), "--rule", text(&rule), "--out", text(&out)];
    refused(1, &["the column `failure` holds an outcome, `regime_failure`, and a rule may not read it"], &call);
    // A rule that reads, and cannot be played.
    let wide = leak.replace("(name: \"failure\")", "(name: \"growth\", missing: Default(1, \"why\"))");
    fs::write(&rule, wide.replace("value: \"failure\"", "value: \"9 + growth\"")).expect("a rule");
    refused(1, &["by the rule, `opp` of c0 2000 is"], &call);
    // Nothing of all this has left a folder behind.
    assert!(!out.exists());
}

#[test]
fn responses_are_told() {
    let scenario = scenario("autocracy");
    let start = ["response", text(&scenario), "--games", "40", "--levels", "3"];
    let said = done(&[&start[..], &["--over", "opp,trig=0..0.5", "--pairs"]].concat());
    for words in ["Failure of the regime within 12 months: 40 games of each point", "opp and trig", "All at worst ("] {
        assert!(said.contains(words), "{words}:\n{said}");
    }
    let json = done(&[&start[..], &["--over", "opp", "--event", "irregular_exit", "--json"]].concat());
    let report: Json = serde_json::from_str(&json).expect("JSON");
    assert_eq!(report["response"]["drivers"][0]["values"], serde_json::json!([0.0, 0.5, 1.0]));
    assert_eq!(report["response"]["event"], "irregular_exit");
    refused(1, &["no parameter or indicator is called `op`", "opp"], &[&start[..], &["--over", "op"]].concat());
    refused(1, &["`opp` cannot go from 0 to 2; its range is 0 to 1"], &[&start[..], &["--over", "opp=0..2"]].concat());
    refused(2, &["should read NAME or NAME=LOW..HIGH"], &[&start[..], &["--over", "opp=high"]].concat());
    refused(1, &["no outcome event is called `fall`"], &[&start[..], &["--over", "opp", "--event", "fall"]].concat());
    refused(2, &["--months may be 1 to 72"], &[&start[..], &["--over", "opp", "--months", "99"]].concat());
}
