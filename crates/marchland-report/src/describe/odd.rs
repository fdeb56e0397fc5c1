//! The ODD protocol of a scenario (Grimm et al. 2020), from its registries.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use marchland_game::{Nature, Sight, SourceKind};
use marchland_sim::scenario::{Initial, Scenario};
use marchland_strategies::Registry;

use crate::screen::{BOLD, Screen};

/// The protocol: key, heading and text of each element.
#[must_use]
pub fn protocol(scenario: &Scenario) -> Vec<(&'static str, &'static str, String)> {
    vec![
        ("purpose", "1. Purpose and patterns", purpose(scenario)),
        ("entities", "2. Entities, state variables and scales", entities(scenario)),
        ("process", "3. Process overview and scheduling", process(scenario)),
        ("concepts", "4. Design concepts", concepts(scenario)),
        ("initialization", "5. Initialization", initialization(scenario)),
        ("input", "6. Input data", input(scenario)),
        ("submodels", "7. Submodels", submodels(scenario)),
    ]
}

/// The protocol as text.
#[must_use]
pub fn text(protocol: &[(&str, &str, String)]) -> Screen {
    let mut all = Screen::from("Overview, Design concepts, Details (Grimm et al. 2020)\n");
    for (_, heading, text) in protocol {
        all.end().styled(BOLD, heading).end().plain(text);
    }
    all
}

fn purpose(scenario: &Scenario) -> String {
    let catalogue = &scenario.catalogue;
    let mut text = format!("{}. {}\n", scenario.title, scenario.description);
    let _ = writeln!(
        text,
        "It serves facilitated play, sweeps over its {} parameters, and comparison of strategies by what players play for.",
        catalogue.parameters.len()
    );
    if !scenario.observed.is_empty() {
        let paths: Vec<&str> =
            scenario.observed.iter().map(|(id, _)| catalogue.indicators[id.index()].path.as_str()).collect();
        let _ = writeln!(text, "Patterns it is held against: the observed paths of {}.", paths.join(", "));
    }
    let fitted: Vec<String> = catalogue
        .parameters
        .iter()
        .filter(|parameter| !parameter.fitted_to.is_empty())
        .map(|parameter| format!("{} to {}", parameter.id, parameter.fitted_to))
        .collect();
    if !fitted.is_empty() {
        let _ = writeln!(text, "Fitted: {}.", fitted.join("; "));
    }
    text
}

fn entities(scenario: &Scenario) -> String {
    let mut text = String::new();
    for (kind, plans) in &scenario.entities {
        let names: Vec<&str> = plans.iter().map(|plan| plan.name.as_str()).collect();
        let _ = writeln!(text, "  {kind} ({}): {}", plans.len(), names.join(", "));
        let mut fields: BTreeMap<&str, String> = BTreeMap::new();
        for indicator in scenario.catalogue.indicators.iter().filter(|indicator| indicator.kind == *kind) {
            let nature = match indicator.nature {
                Nature::Stock => "stock",
                Nature::Derived => "derived",
            };
            let (low, high) = indicator.range;
            let line = format!("{nature}, {} in [{low}, {high}]: {}", indicator.unit, indicator.meaning);
            fields.entry(if kind == "track" { &indicator.entity } else { &indicator.field }).or_insert(line);
        }
        for (field, line) in fields {
            let _ = writeln!(text, "    {field}: {line}");
        }
    }
    if let Some(cohorts) = &scenario.cohorts {
        let _ = writeln!(text, "  cohort ({}): nameless groups of a region's people", cohorts.count);
    }
    let _ = writeln!(
        text,
        "Scales: a turn is a calendar month, {} turns from {}{}.",
        scenario.calendar.horizon,
        scenario.calendar.start,
        match scenario.calendar.crisis_clock {
            Some(_) => "; while a regime is contested a month is played as four weekly rounds",
            None => "",
        }
    );
    text
}

fn process(scenario: &Scenario) -> String {
    let mut text = String::from(
        "Each round: stage Orders (players observe and decide at once, orders resolve and take effect in the order of \
         players), stage Ballots where a motion stands tabled, then nature, then the record.\nNature, in this order:\n",
    );
    for law in scenario.laws() {
        let _ = writeln!(text, "  {}: {}", law.name, law.meaning);
    }
    text
}

