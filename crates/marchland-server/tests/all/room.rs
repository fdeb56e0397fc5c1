//! The room outlives what happens to its program, its disk and its clients.

use std::io::{Read, Write};
use std::time::{Duration, Instant};

use marchland_server::{Limits, Options};
use marchland_session::Holder;

use crate::client::{Client, ServedGame, opened, options, serve, serve_table, table, unlimited, view};

/// What the chair's program reads.
fn chair_view(chair: &Client) -> serde_json::Value {
    serde_json::from_str(&chair.get("/api/chair").body).expect("JSON")
}

/// The same game and folder, served by another start of the program.
fn again(served: ServedGame, options: Options) -> ServedGame {
    let ServedGame { server, folder } = served;
    drop(server);
    let path = folder.path().join("a.march");
    let table = opened(&path);
    serve_table(folder, table, options)
}

/// A device at another start.
fn returned(served: &ServedGame, client: &Client) -> Client {
    Client { address: served.server.address(), cookie: client.cookie.clone() }
}

#[test]
fn what_the_disk_refused_is_shown_to_nobody() {
    let mut refused = 0;
    for filler in 0..24 {
        let folder = tempfile::tempdir().expect("a folder");
        let mut table = table(&folder.path().join("a.march"), "chicken.ron", &["row", "column"], true);
        for _ in 0..filler {
            table.note(&"x".repeat(300)).expect("room for it");
        }
        for player in table.course().people() {
            table.submit(player).expect("submitted");
        }
        // No page more than the file has: whether the end of a stage fits depends on what stands before it.
        table.limit_pages(1);
        let served = serve_table(folder, table, options());
        let (row, chair) = (served.joined("row"), served.joined("chair"));
        let screen = served.joined("screen");
        if chair.act("/chair", &[("do", "step")]).0 {
            continue;
        }
        refused += 1;
        for (client, path) in
            [(&row, "/seat/row"), (&row, "/seat/row/live"), (&chair, "/chair"), (&screen, "/screen/live")]
        {
            let page = client.get(path);
            assert!(page.status == 200 && page.body.contains("The disk refused"), "{path}: {page:?}");
            assert!(!page.body.contains("Month "), "{path} shows what is not kept");
        }
        for (client, path) in [
            (&row, "/api/seat/row"),
            (&row, "/seat/row/history"),
            (&row, "/seat/row/preview"),
            (&chair, "/chair/history"),
            (&chair, "/chair/review"),
            (&chair, "/chair/export/log.json"),
            (&screen, "/api/screen"),
        ] {
            assert_eq!(client.get(path).status, 507, "{path}");
        }
        let (taken, text) = row.act("/seat/row", &[("do", "message"), ("to", "chair"), ("text", "Hello.")]);
        assert!(!taken, "{text}");
        let served = again(served, options());
        assert_eq!(view(&returned(&served, &row), "row")["moment"]["turn"], 1, "what was acknowledged is there");
        if refused == 2 {
            return;
        }
    }
    panic!("the end of a stage fitted {refused} times fewer than it should");
}

#[test]
fn a_stage_that_everybody_submitted_for_ends_though_the_program_ended_in_between() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut table = table(&folder.path().join("a.march"), "chicken.ron", &["row", "column"], false);
    for player in table.course().people() {
        table.submit(player).expect("submitted");
    }
    let served = serve_table(folder, table, options());
    assert_eq!(view(&served.joined("row"), "row")["moment"]["turn"], 2);
}

#[test]
fn a_seat_given_to_a_strategy_holds_nobody_up_and_is_read_by_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let people = ["challenger", "defender"];
    let table = table(&folder.path().join("a.march"), "deterrence.ron", &people, false);
    let machine = table.course().source.opening(1).seats.iter().find_map(|(player, holder)| match holder {
        Holder::Strategy(name) if player == "defender" => Some(name.clone()),
        _ => None,
    });
    let served = serve_table(folder, table, options());
    let (one, other, chair) = (served.joined("challenger"), served.joined("defender"), served.joined("chair"));
    let link = served.link("defender");
    let mut stream = other.asking("/seat/defender/events", "");
    let mut bytes = [0; 2048];
    assert!(stream.read(&mut bytes).expect("an event") > 0);
    one.does("/seat/challenger", &[("do", "submit")]);
    let moment = view(&one, "challenger")["moment"].clone();
    let machine = machine.expect("the scenario's own");
    chair.does("/chair", &[("do", "swap"), ("seat", "defender"), ("holder", &machine)]);
    assert_ne!(view(&one, "challenger")["moment"], moment, "nobody else is waited for");
    for path in ["/seat/defender", "/seat/defender/live", "/api/seat/defender", "/seat/defender/history"] {
        assert_eq!(other.get(path).status, 401, "{path}");
    }
    assert_eq!(Client::new(served.server.address()).join(&link, "").status, 404, "its link opens nothing");
    // The stream ends with the next sign of life.
    let end = Instant::now() + Duration::from_secs(30);
    while stream.read(&mut bytes).expect("an end") > 0 {
        assert!(Instant::now() < end, "it still hears");
    }
    chair.does("/chair", &[("do", "swap"), ("seat", "defender"), ("holder", "human")]);
    assert_eq!(other.get("/seat/defender").status, 401, "what was sent away stays away");
    assert_eq!(Client::new(served.server.address()).join(&link, "").status, 404);
    let fresh = served.joined("defender");
    assert_eq!(fresh.get("/seat/defender").status, 200);
}

