//! Free actions from the promise to the dice.

use std::path::Path;

use marchland_game::{Cause, IndicatorId};
use marchland_strategies::Registry;

use super::tests::{player, seated, some_order, source};
use super::*;
use crate::course::ProposalState;
use crate::entry::{FreeAction, Shift, What, When};
use crate::verify::verify;

const LEGITIMACY: &str = "tajikistan.legitimacy";

fn game(path: &Path, people: &[&str]) -> Table {
    let source = source("tajikistan-2010");
    Table::create(path, &source, &seated(&source, people, 3)).expect("a new game")
}

fn action(chance: f64, money: f64) -> FreeAction {
    FreeAction {
        cost: vec![("money".into(), money)],
        chance,
        seen_by: Some(vec!["government".into()]),
        effects: vec![Shift { indicator: LEGITIMACY.into(), by: 0.01 }],
        reason: "plausible".into(),
    }
}

fn money(table: &Table) -> f64 {
    let view = table.view(player(table, "russia"));
    view.budgets.iter().find(|(budget, _)| budget == "money").expect("it has money").1
}

fn indicator(table: &Table, path: &str) -> IndicatorId {
    table.course().source.scenario.catalogue.indicator(path).expect("it is there")
}

fn state(table: &Table, proposal: usize) -> ProposalState {
    table.course().proposals[proposal - 1].state.clone()
}

/// What the dice of a free action say now: draw and success.
fn dice(table: &Table, proposal: u32) -> (f64, bool) {
    let proposed = table.course().proposed();
    let free = proposed.iter().filter_map(|item| item.free.as_ref()).find(|free| free.proposal == proposal);
    let free = free.expect("it is among the rulings");
    (free.draw, free.success)
}

fn position(table: &Table, proposal: u32) -> usize {
    let of = |item: &crate::ProposedRuling| item.free.as_ref().is_some_and(|free| free.proposal == proposal);
    table.course().proposed().iter().position(of).expect("it is among the rulings")
}

fn told(table: &Table, who: &str) -> Vec<(String, String)> {
    let news = table.view(player(table, who)).news.into_iter().filter(|news| news.kind == "proposal");
    news.map(|news| (news.what, news.result)).collect()
}

/// The first option that costs money and may be ordered, and what it costs.
fn priced(table: &Table) -> (String, f64) {
    let view = table.view(player(table, "russia"));
    for own in &view.actions {
        for option in own.options.iter().filter(|option| option.refusal.is_none()) {
            if let Some((_, cost)) = option.cost.iter().find(|(budget, cost)| budget == "money" && *cost > 0.0) {
                let name = if own.options.len() == 1 { "" } else { &option.option };
                return (format!("{} {name}", own.action).trim().to_owned(), *cost);
            }
        }
    }
    panic!("something costs money")
}

/// A game in which Russia's first free action is promised at even odds, for a price of one.
fn promised(path: &Path) -> (Table, PlayerId) {
    let mut table = game(path, &["russia"]);
    let russia = player(&table, "russia");
    table.propose(russia, "Train the border guards").expect("offered");
    table.promise(1, action(0.5, 1.0)).expect("promised");
    (table, russia)
}

