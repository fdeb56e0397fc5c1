//! A rule: how public columns become a game, the same for every case.

use std::collections::BTreeMap;

use marchland_game::{Catalogue, Diagnostic, Distribution, Expression, OnlyParameters, Op, Parameter, SourceKind};
use marchland_sim::scenario::node::{self, Kind, Node};
use marchland_sim::scenario::reader::Record;
use marchland_sim::scenario::sink::{Place, Sink};
use marchland_sim::scenario::{Scenario, expression};

use super::input::Input;
use super::keys;
use crate::design::Value;
use crate::run::text_hash;

/// A rule with every name resolved.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Title.
    pub title: String,
    /// Where it comes from.
    pub sources: Vec<String>,
    /// How it did where outcomes are known.
    pub record: Vec<String>,
    /// Months of a case.
    pub months: u32,
    /// Column of groups.
    pub group: String,
    /// Column of years.
    pub year: String,
    /// Column of weights; empty where there is none.
    pub weight: String,
    /// Column of marks of simulated cases.
    pub simulated: String,
    /// Outcomes, at least one.
    pub outcomes: Vec<Outcome>,
    /// Ways in which the first outcome comes about.
    pub modes: Option<Modes>,
    /// What expressions may read of a case.
    pub columns: Vec<CaseColumn>,
    /// What else they may read.
    pub constants: Vec<Constant>,
    /// What is set.
    pub settings: Vec<Setting>,
    /// What constants are fitted to.
    pub fit_to: FitTarget,
    /// How far from 0 and 1 probabilities are held in log scores.
    pub floor: f64,
    /// SHA-256 of its text.
    pub hash: String,
    /// What each parameter of expressions is, in their order.
    names: Vec<Name>,
}

/// What a name of an expression stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Column(usize),
    Constant(usize),
}

/// An outcome event and its column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Identifier of the event.
    pub event: String,
    /// The same in words.
    pub title: String,
    /// Column of cases.
    pub column: String,
}

/// What constants are fitted to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FitTarget {
    /// Whether the outcome at this position came about.
    Outcome(usize),
    /// Whether the first outcome came about, and how.
    Ways,
}

impl FitTarget {
    /// The position of its outcome.
    #[must_use]
    pub fn outcome(self) -> usize {
        match self {
            Self::Outcome(at) => at,
            Self::Ways => 0,
        }
    }
}

/// Ways in which an outcome comes about.
#[derive(Clone, Debug, PartialEq)]
pub struct Modes {
    /// Identifier of the measure.
    pub measure: String,
    /// What it is.
    pub meaning: String,
    /// Column of cases.
    pub column: String,
    /// Code of each label.
    pub labels: BTreeMap<String, u32>,
}

impl Modes {
    /// Codes of ways, rising; 0 is none.
    #[must_use]
    pub fn codes(&self) -> Vec<u32> {
        let mut codes: Vec<u32> = self.labels.values().copied().filter(|code| *code > 0).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    /// What a code is called: its labels.
    #[must_use]
    pub fn called(&self, code: u32) -> String {
        let called: Vec<&str> =
            self.labels.iter().filter(|(_, own)| **own == code).map(|(label, _)| label.as_str()).collect();
        called.join(" or ")
    }
}

/// When a column's value was known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// Before the case's year.
    Before,
    /// Within it, but fixed before.
    Schedule,
}

/// What is done to a number first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transform {
    /// Nothing.
    Plain,
    /// Natural logarithm.
    Ln,
    /// Natural logarithm of 1 and the number.
    Log1p,
}

/// What it is held against.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Scale {
    /// Nothing.
    Plain,
    /// Where it lies between two numbers: 0 at the first, 1 at the second, which is above it.
    Span(f64, f64),
    /// The share of reference rows below it, and half of those equal to it.
    Rank,
    /// Mean and standard deviation of reference rows.
    Standard,
}

/// What stands for a missing value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Missing {
    /// Nothing: the case is refused.
    Refuse,
    /// The mean of the reference rows; of words, the most frequent.
    Mean,
    /// This value.
    Default(f64),
}

