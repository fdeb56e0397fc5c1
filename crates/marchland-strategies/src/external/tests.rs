//! Programs that play, and programs that fail in every way.

use std::process::Command;
use std::time::{Duration, Instant};

use marchland_game::{Forfeit, Strategy, Value};

use super::process::Process;
use crate::duel::{Duel, move_of, spec};
use crate::{ExternalPermission, Registry};

fn duel() -> Duel {
    Duel::chicken()
}

fn external(duel: &Duel, command: &str, timeout: Duration) -> Result<Box<dyn Strategy>, Vec<&'static str>> {
    speaking(duel, command, timeout, 2)
}

fn speaking(
    duel: &Duel,
    command: &str,
    timeout: Duration,
    version: u64,
) -> Result<Box<dyn Strategy>, Vec<&'static str>> {
    let fallback = spec("Idle", vec![]);
    let arguments = vec![Value::Text(command.into()), Value::Strategy(Box::new(fallback)), Value::Integer(version)];
    Registry::standard()
        .allowing_external(ExternalPermission { timeout })
        .build(&spec("External", arguments), &duel.catalogue)
        .map_err(|wrong| wrong.into_iter().map(|found| found.code).collect())
}

const PATIENT: Duration = Duration::from_secs(30);

/// Whether there is a Python to run the programs of these tests: the project needs none, and where there
/// is none the Rust program alone is tested.
fn python() -> bool {
    Command::new("python3").arg("--version").output().is_ok_and(|output| output.status.success())
}

fn python_bot() -> String {
    format!("python3 '{}/examples/bot.py'", env!("CARGO_MANIFEST_DIR"))
}

fn misbehave(how: &str) -> String {
    format!("python3 '{}/tests/bots/misbehave.py' {how}", env!("CARGO_MANIFEST_DIR"))
}

/// Moves and forfeits of the first four decisions.
fn four(how: &str, timeout: Duration) -> Vec<(usize, Option<Forfeit>)> {
    let duel = duel();
    let strategy = external(&duel, &misbehave(how), timeout).expect("a program");
    let mut memory = strategy.memory();
    let (mut history, mut found) = (Vec::new(), Vec::new());
    for _ in 0..4 {
        let choice = duel.decide(&*strategy, &mut memory, 0, &history, 1, false);
        history.push([move_of(&choice.orders), 0]);
        found.push((move_of(&choice.orders), choice.forfeit));
    }
    found
}

#[test]
fn nothing_is_started_without_permission() {
    let fallback = Value::Strategy(Box::new(spec("Idle", vec![])));
    let arguments = vec![Value::Text(python_bot()), fallback, Value::Integer(2)];
    let wrong = crate::build(&spec("External", arguments), &duel().catalogue).err().expect("refused");
    assert_eq!(wrong[0].code, "external-not-allowed");
}

#[test]
fn a_command_that_cannot_start_is_an_error() {
    for command in ["", "'open", "no-such-program-anywhere --flag"] {
        assert_eq!(external(&duel(), command, PATIENT).err(), Some(vec!["external-command"]), "{command}");
    }
}

#[test]
fn every_failure_is_a_forfeit_of_its_own_kind() {
    if !python() {
        return;
    }
    let lost = |forfeit| (0, Some(forfeit));
    let once = |forfeit| vec![(1, None), lost(forfeit), lost(forfeit), lost(forfeit)];
    // The memory stays as it was, so that the program fails again at each further decision.
    for (how, forfeit) in [
        ("crash", Forfeit::Crash),
        ("half", Forfeit::Crash),
        ("malformed", Forfeit::Malformed),
        ("binary", Forfeit::Malformed),
        ("stale", Forfeit::Malformed),
        ("flood", Forfeit::Malformed),
        ("long", Forfeit::Oversized),
        ("heavy", Forfeit::Oversized),
        ("illegal", Forfeit::Illegal),
        ("unknown", Forfeit::Illegal),
    ] {
        assert_eq!(four(how, PATIENT), once(forfeit), "{how}");
    }
    assert_eq!(four("gone", PATIENT), vec![lost(Forfeit::Crash); 4]);
    assert_eq!(four("banner", PATIENT), vec![lost(Forfeit::Malformed); 4]);
}

