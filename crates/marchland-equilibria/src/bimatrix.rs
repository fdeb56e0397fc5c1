//! All equilibria of two-player games, in exact arithmetic.
//!
//! A profile is an equilibrium exactly if every strategy is unplayed or a best response; at vertices of
//! the two best-response polytopes these conditions are labels, and extreme equilibria are the pairs of
//! vertices that hold all of them (von Stengel 2002, "Computing equilibria for two-person games").
//! [`all`] lists both polytopes' vertices by reverse search (Avis and Fukuda 1992) and matches labels.
//! Degenerate games need no special care: vertices may hold more labels than needed, and extreme
//! equilibria then hang together in components.

mod approximate;
mod components;
mod exact;
mod integer;
mod lemke_howson;
mod polytope;
mod vertices;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{Signed, ToPrimitive, Zero};

use crate::error::Error;
use crate::game::Game;
use crate::profile::Profile;
use crate::solution::{Answer, Progress, Solution, Solver, Status};
use exact::Exact;
use polytope::Polytope;
use vertices::{Interruption, Vertex, vertices};

/// The most strategies of both players together: their labels are bits of a machine word.
pub const MAX_STRATEGIES: usize = 128;

/// A cobasis in each polytope.
type Pair = [u128; 2];

/// The equilibria of a two-player game.
#[derive(Debug, Clone, PartialEq)]
pub struct Equilibria {
    /// The extreme equilibria as doubles with their certificates, the components of degenerate games, and
    /// the status. The index is Shapley's (1974): the sign of (−1)^(k+1) det A det B over the supports of
    /// size k; 0 at an equilibrium that is not regular.
    pub answer: Answer,
    /// The same equilibria exactly: equilibria × players × strategies.
    pub exact: Vec<[Vec<BigRational>; 2]>,
}

/// All extreme equilibria of a two-player game, proved complete unless the solver is stopped.
///
/// Ordered by the first player's probabilities, descending from the first strategy, then the second's.
/// A game that is not degenerate has isolated equilibria only, and their indices sum to +1.
///
/// If time runs out, what Lemke–Howson paths and the search have found until then is given. Games of more
/// than [`MAX_STRATEGIES`] strategies are refused.
///
/// ```
/// use marchland_equilibria::{bimatrix, game::Game, solution::Solver};
///
/// let chicken = Game::bimatrix(
///     &[vec![0.0, -1.0], vec![1.0, -10.0]],
///     &[vec![0.0, 1.0], vec![-1.0, -10.0]],
/// )?;
/// let equilibria = bimatrix::all(&chicken, &mut Solver::new())?;
/// assert!(equilibria.answer.status.is_complete());
/// assert_eq!(equilibria.answer.index_sum, Some(1));
/// assert_eq!(equilibria.exact[1][0][0].to_string(), "9/10");
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
///
/// # Errors
/// [`Error::NotDefined`] unless there are two players with at most [`MAX_STRATEGIES`] strategies together.
pub fn all(game: &Game, solver: &mut Solver<'_>) -> Result<Equilibria, Error> {
    let polytopes = polytopes(game)?;
    let ([first, second], cut) = both(&polytopes, solver);
    // Part of one list still matches with part of the other.
    let mut pairs = fully_labelled(game, &first, &second);
    let Some(cut) = cut else {
        return Ok(collect(game, &polytopes, pairs, Status::Complete, solver));
    };
    // The deadline has passed: a short look along paths is all that can still be afforded.
    let mut grace = Solver::new().time_limit(GRACE);
    let (more, _) = lemke_howson::reachable(&polytopes, &mut grace);
    for pair in more {
        pairs.push(pair.map(|cobasis| Vertex { zeros: cobasis, cobasis }));
    }
    let status = match cut {
        Interruption::Stopped(stop) => stop.status(),
        Interruption::TooMany => Status::Incomplete("a best-response polytope has too many vertices to list".into()),
    };
    Ok(collect(game, &polytopes, pairs, status, solver))
}

