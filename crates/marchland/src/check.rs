//! `marchland check`: everything that is wrong, idle or odd in a scenario, at once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use marchland_game::{Diagnostic, Severity};
use marchland_sim::scenario::{self, LoadOptions, node, sink::Sink};
use marchland_strategies::Registry;

use crate::diagnostics::{self, Finding};
use crate::failure::{self, Failure};

/// Report every mistake of a scenario: exit code 0 where there is none, 1 where there is.
#[derive(Args)]
pub struct Options {
    /// The scenario: a folder with a scenario.ron, or a single .ron file; or a base of scenarios.
    scenario: PathBuf,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    /// Count warnings as errors.
    #[arg(long)]
    strict: bool,
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
    match scenario::files::gather(&options.scenario) {
        Err(found) => findings.extend(found),
        Ok((files, found)) => {
            findings.extend(found);
            name.clone_from(&files.name);
            texts.extend(files.layers.iter().map(|layer| (layer.name.clone(), layer.text.clone())));
            match scenario::load_files(&files, &LoadOptions::new(&schemas)) {
                Err(found) => findings.extend(found),
                Ok(loaded) => {
                    findings.extend(loaded.warnings);
                    let scenario = &loaded.scenario;
                    for spec in &scenario.strategies {
                        let cohorts = schemas.iter().any(|family| family.name == spec.family && family.cohorts);
                        let built = if cohorts {
                            registry.build_cohort_rule(spec, &scenario.catalogue).map(|_| ())
                        } else {
                            registry.build(spec, &scenario.catalogue).map(|_| ())
                        };
                        findings.extend(built.err().into_iter().flatten());
                    }
                }
            }
            others(&options.scenario, &files.root, &mut texts, &mut findings);
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
    if options.json {
        let findings: Vec<Finding<'_>> = findings.iter().map(|finding| Finding::new(finding, text)).collect();
        let report = serde_json::json!({
            "scenario": name, "errors": errors, "warnings": warnings, "findings": findings,
        });
        failure::print(format!("{report:#}\n").as_bytes())?;
    } else {
        let mut shown = diagnostics::render(&findings, text);
        let count = |n: usize, one: &str| format!("{n} {one}{}", if n == 1 { "" } else { "s" });
        shown.push_str(&match (errors, warnings) {
            (0, 0) => format!("{name}: nothing to report\n"),
            (0, n) => format!("{name}: {}\n", count(n, "warning")),
            (n, 0) => format!("{name}: {}\n", count(n, "error")),
            (n, m) => format!("{name}: {}, {}\n", count(n, "error"), count(m, "warning")),
        });
        failure::print(shown.as_bytes())?;
    }
    Ok(errors == 0)
}

/// Reads every other RON file beneath a scenario's folder for its syntax.
fn others(scenario: &Path, root: &Path, texts: &mut BTreeMap<String, String>, findings: &mut Vec<Diagnostic>) {
    let mut folders: Vec<PathBuf> = scenario.canonicalize().into_iter().filter(|path| path.is_dir()).collect();
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
            match small.then(|| std::fs::read_to_string(&path)) {
                Some(Ok(text)) => {
                    let sink = Sink::of(&name);
                    let tree = node::read(&text, 0, &sink);
                    drop(tree);
                    findings.extend(sink.finish());
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
