//! Claims out of a file, every name resolved.

use std::collections::BTreeSet;

use marchland_game::{Diagnostic, IndicatorId, LawId, Nature, Order, PlayerId, stream::SEED_BOUND};
use marchland_sim::scenario::keys;
use marchland_sim::scenario::node::{self, Kind as Shape, Node};
use marchland_sim::scenario::reader::Record;
use marchland_sim::scenario::sink::{Place, Sink};
use marchland_sim::scenario::{self, Scenario};
use marchland_sim::turn::{parameter_value, unknown_belief};
use marchland_strategies::Registry;

use crate::statistics::LEAST_UNITS;

use super::written::set_by;
use super::{Change, Check, Claim, Comparison, Constant, Kind, MOST_PAIRS, MOST_UNMOVED, Number, Probe, Scale};

/// Reads a file of claims about a scenario; `file` is its name in findings.
///
/// # Errors
/// The text's first mistake of syntax; or every mistake of meaning: unknown or missing keys, a row that
/// stands twice, names of what there is not, values out of range, an A, E or R row that is held to exist
/// or be constant without a `why` or beyond [`MOST_UNMOVED`] of them, and one that compares what its own
/// change sets directly; a row that has to move what has no scale of its own and none in `scales`, a scale there that
/// no such row needs, a row that asks for more than the rule of size and does not say why; a path through what is
/// compared, through what the change itself writes, or through nothing without a reason.
pub fn read(scenario: &Scenario, registry: &Registry, file: &str, text: &str) -> Result<Vec<Claim>, Vec<Diagnostic>> {
    let sink = Sink::of(file);
    let claims = node::read(text, 0, &sink).map(|tree| {
        let reading = Reading { scenario, registry, sink: &sink, names: names(scenario) };
        reading.file(&tree)
    });
    match claims {
        Some(claims) if !sink.failed() => Ok(claims),
        _ => Err(sink.finish()),
    }
}

/// Everything that may stand among a claim's objects.
pub(crate) fn names(scenario: &Scenario) -> BTreeSet<&str> {
    let catalogue = &scenario.catalogue;
    let mut names: BTreeSet<&str> = ["turn", "month"].into();
    names.extend(catalogue.players.iter().map(|item| item.id.as_str()));
    names.extend(catalogue.populations.iter().map(|item| item.id.as_str()));
    names.extend(catalogue.indicators.iter().map(|item| item.path.as_str()));
    names.extend(catalogue.actions.iter().map(|item| item.id.as_str()));
    names.extend(catalogue.events.iter().map(|item| item.id.as_str()));
    names.extend(catalogue.institutions.iter().map(|item| item.id.as_str()));
    names.extend(catalogue.motions.iter().map(|item| item.id.as_str()));
    names.extend(catalogue.parameters.iter().map(|item| item.id.as_str()));
    names.extend(catalogue.measures.iter().map(|item| item.id.as_str()));
    names.extend(scenario.mechanisms.iter().map(String::as_str));
    names.extend(scenario.strategies.iter().map(|item| item.name.as_str()));
    names.extend(scenario.beliefs.iter().map(|item| item.id.as_str()));
    for (kind, entities) in &scenario.entities {
        names.insert(kind);
        names.extend(entities.iter().map(|entity| entity.name.as_str()));
    }
    names
}

/// The scale of what has none of its own, as the file states it.
struct StatedScale {
    of: String,
    width: f64,
    place: Place,
}

pub(crate) struct Reading<'s> {
    pub scenario: &'s Scenario,
    pub registry: &'s Registry,
    pub sink: &'s Sink,
    pub names: BTreeSet<&'s str>,
}

impl<'s> Reading<'s> {
    pub(crate) fn refuse(&self, code: &'static str, message: impl Into<String>, place: Place) {
        self.sink.push(Diagnostic::error(code, message), place);
    }

