//! The review of a game: what happened, which decisions mattered, who believed what, and why the world
//! went as it did.
//!
//! Decisions are judged by what their seat knew at the time: by futures that it could imagine, in which
//! others play as the scenario publicly assumes, the same for the decision and for its alternatives. Only
//! where asked for, and for the facilitator alone, they are judged by the truth too. A word such as
//! *blunder* stands only where the intervals support it ([`Mark`]).
//!
//! Start at [`Review::of`]; the value serialises to JSON, and `marchland-report` makes a page or a table of it.
//!
//! Invariants: a review for a seat holds nothing that the seat may not know, and equal observations give it
//! equal bytes; equal files and options give equal bytes, on any number of threads.

mod beliefs;
mod causes;
mod decisions;
mod looks;
mod marks;
mod scale;
mod timeline;
mod walk;

use std::path::Path;

use marchland_game::{IndicatorId, PlayerId};
use marchland_play::LostDecisions;
use marchland_strategies::Registry;
use rayon::prelude::*;
use serde::Serialize;

use crate::error::SessionError;
use crate::forecast::{Forecaster, NOTICE, StandIn};
use crate::replay::Replay;
use crate::seat_view::Knowledge;

pub use beliefs::{Belief, BeliefMonth};
pub use causes::{CauseLink, CauseOf, CausedChange};
pub use decisions::{Alternative, DecisionReview, FUTURES, Judgement, TermPart};
pub use marks::{BLUNDER, LEVEL, MARGIN, Mark, clear};
pub use scale::scale;
pub use timeline::{Happening, Kind, RulingFigures};

/// Of what, and for whom, a review is made.
#[derive(Clone, Debug)]
pub struct Options {
    /// Review the decisions of every seat, not of people's seats only.
    pub all: bool,
    /// Judge decisions by the truth too.
    pub hindsight: bool,
    /// For this seat: its own decisions, and what it may know.
    pub seat: Option<String>,
    /// Leave out what people typed, the seed and times.
    pub anonymise: bool,
    /// The branch; the one that play goes on in where none is named.
    pub branch: Option<u32>,
    /// The most futures by which a decision is judged; fewer where it is plain, or where more would hardly decide it.
    pub futures: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { all: false, hindsight: false, seat: None, anonymise: false, branch: None, futures: FUTURES }
    }
}

/// A seat of the game reviewed.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct SeatOf {
    /// The player.
    pub player: String,
    /// Its display.
    pub title: String,
    /// Who held it, first to last; people are never named.
    pub holders: Vec<String>,
    /// Its payoff so far; none for a player never in the game, or for another seat's eyes.
    pub payoff: Option<f64>,
    /// The worst and the best payoff there is.
    pub range: (f64, f64),
}

/// How an indicator went.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct TrackOf {
    /// The indicator.
    pub indicator: String,
    /// The ends of a scale for it.
    pub scale: (f64, f64),
    /// Its value at the end of each turn, the start as turn 0; for a seat, what it knew of it by then.
    pub values: Vec<(u32, f64)>,
}

/// The review of a game.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Review {
    /// What all figures are.
    pub notice: &'static str,
    /// Title of the scenario.
    pub title: String,
    /// The scenario's name.
    pub scenario: String,
    /// The game's seed; none where the review is anonymised, or for a seat.
    pub seed: Option<u64>,
    /// The seat that the review is for; none for the facilitator.
    pub seat: Option<String>,
    /// Turns completed.
    pub turns_played: u32,
    /// Turns of the game.
    pub turns: u32,
    /// Whether no turn is left.
    pub over: bool,
    /// Regime status where the game stands; `ended` in a scenario without a regime.
    pub status: String,
    /// The first irregular exit and its turn.
    pub exit: Option<(String, u32)>,
    /// Turns in which office was lost, in order; of a seat's review the first irregular loss alone, where the seat knows
    /// of it.
    pub falls: Vec<u32>,
    /// Decisions that outside programs lost; of its own seat in a review for one.
    pub lost: LostDecisions,
    /// The seats.
    pub seats: Vec<SeatOf>,
    /// Who plays for people in hindsight's futures.
    pub stand_ins: Vec<StandIn>,
    /// What the scenario shows, turn by turn.
    pub tracks: Vec<TrackOf>,
    /// Decisions reviewed, in the order in which they were taken.
    pub decisions: Vec<DecisionReview>,
    /// Positions in `decisions` of those that mattered most, the most first.
    pub turning_points: Vec<usize>,
    /// What happened.
    pub timeline: Vec<Happening>,
    /// What seats believed against what was true; empty in a review for a seat.
    pub beliefs: Vec<Belief>,
    /// The largest changes with their causes; empty in a review for a seat.
    pub causes: Vec<CausedChange>,
    /// Indicators of regions where the game stands: for a seat, what it knows of them.
    pub regions: Vec<Knowledge>,
}

/// Turning points that are named, at most.
const TURNING_POINTS: usize = 10;

impl Review {
    /// Reviews a game's file.
    ///
    /// # Errors
    /// The file cannot be read, is damaged or replays differently, or has no such branch or seat.
    pub fn of(path: &Path, options: &Options, registry: &Registry) -> Result<Self, SessionError> {
        Self::of_replay(Replay::open(path, options.branch, registry)?, options, registry)
    }

