//! A server of a test, and a client that speaks HTTP and nothing more.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use marchland_server::{Limits, Options, Play, Rate, Server};
use marchland_session::{Holder, Source, Table};
use marchland_sim::scenario::files;
use marchland_strategies::Registry;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// A header's value.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(": ")?;
            key.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// Somebody who asks.
#[derive(Clone)]
pub struct Client {
    pub address: SocketAddr,
    pub cookie: String,
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        Self { address, cookie: String::new() }
    }

    /// A connection on which a page's request was sent.
    pub fn asking(&self, path: &str, heads: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a timeout");
        let text = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n{heads}\r\n", self.address, self.cookie);
        stream.write_all(text.as_bytes()).expect("sent");
        stream
    }

    /// A page as it comes over the wire: its head, and the bytes of its body.
    pub fn bytes(&self, path: &str, heads: &str) -> (String, Vec<u8>) {
        let mut all = Vec::new();
        self.asking(path, &format!("{heads}Connection: close\r\n")).read_to_end(&mut all).expect("an answer");
        let end = all.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
        let body = all.split_off(end + 4);
        (String::from_utf8(all).expect("a head is text"), body)
    }

    /// Sends bytes as they are.
    pub fn raw(&self, text: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
        stream.write_all(text.as_bytes()).expect("sent");
        let mut bytes = Vec::new();
        // A server that refuses a body closes before it is sent whole.
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or(0);
        let body =
            if head.to_lowercase().contains("transfer-encoding: chunked") { unchunked(body) } else { body.to_owned() };
        Answer { status, head: head.to_owned(), body }
    }

    pub fn send(&self, method: &str, path: &str, heads: &[(&str, &str)], body: &str) -> Answer {
        let mut text = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !heads.iter().any(|(name, _)| *name == "Host") {
            text += &format!("Host: {}\r\n", self.address);
        }
        if !self.cookie.is_empty() {
            text += &format!("Cookie: {}\r\n", self.cookie);
        }
        for (name, value) in heads {
            text += &format!("{name}: {value}\r\n");
        }
        if !body.is_empty() || method == "POST" {
            text += &format!("Content-Length: {}\r\n", body.len());
        }
        self.raw(&format!("{text}\r\n{body}"))
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], "")
    }

    /// Sends a form as a page of this server does.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let origin = format!("http://{}", self.address);
        let kind = "application/x-www-form-urlencoded";
        self.send("POST", path, &[("Origin", &origin), ("Content-Type", kind)], &form(fields))
    }

    /// The same, as its script does; whether it was taken, and the words.
    pub fn act(&self, path: &str, fields: &[(&str, &str)]) -> (bool, String) {
        let origin = format!("http://{}", self.address);
        let heads = [
            ("Origin", origin.as_str()),
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Accept", "application/json"),
        ];
        let answer = self.send("POST", path, &heads, &form(fields));
        let value: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{answer:?}"));
        (value["ok"] == true, value["text"].as_str().unwrap_or_default().to_owned())
    }

    /// The same; it must be taken.
    pub fn does(&self, path: &str, fields: &[(&str, &str)]) {
        let (taken, text) = self.act(path, fields);
        assert!(taken, "{fields:?}: {text}");
    }

    /// Joins by a link.
    pub fn join(&mut self, link: &str, name: &str) -> Answer {
        self.join_by(link, &[("name", name)])
    }

    /// Joins by a link whose place has a PIN.
    pub fn join_with(&mut self, link: &str, pin: &str) -> Answer {
        self.join_by(link, &[("pin", pin)])
    }

    fn join_by(&mut self, link: &str, fields: &[(&str, &str)]) -> Answer {
        let secret = link.rsplit('/').next().expect("a link has a secret");
        let answer = self.post("/join", &[&[("secret", secret)], fields].concat());
        if let Some(cookie) = answer.header("set-cookie") {
            let pair = cookie.split(';').next().expect("a cookie has a name");
            if !self.cookie.is_empty() {
                self.cookie += "; ";
            }
            self.cookie += pair;
        }
        answer
    }
}

