//! Lint by running: what has no effect, never varies, or saturates.

use marchland_game::{
    Action, ActionId, Diagnostic, Lineup, Order, Outcome, PlayerId, Root, Seat, Severity, Strategy, StrategySpec, Value,
};
use marchland_sim::scenario::Scenario;
use marchland_sim::turn::{Setup, Variant};
use marchland_strategies::Registry;
use std::ops::Range;
use std::sync::Arc;

use crate::compose;
use crate::parallel;
use crate::play::{Players, Status};

/// Plays paired games and warns of parameters, actions and strategies that move no measure and no payoff,
/// of measures that never vary, and of chances of success that are never strictly between 0 and 1 although
/// they are computed. Every warning states how many games stand behind it: an effect rarer than that goes
/// unnoticed.
///
/// An order that pays its player whatever the world does, given month after month, is a pump: see `PUMP`. One that given
/// once pays more than half of what a whole month can be worth is a windfall.
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
        players: Players::new(scenario, Some(assumed.clone())),
        scenario,
        lineup: composed.lineup,
        assumed,
        variant: Arc::new(Variant::with_values(scenario, scenario.default_belief, &[])),
        games,
    };
    let mut found = run.parameters();
    found.extend(run.actions(registry));
    found.extend(run.pumps(registry));
    found.extend(run.windfalls(registry));
    found.extend(run.strategies(registry));
    found.extend(run.measures());
    debug_assert!(found.iter().all(|one| one.severity == Severity::Warning));
    Ok(found)
}

/// The least mean gain of a pump, as a share of the payoff range: below it an order is worth its trouble, not a
/// game.
const PUMP: f64 = 0.01;

/// Seeds of lint games: those of a batch with this seed.
const SEED: u64 = 1;

pub(super) struct Runs<'a> {
    players: Players,
    pub(super) scenario: &'a Arc<Scenario>,
    pub(super) lineup: Lineup,
    pub(super) assumed: Lineup,
    pub(super) variant: Arc<Variant>,
    pub(super) games: u64,
}

/// What a game leaves: measures and payoffs, bit by bit; none where it came to no end.
type Trace = Option<Vec<u64>>;

