//! The host economy: what a migrant can earn there, and how it treats migrants (3.1).

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, probability_over};
use marchland_sim::ledger::Ledger;
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::mechanisms::exogenous::HostPath;
use marchland_sim::world::{Clock, Field, Ids, Rows, RowsMut};
use marchland_sim::{columns, constants};

use crate::laws::people::migration::{self, Migrants, MigrationConstants};
use crate::state::regions::Population;

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

constants! {
    /// Constants of the host economy.
    pub struct HostConstants {
        /// Share of seekers who find work at the start.
        jobs = "host_jobs",
        /// Pay of a migrant in work at the start, US dollars a month.
        wage_usd = "host_wage_usd",
        /// Elasticity of pay to the host's gross domestic product.
        wage_elasticity = "host_wage_elasticity",
        /// Elasticity of jobs to the host's gross domestic product.
        jobs_elasticity = "host_jobs_elasticity",
        /// Elasticity of jobs to the number who seek them; at most 0.
        crowding = "host_crowding",
        /// Weight of hostility in the feared risk.
        hostility_risk = "host_hostility_risk",
        /// Share of hostility that fades in a month.
        hostility_decay = "host_hostility_decay",
    }
}

/// The law of the host economy.
pub const HOST_ECONOMY: Mechanism = Mechanism {
    name: "host_economy",
    called: "the Russian economy",
    meaning: "Moves jobs, pay and the risk of expulsion of migrants in the host country.",
    equations: "wage = wage₀ Y^ε_w; jobs = min(1, jobs₀ Y^ε_j (M/M₀)^−c); risk = κ + ρ hostility + expulsion",
    source: "Harris & Todaro 1970 for jobs per seeker; elasticities from Lueth & Ruiz-Arranz 2006 and data",
    parameters: HostConstants::NAMES,
    populations: &[],
    columns: |set| {
        set.add::<HostPath>();
        set.add::<HostPolicy>();
        set.add::<HostLabour>();
        migration::region_columns(set);
    },
    build: |build| build.system(host_labour),
    constants: HostConstants::read,
    start: |world| {
        world.run_system_cached(settle).expect("the system's resources stand");
    },
};

/// Jobs, pay and risk, from the host's economy and policy and the number of migrants relative to
/// that at the start.
#[must_use]
pub fn labour(of: &HostConstants, gdp_index: f64, policy: &HostPolicy, crowd: f64) -> HostLabour {
    let growth = libm::log(gdp_index);
    let crowding = if crowd > 0.0 { of.crowding * libm::log(crowd) } else { 0.0 };
    HostLabour {
        jobs: clamp(of.jobs * libm::exp(of.jobs_elasticity * growth + crowding), 0.0, 1.0),
        wage_usd: of.wage_usd * libm::exp(of.wage_elasticity * growth),
        deportation_risk: clamp(policy.enforcement + of.hostility_risk * policy.hostility + policy.expulsion, 0.0, 1.0),
    }
}

/// Migrants relative to the number that propensities alone would give; 1 without migrants.
fn crowd(regions: &[Population], migrants: &[Migrants], mover_share: f64) -> f64 {
    let (mut now, mut normal) = (0.0, 0.0);
    for (region, migrants) in regions.iter().zip(migrants) {
        now += migrants.migrants_k;
        normal += region.population_k * mover_share * region.propensity;
    }
    if now > 0.0 && normal > 0.0 { now / normal } else { 1.0 }
}

type HostIds<'w> = (Res<'w, Ids<HostLabour>>, Res<'w, Ids<HostPath>>, Res<'w, Ids<HostPolicy>>);

fn host_labour(
    clock: Res<Clock>,
    of: Res<HostConstants>,
    movers: Res<MigrationConstants>,
    paths: Query<&HostPath>,
    mut policies: Query<&mut HostPolicy>,
    mut labours: Query<&mut HostLabour>,
    regions: Query<&Population>,
    migrants: Query<&Migrants>,
    ids: HostIds<'_>,
    mut ledger: ResMut<Ledger>,
) {
    let crowd = crowd(regions.rows(), migrants.rows(), movers.mover_share);
    let fade = probability_over(of.hostility_decay, clock.months);
    let rows = labours.rows_mut().iter_mut().zip(policies.rows_mut()).zip(paths.rows());
    for (row, ((own, policy), path)) in rows.enumerate() {
        *own = labour(&of, path.gdp_index, policy, crowd);
        policy.hostility -= policy.hostility * fade;
        if ledger.on() {
            let gdp = ids.1.at(row, HostPath::gdp_index);
            ledger.book("host_economy: the jobs there are", ids.0.at(row, HostLabour::jobs), own.jobs, &[gdp]);
            ledger.book("host_economy: the pay there is", ids.0.at(row, HostLabour::wage_usd), own.wage_usd, &[gdp]);
            let inputs =
                [HostPolicy::enforcement, HostPolicy::hostility, HostPolicy::expulsion].map(|at| ids.2.at(row, at));
            let risk = ids.0.at(row, HostLabour::deportation_risk);
            ledger.book("host_economy: the enforcement of migration law", risk, own.deportation_risk, &inputs);
        }
    }
}

/// The state at the start of a game: from the initial path and policy, before any crowding.
fn settle(of: Res<HostConstants>, mut hosts: Query<(&HostPath, &HostPolicy, &mut HostLabour)>) {
    for (path, policy, mut own) in &mut hosts {
        *own = labour(&of, path.gdp_index, policy, 1.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OF: HostConstants = HostConstants {
        jobs: 0.8,
        wage_usd: 300.0,
        wage_elasticity: 0.4,
        jobs_elasticity: 0.3,
        crowding: -0.1,
        hostility_risk: 0.3,
        hostility_decay: 0.2,
    };

    #[test]
    fn pay_and_jobs_have_the_stated_elasticities() {
        let policy = HostPolicy { enforcement: 0.2, ..HostPolicy::default() };
        let before = labour(&OF, 1.0, &policy, 1.0);
        let after = labour(&OF, 0.736, &policy, 1.0);
        let elasticity = |x: f64, y: f64| libm::log(y / x) / libm::log(0.736);
        assert!((elasticity(before.wage_usd, after.wage_usd) - 0.4).abs() < 1e-12);
        assert!((elasticity(before.jobs, after.jobs) - 0.3).abs() < 1e-12);
        let crowded = labour(&OF, 1.0, &policy, 1.1);
        assert!((libm::log(crowded.jobs / before.jobs) / libm::log(1.1) + 0.1).abs() < 1e-12);
    }

    #[test]
    fn risk_adds_up_and_stays_a_share() {
        let mut policy = HostPolicy { enforcement: 0.2, hostility: 0.5, ..HostPolicy::default() };
        assert!((labour(&OF, 1.0, &policy, 1.0).deportation_risk - 0.35).abs() < 1e-15);
        policy.expulsion = 0.9;
        assert_eq!(labour(&OF, 1.0, &policy, 1.0).deportation_risk, 1.0);
    }
}
