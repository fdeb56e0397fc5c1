//! What followed the start of the crisis of 2010: what `observed` is given stands in its games, and nothing of the rest is
//! read where games have no value.

use marchland_experiments::facts::{self, Role};
use marchland_strategies::Registry;

use crate::scenarios::{folder, load};

/// 200 games, seeds 1 to 200: what more than one in ten misses is no input, and a fact of which no game has a value is
/// misread. A joint share is no larger than the smallest of its parts.
#[test]
fn what_observed_is_given_stands_in_its_games() {
    let scenario = load("tajikistan-2010");
    let text = std::fs::read_to_string(folder().join("tajikistan-2010/facts.ron")).expect("facts");
    let registry = Registry::standard();
    let (facts, belief) =
        facts::read(&scenario, &registry, "facts.ron", &text).unwrap_or_else(|found| panic!("{found:#?}"));
    let of = |role: Role| facts.iter().filter(|fact| fact.role == role).count();
    assert!(of(Role::Emergent) >= 10 && of(Role::Condition) == 1, "ten facts can fail, given what happened next door");
    let report = facts::examine(&scenario, &registry, &facts, belief, 200, 1).expect("games");
    assert_eq!((report.lost, report.belief.as_deref()), (0, Some("observed")));
    for fact in &report.facts {
        let share = fact.met.share.expect("games");
        assert!(fact.band.is_some(), "{}: no game has a value", fact.id);
        assert!(fact.role != Role::Input || share >= 0.9, "{}: {share} of games have what they were given", fact.id);
        assert!(fact.role != Role::Emergent || report.emergent.all.successes <= fact.met.successes, "{}", fact.id);
    }
    assert!(report.with_fitted.all.successes <= report.emergent.all.successes);
    let given = report.emergent.given.expect("a condition");
    let condition = report.facts.iter().find(|fact| fact.role == Role::Condition).expect("a condition");
    assert_eq!(given.trials, condition.met.successes, "games are counted in which the neighbour fell");
}
