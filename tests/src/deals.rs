//! Deals against what theory says of them: the engine's own actions, answered by strategies, in situations
//! small enough to have closed forms.

use marchland_game::{DealMove, DealRefusal, Refusal, View};
use marchland_sim::scenario::{self, LoadOptions};
use marchland_sim::turn::{Game, Setup, Variant};
use marchland_strategies::Registry;
use std::sync::Arc;

use crate::scenarios::Stage;

const PIE: &str = include_str!("../data/deals/pie.ron");
const AUCTION: &str = include_str!("../data/deals/auction.ron");
const COMMANDER: &str = include_str!("../data/deals/commander.ron");
const WARNING: &str = include_str!("../data/deals/warning.ron");

/// A scenario with parameters of the test's own.
fn stage(text: &str, set: &[(&str, f64)], seats: &[(&str, &str)]) -> Stage {
    let mut stage = Stage::of_text("deals", text);
    let set: Vec<(String, String)> = set.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect();
    stage.variant = Arc::new(Variant::new(&stage.scenario, None, &set).expect("parameters of the scenario"));
    for (player, text) in seats {
        let strategy = stage.strategy(player, text);
        stage.composed.lineup = stage.seated(player, &strategy);
    }
    stage
}

fn played(stage: &Stage, seed: u64, turns: u32) -> Game {
    let mut game = stage.engine().start(&stage.setup(seed, turns, false));
    game.set_recording(true);
    game.finish();
    game
}

fn read(game: &Game, path: &str) -> f64 {
    use marchland_game::Readings as _;
    let id = game.scenario().catalogue.indicator(path).unwrap_or_else(|| panic!("no `{path}`"));
    game.truth().now(id)
}

/// The first side's share in pies and the month of agreement.
fn division(set: &[(&str, f64)]) -> (f64, f64) {
    let game = played(&stage(PIE, set, &[]), 1, 12);
    (read(&game, "of_first") / 100.0, read(&game, "pie.since"))
}

#[test]
fn two_discount_factors_divide_a_pie_as_rubinstein_says() {
    for (first, second) in [(0.9, 0.9), (0.95, 0.85), (0.8, 0.95), (0.7, 0.7)] {
        let (share, month) = division(&[("patience_first", first), ("patience_second", second)]);
        let expected = (1.0 - second) / (1.0 - first * second);
        // A grid of slices: each round may round by one, and rounds add up as they are discounted.
        let grid = 0.01 / (1.0 - first * second);
        println!("patience {first}, {second}: {share} for {expected:.3} in month {month}");
        assert!((share - expected).abs() <= grid, "{first}, {second}: {share} is not {expected}");
        assert_eq!(month, 2.0, "the first offer is taken at once");
    }
}

#[test]
fn the_more_patient_side_gets_more_and_who_speaks_first_gains() {
    let of = |first: f64, second: f64| division(&[("patience_first", first), ("patience_second", second)]).0;
    let equal = of(0.7, 0.7);
    assert!(equal > 0.5, "who speaks first has the better half: {equal}");
    assert!(of(0.8, 0.7) > equal && of(0.7, 0.8) < equal);
}

#[test]
fn an_outside_option_counts_only_where_it_beats_bargaining_on() {
    let without = division(&[]).0;
    // Below what bargaining on is worth to the second side, 0.9 × 0.526, it changes nothing.
    assert_eq!(division(&[("outside_second", 0.3)]).0, without);
    assert_eq!(division(&[("outside_second", 0.45)]).0, without);
    // Above, the second side gets exactly that much.
    for outside in [0.6, 0.75] {
        assert_eq!(division(&[("outside_second", outside)]).0, 1.0 - outside);
    }
}

#[test]
fn nothing_is_agreed_where_outside_options_exceed_the_pie() {
    let game = played(&stage(PIE, &[("outside_first", 0.6), ("outside_second", 0.5)], &[]), 1, 12);
    assert_eq!((read(&game, "pie.agreements"), read(&game, "of_first")), (0.0, 0.0));
}

