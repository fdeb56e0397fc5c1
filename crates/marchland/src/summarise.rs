//! `marchland summarise`: three sentences, then the figures behind them.

use std::path::PathBuf;

use clap::Args;
use marchland_experiments::analysis::summarise;
use marchland_report::picture::{Labels, SurvivalSeries, survival};
use marchland_report::summary::{self, odds, odds_of, sentences};
use serde_json::json;

use crate::failure::Failure;
use crate::output;
use crate::results_view::{self, ResultsFlags, heading};

/// Say what came out: odds, what moves them, how much is chance; then every measure by lever, how long
/// games go without the event, and how many games are enough.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    results: ResultsFlags,
    /// Confidence of the intervals.
    #[arg(long, default_value_t = 0.95)]
    level: f64,
    /// The event that odds and survival are of; the scenario's first one unless given.
    #[arg(long, value_name = "NAME")]
    event: Option<String>,
    /// Write the survival curves as a picture.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Runs the command.
///
/// # Errors
/// There are no results, or the level is none.
pub fn run(options: &Options) -> Result<(), Failure> {
    if !(options.level > 0.0 && options.level < 1.0) {
        return Err(Failure::Usage("--level lies between 0 and 1".into()));
    }
    let results = options.results.read()?;
    let event = results_view::event(&results, options.event.as_deref())?;
    let report = summarise(&results, event.as_ref(), options.level)
        .ok_or_else(|| Failure::Input("the results hold no measure and no payoff".into()))?;
    let sentences = sentences(&results, &report);
    let between = if sentences[0].contains('\n') { "\n" } else { " " };
    let mut text = format!("{}{}\n\n{}", results_view::partial(&results), sentences.join(between), heading(&results));
    let with_forfeited = results.with_forfeited();
    let with_forfeited = with_forfeited.and_then(|all| Some((summarise(&all, event.as_ref(), options.level)?, all)));
    let with_forfeited = with_forfeited.map(|(report, all)| odds(&all, &report));
    if let Some(odds) = &with_forfeited {
        text += &format!("With forfeited games: {odds}\n");
    }
    let mut curves = Vec::new();
    let mut objects = Vec::new();
    for slice in &report.slices {
        text += &format!("\n{}\n{}", slice.name, summary::table(slice));
        let measures: Vec<_> = slice
            .measures
            .iter()
            .map(|one| {
                json!({
                    "column": one.column, "unit": one.unit, "summary": one.summary,
                    "interval": one.estimate.interval, "estimate": one.estimate, "states": one.states,
                })
            })
            .collect();
        let mut object = json!({"lever": slice.lever, "belief": slice.belief, "measures": measures});
        if let Some(curve) = &slice.survival {
            text += &summary::survival(&report, curve);
            if let Some(map) = object.as_object_mut() {
                map.insert("survival".into(), json!(curve));
            }
            curves.push(SurvivalSeries { label: slice.name.clone(), curve: curve.clone() });
        }
        objects.push(object);
    }
    text += &summary::enough(&report);
    if let Some(path) = &options.svg {
        if curves.is_empty() {
            return Err(Failure::Input("the scenario declares no outcome event whose absence could be drawn".into()));
        }
        let title = format!("Games without {}", report.subject.what());
        let labels = Labels { title, x: "turn".into(), y: "share of games".into() };
        output::write(path, survival(&labels, &curves).as_bytes())?;
    }
    let first = &report.headlines[0];
    let odds_by_slice: Vec<_> = (report.headlines.iter().zip(&report.slices))
        .map(|(headline, slice)| {
            json!({
                "lever": slice.lever, "belief": slice.belief, "sentence": odds_of(&results, &report, headline),
                "estimate": headline.estimate.value, "interval": headline.estimate.interval,
            })
        })
        .collect();
    let object = json!({
        "sentences": sentences, "event": event, "lost": results.lost(), "with_forfeited": with_forfeited, "odds": odds_by_slice,
        "headline": {
            "what": report.subject.what(), "name": first.name, "estimate": first.estimate.value,
            "interval": first.estimate.interval, "refusal": first.estimate.refusal, "units": first.estimate.units,
            "chance_share": report.chance.share(), "movers": report.movers,
        },
        "headlines": report.headlines, "chance": report.chance, "shocks": results.manifest.experiment.shocks,
        "games": results.counts, "missing": results.missing, "slices": objects, "convergence": report.convergence,
    });
    options.results.print(&text, object)
}
