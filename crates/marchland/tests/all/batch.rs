//! Many games: equal bytes at any thread count, after interruption, in shards and merged; refusals; rows
//! that can be told.
//!
//! The program is the real one, so that it can be killed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use marchland_experiments::design::Shocks;
use marchland_experiments::run::{self, Experiment, Folder, Lever, Plan, Results, Session, Watch};
use marchland_experiments::table::{Column, read_part};
use marchland_game::{Choice, Decision, FamilySchema, Memory, Strategy};
use marchland_sim::scenario::{LoadOptions, Scenario, load_text};
use marchland_strategies::{Build, Family, Registry};
use serde_json::Value as Json;

use crate::program::{PROGRAM, done, marchland, refused, run as call, scenario, text};

fn deterrence() -> PathBuf {
    scenario("deterrence.ron")
}

/// Every file of `games/` and `turns/`, by name.
fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for table in ["games", "turns"] {
        for entry in std::fs::read_dir(folder.join(table)).into_iter().flatten().flatten() {
            let name = format!("{table}/{}", entry.file_name().to_string_lossy());
            found.insert(name, std::fs::read(entry.path()).expect("a part"));
        }
    }
    found
}

/// A sweep of many small parts, so that interruptions fall between and within them.
fn sweep<'a>(out: &'a str, scenario: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec![
        "sweep",
        scenario,
        "--levers",
        r#"{"defender": ["always-resist", "answer", "yield"]}"#,
        "--strategy",
        "challenger=mixed-challenger",
        "--replications",
        "1500",
        "--games-per-part",
        "128",
        "--turns-table",
        "contest,challenge",
        "--out",
        out,
    ];
    arguments.extend(more);
    arguments
}

#[test]
fn parts_are_equal_bytes_at_any_thread_count_and_in_shards() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let scenario = deterrence();
    let scenario = text(&scenario);
    for (name, more) in [
        ("one", &["--threads", "1"][..]),
        ("two", &["--threads", "2"]),
        ("shard0", &["--shard", "0/3"]),
        ("shard1", &["--shard", "1/3"]),
        ("shard2", &["--shard", "2/3"]),
    ] {
        done(&sweep(text(&at(name)), scenario, more));
    }
    let whole = bytes(&at("one"));
    assert_eq!(whole.len(), 2 * (4500_usize.div_ceil(128)));
    assert!(whole == bytes(&at("two")), "threads change bytes");
    let (a, b, c) = (at("shard0"), at("shard1"), at("shard2"));
    done(&["merge", text(&c), text(&a), text(&b), "--out", text(&at("merged"))]);
    assert!(whole == bytes(&at("merged")), "shards change bytes");
    // What a merge lacks is played there.
    done(&["merge", text(&a), text(&c), "--out", text(&at("partial"))]);
    done(&sweep(text(&at("partial")), scenario, &["--resume"]));
    assert!(whole == bytes(&at("partial")), "a completed merge differs");
}

#[test]
fn a_killed_sweep_resumes_to_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = deterrence();
    let whole = folder.path().join("whole");
    done(&sweep(text(&whole), text(&scenario), &["--quiet"]));
    let whole = bytes(&whole);
    let killed = folder.path().join("killed");
    let mut kills = 0;
    // Delays spread over the first session's length; each round gets further, so that a bound exists.
    for round in 0..60_u64 {
        let mut more = vec!["--quiet", "--threads", "2"];
        if killed.join("manifest.json").exists() {
            more.push("--resume");
        }
        let mut child: Child = marchland()
            .args(sweep(text(&killed), text(&scenario), &more))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let delay = Duration::from_millis(15 + (round * 37) % 90);
        let begun = Instant::now();
        let finished = loop {
            if let Some(status) = child.try_wait().expect("a child") {
                break status.success();
            }
            if begun.elapsed() >= delay {
                child.kill().expect("it is ours");
                child.wait().expect("a child");
                kills += 1;
                break false;
            }
            std::thread::yield_now();
        };
        for (name, part) in bytes(&killed) {
            if !name.contains(".unfinished") {
                assert!(whole.get(&name) == Some(&part), "{name} differs after {kills} kills");
            }
        }
        if finished {
            break;
        }
    }
    assert!(kills > 0, "nothing was interrupted");
    if killed.join("manifest.json").exists() {
        done(&sweep(text(&killed), text(&scenario), &["--quiet", "--resume"]));
    } else {
        done(&sweep(text(&killed), text(&scenario), &["--quiet"]));
    }
    assert!(whole == bytes(&killed), "a resumed sweep ends in other bytes");
}