#[test]
fn one_offer_is_an_ultimatum_within_the_range_that_outside_options_leave() {
    let ultimatum = PIE.replace("why: \"Rubinstein 1982\"", "deadline: 1, why: \"an ultimatum\"");
    for (first, second) in [(0.0, 0.0), (0.2, 0.35), (0.4, 0.6)] {
        let set = [("outside_first", first), ("outside_second", second)];
        let game = played(&stage(&ultimatum, &set, &[]), 1, 6);
        assert_eq!(read(&game, "of_first"), if first + second < 1.0 { 100.0 * (1.0 - second) } else { 0.0 });
    }
    // The same by an even deadline: the second side has the last word, and the first knows it.
    let late = PIE.replace("why: \"Rubinstein 1982\"", "deadline: 2, why: \"two rounds\"");
    let game = played(&stage(&late, &[], &[]), 1, 6);
    assert_eq!(read(&game, "of_first"), 10.0, "the second side would take all of a pie worth 0.9 next month");
}

#[test]
fn a_refused_offer_is_met_by_another_and_taken() {
    let game = played(&stage(PIE, &[], &[("first", "greedy")]), 1, 12);
    // All of the pie was refused in the second month by an offer that leaves the first side as much as waiting.
    assert_eq!(read(&game, "pie.since"), 3.0);
    let share = read(&game, "of_first") / 100.0;
    assert!((share - 0.9 * (1.0 - 0.9) / (1.0 - 0.81)).abs() <= 0.05, "{share}");
    assert_eq!(read(&game, "pie.offers"), 2.0);
}

#[test]
fn the_state_of_a_deal_says_what_may_be_done_and_why_not() {
    let stage = stage(PIE, &[], &[("second", "refuse")]);
    let mut game = stage.engine().start(&stage.setup(1, 12, false));
    let catalogue = Arc::clone(&stage.scenario.catalogue);
    let deal = catalogue.deal("pie").expect("declared");
    let (first, second) = (stage.player("first"), stage.player("second"));
    let may = |game: &Game, player, what| {
        let order = marchland_game::Order { action: catalogue.deal_action(deal, what), option: 0 };
        game.view(player).legality(order).err()
    };
    let because = |refusal| Some(Refusal::Deal(refusal));
    assert_eq!(may(&game, first, DealMove::Offer), None);
    assert_eq!(may(&game, second, DealMove::Offer), because(DealRefusal::OthersFloor));
    assert_eq!(may(&game, second, DealMove::Accept), because(DealRefusal::NoOffer));
    assert_eq!(may(&game, first, DealMove::Break), because(DealRefusal::NoAgreement));
    game.step();
    assert_eq!(read(&game, "pie.status"), 1.0);
    assert_eq!(may(&game, second, DealMove::Accept), None);
    assert_eq!(may(&game, second, DealMove::Offer), None);
    assert_eq!(may(&game, first, DealMove::Accept), because(DealRefusal::NoOffer));
    for (answer, other) in [(DealMove::Accept, DealMove::Reject), (DealMove::Reject, DealMove::Accept)] {
        let order = |what| marchland_game::Order { action: catalogue.deal_action(deal, what), option: 0 };
        game.at_decision(second, |at| {
            let mut draft = marchland_game::Draft::default();
            assert_eq!(draft.add(order(answer), at), Ok(()));
            assert_eq!(draft.add(order(other), at).err(), because(DealRefusal::Answered), "one answer to an offer");
        });
    }
    game.step();
    assert_eq!(read(&game, "pie.status"), 0.0, "an offer that nobody answers lapses");
    assert_eq!(read(&game, "pie.spurned"), 1.0, "both sides' interests would have taken it");
    for refusal in [
        DealRefusal::Closed,
        DealRefusal::TooLate,
        DealRefusal::Bound,
        DealRefusal::Unanswered,
        DealRefusal::OthersFloor,
        DealRefusal::TalksFull,
        DealRefusal::OtherTalksFull,
        DealRefusal::NoOffer,
        DealRefusal::NoAgreement,
        DealRefusal::Answered,
    ] {
        let text = Refusal::Deal(refusal).text(catalogue.deal_action(deal, DealMove::Offer), &catalogue);
        assert!(!text.is_empty() && !text.ends_with('.'), "{text}");
    }
}