#[test]
fn a_price_is_set_aside_and_what_is_taken_back_leaves_no_trace() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut table = game(&folder.path().join("game.march"), &["russia"]);
    let russia = player(&table, "russia");
    table.propose(russia, "Train the border guards").expect("offered");
    let (hash, all) = (table.course().game.state_hash(), money(&table));
    let (order, cost) = priced(&table);
    let before = table.view(russia);
    for (terms, why) in [
        (action(1.5, 0.0), "between 0 and 1"),
        (action(1.0, 1e9), "left"),
        (action(1.0, -1.0), "from 0"),
        (FreeAction { reason: " ".into(), ..action(1.0, 0.0) }, "reason"),
        (FreeAction { reason: "a\nb".into(), ..action(1.0, 0.0) }, "line break"),
        (FreeAction { cost: vec![("money".into(), all), ("money".into(), all)], ..action(1.0, 0.0) }, "twice"),
    ] {
        let refused = table.promise(1, terms).expect_err(why).to_string();
        assert!(refused.contains(why), "{refused}");
    }
    assert!(table.take_back(1).is_err() && table.promise(2, action(1.0, 0.0)).is_err());
    // All but a part of the order's price: what is promised cannot be spent.
    table.promise(1, action(0.5, all - 0.5 * cost)).expect("it can pay");
    assert!((money(&table) - 0.5 * cost).abs() < 1e-9, "{} of {all}", money(&table));
    assert!(table.order(russia, &order).expect_err("set aside").to_string().contains("left"));
    assert_eq!(
        told(&table, "russia"),
        [("(1) Train the border guards".to_owned(), "granted; the dice fall with the rulings".to_owned())]
    );
    assert!(table.promise(1, action(0.5, all - 0.5 * cost)).expect_err("the same").to_string().contains("already"));
    // Promised otherwise, there is room for both; and then not for a dearer one.
    table.promise(1, action(0.6, 0.0)).expect("revised");
    table.order(russia, &order).expect("legal");
    let dear = table.promise(1, action(0.6, all - 0.5 * cost)).expect_err("the draft needs it").to_string();
    assert!(dear.contains("beside its orders"), "{dear}");
    // Nor does an order come back that was taken out meanwhile.
    let other = some_order(&table, russia, 0).expect("legal");
    table.order(russia, &other).expect("legal");
    table.drop_order(russia, &order).expect("drafted");
    let left = table.course().payable(1).into_iter().find(|(budget, _)| *budget == "money").expect("money").1;
    table.promise(1, action(0.6, left)).expect("all that it has");
    assert!(table.undo(russia).expect_err("set aside").to_string().contains("does not fit"));
    assert_eq!(table.view(russia).draft, std::slice::from_ref(&other));
    table.drop_order(russia, &other).expect("drafted");
    table.take_back(1).expect("promised");
    assert_eq!((state(&table, 1), money(&table)), (ProposalState::Open, all));
    assert_eq!(table.course().game.state_hash(), hash, "the world has never heard of it");
    let mut after = table.view(russia);
    after.news = before.news.clone();
    assert_eq!(after, before);
    table.promise(1, action(0.5, 1.0)).expect("promised again");
    table.refuse(1, "not in this game").expect("a promise may become a refusal");
    assert_eq!((money(&table), state(&table, 1)), (all, ProposalState::Refused("not in this game".into())));
    assert!(table.promise(1, action(0.5, 1.0)).expect_err("answered").to_string().contains("already"));
}

