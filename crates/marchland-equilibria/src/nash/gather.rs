//! From covers of degenerate supports to components of equilibria.

use crate::deviation::relative_regret;
use crate::game::Game;
use crate::number::{max, min};
use crate::profile::Profile;
use crate::solution::{Component, Solution, Solver, Stop};

use super::ZERO;
use super::cover::Region;
use super::sample::Sampler;

/// Points listed for one component at most.
const SAMPLES: usize = 6;
/// Points looked for in one component, of which those farthest apart are listed.
const CANDIDATES: usize = 24;
/// Regions of one component in which a point is looked for.
const MOST_TRIES: usize = 400;
/// How far regions may be apart by rounding and still touch.
const TOUCH: f64 = 1e-9;

/// A region in the game's coordinates, and the support it was found in.
pub(super) struct PlacedRegion {
    supports: Vec<Vec<usize>>,
    /// In the support's own coordinates.
    own: Region,
    low: Vec<f64>,
    high: Vec<f64>,
}

impl PlacedRegion {
    pub(super) fn new(game: &Game, supports: &[Vec<usize>], own: Region) -> PlacedRegion {
        let (mut low, mut high) = (vec![0.0; game.strategy_count()], vec![0.0; game.strategy_count()]);
        let places =
            supports.iter().zip(game.offsets()).flat_map(|(support, &start)| support.iter().map(move |a| start + a));
        for (k, place) in places.enumerate() {
            low[place] = own.low[k];
            high[place] = own.high[k];
        }
        PlacedRegion { supports: supports.to_vec(), own, low, high }
    }

    fn touches(&self, other: &PlacedRegion) -> bool {
        let apart = |k: usize| self.low[k] > other.high[k] + TOUCH || other.low[k] > self.high[k] + TOUCH;
        !(0..self.low.len()).any(apart)
    }

    fn holds(&self, flat: &[f64]) -> bool {
        (0..flat.len()).all(|k| self.low[k] <= flat[k] + ZERO && flat[k] <= self.high[k] + ZERO)
    }
}

/// What the regions hold.
#[derive(Default)]
pub(super) struct RegionContents {
    /// Components; members are numbers in the list of solutions that was handed in and grew.
    pub(super) components: Vec<Component>,
    /// Connected regions in which no equilibrium was found.
    pub(super) barren: usize,
    /// The widest region among them.
    pub(super) barren_width: f64,
}

/// Joins regions that touch, samples equilibria in each connected part, and counts their dimension.
///
/// Solutions that lie in a part and are not regular become its members; new samples are appended.
///
/// # Errors
/// When the solver must stop; what was gathered until then is kept in `out`.
pub(super) fn gather(
    game: &Game,
    normal: &Game,
    regions: &[PlacedRegion],
    solutions: &mut Vec<Solution>,
    solver: &mut Solver<'_>,
    out: &mut RegionContents,
) -> Result<(), Stop> {
    let mut sampler = Sampler::new(game, normal);
    for part in parts(regions) {
        let width = part.iter().fold(0.0, |widest, &r| max(widest, regions[r].own.width()));
        let mut points: Vec<Profile> = Vec::new();
        let known = solutions.iter().enumerate().filter(|(_, solution)| solution.index == Some(0));
        let mut members: Vec<usize> = known
            .filter(|(_, solution)| {
                let flat = solution.profile.flat();
                part.iter().any(|&r| regions[r].holds(&flat))
            })
            .map(|(number, _)| number)
            .collect();
        points.extend(members.iter().map(|&number| solutions[number].profile.clone()));
        for region in tries(regions, &part) {
            solver.big_step(solutions.len(), None)?;
            if points.len() >= CANDIDATES + members.len() {
                break;
            }
            let region = &regions[region];
            for share in [0.5, 0.25] {
                let Some(point) = sampler.equilibrium_near(&region.supports, &inside(region, share)) else { continue };
                let flat = point.flat();
                let near = region.holds(&flat) || part.iter().any(|&r| regions[r].holds(&flat));
                if near && points.iter().all(|known| known.distance(&point) > 1e-6) {
                    points.push(point);
                }
                break;
            }
        }
        if points.is_empty() {
            out.barren += 1;
            out.barren_width = max(out.barren_width, width);
            continue;
        }
        let dimension = points.iter().map(|point| sampler.dimension(point)).max().unwrap_or(0);
        let already = members.len();
        for chosen in spread(&points, already) {
            members.push(solutions.len());
            solutions.push(Solution::certify(game, points[chosen].clone(), Some(0)));
        }
        let residual = members.iter().map(|&m| relative_regret(game, &solutions[m].profile)).fold(0.0, max);
        out.components.push(Component {
            members,
            subsets: Vec::new(),
            dimension: Some(dimension),
            residual,
            index: None,
            width: Some(width),
        });
    }
    Ok(())
}