/// The vertices of both polytopes, found side by side; and why a search ended early, if one did.
fn both(polytopes: &[Polytope; 2], solver: &mut Solver<'_>) -> ([Vec<Vertex>; 2], Option<Interruption>) {
    let stop = AtomicBool::new(false);
    let listener = |_: &Progress| match stop.load(Ordering::Relaxed) {
        true => ControlFlow::Break(()),
        false => ControlFlow::Continue(()),
    };
    let remaining = solver.remaining();
    let (first, second, steps) = thread::scope(|scope| {
        let second = scope.spawn(|| {
            let mut other = Solver::new().listener(listener);
            if let Some(remaining) = remaining {
                other = other.time_limit(remaining);
            }
            let found = vertices(&polytopes[1], &mut other);
            (found, other.iterations())
        });
        let first = vertices(&polytopes[0], solver);
        if first.1.is_some() {
            stop.store(true, Ordering::Relaxed);
        }
        let (second, steps) = second.join().expect("the search does not panic");
        (first, second, steps)
    });
    solver.count(steps);
    // Whatever ended the first search made the second stop, so its reason is the reason.
    ([first.0, second.0], first.1.or(second.1))
}

/// How long past a deadline paths are still followed for a partial answer.
const GRACE: std::time::Duration = std::time::Duration::from_secs(1);

/// One equilibrium of a two-player game, by the lexicographic Lemke–Howson path (1964) that drops the first
/// player's first strategy. Complete: the answer is exact, and one was asked for.
///
/// # Errors
/// As [`all`].
pub fn one(game: &Game, solver: &mut Solver<'_>) -> Result<Equilibria, Error> {
    let polytopes = polytopes(game)?;
    let (pair, stopped) = lemke_howson::first(&polytopes, solver);
    let status = match (pair, stopped) {
        (_, Some(stop)) => stop.status(),
        (Some(_), None) => Status::Complete,
        (None, None) => Status::Incomplete("every Lemke–Howson path tried is too long".into()),
    };
    let pairs = pair.into_iter().map(|pair| pair.map(|cobasis| Vertex { zeros: cobasis, cobasis })).collect();
    let mut equilibria = collect(game, &polytopes, pairs, status, solver);
    // The sum of one index says nothing.
    equilibria.answer.index_sum = None;
    Ok(equilibria)
}

/// The equilibria that lexicographic Lemke–Howson paths (1964) reach, dropping every label at the
/// artificial equilibrium and at each one found: at least one, quickly, but not always all.
///
/// # Errors
/// As [`all`].
pub fn lemke_howson(game: &Game, solver: &mut Solver<'_>) -> Result<Equilibria, Error> {
    let polytopes = polytopes(game)?;
    let (pairs, stopped) = lemke_howson::reachable(&polytopes, solver);
    let pairs = pairs.into_iter().map(|pair| pair.map(|cobasis| Vertex { zeros: cobasis, cobasis })).collect();
    let status = match stopped {
        Some(stop) => stop.status(),
        None => Status::Incomplete("Lemke–Howson paths need not reach every equilibrium".into()),
    };
    Ok(collect(game, &polytopes, pairs, status, solver))
}

fn polytopes(game: &Game) -> Result<[Polytope; 2], Error> {
    if game.player_count() != 2 || game.strategy_count() > MAX_STRATEGIES {
        return Err(Error::NotDefined {
            concept: "the list of extreme equilibria",
            needs: "two players with at most 128 strategies together",
        });
    }
    Ok([Polytope::of(game, 0), Polytope::of(game, 1)])
}