#[test]
fn the_dice_fall_with_the_rulings_and_may_be_overruled_until_the_step() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let (mut table, russia) = promised(&path);
    assert!(table.course().proposed().is_empty(), "nothing is decided");
    table.submit(russia).expect("confirmed");
    table.decide().expect("everybody has");
    let (draw, success) = dice(&table, 1);
    assert_eq!(success, draw < 0.5);
    let at = position(&table, 1);
    assert_eq!(at + 1, table.course().proposed().len(), "it stands after the orders");
    let before = table.course().game.state_hash();
    table.accept((0..=at).collect()).expect("they stand there");
    for (success, leaked, reason, why) in
        [(Some(success), None, "x", "already"), (None, Some(true), "x", "leak"), (Some(!success), None, "", "reason")]
    {
        let refused = table.amend(at, success, leaked, reason).expect_err(why).to_string();
        assert!(refused.contains(why), "{refused}");
    }
    table.amend(at, Some(!success), None, "the room argued it well").expect("amended");
    let amended = table.course().proposed()[at].amended.clone().expect("it");
    assert_eq!((amended.machine, amended.free_action()), ((success, false), Some(1)));
    table.let_stand(at).expect("the machine's stands");
    let amended = table.course().proposed()[at].amended.clone().expect("it");
    assert!(!amended.overrules());
    table.amend(at, Some(!success), None, "after all").expect("amended");
    assert_eq!(table.course().game.state_hash(), before, "nothing has taken effect");
    assert!(told(&table, "government").is_empty(), "and nobody else has heard of it");
    table.step().expect("a step");
    assert_eq!(state(&table, 1), ProposalState::Granted(action(0.5, 1.0), draw, !success));
    // The grant stands before the end of its stage, and the kept result is the facilitator's.
    let entries: Vec<&Entry> = table.log().rows().iter().map(|row| &row.entry).collect();
    let end = entries.iter().position(|entry| matches!(entry, Entry::StageEnded(_))).expect("a stage");
    assert!(matches!(entries[end - 1], Entry::Granted { proposal: 1, success: is, .. } if *is != success));
    let result = if success { "failed" } else { "succeeded" };
    assert_eq!(told(&table, "government"), [("Train the border guards".to_owned(), result.to_owned())]);
    assert!(told(&table, "china").is_empty());
    // Back at the start, the same dice lie there, whatever is promised; and no others.
    table.back(1).expect("it was reached");
    table.note("another evening").expect("kept");
    table.propose(russia, "Annex everything").expect("offered");
    table.promise(1, action(1.0, 0.0)).expect("promised");
    table.submit(russia).expect("confirmed");
    table.decide().expect("everybody has");
    assert_eq!(dice(&table, 1), (draw, true));
    table.step().expect("a step");
    // A certain one has taken effect, in the month's ledger, before what the orders and the month itself did.
    while table.course().records.is_empty() {
        if table.course().waiting().contains(&russia) {
            table.submit(russia).expect("confirmed");
        }
        table.step().expect("a step");
    }
    let legitimacy = indicator(&table, LEGITIMACY);
    let booked = table.course().records[0].rounds.iter().flat_map(|round| &round.bookings);
    let own: Vec<f64> = booked
        .filter(|booking| booking.indicator == legitimacy && booking.cause == Cause::Inject)
        .map(|booking| booking.after - booking.before)
        .collect();
    assert!(own.len() == 1 && (own[0] - 0.01).abs() < 1e-12, "{own:?}");
    drop(table);
    assert!(verify(&path, &Registry::standard()).expect("a game").ok);
}

/// What the facilitator was shown is what comes: rulings are made of the state before a free action takes effect.
#[test]
fn a_free_action_does_not_change_the_rulings_of_its_stage() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut table = game(&folder.path().join("game.march"), &["russia"]);
    let russia = player(&table, "russia");
    table.propose(russia, "Buy the parliament").expect("offered");
    let effects = vec![Shift { indicator: LEGITIMACY.into(), by: -0.4 }];
    table.promise(1, FreeAction { effects, ..action(1.0, 0.0) }).expect("promised");
    table.submit(russia).expect("confirmed");
    table.decide().expect("everybody has");
    let shown: Vec<_> = table.course().proposed().into_iter().filter_map(|item| item.ruling).collect();
    assert!(shown.iter().any(|ruling| ruling.legal()));
    table.step().expect("a step");
    assert_eq!(table.course().rulings, shown);
}

