//! `marchland serve`: what was acknowledged outlives a kill, and the terminal's front ends in the same log.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use marchland_session::{Entry, Log};
use serde_json::{Value, json};

use crate::program::{marchland, refused, scenario, text};
use crate::room::Room;

/// A served game and its links.
struct ServedGame {
    child: Child,
    links: BTreeMap<String, String>,
    port: u16,
}

impl ServedGame {
    fn start(folder: &Path, arguments: &[&str], port: u16) -> Self {
        let mut child = marchland()
            .current_dir(folder)
            .arg("serve")
            .args(arguments)
            .args(["--bind", &format!("127.0.0.1:{port}")])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let (links, port) = Self::listening(&mut child, port);
        Self { child, links, port }
    }

    /// Waits until a program serves; its links and its port.
    fn listening(child: &mut Child, port: u16) -> (BTreeMap<String, String>, u16) {
        let from = child.stdout.take().expect("its output");
        let mut links = BTreeMap::new();
        let mut bound = port;
        for line in BufReader::new(from).lines() {
            let line = line.expect("text");
            if let [role, link] = line.split_whitespace().collect::<Vec<_>>()[..]
                && link.contains("/join/")
            {
                links.insert(role.to_owned(), link.to_owned());
                bound = link.split([':', '/']).nth(4).and_then(|port| port.parse().ok()).expect("a port");
            }
            if line.contains("Ctrl-C") {
                break;
            }
        }
        (links, bound)
    }

    fn kill(mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }
}

/// A request of a program that bears a token; none where nobody answers.
fn ask(port: u16, method: &str, path: &str, token: &str, body: &Value) -> Option<(u16, Value)> {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(20))).ok()?;
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_str(body).unwrap_or(Value::Null)))
}

fn join(served: &ServedGame, role: &str) -> String {
    let (_, joined) =
        ask(served.port, "POST", "/api/join", "none", &json!({"secret": served.links[role]})).expect("an answer");
    joined["token"].as_str().expect("a token").to_owned()
}

