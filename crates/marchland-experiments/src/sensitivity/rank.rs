//! Rank correlations: the direction and strength of monotone influence, for any design.

use super::{SensitivityError, length};
use crate::number::dot;
use crate::parallel;
use crate::statistics::{
    GameGrid, Independence, Interval, LEAST_UNITS, Ranks, Refusal, Rows, centred_correlation, centred_ranks,
    explained_by_chance, mean,
};
use crate::table::{FactorColumn, FactorValues};
use nalgebra::DMatrix;
use serde::{Deserialize, Serialize};

/// The rank correlations of a factor with a measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RankIndex {
    /// The factor.
    pub factor: String,
    /// Spearman's correlation, in `[-1, 1]`, of the grades that factor and measure have over all rows and shocks the
    /// design draws from, estimated without bias ([`GameGrid`]): of one game a row not that of SciPy and R, which is
    /// nearer 0 by about 1 / rows. `None` for names, which have no order, and where either side does not vary.
    pub spearman: Option<f64>,
    /// Its interval by Fisher's transformation; the variance is that of the games' influences on the
    /// correlation, by units of independence.
    pub spearman_interval: Option<Interval>,
    /// Partial rank correlation: the part of the ranks that no other factor of numbers explains linearly
    /// (PRCC; Marino et al. 2008), of the ranks as the games at hand have them. `None` where Spearman is, or where factors determine each other.
    pub partial: Option<f64>,
    /// Strength without direction, in `[0, 1]`: the absolute Spearman correlation, or for names the
    /// correlation ratio of the ranks, √(H / (n − 1)) with H of Kruskal & Wallis (1952).
    pub strength: Option<f64>,
    /// Where there is no interval, how probable so strong an association of the rows' means would be if the factor
    /// moved nothing: rows are then exchangeable whatever shocks they shared. Of rows that were drawn together the
    /// first one stands for all.
    #[serde(default)]
    pub p_value: Option<f64>,
}

impl RankIndex {
    /// Whether the factor moves the measure beyond what chance would do to one of `factors` that move nothing with
    /// probability 1 − `level` in all (Bonferroni); its interval must be of
    /// [`level_of_each`]`(level, factors)`.
    #[must_use]
    pub fn moves(&self, level: f64, factors: usize) -> bool {
        match (self.spearman_interval, self.p_value) {
            (Some(interval), _) => !interval.contains(0.0),
            (None, Some(p)) => p < 1.0 - level_of_each(level, factors),
            (None, None) => false,
        }
    }
}

/// The level of each of so many intervals that hold together at `level` (Bonferroni).
#[must_use]
pub fn level_of_each(level: f64, factors: usize) -> f64 {
    1.0 - (1.0 - level) / factors.max(1) as f64
}

/// Rank correlations of a measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RankReport {
    /// Games used.
    pub used: u64,
    /// Games left out because their result, or one of their factors, is not finite.
    pub left_out: u64,
    /// Why there are no intervals, where there are none; with too few rows no ranking is to be shown.
    pub refusal: Option<Refusal>,
    /// A row per factor, in the order given.
    pub indices: Vec<RankIndex>,
}

impl RankReport {
    /// Why factors cannot be ranked at all: too few rows.
    #[must_use]
    pub fn too_few(&self) -> Option<Refusal> {
        self.refusal.filter(|refusal| {
            matches!(refusal, Refusal::FewRows { .. } | Refusal::NoResult | Refusal::OneGame | Refusal::FewGames { .. })
        })
    }
}

