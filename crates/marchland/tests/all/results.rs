//! What went wrong, what was not reached and what an event is, told where results are read; tables of
//! points, variants of experiments, and scenarios under another name.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use crate::program::{done, refused, run, scenario, text};

/// Deterrence that ends with the first open conflict, with a measure of month 12 and an event.
fn ending(folder: &Path) -> PathBuf {
    let whole = std::fs::read_to_string(scenario("deterrence.ron")).expect("a scenario");
    let changed = whole.replace(
        "    measures: [",
        "    end: \"contest == 2\",\n    outcome_events: [\n        \
             (id: \"conflict\", title: \"open conflict\", when: \"contest == 2\", better: Lower),\n        \
             (id: \"dare\", title: \"a first challenge\", when: \"challenge == 1\"),\n    ],\n    measures: [\n        \
             (id: \"late\", meaning: \"Contest in month 12\", over: At(12), value: \"contest\"),",
    );
    assert_ne!(whole, changed);
    let path = folder.join("ending.ron");
    std::fs::write(&path, changed).expect("a file");
    path
}

fn json(arguments: &[&str]) -> Json {
    serde_json::from_str(&done(&[arguments, &["--json"]].concat())).expect("JSON")
}

/// A program that answers nothing loses every decision: everything that reads its games says so.
#[test]
fn lost_decisions_are_told_wherever_games_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("results");
    let deterrence = scenario("deterrence.ron");
    let seat = r#"challenger=External(command: "false")"#;
    let told = done(&["batch", text(&deterrence), "--games", "3", "--strategy", seat, "--out", text(&out)]);
    assert!(told.contains("3 are forfeited") && told.contains("lost 36 of 36 decisions in 3 of 3 games"), "{told}");
    let told = done(&["summarise", text(&out)]);
    for says in
        ["lost 36 of 36 decisions", "3 of 3 games are forfeited", "No game has a result", "With forfeited games"]
    {
        assert!(told.contains(says), "{says}: {told}");
    }
    let told = done(&["run", text(&deterrence), "--strategy", seat]);
    assert!(told.contains("the program of challenger lost 12 of 12 decisions"), "{told}");
    let versus = ["versus", text(&deterrence), r#"External(command: "false")"#, "probe", "--player", "challenger"];
    refused(1, &["no pair of games has a result", "lost"], &[&versus[..], &["--max-games", "128"]].concat());
}

