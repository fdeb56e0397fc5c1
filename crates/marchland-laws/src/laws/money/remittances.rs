//! Remittances: what migrants send home (3.1), and the same simple account for neighbours.

use bevy_ecs::prelude::*;
use marchland_game::number::min;
use marchland_sim::constants;
use marchland_sim::ledger::Ledger;
use marchland_sim::mechanisms::Mechanism;
use marchland_sim::mechanisms::exogenous::HostPath;
use marchland_sim::world::{Clock, Fixed, Ids, Rows, RowsMut};

use crate::state::country::{CountryMigration, Output, Remittances};
use crate::state::host::HostLabour;
use crate::state::neighbour::NeighbourRemittances;
use crate::state::region::{CountryOf, Migrants, Population, RegionRemittances};

constants! {
    /// Constants of remittances.
    pub struct RemittanceConstants {
        /// What a migrant with a permit and mean earnings sends in a month, at the start's pay and jobs, US dollars.
        per_migrant_usd = "remittances_per_migrant_usd",
        /// Seasonal swing of what a migrant sends, peak in August, as a share.
        swing = "remittances_swing",
        /// Share by which the slow mean follows in a month.
        smoothing = "remittances_smoothing",
        /// Elasticity to the host's gross domestic product where the number of migrants is not modelled.
        held_elasticity = "remittances_held_elasticity",
        /// Share of seekers who find work in the host country at the start.
        host_jobs = "host_jobs",
        /// Pay of a migrant in work at the start, US dollars a month.
        host_wage_usd = "host_wage_usd",
    }
}

/// The month in which a migrant sends most: August.
const PEAK: f64 = 8.0;

/// The most remittances that are shown, as a share of output: the range of the column.
const DEPENDENCE_MOST: f64 = 5.0;

/// The season's factor of what a migrant sends, by calendar month.
#[derive(Resource, Clone, Copy, PartialEq, Debug, Default)]
pub struct SendingSeason {
    factors: [f64; 12],
}

impl SendingSeason {
    /// A cosine of this swing with its peak in August.
    #[must_use]
    pub fn of(swing: f64) -> Self {
        Self {
            factors: core::array::from_fn(|at| {
                1.0 + swing * libm::cos(core::f64::consts::TAU * (at as f64 + 1.0 - PEAK) / 12.0)
            }),
        }
    }

    /// The factor of a calendar month (1 to 12).
    #[must_use]
    pub fn factor(&self, calendar_month: u32) -> f64 {
        self.factors[(calendar_month.clamp(1, 12) - 1) as usize]
    }
}

marchland_sim::terms! {
    /// What the law books.
    struct Terms {
        MIGRANTS_PAY = "migrants' pay",
        SLOW_MEAN_OF_REMITTANCES = "the slow mean of remittances",
        HOST_ECONOMY = "host economy",
    }
}

/// The law of remittances.
pub(crate) const REMITTANCES: Mechanism = Mechanism {
    name: "remittances",
    called: "remittances",
    meaning: "What migrants send home each month, by region, and the same account for neighbours.",
    equations: "R = season · per migrant · Σ earners · (p w / p₀ w₀) · transfer factor; neighbour: R = season · R₀ · Y^ε",
    source: "gravity of remittances: Lueth & Ruiz-Arranz 2006; elasticity from World Bank data 2006–2019",
    parameters: RemittanceConstants::NAMES,
    populations: &[],
    terms: Terms::ALL,
    columns: |set| {
        set.add::<Remittances>();
        set.add::<RegionRemittances>();
        set.add::<NeighbourRemittances>();
        set.add::<Population>();
        set.add::<Migrants>();
        set.add::<CountryMigration>();
    },
    needs: |needs| {
        needs.entity("host").law("host_economy", "pay abroad").law("migration", "the number of migrants");
    },
    build: |build| {
        CountryOf::insert(build);
        build.world.insert_resource(SendingSeason::default());
        build.system(pay);
        build.start(settle);
    },
    constants: |world, value| {
        RemittanceConstants::read(world, value);
        let swing = world.resource::<RemittanceConstants>().swing;
        *world.resource_mut::<SendingSeason>() = SendingSeason::of(swing);
    },
    start: |_| {},
};

/// What a migrant with a permit and mean earnings sends in a month, without the season, million US
/// dollars per thousand.
#[must_use]
pub fn per_thousand(of: &RemittanceConstants, labour: &HostLabour, factor: f64) -> f64 {
    of.per_migrant_usd * 1e-3 * factor * labour.jobs * labour.wage_usd / (of.host_jobs * of.host_wage_usd)
}

