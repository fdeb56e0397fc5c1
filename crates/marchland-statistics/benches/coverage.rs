//! Coverage of every printed interval on planted models: `cargo bench -p marchland-statistics --bench
//! coverage -- [SEEDS] [WORD]` prints the table that stands beside this file as `coverage.md`.

#![allow(clippy::print_stdout, reason = "a bench prints its table")]

#[path = "../tests/planted/mod.rs"]
mod planted;

/// What a reader of the table needs to know.
const NOTES: &str = "\
What refuses, and why. Indices of a Saltelli design have intervals from 64 base rows of which the variance comes evenly
(as much as from 12 equal ones, Kish 1965): of 16 rows total indices of the Ishigami function were held in 78 to 84 of
100 samples. A quantile has one where enough independent games reach beyond it (36 for the ninth tenth), and enough
shocks, where all rows share them and they make more than a tenth of its variance: 16 do not (\"refuses\"). \"printed\"
says how often an interval was printed; coverage is of those. A share whose rarer value few shocks carry is held to as
many games as there are shocks, and up to three successes the lower end is Poisson's.

\"no oracle\": where most samples hold no rare event the estimate is 0 and has no width to compare with; a threshold
without chance on a balanced design has no error at all. Latin hypercubes and Sobol' sequences are of 16 independent
copies with intervals between copies. The Saltelli cells draw their base rows independently; the program's base rows are
a Sobol' sequence, and their intervals may be wider than they need be.

PAWN, PRIM and CART claim no coverage and stand in no row. Biases of point estimates, shares of payoff variance and
verdicts on differences follow the first table.
";

fn main() {
    let seeds = std::env::args().filter_map(|word| word.parse().ok()).next().unwrap_or(2000);
    // A word picks the cells whose name contains it.
    let word = std::env::args().skip(1).find(|word| word.parse::<u64>().is_err() && !word.starts_with('-'));
    let picked = |cell: &planted::Cell| word.as_ref().is_none_or(|word| cell.name().contains(word));
    let cells: Vec<planted::Cell> = planted::cells().into_iter().filter(picked).collect();
    let outcomes = planted::outcomes(&cells, seeds);
    let surprises: Vec<f64> = cells.iter().zip(&outcomes).map(|(cell, outcome)| cell.surprise(outcome)).collect();
    let failed = planted::holm(&surprises);
    let count = failed.iter().filter(|f| **f).count();
    let too_wide = |(cell, o): &(&planted::Cell, &planted::Outcome)| o.width > 1.5 && cell.has_oracle(o);
    let wide = cells.iter().zip(&outcomes).filter(too_wide).count();
    println!("# Coverage of 95 % intervals on planted models\n");
    println!(
        "{} cells of {seeds} seeds (0 to {}); asked: 92 to 98 % (rare events and survival: at least 90 %), Holm at 5 % \
         across cells; a mean width of at most 1.5 times an oracle's that knows the estimate's standard deviation. \
         {count} cells miss the coverage, {wide} the width.\n",
        cells.len(),
        seeds - 1
    );
    println!("{NOTES}");
    println!(
        "| estimator | model | shocks | chance | rows | rows × replications | printed | coverage | width | bias (SE) | |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for ((cell, outcome), failed) in cells.iter().zip(&outcomes).zip(failed) {
        println!(
            "| {} | {:.1} % | {:.1} % | {:.2} | {:+.1} | {}{} |",
            cell.name(),
            100.0 * outcome.printed as f64 / outcome.seeds as f64,
            100.0 * outcome.hits as f64 / if outcome.printed == 0 { 1.0 } else { outcome.printed as f64 },
            outcome.width,
            outcome.bias,
            if failed { "coverage " } else { "" },
            if cell.refuses() {
                "refuses"
            } else if !cell.has_oracle(outcome) {
                "no oracle"
            } else if outcome.width > 1.5 {
                "width"
            } else {
                ""
            }
        );
    }
    biases(&cells, &outcomes);
    if word.is_none() {
        parts(seeds);
        verdicts(10 * seeds);
    }
}

/// How to read the table of biases, and what is known of those that remain.
const BIASES: &str = "\
Beyond two: cells whose mean estimate lies more than two standard errors of that mean off the truth. One in twenty does
by chance, and cells are no independent tries: many look at the same draws (shocks and points of a seed are the same in
every model and at every share of chance), so that they are off together. The next column therefore says in how many
cells chance is no explanation: Holm at 5 % over the cells of the estimator, which holds however they depend on each
other. By the middle: cells of which more than half the estimates, by two standard errors, lie on one side of the truth;
the mean and the middle of a skewed estimate are not both there. Largest: the mean's, in standard deviations of the
estimate.

What remains, by estimator. Means and differences are without bias by construction: their rows show what chance does.
Quantiles aim at the middle (Hyndman & Fan 1996, type 8, by units of independence), which holds on every scale of the
measure; their mean follows the bend of the distribution and lies too far out, by up to a tenth of a standard deviation
of the estimate: where 256 rows of 16 Latin hypercubes or Sobol' sequences leave hardly any chance, and where all rows
share 16 shocks. Spearman's correlation compares games that are independent of each other, over 16 rows and 16 shared
shocks too. Chance's own index is a ratio whose bias is taken off to its first order (Tin 1965): of 16 shared shocks
that make 95 % of the variance it stays too low by .06 of its standard deviation (8,000 seeds of the g-function: 5
standard errors); of 48 nothing is seen.
";

/// How far point estimates lie off on average, by estimator.
fn biases(cells: &[planted::Cell], outcomes: &[planted::Outcome]) {
    println!("\n# Bias of point estimates\n");
    println!("{BIASES}");
    println!("| estimator | cells | beyond two | not by chance (Holm) | by the middle beyond two | largest |");
    println!("|---|---|---|---|---|---|");
    let mut named = Vec::new();
    for estimator in planted::Estimator::ALL {
        let of: Vec<(&planted::Cell, &planted::Outcome)> = (cells.iter().zip(outcomes))
            .filter(|(cell, outcome)| cell.estimator == estimator && outcome.bias.is_finite())
            .collect();
        let Some((_, first)) = of.first() else { continue };
        let beyond = |of_one: fn(&planted::Outcome) -> f64| of.iter().filter(|(_, o)| of_one(o).abs() > 2.0).count();
        let surprises: Vec<f64> = of.iter().map(|(_, outcome)| planted::off(outcome.bias)).collect();
        let failed = planted::holm(&surprises);
        named.extend(of.iter().zip(&failed).filter(|(_, failed)| **failed).map(|(one, _)| *one));
        let largest = of.iter().map(|(_, o)| o.bias.abs()).fold(0.0, |most: f64, b| if b > most { b } else { most });
        println!(
            "| {estimator:?} | {} | {} | {} | {} | {:.2} |",
            of.len(),
            beyond(|outcome| outcome.bias),
            failed.iter().filter(|failed| **failed).count(),
            beyond(|outcome| outcome.above),
            largest / (first.seeds as f64).sqrt()
        );
    }
    if !named.is_empty() {
        println!(
            "\nCells whose bias is not by chance, in standard errors and in standard deviations of the estimate:\n"
        );
        println!("| estimator | model | shocks | chance | rows | rows × replications | bias (SE) | of the deviation |");
        println!("|---|---|---|---|---|---|---|---|");
    }
    for (cell, outcome) in named {
        let share = outcome.bias / (outcome.seeds as f64).sqrt();
        println!("| {} | {:+.1} | {share:+.3} |", cell.name(), outcome.bias);
    }
}

fn parts(seeds: u64) {
    println!("\n# Shares of payoff variance\n");
    println!(
        "{seeds} seeds each of a 4 × 4 table whose cells share their replications: the share of own × others' in what \
         a player decides, truth 20 %.\n"
    );
    println!("| replications | noise | printed | coverage | width | bias (SE) |");
    println!("|---|---|---|---|---|---|");
    for one in planted::parts::coverage(seeds) {
        let (hits, printed) = one.outcome;
        println!(
            "| {} | {} | {:.1} % | {:.1} % | {:.2} | {:+.1} |",
            one.replications,
            one.noise,
            100.0 * printed as f64 / one.seeds as f64,
            100.0 * hits as f64 / printed as f64,
            one.width,
            one.bias
        );
    }
}

fn verdicts(seeds: u64) {
    println!("\n# Errors of verdicts on differences of pairs\n");
    println!(
        "{seeds} seeds each. Larger, smaller: said of a difference of 0; equivalent: of one as large as the margin; \
         supported: of a claim about a difference of 0.\n"
    );
    println!("| verdict | differences | pairs | stated | wrong |");
    println!("|---|---|---|---|---|");
    for one in planted::verdicts::errors(seeds) {
        println!(
            "| {:?} | {:?} | {} | {:.1} % | {:.2} %{} |",
            one.said,
            one.noise,
            one.pairs,
            100.0 * one.said.stated(),
            100.0 * one.wrong as f64 / one.seeds as f64,
            if one.above_twice() { " above twice" } else { "" }
        );
    }
}
