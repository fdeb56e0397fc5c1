//! Lint by running: what has no effect, never varies, or saturates.

use marchland_game::{ActionId, Order, Outcome, PlayerId, Severity};
use marchland_game::{Diagnostic, Lineup, Seat, StrategySpec, Value};
use marchland_sim::scenario::Scenario;
use marchland_sim::turn::{Setup, Variant};
use marchland_strategies::Registry;
use rayon::prelude::*;
use std::sync::Arc;

use crate::compose;
use crate::play::{Players, Status};

/// Plays paired games and warns of parameters, actions and strategies that move no measure and no payoff,
/// of measures that never vary, and of chances of success that are never strictly between 0 and 1 although
/// they are computed. Every warning states how many games stand behind it: an effect rarer than that goes
/// unnoticed.
///
/// Parameters are moved to both ends of their range; an action is ordered by each of its owners in every
/// turn against an owner who does nothing; a strategy takes the place of doing nothing. Games panicking or
/// over their limit say nothing and are left out.
///
/// # Errors
/// The scenario's own lineup cannot be composed.
pub fn lint(scenario: &Arc<Scenario>, registry: &Registry, games: u64) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    let composed = compose::compose(scenario, registry, &[])?;
    let assumed = compose::assumed(scenario, registry)?;
    let run = Runs {
        players: Players::new(scenario, Some(assumed)),
        scenario,
        lineup: composed.lineup,
        variant: Arc::new(Variant::with_values(scenario, scenario.default_belief, &[])),
        games,
    };
    let mut found = run.parameters();
    found.extend(run.actions(registry));
    found.extend(run.strategies(registry));
    found.extend(run.measures());
    debug_assert!(found.iter().all(|one| one.severity == Severity::Warning));
    Ok(found)
}

/// Seeds of lint games: those of a batch with this seed.
const SEED: u64 = 1;

struct Runs<'a> {
    players: Players,
    scenario: &'a Arc<Scenario>,
    lineup: Lineup,
    variant: Arc<Variant>,
    games: u64,
}

/// What a game leaves: measures and payoffs, bit by bit; none where it came to no end.
type Trace = Option<Vec<u64>>;

