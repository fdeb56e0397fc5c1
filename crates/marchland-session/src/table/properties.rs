//! Properties over random sequences of commands.

use std::sync::OnceLock;

use marchland_strategies::Registry;
use proptest::prelude::*;

use super::tests::{player, seated, some_order, source};
use super::*;
use crate::entry::{ClockEvent, Default as StatedDefault, FreeAction, Holder, Shift, What, When};
use crate::verify::verify;

/// What somebody at the table may do.
#[derive(Clone, Copy, Debug)]
enum TableAction {
    Order(bool, u8),
    Undo(bool),
    Submit(bool),
    Default(bool, u8),
    Decide,
    Override(u8, bool),
    Accept(u8),
    Propose(bool),
    Promise(u8, u8),
    TakeBack(u8),
    Refuse(u8),
    Step,
    TimeOut,
    Inject(u8),
    Swap(u8),
    Note,
    Back(u8),
    Turn(u8),
    Resume,
}

fn anything() -> impl Strategy<Value = TableAction> {
    prop_oneof![
        4 => (any::<bool>(), 0u8..30).prop_map(|(who, n)| TableAction::Order(who, n)),
        1 => any::<bool>().prop_map(TableAction::Undo),
        4 => any::<bool>().prop_map(TableAction::Submit),
        1 => (any::<bool>(), 0u8..3).prop_map(|(who, n)| TableAction::Default(who, n)),
        1 => Just(TableAction::Decide),
        2 => (0u8..8, any::<bool>()).prop_map(|(n, success)| TableAction::Override(n, success)),
        1 => (0u8..8).prop_map(TableAction::Accept),
        2 => any::<bool>().prop_map(TableAction::Propose),
        4 => (1u8..4, 0u8..12).prop_map(|(n, terms)| TableAction::Promise(n, terms)),
        1 => (1u8..4).prop_map(TableAction::TakeBack),
        1 => (1u8..4).prop_map(TableAction::Refuse),
        6 => Just(TableAction::Step),
        1 => Just(TableAction::TimeOut),
        1 => (0u8..4).prop_map(TableAction::Inject),
        1 => (0u8..4).prop_map(TableAction::Swap),
        1 => Just(TableAction::Note),
        1 => (1u8..6).prop_map(TableAction::Back),
        1 => (1u8..4).prop_map(TableAction::Turn),
        1 => Just(TableAction::Resume),
    ]
}

fn tajikistan() -> &'static Source {
    static SOURCE: OnceLock<Source> = OnceLock::new();
    SOURCE.get_or_init(|| source("tajikistan-2010"))
}

/// A free action on some terms: from free to most of what a seat has.
fn terms(n: u8) -> FreeAction {
    let cost = |budget: &str, amount: f64| vec![(budget.to_owned(), amount)];
    FreeAction {
        cost: match n % 4 {
            0 => Vec::new(),
            1 => cost("money", 1.0),
            2 => cost("attention", 1.0),
            _ => cost("money", 40.0),
        },
        chance: [0.0, 0.5, 1.0][usize::from(n) % 3],
        seen_by: n.is_multiple_of(2).then(Vec::new),
        effects: vec![Shift { indicator: "tajikistan.legitimacy".into(), by: 0.01 }],
        reason: "tried".into(),
    }
}

/// What holds after every command: nothing is spent twice, and what was accepted stands among the rulings.
fn holds(table: &Table) -> Result<(), TestCaseError> {
    for name in ["russia", "government"] {
        let id = player(table, name);
        if table.course().held(id).holder.is_human() {
            for (budget, left) in table.view(id).budgets {
                prop_assert!(left >= -1e-6, "{} has {} {} left", name, left, budget);
            }
        }
    }
    let proposed = table.course().proposed().len();
    prop_assert!(table.sitting().accepted.iter().all(|at| *at < proposed), "accepted and gone");
    Ok(())
}

