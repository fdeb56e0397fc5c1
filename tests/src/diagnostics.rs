//! Every diagnostic and lint has an input that expects it, at its place.

use marchland_game::{Diagnostic, Severity};
use marchland_sim::scenario::{self, LoadOptions};
use marchland_strategies::Registry;

/// A small scenario with something of everything, without a finding.
pub const VALLEY: &str = r#"(
    title: "A valley in winter",
    calendar: (start: "2010-04", horizon: 12),
    mechanisms: ["means"],
    names: {"place": "north"},
    tracks: [
        (id: "north", range: (0, 1), initial: 0.2),
        (id: "tension", range: (0, 10), initial: "2 * mood", owner: "elders", seen_by: Estimated(1)),
        (id: "plan", range: (0, 2), initial: 1, labels: ["none", "draft", "final"], owner: "mayor", seen_by: Owner(1)),
    ],
    players: [
        (
            id: "mayor", orders_per_turn: 2,
            values: {"money": 20, "money_income": 5, "money_limit": 60},
            payoffs: [(indicator: "tension", weight: "-mood", scale: (0, 10), why: "judgement")],
            payoff_range: (-1, 0),
            stakes: {"observers": "-0.2 * tension"},
        ),
        (id: "elders", payoffs: [(indicator: "north", weight: 1, why: "judgement")]),
    ],
    parameters: [
        (id: "mood", value: 0.8, distribution: Uniform(0.5, 1), unit: "share", meaning: "Mood", source: Judgement("ours")),
        (id: "rule", value: "soft", choices: ["soft", "hard"], unit: "choice", meaning: "Rule", source: Memo("row 1")),
    ],
    groups: [(id: "aid", cap: 0.1)],
    actions: [
        (
            id: "relief", owners: ["mayor"],
            options: [(id: "low", level: 1, cost: {"money": 2}), (id: "high", level: 2, cost: {"money": 6})],
            condition: "tension > 1 and is(rule, soft)", refusal: "nobody asks for it",
            visibility: Covert, leak: "0.05 * level", chance: "0.4 + 0.3 * level",
            success: [Add(indicator: "{place}", amount: "-0.02 * level", delay: 1, lasts: 6, group: "aid"), Set("plan", 2)],
            leaked: [Add("tension", 1)],
        ),
        (id: "speak_{owner}", owners: ["mayor", "elders"], options: ["mayor", "elders"], success: [Add("north", 0.1), Table("observers")]),
    ],
    events: [
        (id: "harvest", title: "The harvest fails", trigger: Hazard(0.02), effects: [Fire("riot"), Add("tension", 1)]),
        (id: "riot", trigger: Manual),
        (id: "snow", trigger: Scheduled(3)),
        (id: "panic", trigger: When("tension > 8 and since(riot) > 2")),
    ],
    institutions: [
        (id: "council", rule: Majority(2), members: [(id: "mayor", ideal: 0.4), (id: "clan", ideal: -0.2)], chairs: [(1, "clan")]),
    ],
    motions: [(id: "observers", institution: "council", passed: [Add("tension", -1)])],
    beliefs: [(name: "memo", meaning: "The memo's", parameters: {"mood": 1}, initial: {"north": 0.3})],
    default_belief: "memo",
    strategies: [
        (name: "caring", intent: "Sends food", players: ["mayor"],
            play: Rules(blocks: [(name: "feed", window: (1, 12), all: ["tension > 3"], orders: ["relief high"], chance: 0.5)])),
        (name: "both", intent: "Mixes", players: ["mayor"], play: Mixture(strategies: [("caring", 1), (Idle(), 1)])),
    ],
    lineup: {"mayor": "caring"},
    measures: [(id: "peak", meaning: "Peak", unit: "points", over: Max, value: "largest(track.value)")],
    main_indicator: "tension",
    shown: ["north"],
    end: "tension >= 10",
    presets: [(people: 1, seats: ["mayor"])],
    observed: {"tension": [2, None, 3]},
)"#;

