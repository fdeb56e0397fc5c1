//! What a seat sees, as a mapping from paths to values.

use std::sync::Arc;

use marchland_game::{
    ActionId, Budget, Catalogue, Decision, Diagnostic, IndicatorId, MotionId, Order, PlayerId, Readings as _, Refusal,
    Stage,
};
use numpy::PyArray1;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

/// Everything that one player knows at one decision, and nothing else: a copy, without a way back to the game.
///
/// A mapping from indicators' paths to values as the player believes them: `observation["country.legitimacy"]`.
#[pyclass(frozen, mapping, module = "marchland")]
pub struct Observation {
    catalogue: Arc<Catalogue>,
    player: PlayerId,
    turn: u32,
    round: u8,
    month: u32,
    stage: Stage,
    values: Vec<f64>,
    sds: Vec<f64>,
    ages: Vec<Option<u32>>,
    legal: Vec<(Order, [f64; Budget::ALL.len()])>,
    illegal: Vec<(Order, Refusal)>,
    left: [Option<f64>; Budget::ALL.len()],
    tabled: Vec<(MotionId, Option<PlayerId>, f64)>,
    seed: u64,
}

/// An order with what it costs, or with why it is illegal.
type OrderJudgement<T> = (Order, T);

/// The player's own orders: those that are legal, and those that are not.
pub fn judged(at: &Decision<'_>) -> (Vec<OrderJudgement<[f64; Budget::ALL.len()]>>, Vec<OrderJudgement<Refusal>>) {
    let (mut legal, mut illegal) = (Vec::new(), Vec::new());
    if at.moment.stage == Stage::Orders {
        for (index, action) in at.catalogue.actions.iter().enumerate() {
            if !action.owners.contains(at.player) {
                continue;
            }
            for option in 0..action.options.len() as u8 {
                let order = Order { action: ActionId::from_index(index), option };
                match at.observation.legality(order) {
                    Ok(cost) => legal.push((order, cost)),
                    Err(refusal) => illegal.push((order, refusal)),
                }
            }
        }
    }
    (legal, illegal)
}

impl Observation {
    /// What is known at a decision; `catalogue` is a copy of the decision's own.
    pub fn of(catalogue: &Arc<Catalogue>, at: &Decision<'_>) -> Self {
        let count = at.catalogue.indicators.len();
        let (mut values, mut sds, mut ages) =
            (Vec::with_capacity(count), Vec::with_capacity(count), Vec::with_capacity(count));
        for index in 0..count {
            let known = at.observation.estimate(IndicatorId::from_index(index));
            values.push(known.value);
            sds.push(known.sd);
            ages.push(known.age);
        }
        let (legal, illegal) = judged(at);
        let seat = &at.catalogue.players[at.player.index()];
        Self {
            catalogue: Arc::clone(catalogue),
            player: at.player,
            turn: at.moment.turn.0,
            round: at.moment.round.0,
            month: at.observation.month() as u32,
            stage: at.moment.stage,
            left: seat.budgets.map(|budget| budget.map(|id| values[id.index()])),
            values,
            sds,
            ages,
            legal,
            illegal,
            tabled: at
                .tabled
                .iter()
                .map(|tabled| (tabled.motion, tabled.by, at.observation.stake(tabled.motion)))
                .collect(),
            // The upper 53 bits, as outside programs are told it.
            seed: at.stream.word() >> 11,
        }
    }

    fn place(&self, path: &str) -> PyResult<usize> {
        self.catalogue.indicator(path).map(IndicatorId::index).ok_or_else(|| {
            let paths = self.catalogue.indicators.iter().map(|info| info.path.as_str());
            let found = Diagnostic::error("unknown-indicator", format!("there is no indicator `{path}`"));
            let found = found.choose(path, paths);
            PyKeyError::new_err(format!("{}; {}", found.message, found.hint))
        })
    }

    fn names(&self, order: Order) -> (&str, &str) {
        let action = &self.catalogue.actions[order.action.index()];
        (&action.id, &action.options[usize::from(order.option)].id)
    }
}

#[pymethods]
impl Observation {
    /// Who sees this.
    #[getter]
    fn seat(&self) -> &str {
        &self.catalogue.players[self.player.index()].id
    }

    /// The turn, from 1: a month of the game.
    #[getter]
    fn turn(&self) -> u32 {
        self.turn
    }

