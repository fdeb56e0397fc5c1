//! The constants of migration.

use marchland_sim::constants;

constants! {
    /// Constants of migration.
    pub struct MigrationConstants {
        /// Sensitivity λ of the choice to go.
        sensitivity = "migration_lambda",
        /// Share of people who reconsider in a month.
        attention = "migration_attention",
        /// Weight θ of the network in the advantage of going.
        network = "migration_network",
        /// Weight χ of the feared risk.
        risk = "migration_risk_weight",
        /// Feared risk at which propensities were formed.
        risk_reference = "migration_risk_reference",
        /// Weight of pay at home: it keeps people, and it pays for journeys.
        home = "migration_home_weight",
        /// Weight π of hours without power at home.
        blackout = "migration_blackout_weight",
        /// Weight of a cohort's own earnings in its advantage.
        selection = "migration_selection",
        /// Standard deviation of a cohort's own luck in a month, in the advantage.
        luck = "migration_luck",
        /// Share of the population that is of working age and could go.
        mover_share = "migration_mover_share",
        /// Rate at which intentions become departures, a month.
        depart_rate = "migration_depart_rate",
        /// Rate at which intentions become returns, a month.
        return_rate = "migration_return_rate",
        /// Seasonal swing of departures, peak in March, as a share.
        depart_swing = "migration_depart_swing",
        /// Seasonal swing of returns, peak in November, as a share.
        return_swing = "migration_return_swing",
        /// Share of the host's permits that the country's migrants get.
        quota_share = "migration_quota_share",
        /// Share of migrants who seek a permit at all.
        permit_wish = "migration_permit_wish",
        /// Share of permits beyond the limit that lapse in a month.
        permit_lapse = "migration_permit_lapse",
        /// Pay of a migrant without a permit, as a share of one with.
        irregular_pay = "migration_irregular_pay",
        /// Weight of a cohort's own members, against the region's, in its network.
        own_network = "migration_own_network",
        /// Pay abroad relative to home income at the start, for what cohorts expect.
        pay_ratio = "migration_pay_ratio",
        /// Share by which expectations follow income in a month.
        aspiration_rate = "migration_aspiration_rate",
        /// Share of returnees who find their place in a month.
        returnee_fade = "migration_returnee_fade",
        /// Cost of a family left behind, log points at normal migration.
        family = "migration_family_cost",
        /// Share of people who could be drawn into the streets, were nobody abroad.
        pool = "migration_pool",
        /// How much more the absent count in the pool than in the population.
        pool_absence = "migration_pool_absence",
        /// Share of returnees who add to the pool.
        pool_returnees = "migration_pool_returnees",
        /// Share of seekers who find work in the host country at the start.
        host_jobs = "host_jobs",
        /// Pay of a migrant in work at the start, US dollars a month.
        host_wage_usd = "host_wage_usd",
    }
}
