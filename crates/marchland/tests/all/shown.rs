//! Text from others is shown and never obeyed, whole files replace no precious ones, and `--format` is one flag.

use std::fs;
use std::path::{Path, PathBuf};

use marchland_session::{Entry, Log, Party};
use serde_json::Value as Json;

use crate::program::{done, marchland, refused, run, scenario, text};
use crate::room::Room;

/// What a terminal would obey: everything below a space but line feeds and the escapes of our own styles, and marks
/// of direction.
fn obeyed(shown: &str) -> bool {
    let own = ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[31m", "\u{1b}[33m", "\u{1b}[36m"];
    let bare = own.iter().fold(shown.to_owned(), |text, style| text.replace(style, ""));
    bare.contains(|c: char| (c.is_control() && c != '\n') || ('\u{202a}'..='\u{202e}').contains(&c))
}

/// Deterrence with names that would clear the screen, write a link, turn text around and forge a line.
fn hostile(folder: &Path) -> PathBuf {
    let plain = fs::read_to_string(scenario("deterrence.ron")).expect("ours");
    let names = plain
        .replace("title: \"Challenge\"", "title: \"Chal\\u{1b}]8;;http://x\\u{7}lenge\\nFacilitator: no\"")
        .replace("title: \"Deterrence", "title: \"\\u{1b}[2JDeterrence\\r\\u{202e}");
    assert_ne!(names, plain);
    let path = folder.join("hostile.ron");
    fs::write(&path, names).expect("written");
    path
}

#[test]
fn names_of_a_scenario_are_shown_and_never_obeyed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = hostile(folder.path());
    for arguments in [
        &["run", text(&path)][..],
        &["run", text(&path), "--why", "challenge"],
        &["run", text(&path), "--format", "markdown"],
        &["run", text(&path), "--format", "html"],
        &["run", text(&path), "--json"],
        &["describe", text(&path)],
        &["describe", text(&path), "indicators", "--format", "csv"],
        &["describe", text(&path), "odd"],
        &["check", text(&path)],
    ] {
        let output = marchland().args(arguments).env("CLICOLOR_FORCE", "1").output().expect("the program starts");
        let shown = String::from_utf8(output.stdout).expect("text");
        let told = String::from_utf8(output.stderr).expect("text");
        assert!(!shown.is_empty() || !told.is_empty(), "{arguments:?}");
        assert!(!obeyed(&shown) && !obeyed(&told), "{arguments:?}: {shown:?} {told:?}");
        assert!(!shown.contains("\nFacilitator: no"), "{arguments:?} lets a name forge a line");
    }
    assert!(done(&["run", text(&path)]).contains("␛[2JDeterrence␍⟨U+202E⟩"));
    let json: Json = serde_json::from_str(&done(&["describe", text(&path), "--json"])).expect("JSON");
    assert!(json["title"].as_str().expect("a title").contains("\u{1b}[2J"), "JSON keeps the truth: {json}");
}

#[test]
fn names_of_a_game_in_normal_form_are_shown_and_never_obeyed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("esc.nfg");
    let game = "NFG 1 R \"\u{1b}[2Jgame\" { \"North\u{1b}[31m\" \"South\r\nerror: no\" } { { \"a\u{1b}]0;x\u{7}\nerror: no\" \"b\" } { \"c\" \"d\u{9b}\" } }\n\n3 3 0 5 5 0 1 1\n";
    fs::write(&path, game).expect("written");
    for concept in ["pure", "nash", "correlated", "alpharank", "dominance", "security"] {
        let output = marchland()
            .args(["solve", text(&path), "--concept", concept])
            .env("CLICOLOR_FORCE", "1")
            .output()
            .expect("the program starts");
        assert!(output.status.success(), "{output:?}");
        let shown = String::from_utf8(output.stdout).expect("text");
        assert!(!obeyed(&shown) && shown.contains("␛[2Jgame"), "{shown:?}");
        assert!(!shown.contains("\nerror"), "{concept} lets a name forge a line: {shown:?}");
    }
}

#[test]
fn words_of_a_foreign_file_forge_no_line_of_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("results");
    done(&["batch", text(&scenario("deterrence.ron")), "--games", "4", "--quiet", "--out", text(&out)]);
    let path = out.join("manifest.json");
    let mut manifest: Json = serde_json::from_str(&fs::read_to_string(&path).expect("a manifest")).expect("JSON");
    // As an older version or a stranger may have written it: without a seal.
    manifest.as_object_mut().expect("an object").retain(|key, _| key != "seal" && key != "sealed");
    manifest["experiment"]["shocks"] = "\u{1b}[2J\nerror: forged".into();
    fs::write(&path, manifest.to_string()).expect("written");
    let output = run(&["summarise", text(&out)]);
    let told = String::from_utf8(output.stderr).expect("text");
    assert!(told.contains("␛[2J\n  error: forged") && !obeyed(&told), "{told:?}");
    manifest["experiment"]["shocks"] = "Fresh".into();
    manifest["experiment"]["levers"][0]["name"] = "a\nerror: forged".into();
    fs::write(&path, manifest.to_string()).expect("written");
    refused(3, &["the name", "line feed"], &["summarise", text(&out)]);
}

