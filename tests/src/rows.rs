//! A row of a design is a batch: whatever a design varies acts as `--set` would have it act, through
//! initial values and weights too; which rows share their seeds is as the experiment says.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use marchland_experiments::design::{Run, Shocks};
use marchland_experiments::run::{Experiment, GameRow, Plan, read_experiment};
use marchland_game::stream::game_seed;
use marchland_sim::scenario::{LoadOptions, Scenario, files, load_files};
use marchland_strategies::Registry;

use crate::scenarios::{folder, load, names};

fn plan(scenario: &Arc<Scenario>, text: &str) -> Plan {
    let read = read_experiment("rows", text, "rows.ron", &[], Path::new("."), scenario, "test");
    let experiment = read.unwrap_or_else(|found| panic!("{text}: {found:#?}")).experiment;
    Plan::new(experiment, scenario, &Registry::standard()).unwrap_or_else(|found| panic!("{found:#?}"))
}

/// A plain batch with the values of a row set by hand.
fn batch(plan: &Plan, row: u64) -> Plan {
    let place = plan.place(row);
    let of = &plan.experiment;
    let values = of.factors.iter().zip(plan.values(place.point));
    let experiment = Experiment {
        rule: None,
        design: None,
        factors: Vec::new(),
        shocks: Shocks::Common,
        set: values.map(|(factor, value)| (factor.name.clone(), value.to_string())).collect(),
        levers: vec![of.levers[place.lever].clone()],
        beliefs: vec![of.beliefs[place.belief].clone()],
        ..of.clone()
    };
    Plan::new(experiment, plan.scenario(), &Registry::standard()).unwrap_or_else(|found| panic!("{found:#?}"))
}

fn bits(game: &GameRow) -> Vec<u64> {
    let payoffs = game.outcome.payoffs.iter().map(|payoff| payoff.unwrap_or(f64::NAN));
    game.outcome.measures.iter().copied().chain(payoffs).chain(game.turns.iter().copied()).map(f64::to_bits).collect()
}

/// Every design over every parameter with a range: rows are games of a batch, to the bit, those with
/// common shocks by the replication and those with fresh ones by the seed that the row bears.
#[test]
fn a_row_of_any_design_is_a_batch_with_its_values() {
    let mut differing = 0;
    for name in names() {
        let scenario = load(&name);
        let turns = scenario.calendar.horizon.min(4);
        let kept: Vec<String> =
            scenario.shown.iter().map(|id| format!("\"{}\"", scenario.catalogue.indicators[id.index()].path)).collect();
        for design in
            ["MonteCarlo(rows: 2)", "LatinHypercube(sizes: [2])", "Saltelli(base: 1)", "OneAtATime(levels: 2)"]
        {
            let text =
                format!("(design: {design}, turns: {turns}, replications: 2, seed: 5, keep: [{}])", kept.join(", "));
            let plan = plan(&scenario, &text);
            let mut seen = BTreeSet::new();
            for row in [0, plan.rows() / 2, plan.rows() - 1] {
                let run = Run { row, replication: 1 };
                let (game, batch) = (plan.play(run), batch(&plan, row));
                let mut setup = batch.setup(Run { row: 0, replication: 1 }, false);
                if plan.experiment.shocks == Shocks::Common {
                    assert_eq!(game.seed, setup.seed, "{name}, {design}");
                }
                setup.seed = game.seed;
                let mut outcome = marchland_game::Outcome::default();
                let mut kept = Vec::new();
                let status = batch.players().play(&setup, &mut outcome, |game| {
                    kept.extend(batch.keep().iter().map(|id| game.world().get(*id)));
                });
                let by_hand = GameRow { outcome, turns: kept, status, ..game.clone() };
                assert_eq!(game.status, by_hand.status, "{name}, {design}, row {row}");
                assert_eq!(bits(&game), bits(&by_hand), "{name}, {design}, row {row}");
                seen.insert(bits(&game));
            }
            differing += u32::from(seen.len() > 1);
        }
    }
    assert!(differing > 12, "rows of {differing} designs differ from each other: the test compares nothing");
}

/// What a parameter does to a start is not lost: the initial shares of a quiet country follow theirs.
#[test]
fn parameters_that_act_through_initial_values_act_in_sweeps() {
    let scenario = load("quiet-autocracy");
    let (at, parameter) = scenario
        .initial
        .iter()
        .enumerate()
        .find_map(|(at, initial)| match initial {
            marchland_sim::scenario::Initial::Value(value) => {
                let parameter = value.ops().iter().find_map(|op| match op {
                    marchland_game::Op::Parameter(id) => Some(*id),
                    _ => None,
                })?;
                (scenario.catalogue.parameters[parameter.index()].choices.is_empty()).then_some((at, parameter))
            }
            marchland_sim::scenario::Initial::Draw(_) => None,
        })
        .expect("an initial value that depends on a parameter");
    let name = &scenario.catalogue.parameters[parameter.index()].id;
    let value = scenario.catalogue.parameters[parameter.index()].value;
    let text = format!(
        "(design: FullFactorial(levels: 2), factors: {{\"{name}\": [{value}, {}]}}, structure: false)",
        0.5 * value
    );
    let plan = plan(&scenario, &text);
    let start = |row| plan.variant(plan.place(row)).start[at];
    assert_ne!(start(0).to_bits(), start(1).to_bits(), "{name} moves no start");
}