/// The findings of a text.
fn findings(text: &str) -> Vec<Diagnostic> {
    let schemas = Registry::standard().schemas();
    match scenario::load_text("valley", text, &LoadOptions::new(marchland_laws::standard(), &schemas)) {
        Ok(loaded) => loaded.warnings,
        Err(found) => found,
    }
}

/// One planted mistake: what is replaced by what, the code expected, and the text at its place.
struct Case(&'static str, &'static str, &'static str, &'static str);

const CASES: &[Case] = &[
    // The language.
    Case("title: \"A valley", "titel: \"A valley", "unknown-key", "titel"),
    Case("title: \"A valley in winter\",", "", "missing-key", "("),
    Case("horizon: 12)", "horizon: 12, horizon: 13)", "duplicate-key", "horizon"),
    Case("{\"mood\": 1}", "{\"mood\": 1, \"mood\": 2}", "duplicate-key", "\"mood\""),
    Case("horizon: 12", "horizon: \"12\"", "wrong-type", "\"12\""),
    Case("horizon: 12", "horizon: 100000", "out-of-range", "100000"),
    Case("horizon: 12", "horizon: 12.5", "out-of-range", "12.5"),
    Case("\"2010-04\"", "\"2010-13\"", "bad-date", "\"2010-13\""),
    Case("id: \"snow\"", "id: \"Snow\"", "bad-name", "\"Snow\""),
    Case("name: \"caring\", intent", "name: \"Caring!\", intent", "bad-name", "\"Caring!\""),
    Case("id: \"snow\"", "id: \"riot\"", "duplicate-id", "\"riot\""),
    Case("id: \"elders\", payoffs", "id: \"mayor\", payoffs", "duplicate-id", "\"mayor\""),
    Case("range: (0, 1), initial: 0.2", "range: (1, 0), initial: 0.2", "bad-range", "(1, 0)"),
    Case("owners: [\"mayor\"]", "owners: []", "no-owner", "[]"),
    Case("trigger: Manual", "trigger: Sometimes", "unknown-word", "Sometimes"),
    Case("Uniform(0.5, 1)", "Uniform(1, 0.5)", "bad-distribution", "Uniform(1, 0.5)"),
    // A decimal comma, where numbers stand in a row: one finding each.
    Case("Uniform(0.5, 1)", "Uniform(0,5, 1)", "bad-distribution", "Uniform(0,5, 1)"),
    Case("range: (0, 1), initial: 0.2", "range: (0, 1,5), initial: 0.2", "wrong-type", "(0, 1,5)"),
    Case("Judgement(\"ours\")", "Judgement", "wrong-type", "Judgement"),
    Case("value: 0.8, distribution", "value: 0.2, distribution", "out-of-range", "0.2"),
    Case("initial: 0.2)", "initial: 0.2, rests: 2)", "out-of-range", "2"),
    // Names of things.
    Case("mechanisms: [\"means\"]", "mechanisms: [\"meens\"]", "unknown-mechanism", "\"meens\""),
    Case("mechanisms: [\"means\"],", "mechanisms: [\"means\", \"border\"],", "missing-parameter", "\"border\""),
    Case("groups: [", "entities: {\"castle\": [(id: \"tower\")]}, groups: [", "unknown-kind", "\"castle\""),
    Case("groups: [", "pairs: [(among: [\"mayor\", \"elders\"])], groups: [", "unknown-kind", "(among"),
    Case("\"money_income\": 5", "\"money_incom\": 5", "unknown-field", "\"money_incom\""),
    Case("orders_per_turn: 2,", "orders_per_turn: 2, links: {\"home\": \"nowhere\"},", "unknown-entity", "\"home\""),
    Case("initial: 0.2)", "initial: 2)", "out-of-range", "2"),
    Case("initial: 0.2)", "initial: -1)", "out-of-range", "-1"),
    Case("initial: 0.2)", "initial: Uniform(0, 2))", "out-of-range", "Uniform"),
    Case("initial: \"2 * mood\"", "initial: \"20 * mood\"", "out-of-range", "\"20 * mood\""),
    Case("initial: 0.2)", "initial: \"tension\")", "not-a-parameter", "tension"),
    Case("{\"mood\": 1}", "{\"moot\": 1}", "unknown-parameter", "\"moot\""),
    Case("value: \"soft\"", "value: \"mild\"", "unknown-label", "\"mild\""),
    Case("default_belief: \"memo\"", "default_belief: \"memos\"", "unknown-belief", "\"memos\""),
    Case("seats: [\"mayor\"]", "seats: [\"major\"]", "unknown-player", "\"major\""),
    Case(
        "people: 1, seats: [\"mayor\"]",
        "people: 2, seats: [\"mayor\", \"mayor\"]",
        "wrong-seats",
        "[\"mayor\", \"mayor\"]",
    ),
    Case(
        "presets: [",
        "phrases: [(event: \"snow\", done: \"snow fell {where}\")], presets: [",
        "bad-phrase",
        "\"snow fell {where}\"",
    ),
    Case("\"money\": 6", "\"honey\": 6", "unknown-budget", "\"honey\""),
    Case("group: \"aid\"", "group: \"aids\"", "unknown-group", "\"aids\""),
    Case("Fire(\"riot\")", "Fire(\"riots\")", "unknown-event", "\"riots\""),
    Case("Table(\"observers\")", "Table(\"observer\")", "unknown-motion", "\"observer\""),
    Case("institution: \"council\"", "institution: \"counsel\"", "unknown-institution", "\"counsel\""),
    Case("(1, \"clan\")", "(1, \"clans\")", "unknown-member", "\"clans\""),
    Case("Majority(2)", "Majority(3)", "out-of-range", "3"),
    Case("ideal: 0.4", "ideal: 4", "out-of-range", "4"),
    Case("main_indicator: \"tension\"", "main_indicator: \"tention\"", "unknown-path", "\"tention\""),
    Case(
        "shown: [",
        "regime: (status: \"north\", exit: \"plan\", exit_turn: \"north\"), shown: [",
        "wrong-type",
        "\"north\"",
    ),
    // Strategies.
    Case("{\"mayor\": \"caring\"}", "{\"mayor\": \"carring\"}", "unknown-strategy", "\"carring\""),
    Case("{\"mayor\": \"caring\"}", "{\"elders\": \"caring\"}", "wrong-strategy", "\"caring\""),
    Case("Rules(blocks", "Rule(blocks", "unknown-family", "Rule("),
    Case("Rules(blocks", "Rules(block", "unknown-key", "block"),
    Case("\"relief high\"", "\"relieve high\"", "unknown-action", "\"relieve high\""),
    Case("\"relief high\"", "\"relief huge\"", "unknown-option", "\"relief huge\""),
    Case("\"relief high\"", "\"relief\"", "unknown-option", "\"relief\""),
    Case("(\"caring\", 1)", "(\"both\", 1)", "strategy-cycle", "Mixture"),
    // Expressions, to the byte.
    Case("\"tension > 8 and since(riot) > 2\"", "\"tension > 8 and since(riots) > 2\"", "unknown-event", "riots"),
    Case("\"tension > 8 and", "\"tensin > 8 and", "unknown-path", "tensin"),
    Case("\"tension > 8 and", "\"tension > > 8 and", "bad-expression", ">"),
    Case("tension > 8", "tension / 0 > 8", "bad-expression", "tension / 0"),
    Case("tension > 8", "tenfold(tension) > 8", "unknown-function", "tenfold(tension)"),
    Case("tension > 8", "clamp(tension) > 8", "wrong-arguments", "clamp(tension)"),
    Case("tension > 8", "change(tension, 0) > 8", "wrong-arguments", "0"),
    Case("tension > 8", "ordered(major, relief, 2) > 8", "unknown-player", "major"),
    Case("tension > 8", "ordered(mayor, relieve, 2) > 8", "unknown-action", "relieve"),
    Case("is(rule, soft)", "is(rule, mild)", "unknown-label", "mild"),
    Case("tension > 8", "level > 8", "unknown-path", "level"),
    Case("track.value", "tracks.value", "unknown-path", "tracks.value"),
    Case("\"{place}\"", "\"{palace}\"", "unknown-path", "\"{palace}\""),
    // Meaning.
    Case("chance: \"0.4 + 0.3 * level\"", "chance: \"0.6 + 0.3 * level\"", "out-of-range", "\"0.6 + 0.3 * level\""),
    Case("Hazard(0.02)", "Hazard(1.5)", "out-of-range", "1.5"),
    Case("chance: 0.5", "chance: -0.5", "out-of-range", "-0.5"),
    Case("payoff_range: (-1, 0)", "payoff_range: (-0.9, 0)", "payoff-range", "(-0.9, 0)"),
    Case(
        "payoffs: [(indicator: \"north\"",
        "payoffs: [(indicator: \"plan\", scale: (0, 2)",
        "hidden-payoff",
        "(indicator: \"plan\"",
    ),
    Case(
        "payoffs: [(indicator: \"tension\"",
        "payoffs: [(indicator: \"plan\", weight: 0.1, scale: (2, 0), why: \"judgement\"), (indicator: \"tension\"",
        "own-label",
        "(indicator: \"plan\"",
    ),
    Case(
        "id: \"speak_{owner}\", owners",
        "id: \"speak_{owner}\", condition: \"plan == 1\", owners",
        "hidden-reading",
        "\"plan == 1\"",
    ),
    Case(
        "id: \"speak_{owner}\", owners",
        "id: \"speak_{owner}\", chance: \"0.5 * plan\", owners",
        "hidden-reading",
        "\"0.5 * plan\"",
    ),
    Case(
        "id: \"speak_{owner}\", owners",
        "id: \"speak_{owner}\", condition: \"ordered(mayor, relief, 1) == 0\", owners",
        "hidden-reading",
        "\"ordered(",
    ),
    Case("Set(\"plan\", 2)", "Set(\"plan\", 2), Set(\"plan\", 1)", "two-sets", "\"relief\""),
    Case("Set(\"plan\", 2)", "Set(\"plan\", 3)", "out-of-range", "3"),
    Case("mechanisms: [\"means\"]", "mechanisms: []", "no-budget", "\"relief\""),
    Case("id: \"elders\", payoffs", "id: \"elders\", succeeds: \"elders\", payoffs", "bad-succession", "\"elders\""),
    // Lints.
    Case("\"tension > 1 and", "\"tension > 10 and", "never-legal", "\"tension > 10 and"),
    Case("Scheduled(3)", "Scheduled(13)", "never-fires", "\"snow\""),
    Case("tension > 8", "tension > 80", "never-fires", "\"panic\""),
    Case("tracks: [", "tracks: [(id: \"still\", range: (0, 1), initial: 0),", "never-changes", "\"still\""),
    Case(
        "parameters: [",
        "parameters: [(id: \"idle_one\", value: 1, unit: \"share\", meaning: \"Idle\", source: Memo(\"none\")),",
        "never-read",
        "\"idle_one\"",
    ),
    Case("orders: [\"relief high\"]", "orders: [\"speak_elders mayor\"]", "foreign-order", "\"caring\""),
    Case("owners: [\"mayor\", \"elders\"], options", "owners: [\"mayor\"], options", "no-legal-order", "\"elders\""),
    Case("id: \"elders\", payoffs", "id: \"elders\", orders_per_turn: 0, payoffs", "no-legal-order", "\"elders\""),
    Case("Add(\"north\", 0.1),", "Add(\"north\", 0.1), Set(\"plan\", 0),", "two-sets", "\"speak_{owner}\""),
];

