//! Flows and learning against closed forms.

use marchland_equilibria::dynamics::regret_matching::{self, Variant};
use marchland_equilibria::dynamics::{fictitious_play, logit, replicator};
use marchland_equilibria::game::Game;
use marchland_equilibria::profile::Profile;
use marchland_equilibria::qre;
use marchland_equilibria::solution::Solver;

fn pennies() -> Game {
    let win = [vec![1.0, -1.0], vec![-1.0, 1.0]];
    let lose = [vec![-1.0, 1.0], vec![1.0, -1.0]];
    Game::bimatrix(&win, &lose).unwrap()
}

/// Shapley's game (1964), in which fictitious play goes round for ever.
fn shapley() -> Game {
    let first = [vec![1.0, 0.0, 0.0], vec![0.0, 1.0, 0.0], vec![0.0, 0.0, 1.0]];
    let second = [vec![0.0, 1.0, 0.0], vec![0.0, 0.0, 1.0], vec![1.0, 0.0, 0.0]];
    Game::bimatrix(&first, &second).unwrap()
}

#[test]
fn matching_pennies_conserves_the_product_of_all_shares() {
    // Hofbauer and Sigmund (1998), section 11.2: log-shares of bipartite zero-sum games sum to a constant.
    let start: Profile = "0.8,0.2;0.4,0.6".parse().unwrap();
    let product = |profile: &Profile| profile.0.iter().flatten().product::<f64>();
    let times: Vec<f64> = (1..=20).map(|k| 5.0 * f64::from(k)).collect();
    let flows = replicator::trajectory(&pennies(), &start, &times, &mut Solver::new()).unwrap();
    assert_eq!(flows.len(), times.len());
    for flow in flows {
        let drift = product(&flow.solution.profile) / product(&start) - 1.0;
        assert!(drift.abs() < 1e-8, "at {}: {drift:e}", flow.time);
    }
}

#[test]
fn the_replicator_leaves_absent_strategies_absent() {
    let start: Profile = "1,0,0;0.5,0.5,0".parse().unwrap();
    let flow = replicator::run(&shapley(), &start, 10.0, &mut Solver::new()).unwrap();
    assert_eq!(flow.solution.profile.0[0], [1.0, 0.0, 0.0]);
    // Against row 1 the second player's column 2 gains one a unit of time on column 1.
    let mix = &flow.solution.profile.0[1];
    assert!((mix[1] / mix[0] / libm::exp(10.0) - 1.0).abs() < 1e-9);
    assert_eq!(mix[2], 0.0);
}

#[test]
fn times_must_not_descend_or_be_negative() {
    let game = pennies();
    let start = Profile::centroid(&game);
    assert!(replicator::run(&game, &start, -1.0, &mut Solver::new()).is_err());
    assert!(replicator::trajectory(&game, &start, &[2.0, 1.0], &mut Solver::new()).is_err());
    assert!(logit::run(&game, &start, f64::NAN, 1.0, &mut Solver::new()).is_err());
}

#[test]
fn logit_dynamics_rest_at_logit_equilibria() {
    let game = shapley();
    let start: Profile = "0.2,0.5,0.3;0.1,0.1,0.8".parse().unwrap();
    let flow = logit::run(&game, &start, 1.5, 200.0, &mut Solver::new()).unwrap();
    assert!(qre::residual(&game, &flow.solution.profile, 1.5) < 1e-9);
    let point = qre::solve(&game, &[1.5], &mut Solver::new()).unwrap();
    assert!(point.points[0].solution.profile.distance(&flow.solution.profile) < 1e-8);
}

#[test]
fn fictitious_play_settles_pennies_but_not_shapleys_game() {
    let start: Profile = "0.9,0.1;0.2,0.8".parse().unwrap();
    let learning = fictitious_play::run(&pennies(), &start, 100_000, &mut Solver::new()).unwrap();
    assert!(learning.average.regret < 0.02, "{}", learning.average.regret);
    let start: Profile = "1,0,0;1,0,0".parse().unwrap();
    let learning = fictitious_play::run(&shapley(), &start, 100_000, &mut Solver::new()).unwrap();
    assert!(learning.average.regret > 0.1, "{}", learning.average.regret);
    assert_eq!(learning.rounds, 100_000);
}

#[test]
fn regret_vanishes_as_fast_as_proved() {
    // Cesa-Bianchi and Lugosi (2006), corollary 2.1: at most range · √(strategies / rounds).
    for game in [pennies(), shapley()] {
        for variant in [Variant::Plain, Variant::Plus] {
            let rounds = 10_000;
            let learning = regret_matching::run(&game, variant, rounds, &mut Solver::new());
            let strategies = game.counts()[0] as f64;
            let bound = 2.0 * (strategies / rounds as f64).sqrt();
            assert!(learning.coarse_gap <= bound, "{variant:?}: {}", learning.coarse_gap);
        }
    }
    let learning = regret_matching::run(&pennies(), Variant::Plus, 1_000, &mut Solver::new());
    assert!(learning.average.regret < 1e-2);
}
