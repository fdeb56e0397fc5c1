//! `marchland difference`: two levers, game against game.

use std::path::PathBuf;

use clap::Args;
use marchland_experiments::analysis::differences;
use marchland_experiments::run::{TracedPairs, causes_of_difference};
use marchland_report::figures::Words as _;
use marchland_report::number::number;
use marchland_report::wording::Wording;
use marchland_statistics::Refusal;
use serde_json::json;

use crate::failure::Failure;
use crate::results_view::{self, ResultsFlags, heading, lever};

/// Compare two levers under equal shocks: the effect on every measure, and the causes that carry it.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    results: ResultsFlags,
    /// The first lever.
    first: String,
    /// The second lever.
    second: String,
    /// Confidence of the intervals.
    #[arg(long, default_value_t = 0.95)]
    level: f64,
    /// What counts as no difference, in the measure's unit: without it nothing is called equivalent.
    #[arg(long, value_name = "NUMBER")]
    margin: Option<f64>,
    /// Pairs of games played again with their causes; 0 leaves causes out.
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(0..=10_000))]
    trace: u32,
    /// The indicator whose causes are compared; the scenario's main indicator unless given.
    #[arg(long, value_name = "PATH")]
    indicator: Option<String>,
    /// The scenario, where it lies elsewhere now.
    #[arg(long, value_name = "PATH")]
    scenario: Option<PathBuf>,
    /// Start the programs that played these games: only results that you trust.
    #[arg(long)]
    allow_external: bool,
}

/// Causes that are listed.
const LISTED: usize = 12;

/// Runs the command.
///
/// # Errors
/// A lever or the indicator is unknown, or the scenario has changed.
pub fn run(options: &Options) -> Result<(), Failure> {
    if !(options.level > 0.0 && options.level < 1.0) {
        return Err(Failure::Usage("--level lies between 0 and 1".into()));
    }
    if options.margin.is_some_and(|margin| !(margin > 0.0 && margin.is_finite())) {
        return Err(Failure::Usage("--margin is a number above 0".into()));
    }
    let results = options.results.read()?;
    let (first, second) = (lever(&results, &options.first)?, lever(&results, &options.second)?);
    let mut text =
        format!("{}{} less {}, pairs with equal seeds\n\n", heading(&results), options.first, options.second);
    let mut measures = Vec::new();
    for one in differences(&results, first, second, options.level, options.margin) {
        let told = one.difference.words();
        text += &format!("{} ({})\n  {}\n", one.column, one.unit, told.trim_end().replace('\n', "\n  "));
        measures.push(json!({"column": one.column, "difference": one.difference}));
    }
    let mut object = json!({"first": options.first, "second": options.second, "measures": measures});
    if options.trace > 0 {
        let (plan, scenario, _) = results_view::plan(&results, options.scenario.as_ref(), options.allow_external)?;
        let indicator = match &options.indicator {
            Some(path) => Some(
                scenario
                    .catalogue
                    .indicator(path)
                    .ok_or_else(|| Failure::Input(format!("there is no indicator `{path}`")))?,
            ),
            None => scenario.main_indicator,
        };
        if let Some(indicator) = indicator {
            let pairs = TracedPairs::spread(&results, first, second, u64::from(options.trace));
            let shares = causes_of_difference(&plan, &pairs, indicator, options.level);
            let wording = Wording::new(&scenario);
            let path = &scenario.catalogue.indicators[indicator.index()].path;
            text +=
                &format!("\nwhat carries the difference of {path} at the end, over {} traced pairs\n", pairs.count());
            for share in shares.iter().take(LISTED) {
                let d = &share.difference;
                let range = d.interval.map_or(String::new(), |i| format!(" ({} to {})", number(i.low), number(i.high)));
                text += &format!(
                    "  {:>12}{range}  {}\n",
                    d.mean.map_or("–".into(), |x| format!("{x:+.5}")),
                    wording.named_cause(&share.cause_parts)
                );
            }
            if shares.is_empty() {
                text += "  nothing moved it\n";
            }
            let mut refusals = shares.iter().filter_map(|share| share.difference.refusal);
            if let Some(refusal) = refusals.find(|refusal| *refusal != Refusal::Constant) {
                text += &format!("  no interval: {refusal}; and trace enough pairs (--trace)\n");
            }
            if let Some(map) = object.as_object_mut() {
                map.insert("indicator".into(), json!(path));
                map.insert("traced_pairs".into(), json!(pairs.count()));
                map.insert("causes".into(), json!(shares));
            }
        }
    }
    options.results.print(&text, object)
}
