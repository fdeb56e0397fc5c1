//! `marchland sensitivity`: what drives a measure.

use std::path::PathBuf;

use clap::Args;
use marchland_experiments::analysis::{Drivers, Subject, drivers, slices};
use marchland_report::figures::Words as _;
use marchland_report::picture::{Bar, BarGroup, Labels, bars};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::results_view::{self, ResultsFlags, heading};

/// Which parameters drive a measure, and how much is chance.
///
/// By the design of the results: Sobol' indices of a Saltelli design, elementary effects of Morris
/// trajectories; of any design, PAWN and rank correlations.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    results: ResultsFlags,
    /// The measure, or the player whose payoff is meant; unless given, whether the scenario's first outcome event
    /// happens, and where it has none its first measure.
    #[arg(long)]
    measure: Option<String>,
    /// One lever alone.
    #[arg(long)]
    lever: Option<String>,
    /// One belief set alone.
    #[arg(long)]
    belief: Option<String>,
    /// PAWN and rank correlations even where the design has indices of its own.
    #[arg(long)]
    rank: bool,
    /// Write a picture of the first slice.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// The results have no factors, or no such measure.
pub fn run(options: &Options) -> Result<(), Failure> {
    let results = options.results.read()?;
    let experiment = &results.manifest.experiment;
    let wrong = |error: &dyn std::fmt::Display| Failure::Input(error.to_string());
    if experiment.design.is_none() {
        return Err(wrong(&marchland_experiments::analysis::DriversError::NothingVaries));
    }
    let subject = match &options.measure {
        Some(name) => Subject::Column(results_view::column(&results, name)?),
        None => Subject::of(&results, results_view::event(&results, None)?.as_ref())
            .ok_or_else(|| Failure::Input("the results hold no measure".into()))?,
    };
    let column = subject.what();
    let lever = options.lever.as_deref().map(|name| results_view::lever(&results, name)).transpose()?;
    let belief = options.belief.as_deref().map(|name| results_view::belief(&results, name)).transpose()?;
    let (points, replications) = results.extent();
    let mut text = heading(&results);
    let mut objects = Vec::new();
    let mut picture = None;
    for slice in slices(&results, lever, belief) {
        let found = drivers(&results, &slice, &subject, options.rank).map_err(|error| wrong(&error))?;
        text += &format!("\n{column} under {}\n", slice.name);
        let mut object = json!({
            "measure": column, "lever": experiment.levers[slice.lever].name, "belief": experiment.beliefs[slice.belief],
            "shocks": experiment.shocks, "points": points, "replications": replications,
        });
        match &found {
            Drivers::Sobol(report) => {
                text += &report.words();
                insert(&mut object, "sobol", json!(report));
            }
            Drivers::Morris(report) => {
                text += &report.words();
                insert(&mut object, "morris", json!(report));
            }
            Drivers::Ranks { rank, pawn } => {
                text += &rank.words();
                if rank.too_few().is_none() {
                    text += &format!("\n{}", pawn.words());
                }
                insert(&mut object, "rank", json!(rank));
                insert(&mut object, "pawn", json!(pawn));
            }
        }
        if picture.is_none() {
            let (series, mut groups) = groups(&found);
            let key = |group: &BarGroup| group.bars.last().and_then(|bar| bar.value).unwrap_or(-1.0);
            groups.sort_by(|a, b| key(b).total_cmp(&key(a)));
            groups.truncate(20);
            let labels =
                Labels { title: format!("What drives {column}: {}", slice.name), x: "index".into(), y: String::new() };
            picture = Some(bars(&labels, &series, &groups));
        }
        objects.push(object);
    }
    if let (Some(path), Some(svg)) = (&options.svg, &picture) {
        crate::output::write(path, svg.as_bytes())?;
    }
    options.results.print(&text, json!({"slices": objects}))
}

/// The bars of a picture: the names of the series, and a group per factor.
fn groups(found: &Drivers) -> (Vec<String>, Vec<BarGroup>) {
    let group = |label: &String, bars: Vec<Bar>| BarGroup { label: label.clone(), bars };
    match found {
        Drivers::Sobol(report) => {
            let bars = report.indices.iter().map(|index| {
                let first = Bar { value: index.first, interval: index.first_interval };
                group(&index.factor, vec![first, Bar { value: index.total, interval: index.total_interval }])
            });
            (vec!["first order".to_owned(), "total order".to_owned()], bars.collect())
        }
        Drivers::Morris(report) => {
            let bars = report.effects.iter().map(|effect| {
                let bar = Bar { value: effect.mean_absolute, interval: effect.mean_absolute_interval };
                group(&effect.factor, vec![bar])
            });
            (vec!["μ*".to_owned()], bars.collect())
        }
        Drivers::Ranks { pawn, .. } => {
            let bars = pawn.indices.iter().map(|i| group(&i.factor, vec![Bar { value: i.median, interval: None }]));
            (vec!["PAWN, median".to_owned()], bars.collect())
        }
    }
}

fn insert(object: &mut Value, key: &str, value: Value) {
    if let Some(map) = object.as_object_mut() {
        map.insert(key.to_owned(), value);
    }
}
