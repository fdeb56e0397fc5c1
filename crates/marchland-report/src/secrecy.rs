//! The property that carries the design, over everything a seat is shown: equal observation histories, own
//! inputs and grants give equal bytes.

use std::path::{Path, PathBuf};

use marchland_game::{Choice, IndicatorId, Nature, PlayerId, Sight, View};
use marchland_session::forecast::{Forecaster, Position};
use marchland_session::review::{Options, Review};
use marchland_session::{ClockEvent, FreeAction, Holder, Party, Shift, Source, StatedDefault, Table, What, When};
use marchland_sim::scenario::files;
use marchland_strategies::Registry;
use proptest::prelude::*;

use crate::{paper, story};

/// Something that happens behind a seat's back.
#[derive(Clone, Copy, Debug)]
enum Secret {
    /// The facilitator's note.
    Note,
    /// Words between others.
    Message,
    /// A draft of another.
    Draft,
    /// Another confirms what it has entered.
    Submit,
    /// What another does where the clock runs out.
    Default,
    /// A stock that the viewer does not see is set, at this share of its range.
    Inject(usize, f64),
    /// An inject is planned.
    Plan,
    /// Another seat changes hands.
    Swap,
    /// Another offers a free action.
    Offer,
    /// The facilitator grants it, for everybody to see and feel once its dice have fallen.
    Grant,
}

fn secret() -> impl Strategy<Value = Secret> {
    prop_oneof![
        Just(Secret::Note),
        Just(Secret::Message),
        Just(Secret::Draft),
        Just(Secret::Submit),
        Just(Secret::Default),
        (0..1000usize, 0.0..=1.0).prop_map(|(which, share)| Secret::Inject(which, share)),
        (0..1000usize, 0.0..=1.0).prop_map(|(which, share)| Secret::Inject(which, share)),
        Just(Secret::Plan),
        Just(Secret::Swap),
        Just(Secret::Offer),
        Just(Secret::Grant),
    ]
}

struct Room {
    path: PathBuf,
    table: Table,
    viewer: PlayerId,
    other: PlayerId,
}

impl Room {
    fn open(folder: &Path, source: &Source, seed: u64, viewer: &str, other: &str) -> Self {
        let mut opening = source.opening(seed);
        for (player, holder) in &mut opening.seats {
            if [viewer, other].contains(&player.as_str()) {
                *holder = Holder::Human;
            }
        }
        opening.facilitator = true;
        let path = folder.join("game.march");
        let table = Table::create(&path, source, &opening).expect("a new game");
        let (viewer, other) = (table.course().player(viewer), table.course().player(other));
        Self { viewer: viewer.expect("a player"), other: other.expect("a player"), table, path }
    }

    /// Plays stages in which both people give their first legal order.
    fn play(&mut self, stages: u32) {
        for _ in 0..stages {
            for player in self.table.course().waiting() {
                if let Some(order) = self.first_legal(player) {
                    self.table.order(player, &order).expect("legal");
                }
                self.table.submit(player).expect("confirmed");
            }
            self.table.step().expect("decided");
        }
    }

    fn first_legal(&self, player: PlayerId) -> Option<String> {
        let view = self.table.view(player);
        view.actions.iter().find_map(|action| {
            let option = action.options.iter().find(|option| option.refusal.is_none())?;
            let single = action.options.len() == 1;
            Some(if single { action.action.clone() } else { format!("{} {}", action.action, option.option) })
        })
    }

