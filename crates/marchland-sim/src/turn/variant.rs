//! A scenario with one value for every parameter: what a batch of games shares.

use std::sync::Arc;

use marchland_game::{Diagnostic, Distribution, Expression, IndicatorId, LawId, Lineup, OnlyParameters, ParameterId};

use crate::scenario::{Initial, PathPlan, Scenario};

/// A scenario under one belief set and one setting of its parameters.
#[derive(Clone, Debug)]
pub struct Variant {
    /// The scenario.
    pub scenario: Arc<Scenario>,
    /// The belief set in force: position in the scenario's list.
    pub belief: Option<usize>,
    /// The value of every parameter, by `ParameterId`.
    pub parameters: Arc<[f64]>,
    /// How every indicator starts, by `IndicatorId`.
    pub initial: Arc<[Initial]>,
    /// The indicators' values at the start, by `IndicatorId`, where nature does not draw them.
    pub start: Arc<[f64]>,
    /// The indicators that nature draws.
    pub draws: Arc<[(IndicatorId, Distribution)]>,
    /// The exogenous paths in force.
    pub paths: Arc<[PathPlan]>,
    /// Weights of every player's payoff terms, by `PlayerId`, then by term.
    pub weights: Arc<[Vec<f64>]>,
    /// The laws of motion that do not run; what they move stays as it starts.
    pub stopped: Arc<[LawId]>,
}

impl Variant {
    /// The scenario under a belief set (its default where none is named) and with some parameters
    /// set by hand, which go before the belief set's.
    ///
    /// # Errors
    /// Where the belief set or a parameter is unknown, a parameter is set twice, or a value lies
    /// outside the parameter's declared range.
    pub fn new(
        scenario: &Arc<Scenario>,
        belief: Option<&str>,
        set: &[(String, String)],
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        let belief = match belief {
            None => scenario.default_belief,
            Some(name) => {
                let found = scenario.beliefs.iter().position(|belief| belief.id == name);
                if found.is_none() {
                    wrong.push(unknown_belief(scenario, name));
                }
                found
            }
        };
        let mut values = Vec::new();
        for (name, text) in set {
            match parameter_value(scenario, name, text) {
                Ok((id, value)) if values.iter().all(|(other, _)| *other != id) => values.push((id, value)),
                Ok(_) => {
                    wrong.push(Diagnostic::error("set-twice", format!("parameter `{name}` is set twice")));
                }
                Err(diagnostic) => wrong.push(diagnostic),
            }
        }
        if wrong.is_empty() { Ok(Self::with_values(scenario, belief, &values)) } else { Err(wrong) }
    }

    /// The same, with names resolved and values checked already.
    #[must_use]
    pub fn with_values(scenario: &Arc<Scenario>, belief: Option<usize>, set: &[(ParameterId, f64)]) -> Self {
        let mut parameters: Vec<f64> = scenario.catalogue.parameters.iter().map(|parameter| parameter.value).collect();
        let mut initial = scenario.initial.clone();
        let mut paths = scenario.paths.clone();
        if let Some(belief) = belief.map(|at| &scenario.beliefs[at]) {
            for (id, value) in &belief.parameters {
                parameters[id.index()] = *value;
            }
            for (id, start) in &belief.initial {
                initial[id.index()] = start.clone();
            }
            for path in &belief.paths {
                paths.retain(|other| other.indicator != path.indicator);
                paths.push(path.clone());
            }
        }
        let own = Self {
            scenario: Arc::clone(scenario),
            belief,
            draws: initial.iter().enumerate().filter_map(|(at, initial)| drawn(at, initial)).collect(),
            initial: initial.into(),
            start: Arc::new([]),
            parameters: parameters.into(),
            paths: paths.into(),
            weights: Arc::new([]),
            stopped: Arc::new([]),
        };
        own.with_parameters(set)
    }

    /// The same under other values of some parameters, with everything that follows from parameters
    /// evaluated again: where indicators start, and the weights of payoffs. Equal to
    /// [`Self::with_values`] with these values, to the bit; what does not depend on parameters is shared.
    #[must_use]
    pub fn with_parameters(&self, set: &[(ParameterId, f64)]) -> Self {
        let mut parameters = self.parameters.to_vec();
        for (id, value) in set {
            parameters[id.index()] = *value;
        }
        let only = OnlyParameters(&parameters);
        let players = &self.scenario.catalogue.players;
        let weights = players.iter().map(|player| player.payoffs.terms.iter().map(|term| term.weight.value(&only)));
        Self {
            start: self.initial.iter().map(|initial| start_value(initial, &only)).collect(),
            weights: weights.map(Iterator::collect).collect(),
            parameters: parameters.into(),
            ..self.clone()
        }
    }

    /// The same, with an indicator that starts at a value, whatever scenario and belief set say. A
    /// derived indicator, or one on an exogenous path, is written anew by its law all the same.
    #[must_use]
    pub fn starting_at(mut self, indicator: IndicatorId, value: f64) -> Self {
        let at = indicator.index();
        self.initial = self
            .initial
            .iter()
            .enumerate()
            .map(
                |(other, initial)| {
                    if other == at { Initial::Value(Expression::constant(value)) } else { initial.clone() }
                },
            )
            .collect();
        self.start =
            self.start.iter().enumerate().map(|(other, start)| if other == at { value } else { *start }).collect();
        self.draws = self.draws.iter().filter(|(other, _)| *other != indicator).cloned().collect();
        self
    }

