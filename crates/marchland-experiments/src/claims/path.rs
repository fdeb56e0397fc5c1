//! What the effect of a row of `Moves` goes through.
//!
//! A row whose change writes what is measured, or what one law turns into it, says that the two are wired. So a row names a
//! **state** between: what the change moves, and what moves the measure. It is held in the row's own paired games by its
//! mean over the turns before the last, so that it comes before what is read at the end. Three things are asked of it:
//!
//! - the change **moves** it: the two-sided interval of the mean paired difference leaves out 0;
//! - **something else moves it too**: were half of the games changed and half not, games of one kind differ among
//!   themselves by at least [`LEAST_OTHER_SHARE`] of its variance between all of them. A state that the change alone moves
//!   is a name for the change;
//! - it **goes with the effect**: pairs of games in which the change moves the state more are those in which it moves the
//!   measure more, the way that the two means say (rank correlation of paired differences).
//!
//! The last is an association under common random numbers and no proof of mediation: what moves both, or a second path
//! beside, makes one as well, and a state that the change moves by the same amount in every game shows none.

use std::collections::BTreeSet;

use marchland_game::{Catalogue, Diagnostic, Expression, IndicatorId};
use marchland_sim::scenario::node::{Kind as Shape, Node};
use marchland_sim::scenario::parse_expression;
use marchland_sim::scenario::reader::Record;
use marchland_sim::scenario::sink::Place;
use serde::{Deserialize, Serialize};

use super::written::written_by;
use super::{Comparison, LEVEL, Probe, Reading};
use crate::statistics::{Interval, LEAST_UNITS, paired_difference, rank_association, within_share};

/// At least this share of a state's variance is to come from something else than the change: our choice, stated before any
/// row was held against it.
pub const LEAST_OTHER_SHARE: f64 = 0.10;

/// What the effect of a row goes through, as its author says.
#[derive(Clone, Debug)]
pub enum CausalPath {
    /// These states, each between the change and what is compared.
    Through(Vec<PathState>),
    /// Nothing, and why.
    Direct(String),
}

/// A state between a change and what is compared.
#[derive(Clone, Debug)]
pub struct PathState {
    /// What is read of it.
    pub of: Expression,
    /// The same, as written.
    pub text: String,
}

/// What became of a row's path.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PathReport {
    /// It goes through these states.
    Through(Vec<StateReport>),
    /// It goes through none; why.
    Direct(String),
    /// The file says neither.
    NotStated,
}

/// What a path came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PathVerdict {
    /// Every state of it is moved by the change and by something else, and goes with the effect.
    Holds,
    /// One of them is not.
    Fails,
    /// There is none.
    Direct,
    /// None is stated.
    NotStated,
}

/// What became of a state between.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StateReport {
    /// As the file writes it.
    pub state: String,
    /// Mean of its paired differences, changed less unchanged.
    pub difference: Option<f64>,
    /// The two-sided interval of that.
    pub interval: Option<Interval>,
    /// Whether the change is shown to move it.
    pub moved: bool,
    /// The share of its variance that something else moves; none where it never differs.
    pub other_share: Option<f64>,
    /// The two-sided interval of that.
    pub other_interval: Option<Interval>,
    /// Whether that share is at least [`LEAST_OTHER_SHARE`].
    pub moved_by_others: bool,
    /// Whether the interval tells the share from that.
    pub told: bool,
    /// Rank correlation of the paired differences of the state with those of what is compared; none where in either fewer
    /// than sixteen pairs differ from what most have.
    pub association: Option<f64>,
    /// The two-sided interval of that.
    pub association_interval: Option<Interval>,
    /// Whether the association is shown, with the sign that the mean differences have.
    pub carries: bool,
}

impl StateReport {
    /// Whether all three hold.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.moved && self.moved_by_others && self.carries
    }

    /// Holds a state, by its columns in changed and in unchanged games, beside those of what is compared.
    pub(super) fn of(state: &str, (first, second): (&[f64], &[f64]), measured: (&[f64], &[f64])) -> Self {
        let differences = |(first, second): (&[f64], &[f64])| -> Vec<f64> {
            first.iter().zip(second).map(|(first, second)| first - second).collect()
        };
        let difference = paired_difference(first, second, LEVEL);
        let effect = paired_difference(measured.0, measured.1, LEVEL).mean;
        let share = within_share(first, second, LEVEL);
        let (own, of_effect) = (differences((first, second)), differences(measured));
        // A few pairs that differ carry a correlation whose interval knows nothing of those that were not met.
        let many = [&own, &of_effect].iter().all(|column| apart_from_most(column) >= LEAST_UNITS);
        let association = if many { rank_association(&own, &of_effect, LEVEL) } else { None };
        let expected = difference.mean.zip(effect).map(|(state, effect)| state * effect);
        Self {
            state: state.to_owned(),
            difference: difference.mean,
            interval: difference.interval,
            moved: difference.interval.is_some_and(|interval| !interval.contains(0.0)),
            other_share: share.map(|share| share.share),
            other_interval: share.and_then(|share| share.interval),
            moved_by_others: share.is_some_and(|share| share.share >= LEAST_OTHER_SHARE),
            told: share.and_then(|share| share.interval).is_some_and(|interval| !interval.contains(LEAST_OTHER_SHARE)),
            association: association.map(|association| association.correlation),
            association_interval: association.and_then(|association| association.interval),
            carries: association
                .zip(expected)
                .is_some_and(|(association, expected)| f64::from(association.sign()) * expected > 0.0),
        }
    }
}

