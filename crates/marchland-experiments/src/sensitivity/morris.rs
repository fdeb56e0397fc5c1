//! Elementary effects (Morris 1991; Campolongo, Cariboni & Saltelli 2007).

use super::{SensitivityError, length};
use crate::draws;
use crate::number::sum;
use crate::statistics::{Interval, quantile_of_sorted};
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
    /// Percentile bootstrap interval of μ* over trajectories, from two effects on.
    pub mean_absolute_interval: Option<Interval>,
    /// σ: their sample standard deviation, a sign of curvature, interaction or chance; from two on.
    pub standard_deviation: Option<f64>,
}

/// Elementary effects of a measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MorrisReport {
    /// Trajectories of the design.
    pub trajectories: u64,
    /// A row per factor, in design order.
    pub effects: Vec<ElementaryEffects>,
}

impl MorrisReport {
    /// The report as a table of text, most influential factor first.
    pub fn text(&self) -> String {
        let mut order: Vec<&ElementaryEffects> = self.effects.iter().collect();
        order.sort_by(|a, b| b.mean_absolute.unwrap_or(-1.0).total_cmp(&a.mean_absolute.unwrap_or(-1.0)));
        let width = order.iter().map(|e| e.factor.chars().count()).fold(6, usize::max);
        let cell = |v: Option<f64>| v.map_or("undefined".to_owned(), |v| format!("{v:.5}"));
        let mut text = format!(
            "{} trajectories\n{:width$}  {:>12}  {:>12}  {:>12}  {:>8}\n",
            self.trajectories, "factor", "mu*", "mu", "sigma", "used"
        );
        for e in order {
            text += &format!(
                "{:width$}  {:>12}  {:>12}  {:>12}  {:>8}\n",
                e.factor,
                cell(e.mean_absolute),
                cell(e.mean),
                cell(e.standard_deviation),
                e.used
            );
        }
        text
    }
}

/// Elementary effects from the coordinates of a Morris design (`unit[row × factors + factor]`, as
/// [`Points::unit`](crate::design::Points::unit) gives them) and one output per row. With several
/// replications a point, pass the mean over them, or analyse each and compare.
///
/// An effect whose two games are not both finite is left out; the others of its trajectory stay.
///
/// # Errors
/// [`SensitivityError`] without factors, or if the columns do not hold whole trajectories.
pub fn morris(
    factors: &[String],
    unit: &[f64],
    outputs: &[f64],
    level: f64,
    seed: u64,
) -> Result<MorrisReport, SensitivityError> {
    let k = factors.len();
    if k == 0 {
        return Err(SensitivityError::Count { what: "the number of factors", least: 1 });
    }
    let trajectories = outputs.len() / (k + 1);
    length("outputs", trajectories * (k + 1), outputs.len())?;
    length("coordinates", outputs.len() * k, unit.len())?;
    let mut effects: Vec<Vec<f64>> = vec![Vec::new(); k];
    let mut left_out = vec![0u64; k];
    for t in 0..trajectories {
        for step in 0..k {
            let row = t * (k + 1) + step;
            let (from, to) = (&unit[row * k..(row + 1) * k], &unit[(row + 1) * k..(row + 2) * k]);
            for f in (0..k).filter(|&f| from[f] != to[f]) {
                let effect = (outputs[row + 1] - outputs[row]) / (to[f] - from[f]);
                if effect.is_finite() {
                    effects[f].push(effect);
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
        .map(|(f, ((factor, values), left_out))| {
            let (used, mean, variance, _) = crate::statistics::moments(&values);
            let absolute: Vec<f64> = values.iter().map(|v| v.abs()).collect();
            ElementaryEffects {
                factor: factor.clone(),
                used,
                left_out,
                mean: (used > 0).then_some(mean),
                mean_absolute: crate::statistics::mean(&absolute),
                mean_absolute_interval: interval(&absolute, level, draws::key(seed, "morris", &[f as u64])),
                standard_deviation: (used > 1).then(|| variance.sqrt()),
            }
        })
        .collect();
    Ok(MorrisReport { trajectories: trajectories as u64, effects })
}

/// The percentile interval of a mean from 1,000 resamples.
fn interval(values: &[f64], level: f64, key: u64) -> Option<Interval> {
    if values.len() < 2 {
        return None;
    }
    let n = values.len() as u64;
    let mut rng = draws::stream(key);
    let mut means: Vec<f64> =
        (0..1000).map(|_| sum((0..n).map(|_| values[draws::below(&mut rng, n) as usize])) / n as f64).collect();
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
        let report = morris(&names, &unit, &y, 0.95, 1).unwrap();
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
        let report = morris(&names, &unit, &y, 0.95, 1).unwrap();
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
        let report = morris(&names, &unit, &y, 0.95, 1).unwrap();
        let lost: u64 = report.effects.iter().map(|e| e.left_out).sum();
        assert_eq!(lost, 2);
        let none = morris(&names, &unit, &vec![f64::NAN; y.len()], 0.95, 1).unwrap();
        assert_eq!((none.effects[0].used, none.effects[0].mean_absolute), (0, None));
        assert!(morris(&names, &unit, &y[1..], 0.95, 1).is_err());
    }
}
