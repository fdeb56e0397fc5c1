//! Regions: their people, welfare, crowds and fronts.

use marchland_sim::columns;
use marchland_sim::mechanisms::Build;
use marchland_sim::world::{Field, Fixed, SeenBy};

columns! {
    /// People of a region.
    pub struct Population for "region" {
        /// People who belong to the region, those abroad included, thousand.
        population_k = Field::stock("thousand people", 0.0, 100_000.0).called("the population of {}"),
        /// Share of those of working age who are abroad in a normal year.
        propensity = Field::stock("share", 0.0, 0.95).starts(0.0).rests(0.0).called("the share of people from {} who work abroad"),
    }
    /// Migrants of a region.
    pub struct Migrants for "region" {
        /// People abroad, thousand.
        migrants_k = Field::derived("thousand people", 0.0, 100_000.0, &["population_k", "propensity"]).called("the number of migrants from {}"),
        /// People abroad without a permit, thousand.
        irregular_k = Field::derived("thousand people", 0.0, 100_000.0, &["migrants_k"]).called("the number without papers from {}"),
        /// People back home within the last months and without a place there yet, thousand.
        returnees_k = Field::derived("thousand people", 0.0, 100_000.0, &["migrants_k"]).called("the number of returnees in {}"),
        /// People who left in this step, thousand.
        departures_k = Field::derived("thousand people", 0.0, 100_000.0, &["migrants_k"]).called_many("departures from {}"),
        /// People who came home of their own accord in this step, thousand.
        returns_k = Field::derived("thousand people", 0.0, 100_000.0, &["migrants_k"]).called_many("returns to {}"),
        /// People expelled in this step, thousand.
        expelled_k = Field::derived("thousand people", 0.0, 100_000.0, &["migrants_k"]).called_many("expulsions to {}"),
        /// People abroad weighted by what they earn there, thousand.
        earners_k = Field::derived("thousand people", 0.0, 100_000.0, &["migrants_k", "irregular_k"]).called("the number from {} who earn abroad"),
        /// Share of the region's people who could be drawn into the streets at all.
        mobilisable_share = Field::derived("share", 0.0, 1.0, &["migrants_k", "returnees_k", "population_k"]).called("the share of people in {} who could march"),
    }
    /// Remittances received by a region.
    pub struct RegionRemittances for "region" {
        /// Remittances without the season, million US dollars a month.
        remittances_musd = Field::derived("million US dollars a month", 0.0, 1e5, &["earners_k", "gdp_index"]).called_many("remittances to {}"),
    }
    /// Power in a region.
    pub struct Supply for "region" {
        /// How exposed the region is to shortage, as a factor of the country's mean: capitals are cut last.
        shortage_exposure = Field::stock("factor", 0.0, 10.0).starts(1.0).called("the share of a power shortage that falls on {}"),
        /// Share of the region's demand that goes unmet.
        power_deficit = Field::derived("share", 0.0, 1.0, &["energy_deficit", "shortage_exposure"]).rests(0.0).called("the power shortage in {}"),
        /// Hours a day without power.
        blackout_hours = Field::derived("hours a day", 0.0, 24.0, &["power_deficit"]).rests(0.0).called("the hours without power in {}"),
    }
    /// What households start from.
    pub struct Households for "region" {
        /// Pay at home relative to the country's mean.
        home_pay_factor = Field::stock("factor", 0.0, 10.0).starts(1.0).called("pay in {} against the country's"),
        /// Share of people whose food is not secure, at the start's prices and incomes.
        food_insecurity = Field::stock("share", 0.0, 1.0).starts(0.05).called("the share of people in {} who go short of food"),
        /// Income that households have come to expect, 1 being the income at the start.
        reference_income = Field::stock("index", 0.01, 20.0).starts(1.0).seen(SeenBy::Estimated { sd: 0.05 }).called("the income that people in {} expect"),
        /// Income of a person at the start, at the start's prices, US dollars a month; 0 is to be taken at the start.
        income_start_usd = Field::stock("US dollars a month", 0.0, 1e5).starts(0.0).rests(0.0).called("household income in {} at the start"),
    }
    /// How households live.
    pub struct Welfare for "region" {
        /// Income of a person at the start's prices, US dollars a month.
        household_income_usd = Field::derived("US dollars a month", 0.0, 1e5, &["gdp_musd", "remittances_musd", "price_shock", "levy_musd", "relief"]).called("household income in {}"),
        /// The same, 1 at the start.
        income_index = Field::derived("index", 0.0, 50.0, &["household_income_usd"]).called("the income of {} against the start"),
        /// Share of people whose food is not secure.
        food_gap = Field::derived("share", 0.0, 1.0, &["food_insecurity", "food_price", "income_index"]).rests(0.0).called("the want of food in {}"),
        /// Part of hardship from income below what is expected.
        hardship_income = Field::derived("share", 0.0, 5.0, &["income_index", "reference_income"]).rests(0.0).called("hardship from income in {}"),
        /// Part of hardship from want of power.
        hardship_power = Field::derived("share", 0.0, 5.0, &["power_deficit"]).rests(0.0).called("hardship from want of power in {}"),
        /// Part of hardship from want of food.
        hardship_food = Field::derived("share", 0.0, 5.0, &["food_gap"]).rests(0.0).called("hardship from want of food in {}"),
        /// Part of hardship from levies and tariffs that are felt as taking.
        hardship_predation = Field::derived("share", 0.0, 5.0, &["levy_musd", "tariff_shock"]).rests(0.0).called("hardship from levies and tariffs in {}"),
        /// Part of hardship from people back home without a place.
        hardship_returnees = Field::derived("share", 0.0, 5.0, &["returnees_k"]).rests(0.0).called("hardship from idle returnees in {}"),
        /// Hardship, 0 none to 1 the worst.
        hardship = Field::derived("share", 0.0, 1.0, &["hardship_income", "hardship_power", "hardship_food", "hardship_predation", "hardship_returnees"]).seen(SeenBy::Estimated { sd: 0.03 }).called("hardship in {}"),
    }
    /// Voice in a region.
    pub struct Voice for "region" {
        /// Share of those who stay who are ready to voice grievances in public.
        voice = Field::derived("share", 0.0, 1.0, &["hardship"]).seen(SeenBy::Estimated { sd: 0.05 }).called("the readiness to speak out in {}"),
        /// Voice beyond what the region's hardship alone would bring: example, habit and own losses.
        outspoken = Field::derived("share", -1.0, 1.0, &["voice", "hardship"]).seen(SeenBy::Estimated { sd: 0.05 }).called("outspokenness in {} beyond its hardship"),
    }
    /// The fight in a region.
    pub struct Front for "region" {
        /// Public services and fair dealing that make people tell what they know.
        services = Field::stock("share", 0.0, 1.0).starts(0.4).seen(SeenBy::Estimated { sd: 0.05 }).called("what people in {} tell the authorities"),
        /// Military operations under way: 0 garrison duty, 1 all the force that there is.
        operations = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the army's operation in {}"),
        /// Hold of militants over people and roads.
        militant_threat = Field::derived("share", 0.0, 1.0, &["services"]).rests(0.0).seen(SeenBy::Estimated { sd: 0.05 }).called("the threat of fighters in {}"),
        /// Deaths in battle in the last step, both sides.
        battle_deaths = Field::derived("people", 0.0, 100_000.0, &["operations", "militant_threat"]).rests(0.0).seen(SeenBy::Estimated { sd: 2.0 }).called_many("deaths in battle in {}"),
        /// Attacks in the last step.
        incidents = Field::derived("attacks", 0.0, 1000.0, &["operations", "militant_threat"]).rests(0.0).called_many("attacks in {}"),
        /// Civilians killed in the fighting since the start.
        conflict_civilian_deaths = Field::stock("people", 0.0, 1e6).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 5.0 }).called("the count of civilians killed by fighting in {}"),
        /// People displaced by the fighting, thousands.
        conflict_displaced_k = Field::stock("thousand people", 0.0, 5000.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 1.0 }).called("the number displaced by fighting in {}"),
    }
    /// The street, by region.
    pub struct Crowd for "region" {
        /// Share of the mobilisable who are in the street.
        unrest = Field::stock("share of mobilisable", 0.0, 1.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 0.02 }).called("unrest in {}"),
        /// Mean grievance: hardship felt as unjust, and resentment at violence.
        grievance = Field::derived("index", 0.0, 2.0, &["hardship", "legitimacy", "resentment"]).seen(SeenBy::Estimated { sd: 0.05 }).called("grievance in {}"),
        /// People whom a focal event brings out at once; spent within the month.
        focal = Field::stock("share of mobilisable", 0.0, 1.0).starts(0.0).rests(0.0).called("who comes out in {} over a single event"),
        /// Police and troops at hand, loyal or not, per person of a mobilisable pool of ordinary size.
        police = Field::stock("per mobilisable person", 0.0, 1.0).starts(0.08).seen(SeenBy::Estimated { sd: 0.02 }).called("the force at hand in {}"),
    }
    /// Force against the street, by region.
    pub struct Harm for "region" {
        /// Intensity of the crackdown in force.
        crackdown = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the crackdown in {}"),
        /// Resentment at violence, which adds to grievance.
        resentment = Field::stock("index", 0.0, 1.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 0.05 }).called("resentment at violence in {}"),
        /// Civilians killed in unrest since the start.
        deaths = Field::stock("people", 0.0, 1e6).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 20.0 }).called("the count of civilians killed in {}"),
        /// People driven from their homes and not back, thousand.
        displaced_k = Field::stock("thousand people", 0.0, 10_000.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 10.0 }).called("the number of displaced in {}"),
    }
}

/// The country row of every region.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CountryOf {
    /// By region row; a region that names no country belongs to the first.
    pub rows: Vec<usize>,
}

impl CountryOf {
    /// Inserts the resource; every law that reads it may do so.
    pub fn insert(build: &mut Build<'_>) {
        let links = build.topology.links("region", "country");
        let rows = (0..build.topology.count("region")).map(|row| links.one(row).unwrap_or(0)).collect();
        Fixed::insert(build.world, Self { rows });
    }

    /// The regions of a country, in row order.
    pub fn regions(&self, country: usize) -> impl Iterator<Item = usize> + '_ {
        self.rows.iter().enumerate().filter(move |(_, own)| **own == country).map(|(region, _)| region)
    }
}

/// The population-weighted mean over a country's regions of a number by region; 0 without people.
#[must_use]
pub fn mean(country: usize, of: &CountryOf, people: &[Population], number: impl Fn(usize) -> f64) -> f64 {
    let (mut total, mut sum) = (0.0, 0.0);
    for region in of.regions(country) {
        total += people[region].population_k;
        sum += people[region].population_k * number(region);
    }
    if total > 0.0 { sum / total } else { 0.0 }
}