pub fn form(fields: &[(&str, &str)]) -> String {
    let escaped = |text: &str| -> String {
        text.bytes()
            .map(|byte| if byte.is_ascii_alphanumeric() { (byte as char).to_string() } else { format!("%{byte:02X}") })
            .collect()
    };
    fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect::<Vec<_>>().join("&")
}

fn unchunked(body: &str) -> String {
    let (mut rest, mut out) = (body, String::new());
    while let Some((size, after)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap_or(0);
        if size == 0 || after.len() < size {
            break;
        }
        out += &after[..size];
        rest = after[size..].trim_start_matches("\r\n");
    }
    out
}

/// A game served for a test.
pub struct ServedGame {
    pub server: Server,
    pub folder: tempfile::TempDir,
}

/// The path of a scenario.
pub fn scenario(name: &str) -> PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios")).join(name)
}

/// Opens a game with people in some seats.
pub fn table(path: &Path, name: &str, people: &[&str], chaired: bool) -> Table {
    let registry = Registry::standard();
    let source = Source::load(files::read(&scenario(name)).expect("files"), &registry).expect("a scenario");
    let mut opening = source.opening(7);
    opening.facilitator = chaired;
    opening.turns = opening.turns.min(4);
    for (player, holder) in &mut opening.seats {
        if people.contains(&player.as_str()) {
            *holder = Holder::Human;
        }
    }
    Table::create(path, &source, &opening).expect("a game")
}

/// Opens a game that another server may just have let go: its room's thread does so a moment later.
pub fn opened(path: &Path) -> Table {
    let end = std::time::Instant::now() + Duration::from_secs(20);
    loop {
        match Table::open(path, &Registry::standard()) {
            Ok(table) => return table,
            Err(error) => assert!(std::time::Instant::now() < end, "{error}"),
        }
    }
}

/// Serves a game that was begun.
pub fn serve_table(folder: tempfile::TempDir, table: Table, options: Options) -> ServedGame {
    ServedGame { server: Server::start(Play::Table(Box::new(table)), options).expect("a server"), folder }
}

/// Serves a game with people in some seats.
pub fn serve(name: &str, people: &[&str], chaired: bool, options: Options) -> ServedGame {
    let folder = tempfile::tempdir().expect("a folder");
    let table = table(&folder.path().join("a.march"), name, people, chaired);
    serve_table(folder, table, options)
}

/// Options of a test: any free port.
pub fn options() -> Options {
    Options { bind: ([127, 0, 0, 1], 0).into(), fixed_key: Some("key".into()), ..Options::default() }
}

/// The same without limits, where a test asks as fast as it can.
pub fn unlimited() -> Options {
    let free = Rate { second: 1e9, burst: 1e9 };
    Options { limits: Limits { all: free, address: free, device: free, join: free, ..Limits::default() }, ..options() }
}

/// A seat's view, as programs read it.
pub fn view(client: &Client, seat: &str) -> serde_json::Value {
    let answer = client.get(&format!("/api/seat/{seat}"));
    let value: serde_json::Value = serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{answer:?}"));
    value["view"].clone()
}

/// A seat's legal orders that it may add to its draft.
pub fn legal(client: &Client, seat: &str) -> Vec<String> {
    let view = view(client, seat);
    let mut orders = Vec::new();
    for action in view["actions"].as_array().expect("actions") {
        let options = action["options"].as_array().expect("options");
        for option in options.iter().filter(|option| option["refusal"].is_null()) {
            let name = action["action"].as_str().expect("a name");
            let single = options.len() == 1;
            orders.push(if single {
                name.to_owned()
            } else {
                format!("{name} {}", option["option"].as_str().expect("a name"))
            });
        }
    }
    orders
}

impl ServedGame {
    pub fn link(&self, role: &str) -> String {
        let links = self.server.links().expect("links");
        links.into_iter().find(|link| link.role == role).unwrap_or_else(|| panic!("a link for {role}")).address
    }

    /// Somebody who joined.
    pub fn joined(&self, role: &str) -> Client {
        let mut client = Client::new(self.server.address());
        assert_eq!(client.join(&self.link(role), "a device").status, 303);
        client
    }
}