/// Does it, or is refused; both are fine.
fn perform(table: &mut Table, did: TableAction) -> Result<(), SessionError> {
    let seat = |who: bool| if who { "russia" } else { "government" };
    match did {
        TableAction::Order(who, n) => {
            let id = player(table, seat(who));
            match some_order(table, id, usize::from(n)) {
                Some(order) => table.order(id, &order).map(drop),
                None => Ok(()),
            }
        }
        TableAction::Undo(who) => table.undo(player(table, seat(who))).map(drop),
        TableAction::Submit(who) => table.submit(player(table, seat(who))).map(drop),
        TableAction::Default(who, n) => {
            let default = [StatedDefault::Entered, StatedDefault::Nothing, StatedDefault::Last][usize::from(n)];
            table.state_default(player(table, seat(who)), default).map(drop)
        }
        TableAction::Decide => table.decide().map(drop),
        TableAction::Override(n, success) => {
            // A free action comes last, and orders are many.
            let at = usize::from(n);
            let at = if at < 4 { at } else { (table.course().proposed().len() + 4).saturating_sub(at + 1) };
            table.amend(at, Some(success), None, "tried").map(drop)
        }
        TableAction::Accept(n) => table.let_stand(usize::from(n)).map(drop),
        TableAction::Propose(who) => table.propose(player(table, seat(who)), "a road").map(drop),
        TableAction::Promise(n, of) => table.promise(u32::from(n), terms(of)).map(drop),
        TableAction::TakeBack(n) => table.take_back(u32::from(n)).map(drop),
        TableAction::Refuse(n) => table.refuse(u32::from(n), "tried").map(drop),
        TableAction::Step => table.step().map(drop),
        TableAction::TimeOut => table.time_out().map(drop),
        TableAction::Inject(n) => {
            let what = What::Add("tajikistan.legitimacy".into(), 0.01 * f64::from(n) - 0.02);
            let turn = table.course().game.moment().turn.0;
            let when = match n {
                0 => When::Now,
                1 => When::Turn(turn + 1),
                2 => When::Condition("tajikistan.legitimacy < 0.5".into()),
                _ => When::Condition("turn >= 3".into()),
            };
            table.inject(what, when, "tried").map(drop)
        }
        TableAction::Swap(n) => {
            let holders =
                [Holder::Human, Holder::Strategy("Idle".into()), Holder::Strategy("Random(rate: 0.5)".into())];
            let id = player(table, ["russia", "china", "government", "uzbekistan"][usize::from(n)]);
            let at = usize::from(n) % 3;
            table.seat(id, holders[at].clone()).map(drop)
        }
        TableAction::Note => table.note("tried").and_then(|_| table.clock(ClockEvent::Warned)).map(drop),
        TableAction::Back(turn) => table.back(u32::from(turn)).map(drop),
        TableAction::Turn(branch) => table.turn_to(u32::from(branch)).map(drop),
        TableAction::Resume => {
            // What the file tells is what stood at the table, strategies' memories included.
            let memories = table.course().game.state().memories.clone();
            let hash = table.course().game.state_hash();
            let drafts = table.course().seats.clone();
            let path = table.path().to_owned();
            let again = Replace::take(table, &path)?;
            assert_eq!(again, (hash, memories, drafts));
            Ok(())
        }
    }
}

/// Closes a table and opens its file again.
struct Replace;

