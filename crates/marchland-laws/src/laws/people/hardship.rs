//! Hardship: what households have against what they have come to expect (3.5).

use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use marchland_game::number::{clamp, max, min};
use marchland_sim::constants;
use marchland_sim::ledger::{Ledger, Term};
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::world::{Clock, Fixed, Ids, RowsMut};

use crate::kernels::adjustment::towards;
use crate::state::country::{CountryWelfare, Output, PowerBalance, Prices, Trade, Treasury};
use crate::state::reading::row as read;
use crate::state::region::{CountryOf, Households, Migrants, Population, RegionRemittances, Supply, Welfare, mean};

constants! {
    /// Constants of hardship.
    pub struct HardshipConstants {
        /// Hardship with nothing amiss (b0).
        base = "hardship_base",
        /// Weight of income below what is expected (b1).
        income = "hardship_income",
        /// Weight of want of power (b2).
        power = "hardship_power",
        /// Weight of want of food (b3).
        food = "hardship_food",
        /// Weight of levies as a share of income, and of tariffs (b4).
        predation = "hardship_predation",
        /// Weight of people just back, as a share of the population.
        returnees = "hardship_returnees",
        /// Share by which what is expected follows income in a month (a).
        adaptation = "hardship_adaptation",
        /// Share of output that households earn.
        labour_share = "hardship_labour_share",
        /// Rise of food insecurity with the price of food over income, log points.
        food_slope = "hardship_food_slope",
        /// Weight of power and heat in what people buy, for tariffs felt as taking.
        tariff = "hardship_tariff",
        /// Performance with nothing amiss.
        performance = "hardship_performance_base",
        /// Weight of growth in performance.
        performance_growth = "hardship_performance_growth",
        /// Weight of public goods in performance.
        performance_goods = "hardship_performance_goods",
        /// Weight of hardship in performance.
        performance_hardship = "hardship_performance_hardship",
    }
}

/// The most income that is shown, relative to the start: the range of its column.
const INCOME_MOST: f64 = 50.0;

/// The least income, relative to the start, whose logarithm is taken, and the least price of food.
const LEAST_INCOME: f64 = 0.01;
const LEAST_PRICE: f64 = 0.1;

/// Public goods at which performance is judged by all else: the middle of the scale. Moving it is the same as moving
/// performance with nothing amiss.
const MIDDLING_GOODS: f64 = 0.5;

/// What a region's households live on and under.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct LivingConditions {
    /// Income of a person before the start's prices are applied, levies taken off, US dollars a month.
    pub income_usd: f64,
    /// Levies on a person, US dollars a month.
    pub levy_usd: f64,
    /// Rise of prices that pay has not followed.
    pub price_shock: f64,
    /// Food prices relative to the start.
    pub food_price: f64,
    /// Rise of tariffs.
    pub tariff_shock: f64,
    /// Share of power that goes unmet.
    pub power_deficit: f64,
    /// People back within the last months, as a share of the population.
    pub returnees: f64,
}

/// How households live: real income, and hardship by its parts.
#[must_use]
pub fn welfare(of: &HardshipConstants, own: &Households, by: &LivingConditions) -> Welfare {
    let income = by.income_usd / (1.0 + by.price_shock);
    let index = if own.income_start_usd > 0.0 { min(income / own.income_start_usd, INCOME_MOST) } else { 1.0 };
    // Want of food follows prices against nominal income, so that a shock of all prices counts once.
    let dearer = max(by.food_price, LEAST_PRICE) / ((1.0 + by.price_shock) * max(index, LEAST_INCOME));
    let food_gap = clamp(own.food_insecurity * libm::exp(of.food_slope * libm::log(dearer)), 0.0, 1.0);
    let fallen = max(libm::log(own.reference_income / max(index, LEAST_INCOME)), 0.0);
    let levied = if by.income_usd > 0.0 { by.levy_usd / (by.income_usd + by.levy_usd) } else { 0.0 };
    let parts = [
        of.income * fallen,
        of.power * by.power_deficit,
        of.food * food_gap,
        of.predation * (levied + of.tariff * by.tariff_shock),
        of.returnees * by.returnees,
    ];
    Welfare {
        household_income_usd: income,
        income_index: index,
        food_gap,
        hardship_income: parts[0],
        hardship_power: parts[1],
        hardship_food: parts[2],
        hardship_predation: parts[3],
        hardship_returnees: parts[4],
        hardship: clamp(of.base + parts.iter().sum::<f64>(), 0.0, 1.0),
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        HARDSHIP_OF_THE_REGIONS = "the hardship of the regions",
        WHAT_THE_GOVERNMENT_GETS_DONE = "what the government gets done",
        INCOME = "income",
        EXPECTATIONS_THAT_FOLLOW_INCOME = "expectations that follow income",
        FOOD = "food",
        INCOME_BELOW_WHAT_IS_EXPECTED = "income below what is expected",
        WANT_OF_POWER = "want of power",
        WANT_OF_FOOD = "want of food",
        LEVIES_AND_TARIFFS = "levies and tariffs",
        MIGRANTS_BACK_HOME = "migrants back home",
    }
}

