//! The command line of one game: check, describe, new, reference, run; text and JSON, exit codes, and
//! what happens when the reader or the disk goes away.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value as Json;

use crate::program::{self, marchland, refused, run, text};

fn scenario(name: &str) -> String {
    text(&program::scenario(name)).to_owned()
}

#[track_caller]
fn done(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    assert!(output.stderr.is_empty(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

#[track_caller]
fn json(arguments: &[&str]) -> Json {
    serde_json::from_str(&done(arguments)).expect("JSON")
}

fn keys(value: &Json) -> Vec<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

const SCENARIOS: [&str; 6] =
    ["chicken.ron", "deterrence.ron", "kyrgyzstan-2010", "quiet-autocracy", "tajikistan-2008", "tajikistan-2010"];

#[test]
fn every_scenario_passes_a_strict_check_and_so_does_the_base() {
    for name in SCENARIOS.into_iter().chain(["base"]) {
        let text = done(&["check", "--strict", &scenario(name)]);
        assert!(text.ends_with("nothing to report\n"), "{name}: {text}");
    }
}

/// A folder with a scenario of two findings: a lint, and with `wrong` a mistake.
fn small(wrong: bool) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let horizon = if wrong { "\"12\"" } else { "12" };
    let text = format!(
        r#"(
    title: "Small",
    calendar: (start: "2010-04", horizon: {horizon}),
    tracks: [(id: "tension", range: (0, 10), initial: 1)],
    players: [(id: "mayor", payoffs: [(indicator: "tension", weight: -0.1, why: "judgement")], payoff_range: (-1, 0))],
    actions: [(id: "calm", owners: ["mayor"], success: [Add("tension", -1)])],
    events: [(id: "late", trigger: Scheduled(13))],
    strategies: [(name: "calm", intent: "Calms", play: Rules(blocks: [(name: "calm", orders: ["calm"])]))],
    measures: [(id: "peak", meaning: "Peak", unit: "points", over: Max, value: "tension")],
)"#
    );
    std::fs::write(folder.path().join("scenario.ron"), text).expect("a file");
    folder
}

#[test]
fn check_counts_errors_and_warnings_and_ends_accordingly() {
    let sound = small(false);
    let path = sound.path().to_str().expect("a path of text");
    let text = done(&["check", path]);
    assert!(
        text.contains("warning[never-fires]: `late` can never happen") && text.contains("scenario.ron:7:"),
        "{text}"
    );
    assert!(text.contains("1 warning"), "{text}");
    let strict = run(&["check", "--strict", path]);
    assert_eq!(strict.status.code(), Some(1));
    let told = String::from_utf8_lossy(&strict.stdout);
    assert!(told.contains("error[never-fires]"), "{told}");
    let report = json(&["check", "--json", path]);
    assert_eq!((&report["errors"], &report["warnings"]), (&Json::from(0), &Json::from(1)));
    let finding = &report["findings"][0];
    assert_eq!(keys(finding), ["choices", "code", "column", "file", "hint", "label", "line", "message", "severity"]);
    assert_eq!((finding["line"].as_u64(), finding["code"].as_str()), (Some(7), Some("never-fires")));

    let broken = small(true);
    let path = broken.path().to_str().expect("a path of text");
    let output = run(&["check", "--json", path]);
    assert_eq!(output.status.code(), Some(1));
    let report: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["errors"], 1, "{report}");
    assert_eq!(report["findings"][0]["line"], 3);
    refused(1, &["cannot be used", "scenario.ron:3:", "\"12\""], &["run", path]);
    refused(1, &["cannot be used"], &["describe", path]);
}

