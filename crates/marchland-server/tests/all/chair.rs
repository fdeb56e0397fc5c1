//! What the chair's list holds, done by forms as browsers without script do them; and observers.

use std::collections::BTreeSet;
use std::io::Read;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use marchland_session::{Entry, Log};

use crate::client::{Client, ServedGame, legal, options, serve, serve_table, table, unlimited, view};

fn chair_view(chair: &Client) -> serde_json::Value {
    serde_json::from_str(&chair.get("/api/chair").body).expect("JSON")
}

fn course_of(served: &ServedGame) -> Vec<Entry> {
    let log = Log::read(&served.folder.path().join("a.march")).expect("a log");
    log.rows().iter().map(|row| row.entry.clone()).collect()
}

/// Verbs of the forms of a page: what can be done on it without script.
fn verbs(page: &str) -> BTreeSet<String> {
    let forms = page.split("<form").skip(1).filter(|form| form.contains("method=\"post\""));
    let verb = |form: &str| {
        let (_, rest) = form.split_once("name=\"do\" value=\"")?;
        Some(rest.split_once('"')?.0.to_owned())
    };
    forms.filter_map(verb).collect()
}

/// Every verb of the chair is a form of its page at some moment of an evening: nothing needs script.
#[test]
fn everything_on_the_chairs_list_is_a_form_of_its_page() {
    let served = serve("tajikistan-2010", &["russia", "government"], true, unlimited());
    let (russia, government, chair) = (served.joined("russia"), served.joined("government"), served.joined("chair"));
    let mut found = BTreeSet::new();
    let mut look = |path: &str| found.extend(verbs(&chair.get(path).body));
    russia.does("/seat/russia", &[("do", "request"), ("text", "How many?")]);
    russia.does("/seat/russia", &[("do", "propose"), ("text", "A road.")]);
    chair.does(
        "/chair",
        &[("do", "inject"), ("path", "tajikistan.legitimacy"), ("by", "-0.01"), ("turn", "3"), ("reason", "Later.")],
    );
    look("/chair");
    let grant = [("do", "grant"), ("number", "1"), ("chance", "35%"), ("seen", "nobody"), ("reason", "Why not.")];
    chair.does("/chair", &grant);
    look("/chair");
    look("/chair/links");
    chair.does("/chair", &[("do", "close_seat"), ("seat", "russia")]);
    chair.does("/chair", &[("do", "pause")]);
    look("/chair");
    chair.does("/chair", &[("do", "go")]);
    for (client, seat) in [(&russia, "russia"), (&government, "government")] {
        let order = legal(client, seat).first().cloned().expect("a legal order");
        client.does(&format!("/seat/{seat}"), &[("do", "order"), ("order", &order)]);
        client.does(&format!("/seat/{seat}"), &[("do", "submit")]);
    }
    look("/chair");
    chair.does("/chair", &[("do", "decide")]);
    look("/chair");
    chair.does("/chair", &[("do", "step")]);
    chair.does("/chair", &[("do", "back"), ("turn", "1")]);
    look("/chair");
    let known: BTreeSet<String> =
        marchland_server::openapi()["paths"]["/chair"]["post"]["requestBody"]["content"]["application/json"]["schema"]
            ["oneOf"]
            .as_array()
            .expect("verbs")
            .iter()
            .map(|verb| verb["title"].as_str().expect("a name").to_owned())
            .collect();
    let missing: Vec<&String> = known.iter().filter(|verb| *verb != "type" && !found.contains(*verb)).collect();
    assert!(missing.is_empty(), "no form does {missing:?}");
    // And what is looked at: the seats' views, what happened so far, odds, branches, exports, the review.
    let page = chair.get("/chair").body;
    for path in [
        "/chair/seat/russia",
        "/chair/history",
        "/chair/links",
        "/chair/compare",
        "/chair/review",
        "/chair/export/log.json",
    ] {
        assert!(page.contains(&format!("href=\"{path}\"")), "the page leads to {path}");
        assert_eq!(chair.get(path).status, 200, "{path}");
    }
    for form in ["/chair/odds", "/chair/trial", "/chair/map"] {
        assert!(page.contains(&format!("\"{form}\"")), "the page asks {form}");
    }
}

