//! Games of a scenario on one thread, as a batch plays them, and a hash of everything they told: for counts of
//! instructions, times, and comparisons between builds. `speed.md` beside the manifest says what was measured with it.
//!
//!     cargo run --release -p marchland-play --example games -- scenarios/tajikistan-2010 400 1 [hashed | traced] [name=value …] [player:strategy …]
//!
//! Arguments: scenario, games, first seed; then `hashed` to take every indicator of
//! every month into the hash, or `traced` to record causes and take whole records; parameters, strategies.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use marchland_game::Outcome;
use marchland_play::{Players, compose};
use marchland_sim::scenario::{self, LoadOptions};
use marchland_sim::turn::{Game, Setup, Variant};
use marchland_strategies::Registry;

#[allow(clippy::print_stdout, reason = "the example prints its figures")]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, games, first, rest @ ..] = arguments.as_slice() else {
        println!("scenario, games, first seed");
        return;
    };
    let (games, first): (u64, u64) = (games.parse().expect("games"), first.parse().expect("a seed"));
    let registry = Registry::standard();
    let schemas = registry.schemas();
    let loaded = scenario::load(Path::new(name), &LoadOptions::new(marchland_laws::standard(), &schemas));
    let scenario = Arc::new(loaded.unwrap_or_else(|found| panic!("{found:#?}")).scenario);
    let hashed = rest.iter().any(|word| word == "hashed");
    let tracing = rest.iter().any(|word| word == "traced");
    let (mut set, mut changes) = (Vec::new(), Vec::new());
    for word in rest {
        if let Some((name, value)) = word.split_once('=') {
            set.push((name.to_owned(), value.to_owned()));
        } else if let Some((player, name)) = word.split_once(':') {
            let id = scenario.catalogue.player(player);
            changes.push((player.to_owned(), scenario::strategy(&scenario, &schemas, name, id).expect("a strategy")));
        }
    }
    let mut setup = Setup {
        variant: Arc::new(Variant::new(&scenario, None, &set).expect("parameters")),
        lineup: compose::compose(&scenario, &registry, &changes).expect("a lineup").lineup,
        seed: first,
        turns: scenario.calendar.horizon,
        tracing,
    };
    let assumed = compose::assumed(&scenario, &registry).expect("an assumed lineup");
    let players = Players::new(&scenario, Some(assumed));

    let (mut told, mut outcome, mut turns) = (DefaultHasher::new(), Outcome::default(), 0);
    let began = Instant::now();
    for seed in first..first + games {
        setup.seed = seed;
        if tracing {
            let played = players.with_game(&setup, |game| {
                game.set_recording(true);
                game.start(&setup);
                while !game.is_over() {
                    game.step();
                    format!("{:?}", game.last_record()).hash(&mut told);
                    turns += 1;
                }
                game.outcome_into(&mut outcome);
            });
            played.expect("no panic");
        } else {
            players.play(&setup, &mut outcome, |game| {
                if hashed {
                    hash_state(game, &mut told);
                }
                turns += 1;
            });
        }
        format!("{outcome:?}").hash(&mut told);
    }
    let seconds = began.elapsed().as_secs_f64();
    println!("games {games} turns {turns} hash {:016x}", told.finish());
    println!("{:.1} games a second", games as f64 / seconds);
}

/// Takes in the true state at the end of a turn, to the bit.
fn hash_state(game: &Game, told: &mut DefaultHasher) {
    let world = game.world();
    for at in 0..game.scenario().catalogue.indicators.len() {
        world.get(marchland_game::IndicatorId::from_index(at)).to_bits().hash(told);
    }
}
