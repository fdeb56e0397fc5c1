//! `marchland discover`: where games of interest come from.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use marchland_experiments::analysis::independence;
use marchland_experiments::design::Design;
use marchland_experiments::discover::{CartOptions, Prim, PrimError, PrimOptions, cart, knee};
use marchland_experiments::run::Results;
use marchland_experiments::table::{Column, FactorColumn, FactorValues};
use marchland_report::figures::Words as _;
use marchland_report::number::counted;
use marchland_report::picture::trajectory;
use marchland_statistics::Sharing;
use serde_json::json;

use crate::failure::Failure;
use crate::results_view::{ResultsFlags, column, event, heading};

/// How boxes are sought.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// Patient peeling (Friedman & Fisher 1999).
    Prim,
    /// A classification tree (Breiman et al. 1984).
    Cart,
}

/// Find the conditions under which games come out in a way of interest.
///
/// Factors, levers and belief sets are what a box may restrict.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    results: ResultsFlags,
    /// What is of interest: the name of an outcome event, `outcome=collapsed`, `'deaths_civil > 100'`, `'payoff.russia <
    /// 0.4'`; `exit` is the scenario's first outcome event.
    #[arg(long, default_value = "exit")]
    wanted: String,
    /// How boxes are sought.
    #[arg(long, value_enum, default_value = "prim")]
    method: Method,
    /// How many boxes, one after another.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=20))]
    boxes: u32,
    /// Which box of the trajectory, by its number; the knee of coverage and density unless given.
    #[arg(long, value_name = "NUMBER")]
    choose: Option<usize>,
    /// Share of games that a peel removes.
    #[arg(long, default_value_t = 0.05)]
    peel: f64,
    /// The smallest share of games in a box.
    #[arg(long, default_value_t = 0.05)]
    least_mass: f64,
    /// Write the trajectory as a picture.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// A restriction whose quasi-p is not below this is none that chance would not give.
const CHANCE: f64 = 0.05;

/// Runs the command.
///
/// # Errors
/// Nothing varies, the condition is none, or no game or every game is of interest.
pub fn run(options: &Options) -> Result<(), Failure> {
    let results = options.results.read()?;
    let (interest, wanted) = interest(&results, &options.wanted)?;
    let factors = conditions(&results);
    let wrong = |error: PrimError| match error {
        PrimError::NoFactors => Failure::Input(
            "nothing varies in these results; `marchland sweep` varies parameters, levers and belief sets".into(),
        ),
        other => Failure::Input(other.to_string()),
    };
    let mut text = heading(&results);
    let found = interest.iter().filter(|one| **one == Some(true)).count();
    text += &format!("{} of interest: {wanted}\n\n", counted(found as u64, "game"));
    let repeated = matches!(
        results.manifest.experiment.design,
        Some(Design::Saltelli { .. } | Design::Morris { .. } | Design::OneAtATime { .. })
    );
    if repeated {
        text += "The design moves one factor at a time, so its points repeat each other: coverage and density \
                 describe these games, and quasi-p is far too small. A Sobol or Latin hypercube design answers better.\n\n";
    }
    if options.method == Method::Cart {
        let how = CartOptions { least_mass: options.least_mass, ..CartOptions::default() };
        let tree = cart(&factors, &interest, &how).map_err(wrong)?;
        text += &tree.words();
        return options.results.print(&text, json!({"wanted": wanted, "repeated_points": repeated, "cart": tree}));
    }
    let how = PrimOptions { peel: options.peel, least_mass: options.least_mass, ..PrimOptions::default() };
    let mut prim = Prim::new(&factors, &interest, how).map_err(wrong)?;
    let mut objects = Vec::new();
    for number in 0..options.boxes {
        let boxes = prim.peel();
        let Some(last) = boxes.len().checked_sub(1) else { break };
        let chosen = match options.choose {
            Some(at) if at > last => {
                return Err(Failure::Input(format!("the trajectory has the boxes 0 to {last}, and no {at}")));
            }
            Some(at) => at,
            None => knee(&boxes).unwrap_or(last),
        };
        let one = &boxes[chosen];
        let quasi = prim.quasi_p(one, games_per_unit(&results));
        let beyond_chance = quasi.iter().flat_map(|p| [p.low, p.high]).flatten().any(|p| p < CHANCE);
        if !beyond_chance {
            text += &format!(
                "nothing found that chance would not give: no restriction of the box that holds most has a quasi-p \
                 below {CHANCE} ({} restricted, of {} factors tried)\n",
                one.restricted,
                factors.len()
            );
        }
        if !beyond_chance && options.choose.is_none() {
            objects.push(json!({
                "chosen": chosen, "found": false, "box": one, "quasi_p": quasi, "trajectory": boxes,
            }));
            break;
        }
        text += &format!("box {} of the trajectory's {}: {}\n", chosen, boxes.len(), one.words());
        for p in &quasi {
            let shown = |p: Option<f64>| p.map_or("–".to_owned(), |p| format!("{p:.2e}"));
            text += &format!("  {}: quasi-p {} below, {} above\n", p.factor, shown(p.low), shown(p.high));
        }
        text += "  a box is chosen for what it holds: its density and quasi-p claim no coverage\n";
        text += "  coverage and density along the way:\n";
        let step = boxes.len().div_ceil(12).max(1);
        for (at, b) in boxes.iter().enumerate().filter(|(at, _)| at % step == 0 || *at == last || *at == chosen) {
            let mark = if at == chosen { "*" } else { " " };
            text += &format!("  {mark}{at:>4}  {:.2}  {:.2}  {} restricted\n", b.coverage, b.density, b.restricted);
        }
        if number == 0
            && let Some(path) = &options.svg
        {
            let title = format!("Where: {}", options.wanted);
            crate::output::write(path, trajectory(&title, &boxes, Some(chosen)).as_bytes())?;
        }
        objects
            .push(json!({"chosen": chosen, "found": beyond_chance, "box": one, "quasi_p": quasi, "trajectory": boxes}));
        if number + 1 < options.boxes && prim.claim(one) == 0 {
            break;
        }
    }
    options.results.print(&text, json!({"wanted": wanted, "repeated_points": repeated, "boxes": objects}))
}

