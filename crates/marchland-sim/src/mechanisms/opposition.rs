//! Organised opposition: a movement that can call people out, coordinates the discontented, and
//! talks when it is strong.

use marchland_game::number::{clamp, min};

use crate::world::{Field, SeenBy};
use crate::{columns, constants};

columns! {
    /// A party or a front: what it can call on.
    pub struct Movement for "movement" {
        /// Share of the mobilisable of the capital that it can call out.
        capital_base = Field::stock("share", 0.0, 1.0).seen(SeenBy::Estimated { sd: 0.1 }),
        /// Share of the mobilisable elsewhere that it can call out.
        regional_base = Field::stock("share", 0.0, 1.0).starts(0.05).seen(SeenBy::Estimated { sd: 0.1 }),
        /// Share of its leaders at liberty.
        liberty = Field::stock("share", 0.0, 1.0).starts(1.0).rests(1.0),
        /// Reach of its media.
        media_reach = Field::stock("share", 0.0, 1.0).starts(0.3).seen(SeenBy::Estimated { sd: 0.1 }),
        /// Unity of its wings.
        unity = Field::stock("share", 0.0, 1.0).starts(0.4).seen(SeenBy::Estimated { sd: 0.1 }),
        /// Intensity of the campaign that it runs now.
        mobilising = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0),
        /// Organisation: liberty, reach and unity together, as far as there is a base.
        organisation = Field::derived("share", 0.0, 1.0, &["liberty", "media_reach", "unity", "capital_base"]),
        /// Whether it offers talks: 1 where its crowds are strong enough to bargain.
        offers_talks = Field::derived("flag", 0.0, 1.0, &["organisation"]),
    }
}

constants! {
    /// Constants of the law of organised opposition.
    pub struct OppositionConstants {
        /// Share of its base that a full campaign of a perfect organisation brings out.
        call = "opposition_call",
        /// The most that organisation adds to coordination.
        coordination = "opposition_coordination",
        /// The base in the capital at which organisation counts in full.
        full_base = "opposition_full_base",
        /// Share of a campaign that ebbs in a month.
        ebb = "opposition_ebb",
        /// Share of the distance of liberty to its level under the present repression closed in a month.
        release = "opposition_release",
        /// Share of leaders that full repression keeps from acting.
        arrests = "opposition_arrests",
        /// Unrest in the capital above which it offers talks.
        talks = "opposition_talks",
    }
}

/// The quality of organisation, l·(½ + ½m)·u, after Kuran (1991) on coordination and Tarrow (1994)
/// on resources; the product is our choice: each factor is a bottleneck.
#[must_use]
pub fn quality(own: &Movement) -> f64 {
    own.liberty * (0.5 + 0.5 * own.media_reach) * own.unity
}

/// Moves a movement by a step and reads its derived numbers.
pub fn move_on(own: &mut Movement, repression: f64, capital_unrest: f64, months: f64, constants: &OppositionConstants) {
    let at_liberty = 1.0 - constants.arrests * repression;
    // Prisons fill by orders and empty by themselves: liberty moves to its level from below only.
    if own.liberty < at_liberty {
        own.liberty += months * constants.release * (at_liberty - own.liberty);
    }
    own.liberty = clamp(own.liberty, 0.0, 1.0);
    own.organisation = quality(own) * min(1.0, own.capital_base / constants.full_base);
    own.offers_talks = if capital_unrest > constants.talks && own.organisation > 0.0 { 1.0 } else { 0.0 };
}

/// The share of a region's mobilisable that the campaign brings out: ω·b·l·(½ + ½m)·u, times its
/// intensity.
#[must_use]
pub fn called_out(own: &Movement, capital: bool, constants: &OppositionConstants) -> f64 {
    let base = if capital { own.capital_base } else { own.regional_base };
    constants.call * base * quality(own) * own.mobilising
}
