//! What the base of all scenarios declares, for the tests of kernels: constants stand in `scenarios/base`, once, and
//! tests read them there. A copy would drift.

use std::path::Path;
use std::sync::LazyLock;

use marchland_game::{Distribution, Parameter, stream};
use marchland_sim::mechanisms::Parameters;
use marchland_sim::scenario::{self, LoadOptions};

/// Points of the declared ranges at which [`throughout`] asks, beside the declared values and the two ends.
const POINTS: u64 = 40;

/// The parameters of the base, by identifier, as the loader reads them with the smallest crisis that rests on it.
static BASE: LazyLock<Vec<Parameter>> = LazyLock::new(|| {
    let crisis = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios/quiet-autocracy"));
    let loaded = scenario::load(crisis, &LoadOptions::new(crate::standard(), &[]))
        .unwrap_or_else(|findings| panic!("{} does not load: {findings:#?}", crisis.display()));
    // What the crisis declares or restates itself is no constant of the base.
    loaded.scenario.catalogue.parameters.iter().filter(|parameter| !parameter.own).cloned().collect()
});

fn parameter(name: &str) -> &'static Parameter {
    let found = BASE.iter().find(|parameter| parameter.id == name);
    found.unwrap_or_else(|| panic!("scenarios/base declares no parameter `{name}`"))
}

/// The value of a constant, as declared.
///
/// # Panics
/// Where the base declares no parameter of this name.
pub(crate) fn declared(name: &str) -> f64 {
    parameter(name).value
}

/// Holds a kernel to what must be true whatever its constants are: at the declared values, with all of them at the lower
/// and at the upper end of their ranges, and at points spread over the ranges. Choices stay as declared.
pub(crate) fn throughout(holds: impl Fn(Parameters<'_>)) {
    holds(&declared);
    for share in [0.0, 1.0] {
        holds(&|name| at(name, share));
    }
    for point in 0..POINTS {
        holds(&|name| at(name, stream::unit(stream::mix2(stream::name_hash(name), point))));
    }
}

/// The value below which a share of a constant's declared distribution lies.
fn at(name: &str, share: f64) -> f64 {
    let parameter = parameter(name);
    if let Distribution::Choice { .. } = parameter.distribution {
        return parameter.value;
    }
    parameter.distribution.quantile(share)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    #[test]
    fn every_constant_of_every_law_stands_in_the_base() {
        for law in crate::standard().mechanisms() {
            for name in law.parameters {
                let (low, high) = parameter(name).distribution.bounds();
                assert!((low..=high).contains(&declared(name)), "{}: {name}", law.name);
            }
        }
    }

    #[test]
    #[should_panic(expected = "scenarios/base declares no parameter `plots_bace`")]
    fn a_name_that_the_base_does_not_declare_is_refused() {
        let _ = declared("plots_bace");
    }

    #[test]
    fn all_of_a_range_is_asked_about() {
        let asked = RefCell::new(Vec::new());
        throughout(|value| asked.borrow_mut().push(value("plots_base")));
        let asked = asked.into_inner();
        let (low, high) = parameter("plots_base").distribution.bounds();
        assert_eq!(asked[..3], [declared("plots_base"), low, high]);
        assert_eq!(asked.len() as u64, 3 + POINTS);
        // Each quarter of the range is met.
        for quarter in 0..4 {
            let from = low + f64::from(quarter) * (high - low) / 4.0;
            assert!(asked[3..].iter().any(|value| (from..from + (high - low) / 4.0).contains(value)), "from {from}");
        }
        throughout(|value| assert_eq!(value("spill_over_on"), declared("spill_over_on"), "a choice stays as declared"));
    }
}
