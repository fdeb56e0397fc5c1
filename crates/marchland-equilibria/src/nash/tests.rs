use std::time::Duration;

use rand::{RngExt, SeedableRng};

use super::*;

fn random(counts: &[usize], seed: u64) -> Game {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let profiles: usize = counts.iter().product();
    let mut tensor = || (0..profiles).map(|_| rng.random_range(-1.0..1.0)).collect();
    let tensors = counts.iter().map(|_| tensor()).collect();
    Game::unnamed(counts, tensors).unwrap()
}

#[test]
fn branch_and_prune_agrees_with_exact_vertex_enumeration() {
    for counts in [[3, 3], [4, 4], [2, 5]] {
        for seed in 0..40 {
            let game = random(&counts, seed);
            let ours = by_supports(&game, &mut Solver::new());
            let exact = crate::bimatrix::all(&game, &mut Solver::new()).unwrap().answer;
            assert_eq!(ours.status, Status::Complete);
            assert_eq!(ours.solutions.len(), exact.solutions.len(), "{counts:?} {seed}");
            for one in &exact.solutions {
                let twin = |other: &&Solution| other.profile.distance(&one.profile) < 1e-9;
                let twin = ours.solutions.iter().find(twin).expect("the same equilibria");
                assert_eq!(twin.index, one.index, "{counts:?} {seed}");
            }
        }
    }
}

#[test]
fn a_symmetric_mixed_equilibrium_of_three_players_solves_its_quadratic() {
    // Each player wants to differ from the next in a cycle, plus a three-way term that bends the
    // surfaces: u_i = x_i·(x_{i+1} + x_{i+2} − c·x_{i+1}·x_{i+2} − d) with x the weight of strategy 1.
    // At a symmetric interior equilibrium 2x − c x² = d; with c = 1.5, d = 0.6 the roots are
    // (1 ± √(1 − 0.9)) / 1.5, of which only the smaller is a probability.
    let (c, d) = (1.5, 0.6);
    let tensor = |player: usize| {
        (0..8)
            .map(|place| {
                let bit = |i: usize| f64::from(u8::from(place >> (2 - i % 3) & 1 == 1));
                let (own, left, right) = (bit(player), bit(player + 1), bit(player + 2));
                own * (left + right - c * left * right - d)
            })
            .collect()
    };
    let game = Game::unnamed(&[2, 2, 2], vec![tensor(0), tensor(1), tensor(2)]).unwrap();
    let answer = all(&game, &mut Solver::new());
    assert_eq!(answer.status, Status::Complete);
    let root = (1.0 - (1.0f64 - c * d).sqrt()) / c;
    let mixed = Profile(vec![vec![1.0 - root, root]; 3]);
    assert!(answer.solutions.iter().any(|s| s.profile.distance(&mixed) < 1e-12));
    assert_eq!(answer.index_sum, Some(1));
}

#[test]
fn a_continuum_is_not_called_complete() {
    // The third player's choice pays nobody anything: every mixture of it is an equilibrium.
    let coordinate = |place: usize| f64::from(u8::from(place >> 2 == (place >> 1 & 1)));
    let tensor: Vec<f64> = (0..8).map(coordinate).collect();
    let game = Game::unnamed(&[2, 2, 2], vec![tensor.clone(), tensor, vec![0.0; 8]]).unwrap();
    let answer = all(&game, &mut Solver::new());
    assert!(matches!(answer.status, Status::Enclosed { components: 3, .. }), "{:?}", answer.status);
    assert_eq!(answer.index_sum, None);
    assert!(answer.solutions.len() >= 4, "at least the pure equilibria: {}", answer.solutions.len());
    assert!((0..answer.solutions.len()).all(|k| answer.components.iter().any(|c| c.members.contains(&k))));
    assert!(answer.solutions.iter().all(|s| s.regret < 1e-9));
    assert!(one(&game, &mut Solver::new()).status.is_complete());
}

#[test]
fn a_deadline_gives_what_was_found() {
    let game = random(&[3, 3, 3, 3, 3], 7);
    let limit = Duration::from_millis(300);
    let answer = all(&game, &mut Solver::new().time_limit(limit));
    assert_eq!(answer.status, Status::TimeLimit);
    assert!(answer.solutions.iter().all(|s| s.regret < 1e-9));
    assert!(answer.elapsed < 10 * limit, "{:?}", answer.elapsed);
    let none = one(&game, &mut Solver::new().time_limit(Duration::ZERO));
    assert_eq!((none.status, none.solutions.len()), (Status::TimeLimit, 0));
}

#[test]
fn one_player_maximises() {
    let game = Game::unnamed(&[4], vec![vec![1.0, 3.0, 2.0, -1.0]]).unwrap();
    let answer = all(&game, &mut Solver::new());
    assert_eq!((answer.status, answer.solutions.len()), (Status::Complete, 1));
    assert_eq!(answer.solutions[0].profile.0, [[0.0, 1.0, 0.0, 0.0]]);
    assert_eq!(one(&game, &mut Solver::new()).solutions[0].profile.0, [[0.0, 1.0, 0.0, 0.0]]);
}
