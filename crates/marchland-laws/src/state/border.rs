//! Segments of a border: who crosses, what is carried, what happens there.

use marchland_sim::columns;
use marchland_sim::world::{Field, SeenBy};

columns! {
    /// A segment of a border between a region and a neighbour.
    pub struct Border for "border" {
        /// Share of attempts to cross unseen that succeed.
        permeability = Field::stock("share", 0.0, 1.0).starts(0.6).seen(SeenBy::Estimated { sd: 0.05 }).called("the permeability of the border between {}"),
        /// Share of attempts that would succeed if nobody guarded the segment: terrain and length.
        terrain = Field::stock("share", 0.0, 1.0).starts(0.8).called("the open ground on the border between {}"),
        /// Share of the segment that posts watch.
        posts = Field::stock("share", 0.0, 1.0).starts(0.3).seen(SeenBy::Estimated { sd: 0.05 }).called("the watch by posts between {}"),
        /// Share of the segment that the garrison can watch in the long run.
        garrison = Field::stock("share", 0.0, 1.0).starts(0.3).called("the watch by the garrison between {}"),
        /// How far the neighbour has closed the crossings: 0 open, 1 closed and mined.
        closure = Field::stock("share", 0.0, 1.0).starts(0.0).rests(0.0).called("the closing of the border between {}"),
        /// Share of the crossings that deep winter shuts.
        snow = Field::stock("share", 0.0, 1.0).starts(0.5).rests(0.0).called("the snow on the passes between {}"),
    }
    /// Drugs over a border segment.
    pub struct Traffic for "border" {
        /// Heroin that crosses, tonnes a month.
        flow_t = Field::derived("tonnes a month", 0.0, 100.0, &["permeability", "closure"]).rests(0.0).seen(SeenBy::Estimated { sd: 0.5 }).called("the heroin that crosses between {}"),
    }
    /// Attacks near a border.
    pub struct BorderIncidents for "border" {
        /// Attacks in the segment's region in the last step by cells whose home lies beyond it.
        incidents = Field::derived("attacks", 0.0, 1000.0, &["permeability"]).rests(0.0).called_many("incidents on the border between {}"),
    }
}
