//! One walk through a game: where it stood before each decision, who held which seat, who believed what.

use std::collections::BTreeMap;

use marchland_game::{IndicatorId, Lineup, PlayerId, Readings, Seat, Sight, Stage, StrategySpec, View};
use marchland_sim::scenario::RegimePlan;
use marchland_sim::turn::Game;
use marchland_strategies::Registry;

use super::beliefs::{Belief, Gathering};
use super::decisions::{StageBefore, TakenDecision};
use super::{Options, TrackOf, reviewed};
use crate::course::Course;
use crate::entry::Holder;
use crate::error::SessionError;
use crate::forecast::{Absent, Position, StandIn, StandIns};
use crate::replay::Replay;

/// What a walk brings home.
pub(super) struct WalkResult {
    /// The replay, at its end.
    pub replay: Replay,
    /// Stages with decisions to be reviewed.
    pub stages: Vec<StageBefore>,
    /// Who held each seat, by `PlayerId`, first to last.
    pub holders: Vec<Vec<String>>,
    /// Every stand-in that was needed.
    pub stand_ins: Vec<StandIn>,
    /// What reviewed seats believed; empty in a review for a seat.
    pub beliefs: Vec<Belief>,
    /// What the scenario shows, by turn.
    pub tracks: Vec<TrackOf>,
}

pub(super) fn walk(mut replay: Replay, options: &Options, registry: &Registry) -> Result<WalkResult, SessionError> {
    let scenario = std::sync::Arc::clone(&replay.course().source.scenario);
    let catalogue = &scenario.catalogue;
    let viewer = options.seat.as_ref().map(|name| replay.course().player(name)).transpose()?;
    let shown: Vec<IndicatorId> = scenario.shown.iter().copied().chain(scenario.main_indicator).fold(
        Vec::new(),
        |mut list: Vec<IndicatorId>, id| {
            if !list.contains(&id) {
                list.push(id);
            }
            list
        },
    );
    let mut seating = Seating::default();
    let mut stages = Vec::new();
    let mut holders: Vec<Vec<String>> = vec![Vec::new(); catalogue.players.len()];
    let mut stand_ins: Vec<StandIn> = Vec::new();
    let mut gatherings: BTreeMap<PlayerId, Gathering> = BTreeMap::new();
    let mut values: Vec<Vec<(u32, f64)>> = vec![Vec::new(); shown.len()];
    while let Some(upcoming) = replay.next_stage()? {
        let course = &*upcoming.course;
        let moment = upcoming.moment;
        for (list, held) in holders.iter_mut().zip(&course.seats) {
            if list.last().is_none_or(|last| last != held.holder.name()) {
                list.push(held.holder.name().to_owned());
            }
        }
        let opens_turn = moment.stage == Stage::Orders && moment.round.0 == 0;
        if opens_turn {
            track(&course.game, viewer, &shown, &mut values);
        }
        let mut taken = Vec::new();
        for given in &course.decided {
            let player = course.player(&given.player)?;
            if !reviewed(options, viewer, player, &given.strategy) {
                continue;
            }
            if opens_turn && viewer.is_none() {
                let wanted = watched(&course.game, player, &shown);
                gatherings
                    .entry(player)
                    .or_insert_with(|| Gathering::new(&course.game, player, &wanted))
                    .month(&course.game);
            }
            taken.push(TakenDecision {
                moment,
                player,
                holder: given.strategy.clone(),
                timed_out: given.timed_out,
                choice: course.choices()[player.index()].clone(),
            });
        }
        if taken.is_empty() {
            continue;
        }
        let (lineup, standing_in) = seating.of(course, registry)?;
        for one in &standing_in.list {
            if !stand_ins.contains(one) {
                stand_ins.push(one.clone());
            }
        }
        let mut position = Position::of(&course.game);
        position.setup.lineup = lineup;
        stages.push(StageBefore { position, stand_ins: standing_in, choices: course.choices().to_vec(), taken });
    }
    let game = &replay.course().game;
    track(game, viewer, &shown, &mut values);
    let beliefs = gatherings.into_values().flat_map(|gathering| gathering.finish(game)).collect();
    let tracks = shown.iter().zip(values).map(|(id, values)| {
        let info = &catalogue.indicators[id.index()];
        let known: Vec<f64> = values.iter().map(|(_, value)| *value).collect();
        TrackOf { indicator: info.path.clone(), scale: super::scale(info.range, &known), values }
    });
    let tracks = tracks.collect();
    Ok(WalkResult { stages, holders, stand_ins, beliefs, tracks, replay })
}