impl Runs<'_> {
    pub(super) fn trace(&self, variant: &Arc<Variant>, lineup: &Lineup, replication: u64) -> Trace {
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
        parallel::each(self.games as usize, |replication| self.trace(variant, lineup, replication as u64))
    }

    /// Whether some pair of games that both came to an end differs.
    fn differs(base: &[Trace], other: &[Trace]) -> bool {
        base.iter().zip(other).any(|pair| matches!(pair, (Some(a), Some(b)) if a != b))
    }

    pub(super) fn warning(&self, code: &'static str, message: String) -> Diagnostic {
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
                // What is done about a deal takes two: alone, an answer is never legal.
                let bargains = catalogue.deal_move(ActionId::from_index(at)).is_some();
                if bargains || !action.owners.contains(PlayerId::from_index(player)) {
                    continue;
                }
                let moves = (0..action.options.len()).any(|option| {
                    let order = Order { action: ActionId::from_index(at), option: option as u8 };
                    let script = (1..=horizon).map(|turn| (turn, vec![order])).collect();
                    let spec = StrategySpec::of("Script", vec![Value::Script(script)]);
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

    /// Every order that a player may give, but moves about deals, which take two.
    pub(super) fn orders_of(&self, player: usize) -> Vec<Order> {
        let catalogue = &self.scenario.catalogue;
        let actions = catalogue.actions.iter().enumerate().map(|(at, action)| (ActionId::from_index(at), action));
        let own = actions.filter(|(id, action)| {
            catalogue.deal_move(*id).is_none() && action.owners.contains(PlayerId::from_index(player))
        });
        let orders = |(action, of): (ActionId, &Action)| {
            (0..of.options.len()).map(move |option| Order { action, option: option as u8 })
        };
        own.flat_map(orders).collect()
    }

    /// A lineup with one player's strategy exchanged.
    pub(super) fn seated(lineup: &Lineup, player: usize, strategy: Arc<dyn Strategy>) -> Lineup {
        let mut lineup = lineup.clone();
        lineup.players[player].strategy = strategy;
        lineup
    }

    /// A player's payoffs by game, as shares of its range, in one world: a lineup and, where parameters are
    /// drawn, a point of their distributions a game. NaN where a game came to no end, or to no number.
    pub(super) fn payoffs(&self, lineup: &Lineup, player: usize, drawn: bool, games: Range<u64>) -> Vec<f64> {
        let span = self.scenario.catalogue.players[player].payoffs.span();
        let of = |replication: u64| {
            let variant = if drawn { Arc::new(self.drawn(replication)) } else { Arc::clone(&self.variant) };
            let at = self.scenario.catalogue.measures.len() + player;
            self.trace(&variant, lineup, replication).map_or(f64::NAN, |trace| f64::from_bits(trace[at]) / span)
        };
        let first = games.start;
        parallel::each(games.count(), |at| of(first + at as u64))
    }

    /// The parameters drawn from their distributions, by replication.
    fn drawn(&self, replication: u64) -> Variant {
        let root = Root::of_game(marchland_game::stream::game_seed(SEED, replication));
        let values = crate::plausible::drawn(&self.scenario.catalogue, root, |_, _| true);
        Variant::with_values(self.scenario, self.scenario.default_belief, &values)
    }

    /// Orders whose repetition pays their player in every game of every world tried: against the lineup, against
    /// players who do nothing, and against the lineup at drawn parameters.
    fn pumps(&self, registry: &Registry) -> Vec<Diagnostic> {
        let catalogue = &self.scenario.catalogue;
        let horizon = self.scenario.calendar.horizon;
        let mut found = Vec::new();
        let Ok(none) = registry.build(&idle(), catalogue) else { return found };
        let none: Arc<dyn Strategy> = Arc::from(none);
        for player in 0..catalogue.players.len() {
            let mut still = self.lineup.clone();
            for (at, seat) in still.players.iter_mut().enumerate() {
                if at != player {
                    seat.strategy = Arc::clone(&none);
                }
            }
            let worlds = [(&self.lineup, false), (&still, false), (&self.lineup, true)];
            let of = |lineup: &Lineup, strategy: &Arc<dyn Strategy>, drawn: bool| {
                self.payoffs(&Self::seated(lineup, player, Arc::clone(strategy)), player, drawn, 0..self.games)
            };
            let base = worlds.map(|(lineup, drawn)| of(lineup, &none, drawn));
            for order in self.orders_of(player) {
                let script = (1..=horizon).map(|turn| (turn, vec![order])).collect();
                let Ok(strategy) = registry.build(&StrategySpec::of("Script", vec![Value::Script(script)]), catalogue)
                else {
                    continue;
                };
                let strategy: Arc<dyn Strategy> = Arc::from(strategy);
                let mut gains = Vec::new();
                for ((lineup, drawn), base) in worlds.iter().zip(&base) {
                    let with = of(lineup, &strategy, *drawn);
                    gains.extend(with.iter().zip(base).map(|(with, base)| with - base).filter(|gain| gain.is_finite()));
                    // One game that it does not pay in is enough to know.
                    if gains.iter().any(|gain| *gain <= 0.0) {
                        break;
                    }
                }
                let mean = gains.iter().sum::<f64>() / gains.len().max(1) as f64;
                if !gains.is_empty() && gains.iter().all(|gain| *gain > 0.0) && mean >= PUMP {
                    let message = format!(
                        "`{}` is a pump: ordered every month, it pays `{}` {mean:.3} of its payoff range whatever the others \
                         do and whatever the parameters are,",
                        catalogue.order_name(order),
                        catalogue.players[player].id
                    );
                    found.push(self.warning("pump", message).hint(
                        "let its effect depend on what another does, or let it wear off: what pays by itself is no move in a game",
                    ));
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

pub(super) fn idle() -> StrategySpec {
    StrategySpec::of("Idle", Vec::new())
}