/// The law of hardship.
pub(crate) const HARDSHIP: Mechanism = Mechanism {
    name: "hardship",
    called: "living conditions",
    meaning: "Household income by region, and hardship as income below what is expected, want of power and food, \
              levies and people back without a place.",
    equations: "y = (pay + R/N + relief − levy)/(1 + s); ref' = ref + a(y − ref); H = clip(b0 + b1 max(0, ln ref − ln y) + \
                b2 d + b3 food + b4 predation + b5 returnees, 0, 1)",
    source: "relative deprivation: Gurr 1970; adaptive expectations: Nerlove 1958; the sum of its parts our choice",
    parameters: HardshipConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Households>();
        set.add::<Welfare>();
        set.add::<CountryWelfare>();
        set.add::<Population>();
    },
    needs: |needs| {
        needs
            .law("migration", "people back from abroad")
            .law("remittances", "what migrants send to a region")
            .law("energy", "want of power")
            .law("output", "income")
            .law("budget", "levies and relief")
            .law("prices", "prices");
    },
    build: |build| {
        CountryOf::insert(build);
        build.system(live);
        build.start(settle);
    },
    constants: HardshipConstants::read,
    start: |_| {},
};

/// Columns of a region and of a country that living conditions are made of.
type Regions = (
    &'static mut Households,
    &'static mut Welfare,
    &'static Population,
    &'static Migrants,
    &'static RegionRemittances,
    &'static Supply,
);
type Countries = (&'static mut CountryWelfare, &'static Output, &'static Treasury, &'static Prices, &'static Trade);

/// The rows of what lies around, found once in a step.
struct InputRows<'a> {
    of: &'a HardshipConstants,
    of_country: &'a CountryOf,
    populations: &'a [Population],
    migrants: &'a [Migrants],
    sent: &'a [RegionRemittances],
    supplies: &'a [Supply],
    outputs: &'a [Output],
    treasuries: &'a [Treasury],
    prices: &'a [Prices],
    trades: &'a [Trade],
}

impl InputRows<'_> {
    /// The population-weighted mean of home pay factors of a country, and its people in thousands.
    fn of_country(&self, country: usize, households: &[Households]) -> (f64, f64) {
        let pay = mean(country, self.of_country, self.populations, |region| households[region].home_pay_factor);
        (pay, self.of_country.regions(country).map(|region| self.populations[region].population_k).sum())
    }

    /// Income and circumstances of a person in a region; `pay_mean` is the population-weighted mean
    /// of home pay factors of the country.
    fn living(
        &self,
        country: usize,
        region: usize,
        own: &Households,
        people_k: f64,
        pay_mean: f64,
    ) -> LivingConditions {
        let treasury = read(self.treasuries, country);
        let (prices, trade) = (self.prices.get(country), read(self.trades, country));
        let per_person = |musd: f64, people_k: f64| if people_k > 0.0 { musd * 1e3 / people_k } else { 0.0 };
        let factor = if pay_mean > 0.0 { own.home_pay_factor / pay_mean } else { 0.0 };
        let pay = self.of.labour_share * read(self.outputs, country).gdp_musd / 12.0;
        let own_k = self.populations[region].population_k;
        let levy = per_person(treasury.levy_musd, people_k) * factor;
        LivingConditions {
            income_usd: max(
                per_person(pay, people_k) * factor
                    + per_person(read(self.sent, region).remittances_musd, own_k)
                    + per_person(treasury.relief, people_k)
                    - levy,
                0.0,
            ),
            levy_usd: levy,
            price_shock: prices.map_or(0.0, |prices| prices.price_shock),
            food_price: prices.map_or(1.0, |prices| prices.food_price),
            tariff_shock: trade.tariff_shock,
            power_deficit: read(self.supplies, region).power_deficit,
            returnees: if own_k > 0.0 { read(self.migrants, region).returnees_k / own_k } else { 0.0 },
        }
    }
}