/// The pairs of vertices that hold every label, without the artificial one at the origins.
fn fully_labelled(game: &Game, first: &[Vertex], second: &[Vertex]) -> Vec<[Vertex; 2]> {
    let (m, n) = (game.counts()[0], game.counts()[1]);
    let all = if m + n == 128 { u128::MAX } else { (1 << (m + n)) - 1 };
    // The second polytope numbers its own strategies first; labels put the first player's first.
    let labels = |zeros: u128| (zeros << m | zeros >> n) & all;
    let own = |size: usize| (1u128 << size) - 1;
    let mut simple: Vec<(u128, Vertex)> = Vec::new();
    let mut degenerate = Vec::new();
    for vertex in second.iter().filter(|vertex| vertex.zeros & own(n) != own(n)) {
        let list = if vertex.zeros.count_ones() as usize == n { &mut simple } else { &mut degenerate };
        list.push((labels(vertex.zeros), *vertex));
    }
    simple.sort_unstable_by_key(|(labels, _)| *labels);
    let mut pairs = Vec::new();
    for x in first.iter().filter(|vertex| vertex.zeros & own(m) != own(m)) {
        let missing = all & !x.zeros;
        let holds = |(labels, _): &&(u128, Vertex)| labels & missing == missing;
        if x.zeros.count_ones() as usize == m {
            let place = simple.binary_search_by_key(&missing, |(labels, _)| *labels);
            pairs.extend(place.map(|place| [*x, simple[place].1]));
        } else {
            pairs.extend(simple.iter().filter(holds).map(|(_, y)| [*x, *y]));
        }
        pairs.extend(degenerate.iter().filter(holds).map(|(_, y)| [*x, *y]));
    }
    pairs
}

/// An extreme equilibrium on its way into the answer.
struct ExtremeEquilibrium {
    exact: [Vec<BigRational>; 2],
    regular: bool,
}

fn collect(
    game: &Game,
    polytopes: &[Polytope; 2],
    pairs: Vec<[Vertex; 2]>,
    status: Status,
    solver: &Solver<'_>,
) -> Equilibria {
    let mut found: Vec<ExtremeEquilibrium> = pairs
        .into_iter()
        .map(|pair| {
            let (x, x_simple) = settle(&polytopes[0], pair[0].cobasis);
            let (y, y_simple) = settle(&polytopes[1], pair[1].cobasis);
            ExtremeEquilibrium { exact: [x, y], regular: x_simple && y_simple }
        })
        .collect();
    found.sort_by(|a, b| b.exact.cmp(&a.exact));
    // Lemke–Howson may meet one equilibrium at several bases.
    found.dedup_by(|a, b| a.exact == b.exact);
    let solutions = found.iter().map(|one| {
        let profile = Profile(one.exact.iter().map(|mix| mix.iter().map(to_double).collect()).collect());
        Solution::certify(game, profile, Some(if one.regular { index(polytopes, &one.exact) } else { 0 }))
    });
    let mut status = status;
    let mut answer = Answer::new(solutions.collect(), Status::Complete, solver);
    if status.is_complete() {
        let (components, cut) = components::components(&vertex_numbers(&found));
        answer.components = components;
        components::describe(game, &mut answer);
        if cut {
            status = Status::Incomplete("a component has too many Nash subsets to list".into());
        }
    }
    answer.status = status;
    Equilibria { answer, exact: found.into_iter().map(|one| one.exact).collect() }
}

/// The exact mixed strategy at a vertex, and whether it holds no label too many.
fn settle(polytope: &Polytope, cobasis: u128) -> (Vec<BigRational>, bool) {
    fn read<I: integer::Integer>(polytope: &Polytope, cobasis: u128) -> Option<(Vec<BigRational>, bool)> {
        let exact = Exact::<I>::at(polytope, cobasis)?;
        Some((exact.mix(), exact.zeros() == cobasis))
    }
    let small = polytope.words.is_some().then(|| read::<i128>(polytope, cobasis)).flatten();
    small.or_else(|| read::<BigInt>(polytope, cobasis)).expect("big integers always fit")
}

fn to_double(p: &BigRational) -> f64 {
    p.to_f64().expect("a probability is finite")
}

