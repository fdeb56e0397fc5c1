//! Energy and winter: one river, one reservoir, and who is cut off when it runs low (3.3).
//!
//! Water closes: `reservoir' = reservoir + months · (inflow − release − spill)`. Energy closes:
//! `demand = hydro + imports + smelter cut + unmet`, all at monthly rates.

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, max, min};
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::mechanisms::exogenous::Weather;
use marchland_sim::world::{Clock, Fixed, Ids, RowsMut};

use crate::state::country::{Power, PowerBalance};
use crate::state::region::{CountryOf, Population, Supply, mean};

constants! {
    /// Constants of energy.
    pub struct EnergyConstants {
        /// Mean demand, gigawatt-hours a month.
        demand_gwh = "energy_demand_gwh",
        /// Seasonal swing of demand, peak in January, as a share.
        demand_swing = "energy_demand_swing",
        /// Mean inflow, cubic kilometres a month.
        inflow_km3 = "energy_inflow_km3",
        /// Seasonal swing of the logarithm of inflow, peak in July.
        inflow_swing = "energy_inflow_swing",
        /// Electricity per cubic kilometre released, gigawatt-hours.
        yield_gwh_km3 = "energy_yield_gwh_km3",
        /// Usable capacity of the reservoir, cubic kilometres.
        capacity_km3 = "energy_capacity_km3",
        /// The smelter's share of mean demand.
        smelter_share = "energy_smelter_share",
        /// The most of its load that the smelter gives up.
        smelter_shed = "energy_smelter_shed",
        /// Shortage that households bear before the smelter is cut, as a share of demand.
        tolerance = "energy_tolerance",
        /// Hours without power per share of demand unmet, as a share of the day.
        hours = "energy_hours",
    }
}

/// The year's climate: demand and inflow of each calendar month, and what is to come until spring.
#[derive(Resource, Clone, Copy, PartialEq, Debug, Default)]
pub struct Climate {
    demand: [f64; 12],
    inflow: [f64; 12],
    demand_left: [f64; 12],
    inflow_left: [f64; 12],
    months_left: [f64; 12],
}

/// The month in which the snow of the mountains melts fastest: July.
const MELT: f64 = 7.0;

/// The month in which most power is asked for: January.
const COLDEST: f64 = 1.0;

/// The cold months, in which water is rationed until the thaw: October to April.
const COLD: [usize; 7] = [10, 11, 12, 1, 2, 3, 4];

impl Climate {
    /// The year that the constants give: demand a cosine, inflow the exponential of one.
    #[must_use]
    pub fn of(of: &EnergyConstants) -> Self {
        let turn = |at: usize, peak: f64| libm::cos(core::f64::consts::TAU * (at as f64 + 1.0 - peak) / 12.0);
        let melt: [f64; 12] = core::array::from_fn(|at| libm::exp(of.inflow_swing * turn(at, MELT)));
        let mean = melt.iter().sum::<f64>() / 12.0;
        let demand = core::array::from_fn(|at| of.demand_gwh * (1.0 + of.demand_swing * turn(at, COLDEST)));
        let inflow = core::array::from_fn(|at| of.inflow_km3 * melt[at] / mean);
        let mut climate = Self { demand, inflow, ..Self::default() };
        for (place, month) in COLD.iter().enumerate() {
            let later = &COLD[place + 1..];
            climate.demand_left[month - 1] = later.iter().map(|month| demand[month - 1]).sum();
            climate.inflow_left[month - 1] = later.iter().map(|month| inflow[month - 1]).sum();
            climate.months_left[month - 1] = later.len() as f64;
        }
        climate
    }
}