/// How many games count as one piece of evidence: those of a row, and where rows shared their shocks no more
/// pieces than there were sequences of them.
fn games_per_unit(results: &Results) -> f64 {
    let (points, replications) = results.extent();
    let how = independence(&results.manifest.experiment, points as usize, replications as usize);
    let pieces = match how.sharing {
        Sharing::Shared if how.replications < how.units() => how.replications,
        _ if how.rows == 1 => how.replications,
        _ => how.units(),
    };
    let games = results.games.rows();
    if games > pieces { games as f64 / pieces as f64 } else { 1.0 }
}

/// Factors that vary, then lever and belief set where there are several.
fn conditions(results: &Results) -> Vec<FactorColumn> {
    let experiment = &results.manifest.experiment;
    let varied = |name: &str| experiment.factors.iter().any(|f| f.name == name && f.distribution.varies());
    let mut factors: Vec<FactorColumn> = results.factors().into_iter().filter(|f| varied(&f.name)).collect();
    let names =
        |of: &dyn Fn(usize) -> String| FactorValues::names(&(0..results.games.rows()).map(of).collect::<Vec<String>>());
    if experiment.levers.len() > 1 {
        let of = |game: usize| experiment.levers[results.place(results.run(game).0).lever].name.clone();
        factors.push(FactorColumn { name: "lever".into(), values: names(&of) });
    }
    if experiment.beliefs.len() > 1 {
        let of = |game: usize| experiment.beliefs[results.place(results.run(game).0).belief].clone();
        factors.push(FactorColumn { name: "belief".into(), values: names(&of) });
    }
    factors
}

/// Which games are of interest; none for those without a result.
fn interest(results: &Results, wanted: &str) -> Result<(Vec<Option<bool>>, String), Failure> {
    let games = 0..results.games.rows();
    let ok = |game: usize, answer: bool| results.ok(game).then_some(answer);
    let texts = |name: &str| match results.games.column(name) {
        Some(Column::Text(texts)) => texts.clone(),
        _ => Vec::new(),
    };
    let first = if wanted == "exit" { event(results, None)? } else { None };
    let named = first.or_else(|| results.events().into_iter().find(|event| event.id == wanted));
    if let Some(event) = named {
        let happened = results.happened(&event);
        return Ok((games.map(|game| ok(game, happened[game] == 1.0)).collect(), event.id));
    }
    let as_written = wanted.to_owned();
    for operator in ["<=", ">=", "<", ">", "="] {
        let Some((name, value)) = wanted.split_once(operator) else { continue };
        let (name, value) = (name.trim(), value.trim());
        if ["outcome", "exit"].contains(&name) {
            if operator != "=" {
                return Err(Failure::Usage(format!("`{name}` is a name; write {name}={value}")));
            }
            let texts = texts(name);
            return Ok((games.map(|game| ok(game, texts[game] == value)).collect(), as_written));
        }
        let column = column(results, name)?;
        let values = results.numbers(&column).unwrap_or_default();
        let Ok(limit) = value.parse::<f64>() else {
            return Err(Failure::Usage(format!("`{value}` is no number")));
        };
        let holds = |x: f64| match operator {
            "<=" => x <= limit,
            ">=" => x >= limit,
            "<" => x < limit,
            ">" => x > limit,
            _ => x == limit,
        };
        return Ok((games.map(|game| values[game].is_finite().then(|| holds(values[game]))).collect(), as_written));
    }
    Err(Failure::Usage(format!("`{wanted}` should read the name of an event, outcome=NAME, or COLUMN > NUMBER")))
}