/// Under fresh shocks points have seeds of their own, and levers and belief sets of a point one; a base row
/// of Saltelli's design is one point. Under common shocks a seed is of its replication alone.
#[test]
fn seeds_are_shared_as_the_experiment_says() {
    let scenario = load("deterrence.ron");
    let levers = "levers: {\"defender\": [\"yield\", \"answer\"]}, replications: 3, seed: 9, factors: {\"noise\": Uniform(0, 1)}";
    let seeds = |text: &str| {
        let plan = plan(&scenario, text);
        let all: Vec<(u64, u64, u64)> = (0..plan.rows())
            .flat_map(|row| (0..3).map(move |replication| Run { row, replication }))
            .map(|run| (plan.place(run.row).point, run.replication, plan.seed(run)))
            .collect();
        (plan.experiment.shocks, all)
    };
    let (shocks, all) = seeds(&format!("(design: MonteCarlo(rows: 5), {levers})"));
    assert_eq!(shocks, Shocks::Fresh);
    let of_points: BTreeSet<(u64, u64)> = all.iter().map(|(point, replication, _)| (*point, *replication)).collect();
    let distinct: BTreeSet<u64> = all.iter().map(|(_, _, seed)| *seed).collect();
    assert_eq!((of_points.len(), distinct.len(), all.len()), (15, 15, 30));

    let (shocks, all) = seeds(&format!("(design: Saltelli(base: 4), {levers})"));
    assert_eq!(shocks, Shocks::Fresh);
    for (point, replication, seed) in &all {
        let (_, _, first) =
            all.iter().find(|(other, r, _)| other / 3 == point / 3 && r == replication).expect("a block");
        assert_eq!(seed, first, "point {point}");
    }
    assert_eq!(all.iter().map(|(_, _, seed)| *seed).collect::<BTreeSet<_>>().len(), 4 * 3);

    for text in [
        format!("(design: FullFactorial(levels: 2), {levers})"),
        format!("(design: MonteCarlo(rows: 5), shocks: Common, {levers})"),
    ] {
        let (shocks, all) = seeds(&text);
        assert_eq!(shocks, Shocks::Common);
        assert!(all.iter().all(|(_, replication, seed)| *seed == game_seed(9, *replication)));
    }
}

/// A scenario is the same under another name, elsewhere, with other line ends, comments and texts; and
/// another one once a number differs.
#[test]
fn a_scenario_is_what_is_read_of_it() {
    let schemas = Registry::standard().schemas();
    let hashes = |name: &str, change: &dyn Fn(&str) -> String| {
        let mut read = files::read(&folder().join(name)).expect("a scenario");
        read.name = "renamed".into();
        for layer in &mut read.layers {
            layer.name = format!("elsewhere/{}", layer.name);
            if layer.name.ends_with(".ron") {
                layer.text = change(&layer.text);
            }
        }
        let loaded = load_files(&read, &LoadOptions::new(marchland_laws::standard(), &schemas))
            .unwrap_or_else(|found| panic!("{found:#?}"));
        (loaded.scenario.hash, loaded.scenario.text_hash)
    };
    for name in names() {
        let own = load(&name);
        let (hash, text_hash) = hashes(&name, &|text| format!("// A remark.\r\n{}", text.replace('\n', "\r\n")));
        assert_eq!(hash, own.hash, "{name}");
        assert_ne!(text_hash, own.text_hash, "{name}");
        assert!(own.has_hash(&hash) && own.has_hash(&own.text_hash) && !own.has_hash(&text_hash));
    }
    let own = load("deterrence.ron").hash.clone();
    assert_eq!(hashes("deterrence.ron", &|text| text.replace("title: \"Deterrence\"", "title: \"D\"")).0, own);
    assert_ne!(hashes("deterrence.ron", &|text| text.replace("weight: -3", "weight: -2.9")).0, own);
}

/// No argument of a strategy bears a name that does not count.
#[test]
fn what_only_people_read_is_no_argument() {
    for family in Registry::standard().schemas() {
        for argument in family.arguments {
            let display = marchland_sim::scenario::identity::DISPLAY;
            assert!(!display.contains(&argument.name), "{}: {}", family.name, argument.name);
        }
    }
}
