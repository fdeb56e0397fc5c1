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
    trades: Query<&Trade>,
    treasuries: Query<&Treasury>,
    accounts: Query<&ExternalAccount>,
    mut prices: Query<&mut Prices>,
    ids: PriceIds<'_>,
    mut ledger: ResMut<Ledger>,
) {
    let (treasuries, accounts) = (treasuries.rows(), accounts.rows());
    let market = markets.rows().first().copied().unwrap_or(WorldPrices {
        aluminium_price_usd_t: 0.0,
        wheat_index: 1.0,
        oil_index: 1.0,
    });
    for (row, (own, trade)) in prices.rows_mut().iter_mut().zip(trades.rows()).enumerate() {
        let imports = read(accounts, row).imports_musd;
        let cover = if imports > 0.0 { read(treasuries, row).reserves_musd / imports } else { of.cover_months };
        let terms = shocks(&of, trade, &market, cover);
        let target: f64 = terms.iter().sum();
        let before = *own;
        own.price_shock = towards(before.price_shock, target, of.speed, clock.months);
        let trend = 1.0 + of.trend * clock.months / 12.0;
        own.price_index = before.price_index * trend * (1.0 + own.price_shock) / (1.0 + before.price_shock);
        own.food_price = max((1.0 + own.price_shock) * (1.0 + of.food * (market.wheat_index - 1.0)), 0.1);
        own.inflation_annual = min(12.0 / clock.months * (own.price_index / before.price_index - 1.0), 50.0);
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

    const OF: PriceConstants = PriceConstants {
        trend: 0.06,
        fuel: 0.12,
        oil: 0.03,
        wheat: 0.35,
        food: 0.35,
        rail: 0.1,
        tariff: 0.06,
        closure: 0.1,
        currency: 0.3,
        cover_months: 1.5,
        speed: 0.3,
    };

    #[test]
    fn pass_through_has_the_stated_size() {
        let market = WorldPrices { aluminium_price_usd_t: 2000.0, wheat_index: 1.4, oil_index: 1.0 };
        let trade = Trade { fuel_duty: 0.3, rail_blockade: 0.0, tariff_shock: 1.0, border_closure: 0.0 };
        let total: f64 = shocks(&OF, &trade, &market, 3.0).iter().sum();
        assert!((total - (0.036 + 0.14 + 0.06)).abs() < 1e-12);
        let broke: f64 = shocks(&OF, &Trade::default(), &WorldPrices { wheat_index: 1.0, ..market }, 0.0).iter().sum();
        assert!((broke - 0.3).abs() < 1e-12);
    }
}
