//! SIGKILL at random moments: of a game at a terminal, of a served one, and of many games.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use marchland_session::{Entry, Log};
use serde_json::{Value as Json, json};

use crate::program::{LONGEST, Random, Room, call, folder, limited, path, scenario};
use crate::tally::Tally;

/// The people of the scenario that is played.
const PEOPLE: [&str; 2] = ["challenger", "defender"];

/// Games are played on after each kill; a new one begins now and then.
const ROUNDS_OF_A_GAME: u64 = 20;

pub fn play(kills: u64, random: &mut Random, tally: &mut Tally) {
    let folder = folder();
    let (mut file, mut kept) = (PathBuf::new(), 0u64);
    for kill in 0..kills {
        let fresh = kill % ROUNDS_OF_A_GAME == 0;
        if fresh {
            verified(&file, tally);
            file = folder.path().join(format!("{kill}.march"));
            kept = 0;
        }
        let found = one_sitting(&file, &mut kept, kill, random, tally);
        tally.tried(found);
    }
    verified(&file, tally);
}

fn verified(file: &Path, tally: &mut Tally) {
    if file.exists()
        && let Err(why) = call(&[Path::new("verify"), file]).with(0)
    {
        tally.fail(format!("{} does not verify: {why}", file.display()));
    }
}

/// Plays until a random moment and kills; what was acknowledged must be there.
fn one_sitting(file: &Path, kept: &mut u64, kill: u64, random: &mut Random, tally: &mut Tally) -> Result<(), String> {
    let from = scenario("deterrence.ron");
    let mut room = match file.exists() {
        true => Room::start(&[Path::new("resume"), file], None),
        false => Room::start(
            &["play", &from.to_string_lossy(), "--people", "2", "--facilitator", "--file", &file.to_string_lossy()],
            None,
        ),
    };
    // One in four is killed while it starts.
    if random.below(4) > 0 {
        let Some(opened) = room.of("game") else { return Err(format!("kill {kill}: it does not open")) };
        let found = opened["entry"].as_u64().unwrap_or(0);
        if found < *kept {
            return Err(format!("kill {kill}: {found} entries are found, and {kept} were acknowledged"));
        }
    }
    for n in 0..24u64 {
        let who = *random.of(&PEOPLE);
        match random.below(10) {
            0 => room.say(who, &format!("order {}", 1 + random.below(3))),
            1 => room.say(who, "undo"),
            2 => room.say(who, &format!("message chair {kill}-{n}")),
            3 => room.say("chair", &format!("note {kill}-{n}")),
            4 => {
                room.say("challenger", "submit");
                room.say("defender", "submit");
                room.say("chair", "step");
            }
            5 => room.say("chair", "clock 1h"),
            6 => room.say("chair", if random.below(2) == 0 { "pause" } else { "go" }),
            7 => room.say("chair", "accept all"),
            8 => room.say("chair", &format!("back {}", 1 + random.below(3))),
            _ => room.say(who, "default last"),
        }
    }
    std::thread::sleep(Duration::from_micros(random.below(250_000)));
    room.kill();
    let mut seats = [0u64; 2];
    while let Ok(line) = room.lines.recv_timeout(Duration::from_secs(5)) {
        let Some(entry) = line["entry"].as_u64().filter(|_| line["type"] == "reply" && line["ok"] == true) else {
            continue;
        };
        tally.count("acknowledged inputs", 1);
        match PEOPLE.iter().position(|seat| line["seat"] == *seat) {
            // A seat is told the number of its own inputs.
            Some(at) => seats[at] = entry,
            None => *kept = (*kept).max(entry),
        }
    }
    if !file.exists() {
        return match *kept == 0 && seats == [0; 2] {
            true => Ok(()),
            false => Err(format!("kill {kill}: the file is gone")),
        };
    }
    let log = Log::read(file).map_err(|error| format!("kill {kill}: {error}"))?;
    if let Some(why) = log.broken() {
        return Err(format!("kill {kill}: {why}"));
    }
    let rows = log.rows().len() as u64;
    if rows < *kept {
        return Err(format!("kill {kill}: {rows} of {kept} entries are left"));
    }
    *kept = rows;
    for (seat, inputs) in PEOPLE.iter().zip(seats) {
        let found = log.inputs_of(seat);
        if found < inputs {
            return Err(format!("kill {kill}: {seat} was told of {inputs} inputs, and {found} are found"));
        }
    }
    Ok(())
}

/// A served game and its links.
struct ServedGame {
    child: Child,
    links: BTreeMap<String, String>,
    port: u16,
}

