//! How many records a scenario keeps: as many as its own content reads.

use marchland_game::{Expression, Sight, StrategySpec, Value};

use super::model::{Scenario, Trigger};

/// How many records a scenario's expressions and sights look back, the present one included.
pub(crate) fn kept(scenario: &Scenario) -> usize {
    let mut back = 1u32;
    scenario.each_expression(|expression| back = back.max(expression.looks_back()));
    (back + longest_delay(scenario)) as usize + 1
}

impl Scenario {
    /// Shows every expression that a game may evaluate: conditions, amounts, chances, hazards, appeals, stakes, what deals
    /// are worth and do, evidence of beliefs, measures, and those of strategies. Plain numbers are expressions too.
    pub fn each_expression(&self, mut see: impl FnMut(&Expression)) {
        let catalogue = &self.catalogue;
        catalogue.actions.iter().filter_map(|action| action.condition.as_ref()).for_each(&mut see);
        catalogue.motions.iter().for_each(|motion| see(&motion.appeal));
        catalogue.measures.iter().for_each(|measure| see(&measure.value));
        catalogue.outcome_events.iter().for_each(|event| see(&event.when));
        catalogue.players.iter().flat_map(|player| &player.stakes).for_each(|(_, stake)| see(stake));
        self.motions.iter().filter_map(|motion| motion.condition.as_ref()).for_each(&mut see);
        self.end.iter().chain(&self.calendar.crisis_clock).for_each(&mut see);
        for event in &self.events {
            if let Trigger::When(expression) | Trigger::Hazard(expression) = &event.trigger {
                see(expression);
            }
        }
        let actions = self.actions.iter().flat_map(|action| &action.options);
        let of_actions = actions.flat_map(|option| option.success.iter().chain(&option.failure).chain(&option.leak));
        let of_events = self.events.iter().flat_map(|event| &event.effects);
        let of_motions = self.motions.iter().flat_map(|motion| motion.passed.iter().chain(&motion.failed));
        let of_deals = self.deals.iter().flat_map(|deal| {
            deal.agreed.iter().chain(&deal.in_force).chain(&deal.ended).chain(deal.broken.iter().flatten())
        });
        for effect in of_actions.chain(of_events).chain(of_motions).chain(of_deals) {
            effect.when.iter().for_each(&mut see);
            effect.kind.expressions().into_iter().for_each(&mut see);
        }
        for action in &self.actions {
            see(&action.chance);
            action.leak.iter().for_each(&mut see);
        }
        self.deals.iter().filter_map(|deal| deal.ends.as_ref()).for_each(&mut see);
        for deal in &catalogue.deals {
            deal.open.iter().chain(&deal.outside).chain(&deal.penalty).chain(&deal.patience).for_each(&mut see);
            deal.worth.iter().chain(&deal.honour).flat_map(|sheet| sheet.iter()).for_each(&mut see);
        }
        for evidence in self.types.iter().flat_map(|of| &of.evidence) {
            std::iter::once(&evidence.sees).chain(&evidence.given).chain(&evidence.chances).for_each(&mut see);
        }
        strategies(&self.strategies, &mut see);
    }
}

/// How many records are kept where something beside the scenario looks `months` back: a claim, or a
/// condition that a facilitator writes.
pub(crate) fn kept_for(scenario: &Scenario, months: u32) -> usize {
    kept(scenario).max(months as usize + 1)
}

/// How many months a strategy that was given beside the scenario looks back, and how many it may, where
/// that is fewer: the scenario keeps no more records than its own content reads.
pub(crate) fn beyond(scenario: &Scenario, strategy: &StrategySpec) -> Option<(u32, u32)> {
    let mut back = 1u32;
    strategies(std::slice::from_ref(strategy), &mut |expression| back = back.max(expression.looks_back()));
    let kept = kept(scenario) as u32 - 1 - longest_delay(scenario);
    (back > kept).then_some((back, kept))
}

/// The longest delay of a sight of the scenario, in months.
fn longest_delay(scenario: &Scenario) -> u32 {
    let sights = scenario.catalogue.indicators.iter().flat_map(|indicator| &indicator.sight);
    let delays = sights.map(|sight| match sight {
        Sight::Exact { delay } | Sight::Noisy { delay, .. } => u32::from(*delay),
        Sight::Hidden { .. } => 0,
    });
    delays.max().unwrap_or(0)
}

fn strategies(list: &[StrategySpec], see: &mut impl FnMut(&Expression)) {
    for value in list.iter().flat_map(|spec| &spec.arguments) {
        match value {
            Value::Expression(expression) => see(expression),
            Value::Blocks(blocks) => {
                for block in blocks {
                    block.all.iter().chain(&block.any).for_each(&mut *see);
                    see(&block.chance);
                }
            }
            Value::Strategy(inner) => strategies(std::slice::from_ref(&**inner), see),
            Value::Strategies(inner) => {
                for (spec, _) in inner {
                    strategies(std::slice::from_ref(spec), see);
                }
            }
            _ => {}
        }
    }
}
