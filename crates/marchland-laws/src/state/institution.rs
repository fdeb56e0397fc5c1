//! International institutions.

use marchland_sim::columns;
use marchland_sim::world::Field;

columns! {
    /// A body of states, as a power of its own.
    pub struct Body for "institution" {
        /// How far members act as one.
        cohesion = Field::stock("share", 0.0, 1.0).starts(0.5).called("the cohesion of {}"),
        /// Cohesion that habit keeps up.
        cohesion_base = Field::stock("share", 0.0, 1.0).starts(0.5),
        /// What the body can do once it has decided.
        capability = Field::stock("share", 0.0, 1.0).starts(0.3).called("what {} can do"),
        /// Capability that its budget keeps up.
        capability_base = Field::stock("share", 0.0, 1.0).starts(0.3),
        /// Place of the region on the body's agenda.
        agenda = Field::stock("share", 0.0, 1.0).starts(0.2).rests(0.0).called("the region's place on the agenda of {}"),
        /// How quickly regional trouble gets onto its agenda.
        attention = Field::stock("share", 0.0, 1.0).starts(0.5).called("the attention of {}"),
        /// 1 where its charter lets it act in members' internal crises.
        mandate_internal: bool = Field::flag(),
        /// 1 while its peacekeepers stand in the country.
        mission: bool = Field::flag(),
        /// Exercise held of late, fading.
        exercise = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the effect of exercises by {}"),
        /// How far belonging to it dampens its leading member's loss of influence.
        dampens = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0),
    }
}
