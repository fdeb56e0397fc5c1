//! A matching out of a file, every name resolved.

use std::collections::BTreeMap;
use std::sync::Arc;

use marchland_game::Diagnostic;
use marchland_sim::scenario::keys::HORIZON;
use marchland_sim::scenario::node::{self, Kind, Node};
use marchland_sim::scenario::reader::Record;
use marchland_sim::scenario::sink::{Place, Sink};
use marchland_sim::scenario::{self, Scenario};
use marchland_sim::turn::unknown_belief;
use marchland_strategies::Registry;

use super::keys::{MATCH_ANSWER, MATCH_ARM, MATCH_TARGET, MATCHING};
use super::{Arm, IMPLAUSIBLE_ABOVE, Plan, Quantity, Question, Reading, Target};
use crate::claims::{self, Change, Check, Claim, MOST_PAIRS, names};
use crate::design::Factor;
use crate::run::factor_of;
use crate::statistics::LEAST_UNITS;

/// How another scenario is loaded: its path as the file has it; or why it cannot be, in a sentence.
pub type Load<'l> = &'l mut dyn FnMut(&str) -> Result<Arc<Scenario>, String>;

/// Reads a file of targets for a scenario; `file` is its name in findings. `load` loads the other scenarios that the file
/// names, `contestable` are the claims of the scenario, of which the contestable ones are held where the file asks for it.
///
/// # Errors
/// The text's first mistake of syntax; or every mistake of meaning: unknown or missing keys, names of what there is not, a
/// scenario that cannot be loaded, a name that stands twice, values out of range, nothing to vary, no target.
pub fn read(
    scenario: &Arc<Scenario>,
    registry: &Registry,
    file: &str,
    text: &str,
    load: Load<'_>,
    contestable: &[Claim],
) -> Result<Plan, Vec<Diagnostic>> {
    let sink = Sink::of(file);
    let plan = node::read(text, 0, &sink).and_then(|tree| {
        let record = Record::of(&tree, &MATCHING, &sink)?;
        Reader { sink: &sink, scenario, registry, arms: Vec::new(), factors: Vec::new() }.plan(
            &record,
            load,
            contestable,
        )
    });
    match plan {
        Some(plan) if !sink.failed() => Ok(plan),
        _ => Err(sink.finish()),
    }
}

struct Reader<'a> {
    sink: &'a Sink,
    scenario: &'a Arc<Scenario>,
    registry: &'a Registry,
    arms: Vec<Arm>,
    factors: Vec<Factor>,
}

