//! What it takes to extend the model from outside: a law of motion, a kind of effect and a family of
//! strategies, each a declaration in a file of its own and one line at a registry.

use std::sync::Arc;

use bevy_ecs::prelude::*;
use marchland_experiments::compose;
use marchland_experiments::play::Players;
use marchland_game::{
    ArgumentKind, ArgumentSchema, Choice, Decision, Draft, Expression, FamilySchema, IndicatorId, Lineup, Memory,
    Order, Readings, Stage, Strategy,
};
use marchland_sim::effects::{Deed, EffectKind, EffectSchema, Situation};
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::{self, Mechanism};
use marchland_sim::scenario::keys::{Key, function};
use marchland_sim::scenario::{self, LoadOptions, Scenario};
use marchland_sim::turn::{Engine, Setup, Variant};
use marchland_sim::world::{Clock, Field, Ids, RowsMut};
use marchland_sim::{columns, constants};
use marchland_strategies::{Build, Family, Registry};

columns! {
    /// How a region feels.
    pub struct Mood for "region" {
        /// Anger.
        anger = Field::stock("share", 0.0, 1.0).starts(0.2),
    }
}

constants! {
    /// The law's constants.
    pub struct MoodConstants {
        /// Share of the distance to full anger that is covered in a month.
        rise = "mood_rise",
    }
}

/// The example of `marchland-experiments`, run as it stands.
#[allow(dead_code, reason = "an example prints what it finds, and here it is looked at")]
#[path = "../../crates/marchland-experiments/examples/own_strategy.rs"]
mod own_strategy;

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        BY_ITSELF = "by itself",
    }
}

const MOOD: Mechanism = Mechanism {
    name: "mood",
    called: "the mood of the place",
    meaning: "Anger rises by itself.",
    equations: "anger += rise · (1 − anger)",
    source: "our choice: a toy",
    parameters: MoodConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| set.add::<Mood>(),
    needs: |_| {},
    build: |build| build.system(rise),
    constants: MoodConstants::read,
    start: |_| {},
};

fn rise(c: Res<MoodConstants>, ids: Res<Ids<Mood>>, mut ledger: ResMut<Ledger>, mut moods: Query<&mut Mood>) {
    for (at, mood) in moods.rows_mut().iter_mut().enumerate() {
        let amount = c.rise * (1.0 - mood.anger);
        mood.anger += amount;
        if ledger.on() {
            let inputs = [ids.at(at, Mood::anger)];
            let terms = [Term { name: Terms::BY_ITSELF, amount, inputs: &inputs }];
            ledger.terms(ids.at(at, Mood::anger), mood.anger, &terms);
        }
    }
}

const THERMOSTAT: Family = Family {
    schema: FamilySchema {
        name: "Thermostat",
        meaning: "Gives its orders while an indicator is above a threshold.",
        source: "our choice: a toy",
        arguments: &[
            ArgumentSchema { name: "watches", kind: ArgumentKind::Indicator, meaning: "the indicator" },
            ArgumentSchema {
                name: "above",
                kind: ArgumentKind::Number { low: 0.0, high: 1.0, default: Some(0.5) },
                meaning: "the threshold",
            },
            ArgumentSchema { name: "orders", kind: ArgumentKind::Orders, meaning: "its orders" },
        ],
        cohorts: false,
    },
    build: Build::Player(|from| {
        Ok(Box::new(Thermostat {
            watches: from.indicator("watches"),
            above: from.number("above"),
            orders: from.orders("orders").to_vec(),
        }))
    }),
};

struct Thermostat {
    watches: IndicatorId,
    above: f64,
    orders: Vec<Order>,
}

impl Strategy for Thermostat {
    fn decide(&self, at: &Decision<'_>, _: &mut Memory) -> Choice {
        let mut draft = Draft::default();
        if at.moment.stage == Stage::Orders && at.observation.now(self.watches) > self.above {
            for order in &self.orders {
                let _ = draft.add(*order, at);
            }
        }
        Choice { orders: draft.package(), ..Choice::default() }
    }
}

const TEXT: &str = r#"(
    title: "Mood", calendar: (start: "2010-04", horizon: 12), mechanisms: ["mood"],
    entities: {"region": [(id: "north")]},
    players: [(
        id: "governor", title: "the governor", briefing: "Keep calm.", private_briefing: "Keep calm.", orders_per_turn: 1,
        payoffs: [(id: "calm", indicator: "north.anger", weight: -1, why: "our choice: a toy")],
        payoff_range: (-1, 0),
    )],
    actions: [(
        id: "listen", title: "Listen", meaning: "Listens to the region", owners: ["governor"],
        success: [Add(indicator: "north.anger", amount: -0.3)],
    )],
    parameters: [(
        id: "mood_rise", value: 0.1, distribution: Uniform(0, 1), unit: "share", meaning: "How fast anger rises",
        source: Judgement("a toy"),
    )],
    strategies: [
        (name: "listen-late", intent: "Listens when it is nearly too late", players: ["governor"],
            play: Thermostat(watches: "north.anger", above: 0.6, orders: ["listen"])),
    ],
    lineup: {"governor": "listen-late"},
)"#;

