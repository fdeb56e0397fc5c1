//! Life in the crisis: games end in several ways, and what laws of motion move does not stick to the ends
//! of its range.

use std::collections::BTreeMap;
use std::sync::Arc;

use marchland_game::{Cause, IndicatorId, Nature};
use marchland_laws::state::country::ExitMode;
use marchland_sim::turn::{Engine, Game, Setup, Variant};
use marchland_sim::world::CodedState;

use crate::questions::wilson;
use crate::scenarios::Stage;

/// Games played here.
const N: u64 = 1_000;

/// Games traced to learn what laws of motion move.
const TRACED: u64 = 12;

/// How long a stock sat where.
#[derive(Clone, Copy, Default)]
struct Sitting {
    low: u32,
    high: u32,
}

/// The stocks that a law of motion moves, by indicator.
fn moved_by_laws(stage: &Stage) -> Vec<bool> {
    let mut moved = vec![false; stage.scenario.catalogue.indicators.len()];
    let engine = Engine::new(&stage.scenario);
    for seed in 1..=TRACED {
        let mut game = engine.start(&stage.setup(seed, 24, true));
        game.set_recording(true);
        while !game.is_over() {
            game.step();
            for booking in game.last_record().rounds.iter().flat_map(|round| &round.bookings) {
                moved[booking.indicator.index()] |= matches!(booking.cause, Cause::Law(..));
            }
        }
    }
    moved
}

/// At least eight pairs of status and way of exit occur in two games or more, and no stock that a law
/// moves sits at a bound in more than 20 % of turns unless it declares that bound as where it rests; a flag
/// has nothing but bounds. n = 1,000, seeds 1 to 1,000, 24 turns.
///
/// Before hazards were frozen by year four pairs had to occur in more than 2 % of games each. That contradicts the record:
/// irregular exits of 1.5 to 6 % a year leave no room for four ways of 2 % in two years. So the test asks for ways that
/// occur at all, and `crisis` asks how often.
#[test]
fn games_end_in_many_ways_and_nothing_sticks() {
    let stage = Stage::of("tajikistan-2010");
    let catalogue = &stage.scenario.catalogue;
    let moved = moved_by_laws(&stage);
    let kept = |at: &usize| moved[*at] && catalogue.indicators[*at].nature == Nature::Stock;
    let stocks: Vec<usize> = (0..moved.len()).filter(kept).collect();
    assert!(stocks.len() > 200, "{} stocks are moved by laws", stocks.len());
    let mut sitting = vec![Sitting::default(); stocks.len()];
    let mut ends: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut turns = 0;
    let engine = Engine::new(&stage.scenario);
    for seed in 1..=N {
        let mut game = engine.start(&stage.setup(seed, 24, false));
        while !game.is_over() {
            game.step();
            turns += 1;
            for (sitting, at) in sitting.iter_mut().zip(&stocks) {
                let now = game.world().get(IndicatorId::from_index(*at));
                let (low, high) = catalogue.indicators[*at].range;
                sitting.low += u32::from(now <= low);
                sitting.high += u32::from(now >= high);
            }
        }
        let outcome = game.outcome();
        let exit = outcome.exit.unwrap_or_else(|| "none".into());
        *ends.entry((outcome.status, exit)).or_default() += 1;
    }
    let mut many = 0;
    for ((status, exit), count) in &ends {
        let (low, high) = wilson(f64::from(*count), N as f64);
        println!("{status}, exit {exit}: {count} of {N}, 95 % {low:.4} to {high:.4}");
        many += u32::from(*count >= 2);
    }
    let mut stuck = Vec::new();
    for (sitting, at) in sitting.iter().zip(&stocks) {
        let info = &catalogue.indicators[*at];
        let rests = |bound: f64| info.resting == Some(bound);
        for (count, bound) in [(sitting.low, info.range.0), (sitting.high, info.range.1)] {
            let share = f64::from(count) / f64::from(turns);
            if share > 0.2 && !rests(bound) && info.unit != "flag" {
                stuck.push(format!("{} at {bound} in {:.0} % of turns", info.path, 100.0 * share));
            }
        }
    }
    assert!(stuck.is_empty(), "{stuck:#?}");
    assert!(many >= 8, "{many} ways to end: {ends:?}");
}

/// Where death takes the head of state, the chair of the upper house acts in Tajikistan until the interim ends, and
/// one of the court in Kyrgyzstan, whose scenario has no constitutional heir; out of an interim nobody acts. Seeds 1
/// to 8 with heads of state who die one month in three.
#[test]
fn an_office_that_falls_vacant_has_an_acting_successor() {
    let natural = ExitMode::Natural.code();
    for (name, country, heir) in
        [("tajikistan-2010", "tajikistan", Some("mayor_network")), ("kyrgyzstan-2010", "kyrgyzstan", None)]
    {
        let stage = Stage::of(name);
        let catalogue = &stage.scenario.catalogue;
        let mortal = catalogue.parameter("residual_natural").expect("a constant");
        let variant = Variant::with_values(&stage.scenario, stage.scenario.default_belief, &[(mortal, 0.4)]);
        let variant = Arc::new(variant);
        let engine = Engine::new(&stage.scenario);
        let (mut vacant, mut settled) = (0, 0);
        for seed in 1..=8 {
            let mut game = engine.start(&Setup { variant: Arc::clone(&variant), ..stage.setup(seed, 24, false) });
            let at = |game: &Game, path: &str| game.world().get(catalogue.indicator(path).expect("an indicator"));
            while !game.is_over() {
                game.step();
                let acting: Vec<&str> = ["mayor_network", "finance_network", "security_chiefs", "regional_barons"]
                    .into_iter()
                    .filter(|elite| at(&game, &format!("{elite}.acting")) == 1.0)
                    .collect();
                let exit = |field: &str| at(&game, &format!("{country}.{field}"));
                if exit("interim_months") == 0.0 {
                    assert!(acting.is_empty(), "{name}, seed {seed}: {acting:?} out of an interim");
                    settled += u32::from(exit("leader_exited") == 1.0);
                } else if exit("exit_mode") == natural {
                    match heir {
                        Some(heir) => assert_eq!(acting, [heir], "{name}, seed {seed}"),
                        None => assert_eq!(acting.len(), 1, "{name}, seed {seed}: {acting:?}"),
                    }
                    vacant += 1;
                    if exit("exit_turn") == f64::from(game.state().turn - 1) {
                        let loyal = at(&game, &format!("{}.loyalty", acting[0]));
                        assert!(loyal > 0.95, "{name}, seed {seed}: its own people stand by who acts, {loyal}");
                    }
                }
            }
        }
        assert!(vacant > 10 && settled > 10, "{name}: {vacant} months with, {settled} after an interim");
    }
}
