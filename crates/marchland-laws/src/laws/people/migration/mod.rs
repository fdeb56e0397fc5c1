//! Labour migration: who goes, legally or not, who comes home, and who is sent home (3.2).
//!
//! Cohorts of people of working age, split over regions by population, hold the state; a region's
//! indicators are their sums. What a cohort's members intend is the cohort rule's choice; how fast
//! intentions become journeys is the season's; who travels with a permit is the quota's.
//!
//! People close: in every region `migrants' = migrants + departures − returns − expelled`, and
//! `migrants = legal + irregular`, to rounding.

mod constants;
mod kernel;
mod start;

use bevy_ecs::prelude::*;
use bevy_ecs::system::SystemParam;
use marchland_game::number::min;
use marchland_game::{CHUNK, CohortView, Domain, stream};
use marchland_sim::ledger::Ledger;
use marchland_sim::mechanisms::{CohortRules, Mechanism};
use marchland_sim::world::{Clock, Fixed, Ids, Rows, RowsMut};

use crate::state::cohort::{
    Aspiration, CohortLayout, Earnings, Intention, Irregular, Legal, MigrationColumns, Network, Returnees, Satisfaction,
};
use crate::state::country::{CountryMigration, Output};
use crate::state::host::{HostLabour, HostPolicy};
use crate::state::region::{CountryOf, Migrants, Population, Supply};

pub use constants::MigrationConstants;
pub use kernel::{Account, Cohorts, MigrationIntentions, Movement, Permits, advance, fill_advantage, permits, wanted};
pub use start::Season;

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        DEPARTURES = "departures",
        RETURNS = "returns",
        EXPULSIONS = "expulsions",
        PERMITS_GIVEN = "permits given",
        MIGRANTS_COMING_HOME = "migrants coming home",
        ABSENCE_OF_MIGRANTS = "the absence of migrants",
    }
}

/// The law of migration.
pub(crate) const MIGRATION: Mechanism = Mechanism {
    name: "migration",
    called: "migration",
    meaning: "Moves people between home and abroad, with and without permits, by the migrants' own choice, season, \
              quota and enforcement.",
    equations: "advantage = propensity + ln(p w / p₀ w₀) − h ln(y / y₀) + θ ln((1 + m)/(1 + m₀)) − χ(risk − risk₀) + \
                π blackout + selection ln e + luck; departures = home · out(season) · intention · (1 − κ refused); \
                legal = min(quota · share + amnesty, wish · migrants); of those refused κ stay or return",
    source: "Harris & Todaro 1970; McFadden 1974; Stark & Bloom 1985; quota spill-over: our choice",
    parameters: MigrationConstants::NAMES,
    populations: &["migration"],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Population>();
        set.add::<Migrants>();
        set.add::<CountryMigration>();
        set.add::<Legal>();
        set.add::<Irregular>();
        set.add::<Returnees>();
        set.add::<Earnings>();
        set.add::<Intention>();
        set.add::<Network>();
        set.add::<Satisfaction>();
        set.add::<Aspiration>();
    },
    needs: |needs| {
        needs.entity("host").law("host_economy", "jobs and pay abroad");
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
        build.start(start::lay_out);
        build.start(start::fill);
    },
    constants: |world, value| {
        MigrationConstants::read(world, value);
        let season = Season::of(world.resource::<MigrationConstants>());
        *world.resource_mut::<Season>() = season;
    },
    start: |_| {},
};

const LUCK: u64 = stream::name_hash("migrants' luck");

#[derive(SystemParam)]
struct Around<'w, 's> {
    clock: Res<'w, Clock>,
    of: Res<'w, MigrationConstants>,
    season: Res<'w, Season>,
    rules: Res<'w, CohortRules>,
    countries: Local<'s, Fixed<CountryOf>>,
}

/// What going is worth to an average member of a region, before its own earnings and luck.
fn region_advantage(
    of: &MigrationConstants,
    labour: &HostLabour,
    (region, supply): (&Population, Option<&Supply>),
    home_pay: f64,
    abroad: f64,
) -> f64 {
    let dark = supply.map_or(0.0, |supply| supply.blackout_hours / 24.0);
    let pay = (labour.jobs * labour.wage_usd) / (of.host_jobs * of.host_wage_usd);
    kernel::logit(region.propensity) / of.sensitivity + libm::log(pay) - of.home * libm::log(home_pay)
        + of.network * libm::log((1.0 + abroad) / (1.0 + region.propensity))
        - of.risk * (labour.deportation_risk - of.risk_reference)
        + of.blackout * dark
}

