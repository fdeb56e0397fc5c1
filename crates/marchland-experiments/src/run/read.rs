//! Reading an experiment's file, or the same written on a command line.

use std::path::Path;

use marchland_game::number::{max, min};
use marchland_game::{Catalogue, Diagnostic, Distribution as ParameterDistribution, Parameter, SourceKind};
use marchland_sim::scenario::node::{Kind, Node};
use marchland_sim::scenario::reader::Record;
use marchland_sim::scenario::sink::Sink;
use marchland_sim::scenario::{Scenario, files, slips};
use marchland_sim::turn::parameter_value;

use super::experiment::{Experiment, Lever};
use super::keys::{DESIGN, EXPERIMENT, LEVER};
use super::plan::text_of;
use crate::design::copies::COPIES;
use crate::design::{Design, Distribution, Factor, Options, Shocks, Value, values_of_table};
use crate::reading;
use crate::table::{GAMES_PER_PART, PartError, Table, read_csv, read_parquet};

/// An experiment with the words around it.
#[derive(Clone, Debug)]
pub struct Question {
    /// Its title.
    pub title: String,
    /// What it is to answer.
    pub question: String,
    /// The experiment.
    pub experiment: Experiment,
}

/// Reads an experiment from text. `file` names it in findings; `changes` are keys with values as they would
/// be written in the file, which take the place of the file's own, each named `--KEY` in findings; `folder`
/// is where a table of points is looked for; `version` is the program's.
///
/// # Errors
/// Every mistake with its place: syntax, unknown and missing keys, wrong types, unknown parameters,
/// belief sets, measures and indicators, values outside ranges, impossible counts, a table that cannot be
/// read. Strategies are judged by [`Plan::new`](super::Plan::new).
pub fn read_experiment(
    name: &str,
    text: &str,
    file: &str,
    changes: &[(&str, &str)],
    folder: &Path,
    scenario: &Scenario,
    version: &str,
) -> Result<Question, Vec<Diagnostic>> {
    reading::changed(text, file, changes, &EXPERIMENT, |sink, record| {
        Reader { sink, scenario, folder }.question(name, record, version)
    })
}

struct Reader<'a> {
    sink: &'a Sink,
    scenario: &'a Scenario,
    folder: &'a Path,
}