/// Kills of the test: ten, or as many as MARCHLAND_KILLS says.
fn kills() -> usize {
    std::env::var("MARCHLAND_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(10)
}

/// What a scripted client was told was done.
#[derive(Default)]
struct Acknowledgements {
    /// Messages.
    messages: Vec<String>,
    /// The half-typed text that was acknowledged last, and the one that was sent last.
    typed: (String, String),
    /// Submits, and what took them back.
    submits: usize,
    withdrawals: usize,
    /// When something was acknowledged last.
    last: Option<Instant>,
}

/// A client of a seat: messages, half-typed texts, submits and what takes them back, each with a key of its own that is sent
/// until it is acknowledged, whatever happens to the server meanwhile.
fn scripted(at: usize, port: u16, (seat, token): (&str, &str), stop: &AtomicBool, done: &Mutex<Acknowledgements>) {
    let path = format!("/api/seat/{seat}");
    for number in 0.. {
        let words = format!("words {at} {number}");
        // One client of each seat submits: what several of a team do to one draft is another test's.
        let body = match number % 4 {
            0 => {
                let text = format!("typed {at} {number}.");
                done.lock().expect("a lock").typed.1.clone_from(&text);
                json!({"do": "type", "field": "propose", "text": text})
            }
            2 if at < 2 => json!({"do": if number % 8 == 2 { "submit" } else { "undo" }, "key": words}),
            _ => json!({"do": "message", "to": "chair", "text": words, "key": words}),
        };
        loop {
            if stop.load(Ordering::Relaxed) {
                return;
            }
            match ask(port, "POST", &path, token, &body) {
                Some((200, reply)) => {
                    assert_eq!(reply["ok"], true, "{reply}");
                    let mut done = done.lock().expect("a lock");
                    match body["do"].as_str() {
                        Some("type") => done.typed.0 = body["text"].as_str().unwrap_or_default().to_owned(),
                        Some("submit") => done.submits += 1,
                        Some("undo") => done.withdrawals += 1,
                        _ => done.messages.push(words),
                    }
                    done.last = Some(Instant::now());
                    break;
                }
                Some((429 | 503, _)) | None => std::thread::sleep(Duration::from_millis(30)),
                // A submit that was done, and is done again, would be refused here.
                Some(other) => panic!("{body}: {other:?}"),
            }
        }
        std::thread::sleep(Duration::from_millis(40));
    }
}

/// `MARCHLAND_KILLS=300 cargo test --release -p marchland --test all -- outlives_every_kill` by hand.
#[test]
#[allow(clippy::print_stdout, reason = "what is measured by hand")]
fn what_was_acknowledged_outlives_every_kill_and_is_there_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let from = scenario("chicken.ron");
    let first = ["--seat", "row=human", "--seat", "column=human", "--file", "a.march"];
    let arguments: Vec<&str> = [text(&from)].into_iter().chain(first).collect();
    let mut served = ServedGame::start(folder.path(), &arguments, 0);
    let port = served.port;
    let tokens: Vec<(&str, String)> =
        (0..8).map(|at| if at % 2 == 0 { "row" } else { "column" }).map(|seat| (seat, join(&served, seat))).collect();
    let typed = json!({"do": "type", "field": "request", "text": "half a thought"});
    ask(port, "POST", "/api/seat/row", &tokens[0].1, &typed).expect("kept");
    let order = ask(port, "GET", "/api/seat/row", &tokens[0].1, &Value::Null).expect("a view").1["view"]["actions"][0]
        ["action"]
        .clone();
    let (drafted, _) =
        ask(port, "POST", "/api/seat/row", &tokens[0].1, &json!({"do": "order", "order": order})).expect("drafted");
    assert_eq!(drafted, 200);
    let stop = Arc::new(AtomicBool::new(false));
    let all: Vec<Arc<Mutex<Acknowledgements>>> = tokens.iter().map(|_| Arc::default()).collect();
    let clients: Vec<_> = tokens
        .iter()
        .enumerate()
        .map(|(at, (seat, token))| {
            let (stop, done, seat, token) =
                (Arc::clone(&stop), Arc::clone(&all[at]), (*seat).to_owned(), token.clone());
            std::thread::spawn(move || scripted(at, port, (&seat, &token), &stop, &done))
        })
        .collect();
    let mut noise: u64 = 12345;
    let mut slowest = Duration::ZERO;
    for _ in 0..kills() {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_millis(40 + (noise >> 33) % 260));
        served.kill();
        served = ServedGame::start(folder.path(), &["a.march"], port);
        let started = Instant::now();
        // Every client is back by itself.
        for done in &all {
            while done.lock().expect("a lock").last.is_none_or(|last| last < started) {
                assert!(started.elapsed() < Duration::from_secs(20), "somebody did not come back");
                std::thread::sleep(Duration::from_millis(5));
            }
        }
        slowest = slowest.max(started.elapsed());
    }
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.join().expect("a client that was answered");
    }
    let view = ask(port, "GET", "/api/seat/row", &tokens[0].1, &Value::Null).expect("a view").1["view"].clone();
    assert_eq!(view["draft"][0], order, "the draft is whole");
    served.kill();
    let log = Log::read(&folder.path().join("a.march")).expect("a log");
    let mut kept: BTreeMap<&str, usize> = BTreeMap::new();
    let mut counts: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    for row in log.rows() {
        match &row.entry {
            Entry::Message { text, .. } => *kept.entry(text).or_default() += 1,
            Entry::Submitted { player } => *counts.entry((player, true)).or_default() += 1,
            Entry::Withdrawn { player } => *counts.entry((player, false)).or_default() += 1,
            _ => {}
        }
    }
    let room = std::fs::read_to_string(folder.path().join("a.march.room")).expect("kept");
    let mut acknowledged = 0;
    for (at, done) in all.iter().enumerate() {
        let done = done.lock().expect("a lock");
        acknowledged += done.messages.len();
        for words in &done.messages {
            assert_eq!(kept.get(words.as_str()), Some(&1), "`{words}` was acknowledged");
        }
        let (last, sent) = &done.typed;
        assert!(room.contains(last.as_str()) || room.contains(sent.as_str()), "`{last}` was kept");
        if let Some(seat) = ["row", "column"].get(at) {
            // The last may have been done without an answer.
            for (told, submit) in [(done.submits, true), (done.withdrawals, false)] {
                let found = counts.get(&(*seat, submit)).copied().unwrap_or(0);
                assert!(found == told || found == told + 1, "{seat}: {told} acknowledged, {found} kept");
            }
            assert!(done.submits >= kills() / 10, "{} submits", done.submits);
        }
    }
    assert!(acknowledged >= 4 * kills(), "{acknowledged} messages");
    assert!(kept.values().all(|count| *count == 1), "no input is there twice");
    assert!(slowest < Duration::from_secs(3), "clients were back after {slowest:?}");
    assert!(room.contains("half a thought"));
    if kills() > 10 {
        println!("{} kills, {acknowledged} messages acknowledged, clients back after at most {slowest:?}", kills());
    }
}

