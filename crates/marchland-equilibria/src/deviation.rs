//! Expected payoffs, payoffs of deviations, and regret.
//!
//! Two ways that share no code: tensor contraction, fast, for the solvers; enumeration of pure
//! profiles with compensated sums, slow, for the certificate every result carries.

use crate::game::Game;
use crate::number::{Sum, max, min};
use crate::profile::Profile;

/// Contracts payoff tensors with mixed strategies without allocating: one per thread and game.
///
/// Mixed profiles are flat rows (see [`Game::offsets`]); nothing requires them to be probabilities,
/// so that Newton's method may step outside the simplex.
#[derive(Debug, Clone)]
pub struct Contraction {
    front: Vec<f64>,
    back: Vec<f64>,
}

impl Contraction {
    /// Memory for the contractions of one game.
    pub fn new(game: &Game) -> Contraction {
        // An axis of one strategy leaves as many numbers as before.
        let size = game.profile_count();
        Contraction { front: vec![0.0; size], back: vec![0.0; size] }
    }

    /// The payoff of each strategy of `player` when the others play `x`: U(a, x₋ᵢ) for each a, into `out`.
    ///
    /// # Panics
    /// If `x` or `out` is shorter than the game needs.
    pub fn deviations(&mut self, game: &Game, x: &[f64], player: usize, out: &mut [f64]) {
        self.contract(game, x, player, &[player], out);
    }

    /// The payoffs of every strategy of every player, flat as the profile is.
    ///
    /// # Panics
    /// If `x` or `out` is shorter than [`Game::strategy_count`].
    pub fn all_deviations(&mut self, game: &Game, x: &[f64], out: &mut [f64]) {
        for player in 0..game.player_count() {
            let block = game.offsets()[player]..game.offsets()[player + 1];
            self.contract(game, x, player, &[player], &mut out[block]);
        }
    }

    /// The payoff of `player` for each pair of a strategy of `first` and one of `second`, `first < second`,
    /// when the others play `x`; row-major, counts\[first\] × counts\[second\], into `out`.
    ///
    /// With `player` among the two, these are the derivatives of its deviation payoffs.
    ///
    /// # Panics
    /// If `first >= second`, or a slice is shorter than the game needs.
    pub fn pair(&mut self, game: &Game, x: &[f64], player: usize, first: usize, second: usize, out: &mut [f64]) {
        assert!(first < second, "players in order");
        self.contract(game, x, player, &[first, second], out);
    }

    /// The expected payoff of a player.
    pub fn payoff(&mut self, game: &Game, x: &[f64], player: usize) -> f64 {
        let mut out = [0.0];
        self.contract(game, x, player, &[], &mut out);
        out[0]
    }

    /// Sums the tensor of `player` over every axis but those kept, weighting by `x`, last axis first.
    fn contract(&mut self, game: &Game, x: &[f64], player: usize, keep: &[usize], out: &mut [f64]) {
        let tensor = game.tensor(player);
        let mut held = TensorPlace::Tensor;
        let mut left = tensor.len();
        let mut tail = 1;
        for axis in (0..game.player_count()).rev() {
            let count = game.counts()[axis];
            if keep.contains(&axis) {
                tail *= count;
                continue;
            }
            let weights = &x[game.offsets()[axis]..game.offsets()[axis + 1]];
            let after = left / count;
            let (from, to, next) = match held {
                TensorPlace::Tensor => (tensor, &mut self.front, TensorPlace::Front),
                TensorPlace::Front => (&self.front[..], &mut self.back, TensorPlace::Back),
                TensorPlace::Back => (&self.back[..], &mut self.front, TensorPlace::Front),
            };
            sum_axis(&from[..left], weights, tail, &mut to[..after]);
            held = next;
            left = after;
        }
        let result = match held {
            TensorPlace::Tensor => tensor,
            TensorPlace::Front => &self.front[..],
            TensorPlace::Back => &self.back[..],
        };
        out[..left].copy_from_slice(&result[..left]);
    }
}

/// Where the partly contracted tensor lies.
enum TensorPlace {
    Tensor,
    Front,
    Back,
}

