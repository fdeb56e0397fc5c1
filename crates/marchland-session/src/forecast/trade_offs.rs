//! Whether a seat has a choice worth the name: packages between which its own interests are divided.

use marchland_game::{Choice, Package, PlayerId, packages};
use marchland_statistics::mean;

use super::Forecaster;
use super::position::Position;

/// A seat's packages with what each is previewed to do to its payoff terms.
#[derive(Clone, Debug, PartialEq)]
pub struct TradeOffs {
    /// The packages, the empty one first.
    pub packages: Vec<Package>,
    /// By package, then by payoff term: the mean over the imagined futures.
    pub terms: Vec<Vec<f64>>,
}

impl TradeOffs {
    /// Pairs of packages of which neither is previewed worse on every payoff term. Packages that are
    /// previewed alike on every term are no choice, and count as one.
    #[must_use]
    pub fn undecided_pairs(&self) -> Vec<(usize, usize)> {
        self.pairs(|a, b| {
            let alike = a.iter().zip(b).all(|(a, b)| a == b);
            let worse = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| a < b);
            !alike && !worse(a, b) && !worse(b, a)
        })
    }

    /// Pairs of packages of which each is previewed better than the other on some payoff term: a stricter
    /// reading, in which a term that stays as it is decides nothing.
    #[must_use]
    pub fn divided_pairs(&self) -> Vec<(usize, usize)> {
        self.pairs(|a, b| {
            let better = |a: &[f64], b: &[f64]| a.iter().zip(b).any(|(a, b)| a > b);
            better(a, b) && better(b, a)
        })
    }

    fn pairs(&self, is: impl Fn(&[f64], &[f64]) -> bool) -> Vec<(usize, usize)> {
        let n = self.terms.len();
        let all = (0..n).flat_map(|a| (a + 1..n).map(move |b| (a, b)));
        all.filter(|(a, b)| is(&self.terms[*a], &self.terms[*b])).collect()
    }
}

impl Forecaster {
    /// Previews at most `at_most` of a seat's packages in the same `samples` imagined futures of at most
    /// `turns` turns.
    #[must_use]
    pub fn trade_offs(&self, from: &Position, viewer: PlayerId, at_most: usize, samples: u64, turns: u32) -> TradeOffs {
        let packages = self.packages(from, viewer, at_most);
        let choices: Vec<Choice> =
            packages.iter().map(|orders| Choice { orders: *orders, ..Choice::default() }).collect();
        let futures = self.futures(from, viewer, &choices, 0..samples, turns, &[]);
        let terms = self.scenario.catalogue.players[viewer.index()].payoffs.terms.len();
        let mean_of = |choice: usize, term: usize| mean(&futures.column(choice, |one| one.terms[term])).unwrap_or(0.0);
        let terms = (0..packages.len()).map(|choice| (0..terms).map(|term| mean_of(choice, term)).collect()).collect();
        TradeOffs { packages, terms }
    }

    /// A seat's packages at a position, at most `at_most`, the empty one first: see
    /// [`marchland_game::packages`].
    #[must_use]
    pub fn packages(&self, from: &Position, viewer: PlayerId, at_most: usize) -> Vec<Package> {
        let found = self.plain.with_game(&from.setup, |game| {
            from.bring(game);
            game.at_decision(viewer, |at| packages(at, at_most))
        });
        found.unwrap_or_else(|_| vec![Package::default()])
    }
}