#[test]
fn check_by_playing_warns_of_what_moves_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = r#"(
    title: "Loud and idle",
    calendar: (start: "2010-04", horizon: 6),
    parameters: [
        (id: "loud", value: 1, distribution: Uniform(0, 2), unit: "points", meaning: "What humming adds", source: Judgement("a test")),
        (id: "soft", value: 1, distribution: Uniform(0, 2), unit: "points", meaning: "What calming takes", source: Judgement("a test")),
    ],
    tracks: [(id: "tension", range: (0, 10), initial: 9), (id: "noise", range: (0, 10), initial: 1)],
    players: [(id: "mayor", payoffs: [(indicator: "tension", weight: -0.1, why: "judgement")], payoff_range: (-1, 0))],
    actions: [
        (id: "calm", owners: ["mayor"], success: [Add("tension", "-soft")]),
        (id: "hum", owners: ["mayor"], success: [Add("noise", "loud")]),
    ],
    strategies: [
        (name: "calm", intent: "Calms", play: Rules(blocks: [(name: "calm", orders: ["calm"])])),
        (name: "hum", intent: "Hums", play: Rules(blocks: [(name: "hum", orders: ["hum"])])),
    ],
    measures: [(id: "least", meaning: "Least tension", unit: "points", over: Min, value: "tension")],
    lineup: {"mayor": "calm"},
)"#;
    std::fs::write(folder.path().join("scenario.ron"), text).expect("a file");
    let path = folder.path().to_str().expect("a path of text");
    assert!(done(&["check", path]).contains("nothing to report"));
    let text = done(&["check", path, "--run", "8"]);
    for (code, name, moves) in [
        ("idle-parameter", "`loud`", "`soft`"),
        ("idle-action", "`hum`", "`calm`"),
        ("idle-strategy", "`hum`", "`calm`"),
    ] {
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with(&format!("warning[{code}]"))).collect();
        assert!(matches!(lines[..], [line] if line.contains(name) && !line.contains(moves)), "{text}");
        assert!(lines[0].contains("8 paired games"), "{text}");
    }
    assert_eq!(run(&["check", "--strict", path, "--run", "8"]).status.code(), Some(1));
}

#[test]
fn check_by_resting_warns_of_what_drifts_and_names_what_moves_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = r#"(
    title: "Fraying",
    calendar: (start: "2010-04", horizon: 24),
    tracks: [
        (id: "rope", range: (0, 1), initial: 0.9), (id: "thread", range: (0, 1), initial: 0.8),
        (id: "knot", range: (0, 1), initial: 0.5), (id: "price", range: (0, 9), initial: 1),
    ],
    paths: [(indicator: "price", values: [1, 2, 3, 4, 5, 6, 7, 8])],
    players: [(id: "mayor", payoffs: [(indicator: "rope", weight: 1, why: "judgement")], payoff_range: (0, 1))],
    actions: [(id: "cut", owners: ["mayor"], success: [Add("knot", -0.2)])],
    events: [(id: "wear", repeats: true, trigger: Hazard(0.9), effects: [Add("rope", -0.05), Add("thread", -0.02)])],
    strategies: [(name: "cut", intent: "Cuts", play: Rules(blocks: [(name: "cut", orders: ["cut"])]))],
    lineup: {"mayor": "cut"},
)"#;
    std::fs::write(folder.path().join("scenario.ron"), text).expect("a file");
    let path = folder.path().to_str().expect("a path of text");
    assert!(!done(&["check", path]).contains("drift"));
    let text = done(&["check", path, "--rest", "16"]);
    let told: Vec<&str> = text.lines().filter(|line| line.starts_with("warning[drift]")).collect();
    // Orders are not given, a path is an input: the knot and the price rest.
    assert_eq!(told.len(), 2, "{text}");
    for (line, of) in told.iter().zip(["`rope`", "`thread`"]) {
        assert!(line.contains(of) && line.contains("mostly by event: wear"), "{line}");
        assert!(line.contains("12 months of 16 games"), "{line}");
    }
    refused(2, &["--rest"], &["check", path, "--rest", "1"]);
}

#[test]
fn a_strategy_tells_block_by_block_when_it_acted_and_why_it_did_not() {
    let path = scenario("tajikistan-2010");
    let text = done(&["run", &path, "--turns", "6", "--blocks", "russia"]);
    let (_, told) = text.split_once("block by block").expect("a part on blocks");
    assert!(told.contains(": acted in ") && told.contains("never acted"), "{told}");
    assert!(told.contains("not, ") && told.contains("condition: "), "{told}");
    assert!(told.contains("tajikistan.regime_status is stable"), "{told}");
    // Whoever is not made of blocks says so.
    let text = done(&["run", &path, "--turns", "2", "--strategy", "russia=Random()", "--blocks", "russia"]);
    assert!(text.contains("not made of blocks"), "{text}");
    refused(1, &["there is no player `rusia`", "russia"], &["run", &path, "--blocks", "rusia"]);
    refused(2, &["cannot be used with"], &["run", &path, "--blocks", "russia", "--json"]);
}

