//! One scripted evening over HTTP and through the session's own verbs: equal logs.

use marchland_game::PlayerId;
use marchland_session::{FreeAction, Log, Party, StatedDefault, What, When};

use crate::client::{options, serve, table};

#[test]
fn both_ways_to_the_table_end_in_equal_logs() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("direct.march");
    let mut direct = table(&path, "chicken.ron", &["row", "column"], true);
    let row = direct.course().player("row").expect("a player");
    let column = direct.course().player("column").expect("a player");
    let name = |player: PlayerId, at: usize| {
        let catalogue = &direct.course().source.scenario.catalogue;
        let own = direct.numbered(player)[at];
        catalogue.actions[own.index()].id.clone()
    };
    let (dare, reply) = (name(row, 0), name(column, 0));
    direct.order(row, &dare).expect("an order");
    direct.undo(row).expect("undone");
    direct.order(row, &dare).expect("an order");
    direct.order(column, &reply).expect("an order");
    direct.message(Party::Seat("row".into()), Party::Seat("column".into()), "Swerve.").expect("sent");
    direct.request(row, "Is it wide?").expect("asked");
    direct.answer(1, "No.").expect("answered");
    direct.propose(column, "Honk.").expect("proposed");
    direct.refuse(1, "Too loud.").expect("refused");
    direct.propose(column, "Flash the lights.").expect("proposed");
    let action = |chance: f64| FreeAction {
        cost: Vec::new(),
        chance,
        seen_by: None,
        effects: Vec::new(),
        reason: "Fine.".into(),
    };
    direct.promise(2, action(0.25)).expect("granted");
    direct.take_back(2).expect("taken back");
    direct.promise(2, action(0.5)).expect("granted");
    direct.state_default(column, StatedDefault::Last).expect("stated");
    direct.submit(row).expect("submitted");
    direct.submit(column).expect("submitted");
    direct.decide().expect("decided");
    direct.amend_ruling(row, &dare, Some(false), None, "He slips.").expect("amended");
    direct.release("They meet.").expect("released");
    direct.note("Nice.").expect("noted");
    let stock = direct
        .course()
        .source
        .scenario
        .catalogue
        .indicators
        .iter()
        .find(|info| info.nature == marchland_game::Nature::Stock);
    let stock = stock.expect("a stock").path.clone();
    direct.inject(What::Add(stock.clone(), 0.0), When::Condition("turn > 9".into()), "To see.").expect("injected");
    direct.call_off(1).expect("called off");
    direct.step().expect("stepped");
    direct.back(1).expect("a branch");
    let head = direct.log().head();
    drop(direct);

    let served = serve("chicken.ron", &["row", "column"], true, options());
    let (one, two, chair) = (served.joined("row"), served.joined("column"), served.joined("chair"));
    let a = |fields: &[(&str, &str)]| one.does("/seat/row", fields);
    let b = |fields: &[(&str, &str)]| two.does("/seat/column", fields);
    let c = |fields: &[(&str, &str)]| chair.does("/chair", fields);
    a(&[("do", "order"), ("order", &dare)]);
    a(&[("do", "undo")]);
    a(&[("do", "order"), ("order", &dare)]);
    b(&[("do", "order"), ("order", &reply)]);
    a(&[("do", "message"), ("to", "column"), ("text", "Swerve.")]);
    a(&[("do", "request"), ("text", "Is it wide?")]);
    c(&[("do", "answer"), ("number", "1"), ("text", "No.")]);
    b(&[("do", "propose"), ("text", "Honk.")]);
    c(&[("do", "refuse"), ("number", "1"), ("reason", "Too loud.")]);
    b(&[("do", "propose"), ("text", "Flash the lights.")]);
    let grant = |chance: &str| {
        c(&[("do", "grant"), ("number", "2"), ("chance", chance), ("seen", "everybody"), ("reason", "Fine.")]);
    };
    grant("25%");
    c(&[("do", "take_back"), ("number", "2")]);
    grant("0.5");
    b(&[("do", "default"), ("default", "last")]);
    a(&[("do", "submit")]);
    b(&[("do", "submit")]);
    c(&[("do", "decide")]);
    let rulings: serde_json::Value = serde_json::from_str(&chair.get("/api/chair").body).expect("JSON");
    let list = rulings["proposed"].as_array().expect("rulings");
    let number = list.iter().find(|item| item["player"] == "row").expect("row's")["number"].to_string();
    c(&[("do", "override"), ("number", &number), ("verdict", "failure"), ("reason", "He slips.")]);
    c(&[("do", "release"), ("text", "They meet.")]);
    c(&[("do", "note"), ("text", "Nice.")]);
    c(&[("do", "inject"), ("path", &stock), ("by", "0"), ("condition", "turn > 9"), ("reason", "To see.")]);
    c(&[("do", "call_off"), ("number", "1")]);
    c(&[("do", "step")]);
    c(&[("do", "back"), ("turn", "1")]);
    let log = Log::read(&served.folder.path().join("a.march")).expect("a log");
    assert_eq!(log.head(), head);
}

#[test]
fn a_key_that_was_seen_does_nothing_twice() {
    let served = serve("chicken.ron", &["row", "column"], true, options());
    let row = served.joined("row");
    let once = [("do", "message"), ("to", "chair"), ("text", "Once."), ("key", "k1")];
    row.does("/seat/row", &once);
    row.does("/seat/row", &once);
    let submit = [("do", "submit"), ("key", "k2")];
    row.does("/seat/row", &submit);
    row.does("/seat/row", &submit);
    let (taken, text) = row.act("/seat/row", &[("do", "submit"), ("key", "k3")]);
    assert!(!taken && text.contains("confirmed"), "another key is another submit: {text}");
    let log = Log::read(&served.folder.path().join("a.march")).expect("a log");
    let texts = log.rows().iter().map(|row| format!("{:?}", row.entry)).collect::<Vec<_>>();
    assert_eq!(texts.iter().filter(|entry| entry.contains("Once.")).count(), 1, "{texts:?}");
    assert_eq!(texts.iter().filter(|entry| entry.contains("Submitted")).count(), 1, "{texts:?}");
}
