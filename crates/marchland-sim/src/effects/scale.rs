//! `Scale("tension", 0.5)`: multiplies a stock.

use std::sync::Arc;

use marchland_game::{Catalogue, Expression, IndicatorId};

use super::{Deed, EffectKind, EffectSchema, Situation, stock_and_amount, written};
use crate::scenario::keys::function;

/// The kind.
pub(super) const SCALE: EffectSchema = EffectSchema {
    name: "Scale",
    keys: &stock_and_amount("What it is multiplied by"),
    form: function("Scale(path, amount)", "effect", "", "", "multiplies a stock", "Scale(\"tension\", 0.5)"),
    read: |from| {
        let (indicator, factor) = (from.stock("indicator"), from.amount("amount"));
        Some(Arc::new(Scale { indicator: indicator?, factor: factor? }))
    },
};

#[derive(Debug)]
struct Scale {
    indicator: IndicatorId,
    factor: Expression,
}

impl EffectKind for Scale {
    fn deeds(&self, at: &Situation<'_>, deeds: &mut Vec<Deed>) {
        deeds.push(Deed::Scale(self.indicator, at.value(&self.factor)));
    }
    fn written(&self, catalogue: &Catalogue) -> String {
        written("Scale", self.indicator, &self.factor, catalogue)
    }
    fn moves(&self) -> Vec<IndicatorId> {
        vec![self.indicator]
    }
    fn expressions(&self) -> Vec<&Expression> {
        vec![&self.factor]
    }
}
