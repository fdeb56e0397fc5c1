//! A factor: one thing that an experiment varies, and how.

use super::DesignError;
use marchland_statistics::Distribution as Spread;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One varied input of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Factor {
    /// The parameter, or the lever, by the name it has in the scenario.
    pub name: String,
    /// What keys its draws, where that is not its name: a parameter renamed keeps its draws.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draw_key: Option<String>,
    /// How its values are spread.
    pub distribution: Distribution,
    /// The value it holds while others vary one at a time; the median of its distribution if absent.
    pub base: Option<Value>,
}

impl Factor {
    /// What keys its draws.
    pub fn draw_key(&self) -> &str {
        self.draw_key.as_deref().unwrap_or(&self.name)
    }
}

/// One value of a factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// A number, in the factor's unit.
    Number(f64),
    /// The name of an option: a structural variant, a strategy, a belief set.
    Name(String),
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(x) => write!(f, "{x}"),
            Value::Name(name) => f.write_str(name),
        }
    }
}

/// How a factor's values are spread. All are bounded, so that every design may ask for both ends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Distribution {
    /// Always the same value: a factor held fixed.
    Constant(Value),
    /// Evenly on `[low, high]`.
    Uniform {
        /// Lowest value.
        low: f64,
        /// Highest value, above `low`.
        high: f64,
    },
    /// Evenly in the logarithm on `[low, high]`, both positive.
    LogUniform {
        /// Lowest value, above 0.
        low: f64,
        /// Highest value, above `low`.
        high: f64,
    },
    /// A triangle with its peak at `mode`.
    Triangular {
        /// Lowest value.
        low: f64,
        /// Most likely value, in `[low, high]`.
        mode: f64,
        /// Highest value, above `low`.
        high: f64,
    },
    /// A normal distribution cut to `[low, high]` and rescaled.
    TruncatedNormal {
        /// Mean before the cut.
        mean: f64,
        /// Standard deviation before the cut, above 0.
        standard_deviation: f64,
        /// Lowest value.
        low: f64,
        /// Highest value, above `low`.
        high: f64,
    },
    /// Each option equally often.
    Choice(Options),
}

/// The options of a choice, in their declared order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Options {
    /// Named options.
    Names(Vec<String>),
    /// Numbers.
    Numbers(Vec<f64>),
}

impl Options {
    /// How many options there are.
    pub fn count(&self) -> usize {
        match self {
            Options::Names(names) => names.len(),
            Options::Numbers(numbers) => numbers.len(),
        }
    }

    fn value(&self, index: usize) -> Value {
        match self {
            Options::Names(names) => Value::Name(names[index].clone()),
            Options::Numbers(numbers) => Value::Number(numbers[index]),
        }
    }
}

impl Distribution {
    /// The value below which a share `u` of the distribution lies; `u` is held to `[0, 1]`, and 0 and 1
    /// give the two ends. Exact inverse distribution functions, so that a stratified `u` gives
    /// stratified values. A choice of n options cuts `[0, 1]` into n equal parts.
    ///
    /// The distribution must have passed [`Distribution::check`].
    pub fn quantile(&self, u: f64) -> Value {
        match self {
            Distribution::Constant(value) => value.clone(),
            Distribution::Choice(options) => {
                let count = options.count() as u32;
                options.value(Spread::Choice { count }.quantile(u) as usize)
            }
            Distribution::Uniform { low, high } => number(Spread::Uniform { low: *low, high: *high }, u),
            Distribution::LogUniform { low, high } => number(Spread::LogUniform { low: *low, high: *high }, u),
            Distribution::Triangular { low, mode, high } => {
                number(Spread::Triangular { low: *low, mode: *mode, high: *high }, u)
            }
            Distribution::TruncatedNormal { mean, standard_deviation: sd, low, high } => {
                number(Spread::TruncatedNormal { mean: *mean, sd: *sd, low: *low, high: *high }, u)
            }
        }
    }

    /// The number of values if they are finitely many.
    pub fn count(&self) -> Option<usize> {
        match self {
            Distribution::Constant(_) => Some(1),
            Distribution::Choice(options) => Some(options.count()),
            _ => None,
        }
    }

    /// The values at the edge of what it may give: both ends, or every option of a choice.
    pub fn ends(&self) -> Vec<Value> {
        match self {
            Distribution::Constant(value) => vec![value.clone()],
            Distribution::Choice(options) => (0..options.count()).map(|at| options.value(at)).collect(),
            other => vec![other.quantile(0.0), other.quantile(1.0)],
        }
    }

    /// Whether there is anything to vary.
    pub fn varies(&self) -> bool {
        self.count() != Some(1)
    }

    /// Whether its values are names, which have no order.
    pub fn is_named(&self) -> bool {
        matches!(self, Distribution::Constant(Value::Name(_)) | Distribution::Choice(Options::Names(_)))
    }

    /// The coordinate in `[0, 1]` of level `level` of `levels`: evenly spaced quantiles from the lowest
    /// to the highest value, or, for a choice, the middle of an option's share.
    pub fn level(&self, level: u64, levels: u64) -> f64 {
        match self.count() {
            Some(n) => (level as f64 + 0.5) / n as f64,
            None if levels <= 1 => 0.5,
            None => level as f64 / (levels - 1) as f64,
        }
    }