/// An interrupt at the keyboard: the parts in hand are finished, the folder is resumable, the program says so
/// with its own exit code.
#[test]
#[cfg(unix)]
fn an_interrupted_batch_finishes_its_parts_and_resumes_to_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let (scenario, stopped) = (deterrence(), folder.path().join("stopped"));
    let batch = |out: &Path, more: &[&str]| {
        let mut arguments = vec!["batch".to_owned(), text(&scenario).to_owned()];
        arguments.extend(["--games", "60000", "--games-per-part", "1000", "--quiet", "--out"].map(str::to_owned));
        arguments.push(text(out).to_owned());
        arguments.extend(more.iter().map(|&one| one.to_owned()));
        arguments
    };
    let child = marchland()
        .args(batch(&stopped, &["--threads", "1"]))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let begun = Instant::now();
    while !stopped.join("games/part-00001.parquet").exists() {
        assert!(begun.elapsed() < Duration::from_secs(60), "no part was written");
        std::thread::yield_now();
    }
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
    let output = child.wait_with_output().expect("a child");
    let error = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(3), "{error}");
    assert!(error.contains("--resume"), "{error}");
    let kept = bytes(&stopped);
    let finish = |out: &Path, more: &[&str]| done(&batch(out, more).iter().map(String::as_str).collect::<Vec<_>>());
    let whole = folder.path().join("whole");
    finish(&whole, &[]);
    let whole = bytes(&whole);
    assert!(kept.len() < whole.len(), "it was over before it was interrupted");
    for (name, part) in &kept {
        assert!(whole.get(name) == Some(part), "{name} differs, or is half a part");
    }
    finish(&stopped, &["--resume"]);
    assert!(whole == bytes(&stopped), "a resumed batch ends in other bytes");
}

/// A disk that takes no more, played by a limit on the size of a file: a clear error, and what was finished stays.
#[test]
#[cfg(unix)]
fn a_full_disk_is_said_and_nothing_finished_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let (scenario, out) = (deterrence(), folder.path().join("results"));
    let batch = |games: &str, more: &[&str]| {
        let mut arguments = vec!["batch", text(&scenario), "--games", games, "--games-per-part", "4000", "--quiet"];
        arguments.extend(["--out", text(&out)]);
        arguments.extend(more);
        arguments.iter().map(|&one| one.to_owned()).collect::<Vec<String>>()
    };
    let call = |arguments: &[String]| done(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    call(&batch("100", &[]));
    let before = bytes(&out);
    // 24 KiB hold the first part and the manifest, and not a part of 4,000 games.
    let full = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 48; exec \"$0\" \"$@\"", PROGRAM])
        .args(batch("8100", &["--resume"]))
        .output()
        .expect("a shell");
    let error = String::from_utf8_lossy(&full.stderr);
    assert_eq!(full.status.code(), Some(3), "{error}");
    assert!(error.contains("part-"), "{error}");
    let after = bytes(&out);
    assert!(before.iter().all(|(name, part)| after.get(name) == Some(part)), "what was finished is lost");
    call(&batch("8100", &["--resume"]));
    let other = folder.path().join("other");
    for (games, more) in [("100", None), ("8100", Some("--resume"))] {
        let mut arguments = vec!["batch", text(&scenario), "--games", games, "--games-per-part", "4000", "--quiet"];
        arguments.extend(["--out", text(&other)]);
        arguments.extend(more);
        done(&arguments);
    }
    assert!(bytes(&out) == bytes(&other), "an extension after a full disk ends in other bytes");
}

