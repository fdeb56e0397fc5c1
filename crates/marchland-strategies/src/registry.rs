//! The families known, as a value that callers may extend.

use std::time::Duration;

use marchland_game::{Catalogue, CohortRule, Diagnostic, FamilySchema, Strategy, StrategySpec};

use crate::arguments::Arguments;

/// What was built, or everything that is wrong with its spec.
pub type BuildResult<T> = Result<Box<T>, Vec<Diagnostic>>;

/// How a family makes what plays.
#[derive(Clone, Copy)]
pub enum Build {
    /// A strategy of a player.
    Player(fn(&Arguments<'_>) -> BuildResult<dyn Strategy>),
    /// A rule of a population.
    Cohorts(fn(&Arguments<'_>) -> BuildResult<dyn CohortRule>),
}

/// A family: what it takes, and how it is built.
#[derive(Clone, Copy)]
pub struct Family {
    /// Name, meaning, source and arguments. `cohorts` says which kind of [`Build`] stands beside it.
    pub schema: FamilySchema,
    /// How it is built.
    pub build: Build,
}

/// Permission to start programs for the family `External`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ExternalPermission {
    /// The longest wait for one decision.
    pub timeout: Duration,
}

/// The families that strategies may be built from.
///
/// ```
/// use marchland_strategies::Registry;
///
/// let registry = Registry::standard();
/// assert!(registry.family("Rules").is_some());
/// ```
#[derive(Clone, Default)]
pub struct Registry {
    families: Vec<Family>,
    external: Option<ExternalPermission>,
}

impl Registry {
    /// The families of this crate.
    #[must_use]
    pub fn standard() -> Self {
        let families = vec![
            crate::idle::FAMILY,
            crate::random::FAMILY,
            crate::script::FAMILY,
            crate::rules::FAMILY,
            crate::reciprocal::FAMILY,
            crate::bargainer::FAMILY,
            crate::mixture::FAMILY,
            crate::switch::FAMILY,
            crate::linear::FAMILY,
            crate::perceptron::FAMILY,
            crate::quantal::FAMILY,
            crate::level_k::FAMILY,
            crate::cognitive_hierarchy::FAMILY,
            crate::best_reply::FAMILY,
            crate::stage_game::FAMILY,
            crate::search::FAMILY,
            crate::external::FAMILY,
            crate::cohorts::logit::FAMILY,
            crate::cohorts::imitation::FAMILY,
            crate::cohorts::satisficing::FAMILY,
            crate::cohorts::habit::FAMILY,
        ];
        Self { families, external: None }
    }

    /// With one more family; it takes the place of one of the same name.
    #[must_use]
    pub fn with(mut self, family: Family) -> Self {
        self.families.retain(|known| known.schema.name != family.schema.name);
        self.families.push(family);
        self
    }

    /// With permission to start the programs that strategies of the family `External` name. Without
    /// it such a strategy is an error: a scenario never names a program to run.
    #[must_use]
    pub fn allowing_external(mut self, permission: ExternalPermission) -> Self {
        self.external = Some(permission);
        self
    }

    /// The permission to start programs, where there is one.
    #[must_use]
    pub fn external(&self) -> Option<ExternalPermission> {
        self.external
    }

    /// The family of this name.
    #[must_use]
    pub fn family(&self, name: &str) -> Option<&Family> {
        self.families.iter().find(|family| family.schema.name == name)
    }

    /// What each family takes, for the scenario's loader and for descriptions, in a fixed order.
    #[must_use]
    pub fn schemas(&self) -> Vec<FamilySchema> {
        self.families.iter().map(|family| family.schema).collect()
    }

    /// The strategy that a spec describes.
    ///
    /// # Errors
    /// An unknown family, one that plays populations, or arguments that its schema or the family
    /// itself refuses: a diagnostic for each.
    pub fn build(&self, spec: &StrategySpec, catalogue: &Catalogue) -> BuildResult<dyn Strategy> {
        let family = self.known(spec, false)?;
        let Build::Player(build) = family.build else { return Err(vec![wrong_kind(spec, false)]) };
        let built = Arguments::check(spec, &family.schema, self, catalogue).and_then(|arguments| build(&arguments));
        built.map_err(|found| placed(found, spec))
    }

    /// The rule of a population that a spec describes.
    ///
    /// # Errors
    /// An unknown family, one that plays a player, or arguments that its schema or the family
    /// itself refuses: a diagnostic for each.
    pub fn build_cohort_rule(&self, spec: &StrategySpec, catalogue: &Catalogue) -> BuildResult<dyn CohortRule> {
        let family = self.known(spec, true)?;
        let Build::Cohorts(build) = family.build else { return Err(vec![wrong_kind(spec, true)]) };
        let built = Arguments::check(spec, &family.schema, self, catalogue).and_then(|arguments| build(&arguments));
        built.map_err(|found| placed(found, spec))
    }

    fn known(&self, spec: &StrategySpec, cohorts: bool) -> Result<&Family, Vec<Diagnostic>> {
        self.family(&spec.family).ok_or_else(|| {
            let names = self.families.iter().filter(|family| family.schema.cohorts == cohorts);
            let message = format!("strategy `{}`: there is no family `{}`", spec.name, spec.family);
            vec![
                Diagnostic::error("unknown-family", message)
                    .choose(&spec.family, names.map(|family| family.schema.name)),
            ]
        })
    }
}

/// Findings at the place where the spec is written, unless they have one.
fn placed(mut found: Vec<Diagnostic>, spec: &StrategySpec) -> Vec<Diagnostic> {
    for one in found.iter_mut().filter(|one| one.span.is_none()) {
        one.span.clone_from(&spec.span);
    }
    found
}

fn wrong_kind(spec: &StrategySpec, cohorts: bool) -> Diagnostic {
    let (is, wanted) = if cohorts { ("players", "a population") } else { ("populations", "a player") };
    Diagnostic::error(
        "wrong-family",
        format!("strategy `{}`: the family {} is for {is}, and {wanted} is to play it", spec.name, spec.family),
    )
}

/// The strategy that a spec of the standard families describes.
///
/// ```
/// use marchland_game::{Catalogue, StrategySpec, Value};
///
/// let spec = StrategySpec {
///     name: "drifter".into(),
///     family: "Random".into(),
///     intent: "drifts".into(),
///     players: vec![],
///     arguments: vec![Value::Integer(7), Value::Integer(64)],
///     span: None,
/// };
/// let strategy = marchland_strategies::build(&spec, &Catalogue::default()).expect("a strategy");
/// assert!(!strategy.looks_ahead());
/// ```
///
/// # Errors
/// As [`Registry::build`].
pub fn build(spec: &StrategySpec, catalogue: &Catalogue) -> BuildResult<dyn Strategy> {
    Registry::standard().build(spec, catalogue)
}

/// The rule of a population that a spec of the standard families describes.
///
/// ```
/// use marchland_game::{Catalogue, CohortView, StrategySpec, Value};
///
/// let spec = StrategySpec {
///     name: "creatures of habit".into(),
///     family: "Habit".into(),
///     intent: "repeat".into(),
///     players: vec![],
///     arguments: vec![Value::Number(1.0)],
///     span: None,
/// };
/// let rule = marchland_strategies::build_cohort_rule(&spec, &Catalogue::default()).expect("a rule");
/// let view = CohortView {
///     advantage: &[2.0],
///     network: &[0.5],
///     habit: &[0.25],
///     satisfaction: &[1.0],
///     sensitivity: 1.5,
///     attention: 1.0,
/// };
/// let mut going = [0.25];
/// rule.choose(&view, &mut going);
/// assert_eq!(going, [0.25]);
/// ```
///
/// # Errors
/// As [`Registry::build_cohort_rule`].
pub fn build_cohort_rule(spec: &StrategySpec, catalogue: &Catalogue) -> BuildResult<dyn CohortRule> {
    Registry::standard().build_cohort_rule(spec, catalogue)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::duel::{Duel, spec};
    use marchland_game::Value;

    #[test]
    fn wrong_specs_are_refused_with_their_reason() {
        let duel = Duel::chicken();
        let codes = |family: &str, arguments: Vec<Value>| -> Vec<&'static str> {
            let wrong = build(&spec(family, arguments), &duel.catalogue).err().unwrap_or_default();
            wrong.iter().map(|found| found.code).collect()
        };
        assert_eq!(codes("Rulez", vec![]), ["unknown-family"]);
        assert_eq!(codes("Logit", vec![]), ["wrong-family"]);
        assert_eq!(codes("Idle", vec![Value::Number(1.0)]), ["strategy-arguments"]);
        assert_eq!(codes("Random", vec![Value::Integer(0), Value::Integer(0)]), ["strategy-argument"]);
        assert_eq!(codes("Random", vec![Value::Number(0.5), Value::Integer(8)]), ["strategy-argument"]);
        assert_eq!(codes("Idle", vec![]), [] as [&str; 0]);
        assert!(build_cohort_rule(&spec("Idle", vec![]), &duel.catalogue).is_err());
        let unknown = build(&spec("Rulez", vec![]), &duel.catalogue).err().expect("unknown");
        assert_eq!(unknown[0].hint, "did you mean `Rules`?");
    }

    #[test]
    fn schemas_name_meaning_source_and_defaults_within_their_ranges() {
        for family in Registry::standard().families {
            let schema = family.schema;
            assert_eq!(schema.cohorts, matches!(family.build, Build::Cohorts(_)), "{}", schema.name);
            assert!(schema.meaning.ends_with('.') && !schema.source.is_empty(), "{}", schema.name);
            for argument in schema.arguments {
                assert!(!argument.meaning.is_empty(), "{}: {}", schema.name, argument.name);
                match argument.kind {
                    marchland_game::ArgumentKind::Number { low, high, default: Some(x) } => {
                        assert!(low <= x && x <= high, "{}: {}", schema.name, argument.name);
                    }
                    marchland_game::ArgumentKind::Integer { low, high, default: Some(x) } => {
                        assert!(low <= x && x <= high, "{}: {}", schema.name, argument.name);
                    }
                    marchland_game::ArgumentKind::Word { choices, default: Some(word) } => {
                        assert!(choices.contains(&word), "{}: {}", schema.name, argument.name);
                    }
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn a_caller_may_bring_a_family_of_its_own() {
        const OTHER: Family =
            Family { schema: FamilySchema { name: "Other", ..crate::idle::FAMILY.schema }, ..crate::idle::FAMILY };
        let registry = Registry::standard().with(OTHER);
        let duel = Duel::chicken();
        assert!(registry.build(&spec("Other", vec![]), &duel.catalogue).is_ok());
        assert_eq!(registry.schemas().len(), Registry::standard().schemas().len() + 1);
        assert_eq!(registry.with(OTHER).schemas().len(), Registry::standard().schemas().len() + 1);
    }
}
