//! Ordered pairs of players.

use marchland_sim::columns;
use marchland_sim::world::{Field, SeenBy};

columns! {
    /// How one state stands to another.
    pub struct Relation for "pair" {
        /// Working relation: 0 hostile, 1 close.
        relation = Field::stock("share", 0.0, 1.0).starts(0.5).called("the relation of {from} with {to}"),
        /// Relation that habit and interest keep up.
        relation_base = Field::stock("share", 0.0, 1.0).starts(0.5),
        /// Trust of the first in the second.
        trust = Field::stock("share", 0.0, 1.0).starts(0.5).seen(SeenBy::Estimated { sd: 0.05 }).called("the trust of {from} in {to}"),
        /// Trust that experience keeps up.
        trust_base = Field::stock("share", 0.0, 1.0).starts(0.5).seen(SeenBy::Estimated { sd: 0.05 }),
        /// How far regional instability strains the relation.
        strain = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the strain between {from} and {to}"),
    }
    /// How one state wants to be seen by another, and is.
    pub struct Regard for "pair" {
        /// Standing that the first claims in the eyes of the second.
        claim = Field::stock("share", 0.0, 1.0).starts(0.5).seen(SeenBy::Estimated { sd: 0.05 }).called("the standing that {from} claims before {to}"),
        /// Claim that its idea of itself keeps up.
        claim_base = Field::stock("share", 0.0, 1.0).starts(0.5).seen(SeenBy::Estimated { sd: 0.05 }),
        /// Standing that the second grants the first.
        granted = Field::stock("share", 0.0, 1.0).starts(0.5).called("the standing that {to} grants {from}"),
        /// Standing that habit grants without further acts.
        granted_base = Field::stock("share", 0.0, 1.0).starts(0.5),
        /// How far the second has consulted the first of late.
        consultation = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the consulting of {from} by {to}"),
        /// Share of the first's public that approves of the second.
        opinion = Field::stock("share", 0.0, 1.0).starts(0.5).called("the good opinion of {to} in {from}"),
        /// How much the second's regard matters to the first; of each state's pairs they add up to at most 1.
        weight = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0),
    }
}