#[test]
fn what_was_looked_at_goes_with_its_ruling_where_promises_change() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut table = game(&folder.path().join("game.march"), &["russia", "government"]);
    let (russia, government) = (player(&table, "russia"), player(&table, "government"));
    for (seat, text) in [(russia, "one"), (government, "two"), (russia, "three")] {
        table.propose(seat, text).expect("offered");
    }
    for number in [1, 3] {
        table.promise(number, action(0.5, 0.0)).expect("promised");
    }
    for seat in [russia, government] {
        table.submit(seat).expect("confirmed");
    }
    table.decide().expect("everybody has");
    let orders = position(&table, 1);
    assert_eq!(table.course().proposed().len(), orders + 2);
    table.accept((0..orders + 2).collect()).expect("all");
    let (_, success) = dice(&table, 1);
    // One more while the rulings lie open is among them at once, in its place.
    table.promise(2, action(0.5, 0.0)).expect("promised");
    assert_eq!((position(&table, 2), position(&table, 3)), (orders + 1, orders + 2));
    let accepted =
        |table: &Table| table.sitting().accepted.iter().filter(|at| **at >= orders).copied().collect::<Vec<_>>();
    assert_eq!(accepted(&table), [orders, orders + 2]);
    // What is promised otherwise wants to be looked at again, and what was ruled of its dice is void.
    table.amend(orders, Some(!success), None, "so").expect("amended");
    table.promise(1, action(0.4, 0.0)).expect("revised");
    assert_eq!(table.course().proposed()[orders].amended, None);
    assert_eq!(accepted(&table), [orders + 2]);
    table.take_back(2).expect("promised");
    assert_eq!((position(&table, 3), accepted(&table)), (orders + 1, vec![orders + 1]));
    table.refuse(1, "no").expect("promised");
    assert_eq!((position(&table, 3), accepted(&table)), (orders, vec![orders]));
    assert_eq!(table.sitting().accepted.len(), orders + 1, "orders stay where they were");
}

#[test]
fn a_promise_survives_the_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let (mut table, russia) = promised(&path);
    table.submit(russia).expect("confirmed");
    table.decide().expect("everybody has");
    let at = position(&table, 1);
    let fallen = dice(&table, 1);
    table.amend(at, Some(!fallen.1), None, "so").expect("amended");
    table.accept(vec![at]).expect("it stands there");
    // Killed: a copy of the file is all that is left.
    let copy = folder.path().join("copy.march");
    table.log().copy(&copy).expect("copied");
    let mut again = Table::open(&copy, &Registry::standard()).expect("a game");
    assert_eq!(again.difference(), None);
    assert_eq!((again.course().proposed(), &again.sitting().accepted), (table.course().proposed(), &vec![at]));
    assert_eq!((money(&again), dice(&again, 1)), (money(&table), fallen));
    for table in [&mut table, &mut again] {
        table.step().expect("a step");
    }
    assert_eq!(again.course().game.state_hash(), table.course().game.state_hash());
    assert_eq!(again.log().head(), table.log().head());
}

#[test]
fn what_cannot_be_paid_does_not_take_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let mut table = game(&path, &["russia"]);
    let russia = player(&table, "russia");
    table.propose(russia, "Buy an airfield").expect("offered");
    table.promise(1, action(1.0, money(&table))).expect("all that it has");
    let purse = table.course().source.scenario.catalogue.players[russia.index()].budgets[0].expect("money");
    let path_of = table.course().source.scenario.catalogue.indicators[purse.index()].path.clone();
    table.inject(What::Set(path_of, 0.0), When::Now, "a crash").expect("a stock");
    table.submit(russia).expect("confirmed");
    table.decide().expect("everybody has");
    let at = position(&table, 1);
    let item = table.course().proposed()[at].clone();
    let unpaid = item.free.expect("free").unpaid.expect("it has nothing left");
    assert!(unpaid.to_string().ends_with("money and 0 is left"), "{unpaid}");
    let refused = table.amend(at, Some(true), None, "it must").expect_err("it cannot be paid").to_string();
    assert!(refused.contains("lower price"), "{refused}");
    table.step().expect("a step");
    assert!(matches!(state(&table, 1), ProposalState::Refused(why) if why.contains("could not be paid")));
    assert!(told(&table, "government").is_empty());
    drop(table);
    assert!(verify(&path, &Registry::standard()).expect("a game").ok);
}

