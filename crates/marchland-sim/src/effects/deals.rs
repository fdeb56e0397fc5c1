//! What players do about deals, and `Void("base_lease")`, which ends an agreement without blame.

use std::sync::Arc;

use marchland_game::{Catalogue, Deal, DealId, DealMove, IndicatorId};

use super::{Deed, EffectKind, EffectSchema, Situation};
use crate::scenario::keys::{Key, function};

/// The kind that scenarios may write.
pub(super) const VOID: EffectSchema = EffectSchema {
    name: "Void",
    keys: &[Key {
        name: "deal",
        kind: "name of a deal",
        unit: "",
        default: "required",
        example: "\"lease\"",
        meaning: "The deal whose agreement or offer ends, without breach and without blame",
    }],
    form: function("Void(deal)", "effect", "", "", "ends an agreement without blame", "Void(\"lease\")"),
    read: |from| {
        let (deal, tracks) = from.deal("deal")?;
        Some(Arc::new(Void { deal, tracks }))
    },
};

#[derive(Debug)]
struct Void {
    deal: DealId,
    tracks: Vec<IndicatorId>,
}

impl EffectKind for Void {
    fn deeds(&self, _: &Situation<'_>, deeds: &mut Vec<Deed>) {
        deeds.push(Deed::Void(self.deal));
    }
    fn written(&self, catalogue: &Catalogue) -> String {
        format!("Void({})", catalogue.deals[self.deal.index()].id)
    }
    fn moves(&self) -> Vec<IndicatorId> {
        self.tracks.clone()
    }
}

/// What the actions of a deal do: scenarios do not write it.
#[derive(Debug)]
pub(crate) struct Step {
    deal: DealId,
    what: DealMove,
    option: u8,
    tracks: Vec<IndicatorId>,
}

impl Step {
    pub(crate) fn new(id: DealId, deal: &Deal, what: DealMove, option: u8) -> Self {
        Self { deal: id, what, option, tracks: tracks_of(deal) }
    }
}

/// Every indicator in which a deal is remembered.
pub(crate) fn tracks_of(deal: &Deal) -> Vec<IndicatorId> {
    let of = &deal.tracks;
    let mut all = vec![of.status, of.proposer, of.moved, of.table, of.link, of.since, of.until];
    all.extend([of.offers, of.agreements, of.spurned]);
    all.extend(of.broken);
    all.extend(of.table_terms.iter().chain(&of.terms));
    all
}

impl EffectKind for Step {
    fn deeds(&self, at: &Situation<'_>, deeds: &mut Vec<Deed>) {
        if let Some(by) = at.by {
            deeds.push(Deed::Deal(self.deal, self.what, by, self.option));
        }
    }
    fn written(&self, catalogue: &Catalogue) -> String {
        format!("{} of {}, option {}", self.what.word(), catalogue.deals[self.deal.index()].id, self.option)
    }
    fn moves(&self) -> Vec<IndicatorId> {
        self.tracks.clone()
    }
}
