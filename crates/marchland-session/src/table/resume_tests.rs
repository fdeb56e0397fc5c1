//! A resumed game is the same game.

use std::path::Path;
use std::time::Duration;

use marchland_game::Vote;
use marchland_strategies::{ExternalPermission, Registry};

use super::tests::{player, seated, some_order, source};
use super::*;
use crate::entry::{FreeAction, Holder, Party, Shift, What, When};
use crate::verify::verify;

/// Plays turns with a person, as far as one is reached; every turn something is said or done beside.
fn play(table: &mut Table, until: u32) {
    let russia = player(table, "russia");
    for _ in 0..200 {
        if table.course().game.is_over() || table.turn() >= until {
            return;
        }
        if table.course().waiting().contains(&russia) {
            if let Some(order) = some_order(table, russia, table.turn() as usize % 5) {
                table.order(russia, &order).expect("legal");
            }
            for motion in table.view(russia).motions {
                table.vote(russia, &motion.motion, Vote::No).expect("a vote");
            }
            table.submit(russia).expect("confirmed");
        }
        table.note(&format!("turn {}", table.turn())).expect("kept");
        table.step().expect("a step");
    }
}

/// A game in its tenth turn, with a little of everything in it.
fn game(path: &Path) {
    let source = source("tajikistan-2010");
    let mut table = Table::create(path, &source, &seated(&source, &["russia"], 12)).expect("a new game");
    let (russia, china) = (player(&table, "russia"), player(&table, "china"));
    let condition = When::Condition("tajikistan.legitimacy < 2".into());
    table.inject(What::Add("tajikistan.legitimacy".into(), -0.01), condition, "wear").expect("a stock");
    table.inject(What::Add("tajikistan.legitimacy".into(), 0.02), When::Turn(11), "later").expect("a stock");
    let never = When::Condition("tajikistan.legitimacy > 2".into());
    table.inject(What::Add("tajikistan.legitimacy".into(), 0.5), never, "never").expect("a stock");
    play(&mut table, 3);
    table.seat(china, Holder::Strategy("Idle".into())).expect("anybody may idle");
    table.message(Party::Seat("russia".into()), Party::Chair, "what now?").expect("sent");
    let (number, _) = table.propose(russia, "Train the guards").expect("offered");
    let action = FreeAction {
        cost: Vec::new(),
        chance: 0.5,
        seen_by: None,
        effects: vec![Shift { indicator: "tajikistan.legitimacy".into(), by: 0.01 }],
        reason: "plausible".into(),
    };
    table.promise(number, action).expect("promised");
    table.allow_odds(true).expect("kept");
    play(&mut table, 10);
    let (number, _) = table.propose(russia, "Train them again").expect("offered");
    let again = FreeAction { cost: Vec::new(), chance: 0.5, seen_by: None, effects: Vec::new(), reason: "so".into() };
    table.promise(number, again).expect("promised: it waits for its dice where the game is closed");
    table.note("the ninth turn is over").expect("kept");
}

/// Everything by which a person or a program could tell two tables apart.
fn shown(table: &Table) -> String {
    let course = table.course();
    let seats: Vec<_> = (0..course.seats.len()).map(|at| table.view(PlayerId::from_index(at))).collect();
    let parts = (
        &course.records,
        &course.injects,
        &course.proposals,
        &course.letters,
        &course.notes,
        &course.amendments,
        (&course.rulings, &course.votes, course.odds_allowed, &course.seats),
        (seats, course.game.outcome(), course.game.snapshot(), table.log().head()),
    );
    serde_json::to_string(&parts).expect("numbers and names")
}

fn open(path: &Path) -> Table {
    Table::open(path, &Registry::standard()).expect("a game")
}

#[test]
fn a_game_resumes_the_same() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    game(&path);
    let again = folder.path().join("again.march");
    std::fs::copy(&path, &again).expect("a copy");
    // The game stands in its tenth turn.
    let mut table = open(&path);
    let told = shown(&table);
    assert!(table.course().records.len() == 9 && table.course().records.iter().all(|record| !record.rounds.is_empty()));
    table.back(7).expect("a turn that was reached");
    let back = shown(&table);
    play(&mut table, 99);
    let end = shown(&table);
    assert!(table.course().game.is_over());
    drop(table);
    let mut table = open(&again);
    assert!(shown(&table) == told, "it resumes the same");
    table.back(7).expect("a turn that was reached");
    assert!(shown(&table) == back, "it branches the same");
    drop(table);
    let mut table = open(&again);
    play(&mut table, 99);
    assert!(shown(&table) == end, "it goes on the same, closed and opened between");
    drop(table);
    assert!(verify(&again, &Registry::standard()).expect("a game").ok);
}

#[test]
fn a_resumed_game_counts_lost_decisions_like_one_that_went_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let registry = Registry::standard().allowing_external(ExternalPermission { timeout: Duration::from_secs(10) });
    let mut source = source("deterrence.ron");
    source.registry = registry;
    let mut opening = source.opening(2);
    opening.facilitator = true;
    // A program that ends without an answer loses every decision.
    opening.seats[0].1 = Holder::Strategy("External(command: \"true\")".into());
    let mut table = Table::create(&path, &source, &opening).expect("a new game");
    for _ in 0..6 {
        table.step().expect("a step");
    }
    let lost = table.course().game.outcome().forfeits;
    assert_eq!((lost[0], lost[1]), (6, 0));
    drop(table);
    // No program is started to look at a game.
    let replayed = Table::opened(&path, &Registry::standard(), false).expect("a game");
    assert_eq!(replayed.course().game.outcome().forfeits, lost);
}
