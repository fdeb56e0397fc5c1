//! No one gets in: a test for each line of what is promised.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use marchland_server::{Limits, Options, Play, Rate, Server, ServerError, paths};

use crate::client::{Client, ServedGame, form, options, serve, table};

fn chicken() -> ServedGame {
    serve("chicken.ron", &["row", "column"], true, options())
}

#[test]
fn a_preview_of_a_link_joins_nobody_and_a_button_does() {
    let served = chicken();
    let link = served.link("row");
    let secret = link.rsplit('/').next().expect("a secret");
    assert_eq!(secret.len(), 32, "128 bits in hexadecimal");
    let mut client = Client::new(served.server.address());
    let path = format!("/join/{secret}");
    let door = client.get(&path);
    assert_eq!((door.status, door.header("set-cookie")), (200, None));
    assert!(door.body.contains("<button"), "{}", door.body);
    assert_eq!(client.get("/seat/row").status, 401);
    let joined = client.join(&link, "Anna");
    assert_eq!((joined.status, joined.header("location")), (303, Some("/seat/row")));
    let cookie = joined.header("set-cookie").expect("a cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    assert!(!cookie.contains("Secure"), "not under plain HTTP: {cookie}");
    let page = client.get("/seat/row");
    assert_eq!(page.status, 200);
    assert!(!page.body.contains(secret), "the secret stands on a page");
}

#[test]
fn a_device_sees_its_own_part_and_no_other() {
    let served = chicken();
    let row = served.joined("row");
    for path in [
        "/chair",
        "/chair/links",
        "/chair/odds",
        "/chair/export/log.json",
        "/seat/column",
        "/seat/column/live",
        "/screen",
        "/api/chair",
        "/api/seat/column",
        "/seat/nobody",
        "/seat/column/history",
        "/chair/seat/column",
    ] {
        assert_eq!(row.get(path).status, 401, "{path}");
    }
    for path in ["/chair", "/seat/column", "/api/chair"] {
        assert_eq!(row.post(path, &[("do", "submit")]).status, 401, "{path}");
    }
    for path in ["/seat/column/events", "/chair/events"] {
        assert_eq!(row.get(path).status, 401, "{path}");
    }
    assert_eq!(row.get("/seat/row").status, 200);
}

#[test]
fn the_chair_closes_seats_and_sends_devices_away() {
    let served = chicken();
    let (chair, row) = (served.joined("chair"), served.joined("row"));
    let second = served.joined("row");
    assert_eq!(second.get("/seat/row").status, 200, "several devices hold a seat");
    chair.does("/chair", &[("do", "close_seat"), ("seat", "row")]);
    let mut late = Client::new(served.server.address());
    assert_eq!(late.join(&served.link("row"), "").status, 403);
    assert_eq!(row.get("/seat/row").status, 200, "those within stay");
    let devices = chair.get("/api/chair").body;
    let value: serde_json::Value = serde_json::from_str(&devices).expect("JSON");
    let device =
        value["devices"].as_array().expect("a list").iter().find(|one| one["role"] == "seat-row").expect("row's");
    let number = device["device"].to_string();
    chair.does("/chair", &[("do", "revoke"), ("device", &number)]);
    assert_eq!(row.get("/seat/row").status, 401);
    assert_eq!(row.post("/seat/row", &[("do", "submit")]).status, 401);
    assert_eq!(second.get("/seat/row").status, 200);
    chair.does("/chair", &[("do", "open_seat"), ("seat", "row")]);
    assert_eq!(late.join(&served.link("row"), "").status, 303);
}

#[test]
fn a_place_with_a_pin_asks_further_devices_for_it() {
    let served = chicken();
    let (chair, row) = (served.joined("chair"), served.joined("row"));
    let link = served.link("row");
    let secret = link.rsplit('/').next().expect("a secret").to_owned();
    let door = |client: &Client| client.get(&format!("/join/{secret}")).body.contains("name=\"pin\"");
    let late = || Client::new(served.server.address());
    assert!(!door(&late()));
    for bad in ["123", "12 34", &"1".repeat(33)] {
        assert!(!row.act("/seat/row", &[("do", "pin"), ("pin", bad)]).0, "{bad}");
    }
    row.does("/seat/row", &[("do", "pin"), ("pin", "4711")]);
    assert!(door(&late()), "the door asks for it");
    for page in [row.get("/seat/row").body, chair.get("/chair").body, chair.get("/chair/export/log.json").body] {
        assert!(!page.contains("4711"), "the PIN stands on a page");
    }
    assert_eq!(late().join(&link, "").status, 403);
    assert_eq!(late().join_with(&link, "4712").status, 403);
    assert_eq!(late().join_with(&link, " 4711 ").status, 303);
    let mut same = row;
    assert_eq!(same.join(&link, "").status, 303, "who is in stays in");
    assert_eq!(late().join(&served.link("column"), "").status, 303, "another seat asks for nothing");
    // Programs are asked too.
    let ask = |pin: &str| {
        let origin = format!("http://{}", served.server.address());
        let body = serde_json::json!({"secret": secret, "pin": pin}).to_string();
        late().send("POST", "/api/join", &[("Origin", &origin), ("Content-Type", "application/json")], &body).status
    };
    assert_eq!((ask(""), ask("4711")), (403, 200));
    // A forgotten one is taken away by the chair, and by nobody else.
    let column = served.joined("column");
    assert!(!column.act("/seat/column", &[("do", "pin"), ("seat", "row")]).0);
    assert_eq!(late().join(&link, "").status, 403);
    chair.does("/chair", &[("do", "pin"), ("seat", "row")]);
    assert_eq!(late().join(&link, "").status, 303);
}

#[test]
fn the_chairs_pin_is_that_of_the_games_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut game = table(&folder.path().join("a.march"), "chicken.ron", &["row", "column"], true);
    game.set_pin(marchland_session::Party::Chair, Some("gavel")).expect("set at a keyboard");
    let served = crate::client::serve_table(folder, game, options());
    let link = served.link("chair");
    let mut client = Client::new(served.server.address());
    assert_eq!(client.join(&link, "").status, 403);
    assert_eq!(client.get("/chair").status, 401);
    assert_eq!(client.join_with(&link, "gavel").status, 303);
    assert_eq!(client.get("/chair").status, 200);
    client.does("/chair", &[("do", "pin")]);
    assert_eq!(Client::new(served.server.address()).join(&link, "").status, 303, "it took its own away");
}

