//! Finite games in strategic form.

use std::collections::BTreeMap;

use num_rational::BigRational;

use crate::error::Error;
use crate::number::{max, min};

/// The most payoffs (profiles times players) a game may have: 2²⁷ doubles, one gibibyte.
pub const MAX_PAYOFFS: usize = 1 << 24;

/// A finite game of any number of players, with a dense table of payoffs.
///
/// Each player has one contiguous tensor over pure profiles, row-major: the first player's strategy
/// runs slowest, the last player's fastest. The place of profile `(a_0, …, a_{n-1})` is
/// `Σ a_i · strides[i]`. Every payoff is finite. Strategies and players are numbered from 0.
///
/// A file may give payoffs that no double holds, such as `1/3`; their exact values are kept beside.
///
/// ```
/// use marchland_equilibria::game::Game;
///
/// let chicken = Game::bimatrix(
///     &[vec![0.0, -1.0], vec![1.0, -10.0]],
///     &[vec![0.0, 1.0], vec![-1.0, -10.0]],
/// )?;
/// assert_eq!(chicken.payoff(0, &[1, 0]), 1.0);
/// assert_eq!(chicken.payoff_scale(0), 10.0);
/// # Ok::<(), marchland_equilibria::error::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Game {
    title: String,
    players: Vec<String>,
    strategies: Vec<Vec<String>>,
    counts: Vec<usize>,
    strides: Vec<usize>,
    offsets: Vec<usize>,
    payoffs: Vec<Vec<f64>>,
    exact: Vec<BTreeMap<usize, BigRational>>,
}

impl Game {
    /// A game from names and one row-major tensor of payoffs per player.
    ///
    /// # Errors
    /// [`Error::NoPlayers`], [`Error::NoStrategies`], [`Error::TooLarge`]; [`Error::Shape`] if the
    /// numbers of names, tensors or payoffs disagree; [`Error::NotFinite`] for a NaN or infinite payoff.
    pub fn new(
        title: impl Into<String>,
        players: Vec<String>,
        strategies: Vec<Vec<String>>,
        payoffs: Vec<Vec<f64>>,
    ) -> Result<Game, Error> {
        let counts: Vec<usize> = strategies.iter().map(Vec::len).collect();
        let profiles = check_counts(&counts, &players)?;
        let expect = |what: &str, expected: usize, found: usize| {
            if expected == found {
                return Ok(());
            }
            Err(Error::Shape { what: what.into(), expected, found })
        };
        expect("names of players", strategies.len(), players.len())?;
        expect("payoff tensors", players.len(), payoffs.len())?;
        for (player, tensor) in players.iter().zip(&payoffs) {
            expect(&format!("payoffs of player {player}"), profiles, tensor.len())?;
        }
        let strides = strides_of(&counts);
        for (player, tensor) in players.iter().zip(&payoffs) {
            if let Some(place) = tensor.iter().position(|u| !u.is_finite()) {
                return Err(Error::NotFinite {
                    player: player.clone(),
                    profile: unravel(place, &counts, &strides),
                    value: tensor[place],
                });
            }
        }
        let mut offsets = vec![0];
        for &count in &counts {
            offsets.push(offsets[offsets.len() - 1] + count);
        }
        let exact = vec![BTreeMap::new(); players.len()];
        Ok(Game { title: title.into(), players, strategies, counts, strides, offsets, payoffs, exact })
    }

    /// A game without names of its own: players `1, 2, …`, strategies `1, 2, …`.
    ///
    /// `counts` holds the number of strategies of each player; `payoffs` is as in [`Game::new`].
    ///
    /// # Errors
    /// As [`Game::new`].
    pub fn unnamed(counts: &[usize], payoffs: Vec<Vec<f64>>) -> Result<Game, Error> {
        let players: Vec<String> = (1..=counts.len()).map(|i| i.to_string()).collect();
        check_counts(counts, &players)?;
        let strategies = counts.iter().map(|&count| (1..=count).map(|a| a.to_string()).collect()).collect();
        Game::new("", players, strategies, payoffs)
    }

