//! `marchland difference`: two levers, game against game.

use std::path::PathBuf;

use clap::Args;
use marchland_experiments::analysis::differences;
use marchland_experiments::run::{CauseShare, TracedPairs, causes_of_difference};
use marchland_report::figures::Words as _;
use marchland_report::number::number;
use marchland_report::wording::Wording;
use marchland_statistics::Refusal;
use serde_json::json;

use crate::failure::Failure;
use crate::results_view::{self, ResultsFlags, belief, heading, lever};

/// Compare two levers under equal shocks: the effect on every measure, and the causes that carry it.
///
/// Belief sets are never pooled: each has figures of its own.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    results: ResultsFlags,
    /// The first lever.
    first: String,
    /// The second lever.
    second: String,
    /// The belief set; every one by itself unless given.
    #[arg(long, value_name = "NAME")]
    belief: Option<String>,
    /// Confidence of the intervals.
    #[arg(long, default_value_t = 0.95)]
    level: f64,
    /// What counts as no difference, in the measure's unit: without it nothing is called equivalent.
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    margin: Option<f64>,
    /// Pairs of games of each belief set played again with their causes; 0 leaves causes out.
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
    if first == second {
        return Err(Failure::Usage(format!("`{}` against itself differs in nothing; name two levers", options.first)));
    }
    let wanted = options.belief.as_deref().map(|name| belief(&results, name)).transpose()?;
    let beliefs = &results.manifest.experiment.beliefs;
    let asked: Vec<usize> = (0..beliefs.len()).filter(|at| wanted.is_none_or(|wanted| wanted == *at)).collect();
    let mut text =
        format!("{}{} less {}, pairs with equal seeds\n\n", heading(&results), options.first, options.second);
    let found = differences(&results, first, second, wanted, options.level, options.margin);
    for at in &asked {
        text += &under(beliefs, *at);
        for one in found.iter().filter(|one| one.belief == beliefs[*at]) {
            let told = one.difference.words();
            text += &format!("{} ({})\n  {}\n", one.column, one.unit, told.trim_end().replace('\n', "\n  "));
        }
        if beliefs.len() > 1 {
            text.push('\n');
        }
    }
    let mut object = json!({"first": options.first, "second": options.second, "measures": found});
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
            let path = &scenario.catalogue.indicators[indicator.index()].path;
            let wording = Wording::new(&scenario);
            let (mut causes, mut traced) = (Vec::new(), 0);
            for at in &asked {
                let pairs = TracedPairs::spread(&results, first, second, *at, u64::from(options.trace));
                let shares = causes_of_difference(&plan, &pairs, indicator, options.level);
                text += &format!(
                    "\n{}what carries the difference of {path} at the end, over {} traced pairs\n",
                    under(beliefs, *at),
                    pairs.count()
                );
                text += &carried(&shares, &wording);
                traced += pairs.count();
                for share in &shares {
                    let mut one = json!(share);
                    if let Some(map) = one.as_object_mut() {
                        map.insert("belief".into(), json!(beliefs[*at]));
                    }
                    causes.push(one);
                }
            }
            if let Some(map) = object.as_object_mut() {
                map.insert("indicator".into(), json!(path));
                map.insert("traced_pairs".into(), json!(traced));
                map.insert("causes".into(), json!(causes));
            }
        }
    }
    options.results.print(&text, object)
}

/// The line over what is said of one belief set, where there are several.
fn under(beliefs: &[String], at: usize) -> String {
    if beliefs.len() > 1 { format!("belief {}\n", beliefs[at]) } else { String::new() }
}

/// The causes that add most to a difference.
fn carried(shares: &[CauseShare], wording: &Wording) -> String {
    let mut text = String::new();
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
    text
}
