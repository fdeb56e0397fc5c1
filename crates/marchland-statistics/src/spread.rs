//! How far a mean over a grid of games may be off: the variance by units of independence.
//!
//! With rows drawn afresh the unit is the row; with listed rows that share shocks it is the replication;
//! with drawn rows that share shocks both are, crossed. The crossed variance is that of the two-way
//! random-effects model y_ij = μ + a_i + b_j + c_ij (Searle, Casella & McCulloch 1992, chapter 4; as
//! clustering in two ways: Cameron, Gelbach & Miller 2011; as a bootstrap: Owen 2007), unbiased from the
//! mean squares, with the degrees of freedom of Satterthwaite (1946).

use super::independence::{Independence, Refusal};
use super::interval::Interval;
use super::number::{clamp, max, sum};
use super::student::student_quantile;

/// A mean over a grid of games with what is needed for an interval around it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// The mean of the finite values.
    pub mean: f64,
    /// Values used.
    pub used: usize,
    /// Estimated variance of that mean; 0 where no unit differs from another.
    pub variance: f64,
    /// Degrees of freedom of the estimate.
    pub degrees: f64,
    /// Skewness of the mean's distribution, estimated by its units.
    pub skewness: f64,
    /// The part of the variance that more rows would lower.
    pub row_variance: f64,
    /// The part that more replications would lower.
    pub replication_variance: f64,
    /// Units that had a value: the fewer of the two kinds where rows and replications are crossed.
    pub units: usize,
    /// Where few units carry what was rare in a column of flags: how many units there are of that kind.
    pub carried_by_few: Option<usize>,
}

/// Units that must carry the rarer value of a flag before the variance between units is relied on (our choice,
/// by the coverage bench): below, the units that would have carried much of it may just not have been met.
const FEWEST_CARRIERS: f64 = 5.0;

/// How many times its plain length a side of an interval may grow for skewness.
pub(crate) const LONGEST: f64 = 2.0;

impl Spread {
    /// The two-sided interval of the mean: Student's t, its longer side stretched for skewness by Hall's
    /// (1992) cubic transformation, to at most twice its length (our choice: unbounded, the mean width over
    /// samples is governed by a few). Coverage and width on planted models stand in this crate's bench.
    #[must_use]
    pub fn interval(&self, level: f64) -> Interval {
        let se = self.variance.sqrt();
        let t = student_quantile(0.5 + 0.5 * level, self.degrees);
        let a = self.skewness;
        let inverse = |q: f64| {
            if a.abs() < 1e-9 { q } else { 3.0 / a * (libm::cbrt(1.0 + a * (q - a / 6.0)) - 1.0) }
        };
        let side = |hall: f64| clamp(hall, t, LONGEST * t);
        Interval { low: self.mean - side(inverse(t)) * se, high: self.mean + side(-inverse(-t)) * se, level }
    }

    /// The spread of a mean over so many independent units, by its variance and the skewness of its distribution.
    #[must_use]
    pub fn of_units(mean: f64, variance: f64, skewness: f64, units: usize) -> Self {
        Self {
            mean,
            used: units,
            variance,
            degrees: units as f64 - 1.0,
            skewness,
            row_variance: 0.0,
            replication_variance: variance,
            units,
            carried_by_few: None,
        }
    }

    /// The one-sided lower bound of confidence `level`, above ½: the lower end of the interval that leaves as much out
    /// on either side.
    #[must_use]
    pub fn lower(&self, level: f64) -> f64 {
        self.interval(2.0 * level - 1.0).low
    }

    /// The one-sided upper bound of confidence `level`, above ½.
    #[must_use]
    pub fn upper(&self, level: f64) -> f64 {
        self.interval(2.0 * level - 1.0).high
    }

    /// The interval of a share, from the effective number of games (Korn & Graubard 1998): as many
    /// independent games as would have this variance, shortened for the degrees of freedom, in Wilson's
    /// (1927) score interval. It has a width where every game came out alike. Where few units carry the rarer
    /// value, the effective number is at most that of the units: a mean of numbers between 0 and 1 has no greater
    /// variance than a mean of as many flags.
    #[must_use]
    pub fn share_interval(&self, level: f64) -> Interval {
        let p = clamp(self.mean, 0.0, 1.0);
        super::proportion::score_interval(p, self.effective_games(p, level), level)
    }

