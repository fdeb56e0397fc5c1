//! The policies that are trained: which indicators they read and which orders they weigh.

use marchland_game::{Catalogue, IndicatorId, Order, PlayerId, Sight, StrategySpec, Value};
use marchland_strategies::{INDICATORS, WEIGHTS};

/// The most packages that a trained policy draws from, as the family's default.
const PACKAGES: u64 = 64;
/// Most weights that orders alone may take, so that at least one indicator is read.
pub const ORDERS_SHARE: usize = WEIGHTS / 2;

/// What a linear policy reads and weighs: `orders × (indicators + 1)` weights, orders running slowest, the
/// constant last in each row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyShape {
    /// What it reads, at most [`INDICATORS`].
    pub indicators: Vec<IndicatorId>,
    /// What it weighs.
    pub orders: Vec<Order>,
}

impl PolicyShape {
    /// A shape for a player: all its orders, and of the indicators that it sees those of its own payoff,
    /// then those of the others' payoffs, at most `most` and as many as [`WEIGHTS`] allow. Players weigh
    /// first what they are paid for: our choice, which keeps the shape a function of the scenario.
    ///
    /// None for a player without orders, or with more than [`ORDERS_SHARE`].
    #[must_use]
    pub fn of(catalogue: &Catalogue, player: PlayerId, most: usize) -> Option<PolicyShape> {
        let mut orders = Vec::new();
        for (at, action) in catalogue.actions.iter().enumerate() {
            if action.owners.contains(player) {
                let action_id = marchland_game::ActionId::from_index(at);
                orders
                    .extend((0..action.options.len()).map(|option| Order { action: action_id, option: option as u8 }));
            }
        }
        if orders.is_empty() || orders.len() > ORDERS_SHARE {
            return None;
        }
        let room = (WEIGHTS / orders.len() - 1).min(INDICATORS).min(most);
        let own = catalogue.players[player.index()].payoffs.terms.iter();
        let others = catalogue.players.iter().flat_map(|other| &other.payoffs.terms);
        let mut indicators: Vec<IndicatorId> = Vec::new();
        for term in own.chain(others) {
            let seen =
                !matches!(catalogue.indicators[term.indicator.index()].sight[player.index()], Sight::Hidden { .. });
            if indicators.len() < room && seen && !indicators.contains(&term.indicator) {
                indicators.push(term.indicator);
            }
        }
        Some(PolicyShape { indicators, orders })
    }

    /// How many weights a policy has.
    #[must_use]
    pub fn dimension(&self) -> usize {
        self.orders.len() * (self.indicators.len() + 1)
    }

    /// The policy with these weights, ready to be built.
    ///
    /// # Panics
    /// If there are not [`Self::dimension`] weights.
    #[must_use]
    pub fn spec(&self, name: &str, weights: &[f64]) -> StrategySpec {
        StrategySpec {
            name: name.to_owned(),
            family: "Linear".into(),
            intent: "A policy found by training".into(),
            players: Vec::new(),
            arguments: vec![
                Value::Indicators(self.indicators.clone()),
                Value::Weights(self.rows(weights).map(|(order, row)| (order, row.to_vec())).collect()),
                Value::Integer(PACKAGES),
            ],
            span: None,
        }
    }

    /// The policy as a strategy of a scenario or tournament file is written, on one line.
    ///
    /// # Panics
    /// If there are not [`Self::dimension`] weights.
    #[must_use]
    pub fn text(&self, catalogue: &Catalogue, weights: &[f64]) -> String {
        let indicators: Vec<String> =
            self.indicators.iter().map(|id| format!("{:?}", catalogue.indicators[id.index()].path)).collect();
        let row = |(order, row): (Order, &[f64])| {
            let action = &catalogue.actions[order.action.index()];
            // Every digit: what is read back is what was trained.
            let numbers: Vec<String> = row.iter().map(|weight| format!("{weight:?}")).collect();
            let option = &action.options[usize::from(order.option)].id;
            format!("({:?}, {option:?}, [{}])", action.id, numbers.join(", "))
        };
        let rows: Vec<String> = self.rows(weights).map(row).collect();
        format!("Linear(indicators: [{}], weights: [{}])", indicators.join(", "), rows.join(", "))
    }

    fn rows<'a>(&'a self, weights: &'a [f64]) -> impl Iterator<Item = (Order, &'a [f64])> {
        assert_eq!(weights.len(), self.dimension(), "one weight per order and indicator, and a constant");
        self.orders.iter().copied().zip(weights.chunks_exact(self.indicators.len() + 1))
    }
}