#[test]
fn the_valley_has_no_finding() {
    assert_eq!(findings(VALLEY), []);
}

#[test]
fn every_planted_mistake_is_found_at_its_place() {
    let mut failures = Vec::new();
    for Case(old, new, code, at) in CASES {
        assert!(VALLEY.contains(old), "the valley lacks {old}");
        let text = VALLEY.replacen(old, new, 1);
        let found = findings(&text);
        let fits = |one: &Diagnostic| {
            one.code == *code && one.span.as_ref().is_some_and(|span| text[span.start..].starts_with(at))
        };
        if !found.iter().any(fits) {
            let seen: Vec<String> = found
                .iter()
                .map(|one| {
                    let place = one.span.as_ref().map_or("", |span| &text[span.start..span.end.min(span.start + 40)]);
                    format!("{} at `{place}`: {}", one.code, one.message)
                })
                .collect();
            failures.push(format!("{new}\n  expected {code} at `{at}`, found {seen:#?}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn lints_are_warnings_and_mistakes_are_errors() {
    const LINTS: [&str; 6] =
        ["never-legal", "never-fires", "never-changes", "never-read", "foreign-order", "no-legal-order"];
    for Case(old, new, code, _) in CASES.iter().filter(|case| case.2 != "two-sets") {
        for one in findings(&VALLEY.replacen(old, new, 1)).iter().filter(|one| one.code == *code) {
            let lint = LINTS.contains(code);
            assert_eq!(one.severity, if lint { Severity::Warning } else { Severity::Error }, "{one:?}");
        }
    }
}

/// A scenario in two files and a third that breaks, with twenty mistakes, each marked by its number
/// on its own line.
const PLANTED: [(&str, &str); 3] = [
    (
        "scenario.ron",
        r#"(
    title: "Twenty mistakes",
    include: ["orders.ron", "broken.ron"],
    calendar: (start: "2010-04", horizon: 12),
    subtitle: "none", // 1
    tracks: [
        (id: "tension", range: (0, 10), initial: 11), // 2
        (id: "secret", range: (0, 1), initial: 0, owner: "one", seen_by: Owner(0.1)),
        (id: "tension", range: (0, 10), initial: 1), // 3
        (id: "Bad", range: (0, 1), initial: 0), // 4
    ],
    players: [
        (
            id: "one", payoff_range: (0, 10),
            payoffs: [(indicator: "tensoin", weight: 1, why: "judgement")], // 5
        ),
        (
            id: "two",
            payoffs: [
                (indicator: "secret", weight: 1, why: "judgement"), // 6
            ],
            payoff_range: (0, 0.5), // 7
        ),
    ],
    parameters: [
        (id: "noise", value: 2, distribution: Uniform(0, 1), unit: "payoff", meaning: "Noise", source: Memo("none")), // 8
        (id: "other", value: 0, unit: "payoff", meaning: "Other", source: Rumour("none")), // 9
    ],
    payoff_noise: "noize", // 10
    end: "tension >", // 11
    shown: ["tension", "calm"], // 12
)"#,
    ),
    (
        "orders.ron",
        r#"(
    actions: [
        (id: "push", owners: ["one", "three"], success: [Add("tension", 1)]), // 13
        (id: "pull", owners: ["two"], chance: 1.2, success: [Add("tension", -1)]), // 14
        (id: "wait", owners: ["two"], success: [Give("tension", 1)]), // 15
        (id: "peek", owners: ["two"], condition: "secret > 0"), // 16
        (id: "late", owners: ["two"], success: [Add(indicator: "tension", amount: 1, dealy: 2)]), // 17
    ],
    strategies: [
        (name: "calm", intent: "Waits", play: Idel()), // 18
    ],
    lineup: {"one": "storm"}, // 19
)"#,
    ),
    ("broken.ron", "(\n    events: [\n        (id: \"quake\" trigger: Manual), // 20\n    ],\n)"),
];

#[test]
fn twenty_mistakes_in_three_files_are_reported_at_once_each_at_its_line() {
    let root = tempfile::tempdir().expect("a folder");
    let folder = root.path().join("twenty");
    std::fs::create_dir(&folder).expect("a folder");
    for (name, text) in PLANTED {
        std::fs::write(folder.join(name), text).expect("a file");
    }
    let schemas = Registry::standard().schemas();
    let found =
        scenario::load(&folder, &LoadOptions::new(marchland_laws::standard(), &schemas)).expect_err("twenty mistakes");
    let lines: Vec<(String, usize)> = found
        .iter()
        .filter_map(|one| one.span.as_ref())
        .map(|span| {
            let text = std::fs::read_to_string(root.path().join(&span.file)).expect("a file of the scenario");
            (span.file.clone(), text[..span.start].matches('\n').count())
        })
        .collect();
    let mut missed = Vec::new();
    for (name, text) in PLANTED {
        for (line, spelled) in text.lines().enumerate() {
            if let Some((_, number)) = spelled.split_once("// ")
                && !lines.contains(&(format!("twenty/{name}"), line))
            {
                missed.push(number.to_owned());
            }
        }
    }
    assert!(missed.is_empty(), "mistakes {missed:?} were missed: {found:#?}");
}

#[test]
fn bad_files_and_bases_are_refused() {
    let root = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &[u8]| {
        let path = root.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    };
    let head = |more: &str| format!("(title: \"T\", calendar: (start: \"2010-04\", horizon: 1), {more})").into_bytes();
    write("garbage.ron", &[0, 159, 146, 150, 255, 0, 1]);
    write("brackets.ron", "[".repeat(10 << 20).as_bytes());
    write("nested.ron", "(".repeat(1 << 20).as_bytes());
    write("nan.ron", &head("end: NaN"));
    write("missing/scenario.ron", &head("include: [\"nowhere.ron\"]"));
    write("twice/scenario.ron", &head("include: [\"a.ron\", \"a.ron\"]"));
    write("twice/a.ron", b"()");
    write("escapes/scenario.ron", &head("base: \"..\""));
    write("absolute/scenario.ron", &head("base: \"/\""));
    write("reaches/scenario.ron", &head("include: [\"../nan.ron\"]"));
    write("cycle/scenario.ron", &head("base: \"circle\""));
    write("circle/scenario.ron", &head("base: \"cycle\""));
    write("empty/notes.txt", b"");
    let constant = |more: &str| {
        format!("(parameters: [(id: \"k\", value: 1, unit: \"share\", meaning: \"K\", source: Memo(\"none\")){more}])")
    };
    write("base/constants.ron", constant("").as_bytes());
    write("restates/scenario.ron", &head("base: \"base\", parameters: [(id: \"k\", value: 2)]"));
    write(
        "explains/scenario.ron",
        &head("base: \"base\", parameters: [(id: \"k\", value: 2, why: \"here\")], end: \"k > 3\""),
    );
    let schemas = Registry::standard().schemas();
    let load =
        |name: &str| scenario::load(&root.path().join(name), &LoadOptions::new(marchland_laws::standard(), &schemas));
    for (name, code) in [
        ("nowhere", "missing-file"),
        ("empty", "missing-file"),
        ("garbage.ron", "not-text"),
        ("brackets.ron", "too-large"),
        ("nested.ron", "syntax"),
        ("nan.ron", "syntax"),
        ("missing", "missing-file"),
        ("twice", "duplicate-file"),
        ("escapes", "base-escapes"),
        ("absolute", "base-escapes"),
        ("reaches", "base-escapes"),
        ("cycle", "base-cycle"),
        ("restates", "restated-constant"),
    ] {
        let found = load(name).expect_err(name);
        assert!(found.iter().any(|one| one.code == code), "{name}: {found:#?}");
    }
    let explained = load("explains").expect("a restated constant with a why");
    let k = &explained.scenario.catalogue.parameters[0];
    assert_eq!((k.value, k.unit.as_str(), k.own), (2.0, "share", true));
    // A base alone is no scenario, and has no finding.
    assert_eq!(load("base").map(|_| ()), Err(Vec::new()));
}