#[test]
fn clients_that_hang_up_at_once_lock_nobody_out() {
    let served = serve("chicken.ron", &["row"], true, unlimited());
    let (row, chair) = (served.joined("row"), served.joined("chair"));
    for _ in 0..60 {
        drop(row.asking("/seat/row/events", ""));
    }
    let end = Instant::now() + Duration::from_secs(30);
    let streams = || {
        let devices = chair_view(&chair)["devices"].clone();
        let row = devices.as_array().expect("a list").iter().find(|device| device["role"] == "seat-row").cloned();
        row.expect("row's")["streams"].as_u64().expect("a number")
    };
    // A stream of a closed connection ends when it is next written to.
    while streams() > 0 {
        assert!(Instant::now() < end, "{} streams are still counted", streams());
        std::thread::yield_now();
    }
    // Connections that have ended are given back a moment after their streams.
    loop {
        let mut stream = row.asking("/seat/row/events", "");
        let mut bytes = [0; 64];
        let count = stream.read(&mut bytes).expect("an answer");
        let told = String::from_utf8_lossy(&bytes[..count]).into_owned();
        if told.contains("200 OK") {
            break;
        }
        assert!(Instant::now() < end, "{told}");
        std::thread::yield_now();
    }
}

#[test]
fn the_clock_the_pause_and_what_the_chair_accepted_outlive_the_program() {
    let served = serve("chicken.ron", &["row", "column"], true, options());
    let (row, column, chair) = (served.joined("row"), served.joined("column"), served.joined("chair"));
    let order = crate::client::legal(&row, "row")[0].clone();
    row.does("/seat/row", &[("do", "order"), ("order", &order)]);
    row.does("/seat/row", &[("do", "submit")]);
    column.does("/seat/column", &[("do", "submit")]);
    chair.does("/chair", &[("do", "decide")]);
    chair.does("/chair", &[("do", "accept"), ("number", "1")]);
    chair.does("/chair", &[("do", "clock"), ("minutes", "7")]);
    let served = again(served, options());
    let chair = returned(&served, &chair);
    let now = chair_view(&chair);
    assert!(now["clock"]["runs"] == true, "{now}");
    let left = now["clock"]["left"].as_u64().expect("seconds");
    assert!((300..=420).contains(&left), "{left} seconds");
    assert_eq!(now["proposed"][0]["accepted"], true);
    chair.does("/chair", &[("do", "pause")]);
    let served = again(served, options());
    let chair = returned(&served, &chair);
    let now = chair_view(&chair);
    assert!(now["paused"] == true && now["clock"]["runs"] == false, "{now}");
    chair.does("/chair", &[("do", "go")]);
    chair.does("/chair", &[("do", "stop")]);
    chair.does("/chair", &[("do", "step")]);
    let served = again(served, options());
    let now = chair_view(&returned(&served, &chair));
    assert!(now["clock"].is_null() && now["paused"] == false, "{now}");
}

#[cfg(unix)]
#[test]
fn what_cannot_be_kept_is_not_acknowledged() {
    let served = serve("chicken.ron", &["row"], true, options());
    let (row, chair) = (served.joined("row"), served.joined("chair"));
    // What is kept is written beside its file first: a folder of that name stands in the way, and a disk is full.
    let in_the_way = served.folder.path().join("a.march.room.new");
    std::fs::create_dir(&in_the_way).expect("made");
    let number = chair_view(&chair)["devices"][0]["device"].to_string();
    let link = served.link("row");
    for fields in [
        vec![("do", "revoke"), ("device", number.as_str())],
        vec![("do", "close_seat"), ("seat", "row")],
        vec![("do", "new_link"), ("seat", "row")],
    ] {
        let (taken, text) = chair.act("/chair", &fields);
        assert!(!taken && text.contains("make room"), "{fields:?}: {text}");
    }
    // A pause lies in the game's own file, and stands.
    let (taken, text) = chair.act("/chair", &[("do", "pause")]);
    assert!(taken && text.contains("make room"), "{text}");
    let (taken, _) = row.act("/seat/row", &[("do", "type"), ("field", "message"), ("text", "Half")]);
    assert!(!taken);
    assert_eq!(row.get("/seat/row").status, 200, "the device was not sent away");
    let mut late = Client::new(served.server.address());
    assert_eq!(late.join(&served.link("row"), "").status, 507);
    std::fs::remove_dir(&in_the_way).expect("removed");
    assert_eq!(chair_view(&chair)["paused"], true);
    assert_eq!(served.link("row"), link, "the link that was handed out still stands");
    assert_eq!(chair_view(&chair)["devices"].as_array().map(Vec::len), Some(2));
    assert_eq!(late.join(&served.link("row"), "").status, 303, "the seat was not closed");
    assert!(!row.get("/seat/row").body.contains("Half"));
}