fn concepts(scenario: &Scenario) -> String {
    let catalogue = &scenario.catalogue;
    let hidden = catalogue
        .indicators
        .iter()
        .filter(|indicator| indicator.sight.iter().any(|sight| matches!(sight, Sight::Hidden { .. })))
        .count();
    let noisy = catalogue
        .indicators
        .iter()
        .filter(|indicator| indicator.sight.iter().any(|sight| matches!(sight, Sight::Noisy { .. })))
        .count();
    let schemas = Registry::standard().schemas();
    let mut families: Vec<&str> = scenario.strategies.iter().map(|spec| spec.family.as_str()).collect();
    families.sort_unstable();
    families.dedup();
    let mut text = format!(
        "Basic principles: a finite-horizon, partially observed stochastic game with simultaneous moves of {} players.\n\
         Emergence: indicators move by laws of motion and by what players order; nobody scripts an outcome.\n\
         Objectives: each player's payoff is the mean over turns of weighted indicators, plus terms at the end.\n\
         Sensing: players see indicators through observations; {noisy} of {} reach somebody late and with an error, {hidden} are hidden from somebody.\n\
         Prediction: strategies that look ahead imagine others by the public lineup.\n\
         Stochasticity: every draw comes from a stream named by seed, moment, entity and purpose.\n\
         Collectives: {} institutions vote on {} motions.\n\
         Observation: {} measures, and a ledger that names the cause of every step.\n\
         Adaptation: the strategies are of these families:\n",
        catalogue.players.len(),
        catalogue.indicators.len(),
        catalogue.institutions.len(),
        catalogue.motions.len(),
        catalogue.measures.len(),
    );
    for name in families {
        if let Some(family) = schemas.iter().find(|family| family.name == name) {
            let _ = writeln!(text, "  {}: {} Source: {}.", family.name, family.meaning, family.source);
        }
    }
    text
}

fn initialization(scenario: &Scenario) -> String {
    let drawn = scenario.initial.iter().filter(|initial| matches!(initial, Initial::Draw(_))).count();
    let mut text = format!(
        "{} indicators start at values or expressions of parameters, {drawn} at draws of nature from the game's seed.\n",
        scenario.initial.len() - drawn
    );
    for belief in &scenario.beliefs {
        let default = scenario.default_belief.is_some_and(|at| scenario.beliefs[at].id == belief.id);
        let _ =
            writeln!(text, "  belief set {}{}: {}", belief.id, if default { " (default)" } else { "" }, belief.meaning);
    }
    text
}

fn input(scenario: &Scenario) -> String {
    let catalogue = &scenario.catalogue;
    let mut text = String::new();
    for path in &scenario.paths {
        let _ = writeln!(
            text,
            "  {}: {} values by turn",
            catalogue.indicators[path.indicator.index()].path,
            path.values.len()
        );
    }
    let count = |kind| catalogue.parameters.iter().filter(|parameter| parameter.source == kind).count();
    let _ = writeln!(
        text,
        "Sources of parameters: {} from the memo, {} found, {} computed, {} judgement.",
        count(SourceKind::Memo),
        count(SourceKind::Found),
        count(SourceKind::Computed),
        count(SourceKind::Judgement)
    );
    for source in &scenario.sources {
        let _ = writeln!(text, "  {source}");
    }
    text
}

fn submodels(scenario: &Scenario) -> String {
    let mut text = String::new();
    for law in scenario.laws() {
        let _ = writeln!(text, "  {}\n    Equations: {}\n    Source: {}.", law.name, law.equations, law.source);
        for name in law.parameters {
            if let Some(id) = scenario.catalogue.parameter(name) {
                let parameter = &scenario.catalogue.parameters[id.index()];
                let _ = writeln!(text, "    {name} = {} {}: {}", parameter.value, parameter.unit, parameter.meaning);
            }
        }
    }
    let _ = writeln!(
        text,
        "  {} actions and {} events, each with its condition, chance and effects: `marchland describe … actions`.",
        scenario.catalogue.actions.len(),
        scenario.catalogue.events.len()
    );
    text
}