#[test]
fn a_bulletin_concerns_everybody_once_it_is_released_and_nobody_before() {
    let served = serve("chicken.ron", &["row", "column"], true, unlimited());
    let (row, column, chair) = (served.joined("row"), served.joined("column"), served.joined("chair"));
    let (screen, observer) = (served.joined("screen"), served.joined("observer"));
    let pages = [(&row, "/seat/row"), (&column, "/seat/column"), (&screen, "/screen"), (&observer, "/observer")];
    let mut streams: Vec<_> = pages.iter().map(|(client, path)| EventStream::to(client, path)).collect();
    for stream in &mut streams {
        // Where its page stands, and what the others' joining told.
        assert!(stream.told(), "a stream begins with where its page stands");
        while stream.told_soon() {}
    }
    chair.does("/chair", &[("do", "type"), ("field", "bulletin"), ("text", "Not yet, not ye")]);
    chair.does("/chair", &[("do", "note"), ("text", "They look tired.")]);
    for (stream, (client, path)) in streams.iter_mut().zip(&pages) {
        assert!(!stream.told_soon(), "{path} is told of a draft");
        assert!(!client.get(path).body.contains("Not yet"), "{path}");
    }
    // A letter concerns its seat alone.
    chair.does("/chair", &[("do", "tell"), ("to", "row"), ("text", "For your eyes.")]);
    assert!(streams[0].told(), "row is told");
    for (stream, (_, path)) in streams[1..].iter_mut().zip(&pages[1..]) {
        assert!(!stream.told_soon(), "{path} is told of row's letter");
    }
    chair.does("/chair", &[("do", "release"), ("text", "The road is closed.")]);
    for (stream, (client, path)) in streams.iter_mut().zip(&pages) {
        assert!(stream.told(), "{path} is not told");
        assert!(client.get(path).body.contains("The road is closed."), "{path}");
    }
}

/// A stream of events, and where it told last that its page stands.
struct EventStream {
    stream: TcpStream,
    tag: String,
}

impl EventStream {
    fn to(client: &Client, path: &str) -> Self {
        Self { stream: client.asking(&format!("{path}/events"), ""), tag: String::new() }
    }

    /// Whether it tells that its page stands elsewhere, however long that takes.
    fn told(&mut self) -> bool {
        self.heard(Duration::from_secs(30))
    }

    /// Whether it does so soon.
    fn told_soon(&mut self) -> bool {
        self.heard(Duration::from_millis(400))
    }