    /// Whether the distribution has a meaning.
    ///
    /// # Errors
    /// [`DesignError::Distribution`], naming `factor`, for a bound that is not finite, an empty or
    /// reversed range, a logarithm of a number that is not positive, a mode outside its range, a
    /// standard deviation that is not positive, a cut that leaves a normal distribution no mass, and a
    /// choice without options or with one of them twice.
    pub fn check(&self, factor: &str) -> Result<(), DesignError> {
        let wrong = |what: String| Err(DesignError::Distribution { factor: factor.to_owned(), what });
        let range = |low: f64, high: f64| -> Result<(), DesignError> {
            if !low.is_finite() || !high.is_finite() {
                return wrong(format!("the range {low} to {high} is not finite"));
            }
            if low >= high {
                return wrong(format!("the range {low} to {high} is empty; low must lie below high"));
            }
            Ok(())
        };
        match self {
            Distribution::Constant(Value::Number(x)) if !x.is_finite() => {
                wrong(format!("the constant {x} is not finite"))
            }
            Distribution::Constant(_) => Ok(()),
            Distribution::Uniform { low, high } => range(*low, *high),
            Distribution::LogUniform { low, high } => {
                range(*low, *high)?;
                if *low <= 0.0 {
                    return wrong(format!("a log-uniform range must be positive, and starts at {low}"));
                }
                Ok(())
            }
            Distribution::Triangular { low, mode, high } => {
                range(*low, *high)?;
                if !(*low..=*high).contains(mode) {
                    return wrong(format!("the mode {mode} lies outside {low} to {high}"));
                }
                Ok(())
            }
            Distribution::TruncatedNormal { mean, standard_deviation, low, high } => {
                range(*low, *high)?;
                if !mean.is_finite() || !standard_deviation.is_finite() || *standard_deviation <= 0.0 {
                    return wrong(format!(
                        "mean {mean} and standard deviation {standard_deviation}: the one must be finite, the other positive"
                    ));
                }
                let (a, b) = ((low - mean) / standard_deviation, (high - mean) / standard_deviation);
                let farthest = marchland_statistics::Distribution::FARTHEST;
                if a > farthest || b < -farthest {
                    return wrong(format!(
                        "{low} to {high} lies more than {farthest} standard deviations from the mean {mean}"
                    ));
                }
                Ok(())
            }
            Distribution::Choice(options) => {
                let n = options.count();
                if n == 0 {
                    return wrong("a choice needs at least one option".to_owned());
                }
                for i in 0..n {
                    let value = options.value(i);
                    if let Value::Number(x) = value
                        && !x.is_finite()
                    {
                        return wrong(format!("the option {x} is not finite"));
                    }
                    if (0..i).any(|j| options.value(j) == value) {
                        return wrong(format!("the option {value} stands twice"));
                    }
                }
                Ok(())
            }
        }
    }
}

fn number(spread: Spread, u: f64) -> Value {
    Value::Number(spread.quantile(u))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_are_met_exactly() {
        for d in [
            Distribution::Uniform { low: 0.1, high: 0.7 },
            Distribution::LogUniform { low: 0.1, high: 0.7 },
            Distribution::Triangular { low: 0.1, mode: 0.1, high: 0.7 },
            Distribution::TruncatedNormal { mean: 0.3, standard_deviation: 0.1, low: 0.1, high: 0.7 },
        ] {
            assert_eq!(d.ends(), [Value::Number(0.1), Value::Number(0.7)], "{d:?}");
            let Value::Number(middle) = d.quantile(0.5) else { panic!("a number") };
            assert!((0.1..0.7).contains(&middle), "{d:?}");
        }
    }

    #[test]
    fn choices_split_the_unit_interval_evenly() {
        let d = Distribution::Choice(Options::Names(vec!["a".into(), "b".into(), "c".into()]));
        let names: Vec<String> = [0.0, 0.33, 0.34, 0.66, 0.67, 1.0].map(|u| d.quantile(u).to_string()).into();
        assert_eq!(names, ["a", "a", "b", "b", "c", "c"]);
        assert_eq!(d.quantile(d.level(1, 99)).to_string(), "b");
    }

    #[test]
    fn meaningless_distributions_are_refused() {
        let name = || Value::Name("x".into());
        for d in [
            Distribution::Constant(Value::Number(f64::NAN)),
            Distribution::Uniform { low: 1.0, high: 1.0 },
            Distribution::Uniform { low: 0.0, high: f64::INFINITY },
            Distribution::LogUniform { low: 0.0, high: 1.0 },
            Distribution::Triangular { low: 0.0, mode: 2.0, high: 1.0 },
            Distribution::TruncatedNormal { mean: 0.0, standard_deviation: 0.0, low: 0.0, high: 1.0 },
            Distribution::TruncatedNormal { mean: 0.0, standard_deviation: 0.01, low: 1.0, high: 2.0 },
            Distribution::Choice(Options::Names(vec![])),
            Distribution::Choice(Options::Numbers(vec![1.0, 1.0])),
            Distribution::Choice(Options::Numbers(vec![f64::NAN])),
        ] {
            assert!(matches!(d.check("f"), Err(DesignError::Distribution { .. })), "{d:?}");
        }
        assert!(Distribution::Constant(name()).check("f").is_ok());
    }
}