#[test]
fn check_resolves_the_names_of_claims_and_experiments_beneath_the_folder() {
    let folder = small(false);
    let root = folder.path();
    std::fs::create_dir(root.join("experiments")).expect("a folder");
    std::fs::create_dir(root.join("notes")).expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(root.join(name), text).expect("a file");
    write(
        "claims.ron",
        r#"(claims: [
        (id: "1", kind: S, meaning: "There is tension", objects: ["tenson"], check: Exists),
        (id: "2", kind: P, meaning: "It starts at one", objects: ["tension"], check: Constant(of: "tensions", value: 1)),
    ])"#,
    );
    write("experiments/wrong.ron", "(question: \"Q\", levers: [(name: \"a\", strategies: {\"mayor\": \"clam\"})])");
    write("notes/broken.ron", "(a: [1, 2)");
    let output = run(&["check", "--json", root.to_str().expect("a path of text")]);
    assert_eq!(output.status.code(), Some(1));
    let report: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    let findings = report["findings"].as_array().expect("a list");
    let found = |file: &str, line: u64, near: &str| {
        findings.iter().any(|one| {
            one["file"].as_str().is_some_and(|name| name.ends_with(file))
                && one["line"] == line
                && one.to_string().contains(near)
        })
    };
    assert!(found("claims.ron", 2, "did you mean `tension`?"), "{report:#}");
    assert!(found("claims.ron", 3, "did you mean `tension`?"), "{report:#}");
    assert!(found("wrong.ron", 1, "clam"), "{report:#}");
    assert!(found("broken.ron", 1, "syntax"), "{report:#}");
}

#[test]
fn describe_prints_every_list_as_text_and_as_json() {
    let tajikistan = scenario("tajikistan-2010");
    let lists = [
        "players",
        "payoffs",
        "actions",
        "events",
        "indicators",
        "parameters",
        "strategies",
        "institutions",
        "measures",
        "claims",
    ];
    for list in lists {
        let rows = json(&["describe", &tajikistan, list, "--json"]);
        let rows = rows.as_array().expect("a list");
        assert!(!rows.is_empty(), "{list}");
        let text = done(&["describe", &tajikistan, list]);
        for row in rows {
            let id = row["id"].as_str().unwrap_or_else(|| panic!("{list}: {row}"));
            assert!(text.contains(id), "{list}: {id}");
        }
    }
    let indicators = json(&["describe", &tajikistan, "indicators", "--json"]);
    let rests = |path: &str| {
        let row = indicators.as_array().expect("a list").iter().find(|row| row["id"] == path);
        row.unwrap_or_else(|| panic!("no {path}"))["resting"].clone()
    };
    assert_eq!(rests("dushanbe.unrest"), 0.0, "a bound where it rests is told");
    assert!(rests("tajikistan.legitimacy").is_null(), "and one where it does not is none");
    let strategies = json(&["describe", &tajikistan, "strategies", "--json"]);
    for row in strategies.as_array().expect("a list") {
        assert!(row["players"].is_array() && row["family"].is_string() && row["intent"].is_string(), "{row}");
    }
    let claims = json(&["describe", &tajikistan, "claims", "--json"]);
    for row in claims.as_array().expect("a list") {
        assert!(row["kind"].is_string() && row["check"].is_string() && row["objects"].is_array(), "{row}");
        assert!(row["meaning"].is_string(), "{row}");
    }
    let odd = json(&["describe", &tajikistan, "odd", "--json"]);
    assert_eq!(odd.as_object().expect("an object").len(), 8, "the seven elements of the protocol, and TRACE");
    let text = done(&["describe", &tajikistan, "odd"]);
    // Initial values, what orders do, and the commands behind figures are in it.
    for part in ["  tajikistan.legitimacy = ", "success Add(", "marchland sweep ", "memo-portfolio.ron"] {
        assert!(text.contains(part), "{part}");
    }
    for word in
        ["Purpose", "Entities", "Process", "Design concepts", "Initialization", "Input", "Submodels", "Evaluation"]
    {
        assert!(text.contains(word), "{word}");
    }
    assert_eq!(json(&["describe", &tajikistan, "--json"])["id"], "tajikistan-2010");
    refused(2, &["possible values", "players"], &["describe", &tajikistan, "playrs"]);
    assert_eq!(done(&["describe", &scenario("chicken.ron"), "claims"]), "none\n");
}

