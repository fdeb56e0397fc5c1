//! Sixty clients at one served table, measured: how long from a submit until every other screen shows what followed, what a
//! page costs the server, what ten thousand reconnects leave behind, and how long a month of twelve people takes.
//!
//! ```text
//! cargo bench -p marchland --bench table                 on the system's temporary folder: the disk's sync is in it
//! cargo bench -p marchland --bench table -- /dev/shm     on a folder in memory: without it
//! ```
//!
//! `MARCHLAND_PROGRAM` names another build of the program to measure. The program runs as people run it, with the limits that
//! it has, and listens on this machine alone; clients share its processors. Everything is bounded: 40 submits, 400 pages,
//! 10,000 reconnects, a dozen months. It ends with 1 where a figure misses its bound. tests/benches/README.md holds what was
//! measured.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "it prints a table")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

/// People's seats of the scenario: twelve.
const SEATS: usize = 12;
/// Clients at the table.
const CLIENTS: usize = 60;
/// Submits that are timed.
const SUBMITS: usize = 40;
/// Pages that are counted.
const PAGES: u32 = 400;
/// Streams that are opened again.
const RECONNECTS: usize = 10_000;
/// Months that are resolved.
const MONTHS: usize = 12;
/// The longest that anything may take before the bench gives up.
const LONGEST: Duration = Duration::from_secs(30);

type Failure = Box<dyn std::error::Error>;

/// The program, serving.
struct ServedGame {
    child: Child,
    links: BTreeMap<String, String>,
    address: String,
}

