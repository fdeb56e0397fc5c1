use super::*;

const CHICKEN: &str = include_str!("../../../../scenarios/chicken.ron");

#[test]
fn chicken_loads() {
    let loaded = load_text("chicken", CHICKEN, &LoadOptions::new(FAMILIES)).expect("chicken loads");
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
