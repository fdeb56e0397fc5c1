//! Answers against the reference games in `tests/games`: exact fractions, tracers and eliminations made
//! with other programs (their provenance is in each file's `source` fields).

use std::fs;
use std::path::Path;

use marchland_equilibria::alpharank::{self, Alpha};
use marchland_equilibria::dynamics::replicator;
use marchland_equilibria::game::Game;
use marchland_equilibria::profile::Profile;
use marchland_equilibria::solution::{Solver, Status};
use marchland_equilibria::{nash, nfg, qre};
use serde_json::Value;

struct Reference {
    id: String,
    game: Game,
    answer: Value,
}

fn references() -> Vec<Reference> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/games");
    let mut paths: Vec<_> = fs::read_dir(folder.join("answers")).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    assert_eq!(paths.len(), 19);
    let read = |path: std::path::PathBuf| {
        let answer: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let id = answer["id"].as_str().unwrap().to_owned();
        let text = fs::read_to_string(folder.join(format!("{id}.nfg"))).unwrap();
        Reference { game: nfg::read(&text).unwrap(), id, answer }
    };
    paths.into_iter().map(read).collect()
}

fn profile(value: &Value) -> Profile {
    serde_json::from_value(value.clone()).unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn largest_payoff(game: &Game) -> f64 {
    let sizes = (0..game.player_count()).flat_map(|i| game.tensor(i)).map(|u| u.abs());
    sizes.fold(0.0, |a, b| if b > a { b } else { a })
}

#[test]
fn all_equilibria_are_found_and_proved_complete() {
    for Reference { id, game, answer } in references() {
        let found = nash::all(&game, &mut Solver::new());
        let size = largest_payoff(&game);
        assert!(found.solutions.iter().all(|s| s.regret <= 1e-8 * size), "{id}");
        let nash = &answer["nash"];
        for reference in list(&nash["equilibria"]) {
            let profile = profile(&reference["profile"]);
            let near = found.solutions.iter().find(|s| s.profile.distance(&profile) < 1e-6);
            let near = near.unwrap_or_else(|| panic!("{id}: {profile} missing"));
            let index = reference["index"].as_i64().map(|index| index as i32);
            assert!(index.is_none() || near.index == index, "{id}: {profile}");
        }
        if nash["completeness"].as_str().unwrap().starts_with("isolated_all") {
            assert_eq!(found.solutions.len(), list(&nash["equilibria"]).len(), "{id}");
            assert_eq!((&found.status, found.index_sum), (&Status::Complete, Some(1)), "{id}");
        }
    }
}

#[test]
fn one_equilibrium_has_no_regret() {
    for Reference { id, game, .. } in references() {
        let found = nash::one(&game, &mut Solver::new());
        assert_eq!(found.status, Status::Complete, "{id}");
        assert_eq!(found.solutions.len(), 1, "{id}");
        assert!(found.solutions[0].regret <= 1e-9 * largest_payoff(&game), "{id}");
    }
}

#[test]
fn logit_equilibria_match_and_are_at_the_lambda_asked_for() {
    for Reference { id, game, answer } in references() {
        let reference = &answer["qre_logit_principal_branch"];
        let points = list(&reference["points"]);
        let lambdas: Vec<f64> = points.iter().map(|p| p["lambda"].as_f64().unwrap()).collect();
        let report = qre::solve(&game, &lambdas, &mut Solver::new()).unwrap();
        assert_eq!(report.status, Status::Complete, "{id}");
        assert_eq!(report.points.len(), points.len(), "{id}");
        for ((point, reference), lambda) in report.points.iter().zip(points).zip(&lambdas) {
            assert_eq!(point.lambda, *lambda, "{id}");
            assert!(point.residual < 1e-8, "{id} at {lambda}: {}", point.residual);
            let before = reference["before_first_bifurcation"].as_bool().unwrap();
            assert_eq!(point.before_first_bifurcation, before, "{id} at {lambda}");
            assert_eq!(point.after_a_fold, reference["after_a_fold"].as_bool().unwrap(), "{id} at {lambda}");
            if before {
                let far = point.solution.profile.distance(&profile(&reference["profile"]));
                assert!(far < 1e-10, "{id} at {lambda}: {far:e}");
            }
        }
        let first = reference["bifurcation_lambda"].as_f64();
        assert_eq!(report.bifurcations.is_empty(), first.is_none(), "{id}");
        if let Some(first) = first {
            assert!((report.bifurcations[0] / first - 1.0).abs() < 1e-9, "{id}: {:?}", report.bifurcations);
        }
        assert_eq!(report.turning_points.len(), list(&reference["turning_points_lambda"]).len(), "{id}");
    }
}

#[test]
fn alpha_rank_matches_sixty_digits() {
    let mut compared = 0;
    for Reference { id, game, answer } in references() {
        for reference in list(&answer["alpharank"]) {
            let alpha = reference["alpha"].as_f64().unwrap();
            let population = reference["m"].as_u64().unwrap() as u32;
            let ranking = alpharank::rank(&game, Alpha::Finite(alpha), population, &mut Solver::new()).unwrap();
            let masses = list(&reference["pi"]);
            for (pure, mass) in list(&reference["profiles"]).iter().zip(masses) {
                let pure: Vec<usize> = serde_json::from_value(pure.clone()).unwrap();
                let far = (ranking.masses[game.place(&pure)] - mass.as_f64().unwrap()).abs();
                assert!(far < 1e-12, "{id} at {alpha}, {pure:?}: {far:e}");
                compared += 1;
            }
        }
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn the_replicator_ends_where_it_should() {
    for Reference { id, game, answer } in references() {
        let reference = &answer["replicator"];
        let start = profile(&reference["x0"]);
        let time = reference["T"].as_f64().unwrap();
        let flow = replicator::run(&game, &start, time, &mut Solver::new()).unwrap();
        assert_eq!((&flow.status, flow.time), (&Status::Complete, time), "{id}");
        let far = flow.solution.profile.distance(&profile(&reference["xT"]));
        assert!(far < 1e-10, "{id}: {far:e}");
    }
}
