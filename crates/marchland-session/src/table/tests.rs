use std::path::PathBuf;

use marchland_game::{Stage, Vote};
use marchland_sim::scenario::files;
use marchland_strategies::Registry;

use super::*;
use crate::entry::{Card, ClockEvent, Default as StatedDefault, Holder, Inject, Party, Shift, What, When};
use crate::replay::Replay;
use crate::verify::verify;

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios"))
}

pub(super) fn source(name: &str) -> Source {
    let files = files::read(&root().join(name)).expect("a scenario of ours");
    Source::load(files, &Registry::standard()).expect("a scenario of ours")
}

pub(super) fn seated(source: &Source, people: &[&str], turns: u32) -> Opening {
    let mut opening = source.opening(7);
    for (player, holder) in &mut opening.seats {
        if people.contains(&player.as_str()) {
            *holder = Holder::Human;
        }
    }
    opening.turns = turns;
    opening.facilitator = true;
    opening
}

pub(super) fn player(table: &Table, name: &str) -> PlayerId {
    table.course().player(name).expect("a player")
}

/// The first legal order of a seat that is not in its draft.
pub(super) fn some_order(table: &Table, player: PlayerId, skip: usize) -> Option<String> {
    let view = table.view(player);
    let free = view.actions.iter().filter(|action| !view.draft.iter().any(|order| order.starts_with(&action.action)));
    let mut legal = free.flat_map(|action| {
        let options = action.options.iter().filter(|option| option.refusal.is_none());
        options.map(|option| {
            if action.options.len() == 1 {
                action.action.clone()
            } else {
                format!("{} {}", action.action, option.option)
            }
        })
    });
    legal.nth(skip)
}

/// Games of earlier versions hash the whole state at every stage's end; resumed, they go on as today's do.
#[test]
fn a_game_whose_stages_hash_the_whole_state_is_verified_and_resumed() {
    let source = source("deterrence.ron");
    let folder = tempfile::tempdir().expect("a folder");
    let opening = seated(&source, &["challenger"], 6);
    let (first, second) = (folder.path().join("first.march"), folder.path().join("second.march"));
    let mut table = Table::create(&first, &source, &opening).expect("a new game");
    let challenger = player(&table, "challenger");
    for _ in 0..3 {
        let order = some_order(&table, challenger, 0).expect("legal");
        table.order(challenger, &order).expect("legal");
        table.submit(challenger).expect("confirmed");
        table.step().expect("decided");
    }
    let mut course = Course::open(&source, &opening, false).expect("opens");
    let mut log = Log::create(&second, &table.log().files("deterrence.ron")).expect("a new game");
    let ends: usize = table
        .log()
        .rows()
        .iter()
        .map(|row| {
            let mut entry = row.entry.clone();
            let mut readings = None;
            match &mut entry {
                Entry::Opened(_) => {}
                Entry::StageEnded(end) => {
                    assert!(end.is_chained(), "{end:?}");
                    end.state.clear();
                    let (whole, values) = course.end_stage_like(end);
                    assert_eq!(whole.state.len(), 64, "a plain hash");
                    assert_eq!(whole.state, crate::opening::hex(&course.game.state_hash()));
                    *end = whole;
                    readings = Some(crate::course::bytes(&values));
                }
                other => course.follow(other).expect("fits"),
            }
            let ends = usize::from(readings.is_some());
            log.append(row.parent, row.branch, &[(entry, readings)]).expect("kept");
            ends
        })
        .sum();
    assert_eq!(ends, 3);
    drop(log);
    let registry = Registry::standard();
    assert!(verify(&second, &registry).expect("readable").ok);
    let side = |file| crate::branches::Side { file, branch: None };
    drop(table);
    let parted = crate::branches::divergence(&side(&first), &side(&second), &registry).expect("one scenario");
    assert_eq!(parted.turn, None, "the same game, however its states were hashed: {:?}", parted.what);
    let mut table = Table::open(&second, &registry).expect("resumes");
    table.submit(challenger).expect("confirmed");
    table.step().expect("decided");
    drop(table);
    let found = verify(&second, &registry).expect("readable");
    assert!(found.ok && found.turns == 4, "{:?}", found.first_difference);
}

