//! Components of equilibria: maximal Nash subsets and how they hang together.

use std::collections::{BTreeMap, BTreeSet};

use nalgebra::DMatrix;

use crate::deviation::relative_regret;
use crate::game::Game;
use crate::number::max;
use crate::solution::{Answer, Component};

/// The most maximal Nash subsets listed for one component.
const MOST_SUBSETS: usize = 10_000;

/// Groups extreme equilibria, given as pairs of vertex numbers, into components.
///
/// Two vertices are joined if they form an equilibrium; the maximal complete bipartite subgraphs are the
/// maximal Nash subsets, whose convex hulls contain equilibria only; the connected parts are the
/// topological components (Avis, Rosenberg, Savani and von Stengel 2010, section 2). Components of a
/// single equilibrium are left out. The second result tells whether any list of subsets was cut.
pub(super) fn components(pairs: &[(usize, usize)]) -> (Vec<Component>, bool) {
    let mut rows: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for &(x, y) in pairs {
        rows.entry(x).or_default().insert(y);
    }
    let mut cut = false;
    let mut parts: Vec<BTreeSet<usize>> = Vec::new();
    for (&x, ys) in &rows {
        let joined = |part: &BTreeSet<usize>| part.iter().any(|other| !rows[other].is_disjoint(ys));
        let (touching, rest): (Vec<_>, Vec<_>) = parts.into_iter().partition(joined);
        parts = rest;
        parts.push(touching.into_iter().flatten().chain([x]).collect());
    }
    let number = |x: usize, y: usize| pairs.iter().position(|&pair| pair == (x, y));
    let mut components = Vec::new();
    for part in parts {
        let mut members: Vec<usize> = (0..pairs.len()).filter(|&e| part.contains(&pairs[e].0)).collect();
        if members.len() < 2 {
            continue;
        }
        members.sort_unstable();
        let mut subsets: Vec<Vec<usize>> = closed_sets(part.iter().map(|x| &rows[x]), &mut cut)
            .into_iter()
            .map(|ys| {
                let xs = part.iter().filter(|x| ys.is_subset(&rows[x]));
                let mut subset: Vec<usize> =
                    xs.flat_map(|&x| ys.iter().map(move |&y| (x, y))).filter_map(|(x, y)| number(x, y)).collect();
                subset.sort_unstable();
                subset
            })
            .collect();
        subsets.sort();
        components.push(Component { members, subsets, dimension: None, residual: 0.0, index: None, width: None });
    }
    components.sort_by_key(|component| component.members[0]);
    (components, cut)
}

/// Fills in the dimensions, residuals and, where it follows from the others, the index of components.
pub(super) fn describe(game: &Game, answer: &mut Answer) {
    let solutions = &answer.solutions;
    for component in &mut answer.components {
        let dimension = |subset: &Vec<usize>| -> usize {
            (0..2).map(|player| spanned(subset.iter().map(|&m| &solutions[m].profile.0[player][..]))).sum()
        };
        component.dimension = component.subsets.iter().map(dimension).max();
        let residual = |&m: &usize| relative_regret(game, &solutions[m].profile);
        component.residual = component.members.iter().map(residual).fold(0.0, max);
    }
    if let [only] = &mut answer.components[..] {
        let outside = (0..solutions.len()).filter(|k| !only.members.contains(k));
        let indices: Option<Vec<i32>> = outside.map(|k| solutions[k].index.filter(|index| *index != 0)).collect();
        // Indices of all components sum to +1.
        only.index = indices.map(|indices| 1 - indices.iter().sum::<i32>());
    }
}

/// The dimension of the convex hull of mixed strategies.
fn spanned<'a>(mixes: impl Iterator<Item = &'a [f64]>) -> usize {
    let mixes: Vec<&[f64]> = mixes.collect();
    let differences: Vec<f64> =
        mixes.iter().skip(1).flat_map(|mix| mix.iter().zip(mixes[0]).map(|(a, b)| a - b)).collect();
    if differences.is_empty() {
        return 0;
    }
    DMatrix::from_row_slice(mixes.len() - 1, mixes[0].len(), &differences).rank(1e-9)
}

/// All non-empty intersections of the given sets: the right sides of the maximal bicliques.
fn closed_sets<'a>(sets: impl Iterator<Item = &'a BTreeSet<usize>>, cut: &mut bool) -> BTreeSet<BTreeSet<usize>> {
    let mut closed: BTreeSet<BTreeSet<usize>> = BTreeSet::new();
    for set in sets {
        let meets: Vec<_> = closed.iter().map(|other| other & set).filter(|meet| !meet.is_empty()).collect();
        closed.extend(meets);
        closed.insert(set.clone());
        if closed.len() > MOST_SUBSETS {
            *cut = true;
            break;
        }
    }
    closed
}
