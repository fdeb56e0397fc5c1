//! Strategies written in Python: the family `Python`, which names an object of this process.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use marchland_game::{
    ArgumentKind, ArgumentSchema, Catalogue, Choice, Decision, FamilySchema, Forfeit, Memory, Note, Stage, Strategy,
};
use marchland_strategies::protocol::MEMORY_BYTES;
use marchland_strategies::{Arguments, Build, BuildResult, Family};
use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyTuple, PyWeakrefMethods, PyWeakrefReference};

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

/// An object by its name, and what it raised.
struct RegisteredObject {
    name: String,
    object: ObjectReference,
    failed: AtomicBool,
    raised: Mutex<Option<PyErr>>,
}

/// How an object is held: not at all, where its class lets it be referred to weakly. Whoever plays with it holds it.
enum ObjectReference {
    Weak(Py<PyWeakrefReference>),
    Strong(Py<PyAny>),
}

impl RegisteredObject {
    fn object<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        match &self.object {
            ObjectReference::Weak(reference) => reference.bind(py).upgrade(),
            ObjectReference::Strong(object) => Some(object.bind(py).clone()),
        }
    }

    fn raise(&self, error: PyErr) {
        let mut raised = self.raised.lock().unwrap_or_else(PoisonError::into_inner);
        if raised.is_none() {
            *raised = Some(error);
        }
        self.failed.store(true, Ordering::Relaxed);
    }
}

/// Objects by the name they are registered by. Nothing of Python is touched while this is locked: whoever holds the
/// interpreter's lock may wait for this one, and nobody the other way round.
static OBJECTS: Mutex<BTreeMap<String, Arc<RegisteredObject>>> = Mutex::new(BTreeMap::new());

fn registry() -> MutexGuard<'static, BTreeMap<String, Arc<RegisteredObject>>> {
    OBJECTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How a text names an object.
const NAMED: &str = "Python(object: \"";

/// The objects that a run plays with: it asks them alone what they raised, whatever else runs in this process.
#[derive(Clone, Default)]
pub struct Objects(Vec<Arc<RegisteredObject>>);

impl Objects {
    /// Those that texts of strategies name.
    pub fn named_in<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let known = registry();
        let mut found: Vec<Arc<RegisteredObject>> = Vec::new();
        for text in texts {
            for rest in text.split(NAMED).skip(1) {
                let name = rest.split('"').next().unwrap_or_default();
                if let Some(object) = known.get(name)
                    && !found.iter().any(|other| other.name == name)
                {
                    found.push(Arc::clone(object));
                }
            }
        }
        Self(found)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them has raised an exception since failures were last forgotten.
    pub fn failed(&self) -> bool {
        self.0.iter().any(|object| object.failed.load(Ordering::Relaxed))
    }

    /// Forgets what they raised before.
    pub fn forget_failures(&self) {
        drop(self.take_failure());
    }

    /// What one of them raised first, and forgets what all of them did.
    pub fn take_failure(&self) -> Option<PyErr> {
        let mut first = None;
        for object in &self.0 {
            let raised = object.raised.lock().unwrap_or_else(PoisonError::into_inner).take();
            object.failed.store(false, Ordering::Relaxed);
            first = first.or(raised);
        }
        first
    }
}

/// The text by which commands know a strategy that is a Python object: it is registered under its attribute `name`,
/// or under the name of its class, with a number where another object bears that. It is registered for as long as
/// somebody holds it.
///
/// # Errors
/// The object has no method `decide`, or bears the name of another one.
#[pyfunction]
pub fn strategy_text(strategy: &Bound<'_, PyAny>) -> PyResult<String> {
    let py = strategy.py();
    if !strategy.hasattr("decide")? {
        return Err(crate::error::input(format!(
            "a strategy is a name, a strategy written in place, or an object with a method \
             `decide(observation, memory)`; {} has none",
            strategy.repr()?
        )));
    }
    let own: Option<String> = strategy.getattr("name").ok().and_then(|name| name.extract().ok());
    if let Some(own) = &own
        && (own.is_empty() || own.contains(['"', '\\', '\n']))
    {
        return Err(crate::error::input(format!("a strategy cannot be named `{own}`: no quotes, and not empty")));
    }
    let class = strategy.get_type().name()?.to_string();
    let base = own.as_ref().unwrap_or(&class);
    let mut number = 1;
    let name = loop {
        let name = if number == 1 { base.clone() } else { format!("{base} {number}") };
        let known = registry().get(&name).cloned();
        let held = known.as_ref().and_then(|known| known.object(py));
        match held {
            Some(object) if object.is(strategy) => break name,
            Some(_) if own.is_some() => {
                return Err(crate::error::input(format!(
                    "another strategy is named `{name}`: give each a `name` of its own"
                )));
            }
            Some(_) => number += 1,
            None => {
                let object = match PyWeakrefReference::new(strategy) {
                    Ok(reference) => ObjectReference::Weak(reference.unbind()),
                    Err(_) => ObjectReference::Strong(strategy.clone().unbind()),
                };
                let fresh = Arc::new(RegisteredObject {
                    name: name.clone(),
                    object,
                    failed: AtomicBool::new(false),
                    raised: Mutex::new(None),
                });
                let before = registry().insert(name.clone(), fresh);
                drop(before);
                break name;
            }
        }
    };
    Ok(format!("{NAMED}{name}\")"))
}

struct PythonStrategy {
    registered: Arc<RegisteredObject>,
    /// Held for as long as a game may ask it.
    object: Py<PyAny>,
    votes: bool,
    catalogue: OnceLock<Arc<Catalogue>>,
}

fn build(from: &Arguments<'_>) -> BuildResult<dyn Strategy> {
    let name = from.text("object");
    let registered = registry().get(name).cloned();
    let found = registered.and_then(|registered| {
        Python::attach(|py| {
            let object = registered.object(py)?;
            let votes = object.hasattr("vote").unwrap_or(false);
            Some((object.unbind(), votes))
        })
        .map(|(object, votes)| (registered, object, votes))
    });
    let Some((registered, object, votes)) = found else {
        let message = format!("no object of this process is registered as `{name}`");
        return Err(vec![
            from.error("python-object", message)
                .hint("pass the object itself where a strategy is asked for, and keep it while it plays"),
        ]);
    };
    Ok(Box::new(PythonStrategy { registered, object, votes, catalogue: OnceLock::new() }))
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
        if self.registered.failed.load(Ordering::Relaxed) {
            // The games in hand are dropped; there is no sense in raising the same again in each of them.
            return lost();
        }
        Python::attach(|py| match self.ask(py, at, memory) {
            Ok(choice) => choice,
            Err(cause) => {
                if !cause.is_instance_of::<PyException>(py) {
                    // An interrupt, or an end of the program: nothing that the strategy did wrong.
                    self.registered.raise(cause);
                    return lost();
                }
                let seat = &at.catalogue.players[at.player.index()].id;
                let message = format!(
                    "the strategy `{}` of {seat} failed in turn {}, {}: {}",
                    self.registered.name,
                    at.moment.turn.0,
                    if at.moment.stage == Stage::Ballots { "voting" } else { "deciding" },
                    cause.value(py)
                );
                let error = StrategyError::new_err(message);
                error.set_cause(py, Some(cause));
                self.registered.raise(error);
                let on = self.registered.name.clone();
                let note = Note { on, acted: false, why: "it raised an exception".into() };
                Choice { notes: vec![note], ..lost() }
            }
        })
    }
}
