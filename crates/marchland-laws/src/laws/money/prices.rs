//! Consumer prices, and the trade levers that move them (3.4).

use bevy_ecs::prelude::*;
use marchland_game::number::{max, min, probability_over};
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::mechanisms::exogenous::WorldPrices;
use marchland_sim::world::{Clock, Ids, Rows, RowsMut};

use crate::kernels::adjustment::towards;
use crate::state::country::{ExternalAccount, Prices, Trade, Treasury};
use crate::state::reading::row as read;

constants! {
    /// Constants of prices.
    pub struct PriceConstants {
        /// Price rise with no shock, a year.
        trend = "prices_trend",
        /// Pass-through of the fuel duty.
        fuel = "prices_fuel",
        /// Pass-through of the oil price.
        oil = "prices_oil",
        /// Pass-through of the wheat price to all prices.
        wheat = "prices_wheat",
        /// Pass-through of the wheat price to food, beyond that to all prices.
        food = "prices_food",
        /// Price rise of a whole blockade of the railway.
        rail = "prices_rail",
        /// Weight of power and heat in what people buy.
        tariff = "prices_tariff",
        /// Price rise of wholly closed borders.
        closure = "prices_closure",
        /// Price rise where reserves are gone: the currency falls.
        currency = "prices_currency",
        /// Months of imports below which reserves no longer hold the currency.
        cover_months = "prices_cover_months",
        /// Share of a shock that passes through in a month.
        speed = "prices_speed",
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        FUEL = "fuel",
        WHEAT = "wheat",
        RAILWAY = "railway",
        TARIFFS = "tariffs",
        BORDERS = "borders",
        CURRENCY = "currency",
        PASSING_OF_SHOCKS = "the passing of shocks",
        LEVEL_OF_PRICES = "the level of prices",
    }
}

/// The law of prices.
pub(crate) const PRICES: Mechanism = Mechanism {
    name: "prices",
    called: "prices",
    meaning: "Passes duties, wheat, blockades, tariffs and a falling currency through to consumer prices.",
    equations: "S = fuel duty + oil + wheat + rail + tariff + borders + currency, each at its pass-through; s' = s + v(S − s); \
                P' = P (1 + trend)(1 + s')/(1 + s)",
    source: "pass-through of fuel and food in low-income importers: Ivanic & Martin 2008; forms our choice",
    parameters: PriceConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Trade>();
        set.add::<Prices>();
        set.add::<WorldPrices>();
    },
    needs: |needs| {
        needs.entity("market").law("budget", "aid and spending");
    },
    build: |build| build.system(pass_through),
    constants: PriceConstants::read,
    start: |_| {},
};

/// The lowest food prices that are worked out, relative to the start, and the highest inflation: the ranges of their columns.
const FOOD_LEAST: f64 = 0.1;
const INFLATION_MOST: f64 = 50.0;

/// The rise of prices that shocks would lead to, by its terms: fuel and oil, wheat, railway,
/// tariffs, borders, currency.
#[must_use]
pub fn shocks(of: &PriceConstants, trade: &Trade, market: &WorldPrices, cover_months: f64) -> [f64; 6] {
    [
        of.fuel * trade.fuel_duty + of.oil * (market.oil_index - 1.0),
        of.wheat * (market.wheat_index - 1.0),
        of.rail * trade.rail_blockade,
        of.tariff * trade.tariff_shock,
        of.closure * trade.border_closure,
        of.currency * max(1.0 - cover_months / of.cover_months, 0.0),
    ]
}

type PriceIds<'w> =
    (Local<'w, Ids<Prices>>, Local<'w, Ids<Trade>>, Local<'w, Ids<WorldPrices>>, Local<'w, Ids<Treasury>>);

