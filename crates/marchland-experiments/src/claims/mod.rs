//! Claims: what a scenario's source says, row by row, held against the model.
//!
//! Start with [`Claim`] and [`Check`]; [`read`] makes them of a file, [`examine`] plays them.
//!
//! Rows that only say that something is there, or how large it is, need no game. A row that says what
//! moves what is a paired comparison: the same seeds with and without the change, a one-sided bound of 99 % on the mean
//! difference, and a size that the difference has to come to ([`EffectSize`]): with equal seeds a bound alone passes
//! whatever is connected, however little it moves. Rows whose truth the model is asked about are *contestable*: they may
//! come out either way, and are reported under every belief set.
//!
//! The rule of size. A row of `Moves` **holds** where the bound lies past zero in its direction and the mean difference
//! is at least [`LEAST_DEVIATIONS`] standard deviations of the unchanged games, and at least [`LEAST_SHARE`] of the scale
//! of what is compared; of a flag or a probability, at least [`LEAST_POINTS`]. It is **slight** where the bound lies past
//! zero and the mean does not come to that, and **fails** otherwise. The scale is the declared range of a share, an
//! index, a coded state or points; of anything else the file states it, with its reason. A row may ask for more (`least`). One
//! that is known to be slight says so (`slight`): the list is part of the file, and is held as well.
//!
//! ```
//! # use std::path::Path;
//! # use std::sync::Arc;
//! use marchland_sim::scenario::{LoadOptions, load};
//! use marchland_strategies::Registry;
//!
//! let registry = Registry::standard();
//! let schemas = registry.schemas();
//! let options = LoadOptions::new(marchland_laws::standard(), &schemas);
//! let scenario = Arc::new(load(Path::new("../../scenarios/deterrence.ron"), &options)?.scenario);
//! use marchland_experiments::claims::{Verdict, examine, read};
//!
//! let text = r#"(claims: [
//!     (id: "1", kind: P, meaning: "There is a defender", objects: ["defender"], check: Exists),
//! ])"#;
//! let claims = read(&scenario, &registry, "claims.ron", text)?;
//! let reports = examine(&scenario, &registry, &claims, None, true)?;
//! assert_eq!(reports[0].verdict, Verdict::Holds);
//! # Ok::<(), Vec<marchland_game::Diagnostic>>(())
//! ```

mod arm;
mod path;
mod read;
mod size;
#[cfg(test)]
mod tests;
mod verdict;
mod written;

use marchland_game::{
    EventId, Expression, IndicatorId, LawId, MeasureId, Order, Outcome, ParameterId, PlayerId, Span, StrategySpec,
};
use marchland_sim::turn::Game;
use serde::{Deserialize, Serialize};

pub(crate) use arm::{Arm, Sample};
pub use path::{CausalPath, LEAST_OTHER_SHARE, PathReport, PathStanding, PathState, PathVerdict, StateReport};
pub use read::read;
pub(crate) use read::{Reading, names};
pub use size::{EffectSize, LEAST_DEVIATIONS, LEAST_POINTS, LEAST_SHARE, Scale};
pub use verdict::{Constants, Examination, Report, Standing, Verdict, Witness, examine, examine_told};

/// Confidence of the one-sided bounds.
pub const LEVEL: f64 = 0.99;

/// The fewest pairs of games by which a world witnesses that a claim may come out a way.
pub const WITNESS_PAIRS: u64 = 400;

/// The most pairs of games that a claim may ask for.
pub const MOST_PAIRS: u64 = 2000;

/// The most rows of kind A, E or R that may be held to exist or be constant only.
pub const MOST_UNMOVED: usize = 15;

/// What a row is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Kind {
    /// An actor or institution.
    X,
    /// A state variable.
    S,
    /// An action or option of a player.
    A,
    /// An event.
    E,
    /// A rule.
    R,
    /// A datum.
    P,
    /// An output.
    O,
}

impl Kind {
    /// The names in files, in order.
    pub const NAMES: [&'static str; 7] = ["X", "S", "A", "E", "R", "P", "O"];

    fn of(name: &str) -> Self {
        match name {
            "X" => Self::X,
            "S" => Self::S,
            "A" => Self::A,
            "E" => Self::E,
            "R" => Self::R,
            "P" => Self::P,
            _ => Self::O,
        }
    }

    /// Whether a row of this kind has to move something.
    #[must_use]
    pub const fn moves(self) -> bool {
        matches!(self, Self::A | Self::E | Self::R)
    }
}

/// One row of the source.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Number of the row.
    pub id: String,
    /// What it is about.
    pub kind: Kind,
    /// What it says.
    pub meaning: String,
    /// Names of what represents it in the scenario.
    pub objects: Vec<String>,
    /// How it is checked.
    pub check: Check,
    /// Remarks; why an A, E or R row moves nothing.
    pub why: String,
    /// Where it stands.
    pub span: Span,
}