impl Runs<'_> {
    fn trace(&self, variant: &Arc<Variant>, lineup: &Lineup, replication: u64) -> Trace {
        let setup = Setup {
            variant: Arc::clone(variant),
            lineup: lineup.clone(),
            seed: marchland_game::stream::game_seed(SEED, replication),
            turns: self.scenario.calendar.horizon,
            tracing: false,
        };
        let mut outcome = Outcome::default();
        let status = self.players.play(&setup, &mut outcome, |_| {});
        matches!(status, Status::Ok | Status::NonFinite).then(|| {
            let payoffs = outcome.payoffs.iter().map(|payoff| payoff.unwrap_or(f64::NAN));
            outcome.measures.iter().copied().chain(payoffs).map(f64::to_bits).collect()
        })
    }

    fn traces(&self, variant: &Arc<Variant>, lineup: &Lineup) -> Vec<Trace> {
        (0..self.games).into_par_iter().map(|replication| self.trace(variant, lineup, replication)).collect()
    }

    /// Whether some pair of games that both came to an end differs.
    fn differs(base: &[Trace], other: &[Trace]) -> bool {
        base.iter().zip(other).any(|pair| matches!(pair, (Some(a), Some(b)) if a != b))
    }

    fn warning(&self, code: &'static str, message: String) -> Diagnostic {
        let games = self.games;
        Diagnostic::warning(
            code,
            format!("{message} in {games} paired games of {} turns", self.scenario.calendar.horizon),
        )
    }

    fn parameters(&self) -> Vec<Diagnostic> {
        let catalogue = &self.scenario.catalogue;
        let base = self.traces(&self.variant, &self.lineup);
        let mut found = Vec::new();
        for parameter in &catalogue.parameters {
            let (low, high) = parameter.distribution.bounds();
            let Some(id) = catalogue.parameter(&parameter.id).filter(|_| low < high) else { continue };
            let values: Vec<f64> = if parameter.choices.is_empty() {
                vec![low, high]
            } else {
                (0..parameter.choices.len()).map(|at| at as f64).collect()
            };
            let moves = values.into_iter().any(|value| {
                let variant = Variant::with_values(self.scenario, self.scenario.default_belief, &[(id, value)]);
                Self::differs(&base, &self.traces(&Arc::new(variant), &self.lineup))
            });
            if !moves {
                let message = format!(
                    "parameter `{}` moves no measure and no payoff from one end of its range to the other",
                    parameter.id
                );
                found.push(self.warning("idle-parameter", message));
            }
        }
        found
    }

    /// The lineup with one player's strategy exchanged; none where its family refuses.
    fn with(&self, registry: &Registry, player: usize, spec: &StrategySpec) -> Option<Lineup> {
        let strategy = registry.build(spec, &self.scenario.catalogue).ok()?;
        let mut lineup = self.lineup.clone();
        lineup.players[player] = Seat { name: spec.name.clone(), strategy: Arc::from(strategy) };
        Some(lineup)
    }

    fn actions(&self, registry: &Registry) -> Vec<Diagnostic> {
        let catalogue = &self.scenario.catalogue;
        let horizon = self.scenario.calendar.horizon;
        let mut found = Vec::new();
        for player in 0..catalogue.players.len() {
            let Some(idle) = self.with(registry, player, &idle()) else { continue };
            let base = self.traces(&self.variant, &idle);
            for (at, action) in catalogue.actions.iter().enumerate() {
                if !action.owners.contains(PlayerId::from_index(player)) {
                    continue;
                }
                let moves = (0..action.options.len()).any(|option| {
                    let order = Order { action: ActionId::from_index(at), option: option as u8 };
                    let script = (1..=horizon).map(|turn| (turn, vec![order])).collect();
                    let spec = spec("Script", vec![Value::Script(script)]);
                    let lineup = self.with(registry, player, &spec);
                    lineup.is_some_and(|lineup| Self::differs(&base, &self.traces(&self.variant, &lineup)))
                });
                if !moves {
                    let who = &catalogue.players[player].id;
                    let message = format!(
                        "action `{}` of `{who}`, ordered in every turn in which it is legal, moves no measure and no payoff",
                        action.id
                    );
                    found.push(self.warning("idle-action", message));
                }
            }
        }
        found
    }

    fn strategies(&self, registry: &Registry) -> Vec<Diagnostic> {
        let catalogue = &self.scenario.catalogue;
        let mut found = Vec::new();
        for spec in self.scenario.strategies.iter().filter(|spec| spec.family != "Idle") {
            let players = (0..catalogue.players.len())
                .filter(|&player| spec.players.is_empty() || spec.players.contains(&PlayerId::from_index(player)));
            let mut playable = false;
            let moves = players.into_iter().any(|player| {
                let (Some(lineup), Some(idle)) =
                    (self.with(registry, player, spec), self.with(registry, player, &idle()))
                else {
                    return false;
                };
                playable = true;
                Self::differs(&self.traces(&self.variant, &idle), &self.traces(&self.variant, &lineup))
            });
            if playable && !moves {
                let message =
                    format!("strategy `{}` plays like doing nothing, by every measure and payoff,", spec.name);
                found.push(self.warning("idle-strategy", message));
            }
        }
        found
    }

    /// Measures that are the same in every game, and chances that saturate.
    fn measures(&self) -> Vec<Diagnostic> {
        let catalogue = &self.scenario.catalogue;
        let traces: Vec<Vec<u64>> = self.traces(&self.variant, &self.lineup).into_iter().flatten().collect();
        let mut found = Vec::new();
        for (at, measure) in catalogue.measures.iter().enumerate() {
            if traces.len() > 1 && traces.iter().all(|trace| trace[at] == traces[0][at]) {
                let value = f64::from_bits(traces[0][at]);
                found.push(self.warning("constant-measure", format!("measure `{}` is always {value}", measure.id)));
            }
        }
        // Per action: rulings, and those strictly between 0 and 1.
        let mut seen = vec![(0u64, 0u64); catalogue.actions.len()];
        for replication in 0..self.games {
            let setup = Setup {
                variant: Arc::clone(&self.variant),
                lineup: self.lineup.clone(),
                seed: marchland_game::stream::game_seed(SEED, replication),
                turns: self.scenario.calendar.horizon,
                tracing: false,
            };
            // A game that panics adds what it ruled until then.
            let _ = self.players.with_game(&setup, |game| {
                game.set_recording(true);
                while !game.is_over() {
                    game.step();
                    for ruling in game.last_record().rounds.iter().flat_map(|round| &round.rulings) {
                        if ruling.legal() {
                            let count = &mut seen[ruling.order.action.index()];
                            count.0 += 1;
                            count.1 += u64::from(ruling.probability > 0.0 && ruling.probability < 1.0);
                        }
                    }
                }
            });
        }
        for (at, (rulings, between)) in seen.into_iter().enumerate() {
            let computed = self.scenario.actions[at].chance.as_constant().is_none();
            if computed && rulings > 0 && between == 0 {
                let message = format!(
                    "the chance of action `{}` is computed, and was 0 or 1 in all of its {rulings} rulings",
                    catalogue.actions[at].id
                );
                found.push(self.warning("saturated-chance", message));
            }
        }
        found
    }
}

fn idle() -> StrategySpec {
    spec("Idle", Vec::new())
}

fn spec(family: &str, arguments: Vec<Value>) -> StrategySpec {
    StrategySpec { name: family.into(), family: family.into(), intent: String::new(), players: Vec::new(), arguments }
}
