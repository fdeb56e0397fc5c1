//! Strategies: families with arguments, resolved by the families' schemas.

use std::collections::BTreeSet;

use marchland_game::{
    ActionId, ArgumentKind, Block, Diagnostic, Expression, IndicatorId, MotionId, Order, PlayerId, StrategySpec, Value,
    Vote,
};

use super::{Builder, Places};
use crate::scenario::expression::Scope;
use crate::scenario::keys;
use crate::scenario::node::{Entry, Kind, Node};
use crate::scenario::reader::Record;
use crate::scenario::sink::Place;
use crate::scenario::uses::Role;

/// The deepest nesting of strategies within strategies.
const NESTING: usize = 8;

/// The strategies of a scenario and who plays them.
pub(crate) struct Strategies {
    pub specs: Vec<StrategySpec>,
    pub lineup: Vec<usize>,
    pub assumed: Vec<usize>,
    pub population_rules: Vec<usize>,
}

/// A strategy as the files declare it.
#[derive(Clone, Copy)]
pub(crate) struct StrategyDeclaration<'n> {
    name: &'n str,
    record: Record<'n>,
    own: bool,
}

/// What a strategy is resolved for.
#[derive(Clone, Copy)]
struct ResolutionContext<'a, 'n> {
    declared: &'a [StrategyDeclaration<'n>],
    /// Who plays it, where that is one player.
    player: Option<PlayerId>,
    own: bool,
    /// Names of strategies under way, to find cycles.
    above: &'a [&'a str],
}