impl Reader<'_> {
    fn question(&self, name: &str, record: &Record<'_>, version: &str) -> Question {
        let catalogue = &self.scenario.catalogue;
        let whole = |key: &str, low: u64, high: u64, default: u64| match record.get(key) {
            Some(node) => self.sink.integer(node, low, high).unwrap_or(default),
            None => default,
        };
        let horizon = u64::from(self.scenario.calendar.horizon);
        let set = reading::set(self.sink, self.scenario, record);
        let mut factors = if record.get("design").is_some() || record.get("factors").is_some() {
            self.factors(record, &set)
        } else {
            Vec::new()
        };
        let design = record.get("design").and_then(|node| self.design(node, &factors));
        if design.is_none() && record.get("design").is_none() && !factors.is_empty() {
            let found = Diagnostic::error("missing-key", "factors vary by a design, and there is none");
            self.sink.push(found.hint("such as design: Sobol(rows: 256)"), record.place_of("factors"));
        }
        if design.is_none() {
            factors.clear();
        }
        let measures = reading::measures(self.sink, self.scenario, record);
        let keep = match record.get("keep") {
            None => Vec::new(),
            Some(node) => {
                let known: Vec<&str> = catalogue.indicators.iter().map(|info| info.path.as_str()).collect();
                reading::names(self.sink, node, &known, "indicator", "unknown-indicator")
            }
        };
        let experiment = Experiment {
            rule: None,
            name: name.to_owned(),
            scenario: catalogue.scenario.clone(),
            scenario_hash: self.scenario.hash.clone(),
            scenario_text_hash: self.scenario.text_hash.clone(),
            added: None,
            version: version.to_owned(),
            seed: whole("seed", 0, marchland_game::stream::SEED_BOUND - 1, 1),
            turns: whole("turns", 1, horizon, horizon) as u32,
            shocks: self.shocks(record, design.as_ref()),
            design,
            factors,
            set,
            levers: self.levers(record),
            beliefs: reading::beliefs(self.sink, self.scenario, record),
            replications: whole("replications", 1, 1 << 32, 1),
            measures,
            keep,
            games_per_part: whole("games_per_part", 1, 1 << 20, GAMES_PER_PART),
        };
        Question { title: record.text("title"), question: record.text("question"), experiment }
    }

    fn shocks(&self, record: &Record<'_>, design: Option<&Design>) -> Shocks {
        let written = record.get("shocks").and_then(|node| self.sink.one_of(node, &Shocks::NAMES, "choice of shocks"));
        written.and_then(|word| word.parse().ok()).unwrap_or_else(|| Shocks::default_of(design))
    }

    fn factors(&self, record: &Record<'_>, set: &[(String, String)]) -> Vec<Factor> {
        let catalogue = &self.scenario.catalogue;
        let is_set = |name: &str| set.iter().any(|(other, _)| other == name);
        let all = || catalogue.parameters.iter().filter(|p| declared(p).varies() && !is_set(&p.id)).map(factor);
        let mut factors: Vec<Factor> = Vec::new();
        let Some(node) = record.get("factors") else { return all().collect() };
        match &node.kind {
            Kind::Tuple(Some(_), items) => {
                if self.sink.one_of(node, &["Judgements"], "choice of factors").is_some() {
                    match &items[..] {
                        [share] => {
                            let share = self.sink.number(share).filter(|share| *share > 0.0 && *share < 1.0);
                            match share {
                                Some(share) => {
                                    factors.extend(judgements(catalogue, share).filter(|f| !is_set(&f.name)))
                                }
                                None => self.sink.push(
                                    Diagnostic::error("bad-distribution", "the share must lie between 0 and 1"),
                                    node.place,
                                ),
                            }
                        }
                        _ => self.sink.push(
                            Diagnostic::error(
                                "bad-distribution",
                                "write Judgements(0.2): each within ±20 % of its value",
                            ),
                            node.place,
                        ),
                    }
                }
            }
            Kind::Word(_) => {
                if self.sink.one_of(node, &["All"], "choice of factors").is_some() {
                    return all().collect();
                }
            }
            Kind::List(_) => {
                let known: Vec<&str> = catalogue.parameters.iter().map(|parameter| parameter.id.as_str()).collect();
                for name in reading::names(self.sink, node, &known, "parameter", "unknown-parameter") {
                    let Some(id) = catalogue.parameter(&name) else { continue };
                    let parameter = &catalogue.parameters[id.index()];
                    if !declared(parameter).varies() {
                        let found = Diagnostic::error("constant-factor", format!("`{name}` has no range to vary over"));
                        let hint = format!("give it one: factors: {{\"{name}\": Uniform(…, …)}}");
                        self.sink.push(found.hint(hint), node.place);
                    }
                    factors.push(factor(parameter));
                }
            }
            _ => {
                for (name, place, node) in self.sink.pairs(node) {
                    let Some(id) = catalogue.parameter(name) else {
                        let found = Diagnostic::error("unknown-parameter", format!("there is no parameter `{name}`"));
                        let known = catalogue.parameters.iter().map(|parameter| parameter.id.as_str());
                        self.sink.push(found.choose(name, known), place);
                        continue;
                    };
                    let parameter = &catalogue.parameters[id.index()];
                    let Some(distribution) = self.distribution(node, parameter) else { continue };
                    factors.push(Factor { distribution, ..factor(parameter) });
                }
            }
        }
        for factor in &factors {
            if is_set(&factor.name) {
                let found = Diagnostic::error("set-twice", format!("`{}` is both set and varied", factor.name));
                self.sink.push(found, node.place);
            }
        }
        if record.flag("structure", true) {
            let rest = catalogue.parameters.iter().filter(|parameter| {
                parameter.choices.len() > 1 && !is_set(&parameter.id) && factors.iter().all(|f| f.name != parameter.id)
            });
            let rest: Vec<Factor> = rest.map(factor).collect();
            factors.extend(rest);
        }
        factors
    }

    /// A factor's own range: a distribution, a list of values, or `Declared`.
    fn distribution(&self, node: &Node, parameter: &Parameter) -> Option<Distribution> {
        let distribution = match &node.kind {
            Kind::List(items) if !parameter.choices.is_empty() => {
                let names = items.iter().filter_map(|item| self.sink.text(item)).map(|text| text.value.clone());
                Distribution::Choice(Options::Names(names.collect()))
            }
            Kind::List(items) => {
                Distribution::Choice(Options::Numbers(items.iter().filter_map(|item| self.sink.number(item)).collect()))
            }
            _ => {
                const WORDS: [&str; 5] = ["Declared", "Uniform", "LogUniform", "Triangular", "TruncatedNormal"];
                let word = self.sink.one_of(node, &WORDS, "distribution")?;
                let numbers: Vec<f64> = match &node.kind {
                    Kind::Tuple(_, items) => items.iter().filter_map(|item| self.sink.number(item)).collect(),
                    _ => Vec::new(),
                };
                match (word, &numbers[..]) {
                    ("Declared", []) => declared(parameter),
                    ("Uniform", &[low, high]) => Distribution::Uniform { low, high },
                    ("LogUniform", &[low, high]) => Distribution::LogUniform { low, high },
                    ("Triangular", &[low, mode, high]) => Distribution::Triangular { low, mode, high },
                    ("TruncatedNormal", &[mean, standard_deviation, low, high]) => {
                        Distribution::TruncatedNormal { mean, standard_deviation, low, high }
                    }
                    _ => {
                        let message = "write Uniform(low, high), LogUniform(low, high), Triangular(low, mode, high), \
                                       TruncatedNormal(mean, sd, low, high) or Declared";
                        let wanted = match word {
                            "Triangular" => 3,
                            "TruncatedNormal" => 4,
                            _ => 2,
                        };
                        let mut found = Diagnostic::error("bad-distribution", message);
                        if let Some(cure) = slips::too_many_numbers(numbers.len(), wanted) {
                            found = found.hint(cure);
                        }
                        self.sink.push(found, node.place);
                        return None;
                    }
                }
            }
        };
        if let Err(error) = distribution.check(&parameter.id) {
            self.sink.push(Diagnostic::error("bad-distribution", error.to_string()), node.place);
            return None;
        }
        let mut right = true;
        for value in distribution.ends() {
            if let Err(found) = parameter_value(self.scenario, &parameter.id, &text_of(&value)) {
                self.sink.push(found, node.place);
                right = false;
            }
        }
        right.then_some(distribution)
    }

    fn design(&self, node: &Node, factors: &[Factor]) -> Option<Design> {
        const KINDS: [&str; 9] = [
            "OneAtATime",
            "FullFactorial",
            "LatinHypercube",
            "Sobol",
            "Saltelli",
            "Morris",
            "Zip",
            "MonteCarlo",
            "Table",
        ];
        let kind = self.sink.one_of(node, &KINDS, "design")?;
        let record = Record::part(node, &DESIGN, self.sink)?;
        let takes: &[&str] = match kind {
            "OneAtATime" | "FullFactorial" => &["levels"],
            "LatinHypercube" => &["sizes", "maximin_candidates", "copies"],
            "Sobol" => &["rows", "copies"],
            "Saltelli" => &["base", "second_order"],
            "Morris" => &["trajectories", "levels"],
            "Table" => &["file"],
            _ => &["rows"],
        };
        for key in DESIGN.keys {
            if record.get(key.name).is_some() && !takes.contains(&key.name) {
                let message = format!("{kind} takes no `{}`", key.name);
                let found = Diagnostic::error("unknown-key", message).choose(key.name, takes.iter().copied());
                self.sink.push(found, record.place_of(key.name));
            }
        }
        let count = |key: &str, default: Option<u32>| match record.get(key) {
            Some(node) => self.sink.integer(node, 1, 1 << 31).map(|n| n as u32),
            None => {
                if default.is_none() {
                    let found = Diagnostic::error("missing-key", format!("{kind} needs the key `{key}`"));
                    self.sink.push(found, node.place);
                }
                default
            }
        };
        Some(match kind {
            "OneAtATime" => Design::OneAtATime { levels: count("levels", None)? },
            "FullFactorial" => Design::FullFactorial { levels: count("levels", None)? },
            "LatinHypercube" => {
                let sizes: Vec<u32> = record
                    .list("sizes")
                    .iter()
                    .filter_map(|item| self.sink.integer(item, 1, 1 << 31))
                    .map(|n| n as u32)
                    .collect();
                if sizes.is_empty() {
                    let found = Diagnostic::error("missing-key", "LatinHypercube needs its `sizes`, such as [512]");
                    self.sink.push(found, node.place);
                    return None;
                }
                Design::LatinHypercube {
                    sizes,
                    maximin_candidates: count("maximin_candidates", Some(1))?,
                    copies: count("copies", Some(COPIES))?,
                }
            }
            "Sobol" => Design::Sobol { rows: count("rows", None)?, copies: count("copies", Some(COPIES))? },
            "Saltelli" => {
                Design::Saltelli { base: count("base", None)?, second_order: record.flag("second_order", false) }
            }
            "Morris" => {
                Design::Morris { trajectories: count("trajectories", None)?, levels: count("levels", Some(4))? }
            }
            "Zip" => Design::Zip { rows: count("rows", None)? },
            "MonteCarlo" => Design::MonteCarlo { rows: count("rows", None)? },
            _ => Design::Listed { rows: self.table(&record, factors)? },
        })
    }

    fn table(&self, record: &Record<'_>, factors: &[Factor]) -> Option<Vec<Vec<Value>>> {
        let (name, place) = record.name("file")?;
        let path = self.folder.join(name);
        let refuse = |reason: String| {
            self.sink.push(Diagnostic::error("bad-table", format!("`{name}`: {reason}")), place);
        };
        let table = read_points(&path).map_err(refuse).ok()?;
        values_of_table(&table, factors).map_err(|error| refuse(error.to_string())).ok()
    }

    fn levers(&self, record: &Record<'_>) -> Vec<Lever> {
        let default = || vec![Lever { name: "default".into(), strategies: Vec::new() }];
        let Some(node) = record.get("levers") else { return default() };
        let mut levers: Vec<Lever> = Vec::new();
        if let Kind::Map(_) = node.kind {
            levers = vec![Lever { name: String::new(), strategies: Vec::new() }];
            let pairs = self.sink.pairs(node);
            let alone = pairs.len() == 1;
            for (player, _, node) in pairs {
                let items = self.sink.list(node).unwrap_or_default();
                let names: Vec<&str> = items
                    .iter()
                    .filter_map(|item| Some((item, self.sink.text(item)?.value.as_str())))
                    .filter(|(item, text)| self.sink.one_line(text, item.place))
                    .map(|(_, text)| text)
                    .collect();
                let of = |lever: &Lever, strategy: &str| {
                    let name = if alone { strategy.to_owned() } else { format!("{player}={strategy}") };
                    let mut strategies = lever.strategies.clone();
                    strategies.push((player.to_owned(), strategy.to_owned()));
                    let name = if lever.name.is_empty() { name } else { format!("{} {name}", lever.name) };
                    Lever { name, strategies }
                };
                levers =
                    levers.iter().flat_map(|lever| names.iter().map(move |strategy| of(lever, strategy))).collect();
            }
        } else {
            for item in self.sink.list(node).unwrap_or_default() {
                let Some(lever) = Record::of(item, &LEVER, self.sink) else { continue };
                let Some((name, place)) = lever.name("name") else { continue };
                self.sink.one_line(name, place);
                let strategies = lever
                    .pairs("strategies")
                    .into_iter()
                    .filter_map(|(player, _, node)| Some((player.to_owned(), self.sink.text(node)?.value.clone())));
                levers.push(Lever { name: name.to_owned(), strategies: strategies.collect() });
            }
        }
        if levers.is_empty() {
            self.sink.push(Diagnostic::error("bad-count", "there is no lever in this list"), node.place);
            return default();
        }
        levers
    }
}

