//! The keys of a rule file.

use marchland_sim::scenario::keys::{Topic, key};

/// A rule file.
pub static RULE: Topic = Topic {
    name: "hindcast rule",
    section: "rules/NAME.ron",
    meaning: "How columns of public cases become parameters and initial values, the same for every case: a file for `marchland hindcast`.",
    keys: &[
        key("title", "text", "\"\"", "\"From public columns of the year before\"", "Title"),
        key("sources", "list of texts", "[]", "[\"World Bank\"]", "Where the rule comes from"),
        key(
            "record",
            "list of texts",
            "[]",
            "[\"1991 to 2010, two looks: 3.1 % said, 5.0 % seen\"]",
            "How the rule did where outcomes are known: what a blind hindcast says of its calibration",
        ),
        key("months", "whole number", "12", "12", "Length of a case, in months: how long a game lasts"),
        key(
            "group",
            "column",
            "\"country\"",
            "\"country\"",
            "The column of groups, which are the units of independence; `--group` goes before it. Without it every row is a group",
        ),
        key(
            "year",
            "column",
            "\"year\"",
            "\"year\"",
            "The column of the case's year; `--year` goes before it. Without it dates of columns cannot be held against it",
        ),
        key("weight", "column", "none: 1", "\"weight\"", "The column of weights of cases"),
        key(
            "simulated",
            "column",
            "\"simulated\"",
            "\"simulated\"",
            "The column that marks cases which are simulated, not of any record: 1, or 0 or empty. The report says so of them",
        ),
        key(
            "outcomes",
            "list of outcomes",
            "required",
            "[(event: \"regime_failure\", column: \"failure\")]",
            "Outcome events, and the columns in which it stands whether they happened",
        ),
        key(
            "modes",
            "modes",
            "none",
            "(measure: \"exit_mode\", column: \"mode\", labels: {\"coup\": 2})",
            "How the first of the outcomes came about, and the measure that says so of a game; `fit_to` may name it",
        ),
        key(
            "columns",
            "list of columns",
            "required",
            "[(name: \"growth\", missing: Mean)]",
            "The columns that expressions may read",
        ),
        key(
            "constants",
            "list of rule constants",
            "[]",
            "[(id: \"slope\", value: 1, sd: 0.5)]",
            "Named numbers that expressions may read, and `--fit` may fit",
        ),
        key(
            "settings",
            "list of settings",
            "required",
            "[(of: \"opp\", value: \"clamp(growth, 0, 1)\")]",
            "What is set of a case",
        ),
        key(
            "fit_to",
            "outcome event, or the measure of `modes`",
            "the first outcome",
            "\"regime_failure\"",
            "What constants are fitted to: an outcome, which is whether it came about; or the measure of `modes`, which is whether the first outcome came about and in which of its ways. Train rows in which it did in a way that is not known then count by the outcome alone",
        ),
        key("floor", "number", "0.001", "0.001", "How far from 0 and 1 probabilities are held in log scores"),
    ],
};

/// An outcome.
pub static OUTCOME: Topic = Topic {
    name: "outcome",
    section: "rules/NAME.ron: (outcomes: [ … ])",
    meaning: "An outcome event of the scenario, and the column in which it stands whether it happened: 0 or 1, empty where that is not known.",
    keys: &[
        key("event", "outcome event", "required", "\"regime_failure\"", "Outcome event of the scenario"),
        key(
            "column",
            "column",
            "required",
            "\"failure\"",
            "Column of cases; it may be absent, and the hindcast is then blind",
        ),
    ],
};

/// Ways in which an outcome comes about.
pub static MODES: Topic = Topic {
    name: "modes",
    section: "rules/NAME.ron: (modes: ( … ))",
    meaning: "How the first of the outcomes came about.",
    keys: &[
        key(
            "measure",
            "measure",
            "required",
            "\"exit_mode\"",
            "The measure whose value says it of a game; only games in which the outcome came about are counted",
        ),
        key(
            "column",
            "column",
            "required",
            "\"mode\"",
            "The column in which it stands of a case, as a label; empty where it did not come about",
        ),
        key(
            "labels",
            "map from labels to numbers",
            "required",
            "{\"coup\": 2}",
            "What each label is in the measure; several labels may be one number",
        ),
    ],
};