impl<'n> Builder<'n> {
    pub(super) fn strategies(&self, places: &mut Places, rules: &[&'n Node]) -> Strategies {
        let mut declared: Vec<StrategyDeclaration<'n>> = Vec::new();
        let mut seen = BTreeSet::new();
        for item in self.items("strategies", &keys::STRATEGY) {
            let Some((name, place)) = item.record.name("name") else { continue };
            self.sink.hyphenated(name, place);
            if !self.first("strategy", name, place, &mut seen) {
                continue;
            }
            declared.push(StrategyDeclaration { name, record: item.record, own: item.own });
            places.strategies.push((place, item.own));
        }
        let mut specs: Vec<StrategySpec> =
            declared.iter().map(|one| self.declared(one, &declared, &[]).unwrap_or_else(|| idle(one.name))).collect();
        let lineup = self.assignment("lineup", &mut specs, None);
        let assumed = self.assignment("assumed", &mut specs, Some(&lineup));
        let population_rules = rules
            .iter()
            .map(|node| {
                let Some(text) = self.sink.text(node) else { return 0 };
                let at = specs.iter().position(|spec| spec.name == text.value);
                match at {
                    None => self.unknown_strategy(&text.value, node.place, &specs),
                    Some(at) if !self.plays_cohorts(&specs[at]) => {
                        let message = format!("`{}` plays a player and no population", text.value);
                        self.refuse("wrong-strategy", message, node.place);
                    }
                    Some(_) => {}
                }
                at.unwrap_or(0)
            })
            .collect();
        Strategies { specs, lineup, assumed, population_rules }
    }

    fn plays_cohorts(&self, spec: &StrategySpec) -> bool {
        self.families.iter().any(|family| family.name == spec.family && family.cohorts)
    }

    fn unknown_strategy(&self, name: &str, place: Place, specs: &[StrategySpec]) {
        let found = Diagnostic::error("unknown-strategy", format!("no strategy is called `{name}`"))
            .choose(name, specs.iter().map(|spec| spec.name.as_str()));
        self.sink.push(found, place);
    }

    /// Who plays what, by player; idleness where nothing is said.
    fn assignment(&self, section: &str, specs: &mut Vec<StrategySpec>, default: Option<&[usize]>) -> Vec<usize> {
        let mut chosen: Vec<Option<usize>> = vec![None; self.catalogue.players.len()];
        for (name, place, node) in self.pairs(section) {
            let Some(player) = self.player_named(name, place) else { continue };
            let Some(text) = self.sink.text(node) else { continue };
            let Some(at) = specs.iter().position(|spec| spec.name == text.value) else {
                self.unknown_strategy(&text.value, node.place, specs);
                continue;
            };
            let spec = &specs[at];
            if !spec.players.is_empty() && !spec.players.contains(&player) || self.plays_cohorts(spec) {
                self.refuse("wrong-strategy", format!("`{}` is not for {name}", spec.name), node.place);
            }
            chosen[player.index()] = Some(at);
        }
        let mut assigned = Vec::with_capacity(chosen.len());
        for (player, choice) in chosen.into_iter().enumerate() {
            assigned.push(match (choice, default) {
                (Some(at), _) => at,
                (None, Some(default)) => default[player],
                (None, None) => specs.iter().position(|spec| spec.name == "idle").unwrap_or_else(|| {
                    specs.push(idle("idle"));
                    specs.len() - 1
                }),
            });
        }
        assigned
    }

    fn declared(
        &self,
        one: &StrategyDeclaration<'n>,
        all: &[StrategyDeclaration<'n>],
        above: &[&str],
    ) -> Option<StrategySpec> {
        if above.contains(&one.name) || above.len() >= NESTING {
            let message = format!("the strategy `{}` leads back to itself", one.name);
            self.refuse("strategy-cycle", message, one.record.place_of("play"));
            return None;
        }
        let mut above = above.to_vec();
        above.push(one.name);
        let players = self.players(one.record.list("players"));
        let player = if players.len() == 1 { Some(players[0]) } else { None };
        let of = ResolutionContext { declared: all, player, own: one.own, above: &above };
        let spec = self.family(one.record.get("play")?, of)?;
        Some(StrategySpec { name: one.name.to_owned(), intent: one.record.text("intent"), players, ..spec })
    }

    /// A strategy of a text: a family with arguments, or the name of one of `known`.
    pub(crate) fn strategy_of(
        &self,
        node: &Node,
        known: &[StrategySpec],
        player: Option<PlayerId>,
    ) -> Option<StrategySpec> {
        if let Kind::Text(text) = &node.kind {
            let found = known.iter().find(|spec| spec.name == text.value);
            if found.is_none() {
                self.unknown_strategy(&text.value, node.place, known);
            }
            return found.cloned();
        }
        self.family(node, ResolutionContext { declared: &[], player, own: true, above: &[] })
    }

    /// A family with its arguments.
    fn family(&self, node: &Node, of: ResolutionContext<'_, 'n>) -> Option<StrategySpec> {
        let Some(name) = node.word() else {
            self.sink.wrong_type(node, "a family with its arguments, such as Idle()");
            return None;
        };
        let Some(schema) = self.families.iter().find(|family| family.name == name) else {
            let found = Diagnostic::error("unknown-family", format!("no family of strategies is called `{name}`"))
                .choose(name, self.families.iter().map(|family| family.name));
            self.sink.push(found, node.place);
            return None;
        };
        // One value without a name is the first argument: External("python3 bot.py").
        let mut only: Option<&Node> = None;
        let entries: &[Entry] = match &node.kind {
            Kind::Record(_, entries) => entries,
            Kind::Word(_) => &[],
            Kind::Tuple(_, items) if items.is_empty() => &[],
            Kind::Tuple(_, items) if items.len() == 1 && !schema.arguments.is_empty() => {
                only = items.first();
                &[]
            }
            _ => {
                self.refuse("wrong-type", format!("write the arguments of `{name}` by name"), node.place);
                return None;
            }
        };
        for (at, entry) in entries.iter().enumerate() {
            if !schema.arguments.iter().any(|argument| argument.name == entry.key) {
                let found = Diagnostic::error("unknown-key", format!("`{name}` takes no argument `{}`", entry.key))
                    .choose(&entry.key, schema.arguments.iter().map(|argument| argument.name));
                self.sink.push(found, entry.place);
            } else if entries[..at].iter().any(|other| other.key == entry.key) {
                self.refuse("duplicate-key", format!("the argument `{}` stands twice", entry.key), entry.place);
            }
        }
        let mut arguments = Vec::with_capacity(schema.arguments.len());
        let mut whole = true;
        for argument in schema.arguments {
            let named = entries.iter().find(|entry| entry.key == argument.name).map(|entry| &entry.value);
            let given = named.or_else(|| only.take());
            let value = match given {
                Some(value) => self.argument(argument.kind, value, of),
                None => {
                    let default = default(argument.kind);
                    if default.is_none() {
                        let message = format!("`{name}` needs the argument `{}`: {}", argument.name, argument.meaning);
                        self.refuse("missing-key", message, node.place);
                    }
                    default
                }
            };
            match value {
                Some(value) => arguments.push(value),
                None => whole = false,
            }
        }
        whole.then(|| StrategySpec {
            name: name.to_owned(),
            family: schema.name.to_owned(),
            intent: String::new(),
            players: Vec::new(),
            arguments,
            span: Some(self.sink.span(node.place)),
        })
    }

    fn argument(&self, kind: ArgumentKind, node: &Node, of: ResolutionContext<'_, 'n>) -> Option<Value> {
        match kind {
            ArgumentKind::Number { low, high, .. } => {
                Some(Value::Number(self.sink.number_within(node, low, high, "the argument")?))
            }
            ArgumentKind::Integer { low, high, .. } => Some(Value::Integer(self.sink.integer(node, low, high)?)),
            ArgumentKind::Word { choices, .. } => {
                let word = match &node.kind {
                    Kind::Text(text) => text.value.as_str(),
                    _ => node.word().unwrap_or(""),
                };
                if !choices.contains(&word) {
                    let message = format!("expected one of {}", choices.join(", "));
                    let found = Diagnostic::error("unknown-word", message).choose(word, choices.iter().copied());
                    self.sink.push(found, node.place);
                    return None;
                }
                Some(Value::Text(word.to_owned()))
            }
            ArgumentKind::Text { .. } => Some(Value::Text(self.sink.text(node)?.value.clone())),
            ArgumentKind::Indicator => Some(Value::Indicator(self.path(node, self.state())?)),
            ArgumentKind::Action => Some(Value::Action(self.action(node)?)),
            ArgumentKind::Players => Some(Value::Players(self.players(self.sink.list(node)?))),
            ArgumentKind::Indicators => {
                let paths: Vec<Option<IndicatorId>> =
                    self.sink.list(node)?.iter().map(|node| self.path(node, self.state())).collect();
                Some(Value::Indicators(paths.into_iter().collect::<Option<_>>()?))
            }
            ArgumentKind::Expression { .. } => Some(Value::Expression(self.strategy_expression(node, of)?)),
            ArgumentKind::Strategy => Some(Value::Strategy(Box::new(self.inner(node, of)?))),
            ArgumentKind::Strategies => {
                let mut mixed = Vec::new();
                for node in self.sink.list(node)? {
                    let items = self.sink.items(node, 2, "a strategy with its weight `(\"name\", 0.5)`")?;
                    let weight = self.sink.number_within(&items[1], 0.0, 1e6, "a weight");
                    mixed.push((self.inner(&items[0], of)?, weight?));
                }
                Some(Value::Strategies(mixed))
            }
            ArgumentKind::Blocks => {
                let blocks: Vec<Option<Block>> =
                    self.sink.list(node)?.iter().map(|node| self.block(node, of)).collect();
                Some(Value::Blocks(blocks.into_iter().collect::<Option<_>>()?))
            }
            ArgumentKind::Script => {
                let mut turns = Vec::new();
                for node in self.sink.list(node)? {
                    let items = self.sink.items(node, 2, "a turn with its orders `(1, [\"…\"])`")?;
                    let turn = self.sink.integer(&items[0], 1, super::HORIZON);
                    let orders = self.orders(&items[1]);
                    turns.push((turn? as u32, orders?));
                }
                Some(Value::Script(turns))
            }
            ArgumentKind::Orders => Some(Value::Orders(self.orders(node)?)),
            ArgumentKind::Weights => {
                let mut rows = Vec::new();
                for node in self.sink.list(node)? {
                    let what = "a row `(\"action\", \"option\", [numbers])`";
                    let items = self.sink.items(node, 3, what)?;
                    let order = self.order_of(&items[0], Some(&items[1]));
                    let numbers: Vec<Option<f64>> =
                        self.sink.list(&items[2])?.iter().map(|node| self.sink.number(node)).collect();
                    rows.push((order?, numbers.into_iter().collect::<Option<_>>()?));
                }
                Some(Value::Weights(rows))
            }
            ArgumentKind::Numbers => {
                let numbers: Vec<Option<f64>> =
                    self.sink.list(node)?.iter().map(|node| self.sink.number(node)).collect();
                Some(Value::Numbers(numbers.into_iter().collect::<Option<_>>()?))
            }
        }
    }

    /// An expression that a strategy reads: through its player's eyes.
    fn strategy_expression(&self, node: &Node, of: ResolutionContext<'_, 'n>) -> Option<Expression> {
        let role = of.player.map_or(Role::Condition, Role::Player);
        let names: Vec<(&str, &str)> = match of.player {
            Some(player) => self
                .names
                .iter()
                .copied()
                .chain([("owner", self.catalogue.players[player.index()].id.as_str())])
                .collect(),
            None => self.names.clone(),
        };
        self.expression(node, Scope { placeholders: &names, ..self.state() }, role, of.own)
    }

    /// A strategy within another: by name, or written in place.
    fn inner(&self, node: &Node, of: ResolutionContext<'_, 'n>) -> Option<StrategySpec> {
        if of.above.len() >= NESTING {
            self.refuse("strategy-cycle", format!("strategies nest at most {NESTING} deep"), node.place);
            return None;
        }
        if let Kind::Text(text) = &node.kind {
            let Some(one) = of.declared.iter().find(|one| one.name == text.value) else {
                let found = Diagnostic::error("unknown-strategy", format!("no strategy is called `{}`", text.value))
                    .choose(&text.value, of.declared.iter().map(|one| one.name));
                self.sink.push(found, node.place);
                return None;
            };
            return self.declared(one, of.declared, of.above);
        }
        let mut above = of.above.to_vec();
        above.push("(written in place)");
        self.family(node, ResolutionContext { above: &above, ..of })
    }

    fn block(&self, node: &Node, of: ResolutionContext<'_, 'n>) -> Option<Block> {
        let record = Record::of(node, &keys::BLOCK, self.sink)?;
        let window = match record.get("window") {
            None => Some((1, u32::MAX)),
            Some(node) => self.sink.items(node, 2, "a window `(first, last)`").and_then(|items| {
                let first = self.sink.integer(&items[0], 1, super::HORIZON)?;
                let last = self.sink.integer(&items[1], 1, super::HORIZON)?;
                Some((first as u32, last as u32))
            }),
        };
        let conditions = |key: &str| -> Vec<Option<Expression>> {
            record.list(key).iter().map(|node| self.strategy_expression(node, of)).collect()
        };
        let (all, any) = (conditions("all"), conditions("any"));
        let orders = record.get("orders").map_or(Some(Vec::new()), |node| self.orders(node));
        let mut ballots: Vec<(MotionId, Vote)> = Vec::new();
        for (name, place, node) in record.pairs("ballots") {
            let vote = match self.sink.one_of(node, &["Yes", "No", "Abstain"], "vote") {
                Some("Yes") => Vote::Yes,
                Some("No") => Vote::No,
                _ => Vote::Abstain,
            };
            match self.catalogue.motion(name) {
                Some(motion) => ballots.push((motion, vote)),
                None => self.unknown_motion(name, place),
            }
        }
        let chance = match record.get("chance") {
            None => Some(Expression::constant(1.0)),
            Some(node) => {
                let chance = self.strategy_expression(node, of);
                if let Some(chance) = &chance {
                    self.uses.borrow_mut().push(crate::scenario::uses::Use {
                        expression: chance.clone(),
                        place: node.place,
                        role: Role::Probability,
                        own: of.own,
                    });
                }
                chance
            }
        };
        let every = record.integer("every", 1, super::HORIZON).unwrap_or(1) as u32;
        Some(Block {
            name: record.text("name"),
            intent: record.text("intent"),
            window: window?,
            all: all.into_iter().collect::<Option<_>>()?,
            any: any.into_iter().collect::<Option<_>>()?,
            orders: orders?,
            ballots,
            chance: chance?,
            every: if record.flag("once", false) { None } else { Some(every) },
        })
    }

    fn action(&self, node: &Node) -> Option<ActionId> {
        let name = &self.sink.text(node)?.value;
        let found = self.catalogue.action(name);
        if found.is_none() {
            self.unknown_action(name, node.place);
        }
        found
    }

    fn orders(&self, node: &Node) -> Option<Vec<Order>> {
        let orders: Vec<Option<Order>> = self.sink.list(node)?.iter().map(|node| self.order(node)).collect();
        orders.into_iter().collect()
    }

    /// An order: `"action option"`, `"action"` where it has one option, or `("action", "option")`.
    fn order(&self, node: &Node) -> Option<Order> {
        if let Kind::Tuple(_, items) = &node.kind {
            return match &items[..] {
                [action] => self.order_of(action, None),
                [action, option] => self.order_of(action, Some(option)),
                _ => {
                    self.sink.wrong_type(node, "an order `(\"action\", \"option\")`");
                    None
                }
            };
        }
        let text = &self.sink.text(node)?.value;
        let (action, option) = text.split_once(' ').map_or((text.as_str(), None), |(a, b)| (a, Some(b.trim())));
        self.order_named(action, node.place, option, node.place)
    }

    fn order_of(&self, action: &Node, option: Option<&Node>) -> Option<Order> {
        let name = &self.sink.text(action)?.value;
        match option {
            None => self.order_named(name, action.place, None, action.place),
            Some(option) => {
                self.order_named(name, action.place, Some(self.sink.text(option)?.value.as_str()), option.place)
            }
        }
    }

    fn order_named(&self, name: &str, place: Place, option: Option<&str>, option_place: Place) -> Option<Order> {
        let name = self.state().fill(name);
        let Some(action) = self.catalogue.action(&name) else {
            self.unknown_action(&name, place);
            return None;
        };
        let options = &self.catalogue.actions[action.index()].options;
        let at = match option {
            Some(option) => self.catalogue.option(action, option),
            None if options.len() == 1 => Some(0),
            None => None,
        };
        let Some(option) = at else {
            let written = option.unwrap_or("");
            let message = match option {
                Some(option) => format!("the action `{name}` has no option `{option}`"),
                None => format!("the action `{name}` needs an option: `{name} {}`", options[0].id),
            };
            let found = Diagnostic::error("unknown-option", message)
                .choose(written, options.iter().map(|option| option.id.as_str()));
            self.sink.push(found, option_place);
            return None;
        };
        Some(Order { action, option })
    }
}

fn idle(name: &str) -> StrategySpec {
    StrategySpec { name: name.to_owned(), intent: "Does nothing".into(), ..StrategySpec::of("Idle", Vec::new()) }
}

/// What stands where an argument is left out.
fn default(kind: ArgumentKind) -> Option<Value> {
    match kind {
        ArgumentKind::Number { default, .. } => default.map(Value::Number),
        ArgumentKind::Integer { default, .. } => default.map(Value::Integer),
        ArgumentKind::Word { default, .. } | ArgumentKind::Text { default } => {
            default.map(|text| Value::Text(text.to_owned()))
        }
        ArgumentKind::Expression { default } => default.map(|x| Value::Expression(Expression::constant(x))),
        ArgumentKind::Players => Some(Value::Players(Vec::new())),
        ArgumentKind::Indicators => Some(Value::Indicators(Vec::new())),
        ArgumentKind::Orders => Some(Value::Orders(Vec::new())),
        ArgumentKind::Strategy => Some(Value::Strategy(Box::new(idle("idle")))),
        ArgumentKind::Indicator
        | ArgumentKind::Action
        | ArgumentKind::Strategies
        | ArgumentKind::Blocks
        | ArgumentKind::Script
        | ArgumentKind::Weights
        | ArgumentKind::Numbers => None,
    }
}
