//! Snapshots: taken between any two stages, written, read back and restored into another world, a
//! game continues with the same bytes, memories included, whatever strategies play.

use marchland_sim::turn::{Game, Setup, Snapshot};
use proptest::prelude::*;

use crate::families::{self, COHORTS, PLACES};
use crate::scenarios::{Stage, names};

/// Plays `stages` stages of a game, hands it as text to another world that stands elsewhere, and
/// plays both to their ends: the two ends, as text where they differ.
fn continues(stage: &Stage, setup: &Setup, stages: u32) -> Result<(), String> {
    let mut game = stage.engine().start(setup);
    for _ in 0..stages {
        game.step_stage();
    }
    let text = serde_json::to_string(&game.snapshot()).expect("a plain value");
    let mut other = stage.engine().start(&Setup { seed: setup.seed ^ 1, ..setup.clone() });
    // The other world has imagined and remembers things of its own, at the very same stage.
    for _ in 0..=stages {
        other.step_stage();
    }
    let read: Snapshot = serde_json::from_str(&text).expect("what was written");
    other.restore(&read).expect("the same shape");
    same(&game, &other)?;
    game.finish();
    other.finish();
    same(&game, &other)?;
    // As text: a measure of a month that was not played is not a number, and equals nothing.
    let (one, two) = (format!("{:?}", game.outcome()), format!("{:?}", other.outcome()));
    if one == two { Ok(()) } else { Err(format!("{one} is not {two}")) }
}

fn same(one: &Game, two: &Game) -> Result<(), String> {
    let write = |game: &Game| serde_json::to_string(&game.snapshot()).expect("a plain value");
    let (one, two) = (write(one), write(two));
    if one == two { Ok(()) } else { Err(format!("{one}\nis not\n{two}")) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_snapshot_of_any_stage_continues_with_the_same_bytes(seed in 0u64..1 << 53, stages in 0u32..16) {
        for name in names() {
            let stage = Stage::of(&name);
            prop_assert_eq!(continues(&stage, &stage.setup(seed, 12, false), stages), Ok(()), "{}", name);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_snapshot_holds_the_memory_of_every_family(seed in 0u64..1 << 53, stages in 1u32..5) {
        for place in &PLACES {
            let stage = Stage::of(place.scenario);
            // Turns enough that something is left to play, few enough for the families that look ahead.
            let turns = if place.scenario.ends_with(".ron") { 10 } else { 6 };
            for (text, strategy) in families::built(&stage, place) {
                let mut setup = stage.setup(seed, turns, false);
                setup.lineup = stage.seated(place.player, &strategy);
                prop_assert_eq!(continues(&stage, &setup, stages), Ok(()), "{}: {}", place.scenario, text);
            }
        }
    }

    #[test]
    fn a_snapshot_holds_what_cohorts_have_chosen(seed in 0u64..1 << 53, stages in 1u32..8) {
        for rule in COHORTS {
            let stage = Stage::with("tajikistan-2010", None, &[], &[("migrants", rule)]);
            prop_assert_eq!(continues(&stage, &stage.setup(seed, 8, false), stages), Ok(()), "{}", rule);
        }
    }
}

#[test]
fn a_snapshot_restored_where_it_was_taken_imagines_nothing_of_what_came_between() {
    let stage = Stage::of("tajikistan-2010");
    let place = &PLACES[1];
    let strategy = stage.strategy(place.player, "BestReply(packages: 6, horizon: 3, samples: 8)");
    let mut setup = stage.setup(5, 6, false);
    setup.lineup = stage.seated(place.player, &strategy);
    let play = |between: bool| {
        let mut game = stage.engine().start(&setup);
        game.step();
        let taken = game.snapshot();
        if between {
            // At the same stage of the same game, another world: its futures must not be kept.
            let legitimacy = stage.scenario.catalogue.indicator("tajikistan.legitimacy").expect("an indicator");
            game.inject(legitimacy, 0.05).expect("a stock");
            let choices = game.choose();
            game.give_back(choices);
            game.restore(&taken).expect("its own snapshot");
        }
        game.finish();
        serde_json::to_string(&game.snapshot()).expect("a plain value")
    };
    assert_eq!(play(false), play(true));
}