#[test]
fn an_extension_appends_and_equal_sequences_give_equal_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = deterrence();
    let go = |name: &str, games: &str, more: &[&str]| {
        let out = folder.path().join(name);
        let mut arguments = vec!["batch", text(&scenario), "--games", games, "--games-per-part", "100", "--quiet"];
        arguments.extend(["--out", text(&out)]);
        arguments.extend(more);
        done(&arguments);
        bytes(&out)
    };
    let first = go("a", "250", &[]);
    let extended = go("a", "400", &["--resume", "--threads", "1"]);
    assert!(first.iter().all(|(name, part)| extended.get(name) == Some(part)), "an extension changed a part");
    assert_eq!(extended.len(), 3 + 2);
    go("b", "250", &[]);
    assert!(extended == go("b", "400", &["--resume"]), "equal sequences of extensions differ");
    let shorter = ["batch", text(&scenario), "--games", "300", "--games-per-part", "100", "--resume"];
    let out = folder.path().join("a");
    refused(1, &["replications"], &[&shorter[..], &["--out", text(&out)]].concat());
}

#[test]
fn a_row_is_told_again_and_its_seed_alone_reproduces_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("results");
    let scenario = deterrence();
    done(&["batch", text(&scenario), "--games", "40", "--quiet", "--out", text(&out), "--strategy", "defender=answer"]);
    let results = Results::read(&out).expect("results");
    let number = |name: &str, game: usize| results.games.column(name).expect("a column").number(game);
    for replication in [0_usize, 17, 39] {
        let told = done(&["explain", text(&out), "--row", "0", "--replication", &replication.to_string(), "--json"]);
        let told: Json = serde_json::from_str(&told).expect("JSON");
        let seed = number("seed", replication) as u64;
        assert_eq!(told["seed"], seed);
        let run =
            done(&["run", text(&scenario), "--strategy", "defender=answer", "--seed", &seed.to_string(), "--json"]);
        let run: Json = serde_json::from_str(&run).expect("JSON");
        assert_eq!(run["outcome"], told["outcome"]);
        for (measure, value) in run["outcome"]["measures"].as_object().expect("measures") {
            assert_eq!(number(&format!("measure.{measure}"), replication), value.as_f64().expect("a number"));
        }
        for (player, value) in run["outcome"]["payoffs"].as_object().expect("payoffs") {
            assert_eq!(number(&format!("payoff.{player}"), replication), value.as_f64().expect("a number"));
        }
    }
    assert!(done(&["explain", text(&out), "--row", "0"]).contains("What is measured"));
    refused(1, &["there is no row 3"], &["explain", text(&out), "--row", "3"]);
}

#[test]
fn a_sweeps_row_is_reproduced_by_its_columns() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("results");
    let scenario = scenario("chicken.ron");
    done(&[
        "sweep",
        text(&scenario),
        "--design",
        "Sobol(rows: 8)",
        "--levers",
        r#"{"row": ["dare-row", "mixed-row"]}"#,
        "--replications",
        "2",
        "--turns",
        "1",
        "--out",
        text(&out),
        "--csv",
    ]);
    let results = Results::read(&out).expect("results");
    assert_eq!(results.games.rows(), 8 * 2 * 2);
    for game in [0, 9, 31] {
        let cell = |name: &str| match results.games.column(name).expect("a column") {
            Column::Text(texts) => texts[game].clone(),
            column => format!("{:?}", column.number(game)),
        };
        let seed = (results.games.column("seed").expect("seeds").number(game) as u64).to_string();
        let (set, strategy) = (format!("noise={}", cell("set.noise")), format!("row={}", cell("strategy.row")));
        let run = done(&["run", text(&scenario), "--set", &set, "--strategy", &strategy, "--seed", &seed, "--json"]);
        let run: Json = serde_json::from_str(&run).expect("JSON");
        let payoff = results.games.column("payoff.row").expect("payoffs").number(game);
        assert_eq!(run["outcome"]["payoffs"]["row"].as_f64(), Some(payoff));
    }
    let csv = std::fs::read_to_string(out.join("games.csv")).expect("a CSV");
    assert_eq!(csv.lines().count(), 1 + 32);
}

