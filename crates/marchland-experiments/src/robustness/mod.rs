//! Which lever survives the unknowns: regret, satisficing, maximin and the Pareto set.
//!
//! A lever meets a set of futures (design points, belief sets, each as the mean over its replications).
//! Futures in which any lever has no finite result are left out for all of them, because a lever that
//! fails in hard futures must not be compared on easy ones; every lever's own failures are counted.

mod pareto;

pub use pareto::pareto_set;

use crate::statistics::{mean, quantile};
use serde::{Deserialize, Serialize};

/// Which direction of a measure is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Better {
    /// Large values.
    Higher,
    /// Small values.
    Lower,
}

impl Better {
    /// The value as one of which more is better.
    fn good(self, value: f64) -> f64 {
        match self {
            Better::Higher => value,
            Better::Lower => -value,
        }
    }
}

/// A measure over levers and futures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcomes {
    /// The measure.
    pub measure: String,
    /// Which direction is good.
    pub better: Better,
    /// The value that satisfies, in the measure's unit.
    pub threshold: Option<f64>,
    /// `values[lever × futures + future]`.
    pub values: Vec<f64>,
}

/// What is wrong with outcomes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RobustnessError {
    /// No lever, future or measure.
    #[error("there is no {0} to compare")]
    Nothing(&'static str),
    /// Another number of values than levers × futures.
    #[error("measure {measure}: {found} values for {levers} levers in {futures} futures")]
    Length {
        /// The measure.
        measure: String,
        /// Values given.
        found: usize,
        /// Levers.
        levers: usize,
        /// Futures.
        futures: usize,
    },
}

/// How robust one lever is in one measure; `None` if no future is left.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeverRobustness {
    /// Mean over the futures.
    pub mean: Option<f64>,
    /// Value in the worst future: the lever with the best one is the maximin choice (Wald 1950).
    pub worst: Option<f64>,
    /// Largest regret: how much the best lever of a future would have gained, where that is most (Savage
    /// 1951). From 0, in the measure's unit.
    pub regret_largest: Option<f64>,
    /// 90 % quantile of the regret over futures.
    pub regret_q90: Option<f64>,
    /// Mean regret.
    pub regret_mean: Option<f64>,
    /// Share of the futures in which the threshold is met (Starr 1963; satisficing), if there is one.
    pub satisficing: Option<f64>,
}

/// The levers in one measure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MeasureRobustness {
    /// The measure.
    pub measure: String,
    /// Which direction is good.
    pub better: Better,
    /// A row per lever.
    pub levers: Vec<LeverRobustness>,
}

/// The levers compared over the futures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RobustnessReport {
    /// The levers.
    pub levers: Vec<String>,
    /// Futures used.
    pub used: u64,
    /// Futures left out because a lever has no finite result in them.
    pub left_out: u64,
    /// Per lever, the futures in which it has none.
    pub failures: Vec<u64>,
    /// One entry per measure.
    pub measures: Vec<MeasureRobustness>,
    /// Per lever, the share of futures in which every threshold is met; `None` without thresholds.
    pub satisficing_all: Vec<Option<f64>>,
    /// Per lever, whether no other is at least as good in the mean of every measure and better in one.
    pub pareto_of_means: Vec<bool>,
    /// The same for the worst values.
    pub pareto_of_worst: Vec<bool>,
}

