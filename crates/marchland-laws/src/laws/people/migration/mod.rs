//! Labour migration: who goes, legally or not, who comes home, and who is sent home (3.2).
//!
//! Cohorts of people of working age, split over regions by population, hold the state; a region's
//! indicators are their sums. What a cohort's members intend is the cohort rule's choice; how fast
//! intentions become journeys is the season's; who travels with a permit is the quota's.
//!
//! People close: in every region `migrants' = migrants + departures − returns − expelled`, and
//! `migrants = legal + irregular`, to rounding.

mod kernel;
mod start;

use std::ops::Range;

use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use marchland_game::number::{clamp, max, min};
use marchland_game::{CHUNK, CohortView, Domain, stream};
use marchland_sim::ledger::Ledger;
use marchland_sim::mechanisms::{CohortRules, Mechanism};
use marchland_sim::world::{Clock, ColumnSet, Field, Ids, Rows, RowsMut, SeenBy};
use marchland_sim::{columns, constants};

use crate::laws::money::energy::Supply;
use crate::laws::money::host_economy::{HostConstants, HostLabour, HostPolicy};
use crate::laws::money::output::Output;
use crate::state::regions::{CountryOf, Population};

pub use kernel::{Account, Cohorts, Movement, Permits, Wanted, advance, fill_advantage, permits, wanted};
pub use start::Season;

columns! {
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
        earners_k = Field::derived("thousand people", 0.0, 100_000.0, &["migrants_k", "irregular_k"]),
        /// Share of the region's people who could be drawn into the streets at all.
        mobilisable_share = Field::derived("share", 0.0, 1.0, &["migrants_k", "returnees_k", "population_k"]).called("the share of people in {} who could march"),
    }
    /// Migrants of the country.
    pub struct CountryMigration for "country" {
        /// People abroad, thousand.
        migrants_k = Field::derived("thousand people", 0.0, 100_000.0, &["migrants_k"]).called("the number of migrants abroad"),
        /// People abroad with a permit, thousand.
        legal_k = Field::derived("thousand people", 0.0, 100_000.0, &["migrants_k", "irregular_k"]).called("the number of migrants with papers"),
        /// What migration is worth to those who live by it: the logarithm of expected pay relative
        /// to the start, less the risk of irregular status and the cost of a family left behind.
        migrant_welfare = Field::derived("log points", -20.0, 20.0, &["migrants_k", "legal_k"]).called("the welfare of migrants"),
    }
}

columns! {
    /// Members abroad with a permit, thousand.
    pub struct Legal for "cohort" {
        /// Members abroad with a permit, thousand.
        legal = Field::stock("thousand people", 0.0, 1e5).seen(SeenBy::Nobody { sd: 0.1 }),
    }
    /// Members abroad without a permit, thousand.
    pub struct Irregular for "cohort" {
        /// Members abroad without a permit, thousand.
        irregular = Field::stock("thousand people", 0.0, 1e5).seen(SeenBy::Nobody { sd: 0.1 }),
    }
    /// Members back within the last months, thousand.
    pub struct Returnees for "cohort" {
        /// Members back within the last months, thousand.
        returnees = Field::stock("thousand people", 0.0, 1e5).seen(SeenBy::Nobody { sd: 0.1 }),
    }
    /// What a member earns abroad, relative to the mean.
    pub struct Earnings for "cohort" {
        /// What a member earns abroad, as a factor of the mean.
        earnings = Field::stock("factor", 0.0, 100.0).seen(SeenBy::Nobody { sd: 0.1 }),
    }
    /// What the cohort's members intend.
    pub struct Intention for "cohort" {
        /// Share of the members who mean to work abroad.
        going = Field::stock("share", 0.0, 1.0).seen(SeenBy::Nobody { sd: 0.05 }),
    }
    /// Share of the cohort's own network that is abroad.
    pub struct Network for "cohort" {
        /// Share of those whom members know that is abroad.
        network = Field::stock("share", 0.0, 1.0).seen(SeenBy::Nobody { sd: 0.05 }),
    }
    /// Income relative to what the cohort has come to expect.
    pub struct Satisfaction for "cohort" {
        /// Income as a share of what members have come to expect.
        satisfaction = Field::stock("share", 0.0, 100.0).seen(SeenBy::Nobody { sd: 0.1 }),
    }
    /// What the cohort has come to expect.
    pub struct Aspiration for "cohort" {
        /// Income that members have come to expect, relative to a home income at the start.
        aspiration = Field::stock("factor", 0.0, 100.0).seen(SeenBy::Nobody { sd: 0.1 }),
    }
}

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
    }
}

