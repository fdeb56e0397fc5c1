//! Reading a neighbour's column: a scenario need not run every law of motion.

use marchland_game::IndicatorId;
use marchland_sim::world::{Column, FieldOf, OptionalIds};

/// The row of a column, or zeros where the scenario lacks the law of motion that declares it.
pub(crate) fn row<C: Column>(rows: &[C], at: usize) -> C {
    rows.get(at).copied().unwrap_or_default()
}

/// The row that a link names, or zeros where it names none.
pub(crate) fn linked<C: Column>(rows: &[C], at: Option<usize>) -> C {
    at.map_or_else(C::default, |at| row(rows, at))
}

/// The indicator of a field in a row, as an input of a booked term; none where the scenario lacks
/// the law of motion that declares it.
pub(crate) fn input<C: Column>(ids: &OptionalIds<C>, at: usize, field: FieldOf<C>) -> Option<IndicatorId> {
    ids.get().map(|ids| ids.at(at, field))
}
