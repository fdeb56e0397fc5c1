//! The games of an ablation.

use std::collections::BTreeMap;
use std::sync::Arc;

use marchland_game::Diagnostic;
use marchland_sim::scenario::Scenario;
use marchland_strategies::Registry;

use super::{AblationReport, Contrast, Interaction, LEVEL, Plan, Row, Size};
use crate::claims::{Arm, Change, Constants, Probe, Sample};
use crate::compose;
use crate::play::Players;
use crate::statistics::{Proportion, log_hazard_contrast, wilson};

/// When the event first happened, by game; 0 where it did not.
type Turns = Arc<Vec<f64>>;

/// Arms that were played, by what makes them differ.
struct Arms<'a> {
    scenario: &'a Arc<Scenario>,
    registry: &'a Registry,
    players: Players,
    plan: &'a Plan,
    size: Size,
    played: BTreeMap<String, Turns>,
}

impl Arms<'_> {
    fn turns(&mut self, changes: Vec<&Change>) -> Result<Turns, Vec<Diagnostic>> {
        let probe = Probe::First(self.plan.event);
        let arm = Arm {
            belief: self.scenario.default_belief,
            changes,
            constants: Constants::Declared,
            turns: self.plan.months.last().copied().unwrap_or(1),
            seed: self.size.seed,
            games: self.size.games,
            samples: vec![Sample::AtEnd(&probe)],
        };
        let key = arm.key();
        if let Some(known) = self.played.get(&key) {
            return Ok(Arc::clone(known));
        }
        let turns = Arc::new(arm.play(self.scenario, self.registry, &self.players)?.swap_remove(0));
        self.played.insert(key, Arc::clone(&turns));
        Ok(turns)
    }
}

/// Whether the event happened within so many months, by game.
fn within(turns: &[f64], months: u32) -> Vec<bool> {
    turns.iter().map(|turn| *turn > 0.0 && *turn <= f64::from(months)).collect()
}

fn share(turns: &[f64], months: u32) -> Proportion {
    let played: Vec<f64> = turns.iter().copied().filter(|turn| turn.is_finite()).collect();
    let hits = within(&played, months).into_iter().filter(|hit| *hit).count() as u64;
    wilson(hits, played.len() as u64, LEVEL)
}

/// The games that were played in every one of these arms. One that could not be played has no turn, NaN; it counts
/// neither way, and arms are compared over the others.
fn common<const N: usize>(arms: [&[f64]; N]) -> Vec<Vec<f64>> {
    let games = arms.iter().map(|arm| arm.len()).min().unwrap_or(0);
    let played: Vec<usize> = (0..games).filter(|game| arms.iter().all(|arm| arm[*game].is_finite())).collect();
    arms.iter().map(|arm| played.iter().map(|game| arm[*game]).collect()).collect()
}

/// Plays every arm of a plan.
///
/// # Errors
/// A strategy that its player may not play, or that its family refuses.
pub fn play(
    scenario: &Arc<Scenario>,
    registry: &Registry,
    plan: &Plan,
    size: Size,
) -> Result<AblationReport, Vec<Diagnostic>> {
    let assumed = compose::assumed(scenario, registry)?;
    let players = Players::new(scenario, Some(assumed));
    let mut arms = Arms { scenario, registry, players, plan, size, played: BTreeMap::new() };
    let baseline = arms.turns(Vec::new())?;
    let shares = |turns: &Turns| plan.months.iter().map(|months| share(turns, *months)).collect::<Vec<_>>();
    let contrast = |before: &Turns, after: &Turns, months: u32| -> Contrast {
        let played = common([after, before]);
        log_hazard_contrast(&[(1.0, &within(&played[0], months)), (-1.0, &within(&played[1], months))], LEVEL).into()
    };
    let row = |id: &str, title: &str, before: &Turns, after: &Turns, stated: Option<(f64, f64)>, source: &str| {
        let log_hazard: Vec<Contrast> = plan.months.iter().map(|months| contrast(before, after, *months)).collect();
        let met = stated.and_then(|(low, high)| match log_hazard.first() {
            Some(Contrast::Estimated(of)) => {
                Some(of.interval.high >= libm::log(low) && of.interval.low <= libm::log(high))
            }
            _ => None,
        });
        Row {
            id: id.to_owned(),
            title: title.to_owned(),
            before: shares(before),
            after: shares(after),
            log_hazard,
            stated,
            meets: met,
            inert: {
                let played = common([before, after]);
                played[0] == played[1]
            },
            source: source.to_owned(),
        }
    };
    let mut families = Vec::new();
    for family in &plan.families {
        let off = arms.turns(family.off.iter().collect())?;
        families.push(row(&family.id, &family.title, &baseline, &off, None, ""));
    }
    let mut drivers = Vec::new();
    for driver in &plan.drivers {
        let (calm, worst) = (arms.turns(driver.calm.iter().collect())?, arms.turns(driver.worst.iter().collect())?);
        drivers.push(row(&driver.id, &driver.title, &calm, &worst, driver.stated, &driver.source));
    }
    let mut interactions = Vec::new();
    for (first, second) in &plan.pairs {
        let (a, b) = (&plan.drivers[*first], &plan.drivers[*second]);
        let mut corner = |one: &[Change], other: &[Change]| arms.turns(Vec::from_iter(one.iter().chain(other)));
        let (both, one) = (corner(&a.worst, &b.worst)?, corner(&a.worst, &b.calm)?);
        let (other, none) = (corner(&a.calm, &b.worst)?, corner(&a.calm, &b.calm)?);
        let played = common([&both, &one, &other, &none]);
        let hits: Vec<Vec<bool>> = played.iter().map(|turns| within(turns, plan.months[0])).collect();
        let signs = [1.0, -1.0, -1.0, 1.0];
        let corners: Vec<(f64, &[bool])> = signs.into_iter().zip(hits.iter().map(Vec::as_slice)).collect();
        let log_hazard = log_hazard_contrast(&corners, LEVEL);
        interactions
            .push(Interaction { drivers: [a.id.clone(), b.id.clone()], log_hazard: Contrast::from(log_hazard) });
    }
    let event = &scenario.catalogue.outcome_events[plan.event];
    Ok(AblationReport {
        event: event.id.clone(),
        event_title: event.title.clone(),
        months: plan.months.clone(),
        games: size.games,
        seed: size.seed,
        baseline: shares(&baseline),
        families,
        drivers,
        interactions,
    })
}
