//! Linear programs: a row-scaled front for two solvers.
//!
//! microlp's simplex is quick and sharp up to about a thousand columns; beyond that, and where it gives
//! up, clarabel's interior point takes over. Whoever asks verifies the answer on the game itself.

use std::time::Duration;

use clarabel::algebra::CscMatrix;
use clarabel::solver::{
    DefaultSettings, DefaultSolver, ExponentialConeT, IPSolver, NonnegativeConeT, SolverStatus, SupportedConeT,
    ZeroConeT,
};
use microlp::{ComparisonOp, OptimizationDirection, Problem, SolveOptions};

use crate::error::Error;
use crate::number::max;

/// The largest program, in columns and rows, given to the simplex.
const MOST_COLUMNS: usize = 1_000;
const MOST_ROWS: usize = 4_000;
/// Entries of a scaled row below this are rounding noise and are dropped.
const NOISE: f64 = 1e-14;

/// How a row compares with its bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    AtMost,
    Equal,
}

/// One constraint: Σ coefficient · variable, against a bound.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) coefficients: Vec<(usize, f64)>,
    pub(crate) kind: Kind,
    pub(crate) bound: f64,
}

/// Maximise Σ objective · x over the rows; variables are non-negative unless free.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    /// What the program is for, in error messages.
    pub(crate) name: &'static str,
    pub(crate) objective: Vec<f64>,
    pub(crate) free: Vec<usize>,
    pub(crate) rows: Vec<Row>,
}

/// What a solver made of a program.
#[derive(Debug, Clone)]
pub(crate) enum Outcome {
    /// An optimal point.
    Optimal(Vec<f64>),
    /// No point meets all rows.
    Infeasible,
    /// The time ran out.
    OutOfTime,
}

impl Program {
    /// Solves the program.
    pub(crate) fn solve(mut self, limit: Option<Duration>) -> Result<Outcome, Error> {
        self.settle();
        self.scale();
        let small = self.objective.len() <= MOST_COLUMNS && self.rows.len() <= MOST_ROWS;
        if small && let Ok(outcome) = self.simplex(limit) {
            return Ok(outcome);
        }
        self.interior(0, limit)
    }

    /// Maximises the objective plus the entropy −Σ x ln x of the first `mixed` variables.
    pub(crate) fn with_entropy(mut self, mixed: usize, limit: Option<Duration>) -> Result<Outcome, Error> {
        self.scale();
        self.interior(mixed, limit)
    }

    /// Takes out what can be nothing but zero: a sum of terms that none is negative and that is at most 0 has no term above
    /// it. Each such variable is left with a row of its own. What a large coefficient would hide from the solvers'
    /// tolerance, a small one beside it, is so exact.
    fn settle(&mut self) {
        let mut zero = vec![false; self.objective.len()];
        loop {
            let forced = |row: &Row| {
                row.kind == Kind::AtMost
                    && row.bound == 0.0
                    && row.coefficients.iter().all(|(v, c)| *c >= 0.0 && !self.free.contains(v))
            };
            let forced: Vec<bool> = self.rows.iter().map(forced).collect();
            if forced.iter().all(|yes| !yes) {
                break;
            }
            for (row, _) in self.rows.iter().zip(&forced).filter(|(_, yes)| **yes) {
                row.coefficients.iter().filter(|(_, c)| *c > 0.0).for_each(|(v, _)| zero[*v] = true);
            }
            let mut forced = forced.into_iter();
            self.rows.retain(|_| forced.next() == Some(false));
            for row in &mut self.rows {
                row.coefficients.retain(|(v, _)| !zero[*v]);
            }
            self.rows.retain(|row| !row.coefficients.is_empty() || row.kind == Kind::Equal);
        }
        let own = |v: usize| Row { coefficients: vec![(v, 1.0)], kind: Kind::AtMost, bound: 0.0 };
        self.rows.extend((0..zero.len()).filter(|v| zero[*v]).map(own));
    }

    /// Divides each row by its largest coefficient.
    fn scale(&mut self) {
        for row in &mut self.rows {
            let largest = row.coefficients.iter().fold(0.0, |m, (_, c)| max(m, c.abs()));
            if largest > 0.0 {
                row.bound /= largest;
                for (_, c) in &mut row.coefficients {
                    *c /= largest;
                }
            }
            row.coefficients.retain(|(_, c)| c.abs() > NOISE);
        }
        self.rows.retain(|row| !row.coefficients.is_empty() || row.kind == Kind::Equal);
    }