/// A month's power balance, from what the system has and the weather; also the reservoir after a
/// step of `months`.
///
/// In the warm months demand is met as far as water goes and the rest is stored or spilled. In the
/// cold ones, October to April, dispatch spreads what there is, with the inflow to be expected,
/// evenly over the demand until the thaw. Households bear a shortage up to `tolerance`; beyond it
/// the smelter gives up to its limit; what is left is the deficit.
#[must_use]
pub fn balance(
    of: &EnergyConstants,
    climate: &Climate,
    power: &Power,
    weather: &Weather,
    month: u32,
    months: f64,
) -> (PowerBalance, f64) {
    let at = (month.clamp(1, 12) - 1) as usize;
    let cold = COLD.contains(&(at + 1));
    let cold_factor =
        |cold: bool| if cold { power.demand_factor * weather.winter_severity } else { power.demand_factor };
    let demand = climate.demand[at] * cold_factor(cold);
    let inflow = climate.inflow[at] * weather.inflow_index;
    let imports = if cold { min(power.import_contract_gwh * power.power_transit_open, demand) } else { 0.0 };
    let asked = max(demand - imports - power.other_power_gwh, 0.0);
    // Water at hand at a monthly rate: the store is emptied within the step at most.
    let at_hand = power.reservoir_km3 / months + inflow;
    let wanted = if cold {
        let left = climate.months_left[at];
        let demand_left = climate.demand_left[at] * cold_factor(true);
        let water = power.reservoir_km3 + inflow + climate.inflow_left[at] * weather.inflow_index;
        let supply = of.yield_gwh_km3 * water
            + (power.other_power_gwh + power.import_contract_gwh * power.power_transit_open) * (left + 1.0);
        let share = min(supply / (demand + demand_left), 1.0);
        max(demand * share - imports - power.other_power_gwh, 0.0)
    } else {
        asked
    };
    let release = min(wanted / of.yield_gwh_km3, at_hand);
    let full = power.reservoir_km3 + months * (inflow - release);
    let spill = max(full - of.capacity_km3, 0.0) / months;
    let reservoir = max(full - months * spill, 0.0);
    let other = min(power.other_power_gwh, demand - imports);
    let hydro = of.yield_gwh_km3 * release + other;
    let short = max(demand - hydro - imports, 0.0);
    let load = of.smelter_share * of.demand_gwh * power.demand_factor;
    let cut = min(of.smelter_shed * load, max(short - of.tolerance * demand, 0.0));
    let own = PowerBalance {
        inflow_km3: inflow,
        release_km3: release,
        spill_km3: spill,
        hydro_gwh: hydro,
        energy_imports_gwh: imports,
        demand_gwh: demand,
        smelter_cut_gwh: cut,
        energy_deficit: if demand > 0.0 { (short - cut) / demand } else { 0.0 },
    };
    (own, reservoir)
}

/// Power in a region whose exposure is `relative` to the population-weighted mean.
fn region_supply(of: &EnergyConstants, deficit: f64, relative: f64, supply: &mut Supply) {
    supply.power_deficit = min(relative * deficit, 1.0);
    supply.blackout_hours = clamp(24.0 * of.hours * supply.power_deficit, 0.0, 24.0);
}

type EnergyIds<'w> =
    (Local<'w, Ids<Power>>, Local<'w, Ids<PowerBalance>>, Local<'w, Ids<Supply>>, Local<'w, Ids<Weather>>);

fn supply(
    clock: Res<Clock>,
    constants: (Res<EnergyConstants>, Res<Climate>, Local<Fixed<CountryOf>>),
    mut countries: Query<(&mut Power, &mut PowerBalance, &Weather)>,
    mut regions: Query<(&mut Supply, &Population)>,
    ids: EnergyIds<'_>,
    mut ledger: ResMut<Ledger>,
) {
    let (of, climate, of_country) = constants;
    let (powers, balances, weathers) = countries.rows_mut();
    let (regions, people) = regions.rows_mut();
    for (row, ((power, own), weather)) in powers.iter_mut().zip(balances).zip(weathers).enumerate() {
        let (next, reservoir) = balance(&of, &climate, power, weather, clock.calendar_month, clock.months);
        *own = next;
        power.reservoir_km3 = reservoir;
        let exposure = mean(row, &of_country, people, |region| regions[region].shortage_exposure);
        for region in of_country.regions(row) {
            let relative = if exposure > 0.0 { regions[region].shortage_exposure / exposure } else { 0.0 };
            region_supply(&of, own.energy_deficit, relative, &mut regions[region]);
        }
        if ledger.on() {
            let water = ids.0.at(row, Power::reservoir_km3);
            let terms = [
                Term {
                    name: Terms::WATER_FLOWING_IN,
                    amount: clock.months * own.inflow_km3,
                    inputs: &[ids.3.at(row, Weather::inflow_index)],
                },
                Term { name: Terms::WATER_RELEASED, amount: -clock.months * own.release_km3, inputs: &[] },
                Term { name: Terms::WATER_SPILLED, amount: -clock.months * own.spill_km3, inputs: &[] },
            ];
            ledger.terms(water, reservoir, &terms);
            let deficit = ids.1.at(row, PowerBalance::energy_deficit);
            let inputs = [
                water,
                ids.0.at(row, Power::power_transit_open),
                ids.3.at(row, Weather::winter_severity),
                ids.3.at(row, Weather::inflow_index),
            ];
            ledger.book(Terms::WINTER_SHORTAGE, deficit, own.energy_deficit, &inputs);
            for region in of_country.regions(row) {
                let own = &regions[region];
                let cut = ids.2.at(region, Supply::power_deficit);
                ledger.book(Terms::RATIONING, cut, own.power_deficit, &[deficit]);
                let dark = ids.2.at(region, Supply::blackout_hours);
                ledger.book(Terms::RATIONING, dark, own.blackout_hours, &[cut]);
            }
        }
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        WATER_FLOWING_IN = "the water flowing in",
        WATER_RELEASED = "the water released",
        WATER_SPILLED = "the water spilled",
        WINTER_SHORTAGE = "the winter shortage",
        RATIONING = "rationing",
    }
}

