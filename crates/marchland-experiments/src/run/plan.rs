//! An experiment resolved against its scenario: any of its games, ready to be played.

use std::sync::Arc;

use marchland_game::stream::{fresh_game_seed, game_seed};
use marchland_game::{Diagnostic, IndicatorId, Nature, Outcome, ParameterId};
use marchland_sim::scenario::{self, Scenario};
use marchland_sim::turn::{Setup, Variant, parameter_value, unknown_belief};
use marchland_strategies::Registry;

use super::experiment::Experiment;
use crate::compose::{self, NamedLineup};
use crate::design::{Points, Run, Shocks, Value};
use crate::play::{Players, Status};

/// What a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// 0-based design point.
    pub point: u64,
    /// Position among the experiment's levers.
    pub lever: usize,
    /// Position among its belief sets.
    pub belief: usize,
}

/// What a factor of a design sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FactorTarget {
    /// A parameter.
    Parameter(ParameterId),
    /// Where an indicator starts.
    Start(IndicatorId),
}

/// A game played.
#[derive(Clone, Debug)]
pub struct GameRow {
    /// Which run.
    pub run: Run,
    /// Its seed.
    pub seed: u64,
    /// How it came out.
    pub status: Status,
    /// Its outcome; empty where it has none.
    pub outcome: Outcome,
    /// The indicators kept, turn by turn.
    pub turns: Vec<f64>,
}

/// An experiment ready to be played.
pub struct Plan {
    /// What is asked.
    pub experiment: Experiment,
    scenario: Arc<Scenario>,
    points: Option<Points>,
    factors: Vec<FactorTarget>,
    bases: Vec<Arc<Variant>>,
    lineups: Vec<NamedLineup>,
    keep: Vec<IndicatorId>,
    measures: Vec<usize>,
    strategies: Vec<String>,
    players: Players,
}

impl Plan {
    /// Resolves an experiment.
    ///
    /// # Errors
    /// Every unknown parameter, player, strategy, belief set, measure or indicator; a parameter that is
    /// both set and varied; a value outside its parameter's range; a design that cannot be drawn; a
    /// count of 0.
    pub fn new(experiment: Experiment, scenario: &Arc<Scenario>, registry: &Registry) -> Result<Self, Vec<Diagnostic>> {
        let mut wrong = Vec::new();
        for (what, count) in [
            ("replications", experiment.replications),
            ("games_per_part", experiment.games_per_part),
            ("turns", u64::from(experiment.turns)),
            ("levers", experiment.levers.len() as u64),
            ("beliefs", experiment.beliefs.len() as u64),
        ] {
            if count == 0 {
                wrong.push(Diagnostic::error("bad-count", format!("`{what}` must be at least 1")));
            }
        }
        let catalogue = &scenario.catalogue;
        let schemas = registry.schemas();
        let mut factors = Vec::new();
        for factor in &experiment.factors {
            match (catalogue.parameter(&factor.name), catalogue.indicator(&factor.name)) {
                (Some(id), _) => factors.push(FactorTarget::Parameter(id)),
                (None, Some(id)) => factors.push(FactorTarget::Start(id)),
                (None, None) => wrong.push(
                    Diagnostic::error("unknown-parameter", format!("there is no parameter `{}`", factor.name))
                        .choose(&factor.name, catalogue.parameters.iter().map(|parameter| parameter.id.as_str())),
                ),
            }
            if experiment.set.iter().any(|(name, _)| *name == factor.name) {
                let message = format!("parameter `{}` is both set and varied", factor.name);
                wrong.push(Diagnostic::error("set-twice", message));
            }
            for value in factor.distribution.ends() {
                wrong.extend(factor_value(scenario, &factor.name, &value).err());
            }
        }
        let mut bases = Vec::new();
        for belief in &experiment.beliefs {
            let known = belief.is_empty() || scenario.beliefs.iter().any(|other| other.id == *belief);
            if !known {
                wrong.push(unknown_belief(scenario, belief));
                continue;
            }
            match Variant::new(scenario, Some(belief.as_str()).filter(|name| !name.is_empty()), &experiment.set) {
                Ok(variant) => bases.push(Arc::new(variant)),
                Err(found) => wrong.extend(found.into_iter().filter(|one| !wrong.contains(one)).collect::<Vec<_>>()),
            }
        }
        let mut strategies: Vec<String> = Vec::new();
        let mut lineups = Vec::new();
        for (at, lever) in experiment.levers.iter().enumerate() {
            if experiment.levers[..at].iter().any(|other| other.name == lever.name) {
                let message = format!("the lever `{}` stands twice", lever.name);
                wrong.push(Diagnostic::error("duplicate-lever", message));
            }
            let mut changes = Vec::new();
            for (player, text) in &lever.strategies {
                match scenario::strategy(scenario, &schemas, text, catalogue.player(player)) {
                    Ok(spec) => changes.push((player.clone(), spec)),
                    Err(found) => wrong.extend(found),
                }
                if !strategies.contains(player) {
                    strategies.push(player.clone());
                }
            }
            match compose::compose(scenario, registry, &changes) {
                Ok(composed) => lineups.push(composed),
                Err(found) => wrong.extend(found),
            }
        }
        let mut keep = Vec::new();
        for path in &experiment.keep {
            match catalogue.indicator(path) {
                Some(id) => keep.push(id),
                None => wrong.push(
                    Diagnostic::error("unknown-indicator", format!("there is no indicator `{path}`"))
                        .choose(path, catalogue.indicators.iter().map(|info| info.path.as_str())),
                ),
            }
        }
        let mut measures = Vec::new();
        for id in &experiment.measures {
            match catalogue.measures.iter().position(|measure| measure.id == *id) {
                Some(at) => measures.push(at),
                None => wrong.push(
                    Diagnostic::error("unknown-measure", format!("there is no measure `{id}`"))
                        .choose(id, catalogue.measures.iter().map(|measure| measure.id.as_str())),
                ),
            }
        }
        let mut cells: Vec<Diagnostic> = Vec::new();
        if let Some(crate::design::Design::Listed { rows }) = &experiment.design {
            for (place, factor) in experiment.factors.iter().enumerate() {
                let values = rows.iter().enumerate().filter_map(|(at, row)| Some((at, row.get(place)?)));
                let mut found =
                    values.filter_map(|(at, value)| Some((at, factor_value(scenario, &factor.name, value).err()?)));
                // A column that is wrong is one mistake.
                if let Some((at, first)) = found.next() {
                    let more = match found.count() {
                        0 => String::new(),
                        more => format!("; so are {more} more of that column"),
                    };
                    let message = format!("{} (row {at} of the table, counted from 0{more})", first.message);
                    cells.push(Diagnostic::error(first.code, message));
                }
            }
        }
        let points = match &experiment.design {
            None => None,
            Some(design) => match Points::new(design.clone(), experiment.factors.clone(), experiment.seed) {
                Ok(points) => Some(points),
                // What is wrong in a cell is said of the cell.
                Err(_) if !cells.is_empty() => None,
                Err(error) => {
                    wrong.push(Diagnostic::error("bad-design", error.to_string()));
                    None
                }
            },
        };
        wrong.append(&mut cells);
        let assumed = match compose::assumed(scenario, registry) {
            Ok(lineup) => Some(lineup),
            Err(found) => {
                wrong.extend(found);
                None
            }
        };
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let players = Players::new(scenario, assumed);
        let scenario = Arc::clone(scenario);
        Ok(Self { experiment, scenario, points, factors, bases, lineups, keep, measures, strategies, players })
    }

