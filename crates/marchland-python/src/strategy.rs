//! Strategies written in Python: the family `Python`, which names an object of this process.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use marchland_game::{
    ArgumentKind, ArgumentSchema, Catalogue, Choice, Decision, FamilySchema, Forfeit, Memory, Note, Stage, Strategy,
};
use marchland_strategies::protocol::MEMORY_BYTES;
use marchland_strategies::{Arguments, Build, Built, Family};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyTuple;

use crate::error::StrategyError;
use crate::observation::Observation;
use crate::orders;

/// The family's entry. Objects are registered by whoever holds them: a scenario that named one would find none.
const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "Python",
        meaning: "Asks an object of the Python process that plays the game.",
        source: "our choice: a strategy in the language of its author",
        arguments: &[ArgumentSchema {
            name: "object",
            kind: ArgumentKind::Text { default: None },
            meaning: "the name that the object was registered by",
        }],
        cohorts: false,
    },
    build: Build::Player(build),
};

/// Makes the family known to every command of this process.
pub fn install() {
    marchland::open::add_family(FAMILY);
}

/// Objects by the name they are registered by.
static OBJECTS: Mutex<BTreeMap<String, Arc<Py<PyAny>>>> = Mutex::new(BTreeMap::new());

/// What a strategy raised, until somebody takes it.
static RAISED: Mutex<Option<PyErr>> = Mutex::new(None);
static FAILED: AtomicBool = AtomicBool::new(false);

/// Whether a strategy has raised an exception since failures were last forgotten.
pub fn failed() -> bool {
    FAILED.load(Ordering::Relaxed)
}

/// Forgets what strategies raised before.
pub fn forget_failures() {
    *RAISED.lock().unwrap_or_else(PoisonError::into_inner) = None;
    FAILED.store(false, Ordering::Relaxed);
}

/// What a strategy raised first, and forgets it.
pub fn take_failure() -> Option<PyErr> {
    let raised = RAISED.lock().unwrap_or_else(PoisonError::into_inner).take();
    FAILED.store(false, Ordering::Relaxed);
    raised
}

/// The text by which commands know a strategy that is a Python object: it is registered under a name made of its class.
///
/// # Errors
/// The object has no method `decide`.
#[pyfunction]
pub fn strategy_text(strategy: &Bound<'_, PyAny>) -> PyResult<String> {
    if !strategy.hasattr("decide")? {
        return Err(crate::error::input(format!(
            "a strategy is a name, a strategy written in place, or an object with a method \
             `decide(observation, memory)`; {} has none",
            strategy.repr()?
        )));
    }
    let class = strategy.get_type().name()?.to_string();
    let mut objects = OBJECTS.lock().unwrap_or_else(PoisonError::into_inner);
    let mut number = 1;
    let name = loop {
        let name = if number == 1 { class.clone() } else { format!("{class} {number}") };
        match objects.get(&name) {
            Some(known) if known.is(strategy) => break name,
            Some(_) => number += 1,
            None => {
                objects.insert(name.clone(), Arc::new(strategy.clone().unbind()));
                break name;
            }
        }
    };
    Ok(format!("Python(object: \"{name}\")"))
}

struct PythonStrategy {
    object: Arc<Py<PyAny>>,
    votes: bool,
    catalogue: OnceLock<Arc<Catalogue>>,
    name: String,
}

fn build(from: &Arguments<'_>) -> Built<dyn Strategy> {
    let name = from.text("object");
    let objects = OBJECTS.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(object) = objects.get(name) else {
        let message = format!("no object of this process is registered as `{name}`");
        return Err(vec![
            from.error("python-object", message).hint("pass the object itself where a strategy is asked for"),
        ]);
    };
    let votes = Python::attach(|py| object.bind(py).hasattr("vote").unwrap_or(false));
    Ok(Box::new(PythonStrategy {
        object: Arc::clone(object),
        votes,
        catalogue: OnceLock::new(),
        name: name.to_owned(),
    }))
}

impl PythonStrategy {
    fn ask(&self, py: Python<'_>, at: &Decision<'_>, memory: &mut Memory) -> PyResult<Choice> {
        // A strategy is composed for one scenario: its catalogue is copied once, since observations outlive decisions.
        let catalogue = self.catalogue.get_or_init(|| Arc::new(at.catalogue.clone()));
        let ballots = at.moment.stage == Stage::Ballots;
        let json = json(py)?;
        let before = match memory.text.as_str() {
            "" => py.None().into_bound(py),
            text => json.call_method1("loads", (text,))?,
        };
        let observation = Observation::of(catalogue, at);
        let answer =
            self.object.bind(py).call_method1(if ballots { "vote" } else { "decide" }, (observation, before))?;
        let pair = answer.cast::<PyTuple>().ok().filter(|pair| pair.len() == 2);
        let Some(pair) = pair else {
            return Err(crate::error::input(format!(
                "`{}` returns (orders, memory), and not {}",
                if ballots { "vote" } else { "decide" },
                answer.repr()?
            )));
        };
        let (chosen, after) = (pair.get_item(0)?, pair.get_item(1)?);
        let choice = if ballots {
            let mut choice = Choice::default();
            orders::ballots(at, &chosen, &mut choice)?;
            choice
        } else {
            orders::legal_choice(at, &orders::orders(at.catalogue, &chosen)?)
        };
        memory.text.clear();
        if !after.is_none() {
            let text: String = json.call_method1("dumps", (after,))?.extract()?;
            if text.len() > MEMORY_BYTES {
                let is = text.len();
                return Err(crate::error::input(format!("memory is {is} bytes of JSON, and may be {MEMORY_BYTES}")));
            }
            memory.text.push_str(&text);
        }
        Ok(choice)
    }
}

/// Python's own module `json`: memory is what it writes.
fn json(py: Python<'_>) -> PyResult<&Bound<'_, PyModule>> {
    static JSON: PyOnceLock<Py<PyModule>> = PyOnceLock::new();
    Ok(JSON.get_or_try_init(py, || py.import("json").map(Bound::unbind))?.bind(py))
}

impl Strategy for PythonStrategy {
    fn decide(&self, at: &Decision<'_>, memory: &mut Memory) -> Choice {
        if at.moment.stage == Stage::Ballots && !self.votes {
            return Choice::default();
        }
        let lost = || Choice { forfeit: Some(Forfeit::Crash), ..Choice::default() };
        if failed() {
            // The games in hand are dropped; there is no sense in raising the same again in each of them.
            return lost();
        }
        Python::attach(|py| match self.ask(py, at, memory) {
            Ok(choice) => choice,
            Err(cause) => {
                let seat = &at.catalogue.players[at.player.index()].id;
                let message = format!(
                    "the strategy `{}` of {seat} failed in turn {}, {}: {}",
                    self.name,
                    at.moment.turn.0,
                    if at.moment.stage == Stage::Ballots { "voting" } else { "deciding" },
                    cause.value(py)
                );
                let error = StrategyError::new_err(message);
                error.set_cause(py, Some(cause));
                let mut raised = RAISED.lock().unwrap_or_else(PoisonError::into_inner);
                if raised.is_none() {
                    *raised = Some(error);
                }
                FAILED.store(true, Ordering::Relaxed);
                let note = Note { on: self.name.clone(), acted: false, why: "it raised an exception".into() };
                Choice { notes: vec![note], ..lost() }
            }
        })
    }
}
