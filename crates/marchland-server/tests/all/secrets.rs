//! Two games that differ in others' secrets give a seat, the projector and their programs equal answers.

use std::io::Read;
use std::net::TcpStream;
use std::time::Duration;

use marchland_server::paths;

use crate::client::{Client, ServedGame, legal, serve, unlimited, view};

const SCENARIO: &str = "tajikistan-2010";
const MINE: &str = "russia";
const OTHER: &str = "government";

/// A game in which the viewer did the same, and others did something or nothing.
struct Evening {
    served: ServedGame,
    mine: Client,
    other: Client,
    chair: Client,
    screen: Client,
    observer: Client,
}

fn evening() -> Evening {
    let served = serve(SCENARIO, &[MINE, OTHER], true, unlimited());
    let (mine, other, chair, screen) =
        (served.joined(MINE), served.joined(OTHER), served.joined("chair"), served.joined("screen"));
    let observer = served.joined("observer");
    observer.does("/observer", &[("do", "note"), ("text", "They begin.")]);
    mine.does("/seat/russia", &[("do", "message"), ("to", "chair"), ("text", "Hello.")]);
    mine.does("/seat/russia", &[("do", "request"), ("text", "How many?")]);
    chair.does("/chair", &[("do", "odds"), ("allow", "yes")]);
    Evening { served, mine, other, chair, screen, observer }
}

impl Evening {
    /// Whether the game is over, and its month.
    fn stands(&self) -> (bool, u64) {
        let view = view(&self.mine, MINE);
        (view["over"] == true, view["moment"]["turn"].as_u64().expect("a month"))
    }

    /// Plays until a month begins, or the game is over: both people give their first legal order.
    fn play_to(&self, month: u64) {
        for _ in 0..40 {
            let (over, turn) = self.stands();
            if over || turn >= month {
                return;
            }
            for (client, seat) in [(&self.mine, MINE), (&self.other, OTHER)] {
                if let Some(order) = legal(client, seat).first() {
                    // It may be in the draft already.
                    client.act(&format!("/seat/{seat}"), &[("do", "order"), ("order", order)]);
                }
                // A seat that has nothing to decide is told so.
                client.act(&format!("/seat/{seat}"), &[("do", "submit")]);
            }
            self.chair.does("/chair", &[("do", "step")]);
        }
        panic!("month {month} does not come");
    }

    /// Drafts what the preview looks at.
    fn draft(&self) {
        let order = legal(&self.mine, MINE).first().cloned().expect("a legal order");
        self.mine.does("/seat/russia", &[("do", "order"), ("order", &order)]);
    }
}

/// Every answer of a part to a GET, and the first event of its stream.
fn answers(client: &Client, part: &str, over: bool) -> Vec<(String, String)> {
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
        let path = match path.rsplit('/').next() {
            Some("preview") => format!("{path}?order="),
            Some("map") => format!("{path}?field={}&back=1", mapped(client, path.trim_end_matches("/map"))),
            _ => path,
        };
        if path.ends_with("/events") {
            found.push((path.clone(), first_event(client, &path)));
        } else {
            let answer = client.get(&path);
            // What is refused would be equal whatever it holds.
            let open = if path.ends_with("/review") { over } else { !over || !ahead(&path) };
            assert_eq!(answer.status, if open { 200 } else { 422 }, "{path}: {}", answer.body);
            found.push((path, format!("{} {}", answer.status, answer.body)));
        }
    }
    assert!(found.len() >= if part == "/seat" { 10 } else { 4 }, "{found:?}");
    found
}

/// The last indicator of regions that a page offers to show.
fn mapped(client: &Client, path: &str) -> String {
    let page = client.get(path).body;
    let choice = page.split_once("<select name=\"field\">").and_then(|(_, rest)| rest.split_once("</select>"));
    let (options, _) = choice.unwrap_or_else(|| panic!("{path} offers no map"));
    let last = options.rsplit_once("<option value=\"").and_then(|(_, last)| last.split_once('"'));
    last.unwrap_or_else(|| panic!("{path} offers no indicator")).0.to_owned()
}

/// Whether a path looks into futures, of which there are none once the game is over.
fn ahead(path: &str) -> bool {
    path.contains("/preview") || path.ends_with("/odds")
}

fn first_event(client: &Client, path: &str) -> String {
    next_event(&mut client.asking(path, ""))
}

fn next_event(stream: &mut TcpStream) -> String {
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
    let text = text.replace(&evening.served.server.address().to_string(), "HOST");
    // The name of the game's file in the browser is drawn by the system.
    match text.split_once("data-game=\"") {
        Some((head, rest)) => format!("{head}data-game=\"{}", rest.split_once('"').expect("an attribute").1),
        None => text,
    }
}

