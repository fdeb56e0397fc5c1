use super::*;
use crate::mechanisms::Registry;

const CHICKEN: &str = include_str!("../../../../scenarios/chicken.ron");

#[test]
fn chicken_loads() {
    let loaded = load_text("chicken", CHICKEN, &LoadOptions::new(Registry::engine(), FAMILIES)).expect("chicken loads");
    let scenario = loaded.scenario;
    assert_eq!(
        scenario.catalogue.actions.iter().map(|action| action.id.as_str()).collect::<Vec<_>>(),
        ["row_dares", "column_dares"]
    );
    assert_eq!(scenario.catalogue.indicators.len(), 3);
    assert_eq!(scenario.lineup, [3, 4]);
    assert!(loaded.warnings.is_empty(), "{:#?}", loaded.warnings);
}

use marchland_game::{ArgumentKind, ArgumentSchema, FamilySchema};

/// Two families, since strategies live in a crate above this one.
const FAMILIES: &[FamilySchema] = &[
    FamilySchema { name: "Idle", meaning: "", source: "", arguments: &[], cohorts: false },
    FamilySchema {
        name: "Rules",
        meaning: "",
        source: "",
        arguments: &[ArgumentSchema { name: "blocks", kind: ArgumentKind::Blocks, meaning: "" }],
        cohorts: false,
    },
];

mod derived {
    use crate::mechanisms::{Mechanism, Registry};
    use crate::world::Field;

    crate::columns! {
        /// A column with a derived field.
        pub struct Mood for "region" {
            /// Anger.
            anger = Field::stock("share", 0.0, 1.0).starts(0.2),
            /// Peace.
            peace = Field::derived("share", 0.0, 1.0, &["anger"]),
        }
    }

    const MOOD: Mechanism = Mechanism {
        name: "mood",
        called: "mood",
        meaning: "",
        equations: "",
        source: "",
        parameters: &[],
        populations: &[],
        terms: &[],
        columns: |set| set.add::<Mood>(),
        needs: |_| {},
        build: |_| {},
        constants: |_, _| {},
        start: |_| {},
    };

    #[test]
    fn what_is_derived_cannot_be_set_and_its_inputs_are_named() {
        let options = super::LoadOptions { registry: Registry::engine().with(MOOD), families: super::FAMILIES };
        let text = |values: &str, effect: &str| {
            format!(
                "(title: \"T\", calendar: (start: \"2010-04\", horizon: 1), mechanisms: [\"mood\"], \
                 entities: {{\"region\": [(id: \"north\", values: {{{values}}})]}}, \
                 events: [(id: \"fair\", trigger: Manual, effects: [{effect}])])"
            )
        };
        let found = super::load_text("t", &text("\"peace\": 1", "Add(\"north.peace\", 1)"), &options).expect_err("two");
        let codes: Vec<_> = found.iter().map(|one| (one.code, one.hint.as_str())).collect();
        assert_eq!(codes, [("set-derived", "it is computed from anger"); 2]);
        assert!(super::load_text("t", &text("\"anger\": 1", "Add(\"north.anger\", 1)"), &options).is_ok());
    }
}

#[test]
fn a_printed_expression_gives_the_same_program() {
    let loaded = load_text("chicken", CHICKEN, &LoadOptions::new(Registry::engine(), FAMILIES)).expect("chicken loads");
    let catalogue = &loaded.scenario.catalogue;
    for text in [
        "daring",
        "not (daring > 1 and turn == 2 or noise < 3)",
        "daring - (row_daring - noise) * 2 / (1 + month)",
        "(daring or noise) and (turn or month)",
        "-clamp(daring, min(noise, 1), max(2, turn)) + abs(ln(daring))",
        "prev(daring) + prev(daring, 3) + change(daring, 2) + ordered(row, row_dares, 4)",
        "sum(track.value) + mean(daring, row_daring)",
    ] {
        let first = parse_expression(catalogue, text).expect(text);
        let printed = print::expression(&first, catalogue);
        assert_eq!(parse_expression(catalogue, &printed).as_ref(), Ok(&first), "{text} became {printed}");
    }
}

#[test]
fn every_example_of_an_expression_parses() {
    for function in keys::FUNCTIONS {
        assert!(expression::parse(function.example).is_ok(), "{}", function.example);
    }
}

/// What is no number is refused once, and not called missing or of another type as well.
#[test]
fn a_value_that_is_none_is_told_once() {
    for (from, to) in
        [("horizon: 1", "horizon: NaN"), ("range: (0, 2)", "range: (0, 1e999)"), ("weight: 1,", "weight: inf,")]
    {
        let text = CHICKEN.replacen(from, to, 1);
        assert_ne!(text, CHICKEN);
        let Err(found) = load_text("chicken", &text, &LoadOptions::new(Registry::engine(), FAMILIES)) else {
            panic!("{to} is accepted");
        };
        assert_eq!(found.len(), 1, "{to}: {found:?}");
        assert_eq!(found[0].message, "not a finite number");
    }
}

/// A file of many items loads in a time that grows with their number. Ten times as many take ten times the instructions
/// (counted once by callgrind), up to 19 times as long (seen) where they leave a processor's caches, and a hundred times as
/// long if some step looks at all for each. The shortest of three tries counts, since other programs run meanwhile.
#[test]
fn many_items_load_in_time_that_grows_with_their_number() {
    let text = |section: &str, item: &str, count: usize| {
        let items: String = (0..count).map(|at| item.replace('N', &at.to_string())).collect();
        let opens = format!("    {section}: [");
        match CHICKEN.contains(&opens) {
            true => CHICKEN.replacen(&opens, &format!("{opens}{items}"), 1),
            false => CHICKEN.replacen("    actions: [", &format!("{opens}{items}],\n    actions: ["), 1),
        }
    };
    let takes = |text: &str| {
        let once = || {
            let begun = std::time::Instant::now();
            let loaded = load_text("chicken", text, &LoadOptions::new(Registry::engine(), FAMILIES));
            assert!(loaded.is_ok(), "{:?}", loaded.err().and_then(|found| found.into_iter().next()));
            begun.elapsed()
        };
        once().min(once()).min(once())
    };
    for (section, item) in [
        ("strategies", "(name: \"sN\", intent: \"waits\", play: Idle()),\n"),
        ("actions", "(id: \"aN\", title: \"A N\", meaning: \"m\", owners: [\"row\"], success: []),\n"),
        ("tracks", "(id: \"tN\", title: \"T\", meaning: \"m\", unit: \"flag\", range: (0, 1), initial: 0),\n"),
        ("measures", "(id: \"mN\", meaning: \"m\", unit: \"share\", over: Last, value: \"0.5\"),\n"),
    ] {
        let (few, many) = (takes(&text(section, item, 4_500)), takes(&text(section, item, 45_000)));
        assert!(many < 45 * few, "{section}: {few:?} and {many:?}");
    }
}