#[test]
fn foreign_mixed_and_broken_folders_are_refused_and_nothing_is_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let scenario = deterrence();
    let batch = |out: &Path, more: &[&str]| {
        let mut arguments = vec!["batch", text(&scenario), "--games", "300", "--games-per-part", "100", "--quiet"];
        arguments.extend(["--out", out.to_str().expect("text")]);
        arguments.extend(more);
        arguments.iter().map(|&s| s.to_owned()).collect::<Vec<String>>()
    };
    let refuse = |code: i32, says: &str, arguments: &[String]| {
        refused(code, &[says], &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    };
    let (a, b) = (at("a"), at("b"));
    done(&batch(&a, &[]).iter().map(String::as_str).collect::<Vec<_>>());
    done(&batch(&b, &["--seed", "2"]).iter().map(String::as_str).collect::<Vec<_>>());
    let before = bytes(&a);
    refuse(1, "--resume continues", &batch(&a, &[]));
    refuse(1, "its seed differs", &batch(&a, &["--resume", "--seed", "2"]));
    refuse(1, "its number of turns differs", &batch(&a, &["--resume", "--turns", "3"]));
    refuse(1, "the whole", &batch(&a, &["--resume", "--shard", "0/2"]));
    refused(1, &["its seed differs"], &["merge", text(&a), text(&b), "--out", text(&at("m"))]);
    std::fs::create_dir(at("foreign")).expect("a folder");
    std::fs::write(at("foreign").join("thesis.txt"), "years of work").expect("a file");
    refuse(1, "not empty", &batch(&at("foreign"), &["--resume"]));
    assert!(at("foreign").join("thesis.txt").exists());
    std::fs::write(at("file"), "x").expect("a file");
    let below = at("file").join("results");
    assert_ne!(call(&batch(&below, &[]).iter().map(String::as_str).collect::<Vec<_>>()).status.code(), Some(0));
    refused(1, &["no results folder"], &["summarise", text(&at("foreign"))]);
    refused(1, &["no results folder"], &["merge", text(&at("nowhere")), "--out", text(&at("m2"))]);
    // A truncated part: said, and the rest is kept; without it, resumed to the same bytes.
    let part = a.join("games/part-00001.parquet");
    let whole = std::fs::read(&part).expect("a part");
    std::fs::write(&part, &whole[..whole.len() / 2]).expect("a file");
    refuse(3, "truncated or damaged", &batch(&a, &["--resume"]));
    refused(3, &["truncated or damaged"], &["summarise", text(&a)]);
    std::fs::remove_file(&part).expect("it was there");
    done(&batch(&a, &["--resume"]).iter().map(String::as_str).collect::<Vec<_>>());
    assert!(before == bytes(&a), "a part played again differs");
    // A part of another experiment.
    std::fs::copy(b.join("games/part-00001.parquet"), &part).expect("a copy");
    refuse(1, "belongs elsewhere", &batch(&a, &["--resume"]));
    refused(2, &["0 to N - 1"], &["batch", text(&scenario), "--games", "1", "--shard", "2/2"]);
    refused(2, &[""], &["batch", text(&scenario), "--games", "0"]);
}

#[test]
fn experiments_are_refused_with_the_place_of_every_mistake() {
    let folder = tempfile::tempdir().expect("a folder");
    let scenario = scenario("chicken.ron");
    for (experiment, says) in [
        ("(desing: Sobol(rows: 8))", "did you mean `design`"),
        ("(design: Sobol(rows: 0))", "whole number"),
        ("(design: Sobol())", "needs the key `rows`"),
        ("(design: Sobol(rows: 8, levels: 3))", "takes no `levels`"),
        ("(design: Sobel(rows: 8))", "did you mean `Sobol`"),
        ("(design: Sobol(rows: 8), factors: [\"noize\"])", "did you mean `noise`"),
        ("(design: Sobol(rows: 8), factors: {\"noise\": Uniform(2, 1)})", "low"),
        ("(design: Sobol(rows: 8), factors: {\"noise\": Uniform(0, 50)})", "outside the range"),
        ("(design: Sobol(rows: 8), set: {\"noise\": 1}, factors: [\"noise\"])", "both set and varied"),
        ("(design: Sobol(rows: 8), factors: Judgements(2))", "between 0 and 1"),
        ("(design: Sobol(rows: 8), factors: Judgments(0.2))", "did you mean `Judgements`"),
        ("(levers: {\"row\": [\"daer-row\"]})", "daer-row"),
        ("(levers: {\"rwo\": [\"swerve\"]})", "did you mean"),
        ("(levers: [])", "no lever"),
        ("(measures: [\"crsh\"])", "did you mean `crash`"),
        ("(keep: [\"daring.x\"])", "no indicator"),
        ("(beliefs: [\"memo\"])", "no belief set"),
        ("(replications: 0)", "whole number"),
        ("(replications: 1.5)", "whole number"),
        ("(design: Table(file: \"nowhere.csv\"))", "nowhere.csv"),
        ("(design: Morris(trajectories: 2, levels: 3))", "even"),
        ("(factors: [\"noise\"])", "there is none"),
        ("(design: Sobol(rows: 8)", "error"),
        ("", "error"),
    ] {
        let file = folder.path().join("wrong.ron");
        std::fs::write(&file, experiment).expect("a file");
        let out = folder.path().join("never");
        refused(1, &[says], &["sweep", text(&scenario), text(&file), "--out", text(&out)]);
        assert!(!out.exists(), "{experiment} left a folder");
    }
    refused(1, &["there is no experiment"], &["sweep", text(&scenario), "nothing-such"]);
    refused(2, &["name an experiment"], &["sweep", text(&scenario)]);
}

