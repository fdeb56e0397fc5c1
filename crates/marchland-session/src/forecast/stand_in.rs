//! Who plays on where a person, a program or a look-ahead cannot be asked.

use std::sync::Arc;

use marchland_game::{Diagnostic, PlayerId, Seat, StrategySpec, Value};
use marchland_sim::scenario::Scenario;
use marchland_strategies::Registry;
use serde::Serialize;

/// Whom a stand-in stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Absent {
    /// A person.
    Person,
    /// An outside program.
    Program,
    /// A strategy that looks ahead: within a forecast it plays the stand-in it names.
    LookAhead,
}

/// One stand-in, to be stated beside every forecast.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct StandIn {
    /// The player.
    pub player: String,
    /// The strategy that plays on.
    pub strategy: String,
    /// For whom.
    pub stands_for: Absent,
}

/// The stand-ins of a game.
#[derive(Clone)]
pub struct StandIns {
    /// By `PlayerId`: who takes the seat, where its own strategy cannot play on.
    pub(crate) seats: Vec<Option<Seat>>,
    /// All of them, stated.
    pub list: Vec<StandIn>,
}

impl StandIns {
    /// The stand-ins of seats: `holders` gives each player's strategy, by `PlayerId`, and none for a
    /// person. A person is played by the scenario's public `assumed` strategy of the player, and so is a
    /// program. A strategy that looks ahead keeps its seat and plays the stand-in it names.
    ///
    /// # Errors
    /// Where an assumed strategy cannot be built.
    pub fn new(
        scenario: &Scenario,
        registry: &Registry,
        holders: &[Option<StrategySpec>],
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut stand_ins = Self { seats: vec![None; holders.len()], list: Vec::new() };
        for (at, holder) in holders.iter().enumerate() {
            let stands_for = match holder {
                None => Absent::Person,
                Some(spec) if within(spec, &|spec| spec.family == "External") => Absent::Program,
                Some(spec) => {
                    if let Some(own) = stand_in_of(spec, registry) {
                        stand_ins.list.push(StandIn {
                            player: scenario.catalogue.players[at].id.clone(),
                            strategy: own.name.clone(),
                            stands_for: Absent::LookAhead,
                        });
                    }
                    continue;
                }
            };
            let spec = &scenario.strategies[scenario.assumed[at]];
            stand_ins.put(scenario, registry, PlayerId::from_index(at), spec, stands_for)?;
        }
        Ok(stand_ins)
    }

    /// Seats another strategy for somebody who cannot be asked.
    ///
    /// # Errors
    /// Where it cannot be built.
    pub fn put(
        &mut self,
        scenario: &Scenario,
        registry: &Registry,
        player: PlayerId,
        spec: &StrategySpec,
        stands_for: Absent,
    ) -> Result<(), Vec<Diagnostic>> {
        let strategy = registry.build(spec, &scenario.catalogue)?;
        let id = &scenario.catalogue.players[player.index()].id;
        self.list.retain(|other| other.player != *id);
        self.list.push(StandIn { player: id.clone(), strategy: spec.name.clone(), stands_for });
        self.seats[player.index()] = Some(Seat { name: spec.name.clone(), strategy: Arc::from(strategy) });
        Ok(())
    }
}

/// Whether a spec, or one within it, is such.
fn within(spec: &StrategySpec, is: &dyn Fn(&StrategySpec) -> bool) -> bool {
    is(spec)
        || spec.arguments.iter().any(|value| match value {
            Value::Strategy(inner) => within(inner, is),
            Value::Strategies(inner) => inner.iter().any(|(spec, _)| within(spec, is)),
            _ => false,
        })
}

/// The stand-in that a strategy, or one within it, names.
fn stand_in_of<'a>(spec: &'a StrategySpec, registry: &Registry) -> Option<&'a StrategySpec> {
    let family = registry.family(&spec.family)?;
    let named = family.schema.arguments.iter().zip(&spec.arguments).find_map(|(schema, value)| match value {
        Value::Strategy(inner) if schema.name == "stand_in" => Some(&**inner),
        _ => None,
    });
    named.or_else(|| {
        spec.arguments.iter().find_map(|value| match value {
            Value::Strategy(inner) => stand_in_of(inner, registry),
            Value::Strategies(inner) => inner.iter().find_map(|(spec, _)| stand_in_of(spec, registry)),
            _ => None,
        })
    })
}
