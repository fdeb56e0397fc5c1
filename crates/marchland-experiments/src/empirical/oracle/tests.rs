//! Training in a zero-sum game whose value is known: `tests/data/oracle/hide_and_seek.ron`.

use std::ops::Range;
use std::sync::Arc;

use marchland_game::Outcome;
use marchland_game::stream::game_seed;
use marchland_sim::scenario::{self, LoadOptions, Scenario};
use marchland_sim::turn::{Setup, Variant};
use marchland_strategies::Registry;
use rayon::prelude::*;

use super::{BestResponse, OracleOptions, PolicyShape, Seeds, TrainingOptions, best_response, train_tournament};
use crate::compose;
use crate::play::{Players, Status};
use crate::statistics::mean_interval;
use crate::tournament::{TournamentError, read_tournament};

const TEXT: &str = include_str!("../../../../../tests/data/oracle/hide_and_seek.ron");
/// The value to the seeker.
const VALUE: f64 = -0.8;

fn load(registry: &Registry) -> Arc<Scenario> {
    let schemas = registry.schemas();
    Arc::new(
        scenario::load_text("hide_and_seek", TEXT, &LoadOptions::new(marchland_laws::standard(), &schemas))
            .unwrap()
            .scenario,
    )
}

/// Payoffs of the seeker with the strategy of a text or of weights against a hider's strategy.
struct Table {
    scenario: Arc<Scenario>,
    registry: Registry,
    variant: Arc<Variant>,
    players: Players,
    shape: PolicyShape,
}

impl Table {
    fn new() -> Table {
        let registry = Registry::standard();
        let scenario = load(&registry);
        let seeker = scenario.catalogue.player("seeker").unwrap();
        Table {
            variant: Arc::new(Variant::new(&scenario, None, &[]).unwrap()),
            players: Players::new(&scenario, None),
            shape: PolicyShape::of(&scenario.catalogue, seeker, 2).unwrap(),
            scenario,
            registry,
        }
    }

    fn payoffs(&self, weights: Option<&[f64]>, hider: &str, replications: Range<u64>) -> Vec<f64> {
        let named = |name: &str| self.scenario.strategies.iter().find(|spec| spec.name == name).unwrap().clone();
        let seeker = weights.map_or_else(|| named("seeker-value"), |weights| self.shape.spec("policy", weights));
        let changes = [("seeker".to_owned(), seeker), ("hider".to_owned(), named(hider))];
        let lineup = compose::compose(&self.scenario, &self.registry, &changes).unwrap().lineup;
        let all: Vec<u64> = replications.collect();
        all.into_par_iter()
            .map(|replication| {
                let setup = Setup {
                    variant: Arc::clone(&self.variant),
                    lineup: lineup.clone(),
                    seed: game_seed(1, replication),
                    turns: 1,
                    tracing: false,
                };
                let mut outcome = Outcome::default();
                assert_eq!(self.players.play(&setup, &mut outcome, |_| {}), Status::Ok);
                outcome.payoffs[0].unwrap()
            })
            .collect()
    }

    fn respond(&self, hider: &str) -> BestResponse {
        let options = TrainingOptions { generations: 25, games: 24, test: 3_000, step: 2.0, ..Default::default() };
        let policy = |weights: &[f64], replications| self.payoffs(Some(weights), hider, replications);
        let own = |replications| self.payoffs(None, hider, replications);
        best_response(self.shape.dimension(), Seeds { round: 0, player: 0 }, &options, &policy, own).unwrap()
    }
}

#[test]
fn the_table_has_the_value_it_states() {
    let table = Table::new();
    let played = mean_interval(&table.payoffs(None, "hider-value", 0..20_000), 0.9999);
    assert!(played.interval.unwrap().contains(VALUE), "{played:?}");
}