#[test]
fn bids_rise_until_the_higher_value_wins_and_pays_the_lower() {
    for (north, south) in [(9.0, 5.0), (4.0, 8.0), (7.0, 6.0), (3.0, 10.0)] {
        let game = played(&stage(AUCTION, &[("value_north", north), ("value_south", south)], &[]), 1, 24);
        let (to_north, to_south) =
            (read(&game, "loyalty_north.status") == 3.0, read(&game, "loyalty_south.status") == 3.0);
        let paid = if to_north { read(&game, "loyalty_north.price") } else { read(&game, "loyalty_south.price") };
        println!("values {north}, {south}: {} pays {paid}", if to_north { "north" } else { "south" });
        assert_eq!((to_north, to_south), (north > south, south > north), "{north}, {south}");
        let lower = if north < south { north } else { south };
        assert!((paid - lower).abs() <= 1.0, "{paid} for a lower value of {lower}");
    }
}

#[test]
fn a_guarantee_makes_a_promise_that_would_be_broken() {
    // Without a guarantor the commander stays in arms: he foresees the breach.
    let alone = played(&stage(COMMANDER, &[], &[("guarantor", "aloof")]), 1, 18);
    assert_eq!(read(&alone, "integration.agreements"), 0.0);
    // He is right: an integration forced on him is broken at once.
    let seats = [("guarantor", "aloof"), ("commander", "trusting"), ("government", "promising")];
    let forced = played(&stage(COMMANDER, &[], &seats), 1, 18);
    assert_eq!(read(&forced, "integration.agreements"), read(&forced, "integration.broken_by_government"));
    assert!(read(&forced, "integration.broken_by_government") >= 1.0);
    // With the guarantee the promise is made and kept.
    let kept = played(&stage(COMMANDER, &[], &[]), 1, 18);
    assert_eq!(read(&kept, "guarantee.status"), 3.0);
    assert_eq!(read(&kept, "integration.status"), 3.0);
    assert_eq!(read(&kept, "integration.broken_by_government"), 0.0);
    // A guarantor whose word is worth little guarantees little.
    let weak = played(&stage(COMMANDER, &[("trusted", 0.1)], &[]), 1, 18);
    assert_eq!(read(&weak, "integration.agreements"), 0.0);
}

/// Whether the warner of a type warns, and what the other side believes after the month.
fn warned(firm: f64, stake: f64) -> (bool, f64) {
    let stage = stage(WARNING, &[("firm", firm), ("stake", stake)], &[]);
    let mut game = stage.engine().start(&stage.setup(7, 12, false));
    game.step();
    (read(&game, "warnings") > 0.0, read(&game, "receiver.believes.warner.firm"))
}

#[test]
fn a_warning_tells_the_types_apart_exactly_where_its_stake_passes_the_bound() {
    for stake in [0.1, 0.5, 0.9, 0.99, 1.01, 1.1, 2.0, 2.9] {
        let (firm, after_firm) = warned(1.0, stake);
        let (soft, after_soft) = warned(0.0, stake);
        println!("stake {stake}: firm warns {firm} ({after_firm:.2}), soft warns {soft} ({after_soft:.2})");
        assert!(firm, "the firm side gains 3 by a warning and gives less than that");
        if stake < 1.0 {
            assert!(soft, "a bluff gains 1 and costs {stake}");
            assert!((after_firm - after_soft).abs() < 1e-12, "so that a warning tells nothing");
        } else {
            assert!(!soft, "a bluff costs more than it gains");
            assert!(after_firm > 0.9 && after_soft < 0.1, "so that a warning, and its absence, tell the type");
        }
    }
    assert!(!warned(1.0, 3.1).0, "nobody warns at a stake above every prize");
}