/// Regions of a part in which to look for a point: large supports first and each in turn, as the widest sheets
/// of a component lie inside large ones, and within a support scattered.
fn tries(regions: &[PlacedRegion], part: &[usize]) -> Vec<usize> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for &region in part {
        match groups.iter_mut().find(|group| regions[group[0]].supports == regions[region].supports) {
            Some(group) => group.push(region),
            None => groups.push(vec![region]),
        }
    }
    groups.sort_by_key(|group| std::cmp::Reverse(regions[group[0]].own.low.len()));
    let strides: Vec<usize> = groups.iter().map(|group| stride(group.len())).collect();
    let longest = groups.iter().map(Vec::len).max().unwrap_or(0);
    let turn = |k: usize| {
        let groups = groups.iter().zip(&strides).filter(move |(group, _)| k < group.len());
        // A stride prime to the number of regions visits each once.
        groups.map(move |(group, stride)| group[k * stride % group.len()])
    };
    (0..longest).flat_map(turn).take(MOST_TRIES).collect()
}

/// A point of a region with each player's probabilities summing to 1, the given share of the way up.
fn inside(region: &PlacedRegion, share: f64) -> Vec<f64> {
    let mut x: Vec<f64> =
        region.own.low.iter().zip(&region.own.high).map(|(low, high)| low + share * (high - low)).collect();
    let mut start = 0;
    for support in &region.supports {
        let mix = &mut x[start..start + support.len()];
        let total: f64 = mix.iter().sum();
        mix.iter_mut().for_each(|p| *p = if total > 0.0 { *p / total } else { 1.0 / support.len() as f64 });
        start += support.len();
    }
    x
}

/// Numbers of regions that hang together, in order of their first.
fn parts(regions: &[PlacedRegion]) -> Vec<Vec<usize>> {
    let mut parent: Vec<usize> = (0..regions.len()).collect();
    fn root(parent: &mut [usize], mut of: usize) -> usize {
        while parent[of] != of {
            parent[of] = parent[parent[of]];
            of = parent[of];
        }
        of
    }
    // A sweep along the coordinate in which the regions are most scattered.
    let axes = regions.first().map_or(0, |first| first.low.len());
    let scatter = |axis: usize| {
        let mean = regions.iter().map(|r| r.low[axis]).sum::<f64>() / regions.len() as f64;
        regions.iter().map(|r| (r.low[axis] - mean) * (r.low[axis] - mean)).sum::<f64>()
    };
    let axis = (0..axes).map(|axis| (axis, scatter(axis))).fold((0, -1.0), |a, b| if b.1 > a.1 { b } else { a }).0;
    let mut order: Vec<usize> = (0..regions.len()).collect();
    order.sort_by(|&a, &b| regions[a].low[axis].total_cmp(&regions[b].low[axis]).then(a.cmp(&b)));
    let mut open: Vec<usize> = Vec::new();
    for &next in &order {
        open.retain(|&old| regions[old].high[axis] + TOUCH >= regions[next].low[axis]);
        for &old in &open {
            if regions[old].touches(&regions[next]) {
                let (a, b) = (root(&mut parent, old), root(&mut parent, next));
                parent[a.max(b)] = a.min(b);
            }
        }
        open.push(next);
    }
    let mut parts: Vec<Vec<usize>> = Vec::new();
    let mut number = vec![usize::MAX; regions.len()];
    for region in 0..regions.len() {
        let root = root(&mut parent, region);
        if number[root] == usize::MAX {
            number[root] = parts.len();
            parts.push(Vec::new());
        }
        parts[number[root]].push(region);
    }
    parts
}

/// About the golden section of a count, and without a common divisor.
fn stride(count: usize) -> usize {
    let mut stride = (count as f64 * 0.618) as usize + 1;
    while num_integer::gcd(stride, count) != 1 {
        stride += 1;
    }
    stride
}

/// Up to [`SAMPLES`] points as far apart as can be, chosen one by one after the first `already`.
fn spread(points: &[Profile], already: usize) -> Vec<usize> {
    let mut chosen: Vec<usize> = (0..already).collect();
    // Whatever is known already, something from elsewhere in the component is shown too.
    while chosen.len() < SAMPLES.max(already + 2) {
        let gap = |k: usize| chosen.iter().map(|&c| points[c].distance(&points[k])).fold(f64::INFINITY, min);
        let best = (already..points.len()).map(|k| (k, gap(k))).fold((0, 1e-6), |a, b| if b.1 > a.1 { b } else { a });
        if best.1 <= 1e-6 {
            break;
        }
        chosen.push(best.0);
    }
    chosen.split_off(already)
}