#[derive(SystemParam)]
struct WelfareIds<'s> {
    households: Local<'s, Ids<Households>>,
    welfare: Local<'s, Ids<Welfare>>,
    country: Local<'s, Ids<CountryWelfare>>,
    sent: Local<'s, Ids<RegionRemittances>>,
    supply: Local<'s, Ids<Supply>>,
    migrants: Local<'s, Ids<Migrants>>,
    output: Local<'s, Ids<Output>>,
    treasury: Local<'s, Ids<Treasury>>,
    prices: Local<'s, Ids<Prices>>,
    trade: Local<'s, Ids<Trade>>,
    balance: Local<'s, Ids<PowerBalance>>,
}

/// The columns that the law reads and writes.
#[derive(SystemParam)]
struct Homes<'w, 's> {
    of: Res<'w, HardshipConstants>,
    of_country: Local<'s, Fixed<CountryOf>>,
    regions: Query<'w, 's, Regions>,
    countries: Query<'w, 's, Countries>,
}

impl Homes<'_, '_> {
    fn rows(&mut self) -> (&mut [Households], &mut [Welfare], &mut [CountryWelfare], InputRows<'_>) {
        let (households, welfares, populations, migrants, sent, supplies) = self.regions.rows_mut();
        let (countries, outputs, treasuries, prices, trades) = self.countries.rows_mut();
        let (of, of_country) = (&*self.of, &**self.of_country);
        let beside =
            InputRows { of, of_country, populations, migrants, sent, supplies, outputs, treasuries, prices, trades };
        (households, welfares, countries, beside)
    }
}

fn live(clock: Res<Clock>, mut homes: Homes<'_, '_>, ids: WelfareIds<'_>, mut ledger: ResMut<Ledger>) {
    let (households, welfares, countries, beside) = homes.rows();
    let InputRows { of, of_country, populations: people, .. } = beside;
    for (row, country) in countries.iter_mut().enumerate() {
        let (pay_mean, people_k) = beside.of_country(row, households);
        for region in of_country.regions(row) {
            let own = &mut households[region];
            let before = welfares[region];
            let by = beside.living(row, region, own, people_k, pay_mean);
            let after = welfare(of, own, &by);
            welfares[region] = after;
            own.reference_income = towards(own.reference_income, after.income_index, of.adaptation, clock.months);
            if ledger.on() {
                book(&mut ledger, &ids, row, region, &before, &after, own.reference_income);
            }
        }
        country.hardship = mean(row, of_country, people, |region| welfares[region].hardship);
        let growth = read(beside.outputs, row).gdp_growth_annual;
        let goods = read(beside.treasuries, row).public_goods;
        country.performance = clamp(
            of.performance + of.performance_growth * growth + of.performance_goods * (goods - MIDDLING_GOODS)
                - of.performance_hardship * (country.hardship - of.base),
            0.0,
            1.0,
        );
        if ledger.on() {
            let own = ids.country.at(row, CountryWelfare::hardship);
            let regions: Vec<_> =
                of_country.regions(row).map(|region| ids.welfare.at(region, Welfare::hardship)).collect();
            ledger.book(Terms::HARDSHIP_OF_THE_REGIONS, own, country.hardship, &regions);
            let inputs = [
                ids.output.at(row, Output::gdp_growth_annual),
                ids.treasury.at(row, Treasury::public_goods),
                own,
                ids.balance.at(row, PowerBalance::energy_deficit),
            ];
            let performance = ids.country.at(row, CountryWelfare::performance);
            ledger.book(Terms::WHAT_THE_GOVERNMENT_GETS_DONE, performance, country.performance, &inputs[..3]);
        }
    }
}

fn book(
    ledger: &mut Ledger,
    ids: &WelfareIds<'_>,
    country: usize,
    region: usize,
    before: &Welfare,
    after: &Welfare,
    reference: f64,
) {
    let id = |field| ids.welfare.at(region, field);
    let sent = ids.sent.at(region, RegionRemittances::remittances_musd);
    let gdp = ids.output.at(country, Output::gdp_musd);
    let shock = ids.prices.at(country, Prices::price_shock);
    let (levy, relief) = (ids.treasury.at(country, Treasury::levy_musd), ids.treasury.at(country, Treasury::relief));
    let income = [gdp, sent, shock, levy, relief];
    ledger.book(Terms::INCOME, id(Welfare::household_income_usd), after.household_income_usd, &income);
    let index = id(Welfare::income_index);
    ledger.book(Terms::INCOME, index, after.income_index, &income);
    let expected = ids.households.at(region, Households::reference_income);
    ledger.book(Terms::EXPECTATIONS_THAT_FOLLOW_INCOME, expected, reference, &[index]);
    let food = id(Welfare::food_gap);
    let prices = ids.prices.at(country, Prices::food_price);
    ledger.book(Terms::FOOD, food, after.food_gap, &[prices, index]);
    let power = ids.supply.at(region, Supply::power_deficit);
    let back = ids.migrants.at(region, Migrants::returnees_k);
    let tariff = ids.trade.at(country, Trade::tariff_shock);
    let terms = [
        Term {
            name: Terms::INCOME_BELOW_WHAT_IS_EXPECTED,
            amount: after.hardship_income - before.hardship_income,
            inputs: &[sent, gdp, shock],
        },
        Term { name: Terms::WANT_OF_POWER, amount: after.hardship_power - before.hardship_power, inputs: &[power] },
        Term { name: Terms::WANT_OF_FOOD, amount: after.hardship_food - before.hardship_food, inputs: &[food] },
        Term {
            name: Terms::LEVIES_AND_TARIFFS,
            amount: after.hardship_predation - before.hardship_predation,
            inputs: &[levy, tariff],
        },
        Term {
            name: Terms::MIGRANTS_BACK_HOME,
            amount: after.hardship_returnees - before.hardship_returnees,
            inputs: &[back],
        },
    ];
    ledger.terms(id(Welfare::hardship), after.hardship, &terms);
}

