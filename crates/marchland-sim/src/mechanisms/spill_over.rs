//! Spill-over: unrest and falls travel between neighbours.

use marchland_game::number::{clamp, logistic};

use crate::world::{Field, SeenBy};
use crate::{columns, constants};

columns! {
    /// The politics next door, in short.
    pub struct NextDoor for "neighbour" {
        /// Memory of a fall of the neighbour's regime; 1 in the month of it.
        fell_recently = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0),
        /// Unrest of the neighbour.
        unrest = Field::stock("share", 0.0, 1.0).starts(0.05).seen(SeenBy::Estimated { sd: 0.05 }),
        /// The level that its unrest drifts to.
        unrest_natural = Field::stock("share", 0.0, 1.0).starts(0.05).seen(SeenBy::Nobody { sd: 0.02 }),
        /// Falls of its regime since the start.
        falls = Field::stock("falls", 0.0, 10.0).starts(0.0).rests(0.0),
    }
}

constants! {
    /// Constants of spill-over.
    pub struct SpillOverConstants {
        /// Whether unrest travels between countries: 0 off, 1 on.
        on = "spill_over_on",
        /// Share of the distance to its level that a neighbour's unrest closes in a month.
        drift = "spill_over_drift",
        /// What the country's own unrest adds to a neighbour's in a month.
        contagion = "spill_over_contagion",
        /// Standard deviation of a month's shock to a neighbour's unrest.
        shock = "spill_over_shock",
        /// Share of the memory of a fall that fades in a month.
        forgetting = "spill_over_forgetting",
        /// Unrest at which a neighbour's regime falls within a month as often as not.
        fall = "spill_over_fall",
        /// Width of that step.
        fall_width = "spill_over_fall_width",
        /// What an all-out neighbour across the border takes off the threshold of a border region.
        contact = "spill_over_contact",
    }
}

/// A neighbour's unrest after a step: drift, contagion, shock (Braha 2012: contact with neighbours).
#[must_use]
pub fn unrest_next_door(own: &NextDoor, abroad: f64, shock: f64, months: f64, c: &SpillOverConstants) -> f64 {
    clamp(
        own.unrest
            + months * (c.drift * (own.unrest_natural - own.unrest) + c.on * c.contagion * abroad)
            + libm::sqrt(months) * c.shock * shock,
        0.0,
        1.0,
    )
}

/// Chance within a month that a neighbour's regime falls.
#[must_use]
pub fn fall_next_door(unrest: f64, c: &SpillOverConstants) -> f64 {
    logistic((unrest - c.fall) / c.fall_width)
}