/// What a seat watches: what is shown, then what it is paid for.
fn watched(game: &Game, player: PlayerId, shown: &[IndicatorId]) -> Vec<IndicatorId> {
    let terms = game.scenario().catalogue.players[player.index()].payoffs.terms.iter().map(|term| term.indicator);
    let mut list = shown.to_vec();
    for id in terms {
        if !list.contains(&id) {
            list.push(id);
        }
    }
    list
}

/// Reads what is shown at the start of a turn: the truth, or what a seat knew by then of the turn its
/// report is of.
fn track(game: &Game, viewer: Option<PlayerId>, shown: &[IndicatorId], values: &mut [Vec<(u32, f64)>]) {
    let turn = game.state().turn.saturating_sub(1);
    for (id, list) in shown.iter().zip(values) {
        let later = |than: u32| list.last().is_none_or(|(last, _)| *last < than);
        match viewer {
            None if later(turn) => list.push((turn, game.truth().now(*id))),
            None => {}
            Some(viewer) => {
                let estimate = game.view(viewer).estimate(*id);
                if let Some(age) = estimate.age
                    && age <= turn
                    && later(turn - age)
                {
                    list.push((turn - age, estimate.value));
                }
            }
        }
    }
}

/// The regime's fate as far as a seat sees it.
pub(super) fn seen_status(game: &Game, viewer: PlayerId, regime: RegimePlan) -> (String, Option<(String, u32)>) {
    let catalogue = &game.scenario().catalogue;
    let view = game.view(viewer);
    let seen = |id: IndicatorId| -> f64 {
        match catalogue.indicators[id.index()].sight[viewer.index()] {
            Sight::Hidden { .. } => catalogue.indicators[id.index()].prior,
            _ => view.estimate(id).value,
        }
    };
    let label = |id: IndicatorId| catalogue.indicators[id.index()].label(seen(id)).unwrap_or_default().to_owned();
    let none = catalogue.indicators[regime.exit.index()].is_first(seen(regime.exit));
    let exit = (!none).then(|| (label(regime.exit), seen(regime.exit_turn) as u32));
    (label(regime.status), exit)
}

/// Strategies of seats, built once each.
#[derive(Default)]
struct Seating {
    built: BTreeMap<(usize, String), Seat>,
}

impl Seating {
    /// Who plays on from a replayed game's seats, and who stands in for whom.
    fn of(&mut self, course: &Course, registry: &Registry) -> Result<(Lineup, StandIns), SessionError> {
        let scenario = &course.source.scenario;
        let catalogue = &scenario.catalogue;
        let mut specs: Vec<Option<StrategySpec>> = Vec::with_capacity(course.seats.len());
        for (held, player) in course.seats.iter().zip(&catalogue.players) {
            specs.push(match &held.holder {
                Holder::Human => None,
                Holder::Strategy(text) => Some(course.source.strategy(&player.id, text)?),
            });
        }
        let stand_ins = StandIns::new(scenario, registry, &specs)?;
        let mut lineup = course.game.lineup().clone();
        for (at, spec) in specs.iter().enumerate() {
            let asked = stand_ins.list.iter().find(|one| one.player == catalogue.players[at].id);
            // Nobody asks those who are stood in for.
            let Some(spec) = spec.as_ref().filter(|_| asked.is_none_or(|one| one.stands_for == Absent::LookAhead))
            else {
                continue;
            };
            let key = (at, spec.name.clone());
            let seat = match self.built.get(&key) {
                Some(seat) => seat.clone(),
                None => {
                    let strategy = registry.build(spec, catalogue)?;
                    let seat = Seat { name: spec.name.clone(), strategy: std::sync::Arc::from(strategy) };
                    self.built.insert(key, seat.clone());
                    seat
                }
            };
            lineup.players[at] = seat;
        }
        Ok((lineup, stand_ins))
    }
}
