//! The cohorts at the start of a game, and the year's rhythm.

use bevy_ecs::prelude::*;
use marchland_game::number::{fast_logistic, min};
use marchland_game::vector::wide;
use marchland_game::{CHUNK, stream};
use marchland_sim::world::{Clock, Rows, RowsMut};

use super::constants::MigrationConstants;
use super::kernel::{Account, country_row, logit};
use crate::state::cohort::{CohortLayout, Legal, MigrationColumns, Satisfaction};
use crate::state::country::CountryMigration;
use crate::state::host::{HostLabour, HostPolicy};
use crate::state::region::{Migrants, Population};

/// The months in which most leave and most return: March and November.
const LEAVING: f64 = 3.0;
const RETURNING: f64 = 11.0;

/// Rates of departure and return by calendar month.
#[derive(Resource, Clone, Copy, PartialEq, Debug, Default)]
pub struct Season {
    rates: [(f64, f64); 12],
}

impl Season {
    /// The rates that the constants give: cosines with peaks in March and November.
    #[must_use]
    pub fn of(of: &MigrationConstants) -> Self {
        let swing = |month: f64, peak: f64| libm::cos(core::f64::consts::TAU * (month - peak) / 12.0);
        let rates = core::array::from_fn(|at| {
            let month = at as f64 + 1.0;
            (
                of.depart_rate * (1.0 + of.depart_swing * swing(month, LEAVING)),
                of.return_rate * (1.0 + of.return_swing * swing(month, RETURNING)),
            )
        });
        Self { rates }
    }

    /// Rates of departure and return in a calendar month (1 to 12), a month.
    #[must_use]
    pub fn rates(&self, calendar_month: u32) -> (f64, f64) {
        self.rates[(calendar_month.clamp(1, 12) - 1) as usize]
    }

    /// Share abroad at the start of a calendar month, in the yearly cycle that a constant intention
    /// settles into.
    #[must_use]
    pub fn abroad(&self, calendar_month: u32, going: f64) -> f64 {
        let mut abroad = going;
        // Ten years bring the cycle within a millionth of its limit at the rates in use.
        for month in (calendar_month..calendar_month + 120).map(|month| (month + 11) % 12 + 1) {
            let (depart, comeback) = self.rates(month);
            abroad += min(depart, 1.0) * (1.0 - abroad) * going - min(comeback, 1.0) * abroad * (1.0 - going);
        }
        abroad
    }
}

/// Splits the cohorts over regions in proportion to population (largest remainders, ties by row),
/// at least one each, and spreads earnings over each region's by the quantiles of a log-normal of
/// mean 1.
pub(super) fn lay_out(legal: Query<&Legal>, populations: Query<&Population>, mut layout: ResMut<CohortLayout>) {
    let populations = populations.rows();
    let count = legal.rows().len();
    let people = || populations.iter().map(|region| region.population_k);
    if layout.earnings.len() == count && layout.people.iter().copied().eq(people()) {
        return;
    }
    let layout = &mut *layout;
    layout.people.clear();
    layout.people.extend(people());
    layout.ranges = split(count, &layout.people);
    layout.advantage.resize(count.min(CHUNK), 0.0);
    layout.habit.resize(count.min(CHUNK), 0.0);
    layout.earnings.clear();
    let spread = layout.spread;
    for range in &layout.ranges {
        let n = range.len() as f64;
        for at in 0..range.len() {
            let z = stream::standard_normal_quantile((at as f64 + 0.5) / n);
            layout.earnings.push(libm::exp(spread * z - 0.5 * spread * spread));
        }
    }
}

fn split(count: usize, people: &[f64]) -> Vec<core::ops::Range<usize>> {
    let total: f64 = people.iter().sum();
    if count == 0 || total <= 0.0 {
        return people.iter().map(|_| 0..0).collect();
    }
    let exact: Vec<f64> = people.iter().map(|people| people / total * count as f64).collect();
    let mut sizes: Vec<usize> = exact.iter().map(|exact| (exact.floor() as usize).max(1)).collect();
    let mut order: Vec<usize> = (0..people.len()).collect();
    order.sort_by(|a, b| (exact[*b] - exact[*b].floor()).total_cmp(&(exact[*a] - exact[*a].floor())).then(a.cmp(b)));
    let mut given: usize = sizes.iter().sum();
    for row in order.iter().cycle().take(count + people.len()) {
        if given < count {
            sizes[*row] += 1;
            given += 1;
        } else if given > count && sizes[*row] > 1 {
            sizes[*row] -= 1;
            given -= 1;
        }
    }
    let mut from = 0;
    sizes
        .iter()
        .map(|size| {
            let range = from.min(count)..(from + size).min(count);
            from += size;
            range
        })
        .collect()
}