#[test]
fn versus_does_not_depend_on_threads_and_finds_what_is_there() {
    let scenario = deterrence();
    let ask = |first: &str, second: &str, threads: &str| -> Json {
        let told = done(&[
            "versus",
            text(&scenario),
            first,
            second,
            "--player",
            "defender",
            "--strategy",
            "challenger=probe",
            "--threads",
            threads,
            "--json",
        ]);
        serde_json::from_str(&told).expect("JSON")
    };
    let one = ask("always-resist", "yield", "1");
    assert_eq!(one, ask("always-resist", "yield", "2"));
    assert_eq!(one["decided"], "FirstBetter");
    assert_eq!(ask("yield", "yield", "2")["decided"], "NoDifference");
}

#[test]
fn analyses_answer_on_a_sweep() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("results");
    let scenario = deterrence();
    done(&sweep(text(&out), text(&scenario), &["--quiet"]));
    let json = |arguments: &[&str]| -> Json {
        let answer: Json = serde_json::from_str(&done(&[arguments, &["--json"]].concat())).expect("JSON");
        assert!(answer["notice"].as_str().is_some_and(|notice| notice.contains("hypothetical")));
        answer
    };
    let summary = json(&["summarise", text(&out)]);
    assert_eq!(summary["sentences"].as_array().map(Vec::len), Some(3));
    assert_eq!(summary["games"]["ok"], 4500);
    let difference = json(&["difference", text(&out), "always-resist", "yield", "--indicator", "contest"]);
    let of = |column: &str| {
        let measures = difference["measures"].as_array().expect("measures");
        let one = measures.iter().find(|one| one["column"] == column).expect("the column");
        one["difference"]["mean"].as_f64().expect("a mean")
    };
    // A defender who always resists meets conflict whenever it is challenged, one who yields never.
    assert!(of("measure.conflicts") > 0.0);
    // Sums of causes are the difference of the indicator at the end.
    let results = Results::read(&out).expect("results");
    assert_eq!(results.turns().expect("turns").map(|turns| turns.rows()), Some(4500 * 12));
    let robust = json(&["robustness", text(&out), "--measure", "defender=high"]);
    assert_eq!(robust["robustness"]["levers"].as_array().map(Vec::len), Some(3));
    let boxes = json(&["discover", text(&out), "--wanted", "conflicts > 0"]);
    let told = boxes["boxes"][0]["box"]["restrictions"].to_string();
    assert!(told.contains("lever"), "{told}");
    let pictures = folder.path().join("pictures");
    done(&["plot", text(&out), "contest", "--by", "lever", "--out", text(&pictures)]);
    assert!(std::fs::read_to_string(pictures.join("contest.svg")).is_ok_and(|svg| svg.starts_with("<svg")));
    refused(1, &["did you mean `conflicts`"], &["discover", text(&out), "--wanted", "conflict > 0"]);
    refused(1, &["nothing varies"], &["sensitivity", text(&out)]);
    refused(1, &["no lever"], &["difference", text(&out), "a", "b"]);
}