/// A column of cases.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseColumn {
    /// Its name.
    pub name: String,
    /// When it was known.
    pub dated: Availability,
    /// The column of its own years, where one is named.
    pub dated_by: Option<String>,
    /// Its words; empty where it is one of numbers.
    pub choices: Vec<String>,
    /// What is done to numbers first.
    pub transform: Transform,
    /// What they are held against then.
    pub scale: Scale,
    /// Where they are held.
    pub clip: Option<(f64, f64)>,
    /// What stands for what is missing.
    pub missing: Missing,
}

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub struct Constant {
    /// Its name.
    pub id: String,
    /// Its value.
    pub value: f64,
    /// Standard deviation of its prior, where it may be fitted.
    pub sd: Option<f64>,
    /// Bounds of fitting.
    pub bounds: (f64, f64),
    /// What it is.
    pub meaning: String,
    /// Where its value comes from.
    pub source: String,
}

/// A setting.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Parameter, or path of an indicator.
    pub of: String,
    /// Its value.
    pub value: Expression,
    /// Where it is held.
    pub clip: Option<(f64, f64)>,
    /// The names of a choice's values; empty where it is a quantity.
    pub choices: Vec<String>,
    /// Least and largest value allowed; the ends of a range that holds one value allow any.
    pub range: (f64, f64),
}

impl Setting {
    /// The value as a design has it.
    #[must_use]
    pub fn value_of(&self, x: f64) -> Value {
        match self.choices.get(x.round() as usize) {
            Some(name) => Value::Name(name.clone()),
            None => Value::Number(x),
        }
    }
}

/// Words of expressions.
const WORDS: [&str; 9] = ["true", "false", "turn", "month", "level", "ideal", "and", "or", "not"];

impl Rule {
    /// The value of every setting of a case, `columns` being its values in the order of the rule's columns: clipped
    /// where that is declared, and not held against ranges yet.
    #[must_use]
    pub fn settings_of(&self, columns: &[f64], constants: &[f64]) -> Vec<f64> {
        let values: Vec<f64> = self
            .names
            .iter()
            .map(|name| match name {
                Name::Column(at) => columns[*at],
                Name::Constant(at) => constants[*at],
            })
            .collect();
        let case = OnlyParameters(&values);
        let clipped = |setting: &Setting| {
            let value = setting.value.value(&case);
            setting.clip.map_or(value, |(low, high)| marchland_game::number::clamp(value, low, high))
        };
        self.settings.iter().map(clipped).collect()
    }

    /// The same, each inside its range and each choice one that there is: for constants that nobody wrote down.
    #[must_use]
    pub fn held_settings_of(&self, columns: &[f64], constants: &[f64]) -> Vec<f64> {
        let held = |(of, x): (&Setting, f64)| match (of.choices.len(), of.range) {
            (0, (low, high)) if low < high => marchland_game::number::clamp(x, low, high),
            (0, _) => x,
            (n, _) => marchland_game::number::clamp(x.round(), 0.0, (n - 1) as f64),
        };
        self.settings.iter().zip(self.settings_of(columns, constants)).map(held).collect()
    }

    /// Whether any setting reads the column at a position.
    #[must_use]
    pub fn reads(&self, column: usize) -> bool {
        let is = |op: &Op| matches!(op, Op::Parameter(id) if self.names[id.index()] == Name::Column(column));
        self.settings.iter().any(|setting| setting.value.ops().iter().any(is))
    }

    /// The ways that constants are fitted to, where they are.
    #[must_use]
    pub fn fitted_modes(&self) -> Option<&Modes> {
        self.modes.as_ref().filter(|_| self.fit_to == FitTarget::Ways)
    }

    /// The constants as they are written.
    #[must_use]
    pub fn defaults(&self) -> Vec<f64> {
        self.constants.iter().map(|constant| constant.value).collect()
    }

