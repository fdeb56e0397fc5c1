//! The ODD protocol of a scenario (Grimm et al. 2020), from its registries.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use marchland_game::{FamilySchema, Nature, Sight, SourceKind};
use marchland_sim::scenario::{Initial, Scenario, print};

use super::lists;
use crate::screen::{BOLD, Screen};

/// A file of a scenario's folder, and the command that answers for what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The command: `sweep`.
    pub command: &'static str,
    /// What it runs of several, by name; empty where it runs the one file.
    pub name: String,
    /// The file, from the folder: `experiments/NAME.ron`.
    pub file: String,
}

/// The protocol: key, heading and text of each element. `folder` is the scenario's, as commands are told it; `evidence`
/// are the files in it that commands run.
#[must_use]
pub fn protocol(
    scenario: &Scenario,
    families: &[FamilySchema],
    folder: &Path,
    evidence: &[Evidence],
) -> Vec<(&'static str, &'static str, String)> {
    vec![
        ("purpose", "1. Purpose and patterns", purpose(scenario)),
        ("entities", "2. Entities, state variables and scales", entities(scenario)),
        ("process", "3. Process overview and scheduling", process(scenario)),
        ("concepts", "4. Design concepts", concepts(scenario, families)),
        ("initialization", "5. Initialization", initialization(scenario)),
        ("input", "6. Input data", input(scenario)),
        ("submodels", "7. Submodels", submodels(scenario, families)),
        ("evaluation", "8. Evaluation (TRACE: Grimm et al. 2014)", evaluation(scenario, folder, evidence)),
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
    let fitted = catalogue.parameters.iter().filter(|parameter| !parameter.fitted_to.is_empty());
    let mut patterns: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for parameter in fitted {
        patterns.entry(&parameter.fitted_to).or_default().push(&parameter.id);
    }
    if !patterns.is_empty() {
        text.push_str("Patterns that parameters were fitted to, and are therefore no evidence:\n");
    }
    for (pattern, parameters) in patterns {
        let _ = writeln!(text, "  {pattern}: {}", parameters.join(", "));
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
    text.push_str(
        "Order and limits: all effects of a stage read the state at its start. What was queued for the month takes \
         effect first, then orders in the order of players, then events that they set off. Amounts of one group on one \
         indicator are capped together. Each write is limited to the indicator's range, and what the range did not \
         admit is not taken back later. An order that its conditions, budgets or number forbid is refused with the \
         reason and costs nothing. Laws run in the order above, each on what those before it wrote.\n",
    );
    text
}

fn concepts(scenario: &Scenario, schemas: &[FamilySchema]) -> String {
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
    let mut families: Vec<&str> = scenario.strategies.iter().map(|spec| spec.family.as_str()).collect();
    families.sort_unstable();
    families.dedup();
    let mut text = format!(
        "Basic principles: a finite-horizon, partially observed stochastic game with simultaneous moves of {} players.\n\
         Emergence: indicators move by laws of motion and by what players order; nobody scripts an outcome.\n\
         Objectives: each player's payoff is the mean over turns of weighted indicators, plus terms at the end; the terms stand in 7.\n\
         Learning: within a game players hold beliefs about types of others and update them by Bayes' rule on what they see ({} types); strategies do not learn between games.\n\
         Interaction: orders act on shared indicators; {} deals may be offered, answered, kept and broken; motions are voted on; words and deeds move beliefs.\n\
         Sensing: players see indicators through observations; {noisy} of {} reach somebody late and with an error, {hidden} are hidden from somebody.\n\
         Prediction: strategies that look ahead imagine others by the public lineup.\n\
         Stochasticity: every draw comes from a stream named by seed, moment, entity and purpose.\n\
         Collectives: {} institutions vote on {} motions.\n\
         Observation: {} measures, and a ledger that names the cause of every step.\n\
         Adaptation: the strategies are of these families:\n",
        catalogue.players.len(),
        scenario.types.len(),
        catalogue.deals.len(),
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
        for (parameter, value) in &belief.parameters {
            let _ = writeln!(text, "    {} = {value}", scenario.catalogue.parameters[parameter.index()].id);
        }
    }
    text.push_str("Initial values:\n");
    for (indicator, initial) in scenario.catalogue.indicators.iter().zip(&scenario.initial) {
        let value = match initial {
            Initial::Value(value) => print::expression(value, &scenario.catalogue),
            Initial::Draw(distribution) => format!("drawn from {distribution:?}"),
        };
        if indicator.nature == Nature::Stock {
            let _ = writeln!(text, "  {} = {value}", indicator.path);
        }
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
        "Sizes of parameters: {} from the memo, {} found, {} computed, {} judgement. That a number acts as it does has a \
         source of its own, or that of its law (7).",
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

fn submodels(scenario: &Scenario, families: &[FamilySchema]) -> String {
    let mut text = String::from("Laws of motion, in their order\n");
    for law in scenario.laws() {
        let _ = writeln!(text, "  {}\n    Equations: {}\n    Source: {}.", law.name, law.equations, law.source);
        for name in law.parameters {
            if let Some(id) = scenario.catalogue.parameter(name) {
                let of = &scenario.catalogue.parameters[id.index()];
                let _ = write!(
                    text,
                    "    {name} = {} {} ({:?}): {}. Size: {:?}: {}",
                    of.value, of.unit, of.distribution, of.meaning, of.source, of.source_text
                );
                if let Some((kind, source)) = &of.mechanism {
                    let _ = write!(text, "; mechanism: {kind:?}: {source}");
                }
                let _ = match of.fitted_to.as_str() {
                    "" => writeln!(text),
                    pattern => writeln!(text, "; fitted to {pattern}"),
                };
            }
        }
    }
    let lists = [
        ("Payoffs", lists::payoffs(scenario)),
        ("Actions", lists::actions(scenario)),
        ("Events", lists::events(scenario)),
        ("Institutions", lists::institutions(scenario)),
        ("Strategies", lists::strategies(scenario, families)),
        ("Measures", lists::measures(scenario)),
    ];
    for (heading, rows) in lists.into_iter().filter(|(_, rows)| !rows.is_empty()) {
        let _ = write!(text, "\n{heading}\n{}", super::text(&rows).text());
    }
    text
}

/// The elements of a TRACE document, each with the command that answers for it.
fn evaluation(scenario: &Scenario, folder: &Path, evidence: &[Evidence]) -> String {
    let count = |kind| scenario.catalogue.parameters.iter().filter(|parameter| parameter.source == kind).count();
    let fitted = scenario.catalogue.parameters.iter().filter(|parameter| !parameter.fitted_to.is_empty()).count();
    let path = marchland_session::quoted(folder);
    let mut text = format!(
        "Problem formulation: 1. Model description: 2 to 7.\n\
         Data evaluation: of the sizes of {} parameters {} are found in sources, {} come from the memo, {} are computed and {} are \
         judgement; {fitted} were fitted. `marchland describe {path} parameters --format csv` lists range, the sources of size and of mechanism, and \
         what each was fitted to.\n\
         Conceptual evaluation: each law carries its equation and its source in 7; laws that move nothing when they \
         stand still are named by `marchland ablate`.\n\
         Implementation verification: `cargo test --workspace`; accounts close in every step, payoffs of small games \
         equal their tables, the same seed gives the same bytes on any number of threads.\n\
         Output verification: results on patterns named in 1 were fitted and show only that the fit was reached.\n\
         Sensitivity: `marchland ablate {path}`, and the experiments below with `marchland sensitivity`.\n\
         Output corroboration: `marchland claims {path}`; a claim that holds by construction is marked so. Cases held \
         back are the reader's to bring.\n\
         Limits: odds are conditional on the model, its judged constants and its lineup; no result is a forecast.\n",
        scenario.catalogue.parameters.len(),
        count(SourceKind::Found),
        count(SourceKind::Memo),
        count(SourceKind::Computed),
        count(SourceKind::Judgement),
    );
    let _ = writeln!(
        text,
        "Figures and the files behind them, marchland {}, scenario {}:",
        env!("CARGO_PKG_VERSION"),
        &scenario.hash[..scenario.hash.len().min(12)]
    );
    for Evidence { command, name, file } in evidence {
        let name = if name.is_empty() { String::new() } else { format!(" {name}") };
        let _ = writeln!(text, "  marchland {command} {path}{name}: {file}");
    }
    text
}