/// Success and leak of one ruling are overridden one after the other, and both stand; a reason may be put right.
#[test]
fn an_override_keeps_what_was_overridden_before() {
    let source = source("tajikistan-2010");
    let folder = tempfile::tempdir().expect("a folder");
    let opening = seated(&source, &["government"], 24);
    let mut table = Table::create(&folder.path().join("game.march"), &source, &opening).expect("a new game");
    let government = player(&table, "government");
    let may_leak = |item: &&crate::course::ProposedRuling| {
        item.ruling.is_some_and(|ruling| ruling.legal() && ruling.success && ruling.leak_probability > 0.0)
    };
    let own = loop {
        assert!(!table.course().game.is_over(), "a covert order is given in two years");
        if table.course().waiting().contains(&government) {
            table.submit(government).expect("confirmed");
        }
        table.decide().expect("everybody has");
        if let Some(found) = table.course().proposed().iter().find(may_leak) {
            break found.clone();
        }
        table.step().expect("a step");
    };
    let (who, machine) = (player(&table, &own.player), own.ruling.expect("a ruling"));
    table.amend_ruling(who, &own.on, Some(!machine.success), None, "argued").expect("amended");
    table.amend_ruling(who, &own.on, None, Some(!machine.leaked), "overheard").expect("amended");
    let again = table.amend_ruling(who, &own.on, None, Some(!machine.leaked), "overheard");
    assert!(again.expect_err("nothing changes").to_string().contains("stands already"));
    table.amend_ruling(who, &own.on, None, Some(!machine.leaked), "overheard at dinner").expect("another reason");
    table.step().expect("everything is decided");
    let stands = table.course().rulings.iter().find(|one| one.player == who && one.order == machine.order);
    let stands = stands.expect("a ruling");
    assert_eq!((stands.success, stands.leaked), (!machine.success, !machine.leaked));
}

