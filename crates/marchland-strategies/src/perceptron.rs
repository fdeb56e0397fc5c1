//! `Perceptron`: a softmax over packages whose scores come from one hidden layer over a few indicators. The form
//! that learners outside of Rust write.

use marchland_game::{
    ArgumentKind, ArgumentSchema, Choice, Decision, FamilySchema, Memory, Order, Stage, Strategy, packages,
};

use crate::arguments::Arguments;
use crate::choice::{self, Purpose, at_draw, softmax};
use crate::registry::{Build, BuildResult, Family};
use crate::weights::{self, Inputs, WeightRows};

/// The most indicators of a network.
pub const INDICATORS: usize = 64;
/// The most hidden units.
pub const UNITS: usize = 128;
/// The most numbers of a network, over both layers.
pub const WEIGHTS: usize = 20_000;

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "Perceptron",
        meaning: "Draws a package with probability proportional to e^(rationality × score); a package's score is the \
                  sum over its orders of w·h, where h = tanh(W x) and at the end a 1, and x holds the indicators, each \
                  as a share of its range, and at the end a 1.",
        source: "multilayer perceptrons: Rumelhart, Hinton & Williams 1986; softmax policies: Sutton et al. 2000",
        arguments: &[
            ArgumentSchema { name: "indicators", kind: ArgumentKind::Indicators, meaning: "what it reads, at most 64" },
            ArgumentSchema {
                name: "hidden",
                kind: ArgumentKind::Numbers,
                meaning: "W unit by unit: for each hidden unit one weight per indicator and one constant at the end; at \
                          most 128 units",
            },
            ArgumentSchema {
                name: "weights",
                kind: ArgumentKind::Weights,
                meaning: "for each order one weight per hidden unit and one constant at the end; an order left out scores \
                          0; with the hidden ones at most 20,000 in all",
            },
            ArgumentSchema {
                name: "rationality",
                kind: ArgumentKind::Number { low: 0.0, high: 1e6, default: Some(1.0) },
                meaning: "how sharply it prefers better scores",
            },
            ArgumentSchema {
                name: "packages",
                kind: ArgumentKind::Integer { low: 1, high: 1024, default: Some(64) },
                meaning: "the most packages to draw from",
            },
        ],
        cohorts: false,
    },
    build: Build::Player(build),
};

fn build(from: &Arguments<'_>) -> BuildResult<dyn Strategy> {
    let (inputs, mut found) = (Inputs::of(from), Vec::new());
    let hidden = from.numbers("hidden").to_vec();
    let each = inputs.len() + 1;
    let units = hidden.len() / each;
    if inputs.len() > INDICATORS {
        found.push(from.error("perceptron-size", format!("{} indicators, and at most 64 are read", inputs.len())));
    }
    if units > UNITS {
        found.push(from.error("perceptron-size", format!("{units} hidden units, and at most 128 are held")));
    }
    let count = hidden.len() + weights::size(from);
    if count > WEIGHTS {
        found.push(from.error("perceptron-size", format!("{count} numbers, and at most 20,000 are held")));
    }
    if units == 0 || !hidden.len().is_multiple_of(each) {
        let message = format!(
            "`hidden` has {} numbers; each unit needs {each}, one for each of {} indicators and a constant",
            hidden.len(),
            inputs.len()
        );
        found.push(from.error("perceptron-weights", message));
    }
    if !hidden.iter().all(|weight| weight.is_finite()) {
        found.push(from.error("perceptron-weights", "`hidden` has a weight that is not a finite number"));
    }
    let rows = weights::rows(from, "perceptron-weights", (units, "hidden units"), &mut found);
    if !found.is_empty() {
        return Err(found);
    }
    let (rationality, packages) = (from.number("rationality"), from.integer("packages") as usize);
    Ok(Box::new(Perceptron { inputs, hidden, rows, rationality, packages }))
}

struct Perceptron {
    inputs: Inputs,
    /// Unit by unit, the constant last.
    hidden: Vec<f64>,
    rows: WeightRows,
    rationality: f64,
    packages: usize,
}

impl Perceptron {
    /// The hidden layer at a decision.
    fn layer(&self, at: &Decision<'_>) -> Vec<f64> {
        let x: Vec<f64> = self.inputs.read(&at.observation).collect();
        let unit = |weights: &[f64]| libm::tanh(dot(weights, &x));
        self.hidden.chunks_exact(x.len() + 1).map(unit).collect()
    }