    /// The round of the month, from 0; always 0 but on the crisis clock.
    #[getter]
    fn round(&self) -> u8 {
        self.round
    }

    /// The calendar month, 1 to 12.
    #[getter]
    fn month(&self) -> u32 {
        self.month
    }

    /// `"orders"`, or `"ballots"` where motions stand to be voted on.
    #[getter]
    fn stage(&self) -> &str {
        match self.stage {
            Stage::Orders => "orders",
            Stage::Ballots => "ballots",
        }
    }

    /// A number below 2**53 of this decision alone: what draws should come from, so that a game can be replayed.
    #[getter]
    fn seed(&self) -> u64 {
        self.seed
    }

    /// Every indicator's path, in the order of `values`, `sd` and `age`.
    #[getter]
    fn paths<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.catalogue.indicators.iter().map(|info| info.path.as_str()))
    }

    /// Every indicator's value as it is known, in its own unit, shape (indicators,).
    #[getter]
    fn values<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, &self.values)
    }

    /// The standard deviation of each value's error, in the indicator's unit, 0 where it is exact.
    #[getter]
    fn sd<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, &self.sds)
    }

    /// The age of each value in months, −1 where it was never seen and is belief.
    #[getter]
    fn age<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<i64>> {
        PyArray1::from_iter(py, self.ages.iter().map(|age| age.map_or(-1, i64::from)))
    }

    /// Value, standard deviation and age in months of one indicator; the age is None where it was never seen.
    fn estimate(&self, path: &str) -> PyResult<(f64, f64, Option<u32>)> {
        let at = self.place(path)?;
        Ok((self.values[at], self.sds[at], self.ages[at]))
    }

    fn __getitem__(&self, path: &str) -> PyResult<f64> {
        self.place(path).map(|at| self.values[at])
    }

    fn __contains__(&self, path: &Bound<'_, PyAny>) -> bool {
        path.extract::<String>().is_ok_and(|path| self.catalogue.indicator(&path).is_some())
    }

    fn __len__(&self) -> usize {
        self.values.len()
    }

    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.paths(py)?.try_iter()?.into_any())
    }

    /// Single orders that may be given now, as (action, option); together they must fit the budgets.
    #[getter]
    fn legal(&self) -> Vec<(&str, &str)> {
        self.legal.iter().map(|(order, _)| self.names(*order)).collect()
    }

    /// What each legal order costs, {(action, option): {budget: amount}}; what it does not cost is left out.
    #[getter]
    fn costs<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let costs = PyDict::new(py);
        for (order, cost) in &self.legal {
            let of = PyDict::new(py);
            for (budget, amount) in Budget::ALL.iter().zip(cost).filter(|(_, amount)| **amount != 0.0) {
                of.set_item(budget.name(), amount)?;
            }
            costs.set_item(self.names(*order), of)?;
        }
        Ok(costs)
    }

    /// The seat's other orders, as (action, option, reason): the reason reads after "because".
    #[getter]
    fn illegal(&self) -> Vec<(&str, &str, String)> {
        let catalogue = &self.catalogue;
        self.illegal
            .iter()
            .map(|(order, refusal)| {
                let (action, option) = self.names(*order);
                (action, option, refusal.text(order.action, catalogue))
            })
            .collect()
    }

    /// What is left in each of the seat's budgets.
    #[getter]
    fn budget<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let left = PyDict::new(py);
        for (budget, amount) in Budget::ALL.iter().zip(self.left) {
            if let Some(amount) = amount {
                left.set_item(budget.name(), amount)?;
            }
        }
        Ok(left)
    }

    /// Motions that stand to be voted on, as (motion, by, stake): by is None where an event tabled it, the stake is
    /// U(yes) − U(no) in the seat's own payoff.
    #[getter]
    fn tabled(&self) -> Vec<(&str, Option<&str>, f64)> {
        let catalogue = &self.catalogue;
        self.tabled
            .iter()
            .map(|(motion, by, stake)| {
                let by = by.map(|by| catalogue.players[by.index()].id.as_str());
                (catalogue.motions[motion.index()].id.as_str(), by, *stake)
            })
            .collect()
    }

    fn __repr__(&self) -> String {
        format!(
            "<Observation of {}: turn {}, {}, {} indicators, {} legal orders>",
            self.seat(),
            self.turn,
            self.stage(),
            self.values.len(),
            self.legal.len()
        )
    }
}