fn assert_alike(a: &Evening, b: &Evening, when: &str) {
    let over = a.stands().0;
    for part in ["/seat", "/screen", "/observer"] {
        let of = |evening: &Evening| {
            let client = match part {
                "/seat" => &evening.mine,
                "/screen" => &evening.screen,
                _ => &evening.observer,
            };
            answers(client, part, over)
        };
        let (first, second) = (of(a), of(b));
        for ((path, one), (_, two)) in first.iter().zip(&second) {
            assert_eq!(alike(one, a), alike(two, b), "{when}: {path}");
        }
    }
}

#[test]
fn a_seat_and_the_projector_learn_nothing_of_others_secrets() {
    let (a, b) = (evening(), evening());
    for evening in [&a, &b] {
        evening.play_to(3);
        evening.draft();
    }
    assert_alike(&a, &b, "in the third month");
    // In one of the two games, everybody else is busy.
    let other = |fields: &[(&str, &str)]| b.other.does("/seat/government", fields);
    let drafted: Vec<String> = legal(&b.other, OTHER)
        .into_iter()
        .filter(|order| b.other.act("/seat/government", &[("do", "order"), ("order", order)]).0)
        .take(2)
        .collect();
    assert!(!drafted.is_empty());
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
    chair(&[("do", "inject"), ("path", "tajikistan.legitimacy"), ("by", "-0.01"), ("turn", "4"), ("reason", "Later.")]);
    chair(&[("do", "type"), ("field", "bulletin"), ("text", "Not yet.")]);
    let late = b.served.joined(OTHER);
    assert_eq!(late.get("/seat/government").status, 200);
    assert_alike(&a, &b, "while others are busy");
    // The test can fail: the chair's and the other seat's own pages differ.
    assert_ne!(alike(&a.chair.get("/chair/live").body, &a), alike(&b.chair.get("/chair/live").body, &b));
    assert_ne!(a.other.get("/seat/government/live").body, b.other.get("/seat/government/live").body);
    // What was behind the seat's back is undone or said and done; the game ends alike, and so do its reviews.
    chair(&[("do", "call_off"), ("number", "1")]);
    for order in &drafted {
        // One option of an action may have taken another's place.
        b.other.act("/seat/government", &[("do", "drop"), ("order", order)]);
    }
    other(&[("do", "default"), ("default", "nothing")]);
    for evening in [&a, &b] {
        evening.play_to(99);
    }
    assert_alike(&a, &b, "when the game is over");
}

#[test]
fn a_grant_changes_exactly_what_it_grants() {
    let (a, b) = (evening(), evening());
    for evening in [&a, &b] {
        evening.draft();
    }
    let other = |fields: &[(&str, &str)]| b.other.does("/seat/government", fields);
    let chair = |fields: &[(&str, &str)]| b.chair.does("/chair", fields);
    other(&[("do", "propose"), ("text", "Something quiet.")]);
    chair(&[("do", "grant"), ("number", "1"), ("chance", "1"), ("seen", "nobody"), ("reason", "Quietly.")]);
    assert_alike(&a, &b, "after what nobody learns of");
    // Told to everybody, everybody reads it.
    other(&[("do", "propose"), ("text", "Something loud.")]);
    assert_alike(&a, &b, "while it is only proposed");
    chair(&[("do", "grant"), ("number", "2"), ("chance", "1"), ("seen", "everybody"), ("reason", "Loudly.")]);
    assert_alike(&a, &b, "while it is granted, and its dice have not fallen");
    let own = b.other.get("/seat/government").body;
    assert!(own.contains("the dice fall with the rulings") && !own.contains("succeeded"), "its seat is told");
    for evening in [&a, &b] {
        for (client, path) in [(&evening.mine, "/seat/russia"), (&evening.other, "/seat/government")] {
            client.does(path, &[("do", "submit")]);
        }
        evening.chair.does("/chair", &[("do", "decide")]);
    }
    assert_alike(&a, &b, "while its dice lie among the rulings");
    let page = b.chair.get("/chair").body;
    assert!(page.contains("free action 2") && page.contains("2 of them on free actions"), "{page}");
    chair(&[("do", "step")]);
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
    // One that is open says nothing either, and says it at once where something concerns the seat.
    let mut open = evening.mine.asking("/seat/russia/events", "");
    assert_eq!(next_event(&mut open), before);
    evening.other.does("/seat/government", &[("do", "request"), ("text", "Where?")]);
    evening.other.does("/seat/government", &[("do", "type"), ("field", "message"), ("text", "Half a secret")]);
    evening.chair.does("/chair", &[("do", "tell"), ("to", OTHER), ("text", "There.")]);
    open.set_read_timeout(Some(Duration::from_millis(700))).expect("a timeout");
    let mut bytes = [0; 64];
    let heard = open.read(&mut bytes).map(|count| String::from_utf8_lossy(&bytes[..count]).into_owned());
    assert!(heard.is_err(), "{heard:?}");
    open.set_read_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    evening.chair.does("/chair", &[("do", "tell"), ("to", MINE), ("text", "To you.")]);
    assert_ne!(next_event(&mut open), before, "it tells what concerns the seat");
}