    /// A two-player game from two matrices; rows are the first player's strategies.
    ///
    /// # Errors
    /// As [`Game::new`]; rows of unequal length are [`Error::Shape`].
    pub fn bimatrix(first: &[Vec<f64>], second: &[Vec<f64>]) -> Result<Game, Error> {
        let columns = first.first().map_or(0, Vec::len);
        for row in first.iter().chain(second) {
            if row.len() != columns {
                return Err(Error::Shape { what: "entries of a row".into(), expected: columns, found: row.len() });
            }
        }
        Game::unnamed(&[first.len(), columns], vec![first.concat(), second.concat()])
    }

    /// Attaches exact values to payoffs that doubles only approximate: per player, by place in the tensor.
    ///
    /// # Panics
    /// If there is not one map per player, or a place is out of range.
    pub fn with_exact(mut self, exact: Vec<BTreeMap<usize, BigRational>>) -> Game {
        assert_eq!(exact.len(), self.players.len(), "one map per player");
        for map in &exact {
            assert!(map.range(self.profile_count()..).next().is_none(), "place out of range");
        }
        self.exact = exact;
        self
    }

    /// The same game under other names.
    ///
    /// # Errors
    /// [`Error::Shape`] if the numbers of players or strategies differ.
    pub fn renamed(&self, title: String, players: Vec<String>, strategies: Vec<Vec<String>>) -> Result<Game, Error> {
        let expect = |what: String, expected: usize, found: usize| match found == expected {
            true => Ok(()),
            false => Err(Error::Shape { what, expected, found }),
        };
        expect("names of players".into(), self.player_count(), players.len())?;
        expect("lists of strategies".into(), self.player_count(), strategies.len())?;
        for ((player, names), &count) in players.iter().zip(&strategies).zip(&self.counts) {
            expect(format!("strategies of player {player}"), count, names.len())?;
        }
        Ok(Game { title, players, strategies, ..self.clone() })
    }

    /// The game in which each player keeps only some strategies, in the given order.
    ///
    /// # Panics
    /// If a player keeps none, or a number is out of range.
    pub fn restricted(&self, keep: &[Vec<usize>]) -> Game {
        assert_eq!(keep.len(), self.player_count(), "one list per player");
        assert!(keep.iter().all(|kept| !kept.is_empty()), "at least one strategy each");
        let strategies = (self.strategies.iter().zip(keep))
            .map(|(names, kept)| kept.iter().map(|&a| names[a].clone()).collect())
            .collect();
        let counts: Vec<usize> = keep.iter().map(Vec::len).collect();
        let strides = strides_of(&counts);
        let size = counts.iter().product();
        let places: Vec<usize> = (0..size)
            .map(|place| {
                let at = unravel(place, &counts, &strides);
                (0..at.len()).map(|i| keep[i][at[i]] * self.strides[i]).sum()
            })
            .collect();
        let payoffs = self.payoffs.iter().map(|tensor| places.iter().map(|&place| tensor[place]).collect()).collect();
        let pick = |map: &BTreeMap<usize, BigRational>| {
            let held = |(new, old): (usize, &usize)| map.get(old).map(|u| (new, u.clone()));
            places.iter().enumerate().filter_map(held).collect()
        };
        let exact = self.exact.iter().map(pick).collect();
        Game::new(self.title.clone(), self.players.clone(), strategies, payoffs)
            .expect("part of a valid game")
            .with_exact(exact)
    }

    /// Compares two payoffs of a player by their exact values.
    pub fn compare(&self, player: usize, left: usize, right: usize) -> std::cmp::Ordering {
        let tensor = &self.payoffs[player];
        // Rounding keeps order, so only equal doubles can hide a difference.
        match tensor[left].partial_cmp(&tensor[right]).expect("payoffs are finite") {
            std::cmp::Ordering::Equal if !self.exact[player].is_empty() && left != right => {
                self.exact_payoff(player, left).cmp(&self.exact_payoff(player, right))
            }
            order => order,
        }
    }

