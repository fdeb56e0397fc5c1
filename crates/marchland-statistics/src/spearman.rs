//! Spearman's rank correlation with the interval that its games' independence allows.
//!
//! What is estimated is the correlation of grades over all rows and shocks that the design draws from: of F(x), the
//! share of rows with a smaller value of the factor, and G(y), the share of games with a smaller result, ties by half.
//! Without ties that is 12 E F(x) G(y) - 3. Ranks among the games at hand are not grades: a game's rank counts itself,
//! and where all rows share few shocks it is mostly one among games of the same shocks. The estimate therefore compares
//! a game with others that are independent of it and of each other, as a U-statistic (Hoeffding 1948, section 9 f): the
//! row with one of another unit, the result with a game of a third unit, of another replication where those are shared.

use super::independence::{Independence, Rows, Sharing};
use super::interval::Interval;
use super::number::{clamp, dot, max, min};
use super::spread::spread;
use super::student::student_quantile;

/// Ranks with ties averaged, their mean taken off.
#[must_use]
pub fn centred_ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&a, &b| values[a].total_cmp(&values[b]));
    let mut out = vec![0.0; values.len()];
    let centre = 0.5 * (values.len() as f64 - 1.0);
    let mut from = 0;
    for same in order.chunk_by(|&a, &b| values[a] == values[b]) {
        let rank = from as f64 + 0.5 * (same.len() as f64 - 1.0) - centre;
        for &i in same {
            out[i] = rank;
        }
        from += same.len();
    }
    out
}

/// The correlation of two columns of mean 0, in `[-1, 1]`; `None` where one does not vary.
#[must_use]
pub fn centred_correlation(a: &[f64], b: &[f64]) -> Option<f64> {
    let scale = (dot(a, a) * dot(b, b)).sqrt();
    (scale > 0.0).then(|| clamp(dot(a, b) / scale, -1.0, 1.0))
}

/// Centred ranks with the order they stand in.
pub struct Ranks<'a> {
    ranks: &'a [f64],
    order: Vec<u32>,
    /// Where in the order each value that differs from the one before ends.
    ends: Vec<u32>,
    /// Mean of their squares.
    square: f64,
    /// What each value adds to that mean as one of those that the ranks count.
    of_square: Vec<f64>,
}

impl<'a> Ranks<'a> {
    /// Ranks as [`centred_ranks`] gives them.
    #[must_use]
    pub fn new(ranks: &'a [f64]) -> Self {
        let mut order: Vec<u32> = (0..ranks.len() as u32).collect();
        order.sort_by(|&a, &b| ranks[a as usize].total_cmp(&ranks[b as usize]));
        let mut end = 0;
        let same = order.chunk_by(|&a, &b| ranks[a as usize] == ranks[b as usize]);
        let ends = same.map(|same| {
            end += same.len() as u32;
            end
        });
        let ends = ends.collect();
        let square = dot(ranks, ranks) / ranks.len() as f64;
        let mut out = Self { ranks, order, ends, square, of_square: Vec::new() };
        out.of_square = out.above(ranks);
        out
    }

    /// Places of equal values, from the lowest value on.
    fn ties(&self) -> impl DoubleEndedIterator<Item = &[u32]> {
        (0..self.ends.len()).map(|at| {
            let from = if at == 0 { 0 } else { self.ends[at - 1] };
            &self.order[from as usize..self.ends[at] as usize]
        })
    }

    /// For each value the mean over all of `w` at values above it, those equal to it by half: how the mean
    /// of rank × `w` answers to one more value there.
    fn above(&self, w: &[f64]) -> Vec<f64> {
        let mut out = vec![0.0; w.len()];
        let mut beyond = 0.0;
        for same in self.ties().rev() {
            let here: f64 = same.iter().map(|&i| w[i as usize]).sum();
            for &i in same {
                out[i as usize] = beyond + 0.5 * here;
            }
            beyond += here;
        }
        out
    }

    /// The correlation of ranks as they stand.
    fn correlation(&self, other: &Ranks<'_>) -> f64 {
        let scale = (self.square * other.square).sqrt() * self.ranks.len() as f64;
        clamp(dot(self.ranks, other.ranks) / scale, -1.0, 1.0)
    }

