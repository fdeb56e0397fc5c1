//! Movements of the opposition.

use marchland_sim::columns;
use marchland_sim::world::{Field, SeenBy};

columns! {
    /// A party or a front: what it can call on.
    pub struct Movement for "movement" {
        /// Share of the mobilisable of the capital that it can call out.
        capital_base = Field::stock("share", 0.0, 1.0).seen(SeenBy::Estimated { sd: 0.1 }).called("the following of {} in the capital"),
        /// Share of the mobilisable elsewhere that it can call out.
        regional_base = Field::stock("share", 0.0, 1.0).starts(0.05).seen(SeenBy::Estimated { sd: 0.1 }).called("the following of {} outside the capital"),
        /// Share of its leaders at liberty.
        liberty = Field::stock("share", 0.0, 1.0).starts(1.0).rests(1.0).called("the liberty of {}"),
        /// Reach of its media.
        media_reach = Field::stock("share", 0.0, 1.0).starts(0.3).seen(SeenBy::Estimated { sd: 0.1 }).called("the reach of {} in the media"),
        /// Unity of its wings.
        unity = Field::stock("share", 0.0, 1.0).starts(0.4).seen(SeenBy::Estimated { sd: 0.1 }).called("the unity of {}"),
        /// Intensity of the campaign that it runs now.
        mobilising = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the campaign of {}"),
        /// Organisation: liberty, reach and unity together, as far as there is a base.
        organisation = Field::derived("share", 0.0, 1.0, &["liberty", "media_reach", "unity", "capital_base"]).called("the organisation of {}"),
        /// Share of the mobilisable of the capital that its campaign brings out now.
        called_capital = Field::derived("share of mobilisable", 0.0, 1.0, &["capital_base", "liberty", "media_reach", "unity", "mobilising"]).called("the following that {} can call out in the capital"),
        /// Share of the mobilisable elsewhere that its campaign brings out now.
        called_regions = Field::derived("share of mobilisable", 0.0, 1.0, &["regional_base", "liberty", "media_reach", "unity", "mobilising"]),
        /// Whether it offers talks: 1 where its crowds are strong enough to bargain.
        offers_talks: bool = Field::derived_flag(&["organisation"]),
    }
}
