//! Looking forward from a moment of a game: odds, previews, and who stands in for people.
//!
//! Two questions, two kinds of future:
//!
//! - *How may this go on?* ([`Forecaster::odds_from_truth`]) starts from the true state, under the seats'
//!   strategies, with a stated [stand-in](StandIns) for each person: for the facilitator's eyes alone.
//! - *How may this go on, as far as a seat can tell?* ([`Forecaster::odds_for_seat`],
//!   [`Forecaster::preview`]) starts from worlds that the seat imagines: what it sees, draws of its belief
//!   for the rest, and the scenario's public `assumed` lineup. The true state enters through the seat's
//!   observation and by no other way, so that equal observations give equal bytes.
//!
//! Nobody looks ahead within a forecast: strategies that do play the stand-in they name. The number of
//! games is fixed, never a matter of time; results are collected by the games' number, so that they do
//! not depend on threads. Every result is a model's odds and carries [`NOTICE`].
//!
//! ```no_run
//! use marchland_session::forecast::{Forecaster, GAMES, Position, StandIns};
//! # fn with(scenario: &std::sync::Arc<marchland_sim::scenario::Scenario>, game: &marchland_sim::turn::Game)
//! # -> Result<(), Vec<marchland_game::Diagnostic>> {
//! let registry = marchland_strategies::Registry::standard();
//! let forecaster = Forecaster::new(scenario, &registry)?;
//! let stand_ins = StandIns::new(scenario, &registry, &vec![None; scenario.catalogue.players.len()])?;
//! let odds = forecaster.odds_from_truth(&Position::of(game), &stand_ins, &scenario.shown, GAMES);
//! assert_eq!(odds.games + odds.failed, GAMES);
//! # Ok(()) }
//! ```

mod fan;
mod futures;
mod odds;
mod position;
mod preview;
mod stand_in;
mod trade_offs;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use marchland_game::{Diagnostic, IndicatorId, PlayerId};
use marchland_play::Players;
use marchland_play::compose;
use marchland_sim::scenario::Scenario;
use marchland_strategies::Registry;

pub use fan::{Fan, FanTurn};
pub use futures::{FutureOf, Futures};
pub use odds::{Basis, Chance, Odds, PlayerPayoff};
pub use position::Position;
pub(crate) use preview::vote_name;
pub use preview::{IndicatorChange, Preview, TermChange};
pub use stand_in::{Absent, StandIn, StandIns};
pub use trade_offs::TradeOffs;

/// What stands beside every forecast.
pub const NOTICE: &str = "A model's odds, not a prophecy.";
/// Games of a forecast unless told otherwise.
pub const GAMES: u64 = 1000;
/// Imagined futures of a preview unless told otherwise.
pub const FUTURES: u64 = 256;
/// Turns that a preview looks ahead, this one included, unless told otherwise.
pub const HORIZON: u32 = 12;
/// Confidence of every interval here.
pub const LEVEL: f64 = 0.95;

/// Plays futures of one scenario on all threads of the pool it is called from. Keep one for a session:
/// its worlds are built once a thread and reset.
pub struct Forecaster {
    scenario: Arc<Scenario>,
    /// Games without look-ahead.
    plain: Players,
    /// Games that can imagine.
    imagining: Players,
}

impl Forecaster {
    /// For a scenario.
    ///
    /// # Errors
    /// Where a strategy of the scenario's `assumed` lineup cannot be built.
    pub fn new(scenario: &Arc<Scenario>, registry: &Registry) -> Result<Self, Vec<Diagnostic>> {
        let assumed = compose::assumed(scenario, registry)?;
        Ok(Self {
            scenario: Arc::clone(scenario),
            plain: Players::new(scenario, None),
            imagining: Players::new(scenario, Some(assumed)),
        })
    }

    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> &Arc<Scenario> {
        &self.scenario
    }

    /// The indicators that matter to a player: what the scenario shows, its main one, and what the
    /// player is paid for; each once, in that order.
    #[must_use]
    pub fn key_indicators(&self, player: PlayerId) -> Vec<IndicatorId> {
        let terms = self.scenario.catalogue.players[player.index()].payoffs.terms.iter().map(|term| term.indicator);
        let mut list: Vec<IndicatorId> = Vec::new();
        for id in self.scenario.shown.iter().copied().chain(self.scenario.main_indicator).chain(terms) {
            if !list.contains(&id) {
                list.push(id);
            }
        }
        list
    }
}