/// Without a chair, a stage ends with the last submit: a kill between the two holds nobody up for good.
#[test]
fn a_table_without_a_chair_goes_on_after_every_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    let from = scenario("deterrence.ron");
    let first = ["--seat", "challenger=human", "--seat", "defender=human", "--no-chair", "--file", "a.march"];
    let arguments: Vec<&str> = [text(&from)].into_iter().chain(first).collect();
    let mut served = ServedGame::start(folder.path(), &arguments, 0);
    let port = served.port;
    let tokens: Vec<(&str, String)> = ["challenger", "defender"].map(|seat| (seat, join(&served, seat))).into();
    let stop = Arc::new(AtomicBool::new(false));
    let submitted = Arc::new(AtomicUsize::new(0));
    let clients: Vec<_> = tokens
        .iter()
        .map(|(seat, token)| {
            let (stop, submitted) = (Arc::clone(&stop), Arc::clone(&submitted));
            let (path, token) = (format!("/api/seat/{seat}"), token.clone());
            std::thread::spawn(move || {
                for number in 0.. {
                    let body = json!({"do": "submit", "key": format!("submit {number}")});
                    loop {
                        if stop.load(Ordering::Relaxed) {
                            return;
                        }
                        match ask(port, "POST", &path, &token, &body) {
                            Some((200, _)) => {
                                submitted.fetch_add(1, Ordering::Relaxed);
                                break;
                            }
                            // Confirmed already: the other has not yet.
                            Some((422, _)) => break,
                            Some((429 | 503, _)) | None => {}
                            Some(other) => panic!("{other:?}"),
                        }
                        std::thread::sleep(Duration::from_millis(20));
                    }
                    std::thread::sleep(Duration::from_millis(10));
                }
            })
        })
        .collect();
    let mut noise: u64 = 54321;
    for _ in 0..kills() {
        noise = noise.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_millis(20 + (noise >> 33) % 120));
        served.kill();
        served = ServedGame::start(folder.path(), &["a.march"], port);
        let view = |seat: usize| {
            let (name, token) = &tokens[seat];
            ask(port, "GET", &format!("/api/seat/{name}"), token, &Value::Null).expect("a view").1["view"].clone()
        };
        let end = Instant::now() + Duration::from_secs(20);
        // Whatever was submitted before the kill, both are never left waiting for nobody.
        loop {
            let (a, b) = (view(0), view(1));
            let stuck = a["moment"] == b["moment"] && a["submitted"] == true && b["submitted"] == true;
            if a["over"] == true || !stuck {
                break;
            }
            assert!(Instant::now() < end, "everybody has submitted, and nothing happens: {a}");
        }
    }
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.join().expect("a client that was answered");
    }
    served.kill();
    assert!(submitted.load(Ordering::Relaxed) > 2, "somebody played");
    let log = Log::read(&folder.path().join("a.march")).expect("a log");
    let ends = log.rows().iter().filter(|row| matches!(row.entry, Entry::StageEnded(_))).count();
    assert!(ends > 0, "stages ended");
}

#[test]
fn flags_that_a_game_does_not_take_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let served = ServedGame::start(folder.path(), &[text(&scenario("chicken.ron")), "--file", "b.march"], 0);
    served.kill();
    let game = folder.path().join("b.march");
    for flags in [vec!["--people", "1"], vec!["--seed", "3"], vec!["--no-chair"], vec!["--turns", "2"]] {
        let game_words: Vec<&str> = ["serve", text(&game)].into_iter().chain(flags.clone()).collect();
        refused(2, &[flags[0], "this game has begun"], &game_words);
        let lobby_words: Vec<&str> = ["serve"].into_iter().chain(flags.clone()).collect();
        refused(2, &[flags[0], "the lobby"], &lobby_words);
    }
}