    /// Twelve times the variance of grades: 1 less the probability that three independent values are equal, over values
    /// of distinct parts, of those that `counts`. `None` where there are no three parts.
    fn grade_variance(
        &self,
        parts: usize,
        part: impl Fn(usize) -> usize,
        counts: impl Fn(usize) -> bool,
    ) -> Option<f64> {
        let mut all = vec![0u64; parts];
        (0..self.ranks.len()).filter(|&at| counts(at)).for_each(|at| all[part(at)] += 1);
        let whole = triples(all.iter().copied());
        if whole == 0 {
            return None;
        }
        let (mut here, mut touched) = (vec![0u64; parts], Vec::new());
        let mut equal = 0;
        for same in self.ties().filter(|same| same.len() > 2) {
            for of in same.iter().map(|&at| at as usize).filter(|&at| counts(at)).map(&part) {
                if here[of] == 0 {
                    touched.push(of);
                }
                here[of] += 1;
            }
            equal += triples(touched.iter().map(|&of| here[of]));
            touched.drain(..).for_each(|of| here[of] = 0);
        }
        Some(1.0 - equal as f64 / whole as f64)
    }
}

/// In how many ways three can be chosen, each from another part.
fn triples(parts: impl Iterator<Item = u64>) -> u128 {
    let (mut one, mut two, mut three) = (0u128, 0u128, 0u128);
    for n in parts.map(u128::from) {
        three += two * n;
        two += one * n;
        one += n;
    }
    three
}

/// Units are compared in at most as many groups as make this many pairs of a group and a game, but 16 at least (our
/// choice: more groups take longer, fewer leave out more of the triples; below 1,448 rows of one game none).
const PAIRS: usize = 1 << 21;

/// The results of a grid of games with what each is compared with: for the correlations of factors with them.
pub struct GameGrid<'a> {
    y: &'a Ranks<'a>,
    games: &'a [usize],
    how: &'a Independence,
    /// What is independent of what; `None` where too little is.
    grid: Option<Grid>,
}

/// Groups of units whose games are independent of each other's.
struct Grid {
    /// How many; one of all where rows were listed, each of which stands for itself.
    groups: usize,
    listed: bool,
    /// Whether a result is compared with those of other replications alone.
    apart: bool,
    /// Of each row; none of those without a game.
    of_row: Vec<Option<u32>>,
    /// Of each game how many of a group's games it may be compared with lie below it, less those above: by group.
    below: Vec<i32>,
    /// The same over all groups but its own.
    below_all: Vec<i64>,
    /// Triples compared.
    triples: f64,
    /// Twelve times the variance of the results' grades.
    variance: f64,
}

impl<'a> GameGrid<'a> {
    /// Of ranks `y` as [`centred_ranks`] gives them, of the games in the rising places `games` of the grid of `how`.
    #[must_use]
    pub fn new(y: &'a Ranks<'a>, games: &'a [usize], how: &'a Independence) -> Self {
        Self { y, games, how, grid: Grid::new(y, games, how) }
    }

    /// Spearman's correlation of a factor with the results, in `[-1, 1]`: without bias where there are three independent
    /// units of rows, or rows were listed and replicated; else that of the ranks as they stand. `None` where either
    /// side does not vary.
    #[must_use]
    pub fn correlation(&self, x: &Ranks<'_>) -> Option<f64> {
        if x.square <= 0.0 || self.y.square <= 0.0 {
            return None;
        }
        let Some(grid) = &self.grid else { return Some(x.correlation(self.y)) };
        let variance = grid.variance * grid.variance_of(x, self);
        (variance > 0.0).then(|| clamp(grid.covariance(x, self) / variance.sqrt(), -1.0, 1.0))
    }

    fn row(&self, at: usize) -> usize {
        self.games[at] / self.how.replications
    }

    /// Whether the game is the first one of its row.
    fn first(&self, at: usize) -> bool {
        at == 0 || self.row(at) != self.row(at - 1)
    }