    /// As many independent games as would tell a share that is `p` this well.
    pub(crate) fn effective_games(&self, p: f64, level: f64) -> f64 {
        // Games independent one by one: the plain interval, whose quantile needs no estimate of a variance.
        if self.units == self.used {
            return self.used as f64;
        }
        let varies = self.variance > 0.0 && p > 0.0 && p < 1.0;
        let mut effective = if varies { p * (1.0 - p) / self.variance } else { self.units as f64 };
        if let Some(units) = self.carried_by_few
            && effective > units as f64
        {
            effective = units as f64;
        }
        let (z, t) = (super::normal::quantile(0.5 + 0.5 * level), student_quantile(0.5 + 0.5 * level, self.degrees));
        effective * (z / t) * (z / t)
    }
}

/// The mean of the finite values with its variance by the units of `how`.
///
/// # Errors
/// Why there can be no interval; [`Refusal::Constant`] is not among them: the variance is then 0.
///
/// # Panics
/// If there are not `how.games_count()` values.
pub fn spread(values: &[f64], how: &Independence) -> Result<Spread, Refusal> {
    assert_eq!(values.len(), how.games_count(), "one value per game of the grid");
    let used = values.iter().filter(|v| v.is_finite()).count();
    if used == 0 {
        return Err(Refusal::NoResult);
    }
    how.suffices()?;
    let mean = sum(values.iter().copied().filter(|v| v.is_finite())) / used as f64;
    let centred = |v: f64| if v.is_finite() { v - mean } else { 0.0 };
    let few = |sums: &Sums| (carriers(sums, mean) < FEWEST_CARRIERS).then_some(sums.len());
    let (parts, carried_by_few) = match (how.by_row(), how.by_replication()) {
        (true, false) => {
            let sums = unit_sums(values, how, &centred);
            (one_way(&sums)?, few(&sums))
        }
        (false, true) => {
            let sums = replication_sums(values, how, &centred);
            (one_way(&sums).map_err(|refusal| too_few(refusal, how))?, few(&sums))
        }
        (true, true) => {
            let (rows, replications) = (unit_sums(values, how, &centred), replication_sums(values, how, &centred));
            let fewest = match (few(&rows), few(&replications)) {
                (Some(a), Some(b)) => Some(if a < b { a } else { b }),
                (a, b) => a.or(b),
            };
            (crossed(values, how, &rows, &replications, &centred)?, fewest)
        }
        (false, false) => (within(values, how)?, None),
    };
    let n = used as f64;
    let variance = parts.variance / (n * n);
    let skewness = if parts.variance > 0.0 { parts.cubes / (parts.variance * parts.variance.sqrt()) } else { 0.0 };
    // A constant column leaves rounding noise of this size.
    let scale = values.iter().copied().filter(|v| v.is_finite()).fold(0.0, |most, v| max(most, v.abs()));
    let variance = if variance > 1e-28 * scale * scale { variance } else { 0.0 };
    let (rows, replications) = match (how.by_row(), how.by_replication()) {
        (true, true) => (parts.rows / (n * n), parts.replications / (n * n)),
        (true, false) => (variance, 0.0),
        _ => (0.0, variance),
    };
    Ok(Spread {
        mean,
        used,
        variance,
        degrees: parts.degrees,
        skewness,
        row_variance: rows,
        replication_variance: replications,
        units: parts.units,
        carried_by_few,
    })
}

/// Of a column of flags, the effective number of units (Kish 1965) that carry the rarer value: (Σe)² / Σe² of the
/// events e of each; without any, infinitely many.
fn carriers(sums: &Sums, mean: f64) -> f64 {
    let events = sums.iter().map(|(centred, games)| {
        let games = *games as f64;
        let ones = centred + games * mean;
        if mean > 0.5 { games - ones } else { ones }
    });
    let (total, squares) = events.fold((0.0, 0.0), |(total, squares), e| (total + e, squares + e * e));
    if squares > 0.0 { total * total / squares } else { f64::INFINITY }
}

/// Variance and third cumulant of a sum, before division by the number of games.
struct Parts {
    variance: f64,
    cubes: f64,
    degrees: f64,
    units: usize,
    /// Of a crossed variance, the parts between rows and between replications.
    rows: f64,
    replications: f64,
}