type MigrationIds<'w> = (Local<'w, Ids<Migrants>>, Local<'w, Ids<HostLabour>>, Local<'w, Ids<HostPolicy>>);

fn migrate(
    around: Around<'_, '_>,
    mut layout: ResMut<CohortLayout>,
    hosts: Query<(&HostPolicy, &HostLabour)>,
    mut cohorts: Query<MigrationColumns>,
    mut regions: Query<(&mut Migrants, &Population, Option<&Supply>)>,
    mut countries: Query<(&mut CountryMigration, Option<&Output>)>,
    ids: MigrationIds<'_>,
    mut ledger: ResMut<Ledger>,
) {
    let (policies, labours) = hosts.rows();
    let (Some(policy), Some(labour)) = (policies.first(), labours.first()) else { return };
    let (of, months) = (&*around.of, around.clock.months);
    let (rows, populations, supplies) = regions.rows_mut();
    let (countries, outputs) = countries.rows_mut();
    let layout = &mut *layout;
    let (legal, irregular, returnees, earnings, going, network, satisfaction, aspiration) = cohorts.rows_mut();
    let mut state = Cohorts {
        legal: bytemuck::cast_slice_mut(legal),
        irregular: bytemuck::cast_slice_mut(irregular),
        returnees: bytemuck::cast_slice_mut(returnees),
        earnings: bytemuck::cast_slice(earnings),
        going: bytemuck::cast_slice_mut(going),
        network: bytemuck::cast_slice_mut(network),
        satisfaction: bytemuck::cast_slice_mut(satisfaction),
        aspiration: bytemuck::cast_slice_mut(aspiration),
    };
    if state.legal.is_empty() {
        return;
    }
    let rule = around.rules.of("migration");
    let luck = around.clock.root.stream(Domain::Cohort, around.clock.moment, LUCK, 0).word();
    let (depart, comeback) = around.season.rates(around.clock.calendar_month);
    // An intention cannot be carried out by more than everybody.
    let (depart, comeback) = (min(depart * months, 1.0), min(comeback * months, 1.0));
    let home_pay = |row: usize| outputs.get(around.countries.rows[row]).map_or(1.0, |output| output.home_pay_index);
    let mut total_wanted = MigrationIntentions::default();
    for (row, range) in layout.ranges.iter().enumerate() {
        let members = populations[row].population_k * of.mover_share;
        let abroad = if members > 0.0 { rows[row].migrants_k / members } else { 0.0 };
        let advantage = region_advantage(of, labour, (&populations[row], supplies.get(row)), home_pay(row), abroad);
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
            rule.choose(&view, going);
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
            pay_abroad: of.pay_ratio * labour.jobs * labour.wage_usd / (of.host_jobs * of.host_wage_usd),
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
                marchland_sim::ledger::Term { name: Terms::DEPARTURES, amount: account.out, inputs: &inputs },
                marchland_sim::ledger::Term { name: Terms::RETURNS, amount: -account.back, inputs: &inputs[..3] },
                marchland_sim::ledger::Term {
                    name: Terms::EXPULSIONS,
                    amount: -account.expelled,
                    inputs: &inputs[5..],
                },
            ];
            ledger.terms(id(Migrants::migrants_k), rows[row].migrants_k, &terms);
            let people = id(Migrants::migrants_k);
            ledger.book(Terms::PERMITS_GIVEN, id(Migrants::irregular_k), rows[row].irregular_k, &inputs[3..5]);
            ledger.book(
                Terms::MIGRANTS_COMING_HOME,
                id(Migrants::returnees_k),
                rows[row].returnees_k,
                &[people, inputs[5]],
            );
            let returnees = id(Migrants::returnees_k);
            let pool = id(Migrants::mobilisable_share);
            ledger.book(Terms::ABSENCE_OF_MIGRANTS, pool, rows[row].mobilisable_share, &[people, returnees]);
        }
    }
    let normal: f64 = populations.iter().map(|region| region.population_k * of.mover_share * region.propensity).sum();
    for country in countries {
        *country = kernel::country_row(&total, normal, labour, of);
    }
}