    /// Positions of constants by name: `all` is every one that has a prior.
    ///
    /// # Errors
    /// A name of no constant, or of one without a prior.
    pub fn to_fit(&self, names: &[String]) -> Result<Vec<usize>, Diagnostic> {
        let fittable = || self.constants.iter().enumerate().filter(|(_, constant)| constant.sd.is_some());
        if names.iter().any(|name| name == "all") {
            return Ok(fittable().map(|(at, _)| at).collect());
        }
        let mut found = Vec::new();
        for name in names {
            match self.constants.iter().position(|constant| constant.id == *name) {
                None => {
                    let wrong = Diagnostic::error("unknown-constant", format!("the rule has no constant `{name}`"));
                    return Err(wrong.choose(name, self.constants.iter().map(|constant| constant.id.as_str())));
                }
                Some(at) if self.constants[at].sd.is_none() => {
                    let wrong = format!("the rule's constant `{name}` has no prior, and cannot be fitted");
                    return Err(Diagnostic::error("no-prior", wrong).hint("state its `sd`"));
                }
                Some(at) if !found.contains(&at) => found.push(at),
                Some(_) => {}
            }
        }
        Ok(found)
    }
}

/// Reads a rule for a scenario; `file` is its name in findings.
///
/// # Errors
/// The text's first mistake of syntax; or every mistake of meaning: unknown or missing keys, a constant or setting without a source, names of what there is
/// not, ways to fit to of which there are not two, an outcome column that the rule reads, a column of the case's own year that is no schedule, bounds that do not
/// ascend, a thing set twice, an indicator that a law computes anew.
pub fn read_rule(scenario: &Scenario, file: &str, text: &str) -> Result<Rule, Vec<Diagnostic>> {
    let sink = Sink::of(file);
    let hash = text_hash(text);
    let rule = node::read(text, 0, &sink).and_then(|tree| Reading { scenario, sink: &sink }.rule(&tree, hash));
    match rule {
        Some(rule) if !sink.failed() => Ok(rule),
        _ => Err(sink.finish()),
    }
}

struct Reading<'a> {
    scenario: &'a Scenario,
    sink: &'a Sink,
}

