//! The best-response polytopes of a two-player game, in integers and in doubles.

use num_bigint::BigInt;
use num_integer::Integer as _;
use num_traits::{One, Signed, ToPrimitive};

use crate::game::Game;

/// {z ≥ 0 : M z ≤ 1} with a positive matrix M of `rows` × `columns`: z is a player's mixed strategy up
/// to scale, M the other's payoffs made positive, transposed so that rows are the other's strategies.
///
/// Variables are numbered: structurals 0..columns, then slacks columns..columns + rows.
#[derive(Debug, Clone)]
pub(super) struct Polytope {
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// M scaled to integers, row-major; the right-hand sides are then `bound`.
    pub(super) integers: Vec<BigInt>,
    pub(super) bound: BigInt,
    /// M, each entry within two roundings of integers / bound.
    pub(super) doubles: Vec<f64>,
    /// The same integers in machine words, where all fit.
    pub(super) words: Option<Vec<i128>>,
}

impl Polytope {
    /// The polytope of `player`'s mixed strategies, bounded by the other player's payoffs.
    pub(super) fn of(game: &Game, player: usize) -> Polytope {
        let other = 1 - player;
        let (columns, rows) = (game.counts()[player], game.counts()[other]);
        let place = |row: usize, column: usize| row * game.strides()[other] + column * game.strides()[player];
        let exact: Vec<_> = (0..rows)
            .flat_map(|row| (0..columns).map(move |column| (row, column)))
            .map(|(row, column)| game.exact_payoff(other, place(row, column)))
            .collect();
        let denominator = exact.iter().fold(BigInt::one(), |lcm, payoff| lcm.lcm(payoff.denom()));
        let mut integers: Vec<BigInt> =
            exact.iter().map(|payoff| payoff.numer() * (&denominator / payoff.denom())).collect();
        let least = integers.iter().min().expect("at least one payoff").clone();
        for entry in &mut integers {
            *entry -= &least;
        }
        let divisor = integers.iter().fold(BigInt::from(0), |gcd, entry| gcd.gcd(entry));
        if divisor.is_positive() {
            for entry in &mut integers {
                *entry /= &divisor;
            }
        }
        // Payoffs between 1/2 and 3/2 of the range: positive, and far from a flat polytope.
        let range = integers.iter().max().expect("at least one payoff").clone();
        let range = if range.is_positive() { range } else { BigInt::one() };
        let lift: BigInt = (&range + 1u32) / 2u32;
        for entry in &mut integers {
            *entry += &lift;
        }
        let doubles = integers.iter().map(|entry| ratio(entry, &range)).collect();
        let words = integers.iter().map(ToPrimitive::to_i128).collect();
        Polytope { rows, columns, integers, bound: range, doubles, words }
    }
}

/// a / b as a double, within two roundings.
pub(super) fn ratio(a: &BigInt, b: &BigInt) -> f64 {
    num_rational::BigRational::new(a.clone(), b.clone()).to_f64().expect("a ratio of payoffs and their range is finite")
}
