//! The odds of outcomes from a moment on.

use marchland_game::{IndicatorId, Outcome, Plan, PlayerId, Readings, View};
use marchland_sim::turn::{Game, Snapshot};
use marchland_statistics::{MeanEstimate, Proportion, mean_interval, quantile, wilson};
use rayon::prelude::*;
use serde::Serialize;

use super::fan::Fan;
use super::position::Position;
use super::stand_in::{StandIn, StandIns};
use super::{Forecaster, LEVEL, NOTICE};

/// What a forecast starts from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The true state, and the strategies that hold the seats.
    Truth,
    /// What this player knows and believes, and the public `assumed` lineup.
    Seat(String),
}

/// The odds of one outcome.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Chance {
    /// The outcome.
    pub outcome: String,
    /// Its share of the games, with Wilson's interval.
    pub odds: Proportion,
}

/// What a player may expect.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PlayerPayoff {
    /// The player.
    pub player: String,
    /// The worst and the best payoff there is.
    pub range: (f64, f64),
    /// Its payoff: from the truth that of the whole game, from a seat that of the turns still to come.
    pub payoff: MeanEstimate,
}

/// How a game may go on: a model's odds, not a prophecy.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Odds {
    /// [`NOTICE`].
    pub notice: &'static str,
    /// What it starts from.
    pub basis: Basis,
    /// The turn being played.
    pub turn: u32,
    /// The last turn.
    pub last_turn: u32,
    /// Games played.
    pub games: u64,
    /// Games stopped by a broken invariant; in no figure.
    pub failed: u64,
    /// Confidence of the intervals.
    pub level: f64,
    /// Regime status at the end, in the scenario's order; `ended` alone in a scenario without a regime.
    pub statuses: Vec<Chance>,
    /// The first irregular exit of the head of government, none first; empty without a regime.
    pub exits: Vec<Chance>,
    /// Payoffs: every player's from the truth, the seat's own from a seat.
    pub payoffs: Vec<PlayerPayoff>,
    /// The indicators asked for, by turn.
    pub fans: Vec<Fan>,
    /// Who stands in for whom; from a seat, the `assumed` lineup plays all seats and none is listed.
    pub stand_ins: Vec<StandIn>,
}

/// One future.
struct FutureResult {
    outcome: Outcome,
    /// The indicators wanted, at the start and after every turn.
    path: Vec<f64>,
    /// Mean payoff of the viewer over the imagined turns; unused from the truth.
    own: f64,
}

/// Games that one task plays: enough to pay for bringing a world to the position.
const CHUNK: u64 = 20;

impl Forecaster {
    /// The odds from the true state: `games` futures under the seats' strategies, with stand-ins for
    /// those who cannot be asked, each under a chance of its own. For the facilitator.
    #[must_use]
    pub fn odds_from_truth(&self, from: &Position, stand_ins: &StandIns, wanted: &[IndicatorId], games: u64) -> Odds {
        let played = chunks(games, |numbers, played| {
            self.plain.with_game(&from.setup, |game| {
                from.bring_with(stand_ins, game);
                let mut start = Snapshot::default();
                game.save(&mut start);
                for n in numbers {
                    game.restore(&start).expect("a snapshot of this very game");
                    game.set_root(from.root("odds", n));
                    let mut path = Vec::new();
                    read(game, wanted, &mut path);
                    // A game has a last turn.
                    for _ in 0..from.turns_left() {
                        game.step();
                        read(game, wanted, &mut path);
                        if game.is_over() {
                            break;
                        }
                    }
                    played.push(FutureResult { outcome: game.outcome(), path, own: 0.0 });
                }
            })
        });
        let mut odds = self.gather(from, Basis::Truth, wanted, games, &played);
        let players = self.scenario.catalogue.players.iter().enumerate();
        odds.payoffs = players
            .filter(|(_, player)| !player.payoffs.terms.is_empty())
            .map(|(at, player)| {
                let values: Vec<f64> = played.iter().map(|one| one.outcome.payoffs[at].unwrap_or(f64::NAN)).collect();
                PlayerPayoff {
                    player: player.id.clone(),
                    range: player.payoffs.range,
                    payoff: mean_interval(&values, LEVEL),
                }
            })
            .collect();
        odds.stand_ins.clone_from(&stand_ins.list);
        odds
    }

    /// The odds as far as a seat can tell: `games` imagined futures, each with a draw of what it does not
    /// see and a chance of its own, all seats played by the public `assumed` lineup. Fans of what the seat is told
    /// start from what it was told.
    #[must_use]
    pub fn odds_for_seat(&self, from: &Position, viewer: PlayerId, wanted: &[IndicatorId], games: u64) -> Odds {
        let turns = from.turns_left();
        let mut played = chunks(games, |numbers, played| {
            self.imagining.with_game(&from.setup, |game| {
                from.bring(game);
                for sample in numbers {
                    let (mut path, mut outcome) = (Vec::new(), Outcome::default());
                    let mut own = super::futures::Gather::new(&self.scenario, from, viewer);
                    let plan = Plan { sample, turns, forced: &[] };
                    game.imagine(viewer, &plan, &mut |imagined| {
                        if !path.is_empty() {
                            own.turn(imagined);
                        }
                        read(imagined, wanted, &mut path);
                        if wanted.is_empty() {
                            path.push(0.0);
                        }
                        if imagined.is_over() {
                            imagined.outcome_into(&mut outcome);
                        }
                    });
                    if wanted.is_empty() {
                        path.clear();
                    }
                    played.push(FutureResult { outcome, path, own: own.payoff() });
                }
            })
        });
        self.start_from_what_was_told(from, viewer, wanted, &mut played);
        let player = &self.scenario.catalogue.players[viewer.index()];
        let mut odds = self.gather(from, Basis::Seat(player.id.clone()), wanted, games, &played);
        let values: Vec<f64> = played.iter().map(|one| one.own).collect();
        if !player.payoffs.terms.is_empty() {
            odds.payoffs = vec![PlayerPayoff {
                player: player.id.clone(),
                range: player.payoffs.range,
                payoff: mean_interval(&values, LEVEL),
            }];
        }
        odds
    }