impl Drop for ServedGame {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn main() -> std::process::ExitCode {
    match measured() {
        Ok(0) => std::process::ExitCode::SUCCESS,
        Ok(missed) => {
            eprintln!("{missed} figures miss their bounds");
            std::process::ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn measured() -> Result<usize, Failure> {
    let named = std::env::args().skip(1).find(|word| !word.starts_with('-')).map(PathBuf::from);
    let synced = named.is_none();
    let folder = tempfile::tempdir_in(named.unwrap_or_else(std::env::temp_dir))?;
    let (served, seats) = ServedGame::start(folder.path())?;
    println!("load of the machine: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    println!("| what | median | p99 | longest | bound | n |\n|---|---:|---:|---:|---:|---:|");
    let mut missed = 0;
    let mut row = |what: &str, times: &mut Vec<Duration>, bound: Option<u64>| {
        times.sort();
        let at = |share: f64| 1000.0 * times[((times.len() - 1) as f64 * share).ceil() as usize].as_secs_f64();
        let told = bound.map_or_else(|| "–".to_owned(), |bound| format!("{bound} ms"));
        println!("| {what} | {:.1} ms | {:.1} ms | {:.1} ms | {told} | {} |", at(0.5), at(0.99), at(1.0), times.len());
        missed += usize::from(bound.is_some_and(|bound| at(0.99) > bound as f64));
    };

    // Four devices a seat; the rest are projectors, observers and chairs.
    let roles: Vec<&str> = (0..CLIENTS)
        .map(|at| match at {
            at if at < 4 * SEATS => seats[at % SEATS].as_str(),
            at if at % 3 == 0 => "chair",
            at if at % 3 == 1 => "projector",
            _ => "observer",
        })
        .collect();
    let mut clients = Vec::new();
    let (heard, screens) = channel();
    for (at, role) in roles.iter().enumerate() {
        let client = served.join(role)?;
        client.watch(at, heard.clone());
        clients.push(client);
    }
    let chair = served.join("chair")?;
    settle(&screens);

    let (mut events, mut pages, mut answers) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..SUBMITS {
        let own = round / 2 % SEATS;
        let sent = Instant::now();
        // Every submit is taken back in the next round: the stage goes on.
        let verb = if round % 2 == 0 { "submit" } else { "undo" };
        clients[own].act(&format!("do={verb}"))?;
        answers.push(sent.elapsed());
        let mut left: Vec<usize> = (0..CLIENTS).collect();
        while !left.is_empty() {
            let Ok((who, event, shown)) = screens.recv_timeout(LONGEST) else {
                let roles: Vec<&str> = left.iter().map(|at| roles[*at]).collect();
                return Err(format!("after {verb} number {round} nothing came to {}", roles.join(", ")).into());
            };
            // A screen that changes twice has shown the submit by then.
            if let Some(at) = left.iter().position(|one| *one == who) {
                left.swap_remove(at);
                if who != own {
                    events.push(event.saturating_duration_since(sent));
                    pages.push(shown.saturating_duration_since(sent));
                }
            }
        }
        settle(&screens);
    }
    row("submit to its answer", &mut answers, None);
    row("submit to the event on every other screen", &mut events, None);
    row("submit to the new page on every other screen", &mut pages, (!synced).then_some(100));

    // What a page costs is the server's time on its processors, and bytes as they come over the wire.
    let mut connection = clients[0].connection()?;
    let before = processor(served.child.id());
    let mut times = Vec::new();
    for _ in 0..PAGES {
        let sent = Instant::now();
        clients[0].get(&mut connection, &clients[0].path)?;
        times.push(sent.elapsed());
    }
    let cost = (processor(served.child.id()) - before) / f64::from(PAGES);
    row("a seat's page, asked for and read", &mut times, None);
    let (page, head) = clients[0].get(&mut connection, &clients[0].path)?;
    drop(head);
    let text = unpacked(&page)?;
    let mut bytes = page.len();
    for asset in text.split('"').filter(|part| part.starts_with("/assets/")) {
        bytes += clients[0].get(&mut connection, asset)?.0.len();
    }
    let kilobytes = bytes as f64 / 1000.0;
    println!("| a seat's page, server's processors | {cost:.2} ms | | | 5 ms | {PAGES} |");
    println!("| a seat's page with style and script, compressed | {kilobytes:.1} KB | | | 40 KB | 1 |");

    // A month in which every person orders something: the chair's word until the answer, and until the last screen shows
    // what came of it. The chair sees that all have submitted before it speaks.
    let (mut months, mut seen) = (Vec::new(), Vec::new());
    for _ in 0..MONTHS {
        let month = chair.month()?;
        for client in &clients[..SEATS] {
            client.orders_something()?;
        }
        let mut took = Duration::ZERO;
        // Orders, then votes where any are tabled; in a contested month both by the week.
        for _ in 0..8 {
            for client in &clients[..SEATS] {
                // Who has nothing to decide is told so.
                client.act("do=submit")?;
            }
            settle(&screens);
            let sent = Instant::now();
            chair.act("do=step")?;
            took += sent.elapsed();
            if let Some(last) = settle(&screens) {
                seen.push(last.saturating_duration_since(sent));
            }
            if chair.month()? != month {
                break;
            }
        }
        months.push(took);
    }
    row("a month of twelve people resolves", &mut months, (!synced).then_some(100));
    row("the chair's word to the last screen that shows what came of it", &mut seen, None);

    // One round before the count, so that what a first connection allocates is there.
    let screen = &clients[4 * SEATS + 1];
    for _ in 0..500 {
        screen.reconnect()?;
    }
    let before = resident(served.child.id());
    for _ in 0..RECONNECTS {
        screen.reconnect()?;
    }
    std::thread::sleep(Duration::from_millis(500));
    let after = resident(served.child.id());
    let grown = 100.0 * (after as f64 / before as f64 - 1.0);
    println!("| memory after {RECONNECTS} reconnects, from {before} KiB | {grown:+.1} % | | | 5 % | 1 |");
    println!("load of the machine: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    missed += usize::from(cost > 5.0) + usize::from(kilobytes > 40.0) + usize::from(grown >= 5.0);
    Ok(missed)
}

/// Waits until no screen changes any more, and tells when the last one did.
fn settle(screens: &Receiver<(usize, Instant, Instant)>) -> Option<Instant> {
    let mut last = None;
    while let Ok((_, _, shown)) = screens.recv_timeout(Duration::from_millis(250)) {
        last = last.max(Some(shown));
    }
    last
}

impl ServedGame {
    /// A table with a person in each of twelve seats, and the seats' names.
    fn start(folder: &Path) -> Result<(Self, Vec<String>), Failure> {
        let from = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/tajikistan-2010"));
        let program = std::env::var_os("MARCHLAND_PROGRAM")
            .map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_marchland")), PathBuf::from);
        let source = marchland_session::Source::load(
            marchland_sim::scenario::files::read(from).map_err(|_| "the scenario cannot be read")?,
            &marchland_strategies::Registry::standard(),
        )?;
        let players = source.scenario.catalogue.players.iter().filter(|player| player.succeeds.is_none());
        let seats: Vec<String> = players.map(|player| player.id.clone()).take(SEATS).collect();
        if seats.len() < SEATS {
            return Err("the scenario has fewer than twelve players".into());
        }
        let mut command = Command::new(program);
        command.current_dir(folder).arg("serve").arg(from).args(["--file", "table.march", "--bind", "127.0.0.1:0"]);
        for seat in &seats {
            command.arg("--seat").arg(format!("{seat}=human"));
        }
        let child = command.stdout(Stdio::piped()).spawn()?;
        let mut served = Self { child, links: BTreeMap::new(), address: String::new() };
        let lines = BufReader::new(served.child.stdout.take().ok_or("no output")?).lines();
        for line in lines {
            let line = line?;
            if let [role, link] = line.split_whitespace().collect::<Vec<_>>()[..]
                && let Some((address, _)) = link.strip_prefix("http://").and_then(|rest| rest.split_once("/join/"))
            {
                served.address = address.to_owned();
                served.links.insert(role.to_owned(), link.to_owned());
            }
            if line.contains("Ctrl-C") {
                return Ok((served, seats));
            }
        }
        Err("the table is not served".into())
    }

    /// Joins; a door that is too busy is tried again, as its limits ask.
    fn join(&self, role: &str) -> Result<Client, Failure> {
        let secret = self.links.get(role).and_then(|link| link.rsplit('/').next()).ok_or("there is no such link")?;
        let path = match role {
            "projector" => "/screen".to_owned(),
            "chair" | "observer" => format!("/{role}"),
            seat => format!("/seat/{seat}"),
        };
        let mut client = Client { address: self.address.clone(), cookie: "a=b".into(), path };
        let since = Instant::now();
        while since.elapsed() < LONGEST {
            let mut connection = client.connection()?;
            let (_, head) = client.post(&mut connection, "/join", &format!("secret={secret}"))?;
            if let Some(cookie) = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")) {
                client.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
                return Ok(client);
            }
            std::thread::sleep(Duration::from_millis(300));
        }
        Err(format!("{role} is not let in").into())
    }
}

/// Somebody who joined.
#[derive(Clone)]
struct Client {
    address: String,
    cookie: String,
    path: String,
}

impl Client {
    fn connection(&self) -> Result<BufReader<TcpStream>, Failure> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(LONGEST))?;
        Ok(BufReader::new(stream))
    }

    fn head(&self, method: &str, path: &str) -> String {
        let Self { address, cookie, .. } = self;
        format!(
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {cookie}\r\nAccept-Encoding: gzip\r\n"
        )
    }

    /// A page's bytes as they come over the wire, and its head.
    fn get(&self, connection: &mut BufReader<TcpStream>, path: &str) -> Result<(Vec<u8>, String), Failure> {
        write!(connection.get_mut(), "{}\r\n", self.head("GET", path))?;
        answer(connection)
    }

    fn post(
        &self,
        connection: &mut BufReader<TcpStream>,
        path: &str,
        body: &str,
    ) -> Result<(Vec<u8>, String), Failure> {
        let length = body.len();
        let kind = "application/x-www-form-urlencoded";
        write!(
            connection.get_mut(),
            "{}Accept: application/json\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}",
            self.head("POST", path)
        )?;
        answer(connection)
    }

    /// Does something; what is refused in words is done too.
    fn act(&self, body: &str) -> Result<(), Failure> {
        let since = Instant::now();
        while since.elapsed() < LONGEST {
            let (_, head) = self.post(&mut self.connection()?, &self.path, body)?;
            match status(&head) {
                200 | 422 => return Ok(()),
                429 | 503 => std::thread::sleep(Duration::from_millis(100)),
                other => return Err(format!("{body}: {other}").into()),
            }
        }
        Err(format!("{body} is not done").into())
    }

    /// The month that is played, as everybody may know it.
    fn month(&self) -> Result<u64, Failure> {
        let view = self.view()?;
        view["public"]["moment"]["turn"].as_u64().ok_or_else(|| "there is no month".into())
    }

    fn view(&self) -> Result<serde_json::Value, Failure> {
        let path = format!("/api{}", self.path);
        let since = Instant::now();
        while since.elapsed() < LONGEST {
            let mut connection = self.connection()?;
            let (body, head) = self.get(&mut connection, &path)?;
            match status(&head) {
                429 | 503 => std::thread::sleep(Duration::from_millis(100)),
                _ => return Ok(serde_json::from_str(&unpacked(&body)?)?),
            }
        }
        Err(format!("{path} is not answered").into())
    }

    /// Adds the first legal order to the draft.
    fn orders_something(&self) -> Result<(), Failure> {
        let view = self.view()?;
        for action in view["view"]["actions"].as_array().into_iter().flatten() {
            let options: Vec<&serde_json::Value> = action["options"].as_array().into_iter().flatten().collect();
            let Some(legal) = options.iter().find(|option| option["refusal"].is_null()) else { continue };
            let name = action["action"].as_str().unwrap_or_default();
            let option = legal["option"].as_str().unwrap_or_default();
            let order = if options.len() == 1 { name.to_owned() } else { format!("{name}+{option}") };
            return self.act(&format!("do=order&order={order}"));
        }
        Ok(())
    }

    /// Watches as the page's script does: an event, then the page. Tells when each came.
    fn watch(&self, at: usize, heard: Sender<(usize, Instant, Instant)>) {
        let client = self.clone();
        std::thread::spawn(move || {
            let watched = || -> Result<(), Failure> {
                let (mut events, mut pages) = (client.connection()?, client.connection()?);
                events.get_ref().set_read_timeout(None)?;
                write!(events.get_mut(), "{}\r\n", client.head("GET", &format!("{}/events", client.path)))?;
                let live = format!("{}/live", client.path);
                let (mut line, mut tag) = (String::new(), String::new());
                while events.read_line(&mut line)? > 0 {
                    if let Some(data) = line.strip_prefix("data: ") {
                        let event = Instant::now();
                        let stands: serde_json::Value = serde_json::from_str(data)?;
                        let now = stands["tag"].as_str().unwrap_or_default();
                        // A page that came meanwhile shows it already.
                        if now != tag {
                            // The server hangs up on a connection that was long silent: a browser opens another.
                            let (_, head) = match client.get(&mut pages, &live) {
                                Ok(answer) => answer,
                                Err(_) => {
                                    pages = client.connection()?;
                                    client.get(&mut pages, &live)?
                                }
                            };
                            let shown = Instant::now();
                            if status(&head) == 200 {
                                tag = head
                                    .lines()
                                    .find_map(|line| line.strip_prefix("etag: "))
                                    .unwrap_or_default()
                                    .trim_matches('"')
                                    .to_owned();
                                heard.send((at, event, shown))?;
                            }
                        }
                    }
                    line.clear();
                }
                Ok(())
            };
            // A stream that ends with the bench is no failure; one that ends before is missed by it.
            let _ = watched();
        });
    }

    /// Opens the stream of events anew, hears the first, and hangs up.
    fn reconnect(&self) -> Result<(), Failure> {
        let since = Instant::now();
        while since.elapsed() < LONGEST {
            let mut connection = self.connection()?;
            write!(connection.get_mut(), "{}\r\n", self.head("GET", &format!("{}/events", self.path)))?;
            let mut bytes = [0; 1024];
            let count = connection.get_mut().read(&mut bytes)?;
            if bytes[..count].starts_with(b"HTTP/1.1 200") {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err("a stream is refused".into())
    }
}

fn status(head: &str) -> u16 {
    head.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0)
}

/// An answer's body and its head; bodies of known length alone.
fn answer(connection: &mut BufReader<TcpStream>) -> Result<(Vec<u8>, String), Failure> {
    let mut head = String::new();
    while connection.read_line(&mut head)? > 0 && !head.ends_with("\r\n\r\n") {}
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
    let mut body = vec![0; length.ok_or_else(|| format!("no length: {head}"))?];
    connection.read_exact(&mut body)?;
    Ok((body, head))
}

/// A body as it was before it was made smaller, by the system's own program.
fn unpacked(bytes: &[u8]) -> Result<String, Failure> {
    if !bytes.starts_with(&[0x1f, 0x8b]) {
        return Ok(String::from_utf8(bytes.to_vec())?);
    }
    let mut gzip = Command::new("gzip").arg("-dc").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut to = gzip.stdin.take().ok_or("no input")?;
    let bytes = bytes.to_vec();
    let writes = std::thread::spawn(move || to.write_all(&bytes));
    let output = gzip.wait_with_output()?;
    let _ = writes.join();
    Ok(String::from_utf8(output.stdout)?)
}

/// Milliseconds that a process has had of the processors; Linux counts them in hundredths of a second.
fn processor(id: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|word| word.parse::<f64>().ok()).unwrap_or(0.0);
    10.0 * (ticks(11) + ticks(12))
}

/// Memory of a process, KiB.
fn resident(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