    fn file(&self, tree: &Node) -> Vec<Claim> {
        let Some(file) = Record::of(tree, &keys::CLAIMS, self.sink) else { return Vec::new() };
        let scales: Vec<StatedScale> = file.list("scales").iter().filter_map(|node| self.scale(node)).collect();
        let mut claims: Vec<Claim> = Vec::new();
        let mut unmoved = 0;
        for node in file.list("claims") {
            let Some(claim) = self.claim(node, &scales) else { continue };
            if claims.iter().any(|other| other.id == claim.id) {
                self.refuse("duplicate-id", format!("another claim is called `{}` already", claim.id), node.place);
            }
            if claim.kind.moves() && matches!(claim.check, Check::Exists | Check::Constant(_)) {
                unmoved += 1;
                if unmoved > MOST_UNMOVED {
                    let message = format!("more than {MOST_UNMOVED} rows of kind A, E or R move nothing");
                    self.refuse("unmoved-claim", message, node.place);
                }
                if claim.why.is_empty() {
                    let message =
                        format!("claim `{}` of kind {:?} moves nothing and does not say why", claim.id, claim.kind);
                    self.refuse("unmoved-claim", message, node.place);
                }
            }
            claims.push(claim);
        }
        for scale in scales {
            let needs = |claim: &Claim| matches!(&claim.check, Check::Moves(of) if of.of_text == scale.of);
            // Rows that were refused may have needed it.
            if !self.sink.failed() && !claims.iter().any(needs) {
                self.refuse("unused-scale", format!("no row of `Moves` compares `{}`", scale.of), scale.place);
            }
        }
        claims
    }

    /// The scale of what has none of its own.
    fn scale(&self, node: &Node) -> Option<StatedScale> {
        let record = Record::of(node, &keys::SCALE, self.sink)?;
        let (of, place) = record.name("of")?;
        let probe = self.probe(of, place)?;
        let width = record.number("width")?;
        if width <= 0.0 {
            self.refuse("out-of-range", "a scale is wider than 0", record.place_of("width"));
        }
        if Scale::of(&self.scenario.catalogue, &probe).is_some() {
            self.refuse("needless-scale", format!("`{of}` has a scale of its own: its declared range"), place);
        }
        Some(StatedScale { of: of.to_owned(), width, place })
    }

    fn claim(&self, node: &Node, scales: &[StatedScale]) -> Option<Claim> {
        let record = Record::of(node, &keys::CLAIM, self.sink)?;
        let id = record.text("id");
        let kind = record.get("kind").and_then(|node| self.sink.one_of(node, &Kind::NAMES, "kind")).map(Kind::of);
        for node in record.list("objects") {
            let Some(name) = self.sink.text(node).map(|text| text.value.as_str()) else { continue };
            if !self.names.contains(name) {
                let found = Diagnostic::error("unknown-object", format!("nothing in the scenario is called `{name}`"));
                self.sink.push(found.choose(name, self.names.iter().copied()), node.place);
            }
        }
        if record.get("objects").is_some() && record.list("objects").is_empty() {
            self.refuse("missing-value", "a claim names at least one object", record.place_of("objects"));
        }
        let check = record.get("check").and_then(|node| self.check(node, kind, scales));
        if matches!(&check, Some(Check::Moves(of)) if of.least > 0.0) && record.text("why").is_empty() {
            let message = format!("claim `{id}` asks for more than the rule of size and does not say why");
            self.refuse("unexplained-least", message, node.place);
        }
        Some(Claim {
            id,
            kind: kind?,
            meaning: record.text("meaning"),
            objects: record.texts("objects"),
            check: check?,
            why: record.text("why"),
            span: self.sink.span(node.place),
        })
    }