impl Drop for ServedGame {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl ServedGame {
    fn start(folder: &Path, arguments: &[&str]) -> Option<Self> {
        let child = limited(None)
            .current_dir(folder)
            .arg("serve")
            .args(arguments)
            .args(["--bind", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell starts the program");
        // Dropped on the way, it is killed and waited for.
        let mut served = Self { child, links: BTreeMap::new(), port: 0 };
        let from = served.child.stdout.take()?;
        for line in BufReader::new(from).lines() {
            let line = line.ok()?;
            if let [role, link] = line.split_whitespace().collect::<Vec<_>>()[..]
                && link.contains("/join/")
            {
                served.links.insert(role.to_owned(), link.to_owned());
                served.port = link.split([':', '/']).nth(4).and_then(|port| port.parse().ok()).unwrap_or(0);
            }
            if line.contains("Ctrl-C") {
                return Some(served);
            }
        }
        None
    }
}

/// A request of a program that bears a token; none where nobody answers.
fn ask(port: u16, path: &str, token: &str, body: &Json) -> Option<(u16, Json)> {
    let body = body.to_string();
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(LONGEST)).ok()?;
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    Some((head.split(' ').nth(1)?.parse().ok()?, serde_json::from_str(body).unwrap_or(Json::Null)))
}

/// Clients at the served table, in turn of one seat and of the other.
const CLIENTS: usize = 8;

pub fn serve(kills: u64, random: &mut Random, tally: &mut Tally) {
    let folder = folder();
    let from = scenario("chicken.ron");
    let from = from.to_string_lossy();
    let mut said: Vec<String> = Vec::new();
    let mut tokens: Vec<(&str, String)> = Vec::new();
    for kill in 0..kills {
        let first = [&from, "--seat", "row=human", "--seat", "column=human", "--file", "a.march"];
        let again = ["a.march"];
        let exists = folder.path().join("a.march").exists();
        let Some(mut served) = ServedGame::start(folder.path(), if exists { &again } else { &first }) else {
            tally.tried(Err(format!("kill {kill}: it does not start")));
            continue;
        };
        let port = served.port;
        let join = |role: &str| {
            let secret = served.links.get(role)?;
            Some(ask(port, "/api/join", "none", &json!({"secret": secret}))?.1["token"].as_str()?.to_owned())
        };
        // Who has joined stays joined, whatever happens to the server.
        for at in tokens.len()..CLIENTS {
            let seat = ["row", "column"][at % 2];
            tokens.extend(join(seat).map(|token| (seat, token)));
        }
        let clients: Vec<_> = tokens
            .clone()
            .into_iter()
            .enumerate()
            .map(|(client, (seat, token))| {
                std::thread::spawn(move || {
                    let mut done = Vec::new();
                    for number in 0.. {
                        let words = format!("{kill} {client} {number}");
                        let body = json!({"do": "message", "to": "chair", "text": words, "key": words});
                        match ask(port, &format!("/api/seat/{seat}"), &token, &body) {
                            Some((200, reply)) if reply["ok"] == true => done.push(words),
                            Some((429, _)) => std::thread::sleep(Duration::from_millis(30)),
                            // Killed, or refused: what was not acknowledged may be there or not.
                            _ => return done,
                        }
                    }
                    done
                })
            })
            .collect();
        std::thread::sleep(Duration::from_millis(random.below(250)));
        let _ = served.child.kill();
        let _ = served.child.wait();
        for client in clients {
            said.extend(client.join().unwrap_or_default());
        }
        tally.tried(found_once(&folder.path().join("a.march"), &said).map_err(|why| format!("kill {kill}: {why}")));
    }
    tally.count("acknowledged inputs", said.len() as u64);
    verified(&folder.path().join("a.march"), tally);
}

fn found_once(file: &Path, said: &[String]) -> Result<(), String> {
    let log = Log::read(file).map_err(|error| error.to_string())?;
    if let Some(why) = log.broken() {
        return Err(why.to_owned());
    }
    let mut kept: BTreeMap<&str, usize> = BTreeMap::new();
    for row in log.rows() {
        if let Entry::Message { text, .. } = &row.entry {
            *kept.entry(text).or_default() += 1;
        }
    }
    match said.iter().find(|words| kept.get(words.as_str()) != Some(&1)) {
        None => Ok(()),
        Some(lost) => Err(format!("`{lost}` was acknowledged, and is there {:?} times", kept.get(lost.as_str()))),
    }
}

pub fn batch(kills: u64, random: &mut Random, tally: &mut Tally) {
    let from = scenario("deterrence.ron");
    let words = ["batch", &from.to_string_lossy(), "--games", "3000", "--games-per-part", "128", "--quiet"];
    many(kills, &words.map(str::to_owned), random, tally);
}

pub fn sweep(kills: u64, random: &mut Random, tally: &mut Tally) {
    let from = scenario("deterrence.ron");
    let levers = r#"{"defender": ["always-resist", "yield"]}"#;
    let words = ["sweep", &from.to_string_lossy(), "--levers", levers, "--replications", "1200", "--quiet"];
    let more = ["--games-per-part", "128", "--turns-table", "contest,challenge"];
    let all: Vec<String> = words.into_iter().chain(more).map(str::to_owned).collect();
    many(kills, &all, random, tally);
}

const SETS: &str = r#"(
    title: "Deterrence",
    players: {"challenger": ["wait", "probe", "always-challenge"], "defender": ["yield", "always-resist", "answer"]},
    set: {"noise": 0.5}, mode: All, replications: 64, most_replications: 256, epsilon: 0.05,
    resamples: 60, games_per_part: 32, seed: 11,
)"#;

pub fn tournament(kills: u64, random: &mut Random, tally: &mut Tally) {
    let folder = folder();
    let file = folder.path().join("sets.ron");
    std::fs::write(&file, SETS).expect("written");
    let from = scenario("deterrence.ron");
    let words = ["tournament", &from.to_string_lossy(), &file.to_string_lossy(), "--quiet"].map(str::to_owned);
    many(kills, &words, random, tally);
}

/// What a results folder holds, but for the manifest, which has times and a host in it.
fn bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for table in ["games", "turns", "."] {
        for entry in std::fs::read_dir(folder.join(table)).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let beside = name == "manifest.json" || name.ends_with("lock") || name.contains(".unfinished");
            if entry.path().is_file() && !beside && !name.starts_with('.') {
                found.insert(format!("{table}/{name}"), std::fs::read(entry.path()).unwrap_or_default());
            }
        }
    }
    found
}

