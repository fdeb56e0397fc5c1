//! Loading: from a path or a text to a scenario, or to everything that is wrong with it.

use std::cell::RefCell;
use std::path::Path;

use marchland_game::{Catalogue, Diagnostic, Expression, FamilySchema, PlayerId, Severity, StrategySpec};

use super::assembly::{self, Builder};
use super::checks;
use super::expression::{self, Scope};
use super::files::{self, Files, Layer};
use super::identity::content_hash;
use super::keys;
use super::map;
use super::model::Scenario;
use super::node::{self, Node};
use super::reader::Record;
use super::records;
use super::sink::{Place, Sink};
use crate::mechanisms::Registry;

/// What a scenario is loaded with.
#[derive(Clone, Debug)]
pub struct LoadOptions<'a> {
    /// The laws of motion there are.
    pub registry: Registry,
    /// The families of strategies there are: `marchland_strategies::Registry::schemas`.
    pub families: &'a [FamilySchema],
}

impl<'a> LoadOptions<'a> {
    /// With these laws of motion and families.
    #[must_use]
    pub fn new(registry: Registry, families: &'a [FamilySchema]) -> Self {
        Self { registry, families }
    }
}

/// A scenario that can be played.
#[derive(Clone, Debug)]
pub struct LoadedScenario {
    /// The scenario.
    pub scenario: Scenario,
    /// What is idle or odd in it.
    pub warnings: Vec<Diagnostic>,
}

/// Loads a scenario's folder or file.
///
/// # Errors
/// Every mistake in its files: see [`files::read`] and [`load_files`].
pub fn load(path: &Path, options: &LoadOptions<'_>) -> Result<LoadedScenario, Vec<Diagnostic>> {
    load_files(&files::read(path)?, options)
}

/// Loads a scenario that is one text.
///
/// # Errors
/// As [`load_files`].
pub fn load_text(name: &str, text: &str, options: &LoadOptions<'_>) -> Result<LoadedScenario, Vec<Diagnostic>> {
    load_files(&Files::of_text(name, text), options)
}

/// Loads a scenario from files that were read.
///
/// # Errors
/// The first mistake of syntax of each file; where there is none, every mistake of meaning or type. Files
/// that are a base alone are no scenario: their mistakes, and none where they have none.
pub fn load_files(files: &Files, options: &LoadOptions<'_>) -> Result<LoadedScenario, Vec<Diagnostic>> {
    let sink = Sink::default();
    let mut trees: Vec<(Node, &Layer)> = Vec::new();
    let records = || files.layers.iter().filter(|layer| !map::is_map(layer));
    for layer in records() {
        let file = sink.file(&layer.name);
        trees.extend(node::read(&layer.text, file, &sink).map(|tree| (tree, layer)));
    }
    let unread = trees.len() < records().count() || trees.is_empty();
    if unread && !files.fragment && !trees.iter().any(|(_, layer)| layer.own) {
        // Nothing of the scenario's own can be read: what it would hold is not missing.
        drop(trees);
        return Err(sink.finish());
    }
    let hash = content_hash(trees.iter().filter(|(_, layer)| layer.hashed).map(|(tree, layer)| (tree, layer.own)));
    let layers = trees
        .iter()
        .filter_map(|(tree, layer)| {
            Some(assembly::Layer { record: Record::part(tree, &keys::SCENARIO, &sink)?, own: layer.own })
        })
        .collect();
    let builder = Builder {
        sink: &sink,
        layers,
        registry: &options.registry,
        families: options.families,
        catalogue: Catalogue::default(),
        names: Vec::new(),
        uses: RefCell::new(Vec::new()),
    };
    let hashed = files.layers.iter().filter(|layer| layer.hashed);
    let bytes = hashed.map(|layer| (layer.name.clone(), layer.text.clone().into_bytes())).collect();
    if files.fragment {
        builder.fragment();
        return Err(sink.finish());
    }
    let built = builder.run(&files.name, hash, files.hash(), bytes);
    if let Some(built) = &built {
        checks::check(built, &sink);
    }
    let failed = sink.failed();
    drop(trees);
    let found = sink.finish();
    let (shapes, mut maps) = shapes(files);
    match built {
        Some(mut built) if !failed && maps.is_empty() => {
            built.scenario.shapes = shapes;
            checks::mark(&mut built.scenario);
            Ok(LoadedScenario { scenario: built.scenario, warnings: found })
        }
        _ => {
            let failed = failed || !maps.is_empty();
            maps.extend(found.into_iter().filter(|found| found.severity == Severity::Error || failed));
            Err(maps)
        }
    }
}

