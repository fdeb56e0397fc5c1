//! Packages: sets of orders that one turn's budgets allow together.

use crate::catalogue::{Budget, Catalogue};
use crate::deal::DealMove;
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
        for option in 0..action.options.len() as u8 {
            let order = Order { action: ActionId::from_index(index), option };
            if let Ok(cost) = at.observation.legality(order) {
                legal.push((order, cost));
            }
        }
    }
    legal
}

/// The most offers of one deal that are weighed.
const OFFERS: usize = 3;

/// Legal orders in which a few offers of each deal stand for all: those that are worth more to the player than
/// having no agreement, spread evenly. A ladder of prices would crowd out every other order.
fn few_offers(
    legal: Vec<(Order, [f64; Budget::ALL.len()])>,
    at: &Decision<'_>,
) -> Vec<(Order, [f64; Budget::ALL.len()])> {
    if at.catalogue.deals.is_empty() {
        return legal;
    }
    let offer = |order: &Order| match at.catalogue.deal_move(order.action) {
        Some((deal, DealMove::Offer)) => Some(&at.catalogue.deals[deal.index()]),
        _ => None,
    };
    let mut kept = Vec::with_capacity(legal.len());
    for group in legal.chunk_by(|(a, _), (b, _)| a.action == b.action) {
        let Some(deal) = offer(&group[0].0) else {
            kept.extend_from_slice(group);
            continue;
        };
        let Some(side) = deal.side(at.player, at.catalogue) else { continue };
        let least = deal.outside[side].value(&at.observation);
        let pays = |order: &Order| deal.value(side, usize::from(order.option), &at.observation) > least;
        let worth: Vec<_> = group.iter().filter(|(order, _)| pays(order)).collect();
        let count = worth.len().min(OFFERS);
        kept.extend((0..count).map(|at| *worth[at * worth.len() / count]));
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
    let legal = few_offers(legal_orders(at), at);
    let size = usize::from(player.orders_per_turn).min(crate::order::ORDERS);
    let mut found = vec![Package::default()];
    let mut from = 0;
    for _ in 0..size {
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
    let size = usize::from(catalogue.players[player.index()].orders_per_turn).min(crate::order::ORDERS);
    let mut found = vec![Package::default()];
    let mut from = 0;
    for _ in 0..size {
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
                found.push(next);
            }
        }
        from = until;
    }
    found
}

/// Whether each of these packages may be given at a decision.
pub fn mask(at: &Decision<'_>, packages: &[Package], may: &mut Vec<bool>) {
    let player = &at.catalogue.players[at.player.index()];
    let left = player.budgets.map(|id| id.map(|id| at.observation.estimate(id).value));
    let legal = legal_orders(at);
    may.clear();
    may.extend(
        packages
            .iter()
            .map(|package| package.len() <= usize::from(player.orders_per_turn) && fits(package, &legal, &left, at)),
    );
}

fn fits(
    package: &Package,
    legal: &[(Order, [f64; Budget::ALL.len()])],
    left: &[Option<f64>; Budget::ALL.len()],
    at: &Decision<'_>,
) -> bool {
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
