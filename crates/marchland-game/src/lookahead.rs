//! Imagined futures: how a strategy asks "what if" without seeing the world.

use crate::ids::{IndicatorId, PlayerId};
use crate::order::{Ballots, Package};

/// What an imagined player is made to do in one turn.
#[derive(Clone, Copy, Debug, Default)]
pub struct ForcedMove {
    /// Who.
    pub player: PlayerId,
    /// In which turn from now: 0 is the turn being decided.
    pub ahead: u32,
    /// Its orders; those not legal by then are refused as in the game.
    pub orders: Package,
    /// Its votes, where it is made to vote; else it votes by its stakes.
    pub ballots: Option<Ballots>,
}

/// A future to play.
#[derive(Clone, Copy, Debug)]
pub struct Plan<'a> {
    /// Number of the imagined world: equal numbers are the same draw of beliefs and the same
    /// chance, whatever is forced, so that candidates compare under common random numbers.
    pub sample: u64,
    /// Turns to play, from 1; ends earlier where the game does.
    pub turns: u32,
    /// What players are made to do; the others, and these in other turns, follow the scenario's
    /// public `assumed` lineup.
    pub forced: &'a [ForcedMove],
}

/// What came of an imagined future.
#[derive(Clone, Debug, Default)]
pub struct Future {
    /// Payoff of each player: the mean over the imagined turns, and the `at_end` terms where the
    /// future reaches the game's last turn.
    pub payoffs: Vec<f64>,
    /// The indicators asked for, at the future's end.
    pub readings: Vec<f64>,
}

/// Plays imagined futures for one viewer at one decision.
///
/// An imagined world holds what the viewer sees, draws of its belief for the rest, and the public
/// `assumed` lineup: never the true state, the true lineup or the game's own draws.
pub trait Lookahead {
    /// Plays one future. `wanted` lists indicators to read at its end. `future` is overwritten;
    /// its vectors are reused, so that imagining allocates nothing once they have grown.
    fn play(&self, plan: &Plan<'_>, wanted: &[IndicatorId], future: &mut Future);

    /// The packages of a player that this viewer would consider in the present turn: judged by
    /// what the *viewer* knows. Bounded and in a fixed order; the first is the empty package.
    fn candidates(&self, player: PlayerId, at_most: usize) -> Vec<Package>;
}
