//! Deviation payoffs with their derivatives, for Newton's method.

use crate::game::Game;

/// Deviation payoffs of every strategy at a flat profile, and their derivatives.
///
/// A player's derivatives are one matrix per opponent: the tensor summed over all other opponents. The
/// opponents are split in two halves; summing one half out leaves a small tensor for the whole other half,
/// which is split again. The tensor is held with either half in front, so that the two large sums run
/// down contiguous memory.
#[derive(Debug, Clone)]
pub(crate) struct Derivatives {
    halves: Vec<Halves>,
    memory: Memory,
    /// The payoff of each strategy of each player against the others' mixtures, flat.
    pub(crate) payoffs: Vec<f64>,
    /// `slopes[r · width + c]` = ∂ payoff of strategy r / ∂ weight of strategy c; zero within a player's own
    /// block. `width` is the game's strategy count.
    pub(crate) slopes: Vec<f64>,
}

/// A player's payoffs with its opponents in two halves, its own strategies on the last axis.
#[derive(Debug, Clone)]
struct Halves {
    /// The strategies whose payoffs are held.
    own: Axis,
    /// The opponents of the first half and of the second.
    axes: [Vec<Axis>; 2],
    /// With the first half in front, and with the second.
    tensors: [Vec<f64>; 2],
}

/// Where a player's strategies lie in a flat profile.
#[derive(Debug, Clone, Copy)]
struct Axis {
    start: usize,
    count: usize,
}

impl Axis {
    fn of<'a>(&self, x: &'a [f64]) -> &'a [f64] {
        &x[self.start..self.start + self.count]
    }
}

/// Scratch memory, reused.
#[derive(Debug, Clone, Default)]
struct Memory {
    weights: Vec<f64>,
    sums: Vec<Vec<f64>>,
}

impl Derivatives {
    pub(crate) fn new(game: &Game) -> Derivatives {
        let mut derivatives = Derivatives::empty(game, 0);
        derivatives.load(game);
        derivatives
    }

    /// Of each payoff less that of the player's first strategy against the same opponents, over `2 · half`:
    /// what choices depend on, and a tensor smaller by that strategy.
    pub(crate) fn relative(game: &Game, half: f64) -> Derivatives {
        let mut derivatives = Derivatives::empty(game, 1);
        for (player, halves) in derivatives.halves.iter_mut().enumerate() {
            let count = game.counts()[player];
            halves.load(game, player);
            for tensor in &mut halves.tensors {
                // Halved first: a difference of two finite payoffs may overflow.
                let less =
                    |row: &[f64]| row.iter().map(|u| (u / 2.0 - row[0] / 2.0) / half).skip(1).collect::<Vec<_>>();
                *tensor = tensor.chunks_exact(count).flat_map(less).collect();
            }
        }
        derivatives
    }

    /// Without payoffs, those of each player's first `skipped` strategies never to be held.
    fn empty(game: &Game, skipped: usize) -> Derivatives {
        let width = game.strategy_count();
        let axes: Vec<Axis> =
            game.offsets().windows(2).map(|block| Axis { start: block[0], count: block[1] - block[0] }).collect();
        let halves = (0..axes.len()).map(|player| Halves::new(&axes, player, skipped)).collect();
        Derivatives { halves, memory: Memory::default(), payoffs: vec![0.0; width], slopes: vec![0.0; width * width] }
    }

    /// Turns to another game of the same shape.
    pub(crate) fn load(&mut self, game: &Game) {
        for (player, halves) in self.halves.iter_mut().enumerate() {
            halves.load(game, player);
        }
    }

    /// Evaluates at `x`, which need not be probabilities.
    pub(crate) fn evaluate(&mut self, x: &[f64]) {
        let Derivatives { halves, memory, payoffs, slopes } = self;
        let width = payoffs.len();
        for halves in halves {
            let [first, second] = &halves.axes;
            let own = halves.own;
            if own.count == 0 {
                continue;
            }
            let mut out = Slopes { own, width, slopes };
            let [front, back] = &halves.tensors;
            match (first.is_empty(), second.is_empty()) {
                (true, true) => payoffs[own.start..own.start + own.count].copy_from_slice(front),
                (false, true) => out.spread(front, first, x, memory, 0),
                _ => {
                    out.sum_front(front, first, second, x, memory, 0);
                    out.sum_front(back, second, first, x, memory, 0);
                }
            }
            let Some(other) = first.first() else {
                continue;
            };
            for r in own.start..own.start + own.count {
                let row = &slopes[r * width + other.start..][..other.count];
                payoffs[r] = row.iter().zip(other.of(x)).map(|(s, w)| s * w).sum();
            }
        }
    }
}

