//! The host economy: what a migrant can earn there, and how it treats migrants (3.1).

use bevy_ecs::prelude::*;
use marchland_game::number::{clamp, probability_over};
use marchland_sim::constants;
use marchland_sim::ledger::Ledger;
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::mechanisms::exogenous::HostPath;
use marchland_sim::world::{Clock, Ids, Rows, RowsMut};

use crate::state::country::CountryMigration;
use crate::state::host::{HostLabour, HostPolicy};
use crate::state::region::{Migrants, Population};

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
        /// Share of the population that is of working age and could go.
        mover_share = "migration_mover_share",
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        JOBS_THERE_ARE = "the jobs there are",
        PAY_THERE_IS = "the pay there is",
        ENFORCEMENT_OF_MIGRATION_LAW = "the enforcement of migration law",
    }
}

/// The law of the host economy.
pub(crate) const HOST_ECONOMY: Mechanism = Mechanism {
    name: "host_economy",
    called: "the host economy",
    meaning: "Moves jobs, pay and the risk of expulsion of migrants in the host country.",
    equations: "wage = wage₀ Y^ε_w; jobs = min(1, jobs₀ Y^ε_j (M/M₀)^−c); risk = κ + ρ hostility + expulsion",
    source: "Harris & Todaro 1970 for jobs per seeker; elasticities from Lueth & Ruiz-Arranz 2006 and data",
    parameters: HostConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<HostPath>();
        set.add::<HostPolicy>();
        set.add::<HostLabour>();
        set.add::<Population>();
        set.add::<Migrants>();
        set.add::<CountryMigration>();
    },
    needs: |needs| {
        needs.law("migration", "the share of people who may move");
    },
    build: |build| {
        build.system(host_labour);
        build.start(settle);
    },
    constants: HostConstants::read,
    start: |_| {},
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

type HostIds<'w> = (Local<'w, Ids<HostLabour>>, Local<'w, Ids<HostPath>>, Local<'w, Ids<HostPolicy>>);

fn host_labour(
    clock: Res<Clock>,
    of: Res<HostConstants>,
    mut hosts: Query<(&mut HostLabour, &mut HostPolicy, &HostPath)>,
    regions: Query<(&Population, &Migrants)>,
    ids: HostIds<'_>,
    mut ledger: ResMut<Ledger>,
) {
    let (people, migrants) = regions.rows();
    let crowd = crowd(people, migrants, of.mover_share);
    let fade = probability_over(of.hostility_decay, clock.months);
    let (labours, policies, paths) = hosts.rows_mut();
    for (row, ((own, policy), path)) in labours.iter_mut().zip(policies).zip(paths).enumerate() {
        *own = labour(&of, path.gdp_index, policy, crowd);
        policy.hostility -= policy.hostility * fade;
        if ledger.on() {
            let gdp = ids.1.at(row, HostPath::gdp_index);
            ledger.book(Terms::JOBS_THERE_ARE, ids.0.at(row, HostLabour::jobs), own.jobs, &[gdp]);
            ledger.book(Terms::PAY_THERE_IS, ids.0.at(row, HostLabour::wage_usd), own.wage_usd, &[gdp]);
            let inputs =
                [HostPolicy::enforcement, HostPolicy::hostility, HostPolicy::expulsion].map(|at| ids.2.at(row, at));
            let risk = ids.0.at(row, HostLabour::deportation_risk);
            ledger.book(Terms::ENFORCEMENT_OF_MIGRATION_LAW, risk, own.deportation_risk, &inputs);
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
    use crate::declared::throughout;

    #[test]
    fn pay_and_jobs_have_the_stated_elasticities() {
        throughout(|value| {
            let of = HostConstants::from_parameters(value);
            let policy = HostPolicy { enforcement: 0.2, ..HostPolicy::default() };
            let before = labour(&of, 1.0, &policy, 1.0);
            let after = labour(&of, 0.736, &policy, 1.0);
            let elasticity = |x: f64, y: f64| libm::log(y / x) / libm::log(0.736);
            assert!((elasticity(before.wage_usd, after.wage_usd) - of.wage_elasticity).abs() < 1e-12, "{of:?}");
            assert!((elasticity(before.jobs, after.jobs) - of.jobs_elasticity).abs() < 1e-12, "{of:?}");
            let crowded = labour(&of, 1.0, &policy, 1.1);
            let crowding = libm::log(crowded.jobs / before.jobs) / libm::log(1.1);
            assert!((crowding - of.crowding).abs() < 1e-12, "{of:?}");
            // A boom finds work for everybody and for nobody twice.
            assert_eq!(labour(&of, 1e6, &policy, 1.0).jobs, 1.0);
        });
    }

    #[test]
    fn risk_adds_up_and_stays_a_share() {
        throughout(|value| {
            let of = HostConstants::from_parameters(value);
            let risk = |policy: &HostPolicy| labour(&of, 1.0, policy, 1.0).deportation_risk;
            let calm = HostPolicy { enforcement: 0.2, ..HostPolicy::default() };
            let hostile = HostPolicy { hostility: 0.5, ..calm };
            let more = HostPolicy { hostility: 1.0, ..calm };
            assert_eq!(risk(&calm), 0.2);
            assert!(risk(&hostile) > risk(&calm), "{of:?}");
            assert!((risk(&more) - risk(&hostile) - (risk(&hostile) - risk(&calm))).abs() < 1e-12, "{of:?}");
            assert_eq!(risk(&HostPolicy { expulsion: 0.9, ..hostile }), 1.0);
        });
    }
}
