//! Files bent at random: through the program, and in process where a million go through in minutes.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use marchland_experiments::table::read_part;
use marchland_session::{Ending, Log};

use crate::flips;
use crate::mutant::{bent, mutant};
use crate::program::{LONGEST, Random, call, folder, scenario};
use crate::tally::Tally;

#[path = "../../crates/marchland-equilibria/fuzz/entries.rs"]
mod equilibria_entries;
#[path = "../../crates/marchland-sim/fuzz/entries.rs"]
mod sim_entries;

const TOURNAMENT: &str = r#"(
    players: {"challenger": ["wait", "probe"], "defender": ["yield", "answer"]},
    mode: All, replications: 8, most_replications: 16, epsilon: 0.5, resamples: 20, games_per_part: 16, seed: 11,
)"#;
const SWEEP: &str = r#"(
    title: "Bent", seed: 3, replications: 4, turns: 3, design: MonteCarlo(rows: 3), factors: {"noise": Uniform(0, 1)},
    levers: [(name: "resist", strategies: {"defender": "always-resist"}), (name: "yield", strategies: {"defender": "yield"})],
)"#;
const STRATEGIES: &str = r#"(strategies: [(name: "mine", intent: "errs", play: Quantal(lambda: 3))])"#;

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_default()
}

/// Games in normal form of the repository.
fn games() -> Vec<String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/games");
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "nfg"));
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

pub fn files(tries: u64, random: &mut Random, tally: &mut Tally) {
    let folder = folder();
    let results = flips::results(folder.path());
    let manifest = read(&results.join("manifest.json"));
    let from = scenario("deterrence.ron");
    let scenarios = [read(&from), read(&scenario("chicken.ron"))];
    let games = games();
    let [tournament, sweep, strategies] = [TOURNAMENT, SWEEP, STRATEGIES].map(str::to_owned);
    let file = folder.path().join("bent.ron");
    let (named, from, out) = (file.to_string_lossy(), from.to_string_lossy(), folder.path().join("out"));
    let out_named = out.to_string_lossy();
    let results_named = results.to_string_lossy();
    for number in 0..tries {
        let (text, words): (&String, Vec<&str>) = match number % 8 {
            0 | 1 => (random.of(&scenarios), vec!["check", &named]),
            2 => (random.of(&scenarios), vec!["run", &named, "--turns", "3"]),
            3 => (random.of(&games), {
                let concept = *random.of(&["nash", "pure", "qre", "correlated", "alpharank", "dominance", "security"]);
                vec!["solve", &named, "--time-limit", "2", "--concept", concept]
            }),
            4 => (&tournament, vec!["tournament", &from, &named, "--quiet", "--out", &out_named]),
            5 => (&sweep, vec!["sweep", &from, &named, "--quiet", "--out", &out_named]),
            6 => (&strategies, vec!["run", &from, "--strategies", &named, "--turns", "2"]),
            _ => (&manifest, vec!["summarise", &results_named]),
        };
        // First as they are, which has to be accepted: a plan that is refused whole tests nothing.
        let unbent = number < 8;
        let text = if unbent { text.clone() } else { mutant(text, random.word()) };
        let target = if number % 8 == 7 { results.join("manifest.json") } else { file.clone() };
        std::fs::write(&target, &text).expect("written");
        let ended = call(&words);
        let found = if unbent { ended.with(0) } else { ended.sound() };
        if found.is_err() {
            let kept = std::env::temp_dir().join(format!("attack-bent-{number}"));
            let _ = std::fs::write(&kept, &text);
            tally.tried(found.map_err(|why| format!("{words:?} on {}: {why}", kept.display())));
        } else {
            tally.tried(found);
        }
        let _ = std::fs::remove_dir_all(&out);
    }
}