#[test]
fn names_of_an_experiment_stand_on_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let plan = folder.path().join("plan.ron");
    let levers = "(levers: [(name: \"a\\nb\", strategies: {\"defender\": \"yield\"})])";
    fs::write(&plan, levers).expect("written");
    let (from, out) = (scenario("deterrence.ron"), folder.path().join("out"));
    refused(1, &["bad-name", "on one line"], &["sweep", text(&from), text(&plan), "--out", text(&out)]);
    let map = "{\"defender\": [\"yield\", \"Quantal(\\nlambda: 3)\"]}";
    refused(1, &["bad-name", "on one line"], &["sweep", text(&from), "--levers", map, "--out", text(&out)]);
    let sets = "(title: \"T\\u{1b}[2J\", players: {\"challenger\": [\"wait\", \"Quantal(\\nlambda: 3)\"], \"defender\": [\"yield\"]})";
    fs::write(&plan, sets).expect("written");
    refused(1, &["bad-name", "on one line"], &["tournament", text(&from), text(&plan), "--out", text(&out)]);
}

#[test]
fn words_of_a_seat_are_shown_and_never_obeyed() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("game.march");
    let path = scenario("deterrence.ron");
    let mut command = marchland();
    command.args(["play", text(&path), "--people", "2", "--facilitator", "--no-clear", "--file", text(&file)]);
    // Where lines are edited an escape is a key, and never comes in.
    command.env("NO_COLOR", "1").env("TERM", "dumb");
    let mut terminal = rexpect::session::spawn_command(command, Some(60_000)).expect("a pseudo-terminal");
    let mut hand = |line: &str, expect: &str| -> String {
        terminal.send_line(line).expect("it listens");
        match terminal.exp_string(expect) {
            // The pseudo-terminal's bytes come one a character.
            Ok(before) => String::from_utf8_lossy(&before.chars().map(|c| c as u8).collect::<Vec<u8>>()).into_owned(),
            Err(error) => panic!("after `{line}`, waiting for `{expect}`: {error}"),
        }
    };
    hand("look", "chair> ");
    hand("seat challenger", "Press Enter");
    hand("", "challenger> ");
    // What a terminal would obey is not taken; what only turns letters around is, and shown.
    hand("message defender hi \u{1b}[2J", "control character");
    hand("propose \u{1b}[5mblink", "control character");
    hand("message defender hi \u{202e}reversed end", "Sent.");
    hand("propose a \u{202e}blink", "Offered");
    hand("submit", "chair> ");
    hand("seat defender", "Press Enter");
    let seen = hand("", "What you may order");
    assert!(seen.contains("hi ⟨U+202E⟩reversed end"), "{seen:?}");
    assert!(!seen.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{seen:?}");
    hand("submit", "chair> ");
    let seen = hand("proposals", "chair> ");
    assert!(seen.contains("⟨U+202E⟩blink") && !seen.contains(['\u{1b}', '\u{202e}']), "{seen:?}");
    terminal.send_line("quit").expect("it listens");
    terminal.exp_eof().expect("it ends");
}