/// Each belief set has differences of its own: a mean over worlds that nobody holds equally likely says nothing.
#[test]
fn differences_are_not_pooled_over_belief_sets() {
    let folder = tempfile::tempdir().expect("a folder");
    let (scenario, out) = (folder.path().join("two.ron"), folder.path().join("results"));
    let beliefs = "    beliefs: [(name: \"calm\", meaning: \"No noise\", parameters: {\"noise\": 0}), \
                   (name: \"rough\", meaning: \"Much noise\", parameters: {\"noise\": 1.5})],\n    parameters: [";
    let written = std::fs::read_to_string(deterrence()).expect("a scenario");
    std::fs::write(&scenario, written.replacen("    parameters: [", beliefs, 1)).expect("a file");
    let levers = r#"{"defender": ["always-resist", "yield"]}"#;
    let start = ["sweep", text(&scenario), "--levers", levers, "--beliefs", "All", "--replications", "40", "--quiet"];
    done(&[&start[..], &["--out", text(&out)]].concat());
    let ask = |more: &[&str]| done(&[&["difference", text(&out), "always-resist", "yield"], more].concat());
    let told = ask(&["--trace", "4"]);
    assert_eq!(told.matches("belief calm\n").count(), 2, "{told}");
    assert!(told.contains("belief rough\n") && told.contains("over 40 pairs") && !told.contains("80 pairs"), "{told}");
    let found: Json = serde_json::from_str(&ask(&["--trace", "0", "--json"])).expect("JSON");
    let rows = found["measures"].as_array().expect("measures");
    let of =
        |belief: &str| rows.iter().filter(|one| one["belief"] == belief && one["difference"]["used"] == 40).count();
    assert!(of("calm") > 0 && of("calm") == of("rough") && of("calm") + of("rough") == rows.len(), "{found}");
    let one = ask(&["--belief", "rough", "--trace", "0"]);
    assert!(one.contains("belief rough\n") && !one.contains("belief calm"), "{one}");
    refused(2, &["against itself"], &["difference", text(&out), "yield", "yield"]);
    refused(
        2,
        &["--margin is a number above 0"],
        &["difference", text(&out), "always-resist", "yield", "--margin", "-1"],
    );
    let picture = folder.path().join("pictures.svg");
    refused(2, &["--out is a folder"], &["plot", text(&out), "--out", text(&picture)]);
    let output = crate::program::run(&["run", text(&scenario), "--turns", "1000"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("horizon is 12 months: no more are played, not 1000"), "{said}");
}

/// The largest resident size, in kB, of the program while it plays so many games; none where no `/proc` tells.
fn peak(out: &Path, games: &str) -> Option<u64> {
    let mut child = marchland()
        .args(["batch", text(&deterrence()), "--games", games, "--threads", "2", "--quiet", "--out", text(out)])
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts");
    let status = format!("/proc/{}/status", child.id());
    let mut peak = None;
    while child.try_wait().expect("a child").is_none() {
        let said = std::fs::read_to_string(&status).unwrap_or_default();
        let line = said.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak = line.and_then(|line| line.split_whitespace().next()?.parse().ok()).or(peak);
        std::thread::sleep(Duration::from_millis(2));
    }
    peak
}

#[test]
fn memory_does_not_grow_with_the_number_of_games() {
    let folder = tempfile::tempdir().expect("a folder");
    let of = |games: &str| peak(&folder.path().join(games), games);
    let (Some(few), Some(many)) = (of("5000"), of("40000")) else { return };
    // A leak of half a kilobyte a game would show.
    assert!(many < few + 17_500, "{few} kB at most in 5,000 games, {many} kB in 40,000");
}

#[test]
fn a_game_over_its_limit_is_a_row_and_not_the_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let (scenario, registry) = loaded();
    let plan = plan(&scenario, &registry, 10).with_work_limit(5);
    let out = folder.path().join("results");
    let mut kept = Folder::open(&out, &plan, &Session::default(), None, false).expect("a folder");
    run::run(&plan, &mut kept, 2, &AtomicBool::new(false), &SilentWatch).expect("games");
    assert_eq!(kept.manifest.finished.over_limit, 10);
    let (_, games) = read_part(&out.join("games/part-00000.parquet"), None).expect("a part");
    assert!(games.column("measure.conflicts").expect("measures").numbers().iter().all(|x| x.is_nan()));
    let told = done(&["summarise", text(&out)]);
    assert!(told.contains("10 over limit"), "{told}");
}

/// A family with a fault that shows in some games.
const BROKEN: Family = Family {
    schema: FamilySchema {
        name: "Broken",
        meaning: "Breaks down now and then.",
        source: "our choice: a fault to test with",
        arguments: &[],
        cohorts: false,
    },
    build: Build::Player(|_| Ok(Box::new(PanickingStrategy))),
};

struct PanickingStrategy;

