//! `marchland check`: everything that is wrong, idle or odd in a scenario, at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use marchland_experiments::run::{Plan, drift, lint, read_experiment};
use marchland_experiments::tournament::read_tournament;
use marchland_game::{Diagnostic, Severity, Span};
use marchland_report::diagnostics::{self, Finding};
use marchland_report::number::counted;
use marchland_sim::scenario::{self, LoadOptions, Scenario, node, sink::Sink};
use marchland_strategies::Registry;

use crate::failure::{self, Failure};
use crate::format::{FigureFormats, Output};
use crate::{claims, facts};

/// Report every mistake of a scenario: exit code 0 where there is none, 1 where there is.
#[derive(Args)]
pub struct Options {
    /// The scenario: a folder with a scenario.ron, or a single .ron file; or a base of scenarios.
    scenario: PathBuf,
    #[command(flatten)]
    output: Output<FigureFormats>,
    /// Count warnings as errors, and ask for the words of a story too: for every action, event, motion, law and
    /// indicator shown.
    #[arg(long)]
    strict: bool,
    /// Play this many games of each variation too, and warn of what has no effect (parameters, actions, strategies,
    /// measures that never vary, chances that saturate) and of orders that pay by themselves: given every turn, or once.
    #[arg(long, value_name = "GAMES", value_parser = clap::value_parser!(u64).range(2..=10_000))]
    run: Option<u64>,
    /// Play this many games of a year in which no player acts, and warn of what drifts all the same, with what moves it
    /// most.
    #[arg(long, value_name = "GAMES", value_parser = clap::value_parser!(u64).range(2..=10_000))]
    rest: Option<u64>,
}

/// The most other files beneath a scenario's folder that are read.
const OTHERS: usize = 500;

/// Runs the command.
///
/// # Errors
/// The output cannot be written.
pub fn run(options: &Options) -> Result<bool, Failure> {
    let registry = Registry::standard();
    let schemas = registry.schemas();
    let mut texts: BTreeMap<String, String> = BTreeMap::new();
    let mut findings = Vec::new();
    let mut name = options.scenario.display().to_string();
    let mut playable = None;
    match scenario::files::gather(&options.scenario) {
        Err(found) => findings.extend(found),
        Ok((files, found)) => {
            // What a file that is not there would have said is missed all over: that is no finding of its own.
            let partial = !found.is_empty();
            findings.extend(found);
            name.clone_from(&files.name);
            texts.extend(files.layers.iter().map(|layer| (layer.name.clone(), layer.text.clone())));
            match scenario::load_files(&files, &LoadOptions::new(marchland_laws::standard(), &schemas)) {
                Err(found) => findings.extend(found.into_iter().filter(|one| !partial || one.code == "syntax")),
                Ok(loaded) => {
                    findings.extend(loaded.warnings);
                    let scenario = &loaded.scenario;
                    if options.strict {
                        findings.extend(scenario.telling.missing(
                            &scenario.catalogue,
                            &scenario.shown,
                            &may_fail(scenario),
                        ));
                    }
                    for spec in &scenario.strategies {
                        let cohorts = schemas.iter().any(|family| family.name == spec.family && family.cohorts);
                        let built = if cohorts {
                            registry.build_cohort_rule(spec, &scenario.catalogue).map(|_| ())
                        } else {
                            registry.build(spec, &scenario.catalogue).map(|_| ())
                        };
                        findings.extend(built.err().into_iter().flatten());
                    }
                    playable = Some(Arc::new(loaded.scenario));
                }
            }
            others(&options.scenario, &files.root, playable.as_ref(), &mut texts, &mut findings);
        }
    }
    let right = findings.iter().all(|finding| finding.severity != Severity::Error);
    if let (Some(games), Some(scenario), true) = (options.run, &playable, right) {
        match lint(scenario, &registry, games) {
            Ok(found) | Err(found) => findings.extend(found),
        }
    }
    if let (Some(games), Some(scenario), true) = (options.rest, &playable, right) {
        match drift(scenario, &registry, games) {
            Ok(found) | Err(found) => findings.extend(found),
        }
    }
    if options.strict {
        for finding in &mut findings {
            finding.severity = Severity::Error;
        }
    }
    let of = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let (errors, warnings) = (of(Severity::Error), of(Severity::Warning));
    let text = |file: &str| texts.get(file).map(String::as_str);
    if options.output.json() {
        let findings: Vec<Finding<'_>> = findings.iter().map(|finding| Finding::new(finding, text)).collect();
        let report = serde_json::json!({
            "scenario": name, "errors": errors, "warnings": warnings, "findings": findings,
        });
        failure::print_json(&format!("{report:#}\n"))?;
    } else {
        let mut shown = diagnostics::render(&findings, text);
        let count = |n: usize, one: &str| counted(n as u64, one);
        shown.plain(&match (errors, warnings) {
            (0, 0) => format!("{name}: nothing to report\n"),
            (0, n) => format!("{name}: {}\n", count(n, "warning")),
            (n, 0) => format!("{name}: {}\n", count(n, "error")),
            (n, m) => format!("{name}: {}, {}\n", count(n, "error"), count(m, "warning")),
        });
        failure::print(shown)?;
    }
    Ok(errors == 0)
}