    /// Fisher's interval of [`Self::correlation`] `r`, its variance from the influence of each game: the Hájek
    /// projection of the correlation of ranks (Hoeffding 1948), ties and all. `None` where the grid has too few units,
    /// or the ranks agree entirely. It holds `r`.
    #[must_use]
    pub fn interval(&self, r: f64, x: &Ranks<'_>, level: f64) -> Option<Interval> {
        let y = self.y;
        // An unbiased estimate may lie at the end, or beyond it, while ranks do not agree entirely.
        let centre = if r.abs() < 1.0 { r } else { x.correlation(y) };
        if centre.abs() >= 1.0 {
            return None;
        }
        let scale = (x.square * y.square).sqrt();
        let (by_x, by_y) = (x.above(y.ranks), y.above(x.ranks));
        let replications = self.how.replications;
        let apart = self.grid.as_ref().is_some_and(|grid| grid.apart) && replications > 2;
        // What a replication adds to all of its games goes with a factor in no sample, whose ranks have the mean 0; as
        // a part of each game it would be taken for an interaction that rows and replications hold.
        let mut common = vec![(0.0, 0.0); replications];
        for (at, &game) in self.games.iter().enumerate().filter(|_| apart) {
            let of = &mut common[game % replications];
            *of = (of.0 + y.ranks[at], of.1 + 1.0);
        }
        let mut influence = vec![f64::NAN; self.how.games_count()];
        for (at, &game) in self.games.iter().enumerate() {
            let (ranks, games) = common[game % replications];
            let of_all = if games > 0.0 { ranks / games } else { 0.0 };
            let product = x.ranks[at] * (y.ranks[at] - of_all) + by_x[at] + by_y[at];
            let square = |of: &Ranks<'_>| (of.ranks[at] * of.ranks[at] + 2.0 * of.of_square[at]) / of.square;
            influence[game] = product / scale - 0.5 * centre * (square(x) + square(y));
        }
        let spread = spread(&influence, self.how).ok()?;
        // The estimate is a mean over pairs of replications, of which influences show the part that adds up: leaving
        // out one at a time, as the jackknife does, tells this much more (Arvesen 1969).
        let r_of = replications as f64;
        let more = if apart { r_of * r_of / ((r_of - 2.0) * (r_of - 2.0)) - 1.0 } else { 0.0 };
        let variance = spread.variance + more * max(spread.replication_variance, 0.0);
        let error = variance.sqrt() / (1.0 - centre * centre);
        let t = student_quantile(0.5 + 0.5 * level, spread.degrees);
        let end = |s: f64| libm::tanh(libm::atanh(centre) + s * t * error);
        Some(Interval { low: min(end(-1.0), r), high: max(end(1.0), r), level })
    }
}

impl Grid {
    /// `None` without three units, or for listed rows of one game.
    fn new(y: &Ranks<'_>, games: &[usize], how: &Independence) -> Option<Self> {
        let replications = how.replications;
        let listed = matches!(how.of_rows, Rows::Fixed);
        // Shared shocks, and of listed rows the replication of all: its games tell nothing of what a game of it meets.
        let apart = replications > 1 && (listed || how.sharing == Sharing::Shared);
        // Fewer than three copies leave no triple: their rows then pass for independent.
        let copies = matches!(how.of_rows, Rows::Copies { .. }) && how.units() >= 3;
        let unit = |row: usize| match how.of_rows {
            Rows::Copies { .. } if !copies => row,
            _ => how.unit(row),
        };
        let most = (PAIRS / games.len().max(1)).max(16);
        let units = if how.rows == 0 { 0 } else { unit(how.rows - 1) + 1 };
        let units = if copies { how.units() } else { units };
        let groups = if listed { 1 } else { units.min(most) };
        if listed && !apart || !listed && units < 3 {
            return None;
        }
        let replication = |at: usize| if apart { games[at] % replications } else { 0 };
        let row = |at: usize| games[at] / replications;
        let mut of_row = vec![None; how.rows];
        games.iter().for_each(|&game| {
            let row = game / replications;
            of_row[row] = Some(if listed { 0 } else { (unit(row) % groups) as u32 });
        });
        let of: Vec<u32> = (0..games.len()).filter_map(|at| of_row[row(at)]).collect();

        // Games of each group and replication, rows of each group.
        let kinds = if apart { replications } else { 1 };
        let mut counts = vec![0i64; groups * kinds];
        (0..games.len()).for_each(|at| counts[of[at] as usize * kinds + replication(at)] += 1);
        let mut rows = vec![0i64; groups];
        of_row.iter().flatten().for_each(|&group| rows[group as usize] += 1);
        let (triples, compared) = triples_compared(&counts, &rows, kinds, apart, listed);

        let n = games.len();
        let mut below = vec![0i32; groups * n];
        let mut below_all = vec![0i64; n];
        for group in 0..groups {
            let below = &mut below[group * n..(group + 1) * n];
            // In a tie half of the equal ones lie below: what has passed before it and what after, less all.
            let (mut passed, mut passed_of) = (0i64, vec![0i64; kinds]);
            let less = |passed: i64, of: i64| if apart { passed - of } else { passed };
            for same in y.ties() {
                for at in same.iter().map(|&at| at as usize) {
                    below[at] = less(passed, passed_of[replication(at)]) as i32;
                }
                for at in same.iter().map(|&at| at as usize).filter(|&at| of[at] as usize == group) {
                    passed += 1;
                    passed_of[replication(at)] += 1;
                }
                for at in same.iter().map(|&at| at as usize) {
                    let kind = replication(at);
                    let after = less(passed, passed_of[kind]) - compared[group * kinds + kind];
                    below[at] += after as i32;
                    if listed || of[at] as usize != group {
                        below_all[at] += i64::from(below[at]);
                    }
                }
            }
        }
        let by_group = || y.grade_variance(groups, |at| of[at] as usize, |_| true);
        let variance = match y.grade_variance(kinds, replication, |_| true).filter(|_| apart) {
            Some(by_replication) if listed => by_replication,
            // Where rows and shocks both are drawn, games of one row are alike and so are those of one replication. Ties
            // among games of any kind count too much by the sum of what they count too much in either way.
            Some(by_replication) => {
                let any = y.grade_variance(n, |at| at, |_| true)?;
                let apart = by_replication + by_group()? - any;
                if apart > 0.0 { apart } else { any }
            }
            None => by_group()?,
        };
        (triples > 0.0).then_some(Self { groups, listed, apart, of_row, below, below_all, triples, variance })
    }