impl Replace {
    #[expect(clippy::type_complexity, reason = "what is compared, once")]
    fn take(
        table: &mut Table,
        path: &Path,
    ) -> Result<([u8; 32], Vec<marchland_game::Memory>, Vec<crate::course::SeatState>), SessionError> {
        // The file is held by the table until it goes: a copy is what is opened.
        let copy = path.with_extension("copy");
        table.log.copy(&copy)?;
        let again = Table::open(&copy, &Registry::standard())?;
        assert_eq!(again.difference(), None);
        assert_eq!((again.branch, again.tip), (table.branch, table.tip));
        let found =
            (again.course.game.state_hash(), again.course.game.state().memories.clone(), again.course.seats.clone());
        drop(again);
        let _ = std::fs::remove_file(&copy);
        Ok(found)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 200, ..ProptestConfig::default() })]

    /// Replaying a log gives the state that stood at the table, after every stage and in every branch.
    #[test]
    fn any_sequence_of_commands_replays(commands in prop::collection::vec(anything(), 1..60)) {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("game.march");
        let opening = seated(tajikistan(), &["russia", "government"], 6);
        let mut table = Table::create(&path, tajikistan(), &opening).expect("a new game");
        for did in commands {
            match perform(&mut table, did) {
                Ok(()) | Err(SessionError::Refused(_) | SessionError::Findings(_)) => {}
                Err(other) => panic!("{did:?}: {other}"),
            }
            holds(&table)?;
        }
        let (hash, head) = (table.course().game.state_hash(), table.log().head());
        drop(table);
        let verified = verify(&path, &Registry::standard()).expect("a game");
        prop_assert!(verified.ok, "{:?}", verified.first_difference);
        let table = Table::open(&path, &Registry::standard()).expect("a game");
        prop_assert_eq!((table.course().game.state_hash(), table.log().head()), (hash, head));
    }

    /// What others do in secret changes no byte of what a seat is shown: drafts, votes entered, notes, words
    /// to others, proposals, what is promised them, defaults, injects to come, hidden stocks, who holds other seats.
    #[test]
    fn others_secrets_change_nothing_that_a_seat_is_shown(
        secrets in prop::collection::vec((0u8..13, 0u8..30), 1..25),
        turns in 0u8..4,
    ) {
        let folder = tempfile::tempdir().expect("a folder");
        let opening = seated(tajikistan(), &["russia", "government", "china"], 6);
        let mut table = Table::create(&folder.path().join("game.march"), tajikistan(), &opening).expect("a new game");
        let (russia, government, china) = (player(&table, "russia"), player(&table, "government"), player(&table, "china"));
        for _ in 0..turns {
            for seat in [russia, government, china] {
                let _ = table.submit(seat);
            }
            table.step().expect("all have submitted");
        }
        let catalogue = std::sync::Arc::clone(&table.course().source.scenario.catalogue);
        let shown = |table: &Table| {
            let known: Vec<crate::Knowledge> = (0..catalogue.indicators.len())
                .map(|at| table.knowledge(russia, marchland_game::IndicatorId::from_index(at)))
                .collect();
            serde_json::to_string(&(table.view(russia), known)).expect("plain values")
        };
        let hidden: Vec<&marchland_game::Indicator> = catalogue
            .indicators
            .iter()
            .filter(|info| {
                info.nature == marchland_game::Nature::Stock
                    && matches!(info.sight[russia.index()], marchland_game::Sight::Hidden { .. })
            })
            .collect();
        prop_assert!(!hidden.is_empty(), "something is hidden from this seat");
        let before = shown(&table);
        for (kind, n) in secrets {
            let others = [government, china];
            let other = others[usize::from(n) % 2];
            let chair = crate::Party::Chair;
            let from = crate::Party::Seat(table.course().name(other).to_owned());
            let _ = match kind {
                0 => some_order(&table, other, usize::from(n)).map_or(Ok(()), |order| table.order(other, &order).map(drop)),
                1 => table.undo(other).map(drop),
                2 => table.note("between us").map(drop),
                3 => table.message(from, chair, "between us").map(drop),
                4 => table.message(chair, from, "between us").map(drop),
                5 | 9 => table.propose(other, "a free action").map(drop),
                10 | 11 => {
                    let number = table.course().proposals.iter().rposition(crate::Proposal::is_pending);
                    number.map_or(Ok(()), |at| table.promise(at as u32 + 1, terms(n)).map(drop))
                }
                12 => {
                    let number = table.course().promised().map(|(number, ..)| number).next();
                    number.map_or(Ok(()), |number| table.take_back(number).map(drop))
                }
                6 => table.state_default(other, StatedDefault::Nothing).map(drop),
                7 => {
                    let info = hidden[usize::from(n) % hidden.len()];
                    let value = if n < 15 { info.range.0 } else { 0.5 * (info.range.0 + info.range.1) };
                    table.inject(What::Set(info.path.clone(), value), When::Now, "in secret").map(drop)
                }
                _ => table.inject(What::Add(hidden[0].path.clone(), 1.0), When::Condition("turn >= 5".into()), "later").map(drop),
            };
            prop_assert_eq!(&shown(&table), &before, "after {} {}", kind, n);
        }
    }
}