#[test]
fn a_game_is_played_closed_resumed_and_verified() {
    let source = source("tajikistan-2010");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let opening = seated(&source, &["russia", "government"], 6);
    let mut table = Table::create(&path, &source, &opening).expect("a new game");
    let (russia, government) = (player(&table, "russia"), player(&table, "government"));
    assert!(table.step().expect_err("nobody submitted").to_string().contains("russia"));
    let order = some_order(&table, russia, 0).expect("something is legal");
    table.order(russia, &order).expect("legal");
    assert!(table.order(russia, &order).is_err(), "twice is refused");
    assert_eq!(table.view(russia).draft, std::slice::from_ref(&order));
    table.undo(russia).expect("something to undo");
    assert_eq!(table.view(russia).draft, [] as [String; 0]);
    assert!(table.undo(russia).is_err(), "nothing is left to undo");
    table.order(russia, &order).expect("legal again");
    table.submit(russia).expect("confirmed");
    assert!(table.order(russia, &order).expect_err("confirmed").to_string().contains("undo"));
    table.message(Party::Seat("russia".into()), Party::Seat("government".into()), "hold on").expect("sent");
    assert!(table.view(government).news.iter().any(|news| news.what == "hold on"));
    table.submit(government).expect("confirmed");
    table.decide().expect("everybody has");
    let proposed = table.course().proposed();
    let own = proposed.iter().find(|item| item.player == "russia").expect("a ruling").clone();
    let machine = own.ruling.expect("a ruling").success;
    assert!(table.amend_ruling(russia, &own.on, Some(!machine), None, " ").is_err(), "a reason must be given");
    table.amend_ruling(russia, &own.on, Some(!machine), None, "the room argued it well").expect("amended");
    assert_eq!(
        table
            .course()
            .proposed()
            .iter()
            .find(|item| item.player == "russia")
            .expect("it")
            .amended
            .as_ref()
            .expect("it")
            .machine
            .0,
        machine
    );
    table.step().expect("everything is decided");
    assert_eq!(table.course().rulings.iter().find(|ruling| ruling.player == russia).expect("it").success, !machine);
    let (number, _) =
        table.inject(What::Set("tajikistan.legitimacy".into(), 0.2), When::Turn(3), "a scandal").expect("a stock");
    assert_eq!(number, 1);
    assert!(table.inject(What::Set("tajikistan.unrest".into(), 0.2), When::Now, "x").is_err(), "derived");
    table.seat(government, Holder::Strategy("Idle".into())).expect("anybody may idle");
    table.clock(ClockEvent::Set(600)).expect("kept");
    table.state_default(russia, StatedDefault::Last).expect("kept");
    table.time_out().expect("the clock ran out");
    table.step().expect("all is decided");
    table.note("the room is quiet").expect("kept");
    for _ in 0..20 {
        if table.course().game.is_over() {
            break;
        }
        if table.course().waiting().contains(&russia) {
            table.submit(russia).expect("may submit");
        }
        table.step().expect("a step");
    }
    assert!(table.course().game.is_over());
    let (hash, head, outcome) = (table.course().game.state_hash(), table.log().head(), table.course().game.outcome());
    drop(table);
    let table = Table::open(&path, &Registry::standard()).expect("a game");
    assert_eq!(table.difference(), None);
    assert_eq!((table.course().game.state_hash(), table.log().head()), (hash, head));
    assert_eq!(table.course().game.outcome().payoffs, outcome.payoffs);
    drop(table);
    let verified = verify(&path, &Registry::standard()).expect("a game");
    assert!(verified.ok && verified.turns == 6 && verified.decisions > 6 * 8, "{verified:?}");
    let mut replay = Replay::open(&path, None, &Registry::standard()).expect("a game");
    let mut stages = 0;
    while let Some(stage) = replay.next_stage().expect("it follows") {
        assert_eq!(stage.course.game.moment(), stage.moment);
        stages += 1;
    }
    assert!(stages >= 6);
    assert_eq!(replay.course().game.state_hash(), hash);
}

#[test]
fn going_back_is_a_branch_and_the_old_future_stays() {
    let source = source("tajikistan-2010");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut table = Table::create(&path, &source, &seated(&source, &[], 5)).expect("a new game");
    for _ in 0..30 {
        if table.course().game.is_over() {
            break;
        }
        table.step().expect("a step");
    }
    let first = table.course().game.state_hash();
    assert!(table.back(9).expect_err("never reached").to_string().contains("not reached"));
    table.back(3).expect("a turn that was reached");
    assert_eq!((table.branch(), table.turn()), (2, 3));
    table.inject(What::Add("tajikistan.legitimacy".into(), -0.2), When::Now, "what if").expect("a stock");
    for _ in 0..30 {
        if table.course().game.is_over() {
            break;
        }
        table.step().expect("a step");
    }
    assert_ne!(table.course().game.state_hash(), first);
    table.turn_to(1).expect("the old future");
    assert_eq!(table.course().game.state_hash(), first);
    let branches = table.branches();
    assert_eq!(branches.len(), 2);
    assert_eq!((branches[1].from, branches[1].turn, branches[1].over), (Some(1), Some(3), true));
    drop(table);
    let side = |branch| crate::Side { file: &path, branch: Some(branch) };
    let parted = crate::divergence(&side(1), &side(2), &Registry::standard()).expect("two branches");
    assert_eq!(parted.turn, Some(3));
    assert!(parted.what.iter().any(|text| text.contains("inject")), "{parted:?}");
    assert!(verify(&path, &Registry::standard()).expect("a game").ok);
}

