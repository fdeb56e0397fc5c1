//! The arguments of a strategy, as a scenario would write them.

use marchland_game::{Block, Catalogue, FamilySchema, Order, StrategySpec, Value as Argument, Vote};
use marchland_sim::scenario::print;
use serde_json::{Map, Value, json};

/// Every argument of a strategy by its name, defaults included.
#[must_use]
pub fn of(spec: &StrategySpec, families: &[FamilySchema], catalogue: &Catalogue) -> Value {
    let schema = families.iter().find(|family| family.name == spec.family);
    let names = schema.map_or(&[][..], |schema| schema.arguments).iter().map(|argument| argument.name);
    let values = spec.arguments.iter().map(|value| argument(value, families, catalogue));
    Value::Object(names.map(str::to_owned).zip(values).collect())
}

fn argument(value: &Argument, families: &[FamilySchema], catalogue: &Catalogue) -> Value {
    let player = |id: &marchland_game::PlayerId| json!(catalogue.players[id.index()].id);
    let path = |id: &marchland_game::IndicatorId| json!(catalogue.indicators[id.index()].path);
    match value {
        Argument::Number(x) => json!(x),
        Argument::Numbers(numbers) => json!(numbers),
        Argument::Integer(x) => json!(x),
        Argument::Text(text) => json!(text),
        Argument::Indicator(id) => path(id),
        Argument::Action(id) => json!(catalogue.actions[id.index()].id),
        Argument::Players(ids) => ids.iter().map(player).collect(),
        Argument::Indicators(ids) => ids.iter().map(path).collect(),
        Argument::Expression(of) => json!(print::expression(of, catalogue)),
        Argument::Strategy(spec) => strategy(spec, families, catalogue),
        Argument::Strategies(specs) => specs
            .iter()
            .map(|(spec, weight)| json!({ "strategy": strategy(spec, families, catalogue), "weight": weight }))
            .collect(),
        Argument::Blocks(blocks) => blocks.iter().map(|one| block(one, catalogue)).collect(),
        Argument::Script(turns) => turns
            .iter()
            .map(|(turn, orders)| json!({ "turn": turn, "orders": self::orders(orders, catalogue) }))
            .collect(),
        Argument::Orders(list) => orders(list, catalogue),
        Argument::Weights(rows) => {
            rows.iter().map(|(of, weights)| json!({ "order": order(*of, catalogue), "weights": weights })).collect()
        }
    }
}

/// A strategy within another: its name, or its family where it was written in place.
fn strategy(spec: &StrategySpec, families: &[FamilySchema], catalogue: &Catalogue) -> Value {
    let mut object = Map::new();
    object.insert("family".into(), json!(spec.family));
    if let Value::Object(arguments) = of(spec, families, catalogue) {
        object.extend(arguments);
    }
    Value::Object(object)
}

fn block(block: &Block, catalogue: &Catalogue) -> Value {
    let conditions = |list: &[marchland_game::Expression]| -> Vec<String> {
        list.iter().map(|condition| print::expression(condition, catalogue)).collect()
    };
    let ballots: Map<String, Value> = block
        .ballots
        .iter()
        .map(|(motion, vote)| {
            let vote = match vote {
                Vote::Yes => "yes",
                Vote::No => "no",
                Vote::Abstain => "abstain",
            };
            (catalogue.motions[motion.index()].id.clone(), json!(vote))
        })
        .collect();
    json!({
        "block": block.name,
        "intent": block.intent,
        "window": match block.window {
            (1, u32::MAX) => "the whole game".to_owned(),
            (first, u32::MAX) => format!("from {first}"),
            (first, last) => format!("{first} to {last}"),
        },
        "all": conditions(&block.all),
        "any": conditions(&block.any),
        "orders": orders(&block.orders, catalogue),
        "ballots": ballots,
        "chance": print::expression(&block.chance, catalogue),
        "every": block.every.map_or_else(|| json!("once a game"), |turns| json!(turns)),
    })
}

fn orders(list: &[Order], catalogue: &Catalogue) -> Value {
    list.iter().map(|one| json!(order(*one, catalogue))).collect()
}

fn order(order: Order, catalogue: &Catalogue) -> String {
    let action = &catalogue.actions[order.action.index()];
    match action.options.get(usize::from(order.option)) {
        Some(option) if action.options.len() > 1 => format!("{} {}", action.id, option.id),
        _ => action.id.clone(),
    }
}