    fn score(&self, order: Order, layer: &[f64]) -> f64 {
        weights::row(&self.rows, order).map_or(0.0, |row| dot(row, layer))
    }
}

/// w·x plus the constant at the end of w, summed in order.
fn dot(weights: &[f64], x: &[f64]) -> f64 {
    let mut sum = weights[x.len()];
    for (weight, x) in weights.iter().zip(x) {
        sum += weight * x;
    }
    sum
}

impl Strategy for Perceptron {
    fn decide(&self, at: &Decision<'_>, _: &mut Memory) -> Choice {
        if at.moment.stage != Stage::Orders {
            return Choice::default();
        }
        let layer = self.layer(at);
        let packages = packages(at, self.packages);
        let scores: Vec<f64> =
            packages.iter().map(|package| package.iter().map(|order| self.score(*order, &layer)).sum()).collect();
        let mix = softmax(&scores, self.rationality);
        choice::of(packages[at_draw(&mix, choice::draw(at.stream, Purpose::Mix))])
    }
}

#[cfg(test)]
mod tests {
    use crate::duel::{Duel, spec};
    use marchland_game::{ActionId, IndicatorId, Order, Value};

    const DARE: Order = Order { action: ActionId(0), option: 0 };

    fn arguments(hidden: Vec<f64>, weights: Vec<(Order, Vec<f64>)>, rationality: f64) -> Vec<Value> {
        vec![
            Value::Indicators(vec![IndicatorId(1)]),
            Value::Numbers(hidden),
            Value::Weights(weights),
            Value::Number(rationality),
            Value::Integer(64),
        ]
    }

    #[test]
    fn probabilities_are_the_softmax_of_the_second_layer() {
        let duel = Duel::chicken();
        // The other's last move lies in 0 … 2, so that daring is x = 1/2. Two units, tanh(3 x − 1) and tanh(−x);
        // the score is 2 h₁ + h₂ − 0.5, sharpened by 1.5.
        let hidden = vec![3.0, -1.0, -1.0, 0.0];
        let network = duel.build("Perceptron", arguments(hidden, vec![(DARE, vec![2.0, 1.0, -0.5])], 1.5));
        for (last, x) in [(0usize, 0.0), (1, 0.5)] {
            let dares = (0..4_000).filter(|seed| {
                let choice = duel.decide(&*network, &mut network.memory(), 0, &[[0, last]], *seed, false);
                !choice.orders.is_empty()
            });
            let share = dares.count() as f64 / 4_000.0;
            let score = 2.0 * libm::tanh(3.0 * x - 1.0) + libm::tanh(-x) - 0.5;
            // Four standard errors of 4,000 draws are at most 0.032.
            assert!((share - marchland_game::number::logistic(1.5 * score)).abs() < 0.032, "{last}: {share}");
        }
    }

    #[test]
    fn networks_too_large_or_ragged_are_refused() {
        let duel = Duel::chicken();
        let code = |hidden: Vec<f64>, weights: Vec<(Order, Vec<f64>)>| {
            crate::build(&spec("Perceptron", arguments(hidden, weights, 1.0)), &duel.catalogue)
                .err()
                .map(|wrong| wrong[0].code)
        };
        assert_eq!(code(vec![1.0, 0.0], vec![(DARE, vec![1.0, 0.0])]), None);
        assert_eq!(code(vec![1.0, 0.0, 0.5], vec![]), Some("perceptron-weights"));
        assert_eq!(code(vec![], vec![]), Some("perceptron-weights"));
        assert_eq!(code(vec![1.0, f64::NAN], vec![]), Some("perceptron-weights"));
        assert_eq!(code(vec![1.0, 0.0], vec![(DARE, vec![1.0])]), Some("perceptron-weights"));
        assert_eq!(code(vec![1.0, 0.0], vec![(DARE, vec![1.0, f64::INFINITY])]), Some("perceptron-weights"));
        assert_eq!(code(vec![1.0, 0.0], vec![(DARE, vec![1.0; 2]), (DARE, vec![2.0; 2])]), Some("perceptron-weights"));
        assert_eq!(code(vec![0.5; 2 * 129], vec![]), Some("perceptron-size"));
        assert_eq!(code(vec![0.5; 20_002], vec![]), Some("perceptron-size"));
    }
}