/// Reads every other RON file beneath a scenario's folder.
fn others(
    path: &Path,
    root: &Path,
    playable: Option<&Arc<Scenario>>,
    texts: &mut BTreeMap<String, String>,
    findings: &mut Vec<Diagnostic>,
) {
    let mut folders: Vec<PathBuf> = path.canonicalize().into_iter().filter(|path| path.is_dir()).collect();
    let mut read = 0usize;
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() && !path.is_symlink() {
                folders.push(path);
                continue;
            }
            let below = path.strip_prefix(root).unwrap_or(&path);
            let name = below.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
            let ron = path.extension().is_some_and(|ending| ending == "ron");
            if !ron || texts.contains_key(&name) || read >= OTHERS {
                continue;
            }
            read += 1;
            let small = std::fs::metadata(&path).is_ok_and(|meta| meta.len() <= scenario::files::LARGEST);
            match small.then(|| scenario::files::read_text(&path)) {
                Some(Ok(text)) => {
                    findings.extend(other(&path, &name, &text, playable));
                    texts.insert(name, text);
                }
                Some(Err(error)) => {
                    findings.push(Diagnostic::error("not-text", format!("cannot read `{name}`: {error}")));
                }
                None => findings.push(Diagnostic::error("too-large", format!("`{name}` is too large"))),
            }
        }
    }
}

/// What is wrong with a file that is no part of the scenario: claims, experiments and tournaments are resolved
/// against it where it can be played; of all else, and of all where it cannot, the syntax is read.
fn other(path: &Path, name: &str, text: &str, playable: Option<&Arc<Scenario>>) -> Vec<Diagnostic> {
    let folder = path.parent().unwrap_or(path);
    let registry = Registry::standard();
    let Some(scenario) = playable else { return syntax(name, text) };
    if path.file_name().is_some_and(|file| file == claims::FILE) {
        return marchland_experiments::claims::read(scenario, &registry, name, text).err().unwrap_or_default();
    }
    if path.file_name().is_some_and(|file| file == facts::FILE) {
        return marchland_experiments::facts::read(scenario, &registry, name, text).err().unwrap_or_default();
    }
    let within = |what: &str| folder.file_name().is_some_and(|folder| folder == what);
    let stem: String = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into());
    let version = env!("CARGO_PKG_VERSION");
    if within("experiments") {
        let read = read_experiment(&stem, text, name, &[], folder, scenario, version);
        let planned = read.and_then(|question| Plan::new(question.experiment, scenario, &registry).map(drop));
        let found = planned.err().unwrap_or_default();
        return found.into_iter().map(|one| placed(one, name, text)).collect();
    }
    if within("tournaments") {
        return read_tournament(&stem, text, name, scenario, &registry, version).err().unwrap_or_default();
    }
    syntax(name, text)
}

fn syntax(name: &str, text: &str) -> Vec<Diagnostic> {
    let sink = Sink::of(name);
    drop(node::read(text, 0, &sink));
    sink.finish()
}

/// A finding on names that were read as plain text: its place is where the file first writes the name that
/// the message quotes; the file alone where it writes none.
fn placed(found: Diagnostic, file: &str, text: &str) -> Diagnostic {
    if found.span.is_some() {
        return found;
    }
    let quoted = found.message.split('`').skip(1).step_by(2);
    let at = quoted.filter_map(|name| Some((text.find(&format!("\"{name}\""))?, name.len() + 2))).next();
    let (start, length) = at.unwrap_or((0, 0));
    found.at(Span { file: file.to_owned(), start, end: start + length })
}

/// Of every action, whether its success is left to chance.
fn may_fail(scenario: &Scenario) -> Vec<bool> {
    scenario.actions.iter().map(|plan| !plan.is_certain()).collect()
}
