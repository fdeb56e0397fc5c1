//! From the trees of a scenario's files to the scenario: names first, then everything that uses
//! names, so that order in the files never matters.

mod actions;
mod bodies;
mod deals;
mod effects;
mod needs;
mod outcomes;
mod overlays;
mod parameters;
mod players;
mod strategies;
mod telling;
mod world;

pub use effects::EffectReader;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use marchland_game::{Catalogue, Date, Diagnostic, Expression, FamilySchema, IndicatorId, PlayerId, PlayerSet};

use super::expression::{self, Scope};
use super::keys::{self, HORIZON};
use super::model::{Calendar, Scenario};
use super::node::{Kind, Node};
use super::reader::Record;
use super::sink::{Place, Sink};
use super::uses::{Role, Use};
use crate::mechanisms::Registry;

/// A file's record.
#[derive(Clone, Copy)]
pub(crate) struct Layer<'n> {
    pub record: Record<'n>,
    pub own: bool,
}

/// An item of a section.
#[derive(Clone, Copy)]
pub(crate) struct Item<'n> {
    pub record: Record<'n>,
    pub place: Place,
    /// Whether the scenario itself declares it, and not its base.
    pub own: bool,
}

pub(crate) struct Builder<'n> {
    pub sink: &'n Sink,
    pub layers: Vec<Layer<'n>>,
    pub registry: &'n Registry,
    pub families: &'n [FamilySchema],
    pub catalogue: Catalogue,
    /// What stands for `{name}` anywhere.
    pub names: Vec<(&'n str, &'n str)>,
    /// Every expression and what it is for, for the checks that follow.
    pub uses: RefCell<Vec<Use>>,
}

/// What the checks that follow need besides the scenario.
pub(crate) struct BuildOutput {
    pub scenario: Scenario,
    pub uses: Vec<Use>,
    pub places: Places,
}

/// Where things are declared, by position in their lists, and whether by the scenario itself.
#[derive(Default)]
pub(crate) struct Places {
    pub parameters: Vec<(Place, bool)>,
    pub actions: Vec<(Place, bool)>,
    pub events: Vec<(Place, bool)>,
    pub players: Vec<(Place, bool)>,
    pub payoffs: Vec<Vec<Place>>,
    pub ranges: Vec<Place>,
    pub indicators: Vec<(Place, bool)>,
    pub strategies: Vec<(Place, bool)>,
    pub measures: Vec<(Place, bool)>,
}

impl<'n> Builder<'n> {
    /// Every item of a list section, base first, as records of a topic.
    pub fn items(&self, section: &str, topic: &'static keys::Topic) -> Vec<Item<'n>> {
        let mut found = Vec::new();
        for layer in &self.layers {
            for node in layer.record.list(section) {
                if let Some(record) = Record::of(node, topic, self.sink) {
                    found.push(Item { record, place: node.place, own: layer.own });
                }
            }
        }
        found
    }

    /// The value of a single section: the last file's.
    pub fn last(&self, section: &str) -> Option<&'n Node> {
        self.layers.iter().rev().find_map(|layer| layer.record.get(section))
    }

    /// The text of a single section.
    pub fn last_text(&self, section: &str) -> Option<(&'n str, Place)> {
        let node = self.last(section)?;
        Some((self.sink.text(node)?.value.as_str(), node.place))
    }

    /// Every pair of a map section, base first; a later one replaces an earlier one of its name.
    pub fn pairs(&self, section: &str) -> Vec<(&'n str, Place, &'n Node)> {
        let mut found: Vec<(&str, Place, &Node)> = Vec::new();
        for layer in &self.layers {
            for pair in layer.record.pairs(section) {
                match found.iter_mut().find(|other| other.0 == pair.0) {
                    Some(other) => *other = pair,
                    None => found.push(pair),
                }
            }
        }
        found
    }