    /// Solves a program that always has an optimum; none if the time ran out.
    pub(crate) fn optimum(self, limit: Option<Duration>) -> Result<Option<Vec<f64>>, Error> {
        let name = self.name;
        match self.solve(limit)? {
            Outcome::Optimal(x) => Ok(Some(x)),
            Outcome::OutOfTime => Ok(None),
            Outcome::Infeasible => {
                Err(Error::Program { program: name, reason: "no feasible point, by the solver's rounding".into() })
            }
        }
    }

    fn simplex(&self, limit: Option<Duration>) -> Result<Outcome, String> {
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let variables: Vec<_> = (0..self.objective.len())
            .map(|v| {
                let low = if self.free.contains(&v) { f64::NEG_INFINITY } else { 0.0 };
                problem.add_var(self.objective[v], (low, f64::INFINITY))
            })
            .collect();
        for row in &self.rows {
            let terms: Vec<_> = row.coefficients.iter().map(|&(v, c)| (variables[v], c)).collect();
            let kind = match row.kind {
                Kind::AtMost => ComparisonOp::Le,
                Kind::Equal => ComparisonOp::Eq,
            };
            problem.add_constraint(&terms[..], kind, row.bound);
        }
        let mut options = SolveOptions::default();
        options.time_limit = limit;
        options.tolerances.feasibility = 1e-10;
        match problem.solve_with(options) {
            Ok(outcome) if outcome.is_optimal() => {
                let solution = outcome.solution().expect("an optimal outcome has one");
                Ok(Outcome::Optimal(variables.iter().map(|&v| solution.var_value(v)).collect()))
            }
            Ok(_) => Ok(Outcome::OutOfTime),
            Err(microlp::Error::Infeasible) => Ok(Outcome::Infeasible),
            Err(error) => Err(error.to_string()),
        }
    }

    fn interior(&self, mixed: usize, limit: Option<Duration>) -> Result<Outcome, Error> {
        let columns = self.objective.len();
        let mut place = 0;
        let (mut rows, mut cols, mut values, mut bounds) = (vec![], vec![], vec![], vec![]);
        let mut equalities = 0;
        for kind in [Kind::Equal, Kind::AtMost] {
            for row in self.rows.iter().filter(|row| row.kind == kind) {
                for &(v, c) in &row.coefficients {
                    rows.push(place);
                    cols.push(v);
                    values.push(c);
                }
                bounds.push(row.bound);
                place += 1;
            }
            if kind == Kind::Equal {
                equalities = place;
            }
        }
        for v in (0..columns).filter(|v| !self.free.contains(v)) {
            rows.push(place);
            cols.push(v);
            values.push(-1.0);
            bounds.push(0.0);
            place += 1;
        }
        let mut cones: Vec<SupportedConeT<f64>> = vec![ZeroConeT(equalities), NonnegativeConeT(place - equalities)];
        let mut cost: Vec<f64> = self.objective.iter().map(|c| -c).collect();
        for v in 0..mixed {
            // t ≤ −x ln x exactly if (t, x, 1) lies in the exponential cone.
            for (offset, column) in [(0, columns + v), (1, v)] {
                rows.push(place + offset);
                cols.push(column);
                values.push(-1.0);
            }
            bounds.extend([0.0, 0.0, 1.0]);
            cones.push(ExponentialConeT());
            cost.push(-1.0);
            place += 3;
        }
        let columns = columns + mixed;
        let matrix = CscMatrix::new_from_triplets(place, columns, rows, cols, values);
        let settings = DefaultSettings {
            verbose: false,
            tol_gap_abs: 1e-10,
            tol_gap_rel: 1e-10,
            tol_feas: 1e-10,
            time_limit: limit.map_or(f64::INFINITY, |limit| limit.as_secs_f64()),
            ..DefaultSettings::default()
        };
        let quadratic = CscMatrix::zeros((columns, columns));
        let mut solver = DefaultSolver::new(&quadratic, &cost, &matrix, &bounds, &cones, settings)
            .map_err(|error| self.failed(error.to_string()))?;
        solver.solve();
        match solver.solution.status {
            // A reduced accuracy is judged by the caller's certificate.
            SolverStatus::Solved | SolverStatus::AlmostSolved | SolverStatus::InsufficientProgress => {
                Ok(Outcome::Optimal(solver.solution.x[..columns - mixed].to_vec()))
            }
            SolverStatus::PrimalInfeasible | SolverStatus::AlmostPrimalInfeasible => Ok(Outcome::Infeasible),
            SolverStatus::MaxTime => Ok(Outcome::OutOfTime),
            SolverStatus::NumericalError => {
                Err(self.failed("the solver lost its precision; payoffs of one order of magnitude keep it".to_owned()))
            }
            status => Err(self.failed(format!("the solver stopped with {status:?}"))),
        }
    }

    pub(crate) fn failed(&self, reason: String) -> Error {
        Error::Program { program: self.name, reason }
    }
}
