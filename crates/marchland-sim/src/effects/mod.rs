//! Effects: what orders, motions and events do to the world. One file a kind, and one line in
//! [`STANDARD`]; a caller may add kinds of its own with [`Registry::with_effect`].
//!
//! A kind says how it is written, reads itself from a scenario, and turns, when its time comes,
//! into [`Deed`]s: the little that can be done to a game's state. Caps, delays and undoing are the
//! same for all kinds and no kind's business.
//!
//! [`Registry::with_effect`]: crate::mechanisms::Registry::with_effect

mod add;
pub(crate) mod deals;
mod fire;
mod scale;
mod set;
mod table;

use std::fmt;
use std::sync::Arc;

use marchland_game::{Catalogue, DealId, DealMove, EventId, Expression, IndicatorId, MotionId, PlayerId, Readings};
use serde::{Deserialize, Serialize};

pub use crate::scenario::EffectReader;
use crate::scenario::keys::{Function, Key};

/// The kinds of effect there are, in the order in which the reference lists them.
pub const STANDARD: &[EffectSchema] = &[add::ADD, set::SET, scale::SCALE, table::TABLE, fire::FIRE, deals::VOID];

/// A kind of effect, as the registry lists it.
#[derive(Clone, Copy, Debug)]
pub struct EffectSchema {
    /// Name, as scenarios write it: `Add`.
    pub name: &'static str,
    /// Its keys, all required, in the order of the short form; the keys that every effect may have
    /// (`delay`, `lasts`, `group`, `when`) are left out.
    pub keys: &'static [Key],
    /// The short form, for the reference.
    pub form: Function,
    /// Reads one. Whatever is wrong is reported by the reader, and nothing comes back then.
    pub read: fn(&EffectReader<'_>) -> Option<Arc<dyn EffectKind>>,
}

/// What an effect of some kind does, its names resolved to ids.
pub trait EffectKind: fmt::Debug + Send + Sync {
    /// What it does now, every amount fixed: appended in the order in which it is done.
    fn deeds(&self, at: &Situation<'_>, deeds: &mut Vec<Deed>);

    /// The effect as a scenario writes it, for lists and documents.
    fn written(&self, catalogue: &Catalogue) -> String {
        let paths: Vec<&str> = self.moves().iter().map(|id| catalogue.indicators[id.index()].path.as_str()).collect();
        format!("moves {}", paths.join(", "))
    }

    /// Stocks that it moves.
    fn moves(&self) -> Vec<IndicatorId> {
        Vec::new()
    }

    /// The expressions that it evaluates.
    fn expressions(&self) -> Vec<&Expression> {
        Vec::new()
    }

    /// The stock that it sets whatever was there, and to what: two such in one stage contradict each other.
    fn sets(&self) -> Option<(IndicatorId, &Expression)> {
        None
    }

    /// The motion that it tables.
    fn tables(&self) -> Option<MotionId> {
        None
    }

    /// The event that it makes happen.
    fn fires(&self) -> Option<EventId> {
        None
    }
}

/// What an effect reads when its time comes.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    /// The state at the start of the stage, with the order's level.
    pub readings: &'a dyn Readings,
    /// The player behind it; none behind an event.
    pub by: Option<PlayerId>,
}

impl Situation<'_> {
    /// The value of an expression.
    #[must_use]
    pub fn value(&self, expression: &Expression) -> f64 {
        expression.value(self.readings)
    }
}

/// Something done to a game's state, its amount fixed when it was ordered: the closed list of what a
/// state holds. Deeds may wait in the queue; hashes of states that are on disk depend on how they are
/// written.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// Adds this much to a stock.
    Add(IndicatorId, f64),
    /// Sets a stock to this.
    Set(IndicatorId, f64),
    /// Multiplies a stock by this.
    Scale(IndicatorId, f64),
    /// Tables this motion.
    Table(MotionId, Option<PlayerId>),
    /// Makes this event happen.
    Fire(EventId),
    /// A player does this about a deal, with this option of the action.
    Deal(DealId, DealMove, PlayerId, u8),
    /// Ends a deal's offer or agreement without blame.
    Void(DealId),
}

impl Deed {
    /// The indicator to which it would do something that is not a finite number.
    #[must_use]
    pub fn not_finite(self) -> Option<IndicatorId> {
        match self {
            Self::Add(indicator, x) | Self::Set(indicator, x) | Self::Scale(indicator, x) if !x.is_finite() => {
                Some(indicator)
            }
            _ => None,
        }
    }
}

/// A kind that moves one stock by one expression, as a scenario writes it.
fn written(kind: &str, indicator: IndicatorId, amount: &Expression, catalogue: &Catalogue) -> String {
    let path = &catalogue.indicators[indicator.index()].path;
    format!("{kind}({path}, {})", crate::scenario::print::expression(amount, catalogue))
}

/// The keys of a kind that moves one stock by one expression.
const fn stock_and_amount(amount: &'static str) -> [Key; 2] {
    [
        Key {
            name: "indicator",
            kind: "path of a stock",
            unit: "",
            default: "required",
            example: "\"tension\"",
            meaning: "The stock",
        },
        Key {
            name: "amount",
            kind: "number or expression",
            unit: "",
            default: "required",
            example: "\"0.1 * level\"",
            meaning: amount,
        },
    ]
}