/// Numbers each player's distinct mixed strategies, for the graph of components.
fn vertex_numbers(found: &[ExtremeEquilibrium]) -> Vec<(usize, usize)> {
    let mut numbers: [BTreeMap<&[BigRational], usize>; 2] = [BTreeMap::new(), BTreeMap::new()];
    found
        .iter()
        .map(|one| {
            let mut pair = [0; 2];
            for player in 0..2 {
                let next = numbers[player].len();
                pair[player] = *numbers[player].entry(&one.exact[player]).or_insert(next);
            }
            (pair[0], pair[1])
        })
        .collect()
}

/// Shapley's index (1974) in the form of von Stengel (2022, "Game Theory Basics", section 9.5): payoffs are positive.
fn index(polytopes: &[Polytope; 2], exact: &[Vec<BigRational>; 2]) -> i32 {
    let supports: Vec<Vec<usize>> =
        exact.iter().map(|mix| (0..mix.len()).filter(|&a| mix[a].is_positive()).collect()).collect();
    let signs: i32 = (0..2)
        .map(|player| {
            let polytope = &polytopes[player];
            let rows = supports[1 - player].iter();
            let entry = |row: usize, column: usize| polytope.integers[row * polytope.columns + column].clone();
            determinant_sign(rows.map(|&row| supports[player].iter().map(|&c| entry(row, c)).collect()).collect())
        })
        .product();
    if supports[0].len() % 2 == 1 { signs } else { -signs }
}