/// Compares levers over futures in one or more measures.
///
/// # Errors
/// [`RobustnessError`] without levers, futures or measures, or if a measure has not levers × futures
/// values.
pub fn robustness(
    levers: &[String],
    futures: usize,
    outcomes: &[Outcomes],
) -> Result<RobustnessReport, RobustnessError> {
    for (what, count) in [("lever", levers.len()), ("future", futures), ("measure", outcomes.len())] {
        if count == 0 {
            return Err(RobustnessError::Nothing(what));
        }
    }
    for o in outcomes {
        if o.values.len() != levers.len() * futures {
            return Err(RobustnessError::Length {
                measure: o.measure.clone(),
                found: o.values.len(),
                levers: levers.len(),
                futures,
            });
        }
    }
    let finite = |lever: usize, future: usize| outcomes.iter().all(|o| o.values[lever * futures + future].is_finite());
    let failures: Vec<u64> =
        (0..levers.len()).map(|l| (0..futures).filter(|&f| !finite(l, f)).count() as u64).collect();
    let used: Vec<usize> = (0..futures).filter(|&f| (0..levers.len()).all(|l| finite(l, f))).collect();
    let share = |met: &dyn Fn(usize) -> bool| {
        let hits = used.iter().filter(|&&f| met(f)).count();
        (!used.is_empty()).then(|| hits as f64 / used.len() as f64)
    };
    let meets = |o: &Outcomes, lever: usize, future: usize| {
        o.threshold.is_none_or(|t| o.better.good(o.values[lever * futures + future]) >= o.better.good(t))
    };
    let measures: Vec<MeasureRobustness> = outcomes
        .iter()
        .map(|o| {
            let good = |l: usize, f: usize| o.better.good(o.values[l * futures + f]);
            let levers = (0..levers.len())
                .map(|l| {
                    let values: Vec<f64> = used.iter().map(|&f| o.values[l * futures + f]).collect();
                    let regrets: Vec<f64> = used
                        .iter()
                        .map(|&f| {
                            let best =
                                (0..levers.len()).map(|l| good(l, f)).fold(f64::NEG_INFINITY, crate::number::max);
                            best - good(l, f)
                        })
                        .collect();
                    let worst = match o.better {
                        Better::Higher => quantile(&values, 0.0),
                        Better::Lower => quantile(&values, 1.0),
                    };
                    LeverRobustness {
                        mean: mean(&values),
                        worst,
                        regret_largest: quantile(&regrets, 1.0),
                        regret_q90: quantile(&regrets, 0.9),
                        regret_mean: mean(&regrets),
                        satisficing: o.threshold.and_then(|_| share(&|f| meets(o, l, f))),
                    }
                })
                .collect();
            MeasureRobustness { measure: o.measure.clone(), better: o.better, levers }
        })
        .collect();
    let thresholds = outcomes.iter().any(|o| o.threshold.is_some());
    let satisficing_all = (0..levers.len())
        .map(|l| if thresholds { share(&|f| outcomes.iter().all(|o| meets(o, l, f))) } else { None })
        .collect();
    let pareto = |pick: &dyn Fn(&LeverRobustness) -> Option<f64>| {
        let points: Vec<Vec<f64>> = (0..levers.len())
            .map(|l| measures.iter().map(|m| pick(&m.levers[l]).unwrap_or(f64::NAN)).collect())
            .collect();
        let better: Vec<Better> = outcomes.iter().map(|o| o.better).collect();
        pareto_set(&points, &better)
    };
    let (pareto_of_means, pareto_of_worst) = (pareto(&|l| l.mean), pareto(&|l| l.worst));
    Ok(RobustnessReport {
        levers: levers.to_vec(),
        used: used.len() as u64,
        left_out: (futures - used.len()) as u64,
        failures,
        measures,
        satisficing_all,
        pareto_of_means,
        pareto_of_worst,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levers() -> Vec<String> {
        ["a", "b", "c"].map(str::to_owned).into()
    }

    fn outcomes(better: Better, threshold: Option<f64>, values: &[f64]) -> Outcomes {
        Outcomes { measure: "m".into(), better, threshold, values: values.to_vec() }
    }

    #[test]
    fn a_table_worked_by_hand() {
        // Futures:            1    2    3
        let values = [
            8.0, 1.0, 4.0, // a: mean 13/3, worst 1, regrets 0, 5, 1
            5.0, 6.0, 2.0, // b: mean 13/3, worst 2, regrets 3, 0, 3
            4.0, 4.0, 5.0, // c: mean 13/3, worst 4, regrets 4, 2, 0
        ];
        let report = robustness(&levers(), 3, &[outcomes(Better::Higher, Some(4.0), &values)]).unwrap();
        let l = &report.measures[0].levers;
        assert_eq!(l.iter().map(|l| l.worst.unwrap()).collect::<Vec<_>>(), [1.0, 2.0, 4.0]);
        assert_eq!(l.iter().map(|l| l.regret_largest.unwrap()).collect::<Vec<_>>(), [5.0, 3.0, 4.0]);
        assert_eq!(l.iter().map(|l| l.regret_mean.unwrap()).collect::<Vec<_>>(), [2.0, 2.0, 2.0]);
        let met: Vec<f64> = l.iter().map(|l| l.satisficing.unwrap()).collect();
        assert_eq!(met, [2.0 / 3.0, 2.0 / 3.0, 1.0]);
        assert_eq!(report.pareto_of_worst, [false, false, true]);
        // The same table with signs turned is the same problem.
        let turned: Vec<f64> = values.iter().map(|v| -v).collect();
        let mirror = robustness(&levers(), 3, &[outcomes(Better::Lower, Some(-4.0), &turned)]).unwrap();
        for (a, b) in l.iter().zip(&mirror.measures[0].levers) {
            assert_eq!((a.regret_largest, a.satisficing), (b.regret_largest, b.satisficing));
            assert_eq!(a.worst.unwrap(), -b.worst.unwrap());
        }
    }

    #[test]
    fn a_future_without_a_result_is_left_out_for_all() {
        let values = [1.0, f64::NAN, 2.0, 3.0, 100.0, 4.0, 5.0, 100.0, 0.0];
        let report = robustness(&levers(), 3, &[outcomes(Better::Higher, None, &values)]).unwrap();
        assert_eq!((report.used, report.left_out), (2, 1));
        assert_eq!(report.failures, [1, 0, 0]);
        assert_eq!(report.measures[0].levers[1].mean, Some(3.5));
        assert_eq!(report.satisficing_all, [None; 3]);
        let none = robustness(&levers(), 1, &[outcomes(Better::Higher, None, &[f64::NAN; 3])]).unwrap();
        assert_eq!((none.used, none.measures[0].levers[0].worst), (0, None));
    }

    #[test]
    fn joint_thresholds_need_every_measure() {
        let report = robustness(
            &levers()[..2],
            2,
            &[
                outcomes(Better::Higher, Some(1.0), &[1.0, 2.0, 1.0, 0.0]),
                outcomes(Better::Lower, Some(10.0), &[5.0, 20.0, 5.0, 5.0]),
            ],
        )
        .unwrap();
        assert_eq!(report.satisficing_all, [Some(0.5), Some(0.5)]);
        assert_eq!(report.pareto_of_means, [true, true]);
    }

    #[test]
    fn misshapen_outcomes_are_refused() {
        let one = [outcomes(Better::Higher, None, &[1.0])];
        assert!(matches!(robustness(&levers(), 3, &one), Err(RobustnessError::Length { .. })));
        assert!(matches!(robustness(&[], 3, &one), Err(RobustnessError::Nothing("lever"))));
        assert!(matches!(robustness(&levers(), 3, &[]), Err(RobustnessError::Nothing("measure"))));
    }
}