/// Reads a table of points: CSV, or Parquet by its ending.
///
/// # Errors
/// The file cannot be read, is too large, or is no table.
pub fn read_points(path: &Path) -> Result<Table, String> {
    if path.extension().is_some_and(|ending| ending == "parquet") {
        return read_parquet(path).map_err(|error| of_a_table(path, error));
    }
    let small = std::fs::metadata(path).is_ok_and(|meta| meta.len() <= files::LARGEST);
    if path.exists() && !small {
        return Err(format!("it is larger than {} MiB; Parquet may be", files::LARGEST >> 20));
    }
    let text = files::read_text(path)?;
    read_csv(&text).map_err(|error| error.to_string())
}

/// What is wrong with a table that somebody brings: no games can be played again for it, and whoever tells it names the file.
fn of_a_table(path: &Path, error: PartError) -> String {
    match error {
        PartError::Io { source, .. } => source.to_string(),
        PartError::Damaged { reason, .. } => {
            format!("it cannot be read as Parquet ({reason}); write it anew from where its rows come")
        }
        other => {
            let text = other.to_string();
            match text.strip_prefix(&format!("{} ", path.display())) {
                Some(rest) => format!("it {rest}"),
                None => text,
            }
        }
    }
}

/// Columns of a table of results whose names have no point.
const OF_RESULTS: [&str; 13] = [
    "row",
    "replication",
    "seed",
    "shocks",
    "point",
    "lever",
    "belief",
    "status",
    "outcome",
    "exit",
    "turn",
    "turns",
    "work",
];

