//! `marchland claims`: every row of a scenario's source, held against the model.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use marchland_experiments::claims::{self, Claim, Report, Verdict};
use marchland_sim::scenario::Scenario;
use marchland_sim::scenario::slips;
use marchland_sim::turn::unknown_belief;
use marchland_strategies::Registry;

use crate::diagnostics;
use crate::failure::{self, Failure};
use crate::open::{self, NOTICE};

/// The file of claims in a scenario's folder.
pub const FILE: &str = "claims.ron";

/// Hold every row of the scenario's source against the model. Contestable rows are reported as supported,
/// not supported or undecided under every belief set; exit code 1 where another row fails.
#[derive(Args)]
pub struct Options {
    /// The scenario: a folder with a scenario.ron and a claims.ron.
    scenario: PathBuf,
    /// Play every row under this belief set, but those that name their own.
    #[arg(long, value_name = "NAME")]
    belief: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

/// Reads the claims of a scenario's folder; none where it has no such file.
///
/// # Errors
/// The file cannot be read, or is wrong.
pub fn of_folder(folder: &std::path::Path, scenario: &Scenario, registry: &Registry) -> Result<Vec<Claim>, Failure> {
    let path = folder.join(FILE);
    let text = std::fs::read_to_string(&path)
        .map_err(|error| Failure::Input(format!("cannot read `{}`: {error}", path.display())))?;
    let text = slips::plain(text);
    let name = path.display().to_string();
    claims::read(scenario, registry, &name, &text).map_err(|found| {
        let shown = diagnostics::render(&found, |_| Some(text.as_str()));
        Failure::Input(format!("the claims of `{}` cannot be used\n\n{}", folder.display(), shown.trim_end()))
    })
}

/// Runs the command; false where a row fails.
///
/// # Errors
/// As the exit codes say.
pub fn run(options: &Options) -> Result<bool, Failure> {
    let registry = Registry::standard();
    let scenario = open::scenario(&options.scenario, &registry)?;
    let belief = match &options.belief {
        None => None,
        Some(name) => match scenario.beliefs.iter().position(|belief| belief.id == *name) {
            Some(at) => Some(at),
            None => return Err(Failure::Findings(vec![unknown_belief(&scenario, name)])),
        },
    };
    let claims = of_folder(&options.scenario, &scenario, &registry)?;
    let reports = claims::examine(&scenario, &registry, &claims, belief, true).map_err(Failure::Findings)?;
    if options.json {
        let object = serde_json::json!({
            "notice": NOTICE, "scenario": scenario.catalogue.scenario, "hash": scenario.hash, "claims": reports,
        });
        failure::print(format!("{object:#}\n").as_bytes())?;
    } else {
        failure::print(text(&reports).as_bytes())?;
    }
    Ok(reports.iter().all(|report| report.verdict != Verdict::Fails))
}

fn text(reports: &[Report]) -> String {
    let mut text = String::new();
    for check in ["exists", "constant", "moves", "contestable"] {
        let rows: Vec<&Report> = reports.iter().filter(|report| report.check == check).collect();
        let mut ids: Vec<&str> = rows.iter().map(|report| report.id.as_str()).collect();
        ids.dedup();
        let _ = writeln!(text, "{check}: {} rows", ids.len());
        for report in rows {
            let belief = report.belief.as_deref().filter(|_| check == "contestable").unwrap_or("");
            let _ = write!(text, "  {:<4} {:<15} {:<14}", report.id, report.verdict.text(), belief);
            let number = |x: f64| if x != 0.0 && x.abs() < 1e-3 { format!("{x:.3e}") } else { format!("{x:.5}") };
            if let Some(effect) = report.effect {
                let _ = write!(text, " {}", number(effect));
            }
            if let Some(interval) = report.interval {
                let _ = write!(text, " [{}, {}]", number(interval.low), number(interval.high));
            }
            if !report.of.is_empty() {
                let _ = write!(text, " {}", report.of);
            }
            if let (Some(n), Some(seed)) = (report.n, report.seed) {
                let _ = write!(text, "; n {n}, seed {seed}");
            }
            let _ = writeln!(text, "\n       {}", report.meaning);
        }
    }
    let failed = reports.iter().filter(|report| report.verdict == Verdict::Fails).count();
    let _ = writeln!(text, "{failed} fail; intervals are one-sided 99 % bounds either way\n\n{NOTICE}");
    text
}