/// The income at the start, where none is known yet, and the first month's state.
fn settle(mut homes: Homes<'_, '_>) {
    let (households, welfares, countries, beside) = homes.rows();
    let InputRows { of, of_country, populations: people, .. } = beside;
    for (row, country) in countries.iter_mut().enumerate() {
        let (pay_mean, people_k) = beside.of_country(row, households);
        for region in of_country.regions(row) {
            let own = &mut households[region];
            let by = beside.living(row, region, own, people_k, pay_mean);
            if own.income_start_usd == 0.0 {
                own.income_start_usd = by.income_usd / (1.0 + by.price_shock);
            }
            welfares[region] = welfare(of, own, &by);
        }
        country.hardship = mean(row, of_country, people, |region| welfares[region].hardship);
        if country.performance == 0.0 {
            country.performance = clamp(of.performance, 0.0, 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::declared::throughout;

    fn home() -> Households {
        Households { home_pay_factor: 1.0, food_insecurity: 0.05, reference_income: 1.0, income_start_usd: 50.0 }
    }

    fn by() -> LivingConditions {
        LivingConditions { income_usd: 50.0, food_price: 1.0, ..LivingConditions::default() }
    }

    #[test]
    fn the_shock_hurts_and_the_level_does_not() {
        throughout(|value| {
            let of = HardshipConstants::from_parameters(value);
            let calm = welfare(&of, &home(), &by()).hardship;
            let poorer = |usd: f64| welfare(&of, &home(), &LivingConditions { income_usd: usd, ..by() });
            assert!(poorer(40.0).hardship > calm, "{of:?}");
            assert_eq!(poorer(60.0).hardship_income, 0.0, "gains do not hurt: {of:?}");
            // By the logarithm: two falls of a fifth hurt twice as much as one.
            let (once, twice) = (poorer(40.0).hardship_income, poorer(32.0).hardship_income);
            assert!(once > 0.0 && (twice / once - 2.0).abs() < 1e-12, "{once} {twice} {of:?}");
            // Once expectations have followed, the same low income hurts no more than before, but for food.
            let mut used = home();
            for _ in 0..600 {
                used.reference_income = towards(used.reference_income, 0.8, of.adaptation, 1.0);
            }
            let later = welfare(&of, &used, &LivingConditions { income_usd: 40.0, ..by() });
            assert!(later.hardship_income < 1e-6, "{of:?}");
        });
    }

    #[test]
    fn every_part_raises_hardship() {
        throughout(|value| {
            let of = HardshipConstants::from_parameters(value);
            let calm = welfare(&of, &home(), &by()).hardship;
            for worse in [
                LivingConditions { levy_usd: 5.0, income_usd: 45.0, ..by() },
                LivingConditions { price_shock: 0.1, ..by() },
                LivingConditions { food_price: 1.3, ..by() },
                LivingConditions { tariff_shock: 1.0, ..by() },
                LivingConditions { power_deficit: 0.3, ..by() },
                LivingConditions { returnees: 0.02, ..by() },
            ] {
                assert!(welfare(&of, &home(), &worse).hardship > calm, "{worse:?} {of:?}");
            }
        });
    }

    #[test]
    fn parts_add_up_to_hardship() {
        throughout(|value| {
            let of = HardshipConstants::from_parameters(value);
            let own = welfare(&of, &home(), &LivingConditions { power_deficit: 0.2, income_usd: 44.0, ..by() });
            let sum = of.base
                + own.hardship_income
                + own.hardship_power
                + own.hardship_food
                + own.hardship_predation
                + own.hardship_returnees;
            assert!((own.hardship - sum).abs() < 1e-12, "{own:?} {of:?}");
        });
    }
}