fn load(laws: mechanisms::Registry, families: &Registry) -> Result<Scenario, Vec<&'static str>> {
    let schemas = families.schemas();
    scenario::load_text("mood", TEXT, &LoadOptions { registry: laws, families: &schemas })
        .map(|loaded| loaded.scenario)
        .map_err(|found| found.iter().map(|one| one.code).collect())
}

#[test]
fn a_law_and_a_family_from_outside_play_a_game() {
    let laws = marchland_laws::standard().with(MOOD);
    let families = Registry::standard().with(THERMOSTAT);
    let scenario = Arc::new(load(laws, &families).expect("the extended model knows both"));
    let variant = Arc::new(Variant::new(&scenario, None, &[]).expect("no settings"));
    let lineup = compose::compose(&scenario, &families, &[]).expect("a lineup").lineup;
    let anger = scenario.catalogue.indicator("north.anger").expect("declared by the law");
    let mut game = Engine::new(&scenario).start(&Setup { variant, lineup, seed: 1, turns: 12, tracing: true });
    game.set_recording(true);
    let (mut expected, mut listened) = (0.2, 0);
    while !game.is_over() {
        // Orders come before nature.
        let listens = expected > 0.6;
        if listens {
            expected += -0.3;
            listened += 1;
        }
        expected += 0.1 * (1.0 - expected);
        game.step();
        let record = game.last_record();
        assert_eq!(record.indicators[anger.index()].to_bits(), f64::to_bits(expected), "turn {}", record.turn);
        // Its causes are booked like those of any other law.
        let bookings = record.rounds.iter().flat_map(|round| &round.bookings);
        assert_eq!(bookings.filter(|booking| booking.indicator == anger).count(), 1 + usize::from(listens));
    }
    assert!(listened > 0 && listened < 12, "{listened}");
}

#[test]
fn the_standard_model_refuses_what_it_does_not_know() {
    let with_law = marchland_laws::standard().with(MOOD);
    let found = load(with_law, &Registry::standard()).expect_err("no such family");
    assert!(found.contains(&"unknown-family"), "{found:?}");
    let families = Registry::standard().with(THERMOSTAT);
    assert!(load(marchland_laws::standard(), &families).is_err());
}

/// A law whose system moves a column that it forgot to declare.
const FORGETFUL: Mechanism = Mechanism { columns: |_| {}, ..MOOD };

#[test]
#[should_panic(expected = "touches a column that no law declares")]
fn a_law_that_forgets_to_declare_a_column_does_not_start() {
    let text = r#"(title: "Mood", calendar: (start: "2010-04", horizon: 2), mechanisms: ["mood"],
        parameters: [(id: "mood_rise", value: 0.1, unit: "share", meaning: "Rise", source: Judgement("for the test"))])"#;
    let options = LoadOptions { registry: marchland_laws::standard().with(FORGETFUL), families: &[] };
    let scenario = Arc::new(scenario::load_text("mood", text, &options).expect("a scenario").scenario);
    let variant = Arc::new(Variant::new(&scenario, None, &[]).expect("no settings"));
    let lineup = Lineup { players: Vec::new(), populations: Vec::new() };
    let _ = Engine::new(&scenario).start(&Setup { variant, lineup, seed: 1, turns: 1, tracing: false });
}

/// A kind of effect that the standard model does not know: what one stock loses another gains.
const MOVE: EffectSchema = EffectSchema {
    name: "Move",
    keys: &[
        key("from", "path of a stock", "\"north.anger\"", "The stock that loses"),
        key("to", "path of a stock", "\"south.anger\"", "The stock that gains"),
        key("share", "number or expression", "0.5", "How much of the first is moved"),
    ],
    form: function("Move(path, path, share)", "effect", "", "", "moves a share of a stock", "Move(\"a\", \"b\", 0.5)"),
    read: |reader| {
        let (from, to, share) = (reader.stock("from"), reader.stock("to"), reader.amount("share"));
        if from.is_some() && from == to {
            reader.refuse("to", "same-stock", "a stock is not moved to itself");
            return None;
        }
        Some(Arc::new(Move { from: from?, to: to?, share: share? }))
    },
};

const fn key(name: &'static str, kind: &'static str, example: &'static str, meaning: &'static str) -> Key {
    Key { name, kind, unit: "", default: "required", example, meaning }
}

#[derive(Debug)]
struct Move {
    from: IndicatorId,
    to: IndicatorId,
    share: Expression,
}

impl EffectKind for Move {
    fn deeds(&self, at: &Situation<'_>, deeds: &mut Vec<Deed>) {
        let amount = at.value(&self.share) * at.readings.now(self.from);
        deeds.extend([Deed::Add(self.from, -amount), Deed::Add(self.to, amount)]);
    }
    fn moves(&self) -> Vec<IndicatorId> {
        vec![self.from, self.to]
    }
    fn expressions(&self) -> Vec<&Expression> {
        vec![&self.share]
    }
}

