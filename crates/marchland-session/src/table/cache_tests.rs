//! A resumed game is the same game, whatever the cache beside its log holds.

use std::path::{Path, PathBuf};
use std::time::Duration;

use marchland_game::Vote;
use marchland_strategies::{ExternalPermission, Registry};
use rusqlite::Connection;

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
    table.grant(number, action).expect("granted");
    table.allow_odds(true).expect("kept");
    play(&mut table, 10);
    table.note("the ninth turn is over").expect("kept");
}

/// Everything by which a person or a program could tell two tables apart.
fn shown(table: &mut Table) -> String {
    let records = table.caused().expect("it follows").to_vec();
    let course = table.course();
    let seats: Vec<_> = (0..course.seats.len()).map(|at| table.view(PlayerId::from_index(at))).collect();
    let parts = (
        &records,
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

/// Does something to the cache of a game's file.
fn meddle(path: &Path, sql: &str) {
    Connection::open(path).and_then(|file| file.execute_batch(sql)).expect("a table of snapshots");
}

fn begun_at(table: &Table) -> usize {
    let history = table.log.history(table.tip);
    recalled(&table.log, &table.course.source, &history, true).expect("a game").map_or(1, |(_, from)| from)
}

#[test]
fn a_game_resumes_the_same_with_any_cache_or_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    game(&path);
    let copy = |name: &str| -> PathBuf {
        let to = folder.path().join(name);
        std::fs::copy(&path, &to).expect("a copy");
        to
    };
    let bare = copy("bare");
    meddle(&bare, "DROP TABLE snapshot");
    // The game stands in its tenth turn: what was kept last is the start of the ninth.
    let mut table = open(&bare);
    let told = shown(&mut table);
    assert!(begun_at(&table) > 1, "what was missing is made again");
    table.back(7).expect("a turn that was reached");
    let back = shown(&mut table);
    play(&mut table, 99);
    let end = shown(&mut table);
    assert!(table.course().game.is_over());
    drop(table);
    // A cache that holds another game's state under a seal that fits: only the log's hash gives it away.
    let false_state = copy("false state");
    {
        let mut table = open(&false_state);
        let entry = table.log.cached_entries()[0];
        table.course.game.inject(table.course.source.scenario.shown[0], 0.123).expect("a stock");
        let bytes = table.course.keep().expect("bytes");
        table.log.cache(&[(entry, bytes)]);
    }
    let mut tried = vec![("the cache as it was", copy("whole")), ("another game's state", false_state)];
    for (name, sql) in [
        ("another program's", "UPDATE snapshot SET program = '0.0.1'"),
        ("damaged", "UPDATE snapshot SET bytes = CAST(substr(bytes, 1, 1000) || 'x' || substr(bytes, 1002) AS BLOB)"),
        ("cut short", "UPDATE snapshot SET bytes = substr(bytes, 1, 1000)"),
        ("of another entry", "UPDATE snapshot SET entry = entry - 1"),
        ("the newest damaged", "UPDATE snapshot SET bytes = x'00' WHERE entry = (SELECT max(entry) FROM snapshot)"),
        ("of another shape", "DROP TABLE snapshot; CREATE TABLE snapshot(a); INSERT INTO snapshot VALUES ('x')"),
        ("empty", "DELETE FROM snapshot"),
    ] {
        let path = copy(name);
        meddle(&path, sql);
        tried.push((name, path));
    }
    for (name, path) in tried {
        let mut table = open(&path);
        assert!(table.course().records.len() == 9, "{name}: its records are there");
        assert!(shown(&mut table) == told, "{name}: it resumes the same");
        assert!(begun_at(&table) > 1, "{name}: a usable snapshot is there afterwards");
        table.back(7).expect("a turn that was reached");
        assert!(shown(&mut table) == back, "{name}: it branches the same");
        play(&mut table, 99);
        assert!(shown(&mut table) == end, "{name}: it goes on the same");
        drop(table);
        assert!(verify(&path, &Registry::standard()).expect("a game").ok, "{name}");
    }
}

#[test]
fn a_verdict_on_a_game_does_not_rest_on_its_cache() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    game(&path);
    let used = open(&path);
    assert!(begun_at(&used) > 1);
    drop(used);
    let before = std::fs::read(&path).expect("a file");
    // The log claims another state in a turn before the snapshot: resuming from it never looks there.
    let forged = folder.path().join("forged.march");
    {
        let table = open(&path);
        let mut log = Log::create(&forged, &table.course.source.files).expect("a new file");
        for row in table.log.rows() {
            let mut entry = row.entry.clone();
            if let Entry::StageEnded(end) = &mut entry
                && end.moment.turn.0 == 2
            {
                end.state = "0".repeat(64);
            }
            let readings = table.log.readings(row.number).expect("a table");
            log.append(row.parent, row.branch, &[(entry, readings.map(|values| crate::course::bytes(&values)))])
                .expect("kept");
        }
        let entry = table.log.cached_entries()[0];
        log.cache(&[(entry, table.log.cached(entry).expect("usable"))]);
    }
    let verified = verify(&forged, &Registry::standard()).expect("a game");
    assert_eq!(verified.first_difference.expect("it differs").turn, Some(2));
    assert!(verify(&path, &Registry::standard()).expect("a game").ok);
    assert_eq!(std::fs::read(&path).expect("a file"), before, "opening and checking leave a good cache alone");
}

#[test]
fn a_resumed_game_counts_lost_decisions_like_one_that_went_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("game.march");
    let registry = Registry::standard().allowing_external(ExternalPermission { timeout: Duration::from_secs(10) });
    let mut source = source("deterrence.ron");
    source.registry = registry.clone();
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
    let cached = Table::open(&path, &registry).expect("a game");
    assert!(cached.log.cached_entries().len() == 1, "the fifth turn's start is kept");
    assert_eq!(cached.course().game.outcome().forfeits, lost);
    drop(cached);
    meddle(&path, "DROP TABLE snapshot");
    // No program is started to look at a game.
    let replayed = Table::opened(&path, &Registry::standard(), false).expect("a game");
    assert_eq!(replayed.course().game.outcome().forfeits, lost);
}
