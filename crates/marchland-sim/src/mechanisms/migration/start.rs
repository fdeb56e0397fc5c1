//! The cohorts at the start of a game, and the year's rhythm.

use bevy_ecs::prelude::*;
use marchland_game::number::{fast_logistic, min};
use marchland_game::{CHUNK, stream};

use super::kernel::logit;
use super::{
    Account, Aspiration, CohortLayout, CountryMigration, Earnings, Intention, Irregular, Legal, Migrants,
    MigrationConstants, Network, Returnees, Satisfaction, country_row,
};
use crate::mechanisms::host_economy::{HostConstants, HostLabour, HostPolicy};
use crate::mechanisms::regions::Population;
use crate::world::{Clock, Rows, RowsMut};

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
                of.depart_rate * (1.0 + of.depart_swing * swing(month, 3.0)),
                of.return_rate * (1.0 + of.return_swing * swing(month, 11.0)),
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
pub(super) fn layout(world: &mut World) {
    let mut legal = world.query::<&Legal>();
    let count = legal.query(world).rows().len();
    let mut populations = world.query::<&Population>();
    let people: Vec<f64> = populations.query(world).rows().iter().map(|region| region.population_k).collect();
    let ranges = split(count, &people);
    let mut layout = world.resource_mut::<CohortLayout>();
    let spread = layout.spread;
    if layout.ranges == ranges {
        return;
    }
    layout.advantage.resize(count.min(CHUNK), 0.0);
    layout.habit.resize(count.min(CHUNK), 0.0);
    layout.earnings.clear();
    for range in &ranges {
        let n = range.len() as f64;
        for at in 0..range.len() {
            let z = stream::standard_normal_quantile((at as f64 + 0.5) / n);
            layout.earnings.push(libm::exp(spread * z - 0.5 * spread * spread));
        }
    }
    layout.ranges = ranges;
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

/// Intentions where propensity and earnings put them, people abroad where the season has brought
/// them, permits up to their limit, expectations at what is.
pub(super) fn cohorts(world: &mut World) {
    let of = *world.resource::<MigrationConstants>();
    let season = *world.resource::<Season>();
    let month = world.resource::<Clock>().calendar_month;
    let mut hosts = world.query::<(&HostPolicy, &HostLabour)>();
    let Some((policy, labour)) = hosts.iter(world).next().map(|(policy, labour)| (*policy, *labour)) else { return };
    world.resource_scope(|world, layout: Mut<'_, CohortLayout>| {
        fill_cohorts(world, &layout, &of, &season, month, &policy, &labour);
    });
}

fn fill_cohorts(
    world: &mut World,
    layout: &CohortLayout,
    of: &MigrationConstants,
    season: &Season,
    month: u32,
    policy: &HostPolicy,
    labour: &HostLabour,
) {
    let mut regions = world.query::<(&Population, &Migrants)>();
    let regions: Vec<(Population, Migrants)> = regions.iter(world).map(|(a, b)| (*a, *b)).collect();
    let count = layout.earnings.len();
    let (mut goings, mut people, mut lawful, mut back) =
        (vec![0.0; count], vec![0.0; count], vec![0.0; count], vec![0.0; count]);
    let mut each = Vec::new();
    for (range, (region, known)) in layout.ranges.iter().zip(&regions) {
        let members = region.population_k * of.mover_share;
        let own = if range.is_empty() { 0.0 } else { members / range.len() as f64 };
        each.push(own);
        let propensity = region.propensity;
        let mut intended = 0.0;
        for at in range.clone() {
            let advantage = logit(propensity) + of.sensitivity * of.selection * (layout.earnings[at] - 1.0);
            goings[at] = if propensity > 0.0 { fast_logistic(advantage) } else { 0.0 };
            intended += goings[at] * own;
        }
        // In the midst of a game people are where the region says; at its start, where the season
        // has brought them. The cycle is nearly proportional to the intention.
        let factor = if known.migrants_k > 0.0 && intended > 0.0 {
            known.migrants_k / intended
        } else if propensity > 0.0 {
            season.abroad(month, propensity) / propensity
        } else {
            0.0
        };
        for at in range.clone() {
            people[at] = min(goings[at] * factor, 1.0) * own;
            back[at] = known.returnees_k / range.len() as f64;
        }
    }
    let total: f64 = people.iter().sum();
    let limit = policy.quota * of.quota_share + policy.amnesty;
    let permitted = if total > 0.0 { min(limit, of.permit_wish * total) / total } else { 0.0 };
    let mut sums = Account::default();
    let mut rows = Vec::new();
    for (range, (region, known)) in layout.ranges.iter().zip(&regions) {
        let share =
            if known.migrants_k > 0.0 { 1.0 - min(known.irregular_k / known.migrants_k, 1.0) } else { permitted };
        let mut account = Account::default();
        for at in range.clone() {
            lawful[at] = share;
            account.legal += people[at] * share;
            account.irregular += people[at] * (1.0 - share);
            account.returnees += back[at];
            account.earners += layout.earnings[at] * people[at] * (share + of.irregular_pay * (1.0 - share));
        }
        sums.add(&account);
        rows.push(account.row(region.population_k, of));
    }
    let host = *world.resource::<HostConstants>();
    let normal: f64 = regions.iter().map(|(region, _)| region.population_k * of.mover_share * region.propensity).sum();
    let country = country_row(&sums, normal, labour, &host, of);
    let mut abroad = vec![0.0; count];
    for (range, own) in layout.ranges.iter().zip(&each) {
        for at in range.clone() {
            abroad[at] = if *own > 0.0 { people[at] / own } else { 0.0 };
        }
    }
    fill(world, |at, own: &mut Intention| own.going = goings[at]);
    fill(world, |at, own: &mut Legal| own.legal = people[at] * lawful[at]);
    fill(world, |at, own: &mut Irregular| own.irregular = people[at] * (1.0 - lawful[at]));
    fill(world, |at, own: &mut Returnees| own.returnees = back[at]);
    fill(world, |at, own: &mut Earnings| own.earnings = layout.earnings[at]);
    fill(world, |at, own: &mut Network| own.network = abroad[at]);
    fill(world, |_, own: &mut Satisfaction| own.satisfaction = 1.0);
    fill(world, |at, own: &mut Aspiration| {
        let paid = lawful[at] + of.irregular_pay * (1.0 - lawful[at]);
        own.aspiration = of.pay_ratio * layout.earnings[at] * abroad[at] * paid + 1.0 - abroad[at];
    });
    fill(world, |at, own: &mut Migrants| *own = rows[at]);
    fill(world, |_, own: &mut CountryMigration| *own = country);
}

fn fill<C: crate::world::Column>(world: &mut World, mut write: impl FnMut(usize, &mut C)) {
    let mut query = world.query::<&mut C>();
    let mut query = query.query_mut(world);
    for (at, own) in query.rows_mut().iter_mut().enumerate() {
        write(at, own);
    }
}
