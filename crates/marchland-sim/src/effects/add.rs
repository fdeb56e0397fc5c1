//! `Add("tension", 1)`: adds to a stock.

use std::sync::Arc;

use marchland_game::{Catalogue, Expression, IndicatorId};

use super::{Deed, EffectKind, EffectSchema, Situation, stock_and_amount, written};
use crate::scenario::keys::function;

/// The kind.
pub(super) const ADD: EffectSchema = EffectSchema {
    name: "Add",
    keys: &stock_and_amount("What is added"),
    form: function("Add(path, amount)", "effect", "the indicator's", "", "adds to a stock", "Add(\"tension\", 1)"),
    read: |from| {
        let (indicator, amount) = (from.stock("indicator"), from.amount("amount"));
        Some(Arc::new(Add { indicator: indicator?, amount: amount? }))
    },
};

#[derive(Debug)]
struct Add {
    indicator: IndicatorId,
    amount: Expression,
}

impl EffectKind for Add {
    fn deeds(&self, at: &Situation<'_>, deeds: &mut Vec<Deed>) {
        deeds.push(Deed::Add(self.indicator, at.value(&self.amount)));
    }
    fn written(&self, catalogue: &Catalogue) -> String {
        written("Add", self.indicator, &self.amount, catalogue)
    }
    fn moves(&self) -> Vec<IndicatorId> {
        vec![self.indicator]
    }
    fn expressions(&self) -> Vec<&Expression> {
        vec![&self.amount]
    }
}
