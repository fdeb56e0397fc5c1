//! What a change writes itself, without any law between.

use std::collections::BTreeSet;

use marchland_game::{IndicatorId, Op, Order, StrategySpec, Value};
use marchland_sim::scenario::{DealPlan, Effect, Initial, Scenario};

use super::Change;

/// What the effects of a change set where it succeeds: of an order that does, of an event, or the stock that it sets.
pub(super) fn set_by(scenario: &Scenario, change: &Change) -> BTreeSet<IndicatorId> {
    let effects: &[Effect] = match change {
        Change::Order { order, .. } => {
            &scenario.actions[order.action.index()].options[usize::from(order.option)].success
        }
        Change::Event { event, .. } => &scenario.events[event.index()].effects,
        Change::Initial { indicator, .. } | Change::Stock { indicator, .. } => return [*indicator].into(),
        Change::Strategy { .. } | Change::Set { .. } | Change::Off { .. } => &[],
    };
    effects.iter().flat_map(|effect| effect.kind.moves()).collect()
}

/// What changes write in any way that no law of motion comes between: the effects of their orders, whether those succeed,
/// fail or leak; of the events that these set off, of the motions that they table and of the deals that they move, however
/// they end; of every order that a strategy lists; the stock that they set; and what a parameter is the start of. A law
/// that is stopped writes nothing.
pub(super) fn written_by<'c>(scenario: &Scenario, changes: impl Iterator<Item = &'c Change>) -> BTreeSet<IndicatorId> {
    let mut writing = Writing { scenario, all: BTreeSet::new(), events: BTreeSet::new(), motions: BTreeSet::new() };
    for change in changes {
        match change {
            Change::Order { order, .. } => writing.order(*order),
            Change::Strategy { spec, .. } => writing.strategy(spec),
            Change::Event { event, .. } => writing.event(event.index()),
            Change::Initial { indicator, .. } | Change::Stock { indicator, .. } => {
                writing.all.insert(*indicator);
            }
            Change::Set { parameter, .. } => {
                let starts = |initial: &Initial| match initial {
                    Initial::Value(from) => {
                        from.ops().iter().any(|op| matches!(op, Op::Parameter(id) if id == parameter))
                    }
                    Initial::Draw(_) => false,
                };
                let started = scenario.initial.iter().enumerate().filter(|(_, initial)| starts(initial));
                writing.all.extend(started.map(|(at, _)| IndicatorId::from_index(at)));
            }
            Change::Off { .. } => {}
        }
    }
    writing.deals();
    writing.all
}

/// What has been found so far, and where it was looked for.
struct Writing<'s> {
    scenario: &'s Scenario,
    all: BTreeSet<IndicatorId>,
    events: BTreeSet<usize>,
    motions: BTreeSet<usize>,
}

impl Writing<'_> {
    fn order(&mut self, order: Order) {
        let scenario = self.scenario;
        let plan = &scenario.actions[order.action.index()].options[usize::from(order.option)];
        for effects in [&plan.success, &plan.failure, &plan.leak] {
            self.effects(effects);
        }
    }

    fn strategy(&mut self, spec: &StrategySpec) {
        for value in &spec.arguments {
            let orders: Vec<Order> = match value {
                Value::Blocks(blocks) => blocks.iter().flat_map(|block| block.orders.iter().copied()).collect(),
                Value::Script(script) => script.iter().flat_map(|(_, orders)| orders.iter().copied()).collect(),
                Value::Orders(orders) => orders.clone(),
                Value::Weights(weights) => weights.iter().map(|(order, _)| *order).collect(),
                Value::Strategy(spec) => {
                    self.strategy(spec);
                    continue;
                }
                Value::Strategies(specs) => {
                    specs.iter().for_each(|(spec, _)| self.strategy(spec));
                    continue;
                }
                _ => continue,
            };
            orders.into_iter().for_each(|order| self.order(order));
        }
    }

    fn event(&mut self, event: usize) {
        if self.events.insert(event) {
            let scenario = self.scenario;
            self.effects(&scenario.events[event].effects);
        }
    }

    fn motion(&mut self, motion: usize) {
        if self.motions.insert(motion) {
            let plan = &self.scenario.motions[motion];
            self.effects(&plan.passed);
            self.effects(&plan.failed);
        }
    }

    /// What the deals do whose course something so far moves.
    fn deals(&mut self) {
        let scenario = self.scenario;
        let mut left: Vec<usize> = (0..scenario.deals.len()).collect();
        // Each pass takes one deal at least, or is the last.
        for _ in 0..=scenario.deals.len() {
            let moved = |at: &usize| self.all.contains(&scenario.catalogue.deals[*at].tracks.status);
            let (now, later): (Vec<usize>, Vec<usize>) = left.into_iter().partition(moved);
            if now.is_empty() {
                return;
            }
            for at in now {
                let DealPlan { agreed, in_force, ended, broken: [one, other], .. } = &scenario.deals[at];
                for effects in [agreed, in_force, ended, one, other] {
                    self.effects(effects);
                }
            }
            left = later;
        }
    }

    fn effects(&mut self, effects: &[Effect]) {
        for effect in effects {
            self.all.extend(effect.kind.moves());
            if let Some(event) = effect.kind.fires() {
                self.event(event.index());
            }
            if let Some(motion) = effect.kind.tables() {
                self.motion(motion.index());
            }
        }
    }
}