#[test]
fn new_writes_a_scenario_that_passes_and_plays() {
    for from in ["chicken", "deterrence"] {
        let folder = tempfile::tempdir().expect("a folder");
        let here =
            |arguments: &[&str]| marchland().args(arguments).current_dir(folder.path()).output().expect("a start");
        assert!(here(&["new", "valley", "--from", from]).status.success(), "{from}");
        let text = std::fs::read_to_string(folder.path().join("valley/scenario.ron")).expect("a file");
        assert!(text.starts_with("//"), "{from}: comments lead");
        assert!(here(&["check", "--strict", "valley"]).status.success(), "{from}");
        assert!(here(&["run", "valley"]).status.success(), "{from}");
        // A folder that is taken for a file is named.
        let file = here(&["check", "valley.ron"]);
        assert!(String::from_utf8_lossy(&file.stdout).contains("there is a scenario `valley`"), "{file:?}");
        let again = here(&["new", "valley"]);
        assert_eq!(again.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&again.stderr).contains("exists already"));
        assert_eq!(here(&["new", "Bad Name"]).status.code(), Some(2));
        assert_eq!(here(&["new", "../out"]).status.code(), Some(2));
        assert_eq!(here(&["new", "other", "--from", "chess"]).status.code(), Some(2));
    }
}

#[test]
fn reference_prints_all_and_each_topic() {
    let all = done(&["reference"]);
    for word in [
        "actions: [ … ]",
        "Add(path, amount)",
        "ordered(player, action, n)",
        "LogUniform(low, high)",
        "Rules",
        "default",
        "probability",
        "insurgency",
        "crisis_clock",
    ] {
        assert!(all.contains(word), "{word}");
    }
    for topic in
        ["action", "actions", "effect", "effects", "expressions", "distributions", "strategies", "laws", "claim"]
    {
        let text = done(&["reference", topic]);
        assert!(!text.is_empty() && all.contains(text.trim()), "{topic}");
    }
    assert!(done(&["reference", "effects"]).contains("Fire(\"quake\")"));
    refused(2, &["no topic `acton`", "did you mean `action`?"], &["reference", "acton"]);
}

#[test]
fn json_of_a_game_has_the_shape_that_tools_read() {
    let tajikistan = scenario("tajikistan-2010");
    let game = json(&["run", &tajikistan, "--turns", "3", "--json"]);
    for key in
        ["scenario", "scenario_hash", "version", "seed", "belief", "strategies", "parameters", "turns", "outcome"]
    {
        assert!(!game[key].is_null(), "{key}");
    }
    assert_eq!((&game["seed"], &game["belief"]), (&Json::from(1), &Json::from("known-2010-04")));
    let turns = game["turns"].as_array().expect("a list");
    assert_eq!(turns.len(), 3);
    for (at, turn) in turns.iter().enumerate() {
        assert_eq!(turn["turn"], at + 1);
        assert!(turn["date"].as_str().expect("a date").starts_with("2010-0"), "{}", turn["date"]);
        assert!(turn["indicators"]["tajikistan.legitimacy"].is_number());
        for (list, wanted) in [
            ("orders", &["action", "legal", "option", "player", "reason"][..]),
            ("rulings", &["action", "draw", "option", "player", "probability", "success"]),
            ("causes", &["after", "before", "cause", "cause_parts", "indicator", "inputs"]),
        ] {
            let rows = turn[list].as_array().unwrap_or_else(|| panic!("{list}"));
            for row in rows {
                assert!(wanted.iter().all(|key| keys(row).contains(key)), "{list}: {row}");
            }
        }
        assert!(turn["events"].is_array() && !turn["causes"].as_array().expect("a list").is_empty());
    }
    let outcome = &game["outcome"];
    assert_eq!(
        keys(outcome),
        ["decisions", "events", "exit", "forfeits", "measures", "months", "payoffs", "status", "turn", "turning_point"],
        "{outcome}"
    );
    assert_eq!(keys(&outcome["turning_point"]), ["cause", "cause_parts", "indicator", "turn"]);
    assert!(outcome["payoffs"]["new_administration"].is_null(), "never in the game");
    assert_eq!(outcome["forfeits"]["russia"], 0);

    // A month on the crisis clock holds its rounds.
    let kyrgyzstan = scenario("kyrgyzstan-2010");
    let game = json(&["run", &kyrgyzstan, "--json", "--no-trace"]);
    let rounds: Vec<&Json> = game["turns"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|turn| &turn["rounds"])
        .filter(|rounds| !rounds.is_null())
        .collect();
    assert!(!rounds.is_empty(), "a contested month");
    for rounds in rounds {
        let rounds = rounds.as_array().expect("a list");
        assert_eq!(rounds.len(), 4);
        assert!(rounds.iter().all(|round| round["orders"].is_array() && round["causes"].is_array()));
    }

    // A scenario without belief sets or regime.
    let game = json(&["run", &scenario("chicken.ron"), "--json"]);
    assert!(game["belief"].is_null());
    assert_eq!((&game["outcome"]["status"], &game["outcome"]["exit"]), (&Json::from("ended"), &Json::Null));
}

