//! Links between entities, as rows.

use std::collections::BTreeMap;

use marchland_game::PlayerId;

/// One entity.
#[derive(Clone, Debug)]
pub struct EntityPlan {
    /// Name: `khatlon`. Unique in the scenario.
    pub name: String,
    /// Display: `Khatlon`.
    pub title: String,
    /// What keys its draws: its name, unless the scenario says otherwise.
    pub draw_key: String,
    /// The player that sees its inner state; none where nobody owns it.
    pub owner: Option<PlayerId>,
    /// Named links to other entities: `("country", "tajikistan")`. A link may name several.
    pub links: Vec<(String, Vec<String>)>,
}

/// All named links of a scenario, by kind and link.
#[derive(Clone, Debug, Default)]
pub struct Topology {
    rows: BTreeMap<String, (String, usize)>,
    links: BTreeMap<(String, String), Links>,
    counts: BTreeMap<String, usize>,
}

/// One link of every entity of a kind: for each row, the rows that it names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Links {
    /// By row of the kind; rows named are of the target's kind, in the order given.
    pub rows: Vec<Vec<usize>>,
}

impl Links {
    /// The one row that a row's link names, where it names any.
    #[must_use]
    pub fn one(&self, row: usize) -> Option<usize> {
        self.rows.get(row).and_then(|rows| rows.first()).copied()
    }

    /// The rows that name `target`: the inverse of the link.
    #[must_use]
    pub fn naming(&self, target: usize) -> Vec<usize> {
        (0..self.rows.len()).filter(|row| self.rows[*row].contains(&target)).collect()
    }
}

impl Topology {
    /// The links of a scenario's entities, by kind; the loader has checked every name.
    #[must_use]
    pub fn of(plans: &BTreeMap<String, Vec<EntityPlan>>) -> Self {
        let mut topology = Self::default();
        for (kind, entities) in plans {
            topology.counts.insert(kind.clone(), entities.len());
            for (row, entity) in entities.iter().enumerate() {
                topology.rows.insert(entity.name.clone(), (kind.clone(), row));
            }
        }
        for (kind, entities) in plans {
            for (row, entity) in entities.iter().enumerate() {
                for (name, targets) in &entity.links {
                    let links = topology.links.entry((kind.clone(), name.clone())).or_default();
                    links.rows.resize(entities.len(), Vec::new());
                    links.rows[row] =
                        targets.iter().filter_map(|target| topology.rows.get(target)).map(|at| at.1).collect();
                }
            }
        }
        topology
    }

    /// The link of a kind: `links("region", "country")`. Empty lists where no entity has it.
    #[must_use]
    pub fn links(&self, kind: &str, link: &str) -> Links {
        self.links
            .get(&(kind.to_owned(), link.to_owned()))
            .cloned()
            .unwrap_or_else(|| Links { rows: vec![Vec::new(); self.count(kind)] })
    }

    /// The row of an entity within its kind.
    #[must_use]
    pub fn row(&self, kind: &str, entity: &str) -> Option<usize> {
        self.rows.get(entity).filter(|(own, _)| own == kind).map(|(_, row)| *row)
    }

    /// How many entities there are of a kind.
    #[must_use]
    pub fn count(&self, kind: &str) -> usize {
        self.counts.get(kind).copied().unwrap_or(0)
    }
}