impl Halves {
    fn new(axes: &[Axis], player: usize, skipped: usize) -> Halves {
        let others: Vec<Axis> = (0..axes.len()).filter(|&other| other != player).map(|other| axes[other]).collect();
        let (first, second) = others.split_at(others.len().div_ceil(2));
        let own = Axis { start: axes[player].start + skipped, count: axes[player].count - skipped };
        Halves { own, axes: [first.to_vec(), second.to_vec()], tensors: [Vec::new(), Vec::new()] }
    }

    fn load(&mut self, game: &Game, player: usize) {
        let others: Vec<usize> = (0..game.player_count()).filter(|&other| other != player).collect();
        let (first, second) = others.split_at(self.axes[0].len());
        for (tensor, order) in self.tensors.iter_mut().zip([[first, second], [second, first]]) {
            tensor.clear();
            // Without a second half there is nothing to sum out.
            if order[0] == first || !second.is_empty() {
                let axes: Vec<usize> = order.concat().into_iter().chain([player]).collect();
                permuted(game, player, &axes, tensor);
            }
        }
    }
}

/// The tensor of a player with the axes in the given order, the first slowest.
fn permuted(game: &Game, player: usize, axes: &[usize], out: &mut Vec<f64>) {
    let tensor = game.tensor(player);
    out.reserve(tensor.len());
    let mut at = vec![0; axes.len()];
    let mut place = 0;
    for _ in 0..tensor.len() {
        out.push(tensor[place]);
        for (k, &axis) in axes.iter().enumerate().rev() {
            at[k] += 1;
            place += game.strides()[axis];
            if at[k] < game.counts()[axis] {
                break;
            }
            place -= at[k] * game.strides()[axis];
            at[k] = 0;
        }
    }
}

/// Where a player's derivatives go.
struct Slopes<'a> {
    own: Axis,
    width: usize,
    slopes: &'a mut [f64],
}

impl Slopes<'_> {
    /// Derivatives by the opponents of `rest`, from a tensor over `gone`, `rest` and the player itself.
    fn sum_front(
        &mut self,
        tensor: &[f64],
        gone: &[Axis],
        rest: &[Axis],
        x: &[f64],
        memory: &mut Memory,
        depth: usize,
    ) {
        let mut sum = memory.take(depth);
        let weights = outer(gone, x, &mut memory.weights);
        sum.resize(tensor.len() / weights.len(), 0.0);
        combine(tensor, weights, &mut sum);
        self.spread(&sum, rest, x, memory, depth + 1);
        memory.sums[depth] = sum;
    }

    /// Derivatives by the opponents of `axes`, from a tensor over these and the player itself.
    fn spread(&mut self, tensor: &[f64], axes: &[Axis], x: &[f64], memory: &mut Memory, depth: usize) {
        if let [other] = axes {
            for (b, row) in tensor.chunks_exact(self.own.count).enumerate() {
                for (a, &slope) in row.iter().enumerate() {
                    self.slopes[(self.own.start + a) * self.width + other.start + b] = slope;
                }
            }
            return;
        }
        let (first, second) = axes.split_at(axes.len().div_ceil(2));
        self.sum_front(tensor, first, second, x, memory, depth);
        let mut sum = memory.take(depth);
        let weights = outer(second, x, &mut memory.weights);
        sum.resize(tensor.len() / weights.len(), 0.0);
        let own = self.own.count;
        for (rows, out) in tensor.chunks_exact(weights.len() * own).zip(sum.chunks_exact_mut(own)) {
            combine(rows, weights, out);
        }
        self.spread(&sum, first, x, memory, depth + 1);
        memory.sums[depth] = sum;
    }
}

