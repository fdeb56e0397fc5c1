//! Neighbouring countries and theatres of war.

use marchland_sim::columns;
use marchland_sim::world::{Field, SeenBy};

columns! {
    /// A neighbour whose migrants work in the same host country.
    pub struct NeighbourRemittances for "neighbour" {
        /// Remittances in a month of the start's host economy, without the season, million US dollars.
        remittance_base_musd = Field::stock("million US dollars a month", 0.0, 1e5).starts(0.0).rests(0.0),
        /// Remittances received, million US dollars a month.
        remittances_musd = Field::derived("million US dollars a month", 0.0, 1e5, &["gdp_index", "remittance_base_musd"]).called_many("remittances to {}"),
        /// Remittances received since January, million US dollars.
        remittances_year_musd = Field::stock("million US dollars", 0.0, 1e6).starts(0.0).rests(0.0),
        /// Remittances received in the last full calendar year, million US dollars; 0 before one is known.
        remittances_last_year_musd = Field::stock("million US dollars", 0.0, 1e6).starts(0.0).rests(0.0),
        /// Change of the last full calendar year's remittances over the year before; 0 before both are known.
        remittance_change = Field::stock("share", -1.0, 20.0).starts(0.0),
    }
    /// The source of drugs.
    pub struct Poppy for "neighbour" {
        /// Heroin that seeks a way north, tonnes a month.
        drug_supply_t = Field::stock("tonnes a month", 0.0, 100.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 1.0 }).called("the heroin that seeks a way north"),
    }
    /// The theatre across a border.
    pub struct Theatre for "neighbour" {
        /// Security: 0 lost, 1 secure.
        security = Field::stock("share", 0.0, 1.0).starts(0.7).seen(SeenBy::Estimated { sd: 0.05 }).called("security in {}"),
        /// Pressure of foreign forces near the border.
        coalition_pressure = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 0.05 }).called("the pressure of foreign forces in the north of {}"),
        /// Fighters near the border who may cross.
        haven_fighters = Field::stock("fighters", 0.0, 100_000.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 150.0 }).called("the number of fighters sheltered in {}"),
        /// Fighters whom the theatre holds near the border at a security of one half.
        haven_base = Field::stock("fighters", 0.0, 100_000.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 150.0 }),
        /// Fighters who joined the theatre's bands in the last step, less those lost there.
        haven_raised = Field::derived("fighters", -100_000.0, 100_000.0, &["haven_fighters", "haven_base", "security"]).seen(SeenBy::Nobody { sd: 30.0 }),
    }
    /// The politics next door, in short.
    pub struct NextDoor for "neighbour" {
        /// Memory of a fall of the neighbour's regime; 1 in the month of it.
        fell_recently = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the memory of a fall in {}"),
        /// Unrest of the neighbour.
        unrest = Field::stock("share", 0.0, 1.0).starts(0.05).seen(SeenBy::Estimated { sd: 0.05 }).called("unrest in {}"),
        /// The level that its unrest drifts to.
        unrest_natural = Field::stock("share", 0.0, 1.0).starts(0.05).seen(SeenBy::Nobody { sd: 0.02 }),
        /// The example that its fall sets, where unrest travels.
        example = Field::derived("share", 0.0, 1.0, &["fell_recently"]).called("the example of the fall in {}"),
        /// What contact takes off the threshold of regions on its border, where unrest travels.
        pull = Field::derived("index", 0.0, 1.0, &["unrest"]).seen(SeenBy::Nobody { sd: 0.02 }).called("the pull of unrest in {}"),
        /// Falls of its regime since the start.
        falls = Field::stock("falls", 0.0, 10.0).starts(0.0).rests(0.0),
    }
}
