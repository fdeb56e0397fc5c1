//! Who belongs to whom in politics: rows of regions, elites, movements and neighbours by country,
//! and the names that key their draws.

use marchland_game::stream::name_hash;
use marchland_sim::mechanisms::Build;
use marchland_sim::scenario::Scenario;
use marchland_sim::world::Fixed;

/// Rows and names that the political laws share; inserted by whichever of them is built first.
#[derive(Clone, Debug, Default)]
pub struct Polity {
    /// The country of each region.
    pub region_country: Vec<usize>,
    /// The region that holds the capital, by country; none where it has no regions.
    pub capital: Vec<Option<usize>>,
    /// The country of each elite.
    pub elite_country: Vec<usize>,
    /// The country of each movement.
    pub movement_country: Vec<usize>,
    /// Neighbours that each region borders on.
    pub region_neighbours: Vec<Vec<usize>>,
    /// Keys of the draws of countries, regions, elites and neighbours.
    pub country_names: Vec<u64>,
    /// Keys of the regions' draws.
    pub region_names: Vec<u64>,
    /// Keys of the elites' draws.
    pub elite_names: Vec<u64>,
    /// Keys of the neighbours' draws.
    pub neighbour_names: Vec<u64>,
    /// The player that governs each country at the start.
    pub head: Vec<Option<usize>>,
    /// The player that governs each country after an exit: the one that succeeds the head.
    pub successor: Vec<Option<usize>>,
}

impl Polity {
    /// Finds the links of a scenario and inserts them, unless they are there.
    pub fn insert(build: &mut Build<'_>) {
        if build.world.contains_resource::<Fixed<Self>>() {
            return;
        }
        let names = |kind: &str| -> Vec<u64> {
            build.scenario.entities.get(kind).into_iter().flatten().map(|entity| name_hash(&entity.draw_key)).collect()
        };
        // A country without a link of its own: the only one there is.
        let owner = |kind: &str| -> Vec<usize> {
            let links = build.topology.links(kind, "country");
            (0..build.topology.count(kind)).map(|row| links.one(row).unwrap_or(0)).collect()
        };
        let region_country = owner("region");
        let seats = build.topology.links("country", "capital");
        let capital = (0..build.topology.count("country"))
            .map(|country| seats.one(country).or_else(|| region_country.iter().position(|own| *own == country)))
            .collect();
        let mut region_neighbours = vec![Vec::new(); region_country.len()];
        let (regions, neighbours) =
            (build.topology.links("border", "region"), build.topology.links("border", "neighbour"));
        for border in 0..build.topology.count("border") {
            if let (Some(region), Some(neighbour)) = (regions.one(border), neighbours.one(border)) {
                region_neighbours[region].push(neighbour);
            }
        }
        let heads = build.topology.links("country", "head");
        let head: Vec<Option<usize>> = (0..build.topology.count("country")).map(|country| heads.one(country)).collect();
        let polity = Self {
            region_country,
            capital,
            elite_country: owner("elite"),
            movement_country: owner("movement"),
            region_neighbours,
            country_names: names("country"),
            region_names: names("region"),
            elite_names: names("elite"),
            neighbour_names: names("neighbour"),
            successor: head.iter().map(|head| head.and_then(|head| successor(build.scenario, head))).collect(),
            head,
        };
        Fixed::insert(build.world, polity);
    }
}

/// The row of the player that succeeds another; players' rows are in the order of the catalogue.
#[must_use]
pub fn successor(scenario: &Scenario, player: usize) -> Option<usize> {
    scenario.catalogue.players.iter().position(|other| other.succeeds.is_some_and(|of| of.index() == player))
}
