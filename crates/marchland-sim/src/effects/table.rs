//! `Table("mission")`: tables a motion for the next ballots.

use std::sync::Arc;

use marchland_game::{Catalogue, MotionId};

use super::{Deed, EffectKind, EffectSchema, Situation};
use crate::scenario::keys::{Key, function};

/// The kind.
pub(super) const TABLE: EffectSchema = EffectSchema {
    name: "Table",
    keys: &[Key {
        name: "motion",
        kind: "name of a motion",
        unit: "",
        default: "required",
        example: "\"mission\"",
        meaning: "What is tabled for the next ballots",
    }],
    form: function("Table(motion)", "effect", "", "", "tables a motion for the next ballots", "Table(\"mission\")"),
    read: |from| Some(Arc::new(Table { motion: from.motion("motion")? })),
};

#[derive(Debug)]
struct Table {
    motion: MotionId,
}

impl EffectKind for Table {
    fn deeds(&self, at: &Situation<'_>, deeds: &mut Vec<Deed>) {
        deeds.push(Deed::Table(self.motion, at.by));
    }
    fn written(&self, catalogue: &Catalogue) -> String {
        format!("Table({})", catalogue.motions[self.motion.index()].id)
    }
    fn tables(&self) -> Option<MotionId> {
        Some(self.motion)
    }
}
