//! Elementary effects (Morris 1991; Campolongo, Cariboni & Saltelli 2007).

use super::{SensitivityError, length};
use crate::draws;
use crate::number::sum;
use crate::statistics::{Independence, Interval, Refusal, Rows, Sharing, mean, moments, quantile_of_sorted};
use serde::{Deserialize, Serialize};

/// The elementary effects of a factor: the change of the measure per full range of the factor's
/// coordinate (its distribution from end to end), over the trajectories.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ElementaryEffects {
    /// The factor.
    pub factor: String,
    /// Effects used.
    pub used: u64,
    /// Effects left out because one of the two games has no finite result.
    pub left_out: u64,
    /// μ: their mean. Effects of opposite signs cancel in it.
    pub mean: Option<f64>,
    /// μ*: the mean of their absolute values, the influence of the factor.
    pub mean_absolute: Option<f64>,
    /// Percentile bootstrap interval of μ* over trajectories, where there is enough of what is independent.
    pub mean_absolute_interval: Option<Interval>,
    /// σ: their sample standard deviation, a sign of curvature, interaction or chance; from two on.
    pub standard_deviation: Option<f64>,
}

/// Elementary effects of a measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MorrisReport {
    /// Trajectories of the design.
    pub trajectories: u64,
    /// Why there are no intervals, where there are none.
    pub refusal: Option<Refusal>,
    /// A row per factor, in design order.
    pub effects: Vec<ElementaryEffects>,
}

/// Elementary effects from the coordinates of a Morris design (`unit[row × factors + factor]`, as
/// [`Points::unit`](crate::design::Points::unit) gives them) and `outputs[row × replications +
/// replication]`; an effect is that of the means over replications in which both its games have a result.
///
/// An effect without such a replication is left out; the others of its trajectory stay. The interval is by
/// trajectories; where they met the same shocks, by trajectories and replications at once (pigeonhole
/// bootstrap, Owen 2007).
///
/// # Errors
/// [`SensitivityError`] without factors, or if the columns do not hold whole trajectories.
pub fn morris(
    factors: &[String],
    unit: &[f64],
    outputs: &[f64],
    replications: usize,
    sharing: Sharing,
    level: f64,
    seed: u64,
) -> Result<MorrisReport, SensitivityError> {
    let k = factors.len();
    if k == 0 {
        return Err(SensitivityError::Count { what: "the number of factors", least: 1 });
    }
    if replications == 0 {
        return Err(SensitivityError::Count { what: "the number of replications", least: 1 });
    }
    let trajectories = outputs.len() / ((k + 1) * replications);
    length("outputs", trajectories * (k + 1) * replications, outputs.len())?;
    length("coordinates", trajectories * (k + 1) * k, unit.len())?;
    let how = Independence { rows: trajectories, replications, of_rows: Rows::Drawn { block: 1 }, sharing };
    let refusal = how.suffices().err();
    let mut effects: Vec<Vec<Vec<f64>>> = vec![Vec::new(); k];
    let mut left_out = vec![0u64; k];
    for t in 0..trajectories {
        for step in 0..k {
            let row = t * (k + 1) + step;
            let (from, to) = (&unit[row * k..(row + 1) * k], &unit[(row + 1) * k..(row + 2) * k]);
            let games = |row: usize| &outputs[row * replications..(row + 1) * replications];
            for f in (0..k).filter(|&f| from[f] != to[f]) {
                let each: Vec<f64> = games(row + 1)
                    .iter()
                    .zip(games(row))
                    .map(|(after, before)| (after - before) / (to[f] - from[f]))
                    .collect();
                if each.iter().any(|e| e.is_finite()) {
                    effects[f].push(each);
                } else {
                    left_out[f] += 1;
                }
            }
        }
    }
    let effects = factors
        .iter()
        .zip(effects)
        .zip(left_out)
        .enumerate()
        .map(|(f, ((factor, effects), left_out))| {
            let means: Vec<f64> = effects.iter().map(|e| mean(e).unwrap_or(f64::NAN)).collect();
            let (used, average, variance, _) = moments(&means);
            let absolute: Vec<f64> = means.iter().map(|v| v.abs()).collect();
            let key = draws::key(seed, "morris", &[f as u64]);
            ElementaryEffects {
                factor: factor.clone(),
                used,
                left_out,
                mean: (used > 0).then_some(average),
                mean_absolute: mean(&absolute),
                mean_absolute_interval: refusal.map_or_else(|| interval(&effects, &how, level, key), |_| None),
                standard_deviation: (used > 1).then(|| variance.sqrt()),
            }
        })
        .collect();
    Ok(MorrisReport { trajectories: trajectories as u64, refusal, effects })
}