    /// The same with indicators that start at these values, whatever scenario and belief set say: for the rows of a
    /// table, so that what they share is not copied. [`Self::with_parameters`] forgets them.
    #[must_use]
    pub fn starting_from(self, starts: &[(IndicatorId, f64)]) -> Self {
        let mut start = self.start.to_vec();
        for (id, value) in starts {
            start[id.index()] = *value;
        }
        let own = |id: &IndicatorId| starts.iter().any(|(other, _)| other == id);
        let draws = if self.draws.iter().any(|(id, _)| own(id)) {
            self.draws.iter().filter(|(id, _)| !own(id)).cloned().collect()
        } else {
            Arc::clone(&self.draws)
        };
        Self { start: start.into(), draws, ..self }
    }

    /// The same without some laws of motion: they do their part at the start and then stand still, so that what they
    /// move stays where it starts, unless somebody else moves it.
    #[must_use]
    pub fn stopping(mut self, laws: &[LawId]) -> Self {
        self.stopped = laws.into();
        self
    }

    /// The name of the belief set in force.
    #[must_use]
    pub fn belief_name(&self) -> Option<&str> {
        self.belief.map(|at| self.scenario.beliefs[at].id.as_str())
    }

    /// The value of an expression that reads parameters only.
    #[must_use]
    pub fn constant(&self, expression: &Expression) -> f64 {
        expression.value(&OnlyParameters(&self.parameters))
    }

    /// The parameter's value, or `otherwise` where the scenario names none.
    #[must_use]
    pub fn parameter_or(&self, id: Option<ParameterId>, otherwise: f64) -> f64 {
        id.map_or(otherwise, |id| self.parameters[id.index()])
    }
}

/// Reads a parameter's value from text: a number, or the name of a choice.
///
/// # Errors
/// Where the parameter is unknown, the text is neither, or the value lies outside the range.
pub fn parameter_value(scenario: &Scenario, name: &str, text: &str) -> Result<(ParameterId, f64), Diagnostic> {
    let catalogue = &scenario.catalogue;
    let Some(id) = catalogue.parameter(name) else {
        return Err(Diagnostic::error("unknown-parameter", format!("there is no parameter `{name}`"))
            .choose(name, catalogue.parameters.iter().map(|parameter| parameter.id.as_str())));
    };
    let parameter = &catalogue.parameters[id.index()];
    if !parameter.choices.is_empty() {
        return match parameter.choices.iter().position(|choice| choice == text) {
            Some(at) => Ok((id, at as f64)),
            None => Err(Diagnostic::error("unknown-choice", format!("parameter `{name}` has no choice `{text}`"))
                .choose(text, parameter.choices.iter().map(String::as_str))),
        };
    }
    let Some(value) = text.trim().parse::<f64>().ok().filter(|value| value.is_finite()) else {
        return Err(Diagnostic::error("not-a-number", format!("`{text}` is no number for parameter `{name}`"))
            .hint(format!("its unit is: {}", parameter.unit)));
    };
    let (low, high) = parameter.distribution.bounds();
    // A constant's range is its value alone: it may still be set by hand, to any finite number.
    if low < high && !(low..=high).contains(&value) {
        return Err(Diagnostic::error(
            "out-of-range",
            format!("{value} lies outside the range of parameter `{name}`, {low} to {high} {}", parameter.unit),
        ));
    }
    Ok((id, value))
}

/// The finding that a belief set is unknown.
#[must_use]
pub fn unknown_belief(scenario: &Scenario, name: &str) -> Diagnostic {
    let found = Diagnostic::error("unknown-belief", format!("there is no belief set `{name}`"));
    if scenario.beliefs.is_empty() {
        return found.hint("this scenario has no belief sets; leave out --belief");
    }
    found.choose(name, scenario.beliefs.iter().map(|belief| belief.id.as_str()))
}

fn start_value(initial: &Initial, at: &OnlyParameters<'_>) -> f64 {
    match initial {
        Initial::Value(expression) => expression.value(at),
        Initial::Draw(distribution) => distribution.quantile(0.5),
    }
}

fn drawn(at: usize, initial: &Initial) -> Option<(IndicatorId, Distribution)> {
    match initial {
        Initial::Value(_) => None,
        Initial::Draw(distribution) => Some((IndicatorId::from_index(at), distribution.clone())),
    }
}

/// What starts a game.
#[derive(Clone)]
pub struct Setup {
    /// The scenario with its parameters.
    pub variant: Arc<Variant>,
    /// Who plays whom.
    pub lineup: Lineup,
    /// The game's seed, below [`marchland_game::stream::SEED_BOUND`].
    pub seed: u64,
    /// Turns to play; the scenario's horizon unless fewer.
    pub turns: u32,
    /// Whether causes and notes are recorded.
    pub tracing: bool,
}
