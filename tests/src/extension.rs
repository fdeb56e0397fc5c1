//! What it takes to extend the model from outside: a law of motion and a family of strategies, each
//! a declaration in a file of its own and one line at a registry.

use std::sync::Arc;

use bevy_ecs::prelude::*;
use marchland_experiments::compose;
use marchland_game::{
    ArgumentKind, ArgumentSchema, Choice, Decision, Draft, FamilySchema, IndicatorId, Memory, Order, Readings, Stage,
    Strategy,
};
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::{self, Mechanism};
use marchland_sim::scenario::{self, LoadOptions, Scenario};
use marchland_sim::turn::{Game, Setup, Variant};
use marchland_sim::world::{Field, Ids, RowsMut};
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
    let mut game = Game::new(&scenario);
    game.set_recording(true);
    game.start(&Setup { variant, lineup, seed: 1, turns: 12, tracing: true });
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
    let _ = Game::new(&scenario);
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