/// `out[p, t] = Σ_a weights[a] · input[p, a, t]`, with `t` running over `tail` places.
fn sum_axis(input: &[f64], weights: &[f64], tail: usize, out: &mut [f64]) {
    if tail == 1 {
        for (row, o) in input.chunks_exact(weights.len()).zip(out) {
            *o = row.iter().zip(weights).map(|(u, w)| u * w).sum();
        }
        return;
    }
    let blocks = input.chunks_exact(weights.len() * tail);
    for (block, o) in blocks.zip(out.chunks_exact_mut(tail)) {
        o.fill(0.0);
        for (row, &w) in block.chunks_exact(tail).zip(weights) {
            if w == 0.0 {
                continue;
            }
            for (o, u) in o.iter_mut().zip(row) {
                *o += w * u;
            }
        }
    }
}

/// The payoff of each strategy of each player when the others play the profile: players × strategies.
///
/// # Panics
/// If the profile's shape is not the game's.
pub fn deviation_payoffs(game: &Game, profile: &Profile) -> Vec<Vec<f64>> {
    let mut out = vec![0.0; game.strategy_count()];
    Contraction::new(game).all_deviations(game, &profile.flat(), &mut out);
    Profile::from_flat(game, &out).0
}

/// The expected payoff of each player.
///
/// # Panics
/// If the profile's shape is not the game's.
pub fn payoffs(game: &Game, profile: &Profile) -> Vec<f64> {
    let x = profile.flat();
    let mut contraction = Contraction::new(game);
    (0..game.player_count()).map(|player| contraction.payoff(game, &x, player)).collect()
}

/// The expected payoff of each player under a distribution over pure profiles, in the order of
/// [`Game::profiles`].
///
/// # Panics
/// If there is not one probability per profile.
pub fn payoffs_of(game: &Game, distribution: &[f64]) -> Vec<f64> {
    assert_eq!(distribution.len(), game.profile_count(), "one probability per profile");
    let expected = |player: usize| {
        let mut sum = Sum::default();
        distribution.iter().zip(game.tensor(player)).for_each(|(p, u)| sum.add(p * u));
        sum.value()
    };
    (0..game.player_count()).map(expected).collect()
}

/// What each player could gain by its best deviation, never negative.
///
/// # Panics
/// If the profile's shape is not the game's.
pub fn regrets(game: &Game, profile: &Profile) -> Vec<f64> {
    deviation_payoffs(game, profile).iter().zip(&profile.0).map(|(deviations, mix)| gain(deviations, mix)).collect()
}

/// The largest of [`regrets`]: 0 exactly at the Nash equilibria.
pub fn regret(game: &Game, profile: &Profile) -> f64 {
    regrets(game, profile).into_iter().fold(0.0, max)
}

/// The sum of [`regrets`], called NashConv in the learning literature (Lanctot et al. 2017).
pub fn nash_conv(game: &Game, profile: &Profile) -> f64 {
    regrets(game, profile).into_iter().sum()
}

/// The largest regret as a share of [`Game::payoff_scale`].
///
/// A player with a scale of zero is indifferent among all strategies and is passed over.
pub fn relative_regret(game: &Game, profile: &Profile) -> f64 {
    let shares = regrets(game, profile).into_iter().enumerate();
    let share = |(player, regret): (usize, f64)| match game.payoff_scale(player) {
        0.0 => 0.0,
        scale => regret / scale,
    };
    shares.map(share).fold(0.0, max)
}

/// Σ mix · (best − deviation): a sum of non-negative terms, which loses nothing to cancellation.
fn gain(deviations: &[f64], mix: &[f64]) -> f64 {
    let best = deviations.iter().copied().fold(f64::NEG_INFINITY, max);
    deviations.iter().zip(mix).map(|(u, p)| p * (best - u)).sum()
}

