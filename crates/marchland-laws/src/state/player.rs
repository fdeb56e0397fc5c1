//! Players as powers: their influence, standing and commitments.

use marchland_sim::columns;
use marchland_sim::world::{Field, SeenBy};

columns! {
    /// A player as a patron of the incumbent.
    pub struct Patron for "player" {
        /// Backing of the incumbent: −1 hostile, 0 indifferent, 1 without reserve.
        backing = Field::stock("index", -1.0, 1.0).starts(0.0).called("the backing of the incumbent by {}"),
        /// Backing to which the patron returns when nothing moves it.
        disposition = Field::stock("index", -1.0, 1.0).starts(0.0).called("the disposition of {} towards the incumbent"),
        /// How far its word is publicly engaged for the incumbent.
        commitment = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the public commitment of {}"),
        /// How far the country depends on it.
        reach = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the hold of {} on the country"),
        /// Cost of having gone back on its word.
        withdrawal_cost = Field::derived("share", 0.0, 1.0, &["commitment", "backing"]).rests(0.0).called("the cost to {} of breaking its word"),
        /// Cost of standing by an incumbent in trouble.
        staying_cost = Field::derived("share", 0.0, 1.0, &["backing"]).rests(0.0).called("the cost to {} of standing by the incumbent"),
        /// How far others hold it answerable for drugs and militants.
        answerable = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the blame on {} for drugs and fighters"),
        /// Pressure of others to act against drugs and militants.
        external_pressure = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("pressure on {} over drugs and fighters"),
    }
    /// A player as a sender of signals.
    pub struct Sender for "player" {
        /// Others' belief that the player will do as it says.
        resolve = Field::stock("probability", 0.01, 0.99).starts(0.5).called("the belief that {} means what it says"),
        /// That belief before it had said anything.
        resolve_prior = Field::stock("probability", 0.01, 0.99).starts(0.5),
        /// Audience cost that the statements of this month stake; read and cleared by nature.
        signal = Field::stock("share", 0.0, 2.0).starts(0.0).rests(0.0),
        /// 1 when the player went back on a public stance this month; read and cleared by nature.
        backed_down: bool = Field::flag(),
        /// Audience cost staked by statements that stand.
        staked = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("what {} has staked in public"),
        /// What backing down would cost now.
        audience_cost = Field::derived("share", 0.0, 1.0, &["staked"]).rests(0.0).called("the price of backing down for {}"),
        /// 1 while the holders of an informal channel to the country's elite are in office.
        back_channel: bool = Field::flag(),
        /// How well the player knows the country's internal politics.
        insight = Field::stock("share", 0.0, 1.0).starts(0.3).seen(SeenBy::Owner { sd: 0.1 }).called("the insight of {} into the elite"),
        /// Knowledge that its service keeps up without effort.
        insight_base = Field::stock("share", 0.0, 1.0).starts(0.3).seen(SeenBy::Owner { sd: 0.1 }),
    }
    /// A player as a transit state.
    pub struct TransitState for "player" {
        /// How far the player lets supplies through.
        transit = Field::stock("share", 0.0, 1.0).starts(1.0).called("the transit that {} allows"),
        /// Share of the network's traffic that needs its leave.
        transit_share = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0),
        /// Transit fees, million US dollars a month.
        transit_rents_musd = Field::derived("million US dollars a month", 0.0, 500.0, &["transit", "transit_share"]).rests(0.0).seen(SeenBy::Estimated { sd: 1.0 }).called("the transit fees of {}"),
    }
    /// A power that bids for influence in the main country.
    pub struct Power for "player" {
        /// Influence on what the country does.
        influence = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).seen(SeenBy::Estimated { sd: 0.03 }).called("the influence of {}"),
        /// Military, economic and diplomatic presence in the country.
        presence = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the presence of {}"),
        /// Presence that its programmes keep up.
        presence_base = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0),
        /// Where it pulls: −1 to the rival power, 1 to the patron, 0 neither.
        pole = Field::stock("index", -1.0, 1.0).starts(0.0),
    }
    /// A player's standing.
    pub struct Standing for "player" {
        /// Recognition that it enjoys: 0 all it claims, −1 none of it.
        recognition = Field::derived("index", -1.0, 0.0, &["respect_deficit"]).called("the recognition that {} enjoys"),
        /// Respect that it misses: 0 none, 1 all it claims.
        respect_deficit = Field::derived("share", 0.0, 1.0, &["recognition"]).rests(0.0).called("the respect that {} misses"),
        /// How much more standing it claims once the incumbent has fallen.
        ambition = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the ambition of {}"),
    }
}