/// What is known of a region when its cohorts are filled.
#[derive(Clone, Copy)]
pub(super) struct RegionStart {
    /// Members of a cohort, thousand.
    each: f64,
    /// Returnees in a cohort, thousand.
    back: f64,
    /// Share of migrants with a permit, where the region says so.
    lawful: Option<f64>,
}

/// Intentions where propensity and earnings put them, people abroad where the season has brought
/// them, permits up to their limit, expectations at what is.
pub(super) fn fill(
    (of, season): (Res<MigrationConstants>, Res<Season>),
    (clock, layout): (Res<Clock>, Res<CohortLayout>),
    hosts: Query<(&HostPolicy, &HostLabour)>,
    mut places: Query<(&mut Migrants, &Population)>,
    mut countries: Query<&mut CountryMigration>,
    mut cohorts: Query<MigrationColumns>,
    mut known: Local<Vec<RegionStart>>,
) {
    let Some((policy, labour)) = hosts.iter().next() else { return };
    let (rows, regions) = places.rows_mut();
    let earnings = layout.earnings.as_slice();
    let (legal, irregular, returnees, earning, goings, network, satisfaction, aspiration) = cohorts.rows_mut();
    let goings: &mut [f64] = bytemuck::cast_slice_mut(goings);
    // People abroad, with a permit or without, until it is known how many permits there are.
    let people: &mut [f64] = bytemuck::cast_slice_mut(legal);
    if earnings.len() != people.len() {
        // Where nobody lives, no cohort stands for anybody.
        return;
    }
    known.clear();
    for (range, (region, own)) in layout.ranges.iter().zip(regions.iter().zip(&*rows)) {
        let each = if range.is_empty() { 0.0 } else { region.population_k * of.mover_share / range.len() as f64 };
        let back = if range.is_empty() { 0.0 } else { own.returnees_k / range.len() as f64 };
        let lawful = (own.migrants_k > 0.0).then(|| 1.0 - min(own.irregular_k / own.migrants_k, 1.0));
        known.push(RegionStart { each, back, lawful });
        let propensity = region.propensity;
        let (ordinary, weight) = (logit(propensity), of.sensitivity * of.selection);
        let (goings, earnings) = (&mut goings[range.clone()], &earnings[range.clone()]);
        wide(|| {
            for (going, earnings) in goings.iter_mut().zip(earnings) {
                *going = if propensity > 0.0 { fast_logistic(ordinary + weight * (earnings - 1.0)) } else { 0.0 };
            }
        });
        let intended = goings.iter().fold(0.0, |sum, going| sum + going * each);
        // In the midst of a game people are where the region says; at its start, where the season
        // has brought them. The cycle is nearly proportional to the intention.
        let factor = if own.migrants_k > 0.0 && intended > 0.0 {
            own.migrants_k / intended
        } else if propensity > 0.0 {
            season.abroad(clock.calendar_month, propensity) / propensity
        } else {
            0.0
        };
        for (people, going) in people[range.clone()].iter_mut().zip(&*goings) {
            *people = min(going * factor, 1.0) * each;
        }
    }
    let total: f64 = people.iter().sum();
    let limit = policy.quota * of.quota_share + policy.amnesty;
    let permitted = if total > 0.0 { min(limit, of.permit_wish * total) / total } else { 0.0 };
    let irregular: &mut [f64] = bytemuck::cast_slice_mut(irregular);
    let returnees: &mut [f64] = bytemuck::cast_slice_mut(returnees);
    let network: &mut [f64] = bytemuck::cast_slice_mut(network);
    let aspiration: &mut [f64] = bytemuck::cast_slice_mut(aspiration);
    let mut sums = Account::default();
    for (row, range) in layout.ranges.iter().enumerate() {
        let RegionStart { each, back, lawful } = known[row];
        let share = lawful.unwrap_or(permitted);
        let paid = share + of.irregular_pay * (1.0 - share);
        let mut account = Account::default();
        for at in range.clone() {
            let all = people[at];
            account.legal += all * share;
            account.irregular += all * (1.0 - share);
            account.returnees += back;
            account.earners += earnings[at] * all * paid;
            let abroad = if each > 0.0 { all / each } else { 0.0 };
            people[at] = all * share;
            irregular[at] = all * (1.0 - share);
            returnees[at] = back;
            network[at] = abroad;
            aspiration[at] = of.pay_ratio * earnings[at] * abroad * paid + 1.0 - abroad;
        }
        sums.add(&account);
        rows[row] = account.row(regions[row].population_k, &of);
    }
    bytemuck::cast_slice_mut(earning).copy_from_slice(earnings);
    satisfaction.fill(Satisfaction { satisfaction: 1.0 });
    let normal: f64 = regions.iter().map(|region| region.population_k * of.mover_share * region.propensity).sum();
    let country = country_row(&sums, normal, labour, &of);
    countries.rows_mut().fill(country);
}