    /// The title, possibly empty.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The names of the players, in order.
    pub fn players(&self) -> &[String] {
        &self.players
    }

    /// The names of the strategies: players × strategies.
    pub fn strategies(&self) -> &[Vec<String>] {
        &self.strategies
    }

    /// The number of players, at least 1.
    pub fn player_count(&self) -> usize {
        self.counts.len()
    }

    /// The number of strategies of each player, each at least 1.
    pub fn counts(&self) -> &[usize] {
        &self.counts
    }

    /// The number of pure profiles.
    pub fn profile_count(&self) -> usize {
        self.payoffs[0].len()
    }

    /// The number of strategies of all players together: the length of a flat mixed profile.
    pub fn strategy_count(&self) -> usize {
        self.offsets[self.counts.len()]
    }

    /// Where each player's block starts in a flat mixed profile; one more entry than players.
    pub fn offsets(&self) -> &[usize] {
        &self.offsets
    }

    /// How far apart in a tensor two successive strategies of each player are.
    pub fn strides(&self) -> &[usize] {
        &self.strides
    }

    /// The payoffs of one player over all pure profiles, row-major.
    pub fn tensor(&self, player: usize) -> &[f64] {
        &self.payoffs[player]
    }

    /// The payoff of a player at a pure profile.
    ///
    /// # Panics
    /// If the profile has too few entries or one out of range.
    pub fn payoff(&self, player: usize, profile: &[usize]) -> f64 {
        self.payoffs[player][self.place(profile)]
    }

    /// The exact payoff at a place of a player's tensor: what the file said, or the double's own value.
    pub fn exact_payoff(&self, player: usize, place: usize) -> BigRational {
        self.exact[player]
            .get(&place)
            .cloned()
            .unwrap_or_else(|| BigRational::from_float(self.payoffs[player][place]).expect("payoffs are finite"))
    }

    /// Whether every double is the exact payoff.
    pub fn doubles_are_exact(&self) -> bool {
        self.exact.iter().all(BTreeMap::is_empty)
    }

    /// The place of a pure profile in the tensors.
    ///
    /// # Panics
    /// If an entry is out of range.
    pub fn place(&self, profile: &[usize]) -> usize {
        assert_eq!(profile.len(), self.counts.len(), "one strategy per player");
        let mut place = 0;
        for ((&a, &count), &stride) in profile.iter().zip(&self.counts).zip(&self.strides) {
            assert!(a < count, "strategy {a} of {count}");
            place += a * stride;
        }
        place
    }

    /// The pure profile at a place of the tensors.
    pub fn profile_at(&self, place: usize) -> Vec<usize> {
        unravel(place, &self.counts, &self.strides)
    }

    /// All pure profiles in the order of the tensors: the last player's strategy runs fastest.
    pub fn profiles(&self) -> impl Iterator<Item = Vec<usize>> + '_ {
        (0..self.profile_count()).map(|place| self.profile_at(place))
    }

    /// The places at which `player` uses strategy 0, in order: one for each profile of the others.
    ///
    /// Adding `a · strides[player]` to one gives the place with strategy `a`.
    pub fn lines(&self, player: usize) -> impl Iterator<Item = usize> + Clone {
        let stride = self.strides[player];
        let block = stride * self.counts[player];
        (0..self.profile_count() / block).flat_map(move |outer| (0..stride).map(move |inner| outer * block + inner))
    }

    /// The smallest and the largest payoff of a player.
    pub fn payoff_bounds(&self, player: usize) -> (f64, f64) {
        let tensor = &self.payoffs[player];
        tensor.iter().fold((tensor[0], tensor[0]), |(low, high), &u| (min(low, u), max(high, u)))
    }

    /// The scale against which a player's regret is small or large: the smaller of the largest |payoff|
    /// and the range. Zero for a player whose payoffs are all equal, who can have no regret.
    pub fn payoff_scale(&self, player: usize) -> f64 {
        let (low, high) = self.payoff_bounds(player);
        min(max(high.abs(), low.abs()), high - low)
    }

    /// The same game with every player's payoffs mapped to [0, 1], and how to undo it.
    ///
    /// A player whose payoffs are all equal gets zeros. The normalised game carries no exact values.
    pub fn normalised(&self) -> (Game, Normalisation) {
        let mut normalisation = Normalisation { shift: Vec::new(), factor: Vec::new() };
        let mut game = self.clone();
        game.exact = vec![BTreeMap::new(); self.player_count()];
        for (player, tensor) in game.payoffs.iter_mut().enumerate() {
            let (low, high) = self.payoff_bounds(player);
            // Halves keep the range of two huge payoffs of opposite sign finite.
            let half = high / 2.0 - low / 2.0;
            for u in tensor.iter_mut() {
                *u = if half > 0.0 { (*u / 2.0 - low / 2.0) / half } else { 0.0 };
            }
            normalisation.shift.push(low);
            normalisation.factor.push(2.0 * half);
        }
        (game, normalisation)
    }
}

