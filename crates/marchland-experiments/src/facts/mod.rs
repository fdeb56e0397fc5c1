//! A scenario held against what followed: facts with a tolerance each, the bands that games give them, and how often
//! games meet all of them at once.
//!
//! One fact at a time says little: a model that meets each of ten in half of its games may never meet all ten, since what
//! drives one spoils another. So facts that the model was not given are asked for together, in one game, without and
//! with what is taken as given ([`Role::Condition`]); and once more without each, which tells the ones that bind.
//!
//! Start with [`read`](read()) and [`examine`].

use std::sync::Arc;

use marchland_game::{Diagnostic, Outcome};
use marchland_sim::scenario::Scenario;
use marchland_sim::turn::{Setup, Variant};
use marchland_strategies::Registry;
use serde::{Deserialize, Serialize};

use crate::claims::Probe;
use crate::compose;
use crate::parallel;
use crate::play::Players;
use crate::statistics::{Proportion, quantile_of_sorted, sorted_finite, wilson};

mod read;
pub use read::read;

/// Confidence of the intervals of shares.
pub const LEVEL: f64 = 0.95;

/// What a fact is to the model.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The scenario was given it: a path, an observed start.
    Input,
    /// Something was fitted to it.
    Fitted,
    /// Neither: what the model makes of the rest.
    Emergent,
    /// Outside what the scenario is about, and taken as given in the second joint share.
    Condition,
}

impl Role {
    /// The names in files, in order.
    pub(crate) const NAMES: [&'static str; 4] = ["Input", "Fitted", "Emergent", "Condition"];

    fn of(name: &str) -> Self {
        match name {
            "Input" => Self::Input,
            "Fitted" => Self::Fitted,
            "Emergent" => Self::Emergent,
            _ => Self::Condition,
        }
    }

    /// In words.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Fitted => "fitted",
            Self::Emergent => "emergent",
            Self::Condition => "condition",
        }
    }
}

/// One thing on record.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its name in tables.
    pub id: String,
    /// What the record says.
    pub meaning: String,
    /// What it is to the model.
    pub role: Role,
    /// What is read of a game.
    pub of: Probe,
    /// The same, as written.
    pub of_text: String,
    /// At the end of which turn.
    pub turn: u32,
    /// What the record has, in its unit.
    pub value: f64,
    /// The ends of what counts as met.
    pub within: (f64, f64),
    /// When it was known.
    pub known: String,
    /// Where it is from.
    pub source: String,
}

/// What games make of one fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactReport {
    /// Its name.
    pub id: String,
    /// What the record says.
    pub meaning: String,
    /// What it is to the model.
    pub role: Role,
    /// What was read, and at the end of which turn.
    pub of: String,
    /// The turn.
    pub turn: u32,
    /// What the record has.
    pub value: f64,
    /// The ends of what counts as met.
    pub within: (f64, f64),
    /// 5 %, 50 % and 95 % quantiles over games; none where no game has a value.
    pub band: Option<[f64; 3]>,
    /// Games that meet it, of those played.
    pub met: Proportion,
    /// Of an emergent fact: games that meet all emergent ones but it.
    pub without: Option<Proportion>,
    /// When it was known.
    pub known: String,
    /// Where it is from.
    pub source: String,
}

/// How often games meet several facts at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Joint {
    /// Of the games played.
    pub all: Proportion,
    /// Of those among them that meet every condition; none where there is no condition.
    pub given: Option<Proportion>,
}

/// What games make of a scenario's facts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The belief set in force; none where the scenario has none.
    pub belief: Option<String>,
    /// Games played.
    pub games: u64,
    /// Seed of the first.
    pub seed: u64,
    /// Games that did not end well, and meet nothing.
    pub lost: u64,
    /// Each fact, in the file's order.
    pub facts: Vec<FactReport>,
    /// Games that meet every emergent fact.
    pub emergent: Joint,
    /// Games that meet every emergent fact and every one that something was fitted to.
    pub with_fitted: Joint,
    /// The product of the emergent facts' own shares: what the joint share would be if each came about by itself.
    pub apart: Option<f64>,
}

