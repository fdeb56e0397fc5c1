//! Modules within a crate: which names which, read from its paths, and what may not be.
//!
//! A path that starts at `crate`, `super` or a child module counts wherever it stands outside tests; a
//! name that a module only re-exports counts for the module that defines it. Methods count for nothing:
//! they need no path.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Knots that are not yet untied: every circle of a crate's modules must lie within one of its sets.
/// Nothing may be added here.
const KNOTS: &[(&str, &[&str])] = &[
    // A scenario keeps the laws and kinds of effect that it is read with; a law is built from the scenario, and a
    // kind of effect is read by the scenario's builder.
    (
        "marchland-sim",
        &[
            "effects",
            "effects::add",
            "effects::deals",
            "effects::fire",
            "effects::scale",
            "effects::set",
            "effects::table",
            "mechanisms",
            "scenario::assembly",
            "scenario::assembly::effects",
            "scenario::assembly::players",
            "scenario::assembly::world",
            "scenario::model",
        ],
    ),
    // A game keeps the games that it imagines; the game is still to be taken apart.
    (
        "marchland-sim",
        &[
            "turn::deals",
            "turn::effects",
            "turn::engine",
            "turn::game",
            "turn::glance",
            "turn::lookahead",
            "turn::snapshot",
        ],
    ),
];

/// Crates whose modules are held to it.
const CRATES: &[&str] = &["marchland-game", "marchland-laws", "marchland-sim"];

fn source(name: &str) -> std::path::PathBuf {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates")).join(name).join("src")
}

/// Every module of a crate, by its path without `crate`, with its text: comments, strings and tests gone.
fn modules(folder: &Path) -> BTreeMap<String, String> {
    fn gather(folder: &Path, under: &str, into: &mut BTreeMap<String, String>) {
        for entry in std::fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a plain name").to_owned();
            let name = if under.is_empty() { stem.clone() } else { format!("{under}::{stem}") };
            if path.is_dir() {
                gather(&path, &name, into);
            } else if path.extension().is_some_and(|end| end == "rs") && stem != "tests" && stem != "main" {
                let text = std::fs::read_to_string(&path).expect("a readable file");
                let name = if matches!(stem.as_str(), "mod" | "lib") { under.to_owned() } else { name };
                into.insert(name, bare(&text));
            }
        }
    }
    let mut found = BTreeMap::new();
    gather(folder, "", &mut found);
    found
}

/// A text without comments, string literals and the tests at its end.
fn bare(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let mut out = String::new();
    for line in text.lines() {
        let mut quoted = false;
        let mut before = ' ';
        for (at, c) in line.char_indices() {
            if !quoted && line[at..].starts_with("//") {
                break;
            }
            if c == '"' && before != '\\' {
                quoted = !quoted;
            } else if !quoted {
                out.push(c);
            }
            before = c;
        }
        out.push('\n');
    }
    out
}

/// A path that a module names, and whether it re-exports it.
struct NamedPath {
    path: Vec<String>,
    called: String,
    public: bool,
}

/// Every path of a module's text: those of its `use` items, opened, and those in its code.
fn named(text: &str) -> Vec<NamedPath> {
    let mut found = Vec::new();
    let mut code = String::new();
    for item in text.split_inclusive(';') {
        let start = item.match_indices("use ").map(|(at, _)| at).find(|at| {
            let before = item[..*at].trim_end();
            before.is_empty() || before.ends_with(['}', '{', ']', ')', ';']) || before.ends_with("pub")
        });
        match start {
            Some(at) if item.ends_with(';') => {
                code.push_str(&item[..at]);
                let before = item[..at].trim_end();
                let public = before.ends_with("pub") || before.ends_with("(crate)") || before.ends_with("(super)");
                let mut paths = Vec::new();
                open("", item[at + 4..].trim_end_matches(';').trim(), &mut paths);
                found.extend(paths.into_iter().map(|path| {
                    let (path, alias) = path.split_once(" as ").map_or((path.as_str(), None), |(p, a)| (p, Some(a)));
                    let path: Vec<String> = path.split("::").map(|part| part.trim().to_owned()).collect();
                    let called =
                        alias.map_or_else(|| path.last().cloned().unwrap_or_default(), |a| a.trim().to_owned());
                    NamedPath { path, called, public }
                }));
            }
            _ => code.push_str(item),
        }
    }
    for word in code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':' || c == '$')) {
        let path: Vec<String> = word.split("::").map(str::to_owned).collect();
        if path.len() > 1 && path.iter().all(|part| !part.is_empty()) {
            found.push(NamedPath { called: String::new(), path, public: false });
        }
    }
    found
}

