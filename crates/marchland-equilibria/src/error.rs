//! What can be wrong with a game, a profile or a request.

use thiserror::Error;

/// Why a game, a profile or a request was refused.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum Error {
    /// A game without players.
    #[error("a game needs at least one player")]
    NoPlayers,
    /// A player without strategies.
    #[error("player {player} has no strategies")]
    NoStrategies {
        /// The player's name, or its place if it has none.
        player: String,
    },
    /// More payoffs than [`crate::game::MAX_PAYOFFS`]; found before memory is taken.
    #[error(
        "a game of {shape} strategies has more than {limit} payoffs (profiles times players), the most that is accepted"
    )]
    TooLarge {
        /// Numbers of strategies, as `3x3x2`.
        shape: String,
        /// The bound that was passed.
        limit: usize,
    },
    /// A payoff that is NaN or infinite.
    #[error("payoff {value} of player {player} at profile {profile:?} is not a finite number")]
    NotFinite {
        /// The player's name.
        player: String,
        /// The pure profile, strategy numbers from 0.
        profile: Vec<usize>,
        /// The offending number.
        value: f64,
    },
    /// Numbers of players, strategies and payoffs that do not fit together.
    #[error("{what}: expected {expected}, found {found}")]
    Shape {
        /// What was counted.
        what: String,
        /// What the rest of the game implies.
        expected: usize,
        /// What was given.
        found: usize,
    },
    /// A mixed profile that is not one.
    #[error("profile: {0}")]
    Profile(String),
    /// A parameter outside its range.
    #[error("{name} = {value}: {expected}")]
    Parameter {
        /// The parameter.
        name: &'static str,
        /// What was given.
        value: String,
        /// What would be right.
        expected: &'static str,
    },
    /// A concept that is defined for two players only, or for zero-sum games only.
    #[error("{concept} is defined for {needs} only")]
    NotDefined {
        /// The concept asked for.
        concept: &'static str,
        /// The class of games it needs.
        needs: &'static str,
    },
    /// A file that does not follow its format.
    #[error("line {line}, column {column}: {message}")]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column in characters, from 1.
        column: usize,
        /// What is wrong and what was expected.
        message: String,
    },
    /// A binary payoff tensor that cannot be read or written.
    #[error("payoff tensor: {0}")]
    Tensor(String),
    /// A linear or conic program that its solver could not finish.
    #[error("{program}: {reason}")]
    Program {
        /// Which program.
        program: &'static str,
        /// What the solver said.
        reason: String,
    },
}
