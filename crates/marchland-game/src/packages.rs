//! Packages: sets of orders that one turn's budgets allow together.

use crate::catalogue::{Budget, Catalogue};
use crate::deal::{Deal, DealMove};
use crate::decision::Decision;
use crate::ids::{ActionId, PlayerId};
use crate::number::plain_zero;
use crate::order::{Order, Package};

/// The legal single orders of a decision, with their costs, in the catalogue's order.
#[must_use]
pub fn legal_orders(at: &Decision<'_>) -> Vec<(Order, [f64; Budget::ALL.len()])> {
    let mut legal = Vec::new();
    for (index, action) in at.catalogue.actions.iter().enumerate() {
        if !action.owners.contains(at.player) {
            continue;
        }
        let action_id = ActionId::from_index(index);
        let order = |option: u8| Order { action: action_id, option };
        let options = 0..action.options.len() as u8;
        // Terms of one deal are offered under the same conditions and at the same cost.
        if matches!(at.catalogue.deal_move(action_id), Some((_, DealMove::Offer))) {
            if let Ok(cost) = at.observation.legality(order(0)) {
                legal.extend(options.map(|option| (order(option), cost)));
            }
            continue;
        }
        for option in options {
            if let Ok(cost) = at.observation.legality(order(option)) {
                legal.push((order(option), cost));
            }
        }
    }
    legal
}

/// The most offers of one deal that are weighed.
const OFFERS: usize = 3;

/// Legal orders in which a few offers of each deal stand for all: those that are worth more to the player than
/// having no agreement, spread evenly. A ladder of prices would crowd out every other order.
fn few_offers(legal: &mut Vec<(Order, [f64; Budget::ALL.len()])>, at: &Decision<'_>) {
    let mut of: Option<(ActionId, u128)> = None;
    legal.retain(|(order, _)| {
        let Some((deal, DealMove::Offer)) = at.catalogue.deal_move(order.action) else { return true };
        // Offers of one deal follow each other: they are weighed once, at the first.
        let kept = match of {
            Some((action, kept)) if action == order.action => kept,
            _ => few(&at.catalogue.deals[deal.index()], at),
        };
        of = Some((order.action, kept));
        kept >> order.option & 1 == 1
    });
}

/// Which offers stand for all, as bits.
fn few(deal: &Deal, at: &Decision<'_>) -> u128 {
    let Some(side) = at.catalogue.deal_side(deal, at.player) else { return 0 };
    let least = deal.outside[side].value(&at.observation);
    let offers = 0..deal.offers.len().min(u128::BITS as usize);
    let worth = offers.filter(|offer| deal.value(side, *offer, &at.observation) > least);
    let worth = worth.fold(0u128, |bits, offer| bits | 1 << offer);
    let all = worth.count_ones() as usize;
    let count = all.min(OFFERS);
    let mut kept = 0;
    let mut rank = 0;
    for offer in (0..u128::BITS).filter(|offer| worth >> offer & 1 == 1) {
        if (0..count).any(|at| at * all / count == rank) {
            kept |= 1 << offer;
        }
        rank += 1;
    }
    kept
}

/// Packages of a decision, at most `at_most` (at least 1), the empty one first, then by size, then
/// in the catalogue's order: every package that the player's budgets, its number of orders and
/// "one option of an action, one public position" allow, as far as they fit.
///
/// Where there are more than fit, each further size keeps the pairs that spread most evenly over
/// the single orders: every legal single order is always among them where `at_most` allows.
#[must_use]
pub fn packages(at: &Decision<'_>, at_most: usize) -> Vec<Package> {
    let player = &at.catalogue.players[at.player.index()];
    let left = player.budgets.map(|id| id.map(|id| at.observation.estimate(id).value));
    let mut legal = legal_orders(at);
    few_offers(&mut legal, at);
    let mut found = vec![Package::default()];
    let mut from = 0;
    for _ in 0..largest(at.catalogue, at.player) {
        let until = found.len();
        let room = at_most.saturating_sub(until);
        if room == 0 {
            break;
        }
        let mut grown: Vec<Package> = Vec::new();
        for package in &found[from..until] {
            let first = package
                .last()
                .and_then(|last| legal.iter().position(|(order, _)| order == last))
                .map_or(0, |last| last + 1);
            for (order, _) in &legal[first..] {
                let mut next = *package;
                next.push(*order);
                if fits(&next, &legal, &left, at) {
                    grown.push(next);
                }
            }
        }
        if grown.len() > room {
            // An even stride over the sorted list keeps the spread; the seed of choice is the order
            // itself, so that the same decision gives the same list.
            let all = grown.len();
            grown = (0..room).map(|i| grown[i * all / room]).collect();
        }
        from = until;
        found.extend(grown);
    }
    found.truncate(at_most.max(1));
    found
}

