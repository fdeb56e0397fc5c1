//! Cohorts of people of working age; their columns are not indicators.

use std::ops::Range;

use bevy_ecs::prelude::*;
use marchland_sim::columns;
use marchland_sim::world::{Field, SeenBy};

columns! {
    /// Members abroad with a permit, thousand.
    pub struct Legal for "cohort" {
        /// Members abroad with a permit, thousand.
        legal = Field::stock("thousand people", 0.0, 1e5).seen(SeenBy::Nobody { sd: 0.1 }),
    }
    /// Members abroad without a permit, thousand.
    pub struct Irregular for "cohort" {
        /// Members abroad without a permit, thousand.
        irregular = Field::stock("thousand people", 0.0, 1e5).seen(SeenBy::Nobody { sd: 0.1 }),
    }
    /// Members back within the last months, thousand.
    pub struct Returnees for "cohort" {
        /// Members back within the last months, thousand.
        returnees = Field::stock("thousand people", 0.0, 1e5).seen(SeenBy::Nobody { sd: 0.1 }),
    }
    /// What a member earns abroad, relative to the mean.
    pub struct Earnings for "cohort" {
        /// What a member earns abroad, as a factor of the mean.
        earnings = Field::stock("factor", 0.0, 100.0).seen(SeenBy::Nobody { sd: 0.1 }),
    }
    /// What the cohort's members intend.
    pub struct Intention for "cohort" {
        /// Share of the members who mean to work abroad.
        going = Field::stock("share", 0.0, 1.0).seen(SeenBy::Nobody { sd: 0.05 }),
    }
    /// Share of the cohort's own network that is abroad.
    pub struct Network for "cohort" {
        /// Share of those whom members know that is abroad.
        network = Field::stock("share", 0.0, 1.0).seen(SeenBy::Nobody { sd: 0.05 }),
    }
    /// Income relative to what the cohort has come to expect.
    pub struct Satisfaction for "cohort" {
        /// Income as a share of what members have come to expect.
        satisfaction = Field::stock("share", 0.0, 100.0).seen(SeenBy::Nobody { sd: 0.1 }),
    }
    /// What the cohort has come to expect.
    pub struct Aspiration for "cohort" {
        /// Income that members have come to expect, relative to a home income at the start.
        aspiration = Field::stock("factor", 0.0, 100.0).seen(SeenBy::Nobody { sd: 0.1 }),
    }
    /// Share of a cohort's stayers who are ready to voice grievances.
    pub struct Voicing for "cohort" {
        /// Share of a cohort's stayers who are ready to voice grievances.
        voicing = Field::stock("share", 0.0, 1.0).seen(SeenBy::Nobody { sd: 0.05 }),
    }
    /// Share of those around a cohort who are ready to voice grievances.
    pub struct Hearing for "cohort" {
        /// Share of those around a cohort who are ready to voice grievances.
        hearing = Field::stock("share", 0.0, 1.0).seen(SeenBy::Nobody { sd: 0.05 }),
    }
}

/// The columns of cohorts that migration moves, asked for at once.
pub(crate) type MigrationColumns = (
    &'static mut Legal,
    &'static mut Irregular,
    &'static mut Returnees,
    &'static mut Earnings,
    &'static mut Intention,
    &'static mut Network,
    &'static mut Satisfaction,
    &'static mut Aspiration,
);

/// Where each region's cohorts lie, and room to work in.
#[derive(Resource, Default)]
pub struct CohortLayout {
    /// Cohorts by region, in the regions' order.
    pub ranges: Vec<Range<usize>>,
    pub(crate) advantage: Vec<f64>,
    pub(crate) habit: Vec<f64>,
    pub(crate) earnings: Vec<f64>,
    pub(crate) spread: f64,
    /// People of each region, thousand, for whom the cohorts are laid out.
    pub(crate) people: Vec<f64>,
}