/// A calendar year's account.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Year {
    sum: f64,
    last: f64,
    change: f64,
}

/// The account after a step with this flow a month: January opens it, December's last step closes
/// it, and a year that was not seen whole counts for nothing.
fn account(clock: &Clock, flow: f64, mut year: Year) -> Year {
    if clock.calendar_month == 1 && clock.first_of_month() {
        year.sum = 0.0;
    }
    year.sum += flow * clock.months;
    let closes = clock.calendar_month == 12 && clock.last_of_month();
    if closes && clock.moment.turn.0 >= 12 {
        if year.last > 0.0 {
            year.change = year.sum / year.last - 1.0;
        }
        year.last = year.sum;
    }
    year
}

type SendIds<'w> = (Local<'w, Ids<Remittances>>, Local<'w, Ids<HostPath>>, Local<'w, Ids<Migrants>>);

/// Columns of a region and of a country that are sent to.
type Regions = (&'static mut RegionRemittances, &'static Migrants);
type Countries = (&'static mut Remittances, Option<&'static Output>);

fn pay(
    (clock, of, season): (Res<Clock>, Res<RemittanceConstants>, Res<SendingSeason>),
    of_country: Local<Fixed<CountryOf>>,
    hosts: Query<(&HostPath, &HostLabour)>,
    mut regions: Query<Regions>,
    mut countries: Query<Countries>,
    mut neighbours: Query<&mut NeighbourRemittances>,
    (ids, neighbour_ids): (SendIds<'_>, Local<Ids<NeighbourRemittances>>),
    mut ledger: ResMut<Ledger>,
) {
    let (paths, labours) = hosts.rows();
    let (Some(path), Some(labour)) = (paths.first(), labours.first()) else { return };
    let season = season.factor(clock.calendar_month);
    let (regions, countries) = (regions.rows_mut(), countries.rows_mut());
    send((&clock, &of, &of_country), season, (path, labour), regions, countries, &ids, &mut ledger);
    send_to_neighbours((&clock, &of), season, path, neighbours.rows_mut(), (&neighbour_ids, &ids.1), &mut ledger);
}

fn send(
    (clock, of, of_country): (&Clock, &RemittanceConstants, &CountryOf),
    season: f64,
    (path, labour): (&HostPath, &HostLabour),
    (regions, migrants): (&mut [RegionRemittances], &[Migrants]),
    (countries, outputs): (&mut [Remittances], &[Output]),
    ids: &SendIds<'_>,
    ledger: &mut Ledger,
) {
    let each = per_thousand(of, labour, path.transfer_factor);
    for (region, migrants) in regions.iter_mut().zip(migrants) {
        region.remittances_musd = each * migrants.earners_k;
    }
    for (row, country) in countries.iter_mut().enumerate() {
        let level: f64 = of_country.regions(row).map(|region| regions[region].remittances_musd).sum();
        country.remittances_musd = season * level;
        if country.remittance_start_musd > 0.0 {
            let relative = level / country.remittance_start_musd;
            let step = min(of.smoothing * clock.months, 1.0);
            country.remittance_level += step * (relative - country.remittance_level);
        }
        if let Some(output) = outputs.get(row)
            && output.gdp_musd > 0.0
        {
            country.remittance_dependence = min(12.0 * level / output.gdp_musd, DEPENDENCE_MOST);
        }
        let year = Year {
            sum: country.remittances_year_musd,
            last: country.remittances_last_year_musd,
            change: country.remittance_change,
        };
        let year = account(clock, country.remittances_musd, year);
        country.remittances_year_musd = year.sum;
        country.remittances_last_year_musd = year.last;
        country.remittance_change = year.change;
        if ledger.on() {
            let mut inputs = vec![ids.1.at(0, HostPath::gdp_index), ids.1.at(0, HostPath::transfer_factor)];
            inputs.extend((0..regions.len()).map(|region| ids.2.at(region, Migrants::earners_k)));
            let own = ids.0.at(row, Remittances::remittances_musd);
            ledger.book(Terms::MIGRANTS_PAY, own, country.remittances_musd, &inputs);
            let slow = ids.0.at(row, Remittances::remittance_level);
            ledger.book(Terms::SLOW_MEAN_OF_REMITTANCES, slow, country.remittance_level, &[own]);
        }
    }
}

fn send_to_neighbours(
    (clock, of): (&Clock, &RemittanceConstants),
    season: f64,
    path: &HostPath,
    rows: &mut [NeighbourRemittances],
    ids: (&Ids<NeighbourRemittances>, &Ids<HostPath>),
    ledger: &mut Ledger,
) {
    if rows.is_empty() {
        return;
    }
    let factor = season * libm::exp(of.held_elasticity * libm::log(path.gdp_index)) * path.transfer_factor;
    for (row, neighbour) in rows.iter_mut().enumerate() {
        neighbour.remittances_musd = factor * neighbour.remittance_base_musd;
        let year = Year {
            sum: neighbour.remittances_year_musd,
            last: neighbour.remittances_last_year_musd,
            change: neighbour.remittance_change,
        };
        let year = account(clock, neighbour.remittances_musd, year);
        neighbour.remittances_year_musd = year.sum;
        neighbour.remittances_last_year_musd = year.last;
        neighbour.remittance_change = year.change;
        if ledger.on() {
            let own = ids.0.at(row, NeighbourRemittances::remittances_musd);
            let gdp = ids.1.at(0, HostPath::gdp_index);
            ledger.book(Terms::HOST_ECONOMY, own, neighbour.remittances_musd, &[gdp]);
        }
    }
}

/// The level at the start, which later ones are relative to.
fn settle(
    (of, season): (Res<RemittanceConstants>, Res<SendingSeason>),
    (clock, of_country): (Res<Clock>, Local<Fixed<CountryOf>>),
    hosts: Query<(&HostPath, &HostLabour)>,
    mut regions: Query<Regions>,
    mut countries: Query<&mut Remittances>,
) {
    let Some((path, labour)) = hosts.iter().next() else { return };
    let each = per_thousand(&of, labour, path.transfer_factor);
    let (regions, migrants) = regions.rows_mut();
    for (own, migrants) in regions.iter_mut().zip(migrants) {
        own.remittances_musd = each * migrants.earners_k;
    }
    for (row, own) in countries.rows_mut().iter_mut().enumerate() {
        let level: f64 = of_country.regions(row).map(|region| regions[region].remittances_musd).sum();
        if own.remittance_start_musd == 0.0 {
            own.remittance_start_musd = level;
        }
        own.remittances_musd = level * season.factor(clock.calendar_month);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use marchland_game::{Moment, Root, Round, Stage, Turn};

    fn clock(turn: u32, round: u8, month: u32, months: f64) -> Clock {
        Clock {
            moment: Moment { turn: Turn(turn), round: Round(round), stage: Stage::Orders },
            months,
            rounds: if months == 1.0 { 1 } else { 4 },
            calendar_month: month,
            root: Root::of_game(0),
        }
    }

    #[test]
    fn the_season_has_the_observed_quarters() {
        // Quarter weights .15, .25, .35, .25 are those of a cosine of swing .444.
        let season = SendingSeason::of(0.444);
        let quarter = |from: u32| (from..from + 3).map(|month| season.factor(month)).sum::<f64>() / 12.0;
        for (from, share) in [(1, 0.15), (4, 0.25), (7, 0.35), (10, 0.25)] {
            assert!((quarter(from) - share).abs() < 0.003, "quarter from {from}: {}", quarter(from));
        }
    }

    #[test]
    fn years_close_in_december_whatever_the_clock() {
        let mut year = Year { sum: 0.0, last: 0.0, change: 0.0 };
        for turn in 1..=24 {
            let month = (turn - 1) % 12 + 1;
            let flow = if turn <= 12 { 10.0 } else { 7.0 };
            if turn == 20 {
                for round in 0..4 {
                    year = account(&clock(turn, round, month, 0.25), flow, year);
                }
            } else {
                year = account(&clock(turn, 0, month, 1.0), flow, year);
            }
        }
        assert!((year.last - 84.0).abs() < 1e-12 && (year.change + 0.3).abs() < 1e-12, "{year:?}");
    }

    #[test]
    fn a_year_that_began_in_april_is_not_full() {
        let mut year = Year { sum: 0.0, last: 0.0, change: 0.0 };
        for turn in 1..=9 {
            year = account(&clock(turn, 0, turn + 3, 1.0), 10.0, year);
        }
        assert_eq!((year.sum, year.last), (90.0, 0.0));
    }
}
