//! A country among powers: bases, institutions, alignment and support.

use marchland_sim::world::{Field, SeenBy};
use marchland_sim::{columns, states};

states! {
    /// How firmly foreign forces are based in a country.
    pub enum ForeignPresence {
        /// Not at all.
        None = "none",
        /// They pass through.
        Transit = "transit",
        /// A base for a time.
        Temporary = "temporary",
        /// A base to stay.
        Permanent = "permanent",
    }
}

columns! {
    /// What patrons mean to a country.
    pub struct Support for "country" {
        /// Net backing of the incumbent by those on whom the country depends: −1 hostile, 1 full.
        patron_support = Field::derived("index", -1.0, 1.0, &["militant_strength"]).called("support from abroad for the incumbent"),
        /// Political support that the incumbent needs from outside.
        demand_political = Field::derived("share", 0.0, 1.0, &["legitimacy", "interim_months", "referendum_in"]).rests(0.0).called("the need for political support"),
        /// Economic support that it needs.
        demand_economic = Field::derived("share", 0.0, 1.0, &["hardship"]).rests(0.0).called("the need for economic support"),
        /// Military support that it needs.
        demand_military = Field::derived("share", 0.0, 1.0, &["militant_strength", "unrest"]).rests(0.0).called("the need for military support"),
    }
    /// Hedging of patrons with possible successors.
    pub struct Hedging for "country" {
        /// Contacts with the mayor of the capital that could still come out, contact-months.
        contacts_mayor = Field::stock("contact-months", 0.0, 50.0).starts(0.0).rests(0.0).seen(SeenBy::Nobody { sd: 0.5 }).called_many("contacts with the mayor"),
        /// Contacts with the deputy premier that could still come out, contact-months.
        contacts_premier = Field::stock("contact-months", 0.0, 50.0).starts(0.0).rests(0.0).seen(SeenBy::Nobody { sd: 0.5 }).called_many("contacts with the deputy premier"),
        /// Probability that the contacts come out within a month.
        leak_risk = Field::derived("probability a month", 0.0, 1.0, &["contacts_mayor", "contacts_premier"]).rests(0.0).seen(SeenBy::Nobody { sd: 0.05 }).called("the risk that dealings come out"),
        /// 1 once it is known that a patron courted successors.
        hedge_leaked: bool = Field::flag(),
    }
    /// Bases of others in a country.
    pub struct ForeignBases for "country" {
        /// What a foreign power has in the country.
        foreign_base_status: ForeignPresence = Field::state().called("the foreign presence in {}"),
        /// How far powers and treaties stand publicly against a lasting base.
        base_objection = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the objection to a lasting foreign base"),
        /// Offers by the country of land and rights for a base.
        base_offer = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the offer of a foreign base"),
        /// Probability within a month that the status rises by one step.
        base_growth = Field::derived("probability a month", 0.0, 1.0, &["base_objection", "base_offer"]).rests(0.0).called("the chance of a larger foreign presence"),
    }
    /// A country's branch of the network.
    pub struct Branch for "country" {
        /// How far the country lets supplies through.
        transit_permission = Field::stock("share", 0.0, 1.0).starts(1.0).called("the leave for supplies to cross"),
        /// Share of the network's traffic that takes the country's branch.
        transit_branch_share = Field::stock("share", 0.0, 1.0).starts(0.05).called("the country's part in the transit network"),
        /// Traffic through the country, containers a week.
        transit_volume = Field::derived("containers a week", 0.0, 5000.0, &["transit_permission", "transit_branch_share"]).rests(0.0).called("the transit network's traffic through {}"),
        /// Transit fees to the country, million US dollars a month.
        transit_fees_musd = Field::derived("million US dollars a month", 0.0, 100.0, &["transit_volume"]).rests(0.0).called_many("transit fees"),
        /// 1 where the traffic through the country was agreed with the patron.
        transit_consulted: bool = Field::flag(),
    }
    /// What institutions do for a country.
    pub struct Umbrella for "country" {
        /// Strength of peacekeepers in the country.
        protection = Field::derived("share", 0.0, 1.0, &["regional_instability"]).rests(0.0).called("the protection by peacekeepers"),
        /// Share of the leading member's loss of influence that institutions absorb.
        damping = Field::derived("share", 0.0, 1.0, &["regional_instability"]).rests(0.0),
        /// Deterrence by exercises held of late.
        exercise_deterrence = Field::derived("share", 0.0, 1.0, &["regional_instability"]).rests(0.0).called("the deterrence by exercises"),
    }
    /// What treaties make unilateral acts cost.
    pub struct Norms for "country" {
        /// Cost that norms lay on unilateral action in the country.
        unilateral_cost = Field::derived("share", 0.0, 1.0, &["regional_instability"]).rests(0.0).called("the price of acting alone"),
    }
    /// Where a country leans, and how troubled its region is.
    pub struct Alignment for "country" {
        /// Where the country leans: −1 to the rival power, 1 to the patron.
        alignment = Field::stock("index", -1.0, 1.0).starts(0.0).called("the lean towards the patron"),
        /// Overtures of the incumbent to the rival power.
        rival_outreach = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the overtures to the rival power"),
        /// Trouble in the country and around it.
        regional_instability = Field::derived("share", 0.0, 1.0, &["alignment", "rival_outreach"]).rests(0.0).called("instability around {}"),
    }
}