fn two_lakes(effect: &str) -> String {
    format!(
        r#"(title: "Two lakes", calendar: (start: "2010-04", horizon: 4),
        tracks: [(id: "upper", range: (0, 10), initial: 8), (id: "lower", range: (0, 10), initial: 0)],
        events: [(id: "flood", trigger: Scheduled(2), effects: [{effect}])])"#
    )
}

/// Delays and undoing are the same for kinds from outside; `check` knows what they move.
#[test]
fn a_kind_of_effect_from_outside_takes_place_and_is_undone() {
    let laws = mechanisms::Registry::engine().with_effect(MOVE);
    let load = |effect: &str, laws: &mechanisms::Registry| {
        let options = LoadOptions { registry: laws.clone(), families: &[] };
        scenario::load_text("lakes", &two_lakes(effect), &options)
    };
    let loaded = load(r#"Move(from: "upper", to: "lower", share: 0.25, lasts: 2)"#, &laws).expect("a scenario");
    assert!(loaded.warnings.iter().all(|found| found.code != "never-changes"), "{:?}", loaded.warnings);
    let scenario = Arc::new(loaded.scenario);
    let variant = Arc::new(Variant::new(&scenario, None, &[]).expect("no settings"));
    let lineup = Lineup { players: Vec::new(), populations: Vec::new() };
    let mut game = Engine::new(&scenario).start(&Setup { variant, lineup, seed: 1, turns: 4, tracing: true });
    let lakes = ["upper", "lower"].map(|path| scenario.catalogue.indicator(path).expect("a track"));
    let mut levels = Vec::new();
    while !game.is_over() {
        game.step();
        levels.push(lakes.map(|id| game.world().get(id)));
    }
    assert_eq!(levels, [[8.0, 0.0], [6.0, 2.0], [6.0, 2.0], [8.0, 0.0]]);

    let codes = |effect: &str, laws: &mechanisms::Registry| -> Vec<&'static str> {
        load(effect, laws)
            .err()
            .into_iter()
            .flatten()
            .map(|found| found.code)
            .filter(|code| *code != "never-changes")
            .collect()
    };
    assert_eq!(codes(r#"Move("upper", "upper", 1)"#, &laws), ["same-stock"]);
    assert_eq!(codes(r#"Move(from: "upper", to: "lower")"#, &laws), ["missing-key"]);
    assert_eq!(codes(r#"Add(indicator: "upper", amount: 1, share: 2)"#, &laws), ["unknown-key"]);
    assert_eq!(codes(r#"Move("upper", "lower", 1)"#, &mechanisms::Registry::engine()), ["unknown-word"]);
}

/// A law that breaks in its second month.
const FRAGILE: Mechanism = Mechanism {
    name: "fragile",
    build: |build| {
        build.system(|clock: Res<Clock>| assert!(clock.moment.turn.0 < 2, "month {} is too much", clock.moment.turn.0));
    },
    columns: |_| {},
    parameters: &[],
    constants: |_, _| {},
    terms: &[],
    ..MOOD
};

/// A batch's rows and a person's screen name the law in which a game broke.
#[test]
fn a_law_that_panics_is_named() {
    let text = r#"(title: "Fragile", calendar: (start: "2010-04", horizon: 3), mechanisms: ["fragile"])"#;
    let options = LoadOptions { registry: mechanisms::Registry::engine().with(FRAGILE), families: &[] };
    let scenario = Arc::new(scenario::load_text("fragile", text, &options).expect("a scenario").scenario);
    let variant = Arc::new(Variant::new(&scenario, None, &[]).expect("no settings"));
    let players = Players::new(&scenario, None);
    for tracing in [false, true] {
        let lineup = Lineup { players: Vec::new(), populations: Vec::new() };
        let setup = Setup { variant: Arc::clone(&variant), lineup, seed: 1, turns: 3, tracing };
        let said = players.with_game(&setup, |game| game.finish()).expect_err("it breaks");
        assert_eq!(said, "the law of motion `fragile` panicked: month 2 is too much");
    }
    assert_eq!(players.panics(), ["the law of motion `fragile` panicked: month 2 is too much"]);
}

/// Against one who dares one time in ten, daring pays 1 − 11/10 and swerving −1/10: whoever dares with any
/// probability earns −0.1, within four standard errors of 1,000 games.
#[test]
fn the_example_of_an_own_strategy_plays_a_thousand_games() {
    let found = own_strategy::compare(&crate::scenarios::folder()).expect("it plays");
    assert_eq!(found.len(), 4);
    for (text, mean, interval) in found {
        assert!((mean + 0.1).abs() < 2.1 * interval.half_width(), "{text}: {mean}, {interval:?}");
    }
}
