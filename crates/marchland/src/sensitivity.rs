//! `marchland sensitivity`: what drives a measure.

use std::path::PathBuf;

use clap::Args;
use marchland_experiments::design::Design;
use marchland_experiments::run::Results;
use marchland_experiments::sensitivity::{SobolOptions, morris, pawn, rank, sobol};
use marchland_experiments::table::{FactorColumn, FactorValues};
use marchland_report::picture::{Bar, BarGroup, Labels, bars};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::results_view::{self, ResultsFlags, heading, slices};

/// Which parameters drive a measure, and how much is chance.
///
/// By the design of the results: Sobol' indices of a Saltelli design, elementary effects of Morris
/// trajectories; of any design, PAWN and rank correlations.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    results: ResultsFlags,
    /// The measure, or the player whose payoff is meant; the scenario's first measure unless given.
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
    /// Bootstrap resamples behind the intervals.
    #[arg(long, default_value_t = 1000, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    resamples: u32,
    /// Write a picture of the first slice.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Slices of the conditioning factor in PAWN (Pianosi & Wagener 2018 advise about 10).
const PAWN_SLICES: usize = 10;

/// Runs the command.
///
/// # Errors
/// The results have no factors, or no such measure.
pub fn run(options: &Options) -> Result<(), Failure> {
    let results = options.results.read()?;
    let experiment = &results.manifest.experiment;
    let Some(design) = &experiment.design else {
        return Err(Failure::Input("nothing varies in these results; `marchland sweep` varies parameters".into()));
    };
    let column = match &options.measure {
        Some(name) => results_view::column(&results, name)?,
        None => results_view::measured(&results)
            .into_iter()
            .next()
            .ok_or_else(|| Failure::Input("the results hold no measure".into()))?,
    };
    let varied: Vec<String> = experiment
        .factors
        .iter()
        .filter(|factor| factor.distribution.varies())
        .map(|factor| factor.name.clone())
        .collect();
    let (points, replications) = results.extent();
    let mut text = heading(&results);
    let mut objects = Vec::new();
    let mut picture = None;
    for (lever, belief, name) in slices(&results, options.lever.as_deref(), options.belief.as_deref())? {
        let outputs = results.design_order(&column, lever, belief).unwrap_or_default();
        let wrong = |error: marchland_experiments::sensitivity::SensitivityError| Failure::Input(error.to_string());
        text += &format!("\n{column} under {name}\n");
        let mut object =
            json!({"measure": column, "lever": experiment.levers[lever].name, "belief": experiment.beliefs[belief]});
        let mut groups: Vec<BarGroup> = Vec::new();
        let series;
        match design {
            Design::Saltelli { second_order, .. } if !options.rank => {
                let how =
                    SobolOptions { resamples: options.resamples, second_order: *second_order, ..Default::default() };
                let report = sobol(&varied, &outputs, replications as usize, &how).map_err(wrong)?;
                text += &report.text();
                series = vec!["first order".to_owned(), "total order".to_owned()];
                groups.extend(report.indices.iter().map(|index| BarGroup {
                    label: index.factor.clone(),
                    bars: vec![
                        Bar { value: index.first, interval: index.first_interval },
                        Bar { value: index.total, interval: index.total_interval },
                    ],
                }));
                insert(&mut object, "sobol", json!(report));
            }
            Design::Morris { .. } if !options.rank => {
                let means: Vec<f64> = outputs.chunks(replications as usize).map(mean).collect();
                let points = results_points(&results)?;
                let unit: Vec<f64> = (0..points.rows()).flat_map(|row| points.unit(row).unwrap_or_default()).collect();
                let report = morris(&varied, &unit, &means, 0.95, 1).map_err(wrong)?;
                text += &report.text();
                series = vec!["μ*".to_owned()];
                groups.extend(report.effects.iter().map(|effect| BarGroup {
                    label: effect.factor.clone(),
                    bars: vec![Bar { value: effect.mean_absolute, interval: effect.mean_absolute_interval }],
                }));
                insert(&mut object, "morris", json!(report));
            }
            _ => {
                let factors = by_point(&results, lever, belief, &varied);
                let ranks = rank(&factors, &outputs, replications as usize, 0.95).map_err(wrong)?;
                text += &ranks.text();
                let cuts = pawn(&factors, &outputs, replications as usize, PAWN_SLICES, options.resamples, 0.95, 1)
                    .map_err(wrong)?;
                text += &format!("\n{}", cuts.text());
                series = vec!["PAWN, median".to_owned()];
                groups.extend(cuts.indices.iter().map(|index| BarGroup {
                    label: index.factor.clone(),
                    bars: vec![Bar { value: index.median, interval: index.median_interval }],
                }));
                insert(&mut object, "rank", json!(ranks));
                insert(&mut object, "pawn", json!(cuts));
            }
        }
        insert(&mut object, "points", json!(points));
        insert(&mut object, "replications", json!(replications));
        if picture.is_none() {
            let key = |group: &BarGroup| group.bars.last().and_then(|bar| bar.value).unwrap_or(-1.0);
            groups.sort_by(|a, b| key(b).total_cmp(&key(a)));
            groups.truncate(20);
            let labels = Labels { title: format!("What drives {column}: {name}"), x: "index".into(), y: String::new() };
            picture = Some(bars(&labels, &series, &groups));
        }
        objects.push(object);
    }
    if let (Some(path), Some(svg)) = (&options.svg, &picture) {
        crate::output::write(path, svg.as_bytes())?;
    }
    options.results.print(&text, json!({"slices": objects}))
}

fn insert(object: &mut Value, key: &str, value: Value) {
    if let Some(map) = object.as_object_mut() {
        map.insert(key.to_owned(), value);
    }
}

/// The mean of the finite values of a point's replications; NaN without any.
fn mean(values: &[f64]) -> f64 {
    marchland_statistics::mean(values).unwrap_or(f64::NAN)
}

/// The points of the design, drawn again.
fn results_points(results: &Results) -> Result<marchland_experiments::design::Points, Failure> {
    let experiment = &results.manifest.experiment;
    let design = experiment.design.clone().ok_or_else(|| Failure::Input("nothing varies in these results".into()))?;
    marchland_experiments::design::Points::new(design, experiment.factors.clone(), experiment.seed)
        .map_err(|error| Failure::Input(error.to_string()))
}

/// The factors that vary, one value per point, of the games of a lever and belief set. A point without
/// any game there has no finite value, and names the first option: its outputs are absent too.
pub fn by_point(results: &Results, lever: usize, belief: usize, varied: &[String]) -> Vec<FactorColumn> {
    let (points, _) = results.extent();
    let mut first: Vec<Option<usize>> = vec![None; points as usize];
    for game in (0..results.games.rows()).rev() {
        let place = results.place(results.run(game).0);
        if place.lever == lever && place.belief == belief {
            first[place.point as usize] = Some(game);
        }
    }
    results
        .factors()
        .into_iter()
        .filter(|factor| varied.contains(&factor.name))
        .map(|factor| {
            let values = match &factor.values {
                FactorValues::Numbers(all) => {
                    FactorValues::Numbers(first.iter().map(|game| game.map_or(f64::NAN, |at| all[at])).collect())
                }
                FactorValues::Names { options, codes } => FactorValues::Names {
                    options: options.clone(),
                    codes: first.iter().map(|game| game.map_or(0, |at| codes[at])).collect(),
                },
            };
            FactorColumn { name: factor.name, values }
        })
        .collect()
}
