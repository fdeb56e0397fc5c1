//! Exogenous paths: what the crisis does not move and everything in it feels.
//!
//! Paths are data of the scenario and its belief sets, and which of them are in force is decided
//! when a game starts; so the loop of turns moves them, once a month before the other laws, by [`next`].
//! Nothing but the indicators themselves is remembered: the distance of an indicator from its path
//! *is* the shock, so that an effect on it (a price jump, a sanction) fades like any other shock.

use marchland_game::number::clamp;

use super::Mechanism;
use crate::columns;
use crate::world::Field;

columns! {
    /// What the world economy makes of the host country.
    pub struct HostPath for "host" {
        /// Gross domestic product of the host country in current US dollars, 1 at the start.
        gdp_index = Field::stock("index", 0.05, 10.0).starts(1.0).called("the output of {}"),
        /// What a migrant sends home, as a factor of what the host economy explains.
        transfer_factor = Field::stock("factor", 0.3, 3.0).starts(1.0).called("what migrants in {} can send home"),
    }
    /// Prices on world markets.
    pub struct WorldPrices for "market" {
        /// Price of primary aluminium, US dollars per tonne.
        aluminium_price_usd_t = Field::stock("US dollars per tonne", 200.0, 8000.0).starts(2173.0).called("the price of aluminium"),
        /// Price of wheat, 1 at the start.
        wheat_index = Field::stock("index", 0.1, 10.0).starts(1.0).called("the price of wheat"),
        /// Price of crude oil, 1 at the start.
        oil_index = Field::stock("index", 0.1, 10.0).starts(1.0).called("the price of oil"),
    }
    /// Water and cold.
    pub struct Weather for "country" {
        /// Inflow of the rivers into the reservoirs, as a factor of the month's long-run mean.
        inflow_index = Field::stock("factor", 0.2, 3.0).starts(1.0).called("the snow and rain of the year"),
        /// Demand for heat and light in the cold months, as a factor of a normal winter's.
        winter_severity = Field::stock("factor", 0.5, 2.0).starts(1.0).called("the severity of the winter"),
    }
}

/// The next value of an indicator on a path.
///
/// `before` and `now` are the path's values of the last month and this one, `last` is what the
/// indicator was, `sd` a shock's standard deviation as a share of the value, `persistence` the share
/// of the distance from the path that carries over, and `draw` a standard normal draw.
#[must_use]
pub fn next(before: f64, now: f64, last: f64, persistence: f64, sd: f64, draw: f64) -> f64 {
    let off = if before == 0.0 { 0.0 } else { last / before - 1.0 };
    now * (1.0 + clamp(persistence * off + sd * draw, -0.9, 9.0))
}

/// The path's value in a turn: `start` before turn 1, and the last of `values` after their end.
#[must_use]
pub fn at(values: &[f64], start: f64, turn: u32) -> f64 {
    match (turn as usize).checked_sub(1).zip(values.len().checked_sub(1)) {
        Some((turn, last)) => values[turn.min(last)],
        None => start,
    }
}

/// The law of exogenous paths. It adds the columns that paths move; the loop of turns moves them by [`next`].
pub const EXOGENOUS: Mechanism = Mechanism {
    name: "exogenous",
    called: "the course of events abroad",
    meaning: "Moves what the crisis does not move: the host economy, world prices, water and cold.",
    equations: "x' = path(t) · (1 + persistence · (x / path(t−1) − 1) + sd · normal draw), once a month",
    source: "first-order autoregressive shocks around an observed or assumed path: Box & Jenkins 1970",
    parameters: &[],
    populations: &[],
    terms: &[],
    columns: |set| {
        set.add::<HostPath>();
        set.add::<WorldPrices>();
        set.add::<Weather>();
    },
    needs: |_| {},
    build: |_| {},
    constants: |_, _| {},
    start: |_| {},
};

#[cfg(test)]
mod tests {
    use marchland_game::{Domain, Root};

    use super::*;

    #[test]
    fn an_undisturbed_indicator_follows_its_path_and_holds_the_last_value() {
        let values = [1.0, 1.2, 0.9];
        let mut value = 1.1;
        for (turn, expected) in [(1, 1.0), (2, 1.2), (3, 0.9), (4, 0.9), (9, 0.9)] {
            value = next(at(&values, 1.1, turn - 1), at(&values, 1.1, turn), value, 0.5, 0.1, 0.0);
            assert!((value - expected).abs() < 1e-15, "turn {turn}: {value}");
        }
    }

    #[test]
    fn a_shock_fades_at_the_persistence_whoever_made_it() {
        let shocked = next(1.0, 1.0, 1.0, 0.5, 0.1, 1.0);
        assert!((shocked - 1.1).abs() < 1e-15);
        assert!((next(1.0, 2.0, shocked, 0.5, 0.1, 0.0) - 2.0 * 1.05).abs() < 1e-12);
        // A jump of half that an effect made.
        assert!((next(2.0, 2.0, 3.0, 0.5, 0.1, 0.0) - 2.0 * 1.25).abs() < 1e-12);
    }

    #[test]
    fn shocks_have_the_stationary_spread_of_the_process() {
        let root = Root::of_game(11);
        let (mut value, mut square, n) = (1.0, 0.0, 40_000);
        for turn in 1..=n {
            value = next(1.0, 1.0, value, 0.5, 0.1, root.once(Domain::Nature, turn, 0).normal());
            square += (value - 1.0) * (value - 1.0);
        }
        // Variance sd² / (1 − ρ²) = 0.01 / 0.75; the standard error of the estimate is about 0.9 %.
        let ratio = square / n as f64 / (0.01 / 0.75);
        assert!((ratio - 1.0).abs() < 0.04, "variance ratio {ratio}, seed 11, n {n}");
    }
}
