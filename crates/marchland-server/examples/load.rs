//! Sixty clients at one table, measured: how long from a submit to every other screen, how long a page takes, and
//! what ten thousand reconnects leave behind.
//!
//! `cargo run --release -p marchland-server --example load SCENARIO SEAT SEAT [FOLDER]`; a FOLDER in memory leaves the
//! disk's sync out.

#![allow(clippy::print_stdout)]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use marchland_server::{Limits, Options, Play, Rate, Server};
use marchland_session::{Holder, Source, Table};
use marchland_sim::scenario::files;
use marchland_strategies::Registry;

const CLIENTS: usize = 60;
const ROUNDS: usize = 60;
const RECONNECTS: usize = 10_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [scenario, first, second, rest @ ..] = &arguments[..] else { return Err("SCENARIO SEAT SEAT [FOLDER]".into()) };
    let folder = rest.first().map_or_else(std::env::temp_dir, PathBuf::from);
    let file = folder.join(format!("load-{}.march", std::process::id()));
    let registry = Registry::standard();
    let source = Source::load(files::read(Path::new(scenario)).map_err(|_| "no such scenario")?, &registry)?;
    let mut opening = source.opening(1);
    opening.facilitator = true;
    for (player, holder) in &mut opening.seats {
        if player == first || player == second {
            *holder = Holder::Human;
        }
    }
    let table = Table::create(&file, &source, &opening)?;
    let free = Rate { second: 1e9, burst: 1e9 };
    let limits = Limits { all: free, address: free, device: free, join: free, ..Limits::default() };
    let options = Options { bind: ([127, 0, 0, 1], 0).into(), limits, ..Options::default() };
    let server = Server::start(Play::Table(Box::new(table)), options)?;
    let links = server.links()?;
    let link = |role: &str| links.iter().find(|link| link.role == role).map(|link| link.address.clone());
    let address = server.address();

    let roles: Vec<&str> = (0..CLIENTS).map(|at| [first.as_str(), second, "screen"][at % 3]).collect();
    let (heard, times) = channel();
    let mut cookies = Vec::new();
    for role in &roles {
        let cookie = join(address, &link(role).ok_or("no link")?)?;
        let path = if *role == "screen" { "/screen".to_owned() } else { format!("/seat/{role}") };
        listen(address, &format!("{path}/events"), &cookie, heard.clone());
        cookies.push((path, cookie));
    }
    drain(&times, Duration::from_millis(800));
    let (path, cookie) = &cookies[0];
    let mut delays = Vec::new();
    for round in 0..ROUNDS {
        let body = if round % 2 == 0 { "do=submit" } else { "do=undo" };
        let sent = Instant::now();
        ask(address, "POST", path, cookie, body)?;
        for _ in 0..CLIENTS {
            let at: Instant = times.recv_timeout(Duration::from_secs(10))?;
            delays.push(at.saturating_duration_since(sent));
        }
    }
    report("submit to each of sixty screens", &mut delays);

    let mut pages = Vec::new();
    let mut size = 0;
    for _ in 0..200 {
        let sent = Instant::now();
        size = ask(address, "GET", path, cookie, "")?.len();
        pages.push(sent.elapsed());
    }
    report(&format!("a seat's page, {} KB", size / 1000), &mut pages);

    for _ in 0..500 {
        ask(address, "GET", "/screen/live", &cookies[2].1, "")?;
    }
    let before = resident();
    for _ in 0..RECONNECTS {
        let (path, cookie) = &cookies[2];
        let mut stream = TcpStream::connect(address)?;
        write!(stream, "GET {path}/events HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n")?;
        let mut bytes = [0; 512];
        let count = stream.read(&mut bytes)?;
        if !bytes[..count].starts_with(b"HTTP/1.1 200") {
            return Err("a reconnect was refused".into());
        }
    }
    let after = resident();
    println!(
        "{RECONNECTS} reconnects: {before} KiB before, {after} KiB after, {:+.1} %",
        100.0 * (after as f64 / before as f64 - 1.0)
    );
    drop(server);
    let _ = std::fs::remove_file(&file);
    let _ = std::fs::remove_file(file.with_extension("march.room"));
    Ok(())
}

fn report(what: &str, times: &mut [Duration]) {
    times.sort();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    println!("{what}: median {:.1} ms, p99 {:.1} ms, longest {:.1} ms, n {}", at(0.5), at(0.99), at(1.0), times.len());
}

fn drain(times: &Receiver<Instant>, wait: Duration) {
    while times.recv_timeout(wait).is_ok() {}
}

fn ask(address: SocketAddr, method: &str, path: &str, cookie: &str, body: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {cookie}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )?;
    let mut text = String::new();
    stream.read_to_string(&mut text)?;
    Ok(text)
}

fn join(address: SocketAddr, link: &str) -> Result<String, Box<dyn std::error::Error>> {
    let secret = link.rsplit('/').next().unwrap_or_default();
    let answer = ask(address, "POST", "/join", "a=b", &format!("secret={secret}"))?;
    let cookie = answer.lines().find_map(|line| line.strip_prefix("set-cookie: ")).ok_or("nobody is let in")?;
    Ok(cookie.split(';').next().unwrap_or_default().to_owned())
}

/// Says when each event comes; the first only tells where the page stands.
fn listen(address: SocketAddr, path: &str, cookie: &str, heard: Sender<Instant>) {
    let head = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n");
    std::thread::spawn(move || {
        let Ok(mut stream) = TcpStream::connect(address) else { return };
        let _ = stream.write_all(head.as_bytes());
        let mut bytes = [0; 4096];
        while let Ok(count) = stream.read(&mut bytes) {
            let events = String::from_utf8_lossy(&bytes[..count]).matches("event: stands").count();
            for _ in 0..events {
                if heard.send(Instant::now()).is_err() {
                    return;
                }
            }
            if count == 0 {
                return;
            }
        }
    });
}

/// Memory of this process, KiB; 0 where the system does not say.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
