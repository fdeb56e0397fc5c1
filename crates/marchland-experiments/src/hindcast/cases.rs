//! Cases: what a rule reads of a table, and the outcomes that stay sealed until it is frozen.

use std::collections::{BTreeMap, BTreeSet};

use marchland_game::Diagnostic;

use super::play::Commitment;
use super::rule::{Availability, CaseColumn, Missing, Rule, Scale, Transform};
use crate::run::text_hash;
use crate::table::{Column, Table};

/// The fewest known values of reference rows from which ranks, means and deviations are taken.
pub const LEAST_REFERENCES: usize = 10;

/// The most findings about one column.
const MOST_FINDINGS: usize = 5;

/// Which columns play a part beside the rule's own.
#[derive(Clone, Debug, Default)]
pub struct Roles {
    /// The column of groups, in place of the rule's.
    pub group: Option<String>,
    /// The column of years, in place of the rule's.
    pub year: Option<String>,
    /// The column that marks train rows.
    pub train: Option<String>,
    /// Columns of outcomes, in place of the rule's: event and column.
    pub outcomes: Vec<(String, String)>,
    /// Columns of probabilities that the hindcast is held against: event and column.
    pub baselines: Vec<(String, String)>,
}

/// What became of a column.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ColumnUse {
    /// Its name.
    pub name: String,
    /// Whether the table has it.
    pub present: bool,
    /// Cases in which it is missing.
    pub missing: u64,
    /// Whether too few reference rows knew it, so that it counts as missing everywhere.
    pub too_few: bool,
    /// Whether any setting reads it.
    pub read: bool,
}

/// The cases of a hindcast, without their outcomes.
#[derive(Clone, Debug)]
pub struct Cases {
    /// What each is called: its group and year, or its row.
    pub labels: Vec<String>,
    /// Position of each one's group.
    pub groups: Vec<usize>,
    /// Names of groups.
    pub group_names: Vec<String>,
    /// Whether groups were read of a column; else every row is one.
    pub grouped: bool,
    /// Years, where there are any.
    pub years: Option<Vec<i64>>,
    /// Which are train rows, where any are marked.
    pub train: Option<Vec<bool>>,
    /// Which are simulated, not of any record.
    pub simulated: Vec<bool>,
    /// Weights.
    pub weights: Vec<f64>,
    /// What expressions read: by case, in the order of the rule's columns.
    pub values: Vec<Vec<f64>>,
    /// What became of each column.
    pub columns: Vec<ColumnUse>,
    /// SHA-256 of labels, groups, years, marks, weights and values.
    pub hash: String,
}

