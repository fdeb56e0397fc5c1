//! Whether a scenario rests: what leaves its start where nobody acts, and by what.

use std::collections::BTreeMap;
use std::sync::Arc;

use marchland_game::{Catalogue, Cause, Diagnostic, IndicatorId, Nature};
use marchland_sim::scenario::Scenario;
use marchland_sim::turn::{Setup, Variant};
use marchland_strategies::Registry;

use super::lint::idle;
use crate::compose;
use crate::number::{max, sum};
use crate::parallel;
use crate::play::Players;

/// Months after which the state is compared with the start.
pub const REST_MONTHS: u32 = 12;

/// The least mean step that counts, as a share of the indicator's range (of its start, where the range has no end).
pub const REST_SHARE: f64 = 0.05;

/// The widest range that is a scale of its own: shares, indices from −1 to 1. Others are held against their start.
const WIDE: f64 = 2.0;

/// A step is beyond chance where its mean is this many standard errors from none.
const ERRORS: f64 = 3.0;

/// Seeds of these games: those of a batch with this seed.
const SEED: u64 = 1;

/// What a game says: every stock at the start and at the end, and what moved it by how much.
struct StockMoves {
    start: Vec<f64>,
    end: Vec<f64>,
    moved: BTreeMap<IndicatorId, BTreeMap<Cause, f64>>,
}

/// Plays games in which no player acts, with the scenario's own paths, events and populations, and warns of every stock
/// that has left where the first month put it after [`REST_MONTHS`] (or the horizon, where it is nearer) by [`REST_SHARE`]
/// and beyond chance, naming what moved it most. What players have to spend grows where nobody spends, and what a path
/// sets is an input: neither is told. A game that ended before, or that panicked, is left out.
///
/// A start at rest is no aim by itself: a crisis moves. A drift whose cause is a law and not the crisis is a code that
/// the model does not believe.
///
/// # Errors
/// The scenario's own lineup, or `Idle`, cannot be composed.
pub fn drift(scenario: &Arc<Scenario>, registry: &Registry, games: u64) -> Result<Vec<Diagnostic>, Vec<Diagnostic>> {
    let mut lineup = compose::compose(scenario, registry, &[])?.lineup;
    let none: Arc<dyn marchland_game::Strategy> = Arc::from(registry.build(&idle(), &scenario.catalogue)?);
    for seat in &mut lineup.players {
        seat.strategy = Arc::clone(&none);
    }
    let players = Players::new(scenario, Some(compose::assumed(scenario, registry)?));
    let variant = Arc::new(Variant::with_values(scenario, scenario.default_belief, &[]));
    let months = REST_MONTHS.min(scenario.calendar.horizon);
    let catalogue = &scenario.catalogue;
    let stocks: Vec<IndicatorId> = (0..catalogue.indicators.len())
        .map(IndicatorId::from_index)
        .filter(|id| catalogue.indicators[id.index()].nature == Nature::Stock)
        .filter(|id| !catalogue.players.iter().any(|player| player.budgets.contains(&Some(*id))))
        .collect();
    let one = |replication: u64| -> Option<StockMoves> {
        let setup = Setup {
            variant: Arc::clone(&variant),
            lineup: lineup.clone(),
            seed: marchland_game::stream::game_seed(SEED, replication),
            turns: months,
            tracing: true,
        };
        let told = players.with_game(&setup, |game| {
            game.set_recording(true);
            let read = |game: &marchland_sim::turn::Game| stocks.iter().map(|id| game.world().get(*id)).collect();
            // The laws take their bearings in the first month: what they solve for there is no drift.
            game.step();
            let start = read(game);
            let mut moved: BTreeMap<IndicatorId, BTreeMap<Cause, f64>> = BTreeMap::new();
            while !game.is_over() {
                game.step();
                for booking in game.last_record().rounds.iter().flat_map(|round| &round.bookings) {
                    let step = moved.entry(booking.indicator).or_default().entry(booking.cause).or_insert(0.0);
                    *step += booking.after - booking.before;
                }
            }
            (game.state().turn > months && !game.over_limit()).then(|| StockMoves { start, end: read(game), moved })
        });
        told.ok().flatten()
    };
    let told: Vec<StockMoves> = parallel::each(games as usize, |at| one(at as u64)).into_iter().flatten().collect();
    let mut found = Vec::new();
    if told.len() < 2 {
        return Ok(found);
    }
    let mut drifts: Vec<Drift> =
        stocks.iter().enumerate().filter_map(|(at, id)| told_of(&told, at, *id, catalogue)).collect();
    drifts.sort_by(|a, b| b.share.total_cmp(&a.share));
    // One column of many rows drifts for one reason: it is told once, by the row that moves most.
    let mut told_before: BTreeMap<(&str, Option<Cause>), usize> = BTreeMap::new();
    let mut rows: Vec<(&Drift, usize)> = Vec::new();
    for drift in &drifts {
        let path = catalogue.indicators[drift.indicator.index()].path.as_str();
        let column = path.rsplit('.').next().unwrap_or(path);
        if let Some(at) = told_before.get(&(column, drift.by.map(|(cause, _)| cause))) {
            rows[*at].1 += 1;
        } else {
            told_before.insert((column, drift.by.map(|(cause, _)| cause)), rows.len());
            rows.push((drift, 0));
        }
    }
    found.extend(rows.into_iter().map(|(drift, more)| {
        let why = drift.by.map_or_else(String::new, |(cause, step)| {
            format!(", mostly by {} ({step:+.3})", cause.named(catalogue))
        });
        let others = match more {
            0 => String::new(),
            1 => "; so does the same of one more".into(),
            more => format!("; so does the same of {more} more"),
        };
        Diagnostic::warning(
            "drift",
            format!(
                "`{}` drifts where nobody acts: {:.3} after the first month, {:.3} (standard error {:.3}) after {months} \
                 months of {} games{why}{others}",
                catalogue.indicators[drift.indicator.index()].path,
                drift.start,
                drift.start + drift.mean,
                drift.error,
                told.len()
            ),
        )
    }));
    Ok(found)
}