/// Packages that a player may ever give, whatever its budgets: the empty one first, then by size, then in the
/// catalogue's order, at most `at_most` (at least 1). The list is the same at every decision, so that a position in it
/// may name an action of a learner; see [`mask`].
#[must_use]
pub fn conceivable(catalogue: &Catalogue, player: PlayerId, at_most: usize) -> Vec<Package> {
    let owned = |index: &usize| catalogue.actions[*index].owners.contains(player);
    let orders: Vec<Order> = (0..catalogue.actions.len())
        .filter(owned)
        .flat_map(|index| {
            let options = catalogue.actions[index].options.len() as u8;
            (0..options).map(move |option| Order { action: ActionId::from_index(index), option })
        })
        .collect();
    let public = |order: &Order| catalogue.actions[order.action.index()].public_position;
    let most = usize::from(catalogue.players[player.index()].orders_per_turn);
    let mut found = vec![Package::default()];
    let mut from = 0;
    for _ in 0..largest(catalogue, player) {
        let until = found.len();
        for at in from..until {
            let package = found[at];
            let first = package.last().and_then(|last| orders.iter().position(|order| order == last));
            for order in &orders[first.map_or(0, |at| at + 1)..] {
                if found.len() >= at_most.max(1) {
                    return found;
                }
                let twice = package.iter().any(|other| other.action == order.action);
                if twice || (public(order) && package.iter().any(public)) {
                    continue;
                }
                let mut next = package;
                next.push(*order);
                if catalogue.orders_counted(&next) > most {
                    continue;
                }
                found.push(next);
            }
        }
        from = until;
    }
    found
}

/// Whether each of these packages may be given at a decision.
pub fn mask(at: &Decision<'_>, packages: &[Package], may: &mut Vec<bool>) {
    let left = at.catalogue.players[at.player.index()].budgets.map(|id| id.map(|id| at.observation.estimate(id).value));
    let legal = legal_orders(at);
    may.clear();
    may.extend(packages.iter().map(|package| fits(package, &legal, &left, at)));
}

/// The most orders that a player's package holds: as many as a turn allows it, and moves about deals beside them.
fn largest(catalogue: &Catalogue, player: PlayerId) -> usize {
    let party = catalogue.deals.iter().any(|deal| catalogue.deal_side(deal, player).is_some());
    let own = usize::from(catalogue.players[player.index()].orders_per_turn);
    if party { crate::order::ORDERS } else { own.min(crate::order::ORDERS) }
}

fn fits(
    package: &Package,
    legal: &[(Order, [f64; Budget::ALL.len()])],
    left: &[Option<f64>; Budget::ALL.len()],
    at: &Decision<'_>,
) -> bool {
    let most = at.catalogue.players[at.player.index()].orders_per_turn;
    if at.catalogue.orders_counted(package) > usize::from(most) {
        return false;
    }
    let mut spent = [0.0; Budget::ALL.len()];
    let mut positions = 0;
    for (index, order) in package.iter().enumerate() {
        if package[..index].iter().any(|other| other.action == order.action) {
            return false;
        }
        positions += u32::from(at.catalogue.actions[order.action.index()].public_position);
        let Ok(place) = legal.binary_search_by(|(legal, _)| legal.cmp(order)) else { return false };
        let cost = &legal[place].1;
        for (sum, cost) in spent.iter_mut().zip(cost) {
            *sum += cost;
        }
    }
    // A hair's breadth for sums of decimal costs.
    let affordable =
        spent.iter().zip(left).all(|(spent, left)| left.is_none_or(|left| plain_zero(*spent) <= left + 1e-9));
    positions <= 1 && affordable
}