/// The sum of a unit, and its games with a result.
type Sums = Vec<(f64, usize)>;

fn unit_sums(values: &[f64], how: &Independence, centred: &impl Fn(f64) -> f64) -> Sums {
    let mut sums = vec![(0.0, 0); how.units()];
    for (row, games) in values.chunks_exact(how.replications).enumerate() {
        let of = &mut sums[how.unit(row)];
        for &v in games {
            of.0 += centred(v);
            of.1 += usize::from(v.is_finite());
        }
    }
    sums
}

fn replication_sums(values: &[f64], how: &Independence, centred: &impl Fn(f64) -> f64) -> Sums {
    let mut sums = vec![(0.0, 0); how.replications];
    for games in values.chunks_exact(how.replications) {
        for (of, &v) in sums.iter_mut().zip(games) {
            of.0 += centred(v);
            of.1 += usize::from(v.is_finite());
        }
    }
    sums
}

/// The same lack, of replications.
fn too_few(refusal: Refusal, how: &Independence) -> Refusal {
    match refusal {
        Refusal::FewRows { rows: games, least } if how.rows == 1 => Refusal::FewGames { games, least },
        Refusal::FewRows { rows: replications, least } => Refusal::FewReplications { replications, least },
        other => other,
    }
}

/// From sums of independent units.
fn one_way(sums: &Sums) -> Result<Parts, Refusal> {
    let units = sums.iter().filter(|(_, games)| *games > 0).count();
    let least = super::independence::LEAST_UNITS;
    if units < least {
        return Err(Refusal::FewRows { rows: units, least });
    }
    let n = units as f64;
    let squares = sum(sums.iter().map(|(s, _)| s * s));
    let cubes = sum(sums.iter().map(|(s, _)| s * s * s));
    Ok(Parts {
        variance: squares * n / (n - 1.0),
        cubes: cubes * n * n / ((n - 1.0) * (n - 2.0)),
        degrees: n - 1.0,
        units,
        rows: 0.0,
        replications: 0.0,
    })
}

/// Rows and replications crossed.
fn crossed(
    values: &[f64],
    how: &Independence,
    by_row: &Sums,
    by_replication: &Sums,
    centred: &impl Fn(f64) -> f64,
) -> Result<Parts, Refusal> {
    let (rows, columns) = (one_way(by_row)?, one_way(by_replication).map_err(|refusal| too_few(refusal, how))?);
    let mut cells = vec![(0.0, 0usize); by_row.len() * how.replications];
    for (row, games) in values.chunks_exact(how.replications).enumerate() {
        let from = how.unit(row) * how.replications;
        for (of, &v) in cells[from..from + how.replications].iter_mut().zip(games) {
            of.0 += centred(v);
            of.1 += usize::from(v.is_finite());
        }
    }
    // What neither the row nor the replication explains, with cells weighed by their games.
    let mut squares = 0.0;
    for (unit, cells) in cells.chunks_exact(how.replications).enumerate() {
        let (row_sum, row_games) = by_row[unit];
        for ((cell, games), (column_sum, column_games)) in cells.iter().zip(by_replication) {
            if *games > 0 {
                let share = *games as f64;
                let rest = cell - row_sum * share / row_games as f64 - column_sum * share / *column_games as f64;
                squares += rest * rest;
            }
        }
    }
    let (g, c) = (rows.units as f64, columns.units as f64);
    let both = squares * g * c / ((g - 1.0) * (c - 1.0));
    // The interaction stands in both mean squares and is to be counted once; the sum is never below it.
    let variance = max(rows.variance + columns.variance - both, both);
    let term = |v: f64, degrees: f64| v * v / degrees;
    let noise = term(rows.variance, g - 1.0) + term(columns.variance, c - 1.0) + term(both, (g - 1.0) * (c - 1.0));
    let degrees = if noise > 0.0 { variance * variance / noise } else { rows.degrees };
    let fewest = if g < c { g } else { c };
    Ok(Parts {
        variance,
        cubes: rows.cubes + columns.cubes,
        degrees: clamp(degrees, 0.5 * (fewest - 1.0), g + c - 2.0),
        units: fewest as usize,
        rows: rows.variance,
        replications: columns.variance,
    })
}