impl Memory {
    /// Room for a sum; given back by putting it in its place.
    fn take(&mut self, depth: usize) -> Vec<f64> {
        if self.sums.len() <= depth {
            self.sums.resize_with(depth + 1, Vec::new);
        }
        std::mem::take(&mut self.sums[depth])
    }
}

/// The products of the weights of some players, the first slowest.
fn outer<'a>(axes: &[Axis], x: &'a [f64], memory: &'a mut Vec<f64>) -> &'a [f64] {
    let Some((first, rest)) = axes.split_first() else {
        memory.clear();
        memory.push(1.0);
        return memory;
    };
    if rest.is_empty() {
        return first.of(x);
    }
    memory.clear();
    memory.extend_from_slice(first.of(x));
    for axis in rest {
        let weights = axis.of(x);
        let before = memory.len();
        memory.resize(before * weights.len(), 0.0);
        // From the back, so that no product overwrites a factor still needed.
        for k in (0..before).rev() {
            let head = memory[k];
            for (product, w) in memory[k * weights.len()..].iter_mut().zip(weights) {
                *product = head * w;
            }
        }
    }
    memory
}

/// The sum of rows as long as `out`, each times its weight, in the order of the rows.
fn combine(rows: &[f64], weights: &[f64], out: &mut [f64]) {
    // Blocks of a fixed width keep their sums in registers all the way down.
    let mut done = 0;
    while out.len() - done >= 8 {
        columns::<8>(rows, weights, out, done);
        done += 8;
    }
    if out.len() - done >= 4 {
        columns::<4>(rows, weights, out, done);
        done += 4;
    }
    if out.len() - done >= 2 {
        columns::<2>(rows, weights, out, done);
        done += 2;
    }
    if out.len() > done {
        columns::<1>(rows, weights, out, done);
    }
}

/// As [`combine`], the `N` columns from `start` on.
fn columns<const N: usize>(rows: &[f64], weights: &[f64], out: &mut [f64], start: usize) {
    let mut sums = [0.0; N];
    for (row, weight) in rows.chunks_exact(out.len()).zip(weights) {
        for (sum, u) in sums.iter_mut().zip(&row[start..start + N]) {
            *sum += weight * u;
        }
    }
    out[start..start + N].copy_from_slice(&sums);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deviation::Contraction;

    #[test]
    fn derivatives_agree_with_contractions_for_one_to_seven_players() {
        for counts in [&[3][..], &[2, 3], &[3, 2, 4], &[2, 3, 2, 3], &[2, 1, 3, 2, 2], &[2; 6], &[2, 2, 3, 1, 2, 2, 2]]
        {
            let size: usize = counts.iter().product();
            let tensor = |k: usize| (0..size).map(|place| ((place * (2 * k + 7) + k) % 23) as f64).collect();
            let game = Game::unnamed(counts, (0..counts.len()).map(tensor).collect()).expect("a valid game");
            let width = game.strategy_count();
            let x: Vec<f64> = (0..width).map(|k| 0.1 + 0.07 * k as f64).collect();
            let mut derivatives = Derivatives::new(&game);
            // Twice, since memory is reused.
            derivatives.evaluate(&x);
            derivatives.evaluate(&x);
            let mut contraction = Contraction::new(&game);
            let mut want = vec![0.0; width];
            contraction.all_deviations(&game, &x, &mut want);
            for (got, want) in derivatives.payoffs.iter().zip(&want) {
                assert!((got - want).abs() <= 1e-12 * want.abs(), "{counts:?}: {got} for {want}");
            }
            for first in 0..counts.len() {
                for second in first + 1..counts.len() {
                    let mut pair = vec![0.0; counts[first] * counts[second]];
                    for (player, other) in [(first, second), (second, first)] {
                        contraction.pair(&game, &x, player, first, second, &mut pair);
                        for a in 0..counts[player] {
                            for b in 0..counts[other] {
                                let r = game.offsets()[player] + a;
                                let c = game.offsets()[other] + b;
                                let place =
                                    if player == first { a * counts[second] + b } else { b * counts[second] + a };
                                let (got, want) = (derivatives.slopes[r * width + c], pair[place]);
                                assert!((got - want).abs() <= 1e-12 * want.abs(), "{counts:?}: {got} for {want}");
                            }
                        }
                    }
                }
            }
        }
    }
}
