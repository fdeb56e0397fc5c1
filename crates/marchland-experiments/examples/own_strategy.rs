//! A strategy of one's own against the scenario's: `cargo run -p marchland-experiments --example own_strategy`.
//!
//! Declares a family, builds a strategy of it, seats it in `scenarios/chicken.ron` and plays 1,000
//! games against the mixed equilibrium. Nothing of the project's crates is changed for it.

#![allow(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;
use std::path::Path;
use std::sync::Arc;

use marchland_experiments::compose;
use marchland_experiments::play::{Players, Status};
use marchland_experiments::statistics::{Interval, mean_interval};
use marchland_game::{
    ArgumentKind, ArgumentSchema, Choice, Decision, Diagnostic, Draft, FamilySchema, Memory, Stage, Strategy,
    legal_orders,
};
use marchland_sim::scenario::{self, LoadOptions};
use marchland_sim::turn::{Setup, Variant};
use marchland_strategies::{Build, Family, Registry};

/// The family: what scenarios and the command line may write as `Daredevil(nerve: 0.1)`.
const DAREDEVIL: Family = Family {
    schema: FamilySchema {
        name: "Daredevil",
        meaning: "Gives the first order that is legal, with a fixed probability.",
        source: "an example",
        arguments: &[ArgumentSchema {
            name: "nerve",
            kind: ArgumentKind::Number { low: 0.0, high: 1.0, default: Some(0.5) },
            meaning: "probability of acting in a turn",
        }],
        cohorts: false,
    },
    build: Build::Player(|from| Ok(Box::new(Daredevil { nerve: from.number("nerve") }))),
};

struct Daredevil {
    nerve: f64,
}

impl Strategy for Daredevil {
    fn decide(&self, at: &Decision<'_>, _: &mut Memory) -> Choice {
        let mut draft = Draft::default();
        // Chance comes from the decision's own stream, so that the same seed gives the same game.
        if at.moment.stage == Stage::Orders
            && at.stream.uniform() < self.nerve
            && let Some((order, _)) = legal_orders(at).first()
        {
            let _ = draft.add(*order, at);
        }
        Choice { orders: draft.package(), ..Choice::default() }
    }
}

/// Games of each strategy.
const GAMES: u64 = 1_000;

/// A strategy, its mean payoff, and the payoff's interval.
pub type PayoffEstimate = (&'static str, f64, Interval);

/// Row's mean payoff with its interval at 95 %, by strategy, against a column that dares one time in ten.
pub fn compare(scenarios: &Path) -> Result<Vec<PayoffEstimate>, Box<dyn Error>> {
    let registry = Registry::standard().with(DAREDEVIL);
    let schemas = registry.schemas();
    let loaded =
        scenario::load(&scenarios.join("chicken.ron"), &LoadOptions::new(marchland_laws::standard(), &schemas))
            .map_err(wrong)?;
    let scenario = Arc::new(loaded.scenario);
    let variant = Arc::new(Variant::new(&scenario, None, &[]).map_err(wrong)?);
    let players = Players::new(&scenario, Some(compose::assumed(&scenario, &registry).map_err(wrong)?));
    let row = scenario.catalogue.player("row").ok_or("chicken has no row")?;

    let mut means = Vec::new();
    for text in ["Daredevil(nerve: 0.02)", "Daredevil(nerve: 0.1)", "Daredevil(nerve: 0.9)", "swerve"] {
        let spec = scenario::strategy(&scenario, &schemas, text, Some(row)).map_err(wrong)?;
        let lineup = compose::compose(&scenario, &registry, &[("row".into(), spec)]).map_err(wrong)?.lineup;
        let mut payoffs = Vec::new();
        for seed in 0..GAMES {
            let setup = Setup { variant: Arc::clone(&variant), lineup: lineup.clone(), seed, turns: 1, tracing: false };
            let mut outcome = Default::default();
            if players.play(&setup, &mut outcome, |_| {}) == Status::Ok {
                payoffs.extend(outcome.payoffs[row.index()]);
            }
        }
        let found = mean_interval(&payoffs, 0.95);
        means.push((text, found.mean.ok_or("no game")?, found.interval.ok_or("one game")?));
    }
    Ok(means)
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("row's mean payoff in {GAMES} games against one who dares one time in ten");
    for (text, mean, interval) in compare(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios")))? {
        println!("{text:24} {mean:7.3}  [{:.3}, {:.3}] at 95 %", interval.low, interval.high);
    }
    Ok(())
}

fn wrong(found: Vec<Diagnostic>) -> String {
    found.iter().map(|one| format!("{}: {}", one.code, one.message)).collect::<Vec<_>>().join("\n")
}