/// Games of earlier versions hold texts that nobody can write any more: they open, and show them as signs.
#[test]
fn words_of_an_older_game_are_shown_and_never_obeyed() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let from = scenario("deterrence.ron");
    let mut room = Room::start(&["play", text(&from), "--people", "2", "--facilitator", "--file", text(&path)]);
    room.ok("chair", "note the first");
    room.end();
    let mut log = Log::open(&path).expect("a game");
    let (seat, nasty) = (|name: &str| Party::Seat(name.into()), "hi \u{1b}[2J\u{1b}]0;owned\u{7}\nchair: no");
    let message = Entry::Message { from: seat("challenger"), to: seat("defender"), text: nasty.into() };
    let proposed = Entry::Proposed { proposal: 1, player: "challenger".into(), text: nasty.into() };
    let (tip, branch) = (log.rows().len() as u64, log.current());
    log.append(tip, branch, &[(message, None), (proposed, None)]).expect("kept");
    drop(log);
    let mut room = Room::start(&["resume", text(&path)]);
    let signs = "hi ␛[2J␛]0;owned␇␊chair: no";
    for (who, line) in [("defender", "news"), ("chair", "proposals"), ("challenger", "news")] {
        let told = room.ok(who, line);
        // A line is broken between words.
        let told = told["text"].as_str().expect("text").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(signs), "{who}: {told}");
    }
    assert_eq!(room.ask("defender", &format!("message challenger {nasty}"))["ok"], false);
    room.end();
    assert!(done(&["verify", text(&path)]).starts_with("It holds"));
}

#[test]
fn pages_do_not_overwrite_games() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("game.march");
    let path = scenario("deterrence.ron");
    let begun = run(&["play", text(&path), "--people", "1", "--file", text(&file)]);
    assert!(begun.status.success(), "{}", String::from_utf8_lossy(&begun.stderr));
    let before = fs::read(&file).expect("the game");
    refused(1, &["is a game", "not overwritten"], &["review", text(&file), "--html", text(&file)]);
    assert_eq!(fs::read(&file).expect("the game"), before);
    let page = folder.path().join("page.html");
    done(&["review", text(&file), "--html", text(&page)]);
    assert_eq!(done(&["review", text(&file), "--format", "html"]), fs::read_to_string(&page).expect("a page"));
}

#[test]
fn each_command_lists_its_formats_and_refuses_others() {
    let path = scenario("deterrence.ron");
    let path = text(&path);
    assert_eq!(done(&["run", path, "--format", "json"]), done(&["run", path, "--json"]));
    assert_eq!(done(&["run", path, "--format", "text"]), done(&["run", path]));
    assert!(done(&["run", path, "--format", "markdown"]).starts_with("# Deterrence"));
    assert!(done(&["run", path, "--format", "html"]).starts_with("<!DOCTYPE html>"));
    refused(2, &["possible values: text, markdown, html, json"], &["run", path, "--format", "csv"]);
    refused(2, &["possible values: text, json"], &["solve", "x.nfg", "--concept", "pure", "--format", "html"]);
    refused(2, &["cannot be used with"], &["run", path, "--json", "--format", "text"]);
    refused(2, &["--no-trace belongs to --format json"], &["run", path, "--no-trace"]);
    let help = done(&["--help"]);
    for group in ["Play:", "Run many games:", "Read results:", "Look back on a game:", "Write a scenario:"] {
        assert!(help.contains(group), "{help}");
    }
}

/// Words of the command line itself are shown where they are refused: a name that was pasted may be somebody else's.
#[test]
fn words_of_a_command_are_shown_and_never_obeyed() {
    let odd = "x\u{1b}[2J\u{202e}\r";
    for arguments in
        [vec![odd], vec!["run", "a.ron", "--seed", odd], vec!["run", "a.ron", &format!("--{odd}")], vec!["check", odd]]
    {
        let output = run(&arguments);
        assert!(matches!(output.status.code(), Some(1 | 2)), "{arguments:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!said.contains(['\u{1b}', '\u{202e}', '\r']), "{arguments:?}: {said:?}");
    }
}
