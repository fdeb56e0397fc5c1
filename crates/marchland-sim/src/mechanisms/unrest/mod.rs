//! Unrest: which share of the mobilisable is in the street, by region and week.

mod rule;

use marchland_game::number::clamp;

use crate::world::{Field, SeenBy};
use crate::{columns, constants};

pub use rule::{ARREST, Mood, arrest, epstein_share, normal_pair, threshold_share};

columns! {
    /// The street, by region.
    pub struct Crowd for "region" {
        /// Share of the mobilisable who are in the street.
        unrest = Field::stock("share of mobilisable", 0.0, 1.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 0.02 }),
        /// Mean grievance: hardship felt as unjust, and resentment at violence.
        grievance = Field::derived("index", 0.0, 2.0, &["hardship", "legitimacy", "resentment"]).seen(SeenBy::Estimated { sd: 0.05 }),
        /// People whom a focal event brings out at once; spent within the month.
        focal = Field::stock("share of mobilisable", 0.0, 1.0).starts(0.0).rests(0.0),
        /// Police and troops at hand per mobilisable person, loyal or not.
        police = Field::stock("per mobilisable person", 0.0, 1.0).starts(0.08).seen(SeenBy::Estimated { sd: 0.02 }),
    }
    /// What decides between quiet and tipping in a country.
    pub struct Tension for "country" {
        /// Active share of the mobilisable, weighted by population.
        unrest = Field::derived("share of mobilisable", 0.0, 1.0, &["unrest"]).seen(SeenBy::Estimated { sd: 0.02 }),
        /// Active share of the mobilisable in the capital.
        capital_unrest = Field::derived("share of mobilisable", 0.0, 1.0, &["unrest"]),
        /// A focal event that the whole country knows: people it brings out at once; spent within the month.
        focal = Field::stock("share of mobilisable", 0.0, 1.0).starts(0.0).rests(0.0),
        /// Memory of war, which deters.
        war_memory = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0),
        /// Memory of an uprising that won, which encourages.
        prior_uprising = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0),
        /// Net grievance that it takes to act.
        threshold = Field::derived("index", 0.0, 2.0, &["war_memory", "fear", "prior_uprising", "opening", "fell_recently"]).seen(SeenBy::Nobody { sd: 0.05 }),
        /// Worth of not being alone.
        coordination = Field::derived("index", 0.0, 1.0, &["organisation"]).seen(SeenBy::Nobody { sd: 0.05 }),
    }
}

constants! {
    /// Constants of the law of unrest.
    pub struct UnrestConstants {
        /// Rule of joining: 0 threshold, 1 Epstein (2002).
        rule = "unrest_rule",
        /// Worth of not being alone, without organisation.
        coordination = "unrest_coordination",
        /// Spread of grievance between people.
        spread = "unrest_spread",
        /// Net grievance needed to act, before memories.
        threshold = "unrest_threshold",
        /// Threshold of Epstein's rule.
        epstein_threshold = "unrest_epstein_threshold",
        /// What a full memory of war adds to the threshold.
        war_memory = "unrest_war_memory",
        /// What full fear adds to the threshold.
        fear = "unrest_fear",
        /// What open talks add to the threshold.
        talks = "unrest_talks",
        /// What a neighbour's fall takes off the threshold.
        neighbour = "unrest_neighbour",
        /// What a full memory of an uprising that won takes off the threshold.
        precedent = "unrest_precedent",
        /// What a full opening takes off the threshold.
        opening = "unrest_opening",
        /// Share of the distance to the rule's share closed in a week.
        adjustment = "unrest_adjustment",
        /// Standard deviation of a region's mood in a month.
        mood = "unrest_mood",
        /// Chance in a month that a focal event of its own strikes a region.
        spark = "unrest_spark",
        /// Smallest share of the mobilisable that a focal event brings out.
        spark_size = "unrest_spark_size",
        /// Exponent of the density of the sizes of focal events.
        spark_exponent = "unrest_spark_exponent",
        /// By how much full repression concentrates the force at hand.
        concentration = "unrest_concentration",
        /// Share of war memory that fades in a month.
        memory_decay = "unrest_memory_decay",
        /// Share of the memory of an uprising that fades in a month.
        precedent_decay = "unrest_precedent_decay",
    }
}

/// What moves the threshold in a country, each a share.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Memories {
    /// Memory of war.
    pub war: f64,
    /// Fear of repression.
    pub fear: f64,
    /// Talks open.
    pub talks: f64,
    /// A neighbour's regime that fell of late.
    pub neighbour: f64,
    /// An uprising that won.
    pub precedent: f64,
    /// A recent opening.
    pub opening: f64,
}

/// The threshold in force.
#[must_use]
pub fn threshold(memories: &Memories, constants: &UnrestConstants) -> f64 {
    let threshold = constants.threshold
        + constants.war_memory * memories.war
        + constants.fear * memories.fear
        + constants.talks * memories.talks
        - constants.neighbour * memories.neighbour
        - constants.precedent * memories.precedent
        - constants.opening * memories.opening;
    clamp(threshold, 0.0, 2.0)
}

/// Mean grievance, H·(1 − L) after Epstein (2002), and resentment at violence.
#[must_use]
pub fn grievance(hardship: f64, legitimacy: f64, resentment: f64) -> f64 {
    clamp(hardship * (1.0 - legitimacy) + resentment, 0.0, 2.0)
}

/// The size of a focal event: a power law α from `smallest`, at most 1, by its uniform draw.
#[must_use]
pub fn spark_size(draw: f64, smallest: f64, exponent: f64) -> f64 {
    clamp(smallest * libm::pow(1.0 - draw, -1.0 / (exponent - 1.0)), 0.0, 1.0)
}

/// One week: a' = a + κ·(a*(a) + called − a), limited to [0, 1].
#[must_use]
#[inline]
pub fn week(active: f64, wanted: f64, called: f64, adjustment: f64) -> f64 {
    clamp(active + adjustment * (clamp(wanted + called, 0.0, 1.0) - active), 0.0, 1.0)
}