#[test]
fn a_program_that_hangs_costs_one_timeout_a_game() {
    if !python() {
        return;
    }
    let started = Instant::now();
    let found = four("hang", Duration::from_secs(2));
    assert_eq!(found[0], (1, None));
    assert_eq!(found[1..], [(0, Some(Forfeit::Timeout)); 3]);
    // One wait and one grace, not three.
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn the_python_bot_keeps_its_count_over_interleaved_games_and_snapshots() {
    if !python() {
        return;
    }
    let duel = duel();
    let strategy = external(&duel, &python_bot(), PATIENT).expect("a program");
    let idle = duel.build("Idle", vec![]);
    let alone: Vec<Vec<[usize; 2]>> = (0..2).map(|seed| duel.play([&*strategy, &*idle], 6, seed)).collect();
    // Every second decision orders, and this game has one legal order.
    assert_eq!(alone[0].iter().map(|moves| moves[0]).collect::<Vec<_>>(), [1, 0, 1, 0, 1, 0]);
    // Turn by turn, two games at once.
    let mut memories = [strategy.memory(), strategy.memory()];
    let mut histories = [Vec::new(), Vec::new()];
    for _ in 0..6 {
        for seed in [1, 0] {
            let choice = duel.decide(&*strategy, &mut memories[seed], 0, &histories[seed], seed as u64, false);
            assert_eq!(choice.forfeit, None);
            histories[seed].push([move_of(&choice.orders), 0]);
        }
    }
    assert_eq!(histories.to_vec(), alone);
    // A memory taken in the middle goes on as the game did.
    let mut memory = strategy.memory();
    for turn in 0..3 {
        duel.decide(&*strategy, &mut memory, 0, &alone[0][..turn], 0, false);
    }
    let text = serde_json::to_string(&memory).expect("a memory");
    let mut restored: marchland_game::Memory = serde_json::from_str(&text).expect("a memory");
    for _ in 0..2 {
        let (a, b) = (&mut memory.clone(), &mut restored.clone());
        let first = duel.decide(&*strategy, a, 0, &alone[0][..3], 0, true);
        assert_eq!(first, duel.decide(&*strategy, b, 0, &alone[0][..3], 0, true));
        assert_eq!(first.notes[0].why, "decision 4");
        assert_eq!(a, b);
    }
    restored.assign(&memory);
    assert_eq!(restored, memory);
}

#[test]
fn threads_do_not_change_what_a_program_plays() {
    if !python() {
        return;
    }
    let duel = duel();
    let strategy = external(&duel, &python_bot(), PATIENT).expect("a program");
    let idle = duel.build("Idle", vec![]);
    let sequential: Vec<Vec<[usize; 2]>> = (0..8).map(|seed| duel.play([&*strategy, &*idle], 4, seed)).collect();
    let parallel: Vec<Vec<[usize; 2]>> = std::thread::scope(|scope| {
        let games: Vec<_> = (0..8)
            .map(|seed| {
                let (duel, strategy, idle) = (&duel, &*strategy, &*idle);
                scope.spawn(move || duel.play([strategy, idle], 4, seed))
            })
            .collect();
        games.into_iter().map(|game| game.join().expect("no panic")).collect()
    });
    assert_eq!(sequential, parallel);
}

#[test]
fn the_rust_bot_plays_as_the_python_bot_counts() {
    let folder = std::env::temp_dir().join(format!("marchland-bot-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let program = folder.join("bot");
    // Compiled here, so that the test does not hang on which targets were built before it.
    let built = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--edition", "2024", "-o"])
        .arg(&program)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/bot.rs"))
        .status()
        .expect("a compiler");
    assert!(built.success());
    let duel = duel();
    let strategy = external(&duel, &format!("'{}'", program.display()), PATIENT).expect("a program");
    let idle = duel.build("Idle", vec![]);
    let moves: Vec<usize> = duel.play([&*strategy, &*idle], 6, 9).into_iter().map(|moves| moves[0]).collect();
    assert_eq!(moves, [1, 0, 1, 0, 1, 0]);
    drop(strategy);
    std::fs::remove_dir_all(&folder).expect("removed");
}

/// A program that ignores `bye` is killed, and none is left as a zombie.
#[cfg(target_os = "linux")]
#[test]
fn no_program_outlives_its_strategy() {
    if !python() {
        return;
    }
    for how in ["stubborn", "polite", "gone"] {
        let words = shlex::split(&misbehave(how)).expect("words");
        let process = Process::start(&words, 2).expect("a program");
        let entry = std::path::PathBuf::from(format!("/proc/{}", process.id()));
        assert!(entry.exists());
        drop(process);
        assert!(!entry.exists(), "{how} is still there");
    }
}

/// What a program has started ends with it, whether it says goodbye or is killed.
#[cfg(target_os = "linux")]
#[test]
fn no_grandchild_outlives_its_strategy() {
    let folder = std::env::temp_dir().join(format!("marchland-grandchild-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    for (how, rest) in [("polite", "cat > /dev/null"), ("stubborn", "cat > /dev/null; sleep 300")] {
        let told = folder.join(how);
        // The grandchild keeps none of the program's pipes open.
        let script = format!("sleep 300 > /dev/null < /dev/null & echo $! > {}; {rest}", told.display());
        let process = Process::start(&["sh".into(), "-c".into(), script], 2).expect("a program");
        let until = Instant::now() + PATIENT;
        let id = loop {
            let text = std::fs::read_to_string(&told).unwrap_or_default();
            if text.ends_with('\n') {
                break text.trim().to_owned();
            }
            assert!(Instant::now() < until, "{how} starts nothing");
            std::thread::sleep(Duration::from_millis(5));
        };
        let stat = || std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        // Its number is known before it has become what it will be.
        while !stat().contains("sleep") {
            assert!(Instant::now() < until, "{how} did not start it");
            std::thread::sleep(Duration::from_millis(5));
        }
        drop(process);
        // Killed, it may still wait to be collected by whoever inherited it.
        while stat().contains("sleep") && !stat().contains(") Z") {
            assert!(Instant::now() < until, "{how}: the grandchild is still there");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    std::fs::remove_dir_all(&folder).expect("removed");
}

#[test]
fn the_messages_carry_what_the_protocol_page_says() {
    if !python() {
        return;
    }
    // A program that writes what it is told into its memory, so that the test can read it.
    let duel = duel();
    let script = "import sys,json\nlines=[]\nfor line in sys.stdin:\n m=json.loads(line)\n lines.append(m)\n \
                  if m['type']=='decide': print(json.dumps({'id':m['id'],'memory':lines}),flush=True)\n \
                  if m['type']=='bye': break";
    let script = script.replace("\n  ", "\n ");
    let command = format!("python3 -c \"{script}\"");
    let told = |version: u64| -> serde_json::Value {
        let strategy = speaking(&duel, &command, PATIENT, version).expect("a program");
        let mut memory = strategy.memory();
        let choice = duel.decide(&*strategy, &mut memory, 0, &[], 4, false);
        assert_eq!(choice.forfeit, None);
        serde_json::from_str(&memory.text).expect("JSON")
    };
    // A program of the first version is told what it was ever told, and nothing of deals.
    let first = told(1);
    assert_eq!(first[0]["protocol"], 1);
    assert!(first[1].get("deals").is_none() && first[2].get("deals").is_none());
    let told = told(2);
    assert_eq!(told[0]["type"], "hello");
    assert_eq!(told[0]["protocol"], 2);
    assert_eq!((&told[1]["deals"], &told[2]["deals"]), (&serde_json::json!([]), &serde_json::json!([])));
    assert_eq!(told[1]["type"], "game");
    assert_eq!(told[1]["seat"], "north");
    assert_eq!(told[1]["actions"][0]["options"], serde_json::json!(["1"]));
    assert_eq!(told[1]["payoff"]["worst"], -10.0);
    let decide = &told[2];
    assert_eq!(decide["type"], "decide");
    assert_eq!((decide["turn"].as_u64(), decide["stage"].as_str()), (Some(1), Some("orders")));
    assert_eq!(decide["legal"][0]["action"], "move");
    assert_eq!(decide["observation"]["south.move"]["value"], 0.0);
    assert!(decide["seed"].as_u64().is_some_and(|seed| seed < 1 << 53));
    assert!(decide["memory"].is_null());
}