#[test]
fn tracing_adds_causes_and_changes_nothing_else() {
    let deterrence = scenario("deterrence.ron");
    let mut traced = json(&["run", &deterrence, "--json"]);
    let plain = json(&["run", &deterrence, "--json", "--no-trace"]);
    for turn in plain["turns"].as_array().expect("a list") {
        assert_eq!(turn["causes"], Json::Array(Vec::new()));
    }
    for turn in traced["turns"].as_array_mut().expect("a list") {
        turn["causes"] = Json::Array(Vec::new());
    }
    // The turning point is read from the causes.
    traced["outcome"]["turning_point"] = plain["outcome"]["turning_point"].clone();
    assert_eq!(traced, plain);
}

#[test]
fn seeds_are_whole_numbers_below_two_to_the_53rd_and_zero_is_one() {
    let deterrence = scenario("deterrence.ron");
    let of = |seed: &str| json(&["run", &deterrence, "--seed", seed, "--json"]);
    assert_eq!(of("0")["seed"], 0);
    assert_eq!(of("9007199254740991")["seed"], 9_007_199_254_740_991u64);
    assert_eq!(json(&["run", &deterrence, "--json"]), of("1"));
    for wrong in ["9007199254740992", "-1", "1.5", "x", ""] {
        refused(
            2,
            &["a seed is a whole number from 0 to 9007199254740991"],
            &["run", &deterrence, &format!("--seed={wrong}")],
        );
    }
}

#[test]
fn wrong_flags_are_refused_at_their_place() {
    let tajikistan = scenario("tajikistan-2010");
    let run =
        |flag: &str, value: &str, code: i32, says: &[&str]| refused(code, says, &["run", &tajikistan, flag, value]);
    run("--turns", "0", 2, &["--turns"]);
    run("--turns", "99999999999", 2, &["--turns"]);
    run(
        "--belief",
        "memos",
        1,
        &["--belief:1:1", "there is no belief set `memos`", "did you mean `memo`?", "observed"],
    );
    run("--set", "noise", 2, &["NAME=VALUE"]);
    run("--set", "ndn_fees=1", 1, &["--set:1:1", "there is no parameter `ndn_fees`", "valid here"]);
    run("--set", "migration_lambda=many", 1, &["--set:1:18", "`many` is no number"]);
    run("--set", "migration_lambda=NaN", 1, &["--set:1:18", "is no number"]);
    run("--set", "migration_lambda=1e9", 1, &["outside the range"]);
    run("--turns", "-3", 2, &["invalid value '-3' for '--turns"]);
    run("--set", "unrest_rule=thresh", 1, &["--set:1:13", "has no choice `thresh`", "threshold"]);
    run(
        "--strategy",
        "rusia=Idle()",
        1,
        &["--strategy:1:1", "no player or population `rusia`", "did you mean `russia`?"],
    );
    run("--strategy", "russia=r2-status-quo", 1, &["--strategy:1:8", "no strategy is called", "r2-status-quo-backing"]);
    run("--strategy", "russia=Quantal(lamda: 3)", 1, &["--strategy:1:16", "lamda", "did you mean `lambda`?"]);
    run("--strategy", "russia=Quantal(lambda: -3)", 1, &["--strategy:1:24", "-3"]);
    run("--strategy", "russia=u1-ndn-first", 1, &["--strategy:1:8", "may not play"]);
    run("--strategy", "russia=Quantal(", 1, &["--strategy:1:"]);
    run("--strategy", "russia=External(\"no-such-program-anywhere\")", 1, &["--strategy:1:8", "could not be started"]);
    run("--why", "tajikistan.legitimcy", 1, &["no indicator", "did you mean `tajikistan.legitimacy`?"]);
    refused(2, &["--no-trace"], &["run", &tajikistan, "--no-trace"]);
    refused(2, &["--why"], &["run", &tajikistan, "--json", "--why", "tajikistan.legitimacy"]);
    refused(1, &["belief"], &["run", &scenario("chicken.ron"), "--belief", "memo"]);
    refused(1, &["set twice"], &["run", &tajikistan, "--set", "unrest_rule=epstein", "--set", "unrest_rule=threshold"]);
    refused(1, &["given twice"], &["run", &tajikistan, "--strategy", "russia=Idle()", "--strategy", "russia=Idle()"]);
    refused(2, &["subcommand"], &["walk"]);
    refused(1, &["nowhere"], &["run", "nowhere"]);
}