/// A stock that does not rest.
struct Drift {
    indicator: IndicatorId,
    start: f64,
    mean: f64,
    error: f64,
    /// The step as a share of the scale.
    share: f64,
    /// What moved it most in the direction that it went, and by how much.
    by: Option<(Cause, f64)>,
}

/// What the games say of one stock; none where it rests, where no law moves it, or where it holds a code.
fn told_of(told: &[StockMoves], at: usize, id: IndicatorId, catalogue: &Catalogue) -> Option<Drift> {
    let info = &catalogue.indicators[id.index()];
    let n = told.len() as f64;
    let steps: Vec<f64> = told.iter().map(|game| game.end[at] - game.start[at]).collect();
    let start = sum(told.iter().map(|game| game.start[at])) / n;
    let mean = sum(steps.iter().copied()) / n;
    let error = (sum(steps.iter().map(|step| (step - mean) * (step - mean))) / (n - 1.0) / n).sqrt();
    let (low, high) = info.range;
    let scale = if high - low <= WIDE { high - low } else { start.abs() };
    if !info.labels.is_empty() || mean.abs() <= REST_SHARE * scale || mean.abs() <= ERRORS * error {
        return None;
    }
    let mut all: BTreeMap<Cause, f64> = BTreeMap::new();
    for (cause, step) in told.iter().filter_map(|game| game.moved.get(&id)).flatten() {
        *all.entry(*cause).or_insert(0.0) += step / n;
    }
    // What went the other way explains nothing.
    let toward = all.into_iter().filter(|(_, step)| step * mean > 0.0);
    let by = toward.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
    if matches!(by, Some((Cause::Path, _))) {
        return None;
    }
    Some(Drift { indicator: id, start, mean, error, share: mean.abs() / max(scale, f64::MIN_POSITIVE), by })
}
