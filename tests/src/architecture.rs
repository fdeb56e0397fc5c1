//! The crates' dependency table: who may import whom of ours.

use std::collections::BTreeSet;
use std::path::Path;

/// Crate, and what it may import of ours. Every dependency and dev-dependency counts.
const TABLE: &[(&str, &[&str])] = &[
    ("marchland-statistics", &[]),
    ("marchland-game", &["statistics"]),
    ("marchland-sim", &["game", "statistics"]),
    ("marchland-equilibria", &[]),
    ("marchland-strategies", &["game", "statistics", "equilibria"]),
    ("marchland-laws", &["game", "statistics", "sim"]),
    ("marchland-play", &["game", "sim", "laws", "strategies"]),
    ("marchland-experiments", &["game", "statistics", "sim", "laws", "equilibria", "strategies", "play"]),
    ("marchland-session", &["game", "statistics", "sim", "laws", "equilibria", "strategies", "play"]),
    (
        "marchland-report",
        &["game", "statistics", "sim", "laws", "strategies", "equilibria", "play", "experiments", "session"],
    ),
    ("marchland-server", &["game", "sim", "strategies", "session", "report"]),
    (
        "marchland",
        &[
            "game",
            "statistics",
            "sim",
            "laws",
            "equilibria",
            "strategies",
            "play",
            "experiments",
            "session",
            "report",
            "server",
        ],
    ),
    ("marchland-python", &["game", "sim", "equilibria", "strategies", "experiments", "session", "report"]),
];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

#[test]
fn crates_import_only_what_the_table_allows() {
    let folder = root().join("crates");
    let mut crates: Vec<String> = std::fs::read_dir(&folder)
        .expect("the workspace has crates")
        .map(|entry| entry.expect("a readable folder"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| entry.file_name().into_string().expect("a plain name"))
        .collect();
    crates.sort();
    let mut listed: Vec<&str> = TABLE.iter().map(|(name, _)| *name).collect();
    listed.sort_unstable();
    assert_eq!(crates, listed, "every crate stands in the table");
    for (name, allowed) in TABLE {
        let text = std::fs::read_to_string(folder.join(name).join("Cargo.toml")).expect("a manifest");
        let imported: BTreeSet<&str> = text
            .lines()
            .filter_map(|line| line.trim().strip_prefix("marchland-"))
            .map(|rest| rest.split(['.', ' ', '=']).next().unwrap_or(rest))
            .collect();
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        assert!(imported.is_subset(&allowed), "{name} imports {imported:?}, and may import {allowed:?}");
    }
}

#[test]
fn the_root_holds_what_belongs_there_and_nothing_else() {
    let belongs =
        ["Cargo.toml", "Cargo.lock", "crates", "scenarios", "tests", "README.md", "LICENSE-MIT", "LICENSE-APACHE"];
    for entry in std::fs::read_dir(root()).expect("a readable root") {
        let name = entry.expect("a readable entry").file_name().into_string().expect("a plain name");
        assert!(
            name.starts_with('.') || name == "target" || belongs.contains(&name.as_str()),
            "`{name}` does not belong at the root"
        );
    }
}

#[test]
fn every_third_party_crate_has_its_reason() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("the root manifest");
    let (_, rest) = manifest.split_once("[workspace.dependencies]").expect("a list of dependencies");
    let (list, _) = rest.split_once("\n[").expect("more follows");
    for line in list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let ours = line.starts_with("marchland-");
        assert!(ours || line.contains('#'), "no reason beside: {line}");
    }
}

/// Crates in which unsafe code cannot be forbidden: what bytemuck derives for columns is `unsafe impl`.
const DERIVES_UNSAFE: &[&str] = &["marchland-sim"];

#[test]
fn unsafe_code_is_forbidden_wherever_it_can_be() {
    for (name, _) in TABLE {
        let source = root().join("crates").join(name).join("src");
        let roots = ["lib.rs", "main.rs"].map(|file| source.join(file));
        let roots: Vec<_> = roots.into_iter().filter(|path| path.exists()).collect();
        assert!(!roots.is_empty(), "{name} has a root");
        for path in roots {
            let text = std::fs::read_to_string(&path).expect("a source");
            let forbids = text.lines().any(|line| line.trim() == "#![forbid(unsafe_code)]");
            assert_eq!(forbids, !DERIVES_UNSAFE.contains(name), "{}", path.display());
        }
    }
}