/// Kills a command that plays into a results folder and resumes it, until it is through; then begins another.
fn many(kills: u64, words: &[String], random: &mut Random, tally: &mut Tally) {
    let folder = folder();
    let command = |out: &Path, resume: bool| {
        let mut command = Command::new(path());
        command.args(words).arg("--out").arg(out).stdout(Stdio::null()).stderr(Stdio::piped()).stdin(Stdio::null());
        if resume {
            command.arg("--resume");
        }
        command
    };
    let undisturbed = folder.path().join("whole");
    let begun = Instant::now();
    let output = command(&undisturbed, false).output().expect("the program starts");
    let took = begun.elapsed().max(Duration::from_millis(40));
    if !output.status.success() {
        return tally.fail(format!("it does not run at all: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let whole = bytes(&undisturbed);
    let (mut number, mut done) = (0, 0);
    while done < kills {
        number += 1;
        let out = folder.path().join(format!("{number}"));
        // Each round gets further: as many as that are never needed.
        for _ in 0..400 {
            let resume = out.join("manifest.json").exists();
            let mut child = command(&out, resume).spawn().expect("the program starts");
            let wait =
                Duration::from_secs_f64(took.as_secs_f64() * 1.2 * random.below(1 << 20) as f64 / f64::from(1 << 20));
            let since = Instant::now();
            let mut status = None;
            while done < kills && since.elapsed() < wait && status.is_none() {
                std::thread::sleep(Duration::from_millis(1));
                status = child.try_wait().expect("a child");
            }
            if status.is_none() && done < kills {
                let _ = child.kill();
                done += 1;
                let _ = child.wait();
                tally.tried(within(&bytes(&out), &whole).map_err(|why| format!("kill {done}: {why}")));
                continue;
            }
            let ended = child.wait_with_output().expect("a child");
            if !ended.status.success() {
                tally.fail(format!("it does not go on: {}", String::from_utf8_lossy(&ended.stderr)));
            } else if bytes(&out) != whole {
                tally.fail(format!("what was killed and resumed ended in other bytes ({})", out.display()));
            }
            tally.count("runs finished", 1);
            break;
        }
        let _ = std::fs::remove_dir_all(&out);
    }
}

fn within(found: &BTreeMap<String, Vec<u8>>, whole: &BTreeMap<String, Vec<u8>>) -> Result<(), String> {
    let parts = found.iter().filter(|(name, _)| name.ends_with(".parquet"));
    for (name, part) in parts {
        if whole.get(name) != Some(part) {
            return Err(format!("{name} is half a part, or another"));
        }
    }
    Ok(())
}
