//! Hazards by year: how often office is lost irregularly, and how regimes fail, among those still in office.
//!
//!     cargo run --release --example hazards -- scenarios/tajikistan-2010 tajikistan 72 2000 1 [--belief B] [--player=strategy] [name=value …]
//!
//! Arguments: scenario folder, country, months, games, first seed; then parameters, strategies, `path:=value` for initial
//! values. Prints events, games at risk, the hazard a year and its 95 % interval, the ways out, and medians of some states among governments still in office.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use marchland_experiments::compose;
use marchland_game::number;
use marchland_sim::scenario::{self, LoadOptions};
use marchland_sim::turn::{Engine, Setup, Variant};
use marchland_sim::world::CodedState;
use marchland_strategies::Registry;
use rayon::prelude::*;

/// What became of a game.
#[derive(Clone, Default)]
struct Fate {
    irregular: Option<(u32, usize)>,
    failed: Option<(u32, usize)>,
    second: u32,
    exits: f64,
    attempts: f64,
    triggers: f64,
    collapses: u32,
    collapsed: u32,
    months: u32,
    states: Vec<f64>,
}

const STATES: &[&str] = &[
    "legitimacy",
    "regime_strength",
    "loyal_force",
    "patronage",
    "hardship",
    "alarm",
    "elite_split",
    "coup_risk",
    "trigger_risk",
    "capital_crowd",
    "defected_weight",
    "loss_chance",
    "responsiveness",
    "attention_border",
    "patron_support",
    "inflation_annual",
    "gdp_growth_annual",
    "deaths_civil",
    "aluminium_output_kt",
    "unrest",
    "fear",
    "repression",
    "tariff_shock",
    "tariffs_known",
];

