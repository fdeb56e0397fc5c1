//! The ranges that a scenario declares for whatever an expression may read.

use marchland_game::number::{max, min};
use marchland_game::{ActionId, IndicatorId, ParameterId, Variable};

use crate::scenario::expression::{Interval, Ranges};
use crate::scenario::model::Scenario;

/// Ranges as declared.
#[derive(Clone)]
pub(super) struct DeclaredRanges {
    pub indicators: Vec<Interval>,
    pub parameters: Vec<Interval>,
    pub level: Interval,
    pub turn: Interval,
}

impl DeclaredRanges {
    pub fn of(scenario: &Scenario) -> Self {
        let catalogue = &scenario.catalogue;
        let mut parameters: Vec<Interval> = catalogue
            .parameters
            .iter()
            .map(|parameter| {
                let (low, high) = parameter.distribution.bounds();
                Interval::new(low, high).hull(Interval::point(parameter.value))
            })
            .collect();
        for (id, value) in scenario.beliefs.iter().flat_map(|belief| &belief.parameters) {
            parameters[id.index()] = parameters[id.index()].hull(Interval::point(*value));
        }
        Self {
            indicators: catalogue
                .indicators
                .iter()
                .map(|indicator| Interval::new(indicator.range.0, indicator.range.1))
                .collect(),
            parameters,
            level: Interval::point(0.0),
            turn: Interval::new(1.0, f64::from(scenario.calendar.horizon)),
        }
    }

    /// With `level` of an action's options.
    pub fn of_action(&self, scenario: &Scenario, action: ActionId) -> Self {
        let levels = scenario.catalogue.actions[action.index()].options.iter().map(|option| option.level);
        let low = levels.clone().fold(f64::INFINITY, min);
        let high = levels.fold(f64::NEG_INFINITY, max);
        Self { level: Interval::new(low, high), ..self.clone() }
    }
}

impl Ranges for DeclaredRanges {
    fn indicator(&self, id: IndicatorId) -> Interval {
        self.indicators[id.index()]
    }
    fn parameter(&self, id: ParameterId) -> Interval {
        self.parameters[id.index()]
    }
    fn variable(&self, variable: Variable) -> Interval {
        match variable {
            Variable::Level => self.level,
            Variable::Ideal => Interval::new(-1.0, 1.0),
        }
    }
    fn turn(&self) -> Interval {
        self.turn
    }
}