/// Numbers of a manifest without its seal, as an older version or a stranger may have written it, one after the other at
/// the ends of what a number holds.
pub fn numbers(tries: u64, random: &mut Random, tally: &mut Tally) {
    const ENDS: [&str; 7] = ["0", "1", "4611686018427387904", "18446744073709551615", "4294967295", "-1", "1e308"];
    let folder = folder();
    let results = flips::results(folder.path());
    let path = results.join("manifest.json");
    let mut manifest: serde_json::Value = serde_json::from_str(&read(&path)).expect("JSON");
    if let Some(map) = manifest.as_object_mut() {
        map.retain(|key, _| key != "seal" && key != "sealed");
    }
    let text = serde_json::to_string_pretty(&manifest).expect("JSON");
    // A number stands on a line of its own, or after a key.
    let lines: Vec<&str> = text.lines().collect();
    let value = |line: &str| line.rsplit(": ").next().unwrap_or(line).trim().trim_end_matches(',').to_owned();
    let places: Vec<usize> = (0..lines.len()).filter(|at| value(lines[*at]).parse::<f64>().is_ok()).collect();
    let (out, merged, pictures) =
        (results.to_string_lossy(), folder.path().join("merged"), folder.path().join("pictures"));
    let (merged_named, pictures_named) = (merged.to_string_lossy(), pictures.to_string_lossy());
    let calls: [&[&str]; 6] = [
        &["summarise", &out],
        &["plot", &out, "--out", &pictures_named],
        &["sensitivity", &out],
        &["explain", &out, "5"],
        &["robustness", &out],
        &["merge", &out, &out, "--out", &merged_named],
    ];
    let all = places.len() as u64 * ENDS.len() as u64 * calls.len() as u64;
    for number in 0..tries {
        let at = if tries >= all { number % all } else { random.below(all) };
        let (place, rest) = (places[(at % places.len() as u64) as usize], at / places.len() as u64);
        let (end, call_of) = (ENDS[(rest % ENDS.len() as u64) as usize], calls[(rest / ENDS.len() as u64) as usize]);
        let mut bent: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        bent[place] = lines[place].replace(&value(lines[place]), end);
        std::fs::write(&path, bent.join("\n")).expect("written");
        tally.tried(call(call_of).sound().map_err(|why| format!("{} for {call_of:?}: {why}", bent[place].trim())));
        let _ = std::fs::remove_dir_all(&merged);
    }
}

pub fn in_process(tries: u64, random: &mut Random, tally: &mut Tally) {
    let folder = folder();
    let closed = flips::closed_game(folder.path());
    let (game, original) = (std::fs::read(&closed).expect("a game"), Log::read(&closed).expect("a game"));
    let results = flips::results(folder.path());
    let part = std::fs::read(results.join("games/part-00000.parquet")).expect("a part");
    let scenarios = [read(&scenario("deterrence.ron")), read(&scenario("chicken.ron"))];
    let expressions: Vec<&str> =
        marchland_sim::scenario::keys::FUNCTIONS.iter().map(|function| function.example).collect();
    let games = games();
    let tensors: Vec<Vec<u8>> = games
        .iter()
        .filter_map(|text| marchland_equilibria::nfg::read(text).ok())
        .map(|game| marchland_equilibria::tensor::write(&game))
        .collect();
    let (log, table) = (folder.path().join("bent.march"), folder.path().join("bent.parquet"));
    // Panics are caught and told as failures.
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let mut slowest = Duration::ZERO;
    for number in 0..tries {
        let key = random.word();
        let begun = Instant::now();
        let (what, input, result) = match number % 16 {
            0..3 => {
                let text = mutant(&scenarios[random.at(scenarios.len())], key);
                ("the loader", text.clone().into_bytes(), std::panic::catch_unwind(|| sim_entries::loader(&text)))
            }
            3..8 => {
                let text = mutant(expressions[random.at(expressions.len())], key);
                ("expressions", text.clone().into_bytes(), std::panic::catch_unwind(|| sim_entries::expression(&text)))
            }
            8..12 => {
                let text = mutant(&games[random.at(games.len())], key);
                ("games", text.clone().into_bytes(), std::panic::catch_unwind(|| equilibria_entries::read_nfg(&text)))
            }
            12..14 => {
                let bytes = bent(&tensors[random.at(tensors.len())], key);
                ("tensors", bytes.clone(), std::panic::catch_unwind(|| equilibria_entries::read_tensor(&bytes)))
            }
            14 => {
                let bytes = bent(&game, key);
                std::fs::write(&log, &bytes).expect("written");
                let same = bytes == game;
                let read = || {
                    let Ok(found) = Log::read(&log) else { return };
                    // A cut takes the last entries away, and leaves a game that says that its end is missing.
                    assert!(original.rows().starts_with(found.rows()), "a bent log holds other entries");
                    let closed = found.broken().is_none() && *found.ending() == Ending::Closed;
                    assert!(same || !closed, "a bent log is taken for whole");
                };
                ("logs", bytes.clone(), std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)))
            }
            _ => {
                let bytes = bent(&part, key);
                std::fs::write(&table, &bytes).expect("written");
                ("parts", bytes, std::panic::catch_unwind(|| drop(read_part(&table, None))))
            }
        };
        let took = begun.elapsed();
        slowest = slowest.max(took);
        let found = match result {
            Ok(()) if took < LONGEST => Ok(()),
            Ok(()) => Err(format!("{what}: {took:?}")),
            Err(panic) => {
                let said = panic.downcast_ref::<String>().cloned();
                let said = said.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
                Err(format!("{what}: {}", said.unwrap_or_default()))
            }
        };
        tally.tried(found.map_err(|why| {
            let kept = std::env::temp_dir().join(format!("attack-{number}"));
            let _ = std::fs::write(&kept, &input);
            format!("{why}; the input is {}", kept.display())
        }));
    }
    std::panic::set_hook(hook);
    tally.notes.push(format!("the slowest took {slowest:?}"));
}