    /// The same, with another limit of stages a game.
    #[must_use]
    pub fn with_work_limit(mut self, stages: u64) -> Self {
        self.players = self.players.with_work_limit(stages);
        self
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// The workers.
    #[must_use]
    pub fn players(&self) -> &Players {
        &self.players
    }

    /// The design's points; none in a plain batch.
    #[must_use]
    pub fn points(&self) -> Option<&Points> {
        self.points.as_ref()
    }

    /// How many rows there are: points × levers × belief sets.
    #[must_use]
    pub fn rows(&self) -> u64 {
        let points = self.points.as_ref().map_or(1, Points::rows);
        points * self.lineups.len() as u64 * self.bases.len() as u64
    }

    /// How many games: rows × replications.
    #[must_use]
    pub fn games(&self) -> u64 {
        self.rows() * self.experiment.replications
    }

    /// What a row stands for.
    #[must_use]
    pub fn place(&self, row: u64) -> Place {
        place(&self.experiment, row)
    }

    /// The indicators kept by turn.
    #[must_use]
    pub fn keep(&self) -> &[IndicatorId] {
        &self.keep
    }

    /// Positions in the catalogue of the measures kept.
    #[must_use]
    pub fn measures(&self) -> &[usize] {
        &self.measures
    }

    /// Players and populations whose strategy some lever changes: the `strategy.` columns.
    #[must_use]
    pub fn strategy_columns(&self) -> &[String] {
        &self.strategies
    }

    /// The strategy that a row's lever gives a player.
    #[must_use]
    pub fn strategy(&self, lever: usize, player: &str) -> &str {
        let names = &self.lineups[lever].names;
        names.iter().find(|(name, _)| name == player).map_or("", |(_, strategy)| strategy.as_str())
    }

    /// Who plays whom under a lever.
    #[must_use]
    pub fn composed(&self, lever: usize) -> &NamedLineup {
        &self.lineups[lever]
    }

    /// The factors' values at a point.
    #[must_use]
    pub fn values(&self, point: u64) -> Vec<Value> {
        self.points.as_ref().map_or_else(Vec::new, |points| points.values(point))
    }

    /// The scenario with the parameters of a row.
    #[must_use]
    pub fn variant(&self, place: Place) -> Arc<Variant> {
        let base = &self.bases[place.belief];
        if self.factors.is_empty() {
            return Arc::clone(base);
        }
        let values = self.values(place.point);
        let (mut set, mut starts) = (Vec::new(), Vec::new());
        for (factor, value) in self.factors.iter().zip(&values) {
            match (factor, value) {
                (FactorTarget::Parameter(id), value) => set.push((*id, self.number(*id, value))),
                (FactorTarget::Start(id), Value::Number(x)) => starts.push((*id, *x)),
                // Refused when the plan was made.
                (FactorTarget::Start(_), Value::Name(_)) => {}
            }
        }
        // Initial values may depend on parameters as weights do: a row is what `--set` would make of it.
        let variant = base.with_parameters(&set);
        Arc::new(if starts.is_empty() { variant } else { variant.starting_from(&starts) })
    }

    fn number(&self, id: ParameterId, value: &Value) -> f64 {
        match value {
            Value::Number(x) => *x,
            Value::Name(name) => {
                let choices = &self.scenario.catalogue.parameters[id.index()].choices;
                choices.iter().position(|choice| choice == name).unwrap_or(0) as f64
            }
        }
    }

    /// The seed of a run's game: by the experiment's seed and the replication, and under
    /// [`Shocks::Fresh`] by the point's unit of independence too; never by lever or belief set.
    #[must_use]
    pub fn seed(&self, run: Run) -> u64 {
        let experiment = &self.experiment;
        match (experiment.shocks, &self.points) {
            (Shocks::Fresh, Some(points)) => {
                fresh_game_seed(experiment.seed, run.replication, points.unit_of_shocks(self.place(run.row).point))
            }
            _ => game_seed(experiment.seed, run.replication),
        }
    }

    /// What starts a run's game.
    #[must_use]
    pub fn setup(&self, run: Run, tracing: bool) -> Setup {
        let place = self.place(run.row);
        Setup {
            variant: self.variant(place),
            lineup: self.lineups[place.lever].lineup.clone(),
            seed: self.seed(run),
            turns: self.experiment.turns,
            tracing,
        }
    }

    /// Plays a run on this thread.
    #[must_use]
    pub fn play(&self, run: Run) -> GameRow {
        let setup = self.setup(run, false);
        let mut outcome = Outcome::default();
        let mut turns = Vec::with_capacity(self.keep.len() * setup.turns as usize);
        let status = self.players.play(&setup, &mut outcome, |game| {
            turns.extend(self.keep.iter().map(|id| game.world().get(*id)));
        });
        if matches!(status, Status::Error | Status::Panic | Status::OverLimit) {
            outcome = Outcome::default();
            turns.clear();
        }
        GameRow { run, seed: setup.seed, status, outcome, turns }
    }
}

/// Whether a factor may have a value: a parameter inside its declared range, or a start inside its indicator's.
///
/// # Errors
/// There is no such parameter or indicator, no law leaves the indicator where it starts, or the value lies outside.
pub(crate) fn factor_value(scenario: &Scenario, name: &str, value: &Value) -> Result<(), Diagnostic> {
    let catalogue = &scenario.catalogue;
    let Some(id) = catalogue.indicator(name).filter(|_| catalogue.parameter(name).is_none()) else {
        return parameter_value(scenario, name, &text_of(value)).map(|_| ());
    };
    let indicator = &catalogue.indicators[id.index()];
    if indicator.nature == Nature::Derived {
        let message = format!("`{name}` is computed anew by a law of motion, and does not start anywhere");
        let inputs = indicator.inputs.join(", ");
        return Err(Diagnostic::error("derived", message).hint(format!("it is computed from {inputs}")));
    }
    let (low, high) = indicator.range;
    match value {
        Value::Number(x) if (low..=high).contains(x) => Ok(()),
        other => {
            let message = format!("{} lies outside the range of `{name}`, {low} to {high}", text_of(other));
            Err(Diagnostic::error("out-of-range", message))
        }
    }
}

/// What a row of an experiment stands for.
pub(super) fn place(experiment: &Experiment, row: u64) -> Place {
    let (levers, beliefs) = (experiment.levers.len() as u64, experiment.beliefs.len() as u64);
    Place {
        point: row / (levers * beliefs),
        lever: (row / beliefs % levers) as usize,
        belief: (row % beliefs) as usize,
    }
}

/// A value as `--set` reads it, to the same bits.
pub(super) fn text_of(value: &Value) -> String {
    match value {
        Value::Number(x) => format!("{x:?}"),
        Value::Name(name) => name.clone(),
    }
}
