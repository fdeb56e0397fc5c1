//! `Linear`: a softmax over packages whose scores are linear in a few indicators. The form that
//! training writes and reads.

use marchland_game::{
    ArgumentKind, ArgumentSchema, Choice, Decision, FamilySchema, Memory, Order, Stage, Strategy, packages,
};

use crate::arguments::Arguments;
use crate::choice::{self, Purpose, at_draw, softmax};
use crate::registry::{Build, BuildResult, Family};
use crate::weights::{self, Inputs, WeightRows};

/// The most indicators of a policy.
pub const INDICATORS: usize = 12;
/// The most weights of a policy, over all orders.
pub const WEIGHTS: usize = 300;

/// The family's entry.
pub const FAMILY: Family = Family {
    schema: FamilySchema {
        name: "Linear",
        meaning: "Draws a package with probability proportional to e^score; a package's score is the sum over its \
                  orders of w·x, where x holds the indicators, each as a share of its range, and at the end a 1.",
        source: "softmax policies linear in features: Sutton et al. 2000",
        arguments: &[
            ArgumentSchema { name: "indicators", kind: ArgumentKind::Indicators, meaning: "what it reads, at most 12" },
            ArgumentSchema {
                name: "weights",
                kind: ArgumentKind::Weights,
                meaning: "for each order one weight per indicator and one constant at the end, at most 300 in all; \
                          an order left out scores 0",
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
    if inputs.len() > INDICATORS {
        found.push(from.error("linear-size", format!("{} indicators, and at most 12 are read", inputs.len())));
    }
    let count = weights::size(from);
    if count > WEIGHTS {
        found.push(from.error("linear-size", format!("{count} weights, and at most 300 are held")));
    }
    let rows = weights::rows(from, "linear-weights", (inputs.len(), "indicators"), &mut found);
    if !found.is_empty() {
        return Err(found);
    }
    Ok(Box::new(Linear { inputs, rows, packages: from.integer("packages") as usize }))
}

struct Linear {
    inputs: Inputs,
    rows: WeightRows,
    packages: usize,
}

impl Linear {
    fn score(&self, order: Order, x: &[f64]) -> f64 {
        weights::row(&self.rows, order).map_or(0.0, |row| row.iter().zip(x).map(|(weight, x)| weight * x).sum())
    }
}

impl Strategy for Linear {
    fn decide(&self, at: &Decision<'_>, _: &mut Memory) -> Choice {
        if at.moment.stage != Stage::Orders {
            return Choice::default();
        }
        let mut x = [1.0; INDICATORS + 1];
        for (x, input) in x.iter_mut().zip(self.inputs.read(&at.observation)) {
            *x = input;
        }
        let x = &x[..=self.inputs.len()];
        let packages = packages(at, self.packages);
        let scores: Vec<f64> =
            packages.iter().map(|package| package.iter().map(|order| self.score(*order, x)).sum()).collect();
        let mix = softmax(&scores, 1.0);
        choice::of(packages[at_draw(&mix, choice::draw(at.stream, Purpose::Mix))])
    }
}

#[cfg(test)]
mod tests {
    use crate::duel::{Duel, spec};
    use marchland_game::{ActionId, IndicatorId, Order, Value};

    const DARE: Order = Order { action: ActionId(0), option: 0 };

    fn arguments(indicators: Vec<IndicatorId>, weights: Vec<(Order, Vec<f64>)>) -> Vec<Value> {
        vec![Value::Indicators(indicators), Value::Weights(weights), Value::Integer(64)]
    }

    #[test]
    fn probabilities_are_the_softmax_of_the_scores() {
        let duel = Duel::chicken();
        // The other's last move lies in 0 … 2, so that daring is x = 1/2; the score is 4 x − 1.
        let linear = duel.build("Linear", arguments(vec![IndicatorId(1)], vec![(DARE, vec![4.0, -1.0])]));
        let share = |last: usize| {
            let dares = (0..4_000).filter(|seed| {
                let choice = duel.decide(&*linear, &mut linear.memory(), 0, &[[0, last]], *seed, false);
                !choice.orders.is_empty()
            });
            dares.count() as f64 / 4_000.0
        };
        // Four standard errors of 4,000 draws are 0.032.
        assert!((share(0) - marchland_game::number::logistic(-1.0)).abs() < 0.032);
        assert!((share(1) - marchland_game::number::logistic(1.0)).abs() < 0.032);
    }

    #[test]
    fn policies_too_large_or_ragged_are_refused() {
        let duel = Duel::chicken();
        let code = |indicators: usize, weights: Vec<(Order, Vec<f64>)>| {
            let arguments = arguments(vec![IndicatorId(0); indicators], weights);
            crate::build(&spec("Linear", arguments), &duel.catalogue).err().map(|wrong| wrong[0].code)
        };
        assert_eq!(code(1, vec![(DARE, vec![1.0, 0.0])]), None);
        assert_eq!(code(13, vec![]), Some("linear-size"));
        assert_eq!(code(1, vec![(DARE, vec![1.0])]), Some("linear-weights"));
        assert_eq!(code(1, vec![(DARE, vec![1.0, f64::INFINITY])]), Some("linear-weights"));
        assert_eq!(code(0, vec![(DARE, vec![1.0]), (DARE, vec![2.0])]), Some("linear-weights"));
        assert_eq!(code(0, vec![(DARE, vec![1.0; 301])]), Some("linear-size"));
    }
}