/// Outcomes and baselines, not to be looked at before the rule is frozen.
#[derive(Clone, Debug)]
pub struct SealedOutcomes {
    /// The column of each outcome of the rule, whether the table has it or not.
    names: Vec<String>,
    outcomes: Vec<Option<Column>>,
    modes: Option<Column>,
    baselines: Vec<(usize, String, Column)>,
    /// Columns that the rule names, as they lie in the table, words numbered.
    read: Vec<(String, Vec<f64>)>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcomes {
    /// By outcome of the rule, then by case; none where it is not known.
    pub happened: Vec<Vec<Option<bool>>>,
    /// Code of the way in which the first outcome came about, by case.
    pub modes: Vec<Option<u32>>,
    /// Labels of ways that the rule gives no code; they count as not known.
    pub unread: Vec<String>,
    /// Probabilities to be held against: outcome, column, by case.
    pub baselines: Vec<(usize, String, Vec<f64>)>,
    /// SHA-256 of `happened` and `modes`; baselines are not outcomes.
    pub hash: String,
}

/// Takes cases out of a table by a rule, and seals what happened.
///
/// # Errors
/// No rows; roles whose columns are missing; years that are no whole numbers; marks of train rows that are none; weights
/// that are none; marks of simulated rows that are none; two rows of one group and year of which one is a train row and the other is not; a value that is
/// missing where the rule refuses that, that is no number, no word of the column's choices, or outside of a logarithm's
/// domain; a value of the case's own year or later; a year of a value that is not a number.
pub fn take(rule: &Rule, table: &Table, roles: &Roles) -> Result<(Cases, SealedOutcomes), Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let rows = table.rows();
    if rows == 0 {
        return Err(vec![Diagnostic::error("no-cases", "the table of cases has no rows")]);
    }
    let names: Vec<&str> = table.fields().iter().map(|field| field.name.as_str()).collect();
    let asked = |name: &Option<String>, wrong: &mut Vec<Diagnostic>| -> Option<Column> {
        let name = name.as_ref()?;
        let found = table.column(name);
        if found.is_none() {
            let finding = Diagnostic::error("unknown-column", format!("the table of cases has no column `{name}`"));
            wrong.push(finding.choose(name, names.iter().copied()));
        }
        found.cloned()
    };
    let group = asked(&roles.group, &mut wrong).or_else(|| table.column(&rule.group).cloned());
    let year = asked(&roles.year, &mut wrong).or_else(|| table.column(&rule.year).cloned());
    let train = asked(&roles.train, &mut wrong);
    let years = year.map(|column| whole(&column, roles.year.as_deref().unwrap_or(&rule.year), &mut wrong));
    let (groups, group_names, grouped) = grouped(group.as_ref(), rows);
    let labels: Vec<String> = (0..rows)
        .map(|row| match (grouped, &years) {
            (true, Some(years)) => format!("{} {}", group_names[groups[row]], years[row]),
            (true, None) => format!("{} (row {row})", group_names[groups[row]]),
            (false, _) => format!("row {row}"),
        })
        .collect();
    let name = roles.train.clone().unwrap_or_default();
    let train = train.map(|column| marks(&column, &name, &labels, &mut wrong));
    let simulated = simulated(rule, table, &labels, &mut wrong);
    let weights = weights(rule, table, &labels, &mut wrong);
    if let (Some(train), Some(years), true) = (&train, &years, grouped) {
        let mut sides: BTreeMap<(usize, i64), bool> = BTreeMap::new();
        for row in 0..rows {
            let side = *sides.entry((groups[row], years[row])).or_insert(train[row]);
            if side != train[row] {
                let message = format!("{} stands among the train rows and among the test rows", labels[row]);
                wrong.push(Diagnostic::error("leak", message).hint("a train row is never scored: drop one of the two"));
                break;
            }
        }
    }
    let reference: Vec<bool> = train.clone().unwrap_or_else(|| vec![true; rows]);
    let (mut columns, mut uses, mut read) = (Vec::new(), Vec::new(), Vec::new());
    for (at, column) in rule.columns.iter().enumerate() {
        let found = table.column(&column.name);
        if let (Some(_), Some(years)) = (found, &years) {
            dates(column, table, years, &labels, &mut wrong);
        }
        if let Some(found) = found {
            read.push((column.name.clone(), encoded(found)));
        }
        let raw = raw(column, found, rows, &labels, &mut wrong);
        let (values, of) = scaled(column, raw, found.is_some(), &reference, &labels, &mut wrong);
        columns.push(values);
        uses.push(ColumnUse { read: rule.reads(at), ..of });
    }
    for (event, _) in roles.outcomes.iter().chain(&roles.baselines) {
        if !rule.outcomes.iter().any(|outcome| outcome.event == *event) {
            let found = Diagnostic::error("unknown-event", format!("`{event}` is none of the rule's outcomes"));
            wrong.push(found.choose(event, rule.outcomes.iter().map(|outcome| outcome.event.as_str())));
        }
    }
    let (mut outcomes, mut outcome_names) = (Vec::new(), Vec::new());
    for outcome in &rule.outcomes {
        let other = roles.outcomes.iter().find(|(event, _)| *event == outcome.event).map(|(_, column)| column.clone());
        let name = other.clone().unwrap_or_else(|| outcome.column.clone());
        if rule.columns.iter().any(|column| column.name == name) {
            let message = format!("the column `{name}` holds an outcome, and the rule reads it");
            wrong.push(Diagnostic::error("leak", message).hint("an outcome is what a rule may not know"));
        }
        let asked = asked(&other, &mut wrong);
        let found = if other.is_some() { asked } else { table.column(&name).cloned() };
        // A column without a value tells as much as none: there is nothing to look at.
        outcomes.push(found.filter(|column| (0..rows).any(|row| yes_or_no(column, row) != Ok(None))));
        outcome_names.push(name);
    }
    let mut baselines = Vec::new();
    for (event, name) in &roles.baselines {
        let at = rule.outcomes.iter().position(|outcome| outcome.event == *event);
        if let (Some(at), Some(column)) = (at, asked(&Some(name.clone()), &mut wrong)) {
            baselines.push((at, name.clone(), column));
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let values: Vec<Vec<f64>> = (0..rows).map(|row| columns.iter().map(|column| column[row]).collect()).collect();
    let modes = rule.modes.as_ref().and_then(|modes| table.column(&modes.column).cloned());
    let hash = hash_of(&(
        &labels,
        &groups,
        &group_names,
        &years,
        &train,
        &simulated,
        bits(&weights),
        values.iter().map(|row| bits(row)).collect::<Vec<_>>(),
    ));
    let columns = uses;
    let cases = Cases { labels, groups, group_names, grouped, years, train, simulated, weights, values, columns, hash };
    Ok((cases, SealedOutcomes { names: outcome_names, outcomes, modes, baselines, read }))
}

impl Cases {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty()
    }

    /// Whether a case is a train row.
    #[must_use]
    pub fn is_train(&self, case: usize) -> bool {
        self.train.as_ref().is_some_and(|train| train[case])
    }
}

impl SealedOutcomes {
    /// Whether no outcome is there at all.
    #[must_use]
    pub fn blind(&self) -> bool {
        self.outcomes.iter().all(Option::is_none)
    }

