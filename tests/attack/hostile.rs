//! Files that are something else than they are called, or made to hurt.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::flips;
use crate::program::{Random, call, folder, scenario};
use crate::tally::Tally;

/// What readers are given instead of what they ask for.
fn contents(game: &[u8], part: &[u8], manifest: &str) -> Vec<(&'static str, Vec<u8>)> {
    let repeated = |text: &str, times: usize| text.repeat(times).into_bytes();
    let mut list = vec![
        ("empty", Vec::new()),
        ("a NUL", vec![0]),
        ("a mark alone", b"\xef\xbb\xbf".to_vec()),
        ("no text", vec![0xff; 4096]),
        ("zeros", vec![0; 1 << 20]),
        ("one long line", vec![b'x'; 64 << 20]),
        ("brackets", repeated("(", 200_000)),
        ("closed brackets", [repeated("(", 100_000), repeated(")", 100_000)].concat()),
        ("lists", repeated("[", 200_000)),
        ("objects", repeated("{\"a\":", 100_000)),
        ("comments", repeated("/*", 100_000)),
        ("strings", repeated("\"", 99_999)),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("a database", [b"SQLite format 3\0".to_vec(), vec![0; 4080]].concat()),
        ("a database of ours", {
            let mut page = [b"SQLite format 3\0".to_vec(), vec![0xff; 4080]].concat();
            page[68..72].copy_from_slice(b"mrch");
            page
        }),
        ("a first line", game.iter().copied().take_while(|byte| *byte != b'\n').chain([b'\n']).collect()),
        ("a first line and more", [&game[..game.len().min(64)], &[0xff; 100]].concat()),
        ("half a game", game[..game.len() / 2].to_vec()),
        ("two games", [game, game].concat()),
        ("a table", part.to_vec()),
        ("half a table", part[..part.len() / 2].to_vec()),
        ("a table's mark", b"PAR1PAR1".to_vec()),
        ("a table's end", [b"PAR1".to_vec(), 0x7fff_ffffu32.to_le_bytes().to_vec(), b"PAR1".to_vec()].concat()),
        ("a manifest", manifest.as_bytes().to_vec()),
        ("escapes", b"(title: \"\x1b[2J\x1b]8;;http://x\x07\xe2\x80\xae\r\n\", players: [])".to_vec()),
        ("a game of nobody", b"NFG 1 R \"\" {} {}".to_vec()),
        ("a game of too many", b"NFG 1 R \"\" {\"a\" \"b\"} {4000000000 4000000000}".to_vec()),
        (
            "a game of many players",
            format!("NFG 1 R \"\" {{{}}} {{{}}}", "\"a\" ".repeat(60), "2 ".repeat(60)).into_bytes(),
        ),
        (
            "huge numbers",
            b"NFG 1 R \"\" {\"a\" \"b\"} {2 2} 1e308 -1e308 1e309 nan 1/0 99999999999999999999/3 0 0".to_vec(),
        ),
        (
            "a tensor",
            b"\x93NUMPY\x01\x00\xff\xff{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999, 2)}".to_vec(),
        ),
        (
            "a strategy",
            b"(strategies: [(name: \"a\", family: \"External\", arguments: {\"command\": \"true\"})])".to_vec(),
        ),
        ("a base outside", b"(base: \"../../../../etc\", title: \"x\")".to_vec()),
    ];
    // Numbers of a manifest, as far as they go.
    for (name, number) in [("0", "0"), ("huge", "4611686018427387904"), ("negative", "-1"), ("infinite", "1e999")] {
        let bent: String = manifest
            .lines()
            .map(|line| {
                let begins = line.trim_start();
                let number_there = begins.starts_with('"')
                    && line.split(": ").nth(1).is_some_and(|value| value.starts_with(|c: char| c.is_ascii_digit()));
                match line.split_once(": ").filter(|_| number_there) {
                    Some((key, value)) => format!("{key}: {number}{}\n", if value.ends_with(',') { "," } else { "" }),
                    None => format!("{line}\n"),
                }
            })
            .collect();
        list.push((
            match name {
                "0" => "a manifest of 0",
                "huge" => "a huge manifest",
                "negative" => "a manifest below 0",
                _ => "an endless manifest",
            },
            bent.into_bytes(),
        ));
    }
    list
}

/// Paths that are no plain files.
fn odd_paths(folder: &Path) -> Vec<(&'static str, PathBuf)> {
    let fifo = folder.join("fifo");
    let _ = Command::new("mkfifo").arg(&fifo).status();
    let (round, dangling) = (folder.join("round"), folder.join("dangling"));
    let _ = std::os::unix::fs::symlink(&round, &round);
    let _ = std::os::unix::fs::symlink(folder.join("nothing"), &dangling);
    vec![
        ("a folder", folder.to_owned()),
        ("a pipe", fifo),
        ("a link to itself", round),
        ("a link to nothing", dangling),
        ("an endless device", "/dev/zero".into()),
        ("an empty device", "/dev/null".into()),
        ("nothing", folder.join("nothing at all")),
        ("a name with @", folder.join("a@3")),
        ("a name of another store", "file:memory?mode=memory".into()),
        ("a long name", folder.join("x".repeat(300))),
        ("an empty name", PathBuf::new()),
    ]
}