#[test]
fn who_reads_no_answer_is_closed() {
    let limits = Limits { patience_write_seconds: 1, connections_address: 2, ..unlimited().limits };
    let served = serve("chicken.ron", &["row"], true, Options { limits, ..options() });
    let row = served.joined("row");
    let mut deaf = row.asking("/seat/row", "");
    // Requests whose answers nobody takes, until the system takes no more of them.
    let request = format!("GET /seat/row HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", row.address, row.cookie);
    deaf.set_write_timeout(Some(Duration::from_secs(20))).expect("a timeout");
    let end = Instant::now() + Duration::from_secs(60);
    let closed = loop {
        if deaf.write_all(request.as_bytes()).is_err() {
            break true;
        }
        if Instant::now() > end {
            break false;
        }
    };
    assert!(closed, "it is still served");
}

#[test]
fn a_device_that_joins_again_stays_one_and_the_chair_moves_it_and_closes_old_links() {
    let served = serve("chicken.ron", &["row", "column"], true, options());
    let chair = served.joined("chair");
    let mut row = served.joined("row");
    let old = served.link("row");
    let of = |role: &str| {
        let list = chair_view(&chair)["devices"].clone();
        list.as_array().expect("a list").iter().filter(|one| one["role"] == role).count()
    };
    assert_eq!(row.join(&old, "the same").status, 303);
    assert_eq!(of("seat-row"), 1);
    let sheet = chair.get("/chair/links").body;
    assert!(sheet.contains(&old) && !sheet.contains(&served.link("chair")), "the chair's own is on no sheet");
    chair.does("/chair", &[("do", "new_link"), ("seat", "row")]);
    assert_eq!(Client::new(served.server.address()).join(&old, "").status, 404);
    assert_eq!(row.get("/seat/row").status, 200, "who is in stays");
    let fresh = served.link("row");
    assert_ne!(fresh, old);
    assert_eq!(Client::new(served.server.address()).join(&fresh, "").status, 303);
    assert!(!chair.act("/chair", &[("do", "new_link"), ("seat", "chair")]).0);
    let devices = chair_view(&chair)["devices"].clone();
    let number =
        devices.as_array().expect("a list").iter().find(|one| one["role"] == "seat-row").expect("row's")["device"]
            .to_string();
    chair.does("/chair", &[("do", "move"), ("device", &number), ("seat", "column")]);
    assert_eq!((row.get("/seat/row").status, row.get("/seat/column").status), (401, 200));
    chair.does("/chair", &[("do", "close_seat"), ("seat", "screen")]);
    assert_eq!(Client::new(served.server.address()).join(&served.link("screen"), "").status, 403);
}

#[test]
fn pages_are_small_on_the_wire_and_whole_when_unpacked() {
    let served = serve("tajikistan-2010", &["russia"], true, unlimited());
    let client = served.joined("russia");
    let page = client.get("/seat/russia");
    assert_eq!(page.header("content-encoding"), None, "nobody asked for it");
    let paths: Vec<String> = page
        .body
        .split('"')
        .filter(|part| part.starts_with("/assets/"))
        .map(str::to_owned)
        .chain(["/seat/russia".to_owned()])
        .collect();
    assert_eq!(paths.len(), 3, "{paths:?}");
    let mut all = 0;
    for path in &paths {
        let plain = client.get(path);
        let (head, packed) = client.bytes(path, "Accept-Encoding: gzip\r\n");
        let head = head.to_lowercase();
        assert!(head.contains("content-encoding: gzip") && head.contains("vary: accept-encoding"), "{head}");
        let mut text = String::new();
        flate2::read::GzDecoder::new(packed.as_slice()).read_to_string(&mut text).expect("gzip");
        assert_eq!(text, plain.body, "{path}");
        all += packed.len();
    }
    assert!(all <= 40_000, "{all} bytes");
    let (head, _) = client.bytes("/api/openapi.json", "Accept-Encoding: gzip;q=0\r\n");
    assert!(!head.to_lowercase().contains("content-encoding"), "{head}");
}

