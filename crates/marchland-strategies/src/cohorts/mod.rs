//! Rules by which populations choose, as kernels over slices.
//!
//! Each is one loop of additions, multiplications and the fast exponential, so that the compiler
//! makes vector code of it. The share of those who do not reconsider, 1 − attention, stays with its
//! habit in every rule.

pub mod habit;
pub mod imitation;
pub mod logit;
pub mod satisficing;

#[cfg(test)]
mod tests {
    use crate::Registry;
    use crate::duel::{Duel, spec};
    use marchland_game::{CohortView, Value};

    fn choose(family: &str, arguments: Vec<Value>, view: &CohortView<'_>) -> Vec<f64> {
        let rule = Registry::standard().build_cohort_rule(&spec(family, arguments), &Duel::chicken().catalogue);
        let mut going = view.habit.to_vec();
        rule.unwrap_or_else(|wrong| panic!("{wrong:?}")).choose(view, &mut going);
        going
    }

    const VIEW: CohortView<'static> = CohortView {
        advantage: &[-0.5, 0.0, 0.5, 2.0],
        network: &[0.0, 0.5, 0.2, 1.0],
        habit: &[0.3, 0.5, 0.1, 1.0],
        satisfaction: &[0.5, 0.875, 1.0, 1.5],
        sensitivity: 2.0,
        attention: 0.5,
    };

    fn close(found: &[f64], wanted: &[f64]) {
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-12, "{found} is not {wanted}");
        }
    }

    #[test]
    fn each_rule_is_its_equation() {
        let logit: Vec<f64> =
            VIEW.advantage.iter().map(|advantage| marchland_game::number::logistic(2.0 * advantage)).collect();
        let toward = |weight: [f64; 4]| -> Vec<f64> {
            (0..4).map(|at| VIEW.habit[at] + weight[at] * (logit[at] - VIEW.habit[at])).collect()
        };
        close(&choose("Logit", vec![], &VIEW), &toward([0.5; 4]));
        close(&choose("Habit", vec![Value::Number(0.8)], &VIEW), &toward([0.1; 4]));
        close(&choose("Habit", vec![Value::Number(1.0)], &VIEW), VIEW.habit);
        let searching = choose("Satisficing", vec![Value::Number(1.0), Value::Number(0.25)], &VIEW);
        close(&searching, &toward([0.5, 0.25, 0.0, 0.0]));
        // A stayer alone among stayers stays; a goer among goers goes on.
        let imitation = choose("Imitation", vec![], &VIEW);
        close(&imitation[3..], &[1.0]);
        let returns = 0.3 * (1.0 - logit[0]);
        close(&imitation[..1], &[0.3 - 0.5 * returns]);
        // With even networks and no advantage, coming and going balance.
        close(&imitation[1..2], &[0.5]);
    }

    #[test]
    fn shares_stay_shares() {
        let extreme = CohortView { advantage: &[-1e9, 1e9, 0.0, 1e9], sensitivity: 50.0, attention: 1.0, ..VIEW };
        for (family, arguments) in [
            ("Logit", vec![]),
            ("Imitation", vec![]),
            ("Satisficing", vec![Value::Number(1.0), Value::Number(0.25)]),
            ("Habit", vec![Value::Number(0.0)]),
        ] {
            for share in choose(family, arguments, &extreme) {
                assert!((0.0..=1.0).contains(&share), "{family}: {share}");
            }
        }
    }
}