/// Rank correlations from factors (one value per design row) and
/// `outputs[row × replications + replication]`, the grid of `how`.
///
/// # Errors
/// [`SensitivityError`] without factors or replications, or if lengths disagree.
pub fn rank(
    factors: &[FactorColumn],
    outputs: &[f64],
    how: &Independence,
    level: f64,
) -> Result<RankReport, SensitivityError> {
    let first = factors.first().ok_or(SensitivityError::Count { what: "the number of factors", least: 1 })?;
    let replications = how.replications;
    if replications == 0 {
        return Err(SensitivityError::Count { what: "the number of replications", least: 1 });
    }
    for factor in factors {
        length("factors", first.len(), factor.len())?;
    }
    length("outputs", first.len() * replications, outputs.len())?;
    let games: Vec<usize> = (0..outputs.len())
        .filter(|&i| outputs[i].is_finite() && factors.iter().all(|f| f.usable(i / replications)))
        .collect();
    let n = games.len();
    let y = centred_ranks(&games.iter().map(|&i| outputs[i]).collect::<Vec<_>>());
    // Centred ranks of the factors that have an order and vary.
    let ordered: Vec<Option<Vec<f64>>> = parallel::each_of(factors, |f| match &f.values {
        FactorValues::Names { .. } => None,
        FactorValues::Numbers(values) => {
            let r = centred_ranks(&games.iter().map(|&i| values[i / replications]).collect::<Vec<_>>());
            (dot(&r, &r) > 0.0).then_some(r)
        }
    });
    let partial = partial(&ordered, &y);
    let units = how.units();
    let refusal = match how.suffices() {
        _ if n == 0 => Some(Refusal::NoResult),
        // Whatever else is missing: so few rows rank nothing.
        Err(_) if units < LEAST_UNITS && how.rows > 1 => Some(Refusal::FewRows { rows: units, least: LEAST_UNITS }),
        other => other.err(),
    };
    let of_output = Ranks::new(&y);
    let graded = GameGrid::new(&of_output, &games, how);
    let indices = parallel::each(factors.len(), |at| {
        let (factor, ranks, partial) = (&factors[at], &ordered[at], partial[at]);
        let ranked = ranks.as_ref().map(|ranks| Ranks::new(ranks));
        let spearman = ranked.as_ref().and_then(|x| graded.correlation(x));
        let strength = match &factor.values {
            FactorValues::Names { codes, .. } => {
                ratio(&games.iter().map(|&i| codes[i / replications]).collect::<Vec<_>>(), &y)
            }
            FactorValues::Numbers(_) => spearman.map(f64::abs),
        };
        let spearman_interval = match (&ranked, spearman, refusal) {
            (Some(x), Some(r), None) => graded.interval(r, x, level),
            _ => None,
        };
        let p_value = match spearman_interval {
            Some(_) => None,
            None => strength.and_then(|_| by_rows(factor, outputs, how)),
        };
        RankIndex { factor: factor.name.clone(), spearman, spearman_interval, partial, strength, p_value }
    });
    Ok(RankReport { used: n as u64, left_out: (outputs.len() - n) as u64, refusal, indices })
}

/// The p-value of an association between a factor and the means of rows, one row of each that were drawn together.
fn by_rows(factor: &FactorColumn, outputs: &[f64], how: &Independence) -> Option<f64> {
    let block = match how.of_rows {
        Rows::Drawn { block } => block,
        Rows::Fixed | Rows::Copies { .. } => 1,
    };
    let rows: Vec<(usize, f64)> = outputs
        .chunks_exact(how.replications)
        .enumerate()
        .step_by(block)
        .filter_map(|(row, games)| Some((row, mean(games)?)))
        .filter(|(row, _)| factor.usable(*row))
        .collect();
    let y = centred_ranks(&rows.iter().map(|(_, mean)| *mean).collect::<Vec<_>>());
    let (explained, between) = match &factor.values {
        FactorValues::Numbers(values) => {
            let x = centred_ranks(&rows.iter().map(|(row, _)| values[*row]).collect::<Vec<_>>());
            let r = centred_correlation(&x, &y)?;
            (r * r, 1)
        }
        FactorValues::Names { codes, .. } => {
            let codes: Vec<u32> = rows.iter().map(|(row, _)| codes[*row]).collect();
            let present = codes.iter().collect::<std::collections::BTreeSet<_>>().len();
            let strength = ratio(&codes, &y)?;
            (strength * strength, present.saturating_sub(1))
        }
    };
    let within = rows.len() as f64 - 1.0 - between as f64;
    Some(explained_by_chance(explained, between as f64, within))
}

