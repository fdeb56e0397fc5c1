//! Exogenous paths: what the crisis does not move and everything in it feels.
//!
//! Paths are data of the scenario and its belief sets, and which of them are in force is decided
//! when a game starts; so the loop of turns hands them over, once a month before the other laws.
//! Nothing but the indicators themselves is remembered: the distance of an indicator from its path
//! *is* the shock, so that an effect on it (a price jump, a sanction) fades like any other shock.

use marchland_game::number::clamp;
use marchland_game::{Domain, IndicatorId, stream};

use super::Mechanism;
use crate::columns;
use crate::world::{Clock, CrisisWorld, Field};

columns! {
    /// What the world economy makes of the host country.
    pub struct HostPath for "host" {
        /// Gross domestic product of the host country in current US dollars, 1 at the start.
        gdp_index = Field::stock("index", 0.05, 10.0).starts(1.0),
        /// What a migrant sends home, as a factor of what the host economy explains.
        transfer_factor = Field::stock("factor", 0.3, 3.0).starts(1.0),
    }
    /// Prices on world markets.
    pub struct WorldPrices for "market" {
        /// Price of primary aluminium, US dollars per tonne.
        aluminium_price_usd_t = Field::stock("US dollars per tonne", 200.0, 8000.0).starts(2173.0),
        /// Price of wheat, 1 at the start.
        wheat_index = Field::stock("index", 0.1, 10.0).starts(1.0),
        /// Price of crude oil, 1 at the start.
        oil_index = Field::stock("index", 0.1, 10.0).starts(1.0),
    }
    /// Water and cold.
    pub struct Weather for "country" {
        /// Inflow of the rivers into the reservoirs, as a factor of the month's long-run mean.
        inflow_index = Field::stock("factor", 0.2, 3.0).starts(1.0),
        /// Demand for heat and light in the cold months, as a factor of a normal winter's.
        winter_severity = Field::stock("factor", 0.5, 2.0).starts(1.0),
    }
}

/// One path in force in a game.
#[derive(Clone, PartialEq, Debug)]
pub struct ActivePath {
    /// The indicator that it moves.
    pub indicator: IndicatorId,
    /// [`stream::name_hash`] of the indicator's path: the key of its shocks.
    pub key: u64,
    /// The indicator's value when the game started: the path before turn 1.
    pub start: f64,
    /// Values by turn, from 1; the last one holds on. At least one.
    pub values: Vec<f64>,
    /// Standard deviation of a month's shock, as a share of the value.
    pub sd: f64,
    /// Share of a shock that carries over to the next month, in [0, 1).
    pub persistence: f64,
}

impl ActivePath {
    fn at(&self, turn: u32) -> f64 {
        match turn {
            0 => self.start,
            turn => self.values[(turn as usize - 1).min(self.values.len() - 1)],
        }
    }

    /// The indicator's next value, from its last one and a standard normal draw.
    #[must_use]
    pub fn next(&self, turn: u32, last: f64, draw: f64) -> f64 {
        let before = self.at(turn - 1);
        let off = if before == 0.0 { 0.0 } else { last / before - 1.0 };
        self.at(turn) * (1.0 + clamp(self.persistence * off + self.sd * draw, -0.9, 9.0))
    }
}

const SHOCK: u64 = stream::name_hash("exogenous shock");

/// Moves every indicator that is on a path to this month's value: the path times one plus a
/// first-order autoregressive shock. Once a month, in its first round, before the other laws.
pub fn step(world: &mut CrisisWorld, paths: &[ActivePath]) {
    let clock = *world.ecs.resource::<Clock>();
    if !clock.first_of_month() {
        return;
    }
    for path in paths {
        let draw = if path.sd > 0.0 {
            clock.root.stream(Domain::Nature, clock.moment, path.key, SHOCK).normal()
        } else {
            0.0
        };
        let last = world.get(path.indicator);
        world.set(path.indicator, path.next(clock.moment.turn.0, last, draw));
    }
}

/// The law of exogenous paths. It adds the columns that paths move; [`step`] moves them.
pub const EXOGENOUS: Mechanism = Mechanism {
    name: "exogenous",
    meaning: "Moves what the crisis does not move: the host economy, world prices, water and cold.",
    equations: "x' = path(t) · (1 + persistence · (x / path(t−1) − 1) + sd · normal draw), once a month",
    source: "first-order autoregressive shocks around an observed or assumed path: Box & Jenkins 1970",
    parameters: &[],
    columns: |set| {
        set.add::<HostPath>();
        set.add::<WorldPrices>();
        set.add::<Weather>();
    },
    build: |_| {},
    constants: |_, _| {},
    start: |_| {},
};

#[cfg(test)]
mod tests {
    use super::*;

    fn path(values: &[f64]) -> ActivePath {
        ActivePath {
            indicator: IndicatorId(0),
            key: 1,
            start: 1.0,
            values: values.to_vec(),
            sd: 0.1,
            persistence: 0.5,
        }
    }

    #[test]
    fn an_undisturbed_indicator_follows_its_path_and_holds_the_last_value() {
        let path = path(&[1.0, 1.2, 0.9]);
        let mut value = 1.0;
        for (turn, expected) in [(1, 1.0), (2, 1.2), (3, 0.9), (4, 0.9), (9, 0.9)] {
            value = path.next(turn, value, 0.0);
            assert!((value - expected).abs() < 1e-15, "turn {turn}: {value}");
        }
    }

    #[test]
    fn a_shock_fades_at_the_persistence() {
        let path = path(&[1.0, 2.0, 2.0]);
        let shocked = path.next(1, 1.0, 1.0);
        assert!((shocked - 1.1).abs() < 1e-15);
        let next = path.next(2, shocked, 0.0);
        assert!((next - 2.0 * 1.05).abs() < 1e-12);
        // A jump that an effect made fades likewise.
        assert!((path.next(3, 3.0, 0.0) - 2.0 * 1.25).abs() < 1e-12);
    }

    #[test]
    fn shocks_have_the_stationary_spread_of_the_process() {
        let path = path(&[1.0]);
        let root = marchland_game::Root::of_game(11);
        let (mut value, mut square, n) = (1.0, 0.0, 40_000);
        for turn in 1..=n {
            value = path.next(turn, value, root.once(Domain::Nature, u64::from(turn), 0).normal());
            square += (value - 1.0) * (value - 1.0);
        }
        // Variance sd² / (1 − ρ²) = 0.01 / 0.75; the standard error of the estimate is about 0.9 %.
        let ratio = square / f64::from(n) / (0.01 / 0.75);
        assert!((ratio - 1.0).abs() < 0.04, "variance ratio {ratio}, seed 11, n {n}");
    }
}
