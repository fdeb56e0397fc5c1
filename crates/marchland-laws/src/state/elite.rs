//! Members of the elite.

use marchland_sim::world::{Field, SeenBy};
use marchland_sim::{columns, states};

states! {
    /// How a plot ended in the last step.
    pub enum Strike {
        /// There was none, or it goes on.
        None = "none",
        /// It was discovered.
        Discovered = "discovered",
        /// The attempt failed.
        Failed = "failed",
        /// The attempt won.
        Won = "won",
    }
}

columns! {
    /// A network of people with guns, money or office.
    pub struct Elite for "elite" {
        /// Weight in the ruling coalition.
        weight = Field::stock("share", 0.0, 1.0).called("the weight of {}"),
        /// Share of the coercive force that it commands.
        force_share = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the hold of {} on the forces"),
        /// Loyalty to the incumbent.
        loyalty = Field::stock("share", 0.0, 1.0).starts(0.65).seen(SeenBy::Estimated { sd: 0.1 }).called("the loyalty of {}"),
        /// What binds it to the incumbent beside gains and fears: kinship, region, a shared past. 0 is
        /// to be taken at the start, from the loyalty that it starts with.
        bond = Field::stock("share", -1.0, 1.0).starts(0.0).rests(0.0).seen(SeenBy::Nobody { sd: 0.0 }).called("what binds {} to the ruler"),
        /// Whether it has left the incumbent.
        defected: bool = Field::flag(),
        /// Share of the rents.
        share = Field::stock("share", 0.0, 1.0).seen(SeenBy::Estimated { sd: 0.05 }).called("the share of {} in the rents"),
        /// Risk of being purged within a year.
        purge_risk = Field::stock("share", 0.0, 1.0).starts(0.05).seen(SeenBy::Estimated { sd: 0.05 }).called("the threat of a purge of {}"),
        /// How far it leans on the patron.
        alignment_patron = Field::stock("index", -1.0, 1.0).starts(0.0).called("the lean of {} on the patron"),
        /// Distance from the leader, while it is felt.
        split = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 0.05 }).called("the distance of {} from the leader"),
        /// Whether the constitution makes its head the acting successor where the office falls vacant.
        heir: bool = Field::flag().called("the right of {} to the succession"),
        /// Whether its head acts for the head of state, until an interim ends.
        acting: bool = Field::flag().called("{} as acting head of state"),
        /// Whether its head holds the office: while acting, and after the vote that confirms it, until the next exit.
        rules: bool = Field::flag().called("{} in the highest office"),
        /// Strength of the regime below which it leaves.
        cutoff = Field::derived("index", -1.0, 1.0, &["share", "weight", "patronage", "purge_risk", "guarantee_new"]).seen(SeenBy::Owner { sd: 0.1 }).called("the point at which {} would leave"),
    }
    /// A network's plot against the incumbent.
    pub struct Scheme for "elite" {
        /// Months that a plot of this network has been prepared for; 0 where it has none.
        plot_months = Field::stock("months", 0.0, 120.0).starts(0.0).rests(0.0).seen(SeenBy::Owner { sd: 0.0 }).called("the plot of {}"),
        /// How its plot ended in the last step.
        strike: Strike = Field::state().called("the strike of {}"),
        /// Hazard a month that it begins a plot.
        plot_risk = Field::derived("probability a month", 0.0, 1.0, &["loyalty", "split", "weight"]).seen(SeenBy::Nobody { sd: 0.001 }).called("the temptation of {} to plot"),
    }
}