/// A tournament of which a strategy's program fails plays on, tells how many games it lost, prints payoffs without and
/// with them, confirms nothing on them, and ends with exit code 1; again when it goes on from the games kept.
#[test]
fn a_tournament_confirms_nothing_on_forfeited_games() {
    let folder = tempfile::tempdir().expect("a folder");
    let deterrence = scenario("deterrence.ron");
    let (file, table) = (folder.path().join("t.ron"), folder.path().join("table"));
    let write = |set: &str| {
        let players = format!(
            r#"(players: {{"challenger": [{set}], "defender": ["yield", "answer"]}}, mode: All, replications: 16, most_replications: 32, weight_draws: 0, resamples: 20, turns: 3)"#
        );
        std::fs::write(&file, players).expect("a file");
    };
    write(r#""wait", "External(command: \"false\")""#);
    let arguments = ["tournament", text(&deterrence), text(&file), "--allow-external", "--out", text(&table)];
    let mut reports = Vec::new();
    for more in [&[][..], &["--resume"]] {
        let output = run(&[&arguments[..], more].concat());
        let (told, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(1), "{error}");
        for says in [
            "No equilibrium is confirmed: 32 of 48 games that it would rest on are forfeited",
            "lost 96 of 96 decisions in 32 of 64 games",
            "32 of 64 games are forfeited",
            // Without forfeited games nothing is left of the profile; with them there is what played in its place.
            "yield: –; – [0]; with 16 forfeited: 0.",
            "[16]",
        ] {
            assert!(told.contains(says), "{says}: {told}");
        }
        assert!(!told.contains("(confirmed"), "{told}");
        assert!(error.contains("no equilibrium is confirmed: 32 of 64 games are forfeited"), "{error}");
        let report = std::fs::read_to_string(table.join("report.json")).expect("a report");
        let report: Json = serde_json::from_str(&report).expect("JSON");
        let belief = &report["beliefs"][0];
        assert_eq!(belief["lost"]["forfeited"], 32, "{belief}");
        let equilibria = belief["equilibria"].as_array().expect("equilibria");
        assert!(!equilibria.is_empty(), "{belief}");
        for one in equilibria {
            assert_eq!(one["confirmed"], false, "{one}");
            assert!(one["forfeited"][0].as_u64() > Some(0) && one["certified"].is_null(), "{one}");
        }
        let profiles = belief["table"].as_array().expect("profiles");
        let marked = profiles.iter().filter(|one| one["forfeited"] == 16).count();
        assert_eq!((profiles.len(), marked), (4, 2), "{belief}");
        reports.push(report);
    }
    assert_eq!(reports[0], reports[1]);
    // The other strategies by themselves are judged as ever.
    write(r#""wait", "probe""#);
    let clean = folder.path().join("clean");
    let told = done(&["tournament", text(&deterrence), text(&file), "--out", text(&clean)]);
    assert!(!told.contains("forfeited"), "{told}");
}

/// The curve of an event is drawn by name, with and without a table of turns; another name lists those there are.
#[test]
fn plot_draws_the_event_that_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let (scenario, out) = (ending(folder.path()), folder.path().join("results"));
    let mixed = ["--strategy", "challenger=mixed-challenger", "--strategy", "defender=mixed-defender"];
    done(&[&["batch", text(&scenario), "--games", "40", "--quiet", "--out", text(&out)][..], &mixed].concat());
    let told = done(&["plot", text(&out), "--event", "dare"]);
    assert!(told.contains("without-dare.svg"), "{told}");
    let picture = std::fs::read_to_string(out.join("without-dare.svg")).expect("a picture");
    assert!(picture.contains("a first challenge"), "{picture}");
    let object = json(&["plot", text(&out), "--event", "conflict"]);
    assert_eq!(object["without"]["event"]["id"], "conflict", "{object}");
    refused(1, &["there is no event `nothing`", "conflict", "dare"], &["plot", text(&out), "--event", "nothing"]);
}

/// A measure of month 12 is of the games that reached it: the table is empty elsewhere, and says how long
/// each game was.
#[test]
fn a_month_after_the_end_has_no_value() {
    let folder = tempfile::tempdir().expect("a folder");
    let (scenario, out) = (ending(folder.path()), folder.path().join("results"));
    let mixed = ["--strategy", "challenger=mixed-challenger", "--strategy", "defender=mixed-defender"];
    let batch = ["batch", text(&scenario), "--games", "60", "--turns-table", "contest", "--quiet", "--csv"];
    done(&[&batch[..], &mixed, &["--out", text(&out)]].concat());
    let read = |name: &str| -> Vec<std::collections::BTreeMap<String, String>> {
        let whole = std::fs::read_to_string(out.join(name)).expect("a table");
        let mut lines = whole.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let head = lines.next().expect("a header");
        lines.map(|line| head.iter().cloned().zip(line).collect()).collect()
    };
    let games = read("games.csv");
    let whole = games.iter().filter(|game| game["turns"] == "12").count();
    assert!(whole > 5 && whole < 55, "{whole}");
    for game in &games {
        let ended = game["turns"] != "12";
        assert_eq!(game["status"], "ok");
        assert_eq!(game["measure.late"].is_empty(), ended, "{game:?}");
        if ended {
            assert_eq!(game["event.conflict"].trim_end_matches(".0"), game["turns"], "{game:?}");
        }
    }
    for turn in read("turns.csv") {
        let game = games.iter().find(|game| game["replication"] == turn["replication"]).expect("its game");
        for label in ["turns", "point", "lever", "belief"] {
            assert_eq!(game[label], turn[label]);
        }
    }
    let summary = json(&["summarise", text(&out)]);
    let measures = summary["slices"][0]["measures"].as_array().expect("measures");
    let late = measures.iter().find(|one| one["column"] == "measure.late").expect("the measure");
    assert_eq!(late["summary"]["used"], whole);
    assert_eq!(summary["event"]["id"], "conflict");
    let share = summary["headline"]["estimate"].as_f64().expect("a share");
    let happened = games.iter().filter(|game| !game["event.conflict"].is_empty()).count();
    assert!((share - happened as f64 / 60.0).abs() < 1e-12, "{share}");
    let dare = done(&["summarise", text(&out), "--event", "dare"]);
    assert!(
        dare.contains("A first challenge within 12 months") && dare.contains("games without a first challenge"),
        "{dare}"
    );
    refused(1, &["there is no event `war`", "conflict, dare"], &["summarise", text(&out), "--event", "war"]);
    let pictures = folder.path().join("pictures");
    let plot = done(&["plot", text(&out), "--out", text(&pictures)]);
    assert!(plot.contains(&format!("of {whole} of 60 games: the others had ended")), "{plot}");
    let told = done(&["run", text(&scenario), "--turns", "1"]);
    assert!(told.contains("the game ended before"), "{told}");
}

/// What is better when there is less of it is better when there is less of it.
#[test]
fn a_comparison_knows_which_way_is_better() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = ending(folder.path());
    let ask = |first: &str, second: &str| {
        let players = [
            "versus",
            text(&scenario),
            first,
            second,
            "--player",
            "defender",
            "--strategy",
            "challenger=mixed-challenger",
        ];
        done(&[&players[..], &["--event", "conflict", "--effect", "0.1"]].concat())
    };
    let told = ask("yield", "always-resist");
    assert!(
        told.contains("`yield` is better than `always-resist`") && told.contains("the lower, the better"),
        "{told}"
    );
    assert!(told.contains("open conflict (share of games)"), "{told}");
    let told = ask("always-resist", "yield");
    assert!(told.contains("`yield` is better than `always-resist`"), "{told}");
}

