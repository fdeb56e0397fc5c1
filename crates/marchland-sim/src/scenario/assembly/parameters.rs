//! Parameters and distributions.

use marchland_game::{Diagnostic, Distribution, Parameter, SourceKind};

use super::{Builder, Places};
use crate::scenario::keys;
use crate::scenario::node::{Kind, Node};
use crate::scenario::reader::{Record, opening};
use crate::scenario::sink::Place;
use crate::scenario::slips;

impl Builder<'_> {
    pub(super) fn declare_parameters(&mut self, places: &mut Places) {
        let mut all: Vec<(Parameter, Place)> = Vec::new();
        for item in self.items("parameters", &keys::PARAMETER) {
            let record = item.record;
            let Some((name, place)) = record.name("id") else { continue };
            self.sink.identifier(name, place, false);
            match all.iter().position(|(other, _)| other.id == name) {
                Some(at) if item.own && !all[at].0.own => {
                    if record.get("why").is_none() {
                        let message = format!("`{name}` restates a constant of the base without a `why`");
                        self.sink.push(
                            Diagnostic::error("restated-constant", message).hint("say why this case differs"),
                            place,
                        );
                    }
                    let base = all[at].0.clone();
                    let restated = self.parameter(&record, Some(base), true);
                    all[at] = (restated, place);
                }
                Some(_) => self.twice("parameter", name, place),
                None => {
                    let parameter = self.parameter(&record, None, item.own);
                    all.push((parameter, place));
                }
            }
        }
        all.sort_by(|a, b| a.0.id.cmp(&b.0.id));
        for (parameter, place) in all {
            places.parameters.push((place, parameter.own));
            self.catalogue.parameters.push(parameter);
        }
    }

    fn parameter(&self, record: &Record<'_>, base: Option<Parameter>, own: bool) -> Parameter {
        let restated = base.is_some();
        let mut parameter = base.unwrap_or_else(|| Parameter {
            id: record.text("id"),
            draw_key: self.draw_key(record).unwrap_or_else(|| record.text("id")),
            value: 0.0,
            distribution: Distribution::Constant(0.0),
            choices: Vec::new(),
            unit: String::new(),
            meaning: String::new(),
            source: SourceKind::Judgement,
            source_text: String::new(),
            mechanism: None,
            fitted_to: String::new(),
            own,
        });
        parameter.own = own;
        if !restated {
            for key in ["value", "unit", "meaning", "source"] {
                if record.get(key).is_none() {
                    let message = format!("the parameter `{}` needs the key `{key}`", parameter.id);
                    self.refuse("missing-key", message, opening(record.place));
                }
            }
        }
        if record.get("choices").is_some() {
            parameter.choices = record.texts("choices");
        }
        if let Some(node) = record.get("value") {
            parameter.value = self.parameter_value(node, &parameter).unwrap_or(parameter.value);
        }
        if let Some(node) = record.get("distribution") {
            match self.distribution(node, parameter.choices.len()) {
                Some(distribution) => parameter.distribution = distribution,
                // Nothing lies outside what could not be read.
                None => parameter.distribution = Distribution::Constant(parameter.value),
            }
        } else if !parameter.choices.is_empty() {
            parameter.distribution = Distribution::Choice { count: parameter.choices.len() as u32 };
        } else if !restated || matches!(parameter.distribution, Distribution::Constant(_)) {
            parameter.distribution = Distribution::Constant(parameter.value);
        }
        let (low, high) = parameter.distribution.bounds();
        if parameter.value < low || parameter.value > high {
            let message = format!("the value {} lies outside its distribution's [{low}, {high}]", parameter.value);
            self.refuse("out-of-range", message, record.place_of("value"));
        }
        for (key, field) in [
            ("unit", &mut parameter.unit),
            ("meaning", &mut parameter.meaning),
            ("fitted_to", &mut parameter.fitted_to),
        ] {
            if record.get(key).is_some() {
                *field = record.text(key);
            }
        }
        if let Some(node) = record.get("source")
            && let Some((kind, text)) = self.source(node)
        {
            parameter.source = kind;
            parameter.source_text = text;
        }
        if let Some(node) = record.get("mechanism") {
            parameter.mechanism = self.source(node).or(parameter.mechanism);
        }
        parameter
    }

    fn source(&self, node: &Node) -> Option<(SourceKind, String)> {
        let kind = match self.sink.one_of(node, &["Memo", "Found", "Computed", "Judgement"], "kind of source")? {
            "Memo" => SourceKind::Memo,
            "Found" => SourceKind::Found,
            "Computed" => SourceKind::Computed,
            _ => SourceKind::Judgement,
        };
        match &node.kind {
            Kind::Tuple(_, items) if items.len() == 1 => Some((kind, self.sink.text(&items[0])?.value.clone())),
            _ => {
                self.refuse("wrong-type", "a source is written with its text: Found(\"IMF 2010\")", node.place);
                None
            }
        }
    }

    /// A parameter's value: a number, a flag, or the name of a choice.
    pub(super) fn parameter_value(&self, node: &Node, parameter: &Parameter) -> Option<f64> {
        match &node.kind {
            Kind::Flag(flag) => Some(f64::from(u8::from(*flag))),
            Kind::Text(text) => {
                let at = parameter.choices.iter().position(|choice| *choice == text.value);
                if at.is_none() {
                    let message = format!("`{}` is no choice of `{}`", text.value, parameter.id);
                    let found = Diagnostic::error("unknown-label", message)
                        .choose(&text.value, parameter.choices.iter().map(String::as_str));
                    self.sink.push(found, node.place);
                }
                at.map(|at| at as f64)
            }
            _ => self.sink.number(node),
        }
    }

    /// A distribution; `choices` is how many named choices there are.
    pub(super) fn distribution(&self, node: &Node, choices: usize) -> Option<Distribution> {
        const NAMES: [&str; 5] = ["Uniform", "LogUniform", "Triangular", "TruncatedNormal", "Choice"];
        let name = self.sink.one_of(node, &NAMES, "distribution")?;
        let numbers: Vec<f64> = match &node.kind {
            Kind::Tuple(_, items) => items.iter().filter_map(|item| self.sink.number(item)).collect(),
            _ => Vec::new(),
        };
        let wanted = match name {
            "Triangular" => 3,
            "TruncatedNormal" => 4,
            _ => 2,
        };
        let bad = |message: &str| {
            let mut found = Diagnostic::error("bad-distribution", message);
            if let Some(cure) = slips::too_many_numbers(numbers.len(), wanted) {
                found = found.hint(cure);
            }
            self.sink.push(found, node.place);
            None
        };
        match (name, numbers[..].as_ref()) {
            ("Choice", _) if choices > 0 => Some(Distribution::Choice { count: choices as u32 }),
            ("Choice", _) => bad("`Choice` needs the parameter's `choices`"),
            ("Uniform", &[low, high]) if low <= high => Some(Distribution::Uniform { low, high }),
            ("LogUniform", &[low, high]) if low <= high && low > 0.0 => Some(Distribution::LogUniform { low, high }),
            ("Triangular", &[low, mode, high]) if low <= mode && mode <= high => {
                Some(Distribution::Triangular { low, mode, high })
            }
            ("TruncatedNormal", &[mean, sd, low, high])
                if sd > 0.0 && marchland_game::number::max(low - mean, mean - high) > Distribution::FARTHEST * sd =>
            {
                bad(&format!("the range lies more than {} standard deviations from the mean", Distribution::FARTHEST))
            }
            ("TruncatedNormal", &[mean, sd, low, high]) if low <= high && sd >= 0.0 => {
                Some(Distribution::TruncatedNormal { mean, sd, low, high })
            }
            ("Uniform", _) => bad("write Uniform(low, high) with low ≤ high"),
            ("LogUniform", _) => bad("write LogUniform(low, high) with 0 < low ≤ high"),
            ("Triangular", _) => bad("write Triangular(low, mode, high) with low ≤ mode ≤ high"),
            _ => bad("write TruncatedNormal(mean, sd, low, high) with sd ≥ 0 and low ≤ high"),
        }
    }
}