/// Commands that read a file, with `FILE` in its place, and those that read a folder of results, with `RESULTS`.
const READERS: &[&[&str]] = &[
    &["check", "FILE"],
    &["run", "FILE", "--turns", "2"],
    &["describe", "FILE"],
    &["run", "SCENARIO", "--strategies", "FILE", "--turns", "2"],
    &["run", "SCENARIO", "--strategy", "challenger=log:FILE", "--turns", "2"],
    &["verify", "FILE"],
    &["branches", "FILE"],
    &["story", "FILE"],
    &["review", "FILE", "--futures", "8"],
    &["divergence", "FILE@4294967295", "FILE"],
    &["branch", "FILE@3"],
    &["resume", "FILE"],
    &["convert", "FILE", "FOLDER/converted.march"],
    &["print", "FILE", "--out", "FOLDER/paper"],
    &["solve", "FILE", "--concept", "nash", "--time-limit", "2"],
    &["sweep", "SCENARIO", "FILE", "--out", "FOLDER/sweep", "--quiet"],
    &["tournament", "SCENARIO", "FILE", "--out", "FOLDER/tournament", "--quiet"],
    &["claims", "FILE"],
    &["summarise", "FILE"],
    &["summarise", "RESULTS"],
    &["plot", "RESULTS", "--out", "FOLDER/pictures"],
    &["sensitivity", "RESULTS"],
    &["merge", "RESULTS", "RESULTS", "--out", "FOLDER/merged"],
    &["explain", "RESULTS"],
    &["batch", "SCENARIO", "--games", "8", "--resume", "--quiet", "--out", "RESULTS"],
];

pub fn hostile(tries: u64, random: &mut Random, tally: &mut Tally) {
    let folder = folder();
    let game = std::fs::read(flips::closed_game(folder.path())).expect("a game");
    let results = flips::results(folder.path());
    let manifest = std::fs::read_to_string(results.join("manifest.json")).expect("a manifest");
    let part = std::fs::read(results.join("games/part-00000.parquet")).expect("a part");
    let contents = contents(&game, &part, &manifest);
    let paths = odd_paths(folder.path());
    let pairs = (contents.len() + paths.len()) as u64 * READERS.len() as u64;
    for number in 0..tries {
        // The whole goes through all pairs once; the small part picks some.
        let at = if tries >= pairs { number % pairs } else { random.below(pairs) };
        let (reader, given) = (READERS[(at % READERS.len() as u64) as usize], (at / READERS.len() as u64) as usize);
        let (name, file) = match contents.get(given) {
            Some((name, bytes)) => {
                let file = folder.path().join("given");
                std::fs::write(&file, bytes).expect("written");
                (*name, file)
            }
            None => paths[given - contents.len()].clone(),
        };
        let into = folder.path().join("made");
        let bent = bent_results(&results, &into, &file, given % 2 == 0);
        let words: Vec<String> = reader
            .iter()
            .map(|word| {
                word.replace("FILE", &file.to_string_lossy())
                    .replace("SCENARIO", &scenario("deterrence.ron").to_string_lossy())
                    .replace("RESULTS", &bent.to_string_lossy())
                    .replace("FOLDER", &into.to_string_lossy())
            })
            .collect();
        let ended = call(&words);
        tally.tried(ended.sound().map_err(|why| format!("{name} for `{}`: {why}", reader.join(" "))));
        let _ = std::fs::remove_dir_all(&into);
        let _ = std::fs::remove_file(folder.path().join("given"));
    }
}

/// A copy of a results folder whose manifest or first part is another file.
fn bent_results(results: &Path, into: &Path, file: &Path, manifest: bool) -> PathBuf {
    let bent = into.join("results");
    let _ = std::fs::remove_dir_all(into);
    for table in ["games", "turns"] {
        std::fs::create_dir_all(bent.join(table)).expect("a folder");
        for entry in std::fs::read_dir(results.join(table)).into_iter().flatten().flatten() {
            std::fs::copy(entry.path(), bent.join(table).join(entry.file_name())).expect("copied");
        }
    }
    std::fs::copy(results.join("manifest.json"), bent.join("manifest.json")).expect("copied");
    let victim = if manifest { bent.join("manifest.json") } else { bent.join("games/part-00000.parquet") };
    std::fs::remove_file(&victim).expect("ours");
    // Pipes and devices stand there by a link.
    let _ = std::os::unix::fs::symlink(file, &victim);
    bent
}