    /// Twelve times the covariance of grades: three times the mean over triples of sign(x - x') sign(y - y'').
    fn covariance(&self, x: &Ranks<'_>, of: &GameGrid<'_>) -> f64 {
        let n = of.games.len();
        // Rows in the order of the factor, with where ties end.
        let (mut order, mut ends) = (Vec::with_capacity(of.how.rows), Vec::new());
        for same in x.ties() {
            let rows = same.iter().map(|&at| at as usize).filter(|&at| of.first(at));
            order.extend(rows.filter_map(|at| Some((of.row(at), self.of_row[of.row(at)]?))));
            ends.push(order.len());
        }
        let rows = of.how.rows;
        let (mut below, mut below_all) = (vec![0i64; rows], vec![0i64; rows]);
        // Over triples whose two other rows are of one group.
        let mut together = 0i128;
        for group in 0..self.groups {
            let here = |row: &(usize, u32)| row.1 as usize == group;
            let all = order.iter().filter(|row| here(row)).count() as i64;
            let (mut from, mut passed) = (0, 0i64);
            for &end in &ends {
                let same = &order[from..end];
                let before = passed;
                passed += same.iter().filter(|row| here(row)).count() as i64;
                for row in same {
                    below[row.0] = before + passed - all;
                    if self.listed || !here(row) {
                        below_all[row.0] += below[row.0];
                    }
                }
                from = end;
            }
            let of_games = &self.below[group * n..(group + 1) * n];
            for (at, b) in of_games.iter().enumerate() {
                let row = of.row(at);
                if self.listed || self.of_row[row] != Some(group as u32) {
                    together += i128::from(below[row] * i64::from(*b));
                }
            }
        }
        let total = if self.listed {
            together
        } else {
            let any =
                self.below_all.iter().enumerate().map(|(at, b)| i128::from(below_all[of.row(at)]) * i128::from(*b));
            any.sum::<i128>() - together
        };
        (3 * total) as f64 / self.triples
    }

    /// Twelve times the variance of a factor's grades.
    fn variance_of(&self, x: &Ranks<'_>, of: &GameGrid<'_>) -> f64 {
        let drawn = || {
            let group = |at: usize| self.of_row[of.row(at)].map_or(0, |group| group as usize);
            x.grade_variance(self.groups, group, |at| of.first(at))
        };
        let listed = || {
            let rows = |same: &[u32]| same.iter().filter(|&&at| of.first(at as usize)).count() as f64;
            let (n, cubes) = x.ties().map(rows).fold((0.0, 0.0), |(n, cubes), t| (n + t, cubes + t * t * t));
            1.0 - cubes / (n * n * n)
        };
        if self.listed { listed() } else { drawn().unwrap_or(0.0) }
    }
}

/// How many triples of a game, another row and a third game there are, and with how many games of a group one of a
/// replication is compared.
fn triples_compared(counts: &[i64], rows: &[i64], kinds: usize, apart: bool, listed: bool) -> (f64, Vec<i64>) {
    let compared: Vec<i64> = counts
        .chunks_exact(kinds)
        .flat_map(|of| {
            let all: i64 = of.iter().sum();
            of.iter().map(move |own| if apart { all - own } else { all })
        })
        .collect();
    let of_all: i128 = rows.iter().map(|&n| i128::from(n)).sum();
    let mut triples = 0i128;
    for kind in 0..kinds {
        let of = |group: usize| i128::from(compared[group * kinds + kind]);
        let games: i128 = (0..rows.len()).map(of).sum();
        let joint: i128 = (0..rows.len()).map(|group| i128::from(rows[group]) * of(group)).sum();
        for (group, &own) in rows.iter().enumerate() {
            let count = i128::from(counts[group * kinds + kind]);
            let own = i128::from(own);
            triples += if listed {
                count * of_all * games
            } else {
                // The two others of distinct groups, neither the game's own.
                count * ((of_all - own) * (games - of(group)) - (joint - own * of(group)))
            };
        }
    }
    (triples as f64, compared)
}