    /// Moves the paths of every indicator that the seat is told so that the middle of their starts is what it was told
    /// last: an imagined world computes what is derived from stocks that the seat may not see, and starts elsewhere. The
    /// intercept correction of Clements and Hendry (1996, "Intercept corrections and structural change", Journal of
    /// Applied Econometrics 11), carried forward in full.
    fn start_from_what_was_told(
        &self,
        from: &Position,
        viewer: PlayerId,
        wanted: &[IndicatorId],
        played: &mut [FutureResult],
    ) {
        let told = self.imagining.with_game(&from.setup, |game| {
            from.bring(game);
            let view = game.view(viewer);
            wanted.iter().map(|id| view.estimate(*id)).collect::<Vec<_>>()
        });
        for (at, estimate) in told.into_iter().flatten().enumerate() {
            let info = &self.scenario.catalogue.indicators[wanted[at].index()];
            // A state has no middle, and of what was never shown nothing was told.
            if estimate.age.is_none() || !info.labels.is_empty() {
                continue;
            }
            let starts: Vec<f64> = played.iter().filter_map(|one| one.path.get(at).copied()).collect();
            let Some(middle) = quantile(&starts, 0.5) else { continue };
            for value in played.iter_mut().flat_map(|one| one.path.iter_mut().skip(at).step_by(wanted.len())) {
                *value = marchland_game::number::clamp(*value + estimate.value - middle, info.range.0, info.range.1);
            }
        }
    }

    fn gather(
        &self,
        from: &Position,
        basis: Basis,
        wanted: &[IndicatorId],
        games: u64,
        played: &[FutureResult],
    ) -> Odds {
        let catalogue = &self.scenario.catalogue;
        let n = played.len() as u64;
        let chance = |outcome: &str, is: &dyn Fn(&Outcome) -> bool| Chance {
            outcome: outcome.to_owned(),
            odds: wilson(played.iter().filter(|one| is(&one.outcome)).count() as u64, n, LEVEL),
        };
        let (statuses, exits) = match self.scenario.regime {
            None => (vec![chance("ended", &|_| true)], Vec::new()),
            Some(regime) => {
                let labels = |id: IndicatorId| &catalogue.indicators[id.index()].labels;
                let statuses =
                    labels(regime.status).iter().map(|label| chance(label, &|outcome| outcome.status == *label));
                let exits = labels(regime.exit).iter().enumerate().map(|(at, label)| {
                    chance(label, &|outcome| match &outcome.exit {
                        None => at == 0,
                        Some(exit) => exit == label,
                    })
                });
                (statuses.collect(), exits.collect())
            }
        };
        let paths: Vec<&[f64]> = played.iter().map(|one| one.path.as_slice()).collect();
        let fans = wanted.iter().enumerate().map(|(at, id)| {
            let info = &catalogue.indicators[id.index()];
            let first = from.state().turn.saturating_sub(1);
            Fan::of((&info.path, &info.unit), first, &paths, (wanted.len(), at))
        });
        Odds {
            notice: NOTICE,
            basis,
            turn: from.state().turn,
            last_turn: from.setup.turns,
            games: n,
            failed: games - n,
            level: LEVEL,
            statuses,
            exits,
            payoffs: Vec::new(),
            fans: fans.collect(),
            stand_ins: Vec::new(),
        }
    }
}

fn read(game: &Game, wanted: &[IndicatorId], path: &mut Vec<f64>) {
    let truth = game.truth();
    path.extend(wanted.iter().map(|id| truth.now(*id)));
}

/// Plays games in chunks on all threads of the pool, and gives them in the order of their numbers. What
/// panics loses its chunk.
fn chunks<F>(games: u64, play: F) -> Vec<FutureResult>
where
    F: Fn(std::ops::Range<u64>, &mut Vec<FutureResult>) -> Result<(), String> + Sync,
{
    let count = games.div_ceil(CHUNK);
    let chunks: Vec<Vec<FutureResult>> = (0..count)
        .into_par_iter()
        .map(|chunk| {
            let numbers = chunk * CHUNK..games.min((chunk + 1) * CHUNK);
            let mut played = Vec::with_capacity(CHUNK as usize);
            if play(numbers, &mut played).is_err() {
                played.clear();
            }
            played
        })
        .collect();
    chunks.into_iter().flatten().collect()
}