/// What each player gets and could gain, by walking through all pure profiles with compensated sums.
///
/// Returns expected payoffs and regrets. This is the certificate: it shares no code with
/// [`Contraction`] and takes time proportional to profiles × players².
///
/// # Panics
/// If the profile's shape is not the game's.
pub fn regret_by_enumeration(game: &Game, profile: &Profile) -> (Vec<f64>, Vec<f64>) {
    let n = game.player_count();
    let mut at = vec![0usize; n];
    let mut sums: Vec<Vec<Sum>> = game.counts().iter().map(|&count| vec![Sum::default(); count]).collect();
    // Against a common large payoff, differences would drown in rounding.
    let floor: Vec<f64> = (0..n).map(|player| game.payoff_bounds(player).0).collect();
    for place in 0..game.profile_count() {
        for player in 0..n {
            let mut weight = 1.0;
            for other in (0..n).filter(|&other| other != player) {
                weight *= profile.0[other][at[other]];
            }
            sums[player][at[player]].add(weight * (game.tensor(player)[place] - floor[player]));
        }
        for player in (0..n).rev() {
            at[player] += 1;
            if at[player] < game.counts()[player] {
                break;
            }
            at[player] = 0;
        }
    }
    let mut payoffs = Vec::with_capacity(n);
    let mut regrets = Vec::with_capacity(n);
    for player in 0..n {
        let deviations: Vec<f64> = sums[player].iter().map(|sum| sum.value()).collect();
        let mut best = deviations[0];
        let mut own = Sum::default();
        for (u, p) in deviations.iter().zip(&profile.0[player]) {
            best = max(best, *u);
            own.add(p * u);
        }
        payoffs.push(floor[player] + own.value());
        // Probabilities that miss 1 by a rounding must not read as a gain or a loss.
        let mass: f64 = profile.0[player].iter().sum();
        regrets.push(max(0.0, best * mass - own.value()));
    }
    (payoffs, regrets)
}

/// The strategies of each player within `tolerance` of its best payoff against the profile, in order.
///
/// `tolerance` is a share of [`Game::payoff_scale`]; 0 asks for exact ties of the computed doubles.
///
/// # Panics
/// If the profile's shape is not the game's.
pub fn best_responses(game: &Game, profile: &Profile, tolerance: f64) -> Vec<Vec<usize>> {
    let near = |(player, deviations): (usize, &Vec<f64>)| {
        let best = deviations.iter().copied().fold(f64::NEG_INFINITY, max);
        let slack = tolerance * game.payoff_scale(player);
        (0..deviations.len()).filter(|&a| deviations[a] >= min(best, best - slack)).collect()
    };
    let deviations = deviation_payoffs(game, profile);
    deviations.iter().enumerate().map(near).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::Sum;

    /// A 2×3×2 game of small integers, no two axes alike.
    fn game() -> Game {
        let tensor = |k: usize| (0..12).map(|place| ((place * (2 * k + 5) + k) % 11) as f64).collect();
        Game::unnamed(&[2, 3, 2], (0..3).map(tensor).collect()).expect("a valid game")
    }

    fn mixed() -> Profile {
        Profile(vec![vec![0.25, 0.75], vec![0.5, 0.125, 0.375], vec![0.625, 0.375]])
    }

    #[test]
    fn contraction_agrees_with_enumeration() {
        let (game, profile) = (game(), mixed());
        let (by_hand, regret_by_hand) = regret_by_enumeration(&game, &profile);
        for player in 0..3 {
            assert!((payoffs(&game, &profile)[player] - by_hand[player]).abs() < 1e-12);
            assert!((regrets(&game, &profile)[player] - regret_by_hand[player]).abs() < 1e-12);
        }
    }

    #[test]
    fn pairs_contract_to_deviations() {
        let (game, profile) = (game(), mixed());
        let x = profile.flat();
        let mut contraction = Contraction::new(&game);
        let mut pair = vec![0.0; 4];
        contraction.pair(&game, &x, 0, 0, 2, &mut pair);
        let deviations = deviation_payoffs(&game, &profile);
        for a in 0..2 {
            let mut sum = Sum::default();
            for c in 0..2 {
                sum.add(pair[a * 2 + c] * profile.0[2][c]);
            }
            assert!((sum.value() - deviations[0][a]).abs() < 1e-12);
        }
    }

    #[test]
    fn matching_pennies_is_settled_at_the_centroid() {
        let a = [vec![1.0, -1.0], vec![-1.0, 1.0]];
        let b = [vec![-1.0, 1.0], vec![1.0, -1.0]];
        let game = Game::bimatrix(&a, &b).expect("a valid game");
        assert_eq!(regret(&game, &Profile::centroid(&game)), 0.0);
        assert_eq!(regret(&game, &Profile::pure(&game, &[0, 0])), 2.0);
        assert_eq!(nash_conv(&game, &Profile::pure(&game, &[0, 0])), 2.0);
        let responses = best_responses(&game, &Profile::pure(&game, &[0, 0]), 0.0);
        assert_eq!(responses, [vec![0], vec![1]]);
    }
}