/// Four times in five north is worth 0.4 to a seeker who watches the north always; the equilibrium strategy
/// earns 0.4 × 0.4 − 0.6 × 1.6 = −0.8 against it as well.
#[test]
fn a_trained_policy_beats_a_planted_exploitable_strategy() {
    let table = Table::new();
    let response = table.respond("hider-careless");
    assert!(response.gains, "{:?}", response.gain);
    let best = 0.4 - VALUE;
    let mean = response.gain.mean.unwrap();
    // All but a little of what there is to gain.
    assert!(mean > 0.9 * best && response.gain.interval.unwrap().low < best + 0.1, "{:?}", response.gain);
}

#[test]
fn nothing_is_gained_against_an_equilibrium() {
    let response = Table::new().respond("hider-value");
    assert!(!response.gains, "{:?}", response.gain);
    assert!(response.gain.interval.unwrap().contains(0.0), "{:?}", response.gain);
}

/// The tournament's own oracle on the same game: the careless hider is exploited until the hider's set holds
/// something better; a set with the equilibrium strategies is left as it is.
#[test]
fn the_oracle_of_a_tournament_says_how_exploitable_its_set_is() {
    let registry = Registry::standard();
    let scenario = load(&registry);
    let workers = Arc::new(Players::new(&scenario, None));
    let training = TrainingOptions { generations: 25, games: 24, test: 2_000, step: 2.0, ..Default::default() };
    let run = |hider: &str, trained: &str, threads: usize| {
        let text = format!(
            "(players: {{\"seeker\": [\"seeker-value\"], \"hider\": [{hider:?}]}}, mode: All, replications: 50)"
        );
        let tournament = read_tournament("t", &text, "t.ron", &scenario, &registry, "0").unwrap();
        let options = OracleOptions { players: vec![trained.into()], rounds: 2, indicators: 2, training };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| train_tournament(&tournament, "", &scenario, &registry, &workers, &options, &|_| {}, &|| false))
    };
    let careless = run("hider-careless", "seeker", 1).unwrap();
    assert!(careless.report.exploits[0].gains && careless.report.exploits[0].gain.mean.unwrap() > 1.0);
    assert_eq!(careless.policies[0].name, "trained-seeker-1");
    assert_eq!(careless.after[0].strategies, [("trained-seeker-1".to_owned(), 1.0)]);
    assert!(careless.report.settled && careless.confirmed);
    assert_eq!(careless, run("hider-careless", "seeker", 3).unwrap());
    let stable = run("hider-value", "seeker", 2).unwrap();
    assert!(stable.report.settled && stable.policies.is_empty() && !stable.report.exploits[0].gains);
    let unknown = run("hider-value", "referee", 1).unwrap_err();
    assert!(matches!(unknown, TournamentError::Findings(_)));
    // The file of policies is one that adds strategies to a scenario.
    let file = careless.strategies_file();
    let (schemas, with) = (registry.schemas(), TEXT.replacen("strategies: [", &inner(&file), 1));
    let more =
        scenario::load_text("with", &with, &LoadOptions::new(marchland_laws::standard(), &schemas)).unwrap().scenario;
    assert!(more.strategies.iter().any(|spec| spec.name == "trained-seeker-1" && spec.family == "Linear"));
}

/// The entries of a file of strategies, up to the end of its list.
fn inner(file: &str) -> String {
    let start = file.find("strategies: [").unwrap();
    let end = file.rfind("],").unwrap();
    file[start..end].to_owned()
}

#[test]
fn a_policy_is_read_back_as_it_was_written() {
    let table = Table::new();
    assert_eq!((table.shape.orders.len(), table.shape.indicators.len()), (1, 1));
    let weights = [0.1 + 0.2, -1e-7];
    let text = table.shape.text(&table.scenario.catalogue, &weights);
    let schemas = table.registry.schemas();
    let seeker = table.scenario.catalogue.player("seeker");
    let read = scenario::strategy(&table.scenario, &schemas, &text, seeker).unwrap();
    let written = table.shape.spec("", &weights);
    assert_eq!(format!("{:?}", read.arguments), format!("{:?}", written.arguments));
}