/// √ of the share of the variance of centred ranks that lies between groups.
fn ratio(codes: &[u32], y: &[f64]) -> Option<f64> {
    let total = dot(y, y);
    let groups = codes.iter().map(|&c| c as usize + 1).max()?;
    let (mut sums, mut counts) = (vec![0.0; groups], vec![0.0; groups]);
    for (&c, y) in codes.iter().zip(y) {
        sums[c as usize] += y;
        counts[c as usize] += 1.0;
    }
    let between: f64 = sums.iter().zip(&counts).filter(|(_, n)| **n > 0.0).map(|(s, n)| s * s / n).sum();
    let present = counts.iter().filter(|n| **n > 0.0).count();
    (total > 0.0 && present > 1).then(|| crate::number::clamp((between / total).sqrt(), 0.0, 1.0))
}

/// Partial correlations with y from the inverse of the correlation matrix: −P_iy / √(P_ii P_yy).
fn partial(ordered: &[Option<Vec<f64>>], y: &[f64]) -> Vec<Option<f64>> {
    let mut columns: Vec<&[f64]> = ordered.iter().flatten().map(Vec::as_slice).collect();
    columns.push(y);
    let k = columns.len();
    let squares: Vec<f64> = parallel::each_of(&columns, |column| dot(column, column));
    let pairs: Vec<(usize, usize)> = (0..k).flat_map(|i| (0..i).map(move |j| (i, j))).collect();
    let correlations: Vec<Option<f64>> = parallel::each_of(&pairs, |&(i, j)| {
        let scale = (squares[i] * squares[j]).sqrt();
        (scale > 0.0).then(|| crate::number::clamp(dot(columns[i], columns[j]) / scale, -1.0, 1.0))
    });
    let mut matrix = DMatrix::identity(k, k);
    for (&(i, j), r) in pairs.iter().zip(correlations) {
        // An output that does not vary has no correlations.
        let Some(r) = r else {
            return vec![None; ordered.len()];
        };
        matrix[(i, j)] = r;
        matrix[(j, i)] = r;
    }
    let nothing = || vec![None; ordered.len()];
    if dot(y, y) <= 0.0 || y.len() <= k {
        return nothing();
    }
    let Some(cholesky) = matrix.cholesky() else {
        return nothing();
    };
    // A pivot near 0 is a factor that the others determine; what remains would be rounding.
    if (0..k).any(|i| cholesky.l_dirty()[(i, i)] < 1e-7) {
        return nothing();
    }
    let inverse = cholesky.inverse();
    let mut place = 0;
    ordered
        .iter()
        .map(|column| {
            column.as_ref()?;
            let i = place;
            place += 1;
            let scale = (inverse[(i, i)] * inverse[(k - 1, k - 1)]).sqrt();
            Some(crate::number::clamp(-inverse[(i, k - 1)] / scale, -1.0, 1.0))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draws;

    #[test]
    fn spearman_of_a_textbook_example() {
        // Ranks 1..5 against 2, 1, 4, 3, 5: 1 − 6 · 4 / (5 · 24) = 0.8, and Kendall's 0.6: of five games the first is too
        // low by so much that (6 · 0.8 − 3 · 0.6) / 3 = 1.
        let x = FactorColumn::numbers("x", vec![1.0, 2.0, 3.0, 4.0, 5.0, f64::NAN]);
        let report = rank(&[x], &[20.0, 10.0, 40.0, 30.0, 50.0, 1.0], &Independence::fresh(6, 1), 0.95).unwrap();
        assert_eq!((report.used, report.left_out), (5, 1));
        assert!((report.indices[0].spearman.unwrap() - 1.0).abs() < 1e-12);
        assert!((report.indices[0].partial.unwrap() - 0.8).abs() < 1e-12);
    }

    #[test]
    fn two_factors_have_the_closed_form_of_the_partial_correlation() {
        let n = 500u64;
        let u = |p: &str, i: u64| draws::uniform(&mut draws::stream(draws::key(8, p, &[i])));
        let a: Vec<f64> = (0..n).map(|i| u("a", i)).collect();
        let b: Vec<f64> = (0..n).map(|i| a[i as usize] + u("b", i)).collect();
        let y: Vec<f64> = (0..n).map(|i| a[i as usize] - b[i as usize] + 0.5 * u("y", i)).collect();
        let factors = [FactorColumn::numbers("a", a), FactorColumn::numbers("b", b.clone())];
        let report = rank(&factors, &y, &Independence::fresh(500, 1), 0.95).unwrap();
        let FactorValues::Numbers(a) = &factors[0].values else { panic!("numbers") };
        let of = |one: &[f64], other: &[f64]| centred_correlation(&centred_ranks(one), &centred_ranks(other)).unwrap();
        let (ay, by, ab) = (of(a, &y), of(&b, &y), of(a, &b));
        let expected = (ay - ab * by) / ((1.0 - ab * ab) * (1.0 - by * by)).sqrt();
        assert!((report.indices[0].partial.unwrap() - expected).abs() < 1e-10);
        assert!(report.indices[1].spearman_interval.unwrap().contains(by));
    }

    #[test]
    fn few_shared_shocks_are_not_taken_for_all_there_are() {
        // Ranks among games of the same four shocks follow the factor: 1 within a shock, .2 over all shocks.
        let how = Independence::common(64, 4);
        let truth = 6.0 / std::f64::consts::PI * libm::asin(0.5 * libm::sqrt(0.05));
        let z = |part: &str, seed: u64, at: usize| draws::normal(draws::key(seed, part, &[at as u64]));
        let (mut found, mut pooled) = (Vec::new(), Vec::new());
        for seed in 0..200 {
            let x: Vec<f64> = (0..64).map(|row| z("x", seed, row)).collect();
            let y: Vec<f64> =
                (0..256).map(|at| libm::sqrt(0.05) * x[at / 4] + libm::sqrt(0.95) * z("b", seed, at % 4)).collect();
            let ranks = |of: &dyn Fn(usize) -> f64| centred_ranks(&(0..256).map(of).collect::<Vec<_>>());
            pooled.push(centred_correlation(&ranks(&|at| x[at / 4]), &ranks(&|at| y[at])).unwrap());
            let report = rank(&[FactorColumn::numbers("x", x)], &y, &how, 0.95).unwrap();
            found.push(report.indices[0].spearman.unwrap());
        }
        let errors = |of: &[f64]| {
            let (n, mean, variance, _) = crate::statistics::moments(of);
            (mean - truth) / (variance / n as f64).sqrt()
        };
        assert!(errors(&found).abs() < 3.0 && errors(&pooled) > 10.0, "{} {}", errors(&found), errors(&pooled));
    }

    #[test]
    fn names_have_strength_but_no_direction() {
        let names = ["a", "b", "a", "b", "c", "c"];
        let factor = FactorColumn { name: "s".into(), values: FactorValues::names(&names) };
        let report = rank(&[factor], &[1.0, 3.0, 2.0, 4.0, 5.0, 6.0], &Independence::fresh(6, 1), 0.95).unwrap();
        let i = &report.indices[0];
        assert_eq!((i.spearman, i.partial), (None, None));
        // Kruskal–Wallis H = 12 / (6 · 7) · Σ R² / n − 3 · 7 = 4.5714; √(H / 5).
        assert!((i.strength.unwrap() - (4.571_428_571_428_571f64 / 5.0).sqrt()).abs() < 1e-12);
    }

    #[test]
    fn degenerate_inputs_stay_defined() {
        let x = vec![1.0, 2.0, 3.0, 4.0];
        let twice: Vec<f64> = x.iter().map(|v| 2.0 * v).collect();
        let factors = [
            FactorColumn::numbers("x", x.clone()),
            FactorColumn::numbers("twice", twice),
            FactorColumn::numbers("constant", vec![1.0; 4]),
        ];
        let report = rank(&factors, &[4.0, 1.0, 3.0, 2.0], &Independence::fresh(4, 1), 0.95).unwrap();
        assert_eq!(report.indices[0].partial, None);
        assert_eq!(report.indices[2].spearman, None);
        let flat = rank(&factors, &[1.0; 4], &Independence::fresh(4, 1), 0.95).unwrap();
        assert_eq!(flat.indices[0].spearman, None);
        let none = rank(&factors, &[f64::NAN; 4], &Independence::fresh(4, 1), 0.95).unwrap();
        assert_eq!((none.used, none.indices[0].strength), (0, None));
    }

    #[test]
    fn shared_shocks_widen_the_interval_and_few_rows_refuse() {
        let u = |p: &str, i: u64| draws::uniform(&mut draws::stream(draws::key(9, p, &[i])));
        let x: Vec<f64> = (0..64).map(|i| u("x", i)).collect();
        let y: Vec<f64> = (0..64 * 16).map(|i| 0.5 * x[i / 16] + u("shock", (i % 16) as u64)).collect();
        let factors = [FactorColumn::numbers("x", x)];
        let width = |how: &Independence| {
            rank(&factors, &y, how, 0.95).unwrap().indices[0].spearman_interval.unwrap().half_width()
        };
        assert!(width(&Independence::common(64, 16)) > 1.2 * width(&Independence::fresh(64, 16)));
        let few = rank(
            &[FactorColumn::numbers("x", vec![1.0, 2.0, 3.0])],
            &[1.0, 2.0, 3.0],
            &Independence::fresh(3, 1),
            0.95,
        );
        assert!(matches!(few.unwrap().too_few(), Some(Refusal::FewRows { .. })));
    }
    /// Twenty factors that move nothing, half of them names, and a measure of chance alone; rows share their shocks.
    fn idle(seed: u64, how: &Independence) -> RankReport {
        let u = |p: &str, at: u64| draws::unit(draws::key(seed, p, &[at]));
        let factors: Vec<FactorColumn> = (0..20)
            .map(|f| {
                let name = format!("x{f}");
                let draw = |row: usize| u(&name, row as u64);
                if f % 2 == 0 {
                    FactorColumn::numbers(&name, (0..how.rows).map(draw).collect())
                } else {
                    let names: Vec<&str> =
                        (0..how.rows).map(|row| ["a", "b", "c"][(3.0 * draw(row)) as usize]).collect();
                    FactorColumn { name: name.clone(), values: FactorValues::names(&names) }
                }
            })
            .collect();
        let moved = |row: usize| u("another", row as u64);
        let games = 0..how.games_count();
        let y = games.map(|at| moved(at / how.replications) + u("shock", (at % how.replications) as u64));
        rank(&factors, &y.collect::<Vec<_>>(), how, level_of_each(0.95, 20)).unwrap()
    }

    #[test]
    fn of_twenty_factors_that_move_nothing_one_is_named_in_five_of_a_hundred_sweeps_at_most() {
        for how in [Independence::fresh(64, 1), Independence::common(64, 1), Independence::common(64, 3)] {
            let named = (0..400).filter(|seed| idle(*seed, &how).indices.iter().any(|one| one.moves(0.95, 20))).count();
            // 5 % with three standard errors of 1.1 %.
            assert!(named <= 33, "{named} of 400, {how:?}");
            let alone = (0..400).filter(|seed| idle(*seed, &how).indices.iter().any(|one| one.moves(0.95, 1))).count();
            let told_apart = how != Independence::fresh(64, 1);
            assert!(!told_apart || alone > 120, "without the correction it would be many: {alone}, {how:?}");
        }
    }

    #[test]
    fn what_moves_a_measure_under_one_shared_shock_is_named() {
        let how = Independence::common(64, 1);
        let u = |p: &str, i: u64| draws::unit(draws::key(3, p, &[i]));
        let names: Vec<&str> = (0..64).map(|i| if u("n", i) < 0.5 { "low" } else { "high" }).collect();
        let x: Vec<f64> = (0..64).map(|i| u("x", i)).collect();
        let y: Vec<f64> = x.iter().zip(&names).map(|(x, name)| x + f64::from(u8::from(*name == "high"))).collect();
        let factors = [
            FactorColumn::numbers("x", x),
            FactorColumn { name: "n".into(), values: FactorValues::names(&names) },
            FactorColumn::numbers("idle", (0..64).map(|i| u("idle", i)).collect()),
        ];
        let report = rank(&factors, &y, &how, level_of_each(0.95, 3)).unwrap();
        let moves: Vec<bool> = report.indices.iter().map(|one| one.moves(0.95, 3)).collect();
        assert_eq!(moves, [true, true, false], "{report:?}");
        // Four rows of one shock rank nothing.
        let few = Independence { rows: 4, ..how };
        let four = [FactorColumn::numbers("x", vec![1.0, 2.0, 3.0, 4.0])];
        assert!(rank(&four, &[1.0, 2.0, 3.0, 4.0], &few, 0.95).unwrap().too_few().is_some());
    }
}