#[test]
fn beliefs_follow_bayes_rule_and_fade_to_where_they_began() {
    let stage = stage(WARNING, &[("firm", 1.0), ("stake", 2.0)], &[]);
    let mut game = stage.engine().start(&stage.setup(7, 12, false));
    let mut believed = read(&game, "receiver.believes.warner.firm");
    assert_eq!(believed, 0.5);
    for _ in 0..6 {
        let before = read(&game, "warnings");
        game.step();
        let (firm, soft) = if read(&game, "warnings") > before { (0.95, 0.05) } else { (0.05, 0.95) };
        let faded = believed + 0.1 * (0.5 - believed);
        believed = faded * firm / (faded * firm + (1.0 - faded) * soft);
        let held = read(&game, "receiver.believes.warner.firm");
        assert!((held - believed).abs() < 1e-12, "{held} is not {believed}");
        let both = held + read(&game, "receiver.believes.warner.soft");
        assert!((both - 1.0).abs() < 1e-12, "{both}");
    }
}

#[test]
fn private_talks_are_seen_by_their_parties_alone() {
    let text = AUCTION.replace("private: false", "private: true");
    let stage = stage(&text, &[("value_north", 9.0), ("value_south", 5.0)], &[]);
    let mut game = stage.engine().start(&stage.setup(1, 24, false));
    game.step();
    let catalogue = &stage.scenario.catalogue;
    let id = catalogue.indicator("loyalty_north.status").expect("declared");
    let seen = |player: &str| game.view(stage.player(player)).estimate(id).value;
    assert_eq!((seen("north"), seen("chief"), seen("south")), (1.0, 1.0, 0.0));
    let offer = catalogue.action("offer_loyalty_north").expect("declared");
    let told = |player: &str| game.view(stage.player(player)).ordered(stage.player("north"), offer, 3);
    assert_eq!((told("chief"), told("south")), (1.0, 0.0));
}

#[test]
fn games_with_deals_continue_from_snapshots_and_repeat_to_the_byte() {
    for text in [PIE, AUCTION, COMMANDER, WARNING] {
        let stage = stage(text, &[], &[]);
        let setup: Setup = stage.setup(3, 12, false);
        let whole = played(&stage, 3, 12);
        for stages in 1..8 {
            let mut game = stage.engine().start(&setup);
            for _ in 0..stages {
                game.step_stage();
            }
            let text = serde_json::to_string(&game.snapshot()).expect("a plain value");
            let mut other = stage.engine().start(&Setup { seed: 99, ..setup.clone() });
            other.step();
            other.restore(&serde_json::from_str(&text).expect("what was written")).expect("the same shape");
            other.finish();
            assert_eq!(
                serde_json::to_string(&other.snapshot()).expect("a plain value"),
                serde_json::to_string(&whole.snapshot()).expect("a plain value"),
            );
        }
    }
}

#[test]
fn what_is_written_wrongly_about_deals_is_found_with_its_place() {
    let families = Registry::standard().schemas();
    let options = LoadOptions::new(marchland_laws::standard(), &families);
    let wrong_in = |text: &str, from: &str, to: &str| -> Vec<&'static str> {
        assert!(text.contains(from), "{from}");
        let found = scenario::load_text("deals", &text.replacen(from, to, 1), &options).expect_err("a mistake");
        assert!(found.iter().all(|found| found.span.is_some()), "{found:#?}");
        found.iter().map(|found| found.code).collect()
    };
    let wrong = |from: &str, to: &str| wrong_in(PIE, from, to);
    assert!(wrong("parties: [\"first\", \"second\"]", "parties: [\"first\"]").contains(&"wrong-parties"));
    assert!(wrong("terms(pie.share)\"), Set", "terms(pie.shares)\"), Set").contains(&"unknown-term"));
    assert!(wrong("worth: {\"first\"", "worth: {\"third\"").contains(&"wrong-parties"));
    assert!(wrong("why: \"Rubinstein 1982\"", "links: [\"pie\"], why: \"x\"").contains(&"too-many"));
    let unlinked = wrong_in(COMMANDER, "why: \"Walter 1997", "links: [\"cake\"], why: \"Walter 1997");
    assert!(unlinked.contains(&"unknown-deal"));
    assert!(wrong("why: \"Rubinstein 1982\"", "duration: \"years\", why: \"x\"").contains(&"unknown-term"));
    assert!(
        wrong("over: Last, value: \"of_first\"", "over: Last, value: \"broke(third)\"").contains(&"unknown-player")
    );
    assert!(wrong("over: Last, value: \"of_first\"", "over: Last, value: \"agreed(cake)\"").contains(&"unknown-deal"));
}
