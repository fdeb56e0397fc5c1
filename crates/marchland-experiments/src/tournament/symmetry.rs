//! Profiles that count as the same because players are interchangeable.

/// Groups of interchangeable players: m of them with s strategies each have C(m + s − 1, m) profiles that
/// differ, where a game of m players has sᵐ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symmetry {
    counts: Vec<usize>,
    groups: Vec<Vec<usize>>,
}

impl Symmetry {
    /// For players with so many strategies, and groups of their positions.
    #[must_use]
    pub fn new(counts: &[usize], groups: &[Vec<usize>]) -> Self {
        let groups = groups.iter().filter(|group| group.len() > 1).cloned().collect();
        Self { counts: counts.to_vec(), groups }
    }

    /// Whether any player is interchangeable with another.
    #[must_use]
    pub fn is_trivial(&self) -> bool {
        self.groups.is_empty()
    }

    /// How many profiles differ.
    #[must_use]
    pub fn profile_count(&self) -> usize {
        let grouped = |at: &usize| self.groups.iter().any(|group| group.contains(at));
        let alone: usize = (0..self.counts.len()).filter(|at| !grouped(at)).map(|at| self.counts[at]).product();
        // C(m + s − 1, m), the products kept whole at every step.
        let of = |group: &Vec<usize>| {
            let s = self.counts[group[0]];
            (1..=group.len()).fold(1usize, |all, k| all * (s + k - 1) / k)
        };
        self.groups.iter().map(of).product::<usize>() * alone
    }

    /// The profile that is played in place of another: within each group, strategies ascend.
    #[must_use]
    pub fn canonical(&self, profile: &[usize]) -> Vec<usize> {
        let mut canonical = profile.to_vec();
        for group in &self.groups {
            let mut played: Vec<usize> = group.iter().map(|&at| profile[at]).collect();
            played.sort_unstable();
            for (&at, strategy) in group.iter().zip(played) {
                canonical[at] = strategy;
            }
        }
        canonical
    }

    /// Every profile that counts as the same as this canonical one, itself first.
    #[must_use]
    pub fn orbit(&self, canonical: &[usize]) -> Vec<Vec<usize>> {
        let mut orbit = vec![canonical.to_vec()];
        for group in &self.groups {
            let mut more = Vec::new();
            for profile in &orbit {
                let mut played: Vec<usize> = group.iter().map(|&at| profile[at]).collect();
                played.sort_unstable();
                loop {
                    let mut one = profile.clone();
                    for (&at, &strategy) in group.iter().zip(&played) {
                        one[at] = strategy;
                    }
                    more.push(one);
                    if !next_permutation(&mut played) {
                        break;
                    }
                }
            }
            orbit = more;
        }
        orbit
    }

    /// Who of the canonical profile stands for a player of another profile of its orbit: all members of the
    /// player's group who play its strategy; the player itself where it is in no group.
    #[must_use]
    pub fn stands_for(&self, canonical: &[usize], profile: &[usize], player: usize) -> Vec<usize> {
        match self.groups.iter().find(|group| group.contains(&player)) {
            None => vec![player],
            Some(group) => group.iter().copied().filter(|&at| canonical[at] == profile[player]).collect(),
        }
    }
}

/// The next arrangement in lexicographic order; false where this was the last.
fn next_permutation(values: &mut [usize]) -> bool {
    let Some(pivot) = values.windows(2).rposition(|two| two[0] < two[1]) else { return false };
    let swap = values.iter().rposition(|value| *value > values[pivot]).unwrap_or(pivot);
    values.swap(pivot, swap);
    values[pivot + 1..].reverse();
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn orbits_of_canonical_profiles_partition_all_profiles() {
        let counts = [3, 2, 3, 3];
        let symmetry = Symmetry::new(&counts, &[vec![0, 2, 3]]);
        let mut canonical = BTreeSet::new();
        let mut all = BTreeSet::new();
        for place in 0..54 {
            let profile = [place / 18, place / 9 % 2, place / 3 % 3, place % 3];
            canonical.insert(symmetry.canonical(&profile));
        }
        // Three players of three strategies: C(5, 3) = 10, times two strategies of the one alone.
        assert_eq!((canonical.len(), symmetry.profile_count()), (20, 20));
        for one in &canonical {
            for profile in symmetry.orbit(one) {
                assert_eq!(symmetry.canonical(&profile), *one);
                for player in 0..4 {
                    let stands = symmetry.stands_for(one, &profile, player);
                    assert!(!stands.is_empty() && stands.iter().all(|&at| one[at] == profile[player]));
                }
                assert!(all.insert(profile), "in two orbits");
            }
        }
        assert_eq!(all.len(), 54);
    }
}
