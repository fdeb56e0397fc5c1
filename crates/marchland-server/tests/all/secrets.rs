//! Two games that differ in others' secrets give a seat, the projector and their programs equal answers.

use marchland_server::paths;

use crate::client::{Client, Served, options, serve};

const SCENARIO: &str = "tajikistan-2010";
const MINE: &str = "russia";
const OTHER: &str = "government";

/// A game in which the viewer did the same, and others did something or nothing.
struct Evening {
    served: Served,
    mine: Client,
    other: Client,
    chair: Client,
    screen: Client,
}

fn evening() -> Evening {
    let served = serve(SCENARIO, &[MINE, OTHER], true, options());
    let (mine, other, chair, screen) =
        (served.joined(MINE), served.joined(OTHER), served.joined("chair"), served.joined("screen"));
    mine.does("/seat/russia", &[("do", "message"), ("to", "chair"), ("text", "Hello.")]);
    mine.does("/seat/russia", &[("do", "request"), ("text", "How many?")]);
    Evening { served, mine, other, chair, screen }
}

/// Every answer of a part to a GET, and the first event of its stream.
fn answers(client: &Client, part: &str) -> Vec<(String, String)> {
    let own = |path: &str| {
        let path = path.strip_prefix("/api").unwrap_or(path);
        path.starts_with(part)
    };
    let mut found = Vec::new();
    for route in paths() {
        let Some(path) = route.strip_prefix("GET ").map(|path| path.replace("{seat}", MINE)) else { continue };
        if !own(&path) {
            continue;
        }
        let path = if path.ends_with("/preview") { format!("{path}?order=") } else { path };
        if path.ends_with("/events") {
            found.push((path.clone(), first_event(client, &path)));
        } else {
            let answer = client.get(&path);
            found.push((path, format!("{} {}", answer.status, answer.body)));
        }
    }
    assert!(found.len() >= 5, "{found:?}");
    found
}

fn first_event(client: &Client, path: &str) -> String {
    use std::io::{Read, Write};
    let mut stream = std::net::TcpStream::connect(client.address).expect("a connection");
    stream.set_read_timeout(Some(std::time::Duration::from_secs(20))).expect("a timeout");
    let text = format!("GET {path} HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", client.address, client.cookie);
    stream.write_all(text.as_bytes()).expect("sent");
    let (mut all, mut bytes) = (String::new(), [0; 4096]);
    while !all.contains("data: ") {
        let count = stream.read(&mut bytes).expect("an event");
        assert!(count > 0, "{all}");
        all += &String::from_utf8_lossy(&bytes[..count]);
    }
    all.lines().find(|line| line.starts_with("data: ")).expect("an event").to_owned()
}

/// What differs only because the two games have different doors.
fn alike(text: &str, evening: &Evening) -> String {
    text.replace(&evening.served.server.address().to_string(), "HOST")
}

fn assert_alike(a: &Evening, b: &Evening, when: &str) {
    for (client, part) in [(true, "/seat"), (false, "/screen")] {
        let of = |evening: &Evening| answers(if client { &evening.mine } else { &evening.screen }, part);
        let (first, second) = (of(a), of(b));
        for ((path, one), (_, two)) in first.iter().zip(&second) {
            assert_eq!(alike(one, a), alike(two, b), "{when}: {path}");
        }
    }
}

#[test]
fn a_seat_and_the_projector_learn_nothing_of_others_secrets() {
    let (a, b) = (evening(), evening());
    assert_alike(&a, &b, "at first");
    // In one of the two games, everybody else is busy.
    let other = |fields: &[(&str, &str)]| b.other.does("/seat/government", fields);
    let view: serde_json::Value = serde_json::from_str(&b.other.get("/api/seat/government").body).expect("JSON");
    let actions = view["view"]["actions"].as_array().expect("actions");
    let mut drafted = 0;
    for action in actions {
        let option = &action["options"][0];
        let name = action["action"].as_str().expect("a name");
        let order = if action["options"].as_array().is_some_and(|all| all.len() > 1) {
            format!("{name} {}", option["option"].as_str().expect("a name"))
        } else {
            name.to_owned()
        };
        if drafted < 2
            && option["refusal"].is_null()
            && b.other.act("/seat/government", &[("do", "order"), ("order", &order)]).0
        {
            drafted += 1;
        }
    }
    assert_eq!(drafted, 2);
    other(&[("do", "message"), ("to", "chair"), ("text", "A secret.")]);
    other(&[("do", "message"), ("to", "united_states"), ("text", "Another.")]);
    other(&[("do", "request"), ("text", "Where are they?")]);
    other(&[("do", "propose"), ("text", "Something quiet.")]);
    other(&[("do", "type"), ("field", "message"), ("text", "Half a secret")]);
    other(&[("do", "default"), ("default", "last")]);
    let chair = |fields: &[(&str, &str)]| b.chair.does("/chair", fields);
    chair(&[("do", "answer"), ("number", "2"), ("text", "There.")]);
    chair(&[("do", "note"), ("text", "They are at it.")]);
    chair(&[("do", "tell"), ("to", OTHER), ("text", "Well done.")]);
    chair(&[("do", "grant"), ("number", "1"), ("chance", "1"), ("seen", "nobody"), ("reason", "Quietly.")]);
    chair(&[("do", "inject"), ("path", "tajikistan.legitimacy"), ("by", "-0.01"), ("turn", "3"), ("reason", "Later.")]);
    chair(&[("do", "type"), ("field", "bulletin"), ("text", "Not yet.")]);
    let late = b.served.joined(OTHER);
    assert_eq!(late.get("/seat/government").status, 200);
    assert_alike(&a, &b, "while others are busy");
    // The test can fail: the chair's and the other seat's own pages differ.
    assert_ne!(alike(&a.chair.get("/chair/live").body, &a), alike(&b.chair.get("/chair/live").body, &b));
    assert_ne!(a.other.get("/seat/government/live").body, b.other.get("/seat/government/live").body);
    // A grant changes exactly what it grants: told to everybody, everybody reads it.
    other(&[("do", "propose"), ("text", "Something loud.")]);
    assert_alike(&a, &b, "while it is only proposed");
    chair(&[("do", "grant"), ("number", "2"), ("chance", "1"), ("seen", "everybody"), ("reason", "Loudly.")]);
    for client in [&b.mine.get("/seat/russia").body, &b.screen.get("/screen").body] {
        assert!(client.contains("Something loud.") && !client.contains("Something quiet."));
    }
}

#[test]
fn a_stream_stays_silent_while_others_are_busy() {
    let evening = evening();
    let before = first_event(&evening.mine, "/seat/russia/events");
    evening.other.does("/seat/government", &[("do", "message"), ("to", "chair"), ("text", "A secret.")]);
    evening.chair.does("/chair", &[("do", "note"), ("text", "Noted.")]);
    assert_eq!(first_event(&evening.mine, "/seat/russia/events"), before);
    evening.chair.does("/chair", &[("do", "tell"), ("to", MINE), ("text", "To you.")]);
    assert_ne!(first_event(&evening.mine, "/seat/russia/events"), before, "it tells what concerns the seat");
}