/// The law of energy.
pub(crate) const ENERGY: Mechanism = Mechanism {
    name: "energy",
    called: "the power balance",
    meaning: "Fills and empties the reservoir, meets demand as far as water and imports go, and cuts off the rest.",
    equations: "V' = min(Vmax, V + inflow − release); deficit = max(0, D − ηR − other − imports − cut) / D; hours lost \
                by exposure of the region",
    source: "World Bank 2012 (Tajikistan's winter energy crisis); even rationing: our choice",
    parameters: EnergyConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Power>();
        set.add::<PowerBalance>();
        set.add::<Supply>();
        set.add::<Weather>();
        set.add::<Population>();
    },
    needs: |_| {},
    build: |build| {
        CountryOf::insert(build);
        build.world.insert_resource(Climate::default());
        build.system(supply);
    },
    constants: |world, value| {
        EnergyConstants::read(world, value);
        let climate = Climate::of(world.resource::<EnergyConstants>());
        *world.resource_mut::<Climate>() = climate;
    },
    start: |_| {},
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::{declared, throughout};

    /// A year from April: unmet power and demand of its winter, gigawatt hours, and the worst drift of the accounts.
    fn year(of: &EnergyConstants, months: f64, transit: f64, severity: f64) -> (f64, f64, f64) {
        let climate = Climate::of(of);
        let weather = Weather { inflow_index: 1.0, winter_severity: severity };
        let mut power = Power {
            reservoir_km3: 1.0,
            import_contract_gwh: 183.0,
            power_transit_open: transit,
            other_power_gwh: 60.0,
            demand_factor: 1.0,
        };
        let (mut unmet, mut demand, mut drift) = (0.0, 0.0, 0.0);
        for month in (4..=12).chain(1..=3) {
            for _ in 0..(1.0 / months) as u32 {
                let before = power.reservoir_km3;
                let (own, after) = balance(of, &climate, &power, &weather, month, months);
                let water = after - before - months * (own.inflow_km3 - own.release_km3 - own.spill_km3);
                let supplied = own.hydro_gwh + own.energy_imports_gwh + own.smelter_cut_gwh;
                let energy = own.demand_gwh * (1.0 - own.energy_deficit) - supplied;
                drift = max(drift, max(water.abs(), energy.abs() / own.demand_gwh));
                if !(4..=9).contains(&month) {
                    unmet += months * own.energy_deficit * own.demand_gwh;
                    demand += months * own.demand_gwh;
                }
                power.reservoir_km3 = after;
            }
        }
        (unmet, demand, drift)
    }

    #[test]
    fn water_and_energy_close_at_any_step_length() {
        throughout(|value| {
            let of = EnergyConstants::from_parameters(value);
            for months in [1.0, 0.25] {
                let (_, _, drift) = year(&of, months, 0.3, 1.1);
                assert!(drift < 1e-12, "accounts drift by {drift}: {of:?}");
            }
        });
    }

    #[test]
    fn transit_and_mild_winters_relieve() {
        throughout(|value| {
            let of = EnergyConstants::from_parameters(value);
            let (isolated, ..) = year(&of, 1.0, 0.0, 1.0);
            let (open, ..) = year(&of, 1.0, 1.0, 1.0);
            let (harsh, ..) = year(&of, 1.0, 0.0, 1.15);
            // A wet country with much storage is short of nothing in either.
            assert!(open <= isolated && harsh >= isolated, "{open} {isolated} {harsh}: {of:?}");
        });
    }

    #[test]
    fn an_isolated_winter_is_as_short_as_it_was() {
        let of = EnergyConstants::from_parameters(&declared);
        let (isolated, demand, _) = year(&of, 1.0, 0.0, 1.0);
        let (open, ..) = year(&of, 1.0, 1.0, 1.0);
        let (harsh, ..) = year(&of, 1.0, 0.0, 1.15);
        assert!(demand > 10_000.0 && demand < 12_000.0, "winter demand {demand} GWh");
        assert!((isolated - 2700.0).abs() < 200.0, "unmet {isolated} GWh (World Bank 2012: 2,700)");
        let relief = isolated - open;
        assert!((900.0..1200.0).contains(&relief), "transit relieves {relief} GWh");
        assert!(harsh > isolated, "harsh {harsh}, normal {isolated}");
    }
}