    fn happen(&mut self, secret: Secret) {
        let other = self.table.course().name(self.other).to_owned();
        let table = &mut self.table;
        match secret {
            Secret::Note => drop(table.note("the room is quiet").expect("kept")),
            Secret::Message => {
                let third = table.course().seats.len() - 1;
                let third = table.course().name(PlayerId::from_index(third)).to_owned();
                table.message(Party::Seat(other), Party::Seat(third), "between us").expect("sent");
            }
            Secret::Draft => {
                if let Some(order) = self.first_legal(self.other) {
                    // A seat that has confirmed enters nothing.
                    let _ = self.table.order(self.other, &order);
                }
            }
            Secret::Submit => drop(table.submit(self.other)),
            Secret::Default => drop(table.state_default(self.other, StatedDefault::Last).expect("kept")),
            Secret::Inject(which, share) => {
                let catalogue = &table.course().source.scenario.catalogue;
                let hidden: Vec<usize> = (0..catalogue.indicators.len())
                    .filter(|at| {
                        let info = &catalogue.indicators[*at];
                        info.nature == Nature::Stock && matches!(info.sight[self.viewer.index()], Sight::Hidden { .. })
                    })
                    .collect();
                let info = &catalogue.indicators[hidden[which % hidden.len()]];
                let value = info.range.0 + share * (info.range.1 - info.range.0);
                table.inject(What::Set(info.path.clone(), value), When::Now, "behind its back").expect("a stock");
            }
            Secret::Plan => {
                let what = What::Set("tajikistan.legitimacy".into(), 0.1);
                table.inject(what, When::Turn(20), "later").expect("a stock");
            }
            Secret::Swap => {
                let idle = Holder::Strategy("Idle".into());
                let seats = &table.course().seats;
                let swapped = (0..seats.len())
                    .map(PlayerId::from_index)
                    .find(|id| *id != self.viewer && *id != self.other && seats[id.index()].holder != idle)
                    .expect("more seats than secrets");
                table.seat(swapped, idle).expect("anybody may idle");
            }
            Secret::Offer => drop(table.propose(self.other, "a secret meeting").expect("kept")),
            Secret::Grant => {
                let number = match table.course().proposals.len() {
                    0 => table.propose(self.other, "a secret treaty").expect("kept").0,
                    last => last as u32,
                };
                let action = FreeAction {
                    cost: vec![("attention".into(), 1.0)],
                    chance: 0.5,
                    seen_by: None,
                    effects: vec![Shift { indicator: "tajikistan.legitimacy".into(), by: -0.2 }],
                    reason: "they asked".into(),
                };
                // It may be granted already, or beyond what its seat has left.
                let _ = table.promise(number, action);
            }
        }
    }

    /// What the viewer sees of every indicator, now and in every month that records reach back to.
    fn observation(&self) -> Vec<(u64, u64, Option<u32>)> {
        let game = &self.table.course().game;
        let view = game.view(self.viewer);
        let mut seen = Vec::new();
        for at in 0..game.scenario().catalogue.indicators.len() {
            let id = IndicatorId::from_index(at);
            let now = view.estimate(id);
            seen.push((now.value.to_bits(), now.sd.to_bits(), now.age));
            for months in 0..=view.looks_back(id) {
                seen.push((view.estimate_ago(id, months).to_bits(), 0, None));
            }
        }
        seen
    }

    /// Every byte that the viewer is shown. The table is left: a file in play is locked.
    fn shown(self, forecaster: &Forecaster) -> Vec<(&'static str, String)> {
        let course = self.table.course();
        let position = Position::of(&course.game);
        let packages = forecaster.packages(&position, self.viewer, 6);
        let package = Choice { orders: packages[packages.len() - 1], ..Choice::default() };
        let shown = course.source.scenario.shown.clone();
        let options = Options {
            seat: Some(course.name(self.viewer).to_owned()),
            futures: 8,
            hindsight: true,
            ..Options::default()
        };
        let mut all = vec![
            ("view", json(&self.table.view(self.viewer))),
            ("odds", json(&forecaster.odds_for_seat(&position, self.viewer, &shown, 24))),
            ("preview", json(&forecaster.preview(&position, self.viewer, &Choice::default(), &package))),
            ("print", {
                let cards = course.cards(1, Some(self.viewer)).collect();
                paper::reprint(&course.game, &paper::Past { records: &course.records, cards }, self.viewer, "")
            }),
            ("bulletin", json(&story::bulletin(&course.game, &course.records))),
            ("report", json(&story::seat_report(&course.game, &course.records, self.viewer))),
            ("story", story::evening(course, Some(self.viewer), None).text()),
        ];
        let scenario = std::sync::Arc::clone(&course.source.scenario);
        drop(self.table);
        let review = Review::of(&self.path, &options, &Registry::standard()).expect("a review");
        all.push(("review", json(&review)));
        all.push(("review page", crate::review::page(&review, &scenario, "")));
        all.push(("review table", crate::review::csv(&review)));
        all
    }
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).expect("numbers and names")
}

