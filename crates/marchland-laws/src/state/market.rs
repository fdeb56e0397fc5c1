//! World markets and supply lines that no country owns.

use marchland_sim::columns;
use marchland_sim::world::Field;

columns! {
    /// How long foreign forces are expected to stay.
    pub struct Stay for "market" {
        /// Expected stay of foreign forces in the region, years.
        foreign_stay_years = Field::derived("years", 0.0, 30.0, &["foreign_troops_k"]).rests(0.0).called("the years that foreign forces are expected to stay"),
    }
    /// Supply of foreign forces in a theatre of war.
    pub struct Supply for "market" {
        /// Foreign troops in the theatre, thousands.
        foreign_troops_k = Field::stock("thousand troops", 0.0, 200.0).starts(0.0).rests(0.0).called("the number of foreign troops in the theatre"),
        /// Share of what is sent by the main road that arrives.
        main_route = Field::stock("share", 0.0, 1.0).starts(0.7).called("the safety of the main supply road"),
        /// Traffic of the transit network, containers a week.
        transit_traffic = Field::stock("containers a week", 0.0, 5000.0).starts(0.0).rests(0.0).called("traffic on the transit network"),
        /// Share of ground supplies that come by the transit network.
        transit_dependence = Field::derived("share", 0.0, 1.0, &["transit_traffic", "foreign_troops_k", "main_route"]).rests(0.0).called("the reliance on the transit network"),
        /// Share of what the troops need on the ground that arrives.
        supplied = Field::derived("share", 0.0, 1.0, &["transit_traffic", "foreign_troops_k", "main_route"]).called("the supply of the foreign troops"),
        /// Share of the network that is open: what transit states let through.
        transit_open = Field::derived("share", 0.0, 1.0, &["transit_traffic"]).called("the open part of the transit network"),
    }
}
