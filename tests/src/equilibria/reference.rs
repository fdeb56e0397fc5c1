//! The reference games and their answers, as `tests/games/README.md` describes them.

use std::fs;
use std::path::{Path, PathBuf};

use marchland_equilibria::game::Game;
use marchland_equilibria::nfg;
use marchland_equilibria::profile::Profile;
use serde::Deserialize;

/// A game with its answers.
pub struct Case {
    pub id: String,
    pub game: Game,
    pub answers: Answers,
}

#[derive(Deserialize)]
pub struct Answers {
    pub pure_ne: Vec<Vec<usize>>,
    pub iesds_pure_strict_survivors: Vec<Vec<usize>>,
    pub nash: Nash,
    pub regret_checks: Vec<RegretCheck>,
    pub correlated: CorrelatedValues,
    pub security_levels_vs_correlated_opponents: Vec<f64>,
    pub zero_sum_value_p1: Option<f64>,
    pub max_welfare_pure: Welfare,
    pub qre_logit_principal_branch: Qre,
    #[serde(default)]
    pub alpharank: Vec<AlphaRank>,
    pub replicator: Replicator,
}

#[derive(Deserialize)]
pub struct Nash {
    pub completeness: String,
    pub index_sum: Option<i32>,
    pub equilibria: Vec<Equilibrium>,
}

#[derive(Deserialize)]
pub struct Equilibrium {
    pub profile: Profile,
    pub exact: Option<Vec<Vec<String>>>,
    pub index: i32,
    pub payoffs: Vec<f64>,
}

#[derive(Deserialize)]
pub struct RegretCheck {
    pub profile_exact: Vec<Vec<String>>,
    pub payoffs: Vec<f64>,
    pub player_regrets: Vec<f64>,
    pub sum_regret_nashconv: f64,
    pub deviation_payoffs: Vec<Vec<f64>>,
    pub best_responses: Vec<Vec<usize>>,
}

#[derive(Deserialize)]
pub struct CorrelatedValues {
    pub ce: Values,
    pub cce: Values,
}

#[derive(Deserialize)]
pub struct Values {
    pub max_welfare: f64,
    pub min_welfare: f64,
    pub max_payoff_per_player: Vec<f64>,
}

#[derive(Deserialize)]
pub struct Welfare {
    pub value: f64,
    pub profiles: Vec<Vec<usize>>,
}

#[derive(Deserialize)]
pub struct Qre {
    pub points: Vec<QrePoint>,
    pub turning_points_lambda: Vec<f64>,
    pub bifurcation_lambda: Option<f64>,
}

#[derive(Deserialize)]
pub struct QrePoint {
    pub lambda: f64,
    pub profile: Profile,
    pub before_first_bifurcation: bool,
}

#[derive(Deserialize)]
pub struct AlphaRank {
    pub alpha: f64,
    pub m: u32,
    pub profiles: Vec<Vec<usize>>,
    pub pi: Vec<f64>,
}

#[derive(Deserialize)]
pub struct Replicator {
    pub x0: Profile,
    #[serde(rename = "T")]
    pub time: f64,
    #[serde(rename = "xT")]
    pub end: Profile,
}

/// The folder of the games.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("games")
}

/// All games, by name.
pub fn cases() -> Vec<Case> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder())
        .expect("tests/games is there")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "nfg"))
        .collect();
    paths.sort();
    assert_eq!(paths.len(), 19, "the README counts the games");
    paths.iter().map(|path| case(path)).collect()
}

/// One game by its name.
pub fn named(id: &str) -> Case {
    case(&folder().join(format!("{id}.nfg")))
}

fn case(path: &Path) -> Case {
    let id = path.file_stem().and_then(|stem| stem.to_str()).expect("a plain name").to_string();
    let text = fs::read_to_string(path).expect("a text file");
    let game = nfg::read(&text).unwrap_or_else(|error| panic!("{id}: {error}"));
    let answers = folder().join("answers").join(format!("{id}.json"));
    let answers = fs::read_to_string(answers).expect("every game has answers");
    let answers = serde_json::from_str(&answers).unwrap_or_else(|error| panic!("{id}: {error}"));
    Case { id, game, answers }
}
