//! In chicken and deterrence payoffs equal the analytic ones, to the last bit.

use marchland_sim::scenario;

use crate::scenarios::Stage;

/// The payoffs of a game of these strategies.
fn payoffs(scenario: &str, turns: u32, strategies: &[(&str, &str)]) -> Vec<f64> {
    let stage = Stage::with(scenario, None, &[], strategies);
    let mut game = stage.engine().start(&stage.setup(1, turns, false));
    for _ in 0..turns {
        game.step();
    }
    game.outcome().payoffs.into_iter().map(|payoff| payoff.expect("in the game")).collect()
}

#[test]
fn chicken_pays_what_its_table_says() {
    for (row, column, expected) in [
        ("swerve", "swerve", [0.0, 0.0]),
        ("swerve", "dare-column", [-1.0, 1.0]),
        ("dare-row", "swerve", [1.0, -1.0]),
        ("dare-row", "dare-column", [-10.0, -10.0]),
    ] {
        assert_eq!(payoffs("chicken.ron", 1, &[("row", row), ("column", column)]), expected, "{row} {column}");
    }
}

#[test]
fn deterrence_pays_what_its_table_says() {
    for (challenger, defender, expected) in [
        ("wait", "yield", [0.0, 0.0]),
        ("wait", "always-resist", [0.0, -0.25]),
        ("always-challenge", "yield", [1.0, -2.0]),
        ("always-challenge", "always-resist", [-2.0, -1.0]),
    ] {
        // Every month is the same game, so the mean over months is its table.
        for turns in [1, 4, 12] {
            let found = payoffs("deterrence.ron", turns, &[("challenger", challenger), ("defender", defender)]);
            assert_eq!(found, expected, "{challenger} {defender} over {turns} months");
        }
    }
}

#[test]
fn an_effect_that_lasts_is_taken_back_as_far_as_it_was_admitted() {
    let text = r#"(
        title: "A full cup", calendar: (start: "2010-04", horizon: 4),
        tracks: [(id: "cup", range: (0, 1), initial: 0.75)],
        players: [(id: "host", payoffs: [(indicator: "cup", weight: 1, why: "a test")])],
        actions: [(id: "pour", owners: ["host"], success: [Add(indicator: "cup", amount: 0.5, lasts: 2)])],
        strategies: [(name: "once", intent: "Pours in the second month", play: Script(orders: [(2, ["pour"])]))],
        lineup: {"host": "once"},
    )"#;
    let stage = Stage::of_text("cup", text);
    let mut game = stage.engine().start(&stage.setup(1, 4, false));
    game.set_recording(true);
    let cup: Vec<f64> = (0..4)
        .map(|_| {
            game.step();
            game.last_record().indicators[0]
        })
        .collect();
    assert_eq!(cup, [0.75, 1.0, 1.0, 0.75]);
}

/// An order whose effect overflows is refused with the reason, costs nothing and stops no game; what can be shown to
/// overflow does not load.
#[test]
fn effects_that_overflow_are_refused() {
    let text = |amount: &str| {
        format!(
            r#"(
        title: "A cup without a bottom", calendar: (start: "2010-04", horizon: 2), mechanisms: ["means"],
        tracks: [(id: "cup", title: "Cup", range: (0, 1), initial: 0.75), (id: "jug", range: (-1e200, 1e200), initial: 1e199)],
        players: [(id: "host", values: {{"money": 3, "money_income": 0, "money_limit": 9}}, payoffs: [(indicator: "cup", weight: 1, why: "a test")])],
        actions: [(id: "pour", owners: ["host"], cost: {{"money": 2}}, success: [Add(indicator: "cup", amount: "{amount}")])],
        strategies: [(name: "always", intent: "Pours", play: Script(orders: [(1, ["pour"]), (2, ["pour"])]))],
        lineup: {{"host": "always"}},
    )"#
        )
    };
    let registry = marchland_strategies::Registry::standard();
    let schemas = registry.schemas();
    let options = scenario::LoadOptions::new(marchland_laws::standard(), &schemas);
    let found = scenario::load_text("cup", &text("jug * jug - jug * jug"), &options).expect_err("shown to overflow");
    assert!(found.iter().any(|finding| finding.code == "not-finite"), "{found:?}");
    // What reads the past is not shown beforehand.
    let stage = Stage::of_text("cup", &text("(jug - prev(jug, 1) + 1e199) * 1e199 * 1e199"));
    let mut game = stage.engine().start(&stage.setup(1, 2, false));
    game.set_recording(true);
    game.step();
    let record = game.last_record();
    assert_eq!(record.indicators[0], 0.75);
    let refusal = record.rounds[0].rulings[0].refusal.expect("it is refused");
    let text = refusal.text(record.rounds[0].rulings[0].order.action, &stage.scenario.catalogue);
    assert_eq!(text, "what it would do to \u{201c}Cup\u{201d} is not a finite number");
    let money = stage.scenario.catalogue.indicator("host.money").expect("a budget");
    assert_eq!(game.world().get(money), 3.0, "what is refused costs nothing");
    game.finish();
    assert!(game.is_over());
    assert_eq!(game.last_record().turn, 2);
}