/// A table of points is played row by row; a named experiment takes flags; and results go on under another
/// name of the scenario, in another folder.
#[test]
fn points_variants_and_copies_go_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let (deterrence, points, out) = (scenario("deterrence.ron"), at("points.csv"), at("points"));
    std::fs::write(&points, "noise\n0.5\n1.5\n").expect("a file");
    let batch = ["batch", text(&deterrence), "--points", text(&points), "--games", "2", "--quiet", "--csv"];
    done(&[&batch[..], &["--out", text(&out)]].concat());
    let table = std::fs::read_to_string(out.join("games.csv")).expect("a table");
    let cells: Vec<Vec<&str>> = table.lines().map(|line| line.split(',').collect()).collect();
    let column = |name: &str| cells[0].iter().position(|head| *head == name).expect("a column");
    let of = |name: &str| -> Vec<&str> { cells[1..].iter().map(|row| row[column(name)]).collect() };
    assert_eq!((of("set.noise"), of("shocks")), (vec!["0.5", "1.5", "0.5", "1.5"], vec!["Fresh"; 4]));
    // A row replays by its seed and its values alone.
    let told = json(&["run", text(&deterrence), "--no-trace", "--seed", of("seed")[3], "--set", "noise=1.5"]);
    let payoff: f64 = of("payoff.challenger")[3].parse().expect("a number");
    assert_eq!(told["outcome"]["payoffs"]["challenger"].as_f64(), Some(payoff));
    std::fs::write(&points, "nose\n0.5\n").expect("a file");
    refused(1, &["the column `nose` names no parameter", "`noise`"], &batch);
    std::fs::write(&points, "noise\n0.2\nabc\n").expect("a file");
    refused(1, &["`abc` is no number for parameter `noise` (row 1 of the table"], &batch);
    std::fs::write(&points, "set.noise,nose\n0.2,1\n").expect("a file");
    refused(1, &["the column `nose` does not begin with `set.`"], &batch);

    std::fs::write(
        at("mine.ron"),
        "(design: MonteCarlo(rows: 2), factors: {\"noise\": Uniform(0, 1)}, replications: 2)",
    )
    .expect("a file");
    let results = at("results");
    let mine = at("mine.ron");
    let sweep = |scenario: &Path, out: &Path, more: &[&str]| {
        done(&[&["sweep", text(scenario), text(&mine), "--quiet", "--out", text(out)], more].concat());
        let manifest = std::fs::read_to_string(out.join("manifest.json")).expect("a manifest");
        serde_json::from_str::<Json>(&manifest).expect("JSON")
    };
    let variant = [
        "--design",
        "FullFactorial(levels: 3)",
        "--replications",
        "1",
        "--levers",
        r#"{"defender": ["yield", "answer"]}"#,
    ];
    let manifest = sweep(&deterrence, &results, &variant);
    assert_eq!((manifest["games"].as_u64(), manifest["experiment"]["shocks"].as_str()), (Some(6), Some("Common")));
    let manifest = sweep(&deterrence, &at("common"), &["--shocks", "common", "--seed", "4"]);
    assert_eq!(
        (manifest["experiment"]["shocks"].as_str(), manifest["experiment"]["seed"].as_u64()),
        (Some("Common"), Some(4))
    );

    // The results, the experiment and the scenario under other names, with other line ends.
    let whole = std::fs::read_to_string(&deterrence).expect("a scenario");
    let renamed = at("renamed.ron");
    std::fs::write(&renamed, format!("// Another copy.\n{whole}").replace('\n', "\r\n")).expect("a file");
    std::fs::rename(at("common"), at("copied")).expect("a folder");
    let more = ["--shocks", "common", "--seed", "4", "--design", "MonteCarlo(rows: 5)", "--resume"];
    assert_eq!(sweep(&renamed, &at("copied"), &more)["finished"]["ok"], 10);
    done(&["explain", text(&at("copied")), "--row", "4", "--scenario", text(&renamed)]);
    std::fs::write(&renamed, whole.replace("weight: -3", "weight: -2")).expect("a file");
    refused(1, &["has changed"], &["explain", text(&at("copied")), "--row", "4", "--scenario", text(&renamed)]);
}

