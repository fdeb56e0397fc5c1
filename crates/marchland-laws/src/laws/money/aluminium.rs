//! Aluminium: one smelter, its output, its revenue, and the rent that is left (3.4).

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, max};
use marchland_sim::constants;
use marchland_sim::ledger::Ledger;
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::mechanisms::exogenous::WorldPrices;
use marchland_sim::world::{Ids, Rows, RowsMut};

use crate::state::country::{PowerBalance, Smelter, Trade};

constants! {
    /// Constants of aluminium.
    pub struct AluminiumConstants {
        /// Alumina's share of the metal's price.
        alumina_share = "aluminium_alumina_share",
        /// Power and other costs, US dollars per tonne.
        cost_usd_t = "aluminium_cost_usd_t",
        /// Share of output lost when the railway is wholly blocked.
        rail_loss = "aluminium_rail_loss",
        /// Share of the country's demand for power that the smelter takes.
        smelter_share = "energy_smelter_share",
        /// Demand for power in a mean month, gigawatt hours.
        demand_gwh = "energy_demand_gwh",
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        POWER_AND_THE_RAILWAY = "power and the railway",
        SALES_OF_ALUMINIUM = "sales of aluminium",
        SMELTERS_MARGIN = "the smelter's margin",
    }
}

/// The law of aluminium.
pub(crate) const ALUMINIUM: Mechanism = Mechanism {
    name: "aluminium",
    called: "the trade in aluminium",
    meaning: "Output, revenue and rents of the smelter, from power, railway and the world price.",
    equations: "q = q₀ (1 − cut)(1 − rail loss · blockade); revenue = q P; rents = q max(0, P(1 − a) − c)",
    source: "identity of quantity and price; cost shares from the smelter's 2010 accounts (EIU March 2011)",
    parameters: AluminiumConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Smelter>();
        set.add::<WorldPrices>();
        set.add::<PowerBalance>();
        set.add::<Trade>();
    },
    needs: |needs| {
        needs.entity("country").law("energy", "the constants of rationing");
    },
    build: |build| build.system(smelt),
    constants: AluminiumConstants::read,
    start: |_| {},
};

/// Output, revenue and rents from capacity, the share of power cut, the blockade and the price.
#[must_use]
pub fn smelter(of: &AluminiumConstants, capacity_kt: f64, cut: f64, blockade: f64, price_usd_t: f64) -> Smelter {
    let output = capacity_kt * clamp(1.0 - cut, 0.0, 1.0) * (1.0 - of.rail_loss * blockade);
    let margin = max(price_usd_t * (1.0 - of.alumina_share) - of.cost_usd_t, 0.0);
    Smelter {
        smelter_kt: capacity_kt,
        aluminium_output_kt: output,
        aluminium_revenue_musd: output * price_usd_t * 1e-3,
        aluminium_rents_musd: output * margin * 1e-3,
    }
}

type SmelterIds<'w> =
    (Local<'w, Ids<Smelter>>, Local<'w, Ids<WorldPrices>>, Local<'w, Ids<PowerBalance>>, Local<'w, Ids<Trade>>);

fn smelt(
    of: Res<AluminiumConstants>,
    markets: Query<&WorldPrices>,
    mut countries: Query<(&mut Smelter, &PowerBalance, &Trade)>,
    ids: SmelterIds<'_>,
    mut ledger: ResMut<Ledger>,
) {
    let Some(market) = markets.rows().first() else { return };
    let load = of.smelter_share * of.demand_gwh;
    let (smelters, balances, trades) = countries.rows_mut();
    for (row, ((own, power), trade)) in smelters.iter_mut().zip(balances).zip(trades).enumerate() {
        let cut = if load > 0.0 { power.smelter_cut_gwh / load } else { 0.0 };
        *own = smelter(&of, own.smelter_kt, cut, trade.rail_blockade, market.aluminium_price_usd_t);
        if ledger.on() {
            let output = ids.0.at(row, Smelter::aluminium_output_kt);
            let inputs = [
                ids.0.at(row, Smelter::smelter_kt),
                ids.2.at(row, PowerBalance::smelter_cut_gwh),
                ids.3.at(row, Trade::rail_blockade),
            ];
            ledger.book(Terms::POWER_AND_THE_RAILWAY, output, own.aluminium_output_kt, &inputs);
            let inputs = [output, ids.1.at(0, WorldPrices::aluminium_price_usd_t)];
            let revenue = ids.0.at(row, Smelter::aluminium_revenue_musd);
            ledger.book(Terms::SALES_OF_ALUMINIUM, revenue, own.aluminium_revenue_musd, &inputs);
            let rents = ids.0.at(row, Smelter::aluminium_rents_musd);
            ledger.book(Terms::SMELTERS_MARGIN, rents, own.aluminium_rents_musd, &inputs);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::{declared, throughout};

    #[test]
    fn revenue_of_2010_is_that_of_the_accounts() {
        let of = AluminiumConstants::from_parameters(&declared);
        let own = smelter(&of, 348.85 / 12.0, 0.0, 0.0, 2173.0);
        assert!((12.0 * own.aluminium_revenue_musd - 756.7).abs() < 3.0, "{own:?}");
    }

    #[test]
    fn a_price_below_costs_leaves_no_rent_and_no_negative_one() {
        throughout(|value| {
            let of = AluminiumConstants::from_parameters(value);
            let even = of.cost_usd_t / (1.0 - of.alumina_share);
            let rents = |price: f64| smelter(&of, 29.0, 0.0, 0.0, price).aluminium_rents_musd;
            assert_eq!(rents(0.99 * even), 0.0, "{of:?}");
            assert!(rents(1.01 * even) > 0.0, "{of:?}");
        });
    }

    #[test]
    fn cuts_and_blockades_cost_output() {
        throughout(|value| {
            let of = AluminiumConstants::from_parameters(value);
            let output = |cut: f64, blockade: f64| smelter(&of, 29.0, cut, blockade, 2173.0).aluminium_output_kt;
            assert_eq!(output(0.0, 0.0), 29.0);
            assert!((output(0.1, 0.0) / 29.0 - 0.9).abs() < 1e-12, "{of:?}");
            assert!(output(0.1, 0.5) < output(0.1, 0.0) && output(0.1, 1.0) < output(0.1, 0.5), "{of:?}");
            assert!((1.0 - output(0.0, 1.0) / 29.0 - of.rail_loss).abs() < 1e-12, "{of:?}");
        });
    }
}