    fn check(&self, node: &Node, kind: Option<Kind>, scales: &[StatedScale]) -> Option<Check> {
        match self.sink.one_of(node, &["Exists", "Constant", "Moves", "Contestable"], "check")? {
            "Exists" => Some(Check::Exists),
            "Constant" => self.constant(node).map(Check::Constant),
            "Moves" => {
                let mut comparison = self.comparison(node)?;
                let own = Scale::of(&self.scenario.catalogue, &comparison.of);
                let stated = scales.iter().find(|scale| scale.of == comparison.of_text);
                comparison.scale = own.or(stated.map(|scale| Scale::Width(scale.width)));
                if comparison.scale.is_none() {
                    let message = format!(
                        "the unit of `{}` is not share, index, state, points, flag or probability: its range says nothing \
                         of how much is little",
                        comparison.of_text
                    );
                    let hint = "state one in `scales` at the head of the file, with its reason";
                    self.sink.push(Diagnostic::error("no-scale", message).hint(hint), node.place);
                }
                if comparison.worlds.is_some() {
                    let message = "a row that has to move something is no contestable one, and has no worlds";
                    self.refuse("worlds-of-moves", message, node.place);
                }
                if kind.is_some_and(Kind::moves) {
                    self.indirect(&comparison, node);
                }
                Some(Check::Moves(comparison))
            }
            _ => {
                let comparison = self.comparison(node)?;
                if comparison.slight.is_some() {
                    let message = "a contestable row is slight where its threshold says so: only `Moves` is listed";
                    self.refuse("slight-contestable", message, node.place);
                }
                if comparison.path.is_some() {
                    let message = "what a contestable row goes through is not held: only `Moves` states a path";
                    self.refuse("path-of-contestable", message, node.place);
                }
                Some(Check::Contestable(comparison))
            }
        }
    }

    fn constant(&self, node: &Node) -> Option<Constant> {
        let record = Record::of(node, &keys::CONSTANT, self.sink)?;
        let belief = self.belief(&record);
        let (name, place) = record.name("of")?;
        let catalogue = &self.scenario.catalogue;
        let parameter = catalogue.parameter(name).map(Number::Parameter);
        let of = parameter.or_else(|| catalogue.indicator(name).map(Number::Initial));
        if of.is_none() {
            let found = Diagnostic::error("unknown-object", format!("no parameter or indicator is called `{name}`"));
            let known = catalogue.parameters.iter().map(|item| item.id.as_str());
            self.sink
                .push(found.choose(name, known.chain(catalogue.indicators.iter().map(|i| i.path.as_str()))), place);
        }
        Some(Constant { of: of?, value: record.number("value")?, belief: belief? })
    }

    pub(crate) fn belief(&self, record: &Record<'_>) -> Option<Option<usize>> {
        let Some((name, place)) = record.name("belief") else { return Some(None) };
        let at = self.scenario.beliefs.iter().position(|belief| belief.id == name);
        if at.is_none() {
            self.sink.push(unknown_belief(self.scenario, name), place);
        }
        at.map(Some)
    }

    fn comparison(&self, node: &Node) -> Option<Comparison> {
        let record = Record::of(node, &keys::COMPARISON, self.sink)?;
        let changes = |key: &str| -> Option<Vec<Change>> {
            let all: Vec<Option<Change>> = record.list(key).iter().map(|node| self.change(node)).collect();
            all.into_iter().collect()
        };
        let (change, instead, base) = (changes("change"), changes("instead"), changes("base"));
        let worlds = match (record.get("yes_world"), record.get("no_world")) {
            (None, None) => Some(None),
            (Some(_), Some(_)) => changes("yes_world").zip(changes("no_world")).map(|(yes, no)| Some([yes, no])),
            (Some(one), None) | (None, Some(one)) => {
                let message = "a world that says yes needs one that says no beside it: `yes_world` and `no_world`";
                self.refuse("lone-world", message, one.place);
                None
            }
        };
        let of = record.name("of").and_then(|(text, place)| Some((self.probe(text, place)?, text.to_owned())));
        let direction = record.get("direction").and_then(|node| self.sink.one_of(node, &["Up", "Down"], "direction"));
        let horizon = self.scenario.calendar.horizon;
        let belief = self.belief(&record);
        let (of, of_text) = of?;
        let turns = record.integer("turn", 1, u64::from(horizon)).map_or(horizon, |turn| turn as u32);
        if of.looks_back() > turns {
            let message = format!("`{of_text}` looks {} months back after {turns} turns", of.looks_back());
            self.refuse("beyond-records", message, record.place_of("of"));
        }
        let mut comparison = Comparison {
            change: change?,
            instead: instead?,
            base: base?,
            worlds: worlds?,
            of,
            of_text,
            rises: direction? == "Up",
            least: match record.get("least") {
                Some(node) => self.sink.number_within(node, 0.0, f64::MAX, "the least difference")?,
                None => 0.0,
            },
            scale: None,
            slight: match record.get("slight") {
                Some(node) => {
                    let text = self.sink.text(node)?;
                    if text.value.is_empty() {
                        self.refuse("missing-value", "a slight row says why it is", node.place);
                    }
                    Some(text.value.clone())
                }
                None => None,
            },
            turns,
            pairs: record.integer("n", LEAST_UNITS as u64, MOST_PAIRS).unwrap_or(200),
            seed: record.integer("seed", 0, SEED_BOUND - 1 - MOST_PAIRS).unwrap_or(1),
            belief: belief?,
            path: None,
        };
        comparison.path = self.path(&record, &comparison);
        Some(comparison)
    }

