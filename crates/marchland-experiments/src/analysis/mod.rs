//! Results put to the estimators: which games are independent, what came out, what moves it, and what two
//! levers differ by.
//!
//! Start with [`slices`]: the games of one lever and belief set as a grid of points and replications, with
//! what in it is independent. Every figure of a report is computed on such a grid; reports are plain data,
//! and whoever prints them only prints.

mod difference;
mod drivers;
mod summary;

pub use difference::{MeasureDifference, differences};
pub use drivers::{Drivers, DriversError, drivers};
pub use summary::{
    Chance, Group, Headline, MeasureSummary, Mover, Movers, SliceSummary, Subject, SummaryReport, summarise,
};

use crate::design::{Design, Shocks};
use crate::run::{Experiment, Results};
use crate::statistics::{Independence, Rows, Sharing};
use crate::table::{Column, FactorColumn, FactorValues};

/// What is independent among `points` points of an experiment with `replications` games each, under one
/// lever and belief set.
#[must_use]
pub fn independence(experiment: &Experiment, points: usize, replications: usize) -> Independence {
    let varied = experiment.factors.iter().filter(|factor| factor.distribution.varies()).count();
    let of_rows = match &experiment.design {
        None | Some(Design::OneAtATime { .. } | Design::FullFactorial { .. } | Design::Zip { .. }) => Rows::Fixed,
        Some(Design::MonteCarlo { .. } | Design::Listed { .. }) => Rows::Drawn { block: 1 },
        // Rows of one copy fill each other's gaps; copies are independent.
        Some(Design::LatinHypercube { copies, .. } | Design::Sobol { copies, .. }) => {
            Rows::Copies { block: 1, copies: *copies as usize }
        }
        Some(Design::Saltelli { second_order, .. }) => {
            Rows::Drawn { block: varied * if *second_order { 2 } else { 1 } + 2 }
        }
        Some(Design::Morris { .. }) => Rows::Drawn { block: varied + 1 },
    };
    let sharing = match experiment.shocks {
        Shocks::Fresh => Sharing::Own,
        Shocks::Common => Sharing::Shared,
    };
    Independence { rows: points, replications, of_rows, sharing }
}

/// The games of one lever and belief set, in design order.
#[derive(Clone, Debug)]
pub struct Slice {
    /// Position of the lever.
    pub lever: usize,
    /// Position of the belief set.
    pub belief: usize,
    /// Lever and belief set in words.
    pub name: String,
    /// The grid, and what in it is independent.
    pub how: Independence,
    /// The game at each place of the grid; none where it is missing or has no result.
    games: Vec<Option<u32>>,
    /// A game of each point, with a result or not.
    of_point: Vec<Option<u32>>,
}

impl Slice {
    /// A number per place of the grid, by the game's place in the table; NaN where there is no result.
    pub fn each(&self, of: impl Fn(usize) -> f64) -> Vec<f64> {
        self.games.iter().map(|game| game.map_or(f64::NAN, |game| of(game as usize))).collect()
    }

    /// How many games have a result.
    #[must_use]
    pub fn games(&self) -> u64 {
        self.games.iter().flatten().count() as u64
    }

    /// A column of results in the grid's order; NaN where there is no result.
    #[must_use]
    pub fn values(&self, results: &Results, column: &str) -> Vec<f64> {
        let Some(values) = results.numbers(column) else { return vec![f64::NAN; self.games.len()] };
        self.each(|game| values[game])
    }

    /// The factors that vary, one value per point. A point without any game has no finite value, and names
    /// the first option: its outputs are absent too.
    #[must_use]
    pub fn factors(&self, results: &Results) -> Vec<FactorColumn> {
        let varies =
            |name: &str| results.manifest.experiment.factors.iter().any(|f| f.name == name && f.distribution.varies());
        results
            .factors()
            .into_iter()
            .filter(|factor| varies(&factor.name))
            .map(|factor| {
                let at = |game: &Option<u32>| game.map(|game| game as usize);
                let values = match &factor.values {
                    FactorValues::Numbers(all) => FactorValues::Numbers(
                        self.of_point.iter().map(|game| at(game).map_or(f64::NAN, |at| all[at])).collect(),
                    ),
                    FactorValues::Names { options, codes } => FactorValues::Names {
                        options: options.clone(),
                        codes: self.of_point.iter().map(|game| at(game).map_or(0, |at| codes[at])).collect(),
                    },
                };
                FactorColumn { name: factor.name, values }
            })
            .collect()
    }
}

/// Every pair of lever and belief set, levers first; one of either alone where asked for by position.
#[must_use]
pub fn slices(results: &Results, lever: Option<usize>, belief: Option<usize>) -> Vec<Slice> {
    let experiment = &results.manifest.experiment;
    let (points, replications) = results.extent();
    let how = independence(experiment, points as usize, replications as usize);
    let beliefs = experiment.beliefs.len();
    let mut all: Vec<Slice> = (0..experiment.levers.len() * beliefs)
        .map(|at| {
            let (lever, belief) = (at / beliefs, at % beliefs);
            let name = match experiment.beliefs[belief].as_str() {
                "" => experiment.levers[lever].name.clone(),
                belief => format!("{}, belief {belief}", experiment.levers[lever].name),
            };
            let games = vec![None; how.games_count()];
            Slice { lever, belief, name, how, games, of_point: vec![None; points as usize] }
        })
        .collect();
    let numbers = |name: &str| match results.games.column(name) {
        Some(Column::Unsigned(values)) => values.as_slice(),
        _ => &[],
    };
    let status = match results.games.column("status") {
        Some(Column::Text(statuses)) => statuses.as_slice(),
        _ => &[],
    };
    for (game, (&row, &replication)) in numbers("row").iter().zip(numbers("replication")).enumerate() {
        let place = results.place(row);
        let slice = &mut all[place.lever * beliefs + place.belief];
        slice.of_point[place.point as usize] = Some(game as u32);
        if status.get(game).is_some_and(|status| status == "ok") {
            slice.games[place.point as usize * how.replications + replication as usize] = Some(game as u32);
        }
    }
    all.retain(|slice| {
        lever.is_none_or(|wanted| slice.lever == wanted) && belief.is_none_or(|wanted| slice.belief == wanted)
    });
    all
}

/// The columns of measures, then of payoffs.
#[must_use]
pub fn measured(results: &Results) -> Vec<String> {
    let names = results.games.fields().iter().map(|field| field.name.clone());
    let (mut measures, payoffs): (Vec<String>, Vec<String>) = names
        .filter(|name| name.starts_with("measure.") || name.starts_with("payoff."))
        .partition(|name| name.starts_with("measure."));
    measures.extend(payoffs);
    measures
}

/// The unit of measures that are coded states: numbers that stand for names.
pub const STATE: &str = "state";

/// The unit of a column.
#[must_use]
pub fn unit(results: &Results, column: &str) -> String {
    results.games.fields().iter().find(|field| field.name == column).map_or(String::new(), |field| field.unit.clone())
}
