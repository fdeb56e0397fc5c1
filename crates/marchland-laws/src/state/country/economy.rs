//! What a country earns, owes, burns and pays.

use marchland_sim::columns;
use marchland_sim::world::{Field, SeenBy};

/// Patronage of an ordinary country, as a share of what is expected: where it starts, what laws take it for where no law
/// works it out, and where the declared hazard of plots is one of.
pub const ORDINARY_PATRONAGE: f64 = 0.65;

columns! {
    /// What migrants send to the country.
    pub struct Remittances for "country" {
        /// Remittances received, million US dollars a month.
        remittances_musd = Field::derived("million US dollars a month", 0.0, 1e5, &["migrants_k", "gdp_index"]).called_many("remittances to {}"),
        /// Remittances without the season, a slow mean relative to the level at the start.
        remittance_level = Field::stock("factor", 0.0, 20.0).starts(1.0),
        /// Remittances without the season at the start, million US dollars a month.
        remittance_start_musd = Field::stock("million US dollars a month", 0.0, 1e5).starts(0.0).rests(0.0),
        /// Remittances as a share of the gross domestic product.
        remittance_dependence = Field::derived("share", 0.0, 5.0, &["remittances_musd", "gdp_musd"]).called("the weight of remittances in the economy"),
        /// Remittances received since January, million US dollars.
        remittances_year_musd = Field::stock("million US dollars", 0.0, 1e6).starts(0.0).rests(0.0),
        /// Remittances received in the last full calendar year, million US dollars; 0 before one is known.
        remittances_last_year_musd = Field::stock("million US dollars", 0.0, 1e6).starts(0.0).rests(0.0),
        /// Change of the last full calendar year's remittances over the year before; 0 before both are known.
        remittance_change = Field::stock("share", -1.0, 20.0).starts(0.0),
    }
    /// What a country's power system has.
    pub struct Power for "country" {
        /// Usable water in the main reservoir, cubic kilometres.
        reservoir_km3 = Field::stock("cubic kilometres", 0.0, 20.0).starts(1.2).called("the water in the main reservoir"),
        /// Electricity contracted abroad in a cold month, gigawatt-hours.
        import_contract_gwh = Field::stock("gigawatt-hours a month", 0.0, 2000.0).starts(183.0).called("the power contracted from abroad"),
        /// Share of contracted imports that the transit country lets through.
        power_transit_open = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the transit of power through neighbours"),
        /// Output of other plants and relief deliveries, gigawatt-hours a month.
        other_power_gwh = Field::stock("gigawatt-hours a month", 0.0, 5000.0).starts(60.0).called("the power from other plants"),
        /// Demand at the start's economy, as a factor of the constant's.
        demand_factor = Field::stock("factor", 0.2, 3.0).starts(1.0),
    }
    /// A country's power balance in a step, at monthly rates.
    pub struct PowerBalance for "country" {
        /// Inflow into the reservoir, cubic kilometres a month.
        inflow_km3 = Field::derived("cubic kilometres a month", 0.0, 50.0, &["inflow_index"]).called("the water that flows in"),
        /// Water released through turbines, cubic kilometres a month.
        release_km3 = Field::derived("cubic kilometres a month", 0.0, 50.0, &["reservoir_km3", "inflow_km3", "demand_gwh"]).called("the water released"),
        /// Water spilled past them, cubic kilometres a month.
        spill_km3 = Field::derived("cubic kilometres a month", 0.0, 50.0, &["reservoir_km3", "inflow_km3"]),
        /// Electricity generated, gigawatt-hours a month.
        hydro_gwh = Field::derived("gigawatt-hours a month", 0.0, 20_000.0, &["release_km3", "other_power_gwh"]).called("power from the dams"),
        /// Electricity imported, gigawatt-hours a month.
        energy_imports_gwh = Field::derived("gigawatt-hours a month", 0.0, 2000.0, &["import_contract_gwh", "power_transit_open"]).called_many("power imports"),
        /// Demand, the smelter's included, gigawatt-hours a month.
        demand_gwh = Field::derived("gigawatt-hours a month", 0.0, 20_000.0, &["winter_severity", "demand_factor"]).called("the demand for power"),
        /// Cut to the smelter, gigawatt-hours a month.
        smelter_cut_gwh = Field::derived("gigawatt-hours a month", 0.0, 5000.0, &["demand_gwh", "hydro_gwh"]).called("the power cut to the smelter"),
        /// Share of demand that goes unmet.
        energy_deficit = Field::derived("share", 0.0, 1.0, &["demand_gwh", "hydro_gwh", "energy_imports_gwh", "smelter_cut_gwh"]).rests(0.0).called("the power shortage in {}"),
    }
    /// The smelter.
    pub struct Smelter for "country" {
        /// Output of the potlines in operation at full power and supply, thousand tonnes a month.
        smelter_kt = Field::stock("thousand tonnes a month", 0.0, 500.0).starts(0.0).rests(0.0),
        /// Aluminium made, thousand tonnes a month.
        aluminium_output_kt = Field::derived("thousand tonnes a month", 0.0, 500.0, &["smelter_kt", "smelter_cut_gwh", "rail_blockade"]).called("the output of aluminium"),
        /// What it sells for, million US dollars a month.
        aluminium_revenue_musd = Field::derived("million US dollars a month", 0.0, 5000.0, &["aluminium_output_kt", "aluminium_price_usd_t"]).called_many("sales of aluminium"),
        /// What is left after alumina, power and other costs, million US dollars a month.
        aluminium_rents_musd = Field::derived("million US dollars a month", 0.0, 5000.0, &["aluminium_revenue_musd"]).called_many("the rents of aluminium"),
    }
    /// What output is made of.
    pub struct Potential for "country" {
        /// Gross domestic product at the start, million US dollars a year.
        gdp_start_musd = Field::stock("million US dollars a year", 0.0, 1e7),
        /// Output that labour, land and capital allow, 1 at the start.
        potential_index = Field::stock("index", 0.1, 10.0).starts(1.0).called("the economy's potential"),
        /// Prices of output in US dollars, 1 at the start.
        usd_price_index = Field::stock("index", 0.1, 10.0).starts(1.0),
        /// Share of output lost to disorder; fades.
        disruption = Field::stock("share", 0.0, 0.9).starts(0.0).rests(0.0).called("the output lost to disorder"),
        /// The aluminium price that output at the start was made at, US dollars per tonne; 0 is to be taken at the start.
        metal_start_usd_t = Field::stock("US dollars per tonne", 0.0, 8000.0).starts(0.0).rests(0.0),
        /// Slow mean of real output without the season, which growth is measured against.
        gdp_trend_index = Field::stock("index", 0.1, 10.0).starts(0.95),
    }
    /// Output.
    pub struct Output for "country" {
        /// Gross domestic product at constant prices, 1 at the start.
        real_gdp_index = Field::derived("index", 0.0, 20.0, &["potential_index", "remittance_level", "energy_deficit", "disruption"]).called("real output"),
        /// Gross domestic product at the year's pace, million US dollars a year.
        gdp_musd = Field::derived("million US dollars a year", 0.0, 1e7, &["real_gdp_index", "usd_price_index"]).called("the gross domestic product"),
        /// Growth of real output over the trailing year.
        gdp_growth_annual = Field::derived("share a year", -0.95, 2.0, &["real_gdp_index", "gdp_trend_index"]).called("economic growth"),
        /// Pay at home in US dollars, 1 at the start.
        home_pay_index = Field::derived("index", 0.0, 20.0, &["gdp_musd"]).called("pay at home"),
    }
    /// What the state has and decides.
    pub struct Treasury for "country" {
        /// Grants from abroad, million US dollars a month.
        aid_musd = Field::stock("million US dollars a month", 0.0, 10_000.0).starts(0.0).rests(0.0).called("aid from abroad"),
        /// Compulsory share subscriptions and other levies on households, million US dollars a month.
        levy_musd = Field::stock("million US dollars a month", 0.0, 10_000.0).starts(0.0).rests(0.0).called("the levy for the dam"),
        /// Transfers to households beyond the usual, million US dollars a month.
        relief = Field::stock("million US dollars a month", 0.0, 10_000.0).starts(0.0).rests(0.0).called("relief for households"),
        /// Share of discretionary spending that goes to those who keep the ruler in office.
        patronage_share = Field::stock("share", 0.0, 1.0).starts(0.25).seen(SeenBy::Owner { sd: 0.05 }).called("the share of spending that goes to the ruling networks"),
        /// Private goods of those who keep the ruler in office, as a share of what they expect.
        patronage = Field::stock("share", 0.0, 1.0).starts(ORDINARY_PATRONAGE).seen(SeenBy::Estimated { sd: 0.05 }).called("patronage for the ruling networks"),
        /// Public goods, as a share of what people expect.
        public_goods = Field::stock("share", 0.0, 1.0).starts(0.6).called("spending on public services"),
        /// Gold and foreign exchange reserves, million US dollars.
        reserves_musd = Field::stock("million US dollars", 0.0, 1e6).called_many("foreign reserves"),
        /// Public debt, million US dollars.
        debt_musd = Field::stock("million US dollars", -1e6, 1e6).called("public debt"),
    }
    /// The budget in a step, at monthly rates.
    pub struct BudgetAccount for "country" {
        /// Taxes, million US dollars a month.
        tax_revenue_musd = Field::derived("million US dollars a month", 0.0, 1e6, &["gdp_musd", "remittances_musd"]).called("tax revenue"),
        /// All revenue, million US dollars a month.
        revenue_musd = Field::derived("million US dollars a month", 0.0, 1e6, &["tax_revenue_musd", "aid_musd", "levy_musd", "aluminium_rents_musd"]).called("public revenue"),
        /// All spending, million US dollars a month.
        spending_musd = Field::derived("million US dollars a month", 0.0, 1e6, &["revenue_musd", "relief", "debt_musd"]).called("public spending"),
        /// Revenue less spending, million US dollars a month.
        budget_balance_musd = Field::derived("million US dollars a month", -1e6, 1e6, &["revenue_musd", "spending_musd"]).called("the budget balance"),
    }
    /// The external account in a step, at monthly rates.
    pub struct ExternalAccount for "country" {
        /// Goods sold abroad, million US dollars a month.
        exports_musd = Field::derived("million US dollars a month", 0.0, 1e6, &["aluminium_revenue_musd", "freight_loss_musd"]).called_many("exports"),
        /// Goods and services bought abroad, million US dollars a month.
        imports_musd = Field::derived("million US dollars a month", 0.0, 1e6, &["gdp_musd", "remittances_musd", "aluminium_revenue_musd"]).called_many("imports"),
        /// Borrowed abroad to close the budget, million US dollars a month.
        borrowing_musd = Field::derived("million US dollars a month", 0.0, 1e6, &["budget_balance_musd"]).called("borrowing abroad"),
        /// Exports lost to held-up freight, million US dollars a month.
        freight_loss_musd = Field::derived("million US dollars a month", 0.0, 1e5, &["rail_blockade"]).rests(0.0).called("the loss from held-up freight"),
    }
    /// Levers on trade and tariffs.
    pub struct Trade for "country" {
        /// Duty on imported fuel, as the rise of the pump price that it makes.
        fuel_duty = Field::stock("share", 0.0, 2.0).starts(0.0).rests(0.0).called("the duty on fuel"),
        /// Share of rail freight held up by the transit country.
        rail_blockade = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the hold-up of rail freight"),
        /// Rise of power and heat tariffs over the start, as a share; 1 is twice the tariff.
        tariff_shock = Field::stock("share", 0.0, 5.0).starts(0.0).rests(0.0).called("the rise of power tariffs"),
        /// Rise of prices at closed borders: what traders can no longer bring, as a share of goods.
        border_closure = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the loss from closed borders"),
    }
    /// Prices.
    pub struct Prices for "country" {
        /// Consumer prices, 1 at the start.
        price_index = Field::stock("index", 0.01, 1000.0).starts(1.0).called("consumer prices"),
        /// Rise of prices that pay has not followed: what shocks have passed through so far.
        price_shock = Field::stock("share", -0.5, 5.0).starts(0.0).called("prices that pay has not followed"),
        /// Food prices relative to the start, beyond the trend of all prices.
        food_price = Field::derived("index", 0.1, 20.0, &["wheat_index", "price_shock"]).called("food prices"),
        /// Price rise at the year's pace, without the season.
        inflation_annual = Field::derived("share a year", -1.0, 50.0, &["price_index"]).called("inflation"),
    }
    /// Drugs through a country.
    pub struct DrugTrade for "country" {
        /// Heroin that enters, tonnes a month.
        drug_flow_t = Field::derived("tonnes a month", 0.0, 100.0, &["interdiction", "corruption"]).rests(0.0).seen(SeenBy::Estimated { sd: 1.0 }).called("the flow of heroin into {}"),
        /// Heroin seized, tonnes a month.
        drug_seized_t = Field::derived("tonnes a month", 0.0, 100.0, &["drug_flow_t", "interdiction", "corruption"]).rests(0.0).called_many("seizures of heroin"),
        /// Heroin that goes on abroad, tonnes a month.
        drug_transit_t = Field::derived("tonnes a month", 0.0, 100.0, &["drug_flow_t", "drug_seized_t"]).rests(0.0).seen(SeenBy::Estimated { sd: 1.0 }).called("the heroin that goes on abroad"),
        /// Traffickers' rents, million US dollars a month.
        drug_rents_musd = Field::derived("million US dollars a month", 0.0, 2000.0, &["drug_flow_t", "drug_seized_t"]).rests(0.0).seen(SeenBy::Nobody { sd: 30.0 }).called_many("traffickers' rents"),
        /// Effort against the trade: the share that would be seized by clean police with no aid.
        interdiction = Field::stock("share", 0.0, 0.3).starts(0.05).called("the seizure of drugs on their way"),
        /// Price of the trade: rent of a tonne that arrives, million US dollars.
        drug_rent_musd_t = Field::stock("million US dollars a tonne", 0.0, 100.0).starts(15.5).called("the price of the drug trade"),
    }
    /// Corruption.
    pub struct Corruption for "country" {
        /// Share of officials who serve whoever pays.
        corruption = Field::stock("share", 0.0, 1.0).starts(0.5).seen(SeenBy::Estimated { sd: 0.05 }).called("corruption in {}"),
        /// Corruption that reforms of courts and pay would leave without drug rents.
        corruption_floor = Field::stock("share", 0.0, 1.0).starts(0.3),
    }
}