impl Reading<'_> {
    fn refuse(&self, code: &'static str, message: String, place: Place) {
        self.sink.push(Diagnostic::error(code, message), place);
    }

    fn rule(&self, tree: &Node, hash: String) -> Option<Rule> {
        let sink = self.sink;
        let file = Record::of(tree, &keys::RULE, sink)?;
        let outcomes: Vec<Outcome> = file.list("outcomes").iter().filter_map(|node| self.outcome(node)).collect();
        let columns: Vec<CaseColumn> =
            file.list("columns").iter().filter_map(|node| self.column(node, &outcomes)).collect();
        let constants: Vec<Constant> = file.list("constants").iter().filter_map(|node| self.constant(node)).collect();
        let mut seen = std::collections::BTreeSet::new();
        let names = columns.iter().map(|column| &column.name).chain(constants.iter().map(|constant| &constant.id));
        for name in names {
            if WORDS.contains(&name.as_str()) {
                let message = format!("`{name}` is a word of expressions, and names no column or constant");
                self.refuse("bad-name", message, tree.place);
            }
            if !seen.insert(name) {
                self.refuse("duplicate-id", format!("two columns or constants are called `{name}`"), tree.place);
            }
        }
        let (scope, names) = scope(&columns, &constants);
        let settings: Vec<Setting> =
            file.list("settings").iter().filter_map(|node| self.setting(node, &scope)).collect();
        for (at, setting) in settings.iter().enumerate() {
            if settings[..at].iter().any(|other| other.of == setting.of) {
                self.refuse("set-twice", format!("`{}` is set twice", setting.of), file.place_of("settings"));
            }
        }
        for key in ["outcomes", "columns", "settings"] {
            if file.get(key).is_some() && file.list(key).is_empty() {
                self.refuse("bad-count", format!("`{key}` needs at least one entry"), file.place_of(key));
            }
        }
        let modes = file.get("modes").and_then(|node| self.modes(node, &columns));
        let fit_to = match file.name("fit_to") {
            None => FitTarget::Outcome(0),
            Some((name, place)) => self.fit_to(name, place, &outcomes, modes.as_ref())?,
        };
        let floor = file.get("floor").map_or(Some(0.001), |node| sink.number_within(node, 1e-9, 0.1, "`floor`"))?;
        let horizon = u64::from(self.scenario.calendar.horizon);
        let months = file.integer("months", 1, horizon).unwrap_or(12.min(horizon)) as u32;
        let or = |key: &str, default: &str| file.name(key).map_or(default, |(name, _)| name).to_owned();
        Some(Rule {
            title: file.text("title"),
            sources: file.texts("sources"),
            record: file.texts("record"),
            months,
            group: or("group", "country"),
            year: or("year", "year"),
            weight: or("weight", ""),
            simulated: or("simulated", "simulated"),
            outcomes,
            modes,
            columns,
            constants,
            settings,
            fit_to,
            floor,
            hash,
            names,
        })
    }

    fn outcome(&self, node: &Node) -> Option<Outcome> {
        let record = Record::of(node, &keys::OUTCOME, self.sink)?;
        let (id, place) = record.name("event")?;
        let events = &self.scenario.catalogue.outcome_events;
        let Some(event) = events.iter().find(|event| event.id == id) else {
            let found = Diagnostic::error("unknown-event", format!("no outcome event is called `{id}`"));
            self.sink.push(found.choose(id, events.iter().map(|event| event.id.as_str())), place);
            return None;
        };
        let (column, _) = record.name("column")?;
        Some(Outcome { event: event.id.clone(), title: event.title.clone(), column: column.to_owned() })
    }

    /// An outcome; or the measure of ways, which an outcome of the same name goes before.
    fn fit_to(&self, name: &str, place: Place, outcomes: &[Outcome], modes: Option<&Modes>) -> Option<FitTarget> {
        if let Some(at) = outcomes.iter().position(|outcome| outcome.event == name) {
            return Some(FitTarget::Outcome(at));
        }
        let Some(modes) = modes.filter(|modes| modes.measure == name) else {
            let measure = modes.map(|modes| modes.measure.as_str());
            let what = if measure.is_some() { "outcomes, nor the measure of its modes" } else { "outcomes" };
            let found = Diagnostic::error("unknown-event", format!("`{name}` is none of the rule's {what}"));
            let known = outcomes.iter().map(|outcome| outcome.event.as_str()).chain(measure);
            self.sink.push(found.choose(name, known), place);
            return None;
        };
        let ways = modes.codes().len();
        if ways < 2 {
            let message = format!("fitting to `{name}` needs two ways or more, and the labels of `modes` name {ways}");
            self.refuse("bad-count", message, place);
        }
        Some(FitTarget::Ways)
    }

    fn modes(&self, node: &Node, columns: &[CaseColumn]) -> Option<Modes> {
        let record = Record::of(node, &keys::MODES, self.sink)?;
        let (measure, place) = record.name("measure")?;
        let measures = &self.scenario.catalogue.measures;
        let Some(known) = measures.iter().find(|known| known.id == measure) else {
            let found = Diagnostic::error("unknown-measure", format!("there is no measure `{measure}`"));
            self.sink.push(found.choose(measure, measures.iter().map(|known| known.id.as_str())), place);
            return None;
        };
        let (column, place) = record.name("column")?;
        if columns.iter().any(|known| known.name == column) {
            self.refuse("leak", format!("the column `{column}` holds an outcome, and a rule may not read it"), place);
        }
        let mut labels = BTreeMap::new();
        for (label, _, node) in record.pairs("labels") {
            labels.insert(label.to_owned(), self.sink.integer(node, 0, 1000)? as u32);
        }
        Some(Modes { measure: measure.to_owned(), meaning: known.meaning.clone(), column: column.to_owned(), labels })
    }

    fn column(&self, node: &Node, outcomes: &[Outcome]) -> Option<CaseColumn> {
        let sink = self.sink;
        let record = Record::of(node, &keys::COLUMN, sink)?;
        let (name, place) = record.name("name")?;
        if !sink.identifier(name, place, false) {
            return None;
        }
        if let Some(outcome) = outcomes.iter().find(|outcome| outcome.column == name) {
            let message =
                format!("the column `{name}` holds an outcome, `{}`, and a rule may not read it", outcome.event);
            self.refuse("leak", message, place);
        }
        let dated = match record.get("dated") {
            None => Availability::Before,
            Some(node) => match sink.one_of(node, &["Before", "Schedule", "Within"], "date")? {
                "Before" => Availability::Before,
                "Schedule" => {
                    let items = sink.items(node, 1, "`Schedule(\"why it was fixed before the year\")`")?;
                    sink.text(&items[0])?;
                    Availability::Schedule
                }
                _ => {
                    let message =
                        format!("the column `{name}` is of the case's own year, which was not known before it");
                    let found = Diagnostic::error("leak", message);
                    let remedy = "use the value of the year before; what was fixed before the year, as the date of a \
                                  vote is, may be declared: dated: Schedule(\"why\")";
                    sink.push(found.hint(remedy), node.place);
                    Availability::Before
                }
            },
        };
        let choices = record.texts("choices");
        let transform = match record.get("transform") {
            None => Transform::Plain,
            Some(node) => match sink.one_of(node, &["Plain", "Ln", "Log1p"], "transform")? {
                "Ln" => Transform::Ln,
                "Log1p" => Transform::Log1p,
                _ => Transform::Plain,
            },
        };
        let scale = match record.get("scale") {
            None => Scale::Plain,
            Some(node) => match sink.one_of(node, &["Plain", "Span", "Rank", "Standard"], "scale")? {
                "Span" => {
                    let (low, high) = self.bounds(node, "Span")?;
                    Scale::Span(low, high)
                }
                "Rank" => Scale::Rank,
                "Standard" => Scale::Standard,
                _ => Scale::Plain,
            },
        };
        let clip = self.clip(&record)?;
        if !choices.is_empty() && (transform != Transform::Plain || scale != Scale::Plain || clip.is_some()) {
            let message = format!("the column `{name}` is one of words: it has no transform, scale or clip");
            self.refuse("wrong-type", message, node.place);
        }
        let missing = match record.get("missing") {
            None => Missing::Refuse,
            Some(node) => self.missing(node, &choices)?,
        };
        let dated_by = record.name("dated_by").map(|(name, _)| name.to_owned());
        Some(CaseColumn { name: name.to_owned(), dated, dated_by, choices, transform, scale, clip, missing })
    }

    fn missing(&self, node: &Node, choices: &[String]) -> Option<Missing> {
        let sink = self.sink;
        match sink.one_of(node, &["Refuse", "Mean", "Default"], "policy for missing values")? {
            "Refuse" => Some(Missing::Refuse),
            "Mean" => Some(Missing::Mean),
            _ => {
                let items = sink.items(node, 2, "`Default(value, \"why\")`")?;
                sink.text(&items[1])?;
                if choices.is_empty() {
                    return Some(Missing::Default(sink.number(&items[0])?));
                }
                let word = &sink.text(&items[0])?.value;
                let at = choices.iter().position(|choice| choice == word);
                if at.is_none() {
                    let found =
                        Diagnostic::error("unknown-choice", format!("`{word}` is none of the column's choices"));
                    sink.push(found.choose(word, choices.iter().map(String::as_str)), items[0].place);
                }
                Some(Missing::Default(at? as f64))
            }
        }
    }

    /// Declared bounds; none inside where there are none, none outside where they are wrong.
    fn clip(&self, record: &Record<'_>) -> Option<Option<(f64, f64)>> {
        match record.get("clip") {
            None => Some(None),
            Some(node) => self.bounds(node, "clip").map(Some),
        }
    }

    /// Two numbers, the second above the first.
    fn bounds(&self, node: &Node, of: &str) -> Option<(f64, f64)> {
        let items = self.sink.items(node, 2, "`(low, high)`")?;
        let (low, high) = (self.sink.number(&items[0])?, self.sink.number(&items[1])?);
        if low >= high {
            self.refuse("bad-range", format!("`{of}` needs low < high, and has {low} and {high}"), node.place);
            return None;
        }
        Some((low, high))
    }

    /// Why a number is what it is: an empty reason is none.
    fn source(&self, record: &Record<'_>) -> String {
        let source = record.text("source");
        if record.get("source").is_some() && source.trim().is_empty() {
            let message = "`source` is empty: say where the number comes from, or that it is judgement".to_owned();
            self.refuse("missing-source", message, record.place_of("source"));
        }
        source
    }

    fn constant(&self, node: &Node) -> Option<Constant> {
        let record = Record::of(node, &keys::CONSTANT, self.sink)?;
        let (id, place) = record.name("id")?;
        if !self.sink.identifier(id, place, false) {
            return None;
        }
        let (value, sd) = (record.number("value")?, record.number("sd"));
        let bounds =
            (record.number("low").unwrap_or(f64::NEG_INFINITY), record.number("high").unwrap_or(f64::INFINITY));
        if sd.is_some_and(|sd| sd <= 0.0) || !(bounds.0..=bounds.1).contains(&value) || bounds.0 >= bounds.1 {
            let message = format!("the prior of `{id}` needs sd > 0 and low ≤ value ≤ high, low < high");
            self.refuse("bad-range", message, node.place);
            return None;
        }
        let (meaning, source) = (record.text("meaning"), self.source(&record));
        Some(Constant { id: id.to_owned(), value, sd, bounds, meaning, source })
    }

    fn setting(&self, node: &Node, scope: &Catalogue) -> Option<Setting> {
        let sink = self.sink;
        let record = Record::of(node, &keys::SETTING, sink)?;
        let (of, place) = record.name("of")?;
        let input = match Input::of(self.scenario, of) {
            Ok(input) => input,
            Err(found) => {
                sink.push(found, place);
                return None;
            }
        };
        let (bounds, any) = (input.range(), (f64::NEG_INFINITY, f64::INFINITY));
        // A parameter of one value may be set to any.
        let range = if bounds.0 < bounds.1 || matches!(input, Input::Start(_)) { bounds } else { any };
        let choices = input.choices().to_vec();
        self.source(&record);
        let value = self.expression(record.get("value")?, scope)?;
        Some(Setting { of: of.to_owned(), value, clip: self.clip(&record)?, choices, range })
    }

    fn expression(&self, node: &Node, catalogue: &Catalogue) -> Option<Expression> {
        let text = match &node.kind {
            Kind::Number(number) => return Some(Expression::constant(*number)),
            Kind::Text(text) => text,
            _ => {
                self.sink.wrong_type(node, "a number or an expression \"…\"");
                return None;
            }
        };
        let place = |range: std::ops::Range<usize>| {
            let start = text.origin(range.start);
            Place { file: node.place.file, start, end: text.origin(range.end).max(start) }
        };
        let ast = match expression::parse(&text.value) {
            Ok(ast) => ast,
            Err(broken) => {
                let end = (broken.at + 1).min(text.value.len()).max(broken.at);
                self.sink.push(Diagnostic::error("bad-expression", broken.message), place(broken.at..end));
                return None;
            }
        };
        let scope =
            expression::Scope { names: "column or constant of the rule", ..expression::Scope::parameters(catalogue) };
        match expression::resolve(&ast, scope) {
            Ok(expression) => Some(expression),
            Err(found) => {
                found.into_iter().for_each(|(range, found)| self.sink.push(found, place(range)));
                None
            }
        }
    }
}

/// Columns and constants as the parameters of expressions, and what each of them is.
fn scope(columns: &[CaseColumn], constants: &[Constant]) -> (Catalogue, Vec<Name>) {
    let parameter = |id: &str, choices: &[String]| Parameter {
        id: id.to_owned(),
        draw_key: id.to_owned(),
        value: 0.0,
        distribution: Distribution::Constant(0.0),
        choices: choices.to_vec(),
        unit: String::new(),
        meaning: String::new(),
        source: SourceKind::Judgement,
        source_text: String::new(),
        mechanism: None,
        fitted_to: String::new(),
        own: true,
    };
    let mut all: Vec<(Parameter, Name)> = columns
        .iter()
        .enumerate()
        .map(|(at, column)| (parameter(&column.name, &column.choices), Name::Column(at)))
        .chain(constants.iter().enumerate().map(|(at, own)| (parameter(&own.id, &[]), Name::Constant(at))))
        .collect();
    all.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    let (parameters, names) = all.into_iter().unzip();
    (Catalogue { parameters, ..Catalogue::default() }, names)
}