impl Reader<'_> {
    fn refuse(&self, code: &'static str, message: impl Into<String>, hint: &str, place: Place) {
        self.sink.push(Diagnostic::error(code, message).hint(hint), place);
    }

    fn plan(mut self, record: &Record<'_>, load: Load<'_>, contestable: &[Claim]) -> Option<Plan> {
        self.factors = self.factors(record);
        let mut loaded: BTreeMap<(String, u32), Arc<Scenario>> = BTreeMap::new();
        for node in record.list("arms") {
            if let Some(arm) = self.arm(node, load, &mut loaded) {
                if self.arms.iter().any(|other| other.id == arm.id) {
                    let message = format!("another arm is called `{}` already", arm.id);
                    self.refuse("duplicate-id", message, "give each a name of its own", node.place);
                }
                self.arms.push(arm);
            }
        }
        let mut targets: Vec<Target> = Vec::new();
        for node in record.list("targets") {
            let Some(target) = self.target(node) else { continue };
            if targets.iter().any(|other| other.id == target.id) {
                let message = format!("another target is called `{}` already", target.id);
                self.refuse("duplicate-id", message, "give each a name of its own", node.place);
            }
            targets.push(target);
        }
        if record.get("targets").is_some() && record.list("targets").is_empty() {
            let message = "a matching needs at least one target";
            self.refuse("no-target", message, "without one every point matches", record.place_of("targets"));
        }
        let mut questions: Vec<Question> = Vec::new();
        for node in record.list("answers") {
            let Some(question) = self.question(node) else { continue };
            if questions.iter().any(|other| other.id == question.id) {
                let message = format!("another answer is called `{}` already", question.id);
                self.refuse("duplicate-id", message, "give each a name of its own", node.place);
            }
            questions.push(question);
        }
        let bound = match record.get("implausible_above") {
            None => IMPLAUSIBLE_ABOVE,
            Some(node) => self.sink.number_within(node, f64::MIN_POSITIVE, 100.0, "the bound")?,
        };
        let forgiven = record.integer("forgiven", 0, targets.len() as u64).unwrap_or(0) as usize;
        let claims = self.claims(record, contestable);
        let ranged = self.scenario.catalogue.parameters.iter().filter(|parameter| {
            let (low, high) = parameter.distribution.bounds();
            low < high
        });
        Some(Plan {
            title: record.text("title"),
            scenario: Arc::clone(self.scenario),
            held: ranged.count().saturating_sub(self.factors.len()),
            factors: self.factors,
            arms: self.arms,
            targets,
            implausible_above: bound,
            forgiven,
            questions,
            claims,
        })
    }

    /// The constants that are varied: of the scenario's, those with a range that `vary` names and `hold` does not.
    fn factors(&self, record: &Record<'_>) -> Vec<Factor> {
        let parameters = &self.scenario.catalogue.parameters;
        let mut wanted = vec![true; parameters.len()];
        let pick = |node: &Node| -> Vec<usize> {
            let Some(text) = self.sink.text(node) else { return Vec::new() };
            let fits = |id: &str| match text.value.strip_suffix('*') {
                Some(start) => id.starts_with(start),
                None => id == text.value,
            };
            let found: Vec<usize> = (0..parameters.len()).filter(|at| fits(&parameters[*at].id)).collect();
            if found.is_empty() {
                let unknown =
                    Diagnostic::error("unknown-parameter", format!("no parameter is called `{}`", text.value));
                let known = parameters.iter().map(|parameter| parameter.id.as_str());
                self.sink.push(unknown.choose(&text.value, known), node.place);
            }
            found
        };
        match record.get("vary").map(|node| (&node.kind, node)) {
            None => {}
            Some((Kind::Word(_), node)) => {
                let _ = self.sink.one_of(node, &["All"], "choice of constants");
            }
            Some((_, node)) => {
                wanted.fill(false);
                for item in self.sink.list(node).unwrap_or_default() {
                    pick(item).into_iter().for_each(|at| wanted[at] = true);
                }
            }
        }
        for item in record.list("hold") {
            pick(item).into_iter().for_each(|at| wanted[at] = false);
        }
        let varied =
            parameters.iter().zip(&wanted).filter(|(parameter, wanted)| **wanted && parameter.choices.is_empty());
        let factors: Vec<Factor> =
            varied.map(|(parameter, _)| factor_of(parameter)).filter(|factor| factor.distribution.varies()).collect();
        if factors.is_empty() {
            let hint = "name constants with a range: `marchland describe SCENARIO parameters` lists them";
            let key = if record.get("hold").is_some() { "hold" } else { "vary" };
            self.refuse("no-factor", "nothing is varied", hint, record.place_of(key));
        }
        factors
    }

    fn arm(&self, node: &Node, load: Load<'_>, loaded: &mut BTreeMap<(String, u32), Arc<Scenario>>) -> Option<Arm> {
        let record = Record::of(node, &MATCH_ARM, self.sink)?;
        let path = record.name("scenario").map_or("", |(name, _)| name);
        let base = match loaded.get(&(path.to_owned(), 0)) {
            Some(known) => Arc::clone(known),
            None if path.is_empty() => Arc::clone(self.scenario),
            None => match load(path) {
                Ok(scenario) => scenario,
                Err(reason) => {
                    let message = format!("the scenario `{path}` cannot be loaded: {}", reason.trim());
                    let hint = "the path starts at this file's folder";
                    self.refuse("unusable-scenario", message, hint, record.place_of("scenario"));
                    return None;
                }
            },
        };
        loaded.insert((path.to_owned(), 0), Arc::clone(&base));
        let turns = record.integer("turns", 1, HORIZON).map_or(base.calendar.horizon, |turns| turns as u32);
        let scenario = Arc::clone(loaded.entry((path.to_owned(), turns)).or_insert_with(|| longer(&base, turns)));
        let belief = match record.name("belief") {
            None => scenario.default_belief,
            Some((name, place)) => {
                let at = scenario.beliefs.iter().position(|belief| belief.id == name);
                if at.is_none() {
                    self.sink.push(unknown_belief(&scenario, name), place);
                }
                Some(at?)
            }
        };
        let reading =
            claims::Reading { scenario: &scenario, registry: self.registry, sink: self.sink, names: names(&scenario) };
        let changes: Option<Vec<Change>> = record.list("changes").iter().map(|node| reading.change(node)).collect();
        let changes = changes?;
        let until: Option<Vec<usize>> = record.list("until").iter().map(|node| self.event(&scenario, node)).collect();
        let own = |at: &usize| {
            changes.iter().any(|change| matches!(change, Change::Set { parameter, .. } if parameter.index() == *at))
        };
        let takes = self
            .factors
            .iter()
            .enumerate()
            .filter_map(|(factor, varied)| {
                let id = scenario.catalogue.parameter(&varied.name)?;
                let known = self.scenario.catalogue.parameter(&varied.name)?;
                let (there, here) =
                    (&scenario.catalogue.parameters[id.index()], &self.scenario.catalogue.parameters[known.index()]);
                let alike = there.value == here.value && there.distribution == here.distribution;
                (alike && !own(&id.index())).then_some((factor, id))
            })
            .collect();
        drop(reading);
        Some(Arm {
            id: record.text("id"),
            takes,
            belief,
            changes,
            turns,
            until: until?,
            readings: Vec::new(),
            scenario,
        })
    }

    fn event(&self, scenario: &Scenario, node: &Node) -> Option<usize> {
        let name = self.sink.text(node)?.value.as_str();
        let events = &scenario.catalogue.outcome_events;
        let at = events.iter().position(|event| event.id == name);
        if at.is_none() {
            let found = Diagnostic::error("unknown-event", format!("no outcome event is called `{name}`"));
            let found = match events.is_empty() {
                true => found.hint("the scenario declares none: outcome_events: [(id: \"…\", when: \"…\")]"),
                false => found.choose(name, events.iter().map(|event| event.id.as_str())),
            };
            self.sink.push(found, node.place);
        }
        at
    }

    /// The position of a reading of an arm, added where it is new.
    fn reading(&mut self, arm: usize, node: &Node) -> Option<usize> {
        let text = self.sink.text(node)?.value.clone();
        let scenario = Arc::clone(&self.arms[arm].scenario);
        let reading = match scenario.catalogue.measure(&text) {
            Some(id) => Reading::Measure(id),
            None => match scenario::parse_expression(&scenario.catalogue, &text) {
                Ok(expression) => Reading::Expression(expression),
                Err(found) => {
                    for mut finding in found {
                        finding.span = None;
                        self.sink.push(finding, node.place);
                    }
                    return None;
                }
            },
        };
        let readings = &mut self.arms[arm].readings;
        readings.push(reading);
        Some(readings.len() - 1)
    }

    fn quantity(&mut self, arm: usize, node: &Node) -> Option<Quantity> {
        let kinds = ["Share", "Hazard", "Fraction", "Rate", "Mean", "Payoff"];
        let kind = self.sink.one_of(node, &kinds, "quantity")?;
        let scenario = Arc::clone(&self.arms[arm].scenario);
        let turns = self.arms[arm].turns;
        let (count, form) = match kind {
            "Share" => (2, "`Share(\"event\", months)`"),
            "Hazard" => (3, "`Hazard(\"event\", year, [\"event\", …])`"),
            "Fraction" => (2, "`Fraction(\"part\", \"whole\")`"),
            "Rate" => (1, "`Rate(\"condition\")`"),
            "Mean" => (1, "`Mean(\"measure or expression\")`"),
            _ => (1, "`Payoff(\"player\")`"),
        };
        let items = self.sink.items(node, count, form)?;
        Some(match kind {
            "Share" => {
                let event = self.event(&scenario, &items[0]);
                let months = self.sink.integer(&items[1], 1, u64::from(turns))? as u32;
                Quantity::Share { event: event?, months }
            }
            "Hazard" => {
                let event = self.event(&scenario, &items[0]);
                let year = self.sink.integer(&items[1], 1, u64::from(turns.div_ceil(12)))? as u32;
                let others = self.sink.list(&items[2])?;
                let unless: Option<Vec<usize>> = others.iter().map(|node| self.event(&scenario, node)).collect();
                Quantity::Hazard { event: event?, year, unless: unless? }
            }
            "Fraction" => {
                let (of, among) = (self.reading(arm, &items[0]), self.reading(arm, &items[1]));
                Quantity::Fraction { of: of?, among: among? }
            }
            "Rate" => Quantity::Rate { of: self.reading(arm, &items[0])? },
            "Mean" => Quantity::Mean { of: self.reading(arm, &items[0])? },
            _ => {
                let name = self.sink.text(&items[0])?.value.as_str();
                let Some(id) = scenario.catalogue.player(name) else {
                    let found = Diagnostic::error("unknown-player", format!("no player is called `{name}`"));
                    let known = scenario.catalogue.players.iter().map(|player| player.id.as_str());
                    self.sink.push(found.choose(name, known), items[0].place);
                    return None;
                };
                let readings = &mut self.arms[arm].readings;
                readings.push(Reading::Payoff(id));
                Quantity::Mean { of: readings.len() - 1 }
            }
        })
    }

    fn arm_of(&self, record: &Record<'_>, key: &str) -> Option<usize> {
        let (name, place) = record.name(key)?;
        let at = self.arms.iter().position(|arm| arm.id == name);
        if at.is_none() {
            let found = Diagnostic::error("unknown-arm", format!("no arm is called `{name}`"));
            self.sink.push(found.choose(name, self.arms.iter().map(|arm| arm.id.as_str())), place);
        }
        at
    }

    fn target(&mut self, node: &Node) -> Option<Target> {
        let record = Record::of(node, &MATCH_TARGET, self.sink)?;
        let arm = self.arm_of(&record, "arm");
        let figure = record.number("figure");
        let discrepancy = record.number("discrepancy");
        if let Some(value) = discrepancy.filter(|value| *value <= 0.0) {
            let message = format!("a discrepancy lies above 0, and {value} does not");
            let hint = "no model hits a figure exactly: say by how much it may miss it";
            self.refuse("out-of-range", message, hint, record.place_of("discrepancy"));
        }
        let quantity = self.quantity(arm?, record.get("of")?);
        Some(Target {
            id: record.text("id"),
            arm: arm?,
            quantity: quantity?,
            figure: figure?,
            discrepancy: discrepancy?,
            source: record.text("source"),
        })
    }

    fn question(&mut self, node: &Node) -> Option<Question> {
        let record = Record::of(node, &MATCH_ANSWER, self.sink)?;
        let (id, title) = (record.text("id"), record.text("title"));
        let arm = self.arm_of(&record, "arm")?;
        let quantity = self.quantity(arm, record.get("of")?)?;
        let against = match record.get("against") {
            None => None,
            Some(_) => {
                let other = self.arm_of(&record, "against")?;
                let (own, theirs) = (&self.arms[arm], &self.arms[other]);
                if !Arc::ptr_eq(&own.scenario, &theirs.scenario) {
                    let message = format!("`{}` and `{}` are not arms of one scenario and length", own.id, theirs.id);
                    let hint = "only games that meet the same shocks are paired";
                    self.refuse("unlike-arms", message, hint, record.place_of("against"));
                    return None;
                }
                if !matches!(quantity, Quantity::Share { .. } | Quantity::Mean { .. }) {
                    let message = "hazards, fractions and rates are no mean over games, and cannot be paired";
                    let hint = "ask for a share of games, a mean or a payoff, or leave `against` out";
                    self.refuse("unpaired", message, hint, record.place_of("of"));
                    return None;
                }
                Some((other, self.quantity(other, record.get("of")?)?))
            }
        };
        Some(Question { title: if title.is_empty() { id.clone() } else { title }, id, arm, quantity, against })
    }

    /// The contestable claims, with as many pairs as the file asks for.
    fn claims(&self, record: &Record<'_>, contestable: &[Claim]) -> Vec<Claim> {
        let Some(node) = record.get("claims") else { return Vec::new() };
        let Some(pairs) = self.sink.integer(node, LEAST_UNITS as u64, MOST_PAIRS) else { return Vec::new() };
        let claims: Vec<Claim> = contestable
            .iter()
            .filter_map(|claim| match &claim.check {
                Check::Contestable(comparison) => {
                    let check = Check::Contestable(claims::Comparison { pairs, worlds: None, ..comparison.clone() });
                    Some(Claim { check, ..claim.clone() })
                }
                _ => None,
            })
            .collect();
        if claims.is_empty() {
            let hint = "a claims.ron in its folder has them; or leave `claims` out";
            self.refuse("no-claims", "the scenario has no contestable claims", hint, node.place);
        }
        claims
    }
}

/// A scenario whose games may be so long; the same where its horizon is no shorter.
fn longer(scenario: &Arc<Scenario>, turns: u32) -> Arc<Scenario> {
    if scenario.calendar.horizon >= turns {
        return Arc::clone(scenario);
    }
    let mut longer = Scenario::clone(scenario);
    longer.calendar.horizon = turns;
    Arc::make_mut(&mut longer.catalogue).horizon = turns;
    Arc::new(longer)
}