/// Listed rows with shocks of their own: each row's games are a sample of its own.
fn within(values: &[f64], how: &Independence) -> Result<Parts, Refusal> {
    let (mut variance, mut noise, mut cubes, mut free) = (0.0, 0.0, 0.0, 0usize);
    for games in values.chunks_exact(how.replications) {
        let (n, mean, spread, _) = super::interval::moments(games);
        if n == 1 {
            return Err(Refusal::OneGameARow);
        }
        if n > 1 {
            let part = n as f64 * spread;
            variance += part;
            noise += part * part / (n - 1) as f64;
            cubes += sum(games.iter().filter(|v| v.is_finite()).map(|v| (v - mean) * (v - mean) * (v - mean)));
            free += n as usize - 1;
        }
    }
    let least = super::independence::LEAST_UNITS;
    if free + 1 < least {
        return Err(Refusal::FewGames { games: free + 1, least });
    }
    let degrees = if noise > 0.0 { variance * variance / noise } else { free as f64 };
    Ok(Parts { variance, cubes, degrees, units: free + 1, rows: 0.0, replications: 0.0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws;
    use crate::independence::Rows;

    fn normals(n: usize, key: u64) -> Vec<f64> {
        (0..n).map(|i| draws::normal(draws::key(key, "spread", &[i as u64]))).collect()
    }

    #[test]
    fn fresh_rows_of_one_game_are_the_textbook_case() {
        let values = normals(40, 1);
        let s = spread(&values, &Independence::fresh(40, 1)).unwrap();
        let (n, mean, variance, _) = crate::moments(&values);
        assert!((s.variance - variance / n as f64).abs() < 1e-12 && (s.mean - mean).abs() < 1e-15);
        assert_eq!((s.degrees, s.units), (39.0, 40));
        assert_eq!(spread(&values, &Independence::games(40)).unwrap().variance, s.variance);
    }

    #[test]
    fn crossed_components_agree_with_a_table_worked_by_hand() {
        // y_ij = a_i + b_j without interaction: the variance is s_a² / R + s_b² / C exactly.
        let (a, b) = (normals(20, 2), normals(16, 3));
        let values: Vec<f64> = a.iter().flat_map(|a| b.iter().map(move |b| a + b)).collect();
        let s = spread(&values, &Independence::common(20, 16)).unwrap();
        let expected = crate::moments(&a).2 / 20.0 + crate::moments(&b).2 / 16.0;
        assert!((s.variance - expected).abs() < 1e-12, "{s:?}, {expected}");
        // Rows alone would have said s_a² / R.
        let wrong = spread(&values, &Independence::fresh(20, 16)).unwrap();
        assert!((wrong.variance - crate::moments(&a).2 / 20.0).abs() < 1e-12);
    }

    #[test]
    fn listed_rows_count_chance_alone() {
        let values: Vec<f64> =
            (0..4).flat_map(|row| normals(32, 5).into_iter().map(move |b| 10.0 * row as f64 + b)).collect();
        let shared = Independence { of_rows: Rows::Fixed, ..Independence::common(4, 32) };
        let s = spread(&values, &shared).unwrap();
        assert!((s.variance - crate::moments(&normals(32, 5)).2 / 32.0).abs() < 1e-10);
        let own = Independence { of_rows: Rows::Fixed, ..Independence::fresh(4, 32) };
        let s = spread(&values, &own).unwrap();
        assert!((s.variance - crate::moments(&normals(32, 5)).2 / 128.0).abs() < 1e-10);
        assert!((s.degrees - 124.0).abs() < 1e-6);
    }

    #[test]
    fn a_mean_lies_within_its_interval_whatever_the_skewness() {
        let mut values = vec![0.0; 31];
        values.push(1000.0);
        let s = spread(&values, &Independence::games(32)).unwrap();
        let i = s.interval(0.95);
        assert!(i.low < s.mean && s.mean < i.high && i.high - s.mean > s.mean - i.low, "{i:?}");
    }

    #[test]
    fn shares_keep_a_width_where_nothing_happened() {
        let s = spread(&[0.0; 64 * 4], &Independence::fresh(64, 4)).unwrap();
        let i = s.share_interval(0.95);
        assert!(i.low == 0.0 && i.high > 0.03 && i.high < 0.08, "{i:?}");
    }
}
