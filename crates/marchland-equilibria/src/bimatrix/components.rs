//! Components of equilibria: maximal Nash subsets and how they hang together.

use std::collections::{BTreeMap, BTreeSet};

use crate::solution::Component;

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
        components.push(Component { members, subsets });
    }
    components.sort_by_key(|component| component.members[0]);
    (components, cut)
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