/// A column.
pub static COLUMN: Topic = Topic {
    name: "case column",
    section: "rules/NAME.ron: (columns: [ … ])",
    meaning: "A column of cases. Values are transformed, then scaled, then clipped; what is missing is filled after that, so that a default is of the scale that expressions see. A column that is absent is missing in every case.",
    keys: &[
        key("name", "column", "required", "\"growth\"", "Its name in the table, and in expressions"),
        key("meaning", "text", "\"\"", "\"Growth of the year before\"", "What it is"),
        key("unit", "text", "\"\"", "\"share a year\"", "Unit"),
        key(
            "dated",
            "Before, Schedule(why), or Within",
            "Before",
            "Schedule(\"the date of the vote is law\")",
            "When it was known: before the case's year; within it, but fixed before it as schedules are; or within it, which is refused",
        ),
        key(
            "dated_by",
            "column",
            "NAME.year or NAME_year, where there is one",
            "\"growth_year\"",
            "The column of the year that its value is of: a year that is not before the case's is refused, unless it is a schedule",
        ),
        key(
            "choices",
            "list of texts",
            "[]: numbers",
            "[\"party\", \"military\"]",
            "The values of a column of words; in expressions `is(column, word)`",
        ),
        key(
            "transform",
            "Plain, Ln or Log1p",
            "Plain",
            "Ln",
            "What is done to the number: nothing, its natural logarithm, or that of 1 and the number",
        ),
        key(
            "scale",
            "Plain, Span(low, high), Rank or Standard",
            "Plain",
            "Rank",
            "Plain: as it is. Span: where it lies between the two, 0 at the first and 1 at the second. Rank: the share of reference rows below it and half of those equal to it, 0 to 1, whatever its unit. Standard: less the mean of reference rows, over their standard deviation. Reference rows are train rows, or all rows where none are marked; with fewer than 10 known values among them a column of rank or standard counts as missing",
        ),
        key("clip", "two numbers", "none", "(-3, 3)", "Bounds at which values are held, after scaling"),
        key(
            "missing",
            "Refuse, Mean, or Default(value, why)",
            "Refuse",
            "Default(0.5, \"in the middle of the record\")",
            "What stands for a value that is missing: nothing, and the case is refused; the mean of known values of the reference rows (of words, the most frequent); or a value with its reason",
        ),
        key("source", "text", "\"\"", "\"World Development Indicators\"", "Where it comes from"),
    ],
};

/// A constant.
pub static CONSTANT: Topic = Topic {
    name: "rule constant",
    section: "rules/NAME.ron: (constants: [ … ])",
    meaning: "A named number. `--fit` moves it to where train rows are likeliest under its prior, a normal distribution about its value.",
    keys: &[
        key("id", "name", "required", "\"slope\"", "Name in expressions"),
        key("value", "number", "required", "1", "Its value, and the mean of its prior"),
        key("sd", "number", "none: it cannot be fitted", "0.5", "Standard deviation of its prior"),
        key("low", "number", "none", "0", "Least value that it may be fitted to"),
        key("high", "number", "none", "3", "Largest"),
        key("meaning", "text", "\"\"", "\"What full organisation adds\"", "What it is"),
        key("source", "text", "required", "\"judgement\"", "Where the value comes from, and what of it is judgement"),
    ],
};

/// A setting.
pub static SETTING: Topic = Topic {
    name: "setting",
    section: "rules/NAME.ron: (settings: [ … ])",
    meaning: "A parameter, or the start of an indicator, as an expression over columns and constants. A value outside its range is refused with the case, unless it is clipped.",
    keys: &[
        key("of", "parameter, or path of an indicator", "required", "\"country.legitimacy\"", "What is set"),
        key("value", "number or expression", "required", "\"0.2 + slope * growth\"", "Its value"),
        key("clip", "two numbers", "none", "(0, 1)", "Bounds at which it is held"),
        key("source", "text", "required", "\"judgement\"", "Why, and what of its numbers is judgement"),
    ],
};

/// Every topic of rule files, in reading order.
pub static TOPICS: &[&Topic] = &[&RULE, &OUTCOME, &MODES, &COLUMN, &CONSTANT, &SETTING];