#[test]
fn flags_take_effect_and_are_told() {
    let tajikistan = scenario("tajikistan-2010");
    let game = json(&[
        "run",
        &tajikistan,
        "--turns",
        "2",
        "--json",
        "--no-trace",
        "--belief",
        "memo",
        "--strategy",
        "russia=Idle()",
        "--strategy",
        "migrants=Habit()",
        "--set",
        "unrest_rule=epstein",
    ]);
    assert_eq!(game["belief"], "memo");
    assert_eq!(
        (&game["strategies"]["russia"], &game["strategies"]["migrants"]),
        (&Json::from("Idle()"), &Json::from("Habit()"))
    );
    assert_eq!(game["parameters"]["unrest_rule"], "epstein");
}

#[test]
fn the_story_is_plain_in_pipes_and_coloured_only_on_demand() {
    let deterrence = scenario("deterrence.ron");
    let text = done(&["run", &deterrence]);
    assert!(!text.contains('\u{1b}'), "a pipe gets no colour");
    assert!(text.contains("June 1961") && text.contains("What is measured"), "{text}");
    let forced = marchland().args(["run", &deterrence]).env("CLICOLOR_FORCE", "1").output().expect("a start");
    assert!(String::from_utf8_lossy(&forced.stdout).contains('\u{1b}'), "colour where it is asked for");
    let quiet = marchland()
        .args(["run", &deterrence])
        .env("NO_COLOR", "1")
        .env_remove("CLICOLOR_FORCE")
        .output()
        .expect("a start");
    assert!(!String::from_utf8_lossy(&quiet.stdout).contains('\u{1b}'), "NO_COLOR");
}

#[test]
fn a_story_tells_its_outcome_first_then_months_measures_payoffs_and_why() {
    let text = done(&["run", &scenario("tajikistan-2010"), "--why", "tajikistan.legitimacy"]);
    let months = text.lines().filter(|line| [" 2010  ", " 2011  ", " 2012  "].iter().any(|year| line.contains(year)));
    assert_eq!(months.filter(|line| line.starts_with(|c: char| c.is_ascii_uppercase())).count(), 24);
    for word in ["What is measured", "Payoffs, from the worst", "Why: ", "hypothetical"] {
        assert!(text.contains(word), "{word}");
    }
    let (head, told) = text.split_once("\nApril 2010  ").expect("the first month");
    assert!(head.contains("held office through all 24 months") || head.contains("lost office in"), "{head}");
    // None that reads like a field's name.
    assert!(!told.contains('_'), "{}", told.lines().find(|line| line.contains('_')).unwrap_or_default());
    assert!(text.lines().all(|line| line.chars().count() <= 120), "lines fit a terminal");
}

#[test]
fn a_brief_story_is_a_paragraph_a_quarter() {
    let text = done(&["run", &scenario("tajikistan-2010"), "--brief"]);
    assert!(text.contains("\nApril to June 2010\n") && text.contains("\nJanuary to March 2012\n"), "{text}");
    assert!(text.lines().count() < 80, "{text}");
}

