//! Files that are something else than they are called, or made to hurt.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::flips;
use crate::program::{Random, call, folder, scenario};
use crate::tally::Tally;

/// Bytes of a long file: as much as any reader of text takes.
const LONG: usize = 64 << 20;

/// What a file holds, by its name.
type Contents = (&'static str, fn() -> Vec<u8>);

/// Long things that readers are given, made when they are needed.
const LONG_CONTENTS: &[Contents] = &[
    ("one long line", || vec![b'x'; LONG]),
    ("one long quote", || [b"NFG 1 R \"".to_vec(), vec![b'x'; LONG - 9]].concat()),
    ("one long number", || [b"NFG 1 R \"\" {\"a\"} {2} 1".to_vec(), vec![b'7'; LONG - 30]].concat()),
    ("blanks", || vec![b' '; LONG]),
    ("lines", || vec![b'\n'; LONG]),
    ("one long list", || [b"[".to_vec(), repeated("0,", LONG / 2 - 1), b"0]".to_vec()].concat()),
    ("many players", || [b"NFG 1 R \"\" {".to_vec(), repeated("\"\"", LONG / 2 - 8)].concat()),
    ("many strategies", || [b"NFG 1 R \"\" {\"a\"} {{".to_vec(), repeated("\"\"", LONG / 2 - 12)].concat()),
    ("many payoffs", || {
        [b"NFG 1 R \"\" {\"a\" \"b\"} {2896 2896} ".to_vec(), repeated("1 ", 2 * 2896 * 2896)].concat()
    }),
    ("many outcomes", || [b"NFG 1 R \"\" {\"a\"} {9} {".to_vec(), repeated("{1}", LONG / 3 - 12)].concat()),
    ("a long manifest", || {
        let parts = repeated("{\"number\": 0},", LONG / 14 - 10);
        [b"{\"parts\": [".to_vec(), parts, b"{}]}".to_vec()].concat()
    }),
    ("a long table", || [b"PAR1".to_vec(), vec![0; LONG - 8], b"PAR1".to_vec()].concat()),
];

fn repeated(text: &str, times: usize) -> Vec<u8> {
    text.repeat(times).into_bytes()
}

/// What readers are given instead of what they ask for.
fn contents(game: &[u8], part: &[u8], manifest: &str) -> Vec<(&'static str, Vec<u8>)> {
    let mut list = vec![
        ("empty", Vec::new()),
        ("a NUL", vec![0]),
        ("a mark alone", b"\xef\xbb\xbf".to_vec()),
        ("no text", vec![0xff; 4096]),
        ("zeros", vec![0; 1 << 20]),
        ("brackets", repeated("(", 200_000)),
        ("closed brackets", [repeated("(", 100_000), repeated(")", 100_000)].concat()),
        ("lists", repeated("[", 200_000)),
        ("objects", repeated("{\"a\":", 100_000)),
        ("comments", repeated("/*", 100_000)),
        ("strings", repeated("\"", 99_999)),
        ("a picture", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec()),
        ("a database", [b"SQLite format 3\0".to_vec(), vec![0; 4080]].concat()),
        ("a database of ours", database()),
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

/// The first page of a database that says that it is a game's.
fn database() -> Vec<u8> {
    let mut page = [b"SQLite format 3\0".to_vec(), vec![0xff; 4080]].concat();
    page[68..72].copy_from_slice(b"mrch");
    page[60..64].copy_from_slice(&1u32.to_be_bytes());
    page
}

/// The beginning of a game whose first frame is said, and sealed, to be almost 3 GiB long.
fn huge_frame() -> Vec<u8> {
    const FIRST_LINE: &[u8] = b"Marchland game 2\n";
    let mut head = [(3u32 << 30) - 4096, 1].map(u32::to_le_bytes).concat();
    let chain = Sha256::digest(FIRST_LINE);
    let check = Sha256::new().chain_update(chain).chain_update(b"head").chain_update(&head).finalize();
    head.extend_from_slice(&check[..8]);
    [FIRST_LINE, &head].concat()
}

/// Paths that are no plain files, or are longer than a test should write.
fn odd_paths(folder: &Path) -> Vec<(&'static str, PathBuf)> {
    let fifo = folder.join("fifo");
    let _ = Command::new("mkfifo").arg(&fifo).status();
    // Files of some GiB that take no room, as long as what they begin with says.
    let sparse = |name: &str, begins: &[u8]| {
        let path = folder.join(name);
        let file = std::fs::File::create(&path).and_then(|mut file| {
            file.write_all(begins)?;
            file.set_len(3 << 30)
        });
        file.expect("a file");
        path
    };
    let (round, dangling) = (folder.join("round"), folder.join("dangling"));
    let _ = std::os::unix::fs::symlink(&round, &round);
    let _ = std::os::unix::fs::symlink(folder.join("nothing"), &dangling);
    vec![
        ("a folder", folder.to_owned()),
        ("a game of one huge entry", sparse("huge.march", &huge_frame())),
        ("a huge database", sparse("huge.db", &database())),
        (
            "a huge array",
            sparse(
                "huge.npy",
                b"\x93NUMPY\x01\x00\x76\x00{'descr': '<f8', 'fortran_order': False, 'shape': (2, 14189, 14189), }",
            ),
        ),
        ("a huge table", sparse("huge.parquet", b"PAR1")),
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
    let short = contents.len() + paths.len();
    let pairs = ((short + LONG_CONTENTS.len()) * READERS.len()) as u64;
    for number in 0..tries {
        // The whole goes through all pairs once; the small part picks some, of what is short.
        let at = if tries >= pairs { number % pairs } else { random.below((short * READERS.len()) as u64) };
        let (reader, given) = (READERS[(at % READERS.len() as u64) as usize], (at / READERS.len() as u64) as usize);
        let bytes = match contents.get(given) {
            Some((name, bytes)) => Some((*name, bytes.clone())),
            None if given < short => None,
            None => LONG_CONTENTS.get(given - short).map(|(name, make)| (*name, make())),
        };
        let (name, file) = match bytes {
            Some((name, bytes)) => {
                let file = folder.path().join("given");
                std::fs::write(&file, bytes).expect("written");
                (name, file)
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