    pub fn refuse(&self, code: &'static str, message: impl Into<String>, place: Place) {
        self.sink.push(Diagnostic::error(code, message), place);
    }

    /// Whether a name is the first of its kind; one that stands twice is reported. The set makes files of many items load in
    /// a time that grows with their length, and not with its square.
    pub fn first(&self, what: &str, name: &str, place: Place, seen: &mut BTreeSet<String>) -> bool {
        let first = seen.insert(name.to_owned());
        if !first {
            self.twice(what, name, place);
        }
        first
    }

    /// Says that a name stands twice.
    pub fn twice(&self, what: &str, name: &str, place: Place) {
        self.refuse("duplicate-id", format!("another {what} is called `{name}` already"), place);
    }

    /// The scope of the state, with the placeholders that hold anywhere.
    pub fn state(&self) -> Scope<'_> {
        Scope { placeholders: &self.names, ..Scope::state(&self.catalogue) }
    }

    /// The scope of parameters.
    pub fn constants(&self) -> Scope<'_> {
        Scope { readings: false, ..self.state() }
    }

    /// Reads a number or an expression.
    pub fn expression(&self, node: &Node, scope: Scope<'_>, role: Role, own: bool) -> Option<Expression> {
        let expression = match &node.kind {
            Kind::Number(number) => Expression::constant(*number),
            Kind::Flag(flag) => Expression::constant(f64::from(u8::from(*flag))),
            Kind::Text(text) => {
                let place = |range: std::ops::Range<usize>| Place {
                    file: node.place.file,
                    start: text.origin(range.start),
                    end: text.origin(range.end).max(text.origin(range.start)),
                };
                let ast = match expression::parse(&text.value) {
                    Ok(ast) => ast,
                    Err(broken) => {
                        let found = Diagnostic::error("bad-expression", broken.message);
                        let end = (broken.at + 1).min(text.value.len());
                        self.sink.push(found, place(broken.at..end.max(broken.at)));
                        return None;
                    }
                };
                match expression::resolve(&ast, scope) {
                    Ok(expression) => expression,
                    Err(found) => {
                        for (range, found) in found {
                            self.sink.push(found, place(range));
                        }
                        return None;
                    }
                }
            }
            _ => {
                self.sink.wrong_type(node, "a number or an expression \"…\"");
                return None;
            }
        };
        self.uses.borrow_mut().push(Use { expression: expression.clone(), place: node.place, role, own });
        Some(expression)
    }

    /// The indicator that a text names.
    pub fn path(&self, node: &Node, scope: Scope<'_>) -> Option<IndicatorId> {
        let path = scope.fill(&self.sink.text(node)?.value);
        let found = scope.catalogue.indicator(&path);
        if found.is_none() {
            self.sink.push(scope.unknown_path(&path), node.place);
        }
        found
    }

    /// The player that a text names.
    pub fn player(&self, node: &Node) -> Option<PlayerId> {
        let name = &self.sink.text(node)?.value;
        self.player_named(name, node.place)
    }

    pub fn player_named(&self, name: &str, place: Place) -> Option<PlayerId> {
        let found = self.catalogue.player(name);
        if found.is_none() {
            let unknown = Diagnostic::error("unknown-player", format!("no player is called `{name}`"))
                .choose(name, self.catalogue.players.iter().map(|player| player.id.as_str()));
            self.sink.push(unknown, place);
        }
        found
    }

    /// The players of a list.
    pub fn players(&self, nodes: &[Node]) -> Vec<PlayerId> {
        nodes.iter().filter_map(|node| self.player(node)).collect()
    }

    /// `Everyone`, or a list of players.
    pub fn audience(&self, node: Option<&Node>) -> PlayerSet {
        match node {
            None => PlayerSet::EVERYBODY,
            Some(node) if node.word() == Some("Everyone") => PlayerSet::EVERYBODY,
            Some(Node { kind: Kind::List(items), .. }) => {
                self.players(items).into_iter().fold(PlayerSet::NOBODY, PlayerSet::with)
            }
            Some(node) => {
                self.sink.wrong_type(node, "`Everyone` or a list of players");
                PlayerSet::EVERYBODY
            }
        }
    }

    /// The name of a parameter in a single section.
    fn parameter_section(&self, section: &str) -> Option<marchland_game::ParameterId> {
        let (name, place) = self.last_text(section)?;
        let found = self.catalogue.parameter(name);
        match found {
            Some(id) => self.uses.borrow_mut().push(Use {
                expression: Expression::new(vec![marchland_game::Op::Parameter(id)], Vec::new()).unwrap_or_default(),
                place,
                role: Role::Amount,
                own: true,
            }),
            None => {
                let unknown = Diagnostic::error("unknown-parameter", format!("no parameter is called `{name}`"))
                    .choose(name, self.catalogue.parameters.iter().map(|parameter| parameter.id.as_str()));
                self.sink.push(unknown, place);
            }
        }
        found
    }

    fn calendar(&self) -> (Date, u32, Option<&'n Node>) {
        let mut start = Date { year: 2000, month: 1 };
        let Some(record) = self.last("calendar").and_then(|node| Record::of(node, &keys::CALENDAR, self.sink)) else {
            return (start, 1, None);
        };
        if let Some((text, place)) = record.name("start") {
            let parts = text.split_once('-').filter(|(year, month)| year.len() == 4 && month.len() == 2);
            let date = parts.and_then(|(year, month)| Some((year.parse().ok()?, month.parse().ok()?)));
            match date {
                Some((year @ 1..=9899, month @ 1..=12)) => start = Date { year, month },
                _ => self.refuse("bad-date", format!("`{text}` is no month such as 2010-04"), place),
            }
        }
        let horizon = record.integer("horizon", 1, HORIZON).unwrap_or(1) as u32;
        (start, horizon, record.get("crisis_clock"))
    }

    /// Checks a base alone: its keys and its parameters. What names what is known in a scenario only.
    pub fn fragment(mut self) {
        self.declare_parameters(&mut Places::default());
        for (section, topic) in [
            ("tracks", &keys::TRACK),
            ("players", &keys::PLAYER),
            ("pairs", &keys::PAIRS),
            ("paths", &keys::PATH),
            ("populations", &keys::POPULATION),
            ("beliefs", &keys::BELIEF),
            ("groups", &keys::GROUP),
            ("actions", &keys::ACTION),
            ("events", &keys::EVENT),
            ("institutions", &keys::INSTITUTION),
            ("deals", &keys::DEAL),
            ("type_beliefs", &keys::TYPE_BELIEF),
            ("motions", &keys::MOTION),
            ("strategies", &keys::STRATEGY),
            ("measures", &keys::MEASURE),
            ("outcome_events", &keys::OUTCOME_EVENT),
            ("words", &keys::WORDS),
            ("phrases", &keys::PHRASE),
        ] {
            self.items(section, topic);
        }
    }

    /// Builds the scenario; none where errors leave too little to go on.
    pub fn run(
        mut self,
        name: &str,
        hash: String,
        text_hash: String,
        files: Vec<(String, Vec<u8>)>,
    ) -> Option<BuildOutput> {
        for (section, example) in
            [("title", "title: \"Chicken\""), ("calendar", "calendar: (start: \"2010-04\", horizon: 24)")]
        {
            if self.last(section).is_none() {
                let found = Diagnostic::error("missing-key", format!("a scenario needs the key `{section}`"));
                let place =
                    self.layers.last().map(|layer| super::reader::opening(layer.record.place)).unwrap_or_default();
                self.sink.push(found.hint(format!("such as {example}")), place);
            }
        }
        for (name, place, node) in self.pairs("names") {
            self.sink.identifier(name, place, false);
            if let Some(text) = self.sink.text(node) {
                self.names.push((name, &text.value));
            }
        }
        let mut places = Places::default();
        let (start, horizon, crisis) = self.calendar();
        self.catalogue.scenario = name.to_owned();
        self.catalogue.start = Some(start);
        self.catalogue.horizon = horizon;
        self.declare_parameters(&mut places);
        let players = self.declare_players(&mut places);
        let bodies = self.declare_institutions();
        let mechanisms = self.mechanisms();
        self.declare_laws(&mechanisms);
        let deal_drafts = self.declare_deals();
        let type_drafts = self.declare_types();
        let mut drafts = self.drafts(&players, &bodies, &mechanisms);
        self.deal_drafts(&deal_drafts, &mut drafts);
        self.type_drafts(&type_drafts, &mut drafts);
        let fields = self.declare_indicators(&drafts, &mechanisms, &mut places);
        let variants = self.declare_actions(&mut places);
        self.declare_deal_actions(&deal_drafts, &mut places);
        let events = self.declare_events(&mut places);
        let motions = self.declare_motions();
        let (populations, rules) = self.declare_populations(&mechanisms);
        self.catalogue.populations = populations;
        self.needs(&mechanisms, &drafts);

        let groups = self.groups();
        let initial = self.initial(&drafts, &fields);
        self.priors(&initial);
        let entities = self.entities(&drafts);
        let paths = self.paths_of(&self.items("paths", &keys::PATH));
        let (beliefs, default_belief) = self.beliefs(&initial);
        self.finish_players(&players, &mut places);
        self.sight(&drafts);
        let mut actions = self.finish_actions(&variants, &groups);
        let event_plans = self.finish_events(&events, &groups);
        let motion_plans = self.finish_motions(&motions, &groups);
        let deals = self.finish_deals(&deal_drafts, &groups, &mut actions);
        let types = self.finish_types(&type_drafts);
        let words = self.words();
        let promises = self.promises();
        let strategies = self.strategies(&mut places, &rules);
        self.declare_measures(&mut places);
        self.declare_outcome_events();

        let scenario = Scenario {
            title: self.last_text("title").map(|text| text.0.to_owned()).unwrap_or_default(),
            description: self.last_text("description").map(|text| text.0.to_owned()).unwrap_or_default(),
            background: self.background(),
            sources: self.layers.iter().flat_map(|layer| layer.record.texts("sources")).collect(),
            hash,
            text_hash,
            files,
            calendar: Calendar {
                start,
                horizon,
                crisis_clock: crisis.and_then(|node| self.expression(node, self.state(), Role::Condition, true)),
            },
            entities,
            initial,
            paths,
            cohorts: self.cohorts(),
            mechanisms,
            registry: self.registry.clone(),
            actions,
            events: event_plans,
            motions: motion_plans,
            deals,
            types,
            promises,
            words,
            groups,
            strategies: strategies.specs,
            lineup: strategies.lineup,
            assumed: strategies.assumed,
            population_rules: strategies.population_rules,
            beliefs,
            default_belief,
            regime: self.regime(),
            main_indicator: self.last("main_indicator").and_then(|node| self.path(node, self.state())),
            shown: self
                .layers
                .iter()
                .flat_map(|layer| layer.record.list("shown"))
                .filter_map(|node| self.path(node, self.state()))
                .collect(),
            end: self.last("end").and_then(|node| self.expression(node, self.state(), Role::Condition, true)),
            payoff_noise: self.parameter_section("payoff_noise"),
            vote_sensitivity: self.parameter_section("vote_sensitivity"),
            shapes: Vec::new(),
            presets: self.presets(),
            observed: self.observed(),
            telling: self.telling(),
            catalogue: Arc::new(Catalogue::default()),
        };
        let uses = self.uses.into_inner();
        Some(BuildOutput { scenario: Scenario { catalogue: Arc::new(self.catalogue), ..scenario }, uses, places })
    }
}