#[test]
fn the_terminals_front_and_the_browsers_end_in_equal_logs() {
    let folder = tempfile::tempdir().expect("a folder");
    let from = scenario("chicken.ron");
    let seats = ["--seat", "row=human", "--seat", "column=human", "--seed", "5"];
    let file = folder.path().join("terminal.march");
    let mut arguments = vec!["play", text(&from), "--facilitator", "--file", text(&file)];
    arguments.extend(seats);
    let mut room = Room::start(&arguments);
    room.of("stage");
    let said: [(&str, &str); 9] = [
        ("row", "order 1"),
        ("row", "undo"),
        ("row", "order 1"),
        ("column", "order 1"),
        ("row", "message column Swerve."),
        ("row", "submit"),
        ("column", "submit"),
        ("chair", "rulings"),
        ("chair", "step"),
    ];
    for (seat, command) in said {
        room.say(seat, command);
        let reply = room.of("reply");
        assert_eq!(reply["ok"], true, "{seat} {command}: {reply}");
    }
    room.say("chair", "quit");
    let head = room.of("end")["head"].as_str().expect("a hash").to_owned();

    let mut arguments = vec![text(&from), "--file", "browser.march"];
    arguments.extend(seats);
    let served = ServedGame::start(folder.path(), &arguments, 0);
    let tokens: BTreeMap<&str, String> = ["row", "column", "chair"].map(|role| (role, join(&served, role))).into();
    let path = |role: &str| if role == "chair" { "/api/chair".to_owned() } else { format!("/api/seat/{role}") };
    let numbered = |role: &str, at: usize| {
        let (_, view) = ask(served.port, "GET", &path(role), &tokens[role], &Value::Null).expect("a view");
        view["view"]["actions"][at - 1]["action"].clone()
    };
    let (first, second) = (numbered("row", 1), numbered("column", 1));
    let done = [
        ("row", json!({"do": "order", "order": first})),
        ("row", json!({"do": "undo"})),
        ("row", json!({"do": "order", "order": first})),
        ("column", json!({"do": "order", "order": second})),
        ("row", json!({"do": "message", "to": "column", "text": "Swerve."})),
        ("row", json!({"do": "submit"})),
        ("column", json!({"do": "submit"})),
        ("chair", json!({"do": "decide"})),
        ("chair", json!({"do": "step"})),
    ];
    for (role, body) in done {
        let reply = ask(served.port, "POST", &path(role), &tokens[role], &body).expect("an answer");
        assert_eq!(reply.0, 200, "{body}: {reply:?}");
    }
    served.kill();
    assert_eq!(Log::read(&folder.path().join("browser.march")).expect("a log").head(), head);
}

#[test]
fn what_cannot_be_served_is_said_with_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let from = scenario("chicken.ron");
    let file = folder.path().join("a.march");
    let game = ["serve", text(&from), "--file", text(&file), "--bind"];
    let with =
        |more: &[&'static str]| game.iter().copied().chain(more.iter().copied()).map(str::to_owned).collect::<Vec<_>>();
    let call = |code, says: &[&str], arguments: Vec<String>| {
        refused(code, says, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
    };
    call(2, &["--tls", "--insecure"], with(&["0.0.0.0:0"]));
    let served = ServedGame::start(folder.path(), &[text(&from), "--file", "b.march"], 0);
    let port = format!("127.0.0.1:{}", served.port);
    let other = folder.path().join("c.march");
    refused(1, &["cannot listen", "--bind"], &["serve", text(&from), "--file", text(&other), "--bind", &port]);
    // A game that is open elsewhere: in another server, or at a terminal.
    let open = folder.path().join("b.march");
    refused(1, &["open in another program", "close it there first"], &["serve", text(&open), "--bind", "127.0.0.1:0"]);
    refused(1, &["open in another program", "close it there first"], &["resume", text(&open)]);
    refused(1, &[], &["serve", "no/such/folder", "--bind", "127.0.0.1:0"]);
    // A link of another game, and one that is none.
    let elsewhere = ServedGame::start(folder.path(), &[text(&from), "--file", "d.march"], 0);
    for secret in [elsewhere.links["row"].clone(), "0".repeat(32), String::new()] {
        let (status, said) =
            ask(served.port, "POST", "/api/join", "none", &json!({"secret": secret})).expect("an answer");
        assert_eq!(status, 404, "{said}");
        let (status, page) = page(served.port, &format!("/join/{}", secret.rsplit('/').next().unwrap_or_default()));
        assert_eq!(status, 404, "{page}");
        assert!(secret.is_empty() || page.contains("Ask whoever set up the table for a new one"), "{page}");
    }
    elsewhere.kill();
    served.kill();
}

/// A page as a stranger gets it.
fn page(port: u16, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).expect("the server listens");
    let head = format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    (text.split(' ').nth(1).and_then(|word| word.parse().ok()).expect("a status"), text)
}