/// The factors and the design of a table of points. Where columns begin with `set.`, as in tables of
/// results, those are the parameters; else every column is one.
///
/// # Errors
/// A column names no parameter, some begin with `set.` and others that should do not, there is no column, or a cell is
/// missing.
pub fn points_of_table(table: &Table, scenario: &Scenario) -> Result<(Vec<Factor>, Design), Diagnostic> {
    let catalogue = &scenario.catalogue;
    let names: Vec<&str> = table.fields().iter().map(|field| field.name.as_str()).collect();
    let of_results: Vec<&str> = names.iter().filter_map(|name| name.strip_prefix("set.")).collect();
    if !of_results.is_empty() {
        // Columns of results stand beside those of parameters in their tables; what else does would be passed over.
        let stray = names
            .iter()
            .find(|name| catalogue.parameter(name).is_some() || !(name.contains('.') || OF_RESULTS.contains(name)));
        if let Some(stray) = stray {
            let found = format!("the column `{stray}` does not begin with `set.`, and others do");
            let hint = match catalogue.parameter(stray) {
                Some(_) => format!("write `set.{stray}`, or leave `set.` out everywhere"),
                None => "leave it out".to_owned(),
            };
            return Err(Diagnostic::error("unknown-parameter", found).hint(hint));
        }
    }
    let names = if of_results.is_empty() { names } else { of_results };
    let mut factors = Vec::new();
    for name in names {
        let Some(id) = catalogue.parameter(name) else {
            let found = Diagnostic::error("unknown-parameter", format!("the column `{name}` names no parameter"));
            return Err(found.choose(name, catalogue.parameters.iter().map(|parameter| parameter.id.as_str())));
        };
        factors.push(factor(&catalogue.parameters[id.index()]));
    }
    let rows = values_of_table(table, &factors).map_err(|error| Diagnostic::error("bad-table", error.to_string()))?;
    Ok((factors, Design::Listed { rows }))
}