    fn heard(&mut self, patience: Duration) -> bool {
        let (end, mut all, mut bytes) = (Instant::now() + patience, String::new(), [0; 2048]);
        loop {
            // It tells the same again now and then, as a sign of life.
            let tag = all.rsplit_once("\"tag\":\"").and_then(|(_, rest)| Some(rest.split_once('"')?.0.to_owned()));
            if let Some(tag) = tag.filter(|tag| *tag != self.tag) {
                self.tag = tag;
                return true;
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            self.stream.set_read_timeout(Some(left)).expect("a timeout");
            match self.stream.read(&mut bytes) {
                Ok(count) if count > 0 => all += &String::from_utf8_lossy(&bytes[..count]),
                _ => return false,
            }
        }
    }
}

#[test]
fn an_observers_remark_is_tied_to_its_moment_and_read_by_the_chair_alone() {
    let served = serve("chicken.ron", &["row", "column"], true, unlimited());
    let (row, chair, screen) = (served.joined("row"), served.joined("chair"), served.joined("screen"));
    let mut observer = Client::new(served.server.address());
    assert_eq!(observer.join(&served.link("observer"), "At the door").status, 303);
    let before: Vec<String> = ["/seat/row/live", "/screen/live"]
        .iter()
        .zip([&row, &screen])
        .map(|(path, client)| client.get(path).body)
        .collect();
    observer.does("/observer", &[("do", "type"), ("field", "note"), ("text", "Half a rem")]);
    assert!(observer.get("/observer").body.contains("Half a rem"), "what is typed outlives a reload");
    observer.does("/observer", &[("do", "note"), ("text", "Row hesitates.")]);
    chair.does("/chair", &[("do", "expire")]);
    chair.does("/chair", &[("do", "step")]);
    observer.does("/observer", &[("do", "note"), ("text", "Column smiles.")]);
    let notes = chair_view(&chair)["notes"].clone();
    let told: Vec<(u64, &str, &str)> = notes
        .as_array()
        .expect("notes")
        .iter()
        .map(|note| {
            let turn = note["moment"]["turn"].as_u64().expect("a turn");
            (turn, note["by"].as_str().expect("a name"), note["text"].as_str().expect("a text"))
        })
        .collect();
    assert_eq!(told, [(1, "At the door", "Row hesitates."), (2, "At the door", "Column smiles.")]);
    let page = chair.get("/chair").body;
    assert!(page.contains("Row hesitates.") && page.contains("At the door"), "the chair reads them");
    for (client, path) in
        [(&row, "/seat/row"), (&row, "/seat/row/history"), (&screen, "/screen"), (&row, "/api/seat/row")]
    {
        assert!(!client.get(path).body.contains("hesitates"), "{path}");
    }
    assert!(!before.concat().contains("hesitates"));
    let review = chair.get("/chair/review").body;
    assert!(review.contains("At the door, observing: Row hesitates."), "the review has them by month");
    // An observer does nothing else, and sees no more than everybody.
    let (taken, text) = observer.act("/observer", &[("do", "step")]);
    assert!(!taken && text.contains("note, type"), "{text}");
    for path in ["/chair", "/seat/row", "/api/chair"] {
        assert_eq!(observer.get(path).status, 401, "{path}");
    }
}

#[test]
fn an_inject_that_is_to_come_is_put_otherwise_or_stays() {
    let served = serve("deterrence.ron", &["challenger"], true, unlimited());
    let chair = served.joined("chair");
    let stock = {
        let folder = tempfile::tempdir().expect("a folder");
        let table = table(&folder.path().join("b.march"), "deterrence.ron", &["challenger"], true);
        let infos = &table.course().source.scenario.catalogue.indicators;
        infos.iter().find(|info| info.nature == marchland_game::Nature::Stock).expect("a stock").path.clone()
    };
    let inject = [("do", "inject"), ("path", &*stock), ("by", "0"), ("turn", "2"), ("reason", "First.")];
    chair.does("/chair", &inject);
    let (taken, text) =
        chair.act("/chair", &[("do", "edit"), ("number", "1"), ("path", &stock), ("by", "nothing"), ("reason", "No.")]);
    assert!(!taken, "{text}");
    let (taken, text) = chair.act(
        "/chair",
        &[("do", "edit"), ("number", "1"), ("path", &stock), ("by", "0"), ("turn", "1"), ("reason", "Past.")],
    );
    assert!(!taken && text.contains("begun already"), "{text}");
    chair.does(
        "/chair",
        &[("do", "edit"), ("number", "1"), ("path", &stock), ("by", "0"), ("turn", "3"), ("reason", "Then.")],
    );
    let injects = chair_view(&chair)["injects"].clone();
    let states: Vec<(String, String)> = injects
        .as_array()
        .expect("injects")
        .iter()
        .map(|due| (due["inject"]["when"].to_string(), due["state"].to_string()))
        .collect();
    assert_eq!(states.len(), 1, "{states:?}");
    assert!(states[0].0.contains('3') && states[0].1.contains("Waiting"), "{states:?}");
    let entries = course_of(&served);
    assert!(entries.iter().any(|entry| matches!(entry, Entry::Revised(inject) if inject.inject == 1)));
    // What was called off is not put otherwise.
    chair.does("/chair", &[("do", "call_off"), ("number", "1")]);
    let (taken, text) =
        chair.act("/chair", &[("do", "edit"), ("number", "1"), ("path", &stock), ("by", "0"), ("reason", "Again.")]);
    assert!(!taken && text.contains("not to come"), "{text}");
    // A card in hand is news when it is played.
    chair.does(
        "/chair",
        &[("do", "inject"), ("text", "A fire in the bazaar"), ("turn", "in hand"), ("reason", "Colour.")],
    );
    assert!(chair.get("/chair").body.contains("in hand"));
    chair.does(
        "/chair",
        &[("do", "edit"), ("number", "2"), ("text", "A great fire in the bazaar"), ("reason", "Colour.")],
    );
    let injects = chair_view(&chair)["injects"].clone();
    assert!(injects[1]["state"].to_string().contains("Happened"), "{injects}");
}

#[test]
fn a_game_ended_early_is_over_for_everybody_and_outlives_the_program() {
    let served = serve("deterrence.ron", &["challenger", "defender"], true, unlimited());
    let (row, chair, screen) = (served.joined("challenger"), served.joined("chair"), served.joined("screen"));
    chair.does("/chair", &[("do", "expire")]);
    let (taken, text) = chair.act("/chair", &[("do", "end"), ("reason", "Lunch.")]);
    assert!(!taken && text.contains("end the stage first"), "{text}");
    chair.does("/chair", &[("do", "step")]);
    let (taken, text) = chair.act("/chair", &[("do", "end"), ("reason", "")]);
    assert!(!taken && text.contains("reason"), "{text}");
    assert_eq!(row.get("/seat/challenger/review").status, 422, "no review while it is played");
    chair.does("/chair", &[("do", "end"), ("reason", "Lunch.")]);
    let over = |row: &Client| {
        assert_eq!(view(row, "challenger")["over"], true);
        assert_eq!(row.get("/seat/challenger/review").status, 200);
    };
    over(&row);
    assert!(screen.get("/screen").body.contains("the game is over"));
    let (taken, text) = chair.act("/chair", &[("do", "step")]);
    assert!(!taken && text.contains("over"), "{text}");
    let (taken, _) = chair.act("/chair", &[("do", "end"), ("reason", "Again.")]);
    assert!(!taken);
    assert_eq!(chair_view(&chair)["branches"][0]["over"], true);
    // It is so in the file, replayed; and going back begins a branch that goes on.
    let ServedGame { server, folder } = served;
    drop(server);
    let path = folder.path().join("a.march");
    let verified = marchland_session::verify(&path, &marchland_strategies::Registry::standard()).expect("a game");
    assert!(verified.ok, "{verified:?}");
    let table = crate::client::opened(&path);
    let served = serve_table(folder, table, unlimited());
    let row = Client { address: served.server.address(), cookie: row.cookie };
    let chair = Client { address: served.server.address(), cookie: chair.cookie };
    over(&row);
    chair.does("/chair", &[("do", "back"), ("turn", "1")]);
    assert_eq!(view(&row, "challenger")["over"], false);
    chair.does("/chair", &[("do", "expire")]);
    chair.does("/chair", &[("do", "step")]);
}

#[test]
fn odds_answer_the_question_that_is_asked() {
    let served = serve("deterrence.ron", &["challenger", "defender"], true, unlimited());
    let chair = served.joined("chair");
    let ask = |query: &str| {
        let answer = chair.get(&format!("/api/chair/odds{query}"));
        let value: serde_json::Value = serde_json::from_str(&answer.body).expect("JSON");
        (answer.status, value)
    };
    let (status, whole) = ask("");
    assert_eq!((status, whole["basis"].as_str().map(str::to_lowercase).as_deref()), (200, Some("truth")), "{whole}");
    let (_, near) = ask("?by=2");
    assert_eq!(near["last_turn"], 2);
    assert!(whole["last_turn"].as_u64() > Some(2));
    let (_, seat) = ask("?for=challenger");
    assert_ne!(seat["basis"], whole["basis"]);
    assert_eq!(seat["payoffs"].as_array().map(Vec::len), Some(1), "its own alone");
    let path = whole["fans"].as_array().and_then(|fans| fans.first()).and_then(|fan| fan["indicator"].as_str());
    if let Some(path) = path {
        let (_, one) = ask(&format!("?indicator={path}"));
        assert_eq!(one["fans"].as_array().map(Vec::len), Some(1));
    }
    for wrong in ["?by=0", "?by=x", "?for=nobody", "?indicator=no.such"] {
        let (status, said) = ask(wrong);
        assert_eq!((status, said["ok"].as_bool()), (422, Some(false)), "{wrong}: {said}");
    }
}

#[test]
fn two_branches_stand_side_by_side_with_their_odds() {
    let served = serve("deterrence.ron", &["challenger", "defender"], true, unlimited());
    let (row, chair) = (served.joined("challenger"), served.joined("chair"));
    let order = legal(&row, "challenger").first().cloned().expect("a legal order");
    row.does("/seat/challenger", &[("do", "order"), ("order", &order)]);
    chair.does("/chair", &[("do", "expire")]);
    chair.does("/chair", &[("do", "step")]);
    chair.does("/chair", &[("do", "back"), ("turn", "1")]);
    chair.does("/chair", &[("do", "expire")]);
    chair.does("/chair", &[("do", "step")]);
    let value: serde_json::Value = serde_json::from_str(&chair.get("/api/chair/compare?a=1&b=2").body).expect("JSON");
    assert!(value["text"].as_str().is_some_and(|text| text.contains("part in turn 1")), "{value}");
    assert!(
        value["odds"]["a"]["games"].as_u64() > Some(0) && value["odds"]["b"]["games"].as_u64() > Some(0),
        "{value}"
    );
    let page = chair.get("/chair/compare?a=1&b=2").body;
    assert!(
        page.contains("The odds of each") && page.contains("<th class=\"num\" scope=\"col\">Branch 2</th>"),
        "{page}"
    );
}

#[test]
fn the_map_goes_back_by_months_and_shows_what_its_reader_knows() {
    let served = serve("tajikistan-2010", &["russia"], true, unlimited());
    let (russia, chair, screen) = (served.joined("russia"), served.joined("chair"), served.joined("screen"));
    for _ in 0..12 {
        if view(&russia, "russia")["moment"]["turn"].as_u64() >= Some(4) {
            break;
        }
        // Where nobody has anything to decide, there is nobody to wait for.
        chair.act("/chair", &[("do", "expire")]);
        chair.does("/chair", &[("do", "step")]);
    }
    let mut counts = Vec::new();
    for (client, path) in [(&screen, "/screen"), (&russia, "/seat/russia"), (&chair, "/chair")] {
        let page = client.get(path).body;
        let (_, rest) = page.split_once("<select name=\"field\">").unwrap_or_else(|| panic!("{path}: no choice"));
        let choices = rest.split_once("</select>").expect("its end").0;
        let names: Vec<&str> =
            choices.split("<option value=\"").skip(1).filter_map(|part| Some(part.split_once('"')?.0)).collect();
        assert!(!names.is_empty(), "{path}");
        counts.push(names.len());
        assert!(rest.contains("type=\"range\""), "{path}: no slider");
        for name in &names {
            for back in ["0", "1", "2", "11", "x"] {
                let answer = client.get(&format!("{path}/map?field={name}&back={back}"));
                assert_eq!(answer.status, 200, "{path} {name} {back}: {}", answer.body);
            }
        }
        let month = |back: &str| client.get(&format!("{path}/map?field={}&back={back}", names[0])).body;
        assert!(month("0").contains("July 2010") && month("2").contains("May 2010"), "{path}");
        let answer = client.get(&format!("{path}/map?field=no_such&back=0"));
        assert_eq!(answer.status, 422);
    }
    // Everybody knows less than a seat, and no seat more than the truth.
    assert!(counts[0] < counts[1] && counts[1] <= counts[2], "{counts:?}");
}

#[test]
fn a_game_whose_replay_differs_says_so_and_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let real = folder.path().join("real.march");
    let mut begun = table(&real, "deterrence.ron", &["challenger"], true);
    begun.time_out().expect("decided");
    begun.step().expect("a stage");
    begun.time_out().expect("decided");
    begun.step().expect("a stage");
    // Another program's game: its chain is whole, and its second month came out otherwise than it does here.
    let path = folder.path().join("a.march");
    let mut forged = Log::create(&path, &begun.course().source.files).expect("a new file");
    for row in begun.log().rows() {
        let mut entry = row.entry.clone();
        if let Entry::StageEnded(end) = &mut entry
            && end.moment.turn.0 == 2
        {
            end.state = "0".repeat(end.state.len());
        }
        let readings = begun.log().readings(row.number).expect("a table");
        let bytes = readings.map(|values| values.iter().flat_map(|value| value.to_le_bytes()).collect());
        forged.append(row.parent, row.branch, &[(entry, bytes)]).expect("kept");
    }
    drop(forged);
    let served = serve_table(folder, crate::client::opened(&path), options());
    let (chair, row) = (served.joined("chair"), served.joined("challenger"));
    let page = chair.get("/chair").body;
    assert!(page.contains("This game can only be looked at") && page.contains("Go back to a month before"), "{page}");
    let (taken, text) = row.act("/seat/challenger", &[("do", "message"), ("to", "chair"), ("text", "Hello.")]);
    assert!(!taken && text.contains("read and not played on"), "{text}");
    chair.does("/chair", &[("do", "back"), ("turn", "2")]);
    row.does("/seat/challenger", &[("do", "message"), ("to", "chair"), ("text", "Hello.")]);
}

