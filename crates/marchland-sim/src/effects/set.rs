//! `Set("tension", 0)`: sets a stock.

use std::sync::Arc;

use marchland_game::{Catalogue, Expression, IndicatorId};

use super::{Deed, EffectKind, EffectSchema, Situation, stock_and_amount, written};
use crate::scenario::keys::function;

/// The kind.
pub(super) const SET: EffectSchema = EffectSchema {
    name: "Set",
    keys: &stock_and_amount("What it becomes"),
    form: function("Set(path, amount)", "effect", "the indicator's", "", "sets a stock", "Set(\"tension\", 0)"),
    read: |from| {
        let (indicator, value) = (from.stock("indicator"), from.amount("amount"));
        let (indicator, value) = (indicator?, value?);
        if let Some(x) = value.as_constant() {
            from.within_range("amount", x, indicator);
        }
        Some(Arc::new(Set { indicator, value }))
    },
};

#[derive(Debug)]
struct Set {
    indicator: IndicatorId,
    value: Expression,
}

impl EffectKind for Set {
    fn deeds(&self, at: &Situation<'_>, deeds: &mut Vec<Deed>) {
        deeds.push(Deed::Set(self.indicator, at.value(&self.value)));
    }
    fn written(&self, catalogue: &Catalogue) -> String {
        written("Set", self.indicator, &self.value, catalogue)
    }
    fn moves(&self) -> Vec<IndicatorId> {
        vec![self.indicator]
    }
    fn expressions(&self) -> Vec<&Expression> {
        vec![&self.value]
    }
    fn sets(&self) -> Option<(IndicatorId, &Expression)> {
        Some((self.indicator, &self.value))
    }
}