    /// Events of the rule, each with the column in which it stands.
    #[must_use]
    pub fn outcome_columns(&self, rule: &Rule) -> Vec<(String, String)> {
        rule.outcomes.iter().map(|outcome| outcome.event.clone()).zip(self.names.iter().cloned()).collect()
    }

    /// Events of the rule that baselines are given for, each with the column.
    #[must_use]
    pub fn baseline_columns(&self, rule: &Rule) -> Vec<(String, String)> {
        self.baselines.iter().map(|(of, name, _)| (rule.outcomes[*of].event.clone(), name.clone())).collect()
    }

    /// What happened, once the rule is frozen. With `train_only`, of train rows alone: what fitting may see.
    ///
    /// # Errors
    /// Another rule, or other cases, than were frozen; an outcome that is not 0, 1 or empty; a baseline that is not a
    /// probability, or says nothing of any case; a column of the rule that tells the outcome in every case.
    pub fn open(
        &self,
        commitment: &Commitment,
        rule: &Rule,
        cases: &Cases,
        train_only: bool,
    ) -> Result<Outcomes, Vec<Diagnostic>> {
        commitment.covers(rule, cases).map_err(|found| vec![found])?;
        let mut wrong = Vec::new();
        let seen = |case: usize| !train_only || cases.is_train(case);
        let rows = cases.len();
        let mut happened = Vec::new();
        for (outcome, column) in rule.outcomes.iter().zip(&self.outcomes) {
            let of = |case: usize, wrong: &mut Vec<Diagnostic>| -> Option<bool> {
                let column = column.as_ref().filter(|_| seen(case))?;
                match yes_or_no(column, case) {
                    Ok(known) => known,
                    Err(text) => {
                        let label = &cases.labels[case];
                        let message = format!("the outcome `{}` of {label} is `{text}`", outcome.event);
                        if wrong.len() < MOST_FINDINGS {
                            wrong.push(Diagnostic::error("bad-outcome", message).hint("0 or 1, or empty: not known"));
                        }
                        None
                    }
                }
            };
            let values: Vec<Option<bool>> = (0..rows).map(|case| of(case, &mut wrong)).collect();
            self.no_copy(&values, &outcome.event, &mut wrong);
            happened.push(values);
        }
        let (mut modes, mut unread) = (vec![None; rows], Vec::new());
        if let (Some(column), Some(of)) = (&self.modes, &rule.modes) {
            for (case, mode) in modes.iter_mut().enumerate().filter(|(case, _)| seen(*case)) {
                let label = words(column, case);
                if label.is_empty() {
                    continue;
                }
                match of.labels.get(&label) {
                    Some(code) => *mode = Some(*code),
                    // How it came about is an outcome that no score rests on alone: a label more is told, not refused.
                    None if !absent(&label) => unread.push(label),
                    None => {}
                }
            }
        }
        unread.sort_unstable();
        unread.dedup();
        let mut baselines = Vec::new();
        for (outcome, name, column) in &self.baselines {
            let values = column.numbers();
            // Stacks are fitted to train rows, so that those are held against the same bounds.
            let bad = (0..rows).find(|case| {
                let of = values[*case];
                if of.is_finite() { !(0.0..=1.0).contains(&of) } else { !absent(&words(column, *case)) }
            });
            if let Some(case) = bad {
                let label = &cases.labels[case];
                let message =
                    format!("the baseline `{name}` of {label} is `{}`, not a probability", words(column, case));
                wrong.push(Diagnostic::error("bad-probability", message).hint("a number from 0 to 1, or empty"));
            } else if !values.iter().any(|p| p.is_finite()) {
                let message = format!("the baseline `{name}` says nothing of any case");
                wrong.push(Diagnostic::error("bad-probability", message).hint("is it the right column?"));
            }
            baselines.push((*outcome, name.clone(), values));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let hash = hash_of(&(&happened, &modes));
        Ok(Outcomes { happened, modes, unread, baselines, hash })
    }

    /// A column that is an outcome under another name: one value wherever it happened, another wherever it did not.
    fn no_copy(&self, outcome: &[Option<bool>], event: &str, wrong: &mut Vec<Diagnostic>) {
        for (name, values) in &self.read {
            let of = |happened: bool| {
                let cases = outcome.iter().zip(values).filter(move |(own, x)| **own == Some(happened) && x.is_finite());
                cases.map(|(_, x)| *x)
            };
            let alike = |happened: bool| {
                let first = of(happened).next()?;
                // Fewer could agree by accident.
                (of(happened).count() >= 5 && of(happened).all(|x| x == first)).then_some(first)
            };
            if alike(true).zip(alike(false)).is_some_and(|(with, without)| with != without) {
                let message = format!("the column `{name}` tells the outcome `{event}` in every case");
                wrong.push(Diagnostic::error("leak", message).hint("an outcome is what a rule may not know"));
            }
        }
    }
}

/// A column as numbers, distinct words by their order; not a number where it is absent.
fn encoded(column: &Column) -> Vec<f64> {
    let Column::Text(values) = column else { return column.numbers() };
    let known: BTreeSet<&str> = values.iter().map(|text| text.trim()).filter(|text| !absent(text)).collect();
    let known: Vec<&str> = known.into_iter().collect();
    values.iter().map(|text| known.binary_search(&text.trim()).map_or(f64::NAN, |at| at as f64)).collect()
}

fn bits(values: &[f64]) -> Vec<u64> {
    values.iter().map(|value| value.to_bits()).collect()
}

fn hash_of(what: &impl serde::Serialize) -> String {
    let text = serde_json::to_string(what).expect("plain data");
    text_hash(&text)
}

/// A cell as text; empty where it is absent.
fn words(column: &Column, row: usize) -> String {
    match column {
        Column::Text(values) => values[row].clone(),
        Column::Flag(values) => values[row].to_string(),
        Column::Unsigned(values) => values[row].to_string(),
        Column::Integer(values) => values[row].to_string(),
        Column::Number(values) if values[row].is_nan() => String::new(),
        Column::Number(values) => values[row].to_string(),
    }
}

/// How files write that a value is missing.
fn absent(text: &str) -> bool {
    matches!(text.trim(), "" | "NA" | "N/A" | "NaN" | "nan" | "null" | "NULL" | "." | "None")
}

fn yes_or_no(column: &Column, row: usize) -> Result<Option<bool>, String> {
    let text = words(column, row);
    match text.trim() {
        text if absent(text) => Ok(None),
        "1" | "1.0" | "true" | "TRUE" | "True" | "yes" => Ok(Some(true)),
        "0" | "0.0" | "false" | "FALSE" | "False" | "no" => Ok(Some(false)),
        _ => Err(text),
    }
}

fn whole(column: &Column, name: &str, wrong: &mut Vec<Diagnostic>) -> Vec<i64> {
    // One word among numbers makes the whole column one of words.
    let number = |row: usize| match column {
        Column::Text(texts) => texts[row].trim().parse().unwrap_or(f64::NAN),
        _ => column.number(row),
    };
    let values: Vec<f64> = (0..column.len()).map(number).collect();
    if let Some(row) = values.iter().position(|value| !value.is_finite() || value.fract() != 0.0) {
        let message = format!("the year of row {row} (counted from 0), in `{name}`, is `{}`", words(column, row));
        wrong.push(Diagnostic::error("bad-year", message).hint("a whole number, such as 2005"));
        return vec![0; values.len()];
    }
    values.into_iter().map(|value| value as i64).collect()
}

fn grouped(column: Option<&Column>, rows: usize) -> (Vec<usize>, Vec<String>, bool) {
    let Some(column) = column else {
        return ((0..rows).collect(), (0..rows).map(|row| format!("row {row}")).collect(), false);
    };
    let words: Vec<String> = (0..rows).map(|row| words(column, row)).collect();
    let names: Vec<String> = words.iter().cloned().collect::<BTreeSet<_>>().into_iter().collect();
    let at = words.iter().map(|word| names.binary_search(word).unwrap_or(0)).collect();
    (at, names, true)
}

fn marks(column: &Column, name: &str, labels: &[String], wrong: &mut Vec<Diagnostic>) -> Vec<bool> {
    let mut marks = Vec::with_capacity(labels.len());
    for (row, label) in labels.iter().enumerate() {
        let text = words(column, row);
        marks.push(match text.trim() {
            "train" => true,
            "test" => false,
            _ => match yes_or_no(column, row) {
                Ok(Some(mark)) => mark,
                _ => {
                    if wrong.len() < MOST_FINDINGS {
                        let message = format!("the mark of {label} in `{name}` is `{text}`");
                        wrong.push(Diagnostic::error("bad-mark", message).hint("1 or `train`, or 0 or `test`"));
                    }
                    false
                }
            },
        });
    }
    if !marks.contains(&true) || !marks.contains(&false) {
        let all = if marks.contains(&true) { "all rows are train rows" } else { "no row is a train row" };
        wrong.push(Diagnostic::error("bad-mark", format!("by `{name}`, {all}: there must be both")));
    }
    marks
}

/// Which rows are marked as simulated; none where there is no such column.
fn simulated(rule: &Rule, table: &Table, labels: &[String], wrong: &mut Vec<Diagnostic>) -> Vec<bool> {
    let Some(column) = table.column(&rule.simulated) else { return vec![false; labels.len()] };
    let marks: Vec<Option<bool>> = (0..labels.len()).map(|row| yes_or_no(column, row).ok()?.or(Some(false))).collect();
    if let Some(row) = marks.iter().position(Option::is_none) {
        let message = format!("the mark of {} in `{}` is `{}`", labels[row], rule.simulated, words(column, row));
        wrong.push(Diagnostic::error("bad-mark", message).hint("1 where the case is simulated, else 0 or empty"));
    }
    marks.into_iter().map(|mark| mark == Some(true)).collect()
}

fn weights(rule: &Rule, table: &Table, labels: &[String], wrong: &mut Vec<Diagnostic>) -> Vec<f64> {
    if rule.weight.is_empty() {
        return vec![1.0; labels.len()];
    }
    let Some(column) = table.column(&rule.weight) else {
        let found = Diagnostic::error("unknown-column", format!("the table of cases has no column `{}`", rule.weight));
        wrong.push(found.hint("the rule names it as the column of weights"));
        return vec![1.0; labels.len()];
    };
    let values = column.numbers();
    if let Some(row) = values.iter().position(|weight| !weight.is_finite() || *weight < 0.0) {
        let message = format!("the weight of {} is `{}`", labels[row], words(column, row));
        wrong.push(Diagnostic::error("bad-weight", message).hint("a number of at least 0"));
    }
    values
}

/// Whether a column's own years lie before those of the cases.
fn dates(column: &CaseColumn, table: &Table, years: &[i64], labels: &[String], wrong: &mut Vec<Diagnostic>) {
    let guesses = [format!("{}.year", column.name), format!("{}_year", column.name)];
    let named = match &column.dated_by {
        Some(name) => {
            if table.column(name).is_none() {
                let message = format!("the table of cases has no column `{name}`, which dates `{}`", column.name);
                let names = table.fields().iter().map(|field| field.name.as_str());
                wrong.push(Diagnostic::error("unknown-column", message).choose(name, names));
            }
            table.column(name)
        }
        None => guesses.iter().find_map(|name| table.column(name)),
    };
    let Some(own) = named else { return };
    if let Some(row) = (0..years.len()).find(|row| !own.number(*row).is_finite() && !absent(&words(own, *row))) {
        let message = format!("the year that `{}` of {} is of is `{}`", column.name, labels[row], words(own, row));
        wrong.push(Diagnostic::error("bad-year", message).hint("a number such as 2005, or empty: not known"));
    }
    let late = |row: usize| {
        let of = own.number(row);
        // A schedule of the year itself was known; one of later years says nothing of this one.
        of.is_finite()
            && if column.dated == Availability::Schedule { of > years[row] as f64 } else { of >= years[row] as f64 }
    };
    if let Some(row) = (0..years.len()).find(|row| late(*row)) {
        let message =
            format!("`{}` of {} is of {}, which was not known before it", column.name, labels[row], own.number(row));
        let remedy =
            "give the value of the year before; a schedule fixed before the year may be declared so in the rule";
        wrong.push(Diagnostic::error("leak", message).hint(remedy));
    }
}

/// A column as numbers, transformed; none where it is missing.
fn raw(
    column: &CaseColumn,
    found: Option<&Column>,
    rows: usize,
    labels: &[String],
    wrong: &mut Vec<Diagnostic>,
) -> Vec<Option<f64>> {
    let Some(found) = found else { return vec![None; rows] };
    let before = wrong.len();
    let mut refuse = |code: &'static str, message: String, hint: &str| {
        if wrong.len() < before + MOST_FINDINGS {
            wrong.push(Diagnostic::error(code, message).hint(hint));
        }
    };
    (0..rows)
        .map(|row| {
            let text = words(found, row);
            if absent(&text) {
                return None;
            }
            if !column.choices.is_empty() {
                let at = column.choices.iter().position(|choice| *choice == text.trim());
                if at.is_none() {
                    let message = format!("`{}` of {} is `{text}`", column.name, labels[row]);
                    refuse("unknown-choice", message, &format!("the rule knows: {}", column.choices.join(", ")));
                }
                return at.map(|at| at as f64);
            }
            let number = match found {
                Column::Text(_) => match text.trim() {
                    "TRUE" | "True" | "true" => Some(1.0),
                    "FALSE" | "False" | "false" => Some(0.0),
                    text => text.parse::<f64>().ok().filter(|x| x.is_finite()),
                },
                other => Some(other.number(row)).filter(|x| x.is_finite()),
            };
            let Some(x) = number else {
                let message = format!("`{}` of {} is `{text}`, not a number", column.name, labels[row]);
                refuse("not-a-number", message, "an empty cell is a missing value");
                return None;
            };
            let least = match column.transform {
                Transform::Plain => return Some(x),
                Transform::Ln => 0.0,
                Transform::Log1p => -1.0,
            };
            if x <= least {
                let message = format!("`{}` of {} is {x}, which has no logarithm", column.name, labels[row]);
                refuse("out-of-range", message, "leave the cell empty where the value is not known");
                return None;
            }
            Some(if column.transform == Transform::Ln { libm::log(x) } else { libm::log1p(x) })
        })
        .collect()
}

/// A column as expressions see it.
fn scaled(
    column: &CaseColumn,
    raw: Vec<Option<f64>>,
    present: bool,
    reference: &[bool],
    labels: &[String],
    wrong: &mut Vec<Diagnostic>,
) -> (Vec<f64>, ColumnUse) {
    let missing = raw.iter().filter(|value| value.is_none()).count() as u64;
    let mut known: Vec<f64> =
        raw.iter().zip(reference).filter_map(|(value, reference)| value.filter(|_| *reference)).collect();
    known.sort_by(f64::total_cmp);
    let few = known.len() < LEAST_REFERENCES;
    let too_few = present && few && matches!(column.scale, Scale::Rank | Scale::Standard);
    let n = known.len() as f64;
    let mean = |values: &[f64]| crate::number::sum(values.iter().copied()) / values.len() as f64;
    let centre = mean(&known);
    let variance = mean(&known.iter().map(|own| (own - centre) * (own - centre)).collect::<Vec<_>>());
    let scale = |x: f64| match column.scale {
        Scale::Plain => x,
        Scale::Span(low, high) => (x - low) / (high - low),
        Scale::Rank => {
            let (below, upto) = (known.partition_point(|other| *other < x), known.partition_point(|other| *other <= x));
            0.5 * (below + upto) as f64 / n
        }
        Scale::Standard if variance > 0.0 => (x - centre) / variance.sqrt(),
        Scale::Standard => 0.0,
    };
    let held = |x: f64| column.clip.map_or(x, |(low, high)| crate::number::clamp(x, low, high));
    let values: Vec<Option<f64>> = raw.iter().map(|value| value.filter(|_| !too_few).map(|x| held(scale(x)))).collect();
    let fill = match column.missing {
        Missing::Refuse => None,
        Missing::Default(x) => Some(x),
        Missing::Mean => {
            let of: Vec<f64> =
                values.iter().zip(reference).filter_map(|(value, reference)| value.filter(|_| *reference)).collect();
            if of.is_empty() {
                None
            } else if column.choices.is_empty() {
                Some(mean(&of))
            } else {
                let count = |at: usize| of.iter().filter(|own| **own == at as f64).count();
                // The first of equals.
                (0..column.choices.len()).rev().max_by_key(|at| count(*at)).map(|at| at as f64)
            }
        }
    };
    if let (None, Some(row)) = (fill, values.iter().position(Option::is_none)) {
        let what = if !present {
            format!("the table of cases has no column `{}`", column.name)
        } else if too_few {
            format!(
                "`{}` is known in {} reference rows, and its scale needs {LEAST_REFERENCES}",
                column.name,
                known.len()
            )
        } else {
            format!("`{}` of {} is missing", column.name, labels[row])
        };
        let hint = match column.missing {
            Missing::Mean => "no reference row knows it: state a default in the rule",
            _ => {
                "the rule refuses cases without it; it may state another policy: missing: Mean, or Default(value, \"why\")"
            }
        };
        wrong.push(Diagnostic::error("missing-value", what).hint(hint));
    }
    let values = values.into_iter().map(|value| value.or(fill).unwrap_or(0.0)).collect();
    (values, ColumnUse { name: column.name.clone(), present, missing, too_few, read: false })
}