/// A grant is put otherwise, taken back, looked at among the rulings and overruled, by forms alone; it takes place with the
/// stage's end, and the interface tells all of it.
#[test]
fn a_grant_may_be_reconsidered_until_the_stage_ends() {
    let served = serve("tajikistan-2010", &["russia"], true, unlimited());
    let (russia, chair) = (served.joined("russia"), served.joined("chair"));
    let grant = |chance: &str, cost: &str| {
        let fields = [("do", "grant"), ("number", "1"), ("chance", chance), ("cost", cost), ("seen", "nobody")];
        chair.act("/chair", &[&fields[..], &[("reason", "Why not.")]].concat())
    };
    let money = || view(&russia, "russia")["budgets"][0][1].as_f64().expect("money");
    russia.does("/seat/russia", &[("do", "propose"), ("text", "A road.")]);
    let before = money();
    let (taken, text) = grant("60%", "money 1e9");
    assert!(!taken && text.contains("left"), "{text}");
    assert!(grant("60%", "money 2").0);
    assert!((before - money() - 2.0).abs() < 1e-9, "its price is set aside");
    let page = chair.get("/chair").body;
    assert!(page.contains("1 free action is granted") && page.contains("value=\"60%\""), "{page}");
    assert!(page.contains("value=\"money 2\""), "what is granted stands in the form");
    chair.does("/chair", &[("do", "take_back"), ("number", "1")]);
    assert!((before - money()).abs() < 1e-9, "and is set aside no longer");
    assert!(!chair.act("/chair", &[("do", "take_back"), ("number", "1")]).0);
    assert!(grant("50%", "").0 && grant("40%", "").0);
    russia.does("/seat/russia", &[("do", "submit")]);
    chair.does("/chair", &[("do", "decide")]);
    let free = || {
        let view = chair_view(&chair);
        let list = view["proposed"].as_array().expect("rulings").clone();
        list.into_iter().find(|item| !item["free_action"].is_null()).expect("among the rulings")
    };
    let item = free();
    assert_eq!(
        (&item["free_action"]["chance"], &item["on"]),
        (&serde_json::json!(0.4), &serde_json::json!("free action 1"))
    );
    let success = item["free_action"]["draw"].as_f64().expect("a draw") < 0.4;
    assert_eq!(item["free_action"]["success"], success);
    let number = item["number"].to_string();
    let verdict = if success { "failure" } else { "success" };
    let ruled = [("do", "override"), ("number", &*number), ("verdict", verdict), ("reason", "The room argued well.")];
    chair.does("/chair", &ruled);
    let (taken, text) = chair.act("/chair", &ruled);
    assert!(!taken && text.contains("stands already"), "{text}");
    chair.does("/chair", &[("do", "accept"), ("number", &number)]);
    assert_eq!(free()["override"]["machine"][0], success, "the machine's result stands again");
    chair.does("/chair", &ruled);
    let seen = russia.get("/api/seat/russia").body;
    assert!(!seen.contains("argued") && !seen.contains("\"chance\"") && !seen.contains("free_action"), "{seen}");
    chair.does("/chair", &[("do", "step")]);
    let told = view(&russia, "russia")["news"].clone();
    let own = told.as_array().expect("news").iter().find(|news| news["kind"] == "proposal").cloned().expect("it");
    assert_eq!(own["result"], if success { "failed" } else { "succeeded" });
    let granted = course_of(&served).into_iter().find_map(|entry| match entry {
        Entry::Granted { success, .. } => Some(success),
        _ => None,
    });
    assert_eq!(granted, Some(!success));
    assert!(!grant("50%", "").0, "it has taken place");
}