/// Plays `games` games with the scenario's own lineup under a belief set (its position), each as long as the latest
/// fact, the first with `seed`.
///
/// # Errors
/// The scenario's lineup cannot be played.
pub fn examine(
    scenario: &Arc<Scenario>,
    registry: &Registry,
    facts: &[Fact],
    belief: Option<usize>,
    games: u64,
    seed: u64,
) -> Result<Report, Vec<Diagnostic>> {
    let assumed = compose::assumed(scenario, registry)?;
    let records = facts.iter().map(|fact| fact.of.looks_back()).max().unwrap_or(0);
    let players = Players::new(scenario, Some(assumed)).with_records(records);
    let setup = Setup {
        variant: Arc::new(Variant::with_values(scenario, belief, &[])),
        lineup: compose::compose(scenario, registry, &[])?.lineup,
        seed,
        turns: facts.iter().map(|fact| fact.turn).max().unwrap_or(1),
        tracing: false,
    };
    let game = |at| values(&players, &Setup { seed: seed + at as u64, ..setup.clone() }, facts);
    let rows: Vec<Option<Vec<f64>>> = parallel::each(games as usize, game);
    let lost = rows.iter().filter(|row| row.is_none()).count() as u64;
    Ok(reported(scenario, facts, belief, seed, lost, &rows))
}

/// What one game has of each fact; NaN where it ended before.
fn values(players: &Players, setup: &Setup, facts: &[Fact]) -> Option<Vec<f64>> {
    let mut outcome = Outcome::default();
    let played = players.with_game(setup, |game| {
        let mut values = vec![f64::NAN; facts.len()];
        while !game.is_over() {
            let turn = game.moment().turn.0;
            game.step();
            // A month may have several rounds: it is read when the next has begun, or the game is over.
            if !game.is_over() && game.moment().turn.0 == turn {
                continue;
            }
            if facts.iter().any(|fact| fact.turn == turn) {
                game.outcome_into(&mut outcome);
                for (fact, value) in facts.iter().zip(&mut values).filter(|(fact, _)| fact.turn == turn) {
                    *value = fact.of.value(game, &outcome);
                }
            }
        }
        values
    });
    played.ok()
}

fn reported(
    scenario: &Scenario,
    facts: &[Fact],
    belief: Option<usize>,
    seed: u64,
    lost: u64,
    rows: &[Option<Vec<f64>>],
) -> Report {
    let games = rows.len() as u64;
    let met = |row: &Option<Vec<f64>>, at: usize| {
        let (low, high) = facts[at].within;
        row.as_ref().is_some_and(|row| (low..=high).contains(&row[at]))
    };
    let all = |row: &Option<Vec<f64>>, role: Role, but: Option<usize>| {
        (0..facts.len()).filter(|at| facts[*at].role == role && but != Some(*at)).all(|at| met(row, at))
    };
    let share = |wanted: &dyn Fn(&Option<Vec<f64>>) -> bool| {
        wilson(rows.iter().filter(|row| wanted(row)).count() as u64, games, LEVEL)
    };
    let reports: Vec<FactReport> = facts
        .iter()
        .enumerate()
        .map(|(at, fact)| {
            let column: Vec<f64> = rows.iter().flatten().map(|row| row[at]).collect();
            let sorted = sorted_finite(&column);
            let of = |p| quantile_of_sorted(&sorted, p);
            let band = of(0.05).zip(of(0.5)).zip(of(0.95)).map(|((low, middle), high)| [low, middle, high]);
            let emergent = fact.role == Role::Emergent;
            FactReport {
                id: fact.id.clone(),
                meaning: fact.meaning.clone(),
                role: fact.role,
                of: fact.of_text.clone(),
                turn: fact.turn,
                value: fact.value,
                within: fact.within,
                band,
                met: share(&|row| met(row, at)),
                without: emergent.then(|| share(&|row| row.is_some() && all(row, Role::Emergent, Some(at)))),
                known: fact.known.clone(),
                source: fact.source.clone(),
            }
        })
        .collect();
    let conditions = facts.iter().any(|fact| fact.role == Role::Condition);
    let joint = |roles: &[Role]| {
        let whole = |row: &Option<Vec<f64>>| row.is_some() && roles.iter().all(|role| all(row, *role, None));
        let given = conditions.then(|| {
            let given: Vec<_> = rows.iter().filter(|row| row.is_some() && all(row, Role::Condition, None)).collect();
            wilson(given.iter().filter(|row| whole(row)).count() as u64, given.len() as u64, LEVEL)
        });
        Joint { all: share(&whole), given }
    };
    let emergent = reports.iter().filter(|fact| fact.role == Role::Emergent);
    let apart = emergent.map(|fact| fact.met.share).try_fold(1.0, |product, share| Some(product * share?));
    Report {
        belief: belief.map(|at| scenario.beliefs[at].id.clone()),
        games,
        seed,
        lost,
        emergent: joint(&[Role::Emergent]),
        with_fitted: joint(&[Role::Emergent, Role::Fitted]),
        apart,
        facts: reports,
    }
}

#[cfg(test)]
mod tests;
