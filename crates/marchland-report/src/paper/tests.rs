use std::path::Path;
use std::sync::Arc;

use marchland_game::{IndicatorId, Nature, Sight};
use marchland_play::compose::compose;
use marchland_session::numbered;
use marchland_sim::scenario::{LoadOptions, load};
use marchland_sim::turn::{Engine, Setup, Variant};
use marchland_strategies::Registry;

use super::*;
use crate::page::{assert_well_formed, cell};

/// Text as it stands in a page.
fn escaped_of(text: &str) -> String {
    cell(text).into_string()
}

fn game(name: &str, turns: u32) -> Game {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios").join(name);
    let registry = Registry::standard();
    let schemas = registry.schemas();
    let loaded =
        load(&path, &LoadOptions::new(marchland_laws::standard(), &schemas)).expect("a scenario of this repository");
    let scenario = Arc::new(loaded.scenario);
    let variant = Arc::new(Variant::with_values(&scenario, scenario.default_belief, &[]));
    let lineup = compose(&scenario, &registry, &[]).expect("a lineup").lineup;
    let mut game = Engine::new(&scenario).start(&Setup {
        variant,
        lineup,
        seed: 4,
        turns: scenario.calendar.horizon,
        tracing: false,
    });
    for _ in 0..turns {
        game.step();
    }
    game
}

#[test]
fn packs_hold_what_the_seat_may_know_and_nobody_elses_secrets() {
    for (name, turns) in [("tajikistan-2010", 5), ("kyrgyzstan-2010", 0), ("chicken.ron", 1)] {
        let game = game(name, turns);
        let catalogue = &game.scenario().catalogue;
        for (at, player) in catalogue.players.iter().enumerate() {
            let viewer = PlayerId::from_index(at);
            let page = seat(&game, viewer, "a notice");
            assert_well_formed(&page);
            for other in &catalogue.players {
                let own = other.private_briefing == player.private_briefing;
                let secret = escaped_of(other.private_briefing.trim());
                assert!(secret.is_empty() || page.contains(&secret) == own, "{}: {}", player.id, other.id);
            }
            for id in numbered(catalogue, viewer) {
                assert!(page.contains(&escaped_of(&catalogue.actions[id.index()].title)), "{}", player.id);
            }
            assert!(page.contains("@page") && page.contains(LOGGED) && page.contains("a notice"));
            assert!(!page.contains("<script") && !page.contains("http"), "a page needs nothing but itself");
        }
        let page = chair(game.variant(), "a notice");
        assert_well_formed(&page);
        for player in &catalogue.players {
            assert!(page.contains(&escaped_of(&player.private_briefing)), "the chair knows all");
        }
    }
}

/// What a seat does not see leaves its pack as it is; what it sees does not.
#[test]
fn equal_observations_give_equal_packs() {
    let mut game = game("tajikistan-2010", 7);
    let viewer = game.scenario().catalogue.player("united_states").expect("a player");
    let before = seat(&game, viewer, "");
    let catalogue = Arc::clone(&game.scenario().catalogue);
    let mut changed = 0;
    for (at, info) in catalogue.indicators.iter().enumerate() {
        let hidden = matches!(info.sight[viewer.index()], Sight::Hidden { .. });
        if hidden && info.nature == Nature::Stock {
            game.inject(IndicatorId::from_index(at), info.range.1).expect("a stock");
            changed += 1;
        }
    }
    assert!(changed > 20, "{changed} stocks are hidden from the United States");
    assert_eq!(before, seat(&game, viewer, ""));
    let money = catalogue.players[viewer.index()].budgets[0].expect("money");
    game.inject(money, 1.0).expect("a stock");
    assert_ne!(before, seat(&game, viewer, ""));
}