/// Whoever presses Enter in a message means no harm: a form's texts of one line stand on one. Programs are told. Bulletins
/// and cards have their paragraphs.
#[test]
fn line_breaks_of_forms_become_blanks_and_those_of_programs_are_refused() {
    let served = serve("chicken.ron", &["row", "column"], true, unlimited());
    let (row, chair) = (served.joined("row"), served.joined("chair"));
    for verb in ["request", "propose"] {
        row.does("/seat/row", &[("do", verb), ("text", "One\r\ntwo\nthree\tfour")]);
    }
    row.does("/seat/row", &[("do", "message"), ("to", "chair"), ("text", "One\r\n\r\ntwo")]);
    chair.does("/chair", &[("do", "refuse"), ("number", "1"), ("reason", "No,\nno")]);
    chair.does("/chair", &[("do", "release"), ("text", "One.\r\n\r\nTwo.")]);
    let card = [("do", "inject"), ("text", "A fire\r\nin the bazaar"), ("reason", "Drama\r\nhelps")];
    chair.does("/chair", &card);
    let view = chair_view(&chair);
    assert_eq!(view["requests"][0]["text"], "One two three four");
    assert_eq!(view["proposals"][0]["text"], "One two three four");
    assert_eq!(view["letters"][0]["text"], "One  two");
    assert_eq!(view["proposals"][0]["state"]["Refused"], "No, no");
    assert_eq!(view["public"]["bulletin"][1], "One.\n\nTwo.");
    assert_eq!(view["injects"][0]["inject"]["what"]["card"]["text"], "A fire\nin the bazaar");
    assert_eq!(view["injects"][0]["inject"]["reason"], "Drama helps");
    // A control character is nothing that anybody types, in whatever way it comes.
    for (text, why) in [("a\u{1b}[2J", "U+001B"), ("a\u{7f}", "U+007F")] {
        let (taken, told) = row.act("/seat/row", &[("do", "message"), ("to", "chair"), ("text", text)]);
        assert!(!taken && told.contains(why), "{told}");
        let (taken, told) = chair.act("/chair", &[("do", "release"), ("text", text)]);
        assert!(!taken && told.contains(why), "{told}");
    }
    let origin = format!("http://{}", served.server.address());
    let heads = [("Origin", &*origin), ("Content-Type", "application/json"), ("Accept", "application/json")];
    for (verb, text) in [("message", "One\ntwo"), ("request", "One\r\ntwo"), ("propose", "One\u{2028}two")] {
        let body = serde_json::json!({"do": verb, "to": "chair", "text": text}).to_string();
        let answer = row.send("POST", "/api/seat/row", &heads, &body);
        assert!(answer.status == 422 && answer.body.contains("put a blank there"), "{answer:?}");
    }
}