/// The percentile interval of μ* from 1,000 resamples.
fn interval(effects: &[Vec<f64>], how: &Independence, level: f64, key: u64) -> Option<Interval> {
    if effects.len() < 2 {
        return None;
    }
    let n = effects.len() as u64;
    let mut rng = draws::stream(key);
    let shared = how.sharing == Sharing::Shared;
    let plain: Vec<f64> = effects.iter().map(|e| mean(e).unwrap_or(0.0).abs()).collect();
    let mut means: Vec<f64> = (0..1000)
        .map(|_| {
            if !shared {
                return sum((0..n).map(|_| plain[draws::below(&mut rng, n) as usize])) / n as f64;
            }
            let replications = how.replications as u64;
            let drawn: Vec<usize> = (0..replications).map(|_| draws::below(&mut rng, replications) as usize).collect();
            let one = |rng: &mut rand_pcg::Pcg64| {
                let of = &effects[draws::below(rng, n) as usize];
                let picked: Vec<f64> = drawn.iter().map(|&r| of[r]).collect();
                mean(&picked).unwrap_or(0.0).abs()
            };
            (0..n).map(|_| one(&mut rng)).sum::<f64>() / n as f64
        })
        .collect();
    means.sort_by(f64::total_cmp);
    let tail = 0.5 * (1.0 - level);
    Some(Interval { low: quantile_of_sorted(&means, tail)?, high: quantile_of_sorted(&means, 1.0 - tail)?, level })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Design, Distribution, Factor, Points};

    fn walk(k: usize, trajectories: u32) -> (Vec<String>, Vec<f64>) {
        let factors: Vec<Factor> = (0..k)
            .map(|i| Factor {
                name: format!("x{i}"),
                draw_key: None,
                distribution: Distribution::Uniform { low: 0.0, high: 1.0 },
                base: None,
            })
            .collect();
        let names = factors.iter().map(|f| f.name.clone()).collect();
        let points = Points::new(Design::Morris { trajectories, levels: 4 }, factors, 3).unwrap();
        (names, (0..points.rows()).flat_map(|r| points.unit(r).unwrap()).collect())
    }

    #[test]
    fn exact_on_a_linear_function() {
        let (names, unit) = walk(4, 20);
        let slopes = [3.0, -2.0, 0.0, 0.5];
        let y: Vec<f64> =
            unit.chunks(4).map(|u| 7.0 + u.iter().zip(&slopes).map(|(u, b)| u * b).sum::<f64>()).collect();
        let report = morris(&names, &unit, &y, 1, Sharing::Own, 0.95, 1).unwrap();
        for (e, b) in report.effects.iter().zip(&slopes) {
            assert_eq!((e.used, e.left_out), (20, 0));
            assert!((e.mean.unwrap() - b).abs() < 1e-12);
            assert!((e.mean_absolute.unwrap() - b.abs()).abs() < 1e-12);
            assert!(e.standard_deviation.unwrap() < 1e-12);
        }
    }

    #[test]
    fn interactions_show_in_sigma() {
        // y = u0 · u1: the effect of u0 is u1, of mean 1/2 over the grid {0, 1/3, 2/3, 1}.
        let (names, unit) = walk(2, 4000);
        let y: Vec<f64> = unit.chunks(2).map(|u| u[0] * u[1]).collect();
        let report = morris(&names, &unit, &y, 1, Sharing::Own, 0.95, 1).unwrap();
        for e in &report.effects {
            assert!((e.mean_absolute.unwrap() - 0.5).abs() < 0.03, "{e:?}");
            // Standard deviation of the four levels: √(5/36) = 0.3727.
            assert!((e.standard_deviation.unwrap() - 0.3727).abs() < 0.01, "{e:?}");
        }
    }

    #[test]
    fn an_unusable_game_costs_its_own_effects_only() {
        let (names, unit) = walk(3, 10);
        let mut y: Vec<f64> = unit.chunks(3).map(|u| u[0]).collect();
        y[1] = f64::NAN;
        let report = morris(&names, &unit, &y, 1, Sharing::Own, 0.95, 1).unwrap();
        let lost: u64 = report.effects.iter().map(|e| e.left_out).sum();
        assert_eq!(lost, 2);
        let none = morris(&names, &unit, &vec![f64::NAN; y.len()], 1, Sharing::Own, 0.95, 1).unwrap();
        assert_eq!((none.effects[0].used, none.effects[0].mean_absolute), (0, None));
        assert!(morris(&names, &unit, &y[1..], 1, Sharing::Own, 0.95, 1).is_err());
    }
}
