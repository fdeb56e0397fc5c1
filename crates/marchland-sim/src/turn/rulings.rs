//! Rulings: what becomes of the orders of a stage.

use marchland_game::{
    ActionId, Budget, Choice, Domain, Moment, Order, PlayerId, Readings, Refusal, Ruling, View, number,
};

use super::glance::{Glance, PlayerWindow};
use super::state::IssuedOrder;
use crate::effects::Situation;

/// Rules on orders: legality, chance and draw, in the players' order. Writes nothing to the
/// game. What a facilitator amends, it amends in `rulings`, before they are applied.
pub(crate) fn resolve(at: &Glance<'_>, choices: &[Choice], rulings: &mut Vec<Ruling>) {
    rulings.clear();
    let catalogue = &at.catalogue;
    let moment = at.moment();
    for (seat, choice) in choices.iter().enumerate() {
        let player = PlayerId::from_index(seat);
        let seen = PlayerWindow { truth: *at, viewer: player };
        let mut left = catalogue.players[seat].budgets.map(|id| id.map(|id| seen.truth.now(id)));
        let mut given = at.state.orders_this_turn[seat];
        let mut positioned = position_taken(at, player);
        let first = rulings.len();
        for order in choice.orders.iter().copied() {
            let mut refusal = seen.legality(order).err();
            let repeated = rulings[first..].iter().any(|r| r.order.action == order.action && r.legal())
                || ordered_this_turn(at, player, order.action);
            if refusal.is_none() {
                let action = &catalogue.actions[order.action.index()];
                let cost = action.options[usize::from(order.option)].cost;
                let short = Budget::ALL
                    .into_iter()
                    .zip(cost.into_iter().zip(left))
                    .find(|(_, (cost, left))| left.is_some_and(|left| *cost > left + 1e-9));
                let deal = catalogue.deal_move(order.action);
                refusal = if repeated {
                    Some(Refusal::AlreadyOrdered)
                } else if deal.is_none() && given >= catalogue.players[seat].orders_per_turn {
                    Some(Refusal::TooManyOrders)
                } else if action.public_position && positioned {
                    Some(Refusal::SecondPosition)
                } else if let Some((budget, (needs, Some(has)))) = short {
                    Some(Refusal::Budget { budget, needs, has })
                } else if let Some(deal) = deal {
                    super::deals::world_refusal(at, player, deal, rulings).map(Refusal::Deal)
                } else {
                    cannot_table(at, order).or_else(|| not_finite(at, player, order))
                };
                if refusal.is_none() {
                    // Moves about deals have bounds of their own.
                    given += u8::from(deal.is_none());
                    positioned |= action.public_position;
                    for (left, cost) in left.iter_mut().zip(cost) {
                        if let Some(left) = left {
                            *left -= cost;
                        }
                    }
                }
            }
            rulings.push(rule(at, player, order, refusal, moment));
        }
    }
}

fn rule(at: &Glance<'_>, player: PlayerId, order: Order, refusal: Option<Refusal>, moment: Moment) -> Ruling {
    let mut ruling = Ruling {
        moment,
        player,
        order,
        refusal,
        probability: 0.0,
        draw: 0.0,
        success: false,
        leak_probability: 0.0,
        leaked: false,
    };
    if refusal.is_some() {
        return ruling;
    }
    let plan = &at.scenario.actions[order.action.index()];
    let action = &at.catalogue.actions[order.action.index()];
    let glance = at.with_level(action.options[usize::from(order.option)].level);
    let stream = at.state.root.stream(
        Domain::Ruling,
        moment,
        at.index.player_hash[player.index()],
        at.index.action_hash[order.action.index()],
    );
    ruling.probability = number::clamp(plan.chance.value(&glance), 0.0, 1.0);
    ruling.draw = stream.uniform();
    ruling.success = ruling.draw < ruling.probability;
    if let Some(leak) = &plan.leak {
        ruling.leak_probability = number::clamp(leak.value(&glance), 0.0, 1.0);
        ruling.leaked = stream.at(1).uniform() < ruling.leak_probability;
    }
    ruling
}

fn cannot_table(at: &Glance<'_>, order: Order) -> Option<Refusal> {
    let option = &at.scenario.actions[order.action.index()].options[usize::from(order.option)];
    option.tables.iter().copied().find_map(|motion| {
        let condition = at.scenario.motions[motion.index()].condition.as_ref();
        let open = condition.is_none_or(|condition| condition.holds(at));
        (!open).then_some(Refusal::CannotTable(motion))
    })
}

/// The first indicator to which the order would do something that is not a finite number, whatever its outcome.
fn not_finite(at: &Glance<'_>, player: PlayerId, order: Order) -> Option<Refusal> {
    let option = &at.scenario.actions[order.action.index()].options[usize::from(order.option)];
    if !option.unbounded {
        return None;
    }
    let glance = at.with_level(at.catalogue.actions[order.action.index()].options[usize::from(order.option)].level);
    let situation = Situation { readings: &glance, by: Some(player) };
    let mut deeds = Vec::new();
    for effect in option.success.iter().chain(&option.failure).chain(&option.leak) {
        if effect.when.as_ref().is_none_or(|when| when.holds(&glance)) {
            effect.kind.deeds(&situation, &mut deeds);
        }
    }
    deeds.iter().find_map(|deed| deed.not_finite()).map(Refusal::NotFinite)
}

fn ordered_this_turn(at: &Glance<'_>, player: PlayerId, action: ActionId) -> bool {
    given_this_turn(at, player).any(|given| given.action == action)
}

fn position_taken(at: &Glance<'_>, player: PlayerId) -> bool {
    let actions = &at.catalogue.actions;
    given_this_turn(at, player).any(|given| actions[given.action.index()].public_position)
}

fn given_this_turn<'a>(at: &Glance<'a>, player: PlayerId) -> impl Iterator<Item = &'a IssuedOrder> {
    let turn = at.state.turn;
    at.state.orders.iter().rev().take_while(move |given| given.turn == turn).filter(move |given| given.player == player)
}
