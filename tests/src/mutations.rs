//! Mutated input: the fuzz targets' own entries, fed with the project's files after random edits. Runs
//! on the ordinary toolchain; `MARCHLAND_MUTATIONS=100000 cargo test -p marchland-tests mutations` runs
//! long.

use marchland_game::stream::{mix, mix2};

use self::bending::mutant;
use crate::scenarios::folder;

#[path = "../attack/mutant.rs"]
mod bending;
#[path = "../../crates/marchland-equilibria/fuzz/entries.rs"]
mod equilibria_entries;
#[path = "../../crates/marchland-sim/fuzz/entries.rs"]
mod sim_entries;

/// Mutants of each seed text.
fn rounds() -> u64 {
    std::env::var("MARCHLAND_MUTATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(40)
}

fn feed(what: &str, texts: &[String], rounds: u64, entry: fn(&str)) {
    for (seed, text) in texts.iter().enumerate() {
        for round in 0..rounds {
            let text = mutant(text, mix2(seed as u64, round));
            let result = std::panic::catch_unwind(|| entry(&text));
            assert!(result.is_ok(), "{what}, seed {seed}, round {round} fails on\n{text}");
        }
    }
}

fn read(path: &std::path::Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn the_loader_takes_any_text() {
    let mut texts = vec![read(&folder().join("chicken.ron")), read(&folder().join("deterrence.ron"))];
    texts.push(crate::diagnostics::VALLEY.to_owned());
    feed("the loader", &texts, 10 * rounds(), sim_entries::loader);
    for text in ["", "(", "[[[[", "(title: \"", "\u{feff}()", "()"] {
        sim_entries::loader(text);
    }
}

#[test]
fn the_parser_of_expressions_takes_any_text() {
    let texts: Vec<String> =
        marchland_sim::scenario::keys::FUNCTIONS.iter().map(|function| function.example.to_owned()).collect();
    feed("the parser of expressions", &texts, 20 * rounds(), sim_entries::expression);
    for text in ["(".repeat(100_000), "-".repeat(100_000), "not ".repeat(50_000), "1+".repeat(100_000)] {
        sim_entries::expression(&text);
    }
}

#[test]
fn the_reader_of_games_takes_any_text() {
    let games = concat!(env!("CARGO_MANIFEST_DIR"), "/games");
    let mut paths: Vec<_> =
        std::fs::read_dir(games).expect("games").map(|entry| entry.expect("an entry").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "nfg"));
    paths.sort();
    let texts: Vec<String> = paths.iter().map(|path| read(path)).collect();
    feed("the reader of games", &texts, 5 * rounds(), equilibria_entries::read_nfg);
    feed("the reader of tensors", &texts, rounds(), |text| equilibria_entries::read_tensor(text.as_bytes()));
    // Tensors are bytes: cut and bent ones of a game of the project.
    for (seed, text) in texts.iter().enumerate() {
        let Ok(game) = marchland_equilibria::nfg::read(text) else { continue };
        let bytes = marchland_equilibria::tensor::write(&game);
        for round in 0..rounds() {
            let mut bent = bytes.clone();
            let key = mix2(seed as u64, round);
            let at = (key % bent.len() as u64) as usize;
            if round % 2 == 0 {
                bent.truncate(at)
            } else {
                bent[at] ^= 1 << (mix(key) % 8)
            }
            equilibria_entries::read_tensor(&bent);
        }
    }
}