/// The shapes of the scenario's own map, or else of its base's; and what is wrong with any.
fn shapes(files: &Files) -> (Vec<map::Shape>, Vec<Diagnostic>) {
    let (mut shapes, mut found) = (Vec::new(), Vec::new());
    for layer in files.layers.iter().filter(|layer| map::is_map(layer)) {
        match map::read(layer) {
            Ok(read) => shapes = read,
            Err(wrong) => found.push(wrong),
        }
    }
    (shapes, found)
}

/// The strategy of a text: the name of one of the scenario's, or a family with its arguments,
/// `Random(rate: 0.5)`.
///
/// # Errors
/// The text is neither, or an argument is wrong; places are bytes of the text.
pub fn strategy(
    scenario: &Scenario,
    families: &[FamilySchema],
    text: &str,
    player: Option<PlayerId>,
) -> Result<StrategySpec, Vec<Diagnostic>> {
    if let Some(spec) = scenario.strategies.iter().find(|spec| spec.name == text) {
        return Ok(spec.clone());
    }
    let sink = Sink::of("");
    let inline = text.contains('(') || families.iter().any(|family| family.name == text);
    if !inline {
        // The player's own, where it is known: another's would be refused next.
        let of_cohorts = |spec: &StrategySpec| families.iter().any(|of| of.name == spec.family && of.cohorts);
        let own = |spec: &&StrategySpec| {
            player.is_none_or(|p| spec.players.contains(&p) || (spec.players.is_empty() && !of_cohorts(spec)))
        };
        let names = scenario.strategies.iter().filter(own).map(|spec| spec.name.as_str());
        let found =
            Diagnostic::error("unknown-strategy", format!("no strategy is called `{text}`")).choose(text, names);
        let near = families.iter().find(|family| family.name.eq_ignore_ascii_case(text));
        return Err(vec![match near {
            Some(family) if found.hint.is_empty() => found.hint(format!("did you mean `{}`?", family.name)),
            _ if found.hint.is_empty() => found.hint("or write one in place, such as `Random(rate: 0.5)`"),
            _ => found,
        }]);
    }
    let spec = node::read(text, 0, &sink).and_then(|tree| {
        let builder = Builder {
            sink: &sink,
            layers: Vec::new(),
            registry: &scenario.registry,
            families,
            catalogue: (*scenario.catalogue).clone(),
            names: Vec::new(),
            uses: RefCell::new(Vec::new()),
        };
        builder.strategy_of(&tree, &scenario.strategies, player)
    });
    if let Some((asked, kept)) = spec.as_ref().and_then(|spec| records::beyond(scenario, spec)) {
        let found = format!("this looks {asked} months back; the records of the scenario reach {kept}");
        let found = Diagnostic::error("beyond-records", found);
        let end = text.len() as u32;
        let remedy = "declare the strategy in the scenario or in a file for --strategies: then as many are kept";
        sink.push(found.hint(remedy), Place { file: 0, start: 0, end });
    }
    match spec {
        Some(spec) if !sink.failed() => Ok(StrategySpec { name: text.to_owned(), span: None, ..spec }),
        _ => Err(sink.finish()),
    }
}

/// The expression of a text over a scenario's state.
///
/// # Errors
/// The text is no expression or names what there is not; places are bytes of the text.
pub fn expression(catalogue: &Catalogue, text: &str) -> Result<Expression, Vec<Diagnostic>> {
    let sink = Sink::of("");
    let place = |start: usize, end: usize| Place { file: 0, start: start as u32, end: end as u32 };
    match expression::parse(text) {
        Err(broken) => sink.push(Diagnostic::error("bad-expression", broken.message), place(broken.at, broken.at)),
        Ok(ast) => match expression::resolve(&ast, Scope::state(catalogue)) {
            Ok(expression) => return Ok(expression),
            Err(found) => {
                for (range, found) in found {
                    sink.push(found, place(range.start, range.end));
                }
            }
        },
    }
    Err(sink.finish())
}