impl Strategy for PanickingStrategy {
    fn decide(&self, at: &Decision<'_>, _: &mut Memory) -> Choice {
        assert!(at.stream.uniform() > 0.02, "a fault");
        Choice::default()
    }
}

#[test]
fn a_game_that_panics_is_a_row_and_the_others_play_on_as_without_it() {
    let default = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if panic.payload_as_str().is_none_or(|said| said != "a fault") {
            default(panic);
        }
    }));
    let folder = tempfile::tempdir().expect("a folder");
    let registry = Registry::standard().with(BROKEN);
    let schemas = registry.schemas();
    let text = std::fs::read_to_string(deterrence()).expect("a scenario");
    let scenario = load_text("deterrence", &text, &LoadOptions::new(marchland_laws::standard(), &schemas))
        .expect("a scenario")
        .scenario;
    let scenario = Arc::new(scenario);
    let play = |challenger: &str, threads: usize| {
        let out = folder.path().join(format!("{challenger}-{threads}"));
        let plan = plan_with(&scenario, &registry, 600, &[("challenger", challenger)]);
        let mut kept = Folder::open(&out, &plan, &Session::default(), None, false).expect("a folder");
        run::run(&plan, &mut kept, threads, &AtomicBool::new(false), &SilentWatch).expect("games");
        let (_, games) = read_part(&out.join("games/part-00000.parquet"), None).expect("a part");
        let Some(Column::Text(status)) = games.column("status") else { panic!("a status") };
        let conflicts = games.column("measure.conflicts").expect("measures").numbers();
        // Numbers that are none differ from themselves, their bits do not.
        let (status, conflicts) = (status.clone(), conflicts.iter().map(|x| x.to_bits()).collect::<Vec<u64>>());
        (kept.manifest.finished.panic, status, conflicts)
    };
    let (panics, status, conflicts) = play("Broken()", 1);
    // Twelve draws of one in fifty: about a fifth of the games.
    assert!((60..200).contains(&panics), "{panics} of 600 panicked");
    assert_eq!(status.iter().filter(|one| *one == "panic").count() as u64, panics);
    assert!(play("Broken()", 2) == (panics, status.clone(), conflicts.clone()), "panics depend on threads");
    let (none, _, idle) = play("wait", 2);
    assert_eq!(none, 0);
    for ((status, broken), whole) in status.iter().zip(&conflicts).zip(&idle) {
        assert!(
            if status == "panic" { f64::from_bits(*broken).is_nan() } else { broken == whole },
            "{status}: {broken}"
        );
    }
}

struct SilentWatch;

impl Watch for SilentWatch {
    fn game(&self) {}
    fn part(&self, _: u64) {}
}

fn loaded() -> (Arc<Scenario>, Registry) {
    let registry = Registry::standard();
    let schemas = registry.schemas();
    let text = std::fs::read_to_string(deterrence()).expect("a scenario");
    let loaded =
        load_text("deterrence", &text, &LoadOptions::new(marchland_laws::standard(), &schemas)).expect("a scenario");
    (Arc::new(loaded.scenario), registry)
}

fn plan(scenario: &Arc<Scenario>, registry: &Registry, games: u64) -> Plan {
    plan_with(scenario, registry, games, &[])
}

fn plan_with(scenario: &Arc<Scenario>, registry: &Registry, games: u64, strategies: &[(&str, &str)]) -> Plan {
    let own = strategies.iter().map(|(player, play)| ((*player).to_owned(), (*play).to_owned())).collect();
    let experiment = Experiment {
        rule: None,
        name: "batch".into(),
        scenario: "deterrence".into(),
        scenario_hash: scenario.hash.clone(),
        scenario_text_hash: scenario.text_hash.clone(),
        shocks: Shocks::Common,
        added: None,
        version: env!("CARGO_PKG_VERSION").into(),
        seed: 1,
        turns: 12,
        design: None,
        factors: Vec::new(),
        set: Vec::new(),
        levers: vec![Lever { name: "default".into(), strategies: own }],
        beliefs: vec![String::new()],
        replications: games,
        measures: scenario.catalogue.measures.iter().map(|measure| measure.id.clone()).collect(),
        keep: Vec::new(),
        games_per_part: 1024,
    };
    Plan::new(experiment, scenario, registry).expect("a plan")
}
