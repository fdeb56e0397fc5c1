//! Regions: their people, and the country that each belongs to.

use bevy_ecs::prelude::*;
use marchland_sim::columns;
use marchland_sim::mechanisms::Build;
use marchland_sim::world::Field;

columns! {
    /// People of a region.
    pub struct Population for "region" {
        /// People who belong to the region, those abroad included, thousand.
        population_k = Field::stock("thousand people", 0.0, 100_000.0),
        /// Share of those of working age who are abroad in a normal year.
        propensity = Field::stock("share", 0.0, 0.95).starts(0.0).rests(0.0),
    }
}

/// The country row of every region.
#[derive(Resource, Clone, PartialEq, Debug, Default)]
pub struct CountryOf {
    /// By region row; a region that names no country belongs to the first.
    pub rows: Vec<usize>,
}

impl CountryOf {
    /// Inserts the resource; every law that reads it may do so.
    pub fn insert(build: &mut Build<'_>) {
        let links = build.topology.links("region", "country");
        let rows = (0..build.topology.count("region")).map(|row| links.one(row).unwrap_or(0)).collect();
        build.world.insert_resource(Self { rows });
    }

    /// The regions of a country, in row order.
    pub fn regions(&self, country: usize) -> impl Iterator<Item = usize> + '_ {
        self.rows.iter().enumerate().filter(move |(_, own)| **own == country).map(|(region, _)| region)
    }
}

/// The population-weighted mean over a country's regions of a number by region; 0 without people.
#[must_use]
pub fn mean(country: usize, of: &CountryOf, people: &[Population], number: impl Fn(usize) -> f64) -> f64 {
    let (mut total, mut sum) = (0.0, 0.0);
    for region in of.regions(country) {
        total += people[region].population_k;
        sum += people[region].population_k * number(region);
    }
    if total > 0.0 { sum / total } else { 0.0 }
}
