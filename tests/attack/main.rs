//! The attack: what people, disks, power cuts and strangers' files do to the program, done to it on purpose.
//!
//! `cargo test` runs a small part of it, from a fixed seed, in some seconds. By hand it runs at the sizes of its table:
//!
//! ```text
//! cargo test -p marchland --test attack -- --whole
//! cargo test -p marchland --test attack -- --times 3 --seed 7 flips races
//! ```
//!
//! Words that are not flags choose kinds whose names hold them. Each kind prints a line of the table; each failure names
//! what was done, and the attack ends with 1. `MARCHLAND_PROGRAM` names another build of the program to attack. README.md
//! beside this file holds what was measured.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints a table")]

mod copies;
mod flips;
mod full;
mod fuzz;
mod hostile;
mod kills;
mod lines;
mod mutant;
mod program;
mod races;
mod read_only;
mod tally;

use std::time::Instant;

use program::Random;
use tally::Tally;

/// A kind of attack: its name, how many tries the small part and the whole make, and what does them.
struct Kind {
    name: &'static str,
    what: &'static str,
    small: u64,
    whole: u64,
    run: fn(u64, &mut Random, &mut Tally),
}

const KINDS: &[Kind] = &[
    Kind {
        name: "kills of play",
        what: "every acknowledged input is in the file, and the file verifies",
        small: 6,
        whole: 500,
        run: kills::play,
    },
    Kind {
        name: "kills of serve",
        what: "every acknowledged input of eight clients is in the file, once",
        small: 3,
        whole: 300,
        run: kills::serve,
    },
    Kind {
        name: "kills of batch",
        what: "finished parts stay; resumed, the bytes are those of an undisturbed run",
        small: 2,
        whole: 120,
        run: kills::batch,
    },
    Kind {
        name: "kills of sweep",
        what: "the same, with two tables and levers",
        small: 1,
        whole: 120,
        run: kills::sweep,
    },
    Kind {
        name: "kills of tournament",
        what: "the same, and the report is equal",
        small: 1,
        whole: 120,
        run: kills::tournament,
    },
    Kind {
        name: "copies while playing",
        what: "a copy at any moment is a whole game up to its last answer",
        small: 20,
        whole: 1_000,
        run: copies::copies,
    },
    Kind {
        name: "flips of a game",
        what: "found, by reader and by verify; unflipped it is accepted",
        small: 60,
        whole: 1_200,
        run: flips::game,
    },
    Kind { name: "flips of parts", what: "found, or nothing shown changes", small: 6, whole: 500, run: flips::parts },
    Kind {
        name: "flips of manifests",
        what: "found, or nothing shown changes",
        small: 4,
        whole: 500,
        run: flips::manifest,
    },
    Kind {
        name: "numbers of manifests",
        what: "at the ends of their range, unsealed: refused, or told without a panic",
        small: 6,
        whole: 1_500,
        run: fuzz::numbers,
    },
    Kind {
        name: "races of creation",
        what: "one wins, its file is whole and its own, the others are refused",
        small: 6,
        whole: 500,
        run: races::races,
    },
    Kind {
        name: "full disks",
        what: "said; what was acknowledged or finished stays whole, nothing half is left",
        small: 6,
        whole: 300,
        run: full::full,
    },
    Kind {
        name: "read-only folders",
        what: "every reader reads and leaves nothing; every writer is refused in words",
        small: 8,
        whole: 60,
        run: read_only::read_only,
    },
    Kind {
        name: "hostile files",
        what: "refused in words within 10 s and 1 GB",
        small: 12,
        whole: 2_000,
        run: hostile::hostile,
    },
    Kind {
        name: "lines of programs",
        what: "JSON Lines, bent: each is answered once, and the game verifies",
        small: 150,
        whole: 24_000,
        run: lines::json,
    },
    Kind {
        name: "lines of people",
        what: "typed lines, bent: the program goes on, and the game verifies",
        small: 100,
        whole: 4_000,
        run: lines::typed,
    },
    Kind {
        name: "bent files",
        what: "scenarios, games in normal form, plans and manifests, bent, through the program",
        small: 18,
        whole: 2_500,
        run: fuzz::files,
    },
    Kind {
        name: "in process",
        what: "loader, expressions, games in normal form, tensors, logs and parts, bent",
        small: 400,
        whole: 1_000_000,
        run: fuzz::in_process,
    },
];

struct Arguments {
    whole: bool,
    times: f64,
    seed: u64,
    words: Vec<String>,
}

fn asked() -> Option<Arguments> {
    let mut asked = Arguments { whole: false, times: 1.0, seed: 20_101_129, words: Vec::new() };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--whole" => asked.whole = true,
            "--times" => asked.times = words.next()?.parse().ok()?,
            "--seed" => asked.seed = words.next()?.parse().ok()?,
            // The test harness is asked what tests there are; this one is all there is.
            "--list" => return None,
            flag if flag.starts_with('-') => {}
            _ => asked.words.push(word),
        }
    }
    Some(asked)
}

fn main() -> std::process::ExitCode {
    let Some(asked) = asked() else { return std::process::ExitCode::SUCCESS };
    let mut failed = 0;
    let begun = Instant::now();
    println!("| kind | tries | must hold | failures | seconds |\n|---|---:|---|---:|---:|");
    for (at, kind) in KINDS.iter().enumerate() {
        if !asked.words.is_empty() && !asked.words.iter().any(|word| kind.name.contains(word.as_str())) {
            continue;
        }
        let size = if asked.whole { kind.whole } else { kind.small };
        let tries = ((size as f64 * asked.times) as u64).max(1);
        let mut tally = Tally::default();
        let since = Instant::now();
        (kind.run)(tries, &mut Random::new(asked.seed, at as u64), &mut tally);
        println!("{}", tally.row(kind.name, kind.what, since.elapsed()));
        for failure in &tally.failures {
            eprintln!("FAILED, {}: {failure}", kind.name);
        }
        for note in &tally.notes {
            eprintln!("{}: {note}", kind.name);
        }
        failed += tally.failures.len();
    }
    println!("\n{failed} failures in {:.0} s", begun.elapsed().as_secs_f64());
    if failed == 0 { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}