fn source(name: &str) -> Source {
    let root = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios"));
    Source::load(files::read(&root.join(name)).expect("ours"), &Registry::standard()).expect("ours")
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(6) })]

    /// Two games that differ in others' secrets alone show a seat the same.
    #[test]
    fn others_secrets_change_nothing_that_a_seat_is_shown(
        seed in 0..50u64,
        stages in 0..5u32,
        swapped in any::<bool>(),
        secrets in proptest::collection::vec(secret(), 1..8),
    ) {
        let source = source("tajikistan-2010");
        let forecaster = Forecaster::new(&source.scenario, &source.registry).expect("an assumed lineup");
        let (viewer, other) = if swapped { ("government", "russia") } else { ("united_states", "government") };
        let (a, b) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
        let mut plain = Room::open(a.path(), &source, seed, viewer, other);
        let mut secretive = Room::open(b.path(), &source, seed, viewer, other);
        plain.play(stages);
        secretive.play(stages);
        for secret in &secrets {
            secretive.happen(*secret);
        }
        // A lone draft may come when the seat has nothing to enter.
        prop_assume!(plain.table.log().head() != secretive.table.log().head());
        prop_assert_eq!(plain.observation(), secretive.observation(), "secrets reached the observation: {:?}", secrets);
        for ((what, first), (_, second)) in plain.shown(&forecaster).into_iter().zip(secretive.shown(&forecaster)) {
            prop_assert!(first == second, "{} differs after {:?}", what, secrets);
        }
    }
}

/// The other half: what a seat does learn changes what it is shown, so that the property is no accident of
/// outputs that never change.
#[test]
fn what_a_seat_learns_changes_what_it_is_shown() {
    let source = source("tajikistan-2010");
    let forecaster = Forecaster::new(&source.scenario, &source.registry).expect("an assumed lineup");
    let folder = tempfile::tempdir().expect("a folder");
    let mut room = Room::open(folder.path(), &source, 3, "russia", "government");
    room.play(1);
    drop(room.table);
    let Room { path, viewer, other, .. } = room;
    let again = |table: Table| Room { path: path.clone(), viewer, other, table };
    let before = again(Table::open(&path, &Registry::standard()).expect("a game")).shown(&forecaster);
    let mut room = again(Table::open(&path, &Registry::standard()).expect("a game"));
    let money = source.scenario.catalogue.players[room.viewer.index()].budgets[0].expect("money");
    let path = source.scenario.catalogue.indicators[money.index()].path.clone();
    room.table.inject(What::Set(path, 4.0), When::Now, "a theft").expect("a stock");
    room.table.message(Party::Chair, Party::Seat("russia".into()), "look at your purse").expect("sent");
    room.table.clock(ClockEvent::Set(60)).expect("kept");
    let unchanged: Vec<&str> = room
        .shown(&forecaster)
        .into_iter()
        .zip(before)
        .filter(|((_, now), (_, then))| now == then)
        .map(|((what, _), _)| what)
        .collect();
    // Reports are of months that have passed, and the table of decisions holds those taken before.
    assert_eq!(unchanged, ["bulletin", "report", "review table"]);
}

/// A covert order that did not leak, and that no report has shown yet, is a secret too: Russia's covert
/// orders, one a game, against a month in which it orders nothing, as China sees it (seed 5). Orders that
/// China's next reports do show are left out, and some must be left.
#[test]
fn a_covert_order_is_not_felt_before_a_report_shows_it() {
    let source = source("tajikistan-2010");
    let forecaster = Forecaster::new(&source.scenario, &source.registry).expect("an assumed lineup");
    let month = |order: Option<&str>| {
        let folder = tempfile::tempdir().expect("a folder");
        let mut room = Room::open(folder.path(), &source, 5, "china", "russia");
        if let Some(order) = order {
            room.table.order(room.other, order).expect("legal");
        }
        for player in [room.viewer, room.other] {
            room.table.submit(player).expect("confirmed");
        }
        room.table.step().expect("decided");
        (folder, room)
    };
    let (_folder, quiet) = month(None);
    let covert: Vec<String> = {
        let folder = tempfile::tempdir().expect("a folder");
        let room = Room::open(folder.path(), &source, 5, "china", "russia");
        let view = room.table.view(room.other);
        let own = view.actions.iter().filter(|action| action.visibility == "covert");
        own.flat_map(|action| {
            let legal = action.options.iter().filter(|option| option.refusal.is_none());
            legal.map(move |option| match action.options.len() {
                1 => action.action.clone(),
                _ => format!("{} {}", action.action, option.option),
            })
        })
        .collect()
    };
    let seen = quiet.observation();
    let shown = quiet.shown(&forecaster);
    let mut compared = 0;
    for order in covert.iter().take(4) {
        let (_folder, room) = month(Some(order));
        let ruling = room.table.course().rulings.iter().find(|ruling| ruling.player == room.other);
        if ruling.expect("it ordered").leaked || room.observation() != seen {
            continue;
        }
        compared += 1;
        for ((what, now), (_, then)) in room.shown(&forecaster).into_iter().zip(&shown) {
            assert!(now == *then, "{what} differs after `{order}`");
        }
    }
    assert!(compared > 0, "every one of {covert:?} is felt at once");
}