    pub(crate) fn probe(&self, text: &str, place: Place) -> Option<Probe> {
        if let Some(id) = self.scenario.catalogue.measure(text) {
            return Some(Probe::Measure(id));
        }
        self.expression(text, place).map(Probe::Expression)
    }

    pub(crate) fn change(&self, node: &Node) -> Option<Change> {
        let kinds = ["Order", "Strategy", "Set", "Initial", "Stock", "Event", "Off"];
        let kind = self.sink.one_of(node, &kinds, "change")?;
        let (count, form) = match kind {
            "Order" => (4, "`Order(\"player\", \"action option\", first turn, last turn)`"),
            "Strategy" => (2, "`Strategy(\"player\", \"name\")`"),
            "Set" => (2, "`Set(\"parameter\", value)`"),
            "Initial" => (2, "`Initial(\"path\", value)`"),
            "Stock" => (3, "`Stock(\"path\", value, turn)`"),
            "Off" => (1, "`Off(\"law\")`"),
            _ => (2, "`Event(\"event\", turn)`"),
        };
        let items = self.sink.items(node, count, form)?;
        let name_node = &items[0];
        let name = self.sink.text(name_node)?.value.as_str();
        let catalogue = &self.scenario.catalogue;
        let turn =
            |node: &Node| self.sink.integer(node, 1, u64::from(self.scenario.calendar.horizon)).map(|turn| turn as u32);
        match kind {
            "Order" => {
                let player = self.player(name, name_node.place);
                let text = self.sink.text(&items[1])?;
                let order = self.order(&text.value, player, items[1].place);
                Some(Change::Order { player: player?, order: order?, first: turn(&items[2])?, last: turn(&items[3])? })
            }
            "Strategy" => {
                let population = catalogue.populations.iter().any(|population| population.id == name);
                let player = if population { None } else { Some(self.player(name, name_node.place)?) };
                let text = self.sink.text(&items[1])?;
                match scenario::strategy(self.scenario, &self.registry.schemas(), &text.value, player) {
                    Ok(spec) => Some(Change::Strategy { of: name.to_owned(), spec }),
                    Err(found) => {
                        for mut finding in found {
                            finding.span = None;
                            self.sink.push(finding, items[1].place);
                        }
                        None
                    }
                }
            }
            "Set" => {
                let text = match &items[1].kind {
                    Shape::Number(number) => number.to_string(),
                    _ => self.sink.text(&items[1])?.value.clone(),
                };
                match parameter_value(self.scenario, name, &text) {
                    Ok((parameter, value)) => Some(Change::Set { parameter, value }),
                    Err(finding) => {
                        self.sink.push(finding, node.place);
                        None
                    }
                }
            }
            "Off" => {
                let at = self.scenario.mechanisms.iter().position(|law| law == name);
                if at.is_none() {
                    let message = format!("no law of motion of this scenario is called `{name}`");
                    let found = Diagnostic::error("unknown-law", message);
                    self.sink
                        .push(found.choose(name, self.scenario.mechanisms.iter().map(String::as_str)), name_node.place);
                }
                Some(Change::Off { law: LawId::from_index(at?) })
            }
            "Event" => {
                let event = catalogue.event(name);
                if event.is_none() {
                    let found = Diagnostic::error("unknown-event", format!("no event is called `{name}`"));
                    self.sink.push(found.choose(name, catalogue.events.iter().map(|e| e.id.as_str())), name_node.place);
                }
                Some(Change::Event { event: event?, turn: turn(&items[1])? })
            }
            _ => {
                let (indicator, value) = self.stock(name, name_node.place, &items[1])?;
                match items.get(2) {
                    Some(when) => Some(Change::Stock { indicator, value, turn: turn(when)? }),
                    None => Some(Change::Initial { indicator, value }),
                }
            }
        }
    }

