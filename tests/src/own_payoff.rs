//! What families that optimise earn in their own payoff: in deterrence and in Tajikistan, 2010.

use marchland_experiments::statistics::paired_difference;
use marchland_report::figures::Words as _;

use crate::contests::{Contest, Series, earns_more};
use crate::scenarios::Stage;

/// Twelve months of deterrence under noise of standard deviation 0.5, against the other side's default
/// rules, which answer to what is done, and against one that acts every month. 64 pairs, seeds 0 to 63,
/// one-sided 95 % each.
#[test]
fn reciprocity_and_search_earn_more_than_random_orders_in_deterrence() {
    // The challenger tests whoever did not resist last month; the defender, once challenged, stands firm.
    let challenger = "Reciprocal(theirs: \"ordered(defender, resist, 2) > 0\", kind: [\"challenge_order\"], hard: [])";
    let defender = "Reciprocal(variant: grim, theirs: \"ordered(challenger, challenge_order, 2) > 0\", kind: [], \
                    hard: [\"resist\"])";
    let cases = [
        ("challenger", challenger, ("defender", "answer")),
        ("challenger", challenger, ("defender", "always-resist")),
        ("defender", defender, ("challenger", "probe")),
        ("defender", defender, ("challenger", "always-challenge")),
    ];
    for (player, reciprocal, other) in cases {
        let stage = Stage::with("deterrence.ron", None, &[("noise", "0.5")], &[other]);
        let contest = Contest::new(&stage, player, 12, &[other]);
        let random = contest.payoffs("Random()", 0..64);
        for text in [reciprocal, "Search(iterations: 100)"] {
            let found = paired_difference(&contest.payoffs(text, 0..64), &random, 0.95);
            println!("{player} against {}: {text} less Random, in shares of the range: {}", other.1, found.words());
            assert!(found.first_is_larger(), "{player} against {other:?}: {text}: {}", found.words());
        }
    }
}

/// Twelve months, at most 64 pairs from seed 0, at most 50 iterations; error 5 % a comparison.
#[test]
fn optimising_families_beat_random_orders_and_do_not_fall_below_idleness() {
    let stage = Stage::of("tajikistan-2010");
    for (player, other) in [("russia", "united_states"), ("government", "russia"), ("united_states", "russia")] {
        let contest = Contest::new(&stage, player, 12, &[]);
        let (mut random, mut idle) = (Series::new(&contest, "Random()"), Series::new(&contest, "Idle()"));
        for text in families(player, other) {
            let mut own = Series::new(&contest, &text);
            match earns_more(&mut own, &mut random, 0.0) {
                Ok(found) => println!("{player}: {text} less Random: {}", found.words()),
                Err(found) => panic!("{player}: {found}"),
            }
            match earns_more(&mut own, &mut idle, 0.01) {
                Ok(found) => println!("{player}: {text} less Idle, 0.01 allowed: {}", found.words()),
                Err(found) => panic!("{player}: {found}"),
            }
        }
    }
}

/// The families of the test, small enough for it.
fn families(player: &str, other: &str) -> [String; 3] {
    [
        "Search(iterations: 50)".into(),
        "BestReply(samples: 2, packages: 24)".into(),
        format!("StageGame(players: [\"{player}\", \"{other}\"], packages: 4, samples: 2)"),
    ]
}
