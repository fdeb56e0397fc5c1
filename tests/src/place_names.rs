//! The engine knows no country: no identifier and no string of `crates/*/src` is the name of a scenario's player,
//! population, region, country or elite, or of a place.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use proc_macro2::{TokenStream, TokenTree};

use crate::scenarios::{load, names};

/// Beginnings of words that name places, peoples and their bodies.
const PLACES: &[&str] = &[
    "russia",
    "tajik",
    "kyrgyz",
    "uzbek",
    "turkmen",
    "kazakh",
    "taliban",
    "manas",
    "ndn",
    "dushanbe",
    "bishkek",
    "khatlon",
    "rasht",
    "sughd",
    "badakhshan",
    "gbao",
    "moscow",
    "kremlin",
    "afghan",
    "pakistan",
    "china",
    "chinese",
    "american",
    "western",
    "isaf",
    "csto",
    "osce",
    "kabul",
    "tashkent",
    "astana",
    "beijing",
    "washington",
    "belarus",
    "lithuania",
];

/// Names that words of the engine or of the scenarios' format share with a scenario, each with its reason.
const SHARED: &[(&str, &str)] = &[
    ("people", "a unit of numbers, and a key of presets: how many people sit at the table"),
    ("migrants", "what the law of migration counts; no text or code asks for a population of that name"),
    ("capital", "a link from a country to the region that holds its seat"),
    ("country", "a kind of entity"),
    ("opposition", "a law of motion, and a kind of player"),
    ("row", "a row of a table, and the word for a player of a matrix game"),
    ("column", "a column of a table or of the world, and a player of a matrix game"),
    ("defender", "an example in the reference of experiments: the smallest scenario with a choice of strategies"),
    ("north", "the example of a name in the reference of the format"),
    ("south", "the example of a name in the reference of the format"),
];

/// Every source file of the crates that is no test, with what it is called.
fn sources() -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).expect("a readable folder") {
            let path = entry.expect("a readable entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                found.push(path);
            }
        }
    }
    let crates = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../crates"));
    let mut found = Vec::new();
    for entry in std::fs::read_dir(crates).expect("the workspace has crates") {
        let source = entry.expect("a readable entry").path().join("src");
        if source.is_dir() {
            walk(&source, &mut found);
        }
    }
    found.sort();
    found
}

/// What a walk over tokens gathers.
#[derive(Default)]
struct Words {
    identifiers: BTreeSet<String>,
    strings: BTreeSet<String>,
    /// Modules that only tests have.
    tests: BTreeSet<String>,
}

impl Words {
    /// Gathers identifiers and strings outside documents, tests and `source` fields.
    fn gather(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            if let (TokenTree::Punct(mark), Some(TokenTree::Group(inside))) = (&tokens[at], tokens.get(at + 1))
                && mark.as_char() == '#'
            {
                let text = inside.stream().to_string();
                at += 2;
                if text == "test" || text.starts_with("cfg") && text.contains("test") && !text.contains("not") {
                    at = self.leave_out(&tokens, at);
                }
                continue;
            }
            if let (TokenTree::Punct(mark), Some(TokenTree::Punct(inner)), Some(TokenTree::Group(_))) =
                (&tokens[at], tokens.get(at + 1), tokens.get(at + 2))
                && (mark.as_char(), inner.as_char()) == ('#', '!')
            {
                // What a file or module says of itself.
                at += 3;
                continue;
            }
            match &tokens[at] {
                TokenTree::Ident(name) if *name == "source" && is_colon(tokens.get(at + 1)) => {
                    // The field's value: up to the next comma.
                    while at < tokens.len() && !matches!(&tokens[at], TokenTree::Punct(mark) if mark.as_char() == ',') {
                        at += 1;
                    }
                }
                TokenTree::Ident(name) => {
                    self.identifiers.insert(name.to_string());
                }
                TokenTree::Literal(literal) => match syn::Lit::new(literal.clone()) {
                    syn::Lit::Str(text) => {
                        self.strings.insert(text.value());
                    }
                    syn::Lit::ByteStr(text) => {
                        self.strings.insert(String::from_utf8_lossy(&text.value()).into_owned());
                    }
                    _ => {}
                },
                TokenTree::Group(group) => self.gather(group.stream()),
                TokenTree::Punct(_) => {}
            }
            at += 1;
        }
    }

    /// The token after the item that begins at `at`; a module that lies in a file of its own is noted.
    fn leave_out(&mut self, tokens: &[TokenTree], mut at: usize) -> usize {
        let mut last = String::new();
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace => return at + 1,
                TokenTree::Punct(mark) if mark.as_char() == ';' => {
                    self.tests.insert(last);
                    return at + 1;
                }
                TokenTree::Ident(name) => last = name.to_string(),
                _ => {}
            }
            at += 1;
        }
        at
    }
}

fn is_colon(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Punct(mark)) if mark.as_char() == ':' && mark.spacing() == proc_macro2::Spacing::Alone)
}