/// The factor that a parameter is by its declaration.
pub(crate) fn factor(parameter: &Parameter) -> Factor {
    let base = match parameter.choices.get(parameter.value as usize) {
        Some(name) => Value::Name(name.clone()),
        None => Value::Number(parameter.value),
    };
    let draw_key = (parameter.draw_key != parameter.id).then(|| parameter.draw_key.clone());
    Factor { name: parameter.id.clone(), draw_key, distribution: declared(parameter), base: Some(base) }
}

/// Every quantity whose source is judgement, within a share of its value and inside its declared range.
fn judgements(catalogue: &Catalogue, share: f64) -> impl Iterator<Item = Factor> {
    catalogue.parameters.iter().filter(|p| p.source == SourceKind::Judgement && p.choices.is_empty()).filter_map(
        move |parameter| {
            let (low, high) = parameter.distribution.bounds();
            let reach = share * parameter.value.abs();
            let (low, high) = (max(low, parameter.value - reach), min(high, parameter.value + reach));
            (low < high).then(|| Factor { distribution: Distribution::Uniform { low, high }, ..factor(parameter) })
        },
    )
}

fn declared(parameter: &Parameter) -> Distribution {
    match parameter.distribution {
        ParameterDistribution::Choice { .. } => Distribution::Choice(Options::Names(parameter.choices.clone())),
        // Bounds may coincide in a scenario, and a sampled range may not.
        ref other if other.bounds().0 >= other.bounds().1 => Distribution::Constant(Value::Number(parameter.value)),
        ParameterDistribution::Constant(x) => Distribution::Constant(Value::Number(x)),
        ParameterDistribution::Uniform { low, high } => Distribution::Uniform { low, high },
        ParameterDistribution::LogUniform { low, high } => Distribution::LogUniform { low, high },
        ParameterDistribution::Triangular { low, mode, high } => Distribution::Triangular { low, mode, high },
        ParameterDistribution::TruncatedNormal { mean, sd, low, high } if sd > 0.0 => {
            Distribution::TruncatedNormal { mean, standard_deviation: sd, low, high }
        }
        ParameterDistribution::TruncatedNormal { mean, .. } => Distribution::Constant(Value::Number(mean)),
    }
}
