//! `Fire("quake")`: makes an event happen.

use std::sync::Arc;

use marchland_game::{Catalogue, EventId};

use super::{Deed, EffectKind, EffectSchema, Situation};
use crate::scenario::keys::{Key, function};

/// The kind.
pub(super) const FIRE: EffectSchema = EffectSchema {
    name: "Fire",
    keys: &[Key {
        name: "event",
        kind: "name of an event",
        unit: "",
        default: "required",
        example: "\"quake\"",
        meaning: "What happens",
    }],
    form: function("Fire(event)", "effect", "", "", "makes an event happen", "Fire(\"quake\")"),
    read: |from| Some(Arc::new(Fire { event: from.event("event")? })),
};

#[derive(Debug)]
struct Fire {
    event: EventId,
}

impl EffectKind for Fire {
    fn deeds(&self, _: &Situation<'_>, deeds: &mut Vec<Deed>) {
        deeds.push(Deed::Fire(self.event));
    }
    fn written(&self, catalogue: &Catalogue) -> String {
        format!("Fire({})", catalogue.events[self.event.index()].id)
    }
    fn fires(&self) -> Option<EventId> {
        Some(self.event)
    }
}