#[test]
fn ballots_not_cast_are_abstentions() {
    let source = source("tajikistan-2010");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut table = Table::create(&path, &source, &seated(&source, &["kazakhstan"], 24)).expect("a new game");
    let kazakhstan = player(&table, "kazakhstan");
    let mut voted = 0;
    for _ in 0..200 {
        if table.course().game.is_over() {
            break;
        }
        if table.course().waiting().contains(&kazakhstan) {
            let motions = table.view(kazakhstan).motions;
            // Every other motion is voted on.
            for motion in motions.iter().step_by(2) {
                table.vote(kazakhstan, &motion.motion, Vote::Yes).expect("a vote");
                voted += 1;
            }
            table.submit(kazakhstan).expect("confirmed");
        }
        table.step().expect("a step");
    }
    assert!(voted > 0, "something was voted on");
    for row in table.log().rows() {
        if let Entry::Given(given) = &row.entry
            && given.player == "kazakhstan"
            && given.moment.stage == Stage::Ballots
        {
            for (at, (_, vote)) in given.ballots.iter().enumerate() {
                assert_eq!(*vote, if at % 2 == 0 { Vote::Yes } else { Vote::Abstain });
            }
        }
    }
}

/// Deterrence, with a body whose only member the challenge brings to a vote that only these are told of.
fn voting(told: &str) -> Source {
    let files = files::read(&root().join("deterrence.ron")).expect("a scenario of ours");
    let text = files.text("deterrence.ron").expect("its only file");
    let body = format!(
        r#"institutions: [(id: "council", rule: Majority(1), members: [(id: "challenger")])],
        motions: [(id: "pact", institution: "council", seen_by: {told}, passed: [Set("challenge", 1)])],
        actions: ["#
    );
    let text = text.replacen("actions: [", &body, 1);
    let text = text.replacen("success: [", r#"success: [Table("pact"), "#, 1);
    Source::load(files::Files::of_text("deterrence.ron", &text), &Registry::standard())
        .unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn a_vote_that_a_seat_is_not_told_of_is_no_stage_for_it() {
    let folder = tempfile::tempdir().expect("a folder");
    for (told, chair) in [("[\"challenger\"]", true), ("[\"challenger\"]", false), ("Everyone", true)] {
        let source = voting(told);
        let mut opening = seated(&source, &["challenger", "defender"], 3);
        opening.facilitator = chair;
        let path = folder.path().join(format!("{}{chair}.march", told.len()));
        let mut table = Table::create(&path, &source, &opening).expect("a new game");
        let (challenger, defender) = (player(&table, "challenger"), player(&table, "defender"));
        table.order(challenger, "challenge_order").expect("legal");
        for seat in [challenger, defender] {
            table.submit(seat).expect("confirmed");
        }
        table.step().expect("a stage");
        assert_eq!(table.course().game.moment().stage, Stage::Ballots, "it is put to the vote");
        let own = table.view(challenger);
        assert!(own.moment.stage == Stage::Ballots && own.motions.len() == 1 && !own.submitted && !own.decided);
        let (view, public) = (table.view(defender), table.public_view());
        let refused = [
            table.order(defender, "resist").expect_err("no orders").to_string(),
            table.undo(defender).expect_err("nothing to undo").to_string(),
            table.submit(defender).expect_err("no vote").to_string(),
        ];
        if told == "Everyone" {
            assert!(view.moment.stage == Stage::Ballots && !view.submitted && !view.decided);
            assert!(public.moment.stage == Stage::Ballots && !public.decided);
            continue;
        }
        assert!(view.moment.stage == Stage::Orders && view.submitted && view.decided == chair);
        assert!(public.moment.stage == Stage::Orders && public.decided == chair);
        assert!(public.people.iter().all(|person| person.submitted && !person.decides));
        let shown = serde_json::to_string(&(&view, &public, &refused)).expect("numbers and names");
        assert!(["vote", "ballot", "motion\":", "pact"].iter().all(|word| !shown.contains(word)), "{shown}");
    }
}

#[test]
fn a_person_whose_office_falls_moves_to_the_seat_that_succeeds() {
    let source = source("tajikistan-2010");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut table = Table::create(&path, &source, &seated(&source, &["government"], 4)).expect("a new game");
    let (government, heir) = (player(&table, "government"), player(&table, "new_administration"));
    assert!(table.take_over(government).is_err(), "nothing is offered to those in office");
    for (office, value) in [("government.in_office", 0.0), ("new_administration.in_office", 1.0)] {
        table.inject(What::Set(office.into(), value), When::Now, "the palace is empty").expect("a stock");
    }
    assert_eq!(table.view(government).offered.as_deref(), Some("new_administration"));
    assert!(table.submit(government).expect_err("out of office").to_string().contains("fallen"));
    assert_eq!(table.take_over(government).expect("offered").0, heir);
    assert_eq!(table.course().held(heir).from, Some(government));
    assert!(table.course().held(government).holder.is_human(), "the old seat keeps its record");
    assert_eq!(table.course().waiting(), [heir]);
    table.submit(heir).expect("in office");
    table.step().expect("a step");
    drop(table);
    assert!(verify(&path, &Registry::standard()).expect("a game").ok);
}

#[test]
fn a_table_whose_log_cannot_be_written_takes_nothing_more() {
    let source = source("deterrence.ron");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut opening = source.opening(1);
    opening.facilitator = true;
    let mut table = Table::create(&path, &source, &opening).expect("a new game");
    table.limit_pages(24);
    let mut kept = 1;
    let error = loop {
        match table.note(&"x".repeat(1900)) {
            Ok(done) => kept = done.entry,
            Err(error) => break error,
        }
        assert!(kept < 100, "the limit is met");
    };
    assert!(matches!(error, SessionError::NotKept { .. }), "{error}");
    assert!(matches!(table.step(), Err(SessionError::NotKept { .. })), "closed");
    assert_eq!(table.course().notes.len() as u64, kept - 1, "what was not kept is not shown");
    drop(table);
    let table = Table::open(&path, &Registry::standard()).expect("a game");
    assert_eq!(table.log().rows().len() as u64, kept);
}

#[test]
fn a_replay_that_differs_names_its_turn_and_what_differs() {
    let source = source("tajikistan-2010");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut table = Table::create(&path, &source, &seated(&source, &[], 3)).expect("a new game");
    for _ in 0..20 {
        if !table.course().game.is_over() {
            table.step().expect("a step");
        }
    }
    // A log whose chain is whole and whose second turn claims another state, as another program's would.
    let forged = folder.path().join("forged.march");
    let mut log = Log::create(&forged, &source.files).expect("a new file");
    for row in table.log().rows() {
        let mut entry = row.entry.clone();
        let mut readings = table.log().readings(row.number).expect("a table");
        if let (Entry::StageEnded(end), Some(values)) = (&mut entry, &mut readings)
            && end.moment.turn.0 == 2
        {
            let at = source.scenario.catalogue.indicator("tajikistan.legitimacy").expect("there").index();
            values[at] = 0.123;
            end.readings = crate::course::readings_hash(values);
        }
        log.append(row.parent, row.branch, &[(entry, readings.map(|values| crate::course::bytes(&values)))])
            .expect("kept");
    }
    drop(log);
    let verified = verify(&forged, &Registry::standard()).expect("a game");
    let difference = verified.first_difference.expect("it differs");
    assert_eq!((verified.ok, difference.turn), (false, Some(2)));
    assert_eq!(difference.indicators[0].0, "tajikistan.legitimacy");
    assert_eq!(difference.indicators[0].1, 0.123);
    let mut table = Table::open(&forged, &Registry::standard()).expect("it can be looked at");
    assert_eq!(table.difference().expect("it differs").turn, Some(2));
    let error = table.note("hello").expect_err("read-only").to_string();
    assert!(error.contains("turn 2") && error.contains("0.123"), "{error}");
    // Before the difference it is a game: one goes back there, and on.
    table.back(2).expect("the second turn was reached");
    assert_eq!(table.difference(), None);
    table.step().expect("a step");
}

/// A card is kept in hand, changed, played now or when its time comes, and called off; whom it names is told of it.
#[test]
fn cards_are_written_changed_played_and_called_off() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let source = source("tajikistan-2010");
    let mut table = Table::create(&path, &source, &seated(&source, &["russia", "government"], 6)).expect("a new game");
    let legitimacy = |table: &Table| {
        let id = table.course().source.scenario.catalogue.indicator("tajikistan.legitimacy").expect("it");
        marchland_game::Readings::now(&table.course().game.truth(), id)
    };
    let card = |text: &str, seen: Option<&str>, by: f64| Card {
        text: text.into(),
        seen_by: seen.map(|name| vec![name.to_owned()]),
        effects: vec![Shift { indicator: "tajikistan.legitimacy".into(), by }],
    };
    let (number, _) = table.inject(What::Card(card("a fire", None, -0.1)), When::Held, "drama").expect("a card");
    let before = legitimacy(&table);
    assert!(table.course().due().is_empty(), "it is in hand");
    let revised =
        |what: Card, when: When| Inject { inject: number, what: What::Card(what), when, reason: "drama".into() };
    assert!(table.revise_inject(revised(card("x", Some("nobody"), 0.0), When::Held)).is_err(), "no such player");
    assert!(table.revise_inject(revised(card("x", None, 0.0), When::Turn(99))).is_err(), "beyond the end");
    table.revise_inject(revised(card("a great fire", Some("russia"), -0.05), When::Held)).expect("changed");
    table.revise_inject(revised(card("a great fire", Some("russia"), -0.05), When::Now)).expect("played");
    assert!((legitimacy(&table) - (before - 0.05)).abs() < 1e-12);
    assert!(table.revise_inject(revised(card("x", None, 0.0), When::Held)).is_err(), "it has happened");
    let told = |table: &Table, name: &str| {
        let player = table.course().player(name).expect("a player");
        table.view(player).news.iter().any(|news| news.what == "a great fire")
    };
    assert!(told(&table, "russia") && !told(&table, "government"));
    // A card may have paragraphs, which lists tell on one line, and nothing that is obeyed instead of read.
    let written = card("a flood\r\n\r\nin the south", Some("government"), 0.0);
    table.inject(What::Card(written), When::Now, "drama").expect("a card");
    let What::Card(kept) = &table.course().injects.last().expect("it").inject.what else { panic!("a card") };
    assert_eq!((kept.text.as_str(), kept.on_one_line().as_str()), ("a flood\n\nin the south", "a flood in the south"));
    assert_eq!(
        crate::on_one_line("A fire broke out\n\nTwelve stalls burnt.\nNobody died."),
        "A fire broke out. Twelve stalls burnt. Nobody died."
    );
    let government = table.course().player("government").expect("a player");
    assert!(table.view(government).news.iter().any(|news| news.what == "a flood in the south"));
    assert!(table.inject(What::Card(card("a\u{1b}[2J", None, 0.0)), When::Held, "drama").is_err());
    table.release("One.\r\nTwo.").expect("paragraphs");
    assert_eq!(table.public_view().bulletin, Some((1, "One.\nTwo.".to_owned())));
    assert!(table.release("One.\u{7}").is_err());
    let (other, _) =
        table.inject(What::Card(card("a flood", None, 0.0)), When::Condition("turn >= 1".into()), "x").expect("a card");
    assert_eq!(table.course().due(), [other]);
    table.call_off(other).expect("it is to come");
    assert!(table.course().due().is_empty());
    drop(table);
    assert!(verify(&path, &Registry::standard()).expect("a game").ok, "a replay does the same");
}

/// A game that an earlier build of this format wrote down replays to the same hash of the state after every stage: what a
/// set of players is in memory, or a count, is no reason to lose it.
#[test]
fn a_game_of_an_earlier_build_replays() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("deterrence.march");
    let old = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/format-2/deterrence.march");
    std::fs::copy(old, &path).expect("a copy");
    let verified = verify(&path, &Registry::standard()).expect("a game");
    assert!(verified.ok, "{verified:?}");
}