#[allow(clippy::print_stdout, reason = "the example prints its figures")]
fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, country, months, games, seed, rest @ ..] = arguments.as_slice() else {
        println!("scenario folder, country, months, games, first seed");
        return;
    };
    let (months, games, seed): (u32, u64, u64) =
        (months.parse().expect("months"), games.parse().expect("games"), seed.parse().expect("a seed"));
    let registry = Registry::standard();
    let schemas = registry.schemas();
    let mut read = scenario::files::read(Path::new(folder)).expect("a scenario");
    for layer in read.layers.iter_mut().filter(|layer| layer.own) {
        layer.text = layer.text.replace("horizon: 24", &format!("horizon: {months}"));
    }
    let loaded = scenario::load_files(&read, &LoadOptions::new(marchland_laws::standard(), &schemas));
    let scenario = match loaded {
        Ok(loaded) => Arc::new(loaded.scenario),
        Err(found) => {
            println!("{found:#?}");
            return;
        }
    };
    let (mut set, mut changes, mut inject, mut belief) = (Vec::new(), Vec::new(), Vec::new(), None);
    for text in rest {
        if let Some(name) = text.strip_prefix("--belief=") {
            belief = Some(name.to_owned());
        } else if let Some((player, name)) = text.strip_prefix("--").and_then(|text| text.split_once('=')) {
            let id = scenario.catalogue.player(player);
            changes.push((player.to_owned(), scenario::strategy(&scenario, &schemas, name, id).expect("a strategy")));
        } else if let Some((path, value)) = text.split_once(":=") {
            inject.push((scenario.catalogue.indicator(path).expect("a path"), value.parse::<f64>().expect("a number")));
        } else if let Some((name, value)) = text.split_once('=') {
            set.push((name.to_owned(), value.to_owned()));
        }
    }
    let variant = Arc::new(Variant::new(&scenario, belief.as_deref(), &set).expect("parameters"));
    let composed = compose::compose(&scenario, &registry, &changes).expect("a lineup");
    let catalogue = &scenario.catalogue;
    let id = |field: &str| catalogue.indicator(&format!("{country}.{field}"));
    let must = |field: &str| id(field).expect("an indicator");
    let states: Vec<_> = STATES.iter().map(|field| id(field)).collect();
    let [first, mode, failed, second, exits, status, attempts, triggers] = [
        "first_irregular_exit",
        "exit_mode",
        "regime_failed",
        "second_irregular_turn",
        "irregular_exits",
        "regime_status",
        "coup_attempts",
        "triggers",
    ]
    .map(must);
    let seeds: Vec<u64> = (seed..seed + games).collect();
    let fates: Vec<Fate> = seeds
        .par_chunks(16)
        .flat_map_iter(|seeds| {
            let engine = Engine::new(&scenario);
            let mut out = Vec::new();
            for seed in seeds {
                let mut game = engine.start(&Setup {
                    variant: Arc::clone(&variant),
                    lineup: composed.lineup.clone(),
                    seed: *seed,
                    turns: months,
                    tracing: false,
                });
                for (at, value) in &inject {
                    game.inject(*at, *value).expect("a stock");
                }
                let mut fate = Fate::default();
                let mut before = 0.0;
                while !game.is_over() {
                    game.step();
                    fate.months += 1;
                    let at = |id| game.world().get(id);
                    if fate.irregular.is_none() && at(first) > 0.0 {
                        fate.irregular = Some((fate.months, at(first) as usize));
                    }
                    if fate.failed.is_none() && at(failed) > 0.0 {
                        fate.failed = Some((fate.months, at(mode) as usize));
                    }
                    let now = at(status);
                    fate.collapsed += u32::from(now == 4.0);
                    fate.collapses += u32::from(now == 4.0 && before != 4.0);
                    before = now;
                    // Of governments still in office, for what follows a fall is another story.
                    if matches!(fate.months, 1 | 3 | 6 | 9 | 12 | 24 | 36 | 48 | 60 | 72)
                        && fate.irregular.is_none()
                        && fate.failed.is_none()
                    {
                        for state in &states {
                            fate.states.push(state.map_or(f64::NAN, &at));
                        }
                    }
                }
                let at = |id| game.world().get(id);
                fate.second = at(second) as u32;
                (fate.exits, fate.attempts, fate.triggers) = (at(exits), at(attempts), at(triggers));
                out.push(fate);
            }
            out
        })
        .collect();
    let labels = marchland_laws::state::country::ExitMode::LABELS;
    for (what, event) in [
        ("irregular exit", (|fate: &Fate| fate.irregular) as fn(&Fate) -> Option<(u32, usize)>),
        ("regime failure", |fate: &Fate| fate.failed),
    ] {
        print!("{what} by year %:");
        for year in 0..months / 12 {
            let (from, to) = (12 * year, 12 * (year + 1));
            let end = |fate: &Fate| {
                [fate.irregular, fate.failed].iter().flatten().map(|(turn, _)| *turn).min().unwrap_or(u32::MAX)
            };
            let risk: Vec<_> = fates
                .iter()
                .filter(|fate| end(fate) > from && event(fate).is_none_or(|(turn, _)| turn > from))
                .collect();
            let hits = risk.iter().filter(|fate| event(fate).is_some_and(|(turn, _)| turn <= to)).count() as f64;
            let n = risk.len() as f64;
            let p = hits / n;
            print!(" {:.2}±{:.2}", 100.0 * p, 196.0 * (p * (1.0 - p) / n).sqrt());
        }
        let mut ways: BTreeMap<&str, u32> = BTreeMap::new();
        for (_, way) in fates.iter().filter_map(event) {
            *ways.entry(labels[way]).or_default() += 1;
        }
        println!("  {ways:?}");
    }
    let by = |turn| {
        fates.iter().filter(|fate| fate.irregular.is_some_and(|(at, _)| at <= turn)).count() as f64 / games as f64
    };
    print!("irregular in each month of those still in office %:");
    for month in 1..=number::min(f64::from(months), 18.0) as u32 {
        let risk = fates.iter().filter(|fate| fate.irregular.is_none_or(|(turn, _)| turn >= month)).count();
        let hits = fates.iter().filter(|fate| fate.irregular.is_some_and(|(turn, _)| turn == month)).count();
        print!(" {:.1}", 100.0 * hits as f64 / risk as f64);
    }
    println!();
    println!("irregular by month 1, 2, 3, 12, 24: {:.3} {:.3} {:.3} {:.3} {:.3}", by(1), by(2), by(3), by(12), by(24));
    let seen: Vec<_> = fates.iter().filter(|fate| fate.irregular.is_some_and(|(at, _)| at + 12 <= months)).collect();
    let again = seen
        .iter()
        .filter(|fate| fate.second > 0 && fate.second <= fate.irregular.map_or(0, |(at, _)| at) + 12)
        .count();
    let mut after: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for fate in &seen {
        let Some((at, way)) = fate.irregular else { continue };
        let own = after.entry(labels[way]).or_default();
        own.0 += u32::from(fate.second > 0 && fate.second <= at + 12);
        own.1 += 1;
    }
    println!("second within 12 by the way of the first: {after:?}");
    let years: f64 = fates.iter().map(|fate| f64::from(fate.months) / 12.0).sum();
    let sum = |of: fn(&Fate) -> f64| fates.iter().map(of).sum::<f64>();
    println!(
        "second within 12: {again} of {}; exits a game {:.2}; attempts {:.4} triggers {:.4} collapses {:.4} a year, months collapsed a collapse {:.1}",
        seen.len(),
        sum(|fate| fate.exits) / games as f64,
        sum(|fate| fate.attempts) / years,
        sum(|fate| fate.triggers) / years,
        sum(|fate| f64::from(fate.collapses)) / years,
        sum(|fate| f64::from(fate.collapsed)) / number::max(sum(|fate| f64::from(fate.collapses)), 1.0),
    );
    let dates = fates.iter().map(|fate| fate.states.len()).max().unwrap_or(0) / states.len();
    for (at, name) in STATES.iter().enumerate() {
        print!("{name:>20}");
        for date in 0..dates {
            let mut all: Vec<f64> =
                fates.iter().filter_map(|fate| fate.states.get(date * states.len() + at).copied()).collect();
            all.sort_by(f64::total_cmp);
            print!(" {:8.4}", all[all.len() / 2]);
        }
        println!();
    }
}