/// Payoffs beyond this are refused where floating-point programs work with them: what they are multiplied to would not be
/// finite.
const WIDEST: f64 = 1e100;

impl Game {
    /// Refuses payoffs that are too large for what is to be worked out.
    pub(crate) fn workable(&self, what: &'static str) -> Result<(), Error> {
        let beyond = |player: usize| self.payoffs[player].iter().copied().find(|u| u.abs() > WIDEST);
        match (0..self.players.len()).find_map(|player| Some((player, beyond(player)?))) {
            None => Ok(()),
            Some((player, value)) => Err(Error::Program {
                program: what,
                reason: format!(
                    "payoff {value:e} of player {} lies beyond {WIDEST:e}; write payoffs in a larger unit",
                    self.players[player]
                ),
            }),
        }
    }
}

/// How normalised payoffs map back: `payoff = shift + factor · normalised`, per player.
#[derive(Debug, Clone, PartialEq)]
pub struct Normalisation {
    /// The smallest payoff of each player.
    pub shift: Vec<f64>,
    /// The range of each player's payoffs; 0 if they are all equal.
    pub factor: Vec<f64>,
}

impl Normalisation {
    /// A normalised payoff in the game's own units.
    pub fn undo(&self, player: usize, normalised: f64) -> f64 {
        self.shift[player] + self.factor[player] * normalised
    }
}

/// Checks numbers of strategies before any memory is taken, and returns the number of profiles.
pub(crate) fn check_counts(counts: &[usize], players: &[String]) -> Result<usize, Error> {
    if counts.is_empty() {
        return Err(Error::NoPlayers);
    }
    if let Some(player) = counts.iter().position(|&count| count == 0) {
        return Err(Error::NoStrategies {
            player: players.get(player).cloned().unwrap_or_else(|| (player + 1).to_string()),
        });
    }
    let too_large = || Error::TooLarge {
        shape: counts.iter().map(usize::to_string).collect::<Vec<_>>().join("x"),
        limit: MAX_PAYOFFS,
    };
    let profiles =
        counts.iter().try_fold(1usize, |product, &count| product.checked_mul(count)).ok_or_else(too_large)?;
    match profiles.checked_mul(counts.len()) {
        Some(payoffs) if payoffs <= MAX_PAYOFFS => Ok(profiles),
        _ => Err(too_large()),
    }
}

/// Row-major strides for the given numbers of strategies.
pub(crate) fn strides_of(counts: &[usize]) -> Vec<usize> {
    let mut strides = vec![1; counts.len()];
    for player in (1..counts.len()).rev() {
        strides[player - 1] = strides[player] * counts[player];
    }
    strides
}

fn unravel(place: usize, counts: &[usize], strides: &[usize]) -> Vec<usize> {
    counts.iter().zip(strides).map(|(&count, &stride)| place / stride % count).collect()
}
