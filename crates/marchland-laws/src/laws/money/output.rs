//! Output: the gross domestic product, from its trend and what remittances, shortage and disorder
//! do to it.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, max, probability_over};
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::mechanisms::exogenous::{HostPath, WorldPrices};
use marchland_sim::world::{Clock, Ids, Rows, RowsMut};

use crate::state::country::{Output, Potential, PowerBalance, Remittances, Trade};

constants! {
    /// Constants of output.
    pub struct OutputConstants {
        /// Growth of potential, a year.
        trend = "output_trend",
        /// Growth of prices in US dollars, a year.
        usd_inflation = "output_usd_inflation",
        /// Elasticity of prices in US dollars to the host's gross domestic product: exchange rates move together.
        usd_host = "output_usd_host",
        /// Elasticity of real output to remittances.
        remittance = "output_remittance",
        /// Share of output lost per share of electricity unmet.
        energy = "output_energy",
        /// Elasticity of real output to the aluminium price.
        aluminium = "output_aluminium",
        /// Share of output lost when the railway is wholly blocked.
        rail = "output_rail",
        /// Share of disruption that fades in a month.
        recovery = "output_recovery",
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        ECONOMYS_TREND = "the economy's trend",
        DEMAND_POWER_AND_DISORDER = "demand, power and disorder",
        PRICES = "prices",
        GROWTH = "growth",
    }
}

/// The law of output.
pub(crate) const OUTPUT: Mechanism = Mechanism {
    name: "output",
    called: "the economy",
    meaning: "Moves the gross domestic product with its trend, remittances spent, electricity, metal and disorder.",
    equations: "Y = potential · (R/R₀)^b · (P/P₀)^c · (1 − e d)(1 − rail)(1 − disruption); growth = ln(Y / slow mean)",
    source: "energy: World Bank 2012 (25 % of a winter's power is 3 % of output); remittances: fitted to 2008–2011 growth",
    parameters: OutputConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Potential>();
        set.add::<Output>();
        set.add::<Remittances>();
        set.add::<PowerBalance>();
        set.add::<Trade>();
        set.add::<HostPath>();
        set.add::<WorldPrices>();
    },
    needs: |_| {},
    build: |build| {
        build.system(produce);
        build.start(settle);
    },
    constants: OutputConstants::read,
    start: |_| {},
};

/// The least ratio whose logarithm is taken: elasticities say nothing of an economy that has lost more.
const LEAST_RATIO: f64 = 0.01;

/// The least and the most growth that is shown, a year: the range of its column.
const GROWTH: (f64, f64) = (-0.95, 2.0);

/// What moves output in a step.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Drivers {
    /// Remittances relative to the start, a slow mean.
    pub remittances: f64,
    /// Share of electricity unmet.
    pub deficit: f64,
    /// Blockade of the railway, in [0, 1].
    pub blockade: f64,
    /// The aluminium price relative to the start.
    pub metal: f64,
    /// The host's gross domestic product relative to the start.
    pub host: f64,
}

/// Output from potential and drivers; `seasonless` is real output but for the shortage of power.
#[must_use]
pub fn output(of: &OutputConstants, from: &Potential, by: &Drivers) -> (Output, f64) {
    let log = of.remittance * libm::log(max(by.remittances, LEAST_RATIO))
        + of.aluminium * libm::log(max(by.metal, LEAST_RATIO));
    let seasonless = from.potential_index * libm::exp(log) * (1.0 - of.rail * by.blockade) * (1.0 - from.disruption);
    let real = seasonless * max(1.0 - of.energy * by.deficit, 0.0);
    let usd = from.usd_price_index * libm::exp(of.usd_host * libm::log(max(by.host, LEAST_RATIO)));
    // Last month's mean, which follows by a twelfth a month, lags a steady trend by twelve months.
    let growth = libm::log(seasonless / from.gdp_trend_index);
    let own = Output {
        real_gdp_index: real,
        gdp_musd: from.gdp_start_musd * real * usd,
        gdp_growth_annual: clamp(growth, GROWTH.0, GROWTH.1),
        home_pay_index: real * usd,
    };
    (own, seasonless)
}

/// What moves a country's output, at this price of the metal and this output of the host.
fn drivers(
    from: &Potential,
    remittances: &Remittances,
    power: &PowerBalance,
    trade: &Trade,
    metal: f64,
    host: f64,
) -> Drivers {
    Drivers {
        remittances: remittances.remittance_level,
        deficit: power.energy_deficit,
        blockade: trade.rail_blockade,
        metal: if from.metal_start_usd_t > 0.0 { metal / from.metal_start_usd_t } else { 1.0 },
        host,
    }
}

/// Columns of a country that its output is made of.
type Economies =
    (&'static mut Potential, &'static mut Output, &'static Remittances, &'static PowerBalance, &'static Trade);

type OutputIds<'w> = (
    Local<'w, Ids<Potential>>,
    Local<'w, Ids<Output>>,
    Local<'w, Ids<Remittances>>,
    Local<'w, Ids<PowerBalance>>,
    Local<'w, Ids<Trade>>,
);

