//! World markets and supply lines that no country owns.

use marchland_sim::columns;
use marchland_sim::world::Field;

columns! {
    /// How long the United States is expected to stay.
    pub struct Stay for "market" {
        /// Expected stay of American forces in the region, years.
        us_stay_years = Field::derived("years", 0.0, 30.0, &["us_troops_k"]).rests(0.0).called("the years that American forces are expected to stay"),
    }
    /// Supply of the forces in Afghanistan.
    pub struct Supply for "market" {
        /// American troops in Afghanistan, thousands.
        us_troops_k = Field::stock("thousand troops", 0.0, 200.0).starts(0.0).rests(0.0).called("the number of American troops in Afghanistan"),
        /// Share of what is sent by Pakistan that arrives.
        pakistan_route = Field::stock("share", 0.0, 1.0).starts(0.7).called("the safety of the road through Pakistan"),
        /// Traffic of the northern network, containers a week.
        ndn_total = Field::stock("containers a week", 0.0, 5000.0).starts(0.0).rests(0.0).called("traffic on the northern network"),
        /// Share of ground supplies that come by the northern network.
        ndn_dependence = Field::derived("share", 0.0, 1.0, &["ndn_total", "us_troops_k", "pakistan_route"]).rests(0.0).called("the reliance on the northern network"),
        /// Share of what the troops need on the ground that arrives.
        supplied = Field::derived("share", 0.0, 1.0, &["ndn_total", "us_troops_k", "pakistan_route"]).called("the supply of the troops in Afghanistan"),
        /// Share of the network that is open: what transit states let through.
        ndn_open = Field::derived("share", 0.0, 1.0, &["ndn_total"]).called("the open part of the northern network"),
    }
}