#[test]
fn a_page_gone_back_to_sends_what_it_says_and_not_what_another_form_said() {
    let served = serve("chicken.ron", &["row", "column"], true, options());
    let row = served.joined("row");
    for words in ["First.", "Second.", "First."] {
        row.does("/seat/row", &[("do", "message"), ("to", "chair"), ("text", words), ("key", "of-the-page")]);
    }
    let letters = serde_json::from_str::<serde_json::Value>(&row.get("/api/seat/row").body).expect("JSON");
    let texts: Vec<&str> =
        letters["letters"].as_array().expect("letters").iter().filter_map(|one| one["text"].as_str()).collect();
    assert_eq!(texts, ["First.", "Second."], "one of each");
}

#[test]
fn a_covert_order_that_leaked_reaches_everybody() {
    let people = ["government", "russia", "united_states"];
    let served = serve("tajikistan-2010", &people, true, unlimited());
    let (chair, screen) = (served.joined("chair"), served.joined("screen"));
    let seats: Vec<Client> = people.iter().map(|seat| served.joined(seat)).collect();
    let covert = people.iter().zip(&seats).find_map(|(seat, client)| {
        let view = view(client, seat);
        let hidden: Vec<String> = view["actions"]
            .as_array()?
            .iter()
            .filter(|action| action["visibility"] == "covert")
            .filter_map(|action| Some(action["action"].as_str()?.to_owned()))
            .collect();
        let order = crate::client::legal(client, seat)
            .into_iter()
            .find(|order| hidden.iter().any(|action| order.split(' ').next() == Some(action)))?;
        Some(((*seat).to_owned(), order))
    });
    let (seat, order) = covert.expect("somebody may do something in secret");
    let at = people.iter().position(|one| *one == seat).expect("a seat");
    seats[at].does(&format!("/seat/{seat}"), &[("do", "order"), ("order", &order)]);
    for (seat, client) in people.iter().zip(&seats) {
        client.does(&format!("/seat/{seat}"), &[("do", "submit")]);
    }
    chair.does("/chair", &[("do", "decide")]);
    let proposed = chair_view(&chair)["proposed"].clone();
    let ruling = proposed.as_array().expect("rulings").iter().find(|item| item["player"] == seat.as_str()).cloned();
    let number = ruling.expect("its ruling")["number"].to_string();
    chair.does("/chair", &[("do", "override"), ("number", &number), ("verdict", "leak"), ("reason", "It leaks.")]);
    chair.does("/chair", &[("do", "step")]);
    let told = format!("\"what\":\"{order}\"");
    for (other, client) in people.iter().zip(&seats).filter(|(other, _)| **other != seat) {
        let news = view(client, other)["news"].to_string();
        assert!(news.contains(&told), "{other} does not hear of `{order}`: {news}");
    }
    let room = screen.get("/api/screen").body;
    assert!(room.contains(&format!("\"what\":\"{order}\"")), "the room does not read `{order}`: {room}");
}

/// Whoever takes the seat that is offered after the own office fell goes on there: by a form, by a script, and by the old
/// page opened again.
#[test]
fn a_fallen_office_is_followed_to_its_new_seat() {
    let served = serve("kyrgyzstan-2010", &["government"], true, unlimited());
    let (government, chair) = (served.joined("government"), served.joined("chair"));
    for (path, to) in [("kyrgyzstan.legitimacy", "=0"), ("kyrgyzstan.patronage", "=0"), ("bishkek.unrest", "=1")] {
        chair.does("/chair", &[("do", "inject"), ("path", path), ("by", to), ("reason", "a test")]);
    }
    let mut months = 0;
    while view(&government, "government")["offered"].is_null() {
        months += 1;
        assert!(months <= 4, "the office does not fall");
        let _ = government.act("/seat/government", &[("do", "submit")]);
        while !chair.act("/chair", &[("do", "decide")]).0 || !chair.act("/chair", &[("do", "step")]).0 {
            let _ = government.act("/seat/government", &[("do", "submit")]);
        }
    }
    let taken = government.post("/seat/government", &[("do", "take")]);
    assert_eq!(taken.status, 303, "{taken:?}");
    let old = government.get("/seat/government");
    assert_eq!((old.status, old.header("location")), (303, Some("/seat/new_administration")), "{old:?}");
    let new = government.get("/seat/new_administration");
    assert!(new.status == 200 && new.body.contains("You hold the seat of the new administration now."), "{}", new.body);
    assert_eq!(government.get("/seat/government/live").status, 401, "a page that renews itself is loaded anew");
    // Another's page stays another's.
    assert_eq!(government.get("/chair").status, 401);
}