/// The words of crates' sources, by file.
fn words() -> BTreeMap<PathBuf, Words> {
    let mut all = BTreeMap::new();
    for path in sources() {
        let text = std::fs::read_to_string(&path).expect("a readable file");
        let mut words = Words::default();
        words.gather(TokenStream::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display())));
        all.insert(path, words);
    }
    // Files that only tests have: those of modules declared under `#[cfg(test)]`, and all below them.
    let mut left_out = BTreeSet::new();
    for (path, words) in &all {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a plain name");
        let folder = path.parent().expect("a folder");
        let below = if matches!(stem, "mod" | "lib" | "main") { folder.to_owned() } else { folder.join(stem) };
        left_out.extend(words.tests.iter().map(|name| below.join(name)));
    }
    all.retain(|path, _| {
        let bare = path.with_extension("");
        !left_out.iter().any(|test| bare.starts_with(test))
    });
    all
}

/// Names that a string may hold: itself, what it has in quotes, and the heads of paths in it.
fn names_in(text: &str) -> BTreeSet<&str> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut found = BTreeSet::from([text]);
    for quote in ['"', '`', '\''] {
        found.extend(text.split(quote).skip(1).step_by(2));
    }
    for (at, _) in text.match_indices('.') {
        let head = text[..at]
            .rfind(|c| !word(c))
            .map_or(0, |start| start + text[start..].chars().next().map_or(1, char::len_utf8));
        if text[at + 1..].starts_with(word) {
            found.insert(&text[head..at]);
        }
    }
    found
}

/// The place that a text names, if any.
fn place(text: &str) -> Option<&'static str> {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_ascii_alphabetic());
    let found = words.into_iter().find_map(|word| PLACES.iter().find(|place| word.starts_with(**place)));
    found.copied().or_else(|| text.replace('_', " ").contains("united states").then_some("united states"))
}

/// The part of the workspace's source that a file is.
fn short(path: &Path) -> String {
    let text = path.display().to_string();
    text.split_once("/crates/").map_or(text.clone(), |(_, rest)| rest.to_owned())
}

#[test]
fn the_engine_names_no_place_and_nobody_of_a_scenario() {
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    for scenario in names() {
        let loaded = load(&scenario);
        let catalogue = &loaded.catalogue;
        let players = catalogue.players.iter().map(|player| &player.id);
        let populations = catalogue.populations.iter().map(|population| &population.id);
        let kinds = ["region", "country", "elite"];
        let entities = kinds.iter().filter_map(|kind| loaded.entities.get(*kind)).flatten().map(|entity| &entity.name);
        for id in players.chain(populations).chain(entities) {
            ids.insert(id.clone(), scenario.clone());
        }
    }
    let shared: BTreeSet<&str> = SHARED.iter().map(|(name, _)| *name).collect();
    let mut found = Vec::new();
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let all = words();
    assert!(all.values().map(|words| words.identifiers.len()).sum::<usize>() > 10_000, "the sources were not read");
    for (path, words) in &all {
        for name in &words.identifiers {
            if let Some(place) = place(name) {
                found.push(format!("{}: the identifier `{name}` names a place, {place}", short(path)));
            }
            if let Some(scenario) = ids.get(name) {
                match shared.get(name.as_str()) {
                    Some(name) => drop(used.insert(name)),
                    None => found.push(format!("{}: the identifier `{name}` is a name of {scenario}", short(path))),
                }
            }
        }
        for text in &words.strings {
            if let Some(place) = place(text) {
                found.push(format!("{}: \"{text}\" names a place, {place}", short(path)));
            }
            for name in names_in(text) {
                let Some(scenario) = ids.get(name) else { continue };
                match shared.get(name) {
                    Some(name) => drop(used.insert(name)),
                    None => found.push(format!("{}: \"{text}\" holds `{name}`, a name of {scenario}", short(path))),
                }
            }
        }
    }
    assert!(found.is_empty(), "{} names:\n{}", found.len(), found.join("\n"));
    let idle: Vec<&&str> = shared.iter().filter(|name| !used.contains(**name)).collect();
    assert!(idle.is_empty(), "names that nothing shares any more: {idle:?}");
}

#[test]
fn tests_documents_and_sources_of_claims_are_left_out() {
    let text = r##"
        //! Of Moscow.
        /// Russia.
        const A: Law = Law { name: "transit", source: "on Afghan opiates; " , other: r#"the \"khatlon\""# };
        #[cfg(test)]
        mod tests { const B: &str = "china"; }
        #[cfg(test)]
        mod more;
        fn manas() {}
    "##;
    let mut words = Words::default();
    words.gather(TokenStream::from_str(text).expect("tokens"));
    let places: Vec<&str> = words.strings.iter().chain(&words.identifiers).filter_map(|word| place(word)).collect();
    assert_eq!(places, ["khatlon", "manas"]);
    assert_eq!(words.tests, BTreeSet::from(["more".to_owned()]));
    assert!(names_in("ordered(`red.one`, blue.unrest)").is_superset(&BTreeSet::from(["red.one", "red", "blue"])));
}