/// The same game with its entries changed one by one, its stages' ends as they come out then.
fn rewritten(from: &Log, source: &Source, path: &Path, change: impl Fn(&Entry) -> Option<Entry>) -> Course {
    let Entry::Opened(opening) = &from.rows()[0].entry else { panic!("it is opened") };
    let mut course = Course::open(source, opening, false).expect("opens");
    let mut log = Log::create(path, &source.files).expect("a new file");
    let mut tip = 0;
    for entry in from.rows().iter().filter_map(|row| change(&row.entry)) {
        let mut kept = (entry, None);
        match &mut kept.0 {
            Entry::Opened(_) => {}
            Entry::StageEnded(end) => {
                let (now, readings) = course.end_stage_like(end);
                *end = now;
                kept.1 = Some(crate::course::bytes(&readings));
            }
            other => course.follow(other).expect("fits"),
        }
        tip = log.append(tip, 1, &[kept]).expect("kept");
    }
    course
}

/// In games of earlier versions a grant stands without a promise, and took effect at once: they open, replay to what they
/// say, and are played on.
#[test]
fn a_grant_that_was_not_promised_takes_effect_at_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, old) = (folder.path().join("first.march"), folder.path().join("old.march"));
    let mut table = game(&first, &["russia"]);
    let russia = player(&table, "russia");
    table.propose(russia, "Train the border guards").expect("offered");
    table.promise(1, action(0.5, 1.0)).expect("promised");
    let order = some_order(&table, russia, 0).expect("legal");
    table.order(russia, &order).expect("legal");
    table.submit(russia).expect("confirmed");
    table.step().expect("a step");
    let source = table.course().source.clone();
    let at = indicator(&table, LEGITIMACY).index();
    let course = rewritten(table.log(), &source, &old, |entry| match entry {
        Entry::Promised { proposal, action } => {
            Some(Entry::Granted { proposal: *proposal, action: action.clone(), draw: 0.25, success: true })
        }
        Entry::Granted { .. } => None,
        other => Some(other.clone()),
    });
    assert!(matches!(course.proposals[0].state, ProposalState::Granted(_, 0.25, true)));
    // At once: before any stage has ended.
    let mut alone = Course::open(&source, &course.opening, false).expect("opens");
    let before = alone.readings()[at];
    alone.follow(&Entry::Proposed { proposal: 1, player: "russia".into(), text: "x".into() }).expect("fits");
    let granted = Entry::Granted { proposal: 1, action: action(0.5, 1.0), draw: 0.25, success: true };
    alone.follow(&granted).expect("fits");
    assert!((alone.readings()[at] - before - 0.01).abs() < 1e-12);
    let found = verify(&old, &Registry::standard()).expect("a game");
    assert!(found.ok, "{:?}", found.first_difference);
    let mut table = Table::open(&old, &Registry::standard()).expect("it opens");
    assert_eq!((table.difference(), table.course().game.state_hash()), (None, course.game.state_hash()));
    if table.course().waiting().contains(&russia) {
        table.submit(russia).expect("confirmed");
    }
    table.step().expect("it is played on");
}

#[test]
fn a_grant_that_its_promise_and_its_dice_do_not_bear_out_is_found() {
    let folder = tempfile::tempdir().expect("a folder");
    let (first, forged) = (folder.path().join("first.march"), folder.path().join("forged.march"));
    let mut table = game(&first, &["russia"]);
    let russia = player(&table, "russia");
    table.propose(russia, "Train the border guards").expect("offered");
    table.promise(1, action(0.5, 1.0)).expect("promised");
    table.submit(russia).expect("confirmed");
    table.step().expect("a step");
    let source = table.course().source.clone();
    rewritten(table.log(), &source, &forged, |entry| {
        let mut entry = entry.clone();
        if let Entry::Granted { draw, success, .. } = &mut entry {
            (*draw, *success) = (1.0 - *draw, !*success);
        }
        Some(entry)
    });
    let difference = verify(&forged, &Registry::standard()).expect("a game").first_difference.expect("it differs");
    assert!(difference.what.contains("free action 1"), "{difference}");
    let table = Table::open(&forged, &Registry::standard()).expect("it can be looked at");
    assert!(table.difference().is_some());
    assert!(verify(&first, &Registry::standard()).expect("a game").ok);
}