/// A file in another encoding is read, or named with the cure and nothing else: what could not be read is not missing.
#[test]
fn other_encodings_are_read_or_named_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let plain = std::fs::read_to_string(scenario("deterrence.ron")).expect("a scenario");
    let wide = format!("\u{feff}{}", plain.replace('\n', "\r\n"));
    std::fs::write(at("wide.ron"), wide.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
        .expect("a file");
    assert!(done(&["check", text(&at("wide.ron"))]).contains("nothing to report"));
    let mut latin = plain.into_bytes();
    latin.extend(b"// caf\xe9\n");
    std::fs::write(at("latin.ron"), latin).expect("a file");
    let output = run(&["check", text(&at("latin.ron"))]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("is not UTF-8; save it as UTF-8") && told.contains("latin: 1 error"), "{told}");
    // Points of a spreadsheet: lines that end in CR are read, semicolons are named.
    let batch = |points: &str, text: &str| {
        std::fs::write(at(points), text).expect("a file");
    };
    batch("old.csv", "noise\r0.5\r1.5\r");
    batch("semicolons.csv", "noise;seed\n0,5;1\n");
    let (own, out) = (scenario("deterrence.ron"), at("out"));
    let start = ["batch", text(&own), "--games", "2", "--quiet", "--out", text(&out), "--points"];
    refused(1, &["separated by semicolons"], &[&start[..], &[text(&at("semicolons.csv"))]].concat());
    // A column that is wrong is one mistake.
    std::fs::write(at("words.csv"), "noise\nabc\ndef\n").expect("a file");
    refused(1, &["`abc` is no number", "so are 1 more"], &[&start[..], &[text(&at("words.csv"))]].concat());
    done(&[&start[..], &[text(&at("old.csv"))]].concat());
}

/// Games that are missing are told before anything is said of the rest.
#[test]
fn missing_parts_are_told_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("results");
    let from = scenario("deterrence.ron");
    let words =
        ["batch", text(&from), "--games", "64", "--games-per-part", "16", "--quiet", "--turns-table", "contest"];
    done(&[&words[..], &["--out", text(&out)]].concat());
    assert!(!done(&["summarise", text(&out)]).contains("of 64 games are here"));
    for table in ["games", "turns"] {
        std::fs::remove_file(out.join(table).join("part-00002.parquet")).expect("a part");
    }
    for command in ["summarise", "plot"] {
        let told = done(&[command, text(&out)]);
        assert!(told.starts_with("48 of 64 games are here"), "{command}: {told}");
    }
}