fn pass_through(
    clock: Res<Clock>,
    of: Res<PriceConstants>,
    markets: Query<&WorldPrices>,
    mut countries: Query<(&mut Prices, &Trade, &Treasury, &ExternalAccount)>,
    ids: PriceIds<'_>,
    mut ledger: ResMut<Ledger>,
) {
    let (prices, trades, treasuries, accounts) = countries.rows_mut();
    let market = markets.rows().first().copied().unwrap_or(WorldPrices {
        aluminium_price_usd_t: 0.0,
        wheat_index: 1.0,
        oil_index: 1.0,
    });
    for (row, (own, trade)) in prices.iter_mut().zip(trades).enumerate() {
        let imports = read(accounts, row).imports_musd;
        let cover = if imports > 0.0 { read(treasuries, row).reserves_musd / imports } else { of.cover_months };
        let terms = shocks(&of, trade, &market, cover);
        let target: f64 = terms.iter().sum();
        let before = *own;
        own.price_shock = towards(before.price_shock, target, of.speed, clock.months);
        let trend = 1.0 + of.trend * clock.months / 12.0;
        own.price_index = before.price_index * trend * (1.0 + own.price_shock) / (1.0 + before.price_shock);
        own.food_price = max((1.0 + own.price_shock) * (1.0 + of.food * (market.wheat_index - 1.0)), FOOD_LEAST);
        own.inflation_annual = min(12.0 / clock.months * (own.price_index / before.price_index - 1.0), INFLATION_MOST);
        if ledger.on() {
            let id = ids.0.at(row, Prices::price_shock);
            let lever = |field| [ids.1.at(row, field)];
            let (wheat, reserves) = ([ids.2.at(0, WorldPrices::wheat_index)], [ids.3.at(row, Treasury::reserves_musd)]);
            let inputs = [
                lever(Trade::fuel_duty),
                wheat,
                lever(Trade::rail_blockade),
                lever(Trade::tariff_shock),
                lever(Trade::border_closure),
                reserves,
            ];
            let names = [Terms::FUEL, Terms::WHEAT, Terms::RAILWAY, Terms::TARIFFS, Terms::BORDERS, Terms::CURRENCY];
            // Each term's share of the way to where its own shock would lead.
            let share = probability_over(of.speed, clock.months);
            let mut booked: Vec<Term<'_>> = (0..terms.len())
                .map(|at| Term { name: names[at], amount: share * terms[at], inputs: &inputs[at] })
                .collect();
            booked.push(Term { name: Terms::PASSING_OF_SHOCKS, amount: -share * before.price_shock, inputs: &[] });
            ledger.terms(id, own.price_shock, &booked);
            ledger.book(Terms::LEVEL_OF_PRICES, ids.0.at(row, Prices::price_index), own.price_index, &[id]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::throughout;

    const CALM: WorldPrices = WorldPrices { aluminium_price_usd_t: 2000.0, wheat_index: 1.0, oil_index: 1.0 };

    #[test]
    fn each_shock_passes_through_by_its_own_constant_and_adds_to_the_others() {
        throughout(|value| {
            let of = PriceConstants::from_parameters(value);
            let calm = Trade::default();
            let held = of.cover_months;
            assert_eq!(shocks(&of, &calm, &CALM, held), [0.0; 6]);
            // A shock of one, with the pass-through that is declared for it, in the order of the terms.
            let ones = [
                (shocks(&of, &Trade { fuel_duty: 1.0, ..calm }, &CALM, held), of.fuel),
                (shocks(&of, &calm, &WorldPrices { wheat_index: 2.0, ..CALM }, held), of.wheat),
                (shocks(&of, &Trade { rail_blockade: 1.0, ..calm }, &CALM, held), of.rail),
                (shocks(&of, &Trade { tariff_shock: 1.0, ..calm }, &CALM, held), of.tariff),
                (shocks(&of, &Trade { border_closure: 1.0, ..calm }, &CALM, held), of.closure),
                (shocks(&of, &calm, &CALM, 0.0), of.currency),
            ];
            for (at, (terms, own)) in ones.iter().enumerate() {
                for (term, amount) in terms.iter().enumerate() {
                    let expected = if term == at { *own } else { 0.0 };
                    assert!((amount - expected).abs() < 1e-15, "shock {at}, term {term}: {amount}, {of:?}");
                }
            }
            // Oil comes with fuel.
            let dear = shocks(&of, &calm, &WorldPrices { oil_index: 2.0, ..CALM }, held);
            assert!((dear[0] - of.oil).abs() < 1e-15, "{of:?}");
            // All at once are the sum of each alone; half of the cover gone is half of the fall.
            let all = Trade { fuel_duty: 1.0, rail_blockade: 1.0, tariff_shock: 1.0, border_closure: 1.0 };
            let market = WorldPrices { wheat_index: 2.0, ..CALM };
            let together: f64 = shocks(&of, &all, &market, 0.0).iter().sum();
            let alone: f64 = ones.iter().map(|(terms, _)| terms.iter().sum::<f64>()).sum();
            assert!((together - alone).abs() < 1e-12, "{of:?}");
            let half = shocks(&of, &calm, &CALM, 0.5 * held)[5];
            assert!((half / of.currency - 0.5).abs() < 1e-12, "{of:?}");
        });
    }
}