/// Opens the braces of a `use` path.
fn open(prefix: &str, text: &str, into: &mut Vec<String>) {
    let text = text.trim();
    let Some((head, inner)) = text.split_once('{') else {
        into.push(format!("{prefix}{text}"));
        return;
    };
    let inner = inner.trim_end().strip_suffix('}').unwrap_or(inner);
    let (mut depth, mut from) = (0, 0);
    let prefix = format!("{prefix}{}", head.trim());
    for (at, c) in inner.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                open(&prefix, &inner[from..at], into);
                from = at + 1;
            }
            _ => {}
        }
    }
    if !inner[from..].trim().is_empty() {
        open(&prefix, &inner[from..], into);
    }
}

/// The modules of a crate with what each names.
struct Crate {
    texts: BTreeMap<String, String>,
    named: BTreeMap<String, Vec<NamedPath>>,
}

impl Crate {
    fn read(name: &str) -> Self {
        let texts = modules(&source(name));
        let named = texts.iter().map(|(name, text)| (name.clone(), named(text))).collect();
        Self { texts, named }
    }

    /// The path from the crate's root, where it leads into the crate.
    fn absolute(&self, module: &str, path: &[String]) -> Option<Vec<String>> {
        let own: Vec<String> = module.split("::").filter(|part| !part.is_empty()).map(str::to_owned).collect();
        match path.first()?.as_str() {
            "crate" => Some(path[1..].to_vec()),
            "self" => Some([own, path[1..].to_vec()].concat()),
            "super" => {
                let up = path.iter().take_while(|part| *part == "super").count();
                Some([own[..own.len().saturating_sub(up)].to_vec(), path[up..].to_vec()].concat())
            }
            _ => {
                let full = [own, path.to_vec()].concat();
                let child = full[..full.len() - path.len() + 1].join("::");
                self.texts.contains_key(&child).then_some(full)
            }
        }
    }

    fn defines(&self, module: &str, name: &str) -> bool {
        let words: Vec<&str> =
            self.texts[module].split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|w| !w.is_empty()).collect();
        words.windows(2).any(|pair| {
            pair[1] == name
                && matches!(pair[0], "struct" | "enum" | "trait" | "fn" | "const" | "static" | "type" | "union")
        })
    }

    /// The module that defines what a path from the root names, re-exports followed.
    fn home(&self, full: &[String], depth: usize) -> String {
        let held = (0..=full.len()).take_while(|n| self.texts.contains_key(&full[..*n].join("::"))).last().unwrap_or(0);
        let module = full[..held].join("::");
        let Some(name) = full.get(held) else { return module };
        if depth > 6 || self.defines(&module, name) {
            return module;
        }
        for one in self.named[&module].iter().filter(|one| one.public) {
            let Some(target) = self.absolute(&module, &one.path) else { continue };
            if one.called == *name {
                return self.home(&[&target[..], &full[held + 1..]].concat(), depth + 1);
            }
            if one.called == "*" {
                let home = self.home(&[&target[..target.len() - 1], &full[held..]].concat(), depth + 1);
                if self.texts.contains_key(&home) && self.defines(&home, name) {
                    return home;
                }
            }
        }
        module
    }

    /// Which module names which; that a module re-exports its own children does not count.
    fn graph(&self) -> BTreeMap<&str, BTreeSet<String>> {
        let edges = |module: &String| {
            let mut to = BTreeSet::new();
            for one in &self.named[module] {
                let Some(full) = self.absolute(module, &one.path) else { continue };
                let full =
                    if full.last().is_some_and(|last| last == "*") { &full[..full.len() - 1] } else { &full[..] };
                let home = self.home(full, 0);
                let own_child = home.starts_with(&format!("{module}::")) || module.is_empty();
                if home != *module && !(one.public && own_child) {
                    to.insert(home);
                }
            }
            to
        };
        self.texts.keys().map(|module| (module.as_str(), edges(module))).collect()
    }
}

