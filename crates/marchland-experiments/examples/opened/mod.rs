//! What examples of hindcasts begin with.

use std::path::Path;
use std::sync::Arc;

use marchland_experiments::hindcast::{Rule, read_rule};
use marchland_sim::scenario::{self, LoadOptions, Scenario};
use marchland_strategies::Registry;

/// A scenario and a rule for it by their paths, or what is wrong with them.
pub fn opened(registry: &Registry, scenario: &str, rule: &str) -> Result<(Arc<Scenario>, Rule), String> {
    let schemas = registry.schemas();
    let options = LoadOptions::new(marchland_laws::standard(), &schemas);
    let loaded = scenario::load(Path::new(scenario), &options).map_err(|found| format!("{found:#?}"))?;
    let scenario = Arc::new(loaded.scenario);
    let text = std::fs::read_to_string(rule).map_err(|error| format!("{rule}: {error}"))?;
    let rule = read_rule(&scenario, rule, &text).map_err(|found| format!("{found:#?}"))?;
    Ok((scenario, rule))
}
