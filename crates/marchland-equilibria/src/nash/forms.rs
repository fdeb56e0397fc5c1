//! Payoff differences of a support as multilinear forms over a product of simplices.

use crate::game::Game;

use super::supports::opponent_places;

/// For every player, the payoffs of its strategies less that of its last supported one, as a table
/// over the corners of the opponents' simplices.
///
/// A row is a multilinear form in the opponents' barycentric coordinates: its values anywhere are
/// convex combinations of the table (a Bernstein form of degree one per player), so the least and
/// largest entries bound it. Moving a corner is a linear operation on the tables, which is how a
/// simplex is cut without ever going back to the game.
#[derive(Debug, Clone)]
pub(crate) struct Forms {
    /// Corners per player: the sizes of the supports.
    pub(crate) counts: Vec<usize>,
    /// Rows per player: first the other supported strategies, then those outside the support.
    pub(crate) rows: Vec<usize>,
    /// Per player: rows × corners of the opponents, first opponent slowest.
    pub(crate) tables: Vec<Vec<f64>>,
}

impl Forms {
    /// The forms of a support of a game whose payoffs are of size one.
    pub(crate) fn new(game: &Game, supports: &[Vec<usize>]) -> Forms {
        let players = game.player_count();
        let counts: Vec<usize> = supports.iter().map(Vec::len).collect();
        let mut rows = Vec::with_capacity(players);
        let mut tables = Vec::with_capacity(players);
        for player in 0..players {
            let support = &supports[player];
            let base = support[support.len() - 1];
            let outside = (0..game.counts()[player]).filter(|a| !support.contains(a));
            let order: Vec<usize> = support[..support.len() - 1].iter().copied().chain(outside).collect();
            let places = opponent_places(game, supports, player);
            let tensor = game.tensor(player);
            let stride = game.strides()[player];
            let mut table = Vec::with_capacity(order.len() * places.len());
            for a in &order {
                let differences = places.iter().map(|place| tensor[place + a * stride] - tensor[place + base * stride]);
                table.extend(differences);
            }
            rows.push(order.len());
            tables.push(table);
        }
        Forms { counts, rows, tables }
    }

    /// How many numbers the forms of a support and their combinations hold, without making them.
    pub(crate) fn size(game: &Game, supports: &[Vec<usize>]) -> usize {
        let corners = supports.iter().fold(1usize, |product, support| product.saturating_mul(support.len()));
        corners.saturating_mul(game.strategy_count())
    }

    /// The number of equations: Σ (support − 1).
    pub(crate) fn equations(&self) -> usize {
        self.counts.iter().map(|count| count - 1).sum()
    }

    /// Moves corner `v` of `player` to `(1 − share)·v + share·w`.
    pub(crate) fn move_corner(&mut self, player: usize, v: usize, w: usize, share: f64) {
        self.each_axis(player, |block, inner| {
            for t in 0..inner {
                let (a, b) = (block[v * inner + t], block[w * inner + t]);
                block[v * inner + t] = a + share * (b - a);
            }
        });
    }

    /// Shrinks the simplex of `player` to the points whose barycentric coordinates are at least `low`.
    pub(crate) fn shrink(&mut self, player: usize, low: &[f64]) {
        let left = 1.0 - low.iter().sum::<f64>();
        self.each_axis(player, |block, inner| {
            for t in 0..inner {
                let mut anchor = 0.0;
                for (v, l) in low.iter().enumerate() {
                    anchor += l * block[v * inner + t];
                }
                for v in 0..low.len() {
                    block[v * inner + t] = anchor + left * block[v * inner + t];
                }
            }
        });
    }

    /// Calls `change` with every run of a player's corners in every other player's table.
    fn each_axis(&mut self, player: usize, mut change: impl FnMut(&mut [f64], usize)) {
        let count = self.counts[player];
        for owner in (0..self.counts.len()).filter(|&owner| owner != player) {
            let inner: usize =
                (player + 1..self.counts.len()).filter(|&axis| axis != owner).map(|axis| self.counts[axis]).product();
            for block in self.tables[owner].chunks_exact_mut(count * inner) {
                change(block, inner);
            }
        }
    }

    /// The part of a player's table that belongs to one row.
    pub(crate) fn row(&self, player: usize, row: usize) -> &[f64] {
        let size = self.tables[player].len() / self.rows[player];
        &self.tables[player][row * size..(row + 1) * size]
    }
}

/// Values and derivatives of forms at a point.
#[derive(Debug, Clone, Default)]
pub(crate) struct Evaluation {
    /// Values of all rows, player after player.
    pub(crate) values: Vec<f64>,
    /// Derivatives of all rows by the reduced coordinates (each player's last one left out).
    pub(crate) slopes: Vec<f64>,
    front: Vec<f64>,
    back: Vec<f64>,
}

impl Evaluation {
    /// Evaluates at barycentric coordinates, flat over players; they need not lie in the simplex.
    pub(crate) fn at(&mut self, forms: &Forms, x: &[f64]) {
        let players = forms.counts.len();
        let width = forms.equations();
        let total: usize = forms.rows.iter().sum();
        self.values.clear();
        self.values.resize(total, 0.0);
        self.slopes.clear();
        self.slopes.resize(total * width, 0.0);
        let mut first_row = 0;
        for owner in 0..players {
            let rows = forms.rows[owner];
            let (mut column, mut start) = (0, 0);
            let mut valued = false;
            for kept in 0..players {
                let count = forms.counts[kept];
                if kept != owner && rows > 0 {
                    self.contract(forms, x, owner, kept);
                    let mix = &x[start..start + count];
                    for row in 0..rows {
                        let corners = &self.front[row * count..(row + 1) * count];
                        let last = corners[count - 1];
                        let slopes = &mut self.slopes[(first_row + row) * width + column..];
                        for (slope, corner) in slopes.iter_mut().zip(&corners[..count - 1]) {
                            *slope = corner - last;
                        }
                        if !valued {
                            self.values[first_row + row] = corners.iter().zip(mix).map(|(c, p)| c * p).sum();
                        }
                    }
                    valued = true;
                }
                column += count - 1;
                start += count;
            }
            first_row += rows;
        }
    }

    /// Sums `owner`'s table over all opponents but `kept`; the result, rows × corners, is in `front`.
    fn contract(&mut self, forms: &Forms, x: &[f64], owner: usize, kept: usize) {
        self.front.clear();
        self.front.extend_from_slice(&forms.tables[owner]);
        let mut tail = 1;
        let mut end: usize = forms.counts.iter().sum();
        for axis in (0..forms.counts.len()).rev() {
            let count = forms.counts[axis];
            let mix = &x[end - count..end];
            end -= count;
            if axis == owner {
                continue;
            }
            if axis == kept {
                tail = count;
                continue;
            }
            self.back.clear();
            if tail == 1 {
                let sums = self.front.chunks_exact(count);
                self.back.extend(sums.map(|run| run.iter().zip(mix).map(|(u, p)| u * p).sum::<f64>()));
            } else {
                for block in self.front.chunks_exact(count * tail) {
                    let from = self.back.len();
                    self.back.extend(block[..tail].iter().map(|u| u * mix[0]));
                    for (run, p) in block.chunks_exact(tail).zip(mix).skip(1) {
                        for (sum, u) in self.back[from..].iter_mut().zip(run) {
                            *sum += p * u;
                        }
                    }
                }
            }
            std::mem::swap(&mut self.front, &mut self.back);
        }
    }
}