    /// Reviews a branch that has not been walked.
    ///
    /// # Errors
    /// It replays differently, or has no such seat.
    pub fn of_replay(replay: Replay, options: &Options, registry: &Registry) -> Result<Self, SessionError> {
        let walked = walk::walk(replay, options, registry)?;
        let course = walked.replay.course();
        let scenario = &course.source.scenario;
        let catalogue = &scenario.catalogue;
        let forecaster = Forecaster::new(scenario, registry)?;
        let viewer = options.seat.as_ref().map(|name| course.player(name)).transpose()?;
        let hindsight = options.hindsight && viewer.is_none();
        let taken: Vec<_> =
            walked.stages.iter().flat_map(|before| before.taken.iter().map(move |taken| (before, taken))).collect();
        let mut decisions: Vec<DecisionReview> = taken
            .into_par_iter()
            .map(|(before, taken)| decisions::judge(&forecaster, before, taken, options.futures, hindsight))
            .collect();
        if viewer.is_none() {
            for one in &mut decisions {
                one.overruled = overruled(course, one);
            }
        }
        let mut turning_points: Vec<usize> =
            (0..decisions.len()).filter(|at| decisions[*at].known.weight > 0.0).collect();
        turning_points.sort_by(|a, b| decisions[*b].known.weight.total_cmp(&decisions[*a].known.weight).then(a.cmp(b)));
        turning_points.truncate(TURNING_POINTS);
        let mut timeline = timeline::timeline(course, walked.replay.entries().map(|(_, entry)| entry));
        if let Some(viewer) = viewer {
            timeline = timeline::for_seat(&timeline, viewer, course.name(viewer));
        }
        if options.anonymise {
            timeline::anonymise(&mut timeline);
        }
        let outcome = course.game.outcome();
        let seats = catalogue.players.iter().enumerate().map(|(at, player)| {
            let own = viewer.is_none_or(|viewer| viewer.index() == at);
            SeatOf {
                player: player.id.clone(),
                title: player.title.clone(),
                holders: if own { walked.holders[at].clone() } else { Vec::new() },
                payoff: if own { outcome.payoffs[at] } else { None },
                range: player.payoffs.range,
            }
        });
        let mut lost = LostDecisions { games: 1, ..LostDecisions::default() };
        for (at, player) in catalogue.players.iter().enumerate() {
            if viewer.is_none_or(|viewer| viewer.index() == at) {
                let count = |counts: &[u32]| counts.get(at).map_or(0, |count| u64::from(*count));
                lost.add_seat(&player.id, count(&outcome.forfeits), count(&outcome.decisions));
            }
        }
        let (status, exit) = match (viewer, scenario.regime) {
            (Some(viewer), Some(regime)) => walk::seen_status(&course.game, viewer, regime),
            _ => (outcome.status.clone(), outcome.exit.clone().zip(outcome.turn)),
        };
        let falls = match (viewer, scenario.regime) {
            (Some(_), _) => exit.iter().map(|(_, turn)| *turn).collect(),
            (None, Some(regime)) => falls(course, &catalogue.indicators[regime.exit_turn.index()].entity),
            (None, None) => Vec::new(),
        };
        let regional = (0..catalogue.indicators.len()).map(IndicatorId::from_index);
        let regional = regional.filter(|id| catalogue.indicators[id.index()].kind == "region");
        let regions = regional.map(|id| match viewer {
            Some(viewer) => crate::known(&course.game, viewer, id),
            None => crate::truth(&course.game, &course.records, id),
        });
        Ok(Self {
            notice: NOTICE,
            regions: regions.collect(),
            title: scenario.title.clone(),
            scenario: catalogue.scenario.clone(),
            seed: (viewer.is_none() && !options.anonymise).then_some(course.opening.seed),
            seat: options.seat.clone(),
            turns_played: course.records.len() as u32,
            turns: course.opening.turns,
            over: course.game.is_over(),
            status,
            exit,
            falls,
            lost,
            seats: seats.collect(),
            stand_ins: if hindsight { walked.stand_ins } else { Vec::new() },
            tracks: walked.tracks,
            decisions,
            turning_points,
            timeline,
            beliefs: walked.beliefs,
            causes: if viewer.is_none() { causes::largest(scenario, &course.records) } else { Vec::new() },
        })
    }

    /// Whether a decision is among the turning points.
    #[must_use]
    pub fn is_turning_point(&self, decision: usize) -> bool {
        self.turning_points.contains(&decision)
    }
}

/// The turns that a country's indicator of its last loss of office has named.
fn falls(course: &crate::course::Course, country: &str) -> Vec<u32> {
    let catalogue = &course.source.scenario.catalogue;
    let Some(exit_turn) = catalogue.indicator(&format!("{country}.exit_turn")) else { return Vec::new() };
    let named = course.records.iter().map(|record| record.indicators[exit_turn.index()]).filter(|turn| *turn >= 1.0);
    let mut turns: Vec<u32> = named.map(|turn| turn as u32).collect();
    turns.sort_unstable();
    turns.dedup();
    turns
}

/// Orders and votes of a decision whose outcome the facilitator overruled.
fn overruled(course: &crate::course::Course, decision: &DecisionReview) -> Vec<String> {
    let of_stage = |moment: &marchland_game::Moment| {
        (moment.turn.0, moment.round.0, moment.stage) == (decision.turn, decision.round, decision.stage)
    };
    let changed = |name: &&String| {
        let on = name.strip_prefix("vote ").and_then(|rest| rest.split_once(' '));
        let (player, on) = match on.filter(|_| decision.stage == marchland_game::Stage::Ballots) {
            Some((motion, _)) => ("", motion),
            None => (decision.player.as_str(), name.as_str()),
        };
        course.amendments.iter().any(|(moment, amended)| {
            of_stage(moment) && amended.player == player && amended.on == on && course.overruled(moment, amended)
        })
    };
    decision.chosen.iter().filter(changed).cloned().collect()
}

/// Which seats' decisions are reviewed.
fn reviewed(options: &Options, viewer: Option<PlayerId>, player: PlayerId, holder: &str) -> bool {
    match viewer {
        Some(viewer) => viewer == player,
        None => options.all || holder == "human",
    }
}

#[cfg(test)]
mod tests;