/// How a claim is checked.
#[derive(Clone, Debug)]
pub enum Check {
    /// Its objects are there.
    Exists,
    /// A number is what the source says.
    Constant(Constant),
    /// A change moves something.
    Moves(Comparison),
    /// A change may move something, or a value may be positive; the model may say no.
    Contestable(Comparison),
}

impl Check {
    /// The name in reports.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Exists => "exists",
            Self::Constant(_) => "constant",
            Self::Moves(_) => "moves",
            Self::Contestable(_) => "contestable",
        }
    }
}

/// A number and what it must be.
#[derive(Clone, Debug)]
pub struct Constant {
    /// Which number.
    pub of: Number,
    /// What it must be, to a relative error of 1e-9.
    pub value: f64,
    /// Position of the belief set; the scenario's default where none is named.
    pub belief: Option<usize>,
}

/// A number of a scenario that is not played.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Number {
    /// A parameter.
    Parameter(ParameterId),
    /// An indicator's initial value.
    Initial(IndicatorId),
}

/// Two games that differ by a change.
#[derive(Clone, Debug)]
pub struct Comparison {
    /// What the first game has; where it is empty, its value is compared with 0.
    pub change: Vec<Change>,
    /// What the second game has.
    pub instead: Vec<Change>,
    /// What both have.
    pub base: Vec<Change>,
    /// Of a contestable claim: what both have in a plausible world that says yes, and in one that says no; none where
    /// the file names none.
    pub worlds: Option<[Vec<Change>; 2]>,
    /// What is compared.
    pub of: Probe,
    /// The same, as written.
    pub of_text: String,
    /// Whether the first is to be larger.
    pub rises: bool,
    /// By how much it has to differ that way, in its unit, before the row counts as supported; 0 or more. Of a row that
    /// has to move something, what it asks beyond the rule of size.
    pub least: f64,
    /// Of a row that has to move something, what its difference is large or small beside; none of a contestable one.
    pub scale: Option<Scale>,
    /// Of a row that has to move something, why it is listed as slight; none where it is declared to reach its size.
    pub slight: Option<String>,
    /// Turns played.
    pub turns: u32,
    /// Pairs of games.
    pub pairs: u64,
    /// Seed of the first pair.
    pub seed: u64,
    /// Position of the belief set; the scenario's default where none is named.
    pub belief: Option<usize>,
    /// Of a row that has to move something, what its effect goes through; none where the file does not say.
    pub path: Option<CausalPath>,
}

/// What makes a game differ from the default one.
#[derive(Clone, Debug)]
pub enum Change {
    /// A player gives an order in every turn of a range where it is legal, before its own.
    Order {
        /// Who.
        player: PlayerId,
        /// What.
        order: Order,
        /// First turn.
        first: u32,
        /// Last turn.
        last: u32,
    },
    /// A player or population plays another strategy.
    Strategy {
        /// Its name.
        of: String,
        /// The strategy.
        spec: StrategySpec,
    },
    /// A parameter has another value.
    Set {
        /// Which.
        parameter: ParameterId,
        /// What.
        value: f64,
    },
    /// A stock starts elsewhere.
    Initial {
        /// Which.
        indicator: IndicatorId,
        /// Where.
        value: f64,
    },
    /// A stock is set at the beginning of a turn.
    Stock {
        /// Which.
        indicator: IndicatorId,
        /// To what.
        value: f64,
        /// When.
        turn: u32,
    },
    /// A law of motion does not run.
    Off {
        /// Which.
        law: LawId,
    },
    /// An event happens at the beginning of a turn.
    Event {
        /// Which.
        event: EventId,
        /// When.
        turn: u32,
    },
}

/// What is compared.
#[derive(Clone, Debug)]
pub enum Probe {
    /// A measure over the turns played.
    Measure(MeasureId),
    /// An expression at the end of the last turn.
    Expression(Expression),
    /// The turn in which an outcome event first had happened, by its position; 0 where it never did.
    First(usize),
}

impl Probe {
    /// What a game has of it now, whose outcome so far is `outcome`.
    #[must_use]
    pub(crate) fn value(&self, game: &Game, outcome: &Outcome) -> f64 {
        match self {
            Self::Measure(id) => outcome.measures[id.index()],
            Self::Expression(expression) => expression.value(&game.truth()),
            Self::First(event) => f64::from(outcome.events[*event].unwrap_or(0)),
        }
    }

    /// How many months back it looks beyond what the scenario itself registers.
    #[must_use]
    pub fn looks_back(&self) -> u32 {
        match self {
            Self::Measure(_) | Self::First(_) => 0,
            Self::Expression(expression) => expression.looks_back(),
        }
    }
}
