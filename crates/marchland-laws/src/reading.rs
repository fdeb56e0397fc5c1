//! Reading a neighbour's column: a scenario need not run every law of motion.

use bevy_ecs::prelude::Res;
use marchland_game::{IndicatorId, number};
use marchland_sim::world::{Column, Ids};

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
pub(crate) fn input<C: Column>(ids: &Option<Res<'_, Ids<C>>>, at: usize, field: usize) -> Option<IndicatorId> {
    ids.as_ref().map(|ids| ids.at(at, field))
}

/// How far a number goes towards `target` in `months` if a month closes a share `monthly` of the
/// distance: partial adjustment that composes over weeks.
pub(crate) fn towards(now: f64, target: f64, monthly: f64, months: f64) -> f64 {
    if now == target {
        // Most of what fades has faded: no need to ask how fast.
        return number::plain_zero(now);
    }
    now + number::probability_over(monthly, months) * (target - now)
}

/// A gain with diminishing returns, x / (x + half): one half where `x` equals `half`.
pub(crate) fn saturating(x: f64, half: f64) -> f64 {
    if x <= 0.0 { 0.0 } else { x / (x + half) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_weeks_of_adjustment_are_a_month() {
        let mut x = 0.2;
        for _ in 0..4 {
            x = towards(x, 1.0, 0.3, 0.25);
        }
        assert!((x - towards(0.2, 1.0, 0.3, 1.0)).abs() < 1e-15);
        assert_eq!(saturating(3.0, 3.0), 0.5);
        assert_eq!(saturating(-1.0, 3.0), 0.0);
    }
}