/// The sets of modules that reach each other.
fn circles(graph: &BTreeMap<&str, BTreeSet<String>>) -> Vec<BTreeSet<String>> {
    let reach = |from: &str| {
        let (mut seen, mut open) = (BTreeSet::new(), vec![from.to_owned()]);
        while let Some(module) = open.pop() {
            for next in graph.get(module.as_str()).into_iter().flatten() {
                if seen.insert(next.clone()) {
                    open.push(next.clone());
                }
            }
        }
        seen
    };
    let reached: BTreeMap<&str, BTreeSet<String>> = graph.keys().map(|module| (*module, reach(module))).collect();
    let mut found: Vec<BTreeSet<String>> = Vec::new();
    for (module, all) in &reached {
        if all.contains(*module) && found.iter().all(|circle| !circle.contains(*module)) {
            found.push(all.iter().filter(|other| reached[other.as_str()].contains(*module)).cloned().collect());
        }
    }
    found
}

#[test]
fn no_law_imports_a_law() {
    let graph = Crate::read("marchland-laws");
    let graph = graph.graph();
    let law = |module: &str| -> Option<String> {
        let parts: Vec<&str> = module.split("::").collect();
        (parts.len() > 2 && parts[0] == "laws").then(|| parts[..3].join("::"))
    };
    assert!(graph.keys().filter_map(|module| law(module)).count() >= 25, "laws are where this test looks");
    for (module, names) in &graph {
        for name in names {
            if let (Some(own), Some(other)) = (law(module), law(name)) {
                assert_eq!(own, other, "`{module}` imports `{name}`: laws share state and kernels, never each other");
            }
        }
    }
    assert!(graph["laws::palace::exit"].contains("state::country::politics"), "re-exports are followed");
}

#[test]
fn no_module_stands_in_a_circle() {
    for name in CRATES {
        let own = Crate::read(name);
        for circle in circles(&own.graph()) {
            let known = KNOTS
                .iter()
                .filter(|(of, _)| of == name)
                .any(|(_, knot)| circle.iter().all(|module| knot.contains(&module.as_str())));
            assert!(known, "modules of {name} import each other in a circle: {circle:?}");
        }
    }
}

#[test]
fn circles_are_found() {
    let graph = BTreeMap::from([
        ("a", BTreeSet::from(["b".to_owned()])),
        ("b", BTreeSet::from(["c".to_owned()])),
        ("c", BTreeSet::from(["a".to_owned()])),
        ("d", BTreeSet::from(["a".to_owned()])),
    ]);
    assert_eq!(circles(&graph), [BTreeSet::from(["a", "b", "c"].map(str::to_owned))]);
    let paths: Vec<String> = named("use a::{b, c::{D, E as F}};\npub use g::*;\nlet x = crate::h::i();")
        .iter()
        .map(|one| format!("{}{} {}", if one.public { "pub " } else { "" }, one.path.join("::"), one.called))
        .collect();
    assert_eq!(paths, ["a::b b", "a::c::D D", "a::c::E F", "pub g::* *", "crate::h::i "]);
}