/// What would be told in the same words as half a year ago is not left off where nothing else happened, and months in which
/// it goes on are not quiet.
#[test]
fn a_month_of_a_great_deed_is_not_called_quiet() {
    let text = done(&["run", &scenario("deterrence.ron")]);
    assert!(text.contains("December 1961  The challenger again challenged the order, as in July 1961\n"), "{text}");
    assert!(text.contains("September and October 1961  Two months much as before\n"), "{text}");
}

#[test]
fn a_story_names_the_acting_head_of_state() {
    let path = scenario("quiet-autocracy");
    let told = (1..=20).any(|seed| {
        let arguments = ["run", &path, "--set", "split=1", "--set", "force=0.2", "--seed", &seed.to_string()];
        done(&arguments).contains("took over, acting for the head of")
    });
    assert!(told, "of twenty weak and divided governments one at least goes by the hand of its own");
}

#[test]
fn a_reader_or_a_disk_that_goes_away_ends_with_three() {
    let tajikistan = scenario("tajikistan-2010");
    let mut child = marchland()
        .args(["run", &tajikistan, "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a start");
    drop(child.stdout.take());
    let status = child.wait().expect("an end");
    let mut error = String::new();
    child.stderr.take().expect("a pipe").read_to_string(&mut error).expect("text");
    assert_eq!(status.code(), Some(3), "{error}");
    assert!(error.is_empty(), "nobody listens: {error}");

    let full = PathBuf::from("/dev/full");
    if full.exists() {
        for arguments in
            [&["run", &tajikistan][..], &["describe", &tajikistan], &["reference"], &["man"], &["completions", "bash"]]
        {
            let to = std::fs::OpenOptions::new().write(true).open(&full).expect("a device");
            let output = marchland().args(arguments).stdout(to).stderr(Stdio::piped()).output().expect("a start");
            assert_eq!(output.status.code(), Some(3), "{arguments:?}");
            assert!(String::from_utf8_lossy(&output.stderr).contains("could not write the output"), "{arguments:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn an_interrupted_game_ends_with_three() {
    let deterrence = scenario("deterrence.ron");
    let folder = tempfile::tempdir().expect("a folder");
    let begun = folder.path().join("begun");
    // A program that says when it is there, reads on and never answers.
    let program = format!("sh -c 'touch {}; while read line; do :; done'", begun.display());
    let child = marchland()
        .args(["run", &deterrence, "--timeout", "60", "--strategy", &format!("challenger=External(\"{program}\")")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a start");
    let patience = std::time::Instant::now();
    while !begun.exists() {
        assert!(patience.elapsed().as_secs() < 60, "the program was not started");
        std::thread::yield_now();
    }
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("a signal");
    assert!(sent.success());
    let output = child.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("interrupted"));
}

#[test]
fn completions_and_a_man_page_are_printed() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(done(&["completions", shell]).contains("marchland"), "{shell}");
    }
    let man = done(&["man"]);
    assert!(man.contains(".TH marchland") && man.contains("Exit codes"), "{man}");
}

#[test]
fn bad_input_of_every_kind_is_refused_without_a_panic() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("a file");
        path.to_str().expect("a path of text").to_owned()
    };
    let head = |more: &str| format!("(title: \"T\", calendar: (start: \"2010-04\", horizon: {more}");
    let cases = [
        file("garbage.ron", &[0, 159, 146, 150, 255, 0, 1]),
        file("brackets.ron", &vec![b'['; 10 << 20]),
        file("deep.ron", &vec![b'('; 1 << 20]),
        file("open.ron", head("3").as_bytes()),
        file("huge.ron", head("1e300))").as_bytes()),
        file("negative.ron", head("-4))").as_bytes()),
        file("nan.ron", head("NaN))").as_bytes()),
        file("empty.ron", b""),
        folder.path().join("no-such-file.ron").to_str().expect("a path of text").to_owned(),
        folder.path().to_str().expect("a path of text").to_owned(),
    ];
    for path in &cases {
        for arguments in [&["check", path][..], &["run", path], &["describe", path]] {
            let output = run(arguments);
            let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
            assert_eq!(output.status.code(), Some(1), "{arguments:?}: {said}");
            assert!(said.contains("error") && !said.contains("panicked"), "{arguments:?}: {said}");
            assert!(said.len() < 20_000, "{arguments:?}: {} bytes", said.len());
        }
    }
}