/// The sign of a determinant by fraction-free elimination (Bareiss 1968).
fn determinant_sign(mut matrix: Vec<Vec<BigInt>>) -> i32 {
    let size = matrix.len();
    let mut sign = 1;
    let mut previous = BigInt::from(1);
    for k in 0..size {
        let Some(pivot) = (k..size).find(|&row| !matrix[row][k].is_zero()) else {
            return 0;
        };
        if pivot != k {
            matrix.swap(pivot, k);
            sign = -sign;
        }
        for row in k + 1..size {
            for column in k + 1..size {
                matrix[row][column] =
                    (&matrix[row][column] * &matrix[k][k] - &matrix[row][k] * &matrix[k][column]) / &previous;
            }
        }
        previous = matrix[k][k].clone();
    }
    let last = if previous.is_negative() { -1 } else { 1 };
    sign * last
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt as _, SeedableRng as _};

    fn random(m: usize, n: usize, seed: u64, levels: i32) -> Game {
        let mut rng = rand_pcg::Pcg64::seed_from_u64(seed);
        let mut tensor =
            || (0..m * n).map(|_| f64::from(rng.random_range(-levels..=levels)) / 8.0).collect::<Vec<f64>>();
        Game::unnamed(&[m, n], vec![tensor(), tensor()]).expect("a valid game")
    }

    /// The mix that makes `rows` of the opponent indifferent, on `columns`; by elimination in doubles.
    fn indifferent(payoff: impl Fn(usize, usize) -> f64, rows: &[usize], columns: &[usize]) -> Option<Vec<f64>> {
        let k = columns.len();
        let matrix = nalgebra::DMatrix::from_fn(k + 1, k + 1, |r, c| match (r == k, c == k) {
            (true, true) => 0.0,
            (true, false) => 1.0,
            (false, true) => -1.0,
            (false, false) => payoff(rows[r], columns[c]),
        });
        let mut rhs = nalgebra::DVector::zeros(k + 1);
        rhs[k] = 1.0;
        let solved = matrix.lu().solve(&rhs)?;
        solved.iter().take(k).all(|&p| p > 1e-9).then(|| solved.iter().take(k).copied().collect())
    }

    /// Equilibria by trying all supports of equal size: another method, sound for games without ties.
    fn by_supports(game: &Game) -> Vec<Profile> {
        let (m, n) = (game.counts()[0], game.counts()[1]);
        let members = |bits: usize, count: usize| (0..count).filter(|a| bits >> a & 1 == 1).collect::<Vec<_>>();
        let mut found = Vec::new();
        for first in 1usize..1 << m {
            for second in (1usize..1 << n).filter(|second| second.count_ones() == first.count_ones()) {
                let (rows, columns) = (members(first, m), members(second, n));
                let y = indifferent(|r, c| game.payoff(0, &[r, c]), &rows, &columns);
                let x = indifferent(|c, r| game.payoff(1, &[r, c]), &columns, &rows);
                let (Some(x), Some(y)) = (x, y) else { continue };
                let mut profile = Profile(vec![vec![0.0; m], vec![0.0; n]]);
                rows.iter().zip(x).for_each(|(&r, p)| profile.0[0][r] = p);
                columns.iter().zip(y).for_each(|(&c, p)| profile.0[1][c] = p);
                if crate::deviation::regret(game, &profile) < 1e-9 {
                    found.push(profile);
                }
            }
        }
        found
    }

    #[test]
    fn agrees_with_support_enumeration() {
        for (seed, (m, n)) in [(3, 3), (4, 4), (2, 6), (5, 3), (5, 5), (6, 6)].into_iter().enumerate() {
            let game = random(m, n, seed as u64, 1_000_000);
            let equilibria = all(&game, &mut Solver::new()).expect("two players").answer;
            let expected = by_supports(&game);
            assert_eq!(equilibria.solutions.len(), expected.len(), "{m}×{n}");
            for profile in &expected {
                assert!(equilibria.solutions.iter().any(|s| s.profile.distance(profile) < 1e-9), "{profile}");
            }
            assert_eq!(equilibria.index_sum, Some(1));
            assert!(equilibria.components.is_empty());
        }
    }

    #[test]
    fn paths_lead_to_some_of_all() {
        for seed in 0..10 {
            // Three payoff levels make most of these games degenerate.
            let game = random(4, 5, seed, 1);
            let everything = all(&game, &mut Solver::new()).expect("two players");
            let some = lemke_howson(&game, &mut Solver::new()).expect("two players");
            assert!(!some.exact.is_empty());
            for one in &some.exact {
                assert!(everything.exact.contains(one), "{one:?}");
            }
            assert!(everything.answer.solutions.iter().all(|s| s.regret < 1e-12));
        }
    }

    /// Exact arithmetic alone must find what doubles with exact doubts found.
    #[test]
    fn big_and_machine_integers_agree() {
        let game = random(5, 5, 7, 50);
        let polytopes = polytopes(&game).expect("two players");
        for vertex in vertices(&polytopes[0], &mut Solver::new()).0 {
            let small = Exact::<i128>::at(&polytopes[0], vertex.cobasis).expect("small payoffs");
            let big = Exact::<BigInt>::at(&polytopes[0], vertex.cobasis).expect("always fits");
            // The origin is no mixed strategy.
            if vertex.zeros & 0b11111 != 0b11111 {
                assert_eq!(small.mix(), big.mix());
            }
            assert_eq!(small.zeros(), big.zeros());
            assert_eq!(small.zeros(), vertex.zeros);
        }
    }

    #[test]
    fn a_game_of_ties_has_one_component() {
        let game = Game::unnamed(&[2, 3], vec![vec![1.0; 6], vec![1.0; 6]]).expect("a valid game");
        let equilibria = all(&game, &mut Solver::new()).expect("two players").answer;
        assert_eq!(equilibria.solutions.len(), 6);
        assert_eq!(equilibria.components.len(), 1);
        assert_eq!(equilibria.components[0].subsets, [vec![0, 1, 2, 3, 4, 5]]);
        assert_eq!(equilibria.index_sum, None);
    }

    #[test]
    fn a_deadline_leaves_a_partial_answer() {
        let game = random(24, 24, 1, 1_000_000);
        let mut solver = Solver::new().time_limit(std::time::Duration::from_millis(50));
        let equilibria = all(&game, &mut solver).expect("two players").answer;
        assert_eq!(equilibria.status, Status::TimeLimit);
        assert!(!equilibria.solutions.is_empty());
        assert!(solver.elapsed() < std::time::Duration::from_secs(5));
    }
}