/// A scenario that is changed, or gone, while its game is played: the game has its own, and goes on as it began.
#[test]
fn a_game_goes_on_as_it_began_whatever_became_of_its_scenario() {
    let folder = tempfile::tempdir().expect("a folder");
    let from = folder.path().join("mine.ron");
    std::fs::copy(scenario("chicken.ron"), &from).expect("copied");
    let served = ServedGame::start(folder.path(), &[text(&from), "--seat", "row=human", "--file", "a.march"], 0);
    let token = join(&served, "row");
    let view = |served: &ServedGame| ask(served.port, "GET", "/api/seat/row", &token, &Value::Null).expect("a view").1;
    let before = view(&served)["view"].clone();
    std::fs::write(&from, "(title: \"Another game\", players: [])").expect("written");
    let (status, _) =
        ask(served.port, "POST", "/api/seat/row", &token, &json!({"do": "request", "text": "Still there?"}))
            .expect("an answer");
    assert_eq!(status, 200);
    served.kill();
    let served = ServedGame::start(folder.path(), &["a.march"], 0);
    assert_eq!(view(&served)["view"], before);
    served.kill();
    // Begun anew, the scenario is refused with the place of what is wrong.
    refused(1, &["mine.ron"], &["serve", text(&from), "--bind", "127.0.0.1:0"]);
    std::fs::remove_file(&from).expect("removed");
    let served = ServedGame::start(folder.path(), &["a.march"], 0);
    assert_eq!(view(&served)["view"], before);
    served.kill();
}

/// A disk that is full while a game is served: said on every page with what to do, nothing acknowledged is lost, and the
/// game goes on once there is room.
#[cfg(unix)]
#[test]
fn a_disk_that_is_full_is_said_on_every_page_and_the_game_goes_on_with_room() {
    let folder = tempfile::tempdir().expect("a folder");
    let from = scenario("chicken.ron");
    let program = marchland().get_program().to_owned();
    // A limit on the size of a file stands for a full disk: 256 blocks of 512 bytes.
    let mut child = std::process::Command::new("sh")
        .current_dir(folder.path())
        .args(["-c", "trap '' XFSZ; ulimit -f 256; exec \"$0\" serve \"$@\""])
        .arg(program)
        .args([
            text(&from),
            "--seat",
            "row=human",
            "--seat",
            "column=human",
            "--file",
            "a.march",
            "--bind",
            "127.0.0.1:0",
        ])
        .stdout(Stdio::piped())
        .spawn()
        .expect("a shell starts the program");
    let served = ServedGame::listening(&mut child, 0);
    let (links, port) = (served.0, served.1);
    let served = ServedGame { child, links, port };
    let token = join(&served, "row");
    let long = "x".repeat(1500);
    let mut acknowledged = 0;
    let refusal = loop {
        let words = format!("{acknowledged} {long}");
        let body = json!({"do": "message", "to": "chair", "text": words});
        match ask(port, "POST", "/api/seat/row", &token, &body).expect("an answer") {
            (200, reply) if reply["ok"] == true => acknowledged += 1,
            (429, _) => std::thread::sleep(Duration::from_millis(100)),
            (_, reply) => break reply["text"].as_str().unwrap_or_default().to_owned(),
        }
        assert!(acknowledged < 200, "the limit does not hold");
    };
    assert!(refusal.contains("ake room"), "{refusal}");
    // Whatever is asked next says so too, or shows what is kept: never a page of an error.
    for _ in 0..3 {
        let (status, said) = ask(port, "GET", "/api/seat/row", &token, &Value::Null).expect("an answer");
        assert!(
            status == 200
                || status == 507 && said["text"].as_str().is_some_and(|text| text.contains("Make room on the disk")),
            "{status} {said}"
        );
    }
    served.kill();
    let served = ServedGame::start(folder.path(), &["a.march"], 0);
    let letters = ask(served.port, "GET", "/api/seat/row", &token, &Value::Null).expect("a view").1["letters"].clone();
    assert_eq!(letters.as_array().map(Vec::len), Some(acknowledged), "what was acknowledged, and nothing else");
    let (status, _) =
        ask(served.port, "POST", "/api/seat/row", &token, &json!({"do": "message", "to": "chair", "text": "Room."}))
            .expect("an answer");
    assert_eq!(status, 200);
    served.kill();
}
