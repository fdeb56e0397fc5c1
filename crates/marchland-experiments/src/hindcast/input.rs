//! What a case may set and a driver may move: a parameter, or where an indicator starts.

use marchland_game::{Diagnostic, Indicator, Parameter};
use marchland_sim::scenario::Scenario;

use crate::design::{Distribution, Factor, Value};
use crate::run::{factor_of, factor_value};

/// What a name stands for.
pub(super) enum Input<'a> {
    Parameter(&'a Parameter),
    Start(&'a Indicator),
}

impl<'a> Input<'a> {
    /// Finds it.
    ///
    /// # Errors
    /// There is neither a parameter nor an indicator of that name; or a law computes the indicator anew.
    pub(super) fn of(scenario: &'a Scenario, name: &str) -> Result<Self, Diagnostic> {
        let catalogue = &scenario.catalogue;
        if let Some(id) = catalogue.parameter(name) {
            return Ok(Self::Parameter(&catalogue.parameters[id.index()]));
        }
        let Some(id) = catalogue.indicator(name) else {
            let parameters = catalogue.parameters.iter().map(|parameter| parameter.id.as_str());
            let paths = catalogue.indicators.iter().map(|indicator| indicator.path.as_str());
            let found = Diagnostic::error("unknown-path", format!("no parameter or indicator is called `{name}`"));
            return Err(found.choose(name, parameters.chain(paths)));
        };
        let indicator = &catalogue.indicators[id.index()];
        factor_value(scenario, name, &Value::Number(indicator.range.0))?;
        Ok(Self::Start(indicator))
    }

    /// The same as a factor of a design.
    pub(super) fn factor(&self) -> Factor {
        match self {
            Self::Parameter(parameter) => factor_of(parameter),
            Self::Start(indicator) => {
                let (low, high) = indicator.range;
                let distribution = Distribution::Uniform { low, high };
                Factor { name: indicator.path.clone(), draw_key: None, distribution, base: None }
            }
        }
    }

    /// The names of a choice's values; empty where it is a quantity.
    pub(super) fn choices(&self) -> &'a [String] {
        match self {
            Self::Parameter(parameter) => &parameter.choices,
            Self::Start(_) => &[],
        }
    }

    /// Its value in the scenario as it is: of a start, what is expected of it.
    pub(super) fn value(&self) -> f64 {
        match self {
            Self::Parameter(parameter) => parameter.value,
            Self::Start(indicator) => indicator.prior,
        }
    }

    /// Its least and largest value, as declared.
    pub(super) fn range(&self) -> (f64, f64) {
        match self {
            Self::Parameter(parameter) => parameter.distribution.bounds(),
            Self::Start(indicator) => indicator.range,
        }
    }

    /// What it is.
    pub(super) fn meaning(&self) -> &'a str {
        match self {
            Self::Parameter(parameter) => &parameter.meaning,
            Self::Start(indicator) => &indicator.meaning,
        }
    }
}