    fn player(&self, name: &str, place: Place) -> Option<PlayerId> {
        let catalogue = &self.scenario.catalogue;
        let found = catalogue.player(name);
        if found.is_none() {
            let unknown = Diagnostic::error("unknown-player", format!("no player is called `{name}`"));
            self.sink.push(unknown.choose(name, catalogue.players.iter().map(|player| player.id.as_str())), place);
        }
        found
    }

    fn order(&self, text: &str, player: Option<PlayerId>, place: Place) -> Option<Order> {
        let catalogue = &self.scenario.catalogue;
        let (name, option) = text.split_once(' ').map_or((text, None), |(name, option)| (name, Some(option.trim())));
        let Some(action) = catalogue.action(name) else {
            let found = Diagnostic::error("unknown-action", format!("no action is called `{name}`"));
            self.sink.push(found.choose(name, catalogue.actions.iter().map(|action| action.id.as_str())), place);
            return None;
        };
        let declared = &catalogue.actions[action.index()];
        if player.is_some_and(|player| !declared.owners.contains(player)) {
            self.refuse("not-an-owner", format!("the action `{name}` belongs to other players"), place);
            return None;
        }
        let at = match option {
            Some(option) => catalogue.option(action, option),
            None if declared.options.len() == 1 => Some(0),
            None => None,
        };
        if at.is_none() {
            let found = Diagnostic::error("unknown-option", format!("the action `{name}` needs one of its options"));
            let options = declared.options.iter().map(|option| option.id.as_str());
            self.sink.push(found.choose(option.unwrap_or(""), options), place);
        }
        at.map(|option| Order { action, option })
    }

    fn stock(&self, path: &str, place: Place, value: &Node) -> Option<(IndicatorId, f64)> {
        let catalogue = &self.scenario.catalogue;
        let Some(id) = catalogue.indicator(path) else {
            let found = Diagnostic::error("unknown-indicator", format!("there is no indicator `{path}`"));
            self.sink.push(found.choose(path, catalogue.indicators.iter().map(|info| info.path.as_str())), place);
            return None;
        };
        let info = &catalogue.indicators[id.index()];
        if info.nature == Nature::Derived {
            self.refuse("derived", format!("`{path}` is derived and cannot be set"), place);
            return None;
        }
        let value = self.sink.number_within(value, info.range.0, info.range.1, "the value")?;
        Some((id, value))
    }

    /// Refuses a comparison of something that its change sets by its own effects.
    fn indirect(&self, of: &Comparison, node: &Node) {
        let catalogue = &self.scenario.catalogue;
        let read = of.of.indicators(catalogue);
        if of.change.is_empty() {
            self.refuse("unmoved-claim", "a row of kind A, E or R compares something with a change", node.place);
        }
        for change in &of.change {
            for indicator in read.intersection(&set_by(self.scenario, change)) {
                let path = &catalogue.indicators[indicator.index()].path;
                self.refuse("direct-claim", format!("the change itself sets `{path}`, which is compared"), node.place);
            }
        }
    }
}