#[test]
fn pins_are_not_guessed_in_an_evening() {
    let served = chicken();
    let row = served.joined("row");
    row.does("/seat/row", &[("do", "pin"), ("pin", "4711")]);
    let link = served.link("row");
    let mut late = Client::new(served.server.address());
    let tried: Vec<u16> = (0..7).map(|at| late.join_with(&link, &format!("000{at}")).status).collect();
    assert_eq!(tried, [403, 403, 403, 403, 403, 429, 429]);
    assert_eq!(late.join_with(&link, "4711").status, 429, "not even the right one, for a while");
    assert_eq!(Client::new(served.server.address()).join(&served.link("column"), "").status, 303);
}

#[test]
fn who_is_sent_away_between_head_and_body_does_nothing() {
    let served = chicken();
    let (chair, row) = (served.joined("chair"), served.joined("row"));
    let view = |client: &Client, path: &str| -> serde_json::Value {
        serde_json::from_str(&client.get(path).body).expect("JSON")
    };
    let body = form(&[("do", "message"), ("to", "chair"), ("text", "Too late.")]);
    let address = row.address;
    let mut stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    let head = format!(
        "POST /seat/row HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {}\r\nConnection: close\r\n\
         Expect: 100-continue\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        row.cookie,
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("sent");
    // The server asks for the body once it has let the device in.
    let (mut said, mut byte) = (String::new(), [0]);
    while !said.ends_with("\r\n\r\n") {
        stream.read_exact(&mut byte).expect("it goes on");
        said.push(char::from(byte[0]));
    }
    assert!(said.starts_with("HTTP/1.1 100"), "{said}");
    let devices = view(&chair, "/api/chair")["devices"].clone();
    let own = devices.as_array().expect("a list").iter().find(|one| one["role"] == "seat-row").expect("row's").clone();
    chair.does("/chair", &[("do", "revoke"), ("device", &own["device"].to_string())]);
    stream.write_all(body.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    assert!(!chair.get("/chair/history").body.contains("Too late."), "it was done all the same");
    // The test can fail: who is in does it.
    let again = served.joined("row");
    again.does("/seat/row", &[("do", "message"), ("to", "chair"), ("text", "In time.")]);
    assert!(chair.get("/chair/history").body.contains("In time."));
}

#[test]
fn links_and_devices_outlive_the_program_and_lie_hashed_in_a_file_of_the_owner() {
    let served = chicken();
    let link = served.link("row");
    let client = served.joined("row");
    let ServedGame { server, folder } = served;
    drop(server);
    let game = folder.path().join("a.march");
    let kept = std::fs::read_to_string(folder.path().join("a.march.room")).expect("kept");
    let secret = link.rsplit('/').next().expect("a secret");
    let token = client.cookie.split('=').nth(1).expect("a token");
    assert!(!kept.contains(secret) && !kept.contains(token), "{kept}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path().join("a.march.room")).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let end = Instant::now() + Duration::from_secs(10);
    let table = loop {
        // The room's thread lets the file go a moment after the server is dropped.
        match marchland_session::Table::open(&game, &marchland_strategies::Registry::standard()) {
            Ok(table) => break table,
            Err(error) => assert!(Instant::now() < end, "{error}"),
        }
    };
    let server = Server::start(Play::Table(Box::new(table)), options()).expect("a server");
    let mut again = Client { address: server.address(), cookie: client.cookie.clone() };
    assert_eq!(again.get("/seat/row").status, 200);
    again.cookie.clear();
    assert_eq!(again.join(&link, "").status, 303);
}

/// Every path that is served, its names filled in.
fn filled() -> Vec<(String, String)> {
    let fill = |path: &str| {
        path.replace("{seat}", "row").replace("{secret}", "0123456789abcdef0123456789abcdef").replace("{name}", "x")
    };
    paths()
        .iter()
        .map(|route| route.split_once(' ').expect("a method"))
        .map(|(method, path)| (method.to_owned(), fill(path)))
        .collect()
}

#[test]
fn no_change_comes_from_another_site_whatever_the_route() {
    let served = chicken();
    let client = served.joined("row");
    let own = format!("http://{}", client.address);
    let foreign: [&[(&str, &str)]; 6] = [
        &[],
        &[("Origin", "null")],
        &[("Origin", "http://evil.example")],
        &[("Origin", &own), ("Sec-Fetch-Site", "cross-site")],
        &[("Origin", &own), ("Sec-Fetch-Site", "same-site")],
        &[("Origin", &own), ("Sec-Fetch-Site", "none")],
    ];
    for (method, path) in filled().iter().filter(|(method, _)| method == "POST") {
        for heads in foreign {
            assert_eq!(client.send(method, path, heads, "do=submit").status, 403, "{path} {heads:?}");
        }
    }
    assert!(!client.get("/seat/row").body.contains("You have submitted"));
}

#[test]
fn a_name_that_somebody_else_points_here_is_refused_whatever_the_route() {
    let served = chicken();
    let client = served.joined("row");
    for (method, path) in filled() {
        for host in ["evil.example", "evil.example:7320", "localhost.evil.example", ""] {
            let answer = client.send(&method, &path, &[("Host", host)], "");
            assert_eq!(answer.status, 421, "{method} {path} {host}");
        }
    }
}

#[test]
fn every_answer_bears_the_policy_and_no_page_holds_anything_inline() {
    let served = chicken();
    let (row, chair, screen) = (served.joined("row"), served.joined("chair"), served.joined("screen"));
    let mut looked = 0;
    for client in [&row, &chair, &screen, &Client::new(served.server.address())] {
        for (_, path) in filled().iter().filter(|(method, path)| method == "GET" && !path.ends_with("/events")) {
            let answer = client.get(path);
            let policy = answer.header("content-security-policy").unwrap_or_else(|| panic!("{path}: no policy"));
            assert!(
                policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
                "{path}: {policy}"
            );
            assert!(!policy.contains("unsafe"), "{path}: {policy}");
            assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
            assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
            assert!(answer.header("content-type").is_some(), "{path}");
            if answer.header("content-type").is_some_and(|kind| kind.starts_with("text/html"))
                && !path.contains("review")
            {
                looked += 1;
                for inline in [" style=", "<style", " onclick=", " onload=", " onerror=", "javascript:"] {
                    assert!(!answer.body.contains(inline), "{path}: {inline}");
                }
                let scripts = answer.body.matches("<script").count();
                assert_eq!(scripts, answer.body.matches("<script defer src=\"/assets/").count(), "{path}");
            }
        }
    }
    assert!(looked > 30, "{looked} pages looked at");
}

#[test]
fn a_body_is_small_or_refused() {
    let served = chicken();
    let row = served.joined("row");
    let fits = "x".repeat(60_000);
    let (taken, text) = row.act("/seat/row", &[("do", "message"), ("to", "chair"), ("text", &fits)]);
    assert!(!taken && text.contains("2000"), "it is read, and refused for what it says: {text}");
    let origin = format!("http://{}", row.address);
    let large = form(&[("do", "message"), ("to", "chair"), ("text", &"x".repeat(70_000))]);
    assert_eq!(row.send("POST", "/seat/row", &[("Origin", &origin)], &large).status, 413);
    assert_eq!(row.get("/seat/row").status, 200);
}

#[test]
fn who_asks_too_much_waits() {
    let slow = Rate { second: 0.001, burst: 4.0 };
    let limits = Limits { device: slow, join: Rate { second: 0.001, burst: 5.0 }, ..Limits::default() };
    let served = serve("chicken.ron", &["row", "column"], true, Options { limits, ..options() });
    let (row, column) = (served.joined("row"), served.joined("column"));
    let fields = [("do", "type"), ("field", "message"), ("text", "a")];
    let statuses: Vec<u16> = (0..6).map(|_| row.post("/seat/row", &fields).status).collect();
    assert_eq!(statuses, [303, 303, 303, 303, 429, 429]);
    assert_eq!(column.post("/seat/column", &fields).status, 303, "one device's haste is not another's");
    let mut guess = Client::new(served.server.address());
    let tries: Vec<u16> = (0..6).map(|_| guess.join("x/00000000000000000000000000000000", "").status).collect();
    assert_eq!(tries, [404, 404, 404, 429, 429, 429], "two joined before");
    let few = Limits { address: Rate { second: 0.001, burst: 3.0 }, ..Limits::default() };
    let served = serve("chicken.ron", &["row"], true, Options { limits: few, ..options() });
    let client = Client::new(served.server.address());
    let statuses: Vec<u16> = (0..4).map(|_| client.get("/").status).collect();
    assert_eq!(statuses, [200, 200, 200, 429]);
}

#[test]
fn a_client_that_dawdles_is_closed_and_others_are_not_kept_waiting() {
    let limits = Limits { patience_seconds: 1, connections_address: 3, ..Limits::default() };
    let served = serve("chicken.ron", &["row"], true, Options { limits, ..options() });
    let slow = |text: &str| {
        let mut stream = TcpStream::connect(served.server.address()).expect("a connection");
        stream.write_all(text.as_bytes()).expect("sent");
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
        stream
    };
    let address = served.server.address();
    let mut head = slow("GET / HTTP/1.1\r\nHost: ");
    let mut body = slow(&format!(
        "POST /join HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nContent-Length: 50\r\nConnection: close\r\n\r\nsec"
    ));
    assert_eq!(Client::new(address).get("/").status, 200);
    let mut text = String::new();
    let started = Instant::now();
    let _ = head.read_to_string(&mut text);
    let _ = body.read_to_string(&mut text);
    assert!(text.contains("408"), "the body's is told so: {text}");
    assert!(started.elapsed() < Duration::from_secs(15), "closed after {:?}", started.elapsed());
    // No more connections than may be from one address.
    let open: Vec<TcpStream> = (0..3).map(|_| slow("GET / HTTP/1.1\r\n")).collect();
    let mut more = slow("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    let mut nothing = Vec::new();
    let _ = more.read_to_end(&mut nothing);
    assert!(nothing.is_empty(), "{}", String::from_utf8_lossy(&nothing));
    drop(open);
}

#[test]
fn no_path_leads_out_of_the_program() {
    let served = chicken();
    let chair = served.joined("chair");
    for path in [
        "/assets/../../../etc/passwd",
        "/assets/..%2f..%2f..%2fetc%2fpasswd",
        "/../a.march",
        "/a.march",
        "/assets/",
        "/chair/export/..%2fa.march",
        "/chair/export/a.march.room",
        "//etc/passwd",
        "/.git/config",
        "/assets/%00",
        "/scenarios",
    ] {
        let answer = chair.get(path);
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
        assert!(!answer.body.contains("root:"), "{path}");
    }
}

#[test]
fn words_of_people_are_shown_and_never_obeyed() {
    let served = chicken();
    let (row, chair) = (served.joined("row"), served.joined("chair"));
    let nasty = "<script>alert(1)</script><img src=x onerror=alert(1)> \u{202e}gnirts \"quoted\" 'single' & more";
    // What a terminal would obey is not even taken; games of earlier versions hold some, as names of devices may.
    let worse = format!("{nasty} \u{1b}[2J");
    let (taken, text) = row.act("/seat/row", &[("do", "message"), ("to", "chair"), ("text", &worse)]);
    assert!(!taken && text.contains("control character"), "{text}");
    row.does("/seat/row", &[("do", "message"), ("to", "chair"), ("text", nasty)]);
    row.does("/seat/row", &[("do", "request"), ("text", nasty)]);
    row.does("/seat/row", &[("do", "propose"), ("text", nasty)]);
    row.does("/seat/row", &[("do", "type"), ("field", "message"), ("text", nasty)]);
    chair.does("/chair", &[("do", "release"), ("text", nasty)]);
    chair.does("/chair", &[("do", "note"), ("text", nasty)]);
    chair.does("/chair", &[("do", "tell"), ("to", "all"), ("text", nasty)]);
    let mut named = Client::new(served.server.address());
    named.join(&served.link("row"), &worse);
    let screen = served.joined("screen");
    let pages = [
        row.get("/seat/row"),
        row.get("/seat/row/history"),
        chair.get("/chair"),
        chair.get("/chair/history"),
        chair.get("/chair/seat/row"),
        screen.get("/screen"),
        row.get("/seat/row/live"),
    ];
    for page in pages {
        assert_eq!(page.status, 200);
        assert!(!page.body.contains("<script>alert") && !page.body.contains("<img"), "{}", page.body);
        assert!(!page.body.contains(['\u{1b}', '\u{202e}']));
        assert!(page.body.contains("&lt;script&gt;alert(1)"), "{}", page.body);
    }
    let markdown = chair.get("/chair/export/history.md").body;
    assert!(!markdown.contains("<script>") && !markdown.contains('\u{1b}'), "{markdown}");
    let json = row.get("/api/seat/row").body;
    assert!(!json.contains(['\u{1b}', '\u{202e}']), "{json}");
}

#[test]
fn nobody_listens_beyond_this_machine_unencrypted_without_saying_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = |name: &str| Play::Table(Box::new(table(&folder.path().join(name), "chicken.ron", &["row"], true)));
    let beyond = |insecure| Options { bind: ([0, 0, 0, 0], 0).into(), insecure, ..options() };
    match Server::start(open("a.march"), beyond(false)) {
        Err(error @ ServerError::Insecure(_)) => {
            let text = error.to_string();
            assert!(text.contains("--tls") && text.contains("--insecure"), "{text}");
        }
        other => panic!("{:?}", other.map(|server| server.address())),
    }
    assert!(Server::start(open("b.march"), beyond(true)).is_ok());
}

#[test]
fn a_port_in_use_is_said_in_plain_words() {
    let served = chicken();
    let folder = tempfile::tempdir().expect("a folder");
    let play = Play::Table(Box::new(table(&folder.path().join("b.march"), "chicken.ron", &["row"], true)));
    let options = Options { bind: served.server.address(), ..options() };
    let Err(error) = Server::start(play, options) else { panic!("two servers on one port") };
    assert!(error.to_string().contains("--bind"), "{error}");
}