/// Where each region's cohorts lie, and room to work in.
#[derive(Resource, Default)]
pub struct CohortLayout {
    /// Cohorts by region, in the regions' order.
    pub ranges: Vec<Range<usize>>,
    pub(crate) advantage: Vec<f64>,
    pub(crate) habit: Vec<f64>,
    pub(crate) earnings: Vec<f64>,
    pub(crate) spread: f64,
    /// People of each region, thousand, for whom the cohorts are laid out.
    pub(crate) people: Vec<f64>,
}

/// The law of migration.
pub const MIGRATION: Mechanism = Mechanism {
    name: "migration",
    called: "migration",
    meaning: "Moves people between home and abroad, with and without permits, by the migrants' own choice, season, \
              quota and enforcement.",
    equations: "advantage = propensity + ln(p w / p₀ w₀) − h ln(y / y₀) + θ ln((1 + m)/(1 + m₀)) − χ(risk − risk₀) + \
                π blackout + selection ln e + luck; departures = home · out(season) · intention · (1 − κ refused); \
                legal = min(quota · share + amnesty, wish · migrants); of those refused κ stay or return",
    source: "Harris & Todaro 1970; McFadden 1974; Stark & Bloom 1985; quota spill-over: our choice",
    parameters: MigrationConstants::NAMES,
    populations: &["migrants"],
    columns: |set| {
        region_columns(set);
        set.add::<Legal>();
        set.add::<Irregular>();
        set.add::<Returnees>();
        set.add::<Earnings>();
        set.add::<Intention>();
        set.add::<Network>();
        set.add::<Satisfaction>();
        set.add::<Aspiration>();
    },
    build: |build| {
        CountryOf::insert(build);
        // A world may be built upon twice, with and without tracing: what a start filled stays.
        if !build.world.contains_resource::<CohortLayout>() {
            build.world.insert_resource(CohortLayout {
                spread: build.scenario.cohorts.as_ref().map_or(0.0, |cohorts| cohorts.spread),
                ..CohortLayout::default()
            });
        }
        build.world.insert_resource(Season::default());
        build.system(migrate);
    },
    constants: |world, value| {
        MigrationConstants::read(world, value);
        let season = Season::of(world.resource::<MigrationConstants>());
        *world.resource_mut::<Season>() = season;
    },
    start,
};

/// The columns of people and migrants by region and country, which other laws read too.
pub fn region_columns(set: &mut ColumnSet) {
    set.add::<Population>();
    set.add::<Migrants>();
    set.add::<CountryMigration>();
}

const LUCK: u64 = stream::name_hash("migrants' luck");

#[derive(SystemParam)]
struct CohortQueries<'w, 's> {
    legal: Query<'w, 's, &'static mut Legal>,
    irregular: Query<'w, 's, &'static mut Irregular>,
    returnees: Query<'w, 's, &'static mut Returnees>,
    earnings: Query<'w, 's, &'static Earnings>,
    going: Query<'w, 's, &'static mut Intention>,
    network: Query<'w, 's, &'static mut Network>,
    satisfaction: Query<'w, 's, &'static mut Satisfaction>,
    aspiration: Query<'w, 's, &'static mut Aspiration>,
}

#[derive(SystemParam)]
struct Around<'w, 's> {
    clock: Res<'w, Clock>,
    of: Res<'w, MigrationConstants>,
    host_of: Res<'w, HostConstants>,
    season: Res<'w, Season>,
    rules: Res<'w, CohortRules>,
    policies: Query<'w, 's, &'static HostPolicy>,
    labours: Query<'w, 's, &'static HostLabour>,
    populations: Query<'w, 's, &'static Population>,
    outputs: Query<'w, 's, &'static Output>,
    supplies: Query<'w, 's, &'static Supply>,
    countries: Res<'w, CountryOf>,
}