/// How many values differ from the one that most have.
fn apart_from_most(values: &[f64]) -> usize {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    values.len() - sorted.chunk_by(|a, b| a == b).map(<[f64]>::len).max().unwrap_or(0)
}

impl PathReport {
    /// What it came to.
    #[must_use]
    pub fn verdict(&self) -> PathVerdict {
        match self {
            Self::Through(states) if states.iter().all(StateReport::holds) => PathVerdict::Holds,
            Self::Through(_) => PathVerdict::Fails,
            Self::Direct(_) => PathVerdict::Direct,
            Self::NotStated => PathVerdict::NotStated,
        }
    }
}

/// How the paths of rows that have to move something came out, by their numbers, in the file's order.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PathStanding {
    /// Rows whose states are moved by the change and by something else, and go with the effect.
    pub holds: Vec<String>,
    /// Rows of which a state is not; the next three say what is missing.
    pub fails: Vec<String>,
    /// Rows with a state that the change is not shown to move.
    pub not_moved: Vec<String>,
    /// Rows with a state of which less than [`LEAST_OTHER_SHARE`] is moved by something else.
    pub hardly_by_others: Vec<String>,
    /// Rows with a state that is not shown to go with the effect.
    pub not_carried: Vec<String>,
    /// Rows that go through no state, as the file says.
    pub direct: Vec<String>,
    /// Rows of which the file says neither.
    pub not_stated: Vec<String>,
}

impl PathStanding {
    /// Notes a row.
    pub(super) fn note(&mut self, id: &str, path: &PathReport) {
        let list = match path.verdict() {
            PathVerdict::Holds => &mut self.holds,
            PathVerdict::Fails => &mut self.fails,
            PathVerdict::Direct => &mut self.direct,
            PathVerdict::NotStated => &mut self.not_stated,
        };
        list.push(id.to_owned());
        let PathReport::Through(states) = path else { return };
        for (list, has) in [
            (&mut self.not_moved, states.iter().all(|state| state.moved)),
            (&mut self.hardly_by_others, states.iter().all(|state| state.moved_by_others)),
            (&mut self.not_carried, states.iter().all(|state| state.carries)),
        ] {
            if !has {
                list.push(id.to_owned());
            }
        }
    }
}

const REMEDY: &str = "name a state that a law moves in between, or say why there is none: `direct: \"…\"`";

impl Reading<'_> {
    /// What a comparison goes through; none where its row says neither, or says it wrongly.
    pub(super) fn path(&self, record: &Record<'_>, of: &Comparison) -> Option<CausalPath> {
        match (record.get("through"), record.get("direct")) {
            (None, None) => None,
            (Some(_), Some(direct)) => {
                let message = "a row goes through a state, or through none: `through` and `direct` exclude each other";
                self.refuse("two-paths", message, direct.place);
                None
            }
            (None, Some(direct)) => {
                let text = self.sink.text(direct)?;
                if text.value.is_empty() {
                    self.refuse("missing-value", "a direct row says why nothing lies between", direct.place);
                }
                Some(CausalPath::Direct(text.value.clone()))
            }
            (Some(through), None) => {
                let nodes = match &through.kind {
                    Shape::List(nodes) => nodes.as_slice(),
                    _ => std::slice::from_ref(through),
                };
                if nodes.is_empty() {
                    self.refuse("missing-value", "a path goes through one state at least", through.place);
                }
                let states: Vec<Option<PathState>> = nodes.iter().map(|node| self.state(node, of)).collect();
                states.into_iter().collect::<Option<_>>().map(CausalPath::Through)
            }
        }
    }

    /// A state between the change of a comparison and what it compares.
    fn state(&self, node: &Node, of: &Comparison) -> Option<PathState> {
        let text = &self.sink.text(node)?.value;
        let expression = self.expression(text, node.place)?;
        let catalogue = &self.scenario.catalogue;
        let read: BTreeSet<IndicatorId> = expression.indicators().collect();
        if read.is_empty() {
            self.refuse("no-state", format!("`{text}` reads no indicator, so that nothing can move it"), node.place);
        }
        if expression.looks_back() > 0 {
            let message = format!("`{text}` looks back, and a state is read from the first turn on");
            self.refuse("beyond-records", message, node.place);
        }
        let measured = of.of.indicators(catalogue);
        let written = written_by(self.scenario, of.change.iter().chain(&of.instead));
        for indicator in read {
            let path = &catalogue.indicators[indicator.index()].path;
            let found = if measured.contains(&indicator) {
                Diagnostic::error("state-is-measure", format!("`{path}` is what is compared, and lies before nothing"))
            } else if written.contains(&indicator) {
                let message = format!("the change itself writes `{path}`, so that it does not lie between");
                Diagnostic::error("written-state", message)
            } else {
                continue;
            };
            self.sink.push(found.hint(REMEDY), node.place);
        }
        Some(PathState { of: expression, text: text.clone() })
    }

    /// An expression; what is wrong with it goes to the sink.
    pub(super) fn expression(&self, text: &str, place: Place) -> Option<Expression> {
        match parse_expression(&self.scenario.catalogue, text) {
            Ok(expression) => Some(expression),
            Err(found) => {
                for mut finding in found {
                    finding.span = None;
                    self.sink.push(finding, place);
                }
                None
            }
        }
    }
}

impl Probe {
    /// The indicators that it reads.
    pub(super) fn indicators(&self, catalogue: &Catalogue) -> BTreeSet<IndicatorId> {
        match self {
            Self::Measure(id) => catalogue.measures[id.index()].value.indicators().collect(),
            Self::Expression(expression) => expression.indicators().collect(),
            Self::First(_) => BTreeSet::new(),
        }
    }
}
