//! The host country of labour migrants.

use marchland_sim::columns;
use marchland_sim::world::Field;

columns! {
    /// The host country's policy towards foreign workers.
    pub struct HostPolicy for "host" {
        /// Work permits that the host country gives to foreigners in a year, thousand.
        quota = Field::stock("thousand permits", 0.0, 10_000.0).starts(1944.0).called("the quota of foreign workers in {}"),
        /// Enforcement of the migration law: share of those without a permit who cannot work for it.
        enforcement = Field::stock("share", 0.0, 1.0).starts(0.2).called("the enforcement of migration law in {}"),
        /// Share of irregular migrants expelled each month.
        expulsion = Field::stock("share a month", 0.0, 1.0).starts(0.0).rests(0.0).called("the expulsion of migrants from {}"),
        /// Raids and hostile campaigns against migrants, 0 none to 1 the most there has been; fades.
        hostility = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("hostility to migrants in {}"),
        /// Permits given outside the quota to migrants from the country, thousand.
        amnesty = Field::stock("thousand permits", 0.0, 2000.0).starts(0.0).rests(0.0).called("the amnesty for migrants in {}"),
    }
    /// What a migrant meets in the host country.
    pub struct HostLabour for "host" {
        /// Share of those who seek work that find it.
        jobs = Field::derived("share", 0.0, 1.0, &["gdp_index"]).called("the jobs for migrants in {}"),
        /// Pay of a migrant in work, US dollars a month.
        wage_usd = Field::derived("US dollars a month", 0.0, 10_000.0, &["gdp_index"]).called("a migrant's pay in {}"),
        /// Risk that a migrant fears: being stopped, fined or expelled, as a share.
        deportation_risk = Field::derived("share", 0.0, 1.0, &["enforcement", "hostility", "expulsion"]).called("the fear of deportation from {}"),
    }
}