fn produce(
    clock: Res<Clock>,
    of: Res<OutputConstants>,
    (markets, hosts): (Query<&WorldPrices>, Query<&HostPath>),
    mut countries: Query<Economies>,
    ids: OutputIds<'_>,
    mut ledger: ResMut<Ledger>,
) {
    let months = clock.months;
    let metal = markets.rows().first().map_or(0.0, |market| market.aluminium_price_usd_t);
    let host = hosts.rows().first().map_or(1.0, |host| host.gdp_index);
    let (potentials, outputs, remittances, balances, trades) = countries.rows_mut();
    for (row, (from, own)) in potentials.iter_mut().zip(outputs).enumerate() {
        from.potential_index *= 1.0 + of.trend * months / 12.0;
        from.usd_price_index *= 1.0 + of.usd_inflation * months / 12.0;
        let before = *own;
        let by = drivers(from, &remittances[row], &balances[row], &trades[row], metal, host);
        let (next, seasonless) = output(&of, from, &by);
        *own = next;
        from.gdp_trend_index += months / 12.0 * (seasonless - from.gdp_trend_index);
        from.disruption -= from.disruption * probability_over(of.recovery, months);
        if ledger.on() {
            let real = ids.1.at(row, Output::real_gdp_index);
            let inputs = [
                ids.0.at(row, Potential::potential_index),
                ids.2.at(row, Remittances::remittance_level),
                ids.3.at(row, PowerBalance::energy_deficit),
                ids.4.at(row, Trade::rail_blockade),
                ids.0.at(row, Potential::disruption),
            ];
            let trend = before.real_gdp_index * of.trend * months / 12.0;
            let rest = own.real_gdp_index - before.real_gdp_index - trend;
            let terms = [
                Term { name: Terms::ECONOMYS_TREND, amount: trend, inputs: &inputs[..1] },
                Term { name: Terms::DEMAND_POWER_AND_DISORDER, amount: rest, inputs: &inputs[1..] },
            ];
            ledger.terms(real, own.real_gdp_index, &terms);
            ledger.book(Terms::PRICES, ids.1.at(row, Output::gdp_musd), own.gdp_musd, &[real]);
            ledger.book(Terms::GROWTH, ids.1.at(row, Output::gdp_growth_annual), own.gdp_growth_annual, &[real]);
        }
    }
}

fn settle(
    of: Res<OutputConstants>,
    markets: Query<&WorldPrices>,
    hosts: Query<&HostPath>,
    mut countries: Query<Economies>,
) {
    let metal = markets.iter().next().map_or(0.0, |market| market.aluminium_price_usd_t);
    let host = hosts.iter().next().map_or(1.0, |host| host.gdp_index);
    for (mut from, mut own, remittances, power, trade) in &mut countries {
        if from.metal_start_usd_t == 0.0 {
            from.metal_start_usd_t = metal;
        }
        *own = output(&of, &from, &drivers(&from, remittances, power, trade, metal, host)).0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::{declared, throughout};

    const QUIET: Drivers = Drivers { remittances: 1.0, deficit: 0.0, blockade: 0.0, metal: 1.0, host: 1.0 };

    fn country() -> Potential {
        Potential {
            gdp_start_musd: 5640.0,
            potential_index: 1.0,
            usd_price_index: 1.0,
            disruption: 0.0,
            metal_start_usd_t: 2173.0,
            gdp_trend_index: 1.0,
        }
    }

    #[test]
    fn a_winter_a_quarter_short_costs_about_three_percent_of_a_year() {
        let of = OutputConstants::from_parameters(&declared);
        let dark = output(&of, &country(), &Drivers { deficit: 0.25, ..QUIET }).0;
        // Six of twelve months (World Bank 2012), to a tenth.
        let lost = 6.0 / 12.0 * (1.0 - dark.real_gdp_index);
        assert!((lost - 0.03).abs() < 0.003, "{lost}");
    }

    #[test]
    fn measured_growth_settles_at_the_trend() {
        throughout(|value| {
            let of = OutputConstants::from_parameters(value);
            let mut from = country();
            let mut growth = 0.0;
            for _ in 0..240 {
                from.potential_index *= 1.0 + of.trend / 12.0;
                let (own, seasonless) = output(&of, &from, &QUIET);
                growth = own.gdp_growth_annual;
                from.gdp_trend_index += (seasonless - from.gdp_trend_index) / 12.0;
            }
            // Where output grows by g a month, a mean that follows by a twelfth a month tends to 1/(1 + 12 g) of it.
            assert!((growth - libm::log1p(of.trend)).abs() < 1e-6, "measured {growth}: {of:?}");
            // Which is the year's growth to a thirtieth.
            assert!((growth / (12.0 * libm::log1p(of.trend / 12.0)) - 1.0).abs() < 1.0 / 30.0, "{growth}: {of:?}");
        });
    }

    #[test]
    fn losses_lower_output() {
        throughout(|value| {
            let of = OutputConstants::from_parameters(value);
            let base = output(&of, &country(), &QUIET).0.gdp_musd;
            for by in [
                Drivers { remittances: 0.7, ..QUIET },
                Drivers { deficit: 0.1, ..QUIET },
                Drivers { blockade: 0.5, ..QUIET },
                Drivers { host: 0.7, ..QUIET },
            ] {
                assert!(output(&of, &country(), &by).0.gdp_musd < base, "{by:?} {of:?}");
            }
            let disorder = Potential { disruption: 0.1, ..country() };
            assert!(output(&of, &disorder, &QUIET).0.gdp_musd < base, "{of:?}");
        });
    }

    #[test]
    fn remittances_act_by_their_elasticity() {
        throughout(|value| {
            let of = OutputConstants::from_parameters(value);
            let real = |remittances| output(&of, &country(), &Drivers { remittances, ..QUIET }).0.real_gdp_index;
            let elasticity = libm::log(real(1.4) / real(0.7)) / libm::log(2.0);
            assert!((elasticity - of.remittance).abs() < 1e-12, "{elasticity}: {of:?}");
        });
    }
}
