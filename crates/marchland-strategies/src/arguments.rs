//! The resolved arguments of one strategy, checked against its family's schema and read by name.

use marchland_game::{
    ActionId, ArgumentKind, Block, Catalogue, Diagnostic, Expression, FamilySchema, IndicatorId, Order, PlayerId,
    Strategy, StrategySpec, Value,
};

use crate::registry::{BuildResult, Registry};

/// What a family builds from. Every argument of the schema is present, of its kind and in its range.
///
/// The methods that read an argument panic where the family's own schema does not declare the name
/// with that kind: a defect of the family, which any test that builds it finds.
#[derive(Clone, Copy)]
pub struct Arguments<'a> {
    /// The strategy wanted.
    pub spec: &'a StrategySpec,
    /// The family's schema.
    pub schema: &'a FamilySchema,
    /// The families known, for strategies within this one.
    pub registry: &'a Registry,
    /// The scenario's catalogue.
    pub catalogue: &'a Catalogue,
}

macro_rules! readers {
    ($($(#[$doc:meta])* $name:ident, $variant:ident, $type:ty, $read:expr;)+) => {$(
        $(#[$doc])*
        ///
        /// # Panics
        /// Where the schema declares no such argument of this kind.
        #[must_use]
        pub fn $name(&self, name: &str) -> $type {
            match self.value(name) {
                Value::$variant(value) => $read(value),
                other => panic!("argument `{name}` of {} is {other:?}", self.schema.name),
            }
        }
    )+};
}

impl<'a> Arguments<'a> {
    /// Checks a spec against its family's schema.
    ///
    /// # Errors
    /// A diagnostic for each argument that is missing, of another kind or out of its range, and for
    /// ids that the catalogue does not have.
    pub(crate) fn check(
        spec: &'a StrategySpec,
        schema: &'a FamilySchema,
        registry: &'a Registry,
        catalogue: &'a Catalogue,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut found = Vec::new();
        if spec.arguments.len() != schema.arguments.len() {
            found.push(Diagnostic::error(
                "strategy-arguments",
                format!(
                    "strategy `{}`: {} takes {} arguments and {} are given",
                    spec.name,
                    schema.name,
                    schema.arguments.len(),
                    spec.arguments.len()
                ),
            ));
        } else {
            for (argument, value) in schema.arguments.iter().zip(&spec.arguments) {
                if let Err(wrong) = check_value(argument.kind, value, catalogue) {
                    found.push(Diagnostic::error(
                        "strategy-argument",
                        format!("strategy `{}`: argument `{}` {wrong}", spec.name, argument.name),
                    ));
                }
            }
        }
        if found.is_empty() { Ok(Self { spec, schema, registry, catalogue }) } else { Err(found) }
    }

    fn value(&self, name: &str) -> &'a Value {
        let at = self.schema.arguments.iter().position(|argument| argument.name == name);
        let at = at.unwrap_or_else(|| panic!("{} declares no argument `{name}`", self.schema.name));
        &self.spec.arguments[at]
    }

    readers! {
        /// A number.
        number, Number, f64, |x: &f64| *x;
        /// A whole number.
        integer, Integer, u64, |x: &u64| *x;
        /// A word or text.
        text, Text, &'a str, |x: &'a String| x.as_str();
        /// An indicator.
        indicator, Indicator, IndicatorId, |x: &IndicatorId| *x;
        /// An action.
        action, Action, ActionId, |x: &ActionId| *x;
        /// Players.
        players, Players, &'a [PlayerId], |x: &'a Vec<PlayerId>| x.as_slice();
        /// Indicators.
        indicators, Indicators, &'a [IndicatorId], |x: &'a Vec<IndicatorId>| x.as_slice();
        /// A condition or amount.
        expression, Expression, Expression, |x: &Expression| x.clone();
        /// Blocks.
        blocks, Blocks, &'a [Block], |x: &'a Vec<Block>| x.as_slice();
        /// Orders by turn.
        script, Script, &'a [(u32, Vec<Order>)], |x: &'a Vec<(u32, Vec<Order>)>| x.as_slice();
        /// Orders.
        orders, Orders, &'a [Order], |x: &'a Vec<Order>| x.as_slice();
        /// Weights of a linear policy.
        weights, Weights, &'a [(Order, Vec<f64>)], |x: &'a Vec<(Order, Vec<f64>)>| x.as_slice();
        /// Numbers.
        numbers, Numbers, &'a [f64], |x: &'a Vec<f64>| x.as_slice();
        /// Specs of strategies with weights.
        strategies, Strategies, &'a [(StrategySpec, f64)], |x: &'a Vec<(StrategySpec, f64)>| x.as_slice();
        /// The spec of a strategy within this one.
        inner_spec, Strategy, &'a StrategySpec, |x: &'a StrategySpec| x;
    }

    /// The strategy within this one that an argument names, built.
    ///
    /// # Errors
    /// What is wrong with it.
    ///
    /// # Panics
    /// Where the schema declares no such argument of this kind.
    pub fn strategy(&self, name: &str) -> BuildResult<dyn Strategy> {
        self.registry.build(self.inner_spec(name), self.catalogue)
    }

    /// An error about this strategy.
    #[must_use]
    pub fn error(&self, code: &'static str, message: impl AsRef<str>) -> Diagnostic {
        Diagnostic::error(code, format!("strategy `{}`: {}", self.spec.name, message.as_ref()))
    }
}

/// What is wrong with a value, as a clause that reads after the argument's name.
fn check_value(kind: ArgumentKind, value: &Value, catalogue: &Catalogue) -> Result<(), String> {
    let indicator = |id: &IndicatorId| id.index() < catalogue.indicators.len();
    let player = |id: &PlayerId| id.index() < catalogue.players.len();
    let order = |order: &Order| {
        catalogue
            .actions
            .get(order.action.index())
            .is_some_and(|action| usize::from(order.option) < action.options.len())
    };
    let known = match (kind, value) {
        (ArgumentKind::Number { low, high, .. }, Value::Number(x)) => {
            return if *x >= low && *x <= high { Ok(()) } else { Err(format!("is {x}, not in {low} … {high}")) };
        }
        (ArgumentKind::Integer { low, high, .. }, Value::Integer(x)) => {
            return if (low..=high).contains(x) { Ok(()) } else { Err(format!("is {x}, not in {low} … {high}")) };
        }
        (ArgumentKind::Word { choices, .. }, Value::Text(word)) => {
            return if choices.contains(&word.as_str()) {
                Ok(())
            } else {
                Err(format!("is `{word}`, not one of {}", choices.join(", ")))
            };
        }
        (ArgumentKind::Text { .. }, Value::Text(_))
        | (ArgumentKind::Strategy, Value::Strategy(_))
        | (ArgumentKind::Strategies, Value::Strategies(_))
        | (ArgumentKind::Numbers, Value::Numbers(_)) => true,
        (ArgumentKind::Indicator, Value::Indicator(id)) => indicator(id),
        (ArgumentKind::Action, Value::Action(id)) => id.index() < catalogue.actions.len(),
        (ArgumentKind::Players, Value::Players(list)) => list.iter().all(player),
        (ArgumentKind::Indicators, Value::Indicators(list)) => list.iter().all(indicator),
        (ArgumentKind::Expression { .. }, Value::Expression(expression)) => {
            expression.indicators().all(|id| indicator(&id))
        }
        (ArgumentKind::Blocks, Value::Blocks(blocks)) => blocks.iter().all(|block| block.orders.iter().all(order)),
        (ArgumentKind::Script, Value::Script(turns)) => turns.iter().all(|(_, orders)| orders.iter().all(order)),
        (ArgumentKind::Orders, Value::Orders(orders)) => orders.iter().all(order),
        (ArgumentKind::Weights, Value::Weights(rows)) => rows.iter().all(|(of, _)| order(of)),
        _ => return Err("is of another kind than the family declares".into()),
    };
    if known { Ok(()) } else { Err("names something that the scenario does not have".into()) }
}