/// What going is worth to an average member of a region, before its own earnings and luck.
fn region_advantage(around: &Around<'_, '_>, labour: &HostLabour, row: usize, home_pay: f64, abroad: f64) -> f64 {
    let of = &*around.of;
    let region = &around.populations.rows()[row];
    let dark = around.supplies.rows().get(row).map_or(0.0, |supply| supply.blackout_hours / 24.0);
    let pay = (labour.jobs * labour.wage_usd) / (around.host_of.jobs * around.host_of.wage_usd);
    kernel::logit(region.propensity) / of.sensitivity + libm::log(pay) - of.home * libm::log(home_pay)
        + of.network * libm::log((1.0 + abroad) / (1.0 + region.propensity))
        - of.risk * (labour.deportation_risk - of.risk_reference)
        + of.blackout * dark
}

type MigrationIds<'w> = (Res<'w, Ids<Migrants>>, Res<'w, Ids<HostLabour>>, Res<'w, Ids<HostPolicy>>);

fn migrate(
    around: Around<'_, '_>,
    mut layout: ResMut<CohortLayout>,
    mut cohorts: CohortQueries<'_, '_>,
    mut migrants: Query<&mut Migrants>,
    mut countries: Query<&mut CountryMigration>,
    ids: MigrationIds<'_>,
    mut ledger: ResMut<Ledger>,
) {
    let (Some(policy), Some(labour)) = (around.policies.rows().first(), around.labours.rows().first()) else { return };
    let (of, months) = (&*around.of, around.clock.months);
    let populations = around.populations.rows();
    let rows = migrants.rows_mut();
    let layout = &mut *layout;
    let mut state = Cohorts {
        legal: bytemuck::cast_slice_mut(cohorts.legal.rows_mut()),
        irregular: bytemuck::cast_slice_mut(cohorts.irregular.rows_mut()),
        returnees: bytemuck::cast_slice_mut(cohorts.returnees.rows_mut()),
        earnings: bytemuck::cast_slice(cohorts.earnings.rows()),
        going: bytemuck::cast_slice_mut(cohorts.going.rows_mut()),
        network: bytemuck::cast_slice_mut(cohorts.network.rows_mut()),
        satisfaction: bytemuck::cast_slice_mut(cohorts.satisfaction.rows_mut()),
        aspiration: bytemuck::cast_slice_mut(cohorts.aspiration.rows_mut()),
    };
    if state.legal.is_empty() {
        return;
    }
    let luck = around.clock.root.stream(Domain::Cohort, around.clock.moment, LUCK, 0).word();
    let (depart, comeback) = around.season.rates(around.clock.calendar_month);
    // An intention cannot be carried out by more than everybody.
    let (depart, comeback) = (min(depart * months, 1.0), min(comeback * months, 1.0));
    let home_pay =
        |row: usize| around.outputs.rows().get(around.countries.rows[row]).map_or(1.0, |output| output.home_pay_index);
    let mut total_wanted = Wanted::default();
    for (row, range) in layout.ranges.iter().enumerate() {
        let members = populations[row].population_k * of.mover_share;
        let abroad = if members > 0.0 { rows[row].migrants_k / members } else { 0.0 };
        let advantage = region_advantage(&around, labour, row, home_pay(row), abroad);
        for from in range.clone().step_by(CHUNK) {
            let chunk = from..(from + CHUNK).min(range.end);
            let len = chunk.len();
            let advantages = &mut layout.advantage[..len];
            let earnings = &state.earnings[chunk.clone()];
            fill_advantage(advantage, of.selection, of.luck, kernel::counter(luck, from), earnings, advantages);
            let going = &mut state.going[chunk.clone()];
            layout.habit[..len].copy_from_slice(going);
            let view = CohortView {
                advantage: advantages,
                network: &state.network[chunk.clone()],
                habit: &layout.habit[..len],
                satisfaction: &state.satisfaction[chunk],
                sensitivity: of.sensitivity,
                attention: min(of.attention * months, 1.0),
            };
            around.rules.of("migrants").choose(&view, going);
        }
        let each = members / range.len() as f64;
        total_wanted.add(&wanted(&state, range.clone(), each, depart, comeback));
    }
    let expelled = min(policy.expulsion * months, 1.0);
    let permits = permits(&total_wanted, policy, of, months, expelled);
    let mut total = Account::default();
    for (row, range) in layout.ranges.iter().enumerate() {
        let members = populations[row].population_k * of.mover_share;
        let movement = Movement {
            each: members / range.len() as f64,
            depart,
            comeback,
            expelled,
            fade: min(of.returnee_fade * months, 1.0),
            pay_abroad: of.pay_ratio * labour.jobs * labour.wage_usd / (around.host_of.jobs * around.host_of.wage_usd),
            pay_home: home_pay(row),
            aspiration_rate: min(of.aspiration_rate * months, 1.0),
            irregular_pay: of.irregular_pay,
            own_network: of.own_network,
            network: if members > 0.0 { rows[row].migrants_k / members } else { 0.0 },
        };
        let account = advance(&mut state, range.clone(), &movement, &permits);
        rows[row] = account.row(populations[row].population_k, of);
        total.add(&account);
        if ledger.on() {
            let id = |field| ids.0.at(row, field);
            let inputs = [
                ids.1.at(0, HostLabour::jobs),
                ids.1.at(0, HostLabour::wage_usd),
                ids.1.at(0, HostLabour::deportation_risk),
                ids.2.at(0, HostPolicy::quota),
                ids.2.at(0, HostPolicy::enforcement),
                ids.2.at(0, HostPolicy::expulsion),
            ];
            let terms = [
                marchland_sim::ledger::Term { name: "departures", amount: account.out, inputs: &inputs },
                marchland_sim::ledger::Term { name: "returns", amount: -account.back, inputs: &inputs[..3] },
                marchland_sim::ledger::Term { name: "expulsions", amount: -account.expelled, inputs: &inputs[5..] },
            ];
            ledger.terms("migration", id(Migrants::migrants_k), rows[row].migrants_k, &terms);
            let people = id(Migrants::migrants_k);
            ledger.book("migration: permits given", id(Migrants::irregular_k), rows[row].irregular_k, &inputs[3..5]);
            ledger.book(
                "migration: migrants coming home",
                id(Migrants::returnees_k),
                rows[row].returnees_k,
                &[people, inputs[5]],
            );
            let returnees = id(Migrants::returnees_k);
            let pool = id(Migrants::mobilisable_share);
            ledger.book("migration: the absence of migrants", pool, rows[row].mobilisable_share, &[people, returnees]);
        }
    }
    let normal: f64 = populations.iter().map(|region| region.population_k * of.mover_share * region.propensity).sum();
    for country in countries.rows_mut() {
        *country = country_row(&total, normal, labour, &around.host_of, of);
    }
}

/// The country's row, from the sums over regions.
fn country_row(
    total: &Account,
    normal: f64,
    labour: &HostLabour,
    host: &HostConstants,
    of: &MigrationConstants,
) -> CountryMigration {
    let migrants = total.legal + total.irregular;
    let pay = labour.jobs * labour.wage_usd / (host.jobs * host.wage_usd);
    let (unprotected, away) =
        if migrants > 0.0 && normal > 0.0 { (total.irregular / migrants, migrants / normal) } else { (0.0, 0.0) };
    let risk = of.risk * labour.deportation_risk * unprotected;
    CountryMigration {
        migrants_k: migrants,
        legal_k: total.legal,
        migrant_welfare: clamp(libm::log(max(pay, 1e-6)) - risk - of.family * away, -20.0, 20.0),
    }
}

/// Brings the cohorts to their seasonal state at the start of a game.
fn start(world: &mut World) {
    world.run_system_cached(start::lay_out).expect("the system's resources stand");
    world.run_system_cached(start::fill).expect("the system's resources stand");
}
