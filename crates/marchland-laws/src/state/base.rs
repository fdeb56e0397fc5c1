//! Foreign bases and garrisons.

use bevy_ecs::prelude::*;
use marchland_sim::world::{Field, SeenBy};
use marchland_sim::{columns, states};

states! {
    /// What a garrison does when its host is challenged.
    pub enum Posture {
        /// It stays in its barracks.
        Neutral = "neutral",
        /// It supports the government.
        Support = "support",
    }
}

columns! {
    /// A garrison of a patron.
    pub struct Garrison for "base" {
        /// Strength, as a share of its full complement.
        strength = Field::stock("share", 0.0, 1.5).starts(1.0).called("the strength of {}"),
        /// Probability that it carries out what it is ordered.
        reliability = Field::stock("probability", 0.0, 1.0).starts(0.5).seen(SeenBy::Estimated { sd: 0.1 }).called("the reliability of {}"),
        /// Reliability that pay and rotation keep up.
        reliability_base = Field::stock("probability", 0.0, 1.0).starts(0.5).seen(SeenBy::Estimated { sd: 0.1 }),
        /// Whether it stands aside or supports the incumbent.
        posture: Posture = Field::state(),
        /// Years that its treaty still runs.
        treaty_years = Field::stock("years", 0.0, 99.0).starts(5.0).rests(0.0).called("the years left in the treaty of {}"),
        /// How far it deters coups and insurgents.
        deterrence = Field::derived("share", 0.0, 1.0, &["strength", "reliability", "posture", "treaty_years"]).rests(0.0).seen(SeenBy::Estimated { sd: 0.05 }).called("the deterrence by {}"),
    }
}

/// What foreign bases hang on.
#[derive(Resource)]
pub(crate) struct BaseLinks {
    /// The theatre whose insecurity keeps foreign forces.
    pub(crate) theatre: Option<usize>,
    /// Hashes of the countries' names.
    pub(crate) countries: Vec<u64>,
}
